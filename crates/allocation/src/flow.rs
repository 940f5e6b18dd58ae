//! A maximum flow over a handful of nodes: classes, gates, pools.

/// Classes that send, gates and pools they send through.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    classes: usize,
    /// Where each arc leads; its reverse stands at the index with the last bit turned.
    to: Vec<usize>,
    /// What each arc has left.
    left: Vec<i64>,
    arcs: Vec<Vec<usize>>,
    /// Per class: where each of its channels leads and to which pool, in the order they were made.
    ways: Vec<Vec<(usize, usize)>>,
}

const SOURCE: usize = 0;
const SINK: usize = 1;

impl Flow {
    /// A flow of so many classes, of which none sends anything.
    pub(crate) fn new(classes: usize) -> Self {
        let mut flow = Self {
            classes,
            to: Vec::new(),
            left: Vec::new(),
            arcs: vec![Vec::new(); 2 + classes],
            ways: vec![Vec::new(); classes],
        };
        // INVARIANT: the arc from the source to class `c` is number 2c.
        (0..classes).for_each(|class| {
            flow.arc(SOURCE, 2 + class, 0);
        });
        flow
    }

    fn arc(&mut self, from: usize, to: usize, cap: i64) -> usize {
        let at = self.to.len();
        self.to.extend([to, from]);
        self.left.extend([cap, 0]);
        self.arcs[from].push(at);
        self.arcs[to].push(at + 1);
        at
    }

    fn node(&mut self) -> usize {
        self.arcs.push(Vec::new());
        self.arcs.len() - 1
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
        let known = self.arcs[2 + class].iter().any(|&arc| arc % 2 == 0 && self.to[arc] == to);
        if !known {
            self.arc(2 + class, to, i64::MAX);
        }
        self.ways[class].push((to, pool));
    }

    /// Sends what the classes ask; whether all of it arrives.
    pub(crate) fn saturate(&mut self, asked: &[i64]) -> bool {
        for (class, &amount) in asked.iter().enumerate() {
            self.left[2 * class] = amount;
        }
        let mut wanted: i128 = asked.iter().map(|&amount| i128::from(amount)).sum();
        while wanted > 0 {
            let Some(sent) = self.augment() else { return false };
            wanted -= i128::from(sent);
        }
        true
    }

    /// Sends along one shortest path, arcs in the order they were made.
    fn augment(&mut self) -> Option<i64> {
        let mut by: Vec<Option<usize>> = vec![None; self.arcs.len()];
        let mut queue = std::collections::VecDeque::from([SOURCE]);
        while let Some(node) = queue.pop_front() {
            for &arc in &self.arcs[node] {
                let to = self.to[arc];
                if self.left[arc] > 0 && by[to].is_none() && to != SOURCE {
                    by[to] = Some(arc);
                    queue.push_back(to);
                }
            }
            if by[SINK].is_some() {
                break;
            }
        }
        by[SINK]?;
        let mut sent = i64::MAX;
        let mut path = Vec::new();
        let mut at = SINK;
        while at != SOURCE {
            let arc = by[at]?;
            sent = sent.min(self.left[arc]);
            path.push(arc);
            at = self.to[arc ^ 1];
        }
        for arc in path {
            self.left[arc] -= sent;
            self.left[arc ^ 1] = self.left[arc ^ 1].saturating_add(sent);
        }
        Some(sent)
    }

    /// What a class sends through each of its channels, in the order they were made.
    ///
    /// Channels of one gate share its flow: each takes what its pool still accepts of it.
    pub(crate) fn sent(&mut self, class: usize) -> Vec<i64> {
        debug_assert!(class < self.classes, "classes are numbered from 0");
        let ways = std::mem::take(&mut self.ways[class]);
        let sent = ways
            .iter()
            .map(|&(to, pool)| {
                let Some(&arc) = self.arcs[2 + class].iter().find(|&&arc| arc % 2 == 0 && self.to[arc] == to) else {
                    return 0;
                };
                if to == pool {
                    return self.left[arc ^ 1];
                }
                let Some(&link) = self.arcs[to + 1].iter().find(|&&link| link % 2 == 0 && self.to[link] == pool) else {
                    return 0;
                };
                let given = self.left[arc ^ 1].min(self.left[link ^ 1]);
                self.left[arc ^ 1] -= given;
                self.left[link ^ 1] -= given;
                given
            })
            .collect();
        self.ways[class] = ways;
        sent
    }
}
