// Quizzes: checks an answer when the reader says so, shows the feedback beside what it is about,
// and remembers both on this device. The build has written the forms (extension/quiz.py). Right
// behind each it calls `reviveQuiz`: what is remembered is then shown before the page is painted,
// so nothing jumps.
(() => {
  "use strict";

  const forms = [];
  let scores = []; // the lines that count, known when the page is complete

  // What is remembered: { slug: { question: { chosen, seen, checked, shown } } }, one entry a slug.
  // A browser may forbid it; the quiz then works all the same, until the page is left.
  const PREFIX = "autoencoder-course/quiz/";
  const kept = {};

  function recall(slug) {
    if (!(slug in kept)) {
      try {
        kept[slug] = JSON.parse(localStorage.getItem(PREFIX + slug)) || {};
      } catch {
        kept[slug] = {};
      }
    }
    return kept[slug];
  }

  function keep(slug) {
    try {
      if (Object.keys(kept[slug]).length) {
        localStorage.setItem(PREFIX + slug, JSON.stringify(kept[slug]));
      } else {
        localStorage.removeItem(PREFIX + slug);
      }
    } catch {
      // Not remembered, see above.
    }
  }

  const options = (form) => [...form.querySelectorAll(".quiz-option input")];
  const field = (form) => form.querySelector(".quiz-answer input");
  const part = (form, name) => form.querySelector(`.quiz-${name}`);
  const isRight = (element) => "correct" in element.dataset;
  const feedback = (input) => part(input.closest(".quiz-option"), "feedback");

  /** Return the number that a reader wrote: 2432, 2,432, 0.5, 0,5, −1 or 3/4; NaN for all else. */
  function number(text) {
    let plain = text.trim().replace(/[−–]/g, "-").replace(/\s/g, "");
    if (/^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(plain)) plain = plain.replaceAll(",", "");
    plain = plain.replace(",", ".");
    const [, above, below] = /^(.+)\/(.+)$/.exec(plain) || [null, plain, "1"];
    const readable = (part) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part);
    return readable(above) && readable(below) ? Number(above) / Number(below) : NaN;
  }

  /** Return the feedback to a number: of the first answer that it fits, or of the last one. */
  function fitting(form) {
    const { value, dataset } = field(form);
    const given = number(value);
    if (!Number.isFinite(given)) return part(form, "unreadable");
    const round = (x) => (dataset.precision ? Number(x.toPrecision(dataset.precision)) : x);
    const all = [...form.querySelectorAll(".quiz-feedback:not(.quiz-unreadable)")];
    const fits = ({ dataset: { low, high } }) =>
      low === high
        ? low !== "" && round(given) === round(Number(low))
        : Number(low) <= given && given <= Number(high);
    return all.find(fits) || all.at(-1);
  }

  /** Judge an answer; return its state, `right` or `wrong`, and a sentence. */
  function judge(form) {
    if (field(form)) {
      const right = isRight(fitting(form));
      return [right ? "right" : "wrong", right ? "✓ Right." : "✗ Not yet."];
    }
    const chosen = options(form).filter((input) => input.checked);
    const found = chosen.filter(isRight).length;
    const wrong = chosen.length - found;
    const all = options(form).filter(isRight).length;
    if (found === all && !wrong) return ["right", "✓ Right."];
    if (all === 1) return ["wrong", "✗ Not yet."];
    return ["wrong", `✗ Not yet: ${found} of ${all} found${wrong ? `, ${wrong} wrong` : ""}.`];
  }

  /** Show a form as what is remembered of its question says. */
  function draw(form) {
    const { chosen = [], seen = [], checked, shown } =
      recall(form.dataset.quiz)[form.dataset.question] || {};
    if (field(form)) {
      if (field(form).value !== (chosen[0] || "")) field(form).value = chosen[0] || "";
      const fit = checked && fitting(form);
      for (const text of form.querySelectorAll(".quiz-feedback")) {
        text.hidden = text !== fit && !(shown && isRight(text));
      }
    }
    for (const input of options(form)) {
      input.checked = chosen.includes(input.value);
      feedback(input).hidden = !shown && !seen.includes(input.value);
      const state = isRight(input) ? "right" : "wrong";
      input.closest(".quiz-option").dataset.state = feedback(input).hidden ? "" : state;
    }
    const [state, sentence] = checked ? judge(form) : ["", ""];
    form.dataset.state = state;
    part(form, "verdict").textContent = sentence;
    part(form, "show").hidden = state !== "wrong" || Boolean(shown);
    if (part(form, "taught")) part(form, "taught").hidden = !checked;
  }

  /** Change what is remembered of a question, and show it. */
  function change(form, changed) {
    const { quiz, question } = form.dataset;
    const before = recall(quiz)[question] || {};
    const answer = field(form)
      ? [field(form).value]
      : options(form).filter((input) => input.checked).map((input) => input.value);
    recall(quiz)[question] = { ...before, chosen: answer, ...changed(before, answer) };
    keep(quiz);
    draw(form);
    scores.forEach(count);
  }

  function count(score) {
    const counted = forms.filter((form) => [form.dataset.quiz, ""].includes(score.dataset.quiz));
    const text = (some) => {
      const right = some.filter((form) => form.dataset.state === "right").length;
      return `${right} of ${some.length} answered right`;
    };
    score.querySelector("p").textContent = `${text(counted)}.`;
    const pages = score.previousElementSibling;
    if (!pages || !pages.matches(".quiz-pages")) return;
    for (const link of pages.querySelectorAll("li a")) {
      const teaches = ({ pathname }) => pathname === link.pathname;
      const some = counted.filter((form) => [...form.querySelectorAll(".quiz-taught a")].some(teaches));
      const item = link.closest("li");
      const note = item.querySelector(".quiz-count") || document.createElement("span");
      note.className = "quiz-count";
      link.after(note);
      note.textContent = `: ${text(some)}.`;
    }
  }

  window.reviveQuiz = (form) => {
    forms.push(form);
    draw(form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!field(form) && !options(form).some((input) => input.checked)) {
        part(form, "verdict").textContent = "Choose an answer first.";
        return;
      }
      change(form, ({ seen = [] }, chosen) => ({ checked: true, seen: [...new Set([...seen, ...chosen])] }));
    });
    // What is changed after a check is open again; what was learned from the check stays.
    form.addEventListener("input", () => change(form, () => ({ checked: false })));
    part(form, "show").addEventListener("click", () => change(form, () => ({ shown: true })));
  };

  document.addEventListener("DOMContentLoaded", () => {
    scores = [...document.querySelectorAll(".quiz-score")];
    for (const score of scores) {
      count(score);
      score.querySelector("button").addEventListener("click", () => {
        for (const form of forms) {
          if (![form.dataset.quiz, ""].includes(score.dataset.quiz)) continue;
          kept[form.dataset.quiz] = {};
          keep(form.dataset.quiz);
          draw(form);
        }
        scores.forEach(count);
      });
    }
  });
})();
