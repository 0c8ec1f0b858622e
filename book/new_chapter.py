"""``make chapter SLUG=tied``: a chapter, its notebook and its quiz with every required part.

What it makes builds and passes the tests as it is: a small autoencoder of the font, one measured
value, three exercises, three questions. Replace them by your own.
"""

import json
import re
import sys
from pathlib import Path

import clean_notebooks
import nbformat
import parts
import yaml

ROOT = Path(__file__).resolve().parent.parent
BACK_MATTER = "  - caption: Back matter\n"

CHAPTER = """\
---
minutes: 5
notebook_seconds: 15
needs: encoder, code and decoder, as in [the chapter on their anatomy](autoencoder.md).
---
# TITLE

```{admonition} Before you start
:class: objectives
**You will be able to**
- say what a reader can do after this chapter.

:::{chapter-facts}
:::
```

Open with a problem that somebody has, and one success.

```{notebook-output} SLUG restored
Eight glyphs, and what the autoencoder makes of them.
```

The mean squared error of a pixel is {measured}`SLUG/error`.

## The model in sight

```{notebook-code} SLUG model
One small model, explained line by line.
```

## Check yourself

```{quiz} SLUG
```

## Exercises

EXERCISES

## Take-away

- Say in a sentence what to keep.

## Further reading

- {cite:t}`goodfellow2016deep` treat autoencoders in their chapter 14.
"""
EXERCISE = """\
```{{exercise}} The {nth} exercise
:label: {slug}-{nth}

Ask something that the reader can work out.
```

```{{solution}} {slug}-{nth}
:class: dropdown

Work it out.
```
"""
IMPORTS = """\
import course_lib.quiet  # keeps TensorFlow's start-up log out of the page

import keras
import numpy as np
from keras import layers

from course_lib import data, plots
from course_lib.evidence import measured"""
CONSTANTS = """\
keras.utils.set_random_seed(0)

CODE = 2  # numbers in the code
EPOCHS = 300  # passes over the 32 glyphs"""
DATA = """\
glyphs = data.load_font().images
x = glyphs.reshape(-1, 35)
x.shape"""
MODEL = """\
autoencoder = keras.Sequential(
    [
        keras.Input((35,)),
        layers.Dense(10, activation="tanh"),
        layers.Dense(CODE, name="code"),
        layers.Dense(10, activation="tanh"),
        layers.Dense(35, activation="sigmoid"),
    ]
)
autoencoder.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
history = autoencoder.fit(x, x, epochs=EPOCHS, verbose=0)"""
RESTORED = """\
restored = autoencoder.predict(x, verbose=0).reshape(glyphs.shape)
plots.image_grid(np.stack([glyphs[:8], restored[:8]]), ink=True)"""
ALT = "Eight glyphs in a row, and below each what the autoencoder makes of it, blurred."
ERROR = """\
error = np.mean((restored - glyphs) ** 2)
measured("error", "mean squared error of a pixel", error, at_most=0.2)"""
NOTEBOOK_EXERCISE = """\
**{number}. What to change.** Ask for something to try.

<details><summary>Solution</summary>

```python
measured("solution-{number}", "numbers that describe a glyph", CODE, equal=2)
```

```text
numbers that describe a glyph: ≈ 2 (equal to 2)
```

Say what comes out, and why.

</details>"""


