//! What a check's screen tells, summed up: of a portfolio as a whole, or of blocks of one, added in order.
//!
//! A block is dropped once it is added, so a tally holds no project but the few that a screen names.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use kaigong_solver::{ProjectResult, RequirementCounts, Verdict};

use crate::assessment::{Assessment, Sum};
use crate::check::{CheckScreen, Writer};
use crate::digest::{self, LightKey};
use crate::leverage::{Family, Leverage};

/// Projects listed where not all are asked for.
pub(crate) const LISTED: usize = 3;

/// The sums of a check.
#[derive(Debug, Default)]
pub struct Tally {
    /// Projects per verdict: started, ready, blocked, undetermined.
    pub verdicts: [u64; 4],
    /// In order of requirement; empty before the first block.
    pub(crate) requirements: Vec<RequirementCounts>,
    pub(crate) lights: BTreeMap<LightKey, Sum>,
    /// Projects by light alone, as an index into the pack's light rules.
    pub(crate) lit: BTreeMap<usize, u64>,
    /// Projects whose investment is not recorded.
    pub(crate) unpriced: usize,
    /// Blocked projects by stage, and how many of them by presumption only.
    pub(crate) stages: BTreeMap<usize, (Sum, u64)>,
    /// What steps, alone or two together, release.
    pub(crate) releases: BTreeMap<Vec<usize>, Sum>,
    /// By the text of a fact, blanks last.
    pub(crate) groups: BTreeMap<(bool, String), ([u64; 4], i128)>,
    /// Alerts that fire, and how many of them by presumption only.
    pub(crate) alerts: BTreeMap<usize, (u64, u64)>,
    /// Blocked projects of each light, the largest investments first.
    pub(crate) worst: BTreeMap<Option<usize>, Worst>,
    /// Every project, where all are listed.
    pub(crate) all: Vec<Vec<String>>,
    /// The id of the blocked project of the largest investment, the first of them.
    largest: Option<(i128, String)>,
    /// The id of the first project.
    first: Option<String>,
}

/// Blocked projects of one light.
#[derive(Debug, Default)]
pub(crate) struct Worst {
    pub(crate) count: usize,
    /// The first few: investment and cells, as the screen lists them.
    pub(crate) listed: Vec<(Reverse<i128>, Vec<String>)>,
}

impl Tally {
    /// Adds a portfolio, or the next block of one; with leverage, what would release its projects.
    pub fn add(&mut self, assessment: &Assessment<'_>, screen: &CheckScreen, leverage: Option<&Leverage<'_, '_>>) {
        let results = &assessment.results;
        self.verdicts.iter_mut().zip(results.verdicts).for_each(|(sum, add)| *sum += add);
        self.requirements.resize_with(results.requirements.len(), RequirementCounts::default);
        self.requirements.iter_mut().zip(&results.requirements).for_each(|(sum, add)| sum.add(add));
        digest::add_lights(assessment, &mut self.lights);
        digest::add_stages(assessment, &mut self.stages);
        digest::add_alerts(assessment, &mut self.alerts);
        self.unpriced += digest::without_investment(assessment);
        assessment.lights.iter().flatten().for_each(|&light| *self.lit.entry(light).or_default() += 1);
        if let Some(leverage) = leverage {
            self.add_releases(leverage);
        }
        let writer = Writer { assessment, screen, lang: screen.lang };
        for (project, light) in assessment.projects() {
            self.add_project(&writer, project, light);
        }
    }

    fn add_project(&mut self, writer: &Writer<'_, '_>, project: &ProjectResult, light: Option<usize>) {
        let fen = writer.assessment.fen(project.row);
        if let Some(fact) = writer.screen.group_by {
            let (counts, sum) = self.groups.entry(writer.group(fact, project.row)).or_default();
            counts[project.verdict as usize] += 1;
            *sum += fen;
        }
        if writer.screen.all {
            self.all.push(writer.cells(project));
        }
        let id = || writer.assessment.evaluation.portfolio.ids[project.row as usize].to_string();
        if self.first.is_none() {
            self.first = Some(id());
        }
        if project.verdict != Verdict::Blocked {
            return;
        }
        if self.largest.as_ref().is_none_or(|(most, _)| fen > *most) {
            self.largest = Some((fen, id()));
        }
        let worst = self.worst.entry(light).or_default();
        worst.count += 1;
        // Those of one investment stand in the order of the ledger.
        let place = worst.listed.partition_point(|(known, _)| *known <= Reverse(fen));
        if place < LISTED {
            worst.listed.insert(place, (Reverse(fen), writer.cells(project)));
            worst.listed.truncate(LISTED);
        }
    }

    fn add_releases(&mut self, leverage: &Leverage<'_, '_>) {
        for (at, pull) in leverage.pulls(Family::Steps).into_iter().enumerate() {
            self.release(vec![at], pull.releases);
        }
        for ((a, b), sum) in leverage.pairs(Family::Steps) {
            self.release(vec![a, b], sum);
        }
    }

    fn release(&mut self, steps: Vec<usize>, sum: Sum) {
        if sum.projects > 0 {
            let known = self.releases.entry(steps).or_default();
            known.projects += sum.projects;
            known.fen += sum.fen;
        }
    }

    /// The project a reader would ask about first: the largest that is blocked, else the first there is.
    pub(crate) fn foremost(&self) -> Option<&str> {
        self.largest.as_ref().map(|(_, id)| id).or(self.first.as_ref()).map(String::as_str)
    }

    /// Projects under a light of the pack, by its index.
    pub fn under_light(&self, light: usize) -> u64 {
        self.lit.get(&light).copied().unwrap_or_default()
    }
}
