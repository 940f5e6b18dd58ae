//! Ledgers in YAML: the same cells as in CSV, with places in the text.

use kaigong_model::{Cell, Date, Issue};

use crate::testing::{cell, check, good, place, places};

#[test]
fn a_ledger_is_a_list_of_maps() {
    let ledger = good(&[(
        "projects.yaml",
        "projects:\n\
         - id: P-1\n  占用耕地(公顷): 25.3333\n  总投资: 12.5亿元\n  central: true\n  行业: 公路\n  after: [P-2, P-3]\n\
        \x20 permit: {issued_on: 2026-02-01, number: 12, area(公顷): 2}\n\
         - 项目代码: P-2\n  permit:\n  - {issued_on: 2026-01-01, area: 3}\n  - 2026-02-01\n  after: P-3\n\
         - {id: P-3, permit: 办理中, permit.area: 3, 占用耕地: ~}\n",
    )]);
    let portfolio = &ledger.portfolio;
    let day = Date::parse;
    assert!(ledger.notices.is_empty(), "{:?}", ledger.notices);
    assert_eq!(cell(portfolio, "P-1", "land.farmland"), Cell::Quantity(379_999_500));
    assert_eq!(cell(portfolio, "P-1", "central"), Cell::Bool(true));
    assert_eq!(cell(portfolio, "P-1", "after"), Cell::Projects(vec!["P-2".into(), "P-3".into()]));
    let issue =
        Issue { issued_on: day("2026-02-01"), number: Some("12".into()), area: Some(30_000_000), ..Issue::default() };
    assert_eq!(cell(portfolio, "P-1", "permit"), Cell::Document(vec![issue]));
    let first = Issue { issued_on: day("2026-01-01"), area: Some(3_000_000), ..Issue::default() };
    let second = Issue { issued_on: day("2026-02-01"), ..Issue::default() };
    assert_eq!(cell(portfolio, "P-2", "permit"), Cell::Document(vec![first, second]));
    assert_eq!(cell(portfolio, "P-2", "project.code"), Cell::Text("P-2".into()));
    assert_eq!(cell(portfolio, "P-3", "permit"), Cell::InHand);
    assert_eq!(place(portfolio, "P-2", "permit"), "projects.yaml:9 permit");
    assert_eq!(good(&[("a.yml", "- id: P-1\n")]).portfolio.len(), 1);
}

#[test]
fn faults_are_placed_in_the_text() {
    check(
        &[("a.yaml", "- id: P-1\n  人数: q\n  permit: {issued_on: 2026-02-30, foo: 1}\n- 3\n- {人数: 1}\n")],
        &[
            "a.yaml:2:7: KG-L030",
            "a.yaml:3:23: KG-L035",
            "a.yaml:4:3: KG-L050",
            "a.yaml:5:3: KG-L013",
            "a.yaml:3:35: KG-L010",
        ],
    );
    check(
        &[("a.yaml", "- {id: P-1, 人数: [1], after: [[P-1]], permit: [无], permit.issued_on: {}}\n")],
        &["a.yaml:1:17: KG-L050", "a.yaml:1:30: KG-L050", "a.yaml:1:47: KG-L050", "a.yaml:1:69: KG-L050"],
    );
    check(
        &[(
            "a.yaml",
            "- {id: P-1, 占用耕地: 1, 耕地面积: 2, 总投资(亩): 1, 人收: 2, permit: {area(元): 1}}\n- {id: P-1, 人收: 2}\n",
        )],
        &[
            "a.yaml:1:22: KG-L011",
            "a.yaml:1:31: KG-L012",
            "a.yaml:1:58: KG-L012",
            "a.yaml:2:8: KG-L015",
            "a.yaml:1:42: KG-L010",
        ],
    );
    check(&[("a.yaml", "title: x\n")], &["a.yaml:1:1: KG-L050", "a.yaml:1:1: KG-L010"]);
    check(&[("a.yaml", "a: [\n")], &["a.yaml:2:1: KG-Y001"]);
    check(&[("a.yaml", "")], &["a.yaml:1:1: KG-L041"]);
    check(&[("a.yaml", "- {id: P-1, permit: 2026-01-01, permit.issued_on: 2026-01-02}\n")], &["a.yaml:1:21: KG-L040"]);
    check(&[("a.yaml", "- {id: P-1, permit: [2026-01-01], permit.number: 2}\n")], &["a.yaml:1:50: KG-L011"]);
    check(&[("a.yaml", "- {id: ~}\n- {id: P-1, after: P-2}\n")], &["a.yaml:1:8: KG-L014", "a.yaml:2 after: KG-L018"]);
}

#[test]
fn bad_projects_can_be_left_out() {
    assert_eq!(
        places(&[("a.yaml", "- {id: P-1, 人数: q}\n- {id: P-2}\n- 3\n")], true),
        ["a.yaml:1:17: KG-L030", "a.yaml:3:3: KG-L050", "KG-L042",]
    );
}
