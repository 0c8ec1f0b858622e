// What several explorers draw: a titled panel, a note, the frame of a plot.

function panel(title, ...content) {
  return element("div", { class: "cx-panel" }, element("div", { class: "cx-title" }, title), ...content);
}

// A sentence below an explorer, or nothing.
function note(words) {
  return words ? [element("p", { class: "cx-note" }, words)] : [];
}

// The frame of a plot in an SVG: the names of its axes and the numbers at their ends. Returns the
// frame, which the pointer can follow, all nodes, and `ends`, which sets the four numbers.
function axesFrame({ left, top, width, height, x = "", y = "" }) {
  const words = (atX, atY, anchor, text = "", more = {}) =>
    drawing("text", { x: atX, y: atY, "text-anchor": anchor, ...more }, text);
  const base = top + height;
  const middle = top + height / 2;
  const frame = drawing("rect", { class: "cx-frame", x: left, y: top, width, height });
  const numbers = [
    words(left, base + 14, "start"), words(left + width, base + 14, "end"),
    words(left - 4, base, "end"), words(left - 4, top + 10, "end"),
  ];
  const names = [
    words(left + width / 2, base + 28, "middle", x),
    words(12, middle, "middle", y, { transform: `rotate(-90 12 ${middle})` }),
  ];
  return {
    frame,
    nodes: [frame, ...numbers, ...names],
    ends(...texts) {
      texts.forEach((text, i) => (numbers[i].textContent = text));
    },
  };
}
