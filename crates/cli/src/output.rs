//! Standard output and error, files the user names, and the commands that only print.
#![expect(clippy::disallowed_methods, reason = "this face writes the files the user names")]

use std::io::Write as _;
use std::path::Path;

use clap::CommandFactory as _;
use kaigong::model::Lang;

use crate::args::{Arguments, CompletionsArguments, DemoArguments, SchemaArguments, SchemaName};
use crate::exit::Exit;
use crate::journal;

/// Prints the result.
pub(crate) fn print(text: &str) -> Exit {
    print_bytes(&line(text))
}

/// A text that ends its last line.
pub(crate) fn line(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    if !text.ends_with('\n') {
        bytes.push(b'\n');
    }
    bytes
}

/// Prints bytes as they are. A reader that has gone away is no fault.
pub(crate) fn print_bytes(bytes: &[u8]) -> Exit {
    print_parts(std::iter::once(bytes))
}

/// Prints parts one after another, each made when its turn has come; none are made once the reader has gone away.
pub(crate) fn print_parts<B: AsRef<[u8]>>(parts: impl IntoIterator<Item = B>) -> Exit {
    let mut out = std::io::stdout().lock();
    for part in parts {
        let part = part.as_ref();
        journal::printed(part);
        if journal::again() {
            continue;
        }
        match out.write_all(part).and_then(|()| out.flush()) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Exit::Done,
            Err(_) => return Exit::Internal,
        }
    }
    Exit::Done
}

/// Prints a line to standard error.
pub(crate) fn note(text: &str) {
    if journal::again() {
        return;
    }
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// What a file's name ends in, in small letters.
pub(crate) fn extension(path: &str) -> Option<String> {
    Some(Path::new(path).extension()?.to_str()?.to_ascii_lowercase())
}

/// Writes a file the user named: all of it or nothing, so that a disk that fills up spoils no older file. Of a run done
/// again it is compared only.
pub(crate) fn write(path: &str, bytes: impl AsRef<[u8]>, lang: Lang) -> Exit {
    let bytes = bytes.as_ref();
    journal::wrote(path, bytes);
    if journal::again() {
        return Exit::Done;
    }
    match replace(Path::new(path), bytes) {
        Ok(()) => {
            note(&match lang {
                Lang::Zh => format!("已写出 {path}"),
                Lang::En => format!("wrote {path}"),
            });
            Exit::Done
        }
        Err(error) => not_written(Path::new(path), &error, lang),
    }
}

/// Puts bytes in a file's place, by way of a file beside it.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // What a link leads to is written, not the link; a device or a pipe is written as it is.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let special = path.metadata().is_ok_and(|known| !known.is_file());
    let Some(name) = path.file_name().filter(|_| !special) else { return std::fs::write(&path, bytes) };
    let mut part = std::ffi::OsString::from(".");
    part.push(name);
    part.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(part);
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, &path));
    if written.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    written
}

/// `kaigong demo`: the sample folder; nothing that is already there is touched.
pub(crate) fn demo(arguments: &DemoArguments, lang: Lang) -> Exit {
    let folder = Path::new(&arguments.folder);
    if taken(folder, lang) {
        return Exit::Usage;
    }
    for (name, bytes) in kaigong::demo_files() {
        let path = folder.join(&name);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, bytes));
        if let Err(error) = made {
            return not_written(&path, &error, lang);
        }
    }
    let name = &arguments.folder;
    print(&match lang {
        Lang::Zh => format!("已写出示例 {name}\n\n核查：  kaigong check {name}\n看缘由：kaigong why {name} P-017\n"),
        Lang::En => {
            format!("wrote the sample {name}\n\ncheck it:  kaigong check {name}\nask why:   kaigong why {name} P-017\n")
        }
    })
}

/// Whether a folder cannot be written because it has no name or is already there; it is left alone, and that is said.
pub(crate) fn taken(folder: &Path, lang: Lang) -> bool {
    let nameless = folder.file_name().is_none();
    let taken = nameless || folder.symlink_metadata().is_ok();
    if taken {
        let path = folder.display();
        note(&match (lang, nameless) {
            (Lang::Zh, true) => format!("错误 KG-C004 「{path}」：不是文件夹的名称，没有改动"),
            (Lang::En, true) => format!("error[KG-C004] `{path}`: this names no folder; nothing was changed"),
            (Lang::Zh, false) => format!("错误 KG-C004 {path}：已经存在，没有改动"),
            (Lang::En, false) => format!("error[KG-C004] {path}: it is already there; nothing was changed"),
        });
    }
    taken
}

/// Says that something could not be written.
pub(crate) fn not_written(path: &Path, error: &std::io::Error, lang: Lang) -> Exit {
    let path = path.display();
    note(&match lang {
        Lang::Zh => format!("错误 KG-C001 {path}：无法写出：{error}"),
        Lang::En => format!("error[KG-C001] {path}: cannot be written: {error}"),
    });
    Exit::Usage
}

/// `kaigong schema`.
pub(crate) fn schema(arguments: &SchemaArguments, _lang: Lang) -> Exit {
    let schema = match arguments.name {
        SchemaName::Pack => kaigong::packs::json_schema::pack(),
        SchemaName::Check => kaigong::report::check_schema(),
        SchemaName::Project => kaigong::report::project_schema(),
        SchemaName::Why => kaigong::report::why_schema(),
        SchemaName::Certificate => kaigong::report::certificate_schema(),
        SchemaName::Verify => kaigong::report::verify_schema(),
        SchemaName::Ask => kaigong::report::ask_schema(),
        SchemaName::Leverage => kaigong::report::leverage_schema(),
        SchemaName::Allocate => kaigong::report::allocate_schema(),
        SchemaName::Audit => kaigong::report::audit_schema(),
        SchemaName::Diff => kaigong::report::between_schema(),
        SchemaName::Scorecard => kaigong::report::scorecard_schema(),
        SchemaName::Worklist => kaigong::report::worklist_schema(),
        SchemaName::Lists => kaigong::report::lists_schema(),
        SchemaName::Receipt => kaigong::report::receipt_schema(),
        SchemaName::Columns => kaigong::report::columns_schema(),
        SchemaName::RulesDiff => kaigong::report::diff_schema(),
        SchemaName::Flip => kaigong::report::flip_schema(),
        SchemaName::Delays => kaigong::report::delays_schema(),
        SchemaName::Timeline => kaigong::report::timeline_schema(),
    };
    print(schema)
}

/// `kaigong completions`.
pub(crate) fn completions(arguments: &CompletionsArguments) -> Exit {
    let mut bytes = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "kaigong", &mut bytes);
    print_bytes(&bytes)
}
