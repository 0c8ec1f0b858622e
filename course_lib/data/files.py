"""Where the data files lie, and that each is the one its checksum describes."""

import hashlib
from pathlib import Path


def data_folder() -> Path:
    """Return the folder of the data files: inside an installed package, or beside a checkout."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_data", package.parent / "data"):
        if (folder / "SHA256SUMS").is_file():
            return folder
    raise FileNotFoundError(
        f"the data files of course_lib are missing: looked for SHA256SUMS in {package / '_data'} "
        f"and {package.parent / 'data'}; install the library again or restore the data folder"
    )


def checked_bytes(path: Path) -> bytes:
    """Read a data file and compare it with the checksum that SHA256SUMS holds for it."""
    restore = f"`git checkout -- data/{path.name}` in a clone, or install the library again"
    if not path.is_file():
        raise FileNotFoundError(f"the data file {path} is missing; to restore it: {restore}")
    lines = (path.parent / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    expected = {name: digest for digest, name in (line.split() for line in lines)}.get(path.name)
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ValueError(
            f"the data file {path} was changed or truncated: its sha256 should be {expected} and "
            f"is {found}; to restore it: {restore}; if the change is yours, run "
            "`python data/make_checksums.py`."
        )
    return content
