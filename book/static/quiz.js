// Draws each quiz of the page once MathJax, where the page has it, is ready: jupyterquiz would
// otherwise ask another host for a copy of its own.
window.addEventListener("load", async () => {
  if (window.MathJax && window.MathJax.startup) await window.MathJax.startup.promise;
  for (const quiz of document.querySelectorAll(".course-quiz")) {
    show_questions(JSON.parse(quiz.dataset.questions), quiz);
  }
});
