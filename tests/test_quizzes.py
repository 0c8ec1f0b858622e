"""The questions of all chapters: well formed, answered once, explained, and their numbers right.

A numeric question may carry ``"computed"``, an expression in the functions of
``course_lib.convolution``: the answer must be its value. In the warm-up part each one has to.
"""

import json
import math
import re

import pytest
from conftest import ROOT
from extension.questions import load

from course_lib import convolution

FILES = sorted((ROOT / "chapters" / "quizzes").glob("*.json"))
WARM_UP = {"quiz", "convolution", "inception"}
FUNCTIONS = {name: getattr(convolution, name) for name in convolution.__all__}


def well_formed(path):
    """Return the questions of a file, none where it has faults: the first test tells them."""
    try:
        return load(path)
    except ValueError:
        return []


QUESTIONS = [
    pytest.param(question, id=f"{path.stem}:{question['id']}")
    for path in FILES
    for question in well_formed(path)
]


def compute(expression):
    """Evaluate an expression in the functions of course_lib.convolution."""
    return eval(expression, {"__builtins__": {"sum": sum}}, FUNCTIONS)


def texts(question):
    """Return everything a reader may see of a question."""
    parts = [question["question"]]
    for answer in question["answers"]:
        parts += [answer.get("answer", ""), answer.get("feedback", "")]
    return parts


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_fits_the_schema_and_has_enough_questions_each_with_its_own_id(path):
    ids = [question["id"] for question in load(path)]
    assert len(set(ids)) == len(ids)
    # The quiz chapter holds five on the lecture's four questions and twelve more.
    assert len(ids) == 17 if path.stem == "quiz" else 3 <= len(ids) <= 6


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[{", "[{,", "^trial.json, line 1: no JSON"),
        ('"question"', '"qestion"', "'qestion' was unexpected"),
        ('"feedback"', '"feedbak"', "question \"pool\", answers 1: .*'feedback' is a required"),
        ('"correct": true', '"correct": "yes"', "answers 1, correct: 'yes' is not of type"),
        ('"multiple_choice"', '"choice"', "question \"pool\", type: 'choice' is not one of"),
        ('"id": "pool", ', "", "question 1: 'id' is a required property"),
    ],
)
def test_fault_is_named_by_file_question_and_key(tmp_path, before, after, said):
    answers = [{"answer": a, "correct": a == "1", "feedback": "So."} for a in "123"]
    trial = {"id": "pool", "question": "How many?", "type": "multiple_choice", "answers": answers}
    path = tmp_path / "trial.json"
    path.write_text(json.dumps([trial]))
    assert load(path) == [trial]
    path.write_text(json.dumps([trial]).replace(before, after, 1))
    with pytest.raises(ValueError, match=said):
        load(path)


@pytest.mark.parametrize("question", QUESTIONS)
def test_question_has_the_right_number_of_correct_answers(question):
    answers = question["answers"]
    correct = sum(answer.get("correct", False) for answer in answers)
    if question["type"] == "many_choice":
        # One would be shown as a multiple choice, all would be no question.
        assert 2 <= correct < len(answers)
    else:
        assert correct == 1
    if question["type"] != "numeric":
        assert len(answers) >= 3
        options = [answer.get("answer", "") + answer.get("code", "") for answer in answers]
        assert all(options) and len(set(options)) == len(options)
        assert all(isinstance(answer["correct"], bool) for answer in answers)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_option_has_feedback_and_a_reader_can_tell_right_from_wrong(question):
    assert all(answer.get("feedback", "").strip() for answer in question["answers"])
    if question["type"] == "numeric":
        # A wrong number that no answer foresees gets the default's hint.
        assert [answer["type"] for answer in question["answers"]].count("default") == 1
        assert question["answers"][-1]["type"] == "default"
        assert "correct" not in question["answers"][-1]
        values = [answer["value"] for answer in question["answers"] if "value" in answer]
        assert len(set(values)) == len(values)


# What a reader would take for mathematics, were it not set as such.
PLAIN_MATHEMATICS = re.compile(
    r"[²³⌊⌋⌈⌉·−×=^<>α-ω]|(?<!')\b[b-zCN]\b(?!-)|\b\w_\w|\d ?[+*/] ?\d|\b(mu|sigma|eps|ln)\b"
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_mathematics_is_set_as_mathematics_and_code_as_code(question):
    for text in texts(question):
        assert text.count("$") % 2 == 0 and text.count("`") % 2 == 0, text
        words = re.sub(r"\$[^$]+\$|`[^`]+`", "", text)
        assert not PLAIN_MATHEMATICS.search(words), text


@pytest.mark.parametrize("question", QUESTIONS)
def test_text_leaves_to_the_page_what_the_page_says(question):
    # The page writes "Choose all that hold" below a question, "Right" and "Wrong" before feedback.
    assert "choose all" not in question["question"].lower()
    for answer in question["answers"]:
        assert not re.match(r"(Right|Yes|True|No|Wrong)[.:,]", answer["feedback"])


def test_every_question_of_the_opening_quiz_leads_to_a_section_of_the_next_two_chapters():
    sections = set()
    for slug in ("convolution", "inception"):
        text = (ROOT / "chapters" / f"{slug}.md").read_text(encoding="utf-8")
        sections |= set(re.findall(r"^\((sec-[\w-]+)\)=$", text, re.M))
    for question in load(ROOT / "chapters/quizzes/quiz.json"):
        links = re.findall(r"\]\((\S+?)\)", question["taught"])
        assert links and sections.issuperset(links), question["id"]


# Sizes and counts of convolutions: course_lib.convolution computes every answer.
NUMERIC = [
    param
    for param in QUESTIONS
    if param.values[0]["type"] == "numeric"
    and ("computed" in param.values[0] or param.id.split(":")[0] in WARM_UP)
]


@pytest.mark.parametrize("question", NUMERIC)
def test_numeric_answer_is_recomputed(question):
    right = [answer["value"] for answer in question["answers"] if answer.get("correct")]
    assert right == [compute(question["computed"])]


# A stretch of numbers and operators, as in "25 · 3 · 32 + 32 = 2,432".
ARITHMETIC = re.compile(r"(?:[\d ()+−·/=²³⌊⌋⌈⌉]|[.,](?=\d))+")
TEX = {
    r"\lfloor ": "⌊",
    r" \rfloor": "⌋",
    r"\lceil ": "⌈",
    r" \rceil": "⌉",
    r"\cdot": "·",
    "{,}": ",",
    "^2": "²",
    "-": "−",
    "$": "",
}
PYTHON = str.maketrans(
    {"·": "*", "−": "-", "²": "**2", "³": "**3", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"}
)


def value(side):
    """Return the value of one side of an equation, None where letters stood in it."""
    plain = side.replace(",", "").strip().translate(PYTHON)
    if not plain or plain[0] in "+-*/":
        return None
    try:
        return eval(plain, {"floor": math.floor, "ceil": math.ceil})
    except SyntaxError:
        return None


def equations(text):
    """Return the numerical equations in a text, each as a list of its sides' values."""
    found = []
    for command, sign in TEX.items():
        text = text.replace(command, sign)
    for match in ARITHMETIC.finditer(text):
        sides = [value(side) for side in match[0].split("=")]
        before, after = text[: match.start()], text[match.end() :]
        if re.search(r"\b[A-Za-z]$", before):  # "C2 = 4", "C 2 = 4"
            sides[0] = None
        if re.match(r"%|[A-Za-z](?![a-z])", after):  # "= 28%", "= 2 C"
            sides[-1] = None
        sides = [side for side in sides if side is not None]
        if len(sides) > 1:
            found.append(sides)
    return found


def test_equations_are_found_and_computed():
    assert equations(
        r"$18 \cdot 64^2 = 73{,}728$, against $25 \cdot 64^2 = 102{,}400$ for one."
    ) == [
        [73728, 73728],
        [102400, 102400],
    ]
    sizes = r"$\lfloor (224 + 6 - 7)/2 \rfloor + 1 = \lfloor 111.5 \rfloor + 1 = 112$."
    assert equations(sizes) == [[112, 112, 112]]
    assert equations("14 is right, but $(14 - 1) \\cdot 2 + 3 - 28 = 1$: one") == [[1, 1]]
    assert equations(r"$\lceil 100/3 \rceil = 35$; $k = 3$ and $s = 2$") == [[34, 35]]
    assert equations(r"$(2 + 1) \cdot 10 + 11 \cdot 35 = 30 + 385$.") == [[415, 415]]
    letters = "$d(k - 1) + 1 = 9$ and $18 C^2 + 2 = 5$ and $7 = 2 C$ and $1 = 100$%"
    assert equations(letters) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_equations_in_the_texts_are_true(question):
    for text in texts(question):
        for sides in equations(text):
            assert sides == pytest.approx([sides[0]] * len(sides)), text


def test_the_quiz_chapter_shows_every_question_once():
    chapter = (ROOT / "chapters" / "quiz.md").read_text(encoding="utf-8")
    shown = re.findall(r"^:only: (.+)$", chapter, re.M)
    ids = [q["id"] for q in json.loads((ROOT / "chapters/quizzes/quiz.json").read_text("utf-8"))]
    assert sorted(" ".join(shown).split()) == sorted(ids)
    assert len(shown) == 5 and len(shown[-1].split()) == 12
