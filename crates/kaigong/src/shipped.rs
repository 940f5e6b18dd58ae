//! What ships inside the program: the rule packs and the sample portfolio.

use include_dir::{Dir, include_dir};
use kaigong_io::{Input, ReadOptions};
use kaigong_model::{Date, Lang, Workbook};

static RULES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../rules");
static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../fixtures/demo");

/// The pack used where none is named.
pub const DEFAULT_RULES: &str = "cn-gd";

/// The names of the shipped packs, in order.
pub fn shipped_rules() -> Vec<String> {
    let mut names: Vec<String> =
        RULES.dirs().filter_map(|dir| dir.path().file_name()?.to_str().map(str::to_owned)).collect();
    names.sort();
    names
}

/// The files of a shipped pack, in order of name.
pub(crate) fn pack_files(name: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    collect(RULES.get_dir(name)?, "rules/", &mut files);
    files.retain(|(name, _)| is_yaml(name));
    files.sort();
    Some(files)
}

fn is_yaml(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// The files of the sample portfolio, names within its folder.
pub fn demo_files() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    collect(&DEMO, "", &mut files);
    files.extend(demo_workbook(&files).map(|bytes| (DEMO_WORKBOOK.to_owned(), bytes)));
    files.sort();
    files
}

/// The sample as a workbook: the same projects as its files in CSV, made from them.
const DEMO_WORKBOOK: &str = "项目台账.xlsx";

fn demo_workbook(files: &[(String, Vec<u8>)]) -> Option<Vec<u8>> {
    let rules = crate::load_rules(DEFAULT_RULES).ok()?;
    let plain = files.iter().filter(|(name, _)| is_csv(name));
    let inputs: Vec<Input> = plain.map(|(name, bytes)| Input { name: name.clone(), bytes: bytes.clone() }).collect();
    let ledger = crate::read_ledger(&rules.pack, &inputs, &ReadOptions::default()).ok()?;
    let sheets = kaigong_io::portfolio_sheets(&ledger.portfolio, &ledger.supplies, Lang::Zh);
    // The day the sample tells of.
    let as_of = Date::new(2026, 11, 20)?;
    kaigong_io::workbook_xlsx(&Workbook { title: "项目台账".to_owned(), as_of, sheets }).ok()
}

fn is_csv(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|extension| extension == "csv")
}

fn collect(dir: &Dir<'_>, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) {
    for file in dir.files() {
        files.push((format!("{prefix}{}", file.path().display()), file.contents().to_vec()));
    }
    for inner in dir.dirs() {
        collect(inner, prefix, files);
    }
}
