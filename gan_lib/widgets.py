"""ipywidgets that step through recordings, with a kernel and in a page without one."""

import base64
import io

import ipywidgets as widgets
from PIL import Image

from gan_lib.plots import image_grid, plot_losses

MOMENT = """\
<figure class="gan-moment" style="margin: 0; display: flex; flex-wrap: wrap; gap: 12px; align-items: center">
<img src="{samples}" alt="{alt}" width="480" style="flex: 1 1 260px; min-width: 0; max-width: 480px; height: auto; image-rendering: pixelated">
<img src="{curve}" alt="The losses of both players, with a cursor at step {step:,}" width="520" style="flex: 1 1 260px; min-width: 0; max-width: 520px; height: auto">
<figcaption style="flex: 1 0 100%; font-variant-numeric: tabular-nums">{caption}</figcaption>
</figure>"""


def epoch_stepper(recording, interval=350):
    """Step through a recorded run: play, pause, drag, and see samples and losses at each moment.

    With ipywidgets 8 every moment is in the browser and the links run there, so that the stepper
    works in a page with no kernel; ipywidgets 7 (Colab) has no `Stack` and asks the kernel for each moment.

    Args:
        recording: a `gan_lib.recordings.Recording`.
        interval: milliseconds from one moment to the next while it plays.

    Returns:
        A widget. With ipywidgets 8 it also has a picture of the last moment, for a PDF or a page
        without JavaScript.
    """
    last = len(recording.frames) - 1
    play = widgets.Play(min=0, max=last, value=last, interval=interval)
    labels = [(f"{epochs:.3g}", i) for i, epochs in enumerate(recording.epochs)]
    slider = widgets.SelectionSlider(options=labels, index=last, description="Epoch", continuous_update=True)
    widgets.jslink((play, "value"), (slider, "index"))
    moments = [moment(recording, i) for i in range(last + 1)]
    if hasattr(widgets, "Stack"):
        view = widgets.Stack([widgets.HTML(html) for html in moments], selected_index=last)
        widgets.jslink((slider, "index"), (view, "selected_index"))
    else:
        view = widgets.HTML(moments[last])
        slider.observe(lambda change: setattr(view, "value", moments[change["new"]]), "index")
    controls = widgets.HBox([play, slider], layout=widgets.Layout(flex_flow="row wrap"))
    stepper = Stepper([controls, view])
    stepper.add_class("gan-stepper")
    stepper.summary = f"Stepper: {last + 1} moments, from step 0 to step {recording.steps[last]:,}"
    grid = Image.fromarray(image_grid(recording.frames[last]))
    stepper.fallback = encoded(grid.resize((2 * grid.width, 2 * grid.height), Image.Resampling.NEAREST), "png")
    return stepper


class Stepper(widgets.VBox):
    """A box of widgets that can also show itself as a picture, where no widget can be shown."""

    def _repr_mimebundle_(self, **kwargs):
        return {**super()._repr_mimebundle_(**kwargs), "image/png": self.fallback, "text/plain": self.summary}


def moment(recording, i):
    """Return the HTML of one moment: the samples, the losses with a cursor, and a caption."""
    step, epochs, n = recording.steps[i], recording.epochs[i], len(recording.latents)
    caption = f"<b>epoch {epochs:.3g}</b> · step {step:,}"
    if i:
        caption += "".join(f" · {name} {recording.at_moments(name)[i]:.2f}" for name in ("d_loss", "g_loss"))
    return MOMENT.format(
        samples=as_url(Image.fromarray(image_grid(recording.frames[i])), quality=90),
        curve=as_url(drawn(plot_losses(recording, at=i)), lossless=True),
        alt=f"{n} samples after {step:,} training steps",
        step=step,
        caption=caption,
    )


def drawn(figure):
    """Return a matplotlib figure as a picture of 16 colours: a third of the size, and no difference to the eye."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    return Image.open(buffer).convert("RGB").quantize(16).convert("RGB")


def as_url(picture, **options):
    """Return a Pillow image as the address of an `<img>`, in WebP: smaller than PNG, known to every browser."""
    return "data:image/webp;base64," + encoded(picture, "webp", method=6, **options)


def encoded(picture, format, **options):
    """Return a Pillow image in base64."""
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return base64.b64encode(buffer.getvalue()).decode()
