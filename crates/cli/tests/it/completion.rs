//! What was done of the year's plan, against the time gone: a small ledger under the shipped rules, in both languages.
//! The made-up city records nothing done, so that there is nothing to show of it.

use serde_json::{Value, json};

use crate::desk::Desk;

/// A is ahead of time and B far behind; C has done nothing yet. What D has done and what E had planned nobody recorded:
/// neither counts.
const LEDGER: &str = "项目编号,项目名称,所在县(区),首席服务官/项目联络员,总投资(万元),年度计划投资(万元),本年累计完成投资,计划开工日期,实际开工日期
A,甲,惠城区,王某,10000,2000,2100,2026-03-01,2026-03-01
B,乙,惠城区,王某,20000,4000,1000,2026-04-01,2026-05-01
C,丙,惠东县,李某,30000,3000,0,2026-12-01,
D,丁,惠东县,李某,40000,5000,,2026-12-01,
E,戊,惠阳区,孙某,50000,,700,2026-12-01,
";

/// A scorecard of the folder on the 324th of 365 days.
fn scorecard(more: &[&str]) -> String {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("small")).unwrap();
    std::fs::write(desk.path("small/projects.csv"), LEDGER).unwrap();
    let words = ["scorecard", "small", "--rules", "cn-gd-huizhou", "--as-of", "2026-11-20"];
    let output = desk.run(&[&words[..], more].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_was_done_is_held_against_the_time_gone() {
    let json: Value = serde_json::from_str(&scorecard(&["--format", "json"])).unwrap();
    // 3,100 of 9,000 wan: 34.4 %; the year has gone by 88.8 %.
    let done = json!({"done": "3100 wan", "planned": "9000 wan", "permille": 344});
    assert_eq!((&json["all"]["completion"], &json["all"]["ahead_permille"]), (&done, &json!(-544)));
    assert_eq!(json["elapsed"], json!({"part": 324, "of": 365, "permille": 888}));
    let of = |name: &str| {
        let cards = json["groups"]["officer"].as_array().unwrap();
        let card = cards.iter().find(|card| card["name"] == name).unwrap();
        (&card["completion"]["permille"], &card["ahead_permille"])
    };
    assert_eq!(of("王某"), (&json!(517), &json!(-371)));
    assert_eq!(of("李某"), (&json!(0), &json!(-888)), "nothing done is recorded, and is nought");
    assert_eq!(of("孙某"), (&Value::Null, &Value::Null), "nothing recorded is not nought");
}

#[test]
fn the_scorecard_tells_completion_in_both_languages() {
    let screens = ["zh", "en"].map(|lang| scorecard(&["--by", "officer", "--lang", lang]));
    insta::assert_snapshot!("screens", screens.join("\n"));
}
