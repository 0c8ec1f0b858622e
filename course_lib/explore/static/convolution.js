// ConvolutionExplorer: a kernel steps over its input; the formula beside it counts the output.

const SETTINGS = { m: "Input size m", k: "Kernel size k", p: "Padding p", s: "Stride s", d: "Dilation d" };
const MODES = { convolution: "convolution", pooling: "pooling", transposed: "transposed" };

// Sizes along one axis for given settings; `problem` says why there is no output.
function arithmetic({ m, k, p, s, d, mode }) {
  if (mode === "transposed") {
    const reach = d * (k - 1) + 1;
    const full = (m - 1) * s + reach;
    const size = full - 2 * p;
    return {
      reach, full, size,
      formula: [
        "o = (m \u2212 1)\u00b7s + d\u00b7(k \u2212 1) + 1 \u2212 2p",
        `o = (${m} \u2212 1)\u00b7${s} + ${d}\u00b7(${k} \u2212 1) + 1 \u2212 2\u00b7${p} = ${full} \u2212 ${2 * p} = ${fixed(size, 0)}`,
      ],
      problem: size >= 1 ? "" : `No output: the stamps cover ${cells(full)}, and padding ${p} cuts ${2 * p} of them. `
        + "Choose less padding, a larger input or kernel, or a larger stride.",
    };
  }
  const dilation = mode === "pooling" ? 1 : d;
  const reach = dilation * (k - 1) + 1;
  const padded = m + 2 * p;
  const room = padded - reach;
  const size = room < 0 ? 0 : Math.floor(room / s) + 1;
  const top = mode === "pooling" ? [`m + 2p \u2212 k`, `${m} + 2\u00b7${p} \u2212 ${k}`]
    : [`m + 2p \u2212 d\u00b7(k \u2212 1) \u2212 1`, `${m} + 2\u00b7${p} \u2212 ${d}\u00b7(${k} \u2212 1) \u2212 1`];
  const quotient = Number.isInteger(room / s) ? String(room / s) : (room / s).toFixed(2);
  const formula = [`o = \u230a(${top[0]}) / s\u230b + 1`];
  formula.push(room < 0
    ? `o: (${top[1]}) = ${fixed(room, 0)} is below zero`
    : `o = \u230a(${top[1]}) / ${s}\u230b + 1 = \u230a${room} / ${s}\u230b + 1 = \u230a${quotient}\u230b + 1 = ${size}`);
  const noun = mode === "pooling" ? "window" : "kernel";
  return {
    reach, full: padded, size, formula,
    // Rows and columns at the end that no position of the kernel reaches.
    unread: room < 0 ? 0 : room % s,
    problem: room >= 0 ? "" : `No output: the ${noun} reaches over ${cells(reach)}, the padded input has only ${padded}. `
      + `Choose a larger input, more padding, or a smaller ${noun}${dilation > 1 ? " or dilation" : ""}.`,
  };
}

function cells(n) {
  return `${n} cell${n === 1 ? "" : "s"}`;
}

// A square grid of n cells a side, without its contents.
function gridLines(n) {
  const lines = Array.from({ length: n + 1 }, (_, i) => `M${i} 0v${n}M0 ${i}h${n}`);
  return drawing("path", { class: "cx-grid-line", d: lines.join("") });
}

function square(row, col, size, kind, height = size) {
  return drawing("rect", { class: kind, x: col, y: row, width: size, height });
}

