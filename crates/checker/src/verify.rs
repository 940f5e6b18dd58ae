//! A certificate held against the rules and the ledger, project by project.

use std::collections::BTreeSet;

use kaigong_model::{Date, FactIdx, Portfolio, Truth};
use kaigong_rules::{Pack, RequirementIdx};

use crate::certificate::{Account, Cause, Certificate, SCHEMA, Stop};
use crate::costs::Cost;
use crate::earliest::Forecast;
use crate::interpret::{Blanks, Interpreter, Options, Outcome, Step, Verdict};
use crate::releases::Releases;
use crate::walk::Kind;

/// Something a certificate says that is not so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// The project; `None` for the certificate as a whole.
    pub project: Option<String>,
    /// What it is about: the key, or the path of keys.
    pub item: String,
    /// What the certificate says.
    pub stated: String,
    /// What rules and ledger say.
    pub found: String,
}

/// What was re-verified, and what did not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Everything that is not so, in order of the certificate.
    pub objections: Vec<Objection>,
    /// Projects looked at.
    pub projects: usize,
    /// Facts compared with the ledger.
    pub facts: usize,
    /// States worked out again.
    pub states: usize,
    /// Ways tried.
    pub ways: usize,
    /// Optima whose proof was followed.
    pub proofs: usize,
    /// Ways that the choices are said to spell out, over all projects.
    pub told: u128,
    /// Ways of these that were tried one by one.
    pub tried: usize,
    /// Projects that have ways, or none.
    pub blocked: usize,
    /// Projects of these for which it was shown that there are no others.
    pub whole: usize,
}

/// Re-verifies a certificate.
///
/// # Complexity
/// Each project is interpreted once, with the projects it links to; once more for each step of a way and each cut.
pub fn verify(pack: &Pack, portfolio: &Portfolio, certificate: &Certificate) -> Findings {
    let mut check = Check { findings: Findings::default(), project: None };
    check.same("schema", &certificate.schema, SCHEMA);
    check.same("pack.id", &certificate.pack.id, &pack.id);
    check.same("pack.version", &certificate.pack.version, &pack.version);
    check.same("costs", &certificate.costs.to_string(), &(!portfolio.prices.is_empty()).to_string());
    let Some(options) = check.options(pack, certificate) else { return check.findings };
    let Some(by) = Cost::named(&certificate.cheapest) else {
        check.object("cheapest", &certificate.cheapest, "");
        return check.findings;
    };
    for account in &certificate.projects {
        check.project = Some(account.id.clone());
        check.findings.projects += 1;
        match portfolio.row(&account.id) {
            Some(row) => check.account(pack, portfolio, options, (row, by), account),
            None => check.object("id", &account.id, ""),
        }
    }
    check.findings
}

/// What has been found so far.
pub(crate) struct Check {
    pub(crate) findings: Findings,
    project: Option<String>,
}

impl Check {
    pub(crate) fn object(&mut self, item: &str, stated: &str, found: &str) {
        let (item, stated, found) = (item.to_owned(), stated.to_owned(), found.to_owned());
        self.findings.objections.push(Objection { project: self.project.clone(), item, stated, found });
    }

    pub(crate) fn same(&mut self, item: &str, stated: &str, found: &str) {
        if stated != found {
            self.object(item, stated, found);
        }
    }

    fn options(&mut self, pack: &Pack, certificate: &Certificate) -> Option<Options> {
        let goal = pack.goal(&certificate.goal);
        if goal.is_none() {
            self.object("goal", &certificate.goal, "");
        }
        let mut day = |item: &str, text: &Option<String>| match text.as_deref() {
            None => Some(None),
            Some(text) => {
                let day = Date::parse(text);
                if day.is_none() {
                    self.object(item, text, "");
                }
                day.map(Some)
            }
        };
        let as_of = day("as_of", &Some(certificate.as_of.clone()));
        let (known_by, ledger_date) =
            (day("known_by", &certificate.known_by), day("ledger_date", &certificate.ledger_date));
        let blanks = match certificate.blanks.as_str() {
            "pack" => Some(Blanks::Pack),
            "no" => Some(Blanks::No),
            "unknown" => Some(Blanks::Unknown),
            other => {
                self.object("blanks", other, "");
                None
            }
        };
        let typical = match certificate.durations.as_str() {
            "statutory" => Some(false),
            "typical" => Some(true),
            other => {
                self.object("durations", other, "");
                None
            }
        };
        Some(Options {
            known_by: known_by?,
            ledger_date: ledger_date?,
            blanks: blanks?,
            typical: typical?,
            plan: certificate.plan,
            ..Options::on(goal?, as_of??)
        })
    }

    fn account(
        &mut self,
        pack: &Pack,
        portfolio: &Portfolio,
        options: Options,
        (row, by): (u32, Cost),
        account: &Account,
    ) {
        let rows = Interpreter::with_links(pack, portfolio, options, row);
        let of = Interpreter::settled(pack, portfolio, options, &rows);
        // INVARIANT: `with_links` gives the row itself too.
        let (outcome, mutual) = of.outcome_of(&rows, row);
        self.same("verdict", &account.verdict, verdict(outcome.verdict));
        self.same("readiness", &account.readiness, verdict(outcome.readiness));
        self.facts(&of, row, account);
        self.states(&of, &outcome, account);
        self.grounds(&of, row, &outcome, account);
        self.causes(&of, &outcome, account);
        self.deadlock(portfolio, &mutual, account);
        self.dates(&of, row, &outcome, account);
        Releases::new(&of, row, &outcome, by).check(self, account.ways.as_ref());
    }

