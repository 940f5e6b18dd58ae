//! The screens of `rules lint` and `rules coverage`.

use std::fmt::Write as _;

use kaigong_model::{Align, Lang, Table};
use kaigong_rules::{Exception, Lint, Pack, unused_facts};
use kaigong_solver::{Coverage, LeafCoverage, Site};

use crate::phrase::{number, some};

/// The closing lines of a lint: how many remarks, those the pack lets stand and why, and the facts nothing reads.
pub fn lint_summary(pack: &Pack, lint: &Lint<'_>, lang: Lang) -> String {
    let unused = unused_facts(pack);
    let findings = lint.remarks.len();
    let mut out = match (lang, findings) {
        (Lang::Zh, 0) => format!("规则包 {} {}：没有提醒\n", pack.id, pack.version),
        (Lang::Zh, _) => format!("规则包 {} {}：{findings} 处提醒\n", pack.id, pack.version),
        (Lang::En, 0) => format!("rule pack {} {}: nothing to remark\n", pack.id, pack.version),
        (Lang::En, _) => {
            format!("rule pack {} {}: {}\n", pack.id, pack.version, some(findings, "remark"))
        }
    };
    out.push_str(&exceptions(&lint.accepted, lang));
    if !unused.is_empty() {
        let ids: Vec<&str> = unused.iter().map(|&fact| pack.schema[fact].id.as_str()).collect();
        let _ = match lang {
            Lang::Zh => writeln!(out, "\n没有规则读取的事实 {} 个：{}", ids.len(), ids.join("、")),
            Lang::En => writeln!(out, "\nfacts that no rule reads, {}: {}", number(ids.len(), lang), ids.join(", ")),
        };
    }
    out
}

/// What stands by exception, an entry a paragraph.
fn exceptions(accepted: &[&Exception], lang: Lang) -> String {
    let mut out = String::new();
    if !accepted.is_empty() {
        let _ = match lang {
            Lang::Zh => writeln!(out, "\n按例外保留 {} 处：", accepted.len()),
            Lang::En if accepted.len() == 1 => writeln!(out, "\n1 stands by exception:"),
            Lang::En => writeln!(out, "\n{} stand by exception:", number(accepted.len(), lang)),
        };
    }
    for entry in accepted.chunk_by(|one, other| one.id == other.id) {
        let subjects: Vec<&str> = entry.iter().map(|exception| exception.subject.as_str()).collect();
        let (code, because) = (entry[0].code.0, entry[0].because.get(lang));
        let _ = match lang {
            Lang::Zh => writeln!(out, "  {code} {}\n    {because}", subjects.join("、")),
            Lang::En => writeln!(out, "  {code} {}\n    {because}", subjects.join(", ")),
        };
    }
    out
}

/// Leaf conditions the tests have not decided both ways, and the share they have.
pub fn coverage_screen(pack: &Pack, coverage: &Coverage, lang: Lang) -> String {
    let (shown, all) = coverage.counts();
    let [shown, all] = [shown, all].map(|count| number(count, lang));
    let heads = match lang {
        Lang::Zh => ["前置要件", "版本", "条件", "叶", "未见", "条件原文"],
        Lang::En => ["requirement", "version", "condition", "leaf", "never decided", "as written"],
    };
    let columns = heads.map(|head| (head.to_owned(), Align::Left));
    let mut table = Table { columns: columns.into(), rows: Vec::new() };
    let mut open = 0;
    for leaf in &coverage.leaves {
        open += usize::from(leaf.open);
        if !leaf.open && leaf.decided != [true, true] {
            table.rows.push(row(pack, leaf, lang));
        }
    }
    let mut out = match lang {
        Lang::Zh => {
            format!("规则包 {} {}：{all} 个叶条件，{shown} 个在测试中两种结果都起过决定作用\n", pack.id, pack.version)
        }
        Lang::En => format!(
            "rule pack {} {}: of {all} leaf conditions, tests have shown {shown} deciding both ways\n",
            pack.id, pack.version
        ),
    };
    if open > 0 {
        let _ = match lang {
            Lang::Zh => writeln!(out, "另有 {open} 个读取尚无数值的参数，不计"),
            Lang::En => writeln!(out, "{open} more read a parameter without a value and are not counted"),
        };
    }
    if !table.rows.is_empty() {
        let _ = write!(out, "\n{}\n", table.lines().join("\n"));
    }
    out
}

fn row(pack: &Pack, leaf: &LeafCoverage, lang: Lang) -> Vec<String> {
    let requirement = &pack[leaf.requirement];
    let body = match leaf.body {
        0 => &requirement.base,
        version => &requirement.versions[version - 1].body,
    };
    let version = match leaf.body {
        0 => "-".to_owned(),
        version => {
            requirement.versions[version - 1].period.from.map_or_else(|| "-".to_owned(), |from| from.to_string())
        }
    };
    let (site, written) = match leaf.site {
        Site::Applies => ("applies_when".to_owned(), body.applies_when.as_ref()),
        Site::Met => ("met_when".to_owned(), body.met_when.as_ref()),
        Site::When(need) => {
            (format!("needs[{need}].when"), body.needs.get(need).and_then(|need| need.edge.when.as_ref()))
        }
    };
    let missing: Vec<&str> = [("是", "yes", 0), ("否", "no", 1)]
        .into_iter()
        .filter(|(_, _, at)| !leaf.decided[*at])
        .map(|(zh, en, _)| if lang == Lang::Zh { zh } else { en })
        .collect();
    let text = written.map(|written| written.text.clone()).unwrap_or_default();
    vec![requirement.id.clone(), version, site, (leaf.leaf + 1).to_string(), missing.join(" "), text]
}
