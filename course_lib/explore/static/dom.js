// Elements, state and the frame around every explorer. The other files build on these functions.

// Make an element. Attributes starting with "on" are listeners; null and false are left out.
function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function drawing(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// The state of an explorer in a page without Python: the part of a widget's model used here.
function localModel(state) {
  const values = { ...state };
  const listeners = {};
  return {
    get: (name) => values[name],
    set(name, value) {
      if (JSON.stringify(values[name]) === JSON.stringify(value)) return;
      values[name] = value;
      for (const listener of listeners[`change:${name}`] ?? []) listener();
    },
    on: (event, listener) => (listeners[event] ??= []).push(listener),
    off(event, listener) {
      listeners[event] = (listeners[event] ?? []).filter((other) => other !== listener);
    },
    save_changes() {},
  };
}

// Return a function that reads the array a note {at, n, type} describes, as Float32Array.
function reader(buffer) {
  return ({ at, n, type }) => {
    if (type === "f4") return new Float32Array(buffer.slice(at, at + 4 * n));
    if (type === "u1") return Float32Array.from(new Uint8Array(buffer, at, n), (level) => level / 255);
    return Float32Array.from(new Uint16Array(buffer.slice(at, at + 2 * n)), halfToFloat);
  };
}

function halfToFloat(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

// The view of a widget: what anywidget calls for every place where the explorer is shown.
function renderWith(build) {
  return ({ model, el }) => {
    const root = element("div", { class: "cx" });
    el.append(root);
    const view = model.get("_data");
    const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
    return start(build, root, model, model.get("_spec"), bytes);
  };
}

// The same in a page: fill the boxes that wait for this script.
function mountWith(build, key, { spec, state, data }) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)).buffer;
  for (const root of document.querySelectorAll(`[data-explorer="${key}"]:not([data-alive])`)) {
    root.setAttribute("data-alive", "");
    start(build, root, localModel(state), spec, bytes);
  }
}

// Build an explorer in its box, as a card with a title, a task and a button that sets it back, and
// redraw it, once a frame, when one of its inputs changes.
function start(build, root, model, spec, bytes) {
  const change = (values) => {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  };
  const parts = build({ model, spec, change, read: reader(bytes) });
  // JupyterLab's command mode would take the arrow keys.
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  // Its notebook keeps arrows from what they would do by themselves, such as move a slider.
  root.addEventListener("keydown", (event) => event.key.startsWith("Arrow") && event.stopPropagation());
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", parts.label);
  const first = Object.fromEntries(parts.inputs.map((name) => [name, model.get(name)]));
  const reset = button("Reset", parts.reset ?? (() => change(first)));
  reset.classList.add("cx-reset");
  const title = element("div", { class: "cx-name" }, parts.title ?? parts.label);
  const task = element("p", { class: "cx-task" }, parts.task ?? "");
  root.replaceChildren(element("div", { class: "cx-head" }, title, reset, task), ...parts.content);
  const leaveTheme = followTheme(root);
  let frame = 0;
  const soon = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      parts.draw();
    });
  };
  for (const name of parts.inputs) model.on(`change:${name}`, soon);
  parts.draw();
  root.explorer = {
    draw: parts.draw,
    get: (name) => (parts.values[name] ? parts.values[name]() : model.get(name)),
    set: (name, value) => change({ [name]: value }),
  };
  return () => {
    cancelAnimationFrame(frame);
    parts.stop?.();
    leaveTheme();
    for (const name of parts.inputs) model.off(`change:${name}`, soon);
  };
}

// What the browser draws itself, such as the track of a slider, is dark where the page's text is light.
function followTheme(root) {
  const look = () => {
    const [red, green, blue] = getComputedStyle(root).color.match(/[\d.]+/g) ?? [0, 0, 0];
    root.style.colorScheme = 0.3 * red + 0.6 * green + 0.1 * blue > 128 ? "dark" : "light";
  };
  const changes = new MutationObserver(look);
  for (const node of [document.documentElement, document.body]) changes.observe(node, { attributes: true });
  // A page may change its colours later than it says so.
  const moments = [[matchMedia("(prefers-color-scheme: dark)"), "change"], [root, "pointerenter"], [root, "focusin"]];
  for (const [node, moment] of moments) node.addEventListener(moment, look);
  const shown = new ResizeObserver(look);
  shown.observe(root);
  return () => {
    changes.disconnect();
    shown.disconnect();
    moments[0][0].removeEventListener("change", look);
  };
}

// A slider with its name and value; `show` turns the value into words.
function slider({ name, min, max, step, show = String, oninput }) {
  const input = element("input", { type: "range", min, max, step, oninput: () => oninput(Number(input.value)) });
  const value = element("span", { "aria-hidden": "true" });
  return {
    element: element("label", { class: "cx-slider" }, element("span", {}, name), input, value),
    input,
    set(number) {
      input.value = number;
      value.textContent = show(number);
      input.setAttribute("aria-valuetext", show(number));
    },
  };
}

