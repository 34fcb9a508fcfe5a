"""A widget to walk through latent space: a recorded plane for pages without a kernel, live sliders for those with one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ipywidgets as widgets
import numpy as np
from PIL import Image

from gan_lib._checks import check_accepts, check_array
from gan_lib.data import to_pixels
from gan_lib.plots.images import COLOURS, image_grid
from gan_lib.studies.latents import plane
from gan_lib.widgets.stepper import data_url, twice, with_fallback

if TYPE_CHECKING:  # the generator is the caller's: nothing here loads TensorFlow
    from gan_lib._keras import keras

# Each picture of the plane comes with a map of all of them, on which a frame marks its place.
PLACE = """\
<figure class="gan-place"><div><i style="left:{left:.2f}%;top:{top:.2f}%"></i></div>\
<img src="{picture}" alt="{alt}" width="280" style="padding: 0"><figcaption>{caption}</figcaption></figure>"""
HEADING = """\
<style>
.gan-place {{ margin: 0; display: flex; flex-wrap: wrap; gap: 12px; max-width: 600px }}
.gan-place > div, .gan-place img {{ flex: 1 1 140px; min-width: 0; max-width: 280px; height: auto; aspect-ratio: 1; \
image-rendering: pixelated }}
.gan-place > div {{ position: relative; background: url({map}) 0 0 / 100% 100% }}
.gan-place i {{ position: absolute; width: {size:.2f}%; height: {size:.2f}%; box-sizing: border-box; \
border: 2px solid {frame}; outline: 1px solid white }}
.gan-explorer .gan-place figcaption {{ flex: 1 0 100%; margin: 0; color: inherit; font-size: inherit; \
text-align: left; font-variant-numeric: tabular-nums }}
</style>
<b>Recorded:</b> {n} × {n} places on a plane"""
LIVE = (
    '<img src="{picture}" alt="Image of the latent vector that the sliders give" width="224" style="image-rendering: pixelated">'
)


PLACES = tuple(np.linspace(-4, 4, 11))


def latent_explorer(
    generator: "keras.Model", origin: np.ndarray, directions: np.ndarray, places: Sequence[float] = PLACES
) -> widgets.Widget:
    """Walk through latent space with sliders.

    The upper half shows the plane that the first two directions span. All its images are drawn beforehand and are in the
    browser with ipywidgets 8, so that it works in a page with no kernel; ipywidgets 7 (Colab) has no `Stack` and asks the
    kernel for each. The lower half has a slider for every direction, from `origin` or from another latent vector, and
    asks the generator at every move; it needs a kernel, and book.css hides its class `gan-live-only` in the built page.

    Args:
        generator: a Keras model, (batch, d) -> (batch, height, width, 1) in [-1, 1].
        origin: (d,), the latent vector from which the directions lead away.
        directions: (k, d) with k of at least 2, such as `gan_lib.studies.latents.directions` finds.
        places: (m,), how far along each direction the recorded images lie.

    Returns:
        A widget, which with ipywidgets 8 also has a picture of the whole plane, for a PDF or a page without JavaScript.

    Raises:
        ValueError: if there are fewer than two directions, or they do not fit `origin`, or that not the generator.
    """
    origin = check_array(origin, "origin", ("d",)).astype("float32")
    directions = check_array(directions, "directions", ("k", len(origin)), least=2).astype("float32")
    places = check_array(places, "places", ("m",)).tolist()
    check_accepts(generator, "generator", origin[np.newaxis], "origin")
    latents = plane(origin, *directions[:2], places)
    images = to_pixels(generator.predict(latents.reshape(-1, len(origin)), verbose=0))
    whole = Image.fromarray(image_grid(images, columns=len(places), gap=0))
    parts = [recorded_plane(images, places, whole), live_sliders(generator, origin, directions, max(places))]
    summary = f"Explorer: {len(places)} x {len(places)} images of a plane in latent space"
    explorer = with_fallback(parts, "gan-stepper", twice(whole), summary)  # the class for the page's rules on sliders and buttons
    explorer.add_class("gan-explorer")
    return explorer


def recorded_plane(images: np.ndarray, places: Sequence[float], whole: Image.Image) -> widgets.Widget:
    """Return two sliders, across and down, and the image at their place; uint8 images (m * m, height, width), row by row."""
    n, middle = len(places), len(places) // 2
    rows = [[place_on_plane(images[n * y + x], x, y, places) for x in range(n)] for y in range(n)]
    across, down = (
        widgets.SelectionSlider(
            options=[(f"{value:+.1f}", i) for i, value in enumerate(places)],
            index=middle,
            description=f"Direction {number}",
            continuous_update=True,
        )
        for number in (1, 2)
    )
    if hasattr(widgets, "Stack"):
        shared = {"layout": widgets.Layout(), "style": widgets.HTML().style}  # one for all, which halves the page's weight
        stacks = [
            widgets.Stack([widgets.HTML(html, **shared) for html in row], selected_index=middle, layout=shared["layout"])
            for row in rows
        ]
        for stack in stacks:
            widgets.jslink((across, "index"), (stack, "selected_index"))
        view = widgets.Stack(stacks, selected_index=middle)
        widgets.jslink((down, "index"), (view, "selected_index"))
    else:
        view = widgets.HTML(rows[middle][middle])

        def show(change):
            view.value = rows[down.index][across.index]

        for slider in (across, down):
            slider.observe(show, "index")
    heading = HEADING.format(map=data_url(whole, quality=60), size=100 / n, frame=COLOURS["generator"], n=n)
    sliders = widgets.HBox([across, down], layout=widgets.Layout(flex_flow="row wrap"))
    return widgets.VBox([widgets.HTML(heading), sliders, view])


def place_on_plane(image: np.ndarray, x: int, y: int, places: Sequence[float]) -> str:
    """Return the HTML of one image of the plane, with its place on the map."""
    n = len(places)
    caption = f"direction 1: {places[x]:+.1f} · direction 2: {places[y]:+.1f}"
    return PLACE.format(
        picture=data_url(Image.fromarray(image), lossless=True),
        alt=f"Image at {caption}",
        caption=caption,
        left=100 * x / n,
        top=100 * y / n,
    )


def live_sliders(generator: "keras.Model", origin: np.ndarray, directions: np.ndarray, reach: float) -> widgets.Widget:
    """Return a slider for each direction, a button for another latent vector, and what the generator makes of them."""
    start = origin
    sliders = [
        widgets.FloatSlider(min=-reach, max=reach, step=0.25, description=f"Direction {i + 1}", readout_format="+.1f")
        for i in range(len(directions))
    ]
    button = widgets.Button(description="New latent vector")
    view = widgets.HTML()
    random = np.random.default_rng()

    def show(change=None):
        latent = start + np.array([slider.value for slider in sliders]) @ directions
        image = np.array(generator(latent[np.newaxis].astype("float32"), training=False))
        view.value = LIVE.format(picture=data_url(Image.fromarray(to_pixels(image)[0]), lossless=True))

    def renew(clicked):
        nonlocal start
        start = random.standard_normal(len(origin)).astype("float32")
        for slider in sliders:
            slider.value = 0
        show()

    for slider in sliders:
        slider.observe(show, "value")
    button.on_click(renew)
    show()
    heading = widgets.HTML("<b>Live:</b> every move asks the generator, and so needs a running kernel")
    controls = widgets.VBox([*sliders, button])
    part = widgets.VBox([heading, widgets.HBox([controls, view], layout=widgets.Layout(flex_flow="row wrap"))])
    part.add_class("gan-live-only")
    return part
