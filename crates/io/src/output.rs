//! Tables to CSV: UTF-8 with a byte order mark, so that spreadsheets read Chinese.

use kaigong_model::Table;

/// A table as CSV. A cell that a spreadsheet would take for a formula is given a leading apostrophe.
pub fn table_csv(table: &Table) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let header: Vec<String> = table.columns.iter().map(|(name, _)| name.clone()).collect();
    for row in std::iter::once(&header).chain(&table.rows) {
        // INVARIANT: every row has as many cells as the header, and memory does not fail to write.
        let _ = writer.write_record(row.iter().map(|cell| inert(cell)));
    }
    writer.into_inner().unwrap_or_default()
}

/// Rows of CSV without a header, as [`table_csv`] writes them.
pub fn rows_csv<R: AsRef<[String]>>(rows: impl IntoIterator<Item = R>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        // INVARIANT: every row of a table has as many cells, and memory does not fail to write.
        let _ = writer.write_record(row.as_ref().iter().map(|cell| inert(cell)));
    }
    writer.into_inner().unwrap_or_default()
}

fn inert(cell: &str) -> String {
    if acts(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// Whether a spreadsheet takes a text for a formula: by its first character, of full width too. A negative number
/// and a lone dash do nothing.
pub(crate) fn acts(cell: &str) -> bool {
    let mut chars = cell.chars();
    match chars.next() {
        Some('=' | '@' | '+' | '\t' | '\r' | '\n' | '＝' | '＠' | '＋') => true,
        Some('-') => cell.len() > 1 && !is_number(cell),
        Some('－') => chars.next().is_some(),
        _ => false,
    }
}

fn is_number(cell: &str) -> bool {
    cell[1..].bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use kaigong_model::Align;

    #[test]
    fn nothing_in_a_cell_can_act() {
        let mut table = Table::new([("编号", Align::Left), ("x", Align::Left)]);
        table.push(["=cmd|' /C calc'!A0".into(), "-12.5".into()]);
        table.push(["a,b".into(), "-1+1".into()]);
        let text = String::from_utf8(table_csv(&table)).unwrap();
        assert_eq!(text, "\u{feff}编号,x\n'=cmd|' /C calc'!A0,-12.5\n\"a,b\",'-1+1\n");
        assert!(["＝1+1", "＋1", "＠x", "－1+1", "\t=1", "\r=1", "\n=1"].into_iter().all(acts));
        assert!(!["-", "－", "-3", "-1,200.50", "3-1", "甲=乙", ""].into_iter().any(acts));
    }
}
