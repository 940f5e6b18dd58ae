//! `kaigong check` on a ledger that is too large to be held: read, checked and told of in blocks.
//!
//! A screen or a summary is told at the end, so one reading is enough. Rows are written as they come: a file is read
//! once before that, so that a ledger with faults gives no rows; a pipe cannot be, and what was written before a fault
//! stays written. Where projects are linked to others, those are gathered by a reading of their own, and each block is
//! checked with what it rests on below it.

use kaigong::io::{BlockOptions, Blocks, Gathered, Input, Knot, LargeLedger, Linked, Room};
use kaigong::model::{Diagnostic, Lang, Portfolio, Words, limits};
use kaigong::report::{Assessment, CheckScreen, Tally};
use kaigong::solver::Compiled;
use kaigong::{CheckOptions, Ledger, Refused, RowFormat, RowWriter, Rules};

use crate::args::{CheckArguments, CheckFormat};
use crate::check::{self, WRITE, row_format};
use crate::exit::Exit;
use crate::ledger::{COMPILE, READ, load_named, options, with_past_note};
use crate::timings::Timings;
use crate::{diagnostics, journal, output, progress};

/// Memory that a project takes while it is checked: its text, its columns, and all that is said of it.
const PROJECT: u64 = 8 << 10;
/// Projects of a block at most, four zones of the columns: what is read of a typed column at a time then becomes a block
/// as it is, and stays in the cache until it has been checked.
const BLOCK: u64 = 1 << 14;
/// The share of memory that the text of a ledger may have that is read whole.
const WHOLE: u64 = 8;

/// How a ledger was looked at.
pub(crate) enum Sight {
    /// In blocks, to the end.
    Checked(Exit),
    /// It can be held, or must be.
    Whole(Vec<Input>),
}

/// Whether what is asked can be told block by block.
pub(crate) fn may_be_used(arguments: &CheckArguments) -> bool {
    let CheckArguments { format, summary_only, all, mark, certificate, portfolio, cost, lists, .. } = arguments;
    let told = match format {
        CheckFormat::Table => !all,
        CheckFormat::Json => *summary_only,
        rows => row_format(*rows).is_some(),
    };
    let whole = mark.is_some()
        || certificate.is_some()
        || portfolio.ledger.plan.is_some()
        || cost.cheapest.is_some()
        || !lists.lists.is_empty();
    told && !whole && !portfolio.ledger.skip_bad_rows && !journal::watched()
}

/// Reads what is named; a ledger past the limit is checked in blocks.
pub(crate) fn gather(arguments: &CheckArguments, lang: Lang, timings: &mut Timings) -> Result<Sight, Refused> {
    let CheckArguments { portfolio, memory, .. } = arguments;
    let (format, memory) = (portfolio.ledger.input_format.map(Into::into), memory << 20);
    let room = Room { bytes: memory / WHOLE, rows: memory / PROJECT };
    let mut large = match timings.stage(READ, || kaigong::io::gather_within(&portfolio.data, format, room))? {
        Gathered::Whole(inputs) => return Ok(Sight::Whole(inputs)),
        Gathered::Large(large) => large,
    };
    let rules = load_named(&large.beside, portfolio.ledger.rules.as_deref(), timings)?;
    let run = Run::new(arguments, &rules, lang, &large)?;
    let told = Words::new("核查", "checking");
    let done = progress::telling(&told, lang, |tell| run.run(&mut large, timings, tell))?;
    let Some(mut done) = done else {
        output::note(match lang {
            Lang::Zh => "项目之间关联太多，或关联的项目不在台账里：整份读入内存",
            Lang::En => "too many projects are linked, or one to a project that is not there: the ledger is read whole",
        });
        return Ok(Sight::Whole(timings.stage(READ, || kaigong::io::gather(&portfolio.data))?));
    };
    diagnostics::print(&done.said, &rules.sources, lang);
    if let Some(bytes) = done.screen.take() {
        done.exit = timings.stage(WRITE, || output::print_bytes(&bytes));
    }
    Ok(Sight::Checked(check::finish(arguments, timings, done.rows, done.fails, done.exit, lang)))
}

