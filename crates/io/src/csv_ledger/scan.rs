//! Records and cells of a piece of text, by the rules of the `csv` crate: 64 bytes at a time to the next byte that matters.

/// Where a cell stands.
#[derive(Clone, Copy, Debug)]
struct Field {
    start: usize,
    end: usize,
    /// Whether in what was freed of quotes, not in the text itself.
    freed: bool,
}

/// A piece being gone through; one record is held at a time.
pub(crate) struct Records<'t> {
    text: &'t str,
    delimiter: u8,
    /// Bytes before the block of `mask`.
    base: usize,
    /// Bytes of the block that matter and have not been passed.
    mask: u64,
    /// The first byte of the record held.
    begin: usize,
    /// The first byte of the next record.
    at: usize,
    /// Line feeds passed.
    lines: u32,
    fields: Vec<Field>,
    freed: String,
}

/// How a record ends a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// A record, and how many line feeds stand before it.
    At(u32),
    /// A quote that opens after this many line feeds and never closes.
    Unclosed(u32),
}

impl<'t> Records<'t> {
    pub(crate) fn new(text: &'t str, delimiter: u8) -> Self {
        let mask = block(text.as_bytes(), 0, delimiter);
        Self { text, delimiter, base: 0, mask, begin: 0, at: 0, lines: 0, fields: Vec::new(), freed: String::new() }
    }

    /// Line feeds passed so far; of the whole piece once it has been gone through.
    pub(crate) fn lines(&self) -> u32 {
        self.lines
    }

    /// How many cells the record has.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Bytes of the record with all that stands between its cells: none of them is longer.
    pub(crate) fn span(&self) -> usize {
        self.at - self.begin
    }

    /// A cell as written, without its quotes; blank where the record is short.
    #[inline]
    pub(crate) fn raw(&self, column: usize) -> &str {
        let Some(field) = self.fields.get(column) else { return "" };
        let text: &str = if field.freed { &self.freed } else { self.text };
        &text[field.start..field.end]
    }

