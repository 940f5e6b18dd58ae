//! Money for compensation and social security: what was reckoned, what the accounts hold, what the funds paid in.
//!
//! Drawn apart from all else, so that sites and papers are the same with it or without.

use kaigong_model::{Date, FactIdx};
use kaigong_rules::expression::{Condition, PoolIdx, Use};
use kaigong_rules::{Pack, RequirementIdx};

use crate::draw::Draw;
use crate::history::History;
use crate::site::{COUNTIES, Site};

/// A kind of fund.
#[derive(Debug)]
pub(crate) struct Kind {
    /// The pool.
    pub(crate) pool: &'static str,
    /// The step that draws on it.
    step: &'static str,
    /// Facts: the sum reckoned, and what the account holds.
    needed: &'static str,
    deposit: &'static str,
    /// Whether it pays before the paper of the step is there.
    before_paper: bool,
    /// How often in a thousand the sum is short although the paper is there.
    short: i64,
}

/// Compensation, and social security, whose review is an act of its own and comes first.
pub(crate) const FUNDS: [Kind; 2] = [
    Kind {
        pool: "acquisition.funds",
        step: "req-deposit",
        needed: "req.comp_needed",
        deposit: "req.comp_deposit",
        before_paper: true,
        short: 90,
    },
    Kind {
        pool: "social.funds",
        step: "social-security",
        needed: "req.social_needed",
        deposit: "req.social_deposit",
        before_paper: false,
        short: 120,
    },
];

/// The step after which sums are known.
const SURVEY: &str = "req-survey";
/// The step that is not done while money is short.
const FILING: &str = "land-conversion";

/// A fund under the law of a day.
#[derive(Debug)]
struct Fund {
    kind: Kind,
    step: RequirementIdx,
    /// Columns of the sum reckoned and of the account.
    needed: FactIdx,
    deposit: FactIdx,
    /// Whether the law of the day lets the step draw on it.
    draws: bool,
    /// Whether it asks for the sum beside the paper.
    beside: bool,
}

/// The funds of a pack.
#[derive(Debug)]
pub(crate) struct Funds {
    kinds: [Option<Fund>; FUNDS.len()],
    survey: Option<RequirementIdx>,
    filing: Option<RequirementIdx>,
    as_of: Date,
}

/// One account of a project, in 10,000 yuan.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    /// The sum reckoned.
    needed: Option<i64>,
    /// What it holds beside what the fund paid in.
    deposit: Option<i64>,
    /// What it still wants of the fund.
    pub(crate) wanted: i64,
    /// What the fund paid in, and when.
    pub(crate) granted: Option<(i64, Date)>,
}

/// The accounts of a project, in the order of [`FUNDS`].
pub(crate) type Accounts = [Account; FUNDS.len()];

impl Funds {
    pub(crate) fn new(pack: &Pack, as_of: Date) -> Self {
        let fund = |kind: Kind| {
            let step = pack.find(kind.step)?;
            let of_pool = |idx: PoolIdx| pack.schema.pools[idx.0 as usize].id == kind.pool;
            let draws = pack[step].body(as_of).draws.iter().any(|draw| of_pool(draw.pool));
            let (needed, deposit) = (pack.schema.find(kind.needed)?, pack.schema.find(kind.deposit)?);
            let met_when = pack[step].body(as_of).met_when.as_ref();
            let beside = met_when.is_some_and(|met_when| beside(&met_when.tree, deposit));
            Some(Fund { kind, step, needed, deposit, draws, beside })
        };
        Self { kinds: FUNDS.map(fund), survey: pack.find(SURVEY), filing: pack.find(FILING), as_of }
    }

    /// Columns, in order.
    pub(crate) fn facts(&self) -> impl Iterator<Item = FactIdx> {
        self.kinds.iter().flatten().flat_map(|fund| [fund.needed, fund.deposit])
    }

