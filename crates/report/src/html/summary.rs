//! The head of the report: the answer, the day and the pack, figures, lights, where to find what.

use std::fmt::Write as _;

use kaigong_model::{Dimension, Lang, escaped};
use kaigong_solver::Verdict;

use super::{Report, charts, page};
use crate::assessment::{Assessment, Sum};
use crate::check::{headline, in_yi, title};
use crate::digest;
use crate::phrase::{amount, header, inline, number, say, verdict_words};

/// Writes the head.
pub(super) fn push(report: &Report<'_, '_>, out: &mut String) {
    let (assessment, lang) = (report.assessment, report.lang);
    let evaluation = &assessment.evaluation;
    let answer = headline(assessment, lang).remove(0);
    let name = title(assessment, lang);
    // The title stands above the answer, where it is part of it.
    let answer = answer.strip_prefix(name.as_str()).unwrap_or(&answer).trim_start_matches(['：', ':', ' ']);
    let _ = writeln!(out, "<header>\n<p class=\"title\">{}</p>\n<h1>{}</h1>", escaped(&name), escaped(answer));
    page::paragraph("meta", &header(evaluation.pack, evaluation.options.as_of, lang), out);
    report.notes.iter().for_each(|note| page::note(note.trim(), out));
    out.push_str("</header>\n");
    push_figures(assessment, lang, out);
    push_contents(report, out);
    push_lights(assessment, lang, out);
}

fn push_figures(assessment: &Assessment<'_>, lang: Lang, out: &mut String) {
    let verdicts = [Verdict::Ready, Verdict::Started, Verdict::Blocked, Verdict::Undetermined];
    out.push_str("<dl class=\"figures\">\n");
    for verdict in verdicts {
        let mut sum = Sum::default();
        let of = assessment.projects().filter(|(project, _)| project.verdict == verdict);
        of.for_each(|(project, _)| sum.add(assessment.fen(project.row)));
        let word = page::capital(verdict_words(verdict).get(lang));
        let money = match lang {
            _ if assessment.evaluation.pack.roles.investment.is_none() => String::new(),
            Lang::Zh => format!("{} 亿元", in_yi(sum.fen, lang)),
            Lang::En => amount(sum.fen, Dimension::Money.standard_unit(), lang),
        };
        let _ = writeln!(
            out,
            "<div><dt>{}<dd><span class=\"big\">{}</span> <span class=\"sub\">{}</span></div>",
            escaped(&word),
            number(sum.projects, lang),
            escaped(&money)
        );
    }
    out.push_str("</dl>\n");
}

fn push_contents(report: &Report<'_, '_>, out: &mut String) {
    let lang = report.lang;
    let mut parts = vec![
        ("lights", "灯", "lights"),
        ("blockers", "堵点", "blockers"),
        ("flow", "进展与预测", "pipeline and forecast"),
        ("alerts", "告警", "alerts"),
        ("worst", "最要紧的项目", "worst projects"),
        ("all", "项目一览", "all projects"),
    ];
    if !report.explanations.is_empty() {
        parts.push(("projects", "逐个项目", "project by project"));
    }
    out.push_str("<nav>");
    for (id, zh, en) in parts {
        let _ = write!(out, "<a href=\"#{id}\">{}</a> ", page::capital(say(lang, zh, en)));
    }
    out.push_str("</nav>\n");
}

fn push_lights(assessment: &Assessment<'_>, lang: Lang, out: &mut String) {
    let lights = digest::lights(assessment);
    let all: u64 = lights.iter().map(|light| light.sum.projects).sum();
    let lit = !assessment.evaluation.pack.lights.is_empty();
    let first = if lit { say(lang, "灯", "lights") } else { say(lang, "结论", "verdicts") };
    page::heading("lights", first, out);
    let heads = match lang {
        Lang::Zh => ["灯", "项目", "", "总投资<wbr>(亿元)", "含义"],
        Lang::En => ["Light", "Projects", "", "CNY 100m", "Meaning"],
    };
    let _ = writeln!(
        out,
        "<div class=\"scroll\"><table class=\"bars lights\"><thead><tr><th>{}<th class=\"n\">{}<th class=\"bar\">{}\
         <th class=\"n\">{}<th>{}</thead><tbody>",
        heads[0], heads[1], heads[2], heads[3], heads[4]
    );
    for light in lights {
        let share = charts::share(light.sum.projects.into(), all.into());
        let known = ["red", "yellow", "green", "grey"].contains(&light.id.as_str());
        let class = if known { format!("f-{}", light.id) } else { "f-bar".to_owned() };
        let _ = writeln!(
            out,
            "<tr><td>{}<td class=\"n\">{}<td class=\"bar\">{}<td class=\"n\">{}<td>{}",
            page::light(&light.id, light.words.get(lang)),
            number(light.sum.projects, lang),
            charts::bar(&[(share, &class)], None),
            in_yi(light.sum.fen, lang),
            escaped(&inline(&light.meaning, lang))
        );
    }
    out.push_str("</tbody></table></div>\n");
    let missing = digest::without_investment(assessment);
    if missing > 0 {
        let missing = number(missing, lang);
        let words = match lang {
            Lang::Zh => format!("{missing} 个项目未填总投资，未计入金额。"),
            Lang::En => format!("Without a total investment, and so not in the sums: {missing}."),
        };
        page::note(&words, out);
    }
}
