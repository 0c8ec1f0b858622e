// The numbers of a code as buttons, with which a reader damages them one by one.

// What the decoder gets of a code: a wiped or frozen number has a value of its own, a noisy one is off.
function damaged(code, damage) {
  return code.map((value, i) => {
    const [kind, amount] = damage[i] ?? ["noisy", 0];
    return Math.fround(kind === "noisy" ? value + amount : amount);
  });
}

function numberButtons(space, model, change) {
  const random = generator(0);
  const normal = () => {
    const one = new Float32Array(1);
    fillNormal(one, random);
    return one[0];
  };
  const column = (i) => Array.from({ length: space.count }, (_, n) => space.item(n)[i]);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
  const amounts = {
    wiped: (i) => mean(column(i)),
    noisy: (i) => (spread(column(i)) * normal()) / 2,
    frozen: (i) => model.get("code")[i],
  };
  let kind = "wiped";
  const kinds = choices("Press a number to", { wiped: "wipe it", noisy: "add noise", frozen: "freeze it" }, (next) => (kind = next));
  kinds.set(kind);
  const press = (i) => {
    const entry = model.get("damage")[i]?.[0] === kind ? null : [kind, amounts[kind](i)];
    change({ damage: model.get("damage").map((old, k) => (k === i ? entry : old)) });
  };
  const buttons = Array.from({ length: space.size }, (_, i) => {
    const [value, state] = [element("span", {}), element("span", {})];
    return { value, state, node: element("button", { type: "button", onclick: () => press(i) }, value, state) };
  });
  return {
    elements: [kinds.element, element("div", { class: "cx-numbers", role: "group", "aria-label": "Numbers of the code" },
      ...buttons.map(({ node }) => node))],
    show() {
      const given = damaged(model.get("code"), model.get("damage"));
      buttons.forEach(({ value, state, node }, i) => {
        const word = model.get("damage")[i]?.[0] ?? "whole";
        value.textContent = fixed(given[i]);
        state.textContent = word;
        node.setAttribute("aria-pressed", String(word !== "whole"));
        node.setAttribute("aria-label", `Number ${i + 1}: ${fixed(given[i])}, ${word}`);
      });
    },
  };
}
