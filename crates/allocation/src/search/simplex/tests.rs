//! The simplex against itself begun afresh.

use super::{End, Simplex};

/// Numbers by lot, the same each time.
struct Lot(u64);

impl Lot {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % end as u64) as usize
    }

    fn amount(&mut self) -> f64 {
        f64::from(1 + u16::try_from(self.below(1_000)).unwrap()) / 1_000.0
    }
}

/// Candidates with three sources each: rows of amounts, then a row of choice for each candidate.
struct Made {
    costs: Vec<f64>,
    entries: Vec<Vec<(usize, f64)>>,
    right: Vec<f64>,
    amounts: usize,
}

fn made(lot: &mut Lot, candidates: usize, amounts: usize) -> Made {
    let (mut costs, mut entries) = (Vec::new(), Vec::new());
    let mut right = vec![0.0; amounts];
    for who in 0..candidates {
        let worth = lot.amount();
        for _ in 0..3 {
            costs.push(worth);
            let mut of = vec![(amounts + who, 1.0)];
            for (row, right) in right.iter_mut().enumerate() {
                if lot.below(3) > 0 {
                    let amount = worth * lot.amount();
                    *right += amount / 10.0;
                    of.push((row, amount));
                }
            }
            entries.push(of);
        }
    }
    right.resize(amounts + candidates, 1.0);
    Made { costs, entries, right, amounts }
}

impl Made {
    fn simplex(&self) -> Simplex {
        Simplex::new(self.costs.clone(), vec![1.0; self.costs.len()], &self.entries, self.right.clone())
    }

    /// What of a candidate's choices may still be: its three sources, and nothing.
    fn open(&self, simplex: &mut Simplex, who: usize, open: [bool; 4]) {
        let left = open.iter().filter(|open| **open).count();
        for (source, &open) in open[..3].iter().enumerate() {
            let low = f64::from(u8::from(open && left == 1));
            simplex.bound(3 * who + source, low, f64::from(u8::from(open)));
        }
        let row = self.amounts + who;
        let most = if open[3] { simplex.most_left(row) } else { 0.0 };
        simplex.bound(simplex.slack(row), 0.0, most);
    }
}

const ALL: [bool; 4] = [true; 4];

/// Decides for candidates and takes it back, many thousand times; what is found has to be what a fresh start finds.
fn walk(seed: u64, candidates: usize, amounts: usize, turns: usize) {
    let lot = &mut Lot(seed);
    let made = made(lot, candidates, amounts);
    let mut simplex = made.simplex();
    let mut state = vec![ALL; candidates];
    for turn in 0..turns {
        let who = lot.below(candidates);
        state[who] = match lot.below(4) {
            0 => ALL,
            1 => [true, true, true, false],
            2 => [false, false, false, true],
            _ => {
                let mut one = [false; 4];
                one[lot.below(3)] = true;
                one
            }
        };
        made.open(&mut simplex, who, state[who]);
        let end = simplex.run(f64::NEG_INFINITY);
        if turn % 97 != 0 {
            continue;
        }
        let mut fresh = made.simplex();
        (0..candidates).for_each(|who| made.open(&mut fresh, who, state[who]));
        let known = fresh.run(f64::NEG_INFINITY);
        let told = matches!(end, End::Empty { .. }) == matches!(known, End::Empty { .. });
        assert!(told, "seed {seed}, turn {turn}: {end:?}, from a fresh start {known:?}");
        if known == End::Best {
            let off = (simplex.worth - fresh.worth).abs();
            assert!(off < 1e-6, "seed {seed}, turn {turn}: {} against {}", simplex.worth, fresh.worth);
            simplex.in_line(turn);
        }
    }
}

impl Simplex {
    /// The values kept are those that the same basis gives when it is made anew.
    fn in_line(&self, turn: usize) {
        let mut anew = self.clone();
        anew.refresh();
        let mut basis = (self.basic.clone(), anew.basic.clone());
        basis.0.sort_unstable();
        basis.1.sort_unstable();
        assert_eq!(basis.0, basis.1, "turn {turn}: another basis");
        let off = self.x.iter().zip(&anew.x).map(|(kept, anew)| (kept - anew).abs()).fold(0.0, f64::max);
        assert!(off < 1e-6, "turn {turn}: values are off by {off}");
        let off = (self.worth - anew.worth).abs();
        assert!(off < 1e-6, "turn {turn}: worth is off by {off}");
    }
}

#[test]
fn what_is_decided_and_taken_back_leaves_no_trace() {
    for seed in 1..=6 {
        walk(seed, 20, 4, 4_000);
    }
}

#[test]
fn values_stay_those_of_a_fresh_table() {
    walk(11, 60, 12, 40_000);
    walk(12, 60, 25, 20_000);
}

#[test]
fn a_choice_allowed_again_is_worth_what_it_was() {
    // Either source costs something. While one has to be taken, the slack of the choice stands at nothing and wants to
    // rise; once it may, it has to have somewhere to rise to.
    let entries = vec![vec![(0, 1.0), (1, 1.0)], vec![(0, -1.0), (1, 1.0)]];
    let mut simplex = Simplex::new(vec![-0.9, -0.5], vec![1.0, 1.0], &entries, vec![1.0, 1.0]);
    simplex.bound(3, 0.0, 0.0);
    assert_eq!(simplex.run(f64::NEG_INFINITY), End::Best);
    assert!((simplex.worth + 0.5).abs() < 1e-9, "{}", simplex.worth);
    let most = simplex.most_left(1);
    simplex.bound(3, 0.0, most);
    assert_eq!(simplex.run(f64::NEG_INFINITY), End::Best);
    assert!(simplex.worth.abs() < 1e-9, "nothing is taken: {}", simplex.worth);
}
