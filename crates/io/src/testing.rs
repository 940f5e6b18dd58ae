//! Helpers of this crate's tests: a small schema, and diagnostics as lines.

use std::sync::Arc;

use kaigong_model::{
    Cell, Date, Diagnostic, Dimension, EnumValue, FactSpec, FactType, Lang, PoolSpec, Portfolio, Schema, Unit, Words,
};

use crate::{Input, Ledger, ReadOptions, read};

/// A fact of every type.
pub(crate) fn schema() -> Arc<Schema> {
    let fact = |id: &str, kind: FactType, columns: &[&str]| FactSpec {
        columns: columns.iter().map(|&column| column.to_owned()).collect(),
        ..FactSpec::new(id, kind)
    };
    let value = |id: &str, words: &[&str]| EnumValue {
        id: id.into(),
        words: words.iter().map(|&word| word.to_owned()).collect(),
    };
    let mu = Unit::parse("mu");
    let area = FactType::Quantity(Dimension::Area);
    let mut schema = Schema::new(vec![
        fact("project.code", FactType::Text, &["项目代码", "项目编码"]),
        fact("project.name", FactType::Text, &["项目名称"]),
        FactSpec {
            unit: mu,
            range: Some((0, 100_000_000_000)),
            ..fact("land.farmland", area, &["占用耕地", "耕地面积"])
        },
        FactSpec { unit: Unit::parse("wan"), ..fact("invest", FactType::Quantity(Dimension::Money), &["总投资"]) },
        fact("level", FactType::Text, &["项目级别(国家/省/市/县重点)"]),
        fact("central", FactType::Bool, &["是否中央项目"]),
        fact("staff", FactType::Quantity(Dimension::Count), &["人数"]),
        fact("started_on", FactType::Date, &["开工日期"]),
        FactSpec {
            values: vec![value("industry", &["工业", "制造业"]), value("road", &["公路"])],
            ..fact("sector", FactType::Enum, &["行业"])
        },
        fact("permit", FactType::Document, &["施工许可证"]),
        fact("after", FactType::Projects, &["上游项目"]),
    ]);
    schema.id_fact = schema.find("project.code");
    schema.pools = vec![PoolSpec {
        id: "land.quota".into(),
        dimension: Dimension::Area,
        unit: mu.unwrap(),
        title: Words::new("用地指标", "land quota"),
    }];
    Arc::new(schema)
}

/// An input of a text.
pub(crate) fn input(name: &str, text: &str) -> Input {
    Input { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

/// Reads named texts.
pub(crate) fn read_texts(files: &[(&str, &str)], skip_bad_rows: bool) -> Result<Ledger, Vec<Diagnostic>> {
    let inputs: Vec<Input> = files.iter().map(|(name, text)| input(name, text)).collect();
    read(&schema(), &inputs, &ReadOptions { skip_bad_rows, ..ReadOptions::default() })
}

/// A ledger that reads without fault.
pub(crate) fn good(files: &[(&str, &str)]) -> Ledger {
    read_texts(files, false).unwrap_or_else(|faults| panic!("{:#?}", lines_of(&faults)))
}

/// What was said as `place: code`, one line each.
pub(crate) fn places(files: &[(&str, &str)], skip_bad_rows: bool) -> Vec<String> {
    let said = read_texts(files, skip_bad_rows).map_or_else(|faults| faults, |ledger| ledger.notices);
    for diagnostic in &said {
        let words = std::iter::once(&diagnostic.message).chain(&diagnostic.help);
        assert!(words.into_iter().all(|words| !words.zh.is_empty() && !words.en.is_empty()), "{diagnostic:?}");
    }
    said.iter()
        .map(|d| d.labels.first().map_or(d.code.0.to_owned(), |l| format!("{}: {}", l.place.short(), d.code.0)))
        .collect()
}

/// Compares what was said, as [`places`] puts it.
pub(crate) fn check(files: &[(&str, &str)], expect: &[&str]) {
    assert_eq!(places(files, false), expect, "{files:?}");
}

/// Diagnostics as lines in English.
pub(crate) fn lines_of(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics.iter().map(|diagnostic| diagnostic.one_line(Lang::En)).collect()
}

/// Codes of diagnostics.
pub(crate) fn codes_of(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    diagnostics.iter().map(|diagnostic| diagnostic.code.0).collect()
}

/// The cell of a fact of a project on a day.
pub(crate) fn cell_on(portfolio: &Portfolio, id: &str, fact: &str, day: &str) -> Cell {
    let fact = portfolio.schema.find(fact).unwrap();
    portfolio.cell(fact, portfolio.row(id).unwrap(), Date::parse(day).unwrap(), None)
}

/// The cell of a fact of a project.
pub(crate) fn cell(portfolio: &Portfolio, id: &str, fact: &str) -> Cell {
    cell_on(portfolio, id, fact, "2026-01-01")
}

/// The place of a fact of a project.
pub(crate) fn place(portfolio: &Portfolio, id: &str, fact: &str) -> String {
    portfolio.place(portfolio.schema.find(fact).unwrap(), portfolio.row(id).unwrap()).unwrap().short()
}
