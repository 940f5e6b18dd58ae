//! A, M, N, states and verdicts: `semantics.md` §4.

use super::*;

#[test]
fn and_or_not_are_kleene() {
    let value = |word: &str| match word {
        "yes" => "是",
        "no" => "否",
        _ => "",
    };
    for (left, right, and, or) in [
        ("yes", "yes", "yes", "yes"),
        ("yes", "no", "no", "yes"),
        ("yes", "unknown", "unknown", "yes"),
        ("no", "no", "no", "no"),
        ("no", "unknown", "no", "unknown"),
        ("unknown", "unknown", "unknown", "unknown"),
    ] {
        for (left, right) in [(left, right), (right, left)] {
            let row = format!("a={}, b={}", value(left), value(right));
            check_truth("a and b", &row, and);
            check_truth("a or b", &row, or);
        }
    }
    check_truth("not a", "a=是", "no");
    check_truth("not a", "a=否", "yes");
    check_truth("not a", "", "unknown");
}

#[test]
fn a_missing_operand_makes_a_comparison_unknown() {
    check_truth("x > 3 mu", "", "unknown");
    check_truth("x > 3 mu", "x=3", "no");
    check_truth("x >= 3 mu", "x=3", "yes");
    check_truth("x > 3 mu", "x=!!", "unknown");
    check_truth("x > 3 mu", "x=办理中", "unknown");
    check_truth("x + y > 3 mu", "x=9", "unknown");
    check_truth("min(x, y) < 1 mu", "x=0", "unknown");
    check_truth("max(x, y) == 9 mu", "x=9, y=2", "yes");
    check_truth("x == 0 mu", "x=无", "yes");
}

#[test]
fn arithmetic_is_exact_and_divides_by_zero_to_unknown() {
    check_truth("x / y == r", "x=1, y=4, r=25%", "yes");
    check_truth("x * 3 / 3 == x", "x=1", "yes");
    check_truth("x / 3 * 3 == x", "x=1", "yes");
    check_truth("x / y > 1", "x=1, y=0", "unknown");
    check_truth("x * r <= 0.5 mu", "x=1, r=50%", "yes");
    check_truth("-x < 0 mu", "x=1", "yes");
    check_truth("k > 2.5", "k=3", "yes");
    check_truth("k > 2.5", "k=2", "no");
}

#[test]
fn days_shift_and_subtract() {
    check_truth("planned + 30 days == as_of", "planned=2020-05-02", "yes");
    check_truth("planned + 1 months == date(\"2020-02-29\")", "planned=2020-01-31", "yes");
    check_truth("planned - 1 years == date(\"2019-02-28\")", "planned=2020-02-29", "yes");
    // 2020-05-01 to 05-05 were holidays, Saturday 05-09 a make-up workday.
    check_truth("planned + 4 workdays == date(\"2020-05-09\")", "planned=2020-04-30", "yes");
    check_truth("as_of - planned == 31 days", "planned=2020-05-01", "yes");
    check_truth("planned + 300 years > as_of", "planned=2020-01-01", "unknown");
}

#[test]
fn words_are_among_or_not() {
    check_truth("sector in [road]", "sector=公路", "yes");
    check_truth("sector in [road]", "sector=铁路", "no");
    check_truth("sector in [road]", "", "unknown");
    check_truth("sector == param.kind", "sector=road", "yes");
    check_truth("sector != param.kind", "sector=road", "no");
    check_truth("note == \"甲\"", "note=甲", "yes");
}

#[test]
fn an_unsettled_parameter_is_unknown_and_a_dated_one_follows_the_day() {
    check_truth("param.unsettled", "", "unknown");
    check_truth("x > param.limit", "x=7", "no");
    assert_eq!(truth_at("x > param.limit", "x=7", at("2018-12-31")), "yes");
    assert_eq!(truth_at("x > param.limit", "x=7", at("2014-12-31")), "unknown");
}

#[test]
fn event_dates_after_as_of_are_not_there_yet_and_plans_read_as_they_stand() {
    check_truth("started > as_of", "started=2021-01-01", "unknown");
    check_truth("planned > as_of", "planned=2021-01-01", "yes");
    check_truth("recorded(started)", "started=2021-01-01", "no");
    check_truth("recorded(started)", "started=2020-06-01", "yes");
    check_truth("recorded(planned)", "planned=2021-01-01", "yes");
}

