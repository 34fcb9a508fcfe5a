import base64
import io
import re
from dataclasses import replace

import ipywidgets
import numpy as np
import pytest
from ipywidgets.widgets.widget_link import Link
from on_widgets import all_widgets, ipywidgets_8
from PIL import Image

from gan_lib import Recording
from gan_lib.plots.images import image_grid
from gan_lib.widgets.runs import comparison_moment, comparison_stepper, epoch_stepper, run_moment


@pytest.fixture(scope="module")
def recording():
    """The reference run, cut to four moments so that the tests are quick."""
    dcgan = Recording.load("dcgan")
    kept = [0, 5, 10, len(dcgan.frames) - 1]
    for name in ("frames", "steps", "epochs"):
        setattr(dcgan, name, getattr(dcgan, name)[kept])
    return dcgan


@pytest.fixture(scope="module")
def stepper(recording):
    return epoch_stepper(recording)


def parts(stepper):
    controls, view = stepper.children
    return (*controls.children, view)


@ipywidgets_8
def test_the_first_moment_is_shown_first(stepper, recording):
    play, slider, view = parts(stepper)
    assert play.value == slider.index == view.selected_index == 0 and play.max == 3
    assert len(view.children) == len(slider.options) == 4
    assert f"{recording.steps[-1]:,}" in view.children[-1].value


def test_a_moment_shows_its_frame_and_says_what_it_is(recording):
    html = run_moment(recording, 1)
    samples, curve = re.findall(r'<img src="data:image/webp;base64,([^"]+)" alt="([^"]+)"', html)
    pixels = np.array(Image.open(io.BytesIO(base64.b64decode(samples[0]))).convert("L")).astype(int)
    assert np.abs(pixels - image_grid(recording.frames[1])).mean() < 5
    assert f"64 samples after {recording.steps[1]:,} training steps" in samples[1] and "cursor" in curve[1]
    assert f"step {recording.steps[1]:,}" in html and "g_loss" in html


@ipywidgets_8
def test_the_moments_fit_into_a_page(stepper):
    *_, view = parts(stepper)
    assert max(len(child.value) for child in view.children) < 70_000


@ipywidgets_8
def test_the_links_run_in_the_browser(stepper):
    """A page without a kernel has only what is linked there."""
    links = [widget for widget in all_widgets.values() if isinstance(widget, Link)]
    pairs = [(link.source, link.target) for link in links]
    play, slider, view = parts(stepper)
    assert ((play, "value"), (slider, "index")) in pairs and ((slider, "index"), (view, "selected_index")) in pairs


@ipywidgets_8
def test_a_picture_for_those_who_see_no_widget(stepper, recording):
    bundle = stepper._repr_mimebundle_()
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    assert np.array_equal(np.array(picture)[::2, ::2], image_grid(recording.frames[-1]))
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"].startswith("Stepper: 4 moments")


def test_without_stack_the_kernel_changes_the_picture(recording, monkeypatch):
    """ipywidgets 7, on Colab, has no Stack."""
    monkeypatch.delattr(ipywidgets, "Stack", raising=False)
    play, slider, view = parts(epoch_stepper(recording))
    assert isinstance(view, ipywidgets.HTML)
    for index in (0, 2):
        slider.index = index
        assert view.value == run_moment(recording, index)


@pytest.fixture(scope="module")
def runs(recording):
    runs = {}
    for number, name in enumerate(["first", "second"]):
        runs[name] = replace(recording, measured={"fid": np.array([40.0, 30, 20, 10 + number])})
    return runs


class TestComparison:
    @ipywidgets_8
    def test_every_run_stands_in_every_moment(self, runs):
        *_, view = parts(comparison_stepper(runs))
        assert len(view.children) == 4
        for child in view.children:
            assert child.value.count("<img") == 3 and all(f"<b>{name}</b>" in child.value for name in runs)
        assert "distance 10.0" in view.children[-1].value and "distance 11.0" in view.children[-1].value

    @ipywidgets_8
    def test_a_picture_of_all_for_those_who_see_no_widget(self, runs, recording):
        picture = Image.open(io.BytesIO(base64.b64decode(comparison_stepper(runs)._repr_mimebundle_()["image/png"])))
        height, width = image_grid(recording.frames[-1][:25]).shape
        assert picture.size == (2 * (2 * width + 12), 2 * height)

    def test_a_moment_says_which_step_it_is(self, runs, recording):
        assert f"step {recording.steps[1]:,}" in comparison_moment(runs, 1)

    @ipywidgets_8
    def test_a_longer_run_is_shown_as_far_as_the_others_go(self, runs, recording):
        run = runs["first"]
        kept = {name: getattr(run, name)[:3] for name in ("steps", "epochs", "frames")}
        shorter = replace(run, measured={"fid": run.measured["fid"][:3]}, **kept)
        *_, view = parts(comparison_stepper({**runs, "shorter": shorter}))
        assert len(view.children) == 3

    @ipywidgets_8
    def test_fewer_samples_make_a_lighter_page(self, runs):
        light, heavy = (comparison_stepper(runs, n=n) for n in (16, 64))
        assert 'alt="first: 16 samples after' in parts(light)[-1].children[0].value
        assert len(parts(light)[-1].children[0].value) < len(parts(heavy)[-1].children[0].value)
        assert Image.open(io.BytesIO(base64.b64decode(light.fallback))).size == (2 * (2 * 118 + 12), 2 * 118)

    def test_what_cannot_be_compared(self, runs, recording):
        with pytest.raises(ValueError, match="empty"):
            comparison_stepper({})
        with pytest.raises(ValueError, match=r"recordings\['other'\] has no fid; record it with --fid"):
            comparison_stepper({**runs, "other": recording})
        with pytest.raises(ValueError, match=r"recordings\['other'\] has other moments"):
            comparison_stepper({**runs, "other": replace(runs["first"], steps=recording.steps + 1)})


def test_coloured_samples_of_another_size(recording):
    random = np.random.default_rng(0)
    frames = random.integers(0, 256, (len(recording.frames), 9, 16, 24, 3)).astype("uint8")
    html = run_moment(replace(recording, frames=frames), 1)
    picture = Image.open(io.BytesIO(base64.b64decode(re.search(r"data:image/webp;base64,([^\"]+)", html)[1])))
    assert picture.size == (3 * 24 + 4, 3 * 16 + 4)
    colours = np.array(picture.convert("RGB")).astype(int)
    assert np.ptp(colours, axis=2).mean() > 20 and "9 samples after" in html
