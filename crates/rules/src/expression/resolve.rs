//! Untyped tree to typed condition or value: names looked up, types and units checked.
//!
//! All faults of an expression are collected; a fault in one branch does not hide another's.

mod values;
mod words;

use std::ops::Range;

use kaigong_model::{FactIdx, FactType, Part, Schema, nearest};

use super::parse::{Ast, AstKind};
use super::types::{comparable, ordered, type_words};
use super::{Comparison, Condition, ParameterIdx, Reading, Type, Value, VerdictName};

/// What names an expression may use.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The facts.
    pub schema: &'a Schema,
    /// Parameters: name, type, the text values it takes.
    pub parameters: &'a [ParameterName],
    /// Whether the names of verdicts may be used (light rules).
    pub lights: bool,
    /// Why `completed()` may not be used here, if it may not.
    pub completed: CompletedUse,
}

/// Whether `completed()` may stand in an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletedUse {
    /// It may, but not under `not`.
    Allowed,
    /// The condition is itself negated in the meaning of a requirement or a need.
    Negated,
}

/// A parameter as expressions see it.
#[derive(Clone, Debug)]
pub struct ParameterName {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// Every text value it takes, for enums.
    pub texts: Vec<String>,
}

/// A fault of meaning, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeFault {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Stable code.
    pub code: &'static str,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// A near miss.
    pub near: Option<String>,
}

/// Resolves a condition.
///
/// # Errors
/// Every fault of the expression.
pub fn condition(ast: &Ast, scope: Scope<'_>) -> Result<Condition, Vec<TypeFault>> {
    let mut resolver = Resolver { scope, faults: Vec::new(), negated: scope.completed == CompletedUse::Negated };
    let found = resolver.condition(ast);
    resolver.finish(ast, found)
}

/// Resolves a value and its type.
///
/// # Errors
/// Every fault of the expression.
pub fn value(ast: &Ast, scope: Scope<'_>) -> Result<(Value, Type), Vec<TypeFault>> {
    let mut resolver = Resolver { scope, faults: Vec::new(), negated: false };
    let found = resolver.value(ast);
    resolver.finish(ast, found)
}

const FUNCTIONS: [&str; 8] = ["issued", "covered", "recorded", "granted", "completed", "min", "max", "date"];

struct Resolver<'a> {
    scope: Scope<'a>,
    faults: Vec<TypeFault>,
    /// Under an odd or even number of negations, one at least.
    negated: bool,
}

