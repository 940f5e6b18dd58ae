//! Why in pieces, for pages that set them as they like. The words are those of the screen.

use kaigong_model::{Lang, Table};

use super::because::{self, Account};
use super::{Class, Context, chain, headline, rest, settling};
use crate::phrase::more_lines;

/// Everything the screen of `why` says but its tree.
pub(crate) struct Pieces {
    /// How many blockers or missing facts, to stand behind the verdict.
    pub(crate) count: String,
    /// Who answers for the project and when it was to start: label, text.
    pub(crate) responsible: Vec<(&'static str, String)>,
    /// Blockers by how sure they are, numbered through.
    pub(crate) reasons: Vec<Blockers>,
    /// What they hold up: the first few groups of them, and how many more there are.
    consequences: (Vec<String>, usize),
    pub(crate) conclusion: String,
    /// What is to be cleared, the ways to start, the earliest start.
    pub(crate) forward: Vec<String>,
    /// How many lines of those tell what is to be cleared, and how many of that and of ways; what follows tells when.
    clear: usize,
    ways: usize,
    /// Whom is asked what, the first few, and how many questions there are.
    pub(crate) questions: (Table, usize),
    /// What answers could settle the verdict.
    pub(crate) settling: Vec<String>,
    /// Presumptions, papers out of order, promises, alerts.
    pub(crate) notes: Vec<String>,
}

/// Lines that tell when, in a text that is to be short: the earliest start and the path that decides it.
const WHEN: usize = 2;

impl Pieces {
    /// What to do, in so many lines on ways at most, and how many were left out: the earliest start is told however few
    /// they are.
    pub(crate) fn forward_within(&self, most: usize, lang: Lang) -> Vec<String> {
        let (ways, when) = self.forward.split_at(self.ways);
        let later = if most < usize::MAX { WHEN } else { usize::MAX };
        let told = ways.iter().take(most).chain(when.iter().take(later)).cloned();
        within(told.collect(), &self.forward, 0, lang)
    }

    /// What the blockers hold up, in so many lines at most, and how many were left out.
    pub(crate) fn consequences_within(&self, most: usize, lang: Lang) -> Vec<String> {
        let (lines, left) = &self.consequences;
        within(lines.iter().take(most).cloned().collect(), lines, *left, lang)
    }

    /// What is to be cleared: what is certain, and what is to be confirmed.
    pub(crate) fn to_clear(&self) -> &[String] {
        &self.forward[..self.clear]
    }
}

/// Lines that are told, and how many of all are not; one that is left out alone is told instead.
fn within(told: Vec<String>, all: &[String], left: usize, lang: Lang) -> Vec<String> {
    let left = all.len() - told.len() + left;
    if left <= 1 && told.len() < all.len() {
        return all.to_vec();
    }
    told.into_iter().chain(more_lines(left, lang)).collect()
}

/// Blockers of one degree of certainty.
pub(crate) struct Blockers {
    pub(crate) class: Class,
    pub(crate) heading: &'static str,
    /// Each with its number.
    pub(crate) accounts: Vec<(usize, Account)>,
}

/// Takes an explanation apart.
pub(crate) fn pieces(context: &Context<'_, '_>) -> Pieces {
    let clear = lines(&rest::to_clear(context)).len();
    let mut forward = lines(&rest::ways_out(context));
    let ways = forward.len();
    forward.extend(lines(&rest::when(context)));
    Pieces {
        count: headline::more(context),
        responsible: headline::responsible(context),
        reasons: reasons(context),
        consequences: chain::consequences(context),
        conclusion: chain::conclusion(context),
        forward,
        clear,
        ways,
        settling: lines(&settling::lines(context)),
        questions: rest::questions(context),
        notes: lines(&rest::notes(context)),
    }
}

/// Blockers by how sure they are, numbered through.
pub(crate) fn reasons(context: &Context<'_, '_>) -> Vec<Blockers> {
    let of = |class: Class| {
        let numbered = context.reasons.iter().enumerate().filter(move |(_, (_, known))| *known == class);
        numbered.map(|(at, (reason, _))| (at + 1, because::account(context, reason))).collect::<Vec<_>>()
    };
    let classes = [Class::Certain, Class::Presumed, Class::Unsettled];
    let told = classes.map(|class| Blockers { class, heading: because::heading(context, class), accounts: of(class) });
    told.into_iter().filter(|blockers| !blockers.accounts.is_empty()).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim_start().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_of_a_short_text_is_counted() {
        let all: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        let told = |most: usize, left, lang| within(all[..most].to_vec(), &all, left, lang).join("|");
        assert_eq!(told(4, 0, Lang::En), "a|b|c|d");
        // One more line says no less than that there is one more.
        assert_eq!(told(3, 0, Lang::En), "a|b|c|d");
        assert_eq!(told(2, 0, Lang::En), "a|b|and 2 more");
        assert_eq!(told(2, 0, Lang::Zh), "a|b|另有 2 条未列");
        assert_eq!(told(4, 1, Lang::En), "a|b|c|d|and 1 more");
        assert_eq!(told(3, 1_000, Lang::En), "a|b|c|and 1,001 more");
    }
}
