"""The repository's address, as the workflow that publishes the site gives it.

``COURSE_REPOSITORY`` holds ``owner/name`` on GitHub, ``COURSE_REVISION`` the commit that is built.
Where they are not set, as on a reader's own machine, nothing points anywhere.
"""

import os
import re

HOST = "https://github.com"
BRANCH = "colab"
"""The branch whose notebooks install the course: Colab and Binder open them there."""


def repository():
    """Return the repository's web address, or an empty string while it is not published.

    Raises
    ------
    ValueError
        If ``COURSE_REPOSITORY`` is not of the form ``owner/name``.
    """
    name = os.environ.get("COURSE_REPOSITORY", "")
    if name and not re.fullmatch(r"[\w-]+/[\w.-]+", name):
        raise ValueError(f"COURSE_REPOSITORY is {name!r}; accepted is owner/name.")
    return f"{HOST}/{name}" if name else ""


def source():
    """Return what pip installs the course from, or an empty string while it is not published."""
    revision = os.environ.get("COURSE_REVISION", "main")
    return f"git+{url}@{revision}" if (url := repository()) else ""


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
