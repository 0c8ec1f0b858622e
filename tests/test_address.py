"""The repository's address stands in one place, and all that shows it agrees with that place."""

import shutil
import subprocess
import sys

import address
import clean_notebooks
import nbformat
import pytest
import yaml
from conftest import ROOT

FOLLOWERS = ("_config.yml", "README.md", "CITATION.cff")


@pytest.fixture
def copy(tmp_path):
    for name in FOLLOWERS:
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_all_that_shows_the_address_agrees_with_the_one_place(copy):
    url = address.repository()
    address.write(url.removeprefix("https://github.com/"), root=copy)
    for name in FOLLOWERS:
        assert (copy / name).read_text() == (ROOT / name).read_text(), name
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        setup = nbformat.read(path, as_version=4).cells[1].source
        assert f'"COURSE_LIB", "{"git+" + url if url else ""}"' in setup, path.name


def test_address_is_written_everywhere_and_taken_back_without_a_trace(copy):
    before = {name: (copy / name).read_text() for name in FOLLOWERS}
    address.write("owner/name", root=copy)
    url = "https://github.com/owner/name"
    assert address.repository(copy) == url
    assert yaml.safe_load((copy / "CITATION.cff").read_text())["repository-code"] == url
    readme = (copy / "README.md").read_text()
    assert "https://owner.github.io/name/" in readme
    assert "colab.research.google.com/github/owner/name/blob/main/notebooks/" in readme
    address.write(address.repository(ROOT).removeprefix("https://github.com/"), root=copy)
    assert {name: (copy / name).read_text() for name in FOLLOWERS} == before


@pytest.mark.parametrize("repo", ["owner", "owner/name/more", "https://host/owner/name", "a b/c"])
def test_malformed_address_is_refused_by_name(copy, repo):
    with pytest.raises(ValueError, match="REPO is .*owner/name"):
        address.write(repo, root=copy)
    result = subprocess.run(
        [sys.executable, str(ROOT / "book" / "address.py"), repo], capture_output=True, text=True
    )
    assert result.returncode != 0
    assert "Traceback" not in result.stderr


def test_set_up_cell_installs_from_the_address(monkeypatch):
    monkeypatch.setattr(clean_notebooks, "repository", lambda: "https://github.com/owner/name")
    cell = nbformat.v4.new_code_cell("old", metadata={"tags": ["setup"]})
    clean_notebooks.clean(nbformat.v4.new_notebook(cells=[cell]))
    assert '"git+https://github.com/owner/name"' in cell.source
