//! Lists of blockers that offices filled in and handed back, row by row.

use crate::{Date, Place, Words};

/// Something said, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled<T> {
    /// What was said.
    pub is: T,
    /// The cell.
    pub place: Place,
}

/// How far a task is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// 未办.
    NotBegun,
    /// 办理中.
    UnderWay,
    /// 已办结.
    Done,
}

impl TaskState {
    /// Every state, in order.
    pub const ALL: [Self; 3] = [Self::NotBegun, Self::UnderWay, Self::Done];

    /// What lists call it.
    pub fn words(self) -> Words {
        match self {
            Self::NotBegun => Words::new("未办", "not begun"),
            Self::UnderWay => Words::new("办理中", "under way"),
            Self::Done => Words::new("已办结", "done"),
        }
    }

    /// The name machines read.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotBegun => "not_begun",
            Self::UnderWay => "under_way",
            Self::Done => "done",
        }
    }
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// `project/requirement`, and where it stands.
    pub key: Filled<String>,
    /// The project that the row names beside its key.
    pub project: Option<Filled<String>>,
    /// How far it is said to be.
    pub state: Option<Filled<TaskState>>,
    /// The day it is said to be done.
    pub done_on: Option<Filled<Date>>,
    /// The day by which it is to be done.
    pub due: Option<Filled<Date>>,
    /// What was written of it.
    pub note: Option<Filled<String>>,
    /// What was remarked by the unit that answers for it.
    pub remark: Option<Filled<String>>,
}
