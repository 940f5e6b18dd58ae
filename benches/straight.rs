//! What generated code stands on: columns of 32 bits, words of three-valued truths, sums.

use std::ops::{BitAnd, BitOr, Not};

use kaigong::model::{Cell, CellState, FactIdx, FactType, Portfolio, Values};

/// Sixty-four truths: which are yes, which are no.
#[derive(Clone, Copy, Debug)]
pub struct W {
    yes: u64,
    no: u64,
}

/// Always so.
pub const YES: W = W { yes: !0, no: 0 };

impl BitAnd for W {
    type Output = Self;

    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        Self { yes: self.yes & other.yes, no: self.no | other.no }
    }
}

impl BitOr for W {
    type Output = Self;

    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        Self { yes: self.yes | other.yes, no: self.no & other.no }
    }
}

impl Not for W {
    type Output = Self;

    #[inline(always)]
    fn not(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }
}

/// What a portfolio comes out as: verdicts (ready, blocked, undetermined), and per requirement how many projects it is in
/// each state for (not applicable, met, open, waiting, undetermined).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Ready, blocked, undetermined.
    pub verdicts: [u64; 3],
    /// In order of requirement index.
    pub states: Vec<[u64; 5]>,
}

impl Sum {
    /// Nothing counted yet.
    pub fn of(requirements: usize) -> Self {
        Self { verdicts: [0; 3], states: vec![[0; 5]; requirements] }
    }

    /// Counts the states of a requirement.
    #[inline(always)]
    pub fn state(&mut self, at: usize, lanes: u64, applies: W, needs: W, cleared: W) {
        let may = !applies.no & lanes;
        let stuck = may & cleared.no;
        let states = &mut self.states[at];
        states[0] += ones(applies.no & lanes);
        states[1] += ones(may & cleared.yes);
        states[2] += ones(stuck & !needs.no);
        states[3] += ones(stuck & needs.no);
        states[4] += ones(may & !(cleared.yes | cleared.no));
    }

    /// Counts verdicts.
    #[inline(always)]
    pub fn verdict(&mut self, lanes: u64, goal: W) {
        self.verdicts[0] += ones(goal.yes & lanes);
        self.verdicts[1] += ones(goal.no & lanes);
        self.verdicts[2] += ones(!(goal.yes | goal.no) & lanes);
    }
}

#[inline(always)]
fn ones(bits: u64) -> u64 {
    u64::from(bits.count_ones())
}

/// Facts as 32-bit columns, in the unit of each fact, and which rows of each are known; by fact index.
#[derive(Clone, Debug)]
pub struct Columns {
    known: Vec<Vec<u64>>,
    numbers: Vec<Vec<u32>>,
    bits: Vec<Vec<u64>>,
    /// How many rows.
    pub rows: usize,
}

impl Columns {
    /// The columns of a portfolio whose amounts are whole in the unit of their fact; none where one is not.
    pub fn of(portfolio: &Portfolio) -> Option<Self> {
        let (rows, facts) = (portfolio.len(), portfolio.schema.len());
        let words = rows.div_ceil(64);
        let empty = || vec![Vec::new(); facts];
        let numbers = vec![Vec::new(); facts];
        let mut columns = Self { known: empty(), numbers, bits: empty(), rows };
        for (fact, spec) in portfolio.schema.iter() {
            let at = fact.0 as usize;
            columns.known[at] = vec![0; words];
            let is_bool = spec.kind == FactType::Bool;
            let (numbers, bits) = if is_bool { (0, words) } else { (words * 64, 0) };
            (columns.numbers[at], columns.bits[at]) = (vec![0; numbers], vec![0; bits]);
            for row in 0..rows as u32 {
                columns.put(portfolio, fact, row)?;
            }
        }
        Some(columns)
    }

