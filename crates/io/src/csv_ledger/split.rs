//! A text cut into pieces that begin and end between records, so that each can be read on a thread of its own.
//!
//! A quote opens only where a cell begins, as the `csv` crate has it: after a delimiter or the end of a line. So
//! whether a place lies inside quotes depends on everything before it. Stretches without a quote change nothing and
//! are passed over; they are found in parallel first.

use std::ops::Range;

use memchr::{memchr, memchr2};
use rayon::prelude::*;

/// Bytes looked at as one stretch.
const STRETCH: usize = 1 << 20;

/// What a text holds that decides how it is read.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Whether a NUL byte is in it.
    pub(crate) nul: bool,
    /// Whether lines end in a carriage return and none in a line feed.
    pub(crate) only_returns: bool,
    /// Whether each stretch of [`STRETCH`] bytes holds a quote.
    quotes: Vec<bool>,
}

/// Looks the bytes through, on every thread there is.
pub(crate) fn survey(bytes: &[u8]) -> Survey {
    let seen: Vec<[bool; 4]> = bytes
        .par_chunks(STRETCH)
        .map(|stretch| [b'"', 0, b'\r', b'\n'].map(|byte| memchr(byte, stretch).is_some()))
        .collect();
    let any = |at: usize| seen.iter().any(|seen| seen[at]);
    Survey { nul: any(1), only_returns: any(2) && !any(3), quotes: seen.iter().map(|seen| seen[0]).collect() }
}

/// Pieces of about `size` bytes, each ending where a record does; the first begins with the text and has no less than
/// `first` bytes.
pub(crate) fn pieces(bytes: &[u8], survey: &Survey, delimiter: u8, first: usize, size: usize) -> Vec<Range<usize>> {
    let mut state = State { at: 0, open: false };
    let (mut pieces, mut start) = (Vec::new(), 0);
    loop {
        let size = if start == 0 { size.max(first) } else { size };
        if bytes.len() - start <= size {
            break;
        }
        let Some(end) = state.record_end(bytes, survey, delimiter, start + size) else { break };
        pieces.push(start..end);
        start = end;
    }
    if start < bytes.len() || pieces.is_empty() {
        pieces.push(start..bytes.len());
    }
    pieces
}

/// How far the text has been gone through, and whether that is inside quotes.
struct State {
    at: usize,
    open: bool,
}

impl State {
    /// The first end of a record at or after `from`, if there is one before the end of the text.
    fn record_end(&mut self, bytes: &[u8], survey: &Survey, delimiter: u8, from: usize) -> Option<usize> {
        loop {
            let quote = self.next_quote(bytes, survey);
            if !self.open && quote.is_none_or(|quote| quote > from) {
                // Outside quotes up to the next one: the first line end between is the end of a record.
                let (begin, end) = (from.max(self.at), quote.unwrap_or(bytes.len()));
                if let Some(found) = bytes.get(begin..end).and_then(|free| memchr2(b'\r', b'\n', free)) {
                    let end = begin + found + 1;
                    self.at = end;
                    return (end < bytes.len()).then_some(end);
                }
            }
            self.pass(bytes, quote?, delimiter);
        }
    }

    /// The next quote, whatever it means.
    fn next_quote(&self, bytes: &[u8], survey: &Survey) -> Option<usize> {
        let mut at = self.at;
        while at < bytes.len() {
            let stretch = at / STRETCH;
            let end = ((stretch + 1) * STRETCH).min(bytes.len());
            if survey.quotes[stretch]
                && let Some(found) = memchr(b'"', &bytes[at..end])
            {
                return Some(at + found);
            }
            at = end;
        }
        None
    }

    /// Goes past a quote and what it opens, closes or is.
    fn pass(&mut self, bytes: &[u8], quote: usize, delimiter: u8) {
        self.at = quote + 1;
        if !self.open {
            let begins = |&before: &u8| before == delimiter || matches!(before, b'\r' | b'\n');
            self.open = quote == 0 || bytes.get(quote - 1).is_some_and(begins);
        } else if bytes.get(quote + 1) == Some(&b'"') {
            self.at = quote + 2;
        } else {
            self.open = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, size: usize, expect: &[&str]) {
        let cut = pieces(text.as_bytes(), &survey(text.as_bytes()), b',', 0, size);
        let found: Vec<&str> = cut.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expect, "{text:?} by {size}");
        assert_eq!(found.concat(), text);
    }

    #[test]
    fn pieces_end_where_records_do() {
        check("", 4, &[""]);
        check("a,b\n1,2\n3,4\n", 100, &["a,b\n1,2\n3,4\n"]);
        check("a,b\n1,2\n3,4\n", 1, &["a,b\n", "1,2\n", "3,4\n"]);
        check("a,b\r\n1,2\r\n", 3, &["a,b\r", "\n1,2\r", "\n"]);
        check("a,b\r\n1,2\r\n", 4, &["a,b\r\n", "1,2\r\n"]);
        check("a\n\"1\n2\"\n3\n", 1, &["a\n", "\"1\n2\"\n", "3\n"]);
        check("a\n\"1\"\"\n2\"\n3\n", 1, &["a\n", "\"1\"\"\n2\"\n", "3\n"]);
        check("a\nx\"1\n2\"\n3\n", 1, &["a\n", "x\"1\n", "2\"\n", "3\n"]);
        check("a,\"b\nc\"\nd\n", 2, &["a,\"b\nc\"\n", "d\n"]);
        check("a\n\"1\n2\n3\n", 1, &["a\n", "\"1\n2\n3\n"]);
        check("a\n\"1\" \"\n2\n", 1, &["a\n", "\"1\" \"\n", "2\n"]);
    }

    #[test]
    fn long_stretches_without_quotes_are_passed_over() {
        let line = format!("{}\n", "x".repeat(99));
        let quoted = format!("\"{}\n{}\"\n", "y".repeat(STRETCH), "\n".repeat(STRETCH));
        let text = [line.repeat(3 * STRETCH / 100), quoted.clone(), line.repeat(STRETCH / 100)].concat();
        let cut = pieces(text.as_bytes(), &survey(text.as_bytes()), b',', 0, STRETCH);
        let at = text.find('"').unwrap();
        assert!(cut.iter().all(|piece| piece.end <= at || piece.end >= at + quoted.len()), "{cut:?}");
        assert!(cut.len() >= 4);
        assert!(cut.iter().all(|piece| text.as_bytes()[piece.end - 1] == b'\n'));
    }
}
