//! Paths to inputs, on real files below the system's temporary folder.
#![expect(clippy::disallowed_methods, reason = "these tests need files")]

use std::{fs, path::PathBuf};

use crate::{gather, testing::lines_of};

/// A folder that is removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[&str]) -> Self {
        let path = std::env::temp_dir().join(format!("kaigong-io-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        for file in files {
            fs::write(path.join(file), file).unwrap();
        }
        Self(path)
    }

    fn path(&self) -> String {
        self.0.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_folder_gives_its_known_files_in_order() {
    let files = [
        "portfolio.yaml",
        "grants.csv",
        "documents.csv",
        "projects.csv",
        "notes.csv",
        "projects.yaml",
        "scenario-a.yaml",
    ];
    let folder = Folder::new("order", &files);
    let names = |paths: &[String]| -> Vec<String> {
        let inputs = gather(paths).unwrap();
        inputs.iter().map(|input| input.name.rsplit(['/', '\\']).next().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&[folder.path()]), ["projects.csv", "documents.csv", "grants.csv", "portfolio.yaml"]);
    let file = folder.0.join("notes.csv").display().to_string();
    assert_eq!(names(std::slice::from_ref(&file)), ["notes.csv"]);
    let input = &gather(std::slice::from_ref(&file)).unwrap()[0];
    assert_eq!((&input.name, input.bytes.as_slice()), (&file, b"notes.csv".as_slice()));
    let folder = Folder::new("yaml", &["scenario.yaml", "projects.yaml"]);
    assert_eq!(names(&[folder.path()]), ["projects.yaml"]);
}

#[test]
fn what_cannot_be_read_is_all_listed() {
    let folder = Folder::new("empty", &["documents.csv"]);
    let missing = folder.0.join("nothing.csv").display().to_string();
    let faults = gather(&[missing.clone(), folder.path()]).unwrap_err();
    assert_eq!(
        lines_of(&faults),
        [
            format!("{missing}: KG-L060: no such file or folder (check the path)"),
            format!(
                "{}: KG-L061: there is no ledger in this folder (put projects.csv or a workbook in it, \
                 or name the ledger's file)",
                folder.path()
            ),
        ]
    );
}
