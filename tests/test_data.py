"""The data sets: their shapes, their checksums, and what a damaged file is told."""

import dataclasses
import hashlib
import shutil

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from course_lib import data
from course_lib.data import ImageSet

DATA = ROOT / "data"
SIX = (
    "zipper-mouth face",
    "grinning face with sweat",
    "tired face",
    "cold face",
    "face with monocle",
    "neutral face",
)


def distances(images):
    flat = images.reshape(len(images), -1)
    return (flat[:, None] != flat[None]).sum(axis=-1)


# ---- ImageSet


def small_set(**fields):
    images = np.arange(12, dtype=np.float32).reshape(3, 2, 2)
    return ImageSet(**{"images": images, "names": ["a", "b", "c"], **fields})


def test_image_set_is_indexed_by_name_and_position():
    images = small_set()
    assert len(images) == 3
    np.testing.assert_array_equal(images["b"], images[1])
    np.testing.assert_array_equal(images[-1], images["c"])
    np.testing.assert_array_equal(images[np.int64(0)], images.images[0])
    assert [image.sum() for image in images] == [6, 22, 38]


@pytest.mark.parametrize(
    "key, names",
    [
        (slice(1, None), ("b", "c")),
        ([2, 0], ("c", "a")),
        (["c", "b"], ("c", "b")),
        (np.array([True, False, True]), ("a", "c")),
        ([], ()),
    ],
)
def test_image_set_subsets_keep_names_and_labels(key, names):
    subset = small_set(labels=np.array([5, 6, 7]))[key]
    assert isinstance(subset, ImageSet)
    assert subset.names == names
    assert subset.labels.tolist() == ["abc".index(name) + 5 for name in names]
    assert subset.images.shape == (len(names), 2, 2)


def test_image_set_is_frozen():
    source = np.zeros((3, 2, 2))
    images = small_set(images=source)
    with pytest.raises(dataclasses.FrozenInstanceError):
        images.names = ()
    with pytest.raises(ValueError, match="read-only"):
        images.images[0] = 1
    source[:] = 1
    assert images.images.sum() == 0


@pytest.mark.parametrize(
    "key, error, message",
    [
        ("A", KeyError, "no image is called 'A'; close: a"),
        (3, IndexError, "position 3 is outside this set of 3 images"),
        (1.0, TypeError, "not by 1.0"),
        (True, TypeError, "not by True"),
        ([0.5], TypeError, "names, positions or one bool"),
    ],
)
def test_image_set_explains_a_wrong_index(key, error, message):
    with pytest.raises(error, match=message):
        small_set()[key]


def test_image_set_rejects_names_and_labels_that_do_not_fit():
    with pytest.raises(ValueError, match="2 names for images of shape"):
        small_set(names=["a", "b"])
    with pytest.raises(ValueError, match="labels must hold one integer for each image"):
        small_set(labels=np.array([1, 2]))


def test_a_name_that_several_images_share_is_not_guessed():
    with pytest.raises(ValueError, match="2 images are called 'a'"):
        small_set(names=["a", "b", "a"])["a"]


# ---- the font


def test_font():
    font = data.load_font()
    assert font.images.shape == (32, 7, 5)
    assert font.images.dtype == np.float32
    assert set(np.unique(font.images)) == {0, 1}
    assert font.names == ("`", *"abcdefghijklmnopqrstuvwxyz", "{", "|", "}", "~", "DEL")


def test_glyphs_are_far_enough_apart():
    apart = distances(data.load_font().images) + 99 * np.eye(32, dtype=int)
    assert apart.min() >= 2


def write_font(tmp_path, edit=lambda lines: lines):
    lines = (DATA / "font5x7.txt").read_text(encoding="utf-8").split("\n")
    path = tmp_path / "font.txt"
    path.write_text("\n".join(edit(lines)), encoding="utf-8")
    return path


