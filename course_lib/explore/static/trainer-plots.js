// What the trainer draws: codes on the move, items beside their reconstructions, losses and seeds.

const FIELD = { left: 30, top: 8, bottom: 34, right: 12 };
const TRAIL = 10; // places kept of each item
const LANE = 16; // distance of the rows in which items with a code of one number stand

// The map of codes. `draw` takes {codes, deviations, size, centre, half, level, trails}: `size` numbers an
// item, deviations those of a variational code or null, level the third number of the pointer.
function movingMap(labels, name) {
  const { left, top, bottom, right } = FIELD;
  let inner = 1; // pixels of a side, from the first drawing on
  const axes = axesFrame({ left, top, width: 0, height: 0, x: "code 1", y: "code 2" });
  const short = labels.length <= 60 && labels.every((label) => Array.from(label).length <= 3);
  const marks = labels.map((label) => (short
    ? drawing("text", { class: "cx-mark" }, label) : drawing("circle", { class: "cx-item", r: 2.5 })));
  const trails = drawing("path", { class: "cx-trail" });
  const ellipses = drawing("path", { class: "cx-ellipse" });
  const cross = drawing("path", { class: "cx-cross" });
  const dot = drawing("circle", { class: "cx-point", r: 6 });
  const grip = makeGrip();
  const svg = drawing("svg", { "aria-hidden": "true" }, ...axes.nodes, ellipses, trails, ...marks, cross, dot);
  const vertical = axes.nodes.at(-1);
  let [centre, half, size] = [0, 1, 2];
  let past = [];
  let last = null; // what was drawn
  let spot = [0, 0];
  const onX = (value) => left + (inner * (value - centre + half)) / (2 * half);
  const onY = (value) => top + (inner * (centre + half - value)) / (2 * half);
  const lane = (i) => top + inner / 2 + LANE * ((i % 7) - 3);
  const map = {
    element: element("div", { class: "cx-map cx-field-map", tabindex: 0, role: "application", "aria-label": name,
      "aria-roledescription": "two-dimensional slider" }, svg, grip.element),
    frame: axes.frame,
    grip: grip.element,
    coordinates: (u, v) => [centre + half * (2 * u - 1), centre + half * (1 - 2 * v)],
    forget: () => (past = []),
    draw(now) {
      last = now;
      if (now.half !== half || now.centre !== centre || now.size !== size) past = [];
      ({ centre, half, size } = now);
      const low = fixed(centre - half, 1);
      const high = fixed(centre + half, 1);
      axes.ends(low, high, ...(size > 1 ? [low, high] : ["", ""]));
      vertical.textContent = size > 1 ? "code 2" : "";
      const places = marks.map((mark, i) => {
        const x = onX(now.codes[i * size]);
        const y = size > 1 ? onY(now.codes[i * size + 1]) : lane(i);
        mark.setAttribute(short ? "x" : "cx", x.toFixed(1));
        mark.setAttribute(short ? "y" : "cy", y.toFixed(1));
        const far = size > 2 && Math.abs(now.codes[i * size + 2] - now.level) > 0.35 * half;
        mark.setAttribute("opacity", far ? 0.3 : 1);
        return [x, y];
      });
      past = now.trails ? [...past.slice(1 - TRAIL), places] : [];
      trails.setAttribute("d", past.length < 2 ? "" : places.map((_, i) =>
        `M${past.map((then) => `${then[i][0].toFixed(1)} ${then[i][1].toFixed(1)}`).join("L")}`).join(""));
      ellipses.setAttribute("d", !now.deviations ? "" : places.map(([x, y], i) => {
        const scale = inner / (2 * half);
        const rx = (scale * now.deviations[i * size]).toFixed(1);
        const ry = size > 1 ? (scale * now.deviations[i * size + 1]).toFixed(1) : 0;
        return `M${x - rx} ${y}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0`;
      }).join(""));
    },
    place([x, y]) {
      spot = [x, y];
      const cx = onX(x);
      const cy = size > 1 ? onY(y) : top + inner / 2;
      dot.setAttribute("cx", cx);
      dot.setAttribute("cy", cy);
      grip.put(cx, cy);
      cross.setAttribute("d", `${size > 1 ? `M${left} ${cy}h${inner}` : ""}M${cx} ${top}v${inner}`);
    },
  };
  inPixels(svg, (width) => {
    inner = width - left - right;
    past = [];
    axes.lay(inner, inner);
    if (last) map.draw({ ...last, trails: false });
    map.place(spot);
  });
  return map;
}