impl Resolver<'_> {
    /// The tree, or every fault; an expression without a tree is never without a fault.
    fn finish<T>(mut self, ast: &Ast, found: Option<T>) -> Result<T, Vec<TypeFault>> {
        match found {
            Some(tree) if self.faults.is_empty() => return Ok(tree),
            None if self.faults.is_empty() => {
                self.fault::<T>(ast, "KG-R017", "这个表达式无法读懂", "this expression cannot be read");
            }
            _ => {}
        }
        Err(self.faults)
    }

    fn fault<T>(&mut self, ast: &Ast, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Option<T> {
        self.missed(ast, code, zh, en, None)
    }

    /// A fault, and what was meant by a name there is not.
    fn missed<T>(
        &mut self,
        ast: &Ast,
        code: &'static str,
        zh: impl Into<String>,
        en: impl Into<String>,
        near: Option<String>,
    ) -> Option<T> {
        self.faults.push(TypeFault { span: ast.span.clone(), code, zh: zh.into(), en: en.into(), near });
        None
    }

    fn condition(&mut self, ast: &Ast) -> Option<Condition> {
        match &ast.kind {
            AstKind::Bool(value) => Some(Condition::Const(*value)),
            AstKind::And(parts) => self.all(parts).map(Condition::And),
            AstKind::Or(parts) => self.all(parts).map(Condition::Or),
            AstKind::Not(inner) => {
                let outer = std::mem::replace(&mut self.negated, true);
                let inner = self.condition(inner);
                self.negated = outer;
                inner.map(|inner| Condition::Not(Box::new(inner)))
            }
            AstKind::Compare(op, left, right) => self.compare(ast, *op, left, right),
            AstKind::In(subject, members) => self.among(subject, members, false),
            AstKind::Name(name) => self.named_condition(ast, name),
            AstKind::Call(name, arguments) => self.called_condition(ast, name, arguments),
            AstKind::Number(..) | AstKind::Text(_) | AstKind::Negative(_) | AstKind::Arithmetic(..) => {
                let (_, kind) = self.value(ast)?;
                self.not_a_condition(ast, kind)
            }
        }
    }

    fn all(&mut self, parts: &[Ast]) -> Option<Vec<Condition>> {
        // Resolve every part, so that each fault is told.
        let found: Vec<Option<Condition>> = parts.iter().map(|part| self.condition(part)).collect();
        found.into_iter().collect()
    }

    fn not_a_condition(&mut self, ast: &Ast, kind: Type) -> Option<Condition> {
        let (zh, en) = type_words(kind);
        self.fault(
            ast,
            "KG-R017",
            format!("此处要判断是否，得到的是{zh}"),
            format!("expected a condition here, found {en}"),
        )
    }

    fn named_condition(&mut self, ast: &Ast, name: &str) -> Option<Condition> {
        if self.scope.lights {
            let verdict = match name {
                "ready" => Some(VerdictName::Ready),
                "blocked" => Some(VerdictName::Blocked),
                "undetermined" => Some(VerdictName::Undetermined),
                "started" => Some(VerdictName::Started),
                _ => None,
            };
            if let Some(verdict) = verdict {
                return Some(Condition::Verdict(verdict));
            }
        }
        if let Some(fact) = self.scope.schema.find(name) {
            return match self.scope.schema[fact].kind {
                FactType::Bool => Some(Condition::Fact(fact)),
                FactType::Document => self.fault(
                    ast,
                    "KG-R017",
                    format!("「{name}」是批文证照，请写 issued({name})"),
                    format!("`{name}` is a document: write `issued({name})`"),
                ),
                FactType::Projects => self.fault(
                    ast,
                    "KG-R017",
                    format!("「{name}」是项目，请写 completed({name})"),
                    format!("`{name}` holds projects: write `completed({name})`"),
                ),
                _ => {
                    let (_, kind) = self.value(ast)?;
                    self.not_a_condition(ast, kind)
                }
            };
        }
        if let Some((parameter, kind)) = self.parameter(ast, name)? {
            return match kind {
                Type::Bool => Some(Condition::Parameter(parameter)),
                _ => self.not_a_condition(ast, kind),
            };
        }
        let (_, kind) = self.value(ast)?;
        self.not_a_condition(ast, kind)
    }

    fn called_condition(&mut self, ast: &Ast, name: &str, arguments: &[Ast]) -> Option<Condition> {
        match name {
            "issued" => self.document(ast, name, arguments).map(Condition::Issued),
            "recorded" => self.reading(ast, name, arguments).map(Condition::Recorded),
            "completed" => self.completed(ast, arguments),
            _ => {
                let (_, kind) = self.value(ast)?;
                self.not_a_condition(ast, kind)
            }
        }
    }

    fn completed(&mut self, ast: &Ast, arguments: &[Ast]) -> Option<Condition> {
        if self.negated {
            return self.fault(
                ast,
                "KG-R024",
                "completed() 不能用在 not 之下，也不能用在 applies_when、when 中",
                "completed() may not stand under `not`, in applies_when or in when",
            );
        }
        let argument = self.one(ast, "completed", arguments)?;
        let fact = self.fact(argument)?;
        match self.scope.schema[fact].kind {
            FactType::Projects => Some(Condition::Completed(fact)),
            _ => self.fault(argument, "KG-R017", "completed() 要一个项目类事实", "completed() needs a projects fact"),
        }
    }

    fn one<'s>(&mut self, ast: &Ast, name: &str, arguments: &'s [Ast]) -> Option<&'s Ast> {
        match arguments {
            [argument] => Some(argument),
            _ => self.fault(
                ast,
                "KG-R017",
                format!("{name}() 要且只要一个名称"),
                format!("{name}() takes exactly one name"),
            ),
        }
    }

    fn fact(&mut self, ast: &Ast) -> Option<FactIdx> {
        match &ast.kind {
            AstKind::Name(name) => match self.scope.schema.find(name) {
                Some(fact) => Some(fact),
                None => self.unknown(ast, name),
            },
            _ => self.fault(ast, "KG-R017", "此处应为事实的名称", "expected the name of a fact here"),
        }
    }

    fn unknown<T>(&mut self, ast: &Ast, name: &str) -> Option<T> {
        let verdicts: &[&str] = if self.scope.lights {
            &["ready", "blocked", "undetermined", "started", "days_late", "blockers"]
        } else {
            &[]
        };
        let part = self.near_part(name);
        let ids = self.scope.schema.ids().chain(verdicts.iter().copied());
        let near = part.or_else(|| nearest(name, ids).map(str::to_owned));
        self.missed(ast, "KG-R012", format!("没有事实「{name}」"), format!("unknown fact `{name}`"), near)
    }

    /// `permit.isued_on`: the document is known, the part nearly so.
    fn near_part(&self, name: &str) -> Option<String> {
        let (document, part) = name.rsplit_once('.')?;
        let fact = self.scope.schema.find(document)?;
        (self.scope.schema[fact].kind == FactType::Document).then_some(())?;
        nearest(part, Part::ALL.map(Part::name)).map(|part| format!("{document}.{part}"))
    }

    fn document(&mut self, ast: &Ast, name: &str, arguments: &[Ast]) -> Option<FactIdx> {
        let argument = self.one(ast, name, arguments)?;
        let fact = self.fact(argument)?;
        if self.scope.schema[fact].kind == FactType::Document {
            return Some(fact);
        }
        self.fault(
            argument,
            "KG-R017",
            format!("{name}() 要一个批文证照类事实"),
            format!("{name}() needs a document fact"),
        )
    }

    fn reading(&mut self, ast: &Ast, name: &str, arguments: &[Ast]) -> Option<Reading> {
        let argument = self.one(ast, name, arguments)?;
        if let AstKind::Name(name) = &argument.kind
            && let Some(part) = self.part(name)
        {
            return Some(part);
        }
        self.fact(argument).map(Reading::Fact)
    }

    /// `doc.part`, where no fact has that whole name.
    fn part(&self, name: &str) -> Option<Reading> {
        if self.scope.schema.find(name).is_some() {
            return None;
        }
        let (document, part) = name.rsplit_once('.')?;
        let fact = self.scope.schema.find(document)?;
        (self.scope.schema[fact].kind == FactType::Document).then_some(())?;
        Some(Reading::Part(fact, Part::parse(part)?))
    }

    /// A parameter by `param.NAME`; `Some(None)` where the name is not of that form.
    #[expect(clippy::option_option, reason = "no parameter, an unknown one and a known one are three answers")]
    fn parameter(&mut self, ast: &Ast, name: &str) -> Option<Option<(ParameterIdx, Type)>> {
        let Some(short) = name.strip_prefix("param.") else { return Some(None) };
        let parameters = self.scope.parameters;
        if let Some(at) = parameters.iter().position(|p| p.name == short) {
            return Some(Some((ParameterIdx(at as u32), parameters[at].kind)));
        }
        let near = nearest(short, parameters.iter().map(|p| p.name.as_str())).map(|n| format!("param.{n}"));
        self.missed(ast, "KG-R014", format!("没有参数「{short}」"), format!("unknown parameter `{short}`"), near)
    }

    fn compare(&mut self, ast: &Ast, op: Comparison, left: &Ast, right: &Ast) -> Option<Condition> {
        let equality = matches!(op, Comparison::Equal | Comparison::NotEqual);
        for (subject, word) in [(left, right), (right, left)] {
            if equality && self.is_word_fact(subject) {
                let among = self.among(subject, std::slice::from_ref(word), op == Comparison::NotEqual)?;
                return Some(among);
            }
        }
        if equality && self.is_bool(left) && self.is_bool(right) {
            return self.equal_bools(op, left, right);
        }
        let (left_value, right_value) = (self.value(left), self.value(right));
        let ((left_value, left_type), (right_value, right_type)) = (left_value?, right_value?);
        if !comparable(left_type, right_type) || (!equality && !ordered(left_type)) {
            return self.different_types(ast, left_type, right_type);
        }
        Some(Condition::Compare(op, left_value, right_value))
    }

    fn different_types<T>(&mut self, ast: &Ast, left: Type, right: Type) -> Option<T> {
        let ((left_zh, left_en), (right_zh, right_en)) = (type_words(left), type_words(right));
        let unit_missing = matches!((left, right), (Type::Number, _) | (_, Type::Number));
        let (more_zh, more_en) = if unit_missing { ("，请写上单位", "; give it a unit") } else { ("", "") };
        self.fault(
            ast,
            "KG-R017",
            format!("不能把{left_zh}和{right_zh}放在一起{more_zh}"),
            format!("{left_en} and {right_en} do not go together{more_en}"),
        )
    }

    fn is_word_fact(&self, ast: &Ast) -> bool {
        let AstKind::Name(name) = &ast.kind else { return false };
        let found = self.scope.schema.find(name);
        found.is_some_and(|fact| matches!(self.scope.schema[fact].kind, FactType::Enum | FactType::Text))
    }

    fn is_bool(&self, ast: &Ast) -> bool {
        match &ast.kind {
            AstKind::Name(name) => {
                let fact = self.scope.schema.find(name);
                let parameter =
                    self.scope.parameters.iter().find(|p| Some(p.name.as_str()) == name.strip_prefix("param."));
                fact.is_some_and(|fact| self.scope.schema[fact].kind == FactType::Bool)
                    || parameter.is_some_and(|p| p.kind == Type::Bool)
            }
            AstKind::Call(name, _) => matches!(name.as_str(), "issued" | "recorded" | "completed"),
            AstKind::Bool(_)
            | AstKind::Not(_)
            | AstKind::And(_)
            | AstKind::Or(_)
            | AstKind::Compare(..)
            | AstKind::In(..) => true,
            _ => false,
        }
    }

    /// `a == b` on conditions: both or neither.
    fn equal_bools(&mut self, op: Comparison, left: &Ast, right: &Ast) -> Option<Condition> {
        let outer = std::mem::replace(&mut self.negated, true);
        let (left, right) = (self.condition(left), self.condition(right));
        self.negated = outer;
        let (left, right) = (left?, right?);
        let both = Condition::And(vec![left.clone(), right.clone()]);
        let neither = Condition::And(vec![Condition::Not(Box::new(left)), Condition::Not(Box::new(right))]);
        let same = Condition::Or(vec![both, neither]);
        Some(if op == Comparison::NotEqual { Condition::Not(Box::new(same)) } else { same })
    }
}
