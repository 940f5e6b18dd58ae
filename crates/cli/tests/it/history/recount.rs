//! Two months of the city in a store: days lost and scorecards over the half-year between them, counted again from the
//! cells of the two files.
//!
//! The recount knows neither store nor solver. A loop goes day by day and project by project: what the two files say of a
//! day is put together cell by cell, and read by the interpreter of `kaigong-checker`, which has no masks, no changes and
//! no event days. Only what an undetermined project is asked is taken from a check of that day's file, since the
//! interpreter asks nothing.

use std::collections::{BTreeMap, BTreeSet};

use kaigong::checker::{Options, Outcome, Verdict, interpret};
use kaigong::io::{Input, ReadOptions};
use kaigong::model::{Date, FactIdx};
use kaigong::packs::Pack;
use kaigong::report::check_json;
use kaigong::{CheckOptions, Ledger, check, load_rules, read_ledger};
use serde_json::{Value, json};

use super::{MONTHS, fixture};
use crate::desk::Desk;

const RULES: [&str; 2] = ["--rules", "cn-gd-huizhou"];
/// What the pack's `landed_when` reads beside the start.
const LAND: [&str; 3] = [
    "国有建设用地使用权出让合同(含租赁、作价出资)",
    "国有建设用地划拨决定书",
    "建设用地批准手续(转用征收批复 + 划拨决定书或出让合同)",
];
/// The only days of the city that are plans.
const PLANNED: &str = "计划开工日期";
const MAY: &str = MONTHS[0].1;
const NOVEMBER: &str = MONTHS[1].1;

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// A store of both months, exported whole into the folder `both`.
fn stored() -> Desk {
    let desk = Desk::new();
    for (ledger, day) in MONTHS {
        let output = desk.import(&fixture(ledger), day);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    desk.done(&[&["history", "export", "both", "--store", "city.db"][..], &RULES].concat());
    desk
}

type Row = Vec<String>;

/// Both files as they are written: cells by id.
struct Months {
    header: Row,
    files: [BTreeMap<String, Row>; 2],
}

impl Months {
    fn read() -> Self {
        let mut header = Row::new();
        let files = MONTHS.map(|(folder, _)| {
            let mut reader = csv::Reader::from_path(format!("{}/projects.csv", fixture(folder))).unwrap();
            header = reader.headers().unwrap().iter().map(str::to_owned).collect();
            let rows = reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect::<Row>());
            rows.map(|row| (row[0].clone(), row)).collect()
        });
        Self { header, files }
    }

    fn ids(&self) -> BTreeSet<&str> {
        self.files.iter().flat_map(BTreeMap::keys).map(String::as_str).collect()
    }

    /// The day a cell names itself, plans left out.
    fn own(&self, at: usize, cell: &str) -> Option<Date> {
        Date::parse(cell).filter(|_| self.header[at] != PLANNED)
    }

    /// The day from which November's cell holds where it is not what May's was: its own, else that of the ledger.
    fn from(&self, at: usize, cell: &str) -> Date {
        self.own(at, cell).unwrap_or(day(NOVEMBER)).min(day(NOVEMBER))
    }

    /// A row as it stood on a day. A cell that May left blank was not known otherwise; a project that a month does not
    /// list is as the other month has it.
    fn on(&self, id: &str, now: Date) -> Row {
        let [may, november] = self.files.each_ref().map(|file| file.get(id));
        let (Some(may), Some(november)) = (may, november) else { return may.or(november).unwrap().clone() };
        let stood = |(at, (may, november)): (usize, (&String, &String))| {
            let later = may.is_empty() || now >= self.from(at, november);
            if later { november.clone() } else { may.clone() }
        };
        may.iter().zip(november).enumerate().map(stood).collect()
    }

    /// The first day that the rows of a project name, or on which one of its cells changed.
    fn first(&self, id: &str) -> Option<Date> {
        let rows: Vec<&Row> = self.files.iter().filter_map(|file| file.get(id)).collect();
        let named = rows.iter().flat_map(|row| row.iter().enumerate()).filter_map(|(at, cell)| self.own(at, cell));
        let mut days: BTreeSet<Date> = named.collect();
        if let [may, november] = rows[..] {
            let both = may.iter().zip(november).enumerate();
            let changed = both.filter(|(_, (may, november))| !may.is_empty() && may != november);
            days.extend(changed.map(|(at, (_, november))| self.from(at, november)));
        }
        days.first().copied().filter(|first| *first <= day(NOVEMBER))
    }

    fn cell<'r>(&self, row: &'r Row, name: &str) -> &'r str {
        &row[self.header.iter().position(|known| known == name).unwrap()]
    }

    fn wan(&self, row: &Row) -> i128 {
        self.cell(row, "总投资(万元)").parse().unwrap_or_default()
    }

    /// Some projects of a day as a ledger of their own.
    fn ledger(&self, pack: &Pack, ids: &[&str], now: Date) -> Ledger {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.header).unwrap();
        ids.iter().for_each(|id| writer.write_record(self.on(id, now)).unwrap());
        let input = Input { name: "projects.csv".into(), bytes: writer.into_inner().unwrap() };
        read_ledger(pack, &[input], &ReadOptions::default()).unwrap()
    }
}

