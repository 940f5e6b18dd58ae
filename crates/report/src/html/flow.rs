//! How far projects have come, and when they could start: the pipeline by stage, the forecast by month.

use std::fmt::Write as _;

use kaigong_model::{Lang, escaped};

use super::charts::{self, Column};
use super::page;
use crate::assessment::Assessment;
use crate::check::in_yi;
use crate::digest::{self, Forecast, Month};
use crate::phrase::{number, say};

/// Widths a column chart is drawn for: paper and screens, phones.
const WIDTHS: [(i128, &str); 2] = [(760, "wide"), (340, charts::NARROW)];

/// Writes the section.
pub(super) fn push(assessment: &Assessment<'_>, lang: Lang, out: &mut String) {
    page::heading("flow", say(lang, "进展与预测", "pipeline and forecast"), out);
    push_pipeline(assessment, lang, out);
    push_forecast(assessment, lang, out);
}

fn push_pipeline(assessment: &Assessment<'_>, lang: Lang, out: &mut String) {
    let passed = digest::pipeline(assessment);
    if passed.is_empty() {
        return;
    }
    let all = assessment.results.projects.len() as i128;
    let heads = match lang {
        Lang::Zh => ["阶段", "通过", "", "卡在此阶段", "通过的投资(亿元)"],
        Lang::En => ["Stage", "Passed", "", "Held up here", "Passed, CNY 100m"],
    };
    let _ = writeln!(
        out,
        "<h3>{}</h3>\n<div class=\"scroll\"><table class=\"bars\"><thead><tr><th>{}<th class=\"n\">{}<th class=\"bar\">{}\
         <th class=\"n\">{}<th class=\"n x\">{}</thead><tbody>",
        say(lang, "走到哪个阶段", "How far projects have come"),
        heads[0],
        heads[1],
        heads[2],
        heads[3],
        heads[4]
    );
    for stage in passed {
        let (title, _) = assessment.stage_words(stage.stage, lang);
        let parts = [
            (charts::share(stage.sum.projects.into(), all), "f-bar"),
            (charts::share(stage.stuck.into(), all), "f-hatch"),
        ];
        let _ = writeln!(
            out,
            "<tr><td>{}<td class=\"n\">{}<td class=\"bar\">{}<td class=\"n\">{}<td class=\"n x\">{}",
            escaped(&title),
            number(stage.sum.projects, lang),
            charts::bar(&parts, None),
            number(stage.stuck, lang),
            in_yi(stage.sum.fen, lang)
        );
    }
    out.push_str("</tbody></table></div>\n");
    page::note(
        say(
            lang,
            "通过：到该阶段为止没有堵点的项目（已开工的按全部通过计）；斜线为最早一个堵点就在该阶段的项目。",
            "Passed: projects that nothing holds up to the end of the stage (those started have passed all). Hatched: projects whose first blocker is of this stage.",
        ),
        out,
    );
}

fn push_forecast(assessment: &Assessment<'_>, lang: Lang, out: &mut String) {
    let forecast = digest::forecast(assessment);
    let title = say(lang, "最早何时能开工（按月，个）", "When projects could start at the earliest (by month)");
    let _ = writeln!(out, "<h3>{title}</h3>");
    if forecast.months.iter().all(|month| month.forecast.projects == 0 && month.planned == 0) {
        page::paragraph("", say(lang, "没有可以推算的项目。", "There is no project to tell a day for."), out);
    } else {
        let shown = columns(&forecast.months, lang);
        out.push_str("<figure>");
        for (wide, class) in WIDTHS {
            out.push_str(&charts::columns(&shown, wide, class, title, lang));
        }
        push_legend(lang, out);
        out.push_str("</figure>\n");
    }
    push_rest(&forecast, lang, out);
}

fn columns(months: &[Month], lang: Lang) -> Vec<Column> {
    let mut years = None;
    let column = |month: &Month| {
        let (label, year) = match month.of {
            Some((year, month)) => (month.to_string(), Some(year)),
            None => (say(lang, "其后", "later").to_owned(), None),
        };
        let era = year.filter(|year| years != Some(*year)).map(|year| year.to_string());
        years = year.or(years);
        let parts = [month.forecast.projects - month.provisional, month.provisional];
        Column { label, era, parts, mark: month.planned }
    };
    months.iter().map(column).collect()
}

fn push_legend(lang: Lang, out: &mut String) {
    let sample = |shape| format!("<svg class=\"s\" viewBox=\"0 0 24 12\" aria-hidden=\"true\"><{shape}/></svg>");
    let swatch = |class| sample(format!("rect width=\"24\" height=\"12\" class=\"{class}\""));
    let mark = sample("path d=\"M0 6H24\" class=\"mark\"".to_owned());
    let _ = writeln!(
        out,
        "<p class=\"legend\"><span>{}{}</span> <span>{}{}</span> <span>{mark}{}</span></p>",
        swatch("f-bar"),
        say(lang, "最早开工", "earliest start"),
        swatch("f-hatch"),
        say(
            lang,
            "其中暂定（不明各项按未办计，或放假安排尚未公布）",
            "of them provisional (unknown facts count as still to do, or holidays are not published yet)"
        ),
        say(lang, "计划开工", "planned start")
    );
}

fn push_rest(forecast: &Forecast, lang: Lang, out: &mut String) {
    let (never, overdue) = (number(forecast.never, lang), number(forecast.overdue, lang));
    page::note(
        &match lang {
            Lang::Zh => format!(
                "未开工项目：推算不出最早开工的 {never} 个；计划开工日已过的 {overdue} 个。最早开工按法定时限连续推算，不含等待和返工。"
            ),
            Lang::En => format!(
                "Of projects not started: {never} for which no day can be told; {overdue} past their planned start. The earliest start counts limits of law one after another, without waiting or rework."
            ),
        },
        out,
    );
}
