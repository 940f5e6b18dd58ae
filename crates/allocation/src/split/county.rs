//! One county at given prices of what it shares with others: its choices divided into cases, the best first.
#![expect(clippy::cast_precision_loss, reason = "floats only guide; integers decide")]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::{DEAR, Owners};
use crate::price::Goal;
use crate::problem::{CandidateIdx, Certificate, Lock, Part, Step, Via};
use crate::search::{End, Simplex};

/// What a case is worth that leaves someone no choice.
const NONE: i128 = i128::MIN >> 8;

/// Taking a source.
struct Col {
    who: usize,
    source: usize,
    /// Class and amount.
    takes: Vec<(usize, i64)>,
    /// Needs: the row, and whether it is the one that needs.
    needs: Vec<(usize, bool)>,
}

struct Who {
    at: CandidateIdx,
    cols: std::ops::Range<usize>,
    lock: Lock,
    /// Worth times 2^shift, with what floors, tiers and needs across counties make of it.
    worth: i128,
}

/// A way from a class to a pool.
struct Way {
    class: usize,
    pool: usize,
    /// What an atom costs if the pool is shared.
    cost: i64,
    /// The row of its pool, where the county owns it and several classes use it.
    pool_row: Option<usize>,
    gate: Gate,
    /// Place among what is owned of its draw or transfer.
    gate_owned: Option<usize>,
}

#[derive(Clone, Copy)]
enum Gate {
    None,
    /// The only way through it.
    Cap(i64),
    /// A row of all ways through it.
    Row(usize),
}

/// What a row limits; places are those among what is owned.
#[derive(Clone, Copy)]
enum Row {
    Class,
    Pool(usize),
    Gate(usize),
    Need(usize),
}

/// What parts cases: the case before, the choice, and whether it is made.
type From = (usize, usize, bool);

/// A case, or where cases part.
struct Node {
    from: Option<From>,
    bound: i128,
    /// Multipliers of what the county owns.
    owned: Vec<i64>,
    /// The choice to divide it by.
    by: Option<usize>,
    /// The choice, and the cases where it is made and ruled out.
    children: Option<(usize, usize, usize)>,
}

/// What a county comes to at most.
pub(super) struct Cases {
    /// The most that any case comes to.
    pub(super) most: i128,
    /// What the best of them asks of each pool.
    pub(super) asked: Vec<f64>,
    pub(super) tree: Vec<Step>,
}

pub(super) struct County<'g> {
    goal: &'g Goal<'g>,
    shift: u32,
    owned: Part,
    who: Vec<Who>,
    cols: Vec<Col>,
    /// Per class met: its row, and the pools folded into it, as places among what is owned.
    classes: Vec<(usize, Vec<usize>)>,
    ways: Vec<Way>,
    rows: Vec<Row>,
    /// Right sides, atoms.
    right: Vec<i64>,
    /// Per thing owned: how much of it there is.
    amounts: Vec<i64>,
    choice_row: Vec<Option<usize>>,
    simplex: Simplex,
    /// An atom of each row is divided by this, worth by that, and a whole way is so many atoms.
    scale: Vec<f64>,
    worth_scale: f64,
    way_scale: Vec<f64>,
}

impl<'g> County<'g> {
    pub(super) fn new(goal: &'g Goal<'g>, owners: &Owners, shared: &Certificate, group: usize) -> Option<Self> {
        let mut county = Self {
            goal,
            shift: shared.shift,
            owned: Part { candidates: owners.groups[group].clone(), ..Part::default() },
            who: Vec::new(),
            cols: Vec::new(),
            classes: Vec::new(),
            ways: Vec::new(),
            rows: Vec::new(),
            right: Vec::new(),
            amounts: Vec::new(),
            choice_row: Vec::new(),
            simplex: Simplex::default(),
            scale: Vec::new(),
            worth_scale: 1.0,
            way_scale: Vec::new(),
        };
        county.supply(owners, shared, group);
        county.candidates(shared)?;
        county.program();
        Some(county)
    }

    /// What the county owns, with its cases.
    pub(super) fn part(self, tree: Vec<Step>) -> Part {
        Part { tree, ..self.owned }
    }

    fn row(&mut self, row: Row, right: i64) -> usize {
        self.rows.push(row);
        self.right.push(right);
        self.rows.len() - 1
    }

