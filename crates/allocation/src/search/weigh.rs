//! What multipliers prove about a search, in integers.
#![expect(clippy::cast_precision_loss, reason = "floats only guide; integers decide")]

use super::model::Model;

/// A linear program of a model, in floats of moderate size.
pub(crate) struct Scales {
    /// An atom of each row is divided by this.
    rows: Vec<f64>,
    /// Worth is divided by this.
    worth: f64,
}

impl Scales {
    pub(crate) fn new(model: &Model) -> Self {
        let mut rows = vec![1.0f64; model.right.len()];
        for &(row, amount) in model.cols.iter().flat_map(|col| &col.entries) {
            rows[row] = rows[row].max((amount as f64).abs());
        }
        let worth = model.cols.iter().fold(1.0f64, |most, col| most.max(col.value as f64));
        Self { rows, worth }
    }

    /// Columns, then ways; rows of the model, then one for each candidate with several sources.
    pub(crate) fn simplex(&self, model: &Model, choice_row: &[Option<usize>]) -> super::simplex::Simplex {
        let mut entries: Vec<Vec<(usize, f64)>> = Vec::new();
        let mut costs = Vec::new();
        let mut right: Vec<f64> =
            model.right.iter().zip(&self.rows).map(|(&right, scale)| right as f64 / scale).collect();
        for col in &model.cols {
            let scaled = |&(row, amount): &(usize, i64)| (row, amount as f64 / self.rows[row]);
            let choice = choice_row[col.who].map(|row| (row, 1.0));
            entries.push(col.entries.iter().map(scaled).chain(choice).collect());
            costs.push(col.value as f64 / self.worth);
        }
        for way in &model.ways {
            let scaled = |&(row, sign): &(usize, i64)| (row, sign as f64 * way.cap as f64 / self.rows[row]);
            entries.push(way.entries.iter().map(scaled).collect());
            let toll = way.toll as f64 / (1u64 << model.shift) as f64;
            costs.push(-toll * way.cap as f64 / self.worth);
        }
        right.resize(right.len() + choice_row.iter().flatten().count(), 1.0);
        let high = vec![1.0; costs.len()];
        super::simplex::Simplex::new(costs, high, &entries, right)
    }

    /// A worth in floats.
    pub(crate) fn worth(&self, worth: i128) -> f64 {
        worth as f64 / self.worth
    }
}

/// A bound in worth times 2^shift, and what each column gains under it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weighed {
    pub(crate) total: i128,
    pub(crate) shift: u32,
    pub(crate) gains: Vec<i128>,
}

impl Weighed {
    /// The bound the multipliers prove for the choices still open, candidates not yet counted; gains filled in.
    /// `None` where numbers grow too large.
    pub(crate) fn of(&mut self, model: &Model, scales: &Scales, multipliers: &[f64]) -> Option<()> {
        let price = |row: usize| (multipliers[row] * scales.worth / scales.rows[row]).max(0.0);
        let largest = (0..model.right.len()).map(price).fold(0.0f64, f64::max);
        if !largest.is_finite() {
            return None;
        }
        let mut shift = 44u32;
        let mut room = largest;
        while room > 16.0 && shift > 0 {
            room /= 2.0;
            shift -= 1;
        }
        let unit = (1u64 << shift) as f64;
        let prices: Vec<i64> = (0..model.right.len()).map(|row| (price(row) * unit) as i64).collect();
        self.at(model, &prices, shift)
    }

    /// The same for prices that are integers already.
    pub(crate) fn at(&mut self, model: &Model, prices: &[i64], shift: u32) -> Option<()> {
        let mut total = model.base.checked_mul(1 << shift)?;
        for (&right, &price) in model.right.iter().zip(prices) {
            total = total.checked_add(right.checked_mul(i128::from(price))?)?;
        }
        for way in &model.ways {
            let paid: i128 = way.entries.iter().map(|&(row, sign)| i128::from(prices[row]) * i128::from(sign)).sum();
            // Rounded down, so that the bound stays one.
            let gain = -paid - (i128::from(way.toll) << shift >> model.shift);
            total = total.checked_add(gain.max(0).checked_mul(i128::from(way.cap))?)?;
        }
        self.gains.clear();
        for col in &model.cols {
            let mut gain = i128::from(col.value) << shift;
            for &(row, amount) in &col.entries {
                gain = gain.checked_sub(i128::from(amount) * i128::from(prices[row]))?;
            }
            self.gains.push(gain);
        }
        (self.total, self.shift) = (total, shift);
        Some(())
    }
}
