//! The texts that sheets share: plain ones are taken where they stand, any other is told by `calamine`.

use std::ops::Range;

use memchr::{memchr, memmem};

use super::cut::{Cut, is_plain};

/// Texts by their number.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// The part they stand in, and after it those that were told.
    pub(super) text: String,
    /// Where each stands, blanks at its ends left off.
    pub(super) spans: Vec<Range<u32>>,
    /// Numbers and places of those that are not plain.
    pub(super) odd: Vec<(usize, Range<usize>)>,
}

impl Texts {
    /// The texts of a part; none where it is not written as all programs write it.
    pub(super) fn of(part: String) -> Option<Self> {
        let (mut spans, mut odd) = (Vec::new(), Vec::new());
        let bytes = part.as_bytes();
        if part.len() > u32::MAX as usize || memmem::find(bytes, b"<!").is_some() {
            return None;
        }
        let sst = memmem::find(bytes, b"<sst")?;
        let mut cut = Cut { bytes, at: sst + memchr(b'>', &bytes[sst..])? + 1 };
        if bytes[..cut.at].ends_with(b"/>") {
            return Some(Self { text: part, spans, odd });
        }
        loop {
            cut.pass_space();
            if cut.eat(b"</sst>") {
                return Some(Self { text: part, spans, odd });
            }
            let begin = cut.at;
            if !cut.eat(b"<si>") {
                return None;
            }
            if let Some(span) = plain(&mut cut).and_then(|span| trimmed(&part, span)) {
                spans.push(span);
            } else {
                let length = memmem::find(&bytes[begin..], b"</si>")? + b"</si>".len();
                odd.push((spans.len(), begin..begin + length));
                spans.push(0..0);
                cut.at = begin + length;
            }
        }
    }

    /// Puts in what an odd text was told to be.
    pub(super) fn tell(&mut self, number: usize, text: &str) -> Option<()> {
        let text = text.trim();
        let start = u32::try_from(self.text.len()).ok()?;
        self.text.push_str(text);
        self.spans[number] = start..u32::try_from(self.text.len()).ok()?;
        Some(())
    }
}

/// A text in one stretch, perhaps with a remark on how it is pronounced; past its end.
fn plain(cut: &mut Cut<'_>) -> Option<Range<usize>> {
    if !cut.eat(b"<t>") && !cut.eat(b"<t xml:space=\"preserve\">") {
        return None;
    }
    let text = cut.until(b'<')?;
    if !cut.eat(b"</t>") || !is_plain(&cut.bytes[text.clone()]) {
        return None;
    }
    cut.pass_space();
    if cut.eat(b"<phoneticPr ") {
        cut.until(b'>')?;
        if cut.bytes[cut.at - 1] != b'/' {
            return None;
        }
        cut.at += 1;
        cut.pass_space();
    }
    cut.eat(b"</si>").then_some(text)
}

/// A stretch without the blanks at its ends.
pub(super) fn trimmed(text: &str, span: Range<usize>) -> Option<Range<u32>> {
    let whole = text.get(span.clone())?;
    let begun = whole.trim_start();
    let start = span.end - begun.len();
    Some(u32::try_from(start).ok()?..u32::try_from(start + begun.trim_end().len()).ok()?)
}
