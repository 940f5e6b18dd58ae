//! Counties by name: as the ledger, the rules and a scenario write them.

use kaigong_model::{Cell, FactIdx};
use kaigong_rules::Pack;

/// Names of counties, in order.
pub(super) struct Counties {
    pub(super) names: Vec<String>,
}

impl Counties {
    /// A county by its name, or by its name without 区, 县 or 市 where that tells it apart.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let short = |name: &str| name.trim_end_matches(['区', '县', '市']).to_owned();
        if let Some(at) = self.names.iter().position(|known| known == name) {
            return Some(at);
        }
        let mut like = (0..self.names.len()).filter(|&at| short(&self.names[at]) == short(name));
        let found = like.next()?;
        like.next().is_none().then_some(found)
    }
}

/// A county by any of its words, in the word that screens use.
pub(crate) fn word_of(pack: &Pack, text: &str) -> String {
    let spec = pack.roles.county.map(|fact| &pack.schema[fact]);
    let value = spec.and_then(|spec| Some(&spec.values[spec.value_code(text)? as usize]));
    value.map_or(text, |value| value.word()).to_owned()
}

/// A cell as the name of a group: as screens write it, yes and no too.
pub(super) fn text_of(pack: &Pack, fact: FactIdx, cell: &Cell) -> Option<String> {
    match cell {
        Cell::Bool(value) => Some(if *value { "是" } else { "否" }.to_owned()),
        _ => pack.schema.text(fact, cell),
    }
}
