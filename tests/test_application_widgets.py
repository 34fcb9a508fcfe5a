import re

import ipywidgets as widgets
import numpy as np
import pytest
from on_widgets import ipywidgets_8

from gan_lib import Recording
from gan_lib.plots.applications import HEADINGS, plot_measured, plot_table, plot_words
from gan_lib.plots.images import image_grid
from gan_lib.widgets.applications import application_stepper, before_after, caption_menu

PICTURES = np.random.default_rng(0).integers(0, 256, (6, 8, 8)).astype("uint8")


def recording(**changes):
    moments = 3
    return Recording(**{
        "frames": np.stack([PICTURES] * moments),
        "steps": np.array([0, 10, 20]),
        "epochs": np.array([0.0, 0.5, 1.0]),
        "latents": np.zeros((0, 0)),
        "history": {"content": np.ones(1)},
        "first_epoch": {"content": np.ones(20)},
        "weights": [],
        "made": {"network": "pix2pix", "options": {}},
        "measured": {"l1": np.array([0.3, 0.2, 0.1]), "fid": np.array([50.0, 20.0, 10.0])},
        "conditions": {"given": PICTURES, "wanted": PICTURES},
    } | changes)  # fmt: skip


def pieces(widget):
    """All pieces of HTML in a widget, in order."""
    if isinstance(widget, widgets.HTML):
        return [widget.value]
    return [piece for child in getattr(widget, "children", ()) for piece in pieces(child)]


class TestStepper:
    @ipywidgets_8
    def test_every_moment_shows_conditions_images_and_scores(self):
        stepper = application_stepper(recording(), ["l1", "fid"])
        moments = pieces(stepper)
        assert len(moments) == 3 and all(moment.count("<img") == 4 for moment in moments)
        assert "step 10" in moments[1] and "0.2" in moments[1] and "FD ↓ 20" in moments[1]
        assert all(len(alt) >= 10 for alt in re.findall('alt="([^"]*)"', "".join(moments)))

    @ipywidgets_8
    def test_words_instead_of_conditions(self):
        run = recording(conditions={"given": np.array(["a dark bag"] * 6)})
        moments = pieces(application_stepper(run, ["fid"], words=(["dark", "light"], ["bag", "boot", "coat"])))
        assert len(moments) == 3 and all(moment.count("<img") == 2 for moment in moments)

    @pytest.mark.parametrize(
        ("changes", "message"), [({"measured": {}}, "no l1; record it with --scores"), ({"conditions": {}}, "no conditions")]
    )
    def test_recordings_that_cannot_be_shown(self, changes, message):
        with pytest.raises(ValueError, match=message):
            application_stepper(recording(**changes), ["l1"])


class TestBeforeAfter:
    def test_both_pictures_lie_on_each_other(self):
        slider = before_after(PICTURES, PICTURES[::-1], "bicubic", "SRGAN")
        (html,) = pieces(slider)
        assert html.count("<img") == 2 and 'alt="bicubic"' in html and 'alt="SRGAN"' in html and "oninput" in html
        assert 'aria-label="How much of the picture shows SRGAN' in html
        assert "6 images" in slider.summary and slider.fallback

    def test_pictures_of_two_sizes(self):
        with pytest.raises(ValueError, match="must have one shape"):
            before_after(PICTURES, PICTURES[:, :4], "a", "b")


class TestCaptions:
    def draw(self, caption, n, seed):
        if "purple" in caption:
            raise ValueError("caption has words that are not known: <purple>")
        self.asked.append((caption, n, seed))
        return np.full((n, 4, 4, 1), 0.5, "float32")

    def menu(self, **options):
        self.asked = []
        return caption_menu(self.draw, ["a dark coat", "boot"], n=3, **options)

    @ipywidgets_8
    def test_each_caption_has_its_images(self):
        menu = self.menu(live=False)
        assert self.asked == [("a dark coat", 3, 0), ("boot", 3, 0)]
        assert ["3 images for “a dark coat”" in piece for piece in pieces(menu)] == [True, False]
        assert menu.children[0].options == (("a dark coat", 0), ("boot", 1))

    def test_a_typed_caption_is_drawn_anew_each_time(self):
        box = self.menu().children[-1]
        assert "gan-live-only" in box._dom_classes
        text, button = box.children[1].children
        text.value = "a light bag"
        button.click()
        assert self.asked[-2:] == [("a light bag", 3, 1), ("a light bag", 3, 2)] and "a light bag" in box.children[-1].value

    def test_an_unknown_word_is_told_and_nothing_breaks(self):
        box = self.menu().children[-1]
        text, _ = box.children[1].children
        text.value = "a purple coat"
        assert 'role="alert"' in box.children[-1].value and "&lt;purple&gt;" in box.children[-1].value
        text.value = "boot"
        assert "<img" in box.children[-1].value

    def test_ipywidgets_7_has_no_stack(self, monkeypatch):
        monkeypatch.delattr(widgets, "Stack", raising=False)
        menu = self.menu(live=False)
        menu.children[0].index = 1
        assert "“boot”" in menu.children[1].value

    def test_no_caption(self):
        with pytest.raises(ValueError, match="at least one caption"):
            caption_menu(self.draw, [])


class TestPlots:
    def test_a_row_for_each_name(self):
        figure = plot_table({"drawing": PICTURES, "Pix2Pix": PICTURES[:, :4, :4]}, columns=5)
        assert len(figure.axes) == 10 and np.array_equal(figure.axes[1].images[0].get_array(), PICTURES[1])
        assert [figure.axes[i].get_ylabel() for i in (0, 5)] == ["drawing", "Pix2Pix"]

    def test_a_place_for_each_pair_of_words(self):
        figure = plot_words(PICTURES, ["dark", "light"], ["bag", "boot", "coat"])
        (axes,) = figure.axes
        assert np.array_equal(axes.images[0].get_array(), image_grid(PICTURES, columns=3))
        labels = [[label.get_text() for label in axis.get_ticklabels()] for axis in (axes.xaxis, axes.yaxis)]
        assert labels == [["bag", "boot", "coat"], ["dark", "light"]]
        width = PICTURES.shape[2]
        assert all(abs(tick - (i * (width + 2) + width / 2)) < 2 for i, tick in enumerate(axes.get_xticks())), (
            "each over its column"
        )

    def test_runs_side_by_side(self):
        figure = plot_measured({"one": recording(), "other": recording()}, ["l1", "fid"], at=1)
        assert [axes.get_title(loc="left") for axes in figure.axes] == [HEADINGS["l1"], HEADINGS["fid"]]
        left = figure.axes[0]
        assert (
            len(left.lines) == 3
            and np.array_equal(left.lines[0].get_ydata(), [0.3, 0.2, 0.1])
            and left.lines[2].get_xdata()[0] == 10
        )
