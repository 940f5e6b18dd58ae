//! Bytes as they come to text in UTF-8, by the byte order mark, else as UTF-8, else as GB18030.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8};

use crate::workbook::looks_like_one;

/// Bytes decoded at a time.
const RAW: usize = 1 << 18;

/// Why no more text can be had.
pub(super) enum Failed {
    Io(io::Error),
    /// No text in its encoding.
    Malformed,
    /// No text at all.
    NoText,
}

/// Bytes being decoded.
pub(super) struct Text<R> {
    from: R,
    /// Of what is not UTF-8.
    decoder: Option<Decoder>,
    /// Bytes read and not decoded.
    raw: Vec<u8>,
    begun: bool,
    done: bool,
    gb18030: bool,
    guess: Option<&'static str>,
}

impl<R: Read> Text<R> {
    pub(super) fn new(from: R, gb18030: bool) -> Self {
        Self { from, decoder: None, raw: Vec::new(), begun: false, done: false, gb18030, guess: None }
    }

    /// The encoding that was guessed, once.
    pub(super) fn take_guess(&mut self) -> Option<&'static str> {
        self.guess.take()
    }

    /// Adds text to the buffer until it has so many bytes; true at the end.
    pub(super) fn fill(&mut self, buffer: &mut Vec<u8>, target: usize) -> Result<bool, Failed> {
        if !self.begun {
            self.begun = true;
            self.begin(buffer, target)?;
        }
        while buffer.len() < target && !self.done {
            match &mut self.decoder {
                None => self.done = read(&mut self.from, buffer, target - buffer.len())?,
                Some(_) => {
                    self.done = read(&mut self.from, &mut self.raw, RAW)?;
                    self.decode(buffer)?;
                }
            }
        }
        Ok(self.done)
    }

    /// Reads the first bytes and settles the encoding.
    fn begin(&mut self, buffer: &mut Vec<u8>, target: usize) -> Result<(), Failed> {
        self.done = read(&mut self.from, buffer, target.max(RAW))?;
        if looks_like_one(buffer) {
            return Err(Failed::NoText);
        }
        let encoding = match Encoding::for_bom(buffer) {
            Some((encoding, mark)) => {
                buffer.drain(..mark);
                encoding
            }
            None if self.gb18030 || is_no_utf8(buffer) && !buffer.contains(&0) => GB18030,
            None => UTF_8,
        };
        if encoding == UTF_8 {
            if buffer.starts_with("\u{feff}".as_bytes()) {
                buffer.drain(..3);
            }
            return Ok(());
        }
        self.guess = Some(if encoding == GB18030 { "GB18030" } else { encoding.name() });
        self.decoder = Some(encoding.new_decoder_without_bom_handling());
        self.raw = std::mem::take(buffer);
        self.decode(buffer)
    }

    fn decode(&mut self, buffer: &mut Vec<u8>) -> Result<(), Failed> {
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        let most = decoder.max_utf8_buffer_length_without_replacement(self.raw.len()).unwrap_or(self.raw.len() * 4);
        let mut text = String::with_capacity(most);
        let (result, read) = decoder.decode_to_string_without_replacement(&self.raw, &mut text, self.done);
        buffer.extend_from_slice(text.as_bytes());
        self.raw.drain(..read);
        match result {
            DecoderResult::InputEmpty => Ok(()),
            DecoderResult::Malformed(..) | DecoderResult::OutputFull => Err(Failed::Malformed),
        }
    }
}

/// Whether the bytes are no UTF-8, leaving aside a character that is cut off at their end.
fn is_no_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_some())
}

/// Reads so many bytes more; true where there were fewer.
fn read(from: &mut impl Read, into: &mut Vec<u8>, bytes: usize) -> Result<bool, Failed> {
    let read = from.take(bytes as u64).read_to_end(into).map_err(Failed::Io)?;
    Ok(read < bytes)
}
