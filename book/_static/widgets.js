// Repairs that let ipywidgets live in a page of this theme.

const hasWidgets = () => document.querySelector("script[type='application/vnd.jupyter.widget-state+json']");

// A Stack tells the widget it shows that its size may have changed, and throws where that one has been replaced
// meanwhile, as for a reader who holds an arrow key down. A widget that is gone needs no news.
document.addEventListener("DOMContentLoaded", () => {
  if (!hasWidgets()) return;
  window.requirejs?.(["@jupyter-widgets/base"], ({ JupyterLuminoWidget }) => {
    const { processMessage } = JupyterLuminoWidget.prototype;
    JupyterLuminoWidget.prototype.processMessage = function (message) {
      if (!this.isDisposed) processMessage.call(this, message);
    };
  });
});

// The buttons of Play are bare icons, and the handle of a slider is a bare box: a screen reader needs their names.
document.addEventListener("DOMContentLoaded", () => {
  if (!hasWidgets()) return;
  window.requirejs?.(["@jupyter-widgets/controls"], ({ PlayView, IntSliderView, FloatSliderView, SelectionSliderView }) => {
    const { updatePlaying } = PlayView.prototype;
    PlayView.prototype.updatePlaying = function () {
      updatePlaying.call(this);
      this.playPauseButton.ariaLabel = this.model.get("playing") ? "Pause" : "Play";
      this.stopButton.ariaLabel = "Stop";
      this.repeatButton.ariaLabel = "Repeat";
    };
    for (const { prototype } of [IntSliderView, FloatSliderView, SelectionSliderView]) {
      const { createSlider } = prototype;
      prototype.createSlider = function () {
        createSlider.call(this);
        this.$slider.querySelector(".noUi-handle").ariaLabel = this.model.get("description");
      };
    }
  });
});
