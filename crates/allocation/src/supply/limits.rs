//! What some classes may still use of their pools, as rows, the others using what they do.

use std::collections::BTreeMap;

use super::{Family, Shape, Supply};
use crate::problem::{PoolIdx, Via};

/// What a row limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// What a class uses.
    Class(usize),
    /// What a pool gives.
    Pool(PoolIdx),
    /// What one county draws, or a transfer moves: a class and one of its channels.
    Gate(usize, usize),
}

/// A way of supply.
#[derive(Clone, Debug)]
pub(crate) struct Brought {
    /// Atoms at most.
    pub(crate) cap: i64,
    /// What an atom adds to rows.
    pub(crate) entries: Vec<(usize, i64)>,
    /// The pool whose price is charged for it.
    pub(crate) charged: Option<PoolIdx>,
}

/// Rows of what may still be used: what is taken less what ways bring is the right side at most.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) right: Vec<i128>,
    /// What each row limits.
    pub(crate) origin: Vec<Origin>,
    pub(crate) ways: Vec<Brought>,
    /// The row of each class that is open.
    pub(crate) class_row: Vec<Option<usize>>,
    /// Where draws are charged: what classes that are not open draw of a pool.
    pub(crate) drawn: Vec<(PoolIdx, i128)>,
}

impl Limits {
    fn row(&mut self, origin: Origin, right: i128) -> usize {
        self.origin.push(origin);
        self.right.push(right);
        self.right.len() - 1
    }

    /// Rows of a family judged by sums; with one class open, one row says it all unless draws are charged.
    fn sums(&mut self, members: &[(usize, i128, i64)], pool: Option<PoolIdx>, shared: i128, charged: bool) {
        let several = pool.filter(|_| members.len() > 1);
        let shared_row = several.map(|pool| self.row(Origin::Pool(pool), shared));
        for &(class, left, cap) in members {
            let most = i128::from(cap).min(shared).max(0);
            let bought = pool.filter(|_| charged);
            let row = match shared_row {
                None if bought.is_some() => {
                    let row = self.row(Origin::Class(class), left);
                    self.ways.push(Brought { cap: most as i64, entries: vec![(row, -1)], charged: bought });
                    row
                }
                None => self.row(Origin::Class(class), left + most),
                Some(shared_row) => {
                    let row = self.row(Origin::Class(class), left);
                    let entries = vec![(row, -1), (shared_row, 1)];
                    self.ways.push(Brought { cap: most as i64, entries, charged: bought });
                    row
                }
            };
            self.class_row[class] = Some(row);
        }
    }
}

impl Supply {
    /// What the open classes may still use, the others using what they do.
    ///
    /// Where draws are charged, what a class draws of a shared pool judged by sums goes through a way of its own.
    pub(crate) fn limits(&self, used: &[i64], open: &[bool], charged: bool) -> Limits {
        let mut limits = Limits {
            right: Vec::new(),
            origin: Vec::new(),
            ways: Vec::new(),
            class_row: vec![None; self.classes.len()],
            drawn: Vec::new(),
        };
        for family in &self.families {
            let members: Vec<usize> = family.classes.iter().copied().filter(|&class| open[class]).collect();
            match &family.shape {
                _ if members.is_empty() && !charged => {}
                Shape::Sums { own, cap, shared } => {
                    let closed = family.classes.iter().filter(|&&class| !open[class]);
                    let drawn: i128 =
                        closed.map(|&class| i128::from((used[class] - own[self.classes[class].within]).max(0))).sum();
                    let of = |&class: &usize| {
                        let at = self.classes[class].within;
                        (class, i128::from(own[at]) - i128::from(used[class]), cap[at])
                    };
                    let pool = self.shared_pool(family);
                    limits.drawn.extend(pool.filter(|_| charged).map(|pool| (pool, drawn)));
                    let members: Vec<(usize, i128, i64)> = members.iter().map(of).collect();
                    limits.sums(&members, pool, i128::from(*shared) - drawn, charged);
                }
                Shape::Flow(_) if members.is_empty() => {}
                Shape::Flow(_) => self.flow_limits(family, used, &mut limits),
            }
        }
        limits
    }

    /// Rows of a family judged by a flow: its classes, pools and gates.
    fn flow_limits(&self, family: &Family, used: &[i64], limits: &mut Limits) {
        let mut of_pool: BTreeMap<PoolIdx, usize> = BTreeMap::new();
        let mut of_gate: BTreeMap<usize, usize> = BTreeMap::new();
        for &class in &family.classes {
            let row = limits.row(Origin::Class(class), -i128::from(used[class]));
            limits.class_row[class] = Some(row);
            for (place, channel) in self.classes[class].channels.iter().enumerate() {
                let free = self.free[channel.pool];
                let pool = *of_pool
                    .entry(channel.pool)
                    .or_insert_with(|| limits.row(Origin::Pool(channel.pool), i128::from(free)));
                let mut entries = vec![(row, -1), (pool, 1)];
                let mut cap = free;
                if let Some(gate) = channel.gate {
                    let most = self.gates[gate];
                    entries.push((
                        *of_gate
                            .entry(gate)
                            .or_insert_with(|| limits.row(Origin::Gate(class, place), i128::from(most))),
                        1,
                    ));
                    cap = cap.min(most);
                }
                limits.ways.push(Brought { cap: cap.max(0), entries, charged: None });
            }
        }
    }

    /// The pool that the classes of a family judged by sums share.
    fn shared_pool(&self, family: &Family) -> Option<PoolIdx> {
        let mut ways = family.classes.iter().flat_map(|&class| &self.classes[class].channels);
        ways.find(|way| way.via == Via::Drawn && matches!(family.shape, Shape::Sums { .. })).map(|way| way.pool)
    }

    /// Families judged by sums that share a pool: their number, and the pool.
    pub(crate) fn shared_pools(&self) -> impl Iterator<Item = (usize, PoolIdx)> + '_ {
        let all = self.families.iter().enumerate();
        all.filter_map(|(at, family)| Some((at, self.shared_pool(family)?)))
    }
}
