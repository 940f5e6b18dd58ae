//! Read in pieces of any size, on any number of threads, a ledger is what it is read row by row.

use encoding_rs::GB18030;
use kaigong_model::{Cell, Diagnostic, FactIdx, Portfolio};
use proptest::prelude::*;

use crate::{
    Input,
    csv_ledger::{read_in_pieces, read_one_by_one},
    draft::Draft,
    testing::schema,
    text::decode,
};

/// Everything that reading a ledger comes to.
#[derive(Debug, PartialEq)]
pub(crate) struct Read {
    ids: Vec<String>,
    cells: Vec<Vec<Cell>>,
    lines: Vec<u32>,
    columns: Vec<bool>,
    said: Result<Vec<Diagnostic>, Vec<Diagnostic>>,
}

pub(crate) fn finished(draft: Draft) -> Read {
    let (portfolio, log) = draft.finish();
    let Portfolio { schema, ids, columns, sources, .. } = &portfolio;
    let rows = ids.len() as u32;
    let cell = |fact: FactIdx, row| portfolio.column(fact).map_or(Cell::Blank, |column| column.base_cell(row));
    Read {
        ids: ids.iter().map(ToString::to_string).collect(),
        cells: schema.iter().map(|(fact, _)| (0..rows).map(|row| cell(fact, row)).collect()).collect(),
        lines: sources.iter().flat_map(|source| source.lines.clone()).collect(),
        columns: columns.iter().map(Option::is_some).collect(),
        said: log.finish(),
    }
}

fn in_pieces(input: &Input, skip: bool, size: usize) -> Read {
    let mut draft = Draft::new(&schema(), skip);
    read_in_pieces(&mut draft, input, size);
    finished(draft)
}

fn row_by_row(input: &Input, skip: bool) -> Read {
    let mut draft = Draft::new(&schema(), skip);
    match decode(input, &mut draft.log) {
        Some(text) => read_one_by_one(&mut draft, &input.name, &text),
        None => draft.incomplete = true,
    }
    finished(draft)
}

fn same(input: &Input) -> Result<(), TestCaseError> {
    for skip in [false, true] {
        let whole = row_by_row(input, skip);
        for size in [1, 7, 40, 1 << 20] {
            prop_assert_eq!(&in_pieces(input, skip, size), &whole, "pieces of {}, skipping {}", size, skip);
        }
    }
    Ok(())
}

const HEADERS: [&str; 4] = [
    "id,项目名称,占用耕地(亩),总投资,是否中央项目,人数,开工日期,行业,施工许可证,permit.accepted_on,permit.area,上游项目",
    "\"项目\n编号\",占用耕地（公顷）,备注,\"施工许可证\",permit.number,总投资(元)",
    "项目代码\t项目名称\t行业",
    "人数;id;开工日期;",
];

/// Cells that are sound in the columns of the first header, in order.
const SOUND: [&[&str]; 11] = [
    &[
        "城北快速路",
        "\"水厂,一期\"",
        "\"a\nb\"",
        "\"a\"\"b\"",
        "x\"y",
        "\"x\"y",
        "\"x\" \"y\"",
        "\u{3000}是\u{3000}",
        "½",
    ],
    &["380", "380.5亩", "0.000001", "无", "\"1,200\"", "0"],
    &["12.5亿元", "400", "0", "办理中"],
    &["是", "否", "1", "无", "\"有\""],
    &["1", "001", "+5", "0"],
    &["2026-02-28", "无", "\"2026-01-01\""],
    &["工业", "road", "无"],
    &["2026-02-01", "惠建〔2026〕1号", "无", "办理中", "\"2026-02-01\""],
    &["2026-01-05", "办理中", "无"],
    &["3", "2公顷"],
    &["P-1", "\"P-1;P-2\"", ";", "无", "P-1；P-3"],
];

/// Cells that may stand anywhere.
const WILD: [&str; 22] = [
    "P-1",
    "Q\u{1}",
    "0.0000001",
    "-3",
    "NaN",
    "99999999999999999999",
    "2026-02-30",
    "2026-1-1",
    "渔业",
    "\"a\r\nb\"",
    "\"\"",
    "P-9",
    "a\u{7}b",
    "\u{a0}",
    "\"",
    "x\"y",
    "\"x\" \"y\"",
    "\u{3000}",
    "1,2",
    " ",
    "是",
    "2026-03-03",
];

