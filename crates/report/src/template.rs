//! An empty ledger for a goal: the columns its law reads, grouped by the office that knows, with what each may say.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{BlankRule, Date, FactIdx, FactSpec, FactType, Lang, Sheet, Value, Words, Workbook, WrittenColumn};
use kaigong_rules::expression::{Reading, Use};
use kaigong_rules::{Pack, RequirementIdx};

use crate::phrase::{citations, header, inline, list_some, plain, say, sources, unit_name};

/// Rows that offer drop-downs.
const ROWS: usize = 500;
/// Requirements and citations named of a column.
const NAMED: usize = 4;

/// The workbook: the form, and a page that says how each column is filled in.
pub fn template_workbook(pack: &Pack, goal: usize, as_of: Date, lang: Lang) -> Workbook {
    let asked = asked(pack, goal, as_of);
    let title = match lang {
        Lang::Zh => format!("{}填报表", pack.goals[goal].title.zh),
        Lang::En => format!("Ledger for the goal: {}", pack.goals[goal].title.get(lang)),
    };
    let writer = Writer { pack, as_of, lang, title: title.clone() };
    Workbook { title, as_of, sheets: vec![writer.form(&asked), writer.guide(&asked)] }
}

/// A fact that is asked for, and the requirements that read it.
struct Asked {
    fact: FactIdx,
    readers: Vec<RequirementIdx>,
}

/// The facts that a goal needs on a day: first those that say which project it is, then by office and stage.
fn asked(pack: &Pack, goal: usize, as_of: Date) -> Vec<Asked> {
    let mut readers: BTreeMap<FactIdx, Vec<RequirementIdx>> = BTreeMap::new();
    for idx in reached(pack, goal, as_of) {
        let mut facts = BTreeSet::new();
        pack[idx].body(as_of).uses(&mut |read| {
            if let Use::Fact(fact) = read {
                facts.insert(fact);
            }
        });
        facts.extend(pack[idx].governed_by.map(Reading::fact));
        facts.into_iter().for_each(|fact| readers.entry(fact).or_default().push(idx));
    }
    if let Some(started) = &pack.goals[goal].started_when {
        started.tree.uses(&mut |read| {
            if let Use::Fact(fact) = read {
                readers.entry(fact).or_default();
            }
        });
    }
    let roles: Vec<FactIdx> = pack.roles.named().into_iter().filter_map(|(_, fact)| fact).collect();
    for &fact in &roles {
        readers.entry(fact).or_default();
    }
    let mut asked: Vec<Asked> = readers.into_iter().map(|(fact, readers)| Asked { fact, readers }).collect();
    let role = |fact: FactIdx| roles.iter().position(|known| *known == fact).unwrap_or(usize::MAX);
    let stage = |asked: &Asked| asked.readers.iter().filter_map(|&idx| pack[idx].stage).min().unwrap_or(usize::MAX);
    // Offices of one name are one to whoever fills the form in.
    let office = |asked: &Asked| pack.schema[asked.fact].ask.as_deref().map(|id| pack.department(id, as_of));
    let mut first: BTreeMap<Option<Words>, usize> = BTreeMap::new();
    for one in &asked {
        let known = first.entry(office(one)).or_insert(usize::MAX);
        *known = stage(one).min(*known);
    }
    asked.sort_by_cached_key(|one| {
        let (place, office) = (role(one.fact), office(one));
        // Roles keep their own order and stand together, whoever knows them.
        let office = if place == usize::MAX { (first.get(&office).copied(), office) } else { (None, None) };
        (place == usize::MAX, office, place, stage(one), one.fact)
    });
    asked
}

/// The requirements a goal rests on, on a day.
fn reached(pack: &Pack, goal: usize, as_of: Date) -> BTreeSet<RequirementIdx> {
    let mut found = BTreeSet::new();
    let mut stack = vec![pack.goals[goal].requirement];
    while let Some(idx) = stack.pop() {
        if !pack[idx].period.contains(as_of) || !found.insert(idx) {
            continue;
        }
        let needs = pack[idx].body(as_of).needs.iter().filter(|need| need.edge.period.contains(as_of));
        stack.extend(needs.flat_map(|need| need.target.requirements()));
    }
    found
}

/// The first word a ledger may use, in English the title where that names the fact; with the unit of amounts.
fn column_header(pack: &Pack, fact: FactIdx, lang: Lang) -> String {
    let spec = &pack.schema[fact];
    if lang == Lang::En && pack.roles.id == Some(fact) {
        return "id".to_owned();
    }
    let title = Some(&spec.title.en).filter(|title| lang == Lang::En && pack.schema.find_title(title) == Some(fact));
    let word = title.or(spec.columns.first()).unwrap_or(&spec.id);
    let lang = if title.is_some() { Lang::En } else { Lang::Zh };
    match spec.unit {
        Some(unit) if !word.contains(['(', '（']) && !unit_name(unit, lang).is_empty() => {
            let known = Some(unit_name(unit, lang)).filter(|name| kaigong_model::Unit::parse(name) == Some(unit));
            let space = if lang == Lang::En { " " } else { "" };
            format!("{word}{space}({})", known.as_deref().unwrap_or(unit.name))
        }
        _ => word.clone(),
    }
}

