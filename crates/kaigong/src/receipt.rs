//! Witnessing a run: what was read, under which rules, and what came out, sealed by SHA-256.
//!
//! A seal shows that a receipt was altered by accident or by hand. It is no signature: who can run the engine can
//! write a receipt, and anyone else can run it again.

use std::collections::BTreeMap;

use kaigong_io::Input;
use kaigong_model::{Code, Date, Diagnostic, Lang, Place};
use kaigong_report::{FileSeal, PackSeal, Receipt, receipt_body, receipt_of};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::rules::{Refused, Rules};

/// What a run has seen and said so far.
#[derive(Debug)]
pub struct Witness {
    words: Vec<String>,
    lang: Lang,
    today: Date,
    as_of: Vec<Date>,
    packs: Vec<PackSeal>,
    inputs: BTreeMap<String, FileSeal>,
    printed: Vec<u8>,
    written: BTreeMap<String, FileSeal>,
}

impl Witness {
    /// A run that begins.
    pub fn new(words: Vec<String>, lang: Lang, today: Date) -> Self {
        Self {
            words,
            lang,
            today,
            as_of: Vec::new(),
            packs: Vec::new(),
            inputs: BTreeMap::new(),
            printed: Vec::new(),
            written: BTreeMap::new(),
        }
    }

    /// The day taken as today.
    pub fn today(&self) -> Date {
        self.today
    }

    /// A day was looked at.
    pub fn looked_at(&mut self, day: Date) {
        if !self.as_of.contains(&day) {
            self.as_of.push(day);
        }
    }

    /// Files were read.
    pub fn read(&mut self, inputs: &[Input]) {
        for input in inputs {
            self.inputs.insert(input.name.clone(), sealed(&input.name, &input.bytes));
        }
    }

    /// Whether a file was read.
    pub fn has_read(&self, name: &str) -> bool {
        self.inputs.contains_key(name)
    }

    /// Rules were loaded.
    pub fn loaded(&mut self, rules: &Rules) {
        let files: Vec<FileSeal> = rules.sources.iter().map(|(name, text)| sealed(name, text.as_bytes())).collect();
        let lines: Vec<String> = files.iter().map(|file| format!("{} {}\n", file.sha256, file.name)).collect();
        let (id, version) = (rules.pack.id.clone(), rules.pack.version.clone());
        let pack = PackSeal { id, version, sha256: sha256(lines.concat().as_bytes()), files };
        if !self.packs.contains(&pack) {
            self.packs.push(pack);
        }
    }

    /// Bytes went to standard output.
    pub fn printed(&mut self, bytes: &[u8]) {
        self.printed.extend_from_slice(bytes);
    }

    /// A file was written.
    pub fn wrote(&mut self, name: &str, bytes: &[u8]) {
        self.written.insert(name.to_owned(), sealed(name, bytes));
    }

    /// Everything that went to standard output.
    pub fn output(&self) -> &[u8] {
        &self.printed
    }

    /// The receipt of the run once it has ended.
    pub fn receipt(&self, exit: u8) -> Receipt {
        Receipt {
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            words: self.words.clone(),
            lang: self.lang,
            today: self.today,
            as_of: self.as_of.clone(),
            packs: self.packs.clone(),
            inputs: self.inputs.values().cloned().collect(),
            result: sealed("-", &self.printed),
            written: self.written.values().cloned().collect(),
            exit,
        }
    }
}

fn sealed(name: &str, bytes: &[u8]) -> FileSeal {
    FileSeal { name: name.to_owned(), bytes: bytes.len() as u64, sha256: sha256(bytes) }
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest: Vec<String> = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    digest.concat()
}

/// The seal over a receipt: keys sorted, no spaces.
fn seal(receipt: &Receipt) -> String {
    sha256(receipt_body(receipt).to_string().as_bytes())
}

/// A receipt as text, with its seal; ends its last line.
pub fn receipt_text(receipt: &Receipt) -> String {
    let mut json = receipt_body(receipt);
    json["seal"] = Value::String(seal(receipt));
    format!("{json:#}\n")
}

/// Reads a receipt.
///
/// # Errors
/// That it is none, or that it has been altered since it was written.
pub fn read_receipt(input: &Input) -> Result<Receipt, Refused> {
    let json: Option<Value> = serde_json::from_slice(&input.bytes).ok();
    let Some((receipt, sealed)) = json.as_ref().and_then(receipt_of) else {
        let fault = Diagnostic::error(
            Code("KG-C040"),
            "不是运行凭据（kaigong.receipt/1）",
            "not a receipt (kaigong.receipt/1)",
        );
        return Err(vec![fault.at(Place::File(input.name.clone()))].into());
    };
    // What a receipt does not say itself cannot be sealed either: the whole text must be what would be written.
    if sealed != seal(&receipt) || input.bytes != receipt_text(&receipt).as_bytes() {
        let fault = Diagnostic::error(
            Code("KG-C041"),
            "运行凭据被改动过：封签与内容不符",
            "the receipt has been altered: its seal does not fit what it says",
        );
        return Err(vec![fault.at(Place::File(input.name.clone()))].into());
    }
    Ok(receipt)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]
    use super::*;

    fn witness() -> Witness {
        let mut witness = Witness::new(vec!["check".into(), "a.csv".into()], Lang::Zh, Date::new(2026, 1, 1).unwrap());
        witness.read(&[Input { name: "a.csv".into(), bytes: b"id\nP-1\n".to_vec() }]);
        witness.looked_at(Date::new(2025, 1, 1).unwrap());
        witness.printed(b"1 project\n");
        witness.wrote("why.svg", b"<svg/>");
        witness
    }

    fn read(text: &str) -> Result<Receipt, String> {
        let input = Input { name: "r.json".into(), bytes: text.as_bytes().to_vec() };
        read_receipt(&input).map_err(|refused| refused.diagnostics[0].code.0.to_owned())
    }

    #[test]
    fn a_receipt_reads_back_as_written() {
        let receipt = witness().receipt(1);
        assert_eq!(read(&receipt_text(&receipt)), Ok(receipt));
    }

    #[test]
    fn the_hash_is_that_of_the_standard() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn every_altered_byte_is_found() {
        let text = receipt_text(&witness().receipt(0));
        for (at, byte) in text.bytes().enumerate() {
            // Another digit, letter or space in every place.
            let other = if byte == b'1' { '2' } else { '1' };
            let altered = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            let code = read(&altered).err();
            assert!(matches!(code.as_deref(), Some("KG-C040" | "KG-C041")), "{at}: {code:?}");
        }
    }
}
