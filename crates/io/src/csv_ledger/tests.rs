//! Ledgers in CSV: cells, headers, ids, joins, and every fault with its place.

pub(crate) mod pieces;

use kaigong_model::{Cell, Date, Issue, Lang, limits};

use crate::testing::{cell, check, good, lines_of, place, places, read_texts};

fn issue(issued_on: &str, number: &str) -> Issue {
    Issue {
        issued_on: Date::parse(issued_on),
        number: (!number.is_empty()).then(|| number.to_owned()),
        ..Issue::default()
    }
}

#[test]
fn a_ledger_is_read_cell_by_cell() {
    let ledger = good(&[(
        "d/台账.csv",
        "\u{feff}项目编号,项目名称,占用耕地（公顷）,总投资,是否中央项目,行业,开工日期,施工许可证,施工许可证.number,上游项目\r\n\
         P-1,城北快速路,25.3333,12.5亿元,是,公路,2026-03-01,2026-02-01,惠建〔2026〕1号,P-2；P-3\r\n\
         P-2,\"水厂,一期\",380亩,400,否,制造业,无,办理中,,\r\n\
         P-3\r\n",
    )]);
    let portfolio = &ledger.portfolio;
    assert!(ledger.notices.is_empty());
    assert_eq!(portfolio.ids.iter().collect::<Vec<_>>(), ["P-1", "P-2", "P-3"]);
    assert_eq!(cell(portfolio, "P-1", "land.farmland"), Cell::Quantity(379_999_500));
    assert_eq!(cell(portfolio, "P-2", "land.farmland"), Cell::Quantity(380_000_000));
    assert_eq!(cell(portfolio, "P-1", "invest"), Cell::Quantity(125_000_000_000));
    assert_eq!(cell(portfolio, "P-2", "invest"), Cell::Quantity(400_000_000));
    assert_eq!(cell(portfolio, "P-2", "project.name"), Cell::Text("水厂,一期".into()));
    assert_eq!(cell(portfolio, "P-2", "central"), Cell::Bool(false));
    assert_eq!(cell(portfolio, "P-2", "sector"), Cell::Enum(0));
    assert_eq!(cell(portfolio, "P-2", "started_on"), Cell::No);
    assert_eq!(cell(portfolio, "P-2", "permit"), Cell::InHand);
    assert_eq!(cell(portfolio, "P-1", "permit"), Cell::Document(vec![issue("2026-02-01", "惠建〔2026〕1号")]));
    assert_eq!(cell(portfolio, "P-1", "after"), Cell::Projects(vec!["P-2".into(), "P-3".into()]));
    assert_eq!(cell(portfolio, "P-3", "permit"), Cell::Blank);
    assert_eq!(place(portfolio, "P-2", "land.farmland"), "d/台账.csv:3 占用耕地（公顷）");
}

#[test]
fn the_id_column_is_a_fact_too_where_it_is_one() {
    let ledger = good(&[("a.csv", "项目代码,施工许可证\n441300-1,无\n")]);
    assert_eq!(cell(&ledger.portfolio, "441300-1", "project.code"), Cell::Text("441300-1".into()));
    let ledger = good(&[("a.csv", "项目代码,id\n441300-1,P-1\n")]);
    assert_eq!(cell(&ledger.portfolio, "P-1", "project.code"), Cell::Text("441300-1".into()));
    check(&[("a.csv", "项目代码,项目编码,id\na,b,P-1\n")], &["a.csv:1 项目编码: KG-L011"]);
    check(&[("a.csv", "id,id\nP-1,P-1\n")], &["a.csv:1 id: KG-L011"]);
}

