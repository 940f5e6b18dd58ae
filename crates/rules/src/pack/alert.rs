//! Alerts and lights.

use kaigong_model::{Date, FactIdx, Place, Truth, Words};

use super::{Citation, Period};
use crate::expression::{Condition, Written};

/// How bad an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The law is broken.
    Violation,
    /// It may be.
    Warning,
    /// Worth knowing.
    Notice,
}

impl Severity {
    /// Every severity with its name.
    pub const NAMES: [(&'static str, Self); 3] =
        [("violation", Self::Violation), ("warning", Self::Warning), ("notice", Self::Notice)];

    /// The name packs and outputs use.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, severity)| *severity == self).map_or("notice", |(name, _)| name)
    }
}

/// Something that should not be.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Stable id.
    pub id: String,
    /// Title.
    pub title: Words,
    /// Fires only on yes.
    pub when: Written<Condition>,
    /// How bad.
    pub severity: Severity,
    /// The fine, as text ranges: fact the range is a share of, least, most.
    pub fine: Option<Fine>,
    /// Sources.
    pub cite: Vec<Citation>,
    /// The days it exists.
    pub period: Period,
    /// Where it is written.
    pub place: Place,
    /// Tests.
    pub tests: Vec<AlertTest>,
}

/// A test of an alert: whether it fires on a project of which only this is known.
#[derive(Clone, Debug)]
pub struct AlertTest {
    /// As of when.
    pub as_of: Date,
    /// Facts given: id (or `doc.part`) and text.
    pub given: Vec<(String, String)>,
    /// Whether it fires; unknown where that is not known.
    pub expect: Truth,
    /// Where it is written.
    pub place: Place,
}

/// A range of fines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fine {
    /// The money fact it is a share of; plain amounts where `None`.
    pub of: Option<FactIdx>,
    /// Least, as written.
    pub from: String,
    /// Most, as written.
    pub to: String,
    /// What each amount is for, where it is not for the whole: a square metre.
    pub per: Option<Words>,
    /// What both are multiples of, where that is no fact: a fee.
    pub times: Option<Words>,
}

/// A local policy light.
#[derive(Clone, Debug)]
pub struct Light {
    /// Its name: red, yellow, grey, green or another.
    pub light: String,
    /// When it holds; the first that holds is shown.
    pub when: Written<Condition>,
    /// What it means.
    pub meaning: Words,
}
