#!/usr/bin/env python3
"""Usage: can_fail.py GOLDENS FILE.csv BRACKETS.json
Proves that the runner can fail: every row of FILE whose expected figures are changed must fail, and
so must a row nobody answers and an answer without its row.  Exits 77 when a file is not there."""
import csv
import pathlib
import re
import subprocess
import sys
import tempfile

# A figure is made a hundredth larger; of these rows the words are the figures.
WORDS = {"Y09": ("B surplus", "B shortfall"), "Y12": ("off when > 0", "off when > 1"),
         "D13": ("valid |", "void |"), "B08": ("all 349", "all 350")}


def worse(row):
    """The row with its first compared figure changed; of some rows several are only labels."""
    changed = dict(row)
    if row["id"] in WORDS:
        old, new = WORDS[row["id"]]
        for column in ("inputs", "expected"):
            changed[column] = changed[column].replace(old, new)
        return changed
    labels = {"B05": 1, "B07": 1, "O05": 1, "Z01": 2}.get(row["id"], 0)
    numbers = list(re.finditer(r"\d[\d,]*(?:\.\d+)?", row["expected"]))
    number = numbers[labels]
    text = number.group()
    # the leading digit, so that a change is never within a rounding
    digit = next(i for i, c in enumerate(text) if c.isdigit() and c != "0")
    other = "1" if text[digit] == "9" else str(int(text[digit]) + 1)
    changed["expected"] = (row["expected"][:number.start()] + text[:digit] + other +
                           text[digit + 1:] + row["expected"][number.end():])
    return changed


def run(runner, rows, brackets, directory):
    path = pathlib.Path(directory) / "goldens.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    outcome = subprocess.run([runner, path, brackets], stdout=subprocess.PIPE, text=True,
                             check=False)
    verdicts = dict(re.findall(r"(?m)^(?:(?:ok|failed) +)(\S+)(.*)$", outcome.stdout))
    failed = set(re.findall(r"(?m)^failed +(\S+)", outcome.stdout))
    return outcome.returncode, set(verdicts), failed


def main():
    runner, table, brackets = sys.argv[1:]
    for file in (table, brackets):
        if not pathlib.Path(file).exists():
            print(f"skipped: {file} is not there")
            return 77
    with open(table, newline="") as file:
        rows = list(csv.DictReader(file))
    problems = []
    with tempfile.TemporaryDirectory() as directory:
        code, seen, failed = run(runner, rows, brackets, directory)
        if code != 0 or failed or len(seen) != len(rows):
            problems.append(f"the table as it is: exit {code}, failed {sorted(failed)}")
        code, _, failed = run(runner, [worse(row) for row in rows], brackets, directory)
        missed = {row["id"] for row in rows} - failed
        if code != 1 or missed:
            problems.append(f"changed figures that nobody noticed: {sorted(missed)}")
        code, _, failed = run(runner, rows[1:] + [dict(rows[0], id="NEW")], brackets, directory)
        if code != 1 or failed != {rows[0]["id"], "NEW"}:
            problems.append(f"a row too many and one too few: failed {sorted(failed)}")
    print("\n".join(problems) or f"each of {len(rows)} rows can fail")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