#[test]
fn headers_that_cannot_be_used_are_faults_or_notices() {
    check(
        &[("a.csv", "id,占用根地,备注,,占用耕地\nP-1,1,2,,3\n")],
        &["a.csv:1: KG-L010", "a.csv:1 占用根地: KG-L010", "a.csv:1 备注: KG-L010"],
    );
    let ledger = good(&[("a.csv", "id,占用根地\nP-1,1\n")]);
    assert_eq!(
        ledger.notices[0].one_line(Lang::Zh),
        "a.csv:1 占用根地: KG-L010: 不认识列「占用根地」，未读入 (是否想写「占用耕地」？)"
    );
    check(&[("a.csv", "id,占用耕地(万元)\nP-1,1\n")], &["a.csv:1 占用耕地(万元): KG-L012"]);
    check(&[("a.csv", "id,占用耕地,耕地面积(亩)\nP-1,1,2\n")], &["a.csv:1 耕地面积(亩): KG-L011"]);
    check(&[("a.csv", "名称,占用耕地\nP-1,1\n")], &["a.csv:1: KG-L013", "a.csv:1 名称: KG-L010"]);
    check(&[("a.csv", "id\n")], &["a.csv:1 id: KG-L041"]);
    check(&[("a.csv", "")], &["a.csv: KG-L005"]);
}

#[test]
fn ids_are_there_and_only_once() {
    check(
        &[("projects.csv", "id,人数\nP-1,1\n,2\n\nP-1,3\nP-2,q\nP-1,4\n")],
        &[
            "projects.csv:3 id: KG-L014",
            "projects.csv:5 id: KG-L015",
            "projects.csv:6 人数: KG-L030",
            "projects.csv:7 id: KG-L015",
        ],
    );
    let faults = read_texts(&[("projects.csv", "id\nP-1\nP-1\n")], false).unwrap_err();
    assert_eq!(
        lines_of(&faults),
        ["projects.csv:3 id: KG-L015: project id `P-1` is used twice, first on line 2 \
          (one row a project; merge the rows or change an id)"]
    );
    assert_eq!(faults[0].labels[1].place.short(), "projects.csv:2");
    check(&[("a.csv", "id\nP\u{1}\n")], &["a.csv:2 id: KG-L038"]);
}

#[test]
fn every_faulty_cell_is_listed_with_its_place() {
    check(
        &[(
            "a.csv",
            "id,占用耕地,总投资,人数,开工日期,是否中央项目,行业,项目名称,施工许可证,permit.accepted_on,permit.area,上游项目\n\
             P-1,三百八十亩,12 mu,1.5,2026-02-30,也许,渔业,a\u{7}b,2026-02-30,q,-1,P-9\n\
             P-2,NaN,99999999999999999999,0.5,2026-1-1,2,q,y,2026/13/01,2026-13-01,1 wan,P-1;P-2 \n\
             P-3,-3,,,,,,,,,0.0000001,\n",
        )],
        &[
            "a.csv:2 permit.accepted_on: KG-L035",
            "a.csv:2 permit.area: KG-L034",
            "a.csv:2 人数: KG-L032",
            "a.csv:2 占用耕地: KG-L030",
            "a.csv:2 开工日期: KG-L035",
            "a.csv:2 总投资: KG-L031",
            "a.csv:2 施工许可证: KG-L035",
            "a.csv:2 是否中央项目: KG-L036",
            "a.csv:2 行业: KG-L037",
            "a.csv:2 项目名称: KG-L038",
            "a.csv:3 permit.accepted_on: KG-L035",
            "a.csv:3 permit.area: KG-L031",
            "a.csv:3 人数: KG-L032",
            "a.csv:3 占用耕地: KG-L030",
            "a.csv:3 开工日期: KG-L035",
            "a.csv:3 总投资: KG-L033",
            "a.csv:3 施工许可证: KG-L035",
            "a.csv:3 是否中央项目: KG-L036",
            "a.csv:3 行业: KG-L037",
            "a.csv:4 permit.area: KG-L032",
            "a.csv:4 占用耕地: KG-L034",
        ],
    );
}

#[test]
fn links_to_nobody_are_faults() {
    let faults = read_texts(&[("a.csv", "id,上游项目\nP-001,\nP-002,P-01;P-001\n")], false).unwrap_err();
    assert_eq!(lines_of(&faults), ["a.csv:3 上游项目: KG-L018: no project has the id `P-01` (did you mean `P-001`?)"]);
    // A link to a row that has a fault of its own is not one more fault.
    check(&[("a.csv", "id,上游项目,人数\nP-1,P-2,\nP-2,,q\n")], &["a.csv:3 人数: KG-L030"]);
    // Nor is a link into a ledger that could not be read.
    check(
        &[("a.csv", "id,上游项目\nP-1,P-2\n"), ("b.csv", "名称\nx\n")],
        &["b.csv:1: KG-L013", "b.csv:1 名称: KG-L010"],
    );
}

