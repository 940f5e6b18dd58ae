//! One project over time: a year counted by hand, in both languages, as JSON and as a picture.

use kaigong::io::{Input, ReadOptions};
use kaigong::model::{Date, Lang};
use kaigong::packs::{Layer, Pack, load};
use kaigong::report::{timeline_json, timeline_screen, timeline_svg};
use kaigong::{CheckOptions, read_ledger, timeline};
use serde_json::Value;

const PACK: &str = "
id: local
version: '1'
goals: {start: {requirement: start, started_when: recorded(begun)}}
default_goal: start
roles: {name: name, started_on: begun}
departments:
  land: {names: [{zh: 自然资源局, en: natural resources}]}
  eco: {names: [{zh: 生态环境局, en: ecology}]}
  owner: {names: [{zh: 建设单位, en: owner}]}
facts:
  name: {type: text}
  farmland: {type: area, unit: mu, title: {zh: 占用耕地, en: Farmland}, ask: land}
  quota: {type: document, title: {zh: 指标文件, en: Quota paper}, blank: no}
  eia: {type: document, title: {zh: 环评批复, en: EIA approval}, blank: no}
  notice: {type: document, title: {zh: 公告, en: Notice}, blank: no}
  road: {type: projects, blank: no}
  begun: {type: date, is: event}
parameters:
  running: {title: {zh: 公告期, en: Notice period}, values: [{value: 30 days, cite: [{law: 法, status: verified}]}]}
requirements:
  quota: {title: {zh: 用地指标, en: Land quota}, owner: land, applies_when: farmland > 0 mu, met_when: issued(quota), takes: {statutory: 20 workdays}, cite: [{law: 法, status: verified}]}
  eia: {title: {zh: 环评, en: EIA}, owner: eco, needs: [quota], met_when: issued(eia), takes: {statutory: 60 days}, cite: [{law: 法, status: verified}]}
  notice: {title: {zh: 公告, en: Notice}, owner: land, met_when: issued(notice) and notice.issued_on + param.running <= as_of, cite: [{law: 法, status: verified}]}
  road: {title: {zh: 进场道路, en: Access road}, owner: owner, met_when: completed(road), cite: [{law: 法, status: verified}]}
  start: {title: {zh: 开工, en: Start}, needs: [eia, notice, road], from: 2019-01-01, cite: [{law: 法, status: verified}]}
";

/// A: the quota is in hand from January 6 and decided on February 3, within 20 working days (due February 10: the week
/// of the Spring Festival is none); the EIA could then be filed, is accepted on March 2 and decided on June 1, 31 days
/// late; the notice of February 20 runs for 30 days; the road is that of B, which is ready on July 1. C has every paper but nobody says whether it takes farmland.
const PROJECTS: &str = "id,name,farmland,quota.submitted_on,quota.accepted_on,quota.issued_on,eia.submitted_on,eia.accepted_on,eia.issued_on,notice,road,begun
A,甲,10,2020-01-02,2020-01-06,2020-02-03,2020-02-28,2020-03-02,2020-06-01,2020-02-20,B,2020-08-01
B,乙,0,,,,,,2020-07-01,2020-01-10,,
C,丙,,,,,,,2019-07-01,2019-06-01,,
";

fn pack() -> Pack {
    load(&[Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] }]).unwrap().0
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn told<T>(
    id: &str,
    from: &str,
    tell: impl Fn(&kaigong::solver::Evaluation<'_>, &kaigong::solver::Timeline) -> T,
) -> T {
    let pack = pack();
    let inputs = [Input { name: "projects.csv".into(), bytes: PROJECTS.as_bytes().to_vec() }];
    let ledger = read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
    let options = CheckOptions::on(day("2020-12-31"));
    let (evaluation, found) = timeline(&pack, &ledger, &options, id, (Some(day(from)), None)).unwrap();
    tell(&evaluation, &found)
}

#[test]
fn the_screen_in_both_languages() {
    for (lang, name) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let text = told("A", "2020-01-01", |evaluation, found| timeline_screen(evaluation, found, "A ledger", lang));
        insta::assert_snapshot!(format!("a_{name}"), text);
        let text = told("C", "2020-01-01", |evaluation, found| timeline_screen(evaluation, found, "C ledger", lang));
        insta::assert_snapshot!(format!("c_{name}"), text);
    }
}

