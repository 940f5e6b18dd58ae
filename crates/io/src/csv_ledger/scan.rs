//! Records and cells of a piece of text, by the rules of the `csv` crate: bytes that matter are marked, a bit each, and
//! gone through from mark to mark.

use kaigong_bits::bytes_among;

/// Where a cell stands.
#[derive(Clone, Copy, Debug)]
struct Field {
    start: usize,
    end: usize,
}

impl Field {
    /// Bit of `start` that says: in what was freed of quotes, not in the text itself.
    const FREED: usize = 1 << (usize::BITS - 1);

    fn in_freed(start: usize, end: usize) -> Self {
        Self { start: start | Self::FREED, end }
    }
}

/// A record of those held.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    /// Its first cell among all.
    first: usize,
    /// How many cells it has.
    cells: usize,
}

/// Whether a text certainly has no blanks around it: it is empty, or its first and last characters are printable ASCII
/// or begin as most Chinese characters do.
#[inline]
fn is_trim(bytes: &[u8]) -> bool {
    let han = |byte: u8| (0xe4..=0xe9).contains(&byte);
    let Some(&first) = bytes.first() else { return true };
    if !(first.is_ascii_graphic() || han(first)) {
        return false;
    }
    match bytes {
        [.., last] if last.is_ascii_graphic() => true,
        [.., third, _, last] => *last >= 0x80 && han(*third),
        _ => false,
    }
}

/// A piece being gone through; records are held until they are let go.
pub(crate) struct Records<'t> {
    text: &'t str,
    delimiter: u8,
    /// Which bytes are delimiters, quotes or ends of lines, 64 a word.
    marks: Vec<u64>,
    /// The word of `mask`.
    word: usize,
    /// Bytes of the word that matter and have not been passed.
    mask: u64,
    /// The first byte of the record held.
    begin: usize,
    /// The first byte of the next record.
    at: usize,
    /// Line feeds passed.
    lines: u32,
    held: Vec<Held>,
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
        let marks = bytes_among(text.as_bytes(), [delimiter, b'"', b'\n', b'\r']);
        let mask = marks.first().copied().unwrap_or_default();
        let (held, fields, freed) = (Vec::new(), Vec::new(), String::new());
        Self { text, delimiter, marks, word: 0, mask, begin: 0, at: 0, lines: 0, held, fields, freed }
    }

    /// Lets go of the records held.
    pub(crate) fn clear(&mut self) {
        self.held.clear();
        self.fields.clear();
        self.freed.clear();
    }

    /// How many records are held.
    pub(crate) fn held(&self) -> usize {
        self.held.len()
    }

    /// Lets go of the last record.
    pub(crate) fn pass_over(&mut self) {
        self.held.pop();
    }

    /// Line feeds passed so far; of the whole piece once it has been gone through.
    pub(crate) fn lines(&self) -> u32 {
        self.lines
    }

    /// How many cells the last record has.
    pub(crate) fn len(&self) -> usize {
        self.held.last().map_or(0, |held| held.cells)
    }

    /// Bytes of the last record with all that stands between its cells: none of them is longer.
    pub(crate) fn span(&self) -> usize {
        self.at - self.begin
    }

    /// A cell of a record as written, without its quotes; blank where the record is short.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "columns are read in loops over this")]
    pub(crate) fn raw(&self, record: usize, column: usize) -> &str {
        let held = self.held[record];
        if column >= held.cells {
            return "";
        }
        let Field { start, end } = self.fields[held.first + column];
        if start & Field::FREED == 0 { &self.text[start..end] } else { &self.freed[start ^ Field::FREED..end] }
    }

    /// A cell of a record, trimmed.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "as above")]
    pub(crate) fn cell(&self, record: usize, column: usize) -> &str {
        let raw = self.raw(record, column);
        if is_trim(raw.as_bytes()) { raw } else { raw.trim() }
    }

    /// Whether every cell of the last record is blank.
    pub(crate) fn is_blank(&self) -> bool {
        let last = self.held.len().saturating_sub(1);
        (0..self.len()).all(|column| self.cell(last, column).is_empty())
    }

    /// The next byte that matters.
    #[inline]
    fn special(&mut self) -> Option<usize> {
        while self.mask == 0 {
            self.word += 1;
            self.mask = *self.marks.get(self.word)?;
        }
        let at = self.word * 64 + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        Some(at)
    }

    /// Goes on to the next record, which is held besides those before.
    pub(crate) fn advance(&mut self) -> Option<Record> {
        let bytes = self.text.as_bytes();
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
        let first = self.fields.len();
        let mut start = self.at;
        let record = loop {
            if bytes.get(start) == Some(&b'"') {
                let opened = self.lines;
                if !self.quoted(start) {
                    return Some(Record::Unclosed(opened));
                }
            } else {
                let end = self.end_of_cell();
                self.fields.push(Field { start, end });
                self.at = end;
            }
            match bytes.get(self.at) {
                Some(&byte) if byte == self.delimiter => start = self.at + 1,
                Some(&end) => {
                    self.lines += u32::from(end == b'\n');
                    self.at += 1;
                    break Record::At(line);
                }
                None => break Record::At(line),
            }
        };
        self.held.push(Held { first, cells: self.fields.len() - first });
        Some(record)
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
                        self.fields.push(Field { start: from, end: at });
                    } else {
                        self.freed.push_str(&text[from..at]);
                        self.freed.push_str(&text[at + 1..end]);
                        self.fields.push(Field::in_freed(begin, self.freed.len()));
                    }
                    return true;
                }
                b'\n' => self.lines += 1,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records as `line: cell|cell`.
    fn scanned(text: &str) -> Vec<String> {
        let (mut records, mut seen) = (Records::new(text, b','), Vec::new());
        while let Some(record) = records.advance() {
            let last = records.held().saturating_sub(1);
            let cells: Vec<&str> = (0..records.len()).map(|at| records.raw(last, at)).collect();
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
                let last = records.held() - 1;
                ours.push((0..records.len()).map(|at| records.raw(last, at).to_owned()).collect::<Vec<String>>());
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
