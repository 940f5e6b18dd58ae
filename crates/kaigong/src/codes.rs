//! What the codes of diagnostics mean, for `kaigong explain`. Y: YAML, R: rules, L: ledgers, D: data met
//! while evaluating, C: the command line, H: the store.

use kaigong_model::Words;

/// Code, Chinese, English.
const CODES: &[(&str, &str, &str)] = &[
    (
        "KG-C001",
        "文件写不出去：路径、权限或磁盘空间有问题。什么都没有写。",
        "A file cannot be written: look at the path, the permissions and the free space. Nothing was written.",
    ),
    ("KG-C002", "规则包里没有这个目标。用 kaigong rules check 看有哪些目标。", "The pack has no such goal."),
    (
        "KG-C003",
        "台账里没有这个项目编号。编号须与台账里写的完全一样。",
        "The ledger has no project of that id. Ids must be written as the ledger has them.",
    ),
    (
        "KG-C004",
        "要写的文件夹已经存在，没有改动。换个名字再试。",
        "The folder to be written is already there and was left alone. Try another name.",
    ),
    (
        "KG-C005",
        "--fail-on 只接受结论（ready、blocked、undetermined、started）和规则包里的灯；audit 接受 violation、warning、notice。",
        "--fail-on takes verdicts (ready, blocked, undetermined, started) and the lights of the pack; of `audit` it takes violation, warning and notice.",
    ),
    ("KG-C006", "图只能写成 .svg 或 .dot。", "Pictures are written as .svg or .dot."),
    ("KG-C007", "要对比的计时结果读不了。", "The timing to hold against cannot be read."),
    ("KG-C020", "台账没有这个年度的指标池。", "The ledger has no pools of that period."),
    ("KG-C021", "一起比较的试算方案须为同一目标。", "Scenarios that are compared must have one goal."),
    ("KG-C022", "台账里没有这个县（区）。", "The ledger has no such county."),
    (
        "KG-C023",
        "这个项目不申请这些指标，不能锁定或配给。",
        "The project asks nothing of these pools, so it cannot be locked in or given any.",
    ),
    ("KG-C024", "这个式子不是可以相加的数量。", "The expression is no amount that can be summed."),
    ("KG-C025", "保底所按的事实不存在。", "A floor goes by a fact that does not exist."),
    (
        "KG-C028",
        "结转比例写了两次，方案和 pools.csv 所写不同。",
        "The share that is carried over is given twice: the scenario and pools.csv differ.",
    ),
    (
        "KG-C029",
        "规则包没有让项目支取这一级的指标（pools 的 scope、then）。",
        "The rules let no project draw on a pool of this level (`scope` and `then` of the pool).",
    ),
    (
        "KG-C027",
        "已配的指标超出指标池，请核对指标台账。",
        "More was granted than the pools hold; look into the ledger of grants.",
    ),
    (
        "KG-C050",
        "报告的文件名须以 .html、.xlsx 或 .docx 结尾。",
        "The name of a report's file must end in .html, .xlsx or .docx.",
    ),
    ("KG-C052", "填报表的文件名须以 .xlsx 结尾。", "The name of a template's file must end in .xlsx."),
    (
        "KG-C051",
        "一页简报的文件名须以 .html、.docx 或 .md 结尾。",
        "The name of a brief's file must end in .html, .docx or .md.",
    ),
    ("KG-C026", "没有这个试算方案。", "There is no such scenario."),
    (
        "KG-C030",
        "上期台账写明的规则包与本期不同；比较时两期按同一个规则包核查，用 --rules 可另指定。",
        "The earlier ledger names another rule pack than the later one. Both are checked by one pack; --rules names another.",
    ),
    ("KG-C040", "文件不是 --receipt 写出的运行凭据。", "The file is no receipt as --receipt writes it."),
    (
        "KG-C041",
        "运行凭据写出之后被改动过，封签与内容不符，不能作数。",
        "The receipt has been altered since it was written: its seal does not fit what it says.",
    ),
    ("KG-C042", "没有读台账的命令没有可重算的结果。", "A command that reads no ledger has nothing to be done again."),
    (
        "KG-C043",
        "凭据所载的命令不认识，或会写文件，或读的是标准输入；这些不能重算。",
        "The command of the receipt is not known, writes files, or read standard input; such runs are not done again.",
    ),
    (
        "KG-C060",
        "起止日期前后颠倒，或晚于核查基准日。止日不写即为核查基准日（--as-of，默认今天）。",
        "The days do not follow one another, or reach past the as-of date. Without --to they end on it.",
    ),
    (
        "KG-C061",
        "台账库（kaigong history）是编译时可选的功能，这个程序没有编入。",
        "The store (`kaigong history`) is built in on demand, and this program was built without it.",
    ),
    (
        "KG-C045",
        "标注过的副本要写成另一个 .xlsx 文件，不能写回台账自己。",
        "The marked copy is another .xlsx file, never the ledger itself.",
    ),
    (
        "KG-D001",
        "某个项目的数算不出来（除数为零或数值过大），该条件按不明处理，其余照常。",
        "For some project an amount cannot be computed (division by zero, or too large). The condition is unknown; all else goes on.",
    ),
    (
        "KG-H001",
        "文件不是台账库，或是更新版本的；没有改动。",
        "The file is no store, or one of a later version; it was left alone.",
    ),
    (
        "KG-H002",
        "另一个程序正在写同一个台账库；同一时间只有一个能写，等它写完再试。",
        "Another program is writing to the store; one at a time may. Try again once it has finished.",
    ),
    ("KG-H003", "台账须按日期先后导入。", "Ledgers are imported in order of their days."),
    ("KG-H004", "台账库读写出错，见所附的原因。", "The store could not be read or written, for the reason given."),
    ("KG-H005", "没有这个台账库；history import 会新建。", "There is no such store; `history import` makes one."),
    (
        "KG-H006",
        "同一格两个来源不一致，不知记哪一个，没有记入台账库。",
        "Two sources differ on a cell; which one holds is not known, so neither was kept.",
    ),
    ("KG-H008", "规则包里没有的事实没有写出。", "Facts that the pack does not have were left out."),
    (
        "KG-H009",
        "连不上 PostgreSQL：服务没有开，或地址、用户、密码、库名不对。连接不加密，只用于本机或可信的网络。",
        "PostgreSQL cannot be reached: it does not run, or address, user, password or name are wrong. The connection is not encrypted, for this machine or a trusted network only.",
    ),
    (
        "KG-H010",
        "此版本没有编入 PostgreSQL（编译特性 postgres）；台账库可用文件。",
        "This build was made without PostgreSQL (feature `postgres`); a store may be a file.",
    ),
    (
        "KG-L001",
        "台账不是 UTF-8，按猜到的编码读入。内容若有乱码，请另存为「CSV UTF-8」。",
        "The ledger is not UTF-8 and was read in the encoding guessed. If words look wrong, save it as CSV UTF-8.",
    ),
    ("KG-L002", "文件里有读不出的字节。", "The file holds bytes that are no text."),
    ("KG-L003", "文件里有空字节，不是文本文件。", "The file holds a NUL byte and is no text file."),
    (
        "KG-L004",
        "超过上限：文件大小、列数或单元格长度。提示里写明是哪一个。",
        "Past a limit: bytes of a file, columns of a ledger or bytes of a cell. The message names it.",
    ),
    ("KG-L005", "文件是空的。", "The file is empty."),
    ("KG-L006", "分隔符不是逗号，按猜到的读入。", "The delimiter is not a comma; the one guessed was used."),
    ("KG-L007", "这里要文本，给的是工作簿或压缩文件。", "Text is wanted here; this is a workbook or archive."),
    (
        "KG-L008",
        "引号没有闭合。一个双引号之后，直到下一个双引号都算同一个单元格。",
        "A quote never closes. From one double quote to the next everything is one cell.",
    ),
    ("KG-L009", "这一行的单元格比表头多。", "The row has more cells than the header."),
    (
        "KG-L010",
        "不认识的列，没有用到。列名可写事实的 id 或规则包里列出的中文列名（kaigong facts）。",
        "An unknown column; it was not used. A header is a fact id or one of its column names (kaigong facts).",
    ),
    ("KG-L011", "两列说的是同一个事实。", "Two columns hold the same fact."),
    (
        "KG-L012",
        "表头里的单位不认识，或与这个事实不符。",
        "The unit in the header is unknown, or measures something else.",
    ),
    (
        "KG-L013",
        "没有项目编号列。写 id、项目代码或项目编号。",
        "There is no column of project ids. Name it id, 项目代码 or 项目编号.",
    ),
    ("KG-L014", "项目编号空白。", "A project id is blank."),
    ("KG-L015", "同一文件里项目编号重复。", "A project id stands twice in one file."),
    ("KG-L016", "长表缺少必需的列。", "A long table lacks a column it needs."),
    ("KG-L017", "长表里必填的单元格空白。", "A cell that a long table needs is blank."),
    ("KG-L018", "引用了台账里没有的项目。", "A project is named that the ledger does not have."),
    ("KG-L019", "没有这个事实或批文。", "There is no such fact or document."),
    ("KG-L020", "没有这个指标池。", "There is no such pool."),
    ("KG-L021", "documents.csv 的一行没有给出日期、文号或面积。", "A row of documents.csv gives no part."),
    (
        "KG-L022",
        "这份批文有几次签发，不能只改其中一部分而不说是哪一次。",
        "The document has several issues; a change of one part does not say of which.",
    ),
    ("KG-L023", "费用表的一行既没有费用也没有天数。", "A row of a table of costs gives neither money nor days."),
    (
        "KG-L024",
        "费用表写的前置要件，规则包里没有。",
        "A table of costs names a requirement that the rules do not have.",
    ),
    (
        "KG-L025",
        "费用表写的名称是几个要件共有的，请写编号。",
        "A table of costs names what several requirements are called; write the id.",
    ),
    ("KG-L026", "同一要件（同一县区）的费用写了两次。", "The cost of a step (in a county) is given twice."),
    ("KG-L027", "费用表写的县区没有项目。", "A table of costs names a county that no project is in."),
    ("KG-L030", "读不成数量。", "Cannot be read as an amount."),
    ("KG-L031", "缺少单位，或单位不对。", "The unit is missing or wrong."),
    (
        "KG-L032",
        "比能记的最小单位还细；提示里写了最近的两个数。",
        "Finer than the smallest amount kept; the message gives the two nearest.",
    ),
    ("KG-L033", "数太大。", "Too large to keep."),
    (
        "KG-L034",
        "超出这个事实的合理范围。先看单位：亩、公顷、平方米，元、万元、亿元。",
        "Out of the fact's range. Look at the unit first.",
    ),
    ("KG-L035", "不是日历上的日期。写成 2026-11-20。", "Not a day of the calendar. Write it as 2026-11-20."),
    ("KG-L036", "读不成是或否。", "Not a yes or a no."),
    ("KG-L037", "不是这个事实的选项之一。", "Not one of the fact's values."),
    ("KG-L038", "含有控制字符。", "Holds a control character."),
    (
        "KG-L040",
        "两处写法不同，按有矛盾处理，读作不明。",
        "Two places give different values; the fact is conflicting and reads as unknown.",
    ),
    ("KG-L041", "表里没有一行数据。", "The table has no rows."),
    ("KG-L042", "有错误的行已略去。", "Rows with faults were left out."),
    ("KG-L043", "错误太多，其余只计数。", "There are more faults than are listed."),
    (
        "KG-L044",
        "JSON Lines 台账每行应是一个 JSON 对象，一行一个项目。",
        "Each line of a ledger in JSON lines is one object of JSON, one project a line.",
    ),
    ("KG-L045", "一个 JSON 对象里同一个键写了两次。", "An object of JSON has one key twice."),
    (
        "KG-L046",
        "从管道分块读的台账里，项目之间有关联：关联的项目可能在别的块里。存成文件，或加大 --memory。",
        "Projects are linked to others in a pipe that is read in blocks: the other may stand in another block. Save it as a file, or raise --memory.",
    ),
    (
        "KG-L047",
        "从管道分块读的台账里，两个项目编号的指纹（64 位）相同。文件可以再看一遍核对，管道不能。",
        "In a pipe that is read in blocks two project ids have the same fingerprint of 64 bits. A file is looked at again to be sure; a pipe cannot be.",
    ),
    (
        "KG-L050",
        "YAML 的结构不对：台账应为列表，或 {projects: [...]}。",
        "YAML of the wrong shape: a ledger is a list, or {projects: [...]}.",
    ),
    ("KG-L051", "portfolio.yaml 或试算方案里有不认识的键。", "portfolio.yaml or a scenario holds an unknown key."),
    ("KG-L052", "试算方案缺少必需的键。", "A scenario lacks a key it needs."),
    (
        "KG-L053",
        "停计的日子写法不对：写事由和起止日，如 专家评审 2026-06-01/2026-06-20；还没结束的不写止日。",
        "Days on which a limit stops are written as cause, first and last day: `expert review 2026-06-01/2026-06-20`; one that lasts has no last day.",
    ),
    (
        "KG-L054",
        "停计事由不在规则包写明的之列。",
        "A limit is said to stop for a cause that the rule pack does not know.",
    ),
    ("KG-L055", "停计的止日早于起日。", "Days on which a limit stops end before they begin."),
    (
        "KG-L056",
        "停计的日子重叠：同一天只写一个事由，没有止日的排在最后。",
        "Days on which a limit stops overlap: each is written under one cause, and one without a last day comes last.",
    ),
    (
        "KG-L057",
        "停计的日子不在受理和批准之间，那时没有时限在走。",
        "Days on which a limit is said to stop do not lie between acceptance and decision, when no limit runs.",
    ),
    (
        "KG-L058",
        "变更表里批文的多次签发写法不对。",
        "A change to several issues of a document is not written as a list of them.",
    ),
    ("KG-L060", "文件读不出来。", "A file cannot be read."),
    (
        "KG-L110",
        "写不成工作簿：一张工作表最多 1048576 行、16384 列。可用 --where 分开写。",
        "A workbook cannot be written: a sheet holds 1048576 rows and 16384 columns. Write parts, with --where.",
    ),
    ("KG-L061", "没有给出台账。", "No ledger was given."),
    (
        "KG-L062",
        "台账里有试算方案（scenario*.yaml），没有当台账读。",
        "A scenario (scenario*.yaml) was given among the ledgers and left unread.",
    ),
    (
        "KG-L063",
        "Parquet 或 Arrow 文件损坏、残缺，或根本不是。请从原来的系统重新导出。",
        "A Parquet or Arrow file is damaged, cut short, or none at all. Export it anew.",
    ),
    (
        "KG-L064",
        "这个 kaigong 没有编入 Parquet 和 Arrow 的读写。编入：cargo install --locked kaigong-cli --features parquet；或把台账另存为 CSV。",
        "This kaigong was built without Parquet and Arrow. Build them in with `cargo install --locked kaigong-cli --features parquet`, or save the ledger as CSV.",
    ),
    (
        "KG-L065",
        "Parquet 或 Arrow 的一列，其类型读不成这项事实：例如日期列读不成面积。写成文本，就与 CSV 里一样读。",
        "A column of Parquet or Arrow has a type that its fact is not read from, such as days where an area is wanted. Written as text it is read as in a CSV.",
    ),
    (
        "KG-L066",
        "Parquet 或 Arrow 文件的压缩方式（如 zstd）这里不读。导出时改用 snappy、lz4 或不压缩。",
        "The file is packed in a way that is not read here, such as zstd. Export it with snappy, lz4 or without compression.",
    ),
    (
        "KG-L070",
        "没有这种配置方式：grants、order、pro-rata、greedy、optimal。",
        "There is no such plan: grants, order, pro-rata, greedy, optimal.",
    ),
    (
        "KG-L071",
        "horizon 应是多少天或多少工作日，如 120 workdays。",
        "A horizon is a number of days or workdays, such as 120 workdays.",
    ),
    ("KG-L072", "预留多于总量。", "More is held back than there is."),
    (
        "KG-L073",
        "各县支取上限只能写在没有 county 的指标上。",
        "A cap on what each county draws goes with a pool of no county only.",
    ),
    ("KG-L074", "调剂的两个县（区）相同。", "A transfer from a county to itself."),
    ("KG-L075", "order 或 locks 里同一项目写了两次。", "A project is listed twice in order or in locks."),
    (
        "KG-L076",
        "plan 缺少所依据的 grants、order 或 by，或 order 与 by 都写了。",
        "The plan lacks its grants, order or by, or has both order and by.",
    ),
    (
        "KG-L077",
        "有效期早于本期的起始日。当天仍有效。",
        "The pool expires before its period begins. The day itself still counts.",
    ),
    (
        "KG-L078",
        "层级写县区、市或省；县区级要写县（区），市级、省级不写。",
        "A level is county, city or province; a county's pool names its county, the others name none.",
    ),
    (
        "KG-L079",
        "结转到下一期，须先写明是哪一期。",
        "To be carried into the next period, a pool needs a period of its own.",
    ),
    (
        "KG-L080",
        "工作簿读不了：已损坏，或内容不是 xlsx、xls、ods。用表格软件打开，另存为 xlsx。",
        "The workbook cannot be read: it is damaged, or its content is not xlsx, xls or ods. Open it in a spreadsheet and save it as xlsx.",
    ),
    (
        "KG-L081",
        "工作簿加了打开密码。去掉密码，另存后再试。",
        "The workbook is locked with a password. Save it without one.",
    ),
    (
        "KG-L082",
        "工作簿里有引用其他文件的公式。不打开别的文件，读的是上次存下的数。",
        "The workbook has formulas on other files. They are not opened; the values last saved are read.",
    ),
    (
        "KG-L083",
        "这张表没有读：隐藏着，或没有找到写明项目代码、项目名称的表头。",
        "The sheet was not read: it is hidden, or no header with project ids or names was found.",
    ),
    (
        "KG-L084",
        "列名与规则包的列名不全一样，按猜的读入。猜的条件：只差「其中」「面积」「日期」一类的字，只对得上一项，列里的内容也读得通。",
        "The header is not quite one of the pack's; it was taken for a fact on a guess: only words that do not tell facts apart differ, one fact alone fits, and its cells can be read as it.",
    ),
    (
        "KG-L085",
        "隐藏的行、列里的项目也读入了。不要的请删去。",
        "Projects in hidden rows and columns were read too. Delete what should not count.",
    ),
    (
        "KG-L086",
        "合计或小计与各行相加不符。结论只看各行；先看漏行、重行，再看单位。",
        "A total or subtotal is not the sum of its rows. Only the rows count; look for rows left out or doubled, then at units.",
    ),
    (
        "KG-L087",
        "这一行不是项目，也不是认得的分组（县区，或规则包里的选项），没有读。",
        "The row is no project and no group that is known (a county, or a value of the pack); it was not read.",
    ),
    (
        "KG-L088",
        "破折号、斜线、不涉及、免办一类按空白读：要不要办由规则判断，没有就写 无。",
        "Dashes, strokes, 不涉及 and the like are read as blank: whether something is needed is for the rules to say. Write 无 where there is none.",
    ),
    ("KG-L089", "只写到月的日期按月末读。", "A month without a day is read as its last day."),
    (
        "KG-L090",
        "格子里是电子表格的日期序号（格式丢了），已换成日期。",
        "The cell holds the serial number of a day, whose format was lost; it was turned into the day.",
    ),
    (
        "KG-L091",
        "公式算出的数带着二进制的尾数，按能记的最近的数读。要准数就直接填。",
        "A computed number carries a binary rest; it is read as the nearest amount that is kept. Write the exact amount where it matters.",
    ),
    (
        "KG-L092",
        "很长的号码存成了数，电子表格只留前十五位。把这一列设为文本再填。",
        "A long number was kept as a number, of which spreadsheets keep fifteen digits. Format the column as text and write it again.",
    ),
    ("KG-L093", "公式出错（#REF!、#N/A 等）。", "A formula failed (#REF!, #N/A and the like)."),
    (
        "KG-L094",
        "批文一栏里写的是话，不是日期、文号，也不是 无、办理中。写成话会被当成文号，所以不收。",
        "The column of a paper holds words that are no date and no number, nor 无 or 办理中. Words would count as a number, so they are refused.",
    ),
    (
        "KG-L095",
        "几个项目的金额或面积合并在一格里，分不清各是多少，按空白读。",
        "One amount is merged over several projects; whose it is cannot be told, so it is read as blank.",
    ),
    ("KG-L096", "文号里的年份与批复日期相差太多。", "The year in the number of a paper does not go with its date."),
    ("KG-L097", "表里没有项目代码，以项目名称为编号。", "The sheet has no ids; names are taken as ids."),
    (
        "KG-L098",
        "按名称对不上项目，或几个项目同名。相近的已列出，不会自动合并。",
        "No project, or more than one, has that name. Near ones are listed and never joined.",
    ),
    (
        "KG-L099",
        "两个项目名称相近，当作不同的项目。",
        "Two projects have nearly the same name and are taken as different.",
    ),
    (
        "KG-L100",
        "这一列的数没有单位，表头和标题里也没有写，按规则包的单位读。",
        "Numbers of the column have no unit, nor do header and title; the pack's unit was taken.",
    ),
    (
        "KG-L101",
        "--mark 一次标注一个工作簿：没有给出，或给出了几个，或写不成。",
        "--mark marks one workbook at a time: none was given, or several, or it cannot be written.",
    ),
    (
        "KG-L102",
        "清单的「办结情况」只能写 未办、办理中、已办结（或 在办、完成、√ 之类同义的词）。",
        "The state of a task in a list is not begun, under way or done, or a word that means one of these.",
    ),
    (
        "KG-L103",
        "清单有一行填了内容却没有键（项目编号/前置要件编号），不知是哪个堵点。从导出的清单里抄回来。",
        "A row of a list is filled in but has no key (project/requirement) to tell which blocker it is of. Copy the key back.",
    ),
    ("KG-L104", "清单里同一个键出现两次；一个堵点一行。", "A key stands twice in a list; there is one row a blocker."),
    (
        "KG-L105",
        "导出的工作簿里，「台账」是给人看的，事实读自「填报数据」；要改事实请改那里。",
        "Of an exported workbook the ledger sheet is a view; facts are read from the sheet of facts, and changed there.",
    ),
    (
        "KG-L106",
        "交回的清单里有对不上的键：台账没有这个项目，或规则包没有这个前置要件。",
        "A list that was handed back has a key of no project of the ledger, or of no requirement of the pack.",
    ),
    (
        "KG-L107",
        "清单的办结日期晚于核查基准日：还没到的日子不算办结。",
        "A list gives a day after the as-of date as the day a task was done.",
    ),
    (
        "KG-L108",
        "清单一行的键与它的项目编号不是同一个项目，多半是排序时只排了几列。按键读。",
        "The key of a row and the project beside it differ; a sort of some columns does that. The key counts.",
    ),
    (
        "KG-L109",
        "清单一行写着未办或办理中，却填了办结日期。",
        "A row of a list is marked not begun or under way, and yet gives a day it was done.",
    ),
    (
        "KG-L111",
        "清单填了已办结，台账仍未见。结论只看台账：补进台账再核；在此之前它仍是堵点，仍列在清单上。",
        "A list marks a task done that the ledger does not bear out. Only the ledger counts: until its paper is recorded there, it stays a blocker and on the list.",
    ),
    ("KG-L112", "同一个键在两处填得不一样。", "One key is filled in differently in two places."),
    (
        "KG-R001",
        "规则文件里有不认识的键。多半是笔误；提示里列出可用的键。",
        "A key that the format does not have, most likely a slip. The message lists the known ones.",
    ),
    ("KG-R002", "缺少必需的键。", "A key that is needed is missing."),
    (
        "KG-R003",
        "此处的写法不对，例如该写列表却写了文字。",
        "The wrong kind of thing stands here, such as a text where a list belongs.",
    ),
    ("KG-R004", "同一名称定义了两次。", "The same name is defined twice."),
    ("KG-R005", "名称里有不能用的字符。", "A name holds a character it may not."),
    (
        "KG-R006",
        "找不到要继承的规则包，或规则包互相继承。",
        "The pack to extend is not there, or packs extend one another.",
    ),
    ("KG-R007", "不是日期。写成 2020-01-01。", "Not a date. Write it as 2020-01-01."),
    (
        "KG-R008",
        "不是期限。写成 20 workdays、30 days、3 months、2 years。",
        "Not a length of time. Write 20 workdays, 30 days, 3 months or 2 years.",
    ),
    ("KG-R009", "不是可用的词之一。", "Not one of the words that may stand here."),
    (
        "KG-R010",
        "表达式的写法有误。优先级：not，乘除，加减，比较，and，or。",
        "The expression cannot be read. Precedence: not, * /, + -, comparison, and, or.",
    ),
    ("KG-R011", "表达式里有不认识的名称或函数。", "An unknown name or function in an expression."),
    (
        "KG-R012",
        "没有这个事实。用 kaigong facts 列出全部事实。",
        "There is no such fact. kaigong facts lists them all.",
    ),
    (
        "KG-R013",
        "没有这个前置要件。用 kaigong rules list 列出全部。",
        "There is no such requirement. kaigong rules list lists them all.",
    ),
    (
        "KG-R014",
        "没有这个参数。参数写作 param.名称。",
        "There is no such parameter. A parameter is written param.NAME.",
    ),
    ("KG-R015", "没有这个指标池。", "There is no such pool."),
    ("KG-R016", "没有这个部门。", "There is no such department."),
    (
        "KG-R017",
        "类型不符，例如拿面积和金额比较。",
        "Types that do not go together, such as an area beside an amount of money.",
    ),
    (
        "KG-R018",
        "单位不符，比最小单位还细，或数值过大。",
        "A unit of the wrong kind, a number finer than the smallest unit, or one too large.",
    ),
    (
        "KG-R019",
        "前置要件互相等待，成了环。整个环和每一步所在的行都列出。法规先后颠倒过的，写成两个各有起止日期的前置要件。",
        "Requirements wait for one another. The whole cycle is shown with the place of each step. Where the law reversed an order, write two requirements with dates.",
    ),
    ("KG-R020", "两个时段重叠。", "Two periods overlap."),
    (
        "KG-R021",
        "没有法规依据。每个前置要件、每个版本都要写 cite。",
        "No citation. Every requirement and every version needs `cite`.",
    ),
    (
        "KG-R022",
        "k 不在 1 到可选项数目之间；停用的选项不算。",
        "k is not between 1 and the number of choices; disabled ones do not count.",
    ),
    (
        "KG-R023",
        "可选项之一只是惯例。可选项须都能阻断。",
        "A member of a choice is customary. Members must be able to block.",
    ),
    (
        "KG-R024",
        "completed() 用在了否定之下。项目之间的等待只能正着写，否则可能没有确定的答案。",
        "completed() stands under a negation. Waiting on projects may only be written positively, or there might be no definite answer.",
    ),
    ("KG-R025", "超过上限。", "Past a limit."),
    ("KG-R026", "两个事实用了同一个列名。", "Two facts claim the same column name."),
    ("KG-R027", "止日早于起日。", "A period ends before it begins."),
    (
        "KG-R028",
        "停用一项须写明 reason，且下层规则包要有这一项。",
        "Disabling an item needs a reason, and a lower pack that has it.",
    ),
    ("KG-R029", "不是这个选项事实的值。", "Not a value of this enum fact."),
    (
        "KG-R030",
        "目标所指的前置要件不能有 applies_when：目标总是要问的。",
        "The requirement of a goal may not have applies_when: a goal is always asked.",
    ),
    (
        "KG-R031",
        "没有目标、没有所指的目标，或有几个目标却没有 default_goal。",
        "There is no goal, or not the one named, or several and no default_goal.",
    ),
    ("KG-R032", "文件夹里没有 pack.yaml，不是规则包。", "The folder holds no pack.yaml and is no rule pack."),
    ("KG-R033", "没有这个阶段。", "There is no such stage."),
    (
        "KG-R034",
        "一项需求由几种指标合起来落实：各指标池类型相同，各写一次，都写明 mix: true。",
        "A draw on several pools: they are of one type, each named once, and all say `mix: true`.",
    ),
    (
        "KG-R080",
        "停计事由的编号或名称已用于另一个事由。",
        "The id or a word of a cause for which limits stop stands for another cause already.",
    ),
    (
        "KG-R081",
        "停计事由的编号和名称不能有数字和分号：它们在台账里隔开日子。",
        "The id and the words of a cause for which limits stop hold no digit and no semicolon: in a ledger these set off the days.",
    ),
    (
        "KG-R101",
        "被依赖的前置要件已停用，这条依赖不再有效。",
        "A requirement that is needed is disabled; the need no longer holds.",
    ),
    (
        "KG-R102",
        "全部依据都不到可以阻断的程度，按惯例读入，只作提示。",
        "Every citation is too weak to block; loaded as customary, it only advises.",
    ),
    ("KG-R110", "参数没有任何规则读取。", "No rule reads the parameter."),
    (
        "KG-R111",
        "参数的两个值之间有空档，空档里按不明处理。",
        "Between two values of a parameter lie days without one; on them it is unknown.",
    ),
    (
        "KG-R112",
        "条件里直接写了法定数值。数值会变，应放在带日期和依据的 parameters 里。",
        "A figure of law stands in a condition. Figures change; they belong in dated, cited parameters.",
    ),
    (
        "KG-R113",
        "可以阻断项目，但所有依据都只是一般知识，没有查到原文。",
        "It may block a project, but its sources are general knowledge only and none has been seen.",
    ),
    (
        "KG-R114",
        "规则读取的参数随时间变化，规则本身却没有分期，请核对旧期间是否也适用。",
        "The rule reads a parameter that changes over time but has no versions itself; check that it holds in the earlier periods.",
    ),
    ("KG-R115", "条件无论事实如何都是同一个结果。", "The condition comes out the same whatever the facts."),
    (
        "KG-R116",
        "可选项与选择它的地方施行期不相交，永远用不上。",
        "The alternative is never in force when it could be chosen.",
    ),
    ("KG-R117", "这条依赖已由另一条依赖带来。", "Another need already brings this one with it."),
    (
        "KG-R118",
        "法定要件只经由惯例才与目标相连，永远不会阻断。",
        "A hard requirement is tied to the goal through custom only and can never block it.",
    ),
    ("KG-R119", "lint 的例外没有对应的提醒，可以删去。", "An exception of lint keeps nothing back and can go."),
    (
        "KG-R120",
        "几种指标合起来落实的事项，met_when 没有读其中某种的 granted()：配了也不算办结。",
        "A step drawn from several pools whose `met_when` does not read what one of them granted: once granted, it stays open.",
    ),
    ("KG-R901", "费用为负，或大得不合理。", "A price below nothing, or beyond reason."),
    (
        "KG-R911",
        "规则包里的费用没有写依据：cost: {money: 3 万元, cite: [...]}。",
        "A price of the pack has no source: cost: {money: 3 wan, cite: [...]}.",
    ),
    (
        "KG-R912",
        "费用写在没有 met_when 的汇总节点上：它不是要办的一步，费用永远不计。",
        "A price on a gathering requirement, which has no met_when: it is no step, so the price never counts.",
    ),
    ("KG-V001", "文件不是 why 或 check 写出的凭证。", "The file is no certificate that why or check wrote."),
    ("KG-Y001", "YAML 写法有误。", "The YAML cannot be read."),
    (
        "KG-Y002",
        "同一个键写了两次，后一个会悄悄盖掉前一个，所以不允许。",
        "A key is given twice; the second would silently replace the first, so it is refused.",
    ),
    (
        "KG-Y003",
        "不允许锚点和别名：读的人要能在原处看到全部内容。",
        "Anchors and aliases are refused: a reader should see everything where it stands.",
    ),
    ("KG-Y004", "不允许标签。", "Tags are refused."),
    ("KG-Y005", "不允许合并键。", "Merge keys are refused."),
    ("KG-Y006", "嵌套太深。", "Nested too deeply."),
    ("KG-Y007", "文件太大。", "The file is too large."),
    ("KG-Y008", "键必须是文字。", "A key must be plain text."),
    ("KG-Y009", "一个文件只能有一个 YAML 文档。", "A file may hold one YAML document only."),
    ("KG-Y010", "不是 UTF-8 文本。", "Not UTF-8 text."),
];

/// What a code means; `None` for a code there is not.
pub fn explain_code(code: &str) -> Option<Words> {
    CODES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(code)).map(|(_, zh, en)| Words::new(*zh, *en))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test reads the sources of the workspace")]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn codes_in(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                codes_in(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("kaigong/src/codes.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for (at, _) in text.match_indices("\"KG-") {
                    let code = &text[at + 1..];
                    found.extend(code.get(..7).filter(|_| code.as_bytes().get(7) == Some(&b'"')).map(str::to_owned));
                }
            }
        }
    }

    #[test]
    fn every_code_that_is_raised_is_explained() {
        let mut raised = BTreeSet::new();
        codes_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut raised);
        assert!(raised.len() > 40);
        let unexplained: Vec<_> = raised.iter().filter(|code| explain_code(code).is_none()).collect();
        assert!(unexplained.is_empty(), "{unexplained:?}");
    }
}
