//! Certificates written, read and re-verified.

use kaigong_checker::{Certificate, Findings, SCHEMA, verify};
use kaigong_io::Input;
use kaigong_model::{Code, Diagnostic, Place};
use kaigong_report::Proved;
use kaigong_rules::Pack;
use kaigong_solver::{Durations, Evaluation, Explanation, ResultOptions, results};
use rayon::prelude::*;

use crate::check::Ledger;
use crate::rules::Refused;

/// Explains rows, in their order, and proves the optima of their ways.
fn prove(evaluation: &Evaluation<'_>, rows: &[u32], durations: Durations) -> Vec<Proved> {
    let asked = ResultOptions { projects: true, since: false, durations };
    let explained = evaluation.explain_results(&results(evaluation, asked, Some(rows)).projects, durations);
    let proved = |explanation: Explanation| {
        let proofs = evaluation.prove(&explanation, durations);
        Proved { explanation, proofs }
    };
    explained.into_par_iter().map(proved).collect()
}

/// The certificate of rows as text; ends its last line.
pub fn certificate(evaluation: &Evaluation<'_>, rows: &[u32], durations: Durations) -> String {
    let proved = prove(evaluation, rows, durations);
    let json = kaigong_report::certificate_json(evaluation, durations, &proved, env!("CARGO_PKG_VERSION"));
    format!("{json:#}\n")
}

/// Holds a certificate against rules and ledger, without the engine that wrote it.
///
/// # Errors
/// What is not a certificate.
pub fn verify_certificate(pack: &Pack, ledger: &Ledger, input: &Input) -> Result<Findings, Refused> {
    Ok(verify(pack, &ledger.portfolio, &read(input)?))
}

fn read(input: &Input) -> Result<Certificate, Refused> {
    serde_json::from_slice(&input.bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let fault = Diagnostic::error(
            Code("KG-V001"),
            format!("不是凭证（{SCHEMA}）：第 {line} 行第 {column} 列：{error}"),
            format!("not a certificate ({SCHEMA}): line {line}, column {column}: {error}"),
        );
        let fault = fault.help(
            "凭证由 why 或 check 加 --certificate 写出，不要改动",
            "certificates are written by why and check with --certificate, and are not to be edited",
        );
        vec![fault.at(Place::File(input.name.clone()))].into()
    })
}