/// What the interpreter says of a ledger on a day; a paper without a day counts from the last.
fn outcomes(pack: &Pack, ledger: &Ledger, now: Date, last: Date) -> Vec<Outcome> {
    let options = Options { ledger_date: Some(last), ..Options::on(pack.default_goal, now) };
    interpret(pack, &ledger.portfolio, &options)
}

/// A word as outputs write it: the first of those that the pack reads as the same.
fn word(pack: &Pack, fact: Option<FactIdx>, written: &str) -> String {
    let spec = &pack.schema[fact.unwrap()];
    spec.value_code(written).map_or_else(|| written.to_owned(), |code| spec.values[code as usize].word().to_owned())
}

/// What one cause lost: parts of days and of wan-days, whole days, days undetermined, whole wan-days, projects.
#[derive(Debug, Default, PartialEq)]
struct Lost {
    split: i128,
    split_wan: i128,
    full: i64,
    asked: i64,
    full_wan: i128,
    projects: BTreeSet<String>,
}

/// The least common multiple of 1 to 40: shares of a day in whole parts.
const PARTS: i128 = 5_342_931_457_063_200;

/// A sum of fractions as outputs write it, in parts.
fn parts(text: &Value) -> i128 {
    let term = |term: &str| {
        let (num, den) = term.split_once('/').unwrap_or((term, "1"));
        let (num, den): (i128, i128) = (num.parse().unwrap(), den.parse().unwrap());
        assert_eq!(PARTS % den, 0, "{text}");
        num * (PARTS / den)
    };
    text.as_str().unwrap().split(" + ").map(term).sum()
}

impl Lost {
    /// The whole day, once.
    fn whole(&mut self, id: &str, wan: i128, asked: bool) {
        self.full += 1;
        self.asked += i64::from(asked);
        self.full_wan += wan;
        self.projects.insert(id.to_owned());
    }

    /// One of so many shares of it.
    fn share(&mut self, wan: i128, among: usize) {
        self.split += PARTS / among as i128;
        self.split_wan += PARTS / among as i128 * wan;
    }

    fn is(&self, told: &Value) {
        let counts = [&told["days_full"], &told["days_undetermined"], &told["projects"]];
        assert_eq!(counts, [&json!(self.full), &json!(self.asked), &json!(self.projects.len())], "{self:?}\n{told}");
        let sums = [&told["days_split"], &told["wan_days_split"], &told["wan_days_full"]].map(parts);
        assert_eq!(sums, [self.split, self.split_wan, self.full_wan * PARTS], "{self:?}\n{told}");
    }
}

/// Days lost by what they are counted by; `None` is nobody.
type Losses = BTreeMap<Option<String>, Lost>;

#[derive(Default)]
struct Recount {
    whole: Lost,
    /// By the list of the output.
    by: BTreeMap<&'static str, Losses>,
    blocked: i64,
}

