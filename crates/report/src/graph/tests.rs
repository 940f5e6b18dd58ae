use kaigong_model::{Date, Lang};
use kaigong_solver::Durations;

use super::layout::layout;
use super::{Drawing, GraphOptions, dot, explained, of_pack, pack_dot, pack_svg, quoted, svg};
use crate::why::tests::{CITY, chain, evaluated, pack, portfolio};

const CELLS: &[(&str, &str)] = &[
    ("name", "<A & B>"),
    ("land", "60 mu"),
    ("reclaim", "无"),
    ("eia", "2026-02-01"),
    ("permit", "无"),
    ("conversion", "无"),
];

fn day() -> Date {
    Date::parse("2026-11-20").unwrap()
}

/// Every tag closed in order, no bare ampersand.
fn check_xml(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in text.split('<').skip(1) {
        let (tag, rest) = piece.split_once('>').unwrap();
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        assert!(rest.split('&').skip(1).all(|after| after.split_once(';').is_some_and(|(name, _)| name.len() < 6)));
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn unmet_branches_as_dot() {
    let pack = pack(CITY);
    let portfolio = portfolio(&pack, &[("P-11", CELLS)]);
    let evaluation = evaluated(&pack, &portfolio, "2026-11-20");
    let explanation = evaluation.explain(0, Durations::Statutory);
    insta::assert_snapshot!(dot(&evaluation, &explanation, &GraphOptions { lang: Lang::Zh, full: false }), @r##"
digraph kaigong {
  rankdir=RL;
  label="P-11 <A & B>：受阻\n核查基准日 2026-11-20，规则包 city 1.2"; labelloc=t; labeljust=l;
  node [shape=box, fontsize=11, margin="0.12,0.06"];
  n0 [label="… 开工\n待前置", style="filled,dashed", penwidth=1.2, color="#616161", fillcolor="#f5f5f5"];
  n1 [label="… 施工许可\n待前置", style="filled,dashed", penwidth=1.2, color="#616161", fillcolor="#f5f5f5"];
  n2 [label="×? 文物\n堵点 3", style="filled,dashed", penwidth=2.0, color="#e65100", fillcolor="#fff3e0"];
  n3 [label="… 农转用\n待前置", style="filled,dashed", penwidth=1.2, color="#616161", fillcolor="#f5f5f5"];
  n4 [label="2 选 1", style="filled,solid", penwidth=1.0, color="#263238", fillcolor="#ffffff", shape=ellipse];
  n5 [label="× 用地指标\n堵点 2", style="filled,solid", penwidth=3.0, color="#b71c1c", fillcolor="#fdecea"];
  n6 [label="× 复垦指标\n堵点 1", style="filled,solid", penwidth=3.0, color="#b71c1c", fillcolor="#fdecea"];
  n1 -> n0;
  n2 -> n0;
  n3 -> n1;
  n4 -> n3;
  n5 -> n4;
  n6 -> n4;
}
"##);
}

#[test]
fn pictures_are_well_formed_in_both_languages() {
    let pack = pack(CITY);
    let portfolio = portfolio(&pack, &[("P-11", CELLS)]);
    let evaluation = evaluated(&pack, &portfolio, "2026-11-20");
    let explanation = evaluation.explain(0, Durations::Statutory);
    for lang in [Lang::Zh, Lang::En] {
        for full in [false, true] {
            let text = svg(&evaluation, &explanation, &GraphOptions { lang, full });
            check_xml(&text);
            assert!(text.contains("P-11 &lt;A &amp; B&gt;"), "{text}");
        }
        check_xml(&pack_svg(&pack, day(), None, lang));
        check_xml(&pack_svg(&pack, day(), Some("land"), lang));
        assert!(pack_dot(&pack, day(), Some("land"), lang).contains("->"));
    }
}

#[test]
fn a_stage_shows_what_it_touches_and_an_unknown_stage_nothing() {
    let pack = pack(CITY);
    let titles = |stage| {
        let mut titles: Vec<String> =
            of_pack(&pack, day(), stage, Lang::En).nodes.into_iter().map(|node| node.title).collect();
        titles.sort();
        titles.join(", ")
    };
    insta::assert_snapshot!(titles(Some("quota")), @r#"
1 of 2, conversion, land quota, reclamation
"#);
    assert_eq!(titles(Some("nonsense")), "");
}

fn check_no_overlap(drawing: &Drawing) {
    let high = |_| 46;
    let places = layout(drawing, high);
    let mut boxes: Vec<(usize, i64)> = places.layers.iter().copied().zip(places.places.iter().copied()).collect();
    boxes.sort_unstable();
    for pair in boxes.windows(2) {
        assert!(pair[0].0 != pair[1].0 || pair[1].1 - pair[0].1 >= 46, "{pair:?}");
    }
    assert!(places.places.iter().all(|place| *place >= 23 && place + 23 <= places.height));
    for edge in &drawing.edges {
        assert!(places.layers[edge.holder] < places.layers[edge.need]);
    }
}

#[test]
fn boxes_never_overlap_and_needs_stand_to_the_right() {
    let pack = pack(CITY);
    check_no_overlap(&of_pack(&pack, day(), None, Lang::Zh));
    let portfolio = portfolio(&pack, &[("P-11", CELLS)]);
    let evaluation = evaluated(&pack, &portfolio, "2026-11-20");
    let explanation = evaluation.explain(0, Durations::Statutory);
    check_no_overlap(&explained(&evaluation, &explanation, GraphOptions { lang: Lang::Zh, full: true }));
}

#[test]
fn three_thousand_levels_can_be_drawn() {
    let pack = pack(&chain(3_000));
    let portfolio = portfolio(&pack, &[("P-1", &[("paper", "无")])]);
    let evaluation = evaluated(&pack, &portfolio, "2026-11-20");
    let explanation = evaluation.explain(0, Durations::Statutory);
    let drawing = explained(&evaluation, &explanation, GraphOptions { lang: Lang::Zh, full: false });
    assert_eq!(drawing.nodes.len(), 3_000);
    check_no_overlap(&drawing);
    assert!(svg(&evaluation, &explanation, &GraphOptions { lang: Lang::En, full: true }).len() > 100_000);
}

#[test]
fn dot_strings_are_escaped() {
    assert_eq!(quoted("a \"b\" \\ c\n\u{7}"), r#""a \"b\" \\ c\n ""#);
}
