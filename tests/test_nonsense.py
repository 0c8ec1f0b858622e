"""Every public callable refuses nonsense in the library's own words, naming the argument.

Each argument of each callable is replaced in turn by each value of NONSENSE. Either the call
succeeds, because the value is fine there, or it raises one of three errors, from the library's own
code, with the argument's name in the message.
"""

import inspect
import tempfile
import traceback
from pathlib import Path
from types import SimpleNamespace

import ipywidgets
import joblib
import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from conftest import ROOT

from course_lib import (
    convolution,
    data,
    evidence,
    explore,
    generative,
    metrics,
    noise,
    plots,
    replicas,
    sweep,
    vae,
)
from course_lib.explore import inception

ACCEPTED = (ValueError, TypeError, FileNotFoundError)
LIBRARY = str(ROOT / "course_lib")
FOLDER = Path(tempfile.mkdtemp())
NONSENSE = {
    "None": None,
    "empty text": "",
    "text": "x",
    "bytes": b"x",
    "-1": -1,
    "0": 0,
    "1.5": 1.5,
    "1j": 1j,
    "nan": float("nan"),
    "inf": float("inf"),
    "True": True,
    "empty list": [],
    "empty dict": {},
    "list of text": ["a", "b"],
    "ragged list": [[1], [2, 3]],
    "list of None": [None, None],
    "dict": {"a": None},
    "set": {1},
    "object": object(),
    "type": int,
    "function": len,
    "0-d array": np.zeros(()),
    "empty array": np.zeros(0),
    "four axes": np.zeros((2, 3, 4, 5)),
    "NaN array": np.full((2, 2), np.nan),
    "infinite array": np.full((2, 4), np.inf),
    "negative array": np.full((2, 4), -3.0),
    "complex array": np.zeros((2, 4), complex),
    "text array": np.array([["a", "b"]]),
    "object array": np.array([object(), None]),
    "folder": FOLDER,
    "missing file": FOLDER / "no such file",
}
RNG = np.random.default_rng(0)
BINARY = np.arange(8.0).reshape(2, 4) % 2
SQUARES = RNG.random((2, 12, 12))
MODEL = replicas.build_mlp([4, 2, 4], 3)
CODES = RNG.normal(size=(3, 2))


def parabola(x, seed):
    return x * seed


def transfer_parts():
    return {
        "features": np.zeros((2, 1), "float32"),
        "feature_names": ("amount",),
        "kinds": np.array(["normal", "testing"]),
        "table": pd.DataFrame({"amount": [1.0, 2.0]}),
    }


def halves():
    x = keras.Input((4,))
    z = keras.Input((2,))
    encoder = keras.Model(x, [keras.layers.Dense(2)(x), keras.layers.Dense(2)(x)])
    return encoder, keras.Model(z, keras.layers.Dense(4, activation="sigmoid")(z))