fn cell(column: usize) -> impl Strategy<Value = String> {
    let sound = SOUND[column.min(SOUND.len() - 1)];
    prop_oneof![
        60 => Just(String::new()),
        80 => prop::sample::select(sound).prop_map(str::to_owned),
        3 => prop::sample::select(&WILD[..]).prop_map(str::to_owned),
    ]
}

pub(crate) fn ledger() -> impl Strategy<Value = Vec<u8>> {
    let id = prop_oneof![
        30 => "P-[0-9]{1,2}".prop_map(String::from),
        1 => prop::sample::select(&WILD[..]).prop_map(str::to_owned),
    ];
    let cells: Vec<_> = (0..12).map(cell).collect();
    let row = (id, cells, 0..14usize);
    let ends = prop::sample::select(&["\n", "\r\n", "\r", "\n\n", "\r\n \r\n"][..]);
    let rows = prop::collection::vec((row, ends), 0..24);
    // Mostly one kind of line end and few open quotes, so that whole ledgers come through too.
    (0..8usize, rows, any::<bool>(), 0..9u8, any::<bool>()).prop_map(|(header, rows, mixed, encoding, tame)| {
        let header = HEADERS.get(header).unwrap_or(&HEADERS[0]);
        let delimiter = if header.contains('\t') {
            "\t"
        } else if header.contains(';') {
            ";"
        } else {
            ","
        };
        let mut text = format!("{header}\n");
        for ((id, cells, count), end) in rows {
            let cells = cells.iter().take(count.min(12)).map(String::as_str).filter(|cell| !tame || *cell != "\"");
            let cells: Vec<&str> = std::iter::once(id.as_str()).chain(cells).collect();
            text.push_str(&cells.join(delimiter));
            text.push_str(if mixed { end } else { "\n" });
        }
        match encoding {
            0 => format!("\u{feff}{text}").into_bytes(),
            1 => GB18030.encode(&text).0.into_owned(),
            2 => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
            3 => text.replace('\n', "\r").into_bytes(),
            4 => format!("\u{feff}\u{feff}{text}").into_bytes(),
            _ => text.into_bytes(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn pieces_of_any_size_say_what_the_whole_says(bytes in ledger(), clean in any::<bool>()) {
        let bytes = if clean { bytes } else { [bytes, b"\nP-50,\"open\nP-51".to_vec()].concat() };
        same(&Input { name: "台账.csv".into(), bytes })?;
    }
}

#[test]
fn lists_that_are_full_are_cut_at_the_same_fault() {
    let row = |at: usize| match at % 7 {
        0 => format!("P-{at},q,2026-01-01,2026-01-02\n"),
        1 => format!("P-{},1,,\n", at - 1),
        2 => format!("P-{at},1,,,,9\n"),
        _ => format!("P-{at},x,2026-01-01,2026-01-02\n"),
    };
    let text: String = (0..4_000).map(row).collect();
    let input =
        Input { name: "a.csv".into(), bytes: format!("id,人数,permit,permit.issued_on\n{text}").into_bytes() };
    for skip in [false, true] {
        let whole = row_by_row(&input, skip);
        for size in [1, 1_000, 1 << 20] {
            assert_eq!(in_pieces(&input, skip, size), whole);
        }
    }
}

#[test]
fn generated_ledgers_reach_what_they_should() {
    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let (mut sound, mut faulty, mut told, mut joined) = (0, 0, std::collections::BTreeSet::new(), 0);
    for _ in 0..400 {
        let bytes = ledger().new_tree(&mut runner).unwrap().current();
        let read = row_by_row(&Input { name: "a.csv".into(), bytes }, true);
        joined += usize::from(read.ids.len() > 4);
        match &read.said {
            Ok(_) => sound += 1,
            Err(_) => faulty += 1,
        }
        told.extend(read.said.unwrap_or_else(|said| said).into_iter().map(|said| said.code.0));
    }
    assert!(sound > 40 && faulty > 2 && joined > 40, "{sound} {faulty} {joined}");
    for code in ["KG-L001", "KG-L008", "KG-L009", "KG-L014", "KG-L015", "KG-L018", "KG-L030", "KG-L035", "KG-L040"] {
        assert!(told.contains(code), "{code} is never reached: {told:?}");
    }
}
