// Three repairs that let ipywidgets live in a page of this theme. Loaded before Font Awesome and MathJax.

// Font Awesome would replace the <i> inside a Play button by an <svg>; the widget, which looks for its <i>, would
// throw, and every link after it would be dead. Nested, the <i> stays.
window.FontAwesomeConfig = { autoReplaceSvg: "nest" };

// A widget with a description asks MathJax 2 to typeset it, and throws where MathJax 3 has taken its place.
document.addEventListener("DOMContentLoaded", () => {
  if (window.MathJax && !window.MathJax.Hub) {
    window.MathJax.Hub = { Queue: ([, , element]) => window.MathJax.typesetPromise?.([element]) };
  }
});

// A Stack tells the widget it shows that its size may have changed, and throws where that one has been replaced
// meanwhile, as for a reader who holds an arrow key down. A widget that is gone needs no news.
document.addEventListener("DOMContentLoaded", () => {
  if (!document.querySelector("script[data-jupyter-widgets-cdn]")) return;
  window.requirejs?.(["@jupyter-widgets/base"], ({ JupyterLuminoWidget }) => {
    const { processMessage } = JupyterLuminoWidget.prototype;
    JupyterLuminoWidget.prototype.processMessage = function (message) {
      if (!this.isDisposed) processMessage.call(this, message);
    };
  });
});
