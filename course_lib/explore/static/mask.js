// MaskExplorer: move the probability threshold; see the mask, its overlap and its boundary change.

function buildMask({ model, spec, change, read }) {
  const [image, probability, truth] = [spec.image, spec.probability, spec.truth].map(read);
  const [height, width] = spec.shape;
  const trueBoundary = boundaryPixels(truth, height, width);
  const [outlined, compared] = ["image with the outline of the mask", "mask compared with the truth"]
    .map((words) => element("canvas", { role: "img", "aria-label": `The ${words}` }));
  const places = spec.curve.map((score, i) => `${i / (spec.curve.length - 1)} ${score.toFixed(4)}`);
  const plot = unitPlot({ x: "threshold", y: "Dice", name: "Dice coefficient against the probability threshold" },
    drawing("path", { class: "cx-curve", d: `M${places.join("L")}` }));
  const control = slider({ name: "Probability threshold", min: 0, max: 1, step: 0.01,
    show: (value) => fixed(value, 2), oninput: (value) => change({ threshold: value }) });
  follow(plot.frame, (u) => change({ threshold: Math.round(100 * Math.min(1, Math.max(0, u))) / 100 }));
  const best = () => spec.curve.indexOf(Math.max(...spec.curve)) / (spec.curve.length - 1);
  const bar = element("div", { class: "cx-bar" },
    button("Go to the highest Dice", () => change({ threshold: best() })));
  const line = liveLine();
  const swatch = (name, words) => element("span", {},
    element("span", { class: "cx-swatch", "aria-hidden": "true", style: `background:${css(spec.colours[name])}` }), words);

  let now = {};
  function draw() {
    const threshold = Math.fround(model.get("threshold"));
    const mask = probability.map((value) => (value > threshold ? 1 : 0));
    const inBoth = mask.reduce((sum, inside, i) => sum + (inside && truth[i]), 0);
    const [area, trueArea] = [mask, truth].map((values) => values.reduce((sum, inside) => sum + inside, 0));
    const outline = boundaryPixels(mask, height, width);
    now = { dice: (2 * inBoth) / (area + trueArea), missed: trueArea - inBoth, extra: area - inBoth,
      boundary_error: boundaryError(outline, trueBoundary, height, width) };
    const [first, second] = [new Float32Array(3 * mask.length), new Float32Array(3 * mask.length)];
    for (let i = 0; i < mask.length; i += 1) {
      first.fill(image[i], 3 * i, 3 * i + 3);
      const name = mask[i] ? (truth[i] ? "both" : "extra") : truth[i] ? "missed" : null;
      if (name) second.set(spec.colours[name], 3 * i);
    }
    for (const [row, column] of outline) first.set(spec.colours.missed, 3 * (row * width + column));
    paint(outlined, first, [height, width, 3]);
    paint(compared, second, [height, width, 3]);
    control.set(model.get("threshold"));
    plot.place(model.get("threshold"), now.dice);
    line.say(`Threshold ${fixed(model.get("threshold"), 2)}: Dice ${fixed(now.dice, 3)}, boundary error `
      + `${fixed(now.boundary_error, 2)} pixels; ${now.missed} pixels missed, ${now.extra} too many.`);
  }
  return {
    label: "Mask explorer",
    title: "From probability to mask",
    task: "Move the threshold; see how far mask and truth agree.",
    inputs: ["threshold"],
    values: Object.fromEntries(["dice", "boundary_error", "missed", "extra"].map((key) => [key, () => now[key]])),
    draw,
    content: [
      control.element,
      element("div", { class: "cx-masks" },
        panel("Image, mask outlined", outlined),
        panel("Mask against truth", compared),
        element("p", { class: "cx-note" },
          swatch("both", "in both"), swatch("missed", "missed"), swatch("extra", "too many")),
        panel("Dice at every threshold", plot.element, bar)),
      ...line.elements,
    ],
  };
}

function css(colour) {
  return `rgb(${colour.map((part) => Math.round(255 * part)).join(" ")})`;
}

// Pixels of a mask with a neighbour outside; the border of the image counts as inside.
function boundaryPixels(mask, height, width) {
  const inside = (row, column) =>
    row < 0 || column < 0 || row >= height || column >= width || mask[row * width + column];
  const found = [];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      if (mask[row * width + column] && !(inside(row - 1, column) && inside(row + 1, column)
        && inside(row, column - 1) && inside(row, column + 1))) found.push([row, column]);
    }
  }
  return found;
}

// Mean distance from every pixel of each boundary to the nearest one of the other.
function boundaryError(a, b, height, width) {
  if (!a.length || !b.length) return a.length + b.length ? Math.hypot(height, width) : 0;
  const nearest = (from, to) => {
    let total = 0;
    for (const [row, column] of from) {
      let least = Infinity;
      for (const [r, c] of to) least = Math.min(least, (row - r) ** 2 + (column - c) ** 2);
      total += Math.sqrt(least);
    }
    return total;
  };
  return (nearest(a, b) + nearest(b, a)) / (a.length + b.length);
}
