//! One pack per remark, and the same pack without the slip.

use kaigong_model::Lang;

use super::*;
use crate::{Layer, load};

const CITE: &str = "[{law: 土地管理法, article: 第三十条, status: verified}]";

/// A pack of one goal over `steps`, with `more` beside them.
fn pack(steps: &str, more: &str) -> Pack {
    let text = format!(
        "id: t\nversion: '1'\ngoals: {{start: {{requirement: start}}}}\n\
         facts:\n  area: {{type: area, unit: mu}}\n  ok: {{type: bool}}\n  permit: {{type: document}}\n\
         requirements:\n{steps}\n{more}\n"
    )
    .replace("CITE", CITE);
    layered(&[("t", &text)])
}

fn layered(texts: &[(&str, &str)]) -> Pack {
    let layers: Vec<Layer> = texts
        .iter()
        .map(|(name, text)| Layer {
            name: (*name).to_owned(),
            files: vec![(format!("{name}/pack.yaml"), text.as_bytes().to_vec())],
        })
        .collect();
    load(&layers).unwrap().0
}

fn remarks(pack: &Pack) -> Vec<String> {
    lint(pack).remarks.iter().map(|remark| remark.one_line(Lang::En)).collect()
}

#[track_caller]
fn says(pack: &Pack, code: &str, words: &str) {
    let found = remarks(pack);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains(code) && found[0].contains(words), "{found:#?}");
}

const START: &str = "  start: {met_when: ok, cite: CITE}";

#[test]
fn a_sound_pack_has_no_remark() {
    assert_eq!(remarks(&pack(START, "")), [""; 0]);
}

#[test]
fn each_remark_names_what_it_is_about() {
    let two = "parameters: {limit: {values: [{to: 2010-12-31, value: 3 mu}, {from: 2012-01-01, value: 4 mu}]}}";
    for (steps, more, code, words) in [
        (START, "parameters: {limit: {values: [{value: 3 mu}]}}", "KG-R110", "`limit` is not used"),
        (
            "  start: {met_when: granted(a) >= area, draws: [{pool: [a, b], amount: area}], cite: CITE}",
            "pools: {a: {type: area, mix: true}, b: {type: area, mix: true}}",
            "KG-R120",
            "does not read granted(b)",
        ),
        ("  start: {met_when: ok, cost: {money: 3 wan}, cite: CITE}", "", "KG-R911", "the price of `start`"),
        (
            "  start: {needs: [a], cost: {money: 3 wan, cite: CITE}, cite: CITE}\n  a: {met_when: ok, cite: CITE}",
            "",
            "KG-R912",
            "`start` has nothing of its own",
        ),
        ("  start: {met_when: area > 3 mu, cite: CITE}", "", "KG-R112", "area > 3 mu"),
        ("  start: {met_when: ok, cite: [{law: 土地管理法, status: general-high}]}", "", "KG-R113", "`start`"),
        ("  start: {met_when: ok or not ok, cite: CITE}", "", "KG-R115", "always true"),
        (
            "  start: {needs: [{any: [old, new]}], cite: CITE}\n  new: {from: 2020-01-01, met_when: ok, cite: CITE}\n  \
             old: {to: 2010-12-31, met_when: ok, cite: CITE}",
            "",
            "",
            "",
        ),
        (
            "  start: {needs: [{any: [old, new], from: 2020-01-01}], cite: CITE}\n  new: {met_when: ok, cite: CITE}\n  \
             old: {to: 2010-12-31, met_when: ok, cite: CITE}",
            "",
            "KG-R116",
            "`old`",
        ),
        (
            "  start: {needs: [first, second], cite: CITE}\n  first: {needs: [second], cite: CITE}\n  \
             second: {met_when: ok, cite: CITE}",
            "",
            "KG-R117",
            "already needs `second`",
        ),
        (
            "  start: {needs: [custom], cite: CITE}\n  custom: {kind: customary, needs: [hard], cite: CITE}\n  \
             hard: {met_when: ok, cite: CITE}",
            "",
            "KG-R118",
            "`hard`",
        ),
    ] {
        let pack = pack(steps, more);
        if code.is_empty() {
            assert_eq!(remarks(&pack), [""; 0], "{steps}");
        } else {
            says(&pack, code, words);
        }
    }
    let found = remarks(&pack("  start: {met_when: area > param.limit, cite: CITE}", two));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("KG-R114") && found[1].contains("KG-R111"), "{found:#?}");
}

#[test]
fn a_rule_older_or_longer_lived_than_its_figure_is_told() {
    let rule = |period: &str| format!("  start: {{met_when: area > param.limit, {period}cite: CITE}}");
    let values = |values: &str| format!("parameters: {{limit: {{values: [{values}]}}}}");
    for (period, figures, told) in [
        ("from: 2018-01-01, ", "{from: 2020-01-01, value: 3 mu}", true),
        ("from: 2020-01-01, ", "{from: 2020-01-01, value: 3 mu}", false),
        ("from: 2018-01-01, ", "{from: 2017-01-01, to: 2021-12-31, value: 3 mu}", true),
        ("from: 2018-01-01, to: 2021-12-31, ", "{from: 2017-01-01, to: 2021-12-31, value: 3 mu}", false),
        ("", "{from: 2020-01-01, value: 3 mu}", false),
    ] {
        let found = remarks(&pack(&rule(period), &values(figures)));
        assert_eq!(found.iter().any(|remark| remark.contains("KG-R111")), told, "{period} {figures}: {found:#?}");
    }
}

#[test]
fn an_exception_keeps_its_remark_back_and_no_other() {
    let more = "parameters: {limit: {values: [{value: 3 mu}]}, other: {values: [{value: 3 mu}]}}\n\
                lint: {known: {code: KG-R110, of: [limit], because: 留作查阅}}";
    let pack = pack(START, more);
    let lint = lint(&pack);
    assert_eq!(lint.accepted.len(), 1);
    assert_eq!(lint.accepted[0].because.zh, "留作查阅");
    says(&pack, "KG-R110", "`other`");
}

#[test]
fn an_idle_exception_is_a_remark_of_the_pack_that_wrote_it() {
    let idle = "lint: {known: {code: KG-R110, of: [limit], because: 留作查阅}}";
    says(&pack(START, idle), "KG-R119", "no KG-R110 of `limit`");
    let base = "id: base\nversion: '1'\ngoals: {start: {requirement: start}}\nfacts: {ok: {type: bool}}\n\
                parameters: {limit: {values: [{value: 3 mu}]}}\n\
                requirements: {start: {met_when: ok, cite: [{law: 土地管理法, status: verified}]}}\n";
    let base = format!("{base}{idle}\n");
    let top = "id: top\nversion: '1'\nextends: base\nparameters: {limit: {disabled: true, reason: 不适用}}\n";
    assert_eq!(remarks(&layered(&[("base", &base), ("top", top)])), [""; 0]);
}
