//! A linear program in floats, solved by the dual simplex method with bounds on the variables.
//!
//! Maximise `c x` with `A x + slack = b`. Every variable is bounded on both sides, a slack by the least its row can
//! come to, so any basis becomes dual feasible by moving nonbasic variables to the right bound: after any change of
//! bounds one goes on from where one stands. The table is made anew from the first rows every so many pivots, values
//! every so many moves, counted and not timed. What comes out only guides: bounds are proven in integers from the
//! multipliers.

/// Below this a number counts as nothing.
const TINY: f64 = 1e-9;
/// Pivots after which the table is made anew.
const REFRESH: u32 = 400;
/// Moves between bounds after which values are worked out anew.
const RESETTLE: u32 = 2_000;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    /// The best there is.
    Best,
    /// Worth less than asked.
    Cut,
    /// No solution: multipliers may grow along this row without end.
    Empty { row: usize, sign: f64, slope: f64 },
    /// Gave up.
    Lost,
}

/// Bounded variables, rows with slacks, a basis.
#[derive(Clone, Debug, Default)]
pub(crate) struct Simplex {
    rows: usize,
    cols: usize,
    first: Vec<f64>,
    costs: Vec<f64>,
    right: Vec<f64>,
    /// `x[basic] = .. - table x[nonbasic]`, row by row.
    table: Vec<f64>,
    reduced: Vec<f64>,
    /// Variables: columns first, then slacks.
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    low: Vec<f64>,
    high: Vec<f64>,
    /// Per row: what its slack can be at most, whatever is fixed.
    most_left: Vec<f64>,
    /// Present value of every variable.
    x: Vec<f64>,
    /// Worth of the present basis.
    pub(crate) worth: f64,
    /// Pivots since the table was made.
    since: u32,
    /// Moves since values were worked out.
    moved: u32,
    /// Arithmetic done, in units of work.
    pub(crate) effort: u64,
    steps: Vec<(f64, usize)>,
    places: Vec<usize>,
}

impl Simplex {
    /// Columns with costs, bounds from 0 and their entries; rows with right sides.
    pub(crate) fn new(costs: Vec<f64>, high: Vec<f64>, entries: &[Vec<(usize, f64)>], right: Vec<f64>) -> Self {
        let (rows, cols) = (right.len(), costs.len());
        let mut first = vec![0.0; rows * cols];
        for (col, entries) in entries.iter().enumerate() {
            entries.iter().for_each(|&(row, amount)| first[row * cols + col] += amount);
        }
        // A slack is what a row has left: most where its columns stand so that they take least.
        let mut bounds = high;
        for (row, right) in right.iter().enumerate() {
            let least: f64 = (0..cols).map(|col| first[row * cols + col].min(0.0) * bounds[col]).sum();
            bounds.push((right - least).max(0.0));
        }
        let mut simplex = Self {
            rows,
            cols,
            table: first.clone(),
            first,
            reduced: costs.clone(),
            costs,
            right,
            basic: (cols..cols + rows).collect(),
            nonbasic: (0..cols).collect(),
            low: vec![0.0; cols + rows],
            most_left: bounds[cols..].to_vec(),
            high: bounds,
            x: vec![0.0; cols + rows],
            worth: 0.0,
            since: 0,
            moved: 0,
            effort: 0,
            steps: Vec::new(),
            places: Vec::new(),
        };
        simplex.settle();
        simplex
    }

