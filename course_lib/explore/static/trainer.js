// TrainingExplorer: a network that trains while the reader watches and changes its settings.

const SLICE = 9; // milliseconds of training in one frame
const SEEDS = 30;
const POINTS = 400; // of a loss curve
const TITLES = { plain: "Train an autoencoder", denoising: "Train a denoising autoencoder",
  variational: "Train a variational autoencoder" };

function buildTrainer({ model, spec, change, read }) {
  const items = Float64Array.from(read(spec.items));
  const inputs = items.length / spec.labels.length;
  const count = spec.labels.length;
  const binary = items.every((value) => value === 0 || value === 1);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const get = (name) => model.get(name);
  const entropy = () => get("loss") === "binary_crossentropy";
  const settings = () => ({
    inputs, kind: spec.kind, hidden: get("hidden"), code: get("code_size"),
    hiddenActivation: get("hidden_activation"), codeActivation: get("code_activation"),
    outputActivation: entropy() ? "sigmoid" : get("output_activation"),
  });
  const goal = () => ({
    loss: get("loss"), reduction: get("reduction"), beta: get("beta"), noise: get("noise"),
    learningRate: get("learning_rate"), schedule: get("schedule"), epochs: get("epochs"),
  });

  // The training
  let run = null;
  let begun = ""; // the settings it started with
  let history = { epoch: [], loss: [], every: 1 };
  let earlier = [];
  let until = 0; // epoch at which it stops
  let running = false;
  let broken = false;
  let queue = null; // seeds that remain of thirty
  let results = [];
  let probe = [0, 0, 0];
  let spot = null; // a network's room for decoding the probe
  let half = 1;

  const restarts = () => JSON.stringify(spec.restarts.map(get));
  function begin() {
    if (history.epoch.length > 1 && !broken) earlier = [...earlier, history].slice(-SEEDS);
    begun = restarts();
    run = makeRun(items, settings(), get("seed"));
    spot = makePass(run.network.settings, 1);
    history = { epoch: [], loss: [], every: 1 };
    until = get("epochs");
    allowed = 0;
    broken = false;
    half = 1;
    map.forget();
    tell();
  }
  // Start anew where a setting asks for a new network; a reader who does so ends the thirty seeds.
  function renew() {
    if (restarts() === begun) return;
    queue = null;
    begin();
  }
  function tell() {
    const weights = Float32Array.from(run.network.weights);
    told = performance.now();
    // Copies: a model that is given its own arrays again sees no change.
    change({ _weights: new DataView(weights.buffer), history: { epoch: [...history.epoch], loss: [...history.loss] } });
  }
  function record() {
    if (run.epoch % history.every) return;
    const loss = lossOf(run.network, run.pass, items, goal());
    if (!Number.isFinite(loss)) return;
    history.epoch.push(run.epoch);
    history.loss.push(loss);
    if (history.epoch.length <= POINTS) return;
    history.every *= 2;
    const keep = history.epoch.map((epoch) => epoch % history.every === 0);
    for (const key of ["epoch", "loss"]) history[key] = history[key].filter((_, i) => keep[i]);
  }
  function trainUntil(epoch, milliseconds) {
    const now = goal();
    const end = performance.now() + milliseconds;
    while (run.epoch < epoch && performance.now() < end) if (trainPiece(run, now)) record();
    if (Number.isFinite(run.network.weights.reduce((a, b) => a + b))) return;
    broken = true;
    pause();
  }

  // Frames: a slice of training, and now and then a drawing. Browsers stop frames of a hidden page.
  let frame = 0;
  let told = 0;
  let drawn = 0;
  let cost = 0;
  let allowed = 0; // epochs, where the reader wants to watch
  const inSight = new Set(); // of the buttons, the map and the pictures: with none it waits
  const observer = new IntersectionObserver((entries) => entries.forEach(({ target, isIntersecting }) =>
    (isIntersecting ? inSight.add(target) : inSight.delete(target))));
  function tick(now) {
    frame = requestAnimationFrame(tick);
    if (!inSight.size) return;
    allowed = get("speed") === "watch" && !queue ? Math.min(until, Math.max(allowed, run.epoch) + Math.max(0.5, run.epoch / 40)) : until;
    trainUntil(Math.floor(allowed), SLICE);
    if (running && run.epoch >= until) finish();
    if (running && now - told > 1000) tell();
    if (running && now - drawn > (calm.matches ? 1000 : Math.max(45, 5 * cost))) draw();
  }
  function go(epoch) {
    until = epoch;
    running = true;
    allowed = run.epoch;
    told = drawn = performance.now();
    frame ||= requestAnimationFrame(tick);
    draw();
  }
  function pause() {
    running = false;
    queue = null;
    cancelAnimationFrame(frame);
    frame = 0;
    if (run) tell();
    draw();
  }
  function finish() {
    if (!queue) return pause();
    look();
    results = [...results, { seed: run.seed, wrong: binary ? seen.wrong : seen.loss, all: binary && seen.right === count }];
    if (!queue.length) return pause();
    change({ seed: queue.shift() });
    begin();
    return undefined;
  }
  function thirty() {
    if (queue) return pause();
    results = [];
    const first = get("seed");
    queue = Array.from({ length: SEEDS - 1 }, (_, i) => (first + 1 + i) % 2 ** 31);
    begin();
    return go(get("epochs"));
  }

  // What the reader's hand finds
  const start = button("Train", () => {
    if (running) return pause();
    if (broken) begin();
    return go(get("epochs") + (run.epoch < get("epochs") ? 0 : run.epoch));
  });
  start.classList.add("cx-main");
  const step = (epochs) => () => {
    if (running) pause();
    go(run.epoch + epochs);
  };
  const anew = () => {
    const going = running;
    if (going) pause();
    begin();
    if (going) go(until);
    draw();
  };
  const presets = spec.presets.length > 0 && chooser("Setting", spec.presets.map(({ label }) => label),
    (i) => change(spec.presets[i].settings), "your own");
  const more = (epochs) => {
    const node = button(`+${epochs}`, step(epochs));
    node.setAttribute("aria-label", epochs === 1 ? "One epoch, which is one step" : `${epochs} epochs`);
    return node;
  };
  const bar = element("div", { class: "cx-bar cx-drive" }, start, more(1), more(100),
    button("New seed", () => change({ seed: (get("seed") + 1) % 2 ** 31 })));
  const controls = spec.controls.filter((name) => name !== "seeds").map((name) => trainerControl(name, get(name), change));
  const panelOfSettings = element("div", { class: "cx-settings", hidden: true }, ...controls.map((control) => control.element));
  const toggle = button("Settings", () => {
    panelOfSettings.hidden = !panelOfSettings.hidden;
    toggle.setAttribute("aria-expanded", !panelOfSettings.hidden);
  });
  toggle.setAttribute("aria-expanded", "false");
  const seeds = spec.controls.includes("seeds") && button(`Train ${SEEDS} seeds`, thirty);
  const map = movingMap(spec.labels, "Map of codes, with a point that the decoder draws. Arrow keys move the point.");
  const third = slider({ name: "Code 3 of the point", min: -1, max: 1, step: 0.01, show: (part) => fixed(centre() + part * half),
    oninput: (part) => movePoint([probe[0], probe[1], centre() + part * half]) });
  const movePoint = (next) => {
    probe = next;
    drawProbe();
  };
  follow(map.frame, (u, v) => {
    const clamp = (part) => Math.min(1, Math.max(0, part));
    movePoint([...map.coordinates(clamp(u), clamp(v)), probe[2]]);
  }, (place) => place && movePoint([...map.coordinates(...place), probe[2]]), [map.grip]);
  const nudge = (x, y) => (factor) => {
    const inside = (value) => Math.min(centre() + half, Math.max(centre() - half, value));
    movePoint([inside(probe[0] + (x * factor * half) / 20), inside(probe[1] + (y * factor * half) / 20), probe[2]]);
  };
  onKeys(map.element, { ArrowLeft: nudge(-1, 0), ArrowRight: nudge(1, 0), ArrowUp: nudge(0, 1), ArrowDown: nudge(0, -1) });

  // What the reader sees
  const decoded = element("canvas", { role: "img", "aria-label": "What the decoder draws at the point" });
  const pairs = element("canvas", { class: "cx-pairs", role: "img", "aria-label": "Each item with its reconstruction" });
  const figures = element("div", { class: "cx-figures" });
  const losses = lossPlot();
  const dots = seedPlot(SEEDS);
  const share = element("p", {});
  const shareOfSeeds = element("div", { hidden: true }, dots.svg, share);
  const problem = element("p", { class: "cx-problem", hidden: true });
  const line = liveLine(3000);
  line.elements[0].classList.add("cx-short");
  const seen = {};
  const near = element("span", {});
  const centre = () => (spec.kind !== "variational" && get("code_activation") === "sigmoid" ? 0.5 : 0);

  function look() {
    forward(run.network, run.shown, items);
    const output = run.shown.output;
    seen.loss = lossOf(run.network, run.shown, items, goal());
    seen.wrong = 0;
    seen.right = 0;
    for (let n = 0; n < count; n += 1) {
      let wrong = 0;
      for (let i = n * inputs; i < (n + 1) * inputs; i += 1) wrong += (items[i] >= 0.5) !== (output[i] >= 0.5);
      seen.wrong += wrong;
      seen.right += wrong <= 1;
    }
    seen.divergences = spec.kind === "variational" ? divergences(run.network.settings, run.shown) : null;
  }
  // The reach of the map: fixed for a bounded code, else it grows at once and shrinks late.
  function reach() {
    const activation = spec.kind === "variational" ? "linear" : get("code_activation");
    if (activation === "tanh") return 1.1;
    if (activation === "sigmoid") return 0.6;
    const most = 1.1 * run.shown.mean.reduce((a, b) => Math.max(a, Math.abs(b)), spec.kind === "variational" ? 2 : 0.5);
    const round = [1, 1.5, 2, 3, 4, 6, 8].map((v) => v * 10 ** Math.floor(Math.log10(most))).find((v) => v >= most) ?? 10 ** Math.ceil(Math.log10(most));
    return most > half || round < half / 2 ? round : half;
  }
  function drawProbe() {
    const size = get("code_size");
    for (let j = 0; j < size; j += 1) spot.code[j] = probe[j];
    decode(run.network, spot);
    paint(decoded, spot.output, spec.shape, spec.cmap);
    near.textContent = `decoded, near ${spec.labels[nearest(run.shown.mean, spot.code)]}`;
    map.place(probe);
    third.set((probe[2] - centre()) / half);
  }
  function draw() {
    renew();
    const before = performance.now();
    look();
    const size = get("code_size");
    half = reach();
    if (Number.isFinite(seen.loss)) {
      map.draw({ codes: run.shown.mean, size, centre: centre(), half, level: probe[2], trails: running && !calm.matches,
        deviations: spec.kind === "variational" ? run.shown.logVar.map((v) => Math.exp(v / 2)) : null });
      paintPairs(pairs, items, run.shown.output, spec.shape, { cmap: spec.cmap, binary });
      drawProbe();
    }
    third.element.hidden = size < 3;
    losses.draw(history, earlier, Math.max(get("epochs"), until, run.epoch));
    describe();
    drawn = performance.now();
    cost = drawn - before;
  }
  function describe() {
    start.textContent = running && !queue ? "Pause" : "Train";
    start.disabled = Boolean(queue);
    for (const control of controls) {
      // Only what changed: a list that is open would close.
      if (control.shown !== get(control.name)) control.set((control.shown = get(control.name)));
    }
    if (presets) {
      presets.set(spec.presets.findIndex(({ settings: values }) => Object.keys(values).every((name) => values[name] === get(name))));
    }
    const { hidden, code } = run.network.settings;
    const whole = (number) => number.toLocaleString("en");
    const rows = [["epoch", whole(run.epoch)], ["loss", seen.loss.toPrecision(3)]];
    if (binary) rows.push(["wrong pixels", whole(seen.wrong)], ["within 1 pixel", `${seen.right} of ${count}`]);
    if (seen.divergences) rows.push(["KL in nats", seen.divergences.map((nats) => fixed(nats, 1)).join(" + ")]);
    figures.replaceChildren(...rows.flatMap(([name, value]) => [element("span", {}, name), element("b", {}, value)]));
    problem.hidden = !broken;
    problem.textContent = broken ? "Training stopped: the loss is no longer a number. The learning rate is too high; lower it and start again." : "";
    if (seeds) {
      seeds.textContent = queue ? "Stop" : `Train ${SEEDS} seeds`;
      shareOfSeeds.hidden = !queue && !results.length;
      dots.draw(results);
      const right = results.filter(({ all }) => all).length;
      share.textContent = !results.length ? "The first of thirty seeds is being trained."
        : binary ? `All ${count} within one pixel: ${right} of ${results.length} seeds (${Math.round((100 * right) / results.length)}%).`
          : `${results.length} seeds; the higher the dot, the larger the loss.`;
    }
    line.say(broken ? problem.textContent : `${running ? "Training" : "Standing"} at epoch ${whole(run.epoch)}: loss ${seen.loss.toPrecision(3)}`
      + `${binary ? `, ${whole(seen.wrong)} wrong pixels, ${seen.right} of ${count} items within one pixel` : ""}.`,
    `${[inputs, hidden, code, hidden, inputs].join("\u2009\u2192\u2009")}, ${count} items, seed ${get("seed")}`);
  }
  for (const part of [bar, map.element, pairs]) observer.observe(part);
  return {
    label: "Training explorer",
    title: TITLES[spec.kind],
    task: "Press Train: items move to their codes.",
    reset: anew,
    inputs: [...Object.keys(TRAINER_CONTROLS), "seed", "hidden_activation", "output_activation"],
    values: {
      weights: () => Array.from(run.network.weights, Math.fround),
      history: () => ({ epoch: history.epoch, loss: history.loss }),
      code: () => Array.from(run.shown.mean),
      image: () => Array.from(spot.output),
      epoch: () => run.epoch, current_loss: () => seen.loss, wrong_pixels: () => seen.wrong, right: () => seen.right,
      running: () => running, results: () => results, earlier: () => earlier.length, probe: () => probe,
    },
    draw,
    stop() {
      cancelAnimationFrame(frame);
      observer.disconnect();
    },
    content: [
      element("div", { class: "cx-bar" }, ...(presets ? [presets.element] : []), bar),
      element("div", { class: "cx-trainer" },
        element("div", { class: "cx-stage" }, map.element, element("div", { class: "cx-side" }, figures,
          element("div", { class: "cx-probe" }, decoded, near))),
        element("div", { class: "cx-results" }, pairs, losses.svg)),
      third.element, problem, ...line.elements,
      element("div", { class: "cx-bar cx-drive" }, ...(controls.length ? [toggle] : []), ...(seeds ? [seeds] : [])),
      panelOfSettings, shareOfSeeds,
    ],
  };
}

// Position of the code nearest to a point.
function nearest(codes, point) {
  let [best, least] = [0, Infinity];
  for (let i = 0; i < codes.length / point.length; i += 1) {
    let sum = 0;
    for (let j = 0; j < point.length; j += 1) sum += (codes[i * point.length + j] - point[j]) ** 2;
    if (sum < least) [best, least] = [i, sum];
  }
  return best;
}
