// LatentExplorer: move a point through the space of codes and watch the decoder.

function buildLatent({ model, spec, change, read }) {
  const space = readSpace(spec, read);
  const network = readNetwork(spec.network, read);
  const home = Array.from(read(spec.home));
  const code = () => model.get("code");
  const move = (next) => change({ code: Array.from(next, Math.fround) });
  const on = (x, y) => {
    const next = space.moved(code(), 0, x);
    return space.size > 1 ? space.moved(next, 1, y) : next;
  };

  const map = codeMap(space, {
    name: "Map of codes. Arrow keys move the point, with Shift in larger steps; "
      + "Enter goes to the nearest training item, Home back to the start.",
    picture: (i, canvas) => paint(canvas, runNetwork(network, space.item(i)), spec.shape, spec.cmap),
  });
  const step = (dx, dy) => (factor) => {
    const [x, y] = space.place(code());
    const length = (factor * space.half) / 25;
    move(on(x + dx * length, y + dy * length));
  };
  let hovered = null;
  follow(map.frame, (u, v) => move(on(...map.coordinates(u, v))), (place) => {
    hovered = place && on(...map.coordinates(...place));
    describe();
  }, [map.grip]);
  onKeys(map.element, {
    ArrowLeft: step(-1, 0),
    ArrowRight: step(1, 0),
    ArrowUp: step(0, 1),
    ArrowDown: step(0, -1),
    Home: () => move(home),
    Enter: () => move(space.item(space.nearest(code()).index)),
  });
  map.element.addEventListener("focus", () => describe());

  const sliders = spec.ranges.map(([low, high], i) => slider({
    name: spec.names[i],
    min: low,
    max: high,
    step: "any",
    show: (number) => fixed(number),
    oninput: (value) => move(space.moved(code(), i + 2, value)),
  }));
  const items = space.count <= 200
    && chooser("Go to", distinct(space.labels), (i) => move(space.item(i)), "an item");
  const toPlane = () => {
    const mean = Array.from(read(spec.mean));
    const [x, y] = space.place(code());
    move(space.moved(space.moved(mean, 0, x), 1, y));
  };
  const bar = element("div", { class: "cx-bar" }, ...(items ? [items.element] : []),
    ...(space.size > 2 ? [button("Into the plane", toPlane)] : []));
  const canvas = element("canvas", { role: "img", "aria-label": "Decoded image" });
  const line = liveLine();

  let image = null;
  function describe() {
    const here = hovered ?? code();
    const { index, label, distance } = space.nearest(here);
    map.ring(index);
    const where = hovered ? `Under the pointer: ${space.describe(here).toLowerCase()}` : space.describe(here);
    line.say(`${where}. Nearest item: ${label}, ${fixed(distance, 3)} away.`);
  }
  function draw() {
    const here = code();
    hovered = null;
    image = runNetwork(network, here);
    paint(canvas, image, spec.shape, spec.cmap);
    map.place(here);
    sliders.forEach((each, i) => each.set(space.along(here, i + 2)));
    const { index, label, distance } = space.nearest(here);
    canvas.setAttribute("aria-label", `Decoded image, nearest training item ${label}`);
    if (items) items.set(distance < 1e-6 ? index : -1);
    describe();
  }
  return {
    label: "Latent explorer",
    title: "Walk through the codes",
    task: "Move the point on the map and watch what the decoder makes of the code there.",
    inputs: ["code"],
    values: { image: () => Array.from(image), nearest: () => space.nearest(code()).label },
    draw,
    content: [
      sides([panel("Codes", map.element)], [panel("Decoded", canvas)], "cx-beside"),
      bar,
      element("div", { class: "cx-sliders" }, ...sliders.map((each) => each.element)),
      ...line.elements,
      ...note(spec.note),
    ],
  };
}
