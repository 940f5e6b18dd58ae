//! Blockers, their kinds and their groups: `semantics.md` §4.

use super::*;

#[test]
fn the_walk_follows_needs_that_are_no_to_what_can_be_acted_on() {
    let requirements = "g: {needs: [s, v]}\n s: {met_when: a, needs: [t]}\n t: {met_when: b}\n v: {met_when: c}";
    check_blockers(
        requirements,
        &["a=否, b=否, c=是", "a=否, b=是, c=否", "a=否, b=否, c=否", "a=是, b=是, c=是", "a=是, b=是"],
        &["t Action", "s Action, v Action", "t Action, v Action", "", ""],
    );
    check_blockers("g: {met_when: a}", &["a=否"], &["g Action"]);
}

#[test]
fn a_blocker_is_uncertain_by_its_needs_or_a_presumption() {
    check_blockers(
        "g: {met_when: a, needs: [s]}\n s: {met_when: b}",
        &["a=否", "a=否, b=是"],
        &["g Action?", "g Action"],
    );
    check_blockers("g: {needs: [s]}\n s: {met_when: p}", &["", "p=否"], &["s Action?", "s Action"]);
    check_blockers("g: {needs: [s]}\n s: {met_when: n}", &[""], &["s Action"]);
    // Inside a group that is no, a member that may not apply is still walked into.
    check_blockers(
        "g: {needs: [{any: [s, t]}]}\n s: {applies_when: c, met_when: a}\n t: {met_when: b}",
        &["a=否, b=否"],
        &["s Action? [g/1 1 s], t Action [g/1 1 t]"],
    );
}

#[test]
fn presumptions_of_the_caller_make_blockers_uncertain() {
    let options = Options { blanks: Blanks::No, ..at(TODAY) };
    let (pack, outcomes) = ask("g: {needs: [s]}\n s: {met_when: a}", &["", "a=否"], options);
    assert_eq!(blockers(&pack, &outcomes[0]), "s Action?");
    assert_eq!(blockers(&pack, &outcomes[1]), "s Action");
}

#[test]
fn a_group_without_a_member_that_applies_is_no_way() {
    let requirements = "g: {needs: [h]}\n h: {needs: [{any: [s, t]}]}\n s: {applies_when: a}\n t: {applies_when: b}";
    check_blockers(requirements, &["a=否, b=否", "a=是, b=否"], &["h NoWay", ""]);
}

#[test]
fn a_group_whose_members_lead_nowhere_is_no_way_too() {
    // The only member that applies is satisfied, one short of the two asked for.
    let requirements = "g: {needs: [{at_least: 2, of: [s, t]}]}\n s: {met_when: a}\n t: {applies_when: b}";
    check_blockers(requirements, &["a=是, b=否"], &["g NoWay"]);
}

#[test]
fn blockers_name_the_innermost_choice_unless_a_path_is_plain() {
    let requirements = "g: {needs: [{any: [s, t]}, {at_least: 2, of: [u, v]}]}
        s: {met_when: a, needs: [w]}\n t: {met_when: a}\n u: {met_when: b}\n v: {needs: [{any: [w, t]}]}\n w: {met_when: c}";
    check_blockers(
        requirements,
        &["a=否, b=否, c=否"],
        &["t Action [g/1 1 t], u Action [g/2 2 u], w Action [g/1 1 s]"],
    );
    let plain = "g: {needs: [{any: [s, t]}, s]}\n s: {met_when: a}\n t: {met_when: b}";
    check_blockers(plain, &["a=否, b=否"], &["s Action, t Action [g/1 1 t]"]);
}

#[test]
fn groups_are_counted_among_all_of_a_requirements_groups() {
    let requirements = "g: {needs: [{any: [s]}, u, {any: [t], when: b}]}\n s: {}\n t: {met_when: a}\n u: {}";
    check_blockers(requirements, &["a=否, b=是"], &["t Action [g/2 1 t]"]);
}

#[test]
fn a_draw_that_is_not_covered_makes_a_resource() {
    let requirements = "g: {met_when: a, draws: [{pool: quota, amount: x * r, when: b}]}";
    let pack = pack(requirements, "");
    let kinds = |row: &str, granted: i64| {
        let mut builder = builder(&pack, &[row]);
        let pool = "quota".to_owned();
        builder.grant(Grant { row: 0, pool, amount: granted, granted_on: None, document: None });
        blockers(&pack, &interpret(&pack, &builder.finish().0, &at(TODAY))[0])
    };
    assert_eq!(kinds("a=否, x=1, r=50%, b=是", 499_999), "g Resource");
    assert_eq!(kinds("a=否, x=1, r=50%, b=是", 500_000), "g Action");
    assert_eq!(kinds("a=否, x=1, r=50%, b=否", 0), "g Action");
    assert_eq!(kinds("a=否, x=1, r=50%", 0), "g Resource");
    assert_eq!(kinds("a=否, x=1, b=是", 0), "g Action");
    // 0.000003 mu by half is one atom and a half: two.
    assert_eq!(kinds("a=否, x=0.000003, r=50%, b=是", 1), "g Resource");
    assert_eq!(kinds("a=否, x=0.000003, r=50%, b=是", 2), "g Action");
}

#[test]
fn a_link_that_is_no_makes_upstream_and_a_cycle_a_deadlock() {
    let requirements = "g: {met_when: a and completed(after)}";
    check_blockers(
        requirements,
        &["a=是, after=P1", "a=否, after=无", "a=是, after=P3", "a=是, after=P2", "a=是, after=P2"],
        &["g Upstream", "g Action", "g Deadlock", "g Deadlock", "g Upstream"],
    );
    check_blockers(requirements, &["a=是, after=P0"], &["g Deadlock"]);
}

#[test]
fn a_started_project_is_walked_on_its_readiness() {
    check_blockers("g: {met_when: a}", &["a=否, started=2019-01-01"], &["g Action"]);
}
