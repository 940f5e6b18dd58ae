//! Long tables: what each adds to the portfolio, and every fault with its place.

use kaigong_model::{Cell, Date, Issue, Place};

use crate::Share;
use crate::testing::{cell, cell_on, check, good, lines_of, place, places, read_texts};

const PROJECTS: (&str, &str) = ("d/projects.csv", "id,permit,staff\nP-1,2026-01-01,1\nP-2,无,2\nP-3,,\n");

fn issue(issued_on: &str, area: Option<i64>) -> Issue {
    Issue { issued_on: Date::parse(issued_on), area, ..Issue::default() }
}

#[test]
fn documents_add_issues() {
    let ledger = good(&[
        // The order of files does not matter: ledgers are read first.
        (
            "d/documents.csv",
            "project,document,issued_on,number,area(公顷)\n\
             P-1,permit,2026-01-01,,2\nP-1,施工许可证,2026-03-01,,1\nP-3,permit,,无,\nP-2,permit,2026-01-01,,\n",
        ),
        PROJECTS,
    ]);
    let portfolio = &ledger.portfolio;
    let issues = vec![issue("2026-01-01", Some(30_000_000)), issue("2026-03-01", Some(15_000_000))];
    assert_eq!(cell(portfolio, "P-1", "permit"), Cell::Document(issues));
    assert_eq!(cell(portfolio, "P-3", "permit"), Cell::No);
    assert_eq!(cell(portfolio, "P-2", "permit"), Cell::Conflicting);
    assert_eq!(lines_of(&ledger.notices).len(), 1);
    let labels: Vec<String> = ledger.notices[0].labels.iter().map(|label| label.place.short()).collect();
    assert_eq!(labels, ["d/documents.csv:5 document", "d/projects.csv:3 permit"]);
    let alone = good(&[("a.csv", "id\nP-1\n"), ("documents.csv", "project,document,number\nP-1,permit,7\n")]);
    assert_eq!(place(&alone.portfolio, "P-1", "permit"), "documents.csv:2 document");
}

#[test]
fn faults_of_documents_are_all_listed() {
    check(
        &[
            PROJECTS,
            (
                "documents.csv",
                "project,document,issued_on,area,memo\n\
                 P-1,permit,,,\nP-9,permitt,2026-02-30,,\nP-1,staff,2026-01-01,,\nP-1,permit,2026-02-30,q,\n,permit,,,\n",
            ),
        ],
        &[
            "documents.csv:2 document: KG-L021",
            "documents.csv:3 document: KG-L019",
            "documents.csv:3 project: KG-L018",
            "documents.csv:4 document: KG-L019",
            "documents.csv:5 area: KG-L030",
            "documents.csv:5 issued_on: KG-L035",
            "documents.csv:6 project: KG-L017",
            "documents.csv:1 memo: KG-L010",
        ],
    );
    check(
        &[PROJECTS, ("documents.csv", "project,number(亩),area(元),area\nP-1,1,2,3\n")],
        &[
            "documents.csv:1: KG-L016",
            "documents.csv:1 area: KG-L011",
            "documents.csv:1 area(元): KG-L012",
            "documents.csv:1 number(亩): KG-L012",
        ],
    );
    let near = read_texts(&[PROJECTS, ("documents.csv", "project,document,number\nP-l,permitt,1\n")], false);
    let near = lines_of(&near.unwrap_err());
    assert!(near[0].ends_with("(did you mean `permit`?)") && near[1].ends_with("(did you mean `P-1`?)"), "{near:?}");
    // A ledger that could not be read makes no strangers of its projects.
    check(
        &[("a.csv", "x\n1\n"), ("documents.csv", "project,document,number\nP-1,permit,1\n")],
        &["a.csv:1: KG-L013", "a.csv:1 x: KG-L010"],
    );
}

