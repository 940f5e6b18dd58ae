//! Running a program over rows: blocks of words in cache, rayon across blocks, two planes per kept node.

use std::sync::Arc;

use kaigong_bits::{Word3, low_lanes};
use kaigong_model::{Date, Portfolio, Truth};
use kaigong_rules::{Expectation, Pack, RequirementIdx};
use rayon::prelude::*;

use crate::facts::{BlankMode as Blanks, Block, Facts, Span};
use crate::kept::Kept;
use crate::program::{Compile, NodeIdx, Program, compile_for};
use crate::registers::{Registers, Rows, block_words};
use crate::upstream;
use crate::view::{LaneRows, View};
use crate::ways::CostKind;

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
    /// What makes one way cheaper than another; verdicts do not rest on it.
    pub cheapest: CostKind,
}

impl Options {
    /// A goal on a day, everything else at its default.
    pub fn on(goal: usize, as_of: Date) -> Self {
        Self {
            goal,
            as_of,
            known_by: None,
            law_as_of: None,
            ledger_date: None,
            blanks: BlankMode::Pack,
            plan: false,
            cheapest: CostKind::Days,
        }
    }

    /// The day whose law is applied.
    pub fn law(&self) -> Date {
        self.law_as_of.unwrap_or(self.as_of)
    }

    /// The pack compiled for the goal asked, under the law of a day, unless one law is applied on every day.
    pub(crate) fn program(&self, pack: &Pack, day: Date) -> Program {
        compile_for(pack, self.compile(day))
    }

    /// What a pack is compiled for.
    pub(crate) fn compile(&self, day: Date) -> Compile {
        let law = self.law_as_of.unwrap_or(day);
        Compile { goal: self.goal, law, fixed: self.law_as_of.is_some(), plan: self.plan }
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

/// A pack evaluated over a portfolio.
#[derive(Debug)]
pub struct Evaluation<'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// The portfolio.
    pub portfolio: &'a Portfolio,
    /// What was asked.
    pub options: Options,
    pub(crate) program: Arc<Program>,
    pub(crate) facts: Facts<'a>,
    /// The same portfolio with nothing presumed; `None` where nothing could be presumed anyway.
    pub(crate) strict: Option<Facts<'a>>,
    pub(crate) kept: Arc<Kept>,
    pub(crate) upstream: Arc<upstream::Upstream>,
}

/// Evaluates a pack over a portfolio.
///
/// # Complexity
/// Rows × nodes / 64 word operations, plus the rows downstream of other projects once more per level.
pub fn evaluate<'a>(pack: &'a Pack, portfolio: &'a Portfolio, options: Options) -> Evaluation<'a> {
    evaluate_program(pack, portfolio, options, options.program(pack, options.as_of).into())
}

/// The same by a program at hand.
pub(crate) fn evaluate_program<'a>(
    pack: &'a Pack,
    portfolio: &'a Portfolio,
    options: Options,
    program: Arc<Program>,
) -> Evaluation<'a> {
    let mut evaluation = Evaluation::of(pack, portfolio, options, program, Arc::default(), Arc::default());
    evaluation.settle_links();
    evaluation.run();
    upstream::settle(&mut evaluation);
    upstream::find_deadlocks(&mut evaluation);
    evaluation
}

impl<'a> Evaluation<'a> {
    /// Puts together what has been worked out, or is about to be.
    pub(crate) fn of(
        pack: &'a Pack,
        portfolio: &'a Portfolio,
        options: Options,
        program: Arc<Program>,
        kept: Arc<Kept>,
        upstream: Arc<upstream::Upstream>,
    ) -> Self {
        let facts = Self::reading(portfolio, &options);
        let presumes = pack.schema.iter().any(|(_, spec)| spec.blank == kaigong_model::BlankRule::PresumeNo)
            || options.blanks == Blanks::PresumeNo;
        let strict = (presumes && options.blanks != Blanks::Unknown)
            .then(|| Self::reading(portfolio, &Options { blanks: Blanks::Unknown, ..options }));
        Self { pack, portfolio, options, program, facts, strict, kept, upstream }
    }

    /// Decides the links that need no look at a linked project; every other one begins at no.
    pub(crate) fn settle_links(&mut self) {
        let rows = self.portfolio.len();
        self.upstream = Arc::new(upstream::Upstream::start(&self.program, &self.facts, rows, self.options.as_of));
    }

    /// A portfolio as the options read it.
    pub(crate) fn reading(portfolio: &'a Portfolio, options: &Options) -> Facts<'a> {
        Facts::new(portfolio, options.blanks, options.known_by, options.ledger_date.unwrap_or(options.as_of))
    }

    pub(crate) fn words(&self) -> usize {
        self.portfolio.len().div_ceil(64)
    }

    pub(crate) fn span(&self, word: usize) -> Span {
        let first = word * 64;
        Span { first: first as u32, len: (self.portfolio.len() - first).min(64), as_of: self.options.as_of }
    }

    /// A block of rows.
    pub(crate) fn block(&self, first: usize, words: usize) -> Block {
        let rows = (self.portfolio.len() - first * 64).min(words * 64);
        Block { first, rows, as_of: self.options.as_of }
    }

    /// Evaluates every row and keeps the words of what requirements say.
    fn run(&mut self) {
        let program = Arc::clone(&self.program);
        let core = program.core();
        let mut kept = Kept::new(core, self.kept_nodes(), self.words(), block_words(core.len()));
        let words = kept.block_words();
        kept.blocks_mut().enumerate().for_each_init(
            || Registers::new(core, words),
            |registers, (at, mut values)| {
                let block = self.block(at * words, words);
                let completed = |slot, word| self.upstream.completed(slot, block.first + word);
                registers.run(core, &self.facts, Rows::Block(block), completed);
                values.fill(registers, block.words());
            },
        );
        self.kept = Arc::new(kept);
    }

    pub(crate) fn kept_nodes(&self) -> impl Iterator<Item = NodeIdx> + '_ {
        let requirements = self.program.requirements.iter();
        requirements.flat_map(|r| [r.applies, r.met, r.needs, r.cleared]).chain([self.program.started])
    }

