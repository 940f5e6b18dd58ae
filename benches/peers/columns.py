#!/usr/bin/env python3
"""The forty requirements on Polars, DuckDB and NumPy beside kaigong: the same file, the same counts.

    pip install -r benches/peers/requirements.txt
    python3 benches/peers/columns.py --projects 1000000

The rules come from benches/generated/forty.json, which the Rust generator writes; nothing here is written by hand for a
rule. Each engine reads the ledger from CSV or Parquet, works out the three-valued state of every requirement of every
project, and counts. Counts are held to kaigong's; a difference ends the run with 1.
"""

import argparse
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STATES = ("not_applicable", "met", "open", "waiting", "undetermined")
VERDICTS = ("ready", "blocked", "undetermined")
# What a ledger says of a document that is not there. As text it comes after every day.
NONE = "无"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--blank", type=int, default=5, help="cells in a hundred that are blank")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--runs", type=int, default=3, help="runs of each; the median counts")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "target" / "peers", help="where ledgers are kept")
    parser.add_argument("--kaigong", help="the binary; built with the feature parquet if not given")
    parser.add_argument("--only", default="", help="engines to run, split by commas")
    return parser.parse_args()


def cargo(*words, **options):
    return subprocess.run(["cargo", *words], cwd=ROOT, check=True, **options)


def ledger(options):
    """The ledger as CSV and Parquet, made once."""
    import pyarrow
    import pyarrow.csv
    import pyarrow.parquet

    options.work.mkdir(parents=True, exist_ok=True)
    csv = options.work / f"ledger-{options.projects}-{options.blank}.csv"
    if not csv.exists():
        part = csv.with_suffix(".part")
        with open(part, "wb") as out:
            words = ("-p", "kaigong-benches", "--example", "peers", "--", str(options.projects), str(options.blank))
            cargo("run", "--release", "--locked", "-q", *words, stdout=out)
        part.rename(csv)
    parquet = csv.with_suffix(".parquet")
    if not parquet.exists():
        table = pyarrow.csv.read_csv(csv, convert_options=arrow_types(pyarrow))
        pyarrow.parquet.write_table(table, parquet, compression="snappy", row_group_size=1 << 17)
    return csv, parquet


def arrow_types(pyarrow):
    kinds = {"bool": pyarrow.bool_(), "amount": pyarrow.int32(), "date": pyarrow.date32()}
    types = {fact["id"]: kinds.get(fact["type"], pyarrow.string()) for fact in RULES["facts"]}
    return pyarrow.csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True)


class Counts:
    """How many projects each requirement has in each state, and each verdict."""

    def __init__(self):
        self.rows = {}

    def add(self, name, counts):
        self.rows[name] = [int(count) for count in counts]

    def checksum(self):
        text = json.dumps(self.rows, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:8]


def count(algebra):
    """Goes through the rules with the gates of an engine, and counts."""
    tests = [algebra.test(test) for test in RULES["tests"]]
    # What is worked out of what lies below it: tests at the bottom, then step by step.
    level, cleared, satisfied, counts = {}, {}, {}, []

    def gate(tree):
        if tree is True:
            return algebra.yes
        if isinstance(tree, int):
            return tests[tree]
        ((op, inside),) = tree.items()
        if op == "not":
            return algebra.no(gate(inside))
        return (algebra.all if op == "and" else algebra.any)([gate(part) for part in inside])

    def need(one):
        return cleared[one] if isinstance(one, str) else algebra.any([satisfied[member] for member in one["any"]])

    for step in RULES["steps"]:
        name, met = step["id"], gate(step["met"])
        below = [level[one] for wanted in step["needs"] for one in ([wanted] if isinstance(wanted, str) else wanted["any"])]
        height = max(below, default=0)
        applies = algebra.keep(f"{name}/applies", gate(step["applies"]), 1)
        needs = algebra.all([need(one) for one in step["needs"]] or [algebra.yes])
        needs = algebra.keep(f"{name}/needs", needs, height + 1)
        clear = algebra.any([algebra.no(applies), algebra.all([met, needs])])
        level[name] = height + 2
        cleared[name] = algebra.keep(f"{name}/cleared", clear, height + 2)
        satisfied[name] = algebra.all([applies, met, needs])
        counts.append((name, algebra.states(applies, needs, cleared[name])))
    counts.append(("verdict", algebra.verdicts(cleared[RULES["goal"]])))
    return algebra.counted(counts)


