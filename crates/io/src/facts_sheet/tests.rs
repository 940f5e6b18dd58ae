//! What is written of a portfolio is read back as it: every type, every state, in either language.

use kaigong_model::{
    Cell, Change, Date, FactType, Grant, Issue, Lang, Level, Place, Portfolio, PortfolioBuilder, Workbook,
};
use proptest::{collection::vec, prelude::*, strategy::ValueTree as _, test_runner::TestRunner};

use super::*;
use crate::{Input, ReadOptions, Share, read, testing, testing::lines_of, workbook_xlsx};

const IDS: [&str; 6] = ["P-1", "2", "合计", "=HYPERLINK(1)", "惠城区", "一、道路"];

fn day() -> impl Strategy<Value = Date> {
    // From the first year to the last that a date may have.
    (Date::new(1900, 1, 1).unwrap().0..=Date::new(2199, 12, 31).unwrap().0).prop_map(Date)
}

const TEXTS: &[&str] = &[
    "说明",
    "a,b",
    "=1+1",
    "-",
    "/",
    "合计",
    "无",
    "办理中",
    "a\nb",
    "_x0041_",
    "2026-01-01",
    "（一）惠城区",
    "不涉及",
    "12345678901234567890",
    "城北 快速路",
    "<b>&\"",
    "注：填报",
    "TRUE",
    "1e5",
    "＝1",
];

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(TEXTS).prop_map(str::to_owned)
}

fn issue() -> impl Strategy<Value = Issue> {
    let number =
        prop::sample::select(&["惠府〔2025〕12号", "12", "-", "A-7", "2020年第3号"][..]).prop_map(str::to_owned);
    let parts = (
        prop::option::of(day()),
        prop::option::of(number),
        prop::option::of(day()),
        prop::option::of(day()),
        prop::option::of(day()),
        prop::option::of(0..=i64::MAX),
        prop::option::of(day()),
    );
    parts.prop_map(|(issued_on, number, accepted_on, submitted_on, expires_on, area, waived_until)| {
        let issue =
            Issue { issued_on, number, accepted_on, submitted_on, expires_on, area, waived_until, stops: Vec::new() };
        if issue == Issue::default() { Issue { number: Some("1".to_owned()), ..issue } } else { issue }
    })
}

/// A cell that a ledger may hold for a type; documents have so many issues at most.
fn cell(spec: &kaigong_model::FactSpec, issues: usize) -> BoxedStrategy<Cell> {
    let states = prop::sample::select(vec![Cell::Blank, Cell::No, Cell::InHand]);
    let no = prop::sample::select(vec![Cell::Blank, Cell::No]);
    match spec.kind {
        FactType::Text => prop_oneof![Just(Cell::Blank), text().prop_map(Cell::Text)].boxed(),
        FactType::Bool => {
            prop::sample::select(vec![Cell::Blank, Cell::InHand, Cell::Bool(true), Cell::Bool(false)]).boxed()
        }
        FactType::Quantity(_) => {
            let (least, most) = spec.range.unwrap_or((i64::MIN + 1, i64::MAX));
            prop_oneof![
                states,
                (least..=most).prop_map(Cell::Quantity),
                (0..=most.min(5_000_000)).prop_map(Cell::Quantity)
            ]
            .boxed()
        }
        FactType::Date => prop_oneof![states, day().prop_map(Cell::Date)].boxed(),
        FactType::Enum => prop_oneof![no, (0u16..2).prop_map(Cell::Enum)].boxed(),
        FactType::Document => {
            let several = vec(issue(), 1..=issues).prop_map(|mut issues| {
                issues.sort();
                issues.dedup();
                Cell::Document(issues)
            });
            prop_oneof![states, several].boxed()
        }
        FactType::Projects => {
            let ids = prop::sample::subsequence(IDS.to_vec(), 1..4);
            let ids = ids.prop_map(|ids| Cell::Projects(ids.into_iter().map(str::to_owned).collect()));
            prop_oneof![states, ids].boxed()
        }
    }
}

/// Cells, changes, grants and pools of a portfolio.
type Drawn = (Vec<Vec<Cell>>, Vec<(usize, usize, Date, Option<Date>, Cell)>, Vec<Grant>, Vec<Supply>);

