//! The shipped packs load without fault, their tests hold, and the published cases give their published reasons.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use kaigong::io::{Input, ReadOptions};
use kaigong::model::{Date, Lang};
use kaigong::packs::{Pack, RequirementIdx};
use kaigong::solver::{State, run_tests};
use kaigong::{CheckOptions, Ledger, load_rules, shipped_rules};
use kaigong_yaml::{Kind, Node};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_shipped_pack_is_without_fault_and_its_tests_hold() {
    for name in shipped_rules() {
        let rules = load_rules(&name).unwrap_or_else(|refused| panic!("{name}: {:?}", refused.diagnostics));
        let words: Vec<String> = rules.warnings.iter().map(|warning| warning.one_line(Lang::En)).collect();
        assert!(words.is_empty(), "{name}: {words:#?}");
        let (count, failures) = run_tests(&rules.pack);
        let failures: Vec<String> = failures
            .iter()
            .map(|f| format!("{} expected {} got {}", f.place.short(), f.expected.name(), f.got.name()))
            .collect();
        assert!(failures.is_empty(), "{name}: {failures:#?}");
        assert!(count >= 35 * 4, "{name}: {count} tests");
    }
}

#[test]
fn every_shipped_pack_passes_lint_with_its_named_exceptions() {
    for name in shipped_rules() {
        let pack = load_rules(&name).unwrap().pack;
        let lint = kaigong::packs::lint(&pack);
        let words: Vec<String> = lint.remarks.iter().map(|remark| remark.one_line(Lang::En)).collect();
        assert!(words.is_empty(), "{name}: {words:#?}");
        assert!(
            lint.accepted.iter().all(|exception| !exception.because.is_empty()),
            "{name}: an exception without reason"
        );
    }
}

#[test]
fn the_tests_of_every_shipped_pack_have_each_leaf_decide_both_ways() {
    for name in shipped_rules() {
        let pack = load_rules(&name).unwrap().pack;
        let coverage = kaigong::solver::coverage(&pack);
        let left: Vec<String> = coverage
            .leaves
            .iter()
            .filter(|leaf| !leaf.open && leaf.decided != [true, true])
            .map(|leaf| format!("{} {:?} leaf {}", pack[leaf.requirement].id, leaf.site, leaf.leaf))
            .collect();
        assert!(left.is_empty(), "{name}: {left:#?}");
    }
}

#[test]
fn the_starter_packs_are_as_large_as_promised() {
    let rules = load_rules("cn").unwrap();
    assert!(rules.pack.requirements.len() >= 35);
    for requirement in &rules.pack.requirements {
        assert!(!requirement.base.cite.is_empty(), "{} has no citation", requirement.id);
        assert!(requirement.base.owner.is_some(), "{} has no owner", requirement.id);
        assert!(!requirement.tests.is_empty(), "{} has no test", requirement.id);
    }
}

/// The part of the dossier on facts.
const FACTS: &str = "## Facts that no rule reads";

#[test]
fn the_dossier_has_a_row_for_every_requirement_and_no_other() {
    let page = std::fs::read_to_string(root().join("rules/DOSSIER.md")).unwrap();
    let (table, _) = page.split_once(FACTS).unwrap();
    let written: BTreeSet<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |")).map(|(id, _)| id).collect();
    let packs: Vec<_> = shipped_rules().iter().map(|name| load_rules(name).unwrap().pack).collect();
    let known: BTreeSet<&str> =
        packs.iter().flat_map(|pack| &pack.requirements).map(|requirement| requirement.id.as_str()).collect();
    assert_eq!(written, known);
}

