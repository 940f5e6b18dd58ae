//! Bytes to text: byte order mark, else UTF-8, else GB18030; anything else is a fault with its line.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};
use kaigong_model::{Diagnostic, Place, limits};

use crate::{codes, input::Input, log::Log, workbook::looks_like_one};

/// The text of a file without its byte order mark, or a fault in the log.
///
/// Lines that end in a lone carriage return are given line feeds, so that every line counts.
pub(crate) fn decode<'a>(input: &'a Input, log: &mut Log) -> Option<Cow<'a, str>> {
    if let Some(fault) = oversized(&input.name, input.bytes.len() as u64).or_else(|| workbook(input)) {
        log.fault(|_| fault);
        return None;
    }
    let text = match decode_as(&input.bytes) {
        Ok((text, guess)) => {
            if let Some(encoding) = guess {
                log.note(|_| guessed(&input.name, encoding));
            }
            text
        }
        Err(line) => {
            log.fault(|_| undecodable(&input.name, line));
            return None;
        }
    };
    if let Some(at) = text.find('\0') {
        log.fault(|_| nul(&input.name, lines_before(&text[..at])));
        return None;
    }
    Some(if text.contains('\r') && !text.contains('\n') { text.replace('\r', "\n").into() } else { text })
}

/// What stands after the byte order mark of an input that may be a text in UTF-8; `None` where [`decode`] has more to
/// look at.
pub(crate) fn utf8_body(input: &Input) -> Option<&[u8]> {
    let bytes = input.bytes.as_slice();
    if oversized(&input.name, bytes.len() as u64).is_some() || looks_like_one(bytes) {
        return None;
    }
    match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding == UTF_8).then(|| &bytes[mark..]),
        None => Some(bytes),
    }
}

/// The fault of a file of this many bytes, if it is past the limit.
pub(crate) fn oversized(name: &str, bytes: u64) -> Option<Diagnostic> {
    let limit = limits::LEDGER_BYTES as u64;
    (bytes > limit).then(|| {
        Diagnostic::error(
            codes::LIMIT,
            format!("文件超过 {} MiB 的上限", limit >> 20),
            format!("the file is larger than the limit of {} MiB", limit >> 20),
        )
        .at(Place::File(name.to_owned()))
        .help("请拆成几个文件，按编号合并", "split it into several files; they are joined by id")
    })
}

/// The text, and the encoding where it was guessed; else the line of the first byte that is no text.
fn decode_as(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<&'static str>), u32> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let body = &bytes[mark..];
        if encoding != UTF_8 {
            return Ok((strict(encoding, body)?.into(), Some(encoding.name())));
        }
        let text = std::str::from_utf8(body).map_err(|error| lines_in(&body[..error.valid_up_to()]))?;
        return Ok((text.into(), None));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((text.into(), None)),
        // Text of old office software; a NUL byte means that it is no text at all.
        Err(_) if !bytes.contains(&0) => Ok((strict(GB18030, bytes)?.into(), Some("GB18030"))),
        Err(error) => Err(lines_in(&bytes[..error.valid_up_to()])),
    }
}

fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, u32> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    let length = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len());
    text.reserve(length);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true).0 {
        DecoderResult::InputEmpty => Ok(text),
        DecoderResult::Malformed(..) | DecoderResult::OutputFull => Err(lines_before(&text)),
    }
}

/// How many lines have begun after these bytes.
pub(crate) fn lines_in(bytes: &[u8]) -> u32 {
    memchr::memchr_iter(b'\n', bytes).count() as u32 + 1
}

/// The line that begins or goes on after `before`.
pub(crate) fn lines_before(before: &str) -> u32 {
    lines_in(before.as_bytes())
}

fn at_line(name: &str, line: u32) -> Place {
    Place::Cell { file: name.to_owned(), line, column: String::new() }
}

