//! Families of minimal sets as zero-suppressed decision diagrams (Minato 1993; Knuth, TAOCP 4A, 7.1.4).
//!
//! Every family here is an antichain: no set of it contains another. Join and union keep it so.

use std::collections::HashMap;

/// A family, by its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Family(u32);

/// No set at all: nothing would do.
pub(crate) const NONE: Family = Family(0);
/// The empty set alone: nothing need be done.
pub(crate) const UNIT: Family = Family(1);

/// The budget of nodes was spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Node {
    item: u32,
    /// Sets without the item.
    without: Family,
    /// Sets with it, the item taken out.
    with: Family,
}

/// The diagram that families live in.
#[derive(Debug)]
pub(crate) struct Diagram {
    nodes: Vec<Node>,
    known: HashMap<Node, Family>,
    unions: HashMap<(Family, Family), Family>,
    joins: HashMap<(Family, Family), Family>,
    prunes: HashMap<(Family, Family), Family>,
    budget: usize,
    /// How far down the present descent is.
    depth: usize,
}

const LEAF: u32 = u32::MAX;

/// How far a descent may go; sets larger than that are left to the bound.
const DEPTH: usize = 600;

impl Diagram {
    /// An empty diagram of at most `budget` nodes.
    pub(crate) fn new(budget: usize) -> Self {
        let leaf = Node { item: LEAF, without: NONE, with: NONE };
        Self {
            nodes: vec![leaf, leaf],
            known: HashMap::new(),
            unions: HashMap::new(),
            joins: HashMap::new(),
            prunes: HashMap::new(),
            budget,
            depth: 0,
        }
    }

