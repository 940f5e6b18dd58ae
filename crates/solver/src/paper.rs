//! Documents as seen on a day: which issues are visible, in force, expired or under way.

use kaigong_model::{Calendar, Cell, Date, FactSpec, Halts, Issue, Part, Truth};

/// What a document's cell says on a day, for screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperState {
    /// In force.
    Issued,
    /// Waived, not past due.
    Waived,
    /// Waived up to a day that has passed, and still not issued.
    Overdue,
    /// Past its last valid day.
    Expired,
    /// Accepted or submitted.
    InHand,
    /// Dated after the day.
    NotYet,
    /// Said not to be there.
    No,
    /// Nothing recorded.
    Unrecorded,
    /// Two sources differ, or a number without a date before the ledger's date.
    Unclear,
}

/// The day a document is looked at, and what the looking needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) spec: &'a FactSpec,
    pub(crate) as_of: Date,
    pub(crate) ledger_date: Date,
    /// The day expiry is judged at.
    pub(crate) judged_on: Date,
    /// Whether a document that nothing is recorded of may have used it earlier, while it was in force.
    pub(crate) perhaps_earlier: bool,
}

/// One issue on a day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    InForce,
    Expired,
    /// Expired, unless something unrecorded used it in time.
    PerhapsUsed,
    Waived,
    /// A number without a date, before the ledger's date.
    Undated,
    /// Only an area or an expiry is written.
    Bare,
    NotIssued,
}

fn visible(date: Option<Date>, as_of: Date) -> Option<Date> {
    date.filter(|&day| day <= as_of)
}

/// Whether a document is submitted or accepted by a day.
fn filed(issue: &Issue, as_of: Date) -> bool {
    visible(issue.accepted_on, as_of).or(visible(issue.submitted_on, as_of)).is_some()
}

