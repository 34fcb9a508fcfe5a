import re

import numpy as np
import pytest
from on_widgets import ipywidgets_8

from gan_lib.plots import games as game_plots
from gan_lib.studies import games
from gan_lib.widgets import games as game_widgets

GAME = games.TicTacToe()
BOARD = GAME.position("XO. X.O .XO")


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


class TestGameTree:
    def test_every_board_has_the_value_that_minimax_gives(self):
        nodes = game_plots.game_tree(GAME, BOARD)
        values = sorted(games.minimax(GAME, board) for board in nodes.values())
        shown = [text for text in texts(game_plots.plot_game_tree(BOARD)) if re.fullmatch(r"[+−]1|0", text)]
        assert sorted(int(text.replace("−", "-")) for text in shown) == values and len(nodes) == 11

    def test_no_two_boards_lie_on_each_other(self):
        places = list(game_plots.node_places(game_plots.game_tree(GAME, BOARD)).values())
        for i, (x, y) in enumerate(places):
            assert all(abs(x - a) >= 0.99 or abs(y - b) >= 1 for a, b in places[:i])

    def test_what_is_cut_off_has_no_value(self):
        seen = {}
        games.alpha_beta(GAME, BOARD, lambda event: seen.update({event.path: event}))
        shown = texts(game_plots.plot_game_tree(BOARD, seen))
        assert shown.count("✂") == 1 and "≤ −1" in shown
        assert texts(game_plots.plot_game_tree(BOARD)).count("✂") == 0

    def test_a_large_tree_is_refused(self):
        with pytest.raises(ValueError, match="at most three empty squares"):
            game_plots.plot_game_tree(GAME.start)


class TestFigures:
    def test_both_edges_meet_at_the_value(self):
        payoffs = [[3, -1], [-2, 1]]
        figure = game_plots.plot_mixtures(payoffs, games.solve_matrix_game(payoffs), ("a", "b"), ("c", "d"))
        lower, upper = (axes.lines[2].get_ydata() for axes in figure.axes)
        assert lower.max() == pytest.approx(1 / 7, abs=0.02) and upper.min() == pytest.approx(1 / 7, abs=0.05)
        assert lower.max() <= 1 / 7 + 1e-9 <= upper.min() + 2e-9

    def test_dynamics_up_to_a_step(self):
        paths = {rule: games.descent_ascent(rule, (1, 1), 0.2, 10) for rule in games.RULES}
        figure = game_plots.plot_dynamics(paths, upto=4)
        ways = [line for line in figure.axes[0].lines if line.get_label() in paths]
        assert [len(line.get_xdata()) for line in ways] == [5, 5, 5]
        assert [len(line.get_xdata()) for line in figure.axes[1].lines] == [5, 5, 5]

    def test_samples_beyond_the_axis_are_still_counted(self):
        figure = game_plots.plot_two_losses(np.full(30, -25.0))
        assert sum(bar.get_height() for bar in figure.axes[-1].patches) == 30


class TestWidgets:
    @ipywidgets_8
    def test_a_search_is_told_step_by_step(self):
        events = []
        games.alpha_beta(GAME, BOARD, events.append)
        stepper = game_widgets.search_stepper(BOARD)
        moments = [moment.value for moment in stepper.children[1].children]
        assert len(moments) == len(events) == 17
        assert len(set(moments)) == 17
        assert sum("cut off" in moment.split("<figcaption")[1] for moment in moments) == 1
        assert "worth +1" in moments[-1]
        assert stepper.fallback and "9 boards" in stepper.summary

    @ipywidgets_8
    def test_dynamics_show_the_distances(self):
        paths = {rule: games.descent_ascent(rule, (0, 1), 0.5, 4) for rule in games.RULES}
        stepper = game_widgets.dynamics_stepper(paths, every=2)
        captions = [moment.value.split("<figcaption")[1] for moment in stepper.children[1].children]
        assert len(captions) == 3 and "simultaneous 1.00" in captions[0] and "step 4" in captions[2]
        assert f"simultaneous {1.25**2:.2f}" in captions[2]

    @pytest.mark.parametrize("paths", [{}, {"a": np.zeros((3, 2)), "b": np.zeros((4, 2))}])
    def test_paths_are_equally_long(self, paths):
        with pytest.raises(ValueError, match="equally long|paths is empty"):
            game_widgets.dynamics_stepper(paths)
