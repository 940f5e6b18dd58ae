//! Dry runs of allocations: their screens in both languages, what they write and what they leave alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const DAY: [&str; 2] = ["--as-of", "2026-11-20"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn printed(folder: &Path, threads: &str, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kaigong"))
        .args(arguments)
        .args(DAY)
        .current_dir(folder)
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn screen(arguments: &[&str]) -> String {
    printed(&root(), "2", arguments)
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(folder, "2", &[arguments, &["--format", "json"]].concat())).unwrap()
}

/// A screen in both languages, kept under a name.
fn keep(name: &str, arguments: &[&str]) {
    let told = |lang| screen(&[arguments, &["--lang", lang]].concat());
    let (zh, en) = std::thread::scope(|scope| {
        let (zh, en) = (scope.spawn(|| told("zh")), scope.spawn(|| told("en")));
        (zh.join().unwrap(), en.join().unwrap())
    });
    insta::assert_snapshot!(format!("{name}_zh"), zh);
    insta::assert_snapshot!(format!("{name}_en"), en);
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

/// A sample folder again, changed on the way.
fn copied(name: &str, change: impl Fn(&str, Vec<u8>) -> Vec<u8>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, bytes) in files(&root().join("fixtures").join(name)) {
        std::fs::write(folder.path().join(&file), change(&file, bytes)).unwrap();
    }
    folder
}

#[test]
fn the_demo_in_order_and_greedily() {
    keep("demo", &["allocate", "fixtures/demo", "--compare", "order,greedy"]);
    let demo = ["allocate", "fixtures/demo", "--compare", "order,greedy"];
    insta::assert_snapshot!("demo_json", screen(&[&demo[..], &["--format", "json"]].concat()));
    insta::assert_snapshot!("demo_csv_zh", screen(&[&demo[..], &["--format", "csv", "--lang", "zh"]].concat()));
    insta::assert_snapshot!("demo_csv_en", screen(&[&demo[..], &["--format", "csv", "--lang", "en"]].concat()));
}

#[test]
fn the_city_by_three_usual_ways() {
    keep("city", &["allocate", "fixtures/city"]);
}

#[test]
fn the_second_batch_of_the_city() {
    let batch = ["--scenario", "fixtures/city/scenario-2026-h2.yaml", "--why-not", "HZ-00835,HZ-00963"];
    keep("city_h2", &[&["allocate", "fixtures/city"], &batch[..]].concat());
}

#[test]
fn what_hangs_on_what_in_the_second_batch() {
    let batch = ["--scenario", "fixtures/city/scenario-2026-h2.yaml", "--sensitivity"];
    let after = |text: &str, head: &str| {
        let (_, rest) = text.split_once(head).unwrap();
        format!("{head}{rest}")
    };
    let told = |lang| screen(&[&["allocate", "fixtures/city"], &batch[..], &["--lang", lang]].concat());
    insta::assert_snapshot!("city_h2_sensitivity_zh", after(&told("zh"), "各指标池增减"));
    insta::assert_snapshot!("city_h2_sensitivity_en", after(&told("en"), "20% less or more"));
}

#[test]
fn each_county_of_the_city_by_itself() {
    let batch = ["--scenario", "fixtures/city/scenario-2026-h2.yaml", "--counties"];
    let after = |text: &str, head: &str| {
        let (_, rest) = text.split_once(head).unwrap();
        format!("{head}{rest}")
    };
    let told = |lang| screen(&[&["allocate", "fixtures/city"], &batch[..], &["--lang", lang]].concat());
    insta::assert_snapshot!("city_h2_counties_zh", after(&told("zh"), "各县(区)只用自有指标"));
    insta::assert_snapshot!("city_h2_counties_en", after(&told("en"), "each county alone on its own pools"));
}

#[test]
fn a_purchase_of_priced_pools_is_told_with_its_price() {
    let folder = tempfile::tempdir().unwrap();
    let told = |prices: &str, lang: &str| {
        let file = folder.path().join("priced.yaml").display().to_string();
        let supply = "supply: [{pool: land.quota, amount: 400 mu}, {pool: offset.area, county: 云浦县, amount: 40 mu}]";
        std::fs::write(&file, format!("{supply}\n{prices}\n")).unwrap();
        let asked = ["allocate", "fixtures/demo", "--scenario", &file, "--why-not", "P-011", "--lang", lang];
        let text = screen(&asked);
        let line = text.lines().find(|line| line.contains("最省的补法") || line.contains("cheapest with nobody"));
        line.unwrap_or_default().trim().to_owned()
    };
    let all = "prices: {land.quota: 8 wan, offset.area: 12.5 wan}";
    let part = "prices: {land.quota: 8 wan}";
    let told: Vec<String> =
        [all, part, ""].iter().flat_map(|prices| ["zh", "en"].map(|lang| told(prices, lang))).collect();
    insta::assert_snapshot!("demo_priced", told.join("\n"));
}

#[test]
fn pools_that_lapse_are_carried_over_and_are_the_province_s() {
    let pools = ["allocate", "fixtures/pools", "--rules", "fixtures/pools/rules"];
    keep("pools", &pools);
    let next = [&pools[..], &["--scenario", "fixtures/pools/scenario-2027.yaml"]].concat();
    keep("pools_2027", &next);
    let told = json(&root(), &next);
    insta::assert_snapshot!("pools_2027_json", format!("{:#}\n{:#}", told["pools"], told["ledger"]));
}