#[test]
fn the_dossier_gives_the_reason_for_every_fact_that_nothing_reads() {
    let page = std::fs::read_to_string(root().join("rules/DOSSIER.md")).unwrap();
    let (_, section) = page.split_once(FACTS).unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | ")).map(|(facts, _)| facts);
    let written: BTreeSet<&str> = rows.flat_map(|facts| facts.split("`, `")).collect();
    let pack = load_rules("cn-gd-huizhou").unwrap().pack;
    let unused: BTreeSet<&str> =
        kaigong::packs::unused_facts(&pack).into_iter().map(|fact| pack.schema[fact].id.as_str()).collect();
    let diff = |a: &BTreeSet<&str>, b: &BTreeSet<&str>| a.difference(b).map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        (diff(&unused, &written), diff(&written, &unused)),
        (vec![], vec![]),
        "without a reason, and read after all"
    );
}

#[test]
fn published_projects_without_papers_are_mostly_questions() {
    let pack = load_rules("cn-gd-huizhou").unwrap().pack;
    let inputs = kaigong::io::gather(&[root().join("fixtures/real").display().to_string()]).unwrap();
    let ledger = kaigong::read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
    assert!(ledger.notices.is_empty(), "{:?}", ledger.notices);
    let assessment = kaigong::check(&pack, &ledger, &CheckOptions::on(Date::new(2026, 11, 20).unwrap()), None).unwrap();
    let [started, ready, blocked, undetermined] = assessment.results.verdicts;
    assert_eq!((started + ready + blocked + undetermined, ready), (93, 0));
    assert!(undetermined >= 70, "{:?}", assessment.results.verdicts);
    for project in &assessment.results.projects {
        assert!(project.blockers.iter().all(|blocker| !blocker.certain), "row {} is blocked for certain", project.row);
        assert!(project.questions.len() > 20, "row {} asks {} questions", project.row, project.questions.len());
        assert_eq!(
            project.alerts, project.presumed_alerts,
            "row {} has an alert that its source does not bear",
            project.row
        );
    }
}

/// One published case.
struct Case {
    name: String,
    ledger: String,
    as_of: Date,
    rules: String,
    expect: Vec<String>,
    may_be_certain: Vec<String>,
    /// Facts the source leaves out and the engine asks for.
    once: Vec<(String, String)>,
    /// What is open or waiting once they are answered.
    then: Vec<String>,
}

