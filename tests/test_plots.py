from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex

from gan_lib import CLASS_NAMES, Recording
from gan_lib.plots.applications import plot_words
from gan_lib.plots.images import COLOURS, image_grid, plot_images, plot_maps, plot_pixels, plot_samples
from gan_lib.plots.probes import plot_company, plot_judgement, plot_race
from gan_lib.plots.runs import plot_distances, plot_losses, plot_moment, plot_runs

IMAGES = np.arange(5 * 2 * 3, dtype="uint8").reshape(5, 2, 3)


@pytest.fixture(scope="module")
def dcgan():
    return Recording.load("dcgan")


def test_image_grid():
    grid = image_grid(IMAGES, columns=2, gap=1)
    assert grid.shape == (3 * 3 - 1, 2 * 4 - 1)
    assert np.array_equal(grid[:2, :3], IMAGES[0]) and np.array_equal(grid[:2, 4:], IMAGES[1])
    assert np.array_equal(grid[6:, :3], IMAGES[4])
    assert np.all(grid[2] == 255) and np.all(grid[:, 3] == 255) and np.all(grid[6:, 4:] == 255)


def test_a_grid_of_64_is_square():
    assert image_grid(np.zeros((64, 28, 28), "uint8")).shape == (238, 238)


def test_plot_images():
    figure = plot_images(IMAGES, titles="abcde", columns=3, actor="generator")
    assert [axes.get_title() for axes in figure.axes] == list("abcde")
    assert np.array_equal(figure.axes[4].images[0].get_array(), IMAGES[4])
    assert {axes.title.get_color() for axes in figure.axes} == {COLOURS["generator"]}


@pytest.mark.parametrize(
    "image, written",
    [(np.array([[0, 120, 255]], "uint8"), ["0", "120", "255"]), (np.array([[-1, -0.1, 0.96]]), ["-1.0", "-0.1", "1.0"])],
)
def test_plot_pixels_writes_each_value_in_a_colour_that_shows(image, written):
    texts = plot_pixels(image).axes[0].texts
    assert [text.get_text() for text in texts] == written
    assert [text.get_color() for text in texts] == ["white", "white", "black"]


def test_plot_samples():
    figure = plot_samples(np.stack([IMAGES, IMAGES]), ["first", "last"])
    assert [axes.get_title() for axes in figure.axes] == ["first", "last"]
    assert np.array_equal(figure.axes[1].images[0].get_array(), image_grid(IMAGES))


def test_plot_losses_has_the_cursor_and_the_colours(dcgan):
    lines = plot_losses(dcgan, at=5).axes[0].lines
    assert list(lines[-1].get_xdata()) == [dcgan.steps[5]] * 2
    named = {line.get_label(): to_hex(line.get_color()) for line in lines}
    assert named["d_loss"] == COLOURS["discriminator"] and named["g_loss"] == COLOURS["generator"]
    assert len(plot_losses(dcgan).axes[0].lines) == len(lines) - 1


def test_plot_losses_has_room_for_a_loss_that_grows():
    run = Recording.load("people")
    axes = plot_losses(run).axes[0]
    assert axes.get_ylim()[1] > run.at_moments("g_loss")[-1] > 3


def test_plot_moment_shows_the_samples_and_every_curve(dcgan):
    left, losses = plot_moment(dcgan, 150).axes
    at = int(np.flatnonzero(dcgan.steps == 150)[0])
    assert np.array_equal(left.images[0].get_array(), image_grid(dcgan.frames[at][:8], columns=4))
    named = {line.get_label(): line.get_ydata() for line in losses.lines}
    assert all(np.array_equal(named[name], dcgan.at_moments(name)[1:]) for name in ("d_loss", "g_loss"))
    assert list(losses.lines[-1].get_xdata()) == [150, 150]
    switched = Recording.load("dcgan-switched")
    *_, distance = plot_moment(switched, 939).axes
    assert np.array_equal(distance.lines[0].get_ydata(), switched.measured["fid"][1:])


def test_plot_words_leaves_room_for_long_words():
    figure = plot_words(np.zeros((80, 28, 28), "uint8"), CLASS_NAMES, [""] * 8)
    figure.draw_without_rendering()
    assert all(label.get_window_extent().x0 >= 0 for label in figure.axes[0].get_yticklabels())


