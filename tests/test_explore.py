import base64
import subprocess
import sys

import explorers
import ipywidgets
import keras
import numpy as np
import pytest

from course_lib import data, explore
from course_lib.convolution import output_size
from course_lib.explore import _base, network
from course_lib.explore.interpolation import interpolate

layers = keras.layers
SUPPORTED = explorers.supported()


@pytest.fixture(scope="module")
def shown():
    return explorers.all_explorers()


def test_function_that_fills_the_box_stands_in_the_last_file(shown):
    last = {
        e: (_base.STATIC / e._files[-1]).read_text(encoding="utf-8")
        for e in map(type, shown.values())
    }
    assert [e._build for e, text in last.items() if f"\nfunction {e._build}(" not in text] == []


# The network export


@pytest.mark.parametrize("name", SUPPORTED)
def test_exported_network_agrees_with_keras(name):
    model = SUPPORTED[name]
    exported = network.export(model)
    x = np.random.default_rng(1).normal(size=(5, *exported.input_shape)).astype("float32")
    expected = np.asarray(model(x, training=False))
    assert exported(x).shape == expected.shape
    np.testing.assert_allclose(exported(x), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("layer", "named"),
    [
        (layers.Dense(3, activation="gelu"), "gelu"),
        (layers.LayerNormalization(), "LayerNormalization"),
        (layers.Softmax(), "Softmax"),
        (layers.LeakyReLU(), "LeakyReLU"),
        (layers.ReLU(max_value=6), "max_value"),
    ],
)
def test_unsupported_layer_is_named_with_the_supported_ones(layer, named):
    model = explorers.chain((4,), layers.Dense(4), layer)
    with pytest.raises(ValueError, match=named) as error:
        network.export(model)
    assert "accepted" in str(error.value) or "Conv2DTranspose" in str(error.value)


@pytest.mark.parametrize(
    ("layer", "named"),
    [
        (layers.Conv2D(4, 3, groups=2), "groups"),
        (layers.Conv2D(4, 3, data_format="channels_first"), "channels_first"),
        (layers.Conv2DTranspose(4, 3, strides=2, output_padding=1), "output_padding"),
        (layers.Conv2DTranspose(4, 3, dilation_rate=2), "dilation_rate"),
        (layers.UpSampling2D(2, interpolation="bicubic"), "bicubic"),
        (layers.BatchNormalization(axis=1), "axis"),
        (layers.MaxPooling2D(2), "MaxPooling2D"),
    ],
)
def test_unsupported_setting_is_named(layer, named):
    with pytest.raises(ValueError, match=named):
        network.export(explorers.chain((6, 6, 4), layer))


def test_models_that_are_no_chain_are_refused():
    inputs = keras.Input((4,))
    dense = layers.Dense(4)
    with pytest.raises(ValueError, match="Add"):
        network.export(keras.Model(inputs, layers.Add()([inputs, dense(inputs)])))
    with pytest.raises(ValueError, match="keras.ops"):
        network.export(keras.Model(inputs, keras.ops.reshape(dense(inputs), (-1, 2, 2))))
    with pytest.raises(ValueError, match="not a plain chain"):
        network.export(keras.Model(inputs, dense(dense(inputs))))
    with pytest.raises(ValueError, match="one input"):
        pair = [inputs, keras.Input((1,))]
        network.export(keras.Model(pair, layers.Concatenate()(pair)))
    with pytest.raises(ValueError, match="fixed input shape"):
        network.export(explorers.chain((None, 4), layers.Dense(4)))
    with pytest.raises(ValueError, match="must be built"):
        network.export(keras.Sequential([layers.Dense(3)]))
    with pytest.raises(TypeError, match="model must be a Keras model, not"):
        network.export(3)


def test_model_with_nan_weights_is_refused():
    model = explorers.dense_decoder(2, 3)
    model.set_weights([w * np.nan for w in model.get_weights()])
    with pytest.raises(ValueError, match="NaN"):
        network.export(model)


