//! The shipped packs load without fault, their tests hold, and the published cases give their published reasons.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "an integration test: it may read fixtures and stop at the first surprise"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kaigong::model::{Date, Lang};
use kaigong::solver::run_tests;
use kaigong::{CheckOptions, load_rules, shipped_rules};

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
fn the_starter_packs_are_as_large_as_promised() {
    let rules = load_rules("cn").unwrap();
    assert!(rules.pack.requirements.len() >= 35);
    for requirement in &rules.pack.requirements {
        assert!(!requirement.base.cite.is_empty(), "{} has no citation", requirement.id);
        assert!(requirement.base.owner.is_some(), "{} has no owner", requirement.id);
        assert!(!requirement.tests.is_empty(), "{} has no test", requirement.id);
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
}

fn cases() -> Vec<Case> {
    let path = root().join("fixtures/cases/cases.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let document = kaigong_yaml::parse("cases.yaml", &text).unwrap();
    let kaigong_yaml::Kind::Sequence(items) = document.root.kind else { panic!("cases.yaml is not a list") };
    items
        .iter()
        .map(|item| {
            let text =
                |key: &str| item.get(key).and_then(|node| node.text()).unwrap_or_else(|| panic!("no {key}")).to_owned();
            let list = |key: &str| match item.get(key).map(|node| &node.kind) {
                Some(kaigong_yaml::Kind::Sequence(nodes)) => {
                    nodes.iter().filter_map(|node| node.text()).map(str::to_owned).collect()
                }
                _ => Vec::new(),
            };
            Case {
                name: text("case"),
                ledger: text("ledger"),
                as_of: Date::parse(&text("as_of")).unwrap(),
                rules: text("rules"),
                expect: list("expect"),
                may_be_certain: list("may_be_certain"),
            }
        })
        .collect()
}

#[test]
fn published_cases_give_their_published_reasons() {
    let cases = cases();
    assert!(cases.len() >= 20, "{} cases", cases.len());
    for case in cases {
        let rules = load_rules(&case.rules).unwrap();
        let path = root().join("fixtures/cases").join(&case.ledger).display().to_string();
        let inputs = kaigong::io::gather(&[path]).unwrap();
        let ledger = kaigong::read_ledger(&rules.pack, &inputs, &kaigong::io::ReadOptions::default()).unwrap();
        let options = CheckOptions { since: true, ..CheckOptions::on(case.as_of) };
        let assessment = kaigong::check(&rules.pack, &ledger, &options, None).unwrap();
        let project = &assessment.results.projects[0];
        let id = |idx| rules.pack[idx].id.as_str();
        let mut reasons: BTreeSet<&str> = project.blockers.iter().map(|blocker| id(blocker.requirement)).collect();
        reasons.extend(project.questions.iter().map(|question| id(question.requirement)));
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
    }
}