/// What a check in blocks came to.
struct Done {
    /// What is printed at the end; none where rows were written.
    screen: Option<Vec<u8>>,
    said: Vec<Diagnostic>,
    rows: usize,
    fails: bool,
    exit: Exit,
}

/// What a first look at a file found.
#[derive(Default)]
struct Sound {
    gb18030: bool,
    linked: Linked,
}

/// The linked projects of a ledger.
enum Links {
    None,
    Held(Box<Knot>),
    /// They are too many, or one is linked to a project that is not there.
    NotHeld,
}

/// What grows with every block.
#[derive(Default)]
struct State {
    tally: Tally,
    /// Writes rows, where those are wanted.
    writer: Option<RowWriter>,
    /// Whether any have been written.
    begun: bool,
    /// Faults of the data, as far as they are listed.
    said: Vec<Diagnostic>,
    /// How many are not.
    more: usize,
}

impl State {
    /// Hears what is wrong with the first rows, those of the block itself.
    fn hear(&mut self, assessment: &Assessment<'_>, own: u32) {
        for fault in kaigong::data_faults_before(assessment, own) {
            if self.said.len() < limits::FAULTS_LISTED {
                self.said.push(fault);
            } else {
                self.more += 1;
            }
        }
    }
}

/// What all blocks share.
struct Run<'r> {
    arguments: &'r CheckArguments,
    rules: &'r Rules,
    lang: Lang,
    options: CheckOptions,
    screen: CheckScreen,
    wanted: Vec<&'r str>,
    title: Option<Words>,
    rows: Option<RowFormat>,
    blocks: BlockOptions,
}

impl<'r> Run<'r> {
    fn new(arguments: &'r CheckArguments, rules: &'r Rules, lang: Lang, large: &LargeLedger) -> Result<Self, Refused> {
        let format = arguments.format;
        let rows = row_format(format);
        let since = rows.is_some_and(RowFormat::tells_since);
        let group_by = arguments.group_by.as_deref().map(|name| check::group_fact(&rules.pack, name)).transpose()?;
        let memory = arguments.memory << 20;
        let piece = (memory / 512).clamp(4 << 10, 1 << 20) as usize;
        let meta = kaigong::io::read_meta(&large.beside)?;
        Ok(Self {
            options: options(&arguments.portfolio.ledger, format == CheckFormat::Json, since),
            screen: CheckScreen { lang, data: arguments.portfolio.data.join(" "), all: false, group_by },
            wanted: check::fail_on(arguments, &rules.pack)?,
            title: meta.map(|meta| meta.title).filter(|title| !title.is_empty()),
            blocks: BlockOptions { piece, ..BlockOptions::of((memory / PROJECT).min(BLOCK) as usize, large.format) },
            arguments,
            rules,
            lang,
            rows,
        })
    }

    /// Reads and checks to the end; `None` where the whole is needed.
    fn run(
        &self,
        large: &mut LargeLedger,
        timings: &mut Timings,
        tell: &dyn Fn(String),
    ) -> Result<Option<Done>, Refused> {
        let mut sound = Sound::default();
        // Nothing is written unless all of it is sound.
        let mut looked = self.rows.is_some() && !large.is_pipe();
        if looked {
            sound = self.sound(large, timings, tell)?;
        }
        loop {
            let knot = match self.links(&sound, large, timings)? {
                Links::None => None,
                Links::Held(knot) => Some(*knot),
                Links::NotHeld => return Ok(None),
            };
            let mut blocks = self.open(large, sound.gb18030)?;
            let checked = self.check(large, &mut blocks, knot.as_ref(), timings, tell)?;
            if blocks.is_other_text() && !sound.gb18030 && !large.is_pipe() {
                sound.gb18030 = true;
                continue;
            }
            let Some(mut done) = checked else {
                // A second look tells which projects are linked.
                if looked {
                    return Ok(None);
                }
                (sound, looked) = (self.sound(large, timings, tell)?, true);
                continue;
            };
            match said(large, blocks, timings) {
                Ok(notices) => done.said.splice(..0, notices),
                Err(refused) if self.rows.is_some() => return Ok(Some(self.broken_off(done, &refused))),
                Err(refused) => return Err(refused),
            };
            return Ok(Some(done));
        }
    }

