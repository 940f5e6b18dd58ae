//! What a check says of each project, as bytes in order: some thousands at a time, made on every thread there is.

use kaigong_io::rows_csv;
use kaigong_model::{Lang, Table};
use kaigong_report::{Assessment, TIDY_COLUMNS, check_columns, check_row, project_line, tidy_rows};
use rayon::prelude::*;

/// Projects whose rows are held at a time.
const BATCH: usize = 4_096;

/// A format of rows, one project after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// A row a project.
    Csv,
    /// An object of JSON a line, a line a project.
    JsonLines,
    /// A row a project and requirement.
    Tidy,
}

/// What stands before the first row; `cheapest` where the cheapest way of each project is told too.
pub fn rows_header(format: RowFormat, cheapest: bool, lang: Lang) -> Vec<u8> {
    let table = |columns| kaigong_io::table_csv(&Table { columns, rows: Vec::new() });
    match format {
        RowFormat::Csv => table(check_columns(cheapest, lang)),
        RowFormat::JsonLines => Vec::new(),
        RowFormat::Tidy => table(TIDY_COLUMNS.map(|name| (name.to_owned(), kaigong_model::Align::Left)).to_vec()),
    }
}

/// The rows of every project told of, in order, a batch at a time.
pub fn rows<'a>(assessment: &'a Assessment<'_>, format: RowFormat, lang: Lang) -> impl Iterator<Item = Vec<u8>> + 'a {
    let all = assessment.results.projects.len();
    (0..all).step_by(BATCH).map(move |from| {
        let batch: Vec<usize> = (from..all.min(from + BATCH)).collect();
        let parts: Vec<Vec<u8>> = batch.par_chunks(64).map(|part| rows_of(assessment, part, format, lang)).collect();
        parts.concat()
    })
}

fn rows_of(assessment: &Assessment<'_>, part: &[usize], format: RowFormat, lang: Lang) -> Vec<u8> {
    match format {
        RowFormat::Csv => rows_csv(part.iter().map(|&at| check_row(assessment, at, lang))),
        RowFormat::Tidy => rows_csv(part.iter().flat_map(|&at| tidy_rows(assessment, at))),
        RowFormat::JsonLines => {
            part.iter().flat_map(|&at| (project_line(assessment, at) + "\n").into_bytes()).collect()
        }
    }
}
