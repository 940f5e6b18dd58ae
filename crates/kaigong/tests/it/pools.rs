//! Pools of a ledger: what lapses, what is carried over, whose they are, money among them. `fixtures/pools` by hand.

use std::path::Path;

use kaigong::io::{Input, PlanKind, ReadOptions, read_scenario};
use kaigong::model::{Date, Dimension, Lang, Level, Unit, format_exact, parse_quantity};
use kaigong::packs::Pack;
use kaigong::report::{DryRun, PoolLine, Trial};
use kaigong::{CheckOptions, Ledger, allocate, check, load_rules, read_ledger, scenario_of_pools};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/pools")
}

fn pack() -> Pack {
    load_rules(folder().join("rules").to_str().unwrap()).unwrap().pack
}

/// The folder, with some of its files changed.
fn ledger(pack: &Pack, change: impl Fn(&str, String) -> String) -> Ledger {
    let read = |name: &&str| {
        let text = std::fs::read_to_string(folder().join(name)).unwrap();
        Input { name: (*name).to_owned(), bytes: change(name, text).into_bytes() }
    };
    let inputs: Vec<Input> = ["projects.csv", "pools.csv", "grants.csv"].iter().map(read).collect();
    read_ledger(pack, &inputs, &ReadOptions::default()).unwrap_or_else(|refused| panic!("{:?}", refused.diagnostics))
}

fn as_it_is(pack: &Pack) -> Ledger {
    ledger(pack, |_, text| text)
}

/// Without the project that may mix quota and indicators.
fn without_mix(name: &str, text: String) -> String {
    if name == "projects.csv" {
        text.split_inclusive('\n').filter(|line| !line.starts_with("L-06")).collect()
    } else {
        text
    }
}

fn on(day: &str) -> CheckOptions {
    CheckOptions::on(Date::parse(day).unwrap())
}

/// The dry run on the ledger's own pools of a period, and what was said of its grants.
fn tried<'a>(
    pack: &'a Pack,
    ledger: &'a Ledger,
    day: &str,
    period: Option<&str>,
    kind: PlanKind,
) -> (DryRun<'a>, Vec<String>) {
    let (scenario, warnings) = scenario_of_pools(ledger, pack, &on(day), period, kind).unwrap();
    let run = allocate(pack, ledger, &on(day), &[scenario], &mut |_, _, _, _| {}).unwrap();
    (run, warnings.iter().map(|warning| warning.one_line(Lang::En)).collect())
}

/// A scenario of a text, tried.
fn put<'a>(pack: &'a Pack, ledger: &'a Ledger, day: &str, text: &str) -> Result<DryRun<'a>, Vec<String>> {
    let input = Input { name: "scenario.yaml".to_owned(), bytes: text.as_bytes().to_vec() };
    let words = |faults: Vec<kaigong::model::Diagnostic>| -> Vec<String> {
        faults.iter().flat_map(|fault| [Lang::Zh, Lang::En].map(|lang| fault.one_line(lang))).collect()
    };
    let scenario = read_scenario(&pack.schema, &input).map_err(words)?;
    allocate(pack, ledger, &on(day), &[scenario], &mut |_, _, _, _| {}).map_err(|refused| words(refused.diagnostics))
}

/// Line, there was, granted, lapsed, carried, left; in the units of the pack.
fn book(pack: &Pack, trial: &Trial) -> Vec<String> {
    let line = |line: &PoolLine| {
        let sum = [line.granted, line.lapsed, line.carried, line.left].iter().sum::<i64>();
        assert_eq!(line.amount, sum, "{line:?}");
        let unit = pack.schema.pools[line.pool].unit;
        let of = |atoms: i64| format_exact(atoms.into(), unit);
        let at = line.place.short();
        let at = at.trim_start_matches("pools.csv:").trim_end_matches(" amount");
        let told = [line.amount, line.granted, line.lapsed, line.carried, line.left].map(of);
        format!("{at}: {}", told.join(" "))
    };
    trial.lines.iter().map(line).collect()
}

