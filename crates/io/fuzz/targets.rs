//! What is fuzzed: shared by the libFuzzer target and the bounded stable test.

use std::sync::Arc;

use kaigong_io::{Input, ReadOptions, read, read_lists};
use kaigong_model::{Dimension, EnumValue, FactSpec, FactType, Schema};

/// One fact of each type.
pub(crate) fn schema() -> Arc<Schema> {
    let mut sector = FactSpec::new("sector", FactType::Enum);
    sector.values = vec![EnumValue { id: "industry".to_owned(), words: vec!["工业".to_owned()] }];
    let mut area = FactSpec::new("area", FactType::Quantity(Dimension::Area));
    area.columns = vec!["耕地".to_owned()];
    Arc::new(Schema::new(vec![
        sector,
        area,
        FactSpec::new("money", FactType::Quantity(Dimension::Money)),
        FactSpec::new("share", FactType::Quantity(Dimension::Ratio)),
        FactSpec::new("ok", FactType::Bool),
        FactSpec::new("day", FactType::Date),
        FactSpec::new("note", FactType::Text),
        FactSpec::new("permit", FactType::Document),
        FactSpec::new("after", FactType::Projects),
    ]))
}

/// A ledger that uses every type, to mutate.
pub(crate) const LEDGER: &str = "id,耕地(亩),money,share,ok,day,note,permit,permit.accepted_on,after,sector\n\
P-1,380,12.5亿元,85%,是,2020-01-01,\"a,\"\"b\"\"\",2020-02-01,,P-2;P-1,工业\n\
P-2,25.3333公顷,400万元,0.5,no,无,说明,惠市〔2020〕3号,2020-01-05,,industry\n";

/// Any bytes as a ledger, first byte choosing its name: read, or faults that each say something.
pub(crate) fn ledger(bytes: &[u8]) {
    let names = ["projects.csv", "projects.yaml", "documents.csv", "changes.csv", "grants.csv", "portfolio.yaml"];
    let (name, bytes) = match bytes.split_first() {
        Some((first, rest)) if (*first as usize) < names.len() => (names[*first as usize], rest),
        _ => (names[0], bytes),
    };
    let mut inputs = vec![Input { name: name.to_owned(), bytes: bytes.to_vec() }];
    if !name.starts_with("projects") {
        inputs.insert(0, Input { name: "projects.csv".to_owned(), bytes: LEDGER.as_bytes().to_vec() });
    }
    match read(&schema(), &inputs, &ReadOptions::default()) {
        Ok(ledger) => assert!(ledger.portfolio.ids.iter().all(|id| !id.is_empty())),
        Err(faults) => {
            assert!(!faults.is_empty());
            assert!(faults.iter().all(|fault| !fault.message.zh.is_empty() && !fault.message.en.is_empty()));
        }
    }
}

/// Any bytes as a workbook: read, or faults that each say something.
pub(crate) fn workbook(bytes: &[u8]) {
    let input = Input { name: "台账.xlsx".to_owned(), bytes: bytes.to_vec() };
    let plan = Input { name: "grants.xlsx".to_owned(), bytes: bytes.to_vec() };
    let ledger = Input { name: "projects.csv".to_owned(), bytes: LEDGER.as_bytes().to_vec() };
    let read = |inputs: &[Input]| read(&schema(), inputs, &ReadOptions::default()).map(drop);
    let lists = read_lists(std::slice::from_ref(&input)).map(drop);
    for faults in [read(&[input]), read(&[ledger, plan]), lists].into_iter().filter_map(Result::err) {
        assert!(!faults.is_empty());
        assert!(faults.iter().all(|fault| !fault.message.zh.is_empty() && !fault.message.en.is_empty()));
    }
}