const LISTS: [(&str, &str); 6] = [
    ("requirements", "requirement"),
    ("departments", "department"),
    ("counties", "name"),
    ("officers", "name"),
    ("sectors", "name"),
    ("projects", "project"),
];

/// Days lost by some projects, every day from one to another looked at, as of the last day of the half-year.
fn recounted(pack: &Pack, months: &Months, ids: &[&str], from: Date, to: Date) -> Recount {
    let mut recount = Recount::default();
    let last = day(NOVEMBER);
    let office = |id: &str| pack.department(id, last).zh;
    for now in (from.0..=to.0).map(Date) {
        let known = ids.iter().filter(|id| months.first(id).is_none_or(|first| first <= now));
        let known: Vec<&str> = known.copied().collect();
        let ledger = months.ledger(pack, &known, now);
        let options = CheckOptions { ledger_date: Some(last), ..CheckOptions::on(now) };
        let mut asked: Option<Value> = None;
        for (at, outcome) in outcomes(pack, &ledger, now, last).iter().enumerate() {
            let causes: BTreeSet<(String, Option<String>)> = match outcome.verdict {
                Verdict::Started | Verdict::Ready => continue,
                Verdict::Blocked => {
                    let acts = outcome.blockers.iter().map(|blocker| &pack[blocker.requirement]);
                    acts.map(|it| (it.id.clone(), it.body(now).owner.as_deref().map(office))).collect()
                }
                Verdict::Undetermined => {
                    let check =
                        asked.get_or_insert_with(|| check_json(&check(pack, &ledger, &options, None).unwrap(), false));
                    let questions = check["projects"][at]["questions"].as_array().unwrap().iter();
                    let turning = questions.filter(|question| question["decides"] == "verdict");
                    let who = |it: &Value| (it["requirement"].as_str().unwrap().into(), it["ask"].as_str().map(office));
                    turning.map(who).collect()
                }
            };
            assert!(!causes.is_empty(), "{} on {now}", known[at]);
            recount.lose(pack, months, known[at], &causes, outcome.verdict == Verdict::Undetermined);
        }
    }
    recount
}

impl Recount {
    fn lose(
        &mut self,
        pack: &Pack,
        months: &Months,
        id: &str,
        causes: &BTreeSet<(String, Option<String>)>,
        asked: bool,
    ) {
        // What a project is, it is as of the last day.
        let row = months.on(id, day(NOVEMBER));
        let wan = months.wan(&row);
        let fact = |name: &str, fact| Some(word(pack, fact, months.cell(&row, name))).filter(|word| !word.is_empty());
        self.blocked += i64::from(!asked);
        self.whole.whole(id, wan, asked);
        self.whole.share(wan, 1);
        let [requirements, departments] = [causes.iter().map(|(step, _)| Some(step.clone())).collect::<Vec<_>>(), {
            causes.iter().map(|(_, office)| office.clone()).collect()
        }];
        for (list, names) in [
            ("requirements", requirements),
            ("departments", departments),
            ("counties", vec![fact("所在县(区)", pack.roles.county)]),
            ("officers", vec![fact("首席服务官/项目联络员", pack.roles.officer)]),
            ("sectors", vec![fact("项目类别", pack.roles.sector)]),
            ("projects", vec![Some(id.to_owned())]),
        ] {
            let losses = self.by.entry(list).or_default();
            let among = names.len();
            names.iter().for_each(|name| losses.entry(name.clone()).or_default().share(wan, among));
            let once: BTreeSet<Option<String>> = names.into_iter().collect();
            once.into_iter().for_each(|name| losses.entry(name).or_default().whole(id, wan, asked));
        }
    }