/// What a project is given: whose pool, atoms of the pack's unit.
fn given(pack: &Pack, trial: &Trial, id: &str) -> Vec<String> {
    let plan = trial.plan().unwrap();
    let entries = plan.ledger.iter().filter(|entry| trial.problem.candidates[entry.candidate].id == id);
    entries
        .map(|entry| {
            let unit = pack.schema.pools[trial.pool_of[trial.problem.pools[entry.pool].kind]].unit;
            format!("{} {}", trial.supplies[entry.pool].level.name(), format_exact(entry.amount.into(), unit))
        })
        .collect()
}

fn released(trial: &Trial) -> Vec<&str> {
    let plan = trial.plan().unwrap();
    let chosen = plan.chosen.iter().zip(&trial.problem.candidates).filter(|(source, _)| source.is_some());
    chosen.map(|(_, candidate)| candidate.id.as_str()).collect()
}

#[test]
fn the_books_of_the_folder_are_as_counted_by_hand() {
    let pack = pack();
    let ledger = as_it_is(&pack);
    let (run, warnings) = tried(&pack, &ledger, "2026-09-15", None, PlanKind::Optimal);
    // Of the 60 mu that 2025 left 18 went on, and served Q-02 first; of the 120 mu of 2026, 88 lapsed in June, so
    // that Q-03, granted in August, came out of the city's.
    assert_eq!(
        book(&pack, &run.trials[0]),
        [
            "2: 100 58 42 0 0",
            "3: 120 32 88 0 0",
            "4: 90 0 0 0 90",
            "5: 30 30 0 0 0",
            "6: 60 0 0 0 60",
            "7: 700 0 0 0 700",
            "8: 600 600 0 0 0",
            "9: 50 0 0 0 50",
            "10: 40 0 0 0 40",
        ]
    );
    assert_eq!(
        warnings,
        [
            "grants.csv:5 amount: KG-C027: of acquisition.funds granted to `L-05` (临财拨〔2026〕3号), 200 wan exceed the pools"
        ]
    );
}

#[test]
fn the_last_day_still_counts_and_the_day_after_does_not() {
    let pack = pack();
    let ledger = as_it_is(&pack);
    let left = |day: &str| book(&pack, &tried(&pack, &ledger, day, None, PlanKind::Order).0.trials[0])[1].clone();
    assert_eq!(left("2026-06-30"), "3: 120 32 0 0 88");
    assert_eq!(left("2026-07-01"), "3: 120 32 88 0 0");
    // Before the grant of March nothing of it is taken.
    assert_eq!(left("2026-03-04"), "3: 120 0 0 0 120");
}

#[test]
fn what_is_carried_goes_one_period_on_and_no_further() {
    let pack = pack();
    let ledger = ledger(&pack, |name, text| match name {
        "grants.csv" => text.split_inclusive('\n').take(2).collect(),
        "pools.csv" => format!("{text}land.quota,青溪县,,2027,10 亩,,,\n"),
        _ => text,
    });
    let told =
        |day: &str, period: &str| book(&pack, &tried(&pack, &ledger, day, Some(period), PlanKind::Order).0.trials[0]);
    assert_eq!(told("2025-12-31", "2025"), ["2: 100 40 0 0 60", "10: 40 0 0 0 40"]);
    // Seen from the next year, 30 % of the 60 mu left go on; from the year after, nothing is there any more.
    assert_eq!(told("2026-02-01", "2026")[0], "2: 100 40 42 18 0");
    let later = told("2027-02-01", "2027");
    assert_eq!(later[0], "2: 100 40 60 0 0");
    assert_eq!(later[2], "4: 90 0 72 18 0");
    assert_eq!(later[3], "5: 30 0 30 0 0");
    // The year before is planned while it still runs: what it has left then goes on.
    assert_eq!(told("2025-11-01", "2026")[0], "2: 100 40 42 18 0");
}

