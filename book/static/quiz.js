// Draws each quiz of the page once MathJax, where the page has it, is ready: jupyterquiz would
// otherwise ask another host for a copy of its own.
window.addEventListener("load", async () => {
  if (window.MathJax && window.MathJax.startup) await window.MathJax.startup.promise;
  for (const quiz of document.querySelectorAll(".course-quiz")) {
    show_questions(JSON.parse(quiz.dataset.questions), quiz);
    // What a screen reader needs and jupyterquiz leaves out: a name for the field of an answer,
    // and feedback that is read when it appears.
    for (const question of quiz.querySelectorAll(".Quiz")) {
      const text = question.querySelector(".MultipleChoiceQn, .ManyChoiceQn, .NumericQn").innerText;
      question.setAttribute("role", "group");
      question.setAttribute("aria-label", text);
      for (const field of question.querySelectorAll(".Input-text")) {
        field.setAttribute("aria-label", `Your answer: ${text}`);
        field.placeholder = "then press Enter";
      }
      for (const feedback of question.querySelectorAll(".Feedback")) {
        feedback.setAttribute("aria-live", "polite");
      }
    }
  }
});
