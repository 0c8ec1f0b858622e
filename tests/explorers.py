"""Models, explorers and a page for the tests of `course_lib.explore`."""

import json
from functools import cache

import keras
import numpy as np

from course_lib import data, explore

layers = keras.layers
ITEMS = 12


def chain(shape, *parts, seed=0):
    """Return a functional model of the layers with random weights of a common size."""
    inputs = outputs = keras.Input(shape)
    for part in parts:
        outputs = part(outputs)
    model = keras.Model(inputs, outputs)
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(0, 0.5, w.shape) for w in model.get_weights()])
    return model


def normalised(model, seed=0):
    """Give the variances of a model's normalisations random positive values."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        if "variance" in weight.path:
            weight.assign(rng.uniform(0.5, 2, weight.shape))
    return model


def supported():
    """Return a model for every layer and setting that the explorers support."""
    models = {
        f"dense {name}": chain((5,), layers.Dense(7, activation=name))
        for name in ("linear", "relu", "tanh", "sigmoid", "softplus")
    }
    models |= {
        f"activation {name}": chain((4,), layers.Dense(6), layers.Activation(name))
        for name in ("relu", "tanh", "sigmoid", "softplus")
    }
    models["relu layer"] = chain((4,), layers.Dense(6), layers.ReLU())
    models["dense without bias"] = chain((5,), layers.Dense(3, use_bias=False))
    models["dense on the last axis"] = chain((2, 3, 4), layers.Dense(5))
    models["reshape and flatten"] = chain(
        (6,), layers.Reshape((-1, 3, 1)), layers.Flatten(), layers.Dense(2)
    )
    models["identities"] = chain(
        (4,),
        layers.Dense(5),
        layers.Dropout(0.5),
        layers.GaussianNoise(1.0),
        layers.GaussianDropout(0.5),
        layers.ActivityRegularization(0.1),
    )
    models["normalisation"] = normalised(
        chain((3, 3, 4), layers.BatchNormalization(), layers.BatchNormalization(scale=False))
    )
    for padding in ("valid", "same"):
        for k, s in ((1, 1), ((3, 2), 1), (3, 2), (2, 3), ((4, 5), (2, 1))):
            name = f"{padding}, kernel {k}, stride {s}"
            conv = layers.Conv2D(3, k, strides=s, padding=padding, activation="tanh")
            models[f"conv {name}"] = chain((7, 6, 2), conv)
            back = layers.Conv2DTranspose(3, k, strides=s, padding=padding, activation="relu")
            models[f"transposed {name}"] = chain((3, 4, 2), back)
        dilated = layers.Conv2D(2, (3, 2), dilation_rate=(2, 3), padding=padding, use_bias=False)
        models[f"conv {padding}, dilated"] = chain((9, 8, 2), dilated)
    for method in ("nearest", "bilinear"):
        upsampling = layers.UpSampling2D((2, 3), interpolation=method)
        models[f"upsampling {method}"] = chain((3, 4, 2), upsampling)
    models["nested"] = keras.Sequential(
        [
            keras.Input((3,)),
            keras.Sequential([keras.Input((3,)), layers.Dense(8, activation="tanh")]),
            layers.Reshape((2, 2, 2)),
            layers.UpSampling2D(2),
            layers.Conv2DTranspose(1, 3, padding="same", activation="sigmoid"),
        ]
    )
    return models


def dense_decoder(*sizes, seed=0):
    """Return a decoder of Dense layers, the last one with a sigmoid."""
    hidden = [layers.Dense(n, activation="tanh") for n in sizes[1:-1]]
    return chain(sizes[:1], *hidden, layers.Dense(sizes[-1], activation="sigmoid"), seed=seed)


def largest_decoder():
    """Return the largest decoder of the course, 20-100-200-300-400, with small weights."""
    model = dense_decoder(20, 100, 200, 300, 400)
    model.set_weights([w * 0.2 for w in model.get_weights()])
    return model


@cache
def font_autoencoder():
    """Return an autoencoder of the 5x7 font, a little trained: 35-12-2-12-35."""
    keras.utils.set_random_seed(0)
    sizes = ((12, "tanh"), (2, "tanh"), (12, "tanh"), (35, "sigmoid"))
    model = chain((35,), *(layers.Dense(n, activation=name) for n, name in sizes))
    pixels = data.load_font().images.reshape(-1, 35)
    model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy")
    model.fit(pixels, pixels, epochs=60, batch_size=32, verbose=0)
    return model


def codes(count, size, seed=0):
    """Return random codes that spread less from one number to the next."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(count, size)) * np.linspace(1, 0.3, size)).astype("float32")


