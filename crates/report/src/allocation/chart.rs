//! Dry runs as a picture: scenarios side by side, what more or less supply would release, and which pool matters most.

use std::fmt::Write as _;

use kaigong_model::Lang;

use super::screen::Writer;
use super::tornado::tornado;
use super::{DryRun, Trial, balance};
use crate::check::in_yi;
use crate::phrase::{header, measure, say};
use crate::picture::{Frame, short, text};

/// Sizes in pixels.
pub(super) const WIDE: i128 = 900;
const LEFT: i128 = 180;
const RIGHT: i128 = 170;
pub(super) const BAR: i128 = 20;
const TALL: i128 = 260;

/// Bars of every scenario, then the frontier and the tornado of the first that has one.
pub fn allocation_svg(run: &DryRun<'_>, lang: Lang) -> String {
    let writer = Writer::new(run, lang);
    let mut body = String::new();
    let mut y = 84;
    bars(&writer, &mut body, &mut y);
    if let Some(trial) = run.trials.iter().find(|trial| !trial.frontier.is_empty()) {
        frontier(&writer, trial, &mut body, &mut y);
    }
    if let Some(trial) = run.trials.iter().find(|trial| trial.sensitivity.is_some()) {
        tornado(&writer, trial, &mut body, &mut y);
    }
    let evaluation = &run.evaluation;
    let title = say(lang, "指标配置试算", "allocations compared");
    let under = header(evaluation.pack, evaluation.options.as_of, lang) + say(lang, "，只算不写", ", a dry run");
    let defs = "<pattern id=\"idle\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
                patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#ffffff\"/>\
                <rect width=\"2\" height=\"6\" fill=\"#b71c1c\"/></pattern>";
    Frame { title, under: &under, defs }.around(WIDE, y, &body)
}

fn bars(writer: &Writer<'_, '_>, out: &mut String, y: &mut i128) {
    let (run, lang) = (writer.run, writer.lang);
    let full = WIDE - LEFT - RIGHT;
    let invested: Vec<i128> = run.trials.iter().map(|trial| writer.invested(trial)).collect();
    let most = invested.iter().copied().max().unwrap_or(0).max(1);
    heading(out, y, say(lang, "带动投资(亿元)", "investment released (CNY 100m)"));
    for (at, fen) in invested.iter().enumerate() {
        row(out, *y, &writer.title(at), &[(fen * full / most, "#1b5e20")], &in_yi(*fen, lang));
        *y += BAR + 8;
    }
    for pool in writer.supplied() {
        *y += 14;
        let unit = writer.pack().schema.pools[pool].unit;
        let name = crate::phrase::unit_name(unit, lang);
        heading(
            out,
            y,
            &match lang {
                Lang::Zh => {
                    format!("{}({name})：用在堵点清零的项目，闲置（斜线），结余（空白）", writer.pool_title(pool))
                }
                Lang::En => {
                    format!("{} ({name}): to projects released, idle (hatched), left (blank)", writer.pool_title(pool))
                }
            },
        );
        let there = run.trials.iter().map(|trial| balance(trial, pool).there).max().unwrap_or(0).max(1);
        for (at, trial) in run.trials.iter().enumerate() {
            let balance = balance(trial, pool);
            let parts = [
                ((balance.used - balance.idle) * full / there, "#1565c0"),
                (balance.idle * full / there, "url(#idle)"),
            ];
            let told = format!("{} / {}", measure(balance.used, unit, lang), measure(balance.there, unit, lang));
            row(out, *y, &writer.title(at), &parts, &told);
            let _ = writeln!(
                out,
                "<rect x=\"{LEFT}\" y=\"{y}\" width=\"{}\" height=\"{BAR}\" fill=\"none\" stroke=\"#90a4ae\"/>",
                balance.there * full / there
            );
            *y += BAR + 8;
        }
    }
    *y += 14;
}

pub(super) fn heading(out: &mut String, y: &mut i128, words: &str) {
    text(out, 24, *y + 14, "font-weight=\"bold\" fill=\"#111111\"", words);
    *y += 26;
}

fn row(out: &mut String, y: i128, title: &str, parts: &[(i128, &str)], told: &str) {
    text(out, LEFT - 10, y + 15, "text-anchor=\"end\"", &short(title, 22));
    let mut x = LEFT;
    for (wide, fill) in parts {
        let _ = writeln!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{BAR}\" fill=\"{fill}\"/>");
        x += wide;
    }
    text(out, WIDE - RIGHT + 10, y + 15, "", told);
}

/// Worth of the first goal over the share of today's supply; a line to what is proven not to be exceeded.
fn frontier(writer: &Writer<'_, '_>, trial: &Trial, out: &mut String, y: &mut i128) {
    let lang = writer.lang;
    let Some(goal) = trial.goals.first() else { return };
    *y += 14;
    let title = match lang {
        Lang::Zh => format!("指标多少与{}（各点单独求解，横轴为现有指标的百分比）", goal.title.zh),
        Lang::En => format!("{} over supply (each point solved by itself; percent of what there is)", goal.title.en),
    };
    heading(out, y, &title);
    let (full, base) = (WIDE - LEFT - RIGHT, *y + TALL);
    let widest = trial.frontier.iter().map(|point| i128::from(point.percent)).max().unwrap_or(1).max(1);
    let most = trial.frontier.iter().map(|point| point.bound.max(point.value)).max().unwrap_or(1).max(1);
    let place =
        |percent: u32, value: i128| (LEFT + i128::from(percent) * full / widest, base - value * (TALL - 20) / most);
    let line = |of: &dyn Fn(&super::FrontierPoint) -> i128| -> String {
        let points = trial.frontier.iter().map(|point| {
            let (x, y) = place(point.percent, of(point));
            format!("{x},{y}")
        });
        points.collect::<Vec<_>>().join(" ")
    };
    let _ = writeln!(out, "<path d=\"M{LEFT} {} V{base} H{}\" fill=\"none\" stroke=\"#546e7a\"/>", *y, WIDE - RIGHT);
    let _ = writeln!(
        out,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#90a4ae\" stroke-dasharray=\"4 3\"/>",
        line(&|point| point.bound)
    );
    let _ = writeln!(
        out,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#1b5e20\" stroke-width=\"2\"/>",
        line(&|point| point.value)
    );
    for point in &trial.frontier {
        let (x, at) = place(point.percent, point.value);
        let _ = writeln!(out, "<circle cx=\"{x}\" cy=\"{at}\" r=\"3\" fill=\"#1b5e20\"/>");
        if point.percent % 50 == 0 {
            text(out, x, base + 18, "text-anchor=\"middle\" font-size=\"12\"", &format!("{}%", point.percent));
            text(out, x + 6, at - 8, "text-anchor=\"middle\" font-size=\"12\"", &writer.worth(goal, point.value));
        }
    }
    *y = base + 40;
}
