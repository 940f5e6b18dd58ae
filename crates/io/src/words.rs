//! The words of a faulty cell: what is wrong with it, and what may be written instead.

use kaigong_model::{
    CellFault, Code, Date, Diagnostic, Dimension, FactSpec, FactType, Level, QuantityFault, Unit, Words, format_exact,
    limits,
};

use crate::{codes, near::Near, table::long_cell};

/// Characters of a cell that a message repeats.
const SHOWN: usize = 40;
/// Values of an enum that a help lists.
const VALUES_LISTED: usize = 12;

/// The fault of a cell that should hold what `spec` says; `unit` is the one its header names.
pub(crate) fn cell_fault(
    spec: &FactSpec,
    unit: Option<Unit>,
    fault: &CellFault,
    text: &str,
    near: &mut Near,
) -> Diagnostic {
    let text_shown = shown(text);
    let not = |code: Code, zh: &str, en: &str| {
        Diagnostic::error(code, format!("「{text_shown}」{zh}"), format!("`{text_shown}` {en}"))
    };
    match fault {
        CellFault::Quantity(fault) => quantity_fault(spec, unit, *fault, &not),
        CellFault::OutOfRange => out_of_range(spec, unit, &not),
        CellFault::NotADate => not(codes::NOT_A_DATE, "不是日期", "is not a day of the calendar")
            .help("可写 2026-11-20 这样的日期（YYYY-MM-DD）", "write a day as YYYY-MM-DD, such as 2026-11-20"),
        CellFault::NotABool => not(codes::NOT_A_BOOL, "不是「是」或「否」", "is not yes or no")
            .help("可写 是、否、有、无、1、0", "write yes, no, true, false, 1 or 0"),
        CellFault::NotAValue => not_a_value(spec, text, near, &not),
        CellFault::NotAStop => not(codes::NOT_A_STOP, "不是停计的日子", "is not a list of stops").help(
            "写事由和起止日，以分号隔开：专家评审 2026-06-01/2026-06-20；还没结束的不写止日：听证 2026-07-01/",
            "write cause, first and last day, split by semicolons: expert review 2026-06-01/2026-06-20; one that lasts \
             has no last day: hearing 2026-07-01/",
        ),
        CellFault::UnknownCause(cause) => unknown_cause(spec, cause, near),
        CellFault::StopBackwards => not(codes::STOP_BACKWARDS, "的止日早于起日", "ends before it begins")
            .help("先写起日，后写止日", "write the first day, then the last"),
        CellFault::StopsOverlap => not(codes::STOPS_OVERLAP, "中有日子重叠", "holds stops that overlap").help(
            "同一天只写一个事由；没有止日的要排在最后",
            "write each day under one cause; one without a last day comes last",
        ),
        CellFault::NotText if text.len() > limits::CELL_BYTES => long_cell(),
        CellFault::NotText => not(codes::CONTROL, "含有控制字符", "holds a control character")
            .help("删去看不见的字符", "remove the invisible characters"),
    }
}

/// The fault of a pool that the pack does not have.
pub(crate) fn unknown_pool(id: &str) -> Diagnostic {
    Diagnostic::error(
        codes::UNKNOWN_POOL,
        format!("「{}」不是已知的指标池", shown(id)),
        format!("`{}` is not a known pool", shown(id)),
    )
    .help("写规则包里指标池的编号", "write the id of a pool of the rule pack")
}

/// The fault of a pool that expires before the period it is for begins.
pub(crate) fn expires_too_soon(last: Date, first: Date) -> Diagnostic {
    Diagnostic::error(
        codes::EXPIRES_TOO_SOON,
        format!("有效期至 {last}，早于本期起始日 {first}"),
        format!("it expires on {last}, before its period begins on {first}"),
    )
    .help("核对年度和有效期；当天仍有效", "look into the period and the day; the day itself still counts")
}

/// The fault of a share that is carried out of no period.
pub(crate) fn carry_of_no_period() -> Diagnostic {
    Diagnostic::error(
        codes::CARRY_OF_NO_PERIOD,
        "没有年度，不知结转到哪一期",
        "without a period there is no next one to carry into",
    )
    .help("写上年度，例如 2026，或删去结转比例", "write the period, such as 2026, or leave the share out")
}

