//! Blocks of any size hold what the whole ledger holds.

use encoding_rs::GB18030;
use kaigong_model::{Cell, Diagnostic, Portfolio};
use proptest::prelude::*;

use super::*;
use crate::{
    Input, ReadOptions,
    csv_ledger::tests::pieces,
    read,
    testing::{codes_of, lines_of, schema},
};

/// Notices, or faults.
pub(crate) type Said = Result<Vec<Diagnostic>, Vec<Diagnostic>>;

/// Ids with all their cells and lines, in order.
pub(crate) type Projects = Vec<(String, Vec<Cell>, u32)>;

pub(crate) fn projects(portfolio: &Portfolio) -> Projects {
    let facts: Vec<_> = portfolio.schema.iter().map(|(fact, _)| fact).collect();
    let cells = |row: u32| -> Vec<Cell> {
        facts.iter().map(|&fact| portfolio.column(fact).map_or(Cell::Blank, |column| column.base_cell(row))).collect()
    };
    let rows = portfolio.ids.iter().enumerate();
    rows.map(|(row, id)| (id.to_string(), cells(row as u32), portfolio.sources[0].lines[row])).collect()
}

/// Reads in blocks, and looks twice where that is due.
fn in_blocks(bytes: &[u8], options: BlockOptions) -> (Projects, Vec<usize>, Said, bool) {
    let (read, is_other) = all_blocks("a.csv", || Origin::Text(bytes), options);
    if is_other && !options.gb18030 {
        return in_blocks(bytes, BlockOptions { gb18030: true, ..options });
    }
    read
}

/// All blocks of a ledger, how many projects each has, what was said, whether any is linked; and whether the text is in
/// another encoding.
pub(crate) fn all_blocks<R: Read + Send>(
    name: &str,
    open: impl Fn() -> Origin<R>,
    options: BlockOptions,
) -> ((Projects, Vec<usize>, Said, bool), bool) {
    let mut blocks = Blocks::open(&schema(), name, open(), options);
    let (mut all, mut sizes) = (Projects::new(), Vec::new());
    while let Some(block) = blocks.next_block() {
        sizes.push(block.len());
        all.extend(projects(&block));
    }
    let (linked, is_other) = (!blocks.linked().is_empty(), blocks.is_other_text());
    assert_eq!(blocks.rows(), all.len());
    if blocks.has_suspects() {
        blocks.second_look(open());
    }
    ((all, sizes, blocks.finish(), linked), is_other)
}

fn small(rows: usize) -> BlockOptions {
    BlockOptions { piece: 1, ..BlockOptions::of(rows, InputFormat::Csv) }
}

const SIZES: [usize; 6] = [1, 2, 7, 63, 64, 65];

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn blocks_hold_what_the_whole_holds(bytes in pieces::ledger()) {
        let whole = read(&schema(), &[Input { name: "a.csv".into(), bytes: bytes.clone() }], &ReadOptions::default());
        for rows in SIZES {
            let (held, sizes, said, linked) = in_blocks(&bytes, small(rows));
            match &whole {
                Ok(whole) => {
                    prop_assert_eq!(&held, &projects(&whole.portfolio), "blocks of {}", rows);
                    prop_assert_eq!(&said, &Ok(whole.notices.clone()));
                    prop_assert!(sizes[..sizes.len() - 1].iter().all(|&size| size == rows), "{:?}", sizes);
                }
                // A link to nobody is not seen where the ledger is not seen whole.
                Err(faults) => prop_assert!(said.is_err() || linked && codes_of(faults).contains(&"KG-L018"), "{:?}", faults),
            }
        }
    }
}

fn ledger(rows: usize) -> String {
    (0..rows).fold("id,人数,项目名称\n".to_owned(), |text, row| format!("{text}P-{row},{row},\"道路\n{row}\"\n"))
}

#[test]
fn blocks_are_as_large_as_asked_for() {
    for rows in SIZES {
        let (held, sizes, said, _) = in_blocks(ledger(200).as_bytes(), small(rows));
        assert_eq!(held.len(), 200);
        assert_eq!(held[199].2, 2 + 199 * 2);
        assert_eq!(sizes.len(), 200_usize.div_ceil(rows));
        assert!(said.unwrap().is_empty());
    }
    let (held, sizes, said, _) = in_blocks(b"id\n", small(64));
    assert!(held.is_empty() && sizes == [0]);
    assert_eq!(codes_of(&said.unwrap()), ["KG-L041"]);
}

#[test]
fn encodings_are_told_apart_as_they_come() {
    let text = ledger(70);
    let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let late = "id,人数\nP-1,1\nP-2,1\nP-3,".to_owned();
    for bytes in [GB18030.encode(&text).0.into_owned(), utf16, format!("\u{feff}{text}").into_bytes()] {
        let (held, ..) = in_blocks(&bytes, small(64));
        assert_eq!(held.len(), 70);
    }
    assert_eq!(codes_of(&in_blocks(&GB18030.encode(&text).0, small(64)).2.unwrap()), ["KG-L001"]);
    // Bytes that are no text far behind the beginning, in both encodings.
    let broken = [late.as_bytes(), &vec![b'x'; 1 << 19], b"\xff\xff,\n"].concat();
    let said = in_blocks(&broken, small(64)).2.unwrap_err();
    assert_eq!(codes_of(&said)[0], "KG-L002", "{said:?}");
    assert_eq!(codes_of(&in_blocks(b"id\nP\0\n", small(1)).2.unwrap_err()), ["KG-L003"]);
    assert_eq!(codes_of(&in_blocks(b"PK\x03\x04rest", small(1)).2.unwrap_err()), ["KG-L007"]);
    assert_eq!(
        lines_of(&in_blocks(b"id,a\nP,1\nQ,\"2\n", small(1)).2.unwrap_err())[0].split(": ").nth(1),
        Some("KG-L008")
    );
}

