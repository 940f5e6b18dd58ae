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
/// Rows of a ledger of typed columns: what its header claims is not believed past it.
pub const LEDGER_ROWS: usize = 100_000_000;
/// Longest cell of a ledger, bytes.
pub const CELL_BYTES: usize = 1 << 20;
/// Largest workbook file, bytes.
pub const WORKBOOK_BYTES: usize = 256 << 20;
/// What the parts of a workbook may unpack to together, bytes.
pub const WORKBOOK_UNPACKED: u64 = 1 << 30;
/// Parts of a workbook's archive.
pub const WORKBOOK_PARTS: usize = 4_096;
/// Sheets of a workbook.
pub const WORKBOOK_SHEETS: usize = 256;
/// Rows of a sheet, the most that spreadsheets have.
pub const SHEET_ROWS: u32 = 1 << 20;
/// Cells of all sheets of a workbook that hold something.
pub const WORKBOOK_CELLS: usize = 1 << 25;
/// Columns that the merged cells of a sheet reach over, each counted: four in each row of the largest.
pub const WORKBOOK_MERGED: usize = 1 << 22;
/// Texts of all cells of a workbook together, bytes.
pub const WORKBOOK_TEXT: usize = 1 << 30;
/// Requirements of a pack.
pub const REQUIREMENTS: usize = 4_096;
/// Facts of a pack.
pub const FACTS: usize = 4_096;
/// Faults listed one by one; the rest are counted.
pub const FAULTS_LISTED: usize = 1_000;
/// Packs above one another by `extends`.
pub const PACK_LAYERS: usize = 16;
/// Dearest a step may be, fen (10 trillion yuan): the steps of a pack then add up within 64 bits.
pub const PRICE: i64 = 1_000_000_000_000_000;
/// Most days of work a step may be priced at.
pub const DAYS_OF_WORK: i64 = 100_000;
/// Earliest and latest year a date may have.
pub const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;
