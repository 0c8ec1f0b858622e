"""The page for lecturers: its code judges what students submit."""

import re

import numpy as np
import pytest
from conftest import ROOT

from course_lib import data

TEXT = (ROOT / "chapters" / "lecturers.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def judges():
    (code,) = re.findall(r"^```python\n(.+?)^```$", TEXT, re.M | re.S)
    names = {}
    exec(code, names)
    return names


def test_font(judges):
    outputs = np.repeat(judges["glyphs"][None], 4, axis=0)
    outputs[0, 0, :2] = 1 - outputs[0, 0, :2]  # one seed misses one glyph by two pixels
    assert judges["judge_font"](outputs) == (0.75, 0.5, 1.0)


def test_noise(judges):
    restored = np.repeat(judges["glyphs"][None], 2, axis=0)
    restored[1, 3] = restored[1, 4]
    assert judges["judge_noise"](restored) == 31.5


def test_faces(judges):
    faces = data.load_emoji().images.reshape(97, 400)
    same = np.repeat(faces[:1], 97, axis=0)
    codes = np.zeros((97, 3))
    codes[:, 0] = np.linspace(-1, 1, 97)
    assert judges["judge_faces"](codes, faces) == (1, 97)
    assert judges["judge_faces"](codes, same)[1] == 1


def test_every_plan_covers_chapters_that_exist():
    linked = set(re.findall(r"\]\((\w+)\.md", TEXT))
    assert {path.stem for path in (ROOT / "chapters").glob("*.md")} >= linked
    assert len(linked) >= 13
