//! A maximum flow over a handful of nodes: classes, gates, pools.

use std::sync::Arc;

/// Classes that send, gates and pools they send through. What leads where is shared between copies.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    net: Arc<Net>,
    /// What each arc has left.
    left: Vec<i64>,
}

#[derive(Clone, Debug)]
struct Net {
    classes: usize,
    /// Where each arc leads; its reverse stands at the index with the last bit turned.
    to: Vec<usize>,
    arcs: Vec<Vec<usize>>,
    /// Per class: where each of its channels leads and to which pool, in the order they were made.
    ways: Vec<Vec<(usize, usize)>>,
}

const SOURCE: usize = 0;
const SINK: usize = 1;

impl Flow {
    /// A flow of so many classes, of which none sends anything.
    pub(crate) fn new(classes: usize) -> Self {
        let net = Net { classes, to: Vec::new(), arcs: vec![Vec::new(); 2 + classes], ways: vec![Vec::new(); classes] };
        let mut flow = Self { net: Arc::new(net), left: Vec::new() };
        // INVARIANT: the arc from the source to class `c` is number 2c.
        (0..classes).for_each(|class| {
            flow.arc(SOURCE, 2 + class, 0);
        });
        flow
    }

    fn arc(&mut self, from: usize, to: usize, cap: i64) -> usize {
        let net = Arc::make_mut(&mut self.net);
        let at = net.to.len();
        net.to.extend([to, from]);
        net.arcs[from].push(at);
        net.arcs[to].push(at + 1);
        self.left.extend([cap, 0]);
        at
    }

    fn node(&mut self) -> usize {
        let net = Arc::make_mut(&mut self.net);
        net.arcs.push(Vec::new());
        net.arcs.len() - 1
    }

    /// A pool with so much in it.
    pub(crate) fn pool(&mut self, free: i64) -> usize {
        let node = self.node();
        self.arc(node, SINK, free);
        node
    }

    /// A gate that lets so much pass: the node behind it.
    pub(crate) fn gate(&mut self, cap: i64) -> usize {
        let (front, back) = (self.node(), self.node());
        self.arc(front, back, cap);
        front
    }

    /// Leads a gate to a pool.
    pub(crate) fn link(&mut self, gate: usize, pool: usize) -> usize {
        self.arc(gate + 1, pool, i64::MAX)
    }

    /// A channel of a class, to a gate or straight to its pool.
    pub(crate) fn way(&mut self, class: usize, to: usize, pool: usize) {
        if self.net.arc_to(2 + class, to).is_none() {
            self.arc(2 + class, to, i64::MAX);
        }
        Arc::make_mut(&mut self.net).ways[class].push((to, pool));
    }

    /// Sends what the classes ask; whether all of it arrives.
    pub(crate) fn saturate(&mut self, asked: &[i64]) -> bool {
        for (class, &amount) in asked.iter().enumerate() {
            self.left[2 * class] = amount;
        }
        let mut wanted: i128 = asked.iter().map(|&amount| i128::from(amount)).sum();
        let mut search = Search { by: vec![NONE; self.net.arcs.len()], queue: Vec::with_capacity(self.net.arcs.len()) };
        while wanted > 0 {
            let Some(sent) = self.augment(&mut search) else { return false };
            wanted -= i128::from(sent);
        }
        true
    }

    /// Sends so much more of a class, if all of it arrives; what is sent already may take other ways.
    pub(crate) fn send(&mut self, class: usize, amount: i64) -> bool {
        let before = self.left.clone();
        self.left[2 * class] += amount;
        let mut search = Search { by: vec![NONE; self.net.arcs.len()], queue: Vec::with_capacity(self.net.arcs.len()) };
        while self.left[2 * class] > 0 {
            if self.augment(&mut search).is_none() {
                self.left = before;
                return false;
            }
        }
        true
    }

    /// Sends so much less of a class. INVARIANT: it sends as much.
    pub(crate) fn take_back(&mut self, class: usize, mut amount: i64) {
        let net = Arc::clone(&self.net);
        while amount > 0 {
            // Nothing flows in a circle, so that any arc with a flow leads on to the sink.
            let mut path = vec![2 * class];
            let mut at = 2 + class;
            while at != SINK {
                let used = |arc: &&usize| arc.is_multiple_of(2) && self.left[**arc ^ 1] > 0;
                let Some(&arc) = net.arcs[at].iter().find(used) else { return };
                path.push(arc);
                at = net.to[arc];
            }
            let less = path.iter().map(|arc| self.left[arc ^ 1]).min().unwrap_or(amount).min(amount);
            for &arc in &path[1..] {
                self.left[arc] = self.left[arc].saturating_add(less);
                self.left[arc ^ 1] -= less;
            }
            self.left[2 * class + 1] -= less;
            amount -= less;
        }
    }

