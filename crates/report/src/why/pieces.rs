//! Why in pieces, for pages that set them as they like. The words are those of the screen.

use kaigong_model::Table;

use super::because::{self, Account};
use super::{Class, Context, chain, headline, rest, settling};

/// Everything the screen of `why` says but its tree.
pub(crate) struct Pieces {
    /// How many blockers or missing facts, to stand behind the verdict.
    pub(crate) count: String,
    /// Who answers for the project and when it was to start: label, text.
    pub(crate) responsible: Vec<(&'static str, String)>,
    /// Blockers by how sure they are, numbered through.
    pub(crate) reasons: Vec<Blockers>,
    /// What they hold up: the first few groups of them.
    pub(crate) consequences: Vec<String>,
    pub(crate) conclusion: String,
    /// What is to be cleared, the ways to start, the earliest start.
    pub(crate) forward: Vec<String>,
    /// How many lines of those tell of ways; what follows tells when.
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
    /// What to do, in so many lines on ways at most: the earliest start is told however few they are.
    pub(crate) fn forward_within(&self, most: usize) -> impl Iterator<Item = &String> {
        let (ways, when) = self.forward.split_at(self.ways);
        let later = if most < usize::MAX { WHEN } else { usize::MAX };
        ways.iter().take(most).chain(when.iter().take(later))
    }
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
    let mut forward = lines(&rest::ways_out(context));
    let ways = forward.len();
    forward.extend(lines(&rest::when(context)));
    Pieces {
        count: headline::more(context),
        responsible: headline::responsible(context),
        reasons: reasons(context),
        consequences: chain::consequences(context).0,
        conclusion: chain::conclusion(context),
        forward,
        ways,
        settling: lines(&settling::lines(context)),
        questions: rest::questions(context),
        notes: lines(&rest::notes(context)),
    }
}

fn reasons(context: &Context<'_, '_>) -> Vec<Blockers> {
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
