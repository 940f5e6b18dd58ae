//! Why a workbook cannot be read, in words.

use kaigong_model::{Diagnostic, Place, limits};

use crate::{codes, words::cut};

/// Why a workbook cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not a workbook at all.
    NotOne,
    /// Locked with a password.
    Encrypted,
    /// Damaged, or of a make nobody knows: in what way, and what was found.
    Broken(Damage, String),
    /// Past a limit: what of, and the limit as a text.
    Limit(&'static str, &'static str, String),
    /// A fault of one of its sheets.
    Sheet(String, Box<Fault>),
}

/// In what way a workbook is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// The archive or container around its parts.
    Container,
    /// A part that is not well-formed.
    Xml,
    /// A part that ends too soon.
    Cut,
    /// A part or a sheet that is not there.
    Missing,
    /// The address of a cell or an area.
    Address,
    /// A number of a text that its table of texts does not have.
    Text,
    /// A row that stands twice.
    Row,
    /// Anything else that a record or an element says.
    Value,
}

impl Damage {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Container => ("压缩包或容器损坏", "its archive or container is broken"),
            Self::Xml => ("XML 写坏了", "a part is no XML"),
            Self::Cut => ("没有写完", "a part ends too soon"),
            Self::Missing => ("缺少部件", "a part is missing"),
            Self::Address => ("单元格地址不对", "the address of a cell is none"),
            Self::Text => ("单元格引用的共享文本不存在", "a cell refers to a shared text that does not exist"),
            Self::Row => ("同一行写了两次", "a row stands twice"),
            Self::Value => ("内容不合格式", "a value is none of the format"),
        }
    }
}

impl Fault {
    pub(super) fn container(error: impl std::fmt::Display) -> Self {
        Self::Broken(Damage::Container, error.to_string())
    }

    pub(super) fn xml(error: impl std::fmt::Display) -> Self {
        Self::Broken(Damage::Xml, error.to_string())
    }

    pub(super) fn cut() -> Self {
        Self::Broken(Damage::Cut, String::new())
    }

    pub(super) fn address(found: &str) -> Self {
        Self::Broken(Damage::Address, found.to_owned())
    }

    pub(super) fn value(found: impl Into<String>) -> Self {
        Self::Broken(Damage::Value, found.into())
    }

    pub(super) fn columns() -> Self {
        Self::Limit("列数", "number of columns", limits::LEDGER_COLUMNS.to_string())
    }

    pub(super) fn rows() -> Self {
        Self::Limit("行数", "number of rows", limits::SHEET_ROWS.to_string())
    }

    pub(super) fn cells() -> Self {
        Self::Limit("单元格数", "number of cells", limits::WORKBOOK_CELLS.to_string())
    }

    pub(super) fn cell() -> Self {
        Self::Limit("单元格字数", "text in one cell", format!("{} MiB", limits::CELL_BYTES >> 20))
    }

    pub(super) fn texts() -> Self {
        Self::Limit("文本数", "number of texts", limits::WORKBOOK_CELLS.to_string())
    }

    pub(super) fn merged() -> Self {
        Self::Limit("合并单元格数", "number of merged cells", limits::WORKBOOK_MERGED.to_string())
    }

    pub(super) fn sheets() -> Self {
        Self::Limit("表数", "number of sheets", limits::WORKBOOK_SHEETS.to_string())
    }

    pub(super) fn unpacked() -> Self {
        Self::Limit("解压后的大小", "size unpacked", format!("{} MiB", limits::WORKBOOK_UNPACKED >> 20))
    }

    /// The same fault, of one sheet.
    pub(super) fn of(self, sheet: &str) -> Self {
        match self {
            Self::Broken(..) | Self::Limit(..) => Self::Sheet(sheet.to_owned(), Box::new(self)),
            other => other,
        }
    }

    /// The fault with its words and its place.
    pub(crate) fn diagnostic(&self, file: &str) -> Diagnostic {
        match self {
            Self::Sheet(sheet, fault) => {
                let place = Place::Sheet { file: file.to_owned(), sheet: cut(sheet, 60), row: None, column: None };
                fault.told().at(place)
            }
            other => other.told().at(Place::File(file.to_owned())),
        }
    }

    fn told(&self) -> Diagnostic {
        match self {
            Self::NotOne => Diagnostic::error(
                codes::BROKEN_WORKBOOK,
                "不是工作簿：内容不是 xlsx、xls 或 ods",
                "this is no workbook: its content is not xlsx, xls or ods",
            )
            .help(SAVE_AS.0, SAVE_AS.1),
            Self::Encrypted => Diagnostic::error(
                codes::ENCRYPTED_WORKBOOK,
                "工作簿加了密码，打不开",
                "the workbook is locked with a password",
            )
            .help("去掉打开密码，另存后再试", "save it without a password to open it"),
            Self::Broken(damage, found) => {
                let (zh, en) = damage.words();
                let found = cut(found, 100);
                let (zh_found, en_found) = if found.is_empty() {
                    Default::default()
                } else {
                    (format!("（{found}）"), format!(" ({found})"))
                };
                Diagnostic::error(
                    codes::BROKEN_WORKBOOK,
                    format!("工作簿已损坏，读不下去：{zh}{zh_found}"),
                    format!("the workbook is damaged: {en}{en_found}"),
                )
                .help(SAVE_AS.0, SAVE_AS.1)
            }
            Self::Limit(zh, en, limit) => Diagnostic::error(
                codes::LIMIT,
                format!("工作簿的{zh}超过 {limit} 的上限"),
                format!("the workbook's {en} is past the limit of {limit}"),
            )
            .help("请拆成几个文件；也可能是格式刷到了很远的空格", "split it; or formats may reach far beyond the data"),
            Self::Sheet(_, fault) => fault.told(),
        }
    }
}

const SAVE_AS: (&str, &str) = ("用表格软件打开，另存为 xlsx 再试", "open it in a spreadsheet and save it as xlsx");
