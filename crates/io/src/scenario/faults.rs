//! What is said of scenarios whose values can be read and do not go together.

use kaigong_model::{Diagnostic, Place, Words};

use super::PlanKind;
use crate::{codes, words::shown};

pub(super) fn draw_of_county() -> Diagnostic {
    Diagnostic::error(
        codes::DRAW_OF_COUNTY,
        "县（区）自有的指标池不设各县支取上限",
        "only a pool of no county takes a cap on what each county draws",
    )
    .help(
        "删去 county 或 draw，例如 {pool: land.quota, amount: 500 mu, draw: {at_most: 180 mu}}",
        "leave out `county` or `draw`, for example {pool: land.quota, amount: 500 mu, draw: {at_most: 180 mu}}",
    )
}

pub(super) fn held_too_much(held: &Words, whole: &Words) -> Diagnostic {
    Diagnostic::error(
        codes::HELD_TOO_MUCH,
        format!("预留 {}，多于总量 {}", held.zh, whole.zh),
        format!("{} are held back of {}", held.en, whole.en),
    )
    .help("预留不多于总量，例如 hold_back: 5%", "hold back no more than there is, for example hold_back: 5%")
}

pub(super) fn to_itself(county: &str) -> Diagnostic {
    let county = shown(county);
    Diagnostic::error(
        codes::TRANSFER_TO_ITSELF,
        format!("「{county}」调剂给自己"),
        format!("`{county}` transfers to itself"),
    )
    .help(
        "from 与 to 写不同的县（区），例如 from: 惠城, to: 博罗",
        "name two counties, for example from: 惠城, to: 博罗",
    )
}

pub(super) fn unknown_plan(plan: &str) -> Diagnostic {
    let (plan, names) = (shown(plan), PlanKind::NAMES.map(|(name, _)| name));
    Diagnostic::error(
        codes::UNKNOWN_PLAN,
        format!("没有「{plan}」这种配置方式"),
        format!("there is no plan called `{plan}`"),
    )
    .help(
        format!("可写 {}，例如 plan: optimal", names.join("、")),
        format!("write {}, for example plan: optimal", names.join(", ")),
    )
}

pub(super) fn grants_without_grants() -> Diagnostic {
    Diagnostic::error(
        codes::PLAN_LACKS,
        "plan: grants 需要 grants 列出各项目所得",
        "`plan: grants` needs `grants` to say who gets what",
    )
    .help(
        "例如 grants: [{project: P-003, pool: land.quota, amount: 320 mu}]",
        "for example grants: [{project: P-003, pool: land.quota, amount: 320 mu}]",
    )
}

pub(super) fn order_without_order() -> Diagnostic {
    Diagnostic::error(
        codes::PLAN_LACKS,
        "plan: order 需要 order 或 by 给出先后",
        "`plan: order` needs `order` or `by` to say who comes first",
    )
    .help(
        "例如 order: [P-003, P-007] 或 by: project.total_investment",
        "for example order: [P-003, P-007] or by: project.total_investment",
    )
}

pub(super) fn order_twice() -> Diagnostic {
    Diagnostic::error(
        codes::PLAN_LACKS,
        "order 和 by 都给出了先后，不知以哪个为准",
        "`order` and `by` both say who comes first",
    )
    .help("只留一个，例如 order: [P-003, P-007]", "keep one of them, for example order: [P-003, P-007]")
}

pub(super) fn listed_twice(project: &str, first: &Place, place: &Place, example: &str) -> Diagnostic {
    let (project, at) = (shown(project), first.short());
    Diagnostic::error(
        codes::LISTED_TWICE,
        format!("项目「{project}」重复，{at} 已有"),
        format!("project `{project}` is listed twice, first at {at}"),
    )
    .at(place.clone())
    .label(first.clone(), Words::new("首次出现", "first here"))
    .help(format!("每个项目只写一次，例如 {example}"), format!("list every project once, for example {example}"))
}