/// What a cell may say, where that is a list.
fn choices(spec: &FactSpec, lang: Lang) -> Vec<String> {
    match spec.kind {
        FactType::Bool => [say(lang, "是", "yes"), say(lang, "否", "no")].map(str::to_owned).into(),
        FactType::Enum if lang == Lang::En => spec.values.iter().map(|value| value.id.clone()).collect(),
        FactType::Enum => spec.values.iter().map(|value| value.word().to_owned()).collect(),
        _ => Vec::new(),
    }
}

struct Writer<'p> {
    pack: &'p Pack,
    as_of: Date,
    lang: Lang,
    title: String,
}

impl Writer<'_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        say(self.lang, zh, en)
    }

    /// The empty ledger.
    fn form(&self, asked: &[Asked]) -> Sheet {
        let id = WrittenColumn {
            header: self.say("项目编号", "id").to_owned(),
            band: self.band(None),
            width: 14,
            note: self.say("每个项目一个编号，不重复。", "An id for each project, each once.").to_owned(),
            ..WrittenColumn::default()
        };
        let has_id = asked.iter().any(|one| Some(one.fact) == self.pack.roles.id);
        let columns = asked.iter().map(|one| self.column(one));
        let columns: Vec<WrittenColumn> = (!has_id).then_some(id).into_iter().chain(columns).collect();
        Sheet {
            name: self.say("台账", "Ledger").to_owned(),
            heading: vec![
                self.title.clone(),
                format!(
                    "{}{}",
                    header(self.pack, self.as_of, self.lang),
                    self.say(
                        "；一行一个项目，表头勿改，批注里有填法；空着的格子会问到所属单位",
                        "; one row a project, leave the headers as they are, remarks say how to fill them in",
                    )
                ),
            ],
            frozen: columns.len().min(2),
            columns,
            form: ROWS,
            ..Sheet::default()
        }
    }

    fn column(&self, asked: &Asked) -> WrittenColumn {
        let spec = &self.pack.schema[asked.fact];
        let role = self.pack.roles.named().iter().any(|(_, fact)| *fact == Some(asked.fact));
        let header = column_header(self.pack, asked.fact, self.lang);
        // A word of English stays whole; Chinese breaks anywhere.
        let words = header.split_ascii_whitespace().filter(|word| word.is_ascii());
        let longest = words.map(str::len).max().unwrap_or(0) as u16 + 3;
        WrittenColumn {
            band: self.band(if role { None } else { Some(spec) }),
            width: longest.clamp(if spec.kind == FactType::Text { 20 } else { 14 }, 24),
            header,
            choices: choices(spec, self.lang),
            dated: matches!(spec.kind, FactType::Date | FactType::Document),
            note: self.note(asked),
            ..WrittenColumn::default()
        }
    }

    /// The office over a column.
    fn band(&self, spec: Option<&FactSpec>) -> String {
        match spec {
            None => self.say("项目", "Project").to_owned(),
            Some(spec) => spec.ask.as_deref().map_or_else(
                || self.say("其他", "Others").to_owned(),
                |id| self.pack.department(id, self.as_of).get(self.lang).to_owned(),
            ),
        }
    }

    /// What is asked, how it is written, how a blank reads, what it is for and by which law.
    fn note(&self, asked: &Asked) -> String {
        let spec = &self.pack.schema[asked.fact];
        let colon = self.say("：", ": ");
        let mut lines = vec![plain(spec.title.get(self.lang)), self.how(spec)];
        lines.push(format!("{}{colon}{}", self.say("空白读作", "a blank reads as"), self.blank(spec)));
        if !asked.readers.is_empty() {
            lines.push(format!("{}{colon}{}", self.say("用于", "for"), self.readers(asked)));
        }
        let law = self.law(asked);
        if !law.is_empty() {
            lines.push(format!("{}{colon}{law}", self.say("依据", "law")));
        }
        lines.join("\n")
    }

    fn how(&self, spec: &FactSpec) -> String {
        let unit = spec.unit.map(|unit| unit_name(unit, self.lang)).unwrap_or_default();
        match spec.kind {
            FactType::Bool => self.say("填 是 或 否", "write yes or no").to_owned(),
            FactType::Enum => {
                let words = choices(spec, self.lang);
                format!("{}{}", self.say("选一项：", "one of: "), words.join(self.say("、", ", ")))
            }
            FactType::Date => self.say("填日期，如 2026-09-30", "a day, such as 2026-09-30").to_owned(),
            FactType::Document => self
                .say(
                    "填发文日期，如 2026-09-30；未取得写「无」，正在办写「办理中」",
                    "the day of issue, such as 2026-09-30; no where there is none, in hand where it is under way",
                )
                .to_owned(),
            FactType::Projects => self.say("填项目编号，多个用；分开", "project ids, with ; between").to_owned(),
            FactType::Text => self.say("填文字", "words").to_owned(),
            FactType::Quantity(_) if unit.is_empty() => self.say("填数", "a number").to_owned(),
            FactType::Quantity(_) => format!("{}{unit}", self.say("填数，单位 ", "a number, in ")),
        }
    }

    fn blank(&self, spec: &FactSpec) -> &'static str {
        match spec.blank {
            BlankRule::Unknown => say(self.lang, "不明，待核实", "not known, to be asked"),
            BlankRule::No => say(self.lang, "无", "no"),
            BlankRule::PresumeNo => say(self.lang, "推定为无", "presumed no"),
        }
    }

    fn readers(&self, asked: &Asked) -> String {
        let title = |&idx: &RequirementIdx| inline(&self.pack[idx].body(self.as_of).title, self.lang);
        list_some(&asked.readers.iter().map(title).collect::<Vec<_>>(), NAMED, self.lang)
    }

    fn law(&self, asked: &Asked) -> String {
        let mut told: Vec<String> = Vec::new();
        for &idx in &asked.readers {
            for cite in citations(&self.pack[idx].body(self.as_of).cite, self.as_of, self.lang) {
                if !told.contains(&cite) {
                    told.push(cite);
                }
            }
        }
        sources(&told, NAMED, self.lang)
    }

    /// How each column is filled in, a line a column.
    fn guide(&self, asked: &[Asked]) -> Sheet {
        let columns = [
            (("列名", "Column"), 34),
            (("谁填", "Who"), 18),
            (("怎么填", "How"), 44),
            (("空白读作", "A blank reads as"), 16),
            (("用于", "For"), 40),
            (("依据", "Law"), 50),
        ];
        let columns = columns.map(|(words, width)| WrittenColumn {
            header: self.say(words.0, words.1).to_owned(),
            width,
            ..WrittenColumn::default()
        });
        let rows = asked.iter().map(|one| {
            let spec = &self.pack.schema[one.fact];
            let who = spec.ask.as_deref().map(|id| self.pack.department(id, self.as_of).get(self.lang).to_owned());
            vec![
                Value::text(column_header(self.pack, one.fact, self.lang)),
                Value::text(who.unwrap_or_default()),
                Value::text(self.how(spec)),
                Value::text(self.blank(spec)),
                Value::text(self.readers(one)),
                Value::text(self.law(one)),
            ]
        });
        let name = self.say("填写说明", "How to fill it in").to_owned();
        Sheet {
            heading: vec![format!("{}{}{name}", self.title, self.say("：", ": "))],
            name,
            columns: columns.into(),
            rows: rows.collect(),
            frozen: 1,
            filtered: true,
            ..Sheet::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::why::tests::{CITY, pack};

    fn headers(goal: usize) -> Vec<(String, String)> {
        let pack = pack(CITY);
        let book = template_workbook(&pack, goal, Date::parse("2026-11-20").unwrap(), Lang::Zh);
        book.sheets[0].columns.iter().map(|column| (column.band.clone(), column.header.clone())).collect()
    }

    #[test]
    fn every_fact_the_goal_reads_is_asked_once_and_by_office() {
        let headers = headers(0);
        let names: Vec<&str> = headers.iter().map(|(_, header)| header.as_str()).collect();
        assert_eq!(names[..6], ["项目编号", "项目名称", "建设单位", "责任人", "计划开工", "实际开工"]);
        for wanted in ["新增建设用地(亩)", "占用永农", "签约比例", "补偿公告", "复垦券", "施工许可证", "上游项目"]
        {
            assert_eq!(names.iter().filter(|name| **name == wanted).count(), 1, "{wanted}");
        }
        let bands: Vec<&str> = headers.chunk_by(|a, b| a.0 == b.0).map(|chunk| chunk[0].0.as_str()).collect();
        let distinct: BTreeSet<&str> = bands.iter().copied().collect();
        assert_eq!(bands.len(), distinct.len(), "{bands:?}");
    }

    #[test]
    fn remarks_say_how_for_what_and_by_which_law() {
        let pack = pack(CITY);
        let book = template_workbook(&pack, 0, Date::parse("2026-11-20").unwrap(), Lang::Zh);
        let find = |name: &str| book.sheets[0].columns.iter().find(|column| column.header == name).unwrap();
        let land = find("新增建设用地(亩)");
        assert!(land.note.contains("单位 亩") && land.note.contains("土地管理法第四十四条"), "{}", land.note);
        assert_eq!(find("占用永农").choices, ["是", "否"]);
        assert!(find("补偿公告").note.contains("正在办写「办理中」"));
        assert!(book.sheets[1].rows.len() + 1 >= book.sheets[0].columns.len());
    }
}
