#!/usr/bin/env python3
"""A run makes index, mark and funding itself where the scenario says so."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SEAWALL = os.environ.get("SEAWALL", str(ROOT / "build" / "seawall"))
START = 1754611200000  # 2025-08-08T00:00:00Z


def seawall(*arguments, code=0):
    outcome = subprocess.run([SEAWALL, *map(str, arguments)], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, check=False)
    if outcome.returncode != code:
        raise AssertionError(f"{arguments}: exit {outcome.returncode}\n{outcome.stderr}")
    return outcome.stdout + outcome.stderr


class Prices(unittest.TestCase):
    """A long of 1,000 entered at 30,000 with 2.4M; the venue's mark says 27,500 after a minute, the
    last trades of this and two other markets say 27,800."""

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.here = pathlib.Path(self.directory.name)
        self.addCleanup(self.directory.cleanup)
        trades = [(500, 30000, 1), (61000, 27800, 1000), (119000, 27800, 1)]
        self.tapes = [self.tape("BTC-USDT", trades, [(0, 30000), (60000, 27500)]),
                      self.tape("SPOT1", trades), self.tape("SPOT2", trades)]
        (self.here / "positions.csv").write_text(
            "account,symbol,side,quantity,entry_price,margin,leverage,open_time,close_time\n"
            "trader,BTC-USDT,long,1000,30000,2400000,,,\n")

    def tape(self, instrument, trades, marks=()):
        files = [self.here / f"{instrument}-trades.csv"]
        files[0].write_text("time,price,quantity,side\n" +
                            "".join(f"{START + t},{p}.00,{q},sell\n" for t, p, q in trades))
        if marks:
            files.append(self.here / f"{instrument}-marks.csv")
            files[1].write_text("time,mark_price\n" +
                                "".join(f"{START + t},{p}.00\n" for t, p in marks))
        tape = self.here / f"{instrument}.tape.h5"
        seawall("import", *files, "--instrument", instrument, "-q", "-o", tape)
        return tape

    def scenario(self, instrument, rules=""):
        path = self.here / "scenario.yaml"
        path.write_text(f"""seawall: 1
title: Computed prices
window: {{from: 2025-08-08T00:00:00Z, to: 2025-08-08T00:02:00Z}}
tapes: [{", ".join(map(str, self.tapes))}]
venue:
  name: One tier
  tier_mode: step
  liquidation_fee_rate: 0%
{rules}  contracts:
    - symbol: BTC-USDT
      kind: linear
      size: 1
      settlement: USDT
      money_decimals: 6
      tiers: [{{maintenance_margin_rate: 0.4%, leverage_max: 100}}]
instruments: [{{symbol: BTC-USDT{instrument}}}]
funds: [{{pool: p, balance: 1M, covers: [BTC-USDT]}}]
population: {{kind: positions, file: positions.csv}}
closeout: {{kind: at_once, slippage: {{kind: constant, share: 0%}}}}
""")
        return path

    def figures(self, path):
        result = self.here / "result.h5"
        seawall("run", path, "-q", "-f", "-o", result)
        told = seawall("info", result)
        return {key: float(value) for key, value in
                re.findall(r"(?m)^    (\w+)\s+(-?\d+(?:\.\d+)?)(?: [A-Z]+)?$", told)}

    def test_the_published_mark_liquidates_and_the_computed_one_does_not(self):
        # Tape: equity 2.4M - 2.5M < 0 at 27,500; sold there the fund pays 100,000.  Computed, the
        # median of index, index + basis and last is 27,800: equity 200,000, needed 0.4 % = 111,200.
        tape = self.figures(self.scenario(""))
        self.assertEqual((tape["liquidations"], tape["deficit_total"]), (1, 100000))
        computed = self.figures(self.scenario(
            ", mark: computed, index_sources: [{tape: SPOT1}, {tape: SPOT2, weight: 3}]",
            "  index: {kind: weighted, clamp: 2%}\n  mark: {kind: median3}\n"))
        self.assertEqual((computed["liquidations"], computed["deficit_total"]), (0, 0))

    def test_a_computed_rate_can_push_a_position_into_breach(self):
        # Mark and index are 27,800, the premium 0, so a minute's rate is the interest of 0.4 % (its
        # own band and period): 30,000,000 x 0.4 % = 120,000 at 00:01 leave 200,000 - 120,000 at
        # 27,800, below the 111,200 that are needed.
        rules = ("  index: {kind: weighted, clamp: 2%}\n  mark: {kind: last}\n"
                 "  funding: {kind: premium, interval: 1min, period: 1min, length: 1min, "
                 "sampling: 1s, premium: mark, interest: 0.4%, band: 1%}\n")
        sources = ", index_sources: [{tape: SPOT1}, {tape: SPOT2}], mark: computed"
        self.assertEqual(self.figures(self.scenario(sources, rules))["liquidations"], 0)
        figures = self.figures(self.scenario(sources + ", funding: computed", rules))
        self.assertEqual((figures["liquidations"], figures["surplus_total"]), (1, 80000))

    def test_what_cannot_be_computed_is_an_error_that_says_what_to_do(self):
        mark = "  mark: {kind: median3}\n"
        told = seawall("check", self.scenario(", mark: computed"), code=65)
        self.assertIn("state venue.mark", told)
        told = seawall("check", self.scenario(", mark: computed", mark), code=65)
        self.assertIn("the tapes hold no index of BTC-USDT; import one, or state index_sources",
                      told)
        told = seawall("check", self.scenario(", index_sources: [{tape: SPOT1}]"), code=65)
        self.assertIn("sources need an index kind", told)
        told = seawall("check", self.scenario(", funding: computed"), code=65)
        self.assertIn("state venue.funding", told)
        told = seawall("check", self.scenario(
            ", mark: computed, index_sources: [{tape: NOWHERE}]",
            mark + "  index: {kind: median}\n"), code=65)
        self.assertIn("no tape holds trades or marks of NOWHERE", told)


if __name__ == "__main__":
    unittest.main()
