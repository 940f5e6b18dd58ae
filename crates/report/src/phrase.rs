//! Wording shared by the screens: verdicts, lights, states, amounts, lists, widths. Values in, short texts out.

use std::fmt::{Display, Write as _};

use kaigong_model::{Date, Dimension, Duration, DurationUnit, FactIdx, FactType, Lang, Part, Portfolio, Unit, Words};
use kaigong_model::{format_exact, format_short};
use kaigong_rules::{Citation, CitationStatus, Expectation, Pack, RequirementKind, Severity, citable};
use kaigong_solver::{PaperState, Verdict};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// One of two texts.
pub(crate) fn say<'t>(lang: Lang, zh: &'t str, en: &'t str) -> &'t str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// Said under a screen that looks at a day before the ledger's own: what has no date is taken as it stands.
pub fn past_note(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "（核查的是过去的一天：没有日期的事实按台账现在所载计，视为未变）\n",
        Lang::En => "(a past day is looked at: facts without a date are taken as the ledger has them now, unchanged)\n",
    }
}

/// Said under a screen that applies another day's law than that of the day looked at.
pub fn law_note(law: Date, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("（按 {law} 的规定核查，不是核查基准日的规定）\n"),
        Lang::En => format!("(by the law of {law}, not by that of the as-of date)\n"),
    }
}

/// Said under a screen that leaves out changes recorded after a day.
pub fn known_note(day: Date, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("（只看 {day} 以前已记录的变更）\n"),
        Lang::En => format!("(only changes recorded by {day} are seen)\n"),
    }
}

/// The day and the pack, as every screen names them.
pub(crate) fn header(pack: &Pack, as_of: Date, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("核查基准日 {as_of}，规则包 {} {}", pack.id, pack.version),
        Lang::En => format!("as of {as_of}, rule pack {} {}", pack.id, pack.version),
    }
}

/// What a verdict is called.
pub(crate) fn verdict_words(verdict: Verdict) -> Words {
    match verdict {
        Verdict::Started => Words::new("已开工", "started"),
        Verdict::Ready => Words::new("可开工", "ready"),
        Verdict::Blocked => Words::new("受阻", "blocked"),
        Verdict::Undetermined => Words::new("待核实", "undetermined"),
    }
}

/// What a light is called; a name that is none of the four colours stands for itself.
pub(crate) fn light_words(light: &str) -> Words {
    match light {
        "red" => Words::new("红", "red"),
        "yellow" => Words::new("黄", "amber"),
        "green" => Words::new("绿", "green"),
        "grey" => Words::new("灰", "grey"),
        other => Words::same(other),
    }
}

/// How bad an alert is.
pub(crate) fn severity_words(severity: Severity) -> Words {
    match severity {
        Severity::Violation => Words::new("违法", "violation"),
        Severity::Warning => Words::new("警告", "warning"),
        Severity::Notice => Words::new("提示", "notice"),
    }
}

/// The state of a requirement.
pub(crate) fn state_words(state: Expectation) -> Words {
    match state {
        Expectation::NotApplicable => Words::new("不适用", "not applicable"),
        Expectation::Met => Words::new("具备", "met"),
        Expectation::Open => Words::new("未具备", "open"),
        Expectation::Waiting => Words::new("待前置", "waiting"),
        Expectation::Undetermined => Words::new("待核实", "undetermined"),
    }
}

/// Whether a requirement may block.
pub(crate) fn kind_words(kind: RequirementKind) -> Words {
    match kind {
        RequirementKind::Hard => Words::new("法定", "hard"),
        RequirementKind::Customary => Words::new("惯例", "customary"),
        RequirementKind::Judgement => Words::new("须认定", "judgement"),
    }
}

/// A document's state in a word, for the tree.
pub(crate) fn paper_words(state: PaperState) -> Words {
    match state {
        PaperState::Issued => Words::new("已取得", "issued"),
        PaperState::Waived => Words::new("容缺", "waived"),
        PaperState::Overdue => Words::new("承诺逾期", "promise overdue"),
        PaperState::Expired => Words::new("已过期", "expired"),
        PaperState::InHand => Words::new("办理中", "in hand"),
        PaperState::NotYet => Words::new("日期未到", "dated later"),
        PaperState::No => Words::new("未取得", "not obtained"),
        PaperState::Unrecorded => Words::new("未填", "blank"),
        PaperState::Unclear => Words::new("记录不清", "unclear"),
    }
}

