"""Oxford-IIIT Pets without the package, without a network, and from a stand-in for the package."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from course_lib.data import load_pets


def stand_in(load):
    return SimpleNamespace(load=load, as_numpy=lambda examples: examples)


def examples(name, split):
    """Return pictures of 40 x 60: an animal in the left half, its border in the next column."""
    count = int(split.split(":")[1].rstrip("]"))
    image = np.full((40, 60, 3), 51, "u1")
    mask = np.full((40, 60, 1), 2, "u1")
    mask[:, :30], mask[:, 30] = 1, 3
    return [{"image": image, "segmentation_mask": mask}] * count


def test_missing_package_is_one_clear_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(ModuleNotFoundError, match="needs the package tensorflow_datasets"):
        load_pets(2)


def test_missing_network_is_one_clear_sentence(monkeypatch):
    def refuse(name, split):
        raise OSError("no route")

    monkeypatch.setitem(sys.modules, "tensorflow_datasets", stand_in(refuse))
    with pytest.raises(ConnectionError, match="could not be downloaded .*network"):
        load_pets(2)


def test_pets_come_in_the_form_of_the_nuclei(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", stand_in(examples))
    pets = load_pets(3, "test", size=32)
    assert pets.images.shape == (3, 32, 32)
    np.testing.assert_allclose(pets.images, 0.2, atol=1e-3)
    assert pets.masks[:, :, :15].all()
    assert not pets.masks[:, :, 17:].any()
    assert not pets.filaments.any()


@pytest.mark.parametrize(
    ("arguments", "message"), [((0,), "n"), ((2, "validation"), "split"), ((2, "test", 4), "size")]
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_pets(*arguments)
