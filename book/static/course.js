// Search shows an excerpt of each page by fetching it, which a browser refuses from a folder.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// A box that scrolls sideways must be reachable by keyboard, and a formula in a sentence that is
// wider than the page becomes such a box, but not in a table that scrolls. Turning a phone makes
// boxes scroll that did not.
async function makeRoom() {
  await window.MathJax?.startup?.promise;
  for (const formula of document.querySelectorAll('.bd-article mjx-container:not([display="true"])')) {
    formula.classList.remove("long");
    const room = formula.closest("p, li, td, dd, figcaption, summary")?.clientWidth;
    const wide = formula.getBoundingClientRect().width > room;
    formula.classList.toggle("long", wide && !formula.closest(".table-scroll > table:not(.prose)"));
  }
  const boxes = ".bd-article table, .table-scroll, div.math > mjx-container, mjx-container.long";
  for (const box of document.querySelectorAll(boxes)) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
}
for (const change of ["load", "resize"]) window.addEventListener(change, makeRoom);

// Paper is white: a page in the dark theme is printed in the light one. It cannot be unfolded.
const root = document.documentElement;
let shown = null;
let opened = [];
window.addEventListener("beforeprint", () => {
  shown = root.dataset.theme;
  root.dataset.theme = "light";
  opened = [...document.querySelectorAll(".bd-article details:not([open])")];
  for (const box of opened) box.open = true;
});
window.addEventListener("afterprint", () => {
  root.dataset.theme = shown;
  for (const box of opened) box.open = false;
});

// A term and a citation say what they stand for, to a mouse and to the keyboard.
document.addEventListener("DOMContentLoaded", () => {
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);

  function show(link, said) {
    tip.replaceChildren(...said);
    tip.hidden = false;
    link.setAttribute("aria-describedby", "tip");
    const box = link.getBoundingClientRect();
    const below = box.bottom + 8;
    const fits = below + tip.offsetHeight < innerHeight || box.top < tip.offsetHeight + 8;
    const top = fits ? below : box.top - tip.offsetHeight - 8;
    tip.style.top = `${top + scrollY}px`;
    tip.style.left = `${Math.max(8, Math.min(box.left, root.clientWidth - tip.offsetWidth - 8))}px`;
  }

  function hide() {
    document.querySelector('[aria-describedby="tip"]')?.removeAttribute("aria-describedby");
    tip.hidden = true;
  }

  for (const link of document.querySelectorAll(".bd-article a")) {
    const term = document.getElementById(`tip-${link.hash.slice(1)}`);
    const title = link.matches(".bibtex-citation a") && link.title;
    if (!term && !title) continue;
    link.removeAttribute("title");
    const say = () => show(link, term ? term.cloneNode(true).childNodes : [title]);
    for (const event of ["mouseenter", "focus"]) link.addEventListener(event, say);
    for (const event of ["mouseleave", "blur"]) link.addEventListener(event, hide);
  }
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
});
