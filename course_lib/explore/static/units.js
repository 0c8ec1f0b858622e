// UnitsExplorer: the active units of an item, switched off and on, and what each of them draws.

function buildUnits({ model, spec, change, read }) {
  const [items, codes, atoms, offset] = [spec.items, spec.codes, spec.atoms, spec.offset].map(read);
  const size = offset.length;
  const [low, high] = spec.limits;
  const row = (values, i, length) => values.subarray(i * length, (i + 1) * length);
  const picture = (canvas, values) => paint(canvas, Float32Array.from(values, (v) => (v - low) / (high - low)), spec.shape);
  const length = (values) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  const lengths = spec.units.map((_, i) => length(row(atoms, i, size)));
  const code = () => row(codes, model.get("item"), spec.units.length);
  // Positions of the active units, the one that draws most first.
  const active = () => {
    const z = code();
    const strength = (i) => Math.abs(z[i]) * lengths[i];
    return Array.from(z.keys()).filter((i) => z[i] !== 0).sort((a, b) => strength(b) - strength(a) || a - b);
  };
  const most = Math.max(...spec.labels.map((_, i) => row(codes, i, spec.units.length).filter((z) => z !== 0).length));
  const isOn = (i) => !model.get("off").includes(spec.units[i]);
  const reconstruct = () => {
    const image = Float64Array.from(offset);
    for (const i of active().filter(isOn)) row(atoms, i, size).forEach((v, k) => (image[k] += code()[i] * v));
    return image;
  };
  const error = () => {
    const [item, image] = [row(items, model.get("item"), size), reconstruct()];
    return image.reduce((sum, v, k) => sum + (v - item[k]) ** 2, 0) / length(item) ** 2;
  };

  const list = chooser("Item", distinct(spec.labels), (i) => change({ item: i, off: [] }));
  const [itemCanvas, imageCanvas] = ["The item", "Its reconstruction by the units that are on"].map((words) =>
    element("canvas", { role: "img", "aria-label": words }));
  const grid = element("div", { class: "cx-units", role: "group", "aria-label": "Active units" });
  const name = (i) => spec.units[i];
  const keepLargest = (count) => change({ off: active().slice(count).map(name) });
  const on = () => active().filter(isOn).length;
  const bar = element("div", { class: "cx-bar" }, list.element,
    button("All off", () => change({ off: active().map(name) })),
    button("One more on", () => keepLargest(Math.min(active().length, on() + 1))),
    button("All on", () => change({ off: [] })));
  const line = liveLine();
  let shownItem = -1;
  let buttons = [];

  // One button for each active unit, made anew for another item.
  function build() {
    buttons = active().map((i) => {
      const canvas = element("canvas", { "aria-hidden": "true" });
      picture(canvas, row(atoms, i, size).map((v) => v * code()[i]));
      const toggle = () => {
        const off = model.get("off");
        change({ off: isOn(i) ? [...off, name(i)] : off.filter((unit) => unit !== name(i)) });
      };
      const node = element("button", { type: "button", onclick: toggle,
        "aria-label": `Unit ${name(i)}, activation ${fixed(code()[i])}` }, canvas, element("span", {}, fixed(code()[i])));
      return { i, node };
    });
    // Blanks hold the place of units that another item has more.
    const blanks = Array.from({ length: most - buttons.length }, () => element("div", { class: "cx-blank" }));
    grid.replaceChildren(...buttons.map(({ node }) => node), ...blanks);
  }
  function draw() {
    if (model.get("item") !== shownItem) build();
    shownItem = model.get("item");
    list.set(shownItem);
    for (const { i, node } of buttons) node.setAttribute("aria-pressed", String(isOn(i)));
    picture(itemCanvas, row(items, shownItem, size));
    picture(imageCanvas, reconstruct());
    line.say(`${spec.labels[shownItem]}: ${on()} of its ${buttons.length} active units are on. `
      + `Relative error ${fixed(error(), 3)}.`);
  }
  return {
    label: "Units explorer",
    title: "Units that draw an item",
    task: "Switch active units off and on; see what the sum of the rest looks like.",
    inputs: ["item", "off"],
    values: { error, active: () => active().map(name), image: () => Array.from(reconstruct()) },
    draw,
    content: [
      bar,
      element("div", { class: "cx-sides cx-halves cx-pair" }, panel("Item", itemCanvas), panel("Sum of units on", imageCanvas)),
      element("div", { class: "cx-title" }, "What each active unit draws"),
      grid,
      ...line.elements,
    ],
  };
}
