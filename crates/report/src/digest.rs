//! What a check comes to: lights, stages, blockers by county, the pipeline, months of starts, alerts, the worst projects.
//!
//! Counts and sums only; the screen of `check`, the report's pages and its workbook all tell these.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{Cell, Date, Lang, Words};
use kaigong_rules::{Pack, RequirementIdx};
use kaigong_solver::{Decides, ProjectResult, Verdict};

use crate::assessment::{Assessment, Sum};
use crate::phrase::{light_words, verdict_words};

/// The order lights stand in; others follow by name.
const LIGHTS: [&str; 4] = ["green", "yellow", "red", "grey"];
/// Months of the forecast told one by one.
const MONTHS: usize = 18;

/// Projects under one light; under one verdict where the pack has no lights.
pub(crate) struct LightSum {
    /// The light's or the verdict's id.
    pub(crate) id: String,
    pub(crate) words: Words,
    /// What the light means; empty for a verdict.
    pub(crate) meaning: Words,
    pub(crate) sum: Sum,
}

/// Blocked projects that one stage holds up.
pub(crate) struct StageSum {
    /// As [`Assessment::stage`] numbers it.
    pub(crate) stage: usize,
    pub(crate) sum: Sum,
    /// Those of them that it blocks by presumption only.
    pub(crate) presumed: u64,
}

/// What one requirement blocks.
pub(crate) struct Blocking {
    pub(crate) requirement: RequirementIdx,
    pub(crate) sum: Sum,
    /// Projects in which nothing else blocks.
    pub(crate) alone: Sum,
    /// Projects by county, in the order of [`counties`].
    pub(crate) counties: Vec<u64>,
    /// The rows it blocks.
    pub(crate) rows: Vec<u32>,
}

/// Projects that nothing holds up to the end of a stage.
pub(crate) struct Passed {
    pub(crate) stage: usize,
    pub(crate) sum: Sum,
    /// Projects whose first blocker, or first decisive question, is of this stage.
    pub(crate) stuck: u64,
}

/// Starts of a month.
#[derive(Clone, Debug, Default)]
pub(crate) struct Month {
    /// Year and month; `None` gathers all later ones.
    pub(crate) of: Option<(i16, i8)>,
    /// Projects that could start then at the earliest.
    pub(crate) forecast: Sum,
    /// Those of them whose day rests on unknown facts.
    pub(crate) provisional: u64,
    /// Projects planned to start then.
    pub(crate) planned: u64,
}

/// When projects that have not started could, and when they were to.
pub(crate) struct Forecast {
    pub(crate) months: Vec<Month>,
    /// Projects for which no day can be told.
    pub(crate) never: u64,
    /// Projects planned to start before the day looked at.
    pub(crate) overdue: u64,
}

impl Assessment<'_> {
    /// Every project told of, with its light.
    pub(crate) fn projects(&self) -> impl Iterator<Item = (&ProjectResult, Option<usize>)> {
        self.results.projects.iter().zip(self.lights.iter().copied())
    }

    /// The stage of a requirement; past the stages, the requirement itself.
    pub(crate) fn stage(&self, idx: RequirementIdx) -> usize {
        let pack = self.evaluation.pack;
        pack[idx].stage.unwrap_or(pack.stages.len() + idx.0 as usize)
    }

    /// A department's name on the day.
    pub(crate) fn department(&self, id: Option<&str>, lang: Lang) -> String {
        let evaluation = &self.evaluation;
        let name = id.map(|id| evaluation.pack.department(id, evaluation.options.as_of));
        name.map(|words| words.get(lang).to_owned()).unwrap_or_default()
    }

    /// A stage's title and its lead.
    pub(crate) fn stage_words(&self, stage: usize, lang: Lang) -> (String, String) {
        let pack = self.evaluation.pack;
        if let Some(stage) = pack.stages.get(stage) {
            (stage.title.get(lang).to_owned(), self.department(stage.lead.as_deref(), lang))
        } else {
            let body = self.evaluation.body_today(RequirementIdx((stage - pack.stages.len()) as u32));
            (body.short.get(lang).to_owned(), self.department(body.owner.as_deref(), lang))
        }
    }

    /// Short names of a project's blockers, each once, by stage.
    pub(crate) fn blocker_names(&self, project: &ProjectResult, lang: Lang) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let short = |idx| self.evaluation.body_today(idx).short.get(lang).to_owned();
        let blockers = project.blockers.iter().map(|b| (self.stage(b.requirement), short(b.requirement)));
        let mut names: Vec<(usize, String)> = blockers.filter(|(_, name)| seen.insert(name.clone())).collect();
        names.sort_by_key(|(stage, _)| *stage);
        names.into_iter().map(|(_, name)| name).collect()
    }

    /// Days a project that has not started is past its planned start.
    pub(crate) fn overdue(&self, project: &ProjectResult) -> Option<i32> {
        let late = self.evaluation.days_late(project.row);
        late.filter(|days| *days > 0 && project.verdict != Verdict::Started)
    }
}

