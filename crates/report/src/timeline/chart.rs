//! One project over time as a Gantt picture: the verdict on top, a bar a step below, papers as marks on it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kaigong_model::{Date, Lang, escaped};
use kaigong_rules::RequirementIdx;
use kaigong_solver::{Evaluation, Hand, Paper, Span, State, Stretch, Timeline, Verdict};

use super::{Writer, deciding};
use crate::phrase::{days, header, say, verdict_words, width};
use crate::picture::{Frame, short, text};

/// Sizes in pixels.
const WIDE: i128 = 1180;
const LEFT: i128 = 230;
const RIGHT: i128 = 110;
const ROW: i128 = 26;
const BAR: i128 = 14;
const TOP: i128 = 146;

const DEFS: &str = "<pattern id=\"wait\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
    patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#eceff1\"/>\
    <rect width=\"2\" height=\"6\" fill=\"#b0bec5\"/></pattern>";

/// What a bar shows; colours differ in lightness too, so that they stand apart in grey.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    Started,
    Ready,
    Blocked,
    Undetermined,
    /// A step that is to be filed.
    ToFile,
    /// A step with an office.
    WithOffice,
    /// A step that waits for another project.
    Upstream,
    /// A step held by what it needs.
    Waiting,
    /// A step that is done.
    Met,
}

impl Look {
    fn fill(self) -> &'static str {
        match self {
            Self::Started => "#1565c0",
            Self::Ready => "#2e7d32",
            Self::Blocked => "#c62828",
            Self::WithOffice => "#795548",
            Self::Undetermined => "#9e9e9e",
            Self::ToFile => "#f9a825",
            Self::Upstream => "#6a1b9a",
            Self::Waiting => "url(#wait)",
            Self::Met => "#c8e6c9",
        }
    }

    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Started => say(lang, "已开工", "started"),
            Self::Ready => say(lang, "可开工", "ready"),
            Self::Blocked => say(lang, "受阻", "blocked"),
            Self::Undetermined => say(lang, "待核实", "undetermined"),
            Self::ToFile => say(lang, "堵点：待申报", "blocker: to file"),
            Self::WithOffice => say(lang, "堵点：在办", "blocker: with an office"),
            Self::Upstream => say(lang, "堵点：待上游项目", "blocker: another project"),
            Self::Waiting => say(lang, "待前置", "waiting for steps before it"),
            Self::Met => say(lang, "具备", "met"),
        }
    }
}

/// The picture of a timeline.
pub fn timeline_svg(evaluation: &Evaluation<'_>, timeline: &Timeline, lang: Lang) -> String {
    let chart = Chart { writer: Writer { evaluation, timeline, lang }, lang };
    let Stretch { from, to } = timeline.period;
    let title = match lang {
        Lang::Zh => format!("{}：{from} 至 {to}", chart.writer.project()),
        Lang::En => format!("{}: {from} to {to}", chart.writer.project()),
    };
    let under = header(evaluation.pack, evaluation.options.as_of, lang);
    let rows = chart.rows();
    let tall = TOP + ROW * (rows.len() as i128 + 1) + 30;
    let mut body = String::new();
    chart.legend(&rows, &mut body);
    chart.axis(tall - 30, &mut body);
    chart.verdicts(&mut body);
    for (at, idx) in rows.iter().enumerate() {
        chart.row(*idx, TOP + ROW * (at as i128 + 1), &mut body);
    }
    Frame { title: &title, under: &under, defs: DEFS }.around(WIDE, tall, &body)
}

struct Chart<'w, 'a> {
    writer: Writer<'w, 'a>,
    lang: Lang,
}

impl Chart<'_, '_> {
    fn spans(&self) -> &[Span] {
        &self.writer.timeline.spans
    }

    /// Steps that blocked, were asked about or had a paper under way, in the order in which they first did.
    fn rows(&self) -> Vec<RequirementIdx> {
        let (mut rows, mut seen) = (Vec::new(), BTreeSet::new());
        let mut add = |idx: RequirementIdx| {
            if seen.insert(idx) {
                rows.push(idx);
            }
        };
        for span in self.spans() {
            span.obstacles.iter().for_each(|obstacle| add(obstacle.blocker.requirement));
            let asked = deciding(span);
            span.questions.iter().filter(|question| asked.contains(&question.fact)).for_each(|q| add(q.requirement));
        }
        self.writer.timeline.papers.iter().filter(|paper| paper.accepted.is_some()).for_each(|p| add(p.requirement));
        rows
    }

