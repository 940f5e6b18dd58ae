use std::io::Read as _;

use kaigong_model::{Align, Block, Date, Document, Lang, PrintedTable};
use quick_xml::{Reader, events::Event};

use super::*;

fn paper(lang: Lang, blocks: Vec<Block>) -> Document {
    let (title, lines) = ("开工情况 <b>&\u{1}".to_owned(), vec!["核查基准日 2026-11-20".to_owned()]);
    Document { title, lines, as_of: Date::new(2026, 11, 20).unwrap(), lang, is_brief: blocks.len() > 3, blocks }
}

fn blocks() -> Vec<Block> {
    let columns = vec![("堵点".to_owned(), Align::Left, 30), ("项目".to_owned(), Align::Right, 10)];
    let rows = vec![vec!["用地指标</w:t>".to_owned(), "8".to_owned()], vec!["=1+1\n二行".to_owned(), String::new()]];
    vec![
        Block::Heading(1, "一、总体情况".to_owned()),
        Block::Heading(2, "（一）某项目".to_owned()),
        Block::led("受阻", "，3 个堵点"),
        Block::Heading(9, "深".to_owned()),
        Block::Table(PrintedTable { columns, rows }),
        Block::Note("推定：空白读作「无」".to_owned()),
    ]
}

/// The parts of a docx: each is XML that closes all it opens.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let (name, mut text) = (part.name().unwrap().into_owned(), String::new());
        part.read_to_string(&mut text).unwrap();
        let mut reader = Reader::from_str(&text);
        let mut depth = 0;
        loop {
            match reader.read_event().unwrap() {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0, "{name}");
        parts.push((name, text));
    }
    parts
}

#[test]
fn a_paper_is_sound_xml_in_which_text_is_text() {
    for lang in [Lang::Zh, Lang::En] {
        let bytes = document_docx(&paper(lang, blocks())).unwrap();
        assert_eq!(bytes, document_docx(&paper(lang, blocks())).unwrap(), "the same bytes again");
        let parts = parts(&bytes);
        let text = &parts.iter().find(|(name, _)| name == "word/document.xml").unwrap().1;
        assert!(text.contains("开工情况 &lt;b&gt;&amp; ") && text.contains("用地指标&lt;/w:t&gt;"));
        assert!(
            text.contains("w:val=\"Heading1\"") && text.contains("w:val=\"Heading3\"") && !text.contains("Heading9")
        );
        assert!(text.contains("<w:tblHeader/>"));
        // A heading is not left behind by its table: the room between them stays with it.
        let before = text.split("<w:tbl>").next().unwrap().rsplit("<w:p>").next().unwrap();
        assert!(before.contains("<w:keepNext/>"), "{before}");
        // Nor are its header and first row, which is the last but one, by the others; the last row is free.
        let kept: Vec<bool> = text.split("<w:tr>").skip(1).map(|row| row.contains("<w:keepNext/>")).collect();
        assert_eq!(kept, [true, true, false]);
        let styles = &parts.iter().find(|(name, _)| name == "word/styles.xml").unwrap().1;
        // Every style that the text uses is there, and headings stand in the outline.
        for used in text.split("w:pStyle w:val=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(styles.contains(&format!("w:styleId=\"{used}\"")), "{used}");
        }
        assert_eq!(styles.matches("<w:outlineLvl").count(), 3);
    }
}

#[test]
fn a_line_that_leads_stays_with_what_it_leads() {
    let blocks = vec![Block::led("推定", ""), Block::led("1. 证：", "未取得"), Block::plain("1 未解决")];
    let parts = parts(&document_docx(&paper(Lang::Zh, blocks)).unwrap());
    let text = &parts.iter().find(|(name, _)| name == "word/document.xml").unwrap().1;
    let kept = text.split("<w:p>").filter(|piece| piece.contains("w:val=\"Text\""));
    assert_eq!(kept.map(|piece| piece.contains("<w:keepNext/>")).collect::<Vec<_>>(), [true, false, false]);
}