    fn put(&mut self, portfolio: &Portfolio, fact: FactIdx, row: u32) -> Option<()> {
        let Some(column) = portfolio.column(fact) else { return Some(()) };
        if column.state(row) == CellState::Blank {
            return Some(());
        }
        let (at, row_at, bit) = (fact.0 as usize, row as usize, 1u64 << (row % 64));
        let number = match (column.base_cell(row), &column.values) {
            (Cell::Bool(value), _) => {
                self.bits[at][row_at / 64] |= if value { bit } else { 0 };
                None
            }
            (Cell::No, Values::Bool(_)) => None,
            (Cell::No, Values::Quantity(_)) => Some(0),
            (Cell::No, Values::Document(_)) => Some(u32::MAX),
            (Cell::Quantity(atoms), _) => {
                let unit = unit_of(portfolio, fact);
                Some(u32::try_from(atoms / unit).ok().filter(|_| atoms % unit == 0)?)
            }
            (Cell::Date(day), _) => Some(u32::try_from(day.0).ok()?),
            (Cell::Enum(code), _) => Some(u32::from(code)),
            (Cell::Document(issues), _) => Some(u32::try_from(issues.first()?.issued_on?.0).ok()?),
            _ => return None,
        };
        self.known[at][row_at / 64] |= bit;
        if let Some(number) = number {
            self.numbers[at][row_at] = number;
        }
        Some(())
    }
}

/// Columns, and the instructions they are read with.
#[derive(Clone, Copy, Debug)]
pub struct View<'c, K> {
    columns: &'c Columns,
    kernel: K,
}

impl<K: Kernel> View<'_, K> {
    #[inline(always)]
    fn numbers(&self, fact: usize, word: usize) -> &[u32; 64] {
        // INVARIANT: columns hold whole words.
        &self.columns.numbers[fact].as_chunks::<64>().0[word]
    }

    #[inline(always)]
    fn word(&self, fact: usize, word: usize, mask: u64) -> W {
        let known = self.columns.known[fact][word];
        W { yes: known & mask, no: known & !mask }
    }

    /// A bool fact.
    #[inline(always)]
    pub fn bits(&self, fact: usize, word: usize) -> W {
        self.word(fact, word, self.columns.bits[fact][word])
    }

    /// At most so much.
    #[inline(always)]
    pub fn until(&self, fact: usize, most: u32, word: usize) -> W {
        self.word(fact, word, self.kernel.until(self.numbers(fact, word), most))
    }

    /// A day at most so late; unknown where it lies after today.
    #[inline(always)]
    pub fn day(&self, fact: usize, most: u32, today: u32, word: usize) -> W {
        let numbers = self.numbers(fact, word);
        let known = self.columns.known[fact][word] & self.kernel.until(numbers, today);
        let holds = self.kernel.until(numbers, most);
        W { yes: known & holds, no: known & !holds }
    }

    /// One of a set of codes below 64.
    #[inline(always)]
    pub fn among(&self, fact: usize, set: u64, word: usize) -> W {
        self.word(fact, word, self.kernel.among(self.numbers(fact, word), set))
    }
}

/// How 64 numbers are tested.
pub trait Kernel: Copy {
    /// Which are at most so much.
    fn until(self, numbers: &[u32; 64], most: u32) -> u64;
    /// Which are codes of a set.
    fn among(self, numbers: &[u32; 64], set: u64) -> u64;
}

/// What every machine has.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

impl Kernel for Portable {
    #[inline(always)]
    fn until(self, numbers: &[u32; 64], most: u32) -> u64 {
        mask(numbers, |number| number <= most)
    }

    #[inline(always)]
    fn among(self, numbers: &[u32; 64], set: u64) -> u64 {
        mask(numbers, |code| set >> (code & 63) & 1 == 1)
    }
}

/// Eight numbers a comparison, their answers gathered by one instruction.
#[cfg(target_arch = "x86_64")]
impl Kernel for pulp::x86::V3 {
    #[inline(always)]
    fn until(self, numbers: &[u32; 64], most: u32) -> u64 {
        let most = self.avx._mm256_set1_epi32(most.cast_signed());
        let mut mask = 0;
        for (at, &part) in numbers.as_chunks::<8>().0.iter().enumerate() {
            let inside =
                self.avx2._mm256_cmpeq_epi32(self.avx2._mm256_min_epu32(pulp::cast(part), most), pulp::cast(part));
            let bits = self.avx._mm256_movemask_ps(self.avx._mm256_castsi256_ps(inside));
            mask |= u64::from(bits.cast_unsigned()) << (8 * at);
        }
        mask
    }

