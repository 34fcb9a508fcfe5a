import functools
import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import trapezoid
from scipy.spatial.distance import jensenshannon

from gan_lib.studies import games

quickly = settings(deadline=None, derandomize=True, max_examples=50)


class Tree:
    """A game given by its tree: a number ends it; in a list, each entry is a move. The maximiser begins."""

    def maximises(self, state):
        return state[0]

    def moves(self, state):
        return list(range(len(state[1])))

    def play(self, state, move):
        return (not state[0], state[1][move])

    def score(self, state):
        return None if isinstance(state[1], list) else state[1]


class Nim:
    """Players take from one heap as much as they like; who takes the last piece wins. State: (maximiser's turn, heaps)."""

    def maximises(self, state):
        return state[0]

    def moves(self, state):
        return [(heap, left) for heap, size in enumerate(state[1]) for left in range(size)]

    def play(self, state, move):
        heaps = list(state[1])
        heaps[move[0]] = move[1]
        return (not state[0], tuple(heaps))

    def score(self, state):
        return None if any(state[1]) else -1 if state[0] else 1


trees = st.recursive(st.integers(-9, 9), lambda branches: st.lists(branches, min_size=1, max_size=4), max_leaves=40)


class TestSearch:
    @quickly
    @given(trees, st.booleans())
    def test_alpha_beta_agrees_with_minimax(self, tree, first):
        assert games.alpha_beta(Tree(), (first, tree)) == games.minimax(Tree(), (first, tree))

    @quickly
    @given(trees, st.booleans())
    def test_what_is_cut_off_is_never_entered_and_the_root_is_complete(self, tree, first):
        seen = []
        games.alpha_beta(Tree(), (first, tree), seen.append)
        assert seen[-1].path == () and seen[-1].complete and not seen[-1].cut
        entered = {event.path for event in seen}
        for path in {event.path for event in seen if event.cut}:
            state = functools.reduce(Tree().play, path, (first, tree))
            missing = [move for move in Tree().moves(state) if (*path, move) not in entered]
            assert missing, "a cut leaves something out"

    @quickly
    @given(trees, st.booleans())
    def test_the_best_so_far_only_gets_better_and_ends_as_the_value(self, tree, first):
        seen = []
        value = games.alpha_beta(Tree(), (first, tree), seen.append)
        at_root = [event.value for event in seen if event.path == ()]
        if isinstance(tree, list):
            assert at_root.pop(0) is None and at_root == sorted(at_root, reverse=not first)
        assert at_root[-1] == value

    @pytest.mark.parametrize("moves, depth", [(2, 5), (3, 4), (4, 3)])
    @pytest.mark.parametrize("first", [True, False])
    def test_with_the_best_move_first_as_few_ends_are_seen_as_can_be(self, moves, depth, first):
        """Knuth and Moore (1975), theorem 1: of moves^depth ends, moves^(depth / 2), rounded up and down, less the one twice."""

        def ordered(value, depth, maximises):
            worse = -1 if maximises else 1
            return [ordered(value + worse * n, depth - 1, not maximises) for n in range(moves)] if depth else value

        seen = []
        games.alpha_beta(Tree(), (first, ordered(0, depth, first)), seen.append)
        ends = {event.path for event in seen if len(event.path) == depth}
        assert len(ends) == moves ** (depth // 2) + moves ** (depth - depth // 2) - 1

    @quickly
    @given(st.lists(st.integers(0, 3), min_size=1, max_size=3), st.booleans())
    def test_nim_is_won_unless_the_nim_sum_is_zero(self, heaps, first):
        wins = functools.reduce(int.__xor__, heaps) != 0
        value = games.alpha_beta(Nim(), (first, tuple(heaps)))
        assert value == (1 if wins == first else -1)

    def test_tic_tac_toe_is_a_draw(self):
        assert games.alpha_beta(games.TicTacToe(), games.TicTacToe.start) == 0

    def test_the_best_player_never_loses_against_any_other(self):
        game = games.TicTacToe()
        value = functools.cache(lambda board: games.alpha_beta(game, board))

        def worst(board):
            # The best move of X against every answer.
            if game.score(board) is not None:
                return game.score(board)
            after = [game.play(board, move) for move in game.moves(board)]
            return worst(max(after, key=value)) if game.maximises(board) else min(map(worst, after))

        assert worst(game.start) == 0


class TestTicTacToe:
    game = games.TicTacToe()

    @pytest.mark.parametrize(
        "text, score",
        [("XXX OO. ...", 1), ("OOO XX. X..", -1), ("XOX XOO OXX", 0), ("XO. ... ...", None), ("XO. .XO ..X", 1)],
    )
    def test_scores(self, text, score):
        assert self.game.score(self.game.position(text)) == score

    def test_a_move_fills_one_square_and_passes_the_turn(self):
        board = self.game.play(self.game.start, 4)
        assert board == "....X...." and not self.game.maximises(board) and 4 not in self.game.moves(board)

    @pytest.mark.parametrize("move", [4, 9, -1])
    def test_no_move_onto_a_stone_or_off_the_board(self, move):
        with pytest.raises(ValueError, match="move must be an empty square"):
            self.game.play("....X....", move)

    @pytest.mark.parametrize("text", ["XO", "XO. ... ..?", "XX. ... ...", "OO. XXX ..O ."])
    def test_what_is_no_board_is_said_so(self, text):
        with pytest.raises(ValueError, match="text must"):
            self.game.position(text)


matrices = arrays(
    float,
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
    elements=st.floats(-1000, 1000, allow_subnormal=False).map(lambda x: round(x, 3)),
)


class TestMatrixGames:
    @quickly
    @given(matrices)
    def test_the_value_is_that_of_the_dual(self, payoffs):
        close = 1e-6 * max(1, np.abs(payoffs).max())
        value, row, column = games.solve_matrix_game(payoffs)
        assert abs(games.solve_matrix_game(-payoffs.T).value + value) < close
        assert abs((row @ payoffs).min() - value) < close, "no column gets the row player below it"
        assert abs((payoffs @ column).max() - value) < close, "no row gets above it"
        for strategy in (row, column):
            assert (strategy >= 0).all() and abs(strategy.sum() - 1) < 1e-9

    @quickly
    @given(matrices, st.floats(-100, 100), st.floats(0.01, 100))
    def test_other_units_leave_the_game_as_it_is(self, payoffs, shift, scale):
        value = games.solve_matrix_game(payoffs).value
        other = games.solve_matrix_game(scale * payoffs + shift).value
        assert math.isclose(
            other, scale * value + shift, rel_tol=1e-6, abs_tol=1e-6 * scale * max(1, np.abs(payoffs).max()) + 1e-4
        )

    @pytest.mark.parametrize(
        "payoffs, value, row, column",
        [
            ([[1, -1], [-1, 1]], 0, [1 / 2, 1 / 2], [1 / 2, 1 / 2]),
            ([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], 0, [1 / 3] * 3, [1 / 3] * 3),
            ([[3, -1], [-2, 1]], 1 / 7, [3 / 7, 4 / 7], [2 / 7, 5 / 7]),
            ([[4, 2, 3], [1, 0, 5]], 2, [1, 0], [0, 1, 0]),
            ([[7]], 7, [1], [1]),
            ([[0, 0]], 0, [1], None),
        ],
        ids=["pennies", "rock-paper-scissors", "mixed", "saddle in pure moves", "no choice", "nothing at stake"],
    )
    def test_known_games(self, payoffs, value, row, column):
        solution = games.solve_matrix_game(payoffs)
        assert solution.value == pytest.approx(value, abs=1e-9)
        assert solution.row == pytest.approx(row, abs=1e-9)
        assert column is None or solution.column == pytest.approx(column, abs=1e-9)

    def test_small_integers_do_not_overflow(self):
        solution = games.solve_matrix_game(np.array([[3, 0], [1, 2]], "uint8"))
        assert solution.value == pytest.approx(1.5) and solution.column == pytest.approx([1 / 2, 1 / 2])

    @pytest.mark.parametrize("payoffs", [[[0, np.nan]], [[np.inf]], [[1, 2], [3, -np.inf]]])
    def test_every_payoff_is_a_number(self, payoffs):
        with pytest.raises(ValueError, match="payoffs must be finite"):
            games.solve_matrix_game(payoffs)

    @pytest.mark.parametrize("payoffs", [[], [[]], [1, 2], np.zeros((2, 2, 2))])
    def test_payoffs_are_a_matrix(self, payoffs):
        with pytest.raises(ValueError, match=r"payoffs must have the shape \(m, n\)"):
            games.solve_matrix_game(payoffs)


SUPPORT = (-12.0, 12.0)


def mixture(parts):
    """Return the density of normal distributions: a list of (mean, standard deviation), each as likely."""

    def density(x):
        return sum(np.exp(-(((x - mean) / sd) ** 2) / 2) / (sd * math.sqrt(2 * math.pi)) for mean, sd in parts) / len(parts)

    return density


def uniform(low, high):
    return lambda x: np.where((low <= x) & (x < high), 1 / (high - low), 0.0)


parts = st.lists(st.tuples(st.floats(-4, 4), st.floats(0.3, 1.5)), min_size=1, max_size=3)
few = settings(deadline=None, derandomize=True, max_examples=8)


class TestOptimalDiscriminator:
    @quickly
    @given(parts, parts, st.floats(-6, 6), st.floats(0.001, 0.999))
    def test_no_answer_is_better_anywhere(self, real, generated, x, other):
        p, q = mixture(real), mixture(generated)
        assume(p(x) + q(x) > 1e-12)
        best = float(games.optimal_discriminator(p, q)(x))

        def v(d):
            return (p(x) * math.log(d) if p(x) else 0) + (q(x) * math.log(1 - d) if q(x) else 0)

        assume(0 < best < 1)
        assert v(best) >= v(other) - 1e-12

    def test_where_there_is_no_data_any_answer_will_do(self):
        answer = games.optimal_discriminator(uniform(0, 1), uniform(0, 2))
        assert answer(np.array([0.5, 1.5, 3.0])) == pytest.approx([2 / 3, 0, 0.5])

    @few
    @given(parts, parts, st.floats(-2, 2))
    def test_its_objective_is_the_divergence_and_no_other_beats_it(self, real, generated, shift):
        p, q = mixture(real), mixture(generated)
        best = games.optimal_discriminator(p, q)
        at_best = games.objective(best, p, q, SUPPORT)
        assert at_best == pytest.approx(-math.log(4) + 2 * games.jensen_shannon(p, q, SUPPORT), abs=1e-6)
        assert games.objective(lambda x: best(x + shift) * 0.98 + 0.01, p, q, SUPPORT) <= at_best + 1e-6

    def test_who_is_sure_and_wrong_pays_53_bits(self):
        p = mixture([(0, 1)])
        for sure in (0.0, 1.0):
            assert games.objective(lambda x, sure=sure: sure, p, p, SUPPORT) == pytest.approx(-53 * math.log(2), rel=1e-3)

    @pytest.mark.parametrize("answer", [1.5, -0.5, np.nan])
    def test_answers_are_probabilities(self, answer):
        p = mixture([(0, 1)])
        with pytest.raises(ValueError, match="discriminator must answer with probabilities"):
            games.objective(lambda x: answer if x > 0 else 0.5, p, p, SUPPORT)


class TestJensenShannon:
    @few
    @given(parts, parts)
    def test_between_0_and_log_2_and_symmetric(self, real, generated):
        p, q = mixture(real), mixture(generated)
        value = games.jensen_shannon(p, q, SUPPORT)
        assert 0 <= value <= math.log(2)
        assert games.jensen_shannon(q, p, SUPPORT) == pytest.approx(value, abs=1e-9)

    @few
    @given(parts, st.floats(-2, 2), st.floats(0.7, 1.4))
    @example([(0.0, 1.0)], 0.0, 1.0)
    def test_0_only_for_equal_densities(self, parts, shift, stretch):
        p, q = mixture(parts), mixture([(mean + shift, sd * stretch) for mean, sd in parts])
        places = np.linspace(*SUPPORT, 2001)
        overlap = trapezoid(np.sqrt(p(places) * q(places)), places)  # another measure: 1 for equal densities
        assert (games.jensen_shannon(p, q, SUPPORT) < 1e-7) == (1 - overlap < 1e-7)

    def test_narrow_peaks_are_not_missed(self):
        p, q = mixture([(-7.3, 0.02)]), mixture([(5.1, 0.02)])
        assert games.jensen_shannon(p, q, SUPPORT) == pytest.approx(math.log(2), abs=1e-6)

    def test_log_2_without_overlap(self):
        assert games.jensen_shannon(uniform(-3, -1), uniform(1, 2), SUPPORT) == pytest.approx(math.log(2), abs=1e-6)

    def test_agrees_with_scipy_on_steps(self):
        # Densities that are constant between whole numbers are distributions over those pieces.
        a, b = np.array([0.1, 0.4, 0.5, 0.0]), np.array([0.3, 0.3, 0.0, 0.4])

        def steps(heights):
            return lambda x: heights[min(int(x), 3)]

        expected = jensenshannon(a, b) ** 2
        assert games.jensen_shannon(steps(a), steps(b), (0.0, 4.0)) == pytest.approx(expected, abs=1e-6)

    @pytest.mark.parametrize(
        "density, message",
        [
            (lambda x: 2 * mixture([(0, 1)])(x), "integrate to 1.*2.000"),
            (mixture([(11.5, 1)]), "integrate to 1.*widen the support"),
            (lambda x: mixture([(0, 1)])(x) - 0.01, "must not be negative"),
            (lambda x: np.nan, "must be finite"),
        ],
    )
    def test_what_is_no_density_is_said_so(self, density, message):
        good = mixture([(0, 1)])
        with pytest.raises(ValueError, match=f"p .*{message}"):
            games.jensen_shannon(density, good, SUPPORT)
        with pytest.raises(ValueError, match=f"q .*{message}"):
            games.objective(lambda x: 0.5, good, density, SUPPORT)

    @pytest.mark.parametrize("support", [(1, 1), (2, -2), (-np.inf, 0), (0, np.nan)])
    def test_the_support_is_an_interval(self, support):
        with pytest.raises(ValueError, match="support must be"):
            games.jensen_shannon(mixture([(0, 1)]), mixture([(0, 1)]), support)


starts = st.tuples(st.floats(-3, 3), st.floats(-3, 3)).filter(lambda start: math.hypot(*start) > 0.1)


class TestDynamics:
    @quickly
    @given(starts, st.floats(0.01, 0.9))
    def test_simultaneous_spirals_out_and_extragradient_in(self, start, rate):
        for rule, factor in (
            ("simultaneous", math.sqrt(1 + rate**2)),
            ("extragradient", math.sqrt(1 - rate**2 + rate**4)),
        ):
            distance = np.linalg.norm(games.descent_ascent(rule, start, rate, 20), axis=1)
            assert distance[1:] / distance[:-1] == pytest.approx(np.full(20, factor), rel=1e-9)

    @quickly
    @given(starts, st.floats(0.01, 1.5))
    def test_alternating_stays_on_an_ellipse(self, start, rate):
        x, y = games.descent_ascent("alternating", start, rate, 200).T
        form = x**2 + y**2 - rate * x * y
        assert form == pytest.approx(np.full(201, form[0]), rel=1e-6)

    def test_at_the_equilibrium_nobody_moves(self):
        for rule in games.RULES:
            assert not games.descent_ascent(rule, (0, 0), 0.1, 5).any()

    def test_another_game(self):
        # A bowl for x and a dome for y: every rule comes to rest at (1, 2).
        for rule in games.RULES:
            way = games.descent_ascent(rule, (0, 0), 0.2, 100, gradient=lambda x, y: (x - 1, 2 - y))
            assert way[-1] == pytest.approx([1, 2], abs=1e-6)

    @pytest.mark.parametrize(
        "change, message",
        [
            ({"rule": "newton"}, 'rule must be "simultaneous", "alternating" or "extragradient"'),
            ({"start": (1,)}, r"start must have the shape \(2,\)"),
            ({"start": (1, np.nan)}, "start must be finite"),
            ({"rate": 0}, "rate must be"),
            ({"rate": np.inf}, "rate must be"),
            ({"steps": 0}, "steps must be an integer of at least 1"),
        ],
    )
    def test_bad_arguments_are_named(self, change, message):
        with pytest.raises(ValueError, match=message):
            games.descent_ascent(**{"rule": "alternating", "start": (1, 1), "rate": 0.1, "steps": 3} | change)
