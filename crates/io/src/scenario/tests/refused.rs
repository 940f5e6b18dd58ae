//! What a scenario may not say: each fault in its place and words, all at once.

use super::*;

#[test]
fn other_shapes_are_refused() {
    bad(
        "",
        &[
            "s.yaml:1:1: KG-L052: missing key `supply` (for example supply: [{pool: land.quota, county: 惠阳, amount: 800 mu}])",
        ],
    );
    bad(
        "# nothing\n",
        &[
            "s.yaml:1:1: KG-L052: missing key `supply` (for example supply: [{pool: land.quota, county: 惠阳, amount: 800 mu}])",
        ],
    );
    bad(
        "- a\n",
        &[
            "s.yaml:1:1: KG-L050: this is not of the shape asked for (for example supply: [{pool: land.quota, county: 惠阳, amount: 800 mu}])",
        ],
    );
    bad(
        "supply: [",
        &["s.yaml:1:10: KG-Y001: YAML syntax error: while parsing a node, did not find expected node content"],
    );
    bad("supply: []\nsupply: []\n", &["s.yaml:2:1: KG-Y002: key `supply` is given twice"]);
    bad(
        "goal: start\n",
        &[
            "s.yaml:1:1: KG-L052: missing key `supply` (for example supply: [{pool: land.quota, county: 惠阳, amount: 800 mu}])",
        ],
    );
    bad(
        "supply:\n",
        &[
            "s.yaml:1:1: KG-L052: missing key `supply` (for example supply: [{pool: land.quota, county: 惠阳, amount: 800 mu}])",
        ],
    );
    bad(
        "supply: {pool: land.quota, amount: 1}\n",
        &[
            "s.yaml:1:9: KG-L050: this is not of the shape asked for (for example supply: [{pool: land.quota, county: 惠阳, amount: 800 mu}])",
        ],
    );
    bad(
        "supply: [land.quota, ~]\n",
        &[
            "s.yaml:1:10: KG-L050: this is not of the shape asked for (for example supply: [{pool: land.quota, county: 惠阳, amount: 800 mu}])",
            "s.yaml:1:22: KG-L050: this is not of the shape asked for (for example supply: [{pool: land.quota, county: 惠阳, amount: 800 mu}])",
        ],
    );
    bad_beside(
        "goal: [start]\nscenario: {}\nperiod: ''\nhorizon: [1]\nplan: {}\n",
        &[
            "s.yaml:2:7: KG-L050: this is not of the shape asked for (for example goal: start)",
            "s.yaml:3:11: KG-L050: this is not of the shape asked for (for example scenario: 2018-q2)",
            "s.yaml:4:9: KG-L050: this is not of the shape asked for (for example period: 2018)",
            "s.yaml:5:10: KG-L050: this is not of the shape asked for (for example horizon: 120 workdays)",
            "s.yaml:6:7: KG-L050: this is not of the shape asked for (for example plan: optimal)",
        ],
    );
    bad_beside(
        "carry: [land.quota]\nstop: 1\norder: P-1\nobjective: {maximise: count}\n",
        &[
            "s.yaml:2:8: KG-L050: this is not of the shape asked for (for example carry: {land.quota: 20%})",
            "s.yaml:3:7: KG-L050: this is not of the shape asked for (for example stop: {gap: 0.1%, work: 2000000})",
            "s.yaml:4:8: KG-L050: this is not of the shape asked for (for example order: [P-003, P-007])",
            "s.yaml:5:12: KG-L050: this is not of the shape asked for (for example objective: [{maximise: project.total_investment, keep: 95%}, {maximise: count}])",
        ],
    );
    bad_beside(
        "candidates: \"a\\u0007\"\ngoal: \"a\\nb\"\nby: \"a\\n> b\"\n",
        &[
            "s.yaml:2:13: KG-L038: `a�` holds a control character (remove the invisible characters, for example candidates: project.total_investment >= 1 yi)",
            "s.yaml:3:7: KG-L038: `a�b` holds a control character (remove the invisible characters, for example goal: start)",
        ],
    );
}

