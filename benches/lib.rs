//! Seeded portfolios for the benches, and the yardstick: the same rules as straight-line generated code.
#![allow(clippy::inline_always, reason = "generated code is one function only where its pieces are inlined")]

use std::fmt::Write as _;
use std::sync::Arc;

#[path = "generated/forty.rs"]
pub mod forty;
pub mod generate;
pub mod peers;
pub mod program;
pub mod straight;

use kaigong::model::{Cell, Date, Dimension, FactType, Issue, Portfolio, PortfolioBuilder};
use kaigong::packs::{Layer, Pack, load};

/// A small deterministic generator (splitmix64).
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.number() % bound.max(1)
    }
}

/// The day benches look at.
pub const AS_OF: Date = Date(20_777);

/// The pack that other engines are compared on.
pub fn forty_pack() -> Option<Pack> {
    kaigong::load_rules(concat!(env!("CARGO_MANIFEST_DIR"), "/forty")).ok().map(|rules| rules.pack)
}

/// A portfolio of `rows` projects over the facts of a pack; `blank` cells in a hundred are blank.
///
/// Amounts are whole in the unit of their fact. Links between projects are left out: they are timed by themselves.
pub fn portfolio(pack: &Pack, rows: u32, blank: u64, seed: u64) -> Portfolio {
    let mut random = Random(seed);
    let mut builder = PortfolioBuilder::new(Arc::clone(&pack.schema));
    for row in 0..rows {
        builder.add(&format!("P-{row:07}"));
    }
    for (fact, spec) in pack.schema.iter() {
        for row in 0..rows {
            if random.below(100) < blank {
                continue;
            }
            builder.put(row, fact, cell(spec, &mut random));
        }
    }
    builder.finish().0
}

fn cell(spec: &kaigong::model::FactSpec, random: &mut Random) -> Cell {
    let day = |random: &mut Random| Date(17_167 + random.below(3_600) as i32);
    match spec.kind {
        FactType::Bool => Cell::Bool(random.below(4) == 0),
        FactType::Quantity(_) if random.below(3) == 0 => Cell::Quantity(0),
        FactType::Quantity(dimension) => {
            let most = if dimension == Dimension::Area { 800 } else { 60_000 };
            Cell::Quantity(random.below(most) as i64 * spec.unit.map_or(1, |unit| unit.atoms))
        }
        FactType::Date => Cell::Date(day(random)),
        FactType::Enum => Cell::Enum(random.below(spec.values.len() as u64) as u16),
        FactType::Text => Cell::Text("文字".to_owned()),
        FactType::Document if random.below(3) == 0 => Cell::No,
        FactType::Document => Cell::Document(vec![Issue { issued_on: Some(day(random)), ..Issue::default() }]),
        FactType::Projects => Cell::No,
    }
}

/// The pack [`forty_pack`] so many times over, as one: amounts and days of each copy are a little different, so that its
/// conditions are its own; `issued(..)` of one document is the same for all.
pub fn copies(count: usize) -> Option<Pack> {
    let text = include_str!("forty/pack.yaml");
    let (head, body) = text.split_once("requirements:\n")?;
    let ids: Vec<&str> = body.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':')).collect();
    let ids: Vec<&str> = ids.into_iter().filter(|id| !id.starts_with(' ')).collect();
    let mut all = format!("{head}requirements:\n");
    let others = (1..count).map(|other| format!("start{other}"));
    let starts = [", ", &others.collect::<Vec<_>>().join(", "), "]"].concat().replace(", ]", "]");
    for copy in 0..count {
        for line in body.lines() {
            let of_ids =
                line.starts_with("    needs:") || line.strip_prefix("  ").is_some_and(|id| !id.starts_with(' '));
            let is_top = copy == 0 && line.contains("[permit, agreement");
            let line = if of_ids { copied(line, &ids, copy) } else { moved(line, copy) };
            all += &if is_top { line.replace(']', &starts) } else { line };
            all.push('\n');
        }
    }
    let layer = Layer { name: "bench".into(), files: vec![("pack.yaml".into(), all.into_bytes())] };
    load(&[layer]).ok().map(|(pack, _)| pack)
}

