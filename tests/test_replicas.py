import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import replicas
from course_lib.data import load_font


@pytest.fixture(scope="module")
def glyphs():
    return load_font().images.reshape(32, 35)


@pytest.fixture(scope="module")
def trained(glyphs):
    model = replicas.build_mlp([35, 10, 2, 10, 35], 4, seed=3)
    return model, replicas.fit(model, glyphs, glyphs, epochs=700)


@settings(max_examples=8, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=5),
    copies=st.integers(1, 5),
    code=st.sampled_from(["tanh", "linear", "relu"]),
    seed=st.integers(0, 2**32),
)
def test_each_replica_agrees_with_the_replicated_model(sizes, copies, code, seed):
    model = replicas.build_mlp(sizes, copies, code=code, seed=seed)
    x = np.random.default_rng(seed).normal(size=(6, sizes[0])).astype("float32")
    together = replicas.predict(model, x)
    assert together.shape == (copies, 6, sizes[-1])
    for i in range(copies):
        alone = replicas.replica(model, i).predict(x, verbose=0)
        np.testing.assert_allclose(alone, together[i], atol=1e-5)


def test_replica_of_a_trained_model_is_a_plain_keras_model(trained, glyphs):
    model, _ = trained
    single = replicas.replica(model, 2)
    assert [layer.name for layer in single.layers] == [
        "input",
        "hidden_1",
        "code",
        "hidden_2",
        "output",
    ]
    assert all(isinstance(layer, keras.layers.Dense) for layer in single.layers[1:])
    assert single.count_params() == 797
    together = replicas.predict(model, glyphs)
    np.testing.assert_allclose(single.predict(glyphs, verbose=0), together[2], atol=1e-5)
    np.testing.assert_allclose(
        replicas.replica(model, -1).predict(glyphs, verbose=0), together[3], atol=1e-5
    )


def test_split_cuts_all_replicas_at_the_code(trained, glyphs):
    model, _ = trained
    encoder, decoder = replicas.split(model)
    codes = replicas.predict(encoder, glyphs)
    assert codes.shape == (4, 32, 2)
    together = replicas.predict(model, glyphs)
    np.testing.assert_allclose(replicas.predict(decoder, codes), together, atol=1e-5)
    # Codes shared by all replicas.
    shared = replicas.predict(decoder, codes[1])
    np.testing.assert_allclose(shared[1], together[1], atol=1e-5)
    assert np.abs(shared[0] - together[0]).max() > 0.1


def test_split_of_one_replica_gives_plain_models(trained, glyphs):
    model, _ = trained
    encoder, decoder = replicas.split(replicas.replica(model, 2))
    codes = encoder.predict(glyphs, verbose=0)
    np.testing.assert_allclose(
        codes, replicas.predict(replicas.split(model)[0], glyphs)[2], atol=1e-5
    )
    np.testing.assert_allclose(
        decoder.predict(codes, verbose=0), replicas.predict(model, glyphs)[2], atol=1e-5
    )


def test_split_shares_its_weights(glyphs):
    model = replicas.build_mlp([35, 10, 2, 10, 35], 3)
    encoder, decoder = replicas.split(model)
    before = replicas.predict(decoder, replicas.predict(encoder, glyphs))
    replicas.fit(model, glyphs, glyphs, epochs=20)
    after = replicas.predict(decoder, replicas.predict(encoder, glyphs))
    np.testing.assert_allclose(after, replicas.predict(model, glyphs), atol=1e-5)
    assert np.abs(after - before).max() > 0.01


def test_split_refuses_what_it_cannot_cut():
    x = keras.Input((4,))
    code = keras.layers.Dense(2, name="code")(x)
    skipping = keras.Model(x, keras.layers.Concatenate()([x, code]))
    with pytest.raises(ValueError, match="through its layer 'code'"):
        replicas.split(skipping)
    with pytest.raises(ValueError, match="model must have a layer called 'code', not only"):
        replicas.split(replicas.build_mlp([4, 3], 2))
    with pytest.raises(TypeError, match="model must be a Keras model, not 'model'"):
        replicas.split("model")
    decoder = replicas.split(replicas.build_mlp([4, 2, 4], 3))[1]
    with pytest.raises(ValueError, match=r"\(samples, 2\) or \(3, samples, 2\), not \(4, 5, 2\)"):
        replicas.predict(decoder, np.zeros((4, 5, 2)))


