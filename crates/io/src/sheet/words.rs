//! The words about sheets.

use kaigong_model::{Date, Diagnostic, Unit, format_exact};

use super::{remarks::Told, tidy::Remark};
use crate::{
    codes,
    words::{amount, shown},
};

/// A formula that failed.
pub(crate) fn formula_error(text: &str) -> Diagnostic {
    let text = shown(text);
    Diagnostic::error(
        codes::FORMULA_ERROR,
        format!("公式出错：{text}"),
        format!("the formula of this cell fails with {text}"),
    )
    .help("改好公式，或直接填数", "mend the formula, or write the value")
}

/// Words in a column of papers that say nothing of the paper.
pub(super) fn prose(text: &str) -> Diagnostic {
    let text = shown(text);
    Diagnostic::error(
        codes::PROSE,
        format!("「{text}」不是日期、文号，也不是 无、办理中"),
        format!("`{text}` is no date and no number of a paper, nor 无 or 办理中"),
    )
    .help(
        "已有批文写日期或文号，没有写 无，在办写 办理中",
        "write the date or number, or 无 for none, 办理中 for under way",
    )
}

/// An amount in cells merged over several rows.
pub(super) fn merged_amount() -> Diagnostic {
    Diagnostic::warning(
        codes::MERGED_AMOUNT,
        "几个项目合并填了一个数，分不清各是多少，按空白读",
        "one amount is merged over several projects; whose it is cannot be told, so it is read as blank",
    )
    .help("拆开合并的格子，各填各的", "unmerge the cells and give each project its own")
}

/// A number of a paper whose year is not that of its day.
pub(super) fn other_year(number: &str, day: Date) -> Diagnostic {
    let number = shown(number);
    Diagnostic::warning(
        codes::OTHER_YEAR,
        format!("文号「{number}」的年份与日期 {day} 对不上"),
        format!("the year in `{number}` does not go with its date {day}"),
    )
    .help("核对文号和日期", "find out which of the two is right")
}

/// A project that no sheet gives an id.
pub(super) fn nobody(name: &str, is_shared: bool, near: &[&str]) -> Diagnostic {
    let name = shown(name);
    let fault = if is_shared {
        Diagnostic::error(
            codes::NOBODY,
            format!("有几个项目都叫「{name}」，不知是哪一个"),
            format!("several projects are called `{name}`"),
        )
    } else {
        Diagnostic::error(codes::NOBODY, format!("没有叫「{name}」的项目"), format!("no project is called `{name}`"))
    };
    if near.is_empty() || is_shared {
        return fault.help("写上项目代码", "write the project's id");
    }
    fault.help(
        format!("相近的有{}；是同一个就改成一样，或写上项目代码", quoted(near, "「", "」", "、")),
        format!("near to it: {}; if it is one of them, write it alike or give its id", quoted(near, "`", "`", ", ")),
    )
}

/// A project called almost as another.
pub(super) fn near_name(name: &str, near: &[&str]) -> Diagnostic {
    let name = shown(name);
    Diagnostic::warning(
        codes::NEAR_NAME,
        format!("「{name}」与{}相近，当作不同的项目", quoted(near, "「", "」", "、")),
        format!("`{name}` is near to {}; they are taken as different projects", quoted(near, "`", "`", ", ")),
    )
    .help("是同一个就改成一样", "if they are one, write them alike")
}

fn quoted(names: &[&str], open: &str, close: &str, between: &str) -> String {
    names.iter().map(|name| format!("{open}{}{close}", shown(name))).collect::<Vec<_>>().join(between)
}

/// A total that is not the sum of its rows.
pub(super) fn wrong_total(said: i128, sum: i128, unit: Unit) -> Diagnostic {
    let text = |atoms: i128| match i64::try_from(atoms) {
        Ok(atoms) => amount(atoms, unit),
        Err(_) => kaigong_model::Words::same(format_exact(atoms, unit)),
    };
    let (said, sum, off) = (text(said), text(sum), text(said - sum));
    Diagnostic::warning(
        codes::WRONG_TOTAL,
        format!("合计写 {}，各行相加是 {}，差 {}", said.zh, sum.zh, off.zh),
        format!("the total says {}, the rows add up to {}, a difference of {}", said.en, sum.en, off.en),
    )
    .help("核对各行和合计；结论只看各行", "look into both; only the rows count")
}