#[test]
fn what_outlasts_its_period_is_there_in_the_next() {
    let pack = pack();
    let ledger = ledger(&pack, |name, text| match name {
        "pools.csv" => text.replace("示自然资指〔2025〕4号,,30%", "示自然资指〔2025〕4号,2026-03-31,"),
        _ => text,
    });
    let told =
        |day: &str| book(&pack, &tried(&pack, &ledger, day, Some("2026"), PlanKind::Order).0.trials[0])[0].clone();
    assert_eq!(told("2026-03-01"), "2: 100 40 0 0 60");
    // What lapses first is taken first: the grant of 5 March came out of it.
    assert_eq!(told("2026-03-31"), "2: 100 90 0 0 10");
    assert_eq!(told("2026-04-01"), "2: 100 90 10 0 0");
}

#[test]
fn the_county_serves_before_the_city_and_the_city_before_the_province() {
    let pack = pack();
    let ledger = ledger(&pack, without_mix);
    for kind in [PlanKind::Order, PlanKind::Greedy, PlanKind::ProRata, PlanKind::Optimal] {
        // On 1 August the city's 30 mu are still there; L-01 needs 130.
        let (run, _) = tried(&pack, &ledger, "2026-08-01", None, kind);
        let trial = &run.trials[0];
        if released(trial).contains(&"L-01") && kind != PlanKind::ProRata {
            assert_eq!(given(&pack, trial, "L-01"), ["county 90", "city 30", "province 10"], "{kind:?}");
        }
    }
    let (run, _) = tried(&pack, &ledger, "2026-08-01", None, PlanKind::Optimal);
    assert!(released(&run.trials[0]).contains(&"L-01"));
    // Without the province's it cannot be served.
    let without = ledger_without_province(&pack);
    let (run, _) = tried(&pack, &without, "2026-08-01", None, PlanKind::Optimal);
    assert!(!released(&run.trials[0]).contains(&"L-01"));
}

fn ledger_without_province(pack: &Pack) -> Ledger {
    ledger(pack, |name, text| match name {
        "projects.csv" => without_mix(name, text),
        "pools.csv" => text.split_inclusive('\n').filter(|line| !line.contains(",省,")).collect(),
        _ => text,
    })
}

#[test]
fn scenarios_have_pools_of_the_province_too() {
    let pack = pack();
    let ledger = ledger(&pack, without_mix);
    let text = "period: 2026\nplan: greedy\nsupply:\n  - {pool: land.quota, scope: province, amount: 100 mu, draw: {at_most: 25 mu}}\n  \
                - {pool: land.quota, amount: 20 mu}\n  - {pool: land.quota, county: 临江区, amount: 90 mu}\n";
    let run = put(&pack, &ledger, "2026-09-15", text).unwrap();
    let trial = &run.trials[0];
    // The nearest first, whatever the order in which they are written.
    assert_eq!(
        trial.supplies.iter().map(|note| note.level).collect::<Vec<_>>(),
        [Level::County, Level::City, Level::Province]
    );
    assert_eq!(given(&pack, trial, "L-01"), ["county 90", "city 20", "province 20"]);
    // What a county draws of it is capped: nothing of 60 mu is covered for 青溪县 by 25.
    assert!(given(&pack, trial, "Q-04").is_empty());
    // A cap on what counties draw of the city's does not send them to the province first.
    let capped =
        text.replace(", draw: {at_most: 25 mu}", "").replace("amount: 20 mu", "amount: 30 mu, draw: {at_most: 20 mu}");
    let run = put(&pack, &ledger, "2026-09-15", &capped).unwrap();
    assert_eq!(given(&pack, &run.trials[0], "L-01"), ["county 90", "city 20", "province 20"]);
    assert_eq!(given(&pack, &run.trials[0], "Q-04"), ["city 10", "province 50"]);
}

