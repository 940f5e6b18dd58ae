//! A check as a paper for offices, and one project as one: headings, paragraphs and tables, whatever file they become.
//!
//! ```text
//! report   overall, what blocks, how far, alerts, the projects that matter most, all projects
//! brief    one project: why, what to do, what to find out
//! ```
//! A paper is read from front to back: it tells of the projects that matter most, and leaves each of a thousand others to
//! the page and the workbook.

mod overview;
mod project;

use kaigong_model::{Align, Block, Document, Lang, PrintedTable};

use crate::check::title;
use crate::digest;
use crate::html::Report;
use crate::html::capital;
use crate::phrase::{header, number, say};

/// Projects told one by one.
const TOLD: usize = 20;
/// Projects up to which all are listed.
const LISTED: usize = 200;

/// The report as a paper.
pub fn report_document(report: &Report<'_, '_>) -> Document {
    let (assessment, lang) = (report.assessment, report.lang);
    let mut paper = Paper { lang, blocks: Vec::new(), counted: [0; 3] };
    overview::push(report, &mut paper);
    let (_, worst) = digest::worst(assessment);
    if !report.explanations.is_empty() && !worst.is_empty() {
        paper.heading(1, say(lang, "重点受阻项目", "blocked projects that matter most"));
        let told = worst.len().min(TOLD);
        let all = number(worst.len(), lang);
        paper.blocks.push(Block::plain(match lang {
            Lang::Zh if told == worst.len() => format!("灯色最重的受阻项目共 {all} 个，按投资额列出。"),
            Lang::Zh => format!("灯色最重的受阻项目共 {all} 个，以下为投资额前 {told} 个。"),
            Lang::En if told == worst.len() => format!("Blocked projects under the worst light, by investment: {all}."),
            Lang::En => format!("Of {all} blocked projects under the worst light, the {told} largest by investment."),
        }));
        for (result, _) in &worst[..told] {
            let place = assessment.results.projects.iter().position(|project| project.row == result.row);
            let Some(place) = place else { continue };
            project::push_section(report, place, &mut paper);
        }
    }
    overview::push_list(report, LISTED, &mut paper);
    Document {
        title: title(assessment, lang),
        lines: lines(report),
        as_of: as_of(report),
        lang,
        is_brief: false,
        blocks: paper.blocks,
    }
}

/// One project as a paper.
pub fn brief_document(report: &Report<'_, '_>) -> Document {
    let lang = report.lang;
    let mut paper = Paper { lang, blocks: Vec::new(), counted: [0; 3] };
    let mut name = String::new();
    for (place, explanation) in report.explanations.iter().enumerate() {
        let context = report.context(explanation);
        name = context.project(context.row);
        project::push_brief(report, place, &mut paper);
    }
    let title = format!("{}{}{name}", say(lang, "一项目一策", "Project brief"), say(lang, "：", ": "));
    Document { title, lines: lines(report), as_of: as_of(report), lang, is_brief: true, blocks: paper.blocks }
}

fn as_of(report: &Report<'_, '_>) -> kaigong_model::Date {
    report.assessment.evaluation.options.as_of
}

/// What stands under the title: the day, the pack, what the paper rests on besides.
fn lines(report: &Report<'_, '_>) -> Vec<String> {
    let first = header(report.assessment.evaluation.pack, as_of(report), report.lang);
    std::iter::once(first).chain(report.notes.iter().map(|note| note.trim().to_owned())).collect()
}

/// A paper in the making: its headings are counted as they come.
struct Paper {
    lang: Lang,
    blocks: Vec<Block>,
    counted: [u32; 3],
}

impl Paper {
    /// A heading with its number: 一、 （一） 1. in Chinese, 1 1.1 1.1.1 in English.
    fn heading(&mut self, level: u8, words: &str) {
        let at = usize::from(level.clamp(1, 3)) - 1;
        self.counted[at] += 1;
        self.counted[at + 1..].fill(0);
        let count = self.counted[at];
        let number = match (self.lang, at) {
            (Lang::Zh, 0) => format!("{}、", chinese(count)),
            (Lang::Zh, 1) => format!("（{}）", chinese(count)),
            (Lang::Zh, _) => format!("{count}. "),
            (Lang::En, _) => {
                let counts: Vec<String> = self.counted[..=at].iter().filter(|n| **n > 0).map(u32::to_string).collect();
                format!("{}  ", counts.join("."))
            }
        };
        let words = if self.lang == Lang::En { capital(words) } else { words.to_owned() };
        self.blocks.push(Block::Heading(level, format!("{number}{words}")));
    }

    /// A table, left out where it has no rows.
    fn table(&mut self, columns: &[((&str, &str), Align, u16)], rows: Vec<Vec<String>>) {
        if rows.is_empty() {
            return;
        }
        let named =
            |&((zh, en), align, share): &((&str, &str), Align, u16)| (say(self.lang, zh, en).to_owned(), align, share);
        self.blocks.push(Block::Table(PrintedTable { columns: columns.iter().map(named).collect(), rows }));
    }
}

/// A count in Chinese numerals, below a hundred; above, in digits.
fn chinese(count: u32) -> String {
    const NUMERALS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = ((count / 10) as usize, (count % 10) as usize);
    match tens {
        0 => NUMERALS[ones].to_owned(),
        1 => format!("十{}", NUMERALS[ones]),
        2..=9 => format!("{}十{}", NUMERALS[tens], NUMERALS[ones]),
        _ => count.to_string(),
    }
}

#[cfg(test)]
mod tests;