def names(count):
    """Return short labels, among them what HTML and mathematics could trip over."""
    return ["<b>", "&", "$x$", "</script>", *(f"i{n}" for n in range(count - 4))]


def latent():
    """Return an explorer of a code of two numbers."""
    decoder = dense_decoder(2, 10, 35)
    return explore.LatentExplorer(decoder, codes(ITEMS, 2), names(ITEMS), (7, 5), cmap="gray_r")


def numbers():
    """Return an explorer of a code of eight numbers that can be damaged."""
    decoder = dense_decoder(8, 10, 35)
    return explore.LatentExplorer(decoder, codes(ITEMS, 8), names(ITEMS), (7, 5), numbers=True)


def deep():
    """Return an explorer of a code of twenty numbers."""
    return explore.LatentExplorer(largest_decoder(), codes(97, 20), names(97), (20, 20))


def interpolation():
    """Return an explorer of the way between two items."""
    decoder = dense_decoder(3, 10, 16)
    return explore.InterpolationExplorer(decoder, codes(ITEMS, 3), names(ITEMS), (4, 4), end=5)


def glyph():
    """Return an editor of the font's glyphs."""
    font = data.load_font()
    return explore.GlyphEditor(font_autoencoder(), font.images, font.names, start=1)


def anomaly_scores():
    """Return scores, shape (320,), and which of them are anomalies."""
    rng = np.random.default_rng(0)
    scores = np.concatenate([rng.gamma(2, 1, 300), rng.gamma(2, 1, 20) + 3])
    return scores.astype("float32"), np.arange(320) >= 300


def threshold():
    """Return an explorer of a threshold on anomaly scores."""
    costs = {"false_alarm": 1, "miss": 20}
    return explore.ThresholdExplorer(*anomaly_scores(), costs, threshold=3.0)


def segmented():
    """Return an image of nuclei, a probability that rises with its brightness, and the truth."""
    nuclei = data.load_nuclei(1, seed=5)
    image, truth = nuclei.images[0], nuclei.masks[0]
    # Steps small enough that every threshold changes the mask.
    return image, (1 / (1 + np.exp(-12 * (image - 0.25)))).astype("float32"), truth


def mask():
    """Return an explorer of a segmentation."""
    return explore.MaskExplorer(*segmented())


def training():
    """Return an explorer that trains on the font."""
    font = data.load_font()
    return explore.TrainingExplorer(font.images, font.names, (7, 5))


def compared():
    """Return pictures of one thing by name: a clean one, a noisy one, and one at three levels."""
    rng = np.random.default_rng(0)
    clean = data.load_nuclei(1, seed=5).images[0][:40, :32]
    noisy = [np.clip(clean + rng.normal(0, s, clean.shape), 0, 1) for s in (0.4, 0.2, 0.1, 0.05)]
    return {"clean": clean, "noisy": noisy[0], "<b>restored": np.stack(noisy[1:])}


def comparison():
    """Return an explorer of pictures under a divider."""
    return explore.ComparisonExplorer(
        compared(),
        "clean",
        levels=["3 bits", "4 bits", "5 bits"],
        level_name="Bits a number",
        remarks={"<b>restored": ["0.1 bpp", "0.2 bpp", "0.4 bpp"]},
        left="noisy",
    )


