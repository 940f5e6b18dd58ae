//! A table in CSV: delimiter, headers, rows with the line each begins on.

use csv::{Reader, ReaderBuilder, StringRecord};
use kaigong_model::{Diagnostic, Place, limits};

use crate::{codes, log::Log, text::lines_before, words::cut};

/// Characters of a header that a place repeats.
const HEADER_SHOWN: usize = 200;

/// The headers of a table, and where they and its cells stand.
#[derive(Clone, Debug)]
pub(crate) struct Heads {
    name: String,
    headers: Vec<String>,
    line: u32,
    /// What columns are split at.
    pub(crate) delimiter: u8,
    sheet: Option<OfSheet>,
}

/// A table that is a sheet: cells are named by their column there.
#[derive(Clone, Debug)]
struct OfSheet {
    name: String,
    columns: Vec<u32>,
}

/// A table being read; one row is held at a time.
pub(crate) struct Table<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
    heads: Heads,
    record: StringRecord,
    /// Whether reading stopped before the end, so that rows are missing.
    pub(crate) broken: bool,
}

/// The row a table holds now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Line it begins on; the file's first is 1.
    pub(crate) line: u32,
    /// False if the row as a whole has a fault.
    pub(crate) sound: bool,
}

impl<'t> Table<'t> {
    /// Reads the header; a fault goes to the log.
    pub(crate) fn open(name: &'t str, text: &'t str, log: &mut Log) -> Option<Self> {
        let (delimiter, _) = delimiter(text.as_bytes());
        let reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
        let record = StringRecord::new();
        let heads = Heads { name: name.to_owned(), headers: Vec::new(), line: 1, delimiter, sheet: None };
        let mut table = Self { text, reader, heads, record, broken: false };
        let header = table.advance(log);
        if let Some(line) = header {
            table.heads.line = line;
            table.heads.headers = table.record.iter().map(one_line).collect();
            // A cell under no header at the end of a row is then one cell too many.
            let headers = &mut table.heads.headers;
            headers.truncate(headers.iter().rposition(|header| !header.is_empty()).map_or(0, |at| at + 1));
        }
        let headers = &table.heads.headers;
        if headers.is_empty() {
            if header.is_some() || text.trim().is_empty() {
                log.fault(|_| empty(name));
            }
            return None;
        }
        if let Some(fault) = too_many_columns(name, headers.len()) {
            log.fault(|_| fault);
            return None;
        }
        if delimiter != b',' {
            log.note(|_| other_delimiter(name, delimiter));
        }
        Some(table)
    }

    /// Headers as written, trimmed.
    pub(crate) fn headers(&self) -> Vec<&str> {
        self.heads.headers()
    }

    /// The headers, apart from the text.
    pub(crate) fn heads(&self) -> &Heads {
        &self.heads
    }

    /// Goes on to the next row that holds anything; its faults as a row go to the log.
    pub(crate) fn next(&mut self, log: &mut Log) -> Option<Row> {
        loop {
            let line = self.advance(log)?;
            if self.record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let sound = self.check_width(line, log) & self.check_cells(line, log);
            return Some(Row { line, sound });
        }
    }

    /// A cell of the row held; blank where the row is short.
    #[inline]
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default().trim()
    }

    /// The place of a cell.
    pub(crate) fn place(&self, line: u32, column: usize) -> Place {
        self.heads.place(line, column)
    }

    /// The place of a header.
    pub(crate) fn header_place(&self, column: usize) -> Place {
        self.heads.header_place(column)
    }

    /// Reads one record and says on which line it begins.
    fn advance(&mut self, log: &mut Log) -> Option<u32> {
        match self.reader.read_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => {
                self.broken = true;
                log.fault(|_| {
                    Diagnostic::error(
                        codes::UNREADABLE,
                        format!("无法读下去：{error}"),
                        format!("cannot go on: {error}"),
                    )
                    .at(Place::File(self.heads.name.clone()))
                });
                return None;
            }
        }
        let (start, line) = self.begin();
        if self.reader.position().byte() as usize >= self.text.len()
            && let Some(open) = unclosed_quote(&self.text[start..], self.heads.delimiter)
        {
            let line = line + lines_before(&self.text[start..start + open]) - 1;
            self.broken = true;
            log.fault(|_| self.heads.unclosed(line));
            return None;
        }
        Some(line)
    }

    /// First byte and line of the record: the reader counts from before the line ends it skips.
    fn begin(&self) -> (usize, u32) {
        let (at, line) =
            self.record.position().map_or((0, 1), |position| (position.byte() as usize, position.line() as u32));
        let ends = self.text.as_bytes()[at..].iter().take_while(|&&byte| matches!(byte, b'\r' | b'\n'));
        let (mut skipped, mut lines) = (0, 0);
        for &byte in ends {
            skipped += 1;
            lines += u32::from(byte == b'\n');
        }
        (at + skipped, line + lines)
    }

    fn check_width(&self, line: u32, log: &mut Log) -> bool {
        let (have, may) = (self.record.len(), self.heads.headers.len());
        let extra = self.record.iter().skip(may).find(|cell| !cell.trim().is_empty());
        if extra.is_some() {
            log.row_fault(|_| self.heads.ragged(line, have));
        }
        extra.is_none()
    }

    fn check_cells(&self, line: u32, log: &mut Log) -> bool {
        if self.record.as_slice().len() <= limits::CELL_BYTES {
            return true;
        }
        let mut sound = true;
        for (at, _) in self.record.iter().enumerate().filter(|(_, cell)| cell.len() > limits::CELL_BYTES) {
            sound = false;
            log.row_fault(|_| long_cell().at(self.place(line, at)));
        }
        sound
    }
}

