//! What a project is: trade, county, size, land, surroundings.

use kaigong_model::Date;

use crate::draw::Draw;

/// Facts of a project, by id; what is not among them is blank.
#[derive(Debug, Default)]
pub(crate) struct Facts(Vec<(&'static str, String)>);

impl Facts {
    fn put(&mut self, fact: &'static str, value: impl std::fmt::Display) {
        self.0.push((fact, value.to_string()));
    }

    fn yes(&mut self, fact: &'static str, value: bool) {
        self.put(fact, if value { "是" } else { "否" });
    }

    fn forget(&mut self, fact: &str) {
        self.0.retain(|(known, _)| *known != fact);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(fact, value)| (*fact, value.as_str()))
    }
}

/// How many of the columns an office always fills in: name, place, kind, money, dates.
const ALWAYS_FILLED: usize = 12;

/// Every fact a site may have, in the order of the columns.
pub(crate) const FACTS: [&str; 77] = [
    "project.name",
    "project.owner",
    "project.service_officer",
    "project.county",
    "project.key_level",
    "project.sector",
    "project.class",
    "build.engineering_type",
    "project.signed_date",
    "project.total_investment",
    "project.annual_plan",
    "project.planned_start",
    "project.actual_start",
    "project.approval_mode",
    "project.gov_funding",
    "project.budget_fund",
    "project.soe_controlling",
    "project.in_catalog",
    "project.site_mode",
    "project.road_class",
    "plan.is_linear",
    "plan.in_urban_area",
    "plan.in_village_area",
    "plan.in_udb",
    "plan.scale_gap",
    "land.supply_mode",
    "land.total",
    "land.agri",
    "land.farmland",
    "land.paddy",
    "land.grain_capacity",
    "land.pbf",
    "land.forest",
    "land.forest_grade",
    "land.unused",
    "land.existing_built",
    "land.collective",
    "land.disturbed",
    "land.house_households",
    "quota.source",
    "quota.linkage_open",
    "quota.stock_area",
    "renewal.db_no",
    "renewal.history_area",
    "balance.topsoil_plan",
    "quota.assigned",
    "balance.quantity",
    "balance.paddy",
    "balance.capacity",
    "req.handed_over",
    "energy.total",
    "env.eia_class",
    "build.floor_area",
    "build.earthwork",
    "build.urban_civil",
    "build.special_fire",
    "build.large_capital",
    "build.construction_waste",
    "contract.price",
    "contract.must_supervise",
    "start.report_required",
    "start.permit_exempt",
    "start.sector_procedure",
    "water.abstracts",
    "zone.eco_redline",
    "zone.river",
    "zone.soil_erosion",
    "zone.geohazard",
    "zone.heritage",
    "zone.railway",
    "zone.waterway",
    "zone.road",
    "zone.pipeline",
    "zone.power_line",
    "zone.airport",
    "zone.military",
    "safety.hazchem",
];

/// A trade and how its projects look.
struct Trade {
    class: &'static str,
    sector: &'static str,
    works: &'static str,
    nouns: &'static [&'static str],
    /// Smallest investment, 10,000 yuan, and the weights of its doublings.
    least: i64,
    sizes: &'static [(i64, i64)],
    /// Investment per mu, 10,000 yuan.
    density: (i64, i64),
    linear: bool,
    public: bool,
    supply: &'static [(&'static str, i64)],
    /// Energy, tonnes of standard coal a year, and the weights of its doublings.
    energy: (i64, &'static [(i64, i64)]),
    eia: &'static [(&'static str, i64)],
}

