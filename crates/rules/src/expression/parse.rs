//! Text to an untyped tree with spans. Precedence, tightest first: `not`, `* /`, `+ -`,
//! comparison (does not chain), `and`, `or`.

use std::ops::Range;

use kaigong_model::{Decimal, DurationUnit, Unit, Words, limits};

use super::{Arithmetic, Comparison};

/// An untyped node and the bytes it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ast {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What it is.
    pub kind: AstKind,
}

/// The unit of a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiteralUnit {
    /// An amount.
    Unit(Unit),
    /// Months or years.
    Duration(DurationUnit),
}

/// Untyped nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AstKind {
    /// A number, with its unit if it has one.
    Number(Decimal, Option<LiteralUnit>),
    /// A text in quotes.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// A name.
    Name(String),
    /// A function and its arguments.
    Call(String, Vec<Ast>),
    /// `not`.
    Not(Box<Ast>),
    /// `-x`.
    Negative(Box<Ast>),
    /// `and` of two or more.
    And(Vec<Ast>),
    /// `or` of two or more.
    Or(Vec<Ast>),
    /// A comparison.
    Compare(Comparison, Box<Ast>, Box<Ast>),
    /// `x in [..]`.
    In(Box<Ast>, Vec<Ast>),
    /// Arithmetic.
    Arithmetic(Arithmetic, Box<Ast>, Box<Ast>),
}

/// Why a text is not an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFault {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: Words,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(Decimal, Option<LiteralUnit>),
    Text(String),
    Name(String),
    Compare(Comparison),
    Arithmetic(Arithmetic),
    And,
    Or,
    Not,
    In,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    End,
}

/// Parses a whole expression.
///
/// # Errors
/// The first place where the text stops being an expression.
pub fn parse(text: &str) -> Result<Ast, SyntaxFault> {
    if text.len() > limits::EXPRESSION_BYTES {
        let limit = limits::EXPRESSION_BYTES;
        return Err(fault(
            0..0,
            format!("表达式超过 {limit} 字节的上限"),
            format!("the expression is longer than the limit of {limit} bytes"),
        ));
    }
    let tokens = Lexer { text, at: 0, connective: false }.tokens()?;
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let ast = parser.disjunction()?;
    parser.end()?;
    Ok(ast)
}

fn fault(span: Range<usize>, zh: impl Into<String>, en: impl Into<String>) -> SyntaxFault {
    SyntaxFault { span, message: Words::new(zh, en) }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// A Chinese connective stands here, glued to the unit before it.
    connective: bool,
}

impl<'t> Lexer<'t> {
    fn tokens(mut self) -> Result<Vec<(Token, Range<usize>)>, SyntaxFault> {
        let mut tokens = Vec::new();
        loop {
            self.skip_space();
            let start = self.at;
            let token = self.token()?;
            let end = token == Token::End;
            tokens.push((token, start..self.at));
            if end {
                return Ok(tokens);
            }
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn token(&mut self) -> Result<Token, SyntaxFault> {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return Ok(Token::End) };
        if c.is_ascii_digit() {
            return self.number();
        }
        if c == '"' || c == '“' {
            return self.quoted(c);
        }
        if std::mem::take(&mut self.connective) {
            self.at += c.len_utf8();
            return Ok(if c == '且' { Token::And } else { Token::Or });
        }
        if c.is_alphabetic() || c == '_' {
            return Ok(self.word());
        }
        let (token, length) = symbol(rest).ok_or_else(|| {
            fault(self.at..self.at + c.len_utf8(), format!("不认识的符号「{c}」"), format!("unexpected `{c}`"))
        })?;
        self.at += length;
        Ok(token)
    }

    fn word(&mut self) -> Token {
        let length = name_length(self.rest());
        let name = &self.text[self.at..self.at + length];
        let token = keyword(name).unwrap_or_else(|| Token::Name(name.to_owned()));
        self.at += length;
        token
    }

    fn quoted(&mut self, open: char) -> Result<Token, SyntaxFault> {
        let close = if open == '"' { '"' } else { '”' };
        let body = self.at + open.len_utf8();
        match self.text[body..].find(close) {
            Some(length) => {
                self.at = body + length + close.len_utf8();
                Ok(Token::Text(self.text[body..body + length].to_owned()))
            }
            None => Err(fault(self.at..self.text.len(), "引号没有闭合", "this quoted text is not closed")),
        }
    }

    fn number(&mut self) -> Result<Token, SyntaxFault> {
        let start = self.at;
        // A comma separates list members here, never thousands.
        let digits = self.rest().find(',').map_or(self.rest(), |comma| &self.rest()[..comma]);
        let Some((decimal, length)) = Decimal::prefix(digits) else {
            return Err(fault(start..start + 1, "数字过长", "this number has too many digits"));
        };
        self.at += length;
        let unit = self.unit(start)?;
        Ok(Token::Number(decimal, unit))
    }

    fn unit(&mut self, start: usize) -> Result<Option<LiteralUnit>, SyntaxFault> {
        let rest = self.rest();
        let trimmed = rest.trim_start();
        let gap = rest.len() - trimmed.len();
        let symbol = trimmed.chars().next().filter(|c| matches!(c, '%' | '％' | '‰' | '㎡'));
        let length = symbol.map_or_else(|| unit_length(trimmed), char::len_utf8);
        let word = &trimmed[..length];
        if word.is_empty() || keyword(word).is_some() {
            return Ok(None);
        }
        if let Some(unit) = literal_unit(word) {
            self.at += gap + length;
            return Ok(Some(unit));
        }
        // 「0亩且…」: a unit with a Chinese connective right behind it.
        if let Some((unit, length)) = Unit::prefix(word)
            && word[length..].starts_with(['且', '或'])
        {
            self.at += gap + length;
            self.connective = true;
            return Ok(Some(LiteralUnit::Unit(unit)));
        }
        Err(fault(start..self.at + gap + length, format!("不认识的单位「{word}」"), format!("unknown unit `{word}`")))
    }
}

fn literal_unit(word: &str) -> Option<LiteralUnit> {
    Unit::parse(word).map(LiteralUnit::Unit).or_else(|| DurationUnit::parse(word).map(LiteralUnit::Duration))
}

fn name_length(text: &str) -> usize {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let length = text.find(|c| !is_name(c)).unwrap_or(text.len());
    text[..length].trim_end_matches('.').len()
}

fn unit_length(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '²' | '³' | '㎡')).unwrap_or(text.len())
}

