//! Seeded packs and portfolios: every feature of the format, in every state a ledger can put it.

mod choices;

use std::fmt::Write as _;
use std::sync::Arc;

use kaigong_model::{Cell, Change, Date, FactIdx, FactSpec, FactType, Grant, Issue, Portfolio, PortfolioBuilder, Stop};
use kaigong_rules::{Layer, Pack, load};

use kaigong_checker::{Blanks, Options};

pub use choices::choices;

/// A small deterministic generator (splitmix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A generator of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x6b61_6967_6f6e_6721)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// True `percent` times in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub fn pick<'p, T: ?Sized>(&mut self, from: &[&'p T]) -> &'p T {
        from[self.below(from.len())]
    }

    fn date(&mut self) -> String {
        format!("{:04}-{:02}-{:02}", 2015 + self.below(12), 1 + self.below(12), 1 + self.below(28))
    }
}

/// How large a case is.
#[derive(Clone, Copy, Debug)]
pub struct Knobs {
    /// Most requirements.
    pub requirements: usize,
    /// Most projects.
    pub rows: usize,
    /// Leave out what makes knowledge not monotone: `recorded()`, `granted()`, `completed()`, `governed_by`
    /// and blanks that read as no.
    pub plain: bool,
}

/// A pack, a portfolio and a question.
#[derive(Debug)]
pub struct Case {
    /// The pack as text.
    pub yaml: String,
    /// The pack.
    pub pack: Pack,
    /// The projects.
    pub portfolio: Portfolio,
    /// The question.
    pub options: Options,
}

/// The case of a seed; `None` where the pack drawn is one that is refused (it needs itself, say).
pub fn case(seed: u64, knobs: Knobs) -> Option<Case> {
    let mut random = Random::new(seed);
    let mut yaml = pack_text(&mut random, knobs);
    if knobs.plain {
        yaml = without_exceptions(&yaml);
    }
    let layer = Layer { name: "case".to_owned(), files: vec![("pack.yaml".to_owned(), yaml.clone().into_bytes())] };
    let (pack, _) = load(&[layer]).ok()?;
    let portfolio = portfolio(&mut random, &pack, knobs);
    let blanks = [Blanks::Pack, Blanks::Pack, Blanks::No, Blanks::Unknown][random.below(4)];
    let as_of = Date::parse(&random.date())?;
    let ledger_date = if random.chance(20) { Date::parse(&random.date()) } else { None };
    let known_by = if random.chance(20) { Date::parse(&random.date()) } else { None };
    let goal = random.below(pack.goals.len());
    Some(Case { yaml, pack, portfolio, options: Options { known_by, ledger_date, blanks, ..Options::on(goal, as_of) } })
}

/// Conditions that are not monotone give way to plain ones; the goal's own `started_when` stays.
fn without_exceptions(yaml: &str) -> String {
    let mut plain = yaml
        .replace("granted(quota)", "area_c")
        .replace("completed(after_a)", "flag_a")
        .replace("completed(after_b)", "flag_b");
    let (head, tail) = plain.split_at(plain.find("requirements:").unwrap_or(0));
    let mut rest = tail.to_owned();
    while let Some(at) = rest.find("recorded(") {
        let end = rest[at..].find(')').map_or(rest.len(), |length| at + length + 1);
        rest.replace_range(at..end, "flag_c");
    }
    plain = format!("{head}{rest}");
    plain
}

const BOOLS: [&str; 3] = ["flag_a", "flag_b", "flag_c"];
const AREAS: [&str; 3] = ["area_a", "area_b", "area_c"];
const DOCS: [&str; 5] = ["doc_a", "doc_b", "doc_c", "doc_d", "doc_e"];
const LINKS: [&str; 2] = ["after_a", "after_b"];

/// Limits stop for a review, of these from then on, and for nothing else.
const STOPS: &str = "stops:
  review:
    causes: {review: 评审, hearing: 听证}
    documents: [doc_a, doc_b, doc_c]
    from: 2018-06-01
    to: 2023-12-31
    cite: [{law: x, status: verified}]
  review-of-old: {causes: {review: 评审}, documents: [doc_a], to: 2018-05-31, cite: [{law: x, status: verified}]}
  hearsay: {causes: {hearing: 听证}, documents: [doc_d], cite: [{law: x, status: open}]}
  correction: {causes: {correction: 补正}}
";

