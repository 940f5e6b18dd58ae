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

/// The rows of a table by the column that holds their id.
fn table(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(bytes).deserialize().map(|row| row.unwrap()).collect()
}

/// Thousandths of what a cell or an amount with its unit says; a blank is nothing.
fn thousandths(text: &str) -> i128 {
    let number = text.split(' ').next().unwrap();
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let of = |digits: &str| if digits.is_empty() { 0 } else { digits.parse::<i128>().unwrap() };
    of(whole) * 1000 + of(&format!("{part:0<3}")[..3])
}

/// What a plan releases and leaves idle, counted from the cells of the ledger and from what `check` says of it with the
/// plan and without: a project is released if none of its blockers is left, and one of the ways to quota is paid for.
fn recounted(folder: &str, scenario: &Value) -> (Vec<String>, i128, i128) {
    let place = tempfile::tempdir().unwrap();
    let plan = place.path().join("plan.csv").display().to_string();
    let grants = scenario["grants"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let lines = grants.iter().map(|grant| ["project", "pool", "amount"].map(|key| text(&grant[key])).join(","));
    let lines: Vec<String> = lines.collect();
    std::fs::write(&plan, format!("project,pool,amount\n{}\n", lines.join("\n"))).unwrap();
    let blockers = |arguments: &[&str]| -> BTreeMap<String, Vec<(String, bool)>> {
        let told = json(&root(), &[&["check", folder, "--all"], arguments].concat());
        let projects = told["projects"].as_array().unwrap().clone();
        let of = |project: &Value| {
            let each = project["blockers"].as_array().unwrap().iter();
            let told = each.map(|one| {
                let route = one["group"]["id"].as_str().is_some_and(|id| id.starts_with("quota-route"));
                (text(&one["requirement"]), route)
            });
            (text(&project["id"]), told.collect())
        };
        projects.iter().map(of).collect()
    };
    let (before, under) = (blockers(&[]), blockers(&["--plan", &plan]));
    let rows = table(&std::fs::read(root().join(folder).join("projects.csv")).unwrap());
    let mut given: BTreeMap<String, i128> = BTreeMap::new();
    let (mut used, mut idle) = (0, 0);
    let mut pools: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for grant in grants {
        let (id, pool) = (text(&grant["project"]), text(&grant["pool"]));
        if pool == "land.quota" {
            used += thousandths(grant["amount"].as_str().unwrap());
        }
        if pool == "land.quota" || pool == "linkage.quota" {
            *given.entry(id.clone()).or_default() += thousandths(grant["amount"].as_str().unwrap());
        }
        pools.entry(id).or_default().push(pool);
    }
    let mut released = Vec::new();
    for id in pools.keys() {
        let row = rows.iter().find(|row| row["项目编号"] == *id).unwrap();
        let cell = |name: &str| row.get(name).map_or("", String::as_str);
        let scheme = cell("三旧改造方案批复文号");
        let old = if scheme.starts_with("20") || scheme.contains('〔') {
            cell("完善历史用地手续面积(亩)")
        } else {
            ""
        };
        let needs = ["其中农用地(亩)", "其中未利用地(亩)"].map(|name| thousandths(cell(name))).iter().sum::<i128>();
        let needs = needs - thousandths(cell("使用存量用地面积(亩)")) - thousandths(old);
        let former = &before[id];
        // Where the annual quota only waits for something else, that way holds no blocker of today.
        let waits = !former.iter().any(|(step, _)| step == "land-quota");
        let paid = waits || given.get(id).copied().unwrap_or(0) >= needs;
        let left = former.iter().any(
            |(step, route)| {
                if *route { !paid } else { under[id].iter().any(|(now, _)| now == step) }
            },
        );
        assert!(!former.is_empty(), "{id} was not blocked");
        if !left {
            released.push(id.clone());
        }
    }
    for grant in grants.iter().filter(|grant| grant["pool"] == "land.quota") {
        if !released.iter().any(|id| grant["project"] == **id) {
            idle += thousandths(grant["amount"].as_str().unwrap());
        }
    }
    (released, used, idle)
}

/// What is split in the order of the ledger lies idle in part; what goes to those it makes ready starts more with less.
/// Nothing of it is written in: both plans are recounted, and the screen says the difference.
#[test]
fn ready_first_starts_more_with_less_than_the_order_of_the_ledger() {
    for folder in ["fixtures/demo", "fixtures/city"] {
        let run = json(&root(), &["allocate", folder]);
        let rows = table(&std::fs::read(root().join(folder).join("projects.csv")).unwrap());
        let invested = |ids: &[String]| -> i128 {
            let of = rows.iter().filter(|row| ids.contains(&row["项目编号"]));
            of.map(|row| thousandths(&row["总投资(万元)"])).sum()
        };
        let counted: Vec<(Vec<String>, i128, i128)> =
            run["scenarios"].as_array().unwrap().iter().map(|scenario| recounted(folder, scenario)).collect();
        for (scenario, (released, used, idle)) in run["scenarios"].as_array().unwrap().iter().zip(&counted) {
            let name = format!("{folder} {}", scenario["scenario"]);
            // Those released without a grant lack nothing of the pools: none here.
            assert_eq!(scenario["released"], serde_json::json!(released), "{name}");
            let all = &scenario["consequences"]["all"];
            let told = all["idle"].as_array().unwrap().iter().find(|one| one["pool"] == "land.quota");
            assert_eq!(told.map_or(0, |one| thousandths(one["amount"].as_str().unwrap())), *idle, "{name}");
            assert_eq!(thousandths(all["investment_released"].as_str().unwrap()), invested(released), "{name}");
            assert!(idle <= used, "{name}");
        }
        let [order, greedy, optimal] = &counted[..] else { panic!("{folder}: {} scenarios", counted.len()) };
        assert!(order.2 * 2 > order.1, "{folder}: of {} used, {} idle", order.1, order.2);
        assert_eq!((greedy.2, optimal.2), (0, 0), "{folder}");
        assert!(greedy.0.len() > order.0.len() && greedy.1 < order.1, "{folder}");
        assert!(invested(&optimal.0) >= invested(&greedy.0) && invested(&greedy.0) > invested(&order.0), "{folder}");
        let plain = |value: i128| {
            let text = format!("{}.{:03}", value / 1000, value % 1000);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        for (sign, plan) in [("乙", greedy), ("丙", optimal)] {
            let more = plan.0.len() - order.0.len();
            let less = plain(order.1 - plan.1);
            let told =
                format!("{sign}方案比甲方案少用新增建设用地计划指标 {less} 亩而多 {more} 个项目堵点清零，多带动投资 ");
            let text = screen(&["allocate", folder, "--lang", "zh"]);
            assert!(text.contains(&told), "{told}\n{text}");
        }
        let text = screen(&["allocate", folder, "--lang", "en"]);
        assert!(text.contains("; what is left can wait for ") && text.contains("B releases "), "{text}");
    }
}

/// A generator of orders: the same every time.
struct Shuffle(u64);

impl Shuffle {
    fn rows(&mut self, text: &str) -> String {
        let mut lines: Vec<&str> = text.lines().collect();
        for at in (2..lines.len()).rev() {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            lines.swap(at, 1 + (self.0 >> 33) as usize % at);
        }
        lines.join("\n") + "\n"
    }
}

/// Leaves out where lines stand, and puts what is told line by line in an order of its own.
fn whatever_the_lines(mut told: Value) -> Value {
    fn without_places(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.remove("place");
                fields.values_mut().for_each(without_places);
            }
            Value::Array(items) => items.iter_mut().for_each(without_places),
            _ => {}
        }
    }
    without_places(&mut told);
    for scenario in told["scenarios"].as_array_mut().unwrap() {
        for key in ["ledger", "pools"] {
            scenario[key].as_array_mut().unwrap().sort_by_key(ToString::to_string);
        }
    }
    told
}

