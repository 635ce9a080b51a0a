#!/usr/bin/env python3
"""Which statements are ready for tables that are divided by rep? Takes a PostgreSQL log in which statements stand with
their values (log_statement = all), and a scratch database with our schema: the tables that have a rep_id are divided
there into eight partitions by its hash, the journal's by ranges of their ids, and the planner is asked (EXPLAIN) how many
of them each statement looks into. One is ready; all of them means that a distributed database would ask every node.

    bench/shards.py 'host=… user=postgres dbname=scratch' LOG
"""
import collections
import re
import subprocess
import sys

PARTS = 8
BY_REP = ["interaction", "task", "suggestion", "search_doc", "voice_note"]
BY_TIME = {"journal": "id", "change": "journal_id"}
SIZE = "9223372036854775807"


def psql(conninfo, sql):
    run = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-d", conninfo, "-f", "-"], input=sql, text=True,
                         capture_output=True, check=False)
    return run.stdout, run.stderr


def divide(conninfo):
    """Partitioned tables in the place of ours; without data, for it is the plan that counts."""
    out = ["SET search_path = marfacrm;"]
    for name in BY_REP + list(BY_TIME):
        key = BY_TIME.get(name, "rep_id")
        kind = "RANGE" if name in BY_TIME else "HASH"
        out.append(f"DROP TABLE IF EXISTS whole_{name} CASCADE;")
        out.append(f"ALTER TABLE {name} RENAME TO whole_{name};")
        out.append(f"CREATE TABLE {name} (LIKE whole_{name} INCLUDING DEFAULTS INCLUDING GENERATED) "
                   f"PARTITION BY {kind} ({key});")
        for part in range(PARTS):
            if kind == "HASH":
                bounds = f"WITH (MODULUS {PARTS}, REMAINDER {part})"
            else:
                step = int(SIZE) // PARTS
                bounds = f"FROM ({part * step}) TO ({(part + 1) * step})"
            out.append(f"CREATE TABLE {name}_p{part} PARTITION OF {name} FOR VALUES {bounds};")
    _, wrong = psql(conninfo, "\n".join(out))
    if "ERROR" in wrong:
        sys.exit(wrong)


def statements(path):
    """Each text once, with the values of its first run; texts may have several lines."""
    seen = {}
    record = re.compile(r"^\d{4}-\d\d-\d\d [^\[]*\[\d+\] (\w+):  (.*)$")
    text = None
    for line in open(path, encoding="utf-8", errors="replace"):
        match = record.match(line)
        if not match:
            continue
        level, rest = match.groups()
        if level == "LOG":
            found = re.match(r"execute \S+: (.*)$", rest)
            text = found.group(1) if found else None
        if level == "DETAIL" and text and rest.startswith("parameters: "):
            values = re.findall(r"\$\d+ = ('(?:[^']|'')*'|NULL)", rest)
            if text not in seen:
                seen[text] = values
            text = None
    return seen


def put_in(text, values):
    """The values in the place of $1 …"""
    def one(match):
        at = int(match.group(1)) - 1
        value = values[at] if at < len(values) else "NULL"
        return value if not re.fullmatch(r"'-?\d+'", value) else value.strip("'")
    return re.sub(r"\$(\d+)", one, text)


def ask(conninfo, text, values):
    plan, wrong = psql(conninfo, "SET search_path = marfacrm; EXPLAIN (COSTS OFF) " + put_in(text, values))
    if wrong and not plan:
        return None
    touched = collections.defaultdict(set)
    for name, part in re.findall(r"\b(" + "|".join(BY_REP + list(BY_TIME)) + r")_p(\d)\b", plan):
        touched[name].add(part)
    return {name: len(parts) for name, parts in touched.items()}


def shape(text):
    """What a person calls it: the verb, the tables, what stands in its conditions."""
    text = re.sub(r"IN \((\$\d+(, )?)+\)", "IN (…)", text)
    text = re.sub(r"^(SELECT) .*? (FROM )", r"\1 … \2", text, count=1) if text.startswith("SELECT id,") else text
    text = re.sub(r"VALUES \(.*", "VALUES (…)", text)
    return re.sub(r"\s+", " ", text)[:230]


def main():
    conninfo, log = sys.argv[1:]
    divide(conninfo)
    one, every, other, refused = {}, {}, 0, 0
    for text, values in statements(log).items():
        if not re.match(r"(SELECT|UPDATE|DELETE|INSERT|WITH)", text):
            continue
        touched = ask(conninfo, text, values)
        if touched is None:
            refused += 1
            continue
        inserts = re.match(r"INSERT INTO (\w+)", text)
        if inserts and inserts.group(1) in BY_REP + list(BY_TIME):
            touched.setdefault(inserts.group(1), 1)
        if not touched:
            other += 1
        elif max(touched.values()) == 1:
            one[shape(text)] = touched
        else:
            every[shape(text)] = touched
    print(f"{len(one)} shapes look into one partition of each divided table, {len(every)} into more, "
          f"{other} statements touch none of these tables, {refused} were not understood here")
    for title, found in (("one", one), ("more", every)):
        print(f"\n{title}:")
        for text, touched in sorted(found.items(), key=lambda x: (sorted(x[1]), x[0])):
            print("  " + ", ".join(f"{n} {c} of {PARTS}" for n, c in sorted(touched.items())) + f": {text}")


main()
