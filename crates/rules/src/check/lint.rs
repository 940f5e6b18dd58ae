//! What a pack says of its own lint: remarks its author has looked at and let stand.

use std::collections::BTreeMap;

use kaigong_model::{Code, Diagnostic, Words};

use super::Checker;
use crate::decode::At;
use crate::lint::CODES;
use crate::pack::Exception;

impl<'a> Checker<'a, '_> {
    /// Exceptions in order of id; each stands for one code and names what it is about.
    pub(super) fn exceptions(&mut self) -> Vec<Exception> {
        let mut exceptions = Vec::new();
        let mut seen: BTreeMap<(&str, &str), At<'a>> = BTreeMap::new();
        for (id, _, mut fields) in self.items("lint") {
            let code_at = fields.need("code", self.faults);
            let of_at = fields.need("of", self.faults);
            let of = of_at.map(|at| at.items(self.faults)).unwrap_or_default();
            if let Some(at) = of_at.filter(|_| of.is_empty()) {
                self.faults.error("KG-R022", at, "至少要列出一项", "list at least one id");
            }
            let because_at = fields.need("because", self.faults);
            let because = because_at.map(|at| at.words(self.faults)).unwrap_or_default();
            if let Some(at) = because_at.filter(|_| because.zh.trim().is_empty() || because.en.trim().is_empty()) {
                self.faults.error("KG-R002", at, "例外要写明理由", "an exception needs its reason");
            }
            fields.finish(self.faults);
            let Some((at, text)) = code_at.and_then(|at| Some((at, at.text(self.faults)?))) else { continue };
            let Some(&code) = CODES.iter().find(|code| **code == text) else {
                let all = CODES.join(", ");
                self.faults.error(
                    "KG-R009",
                    at,
                    format!("lint 没有「{text}」；可写 {all}"),
                    format!("lint has no `{text}`; its codes are {all}"),
                );
                continue;
            };
            for at in of {
                let Some(subject) = at.text(self.faults) else { continue };
                if let Some(first) = seen.insert((code, subject), at) {
                    let fault = Diagnostic::error(
                        Code("KG-R004"),
                        format!("「{subject}」重复"),
                        format!("`{subject}` is given twice"),
                    );
                    let words = Words::new("第一处", "first given here");
                    self.faults.push(fault.at(at.place()).label(first.place(), words));
                    continue;
                }
                exceptions.push(Exception {
                    id: id.to_owned(),
                    code: Code(code),
                    subject: subject.to_owned(),
                    because: because.clone(),
                    own: self.draft.is_topmost(at),
                    place: at.place(),
                });
            }
        }
        exceptions
    }
}
