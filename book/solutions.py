"""Run the solutions of the notebooks' exercises: ``make solutions``.

A solution stands folded in a Markdown cell, after its exercise: its code, the lines that the code
prints, and what they mean. It is no cell of its own, because a reader should not run it unasked.
Here each notebook is executed as a copy in which every solution is a cell, and what it prints is
compared with the lines that it shows; a measured value is left out, its bound is not.

A solution whose code downloads a data set says so in its heading; it is skipped by name.
"""

import argparse
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from extension.execute import ANSI, workers
from extension.kernel import Execution
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parent.parent
SOLUTION = re.compile(
    r"^<details>\s*<summary>Solution(?P<heading>.*?)</summary>(?P<body>.+?)^</details>", re.M | re.S
)
CODE = re.compile(r"^```python\n(.+?)^```$", re.M | re.S)
SHOWN = re.compile(r"^```text\n(.+?)^```\n+", re.M | re.S)
DOWNLOAD = "needs a download"
VALUE = re.compile(r"≈ .*? \(")  # from a measured value up to its bound
SECONDS_A_CELL = 900


def solutions(notebook):
    """Return the solutions of a notebook, in their order.

    Returns
    -------
    list of dict
        ``code`` and the lines that it should print, ``shown``, both "" where there are none;
        whether it ``downloads``; the index of its ``cell``; its whole ``source``.
    """
    return [
        {
            "code": "\n".join(CODE.findall(found["body"])),
            "shown": "".join(SHOWN.findall(found["body"])),
            "downloads": DOWNLOAD in found["heading"],
            "cell": index,
            "source": found[0],
        }
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown"
        for found in SOLUTION.finditer(cell.source)
    ]


def run(path, timeout=SECONDS_A_CELL):
    """Execute a notebook and after it its solutions.

    Parameters
    ----------
    path : Path
        The notebook, which is left as it is.
    timeout : int
        Seconds that a cell may take.

    Returns
    -------
    list of str or None
        What each solution prints; None for one that needs a download.

    Raises
    ------
    CellExecutionError
        If a cell or a solution fails, a missed bound among them.
    """
    notebook = nbformat.read(path, as_version=4)
    tried = solutions(notebook)
    cells = [None if s["downloads"] else nbformat.v4.new_code_cell(s["code"]) for s in tried]
    notebook.cells += filter(None, cells)
    Execution(notebook, path.parent, timeout).run()
    return [cell and printed(cell) for cell in cells]


def printed(cell):
    """Return the text that a cell has printed, measured lines among it, warnings not."""
    outputs = [out for out in cell.outputs if out.get("name") != "stderr"]
    texts = [out.get("text") or out.get("data", {}).get("text/plain", "") for out in outputs]
    lines = "\n".join(text.rstrip("\n") for text in texts if text).splitlines()
    # In a notebook TensorFlow prints its warnings where everything else is printed.
    return "".join(f"{line}\n" for line in lines if not line.startswith("WARNING:tensorflow"))


def with_lines(solution, lines):
    """Return a solution's source with these lines behind its code."""
    source = SHOWN.sub("", solution["source"])
    end = [found.end() for found in CODE.finditer(source)][-1]
    return f"{source[:end]}\n\n```text\n{lines}```{source[end:]}"


def store(path, lines):
    """Write what the solutions print into their notebook, each behind its code."""
    notebook = nbformat.read(path, as_version=4)
    for solution, text in zip(solutions(notebook), lines, strict=True):
        if text is not None:
            cell = notebook.cells[solution["cell"]]
            cell.source = cell.source.replace(solution["source"], with_lines(solution, text))
    text = nbformat.writes(notebook, indent=1, sort_keys=True, ensure_ascii=False).rstrip() + "\n"
    path.write_text(text, encoding="utf-8")


def report(path, keep):
    """Run a notebook's solutions; return a report and whether all is as it is shown."""
    try:
        lines = run(path)
    except CellExecutionError as error:
        return f"{path.stem}: failed\n{ANSI.sub('', str(error)).strip()}", False
    if keep:
        store(path, lines)
    words, good = [], True
    for number, (solution, text) in enumerate(
        zip(solutions(nbformat.read(path, as_version=4)), lines, strict=True), start=1
    ):
        name = f"{path.stem}, solution {number}:"
        if text is None:
            words.append(f"{name} skipped, it {DOWNLOAD}")
            continue
        words += [f"{name} {line}" for line in text.splitlines()]
        if VALUE.sub("≈ (", text) != VALUE.sub("≈ (", solution["shown"]):
            good = False
            words.append(f"{name} shows other lines than these: {solution['shown']!r}")
    return "\n".join(words), good


def main(arguments=None):
    """Run the command line; return 1 when a solution fails or shows what it does not print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slugs", nargs="*", help="names of notebooks; none for all")
    parser.add_argument("--store", action="store_true", help="write the printed lines into them")
    options = parser.parse_args(arguments)
    slugs = options.slugs or sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    paths = [ROOT / "notebooks" / f"{slug}.ipynb" for slug in slugs]
    good = True
    with ThreadPoolExecutor(min(workers(), len(paths))) as pool:
        for words, passed in pool.map(lambda path: report(path, options.store), paths):
            print(words, flush=True)
            good &= passed
    return not good


if __name__ == "__main__":
    sys.exit(main())
