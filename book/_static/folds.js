// What scrolls sideways must be reachable by keyboard. The theme sees to it when the window changes its size, but not
// when a fold is opened.
document.addEventListener("toggle", () => window.dispatchEvent(new Event("resize")), true);
