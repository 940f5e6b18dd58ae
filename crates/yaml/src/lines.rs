//! Where a byte of a text stands, by line and column, and back.

use kaigong_model::Place;

use crate::document::Span;

/// Characters between two marks.
const STRIDE: usize = 16;

/// An index of a text: any place is found in the time of a binary search and a short walk, however
/// long the line is.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    /// The first byte of each line, and the number of characters before it.
    starts: Vec<(usize, usize)>,
    /// The byte of every `STRIDE`th character.
    marks: Vec<usize>,
}

impl Lines {
    /// The index of a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut lines = Self { starts: vec![(0, 0)], marks: Vec::with_capacity(text.len() / STRIDE + 1) };
        for (nth, (at, c)) in text.char_indices().enumerate() {
            if nth.is_multiple_of(STRIDE) {
                lines.marks.push(at);
            }
            if c == '\n' {
                lines.starts.push((at + 1, nth + 1));
            }
        }
        lines
    }

    /// The byte of a character, by its line (from one) and column (from zero); the end of the text
    /// when there is none.
    pub(crate) fn byte(&self, text: &str, line: usize, column: usize) -> usize {
        let Some((_, before)) = self.starts.get(line.saturating_sub(1)) else { return text.len() };
        let nth = before + column;
        let (stretch, rest) = (nth / STRIDE, nth % STRIDE);
        let Some(&mark) = self.marks.get(stretch) else { return text.len() };
        // A stretch of as many bytes as characters needs no walk.
        if self.marks.get(stretch + 1).is_some_and(|next| next - mark == STRIDE) {
            return mark + rest;
        }
        text[mark..].char_indices().nth(rest).map_or(text.len(), |(at, _)| mark + at)
    }

    /// The place of a span of the text.
    pub(crate) fn place(&self, file: &str, text: &str, span: Span) -> Place {
        let start = span.start.min(text.len());
        let line = self.starts.partition_point(|&(at, _)| at <= start);
        let (_, before) = self.starts[line - 1];
        Place::Text {
            file: file.to_owned(),
            line: line as u32,
            column: (self.chars_before(text, start) - before) as u32 + 1,
            start,
            end: span.end.clamp(start, text.len()),
        }
    }

    fn chars_before(&self, text: &str, byte: usize) -> usize {
        let marks = self.marks.partition_point(|&at| at <= byte);
        match marks.checked_sub(1) {
            None => 0,
            Some(last) => last * STRIDE + text[self.marks[last]..byte].chars().count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, by counting from the start of the text.
    fn counted(text: &str, start: usize) -> (u32, u32) {
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() as u32 + 1, before[line_start..].chars().count() as u32 + 1)
    }

    #[test]
    fn places_are_those_found_by_counting() {
        let (long, plain) = ("耕a地".repeat(70), "farmland: 占 ".repeat(40) + &"paddy ".repeat(30));
        let both = format!("{long}\n{plain}\n\n{long}\n{plain}");
        let texts = ["", "\n", "a", "\n\n占用\n", "占用: 耕地\r\n水田", &long, &plain, &both];
        for text in texts {
            let lines = Lines::of(text);
            for start in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
                let Place::Text { line, column, .. } = lines.place("t", text, Span { start, end: start }) else {
                    unreachable!("a span of a text is a place in a text")
                };
                assert_eq!((line, column), counted(text, start), "{text:?} at {start}");
                assert_eq!(lines.byte(text, line as usize, column as usize - 1), start);
            }
            assert_eq!(lines.byte(text, 9, 0), text.len());
            assert_eq!(lines.byte(text, 1, 10_000), text.len());
        }
    }
}
