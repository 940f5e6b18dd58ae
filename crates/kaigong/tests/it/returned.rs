//! What is exported is read back: the facts to the letter, lists as lists, with what offices wrote into them.

use kaigong::io::{Input, ReadOptions, read_lists, workbook_xlsx};
use kaigong::model::{Date, Diagnostic, Lang, ListRow, Severity, Sheet, Value, Workbook};
use kaigong::packs::Pack;
use kaigong::report::{Assessment, Bearing, Report, Returned, ReturnedScreen, check_json, lists_screen};
use kaigong::solver::{Durations, Explanation};
use kaigong::{CheckOptions, Ledger, explain_all, explain_reasons};

fn day() -> Date {
    Date::new(2026, 11, 20).unwrap()
}

fn options() -> CheckOptions {
    CheckOptions { since: true, ..CheckOptions::on(day()) }
}

fn pack() -> Pack {
    kaigong::load_rules("cn-gd").unwrap().pack
}

/// The sample's ledger.
const FILES: [&str; 4] = ["projects.csv", "documents.csv", "pools.csv", "portfolio.yaml"];

/// The sample as its files in CSV give it.
fn sample(pack: &Pack) -> Ledger {
    let files = kaigong::demo_files().into_iter().filter(|(name, _)| FILES.contains(&name.as_str()));
    let inputs: Vec<Input> = files.map(|(name, bytes)| Input { name, bytes }).collect();
    kaigong::read_ledger(pack, &inputs, &ReadOptions::default()).unwrap()
}

fn read(pack: &Pack, name: &str, bytes: Vec<u8>) -> Ledger {
    let input = Input { name: name.to_owned(), bytes };
    kaigong::read_ledger(pack, &[input], &ReadOptions::default())
        .unwrap_or_else(|refused| panic!("{:#?}", lines(&refused.diagnostics)))
}

fn lines(said: &[Diagnostic]) -> Vec<String> {
    said.iter().map(|diagnostic| diagnostic.one_line(Lang::Zh)).collect()
}

fn book(assessment: &Assessment<'_>, ledger: &Ledger, returned: Option<&Returned<'_, '_>>, lang: Lang) -> Workbook {
    let explanations = explain_reasons(assessment);
    let report = Report { assessment, explanations, lang, notes: Vec::new() };
    kaigong::workbook(&report, Durations::Statutory, returned, Some(ledger))
}

#[test]
fn reasons_alone_are_those_of_whole_explanations_and_make_the_same_workbook() {
    let pack = pack();
    let ledger = sample(&pack);
    let assessment = kaigong::check(&pack, &ledger, &options(), None).unwrap();
    let whole = explain_all(&assessment, Durations::Statutory);
    let told = |explanations: &[Explanation]| {
        let told = explanations
            .iter()
            .map(|one| format!("{:?}", (&one.result, &one.reasons, &one.steps, &one.deadlock, &one.first_record)));
        told.collect::<Vec<_>>()
    };
    assert_eq!(told(&explain_reasons(&assessment)), told(&whole));
    let report = Report { assessment: &assessment, explanations: whole, lang: Lang::En, notes: Vec::new() };
    let of_whole = workbook_xlsx(&kaigong::workbook(&report, Durations::Statutory, None, Some(&ledger))).unwrap();
    assert_eq!(workbook_xlsx(&book(&assessment, &ledger, None, Lang::En)).unwrap(), of_whole);
}

#[test]
fn an_exported_workbook_is_the_ledger_again() {
    let pack = pack();
    let ledger = sample(&pack);
    let assessment = kaigong::check(&pack, &ledger, &options(), None).unwrap();
    for lang in [Lang::Zh, Lang::En] {
        let bytes = workbook_xlsx(&book(&assessment, &ledger, None, lang)).unwrap();
        let again = read(&pack, "导出.xlsx", bytes);
        let checked = kaigong::check(&pack, &again, &options(), None).unwrap();
        assert_eq!(check_json(&checked, false), check_json(&assessment, false), "{lang:?}");
        let told = |ledger: &Ledger| {
            ledger
                .supplies
                .iter()
                .map(|supply| (supply.pool.clone(), supply.county.clone(), supply.amount))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(&again), told(&ledger));
        // Of the sheets, one is left unread and said so; the lists are lists, not projects.
        assert!(lines(&again.notices).iter().all(|line| line.contains("KG-L105")), "{:#?}", lines(&again.notices));
        let blockers: usize = assessment
            .results
            .projects
            .iter()
            .filter(|project| project.verdict.name() == "blocked")
            .map(|project| project.blockers.len())
            .sum();
        assert_eq!(again.lists.len(), 3 * blockers);
    }
}

