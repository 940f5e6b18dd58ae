//! What the codes of diagnostics mean, for `kaigong explain`.

use kaigong_model::Words;

/// Code, Chinese, English.
const CODES: &[(&str, &str, &str)] = &[("KG-Y001", "YAML 写法有误。", "The YAML cannot be read.")];

/// What a code means; `None` for a code there is not.
pub fn explain_code(code: &str) -> Option<Words> {
    CODES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(code)).map(|(_, zh, en)| Words::new(*zh, *en))
}
