//! temporary
use kaigong_model::Words;
use kaigong_rules::Severity;
use kaigong_solver::Verdict;
pub(crate) fn verdict_words(verdict: Verdict) -> Words { match verdict { Verdict::Started => Words::new("已开工", "started"), Verdict::Ready => Words::new("可开工", "ready"), Verdict::Blocked => Words::new("受阻", "blocked"), Verdict::Undetermined => Words::new("待核实", "undetermined") } }
pub(crate) fn light_words(light: &str) -> Words { match light { "red" => Words::new("红", "red"), "yellow" => Words::new("黄", "amber"), "green" => Words::new("绿", "green"), "grey" => Words::new("灰", "grey"), o => Words::same(o) } }
pub(crate) fn severity_words(s: Severity) -> Words { match s { Severity::Violation => Words::new("违法", "violation"), Severity::Warning => Words::new("警告", "warning"), Severity::Notice => Words::new("提示", "notice") } }
