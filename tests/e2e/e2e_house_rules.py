#!/usr/bin/env python3
"""The checks of the house's rules pass on this repository, and fail on samples that break them."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRIPTS = ROOT / "scripts"
OBJECTS = pathlib.Path(os.environ.get("BUILD", ROOT / "build"))


def run(*command):
    return subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


class HouseRules(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="seawall-rules-"))
        self.addCleanup(shutil.rmtree, self.root)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def expect(self, outcome, code, needle):
        self.assertEqual(outcome.returncode, code, outcome.stdout)
        self.assertIn(needle, outcome.stdout)

    def test_this_repository_keeps_its_layers(self):
        self.expect(run(SCRIPTS / "check_layers.sh"), 0, "includes point down")

    def test_this_repository_fits_a_page(self):
        self.expect(run(SCRIPTS / "check_length.py"), 0, "files fit")

    def test_an_include_that_points_up_or_out_of_its_room_is_found(self):
        for name, include, needle in (
                ("sim/base/money.c", '"market/store.h"', "market is above it"),
                ("sim/engine/fund.c", '"io/recorder.h"', "io is above it"),
                ("sim/engine/fund.c", '"fund.h"', "must be named by its room"),
                ("sim/market/store.c", "<csv.h>", "csv.h belongs"),
                ("sim/engine/fund.c", "<hdf5.h>", "hdf5.h belongs"),
                ("sim/market/csv.c", "<H5DSpublic.h>", "H5DSpublic.h belongs"),
                ("sim/models/slippage.c", "<gsl/gsl_rng.h>", "gsl/gsl_rng.h belongs"),
                ("sim/io/recorder.c", "<yaml.h>", "yaml.h belongs"),
                ("sim/attic/old.c", '"base/error.h"', "no room of the house")):
            with self.subTest(name=name, include=include):
                path = self.write(name, f"/* sample */\n#include {include}\n")
                self.expect(run(SCRIPTS / "check_layers.sh", self.root), 1, f"{name}:2: ")
                self.expect(run(SCRIPTS / "check_layers.sh", self.root), 1, needle)
                path.unlink()

    def test_an_include_that_points_down_is_allowed(self):
        self.write("sim/main.c", '#include "io/scenario.h"\n#include "base/error.h"\n')
        self.write("sim/market/csv.c", "#include <csv.h>\n")
        self.write("sim/market/store_write.c", "#include <hdf5.h>\n")
        self.write("sim/io/scenario_read.c", "#include <yaml.h>\n")
        self.write("sim/study/tail.c", '#include <gsl/gsl_fit.h>\n#include "engine/fund.h"\n')
        self.expect(run(SCRIPTS / "check_layers.sh", self.root), 0, "7 includes point down")

    def test_a_long_function_line_and_file_are_found(self):
        function = "static int\nlong_one(int a)\n{\n" + "    a++;\n" * 66 + "    return a;\n}\n"
        self.write("sim/base/fits.c", function)
        self.expect(run(SCRIPTS / "check_length.py", self.root), 1, "function of 71 lines")
        self.write("sim/base/fits.c", function.replace("    a++;\n", "", 1))
        self.expect(run(SCRIPTS / "check_length.py", self.root), 0, "files fit")
        self.write("sim/base/wide.c", "int a; /*" + "x" * 92 + "*/\n")
        self.expect(run(SCRIPTS / "check_length.py", self.root), 1, "wide.c:1: 103 columns")
        self.write("sim/base/wide.c", "\n" * 601)
        self.expect(run(SCRIPTS / "check_length.py", self.root), 1, "file of 601 lines")

    def test_a_symbol_without_its_files_name_is_found(self):
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            self.skipTest("no C compiler")
        cases = (("slippage_constant", "slippage_of", 0), ("slippage_constant", "fund_of", 1),
                 ("store_write", "tape_writer_open", 0), ("fund", "tape_writer_open", 1),
                 ("fund", "fund", 0), ("fund", "funding_rate", 1))
        for stem, symbol, code in cases:
            with self.subTest(stem=stem, symbol=symbol):
                source = self.write("sample.c", f"int {symbol}(void);\nint {symbol}(void)\n"
                                                "{\n    return 1;\n}\n")
                target = self.root / "objects" / f"{stem}.c.o"
                shutil.rmtree(target.parent, ignore_errors=True)
                target.parent.mkdir()
                self.assertEqual(run(compiler, "-c", source, "-o", target).returncode, 0)
                self.expect(run(SCRIPTS / "check_prefix.sh", target.parent), code,
                            symbol if code else "carry their file's name")

    def test_the_symbols_of_this_build_carry_their_files_names(self):
        objects = OBJECTS / "CMakeFiles" / "seawall_core.dir" / "sim"
        if not objects.is_dir():
            self.skipTest(f"{objects} is not built")
        self.expect(run(SCRIPTS / "check_prefix.sh", objects), 0, "carry their file's name")

    def test_scripts_explain_themselves_and_refuse_what_they_do_not_know(self):
        for name in ("setup.sh", "demo.sh", "check.sh", "bench.sh"):
            with self.subTest(script=name):
                self.expect(run(SCRIPTS / name, "--help"), 0, f"usage: scripts/{name}")
                self.assertEqual(run(SCRIPTS / name, "--no-such-option").returncode, 64)
        self.expect(run(SCRIPTS / "test.sh", "--help"), 0, "usage: scripts/test.sh")


if __name__ == "__main__":
    unittest.main()
