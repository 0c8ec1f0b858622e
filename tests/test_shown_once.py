"""What a notebook shows once and imports from the library afterwards is the library's own code."""

import ast

import keras
import nbformat
import numpy as np
import pytest
from conftest import ROOT
from IPython.core.inputtransformer2 import TransformerManager
from keras import ops

from course_lib import vae

# Notebooks that show a definition of the library; each is compared below.
SHOWN = {("variational", "Sampling"), ("variational", "VAE")}
# Notebooks that define something else under a name of the library.
NAMESAKES = {
    ("contractive", "judge"),
    ("generation", "build"),
    ("generation", "judge"),
    ("images", "fit"),
    ("images", "predict"),
    ("unet", "judge"),
}
VAE = ROOT / "course_lib" / "vae"
SLUGS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


def definitions(tree):
    """Return the functions and classes at the top of a module or cell, by name."""
    kinds = ast.FunctionDef | ast.ClassDef
    return {node.name: node for node in tree.body if isinstance(node, kinds)}


def in_notebook(slug):
    notebook = nbformat.read(ROOT / "notebooks" / f"{slug}.ipynb", 4)
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            plain = TransformerManager().transform_cell(cell.source.removeprefix("%%time\n"))
            found |= definitions(ast.parse(plain))
    return found


def in_library(path):
    return definitions(ast.parse(path.read_text(encoding="utf-8")))


def statements(function):
    """Return what a function does, one text a statement, without docstring and ``**kwargs``."""
    body = function.body[ast.get_docstring(function) is not None :]
    return [ast.unparse(statement).replace("**kwargs", "") for statement in body]


def methods(class_):
    return {node.name: node for node in class_.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("slug", SLUGS)
def test_a_definition_under_a_name_of_the_library_is_known(slug):
    public = {
        name
        for path in (ROOT / "course_lib").rglob("[!_]*.py")
        for name in in_library(path)
        if not name.startswith("_")
    }
    known = {name for at, name in SHOWN | NAMESAKES if at == slug}
    assert set(in_notebook(slug)) & public == known


def test_sampling_as_shown_stands_in_the_library():
    """The library's adds the check of its seed, and what saving a model needs."""
    shown, own = (
        found["Sampling"] for found in (in_notebook("variational"), in_library(VAE / "model.py"))
    )
    for name, method in methods(shown).items():
        lines = statements(methods(own)[name])
        assert [line for line in statements(method) if line not in lines] == []
    assert statements(methods(shown)["call"]) == statements(methods(own)["call"])


def test_the_divergence_as_shown_stands_in_the_library():
    call = methods(in_notebook("variational")["VAE"])["call"]
    (returned,) = (
        node
        for node in in_library(VAE / "terms.py")["kl_divergence"].body
        if isinstance(node, ast.Return)
    )
    assert f"kl = {ast.unparse(returned.value)}" in statements(call)


def test_the_plain_vae_as_shown_has_the_draws_and_the_loss_of_the_library():
    notebook = nbformat.read(ROOT / "notebooks" / "variational.ipynb", 4)
    (source,) = (cell.source for cell in notebook.cells if cell.id == "vae")
    shown = {"keras": keras, "ops": ops, "layers": keras.layers}
    exec(source, shown)
    pair = [np.zeros((5, 2), "float32"), np.ones((5, 2), "float32")]
    draws = [sampling(seed=3)(pair) for sampling in (shown["Sampling"], vae.Sampling)]
    np.testing.assert_array_equal(*draws)
    x = (np.random.default_rng(0).random((6, 35)) < 0.3).astype("float32")
    pixels = keras.Input((35,))
    heads = [keras.layers.Dense(2)(pixels), keras.layers.Dense(2)(pixels)]
    z = keras.Input((2,))
    networks = keras.Model(pixels, heads), keras.Model(z, keras.layers.Dense(35, "sigmoid")(z))
    models = shown["VAE"](*networks, beta=0.5), vae.VAE(*networks, beta=0.5, seed=0)
    for model in models:
        model(x)
    losses = [float(model.losses[0]) for model in models]
    np.testing.assert_allclose(*losses, rtol=1e-5)