#[test]
fn unknown_keys_are_refused_at_every_level() {
    bad(
        "suply: []\n",
        &[
            "s.yaml:1:1: KG-L051: unknown key `suply` (did you mean `supply`?)",
            "s.yaml:1:1: KG-L052: missing key `supply` (for example supply: [{pool: land.quota, county: 惠阳, amount: 800 mu}])",
        ],
    );
    bad_beside(
        "~: 1\nwhatever: 1\n",
        &[
            "s.yaml:2:1: KG-L051: unknown key `~` (write scenario, goal, horizon, period, supply, transfers, carry, prices, candidates, locks, floors, objective, plan, grants, order, by, stop, for example supply: [{pool: land.quota, county: 惠阳, amount: 800 mu}])",
            "s.yaml:3:1: KG-L051: unknown key `whatever` (write scenario, goal, horizon, period, supply, transfers, carry, prices, candidates, locks, floors, objective, plan, grants, order, by, stop, for example supply: [{pool: land.quota, county: 惠阳, amount: 800 mu}])",
        ],
    );
    bad(
        "supply: [{pool: land.quota, amout: 1, draw: {atmost: 1}}]\n",
        &[
            "s.yaml:1:10: KG-L052: missing key `amount` (for example amount: 800 mu)",
            "s.yaml:1:29: KG-L051: unknown key `amout` (did you mean `amount`?)",
            "s.yaml:1:45: KG-L052: missing key `at_most` (for example at_most: 180 mu)",
            "s.yaml:1:46: KG-L051: unknown key `atmost` (did you mean `at_most`?)",
        ],
    );
    bad_beside(
        "transfers: [{pool: posts, form: a, to: b, at_most: 1}]\n",
        &[
            "s.yaml:2:13: KG-L052: missing key `from` (for example from: 惠城)",
            "s.yaml:2:27: KG-L051: unknown key `form` (did you mean `from`?)",
        ],
    );
    bad_beside(
        "locks: [{project: P-1, in: true, because: x}]\n",
        &[
            "s.yaml:2:34: KG-L051: unknown key `because` (write project, in, by, why, for example locks: [{project: P-011, in: true, by: 市政府, why: 会议纪要 2018-31}])",
        ],
    );
    bad_beside(
        "floors: [{by: county, off: x, share: 1}]\n",
        &[
            "s.yaml:2:10: KG-L052: missing key `of` (for example of: project.total_investment)",
            "s.yaml:2:23: KG-L051: unknown key `off` (did you mean `of`?)",
        ],
    );
    bad_beside(
        "objective: [{maximize: count, were: x}]\n",
        &[
            "s.yaml:2:13: KG-L052: missing key `maximise` (for example maximise: project.total_investment)",
            "s.yaml:2:14: KG-L051: unknown key `maximize` (did you mean `maximise`?)",
            "s.yaml:2:31: KG-L051: unknown key `were` (did you mean `where`?)",
        ],
    );
    bad_beside(
        "grants: [{project: P-1, pool: posts, amount: 1, unit: mu}]\nstop: {seconds: 3}\n",
        &[
            "s.yaml:2:49: KG-L051: unknown key `unit` (write project, pool, amount, for example grants: [{project: P-003, pool: land.quota, amount: 320 mu}])",
            "s.yaml:3:8: KG-L051: unknown key `seconds` (write gap, work, for example stop: {gap: 0.1%, work: 2000000})",
        ],
    );
}