/// A line whose words that are ids are those of a copy.
fn copied(line: &str, ids: &[&str], copy: usize) -> String {
    let name = |word: &str| if copy > 0 && ids.contains(&word) { format!("{word}{copy}") } else { word.to_owned() };
    by_words(line, |letter| letter.is_ascii_alphanumeric() || letter == '-', name)
}

/// A line whose amounts and days are those of a copy.
fn moved(line: &str, copy: usize) -> String {
    if copy == 0 || !line.contains("_when:") {
        return line.to_owned();
    }
    let number = |word: &str| match word.parse::<usize>() {
        Ok(2026) => word.to_owned(),
        Ok(number) if number > 31 => (number + copy).to_string(),
        Ok(number) if word.starts_with('0') || number > 14 => format!("{:02}", (number + copy) % 12 + 1),
        _ => word.to_owned(),
    };
    by_words(line, |letter| letter.is_ascii_digit(), number)
}

fn by_words(line: &str, is_of_word: impl Fn(char) -> bool, of: impl Fn(&str) -> String) -> String {
    let (mut out, mut word) = (String::new(), String::new());
    for letter in line.chars().chain([' ']) {
        if is_of_word(letter) {
            word.push(letter);
            continue;
        }
        out += &of(&std::mem::take(&mut word));
        out.push(letter);
    }
    out.trim_end().to_owned()
}

/// Requirements of a pack of [`choices`], and how many of them hold a choice.
const REQUIREMENTS: u64 = 100;
const CHOICES: u64 = 30;
/// How far down the needs of a requirement reach.
const REACH: u64 = 12;

/// A pack of 100 requirements in YAML: 30 of them need one of several, or two of several, the others up to two; what is
/// needed lies a little further down, so that choices share their steps. Steps have owners, time limits and prices.
pub fn choices(seed: u64) -> String {
    let mut random = Random(seed.wrapping_mul(0x5851_f42d_4c95_7f2d));
    let mut text = String::from("id: bench\nversion: '1'\ngoals: {start: {requirement: r000}}\ndepartments:\n");
    for office in 0..12 {
        let _ = writeln!(text, "  o{office}: {{names: [{{zh: 单位{office}, en: office {office}}}]}}");
    }
    text.push_str("facts:\n");
    for at in 0..REQUIREMENTS {
        let _ = writeln!(text, "  f{at:03}: {{type: bool, blank: no}}");
    }
    text.push_str("requirements:\n");
    // Every third requirement holds a choice, as far down as there is enough below it.
    let holds = |at: u64| at.is_multiple_of(3) && at / 3 < CHOICES;
    for at in 0..REQUIREMENTS {
        let mut below: Vec<u64> = (at + 1..REQUIREMENTS.min(at + 1 + REACH)).collect();
        let mut draw = |count: u64| -> Vec<String> {
            let mut drawn = Vec::new();
            for _ in 0..count.min(below.len() as u64) {
                let place = random.below(below.len() as u64) as usize;
                drawn.push(format!("r{:03}", below.remove(place)));
            }
            drawn
        };
        let mut needs: Vec<String> = Vec::new();
        if holds(at) {
            let (next, members) = (draw(1), draw(2 + at % 2));
            needs.extend(next);
            let members = members.join(", ");
            needs.push(if at.is_multiple_of(2) {
                format!("{{any: [{members}]}}")
            } else {
                format!("{{at_least: 2, of: [{members}]}}")
            });
        } else {
            needs.extend(draw(at % 3));
        }
        let (days, wan, office) = (5 + random.below(60), 1 + random.below(300), random.below(12));
        let _ = writeln!(
            text,
            "  r{at:03}: {{met_when: f{at:03}, takes: {{statutory: {days} workdays}}, cost: {{money: {wan} wan, cite: [{{law: x, \
             status: verified}}]}}, owner: o{office}, needs: [{}], cite: [{{law: x, status: verified}}]}}",
            needs.join(", ")
        );
    }
    text
}

