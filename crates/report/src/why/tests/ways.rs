//! What the screen says of ways: menus, work against time, offices.

use super::*;

/// A site by tender is quick, and work for two offices; by agreement slow, and less work, for one.
const SITES: &str = "
id: sites
version: '1'
goals: {start: {title: {zh: 开工, en: Start}, requirement: start}}
default_goal: start
departments:
  nr: {names: [{zh: 自然资源局, en: natural resources}]}
  fin: {names: [{zh: 财政局, en: finance}]}
  build: {names: [{zh: 住建局, en: housing}]}
facts:
  tender: {type: bool, title: {zh: 招标, en: Tender}}
  escrow: {type: bool, title: {zh: 共管, en: Escrow}}
  agreement: {type: bool, title: {zh: 协议, en: Agreement}}
  permit: {type: bool, title: {zh: 许可, en: Permit}}
requirements:
  start: {title: {zh: 开工条件, en: Start}, cite: [{law: x, status: verified}], needs: [permit, {any: [by-tender, agreed]}]}
  permit: {title: {zh: 施工许可, en: permit}, met_when: permit, owner: build, takes: {statutory: 10 days}, cite: [{law: x, status: verified}]}
  by-tender: {title: {zh: 招标出让, en: by tender}, cite: [{law: x, status: verified}], needs: [tendered, escrow]}
  tendered: {title: {zh: 招标, en: tender}, met_when: tender, owner: nr, takes: {statutory: 40 days}, cite: [{law: x, status: verified}]}
  escrow: {title: {zh: 资金共管, en: escrow}, met_when: escrow, owner: fin, takes: {statutory: 35 days}, cite: [{law: x, status: verified}]}
  agreed: {title: {zh: 协议出让, en: agreement}, met_when: agreement, owner: nr, takes: {statutory: 60 days}, cite: [{law: x, status: verified}]}
";

/// The lines of a screen that tell of ways.
fn told(text: &str, lang: Lang) -> String {
    told_by(text, lang, CostKind::Days)
}

fn told_by(text: &str, lang: Lang, by: CostKind) -> String {
    let pack = pack(text);
    let no = [("tender", "否"), ("escrow", "否"), ("agreement", "否"), ("permit", "否")];
    let portfolio = portfolio(&pack, &[("P-1", &no)]);
    let screen = screen_by(&pack, &portfolio, lang, false, by);
    let from = screen.find("补齐方案").or_else(|| screen.find("ways to the start")).unwrap_or(0);
    screen[from..].to_owned()
}