@pytest.mark.parametrize("number", [7, 20, -2])
@pytest.mark.parametrize(
    "row, message",
    [
        ("#.#.", "a row must be 5 wide, not 4"),
        ("#.#.##", "a row must be 5 wide, not 6"),
        ("#.X..", "'#.X..' is neither a row of `#` and `.` nor a header"),
        ("0xgg a", "is neither a row of `#` and `.` nor a header"),
        ("# ...", "is neither a row"),
    ],
)
def test_a_malformed_row_is_reported_with_file_and_line(tmp_path, number, row, message):
    def edit(lines):
        lines[number] = row
        return lines

    path = write_font(tmp_path, edit)
    line = len(path.read_text().split("\n")) + number + 1 if number < 0 else number + 1
    with pytest.raises(ValueError) as raised:
        data.read_font(path)
    assert f"{path}, line {line}: " in str(raised.value)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    "edit, line, message",
    [
        (lambda lines: lines[:-2], 291, "0x7f ends after 6 of 7 rows"),
        (lambda lines: lines[:-10], 283, "codes asks for 0x7f, missing here"),
        (lambda lines: lines[:12] + lines[13:], 14, "0x60 ends after 6 of 7 rows"),
        (lambda lines: lines[:8] + lines[7:], 14, "a glyph has 7 rows, this is one more"),
        (lambda lines: lines[:5] + lines[6:], 6, "a row of pixels before the first header"),
        (lambda lines: lines[:14] + lines[5:], 15, "0x60 was drawn before, on line 6"),
        (
            lambda lines: [*lines, "0x80 x", *["....."] * 7],
            294,
            "0x80 is not among the codes",
        ),
    ],
)
def test_a_font_of_the_wrong_height_or_glyphs_is_reported(tmp_path, edit, line, message):
    path = write_font(tmp_path, edit)
    with pytest.raises(ValueError) as raised:
        data.read_font(path)
    assert str(raised.value).startswith(f"{path}, line {line}: ")
    assert message in str(raised.value)


def test_a_font_with_windows_line_endings_and_a_byte_order_mark_is_read(tmp_path):
    content = (DATA / "font5x7.txt").read_bytes().replace(b"\n", b"\r\n")
    (tmp_path / "font.txt").write_bytes(b"\xef\xbb\xbf" + content)
    font = data.read_font(tmp_path / "font.txt")
    np.testing.assert_array_equal(font.images, data.load_font().images)
    assert font.names == data.load_font().names


# ---- C headers

HEADER = """#ifndef FONT_H
#define FONT_H  /* 5 x 7, as 0x60, 0x61, ... */
// {0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f},   // 0x00, a row that is commented out
/* {0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f},
   over two lines */
int Font3[32][7] = {

  {0x04, 0x04, 0x02, 0x00, 0x00, 0x00, 0x00},   // 0x60, `
  {0x00,0X00,0x0E,0x01,0x0d,0x13,0x0d},  // 0x61, a
  { 0x1, 0x2, 0x4, 0x8, 0x10, 0x0, 0x1f, },  // 0x2c, ,
  {0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00},   // 0x20,
  {0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04},   // 0x22, "
  {0x00, 0x01, 0x02, 0x04, 0x08, 0x10, 0x00},   // 0x2f, //
  {0x00, 0x10, 0x08, 0x04, 0x02, 0x01, 0x00},   // 0x5c, \\
  {0x02, 0x04, 0x04, 0x08, 0x04, 0x04, 0x02},   // 0x7b, {
  {0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01},   /* 0x2a, * */
  {0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01},   // no code
  {0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02},
  {0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f}    // 0x7f, DEL
};
#endif
"""


def test_every_row_of_a_header_is_read(tmp_path):
    path = tmp_path / "font.h"
    path.write_text(HEADER, encoding="utf-8")
    font = data.read_font_header(path)
    names = ("`", "a", ",", " ", '"', "//", "\\", "{", "*", "no code", "row 11", "DEL")
    assert font.names == names
    assert font.images.shape == (12, 7, 5)
    assert font.images.dtype == np.float32
    np.testing.assert_array_equal(font["DEL"], 1)
    np.testing.assert_array_equal(font[","][:5], np.eye(5)[::-1])
    np.testing.assert_array_equal(font["a"][2], [0, 1, 1, 1, 0])