fn facts_text(random: &mut Random, knobs: Knobs, out: &mut String) {
    let kinds = if knobs.plain { ["unknown"; 4] } else { ["unknown", "unknown", "no", "presume_no"] };
    let blank = |random: &mut Random| kinds[random.below(4)].to_owned();
    out.push_str(STOPS);
    out.push_str("facts:\n");
    for name in BOOLS {
        let _ = writeln!(out, "  {name}: {{type: bool, blank: {}}}", blank(random));
    }
    for name in AREAS {
        let _ = writeln!(out, "  {name}: {{type: area, unit: mu, blank: {}}}", blank(random));
    }
    let _ = writeln!(out, "  money: {{type: money, unit: wan, blank: {}}}", blank(random));
    let _ = writeln!(out, "  share: {{type: ratio, blank: {}}}", blank(random));
    let _ = writeln!(out, "  storeys: {{type: count}}");
    let _ = writeln!(out, "  sector: {{type: enum, values: {{industry: [工业], road: [公路], school: [学校]}}}}");
    let _ = writeln!(out, "  note: {{type: text}}\n  remark: {{type: text}}\n  wait: {{type: days}}");
    let _ = writeln!(out, "  event: {{type: date, is: event, blank: {}}}", blank(random).replace("presume_no", "no"));
    let _ = writeln!(out, "  plan: {{type: date, is: plan}}");
    for (at, name) in DOCS.iter().enumerate() {
        let valid = if random.chance(40) {
            format!(", valid: {}", random.pick(&["2 years", "30 days", "18 months"]))
        } else {
            String::new()
        };
        let used =
            if random.chance(30) { format!(", used_by: [{}]", DOCS[(at + 1) % DOCS.len()]) } else { String::new() };
        let _ = writeln!(out, "  {name}: {{type: document, blank: {}{valid}{used}}}", blank(random));
    }
    let _ = writeln!(out, "  after_a: {{type: projects, blank: {}}}", blank(random));
    let _ = writeln!(out, "  after_b: {{type: projects, goal: other}}");
}

fn pack_text(random: &mut Random, knobs: Knobs) -> String {
    let count = 2 + random.below(knobs.requirements.saturating_sub(1));
    let mut out = String::from("id: case\nversion: '1'\ndefault_goal: start\n");
    let _ = writeln!(
        out,
        "goals:\n  start: {{title: s, requirement: r000, started_when: recorded(event)}}\n  other: {{title: o, requirement: r{:03}}}",
        random.below(2)
    );
    facts_text(random, knobs, &mut out);
    out.push_str("parameters:\n");
    let _ = writeln!(
        out,
        "  limit: {{values: [{{from: 2015-06-01, to: 2018-05-31, value: {} mu}}, {{from: 2018-06-01, value: {} mu}}, {{from: 2022-01-01, value: {} mu}}]}}",
        random.below(20),
        random.below(20),
        random.below(20)
    );
    let open = if random.chance(50) { "null" } else { "50%" };
    let _ =
        writeln!(out, "  part: {{values: [{{from: 2014-01-01, value: 80%}}, {{from: 2021-03-01, value: {open}}}]}}");
    out.push_str("  kind: {values: [{value: road}]}\n  strict: {values: [{from: 2019-01-01, value: true}]}\n");
    out.push_str("  deadline: {values: [{from: 2016-01-01, to: 2018-12-31, value: 2018-06-30}, {from: 2019-07-01, value: 2021-01-01}]}\n");
    out.push_str("  grace: {values: [{value: 2 months}]}\n");
    out.push_str("pools: {quota: {type: area, mix: true}, swap: {type: area, mix: true}}\nrequirements:\n");
    for at in 0..count {
        requirement_text(random, at, count, knobs.plain, &mut out);
    }
    out.push_str("alerts:\n");
    for at in 0..2 {
        let when = condition(random, 2, true);
        let days = if random.chance(30) {
            format!(", {}: {}", random.pick(&["from", "to"]), random.date())
        } else {
            String::new()
        };
        let _ = writeln!(out, "  alert_{at}: {{when: '{when}', severity: warning{days}}}");
    }
    out
}

fn cite(random: &mut Random) -> &'static str {
    if random.chance(97) { "[{law: x, status: verified}]" } else { "[{law: x, status: general-low}]" }
}