const TRADES: [(Trade, i64); 8] = [
    (
        Trade {
            class: "产业",
            sector: "产业工程",
            works: "房建",
            nouns: &[
                "新材料",
                "电池",
                "显示模组",
                "半导体封装",
                "智能装备",
                "精细化工",
                "医疗器械",
                "食品加工",
                "数据中心",
                "汽车零部件",
            ],
            least: 3_000,
            sizes: &[(0, 14), (1, 22), (2, 23), (3, 18), (4, 12), (5, 6), (6, 4)],
            density: (280, 620),
            linear: false,
            public: false,
            supply: &[("挂牌", 92), ("协议", 5), ("租赁", 3)],
            energy: (60, &[(0, 12), (1, 16), (2, 18), (3, 18), (4, 14), (5, 10), (6, 6), (7, 4), (8, 2)]),
            eia: &[("报告书", 24), ("报告表", 60), ("登记表", 16)],
        },
        560,
    ),
    (
        Trade {
            class: "房地产",
            sector: "产业工程",
            works: "房建",
            nouns: &["花园", "商业综合体", "人才公寓"],
            least: 20_000,
            sizes: &[(0, 20), (1, 30), (2, 30), (3, 20)],
            density: (900, 2_400),
            linear: false,
            public: false,
            supply: &[("挂牌", 100)],
            energy: (200, &[(0, 50), (1, 40), (2, 10)]),
            eia: &[("报告表", 30), ("登记表", 70)],
        },
        50,
    ),
    (
        Trade {
            class: "市政",
            sector: "基础设施工程",
            works: "市政",
            nouns: &["市政道路", "污水处理厂", "管网改造", "片区路网"],
            least: 2_000,
            sizes: &[(0, 18), (1, 24), (2, 24), (3, 18), (4, 11), (5, 5)],
            density: (420, 1_500),
            linear: true,
            public: true,
            supply: &[("划拨", 100)],
            energy: (30, &[(0, 50), (1, 30), (2, 20)]),
            eia: &[("报告书", 10), ("报告表", 60), ("登记表", 30)],
        },
        130,
    ),
    (
        Trade {
            class: "交通",
            sector: "基础设施工程",
            works: "公路",
            nouns: &["高速公路", "国道改线", "连接线", "快速路"],
            least: 12_000,
            sizes: &[(0, 18), (1, 24), (2, 24), (3, 17), (4, 11), (5, 4), (6, 2)],
            density: (700, 1_800),
            linear: true,
            public: true,
            supply: &[("划拨", 100)],
            energy: (80, &[(0, 40), (1, 40), (2, 20)]),
            eia: &[("报告书", 35), ("报告表", 65)],
        },
        70,
    ),
    (
        Trade {
            class: "水利",
            sector: "基础设施工程",
            works: "水利",
            nouns: &["堤防加固", "水库除险", "引水工程", "河道整治"],
            least: 2_000,
            sizes: &[(0, 25), (1, 30), (2, 25), (3, 15), (4, 5)],
            density: (250, 900),
            linear: true,
            public: true,
            supply: &[("划拨", 100)],
            energy: (20, &[(0, 60), (1, 40)]),
            eia: &[("报告书", 25), ("报告表", 75)],
        },
        45,
    ),
    (
        Trade {
            class: "能源",
            sector: "基础设施工程",
            works: "电力",
            nouns: &["输变电", "光伏电站", "天然气调压站", "储能电站"],
            least: 4_000,
            sizes: &[(0, 25), (1, 30), (2, 25), (3, 14), (4, 6)],
            density: (350, 1_500),
            linear: false,
            public: false,
            supply: &[("划拨", 60), ("挂牌", 40)],
            energy: (40, &[(0, 40), (1, 30), (2, 20), (3, 10)]),
            eia: &[("报告书", 15), ("报告表", 70), ("登记表", 15)],
        },
        55,
    ),
    (
        Trade {
            class: "公共服务",
            sector: "民生保障工程",
            works: "房建",
            nouns: &["中学", "小学", "医院", "职业学院", "文体中心", "养老院"],
            least: 2_000,
            sizes: &[(0, 16), (1, 26), (2, 26), (3, 20), (4, 12)],
            density: (600, 2_000),
            linear: false,
            public: true,
            supply: &[("划拨", 100)],
            energy: (40, &[(0, 40), (1, 35), (2, 20), (3, 5)]),
            eia: &[("报告表", 30), ("登记表", 70)],
        },
        75,
    ),
    (
        Trade {
            class: "保障性安居",
            sector: "民生保障工程",
            works: "房建",
            nouns: &["安置房", "棚户区改造"],
            least: 8_000,
            sizes: &[(0, 30), (1, 40), (2, 30)],
            density: (900, 2_000),
            linear: false,
            public: true,
            supply: &[("划拨", 100)],
            energy: (60, &[(0, 60), (1, 40)]),
            eia: &[("报告表", 25), ("登记表", 75)],
        },
        15,
    ),
];

