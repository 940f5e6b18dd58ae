//! Rules by name or directory, with the packs they extend.

use std::collections::BTreeMap;
use std::path::Path;

use kaigong_model::{Code, Diagnostic, Place, limits, nearest};
use kaigong_rules::{Layer, Pack, extends_of, load};

use crate::shipped::{pack_files, shipped_rules};

/// A loaded pack, its warnings, and the texts they point into.
#[derive(Debug)]
pub struct Rules {
    /// The pack.
    pub pack: Pack,
    /// Warnings and notices.
    pub warnings: Vec<Diagnostic>,
    /// Text of every file, by name.
    pub sources: BTreeMap<String, String>,
}

/// Input that was refused: every fault, and the texts they point into.
#[derive(Debug, Default)]
pub struct Refused {
    /// Faults in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// Text of every file, by name.
    pub sources: BTreeMap<String, String>,
}

impl From<Vec<Diagnostic>> for Refused {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics, sources: BTreeMap::new() }
    }
}

/// Loads a pack: a directory, else the name of a shipped pack.
///
/// A pack that it extends is a sibling directory, else a shipped pack.
///
/// # Errors
/// Every fault of every file, or that there is no such pack.
pub fn load_rules(name: &str) -> Result<Rules, Refused> {
    let mut layers = vec![layer(name, None)?];
    let mut seen = vec![pack_name(name)];
    loop {
        let parent = layers.last().map(extends_of).transpose();
        let Some((parent, place)) = parent.map_err(|faults| refuse(faults, &layers))?.flatten() else { break };
        let below = layers.last().map(|layer| layer.name.clone()).unwrap_or_default();
        if seen.contains(&parent) || seen.len() >= limits::PACK_LAYERS {
            seen.push(parent);
            let fault = Diagnostic::error(
                Code("KG-R006"),
                format!("规则包互相继承：{}", seen.join(" 继承 ")),
                format!("packs extend one another: {}", seen.join(" extends ")),
            );
            return Err(refuse(vec![fault.at(place)], &layers));
        }
        // A pack names a neighbour or a shipped pack, never a path: it cannot make the engine read elsewhere.
        let plain = !parent.is_empty()
            && !parent.starts_with('.')
            && parent.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if !plain {
            let fault = Diagnostic::error(
                Code("KG-R006"),
                format!("extends 只写规则包的名称，不写路径：「{parent}」"),
                format!("`extends` takes the name of a pack, not a path: `{parent}`"),
            );
            return Err(refuse(vec![fault.at(place)], &layers));
        }
        let sibling = Path::new(&below).parent().map(|folder| folder.join(&parent).display().to_string());
        let found = sibling.filter(|path| Path::new(path).is_dir());
        layers.push(match found {
            Some(path) => layer(&path, Some(place)).map_err(|r| refuse(r.diagnostics, &layers))?,
            None => shipped_layer(&parent, Some(place)).map_err(|r| refuse(r.diagnostics, &layers))?,
        });
        seen.push(parent);
    }
    layers.reverse();
    match load(&layers) {
        Ok((pack, warnings)) => Ok(Rules { pack, warnings, sources: sources(&layers) }),
        Err(diagnostics) => Err(refuse(diagnostics, &layers)),
    }
}

fn refuse(diagnostics: Vec<Diagnostic>, layers: &[Layer]) -> Refused {
    Refused { diagnostics, sources: sources(layers) }
}

/// The text of every file, for the snippets of faults.
fn sources(layers: &[Layer]) -> BTreeMap<String, String> {
    let files = layers.iter().flat_map(|layer| &layer.files);
    files
        .map(|(name, bytes)| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            (name.clone(), text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
        })
        .collect()
}

fn pack_name(path: &str) -> String {
    let path = Path::new(path);
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn layer(name: &str, place: Option<Place>) -> Result<Layer, Refused> {
    if let Some(files) = kaigong_io::read_pack(name) {
        return Ok(Layer { name: name.to_owned(), files: files? });
    }
    shipped_layer(name, place)
}

fn shipped_layer(name: &str, place: Option<Place>) -> Result<Layer, Refused> {
    if let Some(files) = pack_files(name) {
        return Ok(Layer { name: name.to_owned(), files });
    }
    let shipped = shipped_rules();
    let fault = Diagnostic::error(
        Code("KG-R006"),
        format!("没有规则包「{name}」：不是文件夹，也不是自带的 {}", shipped.join("、")),
        format!("no rule pack `{name}`: neither a folder nor one of the shipped {}", shipped.join(", ")),
    )
    .at(place.unwrap_or_else(|| Place::File(name.to_owned())))
    .suggest(nearest(name, shipped.iter().map(String::as_str)));
    Err(vec![fault].into())
}
