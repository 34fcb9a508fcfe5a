// Two repairs that let ipywidgets live in a page of this theme. Loaded before Font Awesome and MathJax.

// Font Awesome would replace the <i> inside a Play button by an <svg>; the widget, which looks for its <i>, would
// throw, and every link after it would be dead. Nested, the <i> stays.
window.FontAwesomeConfig = { autoReplaceSvg: "nest" };

// A widget with a description asks MathJax 2 to typeset it, and throws where MathJax 3 has taken its place.
document.addEventListener("DOMContentLoaded", () => {
  if (window.MathJax && !window.MathJax.Hub) {
    window.MathJax.Hub = { Queue: ([, , element]) => window.MathJax.typesetPromise?.([element]) };
  }
});