def split(names_and_parts, values):
    """Counts by name out of one row of numbers."""
    result, values = Counts(), list(values)
    for name, parts in names_and_parts:
        result.add(name, values[: len(parts)])
        values = values[len(parts) :]
    return result


class Polars:
    """Expressions over nullable bools, whose `&` and `|` are Kleene's."""

    def __init__(self, frame):
        import polars

        self.polars, self.frame, self.layers = polars, frame, {}
        self.yes = polars.lit(True)
        self.day = polars.lit(RULES["as_of"]).str.to_date()

    def test(self, test):
        column = self.polars.col(test["fact"])
        if "is" in test:
            result = column
        elif "at_most" in test:
            result = column <= test["at_most"]
        elif "by" in test:
            by = self.polars.lit(test["by"]).str.to_date()
            result = self.polars.when(column <= self.day).then(column <= by)
        elif "issued" in test:
            result = column <= RULES["as_of"]
        else:
            result = column.is_in(test["among"])
        return self.keep("test/" + json.dumps(test, ensure_ascii=False), result, 0)

    def keep(self, name, expression, level):
        """Works an expression out once, as a column of its own."""
        self.layers.setdefault(level, {})[name] = expression
        return self.polars.col(name)

    def no(self, one):
        return ~one

    def all(self, parts):
        result = parts[0]
        for part in parts[1:]:
            result = result & part
        return result

    def any(self, parts):
        result = parts[0]
        for part in parts[1:]:
            result = result | part
        return result

    def states(self, applies, needs, cleared):
        is_no = lambda one: (~one).fill_null(False)
        is_yes = lambda one: one.fill_null(False)
        may = ~is_no(applies)
        stuck = may & is_no(cleared)
        return [is_no(applies), may & is_yes(cleared), stuck & ~is_no(needs), stuck & is_no(needs), may & cleared.is_null()]

    def verdicts(self, cleared):
        return [cleared.fill_null(False), (~cleared).fill_null(False), cleared.is_null()]

    def counted(self, counts):
        frame = self.frame
        for _, layer in sorted(self.layers.items()):
            frame = frame.with_columns(**layer)
        sums = [part.sum().alias(f"{name}#{at}") for name, parts in counts for at, part in enumerate(parts)]
        return split(counts, frame.select(sums).collect().row(0))


class DuckDb:
    """SQL text: columns worked out in nested selects, counts at the end."""

    def __init__(self, connection, table):
        self.connection, self.table, self.layers = connection, table, {}
        self.yes = "true"

    def test(self, test):
        column, day = name(test["fact"]), RULES["as_of"]
        if "is" in test:
            result = column
        elif "at_most" in test:
            result = f"{column} <= {test['at_most']}"
        elif "by" in test:
            result = f"CASE WHEN {column} <= DATE '{day}' THEN {column} <= DATE '{test['by']}' END"
        elif "issued" in test:
            result = f"{column} <= '{day}'"
        else:
            result = f"{column} IN ({', '.join(quoted(value) for value in test['among'])})"
        return self.keep("test/" + json.dumps(test, ensure_ascii=False), result, 0)

    def keep(self, column, text, level):
        """Works a text out once, as a column of its own."""
        self.layers.setdefault(level, {})[column] = text
        return name(column)

    def no(self, one):
        return f"(NOT {one})"

    def all(self, parts):
        return f"({' AND '.join(parts)})"

    def any(self, parts):
        return f"({' OR '.join(parts)})"

    def states(self, applies, needs, cleared):
        may, stuck = f"{applies} IS NOT FALSE", f"{applies} IS NOT FALSE AND {cleared} IS FALSE"
        return [
            f"{applies} IS FALSE",
            f"{may} AND {cleared} IS TRUE",
            f"{stuck} AND {needs} IS NOT FALSE",
            f"{stuck} AND {needs} IS FALSE",
            f"{may} AND {cleared} IS NULL",
        ]

    def verdicts(self, cleared):
        return [f"{cleared} IS TRUE", f"{cleared} IS FALSE", f"{cleared} IS NULL"]

    def counted(self, counts):
        query = self.table
        for _, layer in sorted(self.layers.items()):
            added = ", ".join(f"{text} AS {name(column)}" for column, text in layer.items())
            query = f"(SELECT *, {added} FROM {query})"
        sums = ", ".join(f"count_if({part})" for _, parts in counts for part in parts)
        return split(counts, self.connection.execute(f"SELECT {sums} FROM {query}").fetchone())


