// InceptionExplorer: filters of the four branches on sliders; weights and multiply-adds as bars.

const FILTERS = { channels: "Input channels", size: "Height and width", one: "1 \u00d7 1", reduce_three: "1 \u00d7 1 before 3 \u00d7 3",
  three: "3 \u00d7 3", reduce_five: "1 \u00d7 1 before 5 \u00d7 5", five: "5 \u00d7 5", project: "1 \u00d7 1 after pooling" };
const REDUCTIONS = ["reduce_three", "reduce_five", "project"];
const FORM_NAMES = { reduced: "reduced", naive: "naive" };
// GoogLeNet's first two modules: table 1 of https://arxiv.org/abs/1409.4842.
const STAGES = { "Stage 3a": [192, 28, 64, 96, 128, 16, 32, 32], "Stage 3b": [256, 28, 128, 128, 192, 32, 96, 64] };

// The layers of a module that have weights: name, weights, multiply-adds; and the sums.
function moduleCost(now, form) {
  const reduced = form === "reduced";
  const { channels: c } = now;
  const layers = [
    ["one", c * now.one],
    ["reduce_three", reduced ? c * now.reduce_three : 0],
    ["three", 9 * (reduced ? now.reduce_three : c) * now.three],
    ["reduce_five", reduced ? c * now.reduce_five : 0],
    ["five", 25 * (reduced ? now.reduce_five : c) * now.five],
    ["project", reduced ? c * now.project : 0],
  ].map(([name, weights]) => ({ name, weights, macs: weights * now.size ** 2 }));
  const sum = (key) => layers.reduce((total, layer) => total + layer[key], 0);
  return { layers, weights: sum("weights"), macs: sum("macs"),
    outputs: now.one + now.three + now.five + (reduced ? now.project : c) };
}

function buildInception({ model, spec, change }) {
  const settings = () => Object.fromEntries(Object.keys(FILTERS).map((name) => [name, model.get(name)]));
  const sliders = Object.entries(FILTERS).map(([name, words]) => {
    const [min, max] = spec.bounds[name];
    return [name, slider({ name: words, min, max, step: 1, oninput: (value) => change({ [name]: value }) })];
  });
  const form = choices("Module", FORM_NAMES, (word) => change({ form: word }));
  const stages = Object.entries(STAGES).map(([name, values]) => button(name, () =>
    change(Object.fromEntries(Object.keys(FILTERS).map((key, i) => [key, values[i]])))));
  const layerBars = bars(Object.keys(FILTERS).slice(2).map((name) => FILTERS[name]));
  const formBars = bars(Object.values(FORM_NAMES));
  const line = liveLine();
  const count = (number) => number.toLocaleString("en");
  const millions = (number) => `${(number / 1e6).toFixed(1)} M`;

  function draw() {
    const now = settings();
    const reduced = model.get("form") === "reduced";
    const both = Object.fromEntries(Object.keys(FORM_NAMES).map((key) => [key, moduleCost(now, key)]));
    const shown = both[model.get("form")];
    for (const [name, each] of sliders) {
      each.set(now[name]);
      each.input.disabled = !reduced && REDUCTIONS.includes(name);
    }
    form.set(model.get("form"));
    layerBars.show(shown.layers.map(({ weights, macs }) => [weights, weights ? `${count(weights)} (${millions(macs)})` : "not there"]));
    formBars.show(Object.values(both).map(({ weights, macs }) => [weights, `${count(weights)} (${millions(macs)})`]));
    const share = both.reduced.weights / both.naive.weights;
    line.say(`${reduced ? "Reduced" : "Naive"}: ${count(now.channels)} channels in, ${count(shown.outputs)} out, `
      + `${count(shown.weights)} weights, ${millions(shown.macs).replace("M", "million")} multiply-adds. `
      + `Reductions leave ${Math.round(100 * share)} % of the weights.`);
  }
  const shown = () => moduleCost(settings(), model.get("form"));
  return {
    label: "Inception explorer",
    title: "An Inception module",
    task: "Change the filters and see what each layer costs.",
    inputs: [...Object.keys(FILTERS), "form"],
    values: { outputs: () => shown().outputs, weights: () => shown().weights, multiply_adds: () => shown().macs },
    draw,
    content: [
      element("div", { class: "cx-bar" }, form.element, ...stages),
      element("div", { class: "cx-sliders" }, ...sliders.map(([, each]) => each.element)),
      element("div", { class: "cx-title" }, "Weights (multiply-adds)"),
      layerBars.element,
      element("div", { class: "cx-title" }, "Of the whole module"),
      formBars.element,
      ...line.elements,
    ],
  };
}
