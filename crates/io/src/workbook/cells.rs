//! The cells of a sheet as programs write them, read in pieces on all threads. The text of a cell is not copied: it
//! stays in the sheet's XML or among the shared texts.
//!
//! ```text
//! XML --cut between rows--> pieces --each on a thread--> rows, cells --in order--> a grid
//! ```
//! Anything else that XML allows, and anything past a limit, is left to `calamine`, which reads the same cells.

use std::{ops::Range, sync::Arc};

use kaigong_model::limits;
use memchr::memmem;
use rayon::prelude::*;

use super::{
    cut::{Cut, is_plain},
    grid::{Block, CellKind, Grid, GridCell, GridRow, Stands},
    number::{date_or_number, decimal},
    texts::trimmed,
};

/// Bytes of a piece: some hundred rows.
const PIECE: usize = 1 << 20;

/// What the cells of all sheets of a workbook refer to.
#[derive(Debug)]
pub(super) struct Common {
    /// The shared texts, and where each stands.
    pub(super) text: Arc<str>,
    pub(super) spans: Vec<Range<u32>>,
    /// Whether a style shows a day or a time.
    pub(super) is_day: Vec<bool>,
}

/// Reads a sheet into its grid; gives the XML back where it is not written plainly.
pub(super) fn read(sheet: String, common: &Common, grid: &mut Grid) -> Result<(), String> {
    match blocks(&sheet, common, grid.is_1904, PIECE) {
        Some((blocks, rows)) => {
            grid.take(blocks, rows, sheet, Arc::clone(&common.text));
            Ok(())
        }
        None => Err(sheet),
    }
}

fn blocks(sheet: &str, common: &Common, is_1904: bool, size: usize) -> Option<(Vec<Block>, Vec<GridRow>)> {
    let bytes = sheet.as_bytes();
    let begin = memmem::find(bytes, b"<sheetData>")? + b"<sheetData>".len();
    let end = memmem::rfind(bytes, b"</sheetData>")?;
    // One sheet, no comments, nothing that is not XML as it is read here.
    let other = memmem::find(&bytes[..begin], b"sheetData").is_some_and(|at| at + b"sheetData>".len() != begin);
    if end < begin || sheet.len() > u32::MAX as usize || other || memmem::find(bytes, b"<!").is_some() {
        return None;
    }
    let pieces = pieces(bytes, begin..end, size);
    let read = |piece: &Range<usize>| Piece::read(sheet, piece.clone(), common, is_1904);
    let read: Vec<Piece<'_>> = pieces.par_iter().map(read).collect::<Option<_>>()?;
    let text: usize = read.iter().map(|piece| piece.text).sum();
    let cells: usize = read.iter().map(|piece| piece.block.cells.len()).sum();
    let longest = read.iter().map(|piece| piece.longest).max().unwrap_or(0);
    if text > limits::WORKBOOK_TEXT || cells > limits::WORKBOOK_CELLS || longest > limits::CELL_BYTES {
        return None;
    }
    let (mut blocks, mut rows) = (Vec::with_capacity(read.len()), Vec::new());
    for (piece, number) in read.into_iter().zip(0u32..) {
        rows.extend(piece.rows.into_iter().map(|row| GridRow { block: number, ..row }));
        blocks.push(piece.block);
    }
    rows.is_sorted_by(|one, next| one.number < next.number).then_some((blocks, rows))
}

/// Cuts at beginnings of rows.
fn pieces(bytes: &[u8], cells: Range<usize>, size: usize) -> Vec<Range<usize>> {
    let (mut pieces, mut start) = (Vec::new(), cells.start);
    while start < cells.end {
        let from = (start + size.max(1)).min(cells.end);
        let next = memmem::find(&bytes[from..cells.end], b"<row ").map_or(cells.end, |at| from + at);
        pieces.push(start..next);
        start = next;
    }
    pieces
}

/// Rows being read.
struct Piece<'c> {
    sheet: &'c str,
    common: &'c Common,
    is_1904: bool,
    block: Block,
    rows: Vec<GridRow>,
    /// Bytes of all its cells, and of the longest.
    text: usize,
    longest: usize,
}

/// What the tag of a cell says.
#[derive(Clone, Copy, Debug, Default)]
struct Tag {
    column: u16,
    kind: Kind,
    is_day: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Inline,
    Formula,
    Bool,
    Error,
}