#[test]
fn a_supply_that_lapsed_is_told_and_not_shared_out() {
    let pack = pack();
    let ledger = as_it_is(&pack);
    let text = "period: 2026\nplan: greedy\nsupply:\n  - {pool: land.quota, county: 临江区, amount: 200 mu, hold_back: 5%, expires_on: 2026-08-31, document: 示〔2026〕9号}\n  \
                - {pool: land.quota, county: 青溪县, amount: 100 mu, carry: 12.5%}\n";
    let run = put(&pack, &ledger, "2026-08-31", text).unwrap();
    assert!(released(&run.trials[0]).contains(&"L-01"));
    let run = put(&pack, &ledger, "2026-09-01", text).unwrap();
    let trial = &run.trials[0];
    assert_eq!(released(trial), ["Q-04"]);
    assert_eq!((trial.problem.pools[0].amount, trial.problem.pools[0].hold_back), (0, 0));
    let screen = kaigong::report::allocation_screen(&run, "pools", Lang::En);
    for line in [
        "临江区 annual land quota: 200 mu lapsed after 2026-08-31 and are not shared out (scenario.yaml:4, 示〔2026〕9号)",
        "青溪县 annual land quota: of 40 mu left, 5 mu goes on to the next period, 35 mu lapses (scenario.yaml:5)",
    ] {
        assert!(screen.contains(line), "{screen}");
    }
    // Planned ahead, a supply is looked at on the first day of its period.
    let ahead = text.replace("period: 2026", "period: 2026-q3");
    let run = put(&pack, &ledger, "2026-05-10", &ahead).unwrap();
    assert!(released(&run.trials[0]).contains(&"L-01"));
}

#[test]
fn a_share_given_twice_and_otherwise_is_refused() {
    let pack = pack();
    let ledger = as_it_is(&pack);
    let text = "period: 2026\nplan: greedy\nsupply:\n  - {pool: land.quota, county: 临江区, amount: 100 mu}\ncarry: {land.quota: 20%}\n";
    let faults = put(&pack, &ledger, "2026-02-01", text).unwrap_err();
    assert_eq!(
        faults,
        [
            "scenario.yaml:5:21: KG-C028: land.quota 的结转比例写了两次：这里 20%，pools.csv:2 amount 写的是 30% (两处写成一样，或只留一处)",
            "scenario.yaml:5:21: KG-C028: what is carried of land.quota is given twice: 20% here, 30% at pools.csv:2 amount (write the same share in both, or leave one out)",
        ]
    );
    // The same share is no contradiction; and only what a scenario asks for is carried into it.
    let same = put(&pack, &ledger, "2026-02-01", &text.replace("20%", "30%")).unwrap();
    let carried = |run: &DryRun<'_>| -> Vec<(Option<String>, i64)> {
        let trial = &run.trials[0];
        let with = trial.supplies.iter().zip(&trial.problem.pools);
        with.filter(|(note, _)| note.carried_from.is_some())
            .map(|(note, pool)| (note.carried_from.clone(), pool.amount))
            .collect()
    };
    assert_eq!(carried(&same), [(Some("2025".to_owned()), 18_000_000)]);
    let none = put(&pack, &ledger, "2026-02-01", text.split("carry").next().unwrap()).unwrap();
    assert_eq!(carried(&none), []);
}

