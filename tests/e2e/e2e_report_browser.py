"""The report in a browser: opens from a file, draws its charts, asks the network for nothing."""
import os
import subprocess
import sys
import tempfile


def skip(why):
    print("skipped:", why)
    sys.exit(77)


CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.keys import Keys
except ImportError:
    skip("selenium is not installed (apt-get install python3-selenium)")
for program in (CHROMIUM, DRIVER):
    if not os.path.exists(program):
        skip(f"{program} is not there (apt-get install chromium chromium-driver)")

# Pixels of the data canvas of each chart that something was drawn on.
DRAWN = """
return Array.from(document.querySelectorAll('.plot')).map(function (plot) {
  var canvas = plot.querySelector('canvas');
  if (!canvas) return -1;
  var pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  var count = 0;
  for (var i = 3; i < pixels.length; i += 4) count += pixels[i] > 0;
  return count;
});
"""
# Where the plotting area starts, for charts that must line up.
AXES = """
return Array.from(document.querySelectorAll('.plot')).map(function (plot) {
  return plot.querySelector('canvas').getBoundingClientRect().width;
});
"""


def open_browser(profile):
    options = Options()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
                     "--no-first-run", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync", "--window-size=1280,1000",
                     "--user-data-dir=" + profile):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Service(DRIVER), options=options)


def requests_of(browser):
    """Everything the page asked for but itself."""
    import json
    asked = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    return asked


def check_page(browser, url, kind):
    browser.get(url)
    drawn = browser.execute_script(DRAWN)
    assert len(drawn) == 4 and min(drawn) > 50, f"charts are blank: {drawn}"
    assert len(set(browser.execute_script(AXES))) == 1, "the charts do not line up"
    answer = browser.find_element("css selector", ".answer").text
    assert ("NOT" in answer) == (kind == "fails"), answer
    # The keyboard moves the cursor in every chart and zooms every chart.
    plots = browser.find_elements("css selector", ".plot")
    plots[0].send_keys(Keys.ARROW_RIGHT)
    readouts = [o.text for o in browser.find_elements("css selector", "figcaption output")]
    assert all("UTC" in text for text in readouts), f"no value at the cursor: {readouts}"
    plots[0].send_keys("+")
    assert browser.find_element("id", "whole").is_displayed(), "+ did not zoom"
    browser.find_element("id", "whole").click()
    assert not browser.find_element("id", "whole").is_displayed()
    browser.find_element("id", "theme").click()
    assert min(browser.execute_script(DRAWN)) > 50, "charts are blank in the other theme"
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                            {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": True})
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    assert wide <= 400, f"the page is {wide} pixels wide on a 400 pixel screen"
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    errors = [e for e in browser.get_log("browser") 
              if e["level"] in ("SEVERE", "WARNING") and "willReadFrequently" not in e["message"]]
    assert errors == [], errors
    asked = [u for u in requests_of(browser) if u != url and not u.startswith(("data:", "chrome"))]
    assert asked == [], f"the page asked for {asked}"


def main():
    maker = os.path.join(os.environ.get("BUILD", "build"), "tests", "test_report")
    with tempfile.TemporaryDirectory() as folder:
        browser = open_browser(os.path.join(folder, "profile"))
        try:
            for kind in ("crash", "fails"):
                report = os.path.join(folder, kind + ".html")
                subprocess.run([maker, kind, os.path.join(folder, kind + ".h5"), report],
                               check=True)
                check_page(browser, "file://" + report, kind)
        finally:
            browser.quit()
    print("both reports opened, drew four charts each and asked for nothing")


main()
