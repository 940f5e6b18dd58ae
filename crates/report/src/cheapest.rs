//! The cheapest way to start each project of a check, where that was asked for.

use std::fmt::Write as _;

use kaigong_model::{Align, Dimension, Lang, Table, format_exact};
use kaigong_solver::{CostKind, Verdict};

use crate::assessment::{Assessment, Cheapest};
use crate::cost;
use crate::phrase::{list_some, number, some};

/// Projects listed where not all are asked for.
const SHOWN: usize = 10;
/// Steps named of a way.
const STEPS: usize = 4;

/// The cheapest ways to start, the cheapest first, where they were asked for.
pub(crate) fn push(assessment: &Assessment<'_>, all: bool, lang: Lang, out: &mut String) {
    let Some(cheapest) = &assessment.cheapest else { return };
    let evaluation = &assessment.evaluation;
    let by = evaluation.options.cheapest;
    let mut ranked: Vec<(&u32, &Cheapest)> = cheapest.iter().collect();
    ranked.sort_by_key(|(row, found)| (found.way.cost(by), found.way.unknown(by), **row));
    let shown = if all { ranked.len() } else { SHOWN.min(ranked.len()) };
    let waiting = assessment.results.projects.iter();
    let waiting = waiting.filter(|p| p.verdict != Verdict::Started && p.readiness != Verdict::Ready).count();
    let what = match (by, lang) {
        (CostKind::Days, Lang::Zh) => "工作量",
        (CostKind::Money, Lang::Zh) => "费用",
        (CostKind::Offices, Lang::Zh) => "牵涉单位",
        (CostKind::Days, Lang::En) => "work",
        (CostKind::Money, Lang::En) => "money",
        (CostKind::Offices, Lang::En) => "offices",
    };
    let (found, rest) = (ranked.len(), waiting - ranked.len().min(waiting));
    let _ = match (lang, rest) {
        (Lang::Zh, 0) => writeln!(out, "\n{found} 个项目各自的最省方案（按{what}）"),
        (Lang::Zh, _) => writeln!(out, "\n{found} 个项目各自的最省方案（按{what}）；另 {rest} 个无论补什么都不能开工"),
        (Lang::En, 0) => writeln!(out, "\nthe cheapest way to start each of {}, by {what}", some(found, "project")),
        (Lang::En, _) => writeln!(
            out,
            "\nthe cheapest way to start each of {}, by {what}; nothing releases {} more",
            some(found, "project"),
            number(rest, lang)
        ),
    };
    if ranked.is_empty() {
        return;
    }
    let names = match lang {
        Lang::Zh => ["编号", "项目", "步", "最少", "最早开工", "办什么"],
        Lang::En => ["id", "project", "steps", "at the least", "start", "what"],
    };
    let aligns = [Align::Left, Align::Left, Align::Right, Align::Left, Align::Left, Align::Left];
    let mut table = Table { columns: Vec::new(), rows: Vec::new() };
    table.columns = names.iter().zip(aligns).map(|(name, align)| ((*name).to_owned(), align)).collect();
    for (row, Cheapest { way, bound }) in &ranked[..shown] {
        let steps: Vec<String> =
            way.steps.iter().map(|&idx| evaluation.body(idx, **row).short.get(lang).to_owned()).collect();
        let unproven = match lang {
            _ if way.cost(by) == *bound => String::new(),
            Lang::Zh => format!("（下限 {}）", cost::known(by, *bound, lang)),
            Lang::En => format!(" (bound {})", cost::known(by, *bound, lang)),
        };
        table.rows.push(vec![
            evaluation.portfolio.ids[**row as usize].to_string(),
            assessment.role_text(evaluation.pack.roles.name, **row).unwrap_or_default(),
            way.steps.len().to_string(),
            format!("{}{unproven}", cost::brief(way, by, lang)),
            cost::day(way, lang),
            list_some(&steps, STEPS, lang),
        ]);
    }
    let _ = writeln!(out, "{}", table.lines().join("\n"));
    if ranked.iter().any(|(_, found)| found.way.unknown(by) > 0) {
        let _ = match (by, lang) {
            (CostKind::Money, Lang::Zh) => writeln!(out, "（+n：另有 n 步没有单价，未计入，实际只会更多）"),
            (CostKind::Money, Lang::En) => {
                writeln!(out, "(+n: n more steps have no price and are not in the sum; the real cost can only be more)")
            }
            (_, Lang::Zh) => writeln!(out, "（+n：另有 n 步未定时限，未计入，实际只会更多）"),
            (_, Lang::En) => {
                writeln!(out, "(+n: n more steps have no time limit and are not in the sum; it can only be more)")
            }
        };
    }
    if shown < ranked.len() {
        let _ = match lang {
            Lang::Zh => writeln!(out, "另 {} 个，--all 看全部", ranked.len() - shown),
            Lang::En => writeln!(out, "{} more; --all lists them", number(ranked.len() - shown, lang)),
        };
    }
}

/// The cheapest way of a project in cells: its steps, and what it comes to by each cost, as far as that is known.
pub(crate) fn cells(assessment: &Assessment<'_>, found: Option<&Cheapest>) -> Vec<String> {
    let Some(Cheapest { way, .. }) = found else { return vec![String::new(); COLUMNS.len()] };
    let steps: Vec<&str> = way.steps.iter().map(|&idx| assessment.evaluation.pack[idx].id.as_str()).collect();
    let wan = Dimension::Money.standard_unit();
    vec![
        steps.join(";"),
        way.days.known.to_string(),
        way.days.unknown.to_string(),
        if way.money.unknown == way.steps.len() {
            String::new()
        } else {
            format_exact(i128::from(way.money.known), wan)
        },
        way.money.unknown.to_string(),
        way.offices.to_string(),
    ]
}

/// What the cells of [`cells`] are.
pub(crate) const COLUMNS: [(&str, &str); 6] = [
    ("最省方案", "cheapest way"),
    ("工作量(日)", "days of work"),
    ("未定时限(步)", "steps without a time limit"),
    ("费用(万元)", "money (wan)"),
    ("没有单价(步)", "steps without a price"),
    ("牵涉单位", "offices"),
];
