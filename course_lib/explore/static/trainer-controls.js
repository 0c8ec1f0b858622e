// The settings that a reader moves: words to choose from, or numbers on a slider, some of them in round
// steps.

const WORDS = {
  binary_crossentropy: "cross-entropy", mean_squared_error: "squared error",
  mean: "mean over pixels", sum: "sum over pixels",
  constant: "constant rate", cosine: "rate falls to 0",
  full: "full speed", watch: "slow at first",
};
const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const TRAINER_CONTROLS = {
  loss: ["Loss", ["binary_crossentropy", "mean_squared_error"]],
  code_activation: ["Code activation", ["tanh", "linear", "sigmoid", "relu"]],
  reduction: ["Loss is a", ["mean", "sum"]],
  schedule: ["Rate", ["constant", "cosine"]],
  speed: ["Speed", ["full", "watch"]],
  hidden: ["Hidden units", Array.from({ length: 64 }, (_, i) => i + 1)],
  code_size: ["Code size", [1, 2, 3]],
  learning_rate: ["Learning rate", RATES],
  epochs: ["Epochs", [100, 300, 1000, 3000, 5000, 10_000, 20_000, 40_000]],
  noise: ["Noise", Array.from({ length: 26 }, (_, i) => i / 50)],
  beta: ["Beta", [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]],
};

function trainerControl(name, now, change) {
  const [title, values] = TRAINER_CONTROLS[name];
  if (typeof values[0] === "string") {
    const list = chooser(title, values.map((value) => WORDS[value] ?? value), (i) => change({ [name]: values[i] }));
    return { name, element: list.element, set: (value) => list.set(values.indexOf(value)) };
  }
  const steps = values.includes(now) ? values : [...values, now].sort((a, b) => a - b);
  const near = (value) => steps.reduce((best, step, i) => (Math.abs(step - value) < Math.abs(steps[best] - value) ? i : best), 0);
  let shown = now;
  const bar = slider({ name: title, min: 0, max: steps.length - 1, step: 1,
    show: () => shown.toLocaleString("en", { maximumFractionDigits: 6 }), oninput: (i) => change({ [name]: steps[i] }) });
  return { name, element: bar.element, set(value) {
    shown = value;
    bar.set(near(value));
  } };
}