#[test]
fn missing_keys_are_refused() {
    bad(
        "supply: [{}, {pool: ~}]\n",
        &[
            "s.yaml:1:10: KG-L052: missing key `amount` (for example amount: 800 mu)",
            "s.yaml:1:10: KG-L052: missing key `pool` (for example pool: land.quota)",
            "s.yaml:1:14: KG-L052: missing key `amount` (for example amount: 800 mu)",
            "s.yaml:1:14: KG-L052: missing key `pool` (for example pool: land.quota)",
        ],
    );
    bad_beside(
        "transfers: [{}]\n",
        &[
            "s.yaml:2:13: KG-L052: missing key `at_most` (for example at_most: 180 mu)",
            "s.yaml:2:13: KG-L052: missing key `from` (for example from: 惠城)",
            "s.yaml:2:13: KG-L052: missing key `pool` (for example pool: land.quota)",
            "s.yaml:2:13: KG-L052: missing key `to` (for example to: 博罗)",
        ],
    );
    bad_beside(
        "locks: [{}]\nfloors: [{}]\nobjective: [{}]\ngrants: [{}]\n",
        &[
            "s.yaml:2:9: KG-L052: missing key `in` (for example in: true)",
            "s.yaml:2:9: KG-L052: missing key `project` (for example project: P-011)",
            "s.yaml:3:10: KG-L052: missing key `by` (for example by: county)",
            "s.yaml:3:10: KG-L052: missing key `of` (for example of: project.total_investment)",
            "s.yaml:3:10: KG-L052: missing key `share` (for example share: 60%)",
            "s.yaml:4:13: KG-L052: missing key `maximise` (for example maximise: project.total_investment)",
            "s.yaml:5:10: KG-L052: missing key `amount` (for example amount: 320 mu)",
            "s.yaml:5:10: KG-L052: missing key `pool` (for example pool: land.quota)",
            "s.yaml:5:10: KG-L052: missing key `project` (for example project: P-011)",
        ],
    );
    bad(
        "supply: [{pool: posts, amount: 3, draw: {}}]\n",
        &["s.yaml:1:41: KG-L052: missing key `at_most` (for example at_most: 180 mu)"],
    );
}

#[test]
fn pools_must_be_known() {
    bad(
        "supply: [{pool: land.qouta, amount: 1}, {pool: water, amount: q, hold_back: q}]\n",
        &[
            "s.yaml:1:17: KG-L020: `land.qouta` is not a known pool (did you mean `land.quota`?)",
            "s.yaml:1:48: KG-L020: `water` is not a known pool (write the id of a pool of the rule pack, for example land.quota)",
        ],
    );
    bad_beside("carry: {carbn: 20%, [posts]: 1}\n", &["s.yaml:2:21: KG-Y008: a key must be plain text"]);
    bad_beside(
        "carry: {carbn: 20%, posts: 2, carbon: }\n",
        &[
            "s.yaml:2:9: KG-L020: `carbn` is not a known pool (did you mean `carbon`?)",
            "s.yaml:2:28: KG-L034: `2` is out of range (write 0% to 100%, for example carry: {land.quota: 20%})",
            "s.yaml:2:37: KG-L050: this is not of the shape asked for (for example carry: {land.quota: 20%})",
        ],
    );
    bad_beside(
        "transfers: [{pool: post, from: a, to: b, at_most: 1}]\ngrants: [{project: P-1, pool: [posts], amount: 1}]\n",
        &[
            "s.yaml:2:20: KG-L020: `post` is not a known pool (did you mean `posts`?)",
            "s.yaml:3:31: KG-L050: this is not of the shape asked for (for example pool: land.quota)",
        ],
    );
}

