"""The repository's address comes from the environment, and a fork publishes itself by it."""

import subprocess
import sys

import address
import clean_notebooks
import colab_branch
import nbformat
import pytest
from conftest import ROOT

REVISION = "0123456789abcdef0123456789abcdef01234567"
SOURCE = f"git+https://github.com/owner/name@{REVISION}"


@pytest.fixture
def published(monkeypatch):
    """Set the environment as the workflow does."""
    monkeypatch.setenv("COURSE_REPOSITORY", "owner/name")
    monkeypatch.setenv("COURSE_REVISION", REVISION)


@pytest.fixture
def unpublished(monkeypatch):
    monkeypatch.delenv("COURSE_REPOSITORY", raising=False)


def test_nothing_points_anywhere_without_an_address(unpublished):
    assert (address.repository(), address.source(), address.pages("")) == ("", "", "")


def test_address_follows_the_environment(published):
    assert address.repository() == "https://github.com/owner/name"
    assert address.pages(address.repository()) == "https://owner.github.io/name/"
    assert address.source() == SOURCE


@pytest.mark.parametrize("name", ["owner", "owner/name/more", "https://host/owner/name", "a b/c"])
def test_malformed_address_is_refused_by_name(monkeypatch, name):
    monkeypatch.setenv("COURSE_REPOSITORY", name)
    with pytest.raises(ValueError, match="COURSE_REPOSITORY is .*owner/name"):
        address.repository()


def set_up_cell():
    cell = nbformat.v4.new_code_cell("old", metadata={"tags": ["setup"]})
    clean_notebooks.clean(nbformat.v4.new_notebook(cells=[cell]))
    return cell.source


def test_set_up_cell_installs_from_the_address(published):
    assert f'"COURSE_LIB", "{SOURCE}"' in set_up_cell()


def run_set_up(tmp_path, *, installed, variable=""):
    """Run the set-up cell as plain Python, with pip replaced by a print."""
    code = set_up_cell().replace("%pip install --quiet {source}", "print('pip', source)")
    if installed:
        (tmp_path / "course_lib.py").touch()
    environment = {"COURSE_LIB": variable, "PATH": "", "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-S", "-c", code]
    return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)


def test_set_up_cell_says_in_one_line_what_it_did(unpublished, tmp_path):
    result = run_set_up(tmp_path, installed=False, variable="a-folder")
    assert result.stdout == "pip a-folder\nInstalled a-folder. No restart is needed.\n"
    result = run_set_up(tmp_path, installed=True)
    assert result.stdout == "The course library is here: nothing was installed.\n"


def test_set_up_cell_says_what_to_do_where_nothing_is_known(unpublished, tmp_path):
    result = run_set_up(tmp_path, installed=False)
    assert result.returncode == 1
    assert "set COURSE_LIB to the folder or git address" in result.stderr


def git(folder, *arguments):
    command = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@t", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def fork(tmp_path):
    """Return a small repository with one notebook, and a bare one to push to."""
    repository, remote = tmp_path / "fork", tmp_path / "remote.git"
    (repository / "notebooks").mkdir(parents=True)
    cells = [nbformat.v4.new_code_cell("old", metadata={"tags": ["setup"]}, id="setup")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), repository / "notebooks" / "a.ipynb")
    (repository / "README.md").write_text("A fork.\n")
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    git(repository, "init", "--quiet", "--initial-branch", "main")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "start")
    return repository, remote


def test_fork_gets_a_branch_whose_notebooks_install_the_commit(published, fork):
    repository, remote = fork
    before = git(repository, "status", "--porcelain"), git(repository, "rev-parse", "HEAD")
    for _ in range(2):  # the branch is overwritten, whatever it held
        colab_branch.publish(str(remote), root=repository)
    cell = nbformat.reads(git(remote, "show", "colab:notebooks/a.ipynb"), as_version=4).cells[0]
    assert SOURCE in cell.source
    assert git(remote, "show", "colab:README.md") == "A fork.\n"
    assert git(remote, "rev-list", "--count", "colab").strip() == "2"
    # The fork itself is as it was.
    assert (
        git(repository, "status", "--porcelain"),
        git(repository, "rev-parse", "HEAD"),
    ) == before
    assert git(repository, "worktree", "list").count("\n") == 1


def test_branch_without_an_address_is_refused_readably(unpublished, fork):
    script = ROOT / "book" / "colab_branch.py"
    result = subprocess.run(
        [sys.executable, str(script), str(fork[1])], capture_output=True, text=True
    )
    assert result.returncode != 0
    assert "COURSE_REPOSITORY is not set" in result.stderr
    assert "Traceback" not in result.stderr


def test_binder_installs_the_pinned_packages():
    folder = ROOT / ".binder"
    assert (folder / "requirements.txt").read_text().strip() == "-r ../requirements.txt"
    assert (folder / "runtime.txt").read_text().strip() in {f"python-3.{n}" for n in (11, 12, 13)}
    assert (folder / "postBuild").stat().st_mode & 0o100
