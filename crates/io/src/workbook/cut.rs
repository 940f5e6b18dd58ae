//! A cursor over XML that is written without any freedom, as programs write it: what is not so is somebody else's.

use std::ops::Range;

use memchr::memchr;

/// Bytes, and how far they are read.
pub(super) struct Cut<'x> {
    pub(super) bytes: &'x [u8],
    pub(super) at: usize,
}

impl Cut<'_> {
    /// Goes past what stands next, if it is that.
    #[inline]
    pub(super) fn eat(&mut self, what: &[u8]) -> bool {
        let is_next = self.bytes[self.at..].starts_with(what);
        self.at += if is_next { what.len() } else { 0 };
        is_next
    }

    /// Goes past blanks between elements.
    #[inline]
    pub(super) fn pass_space(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    /// Goes up to the next such byte; what stands before it.
    #[inline]
    pub(super) fn until(&mut self, byte: u8) -> Option<Range<usize>> {
        let start = self.at;
        // What is sought is near more often than not.
        let near = self.bytes[start..].iter().take(8).position(|&other| other == byte);
        self.at += near.or_else(|| memchr(byte, &self.bytes[start..]))?;
        Some(start..self.at)
    }

    /// Goes past the rest of a tag, telling its attributes; whether its element is empty. None if it is not plain.
    #[inline]
    pub(super) fn attributes(&mut self, mut tell: impl FnMut(&[u8], Range<usize>)) -> Option<bool> {
        loop {
            self.pass_space();
            match *self.bytes.get(self.at)? {
                b'>' => {
                    self.at += 1;
                    return Some(false);
                }
                b'/' => return self.eat(b"/>").then_some(true),
                _ => {}
            }
            let name = self.until(b'=')?;
            if !self.eat(b"=\"") {
                return None;
            }
            let value = self.until(b'"')?;
            self.at += 1;
            tell(&self.bytes[name], value);
        }
    }
}

/// Whether a text means itself: no reference, no escape of spreadsheets (`_x000D_`), no line end that XML mends.
pub(super) fn is_plain(text: &[u8]) -> bool {
    let mut before = 0;
    text.iter().all(|&byte| {
        let is_escape = before == b'_' && byte == b'x';
        before = byte;
        !is_escape && byte != b'&' && byte != b'\r'
    })
}