@pytest.mark.parametrize(
    ("parts", "position"),
    [
        ([layers.Dense(10), layers.Dense(2, activation="tanh"), layers.Dense(10)], 2),
        ([layers.Dense(3), layers.BatchNormalization(), layers.Activation("tanh")], 3),
        ([layers.Dense(50), layers.Dense(50)], 1),
    ],
)
def test_code_is_the_narrowest_dense_layer_with_its_activation(parts, position):
    model = explorers.chain((35,), *parts, layers.Dense(35))
    exported = network.export(model, find_code=True)
    x = np.random.default_rng(0).normal(size=(3, 35)).astype("float32")
    expected = np.asarray(keras.Model(model.input, model.layers[position].output)(x))
    np.testing.assert_allclose(exported.code(x), expected, atol=1e-5)


def test_model_without_a_code_is_refused():
    with pytest.raises(ValueError, match="at least 2 Dense"):
        network.export(explorers.chain((35,), layers.Dense(35)), find_code=True)


def test_large_weights_travel_as_float16_with_their_error_stated():
    big = explorers.dense_decoder(2, 200, 400)
    big.set_weights([w * 0.1 for w in big.get_weights()])
    codes = explorers.codes(6, 2)
    explorer = explore.LatentExplorer(big, codes, list("abcdef"), (20, 20))
    exported = network.export(big)
    assert exported.nbytes > 300_000 and exported.stored_type == "<f2"
    error = np.abs(exported.as_stored()(codes) - exported(codes)).max()
    assert 0 < explorer.weight_error == pytest.approx(float(error))
    assert "16 bits" in explorers.payload(explorer)["spec"]["note"]
    small = network.export(explorers.dense_decoder(2, 3))
    assert small.stored_type == "<f4"


# What every explorer promises