fn requirement_text(random: &mut Random, at: usize, count: usize, plain: bool, out: &mut String) {
    let _ = writeln!(out, "  r{at:03}:");
    let _ = writeln!(out, "    cite: {}", if at == 0 { "[{law: x, status: verified}]" } else { cite(random) });
    if at > 1 {
        if random.chance(4) {
            out.push_str("    kind: customary\n");
        } else if random.chance(5) {
            out.push_str("    kind: judgement\n");
        }
        if random.chance(45) {
            let _ = writeln!(out, "    applies_when: '{}'", condition(random, 2, false));
        }
        if random.chance(15) {
            let _ = writeln!(out, "    {}: {}", random.pick(&["from", "to"]), random.date());
        }
    }
    if random.chance(85) {
        let _ = writeln!(out, "    met_when: '{}'", condition(random, 2, true));
    }
    if random.chance(15) {
        let _ = writeln!(out, "    evidenced_by: [{}]", random.pick(&DOCS));
    }
    if random.chance(60) {
        let (count, unit) = (random.below(40), random.pick(&["days", "workdays", "months"]));
        let _ = writeln!(out, "    takes: {{statutory: {count} {unit}, typical: {} {unit}}}", count * 3 / 2);
    }
    if random.chance(20) {
        let _ = writeln!(
            out,
            "    draws: [{{pool: {}, amount: '{}', when: '{}'}}]",
            ["quota", "[quota, swap]", "swap", "[swap, quota]"][at % 4],
            random.pick(&["area_a * param.part", "area_a / 3", "area_b - area_c", "max(area_a, area_b) * share"]),
            condition(random, 1, false)
        );
    }
    needs_text(random, at, count, out);
    if random.chance(30) {
        versions_text(random, at, count, plain, out);
    }
}

/// Needs point at later requirements only, so the graph has no cycle; the next one is likely, so chains grow deep.
fn needs_text(random: &mut Random, at: usize, count: usize, out: &mut String) {
    if at + 1 >= count {
        return;
    }
    let mut needs: Vec<String> = Vec::new();
    if random.chance(70) {
        needs.push(format!("r{:03}", at + 1));
    }
    for _ in 0..random.below(4) {
        needs.push(need(random, at, count));
    }
    if !needs.is_empty() {
        let _ = writeln!(out, "    needs: [{}]", needs.join(", "));
    }
}

fn later(random: &mut Random, at: usize, count: usize) -> String {
    format!("r{:03}", at + 1 + random.below(count - at - 1))
}

fn need(random: &mut Random, at: usize, count: usize) -> String {
    let mut terms = String::new();
    if random.chance(35) {
        let _ = write!(terms, ", when: '{}'", condition(random, 1, false));
    }
    if random.chance(12) {
        terms.push_str(", kind: customary");
    }
    if random.chance(15) {
        let _ = write!(terms, ", {}: {}", random.pick(&["from", "to"]), random.date());
    }
    if random.chance(45) {
        let mut members: Vec<String> = (0..2 + random.below(3)).map(|_| later(random, at, count)).collect();
        members.sort();
        members.dedup();
        if members.len() > 1 && random.chance(35) {
            let k = 1 + random.below(members.len());
            return format!("{{at_least: {k}, of: [{}]{terms}}}", members.join(", "));
        }
        return format!("{{any: [{}]{terms}}}", members.join(", "));
    }
    format!("{{step: {}{terms}}}", later(random, at, count))
}

fn versions_text(random: &mut Random, at: usize, count: usize, plain: bool, out: &mut String) {
    if !plain && random.chance(50) {
        let _ = writeln!(
            out,
            "    governed_by: {}",
            random.pick(&[
                "plan",
                "event",
                "doc_a.accepted_on",
                "doc_b.issued_on",
                "doc_c.expires_on",
                "doc_d.waived_until"
            ])
        );
    }
    out.push_str("    versions:\n");
    for from in ["2018-01-01", "2021-07-01"] {
        let _ = writeln!(out, "      - from: {from}\n        cite: [{{law: y, status: verified}}]");
        if random.chance(70) {
            let _ = writeln!(out, "        met_when: '{}'", condition(random, 2, true));
        }
        if random.chance(30) {
            let _ = writeln!(out, "        takes: {{statutory: {} days}}", random.below(90));
        }
        if random.chance(15) {
            let _ = writeln!(out, "        evidenced_by: [{}]", random.pick(&DOCS));
        }
        if random.chance(30) && at > 1 {
            let _ = writeln!(out, "        applies_when: '{}'", condition(random, 1, false));
        }
        if at > 1 && random.chance(4) {
            out.push_str("        kind: customary\n");
        }
        if random.chance(25) && at + 1 < count {
            let _ = writeln!(out, "        needs: [{}, {}]", later(random, at, count), need(random, at, count));
        }
    }
}

