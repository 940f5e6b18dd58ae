//! The JSON Schema of the pack format, for editors.

/// JSON Schema (draft 2020-12) of any YAML file of a pack.
pub fn pack() -> &'static str {
    include_str!("../schema/pack.json")
}

#[cfg(test)]
mod tests {
    use crate::{Layer, load};
    use kaigong_yaml::parse;

    /// The property names of one object of the schema, by the path of keys to it.
    fn keys(path: &[&str]) -> Vec<String> {
        let document = parse("pack.json", super::pack()).unwrap();
        let node = path.iter().fold(&document.root, |node, key| node.get(key).unwrap());
        let kaigong_yaml::Kind::Mapping(entries) = &node.kind else { panic!("not an object") };
        entries.iter().map(|(key, _)| key.text().unwrap().to_owned()).collect()
    }

    /// The keys the loader knows, read off its own "known keys" help.
    fn known(yaml: &str) -> Vec<String> {
        let pack = format!("id: t\nversion: '1'\n{yaml}\n");
        let layer = Layer { name: "t".into(), files: vec![("pack.yaml".into(), pack.into_bytes())] };
        let faults = load(&[layer]).unwrap_err();
        let fault = faults.iter().find(|fault| fault.code.0 == "KG-R001").unwrap();
        let help = fault.help.as_ref().unwrap().en.strip_prefix("known keys: ").unwrap().to_owned();
        help.split(", ").map(str::to_owned).collect()
    }

    #[test]
    fn the_schema_and_the_loader_know_the_same_keys() {
        let none: &[&str] = &[];
        let both = ["disabled", "reason"];
        for (yaml, path, extra) in [
            ("zzzzzzzz: 1", &["properties"][..], none),
            ("facts: {f: {zzzzzzzz: 1}}", &["properties", "facts", "additionalProperties", "properties"], &both),
            (
                "requirements: {r: {zzzzzzzz: 1}}",
                &["properties", "requirements", "additionalProperties", "properties"],
                &both,
            ),
            ("requirements: {r: {cite: [{zzzzzzzz: 1}]}}", &["$defs", "citation", "properties"], none),
            ("requirements: {r: {cost: {zzzzzzzz: 1}}}", &["$defs", "cost", "properties"], none),
            ("requirements: {r: {tests: [{zzzzzzzz: 1}]}}", &["$defs", "test", "properties"], none),
            (
                "parameters: {p: {zzzzzzzz: 1}}",
                &["properties", "parameters", "additionalProperties", "properties"],
                &both,
            ),
            ("alerts: {a: {zzzzzzzz: 1}}", &["properties", "alerts", "additionalProperties", "properties"], &both),
            (
                "alerts: {a: {when: x, severity: notice, tests: [{zzzzzzzz: 1}]}}",
                &["$defs", "alert_test", "properties"],
                none,
            ),
            ("pools: {a: {zzzzzzzz: 1}}", &["properties", "pools", "additionalProperties", "properties"], &both),
            ("totals: {a: {zzzzzzzz: 1}}", &["properties", "totals", "additionalProperties", "properties"], &both),
            ("stops: {a: {zzzzzzzz: 1}}", &["properties", "stops", "additionalProperties", "properties"], &both),
            ("lint: {a: {zzzzzzzz: 1}}", &["properties", "lint", "additionalProperties", "properties"], &both),
            ("goals: {a: {zzzzzzzz: 1}}", &["properties", "goals", "additionalProperties", "properties"], &both),
        ] {
            let mut schema = keys(path);
            let mut loader = known(yaml);
            loader.extend(extra.iter().map(|key| (*key).to_owned()));
            schema.sort();
            loader.sort();
            assert_eq!(schema, loader, "{yaml}");
        }
    }
}
