//! Ledgers in JSON lines: the same cells as in YAML and CSV, with places in the line.

use kaigong_model::{Cell, Date, Issue};

use crate::testing::{cell, check, good, lines_of, place, places, read_texts};

#[test]
fn a_line_is_a_project() {
    let ledger = good(&[(
        "projects.jsonl",
        "\u{feff}{\"id\": \"P-1\", \"占用耕地(公顷)\": 25.3333, \"总投资\": \"12.5亿元\", \"central\": true, \"行业\": \"公路\", \"after\": [\"P-2\", \"P-3\"], \"permit\": {\"issued_on\": \"2026-02-01\", \"number\": 12, \"area(公顷)\": 2}}\r\n\
         \n\
         {\"项目代码\": \"P-2\", \"permit\": [{\"issued_on\": \"2026-01-01\", \"area\": 3}, \"2026-02-01\"], \"after\": \"P-3\"}\n\
         {\"id\":\"P-3\",\"permit\":\"办理中\",\"占用耕地\":null,\"项目名称\":\"水厂\\n\\u4e00\\u671f\"}",
    )]);
    let portfolio = &ledger.portfolio;
    assert!(ledger.notices.is_empty(), "{:?}", ledger.notices);
    assert_eq!(portfolio.ids.iter().collect::<Vec<_>>(), ["P-1", "P-2", "P-3"]);
    assert_eq!(cell(portfolio, "P-1", "land.farmland"), Cell::Quantity(379_999_500));
    assert_eq!(cell(portfolio, "P-1", "central"), Cell::Bool(true));
    assert_eq!(cell(portfolio, "P-1", "after"), Cell::Projects(vec!["P-2".into(), "P-3".into()]));
    let day = Date::parse;
    let issue =
        Issue { issued_on: day("2026-02-01"), number: Some("12".into()), area: Some(30_000_000), ..Issue::default() };
    assert_eq!(cell(portfolio, "P-1", "permit"), Cell::Document(vec![issue]));
    let first = Issue { issued_on: day("2026-01-01"), area: Some(3_000_000), ..Issue::default() };
    let second = Issue { issued_on: day("2026-02-01"), ..Issue::default() };
    assert_eq!(cell(portfolio, "P-2", "permit"), Cell::Document(vec![first, second]));
    assert_eq!(cell(portfolio, "P-3", "permit"), Cell::InHand);
    assert_eq!(cell(portfolio, "P-3", "project.name"), Cell::Text("水厂\n一期".into()));
    assert_eq!(place(portfolio, "P-2", "permit"), "projects.jsonl:3 permit");
    assert_eq!(good(&[("a.ndjson", "{\"id\": 7}\n")]).portfolio.len(), 1);
}

#[test]
fn faults_are_placed_in_their_line() {
    check(
        &[(
            "a.jsonl",
            "{\"id\": \"P-1\", \"人数\": \"q\", \"permit\": {\"issued_on\": \"2026-02-30\"}}\n\
             nonsense\n\
             {\"id\": \"P-2\", \"人数\": 1, \"人数\": 2}\n\
             [1]\n\
             {\"人数\": 1}\n\
             {\"id\": \"P-1\"}\n\
             {\"id\": \"P-3\", \"人收\": 1}\n\
             {\"id\": \"P-4\", \"开工日期\": {}, \"总投资\": 1e9}\n",
        )],
        &[
            "a.jsonl:1:21: KG-L030",
            "a.jsonl:1:50: KG-L035",
            "a.jsonl:2:1: KG-L044",
            "a.jsonl:3:24: KG-L045",
            "a.jsonl:4:1: KG-L050",
            "a.jsonl:5:1: KG-L013",
            "a.jsonl:6:8: KG-L015",
            "a.jsonl:8:23: KG-L050",
            "a.jsonl:8:34: KG-L031",
            "a.jsonl:7:15: KG-L010",
        ],
    );
    check(&[("a.jsonl", "")], &["a.jsonl: KG-L041"]);
    let faults = read_texts(&[("a.jsonl", "{\"id\": \"P-1\"\n")], false).unwrap_err();
    assert_eq!(
        lines_of(&faults),
        ["a.jsonl:1:13: KG-L044: this line is not JSON (one project a line, such as {\"id\": \"P-1\"})"]
    );
}

#[test]
fn bad_lines_can_be_left_out() {
    let files = [("a.jsonl", "{\"id\": \"P-1\", \"人数\": \"q\"}\n{\"id\": \"P-2\", \"after\": \"P-3\"}\n{\n")];
    // Nobody knows whether the third line was P-3.
    assert_eq!(places(&files, true), ["a.jsonl:1:21: KG-L030", "a.jsonl:3:2: KG-L044", "KG-L042"]);
    assert_eq!(read_texts(&files, true).unwrap().portfolio.len(), 1);
}

#[test]
fn lines_join_other_ledgers() {
    let files = [
        ("a.csv", "id,人数,行业\nP-1,1,工业\n"),
        ("b.jsonl", "{\"id\": \"P-1\", \"人数\": 1, \"sector\": \"road\"}\n{\"id\": \"P-2\", \"人数\": 2}\n"),
    ];
    let ledger = good(&files);
    assert_eq!(cell(&ledger.portfolio, "P-1", "sector"), Cell::Conflicting);
    assert_eq!(cell(&ledger.portfolio, "P-2", "staff"), Cell::Quantity(2));
    assert_eq!(ledger.notices[0].labels[0].place.short(), "b.jsonl:1 sector");
}
