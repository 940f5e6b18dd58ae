//! When the clock of a document's limit stands still: causes, documents, and the law that says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use kaigong_model::{FactSpec, FactType, StopCause, Words, nearest};

use super::Checker;
use crate::decode::At;
use crate::pack::StopRule;

impl<'a> Checker<'a, '_> {
    /// Reads the rules and tells every document its causes.
    pub(super) fn stops(&mut self, facts: &mut [FactSpec]) -> Vec<StopRule> {
        let mut rules: Vec<StopRule> = Vec::new();
        let mut named: BTreeMap<&'a str, Words> = BTreeMap::new();
        for (id, key, mut fields) in self.items("stops") {
            let title = fields.take("title").map_or_else(|| Words::same(id), |at| at.words(self.faults));
            let causes = fields.need("causes", self.faults).map(|at| self.causes(at, &mut named)).unwrap_or_default();
            let documents = fields.take("documents").map(|at| self.stopped(at, facts)).unwrap_or_default();
            let period = self.period(&mut fields);
            let cite = fields.take("cite").map(|at| self.citations(at)).unwrap_or_default();
            fields.take("note");
            fields.finish(self.faults);
            if cite.is_empty() && !documents.is_empty() {
                self.no_citation(key, &format!("停计「{id}」"), &format!("the stop `{id}`"));
            }
            rules.push(StopRule { id: id.to_owned(), title, causes, documents, period, cite });
        }
        for spec in facts.iter_mut().filter(|spec| spec.kind == FactType::Document) {
            spec.causes = causes_of(&spec.id, &rules, &named);
        }
        rules
    }

    /// `{id: words}`; one id means the same wherever it stands, and a word one cause only.
    fn causes(&mut self, at: At<'a>, named: &mut BTreeMap<&'a str, Words>) -> Vec<String> {
        let mut causes = Vec::new();
        for (id, key, value) in at.entries(self.faults) {
            let words = value.words(self.faults);
            let same = |other: &Words| other.zh == words.zh || other.en.eq_ignore_ascii_case(&words.en);
            let twice = named.iter().any(|(known, other)| if *known == id { *other != words } else { same(other) });
            if twice {
                self.faults.error(
                    "KG-R080",
                    key,
                    format!("停计事由「{id}」与另一处的编号或名称相同而含义不同"),
                    format!("the cause `{id}` shares its id or a word with another one"),
                );
            }
            // The first digit begins the days of a stop, a semicolon ends it.
            if [id, &words.zh, &words.en].iter().any(|word| word.contains(|c: char| c.is_ascii_digit() || c == ';')) {
                self.faults.error(
                    "KG-R081",
                    key,
                    format!("停计事由「{id}」的编号和名称不能有数字和分号"),
                    format!("the id and the words of the cause `{id}` may hold no digit and no semicolon"),
                );
            }
            named.insert(id, words);
            causes.push(id.to_owned());
        }
        if causes.is_empty() {
            self.faults.error("KG-R002", at, "至少写一个停计事由", "name at least one cause");
        }
        causes
    }

    fn stopped(&mut self, at: At<'a>, facts: &[FactSpec]) -> Vec<String> {
        let mut documents = Vec::new();
        for item in at.items(self.faults) {
            let Some(id) = item.text(self.faults) else { continue };
            match facts.iter().find(|spec| spec.id == id) {
                Some(spec) if spec.kind == FactType::Document => documents.push(id.to_owned()),
                Some(_) => self.faults.error(
                    "KG-R017",
                    item,
                    format!("「{id}」不是批文证照，没有审批时限"),
                    format!("`{id}` is not a document and has no limit"),
                ),
                None if self.faulty_facts.iter().any(|faulty| faulty == id) => {}
                None => {
                    let fault = kaigong_model::Diagnostic::error(
                        kaigong_model::Code("KG-R012"),
                        format!("没有事实「{id}」"),
                        format!("unknown fact `{id}`"),
                    );
                    let near = nearest(id, facts.iter().map(|spec| spec.id.as_str()));
                    self.faults.push(fault.at(item.place()).suggest(near));
                }
            }
        }
        documents
    }
}

/// Every cause of the pack, and when a document's limit stops for it.
fn causes_of(document: &str, rules: &[StopRule], named: &BTreeMap<&str, Words>) -> Arc<[StopCause]> {
    let cause = |(&id, words): (&&str, &Words)| {
        let holds =
            |rule: &&StopRule| rule.causes.iter().any(|c| c == id) && rule.documents.iter().any(|d| d == document);
        let periods = rules
            .iter()
            .filter(|rule| rule.cite.iter().any(|cite| cite.status.may_block()))
            .filter(holds)
            .map(|rule| (rule.period.from, rule.period.to));
        StopCause { id: id.to_owned(), words: words.clone(), counts_not: periods.collect() }
    };
    named.iter().map(cause).collect()
}