    /// The output of `delays` says the same, list by list, and each list adds up to the days that were lost.
    fn is(&self, pack: &Pack, told: &Value) {
        self.whole.is(&told["whole"]);
        for (list, key) in LISTS {
            let (items, losses) = (told[list].as_array().unwrap(), &self.by[list]);
            assert_eq!(items.len(), losses.len(), "{list}");
            for item in items {
                let name = item[key].as_str().map(str::to_owned);
                let name =
                    if list == "departments" { name.map(|id| pack.department(&id, day(NOVEMBER)).zh) } else { name };
                losses.get(&name).unwrap_or_else(|| panic!("{list}: {name:?}")).is(&item["lost"]);
            }
            let sum = |share: &str| items.iter().map(|item| parts(&item["lost"][share])).sum::<i128>();
            assert_eq!(sum("days_split"), i128::from(self.whole.full) * PARTS, "{list} adds up to the days lost");
            assert_eq!(sum("wan_days_split"), self.whole.full_wan * PARTS, "{list} adds up to the money held up");
        }
    }
}

fn huizhou() -> Pack {
    let pack = load_rules("cn-gd-huizhou").unwrap().pack;
    // The recount need not ask which text of a law governs a row: whoever acts is the same in all of them.
    for (_, requirement) in pack.iter().filter(|(_, requirement)| requirement.governed_by.is_some()) {
        assert!(requirement.bodies().all(|body| body.owner == requirement.base.owner), "{}", requirement.id);
    }
    pack
}

fn delays(desk: &Desk, from: &str, to: &str, more: &[&str]) -> Value {
    let words = ["delays", "both", "--from", from, "--to", to, "--as-of", NOVEMBER, "--format", "json"];
    serde_json::from_str(&desk.done(&[&words[..], &RULES, more].concat())).unwrap()
}

#[test]
fn days_lost_between_two_months_equal_a_recount_from_both_files_day_by_day() {
    let (desk, pack, months) = (stored(), huizhou(), Months::read());
    // The half-year day by day, of every project of the nation and the province.
    let level = |id: &str| months.cell(&months.on(id, day(NOVEMBER)), "项目级别(国家/省/市/县重点)").to_owned();
    let some: Vec<&str> = months.ids().into_iter().filter(|id| ["国家重点", "省重点"].contains(&&*level(id))).collect();
    let recount = recounted(&pack, &months, &some, day(MAY), day(NOVEMBER));
    let told = delays(&desk, MAY, NOVEMBER, &["--where", "project.key_level in [国家重点, 省重点]"]);
    assert_eq!(told["projects_seen"], some.len());
    recount.is(&pack, &told);
    assert!(recount.blocked > 8_000 && recount.whole.asked > 0, "{} {}", recount.blocked, recount.whole.asked);
    // Every project, on the first day, the last, and one between, as of the last.
    let all: Vec<&str> = months.ids().into_iter().collect();
    for now in [MAY, "2026-08-15", NOVEMBER] {
        let recount = recounted(&pack, &months, &all, day(now), day(now));
        recount.is(&pack, &delays(&desk, now, now, &[]));
        assert!(recount.blocked > 800 && recount.whole.asked > 0, "{} {}", recount.blocked, recount.whole.asked);
    }
}

/// A card of the scorecard as counts: projects, wan, started, wan of them; annual, listed, on time, landed, part and
/// whole of each; lights.
#[derive(Debug, Default, PartialEq)]
struct Card {
    sums: [(u64, i128); 2],
    rates: [[u64; 2]; 4],
    lights: [u64; 4],
}

impl Card {
    fn told(card: &Value) -> Self {
        let sum = |key: &str| {
            let wan = card[key]["investment"].as_str().unwrap().strip_suffix(" wan").unwrap().parse().unwrap();
            (card[key]["projects"].as_u64().unwrap(), wan)
        };
        let rate = |rate: &Value| [rate["part"].as_u64().unwrap(), rate["of"].as_u64().unwrap()];
        let start = &card["start_rate"];
        Self {
            sums: [sum("projects"), sum("started")],
            rates: [&start["annual"], &start["listed"], &start["on_time"], &card["landing_rate"]].map(rate),
            lights: [0, 1, 2, 3].map(|at| card["lights"][at].as_u64().unwrap()),
        }
    }
}

