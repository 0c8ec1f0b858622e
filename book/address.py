"""Publish under an address: ``make address REPO=owner/name`` writes it where it is needed.

``repository: url`` in ``_config.yml`` is the one place that holds it. The notebooks' set-up cells,
the README's links and the citation follow; the book's launch buttons and canonical addresses are
made from it at build. While it is empty, nothing points anywhere.
"""

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
HOST = "https://github.com"
LINKS = re.compile(r"<!-- address -->\n.*?<!-- /address -->\n", re.S)


def repository(root=ROOT):
    """Return the repository's web address, or an empty string while it is not published."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    return config["repository"]["url"] or ""


def pages(url):
    """Return the address at which a repository's site is published.

    Examples
    --------
    >>> pages("https://github.com/owner/name")
    'https://owner.github.io/name/'
    >>> pages("")
    ''
    """
    if not url:
        return ""
    owner, name = url.removeprefix(f"{HOST}/").split("/")
    return f"https://{owner.lower()}.github.io/{name}/"


def readme_links(url):
    """Return the README's block of links; empty but for its marks while there is no address."""
    if not url:
        return "<!-- address -->\n<!-- /address -->\n"
    owner_name = url.removeprefix(f"{HOST}/")
    colab = f"https://colab.research.google.com/github/{owner_name}/blob/main/notebooks/"
    binder = f"https://mybinder.org/v2/gh/{owner_name}/main?urlpath=lab/tree/notebooks"
    return (
        "<!-- address -->\n"
        f"[Read it online]({pages(url)}) · [open a notebook in Colab]({colab}convolution.ipynb) · "
        f"[start JupyterLab on Binder]({binder})\n"
        "<!-- /address -->\n"
    )


def write(repo, root=ROOT):
    """Write the address ``owner/name`` (or nothing, to take it back) into all files that hold it.

    Raises
    ------
    ValueError
        If ``repo`` is neither empty nor of the form ``owner/name``.
    """
    if repo and not re.fullmatch(r"[\w-]+/[\w.-]+", repo):
        raise ValueError(f"REPO is {repo!r}; accepted is owner/name, or nothing to take it back.")
    url = f"{HOST}/{repo}" if repo else ""
    _replace(root / "_config.yml", re.compile(r'^  url: ".*"$', re.M), f'  url: "{url}"')
    _replace(root / "README.md", LINKS, readme_links(url))
    _replace(
        root / "CITATION.cff",
        re.compile(r"^(repository-code: .*\n)?(?=date-released)", re.M),
        f'repository-code: "{url}"\n' if url else "",
    )


def _replace(path, pattern, new):
    text = path.read_text(encoding="utf-8")
    if not pattern.search(text):
        raise ValueError(f"{path.name} has no place for the address: restore it from the history.")
    path.write_text(pattern.sub(lambda _: new, text, count=1), encoding="utf-8")


if __name__ == "__main__":
    try:
        write(sys.argv[1] if len(sys.argv) > 1 else "")
    except ValueError as error:
        sys.exit(str(error))
