//! Layers, order and places: a drawing's edges and box heights in, a point for every box and bend out.
//!
//! Longest path from the goal gives the layer; edges over several layers get a bend in each; four sweeps of
//! barycentres order the layers; a few more pull boxes towards their neighbours. Whole pixels throughout.

use super::Drawing;

/// Room between two boxes of a layer, pixels.
const GAP: i64 = 14;
/// Bends in all; past it, long edges run straight.
const BENDS: usize = 20_000;
const ORDER_SWEEPS: usize = 4;
const PLACE_SWEEPS: usize = 6;

/// Where everything stands. Places count from 0; a box's place is its middle.
pub(super) struct Layout {
    /// Layer of each node.
    pub(super) layers: Vec<usize>,
    /// Middle of each node from the top.
    pub(super) places: Vec<i64>,
    /// For each edge, layer and place of each bend, from the holder on.
    pub(super) bends: Vec<Vec<(usize, i64)>>,
    /// Layers in all.
    pub(super) depth: usize,
    /// Height in all.
    pub(super) height: i64,
}

/// Lays a drawing out; `height` tells how high each node is.
pub(super) fn layout(drawing: &Drawing, height: impl Fn(usize) -> i64) -> Layout {
    let layers = longest_paths(drawing);
    let mut grid = Grid::new(drawing, &layers, height);
    for sweep in 0..ORDER_SWEEPS {
        grid.order(sweep % 2 == 0);
    }
    grid.place();
    let top = grid.tops().min().unwrap_or(0);
    let places: Vec<i64> = grid.places.iter().map(|place| place - top).collect();
    let bottom = grid.places.iter().zip(&grid.heights).map(|(place, high)| place + high / 2 - top).max();
    let bends = grid.chains.iter().map(|chain| chain.iter().map(|&at| (grid.layer_of[at], places[at])).collect());
    Layout {
        bends: bends.collect(),
        depth: layers.iter().max().map_or(0, |deepest| deepest + 1),
        height: bottom.unwrap_or(0),
        places: places[..drawing.nodes.len()].to_vec(),
        layers,
    }
}

/// The longest way from a node nothing needs. INVARIANT: the graph has no cycle; packs are checked for that.
fn longest_paths(drawing: &Drawing) -> Vec<usize> {
    let count = drawing.nodes.len();
    let mut needs: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut open = vec![0usize; count];
    for edge in &drawing.edges {
        needs[edge.holder].push(edge.need);
        open[edge.need] += 1;
    }
    let mut layers = vec![0usize; count];
    let mut ready: Vec<usize> = (0..count).filter(|&node| open[node] == 0).collect();
    while let Some(node) = ready.pop() {
        for &need in &needs[node] {
            layers[need] = layers[need].max(layers[node] + 1);
            open[need] -= 1;
            if open[need] == 0 {
                ready.push(need);
            }
        }
    }
    layers
}

/// Nodes and bends in layers.
struct Grid {
    rows: Vec<Vec<usize>>,
    layer_of: Vec<usize>,
    heights: Vec<i64>,
    places: Vec<i64>,
    /// Neighbours one layer to the left, and one to the right.
    left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
    /// Bends of each edge.
    chains: Vec<Vec<usize>>,
}

impl Grid {
    fn new(drawing: &Drawing, layers: &[usize], height: impl Fn(usize) -> i64) -> Self {
        let count = drawing.nodes.len();
        let mut grid = Self {
            rows: vec![Vec::new(); layers.iter().max().map_or(0, |deepest| deepest + 1)],
            layer_of: layers.to_vec(),
            heights: (0..count).map(height).collect(),
            places: Vec::new(),
            left: vec![Vec::new(); count],
            right: vec![Vec::new(); count],
            chains: Vec::new(),
        };
        let spans = drawing.edges.iter().map(|edge| layers[edge.need].saturating_sub(layers[edge.holder] + 1));
        let bends = spans.sum::<usize>() <= BENDS;
        for edge in &drawing.edges {
            let mut chain = Vec::new();
            let mut from = edge.holder;
            if bends {
                for layer in layers[edge.holder] + 1..layers[edge.need] {
                    let bend = grid.bend(layer);
                    grid.join(from, bend);
                    chain.push(bend);
                    from = bend;
                }
            }
            grid.join(from, edge.need);
            grid.chains.push(chain);
        }
        for at in 0..grid.layer_of.len() {
            grid.rows[grid.layer_of[at]].push(at);
        }
        grid.places = vec![0; grid.layer_of.len()];
        grid
    }