    /// A cell, trimmed.
    #[inline]
    pub(crate) fn cell(&self, column: usize) -> &str {
        let raw = self.raw(column);
        match raw.as_bytes() {
            [] => raw,
            [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => raw,
            _ => raw.trim(),
        }
    }

    /// Whether every cell is blank.
    pub(crate) fn is_blank(&self) -> bool {
        (0..self.fields.len()).all(|column| self.cell(column).is_empty())
    }

    /// The next byte that matters.
    #[inline]
    fn special(&mut self) -> Option<usize> {
        while self.mask == 0 {
            self.base += 64;
            if self.base >= self.text.len() {
                self.base = self.text.len();
                return None;
            }
            self.mask = block(self.text.as_bytes(), self.base, self.delimiter);
        }
        let at = self.base + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        Some(at)
    }

    /// Goes on to the next record.
    pub(crate) fn advance(&mut self) -> Option<Record> {
        let bytes = self.text.as_bytes();
        self.fields.clear();
        self.freed.clear();
        // Line ends before a record are none.
        while let Some(&end @ (b'\r' | b'\n')) = bytes.get(self.at) {
            self.special();
            self.lines += u32::from(end == b'\n');
            self.at += 1;
        }
        if self.at >= bytes.len() {
            return None;
        }
        let line = self.lines;
        self.begin = self.at;
        let mut start = self.at;
        loop {
            if bytes.get(start) == Some(&b'"') {
                let opened = self.lines;
                if !self.quoted(start) {
                    return Some(Record::Unclosed(opened));
                }
            } else {
                let end = self.end_of_cell();
                self.fields.push(Field { start, end, freed: false });
                self.at = end;
            }
            match bytes.get(self.at) {
                Some(&byte) if byte == self.delimiter => start = self.at + 1,
                Some(&end) => {
                    self.lines += u32::from(end == b'\n');
                    self.at += 1;
                    return Some(Record::At(line));
                }
                None => return Some(Record::At(line)),
            }
        }
    }

    /// Where the cell begun ends: at a delimiter, a line end or the end of the text. A quote inside it is itself.
    #[inline]
    fn end_of_cell(&mut self) -> usize {
        let bytes = self.text.as_bytes();
        loop {
            match self.special() {
                Some(at) if bytes[at] == b'"' => {}
                Some(at) => return at,
                None => return bytes.len(),
            }
        }
    }

    /// Reads a cell whose quote stands at `start`; false if that never closes.
    fn quoted(&mut self, start: usize) -> bool {
        let text = self.text;
        let bytes = text.as_bytes();
        self.special();
        let (mut from, begin) = (start + 1, self.freed.len());
        loop {
            let Some(at) = self.special() else { return false };
            match bytes[at] {
                b'"' if bytes.get(at + 1) == Some(&b'"') => {
                    self.special();
                    self.freed.push_str(&text[from..=at]);
                    from = at + 2;
                }
                b'"' => {
                    let end = self.end_of_cell();
                    self.at = end;
                    // In the text as it stands, unless a quote was doubled or something follows the last one.
                    let whole = self.freed.len() == begin && end == at + 1;
                    if whole {
                        self.fields.push(Field { start: from, end: at, freed: false });
                    } else {
                        self.freed.push_str(&text[from..at]);
                        self.freed.push_str(&text[at + 1..end]);
                        self.fields.push(Field { start: begin, end: self.freed.len(), freed: true });
                    }
                    return true;
                }
                b'\n' => self.lines += 1,
                _ => {}
            }
        }
    }
}

/// Which of the 64 bytes from `base` on are delimiters, quotes or ends of lines.
#[inline]
fn block(bytes: &[u8], base: usize, delimiter: u8) -> u64 {
    match bytes[base..].first_chunk() {
        Some(block) => specials(block, delimiter),
        None => {
            let mut block = [b' '; 64];
            block.iter_mut().zip(&bytes[base..]).for_each(|(slot, byte)| *slot = *byte);
            // What fills the block up must not be taken for text.
            let rest = bytes.len() - base;
            specials(&block, delimiter) & !(!0 << rest)
        }
    }
}

/// As `mask_of` of the model's portfolio: compare all, then bring eight bytes of 0 and 1 together at a time.
#[inline]
fn specials(block: &[u8; 64], delimiter: u8) -> u64 {
    let mut hits = [0u8; 64];
    for (hit, &byte) in hits.iter_mut().zip(block) {
        *hit = u8::from(byte == delimiter) | u8::from(byte == b'"') | u8::from(byte == b'\n') | u8::from(byte == b'\r');
    }
    hits.as_chunks().0.iter().enumerate().fold(0, |mask, (at, eight)| {
        mask | (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records as `line: cell|cell`.
    fn scanned(text: &str) -> Vec<String> {
        let (mut records, mut seen) = (Records::new(text, b','), Vec::new());
        while let Some(record) = records.advance() {
            let cells: Vec<&str> = (0..records.len()).map(|at| records.raw(at)).collect();
            match record {
                Record::At(lines) => seen.push(format!("{}: {}", lines + 1, cells.join("|"))),
                Record::Unclosed(lines) => {
                    seen.push(format!("{}: open", lines + 1));
                    break;
                }
            }
        }
        seen
    }

    fn check(text: &str, expect: &[&str]) {
        assert_eq!(scanned(text), expect, "{text:?}");
    }

    #[test]
    fn records_and_cells_are_told_apart() {
        check("a,b\n1,2\n\n\n3,4", &["1: a|b", "2: 1|2", "5: 3|4"]);
        check("a,b\r\n1,2\r\n\r\n,\r\n", &["1: a|b", "2: 1|2", "4: |"]);
        check("\n\n\"x\ny\",2\n3", &["3: x\ny|2", "5: 3"]);
        check("\"a\"\"b\",\"\"\n\"\"\"\"", &["1: a\"b|", "2: \""]);
        check("x\"y,\"a\"b,\"c\" \"d\"", &["1: x\"y|ab|c \"d\""]);
        check("1,\"2\n3", &["1: open"]);
        check("a\rb\n\"c\"\rd", &["1: a", "1: b", "2: c", "2: d"]);
        check("", &[]);
        check("\r\n", &[]);
        check("a,", &["1: a|"]);
    }

    #[test]
    fn it_reads_as_the_csv_crate_does() {
        // Every text of seven of these characters.
        let letters = ['a', ',', '"', '\n', '\r'];
        for number in 0..5usize.pow(7) {
            let mut rest = number;
            let text: String = (0..7)
                .map(|_| {
                    let letter = letters[rest % 5];
                    rest /= 5;
                    letter
                })
                .collect();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> =
                reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
            let (mut records, mut ours) = (Records::new(&text, b','), Vec::new());
            let mut open = false;
            while let Some(record) = records.advance() {
                open = matches!(record, Record::Unclosed(_));
                if open {
                    break;
                }
                ours.push((0..records.len()).map(|at| records.raw(at).to_owned()).collect::<Vec<String>>());
            }
            // The crate takes what an open quote leaves for a cell; we stop there.
            let closed = &theirs[..theirs.len() - usize::from(open)];
            assert_eq!(ours, closed, "{text:?}");
            if !open {
                assert_eq!(records.lines() as usize, text.matches('\n').count(), "{text:?}");
            }
        }
    }
}
