// InterpolationExplorer: the way between two items, straight or on an arc.

const STRIP = 9; // images on the way, ends included

function buildInterpolation({ model, spec, change, read }) {
  const space = readSpace(spec, read);
  const network = readNetwork(spec.network, read);
  const names = distinct(space.labels);
  const ends = () => [space.item(model.get("start")), space.item(model.get("end"))];
  const at = (t) => {
    const [a, b] = ends();
    return interpolate(a, b, t, model.get("path"));
  };

  const from = chooser("From", names, (i) => change({ start: i }));
  const to = chooser("To", names, (i) => change({ end: i }));
  const path = choices("Path", { straight: "straight", spherical: "spherical" }, (word) => change({ path: word }));
  const way = slider({ name: "Part of the way", min: 0, max: 1, step: 0.01, show: (t) => fixed(t), oninput: (t) => change({ t }) });
  const swap = button("Swap", () => change({ start: model.get("end"), end: model.get("start") }));
  const map = codeMap(space, {
    name: "Map of codes with the path between the two items",
    picture: (i, small) => paint(small, runNetwork(network, space.item(i)), spec.shape, spec.cmap),
    still: true,
  });
  const canvas = element("canvas", { role: "img", "aria-label": "Decoded image" });
  const steps = Array.from({ length: STRIP }, (_, i) => {
    const small = element("canvas", { "aria-hidden": "true" });
    const t = i / (STRIP - 1);
    const node = element("button", { type: "button", "aria-label": `Image ${i + 1} of ${STRIP} on the way`,
      onclick: () => change({ t }) }, small);
    return { small, node, t };
  });
  const line = liveLine();

  let image = null;
  let here = null;
  let drawn = "";
  function draw() {
    const [start, end, t] = [model.get("start"), model.get("end"), model.get("t")];
    from.set(start);
    to.set(end);
    path.set(model.get("path"));
    way.set(t);
    here = at(t);
    image = runNetwork(network, here.code);
    paint(canvas, image, spec.shape, spec.cmap);
    map.place(here.code);
    const key = [start, end, model.get("path")].join();
    if (key !== drawn) {
      drawn = key;
      for (const step of steps) paint(step.small, runNetwork(network, at(step.t).code), spec.shape, spec.cmap);
      map.path(Array.from({ length: 41 }, (_, i) => at(i / 40).code));
    }
    for (const step of steps) step.node.setAttribute("aria-current", Math.abs(step.t - t) < 0.5 / (STRIP - 1));
    const { index, label, distance } = space.nearest(here.code);
    map.ring(index);
    const arc = model.get("path") === "spherical" && !here.arc
      ? " No angle lies between the codes: the path is straight." : "";
    line.say(`${Math.round(100 * t)}% of the way from ${names[start]} to ${names[end]}, `
      + `${fixed(length(here.code))} from the origin. Nearest item: ${label}, ${fixed(distance, 3)} away.${arc}`);
    canvas.setAttribute("aria-label", `Decoded image, ${Math.round(100 * t)}% of the way`);
  }
  return {
    label: "Interpolation explorer",
    title: "Between two items",
    task: "Choose two items and a path, then move along it.",
    inputs: ["start", "end", "t", "path"],
    values: { image: () => Array.from(image), code: () => Array.from(here.code) },
    draw,
    content: [
      element("div", { class: "cx-bar cx-pickers" }, from.element, to.element, swap, path.element),
      element("div", { class: "cx-strip" }, ...steps.map((step) => step.node)),
      way.element,
      sides([panel("Path on the map", map.element)], [panel("Decoded", canvas)], "cx-beside"),
      ...line.elements,
      ...note(spec.note),
    ],
  };
}

function length(code) {
  return Math.hypot(...code);
}

// The code at part t of the way from a to b, in float32, and whether it lies on an arc.
function interpolate(a, b, t, path) {
  const lengths = length(a) * length(b);
  const product = a.reduce((sum, value, i) => sum + value * b[i], 0);
  const cosine = lengths > 0 ? product / lengths : 1;
  const arc = path === "spherical" && Math.abs(cosine) <= 1 - 1e-9;
  const angle = arc ? Math.acos(cosine) : 0;
  const [u, v] = arc
    ? [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)]
    : [1 - t, t];
  return { code: Float32Array.from(a, (value, i) => u * value + v * b[i]), arc };
}
