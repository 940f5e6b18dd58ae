//! An Arrow IPC file: its schema, and its record batches by place.
//!
//! Blocks are sliced out of the bytes there are, so that no room is made for what a damaged file claims.

use std::{ops::Range, sync::Arc};

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::{
    Block, CompressionType, Message, MessageHeader, MetadataVersion, convert::fb_to_schema, reader::FileDecoder,
    root_as_footer, root_as_message,
};
use arrow_schema::SchemaRef;
use rayon::prelude::*;

use super::source::{Broken, guarded};

/// Bytes at the end: the length of the footer and the mark.
const TAIL: usize = 10;
/// How many bytes LZ4 makes of one at most.
const LZ4_MOST: i64 = 256;

/// A file, opened.
pub(super) struct File {
    bytes: Buffer,
    schema: SchemaRef,
    decoder: FileDecoder,
    blocks: Vec<Block>,
    rows: u64,
    /// The columns that are read, in order.
    chosen: Vec<usize>,
}

impl File {
    pub(super) fn open(bytes: &[u8]) -> Result<Self, Broken> {
        let cut_short = || Broken::damaged("it is cut short");
        // Copied to where arrays may lie.
        let bytes = Buffer::from(bytes);
        let (rest, tail) = bytes.split_last_chunk::<TAIL>().ok_or_else(cut_short)?;
        let (length, mark) = tail.split_at(4);
        let length = usize::try_from(i32::from_le_bytes([length[0], length[1], length[2], length[3]]));
        let start = length.ok().and_then(|length| rest.len().checked_sub(length));
        let start = start.filter(|_| mark == b"ARROW1").ok_or_else(cut_short)?;
        let footer = root_as_footer(&rest[start..]).map_err(|error| Broken::Damaged(error.to_string()))?;
        let schema = footer.schema().ok_or_else(|| Broken::damaged("it has no schema"))?;
        let schema = Arc::new(fb_to_schema(schema));
        let mut decoder = FileDecoder::new(Arc::clone(&schema), footer.version());
        for block in footer.dictionaries().iter().flatten() {
            let slice = slice(&bytes, block)?;
            plausible(&slice, block)?;
            decoder.read_dictionary(block, &slice)?;
        }
        let blocks: Vec<Block> = footer.recordBatches().iter().flatten().copied().collect();
        let mut rows = 0u64;
        for block in &blocks {
            rows = rows.saturating_add(plausible(&slice(&bytes, block)?, block)?);
        }
        Ok(Self { bytes, schema, decoder, blocks, rows, chosen: Vec::new() })
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
                let batch = self.decoder.read_record_batch(block, &slice(&self.bytes, block)?)?;
                batch.ok_or_else(|| Broken::damaged("a block without rows"))
            })
        };
        self.blocks[batches].par_iter().map(read).collect()
    }
}

/// The bytes of a block.
fn slice(bytes: &Buffer, block: &Block) -> Result<Buffer, Broken> {
    let place = || {
        let offset = usize::try_from(block.offset()).ok()?;
        let (head, body) = (head(block)?, usize::try_from(block.bodyLength()).ok()?);
        let length = head.checked_add(body)?;
        offset.checked_add(length).filter(|&end| end <= bytes.len())?;
        Some(bytes.slice_with_length(offset, length))
    };
    place().ok_or_else(|| Broken::damaged("it is cut short"))
}

/// Bytes of a block before its body: a mark, a length and the message at least.
fn head(block: &Block) -> Option<usize> {
    usize::try_from(block.metaDataLength()).ok().filter(|&length| length >= 8)
}

/// How many rows a block has, where its packed buffers claim no more than they can hold.
fn plausible(bytes: &Buffer, block: &Block) -> Result<u64, Broken> {
    let head = head(block).unwrap_or_default();
    let message = message(&bytes[..head])?;
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message.header_as_dictionary_batch().and_then(|batch| batch.data()),
        _ => None,
    };
    let batch = batch.ok_or_else(|| Broken::damaged("a block that holds no rows"))?;
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
    u64::try_from(batch.length()).map_err(|_| Broken::damaged("a block of fewer than no rows"))
}

/// The message at the beginning of a block; old files have no mark before its length.
fn message(head: &[u8]) -> Result<Message<'_>, Broken> {
    let start = if head.starts_with(&[0xff; 4]) { 8 } else { 4 };
    let message = head.get(start..).unwrap_or_default();
    root_as_message(message).map_err(|error| Broken::Damaged(error.to_string()))
}
