//! A small table of texts, on its way to a screen or a file.

/// How a column's texts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Headers and rows of text; every row has as many cells as there are headers.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Header and alignment of each column.
    pub columns: Vec<(String, Align)>,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns and no rows.
    pub fn new<const N: usize>(columns: [(&str, Align); N]) -> Self {
        Self { columns: columns.iter().map(|&(name, align)| (name.to_owned(), align)).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push<const N: usize>(&mut self, row: [String; N]) {
        self.rows.push(row.into());
    }

    /// The table as aligned lines, columns two spaces apart, widths in terminal cells.
    ///
    /// No line ends in spaces.
    pub fn lines(&self) -> Vec<String> {
        use unicode_width::UnicodeWidthStr;
        let mut widths: Vec<usize> = self.columns.iter().map(|(name, _)| name.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let header: Vec<String> = self.columns.iter().map(|(name, _)| name.clone()).collect();
        std::iter::once(&header)
            .chain(&self.rows)
            .map(|row| {
                let mut line = String::new();
                for ((cell, &width), (_, align)) in row.iter().zip(&widths).zip(&self.columns) {
                    if !line.is_empty() {
                        line.push_str("  ");
                    }
                    let pad = " ".repeat(width.saturating_sub(cell.width()));
                    match align {
                        Align::Left => line.extend([cell.as_str(), &pad]),
                        Align::Right => line.extend([pad.as_str(), cell]),
                    }
                }
                line.truncate(line.trim_end().len());
                line
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_cells() {
        let mut table = Table::new([("堵点", Align::Left), ("项目", Align::Right)]);
        table.push(["用地指标".into(), "8".into()]);
        table.push(["EIA".into(), "12".into()]);
        assert_eq!(table.lines(), ["堵点      项目", "用地指标     8", "EIA         12"]);
    }
}
