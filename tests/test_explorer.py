import base64
import io
import re

import ipywidgets
import numpy as np
import pytest
from ipywidgets.widgets.widget_link import Link
from on_widgets import all_widgets, ipywidgets_8
from PIL import Image

from gan_lib import Recording, to_pixels
from gan_lib.studies.latents import directions, plane
from gan_lib.widgets.explorer import latent_explorer

PLACES = (-3, 0, 3)


@pytest.fixture(scope="module")
def generator():
    return Recording.load("dcgan").generator()


@pytest.fixture(scope="module")
def origin():
    return np.random.default_rng(0).standard_normal(100).astype("float32")


@pytest.fixture(scope="module")
def found(generator):
    return directions(generator, 3)


@pytest.fixture
def explorer(generator, origin, found):
    return latent_explorer(generator, origin, found, PLACES)


def recorded(explorer):
    heading, sliders, view = explorer.children[0].children
    return (*sliders.children, view)


def live(explorer):
    heading, row = explorer.children[1].children
    controls, view = row.children
    *sliders, button = controls.children
    return sliders, button, view


def pixels(html):
    """Return the image of an HTML text as uint8 (height, width)."""
    (address,) = re.findall(r'<img src="data:image/webp;base64,([^"]+)"', html)
    return np.array(Image.open(io.BytesIO(base64.b64decode(address))).convert("L"))


def drawn(generator, latents):
    return to_pixels(np.array(generator(np.atleast_2d(latents), training=False)))


def close(a, b):
    return np.abs(a.astype(int) - b).max() <= 1


@ipywidgets_8
def test_each_place_shows_its_image(explorer, generator, origin, found):
    *_, view = recorded(explorer)
    latents = plane(origin, found[0], found[1], PLACES)
    for y, row in enumerate(view.children):
        for x, child in enumerate(row.children):
            assert close(pixels(child.value), drawn(generator, latents[y, x])[0])
            assert f"direction 1: {PLACES[x]:+.1f} · direction 2: {PLACES[y]:+.1f}" in child.value


@ipywidgets_8
def test_it_starts_in_the_middle(explorer):
    across, down, view = recorded(explorer)
    assert across.index == down.index == view.selected_index == 1
    assert [row.selected_index for row in view.children] == [1, 1, 1]


@ipywidgets_8
def test_the_links_run_in_the_browser(explorer):
    """A page without a kernel has only what is linked there."""
    across, down, view = recorded(explorer)
    pairs = [(link.source, link.target) for link in all_widgets.values() if isinstance(link, Link)]
    assert ((down, "index"), (view, "selected_index")) in pairs
    for row in view.children:
        assert ((across, "index"), (row, "selected_index")) in pairs


@ipywidgets_8
def test_the_whole_plane_fits_into_a_page(generator, origin, found):
    before = set(all_widgets)
    latent_explorer(generator, origin, found)
    made = [widget for name, widget in all_widgets.items() if name not in before]
    assert sum(isinstance(widget, ipywidgets.HTML) for widget in made) > 121
    assert sum(len(repr(widget.get_state())) for widget in made) < 300_000


def test_without_stack_the_kernel_changes_the_picture(generator, origin, found, monkeypatch):
    """ipywidgets 7, on Colab, has no Stack."""
    monkeypatch.delattr(ipywidgets, "Stack", raising=False)
    across, down, view = recorded(latent_explorer(generator, origin, found, PLACES))
    assert isinstance(view, ipywidgets.HTML)
    across.index = 2
    down.index = 0
    assert close(pixels(view.value), drawn(generator, plane(origin, found[0], found[1], PLACES)[0, 2])[0])


def test_live_sliders_ask_the_generator(explorer, generator, origin, found):
    sliders, _, view = live(explorer)
    assert close(pixels(view.value), drawn(generator, origin)[0])
    sliders[0].value, sliders[2].value = 2, -1.5
    assert close(pixels(view.value), drawn(generator, origin + 2 * found[0] - 1.5 * found[2])[0])


def test_a_new_latent_vector_starts_with_the_sliders_at_0(explorer, generator, origin):
    sliders, button, view = live(explorer)
    sliders[1].value = 3
    button.click()
    assert [slider.value for slider in sliders] == [0, 0, 0]
    assert not close(pixels(view.value), drawn(generator, origin)[0])
    first = view.value
    button.click()
    assert view.value != first


def test_only_the_live_part_is_marked_for_hiding(explorer):
    above, below = explorer.children
    assert "gan-live-only" in below._dom_classes and "gan-live-only" not in above._dom_classes


@ipywidgets_8
def test_a_picture_for_those_who_see_no_widget(explorer, generator, origin, found):
    bundle = explorer._repr_mimebundle_()
    picture = np.array(Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))))
    images = drawn(generator, plane(origin, found[0], found[1], PLACES).reshape(9, 100))
    assert close(picture[::2, ::2], images.reshape(3, 3, 28, 28).swapaxes(1, 2).reshape(84, 84))
    assert bundle["text/plain"].startswith("Explorer: 3 x 3")


@pytest.mark.parametrize("bad", [np.zeros((1, 100)), np.zeros((2, 99)), np.zeros(100)])
def test_directions_that_do_not_fit(generator, origin, bad):
    with pytest.raises(ValueError, match="directions must"):
        latent_explorer(generator, origin, bad)