// Paint every item with its reconstruction to the right of it. Wrong pixels of black-and-white items
// are orange where ink is too much, blue where it is missing.
function paintPairs(canvas, items, outputs, [height, width, channels = 1], { cmap, binary }) {
  const size = height * width * channels;
  const count = items.length / size;
  const [cellWidth, cellHeight] = [2 * width + 4, height + 3];
  const columns = Math.min(count, Math.max(1, Math.round(Math.sqrt((2.6 * count * cellHeight) / cellWidth))));
  canvas.width = columns * cellWidth + 3;
  canvas.height = Math.ceil(count / columns) * cellHeight + 3;
  const context = canvas.getContext("2d");
  const picture = context.createImageData(canvas.width, canvas.height);
  const put = (row, col, values, at, wrong) => {
    const i = 4 * (row * canvas.width + col);
    for (let c = 0; c < 3; c += 1) {
      const value = Math.min(1, Math.max(0, values[at + (channels === 3 ? c : 0)]));
      picture.data[i + c] = Math.round(255 * (cmap === "gray_r" ? 1 - value : value));
    }
    if (wrong) picture.data.set(values[at] >= 0.5 ? [213, 94, 0] : [130, 190, 235], i);
    picture.data[i + 3] = 255;
  };
  const frame = cmap === "gray_r" ? 255 : 0;
  for (let n = 0; n < count; n += 1) {
    const [top, left] = [3 + Math.floor(n / columns) * cellHeight, 3 + (n % columns) * cellWidth];
    // Paper around each pair, or strokes at the rim would melt into a dark page.
    for (let row = top - 1; row <= top + height; row += 1) {
      const start = 4 * (row * canvas.width + left - 1);
      picture.data.fill(frame, start, start + 4 * (2 * width + 3));
      for (let col = 0; col < 2 * width + 3; col += 1) picture.data[start + 4 * col + 3] = 255;
    }
    for (let p = 0; p < height * width; p += 1) {
      const at = n * size + p * channels;
      const [row, col] = [top + Math.floor(p / width), left + (p % width)];
      put(row, col, items, at, false);
      put(row, col + width + 1, outputs, at, binary && (items[at] >= 0.5) !== (outputs[at] >= 0.5));
    }
  }
  context.putImageData(picture, 0, 0);
}

// The loss over the epochs on a logarithmic axis, and behind it those of earlier trainings.
const LOSS = { left: 34, top: 6, width: 300, height: 74 };

function lossPlot() {
  const { left, top, width, height } = LOSS;
  const axes = axesFrame({ left, top, width, height, y: "loss" });
  const grid = drawing("path", { class: "cx-grid-line" });
  const behind = drawing("path", { class: "cx-past" });
  const curve = drawing("path", { class: "cx-curve" });
  const svg = drawing("svg", { class: "cx-wide", viewBox: `0 0 ${width + left + 8} ${height + top + 20}`,
    role: "img", "aria-label": "Loss over the epochs, logarithmic axis; earlier trainings are faint" },
  ...axes.nodes, grid, behind, curve);
  steady(svg);
  let drawn = "";
  return {
    svg,
    draw({ epoch, loss }, earlier, epochs) {
      const all = [loss, ...earlier.map((run) => run.loss)].flat().filter((value) => value > 0);
      const log = (value) => Math.log10(Math.max(value, 1e-12));
      const low = all.length ? Math.floor(log(Math.min(...all))) : -1;
      const high = Math.max(all.length ? Math.ceil(log(Math.max(...all))) : 0, low + 1);
      const onY = (value) => top + (height * (high - log(value))) / (high - low);
      const path = (run) => (run.epoch.length < 2 ? "" : `M${run.epoch.map((at, i) =>
        `${(left + (width * at) / epochs).toFixed(1)} ${onY(run.loss[i]).toFixed(1)}`).join("L")}`);
      const key = [low, high, epochs, earlier.length, earlier.at(-1)?.loss.length].join();
      if (key !== drawn) {
        drawn = key;
        axes.ends("0", `${epochs.toLocaleString("en")} epochs`, power(low), power(high));
        const lines = Array.from({ length: high - low - 1 }, (_, i) => `M${left} ${onY(10 ** (low + 1 + i))}h${width}`);
        grid.setAttribute("d", lines.join(""));
        behind.setAttribute("d", earlier.map(path).join(""));
      }
      curve.setAttribute("d", path({ epoch, loss }));
    },
  };
}

// A power of ten as a short number.
function power(exponent) {
  return exponent < -3 ? `1e\u2212${-exponent}` : String(10 ** exponent);
}

// One dot a seed, the higher the more is wrong; a seed that has all items right is filled.
function seedPlot(total) {
  const [width, height] = [300, 44];
  const dots = drawing("g");
  const svg = drawing("svg", { class: "cx-wide", viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": "One dot for each seed; a filled dot has all items within one pixel" },
  drawing("path", { class: "cx-grid-line", d: `M0 ${height - 7}h${width}` }), dots);
  return {
    svg,
    draw(results) {
      const most = Math.max(1e-12, ...results.map(({ wrong }) => wrong));
      dots.replaceChildren(...results.map(({ wrong, all }, i) => drawing("circle", {
        class: all ? "cx-seed cx-all" : "cx-seed", r: 3.5,
        cx: (width * (i + 0.5)) / total, cy: height - 7 - (height - 14) * Math.sqrt(wrong / most) })));
    },
  };
}