#[test]
fn scorecards_of_both_months_equal_a_recount_from_both_files() {
    let (desk, pack, months) = (stored(), huizhou(), Months::read());
    let ids: Vec<&str> = months.ids().into_iter().collect();
    let mut starts = Vec::new();
    for now in [MAY, "2026-08-15", NOVEMBER] {
        let words = ["scorecard", "both", "--as-of", now, "--format", "json"];
        let told: Value = serde_json::from_str(&desk.done(&[&words[..], &RULES].concat())).unwrap();
        let now = day(now);
        let ledger = months.ledger(&pack, &ids, now);
        let mut cards: BTreeMap<(&str, String), Card> = BTreeMap::new();
        for (id, outcome) in ids.iter().zip(outcomes(&pack, &ledger, now, now)) {
            let row = months.on(id, now);
            let cell = |name: &str| months.cell(&row, name);
            let date = |name: &str| Date::parse(cell(name));
            let (planned, begun) = (date(PLANNED), date("实际开工日期").filter(|begun| *begun <= now));
            let started = begun.is_some();
            assert_eq!(outcome.verdict == Verdict::Started, started, "{id} on {now}");
            let this_year = |day: Date| day.ymd().0 == 2026;
            let land = LAND.iter().any(|name| match Date::parse(cell(name)) {
                Some(issued) => issued <= now,
                None => !["", "无", "办理中"].contains(&cell(name)),
            });
            let rates = [
                (planned.is_some_and(this_year) && begun.is_none_or(this_year), started),
                (true, started),
                (planned.is_some_and(|day| day <= now), begun.zip(planned).is_some_and(|(begun, day)| begun <= day)),
                (date("签约日期").is_some_and(|signed| signed <= now), started || land),
            ];
            let late = planned.is_some_and(|day| day < now);
            let light = match outcome.verdict {
                Verdict::Blocked if outcome.blockers.len() >= 2 || late => 0,
                Verdict::Blocked => 1,
                Verdict::Undetermined => 2,
                Verdict::Ready | Verdict::Started => 3,
            };
            for key in [
                ("all", String::new()),
                ("county", word(&pack, pack.roles.county, cell("所在县(区)"))),
                ("department", cell("建设单位").to_owned()),
                ("officer", cell("首席服务官/项目联络员").to_owned()),
                ("sector", word(&pack, pack.roles.sector, cell("项目类别"))),
            ] {
                let card = cards.entry(key).or_default();
                for (sum, within) in card.sums.iter_mut().zip([true, started]) {
                    *sum = (sum.0 + u64::from(within), sum.1 + if within { months.wan(&row) } else { 0 });
                }
                for (rate, (within, part)) in card.rates.iter_mut().zip(rates) {
                    *rate = [rate[0] + u64::from(within && part), rate[1] + u64::from(within)];
                }
                card.lights[light] += 1;
            }
        }
        let whole = &cards[&("all", String::new())];
        assert_eq!(Card::told(&told["all"]), *whole, "{now}");
        starts.push(whole.sums[1].0);
        let lights: Vec<&str> =
            told["light_rules"].as_array().unwrap().iter().map(|rule| rule["light"].as_str().unwrap()).collect();
        assert_eq!(lights, ["red", "yellow", "grey", "green"]);
        for grouping in ["county", "department", "officer", "sector"] {
            let groups = told["groups"][grouping].as_array().unwrap();
            assert_eq!(groups.len(), cards.keys().filter(|(by, _)| *by == grouping).count(), "{grouping}");
            for group in groups {
                let name = group["name"].as_str().unwrap_or_default().to_owned();
                assert_eq!(Card::told(group), cards[&(grouping, name)], "{grouping} {} on {now}", group["name"]);
            }
            let sum: u64 = groups.iter().map(|group| group["projects"]["projects"].as_u64().unwrap()).sum();
            assert_eq!(sum, ids.len() as u64, "{grouping} adds up");
        }
        let (gone, year) = (now.0 - day("2025-12-31").0, 365);
        assert_eq!([&told["elapsed"]["part"], &told["elapsed"]["of"]], [&json!(gone), &json!(year)]);
    }
    assert!(starts[0] < starts[1] && starts[1] < starts[2], "work began in between: {starts:?}");
}

