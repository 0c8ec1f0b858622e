// ComparisonExplorer: two pictures of the same thing, left and right of a divider that moves.

const DIVIDER = [0.84, 0.37, 0];

function buildComparison({ model, spec, change, read }) {
  const [height, width] = spec.shape;
  const stacks = spec.pictures.map(read);
  const picture = (i) => {
    const count = height * width;
    const at = Math.min(model.get("level"), stacks[i].length / count - 1);
    return stacks[i].subarray(at * count, (at + 1) * count);
  };
  const psnr = (i) => {
    const [shown, original] = [picture(i), picture(spec.reference)];
    const squares = shown.reduce((sum, value, k) => sum + (value - original[k]) ** 2, 0);
    return squares ? 10 * Math.log10(shown.length / squares) : null;
  };
  const sides = ["left", "right"].map((side) => ({
    side,
    list: chooser(side === "left" ? "Left" : "Right", spec.names, (i) => change({ [side]: i })),
  }));
  const moved = (u) => change({ divider: Math.round(100 * Math.min(1, Math.max(0, u))) / 100 });
  const divider = slider({ name: "Divider", min: 0, max: 1, step: 0.01,
    show: (value) => `${Math.round(100 * value)} %`, oninput: moved });
  const level = spec.levels.length > 1 && slider({ name: spec.level_name, min: 0, max: spec.levels.length - 1,
    step: 1, show: (i) => spec.levels[i], oninput: (i) => change({ level: i }) });
  const canvas = element("canvas", { role: "img", class: "cx-compared" });
  canvas.style.maxWidth = `${Math.min(28, (20 * width) / height)}rem`;
  follow(canvas, moved);
  const swap = button("Swap sides", () => change({ left: model.get("right"), right: model.get("left") }));
  const line = liveLine();

  function describe(i) {
    const remarks = spec.remarks[spec.names[i]];
    const remark = remarks ? `, ${remarks[Math.min(model.get("level"), remarks.length - 1)]}` : "";
    if (i === spec.reference) return `${spec.names[i]}${remark}`;
    const value = psnr(i);
    return `${spec.names[i]}${remark}, ${value === null ? "no difference" : `${fixed(value, 1)} dB`}`;
  }
  function draw() {
    const [left, right] = [model.get("left"), model.get("right")];
    const [a, b] = [picture(left), picture(right)];
    const edge = Math.round(model.get("divider") * width);
    const pixels = new Float32Array(3 * height * width);
    for (let i = 0; i < height * width; i += 1) {
      const column = i % width;
      if (column === edge && edge > 0) pixels.set(DIVIDER, 3 * i);
      else pixels.fill(column < edge ? a[i] : b[i], 3 * i, 3 * i + 3);
    }
    paint(canvas, pixels, [height, width, 3]);
    canvas.setAttribute("aria-label", `Left of the divider ${spec.names[left]}, right of it ${spec.names[right]}`);
    for (const { side, list } of sides) list.set(model.get(side));
    divider.set(model.get("divider"));
    if (level) level.set(model.get("level"));
    line.say(`Left: ${describe(left)}. Right: ${describe(right)}.`);
  }
  return {
    label: "Comparison explorer",
    title: "Side by side",
    task: "Drag the divider over the picture; choose what stands left and right of it.",
    inputs: ["left", "right", "divider", "level"],
    values: { psnr_left: () => psnr(model.get("left")), psnr_right: () => psnr(model.get("right")) },
    draw,
    content: [
      element("div", { class: "cx-bar" }, ...sides.map(({ list }) => list.element), swap),
      canvas,
      element("div", { class: "cx-sliders" }, divider.element, ...(level ? [level.element] : [])),
      ...line.elements,
    ],
  };
}
