//! 批文、变更、指标池、指标配给: what one cell of a row cannot hold, as the folder's files have it.

use kaigong_model::{
    Cell, Change, Dimension, FactIdx, FactType, Issue, Lang, Level, Part, Portfolio, Schema, Sheet, Value,
    WrittenColumn, stops_text,
};

use super::{amount_text, columns, say, sheet, state_words};
use crate::{
    header::{Headers, Meaning},
    input::{Kind, Supply},
    long::column_names,
};

/// The columns of a kind of long table.
fn headers(kind: Kind, lang: Lang) -> Vec<WrittenColumn> {
    let column = |(zh, en): (&str, &str)| WrittenColumn {
        header: say(lang, zh, en).to_owned(),
        width: 16,
        open: true,
        exact: true,
        ..WrittenColumn::default()
    };
    column_names(kind).map(column).collect()
}

/// A name of a fact that ledgers of any kind know: its first column, else its id.
fn fact_name(schema: &Schema, headers: &Headers, fact: FactIdx, lang: Lang) -> String {
    let column = schema[fact].columns.first().filter(|_| lang == Lang::Zh);
    let known = |name: &&String| matches!(headers.meaning(name), Meaning::Slot(slot) if slot.fact == fact && slot.part.is_none());
    column.filter(known).unwrap_or(&schema[fact].id).clone()
}

fn line(lang: Lang, zh: &str, en: &str) -> String {
    say(lang, zh, en).to_owned()
}

/// Documents of several issues.
pub(super) fn documents(portfolio: &Portfolio, lang: Lang) -> Option<Sheet> {
    let schema = &portfolio.schema;
    let names = Headers::new(schema);
    let mut rows = Vec::new();
    for (row, id) in (0u32..).zip(portfolio.ids.iter()) {
        for (fact, _) in schema.iter().filter(|(_, spec)| spec.kind == FactType::Document) {
            let Some(Cell::Document(issues)) = portfolio.column(fact).map(|column| column.base_cell(row)) else {
                continue;
            };
            if issues.len() < 2 {
                continue;
            }
            let name = fact_name(schema, &names, fact, lang);
            rows.extend(issues.iter().map(|issue| document(id, &name, issue, lang)));
        }
    }
    let told = line(
        lang,
        "一次签发一行：同一批文有几次签发（分地块、换证）的写在这里",
        "One row an issue: documents that were issued more than once, by plot or renewal",
    );
    (!rows.is_empty()).then(|| sheet(lang, ("批文", "documents"), &told, headers(Kind::Documents, lang), rows))
}

fn document(id: &str, name: &str, issue: &Issue, lang: Lang) -> Vec<Value> {
    let day = |part| issue.date(part).map_or(Value::Blank, columns::day_value);
    let area = issue.area.map(|atoms| Value::text(amount_text(atoms, None, Dimension::Area, lang)));
    vec![
        Value::text(id),
        Value::text(name),
        day(Part::IssuedOn),
        issue.number.clone().map_or(Value::Blank, Value::text),
        day(Part::AcceptedOn),
        day(Part::SubmittedOn),
        day(Part::ExpiresOn),
        area.unwrap_or(Value::Blank),
        day(Part::WaivedUntil),
        if issue.stops.is_empty() { Value::Blank } else { Value::text(stops_text(&issue.stops)) },
    ]
}

/// Dated changes.
pub(super) fn changes(portfolio: &Portfolio, lang: Lang) -> Option<Sheet> {
    let schema = &portfolio.schema;
    let names = Headers::new(schema);
    let mut rows = Vec::new();
    for (row, id) in (0u32..).zip(portfolio.ids.iter()) {
        for (fact, _) in schema.iter() {
            let Some(column) = portfolio.column(fact) else { continue };
            let mut before = column.base_cell(row);
            for change in column.changes.get(&row).into_iter().flatten() {
                let name = fact_name(schema, &names, fact, lang);
                for (part, value) in edits(schema, fact, &before, &change.cell, lang) {
                    let part = part.map(|part| format!(".{}", part.name())).unwrap_or_default();
                    rows.push(change_row(id, format!("{name}{part}"), change, value));
                }
                before = change.cell.clone();
            }
        }
    }
    let told = line(lang, "一次变更一行：某项自某日起改为什么", "One row a change: what a fact is from a day on");
    (!rows.is_empty()).then(|| sheet(lang, ("变更", "changes"), &told, headers(Kind::Changes, lang), rows))
}

fn change_row(id: &str, fact: String, change: &Change, value: Value) -> Vec<Value> {
    let recorded = change.recorded_on.map_or(Value::Blank, columns::day_value);
    vec![Value::text(id), Value::text(fact), columns::day_value(change.from), value, recorded, Value::Blank]
}