/// What a part of a document is called.
pub(crate) fn part_words(part: Part) -> Words {
    match part {
        Part::IssuedOn => Words::new("发文日期", "day of issue"),
        Part::Number => Words::new("文号", "number"),
        Part::AcceptedOn => Words::new("受理日期", "day of acceptance"),
        Part::SubmittedOn => Words::new("申报日期", "day of submission"),
        Part::ExpiresOn => Words::new("有效期", "last valid day"),
        Part::Area => Words::new("面积", "area"),
        Part::WaivedUntil => Words::new("容缺期限", "end of waiver"),
        Part::Stops => Words::new("停计", "stops of the clock"),
    }
}

/// How sure a citation is; nothing where its text was seen.
pub(crate) fn status_words(status: CitationStatus) -> Option<Words> {
    Some(match status {
        CitationStatus::Verified => return None,
        CitationStatus::Secondary => Words::new("据转引", "from a secondary text"),
        CitationStatus::GeneralHigh => Words::new("原文未核", "text not checked"),
        CitationStatus::GeneralMedium => Words::new("把握中等，仅供参考", "fairly sure, advises only"),
        CitationStatus::GeneralLow => Words::new("把握较低，仅供参考", "unsure, advises only"),
        CitationStatus::Open => Words::new("出处待查，仅供参考", "source not found, advises only"),
    })
}

/// A citation with its article, and how sure it is where the text was not seen.
pub(crate) fn citation(cite: &Citation, lang: Lang) -> String {
    let article = cite.article.as_deref().unwrap_or_default();
    let mut text = match lang {
        Lang::Zh => format!("{}{article}", cite.law),
        Lang::En => format!("{} {article}", cite.law).trim_end().to_owned(),
    };
    if let Some(words) = status_words(cite.status) {
        text.push_str(&aside(words.get(lang), lang));
    }
    text
}

/// The citations for a day. A text passed later stands only where no earlier one was seen, and says so.
pub(crate) fn citations(cites: &[Citation], day: Date, lang: Lang) -> Vec<String> {
    let told = citable(cites, day).into_iter().map(|cite| {
        let mut text = citation(cite, lang);
        if let Some(version) = cite.version.filter(|version| *version > day) {
            let seen = match lang {
                Lang::Zh => format!("据 {version} 文本"),
                Lang::En => format!("by the text of {version}"),
            };
            text.push_str(&aside(&seen, lang));
        }
        text
    });
    told.collect()
}

/// A text in brackets, as each language writes them.
pub(crate) fn aside(text: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("（{text}）"),
        Lang::En => format!(" ({text})"),
    }
}

/// A law's or a practice's length of time.
pub(crate) fn duration(duration: Duration, lang: Lang) -> String {
    let name = match (duration.unit, lang) {
        (DurationUnit::Days, Lang::Zh) => "日",
        (DurationUnit::Workdays, Lang::Zh) => "个工作日",
        (DurationUnit::Months, Lang::Zh) => "个月",
        (DurationUnit::Years, Lang::Zh) => "年",
        (DurationUnit::Days, Lang::En) => "days",
        (DurationUnit::Workdays, Lang::En) => "workdays",
        (DurationUnit::Months, Lang::En) => "months",
        (DurationUnit::Years, Lang::En) => "years",
    };
    let name = if lang == Lang::En && duration.count == 1 { name.trim_end_matches('s') } else { name };
    format!("{} {name}", number(duration.count, lang))
}

/// Under a table that was cut off: how many lines there are.
pub(crate) fn push_cut(out: &mut String, total: usize, shown: usize, lang: Lang) {
    if total > shown {
        let _ = match lang {
            Lang::Zh => writeln!(out, "（共 {total} 行，--all 看全部）"),
            Lang::En => writeln!(out, "(of {}; --all lists every one)", some(total, "line")),
        };
    }
}

/// So many days, in words.
pub(crate) fn days(count: impl Display, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{} 天", number(count, lang)),
        Lang::En => some(count, "day"),
    }
}

/// So many of something, in English: `1 project`, `1,200 projects`.
pub(crate) fn some(count: impl Display, what: &str) -> String {
    let count = number(count, Lang::En);
    format!("{count} {what}{}", if count == "1" { "" } else { "s" })
}

/// The name of a unit on screens.
pub(crate) fn unit_name(unit: Unit, lang: Lang) -> String {
    unit.words().get(lang).to_owned()
}

