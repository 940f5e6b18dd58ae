//! `kaigong synth`.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "this face writes the folder the user names")]

use std::io::{BufWriter, Write as _};
use std::path::Path;

use kaigong::model::{Lang, Words};
use kaigong::packs::Pack;
use kaigong::synth::{City, SynthOptions, Wants};

use crate::args::SynthArguments;
use crate::exit::Exit;
use crate::{diagnostics, output, progress};

/// Rows held in memory at a time.
const BATCH: u32 = 1 << 17;

pub(crate) fn run(arguments: &SynthArguments, lang: Lang) -> Exit {
    let folder = Path::new(&arguments.folder);
    if output::taken(folder, lang) {
        return Exit::Usage;
    }
    let rules = match kaigong::load_rules(&arguments.rules) {
        Ok(rules) => rules,
        Err(refused) => return diagnostics::refuse(&refused, lang),
    };
    let making = Words::new("生成台账", "making the ledger");
    if let Err(error) = progress::during(&making, lang, || write(folder, &rules.pack, arguments)) {
        output::note(&format!("KG-C001 {}: {error}", folder.display()));
        return Exit::Usage;
    }
    let (name, count) = (&arguments.folder, arguments.projects);
    output::print(&match lang {
        Lang::Zh => {
            format!("已写出 {name}：{count} 个模拟项目\n\n核查：kaigong check {name} --as-of {}\n", arguments.as_of)
        }
        Lang::En => format!(
            "wrote {name}: {count} made-up projects\n\ncheck it: kaigong check {name} --as-of {}\n",
            arguments.as_of
        ),
    })
}

fn write(folder: &Path, pack: &Pack, arguments: &SynthArguments) -> std::io::Result<()> {
    let SynthArguments { projects, seed, as_of, .. } = *arguments;
    let city = City::new(pack, SynthOptions { projects, seed, as_of });
    std::fs::create_dir_all(folder)?;
    let mut ledger = BufWriter::new(std::fs::File::create(folder.join("projects.csv"))?);
    ledger.write_all(city.header().as_bytes())?;
    let mut wants = Wants::default();
    for from in (0..projects).step_by(BATCH as usize) {
        for block in city.blocks(from..projects.min(from.saturating_add(BATCH))) {
            ledger.write_all(&block.csv)?;
            wants.add(&block.wants);
        }
    }
    ledger.flush()?;
    std::fs::write(folder.join("pools.csv"), city.pools(&wants))?;
    std::fs::write(folder.join("portfolio.yaml"), city.portfolio())
}
