"""A result opens in other people's tools: h5dump, and xarray with either of its HDF5 readers.

The expected numbers are those of sample_small() in tests/support/sample_result.h.
"""
import os
import shutil
import subprocess
import sys
import tempfile


def skip(why):
    print("skipped:", why)
    sys.exit(77)


try:
    import xarray
except ImportError:
    skip("xarray is not installed "
         "(apt-get install python3-xarray python3-netcdf4 python3-h5netcdf)")
if shutil.which("h5dump") is None:
    skip("h5dump is not installed (apt-get install hdf5-tools)")

EXPECTED = [1000.0, 1050.25, 750.25, 0.0, 500.0, 500.0]


def check(name, got, expected):
    assert got == expected, f"{name}: {got!r}, expected {expected!r}"


def check_xarray(path, engine):
    # h5netcdf wants to be told that `changes`, a table, has no named dimension.
    options = {"phony_dims": "sort"} if engine == "h5netcdf" else {}
    with xarray.open_dataset(path, group="fund/btc-usdt", engine=engine,
                             drop_variables=["changes"], **options) as fund:
        check(engine + " samples", fund.sizes["time"], 6)
        check(engine + " dimensions", fund.balance.dims, ("time",))
        check(engine + " balance", [round(float(v), 6) for v in fund.balance.values], EXPECTED)
        check(engine + " units", fund.balance.attrs["units"], "USDT")
        check(engine + " first time", str(fund.time.values[0])[:19], "2020-03-12T00:00:00")
        check(engine + " last time", str(fund.time.values[5])[:19], "2020-03-12T00:00:05")
        at = fund.balance.sel(time="2020-03-12T00:00:02")
        check(engine + " balance at 2 s", float(at), 750.25)
        check(engine + " state", [int(v) for v in fund.state.values], [0, 0, 0, 1, 0, 0])
    with xarray.open_dataset(path, group="instrument/BTC-USDT-SWAP", engine=engine) as market:
        mark = market.mark.values
        assert mark[0] != mark[0], f"{engine}: no price yet must be missing, is {mark[0]}"
        check(engine + " mark", [round(float(v), 6) for v in mark[1:]],
              [7000.0, 6000.0, 6500.0, 6500.0, 6500.1])
    with xarray.open_dataset(path, group="metric/btc-usdt", engine=engine) as metric:
        check(engine + " fall", float(metric.drawdown_max), 1050.25)
        check(engine + " depletion", str(metric.depletion_time.values)[:19], "2020-03-12T00:00:03")


def check_h5dump(path):
    out = subprocess.run(["h5dump", "-d", "/fund/btc-usdt/balance", path], check=True,
                         capture_output=True, text=True).stdout
    assert "1000000000, 1050250000, 750250000, 0, 500000000, 500000000" in out, out
    out = subprocess.run(["h5dump", "-d", "/event/liquidation", path], check=True,
                         capture_output=True, text=True).stdout
    for text in ("bankruptcy_price", "field_units", "field_scale", "instrument_names",
                 "14000000000"):
        assert text in out, f"{text} is not in h5dump's output"
    out = subprocess.run(["h5dump", "-d", "/fund/btc-usdt/changes", path], check=True,
                         capture_output=True, text=True).stdout
    for kind in ("opening", "surplus", "deficit", "injection"):
        assert kind in out, f"{kind} is not in h5dump's output"


def main():
    maker = os.path.join(os.environ.get("BUILD", "build"), "tests", "test_report")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "result.h5")
        subprocess.run([maker, "small", path, os.path.join(folder, "report.html")], check=True)
        check_h5dump(path)
        engines = [e for e in ("netcdf4", "h5netcdf") if e in xarray.backends.list_engines()]
        if not engines:
            skip("xarray has no HDF5 reader (apt-get install python3-netcdf4)")
        for engine in engines:
            check_xarray(path, engine)
        print("opened with h5dump and xarray:", ", ".join(engines))


main()