/// The numbers of a screen's first paragraph, in order of size, however its language groups them.
fn numbers(screen: &str) -> Vec<String> {
    let head = screen.split("\n\n").next().unwrap().replace("CNY 100m", "").replace(',', "");
    let pieces = head.split(|c: char| !c.is_ascii_digit() && c != '.').map(|piece| piece.trim_matches('.'));
    let mut found: Vec<String> = pieces.filter(|piece| !piece.is_empty()).map(str::to_owned).collect();
    found.sort();
    found
}

#[test]
fn every_command_tells_the_two_months_in_both_languages() {
    let desk = stored();
    let [may, november] = MONTHS.map(|(folder, _)| fixture(folder));
    let over = ["--from", MAY, "--to", NOVEMBER, "--as-of", NOVEMBER];
    let at = ["--as-of", NOVEMBER];
    // A project whose start the ledger of May tells and that of November does not.
    let turned = "HZ-00070";
    // Each command, and figures of its JSON that its screens begin with.
    let commands: [(Vec<&str>, &[&str]); 10] = [
        ([&["check", "both"][..], &at].concat(), &["/summary/projects", "/summary/ready"]),
        (vec!["check", "both", "--as-of", "2026-08-15", "--known-by", MAY], &["/summary/ready"]),
        (vec!["check", "both", "--as-of", NOVEMBER, "--law-as-of", "2018-02-15"], &["/summary/ready"]),
        ([&["timeline", turned, "both"][..], &over].concat(), &[]),
        ([&["delays", "both"][..], &over].concat(), &["/whole/days_full", "/whole/projects"]),
        ([&["flip", turned, "both"][..], &over].concat(), &[]),
        (vec!["diff", &may, &november, "--as-of-a", MAY, "--as-of-b", NOVEMBER], &["/moves/started/projects"]),
        ([&["audit", "both"][..], &at].concat(), &[]),
        ([&["worklist", "both"][..], &at].concat(), &["/all/tasks", "/all/overdue"]),
        ([&["scorecard", "both"][..], &at].concat(), &["/all/projects/projects"]),
    ];
    let mut replays = 0;
    for (words, figures) in &commands {
        let told = |lang: &str, more: &[&str]| desk.done(&[&words[..], &RULES, &["--lang", lang], more].concat());
        let [zh, en] = ["zh", "en"].map(|lang| told(lang, &[]));
        assert_eq!(numbers(&zh), numbers(&en), "{words:?}\n{zh}\n{en}");
        assert!(zh.contains("规则包") && en.contains("rule pack"), "{words:?}\n{zh}\n{en}");
        // The run done again, from the receipt of its JSON.
        let json: Value = serde_json::from_str(&told("en", &["--format", "json", "--receipt", "r.json"])).unwrap();
        for figure in *figures {
            let figure = json.pointer(figure).unwrap().to_string();
            assert!(numbers(&zh).contains(&figure), "{words:?}: {figure}\n{zh}");
        }
        replays += 1;
        let (lang, done) = if replays % 2 == 0 { ("zh", "重算一致") } else { ("en", "reproduced: ") };
        let replayed = desk.done(&["replay", "r.json", "--lang", lang]);
        assert!(replayed.contains(done), "{words:?}: {replayed}");
    }
    for (lang, list, sound) in [("zh", "导入 2 次", "完好"), ("en", "2 imports", "sound")] {
        let store = |what: &str| desk.done(&["history", what, "--store", "city.db", "--lang", lang]);
        assert!(store("list").contains(list), "{}", store("list"));
        assert!(store("check").contains(sound), "{}", store("check"));
        let chart = format!("{lang}.svg");
        desk.done(&[&["timeline", turned, "both", "--chart", &chart, "--lang", lang][..], &over, &RULES].concat());
        let drawn = std::fs::read_to_string(desk.path(&chart)).unwrap();
        assert!(drawn.starts_with("<svg") && drawn.contains(turned), "{drawn}");
    }
}
