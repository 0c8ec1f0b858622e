"""The quizzes of the built book as a reader uses them."""

import pytest
from conftest import ROOT
from extension.questions import load
from test_browser import serious, show

QUIZ = "chapters/quiz"
SLUGS = sorted(path.stem for path in (ROOT / "chapters/quizzes").glob("*.json"))


@pytest.fixture
def open_quiz(open_page, served):
    """Return a function that opens a page with a quiz, on a phone unless told otherwise."""

    def open_(name=QUIZ, **options):
        return open_page(f"{served}/{name}.html", **{"width": 390} | options)

    return open_


def asked(page, name, slug="quiz"):
    """Return the form of a question."""
    return page.locator(f"#quiz-{slug}-{name}")


def tick(form, right, position=0):
    """Choose a right or a wrong option by tapping its text."""
    chosen = "[data-correct]" if right else ":not([data-correct])"
    form.locator(f".quiz-option:has(input{chosen}) label").nth(position).click()


def check(form):
    """Press the button of a question."""
    form.get_by_role("button", name="Check").click()


def told(form):
    """Return the texts of the feedback in sight."""
    return form.locator(".quiz-feedback:visible").all_inner_texts()


def verdict(form):
    """Return the sentence beside the button."""
    return form.locator(".quiz-verdict").inner_text()


# --- Choose all --------------------------------------------------------------------------------


def test_choose_all_is_checked_when_told_and_keeps_right_choices(open_quiz):
    page = open_quiz()
    form = asked(page, "layers")  # three of its six statements are right
    tick(form, True, 0), tick(form, True, 1), tick(form, False, 0)
    assert told(form) == [] and verdict(form) == ""
    check(form)
    assert verdict(form) == "✗ Not yet: 2 of 3 found, 1 wrong."
    assert form.locator("input:checked").count() == 3
    # Each text stands inside its own option, and says by mark and word what holds.
    inside = form.locator(".quiz-option:has(input:checked) .quiz-feedback:visible")
    assert inside.count() == len(told(form)) == 3
    assert sorted(text[:7] for text in told(form)) == ["✓ Right", "✓ Right", "✗ Wrong"]
    tick(form, False, 0)
    assert verdict(form) == "" and len(told(form)) == 3
    tick(form, True, 2)
    check(form)
    assert verdict(form) == "✓ Right."
    assert form.get_by_role("button", name="Show the answer").count() == 0
    assert page.faults == []


def test_tap_on_a_formula_chooses_its_option(open_quiz):
    form = asked(open_quiz(), "small-kernels")
    option = form.locator("label", has_text="Fewer weights")
    option.scroll_into_view_if_needed()
    box = option.locator("mjx-container").first.bounding_box()
    form.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert option.locator("input").is_checked()
    assert option.locator("mjx-container").first.evaluate(
        "e => getComputedStyle(e).pointerEvents === 'none'"
    )


def test_no_choice_is_no_answer_and_the_answer_is_shown_when_asked(open_quiz):
    page = open_quiz()
    form = asked(page, "layers")
    check(form)
    assert verdict(form) == "Choose an answer first." and told(form) == []
    assert form.get_by_role("button", name="Show the answer").count() == 0
    tick(form, False)
    check(form)
    form.get_by_role("button", name="Show the answer").click()
    assert len(told(form)) == form.locator(".quiz-option").count()
    assert verdict(form).startswith("✗ Not yet")


# --- Numbers -----------------------------------------------------------------------------------


def test_number_has_a_button_a_decimal_keyboard_and_an_answer_to_nonsense(open_quiz):
    page = open_quiz()
    form = asked(page, "colour-parameters")
    field = form.get_by_label("Your answer")
    assert field.get_attribute("inputmode") == "decimal"
    for nonsense in ("abc", "", "12 pixels", "1/0", "1,2,3"):
        field.fill(nonsense)
        check(form)
        assert [text[:11] for text in told(form)] == ["✗ No number"], nonsense
        assert field.input_value() == nonsense
    field.fill("2400")
    field.press("Enter")
    assert told(form) == ["✗ Wrong. The 32 biases are missing."]
    field.fill("7")
    assert told(form) == []
    check(form)
    assert told(form)[0].startswith("✗ Wrong") and "one bias per output channel" in told(form)[0]
    for right in ("2432", "2,432", "2 432", "2432.0", "2.432e3", "4864/2"):
        field.fill(right)
        check(form)
        assert verdict(form) == "✓ Right.", right
    assert page.faults == []


