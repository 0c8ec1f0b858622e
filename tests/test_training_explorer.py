"""The training in the page: its mathematics against Keras, then the explorer in Chromium."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_lib.explore._base import source

KINDS = ("plain", "denoising", "variational")
LOSSES = ("binary_crossentropy", "mean_squared_error")
CODES = ("tanh", "linear", "sigmoid", "relu")
GOAL = {"loss": "binary_crossentropy", "reduction": "mean", "beta": 0.5, "noise": 0.2} | {
    "learningRate": 0.01,
    "schedule": "constant",
    "epochs": 100,
}

# Gradients and loss of one pass, or the weights after several steps, with weights and noise given.
HELPERS = """
function prepared(settings, weights, count) {
  const network = makeNetwork(settings, generator(0));
  network.weights.set(weights);
  return { network, pass: makePass(settings, count) };
}
function gradientsOf(settings, goal, weights, target, input, noise) {
  const { network, pass } = prepared(settings, weights, target.length / settings.inputs);
  forward(network, pass, input, noise);
  backward(network, pass, input, target, noise, goal);
  return { loss: lossOf(network, pass, target, goal), gradients: Array.from(network.gradients) };
}
function finiteDifferences(settings, goal, weights, target, input, noise) {
  const { network, pass } = prepared(settings, weights, target.length / settings.inputs);
  const loss = () => (forward(network, pass, input, noise), lossOf(network, pass, target, goal));
  return weights.map((weight, i) => {
    const sides = [1e-5, -1e-5].map((step) => {
      network.weights[i] = weight + step;
      return loss();
    });
    network.weights[i] = weight;
    return (sides[0] - sides[1]) / 2e-5;
  });
}
function stepsOf(settings, goal, weights, target, inputs, noises) {
  const { network, pass } = prepared(settings, weights, target.length / settings.inputs);
  inputs.forEach((input, i) => {
    network.gradients.fill(0);
    forward(network, pass, input, noises[i]);
    backward(network, pass, input, target, noises[i], goal);
    adam(network, goal.learningRate);
  });
  return Array.from(network.weights);
}
function trained(settings, goal, data, seed, epochs, piece) {
  const run = makeRun(Float64Array.from(data), settings, seed);
  if (piece) run.piece = piece;
  while (run.epoch < epochs) trainPiece(run, goal);
  return Array.from(run.network.weights);
}
"""


def settings(kind, code_activation="tanh", hidden="tanh", output="sigmoid", inputs=12, code=2):
    """Return what `makeNetwork` takes."""
    return {
        "inputs": inputs,
        "hidden": 5,
        "code": code,
        "kind": kind,
        "hiddenActivation": hidden,
        "codeActivation": code_activation,
        "outputActivation": output,
    }


def build(chosen):
    """Return encoder and decoder as plain Keras models; a variational encoder has two outputs."""
    inputs = keras.Input((chosen["inputs"],))
    hidden = keras.layers.Dense(chosen["hidden"], chosen["hiddenActivation"])(inputs)
    if chosen["kind"] == "variational":
        heads = [keras.layers.Dense(chosen["code"])(hidden) for _ in range(2)]
    else:
        heads = keras.layers.Dense(chosen["code"], chosen["codeActivation"])(hidden)
    codes = keras.Input((chosen["code"],))
    back = keras.layers.Dense(chosen["hidden"], chosen["hiddenActivation"])(codes)
    outputs = keras.layers.Dense(chosen["inputs"], chosen["outputActivation"])(back)
    return keras.Model(inputs, heads), keras.Model(codes, outputs)


def loss_of(encoder, decoder, goal, target, inputs, noise):
    """Return the loss as Keras computes it."""
    if len(encoder.outputs) == 2:
        mean, log_var = encoder(inputs)
        codes = mean + keras.ops.exp(log_var / 2) * noise
        divergence = keras.ops.sum(keras.ops.exp(log_var) + mean**2 - 1 - log_var, axis=1) / 2
    else:
        codes, divergence = encoder(inputs), 0.0
    loss = getattr(keras.losses, goal["loss"])(target, decoder(codes))
    if goal["reduction"] == "sum":
        loss = loss * target.shape[1]
    return keras.ops.mean(loss + goal["beta"] * divergence)


def weights_of(*models):
    return [weight for model in models for weight in model.trainable_weights]


def flat(arrays):
    return np.concatenate([np.asarray(array).ravel() for array in arrays])


def problem(chosen, steps=1, items=7, seed=0):
    """Return random weights, items, inputs and noise for a network."""
    rng = np.random.default_rng(seed)
    models = build(chosen)
    for weight in weights_of(*models):
        weight.assign(rng.normal(0, 0.6, weight.shape))
    target = (rng.random((items, chosen["inputs"])) < 0.4).astype("float32")
    inputs = np.repeat(target[None], steps, axis=0)
    if chosen["kind"] == "denoising":
        inputs = np.where(rng.random(inputs.shape) < 0.2, 1 - inputs, inputs)
    noise = rng.normal(size=(steps, items, chosen["code"])).astype("float32")
    return models, target, inputs.astype("float32"), noise


@pytest.fixture(scope="module")
def core(browser):
    """Return a page with the training's functions, which need no document."""
    page = browser.new_page()
    page.add_script_tag(content=source(("random.js", "training.js")) + HELPERS)
    yield page
    page.close()


