//! Earliest start by the law's limits: `semantics.md` §5.

use super::*;

#[test]
fn ready_is_today_started_is_null_and_limits_add_up() {
    let requirements = "g: {needs: [s, t]}\n s: {met_when: a, takes: {statutory: 10 days}, needs: [t]}
        t: {met_when: b, takes: {statutory: 5 days}}";
    check_start(requirements, "a=是, b=是", TODAY, "2020-06-01");
    check_start(requirements, "a=否, b=否, started=2020-01-01", TODAY, "never");
    check_start(requirements, "a=否, b=是", TODAY, "2020-06-11");
    check_start(requirements, "a=否, b=否", TODAY, "2020-06-16");
    // A met step that waits still takes its time, as `finish` is written.
    check_start(requirements, "a=是, b=否", TODAY, "2020-06-16");
    check_start("g: {met_when: a}", "a=否", TODAY, "2020-06-01");
}

#[test]
fn workdays_skip_holidays_and_months_clip() {
    check_start("g: {met_when: a, takes: {statutory: 4 workdays}}", "a=否", "2020-04-30", "2020-05-09");
    check_start("g: {met_when: a, takes: {statutory: 1 months}}", "a=否", "2020-01-31", "2020-02-29");
    check_start("g: {met_when: a, takes: {statutory: 2 years}}", "a=否", "2020-02-29", "2022-02-28");
}

const CHOICE: &str =
    "s: {met_when: a, takes: {statutory: 10 days}}\n t: {applies_when: c, met_when: b, takes: {statutory: 5 days}}";

#[test]
fn a_choice_takes_the_kth_quickest_member_that_may_apply() {
    let any = format!("g: {{needs: [{{any: [s, t]}}]}}\n{CHOICE}");
    check_start(&any, "a=否, b=否, c=是", TODAY, "2020-06-06");
    check_start(&any, "a=否, b=否, c=否", TODAY, "2020-06-11");
    check_start(&any, "a=是, b=否, c=是", TODAY, "2020-06-01");
    let both = format!("g: {{needs: [{{at_least: 2, of: [s, t]}}]}}\n{CHOICE}");
    check_start(&both, "a=否, b=否, c=是", TODAY, "2020-06-11");
    check_start(&both, "a=否, b=否, c=否", TODAY, "never");
}

#[test]
fn what_is_unknown_counts_as_to_do_and_makes_it_provisional() {
    check_start("g: {met_when: a, takes: {statutory: 3 days}}", "", TODAY, "~2020-06-04");
    let conditional = "g: {met_when: b, needs: [{step: s, when: c}]}\n s: {met_when: a, takes: {statutory: 7 days}}";
    check_start(conditional, "a=否, b=否", TODAY, "~2020-06-08");
    check_start(conditional, "a=否, b=否, c=否", TODAY, "2020-06-01");
    check_start(conditional, "a=否, b=否, c=是", TODAY, "2020-06-08");
}

#[test]
fn customary_steps_take_their_time_and_edges_out_of_their_days_do_not() {
    let step = "s: {met_when: a, takes: {statutory: 7 days}}";
    check_start(
        &format!("g: {{met_when: b, needs: [{{step: s, kind: customary}}]}}\n{step}"),
        "a=否, b=否",
        TODAY,
        "2020-06-08",
    );
    check_start(
        &format!("g: {{met_when: b, needs: [{{step: s, to: 2020-05-31}}]}}\n{step}"),
        "a=否, b=否",
        TODAY,
        "2020-06-01",
    );
}

#[test]
fn an_accepted_document_uses_what_remains_of_its_limit() {
    let takes = |limit: &str| format!("g: {{met_when: issued(d), takes: {{statutory: {limit}}}}}");
    check_start(&takes("30 days"), "d.accepted_on=2020-05-22", TODAY, "2020-06-21");
    check_start(&takes("30 days"), "d.accepted_on=2020-01-01", TODAY, "2020-06-01");
    check_start(&takes("30 days"), "d.submitted_on=2020-05-22", TODAY, "2020-07-01");
    check_start(&takes("30 days"), "d.accepted_on=2020-06-05", TODAY, "2020-07-01");
    // Of 20 workdays, 6 have gone by from Friday 05-22 to Monday 06-01; the 14th from there.
    check_start(&takes("20 workdays"), "d.accepted_on=2020-05-22", TODAY, "2020-06-19");
    check_start(&takes("3 months"), "d.accepted_on=2020-05-22", TODAY, "2020-08-22");
    check_start(&takes("1 months"), "d.accepted_on=2020-01-22", TODAY, "2020-06-01");
}

#[test]
fn a_deadlock_or_no_way_is_never() {
    check_start("g: {met_when: completed(after)}", "after=P0", TODAY, "never");
    check_start("g: {needs: [{any: [s]}]}\n s: {applies_when: a}", "a=否", TODAY, "never");
    // Another alternative is finite.
    let detour = "g: {needs: [{any: [h, s]}]}\n h: {needs: [{any: [t]}]}\n t: {applies_when: a}
        s: {met_when: b, takes: {statutory: 2 days}}";
    check_start(detour, "a=否, b=否", TODAY, "2020-06-03");
}

#[test]
fn the_latest_acceptance_of_several_counts() {
    let requirements = "g: {met_when: issued(d), takes: {statutory: 30 days}}";
    check_start(requirements, "d.accepted_on=2020-05-12, d/2.accepted_on=2020-05-22", TODAY, "2020-06-21");
    let both = "g: {met_when: issued(d) and issued(e), takes: {statutory: 30 days}}";
    check_start(both, "d.accepted_on=2020-05-12, e.accepted_on=2020-05-22", TODAY, "2020-06-21");
}
