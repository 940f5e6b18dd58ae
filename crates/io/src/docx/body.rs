//! The text: title, blocks in order, and the page they stand on.

use std::fmt::Write as _;

use kaigong_model::{Align, Block, Document, PrintedTable, Run, escaped};

use super::{HEAD, WORD};

/// A4 and the margins of GB/T 9704, twentieths of a point: 37 mm above, 35 below, 28 at the left, 26 at the right.
const PAGE: &str = "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
<w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1985\" w:left=\"1587\" w:header=\"851\" w:footer=\"1361\" w:gutter=\"0\"/>";
/// What is left of the width of a page.
const WIDTH: u32 = 11_906 - 1_474 - 1_587;
/// A sheet for one project: 20 mm above and below, 22 at the sides.
const BRIEF: &str = "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
<w:pgMar w:top=\"1134\" w:right=\"1247\" w:bottom=\"1134\" w:left=\"1247\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>";
const BRIEF_WIDTH: u32 = 11_906 - 2 * 1_247;

/// On the same page as what follows.
const KEEP: &str = "<w:keepNext/>";

/// The document's part.
pub(super) fn document(paper: &Document) -> String {
    let (page, width) = if paper.is_brief { (BRIEF, BRIEF_WIDTH) } else { (PAGE, WIDTH) };
    let mut out = format!("{HEAD}<w:document {WORD}><w:body>");
    paragraph("Title", &[run(&paper.title)], "", &mut out);
    for line in &paper.lines {
        paragraph("Subtitle", &[run(line)], "", &mut out);
    }
    for block in &paper.blocks {
        match block {
            Block::Heading(level, text) => {
                paragraph(&format!("Heading{}", (*level).clamp(1, 3)), &[run(text)], "", &mut out);
            }
            Block::Paragraph(runs) => {
                // Bold throughout: a heading of what follows.
                let leads = runs.iter().all(|run| run.bold || run.text.is_empty());
                paragraph("Text", runs, if leads { KEEP } else { "" }, &mut out);
            }
            Block::Note(text) => paragraph("Note", &[run(text)], "", &mut out),
            Block::Table(printed) => table(printed, width, &mut out),
        }
    }
    let _ = write!(
        out,
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId3\"/><w:footerReference w:type=\"even\" r:id=\"rId4\"/>\
         {page}</w:sectPr></w:body></w:document>"
    );
    out
}

fn run(text: &str) -> Run {
    Run { text: text.to_owned(), bold: false }
}

/// A paragraph; ends of lines within it stay.
fn paragraph(style: &str, runs: &[Run], more: &str, out: &mut String) {
    let _ = write!(out, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{more}</w:pPr>");
    for Run { text, bold } in runs {
        for (at, line) in text.split('\n').enumerate() {
            let bold = if *bold { "<w:rPr><w:b/></w:rPr>" } else { "" };
            let ends = if at > 0 { "<w:br/>" } else { "" };
            let _ = write!(out, "<w:r>{bold}{ends}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escaped(line));
        }
    }
    out.push_str("</w:p>");
}

/// A little room: two tables without a paragraph between them would be one, and text does not touch a table.
fn push_room(keep: &str, out: &mut String) {
    let _ = write!(
        out,
        "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/>{keep}<w:spacing w:line=\"120\" w:lineRule=\"exact\"/></w:pPr></w:p>"
    );
}

fn table(table: &PrintedTable, page: u32, out: &mut String) {
    // The heading above stays with the table, over the room between them.
    push_room(KEEP, out);
    let shares: u32 = table.columns.iter().map(|(_, _, share)| u32::from(*share)).sum::<u32>().max(1);
    let widths: Vec<u32> = table.columns.iter().map(|(_, _, share)| page * u32::from(*share) / shares).collect();
    let line = |side: &str| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"808080\"/>");
    let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(line).concat();
    let _ = write!(
        out,
        "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblBorders>{borders}</w:tblBorders>\
         <w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>",
        widths.iter().sum::<u32>()
    );
    for width in &widths {
        let _ = write!(out, "<w:gridCol w:w=\"{width}\"/>");
    }
    out.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for ((header, ..), width) in table.columns.iter().zip(&widths) {
        let shade = "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E9EDF0\"/>";
        cell(*width, shade, "CellHeader", header, KEEP, out);
    }
    out.push_str("</w:tr>");
    for (at, row) in table.rows.iter().enumerate() {
        // No row stands alone at the foot of a page or at the head of the next.
        let (after, is_edge) = (table.rows.len() - at - 1, at < 2 || at + 2 == table.rows.len());
        let keep = if after > 0 && is_edge { KEEP } else { "" };
        out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for ((text, (_, align, _)), width) in row.iter().zip(&table.columns).zip(&widths) {
            let side = if *align == Align::Right { "<w:jc w:val=\"right\"/>" } else { "" };
            cell(*width, "", "Cell", text, &format!("{keep}{side}"), out);
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
    push_room("", out);
}

fn cell(width: u32, more: &str, style: &str, text: &str, side: &str, out: &mut String) {
    let _ =
        write!(out, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{more}<w:vAlign w:val=\"center\"/></w:tcPr>");
    paragraph(style, &[run(text)], side, out);
    out.push_str("</w:tc>");
}
