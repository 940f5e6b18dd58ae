//! What a program without the store says when it is asked for one.

use crate::desk::Desk;

#[test]
fn a_store_is_refused_with_how_to_build_it_in() {
    let desk = Desk::new();
    let said = |words: &[&str]| {
        let output = desk.run(words);
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
        String::from_utf8(output.stderr).unwrap()
    };
    let zh = said(&["--lang", "zh", "history", "import", "x.csv", "--store", "city.db", "--recorded-on", "2026-05-20"]);
    assert!(zh.contains("KG-C061") && zh.contains("没有编入") && zh.contains("--features history"), "{zh}");
    let en = said(&["--lang", "en", "history", "list", "--store", "postgres://localhost/city"]);
    assert!(en.contains("built without the store") && en.contains("--features postgres"), "{en}");
    assert!(said(&["history"]).contains("KG-C061"));
    assert!(said(&["history", "--help"]).contains("KG-C061"));
}
