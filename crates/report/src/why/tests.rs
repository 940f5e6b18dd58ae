use std::sync::Arc;

use kaigong_model::{
    Cell, Date, FactIdx, Grant, Issue, Lang, LedgerFact, Part, Portfolio, PortfolioBuilder, Source, parse_cell,
    parse_part,
};
use kaigong_rules::{Layer, Pack, load};
use kaigong_solver::{CostKind, Durations, Evaluation, LightRule, Options, evaluate};
use unicode_width::UnicodeWidthChar;

use super::{WhyOptions, why};

mod choices;
mod waits;
mod ways;

pub(crate) const CITY: &str = "
id: city
title: {zh: 示例市, en: Sample city}
version: '1.2'
goals: {start: {title: {zh: 开工, en: Start}, requirement: start, started_when: recorded(started_on)}}
default_goal: start
roles: {name: name, owner: owner, officer: officer, planned_start: planned_start, started_on: started_on}
stages:
  quota: {title: {zh: 用地指标, en: land quota}}
  land: {title: {zh: 用地, en: land}}
  approvals: {title: {zh: 审批, en: approvals}}
  permit: {title: {zh: 许可, en: permit}}
departments:
  nr: {names: [{zh: 国土资源局, en: land bureau, to: 2019-01-31}, {zh: 自然资源局, en: natural resources, from: 2019-02-01}]}
  eco: {names: [{zh: 生态环境局, en: ecology}]}
  build: {names: [{zh: 住建局, en: housing}]}
  county: {names: [{zh: 属地政府, en: county government}]}
lights:
  - {light: red, when: blocked, meaning: {zh: 受阻, en: blocked}}
  - {light: grey, when: undetermined, meaning: {zh: 待核实, en: undetermined}}
  - {light: green, when: ready or started, meaning: {zh: 可开工, en: ready}}
facts:
  name: {type: text, title: {zh: 项目名称, en: Name}, columns: [项目名称]}
  owner: {type: text, title: {zh: 建设单位, en: Owner}, columns: [建设单位]}
  officer: {type: text, title: {zh: 责任人, en: Officer}, columns: [责任人]}
  planned_start: {type: date, is: plan, title: {zh: 计划开工, en: Planned start}, columns: [计划开工]}
  started_on: {type: date, title: {zh: 实际开工, en: Started on}, columns: [实际开工], blank: 'no'}
  land: {type: area, unit: mu, title: {zh: 新增建设用地, en: New construction land}, columns: [新增建设用地(亩)], ask: nr}
  farmland: {type: bool, title: {zh: 是否占用永久基本农田, en: Permanent basic farmland used}, columns: [占用永农], ask: nr}
  signed: {type: ratio, title: {zh: 补偿签约比例, en: Share of compensation signed}, columns: [签约比例], ask: county}
  notice: {type: document, title: {zh: 补偿安置公告, en: Compensation notice}, columns: [补偿公告]}
  conversion: {type: document, title: {zh: 农转用批复, en: Conversion approval}, columns: [农转用批复]}
  reclaim: {type: document, title: {zh: 复垦指标券, en: Reclamation voucher}, columns: [复垦券]}
  eia: {type: document, title: {zh: 环评批复, en: EIA approval}, columns: [环评批复], valid: 5 years, ask: eco}
  heritage: {type: document, title: {zh: 文物意见, en: Heritage opinion}, columns: [文物意见], blank: presume_no}
  permit: {type: document, title: {zh: 施工许可证, en: Construction permit}, columns: [施工许可证]}
  upstream: {type: projects, title: {zh: 上游项目, en: Upstream projects}, columns: [上游项目], blank: 'no'}
parameters:
  notice_days: {title: {zh: 公告期, en: notice period}, values: [{from: 2020-01-01, value: 30 days, cite: [{law: 土地管理法实施条例, article: 第二十八条, status: verified}]}]}
  signed_share: {title: {zh: 最低签约比例, en: least share signed}, values: [{from: 2020-01-01, value: 90%, cite: [{law: 本市办法, status: secondary}]}]}
