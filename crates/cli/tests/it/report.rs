//! Reports as files: what is in them, that nothing is left half-written, that threads do not show.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const DAY: [&str; 4] = ["--as-of", "2026-11-20", "--ledger-date", "2026-11-20"];

fn kaigong(threads: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kaigong"))
        .args(arguments)
        .args(DAY)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .unwrap()
}

/// The bytes of a file that a command writes.
fn written(threads: &str, name: &str, arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let output = kaigong(threads, &[arguments, &["--out", path.to_str().unwrap()]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(files(folder.path()), std::slice::from_ref(&path), "nothing else is left in the folder");
    std::fs::read(path).unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn the_page_of_the_sample_holds_every_project_and_its_law() {
    let page = String::from_utf8(written("2", "r.html", &["report", "fixtures/demo", "--lang", "zh"])).unwrap();
    assert_eq!(page.matches("<article").count(), 24);
    for words in
        ["24 个，其中 7 个可开工", "核查基准日 2026-11-20，规则包 cn-gd 0.1", "缺 380 亩", "土地管理法第二十三条"]
    {
        assert!(page.contains(words), "{words}");
    }
    let overview = ["report", "fixtures/demo", "--lang", "en", "--summary-only"];
    let page = String::from_utf8(written("2", "r.html", &overview)).unwrap();
    assert!(page.contains("7 of 24 are ready to start") && !page.contains("<article"));
    let some = ["report", "fixtures/demo", "--where", "project.county == \"临湖区\"", "--lang", "en"];
    assert_eq!(String::from_utf8(written("2", "r.html", &some)).unwrap().matches("<article").count(), 4);
}

#[test]
fn the_page_of_a_city_is_small_and_the_same_on_any_threads() {
    let city = ["report", "fixtures/city", "--lang", "zh"];
    let page = written("1", "r.html", &city);
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    assert_eq!(page, written("4", "r.html", &city));
}

#[test]
fn the_workbook_of_a_city_is_the_same_on_any_threads() {
    let city = ["report", "fixtures/city", "--lang", "zh"];
    let book = written("1", "台账.xlsx", &city);
    assert!(book.starts_with(b"PK"));
    assert_eq!(book, written("4", "台账.xlsx", &city));
}

#[test]
fn a_report_that_cannot_be_written_leaves_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("r.pdf");
    let refused = kaigong("2", &["report", "fixtures/demo", "--out", odd.to_str().unwrap(), "--lang", "en"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("KG-C050"));
    let nowhere = folder.path().join("missing/r.html");
    let refused = kaigong("2", &["report", "fixtures/demo", "--out", nowhere.to_str().unwrap(), "--lang", "en"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("KG-C001"));
    assert!(files(folder.path()).is_empty());
}

#[test]
fn an_older_report_is_replaced_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.html");
    std::fs::write(&path, "x".repeat(10_000_000)).unwrap();
    let output = kaigong("2", &["report", "fixtures/demo", "--out", path.to_str().unwrap()]);
    assert!(output.status.success());
    assert!(std::fs::read_to_string(&path).unwrap().ends_with("</html>\n"));
    assert_eq!(files(folder.path()), [path]);
}

#[test]
fn a_brief_for_a_chat_in_both_languages() {
    for lang in ["zh", "en"] {
        let told = kaigong("2", &["brief", "P-017", "fixtures/demo", "--lang", lang]);
        insta::assert_snapshot!(format!("brief_{lang}"), String::from_utf8(told.stdout).unwrap());
    }
    let page = String::from_utf8(written("2", "一项目一策.html", &["brief", "fixtures/demo", "P-017"])).unwrap();
    assert_eq!((page.matches("<article").count(), page.contains("<script")), (1, false));
    assert!(written("2", "p.md", &["brief", "P-017", "fixtures/demo"]).starts_with(b"### P-017"));
}

#[test]
fn a_brief_of_no_project_names_near_ones_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (id, name, code) in [("P-071", "b.html", "KG-C003"), ("P-017", "b.docm", "KG-C051")] {
        let path = folder.path().join(name);
        let refused = kaigong("2", &["brief", id, "fixtures/demo", "--out", path.to_str().unwrap(), "--lang", "en"]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&refused.stderr).contains(code));
    }
    assert!(files(folder.path()).is_empty());
}

#[test]
fn what_is_redacted_names_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let ledger =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo/projects.csv"));
    let ledger = ledger.unwrap().replace("轨道车辆段", "轨道车辆段(王某负责，13800138000)");
    let data = folder.path().join("projects.csv");
    std::fs::write(&data, &ledger).unwrap();
    let data = data.to_str().unwrap();
    let officers: Vec<&str> = ledger.lines().skip(1).map(|line| line.split(',').nth(3).unwrap()).collect();
    assert!(officers.contains(&"王某"));
    let rules = ["--rules", "cn-gd", "--lang", "zh"];
    let brief = kaigong("2", &[&["brief", "P-017", data, "--redact"], &rules[..]].concat());
    let report = written("2", "r.html", &[&["report", data, "--redact"], &rules[..]].concat());
    for text in [String::from_utf8(brief.stdout).unwrap(), String::from_utf8(report).unwrap()] {
        assert!(text.contains("已略去人名和电话") && text.contains("轨道车辆段("));
        assert!(!text.contains("13800138000") && !text.contains(folder.path().to_str().unwrap()));
        for officer in &officers {
            assert!(!text.contains(officer), "{officer}");
        }
    }
    let open = kaigong("2", &[&["brief", "P-017", data], &rules[..]].concat());
    assert!(String::from_utf8(open.stdout).unwrap().contains("王某"));
}