    /// The left edge of a day; the period's last day ends at the right edge.
    fn x(&self, day: Date) -> i128 {
        let period = self.writer.timeline.period;
        let day = i128::from(day.0.clamp(period.from.0, period.to.0 + 1) - period.from.0);
        LEFT + day * (WIDE - LEFT - RIGHT) / i128::from(period.days())
    }

    fn look(span: &Span, idx: RequirementIdx) -> Option<Look> {
        let obstacle = span.obstacles.iter().find(|obstacle| obstacle.blocker.requirement == idx);
        match (obstacle.map(|obstacle| obstacle.hand), span.states[idx.0 as usize]) {
            (Some(Hand::Applicant), _) => Some(Look::ToFile),
            (Some(Hand::Office), _) => Some(Look::WithOffice),
            (Some(Hand::Upstream), _) => Some(Look::Upstream),
            (None, State::Waiting | State::Open) => Some(Look::Waiting),
            (None, State::Undetermined) => Some(Look::Undetermined),
            (None, State::Met) => Some(Look::Met),
            (None, State::NotApplicable) => None,
        }
    }

    fn verdict_look(verdict: Verdict) -> Look {
        match verdict {
            Verdict::Started => Look::Started,
            Verdict::Ready => Look::Ready,
            Verdict::Blocked => Look::Blocked,
            Verdict::Undetermined => Look::Undetermined,
        }
    }

    fn legend(&self, rows: &[RequirementIdx], out: &mut String) {
        let mut looks: BTreeSet<Look> = self.spans().iter().map(|span| Self::verdict_look(span.verdict)).collect();
        for idx in rows {
            looks.extend(self.spans().iter().filter_map(|span| Self::look(span, *idx)));
        }
        let mut x = 24;
        for look in looks {
            let words = look.words(self.lang);
            rect(out, x, 72, 26, look.fill());
            text(out, x + 32, 84, "font-size=\"12\"", words);
            x += 32 + width(words) as i128 * 7 + 18;
        }
        let papers = &self.writer.timeline.papers;
        let any = |has: fn(&Paper) -> bool| papers.iter().any(has);
        let marks = [
            (any(|paper| paper.submitted.is_some()), "○ 申报", "○ submitted"),
            (any(|paper| paper.accepted.is_some()), "● 受理", "● accepted"),
            (any(|paper| paper.decided.is_some()), "◆ 办结", "◆ decided"),
            (any(|paper| paper.due.is_some()), "红线：期满", "red line: due"),
            (any(|paper| paper.stops.iter().any(|(_, holds)| *holds)), "白条：停计", "white bar: clock stopped"),
        ];
        let told = marks.into_iter().filter(|(drawn, ..)| *drawn).map(|(_, zh, en)| say(self.lang, zh, en));
        // A row of its own: in English the bars take the width of the picture.
        text(out, 24, 104, "font-size=\"12\"", &told.collect::<Vec<_>>().join("\u{2003}"));
    }

    /// Months or years below the legend, as close as their names allow.
    fn axis(&self, bottom: i128, out: &mut String) {
        let period = self.writer.timeline.period;
        let (year, month, _) = period.from.ymd();
        let step = [1, 3, 12, 60].into_iter().find(|step| period.days() / (30 * step) <= 16).unwrap_or(120);
        let first = i64::from(year) * 12 + i64::from(month) - 1;
        for month in (first..).filter(|month| month % step == 0) {
            let Some(day) = Date::new(month.div_euclid(12) as i16, (month.rem_euclid(12) + 1) as i8, 1) else { break };
            if day > period.to {
                break;
            }
            if day < period.from {
                continue;
            }
            let x = self.x(day);
            let _ = writeln!(out, "<path d=\"M{x} {} V{bottom}\" stroke=\"#e0e0e0\"/>", TOP - 12);
            let name = day.to_string();
            let name = if step >= 12 { &name[..4] } else { &name[..7] };
            if x < WIDE - RIGHT - 40 {
                text(out, x + 3, TOP - 16, "font-size=\"11\" fill=\"#555555\"", name);
            }
        }
    }