function button(name, onclick) {
  return element("button", { type: "button", onclick }, name);
}

// A list to choose from, by position; `set` accepts -1 where there is a placeholder.
function chooser(name, labels, onchange, placeholder = null) {
  const options = labels.map((label, i) => element("option", { value: i }, label));
  if (placeholder !== null) options.unshift(element("option", { value: -1 }, placeholder));
  const choose = () => select.value >= 0 && onchange(Number(select.value));
  const select = element("select", { "aria-label": name, onchange: choose }, ...options);
  return {
    element: element("label", { class: "cx-field" }, element("span", {}, name), select),
    set: (i) => (select.value = i),
  };
}

// Radio buttons for a few words.
let groups = 0;
function choices(name, words, onchange) {
  const group = `cx-choice-${(groups += 1)}-${Math.random().toString(36).slice(2)}`;
  const inputs = Object.keys(words).map((word) =>
    element("input", { type: "radio", name: group, value: word, onchange: () => onchange(word) }));
  const labels = inputs.map((input) => element("label", {}, input, words[input.value]));
  return {
    element: element("div", { class: "cx-choices", role: "radiogroup", "aria-label": name },
      element("span", { "aria-hidden": "true" }, name), ...labels),
    set: (word) => inputs.forEach((input) => (input.checked = input.value === word)),
  };
}

// Labels for lists: repeated ones carry their position.
function distinct(labels) {
  const repeated = new Set(labels).size < labels.length;
  return repeated ? labels.map((label, i) => `${label} (item ${i + 1})`) : labels;
}

// A line of text, and a copy for screen readers that waits until the reader pauses. Where words come
// without end, `every` is the time in milliseconds after which one of them is spoken all the same.
function liveLine(every = Infinity) {
  const line = element("p", { class: "cx-line", "aria-hidden": "true" });
  const spoken = element("p", { class: "cx-hidden", role: "status", "aria-live": "polite" });
  let timer = 0;
  let last = performance.now();
  return {
    elements: [line, spoken],
    say(words, shown = words) {
      line.textContent = shown;
      clearTimeout(timer);
      const speak = () => {
        last = performance.now();
        spoken.textContent = words;
      };
      if (performance.now() - last > every) speak();
      else timer = setTimeout(speak, 400);
    },
  };
}

// Paint values in [0, 1] of shape [height, width(, channels)] on a canvas.
function paint(canvas, values, [height, width, channels = 1], cmap) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  for (let i = 0; i < width * height; i += 1) {
    for (let c = 0; c < 3; c += 1) {
      const value = Math.min(1, Math.max(0, values[i * channels + (channels === 3 ? c : 0)]));
      pixels.data[4 * i + c] = Math.round(255 * (cmap === "gray_r" ? 1 - value : value));
    }
    pixels.data[4 * i + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
}

// Numbers with a true minus sign.
function fixed(number, digits = 2) {
  const text = number.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : signed(text);
}

function signed(number) {
  return String(number).replace("-", "\u2212");
}

function point(numbers) {
  return `(${Array.from(numbers, (number) => fixed(number)).join(", ")})`;
}

// Follow a pointer that is pressed on a node: `place` receives its position as parts of the node's box.
// A finger that moves up or down scrolls the page, unless it starts on one of the `grips`.
function follow(node, place, hover = () => {}, grips = []) {
  const parts = (event) => {
    const box = node.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const sideways = (a, b) => Math.abs(b.clientX - a.clientX) > Math.max(6, Math.abs(b.clientY - a.clientY));
  let touched = null; // where a finger went down, while it may still be about to scroll
  for (const target of [node, ...grips]) {
    target.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      target.setPointerCapture(event.pointerId);
      hover(null);
      touched = event.pointerType === "touch" && target === node ? event : null;
      if (!touched) place(...parts(event));
    });
    target.addEventListener("pointermove", (event) => {
      if (!target.hasPointerCapture(event.pointerId)) return hover(parts(event));
      if (touched && !sideways(touched, event)) return undefined;
      touched = null;
      return place(...parts(event));
    });
    target.addEventListener("pointerup", () => {
      if (touched) place(...parts(touched)); // a tap
      touched = null;
    });
    target.addEventListener("pointercancel", () => (touched = null));
    target.addEventListener("pointerleave", () => hover(null));
  }
}

// Listen to keys: `actions` maps the name of a key to a function; it keeps the page from using it too.
function onKeys(node, actions) {
  node.addEventListener("keydown", (event) => {
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    action(event.shiftKey ? 5 : 1);
  });
}
