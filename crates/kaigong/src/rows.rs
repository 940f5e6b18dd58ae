//! What a check says of each project, as bytes in order: some thousands at a time, made on every thread there is.

use kaigong_io::rows_csv;
use kaigong_model::{Align, Lang, Table};
use kaigong_report::{Assessment, TIDY_COLUMNS, check_columns, check_row, project_line, tidy_rows};
use rayon::prelude::*;

#[cfg(feature = "parquet")]
mod parquet;

/// Projects whose rows are held at a time.
const BATCH: usize = 4_096;
/// Projects whose rows are made at a time on one thread.
const PART: usize = 64;

/// A format of rows, one project after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// A row a project.
    Csv,
    /// An object of JSON a line, a line a project.
    JsonLines,
    /// A row a project and requirement.
    Tidy,
    /// As [`RowFormat::Csv`], in Parquet.
    #[cfg(feature = "parquet")]
    Parquet,
    /// As [`RowFormat::Tidy`], in Parquet.
    #[cfg(feature = "parquet")]
    TidyParquet,
}

impl RowFormat {
    /// Whether rows tell since when a requirement blocks.
    pub fn tells_since(self) -> bool {
        match self {
            Self::JsonLines | Self::Tidy => true,
            Self::Csv => false,
            #[cfg(feature = "parquet")]
            Self::TidyParquet => true,
            #[cfg(feature = "parquet")]
            Self::Parquet => false,
        }
    }
}

/// Rows being written: [`RowWriter::header`], [`RowWriter::rows`] of one assessment or of one after another,
/// [`RowWriter::finish`]; the bytes of all, one after another, are the file.
#[derive(Debug)]
pub struct RowWriter {
    format: RowFormat,
    /// Whether the cheapest way of each project is told too.
    cheapest: bool,
    lang: Lang,
    #[cfg(feature = "parquet")]
    columns: Option<kaigong_io::ParquetRows>,
}

impl RowWriter {
    /// Rows of a format; `cheapest` where the cheapest way of each project is told too.
    pub fn new(format: RowFormat, cheapest: bool, lang: Lang) -> Self {
        Self {
            format,
            cheapest,
            lang,
            #[cfg(feature = "parquet")]
            columns: parquet::columns(format, cheapest, lang),
        }
    }

    /// What stands before the first row.
    pub fn header(&self) -> Vec<u8> {
        let table = |columns| kaigong_io::table_csv(&Table { columns, rows: Vec::new() });
        match self.format {
            RowFormat::Csv => table(check_columns(self.cheapest, self.lang)),
            RowFormat::JsonLines => Vec::new(),
            RowFormat::Tidy => table(TIDY_COLUMNS.map(|name| (name.to_owned(), Align::Left)).to_vec()),
            #[cfg(feature = "parquet")]
            RowFormat::Parquet | RowFormat::TidyParquet => Vec::new(),
        }
    }

    /// The rows of every project told of, in order, a batch at a time.
    pub fn rows<'a>(&'a mut self, assessment: &'a Assessment<'_>) -> impl Iterator<Item = Vec<u8>> + 'a {
        let all = assessment.results.projects.len();
        (0..all).step_by(BATCH).map(move |from| {
            let batch: Vec<usize> = (from..all.min(from + BATCH)).collect();
            self.batch(assessment, &batch)
        })
    }

    fn batch(&mut self, assessment: &Assessment<'_>, batch: &[usize]) -> Vec<u8> {
        #[cfg(feature = "parquet")]
        if let Some(columns) = &mut self.columns {
            return parquet::batch(columns, assessment, batch, self.format, self.lang);
        }
        let (format, lang) = (self.format, self.lang);
        let parts: Vec<Vec<u8>> = batch.par_chunks(PART).map(|part| text(assessment, part, format, lang)).collect();
        parts.concat()
    }

    /// What stands after the last row; none where the file could not be made.
    pub fn finish(&mut self) -> Option<Vec<u8>> {
        #[cfg(feature = "parquet")]
        if let Some(columns) = &mut self.columns {
            return columns.finish();
        }
        Some(Vec::new())
    }
}

fn text(assessment: &Assessment<'_>, part: &[usize], format: RowFormat, lang: Lang) -> Vec<u8> {
    match format {
        RowFormat::Csv => rows_csv(part.iter().map(|&at| check_row(assessment, at, lang))),
        RowFormat::Tidy => rows_csv(part.iter().flat_map(|&at| tidy_rows(assessment, at))),
        RowFormat::JsonLines => {
            part.iter().flat_map(|&at| (project_line(assessment, at) + "\n").into_bytes()).collect()
        }
        #[cfg(feature = "parquet")]
        RowFormat::Parquet | RowFormat::TidyParquet => Vec::new(),
    }
}
