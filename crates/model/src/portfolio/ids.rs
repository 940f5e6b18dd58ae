//! Ids of projects, found by a hash of 64 bits: eight bytes an id beside the id itself.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, DefaultHasher, Hash as _, Hasher},
};

/// The hash by which an id is found; the same on every run.
pub fn id_hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// What is hashed already needs no more hashing.
#[derive(Debug, Default)]
pub struct AsIs(u64);

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
pub type ByHash<T> = HashMap<u64, T, BuildHasherDefault<AsIs>>;

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

    pub(super) fn find(&self, ids: &[Box<str>], id: &str, hash: u64) -> Option<u32> {
        let &row = self.rows.get(&hash)?;
        if &*ids[row as usize] == id { Some(row) } else { self.clashing.get(id).copied() }
    }

    /// Adds the id of a new row; the row that has it already, where one does.
    pub(super) fn add(&mut self, ids: &[Box<str>], id: &str, hash: u64, row: u32) -> Result<(), u32> {
        use std::collections::hash_map::Entry;
        match self.rows.entry(hash) {
            Entry::Vacant(free) => {
                free.insert(row);
            }
            Entry::Occupied(taken) if &*ids[*taken.get() as usize] == id => return Err(*taken.get()),
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
        let ids = ["A", "B", "C"].map(Box::<str>::from);
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
