//! Networks of activities written as packs: the earliest start is the length of the critical path, and each
//! activity has the slack that a backward pass finds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use kaigong_model::{Date, PortfolioBuilder};
use kaigong_oracle::generate::Random;
use kaigong_rules::{Layer, RequirementIdx, load};
use kaigong_solver::{Durations, EarliestStart, Options, evaluate};

/// Activities on nodes: each takes days and comes after activities with smaller numbers.
struct Network {
    days: Vec<i32>,
    after: Vec<Vec<usize>>,
}

impl Network {
    /// The textbook's forward pass: when each activity ends at the earliest, in days from the first.
    fn ends(&self) -> Vec<i32> {
        let mut ends: Vec<i32> = Vec::new();
        for (days, after) in self.days.iter().zip(&self.after) {
            ends.push(after.iter().map(|&before| ends[before]).max().unwrap_or(0) + days);
        }
        ends
    }

    /// The textbook's backward pass: how many days each activity may end later without moving the end of all.
    fn slacks(&self) -> Vec<i32> {
        let ends = self.ends();
        let mut latest = vec![ends.iter().copied().max().unwrap_or(0); ends.len()];
        for at in (0..ends.len()).rev() {
            let begins = latest[at] - self.days[at];
            self.after[at].iter().for_each(|&before| latest[before] = latest[before].min(begins));
        }
        latest.iter().zip(ends).map(|(latest, end)| latest - end).collect()
    }

    /// The activities as requirements that nobody has met yet; the goal gathers all.
    fn pack(&self) -> String {
        let mut text =
            "id: t\nversion: '1'\ngoals: {end: {requirement: end}}\nfacts: {done: {type: bool, blank: no}}\n\
                        requirements:\n"
                .to_owned();
        let cite = "cite: [{law: x, status: verified}]";
        for (at, (days, after)) in self.days.iter().zip(&self.after).enumerate() {
            let needs: Vec<String> = after.iter().map(|before| format!("a{before}")).collect();
            let takes = if *days > 0 { format!("takes: {{statutory: {days} days}}, ") } else { String::new() };
            let _ = writeln!(text, "  a{at}: {{met_when: done, {takes}needs: [{}], {cite}}}", needs.join(", "));
        }
        let all: Vec<String> = (0..self.days.len()).map(|at| format!("a{at}")).collect();
        let _ = writeln!(text, "  end: {{needs: [{}], {cite}}}", all.join(", "));
        text
    }

    /// What the engine says of a project with nothing done, the ids of the steps that drive the day, and slack by id.
    fn forecast(&self, as_of: Date) -> (EarliestStart, Vec<String>, BTreeMap<String, Option<i32>>) {
        let layer = Layer { name: "t".into(), files: vec![("pack.yaml".into(), self.pack().into_bytes())] };
        let pack = load(&[layer]).unwrap().0;
        let mut builder = PortfolioBuilder::new(Arc::clone(&pack.schema));
        builder.add("P-1");
        let portfolio = builder.finish().0;
        let options = Options::on(0, as_of);
        let evaluation = evaluate(&pack, &portfolio, options);
        let explanation = evaluation.explain(0, Durations::Statutory);
        let earliest = explanation.result.earliest;
        let id = |&idx: &RequirementIdx| pack[idx].id.clone();
        let chain = earliest.chain.iter().map(id).collect();
        let slack = explanation.slack.iter().map(|(idx, days)| (id(idx), *days)).collect();
        (earliest, chain, slack)
    }

    /// The day is the longest path's, and the chain is one of the longest paths.
    fn check(&self, name: &str) -> i32 {
        let as_of = Date::new(2026, 1, 5).unwrap();
        let (earliest, chain, slack) = self.forecast(as_of);
        let length = self.ends().into_iter().max().unwrap_or(0);
        assert_eq!(earliest.date.map(|day| day.0 - as_of.0), Some(length), "{name}\n{}", self.pack());
        let steps: Vec<usize> = chain.iter().filter_map(|id| id.strip_prefix('a')?.parse().ok()).collect();
        assert_eq!(steps.iter().map(|&at| self.days[at]).sum::<i32>(), length, "{name}: {chain:?}\n{}", self.pack());
        for pair in steps.windows(2) {
            assert!(self.after[pair[1]].contains(&pair[0]), "{name}: {chain:?} is no path\n{}", self.pack());
        }
        // A network that takes no time at all is over the day it begins.
        if length > 0 {
            let wanted = self.slacks().into_iter().enumerate().map(|(at, days)| (format!("a{at}"), Some(days)));
            assert_eq!(slack, wanted.collect(), "{name}\n{}", self.pack());
        }
        length
    }

    fn random(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let count = 2 + random.below(40);
        let days = (0..count).map(|_| random.below(12) as i32).collect();
        let after = (0..count).map(|at| (0..at).filter(|_| random.below(6) == 0).collect()).collect();
        Self { days, after }
    }

    /// A network of PSPLIB, without its resources, and the length that the file gives.
    fn psplib(text: &str) -> (Self, i32) {
        let numbers =
            |line: &str| line.split_whitespace().map_while(|word| word.parse::<usize>().ok()).collect::<Vec<_>>();
        let section = |title: &str| {
            let lines = text.lines().skip_while(move |line| !line.starts_with(title)).skip(1);
            lines
                .take_while(|line| !line.starts_with('*'))
                .map(numbers)
                .filter(|row| !row.is_empty())
                .collect::<Vec<_>>()
        };
        let days: Vec<i32> = section("REQUESTS/DURATIONS").iter().map(|row| row[2] as i32).collect();
        let mut after = vec![Vec::new(); days.len()];
        for row in section("PRECEDENCE RELATIONS") {
            row[3..].iter().for_each(|&to| after[to - 1].push(row[0] - 1));
        }
        let known = section("PROJECT INFORMATION")[0][5] as i32;
        (Self { days, after }, known)
    }
}

#[test]
fn earliest_start_and_slack_are_those_of_two_passes() {
    for seed in 0..1_000 {
        Network::random(seed).check(&format!("seed {seed}"));
    }
}

#[test]
#[ignore = "needs PSPLIB: the folder of its .sm files in KAIGONG_PSPLIB"]
fn networks_of_psplib_are_as_long_as_known() {
    let folder = std::env::var("KAIGONG_PSPLIB").unwrap();
    let mut files: Vec<_> = std::fs::read_dir(Path::new(&folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sm"));
    files.sort();
    assert!(!files.is_empty(), "{folder} holds no .sm file");
    for path in files {
        let (network, known) = Network::psplib(&std::fs::read_to_string(&path).unwrap());
        let length = network.check(&path.display().to_string());
        assert_eq!(length, known, "{}", path.display());
    }
}
