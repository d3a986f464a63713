#!/usr/bin/env python3
"""Venue profiles: each is clean, cites its sources and is picked by date; a worked example runs."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SEAWALL = os.environ.get("SEAWALL", str(ROOT / "build" / "seawall"))
SCENARIOS = ROOT / "scenarios"
VENUES = SCENARIOS / "venues"

# file, contract, starts of windows, and words of the rules that hold then
PROFILES = [
    ("okx.yaml", "BTC-USDT-SWAP",
     [("2018-07-31", "kind: net_profit"), ("2020-03-12", "kind: two_tiers_down"),
      ("2024-05-01", "reference: peak"), ("2025-10-10", "reference: mean")]),
    ("binance-usdm.yaml", "BTCUSDT", [("2020-03-12", "scope: contract"),
                                    ("2025-10-10", "scope: group")]),
    ("binance-2024.yaml", "BTCUSDT", [("2024-11-01", "tier_mode: marginal")]),
    ("bitmex-2018.yaml", "XBTUSD", [("2018-11-20", "kind: bitmex")]),
    ("bitmex-2020.yaml", "XBTUSD", [("2020-03-12", "tier_mode: step")]),
    ("bybit.yaml", "BTCUSDT", [("2024-08-05", "scope: contract"),
                               ("2026-01-01", "price: drawdown_line")]),
    ("deribit.yaml", "BTC-PERPETUAL", [("2016-08-01", "contracts: 1"),
                                       ("2020-03-12", "contracts: 400")]),
    ("hyperliquid.yaml", "BTC", [("2025-04-01", "kind: hyperliquid_documented"),
                                 ("2025-10-10", "kind: hyperliquid_decompiled")]),
    ("dydx-v4.yaml", "BTC-USD", [("2024-08-05", "kind: fillable")]),
    ("drift-v2.yaml", "BTC-PERP", [("2024-08-05", "kind: liquidator")]),
    ("vega.yaml", "BTC-USDT", [("2023-01-01", "settlement: at_mark")]),
]


def seawall(*arguments, code=0):
    outcome = subprocess.run([SEAWALL, *map(str, arguments)], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, check=False)
    if outcome.returncode != code:
        raise AssertionError(f"{arguments}: exit {outcome.returncode}\n{outcome.stderr}")
    return outcome.stdout + outcome.stderr


def seconds(date):
    import calendar
    import time
    return calendar.timegm(time.strptime(date, "%Y-%m-%d"))


class Profiles(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.here = pathlib.Path(self.directory.name)
        self.addCleanup(self.directory.cleanup)

    def tape(self, instrument, date):
        """An hour of a constant mark and index, a trade a minute."""
        start = seconds(date) * 1000
        tape = self.here / f"{instrument}-{date}.tape.h5"
        rows = [start + 60000 * i for i in range(62)]
        files = {"mark.csv": "time,mark_price\n" + "".join(f"{t},10000.0\n" for t in rows),
                 "index.csv": "time,index_price\n" + "".join(f"{t},10000.0\n" for t in rows),
                 "trades.csv": "time,price,quantity,side\n" +
                               "".join(f"{t},10000.0,1,buy\n" for t in rows)}
        for name, text in files.items():
            (self.here / name).write_text(text)
        seawall("import", *(self.here / name for name in files), "--instrument", instrument,
                "-q", "-f", "-o", tape)
        return tape

    def scenario(self, venue, symbol, date, tape):
        (self.here / "positions.csv").write_text(
            "account,symbol,side,quantity,entry_price,margin,leverage,open_time,close_time\n"
            f"a,{symbol},long,10,10000,,1,,\n")
        path = self.here / "scenario.yaml"
        path.write_text(
            f"seawall: 1\ntitle: {venue.name} on {date}\n"
            f"window: {{from: {date}T00:00:00Z, to: {date}T01:00:00Z}}\n"
            f"tapes: [{tape}]\nvenue: {venue}\ninstruments: [{{symbol: {symbol}}}]\n"
            f"funds: [{{pool: p, balance: 1000, covers: [{symbol}]}}]\n"
            "population: {kind: positions, file: positions.csv}\n"
            "closeout: {kind: at_once, slippage: {kind: constant, share: 0%}}\n")
        return path

    def test_every_profile_is_clean_and_its_rules_hold_at_its_dates(self):
        for file, symbol, dates in PROFILES:
            for date, words in dates:
                with self.subTest(profile=file, date=date):
                    path = self.scenario(VENUES / file, symbol, date, self.tape(symbol, date))
                    told = seawall("check", path)
                    self.assertIn(words, told)

    def test_every_profile_cites_a_source_and_has_a_row_here(self):
        named = {file for file, _, _ in PROFILES} | {"demo.yaml"}
        for path in sorted(VENUES.glob("*.yaml")):
            with self.subTest(profile=path.name):
                self.assertIn(path.name, named)
                self.assertRegex(path.read_text(), r"(?m)^sources?: ")

    def test_a_gap_between_periods_is_an_error_at_its_line(self):
        text = (VENUES / "okx.yaml").read_text()
        broken = self.here / "okx.yaml"
        broken.write_text(text.replace("valid_from: 2024-01-01", "valid_from: 2024-01-02"))
        line = broken.read_text()[:broken.read_text().index("2024-01-02")].count("\n") + 1
        path = self.scenario(broken, "BTC-USDT-SWAP", "2024-05-01",
                             self.tape("BTC-USDT-SWAP", "2024-05-01"))
        told = seawall("check", path, code=65)
        self.assertRegex(told, rf"okx\.yaml:{line}:\d+: error: ")

    def test_a_mistake_in_a_period_that_is_not_taken_is_one_all_the_same(self):
        text = (VENUES / "okx.yaml").read_text()
        broken = self.here / "okx.yaml"
        broken.write_text(text.replace("waterfall: [fund, socialise]", "waterfall: [fund, adl]"))
        line = text[:text.index("socialise: {kind: net_profit")].count("\n") + 1
        path = self.scenario(broken, "BTC-USDT-SWAP", "2024-05-01",
                             self.tape("BTC-USDT-SWAP", "2024-05-01"))
        told = seawall("check", path, code=65)
        self.assertRegex(told, rf"okx\.yaml:{line}:\d+: error: .*no socialise stage.*"
                               r"\[venue\.periods\[0\]\.socialise\.kind\]")

    def test_the_worked_example_pays_what_it_says(self):
        for quantity in (1000, 1):
            for fill, change in ((27800, 200), (27500, -100), (27400, -200)):
                with self.subTest(quantity=quantity, fill=fill):
                    self.worked_example(quantity, fill, change * quantity)

    def worked_example(self, quantity, fill, change):
        for name in ("marks", "trades", "positions"):
            text = (SCENARIOS / f"kdj_worked_example-{name}.csv").read_text()
            text = text.replace("27800.00", f"{fill}.00")
            if quantity == 1:
                text = text.replace(",1000,30000,2400000,", ",1,30000,2400,")
            (self.here / f"kdj_worked_example-{name}.csv").write_text(text)
        seawall("import", self.here / "kdj_worked_example-marks.csv",
                self.here / "kdj_worked_example-trades.csv", "--instrument", "BTC-USDT", "-q",
                "-f", "-o", self.here / "kdj.tape.h5")
        scenario = (SCENARIOS / "kdj_worked_example.yaml").read_text()
        path = self.here / "kdj_worked_example.yaml"
        path.write_text(scenario.replace("../data/tapes/kdj.tape.h5", "kdj.tape.h5"))
        result = self.here / "kdj.h5"
        seawall("run", path, "-q", "-f", "-o", result)
        told = seawall("info", result)
        closing = re.search(r"balance_closing\s+([\d,.]+)", told)
        self.assertIsNotNone(closing, told)
        self.assertEqual(float(closing.group(1).replace(",", "")), 1000000 + change)


if __name__ == "__main__":
    unittest.main()