    /// Classes, pools and gates of the county, and the sources that take of them.
    fn supply(&mut self, owners: &Owners, shared: &Certificate, group: usize) {
        let goal = self.goal;
        let mut classes: Vec<usize> = Vec::new();
        for &at in &owners.groups[group] {
            classes.extend(goal.supply.takes[at].iter().flatten().flatten().map(|take| take.class));
        }
        classes.sort_unstable();
        classes.dedup();
        let mut users: BTreeMap<usize, usize> = BTreeMap::new();
        let mut gates: BTreeMap<usize, usize> = BTreeMap::new();
        for channel in classes.iter().flat_map(|&class| &goal.supply.classes[class].channels) {
            *users.entry(channel.pool).or_default() += 1;
            channel.gate.into_iter().for_each(|gate| *gates.entry(gate).or_default() += 1);
        }
        let own: Vec<usize> = users.keys().copied().filter(|&pool| owners.pools[pool] == Some(group)).collect();
        let place_of_gate = self.own(own, &classes);
        let place_of_pool: BTreeMap<usize, usize> =
            self.owned.pools.iter().enumerate().map(|(place, &pool)| (pool, place)).collect();
        let mut pool_rows: BTreeMap<usize, usize> = BTreeMap::new();
        let mut gate_rows: BTreeMap<usize, usize> = BTreeMap::new();
        for (place, &class) in classes.iter().enumerate() {
            let row = self.row(Row::Class, 0);
            self.classes.push((row, Vec::new()));
            for channel in &goal.supply.classes[class].channels {
                let own = place_of_pool.get(&channel.pool).copied();
                if let (Some(own), None, 1) = (own, channel.gate, users[&channel.pool]) {
                    self.right[row] = self.right[row].saturating_add(self.amounts[own]);
                    self.classes[place].1.push(own);
                    continue;
                }
                let pool_row = own.map(|own| {
                    let amount = self.amounts[own];
                    *pool_rows.entry(channel.pool).or_insert_with(|| self.row(Row::Pool(own), amount))
                });
                let gate_owned = channel.gate.and_then(|gate| place_of_gate.get(&gate).copied());
                let gate = match (channel.gate, gate_owned) {
                    (Some(gate), Some(own)) if gates[&gate] > 1 => {
                        let amount = self.amounts[own];
                        Gate::Row(*gate_rows.entry(gate).or_insert_with(|| self.row(Row::Gate(own), amount)))
                    }
                    (Some(_), Some(own)) => Gate::Cap(self.amounts[own]),
                    _ => Gate::None,
                };
                let cost = if own.is_some() { 0 } else { shared.pools[channel.pool] };
                self.ways.push(Way { class: place, pool: channel.pool, cost, pool_row, gate, gate_owned });
            }
        }
        for &at in &owners.groups[group] {
            let start = self.cols.len();
            for (source, takes) in goal.supply.takes[at].iter().enumerate() {
                let Some(takes) = takes else { continue };
                let place = |class: usize| classes.partition_point(|&other| other < class);
                let takes = takes.iter().map(|take| (place(take.class), take.amount)).collect();
                self.cols.push(Col { who: self.who.len(), source, takes, needs: Vec::new() });
            }
            let lock = goal.problem.candidates[at].lock;
            self.who.push(Who { at, cols: start..self.cols.len(), lock, worth: 0 });
        }
    }

    /// Writes down what is owned, in the order in which cases tell their multipliers: the place of each gate.
    fn own(&mut self, pools: Vec<usize>, classes: &[usize]) -> BTreeMap<usize, usize> {
        let problem = self.goal.problem;
        self.amounts = pools.iter().map(|&pool| problem.pools[pool].free()).collect();
        self.owned.pools = pools;
        let places = problem.counties.len();
        let mut of_gate: BTreeMap<usize, (Via, usize, usize)> = BTreeMap::new();
        for &class in classes {
            let of = &self.goal.supply.classes[class];
            for channel in &of.channels {
                let told = (channel.via, channel.pool, of.county.unwrap_or(places));
                channel.gate.into_iter().for_each(|gate| {
                    of_gate.entry(gate).or_insert(told);
                });
            }
        }
        let mut place = BTreeMap::new();
        for (&gate, &(via, pool, county)) in &of_gate {
            if via == Via::Drawn {
                self.owned.drawn.push((pool, county));
                self.amounts.push(problem.pools[pool].draw_at_most.unwrap_or(0).max(0));
                place.insert(gate, self.amounts.len() - 1);
            }
        }
        for (&gate, &(via, ..)) in &of_gate {
            if let Via::Transferred(transfer) = via {
                self.owned.transfers.push(transfer);
                self.amounts.push(problem.transfers[transfer].at_most.max(0));
                place.insert(gate, self.amounts.len() - 1);
            }
        }
        place
    }

