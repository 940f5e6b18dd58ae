//! A workbook without its cells, and what `calamine` says of it: sheets, how days count, which styles show days, and
//! what the shared texts say that are not plain.
//!
//! The workbook is made anew with one sheet that holds a cell of each style and of each such text, so that nothing of
//! what the parser knows has to be known here too.

use std::{
    collections::BTreeMap,
    io::{Cursor, Write as _},
    sync::Arc,
};

use calamine::{DataRef, Reader as _, SheetVisible, Xlsx};
use kaigong_model::limits;
use memchr::memmem;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{Fault, archive::Archive, cells::Common, texts::Texts};

/// Styles a workbook may have, the most that spreadsheets keep.
const STYLES: usize = 65_536;
/// Texts that are not plain and are told here; with more the parser reads the workbook as a whole, in less room.
const ODD: usize = 1 << 18;
/// Where the texts that sheets share are kept.
pub(super) const TEXTS: &str = "xl/sharedStrings.xml";
/// Parts that the parser opens a workbook by.
const PARTS: [&str; 6] = [
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/theme/theme1.xml",
];

/// What is known of a workbook before its cells are.
pub(super) struct Skeleton {
    /// Names of its sheets, and whether they are hidden.
    pub(super) sheets: Vec<(String, bool)>,
    pub(super) is_1904: bool,
    pub(super) common: Common,
}

/// The sheets of an opened workbook.
pub(super) fn sheets<R: std::io::Read + std::io::Seek>(book: &Xlsx<R>) -> Vec<(String, bool)> {
    let known = book.sheets_metadata().iter();
    known.map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible)).collect()
}

/// Opens a workbook without its cells; none where it is not put together as all programs do it.
pub(super) fn of(archive: &mut Archive<'_>, paths: &BTreeMap<String, String>) -> Result<Option<Skeleton>, Fault> {
    let texts = match archive.bytes(TEXTS)? {
        None => Some(Texts::default()),
        Some(bytes) => match String::from_utf8(bytes) {
            Ok(part)
                if memmem::find_iter(part.as_bytes(), b"<si").take(limits::WORKBOOK_CELLS + 1).count()
                    > limits::WORKBOOK_CELLS =>
            {
                return Err(Fault::texts());
            }
            part => part.ok().and_then(Texts::of),
        },
    };
    let Some(texts) = texts else { return Ok(None) };
    let mut parts = Vec::new();
    for name in PARTS {
        if let Some(bytes) = archive.measured(name)? {
            parts.push((name.to_owned(), bytes));
        }
    }
    Ok(assemble(parts, texts, paths))
}

fn assemble(mut parts: Vec<(String, Vec<u8>)>, mut texts: Texts, paths: &BTreeMap<String, String>) -> Option<Skeleton> {
    let (name, path) = paths.first_key_value()?;
    let styles = parts.iter().find(|(part, _)| part == "xl/styles.xml");
    let styles = styles.map_or(0, |(_, bytes)| memmem::find_iter(bytes, b"<xf").count());
    if styles > STYLES || texts.odd.len() > ODD || !parts.iter().any(|(part, _)| part == "xl/workbook.xml") {
        return None;
    }
    parts.push((path.clone(), probe(styles, texts.odd.len()).into_bytes()));
    parts.push((TEXTS.to_owned(), odd(&texts).into_bytes()));
    let mut book = Xlsx::new(Cursor::new(archive(&parts)?)).ok()?;
    let sheets = sheets(&book);
    // A name that stands twice, or whose part is not known, is for the parser alone to understand.
    if sheets.len() != paths.len() || sheets.iter().any(|(name, _)| !paths.contains_key(name)) {
        return None;
    }
    let mut is_day = vec![false; styles];
    let numbers: Vec<usize> = texts.odd.iter().map(|(number, _)| *number).collect();
    let mut cells = book.worksheet_cells_reader(name).ok()?;
    while let Some(cell) = cells.next_cell().ok()? {
        let row = cell.get_position().0 as usize;
        match (cell.get_value(), row.checked_sub(styles)) {
            (DataRef::DateTime(_), None) => is_day[row] = true,
            (DataRef::SharedString(text), Some(at)) => texts.tell(*numbers.get(at)?, text)?,
            _ => {}
        }
    }
    drop(cells);
    let common = Common { text: Arc::from(texts.text), spans: texts.spans, is_day };
    Some(Skeleton { sheets, is_1904: book.has_1904_epoch(), common })
}

/// A sheet with one cell a row: of each style, then of each text.
fn probe(styles: usize, texts: usize) -> String {
    use std::fmt::Write as _;
    let mut sheet = String::from("<worksheet><sheetData>");
    for style in 0..styles {
        let row = style + 1;
        let _ = write!(sheet, "<row r=\"{row}\"><c r=\"A{row}\" s=\"{style}\"><v>46295</v></c></row>");
    }
    for text in 0..texts {
        let row = styles + text + 1;
        let _ = write!(sheet, "<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>{text}</v></c></row>");
    }
    sheet + "</sheetData></worksheet>"
}

/// The texts that are not plain, as a part of their own.
fn odd(texts: &Texts) -> String {
    let texts: String = texts.odd.iter().map(|(_, place)| &texts.text[place.clone()]).collect();
    format!("<sst>{texts}</sst>")
}

fn archive(parts: &[(String, Vec<u8>)]) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), stored).ok()?;
        zip.write_all(bytes).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}