/// The fault of a pool of no level there is.
pub(crate) fn unknown_level(text: &str) -> Diagnostic {
    let text = shown(text);
    Diagnostic::error(codes::LEVEL, format!("「{text}」不是已知的层级"), format!("`{text}` is not a known level"))
        .help("可写 县区、市、省（county、city、province）", "write county, city or province")
}

/// The fault of a level that does not go with the county beside it.
pub(crate) fn level_and_county(level: Level) -> Diagnostic {
    if level == Level::County {
        return Diagnostic::error(codes::LEVEL, "县（区）级的指标没有写县（区）", "a county's pool names no county")
            .help("写上县（区），或删去层级", "name the county, or leave the level out");
    }
    let (zh, en) = if level == Level::City { ("市级", "city") } else { ("省级", "province") };
    Diagnostic::error(
        codes::LEVEL,
        format!("{zh}指标不属于某个县（区）"),
        format!("a pool of the {en} belongs to no county"),
    )
    .help("删去县（区），或删去层级", "leave the county out, or the level")
}

/// A text as messages repeat it: short, and without anything a terminal would obey.
pub(crate) fn shown(text: &str) -> String {
    cut(text, SHOWN)
}

/// The first `most` characters of a text, control characters replaced.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        short.push_str("...");
    }
    short
}

type Not<'a> = &'a dyn Fn(Code, &str, &str) -> Diagnostic;

fn quantity_fault(spec: &FactSpec, unit: Option<Unit>, fault: QuantityFault, not: Not) -> Diagnostic {
    let FactType::Quantity(dimension) = spec.kind else {
        return not(codes::NOT_AN_AMOUNT, "不是数量", "is not an amount");
    };
    let kind = spec.kind.words();
    let bare = unit.or(spec.unit).is_some() || dimension.bare_atoms().is_some();
    let may = examples(dimension, bare);
    let diagnostic = match fault {
        QuantityFault::NotANumber => {
            let (zh, en) = (format!("不是{}", kind.zh), format!("cannot be read as {}", kind.en));
            not(codes::NOT_AN_AMOUNT, &zh, &en)
        }
        QuantityFault::WrongUnit => {
            let (zh, en) = (format!("的单位不是{}单位", kind.zh), format!("does not have a unit of {}", kind.en));
            not(codes::UNIT, &zh, &en)
        }
        QuantityFault::NoUnit => not(codes::UNIT, "没有单位", "has no unit"),
        QuantityFault::TooLarge => not(codes::TOO_LARGE, "数值过大", "is too large"),
        QuantityFault::TooFine { below, above } => {
            let may = neighbours(dimension, spec.unit.or(unit), below, above);
            return not(codes::TOO_FINE, "比能记录的最小单位还小", "is finer than the smallest amount that is kept")
                .help(may.zh, may.en);
        }
    };
    diagnostic.help(format!("可写 {}", may.zh), format!("write {}", may.en))
}

fn out_of_range(spec: &FactSpec, unit: Option<Unit>, not: Not) -> Diagnostic {
    let (Some((least, most)), FactType::Quantity(dimension)) = (spec.range, spec.kind) else {
        return not(codes::OUT_OF_RANGE, "是负数", "is negative").help("可写 0 或更大的数", "write zero or more");
    };
    let unit = spec.unit.or(unit).unwrap_or(dimension.standard_unit());
    let (least, most) = (amount(least, unit), amount(most, unit));
    not(codes::OUT_OF_RANGE, "超出合理范围", "is out of range").help(
        format!("应在 {} 至 {} 之间；单位是否写错？", least.zh, most.zh),
        format!("it should lie between {} and {}; is the unit right?", least.en, most.en),
    )
}