fn drawn() -> impl Strategy<Value = Drawn> {
    let schema = testing::schema();
    let row: Vec<BoxedStrategy<Cell>> =
        schema.iter().map(|(_, spec)| prop_oneof![9 => cell(spec, 3), 1 => Just(Cell::Conflicting)].boxed()).collect();
    let changes: Vec<BoxedStrategy<(usize, Cell)>> =
        schema.iter().map(|(fact, spec)| cell(spec, 1).prop_map(move |cell| (fact.0 as usize, cell)).boxed()).collect();
    let change = (0..IDS.len(), proptest::strategy::Union::new(changes), day(), prop::option::of(day()))
        .prop_map(|(row, (fact, cell), from, recorded)| (row, fact, from, recorded, cell));
    let document = || prop::option::of(text().prop_filter("a blank is none", |text| text != "-"));
    let grant = (0..IDS.len() as u32, 0..=i64::MAX, prop::option::of(day()), document()).prop_map(
        |(row, amount, granted_on, document)| Grant {
            row,
            pool: "land.quota".to_owned(),
            amount,
            granted_on,
            document,
        },
    );
    let terms = (prop::option::of(day()), prop::option::of(0..=1_000_000u32), any::<bool>());
    let supply = (document(), document(), 0..=i64::MAX, document(), terms).prop_map(
        |(county, period, amount, document, (expires_on, carry, of_province))| Supply {
            pool: "land.quota".to_owned(),
            level: match (&county, of_province) {
                (Some(_), _) => Level::County,
                (None, false) => Level::City,
                (None, true) => Level::Province,
            },
            county,
            carry: carry.filter(|_| period.is_some()).map(Share),
            period,
            amount,
            document,
            expires_on,
            place: Place::File(String::new()),
        },
    );
    (vec(row, IDS.len()), vec(change, 0..8), vec(grant, 0..4), vec(supply, 0..4))
}

fn portfolio((cells, changes, grants, _): &Drawn) -> Portfolio {
    let mut builder = PortfolioBuilder::new(testing::schema());
    for (id, row) in IDS.iter().zip(cells) {
        let at = builder.add(id);
        for (cell, fact) in row.iter().zip(0..) {
            builder.put(at, kaigong_model::FactIdx(fact), cell.clone());
        }
    }
    for (row, fact, from, recorded_on, cell) in changes {
        let change = Change { from: *from, recorded_on: *recorded_on, cell: cell.clone() };
        builder.change(*row as u32, kaigong_model::FactIdx(*fact as u32), change);
    }
    grants.iter().for_each(|grant| builder.grant(grant.clone()));
    builder.finish().0
}

/// Every cell on some days, as known by some.
fn cells(portfolio: &Portfolio, days: &[Date]) -> Vec<String> {
    let mut out = Vec::new();
    let known = days.iter().map(|day| Some(*day)).chain([None]);
    for known in known {
        for day in days {
            for (fact, spec) in portfolio.schema.iter() {
                let cells = (0..portfolio.len() as u32).map(|row| portfolio.cell(fact, row, *day, known));
                out.push(format!("{day} {known:?} {} {:?}", spec.id, cells.collect::<Vec<_>>()));
            }
        }
    }
    out
}

/// A portfolio as a workbook.
fn xlsx(portfolio: &Portfolio, supplies: &[Supply], lang: Lang) -> Vec<u8> {
    let sheets = portfolio_sheets(portfolio, supplies, lang);
    let book = Workbook { title: "t".to_owned(), as_of: Date::new(2026, 11, 20).unwrap(), sheets };
    workbook_xlsx(&book).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(drawn in drawn()) {
        let before = portfolio(&drawn);
        let mut days: Vec<Date> = drawn.1.iter().flat_map(|change| [Some(change.2), change.3]).flatten().collect();
        days.push(Date::new(2026, 11, 20).unwrap());
        for lang in [Lang::Zh, Lang::En] {
            let input = Input { name: "导出.xlsx".to_owned(), bytes: xlsx(&before, &drawn.3, lang) };
            let after = read(&testing::schema(), &[input], &ReadOptions::default())
                .map_err(|faults| TestCaseError::fail(lines_of(&faults).join("\n")))?;
            prop_assert_eq!(&after.portfolio.ids, &before.ids);
            prop_assert_eq!(cells(&after.portfolio, &days), cells(&before, &days));
            prop_assert_eq!(&after.portfolio.grants, &before.grants);
            let told = |supplies: &[Supply]| supplies.iter().map(|supply| Supply { place: Place::File(String::new()), ..supply.clone() }).collect::<Vec<_>>();
            prop_assert_eq!(told(&after.supplies), told(&drawn.3));
        }
    }
}

#[test]
fn what_is_drawn_reaches_every_sheet_and_state() {
    let mut runner = TestRunner::deterministic();
    let (mut sheets, mut seen) = (std::collections::BTreeSet::new(), String::new());
    for _ in 0..40 {
        let drawn = drawn().new_tree(&mut runner).unwrap().current();
        let portfolio = portfolio(&drawn);
        sheets.extend(portfolio_sheets(&portfolio, &drawn.3, Lang::Zh).into_iter().map(|sheet| sheet.name));
        seen.extend(drawn.0.iter().flatten().map(|cell| format!("{cell:?} ")));
    }
    assert_eq!(sheets.len(), 5, "{sheets:?}");
    for state in ["Blank", "No", "InHand", "Conflicting", "Bool(false)", "Quantity(", "Enum(1)", "Projects("] {
        assert!(seen.contains(state), "{state}");
    }
}
