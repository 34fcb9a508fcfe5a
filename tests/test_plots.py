from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex

from gan_lib.plots import COLOURS, image_grid, plot_distances, plot_images, plot_losses, plot_pixels, plot_samples
from gan_lib.recordings import Recording

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


def test_plot_distances_has_a_curve_for_each_run_and_the_cursor(dcgan):
    moments = len(dcgan.steps)
    runs = {name: replace(dcgan, measured={"fid": np.arange(moments) + shift}) for name, shift in (("a", 0), ("b", 5))}
    axes = plot_distances(runs, at=3).axes[0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b"]
    assert list(axes.lines[-1].get_xdata()) == [dcgan.steps[3]] * 2
    assert np.array_equal(axes.lines[2].get_ydata(), np.arange(moments) + 5)
    assert len(plot_distances(runs).axes[0].lines) == 2
