//! The ledger's pools as books: what was granted out of each line, what lapsed, what went on to the next period and
//! what is left on a day. Nothing is lost between them: the four add up to the line.
//!
//! ```text
//! line --until its last day--> left --grants, in order of day--> granted
//!      --after it-----------> carry x left goes on to the next period, the rest lapses
//! ```
//! The last day of a line is `expires_on`, else that of its period. Of several lines that may serve a grant, the county's
//! own comes first, then the city's, then the province's; among those, what was carried over, then what lapses first.

use kaigong_io::Supply;
use kaigong_model::{Code, Date, Diagnostic, Grant, Lang, Place, Unit, format_exact, period_days};
use kaigong_report::PoolLine;
use kaigong_rules::Pack;

use super::counties::{text_of, word_of};
use crate::check::{CheckOptions, Ledger};

/// What became of the pools of a ledger.
#[derive(Default)]
pub(super) struct Books {
    /// The lines of the period asked about and of those before, as indices into the ledger's supplies.
    pub(super) lines: Vec<(usize, PoolLine)>,
    /// A warning for every grant that its pools do not cover.
    pub(super) warnings: Vec<Diagnostic>,
}

/// A period by its name, with its days where the name tells them.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Term {
    name: String,
    days: Option<(Date, Date)>,
}

impl Term {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), days: period_days(name) }
    }

    /// Whether it is over before another begins; names that tell no days go by their order.
    pub(super) fn before(&self, other: &Self) -> bool {
        match (self.days, other.days) {
            (Some((_, last)), Some((first, _))) => last < first,
            _ => self.name < other.name,
        }
    }

    fn holds(&self, day: Date) -> bool {
        self.days.map_or_else(|| day.to_string().starts_with(&self.name), |(first, last)| first <= day && day <= last)
    }

    fn is_over(&self, day: Date) -> bool {
        self.days.is_some_and(|(_, last)| last < day)
    }

    /// The day on which a supply of the period is looked at: as of which one asks, or its first if that is still to come.
    pub(super) fn looked_at(&self, as_of: Date) -> Date {
        self.days.map_or(as_of, |(first, _)| as_of.max(first))
    }
}

/// A line and what became of it so far.
struct Line<'l> {
    supply: &'l Supply,
    at: usize,
    pool: usize,
    term: Option<Term>,
    /// The county in the word that screens use.
    county: Option<String>,
    carry: u32,
    granted: i64,
    lapsed: i64,
    carried: i64,
    left: i64,
    /// Whether its last day is past, so that what is left of it lapsed or went on.
    closed: bool,
}

impl Line<'_> {
    fn last_day(&self) -> Option<Date> {
        self.supply.expires_on.or(self.term.as_ref()?.days.map(|(_, last)| last))
    }

    /// Lets what is left lapse, but for the share that goes on.
    fn close(&mut self) {
        if !self.closed {
            self.carried = (i128::from(self.left) * i128::from(self.carry) / 1_000_000) as i64;
            self.lapsed += self.left - self.carried;
            (self.left, self.closed) = (0, true);
        }
    }

    /// Lets what went on lapse too.
    fn end(&mut self) {
        self.close();
        self.lapsed += self.carried;
        self.carried = 0;
    }

    fn told(&self) -> PoolLine {
        let Supply { level, county, period, document, expires_on, place, amount, .. } = self.supply.clone();
        let Self { pool, carry, granted, lapsed, carried, left, .. } = *self;
        debug_assert_eq!(i128::from(amount), [granted, lapsed, carried, left].map(i128::from).iter().sum());
        PoolLine {
            pool,
            level,
            county,
            period,
            document,
            expires_on,
            carry,
            place,
            amount,
            granted,
            lapsed,
            carried,
            left,
        }
    }
}

/// The books of a period on a day, `carry` giving the share of a pool kind where its lines give none.
pub(super) fn books(
    ledger: &Ledger,
    pack: &Pack,
    options: &CheckOptions,
    period: Option<&str>,
    carry: &dyn Fn(&str) -> u32,
) -> Books {
    let asked = period.map(Term::new);
    let terms = terms(ledger);
    let mut lines: Vec<Line> =
        ledger.supplies.iter().enumerate().filter_map(|line| opened(pack, line, carry)).collect();
    let mut warnings = Vec::new();
    for (day, grant, place) in grants(ledger, options, asked.as_ref()) {
        let left = take(&mut lines, &terms, day, grant, county_cell(ledger, pack, grant.row).as_deref());
        if let Some(left) = left.filter(|left| *left > 0) {
            warnings.push(overdrawn(ledger, pack, grant, place, left));
        }
    }
    let day = asked.as_ref().map_or(options.as_of, |asked| asked.looked_at(options.as_of));
    let mut told = Vec::new();
    for mut line in lines {
        let expired = line.supply.expires_on.is_some_and(|last| last < day);
        match (&line.term, &asked) {
            (Some(own), Some(asked)) if own.name != asked.name => {
                if !own.before(asked) {
                    continue;
                }
                if line.supply.expires_on.is_none() || expired {
                    let between = terms.iter().any(|term| own.before(term) && term.before(asked));
                    if between { line.end() } else { line.close() }
                }
            }
            (Some(_), None) => continue,
            _ if expired => line.close(),
            _ => {}
        }
        told.push((line.at, line.told()));
    }
    Books { lines: told, warnings }
}

