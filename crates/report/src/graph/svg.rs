//! A laid-out drawing as SVG text: boxes with wrapped titles, curved edges, a legend of what is in the picture.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kaigong_model::{Lang, escaped};
use unicode_width::UnicodeWidthChar;

use super::layout::{Layout, layout};
use super::{Drawing, Line, Look, Node};
use crate::phrase::width;

/// Sizes in pixels.
const MARGIN: i64 = 24;
const LINE: i64 = 17;
/// One half-width of the title's font.
const CELL: i64 = 7;
const HEAD: i64 = 58;

/// Widths in pixels, and the half-widths of a title's line.
#[derive(Clone, Copy)]
struct Widths {
    boxes: i64,
    between: i64,
    cells: usize,
    /// How high a layer is where layers stand below one another instead of beside.
    storey: Option<i64>,
}

/// A picture by itself: ten Chinese characters a line.
const ALONE: Widths = Widths { boxes: 168, between: 64, cells: 20, storey: None };
/// A picture within a page, which is narrower.
const WITHIN: Widths = Widths { boxes: 108, between: 24, cells: 13, storey: None };
/// Layers that stand side by side on a page of A4 and can still be read.
const ABREAST: usize = 7;
/// Room between layers that stand below one another.
const BELOW: i64 = 18;

impl Widths {
    /// Where a layer begins: its left edge, or its upper one.
    fn left(self, layer: usize) -> i64 {
        let margin = if self.storey.is_some() { 0 } else { MARGIN };
        margin + layer as i64 * (self.reach() + self.between)
    }

    /// How far a layer reaches.
    fn reach(self) -> i64 {
        self.storey.unwrap_or(self.boxes)
    }

    /// What a node is narrower by on either side.
    fn inset(self, look: Look) -> i64 {
        if look == Look::Choice { self.boxes / 4 + 2 } else { 0 }
    }
}

/// Fonts that have Chinese, whatever the machine.
pub(crate) const FONTS: &str =
    "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',SimSun,sans-serif";

/// The head of an arrow.
pub(crate) const TIP: &str = "<marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
     orient=\"auto\"><path d=\"M0 0.5 L7.5 4 L0 7.5 z\" fill=\"#546e7a\"/></marker>";

/// The picture.
pub(super) fn text(drawing: &Drawing, lang: Lang) -> String {
    let Body { wide, tall, inside, .. } = body(drawing, lang, ALONE);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{tall}\" viewBox=\"0 0 {wide} {tall}\" \
         font-family=\"{FONTS}\" font-size=\"13\">"
    );
    let _ = writeln!(out, "<title>{}</title>", escaped(&drawing.title));
    let _ = writeln!(out, "<defs>{TIP}</defs>");
    let _ = writeln!(out, "<rect width=\"{wide}\" height=\"{tall}\" fill=\"#ffffff\"/>");
    let _ = writeln!(
        out,
        "<text x=\"{MARGIN}\" y=\"34\" font-size=\"18\" font-weight=\"bold\" fill=\"#111111\">{}</text>",
        escaped(&drawing.title)
    );
    let _ = writeln!(
        out,
        "<text x=\"{MARGIN}\" y=\"56\" font-size=\"12\" fill=\"#555555\">{}</text>",
        escaped(&drawing.subtitle)
    );
    out.push_str(&inside);
    out.push_str("</svg>\n");
    out
}

/// The picture without title and background, for a page that has the arrow's head; whether the goal stands at the top.
pub(super) fn embedded(drawing: &Drawing, lang: Lang) -> (String, bool) {
    let beside = body(drawing, lang, WITHIN);
    let is_long = beside.depth > ABREAST;
    let storey = drawing.nodes.iter().map(|node| high(node, &label(node, WITHIN.cells))).max();
    let below = is_long.then(|| body(drawing, lang, Widths { storey, between: BELOW, ..WITHIN }));
    // One that is wide either way is narrower as it was.
    let below = below.filter(|below| below.wide < beside.wide);
    let down = below.is_some();
    let Body { wide, tall, inside, .. } = below.unwrap_or(beside);
    let tall = tall - HEAD;
    let picture = format!(
        "<svg style=\"--wide:{wide}px\" viewBox=\"0 {HEAD} {wide} {tall}\" role=\"img\" font-size=\"13\">\
         <title>{}</title>\n{inside}</svg>",
        escaped(&drawing.title)
    );
    (picture, down)
}

/// What lies below the title, and the size of the whole.
struct Body {
    wide: i64,
    tall: i64,
    /// Layers.
    depth: usize,
    inside: String,
}