fn find<'v>(list: &'v Value, key: &str, name: &str) -> &'v Value {
    list.as_array().unwrap().iter().find(|item| item[key] == name).unwrap()
}

#[test]
fn days_and_papers_are_as_counted_by_hand() {
    let json = told("A", "2020-01-01", timeline_json);
    // Ready from July 1 to July 31, started on August 1: 366 days in all.
    assert_eq!(json["days"], serde_json::json!({"started": 153, "ready": 31, "blocked": 182, "undetermined": 0}));
    let quota = find(&json["papers"], "fact", "quota");
    assert_eq!(
        (quota["due"].as_str(), quota["used"].as_i64(), quota["days_over"].as_i64()),
        (Some("2020-02-10"), Some(15), Some(0))
    );
    let eia = find(&json["papers"], "fact", "eia");
    assert_eq!((eia["open_from"].as_str(), eia["days_unfiled"].as_i64()), (Some("2020-02-03"), Some(25)));
    assert_eq!((eia["due"].as_str(), eia["used"].as_i64()), (Some("2020-05-06"), Some(91)));
    assert_eq!((eia["days_over"].as_i64(), eia["late"].as_str()), (Some(26), Some("office")));
    let spans = json["spans"].as_array().unwrap();
    let hands = |day: &str| -> Vec<String> {
        let span =
            spans.iter().find(|span| span["from"].as_str() <= Some(day) && Some(day) <= span["to"].as_str()).unwrap();
        let blockers = span["blockers"].as_array().unwrap().iter();
        blockers.map(|b| format!("{} {}", b["requirement"], b["hand"]).replace('"', "")).collect()
    };
    assert_eq!(hands("2020-01-01"), ["notice applicant", "quota applicant", "road upstream"]);
    assert_eq!(hands("2020-01-02"), ["notice applicant", "quota office", "road upstream"]);
    assert_eq!(hands("2020-02-03"), ["eia applicant", "notice applicant", "road upstream"]);
    assert_eq!(hands("2020-02-28"), ["eia office", "notice office", "road upstream"]);
    assert_eq!(hands("2020-03-21"), ["eia office", "road upstream"]);
    assert_eq!(hands("2020-06-01"), ["road upstream"]);
}

#[test]
fn a_period_runs_from_the_first_record_and_never_past_the_as_of_date() {
    let pack = pack();
    let inputs = [Input { name: "projects.csv".into(), bytes: PROJECTS.as_bytes().to_vec() }];
    let ledger = read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
    let options = CheckOptions::on(day("2020-12-31"));
    let (_, found) = timeline(&pack, &ledger, &options, "A", (None, None)).unwrap();
    assert_eq!((found.period.from, found.period.to), (day("2020-01-02"), day("2020-12-31")));
    for days in [(Some(day("2020-06-02")), Some(day("2020-06-01"))), (None, Some(day("2021-01-01")))] {
        let refused = timeline(&pack, &ledger, &options, "A", days).unwrap_err();
        assert_eq!(refused.diagnostics[0].code.0, "KG-C060");
    }
    assert_eq!(timeline(&pack, &ledger, &options, "X", (None, None)).unwrap_err().diagnostics[0].code.0, "KG-C003");
}

#[test]
fn the_picture_names_every_step_and_is_whole() {
    let svg = told("A", "2020-01-01", |evaluation, found| timeline_svg(evaluation, found, Lang::En));
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
    for step in ["land quota", "EIA", "notice", "access road", "blocker: another project"] {
        assert!(svg.contains(step), "{step}");
    }
    insta::assert_snapshot!("a_picture", svg);
}

