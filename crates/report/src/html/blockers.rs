//! What blocks: by stage, by requirement and county, and which few requirements most projects wait for.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use kaigong_model::{Lang, escaped};

use super::{charts, page};
use crate::assessment::{Assessment, Sum};
use crate::check::in_yi;
use crate::digest::{self, Blocking};
use crate::phrase::{inline, number, say};

/// Requirements told one by one.
const ROWS: usize = 15;
/// Counties told one by one.
const COUNTIES: usize = 12;
/// Shades of the heat table.
const SHADES: u64 = 5;

/// Writes the section.
pub(super) fn push(assessment: &Assessment<'_>, lang: Lang, out: &mut String) {
    page::heading("blockers", say(lang, "堵点", "blockers"), out);
    let counties = digest::counties(assessment);
    let blocking = digest::blocking(assessment, &counties);
    if blocking.is_empty() {
        page::paragraph("", say(lang, "没有受阻的项目。", "No project is blocked."), out);
        return;
    }
    push_stages(assessment, lang, out);
    push_heat(assessment, &counties, &blocking, lang, out);
    push_pareto(assessment, blocking, lang, out);
}

/// A requirement's short name.
fn short(assessment: &Assessment<'_>, blocking: &Blocking, lang: Lang) -> String {
    inline(&assessment.evaluation.body_today(blocking.requirement).short, lang)
}

fn push_stages(assessment: &Assessment<'_>, lang: Lang, out: &mut String) {
    let stages = digest::stages(assessment);
    let most = stages.iter().map(|stage| stage.sum.projects).max().unwrap_or(0);
    let heads = match lang {
        Lang::Zh => ["阶段", "项目", "确定（实）与推定（斜线）", "其中推定", "投资(亿元)", "牵头单位"],
        Lang::En => ["Stage", "Projects", "Certain (solid), presumed (hatched)", "Presumed", "CNY 100m", "Lead unit"],
    };
    let _ = writeln!(
        out,
        "<h3>{}</h3>\n<div class=\"scroll\"><table class=\"bars\"><thead><tr><th>{}<th class=\"n\">{}<th class=\"bar\"><span class=\"x\">{}</span>\
         <th class=\"n x\">{}<th class=\"n\">{}<th class=\"x\">{}</thead><tbody>",
        say(lang, "受阻项目卡在哪些阶段", "The stages that hold projects up"),
        heads[0],
        heads[1],
        heads[2],
        heads[3],
        heads[4],
        heads[5]
    );
    for stage in stages {
        let (title, lead) = assessment.stage_words(stage.stage, lang);
        let certain = stage.sum.projects - stage.presumed;
        let parts = [
            (charts::share(certain.into(), most.into()), "f-bar"),
            (charts::share(stage.presumed.into(), most.into()), "f-hatch"),
        ];
        let _ = writeln!(
            out,
            "<tr><td>{}<td class=\"n\">{}<td class=\"bar\">{}<td class=\"n x\">{}<td class=\"n\">{}<td class=\"x\">{}",
            escaped(&title),
            number(stage.sum.projects, lang),
            charts::bar(&parts, None),
            number(stage.presumed, lang),
            in_yi(stage.sum.fen, lang),
            escaped(&lead)
        );
    }
    out.push_str("</tbody></table></div>\n");
    page::note(
        say(
            lang,
            "一个项目可有多个堵点。推定：台账该格空白，按规则包读作「无」；填上即可核实。",
            "A project may have several blockers. Presumed: the cell is blank and the rule pack reads it as no; fill it in to settle it.",
        ),
        out,
    );
}

/// Requirements by counties, shaded by how many projects they block; the numbers say the same without colour.
fn push_heat(
    assessment: &Assessment<'_>,
    counties: &[Option<String>],
    blocking: &[Blocking],
    lang: Lang,
    out: &mut String,
) {
    if counties.len() < 2 {
        return;
    }
    let shown = counties.len().min(COUNTIES);
    let most = blocking.iter().flat_map(|row| &row.counties[..shown]).copied().max().unwrap_or(0).max(1);
    let _ = write!(
        out,
        "<h3>{}</h3>\n<div class=\"scroll\"><table class=\"heat\"><thead><tr><th>{}<th class=\"n\">{}",
        say(lang, "哪个县（区）堵在哪一项", "Which county is held up by what"),
        say(lang, "前置要件", "Requirement"),
        say(lang, "合计", "All")
    );
    for county in &counties[..shown] {
        let blank = say(lang, "未填", "blank").to_owned();
        let _ = write!(out, "<th class=\"n\">{}", escaped(county.as_ref().unwrap_or(&blank)));
    }
    if counties.len() > shown {
        let _ = write!(out, "<th class=\"n\">{}", say(lang, "其他", "Others"));
    }
    out.push_str("</thead><tbody>\n");
    for row in blocking.iter().take(ROWS) {
        let name = escaped(&short(assessment, row, lang));
        let _ = write!(out, "<tr><th>{name}<td class=\"n sum\">{}", number(row.sum.projects, lang));
        for count in &row.counties[..shown] {
            push_shade(*count, most, lang, out);
        }
        if counties.len() > shown {
            let _ = write!(out, "<td class=\"n\">{}", number(row.counties[shown..].iter().sum::<u64>(), lang));
        }
        out.push('\n');
    }
    out.push_str("</tbody></table></div>\n");
    let told = blocking.len().min(ROWS);
    page::note(
        &match lang {
            Lang::Zh => {
                format!("受阻项目个数，共 {} 项前置要件堵住项目，列前 {told} 项；色越重个数越多。", blocking.len())
            }
            Lang::En => format!(
                "Blocked projects; the first {told} of {} requirements that block any. The stronger the shade, the more.",
                blocking.len()
            ),
        },
        out,
    );
}

