//! A small pack and portfolios for the tests.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use std::sync::Arc;

use kaigong_model::{Date, FactIdx, Portfolio, PortfolioBuilder, parse_cell};
use kaigong_rules::{Layer, Pack, load};

use crate::reading::Reading;

const PACK: &str = "
id: local
version: '1'
goals: {start: {requirement: start}}
roles: {id: code, name: name, county: county, owner: owner, investment: money, land: land}
facts:
  code: {type: text}
  name: {type: text}
  county: {type: text}
  owner: {type: text}
  money: {type: money, unit: wan}
  land: {type: area, unit: mu}
  farm: {type: area, unit: mu}
  built: {type: area, unit: mu}
  tilled: {type: area, unit: mu}
totals:
  classes: {whole: land, parts: [farm, built], exact: true}
  tilled: {whole: farm, parts: [tilled]}
requirements:
  start: {title: {zh: 开工, en: Start}, cite: [{law: x, status: verified}]}
";

/// The pack.
pub(crate) fn pack() -> Pack {
    let layer = Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] };
    load(&[layer]).unwrap().0
}

/// A fact by id.
pub(crate) fn fact(pack: &Pack, id: &str) -> FactIdx {
    pack.schema.find(id).unwrap()
}

/// Rows of cells under headers.
pub(crate) fn portfolio(pack: &Pack, headers: &[&str], rows: &[Vec<String>]) -> Portfolio {
    let mut builder = PortfolioBuilder::new(Arc::clone(&pack.schema));
    for (at, row) in rows.iter().enumerate() {
        let project = builder.add(&format!("P-{at}"));
        for (header, text) in headers.iter().zip(row) {
            let fact = fact(pack, header);
            builder.put(project, fact, parse_cell(&pack.schema[fact], None, text).unwrap());
        }
    }
    builder.finish().0
}

/// A reading of a day on which nothing is dated later.
pub(crate) fn reading<'a>(pack: &'a Pack, portfolio: &'a Portfolio) -> Reading<'a> {
    Reading { pack, portfolio, as_of: Date::new(2026, 1, 1).unwrap(), known_by: None }
}
