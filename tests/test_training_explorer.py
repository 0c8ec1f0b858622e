"""The training in the page: its mathematics against Keras, then the explorer in Chromium."""

import itertools

import explorers
import keras
import numpy as np
import pytest
import tensorflow as tf
from test_browser import serious

from course_lib import data, explore, metrics
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


# The explorer: in Python


def font_trainer(**options):
    font = data.load_font()
    return explore.TrainingExplorer(font.images, font.names, (7, 5), **options)


@pytest.mark.parametrize("kind", KINDS)
def test_python_starts_from_the_weights_of_the_page(core, kind):
    explorer = font_trainer(kind=kind, seed=2**31 - 1, hidden=7, code=3)
    chosen = settings(kind, inputs=35, code=3) | {"hidden": 7}
    seen = core.evaluate(
        "([chosen, seed]) => Array.from(makeNetwork(chosen, generator(seed)).weights)",
        [chosen, explorer.seed],
    )
    np.testing.assert_allclose(seen, flat(explorer.weights), atol=1e-7)
    assert len(np.unique(seen)) > 300
    # A setting of the network starts it anew, any other leaves it as it is.
    explorer.learning_rate = 0.1
    np.testing.assert_allclose(seen, flat(explorer.weights), atol=1e-7)
    explorer.hidden = 4
    assert explorer.weights[0].shape == (35, 4) and explorer.code.shape == (32, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_keras_models_give_what_the_explorer_gives(kind):
    explorer = font_trainer(kind=kind, code_activation="sigmoid", hidden_activation="relu")
    encoder, decoder = explorer.to_keras()
    pixels = data.load_font().images.reshape(32, 35)
    codes = encoder(pixels)
    if kind == "variational":
        assert codes[1].shape == (32, 2)
        codes = codes[0]
    np.testing.assert_allclose(codes, explorer.code, atol=1e-5)
    assert decoder(codes).shape == (32, 35)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"data": np.zeros((201, 4))}, ValueError, "at most 200 items of 400.*not 201 of 4"),
        ({"data": np.zeros((2, 21, 21))}, ValueError, "at most 200 items of 400.*not 2 of 441"),
        ({"data": np.full((4, 4), 2)}, ValueError, "data must hold values from 0 to 1"),
        ({"data": np.full((4, 4), np.nan)}, ValueError, "data must hold finite"),
        ({"data": np.zeros((0, 4))}, ValueError, "data must not be empty"),
        ({"labels": ["a"]}, ValueError, "labels must have one entry for each of the 4 items"),
        ({"image_shape": (3, 3)}, ValueError, "image_shape"),
        ({"hidden": 65}, ValueError, "hidden must be .* at most 64, not 65"),
        ({"hidden": 2.0}, TypeError, "hidden must be an integer"),
        ({"code": 4}, ValueError, "code must be .* at most 3, not 4"),
        ({"kind": "sparse"}, ValueError, "kind must be one of 'plain', 'denoising', 'variational'"),
        ({"loss": "mae"}, ValueError, "loss must be one of"),
        ({"code_activation": "gelu"}, ValueError, "code_activation must be one of"),
        ({"output_activation": "tanh"}, ValueError, "output_activation must be sigmoid"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be"),
        ({"learning_rate": "fast"}, TypeError, "learning_rate must be a number"),
        ({"noise": 0.6}, ValueError, "noise must be"),
        ({"beta": -1}, ValueError, "beta must be"),
        ({"seed": -1}, ValueError, "seed must be .* at least 0"),
        ({"controls": ["beta"]}, ValueError, "controls must be one of .* not 'beta'"),
        ({"presets": {"a": {"width": 3}}}, ValueError, r"presets\['a'\] must be one of"),
        ({"presets": {"a": {"hidden": 99}}}, ValueError, "hidden must be .* at most 64"),
        ({"presets": 3}, TypeError, "presets must map names"),
    ],
)
def test_bad_arguments_are_named(change, error, message):
    good = {"data": np.eye(4), "labels": list("abcd"), "image_shape": (2, 2)}
    with pytest.raises(error, match=message):
        explore.TrainingExplorer(**good | change)


def test_bad_values_are_named_later_too():
    explorer = font_trainer()
    for name, value in (("hidden", 0), ("learning_rate", np.inf), ("loss", "hinge")):
        with pytest.raises(ValueError, match=f"{name} must"):
            setattr(explorer, name, value)


