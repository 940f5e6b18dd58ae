//! What the columns of workbooks are taken for: a screen, and JSON for machines.

use std::fmt::Write as _;

use kaigong_model::{
    Align, ColumnUse, FactIdx, Lang, Part, SheetColumn, SheetColumns, Sureness, Table, UnitSource, column_letters,
};
use kaigong_rules::Pack;
use serde_json::{Value, json};

use crate::phrase::{inline, list, plain, say};

/// What a screen of columns shows beside the columns.
#[derive(Clone, Debug)]
pub struct ColumnsScreen {
    /// Language.
    pub lang: Lang,
    /// The data as the user named it, for the next command.
    pub data: String,
    /// Where the map was written, if it was.
    pub saved: Option<String>,
}

/// Each sheet: its header, every column and what it is taken for, how sure and why; then the next command.
pub fn columns_screen(pack: &Pack, sheets: &[SheetColumns], screen: &ColumnsScreen) -> String {
    let lang = screen.lang;
    let mut text = String::new();
    for sheet in sheets {
        let _ = writeln!(text, "{}\n", headline(sheet, lang));
        if !sheet.columns.is_empty() {
            for line in table(pack, sheet, lang).lines() {
                let _ = writeln!(text, "{line}");
            }
            text.push('\n');
        }
        for column in sheet.columns.iter().filter(|column| !column.near.is_empty()) {
            let (header, near) = (plain(&column.header), list(&column.near, lang));
            let _ = match lang {
                Lang::Zh => writeln!(text, "「{header}」与 {near} 相近，没有认作它"),
                Lang::En => writeln!(text, "`{header}` is near to {near}, and was not taken for it"),
            };
        }
    }
    let (pack_zh, pack_en) =
        (format!("规则包 {} {}", pack.id, pack.version), format!("rule pack {} {}", pack.id, pack.version));
    let _ = writeln!(text, "{}", say(lang, &pack_zh, &pack_en));
    text.push_str(&next_command(screen));
    text
}

fn headline(sheet: &SheetColumns, lang: Lang) -> String {
    let name = format!("{} {}", sheet.file, sheet.sheet);
    if sheet.hidden {
        return format!("{name}{}", say(lang, "：隐藏，未读", ": hidden, not read"));
    }
    let Some((first, last)) = sheet.header else {
        return format!("{name}{}", say(lang, "：没有写明项目的表头，未读", ": no header names projects, not read"));
    };
    let of = |wanted: fn(&ColumnUse) -> bool| sheet.columns.iter().filter(|column| wanted(&column.used)).count();
    let known = of(|used| !matches!(used, ColumnUse::Unknown | ColumnUse::Skipped));
    let guessed = of(|used| matches!(used, ColumnUse::Fact { sure: Sureness::Guess, .. }));
    let unknown = of(|used| *used == ColumnUse::Unknown);
    let rows = if first == last { first.to_string() } else { format!("{first}-{last}") };
    let row = if first == last { "row" } else { "rows" };
    match lang {
        Lang::Zh => format!("{name}：表头在第 {rows} 行，认得 {known} 列，其中猜测 {guessed} 列，不认得 {unknown} 列"),
        Lang::En => {
            format!(
                "{name}: header in {row} {rows}; {known} columns known, {guessed} of them guessed, {unknown} unknown"
            )
        }
    }
}

fn table(pack: &Pack, sheet: &SheetColumns, lang: Lang) -> Table {
    let names = match lang {
        Lang::Zh => ["列", "表头", "认作", "单位", "把握", "读得通", "依据"],
        Lang::En => ["column", "header", "taken for", "unit", "sure", "readable", "why"],
    };
    let mut table = Table::new(names.map(|name| (name, Align::Left)));
    for column in &sheet.columns {
        let unit = column.unit.map_or("-".to_owned(), |(unit, _)| unit.words().get(lang).to_owned());
        let readable = match column.read {
            (_, 0) => "-".to_owned(),
            (read, tried) => format!("{read}/{tried}"),
        };
        table.push([
            column_letters(column.column),
            plain(&column.header),
            taken_for(pack, column, lang),
            if unit.is_empty() { "-".to_owned() } else { unit },
            sure_words(column, lang).to_owned(),
            readable,
            why(column, lang),
        ]);
    }
    table
}

fn taken_for(pack: &Pack, column: &SheetColumn, lang: Lang) -> String {
    match column.used {
        ColumnUse::Fact { fact, part, .. } => {
            let title = inline(&pack.schema[fact].title, lang);
            let part =
                part.map(|part| format!("{}{}", say(lang, "：", ": "), part_words(part, lang))).unwrap_or_default();
            let id = if column.is_id { say(lang, "（编号）", " (id)") } else { "" };
            format!("{title}{part}{id}")
        }
        ColumnUse::Id => say(lang, "项目编号", "project id").to_owned(),
        ColumnUse::Skipped | ColumnUse::Unknown => "-".to_owned(),
    }
}