#[test]
fn blanks_read_by_rule_and_by_option() {
    let modes = |condition: &str| {
        [Blanks::Pack, Blanks::No, Blanks::Unknown]
            .map(|blanks| truth_at(condition, "", Options { blanks, ..at(TODAY) }))
    };
    assert_eq!(modes("a"), ["unknown", "no", "unknown"]);
    assert_eq!(modes("p"), ["no", "no", "unknown"]);
    assert_eq!(modes("n"), ["no", "no", "no"]);
    assert_eq!(modes("x == 0 mu"), ["unknown", "yes", "unknown"]);
    assert_eq!(modes("issued(d)"), ["unknown", "no", "unknown"]);
    assert_eq!(modes("covered(d) == 0 mu"), ["unknown", "yes", "unknown"]);
    assert_eq!(modes("completed(after)"), ["unknown", "yes", "unknown"]);
    assert_eq!(modes("sector == road"), ["unknown"; 3]);
    assert_eq!(modes("planned < as_of"), ["unknown"; 3]);
    assert_eq!(modes("note == \"甲\""), ["unknown"; 3]);
    assert_eq!(modes("recorded(a)"), ["no"; 3]);
}

#[test]
fn recorded_asks_for_something_written_that_is_not_no() {
    for (row, expect) in [("", "no"), ("a=是", "yes"), ("a=否", "no"), ("a=办理中", "no"), ("a=!!", "unknown")] {
        check_truth("recorded(a)", row, expect);
    }
    check_truth("recorded(x)", "x=0", "yes");
    check_truth("recorded(x)", "x=无", "no");
    check_truth("recorded(note)", "note=甲", "yes");
    check_truth("recorded(after)", "after=P9", "yes");
}

#[test]
fn the_latest_change_by_as_of_and_known_by_holds() {
    let pack = pack("g: {met_when: a}", "");
    let fact = pack.schema.find("a").unwrap();
    let mut builder = builder(&pack, &["a=否"]);
    let change =
        |from, recorded, value| Change { from: day(from), recorded_on: Some(day(recorded)), cell: Cell::Bool(value) };
    builder.change(0, fact, change("2020-02-01", "2020-02-01", true));
    builder.change(0, fact, change("2020-04-01", "2020-05-01", false));
    let portfolio = builder.finish().0;
    let ready = |as_of: &str, known: Option<&str>| {
        let options = Options { known_by: known.map(day), ..at(as_of) };
        interpret(&pack, &portfolio, &options)[0].verdict == Verdict::Ready
    };
    assert!(!ready("2020-01-31", None));
    assert!(ready("2020-02-01", None));
    assert!(!ready("2020-04-01", None));
    assert!(ready("2020-04-01", Some("2020-04-30")));
}

#[test]
fn each_state_has_its_truths() {
    let requirements = "g: {needs: [s]}\n s: {applies_when: a, met_when: b, needs: [t]}\n t: {met_when: c}";
    check_states(requirements, "a=否", "g=met s=not_applicable t=undetermined");
    check_states(requirements, "a=是, b=是, c=是", "g=met s=met t=met");
    check_states(requirements, "b=是, c=是", "g=met s=met t=met");
    check_states(requirements, "a=是, b=否, c=是", "g=waiting s=open t=met");
    check_states(requirements, "a=是, b=否", "g=waiting s=open t=undetermined");
    check_states(requirements, "a=是, b=是, c=否", "g=waiting s=waiting t=open");
    check_states(requirements, "a=是, b=否, c=否", "g=waiting s=waiting t=open");
    check_states(requirements, "a=是, b=是", "g=undetermined s=undetermined t=undetermined");
    check_states(requirements, "b=否, c=是", "g=undetermined s=undetermined t=met");
    check_states(requirements, "a=是, c=是", "g=undetermined s=undetermined t=met");
}

#[test]
fn a_conditional_need_is_not_w_or_cleared() {
    let requirements = "g: {needs: [{step: s, when: a}]}\n s: {met_when: b}";
    for (row, expect) in [
        ("a=否, b=否", "g=met s=open"),
        ("a=是, b=否", "g=waiting s=open"),
        ("b=否", "g=undetermined s=open"),
        ("b=是", "g=met s=met"),
        ("a=否", "g=met s=undetermined"),
        ("a=是", "g=undetermined s=undetermined"),
    ] {
        check_states(requirements, row, expect);
    }
}