#[test]
fn a_template_is_written_for_a_goal_the_pack_has() {
    let template = ["template", "--goal", "start", "--lang", "zh"];
    let book = |threads| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("台账.xlsx");
        let output = Command::new(env!("CARGO_BIN_EXE_kaigong"))
            .args(template)
            .args(["-o", path.to_str().unwrap(), "--as-of", "2026-11-20"])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read(path).unwrap()
    };
    assert!(book("1").starts_with(b"PK"));
    assert_eq!(book("1"), book("4"));
    for (arguments, code) in
        [(["--goal", "strat", "-o", "t.xlsx"], "KG-C002"), (["--goal", "start", "-o", "t.csv"], "KG-C052")]
    {
        let folder = tempfile::tempdir().unwrap();
        let refused = Command::new(env!("CARGO_BIN_EXE_kaigong"))
            .arg("template")
            .args(arguments)
            .args(["--lang", "en"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(refused.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&refused.stderr).contains(code));
        assert!(files(folder.path()).is_empty());
    }
}

/// The text of a part of an archive.
fn unpacked(bytes: &[u8], part: &str) -> String {
    use std::io::Read as _;
    let mut text = String::new();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    archive.by_name(part).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn papers_have_headings_of_word_and_the_same_bytes_on_any_threads() {
    let report = ["report", "fixtures/demo", "--lang", "zh"];
    let paper = written("1", "汇报.docx", &report);
    assert_eq!(paper, written("4", "汇报.docx", &report));
    let text = unpacked(&paper, "word/document.xml");
    for words in ["一、总体情况", "24 个，其中 7 个可开工", "（一）P-017 轨道车辆段", "用地指标", "w:tblHeader"]
    {
        assert!(text.contains(words), "{words}");
    }
    assert_eq!(text.matches("\"Heading1\"").count(), 6);
    let brief = written("2", "一项目一策.docx", &["brief", "P-017", "fixtures/demo", "--redact", "--lang", "zh"]);
    let text = unpacked(&brief, "word/document.xml");
    assert!(text.contains("一项目一策：P-017 轨道车辆段") && text.contains("缺 380 亩") && !text.contains("王某"));
}

#[test]
fn a_plan_is_a_workbook_that_check_reads_as_its_csv() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let checked = |name: &str| {
        let plan = path(name);
        let tried = ["allocate", "fixtures/demo", "--compare", "greedy,order", "--out", &plan, "--lang", "zh"];
        assert!(kaigong("2", &tried).status.success());
        let output = kaigong("2", &["check", "fixtures/demo", "--plan", &plan, "--format", "json"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    assert_eq!(checked("方案.csv"), checked("方案.xlsx"));
    // Beside its ledger, of a plan's workbook the grants are read and nothing else; without one there are no projects.
    let both = kaigong("2", &["check", "fixtures/demo/projects.csv", &path("方案.xlsx"), "--lang", "zh"]);
    assert!(both.status.success(), "{}", String::from_utf8_lossy(&both.stderr));
    let alone = kaigong("2", &["check", &path("方案.xlsx"), "--lang", "zh"]);
    assert!(alone.status.code() == Some(2) && String::from_utf8_lossy(&alone.stderr).contains("KG-L061"));
}

/// The longest briefs are told shorter, until a sheet holds them; when the project could start is told all the same.
#[test]
fn a_brief_of_many_blockers_is_short_and_says_when() {
    for (lang, sure) in [
        ("zh", ["17 个堵点", "最早开工 2027-08-17", "关键线路", "牵头 自然资源局"]),
        ("en", ["17 blockers", "arliest start 2027-08-17", "ritical path", "lead: natural resources"]),
    ] {
        let arguments = ["brief", "HZ-00061", "fixtures/city", "--lang", lang];
        let paper = unpacked(&written("2", "p.docx", &arguments), "word/document.xml");
        let page = String::from_utf8(written("2", "p.html", &arguments)).unwrap();
        let whole = String::from_utf8(kaigong("2", &arguments).stdout).unwrap();
        for text in [&paper, &page] {
            for words in sure {
                assert!(text.contains(words), "{lang}: {words}");
            }
            assert!(!text.contains("土地管理法"), "{lang}");
        }
        assert!(whole.contains("土地管理法"), "{lang}");
    }
}
