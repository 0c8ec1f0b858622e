"""Write SHA256SUMS for the data files in this folder, in the format of ``sha256sum --check``."""

import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent
FILES = ["emoji-names.csv", "emoji.npz", "font5x7.txt"]

if __name__ == "__main__":
    lines = [
        f"{hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()}  {name}\n" for name in FILES
    ]
    (FOLDER / "SHA256SUMS").write_bytes("".join(lines).encode())
    print("".join(lines), end="")