#[test]
fn less_work_that_starts_later_is_set_against_more() {
    insta::assert_snapshot!(told(SITES, Lang::Zh), @r#"
补齐方案 2 种，最少 2 步：先 2 + 4
  选择 1：协议出让 或 招标 > 资金共管
  工作量与时间，可取其一：
    工作量合计 70 日，最早 2027-01-19 开工：协议出让
    工作量合计 85 日，最早 2026-12-30 开工：招标 > 资金共管
最早开工 2026-12-30
关键线路 招标 > 招标出让 > 开工条件
"#);
    insta::assert_snapshot!(told(SITES, Lang::En), @r#"
ways to the start, 2 steps at the least: first 2 + 4
  choice 1: agreement, or tender > escrow
  work against time:
    70 days of work, start 2027-01-19 at the earliest: agreement
    85 days of work, start 2026-12-30 at the earliest: tender > escrow
earliest start 2026-12-30
critical path: tender > by tender > start
"#);
}

#[test]
fn a_way_that_is_both_less_work_and_sooner_needs_no_table() {
    let slow = SITES.replace("takes: {statutory: 35 days}", "takes: {statutory: 75 days}");
    insta::assert_snapshot!(told(&slow, Lang::Zh), @r#"
补齐方案 2 种，最少 2 步：先 2 + 4
  选择 1：协议出让 或 招标 > 资金共管
最早开工 2027-01-19
关键线路 协议出让 > 开工条件
"#);
}

#[test]
fn fewer_offices_for_more_work_are_named() {
    let more = SITES.replace("takes: {statutory: 60 days}", "takes: {statutory: 90 days}");
    insta::assert_snapshot!(told(&more, Lang::Zh), @r#"
补齐方案 2 种，最少 2 步：先 2 + 4
  选择 1：协议出让 或 招标 > 资金共管
  牵涉单位最少（2 家）：协议出让
最早开工 2026-12-30
关键线路 招标 > 招标出让 > 开工条件
"#);
    insta::assert_snapshot!(told(&more, Lang::En), @r#"
ways to the start, 2 steps at the least: first 2 + 4
  choice 1: agreement, or tender > escrow
  fewest offices (2): agreement
earliest start 2026-12-30
critical path: tender > by tender > start
"#);
}

/// The same site with prices: by tender dear, by agreement cheap and late, and no price of the permit.
fn priced() -> String {
    let price = |wan: u32| format!("cost: {{money: {wan} wan, cite: [{{law: x, status: verified}}]}}, takes:");
    let dear = SITES.replace("owner: nr, takes: {statutory: 40", &format!("owner: nr, {} {{statutory: 40", price(30)));
    let dear = dear.replace("owner: fin, takes:", &format!("owner: fin, {}", price(20)));
    dear.replace("owner: nr, takes: {statutory: 60", &format!("owner: nr, {} {{statutory: 60", price(12)))
}

#[test]
fn money_is_weighed_against_time_and_what_has_no_price_is_named() {
    insta::assert_snapshot!(told_by(&priced(), Lang::Zh, CostKind::Money), @r#"
补齐方案 2 种，最少 2 步：先 2 + 4
  选择 1：协议出让 或 招标 > 资金共管
  费用与时间，可取其一：
    费用合计至少 12 万元（1 步没有单价），最早 2027-01-19 开工：协议出让
    费用合计至少 50 万元（1 步没有单价），最早 2026-12-30 开工：招标 > 资金共管
    没有单价、合计里未计：施工许可；实际费用只会更多
最早开工 2026-12-30
关键线路 招标 > 招标出让 > 开工条件
"#);
    insta::assert_snapshot!(told_by(&priced(), Lang::En, CostKind::Money), @r#"
ways to the start, 2 steps at the least: first 2 + 4
  choice 1: agreement, or tender > escrow
  money against time:
    at least CNY 120,000 (1 step without a price), start 2027-01-19 at the earliest: agreement
    at least CNY 500,000 (1 step without a price), start 2026-12-30 at the earliest: tender > escrow
    without a price and not in the sum: permit; the real cost can only be more
earliest start 2026-12-30
critical path: tender > by tender > start
"#);
}

#[test]
fn known_prices_are_told_beside_the_days_of_work() {
    insta::assert_snapshot!(told(&priced(), Lang::Zh), @r#"
补齐方案 2 种，最少 2 步：先 2 + 4
  选择 1：协议出让 或 招标 > 资金共管
  工作量与时间，可取其一：
    工作量合计 70 日，最早 2027-01-19 开工：协议出让
    工作量合计 85 日，最早 2026-12-30 开工：招标 > 资金共管
  费用最省至少 12 万元（1 步没有单价）：协议出让
    没有单价、合计里未计：施工许可；实际费用只会更多
最早开工 2026-12-30
关键线路 招标 > 招标出让 > 开工条件
"#);
}

#[test]
fn offices_are_weighed_against_time() {
    insta::assert_snapshot!(told_by(SITES, Lang::Zh, CostKind::Offices), @r#"
补齐方案 2 种，最少 2 步：先 2 + 4
  选择 1：协议出让 或 招标 > 资金共管
  牵涉单位与时间，可取其一：
    牵涉单位 2 家，最早 2027-01-19 开工：协议出让
    牵涉单位 3 家，最早 2026-12-30 开工：招标 > 资金共管
最早开工 2026-12-30
关键线路 招标 > 招标出让 > 开工条件
"#);
    insta::assert_snapshot!(told_by(SITES, Lang::En, CostKind::Offices), @r#"
ways to the start, 2 steps at the least: first 2 + 4
  choice 1: agreement, or tender > escrow
  offices against time:
    2 offices, start 2027-01-19 at the earliest: agreement
    3 offices, start 2026-12-30 at the earliest: tender > escrow
earliest start 2026-12-30
critical path: tender > by tender > start
"#);
}

#[test]
fn working_days_in_a_year_without_notice_make_a_day_provisional() {
    let workdays = SITES.replace("statutory: 40 days", "statutory: 40 workdays");
    let zh = told(&workdays, Lang::Zh);
    assert!(zh.contains("最早 2027-01-19 开工：协议出让"), "calendar days do not move: {zh}");
    assert!(zh.contains("最早 2027-01-15（暂定）开工：招标 > 资金共管"), "{zh}");
    assert!(zh.contains("最早开工 2027-01-15（暂定：2027 年放假安排尚未公布）"), "{zh}");
    let en = told(&workdays, Lang::En);
    assert!(en.contains("start 2027-01-15 (provisional) at the earliest: tender > escrow"), "{en}");
    assert!(en.contains("earliest start 2027-01-15 (provisional: the holidays of 2027 are not published yet)"), "{en}");
    // An alternative that would end later does not make the start provisional.
    let later = SITES.replace("statutory: 60 days", "statutory: 60 workdays");
    assert!(told(&later, Lang::Zh).contains("最早开工 2026-12-30\n"), "{}", told(&later, Lang::Zh));
}
