//! The styles: titles, headings of three levels, text, remarks, cells.
//!
//! Sizes are half-points: 二号 44, 三号 32, 四号 28, 小四 24, 五号 21. Text of offices stands in lines of 28 points, two characters
//! in. English papers use the same ladder in fonts and sizes of their own.

use std::fmt::Write as _;

use kaigong_model::Lang;

use super::{HEAD, WORD};

/// How one style looks.
struct Style {
    id: &'static str,
    name: &'static str,
    /// The level in an outline, from 0.
    outline: Option<u8>,
    /// Chinese and Latin fonts.
    fonts: (&'static str, &'static str),
    size: u16,
    bold: bool,
    /// Distances and alignment.
    paragraph: &'static str,
}

/// The styles of a language.
pub(super) fn styles(lang: Lang, is_brief: bool) -> String {
    let mut list = if lang == Lang::Zh { chinese() } else { english() };
    if is_brief {
        list.iter_mut().for_each(if lang == Lang::Zh { brief } else { english_brief });
    }
    let locale = if lang == Lang::Zh { "zh-CN" } else { "en-GB" };
    let size = list[0].size;
    let mut out = format!(
        "{HEAD}<w:styles {WORD}><w:docDefaults><w:rPrDefault><w:rPr>{}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>\
         <w:lang w:val=\"en-GB\" w:eastAsia=\"{locale}\"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>",
        fonts(("仿宋", "Times New Roman"))
    );
    for style in &list {
        let default = if style.id == "Normal" { " w:default=\"1\"" } else { "" };
        let based = if style.id == "Normal" { "" } else { "<w:basedOn w:val=\"Normal\"/>" };
        let next = if style.outline.is_some() || style.id == "Title" { "<w:next w:val=\"Text\"/>" } else { "" };
        let keep = if style.outline.is_some() { "<w:keepNext/><w:keepLines/>" } else { "" };
        let outline = style.outline.map(|level| format!("<w:outlineLvl w:val=\"{level}\"/>")).unwrap_or_default();
        let bold = if style.bold { "<w:b/>" } else { "<w:b w:val=\"0\"/>" };
        let _ = write!(
            out,
            "<w:style w:type=\"paragraph\"{default} w:styleId=\"{id}\"><w:name w:val=\"{name}\"/>{based}{next}<w:qFormat/>\
             <w:pPr>{keep}{paragraph}{outline}</w:pPr><w:rPr>{fonts}{bold}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr></w:style>",
            id = style.id,
            name = style.name,
            paragraph = style.paragraph,
            fonts = fonts(style.fonts),
            size = style.size,
        );
    }
    out.push_str(
        "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/><w:uiPriority w:val=\"99\"/>\
         <w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar><w:left w:w=\"70\" w:type=\"dxa\"/>\
         <w:right w:w=\"70\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style></w:styles>",
    );
    out
}

fn fonts((asian, latin): (&str, &str)) -> String {
    format!(
        "<w:rFonts w:ascii=\"{latin}\" w:hAnsi=\"{latin}\" w:eastAsia=\"{asian}\" w:cs=\"{latin}\" w:hint=\"eastAsia\"/>"
    )
}

/// Lines of 28 points, the first two characters in.
const TEXT: &str =
    "<w:spacing w:line=\"560\" w:lineRule=\"exact\"/><w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/>";
/// Lines of 16 points.
const BRIEF: &str =
    "<w:spacing w:line=\"320\" w:lineRule=\"exact\"/><w:ind w:firstLineChars=\"200\" w:firstLine=\"440\"/>";
const CELL: &str = "<w:spacing w:before=\"40\" w:after=\"40\" w:line=\"280\" w:lineRule=\"exact\"/>";

/// A sheet for one project is set in 11 points, its title in 小二.
fn brief(style: &mut Style) {
    if style.size == 32 {
        style.size = 22;
    }
    if style.paragraph == TEXT {
        style.paragraph = BRIEF;
    }
    match style.id {
        "Title" => {
            style.size = 36;
            style.paragraph = "<w:spacing w:before=\"60\" w:after=\"60\" w:line=\"480\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>";
        }
        "Subtitle" => {
            style.size = 20;
            style.paragraph = "<w:spacing w:line=\"300\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>";
        }
        _ => {}
    }
}

