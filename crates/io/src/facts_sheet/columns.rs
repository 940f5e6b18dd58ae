//! 填报数据: a column per fact or part, under a header that reads back as that.

use std::collections::BTreeSet;

use kaigong_model::{
    Cell, CellState, Column, Dimension, FactIdx, FactType, Issue, Lang, Part, Portfolio, Schema, Sheet, Unit, Value,
    WrittenColumn, format_exact, stops_text,
};

use super::{StateWords, amount_text, bare_unit, own_line, say, sheet, state_words};
use crate::sheet::{Names, PART_HEADERS, squeeze};

/// Digits that a spreadsheet's number surely keeps; longer ones are written as text.
const DIGITS: usize = 14;
/// The first day that every spreadsheet keeps as a day.
const FIRST_DAY: (i16, i8) = (1900, 3);

/// A column on its way out.
struct Out<'p> {
    fact: FactIdx,
    part: Option<Part>,
    unit: Option<Unit>,
    header: String,
    column: &'p Column,
}

/// The sheet.
pub(super) fn sheet_of(portfolio: &Portfolio, lang: Lang) -> Sheet {
    let schema = &*portfolio.schema;
    let names = Names::new(schema);
    let out = columns(portfolio, &names, lang);
    let ids = id_header(portfolio, &names, &out, lang);
    let words = state_words(lang);
    let id_column = WrittenColumn { header: ids.to_owned(), width: 14, ..WrittenColumn::default() };
    let written = out.iter().map(|column| written(schema, column));
    let headers = std::iter::once(id_column).chain(written).collect();
    let rows = portfolio.ids.iter().zip(0u32..).map(|(id, row)| {
        let cells = out.iter().map(|column| value(schema, column, row, &words, lang));
        std::iter::once(Value::text(id)).chain(cells).collect()
    });
    let rows = rows.collect();
    sheet(lang, ("填报数据", "Facts"), &own_line(lang), headers, rows)
}

/// Every column that says something.
fn columns<'p>(portfolio: &'p Portfolio, names: &Names<'_>, lang: Lang) -> Vec<Out<'p>> {
    let schema = &*portfolio.schema;
    let (mut out, mut used) = (Vec::new(), BTreeSet::new());
    for (fact, spec) in schema.iter() {
        let Some(column) = portfolio.column(fact) else { continue };
        if column.states.iter().all(|state| *state == CellState::Blank) {
            continue;
        }
        let mut add = |part: Option<Part>| {
            let unit = unit_of(schema, fact, part, column);
            if let Some(header) = header(schema, names, fact, part, unit, lang, &mut used) {
                out.push(Out { fact, part, unit, header, column });
            }
        };
        if spec.kind != FactType::Document {
            add(None);
            continue;
        }
        let parts = parts(column);
        // A column for what is said of the whole: the day of issue, none, under way.
        let whole = column
            .states
            .iter()
            .any(|state| matches!(state, CellState::No | CellState::InHand | CellState::Conflicting));
        if whole || parts.contains(&Some(Part::IssuedOn)) {
            add(None);
        }
        Part::ALL
            .into_iter()
            .filter(|part| *part != Part::IssuedOn && parts.contains(&Some(*part)))
            .for_each(|part| add(Some(part)));
    }
    out
}

/// The parts that documents of a single issue give.
fn parts(column: &Column) -> Vec<Option<Part>> {
    let mut found = Vec::new();
    for row in 0..column.states.len() as u32 {
        let Some(issue) = single(column, row) else { continue };
        for part in Part::ALL {
            let given = match part {
                Part::Number => issue.number.is_some(),
                Part::Area => issue.area.is_some(),
                Part::Stops => !issue.stops.is_empty(),
                _ => issue.date(part).is_some(),
            };
            if given && !found.contains(&Some(part)) {
                found.push(Some(part));
            }
        }
    }
    found
}

/// The only issue of a document; several stand on a sheet of their own.
fn single(column: &Column, row: u32) -> Option<Issue> {
    match column.base_cell(row) {
        Cell::Document(mut issues) if issues.len() == 1 => issues.pop(),
        _ => None,
    }
}

/// The unit a column is written in: the fact's own where every amount is a decimal of it.
fn unit_of(schema: &Schema, fact: FactIdx, part: Option<Part>, column: &Column) -> Option<Unit> {
    if part == Some(Part::Area) {
        return Some(Dimension::Area.standard_unit());
    }
    let FactType::Quantity(dimension) = schema[fact].kind else { return None };
    if dimension.bare_atoms().is_some() {
        return None;
    }
    let own = schema[fact].unit.filter(|unit| {
        (0..column.states.len() as u32).all(|row| match column.base_cell(row) {
            Cell::Quantity(atoms) => !format_exact(atoms.into(), *unit).starts_with('~'),
            _ => true,
        })
    });
    Some(own.unwrap_or(dimension.standard_unit()))
}

/// A header that reads back as the fact and the part, and that no column before has.
fn header(
    schema: &Schema,
    names: &Names<'_>,
    fact: FactIdx,
    part: Option<Part>,
    unit: Option<Unit>,
    lang: Lang,
    used: &mut BTreeSet<String>,
) -> Option<String> {
    let spec = &schema[fact];
    let unit_words = unit.map(|unit| match lang {
        Lang::Zh => format!("（{}）", unit.words().zh),
        Lang::En => format!(" ({})", unit.name),
    });
    let unit_words = unit_words.unwrap_or_default();
    let part_words = part.and_then(|part| PART_HEADERS.iter().find(|known| known.0 == part));
    let named = |name: &str| {
        let part = part_words.map_or("", |(_, zh, en)| say(lang, zh, en));
        format!("{name}{part}{unit_words}")
    };
    let dotted = part.map(|part| format!(".{}", part.name())).unwrap_or_default();
    let mut candidates = vec![named(spec.title.get(lang))];
    candidates.extend(spec.columns.first().filter(|_| lang == Lang::Zh).map(|column| named(column)));
    candidates.push(format!("{}{dotted}{unit_words}", spec.id));
    candidates.into_iter().find(|header| {
        let found = names.find(std::slice::from_ref(header));
        let fits = matches!(found.as_slice(), [one] if one.slot.fact == fact && one.slot.part == part
            && !one.bad_unit && one.slot.unit == unit && one.sure > kaigong_model::Sureness::Guess);
        fits && used.insert(squeeze(header))
    })
}

