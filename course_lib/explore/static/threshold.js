// ThresholdExplorer: drag a threshold between two histograms; see what it catches and costs.

const PLOT = { width: 480, bar: 80, margin: 30 };

function buildThreshold({ model, spec, change, read }) {
  const levels = read(spec.levels);
  const [falseAlarms, caught] = spec.counts.map(read);
  const [normal, anomalies] = spec.totals;
  const onAxis = (score) => (spec.log ? Math.log10(Math.max(score, 1e-38)) : score);
  const offAxis = (value) => (spec.log ? 10 ** value : value);
  const [low, high] = [spec.edges[0], spec.edges.at(-1)];
  // Position of the first level that is at least t; above the last one nothing raises an alarm.
  const level = (t) => {
    const wanted = Math.fround(t);
    let [from, to] = [0, levels.length - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (levels[middle] < wanted) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  const move = (t) => change({ threshold: spec.rounded ? levels[level(t)] : t });
  const costAt = (i) => falseAlarms[i] * model.get("false_alarm_cost")
    + (anomalies - caught[i]) * model.get("miss_cost");
  const cheapest = () => {
    let best = levels.length - 1;
    for (let i = best; i >= 0; i -= 1) if (costAt(i) < costAt(best)) best = i;
    return best;
  };

  const histograms = histogramPlot(spec, low, high);
  const name = "Threshold on the score. Arrow keys move it, with Shift in larger steps.";
  const handle = element("div", { class: "cx-field-map", tabindex: 0, role: "slider", "aria-label": name,
    "aria-valuemin": offAxis(low), "aria-valuemax": offAxis(high) }, histograms.svg);
  const place = (value) => move(offAxis(Math.min(high, Math.max(low, value))));
  const step = (direction, size = 1) => (factor) =>
    place(onAxis(model.get("threshold")) + (direction * size * factor * (high - low)) / 200);
  follow(histograms.frame, (u) => place(low + u * (high - low)));
  onKeys(handle, {
    ArrowLeft: step(-1), ArrowDown: step(-1), ArrowRight: step(1), ArrowUp: step(1),
    PageDown: step(-1, 10), PageUp: step(1, 10),
    Home: () => place(low), End: () => place(high),
  });
  const curve = curvePlot(falseAlarms, caught, anomalies, normal);
  const price = (words, trait) => {
    const input = element("input", { type: "number", min: 0, step: "any",
      oninput: () => input.value !== "" && input.valueAsNumber >= 0 && change({ [trait]: input.valueAsNumber }) });
    return { element: element("label", { class: "cx-field" }, element("span", {}, words), input),
      set: (value) => input.valueAsNumber !== value && (input.value = value) };
  };
  const alarmPrice = price("Cost of a false alarm", "false_alarm_cost");
  const missPrice = price("Cost of a miss", "miss_cost");
  const bar = element("div", { class: "cx-bar cx-prices" }, alarmPrice.element, missPrice.element,
    button("Go to the least cost", () => move(levels[cheapest()])));
  const cell = () => element("td", {});
  const [tp, fn, fp, tn] = [cell(), cell(), cell(), cell()];
  const head = (words, scope) => element("th", { scope }, words);
  const table = element("table", {},
    element("thead", {}, element("tr", {}, element("td", {}), head("alarm", "col"), head("no alarm", "col"))),
    element("tbody", {},
      element("tr", {}, head("anomaly", "row"), tp, fn),
      element("tr", {}, head("normal", "row"), fp, tn)));
  const figures = element("p", { class: "cx-formula" });
  const line = liveLine();

  let now = {};
  function draw() {
    const threshold = model.get("threshold");
    const at = level(threshold);
    const [alarms, hits] = [falseAlarms[at], caught[at]];
    const precision = alarms + hits ? hits / (alarms + hits) : null;
    now = { tp: hits, fp: alarms, fn: anomalies - hits, tn: normal - alarms, precision,
      recall: hits / anomalies, cost: costAt(at) };
    [[tp, now.tp], [fn, now.fn], [fp, now.fp], [tn, now.tn]].forEach(([node, n]) => (node.textContent = n.toLocaleString("en")));
    alarmPrice.set(model.get("false_alarm_cost"));
    missPrice.set(model.get("miss_cost"));
    histograms.place(onAxis(threshold));
    curve.place(now.recall, precision); // without an alarm there is no precision and no point
    const shown = precision === null ? "undefined (no alarm)" : fixed(precision, 3);
    const money = (value) => value.toLocaleString("en", { maximumFractionDigits: 2 });
    figures.replaceChildren(...[
      `Precision ${hits + alarms ? `${hits} / (${hits} + ${alarms}) = ` : ""}${shown}`,
      `Recall ${now.tp} / ${anomalies} = ${fixed(now.recall, 3)}`,
    ].flatMap((words) => [words, element("br")]));
    const score = signed(Number(threshold.toPrecision(4)));
    handle.setAttribute("aria-valuenow", threshold);
    handle.setAttribute("aria-valuetext", score);
    line.say(`Threshold ${score}: ${now.tp} of ${anomalies} anomalies caught, ${now.fp} false alarms. `
      + `Precision ${shown}, recall ${fixed(now.recall, 3)}, cost ${money(now.cost)}.`,
    `At threshold ${score} the cost is ${money(now.cost)}; the least possible is ${money(costAt(cheapest()))}.`);
  }
  return {
    label: "Threshold explorer",
    title: "Choose a threshold",
    task: "Drag the line between the scores; see what it catches and what it costs.",
    inputs: ["threshold", "false_alarm_cost", "miss_cost"],
    values: Object.fromEntries(["tp", "fp", "fn", "tn", "precision", "recall", "cost"].map((key) => [key, () => now[key]])),
    draw,
    content: [
      handle,
      bar,
      sides([panel("At this threshold", table, figures)], [panel("Precision and recall", curve.element)], "cx-halves"),
      ...line.elements,
    ],
  };
}

// Two histograms over one axis, each to its own scale, and the line of the threshold.
function histogramPlot({ bars, edges, log }, low, high) {
  const { width, bar, margin } = PLOT;
  const onX = (value) => (width * (value - low)) / (high - low);
  const height = 2 * (bar + 22) + margin;
  const words = (x, y, text, anchor = "start") => drawing("text", { x, y, "text-anchor": anchor }, text);
  const rows = bars.flatMap((counts, row) => {
    const base = (row + 1) * (bar + 22);
    const most = Math.max(...counts);
    const shape = counts.map((n, i) => {
      const [x, tall] = [onX(edges[i]), (bar * n) / most];
      return n ? `M${x} ${base}v${-tall}h${onX(edges[i + 1]) - x - 1}v${tall}z` : "";
    }).join("");
    return [
      drawing("path", { class: row ? "cx-bars-2" : "cx-bars", d: shape }),
      drawing("path", { class: "cx-grid-line", d: `M0 ${base}h${width}` }),
      words(2, base - bar - 6, `${row ? "Anomalies" : "Normal items"}, up to ${most.toLocaleString("en")} a bar`),
    ];
  });
  const number = (value) => signed(Number((log ? 10 ** value : value).toPrecision(3)));
  const bottom = height - margin;
  const line = drawing("path", { class: "cx-threshold" });
  const frame = drawing("rect", { class: "cx-frame", x: 0, y: 0, width, height: bottom });
  return {
    svg: steady(drawing("svg", { class: "cx-wide", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, frame, ...rows,
      words(0, bottom + 18, number(low)), words(width, bottom + 18, number(high), "end"),
      words(width / 2, bottom + 18, log ? "score (logarithmic axis)" : "score", "middle"), line)),
    frame,
    place: (value) => line.setAttribute("d", `M${onX(Math.min(high, Math.max(low, value)))} 0V${bottom}`),
  };
}

// The precision-recall curve over all levels, the prevalence, and the current point.
function curvePlot(falseAlarms, caught, anomalies, normal) {
  const points = [];
  caught.forEach((hits, i) => {
    const alarms = hits + falseAlarms[i];
    if (alarms) points.push(`${(hits / anomalies).toFixed(4)} ${(hits / alarms).toFixed(4)}`);
  });
  const prevalence = anomalies / (anomalies + normal);
  return unitPlot({ x: "recall", y: "precision",
    name: `Precision-recall curve; the share of anomalies, ${fixed(prevalence, 3)}, is the dashed line` },
  drawing("path", { class: "cx-base", d: `M0 ${prevalence}h1` }),
  drawing("path", { class: "cx-curve", d: `M${points.filter((at, i) => at !== points[i - 1]).join("L")}` }));
}
