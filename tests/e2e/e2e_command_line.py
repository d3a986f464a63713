#!/usr/bin/env python3
"""The command line as a person meets it: what works, and what every kind of bad input is told."""
import gzip
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SEAWALL = os.environ.get("SEAWALL", str(ROOT / "build" / "seawall"))
SAMPLES = ROOT / "data" / "samples"
TRADES = SAMPLES / "BTCUSDT-trades-2024-01-15.csv"
MARKS = SAMPLES / "BTCUSDT-mark-2024-01-15.csv"
FUNDING = SAMPLES / "BTCUSDT-fundingRate-2024-01.csv"

SCENARIO = """seawall: 1
title: Twenty minutes of a sample
seed: 7
tapes: [sample.tape.h5]
venue: {venues}/demo.yaml
instruments:
  - {{symbol: BTCUSDT, mark: tape}}
funds:
  - {{pool: demo, balance: 100k, covers: [BTCUSDT]}}
population:
  kind: synthetic
  open_interest: 5M
  leverage: {{kind: lognormal, mu: 2.5, sigma: 0.8, max: 100}}
  size: {{kind: lognormal, mu: 8.5, sigma: 1.2, max: 500k}}
  lifetime: {{kind: exponential, mean: 4}}
  lookback: 0s
closeout: {{kind: participation, cap: 10%, slippage: {{kind: square_root, coefficient: 1.0}}}}
record: {{every: 1s}}
""".format(venues=ROOT / "scenarios" / "venues")

NINE_MISTAKES = """seawall: 1
title: Nine mistakes
sead: 7
window: {{from: 2020-03-14T00:00:00Z, to: 2020-03-12T00:00:00Z}}
tapes: [sample.tape.h5]
venue: {venues}/demo.yaml
instruments:
  - {{symbol: BTCUSDT, mark: lasst}}
funds:
  - {{pool: demo, balance: 1_000_000, covers: [BTCUSDT]}}
population:
  kind: synthetic
  open_interest: nan
  leverage: {{kind: lognormal, mu: 2.5, sigma: -1}}
  size: {{kind: pareto, alpha: 1.2, minimum: 500 USD}}
  lifetime: {{kind: weibull, mean: 4}}
closeout: {{kind: participation, cap: 110%, slippage: {{kind: square_root, coefficient: 1.0}}}}
""".format(venues=ROOT / "scenarios" / "venues")


def small_files(limit):
    """For a child process: no file may grow beyond `limit` bytes, as on a full disk."""
    def limit_size():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return limit_size


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="seawall-e2e-"))
        self.addCleanup(shutil.rmtree, self.root)

    def seawall(self, *arguments, code=0, setup=None):
        outcome = subprocess.run([SEAWALL, *map(str, arguments)], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True, check=False, cwd=self.root,
                                 preexec_fn=setup)
        self.assertEqual(outcome.returncode, code,
                         f"{arguments}\n{outcome.stdout}{outcome.stderr}")
        return outcome

    def write(self, name, data):
        path = self.root / name
        if isinstance(data, bytes):
            path.write_bytes(data)
        else:
            path.write_text(data, encoding="utf-8")
        return path

    def refused(self, output, needle, *arguments, code=65, setup=None):
        """The command fails with one clear sentence and leaves nothing that looks complete."""
        outcome = self.seawall(*arguments, code=code, setup=setup)
        self.assertIn(needle, outcome.stderr)
        errors = [line for line in outcome.stderr.splitlines()
                  if line.startswith("seawall: error:")]
        self.assertEqual(len(errors), 1, outcome.stderr)
        for name in (output, output + ".partial"):
            self.assertFalse((self.root / name).exists(), name)
        return outcome

    def sample_tape(self):
        self.seawall("import", TRADES, MARKS, FUNDING, "-o", "sample.tape.h5", "-q")
        return self.root / "sample.tape.h5"

    def digest(self, tape):
        text = self.seawall("info", tape).stdout
        return re.search(r"^digest\s+(\w+)", text, re.M).group(1)


