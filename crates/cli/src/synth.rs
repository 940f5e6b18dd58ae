//! `kaigong synth`.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "this face writes the folder the user names")]

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use kaigong::Refused;
use kaigong::model::{Lang, Words};
use kaigong::packs::Pack;
use kaigong::synth::{City, SynthOptions, Wants};

use crate::args::SynthArguments;
use crate::exit::Exit;
use crate::{diagnostics, output, progress};

/// Rows held in memory at a time.
const BATCH: u32 = 1 << 17;
/// The same, where they go to standard output.
const PIPED: u32 = 1 << 15;

/// Why nothing was written.
enum Failed {
    /// The pack refuses what is drawn for it.
    Refused(Refused),
    /// The disk.
    Io(std::io::Error),
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

pub(crate) fn run(arguments: &SynthArguments, lang: Lang) -> Exit {
    if arguments.folder == "-" {
        return to_output(arguments, lang);
    }
    let folder = Path::new(&arguments.folder);
    if output::taken(folder, lang) {
        return Exit::Usage;
    }
    let rules = match kaigong::load_rules(&arguments.rules) {
        Ok(rules) => rules,
        Err(refused) => return diagnostics::refuse(&refused, lang),
    };
    let making = Words::new("生成台账", "making the ledger");
    // Written beside its place and moved there whole: what is interrupted leaves no folder that looks finished.
    let part = beside(folder);
    let done = progress::during(&making, lang, || {
        write(&part, &rules.pack, arguments).and_then(|()| Ok(std::fs::rename(&part, folder)?))
    });
    match done {
        Ok(()) => output::print(&written(arguments, lang)),
        Err(failed) => {
            let _ = std::fs::remove_dir_all(&part);
            match failed {
                Failed::Refused(refused) => diagnostics::refuse(&refused, lang),
                Failed::Io(error) => output::not_written(folder, &error, lang),
            }
        }
    }
}

/// The projects alone, to standard output, a batch at a time.
fn to_output(arguments: &SynthArguments, lang: Lang) -> Exit {
    let rules = match kaigong::load_rules(&arguments.rules) {
        Ok(rules) => rules,
        Err(refused) => return diagnostics::refuse(&refused, lang),
    };
    let SynthArguments { projects, seed, as_of, .. } = *arguments;
    let city = City::new(&rules.pack, SynthOptions { projects, seed, as_of });
    let mut refused = None;
    let batches = (0..projects).step_by(PIPED as usize).map_while(|from| {
        match city.blocks(from..projects.min(from.saturating_add(PIPED))) {
            Ok(blocks) => Some(blocks.into_iter().flat_map(|block| block.csv).collect()),
            Err(faults) => {
                refused = Some(Refused::from(faults));
                None
            }
        }
    });
    let exit = output::print_parts(std::iter::once(city.header().into_bytes()).chain(batches));
    match refused {
        Some(refused) => diagnostics::refuse(&refused, lang),
        None => exit,
    }
}

fn beside(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    folder.with_file_name(name)
}

/// The pack to name in the ledger: one that ships. A folder of the user's is named on the command line.
fn shipped(rules: &str) -> Option<&str> {
    kaigong::shipped_rules().iter().any(|known| known == rules).then_some(rules)
}

fn written(arguments: &SynthArguments, lang: Lang) -> String {
    let SynthArguments { folder, projects, rules, as_of, .. } = arguments;
    let quoted = |name: &str| if name.contains(' ') { format!("\"{name}\"") } else { name.to_owned() };
    let rules = if shipped(rules).is_some() { String::new() } else { format!(" --rules {}", quoted(rules)) };
    let command = format!("kaigong check {}{rules} --as-of {as_of}", quoted(folder));
    match lang {
        Lang::Zh => format!("已写出 {folder}：{projects} 个模拟项目\n\n核查：{command}\n"),
        Lang::En => format!("wrote {folder}: {projects} made-up projects\n\ncheck it: {command}\n"),
    }
}

fn write(folder: &Path, pack: &Pack, arguments: &SynthArguments) -> Result<(), Failed> {
    let SynthArguments { projects, seed, as_of, .. } = *arguments;
    let city = City::new(pack, SynthOptions { projects, seed, as_of });
    std::fs::create_dir_all(folder)?;
    let mut ledger = BufWriter::new(std::fs::File::create(folder.join("projects.csv"))?);
    ledger.write_all(city.header().as_bytes())?;
    let (mut wants, mut grants) = (Wants::default(), Vec::new());
    for from in (0..projects).step_by(BATCH as usize) {
        let blocks = city.blocks(from..projects.min(from.saturating_add(BATCH)));
        for block in blocks.map_err(|faults| Failed::Refused(faults.into()))? {
            ledger.write_all(&block.csv)?;
            wants.add(&block.wants);
            grants.extend(block.grants);
        }
    }
    ledger.flush()?;
    std::fs::write(folder.join("pools.csv"), city.pools(&wants))?;
    if !grants.is_empty() {
        std::fs::write(folder.join("grants.csv"), city.grants(&grants))?;
    }
    Ok(std::fs::write(folder.join("portfolio.yaml"), city.portfolio(shipped(&arguments.rules)))?)
}
