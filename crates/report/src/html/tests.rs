use kaigong_model::{Date, Lang, Words};
use kaigong_rules::Pack;
use kaigong_solver::{Durations, ResultOptions, results};

use super::{Report, brief_html, report_html};
use crate::assessment::Assessment;
use crate::digest;
use crate::why::tests::{CITY, evaluated, pack, portfolio};

pub(crate) const DEPOT: &[(&str, &str)] = &[
    ("name", "轨道车辆段"),
    ("owner", "轨道公司"),
    ("officer", "王某"),
    ("planned_start", "2026-09-30"),
    ("land", "380 mu"),
    ("signed", "82%"),
    ("notice", "2026-11-05"),
    ("eia.accepted_on", "2026-10-12"),
    ("permit", "无"),
    ("conversion", "无"),
];
pub(crate) const READY: &[(&str, &str)] = &[
    ("name", "滨江水厂"),
    ("planned_start", "2027-02-01"),
    ("land", "0 mu"),
    ("eia", "2026-02-01"),
    ("heritage", "2026-02-01"),
    ("permit", "2026-10-01"),
];
const HOSTILE: &[(&str, &str)] = &[
    ("name", "</title></style><script>alert(1)</script>\"'&<img src=x onerror=alert(2)>"),
    ("owner", "<!--<b onclick=\"x()\">"),
    ("officer", "=cmd|' /C calc'!A0"),
    ("land", "60 mu"),
    ("reclaim", "无"),
    ("permit", "无"),
    ("conversion", "无"),
];

/// A page of these projects, by what is asked of it.
fn page(
    pack: &Pack,
    projects: &[(&str, &[(&str, &str)])],
    render: impl Fn(&Report<'_, '_>) -> String,
    lang: Lang,
) -> String {
    let portfolio = portfolio(pack, projects);
    let evaluation = evaluated(pack, &portfolio, "2026-11-20");
    let asked = ResultOptions { projects: true, since: true, durations: Durations::Statutory };
    let results = results(&evaluation, asked, None);
    let assessment = Assessment::new(evaluation, results, Some(Words::new("示例市", "Sample city")));
    let explanations = assessment.evaluation.explain_results(&assessment.results.projects, Durations::Statutory);
    render(&Report { assessment: &assessment, explanations, lang, notes: vec!["注记".to_owned()] })
}

/// What a reader of a page reads: a line a block, cells apart by bars, no style, script or picture.
fn told(html: &str) -> String {
    let body = html.split("<main>").nth(1).unwrap().split("</main>").next().unwrap();
    let mut out = String::new();
    let mut pictures = 0;
    for piece in body.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap_or_default();
        pictures += i32::from(name == "svg") * if tag.starts_with('/') { -1 } else { 1 };
        match (name, tag.starts_with('/')) {
            ("td" | "th", false) if !out.ends_with('\n') => out.push_str(" | "),
            ("svg" | "td" | "th" | "b" | "a" | "span" | "small" | "i", _) => {}
            _ if !out.ends_with('\n') => out.push('\n'),
            _ => {}
        }
        if pictures == 0 {
            out.push_str(text.trim_matches('\n'));
        }
    }
    let out = out.replace("&gt;", ">");
    out.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Tags that HTML lets end by themselves.
const OPEN: [&str; 12] = ["li", "td", "th", "tr", "dt", "dd", "br", "wbr", "meta", "input", "thead", "option"];

