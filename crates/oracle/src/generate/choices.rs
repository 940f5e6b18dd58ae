//! Packs of choices upon choices, all of whose facts are yes or no.

use std::fmt::Write as _;
use std::sync::Arc;

use kaigong_model::{Cell, FactIdx, Portfolio, PortfolioBuilder};
use kaigong_rules::{Layer, Pack, load};

use super::Random;

/// A pack of choices over yes-or-no steps, and projects that know some of the answers.
pub fn choices(seed: u64) -> Option<(Pack, Portfolio)> {
    let mut random = Random::new(seed);
    let mut draw = |limit: u64| random.below(limit as usize) as u64;
    let count = 8 + draw(9);
    let mut text = String::from("id: t\nversion: '1'\ngoals: {start: {requirement: r0}}\nfacts:\n");
    for at in 0..count {
        let _ = write!(text, "  m{at}: {{type: bool}}\n  a{at}: {{type: bool}}\n");
    }
    text.push_str("requirements:\n");
    for at in 0..count {
        let later: Vec<u64> = (at + 1..count).collect();
        let mut needs = Vec::new();
        for _ in 0..=draw(2) {
            let mut members: Vec<u64> = later.iter().copied().filter(|_| draw(3) == 0).collect();
            members.truncate(4);
            match (members.len(), draw(5)) {
                (0, _) => {}
                (1, _) | (_, 0) => needs.push(format!("r{}", members[0])),
                (more, 1 | 2) => {
                    let list: Vec<String> = members.iter().map(|member| format!("r{member}")).collect();
                    needs.push(format!("{{at_least: {}, of: [{}]}}", 1 + draw(more as u64), list.join(", ")));
                }
                _ => {
                    let list: Vec<String> = members.iter().map(|member| format!("r{member}")).collect();
                    needs.push(format!("{{any: [{}]}}", list.join(", ")));
                }
            }
        }
        let met = if draw(4) == 0 { String::new() } else { format!("met_when: m{at}, ") };
        let applies = if at > 0 && draw(4) == 0 { format!("applies_when: a{at}, ") } else { String::new() };
        let takes = format!("takes: {{statutory: {} {}}}, ", draw(30), ["days", "workdays"][draw(2) as usize]);
        let takes = if draw(3) > 0 { takes } else { String::new() };
        let cite = "cite: [{law: x, status: verified}]";
        let _ = writeln!(text, "  r{at}: {{{applies}{met}{takes}needs: [{}], {cite}}}", needs.join(", "));
    }
    let layer = Layer { name: "t".into(), files: vec![("pack.yaml".into(), text.into_bytes())] };
    let pack = load(&[layer]).ok()?.0;
    let mut builder = PortfolioBuilder::new(Arc::clone(&pack.schema));
    for row in 0..4 {
        let row = builder.add(&format!("P-{row}"));
        for fact in 0..pack.schema.len() as u32 {
            match draw(8) {
                0 => builder.put(row, FactIdx(fact), Cell::Bool(true)),
                1..6 => builder.put(row, FactIdx(fact), Cell::No),
                _ => {}
            }
        }
    }
    Some((pack, builder.finish().0))
}
