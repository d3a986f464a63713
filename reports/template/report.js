"use strict";
/* Draws the charts of a seawall report and keeps them in step: one zoom, one cursor, one axis. */
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const charts = [];
  const whole = document.getElementById("whole");
  const root = document.documentElement;
  let shown = [data.from, data.to];
  if (shown[0] === shown[1]) shown = [data.from - 500, data.to + 500];
  const limits = shown.slice();

  const colour = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();
  const minus = (text) => text.replace("-", "\u2212");
  const full = (value, digits) => minus(value.toLocaleString("en-GB",
    { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  const pad = (number) => String(number).padStart(2, "0");

  /* 12,900,000 on an axis that ticks every 500,000 is "12.9 M". */
  function axisNumber(value, step) {
    const size = Math.max(Math.abs(value), step);
    const unit = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"], [1, ""]]
      .find((u) => size >= (u[0] === 1e3 ? 1e5 : u[0])) || [1, ""];
    if (value === 0) return "0";
    const digits = Math.min(8, Math.max(0, Math.ceil(-Math.log10(step / unit[0]) - 1e-9)));
    return full(value / unit[0], digits) + (unit[1] ? "\u202f" + unit[1] : "");
  }

  /* Ticks at 1, 2 or 5 times a power of ten, 24 pixels apart or more. */
  function valueTicks(low, high, pixels) {
    const least = (high - low) / Math.max(1, Math.floor(pixels / (pixels < 120 ? 24 : 32)));
    const power = Math.pow(10, Math.floor(Math.log10(least)));
    const step = power * [1, 2, 5, 10].find((f) => f * power >= least * .999);
    const ticks = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++)
      ticks.push({ v: i * step, label: axisNumber(i * step, step) });
    return ticks;
  }

  function when(time) {
    const at = new Date(time);
    return at.toISOString().slice(0, 19).replace("T", " ") +
      (at.getUTCMilliseconds() ? "." + String(at.getUTCMilliseconds()).padStart(3, "0") : "") + " UTC";
  }

  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

  /* Ticks at round UTC times, about one every 110 pixels; days carry their date. */
  const second = 1e3, minute = 6e4, hour = 36e5, day = 864e5;
  const steps = [1, 10, 100, second, 5 * second, 15 * second, 30 * second, minute, 5 * minute,
    15 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day,
    14 * day, 30 * day, 91 * day, 182 * day, 365 * day, 1826 * day];
  function timeTicks(from, to, pixels) {
    const least = (to - from) / Math.max(1, pixels / (narrow() ? 80 : 100));
    const step = steps.find((s) => s >= least) || steps[steps.length - 1];
    const ticks = [];
    let before = "";
    for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
      const at = new Date(t);
      const date = at.getUTCDate() + " " + months[at.getUTCMonth()] +
        (step >= 14 * day ? " " + at.getUTCFullYear() : "");
      let label = date;
      if (step < day && (t % day !== 0 || date === before)) {
        label = pad(at.getUTCHours()) + ":" + pad(at.getUTCMinutes());
        if (step < minute) label += ":" + pad(at.getUTCSeconds());
        if (step < second) label += "." + String(at.getUTCMilliseconds()).padStart(3, "0");
      }
      before = date;
      ticks.push({ v: t, label: label });
    }
    return ticks;
  }

  const narrow = () => window.innerWidth < 576;

  /* The value line of each kind: what it shows at the cursor. */
  const kinds = {
    balance: (chart) => ({
      rows: zip(chart.source.t, chart.source.balance), colour: "blue", fill: true, step: true,
      zero: true, unit: chart.source.unit, digits: chart.source.digits
    }),
    drawdown: (chart) => ({
      rows: zip(chart.source.t, chart.source.drawdown.map((v) => v === 0 ? 0 : -v)), colour: "red",
      fill: true, step: true, zero: true, unit: chart.source.unit, digits: chart.source.digits
    }),
    mark: (chart) => ({
      rows: zip(chart.source.t, chart.source.mark), colour: "grey", fill: false, step: false,
      zero: false, unit: chart.source.unit, digits: chart.source.digits
    }),
    bars: (chart) => ({
      rows: chart.source.bars.map((v, i) => [data.from + data.binFrom + i * data.step, v]),
      colour: "grey", fill: false, step: true, zero: true, unit: chart.source.money,
      digits: chart.source.moneyDigits, bars: true
    })
  };

  function zip(times, values) {
    return times.map((t, i) => [data.from + t, values[i]]);
  }

  function drawBars(plotter) {
    const g = plotter.dygraph, ctx = plotter.drawingContext;
    const width = g.toDomXCoord(data.from + data.step) - g.toDomXCoord(data.from);
    const bottom = g.toDomYCoord(0);
    ctx.fillStyle = plotter.color;
    for (const point of plotter.points) {
      if (point.yval > 0)
        ctx.fillRect(point.canvasx + .5, point.canvasy, Math.max(1, width - 1), bottom - point.canvasy);
    }
  }

  /* Lowest and highest value among the rows on view, the step that leads in included. */
  function range(chart) {
    let low = Infinity, high = -Infinity, before = null;
    for (const row of chart.rows) {
      if (row[0] < shown[0]) { before = row[1]; continue; }
      if (row[0] > shown[1]) break;
      low = Math.min(low, row[1]); high = Math.max(high, row[1]);
    }
    if (before !== null) { low = Math.min(low, before); high = Math.max(high, before); }
    if (low > high) { low = 0; high = 1; }
    if (chart.zero) { low = Math.min(low, 0); high = Math.max(high, 0); }
    if (low === high) high = low + 1;
    const space = (high - low) * .06;
    return [chart.zero && low === 0 ? 0 : low - space, chart.zero && high === 0 ? space / 2 : high + space];
  }

  /* Overlays stand where the data is, whatever the zoom. */
  function place(chart) {
    const g = chart.graph, area = g.getArea();
    const inside = (t) => t >= shown[0] && t <= shown[1];
    const low = chart.kind === "balance" && chart.source.lowest;
    if (low) {
      const t = data.from + low[0], on = inside(t);
      const x = g.toDomXCoord(t), y = g.toDomYCoord(low[1]);
      chart.dot.hidden = chart.label.hidden = !on;
      chart.dot.style.left = x + "px"; chart.dot.style.top = y + "px";
      const right = x > area.x + area.w * .75;
      chart.label.style.left = right ? "" : x + 10 + "px";
      chart.label.style.right = right ? chart.plot.clientWidth - x + 10 + "px" : "";
      chart.label.style.top = (y + 26 > area.y + area.h ? y - 22 : y + 6) + "px";
    }
    if (chart.flag) {
      const t = data.from + chart.source.depletion;
      chart.flag.hidden = !inside(t);
      chart.flag.style.left = g.toDomXCoord(t) + "px";
      chart.flag.classList.toggle("left", g.toDomXCoord(t) > area.x + area.w / 2);
    }
  }

  function options(chart) {
    const line = colour(chart.colour), rule = colour("rule"), small = narrow();
    return {
      colors: [line], axisLineColor: rule, gridLineColor: rule, dateWindow: shown.slice(),
      valueRange: range(chart),
      axes: {
        x: {
          drawGrid: false, axisLabelWidth: 70,
          ticker: (a, b, pixels) => timeTicks(a, b, pixels)
        },
        y: { axisLabelWidth: small ? 48 : 66, ticker: (a, b, pixels) => valueTicks(a, b, pixels) }
      }
    };
  }

  function overlay(chart, name) {
    const element = document.createElement("div");
    element.className = name;
    element.hidden = true;
    chart.plot.appendChild(element);
    return element;
  }

  function make(plot) {
    const kind = plot.dataset.kind, number = Number(plot.dataset.number);
    const pool = kind === "balance" || kind === "drawdown";
    const chart = { plot: plot, kind: kind, source: (pool ? data.pools : data.instruments)[number] };
    Object.assign(chart, kinds[kind](chart));
    chart.readout = plot.parentNode.querySelector("output");
    if (chart.rows.length === 0) {
      plot.textContent = "No samples.";
      return;
    }
    const canvas = document.createElement("div");
    canvas.className = "canvas";
    plot.appendChild(canvas);
    const fixed = {
      labels: ["time", "value"], labelsUTC: true, legend: "never", showLabelsOnHighlight: false,
      highlightCircleSize: 0, stepPlot: chart.step, fillGraph: chart.fill, fillAlpha: .13,
      strokeWidth: chart.kind === "mark" ? 1.25 : 1.5, xRangePad: 0, rightGap: 4, interactionModel: {},
      xAxisHeight: 26, axisTickSize: 8, titleHeight: 0, axisLabelFontSize: 12,
      drawCallback: function (g) { chart.graph = g; place(chart); }
    };
    if (chart.bars) fixed.plotter = drawBars;
    for (const name of ["cursor", "band"]) chart[name] = overlay(chart, name);
    if (kind === "balance") {
      chart.dot = overlay(chart, "dot");
      chart.label = overlay(chart, "label");
      chart.label.textContent = "lowest " + axisNumber(chart.source.lowest[1],
        Math.pow(10, Math.floor(Math.log10(Math.abs(chart.source.lowest[1]) || 1)) - 2));
    }
    if (pool && chart.source.depletion !== null) {
      chart.flag = overlay(chart, "flag");
      if (kind === "balance") chart.flag.dataset.text = "first unpaid deficit";
    }
    chart.graph = new Dygraph(canvas, chart.rows, Object.assign(fixed, options(chart)));
    place(chart);
    listen(chart);
    charts.push(chart);
  }

  function redraw() {
    for (const chart of charts) chart.graph.updateOptions(options(chart));
    whole.hidden = shown[0] === limits[0] && shown[1] === limits[1];
  }

  function show(from, to) {
    const least = Math.max(10, (limits[1] - limits[0]) / 1e5);
    if (to - from < least) return;
    shown = [Math.max(limits[0], from), Math.min(limits[1], to)];
    redraw();
  }

  /* The row that holds at `time`: the last one not after it. */
  function rowAt(rows, time) {
    let low = 0, high = rows.length - 1;
    if (time < rows[0][0]) return rows[0];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (rows[middle][0] <= time) low = middle; else high = middle - 1;
    }
    return rows[low];
  }

  let pointed = null;
  function point(time) {
    pointed = time;
    for (const chart of charts) {
      chart.cursor.hidden = time === null;
      if (time === null) { chart.readout.textContent = ""; continue; }
      const row = rowAt(chart.rows, time);
      chart.cursor.style.left = chart.graph.toDomXCoord(time) + "px";
      chart.readout.textContent = when(chart.bars ? row[0] : Math.max(row[0], Math.floor(time))) + "  \u00b7  " +
        full(row[1], chart.digits) + " " + chart.unit;
    }
  }

  function listen(chart) {
    const plot = chart.plot;
    let start = null;
    const timeOf = (event) => {
      const x = event.clientX - plot.getBoundingClientRect().left;
      return Math.min(shown[1], Math.max(shown[0], chart.graph.toDataXCoord(x)));
    };
    plot.addEventListener("pointermove", function (event) {
      const time = timeOf(event);
      point(time);
      if (start === null) return;
      const a = chart.graph.toDomXCoord(Math.min(start, time)), b = chart.graph.toDomXCoord(Math.max(start, time));
      for (const other of charts) {
        other.band.hidden = false;
        other.band.style.left = a + "px";
        other.band.style.width = b - a + "px";
      }
    });
    plot.addEventListener("pointerdown", function (event) {
      if (event.button !== 0) return;
      start = timeOf(event);
      if (event.pointerType === "mouse") plot.setPointerCapture(event.pointerId);
      point(start);
    });
    const end = function (event) {
      if (start !== null && event.type === "pointerup") {
        const stop = timeOf(event);
        const wide = Math.abs(chart.graph.toDomXCoord(stop) - chart.graph.toDomXCoord(start));
        if (wide > 6) show(Math.min(start, stop), Math.max(start, stop));
      }
      start = null;
      for (const other of charts) other.band.hidden = true;
    };
    plot.addEventListener("pointerup", end);
    plot.addEventListener("pointercancel", end);
    plot.addEventListener("pointerleave", function () { if (start === null) point(null); });
    plot.addEventListener("dblclick", function () { show(limits[0], limits[1]); });
    plot.addEventListener("blur", function () { point(null); });
    plot.addEventListener("keydown", keys);
  }

  /* Arrows move the cursor, + and - zoom about it, 0 or Escape shows everything. */
  function keys(event) {
    const wide = shown[1] - shown[0], middle = pointed === null ? (shown[0] + shown[1]) / 2 : pointed;
    const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (move) {
      const time = Math.min(limits[1], Math.max(limits[0], middle + move * wide / 200));
      if (time < shown[0]) show(time, time + wide);
      else if (time > shown[1]) show(time - wide, time);
      point(time);
    } else if (event.key === "+" || event.key === "=") {
      show(middle - wide / 4, middle + wide / 4);
      point(middle);
    } else if (event.key === "-") {
      show(middle - wide, middle + wide);
      point(middle);
    } else if (event.key === "0" || event.key === "Escape") show(limits[0], limits[1]);
    else return;
    event.preventDefault();
  }

  for (const plot of document.querySelectorAll(".plot")) make(plot);
  whole.addEventListener("click", function () { show(limits[0], limits[1]); });

  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const theme = document.getElementById("theme");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
  function repaint() {
    theme.textContent = isDark() ? "Light" : "Dark";
    redraw();
  }
  theme.hidden = false;
  theme.addEventListener("click", function () {
    root.dataset.theme = isDark() ? "light" : "dark";
    repaint();
  });
  dark.addEventListener("change", repaint);
  let before = narrow();
  window.addEventListener("resize", function () {
    for (const chart of charts) chart.graph.resize();
    if (before !== narrow()) { before = narrow(); redraw(); }
  });
  /* Paper is white: the charts are drawn for it and back again. */
  let screen = "";
  window.addEventListener("beforeprint", function () {
    screen = root.dataset.theme || "";
    root.dataset.theme = "light";
    redraw();
    for (const chart of charts) chart.graph.resize();
  });
  window.addEventListener("afterprint", function () {
    if (screen) root.dataset.theme = screen; else delete root.dataset.theme;
    redraw();
    for (const chart of charts) chart.graph.resize();
  });
  repaint();
})();
