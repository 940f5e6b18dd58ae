//! Prints the ledger that `peers/columns.py` reads: `cargo run --release -p kaigong-benches --example peers -- PROJECTS BLANK`,
//! where BLANK cells in a hundred are blank.
#![expect(clippy::disallowed_methods, reason = "what is printed is said on the command line")]

use kaigong_benches::{forty_pack, peers, portfolio};

/// The seed of every ledger of the comparison.
const SEED: u64 = 7;

fn main() -> Result<(), String> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u32>());
    let (Some(Ok(projects)), Some(Ok(blank)), None) = (numbers.next(), numbers.next(), numbers.next()) else {
        return Err("how many projects, and how many cells in a hundred are blank".to_owned());
    };
    let pack = forty_pack().ok_or("the pack does not load")?;
    let portfolio = portfolio(&pack, projects, u64::from(blank), SEED);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    peers::ledger(&portfolio, &mut out).map_err(|error| error.to_string())
}
