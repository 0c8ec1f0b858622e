"""Put the notebooks where Colab and Binder open them: a branch whose set-up cells are filled.

``python book/colab_branch.py REMOTE`` commits the current revision, with notebooks that install the
course from it, onto the branch ``colab`` of a remote. The branch is overwritten: it holds nothing
that is not made here. Needs ``COURSE_REPOSITORY`` and ``COURSE_REVISION`` (see ``address.py``).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import address
import clean_notebooks
import nbformat

ROOT = Path(__file__).resolve().parent.parent


def publish(remote, root=ROOT):
    """Push the branch to a remote.

    Raises
    ------
    ValueError
        If there is no address for the set-up cells.
    subprocess.CalledProcessError
        If git refuses; its own words stand above.
    """
    if not address.repository():
        raise ValueError("COURSE_REPOSITORY is not set: the set-up cells need owner/name.")
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        git(root, "worktree", "add", "--quiet", "--detach", tree)
        try:
            for path in sorted((tree / "notebooks").glob("*.ipynb")):
                notebook = clean_notebooks.clean(nbformat.read(path, as_version=4))
                path.write_text(clean_notebooks.text(notebook), encoding="utf-8")
            git(tree, "add", "--all")
            author = ("-c", "user.name=course", "-c", "user.email=course@localhost")
            message = f"Notebooks that install {address.source()}"
            git(tree, *author, "commit", "--quiet", "--message", message)
            git(tree, "push", "--quiet", "--force", remote, f"HEAD:refs/heads/{address.BRANCH}")
        finally:
            git(root, "worktree", "remove", "--force", tree)


def git(folder, *arguments):
    """Run git in a folder."""
    subprocess.run(["git", "-C", str(folder), *map(str, arguments)], check=True)


if __name__ == "__main__":
    try:
        publish(sys.argv[1])
    except (IndexError, ValueError) as error:
        sys.exit(f"{__doc__}\n{error}")