#[test]
fn amounts_are_read_by_their_pool() {
    bad(
        "supply: [{pool: land.quota, amount: 800 t}, {pool: carbon, amount: 3 t}, {pool: posts, amount: 3 mu}]\n",
        &[
            "s.yaml:1:37: KG-L031: `800 t` does not have a unit of area (write 380, 380 mu, 25.3333 ha)",
            "s.yaml:1:68: KG-L031: `3 t` does not have a unit of coal equivalent (write 5000, 5000 tce)",
            "s.yaml:1:96: KG-L031: `3 mu` does not have a unit of count (write 42)",
        ],
    );
    bad(
        "supply: [{pool: land.quota, amount: -1 mu}, {pool: posts, amount: 0.5}, {pool: land.quota, amount: []}]\n",
        &[
            "s.yaml:1:37: KG-L034: `-1 mu` is negative (write zero or more, for example amount: 800 mu)",
            "s.yaml:1:67: KG-L032: `0.5` is finer than the smallest amount that is kept (the nearest are 0 and 1)",
            "s.yaml:1:100: KG-L050: this is not of the shape asked for (for example amount: 800 mu)",
        ],
    );
    bad(
        "supply: [{pool: posts, amount: 9223372036854775808}, {pool: land.quota, amount: 99999999999999999999999999999999999999999}]\n",
        &[
            "s.yaml:1:32: KG-L033: `9223372036854775808` is too large (write 42)",
            "s.yaml:1:81: KG-L030: `9999999999999999999999999999999999999999...` cannot be read as area (write 380, 380 mu, 25.3333 ha)",
        ],
    );
    bad(
        "supply: [{pool: land.quota, amount: lots, hold_back: -2%, draw: {at_most: 3 kg}}]\n",
        &[
            "s.yaml:1:37: KG-L030: `lots` cannot be read as area (write 380, 380 mu, 25.3333 ha)",
            "s.yaml:1:54: KG-L034: `-2%` is out of range (write 0% to 100%, for example hold_back: 5%)",
            "s.yaml:1:75: KG-L031: `3 kg` does not have a unit of area (write 380, 380 mu, 25.3333 ha)",
        ],
    );
    bad(
        "supply: [{pool: land.quota, amount: 10, hold_back: 10.5}, {pool: land.quota, amount: 10, hold_back: 101%}]\n",
        &[
            "s.yaml:1:52: KG-L072: 10.5 mu are held back of 10 mu (hold back no more than there is, for example hold_back: 5%)",
            "s.yaml:1:101: KG-L034: `101%` is out of range (write 0% to 100%, for example hold_back: 5%)",
        ],
    );
    bad(
        "supply: [{pool: posts, county: 惠阳, amount: 3, draw: {at_most: 2}}]\n",
        &[
            "s.yaml:1:53: KG-L073: only a pool of no county takes a cap on what each county draws (leave out `county` or `draw`, for example {pool: land.quota, amount: 500 mu, draw: {at_most: 180 mu}})",
        ],
    );
    bad(
        "supply: [{pool: posts, amount: 3, draw: 2}]\n",
        &["s.yaml:1:41: KG-L050: this is not of the shape asked for (for example draw: {at_most: 180 mu})"],
    );
    bad_beside(
        "transfers: [{pool: posts, from: 惠城, to: 惠城, at_most: -1}]\n",
        &[
            "s.yaml:2:41: KG-L074: `惠城` transfers to itself (name two counties, for example from: 惠城, to: 博罗)",
            "s.yaml:2:54: KG-L034: `-1` is negative (write zero or more, for example at_most: 180 mu)",
        ],
    );
    bad_beside(
        "grants: [{project: P-1, pool: land.quota, amount: 1.2.3}]\n",
        &["s.yaml:2:51: KG-L030: `1.2.3` cannot be read as area (write 380, 380 mu, 25.3333 ha)"],
    );
}

