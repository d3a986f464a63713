#!/usr/bin/env python3
"""Real markets end to end: BitMEX in March 2020, Binance on 8 August 2024.

The data is in ../shared/data, beside the repository and never in it; without it, or without h5py
to read the results, these tests are skipped.
"""
import csv
import fractions
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SEAWALL = os.environ.get("SEAWALL", str(ROOT / "build" / "seawall"))
DATA = ROOT.parent / "shared" / "data"
BITMEX = DATA / "bitmex" / "XBTUSD_1m_2020-03-12_13.csv"
BINANCE = DATA / "binance" / "usdm_btcusdt_20240808_trades_visionformat.csv"
DAY = 86400 * 10**9
MARCH_12 = 1583971200 * 10**9  # 2020-03-12T00:00:00Z

try:
    import h5py
except ImportError:
    print("skipped: python3-h5py is not installed")
    sys.exit(77)
if not BITMEX.exists() or not BINANCE.exists():
    print(f"skipped: no real market data at {DATA}")
    sys.exit(77)


def seawall(*arguments):
    outcome = subprocess.run([SEAWALL, *map(str, arguments)], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, check=False)
    if outcome.returncode != 0:
        raise AssertionError(f"{arguments}: {outcome.stderr}")
    return outcome.stdout


class RealMarket(unittest.TestCase):
    @classmethod
    def run_scenario(cls, data, scenario, *options):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="seawall-real-"))
        cls.addClassCleanup(shutil.rmtree, cls.root)
        tape, result = cls.root / "real.tape.h5", cls.root / "real.h5"
        seawall("import", data, *options, "-o", tape, "-q")
        seawall("run", ROOT / "scenarios" / scenario, "--set", f"tapes=[{tape}]", "-o", result,
                "-q")
        cls.file = h5py.File(result, "r")
        cls.addClassCleanup(cls.file.close)
        cls.pool = cls.file["fund"][next(iter(cls.file["fund"]))]
        cls.liquidations = cls.file["event/liquidation"][:]
        cls.closeouts = cls.file["event/closeout"][:]
        cls.adl = cls.file["event/adl"][:]
        cls.warnings = [text.decode() for text in cls.file["provenance/warnings"][:]]

    def check_the_books(self, quantity_unit):
        """Every change leads from the balance before to the one after, to the unit; what was taken
        over is sold, closed against winners or still held; every close-out is in the fund."""
        changes = self.pool["changes"][:]
        balance = 0
        for change in changes:
            balance += int(change["amount"])
            self.assertEqual(balance, int(change["balance"]))
            self.assertGreaterEqual(balance, 0)
        self.assertEqual(balance, int(self.pool["balance"][-1]))
        self.assertEqual(int(self.pool["balance"][0]), int(changes[0]["amount"]))
        into = sum(int(row["result"]) + int(row["fee"]) + int(row["uncovered_loss"])
                   for row in self.closeouts)
        self.assertEqual(into, balance - int(changes[0]["amount"]))
        market = self.file["instrument"][next(iter(self.file["instrument"]))]
        held = float(market["inventory"][-1]) * float(market["inventory"].attrs["scale_factor"])
        taken = sum(float(row["quantity"]) for row in self.liquidations)
        gone = sum(float(row["quantity"]) for row in self.closeouts) - sum(
            float(row["quantity"]) for row in self.adl)
        self.assertAlmostEqual(taken, gone + held, delta=quantity_unit / 2)


class March2020(RealMarket):
    @classmethod
    def setUpClass(cls):
        cls.run_scenario(BITMEX, "bitmex-2020-03.yaml")

    def test_the_fund_opens_at_what_the_venue_published(self):
        self.assertEqual(int(self.pool["balance"][0]), 3550848199494)  # satoshi
        self.assertEqual(self.pool["balance"].attrs["units"], b"XBT")

    def test_both_days_have_liquidations(self):
        days = [int((row["time"] - MARCH_12) // DAY) for row in self.liquidations]
        self.assertEqual(set(days), {0, 1})
        # Skew counted 876 M and 798 M USD on the two days; an uncalibrated book must come within a
        # factor of two.
        notional = [sum(abs(float(row["quantity"])) for row, day in zip(self.liquidations, days)
                        if day == which) for which in (0, 1)]
        for found, counted in zip(notional, (876e6, 798e6)):
            self.assertTrue(0.5 < found / counted < 2.0, notional)

    def test_the_fund_falls_by_thousands_of_coins_and_pays(self):
        # The venue: 2,606 XBT at the worst, and no ADL.
        figures = self.file["metric/XBT"]
        self.assertTrue(1000e8 < int(figures["drawdown_max"][()]) < 10000e8)
        self.assertEqual(int(figures["outcome"][()]), 0)
        self.assertEqual(len(self.adl), 0)

    def test_the_fund_moves_and_the_books_balance_to_the_satoshi(self):
        self.assertGreater(len(set(self.pool["balance"][:])), 1000)
        self.check_the_books(1.0)

    def test_what_is_assumed_is_said(self):
        self.assertTrue(any("last price is used as mark" in text for text in self.warnings))
        self.assertTrue(any("made from bars" in text for text in self.warnings))


class August2024(RealMarket):
    @classmethod
    def setUpClass(cls):
        cls.run_scenario(BINANCE, "binance-2024-08-08.yaml", "--instrument", "BTCUSDT")

    # quantity, entry, leverage, then rate and deduction of the bracket at the liquidation price
    # (2024-10-24: up to 50,000 USDT 0.4 % and 0, to 600,000 0.5 % and 50, to 3 M 0.65 % and 950).
    POSITIONS = {
        "alma": ("5", "62050", 100, "0.005", "50"),
        "boris": ("0.5", "62000", 125, "0.004", "0"),
        "chen": ("20", "62200", 75, "0.0065", "950"),
    }

    def test_each_position_is_taken_over_at_the_first_price_at_or_below_its_liquidation_price(self):
        trades = {}
        with open(BINANCE, encoding="utf-8") as file:
            for row in csv.DictReader(file):  # the last trade of an instant is its price
                trades[int(row["time"])] = fractions.Fraction(row["price"])
        start = 1723161300000  # 23:55
        names = [text.decode() for text in self.file["account/name"][:]]
        found = {names[row["account"]]: row for row in self.liquidations}
        self.assertEqual(set(found), set(self.POSITIONS))
        for name, (quantity, entry, leverage, rate, deduction) in self.POSITIONS.items():
            q, e = fractions.Fraction(quantity), fractions.Fraction(entry)
            margin = q * e / leverage
            price = (q * e - margin - fractions.Fraction(deduction)) / (
                q * (1 - fractions.Fraction(rate)))
            time, mark = next((t, p) for t, p in sorted(trades.items())
                              if t >= start and p <= price)
            self.assertEqual(int(found[name]["time"]), time * 10**6, name)
            self.assertEqual(fractions.Fraction(str(float(found[name]["mark_price"]))), mark, name)

    def test_the_books_balance_to_the_unit(self):
        self.check_the_books(0.001)

    def test_a_position_that_leaves_in_time_is_not_liquidated(self):
        positions = self.file["instrument/BTCUSDT/positions"][:]
        self.assertEqual(int(positions[0]), 9)  # goran opens later
        # Ten positions, farah left at 23:57, three were taken over.
        self.assertEqual(int(positions[-1]), 6)


if __name__ == "__main__":
    unittest.main(verbosity=1)
