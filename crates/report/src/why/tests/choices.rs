//! Choices: how many of how many, and what is left where no alternative is.

use super::*;

#[test]
fn a_choice_says_how_many_of_how_many() {
    let pack = pack(CITY);
    let cells: &[(&str, &str)] = &[
        ("name", "智造产业园"),
        ("land", "60 mu"),
        ("reclaim", "无"),
        ("notice", "2026-06-05"),
        ("signed", "95%"),
        ("farmland", "否"),
        ("eia", "2026-02-01"),
        ("heritage", "2026-03-01"),
        ("permit", "2026-05-01"),
        ("conversion", "无"),
    ];
    let mut portfolio = portfolio(&pack, &[("P-11", cells)]);
    portfolio.grants.push(Grant { row: 0, pool: "quota".into(), amount: 20_000_000, granted_on: None, document: None });
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::Zh, false), @r#"
P-11 智造产业园：受阻（红灯），2 个堵点
核查基准日 2026-11-20，规则包 city 1.2

因为
  1 拆旧复垦指标          未取得（projects.csv:2 复垦券）
    属「农转用」2 选 1：用地指标、复垦指标
    依据 本省办法（据转引）；牵头 自然资源局
  2 新增建设用地计划指标  需 60 亩，已配 20 亩，缺 40 亩（projects.csv:2 新增建设用地(亩)）
    属「农转用」2 选 1：用地指标、复垦指标
    依据 土地管理法第二十三条，年度计划管理办法（原文未核）；牵头 自然资源局；办理 报请列入本年度计划或使用预留规模
且 1、2 未解决，「农转用」办不成，进而「施工许可」办不成，不得开工
故 不具备开工条件

开工
`- 施工许可           已办，前置未齐
   `- 农转用          待前置
      `- 2 选 1
         |- 用地指标  缺 40 亩  堵点 2
         `- 复垦指标  未取得    堵点 1
其余 5 项：具备 5（--full 展开）

须补齐：(1 或 2)
补齐方案 2 种，最少 2 步：先 2；随后 农转用
  选择 1：用地指标 或 复垦指标
最早开工 2026-12-25
关键线路 用地指标 > 农转用 > 施工许可 > 开工条件
未规定时限、按 0 日计：复垦指标、用地指标

次序颠倒：施工许可已办，前置农转用未具备
"#);
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::En, false), @r#"
P-11 智造产业园: blocked (red), 2 blockers
as of 2026-11-20, rule pack city 1.2

because
  1 reclamation indicator  not obtained (projects.csv:2 复垦券)
    one way of conversion, 1 of 2: land quota, reclamation
    law: 本省办法 (from a secondary text); lead: natural resources
  2 annual land quota      needs 60 mu, granted 20 mu, short 40 mu (projects.csv:2 新增建设用地(亩))
    one way of conversion, 1 of 2: land quota, reclamation
    law: 土地管理法 第二十三条; 年度计划管理办法 (text not checked); lead: natural resources; remedy: apply for this year's plan or reserved scale
and 1, 2 hold up conversion, hence permit, hence the start
therefore the project may not start

start
`- permit                done early
   `- conversion         waiting
      `- 1 of 2
         |- land quota   short 40 mu   blocker 2
         `- reclamation  not obtained  blocker 1
the other 5: 5 met (--full unfolds them)

to be cleared: (1 or 2)
2 ways to the start, 2 steps at the least: first 2; then conversion
  choice 1: land quota, or reclamation
earliest start 2026-12-25
critical path: land quota > conversion > permit > start
no time limit given, counted as 0 days: reclamation, land quota

out of order: permit is there, conversion is not
"#);
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::Zh, true), @r#"
P-11 智造产业园：受阻（红灯），2 个堵点
核查基准日 2026-11-20，规则包 city 1.2

因为
  1 拆旧复垦指标          未取得（projects.csv:2 复垦券）
    属「农转用」2 选 1：用地指标、复垦指标
    依据 本省办法（据转引）；牵头 自然资源局
  2 新增建设用地计划指标  需 60 亩，已配 20 亩，缺 40 亩（projects.csv:2 新增建设用地(亩)）
    属「农转用」2 选 1：用地指标、复垦指标
    依据 土地管理法第二十三条，年度计划管理办法（原文未核）；牵头 自然资源局；办理 报请列入本年度计划或使用预留规模
且 1、2 未解决，「农转用」办不成，进而「施工许可」办不成，不得开工
故 不具备开工条件

开工
|- 施工许可           已办，前置未齐
|  `- 农转用          待前置
|     |- 2 选 1
|     |  |- 用地指标  缺 40 亩  堵点 2
|     |  `- 复垦指标  未取得    堵点 1
|     |- 补偿公告     具备
|     `- 补偿签约     具备
|- 环评               具备
|- 上游项目           具备
`- 文物               具备

须补齐：(1 或 2)
补齐方案 2 种，最少 2 步：先 2；随后 农转用
  选择 1：用地指标 或 复垦指标
最早开工 2026-12-25
关键线路 用地指标 > 农转用 > 施工许可 > 开工条件
机动时间（晚办结若干日而不误最早开工）：复垦指标 不限（有替代）、用地指标 不限（有替代）
未规定时限、按 0 日计：复垦指标、用地指标

次序颠倒：施工许可已办，前置农转用未具备
"#);
}

#[test]
fn a_choice_without_alternatives_is_no_way() {
    let pack = pack(&CITY.replace(
        "applies_when: land > 0 mu\n    met_when: granted",
        "applies_when: land < 0 mu\n    met_when: granted",
    ));
    let portfolio = portfolio(&pack, &[("P-017", DEPOT)]);
    let text = screen(&pack, &portfolio, Lang::Zh, false);
    assert!(text.contains("农用地转用与土地征收  可选路径（用地指标、复垦指标）均不适用，无路可走\n"), "{text}");
    assert!(text.contains("最早开工：推算不出"), "{text}");
}