#[test]
fn shares_lie_between_nothing_and_all() {
    bad_beside(
        "floors: [{by: county, of: invest, share: 60}]\n",
        &["s.yaml:2:42: KG-L034: `60` is out of range (write 0% to 100%, for example share: 60%)"],
    );
    bad_beside(
        "floors: [{by: county, of: invest, share: -1%}]\ncarry: {posts: 100.0001%}\n",
        &[
            "s.yaml:2:42: KG-L034: `-1%` is out of range (write 0% to 100%, for example share: 60%)",
            "s.yaml:3:16: KG-L034: `100.0001%` is out of range (write 0% to 100%, for example carry: {land.quota: 20%})",
        ],
    );
    bad_beside(
        "objective: [{maximise: count, keep: 33.33333%}]\n",
        &[
            "s.yaml:2:37: KG-L032: `33.33333%` is finer than the smallest amount that is kept (the nearest are 33.3333% and 33.3334%)",
        ],
    );
    bad_beside(
        "objective: [{maximise: count, keep: most}]\nstop: {gap: 3 mu, work: 1.5}\n",
        &[
            "s.yaml:2:37: KG-L030: `most` cannot be read as ratio (write 0.85, 85%)",
            "s.yaml:3:13: KG-L031: `3 mu` does not have a unit of ratio (write 0.85, 85%)",
            "s.yaml:3:25: KG-L032: `1.5` is finer than the smallest amount that is kept (the nearest are 1 and 2)",
        ],
    );
    bad_beside(
        "stop: {gap: [1], work: -1}\n",
        &[
            "s.yaml:2:13: KG-L050: this is not of the shape asked for (for example gap: 0.1%)",
            "s.yaml:2:24: KG-L034: `-1` is negative (write zero or more, for example work: 2000000)",
        ],
    );
    bad_beside(
        "stop: {work: 5 minutes}\n",
        &["s.yaml:2:14: KG-L031: `5 minutes` does not have a unit of count (write 42)"],
    );
    bad_beside(
        "stop: {work: '99999999999999999999'}\n",
        &["s.yaml:2:14: KG-L033: `99999999999999999999` is too large (write 42)"],
    );
}

#[test]
fn horizons_are_days_or_workdays() {
    for text in ["120", "6 months", "soon", "-3 days", "100001 days", "1.5 days", "99999999999 days"] {
        let faults = lines_of(&faults(&format!("{SUPPLY}horizon: {text}\n")));
        assert_eq!(
            faults,
            [format!(
                "s.yaml:2:10: KG-L071: `{text}` is not a number of days or workdays (write days or workdays, \
                 at most 100000, for example horizon: 120 workdays)"
            )]
        );
    }
    let horizon = |text: &str| good(&format!("{SUPPLY}horizon: {text}\n")).horizon.unwrap();
    assert_eq!(horizon("90 days"), Horizon { days: 90, working: false });
    assert_eq!(horizon("20个工作日"), Horizon { days: 20, working: true });
    assert_eq!(horizon("100000 days").days, 100_000);
}

#[test]
fn a_plan_needs_what_it_goes_by() {
    bad_beside("plan: greedey\n", &["s.yaml:2:7: KG-L070: there is no plan called `greedey` (did you mean `greedy`?)"]);
    bad_beside(
        "plan: magic\n",
        &[
            "s.yaml:2:7: KG-L070: there is no plan called `magic` (write grants, order, pro-rata, greedy, optimal, for example plan: optimal)",
        ],
    );
    bad_beside(
        "plan: grants\norder: [P-1]\n",
        &[
            "s.yaml:2:7: KG-L076: `plan: grants` needs `grants` to say who gets what (for example grants: [{project: P-003, pool: land.quota, amount: 320 mu}])",
        ],
    );
    bad_beside(
        "plan: order\norder: ~\n",
        &[
            "s.yaml:2:7: KG-L076: `plan: order` needs `order` or `by` to say who comes first (for example order: [P-003, P-007] or by: project.total_investment)",
        ],
    );
    bad_beside(
        "plan: order\norder: [P-1]\nby: invest\n",
        &[
            "s.yaml:2:7: KG-L076: `order` and `by` both say who comes first (keep one of them, for example order: [P-003, P-007])",
        ],
    );
}