/// A county of the made-up city.
pub(crate) struct County {
    pub(crate) name: &'static str,
    /// Projects in a thousand.
    weight: i64,
    /// How much more or less often steps get stuck there, in hundredths.
    pub(crate) trouble: i64,
}

const fn county(name: &'static str, weight: i64, trouble: i64) -> County {
    County { name, weight, trouble }
}

pub(crate) static COUNTIES: [County; 7] = [
    county("惠城区", 190, 90),
    county("惠阳区", 190, 110),
    county("惠东县", 130, 130),
    county("博罗县", 170, 100),
    county("龙门县", 60, 160),
    county("大亚湾区", 120, 70),
    county("仲恺高新区", 140, 80),
];

const BRANDS: [&str; 20] = [
    "华恒", "粤盛", "东源", "海立", "惠泰", "中岭", "新港", "长禾", "金桥", "明远", "天澜", "嘉木", "启辰", "安润",
    "宏图", "联创", "正扬", "德邻", "晨光", "西湖",
];

/// Where the land comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// Land to be converted.
    New,
    /// Land approved before and not used.
    Stock,
    /// Built land renewed.
    Renewal,
    /// Land converted with linkage indicators.
    Linkage,
}

/// A site.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) facts: Facts,
    pub(crate) signed: Date,
    pub(crate) county: usize,
    pub(crate) planned_start: Date,
}

/// A quantity of tenths.
fn tenths(value: i64) -> String {
    if value % 10 == 0 { (value / 10).to_string() } else { format!("{}.{}", value / 10, value % 10) }
}

/// Draws one project, signed between 2017 and `as_of`.
pub(crate) fn site(seed: u64, index: u32, as_of: Date) -> Site {
    let mut draw = Draw::new(seed, index, 1);
    let d = &mut draw;
    let trade = d.pick(&TRADES);
    let county = d.place(COUNTIES.iter().map(|county| county.weight));
    let mut facts = Facts::default();
    let investment = d.doubling(trade.least, trade.sizes);
    // Signed on any day since 2017, the later years somewhat more.
    let first = Date::new(2017, 1, 3).unwrap_or(as_of);
    let span = i64::from(as_of.0 - first.0 - 20).max(1);
    let signed = Date(first.0 + d.below(span).max(d.below(span)) as i32);
    let planned_start = Date(signed.0 + d.between(240, 760) as i32);
    name(&mut facts, d, index, trade, county);
    facts.put("project.signed_date", signed);
    facts.put("project.total_investment", investment);
    facts.put("project.planned_start", planned_start);
    if planned_start.0 + 1_000 > as_of.0 {
        facts.put("project.annual_plan", investment * d.between(4, 36) / 100);
    }
    approval(&mut facts, d, trade, investment);
    let total = land(&mut facts, d, trade, investment);
    works(&mut facts, d, trade, investment, total);
    surroundings(&mut facts, d, trade);
    leave_blanks(&mut facts, d, as_of, signed);
    Site { facts, signed, county, planned_start }
}

fn name(facts: &mut Facts, d: &mut Draw, index: u32, trade: &Trade, county: usize) {
    let place = COUNTIES[county].name.trim_end_matches(['区', '县']);
    let (brand, noun) = (*d.any(&BRANDS), *d.any(trade.nouns));
    let phase = d.pick(&[("", 70), ("一期", 15), ("二期", 15)]);
    facts.put("project.name", format!("{place}{brand}{noun}{phase}"));
    let owner = if trade.public {
        format!("{}{}项目中心", COUNTIES[county].name, trade.class)
    } else {
        format!("{brand}{noun}公司")
    };
    facts.put("project.owner", owner);
    facts.put("project.service_officer", format!("服务官{:04}", index % 1_300 + 1));
    facts.put("project.county", COUNTIES[county].name);
    let level = d.pick(&[("国家重点", 4), ("省重点", 66), ("市重点", 310), ("县区重点", 400), ("一般", 220)]);
    facts.put("project.key_level", level);
    facts.put("project.sector", trade.sector);
    facts.put("project.class", trade.class);
    facts.put("build.engineering_type", trade.works);
}

