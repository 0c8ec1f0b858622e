// LatentExplorer: move a point through the space of codes and watch the decoder; or damage the code.

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

  const numbers = spec.numbers && numberButtons(space, model, change);
  const sliders = (numbers ? [] : spec.ranges).map(([low, high], i) => slider({
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
  const whole = element("canvas", { role: "img", "aria-label": "Image decoded from the whole code" });
  const line = liveLine();

  const given = () => damaged(code(), model.get("damage"));
  let image = null;
  let undamaged = null;
  // How many numbers are damaged and what that does to the picture, in words.
  function loss() {
    const count = model.get("damage").filter(Boolean).length;
    const squares = image.reduce((sum, value, i) => sum + (value - undamaged[i]) ** 2, 0);
    return `Damaged numbers: ${count}; the picture is ${fixed(Math.sqrt(squares / image.length))} off a pixel.`;
  }
  function describe() {
    const here = hovered ?? code();
    const { index, label, distance } = space.nearest(here);
    map.ring(index);
    const place = space.describe(here);
    const where = hovered ? `Under the pointer: ${place.toLowerCase()}` : place;
    const nearest = `Nearest item: ${label}, ${fixed(distance, 3)} away.`;
    line.say(numbers ? `${nearest} ${loss()}` : `${where}. ${nearest}`);
  }
  function draw() {
    const here = code();
    hovered = null;
    image = runNetwork(network, given());
    paint(canvas, image, spec.shape, spec.cmap);
    if (numbers) {
      undamaged = runNetwork(network, here);
      paint(whole, undamaged, spec.shape, spec.cmap);
      numbers.show();
    }
    map.place(here);
    sliders.forEach((each, i) => each.set(space.along(here, i + 2)));
    const { index, label, distance } = space.nearest(here);
    canvas.setAttribute("aria-label", `Decoded image, nearest training item ${label}`);
    if (items) items.set(distance < 1e-6 ? index : -1);
    describe();
  }
  return {
    label: "Latent explorer",
    title: numbers ? "Break the bottleneck" : "Walk through the codes",
    task: numbers
      ? "Press numbers of the code to damage them. A frozen one keeps its value: then go to another item."
      : "Move the point on the map and watch what the decoder makes of the code there.",
    inputs: ["code", "damage"],
    values: { image: () => Array.from(image), given, nearest: () => space.nearest(code()).label },
    draw,
    content: [
      sides([panel("Codes", map.element)],
        [...(numbers ? [panel("Whole", whole)] : []), panel(numbers ? "Damaged" : "Decoded", canvas)], "cx-beside"),
      bar,
      ...(numbers ? numbers.elements : []),
      element("div", { class: "cx-sliders" }, ...sliders.map((each) => each.element)),
      ...line.elements,
      ...note(spec.note),
    ],
  };
}
