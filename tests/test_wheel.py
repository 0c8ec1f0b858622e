"""The library as others install it: a wheel outside the repository, as a notebook in Colab does."""

import os
import subprocess
import sys
import sysconfig
import zipfile

import pytest
from conftest import ROOT

NOTEBOOK = "quiz"  # the quickest; it imports data, plots and an explorer


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
    return next(folder.glob("*.whl"))


def run(*command, **options):
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_wheel_carries_library_data_and_explorers(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (("course_lib", "course_lib"), ("data", "course_lib/_data")):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"{inside}/{path.relative_to(ROOT / folder).as_posix()}" in held


def test_notebook_runs_from_a_copy_where_only_the_wheel_is_installed(wheel, tmp_path):
    # An environment without the course. Its other packages are those installed already, as in
    # Colab, seen through a path file; the repository's own path file is not read from there.
    environment = tmp_path / "env"
    run(sys.executable, "-m", "venv", "--without-pip", environment)  # pip is among the others
    python = environment / "bin" / "python"
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = run(python, "-c", where).strip()
    with open(os.path.join(packages, "others.pth"), "w") as file:
        file.write(sysconfig.get_path("purelib") + "\n")
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    missing = "import importlib.util as u; print(u.find_spec('course_lib'))"
    assert run(python, "-c", missing, cwd=tmp_path, env=variables).strip() == "None"

    copy = tmp_path / f"{NOTEBOOK}.ipynb"
    copy.write_bytes((ROOT / "notebooks" / copy.name).read_bytes())
    variables["COURSE_LIB"] = str(wheel)
    run(python, ROOT / "book" / "clean_notebooks.py", "run", copy, cwd=tmp_path, env=variables)
    used = run(
        python, "-c", "import course_lib; print(course_lib.__file__)", cwd=tmp_path, env=variables
    )
    assert used.startswith(packages)
