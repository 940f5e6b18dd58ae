fn main() {
    for name in std::env::args().skip(1) {
        let t = std::time::Instant::now();
        let rules = kaigong::load_rules(&name).unwrap_or_else(|r| {
            for d in r.diagnostics {
                eprintln!("{}", d.one_line(kaigong::model::Lang::En))
            }
            std::process::exit(2)
        });
        println!("{name} loaded {:?} warnings {}", t.elapsed(), rules.warnings.len());
        for d in &rules.warnings {
            println!("  {}", d.one_line(kaigong::model::Lang::En))
        }
        let (n, f) = kaigong::solver::run_tests(&rules.pack);
        println!("{n} tests {} failures", f.len());
        for x in f.iter().take(40) {
            println!(
                "  {} {} #{}: expected {} got {} missing {:?} of {:?}",
                x.place.short(),
                rules.pack[x.requirement].id,
                x.test,
                x.expected.name(),
                x.got.name(),
                x.missing_reasons,
                x.reasons
            )
        }
    }
}
