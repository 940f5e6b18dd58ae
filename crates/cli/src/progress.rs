//! One line on the terminal, while a stage takes longer than a second.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use kaigong::model::{Lang, Words};

const TICK: Duration = Duration::from_secs(1);

/// Does the work; once a second the terminal says what is being done and for how long.
///
/// Nothing is written where standard error is no terminal, nor for work of less than a second.
pub(crate) fn during<T>(stage: &Words, lang: Lang, work: impl FnOnce() -> T) -> T {
    telling(stage, lang, |_| work())
}

/// The same, for work that can say how far it is.
pub(crate) fn telling<T>(stage: &Words, lang: Lang, work: impl FnOnce(&dyn Fn(String)) -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work(&|_| ());
    }
    let news = Mutex::new(String::new());
    let (done, waiting) = channel::<()>();
    std::thread::scope(|scope| {
        // Owned here, so that a panic of the work ends the ticking too.
        let done = done;
        let news = &news;
        scope.spawn(move || {
            let (mut seconds, mut shown) = (0, 0);
            while waiting.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                seconds += TICK.as_secs();
                let told = news.lock().map_or_else(|_| String::new(), |told| told.clone());
                let line = format!("{}… {seconds} s{told}", stage.get(lang));
                let width = 2 * line.chars().count();
                let line = format!("{line:shown$}");
                shown = width;
                let _ = write!(std::io::stderr(), "\r{line}");
            }
            if shown > 0 {
                let _ = write!(std::io::stderr(), "\r{:shown$}\r", "");
            }
        });
        let result = work(&|told| {
            if let Ok(mut news) = news.lock() {
                *news = told;
            }
        });
        drop(done);
        result
    })
}
