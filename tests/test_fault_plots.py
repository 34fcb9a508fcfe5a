"""Figures of failures: what stands in them is what the runs and the counts say."""

import numpy as np
import pytest

from gan_lib import Recording
from gan_lib.plots.faults import answers_of, plot_confusion, plot_exhibit, plot_exhibit_curves
from gan_lib.studies.gallery import Exhibit


def run(seed, scale=1.0):
    random, steps = np.random.default_rng(seed), np.array([0, 4, 8, 12])
    names = ("d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake")
    first = {name: random.uniform(0, 1, 12) * (scale if "loss" in name else 1) for name in names}
    return Recording(
        frames=random.integers(0, 255, (4, 16, 28, 28)).astype("uint8"), steps=steps, epochs=steps / 12,
        latents=np.zeros((16, 3), "float32"), history={name: values[-1:] for name, values in first.items()}, first_epoch=first,
        weights=[], made={}, measured={"fid": random.uniform(5, 50, 4)},
    )  # fmt: skip


EXHIBIT = Exhibit(run(0), run(1), "cause", "cure", ("few_images", "healthy"))


class TestExhibits:
    def test_samples_stand_side_by_side_under_what_d_answered(self):
        broken, cured, curve = plot_exhibit(EXHIBIT).axes
        for axes, each in ((broken, EXHIBIT.broken), (cured, EXHIBIT.cured)):
            assert np.array_equal(axes.images[0].get_array()[:28, :28], each.frames[-1][0])
            assert answers_of(each) in axes.get_title(loc="left")
        assert [line.get_ydata().tolist() for line in curve.lines] == [
            each.measured["fid"][1:].tolist() for each in (EXHIBIT.broken, EXHIBIT.cured)
        ]

    def test_answers_are_means_of_the_last_third_and_never_below_zero(self):
        each = run(0)
        each.first_epoch["d_accuracy_real"][:] = np.repeat([0.0, 1.0], [8, 4])
        each.first_epoch["d_accuracy_fake"][:] = -1e-9
        assert answers_of(each) == "100% real, 0% generated"

    def test_curves_are_those_of_the_runs(self):
        losses, answers, distances = plot_exhibit_curves(EXHIBIT, run(2)).axes
        assert {line.get_label() for line in losses.lines} == {"d_loss", "g_loss"}
        assert np.allclose(losses.lines[1].get_ydata(), EXHIBIT.broken.at_moments("g_loss")[1:])
        assert np.allclose(answers.lines[1].get_ydata(), EXHIBIT.broken.at_moments("d_accuracy_fake")[1:])
        assert np.allclose(distances.lines[2].get_ydata(), run(2).measured["fid"][1:])

    @pytest.mark.parametrize("scale, kind", [(1, "linear"), (1_000, "log")])
    def test_losses_in_the_hundreds_get_a_logarithmic_axis(self, scale, kind):
        exhibit = Exhibit(run(0, scale), run(1), "", "", ("", ""))
        assert plot_exhibit_curves(exhibit, run(2)).axes[0].get_yscale() == kind


def test_each_count_of_the_confusion_is_written_but_zeros():
    (axes,) = plot_confusion([[7, 0], [2, 5]], ["ill", "healthy"], ["ill", "healthy"]).axes
    assert {(text.get_position(), text.get_text()) for text in axes.texts} == {((0, 0), "7"), ((0, 1), "2"), ((1, 1), "5")}
    assert np.allclose(axes.images[0].get_array(), [[1, 0], [2 / 7, 5 / 7]])
