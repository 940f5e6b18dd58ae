//! Maps with known keys and the values they hold: every reader logs what is wrong and returns none.

use kaigong_model::{
    Cell, CellFault, Date, Diagnostic, Dimension, Duration, DurationUnit, FactSpec, FactType, Level, Place, PoolSpec,
    Schema, Unit, parse_cell, parse_quantity,
};
use kaigong_yaml::{Document, Kind, Node, Span};

use super::{Horizon, Said};
use crate::{
    codes,
    input::Share,
    log::Log,
    words::{cell_fault, level_and_county, shown, unknown_level, unknown_pool},
};

/// Millionths in the whole.
const WHOLE: i64 = 1_000_000;

/// A key, and how it may be written with its value.
#[derive(Clone, Copy)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) example: &'static str,
}

pub(super) const fn key(name: &'static str, example: &'static str) -> Key {
    Key { name, example }
}

/// A value, and an example of what may be written.
#[derive(Clone, Copy)]
pub(super) struct Field<'r> {
    pub(super) node: &'r Node,
    pub(super) example: &'static str,
}

/// A map whose keys are all known.
pub(super) struct Map<'r> {
    pub(super) span: Span,
    pub(super) entries: &'r [(Node, Node)],
    pub(super) keys: &'static [Key],
}

impl<'r> Map<'r> {
    /// The value of a key; none where it is absent or null.
    pub(super) fn get(&self, name: &str) -> Option<Field<'r>> {
        let (_, node) = self.entries.iter().find(|(key, _)| key.text() == Some(name))?;
        (!matches!(node.kind, Kind::Null)).then(|| Field { node, example: self.example(name) })
    }

    fn example(&self, name: &str) -> &'static str {
        self.keys.iter().find(|key| key.name == name).map_or("", |key| key.example)
    }
}

/// Reads values of one document.
pub(super) struct Reader<'r> {
    pub(super) schema: &'r Schema,
    pub(super) document: &'r Document,
    pub(super) log: &'r mut Log,
}

impl<'r> Reader<'r> {
    pub(super) fn place(&self, field: Field) -> Place {
        self.document.place(field.node.span)
    }

    pub(super) fn fault(&mut self, fault: Diagnostic, field: Field) {
        let document = self.document;
        self.log.fault(|_| fault.at(document.place(field.node.span)));
    }

    /// Logs that a value is of another shape than its example.
    pub(super) fn shape(&mut self, field: Field) {
        let fault = Diagnostic::error(codes::SHAPE, "写法不对", "this is not of the shape asked for");
        self.fault(for_example(fault, "", "", field.example), field);
    }