/// The edits that make one cell of another: the whole, or part by part where a document has several.
fn edits(schema: &Schema, fact: FactIdx, before: &Cell, after: &Cell, lang: Lang) -> Vec<(Option<Part>, Value)> {
    let Cell::Document(issues) = after else { return vec![(None, whole(schema, fact, after, lang))] };
    let Some(issue) = issues.first() else { return Vec::new() };
    // Said to be none first, so that no part of what was before stays.
    let mut edits = Vec::new();
    if *before != Cell::Blank {
        edits.push((None, whole(schema, fact, &Cell::No, lang)));
    }
    let day = |part| issue.date(part).map(|day| Value::text(day.to_string()));
    for part in Part::ALL {
        let value = match part {
            Part::Number => issue.number.clone().map(Value::text),
            Part::Area => issue.area.map(|atoms| Value::text(amount_text(atoms, None, Dimension::Area, lang))),
            Part::Stops if issue.stops.is_empty() => None,
            Part::Stops => Some(Value::text(stops_text(&issue.stops))),
            _ => day(part),
        };
        edits.extend(value.map(|value| (Some(part), value)));
    }
    edits
}

/// A cell in one piece, as text that reads as it.
fn whole(schema: &Schema, fact: FactIdx, cell: &Cell, lang: Lang) -> Value {
    let (spec, words) = (&schema[fact], state_words(lang));
    match cell {
        Cell::Blank | Cell::Document(_) => Value::Blank,
        Cell::No => Value::text(columns::no_word(schema, fact, &words)),
        Cell::InHand => Value::text(words.in_hand),
        Cell::Conflicting => Value::text(words.conflicting),
        Cell::Bool(yes) => Value::text(if *yes { words.yes } else { words.bool_no }),
        Cell::Quantity(atoms) => match spec.kind {
            FactType::Quantity(dimension) => Value::text(amount_text(*atoms, spec.unit, dimension, lang)),
            _ => Value::Blank,
        },
        Cell::Date(day) => Value::text(day.to_string()),
        Cell::Enum(code) => Value::text(columns::enum_word(schema, fact, *code, lang)),
        Cell::Text(text) => Value::text(text.clone()),
        Cell::Projects(ids) => Value::text(ids.join(say(lang, "；", "; "))),
    }
}

/// A pool's amount as text with its unit, and what the pool is called.
fn pool(schema: &Schema, id: &str, atoms: i64, lang: Lang) -> (Value, Value) {
    let Some(spec) = schema.pools.iter().find(|pool| pool.id == id) else { return (Value::text(id), Value::Blank) };
    let title = spec.title.get(lang);
    // A title that another pool has would name that one.
    let is_own =
        !title.is_empty() && schema.pools.iter().find(|pool| pool.is_called(title)).is_some_and(|pool| pool.id == id);
    (
        Value::text(if is_own { title } else { id }),
        Value::text(amount_text(atoms, Some(spec.unit), spec.dimension, lang)),
    )
}

/// Pools.
pub(super) fn pools(portfolio: &Portfolio, supplies: &[Supply], lang: Lang) -> Option<Sheet> {
    let optional = |text: &Option<String>| text.clone().map_or(Value::Blank, Value::text);
    let rows: Vec<Vec<Value>> = supplies
        .iter()
        .map(|supply| {
            let (name, amount) = pool(&portfolio.schema, &supply.pool, supply.amount, lang);
            let level = match supply.level {
                Level::Province => Value::text(line(lang, "省", "province")),
                // A county's is told by its county, any other is the city's.
                Level::County | Level::City => Value::Blank,
            };
            vec![
                name,
                optional(&supply.county),
                optional(&supply.period),
                amount,
                optional(&supply.document),
                level,
                supply.expires_on.map_or(Value::Blank, columns::day_value),
                supply.carry.map_or(Value::Blank, |share| Value::text(share.text())),
            ]
        })
        .collect();
    let told = line(
        lang,
        "各年度各县（区）的指标；县（区）、层级都空白为市级",
        "What there is of each pool; no county and no level: the city's own",
    );
    (!rows.is_empty()).then(|| sheet(lang, ("指标池", "pools"), &told, headers(Kind::Pools, lang), rows))
}

/// Grants.
pub(super) fn grants(portfolio: &Portfolio, lang: Lang) -> Option<Sheet> {
    let rows: Vec<Vec<Value>> = portfolio
        .grants
        .iter()
        .map(|grant| {
            let (name, amount) = pool(&portfolio.schema, &grant.pool, grant.amount, lang);
            let id = Value::text(&portfolio.ids[grant.row as usize]);
            let document = grant.document.clone().map_or(Value::Blank, Value::text);
            vec![id, name, amount, grant.granted_on.map_or(Value::Blank, columns::day_value), document]
        })
        .collect();
    let told = line(lang, "已配给各项目的指标", "What projects were granted");
    (!rows.is_empty()).then(|| sheet(lang, ("指标配给", "grants"), &told, headers(Kind::Grants, lang), rows))
}