    fn bend(&mut self, layer: usize) -> usize {
        self.layer_of.push(layer);
        self.heights.push(6);
        self.left.push(Vec::new());
        self.right.push(Vec::new());
        self.layer_of.len() - 1
    }

    fn join(&mut self, left: usize, right: usize) {
        self.right[left].push(right);
        self.left[right].push(left);
    }

    fn tops(&self) -> impl Iterator<Item = i64> {
        self.places.iter().zip(&self.heights).map(|(place, high)| place - high / 2)
    }

    /// Orders every layer by the mean rank of its neighbours on one side.
    fn order(&mut self, rightwards: bool) {
        let mut ranks = vec![0i64; self.layer_of.len()];
        for row in &self.rows {
            row.iter().enumerate().for_each(|(rank, &at)| ranks[at] = rank as i64);
        }
        let count = self.rows.len();
        for step in 0..count {
            let layer = if rightwards { step } else { count - 1 - step };
            let mut row = std::mem::take(&mut self.rows[layer]);
            let neighbours = if rightwards { &self.left } else { &self.right };
            row.sort_by_cached_key(|&at| {
                (mean(&neighbours[at], &ranks, 1_000).unwrap_or(ranks[at] * 1_000), ranks[at])
            });
            row.iter().enumerate().for_each(|(rank, &at)| ranks[at] = rank as i64);
            self.rows[layer] = row;
        }
    }

    /// Stacks every layer, then pulls boxes towards their neighbours without changing the order.
    fn place(&mut self) {
        for row in &self.rows {
            let mut below = 0;
            for &at in row {
                self.places[at] = below + self.heights[at] / 2;
                below += self.heights[at] + GAP;
            }
            let middle = below / 2;
            for &at in row {
                self.places[at] -= middle;
            }
        }
        for sweep in 0..PLACE_SWEEPS {
            let count = self.rows.len();
            for step in 0..count {
                let layer = if sweep % 2 == 0 { step } else { count - 1 - step };
                self.pull(layer, sweep % 2 == 0);
            }
        }
    }

    fn pull(&mut self, layer: usize, rightwards: bool) {
        let row = &self.rows[layer];
        let neighbours = if rightwards { &self.left } else { &self.right };
        let wanted: Vec<i64> =
            row.iter().map(|&at| mean(&neighbours[at], &self.places, 1).unwrap_or(self.places[at])).collect();
        let mut placed: Vec<i64> = Vec::with_capacity(row.len());
        for (at, &want) in wanted.iter().enumerate() {
            let least = at
                .checked_sub(1)
                .map(|above| placed[above] + i64::midpoint(self.heights[row[above]], self.heights[row[at]]) + GAP);
            placed.push(least.map_or(want, |least| want.max(least)));
        }
        let drift = placed.iter().zip(&wanted).map(|(is, want)| is - want).sum::<i64>() / (row.len().max(1) as i64);
        for (at, place) in row.iter().zip(placed) {
            self.places[*at] = place - drift;
        }
    }
}

fn mean(neighbours: &[usize], values: &[i64], scale: i64) -> Option<i64> {
    if neighbours.is_empty() {
        return None;
    }
    Some(neighbours.iter().map(|&at| values[at] * scale).sum::<i64>() / neighbours.len() as i64)
}