    /// A map; unknown keys are faults.
    pub(super) fn map(&mut self, field: Field<'r>, keys: &'static [Key]) -> Option<Map<'r>> {
        let Kind::Mapping(entries) = &field.node.kind else {
            self.shape(field);
            return None;
        };
        let names = || keys.iter().map(|key| key.name);
        for (key, _) in entries {
            let name = key.text().unwrap_or_default();
            if names().any(|known| known == name) {
                continue;
            }
            let document = self.document;
            self.log.fault(|near| {
                let known: Vec<&str> = names().collect();
                let name_shown = shown(name);
                Diagnostic::error(
                    codes::UNKNOWN_KEY,
                    format!("不认识键「{name_shown}」"),
                    format!("unknown key `{name_shown}`"),
                )
                .at(document.place(key.span))
                .help(
                    format!("可写 {}，例如 {}", known.join("、"), field.example),
                    format!("write {}, for example {}", known.join(", "), field.example),
                )
                .suggest(near.find(name, names()))
            });
        }
        Some(Map { span: field.node.span, entries, keys })
    }

    /// The value of a key that must be there.
    pub(super) fn need(&mut self, map: &Map<'r>, name: &str) -> Option<Field<'r>> {
        let field = map.get(name);
        if field.is_none() {
            let place = self.document.place(map.span);
            let fault = Diagnostic::error(codes::NO_KEY, format!("缺少键「{name}」"), format!("missing key `{name}`"));
            self.log.fault(|_| for_example(fault, "", "", map.example(name)).at(place));
        }
        field
    }

    /// Every item of a list that can be read.
    pub(super) fn each<T>(
        &mut self,
        list: Option<Field<'r>>,
        mut read: impl FnMut(&mut Self, Field<'r>) -> Option<T>,
    ) -> Vec<T> {
        let Some(list) = list else { return Vec::new() };
        let Kind::Sequence(items) = &list.node.kind else {
            self.shape(list);
            return Vec::new();
        };
        items.iter().filter_map(|node| read(self, Field { node, ..list })).collect()
    }

    /// A name, an id, a word: one line.
    pub(super) fn line(&mut self, field: Option<Field>) -> Option<Said> {
        self.said(field?, char::is_control)
    }

    pub(super) fn need_line(&mut self, map: &Map<'r>, name: &str) -> Option<Said> {
        let field = self.need(map, name)?;
        self.line(Some(field))
    }

    /// An expression, which may go over several lines.
    pub(super) fn expression(&mut self, field: Option<Field>) -> Option<Said> {
        self.said(field?, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    }

    pub(super) fn need_expression(&mut self, map: &Map<'r>, name: &str) -> Option<Said> {
        let field = self.need(map, name)?;
        self.expression(Some(field))
    }

    fn said(&mut self, field: Field, is_bad: impl Fn(char) -> bool) -> Option<Said> {
        let Some(text) = field.node.text().map(str::trim).filter(|text| !text.is_empty()) else {
            self.shape(field);
            return None;
        };
        if text.contains(is_bad) {
            let text = shown(text);
            let fault = Diagnostic::error(
                codes::CONTROL,
                format!("「{text}」含有控制字符"),
                format!("`{text}` holds a control character"),
            );
            self.fault(
                for_example(fault, "删去看不见的字符，", "remove the invisible characters, ", field.example),
                field,
            );
            return None;
        }
        Some(Said { text: text.to_owned(), place: self.place(field) })
    }

    pub(super) fn need_pool(&mut self, map: &Map<'r>) -> Option<&'r PoolSpec> {
        let field = self.need(map, "pool")?;
        self.pool(field)
    }

    /// The pool kind of an id.
    pub(super) fn pool(&mut self, field: Field) -> Option<&'r PoolSpec> {
        let Said { text, place } = self.line(Some(field))?;
        let schema = self.schema;
        let pool = schema.pools.iter().find(|pool| pool.id == text);
        if pool.is_none() {
            self.log.fault(|near| {
                let known = || schema.pools.iter().map(|pool| pool.id.as_str());
                let example = known().next().unwrap_or("land.quota");
                for_example(
                    unknown_pool(&text),
                    "写规则包里指标池的编号，",
                    "write the id of a pool of the rule pack, ",
                    example,
                )
                .suggest(near.find(&text, known()))
                .at(place)
            });
        }
        pool
    }

    /// An amount of a pool, not negative, atoms.
    pub(super) fn amount(&mut self, pool: &PoolSpec, field: Field) -> Option<i64> {
        let spec = FactSpec { unit: Some(pool.unit), ..FactSpec::new(&*pool.id, FactType::Quantity(pool.dimension)) };
        self.quantity(&spec, field, i64::MAX)
    }

    /// An amount of money, not negative, fen; its unit has to be written.
    pub(super) fn money(&mut self, field: Field) -> Option<i64> {
        let spec = FactSpec::new("price", FactType::Quantity(Dimension::Money));
        self.quantity(&spec, field, i64::MAX)
    }

    /// A part of an amount: an amount itself, or a share, of which `of` makes one.
    pub(super) fn part(&mut self, pool: &PoolSpec, field: Field, of: impl FnOnce(Share) -> i64) -> Option<i64> {
        let is_share = field.node.text().is_some_and(|text| text.trim_end().ends_with(['%', '％', '‰']));
        if is_share { self.share(field).map(of) } else { self.amount(pool, field) }
    }

    /// A share from nothing to all.
    pub(super) fn share(&mut self, field: Field) -> Option<Share> {
        let spec = FactSpec::new("share", FactType::Quantity(Dimension::Ratio));
        let millionths = self.quantity(&spec, field, WHOLE)?;
        Some(Share(millionths as u32))
    }

    /// A count.
    pub(super) fn count(&mut self, field: Field) -> Option<u64> {
        let spec = FactSpec::new("count", FactType::Quantity(Dimension::Count));
        self.quantity(&spec, field, i64::MAX).map(i64::unsigned_abs)
    }

    /// A quantity from zero to `most`, atoms.
    fn quantity(&mut self, spec: &FactSpec, field: Field, most: i64) -> Option<i64> {
        let (Some(text), FactType::Quantity(dimension)) = (field.node.text(), spec.kind) else {
            self.shape(field);
            return None;
        };
        let fault = match parse_quantity(text, dimension, spec.unit) {
            Ok(atoms) if (0..=most).contains(&atoms) => return Some(atoms),
            Ok(_) => CellFault::OutOfRange,
            Err(fault) => CellFault::Quantity(fault),
        };
        let (range, document) = ((most == WHOLE).then_some((0, most)), self.document);
        let spec = FactSpec { range, ..spec.clone() };
        self.log.fault(|near| {
            let said = cell_fault(&spec, None::<Unit>, &fault, text.trim(), near).at(document.place(field.node.span));
            match (&fault, dimension) {
                (CellFault::OutOfRange, Dimension::Ratio) => {
                    for_example(said, "可写 0% 至 100%，", "write 0% to 100%, ", field.example)
                }
                (CellFault::OutOfRange, _) => {
                    for_example(said, "可写 0 或更大的数，", "write zero or more, ", field.example)
                }
                _ => said,
            }
        });
        None
    }

    /// Days or working days.
    pub(super) fn horizon(&mut self, field: Option<Field>) -> Option<Horizon> {
        let field = field?;
        let Said { text, place } = self.line(Some(field))?;
        let working = match Duration::parse(&text) {
            Some(Duration { count, unit: DurationUnit::Days }) => Some((count, false)),
            Some(Duration { count, unit: DurationUnit::Workdays }) => Some((count, true)),
            _ => None,
        };
        let Some((count, working)) = working else {
            let text = shown(&text);
            let fault = Diagnostic::error(
                codes::NOT_A_HORIZON,
                format!("「{text}」不是多少天或多少工作日"),
                format!("`{text}` is not a number of days or workdays"),
            );
            let (zh, en) = ("可写 120 days、120 workdays，不超过 100000，", "write days or workdays, at most 100000, ");
            self.log.fault(|_| for_example(fault, zh, en, field.example).at(place));
            return None;
        };
        Some(Horizon { days: count.unsigned_abs(), working })
    }

    /// Whose a pool is: a county's where one is named, else the city's unless it says otherwise.
    pub(super) fn level(&mut self, map: &Map<'r>) -> Option<Level> {
        let has_county = map.get("county").is_some();
        let Some(field) = map.get("scope") else { return Some(if has_county { Level::County } else { Level::City }) };
        let Said { text, place } = self.line(Some(field))?;
        match Level::parse(&text) {
            Some(level) if (level == Level::County) == has_county => return Some(level),
            Some(level) => self.fault(level_and_county(level), field),
            None => self.log.fault(|near| {
                let names = Level::ALL.map(Level::name);
                unknown_level(&text).suggest(near.find(&text, names)).at(place)
            }),
        }
        None
    }

    /// A day.
    pub(super) fn date(&mut self, field: Field) -> Option<Date> {
        let Said { text, place } = self.line(Some(field))?;
        let date = Date::parse(&text);
        if date.is_none() {
            let spec = FactSpec::new("day", FactType::Date);
            self.log.fault(|near| {
                let said = cell_fault(&spec, None, &CellFault::NotADate, &text, near).at(place);
                for_example(said, "写成 YYYY-MM-DD，", "write YYYY-MM-DD, ", field.example)
            });
        }
        date
    }

    /// Yes or no.
    pub(super) fn yes_or_no(&mut self, field: Field) -> Option<bool> {
        let Said { text, place } = self.line(Some(field))?;
        let spec = FactSpec::new("in", FactType::Bool);
        if let Ok(Cell::Bool(yes)) = parse_cell(&spec, None, &text) {
            return Some(yes);
        }
        self.log.fault(|near| {
            let fault = cell_fault(&spec, None, &CellFault::NotABool, &text, near);
            for_example(fault, "可写 true 或 false，", "write true or false, ", field.example).at(place)
        });
        None
    }
}

/// Says how to mend it, with an example.
fn for_example(fault: Diagnostic, zh: &str, en: &str, example: &str) -> Diagnostic {
    fault.help(format!("{zh}例如 {example}"), format!("{en}for example {example}"))
}