pools: {quota: {type: area, scope: city, title: {zh: 年度用地指标, en: annual land quota}}}
requirements:
  start:
    title: {zh: 开工条件, en: Start}
    stage: permit
    cite: [{law: 建筑法, article: 第七条, status: verified}]
    needs: [permit, eia, upstream, heritage]
  permit:
    title: {zh: 建筑工程施工许可证, en: Construction permit}
    short: {zh: 施工许可, en: permit}
    stage: permit
    met_when: issued(permit)
    needs: [conversion]
    owner: build
    takes: {statutory: 7 days}
    cite: [{law: 建筑法, article: 第七条, status: verified}]
  conversion:
    title: {zh: 农用地转用与土地征收, en: Conversion and requisition}
    short: {zh: 农转用, en: conversion}
    stage: land
    applies_when: land > 0 mu
    met_when: issued(conversion)
    needs: [{any: [quota, reclaim]}, notice, signed, {step: farmland, when: farmland}]
    owner: nr
    takes: {statutory: 20 workdays}
    cite: [{law: 土地管理法, article: 第四十四条, status: verified}]
  quota:
    title: {zh: 新增建设用地计划指标, en: Annual land quota}
    short: {zh: 用地指标, en: land quota}
    stage: quota
    applies_when: land > 0 mu
    met_when: granted(quota) >= land
    draws: [{pool: quota, amount: land}]
    owner: nr
    remedy: {zh: 报请列入本年度计划或使用预留规模, en: apply for this year's plan or reserved scale}
    cite: [{law: 土地管理法, article: 第二十三条, status: verified}, {law: 年度计划管理办法, status: general-high}]
  reclaim:
    title: {zh: 拆旧复垦指标, en: Reclamation indicator}
    short: {zh: 复垦指标, en: reclamation}
    stage: quota
    applies_when: land > 0 mu and land <= 100 mu
    met_when: issued(reclaim)
    owner: nr
    cite: [{law: 本省办法, status: secondary}]
  notice:
    title: {zh: 征地补偿安置公告, en: Compensation notice}
    short: {zh: 补偿公告, en: notice}
    stage: land
    applies_when: land > 0 mu
    met_when: issued(notice) and notice.issued_on + param.notice_days <= as_of
    owner: county
    takes: {statutory: 30 days}
    remedy: {zh: 公告期内登记，无需另报, en: register within the notice}
    cite: [{law: 土地管理法实施条例, article: 第二十八条, status: verified}]
  signed:
    title: {zh: 征地补偿签约, en: Compensation signed}
    short: {zh: 补偿签约, en: signing}
    stage: land
    applies_when: land > 0 mu
    met_when: signed >= param.signed_share
    owner: county
    cite: [{law: 本市办法, status: secondary}]
  farmland:
    title: {zh: 永久基本农田占用审批, en: Basic farmland approval}
    short: {zh: 占用永农, en: basic farmland}
    stage: land
    met_when: issued(conversion)
    owner: nr
    cite: [{law: 土地管理法, article: 第三十五条, status: verified}]
  eia:
    title: {zh: 环境影响报告书批复, en: EIA report approval}
    short: {zh: 环评, en: EIA}
    stage: approvals
    met_when: issued(eia)
    owner: eco
    takes: {statutory: 60 days}
    remedy: {zh: 催办, en: press on}
    cite: [{law: 生态环境法典, article: 第一百零二条, status: verified}]
  heritage:
    title: {zh: 文物保护意见, en: Heritage opinion}
    short: {zh: 文物, en: heritage}
    stage: approvals
    met_when: issued(heritage)
    cite: [{law: 文物保护法, article: 第二十九条, status: verified}]
  upstream:
    title: {zh: 上游项目就绪, en: Upstream projects ready}
    short: {zh: 上游项目, en: upstream}
    stage: permit
    met_when: completed(upstream)
    cite: [{law: 本市办法, status: secondary}]
alerts:
  early:
    title: {zh: 未取得施工许可证擅自开工, en: started without a permit}
    when: recorded(started_on) and not issued(permit)
    severity: violation
    fine: {from: 1%, to: 2%}
    cite: [{law: 建筑法, article: 第六十四条, status: verified}]
";

pub(crate) fn pack(text: &str) -> Pack {
    let layer = Layer { name: "test".into(), files: vec![("test/pack.yaml".into(), text.as_bytes().to_vec())] };
    match load(&[layer]) {
        Ok((pack, _)) => pack,
        Err(faults) => panic!("{}", faults.iter().map(|f| f.one_line(Lang::En)).collect::<Vec<_>>().join("\n")),
    }
}

/// A portfolio of `id` and `fact: text` or `doc.part: text` cells, as if read from `projects.csv`.
pub(crate) fn portfolio(pack: &Pack, projects: &[(&str, &[(&str, &str)])]) -> Portfolio {
    let mut builder = PortfolioBuilder::new(Arc::clone(&pack.schema));
    let mut columns: Vec<LedgerFact> = Vec::new();
    for (id, cells) in projects {
        let row = builder.add(id);
        for (name, text) in *cells {
            let (fact, part) = column(pack, name);
            columns.push(LedgerFact { fact, part, header: header(pack, fact, part), column: 0 });
            match part {
                None => builder.put(row, fact, parse_cell(&pack.schema[fact], None, text).unwrap()),
                Some(part) => {
                    let mut issue = match builder.get(row, fact) {
                        Cell::Document(issues) => issues[0].clone(),
                        _ => Issue::default(),
                    };
                    parse_part(&mut issue, &pack.schema[fact], part, None, text).unwrap();
                    builder.put(row, fact, Cell::Document(vec![issue]));
                }
            }
        }
    }
    let lines = (0..projects.len() as u32).map(|row| row + 2).collect();
    builder.source(Source { name: "projects.csv".into(), facts: columns, lines, ..Source::default() });
    builder.finish().0
}

fn column(pack: &Pack, name: &str) -> (FactIdx, Option<Part>) {
    let whole = pack.schema.find(name).map(|fact| (fact, None));
    whole.unwrap_or_else(|| {
        let (fact, part) = name.rsplit_once('.').unwrap();
        (pack.schema.find(fact).unwrap(), Part::parse(part))
    })
}

fn header(pack: &Pack, fact: FactIdx, part: Option<Part>) -> String {
    let spec = &pack.schema[fact];
    let name = spec.columns.first().unwrap_or(&spec.id);
    part.map_or_else(|| name.clone(), |part| format!("{name}.{}", part.name()))
}

pub(crate) fn evaluated<'a>(pack: &'a Pack, portfolio: &'a Portfolio, as_of: &str) -> Evaluation<'a> {
    let as_of = Date::parse(as_of).unwrap();
    evaluate(pack, portfolio, Options::on(pack.default_goal, as_of))
}

fn screen(pack: &Pack, portfolio: &Portfolio, lang: Lang, full: bool) -> String {
    screen_by(pack, portfolio, lang, full, CostKind::Days)
}

/// The screen with ways weighed by a cost.
fn screen_by(pack: &Pack, portfolio: &Portfolio, lang: Lang, full: bool, cheapest: CostKind) -> String {
    let as_of = Date::parse("2026-11-20").unwrap();
    let evaluation = evaluate(pack, portfolio, Options { cheapest, ..Options::on(pack.default_goal, as_of) });
    let explanation = evaluation.explain(0, Durations::Statutory);
    let light = LightRule::new(pack, evaluation.options.as_of).light(&evaluation, &explanation.result);
    let text = why(&evaluation, &explanation, light, &WhyOptions { lang, full, hectares: false });
    let ambiguous: String = text.chars().filter(|c| c.width() != c.width_cjk()).collect();
    assert_eq!(ambiguous, "", "characters of ambiguous width");
    text
}

/// Everything there but land, EIA and heritage.
const DEPOT: &[(&str, &str)] = &[
    ("name", "轨道车辆段"),
    ("owner", "轨道公司"),
    ("officer", "王某"),
    ("planned_start", "2026-09-30"),
    ("land", "380 mu"),
    ("notice", "2026-11-05"),
    ("signed", "82%"),
    ("eia.accepted_on", "2026-10-12"),
    ("heritage", ""),
    ("permit", "无"),
    ("conversion", "无"),
];

#[test]
fn a_blocked_project_says_what_is_short_in_hand_and_presumed() {
    let pack = pack(CITY);
    let portfolio = portfolio(&pack, &[("P-017", DEPOT)]);
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::Zh, false), @r#"
P-017 轨道车辆段：受阻（红灯），5 个堵点，其中推定 1 个
责任单位 轨道公司，责任人 王某，计划开工 2026-09-30，已过 51 天
核查基准日 2026-11-20，规则包 city 1.2

因为
  1 新增建设用地计划指标  需 380 亩，已配 0 亩，缺 380 亩（projects.csv:2 新增建设用地(亩)）
    「农转用」的其他路径不适用，须走此项
    依据 土地管理法第二十三条，年度计划管理办法（原文未核）；牵头 自然资源局；办理 报请列入本年度计划或使用预留规模
  2 征地补偿签约          补偿签约比例 82%（projects.csv:2 签约比例）
    要求 补偿签约比例不少于 90%（最低签约比例）
    依据 本市办法（据转引）；牵头 属地政府
  3 征地补偿安置公告      2026-11-05 起满 30 日为 2026-12-05，还差 15 天（projects.csv:2 补偿公告）
    依据 土地管理法实施条例第二十八条；牵头 属地政府；办理 公告期内登记，无需另报
  4 环境影响报告书批复    2026-10-12 受理，法定 60 日至 2026-12-11（projects.csv:2 环评批复.accepted_on）
    依据 生态环境法典第一百零二条；牵头 生态环境局；办理 催办

推定（台账空白，按规则包读作无；补填后可能消除）
  5 文物保护意见          未填，按无推定（projects.csv:2 文物意见）
    依据 文物保护法第二十九条
且 1、2、3 未解决，「农转用」办不成，进而「施工许可」办不成，不得开工
   4、5 未解决，不得开工
故 不具备开工条件

开工
|- 施工许可        待前置
|  `- 农转用       待前置
|     |- 用地指标  缺 380 亩  堵点 1
|     |- 补偿公告  期限未满   堵点 3
|     `- 补偿签约  不满足     堵点 2
|- 环评            办理中     堵点 4
`- 文物            未填       堵点 5
其余 3 项：具备 1，不适用 1，未具备而未列为堵点 1（惯例，或是否需要待核实）（--full 展开）

须补齐：1 + 2 + 3 + 4
如核实属实，还须补齐：5
补齐共 8 步：先 1 + 2 + 3 + 4 + 5 + 占用永农；随后 农转用 > 施工许可
最早开工 2027-01-22（暂定：不明各项按未办计；2027 年放假安排尚未公布）
关键线路 补偿公告 > 农转用 > 施工许可 > 开工条件
未规定时限、按 0 日计：补偿签约、用地指标、文物、占用永农

待核实 1 项
  请谁填      填什么                填在哪里          影响
  自然资源局  是否占用永久基本农田  加列「占用永农」  堵点

结论依据推定（空白读作无）：文物意见
"#);
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::En, false), @r#"
P-017 轨道车辆段: blocked (red), 5 blockers (1 presumed)
responsible 轨道公司, contact 王某, planned start 2026-09-30, 51 days late
as of 2026-11-20, rule pack city 1.2

because
  1 annual land quota    needs 380 mu, granted 0 mu, short 380 mu (projects.csv:2 新增建设用地(亩))
    no other way of conversion applies
    law: 土地管理法 第二十三条; 年度计划管理办法 (text not checked); lead: natural resources; remedy: apply for this year's plan or reserved scale
  2 compensation signed  share of compensation signed: 82% (projects.csv:2 签约比例)
    asks: share of compensation signed is at least 90% (least share signed)
    law: 本市办法 (from a secondary text); lead: county government
  3 compensation notice  2026-11-05 + 30 days = 2026-12-05, 15 days to go (projects.csv:2 补偿公告)
    law: 土地管理法实施条例 第二十八条; lead: county government; remedy: register within the notice
  4 EIA report approval  accepted 2026-10-12, 60 days by law until 2026-12-11 (projects.csv:2 环评批复.accepted_on)
    law: 生态环境法典 第一百零二条; lead: ecology; remedy: press on

presumed (blank cells read as no by the rule pack; filling them in may clear these)
  5 heritage opinion     blank, presumed no (projects.csv:2 文物意见)
    law: 文物保护法 第二十九条
and 1, 2, 3 hold up conversion, hence permit, hence the start
    4, 5 forbid the start
therefore the project may not start

start
|- permit            waiting
|  `- conversion     waiting
|     |- land quota  short 380 mu   blocker 1
|     |- notice      still running  blocker 3
|     `- signing     not met        blocker 2
|- EIA               in hand        blocker 4
`- heritage          blank          blocker 5
the other 3: 1 met, 1 not applicable, 1 not met, not counted as blockers (customary, or not known to be needed) (--full unfolds them)

to be cleared: 1 + 2 + 3 + 4
to be cleared as well, if the facts confirm it: 5
8 steps to the start: first 1 + 2 + 3 + 4 + 5 + basic farmland; then conversion > permit
earliest start 2027-01-22 (provisional: unknown facts count as still to do; the holidays of 2027 are not published yet)
critical path: notice > conversion > permit > start
no time limit given, counted as 0 days: signing, land quota, heritage, basic farmland

undetermined, 1
  who                what                           where                decides
  natural resources  permanent basic farmland used  add column 占用永农  blockers

rests on presumption (blank read as no): heritage opinion
"#);
}

