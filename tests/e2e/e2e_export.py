#!/usr/bin/env python3
"""seawall export through the command line: CSV and JSON that programs read, and its mistakes."""
import csv
import io
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
from decimal import Decimal

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SEAWALL = os.environ.get("SEAWALL", str(ROOT / "build" / "seawall"))
SCENARIOS = ROOT / "scenarios"


def seawall(*arguments, code=0):
    outcome = subprocess.run([SEAWALL, *map(str, arguments)], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, check=False)
    if outcome.returncode != code:
        raise AssertionError(f"{arguments}: exit {outcome.returncode}\n{outcome.stderr}")
    return outcome.stdout if code == 0 else outcome.stderr


class Export(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.here = pathlib.Path(cls.directory.name)
        for name in ("marks", "trades", "positions"):
            path = f"kdj_worked_example-{name}.csv"
            (cls.here / path).write_text((SCENARIOS / path).read_text())
        seawall("import", cls.here / "kdj_worked_example-marks.csv",
                cls.here / "kdj_worked_example-trades.csv", "--instrument", "BTC-USDT", "-q",
                "-o", cls.here / "kdj.tape.h5")
        text = (SCENARIOS / "kdj_worked_example.yaml").read_text()
        (cls.here / "kdj.yaml").write_text(text.replace("../data/tapes/kdj.tape.h5",
                                                        "kdj.tape.h5"))
        cls.result = cls.here / "kdj.h5"
        seawall("run", cls.here / "kdj.yaml", "-q", "-o", cls.result)
        cls.losing = cls.here / "losing.h5"
        seawall("run", cls.here / "kdj.yaml", "-q", "-o", cls.losing, "--set",
                "closeout.slippage.share=1.5%")

    def test_rows_as_csv_say_what_the_worked_example_says(self):
        rows = list(csv.DictReader(io.StringIO(seawall("export", self.result))))
        self.assertEqual([(row["type"], row["balance"], row["amt"]) for row in rows],
                         [("platform_revenue", "1000000", "1000000"),
                          ("liquidation_balance_deposit", "1200000", "200000"),
                          ("regular_update", "1200000", "")])
        self.assertEqual({row["ccy"] for row in rows}, {"USDT"})

    def test_json_is_the_endpoint_s_answer_and_its_amounts_add_up(self):
        output = self.here / "rows.json"
        seawall("export", self.result, "-o", output, "--every", "1h")
        answer = json.loads(output.read_text())
        self.assertEqual((answer["code"], answer["msg"], len(answer["data"])), ("0", "", 1))
        fund = answer["data"][0]
        self.assertEqual((fund["instFamily"], fund["total"]), ("btc-usdt", "1200000"))
        details = fund["details"]
        self.assertEqual(details, sorted(details, key=lambda row: -int(row["ts"])))
        self.assertEqual(sum(Decimal(row["amt"]) for row in details if row["amt"]),
                         Decimal(fund["total"]))
        self.assertEqual(details[0]["balance"], fund["total"])
        for row in details:
            self.assertEqual(sorted(row), ["adlType", "amt", "balance", "ccy", "decRate", "maxBal",
                                           "maxBalTs", "ts", "type"])

    def test_every_event_adds_up_to_the_balance_that_info_tells(self):
        told = re.search(r"balance_closing +([0-9.]+)", seawall("info", self.losing)).group(1)
        for every in ("event", "day", "1min"):
            with self.subTest(every):
                text = seawall("export", self.losing, "--every", every)
                rows = list(csv.DictReader(io.StringIO(text)))
                self.assertEqual(sum(Decimal(row["amt"]) for row in rows if row["amt"]),
                                 Decimal(told))
                self.assertEqual(rows[-1]["balance"], told)
                self.assertEqual({row["total"] for row in rows}, {told})
        balance = Decimal(0)
        for row in csv.DictReader(io.StringIO(seawall("export", self.losing, "--every", "event"))):
            balance += Decimal(row["amt"] or 0)
            self.assertEqual(Decimal(row["balance"]), balance)

    def test_the_format_that_is_named_goes_before_the_ending(self):
        output = self.here / "named.json"
        seawall("export", self.result, "--pool", "btc-usdt", "--format", "csv", "-o", output)
        self.assertEqual(output.read_text(), seawall("export", self.result))
        answer = json.loads(seawall("export", self.result, "--format", "json"))
        self.assertEqual(answer["data"][0]["instType"], "SWAP")

    def test_mistakes_are_one_sentence_and_an_output_that_exists_stays(self):
        self.assertIn("no pool 'eth'; there is btc-usdt",
                      seawall("export", self.result, "--pool", "eth", code=65))
        self.assertIn("name one result", seawall("export", code=64))
        for option, value in (("--every", "0s"), ("--every", "2d"), ("--every", "events"),
                              ("--format", "xml")):
            self.assertIn(f"{option} '{value}' is not what it takes",
                          seawall("export", self.result, option, value, code=64))
        self.assertIn("gone.h5", seawall("export", self.here / "gone.h5", code=66))
        self.assertIn("the output would replace it",
                      seawall("export", self.result, "-f", "-o", self.result, code=64))
        self.assertIn("not a result", seawall("export", self.here / "kdj.tape.h5", code=65))
        output = self.here / "rows.csv"
        output.write_text("mine")
        self.assertIn("exists already; use -f",
                      seawall("export", self.result, "-o", output, code=73))
        self.assertEqual(output.read_text(), "mine")
        seawall("export", self.result, "-f", "-o", output)
        self.assertEqual(output.read_text(), seawall("export", self.result))


if __name__ == "__main__":
    unittest.main()
