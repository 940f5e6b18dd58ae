//! Prints the yardstick's text, or the program as data:
//! `cargo run -p kaigong-benches --example generate > benches/generated/forty.rs`,
//! `cargo run -p kaigong-benches --example generate json > benches/generated/forty.json`.
#![expect(clippy::disallowed_methods, reason = "what is printed is said on the command line")]

use std::io::Write;

use kaigong_benches::{AS_OF, forty_pack, generate::straight_line, peers, program::Program};

fn main() -> Result<(), String> {
    let pack = forty_pack().ok_or("the pack does not load")?;
    let text = match std::env::args().nth(1).as_deref() {
        None => straight_line(&pack, AS_OF)?,
        Some("json") => peers::json(&Program::of(&pack, AS_OF)?, &pack),
        Some(other) => return Err(format!("`{other}`: json, or nothing")),
    };
    std::io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
}