#[test]
fn hectares_where_asked() {
    let pack = pack(CITY);
    let portfolio = portfolio(&pack, &[("P-017", DEPOT)]);
    let evaluation = evaluated(&pack, &portfolio, "2026-11-20");
    let explanation = evaluation.explain(0, Durations::Statutory);
    let options = WhyOptions { lang: Lang::Zh, full: true, hectares: true };
    assert!(why(&evaluation, &explanation, None, &options).contains("需 约 25.3333 公顷，已配 0 公顷"));
}

#[test]
fn an_undetermined_project_asks_who_fills_in_what() {
    let pack = pack(CITY);
    let cells: &[(&str, &str)] =
        &[("name", "滨江水厂"), ("land", "0 mu"), ("eia", ""), ("heritage", "2026-03-01"), ("permit", "2026-05-01")];
    let portfolio = portfolio(&pack, &[("P-7", cells)]);
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::Zh, false), @r#"
P-7 滨江水厂：待核实（灰灯），1 项资料待填
核查基准日 2026-11-20，规则包 city 1.2

因为 没有确定的堵点，但下列待核实各项未填，不能断定前置要件是否齐备
故 资料补齐前，不能断定是否具备开工条件

开工
`- 环评  待核实
其余 9 项：具备 3，不适用 6（--full 展开）

补齐：视核实结果 环评
最早开工 2027-01-19（暂定：不明各项按未办计）
关键线路 环评 > 开工条件

待核实 1 项
  请谁填      填什么    填在哪里                 影响
  生态环境局  环评批复  projects.csv:2 环评批复  结论
答复都有利，即可开工：环评批复
答复都不利，即受阻：环评批复
"#);
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::En, false), @r#"
P-7 滨江水厂: undetermined (grey), 1 fact missing
as of 2026-11-20, rule pack city 1.2

because nothing certainly blocks it, but the facts listed below are missing and decide
therefore whether the project may start cannot be told until they are filled in

start
`- EIA  undetermined
the other 9: 3 met, 6 not applicable (--full unfolds them)