#[test]
fn grants_are_never_lost_between_the_lines() {
    // Whatever the grants: what lines gave and what exceeds them are all that was granted.
    let pack = pack();
    let days = ["2025-02-01", "2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01", "2026-09-15", "2026-09-16"];
    for turn in 0..40usize {
        let rows = (0..12).map(|at| {
            let project = ["Q-01", "Q-04", "L-01", "L-05"][(turn * 7 + at * 5) % 4];
            let day = days[(turn + at * 3) % days.len()];
            format!("{project},land.quota,{} 亩,{day},\n", (turn * 13 + at * 29) % 90)
        });
        let text = format!("project,pool,amount,granted_on,document\n{}", rows.collect::<String>());
        let ledger = ledger(&pack, |name, old| if name == "grants.csv" { text.clone() } else { old });
        let (run, _) = tried(&pack, &ledger, "2026-09-15", None, PlanKind::Order);
        let (_, warnings) = scenario_of_pools(&ledger, &pack, &on("2026-09-15"), None, PlanKind::Order).unwrap();
        let given: i64 = run.trials[0]
            .lines
            .iter()
            .filter(|line| pack.pools[line.pool].id == "land.quota")
            .map(|line| line.granted)
            .sum();
        let exceeding = |words: String| -> i64 {
            let (before, _) = words.rsplit_once(" mu exceed").unwrap();
            parse_quantity(before.rsplit(' ').next().unwrap(), Dimension::Area, Unit::parse("mu")).unwrap()
        };
        let over: i64 = warnings.iter().map(|warning| exceeding(warning.one_line(Lang::En))).sum();
        let until = Date::parse("2026-09-15").unwrap();
        let counted = ledger.grants.iter().filter(|line| line.grant.granted_on.is_some_and(|day| day <= until));
        assert_eq!(given + over, counted.map(|line| line.grant.amount).sum::<i64>(), "{text}");
        book(&pack, &run.trials[0]);
    }
}

