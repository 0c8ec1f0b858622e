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
    // The item whose place on the map is nearest to one there.
    nearestOnMap([x, y]) {
      let best = 0;
      let least = Infinity;
      for (let i = 0; i < count; i += 1) {
        const [atX, atY] = this.place(item(i));
        const apart = (atX - x) ** 2 + (atY - y) ** 2;
        if (apart < least) [best, least] = [i, apart];
      }
      return best;
    },
    describe(code) {
      const [x, y] = this.place(code);
      if (size > 2) return `Place ${point([x, y])} on the map`;
      return `Code ${point(size === 1 ? [x] : [x, y])}`;
    },
  };
}

const MAP = { left: 30, bottom: 34, top: 8, right: 12 };
const GROUP_COLOURS = ["#0072b2", "#d55e00", "#009e73", "#b5508c", "#8c6d31", "#3b8bbd", "#7a5cc0",
  "#737373", "#c2452d", "#2a8c8c"];
const MAX_PICTURES = 120; // more of them as marks hide each other

// Draw the map of a space. `place(code)` moves the point, `ring(i)` circles an item and names it while
// the map is pointed at or has the focus. `picture(i, canvas)` paints an item.
function codeMap(space, { name, picture, still = false }) {
  const { centre, half } = space;
  const clamp = (v) => Math.min(1, Math.max(0, v));
  const lines = drawing("path", { class: "cx-cross" });
  const circle = drawing("circle", { class: "cx-ring", r: 11, visibility: "hidden" });
  const dot = drawing("circle", { class: "cx-point", r: 7 });
  const grip = makeGrip();
  const path = drawing("path", { class: "cx-path" });
  const axes = axesFrame({ ...MAP, width: 0, height: 0, x: space.axes[0], y: space.axes[1] });
  const low = [centre[0] - half, centre[1] - half];
  const high = [centre[0] + half, centre[1] + half];
  axes.ends(fixed(low[0], 1), fixed(high[0], 1), fixed(low[1], 1), fixed(high[1], 1));
  const marks = itemMarks(space, picture);
  const svg = drawing("svg", { "aria-hidden": "true" }, ...axes.nodes, ...marks.nodes, path, lines, circle, dot);
  const thumbnail = element("canvas", {});
  const label = element("span", {});
  const tip = element("div", { class: "cx-tip", "aria-hidden": "true" }, thumbnail, label);
  const box = still
    ? element("div", { class: "cx-map cx-still", role: "img", "aria-label": name }, svg, tip)
    : element("div", { class: "cx-map cx-field-map", tabindex: 0, role: "application", "aria-label": name,
      "aria-roledescription": "two-dimensional slider" }, svg, grip.element, tip);

  let [width, height] = [1, 1]; // of the frame, in pixels
  let now = { code: space.item(0), ringed: -1, way: [] };
  const on = (code) => {
    const [x, y] = space.place(code);
    return [MAP.left + width * clamp((x - centre[0] + half) / (2 * half)),
      MAP.top + height * clamp((centre[1] + half - y) / (2 * half))];
  };
  const put = (node, [x, y]) => {
    node.setAttribute("cx", x);
    node.setAttribute("cy", y);
  };
  function place(code) {
    now.code = code;
    const [x, y] = on(code);
    put(dot, [x, y]);
    grip.put(x, y);
    lines.setAttribute("d", `M${MAP.left} ${y}h${width}M${x} ${MAP.top}v${height}`);
  }
  function show(i) {
    const [x, y] = on(space.item(i));
    put(circle, [x, y]);
    circle.setAttribute("visibility", "visible");
    picture(i, thumbnail);
    label.textContent = space.labels[i];
    const beside = x > MAP.left + width / 2 ? "calc(-100% - 16px)" : "16px";
    tip.style.transform = `translate(${x}px, ${Math.max(y, 40)}px) translate(${beside}, -50%)`;
  }
  function ring(i) {
    if (i === now.ringed) return;
    now.ringed = i;
    show(i);
  }
  function way(codes) {
    now.way = codes;
    path.setAttribute("d", codes.length ? `M${codes.map((code) => on(code).join(" ")).join("L")}` : "");
  }
  // Parts of the frame's box as coordinates.
  const coordinates = (u, v) => [centre[0] + half * (2 * clamp(u) - 1), centre[1] + half * (1 - 2 * clamp(v))];
  inPixels(svg, (wide, tall) => {
    [width, height] = [wide - MAP.left - MAP.right, tall - MAP.top - MAP.bottom];
    axes.lay(width, height);
    marks.lay(on, width);
    place(now.code);
    way(now.way);
    if (now.ringed >= 0) show(now.ringed);
  });
  if (still) {
    const nameAt = (u, v) => show(space.nearestOnMap(coordinates(u, v)));
    follow(axes.frame, nameAt, (at) => (at ? nameAt(...at) : show(now.ringed)));
  }
  return { element: box, frame: axes.frame, grip: grip.element, place, ring, path: way, coordinates };
}

// Few items with short labels are drawn as their labels, some more as their pictures; otherwise each is a
// dot, with one label a group. `lay(on, width)` puts them where `on(code)` says.
function itemMarks(space, picture) {
  const { labels } = space;
  const groups = new Map();
  labels.forEach((label, i) => groups.set(label, [...(groups.get(label) ?? []), i]));
  const put = (node, x, y) => {
    node.setAttribute("x", x);
    node.setAttribute("y", y);
  };
  const places = (on) => labels.map((_, i) => on(space.item(i)));
  if (labels.length <= 60 && labels.every((label) => Array.from(label).length <= 3)) {
    const nodes = labels.map((label) => drawing("text", { class: "cx-mark" }, label));
    return { nodes, lay: (on) => places(on).forEach((at, i) => put(nodes[i], ...at)) };
  }
  const grouped = groups.size <= GROUP_COLOURS.length && groups.size < labels.length;
  if (!grouped && labels.length <= MAX_PICTURES) {
    const canvas = element("canvas", {});
    const nodes = labels.map((_, i) => {
      picture(i, canvas);
      return drawing("image", { class: "cx-picture", href: canvas.toDataURL(), preserveAspectRatio: "none" });
    });
    return { nodes, lay(on, width) {
      const size = Math.max(13, width / 15);
      const [wide, tall] = canvas.width < canvas.height ? [(size * canvas.width) / canvas.height, size]
        : [size, (size * canvas.height) / canvas.width];
      places(on).forEach(([x, y], i) => {
        put(nodes[i], x - wide / 2, y - tall / 2);
        nodes[i].setAttribute("width", wide);
        nodes[i].setAttribute("height", tall);
      });
    } };
  }
  const shown = grouped ? Array.from(groups) : [["", labels.map((_, i) => i)]];
  const dots = shown.map((_, i) => drawing("path", { class: "cx-dots", stroke: GROUP_COLOURS[i] }));
  const names = shown.map(([label]) => drawing("text", { class: "cx-mark cx-group" }, label));
  const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  return { nodes: [...dots, ...names], lay(on) {
    const at = places(on);
    shown.forEach(([, members], i) => {
      dots[i].setAttribute("d", members.map((n) => `M${at[n][0].toFixed(1)} ${at[n][1].toFixed(1)}h0`).join(""));
      put(names[i], median(members.map((n) => at[n][0])), median(members.map((n) => at[n][1])));
    });
  } };
}