    /// Sends along one shortest path, arcs in the order they were made.
    fn augment(&mut self, search: &mut Search) -> Option<i64> {
        let net = &*self.net;
        let Search { by, queue } = search;
        by.fill(NONE);
        queue.clear();
        queue.push(SOURCE);
        let mut next = 0;
        while next < queue.len() && by[SINK] == NONE {
            for &arc in &net.arcs[queue[next]] {
                let to = net.to[arc];
                if self.left[arc] > 0 && by[to] == NONE && to != SOURCE {
                    by[to] = arc;
                    queue.push(to);
                }
            }
            next += 1;
        }
        if by[SINK] == NONE {
            return None;
        }
        let back = |at: usize| net.to[by[at] ^ 1];
        let path = || std::iter::successors(Some(SINK), |&at| Some(back(at)).filter(|&before| before != SOURCE));
        let sent = path().map(|at| self.left[by[at]]).min()?;
        for at in path() {
            let arc = by[at];
            self.left[arc] -= sent;
            self.left[arc ^ 1] = self.left[arc ^ 1].saturating_add(sent);
        }
        Some(sent)
    }

    /// What a class sends through each of its channels, in the order they were made.
    ///
    /// Channels of one gate share its flow: each takes what its pool still accepts of it.
    pub(crate) fn sent(&mut self, class: usize) -> Vec<i64> {
        debug_assert!(class < self.net.classes, "classes are numbered from 0");
        let net = Arc::clone(&self.net);
        let sent = |&(to, pool): &(usize, usize)| {
            let Some(arc) = net.arc_to(2 + class, to) else { return 0 };
            if to == pool {
                return self.left[arc ^ 1];
            }
            let Some(link) = net.arc_to(to + 1, pool) else { return 0 };
            let given = self.left[arc ^ 1].min(self.left[link ^ 1]);
            self.left[arc ^ 1] -= given;
            self.left[link ^ 1] -= given;
            given
        };
        net.ways[class].iter().map(sent).collect()
    }
}

impl Net {
    /// The arc that leads from one node to another, if it was made.
    fn arc_to(&self, from: usize, to: usize) -> Option<usize> {
        self.arcs[from].iter().copied().find(|arc| arc % 2 == 0 && self.to[*arc] == to)
    }
}

/// No arc.
const NONE: usize = usize::MAX;

/// Per node the arc that reached it, and the nodes in the order they were reached.
struct Search {
    by: Vec<usize>,
    queue: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::Flow;

    /// Two classes behind gates of one pool, each with a pool of its own; a third that has one of them too.
    fn flow() -> Flow {
        let mut flow = Flow::new(3);
        let (own, other, shared) = (flow.pool(7), flow.pool(4), flow.pool(9));
        for (class, cap) in [(0, 5), (1, 6)] {
            let gate = flow.gate(cap);
            flow.link(gate, shared);
            flow.link(gate, own);
            flow.way(class, gate, shared);
            flow.way(class, gate, own);
        }
        flow.way(0, own, own);
        flow.way(1, other, other);
        flow.way(2, own, own);
        flow.way(2, other, other);
        flow
    }

    #[test]
    fn what_is_sent_bit_by_bit_is_what_can_be_sent_at_once() {
        let (mut dice, mut fits, mut not) = (7u64, 0, 0);
        for _ in 0..2_000 {
            let (mut at, mut asked) = (flow(), [0i64; 3]);
            for _ in 0..12 {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let (class, amount) = ((dice >> 33) as usize % 3, (dice >> 40) as i64 % 8);
                if dice >> 63 == 0 && asked[class] >= amount {
                    at.take_back(class, amount);
                    asked[class] -= amount;
                    continue;
                }
                let mut more = asked;
                more[class] += amount;
                let possible = flow().saturate(&more);
                assert_eq!(at.send(class, amount), possible, "{asked:?} and {amount} of {class}");
                if possible {
                    asked = more;
                }
                (fits, not) = (fits + usize::from(possible), not + usize::from(!possible));
            }
        }
        assert!(fits > 2_000 && not > 2_000, "{fits} {not}");
    }
}