# The explorer: in the page


@pytest.fixture
def show(open_page, tmp_path):
    """Return a function that opens a page with a trainer of the font."""

    def show_(explorer=None, below="", **options):
        explorers.write_page(tmp_path, "trainer", explorer or font_trainer())
        path = tmp_path / "trainer.html"
        path.write_text(path.read_text(encoding="utf-8").replace("</main>", below + "</main>"))
        return open_page(path.as_uri(), **options)

    return show_


def value(page, name):
    return page.evaluate("name => document.querySelector('.cx').explorer.get(name)", name)


def put(page, name, setting):
    page.evaluate(
        "([name, to]) => document.querySelector('.cx').explorer.set(name, to)", [name, setting]
    )
    frames(page)


def frames(page):
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    frames(page)


def wait_for(page, condition):
    page.wait_for_function(
        f"(() => {{ const e = document.querySelector('.cx').explorer; return {condition}; }})()"
    )


def train(page):
    press(page, "Train")
    wait_for(page, "!e.get('running')")


def figures(page):
    names, values = (page.locator(f".cx-figures {tag}").all_inner_texts() for tag in ("span", "b"))
    return dict(zip(names, values, strict=True))


def received(explorer, page):
    """Give Python what a live page would send it."""
    explorer._weights = np.array(value(page, "weights"), "<f4").tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_press_train_and_it_learns_what_keras_sees(show, kind):
    explorer = font_trainer(kind=kind, epochs=2000, reduction="sum", hidden=20)
    page = show(explorer)
    assert figures(page)["epoch"] == "0" and value(page, "wrong_pixels") > 200
    train(page)
    assert value(page, "epoch") == 2000
    received(explorer, page)
    encoder, decoder = explorer.to_keras()
    pixels = data.load_font().images.reshape(32, 35)
    codes = encoder(pixels)[0] if kind == "variational" else encoder(pixels)
    np.testing.assert_allclose(np.reshape(value(page, "code"), (32, 2)), codes, atol=1e-4)
    np.testing.assert_allclose(explorer.code, codes, atol=1e-5)
    wrong = metrics.pixel_errors(pixels, np.asarray(decoder(codes)))
    assert value(page, "wrong_pixels") == wrong.sum() < 100
    assert value(page, "right") == (wrong <= 1).sum()
    seen = figures(page)
    assert seen["wrong pixels"] == str(wrong.sum())
    assert seen["within 1 pixel"] == f"{(wrong <= 1).sum()} of 32"
    assert ("KL in nats" in seen) == (kind == "variational")
    assert (page.locator(".cx-ellipse").get_attribute("d") != "") == (kind == "variational")
    history = value(page, "history")
    assert history["epoch"][-1] == 2000 and len(history["epoch"]) <= 401
    assert history["loss"][0] > 2 * history["loss"][-1]
    assert page.faults == []


def test_the_same_seed_gives_the_same_run_and_another_seed_another(show):
    page = show(font_trainer(epochs=300))
    runs = []
    for _ in range(2):
        train(page)
        runs.append(value(page, "weights"))
        press(page, "Reset")
        assert value(page, "epoch") == 0
    press(page, "New seed")
    assert value(page, "seed") == 1 and value(page, "epoch") == 0
    train(page)
    assert runs[0] == runs[1] != value(page, "weights")
    # Earlier trainings stay behind the curve, faint.
    assert value(page, "earlier") == 2
    assert page.locator(".cx-past").get_attribute("d").count("M") == 2


def test_steps_pause_and_go_on(show):
    page = show(font_trainer(epochs=300))
    train(page)
    assert value(page, "epoch") == 300
    train(page)
    assert value(page, "epoch") == 600
    press(page, "Reset")
    put(page, "epochs", 100_000)
    press(page, "One epoch, which is one step")
    wait_for(page, "!e.get('running')")
    assert value(page, "epoch") == 1
    press(page, "100 epochs")
    wait_for(page, "!e.get('running')")
    assert value(page, "epoch") == 101
    press(page, "Train")
    wait_for(page, "e.get('epoch') > 200")
    press(page, "Pause")
    stood = value(page, "epoch")
    page.wait_for_timeout(150)
    assert value(page, "epoch") == stood and not value(page, "running")
    press(page, "Train")
    wait_for(page, f"e.get('epoch') > {stood}")


