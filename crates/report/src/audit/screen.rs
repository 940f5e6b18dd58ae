//! The audit as a screen: counts, then the findings themselves, the worst first.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kaigong_audit::{Ground, Mismatch, Misread, Twins, TwinsBy};
use kaigong_model::{Align, FactIdx, Lang, Table};
use kaigong_rules::{Citation, RequirementIdx, Severity};

use super::{Audit, Finding, Matter, evidence, fine};
use crate::assessment::{Sum, body};
use crate::check::{in_yi, push_table};
use crate::phrase::{
    amount, citations, fact_amount, header, inline, list, list_some, number, plain, say, severity_words, some, sources,
};

/// Findings listed of each line where not all are asked for.
const LISTED: usize = 3;
/// Cells named of a finding.
const CELLS: usize = 6;

/// What the screen shows.
#[derive(Clone, Debug)]
pub struct AuditScreen {
    /// Language.
    pub lang: Lang,
    /// The ledger as the user named it.
    pub data: String,
    /// List every finding.
    pub all: bool,
}

/// The screen of `audit`.
pub fn audit_screen(audit: &Audit<'_, '_>, screen: &AuditScreen) -> String {
    let writer = Writer { audit, lang: screen.lang };
    let mut out = writer.headline();
    if audit.findings.is_empty() {
        return out;
    }
    push_table(&mut out, &writer.summary());
    writer.push_fines(&mut out);
    for line in writer.ranked() {
        // What the pack warns of is told of by number; the list has it all.
        let counted = matches!(line[0].matter, Matter::Alert(..)) && line[0].severity != Severity::Violation;
        if screen.all || !counted {
            writer.push_line(&mut out, line, if screen.all { usize::MAX } else { LISTED });
        }
    }
    let data = &screen.data;
    let _ = match screen.lang {
        Lang::Zh => writeln!(out, "\n逐条清单：kaigong audit {data} --format csv"),
        Lang::En => writeln!(out, "\nthe list itself: kaigong audit {data} --format csv"),
    };
    out
}

/// Words for findings, shared with the list.
pub(super) struct Writer<'w, 'b, 'a> {
    pub(super) audit: &'w Audit<'b, 'a>,
    pub(super) lang: Lang,
}

