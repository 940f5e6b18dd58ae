//! The audit as a table: one row a finding.

use kaigong_model::{Align, Lang, Table, Unit, format_exact};

use super::screen::Writer;
use super::{Audit, evidence};
use crate::phrase::{place, plain, severity_words};

/// One row a finding, for a file.
pub fn audit_table(audit: &Audit<'_, '_>, lang: Lang) -> Table {
    let writer = Writer { audit, lang };
    let names = [
        ("程度", "severity"),
        ("类别", "kind"),
        ("事项", "finding"),
        ("编号", "id"),
        ("项目名称", "project"),
        ("相关项目", "with"),
        ("说明", "detail"),
        ("罚款下限(元)", "least fine (yuan)"),
        ("罚款上限(元)", "greatest fine (yuan)"),
        ("依据", "law"),
        ("证据", "evidence"),
    ];
    let columns = names.iter().map(|(zh, en)| (writer.say(zh, en).to_owned(), Align::Left)).collect();
    let assessment = audit.assessment;
    let id = |row: u32| assessment.evaluation.portfolio.ids[row as usize].to_string();
    let mut table = Table { columns, rows: Vec::new() };
    for finding in &audit.findings {
        let fine = writer.fine(finding).map(|(from, to)| [yuan(from), yuan(to)]).unwrap_or_default();
        let [from, to] = fine;
        let others: Vec<String> = finding.rows().iter().skip(1).map(|&row| id(row)).collect();
        let cells = evidence::evidence(assessment, finding).into_iter().map(|cell| {
            let at = place(assessment.evaluation.portfolio, cell.fact, cell.row).unwrap_or_default();
            format!("{}={} {}", writer.fact(cell.fact), evidence::value(assessment, cell, lang), plain(&at))
        });
        table.rows.push(vec![
            severity_words(finding.severity).get(lang).to_owned(),
            writer.kind(&finding.matter).to_owned(),
            writer.title(&finding.matter),
            id(finding.row),
            assessment.role_text(assessment.evaluation.pack.roles.name, finding.row).unwrap_or_default(),
            others.join(";"),
            writer.detail(finding),
            from,
            to,
            writer.law(finding).unwrap_or_default(),
            cells.collect::<Vec<_>>().join("; "),
        ]);
    }
    table
}

/// An amount of money in yuan, exact.
pub(super) fn yuan(fen: i128) -> String {
    // INVARIANT: the unit is in the table of units.
    Unit::parse("yuan").map(|unit| format_exact(fen, unit)).unwrap_or_default()
}