#[test]
fn an_edge_outside_its_days_and_a_requirement_outside_its_own_do_not_count() {
    let edge = |days: &str| format!("g: {{needs: [{{step: s, {days}}}]}}\n s: {{met_when: a}}");
    check_states(&edge("to: 2020-05-31"), "a=否", "g=met s=open");
    check_states(&edge("to: 2020-06-01"), "a=否", "g=waiting s=open");
    check_states(&edge("from: 2020-06-01"), "a=否", "g=waiting s=open");
    check_states(&edge("from: 2020-06-02"), "a=否", "g=met s=open");
    check_states("g: {needs: [s]}\n s: {to: 2020-05-31, met_when: a}", "a=否", "g=met s=not_applicable");
    check_states("g: {needs: [s]}\n s: {from: 2020-06-01, met_when: a}", "a=否", "g=waiting s=open");
}

#[test]
fn customary_edges_and_steps_and_weakly_cited_ones_never_block() {
    check_states("g: {needs: [{step: s, kind: customary}]}\n s: {met_when: a}", "a=否", "g=met s=open");
    check_states("g: {needs: [s]}\n s: {kind: customary, met_when: a}", "a=否", "g=met s=open");
    check_states("g: {needs: [s]}\n s: {WEAK, met_when: a}", "a=否", "g=met s=open");
    check_states("g: {needs: [{step: s, WEAK}]}\n s: {met_when: a}", "a=否", "g=met s=open");
    check_states("g: {needs: [s]}\n s: {kind: judgement, met_when: a}", "a=否", "g=waiting s=open");
}

#[test]
fn any_is_an_or_of_satisfied() {
    let requirements = "g: {needs: [{any: [s, t]}]}\n s: {applies_when: a, met_when: b}\n t: {met_when: c}";
    check_states(requirements, "a=是, b=是, c=否", "g=met s=met t=open");
    // Cleared because it does not apply is not satisfied.
    check_states(requirements, "a=否, b=是, c=否", "g=waiting s=not_applicable t=open");
    check_states(requirements, "b=是, c=否", "g=undetermined s=met t=open");
    check_states(requirements, "a=是, b=否", "g=undetermined s=open t=undetermined");
    check_states(requirements, "a=否, c=是", "g=met s=not_applicable t=met");
}

#[test]
fn at_least_counts() {
    let requirements =
        "g: {needs: [{at_least: 2, of: [s, t, u]}]}\n s: {met_when: a}\n t: {met_when: b}\n u: {met_when: c}";
    for (row, expect) in [
        ("a=是, b=是, c=否", "met"),
        ("a=是, b=是", "met"),
        ("a=是, b=否, c=否", "waiting"),
        ("a=否, b=否", "waiting"),
        ("a=是", "undetermined"),
        ("a=是, b=否", "undetermined"),
        ("", "undetermined"),
    ] {
        let (pack, outcomes) = ask(requirements, &[row], at(TODAY));
        assert_eq!(states(&pack, &outcomes[0]).split(' ').next(), Some(format!("g={expect}").as_str()), "{row}");
    }
}

#[test]
fn a_group_carries_the_terms_of_its_edge() {
    let group =
        |terms: &str| format!("g: {{needs: [{{any: [s, t], {terms}}}]}}\n s: {{met_when: b}}\n t: {{met_when: c}}");
    check_states(&group("when: a"), "a=否, b=否, c=否", "g=met s=open t=open");
    check_states(&group("when: a"), "b=否, c=否", "g=undetermined s=open t=open");
    check_states(&group("to: 2020-01-01"), "b=否, c=否", "g=met s=open t=open");
    check_states(&group("kind: customary"), "b=否, c=否", "g=met s=open t=open");
}

const GOVERNED: &str = "governed_by: planned, met_when: 'x > param.limit',
    versions: [{from: 2017-01-01, to: 2017-12-31, CITE, met_when: a}]}";

fn governed(row: &str) -> &'static str {
    let line = format!("g: {{{}", GOVERNED.replace('\n', " "));
    let (pack, outcomes) = ask(&line, &[row], at(TODAY));
    letter(outcomes[0].steps[pack.find("g").unwrap().0 as usize].met)
}

