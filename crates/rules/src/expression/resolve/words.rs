//! Words: values of enums, texts and bools, by themselves or in a list.

use kaigong_model::{FactIdx, FactType, nearest};

use super::Resolver;
use crate::expression::parse::{Ast, AstKind};
use crate::expression::{Comparison, Condition, ParameterIdx, Type, Word};

impl Resolver<'_> {
    /// Whether a subject is one of several words, or not the only one there is.
    pub(super) fn among(&mut self, subject: &Ast, members: &[Ast], differs: bool) -> Option<Condition> {
        if !self.is_word_fact(subject) {
            return self.among_values(subject, members);
        }
        let fact = self.fact(subject)?;
        let words: Vec<Option<Word>> = members.iter().map(|member| self.member(fact, member)).collect();
        let among = Condition::Among(fact, words.into_iter().collect::<Option<_>>()?);
        Some(if differs { Condition::Not(Box::new(among)) } else { among })
    }

    /// `x in [1, 2]` on numbers and dates: equal to one of them.
    fn among_values(&mut self, subject: &Ast, members: &[Ast]) -> Option<Condition> {
        let parts: Vec<Option<Condition>> =
            members.iter().map(|member| self.compare(member, Comparison::Equal, subject, member)).collect();
        let mut parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
        if parts.len() == 1 { parts.pop() } else { Some(Condition::Or(parts)) }
    }

    fn member(&mut self, fact: FactIdx, ast: &Ast) -> Option<Word> {
        let spec = &self.scope.schema[fact];
        let is_enum = spec.kind == FactType::Enum;
        match &ast.kind {
            AstKind::Text(text) | AstKind::Name(text) if is_enum && spec.value_code(text).is_some() => {
                spec.value_code(text).map(Word::Code)
            }
            AstKind::Text(text) if !is_enum => Some(Word::Text(text.clone())),
            AstKind::Name(name) => {
                if let Some((parameter, kind)) = self.parameter(ast, name)? {
                    return self.word_parameter(ast, fact, parameter, kind);
                }
                match self.scope.schema.find(name) {
                    Some(other) if !is_enum && self.scope.schema[other].kind == FactType::Text => {
                        Some(Word::Fact(other))
                    }
                    _ if is_enum => self.not_a_value(ast, fact, name),
                    _ => self.bare_text(ast, name),
                }
            }
            AstKind::Text(text) => self.not_a_value(ast, fact, text),
            _ if is_enum => self.fault(ast, "KG-R017", "此处应为一个选项值", "expected one of the fact's values here"),
            _ => self.fault(ast, "KG-R017", "此处应为带引号的文字", "expected a text in quotes here"),
        }
    }

    /// A bare word beside a text fact: a value without its quotes, most likely.
    fn bare_text(&mut self, ast: &Ast, name: &str) -> Option<Word> {
        self.missed(
            ast,
            "KG-R012",
            format!("没有事实「{name}」；文字要加引号"),
            format!("unknown fact `{name}`; a text stands in quotes"),
            Some(format!("\"{name}\"")),
        )
    }

    fn word_parameter(&mut self, ast: &Ast, fact: FactIdx, parameter: ParameterIdx, kind: Type) -> Option<Word> {
        if kind != Type::Text {
            return self.different_types(ast, Type::Text, kind);
        }
        let spec = &self.scope.schema[fact];
        let texts = &self.scope.parameters[parameter.0 as usize].texts;
        match texts.iter().find(|text| spec.kind == FactType::Enum && spec.value_code(text).is_none()) {
            Some(text) => self.not_a_value(ast, fact, &text.clone()),
            None => Some(Word::Parameter(parameter)),
        }
    }

    fn not_a_value(&mut self, ast: &Ast, fact: FactIdx, word: &str) -> Option<Word> {
        let spec = &self.scope.schema[fact];
        let ids = spec.values.iter().map(|value| value.id.as_str());
        let words = spec.values.iter().flat_map(|value| value.words.iter().map(String::as_str));
        let near = nearest(word, ids.chain(words)).map(str::to_owned);
        let all = spec.values.iter().map(|value| value.id.as_str()).collect::<Vec<_>>().join(", ");
        let id = spec.id.clone();
        self.missed(
            ast,
            "KG-R029",
            format!("「{word}」不是 {id} 的选项；可写 {all}"),
            format!("`{word}` is not a value of `{id}`; its values are {all}"),
            near,
        )
    }
}