    /// Whether nothing is in it yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.cols == 0
    }

    /// The value of a column.
    pub(crate) fn value(&self, col: usize) -> f64 {
        self.x[col]
    }

    /// The bounds of a variable; slacks come after the columns.
    pub(crate) fn bound(&mut self, variable: usize, low: f64, high: f64) {
        if (self.low[variable], self.high[variable]) == (low, high) {
            return;
        }
        (self.low[variable], self.high[variable]) = (low, high);
        if let Some(at) = self.nonbasic.iter().position(|&other| other == variable) {
            self.rest(at);
        }
    }

    /// The most the slack of a row can be.
    pub(crate) fn most_left(&self, row: usize) -> f64 {
        self.most_left[row]
    }

    /// The variable of a row's slack.
    pub(crate) fn slack(&self, row: usize) -> usize {
        self.cols + row
    }

    /// Moves a nonbasic variable to the bound its reduced cost asks for.
    fn rest(&mut self, at: usize) {
        let variable = self.nonbasic[at];
        let (low, high) = (self.low[variable], self.high[variable]);
        let reduced = self.reduced[at];
        let to = if reduced > TINY {
            high
        } else if reduced < -TINY || self.x[variable] - low < high - self.x[variable] {
            low
        } else {
            high
        };
        self.shift(at, to);
    }

    fn shift(&mut self, at: usize, to: f64) {
        let variable = self.nonbasic[at];
        let by = to - self.x[variable];
        if by == 0.0 {
            return;
        }
        self.x[variable] = to;
        self.worth += self.reduced[at] * by;
        for row in 0..self.rows {
            self.x[self.basic[row]] -= self.table[row * self.cols + at] * by;
        }
        self.moved += 1;
        self.effort += self.rows as u64 / 64;
    }

    /// Puts every nonbasic variable where it belongs and works the basic ones out anew.
    fn settle(&mut self) {
        for at in 0..self.cols {
            let variable = self.nonbasic[at];
            let (low, high) = (self.low[variable], self.high[variable]);
            // Where it makes no difference it stays on the side it is on.
            let near = self.x[variable] - low < high - self.x[variable];
            let down = self.reduced[at] < -TINY || self.reduced[at] <= TINY && near;
            self.x[variable] = if down { low } else { high };
        }
        // Basic values follow from the first rows: solve by what the table says of the slacks.
        let mut rest = self.right.clone();
        for (row, rest) in rest.iter_mut().enumerate() {
            for at in 0..self.cols {
                let variable = self.nonbasic[at];
                let amount = if variable < self.cols {
                    self.first[row * self.cols + variable]
                } else {
                    f64::from(u8::from(variable == self.cols + row))
                };
                *rest -= amount * self.x[variable];
            }
        }
        self.basic_values(&rest);
        self.moved = 0;
        self.worth = (0..self.cols).map(|col| self.costs[col] * self.x[col]).sum();
        self.effort += (self.rows * self.cols) as u64 / 128;
    }

    /// The basic variables, from what the rows have left. The inverse of the basis stands in the slack columns.
    fn basic_values(&mut self, rest: &[f64]) {
        let mut place = vec![None; self.rows];
        for (at, &variable) in self.nonbasic.iter().enumerate().filter(|(_, variable)| **variable >= self.cols) {
            place[variable - self.cols] = Some(at);
        }
        for row in 0..self.rows {
            let mut value = 0.0;
            for (slack, rest) in rest.iter().enumerate() {
                let share = match place[slack] {
                    Some(at) => self.table[row * self.cols + at],
                    None => f64::from(u8::from(self.basic[row] == self.cols + slack)),
                };
                value += share * rest;
            }
            self.x[self.basic[row]] = value;
        }
    }

    /// Goes on to the best basis, or until the worth falls below `enough`.
    pub(crate) fn run(&mut self, enough: f64) -> End {
        let most = 50 + 20 * (self.rows + self.cols);
        for _ in 0..most {
            if self.since >= REFRESH {
                self.refresh();
            } else if self.moved >= RESETTLE {
                self.settle();
            }
            if self.worth < enough {
                return End::Cut;
            }
            let Some((row, sign, over)) = self.worst() else { return End::Best };
            match self.entering(row, sign, over) {
                Ok(at) => self.pivot(row, at, sign),
                Err(slope) => return End::Empty { row, sign, slope },
            }
        }
        End::Lost
    }

    /// The row whose variable lies furthest outside its bounds, on which side, and how far.
    fn worst(&self) -> Option<(usize, f64, f64)> {
        let mut worst = (1e-7, None);
        for (row, &variable) in self.basic.iter().enumerate() {
            let (over, under) = (self.x[variable] - self.high[variable], self.low[variable] - self.x[variable]);
            if over > worst.0 {
                worst = (over, Some((row, 1.0, over)));
            }
            if under > worst.0 {
                worst = (under, Some((row, -1.0, under)));
            }
        }
        worst.1
    }

    /// Who enters for a row; those passed on the way move to their other bound. Else how much stays unmet.
    fn entering(&mut self, row: usize, sign: f64, over: f64) -> Result<usize, f64> {
        let line = &self.table[row * self.cols..(row + 1) * self.cols];
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        for (at, entry) in line.iter().enumerate() {
            let variable = self.nonbasic[at];
            if entry.abs() <= TINY || self.low[variable] >= self.high[variable] {
                continue;
            }
            let up = self.x[variable] >= self.high[variable];
            if (sign * entry > 0.0) != up {
                steps.push((self.reduced[at].abs() / entry.abs(), at));
            }
        }
        let mut slope = over;
        let mut chosen = None;
        let mut flipped = 0;
        let mut sorted = 0;
        while flipped < steps.len() {
            if flipped == sorted {
                sorted = sort_on(&mut steps, sorted);
            }
            let at = steps[flipped].1;
            let variable = self.nonbasic[at];
            let less = line[at].abs() * (self.high[variable] - self.low[variable]);
            // What is left by rounding alone makes no row unsolvable.
            if slope - less <= TINY {
                chosen = Some(at);
                break;
            }
            slope -= less;
            flipped += 1;
        }
        // A tiny pivot among equals gives way to a larger one.
        if let Some(at) = chosen
            && line[at].abs() < 1e-6
        {
            let larger = steps[..=flipped].iter().rev().find(|(_, at)| line[*at].abs() >= 1e-6);
            if let Some(&(_, larger)) = larger {
                chosen = Some(larger);
                flipped = steps.iter().position(|(_, at)| *at == larger).unwrap_or(flipped);
            }
        }
        self.effort += self.cols as u64 / 128 + steps.len() as u64 / 32;
        if chosen.is_some() {
            for &(_, at) in &steps[..flipped] {
                let variable = self.nonbasic[at];
                let to = if self.x[variable] >= self.high[variable] { self.low[variable] } else { self.high[variable] };
                self.shift(at, to);
            }
        }
        self.steps = steps;
        chosen.ok_or(slope)
    }

    /// The variable of a row leaves for the bound it broke, another enters.
    fn pivot(&mut self, row: usize, at: usize, sign: f64) {
        let leaving = self.basic[row];
        let to = if sign > 0.0 { self.high[leaving] } else { self.low[leaving] };
        let by = (self.x[leaving] - to) / self.table[row * self.cols + at];
        let entering = self.nonbasic[at];
        self.worth += self.reduced[at] * by;
        for other in 0..self.rows {
            self.x[self.basic[other]] -= self.table[other * self.cols + at] * by;
        }
        self.x[leaving] = to;
        self.x[entering] += by;
        self.turn(row, at);
        self.since += 1;
    }

    /// Changes basis in the table.
    fn turn(&mut self, row: usize, at: usize) {
        let cols = self.cols;
        let scale = 1.0 / self.table[row * cols + at];
        let mut places = std::mem::take(&mut self.places);
        places.clear();
        let mut line = self.table[row * cols..(row + 1) * cols].to_vec();
        for (place, entry) in line.iter_mut().enumerate() {
            *entry *= scale;
            if entry.abs() <= 1e-13 {
                *entry = 0.0;
            } else if place != at {
                places.push(place);
            }
        }
        line[at] = scale;
        let dense = places.len() * 3 > cols;
        let mut touched = 1;
        for other in 0..self.rows {
            let factor = self.table[other * cols + at];
            if other == row || factor == 0.0 {
                continue;
            }
            touched += 1;
            let of = &mut self.table[other * cols..(other + 1) * cols];
            of[at] = 0.0;
            if dense {
                of.iter_mut().zip(&line).for_each(|(entry, line)| *entry -= factor * line);
            } else {
                places.iter().for_each(|&place| of[place] -= factor * line[place]);
            }
            of[at] = -factor * scale;
        }
        let factor = self.reduced[at];
        places.iter().for_each(|&place| self.reduced[place] -= factor * line[place]);
        self.reduced[at] = -factor * scale;
        self.table[row * cols..(row + 1) * cols].copy_from_slice(&line);
        self.effort += (touched * places.len()) as u64 / 256 + cols as u64 / 128 + 1;
        self.places = places;
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[at]);
    }

    /// Makes the table anew for the present basis.
    fn refresh(&mut self) {
        let wanted: Vec<usize> = self.basic.iter().copied().filter(|&variable| variable < self.cols).collect();
        let keep: Vec<bool> = {
            let mut keep = vec![false; self.rows];
            self.basic
                .iter()
                .filter(|&&variable| variable >= self.cols)
                .for_each(|&slack| keep[slack - self.cols] = true);
            keep
        };
        self.table.copy_from_slice(&self.first);
        self.reduced.copy_from_slice(&self.costs);
        self.basic = (self.cols..self.cols + self.rows).collect();
        self.nonbasic = (0..self.cols).collect();
        for variable in wanted {
            let Some(at) = self.nonbasic.iter().position(|&other| other == variable) else { continue };
            let entry = |row: &usize| self.table[row * self.cols + at].abs();
            let free = (0..self.rows).filter(|&row| {
                let basic = self.basic[row];
                basic >= self.cols && !keep[basic - self.cols]
            });
            if let Some(row) = free.max_by(|a, b| entry(a).total_cmp(&entry(b)))
                && entry(&row) > 1e-7
            {
                self.turn(row, at);
            }
        }
        self.since = 0;
        self.settle();
    }

    /// The multiplier of every row: what a unit more of it is worth.
    pub(crate) fn multipliers(&self, end: End, enough: f64) -> Vec<f64> {
        let mut multipliers = vec![0.0; self.rows];
        let (line, sign, by) = match end {
            End::Empty { row, sign, slope } => {
                let line = &self.table[row * self.cols..(row + 1) * self.cols];
                let passed = self.steps.last().map_or(0.0, |step| step.0);
                (Some((row, line)), sign, passed + 1.1 * ((self.worth - enough).max(0.0) + 1.0) / slope)
            }
            _ => (None, 0.0, 0.0),
        };
        for (at, &variable) in self.nonbasic.iter().enumerate().filter(|(_, variable)| **variable >= self.cols) {
            multipliers[variable - self.cols] = -self.reduced[at] - line.map_or(0.0, |(_, line)| by * sign * line[at]);
        }
        if let Some((row, _)) = line
            && self.basic[row] >= self.cols
        {
            multipliers[self.basic[row] - self.cols] = -by * sign;
        }
        multipliers
    }

    /// Of some columns of nought or one, the fractional one that divides most.
    pub(crate) fn divides_most(&self, cols: impl Iterator<Item = usize>) -> Option<usize> {
        let mut best: Option<(f64, usize)> = None;
        for col in cols {
            let value = self.value(col);
            if value > 1e-6 && value < 1.0 - 1e-6 {
                let (down, up) = self.penalties(col).unwrap_or((0.0, 0.0));
                let score = down.clamp(1e-9, 1e3) * up.clamp(1e-9, 1e3);
                if best.is_none_or(|(most, _)| score > most) {
                    best = Some((score, col));
                }
            }
        }
        best.map(|(_, col)| col)
    }

    /// How much worth falls at least if a column falls to its lower bound, and if it rises to its upper one.
    pub(crate) fn penalties(&self, col: usize) -> Option<(f64, f64)> {
        let row = self.basic.iter().position(|&variable| variable == col)?;
        let line = &self.table[row * self.cols..(row + 1) * self.cols];
        let (mut down, mut up) = (f64::INFINITY, f64::INFINITY);
        for (at, entry) in line.iter().enumerate() {
            let variable = self.nonbasic[at];
            if entry.abs() <= TINY || self.low[variable] >= self.high[variable] {
                continue;
            }
            let ratio = self.reduced[at].abs() / entry.abs();
            let raised = self.x[variable] >= self.high[variable];
            let least = if (*entry > 0.0) == raised { &mut up } else { &mut down };
            *least = least.min(ratio);
        }
        Some((down * (self.x[col] - self.low[col]), up * (self.high[col] - self.x[col])))
    }
}

/// Sorts the smallest of what is not sorted yet, about as many as are: how far.
///
/// The first few steps mostly settle who enters.
fn sort_on(steps: &mut [(f64, usize)], sorted: usize) -> usize {
    let by = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    let rest = &mut steps[sorted..];
    let next = (sorted + 8).min(rest.len());
    if next < rest.len() {
        rest.select_nth_unstable_by(next, by);
    }
    rest[..next].sort_unstable_by(by);
    sorted + next
}

#[cfg(test)]
mod tests;