#[test]
fn a_recorded_governing_date_picks_version_and_parameters() {
    assert_eq!(governed("planned=2017-06-01, a=是, x=0"), "yes");
    assert_eq!(governed("planned=2016-06-01, a=否, x=7"), "yes");
    assert_eq!(governed("planned=2019-06-01, a=否, x=7"), "no");
    // A plan date after as-of still picks.
    assert_eq!(governed("planned=2030-06-01, a=否, x=11"), "yes");
}

#[test]
fn a_governing_date_said_not_to_be_there_leaves_it_to_as_of() {
    assert_eq!(governed("planned=无, a=否, x=7"), "no");
    assert_eq!(governed("planned=办理中, a=否, x=11"), "yes");
    let event = "g: {governed_by: started, met_when: a, versions: [{from: 2021-01-01, CITE, met_when: b}]}";
    let (pack, outcomes) = ask(event, &["started=2021-06-01, a=是, b=否"], at(TODAY));
    assert_eq!(states(&pack, &outcomes[0]), "g=met");
}

#[test]
fn an_unknown_governing_date_gives_what_every_stretch_of_law_shares() {
    // Before 2015 the parameter has no value: unknown, so nothing is shared with it.
    assert_eq!(governed("a=是, x=20"), "unknown");
    let plain = "g: {governed_by: planned, met_when: a, versions: [{from: 2017-01-01, CITE, met_when: b}, {from: 2021-01-01, CITE, met_when: c}]}";
    for (row, expect) in [
        ("a=是, b=是, c=否", "yes"),
        ("a=否, b=否, c=是", "no"),
        ("a=是, b=否, c=是", "unknown"),
        ("a=是, b=是, planned=!!", "yes"),
    ] {
        let (pack, outcomes) = ask(plain, &[row], at(TODAY));
        assert_eq!(letter(outcomes[0].steps[pack.find("g").unwrap().0 as usize].met), expect, "{row}");
    }
}

#[test]
fn evidence_is_a_disjunction() {
    let requirements = "g: {met_when: a, evidenced_by: [d]}";
    check_states(requirements, "a=否, d=2020-01-01", "g=met");
    check_states(requirements, "a=否, d=无", "g=open");
    check_states(requirements, "a=否", "g=undetermined");
    check_states(requirements, "a=是", "g=met");
}

#[test]
fn out_of_order_is_applied_met_and_held() {
    let requirements = "g: {needs: [s]}\n s: {met_when: a, needs: [t]}\n t: {met_when: b}";
    let early = |row: &str| {
        let (pack, outcomes) = ask(requirements, &[row], at(TODAY));
        outcomes[0].out_of_order.iter().map(|&idx| pack[idx].id.clone()).collect::<Vec<_>>()
    };
    // `g` has no condition of its own: it is met, and held.
    assert_eq!(early("a=是, b=否"), ["g", "s"]);
    assert_eq!(early("a=否, b=否"), ["g"]);
    assert!(early("a=是, b=是").is_empty());
    assert!(early("a=是").is_empty());
}

#[test]
fn the_verdict_is_started_or_what_the_goal_says() {
    for (row, verdict, readiness) in [
        ("a=是", Verdict::Ready, Verdict::Ready),
        ("a=否", Verdict::Blocked, Verdict::Blocked),
        ("", Verdict::Undetermined, Verdict::Undetermined),
        ("a=否, started=2020-01-01", Verdict::Started, Verdict::Blocked),
        ("started=2020-01-01", Verdict::Started, Verdict::Undetermined),
        ("a=是, started=2021-01-01", Verdict::Ready, Verdict::Ready),
        ("a=是, started=!!", Verdict::Ready, Verdict::Ready),
    ] {
        let (_, outcomes) = ask("g: {met_when: a}", &[row], at(TODAY));
        assert_eq!((outcomes[0].verdict, outcomes[0].readiness), (verdict, readiness), "{row}");
    }
}

#[test]
fn alerts_fire_on_yes_only_and_in_their_days() {
    let alerts = "alerts:\n  one: {when: a, severity: warning}\n  two: {when: a, severity: notice, to: 2020-05-31}\n";
    let pack = pack("g: {}", alerts);
    let fired =
        |row: &str, as_of: &str| interpret(&pack, &builder(&pack, &[row]).finish().0, &at(as_of))[0].alerts.clone();
    assert_eq!(fired("a=是", TODAY), [0]);
    assert_eq!(fired("a=是", "2020-05-31"), [0, 1]);
    assert!(fired("", TODAY).is_empty());
}