    /// What candidates are worth, and rows of needs among them.
    fn candidates(&mut self, shared: &Certificate) -> Option<()> {
        let (goal, problem) = (self.goal, self.goal.problem);
        let place: BTreeMap<CandidateIdx, usize> =
            self.who.iter().enumerate().map(|(place, who)| (who.at, place)).collect();
        let reach: Vec<i64> = shared.floors.iter().chain(&shared.kept).copied().collect();
        for who in &mut self.who {
            who.worth = i128::from(goal.worth(who.at)) << self.shift;
            for &(sum, weight) in goal.counts(who.at) {
                who.worth = who.worth.checked_add(i128::from(weight).checked_mul(i128::from(reach[sum]))?)?;
            }
        }
        for (at, candidate) in problem.candidates.iter().enumerate() {
            for (which, &need) in candidate.needs.iter().enumerate() {
                let (from, to) = (place.get(&at).copied(), place.get(&need).copied());
                if let (Some(from), Some(to)) = (from, to) {
                    self.owned.needs.push((at, which));
                    self.amounts.push(0);
                    let row = self.row(Row::Need(self.amounts.len() - 1), 0);
                    self.who[from].cols.clone().for_each(|col| self.cols[col].needs.push((row, true)));
                    self.who[to].cols.clone().for_each(|col| self.cols[col].needs.push((row, false)));
                    continue;
                }
                let price = i128::from(shared.needs[at][which]);
                from.into_iter().for_each(|from| self.who[from].worth -= price);
                to.into_iter().for_each(|to| self.who[to].worth += price);
            }
        }
        Some(())
    }

    /// The linear program, in floats of moderate size.
    fn program(&mut self) {
        let mut most = vec![1.0f64; self.classes.len()];
        let mut scale = vec![1.0f64; self.rows.len()];
        for &(class, amount) in self.cols.iter().flat_map(|col| &col.takes) {
            let row = self.classes[class].0;
            scale[row] = scale[row].max(amount as f64);
            most[class] += amount as f64;
        }
        for (row, kind) in self.rows.iter().enumerate() {
            if matches!(kind, Row::Pool(_) | Row::Gate(_)) {
                scale[row] = (self.right[row] as f64).max(1.0);
            }
        }
        self.worth_scale = self.who.iter().fold(1.0f64, |most, who| most.max((who.worth as f64).abs()));
        let mut next = self.rows.len();
        for who in &self.who {
            let several = who.cols.len() > 1;
            self.choice_row.push(several.then_some(next));
            next += usize::from(several);
        }
        let (mut entries, mut costs): (Vec<Vec<(usize, f64)>>, Vec<f64>) = (Vec::new(), Vec::new());
        for col in &self.cols {
            let take = |&(class, amount): &(usize, i64)| {
                let row = self.classes[class].0;
                (row, amount as f64 / scale[row])
            };
            let mut of: Vec<(usize, f64)> = col.takes.iter().map(take).collect();
            of.extend(col.needs.iter().map(|&(row, needs)| (row, if needs { 1.0 } else { -1.0 })));
            of.extend(self.choice_row[col.who].map(|row| (row, 1.0)));
            entries.push(of);
            costs.push(self.who[col.who].worth as f64 / self.worth_scale);
        }
        for way in &self.ways {
            // What rows limit is left to the rows: a limit of the way itself has to be a draw of its own.
            let whole = match way.gate {
                Gate::Cap(cap) => (cap as f64).min(most[way.class]),
                Gate::None | Gate::Row(_) => most[way.class],
            };
            let row = self.classes[way.class].0;
            let mut of = vec![(row, -whole / scale[row])];
            let gate = if let Gate::Row(row) = way.gate { Some(row) } else { None };
            of.extend(way.pool_row.into_iter().chain(gate).map(|row| (row, whole / scale[row])));
            entries.push(of);
            costs.push(-(way.cost as f64) * whole / self.worth_scale);
            self.way_scale.push(whole);
        }
        let mut right: Vec<f64> = self.right.iter().zip(&scale).map(|(&right, scale)| right as f64 / scale).collect();
        right.resize(next, 1.0);
        self.scale = scale;
        self.simplex = Simplex::new(costs.clone(), vec![1.0; costs.len()], &entries, right);
    }

