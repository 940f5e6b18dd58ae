//! Running a program over rows: blocks of words in cache, rayon across blocks, two planes per requirement kept.

use kaigong_bits::{Planes, Word3, at_least_into, low_lanes};
use kaigong_model::{Date, Portfolio, Truth};
use kaigong_rules::{Expectation, Pack, RequirementIdx};
use rayon::prelude::*;

use crate::facts::{BlankMode as Blanks, Day, Facts, Lanes, Picked, Span};
use crate::program::{Compile, Governed, Node, NodeIdx, Program, compile_for};
use crate::upstream;

pub use crate::facts::BlankMode;

/// The state of a requirement for a project.
pub type State = Expectation;

/// What is asked, and how the portfolio is read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Index of the goal in the pack.
    pub goal: usize,
    /// The day looked at.
    pub as_of: Date,
    /// Only what had been recorded by this day.
    pub known_by: Option<Date>,
    /// The day whose law is applied; as-of where `None`.
    pub law_as_of: Option<Date>,
    /// The day undated document numbers count from; as-of where `None`.
    pub ledger_date: Option<Date>,
    /// How blanks read.
    pub blanks: BlankMode,
    /// Whether grants alone meet what draws on pools, as under a plan (semantics §6).
    pub plan: bool,
}

impl Options {
    /// A goal on a day, everything else at its default.
    pub fn on(goal: usize, as_of: Date) -> Self {
        Self { goal, as_of, known_by: None, law_as_of: None, ledger_date: None, blanks: BlankMode::Pack, plan: false }
    }

    /// The day whose law is applied.
    pub fn law(&self) -> Date {
        self.law_as_of.unwrap_or(self.as_of)
    }

    /// The pack compiled for the goal asked, under the law of a day, unless one law is applied on every day.
    pub(crate) fn program(&self, pack: &Pack, day: Date) -> Program {
        let law = self.law_as_of.unwrap_or(day);
        compile_for(pack, Compile { goal: self.goal, law, fixed: self.law_as_of.is_some(), plan: self.plan })
    }
}

/// The answer for a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It has started.
    Started,
    /// It may start.
    Ready,
    /// Something certainly forbids it.
    Blocked,
    /// Missing facts decide.
    Undetermined,
}

impl Verdict {
    /// The verdict by law alone, of whether the goal is cleared.
    pub(crate) fn of(cleared: Truth) -> Self {
        match cleared {
            Truth::Yes => Self::Ready,
            Truth::No => Self::Blocked,
            Truth::Unknown => Self::Undetermined,
        }
    }

    /// The name outputs use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Ready => "ready",
            Self::Blocked => "blocked",
            Self::Undetermined => "undetermined",
        }
    }
}

/// The planes kept of one requirement.
#[derive(Clone, Debug)]
pub(crate) struct RequirementPlanes {
    pub(crate) applies: Planes,
    pub(crate) met: Planes,
    pub(crate) needs: Planes,
    pub(crate) cleared: Planes,
}

/// A pack evaluated over a portfolio.
#[derive(Debug)]
pub struct Evaluation<'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// The portfolio.
    pub portfolio: &'a Portfolio,
    /// What was asked.
    pub options: Options,
    pub(crate) program: Program,
    pub(crate) facts: Facts<'a>,
    /// The same portfolio with nothing presumed; `None` where nothing could be presumed anyway.
    pub(crate) strict: Option<Facts<'a>>,
    pub(crate) planes: Vec<RequirementPlanes>,
    pub(crate) started: Planes,
    pub(crate) upstream: upstream::Upstream,
}

/// Words evaluated at once: 512 rows keep the registers of a few thousand nodes within the second-level cache.
const BLOCK_WORDS: usize = 8;

/// Evaluates a pack over a portfolio.
///
/// # Complexity
/// Rows × nodes / 64 word operations, plus the rows downstream of other projects once more per level.
pub fn evaluate<'a>(pack: &'a Pack, portfolio: &'a Portfolio, options: Options) -> Evaluation<'a> {
    let program = options.program(pack, options.as_of);
    let facts = Evaluation::reading(portfolio, &options);
    let presumes = pack.schema.iter().any(|(_, spec)| spec.blank == kaigong_model::BlankRule::PresumeNo)
        || options.blanks == Blanks::PresumeNo;
    let strict = (presumes && options.blanks != Blanks::Unknown)
        .then(|| Evaluation::reading(portfolio, &Options { blanks: Blanks::Unknown, ..options }));
    let upstream = upstream::Upstream::start(&program, &facts, portfolio.len(), options.as_of);
    let mut evaluation = Evaluation {
        pack,
        portfolio,
        options,
        facts,
        strict,
        planes: Vec::new(),
        started: Planes::default(),
        upstream,
        program,
    };
    evaluation.run();
    upstream::settle(&mut evaluation);
    upstream::find_deadlocks(&mut evaluation);
    evaluation
}