def swept():
    """Return the arguments of an explorer of a sweep over three factors."""
    rng = np.random.default_rng(0)
    results = np.exp(rng.normal(size=(3, 1, 2, 4)))
    factors = {"code": [2, 8, 32], "loss": ["mse"], "<b>rate": [0.003, 0.3]}
    return {
        "factors": factors,
        "results": results,
        "measure": "held-out error",
        "curves": results[..., None] * np.exp(np.linspace(1, 0, 6)),
        "pictures": rng.random((3, 1, 2, 5, 4, 3)),
        "originals": rng.random((5, 4, 3)),
        "start": [1, 0, 0],
    }


def sweep():
    """Return an explorer of a sweep."""
    return explore.SweepExplorer(**swept())


def coded():
    """Return the arguments of an explorer of units: sparse codes of random items."""
    rng = np.random.default_rng(0)
    some = rng.normal(size=(ITEMS, 30)) * (rng.random((ITEMS, 30)) < 0.3)
    atoms, offset = rng.normal(size=(30, 12)), rng.normal(size=12)
    items = some @ atoms + offset + 0.1 * rng.normal(size=(ITEMS, 12))
    return {
        "codes": some,
        "atoms": atoms,
        "items": items,
        "labels": names(ITEMS),
        "image_shape": (3, 4),
        "offset": offset,
        "threshold": 0.2,
        "limits": (-3, 3),
    }


def units():
    """Return an explorer of the active units of an item."""
    return explore.UnitsExplorer(**coded())


@cache
def moved_items():
    """Return the arguments of an explorer of sensitivity: two encoders, items and directions."""
    rng = np.random.default_rng(0)
    encoders = {
        "plain": chain((12,), layers.Dense(5, activation="tanh")),
        "<b>deep": chain((12,), layers.Dense(8, activation="tanh"), layers.Dense(3), seed=1),
        "linear": chain((12,), layers.Dense(4), seed=2),
    }
    return {
        "encoders": encoders,
        "items": rng.random((ITEMS, 12)),
        "directions": {name: rng.normal(size=(ITEMS, 12)) for name in ("shift", "turn", "across")},
        "labels": names(ITEMS),
        "image_shape": (4, 3),
    }


def sensitivity():
    """Return an explorer of the sensitivity of two encoders."""
    return explore.SensitivityExplorer(**moved_items())


# Every test of "each explorer" runs over these: a new explorer joins here.
EXPLORERS = {
    "latent": latent,
    "deep": deep,
    "numbers": numbers,
    "interpolation": interpolation,
    "glyph": glyph,
    "convolution": explore.ConvolutionExplorer,
    "threshold": threshold,
    "mask": mask,
    "training": training,
    "comparison": comparison,
    "inception": explore.InceptionExplorer,
    "sweep": sweep,
    "units": units,
    "sensitivity": sensitivity,
}


def all_explorers():
    """Return one new explorer of every kind."""
    return {name: make() for name, make in EXPLORERS.items()}


def write_page(folder, name, explorer):
    """Write a page that holds one explorer and follows the reader's colour scheme."""
    style = (
        "body{margin:12px;font-family:sans-serif;background:#fff;color:#222}"
        "@media(max-width:400px){body{margin:12px 27px}}"  # a card is as wide as in the book
        "@media(prefers-color-scheme:dark){body{background:#121212;color:#ddd}}"
    )
    (folder / f"{name}.html").write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<link rel="icon" href="data:,">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}</title><style>{style}</style></head>"
        f"<body><main><h1>{name}</h1>{explorer.to_html()}</main></body></html>",
        encoding="utf-8",
    )


def payload(explorer):
    """Return what the explorer's HTML hands to its script."""
    html = explorer.to_html()
    start = html.index('", {"spec"') + 3
    return json.loads(html[start : html.index("});\n})();", start) + 1])