    /// Everyone who may choose the same as the candidate of a choice: all their choices.
    fn choices(&self, choice: usize) -> impl Iterator<Item = usize> + use<> {
        let place = self.cols.get(choice).map_or_else(|| choice - self.cols.len(), |col| col.who);
        self.who[place].cols.clone().chain([self.cols.len() + place])
    }

    /// What is open in a case.
    fn open(&self, tree: &[Node], from: Option<From>) -> Vec<bool> {
        let mut open = vec![true; self.cols.len() + self.who.len()];
        for (place, who) in self.who.iter().enumerate() {
            match who.lock {
                Lock::In => open[self.cols.len() + place] = false,
                Lock::Out => who.cols.clone().for_each(|col| open[col] = false),
                Lock::Free => {}
            }
        }
        let mut next = from;
        while let Some((parent, choice, made)) = next {
            if made {
                self.choices(choice).filter(|&other| other != choice).for_each(|other| open[other] = false);
            } else {
                open[choice] = false;
            }
            next = tree[parent].from;
        }
        open
    }

    /// Divides into cases, the best first, until the best is whole or there are so many.
    pub(super) fn divide(&mut self, cases: usize, work: &mut u64) -> Option<Cases> {
        let mut tree: Vec<Node> = Vec::new();
        let mut heap = BinaryHeap::new();
        let root = self.look(&tree, None, work)?;
        heap.push((root.bound, Reverse(0usize)));
        tree.push(root);
        let mut best = 0;
        while let Some((_, Reverse(at))) = heap.pop() {
            best = at;
            let Some(choice) = tree[at].by.filter(|_| tree.len() < 2 * cases && *work > 0) else { break };
            let first = tree.len();
            for made in [true, false] {
                let node = self.look(&tree, Some((at, choice, made)), work)?;
                heap.push((node.bound, Reverse(tree.len())));
                tree.push(node);
            }
            tree[at].children = Some((choice, first, first + 1));
        }
        let most = tree[best].bound;
        let open = self.open(&tree, tree[best].from);
        self.solve(&open);
        (most > NONE / 2).then(|| Cases { most, asked: self.asked(), tree: self.steps(&tree) })
    }