#[test]
fn twenty_shuffles_of_projects_pools_and_grants_give_the_same_bytes_on_one_thread_and_two() {
    let rules = root().join("fixtures/pools/rules").display().to_string();
    for (name, rules) in [("demo", None), ("pools", Some(&rules)), ("city", None)] {
        let place = tempfile::tempdir().unwrap();
        let folder = root().join("fixtures").join(name);
        let told = |shuffled: &mut dyn FnMut(&str) -> String, threads: &str| {
            for file in ["projects.csv", "pools.csv", "grants.csv", "documents.csv", "portfolio.yaml"] {
                let Ok(text) = std::fs::read_to_string(folder.join(file)) else { continue };
                let text = if file == "portfolio.yaml" { text } else { shuffled(&text) };
                std::fs::write(place.path().join(file), text).unwrap();
            }
            let rules = rules.map(|rules| vec!["--rules", rules]).unwrap_or_default();
            let plans = ["allocate", ".", "--compare", "pro-rata,greedy,optimal"];
            let run =
                |format: &str| printed(place.path(), threads, &[&plans[..], &rules, &["--format", format]].concat());
            let all: Value = serde_json::from_str(&run("json")).unwrap();
            (whatever_the_lines(all).to_string(), run("csv"))
        };
        let straight = told(&mut |text| text.to_owned(), "1");
        let mut shuffle = Shuffle(2018);
        for turn in 0..20 {
            let shuffled = told(&mut |text| shuffle.rows(text), if turn % 2 == 0 { "1" } else { "2" });
            assert!(straight == shuffled, "{name}, turn {turn}");
        }
    }
}

