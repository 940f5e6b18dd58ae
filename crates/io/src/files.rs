//! Paths to inputs: the one module of this crate that touches files and standard input.
#![expect(clippy::disallowed_types, reason = "this is where files are read")]

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use kaigong_model::{Diagnostic, Place, limits};

use crate::{
    blocks::Origin,
    codes,
    input::{Input, InputFormat, Kind, is_workbook},
    text::oversized,
};

/// What a folder may hold, in the order it is read; the projects come first.
const FOLDER: [&str; 6] = ["documents.csv", "changes.csv", "pools.csv", "grants.csv", "costs.csv", "portfolio.yaml"];
/// Names of the projects of a folder; the first that is there is read.
const PROJECTS: [&str; 5] = ["projects.csv", "projects.jsonl", "projects.yaml", "projects.parquet", "projects.arrow"];

/// Reads the files, folders and `-` (standard input) named on a command line.
///
/// A folder gives `projects.csv` (else `projects.jsonl`, `projects.yaml`, `projects.parquet`, `projects.arrow`, else its workbooks in order of name), then those of
/// `documents.csv`, `changes.csv`, `pools.csv`, `grants.csv`, `costs.csv` and `portfolio.yaml` that are there; its
/// other files are left alone.
///
/// # Errors
/// Every path that cannot be read, and every folder without projects.
pub fn gather(paths: &[String]) -> Result<Vec<Input>, Vec<Diagnostic>> {
    let (mut inputs, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        if path == "-" {
            keep(path, read_all(io::stdin().lock(), 0), &mut inputs, &mut faults);
        } else if Path::new(path).is_dir() {
            folder(path, &mut inputs, &mut faults);
        } else {
            file(path, &mut inputs, &mut faults);
        }
    }
    if faults.is_empty() { Ok(inputs) } else { Err(faults) }
}

/// Reads one file that the user named.
///
/// # Errors
/// That it cannot be read, or is past the limit.
pub fn read_input(path: &str) -> Result<Input, Vec<Diagnostic>> {
    let (mut inputs, mut faults) = (Vec::new(), Vec::new());
    file(path, &mut inputs, &mut faults);
    inputs.pop().ok_or(faults)
}

/// The files of a pack: name as the user should see it, and bytes.
pub type PackFiles = Vec<(String, Vec<u8>)>;

/// Reads every `*.yaml` and `*.yml` file under a rule pack's directory, in order of name; `None` where there is no such directory.
///
/// # Errors
/// Every file or folder that cannot be read.
pub fn read_pack(directory: &str) -> Option<Result<PackFiles, Vec<Diagnostic>>> {
    Path::new(directory).is_dir().then(|| {
        let (mut files, mut faults) = (Vec::new(), Vec::new());
        let mut folders = vec![Path::new(directory).to_path_buf()];
        while let Some(folder) = folders.pop() {
            let entries = std::fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            match entries {
                Err(error) => faults.push(unreadable(&folder.display().to_string(), &error)),
                Ok(entries) => {
                    for path in entries.into_iter().map(|entry| entry.path()) {
                        let yaml = path.extension().is_some_and(|e| e == "yaml" || e == "yml");
                        let name = path.display().to_string();
                        if path.is_dir() && !path.is_symlink() {
                            folders.push(path);
                        } else if yaml {
                            match File::open(&path).and_then(read_file) {
                                Ok(bytes) => files.push((name, bytes)),
                                Err(error) => faults.push(unreadable(&name, &error)),
                            }
                        }
                    }
                }
            }
        }
        files.sort();
        if faults.is_empty() { Ok(files) } else { Err(faults) }
    })
}

/// What is named on a command line: small enough to be read whole, or a ledger to be read in blocks.
pub enum Gathered {
    /// Everything that was named.
    Whole(Vec<Input>),
    /// One ledger past the limit.
    Large(LargeLedger),
}