/// A header for ids that no fact has, and that comes before any fact that could be taken for one.
fn id_header(portfolio: &Portfolio, names: &Names<'_>, out: &[Out<'_>], lang: Lang) -> &'static str {
    let schema = &portfolio.schema;
    let id_names = crate::header::Headers::new(schema);
    let is_taken = |name: &str| {
        let before: Vec<&str> = id_names.id_names().take_while(|known| *known != name).collect();
        let mut headers = out.iter().map(|column| squeeze(column.header.rsplit('/').next().unwrap_or_default()));
        headers.any(|header| header == name || before.iter().any(|known| squeeze(known) == header))
            || !names.find(&[name.to_owned()]).is_empty()
    };
    if lang == Lang::Zh && !is_taken("项目编号") { "项目编号" } else { "id" }
}

fn written(schema: &Schema, column: &Out<'_>) -> WrittenColumn {
    let spec = &schema[column.fact];
    let width = match (spec.kind, column.part) {
        (FactType::Text, _) | (_, Some(Part::Number | Part::Stops)) => 22,
        (FactType::Quantity(_), _) | (_, Some(Part::Area)) => 16,
        _ => 13,
    };
    let dated = match column.part {
        Some(Part::Number | Part::Area | Part::Stops) => false,
        Some(_) => true,
        None => matches!(spec.kind, FactType::Date),
    };
    WrittenColumn { header: column.header.clone(), width, dated, exact: true, ..WrittenColumn::default() }
}

/// What stands in a cell.
fn value(schema: &Schema, column: &Out<'_>, row: u32, words: &StateWords, lang: Lang) -> Value {
    let spec = &schema[column.fact];
    if let Some(part) = column.part {
        return single(column.column, row).map_or(Value::Blank, |issue| part_value(&issue, part, column.unit, lang));
    }
    match column.column.base_cell(row) {
        Cell::Blank => Value::Blank,
        Cell::No => Value::text(no_word(schema, column.fact, words)),
        Cell::InHand => Value::text(words.in_hand),
        Cell::Conflicting => Value::text(words.conflicting),
        Cell::Bool(yes) => Value::text(if yes { words.yes } else { words.bool_no }),
        Cell::Quantity(atoms) => match spec.kind {
            FactType::Quantity(dimension) => amount(atoms, dimension, column.unit.or(spec.unit), lang),
            _ => Value::Blank,
        },
        Cell::Date(day) => day_value(day),
        Cell::Enum(code) => Value::text(enum_word(schema, column.fact, code, lang)),
        Cell::Text(text) => Value::text(text),
        Cell::Document(issues) => match issues.as_slice() {
            [issue] => issue.issued_on.map_or(Value::Blank, day_value),
            _ => Value::Blank,
        },
        Cell::Projects(ids) => Value::text(ids.join(say(lang, "；", "; "))),
    }
}

fn part_value(issue: &Issue, part: Part, unit: Option<Unit>, lang: Lang) -> Value {
    match part {
        Part::Number => issue.number.clone().map_or(Value::Blank, Value::text),
        Part::Area => issue.area.map_or(Value::Blank, |atoms| amount(atoms, Dimension::Area, unit, lang)),
        Part::Stops if issue.stops.is_empty() => Value::Blank,
        Part::Stops => Value::text(stops_text(&issue.stops)),
        _ => issue.date(part).map_or(Value::Blank, day_value),
    }
}

/// A day as a day, or as words where spreadsheets count days otherwise.
pub(super) fn day_value(day: kaigong_model::Date) -> Value {
    let (year, month, _) = day.ymd();
    if (year, month) < FIRST_DAY { Value::text(day.to_string()) } else { Value::Day(day) }
}

/// An amount as a number, or as words with its unit where a spreadsheet's number would lose digits.
fn amount(atoms: i64, dimension: Dimension, unit: Option<Unit>, lang: Lang) -> Value {
    let exact = format_exact(atoms.into(), bare_unit(unit, dimension));
    let digits = exact.bytes().filter(u8::is_ascii_digit).count();
    if digits <= DIGITS { Value::Number(exact) } else { Value::text(amount_text(atoms, unit, dimension, lang)) }
}

/// A word for none that is not one of an enum's own values.
pub(super) fn no_word<'w>(schema: &Schema, fact: FactIdx, words: &StateWords) -> &'w str {
    let spec = &schema[fact];
    let all = [words.no, "无", "否", "未取得", "no", "none"];
    let free = |word: &&str| spec.kind != FactType::Enum || spec.value_code(word).is_none();
    all.into_iter().find(free).unwrap_or("无")
}

/// A word for an enum's value that reads back as it.
pub(super) fn enum_word(schema: &Schema, fact: FactIdx, code: u16, lang: Lang) -> String {
    let spec = &schema[fact];
    let Some(value) = spec.values.get(usize::from(code)) else { return String::new() };
    let word = value.words.first().filter(|word| lang == Lang::Zh && spec.value_code(word) == Some(code));
    word.unwrap_or(&value.id).clone()
}