def name(column):
    return '"' + column.replace('"', '""') + '"'


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class NumPy:
    """Two bool arrays a truth, for NumPy has no unknown: which rows are yes, which are no."""

    def __init__(self, columns, rows):
        import numpy

        self.numpy, self.columns = numpy, columns
        self.yes = (numpy.ones(rows, bool), numpy.zeros(rows, bool))
        self.day = days(RULES["as_of"])

    def test(self, test):
        known, values = self.columns[test["fact"]]
        if "is" in test:
            holds = values
        elif "at_most" in test:
            holds = values <= test["at_most"]
        elif "by" in test:
            known, holds = known & (values <= self.day), values <= days(test["by"])
        elif "issued" in test:
            holds = values <= self.day
        else:
            codes = [ENUMS[test["fact"]][value] for value in test["among"] if value in ENUMS[test["fact"]]]
            holds = self.numpy.isin(values, codes)
        return (known & holds, known & ~holds)

    def keep(self, _, truth, __):
        return truth

    def no(self, one):
        return (one[1], one[0])

    def all(self, parts):
        yes, no = parts[0]
        for part in parts[1:]:
            yes, no = yes & part[0], no | part[1]
        return (yes, no)

    def any(self, parts):
        return self.no(self.all([self.no(part) for part in parts]))

    def states(self, applies, needs, cleared):
        may = ~applies[1]
        stuck = may & cleared[1]
        states = [applies[1], may & cleared[0], stuck & ~needs[1], stuck & needs[1], may & ~(cleared[0] | cleared[1])]
        return [self.numpy.count_nonzero(state) for state in states]

    def verdicts(self, cleared):
        verdicts = [cleared[0], cleared[1], ~(cleared[0] | cleared[1])]
        return [self.numpy.count_nonzero(verdict) for verdict in verdicts]

    def counted(self, counts):
        result = Counts()
        for step, numbers in counts:
            result.add(step, numbers)
        return result


# Values of each enum as the arrays for NumPy code them.
ENUMS = {}


def days(text):
    import numpy

    return int(numpy.datetime64(text, "D").astype(int))


def numpy_columns(table):
    """Arrays for NumPy: which rows are known, and numbers, days, codes or bools."""
    import numpy
    import pyarrow
    import pyarrow.compute as compute

    columns = {}
    for fact in RULES["facts"]:
        column = table[fact["id"]].combine_chunks()
        known = column.is_valid().to_numpy(zero_copy_only=False)
        if fact["type"] == "document":
            is_none = compute.equal(column, NONE)
            dates = compute.if_else(is_none, pyarrow.scalar("2199-12-31"), column).cast(pyarrow.date32())
            column = dates.cast(pyarrow.int32())
        elif fact["type"] == "date":
            column = column.cast(pyarrow.int32())
        elif fact["type"] == "enum":
            coded = column if pyarrow.types.is_dictionary(column.type) else column.dictionary_encode()
            ENUMS[fact["id"]] = {value: code for code, value in enumerate(coded.dictionary.to_pylist())}
            column = coded.indices
        zero = False if fact["type"] == "bool" else 0
        values = compute.fill_null(column, pyarrow.scalar(zero, column.type)).to_numpy(zero_copy_only=False)
        columns[fact["id"]] = (known, values if values.dtype == bool else values.astype(numpy.int32))
    return columns


def with_polars(csv, parquet, options):
    import polars

    kinds = {"bool": polars.Boolean, "amount": polars.Int32, "date": polars.Date}
    types = {fact["id"]: kinds.get(fact["type"], polars.String) for fact in RULES["facts"]}
    read_csv = lambda: polars.scan_csv(csv, schema_overrides=types)
    memory = read_csv().collect()
    yield "memory", lambda: count(Polars(memory.lazy()))
    yield "Parquet", lambda: count(Polars(polars.scan_parquet(parquet)))
    yield "CSV", lambda: count(Polars(read_csv()))


