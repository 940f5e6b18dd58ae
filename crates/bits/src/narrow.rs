//! Whole numbers kept narrow: how far they reach, and how far each lies above the least.

use crate::within::Width;

/// The least and the greatest of some numbers; none of no numbers.
pub fn bounds(values: &[i64]) -> Option<(i64, i64)> {
    if values.is_empty() {
        return None;
    }
    #[cfg(target_arch = "x86_64")]
    if let Some(v3) = pulp::x86::V3::try_new() {
        return Some(v3.vectorize(Bounds { values }));
    }
    Some(plain_bounds(values))
}

/// How far above `low` each number is, in a width that is known to hold it.
pub fn distances<T: Width>(values: &[i64], low: i64) -> Box<[T]> {
    let mut out = vec![T::default(); values.len()].into_boxed_slice();
    #[cfg(target_arch = "x86_64")]
    if let Some(v3) = pulp::x86::V3::try_new() {
        v3.vectorize(Distances { values, low, out: &mut out });
        return out;
    }
    plain_distances(values, low, &mut out);
    out
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "instructions are used only where this is inlined into a caller that has them")]
fn plain_bounds(values: &[i64]) -> (i64, i64) {
    let (mut low, mut high) = (i64::MAX, i64::MIN);
    for &value in values {
        low = low.min(value);
        high = high.max(value);
    }
    (low, high)
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "as above")]
fn plain_distances<T: Width>(values: &[i64], low: i64, out: &mut [T]) {
    for (distance, value) in out.iter_mut().zip(values) {
        *distance = T::cut(value.wrapping_sub(low).cast_unsigned());
    }
}

#[cfg(target_arch = "x86_64")]
struct Bounds<'v> {
    values: &'v [i64],
}

#[cfg(target_arch = "x86_64")]
impl pulp::NullaryFnOnce for Bounds<'_> {
    type Output = (i64, i64);

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "as above")]
    fn call(self) -> (i64, i64) {
        plain_bounds(self.values)
    }
}

#[cfg(target_arch = "x86_64")]
struct Distances<'v, T> {
    values: &'v [i64],
    low: i64,
    out: &'v mut [T],
}

#[cfg(target_arch = "x86_64")]
impl<T: Width> pulp::NullaryFnOnce for Distances<'_, T> {
    type Output = ();

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "as above")]
    fn call(self) {
        plain_distances(self.values, self.low, self.out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees<T: Width + Into<u64>>(reach: u64) {
        for length in 0..=130usize {
            let low = [i64::MIN, -3, 0, 1 << 40][length % 4];
            let above = |at: usize| (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) % reach.saturating_add(1).max(1);
            let values: Vec<i64> = (0..length).map(|at| low.wrapping_add_unsigned(above(at))).collect();
            let naive = values.iter().min().zip(values.iter().max());
            assert_eq!(bounds(&values), naive.map(|(&low, &high)| (low, high)), "{length}");
            let told: Vec<u64> = distances::<T>(&values, low).iter().map(|&distance| distance.into()).collect();
            assert_eq!(told, (0..length).map(above).collect::<Vec<_>>(), "{length}");
            let mut plain = vec![T::default(); length];
            plain_distances(&values, low, &mut plain);
            assert!(plain.iter().zip(&told).all(|(&plain, &told)| plain.into() == told));
        }
    }

    #[test]
    fn every_length_is_as_number_by_number() {
        agrees::<u8>(u8::MAX.into());
        agrees::<u16>(u16::MAX.into());
        agrees::<u32>(u32::MAX.into());
        agrees::<u64>(u64::MAX >> 1);
        assert_eq!(bounds(&[i64::MAX, i64::MIN]), Some((i64::MIN, i64::MAX)));
        assert_eq!(distances::<u64>(&[i64::MAX], i64::MIN)[0], u64::MAX);
    }
}