/// What a command that is refused says, in both languages.
fn refused(arguments: &[&str]) -> [String; 2] {
    ["zh", "en"].map(|lang| {
        let all = [arguments, &["--lang", lang], &DAY].concat();
        let output = Command::new(env!("CARGO_BIN_EXE_kaigong")).args(all).current_dir(root()).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    })
}

/// Names that rules and ledger do not have are told all at once, the goal among them, each at its place and with a mend.
#[test]
fn every_unknown_name_of_a_scenario_is_told_with_its_place_and_a_mend() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("names.yaml").display().to_string();
    let text = "goal: strat\nsupply:\n  - {pool: land.quota, county: 火星, amount: 80 mu}\ncandidates: land.agri >= 1 wan\n\
                locks: [{project: HZ-00001, in: true}]\nfloors: [{by: contry, of: project.total_investment, share: 60%}]\n\
                objective: [{maximise: project.name}]\n";
    std::fs::write(&file, text).unwrap();
    let told = refused(&["allocate", "fixtures/city", "--scenario", &file]);
    let places = ["1:7", "3:32", "4:13", "5:19", "6:15", "7:24"];
    let mends = [
        [
            "是否想写「start」？",
            "可写 仲恺、博罗",
            "kaigong facts",
            "kaigong why HZ-00001",
            "是否想写「county」？",
            "kaigong facts",
        ],
        [
            "did you mean `start`?",
            "write 仲恺, 博罗",
            "`kaigong facts`",
            "`kaigong why HZ-00001`",
            "did you mean `county`?",
            "`kaigong facts`",
        ],
    ];
    for ((text, lang), mends) in told.iter().zip(["zh", "en"]).zip(mends) {
        let mut rest = text.as_str();
        for (place, mend) in places.into_iter().zip(mends) {
            let (_, after) =
                rest.split_once(&format!("{file}:{place}\n")).unwrap_or_else(|| panic!("{lang} {place}: {text}"));
            let snippet: String = after.lines().take(4).collect::<Vec<_>>().join("\n");
            assert!(snippet.contains(mend), "{lang} {place}: {snippet}");
            rest = after;
        }
        assert!(text.trim_end().ends_with(if lang == "zh" { "6 处错误" } else { "6 faults" }), "{text}");
    }
}