fn part_words(part: Part, lang: Lang) -> &'static str {
    let (zh, en) = match part {
        Part::IssuedOn => ("批准日期", "day of issue"),
        Part::Number => ("文号", "number"),
        Part::AcceptedOn => ("受理日期", "day of acceptance"),
        Part::SubmittedOn => ("申报日期", "day of submission"),
        Part::ExpiresOn => ("有效期至", "last valid day"),
        Part::Area => ("面积", "area"),
        Part::WaivedUntil => ("容缺至", "waived until"),
        Part::Stops => ("停计", "stops of the clock"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn sure_words(column: &SheetColumn, lang: Lang) -> &'static str {
    match column.used {
        ColumnUse::Id => say(lang, "确定", "certain"),
        ColumnUse::Fact { sure: Sureness::Mapped, .. } => say(lang, "已指定", "mapped"),
        ColumnUse::Fact { sure: Sureness::Certain, .. } => say(lang, "确定", "certain"),
        ColumnUse::Fact { sure: Sureness::Likely, .. } => say(lang, "很可能", "likely"),
        ColumnUse::Fact { sure: Sureness::Guess, .. } => say(lang, "猜测", "guess"),
        ColumnUse::Skipped => say(lang, "不读", "skipped"),
        ColumnUse::Unknown => say(lang, "不认得", "unknown"),
    }
}

fn why(column: &SheetColumn, lang: Lang) -> String {
    let why = match column.used {
        ColumnUse::Id => say(lang, "列名是编号", "the name of an id"),
        ColumnUse::Fact { sure: Sureness::Mapped, .. } | ColumnUse::Skipped => say(lang, "列对照", "the map"),
        ColumnUse::Fact { sure: Sureness::Certain, .. } => say(lang, "列名相同", "the same name"),
        ColumnUse::Fact { sure: Sureness::Likely, .. } => {
            say(lang, "列名说的是批文的一部分", "names a part of a paper")
        }
        ColumnUse::Fact { sure: Sureness::Guess, .. } => {
            say(lang, "只差无关紧要的字，内容读得通", "the same but for filler words, and its cells can be read")
        }
        ColumnUse::Unknown => "-",
    };
    let assumed = column.unit.is_some_and(|(unit, from)| from == UnitSource::Pack && !unit.name.is_empty());
    let needs = column.unit.is_some_and(|(unit, _)| unit.dimension.bare_atoms().is_none());
    if assumed && needs {
        return format!("{why}{}", say(lang, "；没写单位，按规则包", "; no unit given, the pack's is taken"));
    }
    why.to_owned()
}

fn next_command(screen: &ColumnsScreen) -> String {
    let data = &screen.data;
    match (&screen.saved, screen.lang) {
        (Some(map), Lang::Zh) => format!("\n已写出 {map}；改好后：kaigong check {data} --map {map}\n"),
        (Some(map), Lang::En) => format!("\nwrote {map}; mend it, then: kaigong check {data} --map {map}\n"),
        (None, Lang::Zh) => format!("\n写出列对照来改：kaigong columns {data} --save 列对照.yaml\n"),
        (None, Lang::En) => format!("\nwrite a map to mend it: kaigong columns {data} --save map.yaml\n"),
    }
}

/// Every sheet and column as `kaigong.columns/1`.
pub fn columns_json(pack: &Pack, sheets: &[SheetColumns]) -> Value {
    json!({
        "schema": "kaigong.columns/1",
        "pack": {"id": pack.id, "version": pack.version},
        "sheets": sheets.iter().map(|sheet| json!({
            "file": sheet.file,
            "sheet": sheet.sheet,
            "hidden": sheet.hidden,
            "header": sheet.header.map(|(first, last)| json!({"first": first, "last": last})),
            "columns": sheet.columns.iter().map(|column| column_json(pack, column)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

fn column_json(pack: &Pack, column: &SheetColumn) -> Value {
    let id = |fact: FactIdx| pack.schema[fact].id.as_str();
    let (fact, part, sure) = match column.used {
        ColumnUse::Fact { fact, part, sure } => (Some(id(fact)), part.map(Part::name), sure.name()),
        ColumnUse::Id => (None, None, "certain"),
        ColumnUse::Skipped => (None, None, "skipped"),
        ColumnUse::Unknown => (None, None, "unknown"),
    };
    json!({
        "column": column_letters(column.column),
        "header": column.header,
        "fact": fact,
        "part": part,
        "sure": sure,
        "is_id": column.is_id,
        "unit": column.unit.filter(|(unit, _)| !unit.name.is_empty()).map(|(unit, _)| unit.name),
        "unit_from": column.unit.map(|(_, from)| from.name()),
        "read": column.read.0,
        "tried": column.read.1,
        "near": column.near,
    })
}

/// JSON Schema of `kaigong.columns/1`.
pub fn columns_schema() -> &'static str {
    include_str!("../schema/columns.json")
}