    /// Re-evaluates some rows and stores what comes out in place.
    pub(crate) fn rerun(&mut self, rows: &[u32]) {
        let as_of = self.options.as_of;
        let core = self.program.core();
        let nodes: Vec<NodeIdx> = self.kept.nodes().collect();
        let chunks: Vec<Vec<Word3>> = rows
            .par_chunks(64)
            .map(|chunk| {
                let lanes: Vec<(u32, Date)> = chunk.iter().map(|&row| (row, as_of)).collect();
                let mut registers = Registers::new(core, 1);
                let completed = self.upstream.completed_rows(chunk);
                registers.run(core, &self.facts, Rows::Picked(&lanes), |slot, _| completed[slot]);
                nodes.iter().map(|&node| registers.word(node, 0)).collect()
            })
            .collect();
        let kept = Arc::make_mut(&mut self.kept);
        for (chunk, values) in rows.chunks(64).zip(chunks) {
            for (&node, word) in nodes.iter().zip(values) {
                chunk.iter().enumerate().for_each(|(lane, &row)| kept.set(node, row, truth_at(word, lane)));
            }
        }
    }

    /// What the program says of a requirement for a row.
    fn truth(&self, node: NodeIdx, row: u32) -> Truth {
        truth_at(self.kept.word(node, row as usize / 64), row as usize % 64).into()
    }

    /// One word of rows that have started.
    pub(crate) fn started_word(&self, word: usize) -> Word3 {
        self.kept.word(self.program.started, word)
    }

    /// Whether a requirement applies to a row.
    pub fn applies(&self, requirement: RequirementIdx, row: u32) -> Truth {
        self.truth(self.program.requirements[requirement.0 as usize].applies, row)
    }

    /// Whether it is met.
    pub fn met(&self, requirement: RequirementIdx, row: u32) -> Truth {
        self.truth(self.program.requirements[requirement.0 as usize].met, row)
    }

    /// Whether what it needs is there.
    pub fn needs(&self, requirement: RequirementIdx, row: u32) -> Truth {
        self.truth(self.program.requirements[requirement.0 as usize].needs, row)
    }

    /// Whether it stands in nobody's way.
    pub fn cleared(&self, requirement: RequirementIdx, row: u32) -> Truth {
        self.truth(self.program.requirements[requirement.0 as usize].cleared, row)
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
        self.truth(self.program.started, row)
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
        let words = 0..self.words();
        let all = self.kept_nodes().flat_map(|node| words.clone().map(move |word| (node, word)));
        let masked = all.map(|(node, word)| {
            let (value, lanes) = (self.kept.word(node, word), low_lanes(self.span(word).len));
            [value.yes & lanes, value.no & lanes]
        });
        masked.flatten().fold(0xcbf2_9ce4_8422_2325, |sum, bits| {
            bits.to_le_bytes().iter().fold(sum, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
        })
    }

    /// The facts as this evaluation reads them.
    pub fn facts(&self) -> &Facts<'a> {
        &self.facts
    }

    /// All node values of the 64 rows of a word.
    pub fn view(&self, word: usize) -> View<'_, 'a> {
        let mut views = self.views(word, 1, &self.facts);
        views.remove(0)
    }

    /// The same rows with nothing presumed, where anything could be.
    pub(crate) fn strict_view(&self, word: usize) -> Option<View<'_, 'a>> {
        self.strict.as_ref().map(|facts| self.views(word, 1, facts).remove(0))
    }

    /// A view per word of a block: the program is run once for all.
    pub(crate) fn views<'e>(&'e self, first: usize, words: usize, facts: &'e Facts<'a>) -> Vec<View<'e, 'a>> {
        let block = self.block(first, words);
        let mut registers = Registers::new(&self.program.nodes, block.words());
        let completed = |slot, word| self.upstream.completed(slot, first + word);
        registers.run(&self.program.nodes, facts, Rows::Block(block), completed);
        let registers = Arc::new(registers);
        let view = |at: usize| View {
            pack: self.pack,
            evaluation: Some(self),
            program: &self.program,
            facts,
            registers: Arc::clone(&registers),
            at,
            completed: (0..self.program.slots.len()).map(|slot| completed(slot, at)).collect(),
            lanes: LaneRows::Span(self.span(first + at)),
        };
        (0..block.words()).map(view).collect()
    }

    /// Words in a block of views.
    pub(crate) fn block_words(&self) -> usize {
        block_words(self.program.nodes.len())
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