impl<'c> Piece<'c> {
    fn read(sheet: &'c str, bounds: Range<usize>, common: &'c Common, is_1904: bool) -> Option<Self> {
        let mut piece = Self { sheet, common, is_1904, block: Block::default(), rows: Vec::new(), text: 0, longest: 0 };
        let mut cut = Cut { bytes: &sheet.as_bytes()[..bounds.end], at: bounds.start };
        loop {
            cut.pass_space();
            if cut.at == bounds.end {
                return Some(piece);
            }
            piece.row(&mut cut)?;
        }
    }

    fn row(&mut self, cut: &mut Cut<'_>) -> Option<()> {
        if !cut.eat(b"<row ") {
            return None;
        }
        let (bytes, mut number) = (cut.bytes, None);
        let is_empty = cut.attributes(|name, value| {
            if name == b"r" {
                number = whole(&bytes[value]);
            }
        })?;
        let number = number.filter(|&number| number > 0 && number <= limits::SHEET_ROWS)?;
        if is_empty {
            return Some(());
        }
        let first = self.block.cells.len();
        let mut next = 0;
        loop {
            cut.pass_space();
            if cut.eat(b"</row>") {
                break;
            }
            next = self.cell(cut, number, next)?;
        }
        let after = self.block.cells.len();
        if after > first {
            let (first, after) = (u32::try_from(first).ok()?, u32::try_from(after).ok()?);
            self.rows.push(GridRow { number, hidden: false, block: 0, first, after });
        }
        Some(())
    }

    /// Reads a cell that must stand in column `next` or later; the first column its neighbour may stand in.
    fn cell(&mut self, cut: &mut Cut<'_>, row: u32, next: u16) -> Option<u16> {
        if !cut.eat(b"<c ") {
            return None;
        }
        let (bytes, mut tag, mut column, mut fine) = (cut.bytes, Tag::default(), None, true);
        let is_empty = cut.attributes(|name, value| match name {
            b"r" => column = reference(&bytes[value], row),
            b"s" => match whole(&bytes[value]) {
                Some(style) => tag.is_day = self.common.is_day.get(style as usize).copied().unwrap_or(false),
                None => fine = false,
            },
            b"t" => match kind(&bytes[value]) {
                Some(kind) => tag.kind = kind,
                None => fine = false,
            },
            _ => {}
        })?;
        tag.column = column.filter(|&column| fine && column >= next)?;
        if !is_empty && !cut.eat(b"</c>") {
            self.content(cut, tag)?;
            if !cut.eat(b"</c>") {
                return None;
            }
        }
        Some(tag.column + 1)
    }

    fn content(&mut self, cut: &mut Cut<'_>, tag: Tag) -> Option<()> {
        if tag.kind == Kind::Inline {
            if !cut.eat(b"<is><t>") && !cut.eat(b"<is><t xml:space=\"preserve\">") {
                return None;
            }
            let text = cut.until(b'<')?;
            return (cut.eat(b"</t></is>") && self.text(tag, text).is_some()).then_some(());
        }
        if cut.eat(b"<f>") {
            cut.until(b'<')?;
            if !cut.eat(b"</f>") {
                return None;
            }
        }
        if cut.eat(b"<v/>") {
            return Some(());
        }
        if !cut.eat(b"<v>") {
            // A formula that was never worked out.
            return cut.bytes[cut.at..].starts_with(b"</c>").then_some(());
        }
        let value = cut.until(b'<')?;
        if !cut.eat(b"</v>") {
            return None;
        }
        if value.is_empty() { Some(()) } else { self.value(tag, value) }
    }

    fn value(&mut self, tag: Tag, value: Range<usize>) -> Option<()> {
        let text = &self.sheet[value.clone()];
        match tag.kind {
            Kind::Shared => {
                let common = self.common;
                let span = common.spans.get(whole(text.as_bytes())? as usize)?;
                self.push(tag, CellKind::Text, span, Stands::Shared);
                Some(())
            }
            Kind::Number => self.number(tag, text, value),
            Kind::Formula => self.text(tag, value),
            Kind::Bool => match text {
                "1" => self.make(tag, CellKind::Bool, "TRUE"),
                "0" => self.make(tag, CellKind::Bool, "FALSE"),
                _ => None,
            },
            Kind::Error => {
                self.push(tag, CellKind::Error, &(value.start as u32..value.end as u32), Stands::Sheet);
                ERRORS.contains(&text).then_some(())
            }
            Kind::Inline => None,
        }
    }

