// SweepExplorer: every training of a sweep as a point; sliders choose a setting to look at closely.

const SWEEP_PLOT = { left: 46, top: 8, right: 8, bottom: 34 };

// Positions of a logarithmic axis from `low` to `high` on a length of 1, the low end first.
function logScale(values) {
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  return { at: (value) => (high > low ? (Math.log(value) - low) / (high - low) : 0.5),
    ends: [low, high].map((end) => Number(Math.exp(end).toPrecision(2)).toString()) };
}

// A plot in pixels of the screen with a logarithmic vertical axis and a place for what `show` draws;
// `redraw` is called when its size is another.
function logPlot(values, { label, x = "", low = "", high = "" }, redraw) {
  const { left, top, right, bottom } = SWEEP_PLOT;
  const scale = logScale(values);
  const axes = axesFrame({ left, top, width: 0, height: 0, x });
  const place = drawing("g");
  let [width, height] = [1, 1];
  axes.ends(low, high, ...scale.ends);
  const svg = drawing("svg", { class: "cx-plot", role: "img", "aria-label": label }, ...axes.nodes, place);
  inPixels(svg, (wide, tall) => {
    [width, height] = [wide - left - right, tall - top - bottom];
    axes.lay(width, height);
    redraw();
  });
  return {
    svg,
    frame: axes.frame,
    x: (part) => left + width * part,
    y: (value) => top + height - 8 - (height - 16) * scale.at(value),
    below: (offset) => top + height + offset,
    show: (...nodes) => place.replaceChildren(...nodes),
  };
}

