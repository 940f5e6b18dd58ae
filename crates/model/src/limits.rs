//! Every limit by name. Input past one is refused with an error that names it.

/// Deepest nesting of YAML collections.
pub const YAML_DEPTH: usize = 64;
/// Largest YAML file, bytes.
pub const YAML_BYTES: usize = 16 << 20;
/// Longest expression, bytes.
pub const EXPRESSION_BYTES: usize = 16 << 10;
/// Deepest nesting of an expression.
pub const EXPRESSION_DEPTH: usize = 64;
/// Columns of one ledger.
pub const LEDGER_COLUMNS: usize = 4_096;
/// Largest ledger file read into memory, bytes.
pub const LEDGER_BYTES: usize = 4 << 30;
/// Longest cell of a ledger, bytes.
pub const CELL_BYTES: usize = 1 << 20;
/// Requirements of a pack.
pub const REQUIREMENTS: usize = 4_096;
/// Facts of a pack.
pub const FACTS: usize = 4_096;
/// Faults listed one by one; the rest are counted.
pub const FAULTS_LISTED: usize = 1_000;
/// Packs above one another by `extends`.
pub const PACK_LAYERS: usize = 16;
/// Earliest and latest year a date may have.
pub const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;
