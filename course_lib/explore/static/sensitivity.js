// SensitivityExplorer: move an item in two directions; an ellipse shows how far its code moves.

const PLANE = { left: 30, top: 8, size: 260 };

function buildSensitivity({ model, spec, change, read }) {
  const networks = spec.networks.map((description) => readNetwork(description, read));
  const items = read(spec.items);
  const moves = spec.moves.map(read);
  const size = items.length / spec.labels.length;
  const own = (values) => values.subarray(model.get("item") * size, (model.get("item") + 1) * size);
  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const at = (a, b) => {
    const [item, u, v] = [own(items), own(moves[model.get("first")]), own(moves[model.get("second")])];
    return Float32Array.from(item, (value, i) => value + a * u[i] + b * v[i]);
  };
  const encode = (k, x) => Float64Array.from(runNetwork(networks[k], x), (value) => value * spec.scales[k]);
  const minus = (a, b) => a.map((value, i) => value - b[i]);
  // The derivatives along both directions, and a frame of their plane: [x axis, y axis].
  function plane(k) {
    const h = spec.step;
    const slope = (a, b) => minus(encode(k, at(a, b)), encode(k, at(-a, -b))).map((value) => value / (2 * h));
    const [u, v] = [slope(h, 0), slope(0, h)];
    const length = Math.sqrt(dot(u, u)) || 1;
    const x = u.map((value) => value / length);
    const rest = v.map((value, i) => value - dot(v, x) * x[i]);
    const height = Math.sqrt(dot(rest, rest));
    const y = rest.map((value) => (height > 1e-9 ? value / height : 0));
    return { u, v, place: (code) => [dot(code, x), dot(code, y)] };
  }
  const step = () => [model.get("step_first"), model.get("step_second")];
  const moved = () => minus(encode(model.get("encoder"), at(...step())), encode(model.get("encoder"), at(0, 0)));

  const { left, top, size: side } = PLANE;
  const reach = 1.1 * spec.reach;
  const onX = (x) => left + (side * (x + reach)) / (2 * reach);
  const onY = (y) => top + (side * (reach - y)) / (2 * reach);
  const axes = axesFrame({ left, top, width: side, height: side });
  const others = drawing("g");
  const ellipse = drawing("path", { class: "cx-ellipse" });
  const ring = drawing("circle", { class: "cx-ring", r: 7 });
  const point = drawing("circle", { class: "cx-point", r: 6 });
  const svg = steady(drawing("svg", { viewBox: `0 0 ${left + side + 8} ${top + side + 18}`, role: "img",
    "aria-label": "Steps of the item and of its code" }, ...axes.nodes,
  drawing("circle", { class: "cx-path", cx: onX(0), cy: onY(0), r: onX(1) - onX(0) }), others, ellipse, ring, point));
  axes.ends(fixed(-reach, 1), fixed(reach, 1), fixed(-reach, 1), fixed(reach, 1));
  const clamp = (value) => Math.round(100 * Math.min(1, Math.max(-1, value))) / 100;
  follow(axes.frame, (u, v) => change({ step_first: clamp(reach * (2 * u - 1)), step_second: clamp(reach * (1 - 2 * v)) }));

  const lists = [["item", "Item", distinct(spec.labels)], ["encoder", "Encoder", spec.names],
    ["first", "First direction", spec.directions], ["second", "Second direction", spec.directions]]
    .map(([trait, name, words]) => [trait, chooser(name, words, (i) => change({ [trait]: i }))]);
  const sliders = ["step_first", "step_second"].map((trait, k) => [trait, slider({
    name: k ? "Second step" : "First step", min: -1, max: 1, step: 0.05, show: (value) => fixed(value),
    oninput: (value) => change({ [trait]: value }) })]);
  const canvas = element("canvas", { role: "img", "aria-label": "The moved item" });
  const bar = element("div", { class: "cx-bar" }, ...lists.map(([, list]) => list.element));
  const line = liveLine();

  function draw() {
    const round = Array.from({ length: 49 }, (_, i) => [Math.cos((Math.PI * i) / 24), Math.sin((Math.PI * i) / 24)]);
    const outline = (k) => {
      const { u, v, place } = plane(k);
      return `M${round.map(([c, s]) => place(u.map((value, i) => c * value + s * v[i])))
        .map(([x, y]) => `${onX(x).toFixed(1)} ${onY(y).toFixed(1)}`).join("L")}`;
    };
    const chosen = model.get("encoder");
    ellipse.setAttribute("d", outline(chosen));
    others.replaceChildren(...networks.flatMap((_, k) => (k === chosen ? [] : [drawing("path", { class: "cx-past", d: outline(k) })])));
    const here = plane(chosen);
    const code = moved();
    for (const [node, [x, y]] of [[ring, step()], [point, here.place(code)]]) {
      node.setAttribute("cx", onX(x));
      node.setAttribute("cy", onY(y));
    }
    paint(canvas, at(...step()), spec.shape);
    for (const [trait, list] of lists) list.set(model.get(trait));
    for (const [trait, each] of sliders) each.set(model.get(trait));
    const length = (values) => Math.sqrt(dot(values, values));
    const [first, second] = [spec.directions[model.get("first")], spec.directions[model.get("second")]];
    line.say(`${spec.names[chosen]}: sensitivity ${fixed(length(here.u))} along ${first}, ${fixed(length(here.v))} along ${second}. `
      + `The item has moved ${fixed(length(minus(at(...step()), at(0, 0))))}, its code ${fixed(length(code))}.`);
  }
  return {
    label: "Sensitivity explorer",
    title: "How far the code moves",
    task: "Move an item in two directions, change the encoder, and compare the step of its code.",
    inputs: ["encoder", "item", "first", "second", "step_first", "step_second"],
    values: {
      moved: () => Math.sqrt(dot(moved(), moved())),
      sensitivity: () => ["u", "v"].map((name) => plane(model.get("encoder"))[name]).map((slope) => Math.sqrt(dot(slope, slope))),
      image: () => Array.from(at(...step())),
    },
    draw,
    content: [
      bar,
      element("div", { class: "cx-sliders" }, ...sliders.map(([, each]) => each.element)),
      element("div", { class: "cx-sides cx-beside" },
        panel("Steps", svg), panel("Item", canvas)),
      element("p", { class: "cx-note" }, "Dashed: steps of length 1; ring: the item's. Ellipse and dot: the code's. Thin: other encoders."),
      ...line.elements,
    ],
  };
}