fn keyword(word: &str) -> Option<Token> {
    Some(match word {
        "and" | "且" | "AND" => Token::And,
        "or" | "或" | "OR" => Token::Or,
        "not" | "非" | "NOT" => Token::Not,
        "in" => Token::In,
        _ => return None,
    })
}

/// Symbols, the longer first.
fn symbol(rest: &str) -> Option<(Token, usize)> {
    const SYMBOLS: &[(&str, Token)] = &[
        ("&&", Token::And),
        ("||", Token::Or),
        ("==", Token::Compare(Comparison::Equal)),
        ("!=", Token::Compare(Comparison::NotEqual)),
        ("<=", Token::Compare(Comparison::LessOrEqual)),
        (">=", Token::Compare(Comparison::GreaterOrEqual)),
        ("＞＝", Token::Compare(Comparison::GreaterOrEqual)),
        ("＜＝", Token::Compare(Comparison::LessOrEqual)),
        ("≤", Token::Compare(Comparison::LessOrEqual)),
        ("≥", Token::Compare(Comparison::GreaterOrEqual)),
        ("≠", Token::Compare(Comparison::NotEqual)),
        ("!", Token::Not),
        ("！", Token::Not),
        ("=", Token::Compare(Comparison::Equal)),
        ("＝", Token::Compare(Comparison::Equal)),
        ("<", Token::Compare(Comparison::Less)),
        ("＜", Token::Compare(Comparison::Less)),
        (">", Token::Compare(Comparison::Greater)),
        ("＞", Token::Compare(Comparison::Greater)),
        ("+", Token::Arithmetic(Arithmetic::Add)),
        ("-", Token::Arithmetic(Arithmetic::Subtract)),
        ("*", Token::Arithmetic(Arithmetic::Multiply)),
        ("×", Token::Arithmetic(Arithmetic::Multiply)),
        ("/", Token::Arithmetic(Arithmetic::Divide)),
        ("÷", Token::Arithmetic(Arithmetic::Divide)),
        ("(", Token::Open),
        ("（", Token::Open),
        (")", Token::Close),
        ("）", Token::Close),
        ("[", Token::OpenList),
        ("]", Token::CloseList),
        (",", Token::Comma),
        ("，", Token::Comma),
        ("、", Token::Comma),
    ];
    SYMBOLS.iter().find(|(text, _)| rest.starts_with(text)).map(|(text, token)| (token.clone(), text.len()))
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    depth: usize,
}