    #[inline(always)]
    fn among(self, numbers: &[u32; 64], set: u64) -> u64 {
        let low = self.avx._mm256_set1_epi32((set as u32).cast_signed());
        let high = self.avx._mm256_set1_epi32(((set >> 32) as u32).cast_signed());
        let half = self.avx._mm256_set1_epi32(32);
        let mut mask = 0;
        for (at, &part) in numbers.as_chunks::<8>().0.iter().enumerate() {
            // A shift past the width gives nothing: one of the two halves answers.
            let codes = pulp::cast(part);
            let mut found = self.avx2._mm256_srlv_epi32(low, codes);
            if set >> 32 != 0 {
                let above = self.avx2._mm256_srlv_epi32(high, self.avx2._mm256_sub_epi32(codes, half));
                found = self.avx2._mm256_or_si256(found, above);
            }
            let found = self.avx._mm256_castsi256_ps(self.avx2._mm256_slli_epi32::<31>(found));
            mask |= u64::from(self.avx._mm256_movemask_ps(found).cast_unsigned()) << (8 * at);
        }
        mask
    }
}

/// Sixteen numbers a comparison, which answers in a mask.
#[cfg(all(target_arch = "x86_64", feature = "avx512"))]
impl Kernel for pulp::x86::V4 {
    #[inline(always)]
    fn until(self, numbers: &[u32; 64], most: u32) -> u64 {
        let most = self.avx512f._mm512_set1_epi32(most.cast_signed());
        let mut mask = 0;
        for (at, &part) in numbers.as_chunks::<16>().0.iter().enumerate() {
            mask |= u64::from(self.avx512f._mm512_cmple_epu32_mask(pulp::cast(part), most)) << (16 * at);
        }
        mask
    }

    #[inline(always)]
    fn among(self, numbers: &[u32; 64], set: u64) -> u64 {
        let [low, high] =
            [set as u32, (set >> 32) as u32].map(|half| self.avx512f._mm512_set1_epi32(half.cast_signed()));
        let [half, one] = [32, 1].map(|number| self.avx512f._mm512_set1_epi32(number));
        let mut mask = 0;
        for (at, &part) in numbers.as_chunks::<16>().0.iter().enumerate() {
            // A shift past the width gives nothing: one of the two halves answers.
            let codes = pulp::cast(part);
            let below = self.avx512f._mm512_srlv_epi32(low, codes);
            let above = self.avx512f._mm512_srlv_epi32(high, self.avx512f._mm512_sub_epi32(codes, half));
            let found = self.avx512f._mm512_test_epi32_mask(self.avx512f._mm512_or_si512(below, above), one);
            mask |= u64::from(found) << (16 * at);
        }
        mask
    }
}

/// The atoms of the unit a fact is written in.
pub fn unit_of(portfolio: &Portfolio, fact: FactIdx) -> i64 {
    portfolio.schema[fact].unit.map_or(1, |unit| unit.atoms)
}

/// A bit a row, eight rows at a time.
#[inline(always)]
fn mask(numbers: &[u32], holds: impl Fn(u32) -> bool) -> u64 {
    let mut mask = 0;
    for (at, numbers) in numbers.as_chunks::<8>().0.iter().enumerate() {
        let bytes = numbers.map(|number| u8::from(holds(number)));
        mask |= (u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    }
    mask
}

/// A pack written out.
pub trait Lines {
    /// Adds up what 64 rows come out as.
    fn word<K: Kernel>(view: View<'_, K>, word: usize, lanes: u64, sum: &mut Sum);
}

/// Counts a whole portfolio with generated code; inlined into a caller that has the instructions of the kernel.
///
/// No closure on the way: one is a function of its own, which has not got them.
#[inline(always)]
pub fn count<L: Lines, K: Kernel>(columns: &Columns, kernel: K, requirements: usize) -> Sum {
    let mut sum = Sum::of(requirements);
    for at in 0..columns.rows.div_ceil(64) {
        let rows = (columns.rows - at * 64).min(64);
        L::word(View { columns, kernel }, at, if rows == 64 { !0 } else { (1 << rows) - 1 }, &mut sum);
    }
    sum
}