/// The limit of the EIA stops for a review, not for papers put right.
const STOPS: &str = "stops:
  review: {causes: {review: {zh: 专家评审, en: expert review}}, documents: [eia], cite: [{law: 法, status: verified}]}
  correction: {causes: {correction: {zh: 补正, en: correction}}}
";

/// Accepted on March 2, 60 days; what stops it, and when it was decided.
fn paper(stops: &str, decided: &str, last: &str) -> (Value, String, String) {
    let text = format!("{PACK}{STOPS}");
    let pack = load(&[Layer { name: "p".into(), files: vec![("pack.yaml".into(), text.into_bytes())] }]).unwrap().0;
    let csv = format!("id,farmland,eia.accepted_on,eia.issued_on,eia.stops\nA,0,2020-03-02,{decided},{stops}\n");
    let inputs = [Input { name: "projects.csv".into(), bytes: csv.into_bytes() }];
    let ledger = read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
    let options = CheckOptions::on(day(last));
    let (evaluation, found) = timeline(&pack, &ledger, &options, "A", (Some(day("2020-03-01")), None)).unwrap();
    let json = timeline_json(&evaluation, &found);
    let screens = [Lang::Zh, Lang::En].map(|lang| timeline_screen(&evaluation, &found, "A ledger", lang));
    (find(&json["papers"], "fact", "eia").clone(), screens.concat(), timeline_svg(&evaluation, &found, Lang::En))
}

/// The 60th day after March 2 that no stretch holds, or the next that offices work on, by going through the days.
fn recounted(stretches: &[[&str; 2]]) -> Date {
    let stands = |date: Date| stretches.iter().any(|[from, to]| day(from) <= date && date <= day(to));
    let (mut date, mut left) = (day("2020-03-02"), 60);
    while left > 0 {
        date = Date(date.0 + 1);
        left -= i32::from(!stands(date));
    }
    while stands(date) || !kaigong::model::Calendar::official().is_workday(date) {
        date = Date(date.0 + 1);
    }
    date
}

#[test]
fn the_clock_stops_where_the_law_says_and_nowhere_else() {
    let none = paper("", "2020-06-01", "2020-12-31").0;
    assert_eq!((none["due"].as_str(), none["days_over"].as_i64()), (Some("2020-05-06"), Some(26)));
    let reviewed = "专家评审 2020-03-10/2020-03-31; 补正 2020-04-01/2020-04-10; expert review 2020-04-11/2020-04-18";
    let (found, screens, picture) = paper(reviewed, "2020-06-01", "2020-12-31");
    let due = recounted(&[["2020-03-10", "2020-03-31"], ["2020-04-11", "2020-04-18"]]);
    assert_eq!(found["due"].as_str(), Some(due.to_string().as_str()));
    assert_eq!((found["used"].as_i64(), found["days_over"].as_i64()), (Some(91 - 30), Some(0)));
    assert_eq!((found["late"].as_str(), found["stopped"].as_bool()), (None, Some(false)));
    let counts: Vec<_> = found["stops"].as_array().unwrap().iter().map(|stop| stop["counts"].as_bool()).collect();
    assert_eq!(counts, [Some(false), Some(true), Some(false)]);
    assert!(picture.contains("clock stopped"));
    insta::assert_snapshot!("stopped", screens);
}

#[test]
fn while_the_clock_stands_still_nobody_is_late_unless_already() {
    let (found, screens, _) = paper("专家评审 2020-03-10/", "", "2020-12-31");
    assert_eq!((found["used"].as_i64(), found["stopped"].as_bool()), (Some(7), Some(true)));
    assert_eq!((found["days_over"].as_i64(), found["late"].as_str()), (Some(0), None));
    assert!(screens.contains("停计中") && screens.contains("lasting"), "{screens}");
    let (found, ..) = paper("专家评审 2020-05-20/", "", "2020-12-31");
    assert_eq!(found["late"].as_str(), Some("office"));
    assert_eq!(found["due"].as_str(), Some("2020-05-06"), "the limit had run out before");
}