    /// The steps of a tree, from its root.
    fn steps(&self, tree: &[Node]) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut stack = vec![0];
        while let Some(at) = stack.pop() {
            let node = &tree[at];
            let Some((choice, made, ruled_out)) = node.children else {
                steps.push(Step::Case(node.owned.clone()));
                continue;
            };
            steps.push(match self.cols.get(choice) {
                Some(col) => Step::Fork(self.who[col.who].at, Some(col.source)),
                None => Step::Fork(self.who[choice - self.cols.len()].at, None),
            });
            stack.extend([ruled_out, made]);
        }
        steps
    }

    /// The linear program of what is open: how it ends, and the multipliers of its rows.
    fn solve(&mut self, open: &[bool]) -> (End, Vec<f64>) {
        for place in 0..self.who.len() {
            let cols = self.who[place].cols.clone();
            let out = open[self.cols.len() + place];
            let left = cols.clone().filter(|&col| open[col]).count();
            for col in cols {
                let low = f64::from(u8::from(open[col] && !out && left == 1));
                self.simplex.bound(col, low, f64::from(u8::from(open[col])));
            }
            if let Some(row) = self.choice_row[place] {
                let most = if out { self.simplex.most_left(row) } else { 0.0 };
                let slack = self.simplex.slack(row);
                self.simplex.bound(slack, 0.0, most);
            }
        }
        let end = self.simplex.run(f64::NEG_INFINITY);
        let multipliers = self.simplex.multipliers(end, -10.0);
        (end, multipliers)
    }

    /// What the present solution asks of each pool.
    fn asked(&self) -> Vec<f64> {
        let mut asked = vec![0.0; self.goal.problem.pools.len()];
        for (at, (way, whole)) in self.ways.iter().zip(&self.way_scale).enumerate() {
            asked[way.pool] += self.simplex.value(self.cols.len() + at) * whole;
        }
        asked
    }

    /// A case: its bound, its multipliers, what to divide it by. `None` where numbers grow too large.
    fn look(&mut self, tree: &[Node], from: Option<From>, work: &mut u64) -> Option<Node> {
        let open = self.open(tree, from);
        self.simplex.effort = 0;
        let (end, multipliers) = self.solve(&open);
        *work = work.saturating_sub(self.simplex.effort + self.cols.len() as u64 / 8 + 1);
        let price = |row: usize| (multipliers[row] * self.worth_scale / self.scale[row]).clamp(0.0, DEAR) as i64;
        let prices: Vec<i64> = (0..self.rows.len()).map(price).collect();
        let mut owned = self.owned_prices(&prices);
        let mut bound = self.bound(&owned, &open)?;
        if let Some((parent, ..)) = from {
            // The multipliers of the case before prove something of this one too.
            let before = self.bound(&tree[parent].owned, &open)?;
            if before < bound {
                bound = before;
                owned.clone_from(&tree[parent].owned);
            }
        }
        let by = match end {
            _ if bound <= NONE => None,
            End::Best => self.branch(&open),
            _ => self.any(&open),
        };
        Some(Node { from, bound, owned, by, children: None })
    }

    /// Multipliers of what is owned, from those of the rows.
    fn owned_prices(&self, prices: &[i64]) -> Vec<i64> {
        let mut owned = vec![0i64; self.amounts.len()];
        for (row, folded) in &self.classes {
            folded.iter().for_each(|&place| owned[place] = prices[*row]);
        }
        for (row, kind) in self.rows.iter().enumerate() {
            if let Row::Pool(place) | Row::Gate(place) | Row::Need(place) = *kind {
                owned[place] = prices[row];
            }
        }
        for way in &self.ways {
            if let (Gate::Cap(_), Some(place)) = (way.gate, way.gate_owned) {
                let pool = way.pool_row.map_or(way.cost, |row| prices[row]);
                owned[place] = (prices[self.classes[way.class].0] - pool).max(0);
            }
        }
        owned
    }

    /// What a case comes to at most, by the multipliers of what is owned. `None` where numbers grow too large.
    fn bound(&self, owned: &[i64], open: &[bool]) -> Option<i128> {
        let mut total = 0i128;
        for (&amount, &price) in self.amounts.iter().zip(owned) {
            total = total.checked_add(i128::from(amount).checked_mul(i128::from(price))?)?;
        }
        let folded = |(_, folded): &(usize, Vec<usize>)| folded.iter().map(|&place| i128::from(owned[place])).min();
        let mut class_prices: Vec<Option<i128>> = self.classes.iter().map(folded).collect();
        for way in &self.ways {
            let pool = match way.pool_row.map(|row| self.rows[row]) {
                Some(Row::Pool(place)) => owned[place],
                _ => way.cost,
            };
            let price = i128::from(pool) + way.gate_owned.map_or(0, |place| i128::from(owned[place]));
            let least = &mut class_prices[way.class];
            *least = Some(least.map_or(price, |least| least.min(price)));
        }
        for (place, who) in self.who.iter().enumerate() {
            let mut best = open[self.cols.len() + place].then_some(0i128);
            for col in who.cols.clone().filter(|&col| open[col]) {
                let mut gain = who.worth;
                for &(class, amount) in &self.cols[col].takes {
                    gain = gain.checked_sub(i128::from(amount).checked_mul(class_prices[class]?)?)?;
                }
                for &(row, needs) in &self.cols[col].needs {
                    if let Row::Need(own) = self.rows[row] {
                        gain += i128::from(owned[own]) * if needs { -1 } else { 1 };
                    }
                }
                best = best.max(Some(gain));
            }
            // Nobody is without a choice: there is no such case.
            let Some(best) = best else { return Some(NONE) };
            total = total.checked_add(best)?;
        }
        Some(total)
    }

    /// The fractional choice that divides most.
    fn branch(&self, open: &[bool]) -> Option<usize> {
        self.simplex.divides_most((0..self.cols.len()).filter(|&col| open[col]))
    }

    /// Any choice that is open to someone who has several.
    fn any(&self, open: &[bool]) -> Option<usize> {
        (0..self.cols.len()).find(|&col| open[col] && self.choices(col).filter(|&other| open[other]).count() > 1)
    }
}
