#!/usr/bin/env python3
"""Each venue's profile at work: one small run a period, whose numbers can be checked by hand.

A run has a window of a few minutes, prices that stand still between its steps, and explicit
positions; it is the shipped profile that decides what becomes of them.  Close-outs are at the mark
unless a test says otherwise, so what is left of an account is arithmetic."""
import calendar
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import h5py
except ImportError:
    print("skipped: h5py is not installed (apt-get install python3-h5py)")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SEAWALL = os.environ.get("SEAWALL", str(ROOT / "build" / "seawall"))
VENUES = ROOT / "scenarios" / "venues"
TAKEOVER, ORDER, CLOSE, RESTORED, CLOSED = range(5)
HEAD = "account,symbol,side,quantity,entry_price,margin,leverage,open_time,close_time\n"


def seawall(*arguments):
    outcome = subprocess.run([SEAWALL, *map(str, arguments)], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, check=False)
    if outcome.returncode != 0:
        raise AssertionError(f"{arguments}: exit {outcome.returncode}\n{outcome.stderr}")
    return outcome.stdout


class Run:
    """What one run came to; times are seconds after its start, money is in the currency."""

    def __init__(self, path, start):
        with h5py.File(path) as file:
            pool = file["fund/p"]
            self.start, self.decimals = start, int(pool.attrs["decimals"])
            self.accounts = [name.decode() for name in file["account/name"][()]]
            self.steps = [(self.seconds(row["time"]), int(row["step"]), row["quantity"])
                          for row in file["event/liquidation"][()]]
            self.closeouts = [(self.seconds(row["time"]), row["quantity"], row["close_price"],
                               self.money(row["fee"]), self.money(row["result"]))
                              for row in file["event/closeout"][()]]
            self.adl = [(self.seconds(row["time"]), self.accounts[row["counterparty"]],
                         row["quantity"], row["price"], self.money(row["haircut"]))
                        for row in file["event/adl"][()]]
            self.shared = [(self.seconds(row["time"]), self.accounts[row["account"]],
                            self.money(row["amount"])) for row in file["event/socialised"][()]]
            self.controls = [(self.seconds(row["time"]), int(row["kind"]), bool(row["on"]),
                              row["multiplier"]) for row in file["event/control"][()]]
            self.changes = [(self.seconds(row["time"]), int(row["kind"]),
                             self.money(row["amount"]), self.money(row["balance"]))
                            for row in pool["changes"][()]]
            metric = file["metric/p"]
            self.figures = {key: metric[key][()] for key in metric}

    def seconds(self, ns):
        return int(ns) / 1e9 - self.start

    def money(self, amount):
        return int(amount) / 10 ** self.decimals

    def figure(self, name):
        return self.money(self.figures[name])