fn body(drawing: &Drawing, lang: Lang, widths: Widths) -> Body {
    let labels: Vec<Vec<String>> = drawing.nodes.iter().map(|node| label(node, widths.cells)).collect();
    let across = |at: usize| {
        let node = &drawing.nodes[at];
        if widths.storey.is_some() { widths.boxes - 2 * widths.inset(node.look) } else { high(node, &labels[at]) }
    };
    let layout = layout(drawing, across);
    let legend = legend(drawing, lang);
    let deep = widths.left(layout.depth) - widths.left(0) - widths.between;
    let (wide, tall) = if widths.storey.is_some() { (layout.height, deep) } else { (deep, layout.height) };
    let wide = wide.max(legend_width(&legend)).max(560) + 2 * MARGIN;
    let tall = HEAD + 34 + tall + 2 * MARGIN;
    let mut inside = String::new();
    push_legend(&legend, &mut inside);
    edges(drawing, &layout, widths, &mut inside);
    for (at, node) in drawing.nodes.iter().enumerate() {
        let (layer, place) = (widths.left(layout.layers[at]), layout.places[at]);
        let corner = match widths.storey {
            Some(storey) => (MARGIN + place - widths.boxes / 2, top() + layer + storey / 2),
            None => (layer, top() + place),
        };
        push_node(node, &labels[at], corner, widths, &mut inside);
    }
    Body { wide, tall, depth: layout.depth, inside }
}

fn top() -> i64 {
    HEAD + 34 + MARGIN
}

fn high(node: &Node, label: &[String]) -> i64 {
    if node.look == Look::Choice { 26 } else { label.len() as i64 * LINE + 12 }
}

/// A node's lines: its title in at most two, then its state.
fn label(node: &Node, cells: usize) -> Vec<String> {
    let mark = node.look.style().mark;
    let title = if mark.is_empty() { node.title.clone() } else { format!("{mark} {}", node.title) };
    let mut lines = wrapped(&title, cells);
    if !node.note.is_empty() {
        lines.push(clipped(&node.note, cells));
    }
    lines
}

/// A text in two lines at most; words are kept whole where they fit.
fn wrapped(text: &str, line: usize) -> Vec<String> {
    if width(text) <= line {
        return vec![text.to_owned()];
    }
    let (mut cells, mut cut, mut space) = (0, text.len(), None);
    for (at, c) in text.char_indices() {
        if c == ' ' {
            space = Some(at);
        }
        cells += c.width().unwrap_or(0);
        if cells > line {
            // A space near the end is a better place than the middle of a word.
            cut = space.filter(|&space| c.is_ascii() && width(&text[..space]) * 2 >= line).unwrap_or(at);
            break;
        }
    }
    vec![text[..cut].trim_end().to_owned(), clipped(text[cut..].trim_start(), line)]
}

fn clipped(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 2;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > cells {
            break;
        }
        out.push(c);
    }
    out + ".."
}

fn push_node(node: &Node, label: &[String], (x, middle): (i64, i64), widths: Widths, out: &mut String) {
    let style = node.look.style();
    let tall = high(node, label);
    let (inset, round) = (widths.inset(node.look), if node.look == Look::Choice { 13 } else { 4 });
    let dashes = dash_attribute(style.dashes);
    let _ = writeln!(out, "<g><title>{}</title>", escaped(&super::label_of(node)));
    let _ = writeln!(
        out,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{tall}\" rx=\"{round}\" fill=\"{}\" stroke=\"{}\" \
         stroke-width=\"{}.{}\"{dashes}/>",
        x + inset,
        middle - tall / 2,
        widths.boxes - 2 * inset,
        style.fill,
        style.stroke,
        style.border / 10,
        style.border % 10
    );
    let last = label.len().saturating_sub(1);
    for (at, line) in label.iter().enumerate() {
        let y = middle - tall / 2 + 6 + (at as i64 + 1) * LINE - 4 - i64::from(node.look == Look::Choice);
        let state = at == last && !node.note.is_empty();
        let (fill, size) = if state { (note_colour(node.look), 11) } else { ("#111111", 13) };
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{y}\" text-anchor=\"middle\" font-size=\"{size}\" fill=\"{fill}\">{}</text>",
            x + widths.boxes / 2,
            escaped(line)
        );
    }
    out.push_str("</g>\n");
}

/// The colour of a node's second text: that of its border where that is dark enough to read.
fn note_colour(look: Look) -> &'static str {
    match look {
        Look::Blocker | Look::Uncertain | Look::Undetermined | Look::Met => look.style().stroke,
        _ => "#555555",
    }
}

fn dash_attribute(dashes: &str) -> String {
    if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") }
}

