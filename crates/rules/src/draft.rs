//! Layers of files to one draft: every top-level key gathered, items merged by id, later layers on top.

use std::collections::BTreeMap;

use kaigong_model::{Code, Diagnostic, Place, Words, nearest};
use kaigong_yaml::{Document, parse_bytes};
use rayon::prelude::*;

use crate::decode::{At, Faults, Fields};

/// One pack directory: its name and the YAML files in it, in any order.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// The directory as the user named it.
    pub name: String,
    /// File name as the user should see it, and bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

/// An item of a map section, its keys gathered over the layers.
#[derive(Debug)]
pub(crate) struct Item<'a> {
    pub(crate) key: At<'a>,
    pub(crate) whole: At<'a>,
    entries: Vec<(&'a str, At<'a>, At<'a>)>,
}

impl<'a> Item<'a> {
    pub(crate) fn fields(&self) -> Fields<'a> {
        Fields::of(self.whole, self.entries.clone())
    }
}

/// The sections of a pack, merged.
#[derive(Debug, Default)]
pub(crate) struct Draft<'a> {
    /// `id`, `title`, `version`, `default_goal`, `roles`, `lights`, `test_date`: the topmost layer's.
    pub(crate) single: BTreeMap<&'static str, At<'a>>,
    /// `goals`, `facts`, … : id to item, in order of id.
    pub(crate) sections: BTreeMap<&'static str, BTreeMap<&'a str, Item<'a>>>,
    /// Ids in the order first written, per section.
    pub(crate) written: BTreeMap<&'static str, Vec<&'a str>>,
    /// Requirements disabled, for the warnings about edges to them.
    pub(crate) disabled: Vec<&'a str>,
    /// The topmost `pack.yaml`, where faults of the whole pack are shown.
    pub(crate) file: Option<Place>,
    /// The files of the topmost layer.
    topmost: Vec<&'a str>,
    /// Keys of `roles`, merged over the layers.
    pub(crate) roles: BTreeMap<&'a str, (At<'a>, At<'a>)>,
}

const EXTENDS: &str = "extends";
const SINGLE: [&str; 7] = ["id", "title", "version", EXTENDS, "default_goal", "lights", "test_date"];
pub(crate) const SECTIONS: [&str; 11] = [
    "goals",
    "facts",
    "parameters",
    "departments",
    "stages",
    "requirements",
    "alerts",
    "pools",
    "totals",
    "stops",
    "lint",
];

/// Parses the files of every layer; a file that is not YAML is a fault, the others are still read.
pub(crate) fn parse_layers(layers: &[Layer], faults: &mut Faults) -> Vec<Vec<Document>> {
    let mut parse_one = |layer: &Layer| {
        let mut files: Vec<_> = layer.files.iter().collect();
        files.sort();
        let parsed: Vec<_> = files.par_iter().map(|(name, bytes)| parse_bytes(name, bytes)).collect();
        let sound = parsed.into_iter().filter_map(|document| document.map_err(|found| faults.0.extend(found)).ok());
        sound.collect()
    };
    layers.iter().map(&mut parse_one).collect()
}

fn is_pack_file(name: &str) -> bool {
    name.rsplit(['/', '\\']).next() == Some("pack.yaml")
}

/// The pack a layer extends, and the place where it says so.
///
/// # Errors
/// The faults of a file that may say so, or that there is no `pack.yaml`.
pub fn extends_of(layer: &Layer) -> Result<Option<(String, Place)>, Vec<Diagnostic>> {
    let Some((name, bytes)) = layer.files.iter().find(|(name, _)| is_pack_file(name)) else {
        return Err(vec![
            Diagnostic::error(
                Code("KG-R032"),
                format!("「{}」不是规则包：没有 pack.yaml", layer.name),
                format!("`{}` is not a rule pack: it has no pack.yaml", layer.name),
            )
            .at(Place::File(layer.name.clone()))
            .help("用 --rules 指到含 pack.yaml 的文件夹", "point --rules at a folder that holds a pack.yaml"),
        ]);
    };
    let rest = layer.files.iter().filter(|(other, bytes)| {
        // A file that never says the word need not be read twice.
        other != name && bytes.windows(EXTENDS.len()).any(|part| part == EXTENDS.as_bytes())
    });
    for (name, bytes) in std::iter::once((name, bytes)).chain(rest.map(|(name, bytes)| (name, bytes))) {
        let document = parse_bytes(name, bytes)?;
        let Some(node) = document.root.get(EXTENDS) else { continue };
        let mut faults = Faults::default();
        let at = At { document: &document, node };
        return match at.text(&mut faults) {
            Some(parent) => Ok(Some((parent.to_owned(), at.place()))),
            None => Err(faults.0),
        };
    }
    Ok(None)
}