pub(crate) fn guessed(name: &str, encoding: &str) -> Diagnostic {
    Diagnostic::notice(codes::GUESSED_ENCODING, format!("按 {encoding} 读入"), format!("read as {encoding}"))
        .at(Place::File(name.to_owned()))
        .help("若有乱码，另存为 UTF-8 再试", "if the text looks wrong, save the file as UTF-8")
}

pub(crate) fn undecodable(name: &str, line: u32) -> Diagnostic {
    Diagnostic::error(
        codes::UNDECODABLE,
        "不是 UTF-8、GB18030 或带标记的 UTF-16 文本",
        "this is not text in UTF-8, GB18030, or UTF-16 with a byte order mark",
    )
    .at(at_line(name, line))
    .help("另存为「CSV UTF-8」再试", "save the file as CSV UTF-8")
}

pub(crate) fn nul(name: &str, line: u32) -> Diagnostic {
    Diagnostic::error(codes::NUL, "有 NUL 字节，不是文本文件", "there is a NUL byte; this is not a text file")
        .at(at_line(name, line))
        .help("另存为「CSV UTF-8」再试", "save the file as CSV UTF-8")
}

fn workbook(input: &Input) -> Option<Diagnostic> {
    looks_like_one(&input.bytes).then(|| no_text(&input.name))
}

/// A workbook where a text is wanted.
pub(crate) fn no_text(name: &str) -> Diagnostic {
    Diagnostic::error(codes::WORKBOOK, "这是工作簿或压缩文件，不是文本", "this is a workbook or archive, not text")
        .at(Place::File(name.to_owned()))
        .help(
            "写出工作簿的文件名，或另存为「CSV UTF-8」",
            "give the workbook by its file name, or save the sheet as CSV UTF-8",
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{codes_of, lines_of};

    fn check(bytes: &[u8], expect: Result<&str, &str>, codes: &[&str]) {
        let mut log = Log::new(false);
        let input = Input { name: "t.csv".into(), bytes: bytes.to_vec() };
        let text = decode(&input, &mut log).map(Cow::into_owned);
        let said = log.finish().unwrap_or_else(|faults| faults);
        assert_eq!(codes_of(&said), codes);
        match expect {
            Ok(expect) => assert_eq!(text.as_deref(), Some(expect)),
            Err(line) => assert!(lines_of(&said)[0].starts_with(line), "{said:?}"),
        }
    }

    #[test]
    fn encodings_are_told_apart() {
        check("编号\n".as_bytes(), Ok("编号\n"), &[]);
        check("\u{feff}编号\n".as_bytes(), Ok("编号\n"), &[]);
        check(&GB18030.encode("编号,耕地\n").0, Ok("编号,耕地\n"), &["KG-L001"]);
        let little: Vec<u8> = "\u{feff}编号\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&little, Ok("编号\n"), &["KG-L001"]);
        let big: Vec<u8> = "\u{feff}编号\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&big, Ok("编号\n"), &["KG-L001"]);
        check(b"id\rP-1\r", Ok("id\nP-1\n"), &[]);
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_line() {
        check(b"id\nP\0\n", Err("t.csv:2"), &["KG-L003"]);
        check(b"id\n\n\xff\xff\xff\n", Err("t.csv:3"), &["KG-L002"]);
        check(b"\xef\xbb\xbfid\n\xb1\xe0\n", Err("t.csv:2"), &["KG-L002"]);
        check(b"\xff\xfei\0d\0\n\0\0\xd8", Err("t.csv:2"), &["KG-L002"]);
        check(b"PK\x03\x04rest", Err("t.csv"), &["KG-L007"]);
    }

    #[test]
    fn the_limit_of_a_file_is_named() {
        let fault = oversized("t.csv", (limits::LEDGER_BYTES as u64) + 1).unwrap();
        assert_eq!(fault.code.0, "KG-L004");
        assert!(fault.message.en.contains("4096 MiB"), "{}", fault.message.en);
        assert_eq!(oversized("t.csv", limits::LEDGER_BYTES as u64), None);
    }
}
