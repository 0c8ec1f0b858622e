// What several explorers draw: a titled panel, a note, the frame of a plot.

function panel(title, ...content) {
  return element("div", { class: "cx-panel" }, element("div", { class: "cx-title" }, title), ...content);
}

// A sentence below an explorer, or nothing.
function note(words) {
  return words ? [element("p", { class: "cx-note" }, words)] : [];
}

// The two sides of a card: what the reader moves, and what comes of it.
function sides(controls, result, kind = "") {
  return element("div", { class: `cx-sides ${kind}` },
    element("div", { class: "cx-controls" }, ...controls), element("div", { class: "cx-result" }, ...result));
}

// Draw an SVG in pixels of the screen, anew when its box has another size: words keep their size.
function inPixels(svg, lay) {
  new ResizeObserver(([{ contentRect: { width, height } }]) => {
    if (!width || !height) return;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    lay(width, height);
  }).observe(svg);
  return svg;
}

// A handle on a point of a map, large enough for a finger; `put` moves its middle to a place in the map.
function makeGrip() {
  const grip = element("div", { class: "cx-grip" });
  return { element: grip, put: (x, y) => (grip.style.transform = `translate(${x - 22}px, ${y - 22}px)`) };
}

// A plot whose axes go from 0 to 1, in pixels of the screen, with shapes in these coordinates and a point
// that `place(x, y)` moves; null for y hides it.
function unitPlot({ name, x, y }, ...shapes) {
  const margin = { left: 26, top: 8, right: 10, bottom: 34 };
  const dot = drawing("circle", { class: "cx-point", r: 7 });
  const axes = axesFrame({ ...margin, width: 0, height: 0, x, y });
  axes.ends("0", "1", "0", "1");
  const inside = drawing("g", { class: "cx-unit" }, ...shapes);
  let [width, height] = [1, 1];
  let at = [0, null];
  function place(...next) {
    at = next;
    dot.setAttribute("visibility", at[1] === null ? "hidden" : "visible");
    dot.setAttribute("cx", margin.left + width * at[0]);
    dot.setAttribute("cy", margin.top + height * (1 - at[1]));
  }
  const svg = drawing("svg", { class: "cx-plot", role: "img", "aria-label": name }, ...axes.nodes, inside, dot);
  inPixels(svg, (wide, tall) => {
    [width, height] = [wide - margin.left - margin.right, tall - margin.top - margin.bottom].map((side) => Math.max(0, side));
    axes.lay(width, height);
    inside.setAttribute("transform", `translate(${margin.left} ${margin.top + height}) scale(${width} ${-height})`);
    place(...at);
  });
  return { element: svg, frame: axes.frame, place };
}

// Words in a drawing of fixed proportions keep their size on the screen too.
function steady(svg) {
  new ResizeObserver(([{ contentRect: { width } }]) => {
    if (width) svg.style.setProperty("--cx-unit", svg.viewBox.baseVal.width / width);
  }).observe(svg);
  return svg;
}

// The frame of a plot in an SVG: the names of its axes and the numbers at their ends. Returns the
// frame, which the pointer can follow, all nodes, `ends`, which sets the four numbers, and `lay`, which
// gives the frame another size.
function axesFrame({ left, top, width, height, x = "", y = "" }) {
  const frame = drawing("rect", { class: "cx-frame", x: left, y: top });
  const words = (anchor, text = "") => drawing("text", { "text-anchor": anchor }, text);
  const numbers = ["start", "end", "end", "end"].map((anchor) => words(anchor));
  const names = [words("middle", x), words("middle", y)];
  const put = (node, atX, atY) => {
    node.setAttribute("x", atX);
    node.setAttribute("y", atY);
  };
  function lay(wide, tall) {
    frame.setAttribute("width", wide);
    frame.setAttribute("height", tall);
    const base = top + tall;
    const middle = top + tall / 2;
    const places = [[left, base + 14], [left + wide, base + 14], [left - 4, base], [left - 4, top + 10],
      [left + wide / 2, base + 28], [12, middle]];
    [...numbers, ...names].forEach((node, i) => put(node, ...places[i]));
    names[1].setAttribute("transform", `rotate(-90 12 ${middle})`);
  }
  lay(width, height);
  return {
    frame,
    nodes: [frame, ...numbers, ...names],
    lay,
    ends(...texts) {
      texts.forEach((text, i) => (numbers[i].textContent = text));
    },
  };
}

// Horizontal bars with a name before and words behind each; `show` takes [length, words] a bar.
function bars(names) {
  const rows = names.map((name) => {
    const bar = element("span", { class: "cx-length" });
    const words = element("span", {});
    return { bar, words, element: element("div", { class: "cx-bar-row" },
      element("span", {}, name), element("span", { class: "cx-lane", "aria-hidden": "true" }, bar), words) };
  });
  return {
    element: element("div", {}, ...rows.map((row) => row.element)),
    show(values) {
      const most = Math.max(...values.map(([length]) => length)) || 1;
      values.forEach(([length, words], i) => {
        rows[i].bar.style.width = `${(100 * length) / most}%`;
        rows[i].words.textContent = words;
      });
    },
  };
}
