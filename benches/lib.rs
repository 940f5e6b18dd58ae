//! Seeded portfolios for the benches: every fact of a pack, in every state a ledger can put it.

use std::sync::Arc;

use kaigong::model::{Cell, Date, FactType, Issue, Portfolio, PortfolioBuilder};
use kaigong::packs::Pack;

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

/// A portfolio of `rows` projects over the facts of a pack; `blank` cells in a hundred are blank.
///
/// Links between projects are left out: they are timed by themselves.
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
        FactType::Quantity(_) => Cell::Quantity(random.below(2_000_000_000) as i64),
        FactType::Date => Cell::Date(day(random)),
        FactType::Enum => Cell::Enum(random.below(spec.values.len() as u64) as u16),
        FactType::Text => Cell::Text("文字".to_owned()),
        FactType::Document if random.below(3) == 0 => Cell::No,
        FactType::Document => Cell::Document(vec![Issue { issued_on: Some(day(random)), ..Issue::default() }]),
        FactType::Projects => Cell::No,
    }
}