/// Merges the layers, base first.
pub(crate) fn merge<'a>(layers: &'a [Vec<Document>], faults: &mut Faults) -> Draft<'a> {
    let mut draft = Draft::default();
    for documents in layers {
        draft.topmost = documents.iter().map(|document| &*document.file).collect();
        let mut written = Written::default();
        for document in documents {
            if is_pack_file(&document.file) {
                draft.file = Some(Place::File(document.file.to_string()));
            }
            draft.add(&mut written, At { document, node: &document.root }, faults);
        }
    }
    draft.drop_disabled(faults);
    draft
}

/// What the files of one layer have given so far, by section and name, and where.
#[derive(Default)]
struct Written<'a>(BTreeMap<(&'static str, &'a str), At<'a>>);

impl<'a> Written<'a> {
    /// Whether this is the first the layer says of it; the second is a fault, in whatever file.
    fn first(&mut self, section: &'static str, name: &'a str, at: At<'a>, faults: &mut Faults) -> bool {
        let known = *self.0.entry((section, name)).or_insert(at);
        let first = std::ptr::eq(known.node, at.node);
        if !first {
            let fault =
                Diagnostic::error(Code("KG-R004"), format!("「{name}」重复"), format!("`{name}` is defined twice"));
            faults.push(fault.at(at.place()).label(known.place(), Words::new("第一处", "first defined here")));
        }
        first
    }
}

impl<'a> Draft<'a> {
    /// Whether a node stands in a file of the topmost layer.
    pub(crate) fn is_topmost(&self, at: At<'_>) -> bool {
        self.topmost.contains(&&*at.document.file)
    }

    fn add(&mut self, written: &mut Written<'a>, root: At<'a>, faults: &mut Faults) {
        let mut fields = Fields::new(root, faults);
        for key in SINGLE {
            if let Some(at) = fields.take(key)
                && written.first("", key, at, faults)
            {
                self.single.insert(key, at);
            }
        }
        if let Some(at) = fields.take("roles") {
            for (name, key, value) in at.entries(faults) {
                if written.first("roles", name, key, faults) {
                    self.roles.insert(name, (key, value));
                }
            }
        }
        for section in SECTIONS {
            let Some(at) = fields.take(section) else { continue };
            for (id, key, whole) in at.entries(faults) {
                if written.first(section, id, key, faults) {
                    self.add_item(section, id, key, whole, faults);
                }
            }
        }
        fields.finish(faults);
    }

    fn add_item(&mut self, section: &'static str, id: &'a str, key: At<'a>, whole: At<'a>, faults: &mut Faults) {
        let items = self.sections.entry(section).or_default();
        let entries = whole.entries(faults);
        if let Some(item) = items.get_mut(id) {
            for entry in entries {
                match item.entries.iter_mut().find(|known| known.0 == entry.0) {
                    Some(known) => *known = entry,
                    None => item.entries.push(entry),
                }
            }
            return;
        }
        if let Some((_, disabled, _)) = entries.iter().find(|(key, ..)| *key == "disabled") {
            let fault = Diagnostic::error(
                Code("KG-R028"),
                format!("下层规则包没有「{id}」，不能停用"),
                format!("no lower pack has `{id}`, so it cannot be disabled"),
            );
            faults.push(fault.at(disabled.place()).suggest(nearest(id, items.keys().copied())));
        }
        self.written.entry(section).or_default().push(id);
        items.insert(id, Item { key, whole, entries });
    }

    /// Takes out what a layer disables; disabling needs a reason.
    fn drop_disabled(&mut self, faults: &mut Faults) {
        for (&section, items) in &mut self.sections {
            items.retain(|&id, item| {
                let disabled = item.entries.iter().find(|(key, ..)| *key == "disabled");
                let Some(&(_, key, value)) = disabled else { return true };
                if value.bool(faults) != Some(true) {
                    item.entries.retain(|(key, ..)| !matches!(*key, "disabled" | "reason"));
                    return true;
                }
                if !item.entries.iter().any(|(key, ..)| *key == "reason") {
                    faults.error(
                        "KG-R028",
                        key,
                        format!("停用「{id}」须写明 reason"),
                        format!("disabling `{id}` needs a `reason`"),
                    );
                }
                if section == "requirements" {
                    self.disabled.push(id);
                }
                false
            });
        }
    }
}
