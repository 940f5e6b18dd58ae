//! The archive that a workbook is: how much it unpacks to is measured before anything relies on it.

use std::io::{BufReader, Cursor, Read, Write};

use kaigong_model::limits;
use quick_xml::{Reader, XmlVersion, events::BytesStart};
use zip::ZipArchive;

use super::Fault;

/// A part being read as XML.
pub(super) type Xml<'a> = Reader<BufReader<Box<dyn Read + 'a>>>;

/// An archive within its limits; what is unpacked of it is counted.
pub(super) struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// What its parts may still unpack to.
    left: u64,
}

/// Opens an archive whose parts say that they keep the limits.
pub(super) fn open(bytes: &[u8]) -> Result<Archive<'_>, Fault> {
    open_within(bytes, limits::WORKBOOK_UNPACKED)
}

pub(super) fn open_within(bytes: &[u8], most: u64) -> Result<Archive<'_>, Fault> {
    let zip = ZipArchive::new(Cursor::new(bytes)).map_err(Fault::container)?;
    if zip.len() > limits::WORKBOOK_PARTS {
        return Err(Fault::Limit("部件数", "number of parts", limits::WORKBOOK_PARTS.to_string()));
    }
    let mut archive = Archive { zip, left: most };
    let mut said = 0u64;
    for at in 0..archive.zip.len() {
        let part = archive.zip.by_index_raw(at).map_err(Fault::container)?;
        if part.encrypted() {
            return Err(Fault::Encrypted);
        }
        said = said.saturating_add(part.size());
    }
    if said > most {
        return Err(Fault::unpacked());
    }
    Ok(archive)
}

impl Archive<'_> {
    /// Whether there is a part of a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// Names of all parts.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.zip.file_names().flatten().map(std::borrow::Cow::into_owned).collect();
        names.sort_unstable();
        names
    }

    /// A part as XML, if it is there; measured before.
    pub(super) fn xml(&mut self, name: &str) -> Result<Option<Xml<'_>>, Fault> {
        if !self.has(name) {
            return Ok(None);
        }
        let part = self.zip.by_name(name).map_err(Fault::container)?;
        let mut reader = Reader::from_reader(BufReader::new(Box::new(part) as Box<dyn Read>));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        Ok(Some(reader))
    }

    /// A part unpacked, if it is there and within what is left.
    pub(super) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        if !self.has(name) {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let part = self.zip.by_name(name).map_err(Fault::container)?;
        bytes.reserve(part.size().min(self.left) as usize);
        let read = part.take(self.left + 1).read_to_end(&mut bytes).map_err(Fault::container)?;
        self.take(read as u64)?;
        let mut runs = Runs::default();
        bytes.chunks(1 << 16).for_each(|piece| runs.add(piece));
        runs.check()?;
        Ok(Some(bytes))
    }

    /// A part that was measured before, if it is there.
    pub(super) fn measured(&mut self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let left = self.left;
        self.left = limits::WORKBOOK_UNPACKED;
        let bytes = self.bytes(name);
        self.left = left;
        bytes
    }

    /// Unpacks every part of XML that is wanted and counts what it really holds: the size a part states can be a lie.
    pub(super) fn measure(&mut self, wanted: impl Fn(&str) -> bool) -> Result<(), Fault> {
        for name in self.names().iter().filter(|name| is_xml(name) && wanted(name)) {
            let part = self.zip.by_name(name).map_err(Fault::container)?;
            let mut runs = Runs::default();
            let read = std::io::copy(&mut part.take(self.left + 1), &mut runs).map_err(Fault::container)?;
            self.take(read)?;
            // What other programs keep in a part of their own is theirs.
            if !name.starts_with("customXml/") {
                runs.check()?;
            }
        }
        Ok(())
    }

    fn take(&mut self, read: u64) -> Result<(), Fault> {
        self.left = self.left.checked_sub(read).ok_or_else(Fault::unpacked)?;
        Ok(())
    }
}

fn is_xml(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    ending.eq_ignore_ascii_case("xml") || ending.eq_ignore_ascii_case("rels")
}

/// Bytes between one `<` and the next. A cell's text is within its limit where it is kept; what is far longer is not
/// even handed to a parser, which copies it several times over.
#[derive(Default)]
struct Runs {
    now: usize,
    longest: usize,
}

impl Runs {
    fn add(&mut self, bytes: &[u8]) {
        match (memchr::memchr(b'<', bytes), memchr::memrchr(b'<', bytes)) {
            (Some(first), Some(last)) => {
                // What stands between two of them here is as long as these bytes at most.
                self.longest = self.longest.max(self.now + first);
                self.now = bytes.len() - last;
            }
            _ => self.now += bytes.len(),
        }
        self.longest = self.longest.max(self.now);
    }

    fn check(&self) -> Result<(), Fault> {
        if self.longest > 2 * limits::CELL_BYTES { Err(Fault::cell()) } else { Ok(()) }
    }
}

impl Write for Runs {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.add(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// An attribute of an element, by its name without a prefix: the first that is called so.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let found =
        attributes.with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// Every attribute of an element that is called so, whatever its prefix.
pub(super) fn attributes(element: &BytesStart<'_>, name: &str) -> Vec<String> {
    let mut attributes = element.attributes();
    let found = attributes.with_checks(false).flatten().filter(|attribute| attribute.key.local_name().as_ref() == name);
    found
        .filter_map(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).ok())
        .map(std::borrow::Cow::into_owned)
        .collect()
}