/// A ledger that is too large to be held, and what stands beside it.
pub struct LargeLedger {
    /// Its name as the user typed it.
    pub name: String,
    /// Of a text: CSV or JSON lines.
    pub format: InputFormat,
    /// Whether it is a file of typed columns.
    columns: bool,
    /// Other files of its folder.
    pub beside: Vec<Input>,
    /// What was read of standard input already; none where it is a file.
    pipe: Option<Vec<u8>>,
}

impl LargeLedger {
    /// Whether it can be read only once.
    pub fn is_pipe(&self) -> bool {
        self.pipe.is_some()
    }

    /// Its bytes from the beginning; of a pipe only once.
    ///
    /// # Errors
    /// That it cannot be read.
    pub fn open(&mut self) -> Result<Origin<Box<dyn Read + Send>>, Vec<Diagnostic>> {
        if let Some(first) = &mut self.pipe {
            return Ok(Origin::Text(Box::new(io::Cursor::new(std::mem::take(first)).chain(io::stdin()))));
        }
        match File::open(&self.name) {
            Ok(file) if self.columns => Ok(Origin::Columns(Box::new(file))),
            Ok(file) => Ok(Origin::Text(Box::new(file))),
            Err(error) => Err(vec![unreadable(&self.name, &error)]),
        }
    }
}

/// How much may be held of a ledger.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Bytes of a text.
    pub bytes: u64,
    /// Rows of a file of typed columns.
    pub rows: u64,
}

/// As [`gather`], but for a ledger of its own, in CSV, JSON lines or typed columns, that is larger than there is room
/// for: one file, standard input (text only), or a folder in which no table refers to its projects by id.
///
/// # Errors
/// As [`gather`].
pub fn gather_within(paths: &[String], format: Option<InputFormat>, room: Room) -> Result<Gathered, Vec<Diagnostic>> {
    let [path] = paths else { return gather(paths).map(Gathered::Whole) };
    if path == "-" {
        let mut first = Vec::new();
        if let Err(error) = io::stdin().lock().take(room.bytes + 1).read_to_end(&mut first) {
            return Err(vec![unreadable(path, &error)]);
        }
        let input = Input { name: path.clone(), bytes: first };
        return Ok(match rows_format(&input, format) {
            Some(format) if input.bytes.len() as u64 > room.bytes => {
                let name = path.clone();
                let (beside, pipe) = (Vec::new(), Some(input.bytes));
                Gathered::Large(LargeLedger { name, format, columns: false, beside, pipe })
            }
            _ => {
                let Input { name, mut bytes } = input;
                let more = read_all(io::stdin().lock(), 0).map(|more| {
                    bytes.extend(more);
                    bytes
                });
                let (mut inputs, mut faults) = (Vec::new(), Vec::new());
                keep(&name, more, &mut inputs, &mut faults);
                if !faults.is_empty() {
                    return Err(faults);
                }
                Gathered::Whole(inputs)
            }
        });
    }
    let inside = |name: &str| Path::new(path).join(name);
    let (ledger, beside) = if Path::new(path).is_dir() {
        if FOLDER[..2].iter().chain(&FOLDER[3..4]).any(|name| inside(name).exists()) {
            return gather(paths).map(Gathered::Whole);
        }
        let Some(ledger) = PROJECTS.into_iter().find(|name| inside(name).exists()) else {
            return gather(paths).map(Gathered::Whole);
        };
        let beside = FOLDER.into_iter().filter(|name| inside(name).exists()).map(inside);
        (inside(ledger).display().to_string(), beside.map(|path| path.display().to_string()).collect())
    } else {
        (path.clone(), Vec::new())
    };
    let input = Input { name: ledger.clone(), bytes: Vec::new() };
    let file = std::fs::metadata(&ledger).ok().filter(std::fs::Metadata::is_file);
    let long = file.is_some_and(|data| data.len() > room.bytes);
    let (format, columns) = match rows_format(&input, format) {
        Some(format) if long => (format, false),
        None if input.kind_as(format) == Kind::Columnar && has_more_rows(&ledger, room.rows) => {
            (InputFormat::Csv, true)
        }
        _ => return gather(paths).map(Gathered::Whole),
    };
    Ok(Gathered::Large(LargeLedger { name: ledger, format, columns, beside: gather(&beside)?, pipe: None }))
}