/// Edges run from the need at the right, or below, to what it holds up.
fn edges(drawing: &Drawing, layout: &Layout, widths: Widths, out: &mut String) {
    // Along the layers, and across them.
    let point = |(along, across): (i64, i64)| {
        if widths.storey.is_some() { (MARGIN + across, top() + along) } else { (along, top() + across) }
    };
    out.push_str("<g fill=\"none\" stroke=\"#78909c\" stroke-width=\"1.2\">\n");
    for (edge, bends) in drawing.edges.iter().zip(&layout.bends) {
        let inset = |at: usize| {
            let node = &drawing.nodes[at];
            let spare = widths.storey.map(|storey| (storey - high(node, &label(node, widths.cells))) / 2);
            spare.unwrap_or_else(|| widths.inset(node.look))
        };
        let (holder, need) = (edge.holder, edge.need);
        let end = widths.left(layout.layers[holder]) + widths.reach() - inset(holder) + 2;
        let mut at = (widths.left(layout.layers[need]) + inset(need), layout.places[need]);
        let (x, y) = point(at);
        let _ = write!(out, "<path d=\"M{x} {y}");
        for &(layer, bend) in bends.iter().rev() {
            curve(&mut at, (widths.left(layer) + widths.reach(), bend), point, out);
            at = (widths.left(layer), bend);
            let (x, y) = point(at);
            let _ = write!(out, " L{x} {y}");
        }
        curve(&mut at, (end, layout.places[holder]), point, out);
        let _ = writeln!(out, "\" marker-end=\"url(#tip)\"{}/>", dash_attribute(edge.line.dashes()));
    }
    out.push_str("</g>\n");
}

fn curve(from: &mut (i64, i64), to: (i64, i64), point: impl Fn((i64, i64)) -> (i64, i64), out: &mut String) {
    let half = (from.0 - to.0) / 2;
    let [first, second, last] = [(from.0 - half, from.1), (to.0 + half, to.1), to].map(point);
    let _ = write!(out, " C{} {} {} {} {} {}", first.0, first.1, second.0, second.1, last.0, last.1);
    *from = to;
}

/// What one entry of the legend shows.
enum Sample {
    Look(Look),
    Line(Line),
}

fn legend(drawing: &Drawing, lang: Lang) -> Vec<(Sample, &'static str)> {
    let looks: BTreeSet<Look> = drawing.nodes.iter().map(|node| node.look).collect();
    let lines: BTreeSet<Line> = drawing.edges.iter().map(|edge| edge.line).collect();
    let looks = looks.into_iter().map(|look| (Sample::Look(look), look.words(lang)));
    looks.chain(lines.into_iter().map(|line| (Sample::Line(line), line.words(lang)))).collect()
}

fn entry_width(words: &str) -> i64 {
    34 + 8 + width(words) as i64 * CELL + 18
}

fn legend_width(legend: &[(Sample, &'static str)]) -> i64 {
    legend.iter().map(|(_, words)| entry_width(words)).sum()
}

fn push_legend(legend: &[(Sample, &'static str)], out: &mut String) {
    let (mut x, y) = (MARGIN, HEAD + 20);
    for (sample, words) in legend {
        match sample {
            Sample::Look(look) => {
                let style = look.style();
                let round = if *look == Look::Choice { 9 } else { 3 };
                let _ = writeln!(
                    out,
                    "<rect x=\"{x}\" y=\"{}\" width=\"34\" height=\"18\" rx=\"{round}\" fill=\"{}\" stroke=\"{}\" \
                     stroke-width=\"{}.{}\"{}/>",
                    y - 13,
                    style.fill,
                    style.stroke,
                    style.border / 10,
                    style.border % 10,
                    dash_attribute(style.dashes)
                );
                let _ = writeln!(
                    out,
                    "<text x=\"{}\" y=\"{y}\" text-anchor=\"middle\" font-size=\"12\">{}</text>",
                    x + 17,
                    escaped(style.mark)
                );
            }
            Sample::Line(line) => {
                let _ = writeln!(
                    out,
                    "<path d=\"M{} {} L{x} {}\" stroke=\"#78909c\" stroke-width=\"1.2\" fill=\"none\" \
                     marker-end=\"url(#tip)\"{}/>",
                    x + 34,
                    y - 4,
                    y - 4,
                    dash_attribute(line.dashes())
                );
            }
        }
        let _ = writeln!(out, "<text x=\"{}\" y=\"{y}\" font-size=\"12\">{}</text>", x + 42, escaped(words));
        x += entry_width(words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_wrap_at_ten_characters() {
        assert_eq!(wrapped("× 环境影响报告书批复", 20), ["× 环境影响报告书批复"]);
        assert_eq!(wrapped("征收土地预公告及现状调查", 20), ["征收土地预公告及现状", "调查"]);
        assert_eq!(wrapped("requisition compensation notice", 20), ["requisition", "compensation notice"]);
        assert_eq!(wrapped("一二三四五六七八九十一二三四五六七八九十一二", 20).len(), 2);
    }
}