fn not_a_value(spec: &FactSpec, text: &str, near: &mut Near, not: Not) -> Diagnostic {
    let words = spec.values.iter().flat_map(|value| std::iter::once(&value.id).chain(&value.words));
    let meant = near.find(text, words.map(String::as_str));
    let more = spec.values.len() > VALUES_LISTED;
    let list = |zh: bool| {
        let listed = spec.values.iter().take(VALUES_LISTED);
        let names = listed.map(|value| if zh { value.word() } else { &value.id });
        let names: Vec<&str> = names.collect();
        names.join(if zh { "、" } else { ", " })
    };
    let meant_words = meant.map_or_else(Words::default, |meant| {
        Words::new(format!("是否想写「{meant}」？"), format!("did you mean `{meant}`? "))
    });
    not(codes::NOT_A_VALUE, "不在可选项之中", "is not one of the values").help(
        format!("{}可写 {}{}", meant_words.zh, list(true), if more { " 等" } else { "" }),
        format!("{}write {}{}", meant_words.en, list(false), if more { " and so on" } else { "" }),
    )
}

fn unknown_cause(spec: &FactSpec, cause: &str, near: &mut Near) -> Diagnostic {
    let cause_shown = shown(cause);
    let fault = Diagnostic::error(
        codes::UNKNOWN_CAUSE,
        format!("「{cause_shown}」不是规则包写明的停计事由"),
        format!("`{cause_shown}` is no cause that the rule pack knows"),
    );
    if spec.causes.is_empty() {
        return fault.help("这个规则包没有停计事由", "this rule pack has none");
    }
    let meant = near.find(cause, spec.causes.iter().flat_map(|known| [known.words.zh.as_str(), &known.words.en]));
    let list = |word: fn(&kaigong_model::StopCause) -> &str, between: &str| {
        spec.causes.iter().map(word).collect::<Vec<_>>().join(between)
    };
    let (zh, en) = (list(|known| &known.words.zh, "、"), list(|known| &known.words.en, ", "));
    let meant = meant.map_or_else(Words::default, |meant| {
        Words::new(format!("是否想写「{meant}」？"), format!("did you mean `{meant}`? "))
    });
    fault.help(format!("{}可写 {zh}", meant.zh), format!("{}write one of: {en}", meant.en))
}

/// The two amounts that can be kept on either side of one that cannot.
fn neighbours(dimension: Dimension, unit: Option<Unit>, below: i64, above: i64) -> Words {
    let standard = dimension.standard_unit();
    let exact = |unit: &Unit| [below, above].iter().all(|&atoms| !format_exact(atoms.into(), *unit).starts_with('~'));
    let unit = unit.filter(exact).unwrap_or(standard);
    let (below, above) = (amount(below, unit), amount(above, unit));
    Words::new(
        format!("最近的是 {} 和 {}", below.zh, above.zh),
        format!("the nearest are {} and {}", below.en, above.en),
    )
}

/// An amount with its unit, exact.
pub(crate) fn amount(atoms: i64, unit: Unit) -> Words {
    let number = format_exact(atoms.into(), unit);
    match unit.name {
        "" => Words::same(number),
        "%" => Words::same(format!("{number}%")),
        name => Words::new(format!("{number}{}", unit.words().zh), format!("{number} {name}")),
    }
}

/// What may be written for an amount.
fn examples(dimension: Dimension, bare: bool) -> Words {
    let (plain, zh, en) = match dimension {
        Dimension::Area => ("380", "380亩、25.3333公顷", "380 mu, 25.3333 ha"),
        Dimension::Money => ("1200", "400万元、12.5亿元", "400 wan, 12.5 yi"),
        Dimension::Mass => ("1200", "1200公斤、30吨", "1200 kg, 30 t"),
        Dimension::CoalEquivalent => ("5000", "5000吨标准煤", "5000 tce"),
        Dimension::Energy => ("1200", "1200千瓦时、30万kWh", "1200 kWh, 30 MWh"),
        Dimension::Power => ("1200", "1200千瓦、30MW", "1200 kW, 30 MW"),
        Dimension::Length => ("1200", "1200米、3.5公里", "1200 m, 3.5 km"),
        Dimension::Volume => ("1200", "1200立方米", "1200 m3"),
        Dimension::Count => ("42", "", ""),
        Dimension::Ratio => ("0.85", "85%", "85%"),
        Dimension::Days => ("20", "20天", "20 days"),
        Dimension::Workdays => ("20", "20工作日", "20 workdays"),
    };
    match (bare, zh.is_empty()) {
        (true, true) => Words::same(plain),
        (true, false) => Words::new(format!("{plain}、{zh}"), format!("{plain}, {en}")),
        (false, _) => Words::new(zh, en),
    }
}

