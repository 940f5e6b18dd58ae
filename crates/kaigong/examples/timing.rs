use std::time::Instant;
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rules = kaigong::load_rules(&args[0]).map_err(|_| ()).unwrap();
    let inputs = kaigong::io::gather(&args[2..]).unwrap();
    let t = Instant::now();
    let ledger = kaigong::read_ledger(&rules.pack, &inputs, &Default::default()).map_err(|_| ()).unwrap();
    eprintln!("read {:?}", t.elapsed());
    let as_of = kaigong::model::Date::parse(&args[1]).unwrap();
    let o = kaigong::solver::Options { goal: 0, as_of, known_by: None, ledger_date: None, blanks: Default::default() };
    for _ in 0..3 {
        let t = Instant::now();
        let e = kaigong::solver::evaluate(&rules.pack, &ledger.portfolio, o);
        eprintln!("evaluate {:?}", t.elapsed());
        drop(e);
    }
    let e = kaigong::solver::evaluate(&rules.pack, &ledger.portfolio, o);
    let t = Instant::now();
    let r = kaigong::solver::results(
        &e,
        kaigong::solver::ResultOptions { projects: false, since: false, durations: Default::default() },
        None,
    );
    eprintln!("summary {:?}", t.elapsed());
    drop(r);
    let t = Instant::now();
    let r = kaigong::solver::results(
        &e,
        kaigong::solver::ResultOptions { projects: true, since: args.len() > 9, durations: Default::default() },
        None,
    );
    eprintln!("details {:?} {}", t.elapsed(), r.projects.len());
}
