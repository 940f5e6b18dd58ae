//! Amounts that are parts of others.

use kaigong_model::{FactIdx, FactType, Words};

use super::Checker;
use crate::decode::At;
use crate::pack::Total;

impl Checker<'_, '_> {
    pub(super) fn totals(&mut self) -> Vec<Total> {
        let mut totals = Vec::new();
        for (id, _, mut fields) in self.items("totals") {
            let whole = fields.need("whole", self.faults).and_then(|at| self.summand(at, None));
            let parts = fields.need("parts", self.faults).map(|at| at.items(self.faults)).unwrap_or_default();
            let kind = whole.map(|whole| self.schema[whole].kind);
            let parts: Vec<FactIdx> = parts.into_iter().filter_map(|at| self.summand(at, kind)).collect();
            let exact = fields.take("exact").and_then(|at| at.bool(self.faults)).unwrap_or_default();
            fields.take("note");
            fields.finish(self.faults);
            let Some(whole) = whole else { continue };
            totals.push(Total { id: id.to_owned(), whole, parts, exact });
        }
        totals
    }

    /// A fact that can be added up: an amount, and of the whole's dimension where that is known.
    fn summand(&mut self, at: At<'_>, like: Option<FactType>) -> Option<FactIdx> {
        let fact = self.fact(at)?;
        let found = self.schema[fact].kind;
        let fits = matches!(found, FactType::Quantity(_)) && like.is_none_or(|like| like == found);
        if !fits {
            let got = found.words();
            let want = like.map_or_else(|| Words::new("数量", "amount"), FactType::words);
            self.faults.error(
                "KG-R017",
                at,
                format!("合计要{}类事实，此处是{}", want.zh, got.zh),
                format!("this total needs a fact of type {}, this one is of type {}", want.en, got.en),
            );
        }
        fits.then_some(fact)
    }
}
