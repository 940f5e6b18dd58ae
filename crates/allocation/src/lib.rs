//! Scarce pools and who gets what: a [`Problem`] in integers comes in, a [`Plan`] with a proven bound goes out.
//!
//! ```text
//! Problem --by_order, pro_rata, greedy, granted--> Plan
//! Problem --optimal(work)--> Plan + bound + Certificate      prices, then picks, exchange, search
//! Problem x Plan x Certificate --verify--> violations        shares no code with what made the plan
//! ```
//! Making and judging are apart: any plan, from anyone, can be judged.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod counties;
mod draft;
mod exact;
mod flow;
mod optimal;
mod price;
mod problem;
mod purchase;
mod search;
mod simple;
mod split;
mod stands;
mod supply;
mod swing;
mod verify;
mod worth;

pub use counties::{ByItself, by_itself};
#[cfg(feature = "highs")]
pub use exact::Highs;
#[cfg(feature = "microlp")]
pub use exact::Micro;
pub use exact::{Answer, Claim, Exact, NODE, Own, Task};
pub use optimal::{Limit, Optimum, Session, Stop, optimal};
pub use problem::{
    Candidate, CandidateIdx, Certificate, CountyIdx, Draw, Entry, Floor, KindIdx, Lock, Part, Plan, Pool, PoolIdx,
    Problem, Source, Split, Step, Tier, TierResult, Transfer, Via,
};
pub use purchase::{Deal, Market, Purchase};
pub use simple::{Gift, by_order, granted, greedy, pro_rata, shortages};
pub use stands::{Near, Standing};
pub use swing::{Alone, Kept, Shift, Swing, alone, kept, shift, swing};
pub use verify::{Violation, verify, verify_bound, verify_split, verify_tiers};
pub use worth::{Forced, Rule, RulePrice, Rung, forced, rule_price, rule_prices, rules, rung};
