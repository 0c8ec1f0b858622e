// GlyphEditor: draw or damage a glyph; see its reconstruction, its code and the nearest glyph.

function buildGlyph({ model, spec, change, read }) {
  const space = readSpace(spec, read);
  const network = readNetwork(spec.network, read);
  const images = read(spec.images);
  const [height, width] = spec.shape;
  const count = height * width;
  const glyph = (i) => images.subarray(i * count, (i + 1) * count);
  const differing = (a, b) => a.reduce((sum, value, i) => sum + ((value >= 0.5) !== (b[i] >= 0.5)), 0);
  const pixels = () => Array.from(model.get("drawing"));
  const setPixel = (i, value) => {
    const next = pixels();
    next[i] = value;
    change({ drawing: next });
  };

  // The pixels are buttons; one of them is in the tab order, the arrow keys move between them.
  const cells = Array.from({ length: count }, (_, i) => element("button", {
    type: "button",
    tabindex: i ? -1 : 0,
    "aria-label": `Row ${1 + Math.floor(i / width)}, column ${1 + (i % width)}`,
  }));
  const grid = element("div", { class: "cx-pixels", role: "group",
    "aria-label": "Drawing: arrow keys move, Space turns a pixel on or off" }, ...cells);
  grid.style.gridTemplateColumns = `repeat(${width}, minmax(0, 1fr))`;
  let current = 0;
  const focus = (i) => {
    cells[current].tabIndex = -1;
    current = i;
    cells[i].tabIndex = 0;
    cells[i].focus();
  };
  const toggle = () => setPixel(current, pixels()[current] >= 0.5 ? 0 : 1);
  onKeys(grid, {
    ArrowLeft: () => current % width && focus(current - 1),
    ArrowRight: () => (current + 1) % width && focus(current + 1),
    ArrowUp: () => current >= width && focus(current - width),
    ArrowDown: () => current + width < count && focus(current + width),
  });
  let brush = 0; // what a pressed pointer paints: the opposite of the first pixel
  let last = -1;
  follow(grid, (u, v) => {
    const [col, row] = [Math.floor(u * width), Math.floor(v * height)];
    if (col < 0 || row < 0 || col >= width || row >= height || row * width + col === last) return;
    const i = row * width + col;
    if (last < 0) {
      brush = pixels()[i] >= 0.5 ? 0 : 1;
      focus(i);
    }
    last = i;
    setPixel(i, brush);
  });
  for (const end of ["pointerup", "pointercancel"]) grid.addEventListener(end, () => (last = -1));
  // Space, Enter, a screen reader and a script click a button without a pointer.
  cells.forEach((cell, i) => cell.addEventListener("click", (event) => {
    if (event.detail === 0) {
      current = i;
      toggle();
    }
  }));

  const random = generator(1);
  const addNoise = () => change({ drawing: pixels().map((value) =>
    random() < model.get("noise") ? Number(random() < 0.5) : value) });
  const restore = () => change({ drawing: Array.from(glyph(model.get("chosen"))) });
  const item = chooser("Glyph", distinct(space.labels), (i) => change({ chosen: i, drawing: Array.from(glyph(i)) }));
  const level = slider({ name: "Noise level", min: 0, max: 0.5, step: 0.01,
    show: (p) => `${Math.round(100 * p)}%`, oninput: (noise) => change({ noise }) });
  const bar = element("div", { class: "cx-bar" }, item.element,
    button("Restore", restore),
    button("Clear", () => change({ drawing: Array(count).fill(0) })));
  const damage = element("div", { class: "cx-bar cx-with-slider" }, level.element, button("Add noise", addNoise));
  const output = element("canvas", { role: "img", "aria-label": "Reconstruction" });
  const nearestImage = element("canvas", { role: "img", "aria-label": "Nearest training glyph" });
  const nearestName = element("span", {});
  const map = codeMap(space, {
    name: "Map of codes with the code of the drawing",
    picture: (i, canvas) => paint(canvas, glyph(i), spec.shape, "gray_r"),
    still: true,
  });
  const line = liveLine();

  let seen = {};
  function nearestTo(values, code) {
    let best = { wrong: Infinity };
    for (let i = 0; i < space.count; i += 1) {
      const wrong = differing(glyph(i), values);
      const apart = Math.hypot(...space.item(i).map((value, j) => value - code[j]));
      if (wrong < best.wrong || (wrong === best.wrong && apart < best.apart)) best = { index: i, wrong, apart };
    }
    return { ...best, label: space.labels[best.index] };
  }
  function draw() {
    const input = pixels();
    const code = runNetwork(network, input, 0, network.code);
    const image = runNetwork(network, code, network.code);
    const found = nearestTo(image, code);
    const chosen = model.get("chosen");
    const wrong = differing(glyph(chosen), image);
    seen = { code, image, nearest: found.label, wrong };
    cells.forEach((cell, i) => {
      cell.setAttribute("aria-pressed", input[i] >= 0.5);
    });
    item.set(chosen);
    level.set(model.get("noise"));
    paint(output, image, spec.shape, "gray_r");
    paint(nearestImage, glyph(found.index), spec.shape, "gray_r");
    nearestName.textContent = found.label;
    map.place(code);
    const byCode = space.nearest(code);
    map.ring(byCode.index);
    const many = (n) => `${n} pixel${n === 1 ? "" : "s"}`;
    const name = space.labels[chosen];
    line.say(`The drawing differs from ${name} in ${many(differing(glyph(chosen), input))}, its reconstruction in `
      + `${many(wrong)}, and from ${found.label}, its nearest glyph, in ${found.wrong}. `
      + `Nearest code: ${byCode.label}, ${fixed(byCode.distance, 3)} away.`);
  }
  return {
    label: "Glyph editor",
    title: "Draw a glyph",
    task: "Turn pixels on and off, or add noise, and see what the network makes of it.",
    inputs: ["drawing", "chosen", "noise"],
    values: {
      code: () => Array.from(seen.code),
      image: () => Array.from(seen.image),
      nearest: () => seen.nearest,
      wrong_pixels: () => seen.wrong,
    },
    draw,
    content: [
      bar,
      damage,
      element("div", { class: "cx-glyphs" },
        panel("Drawing", grid),
        panel("Recon\u00adstruction", output),
        panel(element("span", {}, "Nearest: ", nearestName), nearestImage),
        panel("Code on the map", map.element),
        ...line.elements),
      ...note(spec.note),
    ],
  };
}
