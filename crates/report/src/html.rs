//! A check as one HTML page that needs nothing else: no network, no script, any browser, any printer.
//!
//! ```text
//! head       answer, day and pack, lights                   html/summary.rs
//! blockers   heat table by county, Pareto by projects, yuan html/blockers.rs
//! flow       pipeline by stage, starts by month             html/flow.rs
//! lists      alerts, worst projects, every project          html/lists.rs
//! projects   facts, why, timeline, ways, law; one each      html/project.rs, html/timeline.rs
//! ```
//! Words come from the screens. Bars are SVG, labels HTML, so that text wraps and stays readable at any width;
//! every colour has a mark or a word beside it. A little script adds search and sorting where scripts run.

mod blockers;
mod charts;
mod flow;
mod lists;
mod page;
mod project;
mod summary;
mod timeline;

use kaigong_model::Lang;
use kaigong_solver::Explanation;

pub(crate) use self::page::capital;

use crate::assessment::Assessment;
use crate::check::title;
use crate::phrase::say;
use crate::why::{Context, WhyOptions};

/// Projects whose graph and timeline the report draws; of the others it tells the same in words.
const DRAWN: usize = 60;

/// What a report is made of.
#[derive(Debug)]
pub struct Report<'r, 'a> {
    /// The check.
    pub assessment: &'r Assessment<'a>,
    /// An explanation per project of the check, in its order; empty where only the overview is asked.
    pub explanations: Vec<Explanation>,
    /// Language.
    pub lang: Lang,
    /// What the page rests on besides: a plan that was tried, a past day, what was left out.
    pub notes: Vec<String>,
}

/// The report as one page.
///
/// # Complexity
/// Linear in projects and their reasons; pictures for the largest blocked projects only.
pub fn report_html(report: &Report<'_, '_>) -> String {
    let lang = report.lang;
    let mut body = String::new();
    summary::push(report, &mut body);
    blockers::push(report.assessment, lang, &mut body);
    flow::push(report.assessment, lang, &mut body);
    lists::push_alerts(report.assessment, lang, &mut body);
    lists::push_worst(report, &mut body);
    lists::push_register(report, &mut body);
    push_projects(report, &mut body);
    page::wrap(&title(report.assessment, lang), lang, page::Kind::Report, &body)
}

/// One project on one sheet of paper.
pub fn brief_html(report: &Report<'_, '_>) -> String {
    let mut body = String::new();
    let mut name = String::new();
    for (place, explanation) in report.explanations.iter().enumerate() {
        let context = report.context(explanation);
        name = context.project(context.row);
        project::push_brief(report, &context, report.assessment.lights[place], &mut body);
    }
    page::wrap(&name, report.lang, page::Kind::Brief, &body)
}

impl<'a> Report<'_, 'a> {
    /// What the words on one project are looked up in.
    pub(crate) fn context<'c>(&'c self, explanation: &'c Explanation) -> Context<'c, 'a> {
        let options = WhyOptions { lang: self.lang, full: false, hectares: false };
        Context::new(&self.assessment.evaluation, explanation, options)
    }
}

fn push_projects(report: &Report<'_, '_>, out: &mut String) {
    if report.explanations.is_empty() {
        return;
    }
    let drawn = lists::drawn(report.assessment);
    page::heading("projects", say(report.lang, "逐个项目", "project by project"), out);
    if report.explanations.len() > DRAWN {
        page::note(
            &match report.lang {
                Lang::Zh => format!("受阻项目中投资额前 {DRAWN} 个附缘由图和时间线；其余用 kaigong brief 编号 查看。"),
                Lang::En => format!(
                    "The {DRAWN} largest blocked projects have their graph and timeline drawn; for others: kaigong brief ID."
                ),
            },
            out,
        );
    }
    for (place, explanation) in report.explanations.iter().enumerate() {
        let context = report.context(explanation);
        let pictures = drawn.contains(&context.row);
        project::push_section(report, &context, report.assessment.lights[place], pictures, out);
    }
}

#[cfg(test)]
pub(crate) mod tests;