impl Heads {
    /// Headers of a table that is no text; its rows are counted as those of a text, of which the header is line 1.
    #[cfg(feature = "parquet")]
    pub(crate) fn of<'h>(name: &str, headers: impl Iterator<Item = &'h str>) -> Self {
        Self { name: name.to_owned(), headers: headers.map(one_line).collect(), line: 1, delimiter: b',', sheet: None }
    }

    /// A sheet of a workbook, whose rows are counted as it does; the column of the sheet that each of its is.
    pub(crate) fn of_sheet(name: &str, sheet: &str, columns: Vec<u32>) -> Self {
        let sheet = Some(OfSheet { name: sheet.to_owned(), columns });
        Self { name: name.to_owned(), headers: Vec::new(), line: 0, delimiter: b',', sheet }
    }

    /// Headers as written, trimmed.
    pub(crate) fn headers(&self) -> Vec<&str> {
        self.headers.iter().map(String::as_str).collect()
    }

    /// The place of a cell.
    pub(crate) fn place(&self, line: u32, column: usize) -> Place {
        if let Some(OfSheet { name, columns }) = &self.sheet {
            let (file, sheet) = (self.name.clone(), name.clone());
            return Place::Sheet { file, sheet, row: Some(line), column: columns.get(column).copied() };
        }
        let column = self.headers.get(column).map(|header| cut(header, HEADER_SHOWN)).unwrap_or_default();
        Place::Cell { file: self.name.clone(), line, column }
    }

    /// The place of a header.
    pub(crate) fn header_place(&self, column: usize) -> Place {
        self.place(self.line, column)
    }

    /// A row of more cells than the header has columns.
    pub(crate) fn ragged(&self, line: u32, have: usize) -> Diagnostic {
        let may = self.headers.len();
        Diagnostic::error(
            codes::RAGGED,
            format!("这一行有 {have} 格，表头只有 {may} 列"),
            format!("this row has {have} cells but the header has {may} columns"),
        )
        .at(self.place(line, usize::MAX))
        .help("内容里有逗号的格子要用双引号括起", "put cells that hold a comma in double quotes")
    }

    /// A quote that opens on a line and never closes.
    pub(crate) fn unclosed(&self, line: u32) -> Diagnostic {
        Diagnostic::error(
            codes::UNCLOSED_QUOTE,
            "从这一行起的双引号没有闭合",
            "a double quote opens on this line and never closes",
        )
        .at(self.place(line, usize::MAX))
        .help("补上引号；引号本身写作两个引号", "close it; a quote inside a cell is written twice")
    }
}

/// A cell past the limit.
pub(crate) fn long_cell() -> Diagnostic {
    let limit = limits::CELL_BYTES >> 10;
    Diagnostic::error(
        codes::LIMIT,
        format!("单元格超过 {limit} KiB 的上限"),
        format!("the cell is longer than the limit of {limit} KiB"),
    )
    .help("请缩短内容；也可能是前面少了一个引号", "shorten it; or a quote may be missing before it")
}

/// A comma, unless the first line that is not blank has none but has tabs or semicolons; and where that line ends.
pub(crate) fn delimiter(bytes: &[u8]) -> (u8, usize) {
    let mut end = 0;
    let header = bytes.split_inclusive(|&byte| byte == b'\n').find(|line| {
        end += line.len();
        !String::from_utf8_lossy(line).trim().is_empty()
    });
    let count = |byte: u8| memchr::memchr_iter(byte, header.unwrap_or_default()).count();
    let delimiter = match (count(b','), count(b'\t'), count(b';')) {
        (0, tabs, semicolons) if tabs > 0 && tabs >= semicolons => b'\t',
        (0, _, semicolons) if semicolons > 0 => b';',
        _ => b',',
    };
    (delimiter, end)
}

/// Where the quote stands that is still open at the end of a record, by the rules of the `csv` crate.
fn unclosed_quote(record: &str, delimiter: u8) -> Option<usize> {
    let (mut open, mut at_start) = (None, true);
    let mut bytes = record.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        if open.is_some() {
            if byte == b'"' && bytes.next_if(|&(_, next)| next == b'"').is_none() {
                open = None;
            }
        } else if byte == b'"' && at_start {
            (open, at_start) = (Some(at), false);
        } else {
            at_start = byte == delimiter || matches!(byte, b'\r' | b'\n');
        }
    }
    open
}

