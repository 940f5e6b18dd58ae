//! Rows of long sheets: written as the library writes them, but in pieces on all threads, and put into the file it made.
//!
//! ```text
//! library   heading, header, notes, offers, charts, paper, totals; one sample cell of each style where rows will stand
//! here      samples -> numbers of styles; rows -> XML in pieces; texts -> more shared strings; new parts -> the file
//! ```
//! The library keeps every cell in a tree and looks its style up by all that a style says; of millions of cells that is
//! most of the time an export takes.

use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};

use kaigong_model::{Sheet, Value, Workbook};
use rayon::prelude::*;
use rust_xlsxwriter::{Format, Worksheet, XlsxError, utility::column_number_to_name};
use rustc_hash::FxHashMap;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{CELL, PLACES, Styles, date_time, draw, numbers, short};
use crate::output::acts;

/// Rows from which a sheet is written here.
const MANY: usize = 2_000;
/// Rows of a piece.
const PIECE: usize = 1_000;
/// Rows and columns of a sheet.
const ROWS: usize = 1_048_576;
const COLUMNS: usize = 16_384;

/// Whether the rows of a sheet are written here. What calculates, and what no sheet holds, is left to the library.
pub(super) fn is_long(sheet: &Sheet) -> bool {
    let calculates = |row: &Vec<Value>| row.iter().any(|cell| matches!(cell, Value::Over { .. }));
    let room = sheet.rows.len() + sheet.heading.len() + 3 <= ROWS && sheet.columns.len() <= COLUMNS;
    sheet.rows.len() >= MANY && room && !sheet.rows.iter().any(calculates)
}

/// The styles that cells of records have, in the order of [`Look`].
fn looks(styles: &Styles) -> [&Format; 4 + PLACES] {
    let mut looks = [&styles.text; 4 + PLACES];
    looks[1] = &styles.quoted;
    looks[2] = &styles.day;
    looks[3] = &styles.exact;
    looks[4..].iter_mut().zip(&styles.numbers).for_each(|(look, number)| *look = number);
    looks
}

/// A cell of each style, one under another, where the rows will stand.
pub(super) fn samples(tab: &mut Worksheet, styles: &Styles, first: u32) -> Result<(), XlsxError> {
    for (look, row) in looks(styles).into_iter().zip(first..) {
        tab.write_blank(row, 0, look)?;
    }
    Ok(())
}

/// The file with the rows of its long sheets.
///
/// # Errors
/// That the file is none, which only a fault of ours can bring about.
pub(super) fn filled(file: Vec<u8>, book: &Workbook) -> Result<Vec<u8>, XlsxError> {
    let long: Vec<(usize, &Sheet)> = book.sheets.iter().enumerate().filter(|(_, sheet)| is_long(sheet)).collect();
    if long.is_empty() {
        return Ok(file);
    }
    let mut archive = ZipArchive::new(Cursor::new(file))?;
    let mut texts = Texts::read(&part(&mut archive, STRINGS)?)?;
    long.iter().for_each(|(_, sheet)| texts.add(sheet));
    let mut parts = vec![(STRINGS.to_owned(), texts.pieces())];
    for (at, sheet) in long {
        let name = format!("xl/worksheets/sheet{}.xml", at + 1);
        let frame = part(&mut archive, &name)?;
        parts.push((name, pieces(&frame, sheet, &texts)?));
    }
    // Longest first: the others are packed beside it.
    parts.sort_by_key(|(_, pieces)| std::cmp::Reverse(pieces.iter().map(String::len).sum::<usize>()));
    let packed: Vec<(String, Result<Vec<u8>, ZipError>)> =
        parts.into_par_iter().with_max_len(1).map(|(name, pieces)| (name.clone(), packed(&name, &pieces))).collect();
    joined(archive, packed)
}

const STRINGS: &str = "xl/sharedStrings.xml";