/// The place of a light in the list, and its id or that of a verdict.
pub(crate) type LightKey = (usize, String);

/// Projects by light, every light of the pack present.
pub(crate) fn lights(assessment: &Assessment<'_>) -> Vec<LightSum> {
    let mut sums = BTreeMap::new();
    add_lights(assessment, &mut sums);
    lights_of(assessment.evaluation.pack, &sums)
}

/// Adds projects by light.
pub(crate) fn add_lights(assessment: &Assessment<'_>, sums: &mut BTreeMap<LightKey, Sum>) {
    let pack = assessment.evaluation.pack;
    let place = |light: &str| LIGHTS.iter().position(|known| *known == light).unwrap_or(LIGHTS.len());
    for light in &pack.lights {
        sums.entry((place(&light.light), light.light.clone())).or_default();
    }
    for (project, light) in assessment.projects() {
        let key = match light {
            Some(at) => (place(&pack.lights[at].light), pack.lights[at].light.clone()),
            None => (LIGHTS.len() + 1 + project.verdict as usize, project.verdict.name().to_owned()),
        };
        sums.entry(key).or_default().add(assessment.fen(project.row));
    }
}

/// Lights with their words.
pub(crate) fn lights_of(pack: &Pack, sums: &BTreeMap<LightKey, Sum>) -> Vec<LightSum> {
    let told = sums.iter().map(|((_, id), &sum)| {
        let light = pack.lights.iter().find(|light| light.light == *id);
        let words = light.map_or_else(|| verdict_by_name(id), |light| light_words(&light.light));
        LightSum { id: id.clone(), words, meaning: light.map(|light| light.meaning.clone()).unwrap_or_default(), sum }
    });
    told.collect()
}

fn verdict_by_name(name: &str) -> Words {
    let all = [Verdict::Started, Verdict::Ready, Verdict::Blocked, Verdict::Undetermined];
    all.into_iter().find(|verdict| verdict.name() == name).map_or_else(|| Words::same(name), verdict_words)
}

/// Projects whose total investment is not recorded; none where the pack has no such role.
pub(crate) fn without_investment(assessment: &Assessment<'_>) -> usize {
    if assessment.evaluation.pack.roles.investment.is_none() {
        return 0;
    }
    assessment.projects().filter(|(project, _)| assessment.investment(project.row).is_none()).count()
}

/// Blocked projects by stage, or by requirement where the pack has no stages; most projects first.
pub(crate) fn stages(assessment: &Assessment<'_>) -> Vec<StageSum> {
    let mut sums = BTreeMap::new();
    add_stages(assessment, &mut sums);
    stages_of(&sums)
}

/// Adds blocked projects by stage, and how many of them by presumption only.
pub(crate) fn add_stages(assessment: &Assessment<'_>, sums: &mut BTreeMap<usize, (Sum, u64)>) {
    for (project, _) in assessment.projects().filter(|(project, _)| project.verdict == Verdict::Blocked) {
        let mut stages: BTreeMap<usize, bool> = BTreeMap::new();
        for blocker in &project.blockers {
            *stages.entry(assessment.stage(blocker.requirement)).or_default() |= blocker.certain;
        }
        for (stage, certain) in stages {
            let (sum, presumed) = sums.entry(stage).or_default();
            sum.add(assessment.fen(project.row));
            *presumed += u64::from(!certain);
        }
    }
}