/// A header as it is kept: trimmed, on one line.
fn one_line(header: &str) -> String {
    header.trim().replace(['\r', '\n'], "")
}

/// A file without a header.
pub(crate) fn empty(name: &str) -> Diagnostic {
    Diagnostic::error(codes::EMPTY, "文件是空的", "the file is empty")
        .at(Place::File(name.to_owned()))
        .help("第一行应是表头", "the first line should hold the headers")
}

/// The fault of a ledger of so many columns, if they are too many.
pub(crate) fn too_many_columns(name: &str, columns: usize) -> Option<Diagnostic> {
    let limit = limits::LEDGER_COLUMNS;
    let fault = Diagnostic::error(
        codes::LIMIT,
        format!("表头有 {columns} 列，超过 {limit} 列的上限"),
        format!("the header has {columns} columns, more than the limit of {limit}"),
    )
    .at(Place::File(name.to_owned()))
    .help("请拆成几个文件，按编号合并", "split it into several files; they are joined by id");
    (columns > limit).then_some(fault)
}

fn other_delimiter(name: &str, delimiter: u8) -> Diagnostic {
    let (zh, en) = if delimiter == b'\t' { ("制表符", "tabs") } else { ("分号", "semicolons") };
    Diagnostic::notice(codes::DELIMITER, format!("按{zh}分列"), format!("columns are split at {en}"))
        .at(Place::File(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::lines_of;

    /// Rows as `line: cell|cell`, then what was said.
    fn check(text: &str, rows: &[&str], said: &[&str]) {
        let mut log = Log::new(false);
        let mut seen = Vec::new();
        if let Some(mut table) = Table::open("t.csv", text, &mut log) {
            while let Some(row) = table.next(&mut log) {
                let cells: Vec<&str> = (0..table.headers().len()).map(|at| table.cell(at)).collect();
                seen.push(format!("{}: {}", row.line, cells.join("|")));
            }
        }
        assert_eq!(seen, rows, "{text:?}");
        let log = lines_of(&log.finish().unwrap_or_else(|faults| faults));
        assert_eq!(log.len(), said.len(), "{text:?}: {log:?}");
        for (line, begin) in log.iter().zip(said) {
            assert!(line.starts_with(begin), "{line}");
        }
    }

    #[test]
    fn rows_know_their_physical_line() {
        check("a,b\n1,2\n\n\n3,4\n", &["2: 1|2", "5: 3|4"], &[]);
        check("a,b\r\n1,2\r\n\r\n3,4\r\n", &["2: 1|2", "4: 3|4"], &[]);
        check("\n\na,b\n\"x\ny\",2\n3,4", &["4: x\ny|2", "6: 3|4"], &[]);
        check("a,b\n,\n \n3,4\n", &["4: 3|4"], &[]);
        check("\"a\nb\",c\n1,2\n", &["3: 1|2"], &[]);
    }

    #[test]
    fn short_rows_are_filled_and_long_rows_are_faults() {
        check("a,b,,\n1\n1,2,,\n1,2,3\n", &["2: 1|", "3: 1|2", "4: 1|2"], &["t.csv:4: KG-L009"]);
    }

    #[test]
    fn a_quote_left_open_is_named_by_its_line() {
        check("a,b\n1,2\n3,\"4\n5,6\n", &["2: 1|2"], &["t.csv:3: KG-L008"]);
        check("a,b\n1,2\n\"3\n\",\"4\n5,6\n", &["2: 1|2"], &["t.csv:4: KG-L008"]);
        check("a,\"b\n1,2\n", &[], &["t.csv:1: KG-L008"]);
        check("a,b\n1,\"2\"\"\"", &["2: 1|2\""], &[]);
        check("a,b\n1,x\"y", &["2: 1|x\"y"], &[]);
    }

    #[test]
    fn other_delimiters_are_seen_and_said() {
        check("a\tb\n1\t2\n", &["2: 1|2"], &["t.csv: KG-L006"]);
        check("a;b\n1;2\n", &["2: 1|2"], &["t.csv: KG-L006"]);
        check("a\n1\n", &["2: 1"], &[]);
    }

    #[test]
    fn an_empty_file_and_too_many_columns_are_faults() {
        check("", &[], &["t.csv: KG-L005"]);
        check("\n \n,,\n", &[], &["t.csv: KG-L005"]);
        check(&"x,".repeat(5_000), &[], &["t.csv: KG-L004"]);
        let long = format!("a,b\n1,{}\n", "x".repeat(limits::CELL_BYTES + 1));
        let mut log = Log::new(false);
        let mut table = Table::open("t.csv", &long, &mut log).unwrap();
        assert!(!table.next(&mut log).unwrap().sound);
        assert!(lines_of(&log.finish().unwrap_err())[0].starts_with("t.csv:2 b: KG-L004"));
    }
}
