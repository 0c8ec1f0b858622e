// A link of the text that sets an explorer of the page, such as "try p = 1". Without its script, or where
// the explorer is not alive, it leads to its place.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-explore]");
  const card = link && document.querySelector(`${link.hash} .cx`);
  if (!card?.explorer) return;
  event.preventDefault();
  for (const [name, value] of Object.entries(JSON.parse(link.dataset.explore))) card.explorer.set(name, value);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  card.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  if (!calm) card.animate([{ outline: "4px solid currentColor" }, { outline: "4px solid transparent" }], 1200);
});