fn part(archive: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> Result<String, XlsxError> {
    let mut text = String::new();
    archive.by_name(name)?.read_to_string(&mut text)?;
    Ok(text)
}

fn broken() -> XlsxError {
    ZipError::InvalidArchive("a part of the workbook is not as it was written".into()).into()
}

/// One part as an archive of its own.
fn packed(name: &str, pieces: &[String]) -> Result<Vec<u8>, ZipError> {
    let size: usize = pieces.iter().map(String::len).sum();
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .unix_permissions(0o600)
        .last_modified_time(DateTime::default())
        .large_file(size >= u32::MAX as usize);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, options)?;
    for piece in pieces {
        zip.write_all(piece.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The archive with some of its parts replaced, in its own order.
fn joined(
    mut archive: ZipArchive<Cursor<Vec<u8>>>,
    packed: Vec<(String, Result<Vec<u8>, ZipError>)>,
) -> Result<Vec<u8>, XlsxError> {
    let mut replaced: FxHashMap<String, Vec<u8>> = FxHashMap::default();
    for (name, bytes) in packed {
        replaced.insert(name, bytes?);
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let old = archive.by_index_raw(at)?;
        match replaced.remove(old.name()?.as_ref()) {
            Some(bytes) => zip.raw_copy_file(ZipArchive::new(Cursor::new(bytes))?.by_index_raw(0)?)?,
            None => zip.raw_copy_file(old)?,
        }
    }
    Ok(zip.finish()?.into_inner())
}

/// Texts of cells, each once, after those that the library has written.
struct Texts<'b> {
    /// What stands before them: the part without its end, and the counts it gives.
    before: String,
    count: usize,
    unique: usize,
    /// How many cells have one.
    cells: usize,
    numbers: FxHashMap<&'b str, usize>,
    order: Vec<&'b str>,
}

impl<'b> Texts<'b> {
    fn read(part: &str) -> Result<Self, XlsxError> {
        let number = |name: &str| {
            let rest = part.split_once(&format!(" {name}=\""))?.1;
            rest.split_once('"')?.0.parse::<usize>().ok()
        };
        let (Some(count), Some(unique), Some(before)) =
            (number("count"), number("uniqueCount"), part.strip_suffix("</sst>"))
        else {
            return Err(broken());
        };
        Ok(Self {
            before: before.to_owned(),
            count,
            unique,
            cells: 0,
            numbers: FxHashMap::default(),
            order: Vec::new(),
        })
    }

    fn add(&mut self, sheet: &'b Sheet) {
        for cell in sheet.rows.iter().flatten() {
            let Value::Text(text) = cell else { continue };
            self.cells += 1;
            let next = self.unique + self.order.len();
            if *self.numbers.entry(text).or_insert(next) == next {
                self.order.push(text);
            }
        }
    }

    fn pieces(&self) -> Vec<String> {
        let counts = |count: usize, unique: usize| format!(" count=\"{count}\" uniqueCount=\"{unique}\"");
        let (known, now) =
            (counts(self.count, self.unique), counts(self.count + self.cells, self.unique + self.order.len()));
        let mut pieces = vec![self.before.replacen(&known, &now, 1)];
        let more: Vec<String> = self
            .order
            .par_chunks(PIECE * 10)
            .map(|texts| {
                let mut out = String::new();
                texts.iter().for_each(|text| push_text(text, &mut out));
                out
            })
            .collect();
        pieces.extend(more);
        pieces.push("</sst>".to_owned());
        pieces
    }
}

/// A shared string as the library writes it.
fn push_text(text: &str, out: &mut String) {
    let text = short(text, CELL);
    let blank = ['\t', '\n', ' '];
    let kept = if text.starts_with(blank) || text.ends_with(blank) { " xml:space=\"preserve\"" } else { "" };
    let _ = write!(out, "<si><t{kept}>");
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push(c),
            c if c < ' ' => {
                let _ = write!(out, "_x{:04X}_", u32::from(c));
            }
            // What reads like an escape is none.
            '_' if is_escape(&text[at..]) => out.push_str("_x005F_"),
            c => out.push(c),
        }
    }
    out.push_str("</t></si>");
}

/// Whether a text begins with `_xHHHH_`.
fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7 && bytes[1] == b'x' && bytes[6] == b'_' && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

/// The part of a sheet, its rows in place of the samples.
fn pieces(frame: &str, sheet: &Sheet, texts: &Texts<'_>) -> Result<Vec<String>, XlsxError> {
    let first = draw::first_row(sheet);
    let last = first + sheet.rows.len();
    let (mut styles, mut begins, mut ends) = ([0; 4 + PLACES], None, 0);
    for (at, style) in styles.iter_mut().enumerate() {
        let row = format!("<row r=\"{}\"", first + at + 1);
        let start = frame.find(&row).ok_or_else(broken)?;
        let end = start + frame[start..].find("</row>").ok_or_else(broken)? + "</row>".len();
        let cell = frame[start..end].split_once(" s=\"").and_then(|(_, rest)| rest.split_once('"'));
        *style = cell.and_then(|(number, _)| number.parse::<u32>().ok()).ok_or_else(broken)?;
        begins.get_or_insert(start);
        ends = end;
    }
    let letters: Vec<String> = (0..sheet.columns.len()).map(|at| column_number_to_name(at as u16)).collect();
    let drawn = Drawn { sheet, texts, styles, letters };
    let rows = sheet.rows.par_chunks(PIECE).enumerate().map(|(at, rows)| drawn.piece(first + at * PIECE, rows));
    let mut pieces = vec![reaching(&frame[..begins.unwrap_or_default()], last)];
    pieces.extend(rows.collect::<Vec<String>>());
    pieces.push(frame[ends..].to_owned());
    Ok(pieces)
}

