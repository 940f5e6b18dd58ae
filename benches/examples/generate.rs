//! Prints the yardstick's text: `cargo run -p kaigong-benches --example generate > benches/generated/forty.rs`.

use std::io::Write;

use kaigong_benches::{AS_OF, forty_pack, generate::straight_line};

fn main() -> Result<(), String> {
    let pack = forty_pack().ok_or("the pack does not load")?;
    let text = straight_line(&pack, AS_OF)?;
    std::io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
}