class Import(CommandLine):
    def test_plain_gz_and_zip_make_the_same_tape(self):
        name = TRADES.name
        self.seawall("import", TRADES, "-o", "plain.tape.h5")
        with gzip.open(self.root / (name + ".gz"), "wb") as out:
            out.write(TRADES.read_bytes())
        with zipfile.ZipFile(self.root / "t.zip", "w", zipfile.ZIP_DEFLATED) as out:
            out.write(TRADES, name)
        self.seawall("import", name + ".gz", "-o", "gz.tape.h5")
        self.seawall("import", "t.zip", "-o", "zip.tape.h5", "--instrument", "BTCUSDT")
        digests = {self.digest(f"{kind}.tape.h5") for kind in ("plain", "gz", "zip")}
        self.assertEqual(len(digests), 1)

    def test_threads_change_no_byte(self):
        self.seawall("import", TRADES, MARKS, "-j", "1", "-o", "one.tape.h5")
        self.seawall("import", MARKS, TRADES, "-j", "3", "-o", "three.tape.h5")
        self.assertEqual((self.root / "one.tape.h5").read_bytes(),
                         (self.root / "three.tape.h5").read_bytes())

    def test_an_output_that_exists_is_kept_unless_forced(self):
        tape = self.sample_tape()
        before = tape.read_bytes()
        outcome = self.seawall("import", TRADES, "-o", tape, code=73)
        self.assertIn("exists already; use -f", outcome.stderr)
        self.assertEqual(tape.read_bytes(), before)
        self.seawall("import", TRADES, "-o", tape, "-f")
        self.assertNotEqual(tape.read_bytes(), before)

    def test_every_broken_file_is_refused_with_its_place_and_reason(self):
        lines = TRADES.read_text(encoding="utf-8").splitlines()
        packed = gzip.compress(TRADES.read_bytes(), mtime=0)
        flipped = bytearray(packed)
        flipped[len(flipped) // 2] ^= 0x10

        def with_line(number, old, new):
            changed = lines.copy()
            self.assertIn(old, changed[number - 1])
            changed[number - 1] = changed[number - 1].replace(old, new, 1)
            return "\n".join(changed) + "\n"

        _, price, quantity, _, time, maker = lines[99].split(",")
        swapped = lines.copy()
        swapped[99], swapped[140] = swapped[140], swapped[99]
        cases = [
            ("empty.csv", b"", "empty"),
            ("header.csv", lines[0] + "\n", "a header and no rows"),
            ("cut.csv.gz", packed[:-400], "cut short"),
            ("flipped.csv.gz", bytes(flipped), "flipped.csv.gz"),
            ("nan.csv", with_line(100, "," + price + ",", ",NaN,"), "nan.csv:100:"),
            ("negative.csv", with_line(100, "," + quantity + ",", ",-" + quantity + ","),
             "negative.csv:100:"),
            ("zero.csv", with_line(100, "," + price + ",", ",0,"), "zero.csv:100:"),
            ("huge.csv", with_line(100, "," + price + ",", ",99999999999999999999,"),
             "huge.csv:100:"),
            ("unit.csv", with_line(100, time, time + "000"), "unit.csv:100:"),
            ("digits.csv", with_line(2, lines[1].split(",")[4], "17052"), "digits.csv:2:"),
            ("order.csv", "\n".join(swapped) + "\n", "order.csv:"),
            ("fields.csv", with_line(100, "," + maker, ""), "fields.csv:100:"),
            ("unknown.csv", with_line(1, "quote_qty", "colour"), "colour"),
            ("missing.csv", "\n".join(line.split(",", 1)[1] for line in lines), "missing.csv"),
            ("words.csv", "the quick brown fox\njumps\n", "words.csv"),
        ]
        for file, data, needle in cases:
            with self.subTest(file):
                folder = self.root / file.replace(".", "_")
                folder.mkdir()
                path = folder / file
                path.write_bytes(data if isinstance(data, bytes) else data.encode())
                outcome = self.refused("broken.tape.h5", needle, "import", path, "--instrument",
                                       "BTCUSDT", "-o", "broken.tape.h5")
                self.assertIn(file, outcome.stderr)
        self.refused("x.tape.h5", "nowhere.csv", "import", "nowhere.csv", "-o", "x.tape.h5",
                     code=66)

    def test_duplicates_are_counted_and_gaps_are_reported(self):
        lines = TRADES.read_text(encoding="utf-8").splitlines()
        self.write("BTCUSDT-trades-2024-01-15.csv",
                   "\n".join(lines[:500] + [lines[499]] + lines[900:]) + "\n")
        self.seawall("import", "BTCUSDT-trades-2024-01-15.csv", "--gap", "20s", "-o", "d.tape.h5")
        text = self.seawall("info", "d.tape.h5").stdout
        self.assertIn("1 skipped", text)
        self.assertIn("400 missing", text)  # ids 500 to 899 of the file
        self.assertRegex(text, r"[1-9]\d* gaps?, longest \d+")

    def test_rows_of_one_instant_in_the_wrong_order_are_told_by_their_ids(self):
        lines = TRADES.read_text(encoding="utf-8").splitlines()
        times = [line.split(",")[4] for line in lines]
        twin = next(i for i in range(1, len(lines) - 1) if times[i] == times[i + 1])
        lines[twin], lines[twin + 1] = lines[twin + 1], lines[twin]
        self.write("BTCUSDT-trades-2024-01-15.csv", "\n".join(lines) + "\n")
        self.refused("x.tape.h5", f":{twin + 2}: error: id goes back", "import",
                     "BTCUSDT-trades-2024-01-15.csv", "-o", "x.tape.h5")

    def test_a_full_disk_leaves_no_tape(self):
        self.refused("full.tape.h5", "full.tape.h5", "import", TRADES, "-o", "full.tape.h5",
                     code=74, setup=small_files(20000))

    def test_directories_where_files_belong(self):
        (self.root / "d").mkdir()
        self.refused("x.tape.h5", "is a directory", "import", "d", "-o", "x.tape.h5", code=66)
        outcome = self.seawall("import", TRADES, "-f", "-o", "d", code=73)
        self.assertIn("is a directory", outcome.stderr)

    def test_a_directory_that_is_not_there(self):
        self.refused("x.tape.h5", "no/x.tape.h5", "import", TRADES, "-o", "no/x.tape.h5", code=73)


class Run(CommandLine):
    def setUp(self):
        super().setUp()
        self.sample_tape()
        self.write("s.yaml", SCENARIO)

    def test_a_run_is_the_same_bytes_again_at_any_thread_count_and_from_its_own_result(self):
        self.seawall("run", "s.yaml", "-j", "1", "-o", "a.h5")
        self.seawall("run", "s.yaml", "-j", "2", "-o", "b.h5")
        self.seawall("run", "a.h5", "-o", "c.h5")
        first = (self.root / "a.h5").read_bytes()
        self.assertEqual(first, (self.root / "b.h5").read_bytes())
        self.assertEqual(first, (self.root / "c.h5").read_bytes())
        text = self.seawall("info", "a.h5").stdout
        self.assertIn("balance_opening        100000 USDT", text)
        self.assertNotIn("liquidation  0", text)

    def test_the_report_is_one_file_that_asks_for_nothing(self):
        self.seawall("run", "s.yaml", "-o", "a.h5", "-q")
        self.seawall("report", "a.h5", "-o", "a.html")
        page = (self.root / "a.html").read_text(encoding="utf-8")
        self.assertIn("Twenty minutes of a sample", page)
        self.assertNotRegex(page, r'(src|href)="https?:')

    def test_an_override_changes_the_run_and_is_kept_in_the_result(self):
        self.seawall("run", "s.yaml", "--set", "funds[0].balance=5k", "-o", "poor.h5", "-q")
        text = self.seawall("info", "poor.h5").stdout
        self.assertIn("balance_opening        5000 USDT", text)

    def test_all_nine_mistakes_of_a_scenario_are_reported_with_their_place(self):
        self.write("nine.yaml", NINE_MISTAKES)
        outcome = self.refused("x.h5", "9 problems", "run", "nine.yaml", "-o", "x.h5")
        places = set(re.findall(r"nine\.yaml:\d+:\d+: error:", outcome.stderr))
        self.assertEqual(len(places), 9, outcome.stderr)

    def test_check_prints_the_effective_scenario_which_runs_to_the_same_result(self):
        text = self.seawall("check", "s.yaml").stdout
        self.write("effective.yaml", text)
        self.seawall("run", "s.yaml", "-o", "a.h5", "-q")
        self.seawall("run", "effective.yaml", "-o", "b.h5", "-q")
        self.assertEqual((self.root / "a.h5").read_bytes(), (self.root / "b.h5").read_bytes())

    def test_tape_and_scenario_that_do_not_match(self):
        cases = [
            (["--set", "instruments[0].tape=ETHUSDT"], "ETHUSDT", 65),
            (["--set", "window={from: 2023-01-01T00:00:00Z, to: 2023-01-02T00:00:00Z}"],
             "not covered", 65),
            (["--set", "tapes=[nowhere.tape.h5]"], "nowhere.tape.h5", 66),
            (["--set", f"tapes=[{TRADES}]"], TRADES.name, 65),
            (["--set", "funds[0].balance=0.0000001"], "more decimals than the 6", 65),
            (["--set", "tapes=[sample.tape.h5, sample.tape.h5]"], "sample.tape.h5", 65),
        ]
        for arguments, needle, code in cases:
            with self.subTest(needle):
                self.refused("x.h5", needle, "run", "s.yaml", *arguments, "-o", "x.h5", code=code)
        # The sample is 07:50 to 08:10; the ends may be missed by five minutes, not by six.
        for window, code in (("07:46:00Z, to: 2024-01-15T08:14:00Z", 0),
                             ("07:44:00Z, to: 2024-01-15T08:00:00Z", 65),
                             ("08:00:00Z, to: 2024-01-15T08:16:30Z", 65)):
            with self.subTest(window):
                self.seawall("run", "s.yaml", "--set", "window={from: 2024-01-15T" + window + "}",
                             "-o", "w.h5", "-f", code=code)
        self.refused("x.h5", "more than 20000000 positions", "run", "s.yaml", "--set",
                     "population.open_interest=1e15", "-o", "x.h5")
        self.seawall("import", TRADES, "-o", "trades.tape.h5")
        self.refused("x.h5", "mark: last", "run", "s.yaml", "--set", "tapes=[trades.tape.h5]",
                     "-o", "x.h5")

    def test_a_run_that_is_stopped_leaves_nothing_behind(self):
        command = [SEAWALL, "run", "s.yaml", "--set", "population.open_interest=3000M", "--set",
                   "record.every=1ms", "-o", "long.h5"]
        with subprocess.Popen(command, cwd=self.root, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            while not (self.root / "long.h5.partial").exists():
                self.assertIsNone(process.poll(), "over before it could be stopped")
                time.sleep(0.005)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(), -signal.SIGTERM)
        self.assertEqual(list(self.root.glob("long.h5*")), [])

    def test_the_volume_clock_reads_the_tape_before_the_window(self):
        begin = 1705305600000  # 08:00, ten minutes into the sample
        for source in (TRADES, MARKS):
            header, *rows = source.read_text(encoding="utf-8").splitlines()
            column = header.split(",").index("time")
            rows = [row for row in rows if int(row.split(",")[column]) >= begin]
            self.write(source.name, "\n".join([header] + rows) + "\n")
        self.seawall("import", TRADES.name, MARKS.name, "-o", "late.tape.h5", "-q")
        # Same window, same positions; only what was traded before 08:00 differs, and with it what
        # the square-root model charges.
        window = "window={from: 2024-01-15T08:00:00Z, to: 2024-01-15T08:09:00Z}"
        totals = []
        for tape in ("sample.tape.h5", "late.tape.h5"):
            text = self.seawall("run", "s.yaml", "--set", window, "--set", f"tapes=[{tape}]",
                                "--set", "closeout={kind: at_once, slippage: {kind: square_root, "
                                "coefficient: 1.0}}", "-o", tape + ".h5").stdout
            self.assertNotIn("liquidation  0", text)
            totals.append(re.search(r"deficit_total\s+(\S+)", text).group(1))
        self.assertNotEqual(*totals)

    def test_trades_too_large_to_add_up_are_refused_not_summed_wrongly(self):
        self.write("BTCUSDT-trades-2024-01-15.csv", "time,price,quantity,side\n"
                   "1705305000000,43000,1,buy\n1705306000000,43000,900000000000000000,buy\n")
        self.seawall("import", "BTCUSDT-trades-2024-01-15.csv", "-o", "huge.tape.h5")
        self.refused("x.h5", "too large to add up", "run", "s.yaml", "--set",
                     "tapes=[huge.tape.h5]", "--set", "instruments[0].mark=last", "-o", "x.h5")

    def test_a_damaged_tape_stops_the_run(self):
        whole = (self.root / "sample.tape.h5").read_bytes()
        self.write("cut.tape.h5", whole[:len(whole) // 2])
        damaged = bytearray(whole)
        # The largest datasets are deflated chunks: damage a run of bytes in the middle of one.
        middle = whole.find(b"\x78\x01", len(whole) // 4)
        damaged[middle + 40:middle + 60] = bytes(20)
        self.write("damaged.tape.h5", bytes(damaged))
        for tape in ("cut.tape.h5", "damaged.tape.h5"):
            with self.subTest(tape):
                self.refused("x.h5", tape, "run", "s.yaml", "--set", f"tapes=[{tape}]", "-o",
                             "x.h5")

    def test_a_full_disk_leaves_no_result(self):
        self.refused("full.h5", "full.h5", "run", "s.yaml", "-o", "full.h5", code=74,
                     setup=small_files(30000))

    def test_positions_of_a_file_are_named_and_their_mistakes_too(self):
        self.write("p.csv", "account,symbol,side,quantity,entry_price,leverage\n"
                            "ann,BTCUSDT,long,1.5,43000,20\nbob,BTCUSDT,short,1.5,43000,10\n")
        population = "population={kind: positions, file: p.csv}"
        self.seawall("run", "s.yaml", "--set", population, "-o", "p.h5")
        self.write("p.csv", "account,symbol,side,quantity,entry_price,leverage\n"
                            "ann,BTCUSDT,up,1.5,43000,20\nbob,BTCUSDT,short,-1.5,43000,10\n")
        self.refused("x.h5", "p.csv:2:", "run", "s.yaml", "--set", population, "-o", "x.h5")
        for row, needle in (("ann,DOGEUSDT,long,1.5,43000,20", "no instrument"),
                            ("ann,BTCUSDT,long,1.5,43000,10000000", "above the 100"),
                            ("ann,BTCUSDT,long,1.5,43000,0.5", "below 1"),
                            ("ann,BTCUSDT,long,1000000000000,43000,2", "does not fit")):
            with self.subTest(needle):
                self.write("p.csv", "account,symbol,side,quantity,entry_price,leverage\n" + row +
                           "\n")
                outcome = self.refused("x.h5", needle, "run", "s.yaml", "--set", population, "-o",
                                       "x.h5")
                self.assertIn("p.csv:2:", outcome.stderr)

    def test_accounts_of_a_file_are_cross_or_isolated(self):
        header = "account,symbol,side,quantity,entry_price,leverage,mode,order_margin\n"
        population = "population={kind: positions, file: p.csv}"
        self.write("p.csv", header + "ann,BTCUSDT,long,1.5,43000,20,cross,12.5\n"
                   "ann,BTCUSDT,short,1,43000,20,cross,\nbob,BTCUSDT,short,0.5,43000,10,,\n"
                   "cat,BTCUSDT,long,1,43000,20,cross,\ncat,BTCUSDT,short,1,43000,20,isolated,\n")
        self.seawall("run", "s.yaml", "--set", population, "-o", "p.h5")
        for row, needle in (("ann,BTCUSDT,long,1.5,43000,20,isolated,1", "only a cross position"),
                            ("ann,BTCUSDT,long,1.5,43000,20,cross,0.0000001", "finer than")):
            with self.subTest(needle):
                self.write("p.csv", header + row + "\n")
                self.refused("x.h5", needle, "run", "s.yaml", "--set", population, "-o", "x.h5")

    def test_check_names_what_is_assumed_and_what_is_missing(self):
        outcome = self.seawall("check", "s.yaml", "--set", "venue.assumed=[the fee]", "--set",
                               "venue.gaps=[the index]", "--set",
                               "venue.valid_to=2021-01-01T00:00:00Z", "--set",
                               "venue.waterfall=[adl]")
        self.assertIn("profile: assumed: the fee\nprofile: gap: the index\n", outcome.stderr)
        self.assertIn("rules hold until 2021-01-01T00:00:00Z", outcome.stderr)
        self.assertIn("pool demo has a balance, but the venue's waterfall has no fund stage",
                      outcome.stderr)
        self.assertIn("  assumed:\n    - \"the fee\"\n", outcome.stdout)

    def test_positions_whose_sides_differ_are_noted_in_the_result(self):
        self.write("p.csv", "account,symbol,side,quantity,entry_price,leverage\n"
                            "ann,BTCUSDT,long,2,43000,20\nbob,BTCUSDT,short,1.5,43000,10\n")
        text = self.seawall("run", "s.yaml", "--set", "population={kind: positions, file: p.csv}",
                            "-o", "p.h5").stdout
        self.assertIn("2 contracts long and 1.5 short", text)

    def test_no_output_replaces_an_input_even_when_forced(self):
        scenario = (self.root / "s.yaml").read_bytes()
        self.seawall("run", "s.yaml", "-o", "r.h5", "-q")
        result = (self.root / "r.h5").read_bytes()
        for arguments in (["run", "s.yaml", "-f", "-o", "s.yaml"],
                          ["run", "s.yaml", "-f", "-o", "sample.tape.h5"],
                          ["run", "r.h5", "-f", "-o", "./r.h5"],
                          ["report", "r.h5", "-f", "-o", "r.h5"],
                          ["import", "sample.tape.h5", "-f", "-o", "sample.tape.h5"]):
            with self.subTest(arguments):
                self.assertIn("is an input", self.seawall(*arguments, code=64).stderr)
        self.assertEqual((self.root / "s.yaml").read_bytes(), scenario)
        self.assertEqual((self.root / "r.h5").read_bytes(), result)


class Misuse(CommandLine):
    def test_usage_errors_exit_64_and_say_where_help_is(self):
        for arguments in (["frobnicate"], ["run", "--nope"], ["run", "a.yaml", "b.yaml", "-o", "x"],
                          ["import", "-o", "x.tape.h5"], ["run", "s.yaml"],
                          ["import", "-j", "zero"],
                          ["report", "a.h5", "-o"], ["models", "extra"]):
            with self.subTest(arguments):
                outcome = self.seawall(*arguments, code=64)
                self.assertIn("seawall -h lists the commands", outcome.stderr)

    def test_help_and_version_go_to_standard_output(self):
        self.assertIn("usage: seawall COMMAND", self.seawall("-h").stdout)
        self.assertIn("seawall 0.", self.seawall("--version").stdout)
        for command in ("import", "run", "report", "check", "info", "models", "generate"):
            self.assertIn(f"usage: seawall {command}", self.seawall(command, "-h").stdout)

    def test_reports_of_what_is_no_result_are_refused(self):
        self.sample_tape()
        self.refused("x.html", "sample.tape.h5", "report", "sample.tape.h5", "-o", "x.html")
        self.write("text.h5", "not HDF5 at all")
        self.refused("x.html", "text.h5", "report", "text.h5", "-o", "x.html")
        self.refused("x.html", "gone.h5", "report", "gone.h5", "-o", "x.html", code=66)


if __name__ == "__main__":
    unittest.main(verbosity=1)
