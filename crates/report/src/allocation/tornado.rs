//! The tornado: what the first goal loses and gains as each pool shrinks and grows, the widest bar first.

use std::fmt::Write as _;

use kaigong_model::Lang;

use super::chart::{BAR, WIDE, heading};
use super::screen::Writer;
use super::{Trial, share_text};
use crate::picture::{short, text};

/// Bars at most.
const BARS: usize = 15;
/// Where names end, and where bars lie.
const LEFT: i128 = 270;
const RIGHT: i128 = 20;
/// What a figure beside a bar takes.
const MARK: i128 = 125;

pub(super) fn tornado(writer: &Writer<'_, '_>, trial: &Trial, out: &mut String, y: &mut i128) {
    let lang = writer.lang;
    let (Some(found), Some(goal), Some(tier)) = (&trial.sensitivity, trial.goals.first(), trial.tiers.first()) else {
        return;
    };
    let swings: Vec<_> = found.swings.iter().filter(|swing| swing.width() > 0).take(BARS).collect();
    if swings.is_empty() {
        return;
    }
    *y += 14;
    let share = share_text(found.swung);
    let title = match lang {
        Lang::Zh => format!("{}随各指标池增减 {share} 的变化（各条单独求解；红为减少，绿为增加）", goal.title.zh),
        Lang::En => {
            format!(
                "{} as each pool shrinks or grows by {share} (each solved by itself; red less, green more)",
                goal.title.en
            )
        }
    };
    heading(out, y, &title);
    let reach = |value: i128| (value - tier.best).abs();
    let most = swings.iter().map(|swing| reach(swing.less.0).max(reach(swing.more.0))).max().unwrap_or(1).max(1);
    let (middle, half) = (LEFT + (WIDE - LEFT - RIGHT) / 2, (WIDE - LEFT - RIGHT) / 2 - MARK);
    let top = *y;
    for swing in swings {
        let (less, more) = (reach(swing.less.0) * half / most, reach(swing.more.0) * half / most);
        text(out, LEFT - 10, *y + 15, "text-anchor=\"end\"", &short(&writer.pool_name(trial, swing.pool), 36));
        let _ = writeln!(
            out,
            "<rect x=\"{}\" y=\"{y}\" width=\"{less}\" height=\"{BAR}\" fill=\"#b71c1c\"/>",
            middle - less
        );
        let _ = writeln!(out, "<rect x=\"{middle}\" y=\"{y}\" width=\"{more}\" height=\"{BAR}\" fill=\"#1b5e20\"/>");
        for (sign, wide, anchor, value) in
            [("-", -less - 6, "end", reach(swing.less.0)), ("+", more + 6, "start", reach(swing.more.0))]
        {
            if value > 0 {
                let told = format!("{sign}{}", writer.worth(goal, value));
                let how = format!("text-anchor=\"{anchor}\" font-size=\"11\"");
                text(out, middle + wide, *y + 14, &how, &told);
            }
        }
        *y += BAR + 8;
    }
    let _ = writeln!(out, "<path d=\"M{middle} {} V{}\" stroke=\"#546e7a\"/>", top - 4, *y);
    *y += 24;
}
