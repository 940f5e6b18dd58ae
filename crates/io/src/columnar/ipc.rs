//! An Arrow IPC file: its schema, and its record batches by place.
//!
//! Blocks are taken out of the bytes there are, so that no room is made for what a damaged file claims.

use std::{ops::Range, sync::Arc};

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::{
    Block, CompressionType, Message, MessageHeader, MetadataVersion, RecordBatch as RecordBatchHead,
    convert::fb_to_schema, reader::FileDecoder, root_as_footer, root_as_message,
};
use arrow_schema::SchemaRef;
use rayon::prelude::*;

use super::{
    source::{Broken, guarded},
    store::Store,
};

/// Bytes at the end: the length of the footer and the mark.
const TAIL: usize = 10;
/// How many bytes LZ4 makes of one at most.
const LZ4_MOST: i64 = 256;

/// A file, opened.
pub(super) struct File {
    store: Store,
    schema: SchemaRef,
    decoder: FileDecoder,
    blocks: Vec<Block>,
    rows: u64,
    /// The columns that are read, in order.
    chosen: Vec<usize>,
}

impl File {
    pub(super) fn open(store: Store) -> Result<Self, Broken> {
        let cut_short = || Broken::damaged("it is cut short");
        let tail = store.tail(TAIL)?;
        let (length, mark) = tail.split_first_chunk::<4>().ok_or_else(cut_short)?;
        let length = usize::try_from(i32::from_le_bytes(*length)).ok().filter(|_| mark == b"ARROW1");
        let place = length
            .and_then(|length| Some((store.length().checked_sub(TAIL as u64)?.checked_sub(length as u64)?, length)));
        let (start, length) = place.ok_or_else(cut_short)?;
        let bytes = store.part(start, length)?;
        let footer = root_as_footer(&bytes).map_err(|error| Broken::Damaged(error.to_string()))?;
        let schema = footer.schema().ok_or_else(|| Broken::damaged("it has no schema"))?;
        let schema = Arc::new(fb_to_schema(schema));
        let mut decoder = FileDecoder::new(Arc::clone(&schema), footer.version());
        for block in footer.dictionaries().iter().flatten() {
            let bytes = bytes_of(&store, block)?;
            plausible(&bytes, block)?;
            decoder.read_dictionary(block, &bytes)?;
        }
        let blocks: Vec<Block> = footer.recordBatches().iter().flatten().copied().collect();
        let mut rows = 0u64;
        for block in &blocks {
            rows = rows.saturating_add(rows_of(&store, block)?);
        }
        Ok(Self { store, schema, decoder, blocks, rows, chosen: Vec::new() })
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// How many record batches there are.
    pub(super) fn batches(&self) -> usize {
        self.blocks.len()
    }

    /// Only these columns are read.
    pub(super) fn choose(&mut self, columns: impl Iterator<Item = usize>) {
        self.chosen = columns.collect();
        self.chosen.sort_unstable();
        self.chosen.dedup();
        let unread = FileDecoder::new(Arc::clone(&self.schema), MetadataVersion::V5);
        self.decoder = std::mem::replace(&mut self.decoder, unread).with_projection(self.chosen.clone());
    }

    /// Where a chosen column stands in a batch.
    pub(super) fn position(&self, column: usize) -> Option<usize> {
        self.chosen.iter().position(|&chosen| chosen == column)
    }

    /// Some batches, in order.
    pub(super) fn read(&self, batches: Range<usize>) -> Result<Vec<RecordBatch>, Broken> {
        let read = |block: &Block| {
            guarded(|| {
                let bytes = bytes_of(&self.store, block)?;
                plausible(&bytes, block)?;
                let batch = self.decoder.read_record_batch(block, &bytes)?;
                batch.ok_or_else(|| Broken::damaged("a block without rows"))
            })
        };
        self.blocks[batches].par_iter().map(read).collect()
    }
}

/// The bytes of a block, copied to where arrays may lie.
fn bytes_of(store: &Store, block: &Block) -> Result<Buffer, Broken> {
    let place = || {
        let (head, body) = (head(block)?, usize::try_from(block.bodyLength()).ok()?);
        Some((u64::try_from(block.offset()).ok()?, head.checked_add(body)?))
    };
    let (offset, length) = place().ok_or_else(|| Broken::damaged("it is cut short"))?;
    Ok(Buffer::from(store.part(offset, length)?.as_ref()))
}

/// How many rows a block says it has.
fn rows_of(store: &Store, block: &Block) -> Result<u64, Broken> {
    let place = || Some((u64::try_from(block.offset()).ok()?, head(block)?));
    let (offset, length) = place().ok_or_else(|| Broken::damaged("it is cut short"))?;
    length_of(&batch_of(&message(&store.part(offset, length)?)?)?)
}

/// Bytes of a block before its body: a mark, a length and the message at least.
fn head(block: &Block) -> Option<usize> {
    usize::try_from(block.metaDataLength()).ok().filter(|&length| length >= 8)
}

/// Whether the packed buffers of a block claim no more than they can hold.
fn plausible(bytes: &Buffer, block: &Block) -> Result<(), Broken> {
    let head = head(block).unwrap_or_default();
    let message = message(&bytes[..head])?;
    let batch = batch_of(&message)?;
    if let Some(compression) = batch.compression() {
        if compression.codec() != CompressionType::LZ4_FRAME {
            return Err(Broken::Packed("zstd".to_owned()));
        }
        let body = &bytes[head..];
        for buffer in batch.buffers().iter().flatten() {
            let claim = || {
                let (start, length) = (usize::try_from(buffer.offset()).ok()?, usize::try_from(buffer.length()).ok()?);
                let packed = body.get(start..start.checked_add(length)?)?;
                let Some(claim) = packed.first_chunk::<8>() else { return Some(true) };
                Some(i64::from_le_bytes(*claim) <= LZ4_MOST.saturating_mul(length as i64))
            };
            if claim() != Some(true) {
                return Err(Broken::damaged("a packed column claims more than it holds"));
            }
        }
    }
    length_of(&batch).map(drop)
}

fn batch_of<'m>(message: &Message<'m>) -> Result<RecordBatchHead<'m>, Broken> {
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message.header_as_dictionary_batch().and_then(|batch| batch.data()),
        _ => None,
    };
    batch.ok_or_else(|| Broken::damaged("a block that holds no rows"))
}

fn length_of(batch: &RecordBatchHead<'_>) -> Result<u64, Broken> {
    u64::try_from(batch.length()).map_err(|_| Broken::damaged("a block of fewer than no rows"))
}

/// The message at the beginning of a block; old files have no mark before its length.
fn message(head: &[u8]) -> Result<Message<'_>, Broken> {
    let start = if head.starts_with(&[0xff; 4]) { 8 } else { 4 };
    let message = head.get(start..).unwrap_or_default();
    root_as_message(message).map_err(|error| Broken::Damaged(error.to_string()))
}