to the start: depending on the answers: EIA
earliest start 2027-01-19 (provisional: unknown facts count as still to do)
critical path: EIA > start

undetermined, 1
  who      what          where                    decides
  ecology  EIA approval  projects.csv:2 环评批复  verdict
ready if the answers are all favourable: EIA approval
blocked if the answers are all unfavourable: EIA approval
"#);
}

#[test]
fn a_ready_project_says_so_shortly() {
    let pack = pack(CITY);
    let cells: &[(&str, &str)] = &[
        ("name", "市三医院"),
        ("land", "0 mu"),
        ("eia", "2026-02-01"),
        ("heritage", "2026-03-01"),
        ("permit", "2026-05-01"),
        ("planned_start", "2026-12-30"),
    ];
    let portfolio = portfolio(&pack, &[("P-14", cells)]);
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::Zh, false), @r#"
P-14 市三医院：可开工（绿灯）
计划开工 2026-12-30，还有 40 天
核查基准日 2026-11-20，规则包 city 1.2

因为 适用的 4 项前置要件全部具备（另有 6 项不适用）
故 具备开工条件
"#);
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::En, true), @r#"
P-14 市三医院: ready (green)
planned start 2026-12-30, 40 days to go
as of 2026-11-20, rule pack city 1.2

because all 4 requirements that apply are met (6 do not apply)
therefore the project may start