ENCODER, DECODER = halves()
CHAIN = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2), keras.layers.Dense(4)])
PICTURES = BINARY.reshape(2, 2, 2)
DECODED = {
    "decoder": DECODER,
    "codes": CODES,
    "labels": ["a", "b", "c"],
    "image_shape": (2, 2),
    "start": 0,
    "cmap": "gray",
}
LAYER = {"k": 3, "p": 1, "s": 1, "d": 1}
# Arguments that may be a function.
FUNCTIONS = {"activation", "code", "function", "hidden", "loss", "output"}
# Each callable with arguments that it accepts, all of them named.
CALLS = {
    explore.ComparisonExplorer: {
        "pictures": {"a": BINARY, "b": BINARY},
        "reference": "a",
        "levels": ["c"],
        "level_name": "rate",
        "remarks": {"b": ["d"]},
        "left": "a",
        "right": "b",
    },
    explore.ConvolutionExplorer: {**dict.fromkeys("mksd", 1), "p": 0, "mode": "pooling"},
    explore.GlyphEditor: {
        "autoencoder": CHAIN,
        "images": PICTURES,
        "labels": ["a", "b"],
        "start": 0,
    },
    explore.InceptionExplorer: {**dict.fromkeys(inception.BOUNDS, 1), "form": "naive"},
    explore.InterpolationExplorer: DECODED | {"end": 1},
    explore.LatentExplorer: DECODED,
    explore.MaskExplorer: {
        "image": BINARY,
        "probability": BINARY,
        "truth": BINARY,
        "threshold": 0.5,
    },
    explore.SensitivityExplorer: {
        "encoders": {"a": DECODER},
        "items": CODES,
        "directions": {"b": np.tile([1.0, 0.0], (3, 1)), "c": np.ones((3, 2))},
        "labels": ["d", "e", "f"],
        "image_shape": (1, 2),
        "start": 0,
    },
    explore.SweepExplorer: {
        "factors": {"code": [2, 8]},
        "results": np.ones((2, 3)),
        "measure": "error",
        "curves": np.ones((2, 3, 4)),
        "curve_name": "loss",
        "pictures": np.zeros((2, 1, 2, 2)),
        "originals": np.zeros((1, 2, 2)),
        "start": [1],
    },
    explore.UnitsExplorer: {
        "codes": np.ones((2, 3)),
        "atoms": np.ones((3, 4)),
        "items": np.ones((2, 4)),
        "labels": ["a", "b"],
        "image_shape": (2, 2),
        "offset": np.zeros(4),
        "threshold": 0.0,
        "limits": (-1, 1),
        "start": 0,
    },
    explore.ThresholdExplorer: {
        "scores": [1.0, 2.0],
        "is_anomaly": [0, 1],
        "costs": (1, 1),
        "threshold": 1.5,
        "log": True,
    },
    explore.TrainingExplorer: {
        name: parameter.default
        for name, parameter in inspect.signature(explore.TrainingExplorer).parameters.items()
    }
    | {"data": BINARY, "labels": ["a", "b"], "image_shape": (2, 2)},
    explore.live_only: {"widget": ipywidgets.IntSlider(), "instead": ""},
    evidence.hold_bounds: {"hold": True},
    evidence.measured: {
        "key": "error",
        "text": "held-out error",
        "value": 2.0,
        "at_least": -10,
        "at_most": None,
        "between": None,
        "equal": None,
        "each": False,
        "fmt": ".3g",
        "unit": "dB",
    },
    data.ImageSet: {"images": np.zeros((2, 3, 3)), "names": ["a", "b"], "labels": np.arange(2)},
    data.NucleiSet: {
        "images": np.zeros((2, 16, 16)),
        "names": ["a", "b"],
        "labels": None,
        "objects": np.zeros((2, 16, 16), int),
        "clean": np.zeros((2, 16, 16)),
    },
    data.NucleiScene: {
        name: parameter.default
        for name, parameter in inspect.signature(data.NucleiScene).parameters.items()
    },
    data.TransferSet: transfer_parts(),
    data.load_creditcard: {"split": "train", "n": 3, "seed": 0},
    data.load_digits: {"split": "test"},
    data.load_keras_images: {"name": "mnist", "split": "none"},
    data.load_nuclei: {"n": 1, "seed": 0, "scene": data.NucleiScene(size=16)},
    data.load_patches: {"split": "test", "size": 8, "n": 2, "seed": 0},
    data.load_pets: {"n": 1, "split": "train", "size": 0},
    data.load_photographs: {"split": "test"},
    data.load_transfers: {"n": 20, "seed": 0, "prevalence": 0.01, "drift": 0.0},
    data.read_font: {"path": ROOT / "data" / "font5x7.txt", "codes": range(0x60, 0x80)},
    data.read_font_header: {"path": ROOT / "no such file"},
    data.read_pictures: {"folder": FOLDER, "least": 32, "most": 64},
    noise.flip: {"images": BINARY, "p": 0.1, "rng": RNG},
    noise.gaussian: {"images": BINARY, "sigma": 0.1, "rng": RNG},
    noise.salt_and_pepper: {"images": BINARY, "p": 0.1, "rng": RNG},
    metrics.active_units: {"z_mean": CODES, "threshold": 0.01},
    metrics.boundary: {"masks": SQUARES},
    metrics.average_surface_distance: {"y_true": SQUARES, "y_pred": SQUARES},
    metrics.boundary_f1: {"y_true": SQUARES, "y_pred": SQUARES, "tolerance": 1.0},
    metrics.dice: {"y_true": BINARY, "y_pred": BINARY},
    metrics.frechet_distance: {"a": CODES, "b": CODES},
    metrics.importance_weighted_bound: {"log_weights": np.zeros((4, 2)), "k": 2},
    metrics.iou: {"y_true": BINARY, "y_pred": BINARY},
    metrics.nearest: {"items": BINARY, "training": BINARY, "metric": "hamming"},
    metrics.object_matches: {
        "objects": BINARY[None].astype(int),
        "predicted": BINARY[None].astype(int),
    },
    metrics.object_scores: {
        "objects": BINARY[None].astype(int),
        "y_pred": BINARY[None],
        "reach": 3.0,
    },
    metrics.pixel_errors: {"y_true": BINARY, "y_pred": BINARY},
    metrics.precision_recall: {"samples": CODES, "real": CODES, "k": 1},
    metrics.psnr: {"y_true": BINARY, "y_pred": BINARY + 0.1, "data_range": 1.0},
    metrics.recognised: {"y_true": BINARY, "y_pred": BINARY, "tolerance": 1},
    metrics.replica_summary: {"y_true": BINARY, "y_pred": BINARY[None]},
    metrics.segmentation_scores: {
        "objects": BINARY[None].astype(int),
        "y_pred": BINARY[None],
        "small": 30,
        "large": 100,
    },
    metrics.slant: {"images": np.eye(4), "shape": None},
    metrics.ssim: {"y_true": SQUARES, "y_pred": SQUARES, "data_range": 1.0},
    generative.fit_bernoulli_mixture: {"x": BINARY, "components": 1, "rng": RNG, "steps": 1},
    plots.curves: {
        "x": [1, 2],
        "series": {"a": [1.0, 2.0]},
        "x_name": "x",
        "y_name": "y",
        "spread": "std",
        "reference": {"b": 1.0},
        "x_scale": "linear",
        "y_scale": "linear",
        "markers": True,
        "size": (3, 2),
    },
    plots.error_map: {"truth": BINARY, "mask": BINARY},
    plots.figure: {"rows": 1, "columns": 1, "size": (3, 2)},
    plots.image_grid: {
        "images": SQUARES,
        "names": ["a", "b"],
        "columns": 2,
        "row_names": ["c"],
        "ink": False,
        "limits": (0, 1),
        "cmap": None,
        "width": 3,
    },
    plots.latent_classes: {
        "codes": CODES,
        "labels": [1, 2, 1],
        "axis_names": ("a", "b"),
        "size": (3, 2),
    },
    plots.class_panels: {"maps": {"a": CODES}, "labels": [1, 2, 1]},
    plots.name_lines: {"axes": plots.figure()[1]},
    plots.latent_map: {
        "codes": CODES[:2],
        "images": SQUARES,
        "names": ["a", "b"],
        "highlight": ["a"],
        "ink": False,
        "image_height": 0.3,
        "axis_names": ("a", "b"),
        "size": (3, 2),
    },
    plots.picture_columns: {"columns": [[np.eye(3)]], "row_names": ["a"], "width": 3},
    plots.seed_points: {"scores": {"a": {"Dice": [1.0]}}, "names": ["Dice"], "y_name": "score"},
    convolution.macs: {"k": 3, "c_in": 1, "c_out": 1, "size": 8},
    convolution.output_size: {"m": 8, **LAYER},
    convolution.parameters: {"k": 3, "c_in": 1, "c_out": 1, "bias": True},
    convolution.pooled_size: {"m": 8, "k": 3, "p": 1, "s": 1},
    convolution.receptive_field: {"layers": [(3, 1, 1)]},
    convolution.same_padding: {"m": 8, "k": 3, "s": 1, "d": 1},
    convolution.transposed_output_size: {"m": 8, **LAYER, "output_padding": 0},
    replicas.ReplicaDense: {"units": 2, "replicas": 3, "activation": None, "seed": 0},
    replicas.build_mlp: {
        "sizes": [4, 2, 4],
        "replicas": 2,
        "hidden": "tanh",
        "code": "tanh",
        "output": "sigmoid",
        "seed": 0,
    },
    replicas.fit: {
        "model": MODEL,
        "x": BINARY,
        "y": BINARY,
        "epochs": 1,
        "learning_rate": 0.01,
        "schedule": "cosine",
        "loss": "mean_squared_error",
        "per_replica": False,
    },
    replicas.predict: {"model": MODEL, "x": BINARY},
    replicas.replica: {"model": MODEL, "i": 0},
    replicas.split: {"model": MODEL},
    sweep.sweep: {
        "function": parabola,
        "grid": {"x": [1]},
        "seeds": [0],
        "n_jobs": 1,
        "cache": None,
        "progress": False,
    },
    vae.Sampling: {"seed": 0},
    vae.VAE: {
        "encoder": ENCODER,
        "decoder": DECODER,
        "likelihood": "bernoulli",
        "sigma": 0.7,
        "learn_sigma": False,
        "reduction": "sum",
        "beta": 1.0,
        "seed": 0,
    },
    vae.bernoulli_nll: {"x": BINARY, "x_hat": BINARY},
    vae.gaussian_nll: {"x": BINARY, "x_hat": BINARY, "log_sigma": 0.0},
    vae.kl_divergence: {"z_mean": CODES, "z_log_var": CODES},
    vae.log_weights: {
        "model": vae.VAE(ENCODER, DECODER),
        "images": BINARY,
        "draws": 10,
        "rng": RNG,
        "log_prior": None,
    },
    vae.split_kl: {"z_mean": CODES, "z_log_var": CODES, "rng": RNG, "draws": 2},
}