def test_import_leaves_tensorflow_and_keras_alone():
    code = (
        "import sys, course_lib.explore; print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_text_is_stable_and_short(shown):
    assert [repr(explorer) for explorer in shown.values()] == [
        "LatentExplorer(codes=(12, 2), image_shape=(7, 5))",
        "LatentExplorer(codes=(97, 20), image_shape=(20, 20))",
        "LatentExplorer(codes=(12, 8), image_shape=(7, 5))",
        "InterpolationExplorer(codes=(12, 3), image_shape=(4, 4))",
        "GlyphEditor(images=(32, 7, 5), code=2)",
        "ConvolutionExplorer(m=5, k=3, p=1, s=2, d=1)",
        "ThresholdExplorer(normal=300, anomalies=20)",
        "MaskExplorer(height=64, width=64)",
        "TrainingExplorer([35, 10, 2, 10, 35], plain, items=32)",
        "ComparisonExplorer(pictures=3, levels=3, shape=(40, 32))",
        "InceptionExplorer(channels=192, size=28, one=64, reduce_three=96, three=128, "
        "reduce_five=16, five=32, project=32)",
        "SweepExplorer(settings=6, seeds=4)",
        "UnitsExplorer(items=12, units=30, image_shape=(3, 4))",
        "SensitivityExplorer(encoders=3, items=(12, 12), directions=3)",
    ]


def test_notebook_gets_the_widget_and_the_page_its_twin(shown, monkeypatch):
    for explorer in shown.values():
        bundle, _ = explorer._repr_mimebundle_()
        assert bundle["text/plain"] == repr(explorer)
        assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id
        assert bundle["text/html"] == explorer.to_html()
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    bundle, _ = explorer._repr_mimebundle_()
    assert "text/html" not in bundle and "application/vnd.jupyter.widget-view+json" in bundle


def test_twin_asks_nothing_and_keeps_its_weight(shown):
    for explorer in shown.values():
        html = explorer.to_html()
        assert html == explorer.to_html()
        for word in ('src="http', "import(", "import ", "fetch(", 'type="module"'):
            assert word not in html.replace("http://www.w3.org/2000/svg", "")
        # One script, whatever the labels hold; its data travel as base64.
        assert html.count("</script") == html.count("<script") == 1
        data_length = len(base64.b64encode(explorer._data))
        assert len(html.encode()) - data_length <= 150_000
        assert explorers.payload(explorer)["data"] == base64.b64encode(explorer._data).decode()


def test_twin_starts_where_the_widget_stands():
    explorer = explore.ConvolutionExplorer(m=7)
    explorer.k = 5
    state = explorers.payload(explorer)["state"]
    assert (state["m"], state["k"], state["mode"]) == (7, 5, "convolution")


def test_explorers_compose_with_ipywidgets(shown):
    box = ipywidgets.VBox(list(shown.values()))
    assert len(box.children) == len(shown)
    dial = ipywidgets.FloatSlider(max=20)
    ipywidgets.link((shown["threshold"], "threshold"), (dial, "value"))
    dial.value = 4.5
    assert shown["threshold"].threshold == 4.5
    ipywidgets.jslink((shown["threshold"], "threshold"), (dial, "value"))
    seen = []
    shown["latent"].observe(lambda change: seen.append(change["new"].shape), "image")
    shown["latent"].code = [0.25, -0.5]
    assert seen == [(7, 5)]


def test_live_only_shows_a_widget_live_and_a_sentence_in_the_page():
    slider = ipywidgets.IntSlider()
    bundle = explore.live_only(slider, "See below.")._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == slider.model_id
    assert "live only" in bundle["text/html"] and "See below." in bundle["text/html"]
    with pytest.raises(TypeError, match="widget"):
        explore.live_only(3)


# LatentExplorer and InterpolationExplorer


def latent(decoder=None, codes=None, labels=None, image_shape=(2, 3), **more):
    decoder = explorers.dense_decoder(2, 6) if decoder is None else decoder
    codes = explorers.codes(4, 2) if codes is None else codes
    labels = list("abcd") if labels is None else labels
    kind = more.pop("kind", explore.LatentExplorer)
    return kind(decoder, codes, labels, image_shape, **more)


def test_image_in_python_is_what_keras_gives():
    decoder = explorers.dense_decoder(2, 8, 6)
    explorer = latent(decoder, start="c")
    assert explorer.code == pytest.approx(explorers.codes(4, 2)[2].tolist())
    explorer.code = np.array([0.3, -1.2])
    expected = np.asarray(decoder(np.array([[0.3, -1.2]], "float32"))).reshape(2, 3)
    np.testing.assert_allclose(explorer.image, expected, atol=1e-6)


def test_decoder_in_python_gets_the_damaged_code():
    decoder = explorers.dense_decoder(3, 8, 6)
    explorer = latent(decoder, explorers.codes(4, 3), numbers=True)
    explorer.damage = [("wiped", 0.5), None, ("noisy", -0.25)]
    explorer.code = [1.0, 2.0, 3.0]
    expected = np.asarray(decoder(np.array([[0.5, 2.0, 2.75]], "float32"))).reshape(2, 3)
    np.testing.assert_allclose(explorer.image, expected, atol=1e-6)


@pytest.mark.parametrize("size", [1, 2, 3, 20])
def test_codes_of_any_size_have_a_map_and_up_to_eight_sliders(size):
    explorer = latent(
        explorers.dense_decoder(size, 6), explorers.codes(30, size), explorers.names(30)
    )
    spec = explorers.payload(explorer)["spec"]
    assert len(spec["ranges"]) == len(spec["names"]) == min(max(size - 2, 0), 8)
    directions = np.frombuffer(
        explorer._data, "<f4", spec["directions"]["n"], spec["directions"]["at"]
    )
    directions = directions.reshape(-1, size)
    np.testing.assert_allclose(directions @ directions.T, np.eye(len(directions)), atol=1e-5)


@pytest.mark.parametrize("kind", [explore.LatentExplorer, explore.InterpolationExplorer])
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"codes": np.full((4, 2), np.nan)}, ValueError, "codes must hold finite"),
        ({"codes": np.zeros((4, 3))}, ValueError, r"codes must have 2 numbers.*\(4, 3\)"),
        ({"codes": np.zeros(4)}, ValueError, "codes must have 2 axes"),
        ({"codes": np.zeros((0, 2)), "labels": []}, ValueError, "codes must not be empty"),
        ({"codes": [["a", "b"]]}, TypeError, "codes must be an array of real numbers"),
        ({"labels": ["a"]}, ValueError, "labels must have one entry.*4.*not 1"),
        ({"labels": "abcd"}, TypeError, "labels must be a list"),
        (
            {"image_shape": (2, 2)},
            ValueError,
            "image_shape .*4 numbers, but the decoder's output has 6",
        ),
        ({"image_shape": (6,)}, ValueError, "image_shape must be"),
        ({"image_shape": (1, 3, 2)}, ValueError, "image_shape must be"),
        ({"image_shape": 6}, TypeError, "image_shape must be"),
        ({"decoder": "vae"}, TypeError, "decoder must be a Keras model"),
        ({"start": "z"}, ValueError, "start must be a label or a position, not 'z'"),
        ({"start": 4}, ValueError, "start must be .* at least -4 and at most 3, not 4"),
        ({"start": 1.5}, TypeError, "start must be an integer"),
        ({"cmap": "jet"}, ValueError, "cmap must be one of 'gray', 'gray_r', not 'jet'"),
    ],
)
def test_bad_arguments_of_decoder_explorers_are_named(kind, change, error, message):
    with pytest.raises(error, match=message):
        latent(**change, kind=kind)