#[test]
fn no_project_is_listed_twice() {
    bad_beside(
        "order: [P-1, P-2, P-1, ' P-1 ']\n",
        &[
            "s.yaml:2:19: KG-L075: project `P-1` is listed twice, first at s.yaml:2:9 (list every project once, for example order: [P-003, P-007])",
            "s.yaml:2:24: KG-L075: project `P-1` is listed twice, first at s.yaml:2:9 (list every project once, for example order: [P-003, P-007])",
        ],
    );
    bad_beside(
        "locks:\n- {project: P-1, in: true}\n- {project: P-1, in: false}\n- {project: P-2, in: maybe}\n",
        &[
            "s.yaml:4:13: KG-L075: project `P-1` is listed twice, first at s.yaml:3:13 (list every project once, for example locks: [{project: P-011, in: true}])",
            "s.yaml:5:22: KG-L036: `maybe` is not yes or no (write true or false, for example in: true)",
        ],
    );
    let twice = &faults(&format!("{SUPPLY}order: [P-1, P-1]"))[0];
    assert_eq!(twice.labels[1].place.short(), "s.yaml:2:9");
}

#[test]
fn all_faults_are_listed_in_order_of_place() {
    bad(
        "stop: {gap: 2, work: x}\nplan: magic\nhorizon: 3 weeks\nsupply: [{pool: posts, amount: x}, {pool: pots}]\norder: [P-1, [], P-1]\n",
        &[
            "s.yaml:1:13: KG-L034: `2` is out of range (write 0% to 100%, for example gap: 0.1%)",
            "s.yaml:1:22: KG-L030: `x` cannot be read as count (write 42)",
            "s.yaml:2:7: KG-L070: there is no plan called `magic` (write grants, order, pro-rata, greedy, optimal, for example plan: optimal)",
            "s.yaml:3:10: KG-L071: `3 weeks` is not a number of days or workdays (write days or workdays, at most 100000, for example horizon: 120 workdays)",
            "s.yaml:4:32: KG-L030: `x` cannot be read as count (write 42)",
            "s.yaml:4:36: KG-L052: missing key `amount` (for example amount: 800 mu)",
            "s.yaml:4:43: KG-L020: `pots` is not a known pool (did you mean `posts`?)",
            "s.yaml:5:14: KG-L050: this is not of the shape asked for (for example order: [P-003, P-007])",
            "s.yaml:5:18: KG-L075: project `P-1` is listed twice, first at s.yaml:5:9 (list every project once, for example order: [P-003, P-007])",
        ],
    );
    let many = format!("{SUPPLY}order: [{}]\n", "P-1, ".repeat(3_000));
    let faults = faults_of_many(&many);
    assert_eq!((faults.len(), faults.last().map(|fault| fault.code.0)), (1_001, Some("KG-L043")));
}

/// Faults past the limit are counted by one that has no place.
fn faults_of_many(text: &str) -> Vec<Diagnostic> {
    read_scenario(&pools(), &input("s.yaml", text)).expect_err("a project is listed many times")
}

#[test]
fn mutilated_scenarios_do_no_harm() {
    let schema = pools();
    let read = |bytes: Vec<u8>| match read_scenario(&schema, &Input { name: "s.yaml".into(), bytes }) {
        Ok(_) => {}
        Err(faults) => assert!(faults.iter().any(|fault| fault.severity == kaigong_model::Severity::Error)),
    };
    let pieces = ["", "-", "99999999999999999999", "%", "100%", "{", "]", ": ", "~", "mu", "\n", "\u{7}", "亩", "0"];
    for at in 0..WHOLE.len() {
        read(WHOLE.as_bytes()[..at].to_vec());
        if let (Some(before), Some(after)) = (WHOLE.get(..at), WHOLE.get(at + 1..)) {
            read([before, pieces[at % pieces.len()], after].concat().into_bytes());
        }
    }
    read(vec![0xff; 100]);
    read(b"supply: [\0]".to_vec());
}