def test_every_setting_can_be_moved_by_hand(core, show):
    core.add_script_tag(content=source(("trainer-controls.js",)))
    titles = core.evaluate("TRAINER_CONTROLS")
    options = {"kind": "variational", "reduction": "mean", "epochs": 100_000}
    for explorer, changes in (
        (font_trainer(), {"loss": 1, "code_activation": 2, "schedule": 1, "speed": 1}),
        (font_trainer(kind="denoising"), {"hidden": 5, "code_size": 2, "noise": 10, "epochs": 1}),
        (font_trainer(**options), {"reduction": 1, "learning_rate": 2, "beta": 3}),
    ):
        page = show(explorer)
        assert not page.locator(".cx-settings").is_visible()
        press(page, "Settings")
        assert page.get_by_role("button", name="Settings").get_attribute("aria-expanded") == "true"
        press(page, "100 epochs")
        wait_for(page, "!e.get('running')")
        for name, position in changes.items():
            title, values = titles[name]
            before = value(page, "epoch")
            assert value(page, name) != values[position]
            control = page.locator(".cx-settings label").filter(
                has=page.get_by_text(title, exact=True)
            )
            select = control.locator("select")
            if select.count():
                select.select_option(index=position)
            else:
                control.locator("input").fill(str(position))
            frames(page)
            assert value(page, name) == values[position]
            anew = name in explorer._spec["restarts"]
            assert value(page, "epoch") == (0 if anew else before)
            if anew:
                press(page, "100 epochs")
                wait_for(page, "!e.get('running')")
        assert page.faults == []


def test_a_preset_sets_what_it_names(show):
    printed = {"hidden_activation": "sigmoid", "code_activation": "sigmoid"}
    printed |= {"output_activation": "tanh", "loss": "mean_squared_error"}
    page = show(font_trainer(epochs=200, presets={"as printed": printed, "wide": {"hidden": 20}}))
    chosen = page.get_by_label("Setting", exact=True)
    assert chosen.input_value() == "-1"
    chosen.select_option(label="as printed")
    frames(page)
    assert {name: value(page, name) for name in printed} == printed
    train(page)
    assert chosen.input_value() == "0" and value(page, "wrong_pixels") > 100


def test_a_collapsed_code_recovers_with_the_sum_and_a_smaller_beta(show):
    page = show(font_trainer(kind="variational", hidden=20, epochs=2000))
    train(page)
    nats = [float(n) for n in figures(page)["KL in nats"].split(" + ")]
    assert max(nats) <= 0.1 and value(page, "wrong_pixels") > 200
    put(page, "reduction", "sum")
    put(page, "beta", 0.1)
    assert value(page, "epoch") == 2000
    train(page)
    nats = [float(n) for n in figures(page)["KL in nats"].split(" + ")]
    assert min(nats) > 1 and value(page, "wrong_pixels") < 100


def test_nan_stops_the_training_with_a_sentence(show):
    page = show(font_trainer(kind="variational", learning_rate=100.0, reduction="sum"))
    problem = page.locator(".cx-problem")
    assert not problem.is_visible()
    press(page, "Train")
    wait_for(page, "!e.get('running')")
    assert "learning rate is too high" in problem.inner_text()
    put(page, "learning_rate", 0.01)
    put(page, "epochs", 50)
    press(page, "Train")
    wait_for(page, "!e.get('running') && e.get('epoch') === 50")
    assert not problem.is_visible() and page.faults == []


def test_thirty_seeds_are_counted_and_can_be_stopped(show):
    page = show(font_trainer(epochs=600, hidden=30, learning_rate=0.03, seed=5))
    press(page, "Train 30 seeds")
    wait_for(page, "e.get('results').length === 30 && !e.get('running')")
    results = value(page, "results")
    assert [result["seed"] for result in results] == list(range(5, 35))
    right = sum(result["all"] for result in results)
    assert f"{right} of 30 seeds ({round(100 * right / 30)}%)" in page.locator(".cx").inner_text()
    assert page.locator(".cx-seed").count() == 30 and page.locator(".cx-all").count() == right
    assert len({result["wrong"] for result in results}) > 1 or right == 30
    # The last of them is the same as a training of its own.
    last = value(page, "weights")
    press(page, "Reset")
    train(page)
    assert value(page, "weights") == last
    press(page, "Train 30 seeds")
    wait_for(page, "e.get('results').length >= 2")
    press(page, "Stop")
    assert not value(page, "running") and 2 <= len(value(page, "results")) < 30