def test_bad_values_of_decoder_explorers_are_named():
    explorer = latent()
    with pytest.raises(ValueError, match="code must have 2 numbers, not 3"):
        explorer.code = [1, 2, 3]
    with pytest.raises(ValueError, match="code must hold finite"):
        explorer.code = [1, np.inf]
    with pytest.raises(ValueError, match="damage must have 2 entries, one a number, not 1"):
        explorer.damage = [None]
    with pytest.raises(ValueError, match="kind of damage must be one of 'wiped'.*not 'cut'"):
        explorer.damage = [None, ["cut", 1]]
    with pytest.raises(ValueError, match="value of damage must be a number, not inf"):
        explorer.damage = [None, ["noisy", np.inf]]
    with pytest.raises(ValueError, match="each entry of damage must be None or"):
        explorer.damage = [None, ["wiped"]]
    wide = {"decoder": explorers.dense_decoder(17, 6), "codes": explorers.codes(4, 17)}
    with pytest.raises(ValueError, match="codes must have at most 16 numbers .*not 17"):
        latent(**wide, numbers=True)
    between = latent(kind=explore.InterpolationExplorer)
    with pytest.raises(ValueError, match="t must be .* at least 0 and at most 1, not 2"):
        between.t = 2
    with pytest.raises(ValueError, match="path must be one of 'straight', 'spherical'"):
        between.path = "curved"
    with pytest.raises(ValueError, match="end must be .* at least 0 and at most 3"):
        between.end = 9
    with pytest.raises(ValueError, match="at least 2 items"):
        latent(codes=np.zeros((1, 2)), labels=["a"], kind=explore.InterpolationExplorer)


def test_interpolation_ends_at_the_items_and_arcs_keep_their_length():
    explorer = latent(kind=explore.InterpolationExplorer, start="b", end="d")
    codes = explorers.codes(4, 2)
    for path in ("straight", "spherical"):
        explorer.path = path
        for t, item in ((0.0, 1), (1.0, 3)):
            explorer.t = t
            assert explorer.code == pytest.approx(codes[item].tolist(), abs=1e-6)
    a, b = np.array([3.0, 0, 0]), np.array([0, 0, 3.0])
    for t in np.linspace(0, 1, 5):
        assert np.linalg.norm(interpolate(a, b, t, "spherical")) == pytest.approx(3)
    # No angle, or a straight one: the line.
    for other in (2 * a, -a, 0 * a):
        assert interpolate(a, other, 0.25, "spherical") == pytest.approx(0.75 * a + 0.25 * other)


# GlyphEditor


