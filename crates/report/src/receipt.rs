//! Receipts: what a run saw and said, so that anyone can run it again and compare; as JSON and in words.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kaigong_model::{Date, Lang};
use serde_json::{Value, json};

use crate::phrase::{number, say, some};

/// The schema of a receipt.
pub const RECEIPT: &str = "kaigong.receipt/1";

/// Some bytes by name, length and SHA-256.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileSeal {
    /// The name as the user gave it.
    pub name: String,
    /// How many bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// A rule pack with its files, those it extends among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackSeal {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 over names and hashes of the files.
    pub sha256: String,
    /// The files, in order of name.
    pub files: Vec<FileSeal>,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Version of the engine.
    pub engine: String,
    /// The words of the command line, but for the receipt's own.
    pub words: Vec<String>,
    /// Language of its screens.
    pub lang: Lang,
    /// The day taken as today.
    pub today: Date,
    /// The as-of dates.
    pub as_of: Vec<Date>,
    /// Rule packs.
    pub packs: Vec<PackSeal>,
    /// Files read.
    pub inputs: Vec<FileSeal>,
    /// Standard output.
    pub result: FileSeal,
    /// Files written.
    pub written: Vec<FileSeal>,
    /// Exit code.
    pub exit: u8,
}

/// A receipt as JSON without its seal: what the seal is taken over.
pub fn receipt_body(receipt: &Receipt) -> Value {
    let files = |files: &[FileSeal]| files.iter().map(file_json).collect::<Vec<_>>();
    let pack = |pack: &PackSeal| json!({"id": pack.id, "version": pack.version, "sha256": pack.sha256, "files": files(&pack.files)});
    json!({
        "schema": RECEIPT,
        "engine": receipt.engine,
        "words": receipt.words,
        "lang": say(receipt.lang, "zh", "en"),
        "today": receipt.today.to_string(),
        "as_of": receipt.as_of.iter().map(Date::to_string).collect::<Vec<_>>(),
        "packs": receipt.packs.iter().map(pack).collect::<Vec<_>>(),
        "inputs": files(&receipt.inputs),
        "result": file_json(&receipt.result),
        "written": files(&receipt.written),
        "exit": receipt.exit,
    })
}

fn file_json(file: &FileSeal) -> Value {
    json!({"name": file.name, "bytes": file.bytes, "sha256": file.sha256})
}

/// A receipt read back, and its seal; nothing where a part is missing or of another kind.
pub fn receipt_of(json: &Value) -> Option<(Receipt, String)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let list = |value: &Value| value.as_array().cloned();
    let day = |value: &Value| Date::parse(value.as_str()?);
    if json["schema"] != RECEIPT {
        return None;
    }
    let receipt = Receipt {
        engine: text(&json["engine"])?,
        words: list(&json["words"])?.iter().map(text).collect::<Option<_>>()?,
        lang: match json["lang"].as_str()? {
            "zh" => Lang::Zh,
            "en" => Lang::En,
            _ => return None,
        },
        today: day(&json["today"])?,
        as_of: list(&json["as_of"])?.iter().map(day).collect::<Option<_>>()?,
        packs: list(&json["packs"])?.iter().map(pack_of).collect::<Option<_>>()?,
        inputs: files_of(&json["inputs"])?,
        result: file_of(&json["result"])?,
        written: files_of(&json["written"])?,
        exit: u8::try_from(json["exit"].as_u64()?).ok()?,
    };
    Some((receipt, text(&json["seal"])?))
}

fn pack_of(json: &Value) -> Option<PackSeal> {
    let text = |key: &str| json[key].as_str().map(str::to_owned);
    Some(PackSeal {
        id: text("id")?,
        version: text("version")?,
        sha256: text("sha256")?,
        files: files_of(&json["files"])?,
    })
}

fn files_of(json: &Value) -> Option<Vec<FileSeal>> {
    json.as_array()?.iter().map(file_of).collect()
}

fn file_of(json: &Value) -> Option<FileSeal> {
    let text = |key: &str| json[key].as_str().map(str::to_owned);
    Some(FileSeal { name: text("name")?, bytes: json["bytes"].as_u64()?, sha256: text("sha256")? })
}

/// Something that is not as the receipt has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The engine's version: then, now.
    Engine(String, String),
    /// A pack's version: id, then, now.
    Pack(String, String, String),
    /// A file of a pack.
    PackFile(FileChange),
    /// A file read.
    Input(FileChange),
    /// A file written.
    Written(FileChange),
    /// The exit code: then, now.
    Exit(u8, u8),
    /// Standard output.
    Result,
}

/// A file that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Its name.
    pub name: String,
    /// SHA-256 then; none where it was not there.
    pub then: Option<String>,
    /// SHA-256 now; none where it is not there.
    pub now: Option<String>,
}

