// A formula that is wider than the page scrolls sideways, and must be reachable by keyboard then.
function addTabStops() {
  for (const formula of document.querySelectorAll(".katex-display")) {
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
    else formula.removeAttribute("tabindex");
  }
}
document.addEventListener("DOMContentLoaded", addTabStops);
window.addEventListener("resize", addTabStops);
document.fonts.addEventListener("loadingdone", addTabStops);