#[test]
fn funds_in_place_need_nothing_and_an_unknown_sum_stays_unknown() {
    let pack = pack();
    let ledger = as_it_is(&pack);
    let (run, _) = tried(&pack, &ledger, "2026-09-15", None, PlanKind::Optimal);
    let trial = &run.trials[0];
    let funds = pack.pools.iter().position(|pool| pool.id == "acquisition.funds").unwrap();
    let asked: Vec<(String, i128)> = run
        .claims
        .iter()
        .map(|claim| (ledger.portfolio.ids[claim.row as usize].to_string(), claim.asked(funds)))
        .collect();
    let of = |id: &str| asked.iter().find(|(known, _)| known == id).map(|(_, atoms)| *atoms);
    let wan = |wan: i128| Some(wan * 1_000_000);
    // Q-05 has 300 of 1,100; L-02 nothing of 500; Q-04 all of it; what L-03 has nobody wrote down.
    assert_eq!((of("Q-05"), of("L-02"), of("Q-04"), of("L-03")), (wan(800), wan(500), wan(0), None));
    assert!(!trial.problem.candidates.iter().any(|candidate| candidate.id == "L-03"));
    // A pool that is not there supplies nothing: the step stays a blocker, and what it lacks is told.
    let assessment = check(&pack, &ledger, &on("2026-09-15"), None).unwrap();
    let kinds: Vec<_> = assessment
        .results
        .projects
        .iter()
        .filter(|project| ["Q-05", "L-03"].contains(&&ledger.portfolio.ids[project.row as usize]))
        .map(|project| {
            project
                .blockers
                .iter()
                .map(|blocker| (&*pack[blocker.requirement].id, blocker.kind.name()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(kinds, [[("req-deposit", "resource")], [("req-deposit", "action")]]);
    // Enough money, and the project is released; the evaluator agrees once it is granted.
    let text = "period: 2026\nplan: optimal\nsupply: [{pool: acquisition.funds, amount: 800 wan}]\n";
    let run = put(&pack, &ledger, "2026-09-15", text).unwrap();
    assert_eq!(released(&run.trials[0]), ["Q-05"]);
    let paid = self::ledger(&pack, |name, text| match name {
        "grants.csv" => format!("{text}Q-05,acquisition.funds,800 万元,2026-09-14,青财拨〔2026〕1号\n"),
        _ => text,
    });
    let assessment = check(&pack, &paid, &on("2026-09-15"), None).unwrap();
    let blockers = |id: &str| {
        assessment
            .results
            .projects
            .iter()
            .find(|project| paid.portfolio.ids[project.row as usize] == *id)
            .unwrap()
            .blockers
            .len()
    };
    assert_eq!(blockers("Q-05"), 0);
}

#[test]
fn a_need_is_covered_out_of_two_pools_where_the_pack_lets_it() {
    let pack = pack();
    let ledger = as_it_is(&pack);
    let text = |land: &str, linkage: &str, plan: &str| {
        format!(
            "period: 2026\nplan: {plan}\nby: project.total_investment\ncandidates: quota.linkage_open\nsupply:\n  \
             - {{pool: land.quota, county: 临江区, amount: {land} mu}}\n  - {{pool: linkage.quota, county: 临江区, amount: {linkage} mu}}\n"
        )
    };
    let tried =
        |land: &str, linkage: &str, plan: &str| put(&pack, &ledger, "2026-09-15", &text(land, linkage, plan)).unwrap();
    for plan in ["order", "greedy", "optimal"] {
        // Neither pool covers 45 mu, both together do, to the atom.
        let run = tried("20", "25", plan);
        assert_eq!(released(&run.trials[0]), ["L-06"], "{plan}");
        assert_eq!(given(&pack, &run.trials[0], "L-06"), ["county 20", "county 25"], "{plan}");
        for (land, linkage) in [("19.999999", "25"), ("20", "24.999999"), ("0", "44"), ("44", "0")] {
            let run = tried(land, linkage, plan);
            assert!(released(&run.trials[0]).is_empty(), "{plan}: {land} + {linkage}");
        }
        for (land, linkage) in [("45", "0"), ("0", "45")] {
            assert_eq!(released(&tried(land, linkage, plan).trials[0]), ["L-06"], "{plan}: {land} + {linkage}");
        }
    }
    let run = tried("20", "25", "optimal");
    let screen = kaigong::report::allocation_screen(&run, "pools", Lang::En);
    assert!(screen.contains("(annual land quota 20 mu + linkage or reclamation indicator 25 mu)"), "{screen}");
    // What the plan says is so once it is granted.
    let granted = self::ledger(&pack, |name, text| match name {
        "grants.csv" => format!("{text}L-06,land.quota,20 亩,2026-09-10,\nL-06,linkage.quota,25 亩,2026-09-10,\n"),
        _ => text,
    });
    let assessment = check(&pack, &granted, &on("2026-09-15"), None).unwrap();
    let of = |id: &str| {
        assessment.results.projects.iter().find(|project| granted.portfolio.ids[project.row as usize] == *id)
    };
    assert_eq!(of("L-06").unwrap().blockers.len(), 0);
    // What one atom short lacks is told of both.
    let run = tried("20", "24.999999", "optimal");
    let json = kaigong::report::allocation_json(&run);
    let sources = json["left_out"][0]["sources"].as_array().unwrap();
    let both: Vec<&serde_json::Value> =
        sources.iter().filter(|source| source["covers"] == serde_json::json!(["quota-mixed"])).collect();
    assert_eq!(both.len(), 1);
    assert_eq!(
        both[0]["lacks"],
        serde_json::json!([{"pool": "land.quota", "or": ["linkage.quota"], "amount": "0.000001 mu"}])
    );
}

/// What the shipped law lets be mixed, and what counts beside it: stock land always, indicators held once, old built
/// land once its scheme is approved. Drawn, granted and read back as granted: the same answer three times.
#[test]
fn sources_of_quota_add_up_as_the_shipped_law_says() {
    let pack = pack();
    let header = "项目编号,项目名称,所在县(区),用地面积(亩),其中农用地(亩),其中未利用地(亩),拟征收集体土地(亩),规划建设用地规模缺口(亩),\
                  位于城镇开发边界内面积(亩),国土空间一张图合规性审查(用地套合分析)意见,指标来源,是否可改用增减挂钩(拆旧复垦)指标,使用存量用地面积(亩),使用拆旧复垦指标(亩),三旧图斑(地块)编号,\
                  完善历史用地手续面积(亩),三旧改造方案批复文号\n";
    // Source, linkage open, stock, indicators held, plot, old land, scheme; what it asks of land quota alone, and of both.
    let cases: [(&str, Option<i64>, Option<i64>); 9] = [
        ("县区,否,0,0,,0,无", Some(30), None),
        ("县区,是,0,0,,0,无", Some(30), Some(30)),
        ("增减挂钩,否,0,0,,0,无", None, Some(30)),
        ("县区,是,10,0,,0,无", Some(30), Some(20)),
        ("县区,否,10,0,,0,无", Some(20), None),
        ("县区,是,0,12,,0,无", Some(18), None),
        ("县区,是,10,12,,0,无", Some(8), None),
        ("县区,否,0,0,SJ001,24,无", Some(30), None),
        ("县区,否,0,0,SJ001,24,2026-03-02", Some(6), None),
    ];
    let quota = pack.schema.pools.iter().position(|spec| spec.id == "land.quota").unwrap();
    let mu = pack.schema.pools[quota].unit.atoms;
    let ledger = |case: &str, grants: &str| {
        let mut inputs =
            vec![("projects.csv", format!("{header}R-1,临江区旧厂,临江区,30,25,5,0,0,30,2026-01-20,{case}\n"))];
        if !grants.is_empty() {
            inputs.push(("grants.csv", format!("project,pool,amount\n{grants}")));
        }
        let input = |(name, text): (&str, String)| Input { name: name.to_owned(), bytes: text.into_bytes() };
        let inputs: Vec<Input> = inputs.into_iter().map(input).collect();
        read_ledger(&pack, &inputs, &ReadOptions::default())
            .unwrap_or_else(|refused| panic!("{:?}", refused.diagnostics))
    };
    let route = pack.find("quota-route").unwrap();
    let met = |ledger: &Ledger| {
        let evaluation = kaigong::solver::evaluate(
            &pack,
            &ledger.portfolio,
            kaigong::solver::Options::on(pack.default_goal, Date::parse("2026-09-15").unwrap()),
        );
        evaluation.state(route, 0) == kaigong::solver::State::Met
    };
    for (case, alone, both) in cases {
        let own = ledger(case, "");
        let tried = |supply: &str| {
            let text = format!("period: 2026\nplan: optimal\nobjective: [{{maximise: count}}]\nsupply: [{supply}]\n");
            let run = put(&pack, &own, "2026-09-15", &text).unwrap();
            let asks: Vec<&str> =
                run.trials[0].problem.candidates.iter().map(|candidate| candidate.id.as_str()).collect();
            assert_eq!(asks, ["R-1"], "{case}");
            let out = !released(&run.trials[0]).is_empty();
            // What was given counts for every way that it pays for; the others of the choice are nobody's next step.
            let after = run.trials[0].after[0].as_ref();
            assert!(after.is_some_and(|after| after.ready) == out, "{case}: {after:?}");
            out
        };
        let amount = |atoms: i64| format!("{} mu", format_exact(atoms.into(), pack.schema.pools[quota].unit));
        let land = |atoms: i64| tried(&format!("{{pool: land.quota, amount: {}}}", amount(atoms)));
        let two = |first: i64, second: i64| {
            tried(&format!(
                "{{pool: land.quota, amount: {}}}, {{pool: linkage.quota, amount: {}}}",
                amount(first),
                amount(second)
            ))
        };
        let granted = |first: i64, second: i64| {
            met(&ledger(case, &format!("R-1,land.quota,{}\nR-1,linkage.quota,{}\n", amount(first), amount(second))))
        };
        // The least of land quota alone that releases it, to the atom.
        let least = alone.or(both).unwrap() * mu;
        let least = both.map_or(least, |both| least.min(both * mu));
        assert!(land(least) && !land(least - 1), "{case}: {}", amount(least));
        assert!(granted(least, 0) && !granted(least - 1, 0), "{case}");
        match both {
            Some(both) => {
                for linkage in [1, 7 * mu, both * mu - 2] {
                    assert!(two(both * mu - linkage, linkage) && !two(both * mu - linkage - 1, linkage), "{case}");
                    assert!(granted(both * mu - linkage, linkage), "{case}");
                    assert!(!granted(both * mu - linkage - 1, linkage), "{case}");
                }
            }
            None => assert!(!two(least - 2 * mu, mu), "{case}: mixed where it may not be"),
        }
    }
}