#[cfg(test)]
mod tests {
    use kaigong_model::{EnumValue, parse_cell};

    use super::*;

    fn say(spec: &FactSpec, text: &str) -> [String; 3] {
        let fault = parse_cell(spec, None, text).unwrap_err();
        let said = cell_fault(spec, None, &fault, text, &mut Near::new());
        let help = said.help.unwrap();
        assert!(!help.zh.is_empty() && !help.en.is_empty());
        [
            said.code.0.to_owned(),
            format!("{}；{}", said.message.zh, help.zh),
            format!("{}; {}", said.message.en, help.en),
        ]
    }

    fn check(spec: &FactSpec, text: &str, code: &str, zh: &str, en: &str) {
        assert_eq!(say(spec, text), [code, zh, en]);
    }

    #[test]
    fn amounts_say_what_may_be_written() {
        let mu = Unit::parse("mu");
        let area = FactSpec { unit: mu, ..FactSpec::new("a", FactType::Quantity(Dimension::Area)) };
        check(
            &area,
            "三百八十亩",
            "KG-L030",
            "「三百八十亩」不是面积；可写 380、380亩、25.3333公顷",
            "`三百八十亩` cannot be read as area; write 380, 380 mu, 25.3333 ha",
        );
        check(
            &area,
            "3 wan",
            "KG-L031",
            "「3 wan」的单位不是面积单位；可写 380、380亩、25.3333公顷",
            "`3 wan` does not have a unit of area; write 380, 380 mu, 25.3333 ha",
        );
        check(
            &area,
            "0.0000015",
            "KG-L032",
            "「0.0000015」比能记录的最小单位还小；最近的是 0.000001亩 和 0.000002亩",
            "`0.0000015` is finer than the smallest amount that is kept; the nearest are 0.000001 mu and 0.000002 mu",
        );
        let hectares = FactSpec { unit: Unit::parse("ha"), ..area.clone() };
        assert!(say(&hectares, "0.00000001")[1].contains("0亩 和 0.000001亩"));
        let nan = say(&area, "NaN");
        assert_eq!(nan[0], "KG-L030");
        assert_eq!(say(&area, "99999999999999999")[0], "KG-L033");
        check(&area, "-3", "KG-L034", "「-3」是负数；可写 0 或更大的数", "`-3` is negative; write zero or more");
        let ranged = FactSpec { range: Some((0, 100_000_000)), ..area };
        check(
            &ranged,
            "380 ha",
            "KG-L034",
            "「380 ha」超出合理范围；应在 0亩 至 100亩 之间；单位是否写错？",
            "`380 ha` is out of range; it should lie between 0 mu and 100 mu; is the unit right?",
        );
        let money = FactSpec::new("m", FactType::Quantity(Dimension::Money));
        check(
            &money,
            "12",
            "KG-L031",
            "「12」没有单位；可写 400万元、12.5亿元",
            "`12` has no unit; write 400 wan, 12.5 yi",
        );
    }

    #[test]
    fn other_cells_say_what_may_be_written() {
        check(
            &FactSpec::new("d", FactType::Date),
            "2026-02-30",
            "KG-L035",
            "「2026-02-30」不是日期；可写 2026-11-20 这样的日期（YYYY-MM-DD）",
            "`2026-02-30` is not a day of the calendar; write a day as YYYY-MM-DD, such as 2026-11-20",
        );
        assert_eq!(say(&FactSpec::new("b", FactType::Bool), "也许")[0], "KG-L036");
        let value = |id: &str, word: &str| EnumValue { id: id.into(), words: vec![word.into()] };
        let values = vec![value("industry", "制造业"), value("road", "公路")];
        check(
            &FactSpec { values, ..FactSpec::new("e", FactType::Enum) },
            "制造",
            "KG-L037",
            "「制造」不在可选项之中；是否想写「制造业」？可写 制造业、公路",
            "`制造` is not one of the values; did you mean `制造业`? write industry, road",
        );
        let control = say(&FactSpec::new("t", FactType::Text), "a\u{1b}[31mb");
        assert_eq!(control[0], "KG-L038");
        assert!(!control[1].contains('\u{1b}'));
        assert_eq!(shown(&"长".repeat(50)).chars().count(), SHOWN + 3);
    }
}
