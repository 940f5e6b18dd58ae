//! The same rows in Parquet.

use kaigong_io::{ParquetRows, RowColumns, RowPart, RowType};
use kaigong_model::Lang;
use kaigong_report::{Assessment, TIDY_COLUMNS, check_columns, check_row, tidy_rows};
use rayon::prelude::*;

use super::{PART, RowFormat};

/// Types of the tidy table, in order of [`TIDY_COLUMNS`].
const TIDY_TYPES: [RowType; TIDY_COLUMNS.len()] =
    [RowType::Text, RowType::Text, RowType::Text, RowType::Text, RowType::YesNo, RowType::Day, RowType::Text];
/// Columns of [`check_columns`] that hold more than words.
const CHECK_TYPES: [(usize, RowType); 2] = [(4, RowType::Wan), (8, RowType::Day)];

/// The file that rows of a format go into; none where they are text.
pub(super) fn columns(format: RowFormat, cheapest: bool, lang: Lang) -> Option<ParquetRows> {
    let columns = match format {
        RowFormat::Parquet => {
            let row_type =
                |at| CHECK_TYPES.iter().find(|(typed, _)| *typed == at).map_or(RowType::Text, |known| known.1);
            let names = check_columns(cheapest, lang).into_iter().enumerate();
            names.map(|(at, (name, _))| (name, row_type(at))).collect()
        }
        RowFormat::TidyParquet => TIDY_COLUMNS.iter().map(|&name| name.to_owned()).zip(TIDY_TYPES).collect(),
        RowFormat::Csv | RowFormat::JsonLines | RowFormat::Tidy => return None,
    };
    Some(ParquetRows::new(RowColumns::new(columns)))
}

/// Adds the rows of some projects; the bytes that are ready by then.
pub(super) fn batch(
    file: &mut ParquetRows,
    assessment: &Assessment<'_>,
    batch: &[usize],
    format: RowFormat,
    lang: Lang,
) -> Vec<u8> {
    let columns = file.columns();
    let part = |part: &[usize]| match format {
        RowFormat::TidyParquet => {
            let rows: Vec<_> = part.iter().flat_map(|&at| tidy_rows(assessment, at)).collect();
            columns.part(&rows)
        }
        _ => columns.part(&part.iter().map(|&at| check_row(assessment, at, lang)).collect::<Vec<_>>()),
    };
    let parts: Vec<RowPart> = batch.par_chunks(PART).map(part).collect();
    parts.iter().for_each(|part| file.add(part));
    file.take()
}

#[cfg(test)]
mod tests {
    use kaigong_io::{Input, ReadOptions};
    use kaigong_model::Date;

    use super::*;
    use crate::{CheckOptions, RowWriter, check, load_rules, read_ledger};

    const CITY: &str = include_str!("../../../../fixtures/city/projects.csv");

    /// Checks the city as some file has it.
    fn checked(name: &str, bytes: Vec<u8>, told: impl Fn(&Assessment<'_>)) {
        let rules = load_rules("cn-gd-huizhou").unwrap();
        let inputs = [Input { name: name.to_owned(), bytes }];
        let ledger = read_ledger(&rules.pack, &inputs, &ReadOptions::default()).unwrap();
        let options = CheckOptions::on(Date::new(2026, 11, 20).unwrap());
        told(&check(&rules.pack, &ledger, &options, None).unwrap());
    }

    fn written(assessment: &Assessment<'_>, format: RowFormat) -> Vec<u8> {
        let mut writer = RowWriter::new(format, false, Lang::Zh);
        let mut bytes = writer.header();
        writer.rows(assessment).for_each(|part| bytes.extend(part));
        bytes.extend(writer.finish().unwrap());
        bytes
    }

    /// The city, every cell a text.
    fn city() -> Vec<u8> {
        let mut reader = csv::Reader::from_reader(CITY.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers().unwrap().clone();
        let columns = RowColumns::new(header.iter().map(|name| (name.to_owned(), RowType::Text)).collect());
        let mut rows = ParquetRows::new(columns.clone());
        let text = |record: csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let records: Vec<Vec<String>> = reader.records().map(|record| text(record.unwrap())).collect();
        rows.add(&columns.part(&records));
        [rows.take(), rows.finish().unwrap()].concat()
    }

    #[test]
    fn a_ledger_in_parquet_is_checked_as_its_csv_is() {
        let expect = std::cell::RefCell::new(Vec::new());
        checked("projects.csv", CITY.as_bytes().to_vec(), |assessment| {
            *expect.borrow_mut() = written(assessment, RowFormat::JsonLines);
        });
        checked("projects.parquet", city(), |assessment| {
            assert!(written(assessment, RowFormat::JsonLines) == *expect.borrow());
        });
    }

    #[test]
    fn every_cell_is_of_its_columns_type() {
        checked("projects.csv", CITY.as_bytes().to_vec(), |assessment| {
            for at in 0..assessment.results.projects.len() {
                let row = check_row(assessment, at, Lang::Zh);
                assert!(CHECK_TYPES.iter().all(|&(column, row_type)| row_type.holds(&row[column])), "{row:?}");
                for row in tidy_rows(assessment, at) {
                    assert!(row.iter().zip(TIDY_TYPES).all(|(cell, row_type)| row_type.holds(cell)), "{row:?}");
                }
            }
            for format in [RowFormat::Parquet, RowFormat::TidyParquet] {
                let bytes = written(assessment, format);
                assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
                assert!(bytes == written(assessment, format));
            }
        });
    }
}