/// Two projects over a pack of [`choices`]: one has done nothing, the other a third of everything.
pub fn nothing_done(pack: &Pack, seed: u64) -> Portfolio {
    let mut random = Random(seed);
    let mut builder = PortfolioBuilder::new(Arc::clone(&pack.schema));
    let (nothing, some) = (builder.add("P-1"), builder.add("P-2"));
    for (fact, _) in pack.schema.iter() {
        builder.put(nothing, fact, Cell::No);
        builder.put(some, fact, if random.below(3) == 0 { Cell::Bool(true) } else { Cell::No });
    }
    builder.finish().0
}

#[cfg(test)]
mod tests {
    use super::*;
    use kaigong::solver::{Options, tally};
    use straight::{Columns, Portable, count};

    #[test]
    fn the_generated_text_is_that_of_the_pack() {
        let pack = forty_pack().expect("the pack loads");
        let text = generate::straight_line(&pack, AS_OF).expect("the pack can be written out");
        assert_eq!(text, include_str!("generated/forty.rs"));
    }

    #[test]
    fn the_program_as_data_is_that_of_the_pack() {
        let pack = forty_pack().expect("the pack loads");
        let program = program::Program::of(&pack, AS_OF).expect("the pack can be told");
        assert_eq!(peers::json(&program, &pack), include_str!("generated/forty.json"));
    }

    #[test]
    fn copies_of_the_pack_are_so_many_requirements_with_conditions_of_their_own() {
        let one = forty_pack().expect("the pack loads");
        for count in [1, 2, 8] {
            let pack = copies(count).expect("copies load");
            assert_eq!(pack.requirements.len(), count * 40);
            let portfolio = portfolio(&pack, 2_000, 5, 7);
            let tally = |pack: &Pack| tally(pack, &portfolio, Options::on(pack.default_goal, AS_OF));
            let (states, first) = (tally(&pack).states, tally(&one).states);
            if count == 1 {
                assert_eq!(states[..39], first[..39]);
            } else {
                assert_ne!(states[40..79], states[..39], "a copy is no mere double");
            }
        }
    }

    #[test]
    fn a_ledger_written_for_others_is_the_portfolio() {
        let pack = forty_pack().expect("the pack loads");
        let portfolio = portfolio(&pack, 1_000, 5, 7);
        let mut bytes = Vec::new();
        peers::ledger(&portfolio, &mut bytes).expect("memory can be written to");
        let inputs = [kaigong::io::Input { name: "projects.csv".to_owned(), bytes }];
        let ledger = kaigong::read_ledger(&pack, &inputs, &kaigong::io::ReadOptions::default()).expect("it is read");
        for (fact, spec) in pack.schema.iter() {
            for row in 0..portfolio.len() as u32 {
                let (written, read) =
                    (peers::cell_text(&portfolio, fact, row), peers::cell_text(&ledger.portfolio, fact, row));
                assert_eq!(written, read, "{} of {row}", spec.id);
            }
        }
    }

    #[test]
    fn generated_code_counts_what_the_evaluator_counts() {
        let pack = forty_pack().expect("the pack loads");
        for (rows, blank) in [(1, 0), (64, 50), (65, 5), (5_000, 0), (5_000, 5), (5_000, 60)] {
            let portfolio = portfolio(&pack, rows, blank, u64::from(rows) + blank);
            let columns = Columns::of(&portfolio).expect("amounts are whole");
            let sum = count::<forty::Pack, _>(&columns, Portable, pack.requirements.len());
            #[cfg(target_arch = "x86_64")]
            if let Some(avx2) = pulp::x86::V3::try_new() {
                assert_eq!(count::<forty::Pack, _>(&columns, avx2, pack.requirements.len()), sum);
            }
            #[cfg(all(target_arch = "x86_64", feature = "avx512"))]
            if let Some(avx512) = pulp::x86::V4::try_new() {
                assert_eq!(count::<forty::Pack, _>(&columns, avx512, pack.requirements.len()), sum);
            }
            let tally = tally(&pack, &portfolio, Options::on(pack.default_goal, AS_OF));
            assert_eq!(tally.verdicts, [0, sum.verdicts[0], sum.verdicts[1], sum.verdicts[2]]);
            for (at, (counts, states)) in tally.states.iter().zip(&sum.states).enumerate() {
                let told = [counts.not_applicable, counts.met, counts.open, counts.waiting, counts.undetermined];
                assert_eq!(told, *states, "{}", pack.requirements[at].id);
            }
        }
    }
}