/// A plan is called what the user called it, whatever it is read as.
#[test]
fn every_fault_of_a_plan_stands_in_the_file_that_was_named() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("方案.csv").display().to_string();
    let rows = "P-099,land.quota,320 mu\nP-007,land.qota,180 mu\nP-011,land.quota,much\nP-011,offset.area,4 kg\nP-014,land.quota,-2 mu\n";
    std::fs::write(&plan, format!("project,pool,amount\n{rows}")).unwrap();
    for text in refused(&["check", "fixtures/demo", "--plan", &plan]) {
        for line in 2..=6 {
            assert!(text.contains(&format!("{plan}:{line} ")), "{line}: {text}");
        }
        assert!(!text.contains("grants.csv"), "{text}");
    }
}

/// Goals, what they count and floors are told in the words of the rules, not as they are written.
#[test]
fn expressions_of_a_scenario_are_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let told = |rest: &str, lang: &str| {
        let file = folder.path().join("words.yaml").display().to_string();
        std::fs::write(&file, format!("supply: [{{pool: land.quota, amount: 300 mu}}]\n{rest}\n")).unwrap();
        screen(&["allocate", "fixtures/city", "--scenario", &file, "--lang", lang])
    };
    let goal = "objective: [{maximise: project.annual_plan, where: project.sector == industry}]";
    assert!(told(goal, "zh").contains("\n年度计划投资（「项目分类」为 产业工程） "));
    assert!(told(goal, "en").contains("\nplan of the year (list section is industry) CNY "));
    let floor = "floors: [{by: project.key_level, of: project.total_investment, share: 40%}]\n\
                 candidates: project.key_level == province";
    assert!(told(floor, "zh").contains("\n  保底 「项目级别(国家/省/市/县重点)」为 省重点\n"), "{}", told(floor, "zh"));
    assert!(told(floor, "en").contains("\n  the floor of key-project level province\n"), "{}", told(floor, "en"));
}

/// What a planner's own split gives beyond the need, and what holds up all that lies idle, shortage of another pool too.
#[test]
fn a_split_of_ones_own_is_judged_to_the_mu() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.yaml").display().to_string();
    let text = "supply: [{pool: land.quota, amount: 1200 mu}]\nplan: grants\ngrants:\n  \
                - {project: P-003, pool: land.quota, amount: 500 mu}\n  - {project: P-011, pool: land.quota, amount: 460 mu}\n  \
                - {project: P-014, pool: land.quota, amount: 100 mu}\n  - {project: P-007, pool: land.quota, amount: 180 mu}\n";
    std::fs::write(&file, text).unwrap();
    let told = |lang: &str| screen(&["allocate", "fixtures/demo", "--scenario", &file, "--lang", lang]);
    let (zh, en) = (told("zh"), told("en"));
    for line in [
        "P-003  城北快速路           320   500  补偿协议未完成，配了也不能开工；多配 180 亩",
        "P-007 拟配新增建设用地计划指标 180 亩，超出可用指标，未配",
        "闲置的指标卡在：补偿协议 500 亩（1 个）、补充耕地数量指标不足 460 亩（1 个）、新增建设用地计划指标不足 100 亩（1 个）",
    ] {
        assert!(zh.contains(line), "{line}\n{zh}");
    }
    for line in [
        "agreements not done; quota alone does not release it; 180 mu more than it needs",
        "P-007: annual land quota 180 mu exceeds what there is; not given",
        "idle quota waits for: agreements 500 mu (1), too little offset area 460 mu (1), too little annual land quota 100 mu (1)",
    ] {
        assert!(en.contains(line), "{line}\n{en}");
    }
    let idle =
        json(&root(), &["allocate", "fixtures/demo", "--scenario", &file])["consequences"]["idle_otherwise"].take();
    let short = |of: &str, amount: &str| serde_json::json!({"pool": "land.quota", "why": "short", "of": of, "amount": amount, "projects": 1});
    assert_eq!(idle, serde_json::json!([short("offset.area", "460 mu"), short("land.quota", "100 mu")]));
}