/// The values of every node over some words.
pub(crate) struct Registers {
    words: usize,
    values: Vec<Word3>,
}

impl Registers {
    pub(crate) fn new(nodes: &[Node], words: usize) -> Self {
        Self { words, values: vec![Word3::UNKNOWN; nodes.len() * words] }
    }

    #[inline]
    fn range(&self, node: NodeIdx) -> std::ops::Range<usize> {
        let start = node.0 as usize * self.words;
        start..start + self.words
    }

    /// The words of a node.
    #[inline]
    pub(crate) fn of(&self, node: NodeIdx) -> &[Word3] {
        &self.values[self.range(node)]
    }

    /// Runs the program; `lanes(word)` are the rows of a word, `completed(word)` its upstream slots.
    pub(crate) fn run<L: Lanes, C: AsRef<[Word3]>>(
        &mut self,
        nodes: &[Node],
        facts: &Facts<'_>,
        lanes: impl Fn(usize) -> L,
        completed: impl Fn(usize) -> C,
    ) {
        let completed: Vec<C> = (0..self.words).map(completed).collect();
        for (at, node) in nodes.iter().enumerate() {
            let (inputs, rest) = self.values.split_at_mut(at * self.words);
            let out = &mut rest[..self.words];
            let words = self.words;
            let input = |node: NodeIdx| &inputs[node.0 as usize * words..(node.0 as usize + 1) * words];
            match node {
                Node::Const(value) => out.fill(if *value { Word3::YES } else { Word3::NO }),
                Node::Test(test) => {
                    for (word, slot) in out.iter_mut().enumerate() {
                        *slot = facts.test(test, lanes(word), completed[word].as_ref());
                    }
                }
                Node::Not(inner) => {
                    for (slot, value) in out.iter_mut().zip(input(*inner)) {
                        *slot = value.negated();
                    }
                }
                Node::And(parts) => fold(out, Word3::YES, parts, input, Word3::and),
                Node::Or(parts) => fold(out, Word3::NO, parts, input, Word3::or),
                Node::AtLeast(k, parts) => {
                    let parts: Vec<&[Word3]> = parts.iter().map(|&part| input(part)).collect();
                    at_least_into(out, &parts, *k as usize);
                }
                Node::Governed(governed) => {
                    for (word, slot) in out.iter_mut().enumerate() {
                        let value = |node: NodeIdx| input(node)[word];
                        *slot = pick(facts, governed, lanes(word), value);
                    }
                }
            }
        }
    }
}

fn fold<'i>(
    out: &mut [Word3],
    unit: Word3,
    parts: &[NodeIdx],
    input: impl Fn(NodeIdx) -> &'i [Word3],
    gate: fn(Word3, Word3) -> Word3,
) {
    out.fill(unit);
    for &part in parts {
        for (slot, value) in out.iter_mut().zip(input(part)) {
            *slot = gate(*slot, *value);
        }
    }
}

/// Picks each row's version by its governing date.
fn pick<L: Lanes>(facts: &Facts<'_>, governed: &Governed, lanes: L, value: impl Fn(NodeIdx) -> Word3) -> Word3 {
    let options = &governed.options;
    let mut masks = vec![0u64; options.len()];
    let mut shared = vec![0u64; options.len()];
    for lane in 0..lanes.len() {
        let as_of = lanes.as_of(lane);
        let last = |day: Date| options.iter().rposition(|(from, _)| *from <= day).unwrap_or(0);
        let today = last(governed.law.unwrap_or(as_of));
        match facts.day(governed.reading, lanes.row(lane), as_of) {
            Day::Known(day) => masks[last(day)] |= 1 << lane,
            Day::None => masks[today] |= 1 << lane,
            Day::Unknown => shared[today] |= 1 << lane,
        }
    }
    let mut out = Word3::UNKNOWN;
    for (at, &(_, node)) in options.iter().enumerate() {
        out = value(node).select(masks[at], out);
        if shared[at] != 0 {
            let all = options[..=at].iter().map(|&(_, node)| value(node)).reduce(Word3::shared);
            out = all.unwrap_or_default().select(shared[at], out);
        }
    }
    out
}