def test_plot_distances_has_a_curve_for_each_run_and_the_cursor(dcgan):
    moments = len(dcgan.steps)
    runs = {name: replace(dcgan, measured={"fid": np.arange(moments) + shift}) for name, shift in (("a", 0), ("b", 5))}
    axes = plot_distances(runs, at=3).axes[0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b"]
    assert list(axes.lines[-1].get_xdata()) == [dcgan.steps[3]] * 2
    assert np.array_equal(axes.lines[2].get_ydata(), np.arange(moments) + 5)
    assert len(plot_distances(runs).axes[0].lines) == 2


def test_plot_runs_has_a_panel_for_each_value_and_ends_with_the_shortest_run(dcgan):
    short = replace(dcgan, steps=dcgan.steps[:5], epochs=dcgan.epochs[:5])
    panels = {name: lambda run, name=name: run.at_moments(name) for name in ("d_loss", "g_loss")}
    figure = plot_runs({"long": dcgan, "short": short}, panels)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["d_loss", "g_loss"]
    for axes in figure.axes:
        assert [len(line.get_xdata()) for line in axes.lines] == [5, 5]
        assert [line.get_label() for line in axes.lines] == ["long", "short"]
    assert np.array_equal(figure.axes[0].lines[0].get_ydata()[1:], dcgan.at_moments("d_loss")[1:5])


class TestProbesOfADiscriminator:
    def test_plot_race_has_a_panel_for_each_loss(self):
        accuracy = {"weak": np.ones((2, 5)), "strong": np.full((2, 5), 0.5)}
        gradients = {name: {"non_saturating": np.full((2, 3), 7.0), "minimax": np.ones((2, 3))} for name in accuracy}
        top, second, third = plot_race(accuracy, gradients, [0, 2, 5]).axes
        assert [line.get_label() for line in top.lines[:2]] == ["weak", "strong"]
        assert list(top.lines[0].get_xdata()) == [1, 2, 3, 4, 5] and np.allclose(top.lines[1].get_ydata(), 0.5)
        assert [axes.get_title(loc="left") for axes in (second, third)] == ["non-saturating loss", "minimax loss"]
        assert list(second.lines[0].get_ydata()) == [7, 7, 7] and list(third.lines[1].get_xdata()) == [0, 2, 5]

    def test_plot_company_has_the_colours(self):
        axes = plot_company([1, 31], {"one D": ([0.2, 0.8], [0.1, 0.7])}).axes[0]
        assert [to_hex(line.get_color()) for line in axes.lines] == [COLOURS["real"], COLOURS["generator"]]
        assert list(axes.lines[1].get_ydata()) == [0.1, 0.7]

    def test_plot_judgement_averages_25_steps(self):
        history = {"accuracy": np.linspace(0, 1, 101)}
        own, new = plot_judgement(history, [0, 100], {"one by one": [0.5, 0.6]}).axes[0].lines[:2]
        assert own.get_xdata()[0] == 13 and own.get_ydata()[0] == pytest.approx(0.12)
        assert own.get_xdata()[-1] == 89 and own.get_ydata()[-1] == pytest.approx(0.88)
        assert new.get_label() == "one by one" and list(new.get_ydata()) == [0.5, 0.6]

    def test_plot_maps_scales_each_row(self):
        rows = {"images": IMAGES, "how much": np.full((4, 2, 3), 7.0), "which way": np.full((4, 2, 3), -7.0)}
        parts = plot_maps(rows).subfigs
        limits = [part.axes[0].images[0].get_clim() for part in parts]
        assert limits == [(0, 255), (0, 7), (-7, 7)]
        assert [part.get_suptitle() for part in parts] == list(rows)
        assert [len([a for a in part.axes if a.images]) for part in parts] == [5, 4, 4]

    @pytest.mark.filterwarnings("error")
    def test_plot_maps_outlines_the_images_over_a_map_of_their_shape_alone(self):
        images = np.zeros((2, 8, 8), "uint8")
        images[:, 2:6, 2:6] = 255
        signed = np.linspace(-1, 1, 2 * 8 * 8).reshape(2, 8, 8)

        def outlined(*rows):
            parts = plot_maps({str(i): row for i, row in enumerate(rows)}).subfigs
            return [[len(axes.collections) for axes in part.axes] for part in parts]

        assert outlined(images, np.abs(signed), signed) == [[0, 0], [0, 0], [1, 1]]
        for rows in ((signed, signed), (images, signed[:, ::2, ::2]), (images[:1], signed)):
            assert not np.any(sum(outlined(*rows), []))


def test_moments_may_differ_in_size():
    figure = plot_samples([np.zeros((4, 7, 7), "uint8"), np.zeros((9, 14, 14), "uint8")], ["7 x 7", "14 x 14"])
    assert [axes.images[0].get_array().shape for axes in figure.axes] == [(16, 16), (46, 46)]