function buildSweep({ model, spec, change, read }) {
  const results = read(spec.results);
  const curves = spec.curves && read(spec.curves);
  const sizes = spec.values.map((values) => values.length);
  const chosen = () => model.get("chosen");
  const axis = () => model.get("axis");
  const settings = Array.from({ length: results.length / spec.seeds }, (_, i) => i);
  const position = (setting, k) =>
    Math.floor(setting / sizes.slice(k + 1).reduce((a, b) => a * b, 1)) % sizes[k];
  const index = () => chosen().reduce((sum, value, k) => sum * sizes[k] + value, 0);
  const seeds = (setting) => results.subarray(setting * spec.seeds, (setting + 1) * spec.seeds);
  const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const spread = (numbers) => {
    const middle = mean(numbers);
    const squares = numbers.reduce((sum, number) => sum + (number - middle) ** 2, 0);
    return numbers.length > 1 ? Math.sqrt(squares / (numbers.length - 1)) : 0;
  };
  const means = settings.map((i) => mean(Array.from(seeds(i))));
  const best = means.indexOf(Math.min(...means));
  const words = (setting) => spec.names.map((name, k) => `${name} ${spec.values[k][position(setting, k)]}`).join(", ");
  const choose = (k, value) => change({ chosen: chosen().map((old, j) => (j === k ? value : old)) });

  const sliders = spec.names.map((name, k) => slider({ name, min: 0, max: sizes[k] - 1, step: 1,
    show: (i) => spec.values[k][i], oninput: (i) => choose(k, i) }));
  const across = choices("Horizontal axis", Object.fromEntries(spec.names.map((name, k) => [k, name])),
    (k) => change({ axis: Number(k) }));
  const plot = logPlot(results, { label: `${spec.measure} of every training` }, () => draw());
  const onX = (setting, seed) => plot.x((position(setting, axis()) + 0.5
    + 0.5 * ((seed + 0.5) / spec.seeds - 0.5)) / sizes[axis()]);
  follow(plot.frame, (u) => choose(axis(), Math.min(sizes[axis()] - 1, Math.max(0, Math.floor(u * sizes[axis()])))));
  const curvePlot = curves && logPlot(curves, { label: `${spec.curve_name} over the training`, x: "training",
    low: "start", high: "end" }, () => draw());
  const strip = spec.pictures && pictureRows(spec, read);
  const bar = element("div", { class: "cx-bar" }, across.element,
    button("Go to the lowest mean", () => change({ chosen: spec.names.map((_, k) => position(best, k)) })));
  const line = liveLine();

  function draw() {
    const here = index();
    const inSlice = (i) => spec.names.every((_, k) => k === axis() || position(i, k) === chosen()[k]);
    const dots = (wanted, kind, r) => settings.filter(wanted).flatMap((i) => Array.from(seeds(i), (value, seed) =>
      drawing("circle", { class: kind, r, cx: onX(i, seed), cy: plot.y(value) })));
    const labels = spec.values[axis()].map((value, i) => drawing("text", { "text-anchor": "middle",
      x: plot.x((i + 0.5) / sizes[axis()]), y: plot.below(14) }, value));
    plot.show(...labels, drawing("text", { "text-anchor": "middle", x: plot.x(0.5), y: plot.below(28) }, spec.names[axis()]),
      ...dots((i) => !inSlice(i), "cx-other", 2.5), ...dots((i) => inSlice(i) && i !== here, "cx-item", 4),
      ...dots((i) => i === here, "cx-here", 5));
    if (curvePlot) {
      const at = (step) => curvePlot.x(step / Math.max(1, spec.points - 1));
      const path = (run, kind) => drawing("path", { class: kind, d: `M${Array.from(
        curves.subarray(run * spec.points, (run + 1) * spec.points), (value, step) =>
          `${at(step).toFixed(1)} ${curvePlot.y(value).toFixed(1)}`).join("L")}` });
      const runs = (setting) => Array.from({ length: spec.seeds }, (_, seed) => setting * spec.seeds + seed);
      curvePlot.show(...settings.filter((i) => inSlice(i) && i !== here).flatMap(runs).map((run) => path(run, "cx-past")),
        ...runs(here).map((run) => path(run, "cx-curve")));
    }
    if (strip) strip.show(here);
    sliders.forEach((each, k) => each.set(chosen()[k]));
    across.set(String(axis()));
    const numbers = Array.from(seeds(here));
    const shown = (number) => Number(number.toPrecision(3)).toString();
    line.say(`${words(here)}: ${spec.measure} ${shown(mean(numbers))} \u00b1 ${shown(spread(numbers))}, `
      + `n = ${spec.seeds}. Lowest mean: ${shown(means[best])} at ${words(best)}.`);
  }
  return {
    label: "Sweep explorer",
    title: "All trainings of a sweep",
    task: "Choose a setting by slider or in the plot.",
    inputs: ["chosen", "axis"],
    values: { mean: () => means[index()], spread: () => spread(Array.from(seeds(index()))) },
    draw,
    content: [
      element("div", { class: "cx-sliders" }, ...sliders.map((each) => each.element)),
      bar,
      element("div", { class: "cx-sides cx-halves" }, panel(`${spec.measure}, all trainings`, plot.svg),
        ...(curvePlot ? [panel(`${spec.curve_name}, the chosen setting`, curvePlot.svg)] : [])),
      ...(strip ? [strip.element] : []),
      ...line.elements,
    ],
  };
}

// Items above what the network of a setting makes of them.
function pictureRows(spec, read) {
  const [count, height, width] = spec.shape;
  const [pictures, originals] = [read(spec.pictures), read(spec.originals)];
  const canvases = ["Originals", "Reconstructions at the chosen setting"].map((words) =>
    element("canvas", { role: "img", "aria-label": words, class: "cx-items cx-row" }));
  // The items side by side, a column of pixels apart.
  const paintRow = (canvas, values) => {
    const across = count * (width + 1) - 1;
    const row = new Float32Array(height * across).fill(0.5);
    for (let i = 0; i < values.length; i += 1) {
      const item = Math.floor(i / (height * width));
      const [y, x] = [Math.floor(i / width) % height, i % width];
      row[y * across + item * (width + 1) + x] = values[i];
    }
    paint(canvas, row, [height, across]);
  };
  paintRow(canvases[0], originals);
  return {
    element: element("div", {}, element("div", { class: "cx-title" }, "Items and their reconstructions"), ...canvases),
    show: (setting) => paintRow(canvases[1], pictures.subarray(setting * originals.length, (setting + 1) * originals.length)),
  };
}
