//! How counts are written: 1,200 in English, 1200 in Chinese, on every screen and page of a city of 1,300 projects.

use std::path::Path;

use super::desk::Desk;

const SCREENS: [&str; 7] = ["check", "audit", "worklist", "scorecard", "delays", "leverage", "ask"];

fn city() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/city").to_str().unwrap().to_owned()
}

/// What a screen, or the overview as a page or a paper, says of the city.
fn told(what: &str, lang: &str) -> String {
    let (desk, city) = (Desk::new(), city());
    let common = ["--as-of", "2026-11-20", "--ledger-date", "2026-11-20", "--lang", lang];
    if what == "page" {
        let output =
            desk.run(&[&["report", &city, "--summary-only", "--out", "page.html"], common.as_slice()].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        return words(&std::fs::read_to_string(desk.path("page.html")).unwrap());
    }
    let since: &[&str] = if what == "delays" { &["--from", "2026-05-20"] } else { &[] };
    let output = desk.run(&[&[what, &city], since, common.as_slice()].concat());
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().replace(&city, "city")
}

/// A page without its tags; cells stand apart.
fn words(page: &str) -> String {
    let body = page.split("<main>").nth(1).unwrap().split("</main>").next().unwrap();
    body.split('<').map(|piece| piece.split_once('>').map_or("", |(_, text)| text)).collect::<Vec<_>>().join(" ")
}

/// Numbers that stand alone, with their separators: no parts of days, ids, places or names.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | ':' | '.' | ',' | '〔' | '〕' | '/');
    let pieces = text.split(move |c: char| !part(c)).map(|piece| piece.trim_matches(['.', ',', '-', ':']));
    pieces
        .filter(|piece| piece.starts_with(|c: char| c.is_ascii_digit()))
        .filter(|piece| piece.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',')))
}

/// A year is no count.
fn is_year(number: &str) -> bool {
    number.len() == 4 && (number.starts_with("19") || number.starts_with("20"))
}

#[test]
fn counts_are_written_as_each_language_does() {
    let (mut separated, mut bare) = (0, 0);
    for what in SCREENS.into_iter().chain(["page"]) {
        for number in numbers(&told(what, "en")) {
            let whole = number.split('.').next().unwrap();
            let long = whole.chars().all(|c| c.is_ascii_digit()) && whole.len() > 3;
            // The portfolio's own title says so.
            assert!(!long || is_year(number) || number == "1300" || number == "2018", "{what} en: {number}");
            separated += usize::from(whole.contains(','));
        }
        for number in numbers(&told(what, "zh")) {
            let grouped = number.split_once(',').is_some_and(|(_, rest)| rest.len() >= 3);
            assert!(!grouped, "{what} zh: {number}");
            bare += usize::from(number.len() > 3 && !number.contains('.') && !is_year(number));
        }
    }
    assert!(separated > 200 && bare > 20, "{separated} with separators, {bare} without");
}