fn approval(facts: &mut Facts, d: &mut Draw, trade: &Trade, investment: i64) {
    let mode = match (trade.public, trade.class) {
        (true, _) => "审批",
        (_, "能源") => d.pick(&[("核准", 55), ("备案", 45)]),
        _ => d.pick(&[("备案", 96), ("核准", 4)]),
    };
    facts.put("project.approval_mode", mode);
    facts.put("project.gov_funding", if trade.public { "直接投资" } else { "无" });
    facts.put("project.budget_fund", if trade.public { investment * d.between(3, 10) / 10 } else { 0 });
    facts.yes("project.soe_controlling", trade.public || d.chance(120));
    facts.yes("project.in_catalog", mode == "核准");
}

/// Areas, drawn in tenths of a mu; the total.
fn land(facts: &mut Facts, d: &mut Draw, trade: &Trade, investment: i64) -> i64 {
    let density = d.between(trade.density.0, trade.density.1);
    let total = (investment * 10 / density).clamp(60, 60_000);
    let single = trade.class != "市政" && (trade.linear || trade.class == "能源");
    let source = match d.below(1000) {
        0..=149 if !single => Source::Stock,
        150..=209 if !single => Source::Renewal,
        210..=259 if !single => Source::Linkage,
        _ => Source::New,
    };
    let converted = source != Source::Stock;
    let agri = if converted { total * d.between(55, 97) / 100 } else { 0 };
    let farmland = if agri > 0 && d.chance(700) { agri * d.between(2, 55) / 100 } else { 0 };
    let paddy = if d.chance(550) { farmland * d.between(5, 75) / 100 } else { 0 };
    let forest = if d.chance(400) { (agri - farmland) * d.between(5, 80) / 100 } else { 0 };
    let basic = d.chance(if trade.linear { 90 } else { 12 });
    let pbf = if basic { farmland * d.between(4, 30) / 100 } else { 0 };
    let unused = if converted && d.chance(300) { (total - agri) * d.between(5, 60) / 100 } else { 0 };
    facts.put("project.site_mode", if single { "单独选址" } else { "批次用地" });
    if trade.works == "公路" {
        facts.put("project.road_class", d.pick(&[("省级高速", 20), ("国道", 25), ("省道", 30), ("县道及以下", 25)]));
    }
    facts.yes("plan.is_linear", trade.linear);
    facts.yes("plan.in_urban_area", !single && d.chance(900));
    facts.yes("plan.in_village_area", false);
    let inside =
        if single { total * d.between(10, 70) / 100 } else { total * d.pick(&[(100, 86), (85, 8), (60, 6)]) / 100 };
    facts.put("plan.in_udb", tenths(inside));
    let gap = if !single && inside < total && d.chance(600) { total - inside } else { 0 };
    facts.put("plan.scale_gap", tenths(gap));
    facts.put("land.supply_mode", d.pick(trade.supply));
    facts.put("land.total", tenths(total));
    for (fact, area) in [
        ("land.agri", agri),
        ("land.farmland", farmland),
        ("land.paddy", paddy),
        ("land.pbf", pbf),
        ("land.forest", forest),
        ("land.unused", unused),
        ("land.existing_built", total - agri - unused),
        ("land.collective", if converted { total * d.between(70, 100) / 100 } else { 0 }),
        ("land.disturbed", total),
    ] {
        facts.put(fact, tenths(area));
    }
    facts.put("land.grain_capacity", farmland * d.between(380, 520) / 10);
    if forest > 0 {
        facts.put("land.forest_grade", d.pick(&[("Ⅱ级", 6), ("Ⅲ级", 44), ("Ⅳ级", 50)]));
    }
    facts.put("land.house_households", if converted && d.chance(280) { d.between(1, 160) } else { 0 });
    facts.put(
        "quota.source",
        match source {
            Source::Stock => "不占指标",
            Source::Linkage => "增减挂钩",
            _ => d.pick(&[("市统筹", 35), ("县区", 50), ("省级解决", 15)]),
        },
    );
    facts.yes("quota.linkage_open", source == Source::Linkage);
    facts.put("quota.stock_area", tenths(if source == Source::Stock { total } else { 0 }));
    if source == Source::Renewal {
        facts.put("renewal.db_no", format!("SJ{:06}", d.between(1, 999_999)));
    }
    facts.put("renewal.history_area", tenths(if source == Source::Renewal { agri + unused } else { 0 }));
    total
}

