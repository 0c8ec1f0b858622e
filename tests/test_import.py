"""Importing the library is cheap and harmless; importing TensorFlow through it is silent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

WATCH = """
import sys

def watch(event, arguments):
    if event.startswith("socket.") or event in ("os.mkdir", "os.remove", "os.rename"):
        raise AssertionError(f"{event}{arguments}")
    if event == "open" and arguments[1] is not None and set(arguments[1]) & set("wax+"):
        raise AssertionError(f"{event}{arguments}")

sys.addaudithook(watch)
"""


def run(code, tmp_path, **environment):
    return subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize("module", ["course_lib", "course_lib.data"])
def test_import_loads_no_tensorflow_opens_no_socket_and_writes_no_file(module, tmp_path):
    code = f"""{WATCH}
import {module}
assert not {{"tensorflow", "keras", "sklearn", "skimage"}} & set(sys.modules), sorted(sys.modules)
"""
    result = run(code, tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module", ["noise", "metrics", "plots"])
def test_the_other_light_modules_leave_tensorflow_alone(module, tmp_path):
    result = run(f"import sys, course_lib.{module}; assert 'keras' not in sys.modules", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")


def test_the_stored_data_load_without_a_socket_or_a_written_file(tmp_path):
    code = f"{WATCH}\nfrom course_lib import data\ndata.load_font(), data.load_emoji()"
    result = run(code, tmp_path)
    assert (result.returncode, result.stderr) == (0, "")


def test_the_watch_would_notice(tmp_path):
    assert "socket" in run(f"{WATCH}\nimport socket; socket.socket()", tmp_path).stderr
    assert "open" in run(f"{WATCH}\nopen('x', 'w')", tmp_path).stderr


def test_quiet_imports_tensorflow_without_a_word(tmp_path):
    code = """
import course_lib.quiet
import keras, os, sys
assert "tensorflow" in sys.modules
os.write(2, b"later errors are seen")
"""
    result = run(code, tmp_path)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "later errors are seen"