/// Every element that must be closed is, in order; inside pictures all are; no bare ampersand.
fn check_elements(html: &str) {
    let page = &html[html.find("<main>").unwrap()..html.find("</main>").unwrap() + "</main>".len()];
    let mut open: Vec<&str> = Vec::new();
    for piece in page.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        let closes = tag.starts_with('/');
        if !closes && !tag.ends_with('/') && !OPEN.contains(&name) {
            open.push(name);
        } else if closes && !OPEN.contains(&name) {
            assert_eq!(open.pop(), Some(name), "{piece}");
        }
        let named = |after: &str| after.split_once(';').is_some_and(|(name, _)| name.len() < 6);
        assert!(text.split('&').skip(1).all(named), "{text}");
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn the_report_reads_as_prose_in_both_languages() {
    let pack = pack(CITY);
    let projects: &[(&str, &[(&str, &str)])] =
        &[("P-017", DEPOT), ("P-007", READY), ("P-023", &[("name", "科技孵化器")])];
    for (name, lang) in [("zh", Lang::Zh), ("en", Lang::En)] {
        let html = page(&pack, projects, report_html, lang);
        check_elements(&html);
        insta::assert_snapshot!(format!("report_{name}"), told(&html));
    }
}

#[test]
fn a_brief_reads_as_prose_in_both_languages() {
    let pack = pack(CITY);
    for (name, lang) in [("zh", Lang::Zh), ("en", Lang::En)] {
        let html = page(&pack, &[("P-017", DEPOT)], brief_html, lang);
        check_elements(&html);
        insta::assert_snapshot!(format!("brief_{name}"), told(&html));
    }
}

#[test]
fn nothing_in_a_ledger_becomes_markup() {
    let pack = pack(CITY);
    let id = "P\"><script>alert(3)</script>";
    for render in [report_html, brief_html] {
        let html = page(&pack, &[(id, HOSTILE), ("P-2", DEPOT)], render, Lang::Zh);
        check_elements(&html);
        for tag in ["<script>alert", "<img", "<!--", "<b onclick", "</style><"] {
            assert!(!html.contains(tag), "{tag}");
        }
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    }
}

#[test]
fn a_page_loads_nothing() {
    let pack = pack(CITY);
    let html = page(&pack, &[("P-017", DEPOT)], report_html, Lang::En);
    for word in ["http", "src=", "@import", "url(", "<link", "<iframe", "fetch(", "XMLHttp"] {
        let rest = html.replace("url(#hatch)", "").replace("url(#tip)", "");
        assert!(!rest.contains(word), "{word}");
    }
    let targets = html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    for target in targets {
        let id = target.strip_prefix('#').unwrap();
        assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[test]
fn without_projects_nothing_is_claimed() {
    let pack = pack(CITY);
    let html = page(&pack, &[], report_html, Lang::Zh);
    check_elements(&html);
    assert!(html.contains("没有受阻的项目") && html.contains("没有告警"));
}

/// Projects with cells drawn by a small generator.
pub(crate) fn drawn(seed: u64) -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let choices: [(&str, &[&str]); 8] = [
        ("planned_start", &["2026-09-30", "2027-02-01", "2029-01-01"]),
        ("land", &["0 mu", "60 mu", "380 mu"]),
        ("signed", &["82%", "95%"]),
        ("notice", &["2026-11-05", "2026-01-05", "无"]),
        ("eia", &["2026-02-01", "无"]),
        ("heritage", &["2026-02-01", "无"]),
        ("permit", &["2026-10-01", "无"]),
        ("started_on", &["2026-11-01"]),
    ];
    let mut state = seed;
    let mut dice = |sides: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % sides
    };
    let count = dice(90);
    let project = |at: usize, dice: &mut dyn FnMut(usize) -> usize| {
        let mut cells = Vec::new();
        for (fact, values) in choices {
            // The side past the values leaves the cell blank.
            let blank = if fact == "started_on" { 5 } else { 1 };
            cells.extend(values.get(dice(values.len() + blank)).map(|value| (fact, *value)));
        }
        (format!("P-{at}"), cells)
    };
    (0..count).map(|at| project(at, &mut dice)).collect()
}

/// The figures of the report against counts made of single projects, and against the solver's own.
#[test]
fn figures_add_up_over_random_portfolios() {
    let pack = pack(CITY);
    let (mut seen, mut blocked) = (0, 0);
    for seed in 1..60 {
        let projects = drawn(seed);
        let borrowed: Vec<(&str, &[(&str, &str)])> =
            projects.iter().map(|(id, cells)| (id.as_str(), cells.as_slice())).collect();
        let portfolio = portfolio(&pack, &borrowed);
        let evaluation = evaluated(&pack, &portfolio, "2026-11-20");
        let asked = ResultOptions { projects: true, since: false, durations: Durations::Statutory };
        let results = results(&evaluation, asked, None);
        let assessment = Assessment::new(evaluation, results, None);
        check_figures(&assessment);
        seen += projects.len();
        blocked += assessment.results.verdicts[2];
    }
    assert!(seen > 1000 && blocked > 300, "{seen} projects, {blocked} blocked");
}

fn check_figures(assessment: &Assessment<'_>) {
    let results = &assessment.results;
    let [started, ready, blocked, undetermined] = results.verdicts;
    let all = started + ready + blocked + undetermined;
    let lights = digest::lights(assessment);
    assert_eq!(lights.iter().map(|light| light.sum.projects).sum::<u64>(), all);
    let counties = digest::counties(assessment);
    let blocking = digest::blocking(assessment, &counties);
    for row in &blocking {
        let counts = &results.requirements[row.requirement.0 as usize];
        assert_eq!((row.sum.projects, row.alone.projects), (counts.blocks, counts.blocks_alone));
        assert_eq!(row.sum.fen, counts.investment_blocked);
        assert_eq!(row.counties.iter().sum::<u64>(), row.sum.projects);
    }
    assert_eq!(blocking.len(), results.requirements.iter().filter(|counts| counts.blocks > 0).count());
    let pipeline = digest::pipeline(assessment);
    assert!(pipeline.is_sorted_by(|one, next| one.sum.projects >= next.sum.projects));
    let (last, stuck) = (pipeline.last().unwrap(), pipeline.iter().map(|stage| stage.stuck).sum::<u64>());
    assert!(last.sum.projects + stuck <= all && last.sum.projects >= started + ready);
    let forecast = digest::forecast(assessment);
    let told: u64 = forecast.months.iter().map(|month| month.forecast.projects).sum();
    assert_eq!(told + forecast.never, all - started);
    let first = forecast.months.first().and_then(|month| month.of);
    assert_eq!(first, Date::parse("2026-11-20").map(|day| (day.ymd().0, day.ymd().1)));
}