/// An amount with its unit: exact to four places, else rounded and said to be about.
///
/// Money picks its own unit: 亿元, 万元 or 元; in English yuan or millions of yuan.
pub(crate) fn amount(atoms: i128, unit: Unit, lang: Lang) -> String {
    if unit.dimension == Dimension::Money {
        return money(atoms, lang);
    }
    let unit = match lang {
        Lang::En if !unit.name.is_ascii() => unit.dimension.standard_unit(),
        _ => unit,
    };
    let (number, name) = (measure(atoms, unit, lang), unit_name(unit, lang));
    match name.as_str() {
        "" => number,
        "%" | "‰" => format!("{number}{name}"),
        _ => format!("{number} {name}"),
    }
}

/// The unit screens use: land is in mu, floor areas stay in square metres, the rest as the pack has it.
pub(crate) fn shown_unit(dimension: Dimension, written: Option<Unit>) -> Unit {
    match (dimension, written) {
        (Dimension::Area, Some(unit)) if matches!(unit.name, "m2" | "万平方米") => unit,
        (Dimension::Area, _) | (_, None) => dimension.standard_unit(),
        (_, Some(unit)) => unit,
    }
}

/// An amount of a fact, in the unit screens use.
pub(crate) fn fact_amount(pack: &Pack, fact: FactIdx, atoms: i128, lang: Lang) -> String {
    let spec = &pack.schema[fact];
    match spec.kind {
        FactType::Quantity(dimension) => amount(atoms, shown_unit(dimension, spec.unit), lang),
        _ => number(atoms, lang),
    }
}

fn money(atoms: i128, lang: Lang) -> String {
    const WAN: i128 = 1_000_000;
    const YI: i128 = 10_000_000_000;
    let unit = |name| Unit::parse(name).unwrap_or(Dimension::Money.standard_unit());
    let size = atoms.abs();
    match lang {
        Lang::En if size >= 100 * WAN => {
            let million = Unit { name: "", dimension: Dimension::Money, atoms: 100_000_000 };
            format!("CNY {} million", measure(atoms, million, lang))
        }
        Lang::En => format!("CNY {}", measure(atoms, unit("yuan"), lang)),
        Lang::Zh if size >= YI && size % (YI / 10_000) == 0 => format!("{} 亿元", measure(atoms, unit("yi"), lang)),
        Lang::Zh if size >= WAN => format!("{} 万元", measure(atoms, unit("wan"), lang)),
        Lang::Zh => format!("{} 元", measure(atoms, unit("yuan"), lang)),
    }
}

/// An amount in a unit, without its name.
pub(crate) fn measure(atoms: i128, unit: Unit, lang: Lang) -> String {
    const PLACES: usize = 4;
    let exact = format_exact(atoms, unit);
    let short = exact.split_once('.').is_none_or(|(_, places)| places.len() <= PLACES);
    let (about, text) = if short && !exact.starts_with('~') {
        ("", exact)
    } else {
        let rounded = format_short(atoms, unit, PLACES as u32);
        let rounded = rounded.trim_end_matches('0').trim_end_matches('.').to_owned();
        (say(lang, "约 ", "about "), rounded)
    };
    format!("{about}{}", number(text, lang))
}

/// A count, or a number in digits, as every screen, page and paper writes it: 1,200 in English, 1200 in Chinese.
pub(crate) fn number(value: impl Display, lang: Lang) -> String {
    let text = value.to_string();
    match lang {
        Lang::Zh => text,
        Lang::En => grouped(&text),
    }
}