#[test]
fn changes_hold_from_their_day_and_parts_build_on_what_was_before() {
    let ledger = good(&[
        PROJECTS,
        (
            "changes.csv",
            "project,fact,from,value,recorded_on,source\n\
             P-1,人数,2026-05-01,5,2026-06-01,会议纪要\n\
             P-1,staff,2026-03-01,,,\n\
             P-3,permit.issued_on,2026-04-01,2026-04-01,,\n\
             P-3,permit.accepted_on,2026-02-01,2026-02-01,,\n\
             P-3,permit.issued_on,2026-05-01,,,\n\
             P-3,permit.number,2026-06-01,未取得,,\n\
             P-2,permit.area,2026-02-01,2 ha,,\n",
        ),
    ]);
    let on = |id, fact, day| cell_on(&ledger.portfolio, id, fact, day);
    assert_eq!(on("P-1", "staff", "2026-02-28"), Cell::Quantity(1));
    assert_eq!(on("P-1", "staff", "2026-03-01"), Cell::Blank);
    assert_eq!(on("P-1", "staff", "2026-05-01"), Cell::Quantity(5));
    let accepted = Issue { accepted_on: Date::parse("2026-02-01"), ..Issue::default() };
    assert_eq!(on("P-3", "permit", "2026-02-01"), Cell::Document(vec![accepted.clone()]));
    let issued = Issue { issued_on: Date::parse("2026-04-01"), ..accepted.clone() };
    assert_eq!(on("P-3", "permit", "2026-04-01"), Cell::Document(vec![issued]));
    assert_eq!(on("P-3", "permit", "2026-05-01"), Cell::Document(vec![accepted]));
    assert_eq!(on("P-3", "permit", "2026-06-01"), Cell::No);
    assert_eq!(
        on("P-2", "permit", "2026-02-01"),
        Cell::Document(vec![Issue { area: Some(30_000_000), ..Issue::default() }])
    );
}

#[test]
fn faults_of_changes_are_all_listed() {
    check(
        &[
            PROJECTS,
            ("documents.csv", "project,document,issued_on\nP-1,permit,2026-02-02\n"),
            (
                "changes.csv",
                "project,fact,from,value,recorded_on\n\
                 P-1,stuff,2026-01-01,1,\nP-1,staff,2026-02-30,q,soon\nP-1,staff.number,2026-01-01,1,\n\
                 P-1,permit.number,2026-01-01,1,\nP-1,after,2026-01-01,P-8,\nP-1,permit.area,2026-01-01,q,\n,,,,1\n",
            ),
        ],
        &[
            "changes.csv:2 fact: KG-L019",
            "changes.csv:3 from: KG-L035",
            "changes.csv:3 recorded_on: KG-L035",
            "changes.csv:3 value: KG-L030",
            "changes.csv:4 fact: KG-L019",
            "changes.csv:5 value: KG-L022",
            "changes.csv:6 value: KG-L018",
            "changes.csv:7 value: KG-L030",
            "changes.csv:8 fact: KG-L017",
            "changes.csv:8 from: KG-L017",
            "changes.csv:8 project: KG-L017",
        ],
    );
    check(&[PROJECTS, ("changes.csv", "project,fact\n")], &["changes.csv:1: KG-L016", "changes.csv:1: KG-L016"]);
}

#[test]
fn pools_and_grants_are_counted_in_atoms() {
    let ledger = good(&[
        PROJECTS,
        (
            "pools.csv",
            "pool,county,period,amount,document\nland.quota,惠阳,2018,800,粤自然资〔2018〕1号\nland.quota,,,2 ha,\n",
        ),
        (
            "grants.csv",
            "id,pool,amount(公顷),granted_on,document\nP-2,land.quota,1,2018-03-01,x\nP-1,land.quota,3 mu,,\n",
        ),
    ]);
    assert_eq!(ledger.supplies.len(), 2);
    assert_eq!((ledger.supplies[0].amount, ledger.supplies[1].amount), (800_000_000, 30_000_000));
    assert_eq!(ledger.supplies[0].county.as_deref(), Some("惠阳"));
    assert_eq!(ledger.supplies[1].county, None);
    let column = "amount".to_owned();
    assert_eq!(ledger.supplies[1].place, Place::Cell { file: "pools.csv".into(), line: 3, column });
    let grants = &ledger.portfolio.grants;
    assert_eq!((grants[0].row, grants[0].amount, grants[0].granted_on), (0, 3_000_000, None));
    assert_eq!((grants[1].row, grants[1].amount, grants[1].granted_on), (1, 15_000_000, Date::parse("2018-03-01")));
}