/// The same in English: text of 10 points, headings close above it.
fn english_brief(style: &mut Style) {
    let (size, paragraph) = match style.id {
        "Normal" => (20, style.paragraph),
        "Text" => (20, "<w:spacing w:after=\"60\" w:line=\"252\" w:lineRule=\"auto\"/>"),
        "Title" => (30, style.paragraph),
        "Subtitle" => (18, "<w:spacing w:after=\"20\"/><w:jc w:val=\"center\"/>"),
        "Heading1" => (22, "<w:spacing w:before=\"140\" w:after=\"40\"/>"),
        _ => (style.size, style.paragraph),
    };
    style.size = size;
    style.paragraph = paragraph;
}

fn chinese() -> Vec<Style> {
    const TIMES: &str = "Times New Roman";
    let style = |id, name, asian, size| Style {
        id,
        name,
        outline: None,
        fonts: (asian, TIMES),
        size,
        bold: false,
        paragraph: TEXT,
    };
    vec![
        Style { paragraph: "", ..style("Normal", "Normal", "仿宋", 32) },
        style("Text", "Body Text", "仿宋", 32),
        Style {
            paragraph: "<w:spacing w:before=\"240\" w:after=\"120\" w:line=\"640\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>",
            ..style("Title", "Title", "宋体", 44)
        },
        Style {
            paragraph: "<w:spacing w:line=\"440\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>",
            ..style("Subtitle", "Subtitle", "楷体", 28)
        },
        Style { outline: Some(0), ..style("Heading1", "heading 1", "黑体", 32) },
        Style { outline: Some(1), ..style("Heading2", "heading 2", "楷体", 32) },
        Style { outline: Some(2), bold: true, ..style("Heading3", "heading 3", "仿宋", 32) },
        Style {
            paragraph: "<w:spacing w:before=\"80\" w:after=\"160\" w:line=\"360\" w:lineRule=\"exact\"/><w:ind w:firstLineChars=\"200\" w:firstLine=\"480\"/>",
            ..style("Note", "Remark", "楷体", 24)
        },
        Style { paragraph: CELL, ..style("Cell", "Table Text", "仿宋", 21) },
        Style {
            paragraph: "<w:keepNext/><w:spacing w:before=\"40\" w:after=\"40\" w:line=\"280\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>",
            ..style("CellHeader", "Table Header", "黑体", 21)
        },
        Style { paragraph: "", ..style("Footer", "footer", "宋体", 28) },
    ]
}

fn english() -> Vec<Style> {
    const SERIF: &str = "Times New Roman";
    const SANS: &str = "Arial";
    let style = |id, name, latin, size| Style {
        id,
        name,
        outline: None,
        fonts: ("仿宋", latin),
        size,
        bold: false,
        paragraph: "<w:spacing w:after=\"120\" w:line=\"288\" w:lineRule=\"auto\"/>",
    };
    let heading = "<w:spacing w:before=\"280\" w:after=\"100\"/>";
    let centred = "<w:spacing w:after=\"80\"/><w:jc w:val=\"center\"/>";
    let cell = "<w:spacing w:before=\"30\" w:after=\"30\"/>";
    vec![
        Style { paragraph: "", ..style("Normal", "Normal", SERIF, 22) },
        style("Text", "Body Text", SERIF, 22),
        Style { bold: true, paragraph: centred, ..style("Title", "Title", SANS, 36) },
        Style { paragraph: centred, ..style("Subtitle", "Subtitle", SANS, 20) },
        Style { outline: Some(0), bold: true, paragraph: heading, ..style("Heading1", "heading 1", SANS, 28) },
        Style { outline: Some(1), bold: true, paragraph: heading, ..style("Heading2", "heading 2", SANS, 24) },
        Style { outline: Some(2), bold: true, paragraph: heading, ..style("Heading3", "heading 3", SANS, 22) },
        Style { paragraph: "<w:spacing w:before=\"40\" w:after=\"160\"/>", ..style("Note", "Remark", SANS, 17) },
        Style { paragraph: cell, ..style("Cell", "Table Text", SANS, 18) },
        Style {
            bold: true,
            paragraph: "<w:keepNext/><w:spacing w:before=\"30\" w:after=\"30\"/><w:jc w:val=\"center\"/>",
            ..style("CellHeader", "Table Header", SANS, 18)
        },
        Style { paragraph: "", ..style("Footer", "footer", SERIF, 22) },
    ]
}