#[test]
fn the_sample_is_a_workbook_too() {
    let pack = pack();
    let bytes = kaigong::demo_files().into_iter().find(|(name, _)| name == "项目台账.xlsx").unwrap().1;
    let (plain, book) = (sample(&pack), read(&pack, "项目台账.xlsx", bytes));
    let told = |ledger| check_json(&kaigong::check(&pack, ledger, &options(), None).unwrap(), false);
    assert_eq!(told(&plain), told(&book));
}

fn column(sheet: &Sheet, header: &str) -> usize {
    sheet.columns.iter().position(|column| column.header == header).unwrap_or_else(|| panic!("{header}"))
}

/// Fills in cells of a list, by key and header.
fn fill(book: &mut Workbook, sheet: &str, cells: &[(&str, &str, Value)]) {
    let sheet = book.sheets.iter_mut().find(|known| known.name == sheet).unwrap();
    for (key, header, value) in cells {
        let at = column(sheet, header);
        let row = sheet.rows.iter_mut().find(|row| row[0] == Value::text(*key)).unwrap_or_else(|| panic!("{key}"));
        row[at] = value.clone();
    }
}

fn rows(book: &Workbook) -> Result<Vec<ListRow>, Vec<Diagnostic>> {
    let input = Input { name: "清单.xlsx".to_owned(), bytes: workbook_xlsx(book).unwrap() };
    read_lists(&[input]).map(|(rows, _)| rows)
}

fn keys(book: &Workbook) -> Vec<String> {
    let tasks = book.sheets.iter().find(|sheet| sheet.name == "任务清单").unwrap();
    let key = |row: &Vec<Value>| match &row[0] {
        Value::Text(key) => key.clone(),
        other => panic!("{other:?}"),
    };
    tasks.rows.iter().map(key).collect()
}

#[test]
fn what_is_marked_done_and_is_not_is_shown_and_stays_on_the_list() {
    let pack = pack();
    let ledger = sample(&pack);
    let assessment = kaigong::check(&pack, &ledger, &options(), None).unwrap();
    let mut filled = book(&assessment, &ledger, None, Lang::Zh);
    let keys = keys(&filled);
    let text = |words: &str| Value::text(words);
    fill(
        &mut filled,
        "任务清单",
        &[
            (&keys[0], "办结情况", text("已办结")),
            (&keys[0], "办结日期", text("2026.11.3")),
            (&keys[0], "办理情况", text("批文已取回")),
            (&keys[1], "办结情况", text("在办")),
            (&keys[1], "办理情况", text("=已报市局")),
        ],
    );
    fill(&mut filled, "责任清单", &[(&keys[2], "备注", text("等方案"))]);
    let (returned, said) = Returned::new(&assessment, &rows(&filled).unwrap(), Durations::Statutory);
    assert_eq!(returned.items[0].bearing, Bearing::Contradicted);
    assert!(returned.items[1..].iter().all(|item| item.bearing == Bearing::Open));
    assert!(returned.fresh.is_empty());
    assert_eq!(said.len(), 1, "{:#?}", lines(&said));
    assert!(lines(&said)[0].contains("KG-L111") && lines(&said)[0].contains("任务清单!I"), "{}", lines(&said)[0]);
    for lang in [Lang::Zh, Lang::En] {
        let screen = ReturnedScreen { lang, data: "demo".into(), lists: "清单.xlsx".into(), all: false };
        insta::assert_snapshot!(
            format!("lists_{}", if lang == Lang::Zh { "zh" } else { "en" }),
            lists_screen(&returned, &screen)
        );
    }
    // The next lists have what was said, and what the ledger says of it.
    let next = book(&assessment, &ledger, Some(&returned), Lang::Zh);
    let tasks = next.sheets.iter().find(|sheet| sheet.name == "任务清单").unwrap();
    let cell = |row: usize, header: &str| tasks.rows[row][column(tasks, header)].clone();
    assert_eq!(cell(0, "办结情况"), text("已办结"));
    assert_eq!(cell(0, "办结日期"), Value::Day(Date::new(2026, 11, 3).unwrap()));
    assert_eq!(cell(0, "台账核对"), text("台账仍未见"));
    assert_eq!((cell(1, "办结情况"), cell(1, "办理情况")), (text("办理中"), text("=已报市局")));
    assert_eq!(cell(1, "台账核对"), Value::Blank);
    let duties = next.sheets.iter().find(|sheet| sheet.name == "责任清单").unwrap();
    let row = duties.rows.iter().find(|row| row[0] == text(&keys[2])).unwrap();
    assert_eq!(row[column(duties, "备注")], text("等方案"));
    // Read once more, they say the same again.
    let again = rows(&next).unwrap();
    let (twice, _) = Returned::new(&assessment, &again, Durations::Statutory);
    assert_eq!(twice.items[0].row.done_on.as_ref().map(|day| day.is), Date::new(2026, 11, 3));
}