    fn open(&self, large: &mut LargeLedger, gb18030: bool) -> Result<Blocks<Box<dyn std::io::Read + Send>>, Refused> {
        let options = BlockOptions { gb18030, ..self.blocks };
        let from = large.open()?;
        Ok(Blocks::open(&self.rules.pack.schema, &large.name, from, options))
    }

    /// The linked projects of a ledger that was looked at.
    fn links(&self, sound: &Sound, large: &mut LargeLedger, timings: &mut Timings) -> Result<Links, Refused> {
        if sound.linked.is_empty() {
            return Ok(Links::None);
        }
        if sound.linked.len() as u64 > (self.arguments.memory << 20) / PROJECT {
            return Ok(Links::NotHeld);
        }
        let mut blocks = self.open(large, sound.gb18030)?;
        let all = std::iter::from_fn(|| blocks.next_block());
        let schema = &self.rules.pack.schema;
        let knot = timings.stage(READ, || Knot::gather(schema, sound.linked.clone(), all));
        Ok(knot.map_or(Links::NotHeld, |knot| Links::Held(Box::new(knot))))
    }

    /// Rows were written before a fault was met.
    fn broken_off(&self, mut done: Done, refused: &Refused) -> Done {
        diagnostics::print(&refused.diagnostics, &self.rules.sources, self.lang);
        output::note(match self.lang {
            Lang::Zh => "写出的结果不完整：管道只读一遍，错误之前的行已经写出",
            Lang::En => "the output is not complete: a pipe is read once, and rows before a fault have been written",
        });
        done.exit = Exit::Usage;
        done
    }

    /// Reads a file without checking it.
    ///
    /// # Errors
    /// What is wrong with it.
    fn sound(&self, large: &mut LargeLedger, timings: &mut Timings, tell: &dyn Fn(String)) -> Result<Sound, Refused> {
        for gb18030 in [false, true] {
            let mut blocks = self.open(large, gb18030)?;
            while timings.stage(READ, || blocks.next_block()).is_some() {
                self.tell(blocks.rows(), tell);
            }
            if blocks.is_other_text() && !gb18030 {
                continue;
            }
            let linked = blocks.linked().clone();
            said(large, blocks, timings)?;
            return Ok(Sound { gb18030, linked });
        }
        Ok(Sound { gb18030: true, linked: Linked::default() })
    }

    fn tell(&self, rows: usize, tell: &dyn Fn(String)) {
        tell(match self.lang {
            Lang::Zh => format!("，{rows} 个项目"),
            Lang::En => format!(", {rows} projects"),
        });
    }