/// A condition; `positive` where `completed()` may stand.
fn condition(random: &mut Random, depth: usize, positive: bool) -> String {
    if depth > 0 && random.chance(55) {
        let (left, right) = (condition(random, depth - 1, positive), condition(random, depth - 1, positive));
        return match random.below(3) {
            0 => format!("({left} and {right})"),
            1 => format!("({left} or {right})"),
            _ => format!("(not ({}) or {right})", condition(random, depth - 1, false)),
        };
    }
    let area = random.pick(&AREAS).to_owned();
    let doc = random.pick(&DOCS).to_owned();
    let op = random.pick(&["==", "!=", "<", "<=", ">", ">="]).to_owned();
    match random.below(34) {
        0 | 1 => random.pick(&BOOLS).to_owned(),
        2..=5 => format!("issued({doc})"),
        6 => format!("{area} {op} {} mu", random.below(20)),
        7 => format!("{area} {op} param.limit"),
        8 => format!("{area} * param.part {op} {} + {} mu", random.pick(&AREAS), random.below(9)),
        9 => format!("min({area}, {}) {op} max({}, 3 mu)", random.pick(&AREAS), random.pick(&AREAS)),
        10 => format!("{area} / {} {op} share", random.pick(&AREAS)),
        11 => format!("money {op} {} wan", random.below(2000)),
        12 => format!("sector in [{}, 学校]", random.pick(&["industry", "公路"])),
        13 => format!("sector {} {}", random.pick(&["==", "!="]), random.pick(&["road", "param.kind"])),
        14 => format!(
            "recorded({})",
            random.pick(&[
                "note",
                "event",
                "doc_c",
                "flag_a",
                "area_b",
                "doc_a.accepted_on",
                "doc_b.number",
                "after_a",
                "doc_e.waived_until",
                "doc_d.area",
                "plan",
                "sector"
            ])
        ),
        15 => format!(
            "{doc}.issued_on + {} {} {op} as_of",
            random.below(60),
            random.pick(&["days", "workdays", "months"])
        ),
        16 => format!("as_of - plan {op} {} days", random.below(400)),
        17 => format!("covered({doc}) {op} {area}"),
        18 => format!("granted(quota) >= {area}"),
        19 if positive => format!("completed({})", random.pick(&LINKS)),
        20 => "(note == \"甲\" or storeys > 2.5)".to_owned(),
        21 => "(param.strict or event < date(\"2019-05-05\"))".to_owned(),
        22 => {
            format!("{doc}.{} {op} as_of", random.pick(&["accepted_on", "submitted_on", "expires_on", "waived_until"]))
        }
        23 => format!("{doc}.area {op} {area}"),
        24 => {
            format!("plan - {} {} {op} {doc}.issued_on", random.below(90), random.pick(&["days", "workdays", "years"]))
        }
        25 => format!("as_of + (as_of - plan) * share {op} date(\"2021-03-01\")"),
        26 => format!("note {} {}", random.pick(&["==", "!="]), random.pick(&["remark", "\"乙\""])),
        27 => format!("money * share {op} {} wan", random.below(900)),
        28 => format!("-{area} + {} {op} max({}, {})", random.pick(&AREAS), random.pick(&AREAS), random.pick(&AREAS)),
        29 => format!("plan {op} param.deadline"),
        30 => format!("as_of + param.grace {op} plan"),
        31 => format!("wait / 3 {op} as_of - plan"),
        32 => format!(
            "{doc}.accepted_on + {} {} {op} as_of",
            random.below(60),
            random.pick(&["days", "workdays", "months"])
        ),
        _ => format!("issued({doc})"),
    }
}

