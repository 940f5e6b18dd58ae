//! JSON by RFC 8259 to a tree with places; numbers keep their digits, and no key stands twice in one object.

use kaigong_model::limits;
use kaigong_yaml::{Kind, Node, Scalar, Span};

/// Where a text is no JSON.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) span: Span,
    /// The key, where it is only that an object has it twice.
    pub(super) twice: Option<String>,
}

/// The one value of a text.
pub(super) fn value(text: &str) -> Result<Node, Fault> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    parser.space();
    let node = parser.value()?;
    parser.space();
    if parser.at < text.len() { Err(parser.fault()) } else { Ok(node) }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn fault(&self) -> Fault {
        Fault { span: Span { start: self.at, end: self.at + 1 }, twice: None }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.peek() != Some(byte) {
            return Err(self.fault());
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self) -> Result<Node, Fault> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => Kind::Scalar(Scalar::Text, self.string()?),
            Some(b'-' | b'0'..=b'9') => Kind::Scalar(Scalar::Number, self.number()?.to_owned()),
            _ => self.word()?,
        };
        Ok(Node { span: Span { start, end: self.at }, kind })
    }

    fn word(&mut self) -> Result<Kind, Fault> {
        let words = [("true", Some(true)), ("false", Some(false)), ("null", None)];
        let found = words.into_iter().find(|(word, _)| self.text[self.at..].starts_with(word));
        let Some((word, value)) = found else { return Err(self.fault()) };
        self.at += word.len();
        Ok(value.map_or(Kind::Null, |value| Kind::Scalar(Scalar::Bool(value), word.to_owned())))
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Kind, Fault>) -> Result<Kind, Fault> {
        if self.depth == limits::YAML_DEPTH {
            return Err(self.fault());
        }
        self.depth += 1;
        self.at += 1;
        let kind = read(self)?;
        self.depth -= 1;
        Ok(kind)
    }

    /// Goes past a comma, or past `end` of a list; true at the end.
    fn ends(&mut self, end: u8) -> Result<bool, Fault> {
        self.space();
        if self.peek() == Some(end) {
            self.at += 1;
            return Ok(true);
        }
        self.expect(b',')?;
        self.space();
        Ok(false)
    }

    fn object(&mut self) -> Result<Kind, Fault> {
        let mut entries: Vec<(Node, Node)> = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Kind::Mapping(entries));
        }
        let mut seen = std::collections::BTreeSet::new();
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.fault());
            }
            let key = self.string()?;
            let span = Span { start, end: self.at };
            if !seen.insert(key.clone()) {
                return Err(Fault { span, twice: Some(key) });
            }
            self.space();
            self.expect(b':')?;
            self.space();
            let value = self.value()?;
            entries.push((Node { span, kind: Kind::Scalar(Scalar::Text, key) }, value));
            if self.ends(b'}')? {
                return Ok(Kind::Mapping(entries));
            }
        }
    }

    fn array(&mut self) -> Result<Kind, Fault> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Kind::Sequence(items));
        }
        loop {
            items.push(self.value()?);
            if self.ends(b']')? {
                return Ok(Kind::Sequence(items));
            }
        }
    }

    /// `-`, digits without a leading zero, a fraction, an exponent: as written.
    fn number(&mut self) -> Result<&'t str, Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> Result<(), Fault> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.fault());
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<String, Fault> {
        self.expect(b'"')?;
        let mut out = String::new();
        loop {
            let start = self.at;
            while self.peek().is_some_and(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escaped()?),
                _ => return Err(self.fault()),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Fault> {
        self.expect(b'\\')?;
        let byte = self.peek().ok_or_else(|| self.fault())?;
        let plain = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(self.fault()),
        };
        self.at += 1;
        Ok(plain)
    }

    /// `u` and four hexadecimal digits; two such where the first is half a pair.
    fn unicode(&mut self) -> Result<char, Fault> {
        let first = self.unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first).ok_or_else(|| self.fault());
        }
        self.expect(b'\\')?;
        let second = self.unit()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(self.fault());
        }
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or_else(|| self.fault())
    }

    fn unit(&mut self) -> Result<u32, Fault> {
        self.expect(b'u')?;
        let digits = self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or_else(|| self.fault())?;
        self.at += 4;
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value in one line, without space; the place of a fault.
    fn check(text: &str, expect: Result<&str, usize>) {
        fn told(node: &Node) -> String {
            match &node.kind {
                Kind::Null => "null".into(),
                Kind::Scalar(Scalar::Text, text) => format!("{text:?}"),
                Kind::Scalar(_, text) => text.clone(),
                Kind::Sequence(items) => format!("[{}]", items.iter().map(told).collect::<Vec<_>>().join(",")),
                Kind::Mapping(entries) => {
                    let entries = entries.iter().map(|(key, value)| format!("{}:{}", told(key), told(value)));
                    format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
                }
            }
        }
        let found = value(text).map(|node| told(&node)).map_err(|fault| fault.span.start);
        assert_eq!(found.as_ref().map(String::as_str), expect.as_ref().copied(), "{text:?}");
    }

    #[test]
    fn json_is_read_and_nothing_else() {
        check(r#" {"a": [1, -0.50, 1e+3, true, null], "b": {}} "#, Ok(r#"{"a":[1,-0.50,1e+3,true,null],"b":{}}"#));
        check(r#""\u5f00\u5de5 \ud83d\ude00 \/\"\\\b""#, Ok("\"开工 😀 /\\\"\\\\\\u{8}\""));
        check("123456789012345678901234567890.10", Ok("123456789012345678901234567890.10"));
        for (text, at) in [
            ("", 0),
            ("{", 1),
            ("{\"a\" 1}", 5),
            ("{a: 1}", 1),
            ("[1,]", 3),
            ("01", 1),
            ("1.", 2),
            ("-", 1),
            ("nul", 0),
            ("\"\n\"", 1),
            ("\"\\x\"", 2),
            ("\"\\ud83d\"", 7),
            ("\"\\ud83dx\"", 7),
            ("\"\\u12g4\"", 3),
            ("1 2", 2),
            ("{\"a\":1,\"a\":2}", 7),
            ("\"é", 3),
            ("\u{feff}1", 0),
            ("+1", 0),
            ("NaN", 0),
        ] {
            check(text, Err(at));
        }
        assert!(value(&"[".repeat(limits::YAML_DEPTH + 1)).is_err());
        assert!(value(&format!("{}{}", "[".repeat(limits::YAML_DEPTH), "]".repeat(limits::YAML_DEPTH))).is_ok());
    }
}
