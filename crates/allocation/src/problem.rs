//! What is to be shared out, as integers; no project, no law, no unit is known here.
//!
//! ```text
//! pool --(own county)--------------------> candidate
//! pool of no county --(draw, capped)-----> candidates of each county
//! pool of county a --(transfer, capped)--> candidates of county b
//! ```
//! A fenced pool serves its own candidates only. A candidate takes one of its sources whole, or nothing.

/// A pool kind, as an index into [`Problem::kinds`].
pub type KindIdx = usize;
/// A county, as an index into [`Problem::counties`].
pub type CountyIdx = usize;
/// A candidate, as an index into [`Problem::candidates`].
pub type CandidateIdx = usize;
/// A pool, as an index into [`Problem::pools`].
pub type PoolIdx = usize;

/// An amount of one kind in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// What it holds.
    pub kind: KindIdx,
    /// Whose it is; `None` is the city's own, from which every county may draw.
    pub county: Option<CountyIdx>,
    /// Atoms there are.
    pub amount: i64,
    /// Atoms of those kept back.
    pub hold_back: i64,
    /// Atoms each county may draw at most, for a pool of no county.
    pub draw_at_most: Option<i64>,
    /// The only candidates it serves, in order; everybody where `None`.
    pub fence: Option<Vec<CandidateIdx>>,
}

impl Pool {
    /// Atoms that may be given out.
    pub fn free(&self) -> i64 {
        (self.amount - self.hold_back).max(0)
    }

    /// Whether it serves a candidate as far as its fence goes.
    pub fn serves(&self, candidate: CandidateIdx) -> bool {
        self.fence.as_ref().is_none_or(|fence| fence.binary_search(&candidate).is_ok())
    }
}

/// Leave to use unfenced pools of one county in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// What is moved.
    pub kind: KindIdx,
    /// County that gives.
    pub from: CountyIdx,
    /// County that receives.
    pub to: CountyIdx,
    /// Atoms at most.
    pub at_most: i64,
}

/// One need of a source: an amount, of any mixture of its kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Kinds that may cover it, in order.
    pub kinds: Vec<KindIdx>,
    /// Atoms still to be covered.
    pub amount: i64,
}

/// One way to serve a candidate: all of its draws together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// What it takes.
    pub draws: Vec<Draw>,
}

/// What has been decided about a candidate beforehand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lock {
    /// Nothing.
    #[default]
    Free,
    /// It is in.
    In,
    /// It is out.
    Out,
}

/// Something that may be served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// Its id; ties go to the smaller.
    pub id: String,
    /// Its county.
    pub county: Option<CountyIdx>,
    /// The sources it may be served from, one at a time; none if nothing would release it.
    pub sources: Vec<Source>,
    /// Its worth in each tier, not negative.
    pub values: Vec<i64>,
    /// Candidates that must be in if it is.
    pub needs: Vec<CandidateIdx>,
    /// What has been decided beforehand.
    pub lock: Lock,
}

/// A sum over candidates that must be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    /// What it is called when it cannot hold.
    pub label: String,
    /// Candidates that count, with their weight, not negative.
    pub weights: Vec<(CandidateIdx, i64)>,
    /// The sum to reach.
    pub at_least: i128,
}

/// One goal among several, the first the most important.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// The share of its own best that later tiers must leave it, in millionths.
    pub keep: u32,
}

/// What is to be shared out among whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// Ids of the pool kinds.
    pub kinds: Vec<String>,
    /// Names of the counties.
    pub counties: Vec<String>,
    /// What there is.
    pub pools: Vec<Pool>,
    /// What may be moved.
    pub transfers: Vec<Transfer>,
    /// Who asks, in order of id.
    pub candidates: Vec<Candidate>,
    /// What must be reached.
    pub floors: Vec<Floor>,
    /// What is wanted; at least one.
    pub tiers: Vec<Tier>,
}

/// How an amount gets from its pool to a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Via {
    /// From a pool of the candidate's own county.
    Own,
    /// Drawn from a pool of no county.
    Drawn,
    /// Moved from another county: index into [`Problem::transfers`].
    Transferred(usize),
}

/// One line of the ledger of a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Who receives.
    pub candidate: CandidateIdx,
    /// For which draw of its chosen source; 0 where it has none.
    pub draw: usize,
    /// Out of which pool.
    pub pool: PoolIdx,
    /// How it gets there.
    pub via: Via,
    /// Atoms, above 0.
    pub amount: i64,
}

/// Who is served from which source, and out of which pools.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The source of each candidate that is served whole.
    pub chosen: Vec<Option<usize>>,
    /// Every amount given, in order; also to candidates that are given part of what they ask.
    pub ledger: Vec<Entry>,
}