/// Thousands separators in the whole part.
fn grouped(text: &str) -> String {
    let (whole, rest) = text.find('.').map_or((text, ""), |point| text.split_at(point));
    let digits = whole.trim_start_matches('-');
    let mut out = whole[..whole.len() - digits.len()].to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// Texts one after another: 、 or commas.
pub(crate) fn list<T: AsRef<str>>(items: &[T], lang: Lang) -> String {
    items.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(say(lang, "、", ", "))
}

/// The first few texts, and how many there are where that is not all of them.
pub(crate) fn list_some<T: AsRef<str>>(items: &[T], shown: usize, lang: Lang) -> String {
    if items.len() <= shown {
        return list(items, lang);
    }
    let first = list(&items[..shown], lang);
    match lang {
        Lang::Zh => format!("{first} 等 {} 项", items.len()),
        Lang::En => format!("{first} and {} more", number(items.len() - shown, lang)),
    }
}

/// How many more entries there are than stand here; nothing where all do.
pub(crate) fn more_entries(left: usize, lang: Lang) -> Option<String> {
    (left > 0).then(|| match lang {
        Lang::Zh => format!("另有 {left} 项"),
        Lang::En => format!("and {} more", number(left, lang)),
    })
}

/// The same of lines of text.
pub(crate) fn more_lines(left: usize, lang: Lang) -> Option<String> {
    (left > 0).then(|| match lang {
        Lang::Zh => format!("另有 {left} 条未列"),
        Lang::En => format!("and {} more", number(left, lang)),
    })
}

/// Citations one after another; 、 stands between the articles of one law.
pub(crate) fn sources(cites: &[String], shown: usize, lang: Lang) -> String {
    let first = cites[..shown.min(cites.len())].join(say(lang, "，", "; "));
    match lang {
        _ if cites.len() <= shown => first,
        Lang::Zh => format!("{first} 等 {} 项", cites.len()),
        Lang::En => format!("{first} and {} more", number(cites.len() - shown, lang)),
    }
}

/// A title within an English sentence: lower case, unless it begins with an acronym.
pub(crate) fn inline(words: &Words, lang: Lang) -> String {
    let text = plain(words.get(lang));
    let mut chars = text.chars();
    match (lang, chars.next(), chars.next()) {
        (Lang::En, Some(first), Some(second)) if first.is_ascii_uppercase() && second.is_ascii_lowercase() => {
            format!("{}{}", first.to_ascii_lowercase(), &text[1..])
        }
        _ => text,
    }
}

/// A text without characters whose width depends on the terminal: quotes, dashes, dots and arrows in plain forms.
pub(crate) fn plain(text: &str) -> String {
    if text.chars().all(|c| c.width() == c.width_cjk()) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{201c}' | '\u{2018}' => out.push('「'),
            '\u{201d}' | '\u{2019}' => out.push('」'),
            '\u{2014}' | '\u{2013}' | '\u{2015}' | '\u{2500}' => out.push('-'),
            '\u{2026}' => out.push_str("..."),
            '·' | '•' => out.push('.'),
            '×' => out.push('x'),
            '÷' => out.push('/'),
            '→' => out.push_str("->"),
            '²' => out.push('2'),
            '³' => out.push('3'),
            '℃' => out.push('度'),
            '≥' => out.push_str(">="),
            '≤' => out.push_str("<="),
            '①'..='⑨' => out.push(char::from(b'1' + (c as u32 - '①' as u32) as u8)),
            c if c.width() == c.width_cjk() => out.push(c),
            _ => out.push('?'),
        }
    }
    out
}

/// Terminal cells of a text.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// A text padded to a width in terminal cells.
pub(crate) fn pad(text: &str, cells: usize) -> String {
    format!("{text}{}", " ".repeat(cells.saturating_sub(width(text))))
}

/// The cell a fact of a project is written in: `projects.csv:17 列名`, `台账.xlsx 项目!G18`.
pub(crate) fn place(portfolio: &Portfolio, fact: FactIdx, row: u32) -> Option<String> {
    portfolio.place(fact, row).map(|place| place.short())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(atoms: i128, unit: &str, zh: &str, en: &str) {
        let unit = Unit::parse(unit).unwrap();
        assert_eq!((amount(atoms, unit, Lang::Zh).as_str(), amount(atoms, unit, Lang::En).as_str()), (zh, en));
    }

    #[test]
    fn amounts_are_exact_or_said_to_be_about() {
        check(380_000_000, "mu", "380 亩", "380 mu");
        check(1_200_000_000, "mu", "1200 亩", "1,200 mu");
        check(380_000_000, "ha", "约 25.3333 公顷", "about 25.3333 ha");
        check(125_000_000_000, "wan", "12.5 亿元", "CNY 1,250 million");
        check(30_000_000, "yi", "30 万元", "CNY 300,000");
        check(850_000, "%", "85%", "85%");
        check(30_000_000_000, "万吨", "3 万吨", "30,000,000 kg");
    }

    #[test]
    fn numbers_are_written_as_each_language_does() {
        let both = |text: &str| [Lang::En, Lang::Zh].map(|lang| number(text, lang));
        assert_eq!(both("1200"), ["1,200", "1200"]);
        assert_eq!(both("-1234567.5"), ["-1,234,567.5", "-1234567.5"]);
        assert_eq!(both("999"), ["999", "999"]);
        assert_eq!((some(1, "project"), some(1200, "project")), ("1 project".to_owned(), "1,200 projects".to_owned()));
    }

    #[test]
    fn titles_keep_acronyms_and_lose_ambiguous_characters() {
        assert_eq!(inline(&Words::same("Annual land quota"), Lang::En), "annual land quota");
        assert_eq!(inline(&Words::same("EIA report"), Lang::En), "EIA report");
        assert_eq!(plain("“三区三线”…②"), "「三区三线」...2");
    }
}