#[test]
fn several_ledgers_join_by_id() {
    let files = [
        ("a.csv", "id,占用耕地,施工许可证,行业\nP-1,380,2026-01-01,工业\nP-2,1,,\n"),
        ("b.csv", "id,permit.number,耕地面积,sector\nP-3,,5,\nP-1,12,380亩,road\n"),
    ];
    let ledger = good(&files);
    let portfolio = &ledger.portfolio;
    assert_eq!(portfolio.ids.iter().collect::<Vec<_>>(), ["P-1", "P-2", "P-3"]);
    assert_eq!(cell(portfolio, "P-1", "land.farmland"), Cell::Quantity(380_000_000));
    assert_eq!(cell(portfolio, "P-1", "permit"), Cell::Document(vec![issue("2026-01-01", "12")]));
    assert_eq!(cell(portfolio, "P-1", "sector"), Cell::Conflicting);
    assert_eq!(place(portfolio, "P-3", "land.farmland"), "b.csv:2 耕地面积");
    let warning = &ledger.notices[0];
    assert_eq!(warning.code.0, "KG-L040");
    let labels: Vec<String> = warning.labels.iter().map(|label| label.place.short()).collect();
    assert_eq!(labels, ["b.csv:3 sector", "a.csv:2 行业"]);
    check(&[("a.csv", "id,permit,permit.issued_on\nP-1,2026-01-01,2026-01-02\n")], &["a.csv:2 permit: KG-L040"]);
}

#[test]
fn rows_with_faults_can_be_left_out() {
    let files = [("a.csv", "id,人数,上游项目\nP-1,q,\n,2,\nP-2,3,P-1\nP-2,4,\nP-1,5,\nP-4,1,,9\n")];
    assert_eq!(
        places(&files, true),
        ["a.csv:2 人数: KG-L030", "a.csv:3 id: KG-L014", "a.csv:5 id: KG-L015", "a.csv:7: KG-L009", "KG-L042",]
    );
    let ledger = read_texts(&files, true).unwrap();
    assert_eq!(ledger.portfolio.ids.iter().collect::<Vec<_>>(), ["P-2", "P-1"]);
    assert_eq!(cell(&ledger.portfolio, "P-1", "staff"), Cell::Quantity(5));
    assert_eq!(lines_of(&ledger.notices).last().unwrap(), "KG-L042: 4 rows with faults were left out");
    let linked = [("a.csv", "id,人数,上游项目\nP-1,q,\nP-2,3,P-1\n")];
    assert_eq!(places(&linked, true), ["a.csv:2 人数: KG-L030", "a.csv:3 上游项目: KG-L018", "KG-L042"]);
    // What is wrong with the file as a whole stays a fault.
    assert!(read_texts(&[("a.csv", "id,占用耕地(万元)\nP-1,1\n")], true).is_err());
}

#[test]
fn two_hundred_faults_are_all_listed_and_thousands_counted() {
    let ledger = |rows: usize| (0..rows).fold("id,人数\n".to_owned(), |text, row| format!("{text}P-{row},q\n"));
    assert_eq!(places(&[("a.csv", &ledger(200))], false).len(), 200);
    let faults = read_texts(&[("a.csv", &ledger(limits::FAULTS_LISTED + 5))], false).unwrap_err();
    assert_eq!(faults.len(), limits::FAULTS_LISTED + 1);
    assert_eq!(
        lines_of(&faults).last().unwrap(),
        "KG-L043: 5 more faults are not listed (mend those above and try again)"
    );
}

#[test]
fn limits_are_named() {
    let wide = (0..5_000).fold("id".to_owned(), |header, at| format!("{header},c{at}"));
    check(&[("a.csv", &format!("{wide}\nP-1\n"))], &["a.csv: KG-L004"]);
    let faults = read_texts(&[("a.csv", &wide)], false).unwrap_err();
    assert!(faults[0].message.en.contains("4096") && faults[0].message.zh.contains("4096"));
    let long = format!("id,项目名称\nP-1,{}\n", "x".repeat(limits::CELL_BYTES + 1));
    check(&[("a.csv", &long)], &["a.csv:2 项目名称: KG-L004", "a.csv:2 项目名称: KG-L004"]);
}