@pytest.mark.parametrize("size", [1, 2, 3])
def test_decoder_draws_the_point_that_pointer_and_keys_move(show, size):
    explorer = font_trainer(code=size, epochs=300)
    page = show(explorer)
    train(page)
    received(explorer, page)
    decoder = explorer.to_keras()[1]
    seen = []

    def assert_decoded():
        frames(page)
        at = value(page, "probe")[:size]
        expected = np.asarray(decoder(np.array([at], "float32")))[0]
        np.testing.assert_allclose(value(page, "image"), expected, atol=1e-5)
        codes = np.reshape(value(page, "code"), (32, size))
        near = data.load_font().names[np.linalg.norm(codes - at, axis=1).argmin()]
        assert page.locator(".cx-probe span").inner_text() == f"decoded, near {near}"
        seen.append(at)

    assert_decoded()
    box = page.locator(".cx-field-map .cx-frame").bounding_box()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"])
    assert_decoded()
    assert seen[-1][0] == pytest.approx(0.55, abs=0.02)
    page.mouse.move(0, 0)
    page.locator(".cx-field-map").focus()
    page.keyboard.press("Shift+ArrowLeft")
    assert_decoded()
    assert seen[-1][0] == pytest.approx(seen[-2][0] - 5 * 1.1 / 20)
    third = page.get_by_label("Code 3 of the point")
    assert third.is_visible() == (size == 3)
    if size == 3:
        third.fill("0.5")
        assert_decoded()
        assert seen[-1][2] == pytest.approx(0.55)


def test_training_waits_while_it_is_out_of_sight(show):
    page = show(font_trainer(epochs=100_000), below="<div style='height:4000px'></div>")
    press(page, "Train")
    wait_for(page, "e.get('epoch') > 50")
    page.evaluate("scrollTo(0, 3500)")
    page.wait_for_timeout(300)
    stood = value(page, "epoch")
    page.wait_for_timeout(200)
    assert value(page, "epoch") == stood and value(page, "running")
    page.evaluate("scrollTo(0, 0)")
    wait_for(page, f"e.get('epoch') > {stood}")


def test_a_screen_reader_hears_a_sentence_now_and_then(show):
    page = show(font_trainer(epochs=100_000))
    page.evaluate(
        """() => {
          window.spoken = 0;
          const line = document.querySelector('.cx [aria-live]');
          new MutationObserver(() => (window.spoken += 1)).observe(line, { childList: true });
        }"""
    )
    start = page.evaluate("performance.now()")
    press(page, "Train")
    page.wait_for_timeout(2500)
    press(page, "Pause")
    page.wait_for_timeout(600)
    seconds = (page.evaluate("performance.now()") - start) / 1000
    assert 1 <= page.evaluate("spoken") <= 1 + seconds


def test_reduced_motion_draws_no_trails(show):
    trails = []
    for motion in ("no-preference", "reduce"):
        page = show(font_trainer(epochs=100_000), reduced_motion=motion)
        press(page, "Train")
        page.wait_for_timeout(1500)
        trails.append(page.locator(".cx-trail").get_attribute("d"))
    assert len(trails[0]) > 100 and trails[1] == ""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_phone_sees_map_and_pictures_at_once(show, kind, theme):
    page = show(font_trainer(kind=kind, epochs=300), theme=theme, width=390)
    assert page.locator(".cx").bounding_box()["height"] < 760
    before = page.locator(".cx-bar").last.bounding_box()["y"]
    train(page)
    assert page.locator(".cx-bar").last.bounding_box()["y"] == before  # nothing jumps
    top = page.locator(".cx-field-map").bounding_box()["y"]
    pairs = page.locator(".cx-pairs").bounding_box()
    assert pairs["y"] + pairs["height"] - top < 600
    press(page, "Settings")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for control in page.locator(".cx-drive button").all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    assert serious(page) == []
    assert page.faults == []


def test_the_largest_network_trains_in_small_pieces(show):
    rng = np.random.default_rng(0)
    names = [f"item {i}" for i in range(200)]
    explorer = explore.TrainingExplorer(
        rng.random((200, 400)), names, (20, 20), hidden=64, code=3, cmap="gray"
    )
    page = show(explorer)
    press(page, "One epoch, which is one step")
    wait_for(page, "!e.get('running')")
    assert value(page, "epoch") == 1 and "wrong pixels" not in figures(page)
    assert page.faults == []