fn cases() -> Vec<Case> {
    let path = root().join("fixtures/cases/cases.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let document = kaigong_yaml::parse("cases.yaml", &text).unwrap();
    let Kind::Sequence(items) = document.root.kind else { panic!("cases.yaml is not a list") };
    let texts = |node: &Node| node.text().unwrap().to_owned();
    items
        .iter()
        .map(|item| {
            let text = |key: &str| item.get(key).map_or_else(|| panic!("no {key}"), texts);
            let list = |key: &str| match item.get(key).map(|node| &node.kind) {
                Some(Kind::Sequence(nodes)) => nodes.iter().map(texts).collect(),
                _ => Vec::new(),
            };
            let map = |key: &str| match item.get(key).map(|node| &node.kind) {
                Some(Kind::Mapping(entries)) => entries.iter().map(|(key, value)| (texts(key), texts(value))).collect(),
                _ => Vec::new(),
            };
            Case {
                name: text("case"),
                ledger: text("ledger"),
                as_of: Date::parse(&text("as_of")).unwrap(),
                rules: text("rules"),
                expect: list("expect"),
                may_be_certain: list("may_be_certain"),
                once: map("once"),
                then: list("then"),
            }
        })
        .collect()
}

impl Case {
    /// The case's ledger, and beside it the facts given.
    fn ledger(&self, pack: &Pack, facts: &[(String, String)]) -> Ledger {
        let path = root().join("fixtures/cases").join(&self.ledger).display().to_string();
        let mut inputs = kaigong::io::gather(&[path]).unwrap();
        if !facts.is_empty() {
            let (headers, cells): (Vec<&str>, Vec<&str>) =
                facts.iter().map(|(fact, value)| (fact.as_str(), value.as_str())).unzip();
            let text = format!("id,{}\n{},{}\n", headers.join(","), self.name, cells.join(","));
            inputs.push(Input { name: "once.csv".to_owned(), bytes: text.into_bytes() });
        }
        kaigong::read_ledger(pack, &inputs, &ReadOptions::default()).unwrap()
    }

    /// The state of every requirement of the only project.
    fn states(&self, pack: &Pack, ledger: &Ledger) -> BTreeMap<String, State> {
        let assessment = kaigong::check(pack, ledger, &CheckOptions::on(self.as_of), None).unwrap();
        let states = (0..pack.requirements.len()).map(|at| {
            let idx = RequirementIdx(at as u32);
            (pack[idx].id.clone(), assessment.evaluation.state(idx, 0))
        });
        states.collect()
    }
}

#[test]
fn published_cases_give_their_published_reasons() {
    let table = std::fs::read_to_string(root().join("fixtures/README.md")).unwrap();
    let cases = cases();
    assert!(cases.len() >= 20, "{} cases", cases.len());
    for case in cases {
        let pack = load_rules(&case.rules).unwrap().pack;
        let ledger = case.ledger(&pack, &[]);
        let assessment = kaigong::check(&pack, &ledger, &CheckOptions::on(case.as_of), None).unwrap();
        let project = &assessment.results.projects[0];
        let id = |idx: RequirementIdx| pack[idx].id.as_str();
        let asked: BTreeSet<&str> = project.questions.iter().map(|question| id(question.requirement)).collect();
        let mut reasons = asked.clone();
        reasons.extend(project.blockers.iter().map(|blocker| id(blocker.requirement)));
        assert!(
            case.expect.iter().any(|wanted| reasons.contains(wanted.as_str())),
            "{}: expected one of {:?} among {reasons:?}",
            case.name,
            case.expect
        );
        for blocker in project.blockers.iter().filter(|blocker| blocker.certain) {
            let name = id(blocker.requirement);
            assert!(
                case.may_be_certain.iter().any(|known| known == name),
                "{}: {name} is an invented blocker",
                case.name
            );
        }
        let row = table.lines().find(|line| line.starts_with(&format!("| {} |", case.name))).unwrap();
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells[5], case.expect.join(", "), "{}: expected, in the table", case.name);
        let mut blockers: Vec<String> = project
            .blockers
            .iter()
            .map(|blocker| format!("{}{}", id(blocker.requirement), if blocker.certain { "" } else { "(p)" }))
            .collect();
        blockers.sort_by_key(|name| !case.expect.iter().any(|wanted| name.trim_end_matches("(p)") == wanted));
        let expected: Vec<&str> =
            case.expect.iter().map(String::as_str).filter(|wanted| asked.contains(wanted)).collect();
        let asks = format!("asks {} ({} in all)", expected.join(", "), asked.len()).replace("  ", " ");
        let got = if blockers.is_empty() { asks } else { format!("{}; {asks}", blockers.join(", ")) };
        assert_eq!(cells[6], got, "{}: got, in the table", case.name);
    }
}

#[test]
fn a_published_case_is_settled_by_the_facts_it_asks_for() {
    let settled: Vec<Case> = cases().into_iter().filter(|case| !case.then.is_empty()).collect();
    assert!(settled.len() >= 20, "{} cases with a second run", settled.len());
    for case in settled {
        let pack = load_rules(&case.rules).unwrap().pack;
        let before = case.ledger(&pack, &[]);
        let assessment = kaigong::check(&pack, &before, &CheckOptions::on(case.as_of), None).unwrap();
        let asked: BTreeSet<&str> = assessment.results.projects[0]
            .questions
            .iter()
            .map(|question| pack.schema[question.fact].id.as_str())
            .collect();
        for (fact, _) in &case.once {
            assert!(asked.contains(fact.as_str()), "{}: {fact} is answered and was never asked", case.name);
        }
        let states = case.states(&pack, &case.ledger(&pack, &case.once));
        for wanted in &case.then {
            assert!(
                matches!(states[wanted], State::Open | State::Waiting),
                "{}: {wanted} is {:?} once {:?}",
                case.name,
                states[wanted],
                case.once
            );
        }
    }
}