start
|- permit         met
|  `- conversion  not applicable
|- EIA            met
|- upstream       met
`- heritage       met
the other 5: 5 not applicable
"#);
}

#[test]
fn a_project_that_started_too_early_is_told_what_it_lacks() {
    let pack = pack(CITY);
    let cells: &[(&str, &str)] = &[
        ("name", "职教园区"),
        ("land", "0 mu"),
        ("eia", "2019-02-01"),
        ("heritage", "2026-03-01"),
        ("permit", "2026-12-05"),
        ("started_on", "2026-06-01"),
    ];
    let portfolio = portfolio(&pack, &[("P-19", cells)]);
    insta::assert_snapshot!(screen(&pack, &portfolio, Lang::Zh, false), @r#"
P-19 职教园区：已开工（绿灯），按法定前置要件核对仍有 2 个堵点
实际开工 2026-06-01
核查基准日 2026-11-20，规则包 city 1.2

因为
  1 环境影响报告书批复  有效期至 2024-02-01，已失效（projects.csv:2 环评批复）
    依据 生态环境法典第一百零二条；牵头 生态环境局；办理 催办；自 2024-02-02 起
  2 建筑工程施工许可证  日期 2026-12-05，晚于核查基准日（projects.csv:2 施工许可证）
    依据 建筑法第七条；牵头 住建局
且 1、2 未解决，不得开工
故 已开工，但开工手续不全，须补办

开工
|- 施工许可  日期未到  堵点 2
`- 环评      已过期    堵点 1
其余 8 项：具备 2，不适用 6（--full 展开）

须补齐：1 + 2
补齐共 2 步：先 1 + 2

违法：未取得施工许可证擅自开工；可处1%至2%罚款；依据 建筑法第六十四条
"#);
}

const CLEAR: &[(&str, &str)] =
    &[("name", "城北快速路"), ("land", "0 mu"), ("eia", "2026-02-01"), ("heritage", "2026-03-01"), ("permit", "无")];

/// A chain of requirements, each needing the next; the last asks for a paper.
pub(crate) fn chain(length: usize) -> String {
    use std::fmt::Write as _;
    let mut text = String::from(
        "
id: deep
title: {zh: 长链, en: Deep}
version: '1'
goals: {start: {title: {zh: 开工, en: Start}, requirement: r0}}
facts: {paper: {type: document, title: {zh: 批文, en: Paper}}}
requirements:
",
    );
    for at in 0..length {
        let last = at + 1 == length;
        let body = if last { "met_when: issued(paper)".to_owned() } else { format!("needs: [r{}]", at + 1) };
        let _ = writeln!(
            text,
            "  r{at}: {{title: {{zh: 第{at}步, en: Step {at}}}, cite: [{{law: 法, status: verified}}], {body}}}"
        );
    }
    text
}

#[test]
fn three_thousand_levels_do_not_overflow() {
    let pack = pack(&chain(3_000));
    let portfolio = portfolio(&pack, &[("P-1", &[("paper", "无")])]);
    for (full, least) in [(false, 150), (true, 3_000)] {
        let text = screen(&pack, &portfolio, Lang::Zh, full);
        assert!(text.lines().count() > least, "{}", text.lines().count());
        assert!(text.len() < 1_000_000, "{}", text.len());
    }
}

#[test]
fn a_verdict_on_presumption_says_so_even_where_it_is_ready() {
    let text = CITY.replace("met_when: issued(heritage)", "met_when: not issued(heritage)");
    let pack = pack(&text);
    let portfolio = portfolio(&pack, &[("P-14", &CLEAR_BUT_HERITAGE)]);
    let text = screen(&pack, &portfolio, Lang::Zh, false);
    assert!(text.contains("故 具备开工条件（依据推定，见下）"), "{text}");
    assert!(text.contains("结论依据推定（空白读作无）：文物意见"), "{text}");
}

const CLEAR_BUT_HERITAGE: [(&str, &str); 3] = [("land", "0 mu"), ("eia", "2026-02-01"), ("permit", "2026-05-01")];
