//! A pack compiled once for what is asked, for any number of portfolios.

use std::sync::Arc;

use kaigong_model::Portfolio;
use kaigong_rules::Pack;

use crate::evaluate::{Evaluation, Options, evaluate_program};
use crate::program::Program;
use crate::tally::{Tally, tally_program};

/// A pack compiled for a goal, a day and a way of reading.
///
/// [`crate::evaluate`] and [`crate::tally`] compile and run; where many portfolios are run, compile once.
#[derive(Clone, Debug)]
pub struct Compiled<'p> {
    pack: &'p Pack,
    options: Options,
    program: Arc<Program>,
}

impl<'p> Compiled<'p> {
    /// Compiles a pack.
    pub fn new(pack: &'p Pack, options: Options) -> Self {
        Self { pack, options, program: Arc::new(options.program(pack, options.as_of)) }
    }

    /// Evaluates a portfolio of the pack's facts.
    pub fn evaluate<'a>(&self, portfolio: &'a Portfolio) -> Evaluation<'a>
    where
        'p: 'a,
    {
        evaluate_program(self.pack, portfolio, self.options, Arc::clone(&self.program))
    }

    /// Counts what an evaluation would say.
    pub fn tally(&self, portfolio: &Portfolio) -> Tally {
        tally_program(self.pack, portfolio, self.options, Arc::clone(&self.program))
    }
}
