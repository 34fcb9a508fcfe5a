from dataclasses import replace

import numpy as np
import pytest
from matplotlib.patches import Circle
from on_widgets import ipywidgets_8

from gan_lib import Recording, precision_recall
from gan_lib.plots.scores import plot_damage, plot_reach, plot_sample_sizes, plot_scores, plot_side_by_side
from gan_lib.widgets.runs import epoch_stepper, run_moment

SCORES = ("is", "fid", "kid", "precision", "recall")


@pytest.fixture(scope="module")
def scored():
    """The reference run, cut to three moments, with scores made up."""
    run = Recording.load("dcgan")
    cut = {name: getattr(run, name)[[0, 5, 10]] for name in ("frames", "steps", "epochs")}
    values = {name: np.array([1.0, 2, 3]) * factor for name, factor in zip(SCORES, (1, 10, 0.1, 0.1, 0.2))}
    return replace(run, measured=values | {"fid_of_last": np.array([11.0, 22, 33])}, **cut)


class TestScores:
    def test_every_score_has_its_curve(self, scored):
        panels = plot_scores(scored, at=1).axes
        drawn = {axes.lines[0].get_label(): axes.lines[0].get_ydata() for axes in panels}
        assert all(np.allclose(drawn[name], scored.measured[name]) for name in ("fid", "kid", "is", "precision"))
        both = {axes.lines[0].get_label(): axes.lines[1].get_ydata() for axes in panels}
        assert np.allclose(both["fid"], [11, 22, 33]) and np.allclose(both["precision"], scored.measured["recall"])
        assert all(axes.lines[-1].get_xdata()[0] == scored.steps[1] for axes in panels), "the cursor"

    def test_a_distance_below_zero_is_drawn_at_the_edge_of_its_logarithm(self, scored):
        run = replace(scored, measured=scored.measured | {"kid": np.array([1.0, 0.1, -0.001])})
        (kid,) = (axes for axes in plot_scores(run).axes if axes.lines[0].get_label() == "kid")
        assert list(kid.lines[0].get_ydata()) == [1.0, 0.1, 1e-4]

    def test_without_scores(self, scored):
        bare = replace(scored, measured={"fid": scored.measured["fid"]})
        for show in (plot_scores, lambda run: epoch_stepper(run, curves="scores")):
            with pytest.raises(ValueError, match="no is, kid, precision, recall; record it with --scores"):
                show(bare)


class TestStepper:
    def test_a_moment_tells_its_scores(self, scored):
        html = run_moment(scored, 1, "scores")
        assert "FD 20.00 · KD 0.2000 · IS 2.00 · precision 0.20 · recall 0.40" in html
        assert "Inception Score, precision and recall, with a cursor at step" in html and "d_loss" not in html

    @ipywidgets_8
    def test_every_moment_is_there(self, scored):
        _, view = epoch_stepper(scored, curves="scores").children
        assert ["FD" in child.value for child in view.children] == [True] * 3

    def test_unknown_curves(self, scored):
        with pytest.raises(ValueError, match='curves must be "losses" or "scores"'):
            epoch_stepper(scored, curves="weights")


def test_damage():
    values = {"blur": ([0, 1, 2], {"is": [8, 7, 6], "fid": [0, 1, 4]}), "noise": ([0, 5], {"is": [8, 3], "fid": [0, 9]})}
    axes = plot_damage(values, {"blur": "width of the blur", "noise": "noise"}, scores=("is", "fid")).axes
    assert [list(each.lines[1].get_ydata()) for each in axes] == [[8, 7, 6], [8, 3], [0, 1, 4], [0, 9]]
    assert [each.get_xlabel() for each in axes] == ["", "", "width of the blur", "noise"]
    assert [tick.get_text() for tick in axes[2].get_xticklabels()] == ["0", "1", "2"]


def test_side_by_side():
    rows = {"photographs": {"is": 9.0, "fid": 0.2}, "ten images": {"is": 10.0, "fid": 18.0}}
    for axes, values in zip(plot_side_by_side(rows, ("is", "fid")).axes, ([9, 10], [0.2, 18]), strict=True):
        assert [bar.get_width() for bar in axes.patches] == values
        top, bottom = (axes.transData.transform((0, bar.get_y()))[1] for bar in axes.patches)
        assert top > bottom, "in the order of the rows, from the top"


def test_sample_sizes():
    sizes, distances = [10, 100], np.array([[3.0, 5], [1, 1]])
    axes = plot_sample_sizes(sizes, {"FID": distances}, {"FID": (30.0, 0.7)}).axes[0]
    points = axes.containers[0].lines[0]
    assert list(points.get_xdata()) == [0.1, 0.01] and list(points.get_ydata()) == [4, 1]
    (line,) = (line for line in axes.lines if len(line.get_xdata()) == 2 and line.get_xdata()[0] == 0)
    assert list(line.get_ydata()) == pytest.approx([0.7, 3.7])


def test_reach_shows_what_the_score_counts():
    real, fake = np.random.default_rng(0).normal(size=(2, 30, 2)) + [[[0, 0]], [[1, 0]]]
    titles = [axes.get_title() for axes in plot_reach(real, fake).axes]
    precision, recall = precision_recall(real, fake)
    assert titles == [f"precision {precision:.2f}", f"recall {recall:.2f}"]
    figure = plot_reach(real, fake)
    assert [sum(isinstance(patch, Circle) for patch in axes.patches) for axes in figure.axes] == [30, 30]
