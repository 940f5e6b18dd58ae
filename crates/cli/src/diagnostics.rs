//! Faults on the terminal: text places with a snippet, cells and files on a line of their own.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use kaigong::Refused;
use kaigong::model::{Diagnostic, Lang, Place, Severity, limits};

use crate::exit::Exit;
use crate::output;

/// Prints what was refused and ends the run.
pub(crate) fn refuse(refused: &Refused, lang: Lang) -> Exit {
    print(&refused.diagnostics, &refused.sources, lang);
    let faults = refused.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    output::note(&match lang {
        Lang::Zh => format!("未核查：{faults} 处错误"),
        Lang::En => format!("nothing was checked: {faults} fault{}", if faults == 1 { "" } else { "s" }),
    });
    Exit::Usage
}

/// Prints diagnostics, the first [`limits::FAULTS_LISTED`] of them.
pub(crate) fn print(diagnostics: &[Diagnostic], sources: &BTreeMap<String, String>, lang: Lang) {
    for diagnostic in diagnostics.iter().take(limits::FAULTS_LISTED) {
        output::note(render(diagnostic, sources, lang).trim_end());
    }
    let more = diagnostics.len().saturating_sub(limits::FAULTS_LISTED);
    if more > 0 {
        output::note(&match lang {
            Lang::Zh => format!("另有 {more} 处未列出"),
            Lang::En => format!("{more} more are not listed"),
        });
    }
}

fn severity_word(severity: Severity, lang: Lang) -> &'static str {
    match (severity, lang) {
        (Severity::Error, Lang::Zh) => "错误",
        (Severity::Error, Lang::En) => "error",
        (Severity::Warning, Lang::Zh) => "警告",
        (Severity::Warning, Lang::En) => "warning",
        (Severity::Notice, Lang::Zh) => "提示",
        (Severity::Notice, Lang::En) => "notice",
    }
}

/// One diagnostic as the terminal shows it.
pub(crate) fn render(diagnostic: &Diagnostic, sources: &BTreeMap<String, String>, lang: Lang) -> String {
    let in_text = diagnostic.labels.iter().all(|label| match &label.place {
        Place::Text { file, .. } => sources.contains_key(file),
        _ => false,
    });
    if in_text && !diagnostic.labels.is_empty() {
        return snippet(diagnostic, sources, lang);
    }
    plain(diagnostic, lang)
}

/// ``错误 KG-L030 单元格 台账.csv:18 耕地：…`` and its help below.
fn plain(diagnostic: &Diagnostic, lang: Lang) -> String {
    let word = severity_word(diagnostic.severity, lang);
    let place = diagnostic.labels.first().map(|label| label.place.short()).unwrap_or_default();
    let gap = if place.is_empty() { "" } else { " " };
    let message = diagnostic.message.get(lang);
    let mut out = match lang {
        Lang::Zh => format!("{word} {}{gap}{place}：{message}\n", diagnostic.code.0),
        Lang::En => format!("{word}[{}]{gap}{place}: {message}\n", diagnostic.code.0),
    };
    for label in diagnostic.labels.iter().skip(1) {
        let words = label.words.get(lang);
        let _ = writeln!(out, "  {} {words}", label.place.short());
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "  {}", help.get(lang));
    }
    out
}

fn snippet(diagnostic: &Diagnostic, sources: &BTreeMap<String, String>, lang: Lang) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Notice => Level::NOTE,
    };
    let level = level.with_name(severity_word(diagnostic.severity, lang));
    let mut group = level
        .primary_title(diagnostic.message.get(lang))
        .id(diagnostic.code.0)
        .elements(Vec::<Snippet<'_, annotate_snippets::Annotation<'_>>>::new());
    // A fault with one silent place says its help beside the place, else below.
    let beside = diagnostic.labels.len() == 1 && diagnostic.labels[0].words.is_empty();
    let mut by_file: Vec<(&str, Vec<_>)> = Vec::new();
    for (at, label) in diagnostic.labels.iter().enumerate() {
        let Place::Text { file, start, end, .. } = &label.place else { continue };
        let kind = if at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let words = label.words.get(lang);
        let help = diagnostic.help.as_ref().filter(|_| beside);
        let words = if words.is_empty() { help.map_or("", |help| help.get(lang)) } else { words };
        let annotation = kind.span(*start..*end).label(words);
        match by_file.iter_mut().find(|(known, _)| known == file) {
            Some((_, annotations)) => annotations.push(annotation),
            None => by_file.push((file, vec![annotation])),
        }
    }
    for (file, annotations) in by_file {
        let source = sources.get(file).map_or("", String::as_str);
        group = group.element(Snippet::source(source).path(file).annotations(annotations));
    }
    if let (Some(help), false) = (&diagnostic.help, beside) {
        let word = if lang == Lang::Zh { "办法" } else { "help" };
        group = group.element(Level::HELP.with_name(word).message(help.get(lang)));
    }
    format!("{}\n", Renderer::plain().render(&[group]))
}