@pytest.mark.parametrize(
    "row, message",
    [
        ("{0x00, 0x00, 0xZZ, 0x01, 0x0d, 0x13, 0x0d},  // 0x61, a", "'0xZZ' is not a hexadecimal"),
        ("{0x00, 0x00, 14, 0x01, 0x0d, 0x13, 0x0d},  // 0x61, a", "'14' is not a hexadecimal"),
        ("{0x00, 0x00, , 0x01, 0x0d, 0x13, 0x0d},  // 0x61, a", "'' is not a hexadecimal"),
        ("{0x00, 0x20, 0x0e, 0x01, 0x0d, 0x13, 0x0d},  // 0x61, a", "0x20 has more than 5 bits"),
        ("{0x00, 0x0e, 0x01, 0x0d, 0x13, 0x0d},  // 0x61, a", "7 values, this row has 6"),
        ("{0x0, 0x00, 0x00, 0x0e, 0x01, 0x0d, 0x13, 0x0d},  // 0x61, a", "this row has 8"),
        ("{0x00, 0x00, 0x0e, 0x01, 0x0d, 0x13, 0x0d},  // 0xhh, a", "hexadecimal code such as"),
        ("{0x00, 0x00, 0x0e, 0x01, 0x0d, 0x13, 0x0d,  // 0x61, a", "must stand on one line"),
        ("0x00, 0x00, 0x0e, 0x01, 0x0d, 0x13, 0x0d},  // 0x61, a", "must stand on one line"),
        ("/* {0x00, 0x00, 0x0e, 0x01, 0x0d, 0x13, 0x0d},  // 0x61, a", "comment is never closed"),
    ],
)
def test_a_malformed_header_is_reported_with_file_and_line(tmp_path, row, message):
    path = tmp_path / "font.h"
    good = "{0x04, 0x04, 0x02, 0x00, 0x00, 0x00, 0x00},   // 0x60, `"
    path.write_text(f"int f[][7] = {{\n{good}\n\n{row}\n{good}\n}};\n", encoding="utf-8")
    with pytest.raises(ValueError) as raised:
        data.read_font_header(path)
    assert str(raised.value).startswith(f"{path}, line 4: ")
    assert message in str(raised.value)


def test_a_header_without_rows_is_an_error(tmp_path):
    (tmp_path / "font.h").write_text("#define NOTHING\n")
    with pytest.raises(ValueError, match=r"font\.h: this file holds no row"):
        data.read_font_header(tmp_path / "font.h")
    with pytest.raises(FileNotFoundError):
        data.read_font_header(tmp_path / "absent.h")


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1)
ROWS = st.lists(
    st.tuples(
        st.lists(st.integers(0, 31), min_size=7, max_size=7),
        st.integers(0, 0x10FFFF),
        NAMES.map(lambda name: name.strip(" \t")).filter(bool),
    ),
    min_size=1,
    max_size=40,
)


@given(rows=ROWS, closed=st.booleans(), blank=st.integers(0, 2), digits=st.sampled_from("xX"))
def test_a_header_comes_back_as_it_was_written(tmp_path_factory, rows, closed, blank, digits):
    body = "".join(
        "  {" + ", ".join(f"0{digits}{value:02x}" for value in values) + "},"
        f"   // 0x{code:02x}, {name}\n" + "\n" * blank
        for values, code, name in rows
    )
    path = tmp_path_factory.getbasetemp() / "round_trip.h"
    text = f"// a font\nstatic const int font[][7] = {{\n{body}}};\n" if closed else body
    path.write_bytes(text.encode())
    font = data.read_font_header(path)
    assert font.names == tuple(name for _, _, name in rows)
    weights = 2 ** np.arange(4, -1, -1)
    np.testing.assert_array_equal(font.images @ weights, [values for values, _, _ in rows])


