//! The footer of a Parquet file, looked over before a decoder makes room for what it claims.
//!
//! The footer is Thrift in compact form. A decoder makes room for as many elements as a list says it has, and goes as
//! deep as groups are nested; a few damaged bytes can claim more than any machine holds.

/// Deepest nesting of structures and lists, and of groups of columns.
const DEPTH: usize = 64;
/// Bytes after the footer: its length and the mark.
pub(super) const TAIL: usize = 8;
/// The field of the footer that lists the columns, and the one of a column that says how many are inside it.
const SCHEMA: i64 = 2;
const CHILDREN: i64 = 5;

/// How many bytes the footer has with what comes after it, which is given; none where that is not how a file ends.
pub(super) fn length(tail: &[u8]) -> Option<usize> {
    let &[a, b, c, d, b'P', b'A', b'R', b'1'] = tail else { return None };
    usize::try_from(u32::from_le_bytes([a, b, c, d])).ok()?.checked_add(TAIL)
}

/// Whether every list and text of the footer at the end of some bytes fits in its bytes.
pub(super) fn is_plausible(bytes: &[u8]) -> bool {
    let Some((rest, tail)) = bytes.split_last_chunk::<TAIL>() else { return false };
    let start = length(tail).and_then(|length| bytes.len().checked_sub(length));
    start.is_some_and(|start| Walk { bytes: &rest[start..], at: 0 }.footer().is_some())
}

struct Walk<'b> {
    bytes: &'b [u8],
    at: usize,
}

/// Kinds of values.
mod kind {
    pub(super) const YES: u8 = 1;
    pub(super) const NO: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const SET: u8 = 10;
    pub(super) const MAP: u8 = 11;
    pub(super) const STRUCT: u8 = 12;
}

impl Walk<'_> {
    fn footer(&mut self) -> Option<()> {
        let mut id = 0;
        while let Some(kind) = self.field(&mut id)? {
            if id == SCHEMA && kind == kind::LIST { self.columns()? } else { self.value(kind, 0)? }
        }
        Some(())
    }

    /// The list of columns: how many are inside each gives how deep they are nested.
    fn columns(&mut self) -> Option<()> {
        let (count, kind) = self.list()?;
        if kind != kind::STRUCT {
            return None;
        }
        let mut open: Vec<i64> = Vec::new();
        for _ in 0..count {
            let (mut children, mut id) = (0, 0);
            while let Some(kind) = self.field(&mut id)? {
                if id == CHILDREN && (kind::I16..=kind::I64).contains(&kind) {
                    children = self.signed()?;
                } else {
                    self.value(kind, 0)?;
                }
            }
            if let Some(last) = open.last_mut() {
                *last -= 1;
            }
            if children > 0 {
                open.push(children);
            }
            while open.last().is_some_and(|&left| left <= 0) {
                open.pop();
            }
            if open.len() > DEPTH {
                return None;
            }
        }
        Some(())
    }

    fn value(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        match kind {
            kind::YES | kind::NO => Some(()),
            kind::BYTE => self.skip(1),
            kind::I16..=kind::I64 => self.varint().map(drop),
            kind::DOUBLE => self.skip(8),
            kind::BINARY => {
                let length = self.varint()?;
                self.skip(usize::try_from(length).ok()?)
            }
            kind::LIST | kind::SET => {
                let (count, kind) = self.list()?;
                // A bool in a list has a byte of its own.
                let kind = if matches!(kind, kind::YES | kind::NO) { kind::BYTE } else { kind };
                (0..count).try_for_each(|_| self.value(kind, depth + 1))
            }
            kind::MAP => {
                let count = self.varint()?;
                if count == 0 {
                    return Some(());
                }
                let kinds = self.byte()?;
                let count = usize::try_from(count).ok().filter(|&count| count <= self.left())?;
                (0..count).try_for_each(|_| {
                    self.value(kinds >> 4, depth + 1)?;
                    self.value(kinds & 15, depth + 1)
                })
            }
            kind::STRUCT => {
                let mut id = 0;
                while let Some(kind) = self.field(&mut id)? {
                    self.value(kind, depth + 1)?;
                }
                Some(())
            }
            _ => None,
        }
    }

    /// The kind of the next field, its number in `id`; none at the end of the structure.
    #[expect(clippy::option_option, reason = "outside: whether the bytes hold out; inside: whether there is a field")]
    fn field(&mut self, id: &mut i64) -> Option<Option<u8>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        *id = if byte >> 4 == 0 { self.signed()? } else { *id + i64::from(byte >> 4) };
        Some(Some(byte & 15))
    }

    /// How many elements a list has, and their kind; every element has a byte at least.
    fn list(&mut self) -> Option<(usize, u8)> {
        let byte = self.byte()?;
        let count = if byte >> 4 == 15 { self.varint()? } else { u64::from(byte >> 4) };
        let count = usize::try_from(count).ok().filter(|&count| count <= self.left())?;
        Some((count, byte & 15))
    }

    fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        if bytes > self.left() {
            return None;
        }
        self.at += bytes;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// A signed number, its sign in the lowest bit.
    fn signed(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(footer: &[u8], expect: bool) {
        let mut bytes = b"PAR1".to_vec();
        bytes.extend(footer);
        bytes.extend((footer.len() as u32).to_le_bytes());
        bytes.extend(b"PAR1");
        assert_eq!(is_plausible(&bytes), expect, "{footer:?}");
    }

    #[test]
    fn lists_and_texts_fit_in_the_bytes_there_are() {
        check(&[0x15, 2, 0], true);
        check(&[0x15, 2], false);
        // A list of two bytes, of five, and of as many as 35 bits hold.
        check(&[0x39, 0x23, 1, 1, 0], true);
        check(&[0x39, 0x53, 1, 1, 0], false);
        check(&[0x39, 0xf3, 0xff, 0xff, 0xff, 0xff, 0x7f, 0], false);
        check(&[0x38, 3, b'a', b'b', b'c', 0], true);
        check(&[0x38, 30, b'a', b'b', b'c', 0], false);
        check(&[0x3b, 1, 0x55, 2, 2, 0], true);
        check(&[0x3b, 0x7f, 0x55, 2, 2, 0], false);
        assert!(!is_plausible(b"PAR1\xff\xff\xff\xffPAR1"));
        assert!(!is_plausible(b"PAR1"));
    }

    #[test]
    fn groups_of_columns_are_not_nested_without_end() {
        let nested = |levels: usize| {
            let mut footer = vec![0x29, 0xfc];
            let mut count = levels;
            while count >= 0x80 {
                footer.push(count as u8 | 0x80);
                count >>= 7;
            }
            footer.push(count as u8);
            // Each column holds one more: field 5 is 1.
            footer.extend([0x55, 2, 0].repeat(levels));
            footer.push(0);
            footer
        };
        check(&nested(20), true);
        check(&nested(200), false);
        let mut deep = vec![0x1c; 200];
        deep.extend([0; 201]);
        check(&deep, false);
    }
}
