fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rules = kaigong::load_rules(&args[0]).unwrap_or_else(|r| {
        for d in r.diagnostics {
            eprintln!("{}", d.one_line(kaigong::model::Lang::En))
        }
        std::process::exit(2)
    });
    let inputs = kaigong::io::gather(&args[2..]).unwrap();
    let ledger = kaigong::read_ledger(&rules.pack, &inputs, &Default::default()).unwrap_or_else(|r| {
        for d in r.diagnostics {
            eprintln!("{}", d.one_line(kaigong::model::Lang::En))
        }
        std::process::exit(2)
    });
    let o = kaigong::CheckOptions {
        goal: None,
        as_of: kaigong::model::Date::parse(&args[1]).unwrap(),
        known_by: None,
        ledger_date: None,
        blanks: Default::default(),
        durations: Default::default(),
        summary_only: false,
        since: true,
    };
    let t = std::time::Instant::now();
    let a = kaigong::check(&rules.pack, &ledger, &o, None).unwrap();
    eprintln!("{:?}", t.elapsed());
    println!("{:#}", kaigong::report::check_json(&a, false));
}