def test_our_font_survives_a_header(tmp_path):
    font = data.load_font()
    weights = 2 ** np.arange(4, -1, -1)
    path = tmp_path / "font.h"
    path.write_text(
        "\n".join(
            "{" + ", ".join(f"0x{int(row @ weights):02x}" for row in image) + f"}}, // 0x60, {name}"
            for image, name in zip(font.images, font.names, strict=True)
        )
    )
    back = data.read_font_header(path)
    np.testing.assert_array_equal(back.images, font.images)
    assert back.names == font.names


# ---- the emoji


def test_emoji():
    emoji = data.load_emoji()
    assert emoji.images.shape == (97, 20, 20)
    assert emoji.images.dtype == np.float32
    assert emoji.images.min() == 0
    assert emoji.images.max() == 1
    assert len(set(emoji.names)) == 97
    assert all(emoji[name].shape == (20, 20) for name in SIX)
    assert (distances(emoji.images) + 99 * np.eye(97)).min() > 10


# ---- checksums


@pytest.fixture
def copied_data(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    for module in (data.font, data.emoji):
        monkeypatch.setattr(module, "data_folder", lambda: folder)
    return folder


@pytest.mark.parametrize(
    "name, load",
    [
        ("font5x7.txt", data.load_font),
        ("emoji.npz", data.load_emoji),
        ("emoji-names.csv", data.load_emoji),
    ],
)
def test_a_damaged_data_file_is_reported(copied_data, name, load):
    path = copied_data / name
    content = path.read_bytes()
    expected = hashlib.sha256(content).hexdigest()
    middle = len(content) // 2
    for damaged in (content[:-10], content[:middle] + b"?" + content[middle + 1 :], b""):
        path.write_bytes(damaged)
        with pytest.raises(ValueError) as raised:
            load()
        message = str(raised.value)
        assert str(path) in message
        assert expected in message
        assert hashlib.sha256(damaged).hexdigest() in message
        assert "git checkout" in message
        assert "make_checksums.py" in message
    path.unlink()
    with pytest.raises(FileNotFoundError, match=f"{name} is missing; to restore it"):
        load()


def test_an_edited_font_that_is_malformed_is_also_told_the_line(copied_data):
    path = copied_data / "font5x7.txt"
    path.write_text(path.read_text().replace(".#...\n", ".#..\n", 1))
    with pytest.raises(ValueError, match=r"sha256 .* also malformed: .*font5x7\.txt, line 7"):
        data.load_font()


def test_every_stored_data_file_has_its_checksum():
    lines = (DATA / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split() for line in lines)}
    stored = {path.name for path in DATA.iterdir() if path.suffix in {".txt", ".npz", ".csv"}}
    assert set(listed) == stored - {"OFL.txt"}
    for name, digest in listed.items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == digest


# ---- data of other packages


def test_digits_are_split_and_stratified():
    train, test = data.load_digits(), data.load_digits("test")
    assert (len(train), len(test)) == (1347, 450)
    for digits in (train, test):
        assert digits.images.shape[1:] == (8, 8)
        assert digits.images.dtype == np.float32
        assert (digits.images.min(), digits.images.max()) == (0, 1)
        assert digits.names == tuple(str(label) for label in digits.labels)
        share = np.bincount(digits.labels) / len(digits)
        assert np.abs(share - 0.1).max() < 0.005
    seen = {image.tobytes() for image in train.images}
    assert not any(image.tobytes() in seen for image in test.images)
    np.testing.assert_array_equal(test.images, data.load_digits("test").images)


def test_faces():
    faces = data.load_faces()
    assert faces.images.shape == (200, 25, 25)
    assert faces.images.dtype == np.float32
    assert (faces.images.min() >= 0) & (faces.images.max() <= 1)
    assert faces.labels.tolist() == [1] * 100 + [0] * 100
    assert (faces.names[0], faces.names[-1]) == ("face", "no face")