impl<'a> Evaluation<'a> {
    /// A portfolio as the options read it.
    pub(crate) fn reading(portfolio: &'a Portfolio, options: &Options) -> Facts<'a> {
        Facts::new(portfolio, options.blanks, options.known_by, options.ledger_date.unwrap_or(options.as_of))
    }

    fn words(&self) -> usize {
        self.portfolio.len().div_ceil(64)
    }

    pub(crate) fn span(&self, word: usize) -> Span {
        let first = word * 64;
        Span { first: first as u32, len: (self.portfolio.len() - first).min(64), as_of: self.options.as_of }
    }

    /// Evaluates every row and keeps the requirement planes.
    fn run(&mut self) {
        let words = self.words();
        let nodes = self.kept_nodes();
        let blocks: Vec<Vec<Word3>> = (0..words.div_ceil(BLOCK_WORDS))
            .into_par_iter()
            .map_init(
                || Registers::new(self.program.core(), BLOCK_WORDS),
                |registers, block| {
                    let first = block * BLOCK_WORDS;
                    let count = BLOCK_WORDS.min(words - first);
                    if registers.words != count {
                        *registers = Registers::new(self.program.core(), count);
                    }
                    registers.run(
                        self.program.core(),
                        &self.facts,
                        |word| self.span(first + word),
                        |word| self.upstream.completed(first + word),
                    );
                    nodes.iter().flat_map(|&node| registers.of(node).iter().copied()).collect()
                },
            )
            .collect();
        let mut kept: Vec<Planes> = nodes.iter().map(|_| Planes { words: Vec::with_capacity(words) }).collect();
        for block in &blocks {
            let count = block.len() / nodes.len().max(1);
            for (plane, values) in kept.iter_mut().zip(block.chunks(count.max(1))) {
                plane.words.extend_from_slice(values);
            }
        }
        let mut kept = kept.into_iter();
        let mut next = || kept.next().unwrap_or_default();
        self.planes = (0..self.program.requirements.len())
            .map(|_| RequirementPlanes { applies: next(), met: next(), needs: next(), cleared: next() })
            .collect();
        self.started = next();
    }

    fn kept_nodes(&self) -> Vec<NodeIdx> {
        let requirements = self.program.requirements.iter();
        requirements.flat_map(|r| [r.applies, r.met, r.needs, r.cleared]).chain([self.program.started]).collect()
    }

    /// Re-evaluates some rows and stores their planes. Returns nothing; the planes change in place.
    pub(crate) fn rerun(&mut self, rows: &[u32]) {
        let as_of = self.options.as_of;
        let nodes = self.kept_nodes();
        let chunks: Vec<Vec<Word3>> = rows
            .par_chunks(64)
            .map(|chunk| {
                let lanes: Vec<(u32, Date)> = chunk.iter().map(|&row| (row, as_of)).collect();
                let mut registers = Registers::new(self.program.core(), 1);
                let completed = self.upstream.completed_rows(chunk);
                registers.run(self.program.core(), &self.facts, |_| Picked { lanes: &lanes }, |_| completed.as_slice());
                nodes.iter().map(|&node| registers.of(node)[0]).collect()
            })
            .collect();
        for (chunk, values) in rows.chunks(64).zip(chunks) {
            let mut values = values.into_iter();
            let mut store = |plane: &mut Planes| {
                let word = values.next().unwrap_or_default();
                for (lane, &row) in chunk.iter().enumerate() {
                    plane.set(row as usize, truth_at(word, lane));
                }
            };
            for planes in &mut self.planes {
                store(&mut planes.applies);
                store(&mut planes.met);
                store(&mut planes.needs);
                store(&mut planes.cleared);
            }
            store(&mut self.started);
        }
    }

    /// Whether a requirement applies to a row.
    pub fn applies(&self, requirement: RequirementIdx, row: u32) -> Truth {
        self.planes[requirement.0 as usize].applies.get(row as usize).into()
    }

    /// Whether it is met.
    pub fn met(&self, requirement: RequirementIdx, row: u32) -> Truth {
        self.planes[requirement.0 as usize].met.get(row as usize).into()
    }

    /// Whether what it needs is there.
    pub fn needs(&self, requirement: RequirementIdx, row: u32) -> Truth {
        self.planes[requirement.0 as usize].needs.get(row as usize).into()
    }

    /// Whether it stands in nobody's way.
    pub fn cleared(&self, requirement: RequirementIdx, row: u32) -> Truth {
        self.planes[requirement.0 as usize].cleared.get(row as usize).into()
    }

    /// The pack compiled for the goal asked, under the law of a day.
    pub(crate) fn program_on(&self, day: Date) -> Program {
        self.options.program(self.pack, day)
    }

    /// The state of a requirement for a row.
    pub fn state(&self, requirement: RequirementIdx, row: u32) -> State {
        state_of(self.applies(requirement, row), self.needs(requirement, row), self.cleared(requirement, row))
    }

    /// Whether a row has started.
    pub fn started(&self, row: u32) -> Truth {
        self.started.get(row as usize).into()
    }

    /// The verdict by law alone, also for projects that have started.
    pub fn readiness(&self, row: u32) -> Verdict {
        Verdict::of(self.cleared(self.program.goal, row))
    }

    /// The verdict.
    pub fn verdict(&self, row: u32) -> Verdict {
        if self.started(row) == Truth::Yes { Verdict::Started } else { self.readiness(row) }
    }

    /// A checksum (FNV-1a, 64 bits) of what every requirement and `started` came out as on every row.
    pub fn checksum(&self) -> u64 {
        let planes = self.planes.iter().flat_map(|r| [&r.applies, &r.met, &r.needs, &r.cleared]);
        let words = planes.chain([&self.started]).flat_map(|plane| &plane.words);
        words.flat_map(|word| [word.yes, word.no]).fold(0xcbf2_9ce4_8422_2325, |sum, bits| {
            bits.to_le_bytes().iter().fold(sum, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
        })
    }

    /// The facts as this evaluation reads them.
    pub fn facts(&self) -> &Facts<'a> {
        &self.facts
    }

    /// All node values of the 64 rows of a word.
    pub fn view(&self, word: usize) -> View<'_, 'a> {
        self.view_with(word, &self.facts)
    }

    /// The same rows with nothing presumed, where anything could be.
    pub(crate) fn strict_view(&self, word: usize) -> Option<View<'_, 'a>> {
        self.strict.as_ref().map(|facts| self.view_with(word, facts))
    }

    fn view_with<'e>(&'e self, word: usize, facts: &'e Facts<'a>) -> View<'e, 'a> {
        let completed = self.upstream.completed(word);
        let mut registers = Registers::new(&self.program.nodes, 1);
        registers.run(&self.program.nodes, facts, |_| self.span(word), |_| completed.as_slice());
        let lanes = LaneRows::Span(self.span(word));
        View { pack: self.pack, evaluation: Some(self), program: &self.program, facts, registers, completed, lanes }
    }
}