/// Cells read otherwise than they stand.
pub(super) fn remark(remark: Remark, told: &Told) -> Diagnostic {
    let (written, read) = (shown(&told.written), shown(&told.read));
    let (more_zh, more_en) = match told.count {
        1 => (String::new(), String::new()),
        count => (format!("；本列共 {count} 处"), format!("; {count} such cells in this column")),
    };
    let notice = |code, zh: String, en: String| Diagnostic::notice(code, zh + &more_zh, en + &more_en);
    match remark {
        Remark::Dash | Remark::NotNeeded => {
            notice(codes::READ_AS_BLANK, format!("「{written}」按空白读"), format!("`{written}` is read as blank"))
                .help("没有就写 无", "write 无 where there is none")
        }
        Remark::Month => notice(
            codes::MONTH,
            format!("「{written}」只到月，按月末 {read} 读"),
            format!("`{written}` gives no day; the last of the month is taken, {read}"),
        ),
        Remark::Serial => notice(
            codes::SERIAL_DAY,
            format!("「{written}」是日期的序号，读作 {read}"),
            format!("`{written}` is the serial number of a day and is read as {read}"),
        ),
        Remark::Rounded => Diagnostic {
            severity: kaigong_model::Severity::Warning,
            ..notice(
                codes::ROUNDED,
                format!("「{written}」是公式算出的数，不是准数，按 {read} 读"),
                format!("`{written}` was computed and is not exact; it is read as {read}"),
            )
        },
        Remark::Digits => Diagnostic {
            severity: kaigong_model::Severity::Warning,
            ..notice(
                codes::LOST_DIGITS,
                format!("「{written}」存成了数，十五位以后的数字可能已经丢失"),
                format!("`{written}` is kept as a number, of which digits past the fifteenth may be lost"),
            )
        }
        .help("把这一列设为文本再填", "format the column as text and write it again"),
        Remark::Unit => notice(
            codes::ASSUMED_UNIT,
            format!("没有写单位，「{written}」按 {read} 读"),
            format!("no unit is given; `{written}` is read as {read}"),
        )
        .help("把单位写进表头，如（亩）、（万元）", "write the unit into the header, such as (亩) or (万元)"),
        // Such a cell is a fault of its row and told there.
        Remark::Prose => prose(&told.written),
    }
}

/// Rows with projects that are hidden.
pub(super) fn hidden_rows(rows: &[u32]) -> Diagnostic {
    let listed: Vec<String> = rows.iter().take(10).map(u32::to_string).collect();
    let (count, rest) = (rows.len(), if rows.len() > 10 { " ..." } else { "" });
    Diagnostic::notice(
        codes::HIDDEN,
        format!("有 {count} 行隐藏，也读入了：第 {} 行{rest}", listed.join("、")),
        format!("hidden rows were read too, {count} in all: {}{rest}", listed.join(", ")),
    )
    .help("不要的行请删去", "delete the rows that should not count")
}

/// Columns that are read and hidden.
pub(super) fn hidden_column(header: &str) -> Diagnostic {
    let header = shown(header);
    Diagnostic::notice(
        codes::HIDDEN,
        format!("列「{header}」隐藏，也读入了"),
        format!("the column `{header}` is hidden and was read too"),
    )
}

/// A sheet that is hidden.
pub(super) fn hidden_sheet() -> Diagnostic {
    Diagnostic::notice(codes::SHEET_UNREAD, "表是隐藏的，未读入", "the sheet is hidden and was not read")
}

/// A sheet without a header.
pub(super) fn no_header() -> Diagnostic {
    Diagnostic::notice(
        codes::SHEET_UNREAD,
        "没有找到写明项目的表头，未读入",
        "no header that names projects was found; the sheet was not read",
    )
    .help("表头要有项目代码或项目名称", "a header needs a column of project ids or names")
}

/// A view beside the facts that it is made from.
pub(super) fn view_unread() -> Diagnostic {
    Diagnostic::notice(
        codes::VIEW_UNREAD,
        "这张台账是给人看的，事实读自「填报数据」，此表未读入",
        "this ledger is a view; the facts are read from the sheet of facts, and this one was left unread",
    )
    .help("要改事实，请改「填报数据」", "to change a fact, change it on the sheet of facts")
}

/// A plan's workbook without grants.
pub(super) fn no_grants() -> Diagnostic {
    Diagnostic::error(codes::NO_LEDGER, "工作簿里没有指标配给表", "no sheet of the workbook holds grants")
        .help("方案由 kaigong allocate --out 文件.xlsx 写出", "kaigong allocate --out FILE.xlsx writes a plan")
}

/// A workbook none of whose sheets can be read.
pub(super) fn no_sheet() -> Diagnostic {
    Diagnostic::error(
        codes::NO_LEDGER,
        "工作簿里没有一张表是项目台账",
        "no sheet of the workbook is a ledger of projects",
    )
    .help("表头要有项目代码或项目名称", "a header needs a column of project ids or names")
}

/// A row that is neither a project nor a group.
pub(super) fn unknown_row(said: &str) -> Diagnostic {
    let said = shown(said);
    Diagnostic::notice(
        codes::UNKNOWN_ROW,
        format!("「{said}」不是项目，也不知是什么分组，未读入"),
        format!("`{said}` is no project and no group that is known; the row was not read"),
    )
}

/// A column that is taken for something on a guess.
pub(super) fn guessed(header: &str, zh: &str, en: &str) -> Diagnostic {
    let header = shown(header);
    Diagnostic::notice(
        codes::GUESSED_COLUMN,
        format!("已把列「{header}」认作 {zh}"),
        format!("the column `{header}` is taken for {en}"),
    )
    .help(
        "不对请用 --map 指定，或 kaigong columns --save 列对照.yaml",
        "if it is not, say so with --map; kaigong columns --save map.yaml writes one",
    )
}

/// Names stand for ids.
pub(super) fn names_are_ids() -> Diagnostic {
    Diagnostic::notice(
        codes::NAMES_ARE_IDS,
        "没有项目代码列，以项目名称为编号",
        "there is no column of project ids; names are taken as ids",
    )
}