fn push_shade(count: u64, most: u64, lang: Lang, out: &mut String) {
    if count == 0 {
        out.push_str("<td class=\"n zero\">-");
    } else {
        let _ = write!(out, "<td class=\"n h{}\">{}", (count * SHADES).div_ceil(most), number(count, lang));
    }
}

fn push_pareto(assessment: &Assessment<'_>, mut blocking: Vec<Blocking>, lang: Lang, out: &mut String) {
    out.push_str("<div class=\"pair\">\n");
    pareto(assessment, &blocking, Measure::Projects, lang, out);
    if blocking.iter().any(|row| row.sum.fen > 0) {
        blocking.sort_by_key(|row| (Reverse(row.sum.fen), row.requirement));
        pareto(assessment, &blocking, Measure::Money, lang, out);
    }
    out.push_str("</div>\n");
    page::note(
        say(
            lang,
            "条为在等这一项的受阻项目，色重的一段只差这一项；折线和右列为前几项合起来涉及的部分占全部受阻项目的比例，一个项目只算一次。",
            "Bars: blocked projects that wait for it; the strong part waits for nothing else. Line and last column: the share of all blocked projects that wait for at least one of the rows so far, each project once.",
        ),
        out,
    );
}

/// What projects are counted by.
#[derive(Clone, Copy)]
enum Measure {
    Projects,
    Money,
}

impl Measure {
    fn of(self, sum: Sum) -> i128 {
        match self {
            Self::Projects => sum.projects.into(),
            Self::Money => sum.fen,
        }
    }

    fn told(self, sum: Sum, lang: Lang) -> String {
        match self {
            Self::Projects => number(sum.projects, lang),
            Self::Money => in_yi(sum.fen, lang),
        }
    }

    /// Title, and the head of its column.
    fn words(self, lang: Lang) -> [&'static str; 2] {
        match (self, lang) {
            (Self::Projects, Lang::Zh) => ["先办哪几项：按项目个数", "项目"],
            (Self::Projects, Lang::En) => ["Which few to see to first, by projects", "Projects"],
            (Self::Money, Lang::Zh) => ["先办哪几项：按投资额", "亿元"],
            (Self::Money, Lang::En) => ["Which few to see to first, by investment", "CNY 100m"],
        }
    }
}

/// Bars of one measure, with the share of blocked projects that the rows down to each one reach.
fn pareto(assessment: &Assessment<'_>, rows: &[Blocking], by: Measure, lang: Lang, out: &mut String) {
    let [title, head] = by.words(lang);
    let _ = writeln!(
        out,
        "<section><h3>{title}</h3>\n<div class=\"scroll\"><table class=\"bars pareto\"><thead><tr><th>{}<th class=\"n\">{head}\
         <th class=\"bar\"><th class=\"n\">{}</thead><tbody>",
        say(lang, "前置要件", "Requirement"),
        say(lang, "累计", "Reached")
    );
    let whole = by.of(sum_of(assessment, rows.iter().flat_map(|row| &row.rows).copied().collect()));
    let most = rows.iter().map(|row| by.of(row.sum)).max().unwrap_or(0);
    let (mut reached, mut before) = (BTreeSet::new(), 0);
    for row in rows.iter().take(ROWS) {
        reached.extend(row.rows.iter().copied());
        let now = by.of(sum_of(assessment, reached.clone())) * charts::WHOLE / whole.max(1);
        let alone = charts::share(by.of(row.alone), most);
        let parts = [(alone, "f-bar"), (charts::share(by.of(row.sum), most) - alone, "f-pale")];
        let _ = writeln!(
            out,
            "<tr><td>{}<td class=\"n\">{}<td class=\"bar\">{}<td class=\"n\">{}%",
            escaped(&short(assessment, row, lang)),
            by.told(row.sum, lang),
            charts::bar(&parts, Some((before, now))),
            now / 10
        );
        before = now;
    }
    out.push_str("</tbody></table></div></section>\n");
}

fn sum_of(assessment: &Assessment<'_>, rows: BTreeSet<u32>) -> Sum {
    let mut sum = Sum::default();
    rows.into_iter().for_each(|row| sum.add(assessment.fen(row)));
    sum
}