#[test]
fn pools_have_levels_last_days_and_shares() {
    let ledger = good(&[
        PROJECTS,
        (
            "pools.csv",
            "pool,县(区),层级,年度,amount,有效期至,结转比例\nland.quota,惠阳,,2018,1 mu,2018-12-31,20%\n\
             land.quota,惠阳,县区,2018,1 mu,2018-01-01,0.125\nland.quota,,市级,,1 mu,2017-12-31,\nland.quota,,省,2018,1 mu,,100%\n",
        ),
        ("grants.csv", "project,pool,amount\nP-2,land.quota,1\nP-1,land.quota,2\n"),
    ]);
    let told: Vec<String> = ledger
        .supplies
        .iter()
        .map(|supply| {
            let day = supply.expires_on.map_or_else(|| "-".to_owned(), |day| day.to_string());
            format!("{} {day} {}", supply.level.name(), supply.carry.map_or_else(|| "-".to_owned(), Share::text))
        })
        .collect();
    assert_eq!(told, ["county 2018-12-31 20%", "county 2018-01-01 12.5%", "city 2017-12-31 -", "province - 100%"]);
    // The lines of grants stand as written, though the portfolio has them by project.
    let rows: Vec<(u32, String)> = ledger.grants.iter().map(|line| (line.grant.row, line.place.short())).collect();
    assert_eq!(rows, [(1, "grants.csv:2 amount".to_owned()), (0, "grants.csv:3 amount".to_owned())]);
}

#[test]
fn faults_of_levels_days_and_shares_are_all_listed() {
    check(
        &[
            PROJECTS,
            (
                "pools.csv",
                "pool,county,scope,period,amount,expires_on,carry\nland.quota,惠阳,市,2018,1,soon,x\n\
                 land.quota,,county,2018,1,,101%\nland.quota,,town,2018,1,,-1%\nland.quota,,,,1,,5%\n\
                 land.quota,,,2018,1,2017-12-31,\nland.quota,,,2018-h2,1,2018-06-30,5%\n",
            ),
        ],
        &[
            "pools.csv:2 carry: KG-L030",
            "pools.csv:2 expires_on: KG-L035",
            "pools.csv:2 scope: KG-L078",
            "pools.csv:3 carry: KG-L034",
            "pools.csv:3 scope: KG-L078",
            "pools.csv:4 carry: KG-L034",
            "pools.csv:4 scope: KG-L078",
            "pools.csv:5 carry: KG-L079",
            "pools.csv:6 expires_on: KG-L077",
            "pools.csv:7 expires_on: KG-L077",
        ],
    );
}

#[test]
fn faults_of_pools_and_grants_are_all_listed() {
    check(
        &[
            PROJECTS,
            ("pools.csv", "pool,amount,county\nland.qouta,1,\nland.quota,x,\nland.quota,-1,a\u{1}\nland.quota,,\n"),
            ("grants.csv", "project,pool,amount(元),granted_on\nP-9,water,1,1\nP-1,land.quota,1,2026-02-30\n"),
        ],
        &[
            "grants.csv:2 granted_on: KG-L035",
            "grants.csv:2 pool: KG-L020",
            "grants.csv:2 project: KG-L018",
            "grants.csv:3 amount(元): KG-L031",
            "grants.csv:3 granted_on: KG-L035",
            "pools.csv:2 pool: KG-L020",
            "pools.csv:3 amount: KG-L030",
            "pools.csv:4 amount: KG-L034",
            "pools.csv:4 county: KG-L038",
            "pools.csv:5 amount: KG-L017",
        ],
    );
}

#[test]
fn bad_rows_can_be_left_out() {
    let files = [
        PROJECTS,
        ("documents.csv", "project,document,number\nP-9,permit,1\nP-1,permit,\nP-3,permit,7\n"),
        ("grants.csv", "project,pool,amount\nP-1,land.quota,\nP-1,land.quota,2\n"),
    ];
    assert_eq!(
        places(&files, true),
        [
            "documents.csv:2 project: KG-L018",
            "documents.csv:3 document: KG-L021",
            "grants.csv:2 amount: KG-L017",
            "KG-L042",
        ]
    );
    let ledger = read_texts(&files, true).unwrap();
    assert_eq!(ledger.portfolio.grants.len(), 1);
    assert!(matches!(cell(&ledger.portfolio, "P-3", "permit"), Cell::Document(_)));
}
