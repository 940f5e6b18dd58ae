//! What is fuzzed: shared by the libFuzzer targets and the bounded stable test.

use kaigong_rules::{Layer, expression, load};

/// A pack that uses every section, to mutate.
pub(crate) const SMALL_PACK: &str = r#"
id: t
title: {zh: 测试, en: Test}
version: "1"
goals: {start: {title: {zh: 开工, en: Start}, requirement: c, started_when: recorded(started_on)}}
roles: {investment: money}
facts:
  area: {type: area, unit: mu, columns: [耕地], range: [0 mu, 9 ha]}
  money: {type: money, unit: wan}
  sector: {type: enum, values: {industry: [工业], road: [公路]}}
  started_on: {type: date}
  doc: {type: document, valid: 3 years, used_by: [permit]}
  permit: {type: document, blank: presume_no}
  after: {type: projects}
parameters: {share: {values: [{from: 2004-08-28, value: 100%}, {from: 2020-01-01, value: 50%}]}}
departments: {d: {names: [{zh: 部门, en: Department, to: 2019-01-31}, {zh: 新部门, en: New, from: 2019-02-01}]}}
pools: {quota: {type: area, scope: county, then: [city]}}
requirements:
  a: {applies_when: area > 0 mu, met_when: issued(doc), owner: d, takes: {statutory: 20 workdays}, draws: [{pool: quota, amount: area * param.share}], cite: [{law: x, status: verified}]}
  b: {met_when: completed(after), governed_by: doc.accepted_on, versions: [{from: 2020-01-01, met_when: issued(permit), cite: [{law: y, status: secondary}]}], cite: [{law: x, status: verified}]}
  c: {needs: [a, {any: [a, b]}, {step: b, when: sector == road, kind: customary}], cite: [{law: x, status: verified}], tests: [{as_of: 2021-01-01, given: {a: open}, expect: waiting, because: [a]}]}
alerts: {early: {title: {zh: 先建, en: Early}, when: recorded(started_on) and not issued(permit), severity: violation, fine: {of: money, from: 1%, to: 2%}}}
lights: [{light: red, when: blocked and days_late > 0}]
test_date: 2026-01-01
"#;

/// Any bytes as an expression: parsed, or a fault within the text.
pub(crate) fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Err(fault) = expression::parse::parse(text) {
        assert!(fault.span.start <= fault.span.end && fault.span.end <= text.len(), "{text:?}: {:?}", fault.span);
        assert!(!fault.message.is_empty());
    }
}

/// Any bytes as a pack: loaded, or faults that each say something.
pub(crate) fn pack(bytes: &[u8]) {
    let layer = Layer { name: "t".to_owned(), files: vec![("pack.yaml".to_owned(), bytes.to_vec())] };
    if let Err(faults) = load(&[layer]) {
        assert!(!faults.is_empty());
        assert!(faults.iter().all(|fault| !fault.message.zh.is_empty() && !fault.message.en.is_empty()));
    }
}