type Parsed = Result<Ast, SyntaxFault>;

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    fn bump(&mut self) -> Range<usize> {
        let span = self.span();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        span
    }

    fn eat(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        if found {
            self.bump();
        }
        found
    }

    fn end(&self) -> Result<(), SyntaxFault> {
        match self.peek() {
            Token::End => Ok(()),
            Token::Compare(_) => {
                Err(fault(self.span(), "比较不能连写，请用 and 分开", "comparisons do not chain; join them with `and`"))
            }
            _ => Err(fault(self.span(), "此处应当结束，或写 and、or", "expected the end, `and` or `or` here")),
        }
    }

    fn disjunction(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > limits::EXPRESSION_DEPTH {
            let limit = limits::EXPRESSION_DEPTH;
            return Err(fault(
                self.span(),
                format!("表达式嵌套超过 {limit} 层的上限"),
                format!("the expression nests deeper than the limit of {limit}"),
            ));
        }
        let ast = self.chain(&Token::Or, Self::conjunction, AstKind::Or);
        self.depth -= 1;
        ast
    }

    fn conjunction(&mut self) -> Parsed {
        self.chain(&Token::And, Self::comparison, AstKind::And)
    }

    fn chain(&mut self, between: &Token, part: fn(&mut Self) -> Parsed, whole: fn(Vec<Ast>) -> AstKind) -> Parsed {
        let first = part(self)?;
        if self.peek() != between {
            return Ok(first);
        }
        let start = first.span.start;
        let mut parts = vec![first];
        while self.eat(between) {
            parts.push(part(self)?);
        }
        let end = parts.last().map_or(start, |last| last.span.end);
        Ok(Ast { span: start..end, kind: whole(parts) })
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let start = left.span.start;
        match *self.peek() {
            Token::Compare(op) => {
                self.bump();
                let right = self.sum()?;
                Ok(Ast { span: start..right.span.end, kind: AstKind::Compare(op, Box::new(left), Box::new(right)) })
            }
            Token::In => {
                self.bump();
                let (members, end) = self.list()?;
                Ok(Ast { span: start..end, kind: AstKind::In(Box::new(left), members) })
            }
            _ => Ok(left),
        }
    }

    fn list(&mut self) -> Result<(Vec<Ast>, usize), SyntaxFault> {
        if !self.eat(&Token::OpenList) {
            return Err(fault(self.span(), "in 后面应为 [..]", "expected a list `[..]` after `in`"));
        }
        let mut members = vec![self.sum()?];
        while self.eat(&Token::Comma) {
            members.push(self.sum()?);
        }
        let end = self.span().end;
        if !self.eat(&Token::CloseList) {
            return Err(fault(self.span(), "此处应为 ] 或逗号", "expected `]` or a comma here"));
        }
        Ok((members, end))
    }

    fn sum(&mut self) -> Parsed {
        self.arithmetic(&[Arithmetic::Add, Arithmetic::Subtract], Self::product)
    }

    fn product(&mut self) -> Parsed {
        self.arithmetic(&[Arithmetic::Multiply, Arithmetic::Divide], Self::unary)
    }

    /// Left-associative; a long chain nests to the left, so its length counts as depth.
    fn arithmetic(&mut self, ops: &[Arithmetic], part: fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = part(self)?;
        let mut length = 0;
        while let Token::Arithmetic(op) = *self.peek() {
            if !ops.contains(&op) {
                break;
            }
            length += 1;
            if length > limits::EXPRESSION_DEPTH {
                return Err(fault(self.span(), "算式过长", "this arithmetic is too long"));
            }
            self.bump();
            let right = part(self)?;
            let span = left.span.start..right.span.end;
            left = Ast { span, kind: AstKind::Arithmetic(op, Box::new(left), Box::new(right)) };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        let mut outer = Vec::new();
        while matches!(self.peek(), Token::Not | Token::Arithmetic(Arithmetic::Subtract)) {
            let not = *self.peek() == Token::Not;
            outer.push((not, self.bump().start));
            if outer.len() > limits::EXPRESSION_DEPTH {
                return Err(fault(self.span(), "not 过多", "too many `not` in a row"));
            }
        }
        let mut ast = self.primary()?;
        for (not, start) in outer.into_iter().rev() {
            let span = start..ast.span.end;
            let kind = if not { AstKind::Not(Box::new(ast)) } else { AstKind::Negative(Box::new(ast)) };
            ast = Ast { span, kind };
        }
        Ok(ast)
    }

    fn primary(&mut self) -> Parsed {
        let span = self.span();
        let kind = match self.peek().clone() {
            Token::Number(decimal, unit) => AstKind::Number(decimal, unit),
            Token::Text(text) => AstKind::Text(text),
            Token::Name(name) => return self.name(name),
            Token::Open => {
                self.bump();
                let inner = self.disjunction()?;
                let end = self.span().end;
                if !self.eat(&Token::Close) {
                    return Err(fault(self.span(), "缺少右括号", "expected `)` here"));
                }
                return Ok(Ast { span: span.start..end, kind: inner.kind });
            }
            Token::End => return Err(fault(span, "表达式没有写完", "the expression ends too early")),
            _ => return Err(fault(span, "此处应为名称、数值或括号", "expected a name, a value or `(` here")),
        };
        self.bump();
        Ok(Ast { span, kind })
    }

    fn name(&mut self, name: String) -> Parsed {
        let span = self.bump();
        if *self.peek() != Token::Open {
            let kind = match name.as_str() {
                "true" => AstKind::Bool(true),
                "false" => AstKind::Bool(false),
                _ => AstKind::Name(name),
            };
            return Ok(Ast { span, kind });
        }
        self.bump();
        let mut arguments = Vec::new();
        if *self.peek() != Token::Close {
            arguments.push(self.disjunction()?);
            while self.eat(&Token::Comma) {
                arguments.push(self.disjunction()?);
            }
        }
        let end = self.span().end;
        if !self.eat(&Token::Close) {
            return Err(fault(self.span(), "缺少右括号", "expected `)` here"));
        }
        Ok(Ast { span: span.start..end, kind: AstKind::Call(name, arguments) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fully bracketed form, to show how a text is read.
    fn show(ast: &Ast) -> String {
        let join = |parts: &[Ast], word: &str| {
            format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(&format!(" {word} ")))
        };
        match &ast.kind {
            AstKind::Number(d, unit) => format!("{}e-{}{}", d.mantissa, d.scale, if unit.is_some() { "u" } else { "" }),
            AstKind::Text(text) => format!("{text:?}"),
            AstKind::Bool(value) => value.to_string(),
            AstKind::Name(name) => name.clone(),
            AstKind::Call(name, args) => format!("{name}{}", join(args, ",")),
            AstKind::Not(inner) => format!("!{}", show(inner)),
            AstKind::Negative(inner) => format!("-{}", show(inner)),
            AstKind::And(parts) => join(parts, "&"),
            AstKind::Or(parts) => join(parts, "|"),
            AstKind::Compare(op, l, r) => format!("({} {op:?} {})", show(l), show(r)),
            AstKind::In(l, members) => format!("({} in {})", show(l), join(members, ",")),
            AstKind::Arithmetic(op, l, r) => format!("({} {op:?} {})", show(l), show(r)),
        }
    }

    fn check(text: &str, expect: &str) {
        assert_eq!(parse(text).map_or_else(|f| f.message.en, |ast| show(&ast)), expect, "{text}");
    }

    #[test]
    fn precedence_is_the_documented_one() {
        check("a or b and not c", "(a | (b & !c))");
        check("a + b * c > d - 2", "((a Add (b Multiply c)) Greater (d Subtract 2e-0))");
        check("not a == b", "(!a Equal b)");
        check("a || b && !c", "(a | (b & !c))");
        check("甲 或 乙 且 非 丙", "(甲 | (乙 & !丙))");
        check("占用耕地 > 0亩且是否涉密", "((占用耕地 Greater 0e-0u) & 是否涉密)");
        check("sector in [工业, \"公路\"]", "(sector in (工业 , \"公路\"))");
        check("x.accepted_on + 20 workdays <= as_of", "((x.accepted_on Add 20e-0u) LessOrEqual as_of)");
        check("min(a, b, 85%) = 1", "(min(a , b , 85e-0u) Equal 1e-0)");
        check("（甲 ≥ 3 公顷）", "(甲 GreaterOrEqual 3e-0u)");
    }

    #[test]
    fn faults_say_what_was_expected() {
        check("a < b < c", "comparisons do not chain; join them with `and`");
        check("a and", "the expression ends too early");
        check("a > 3 acres", "unknown unit `acres`");
        check("(a", "expected `)` here");
        check("a ? b", "unexpected `?`");
        check("\"a", "this quoted text is not closed");
        check("", "the expression ends too early");
        check("a b", "expected the end, `and` or `or` here");
        check(&"(".repeat(100), "the expression nests deeper than the limit of 64");
    }

    #[test]
    fn no_text_makes_the_parser_panic() {
        let pieces =
            ["a", "(", ")", "[", "]", "1", "%", "亩", "且", "in", "not", "\"", "-", "*", ".", "，", "“", "9999", " "];
        let mut state = 7u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
            }
            let _ = parse(&text);
        }
    }
}
