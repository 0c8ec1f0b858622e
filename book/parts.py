"""The parts that every chapter, notebook and quiz must have: all that is missing, told at once.

``make chapter`` makes them, ``tests/test_structure.py`` asks for them, CONTRIBUTING.md lists them.
"""

import ast
import re

import nbformat
import yaml
from extension import chapters, questions
from solutions import DOWNLOAD, solutions

BOX = re.compile(
    r"^(?::::|```)\{admonition\} Before you start\n:class: objectives\n(.+?)^(?::::|```)$",
    re.MULTILINE | re.DOTALL,
)
VERDICT = re.compile(r"\b(True|False)\W*$")
WIDTH = 79  # characters: a code cell is as wide as its box in a page
# Of a notebook, and of its code without the set-up cell: 79 characters hold less than the 100 for
# which 320 lines were the limit.
CELLS, LINES = 60, 360


def missing(root, slug):
    """Return what a chapter, its notebook, its quiz and the contents lack.

    Parameters
    ----------
    root : Path
        The repository.
    slug : str
        The name that the three files share.

    Returns
    -------
    list of str
        One line for each part that is missing or breaks a rule, the file first.
    """
    toc = (root / "_toc.yml").read_text(encoding="utf-8")
    found = [
        f"_toc.yml: {name} is not in the contents"
        for name in (f"chapters/{slug}", f"notebooks/{slug}")
        if name not in files(yaml.safe_load(toc))
    ]
    checks = {
        f"chapters/{slug}.md": missing_in_chapter,
        f"notebooks/{slug}.ipynb": missing_in_notebook,
        f"chapters/quizzes/{slug}.json": missing_in_quiz,
    }
    for name, check in checks.items():
        if (root / name).is_file():
            found += [f"{name}: {lack}" for lack in check(root, slug)]
        else:
            found.append(f"{name}: there is no such file")
    return found


def files(toc):
    """Return all files that the contents name."""
    if isinstance(toc, list):
        return [name for entry in toc for name in files(entry)]
    if not isinstance(toc, dict):
        return []
    here = [toc["file"]] if "file" in toc else []
    return here + [name for value in toc.values() for name in files(value)]


def missing_in_chapter(root, slug):
    """Return what ``chapters/SLUG.md`` lacks."""
    text = (root / "chapters" / f"{slug}.md").read_text(encoding="utf-8")
    box = BOX.search(text)
    labels = re.findall(r"\{exercise\}[^\n]*\n:label: (\S+)", text)
    solved = re.findall(r"\{solution\} (\S+)\n:class: dropdown", text)
    parts = {
        'a box "Before you start" of the class objectives': box,
        '"You will be able to" in that box': box and "You will be able to" in box[1],
        "{chapter-facts} in that box": box and "{chapter-facts}" in box[1],
        f"a {{quiz}} {slug}": re.search(rf"\{{quiz\}} {slug}$", text, re.MULTILINE),
        "three exercises": len(labels) >= 3,
        "for each exercise a {solution} of the class dropdown, in their order": labels == solved,
        '"## Take-away"': "\n## Take-away\n" in text,
        '"## Further reading"': "\n## Further reading\n" in text,
        "a {cite:t} or {cite:p}": re.search(r"\{cite:[pt]+\}", text),
    }
    found = lacking(parts)
    try:
        chapters.facts(root, slug)
    except ValueError as error:
        found.append(str(error).partition(": ")[2])
    return found


def missing_in_notebook(root, slug):
    """Return what ``notebooks/SLUG.ipynb`` lacks."""
    notebook = nbformat.read(root / "notebooks" / f"{slug}.ipynb", as_version=4)
    cells, solved = notebook.cells, solutions(notebook)
    first, second = (cells + [nbformat.v4.new_markdown_cell()] * 2)[:2]
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = [cell for cell in cells if cell.cell_type == "code" and "setup" not in tags(cell)]
    checked = [cell for cell in code if "check-output" in tags(cell)]
    lines = [line for cell in code for line in cell.source.splitlines() if line.strip()]
    too_wide = [line for line in lines if len(line) > WIDTH]
    verdicts = [line for cell in checked for line in stored(cell) if VERDICT.search(line)]
    parts = {
        "a title in the first cell": first.cell_type == "markdown" and first.source[:2] == "# ",
        "a link to its chapter in the first cell": f"../chapters/{slug}.md" in first.source,
        "a second cell tagged setup": "setup" in tags(second),
        "keras.utils.set_random_seed": any("set_random_seed" in cell.source for cell in code),
        "a cell tagged check-output": checked,
        "stored outputs and count 1 in every cell tagged check-output": all(
            cell.outputs and cell.execution_count == 1 for cell in checked
        ),
        '"## Exercises"': "## Exercises" in prose,
        "three solutions": len(solved) >= 3,
        "<details> at the beginning of a line before each <summary>Solution": (
            prose.count("<summary>Solution") == len(solved)
        ),
        "as many </details> as <details>": prose.count("<details>") == prose.count("</details>"),
        '"## What to take away"': "## What to take away" in prose,
        '"## Where next"': "## Where next" in prose,
    }
    found = lacking(parts)
    if len(cells) > CELLS:
        found.append(f"has {len(cells)} cells, at most {CELLS} are accepted")
    if len(lines) > LINES:
        found.append(f"has {len(lines)} lines of code, at most {LINES} are accepted")
    found += [f"code of {len(line)} characters, at most {WIDTH}: {line}" for line in too_wide]
    found += [f"a stored line shows a verdict instead of a value: {line}" for line in verdicts]
    for number, solution in enumerate(solved, start=1):
        found += [f"solution {number} {lack}" for lack in missing_in_solution(solution)]
    return found


def missing_in_solution(solution):
    """Return what a solution of a notebook's exercise lacks."""
    code = solution["code"]
    try:
        ast.parse(code)
    except SyntaxError as error:
        return [f"has code that is no Python: {error}"]
    if "measured(" not in code:
        return ["lacks ```python code that ends in a measured line"]
    found = [
        f"has code of {len(line)} characters, at most {WIDTH}: {line}"
        for line in code.splitlines()
        if len(line) > WIDTH
    ]
    if not solution["shown"] and not solution["downloads"]:
        found.append(
            "lacks the ```text that its code prints (book/solutions.py --store writes it), "
            f'or the words "{DOWNLOAD}" in its <summary>'
        )
    return found


def missing_in_quiz(root, slug):
    """Return what ``chapters/quizzes/SLUG.json`` lacks."""
    try:
        count = len(questions.load(root / "chapters" / "quizzes" / f"{slug}.json"))
    except ValueError as error:
        return str(error).splitlines()
    return lacking({"three questions": count >= 3})


def lacking(parts):
    """Return a line for each part that is not there."""
    return [f"lacks {part}" for part, there in parts.items() if not there]


def tags(cell):
    """Return the tags of a cell."""
    return cell.metadata.get("tags", [])


def stored(cell):
    """Return the lines of text that a cell stores, printed or shown."""
    texts = [out.get("text") or out.get("data", {}).get("text/plain", "") for out in cell.outputs]
    return [line for text in texts for line in text.splitlines()]