impl Seen<'_> {
    fn standing(&self, issue: &Issue) -> Standing {
        let issued = match (issue.issued_on, &issue.number) {
            (Some(day), _) => day <= self.as_of,
            (None, Some(_)) if self.ledger_date > self.as_of => return self.waived_or(issue, Standing::Undated),
            (None, number) => number.is_some(),
        };
        if issued {
            let in_force = self.expiry(issue).is_none_or(|last| self.judged_on <= last);
            let lapsed = if self.perhaps_earlier { Standing::PerhapsUsed } else { Standing::Expired };
            return if in_force { Standing::InForce } else { self.waived_or(issue, lapsed) };
        }
        let dated = issue.issued_on.or(issue.accepted_on).or(issue.submitted_on).or(issue.waived_until);
        self.waived_or(issue, if dated.is_none() { Standing::Bare } else { Standing::NotIssued })
    }

    fn waived_or(&self, issue: &Issue, other: Standing) -> Standing {
        if issue.waived_until.is_some_and(|day| day >= self.as_of) { Standing::Waived } else { other }
    }

    /// The last valid day: as written, or the day of issue plus the pack's validity.
    fn expiry(&self, issue: &Issue) -> Option<Date> {
        let by_law = || issue.issued_on?.plus(self.spec.valid?, Calendar::official());
        issue.expires_on.or_else(by_law)
    }

    /// Whether the document is in force.
    pub(crate) fn issued<'i>(&self, issues: impl Iterator<Item = &'i Issue>) -> Truth {
        let mut truth = Truth::No;
        for issue in issues {
            match self.standing(issue) {
                Standing::InForce | Standing::Waived => return Truth::Yes,
                Standing::Undated | Standing::Bare | Standing::PerhapsUsed => truth = Truth::Unknown,
                Standing::Expired | Standing::NotIssued => {}
            }
        }
        truth
    }

    /// Whether the document was ever issued.
    pub(crate) fn recorded<'i>(&self, issues: impl Iterator<Item = &'i Issue>) -> Truth {
        let mut truth = Truth::No;
        for issue in issues {
            let dated = visible(issue.issued_on, self.as_of).is_some();
            match self.standing(issue) {
                Standing::InForce | Standing::Expired | Standing::PerhapsUsed => return Truth::Yes,
                _ if dated => return Truth::Yes,
                _ if issue.issued_on.is_none() && issue.number.is_some() => {
                    if self.ledger_date <= self.as_of {
                        return Truth::Yes;
                    }
                    truth = Truth::Unknown;
                }
                _ => {}
            }
        }
        truth
    }

    /// Area covered by the issues in force, atoms; `None` where some issue leaves it open.
    pub(crate) fn covered<'i>(&self, issues: impl Iterator<Item = &'i Issue>) -> Option<i128> {
        let mut sum = 0i128;
        for issue in issues {
            match self.standing(issue) {
                Standing::InForce | Standing::Waived => sum += i128::from(self.area_of(issue)?),
                Standing::Undated | Standing::Bare | Standing::PerhapsUsed => return None,
                Standing::Expired | Standing::NotIssued => {}
            }
        }
        Some(sum)
    }

    /// The area written on an issue that is visible, atoms.
    fn area_of(&self, issue: &Issue) -> Option<i64> {
        issue.area.filter(|_| !self.hidden(issue))
    }

    /// A date part over all issues: the earliest day of issue, acceptance or submission; the latest expiry or waiver.
    pub(crate) fn date<'i>(&self, part: Part, issues: impl Iterator<Item = &'i Issue>) -> Option<Date> {
        let dates = issues.filter_map(|issue| self.part(part, issue));
        match part {
            Part::ExpiresOn | Part::WaivedUntil => dates.max(),
            _ => dates.min(),
        }
    }

    fn part(&self, part: Part, issue: &Issue) -> Option<Date> {
        match part {
            Part::ExpiresOn => issue.expires_on.filter(|_| !self.hidden(issue)),
            Part::WaivedUntil => issue.waived_until,
            _ => visible(issue.date(part), self.as_of),
        }
    }

    /// Total area written on visible issues, atoms.
    pub(crate) fn area<'i>(&self, issues: impl Iterator<Item = &'i Issue>) -> Option<i128> {
        let areas: Vec<i64> = issues.filter_map(|issue| self.area_of(issue)).collect();
        (!areas.is_empty()).then(|| areas.into_iter().map(i128::from).sum())
    }

    /// Whether a part is written and visible.
    pub(crate) fn has<'i>(&self, part: Part, issues: impl Iterator<Item = &'i Issue>) -> bool {
        let mut issues = issues;
        issues.any(|issue| match part {
            Part::Number => issue.number.is_some() && !self.hidden(issue),
            Part::Area => issue.area.is_some() && !self.hidden(issue),
            Part::Stops => issue.stops.iter().any(|stop| stop.from <= self.as_of),
            _ => self.part(part, issue).is_some(),
        })
    }

    /// Whether what is written on an issue was not there yet on the day: its first date, or its day of issue, is later.
    fn hidden(&self, issue: &Issue) -> bool {
        match (issue.issued_on, &issue.number) {
            (Some(day), _) => day > self.as_of,
            (None, Some(_)) => false,
            (None, None) => {
                [issue.accepted_on, issue.submitted_on].into_iter().flatten().min().is_some_and(|day| day > self.as_of)
            }
        }
    }

    /// Whether no issue can have a part's date by the day: each is dated later, or was certainly not made yet.
    pub(crate) fn not_yet(&self, part: Part, issues: &[Issue]) -> bool {
        let later = |issue: &Issue| match part {
            Part::ExpiresOn => self.hidden(issue) && issue.expires_on.is_some(),
            _ => issue.date(part).is_some_and(|day| day > self.as_of),
        };
        issues.iter().all(|issue| later(issue) || self.unmade(issue))
    }

    /// Whether an issue was certainly not made by the day: it is dated later, in hand, or waived until further notice.
    fn unmade(&self, issue: &Issue) -> bool {
        match (issue.issued_on, &issue.number) {
            (Some(day), _) => day > self.as_of,
            (None, Some(_)) => false,
            (None, None) => issue.accepted_on.or(issue.submitted_on).or(issue.waived_until).is_some(),
        }
    }

    /// The day up to which a document was waived, where that has passed and nothing was issued.
    pub(crate) fn overdue(&self, issues: &[Issue]) -> Option<Date> {
        let open = issues.iter().all(|issue| matches!(self.standing(issue), Standing::NotIssued | Standing::Bare));
        issues.iter().filter_map(|issue| issue.waived_until).max().filter(|until| open && *until < self.as_of)
    }

    /// What a screen says of the cell.
    pub(crate) fn state(&self, cell: &Cell) -> PaperState {
        let issues = match cell {
            Cell::Document(issues) => issues,
            Cell::No => return PaperState::No,
            Cell::InHand => return PaperState::InHand,
            Cell::Conflicting => return PaperState::Unclear,
            _ => return PaperState::Unrecorded,
        };
        let standings: Vec<Standing> = issues.iter().map(|issue| self.standing(issue)).collect();
        let has = |standing| standings.contains(&standing);
        if has(Standing::InForce) {
            PaperState::Issued
        } else if has(Standing::Waived) {
            PaperState::Waived
        } else if self.overdue(issues).is_some() {
            PaperState::Overdue
        } else if has(Standing::Undated) || has(Standing::Bare) || has(Standing::PerhapsUsed) {
            PaperState::Unclear
        } else if issues.iter().any(|issue| filed(issue, self.as_of)) && !has(Standing::Expired) {
            PaperState::InHand
        } else if has(Standing::Expired) {
            PaperState::Expired
        } else {
            PaperState::NotYet
        }
    }

    /// The latest visible acceptance, where no issue is in force or waived, and the stops of its issue.
    pub(crate) fn accepted<'i>(&self, issues: impl Iterator<Item = &'i Issue> + Clone) -> Option<(Date, Halts)> {
        if self.issued(issues.clone()) == Truth::Yes {
            return None;
        }
        // The acceptance of an issue that came and lapsed is used up.
        let under_way = issues.filter(|issue| self.standing(issue) == Standing::NotIssued);
        let accepted = under_way.filter_map(|issue| Some((visible(issue.accepted_on, self.as_of)?, issue)));
        // Of several accepted on one day the one whose clock stood still the longest ends last.
        let halts = accepted.map(|(day, issue)| (day, Halts::of(self.spec, [issue].into_iter(), self.as_of)));
        halts.max_by_key(|(day, halts)| halts.age(*day, self.as_of))
    }
}
