//! `portfolio.yaml`: the title of a portfolio and the rule pack it is checked against.

use kaigong_model::{Diagnostic, Words};
use kaigong_yaml::{Document, Kind, Node};

use crate::{
    codes,
    input::{Input, Kind as InputKind, PortfolioMeta},
    log::Log,
    text::decode,
};

/// What `portfolio.yaml` says, if it is among the inputs; the first one counts.
///
/// It needs no schema: a face must know the pack before it has one.
///
/// # Errors
/// Every fault of that file.
pub fn read_meta(inputs: &[Input]) -> Result<Option<PortfolioMeta>, Vec<Diagnostic>> {
    let mut log = Log::new(false);
    let meta = inputs.iter().find(|input| input.kind() == InputKind::Meta).map(|input| read(input, &mut log));
    log.finish().map(|_| meta)
}

/// Reads one file; faults go to the log.
pub(crate) fn read(input: &Input, log: &mut Log) -> PortfolioMeta {
    let mut meta = PortfolioMeta::default();
    let Some(text) = decode(input, log) else { return meta };
    let document = match kaigong_yaml::parse(&input.name, &text) {
        Ok(document) => document,
        Err(faults) => {
            log.extend(faults);
            return meta;
        }
    };
    each(&document, &document.root, &["title", "rules"], log, |key, value, log| match (key, value.text()) {
        ("rules", Some(rules)) => meta.rules = Some(rules.to_owned()),
        ("rules", None) => log.fault(|_| shape(&document, value, "rules: cn-gd")),
        (_, Some(title)) => meta.title = Words::same(title),
        (_, None) => meta.title = title(&document, value, log),
    });
    meta
}

fn title(document: &Document, node: &Node, log: &mut Log) -> Words {
    let mut title = Words::default();
    each(document, node, &["zh", "en"], log, |key, value, log| match value.text() {
        Some(text) if key == "zh" => text.clone_into(&mut title.zh),
        Some(text) => text.clone_into(&mut title.en),
        None => log.fault(|_| shape(document, value, "title: {zh: 示例, en: Example}")),
    });
    title
}

/// Hands every known key of a map on; an unknown key, or no map, is a fault.
fn each<'d>(
    document: &Document,
    node: &'d Node,
    keys: &[&str],
    log: &mut Log,
    mut take: impl FnMut(&'d str, &'d Node, &mut Log),
) {
    let Kind::Mapping(entries) = &node.kind else {
        if !matches!(node.kind, Kind::Null) {
            log.fault(|_| shape(document, node, "title: {zh: 示例, en: Example}"));
        }
        return;
    };
    for (key, value) in entries {
        match key.text() {
            Some(name) if keys.contains(&name) => take(name, value, log),
            name => log.fault(|near| {
                let name = name.unwrap_or_default();
                Diagnostic::error(codes::UNKNOWN_KEY, format!("不认识键「{name}」"), format!("unknown key `{name}`"))
                    .at(document.place(key.span))
                    .help(format!("可写 {}", keys.join("、")), format!("write {}", keys.join(" or ")))
                    .suggest(near.find(name, keys.iter().copied()))
            }),
        }
    }
}

fn shape(document: &Document, node: &Node, example: &str) -> Diagnostic {
    Diagnostic::error(codes::SHAPE, "写法不对", "this is not of the shape asked for")
        .at(document.place(node.span))
        .help(format!("例如 {example}"), format!("for example {example}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{input, lines_of};

    fn check(text: &str, expect: Result<(&str, &str, Option<&str>), &[&str]>) {
        match (read_meta(&[input("d/portfolio.yaml", text)]), expect) {
            (Ok(Some(meta)), Ok((zh, en, rules))) => {
                assert_eq!((meta.title, meta.rules.as_deref()), (Words::new(zh, en), rules));
            }
            (Err(faults), Err(expect)) => assert_eq!(lines_of(&faults), expect),
            (got, _) => panic!("{got:?}"),
        }
    }

    #[test]
    fn title_and_rules_are_read_and_strangers_refused() {
        check("title: {zh: 示例市, en: Sample}\nrules: cn-gd\n", Ok(("示例市", "Sample", Some("cn-gd"))));
        check("title: 示例市\n", Ok(("示例市", "示例市", None)));
        check("", Ok(("", "", None)));
        check(
            "titel: x\nrules: [a]\n",
            Err(&[
                "d/portfolio.yaml:1:1: KG-L051: unknown key `titel` (did you mean `title`?)",
                "d/portfolio.yaml:2:8: KG-L050: this is not of the shape asked for (for example rules: cn-gd)",
            ]),
        );
        assert_eq!(read_meta(&[]), Ok(None));
    }
}
