//! The bytes of a file of typed columns, of which parts are read where they are wanted.

use std::{
    io::{self, BufReader, Read, SeekFrom},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Buf, Bytes};
use parquet::file::reader::{ChunkReader, Length};

use crate::blocks::ReadSeek;

/// Bytes of which no more is given than there is.
#[derive(Clone)]
pub(crate) enum Store {
    /// All at hand.
    Held(Bytes),
    /// In a file.
    Apart { from: Arc<Mutex<Box<dyn ReadSeek>>>, length: u64 },
}

impl Store {
    pub(crate) fn held(bytes: &[u8]) -> Self {
        Self::Held(Bytes::copy_from_slice(bytes))
    }

    /// A file, of which nothing is held.
    pub(crate) fn apart(mut from: Box<dyn ReadSeek>) -> io::Result<Self> {
        let length = from.seek(SeekFrom::End(0))?;
        Ok(Self::Apart { from: Arc::new(Mutex::new(from)), length })
    }

    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Held(bytes) => bytes.len() as u64,
            Self::Apart { length, .. } => *length,
        }
    }

    /// Some bytes; an error where there are not so many.
    pub(super) fn part(&self, start: u64, length: usize) -> io::Result<Bytes> {
        let end = start.checked_add(length as u64).filter(|&end| end <= self.length()).ok_or_else(cut_short)?;
        match self {
            Self::Held(bytes) => Ok(bytes.slice(start as usize..end as usize)),
            Self::Apart { .. } => {
                let mut bytes = Vec::with_capacity(length);
                Window { store: self.clone(), at: start }.take(length as u64).read_to_end(&mut bytes)?;
                if bytes.len() < length { Err(cut_short()) } else { Ok(bytes.into()) }
            }
        }
    }

    /// The last bytes, or all where there are fewer.
    pub(super) fn tail(&self, length: usize) -> io::Result<Bytes> {
        let length = self.length().min(length as u64);
        self.part(self.length() - length, length as usize)
    }
}

/// A store read from a place on.
struct Window {
    store: Store,
    at: u64,
}

impl Read for Window {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = match &self.store {
            Store::Held(bytes) => bytes.slice(bytes.len().min(self.at as usize)..).reader().read(into)?,
            Store::Apart { from, .. } => {
                let mut from = from.lock().unwrap_or_else(PoisonError::into_inner);
                from.seek(SeekFrom::Start(self.at))?;
                from.read(into)?
            }
        };
        self.at += read as u64;
        Ok(read)
    }
}

impl Length for Store {
    fn len(&self) -> u64 {
        self.length()
    }
}

impl ChunkReader for Store {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        if start > self.length() {
            return Err(cut_short().into());
        }
        Ok(match self {
            Self::Held(bytes) => Box::new(bytes.slice(start as usize..).reader()),
            // What is read so is the head of a page.
            Self::Apart { .. } => Box::new(BufReader::with_capacity(HEAD, Window { store: self.clone(), at: start })),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        Ok(self.part(start, length)?)
    }
}

/// Bytes that the head of a page seldom exceeds.
const HEAD: usize = 1 << 10;

fn cut_short() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it is cut short")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gives_what_its_bytes_give_and_no_more() {
        let bytes: Vec<u8> = (0..=255).cycle().take(5_000).collect();
        let apart = Store::apart(Box::new(io::Cursor::new(bytes.clone()))).unwrap();
        for store in [Store::held(&bytes), apart] {
            assert_eq!(store.length(), 5_000);
            for (start, length) in [(0, 0), (0, 5_000), (4_999, 1), (5_000, 0), (17, 2_300)] {
                let expect = &bytes[start as usize..start as usize + length];
                assert_eq!(store.part(start, length).unwrap(), expect);
                let mut read = vec![0; length];
                store.get_read(start).unwrap().read_exact(&mut read).unwrap();
                assert_eq!(read, expect);
            }
            for (start, length) in [(0, 5_001), (5_000, 1), (5_001, 0), (u64::MAX, 1), (1, usize::MAX)] {
                assert!(store.part(start, length).is_err());
            }
            assert!(store.get_read(5_001).is_err());
            assert_eq!([store.tail(3).unwrap().len(), store.tail(9_000).unwrap().len()], [3, 5_000]);
        }
    }
}