def test_number_may_be_negative_rounded_and_have_a_decimal_comma(open_quiz):
    page = open_quiz("chapters/generation")
    form = asked(page, "weights", "generation")
    field = form.get_by_label("Your answer")
    assert field.get_attribute("inputmode") == "text"  # the decimal keyboard may have no minus
    for given, right in (("-0.92", True), ("−0,916", True), ("0.92", False), ("-0.93", False)):
        field.fill(given)
        check(form)
        assert (verdict(form) == "✓ Right.") == right, given


def numeric():
    """Yield a form's name, a number for it and whether that is right, for every foreseen number."""
    for slug in SLUGS:
        for question in load(ROOT / f"chapters/quizzes/{slug}.json"):
            for answer in question["answers"] if question["type"] == "numeric" else []:
                value = answer.get("value", sum(answer.get("range", [])) / 2)
                if answer["type"] != "default":
                    yield question["id"], slug, value, answer.get("correct", False)


def test_every_foreseen_number_gets_its_own_feedback(open_quiz):
    page = open_quiz("chapters/all-quizzes", width=1280)
    for name, slug, value, right in numeric():
        form = asked(page, name, slug)
        form.get_by_label("Your answer").fill(str(value))
        check(form)
        assert (verdict(form) == "✓ Right.") == right, (slug, name, value)
        shown = form.locator(".quiz-feedback:visible")
        assert shown.count() == 1 and shown.get_attribute("data-low") != "", (slug, name, value)


# --- Memory ------------------------------------------------------------------------------------


@pytest.mark.parametrize("opened", ["served", "from a folder"])
def test_answers_are_remembered_on_the_device_until_they_are_forgotten(
    open_page, site, served, opened
):
    base = served if opened == "served" else site.as_uri()
    page = open_page(f"{base}/chapters/convolution.html", width=390)
    chosen, number = (asked(page, name, "convolution") for name in ("name", "field"))
    tick(chosen, False)
    check(chosen)
    tick(chosen, True)
    check(chosen)
    number.get_by_label("Your answer").fill("6")
    check(number)
    before = [(told(form), verdict(form)) for form in (chosen, number)]
    assert [len(texts) for texts, _ in before] == [2, 1]
    score = page.locator(".quiz-score")
    assert score.locator("p").inner_text() == "1 of 6 answered right."
    page.reload()
    assert [(told(form), verdict(form)) for form in (chosen, number)] == before
    assert number.get_by_label("Your answer").input_value() == "6"
    assert score.locator("p").inner_text() == "1 of 6 answered right."
    # The same questions on the page of all quizzes.
    page.goto(f"{base}/chapters/all-quizzes.html")
    assert verdict(asked(page, "name", "convolution")) == "✓ Right."
    page.goto(f"{base}/chapters/convolution.html")
    score.get_by_role("button", name="Forget my answers").click()
    for _ in range(2):
        assert [(told(form), verdict(form)) for form in (chosen, number)] == [([], "")] * 2
        assert page.locator(".quiz-question input:checked").count() == 0
        assert score.locator("p").inner_text() == "0 of 6 answered right."
        page.reload()
    assert page.evaluate("localStorage.getItem('autoencoder-course/quiz/convolution')") is None
    assert page.faults == []


@pytest.mark.parametrize(
    "stored",
    ["{", "null", "[]", '{"name": {"chosen": ["gone"], "seen": ["gone"], "checked": true}}'],
)
def test_what_an_older_book_stored_does_no_harm(open_quiz, stored):
    page = open_quiz("chapters/convolution")
    page.evaluate("t => localStorage.setItem('autoencoder-course/quiz/convolution', t)", stored)
    page.reload()
    form = asked(page, "name", "convolution")
    assert told(form) == []
    tick(form, True)
    check(form)
    assert verdict(form) == "✓ Right."
    assert page.faults == []


def test_quiz_works_where_the_browser_forbids_to_remember(open_quiz):
    page = open_quiz("chapters/convolution")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
    )
    page.reload()
    form = asked(page, "name", "convolution")
    tick(form, True)
    check(form)
    assert verdict(form) == "✓ Right."


# --- Score -------------------------------------------------------------------------------------


def test_opening_quiz_counts_which_chapter_is_needed_and_leads_there(open_quiz):
    page = open_quiz()
    pages = page.locator(".quiz-pages li")
    assert [text.rpartition(": ")[2] for text in pages.all_inner_texts()] == [
        "0 of 12 answered right.",
        "0 of 5 answered right.",
    ]
    form = asked(page, "saved-weights")
    assert form.locator(".quiz-taught").is_hidden()
    form.get_by_label("Your answer").fill("28672")
    check(form)
    assert pages.nth(1).inner_text().endswith(": 1 of 5 answered right.")
    assert page.locator(".quiz-score p").inner_text() == "1 of 17 answered right."
    form.locator(".quiz-taught a").click()
    assert page.url.endswith("chapters/inception.html#sec-small-kernels")
    assert page.faults == []