function buildConvolution({ model, spec, change }) {
  const settings = () => Object.fromEntries([...Object.keys(SETTINGS), "mode"].map((name) => [name, model.get(name)]));
  const sliders = Object.fromEntries(Object.entries(SETTINGS).map(([name, words]) => {
    const [min, max] = spec.bounds[name];
    return [name, slider({ name: words, min, max, step: 1, oninput: (value) => change({ [name]: value }) })];
  }));
  const mode = choices("Operation", MODES, (word) => change({ mode: word }));
  const transposed = () => model.get("mode") === "transposed";
  let sums = arithmetic(settings());
  // Positions of the kernel along one axis: on the input, or one stamp for each input cell.
  const side = () => (transposed() ? model.get("m") : sums.size);
  const count = () => (sums.problem ? 0 : side() ** 2);
  const step = () => Math.min(model.get("step"), Math.max(0, count() - 1));
  const go = (to) => change({ step: count() ? (to + count()) % count() : 0 });
  const goTo = (row, col) => {
    const inside = (v) => Math.min(side() - 1, Math.max(0, v));
    if (count()) go(inside(row) * side() + inside(col));
  };

  const position = slider({ name: "Position", min: 0, max: 1, step: 1, show: (i) => String(i + 1), oninput: go });
  let timer = 0;
  const play = button("Play", () => (timer ? stop() : begin()));
  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  }
  function begin() {
    timer = setInterval(() => go(step() + 1), 500);
    play.textContent = "Pause";
  }
  const bar = element("div", { class: "cx-bar" },
    button("Back", () => go(step() - 1)), button("Next", () => go(step() + 1)), play);
  const [left, right] = [gridBox(() => draw()), gridBox(() => draw())];
  // The large grid moves the kernel by its middle, the small one names a cell.
  const followGrid = (box, isLarge) => follow(box.svg, (u, v) => {
    const cell = (at) => (isLarge() ? Math.round((at - sums.reach / 2) / model.get("s")) : Math.floor(at));
    goTo(cell(v * sums.full), cell(u * sums.full));
  });
  followGrid(left, () => !transposed());
  followGrid(right, transposed);
  const formula = element("div", { class: "cx-formula" });
  const problem = element("p", { class: "cx-problem" });
  const remark = element("p", { class: "cx-note" });
  const line = liveLine();
  const moving = element("div", {}, element("div", { class: "cx-grids" }, left.element, right.element),
    bar);

  function draw() {
    const now = settings();
    sums = arithmetic(now);
    for (const [name, each] of Object.entries(sliders)) each.set(now[name]);
    sliders.d.input.disabled = now.mode === "pooling";
    mode.set(now.mode);
    formula.replaceChildren(...sums.formula.map((words) => element("p", {}, words)));
    problem.textContent = sums.problem;
    problem.hidden = !sums.problem;
    for (const node of [moving, position.element]) node.style.visibility = sums.problem ? "hidden" : ""; // its place stays, so that nothing jumps
    remark.textContent = sums.unread ? "Grey cells are never read: the floor drops them." : "";
    if (sums.problem) {
      stop();
      line.say(sums.problem, "");
      return;
    }
    position.input.max = count() - 1;
    position.set(step());
    const row = Math.floor(step() / side());
    const col = step() % side();
    (transposed() ? drawStamps : drawWindow)(now, row, col);
    const place = `Position ${step() + 1} of ${count()}: `;
    const span = (first) => (sums.reach === 1 ? `${first + 1}` : `${first + 1} to ${first + sums.reach}`);
    const where = `rows ${span(row * now.s)} and columns ${span(col * now.s)}`;
    line.say(transposed()
      ? `${place}input cell (${row + 1}, ${col + 1}) stamps ${where} of the output before cutting.`
      : `${place}the kernel covers ${where} of the padded input and gives output cell (${row + 1}, ${col + 1}): `
        + `${now.mode === "pooling" ? "the largest is" : "the sum is"} ${covered(now, row, col)}.`);
  }

  function taps(now, row, col) {
    const d = now.mode === "pooling" ? 1 : now.d;
    const nodes = [];
    for (let i = 0; i < now.k; i += 1) {
      for (let j = 0; j < now.k; j += 1) nodes.push(square(row * now.s + i * d, col * now.s + j * d, 1, "cx-taps"));
    }
    return [...nodes, square(row * now.s, col * now.s, sums.reach, "cx-window")];
  }

  // What the kernel makes of the cells that it covers: their sum, as all of its weights are 1, or the largest.
  function covered(now, row, col) {
    const seen = [];
    for (let i = 0; i < now.k; i += 1) {
      for (let j = 0; j < now.k; j += 1) {
        const d = now.mode === "pooling" ? 1 : now.d;
        const [r, c] = [row * now.s + i * d - now.p, col * now.s + j * d - now.p];
        if (r >= 0 && c >= 0 && r < now.m && c < now.m) seen.push(cellValue(r, c));
      }
    }
    return now.mode === "pooling" ? Math.max(0, ...seen) : seen.reduce((sum, value) => sum + value, 0);
  }
  function inputNumbers(now, at) {
    return Array.from({ length: now.m ** 2 }, (_, i) => [Math.floor(i / now.m), i % now.m])
      .map(([r, c]) => [r + at, c + at, cellValue(r, c)]);
  }
  // The sums of the stamps up to a position.
  function stamped(now, last) {
    const sum = new Map();
    for (let i = 0; i <= last; i += 1) {
      const [r, c] = [Math.floor(i / now.m), i % now.m];
      for (let a = 0; a < now.k; a += 1) {
        for (let b = 0; b < now.k; b += 1) {
          const key = (r * now.s + a * now.d) * sums.full + c * now.s + b * now.d;
          sum.set(key, (sum.get(key) ?? 0) + cellValue(r, c));
        }
      }
    }
    return Array.from(sum, ([key, value]) => [Math.floor(key / sums.full), key % sums.full, value]);
  }

  function drawWindow(now, row, col) {
    const { full, size, unread } = sums;
    const rest = full - unread;
    left.show(`${now.p ? "Padded input" : "Input"} ${full} \u00d7 ${full}`, full, full, [
      square(now.p, now.p, now.m, "cx-cells"),
      ...(unread ? [square(0, rest, unread, "cx-cropped", full), square(rest, 0, rest, "cx-cropped", unread)] : []),
      ...taps(now, row, col),
    ], inputNumbers(now, now.p));
    const done = Array.from({ length: step() + 1 }, (_, i) => [Math.floor(i / size), i % size]);
    right.show(`Output ${size} \u00d7 ${size}`, size, full, [
      ...(row ? [square(0, 0, size, "cx-cells", row)] : []),
      ...(col ? [square(row, 0, col, "cx-cells", 1)] : []),
      square(row, col, 1, "cx-taps"),
      square(row, col, 1, "cx-window"),
    ], done.map(([r, c]) => [r, c, covered(now, r, c)]));
  }

  function drawStamps(now, row, col) {
    const { full, size } = sums;
    left.show(`Input ${now.m} \u00d7 ${now.m}`, now.m, full, [
      square(0, 0, now.m, "cx-cells"), square(row, col, 1, "cx-taps"), square(row, col, 1, "cx-window")],
    inputNumbers(now, 0));
    const cut = now.p ? [square(0, 0, full, "cx-cropped", now.p), square(full - now.p, 0, full, "cx-cropped", now.p),
      square(now.p, 0, now.p, "cx-cropped", size), square(now.p, full - now.p, now.p, "cx-cropped", size)] : [];
    right.show(`Output ${size} \u00d7 ${size}${now.p ? ` of ${full} \u00d7 ${full}` : ""}`, full, full,
      [square(now.p, now.p, size, "cx-cells"), ...cut, ...taps(now, row, col)], stamped(now, step()));
  }

  return {
    label: "Convolution explorer",
    title: "Slide a kernel",
    task: "An output cell is the sum under the kernel; pooling takes the largest number.",
    inputs: [...Object.keys(SETTINGS), "mode", "step"],
    values: { size: () => (sums.problem ? null : sums.size), problem: () => sums.problem },
    draw,
    stop,
    content: [
      mode.element,
      sides([element("div", { class: "cx-sliders" }, ...Object.values(sliders).map((each) => each.element),
        position.element)],
        [element("div", { class: "cx-stack" }, moving, problem)]),
      formula, remark, ...line.elements,
    ],
  };
}

// The number in a cell of the input.
function cellValue(row, col) {
  return (row * col + row + 2 * col) % 4;
}

const READABLE = 17; // pixels of a cell that has room for its number

// A titled square to draw a grid in; `redraw` is called when it has another size.
function gridBox(redraw) {
  const title = element("div", { class: "cx-title" });
  const svg = drawing("svg", { class: "cx-grid", "aria-hidden": "true" });
  new ResizeObserver(redraw).observe(svg);
  return {
    element: element("div", { class: "cx-panel" }, title, svg),
    svg,
    // A grid of n cells a side, drawn at a scale at which `across` cells fill the square, and [row, column,
    // number] of the cells that hold one.
    show(words, n, across, contents, numbers) {
      title.textContent = words;
      svg.setAttribute("viewBox", `0 0 ${across} ${across}`);
      const room = svg.clientWidth >= READABLE * across;
      const number = ([row, col, value]) => drawing("text", { class: "cx-number", x: col + 0.5, y: row + 0.5 }, value);
      svg.replaceChildren(...contents, gridLines(n), ...(room ? numbers.map(number) : []));
      svg.append(...svg.querySelectorAll(".cx-window"));
    },
  };
}