def test_photographs_are_split_by_picture():
    train, test = data.load_photographs(), data.load_photographs("test")
    assert not set(train) & set(test)
    for image in [*train.values(), *test.values()]:
        assert image.ndim == 2
        assert image.dtype == np.float32
        assert 0 <= image.min() < image.max() <= 1


def test_patches_come_from_their_photograph():
    patches = data.load_patches("test", size=9, n=10, seed=3)
    assert patches.images.shape == (10, 9, 9)
    assert patches.images.dtype == np.float32
    assert patches.labels.tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    photograph = data.load_photographs("test")[patches.names[1]]
    windows = np.lib.stride_tricks.sliding_window_view(photograph, (9, 9))
    assert (windows == patches[1]).all(axis=(-1, -2)).any()
    again = data.load_patches("test", size=9, n=10, seed=3)
    np.testing.assert_array_equal(patches.images, again.images)
    other = data.load_patches("test", size=9, n=10, seed=4)
    assert (patches.images != other.images).any()


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: data.load_digits("validation"), ValueError, "split must be one of 'train', 'te"),
        (lambda: data.load_photographs("all"), ValueError, "split must be one of"),
        (lambda: data.load_patches(size=0), ValueError, "size must be an integer of at least 1"),
        (lambda: data.load_patches("test", size=301), ValueError, "and at most 300, not 301"),
        (lambda: data.load_patches(n=2.5), TypeError, "n must be an integer of at least 1, not"),
        (lambda: data.load_keras_images("cifar10"), ValueError, "name must be one of 'mnist', "),
        (lambda: data.load_keras_images("mnist", "x"), ValueError, "split must be one of"),
    ],
)
def test_wrong_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


# ---- data that Keras downloads


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    """Send Keras to an empty folder and cut its network."""
    import course_lib.quiet  # noqa: F401

    # isort: split
    from keras.src.utils import file_utils

    def no_network(*_):
        raise OSError("no network in the tests")

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(file_utils.config, "keras_home", lambda: str(tmp_path))
    monkeypatch.setattr(file_utils, "urlretrieve", no_network)
    return tmp_path


@pytest.mark.parametrize(
    "name, files, folder",
    [
        ("mnist", ["mnist.npz"], "datasets"),
        (
            "fashion_mnist",
            ["train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"],
            "datasets/fashion-mnist",
        ),
    ],
)
def test_without_a_network_one_sentence_says_what_to_do(keras_home, name, files, folder):
    with pytest.raises(FileNotFoundError) as raised:
        data.load_keras_images(name)
    message = str(raised.value)
    assert all(file in message for file in files)
    assert message.endswith(f"place it in {keras_home / folder}")
    assert "\n" not in message
    assert raised.value.__suppress_context__


def test_a_file_put_in_the_named_place_is_read(keras_home, monkeypatch):
    from keras.src.utils import file_utils

    folder = keras_home / "datasets"
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (6, 28, 28), np.uint8), np.arange(6, dtype=np.uint8)
    np.savez(folder / "mnist.npz", x_train=x[:4], y_train=y[:4], x_test=x[4:], y_test=y[4:])
    monkeypatch.setattr(file_utils, "validate_file", lambda *_, **__: True)
    images = data.load_keras_images("mnist", "test")
    assert images.labels.tolist() == [4, 5]
    assert images.names == ("4", "5")
    np.testing.assert_allclose(images.images, x[4:] / 255, rtol=1e-6)


def test_a_damaged_download_is_reported(keras_home):
    folder = keras_home / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    for file in data.keras_images.KERAS_FILES["fashion_mnist"]:
        (folder.parent / file).write_bytes(b"not gzip")
    with pytest.raises(ValueError, match="a file of fashion_mnist in .* is damaged"):
        data.load_keras_images("fashion_mnist")