    /// What the ledger says of a sum.
    pub(crate) fn cell(&self, accounts: &Accounts, fact: FactIdx) -> Option<String> {
        let of = |(fund, account): (&Option<Fund>, &Account)| match fund {
            Some(fund) if fund.needed == fact => account.needed,
            Some(fund) if fund.deposit == fact => account.deposit,
            _ => None,
        };
        self.kinds.iter().zip(accounts).find_map(of).map(|sum| sum.to_string())
    }

    /// The accounts of one project; `applies` says which steps its site has.
    pub(crate) fn accounts(
        &self,
        site: &Site,
        history: &History,
        applies: impl Fn(RequirementIdx) -> bool,
        draw: &mut Draw,
    ) -> Accounts {
        let mut accounts = Accounts::default();
        let open = |step: Option<RequirementIdx>| step.is_none_or(|step| history.open.contains(&step));
        let Some(costs) = costs(site, draw) else { return accounts };
        for ((fund, account), cost) in self.kinds.iter().zip(&mut accounts).zip(costs) {
            let known = draw.chance(if history.careful { 960 } else { 750 });
            let Some(fund) = fund.as_ref().filter(|fund| known && applies(fund.step) && !open(self.survey)) else {
                continue;
            };
            account.needed = Some(cost);
            let done = !open(Some(fund.step));
            // Once the case is filed, the money is there.
            let may = if done { draw.chance(fund.kind.short) && fund.beside } else { fund.kind.before_paper };
            let short = fund.draws && open(self.filing) && may;
            account.deposit = match (short, history.careful) {
                (true, true) => Some(cost * *draw.pick(&[(0, 55), (20, 15), (50, 15), (80, 15)]) / 100),
                (true, false) => [Some(0), Some(cost * 30 / 100), None][draw.below(3) as usize],
                (false, careful) if !done => Some(0).filter(|_| careful),
                (false, _) => Some(cost),
            };
            let missing = cost - account.deposit.unwrap_or(cost);
            if short && missing > 0 {
                account.granted = self.paid_in(site, missing, draw);
                account.wanted = missing - account.granted.map_or(0, |(paid, _)| paid);
            }
        }
        accounts
    }

    /// A part that the fund has paid in this year already, now and then.
    fn paid_in(&self, site: &Site, missing: i64, draw: &mut Draw) -> Option<(i64, Date)> {
        let first = Date::new(self.as_of.ymd().0, 1, 5)?.max(site.signed).min(self.as_of);
        let day = Date(first.0 + draw.below(i64::from(self.as_of.0 - first.0) + 1) as i32);
        let paid = missing * draw.between(20, 70) / 100;
        (draw.chance(COUNTIES[site.county].trouble * 3) && paid > 0).then_some((paid, day))
    }
}

/// Whether a condition holds a sum against a fact only together with a paper.
fn beside(condition: &Condition, sum: FactIdx) -> bool {
    match condition {
        Condition::And(parts) if parts.iter().any(|part| matches!(part, Condition::Issued(_))) => {
            let mut reads = false;
            condition.uses(&mut |used| reads |= used == Use::Fact(sum));
            reads
        }
        Condition::And(parts) | Condition::Or(parts) => parts.iter().any(|part| beside(part, sum)),
        _ => false,
    }
}

/// What compensation and social security come to: by the land of the village and the households that move.
fn costs(site: &Site, draw: &mut Draw) -> Option<[i64; FUNDS.len()]> {
    let text = |fact: &str| site.facts.iter().find(|(known, _)| *known == fact).map(|(_, text)| text);
    let (whole, tenth) = text("land.collective").map(|text| text.split_once('.').unwrap_or((text, "0")))?;
    let tenths = whole.parse::<i64>().ok()? * 10 + tenth.parse::<i64>().ok()?;
    let households: i64 = text("land.house_households").and_then(|text| text.parse().ok()).unwrap_or(0);
    let land = tenths * draw.between(45, 95) / 100;
    let compensation = land + households * draw.between(35, 70);
    let social = tenths * draw.between(6, 14) / 100;
    (tenths > 0).then_some([compensation.max(1), social.max(1)])
}