@pytest.mark.parametrize("loss", ["binary_crossentropy", "mean_squared_error"])
@pytest.mark.parametrize("schedule", ["cosine", "constant"])
def test_a_replica_learns_what_it_would_learn_alone(glyphs, loss, schedule):
    epochs = 60
    model = replicas.build_mlp([35, 10, 2, 10, 35], 5, seed=1)
    alone = replicas.replica(model, 3)
    rate = 0.01 if schedule == "constant" else keras.optimizers.schedules.CosineDecay(0.01, epochs)
    alone.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    steps = np.tile(glyphs, (epochs, 1))  # one long epoch: Keras takes its time between two
    alone.fit(steps, steps, batch_size=32, shuffle=False, verbose=0)
    replicas.fit(model, glyphs, glyphs, epochs=epochs, schedule=schedule, loss=loss)
    np.testing.assert_allclose(
        replicas.predict(model, glyphs)[3], alone.predict(glyphs, verbose=0), atol=2e-3
    )


def test_training_does_not_depend_on_the_number_of_replicas(glyphs):
    few, many = (replicas.build_mlp([35, 6, 2, 6, 35], n, seed=5) for n in (2, 9))
    for model in (few, many):
        replicas.fit(model, glyphs, glyphs, epochs=40)
    np.testing.assert_allclose(
        replicas.predict(few, glyphs), replicas.predict(many, glyphs)[:2], atol=1e-4
    )


def test_the_seed_fixes_the_result_and_replicas_differ(glyphs):
    def outputs(seed):
        model = replicas.build_mlp([35, 4, 35], 3, seed=seed)
        replicas.fit(model, glyphs, glyphs, epochs=30)
        return replicas.predict(model, glyphs)

    first = outputs(0)
    np.testing.assert_allclose(first, outputs(0), atol=1e-6)
    assert np.abs(first - outputs(1)).max() > 0.01
    assert np.abs(first[0] - first[1]).max() > 0.01


def test_history_holds_the_mean_loss_of_every_epoch(trained, glyphs):
    model, history = trained
    assert history.shape == (700,)
    assert history[-1] < 0.7 * history[0]
    fresh = replicas.build_mlp([35, 10, 2, 10, 35], 4, seed=3)
    y = np.broadcast_to(glyphs, (4, 32, 35))
    first = keras.losses.binary_crossentropy(y, replicas.predict(fresh, glyphs))
    assert history[0] == pytest.approx(float(np.mean(first)), rel=1e-4)


def test_history_of_each_replica_averages_to_the_mean_history(glyphs):
    together, apart = (
        replicas.fit(
            replicas.build_mlp([35, 4, 35], 3), glyphs, glyphs, epochs=20, per_replica=each
        )
        for each in (False, True)
    )
    assert together.shape == (20,)
    assert apart.shape == (20, 3)
    np.testing.assert_allclose(apart.mean(axis=1), together, rtol=1e-5)
    assert np.ptp(apart[-1]) > 0


def test_many_trainings_in_a_row_warn_of_nothing(monkeypatch):
    plain = tf.function  # traced all the same, but not compiled by XLA, which takes seconds
    monkeypatch.setattr("tensorflow.function", lambda **_: plain)
    warnings = []
    monkeypatch.setattr(tf.get_logger(), "warning", lambda *words: warnings.append(words))
    for _ in range(5):  # the first number that TensorFlow warns of
        replicas.fit(replicas.build_mlp([2, 1, 2], 2), np.eye(2), np.eye(2), epochs=2)
    assert warnings == []


def test_targets_may_differ_from_inputs():
    x = np.eye(4)
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    model = replicas.build_mlp([4, 3, 1], 6)
    replicas.fit(model, x, y, epochs=500, learning_rate=0.05)
    np.testing.assert_allclose(replicas.predict(model, x), np.broadcast_to(y, (6, 4, 1)), atol=0.2)


def test_a_pool_gives_epoch_t_its_batch_t_modulo_the_pool():
    rng = np.random.default_rng(0)
    pool = rng.random((3, 8, 5)).astype("float32")
    target = rng.random((8, 5)).astype("float32")
    together = replicas.build_mlp([5, 3, 5], 2, seed=7)
    replicas.fit(together, pool, target, epochs=4, schedule="constant")
    alone = replicas.replica(replicas.build_mlp([5, 3, 5], 2, seed=7), 1)
    alone.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    for batch in (0, 1, 2, 0):
        alone.train_on_batch(pool[batch], target)
    np.testing.assert_allclose(
        replicas.predict(together, pool[0])[1], alone.predict(pool[0], verbose=0), atol=1e-4
    )


