"""Pieces of HTML behind a Play button and a slider; it knows no recording."""

import base64
import io
from collections.abc import Sequence

import ipywidgets as widgets
from matplotlib.figure import Figure
from PIL import Image

from gan_lib._checks import check_count, check_names

FIGURE = """\
<figure class="gan-moment" style="margin: 0; display: flex; flex-wrap: wrap; gap: 12px{align}">
{inside}
<figcaption style="flex: 1 0 100%; font-variant-numeric: tabular-nums">{caption}</figcaption>
</figure>"""


TITLED = """\
<div style="flex: 1 1 150px; min-width: 0; max-width: {width}px; line-height: 1.3">
<span class="{actor}">{title}</span>
<img src="{picture}" alt="{alt}" width="{width}" style="width: 100%; height: auto; display: block{pixels}">
</div>"""


def stack_stepper(
    moments: Sequence[str], labels: Sequence[str], description: str, interval: int, fallback: Image.Image, summary: str
) -> "Stepper":
    """Put pieces of HTML behind a Play button and a slider.

    Args:
        moments: list of str, HTML.
        labels: what the slider says at each of them.
        description: what stands before the slider.
        interval: milliseconds from one to the next while it plays.
        fallback: a Pillow image, to be shown where no widget can be.
        summary: the same, as text.

    Raises:
        ValueError: if there is no moment, or not a label for each.
    """
    check_count(len(moments), "the number of moments")
    check_names(labels, "labels", len(moments))
    check_count(interval, "interval")
    last = len(moments) - 1
    play = widgets.Play(min=0, max=last, value=0, interval=interval)
    options = [(label, i) for i, label in enumerate(labels)]
    slider = widgets.SelectionSlider(options=options, index=0, description=description, continuous_update=True)
    widgets.jslink((play, "value"), (slider, "index"))
    view = view_of(slider, moments)
    controls = widgets.HBox([play, slider], layout=widgets.Layout(flex_flow="row wrap"))
    return with_fallback([controls, view], "gan-stepper", fallback, summary)


def view_of(control: widgets.Widget, pieces: Sequence[str]) -> widgets.Widget:
    """Return a view of the piece of HTML that a selection widget has chosen; in the browser if ipywidgets has `Stack`."""
    if hasattr(widgets, "Stack"):
        view = widgets.Stack([widgets.HTML(html) for html in pieces], selected_index=control.index)
        widgets.jslink((control, "index"), (view, "selected_index"))
    else:
        view = widgets.HTML(pieces[control.index])
        control.observe(lambda change: setattr(view, "value", pieces[change["new"]]), "index")
    return view


def with_fallback(children: Sequence[widgets.Widget], name: str, fallback: Image.Image, summary: str) -> "Stepper":
    """Return a `Stepper` of the CSS class `name`, to be shown as the Pillow image `fallback` where no widget can be."""
    box = Stepper(children)
    box.add_class(name)
    box.summary, box.fallback = summary, encoded(fallback, "png")
    return box


def titled(actor: str, title: str, picture: str, alt: str, width: int, pixels: str = "") -> str:
    """Return the HTML of a picture, given as an address, under a title in the colour of its actor."""
    return TITLED.format(actor=actor, title=title, picture=picture, alt=alt, width=width, pixels=pixels)


def twice(picture: Image.Image) -> Image.Image:
    """Return a Pillow image at twice its size, pixel by pixel.

    Examples:
        >>> twice(Image.new("L", (3, 2))).size
        (6, 4)
    """
    return picture.resize((2 * picture.width, 2 * picture.height), Image.Resampling.NEAREST)


class Stepper(widgets.VBox):
    """A box of widgets that can also show itself as a picture, where no widget can be shown."""

    def _repr_mimebundle_(self, **kwargs) -> dict:
        return {**super()._repr_mimebundle_(**kwargs), "image/png": self.fallback}

    def __repr__(self) -> str:  # what ipywidgets 7 and 8 show as text
        return self.summary


def figure_picture(figure: Figure, colours: int = 16) -> Image.Image:
    """Return a matplotlib figure as a picture of few colours: a third of the size, and no difference to the eye."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    return Image.open(buffer).convert("RGB").quantize(colours).convert("RGB")


def data_url(picture: Image.Image, **options) -> str:
    """Return a Pillow image as the address of an `<img>`, in WebP: smaller than PNG, known to every browser."""
    return "data:image/webp;base64," + encoded(picture, "webp", method=6, **options)


def encoded(picture: Image.Image, format: str, **options) -> str:
    """Return a Pillow image in base64."""
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return base64.b64encode(buffer.getvalue()).decode()