fn opened<'l>(pack: &Pack, (at, supply): (usize, &'l Supply), carry: &dyn Fn(&str) -> u32) -> Option<Line<'l>> {
    let pool = pack.pools.iter().position(|pool| pool.id == supply.pool)?;
    let term = supply.period.as_deref().map(Term::new);
    // What a period leaves is what is left on its last day: of what lapsed before that, nothing.
    let last = term.as_ref().and_then(|term| term.days).map(|(_, last)| last);
    let lasts = supply.expires_on.is_none_or(|expires| last.is_none_or(|last| last <= expires));
    let usual = if lasts { carry(&supply.pool) } else { 0 };
    Some(Line {
        supply,
        at,
        pool,
        term,
        county: supply.county.as_deref().map(|county| word_of(pack, county)),
        carry: supply.carry.map_or(usual, |share| share.0),
        granted: 0,
        lapsed: 0,
        carried: 0,
        left: supply.amount,
        closed: false,
    })
}

/// The periods of a ledger, each once.
pub(super) fn terms(ledger: &Ledger) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for name in ledger.supplies.iter().filter_map(|supply| supply.period.as_deref()) {
        if terms.iter().all(|term| term.name != name) {
            terms.push(Term::new(name));
        }
    }
    terms
}

/// The grants up to the day looked at and the end of the period, in order of day, then as written.
///
/// One without a day counts from the ledger's date on, as everywhere.
fn grants<'l>(ledger: &'l Ledger, options: &CheckOptions, asked: Option<&Term>) -> Vec<(Date, &'l Grant, &'l Place)> {
    let undated = options.ledger_date.unwrap_or(options.as_of);
    let last = asked.and_then(|asked| asked.days).map_or(options.as_of, |(_, last)| last.min(options.as_of));
    let dated = ledger.grants.iter().map(|line| (line.grant.granted_on.unwrap_or(undated), &line.grant, &line.place));
    let mut grants: Vec<_> = dated.filter(|(day, ..)| *day <= last).collect();
    grants.sort_by_key(|(day, ..)| *day);
    grants
}

/// Takes a grant out of the lines that may serve it; what they do not cover, or `None` where no line is of its time.
fn take(lines: &mut [Line], terms: &[Term], day: Date, grant: &Grant, county: Option<&str>) -> Option<i64> {
    let mut usable = Vec::new();
    let mut known = false;
    for (at, line) in lines.iter_mut().enumerate().filter(|(_, line)| line.supply.pool == grant.pool) {
        known |= line.term.as_ref().is_none_or(|term| term.holds(day));
        if line.last_day().is_some_and(|last| last < day) {
            line.close();
        }
        let begun = line.term.as_ref().is_none_or(|term| term.holds(day) || term.is_over(day));
        // What was carried over serves the period after its own.
        let next = |own: &Term| own.is_over(day) && !terms.iter().any(|term| own.before(term) && term.is_over(day));
        let serves = if line.closed { line.term.as_ref().is_some_and(next) } else { begun };
        let is_own = line.county.as_deref().is_none_or(|own| Some(own) == county);
        if serves && is_own {
            usable.push((line.supply.level, !line.closed, line.last_day().unwrap_or(Date(i32::MAX)), at));
        }
    }
    if !known && usable.is_empty() {
        return None;
    }
    usable.sort_unstable();
    let mut left = grant.amount;
    for (.., at) in usable {
        let line = &mut lines[at];
        let there = if line.closed { &mut line.carried } else { &mut line.left };
        let taken = left.min(*there);
        *there -= taken;
        line.granted += taken;
        left -= taken;
    }
    Some(left)
}

fn overdrawn(ledger: &Ledger, pack: &Pack, grant: &Grant, place: &Place, left: i64) -> Diagnostic {
    let id = &ledger.portfolio.ids[grant.row as usize];
    let unit = pack.schema.pools.iter().find(|pool| pool.id == grant.pool).map(|pool| pool.unit);
    let amount = |lang: Lang| {
        let told = |unit: Unit| format!("{} {}", format_exact(left.into(), unit), unit.words().get(lang));
        unit.map_or_else(|| left.to_string(), told)
    };
    let (mut zh, mut en) = (String::new(), String::new());
    if let Some(paper) = &grant.document {
        (zh, en) = (format!("（{paper}）"), format!(" ({paper})"));
    }
    Diagnostic::warning(
        Code("KG-C027"),
        format!("项目「{id}」已配的 {}{zh}有 {} 超出指标池", grant.pool, amount(Lang::Zh)),
        format!("of {} granted to `{id}`{en}, {} exceed the pools", grant.pool, amount(Lang::En)),
    )
    .at(place.clone())
}

fn county_cell(ledger: &Ledger, pack: &Pack, row: u32) -> Option<String> {
    let fact = pack.roles.county?;
    let column = ledger.portfolio.column(fact)?;
    text_of(pack, fact, &column.base_cell(row))
}

impl Books {
    /// Whether a line may be shared out in the period asked about, and how much of it.
    pub(super) fn usable(line: &PoolLine, period: Option<&str>) -> i64 {
        if line.period.as_deref() == period { line.left } else { line.left + line.carried }
    }

    /// Whether what is usable of a line was carried over into the period.
    pub(super) fn was_carried(line: &PoolLine, period: Option<&str>) -> bool {
        line.period.as_deref() != period && line.carried > 0
    }
}
