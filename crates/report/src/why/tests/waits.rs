//! Projects that wait for projects, and for each other.

use super::*;

#[test]
fn an_upstream_wait_names_the_project() {
    let pack = pack(CITY);
    let cells: &[(&str, &str)] = &[
        ("name", "管廊"),
        ("land", "0 mu"),
        ("eia", "2026-02-01"),
        ("heritage", "2026-03-01"),
        ("permit", "2026-05-01"),
        ("upstream", "P-3"),
    ];
    let portfolio = portfolio(&pack, &[("P-1", cells), ("P-3", CLEAR)]);
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::Zh, false), @r#"
P-1 管廊：受阻（红灯），1 个堵点
核查基准日 2026-11-20，规则包 city 1.2

因为
  1 上游项目就绪  等 P-3 城北快速路（受阻）（projects.csv:2 上游项目）
    依据 本市办法（据转引）
且 1 未解决，不得开工
故 不具备开工条件

开工
`- 上游项目  等 P-3  堵点 1
其余 9 项：具备 3，不适用 6（--full 展开）

须补齐：1
补齐共 1 步：先 1
最早开工 2026-11-20
关键线路 上游项目 > 开工条件
未规定时限、按 0 日计：上游项目
"#);
}

#[test]
fn a_mutual_wait_is_shown_whole() {
    let pack = pack(CITY);
    let linked = |to: &'static str| [CLEAR[1], CLEAR[2], CLEAR[3], ("permit", "2026-05-01"), ("upstream", to)];
    let (first, second, third) = (linked("P-2"), linked("P-3"), linked("P-1"));
    let portfolio = portfolio(&pack, &[("P-1", &first), ("P-2", &second), ("P-3", &third)]);
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::Zh, false), @r#"
P-1：受阻（红灯），1 个堵点
核查基准日 2026-11-20，规则包 city 1.2

因为
  1 上游项目就绪  与 P-2、P-3 互为前置（projects.csv:2 上游项目）
    依据 本市办法（据转引）
互为前置：P-1 等 P-2，P-2 等 P-3，P-3 等 P-1；须由上级协调，先放开其中一环
且 1 未解决，不得开工
故 不具备开工条件

开工
`- 上游项目  互为前置  堵点 1
其余 9 项：具备 3，不适用 6（--full 展开）

须补齐：1
无论补什么都不能开工：上游项目 没有可走的路
最早开工：推算不出，有堵点无从办结
"#);
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::En, false), @r#"
P-1: blocked (red), 1 blocker
as of 2026-11-20, rule pack city 1.2

because
  1 upstream projects ready  mutual wait with P-2, P-3 (projects.csv:2 上游项目)
    law: 本市办法 (from a secondary text)
mutual wait: P-1 waits for P-2, P-2 waits for P-3, P-3 waits for P-1; someone above has to release one link first
and 1 forbids the start
therefore the project may not start

start
`- upstream  mutual wait  blocker 1
the other 9: 3 met, 6 not applicable (--full unfolds them)

to be cleared: 1
nothing that could be done releases it: no way through upstream
earliest start: none, some blocker cannot end
"#);
}