/// The rows a view looks at.
#[derive(Debug)]
pub(crate) enum LaneRows {
    Span(Span),
    Picked(Vec<(u32, Date)>),
}

/// Every node of the program for up to 64 rows.
pub struct View<'e, 'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// The evaluation looked into; none for rows picked on days of their own.
    pub(crate) evaluation: Option<&'e Evaluation<'a>>,
    pub(crate) program: &'e Program,
    pub(crate) facts: &'e Facts<'a>,
    pub(crate) registers: Registers,
    /// A word per upstream slot.
    pub(crate) completed: Vec<Word3>,
    pub(crate) lanes: LaneRows,
}

impl View<'_, '_> {
    pub(crate) fn truth(&self, node: NodeIdx, lane: usize) -> Truth {
        truth_at(self.registers.of(node)[0], lane).into()
    }

    /// Indices of the alerts that fire.
    pub(crate) fn alerts(&self, lane: usize) -> Vec<usize> {
        let fires = |&&(_, node): &&(usize, NodeIdx)| self.truth(node, lane) == Truth::Yes;
        self.program.alerts.iter().filter(fires).map(|&(at, _)| at).collect()
    }

    pub(crate) fn row(&self, lane: usize) -> u32 {
        match &self.lanes {
            LaneRows::Span(span) => span.row(lane),
            LaneRows::Picked(lanes) => lanes[lane].0,
        }
    }

    pub(crate) fn as_of(&self, lane: usize) -> Date {
        match &self.lanes {
            LaneRows::Span(span) => span.as_of,
            LaneRows::Picked(lanes) => lanes[lane].1,
        }
    }

    /// The truth of an upstream slot.
    pub(crate) fn slot(&self, slot: u32, lane: usize) -> Truth {
        truth_at(self.completed[slot as usize], lane).into()
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        match &self.lanes {
            LaneRows::Span(span) => span.len,
            LaneRows::Picked(lanes) => lanes.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A mask of the rows that exist.
    pub fn mask(&self) -> u64 {
        low_lanes(self.len())
    }
}

pub(crate) fn truth_at(word: Word3, lane: usize) -> Option<bool> {
    match (word.yes >> lane & 1, word.no >> lane & 1) {
        (1, _) => Some(true),
        (_, 1) => Some(false),
        _ => None,
    }
}

/// The state that truths make.
pub(crate) fn state_of(applies: Truth, needs: Truth, cleared: Truth) -> State {
    match (applies, cleared) {
        (Truth::No, _) => State::NotApplicable,
        (_, Truth::Yes) => State::Met,
        (_, Truth::Unknown) => State::Undetermined,
        (_, Truth::No) if needs == Truth::No => State::Waiting,
        (_, Truth::No) => State::Open,
    }
}
