use std::collections::BTreeSet;

use kaigong_model::{Lang, Value, Words, Workbook};
use kaigong_rules::Pack;
use kaigong_solver::{Durations, ResultOptions, Verdict, deadlines, results};

use super::report_workbook;
use crate::assessment::Assessment;
use crate::html::Report;
use crate::html::tests::{DEPOT, READY, drawn};
use crate::why::tests::{CITY, evaluated, pack, portfolio};

/// The workbook of some projects, with how many blockers the check found in blocked ones.
fn book(pack: &Pack, projects: &[(&str, &[(&str, &str)])], lang: Lang) -> (Workbook, usize) {
    let portfolio = portfolio(pack, projects);
    let evaluation = evaluated(pack, &portfolio, "2026-11-20");
    let asked = ResultOptions { projects: true, since: true, durations: Durations::Statutory };
    let results = results(&evaluation, asked, None);
    let blocked = results.projects.iter().filter(|project| project.verdict == Verdict::Blocked);
    let count = blocked.map(|project| project.blockers.len()).sum();
    let assessment = Assessment::new(evaluation, results, Some(Words::new("示例市", "Sample city")));
    let explanations = assessment.evaluation.explain_results(&assessment.results.projects, Durations::Statutory);
    let days = deadlines(&assessment.evaluation, &assessment.results.projects, Durations::Statutory);
    (report_workbook(&Report { assessment: &assessment, explanations, lang, notes: Vec::new() }, &days, None), count)
}

fn cell(value: &Value) -> String {
    match value {
        Value::Blank => String::new(),
        Value::Text(text) | Value::Number(text) => text.clone(),
        Value::Day(day) => day.to_string(),
        Value::Over { word, is, .. } => format!("{is} ({word})"),
    }
}

/// A workbook as text: cells apart by bars.
fn told(book: &Workbook) -> String {
    let mut out = String::new();
    for sheet in &book.sheets {
        let headers: Vec<&str> = sheet.columns.iter().map(|column| column.header.as_str()).collect();
        out.extend([format!("== {}\n{}\n{}\n", sheet.name, sheet.heading.join("\n"), headers.join(" | "))]);
        for row in &sheet.rows {
            out.extend([row.iter().map(cell).collect::<Vec<_>>().join(" | ").trim_end_matches([' ', '|']), "\n"]);
        }
        for chart in &sheet.charts {
            out.extend([format!("[{}: {:?}]\n", chart.title, chart.rows)]);
        }
    }
    out
}

#[test]
fn the_workbook_reads_as_lists_in_both_languages() {
    let pack = pack(CITY);
    for (name, lang) in [("zh", Lang::Zh), ("en", Lang::En)] {
        let (book, _) = book(&pack, &[("P-017", DEPOT), ("P-007", READY)], lang);
        insta::assert_snapshot!(format!("workbook_{name}"), told(&book));
    }
}

#[test]
fn lists_have_a_row_a_blocker_under_a_key_of_its_own() {
    let pack = pack(CITY);
    let mut seen = 0;
    for seed in 1..30 {
        let projects = drawn(seed);
        let borrowed: Vec<(&str, &[(&str, &str)])> =
            projects.iter().map(|(id, cells)| (id.as_str(), cells.as_slice())).collect();
        let (book, blockers) = book(&pack, &borrowed, Lang::Zh);
        assert_eq!(book.sheets[1].rows.len(), projects.len());
        let keys = |at: usize| book.sheets[at].rows.iter().map(|row| cell(&row[0])).collect::<BTreeSet<_>>();
        for list in [2, 3, 4] {
            assert_eq!((book.sheets[list].rows.len(), keys(list)), (blockers, keys(2)));
            assert_eq!(keys(list).len(), blockers);
        }
        for sheet in &book.sheets {
            assert!(sheet.rows.iter().all(|row| row.len() == sheet.columns.len()), "{}", sheet.name);
        }
        check_live(&book);
        seen += blockers;
    }
    assert!(seen > 500, "{seen} blockers");
}

/// What live cells say is what counting the rows they count comes to.
fn check_live(book: &Workbook) {
    let live = book.sheets.iter().flat_map(|sheet| sheet.rows.iter().flatten());
    for value in live {
        let Value::Over { sheet, by, word, sum: None, is } = value else { continue };
        let other = book.sheets.iter().find(|known| known.name == *sheet).unwrap();
        let count = other.rows.iter().filter(|row| cell(&row[*by]) == *word).count();
        assert_eq!(*is, count.to_string(), "{word}");
    }
}
