//! Where the interpreter, and the solver with it, departs from `semantics.md` or from itself.
//!
//! Each test asserts today's answer; the FIXME gives the answer the contract asks for. `solver_agrees`
//! cannot see these, because both sides read the contract the same way.

use super::*;

#[test]
fn a_step_is_customary_by_the_law_that_governs_it() {
    // §3: the governing date picks the version; in 2018 the step was hard.
    let loosened = "g: {needs: [s]}\n s: {governed_by: planned, met_when: a, versions: [{from: 2019-01-01, CITE, kind: customary}]}";
    check_states(loosened, "planned=2018-01-01, a=否", "g=waiting s=open");
    let hardened = "g: {needs: [s]}\n s: {kind: customary, governed_by: planned, met_when: a, versions: [{from: 2019-01-01, CITE, kind: hard}]}";
    check_states(hardened, "planned=2018-01-01, a=否", "g=met s=open");
}

#[test]
fn a_document_in_hand_leaves_the_law_to_as_of() {
    // §2: submitted or accepted and not issued is in hand; §4: governed_by in hand is as-of.
    let requirements = "g: {governed_by: d.issued_on, met_when: a, versions: [{from: 2019-01-01, CITE, met_when: b}]}";
    check_states(requirements, "d.accepted_on=2020-05-01, a=否, b=是", "g=met");
    check_states(requirements, "d.submitted_on=2020-05-01, a=否, b=是", "g=met");
    check_states(requirements, "d=办理中, a=否, b=是", "g=met");
}

#[test]
fn an_acceptance_that_led_to_a_lapsed_issue_is_used_up() {
    // §5: an accepted document uses what remains of its limit; this one was issued and has lapsed.
    let requirements = "g: {met_when: issued(d), takes: {statutory: 30 days}}";
    check_start(requirements, "d=2018-01-01, d.accepted_on=2017-12-01, d.expires_on=2019-01-01", TODAY, "2020-07-01");
    check_start(requirements, "d=2018-01-01, d.expires_on=2019-01-01", TODAY, "2020-07-01");
    // A renewal that was accepted is in hand.
    let renewal = "d=2018-01-01, d.accepted_on=2017-12-01, d.expires_on=2019-01-01, d/2.accepted_on=2020-05-22";
    check_start(requirements, renewal, TODAY, "2020-06-21");
}

#[test]
fn fixme_links_to_different_goals_are_taken_for_a_mutual_wait() {
    // P0 waits for P1's `o`, which only needs `b`; P1's `g` waits for P0's. Whoever meets `b` releases both.
    // FIXME: `g Upstream` twice.
    let requirements = "g: {met_when: completed(after_other) and completed(after)}\n o: {met_when: b}";
    let rows = ["after_other=P1, after=无", "after=P0, after_other=无, b=否"];
    check_blockers(requirements, &rows, &["g Deadlock", "g Deadlock"]);
    let (_, outcomes) = ask(requirements, &["after_other=P1, after=无", "after=P0, after_other=无, b=是"], at(TODAY));
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Ready), "b alone releases both");
}

#[test]
fn fixme_a_mutual_wait_with_a_way_out_is_called_a_deadlock() {
    // `a` of either project ends the wait: the links do not decide alone.
    // FIXME: `g Upstream` twice, or a contract that says that this too is a deadlock; the start is not `never`.
    let requirements = "g: {met_when: a or completed(after)}";
    let rows = ["a=否, after=P1", "a=否, after=P0"];
    check_blockers(requirements, &rows, &["g Deadlock", "g Deadlock"]);
    let (_, outcomes) = ask(requirements, &["a=是, after=P1", "a=否, after=P0"], at(TODAY));
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Ready), "one `a` releases both");
}

#[test]
fn fixme_a_project_held_by_another_ones_presumed_no_is_called_certain() {
    // P1 is blocked by a presumption only; with nothing presumed, P0's completed() is unknown.
    // FIXME: `g Upstream?`.
    let requirements = "g: {met_when: completed(after), needs: [s]}\n s: {met_when: p}";
    check_blockers(requirements, &["after=P1, p=是", "after=无"], &["g Upstream", "s Action?"]);
    let options = Options { blanks: Blanks::Unknown, ..at(TODAY) };
    assert_eq!(ask(requirements, &["after=P1, p=是", "after=无"], options).1[0].verdict, Verdict::Undetermined);
}

#[test]
fn fixme_a_group_with_too_few_members_that_may_apply_names_an_action_that_cannot_help() {
    // Two of two are asked for and one does not apply: meeting `s` changes nothing.
    // FIXME (contract silent, README says no way): `g NoWay`. The start already says never.
    let requirements = "g: {needs: [{at_least: 2, of: [s, t]}]}\n s: {met_when: a}\n t: {applies_when: b}";
    check_blockers(requirements, &["a=否, b=否"], &["s Action [g/1 2 s]"]);
    check_start(requirements, "a=否, b=否", TODAY, "never");
    check_blockers(requirements, &["a=是, b=否"], &["g NoWay"]);
}

#[test]
fn fixme_a_start_that_rests_on_a_member_that_may_not_apply_is_not_provisional() {
    // The choice is unknown, because it may not apply; §5: unknown counts as still to do, and says so.
    // FIXME: `~2020-06-01`. The blocker is already uncertain.
    let requirements = "g: {met_when: c, needs: [{any: [s]}]}\n s: {applies_when: a, met_when: b}";
    check_start(requirements, "b=是, c=否", TODAY, "2020-06-01");
    check_blockers(requirements, &["b=是, c=否"], &["g Action?"]);
}