def with_duckdb(csv, parquet, options):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {options.threads}")
    kinds = {"bool": "BOOLEAN", "amount": "INTEGER", "date": "DATE"}
    types = ", ".join(f"{quoted(f['id'])}: {quoted(kinds.get(f['type'], 'VARCHAR'))}" for f in RULES["facts"])
    from_csv = f"read_csv({quoted(str(csv))}, header = true, types = {{{types}}})"
    connection.execute(f"CREATE TABLE ledger AS SELECT * FROM {from_csv}")
    yield "memory", lambda: count(DuckDb(connection, "ledger"))
    yield "Parquet", lambda: count(DuckDb(connection, f"read_parquet({quoted(str(parquet))})"))
    yield "CSV", lambda: count(DuckDb(connection, from_csv))


def with_numpy(csv, parquet, options):
    import pyarrow
    import pyarrow.csv
    import pyarrow.parquet

    pyarrow.set_cpu_count(options.threads)
    from_csv = lambda: pyarrow.csv.read_csv(csv, convert_options=arrow_types(pyarrow))
    from_parquet = lambda: pyarrow.parquet.read_table(parquet)
    memory = numpy_columns(from_parquet())
    yield "memory", lambda: count(NumPy(memory, options.projects))
    yield "Parquet", lambda: count(NumPy(numpy_columns(from_parquet()), options.projects))
    yield "CSV", lambda: count(NumPy(numpy_columns(from_csv()), options.projects))


def with_kaigong(csv, parquet, options):
    """The command from file to summary, as a process of its own."""
    binary = options.kaigong
    if not binary:
        cargo("build", "--release", "--locked", "-q", "-p", "kaigong-cli", "--features", "parquet")
        target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        binary = str(target / "release" / "kaigong")

    def check(file):
        words = [binary, "check", str(file), "--rules", str(HERE.parent / "forty"), "--as-of", RULES["as_of"]]
        words += ["--format", "json", "--summary-only"]
        environment = {**os.environ, "RAYON_NUM_THREADS": str(options.threads)}
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, env=environment)
        told, counts = json.loads(done.stdout), Counts()
        for step in RULES["steps"]:
            requirement = told["requirements"][step["id"]]
            counts.add(step["id"], [requirement[state] for state in STATES])
        counts.add("verdict", [told["summary"][verdict] for verdict in VERDICTS])
        return counts

    yield "Parquet", lambda: check(parquet)
    yield "CSV", lambda: check(csv)


ENGINES = {"kaigong": with_kaigong, "Polars": with_polars, "DuckDB": with_duckdb, "NumPy": with_numpy}


def main():
    options = arguments()
    # Polars asks for its threads when it is loaded.
    os.environ["POLARS_MAX_THREADS"] = str(options.threads)
    csv, parquet = ledger(options)
    wanted = [one for one in options.only.split(",") if one]
    print(f"{options.projects:,} projects, {options.blank} % of cells blank, {options.threads} threads,")
    print(f"{len(RULES['steps'])} requirements over {len(RULES['facts'])} facts; median of {options.runs}")
    print(f"\n{'engine':<10}{'from':<10}{'time':>10}{'a project':>14}  checksum")
    sums = set()
    for engine, runs in ENGINES.items():
        if wanted and engine not in wanted:
            continue
        for source, run in runs(csv, parquet, options):
            times, counts = [], None
            for _ in range(options.runs):
                begun = time.perf_counter()
                counts = run()
                times.append(time.perf_counter() - begun)
            seconds = statistics.median(times)
            sums.add(counts.checksum())
            each = seconds / options.projects * 1e9
            print(f"{engine:<10}{source:<10}{seconds:>8.3f} s{each:>11.1f} ns  {counts.checksum()}", flush=True)
    print("\nequal counts: " + ("yes" if len(sums) == 1 else "NO"))
    return 0 if len(sums) == 1 else 1


RULES = json.loads((HERE.parent / "generated" / "forty.json").read_text(encoding="utf-8"))

if __name__ == "__main__":
    sys.exit(main())