def test_glyph_editor_computes_what_keras_and_the_font_say():
    font, autoencoder = data.load_font(), explorers.font_autoencoder()
    editor = explore.GlyphEditor(autoencoder, font.images, font.names, start="a")
    assert np.array_equal(editor.drawing, font["a"])
    drawing = font["a"].copy()
    drawing[2, 3] = 1 - drawing[2, 3]
    editor.drawing = drawing
    expected = np.asarray(autoencoder(drawing.reshape(1, 35))).reshape(7, 5)
    np.testing.assert_allclose(editor.image, expected, atol=1e-5)
    code = keras.Model(autoencoder.input, autoencoder.layers[2].output)
    np.testing.assert_allclose(editor.code, np.asarray(code(drawing.reshape(1, 35)))[0], atol=1e-5)
    wrong = ((expected >= 0.5) != (font.images >= 0.5)).sum(axis=(1, 2))
    assert editor.wrong_pixels == wrong[font.names.index("a")]
    assert wrong[font.names.index(editor.nearest)] == wrong.min()
    with pytest.raises(ValueError, match="read-only"):
        editor.drawing[0, 0] = 1


def test_glyph_editor_takes_models_in_the_shape_of_an_image_and_replicas():
    from course_lib import replicas

    font = data.load_font()
    shaped = explorers.chain(
        (7, 5, 1),
        layers.Flatten(),
        layers.Dense(4, activation="tanh"),
        layers.Dense(35, activation="sigmoid"),
        layers.Reshape((7, 5, 1)),
    )
    assert len(explore.GlyphEditor(shaped, font.images, font.names).code) == 4
    one = replicas.replica(replicas.build_mlp([35, 10, 2, 10, 35], 3), 1)
    editor = explore.GlyphEditor(one, font.images, font.names)
    assert len(editor.code) == 2
    expected = np.asarray(one(font.images[:1].reshape(1, 35))).reshape(7, 5)
    np.testing.assert_allclose(editor.image, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"images": np.zeros((2, 35))}, ValueError, "images must have 3 axes"),
        ({"images": np.zeros((0, 7, 5)), "labels": []}, ValueError, "images must not be empty"),
        ({"images": np.full((2, 7, 5), np.nan)}, ValueError, "images must hold finite"),
        ({"images": np.full((2, 7, 5), 255)}, ValueError, "images must hold values from 0 to 1"),
        ({"images": np.zeros((2, 5, 5))}, ValueError, r"\(5, 5\) do not fit .* takes \(35,\)"),
        ({"images": np.zeros((2, 20, 20))}, ValueError, "at most 256 pixels"),
        ({"labels": ["a"]}, ValueError, "labels must have one entry for each of the 2 images"),
        ({"autoencoder": explorers.chain((35,), layers.Dense(35))}, ValueError, "2 Dense"),
        ({"autoencoder": None}, TypeError, "autoencoder must be a Keras model"),
        ({"start": "z"}, ValueError, "start must be a label"),
    ],
)
def test_bad_arguments_of_the_glyph_editor_are_named(change, error, message):
    good = {
        "autoencoder": explorers.chain((35,), layers.Dense(2), layers.Dense(35)),
        "images": np.zeros((2, 7, 5)),
        "labels": ["a", "b"],
    }
    with pytest.raises(error, match=message):
        explore.GlyphEditor(**good | change)


def test_bad_values_of_the_glyph_editor_are_named():
    model = explorers.chain((35,), layers.Dense(2), layers.Dense(35))
    editor = explore.GlyphEditor(model, np.zeros((2, 7, 5)), ["a", "b"])
    for trait, value in (("drawing", np.zeros((5, 7))), ("noise", 2), ("chosen", 2)):
        with pytest.raises(ValueError, match=f"{trait} must"):
            setattr(editor, trait, value)


# ConvolutionExplorer and ThresholdExplorer