impl<'a> Writer<'_, '_, 'a> {
    pub(super) fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        say(self.lang, zh, en)
    }

    fn pack(&self) -> &'a kaigong_rules::Pack {
        self.audit.assessment.evaluation.pack
    }

    fn headline(&self) -> String {
        let evaluation = &self.audit.assessment.evaluation;
        let under = header(evaluation.pack, evaluation.options.as_of, self.lang);
        let counts = [Severity::Violation, Severity::Warning, Severity::Notice].map(|severity| {
            let (found, projects) = self.audit.count(severity);
            let word = severity_words(severity);
            match self.lang {
                Lang::Zh => format!("{} {found} 处（{projects} 个项目）", word.zh),
                Lang::En => format!("{} ({})", some(found, &word.en), some(projects, "project")),
            }
        });
        format!("{}\n{under}\n", counts.join(self.say("，", ", ")))
    }

    /// Lines by severity and kind, the most frequent alert first.
    fn ranked(&self) -> Vec<&[Finding]> {
        let mut lines: Vec<&[Finding]> = self.audit.lines().collect();
        lines.sort_by_key(|line| (line[0].severity, line[0].matter.line().0, std::cmp::Reverse(line.len())));
        lines
    }

    fn summary(&self) -> Table {
        let mut table = Table::new([
            (self.say("程度", "severity"), Align::Left),
            (self.say("事项", "finding"), Align::Left),
            (self.say("处", "found"), Align::Right),
            (self.say("项目", "projects"), Align::Right),
            (self.say("投资(亿元)", "CNY 100m"), Align::Right),
        ]);
        for line in self.ranked() {
            let rows: BTreeSet<u32> = line.iter().flat_map(|finding| finding.rows().iter().copied()).collect();
            let mut sum = Sum::default();
            rows.iter().for_each(|&row| sum.add(self.audit.assessment.fen(row)));
            table.push([
                severity_words(line[0].severity).get(self.lang).to_owned(),
                self.title(&line[0].matter),
                number(line.len(), self.lang),
                number(sum.projects, self.lang),
                in_yi(sum.fen, self.lang),
            ]);
        }
        table
    }

    /// What the violations may cost together.
    fn push_fines(&self, out: &mut String) {
        let violations: Vec<&Finding> = self.audit.of(Severity::Violation).collect();
        let known: Vec<(i128, i128)> = violations.iter().filter_map(|finding| self.fine(finding)).collect();
        if known.is_empty() {
            return;
        }
        let sum = |pick: fn(&(i128, i128)) -> i128| known.iter().map(pick).sum::<i128>();
        let (from, to) = (self.money(sum(|fine| fine.0)), self.money(sum(|fine| fine.1)));
        let [known, all] = [known.len(), violations.len()].map(|count| number(count, self.lang));
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "（违法事项依法可处罚款合计 {from}至 {to}；{all} 处中 {known} 处能算出金额）"),
            Lang::En => {
                writeln!(out, "(fines the law provides for violations: {from} to {to}; known for {known} of {all})")
            }
        };
    }

    fn push_line(&self, out: &mut String, line: &[Finding], shown: usize) {
        let severity = severity_words(line[0].severity);
        let title = self.title(&line[0].matter);
        let all = number(line.len(), self.lang);
        let _ = match (self.lang, line.len() > shown) {
            (Lang::Zh, true) => {
                writeln!(out, "\n{}：{title}，投资额前 {shown}（共 {all} 处，--all 看全部）", severity.zh)
            }
            (Lang::Zh, false) => writeln!(out, "\n{}：{title}，{all} 处", severity.zh),
            (Lang::En, true) => {
                writeln!(out, "\n{}: {title}, largest {shown} (of {all}; --all lists every one)", severity.en)
            }
            (Lang::En, false) => writeln!(out, "\n{}: {title}, {all}", severity.en),
        };
        // The law of an alert is one for all; that of an order of papers stands with each.
        let is_alert = matches!(line[0].matter, Matter::Alert(..));
        let law = |finding: &Finding| self.law(finding).map(|law| format!("{}{law}", self.say("依据 ", "law: ")));
        if let Some(law) = law(&line[0]).filter(|_| is_alert) {
            let _ = writeln!(out, "  {law}");
        }
        let mut findings: Vec<&Finding> = line.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(self.audit.assessment.fen(finding.row)));
        for finding in findings.into_iter().take(shown) {
            self.push_finding(out, finding, law(finding).filter(|_| !is_alert));
        }
    }

    fn push_finding(&self, out: &mut String, finding: &Finding, law: Option<String>) {
        let rows = finding.rows();
        let named: Vec<String> = rows.iter().take(CELLS).map(|&row| self.project(row)).collect();
        let more = rows.len().saturating_sub(CELLS);
        let tail = match (self.lang, more) {
            (_, 0) => String::new(),
            (Lang::Zh, _) => format!(" 等 {} 个", rows.len()),
            (Lang::En, _) => format!(" and {} more", number(more, self.lang)),
        };
        let _ = writeln!(out, "  {}{tail}", named.join(self.say("、", ", ")));
        let detail = std::iter::once(self.detail(finding)).filter(|text| !text.is_empty());
        for text in detail.chain(law).chain(self.cells(finding).into_iter().take(CELLS)) {
            let _ = writeln!(out, "    {text}");
        }
    }

    fn project(&self, row: u32) -> String {
        let assessment = self.audit.assessment;
        let name = assessment.role_text(self.pack().roles.name, row).unwrap_or_default();
        format!("{} {}", &assessment.evaluation.portfolio.ids[row as usize], plain(&name)).trim_end().to_owned()
    }

    /// What a kind of finding, or an alert, is called.
    pub(super) fn title(&self, matter: &Matter) -> String {
        let words = match matter {
            Matter::Alert(at, _) => return inline(&self.pack().alerts[*at].title, self.lang),
            Matter::OutOfOrder(_) => ("前置未齐而后序已办", "a later step done before what it needs"),
            Matter::DatedBefore(..) => ("批文日期早于其前置批文", "a document dated before one it needs"),
            Matter::Conflict(_) => ("两处来源不一致", "two sources differ"),
            Matter::Twins(Twins { by: TwinsBy::Code, .. }) => ("项目代码重复", "the same code twice"),
            Matter::Twins(Twins { by: TwinsBy::Name, .. }) => {
                ("名称、县区、单位都相同", "the same name, county and owner")
            }
            Matter::Twins(Twins { by: TwinsBy::Similar(_), .. }) => ("名称相近，疑为同一项目", "almost the same name"),
            Matter::Misread(_) => ("数值悬殊，疑为单位错用", "an amount probably in another unit"),
            Matter::Total(_) => ("分项与合计不符", "parts and whole do not agree"),
        };
        self.say(words.0, words.1).to_owned()
    }

    /// The kind of a finding, for a file in which alerts have titles of their own.
    pub(super) fn kind(&self, matter: &Matter) -> &'static str {
        let zh = match matter.kind() {
            "alert" => "告警",
            "out_of_order" | "dated_before_need" => "次序",
            "same_code" | "same_name" | "similar_name" => "重复",
            "misread_unit" => "数值",
            "total" => "合计",
            _ => "来源",
        };
        self.say(zh, matter.kind())
    }

    /// What is to be said of one finding beyond its title.
    pub(super) fn detail(&self, finding: &Finding) -> String {
        match &finding.matter {
            Matter::Alert(at, certain) => self.alert(finding, *at, *certain),
            Matter::OutOfOrder(idx) => self.out_of_order(*idx, finding.row),
            Matter::DatedBefore(later, need) => match self.lang {
                Lang::Zh => format!("{}早于{}", self.step(*later), self.step(*need)),
                Lang::En => format!("{} is dated before {}", self.step(*later), self.step(*need)),
            },
            Matter::Conflict(fact) => self.fact(*fact),
            Matter::Twins(twins) => match twins.by {
                TwinsBy::Similar(permille) => format!("{} {}%", self.say("相似度", "likeness"), permille / 10),
                _ => String::new(),
            },
            Matter::Misread(found) => self.misread(found),
            Matter::Total(found) => self.total(found),
        }
    }

    fn alert(&self, finding: &Finding, at: usize, certain: bool) -> String {
        let mut parts = Vec::new();
        if !certain {
            parts.push(self.say("推定：空白读作无", "presumed: blanks read as no").to_owned());
        }
        if let Some(range) = &self.pack().alerts[at].fine {
            let of = range.of.map(|fact| self.fact(fact));
            let law = fine::words(range, of.as_deref(), self.lang);
            let sums = self.fine(finding).filter(|_| of.is_some()).map(|(from, to)| match self.lang {
                Lang::Zh => format!("，即 {}至 {}", self.money(from), self.money(to)),
                Lang::En => format!(", that is {} to {}", self.money(from), self.money(to)),
            });
            parts.push(law + &sums.unwrap_or_default());
        }
        parts.join(self.say("；", "; "))
    }

    fn out_of_order(&self, idx: RequirementIdx, row: u32) -> String {
        let step = self.step(idx);
        let lacking = self.audit.assessment.evaluation.lacking(idx, row);
        let names = lacking.iter().map(|choice| {
            let names: Vec<String> = choice.iter().map(|&need| self.step(need)).collect();
            names.join(self.say("或", " or "))
        });
        let names: Vec<String> = names.collect();
        match self.lang {
            Lang::Zh if names.is_empty() => format!("{step}已办，其前置未齐"),
            Lang::En if names.is_empty() => format!("{step} is done, what it needs is not"),
            Lang::Zh => format!("{step}已办，前置未具备：{}", list(&names, self.lang)),
            Lang::En => format!("{step} is done without what it needs: {}", list(&names, self.lang)),
        }
    }

    fn misread(&self, found: &Misread) -> String {
        let (fact, slip) = (self.fact(found.fact), found.slip);
        let shown = |atoms: i64| fact_amount(self.pack(), found.fact, i128::from(atoms), self.lang);
        let (read, meant) = (slip.read.words(), slip.meant.words());
        let (now, then) = (shown(found.atoms), shown(found.mended));
        let grounds: Vec<String> = found.grounds.iter().map(|ground| self.ground(*ground)).collect();
        let grounds = list(&grounds, self.lang);
        match self.lang {
            Lang::Zh => {
                format!("{fact} {now}，疑把{}填进了{}栏；应为 {then}；对照：{grounds}", meant.zh, read.zh)
            }
            Lang::En => {
                format!(
                    "{fact} {now}: probably {} written where {} is read; would be {then}; beside {grounds}",
                    meant.en, read.en
                )
            }
        }
    }

    fn ground(&self, ground: Ground) -> String {
        match ground {
            Ground::Column => self.say("同列其他项目", "the other rows of the column").to_owned(),
            Ground::Density => self.say("其他项目的亩均投资", "investment per mu of the others").to_owned(),
            Ground::Total(at) => {
                let total = &self.pack().totals[at];
                let parts: Vec<String> = total.parts.iter().map(|&part| self.fact(part)).collect();
                let (whole, parts) = (self.fact(total.whole), list_some(&parts, 3, self.lang));
                match self.lang {
                    Lang::Zh => format!("{whole}与{parts}的合计关系"),
                    Lang::En => format!("{whole} as the whole of {parts}"),
                }
            }
        }
    }

    fn total(&self, found: &Mismatch) -> String {
        let total = &self.pack().totals[found.total];
        let shown = |atoms: i128| fact_amount(self.pack(), total.whole, atoms, self.lang);
        let parts: Vec<String> = found.parts.iter().map(|(fact, _)| self.fact(*fact)).collect();
        let (whole, parts) = (self.fact(total.whole), list(&parts, self.lang));
        let (sum, all) = (shown(found.sum()), shown(i128::from(found.whole)));
        match self.lang {
            Lang::Zh => format!("{parts}合计 {sum}，{whole} {all}"),
            Lang::En => format!("{parts}: {sum} in all; {whole}: {all}"),
        }
    }

    /// The cells a finding rests on, line by line of the ledger: where, and what they say.
    fn cells(&self, finding: &Finding) -> Vec<String> {
        let assessment = self.audit.assessment;
        let portfolio = assessment.evaluation.portfolio;
        let mut lines: Vec<(String, Vec<String>)> = Vec::new();
        for cell in evidence::evidence(assessment, finding) {
            let place = portfolio.place(cell.fact, cell.row);
            let at = place.map_or_else(String::new, |place| format!("{} ", plain(&place.line().short())));
            let told = format!("{} {}", self.fact(cell.fact), evidence::value(assessment, cell, self.lang));
            match lines.iter_mut().find(|(known, _)| *known == at) {
                Some((_, cells)) => cells.push(told),
                None => lines.push((at, vec![told])),
            }
        }
        lines.into_iter().map(|(at, cells)| at + &list_some(&cells, CELLS, self.lang)).collect()
    }

    /// The law an alert rests on; of documents out of order that of the need, else of what needs it.
    pub(super) fn law(&self, finding: &Finding) -> Option<String> {
        let cites = citations(self.cites(finding), self.audit.assessment.evaluation.options.as_of, self.lang);
        (!cites.is_empty()).then(|| sources(&cites, 3, self.lang))
    }

    pub(super) fn cites(&self, finding: &Finding) -> &'a [Citation] {
        let evaluation = &self.audit.assessment.evaluation;
        match finding.matter {
            Matter::Alert(at, _) => &self.pack().alerts[at].cite,
            Matter::OutOfOrder(later) => &body(evaluation, later, finding.row).cite,
            Matter::DatedBefore(later, need) => {
                let body = body(evaluation, later, finding.row);
                let edge = body.needs.iter().find(|edge| edge.target.requirements().contains(&need));
                edge.map(|need| need.edge.cite.as_slice()).filter(|cites| !cites.is_empty()).unwrap_or(&body.cite)
            }
            _ => &[],
        }
    }

    /// Least and most of the fine, fen.
    pub(super) fn fine(&self, finding: &Finding) -> Option<(i128, i128)> {
        let Matter::Alert(at, _) = finding.matter else { return None };
        let evaluation = &self.audit.assessment.evaluation;
        fine::range(evaluation, self.pack().alerts[at].fine.as_ref()?, finding.row)
    }

    fn money(&self, fen: i128) -> String {
        amount(fen, kaigong_model::Dimension::Money.standard_unit(), self.lang)
    }

    pub(super) fn fact(&self, fact: FactIdx) -> String {
        inline(&self.pack().schema[fact].title, self.lang)
    }

    fn step(&self, idx: RequirementIdx) -> String {
        inline(&self.audit.assessment.evaluation.body_today(idx).title, self.lang)
    }
}