fn works(facts: &mut Facts, d: &mut Draw, trade: &Trade, investment: i64, total: i64) {
    facts.put("energy.total", d.doubling(trade.energy.0, trade.energy.1));
    facts.put("env.eia_class", d.pick(trade.eia));
    let floors = if trade.works == "房建" { total * 667 / 10 * d.between(8, 22) / 10 } else { 0 };
    facts.put("build.floor_area", floors);
    facts.put("build.earthwork", total * d.between(20, 900));
    facts.yes("build.urban_civil", trade.works == "房建" && trade.class != "产业" && d.chance(850));
    facts.yes("build.special_fire", trade.works == "房建" && d.chance(180));
    facts.yes("build.large_capital", investment >= 100_000 && d.chance(400));
    facts.yes("build.construction_waste", d.chance(850));
    facts.put("contract.price", investment * d.between(45, 78) / 100);
    facts.yes("contract.must_supervise", investment >= 3_000);
    facts.yes("start.report_required", false);
    facts.yes("start.permit_exempt", false);
    facts.yes("safety.hazchem", trade.class == "产业" && d.chance(40));
}

fn surroundings(facts: &mut Facts, d: &mut Draw, trade: &Trade) {
    // Per mille of a plot, and of a line.
    for (fact, plot, line) in [
        ("water.abstracts", 25, 30),
        ("zone.eco_redline", 6, 40),
        ("zone.river", 70, 420),
        ("zone.soil_erosion", 260, 420),
        ("zone.geohazard", 70, 200),
        ("zone.railway", 12, 120),
        ("zone.waterway", 4, 110),
        ("zone.road", 30, 300),
        ("zone.pipeline", 20, 120),
        ("zone.power_line", 40, 200),
        ("zone.airport", 12, 10),
        ("zone.military", 8, 15),
    ] {
        facts.yes(fact, d.chance(if trade.linear { line } else { plot }));
    }
    if d.chance(25) {
        facts.put("zone.heritage", d.pick(&[("可能埋藏区", 60), ("建设控制地带", 40)]));
    }
}

/// What the office has not entered: little of most projects, nearly all of some signed lately.
fn leave_blanks(facts: &mut Facts, d: &mut Draw, as_of: Date, signed: Date) {
    let sparse = as_of.0 - signed.0 < 400 && d.chance(170);
    for fact in FACTS.iter().skip(ALWAYS_FILLED) {
        let kept = matches!(*fact, "project.approval_mode" | "plan.is_linear");
        if sparse && !kept && d.chance(700) || !kept && d.chance(12) {
            facts.forget(fact);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites() -> Vec<Site> {
        let as_of = Date::new(2026, 11, 20).unwrap();
        (0..4_000).map(|index| site(11, index, as_of)).collect()
    }

    fn amount(site: &Site, fact: &str) -> Option<i64> {
        let text = site.facts.iter().find(|(known, _)| *known == fact)?.1;
        let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
        Some(whole.parse::<i64>().unwrap() * 10 + tenth.parse::<i64>().unwrap())
    }

    #[test]
    fn counties_have_their_share() {
        let sites = sites();
        for (at, county) in COUNTIES.iter().enumerate() {
            let count = sites.iter().filter(|site| site.county == at).count() as i64;
            assert!((count - county.weight * 4).abs() < 90, "{}: {count} of 4000", county.name);
        }
    }

    #[test]
    fn the_parts_of_a_site_are_no_more_than_the_whole() {
        for site in sites() {
            let [total, agri, farmland, paddy, forest] =
                ["land.total", "land.agri", "land.farmland", "land.paddy", "land.forest"]
                    .map(|fact| amount(&site, fact));
            for (part, whole) in [(agri, total), (farmland, agri), (paddy, farmland), (forest, agri)] {
                assert!(part.zip(whole).is_none_or(|(part, whole)| 0 <= part && part <= whole), "{:?}", site.facts);
            }
        }
    }
}