/// Whether a file of typed columns has more rows; one that is not sound has none.
#[cfg(feature = "parquet")]
fn has_more_rows(path: &str, rows: u64) -> bool {
    File::open(path).is_ok_and(|file| crate::columnar::rows_in(Box::new(file)).is_some_and(|held| held > rows))
}

/// Nothing of it is read without the feature.
#[cfg(not(feature = "parquet"))]
fn has_more_rows(_: &str, _: u64) -> bool {
    false
}

/// The format of a ledger that has a row or a line a project.
fn rows_format(input: &Input, format: Option<InputFormat>) -> Option<InputFormat> {
    match input.kind_as(format) {
        Kind::CsvLedger => Some(InputFormat::Csv),
        Kind::JsonLines => Some(InputFormat::JsonLines),
        _ => None,
    }
}

fn folder(path: &str, inputs: &mut Vec<Input>, faults: &mut Vec<Diagnostic>) {
    let inside = |name: &str| Path::new(path).join(name);
    let projects = match PROJECTS.into_iter().find(|name| inside(name).exists()) {
        Some(name) => vec![name.to_owned()],
        None => workbooks(path),
    };
    if projects.is_empty() {
        faults.push(
            Diagnostic::error(codes::NO_LEDGER, "文件夹里没有项目台账", "there is no ledger in this folder")
                .at(Place::File(path.to_owned()))
                .help(
                    "放入 projects.csv 或工作簿，或直接写出台账文件名",
                    "put projects.csv or a workbook in it, or name the ledger's file",
                ),
        );
        return;
    }
    let others = FOLDER.into_iter().filter(|name| inside(name).exists()).map(str::to_owned);
    for name in projects.into_iter().chain(others) {
        file(&inside(&name).display().to_string(), inputs, faults);
    }
}

/// The workbooks of a folder, in order of name; what a spreadsheet keeps beside an open file begins with `~$`.
fn workbooks(path: &str) -> Vec<String> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let names = entries.filter(|entry| entry.path().is_file()).filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| is_workbook(name) && !name.starts_with(['~', '.'])).collect();
    names.sort();
    names
}

fn file(path: &str, inputs: &mut Vec<Input>, faults: &mut Vec<Diagnostic>) {
    keep(path, File::open(path).and_then(read_file), inputs, faults);
}

/// Reads a file to the end, or one byte past the limit; room is made for all of it at once.
fn read_file(file: File) -> io::Result<Vec<u8>> {
    let room = file.metadata().map_or(0, |data| data.len().min(limits::LEDGER_BYTES as u64) as usize + 1);
    read_all(file, room)
}

/// Reads to the end, or one byte past the limit; `room` is how much is expected, where there is memory for it.
fn read_all(from: impl Read, room: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let _ = bytes.try_reserve_exact(room);
    from.take(limits::LEDGER_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn keep(name: &str, read: io::Result<Vec<u8>>, inputs: &mut Vec<Input>, faults: &mut Vec<Diagnostic>) {
    match read {
        Ok(bytes) => match oversized(name, bytes.len() as u64) {
            Some(fault) => faults.push(fault),
            None => inputs.push(Input { name: name.to_owned(), bytes }),
        },
        Err(error) => faults.push(unreadable(name, &error)),
    }
}

fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    let (zh, en) = match error.kind() {
        io::ErrorKind::NotFound => ("没有这个文件或文件夹".to_owned(), "no such file or folder".to_owned()),
        io::ErrorKind::PermissionDenied => ("没有读取权限".to_owned(), "permission denied".to_owned()),
        _ => (format!("无法读取：{error}"), format!("cannot be read: {error}")),
    };
    Diagnostic::error(codes::UNREADABLE, zh, en).at(Place::File(name.to_owned())).help("检查路径", "check the path")
}

#[cfg(test)]
mod tests;