# --- For every reader --------------------------------------------------------------------------


def test_quiz_works_by_keyboard_alone(open_quiz):
    page = open_quiz("chapters/convolution")
    form = asked(page, "pooling", "convolution")
    form.locator("input").first.focus()
    for right in form.locator("input").evaluate_all("all => all.map(i => 'correct' in i.dataset)"):
        if right:
            page.keyboard.press("Space")
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check"
    page.keyboard.press("Enter")
    assert verdict(form) == "✓ Right."
    assert page.evaluate("document.activeElement.textContent") == "Check"


def test_screen_reader_hears_question_verdict_and_feedback(open_quiz):
    page = open_quiz("chapters/convolution")
    form = asked(page, "name", "convolution")
    group = form.get_by_role("group")
    assert "textbook on signal processing" in group.aria_snapshot()
    assert form.get_by_role("radio").count() == 3
    tick(form, False)
    check(form)
    assert form.get_by_role("status").inner_text() == "✗ Not yet."
    described = form.locator("input:checked").get_attribute("aria-describedby")
    assert page.locator(f"#{described}").get_attribute("aria-live") == "polite"
    assert page.locator(f"#{described}").inner_text() == told(form)[0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_answered_quiz_is_accessible_and_easy_to_hit(open_quiz, theme):
    page = open_quiz(theme=theme)
    layers, number = asked(page, "layers"), asked(page, "formula-value")
    tick(layers, False)
    check(layers)
    layers.get_by_role("button", name="Show the answer").click()
    for given in ("abc", "15"):
        number.get_by_label("Your answer").fill(given)
        check(number)
        assert serious(page) == []
    small = """[...document.querySelectorAll(
        ".quiz-option label, .quiz-question button, .quiz-answer input, .quiz-score button"
    )].filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.9)
      .map(e => e.outerHTML)"""
    assert page.evaluate(small) == []
    show(page, theme, 1280)
    assert serious(page) == []


def test_page_does_not_jump_while_it_loads_with_answers_nor_while_it_is_used(open_quiz):
    page = open_quiz()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "e => { if (!e.hadRecentInput) moved += e.value; }"
        ")).observe({ type: 'layout-shift', buffered: true })"
    )
    for name in ("layers", "small-kernels", "module"):
        tick(asked(page, name), False)
        check(asked(page, name))
    page.reload(wait_until="networkidle")
    assert told(asked(page, "layers"))
    asked(page, "formula-value").get_by_label("Your answer").fill("15")
    check(asked(page, "formula-value"))
    page.wait_for_timeout(700)  # half a second behind an input a shift is no jump
    assert page.evaluate("moved") < 0.05


def test_questions_are_readable_without_javascript(open_page, served):
    page = open_page(f"{served}/{QUIZ}.html", java_script_enabled=False)
    form = asked(page, "layers")
    assert form.locator("legend").is_visible() and form.locator("label:visible").count() == 6
    assert page.locator(".quiz-question").count() == 17
    assert page.locator(".quiz-question button:visible, .quiz-score:visible").count() == 0
    assert page.locator(".quiz-feedback:visible").count() == 0


def test_quiz_prints_empty_and_its_answers_apart(open_quiz):
    page = open_quiz("chapters/all-quizzes", width=1280)
    # Tapping an answer chooses it: no word of it is a link, to the glossary for instance.
    assert page.locator(".quiz-question :is(legend, label) a").count() == 0
    wanted = sum(len(load(ROOT / f"chapters/quizzes/{slug}.json")) for slug in SLUGS)
    assert page.locator(".quiz-question").count() == wanted
    form = asked(page, "name", "convolution")
    tick(form, True)
    check(form)
    page.emulate_media(media="print")
    hidden = ".quiz-question button, .quiz-feedback, .quiz-verdict, .quiz-score"
    assert page.locator(f":is({hidden}):visible").count() == 0
    look = "i => [getComputedStyle(i).appearance, getComputedStyle(i).backgroundColor]"
    looks = [form.locator("input").nth(i).evaluate(look) for i in range(3)]
    assert looks[0] == looks[1] == looks[2] and looks[0][0] == "none"
    answers = open_quiz("chapters/quiz-answers", width=1280)
    assert answers.locator(".quiz-key:has(li)").count() == wanted