def create(root, slug):
    """Write the three files of a new chapter and enter it in the contents, before the back matter.

    Parameters
    ----------
    root : Path
        The repository.
    slug : str
        The name that the three files will share.

    Raises
    ------
    ValueError
        If the name is malformed or used already. The message names what is accepted.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", slug):
        raise ValueError(
            f"SLUG is {slug!r}; accepted are small letters, digits and hyphens, a letter first: "
            "make chapter SLUG=tied"
        )
    toc = (root / "_toc.yml").read_text(encoding="utf-8")
    paths = [
        root / name
        for name in (
            f"chapters/{slug}.md",
            f"notebooks/{slug}.ipynb",
            f"chapters/quizzes/{slug}.json",
        )
    ]
    there = [path.relative_to(root).as_posix() for path in paths if path.exists()]
    if f"chapters/{slug}" in parts.files(yaml.safe_load(toc)):
        there.append("its entry in _toc.yml")
    if there:
        raise ValueError(f"SLUG is {slug!r}, which is used already: there is {', '.join(there)}")
    if toc.count(BACK_MATTER) != 1:
        raise ValueError(f"_toc.yml must have the line {BACK_MATTER.rstrip()!r} once")
    exercises = "\n".join(
        EXERCISE.format(slug=slug, nth=nth) for nth in ("first", "second", "third")
    )
    title = slug.replace("-", " ").capitalize()
    chapter = CHAPTER.replace("EXERCISES\n", exercises).replace("SLUG", slug)
    paths[0].write_text(chapter.replace("TITLE", title), encoding="utf-8")
    nbformat.write(notebook(slug, title), paths[1])
    quiz = json.dumps(quiz_questions(), indent=1, ensure_ascii=False)
    paths[2].write_text(f"{quiz}\n", encoding="utf-8")
    entry = (
        f"      - file: chapters/{slug}\n        sections:\n          - file: notebooks/{slug}\n"
    )
    (root / "_toc.yml").write_text(toc.replace(BACK_MATTER, entry + BACK_MATTER), encoding="utf-8")


def notebook(slug, title):
    """Return the new notebook, not yet executed."""
    text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    drawn = {"name": "restored", "mystnb": {"image": {"alt": ALT}}}
    cells = [
        text(
            f"# {title}: notebook\n\nSay which question this notebook answers, and what came out."
            f"\n\nThe ideas are in the [chapter](../chapters/{slug}.md).",
            id="title",
        ),
        code("", id="setup", metadata={"tags": ["setup"]}),
        code(IMPORTS, id="imports"),
        code(CONSTANTS, id="constants"),
        text("## The data\n\nLook at the data before you model them.", id="data-title"),
        code(DATA, id="data"),
        text("## One small model", id="model-title"),
        code(MODEL, id="model", metadata={"name": "model"}),
        code(RESTORED, id="restored", metadata=drawn),
        code(ERROR, id="error", metadata={"tags": ["check-output"]}),
        text("## Exercises", id="exercises"),
        *(text(NOTEBOOK_EXERCISE.format(number=n), id=f"exercise-{n}") for n in (1, 2, 3)),
        text("## What to take away\n\n- Say in a sentence what to keep.", id="takeaway"),
        text("## Where next\n\nSay which notebook goes on from here.", id="next"),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def quiz_questions():
    """Return three questions, each of the form that the schema accepts."""
    answers = [
        {"answer": "This one.", "correct": True, "feedback": "Say why."},
        {"answer": "That one.", "correct": False, "feedback": "Name the mistake."},
        {"answer": "Neither.", "correct": False, "feedback": "Name the mistake."},
    ]
    return [
        {
            "id": nth,
            "question": f"The {nth} question?",
            "type": "multiple_choice",
            "answers": answers,
        }
        for nth in ("first", "second", "third")
    ]


def main(slug):
    """Make a chapter, run its notebook, and say what comes next; return the exit status."""
    try:
        create(ROOT, slug)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    path = f"notebooks/{slug}.ipynb"
    failed = clean_notebooks.main(["run", str(ROOT / path)])
    lacks = parts.missing(ROOT, slug)
    print(*lacks, sep="\n", end="\n" if lacks else "", file=sys.stderr)
    print(f"Made chapters/{slug}.md, {path} and chapters/quizzes/{slug}.json, and their entry")
    print("before the back matter in _toc.yml: move it to where the chapter belongs.")
    print("`make book` builds them; CONTRIBUTING.md says how to go on.")
    return int(bool(failed or lacks))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