/// Stages in the order they are listed.
pub(crate) fn stages_of(sums: &BTreeMap<usize, (Sum, u64)>) -> Vec<StageSum> {
    let told = sums.iter().map(|(&stage, &(sum, presumed))| StageSum { stage, sum, presumed });
    let mut told: Vec<StageSum> = told.collect();
    told.sort_by_key(|stage| (Reverse(stage.sum.projects), stage.stage));
    told
}

/// Counties of blocked projects, those with most of them first; blank is `None`.
pub(crate) fn counties(assessment: &Assessment<'_>) -> Vec<Option<String>> {
    let mut counts: BTreeMap<Option<String>, u64> = BTreeMap::new();
    for (project, _) in assessment.projects().filter(|(project, _)| project.verdict == Verdict::Blocked) {
        *counts.entry(county(assessment, project.row)).or_default() += 1;
    }
    let mut counties: Vec<(Option<String>, u64)> = counts.into_iter().collect();
    counties.sort_by_key(|(name, count)| (name.is_none(), Reverse(*count), name.clone()));
    counties.into_iter().map(|(name, _)| name).collect()
}

fn county(assessment: &Assessment<'_>, row: u32) -> Option<String> {
    assessment.role_text(assessment.evaluation.pack.roles.county, row)
}

/// What each requirement blocks, the most projects first; those that block none are left out.
pub(crate) fn blocking(assessment: &Assessment<'_>, counties: &[Option<String>]) -> Vec<Blocking> {
    let mut found: BTreeMap<RequirementIdx, Blocking> = BTreeMap::new();
    for (project, _) in assessment.projects().filter(|(project, _)| project.verdict == Verdict::Blocked) {
        let county = county(assessment, project.row);
        let place = counties.iter().position(|known| *known == county);
        for blocker in &project.blockers {
            let blocking = found.entry(blocker.requirement).or_insert_with(|| Blocking {
                requirement: blocker.requirement,
                sum: Sum::default(),
                alone: Sum::default(),
                counties: vec![0; counties.len()],
                rows: Vec::new(),
            });
            blocking.sum.add(assessment.fen(project.row));
            if project.blockers.len() == 1 {
                blocking.alone.add(assessment.fen(project.row));
            }
            blocking.counties.iter_mut().enumerate().for_each(|(at, count)| *count += u64::from(Some(at) == place));
            blocking.rows.push(project.row);
        }
    }
    let mut found: Vec<Blocking> = found.into_values().collect();
    found.sort_by_key(|blocking| (Reverse(blocking.sum.projects), blocking.requirement));
    found
}

/// The pipeline: how many projects nothing holds up to the end of each stage. What has started has passed them all.
pub(crate) fn pipeline(assessment: &Assessment<'_>) -> Vec<Passed> {
    let count = assessment.evaluation.pack.stages.len();
    let mut passed: Vec<Passed> = (0..count).map(|stage| Passed { stage, sum: Sum::default(), stuck: 0 }).collect();
    for (project, _) in assessment.projects() {
        let first = first_stage(assessment, project);
        for stage in &mut passed {
            if first.is_none_or(|first| first > stage.stage) {
                stage.sum.add(assessment.fen(project.row));
            }
            stage.stuck += u64::from(first == Some(stage.stage));
        }
    }
    passed
}

/// The first stage at which something holds a project up; requirements without a stage stand after all stages.
fn first_stage(assessment: &Assessment<'_>, project: &ProjectResult) -> Option<usize> {
    let stage = |idx: RequirementIdx| assessment.evaluation.pack[idx].stage.unwrap_or(usize::MAX);
    match project.verdict {
        Verdict::Started | Verdict::Ready => None,
        Verdict::Blocked => project.blockers.iter().map(|blocker| stage(blocker.requirement)).min(),
        Verdict::Undetermined => {
            let deciding = project.questions.iter().filter(|question| question.decides == Decides::Verdict);
            Some(deciding.map(|question| stage(question.requirement)).min().unwrap_or(usize::MAX))
        }
    }
}

