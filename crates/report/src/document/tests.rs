use kaigong_model::{Block, Document, Lang, Words};
use kaigong_solver::{Durations, ResultOptions, results};

use super::*;
use crate::assessment::Assessment;
use crate::html::tests::{DEPOT, READY, drawn};
use crate::why::tests::{CITY, evaluated, pack, portfolio};

/// The report and the first project's brief of some projects.
fn papers(projects: &[(&str, &[(&str, &str)])], lang: Lang) -> (Document, Document) {
    let pack = pack(CITY);
    let portfolio = portfolio(&pack, projects);
    let asked = ResultOptions { projects: true, since: true, durations: Durations::Statutory };
    let of = |rows: Option<&[u32]>| {
        let evaluation = evaluated(&pack, &portfolio, "2026-11-20");
        let results = results(&evaluation, asked, rows);
        Assessment::new(evaluation, results, Some(Words::new("示例市", "Sample city")))
    };
    let paper = |assessment: &Assessment<'_>, make: fn(&Report<'_, '_>) -> Document| {
        let explanations = assessment.evaluation.explain_results(&assessment.results.projects, Durations::Statutory);
        make(&Report { assessment, explanations, lang, notes: Vec::new() })
    };
    (paper(&of(None), report_document), paper(&of(Some(&[0])), brief_document))
}

/// A paper as text.
fn told(paper: &Document) -> String {
    let mut out = format!("{}\n{}\n", paper.title, paper.lines.join("\n"));
    for block in &paper.blocks {
        match block {
            Block::Heading(level, text) => out.extend(["#".repeat((*level).into()).as_str(), " ", text, "\n"]),
            Block::Paragraph(runs) => {
                let mark = |bold| if bold { "**" } else { "" };
                let runs = runs.iter().map(|run| format!("{0}{1}{0}", mark(run.bold), run.text));
                out.extend([runs.collect::<String>().as_str(), "\n"]);
            }
            Block::Note(text) => out.extend(["> ", text, "\n"]),
            Block::Table(table) => {
                let heads: Vec<&str> = table.columns.iter().map(|(name, ..)| name.as_str()).collect();
                out.extend([heads.join(" | ").as_str(), "\n"]);
                table.rows.iter().for_each(|row| out.extend([row.join(" | ").as_str(), "\n"]));
            }
        }
    }
    out
}

#[test]
fn papers_read_well_in_both_languages() {
    for (name, lang) in [("zh", Lang::Zh), ("en", Lang::En)] {
        let (report, brief) = papers(&[("P-017", DEPOT), ("P-007", READY)], lang);
        insta::assert_snapshot!(format!("document_{name}"), format!("{}\n\n{}", told(&report), told(&brief)));
    }
}

#[test]
fn tables_are_whole_and_headings_count_on() {
    for seed in 1..10 {
        let projects = drawn(seed);
        let borrowed: Vec<(&str, &[(&str, &str)])> =
            projects.iter().map(|(id, cells)| (id.as_str(), cells.as_slice())).collect();
        let (report, _) = papers(&borrowed, Lang::Zh);
        let mut sections = 0;
        for block in &report.blocks {
            match block {
                Block::Table(table) => assert!(table.rows.iter().all(|row| row.len() == table.columns.len())),
                Block::Heading(1, text) => {
                    sections += 1;
                    assert!(text.starts_with(&format!("{}、", chinese(sections))), "{text}");
                }
                _ => {}
            }
        }
        assert!(sections >= 5, "{sections}");
    }
}

#[test]
fn counts_in_chinese() {
    assert_eq!([1, 10, 11, 20, 21, 99, 100].map(chinese), ["一", "十", "十一", "二十", "二十一", "九十九", "100"]);
}

#[test]
fn a_sheet_holds_so_many_lines() {
    for (lang, holds) in [(Lang::Zh, 38), (Lang::En, 38)] {
        let lines = |count: usize| vec![Block::plain("needs 18.7 mu, 缺 18.7 亩"); count];
        assert!(project::points(&lines(holds), lang) <= project::SHEET);
        assert!(project::points(&lines(holds + 1), lang) > project::SHEET, "{}", project::points(&lines(holds), lang));
        // A paragraph of two lines takes two; so does a cell.
        let (one, two) = (Block::plain("用".repeat(30)), Block::plain("用".repeat(60)));
        assert!(project::points(&[two], lang) > project::points(&[one], lang));
        let table = |text: &str| {
            let columns = vec![("问".to_owned(), Align::Left, 30), ("答".to_owned(), Align::Left, 70)];
            Block::Table(PrintedTable { columns, rows: vec![vec![text.to_owned(), String::new()]] })
        };
        let (one, two) = (table("用地指标"), table(&"用地指标".repeat(5)));
        assert_eq!(project::points(&[one], lang) + 14, project::points(&[two], lang));
    }
}