/// The beginning of a sheet, which says how far it reaches: to this row at least.
fn reaching(frame: &str, last: usize) -> String {
    let known = frame.split_once("<dimension ref=\"").and_then(|(before, rest)| Some((before, rest.split_once('"')?)));
    let Some((before, (range, after))) = known else { return frame.to_owned() };
    let corner = range.rsplit_once(':').map_or(range, |(_, corner)| corner);
    let letters = corner.trim_end_matches(|c: char| c.is_ascii_digit());
    let row = corner[letters.len()..].parse::<usize>().unwrap_or_default().max(last);
    format!("{before}<dimension ref=\"A1:{letters}{row}\"{after}")
}

/// What the rows of a sheet are drawn from.
struct Drawn<'d, 'b> {
    sheet: &'d Sheet,
    texts: &'d Texts<'b>,
    /// Numbers of styles, in the order of [`looks`].
    styles: [u32; 4 + PLACES],
    letters: Vec<String>,
}

impl Drawn<'_, '_> {
    fn piece(&self, first: usize, rows: &[Vec<Value>]) -> String {
        let mut out = String::with_capacity(rows.len() * self.letters.len() * 36);
        for (row, number) in rows.iter().zip(first + 1..) {
            self.row(row, number, &mut out);
        }
        out
    }

    /// A row; its height in points is one of whole pixels, as the library has it.
    fn row(&self, row: &[Value], number: usize, out: &mut String) {
        let pixels = (u32::from(draw::height(self.sheet, row)) * 8 + 3) / 6;
        // Three quarters of a point each.
        let (points, quarters) = (pixels * 3 / 4, ["", ".25", ".5", ".75"][(pixels * 3 % 4) as usize]);
        let wide = row.len();
        let _ = write!(out, "<row r=\"{number}\" spans=\"1:{wide}\" ht=\"{points}{quarters}\" customHeight=\"1\">");
        for (at, cell) in row.iter().enumerate() {
            self.cell(cell, at, number, out);
        }
        out.push_str("</row>");
    }

    fn cell(&self, cell: &Value, at: usize, row: usize, out: &mut String) {
        let [text, quoted, day, exact, ..] = self.styles;
        let Some(letters) = self.letters.get(at) else { return };
        let known = &self.sheet.columns[at];
        let _ = match cell {
            Value::Text(words) => self.words(letters, row, words, if acts(words) { quoted } else { text }, out),
            Value::Number(number) => {
                let style =
                    if known.exact { exact } else { self.styles[4 + usize::from(known.places).min(PLACES - 1)] };
                let number = numbers::value(number);
                write!(out, "<c r=\"{letters}{row}\" s=\"{style}\"><v>{number}</v></c>")
            }
            Value::Day(written) => match date_time(*written) {
                Ok(serial) => {
                    write!(out, "<c r=\"{letters}{row}\" s=\"{day}\"><v>{}</v></c>", serial.to_excel())
                }
                Err(_) => {
                    let words = written.to_string();
                    write!(out, "<c r=\"{letters}{row}\" s=\"{text}\" t=\"inlineStr\"><is><t>{words}</t></is></c>")
                }
            },
            // INVARIANT: what calculates is not in a long sheet.
            Value::Blank | Value::Over { .. } => write!(out, "<c r=\"{letters}{row}\" s=\"{text}\"/>"),
        };
    }

    fn words(&self, letters: &str, row: usize, words: &str, style: u32, out: &mut String) -> std::fmt::Result {
        let number = self.texts.numbers.get(words).copied().unwrap_or_default();
        write!(out, "<c r=\"{letters}{row}\" s=\"{style}\" t=\"s\"><v>{number}</v></c>")
    }
}

#[cfg(test)]
mod tests;