    fn facts(&mut self, of: &Interpreter<'_>, row: u32, account: &Account) {
        for (id, stated) in &account.facts {
            self.findings.facts += 1;
            let item = format!("facts.{id}");
            match of.pack.schema.find(id) {
                Some(fact) => self.same(&item, stated, &of.written(fact, row).exact(&of.pack.schema[fact])),
                None => self.object(&item, stated, ""),
            }
        }
    }

    fn states(&mut self, of: &Interpreter<'_>, outcome: &Outcome, account: &Account) {
        for (idx, requirement) in of.pack.iter() {
            self.findings.states += 1;
            let found = letters(outcome.steps[idx.0 as usize]);
            let stated = account.states.get(&requirement.id).map_or("", String::as_str);
            self.same(&format!("states.{}", requirement.id), stated, &found);
        }
        for id in account.states.keys().filter(|id| of.pack.find(id).is_none()) {
            self.object(&format!("states.{id}"), id, "");
        }
    }

    /// With every other fact of the project forgotten, the verdict stands.
    fn grounds(&mut self, of: &Interpreter<'_>, row: u32, outcome: &Outcome, account: &Account) {
        let cited = |spec: &kaigong_model::FactSpec| account.facts.contains_key(&spec.id);
        let facts = of.pack.schema.iter().filter(|(_, spec)| !cited(spec));
        let forgotten: BTreeSet<FactIdx> = facts.map(|(fact, _)| fact).collect();
        let forgetful = of.forgetting(row, forgotten);
        let goal = &of.pack.goals[of.options.goal];
        let found = match forgetful.steps(row)[goal.requirement.0 as usize].cleared {
            Truth::Yes => Verdict::Ready,
            Truth::No => Verdict::Blocked,
            Truth::Unknown => Verdict::Undetermined,
        };
        if found != outcome.readiness {
            self.object("facts", verdict(outcome.readiness), verdict(found));
        }
    }

    fn causes(&mut self, of: &Interpreter<'_>, outcome: &Outcome, account: &Account) {
        let causes = outcome.blockers.iter().map(|blocker| Cause {
            requirement: of.pack[blocker.requirement].id.clone(),
            kind: kind(blocker.kind).to_owned(),
            certain: blocker.certain,
            group: blocker.group.as_ref().map(|group| group.id.clone()),
        });
        let causes: Vec<Cause> = causes.collect();
        let told = |causes: &[Cause]| causes.iter().map(|cause| format!("{cause:?}")).collect::<Vec<_>>().join("; ");
        self.same("blockers", &told(&account.blockers), &told(&causes));
    }

    fn deadlock(&mut self, portfolio: &Portfolio, mutual: &[u32], account: &Account) {
        let found: Vec<String> = mutual.iter().map(|&row| portfolio.ids[row as usize].to_string()).collect();
        let stated = account.deadlock.clone().unwrap_or_default();
        self.same("deadlock", &stated.join("; "), &found.join("; "));
    }

    fn dates(&mut self, of: &Interpreter<'_>, row: u32, outcome: &Outcome, account: &Account) {
        let day = |day: Option<Date>| day.map_or(String::new(), |day| day.to_string());
        self.same("earliest_start", account.earliest_start.as_deref().unwrap_or(""), &day(outcome.earliest_start));
        self.same("provisional", &account.provisional.to_string(), &outcome.provisional.to_string());
        let year = |year: Option<i16>| year.map_or(String::new(), |year| year.to_string());
        let notice = outcome.unpublished.filter(|_| outcome.earliest_start.is_some());
        self.same("holiday_notice", &year(account.holiday_notice), &year(notice));
        self.chain(of, row, outcome, &account.chain);
    }

    /// Each step of the chain begins when the one before it is done, the first at once, and the last is the goal.
    fn chain(&mut self, of: &Interpreter<'_>, row: u32, outcome: &Outcome, chain: &[Stop]) {
        let day = |day: Option<Date>| day.map_or(String::new(), |day| day.to_string());
        let mut forecast = Forecast::new(of, row, &outcome.steps, &outcome.blockers, None);
        let mut before: (Option<RequirementIdx>, String) = (None, of.options.as_of.to_string());
        for Stop { requirement, done } in chain {
            let item = format!("chain.{requirement}");
            let Some(idx) = of.pack.find(requirement) else { return self.object(&item, done, "") };
            self.same(&item, done, &day(forecast.finish(idx)));
            self.same(&item, &before.1, &day(forecast.begins(idx)));
            let (body, _) = of.body(idx, row);
            let needs = |step| body.needs.iter().any(|need| need.target.requirements().contains(&step));
            if let Some(step) = before.0.filter(|&step| !needs(step)) {
                self.object(&item, &of.pack[step].id, "");
            }
            before = (Some(idx), done.clone());
        }
        let goal = of.pack.goals[of.options.goal].requirement;
        let expected = outcome.earliest_start.is_some() && outcome.steps[goal.0 as usize].cleared != Truth::Yes;
        let last = before.0.map_or("", |step| of.pack[step].id.as_str());
        self.same("chain", last, if expected { of.pack[goal].id.as_str() } else { "" });
    }
}

/// Applies, met and needs, a letter each.
fn letters(step: Step) -> String {
    let letter = |truth| match truth {
        Truth::Yes => 'y',
        Truth::No => 'n',
        Truth::Unknown => 'u',
    };
    [step.applies, step.met, step.needs].into_iter().map(letter).collect()
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Started => "started",
        Verdict::Ready => "ready",
        Verdict::Blocked => "blocked",
        Verdict::Undetermined => "undetermined",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Deadlock => "deadlock",
        Kind::NoWay => "no_way",
        Kind::Upstream => "upstream",
        Kind::Resource => "resource",
        Kind::Action => "action",
    }
}
