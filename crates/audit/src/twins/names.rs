//! Names and codes, made comparable.

use std::collections::{BTreeMap, BTreeSet};

use super::{SIMILAR_PERMILLE, Twins, TwinsBy};
use crate::reading::Reading;

/// Names shorter than this are too short to be similar.
const SHORTEST: usize = 4;
/// Characters that tell one section or phase from another.
const TELLING: &str = "一二三四五六七八九十甲乙丙丁东西南北上下左右前后内外新旧";

/// Words that names end in and that tell nothing.
const GENERIC: [&str; 3] = ["项目", "工程", "建设"];

/// A project's name.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) row: u32,
    /// Letters and digits alone, in lower case and half width, without general words at the end.
    pub(super) plain: String,
    /// What tells phases and sections apart, in order.
    pub(super) telling: String,
    pub(super) county: Option<String>,
    pub(super) owner: Option<String>,
    /// Pairs of neighbouring characters by number, each once, the rarest first.
    pairs: Vec<u32>,
}

impl Name {
    /// Every name of a ledger; blank names are left out.
    pub(super) fn all(reading: &Reading<'_>) -> Vec<Self> {
        let roles = &reading.pack.roles;
        let mut names: Vec<(Self, BTreeSet<[char; 2]>)> = Vec::new();
        for row in reading.rows() {
            let Some(plain) = reading.text(roles.name, row).map(|text| core(&text)).filter(|text| !text.is_empty())
            else {
                continue;
            };
            let pairs = pairs(&plain);
            let telling = plain.chars().filter(|c| c.is_ascii_alphanumeric() || TELLING.contains(*c)).collect();
            let (county, owner) = (reading.text(roles.county, row), reading.text(roles.owner, row));
            names.push((Self { row, plain, telling, county, owner, pairs: Vec::new() }, pairs));
        }
        let numbers = numbers(&names);
        let numbered = |(mut name, pairs): (Self, BTreeSet<[char; 2]>)| {
            name.pairs = pairs.iter().filter_map(|pair| numbers.get(pair).copied()).collect();
            name.pairs.sort_unstable();
            name
        };
        names.into_iter().map(numbered).collect()
    }

    /// The rarest pairs, of which a similar name must have one.
    ///
    /// With `a` pairs here and `b` there, similar means `2 * shared >= s * (a + b)`; as `shared <= b`, that is
    /// `shared >= a * s / (2 - s)` at least. So of any `a - least + 1` pairs here one is shared.
    pub(super) fn prefix(&self) -> &[u32] {
        let all = self.pairs.len() as u64;
        let least = (all * SIMILAR_PERMILLE).div_ceil(2_000 - SIMILAR_PERMILLE).max(1);
        &self.pairs[..self.pairs.len().min((all + 1 - least.min(all)) as usize)]
    }

    /// The two as twins, where they are similar. Both are of one county or owner, and tell the same phase.
    pub(super) fn likeness(&self, other: &Self) -> Option<Twins> {
        let short = |name: &Self| name.pairs.len() + 1 < SHORTEST;
        if short(self) || short(other) {
            return None;
        }
        let permille = dice(&self.pairs, &other.pairs);
        let by = TwinsBy::Similar(permille);
        (permille >= SIMILAR_PERMILLE)
            .then(|| Twins { rows: vec![self.row.min(other.row), self.row.max(other.row)], by })
    }
}

/// Twice the shared numbers over all, in thousandths rounded down; both lists in order.
pub(super) fn dice(one: &[u32], other: &[u32]) -> u64 {
    let shared = one.iter().filter(|number| other.binary_search(number).is_ok()).count() as u64;
    (2_000 * shared).checked_div((one.len() + other.len()) as u64).unwrap_or_default()
}

/// Every pair of characters by its number: the rarer, the lower.
fn numbers(names: &[(Name, BTreeSet<[char; 2]>)]) -> BTreeMap<[char; 2], u32> {
    let mut counts: BTreeMap<[char; 2], u32> = BTreeMap::new();
    names.iter().flat_map(|(_, pairs)| pairs).for_each(|pair| *counts.entry(*pair).or_default() += 1);
    let mut ranked: Vec<(u32, [char; 2])> = counts.into_iter().map(|(pair, count)| (count, pair)).collect();
    ranked.sort_unstable();
    ranked.into_iter().zip(0..).map(|((_, pair), number)| (pair, number)).collect()
}

/// Pairs of neighbouring characters.
pub(super) fn pairs(text: &str) -> BTreeSet<[char; 2]> {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(2).map(|pair| [pair[0], pair[1]]).collect()
}

/// Letters and digits alone, in lower case and half width.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(half_width).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A name without the words at its end that tell nothing; a name of nothing else stays.
pub(super) fn core(text: &str) -> String {
    let whole = plain(text);
    let mut left = whole.as_str();
    while let Some(shorter) = GENERIC.iter().find_map(|word| left.strip_suffix(word)).filter(|left| !left.is_empty()) {
        left = shorter;
    }
    left.to_owned()
}

/// A code's letters and digits.
pub(super) fn code_of(text: &str) -> String {
    plain(text)
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}