class Venues(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.here = pathlib.Path(self.directory.name)
        self.addCleanup(self.directory.cleanup)

    def run_venue(self, file, symbol, date, steps, positions, fund, minutes=None, oracle=False,
                  closeout="{kind: at_once, slippage: {kind: constant, share: 0%}}", trades=()):
        """Runs a profile from `date` on; steps are (second, price) of the mark or the oracle."""
        start = calendar.timegm(time.strptime(date, "%Y-%m-%dT%H:%M:%S"))
        last = 60 * minutes if minutes else steps[-1][0] + 60
        kind = "index" if oracle else "mark"
        tape = self.here / "tape.h5"
        files = [self.here / f"{kind}.csv"]
        rows = list(steps) + [(last, steps[-1][1])]
        files[0].write_text(f"time,{kind}_price\n" +
                            "".join(f"{(start + t) * 1000},{p:.2f}\n" for t, p in rows))
        if trades:
            files.append(self.here / "trades.csv")
            files[1].write_text("time,price,quantity,side\n" + "".join(
                f"{(start + t) * 1000},{p:.2f},{q},{s}\n" for t, p, q, s in trades))
        seawall("import", *files, "--instrument", symbol, "-q", "-f", "-o", tape)
        (self.here / "positions.csv").write_text(HEAD + "".join(
            f"{a},{symbol},{side},{q},{entry},{margin},,,{close}\n"
            for a, side, q, entry, margin, *rest in positions
            for close in [self.stamp(start + rest[0]) if rest else ""]))
        scenario = self.here / "scenario.yaml"
        scenario.write_text(f"""seawall: 1
title: {file}
window: {{from: {self.stamp(start)}, to: {self.stamp(start + last)}}}
tapes: [tape.h5]
venue: {VENUES / file}
instruments: [{{symbol: {symbol}}}]
funds: [{{pool: p, balance: {fund}, covers: [{symbol}]}}]
population: {{kind: positions, file: positions.csv}}
closeout: {closeout}
""")
        result = self.here / "result.h5"
        seawall("run", scenario, "-q", "-f", "-o", result)
        return Run(result, start)

    @staticmethod
    def stamp(seconds):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))

    def near(self, got, expected, places=6):
        self.assertEqual(len(got), len(expected), f"{got} for {expected}")
        for one, other in zip(got, expected):
            for a, b in zip(one, other):
                if isinstance(b, str):
                    self.assertEqual(a, b)
                else:
                    self.assertAlmostEqual(a, b, places=places, msg=f"{got} for {expected}")

    # ---- OKX ----

    def test_okx_of_2018_shares_a_loss_at_the_end_of_the_week_by_profit(self):
        # A long of 1 BTC from 8,000 with 100: at 7,800 it lacks 100, and the fund has nothing.  On
        # Friday at 08:00 the shorts, which are 150 and 50 up, give up 75 and 25; no ADL.
        run = self.run_venue("okx.yaml", "BTC-USDT-SWAP", "2018-07-27T07:58:00",
                             [(0, 8000), (60, 7800)],
                             [("loser", "long", 100, 8000, 100), ("a", "short", 75, 8000, 1000),
                              ("b", "short", 25, 8000, 1000)], 0, minutes=4)
        self.near(run.closeouts, [(60, 100, 7800, 0, -100)])
        self.near(run.shared, [(120, "a", 75), (120, "b", 25)])
        self.assertEqual((run.figure("uncovered_loss_total"), run.adl), (0, []))

    def test_okx_of_2020_goes_two_tiers_down_and_settles_its_fund_at_eight(self):
        # 15,000 contracts (150 BTC) are tier 4: 1.9 % + 0.05 % of 1,192,500 at 7,950 is 23,253.75,
        # and 30,000 - 7,500 = 22,500 are left.  Down to tier 2, 2,000 contracts: 13,000 are closed
        # for the trader, for 0.05 % of 1,033,500 = 516.75, which the fund has from 08:00 on.
        run = self.run_venue("okx.yaml", "BTC-USDT-SWAP", "2020-03-12T07:58:00",
                             [(0, 8000), (60, 7950)],
                             [("big", "long", 15000, 8000, 30000),
                              ("other", "short", 15000, 8000, 300000)], 1000, minutes=4)
        self.near(run.steps, [(60, ORDER, 13000), (60, RESTORED, 0)])
        self.near(run.closeouts, [(60, 13000, 7950, 516.75, 0)])
        self.near(run.changes, [(0, 0, 1000, 1000), (120, 2, 516.75, 1516.75)])

    # two longs of 1 BTC from 8,000: one lacks 300 at 7,600, the other 50 at 7,500
    FALL = ([(0, 8000), (60, 7600), (120, 7500)],
            [("one", "long", 100, 8000, 100), ("two", "long", 100, 8000, 450),
             ("winner", "short", 200, 8000, 5000)], 1000)

    def test_okx_of_2020_deleverages_at_the_bankruptcy_price_after_a_fall_of_30_percent(self):
        # The fund of 1,000 pays 300, which is 30 % of its peak: the next is closed against the
        # winner at 8,000 - 450 = 7,550, who gives up 50.
        run = self.run_venue("okx.yaml", "BTC-USDT-SWAP", "2020-03-12T00:00:00", *self.FALL)
        self.near(run.closeouts, [(60, 100, 7600, 0, -300)])
        self.near(run.adl, [(120, "winner", -100, 7550, 50)])
        self.assertEqual(run.figure("balance_closing"), 700)
        # it never failed to pay: it held, with ADL
        self.assertEqual((int(run.figures["depleted"]), int(run.figures["outcome"])), (0, 3))

    def test_okx_of_2024_deleverages_at_the_mark_while_the_fund_can_pay(self):
        # The same, but both settle at the mark of 7,500 and the fund pays the 50.
        run = self.run_venue("okx.yaml", "BTC-USDT-SWAP", "2024-05-01T00:00:00", *self.FALL)
        self.near(run.adl, [(120, "winner", -100, 7500, 0)])
        self.assertEqual(run.figure("balance_closing"), 650)

    def test_okx_of_2025_compares_with_the_mean_and_at_least_50_000(self):
        # A fund of 100,000 that stood for 8 hours pays 39,000, 10,000 and 3,000: 49,000 is almost
        # half of it and no trigger, 52,000 is.  In 2024 the first 39 % were enough.
        fall = ([(0, 8000), (28800, 4000), (28860, 2000), (28920, 1500)],
                [("one", "long", 1000, 8000, 1000), ("two", "long", 1000, 8000, 50000),
                 ("three", "long", 1000, 8000, 62000), ("four", "long", 1000, 8000, 62500),
                 ("winner", "short", 4000, 8000, 500000)], 100000)
        run = self.run_venue("okx.yaml", "BTC-USDT-SWAP", "2025-10-10T08:00:00", *fall)
        self.near(run.closeouts, [(28800, 1000, 4000, 0, -39000), (28860, 1000, 2000, 0, -10000),
                                  (28920, 1000, 1500, 0, -3000)])
        self.near(run.adl, [(28920, "winner", -1000, 1500, 0)])
        run = self.run_venue("okx.yaml", "BTC-USDT-SWAP", "2024-10-10T08:00:00", *fall)
        self.near(run.closeouts, [(28800, 1000, 4000, 0, -39000)])
        self.assertEqual(len(run.adl), 3)

    # ---- Binance ----

    def test_binance_liquidates_with_maintenance_amounts_and_keeps_the_clearance_fee(self):
        # 10 BTC from 8,000 with 4,000, 0.5 % and cum 50: (80,000 - 4,000 - 50) / (10 x 0.995) =
        # 7,633.17 (the form of golden B01).  One order for all; 330 are left of the margin, less
        # than the clearance fee of 1.5 % of 76,330, and go to the fund.
        run = self.run_venue("binance-usdm.yaml", "BTCUSDT", "2020-03-12T00:00:00",
                             [(0, 8000), (60, 7634), (120, 7633)],
                             [("a", "long", 10, 8000, 4000), ("b", "short", 10, 8000, 40000)], 1000)
        self.near(run.steps, [(120, ORDER, 10), (120, CLOSED, 0)])
        self.near(run.changes, [(0, 0, 1000, 1000), (120, 2, 330, 1330)])

    def test_binance_s_brackets_of_2024_reach_further_than_those_of_2020(self):
        # 62.5 BTC from 8,000 with 10,000.  2020: 1 %, cum 1,300: (490,000 - 1,300) / 61.875 =
        # 7,898.2.  2024: 0.5 %, cum 50: 489,950 / 62.1875 = 7,878.6.
        steps = [(0, 8000), (60, 7890), (120, 7879), (180, 7878)]
        book = [("a", "long", 62.5, 8000, 10000), ("b", "short", 62.5, 8000, 400000)]
        for file, date, when in (("binance-usdm.yaml", "2020-03-12", 60),
                                 ("binance-usdm.yaml", "2025-10-10", 180),
                                 ("binance-2024.yaml", "2024-11-01", 180)):
            with self.subTest(profile=file, date=date):
                run = self.run_venue(file, "BTCUSDT", date + "T00:00:00", steps, book, 1000)
                self.assertEqual(run.steps[0][0], when)

    # ---- BitMEX ----

    def test_bitmex_of_2018_fills_or_kills_down_to_the_lower_risk_limit(self):
        # 1,500,000 contracts from 6,000 with 5 XBT are 252.95 XBT at 5,930: 1 % is 2.53, and 5 -
        # 2.95 = 2.05 are left.  200 XBT at 5,930 are 1,186,000 contracts: 314,000 are closed.
        run = self.run_venue("bitmex-2018.yaml", "XBTUSD", "2018-11-20T00:00:00",
                             [(0, 6000), (60, 5930)],
                             [("a", "long", 1500000, 6000, 5),
                              ("b", "short", 1500000, 6000, 100)], 1)
        self.near(run.steps, [(60, ORDER, 314000), (60, RESTORED, 0)])
        self.assertEqual(run.figure("balance_closing"), 1)

    def test_bitmex_of_2020_takes_all_and_the_margin_left_is_the_fund_s(self):
        # 300,000 contracts from 6,000 with 1 XBT: 300,000 x (1/5,890 - 1/6,000) = 0.93378608 are
        # lost at 5,890, and 0.06621392 is less than 0.5 % of 50.93 XBT.
        run = self.run_venue("bitmex-2020.yaml", "XBTUSD", "2020-03-12T00:00:00",
                             [(0, 6000), (60, 5890)],
                             [("a", "long", 300000, 6000, 1), ("b", "short", 300000, 6000, 100)], 1)
        self.near(run.steps, [(60, TAKEOVER, 300000)])
        self.near(run.changes, [(0, 0, 1, 1), (60, 1, 0.06621392, 1.06621392)], places=8)

    # ---- Bybit ----

    def test_bybit_of_2024_goes_below_zero_once_and_then_deleverages(self):
        # Two longs of 1 BTC from 20,000: at 19,000 one lacks 150 and the fund of 100 pays it; below
        # zero it pays no more, and the other, with 50 left, is closed at 20,000 - 1,050 = 18,950.
        run = self.run_venue("bybit.yaml", "BTCUSDT", "2024-08-05T00:00:00",
                             [(0, 20000), (60, 19000)],
                             [("one", "long", 1, 20000, 850), ("two", "long", 1, 20000, 1050),
                              ("winner", "short", 2, 20000, 20000)], 100)
        self.near(run.changes, [(0, 0, 100, 100), (60, 3, -150, -50)])
        self.near(run.adl, [(60, "winner", -1, 18950, -50)])

    def test_bybit_s_pool_of_2025_bears_a_symbol_s_loss_to_the_line_and_no_further(self):
        # A tenth of golden Y10: of a symbol's loss of 35,000 a pool of 100,000 bears 30,000, and
        # the counterparty 5,000: its long of 100 BTC is settled at its bankruptcy price of 19,050.
        run = self.run_venue("bybit.yaml", "BTCUSDT", "2026-01-01T00:00:00",
                             [(0, 20000), (60, 19000)],
                             [("one", "long", 100, 20000, 70000),
                              ("two", "long", 100, 20000, 95000),
                              ("winner", "short", 200, 20000, 2000000)], 100000)
        self.near(run.changes, [(0, 0, 100000, 100000), (60, 3, -30000, 70000)])
        self.near(run.adl, [(60, "winner", -100, 19050, 5000)])

    # ---- Deribit ----

    def test_deribit_of_2016_closes_a_contract_at_a_time_until_the_account_is_well(self):
        # 1,000 contracts of 10 USD from 600 with 1.7 BTC: at 570 it has 0.82281 and needs 5 % of
        # 17.54386 = 0.87719.  Each contract closed frees 0.00087719 and costs 0.35 % of 0.01754386
        # = 0.0000614: 0.05438 / 0.0008158 = 66.7, so 67 are closed.
        run = self.run_venue("deribit.yaml", "BTC-PERPETUAL", "2016-08-01T00:00:00",
                             [(0, 600), (60, 570)],
                             [("a", "long", 1000, 600, 1.7), ("b", "short", 1000, 600, 20)], 1,
                             minutes=61)
        self.assertEqual([quantity for _, quantity, *_ in run.closeouts], [1] * 67)
        self.assertEqual(run.steps[-1][:2], (60, RESTORED))
        self.near(run.changes[1:], [(3600, 2, 67 * 0.0000614, 1 + 67 * 0.0000614)], places=8)

    def test_deribit_shares_a_loss_among_the_day_s_winners_and_tightens_margins(self):
        # At 500 the long has lost 10,000 x (1/500 - 1/600) = 3.3333 of its 1.7: 1.63333 are shared
        # at 08:00 by 3 to 1; margins are half as much again for 24 hours.
        run = self.run_venue("deribit.yaml", "BTC-PERPETUAL", "2016-08-01T07:58:00",
                             [(0, 600), (60, 500)],
                             [("a", "long", 1000, 600, 1.7), ("b", "short", 750, 600, 20),
                              ("c", "short", 250, 600, 20)], 0, minutes=1450)
        self.near(run.shared, [(120, "b", 1.225), (120, "c", 1.225 / 3)], places=6)
        self.near(run.controls, [(60, 1, True, 1.5), (60 + 86400, 1, False, 1.0)])
        self.assertEqual(run.figure("uncovered_loss_total"), 0)

    def test_deribit_of_today_charges_a_rate_that_grows_with_the_size(self):
        # 25 BTC: 1 % + 25 x 0.005 % = 1.125 % (golden E01).  From 100,000 with 53,125: (2,500,000 -
        # 53,125) / (25 x 0.98875) = 98,988.6.  All is sold, below the 400 of a step; the fund gets
        # 0.35 % of 2,474,700 and the trader the rest.
        run = self.run_venue("deribit.yaml", "BTC_USDC-PERPETUAL", "2020-03-12T00:00:00",
                             [(0, 100000), (60, 98989), (120, 98988)],
                             [("a", "long", 25, 100000, 53125),
                              ("b", "short", 25, 100000, 500000)], 1000, minutes=61)
        self.near(run.closeouts, [(120, 25, 98988, 8661.45, 0)])
        self.near(run.changes, [(0, 0, 1000, 1000), (3600, 2, 8661.45, 9661.45)])

    # ---- Hyperliquid ----

    def test_hyperliquid_sells_a_fifth_and_after_30_seconds_the_rest(self):
        # 2 BTC from 100,000 with 5,000: at 98,400 equity is 1,800, needed 1.25 % of 196,800 =
        # 2,460, and after a fifth still 1,968; 1,640, two thirds, would call the backstop.
        run = self.run_venue("hyperliquid.yaml", "BTC", "2025-04-01T00:00:00",
                             [(0, 100000), (60, 98400), (70, 98400)],
                             [("a", "long", 2, 100000, 5000),
                              ("b", "short", 2, 100000, 100000)], 1000, minutes=3)
        self.near(run.steps, [(60, ORDER, 0.4), (90, ORDER, 1.6), (90, CLOSED, 0)])
        self.assertEqual(run.figure("balance_closing"), 1000)

    def test_hyperliquid_s_vault_takes_over_below_two_thirds_of_maintenance(self):
        # At 98,200 equity is 1,400, below two thirds of 2,455: the vault has all of it.
        run = self.run_venue("hyperliquid.yaml", "BTC", "2025-04-01T00:00:00",
                             [(0, 100000), (60, 98200)],
                             [("a", "long", 2, 100000, 5000),
                              ("b", "short", 2, 100000, 100000)], 1000)
        self.near(run.steps, [(60, TAKEOVER, 2)])
        self.near(run.changes, [(0, 0, 1000, 1000), (60, 5, 1400, 2400)])

    def test_hyperliquid_s_documented_and_decompiled_rankings_pick_different_winners(self):
        # Golden H03: the documented index looks at leverage, 95,000 over 11,500 is 8.3 x, the
        # decompiled one at leverage x profit share, 8.3 x 1 % < 0.5 x 50 %.  Both settle at the
        # mark before the jump.
        for date, winner in (("2025-04-01", "leverage"), ("2025-10-10", "profit")):
            with self.subTest(date=date):
                run = self.run_venue("hyperliquid.yaml", "BTC", date + "T00:00:00",
                                     [(0, 100000), (60, 99000), (120, 95000)],
                                     [("a", "long", 1, 100000, 2500),
                                      ("leverage", "short", 1, 96000, 10500),
                                      ("profit", "short", 1, 190000, 95000),
                                      ("z", "long", 1, 100000, 100000)], 1000)
                self.near(run.adl, [(120, winner, -1, 99000, 4000)])

    # ---- dYdX, Drift, Vega ----

    def test_dydx_fills_a_tenth_a_block_at_the_bankruptcy_price(self):
        # 1 BTC with 1,100 over 50,000: (50,000 - 1,100) / 0.988 = 49,493.9 of the oracle.  At
        # 49,400 equity is 500 and a tenth of the position carries a tenth of it: 50, then 45, then
        # 40.5, all below 1.5 % of the notional, until the fund has the 500.
        run = self.run_venue("dydx-v4.yaml", "BTC-USD", "2024-08-05T00:00:00",
                             [(0, 50000), (60, 49494), (120, 49400)],
                             [("a", "long", 1, 50000, 1100), ("b", "short", 1, 50000, 50000)], 1000,
                             minutes=4, oracle=True)
        self.near(run.closeouts[:3], [(120, 0.1, 49400, 0, 50), (121, 0.09, 49400, 0, 45),
                                      (122, 0.081, 49400, 0, 40.5)])
        self.assertEqual((run.figure("balance_closing"), int(run.figures["liquidations"])),
                         (1500, 1))

    def test_drift_lets_more_be_liquidated_the_longer_it_takes(self):
        # 1,000 from 100 with 6,000: at 98 equity is 4,000, needed 5 % of 98,000.  2 % at first, a
        # sixtieth of what is held more each second; liquidators buy at 98 x 0.99, the fund has 1 %.
        run = self.run_venue("drift-v2.yaml", "BTC-PERP", "2024-08-05T00:00:00",
                             [(0, 100), (60, 98)],
                             [("a", "long", 1000, 100, 6000), ("b", "short", 1000, 100, 50000)],
                             1000, oracle=True)
        self.near(run.closeouts[:2], [(60, 20, 97.02, 19.404, 0),
                                      (61, 980 * (0.02 + 1 / 60), 97.02, 34.86252, 0)], places=5)
        self.assertEqual(run.steps[-1][1], RESTORED)

    def test_drift_shares_by_open_interest_what_the_fund_cannot_pay(self):
        # At 90 the long lacks 4,000, and 900 more for the liquidators' 1 %; the fund pays its 1,000
        # and the shorts the 3,900 by 3 to 1.
        run = self.run_venue("drift-v2.yaml", "BTC-PERP", "2024-08-05T00:00:00",
                             [(0, 100), (60, 90)],
                             [("a", "long", 1000, 100, 6000), ("b", "short", 750, 100, 50000),
                              ("c", "short", 250, 100, 50000)], 1000, minutes=4, oracle=True)
        self.near([row[1:] for row in run.shared], [("b", 2925), ("c", 975)], places=4)
        self.assertEqual(run.figure("deficit_total"), 1000)

    def test_vega_pays_at_every_mark_and_its_network_holds_what_is_distressed(self):
        # With 500 the long pays 250 and 60, and 190 are below 2 % of 9,690: the network has both.
        # At 9,600 it pays 90; at 9,400 it owes 200 and has 100, so the short's gain is cut by 100.
        run = self.run_venue("vega.yaml", "BTC-USDT", "2023-01-01T00:00:00",
                             [(0, 10000), (60, 9750), (120, 9690), (180, 9600), (240, 9400)],
                             [("a", "long", 1, 10000, 500), ("b", "short", 1, 10000, 500)], 0,
                             closeout="{kind: participation, cap: 1%, "
                                      "slippage: {kind: constant, share: 0%}}",
                             trades=[(1, 10000, 1, "buy")])
        self.near(run.steps, [(120, TAKEOVER, 1)])
        self.near(run.changes, [(0, 0, 0, 0), (120, 5, 190, 190), (180, 6, -90, 100),
                                (240, 6, -100, 0)])
        self.near(run.shared, [(240, "b", 100)])


if __name__ == "__main__":
    unittest.main()