fn portfolio(random: &mut Random, pack: &Pack, knobs: Knobs) -> Portfolio {
    let rows = 1 + random.below(knobs.rows);
    let mut builder = PortfolioBuilder::new(Arc::clone(&pack.schema));
    for row in 0..rows {
        builder.add(&format!("P{row}"));
    }
    let blank = 5 + random.below(50);
    for (fact, spec) in pack.schema.iter() {
        for row in 0..rows as u32 {
            if random.chance(blank) {
                continue;
            }
            let cell = cell(random, spec, rows);
            builder.put(row, fact, cell);
            if random.chance(8) {
                change(random, &mut builder, fact, spec, row, rows);
            }
        }
    }
    for row in 0..rows as u32 {
        if random.chance(40) {
            let granted_on = if random.chance(70) { Date::parse(&random.date()) } else { None };
            let amount = random.below(12) as i64 * 1_000_000;
            let pool = if row % 3 == 2 { "swap" } else { "quota" };
            builder.grant(Grant { row, pool: pool.to_owned(), amount, granted_on, document: None });
        }
    }
    builder.finish().0
}

fn change(random: &mut Random, builder: &mut PortfolioBuilder, fact: FactIdx, spec: &FactSpec, row: u32, rows: usize) {
    let Some(from) = Date::parse(&random.date()) else { return };
    let recorded_on = if random.chance(60) { Date::parse(&random.date()) } else { None };
    let cell = if random.chance(20) { Cell::Blank } else { cell(random, spec, rows) };
    builder.change(row, fact, Change { from, recorded_on, cell });
}

fn cell(random: &mut Random, spec: &FactSpec, rows: usize) -> Cell {
    match random.below(40) {
        0 => return Cell::Conflicting,
        1 => return Cell::InHand,
        2..=5 => return Cell::No,
        _ => {}
    }
    let day = |random: &mut Random| Date::parse(&random.date()).unwrap_or(Date(0));
    match spec.kind {
        FactType::Bool => Cell::Bool(random.chance(50)),
        FactType::Quantity(kaigong_model::Dimension::Area) => {
            Cell::Quantity(random.below(20) as i64 * 1_000_000 + random.below(3) as i64)
        }
        FactType::Quantity(kaigong_model::Dimension::Ratio) => Cell::Quantity(random.below(4) as i64 * 500_000),
        FactType::Quantity(kaigong_model::Dimension::Days) => Cell::Quantity(random.below(900) as i64),
        FactType::Quantity(kaigong_model::Dimension::Count) => Cell::Quantity(random.below(5) as i64),
        FactType::Quantity(_) => Cell::Quantity(random.below(2000) as i64 * 1_000_000),
        FactType::Date => Cell::Date(day(random)),
        FactType::Enum => Cell::Enum(random.below(spec.values.len()) as u16),
        FactType::Text => Cell::Text(["甲", "乙"][random.below(2)].to_owned()),
        FactType::Projects => {
            Cell::Projects((0..=random.below(2)).map(|_| format!("P{}", random.below(rows + 1))).collect())
        }
        FactType::Document => Cell::Document((0..=random.below(2)).map(|_| issue(random)).collect()),
    }
}

fn issue(random: &mut Random) -> Issue {
    let mut day = |percent: usize| if random.chance(percent) { Date::parse(&random.date()) } else { None };
    let (issued_on, accepted_on, submitted_on) = (day(65), day(25), day(15));
    let (expires_on, waived_until) = (day(15), day(8));
    let number = random.chance(20).then(|| "1号".to_owned());
    let area = random.chance(50).then(|| random.below(20) as i64 * 1_000_000 + random.below(2) as i64);
    let stops = if random.chance(45) { stops(random, accepted_on) } else { Vec::new() };
    Issue { issued_on, number, accepted_on, submitted_on, expires_on, area, waived_until, stops }
}

/// Stops one after another, some near the acceptance; the last may still last.
fn stops(random: &mut Random, accepted: Option<Date>) -> Vec<Stop> {
    let mut from = match accepted {
        Some(day) if random.chance(80) => Date(day.0 - 3 + random.below(40) as i32),
        _ => Date::parse(&random.date()).unwrap_or(Date(0)),
    };
    let mut stops = Vec::new();
    loop {
        let to = Date(from.0 + [0, 1, 20, 90, 700][random.below(5)]);
        let open = random.chance(20);
        let cause = (*random.pick(&["review", "review", "hearing", "correction"])).to_owned();
        stops.push(Stop { from, to: Some(to).filter(|_| !open), cause });
        if open || random.chance(60) {
            return stops;
        }
        from = Date(to.0 + 1 + random.below(10) as i32);
    }
}
