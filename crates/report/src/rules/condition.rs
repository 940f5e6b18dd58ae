//! Conditions and values of a pack in words. A typed tree and a day in, a phrase out.

use kaigong_model::{Date, Decimal, Dimension, Duration, FactIdx, FactType, Lang, Unit, Words};
use kaigong_rules::expression::{
    Arithmetic, Comparison, Condition, Fraction, ParameterIdx, Reading, Type, Value, Word,
};
use kaigong_rules::{Pack, Scalar};

use crate::phrase::{amount, aside, duration, inline, list, part_words, plain, say};

/// A condition in words of both languages, under the law of a day.
pub fn condition_words(pack: &Pack, condition: &Condition, as_of: Date) -> Words {
    let told = |lang| Wording { pack, as_of, lang }.condition(condition);
    Words::new(told(Lang::Zh), told(Lang::En))
}

/// A value in words of both languages, under the law of a day.
pub fn value_words(pack: &Pack, value: &Value, as_of: Date) -> Words {
    let told = |lang| {
        let wording = Wording { pack, as_of, lang };
        wording.value(value, wording.dimension(value))
    };
    Words::new(told(Lang::Zh), told(Lang::En))
}

/// Words conditions under the law of a day.
#[derive(Clone, Copy)]
pub(crate) struct Wording<'a> {
    pub(crate) pack: &'a Pack,
    pub(crate) as_of: Date,
    pub(crate) lang: Lang,
}