#[test]
fn completed_asks_every_linked_project() {
    use Verdict::{Blocked, Ready, Undetermined};
    let requirements = "g: {met_when: a or completed(after)}\n o: {met_when: b}";
    let verdicts = |rows: &[&str]| ask(requirements, rows, at(TODAY)).1.iter().map(|o| o.verdict).collect::<Vec<_>>();
    assert_eq!(verdicts(&["a=否, after=P1", "a=是"]), [Ready, Ready]);
    assert_eq!(verdicts(&["a=否, after=P1;P2", "a=是", "a=否, after=P1;P3", ""])[0], Undetermined);
    assert_eq!(
        verdicts(&["a=否, after=P1;P2", "a=是", "a=否, after=P3", "a=否, after=P3"]),
        [Blocked, Ready, Blocked, Blocked]
    );
    assert_eq!(verdicts(&["a=否, after=无"]), [Ready]);
    assert_eq!(verdicts(&["a=否"]), [Undetermined]);
    assert_eq!(verdicts(&["a=否, after=办理中"]), [Undetermined]);
    assert_eq!(verdicts(&["a=否, after=P77"]), [Undetermined]);
}

#[test]
fn completed_looks_at_the_goal_its_fact_names() {
    let requirements = "g: {met_when: completed(after_other)}\n o: {met_when: b}";
    let (_, outcomes) = ask(requirements, &["after_other=P1", "b=是, after_other=P0"], at(TODAY));
    assert_eq!(outcomes[0].verdict, Verdict::Ready);
    assert_eq!(outcomes[1].verdict, Verdict::Undetermined);
}

#[test]
fn a_text_compares_with_another_text_fact() {
    check_truth("note == remark", "note=甲, remark=甲", "yes");
    check_truth("note == remark", "note=甲, remark=乙", "no");
    check_truth("note == remark", "note=甲", "unknown");
    check_truth("note in [\"甲\", remark]", "note=甲", "yes");
}

#[test]
fn a_broken_number_of_days_is_rounded_up() {
    let half = "planned + (as_of - started) * 50% == date(\"2020-05-03\")";
    check_truth(half, "planned=2020-05-01, started=2020-05-29", "yes");
    check_truth(
        "planned - (as_of - started) * 50% == date(\"2020-04-29\")",
        "planned=2020-05-01, started=2020-05-29",
        "yes",
    );
}

#[test]
fn a_governing_part_dated_later_leaves_it_to_as_of_and_one_without_that_part_is_unknown() {
    let requirements =
        "g: {governed_by: d.accepted_on, met_when: a, versions: [{from: 2019-01-01, CITE, met_when: b}]}";
    check_states(requirements, "d.accepted_on=2020-07-01, a=否, b=是", "g=met");
    check_states(requirements, "d.accepted_on=2018-07-01, a=否, b=是", "g=open");
    check_states(requirements, "d=2020-01-01, a=否, b=是", "g=undetermined");
    check_states(requirements, "d=2020-01-01, a=是, b=是", "g=met");
    check_states(requirements, "d=无, a=否, b=是", "g=met");
}

#[test]
fn a_blank_governing_date_is_not_presumed_to_be_none() {
    let requirements = "g: {governed_by: planned, met_when: a, versions: [{from: 2019-01-01, CITE, met_when: b}]}";
    let options = Options { blanks: Blanks::No, ..at(TODAY) };
    let (pack, outcomes) = ask(requirements, &["a=否, b=是"], options);
    assert_eq!(states(&pack, &outcomes[0]), "g=undetermined");
}

#[test]
fn the_stretch_of_law_after_a_version_ends_counts_too() {
    // `a` holds in 2018 only, between two versions that ask for `b`.
    let requirements = "g: {governed_by: planned, met_when: a, versions: [{to: 2015-12-31, CITE, met_when: b}, {from: 2016-01-01, to: 2017-12-31, CITE, met_when: b}, {from: 2019-01-01, CITE, met_when: b}]}";
    check_states(requirements, "a=否, b=是", "g=undetermined");
    check_states(requirements, "a=是, b=是", "g=met");
}