def test_convolution_explorer_counts_as_the_library_does():
    explorer = explore.ConvolutionExplorer(m=12, k=3, p=0, s=2)
    assert explorer.size == output_size(12, 3, s=2) == 5
    explorer.mode = "transposed"
    assert explorer.size == 25
    explorer.mode = "pooling"
    explorer.d = 3
    assert explorer.size == 5
    explorer.mode = "convolution"
    explorer.k = 7
    assert explorer.size is None


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"m": 0}, ValueError, "m must be .* at least 1 and at most 12, not 0"),
        ({"k": 8}, ValueError, "k must be .* at most 7"),
        ({"p": -1}, ValueError, "p must be .* at least 0"),
        ({"s": 1.5}, TypeError, "s must be an integer"),
        ({"d": True}, TypeError, "d must be an integer"),
        ({"mode": "conv"}, ValueError, "mode must be one of 'convolution', 'pooling'"),
    ],
)
def test_bad_arguments_of_the_convolution_explorer_are_named(change, error, message):
    with pytest.raises(error, match=message):
        explore.ConvolutionExplorer(**change)


def test_threshold_explorer_counts_and_finds_the_least_cost():
    rng = np.random.default_rng(0)
    scores = np.round(np.concatenate([rng.normal(0, 1, 200), rng.normal(2, 1, 20)]), 1)
    truth = np.arange(220) >= 200
    explorer = explore.ThresholdExplorer(scores, truth, (1, 5))
    scores = scores.astype("float32")

    def cost(threshold):
        alarm = scores >= threshold
        return (alarm & ~truth).sum() + 5 * (~alarm & truth).sum()

    assert explorer.cost == min(cost(t) for t in [*scores, 99])
    for threshold in (-9, 0.0, 0.1, 1.23, 99):
        explorer.threshold = threshold
        alarm = scores >= np.float32(threshold)
        assert explorer.tp == (alarm & truth).sum() and explorer.fp == (alarm & ~truth).sum()
        assert explorer.tp + explorer.fn == 20 and explorer.fp + explorer.tn == 200
        assert explorer.cost == cost(np.float32(threshold))
    assert explorer.precision is None and explorer.recall == 0
    explorer.miss_cost = 0
    assert explorer.best_threshold > scores.max()


def test_threshold_explorer_thins_many_scores_and_stays_exact():
    rng = np.random.default_rng(0)
    scores = rng.lognormal(size=60_000).astype("float32")
    truth = rng.random(60_000) < 0.01
    explorer = explore.ThresholdExplorer(scores, truth, (1, 30), log=True)
    assert len(explorer.to_html()) < 150_000
    for threshold in np.quantile(scores, [0.1, 0.5, 0.97, 0.999]):
        explorer.threshold = float(threshold)
        assert np.float32(threshold) <= explorer.threshold
        assert explorer.tp == (truth & (scores >= np.float32(explorer.threshold))).sum()
        assert explorer.fp == (~truth & (scores >= np.float32(explorer.threshold))).sum()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"scores": [1, 2, np.nan]}, ValueError, "scores must hold finite"),
        ({"scores": []}, ValueError, "scores must not be empty"),
        ({"scores": [[1, 2, 3]]}, ValueError, "scores must have 1 axes"),
        ({"is_anomaly": [0, 1]}, ValueError, "is_anomaly must have one entry.*3 scores, not 2"),
        ({"is_anomaly": [0, 1, 2]}, ValueError, "is_anomaly must hold True and False"),
        ({"is_anomaly": [0, 0, 0]}, ValueError, "at least one anomaly and one normal"),
        ({"costs": (1, -2)}, ValueError, r"costs\['miss'\] must be .* not -2"),
        ({"costs": {"miss": 1}}, ValueError, "costs must have the keys false_alarm and miss"),
        ({"costs": 3}, TypeError, "costs must be a list"),
        ({"log": True, "scores": [0, 1, 2]}, ValueError, "scores must be positive for log=True"),
        ({"threshold": np.inf}, ValueError, "threshold must be a number, not inf"),
    ],
)
def test_bad_arguments_of_the_threshold_explorer_are_named(change, error, message):
    good = {"scores": [1.0, 2.0, 3.0], "is_anomaly": [0, 0, 1], "costs": (1, 1)}
    with pytest.raises(error, match=message):
        explore.ThresholdExplorer(**good | change)
