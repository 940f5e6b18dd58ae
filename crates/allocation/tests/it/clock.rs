//! Processor time of the present thread: what a figure is measured in on a machine that has other things to do.

use std::time::Instant;

/// Begins to count when made.
pub(crate) struct Clock {
    ran: Option<f64>,
    began: Instant,
}

/// Seconds the thread has run so far, where the system tells.
fn ran() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { ran: ran(), began: Instant::now() }
    }

    /// Seconds of processor time since; of the clock on the wall where the system does not tell.
    pub(crate) fn seconds(&self) -> f64 {
        match (self.ran, ran()) {
            (Some(from), Some(to)) => to - from,
            _ => self.began.elapsed().as_secs_f64(),
        }
    }
}

/// The least, the middle and the greatest of some figures.
pub(crate) fn spread(mut figures: Vec<f64>) -> (f64, f64, f64) {
    figures.sort_by(f64::total_cmp);
    (figures[0], figures[figures.len() / 2], figures[figures.len() - 1])
}
