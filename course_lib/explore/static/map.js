// A map of codes: the plane of two directions, the training items on it, and a place that moves.

// Read the codes and the directions along which they are shown.
function readSpace(spec, read) {
  const codes = read(spec.codes);
  const mean = read(spec.mean);
  const directions = read(spec.directions);
  const size = mean.length;
  const count = codes.length / size;
  const along = (code, k) => {
    let sum = 0;
    for (let j = 0; j < size; j += 1) sum += (code[j] - mean[j]) * directions[k * size + j];
    return sum;
  };
  const item = (i) => codes.subarray(i * size, (i + 1) * size);
  return {
    ...spec,
    size,
    count,
    item,
    along,
    // The place of a code on the map; a code of one number lies on a line.
    place: (code) => [along(code, 0), size > 1 ? along(code, 1) : 0],
    // The code moved along direction k until its coordinate there is `value`, in float32.
    moved(code, k, value) {
      const step = value - along(code, k);
      return Array.from(code, (entry, j) => Math.fround(entry + step * directions[k * size + j]));
    },
    nearest(code) {
      let best = 0;
      let least = Infinity;
      for (let i = 0; i < count; i += 1) {
        let sum = 0;
        for (let j = 0; j < size; j += 1) sum += (code[j] - codes[i * size + j]) ** 2;
        if (sum < least) [best, least] = [i, sum];
      }
      return { index: best, label: spec.labels[best], distance: Math.sqrt(least) };
    },
    describe(code) {
      const [x, y] = this.place(code);
      if (size > 2) return `Place ${point([x, y])} in the plane of the two leading directions`;
      return `Code ${point(size === 1 ? [x] : [x, y])}`;
    },
  };
}

const MAP = { size: 300, left: 26, bottom: 34, top: 6, right: 6 };
const GROUP_COLOURS = ["#0072b2", "#d55e00", "#009e73", "#b5508c", "#8c6d31", "#3b8bbd", "#7a5cc0",
  "#737373", "#c2452d", "#2a8c8c"];

// Draw the map of a space. `place(code)` moves the point, `ring(i)` circles an item.
function codeMap(space, { name, still = false }) {
  const { centre, half } = space;
  const inner = MAP.size;
  const width = inner + MAP.left + MAP.right;
  const height = inner + MAP.top + MAP.bottom;
  const clamp = (v) => Math.min(1, Math.max(0, v));
  const onX = (x) => MAP.left + inner * clamp((x - centre[0] + half) / (2 * half));
  const onY = (y) => MAP.top + inner * clamp((centre[1] + half - y) / (2 * half));
  const spots = Array.from({ length: space.count }, (_, i) => {
    const [x, y] = space.place(space.item(i));
    return [onX(x), onY(y)];
  });
  const lines = drawing("path", { class: "cx-cross" });
  const ring = drawing("circle", { class: "cx-ring", r: 10, visibility: "hidden" });
  const dot = drawing("circle", { class: "cx-point", r: 7 });
  const path = drawing("path", { class: "cx-path" });
  const axes = axesFrame({ left: MAP.left, top: MAP.top, width: inner, height: inner, x: space.axes[0], y: space.axes[1] });
  const low = [centre[0] - half, centre[1] - half];
  const high = [centre[0] + half, centre[1] + half];
  axes.ends(fixed(low[0], 1), fixed(high[0], 1), fixed(low[1], 1), fixed(high[1], 1));
  const svg = drawing("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    ...axes.nodes,
    ...itemMarks(space, spots), path, lines, ring, dot);
  const element_ = still
    ? element("div", { class: "cx-still", role: "img", "aria-label": name }, svg)
    : element("div", { class: "cx-field-map", tabindex: 0, role: "application", "aria-label": name,
      "aria-roledescription": "two-dimensional slider" }, svg);
  return {
    element: element_,
    frame: axes.frame,
    place(code) {
      const [x, y] = space.place(code);
      const [cx, cy] = [onX(x), onY(y)];
      dot.setAttribute("cx", cx);
      dot.setAttribute("cy", cy);
      lines.setAttribute("d", `M${MAP.left} ${cy}h${inner}M${cx} ${MAP.top}v${inner}`);
    },
    ring(i) {
      ring.setAttribute("cx", spots[i][0]);
      ring.setAttribute("cy", spots[i][1]);
      ring.setAttribute("visibility", "visible");
    },
    path(codes) {
      const places = codes.map((code) => space.place(code)).map(([x, y]) => `${onX(x)} ${onY(y)}`);
      path.setAttribute("d", `M${places.join("L")}`);
    },
    // Parts of the frame's box as coordinates.
    coordinates: (u, v) => [
      centre[0] + half * (2 * clamp(u) - 1),
      centre[1] + half * (1 - 2 * clamp(v)),
    ],
  };
}

// Few items with short labels are drawn as their labels; otherwise a dot each, and one label a group.
function itemMarks(space, spots) {
  const { labels } = space;
  const mark = ([x, y], label, more = "") => drawing("text", { class: `cx-mark ${more}`, x, y }, label);
  if (labels.length <= 60 && labels.every((label) => Array.from(label).length <= 3)) {
    return spots.map((spot, i) => mark(spot, labels[i]));
  }
  const groups = new Map();
  labels.forEach((label, i) => groups.set(label, [...(groups.get(label) ?? []), spots[i]]));
  const grouped = groups.size <= GROUP_COLOURS.length && groups.size < labels.length;
  const dots = (places, colour) =>
    drawing("path", { class: "cx-dots", stroke: colour, d: places.map(([x, y]) => `M${x} ${y}h0`).join("") });
  if (!grouped) return [dots(spots, GROUP_COLOURS[0])];
  const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const entries = Array.from(groups);
  return [
    ...entries.map(([, places], i) => dots(places, GROUP_COLOURS[i])),
    ...entries.map(([label, places]) =>
      mark([median(places.map(([x]) => x)), median(places.map(([, y]) => y))], label, "cx-group")),
  ];
}