#[test]
fn a_grant_that_exceeds_its_pools_is_told_with_its_line() {
    let told = |lang: &str| {
        let arguments = ["allocate", "fixtures/pools", "--rules", "fixtures/pools/rules", "--lang", lang];
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_kaigong"))
            .args(arguments)
            .args(["--as-of", "2026-11-20"])
            .current_dir(root())
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(
        (told("zh").trim(), told("en").trim()),
        (
            "警告 KG-C027 fixtures/pools/grants.csv:5 amount：项目「L-05」已配的 acquisition.funds（临财拨〔2026〕3号）有 200 万元 超出指标池",
            "warning[KG-C027] fixtures/pools/grants.csv:5 amount: of acquisition.funds granted to `L-05` (临财拨〔2026〕3号), 200 wan exceed the pools",
        )
    );
}

#[test]
fn two_locks_that_cannot_both_hold_are_named() {
    keep("city_infeasible", &["allocate", "fixtures/city", "--scenario", "fixtures/city/scenario-infeasible.yaml"]);
}

#[test]
fn grants_proposed_are_tried_as_they_stand() {
    keep("city_grants", &["allocate", "fixtures/city", "--scenario", "fixtures/city/scenario-grants.yaml"]);
}

#[test]
fn a_plan_written_out_is_read_by_check_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.csv").display().to_string();
    screen(&["allocate", "fixtures/demo", "--compare", "greedy", "--out", &plan]);
    insta::assert_snapshot!("demo_plan", std::fs::read_to_string(&plan).unwrap());
    let blocks = |arguments: &[&str]| {
        let told = json(&root(), &[&["check", "fixtures/demo"], arguments].concat());
        told["requirements"]["land-quota"]["blocks"].as_u64().unwrap()
    };
    assert_eq!((blocks(&[]), blocks(&["--plan", &plan])), (8, 4));
    let held = |arguments: &[&str]| {
        let told = json(&root(), &[&["why", "P-007", "fixtures/demo"], arguments].concat());
        told["reasons"].to_string().contains("land-quota")
    };
    assert_eq!((held(&[]), held(&["--plan", &plan])), (true, false));
    let screens = ["zh", "en"].map(|lang| screen(&["check", "fixtures/demo", "--plan", &plan, "--lang", lang]));
    insta::assert_snapshot!("demo_check_under_plan", screens.join("\n").replace(&plan, "PLAN"));
}

#[test]
fn threads_do_not_change_a_byte() {
    for arguments in [
        &["allocate", "fixtures/city", "--compare", "greedy,optimal", "--format", "json"][..],
        &["allocate", "fixtures/city", "--compare", "pro-rata", "--format", "csv"],
        &["allocate", "fixtures/demo", "--compare", "order,greedy,optimal", "--next", "--why-not", "P-011"],
    ] {
        assert!(printed(&root(), "1", arguments) == printed(&root(), "2", arguments), "{arguments:?}");
    }
}

#[test]
fn the_order_of_rows_does_not_change_who_is_released() {
    let backwards = |file: &str, bytes: Vec<u8>| {
        if file != "projects.csv" {
            return bytes;
        }
        let text = String::from_utf8(bytes).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        lines.join("\n").into_bytes()
    };
    for (name, plans) in [("demo", "greedy"), ("demo", "optimal"), ("city", "greedy"), ("city", "optimal")] {
        let (straight, reversed) = (copied(name, |_, bytes| bytes), copied(name, backwards));
        let told = |folder: &Path| {
            let mut one = json(folder, &["allocate", ".", "--compare", plans]);
            ["released", "grants", "left_out", "pools", "objective"].map(|key| one[key].take())
        };
        assert!(told(straight.path()) == told(reversed.path()), "{name} {plans}");
    }
}

#[test]
fn nothing_is_written_beside_what_was_asked_for() {
    let folder = copied("demo", |_, bytes| bytes);
    let before = files(folder.path());
    let place = folder.path();
    printed(place, "2", &["allocate", ".", "--compare", "order,greedy,optimal", "--next", "--why-not", "P-011"]);
    printed(place, "2", &["allocate", ".", "--format", "json"]);
    printed(place, "2", &["allocate", ".", "--format", "csv"]);
    assert!(files(place) == before);
    let plan = tempfile::tempdir().unwrap();
    let path = plan.path().join("plan.csv").display().to_string();
    printed(place, "2", &["allocate", ".", "--compare", "greedy", "--out", &path]);
    printed(place, "2", &["check", ".", "--plan", &path]);
    assert!(files(place) == before);
    assert_eq!(files(plan.path()).keys().collect::<Vec<_>>(), ["plan.csv"]);
}

#[test]
fn the_command_line_locks_in_and_names_the_goal() {
    let told = |extra: &[&str]| {
        let all = [&["allocate", "fixtures/demo", "--pool", "2026", "--compare", "optimal"], extra].concat();
        json(&root(), &all)
    };
    let count = told(&["--objective", "count", "--must", "P-014"]);
    assert_eq!((count["status"].as_str(), count["objective"].as_array().unwrap().len()), (Some("optimal"), 1));
    assert!(count["released"].as_array().unwrap().iter().any(|id| id == "P-014"));
    // P-003 waits for its agreements: no quota releases it.
    assert_eq!(told(&["--must", "P-003"])["status"], "infeasible");
}

/// In English a sector is called as on every other screen; counties are names, and stand as written.
#[test]
fn sectors_are_told_in_the_language_of_the_screen() {
    let (zh, en) = (["保障性安居", "公共服务"], ["social housing", "public service"]);
    for (lang, told, other) in [("zh", zh, en), ("en", en, zh)] {
        let arguments = ["allocate", "fixtures/city", "--lang", lang];
        for text in [screen(&arguments), screen(&[&arguments[..], &["--format", "csv"]].concat())] {
            for (word, foreign) in told.into_iter().zip(other) {
                assert!(text.contains(word) && !text.contains(foreign), "{lang}: {word}");
            }
            assert!(text.contains("大亚湾"));
        }
    }
}