def ask(page, function, *arguments):
    """Call a function of the page with arrays, as lists, and other arguments."""
    plain = [a.tolist() if isinstance(a, np.ndarray) else a for a in arguments]
    return page.evaluate(f"given => {function}(...given)", plain)


CASES = [
    *((kind, loss, "tanh", "mean", "tanh", "sigmoid") for kind in KINDS for loss in LOSSES),
    *((kind, loss, "tanh", "sum", "tanh", "sigmoid") for kind in KINDS for loss in LOSSES),
    *(("plain", loss, code, "mean", "tanh", "sigmoid") for loss in LOSSES for code in CODES[1:]),
    *(("denoising", LOSSES[0], code, "mean", "tanh", "sigmoid") for code in CODES[1:]),
    *(("plain", LOSSES[1], "sigmoid", "mean", h, o) for h, o in (("sigmoid", "tanh"),)),
    ("plain", LOSSES[1], "tanh", "mean", "relu", "linear"),
    ("variational", LOSSES[0], "tanh", "sum", "sigmoid", "sigmoid"),
]


@pytest.mark.parametrize(("kind", "loss", "code", "reduction", "hidden", "output"), CASES)
def test_gradients_are_those_of_keras_and_of_finite_differences(
    core, kind, loss, code, reduction, hidden, output
):
    chosen = settings(kind, code, hidden, output)
    goal = GOAL | {"loss": loss, "reduction": reduction}
    models, target, inputs, noise = problem(chosen)
    with tf.GradientTape() as tape:
        expected = loss_of(*models, goal, target, inputs[0], noise[0])
    gradients = flat(tape.gradient(expected, weights_of(*models)))
    weights = flat(weights_of(*models))
    given = [chosen, goal, weights, *(a.ravel() for a in (target, inputs[0], noise[0]))]
    seen = ask(core, "gradientsOf", *given)
    assert seen["loss"] == pytest.approx(float(expected), rel=1e-5)
    assert np.abs(gradients).max() > 0.01
    np.testing.assert_allclose(seen["gradients"], gradients, atol=1e-5, rtol=1e-5)
    differences = ask(core, "finiteDifferences", *given)
    np.testing.assert_allclose(seen["gradients"], differences, atol=1e-7, rtol=1e-6)


@pytest.mark.parametrize(("kind", "loss"), list(itertools.product(KINDS, LOSSES)))
def test_two_hundred_steps_stay_with_keras(core, kind, loss):
    chosen = settings(kind)
    goal = GOAL | {"loss": loss, "reduction": "sum" if kind == "variational" else "mean"}
    models, target, inputs, noise = problem(chosen, steps=200)
    start = flat(weights_of(*models))
    optimizer = keras.optimizers.Adam(goal["learningRate"])

    @tf.function
    def step(x, sample):
        with tf.GradientTape() as tape:
            value = loss_of(*models, goal, target, x, sample)
        weights = weights_of(*models)
        optimizer.apply_gradients(zip(tape.gradient(value, weights), weights, strict=True))

    for x, sample in zip(inputs, noise, strict=True):
        step(tf.constant(x), tf.constant(sample))
    expected = flat(weights_of(*models))
    assert np.abs(expected - start).mean() > 0.05
    seen = ask(
        core, "stepsOf", chosen, goal, start, target.ravel(), inputs.reshape(200, -1),
        noise.reshape(200, -1),
    )  # fmt: skip
    np.testing.assert_allclose(seen, expected, atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_run_however_an_epoch_is_cut(core, kind):
    chosen = settings(kind)
    _, target, _, _ = problem(chosen)
    first, again, other = (
        ask(core, "trained", chosen, GOAL, target.ravel(), seed, 50, None) for seed in (3, 3, 4)
    )
    assert first == again != other
    cut = ask(core, "trained", chosen, GOAL, target.ravel(), 3, 50, 2)
    np.testing.assert_allclose(cut, first, atol=1e-9)


def test_cosine_falls_from_the_rate_to_zero(core):
    goal = GOAL | {"schedule": "cosine"}
    rates = [ask(core, "rateAt", goal, epoch) for epoch in (0, 50, 100, 150)]
    assert rates == pytest.approx([0.01, 0.005, 0, 0])
    assert ask(core, "rateAt", GOAL, 99) == 0.01


def test_noise_is_standard_normal_and_flips_keep_to_their_share(core):
    numbers = np.array(
        core.evaluate(
            """() => {
              const numbers = new Float64Array(40001);
              fillNormal(numbers, generator(1));
              return [...numbers];
            }"""
        )
    )
    assert abs(numbers.mean()) < 0.02 and abs(numbers.std() - 1) < 0.02
    share = core.evaluate(
        """settings => {
          const run = makeRun(new Float64Array(12 * 400), settings, 0);
          trainPiece(run, { loss: "mean_squared_error", noise: 0.2, learningRate: 0.01 });
          return run.input.reduce((a, b) => a + b) / run.input.length;
        }""",
        settings("denoising"),
    )
    assert abs(share - 0.2) < 0.025
