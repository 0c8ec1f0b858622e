"""The versions of Colab's packages that matter to the course, and how to renew them.

Download ``pip-freeze.txt`` of the public repository googlecolab/backend-info, then
``python tests/colab.py pip-freeze.txt YYYY-MM-DD`` with the date of that file.
"""

import re
import sys
from pathlib import Path

LISTED = Path(__file__).resolve().parent / "colab.txt"


def pins(path=LISTED):
    """Return the version of each package that a file in the form of ``pip freeze`` pins."""
    text = path.read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)$", text, re.M))


def normal(name):
    """Return a package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def renew(freeze, date, path=LISTED):
    """Write the listed packages anew, with the versions of a downloaded list and its date.

    Raises
    ------
    ValueError
        If the list lacks one of them, or the date is not of the form YYYY-MM-DD.
    """
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        raise ValueError(f"date must be of the form YYYY-MM-DD, not {date!r}")
    found = {normal(name): version for name, version in pins(freeze).items()}
    names = list(pins(path))
    if missing := [name for name in names if normal(name) not in found]:
        raise ValueError(f"{freeze} does not pin {', '.join(missing)}")
    lines = path.read_text(encoding="utf-8").splitlines()
    heading = [line for line in lines if line.startswith("#")]
    heading = [re.sub(r"\d{4}-\d\d-\d\d", date, line) for line in heading]
    versions = [f"{name}=={found[normal(name)]}" for name in names]
    path.write_text("\n".join(heading + versions) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        renew(Path(sys.argv[1]), sys.argv[2])
    except (IndexError, ValueError, OSError) as error:
        sys.exit(f"{__doc__}\n{error}")