def test_initial_kernels_follow_glorot_for_one_replica():
    layer = replicas.ReplicaDense(10, replicas=400, seed=0)
    layer.build((None, 400, 35))
    kernel = layer.get_weights()[0]
    limit = np.sqrt(6 / 45)
    assert np.abs(kernel).max() <= limit
    assert kernel.std() == pytest.approx(limit / np.sqrt(3), rel=0.01)
    assert layer.get_weights()[1].shape == (400, 10)


@pytest.mark.parametrize("units", [2, 30])
def test_a_layer_takes_inputs_shared_or_not(units):
    layer = replicas.ReplicaDense(units, replicas=4, activation="tanh", seed=0)
    x = np.random.default_rng(0).normal(size=(6, 4, 5)).astype("float32")
    own = keras.ops.convert_to_numpy(layer(x))
    kernel, _ = layer.get_weights()
    np.testing.assert_allclose(own, np.tanh(np.einsum("bri,rio->bro", x, kernel)), atol=1e-5)
    shared = keras.ops.convert_to_numpy(layer(x[:, 2]))
    assert shared.shape == own.shape
    np.testing.assert_allclose(shared[:, 2], own[:, 2], atol=1e-5)


def test_unseeded_layers_follow_the_global_seed():
    def kernel():
        keras.utils.set_random_seed(11)
        layer = replicas.ReplicaDense(3, replicas=2)
        layer.build((None, 2, 4))
        return layer.get_weights()[0]

    np.testing.assert_array_equal(kernel(), kernel())


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # in Keras
def test_a_model_survives_saving(tmp_path, trained, glyphs):
    model, _ = trained
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        replicas.predict(loaded, glyphs), replicas.predict(model, glyphs), atol=1e-6
    )


@pytest.mark.parametrize(
    ("sizes", "names"),
    [
        ([4, 4], ["output"]),
        ([9, 5, 9], ["code", "output"]),
        ([9, 20, 30, 20, 9], ["hidden_1", "code", "hidden_2", "output"]),
        ([9, 5, 4, 2, 9], ["hidden_1", "hidden_2", "code", "output"]),
    ],
)
def test_the_code_is_the_middle_or_the_narrowest_layer(sizes, names):
    assert [layer.name for layer in replicas.build_mlp(sizes, 2).layers[1:]] == names


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"epochs": 0}, "epochs"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"schedule": "step"}, "schedule"),
        ({"loss": "no_such_loss"}, "no_such_loss"),
        ({"x": np.zeros((4, 6))}, r"x must have shape \(samples, 5\)"),
        ({"y": np.zeros(5)}, "y must have shape"),
        ({"y": np.zeros((3, 5))}, "x has 4 samples but y has 3"),
    ],
)
def test_fit_names_the_argument_it_refuses(change, message):
    model = replicas.build_mlp([5, 2, 5], 2)
    arguments = {"x": np.zeros((4, 5)), "y": np.zeros((4, 5)), "epochs": 1} | change
    with pytest.raises(ValueError, match=message):
        replicas.fit(model, arguments.pop("x"), arguments.pop("y"), **arguments)


def test_other_wrong_arguments_are_refused():
    model = replicas.build_mlp([5, 2, 5], 2)
    with pytest.raises(
        ValueError, match="i must be an integer of at least -2 and at most 1, not 2"
    ):
        replicas.replica(model, 2)
    with pytest.raises(ValueError, match="samples, 5"):
        replicas.predict(model, np.zeros((4, 2, 5)))
    with pytest.raises(ValueError, match="replicas must be"):
        replicas.build_mlp([5, 2, 5], 0)
    with pytest.raises(ValueError, match="sizes"):
        replicas.build_mlp([5], 2)
    with pytest.raises(ValueError, match="needs an input of shape"):
        replicas.ReplicaDense(3, 2).build((None, 4, 5))
    inputs = keras.Input((5,))
    shared = keras.layers.RepeatVector(2)(inputs)
    plain = keras.Model(inputs, keras.layers.Dense(3)(shared))
    with pytest.raises(TypeError, match="RepeatVector, not a ReplicaDense"):
        replicas.replica(plain, 0)