    /// Checks block after block, each while the next is read; `None` where projects are linked and the ledger can be
    /// read again.
    fn check<R: std::io::Read + Send>(
        &self,
        large: &LargeLedger,
        blocks: &mut Blocks<R>,
        knot: Option<&Knot>,
        timings: &mut Timings,
        tell: &dyn Fn(String),
    ) -> Result<Option<Done>, Refused> {
        let mut done = Done { screen: None, said: Vec::new(), rows: 0, fails: false, exit: Exit::Done };
        let writer = self.rows.map(|format| RowWriter::new(format, false, self.lang));
        let mut state = State { writer, ..State::default() };
        let compiled = timings.stage(COMPILE, || kaigong::compiled(&self.rules.pack, &self.options))?;
        let mut next = timings.stage(READ, || blocks.next_block());
        while let Some(portfolio) = next.take() {
            if knot.is_none() && !blocks.linked().is_empty() {
                if large.is_pipe() {
                    return Err(vec![Blocks::<R>::links_in_pipe(&large.name)].into());
                }
                return Ok(None);
            }
            done.rows = blocks.rows();
            let own = portfolio.len() as u32;
            let ledger = self.ledger(match knot {
                Some(knot) => knot.tie(portfolio),
                None => portfolio,
            });
            let (pack, options) = (&self.rules.pack, &self.options);
            let asked = self.arguments.condition.as_deref();
            let mut rows = asked.map(|text| ledger.rows_where(pack, text, options)).transpose()?;
            if ledger.portfolio.len() as u32 > own {
                // What the block rests on is told of in its own block.
                rows.get_or_insert_with(|| (0..own).collect()).retain(|&row| row < own);
            }
            let mut reading = Timings::default();
            let (read, (assessment, exit)) = kaigong::beside(
                || reading.stage(READ, || blocks.next_block()),
                || self.block(&compiled, (&ledger, own), rows.as_deref(), &mut state, timings),
            );
            timings.add(reading);
            if exit != Exit::Done {
                done.exit = exit;
                return Ok(Some(done));
            }
            self.tell(done.rows, tell);
            next = read;
            if next.is_none() {
                done.screen = self.screen_of(&assessment, &state.tally);
            }
        }
        let State { tally, writer, said, more, .. } = state;
        done.said = said;
        if let Some(mut writer) = writer {
            done.exit = timings.stage(WRITE, || check::finish_rows(&mut writer));
        }
        if more > 0 {
            output::note(&match self.lang {
                Lang::Zh => format!("另有 {more} 处未列出"),
                Lang::En => format!("{more} more are not listed"),
            });
        }
        let lights = self.rules.pack.lights.iter().enumerate();
        done.fails = check::verdict_fails(tally.verdicts, &self.wanted)
            || lights
                .into_iter()
                .any(|(at, light)| tally.under_light(at) > 0 && self.wanted.contains(&light.light.as_str()));
        Ok(Some(done))
    }

    /// Checks one block, whose own rows come first, counts it and writes its rows.
    fn block<'l>(
        &'l self,
        compiled: &Compiled<'l>,
        (ledger, own): (&'l Ledger, u32),
        rows: Option<&[u32]>,
        state: &mut State,
        timings: &mut Timings,
    ) -> (Assessment<'l>, Exit) {
        let evaluation = timings.stage("evaluate_ms", || compiled.evaluate(&ledger.portfolio));
        let assessment = timings.stage("summarise_ms", || {
            let assessment = kaigong::assess(evaluation, ledger, &self.options, rows);
            state.hear(&assessment, own);
            self.add(&mut state.tally, &assessment, rows);
            assessment
        });
        let exit = state.writer.as_mut().map_or(Exit::Done, |writer| {
            let header = (!std::mem::replace(&mut state.begun, true)).then(|| writer.header());
            let parts = header.into_iter().chain(writer.rows(&assessment));
            timings.stage(WRITE, || output::print_parts(parts))
        });
        (assessment, exit)
    }

    fn ledger(&self, portfolio: Portfolio) -> Ledger {
        let title = self.title.clone();
        Ledger { portfolio, notices: Vec::new(), supplies: Vec::new(), grants: Vec::new(), title, lists: Vec::new() }
    }

    fn add(&self, tally: &mut Tally, assessment: &Assessment<'_>, rows: Option<&[u32]>) {
        let leverage = (self.arguments.format == CheckFormat::Table).then(|| kaigong::leverage(assessment, rows));
        tally.add(assessment, &self.screen, leverage.as_ref());
    }

    /// What is printed once all blocks are in.
    fn screen_of(&self, last: &Assessment<'_>, tally: &Tally) -> Option<Vec<u8>> {
        match self.arguments.format {
            CheckFormat::Table => {
                let text = kaigong::report::tally_screen(last, tally, &self.screen);
                let ledger = &self.arguments.portfolio.ledger;
                Some(output::line(&with_past_note(text, ledger, self.options.as_of, self.lang)))
            }
            CheckFormat::Json => Some(output::line(&format!("{:#}", kaigong::report::tally_json(last, tally)))),
            _ => None,
        }
    }
}

/// What reading had to say, after a second look where hashes of ids met.
fn said<R: std::io::Read + Send>(
    large: &mut LargeLedger,
    mut blocks: Blocks<R>,
    timings: &mut Timings,
) -> Result<Vec<Diagnostic>, Refused> {
    if blocks.has_suspects() && !large.is_pipe() {
        let again = large.open()?;
        timings.stage(READ, || blocks.second_look(again));
    }
    Ok(blocks.finish()?)
}
