//! What a pack says of its own lint: remarks its author has looked at and let stand.

use kaigong_model::{Code, Diagnostic, nearest};

use super::Checker;
use crate::lint::CODES;
use crate::pack::Exception;

impl Checker<'_, '_> {
    /// Exceptions in order of id; each stands for one code and names what it is about.
    pub(super) fn exceptions(&mut self) -> Vec<Exception> {
        let mut exceptions = Vec::new();
        for (id, key, mut fields) in self.items("lint") {
            let code_at = fields.need("code", self.faults);
            let of = fields.need("of", self.faults).map(|at| at.items(self.faults)).unwrap_or_default();
            let because = fields.need("because", self.faults).map(|at| at.words(self.faults)).unwrap_or_default();
            fields.finish(self.faults);
            let Some((at, text)) = code_at.and_then(|at| Some((at, at.text(self.faults)?))) else { continue };
            let Some(&code) = CODES.iter().find(|code| **code == text) else {
                let all = CODES.join(", ");
                let fault = Diagnostic::error(
                    Code("KG-R009"),
                    format!("lint 没有「{text}」；可写 {all}"),
                    format!("lint has no `{text}`; its codes are {all}"),
                );
                self.faults.push(fault.at(at.place()).suggest(nearest(text, CODES)));
                continue;
            };
            for subject in of {
                if let Some(subject_text) = subject.text(self.faults) {
                    exceptions.push(Exception {
                        id: id.to_owned(),
                        code: Code(code),
                        subject: subject_text.to_owned(),
                        because: because.clone(),
                        own: self.draft.is_topmost(key),
                        place: subject.place(),
                    });
                }
            }
        }
        exceptions
    }
}
