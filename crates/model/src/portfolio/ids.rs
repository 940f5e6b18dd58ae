//! Ids of projects: one text after another, found by a hash of 64 bits, eight bytes an id beside the id itself.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasherDefault, DefaultHasher, Hash as _, Hasher},
    ops::Index,
};

/// Ids of projects by row.
///
/// # Example
/// ```
/// # use kaigong_model::ProjectIds;
/// let ids: ProjectIds = ["P-1", "P-2"].into_iter().collect();
/// assert_eq!((ids.len(), &ids[1]), (2, "P-2"));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProjectIds {
    text: String,
    /// Where each ends in the text.
    ends: Vec<usize>,
}

impl ProjectIds {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds the id of the next row.
    pub fn push(&mut self, id: &str) {
        self.text.push_str(id);
        self.ends.push(self.text.len());
    }

    /// Adds the first ids of others.
    pub(super) fn append(&mut self, others: &Self, count: usize) {
        let Some(&last) = others.ends[..count].last() else { return };
        let before = self.text.len();
        self.text.push_str(&others.text[..last]);
        self.ends.extend(others.ends[..count].iter().map(|end| before + end));
    }

    /// Makes room for so many more.
    pub fn reserve(&mut self, more: usize) {
        self.ends.reserve(more);
    }

    /// The ids, in order of row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator + Clone {
        (0..self.len()).map(|row| &self[row])
    }
}

impl Index<usize> for ProjectIds {
    type Output = str;

    /// # Panics
    /// Where there is no such row.
    #[inline]
    fn index(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[row]]
    }
}

impl<T: AsRef<str>> FromIterator<T> for ProjectIds {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        let mut all = Self::default();
        ids.into_iter().for_each(|id| all.push(id.as_ref()));
        all
    }
}

impl fmt::Debug for ProjectIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The hash by which an id is found; the same on every run.
pub fn id_hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// What is hashed already needs no more hashing.
#[derive(Debug, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0 = self.0.rotate_left(8) ^ u64::from(byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A map by [`id_hash`].
type ByHash<T> = HashMap<u64, T, BuildHasherDefault<AsIs>>;

/// Which row an id has.
#[derive(Debug, Default)]
pub(super) struct Ids {
    rows: ByHash<u32>,
    /// Ids whose hash another id had before.
    clashing: HashMap<Box<str>, u32>,
}

impl Ids {
    pub(super) fn reserve(&mut self, more: usize) {
        self.rows.reserve(more);
    }

    pub(super) fn find(&self, ids: &ProjectIds, id: &str, hash: u64) -> Option<u32> {
        let &row = self.rows.get(&hash)?;
        if &ids[row as usize] == id { Some(row) } else { self.clashing.get(id).copied() }
    }

    /// Adds the id of a new row; the row that has it already, where one does.
    pub(super) fn add(&mut self, ids: &ProjectIds, id: &str, hash: u64, row: u32) -> Result<(), u32> {
        use std::collections::hash_map::Entry;
        match self.rows.entry(hash) {
            Entry::Vacant(free) => {
                free.insert(row);
            }
            Entry::Occupied(taken) if &ids[*taken.get() as usize] == id => return Err(*taken.get()),
            Entry::Occupied(_) => match self.clashing.entry(id.into()) {
                Entry::Vacant(free) => {
                    free.insert(row);
                }
                Entry::Occupied(taken) => return Err(*taken.get()),
            },
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_hash_are_told_apart() {
        let ids: ProjectIds = ["A", "B", "C"].into_iter().collect();
        let mut index = Ids::default();
        assert_eq!(index.add(&ids, "A", 7, 0), Ok(()));
        assert_eq!(index.add(&ids, "B", 7, 1), Ok(()));
        assert_eq!(index.add(&ids, "C", 7, 2), Ok(()));
        assert_eq!(index.add(&ids, "B", 7, 3), Err(1));
        assert_eq!(index.add(&ids, "A", 7, 3), Err(0));
        assert_eq!(["A", "B", "C", "D"].map(|id| index.find(&ids, id, 7)), [Some(0), Some(1), Some(2), None]);
        assert_eq!(index.find(&ids, "A", 8), None);
    }

    #[test]
    fn bytes_written_one_by_one_count_too() {
        let mut hasher = AsIs::default();
        hasher.write(&[1, 2]);
        assert_eq!(hasher.finish(), 0x0102);
    }
}
