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
pub(super) fn word_of(pack: &Pack, text: &str) -> String {
    let spec = pack.roles.county.map(|fact| &pack.schema[fact]);
    let value = spec.and_then(|spec| Some(&spec.values[spec.value_code(text)? as usize]));
    value.map_or(text, |value| value.words.first().unwrap_or(&value.id)).to_owned()
}

pub(super) fn text_of(pack: &Pack, fact: FactIdx, cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(text.clone()),
        Cell::Enum(code) => {
            let value = pack.schema[fact].values.get(*code as usize)?;
            Some(value.words.first().unwrap_or(&value.id).clone())
        }
        Cell::Bool(value) => Some(if *value { "是" } else { "否" }.to_owned()),
        Cell::Date(day) => Some(day.to_string()),
        _ => None,
    }
}
