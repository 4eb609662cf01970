// The balance of an account: where a script runs, one looks closer at a stretch of days.
"use strict";
(() => {
  const { $, $$ } = window.belegfluss;
  const place = $("#balance");
  if (!place || !window.uPlot) return;
  const data = JSON.parse(place.dataset.points), [days] = data, drawing = $("svg", place);
  const german = document.documentElement.lang === "de", locale = german ? "de-DE" : "en-GB";
  const day = at => new Date(at * 1000).toLocaleDateString(locale, { timeZone: "UTC", day: "2-digit", month: "2-digit", year: "numeric" });
  const money = value => value.toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).replace("-", "\u2212");
  const whole = value => value.toLocaleString(locale, { maximumFractionDigits: 2 }).replace("-", "\u2212");
  const ends = [days[0], days.at(-1)], LEAST = 7 * 86400;
  let plot;
  function draw() {
    const style = getComputedStyle(document.documentElement), colour = name => style.getPropertyValue(name).trim();
    const axis = { stroke: colour("--ink-2"), font: `500 11px ${colour("--sans")}`, grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    const seen = plot ? { min: plot.scales.x.min, max: plot.scales.x.max } : null;
    plot?.destroy();
    drawing.toggleAttribute("hidden", true);
    plot = new uPlot({
      width: place.clientWidth - 32, height: 300, tzDate: at => uPlot.tzDate(new Date(at * 1000), "UTC"),
      cursor: { y: false, drag: { x: true, y: false } }, legend: { live: true },
      scales: { x: { time: true } },
      axes: [{ ...axis, values: (self, ticks) => ticks.map(at => day(at).slice(0, german ? 6 : 5)) }, { ...axis, size: 84, values: (self, ticks) => ticks.map(whole) }],
      series: [{ label: place.dataset.day, value: (self, at) => (at == null ? "" : day(at)) }, { label: place.dataset.balance, stroke: colour("--accent"), width: 2, points: { show: false }, paths: uPlot.paths.stepped({ align: 1 }), value: (self, value) => (value == null ? "" : money(value)) }],
    }, data, place);
    const canvas = $("canvas", place);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", $("desc", drawing).textContent);
    if (seen) plot.setScale("x", seen);
  }
  /* Half as much, or twice as much, around the middle; never less than a week, nor more than there is. */
  function zoom(way) {
    let { min, max } = plot.scales.x;
    const middle = (min + max) / 2, half = Math.max((max - min) * (way === "in" ? 0.25 : 1), LEAST / 2);
    [min, max] = way === "all" ? ends : [Math.max(middle - half, ends[0]), Math.min(middle + half, ends[1])];
    plot.setScale("x", { min, max });
  }
  draw();
  $$("#zoom, #zoom-how").forEach(each => { each.hidden = false; });
  $$("[data-zoom]").forEach(button => button.addEventListener("click", () => zoom(button.dataset.zoom)));
  addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
