//! The shipped packs and the sample are part of the binary: when a file of theirs changes, so does it.

fn main() {
    for folder in ["../../rules", "../../fixtures/demo"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