/// What the run again did otherwise, causes before effects.
pub fn differences(then: &Receipt, now: &Receipt) -> Vec<Difference> {
    let mut found = Vec::new();
    if then.engine != now.engine {
        found.push(Difference::Engine(then.engine.clone(), now.engine.clone()));
    }
    for (old, new) in then.packs.iter().zip(&now.packs) {
        if (&old.id, &old.version) != (&new.id, &new.version) {
            let name = |pack: &PackSeal| format!("{} {}", pack.id, pack.version);
            found.push(Difference::Pack(old.id.clone(), name(old), name(new)));
        }
    }
    // A run that was refused before it came to its rules says nothing of them.
    if !now.packs.is_empty() {
        let files = |receipt: &Receipt| receipt.packs.iter().flat_map(|pack| pack.files.clone()).collect::<Vec<_>>();
        found.extend(changes(&files(then), &files(now)).into_iter().map(Difference::PackFile));
    }
    found.extend(changes(&then.inputs, &now.inputs).into_iter().map(Difference::Input));
    found.extend(changes(&then.written, &now.written).into_iter().map(Difference::Written));
    if then.exit != now.exit {
        found.push(Difference::Exit(then.exit, now.exit));
    }
    if then.result != now.result {
        found.push(Difference::Result);
    }
    found
}

fn changes(then: &[FileSeal], now: &[FileSeal]) -> Vec<FileChange> {
    let by_name = |files: &[FileSeal]| -> BTreeMap<String, String> {
        files.iter().map(|file| (file.name.clone(), file.sha256.clone())).collect()
    };
    let (then, now) = (by_name(then), by_name(now));
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let change =
        |name: &String| FileChange { name: name.clone(), then: then.get(name).cloned(), now: now.get(name).cloned() };
    names.into_iter().map(change).filter(|change| change.then != change.now).collect()
}

/// The screen of `replay`.
pub fn replay_screen(receipt: &Receipt, found: &[Difference], lang: Lang) -> String {
    let words = receipt.words.join(" ");
    let days: Vec<String> = receipt.as_of.iter().map(Date::to_string).collect();
    let days = if days.is_empty() { receipt.today.to_string() } else { days.join(say(lang, "、", ", ")) };
    let packs: Vec<String> = receipt.packs.iter().map(|pack| format!("{} {}", pack.id, pack.version)).collect();
    let packs = packs.join(say(lang, "、", ", "));
    let (bytes, hash) = (number(receipt.result.bytes, lang), short(&receipt.result.sha256));
    let mut out = match (lang, found.is_empty()) {
        (Lang::Zh, true) => format!("重算一致：结果 {bytes} 字节，逐字节相同（SHA-256 {hash}）\n"),
        (Lang::Zh, false) => format!("重算不一致：{} 处不同\n", found.len()),
        (Lang::En, true) => {
            format!("reproduced: {}, the same to the byte (SHA-256 {hash})\n", some(receipt.result.bytes, "byte"))
        }
        (Lang::En, false) => format!("not reproduced: {}\n", some(found.len(), "difference")),
    };
    let _ = match lang {
        Lang::Zh => writeln!(out, "核查基准日 {days}，规则包 {packs}，命令 kaigong {words}"),
        Lang::En => writeln!(out, "as of {days}, rule pack {packs}, command: kaigong {words}"),
    };
    if !found.is_empty() {
        out.push('\n');
    }
    found.iter().for_each(|difference| {
        let _ = writeln!(out, "  {}", told(difference, lang));
    });
    if !found.is_empty() && !found.contains(&Difference::Result) {
        out.push_str(say(lang, "\n结果仍逐字节相同\n", "\nthe result is still the same to the byte\n"));
    }
    out
}

fn told(difference: &Difference, lang: Lang) -> String {
    match (difference, lang) {
        (Difference::Engine(then, now), Lang::Zh) => format!("程序版本：当时 {then}，现在 {now}"),
        (Difference::Engine(then, now), Lang::En) => format!("engine version: {then} then, {now} now"),
        (Difference::Pack(_, then, now), Lang::Zh) => format!("规则包：当时 {then}，现在 {now}"),
        (Difference::Pack(_, then, now), Lang::En) => format!("rule pack: {then} then, {now} now"),
        (Difference::PackFile(change), _) => file_told(say(lang, "规则文件", "rule file"), change, lang),
        (Difference::Input(change), _) => file_told(say(lang, "输入文件", "input"), change, lang),
        (Difference::Written(change), _) => file_told(say(lang, "写出文件", "written file"), change, lang),
        (Difference::Exit(then, now), Lang::Zh) => format!("退出码：当时 {then}，现在 {now}"),
        (Difference::Exit(then, now), Lang::En) => format!("exit code: {then} then, {now} now"),
        (Difference::Result, _) => say(lang, "结果不同", "the result differs").to_owned(),
    }
}

fn file_told(what: &str, change: &FileChange, lang: Lang) -> String {
    let name = &change.name;
    match (&change.then, &change.now, lang) {
        (Some(then), Some(now), Lang::Zh) => {
            format!("{what} {name}：内容已变（SHA-256 当时 {}，现在 {}）", short(then), short(now))
        }
        (Some(then), Some(now), Lang::En) => {
            format!("{what} {name}: changed (SHA-256 {} then, {} now)", short(then), short(now))
        }
        (Some(_), None, Lang::Zh) => format!("{what} {name}：当时有，现在没有"),
        (Some(_), None, Lang::En) => format!("{what} {name}: was there, is gone"),
        (None, _, Lang::Zh) => format!("{what} {name}：当时没有"),
        (None, _, Lang::En) => format!("{what} {name}: was not there"),
    }
}

/// The first characters of a hash, for people.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// JSON Schema of `kaigong.receipt/1`.
pub fn receipt_schema() -> &'static str {
    include_str!("../schema/receipt.json")
}