#[test]
fn ids_used_twice_are_found_across_blocks_and_clashing_hashes_are_no_fault() {
    let text = "id,人数\nP-1,1\nP-2,2\nP-1,3\nP-3,4\nP-2,5\nP-1,1\n";
    let whole = read(&schema(), &[Input { name: "a.csv".into(), bytes: text.into() }], &ReadOptions::default());
    let whole = whole.unwrap_err();
    for rows in 1..7 {
        assert_eq!(in_blocks(text.as_bytes(), small(rows)).2.unwrap_err(), whole, "blocks of {rows}");
    }
    // As if the hash of P-3 had been that of P-1.
    let text = "id,人数\nP-1,1\nP-3,3\n";
    let clash = |look: bool| {
        let mut blocks = Blocks::open(&schema(), "a.csv", Origin::Text(text.as_bytes()), small(1));
        while blocks.next_block().is_some() {}
        blocks.hold.suspect("P-3", 3, 2);
        if look {
            blocks.second_look(Origin::Text(text.as_bytes()));
        }
        blocks.finish()
    };
    assert!(clash(true).unwrap().is_empty());
    assert_eq!(codes_of(&clash(false).unwrap_err()), ["KG-L047"]);
}

#[test]
fn lines_of_json_come_in_blocks_too() {
    let text = (0..130).fold(String::new(), |text, row| format!("{text}{{\"id\": \"P-{row}\", \"人数\": {row}}}\n"));
    let input = Input { name: "a.jsonl".into(), bytes: text.clone().into() };
    let whole = projects(&read(&schema(), &[input], &ReadOptions::default()).unwrap().portfolio);
    for piece in [1, 50, 1 << 20] {
        let options = BlockOptions { piece, ..BlockOptions::of(64, InputFormat::JsonLines) };
        let (held, _, said, _) = in_blocks(text.as_bytes(), options);
        assert_eq!(held, whole);
        assert!(said.unwrap().is_empty());
    }
}

#[test]
fn links_are_seen() {
    assert!(in_blocks("id,after\nP-1,\nP-2,P-1\n".as_bytes(), small(1)).3);
    assert!(!in_blocks("id,after\nP-1,\nP-2,\n".as_bytes(), small(1)).3);
}

#[test]
fn a_block_comes_with_all_it_rests_on_and_no_more() {
    // Row r rests on r * 5 mod 97 where r is a multiple of 3; the rest on nothing.
    let link = |row: usize| (row.is_multiple_of(3)).then(|| row * 5 % 97);
    let row = |row: usize| format!("P-{row},{}\n", link(row).map(|to| format!("P-{to}")).unwrap_or_default());
    let text: String = std::iter::once("id,after\n".to_owned()).chain((0..97).map(row)).collect();
    let open = || {
        let options = BlockOptions { piece: 1, ..BlockOptions::of(10, InputFormat::Csv) };
        Blocks::open(&schema(), "a.csv", Origin::Text(text.as_bytes()), options)
    };
    let mut first = open();
    while first.next_block().is_some() {}
    let mut second = open();
    let knot = Knot::gather(&schema(), first.linked().clone(), std::iter::from_fn(|| second.next_block())).unwrap();
    let (mut third, mut done) = (open(), 0);
    while let Some(block) = third.next_block() {
        let own: Vec<String> = block.ids.iter().map(str::to_owned).collect();
        let mut expect: std::collections::BTreeSet<String> = own.iter().cloned().collect();
        let mut todo: Vec<usize> = (done..done + own.len()).collect();
        while let Some(row) = todo.pop() {
            todo.extend(link(row).filter(|to| expect.insert(format!("P-{to}"))));
        }
        let tied = knot.tie(block);
        assert_eq!(tied.ids.iter().take(own.len()).collect::<Vec<_>>(), own);
        assert_eq!(tied.ids.iter().map(str::to_owned).collect::<std::collections::BTreeSet<_>>(), expect);
        assert_eq!(tied.ids.len(), expect.len());
        for column in tied.columns.iter().flatten() {
            let kaigong_model::Values::Projects { ids, rows } = &column.values else { continue };
            for (row, to) in rows {
                let named: Vec<&str> = to.iter().map(|&to| &tied.ids[to as usize]).collect();
                assert_eq!(named, ids[row]);
                let line = tied.sources[0].lines[*row as usize] as usize;
                assert_eq!(tied.ids[*row as usize], format!("P-{}", line - 2));
            }
        }
        done += own.len();
    }
    assert_eq!(done, 97);
    let strange = "id,after\nP-1,P-2\n";
    let open = || Blocks::open(&schema(), "a.csv", Origin::Text(strange.as_bytes()), small(1));
    let mut first = open();
    while first.next_block().is_some() {}
    let mut second = open();
    assert!(Knot::gather(&schema(), first.linked().clone(), std::iter::from_fn(|| second.next_block())).is_none());
}