    fn bar(&self, out: &mut String, stretch: Stretch, y: i128, look: Look) {
        let (x, until) = (self.x(stretch.from), self.x(Date(stretch.to.0 + 1)));
        let told = format!("{} - {} {}", stretch.from, stretch.to, look.words(self.lang));
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{BAR}\" fill=\"{}\"><title>{}</title></rect>",
            (until - x).max(1),
            look.fill(),
            escaped(&told)
        );
    }

    fn verdicts(&self, out: &mut String) {
        text(out, LEFT - 10, TOP + 12, "text-anchor=\"end\" font-weight=\"bold\"", say(self.lang, "结论", "verdict"));
        for span in self.spans() {
            self.bar(out, span.days, TOP, Self::verdict_look(span.verdict));
        }
        let last = self.spans().last().map(|span| verdict_words(span.verdict));
        if let Some(words) = last {
            text(out, WIDE - RIGHT + 10, TOP + 12, "font-weight=\"bold\"", words.get(self.lang));
        }
    }

    fn row(&self, idx: RequirementIdx, y: i128, out: &mut String) {
        text(out, LEFT - 10, y + 12, "text-anchor=\"end\"", &short(&self.writer.step(idx), 28));
        let mut blocked = 0;
        for span in self.spans() {
            if let Some(look) = Self::look(span, idx) {
                self.bar(out, span.days, y, look);
                blocked +=
                    if matches!(look, Look::ToFile | Look::WithOffice | Look::Upstream) { span.days.days() } else { 0 };
            }
        }
        for paper in self.writer.timeline.papers.iter().filter(|paper| paper.requirement == idx) {
            self.marks(paper, y, out);
        }
        if blocked > 0 {
            let words = match self.lang {
                Lang::Zh => format!("卡 {}", days(blocked, self.lang)),
                Lang::En => days(blocked, self.lang),
            };
            text(out, WIDE - RIGHT + 10, y + 12, "font-size=\"12\"", &words);
        }
    }

    /// A paper on its step's bar: circles for submission and acceptance, a diamond for decision, a line where it was due.
    fn marks(&self, paper: &Paper, y: i128, out: &mut String) {
        let period = self.writer.timeline.period;
        let inside = |day: Option<Date>| day.filter(|day| period.from <= *day && *day <= period.to);
        let middle = y + BAR / 2;
        if let Some(day) = inside(paper.due) {
            let x = self.x(day);
            let _ =
                writeln!(out, "<path d=\"M{x} {} V{}\" stroke=\"#b71c1c\" stroke-width=\"2\"/>", y - 4, y + BAR + 4);
        }
        for (stop, _) in paper.stops.iter().filter(|(_, holds)| *holds) {
            let (from, to) = (stop.from.max(period.from), stop.to.unwrap_or(period.to).min(period.to));
            if from <= to {
                let (x, until) = (self.x(from), self.x(Date(to.0 + 1)));
                let _ = writeln!(
                    out,
                    "<rect x=\"{x}\" y=\"{}\" width=\"{}\" height=\"5\" fill=\"#ffffff\" stroke=\"#111111\"><title>{from} - {to} {}</title></rect>",
                    y + BAR - 5,
                    (until - x).max(1),
                    say(self.lang, "停计", "clock stopped"),
                );
            }
        }
        for (day, fill) in [(paper.submitted, "#ffffff"), (paper.accepted, "#111111")] {
            if let Some(day) = inside(day) {
                let _ = writeln!(
                    out,
                    "<circle cx=\"{}\" cy=\"{middle}\" r=\"4\" fill=\"{fill}\" stroke=\"#111111\"><title>{day}</title></circle>",
                    self.x(day)
                );
            }
        }
        if let Some(day) = inside(paper.decided) {
            let x = self.x(day);
            let _ = writeln!(
                out,
                "<path d=\"M{} {middle} L{x} {} L{} {middle} L{x} {} Z\" fill=\"#111111\"><title>{day}</title></path>",
                x - 5,
                middle - 5,
                x + 5,
                middle + 5
            );
        }
    }
}

fn rect(out: &mut String, x: i128, y: i128, wide: i128, fill: &str) {
    let _ = writeln!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{BAR}\" fill=\"{fill}\"/>");
}