    /// Goes one item further down, unless that is too far.
    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Spent>) -> Result<T, Spent> {
        if self.depth == DEPTH {
            return Err(Spent);
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        done
    }

    /// The family of one set of one item.
    pub(crate) fn single(&mut self, item: u32) -> Result<Family, Spent> {
        self.node(item, NONE, UNIT)
    }

    fn node(&mut self, item: u32, without: Family, with: Family) -> Result<Family, Spent> {
        if with == NONE {
            return Ok(without);
        }
        let node = Node { item, without, with };
        if let Some(&found) = self.known.get(&node) {
            return Ok(found);
        }
        if self.nodes.len() >= self.budget {
            return Err(Spent);
        }
        let family = Family(self.nodes.len() as u32);
        self.nodes.push(node);
        self.known.insert(node, family);
        Ok(family)
    }

    /// The item a family decides first, and its two halves; for an item before that, all sets are without it.
    fn halves(&self, family: Family, item: u32) -> (Family, Family) {
        let node = self.nodes[family.0 as usize];
        if node.item == item { (node.without, node.with) } else { (family, NONE) }
    }

    fn item(&self, family: Family) -> u32 {
        self.nodes[family.0 as usize].item
    }

    /// Sets of either, those that contain another left out.
    pub(crate) fn either(&mut self, one: Family, other: Family) -> Result<Family, Spent> {
        match (one, other) {
            _ if one == other => return Ok(one),
            (NONE, rest) | (rest, NONE) => return Ok(rest),
            (UNIT, _) | (_, UNIT) => return Ok(UNIT),
            _ => {}
        }
        let key = (one.min(other), one.max(other));
        if let Some(&found) = self.unions.get(&key) {
            return Ok(found);
        }
        let item = self.item(one).min(self.item(other));
        let ((a0, a1), (b0, b1)) = (self.halves(one, item), self.halves(other, item));
        let found = self.deeper(|diagram| {
            let without = diagram.either(a0, b0)?;
            let with = diagram.either(a1, b1)?;
            let with = diagram.not_containing(with, without)?;
            diagram.node(item, without, with)
        })?;
        self.unions.insert(key, found);
        Ok(found)
    }

    /// A set of each, put together; those that contain another left out.
    pub(crate) fn both(&mut self, one: Family, other: Family) -> Result<Family, Spent> {
        match (one, other) {
            (NONE, _) | (_, NONE) => return Ok(NONE),
            (UNIT, rest) | (rest, UNIT) => return Ok(rest),
            _ if one == other => return Ok(one),
            _ => {}
        }
        let key = (one.min(other), one.max(other));
        if let Some(&found) = self.joins.get(&key) {
            return Ok(found);
        }
        let item = self.item(one).min(self.item(other));
        let ((a0, a1), (b0, b1)) = (self.halves(one, item), self.halves(other, item));
        let found = self.deeper(|diagram| {
            let without = diagram.both(a0, b0)?;
            let mut with = diagram.both(a1, b1)?;
            for (a, b) in [(a1, b0), (a0, b1)] {
                let more = diagram.both(a, b)?;
                with = diagram.either(with, more)?;
            }
            let with = diagram.not_containing(with, without)?;
            diagram.node(item, without, with)
        })?;
        self.joins.insert(key, found);
        Ok(found)
    }

    /// Sets of a family that contain none of another's.
    fn not_containing(&mut self, family: Family, small: Family) -> Result<Family, Spent> {
        match (family, small) {
            (NONE, _) | (_, UNIT) => return Ok(NONE),
            (rest, NONE) => return Ok(rest),
            _ if family == small => return Ok(NONE),
            // The empty set contains no set but itself.
            (UNIT, _) => return Ok(UNIT),
            _ => {}
        }
        let key = (family, small);
        if let Some(&found) = self.prunes.get(&key) {
            return Ok(found);
        }
        let item = self.item(family).min(self.item(small));
        let ((a0, a1), (b0, b1)) = (self.halves(family, item), self.halves(small, item));
        let found = self.deeper(|diagram| {
            let without = diagram.not_containing(a0, b0)?;
            let with = diagram.not_containing(a1, b0)?;
            let with = diagram.not_containing(with, b1)?;
            diagram.node(item, without, with)
        })?;
        self.prunes.insert(key, found);
        Ok(found)
    }

    /// How many sets; `u128::MAX` stands for more than that.
    pub(crate) fn count(&self, family: Family) -> u128 {
        let mut counts = vec![0u128, 1];
        for node in &self.nodes[2..] {
            let (without, with) = (counts[node.without.0 as usize], counts[node.with.0 as usize]);
            counts.push(without.saturating_add(with));
        }
        counts[family.0 as usize]
    }

    /// Items in every set, and items in some.
    pub(crate) fn items(&self, family: Family) -> (Vec<u32>, Vec<u32>) {
        let mut below = vec![false; self.nodes.len()];
        below[family.0 as usize] = true;
        let mut some: Vec<u32> = Vec::new();
        for at in (2..self.nodes.len()).rev().filter(|&at| at as u32 <= family.0) {
            if below[at] {
                let node = self.nodes[at];
                (below[node.without.0 as usize], below[node.with.0 as usize]) = (true, true);
                some.push(node.item);
            }
        }
        some.sort_unstable();
        some.dedup();
        let every = some.iter().copied().filter(|&item| self.always(family, item)).collect();
        (every, some)
    }

    /// Whether no set lacks the item.
    fn always(&self, family: Family, item: u32) -> bool {
        // Without the item, is there a way to the unit?
        let mut reaches = vec![false, true];
        for node in &self.nodes[2..=(family.0 as usize).max(1)] {
            let with = node.item != item && reaches[node.with.0 as usize];
            reaches.push(reaches[node.without.0 as usize] || with);
        }
        !reaches[family.0 as usize]
    }

    /// The weight of the lightest set of each family up to one; an item without weight is in none.
    fn weights(&self, family: Family, weight: &impl Fn(u32) -> Option<i128>) -> Vec<Option<i128>> {
        let mut best: Vec<Option<i128>> = vec![None, Some(0)];
        for node in &self.nodes[2..=(family.0 as usize).max(1)] {
            let with = best[node.with.0 as usize].and_then(|rest| Some(rest + weight(node.item)?));
            best.push([best[node.without.0 as usize], with].into_iter().flatten().min());
        }
        best
    }

    /// The lightest set, and of several the one whose items come first; `None` where there is none. A set with an item
    /// that has no weight does not count.
    pub(crate) fn lightest(&self, family: Family, weight: impl Fn(u32) -> Option<i128>) -> Option<(i128, Vec<u32>)> {
        let best = self.weights(family, &weight);
        let total = best[family.0 as usize]?;
        let (mut at, mut set) = (family, Vec::new());
        while at != UNIT {
            let node = self.nodes[at.0 as usize];
            let with = best[node.with.0 as usize].and_then(|rest| Some(rest + weight(node.item)?));
            if with.is_some() && with == best[at.0 as usize] {
                set.push(node.item);
                at = node.with;
            } else {
                at = node.without;
            }
        }
        Some((total, set))
    }

    /// The first of the sets of fewest items, at most `limit`.
    pub(crate) fn smallest(&self, family: Family, limit: usize) -> Vec<Vec<u32>> {
        let best = self.weights(family, &|_| Some(1));
        let mut found = Vec::new();
        let mut todo = vec![(family, Vec::new())];
        while let Some((at, set)) = todo.pop() {
            match at {
                _ if found.len() == limit => break,
                NONE => {}
                UNIT => found.push(set),
                _ => {
                    let node = self.nodes[at.0 as usize];
                    let (least, with) = (best[at.0 as usize], best[node.with.0 as usize]);
                    if best[node.without.0 as usize] == least && least.is_some() {
                        todo.push((node.without, set.clone()));
                    }
                    if with.is_some() && with.map(|rest| rest + 1) == least {
                        todo.push((node.with, [set.as_slice(), &[node.item]].concat()));
                    }
                }
            }
        }
        found
    }

    /// The first sets in order of their items, at most `limit`.
    pub(crate) fn sets(&self, family: Family, limit: usize) -> Vec<Vec<u32>> {
        let mut found = Vec::new();
        let mut todo = vec![(family, Vec::new())];
        while let Some((at, set)) = todo.pop() {
            match at {
                _ if found.len() == limit => break,
                NONE => {}
                UNIT => found.push(set),
                _ => {
                    let node = self.nodes[at.0 as usize];
                    let mut with = set.clone();
                    with.push(node.item);
                    todo.push((node.without, set));
                    todo.push((node.with, with));
                }
            }
        }
        found
    }

    /// The family with items taken out of every set; they must be in every one.
    pub(crate) fn without(&mut self, family: Family, items: &[u32]) -> Result<Family, Spent> {
        let mut known: HashMap<Family, Family> = HashMap::from([(NONE, NONE), (UNIT, UNIT)]);
        for at in 2..=family.0.max(1) {
            let node = self.nodes[at as usize];
            let (without, with) = (known[&node.without], known[&node.with]);
            let found = if items.contains(&node.item) {
                self.either(without, with)?
            } else {
                self.node(node.item, without, with)?
            };
            known.insert(Family(at), found);
        }
        Ok(known[&family])
    }

    /// The sets cut down to some items, each once; used where the other items vary independently of them.
    pub(crate) fn only(&mut self, family: Family, items: &[u32]) -> Result<Family, Spent> {
        let mut known: HashMap<Family, Family> = HashMap::from([(NONE, NONE), (UNIT, UNIT)]);
        for at in 2..=family.0.max(1) {
            let node = self.nodes[at as usize];
            let (without, with) = (known[&node.without], known[&node.with]);
            let with = if items.contains(&node.item) { self.node(node.item, NONE, with)? } else { with };
            let found = self.either(without, with)?;
            known.insert(Family(at), found);
        }
        Ok(known[&family])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    type Sets = BTreeSet<BTreeSet<u32>>;

    fn minimal(sets: &Sets) -> Sets {
        sets.iter().filter(|set| !sets.iter().any(|other| other != *set && other.is_subset(set))).cloned().collect()
    }

    fn build(diagram: &mut Diagram, sets: &Sets) -> Family {
        sets.iter().fold(NONE, |family, set| {
            let one = set.iter().fold(UNIT, |one, &item| {
                let single = diagram.single(item).unwrap();
                diagram.both(one, single).unwrap()
            });
            diagram.either(family, one).unwrap()
        })
    }

    fn listed(diagram: &Diagram, family: Family) -> Sets {
        diagram.sets(family, usize::MAX).into_iter().map(|set| set.into_iter().collect()).collect()
    }

    /// Families of up to four sets over five items, one for each seed.
    fn sample(seed: u64) -> Sets {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = move |limit: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % limit
        };
        (0..next(5)).map(|_| (0..5).filter(|_| next(2) == 1).collect()).collect()
    }

    #[test]
    fn either_and_both_are_those_of_plain_sets() {
        let mut diagram = Diagram::new(1 << 16);
        for seed in 0..3_000 {
            let (one, other) = (sample(2 * seed), sample(2 * seed + 1));
            let (a, b) = (build(&mut diagram, &one), build(&mut diagram, &other));
            let either = diagram.either(a, b).unwrap();
            let both = diagram.both(a, b).unwrap();
            let union: Sets = one.union(&other).cloned().collect();
            let joined: Sets =
                one.iter().flat_map(|x| other.iter().map(move |y| x.union(y).copied().collect())).collect();
            assert_eq!(listed(&diagram, either), minimal(&union), "{one:?} {other:?}");
            assert_eq!(listed(&diagram, both), minimal(&joined), "{one:?} {other:?}");
            assert_eq!(diagram.count(both), minimal(&joined).len() as u128);
            let weight = |item: u32| i128::from(item * item % 7);
            let least = minimal(&joined).iter().map(|set| set.iter().map(|&item| weight(item)).sum::<i128>()).min();
            assert_eq!(diagram.lightest(both, |item| Some(weight(item))).map(|(total, _)| total), least);
            let light = minimal(&joined).into_iter().filter(|set| !set.contains(&2));
            let light = light.map(|set| set.iter().map(|&item| weight(item)).sum::<i128>()).min();
            let without_two = |item: u32| (item != 2).then(|| weight(item));
            assert_eq!(diagram.lightest(both, without_two).map(|(total, _)| total), light);
            let few = minimal(&joined).iter().map(BTreeSet::len).min();
            let smallest: Sets = minimal(&joined).into_iter().filter(|set| Some(set.len()) == few).collect();
            let told = diagram.smallest(both, usize::MAX);
            assert_eq!(told.len(), smallest.len());
            assert_eq!(told.into_iter().map(|set| set.into_iter().collect()).collect::<Sets>(), smallest);
            let (every, some) = diagram.items(both);
            let all = minimal(&joined);
            assert_eq!(some.iter().copied().collect::<BTreeSet<u32>>(), all.iter().flatten().copied().collect());
            let common: BTreeSet<u32> =
                some.iter().copied().filter(|item| all.iter().all(|set| set.contains(item))).collect();
            assert_eq!(every.iter().copied().collect::<BTreeSet<u32>>(), common);
            let rest = diagram.without(both, &every).unwrap();
            let cut: Sets = all.iter().map(|set| set.difference(&common).copied().collect()).collect();
            assert_eq!(listed(&diagram, rest), cut);
        }
    }

    #[test]
    fn a_spent_budget_is_said() {
        let mut diagram = Diagram::new(8);
        let singles: Result<Vec<Family>, Spent> = (0..10).map(|item| diagram.single(item)).collect();
        assert_eq!(singles, Err(Spent));
    }
}
