// Search shows an excerpt of each page by fetching it, which a browser refuses from a folder.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// A box that scrolls sideways must be reachable by keyboard.
// Turning a phone makes boxes scroll that did not.
for (const change of ["load", "resize"]) {
  window.addEventListener(change, () => {
    for (const table of document.querySelectorAll(".bd-article table")) {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
    }
  });
}

// Paper is white: a page in the dark theme is printed in the light one.
const root = document.documentElement;
let shown = null;
window.addEventListener("beforeprint", () => {
  shown = root.dataset.theme;
  root.dataset.theme = "light";
});
window.addEventListener("afterprint", () => {
  root.dataset.theme = shown;
});