#[test]
fn what_the_facts_have_done_is_confirmed_or_settled_and_new_blockers_are_told() {
    let pack = pack();
    let ledger = sample(&pack);
    let assessment = kaigong::check(&pack, &ledger, &options(), None).unwrap();
    let mut filled = book(&assessment, &ledger, None, Lang::Zh);
    let keys = keys(&filled);
    fill(&mut filled, "任务清单", &[(&keys[0], "办结日期", Value::Day(day()))]);
    // A list of a project whose blockers are none today: what it was asked for has been met.
    let met = assessment.results.projects.iter().find(|project| project.verdict.name() == "ready").unwrap();
    let id = &ledger.portfolio.ids[met.row as usize];
    let (_, requirement) = keys[0].rsplit_once('/').unwrap();
    let tasks = filled.sheets.iter_mut().find(|sheet| sheet.name == "任务清单").unwrap();
    tasks.rows.truncate(1);
    for done in [true, false] {
        let mut row = tasks.rows[0].clone();
        row[0] = Value::text(format!("{id}/{requirement}"));
        row[2] = Value::text(id);
        let at = column(tasks, "办结日期");
        if !done {
            row[at] = Value::Blank;
            row[0] = Value::text(format!("{id}/{}", keys[1].rsplit_once('/').unwrap().1));
        }
        tasks.rows.push(row);
    }
    filled.sheets.retain(|sheet| sheet.name == "任务清单");
    let (returned, _) = Returned::new(&assessment, &rows(&filled).unwrap(), Durations::Statutory);
    let bearings: Vec<Bearing> = returned.items.iter().map(|item| item.bearing).collect();
    assert_eq!(bearings, [Bearing::Contradicted, Bearing::Confirmed, Bearing::Settled]);
    assert_eq!(returned.fresh.len(), keys.len() - 1);
}

#[test]
fn faults_of_lists_come_all_at_once_each_with_its_cell() {
    let pack = pack();
    let ledger = sample(&pack);
    let assessment = kaigong::check(&pack, &ledger, &options(), None).unwrap();
    let mut filled = book(&assessment, &ledger, None, Lang::Zh);
    let keys = keys(&filled);
    let text = |words: &str| Value::text(words);
    fill(
        &mut filled,
        "任务清单",
        &[
            (&keys[0], "办结情况", text("快好了")),
            (&keys[1], "办结日期", text("月底")),
            (&keys[2], "键", text("")),
            (&keys[3], "键", Value::text(&keys[4])),
        ],
    );
    let tasks = filled.sheets.iter_mut().find(|sheet| sheet.name == "任务清单").unwrap();
    let note = column(tasks, "办理情况");
    tasks.rows[2][note] = text("没有键的一行");
    let faults = rows(&filled).unwrap_err();
    let codes: Vec<&str> = faults.iter().map(|fault| fault.code.0).collect();
    assert_eq!(codes, ["KG-L102", "KG-L035", "KG-L103", "KG-L104"], "{:#?}", lines(&faults));
    assert!(faults.iter().all(|fault| lines(std::slice::from_ref(fault))[0].contains("任务清单!")));

    let mut filled = book(&assessment, &ledger, None, Lang::Zh);
    fill(
        &mut filled,
        "任务清单",
        &[
            (&keys[0], "办结日期", Value::Day(Date::new(2026, 11, 21).unwrap())),
            (&keys[1], "办结情况", text("办理中")),
            (&keys[1], "办结日期", Value::Day(day())),
            (&keys[2], "键", text("P-999/land-quota")),
            (&keys[3], "项目编号", text("P-001")),
        ],
    );
    let (returned, said) = Returned::new(&assessment, &rows(&filled).unwrap(), Durations::Statutory);
    let codes: Vec<(&str, Severity)> = said.iter().map(|one| (one.code.0, one.severity)).collect();
    let expect = [
        ("KG-L107", Severity::Error),
        ("KG-L109", Severity::Error),
        ("KG-L106", Severity::Warning),
        ("KG-L108", Severity::Warning),
        ("KG-L111", Severity::Warning),
    ];
    for one in expect {
        assert!(codes.contains(&one), "{one:?} in {:#?}", lines(&said));
    }
    assert!(returned.items.iter().any(|item| item.bearing == Bearing::Unknown));
}