impl Plan {
    /// Nothing for anyone.
    pub fn empty(problem: &Problem) -> Self {
        Self { chosen: vec![None; problem.candidates.len()], ledger: Vec::new() }
    }

    /// What a tier is worth under the plan.
    pub fn value(&self, problem: &Problem, tier: usize) -> i128 {
        let chosen = self.chosen.iter().zip(&problem.candidates).filter(|(source, _)| source.is_some());
        chosen.map(|(_, candidate)| i128::from(candidate.values[tier])).sum()
    }
}

/// Multipliers that prove a bound: no plan is worth more in a tier. All are not negative, in units of worth
/// divided by 2^`shift`.
///
/// The bound is, divided by 2^shift and rounded down,
///
/// ```text
///   sum over pools       free(pool) x pools[pool]
/// + sum over draws       draw_at_most x drawn[pool][county]     (capped pools of no county)
/// + sum over transfers   at_most x transfers[t]
/// - sum over floors      at_least x floors[f]
/// - sum over tiers kept  kept amount x kept[t]
/// + sum over candidates  its gain if locked in; nothing if locked out; else max(0, gain)
///
/// gain(p)    = max over sources (worth(p) x 2^shift - sum over draws amount x cheapest unit price)
///              - sum needs[p][i] + sum of needs[q][j] of every q whose j-th need is p
///              + sum floors[f] x weight(p) + sum kept[t] x worth of p in tier t
/// price of a kind for p = least over the pools of the kind that serve p:
///     own county: pools[q]      no county: pools[q] + drawn[q][county]      transfer: pools[q] + transfers[t]
/// ```
/// A source with a draw that no pool serves is no source; one that draws 0 costs nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Binary places of the multipliers, at most 60.
    pub shift: u32,
    /// Price of an atom of each pool.
    pub pools: Vec<i64>,
    /// Price of drawing an atom, per pool and county; empty where the draw is not capped.
    pub drawn: Vec<Vec<i64>>,
    /// Price of moving an atom.
    pub transfers: Vec<i64>,
    /// Price of each need of each candidate.
    pub needs: Vec<Vec<i64>>,
    /// Price of each floor.
    pub floors: Vec<i64>,
    /// Price of what each earlier tier keeps.
    pub kept: Vec<i64>,
}

/// Multipliers in two layers, which prove a lower bound where candidates are few and large: those of what parts share
/// stand still, and what each part may choose is divided into cases with multipliers of their own.
///
/// Parts divide the candidates; what a part owns (a pool, a draw, a transfer, a need) no candidate outside it can use. The
/// bound is, divided by 2^shift and rounded down,
///
/// ```text
///   all of `shared` but the candidates, as a Certificate has it
/// + sum over parts  the most of its cases, each
///       sum over what the part owns  free, draw_at_most or at_most x the multiplier of the case
///     + sum over its candidates      the best of the choices that the case leaves, as a Certificate has it
/// ```
/// with the multipliers of the case for what the part owns and those of `shared` for everything else. A case that leaves
/// some candidate no choice counts for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Multipliers of what parts share.
    pub shared: Certificate,
    /// Each candidate stands in one of them.
    pub parts: Vec<Part>,
}

/// Candidates that choose apart from others once what is shared has its price.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Who they are, in order.
    pub candidates: Vec<CandidateIdx>,
    /// Pools that serve nobody else.
    pub pools: Vec<PoolIdx>,
    /// Draws of nobody else: a pool, and the place of a county in [`Certificate::drawn`].
    pub drawn: Vec<(PoolIdx, usize)>,
    /// Transfers to nobody else.
    pub transfers: Vec<usize>,
    /// Needs among them: a candidate, and which of its needs.
    pub needs: Vec<(CandidateIdx, usize)>,
    /// The cases, as a tree from its root: after a fork the side where the choice is made, then the side where it is
    /// ruled out.
    pub tree: Vec<Step>,
}

/// One step through the cases of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A choice of a candidate is made, or ruled out: a source, or to stay out where `None`.
    Fork(CandidateIdx, Option<usize>),
    /// The multipliers of a case: of the pools, draws, transfers and needs of its part, in that order.
    Case(Vec<i64>),
}

/// What one tier came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierResult {
    /// The best this tier was found to be while it was its turn, earlier tiers kept.
    pub best: i128,
    /// What later tiers must leave it.
    pub kept: i128,
    /// What it is worth in the plan shown.
    pub value: i128,
    /// No plan that keeps the earlier tiers is worth more.
    pub bound: i128,
    /// Whether a search through everything found none better, so that `bound` is `best`.
    pub searched: bool,
    /// Multipliers that prove a bound by themselves.
    pub certificate: Certificate,
    /// Multipliers in cases that prove a better one, where there are some.
    pub split: Option<Split>,
    /// The bound they prove: the split where there is one, else the certificate.
    pub proved: i128,
}