def named(function):
    return f"{function.__module__.removeprefix('course_lib.')}.{function.__qualname__}"


@pytest.fixture(autouse=True)
def no_download(monkeypatch, tmp_path):
    columns = [f"V{i}" for i in range(1, 29)] + ["Amount", "Class"]
    table = pd.DataFrame(np.zeros((40, 30)), columns=columns)
    monkeypatch.setattr(
        "sklearn.datasets.fetch_openml", lambda *_, **__: SimpleNamespace(frame=table)
    )
    monkeypatch.setattr("course_lib.evidence._claim_key", lambda *_: None)  # one key, many calls
    plain = tf.function  # XLA takes seconds to compile
    monkeypatch.setattr("tensorflow.function", lambda **_: plain)
    monkeypatch.chdir(tmp_path)  # a cache of a sweep named "x" goes there
    with joblib.parallel_config("threading"):  # processes take seconds to start
        yield


@pytest.mark.parametrize("function", CALLS, ids=named)
def test_nonsense_is_refused_in_the_library_s_own_words(function):
    complaints = []
    for argument in CALLS[function]:
        for description, value in NONSENSE.items():
            if callable(value) and argument in FUNCTIONS:
                continue  # what happens in there is the caller's
            try:
                function(**CALLS[function] | {argument: value})
            except Exception as error:
                place = traceback.extract_tb(error.__traceback__)[-1]
                if not isinstance(error, ACCEPTED):
                    problem = "another kind of error"
                elif not place.filename.startswith(LIBRARY):
                    problem = "another library's words"
                elif argument not in str(error):
                    problem = "the argument is not named"
                else:
                    continue
                where = f"{place.filename.rpartition('/')[2]}:{place.lineno}"
                complaints.append(
                    f"{argument} = {description}: {problem}: {type(error).__name__}: "
                    f"{str(error)[:90]!r} ({where})"
                )
    assert complaints == []


def test_all_public_callables_are_asked():
    modules = (
        convolution,
        data,
        evidence,
        explore,
        generative,
        metrics,
        noise,
        plots,
        replicas,
        sweep,
        vae,
    )
    # Without arguments, or values that others return.
    left_out = {data.data_folder, data.load_coins, data.load_emoji, data.load_faces}
    left_out |= {data.load_font, generative.BernoulliMixture}
    left_out |= {metrics.Nearest, metrics.ObjectMatches, metrics.ObjectScores}
    public = {
        value
        for module in modules
        for name, value in vars(module).items()
        if callable(value)
        and not name.startswith("_")
        and getattr(value, "__module__", "").startswith("course_lib.")
        and "._" not in value.__module__
        and value.__module__ != "course_lib.store"
        and (not hasattr(module, "__all__") or name in module.__all__)
    }
    imported = {replicas.ReplicaDense} - public
    assert {named(f) for f in public | imported} <= {named(f) for f in left_out | set(CALLS)}
