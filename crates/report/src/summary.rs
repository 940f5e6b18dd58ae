//! What a pack holds, in a few lines: the screen of `rules check`.

use kaigong_model::{Align, Lang, Table};
use kaigong_rules::{Pack, RequirementKind};

/// The counts of a pack that was found without fault.
pub fn pack_summary(pack: &Pack, lang: Lang) -> String {
    let bodies = || pack.requirements.iter().flat_map(kaigong_rules::Requirement::bodies);
    let customary = pack.requirements.iter().filter(|r| r.base.kind == RequirementKind::Customary).count();
    let edges: usize = pack.requirements.iter().map(|requirement| requirement.base.needs.len()).sum();
    let rows = [
        ("前置要件", "requirements", pack.requirements.len()),
        ("其中惯例", "of them customary", customary),
        ("依赖", "needs", edges),
        ("分期版本", "dated versions", pack.requirements.iter().map(|r| r.versions.len()).sum()),
        ("法规依据", "citations", bodies().map(|body| body.cite.len()).sum()),
        ("参数", "parameters", pack.parameters.len()),
        ("事实", "facts", pack.schema.len()),
        ("告警", "alerts", pack.alerts.len()),
        ("指标池", "pools", pack.pools.len()),
        (
            "测试",
            "tests",
            pack.requirements.iter().map(|r| r.tests.len()).chain(pack.alerts.iter().map(|a| a.tests.len())).sum(),
        ),
    ];
    let heads = match lang {
        Lang::Zh => ("内容", "数目"),
        Lang::En => ("what", "count"),
    };
    let mut table = Table::new([(heads.0, Align::Left), (heads.1, Align::Right)]);
    for (zh, en, count) in rows {
        table.push([if lang == Lang::Zh { zh } else { en }.to_owned(), count.to_string()]);
    }
    let first = match lang {
        Lang::Zh => format!("规则包 {} {}：没有错误", pack.id, pack.version),
        Lang::En => format!("rule pack {} {}: no faults", pack.id, pack.version),
    };
    format!("{first}\n\n{}\n", table.lines().join("\n"))
}