impl Wording<'_> {
    /// A condition in words.
    ///
    /// Recursion is bounded by the limit on the depth of expressions.
    pub(crate) fn condition(self, condition: &Condition) -> String {
        self.signed(condition, true)
    }

    fn signed(self, condition: &Condition, yes: bool) -> String {
        match condition {
            Condition::Const(value) => {
                let always = *value == yes;
                say(self.lang, if always { "恒成立" } else { "恒不成立" }, if always { "always" } else { "never" })
                    .to_owned()
            }
            Condition::Not(inner) => self.signed(inner, !yes),
            // Not (a and b) is not a or not b, by Kleene's tables as well.
            Condition::And(parts) => self.joined(parts, yes, yes),
            Condition::Or(parts) => self.joined(parts, yes, !yes),
            Condition::Fact(fact) => self.flag(&self.title(*fact), yes),
            Condition::Parameter(parameter) => self.flag(&self.parameter_title(*parameter), yes),
            Condition::Compare(op, left, right) => self.compare(if yes { *op } else { flipped(*op) }, left, right),
            Condition::Among(fact, words) => self.among(*fact, words, yes),
            Condition::Issued(fact) => self.statement(&self.title(*fact), yes, ["已取得", "未取得"], ["has", "lacks"]),
            Condition::Recorded(reading) => {
                self.statement(&self.reading(*reading), yes, ["已记录", "未记录"], ["records", "does not record"])
            }
            Condition::Completed(fact) => self.completed(*fact, yes),
            Condition::Verdict(name) => format!("{name:?}").to_lowercase(),
        }
    }

    fn joined(self, parts: &[Condition], yes: bool, all: bool) -> String {
        let word = match (self.lang, all) {
            (Lang::Zh, true) => "，且",
            (Lang::Zh, false) => "，或",
            (Lang::En, true) => " and ",
            (Lang::En, false) => " or ",
        };
        let inner = |part: &Condition| {
            let text = self.signed(part, yes);
            match (strip(part), self.lang) {
                (Condition::And(_) | Condition::Or(_), Lang::Zh) => format!("（{text}）"),
                (Condition::And(_) | Condition::Or(_), Lang::En) => format!("({text})"),
                _ => text,
            }
        };
        parts.iter().map(inner).collect::<Vec<_>>().join(word)
    }

    fn flag(self, title: &str, yes: bool) -> String {
        match self.lang {
            Lang::Zh => format!("「{title}」为{}", if yes { "是" } else { "否" }),
            Lang::En => format!("{title} is {}", if yes { "yes" } else { "no" }),
        }
    }

    fn statement(self, title: &str, yes: bool, zh: [&str; 2], en: [&str; 2]) -> String {
        let at = usize::from(!yes);
        match self.lang {
            Lang::Zh => format!("{}「{title}」", zh[at]),
            Lang::En => format!("{} {title}", en[at]),
        }
    }

    fn completed(self, fact: FactIdx, yes: bool) -> String {
        let title = self.title(fact);
        match (self.lang, yes) {
            (Lang::Zh, true) => format!("「{title}」均已就绪"),
            (Lang::Zh, false) => format!("「{title}」尚未全部就绪"),
            (Lang::En, true) => format!("{title} are all through"),
            (Lang::En, false) => format!("{title} are not all through"),
        }
    }

    fn among(self, fact: FactIdx, words: &[Word], yes: bool) -> String {
        let words: Vec<String> = words.iter().map(|word| self.word(fact, word)).collect();
        let words = words.join(say(self.lang, "、", " or "));
        let title = self.title(fact);
        match (self.lang, yes) {
            (Lang::Zh, true) => format!("「{title}」为 {words}"),
            (Lang::Zh, false) => format!("「{title}」不为 {words}"),
            (Lang::En, true) => format!("{title} is {words}"),
            (Lang::En, false) => format!("{title} is not {words}"),
        }
    }

    fn word(self, fact: FactIdx, word: &Word) -> String {
        match word {
            Word::Code(code) => self.value_word(fact, *code),
            Word::Text(text) => plain(text),
            Word::Parameter(parameter) => self.parameter(*parameter),
            Word::Fact(other) => self.title(*other),
        }
    }

    /// An enum's value: its first word in Chinese, its id in English.
    pub(crate) fn value_word(self, fact: FactIdx, code: u16) -> String {
        let Some(value) = self.pack.schema[fact].values.get(code as usize) else { return code.to_string() };
        match self.lang {
            Lang::Zh => plain(value.word()),
            Lang::En => value.id.replace('_', " "),
        }
    }

    fn compare(self, op: Comparison, left: &Value, right: &Value) -> String {
        if let Some(text) = self.elapsed(op, left, right) {
            return text;
        }
        let dates = self.is_date(left) || self.is_date(right);
        let hint = self.dimension(left).or_else(|| self.dimension(right));
        let (left, right) = (self.value(left, hint), self.value(right, hint));
        let word = match (self.lang, dates) {
            (Lang::Zh, false) => ["等于", "不等于", "小于", "不超过", "大于", "不少于"],
            (Lang::Zh, true) => ["为", "不为", "早于", "不晚于", "晚于", "不早于"],
            (Lang::En, false) => ["is", "is not", "is below", "is at most", "is above", "is at least"],
            (Lang::En, true) => ["is", "is not", "is before", "is not after", "is after", "is not before"],
        }[op as usize];
        match self.lang {
            Lang::Zh => glued(&[&left, word, &right]),
            Lang::En => format!("{left} {word} {right}"),
        }
    }

    /// A length of time that has to have passed since a day.
    fn elapsed(self, op: Comparison, left: &Value, right: &Value) -> Option<String> {
        let (Value::Shift { date, amount, unit, back: false }, Value::AsOf) = (left, right) else { return None };
        if !matches!(op, Comparison::Less | Comparison::LessOrEqual) {
            return None;
        }
        let (date, length) = (self.value(date, None), self.length(amount, *unit));
        Some(match self.lang {
            Lang::Zh => format!("{date}起已满 {length}"),
            Lang::En => format!("{length} have passed since {date}"),
        })
    }

    fn length(self, amount: &Value, unit: kaigong_model::DurationUnit) -> String {
        match amount {
            Value::Number(count) => duration(Duration { count: whole(*count) as i32, unit }, self.lang),
            other => self.value(other, None),
        }
    }

    /// A value in words; `hint` is what a bare literal measures.
    pub(crate) fn value(self, value: &Value, hint: Option<Dimension>) -> String {
        match value {
            Value::Number(fraction) => self.fraction(*fraction, hint),
            Value::Date(day) => day.to_string(),
            Value::AsOf => say(self.lang, "核查基准日", "the as-of date").to_owned(),
            Value::Read(reading) => self.reading(*reading),
            Value::Parameter(parameter) => {
                let title = aside(&self.parameter_title(*parameter), self.lang);
                format!("{}{title}", self.parameter(*parameter))
            }
            Value::Covered(fact) => match self.lang {
                Lang::Zh => format!("「{}」覆盖面积", self.title(*fact)),
                Lang::En => format!("area covered by {}", self.title(*fact)),
            },
            Value::Granted(pool) => {
                let title = inline(&self.pack.pools[pool.0 as usize].title, self.lang);
                match self.lang {
                    Lang::Zh => format!("已配「{title}」"),
                    Lang::En => format!("granted {title}"),
                }
            }
            Value::Arithmetic(op, left, right) => self.arithmetic(*op, left, right, hint),
            Value::Min(parts) => self.extreme(parts, hint, ["中较小者", "the least of "]),
            Value::Max(parts) => self.extreme(parts, hint, ["中较大者", "the greatest of "]),
            Value::DaysBetween(later, earlier) => {
                let (later, earlier) = (self.value(later, None), self.value(earlier, None));
                match self.lang {
                    Lang::Zh => format!("{earlier} 至 {later} 的天数"),
                    Lang::En => format!("days from {earlier} to {later}"),
                }
            }
            Value::Shift { date, amount, unit, back } => {
                let text = self.length(amount, *unit);
                let date = self.value(date, None);
                match (self.lang, back) {
                    (Lang::Zh, false) => format!("{date}后 {text}"),
                    (Lang::Zh, true) => format!("{date}前 {text}"),
                    (Lang::En, false) => format!("{text} after {date}"),
                    (Lang::En, true) => format!("{text} before {date}"),
                }
            }
            Value::DaysLate => say(self.lang, "已过计划开工天数", "days past the planned start").to_owned(),
            Value::Blockers => say(self.lang, "堵点数", "blockers").to_owned(),
        }
    }

    fn arithmetic(self, op: Arithmetic, left: &Value, right: &Value, hint: Option<Dimension>) -> String {
        let product = matches!(op, Arithmetic::Multiply | Arithmetic::Divide);
        let side = |value: &Value| {
            let own = self.dimension(value);
            let text = self.value(value, if product { own } else { hint });
            let sum = matches!(value, Value::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, ..));
            if product && sum { format!("({text})") } else { text }
        };
        let sign = match op {
            Arithmetic::Add => "+",
            Arithmetic::Subtract => "-",
            Arithmetic::Multiply => "x",
            Arithmetic::Divide => "/",
        };
        format!("{} {sign} {}", side(left), side(right))
    }

    fn extreme(self, parts: &[Value], hint: Option<Dimension>, words: [&str; 2]) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.value(part, hint)).collect();
        match self.lang {
            Lang::Zh => format!("{} {}", list(&parts, self.lang), words[0]),
            Lang::En => format!("{}{}", words[1], list(&parts, self.lang)),
        }
    }

    fn title(self, fact: FactIdx) -> String {
        inline(&self.pack.schema[fact].title, self.lang)
    }

    fn reading(self, reading: Reading) -> String {
        match reading {
            Reading::Fact(fact) => self.title(fact),
            Reading::Part(fact, part) => {
                let (title, part) = (self.title(fact), part_words(part));
                match self.lang {
                    Lang::Zh => format!("{title}{}", part.zh),
                    Lang::En => format!("{} of {title}", part.en),
                }
            }
        }
    }

    fn parameter_title(self, parameter: ParameterIdx) -> String {
        inline(&self.pack.parameters[parameter.0 as usize].title, self.lang)
    }

    /// A parameter's value on the day.
    fn parameter(self, parameter: ParameterIdx) -> String {
        let parameter = &self.pack.parameters[parameter.0 as usize];
        match parameter.at(self.as_of) {
            Some(value) => match &value.value {
                Some(scalar) => self.scalar(scalar, parameter.kind, &value.text),
                None => say(self.lang, "未定", "not settled").to_owned(),
            },
            None => say(self.lang, "当日无值", "no value on that day").to_owned(),
        }
    }

    /// A constant in words; `text` is how it was written.
    pub(crate) fn scalar(self, scalar: &Scalar, kind: Type, text: &str) -> String {
        match (scalar, kind) {
            (Scalar::Number(number), Type::Duration(unit)) => {
                duration(Duration { count: whole(*number) as i32, unit }, self.lang)
            }
            (Scalar::Number(number), Type::Quantity(dimension)) => {
                let unit = written_unit(text).filter(|unit| unit.dimension == dimension);
                amount(atoms(*number, dimension), unit.unwrap_or(dimension.standard_unit()), self.lang)
            }
            (Scalar::Number(number), _) => self.fraction(*number, None),
            (Scalar::Date(day), _) => day.to_string(),
            (Scalar::Bool(true), _) => say(self.lang, "是", "yes").to_owned(),
            (Scalar::Bool(false), _) => say(self.lang, "否", "no").to_owned(),
            (Scalar::Text(value), Type::Enum(fact)) => {
                let code = self.pack.schema[fact].value_code(value);
                code.map_or_else(|| value.clone(), |code| self.value_word(fact, code))
            }
            (Scalar::Text(value), _) => value.clone(),
        }
    }

    fn fraction(self, fraction: Fraction, hint: Option<Dimension>) -> String {
        match hint {
            Some(dimension) if fraction.den == 1 || dimension == Dimension::Ratio => {
                amount(atoms(fraction, dimension), dimension.standard_unit(), self.lang)
            }
            _ if fraction.den == 1 => fraction.num.to_string(),
            _ => {
                let plain = Unit { name: "", dimension: Dimension::Ratio, atoms: 1_000_000 };
                let atoms = fraction.num.checked_mul(1_000_000).map(|scaled| scaled / fraction.den);
                atoms.map_or_else(
                    || format!("{}/{}", fraction.num, fraction.den),
                    |atoms| crate::phrase::measure(atoms, plain, self.lang),
                )
            }
        }
    }

    fn is_date(self, value: &Value) -> bool {
        match value {
            Value::Date(_) | Value::AsOf | Value::Shift { .. } => true,
            Value::Read(Reading::Fact(fact)) => self.pack.schema[*fact].kind == FactType::Date,
            Value::Read(Reading::Part(_, part)) => !matches!(part, kaigong_model::Part::Area),
            Value::Parameter(parameter) => self.pack.parameters[parameter.0 as usize].kind == Type::Date,
            Value::Min(parts) | Value::Max(parts) => parts.first().is_some_and(|part| self.is_date(part)),
            _ => false,
        }
    }

    /// What a value measures, as far as its parts tell.
    pub(crate) fn dimension(self, value: &Value) -> Option<Dimension> {
        match value {
            Value::Read(Reading::Fact(fact)) => match self.pack.schema[*fact].kind {
                FactType::Quantity(dimension) => Some(dimension),
                _ => None,
            },
            Value::Read(Reading::Part(_, kaigong_model::Part::Area)) | Value::Covered(_) => Some(Dimension::Area),
            Value::Parameter(parameter) => match self.pack.parameters[parameter.0 as usize].kind {
                Type::Quantity(dimension) => Some(dimension),
                _ => None,
            },
            Value::Granted(pool) => self.pack.schema.pools.get(pool.0 as usize).map(|pool| pool.dimension),
            Value::Arithmetic(Arithmetic::Divide, left, right) => {
                let (left, right) = (self.dimension(left), self.dimension(right));
                if left == right { Some(Dimension::Ratio) } else { left }
            }
            Value::Arithmetic(Arithmetic::Multiply, left, right) => {
                let sides = [self.dimension(left), self.dimension(right)];
                let ratio = |dimension: &Dimension| matches!(dimension, Dimension::Ratio | Dimension::Count);
                let known = || sides.iter().flatten().copied();
                known().find(|dimension| !ratio(dimension)).or_else(|| known().next())
            }
            Value::Arithmetic(_, left, right) => self.dimension(left).or_else(|| self.dimension(right)),
            Value::Min(parts) | Value::Max(parts) => parts.iter().find_map(|part| self.dimension(part)),
            _ => None,
        }
    }
}

/// Chinese words set together; a space only where a letter or digit meets one.
fn glued(parts: &[&str]) -> String {
    let mut out = String::new();
    for part in parts {
        let plain = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '%');
        if plain(out.chars().next_back()) || (!out.is_empty() && plain(part.chars().next())) {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

fn strip(condition: &Condition) -> &Condition {
    match condition {
        Condition::Not(inner) => strip(inner),
        other => other,
    }
}

fn flipped(op: Comparison) -> Comparison {
    match op {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}

/// Atoms of a dimension; a ratio is kept as a plain fraction.
fn atoms(fraction: Fraction, dimension: Dimension) -> i128 {
    match dimension {
        Dimension::Ratio => fraction.num.saturating_mul(1_000_000) / fraction.den,
        _ => whole(fraction),
    }
}

/// Rounded up to a whole number.
pub(crate) fn whole(fraction: Fraction) -> i128 {
    let (whole, rest) = (fraction.num.div_euclid(fraction.den), fraction.num.rem_euclid(fraction.den));
    whole + i128::from(rest > 0)
}

fn written_unit(text: &str) -> Option<Unit> {
    let (_, length) = Decimal::prefix(text.trim())?;
    Unit::parse(text.trim()[length..].trim())
}