    fn number(&mut self, tag: Tag, text: &str, value: Range<usize>) -> Option<()> {
        if !tag.is_day && is_shortest(text.as_bytes()) {
            self.push(tag, CellKind::Number, &(value.start as u32..value.end as u32), Stands::Sheet);
            return Some(());
        }
        let is_number = |byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
        if !text.bytes().all(is_number) || !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            return None;
        }
        let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
        let (kind, text) =
            if tag.is_day { date_or_number(number, self.is_1904) } else { (CellKind::Number, decimal(number)) };
        self.make(tag, kind, &text)
    }

    /// Words that stand in the cell itself.
    fn text(&mut self, tag: Tag, span: Range<usize>) -> Option<()> {
        let text = &self.sheet[span.clone()];
        if is_plain(text.as_bytes()) {
            self.push(tag, CellKind::Text, &trimmed(self.sheet, span)?, Stands::Sheet);
            return Some(());
        }
        self.make(tag, CellKind::Text, unescaped(text)?.trim())
    }

    fn make(&mut self, tag: Tag, kind: CellKind, text: &str) -> Option<()> {
        let made = &mut self.block.made;
        let start = u32::try_from(made.len()).ok()?;
        made.push_str(text);
        let end = u32::try_from(made.len()).ok()?;
        self.push(tag, kind, &(start..end), Stands::Made);
        Some(())
    }

    fn push(&mut self, tag: Tag, kind: CellKind, span: &Range<u32>, stands: Stands) {
        let length = span.end - span.start;
        if length > 0 {
            self.text += length as usize;
            self.longest = self.longest.max(length as usize);
            self.block.cells.push(GridCell { start: span.start, length, column: tag.column, kind, stands });
        }
    }
}

/// What a formula fails with.
const ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

fn kind(text: &[u8]) -> Option<Kind> {
    Some(match text {
        b"s" => Kind::Shared,
        b"n" => Kind::Number,
        b"str" => Kind::Formula,
        b"inlineStr" => Kind::Inline,
        b"b" => Kind::Bool,
        b"e" => Kind::Error,
        _ => return None,
    })
}

/// A number of up to nine digits.
fn whole(digits: &[u8]) -> Option<u32> {
    let is_one = (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    is_one.then(|| digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}

/// The column of `AB12`, if it is in that row and within the limit.
fn reference(text: &[u8], row: u32) -> Option<u16> {
    let letters = text.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    if !(1..=3).contains(&letters) || whole(&text[letters..])? != row {
        return None;
    }
    let column = text[..letters].iter().fold(0u32, |sum, letter| sum * 26 + u32::from(letter - b'A') + 1) - 1;
    u16::try_from(column).ok().filter(|&column| usize::from(column) < limits::LEDGER_COLUMNS)
}

/// Whether a decimal is the shortest that names its double: of up to fifteen digits, with none to spare at its ends.
fn is_shortest(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let is_zero = digits == b"0" && digits.len() == text.len();
    let point = digits.iter().position(|&byte| byte == b'.');
    let (head, tail) = digits.split_at(point.unwrap_or(digits.len()));
    let are_digits = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let has_head = are_digits(head) && (head[0] != b'0' || (head.len() == 1 && !tail.is_empty()));
    let has_tail = tail.is_empty() || (are_digits(&tail[1..]) && tail.last() != Some(&b'0'));
    is_zero || (digits.len() <= 15 && has_head && has_tail)
}

/// A text with the five references that XML has by itself; none with any other.
fn unescaped(text: &str) -> Option<String> {
    const NAMED: [(&str, char); 5] = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\'')];
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, after) = rest.split_at(at);
        let (name, meant) = NAMED.into_iter().find(|(name, _)| after.starts_with(name))?;
        plain.push_str(before);
        plain.push(meant);
        rest = &after[name.len()..];
    }
    plain.push_str(rest);
    is_plain(text.replace('&', "").as_bytes()).then_some(plain)
}

#[cfg(test)]
mod tests;
