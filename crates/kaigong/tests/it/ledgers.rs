//! Messy workbooks of offices (`fixtures/ledgers`): what each column is taken for, what is said, what is read.

use std::{fmt::Write as _, path::Path};

use kaigong::io::{Input, ReadOptions};
use kaigong::model::{Cell, Date, Diagnostic, Issue, Lang, Part, Portfolio, Severity, format_exact};
use kaigong::report::{ColumnsScreen, columns_screen};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/ledgers");

#[test]
fn each_workbook_is_read_as_kept() {
    let rules = kaigong::load_rules("cn-gd-huizhou").unwrap();
    let mut files: Vec<_> = std::fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "xlsx" || ending == "xls" || ending == "ods"));
    files.sort();
    assert!(files.len() >= 12, "{}", files.len());
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let input = Input { name: name.clone(), bytes: std::fs::read(&path).unwrap() };
        let reading = ReadOptions::default();
        let (sheets, _) = kaigong::read_columns(&rules.pack, std::slice::from_ref(&input), &reading).unwrap();
        let screen = ColumnsScreen { lang: Lang::Zh, data: name.clone(), saved: None };
        let mut text = columns_screen(&rules.pack, &sheets, &screen);
        match kaigong::read_ledger(&rules.pack, std::slice::from_ref(&input), &reading) {
            Ok(ledger) => {
                said(&ledger.notices, &mut text);
                facts(&ledger.portfolio, &mut text);
            }
            Err(refused) => {
                said(&refused.diagnostics, &mut text);
                let skipping = ReadOptions { skip_bad_rows: true, ..ReadOptions::default() };
                let ledger = kaigong::read_ledger(&rules.pack, &[input], &skipping).unwrap();
                let _ = writeln!(text, "\n# --skip-bad-rows");
                facts(&ledger.portfolio, &mut text);
            }
        }
        let snapshot = Path::new(&name).with_extension("").to_str().unwrap().to_owned();
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(snapshot, text) });
    }
}

#[test]
fn columns_are_told_in_both_languages() {
    let rules = kaigong::load_rules("cn-gd-huizhou").unwrap();
    let read = |name: &str| Input { name: name.into(), bytes: std::fs::read(Path::new(FOLDER).join(name)).unwrap() };
    let inputs = [read("14-自拟表头.xlsx"), read("02-两行表头.xlsx")];
    let (sheets, _) = kaigong::read_columns(&rules.pack, &inputs, &ReadOptions::default()).unwrap();
    let screens = [(Lang::Zh, None), (Lang::En, Some("map.yaml".to_owned()))].map(|(lang, saved)| {
        columns_screen(&rules.pack, &sheets, &ColumnsScreen { lang, data: "*.xlsx".into(), saved })
    });
    insta::assert_snapshot!("columns", screens.join("\n"));
    insta::assert_snapshot!("map", kaigong::io::write_map(&sheets, &rules.pack.schema));
}

fn said(diagnostics: &[Diagnostic], text: &mut String) {
    let _ = writeln!(text, "\n## said");
    for diagnostic in diagnostics {
        let word = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Notice => "notice",
        };
        for lang in [Lang::Zh, Lang::En] {
            let _ = writeln!(text, "{word} {}", diagnostic.one_line(lang));
        }
    }
}

fn facts(portfolio: &Portfolio, text: &mut String) {
    for row in 0..portfolio.len() as u32 {
        let _ = writeln!(text, "\n## {}", &portfolio.ids[row as usize]);
        for (fact, spec) in portfolio.schema.iter() {
            let cell = portfolio.cell(fact, row, Date::new(2026, 11, 20).unwrap(), None);
            if cell != Cell::Blank {
                let place = portfolio.place(fact, row).map(|place| place.short()).unwrap_or_default();
                let place = place.rsplit('!').next().unwrap_or_default();
                let _ = writeln!(text, "{} = {}  {place}", spec.id, show(portfolio, fact, &cell));
            }
        }
    }
}

fn show(portfolio: &Portfolio, fact: kaigong::model::FactIdx, cell: &Cell) -> String {
    match cell {
        Cell::Quantity(atoms) => {
            let kaigong::model::FactType::Quantity(dimension) = portfolio.schema[fact].kind else {
                return String::new();
            };
            let unit = dimension.standard_unit();
            format!("{} {}", format_exact((*atoms).into(), unit), unit.name).trim_end().to_owned()
        }
        Cell::Document(issues) => issues.iter().map(issue).collect::<Vec<_>>().join("; "),
        Cell::Bool(value) => value.to_string(),
        Cell::No => "no".to_owned(),
        Cell::InHand => "in hand".to_owned(),
        Cell::Conflicting => "conflicting".to_owned(),
        Cell::Projects(ids) => ids.join(";"),
        other => portfolio.schema.text(fact, other).unwrap_or_default(),
    }
}

fn issue(issue: &Issue) -> String {
    let dates = Part::ALL.into_iter().filter_map(|part| Some(format!("{} {}", part.name(), issue.date(part)?)));
    let number = issue.number.iter().map(|number| format!("number {number}"));
    let area = issue.area.iter().map(|area| format!("area {area}"));
    dates.chain(number).chain(area).collect::<Vec<_>>().join(", ")
}
