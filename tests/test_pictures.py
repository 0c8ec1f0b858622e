"""A reader's own photographs: what is read, and what is said about a folder that will not do."""

import numpy as np
import pytest
from PIL import Image

from course_lib.data import read_pictures


def test_photographs_come_in_grey_and_large_ones_smaller(tmp_path):
    colour = np.zeros((100, 200, 3), "u1")
    colour[:, :100] = 255  # the left half is white
    Image.fromarray(colour).save(tmp_path / "b.png")
    Image.fromarray(np.full((40, 50), 51, "u1")).save(tmp_path / "a.tif")
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / "cut.png").write_bytes((tmp_path / "b.png").read_bytes()[:60])
    (tmp_path / "folder.png").mkdir()
    pictures = read_pictures(tmp_path, least=32, most=64)
    assert list(pictures) == ["a.tif", "b.png"]
    assert pictures["b.png"].shape == (32, 64)
    assert pictures["b.png"].dtype == np.float32
    np.testing.assert_allclose(pictures["b.png"][:, :31], 1)
    np.testing.assert_allclose(pictures["b.png"][:, 33:], 0)
    np.testing.assert_allclose(pictures["a.tif"], 0.2, atol=1e-6)
    assert pictures["a.tif"].shape == (40, 50)


def test_sixteen_bits_keep_their_levels(tmp_path):
    ramp = np.linspace(0, 60000, 64 * 64).reshape(64, 64).astype("u2")
    Image.fromarray(ramp).save(tmp_path / "microscope.png")
    picture = read_pictures(tmp_path)["microscope.png"]
    np.testing.assert_allclose(picture, ramp / 60000, atol=1e-4)


def test_a_phone_held_upright_gives_an_upright_picture(tmp_path):
    image = Image.fromarray(np.zeros((40, 60), "u1"))
    exif = image.getexif()
    exif[0x0112] = 6  # turn by a quarter to show it
    image.save(tmp_path / "phone.jpg", exif=exif)
    assert read_pictures(tmp_path)["phone.jpg"].shape == (60, 40)


def test_no_such_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="folder must be a folder .*not '.*absent'"):
        read_pictures(tmp_path / "absent")


def test_a_file_is_no_folder(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(np.zeros((40, 40), "u1")).save(path)
    with pytest.raises(FileNotFoundError, match="folder must be a folder .*a.png"):
        read_pictures(path)


def test_no_readable_image(tmp_path):
    (tmp_path / "notes.txt").write_text("no image")
    with pytest.raises(ValueError, match="folder must hold an image that can be read.*notes.txt"):
        read_pictures(tmp_path)


def test_too_small(tmp_path):
    Image.fromarray(np.zeros((20, 90), "u1")).save(tmp_path / "strip.png")
    with pytest.raises(ValueError, match="at least 32 pixels a side.*'strip.png' has 20 x 90"):
        read_pictures(tmp_path)


@pytest.mark.parametrize("arguments", [{"least": 0}, {"least": 64, "most": 32}, {"most": "large"}])
def test_bad_sizes_are_named(tmp_path, arguments):
    with pytest.raises((ValueError, TypeError), match="least|most"):
        read_pictures(tmp_path, **arguments)
