use kaigong_model::{Date, Lang};

use super::{facts_list, rules_list, rules_show, test_report};
use crate::why::tests::{CITY, pack};

fn day() -> Date {
    Date::parse("2026-11-20").unwrap()
}

#[test]
fn every_requirement_is_listed_by_stage() {
    let pack = pack(CITY);
    insta::assert_snapshot!(rules_list(&pack, day(), Lang::Zh), @r#"
示例市：11 个前置要件
核查基准日 2026-11-20，规则包 city 1.2

编号        前置要件  阶段      性质  牵头单位    法定时限     依据
quota       用地指标  用地指标  法定  自然资源局  -            土地管理法第二十三条
reclaim     复垦指标  用地指标  法定  自然资源局  -            本省办法（据转引）
conversion  农转用    用地      法定  自然资源局  20 个工作日  土地管理法第四十四条
farmland    占用永农  用地      法定  自然资源局  -            土地管理法第三十五条
notice      补偿公告  用地      法定  属地政府    30 日        土地管理法实施条例第二十八条
signed      补偿签约  用地      法定  属地政府    -            本市办法（据转引）
eia         环评      审批      法定  生态环境局  60 日        生态环境法典第一百零二条
heritage    文物      审批      法定  -           -            文物保护法第二十九条
permit      施工许可  许可      法定  住建局      7 日         建筑法第七条
start       开工条件  许可      法定  -           -            建筑法第七条
upstream    上游项目  许可      法定  -           -            本市办法（据转引）

看一个前置要件：kaigong rules show 编号
"#);
    assert!(rules_list(&pack, day(), Lang::En).contains("20 workdays"));
}

#[test]
fn one_requirement_is_shown_with_its_terms() {
    let pack = pack(CITY);
    insta::assert_snapshot!(rules_show(&pack, "conversion", day(), Lang::Zh).unwrap(), @r#"
conversion 农用地转用与土地征收（农转用）
阶段 用地，法定，牵头 自然资源局
核查基准日 2026-11-20，规则包 city 1.2

何时适用：新增建设用地大于 0 亩
  land > 0 mu
何为具备：已取得「农转用批复」
  issued(conversion)

前置
  下列 2 项中的 1 项
    quota 新增建设用地计划指标
    reclaim 拆旧复垦指标
  notice 征地补偿安置公告
  signed 征地补偿签约
  farmland 永久基本农田占用审批：仅当 「是否占用永久基本农田」为是

时限：法定 20 个工作日

依据
  土地管理法第四十四条；verified

以它为前置的：permit 建筑工程施工许可证
测试 0 个
"#);
    insta::assert_snapshot!(rules_show(&pack, "notice", day(), Lang::En).unwrap(), @r#"
notice Compensation notice (notice)
stage land, hard, lead county government
as of 2026-11-20, rule pack city 1.2

applies when: new construction land is above 0 mu
  land > 0 mu
met when: has compensation notice and 30 days (notice period) have passed since day of issue of compensation notice
  issued(notice) and notice.issued_on + param.notice_days <= as_of

time limit: by law 30 days
remedy: register within the notice

law
  土地管理法实施条例 第二十八条; verified

parameters
  param.notice_days notice period
    from 2020-01-01: 30 days * (土地管理法实施条例 第二十八条)

needed by: conversion conversion and requisition
tests: 0
"#);
    assert_eq!(rules_show(&pack, "nonsense", day(), Lang::Zh), None);
}

#[test]
fn every_fact_is_listed_with_how_its_blank_reads() {
    insta::assert_snapshot!(facts_list(&pack(CITY), Lang::Zh), @r#"
规则包 city 1.2：15 项事实（填报项）

编号           类型      名称                  列名              空白读作  问谁
conversion     批文证照  农转用批复            农转用批复        不明      -
eia            批文证照  环评批复              环评批复          不明      生态环境局
farmland       是否      是否占用永久基本农田  占用永农          不明      自然资源局
heritage       批文证照  文物意见              文物意见          推定为无  -
land           面积 亩   新增建设用地          新增建设用地(亩)  不明      自然资源局
name           文字      项目名称              项目名称          不明      -
notice         批文证照  补偿安置公告          补偿公告          不明      -
officer        文字      责任人                责任人            不明      -
owner          文字      建设单位              建设单位          不明      -
permit         批文证照  施工许可证            施工许可证        不明      -
planned_start  日期      计划开工              计划开工          不明      -
reclaim        批文证照  复垦指标券            复垦券            不明      -
signed         比例      补偿签约比例          签约比例          不明      属地政府
started_on     日期      实际开工              实际开工          无        -
upstream       项目      上游项目              上游项目          无        -

批文证照另可分列：列名加 .issued_on .number .accepted_on .submitted_on .expires_on .area .waived_until .stops
"#);
}

#[test]
fn failed_tests_say_where_and_what_came_out() {
    let text = CITY.replace(
        "    remedy: {zh: 催办, en: press on}",
        "    remedy: {zh: 催办, en: press on}
    tests:
      - {as_of: 2026-06-01, given: {eia: 2026-02-01}, expect: met}
      - {as_of: 2026-06-01, given: {eia: 2026-02-01}, expect: open, because: [land]}
      - {as_of: 2026-06-01, given: {eia: '无'}, expect: open, because: [land]}",
    );
    let pack = pack(&text);
    let (count, failures) = kaigong_solver::run_tests(&pack);
    insta::assert_snapshot!(test_report(&pack, count, &failures, Lang::Zh), @r#"
规则包 city 1.2：3 个测试，2 个不符

eia 环境影响报告书批复，第 2 个测试
  --> test/pack.yaml:120:9
  基准日 2026-06-01，给定 eia: 2026-02-01
  应为 未具备 open，实为 具备 met
  缺少缘由 land；实有 eia

eia 环境影响报告书批复，第 3 个测试
  --> test/pack.yaml:121:9
  基准日 2026-06-01，给定 eia: 无
  结果 未具备 open
  缺少缘由 land；实有 eia
"#);
    insta::assert_snapshot!(test_report(&pack, count, &failures, Lang::En), @r#"
rule pack city 1.2: 2 of 3 tests failed

eia EIA report approval, test 2
  --> test/pack.yaml:120:9
  as of 2026-06-01, given eia: 2026-02-01
  expected open, got met
  reasons not found: land; found: eia

eia EIA report approval, test 3
  --> test/pack.yaml:121:9
  as of 2026-06-01, given eia: 无
  got open
  reasons not found: land; found: eia
"#);
    assert_eq!(test_report(&pack, 3, &[], Lang::En), "rule pack city 1.2: all 3 tests passed\n");
}

#[test]
fn conditions_read_as_sentences() {
    let text = CITY.replace(
        "applies_when: land > 0 mu and land <= 100 mu",
        "applies_when: not (land > 0 mu and farmland) or signed >= 80% and not issued(permit) or started_on + 3 months <= as_of or recorded(eia.accepted_on)",
    );
    let pack = pack(&text);
    let body = pack[pack.find("reclaim").unwrap()].body(day());
    let worded = |lang| {
        let wording = super::condition::Wording { pack: &pack, as_of: day(), lang };
        wording.condition(&body.applies_when.as_ref().unwrap().tree)
    };
    insta::assert_snapshot!(worded(Lang::Zh), @r#"
（新增建设用地不超过 0 亩，或「是否占用永久基本农田」为否），或（补偿签约比例不少于 80%，且未取得「施工许可证」），或实际开工起已满 3 个月，或已记录「环评批复受理日期」
"#);
    insta::assert_snapshot!(worded(Lang::En), @r#"
(new construction land is at most 0 mu or permanent basic farmland used is no) or (share of compensation signed is at least 80% and lacks construction permit) or 3 months have passed since started on or records day of acceptance of EIA approval
"#);
}

#[test]
fn a_failed_test_of_an_alert_says_whether_it_fired() {
    let pack = pack(
        "id: t\nversion: '1'\ngoals: {g: {requirement: r}}\nfacts: {late: {type: bool, title: {zh: 逾期, en: late}}}\n\
         requirements: {r: {met_when: late, cite: [{law: 甲办法, status: verified}]}}\n\
         alerts:\n  overdue:\n    title: {zh: 已逾期, en: Overdue}\n    when: late\n    severity: notice\n    from: 2020-01-01\n    \
         tests:\n    - {as_of: 2026-06-01, given: {late: yes}, expect: fires}\n    \
         - {as_of: 2019-12-31, given: {late: yes}, expect: silent}\n    - {as_of: 2026-06-01, expect: unknown}\n    \
         - {as_of: 2026-06-01, given: {late: no}, expect: fires}\n",
    );
    let (count, failures) = kaigong_solver::run_tests(&pack);
    insta::assert_snapshot!(test_report(&pack, count, &failures, Lang::Zh), @r#"
规则包 t 1：4 个测试，1 个不符

overdue 已逾期，第 4 个测试
  --> test/pack.yaml:16:7
  基准日 2026-06-01，给定 late: no
  应为 触发 fires，实为 不触发 silent
"#);
}