/// Starts by month, from the month of the day looked at.
pub(crate) fn forecast(assessment: &Assessment<'_>) -> Forecast {
    let as_of = assessment.evaluation.options.as_of;
    let mut months: Vec<Month> = following(as_of).map(|month| Month { of: Some(month), ..Month::default() }).collect();
    months.push(Month::default());
    let mut forecast = Forecast { months, never: 0, overdue: 0 };
    for (project, _) in assessment.projects().filter(|(project, _)| project.verdict != Verdict::Started) {
        match project.earliest.date {
            None => forecast.never += 1,
            Some(day) => {
                let month = forecast.month(day);
                month.forecast.add(assessment.fen(project.row));
                month.provisional += u64::from(project.earliest.is_provisional());
            }
        }
        match planned(assessment, project.row) {
            Some(day) if day < as_of => forecast.overdue += 1,
            Some(day) => forecast.month(day).planned += 1,
            None => {}
        }
    }
    forecast.trim();
    forecast
}

/// The day a project is planned to start.
pub(crate) fn planned(assessment: &Assessment<'_>, row: u32) -> Option<Date> {
    let evaluation = &assessment.evaluation;
    match evaluation.facts().cell(evaluation.pack.roles.planned_start?, row, evaluation.options.as_of) {
        Cell::Date(day) => Some(day),
        _ => None,
    }
}

/// The months from a day's own on.
fn following(day: Date) -> impl Iterator<Item = (i16, i8)> {
    let (year, month, _) = day.ymd();
    (0..MONTHS as i16).map(move |at| {
        let months = i16::from(month) - 1 + at;
        (year + months / 12, (months % 12 + 1) as i8)
    })
}

impl Forecast {
    /// The entry a day counts in.
    fn month(&mut self, day: Date) -> &mut Month {
        let (year, month, _) = day.ymd();
        let last = self.months.len() - 1;
        let at = self.months.iter().position(|known| known.of == Some((year, month))).unwrap_or(last);
        &mut self.months[at]
    }

    /// Drops empty months at the end, and what is later where nothing is.
    fn trim(&mut self) {
        while self.months.len() > 1
            && self.months.last().is_some_and(|month| month.forecast.projects == 0 && month.planned == 0)
        {
            self.months.pop();
        }
    }
}

/// Alerts that fire: index, projects, and those of them that rest on presumption.
pub(crate) fn alerts(assessment: &Assessment<'_>) -> Vec<(usize, u64, u64)> {
    let mut counts = BTreeMap::new();
    add_alerts(assessment, &mut counts);
    counts.into_iter().map(|(alert, (count, presumed))| (alert, count, presumed)).collect()
}

/// Adds alerts that fire: projects, and those of them that rest on presumption.
pub(crate) fn add_alerts(assessment: &Assessment<'_>, counts: &mut BTreeMap<usize, (u64, u64)>) {
    for (project, _) in assessment.projects() {
        project.alerts.iter().for_each(|&alert| counts.entry(alert).or_default().0 += 1);
        project.presumed_alerts.iter().for_each(|&alert| counts.entry(alert).or_default().1 += 1);
    }
}

/// The light that blocked projects are shown of, and those projects, the largest investment first.
pub(crate) fn worst<'r>(assessment: &'r Assessment<'_>) -> (Option<usize>, Vec<(&'r ProjectResult, Option<usize>)>) {
    let blocked = |project: &ProjectResult| project.verdict == Verdict::Blocked;
    let shows = |light| assessment.projects().any(|(project, of)| of == Some(light) && blocked(project));
    let first = (0..assessment.evaluation.pack.lights.len()).find(|&light| shows(light));
    let mut projects: Vec<_> = assessment
        .projects()
        .filter(|(project, light)| blocked(project) && (first.is_none() || *light == first))
        .collect();
    projects.sort_by_key(|(project, _)| (Reverse(assessment.fen(project.row)), project.row));
    (first, projects)
}
