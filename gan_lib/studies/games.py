"""The theory that GANs come from: games in turns, zero-sum games, the optimal discriminator, and learning to play.

NumPy and SciPy only. In every game there are two players: the maximiser, who later is the discriminator, and the
minimiser, who later is the generator.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import quad
from scipy.optimize import linprog
from scipy.special import rel_entr

from gan_lib._checks import check_array, check_choice, check_count, check_number

# ---- Games in turns --------------------------------------------------------------------------


class TicTacToe:
    """Noughts and crosses. X begins and is the maximiser: 1 for a line of X, -1 for one of O, 0 for a draw.

    A board is a string of nine squares, row by row: "X", "O", or "." where it is empty. Any class with these four
    methods is a game that `minimax` and `alpha_beta` can play.

    Examples:
        >>> game = TicTacToe()
        >>> board = game.position("XO. X.O .XO")
        >>> game.maximises(board), game.moves(board)
        (True, [2, 4, 6])
        >>> game.score(game.play(board, 6)), minimax(game, board)
        (1, 1)
    """

    start = "." * 9
    lines = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))

    def maximises(self, board: str) -> bool:
        """Say whether it is the maximiser's turn."""
        check_board(board)
        return board.count("X") == board.count("O")

    def moves(self, board: str) -> list[int]:
        """List the moves that are allowed: the empty squares, 0 to 8."""
        check_board(board)
        return [square for square in range(9) if board[square] == "."]

    def play(self, board: str, move: int) -> str:
        """Return the board after the player whose turn it is has taken a square.

        Raises:
            ValueError: if that square is not empty.
        """
        if move not in self.moves(board):
            raise ValueError(f"move must be an empty square, one of {self.moves(board)}; got {move!r}")
        return board[:move] + ("X" if self.maximises(board) else "O") + board[move + 1 :]

    def score(self, board: str) -> int | None:
        """Return 1, -1 or 0 once the game is over, and None while it goes on."""
        check_board(board)
        for a, b, c in self.lines:
            if board[a] != "." and board[a] == board[b] == board[c]:
                return 1 if board[a] == "X" else -1
        return None if "." in board else 0

    def position(self, text: str) -> str:
        """Return the board that is written as `text`, such as "XO. X.O .XO", with spaces where you like.

        Raises:
            ValueError: if it is no board of nine squares, or the players cannot have taken turns.
        """
        board = "".join(text.split()) if isinstance(text, str) else ""
        if len(board) != 9 or set(board) - set("XO."):
            raise ValueError(f'text must hold nine squares, each "X", "O" or "."; got {text!r}')
        if board.count("X") - board.count("O") not in (0, 1):
            raise ValueError(f"text must have as many X as O, or one more, because X begins; got {text!r}")
        return board


def check_board(board: str) -> None:
    """Raise a ValueError unless it is a board; it is asked at every node of a search, and so looks no closer."""
    if not isinstance(board, str) or len(board) != 9 or board.strip("XO."):
        raise ValueError(
            f'board must be a string of nine "X", "O" or "."; got {board!r}. TicTacToe().position(text) reads others'
        )


def minimax(game, state):
    """Return what a game is worth if both players play as well as possible (von Neumann 1928).

    Args:
        game: an object with the methods of `TicTacToe`.
        state: where the game stands.

    Returns:
        The score that the maximiser can be sure of, and that the minimiser can hold it to.
    """
    score = game.score(state)
    if score is not None:
        return score
    values = [minimax(game, game.play(state, move)) for move in game.moves(state)]
    return max(values) if game.maximises(state) else min(values)


class Seen(NamedTuple):
    """What a search knows of one node, at one moment."""

    path: tuple  # the moves that lead to it
    value: float | None  # of the best move found so far; None before the first
    complete: bool  # whether no move is left to look at
    cut: bool  # whether the moves that are left need no look


def alpha_beta(
    game: Any,
    state: Any,
    watch: Callable[[Seen], None] | None = None,
    path: tuple = (),
    low: float = -np.inf,
    high: float = np.inf,
) -> float:
    """Return the same value as `minimax`, and leave out whatever cannot change it (Knuth and Moore 1975).

    Args:
        game, state: as for `minimax`.
        watch: a function that gets a `Seen` when a node is entered and after each of its moves; None for none.
        path: the moves that led to `state`.
        low, high: what the maximiser and the minimiser are sure of already, elsewhere in the tree. Once low >= high,
            one of the two will not let the game come here.

    Returns:
        The value; with a window of `low` and `high`, a bound of it where the value is not between the two.
    """
    watch = watch or (lambda seen: None)
    score = game.score(state)
    watch(Seen(path, score, complete=score is not None, cut=False))
    if score is not None:
        return score
    better, best, moves = max if game.maximises(state) else min, None, game.moves(state)
    for move in moves:
        value = alpha_beta(game, game.play(state, move), watch, (*path, move), low, high)
        best = value if best is None else better(best, value)
        if game.maximises(state):
            low = max(low, best)
        else:
            high = min(high, best)
        complete = move == moves[-1]
        watch(Seen(path, best, complete, cut=low >= high and not complete))
        if low >= high:
            break
    return best


# ---- Games at once: a matrix of pay-offs ------------------------------------------------------


class Solution(NamedTuple):
    """An equilibrium of a zero-sum game."""

    value: float  # what the column player pays the row player, on average
    row: np.ndarray  # (m,), the probability of each row
    column: np.ndarray  # (n,), the probability of each column


def solve_matrix_game(payoffs: ArrayLike) -> Solution:
    """Find the value of a zero-sum game, and how to mix moves to get it, by linear programming.

    That such strategies exist is the theorem of von Neumann (1928).

    Args:
        payoffs: float (m, n), what the column player pays to the row player for each pair of moves. The row player
            is the maximiser.

    Returns:
        A `Solution`. Its strategies need not be the only ones.

    Examples:
        >>> solution = solve_matrix_game([[3, -1], [-2, 1]])
        >>> round(solution.value, 3), solution.row.round(3).tolist(), solution.column.round(3).tolist()
        (0.143, [0.429, 0.571], [0.286, 0.714])
    """
    payoffs = check_array(payoffs, "payoffs", ("m", "n")).astype("float64")
    value, row = safest(payoffs)
    _, column = safest(-payoffs.T)  # the same game, seen from the other side of the table
    return Solution(value, row, column)


def safest(payoffs: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the largest sure gain of the row player, and the probability of each row that makes it sure.

    The linear program: the largest v with probabilities x such that no column pays less than v on average.
    """
    scale = np.abs(payoffs).max() or 1.0  # the solver's tolerances are made for numbers around 1
    m, n = payoffs.shape
    found = linprog(
        c=[*np.zeros(m), -1.0],
        A_ub=np.hstack([-payoffs.T / scale, np.ones((n, 1))]),
        b_ub=np.zeros(n),
        A_eq=[[*np.ones(m), 0.0]],
        b_eq=[1.0],
        bounds=[(0, 1)] * m + [(-1, 1)],
    )
    if not found.success:
        raise RuntimeError(f"the linear program was not solved: {found.message}")
    mixed = np.clip(found.x[:m], 0, None)
    return float(scale * found.x[m]), mixed / mixed.sum()


# ---- The best answer to a generator -----------------------------------------------------------


def optimal_discriminator(p: Callable, q: Callable) -> Callable[[ArrayLike], np.ndarray]:
    """Return the discriminator that is best against a generator (Goodfellow et al. 2014, proposition 1).

    Args:
        p, q: the densities of real and of generated data, functions of arrays.

    Returns:
        A function of arrays: p / (p + q), and 1/2 where both densities are 0, where any answer would do. It raises a
        ValueError where a density is negative or not finite.

    Examples:
        >>> best = optimal_discriminator(lambda x: np.exp(-x), lambda x: np.exp(-2 * x))
        >>> best(np.array([0.0, 1.0])).round(3).tolist()
        [0.5, 0.731]
    """
    check_function(p, "p")
    check_function(q, "q")

    def answer(x):
        real, generated = (check_array(values, name, None).astype("float64") for name, values in (("p", p(x)), ("q", q(x))))
        if min(real.min(initial=0), generated.min(initial=0)) < 0:
            raise ValueError("p and q must not be negative: they are densities")
        total = real + generated
        return np.divide(real, total, out=np.full_like(total, 0.5), where=total > 0)

    return answer


def objective(
    discriminator: Callable[[float], float],
    p: Callable[[float], float],
    q: Callable[[float], float],
    support: Sequence[float],
) -> float:
    """Integrate the value function V(D, G) of Goodfellow et al. (2014), equation 1.

    Args:
        discriminator: a function from a number to a probability in [0, 1]. Answers closer to 0 or 1 than float64
            can tell are taken for 2^-53 and 1 - 2^-53: to be sure and wrong costs 36.7 nats, and not infinitely many.
        p, q: the densities of real and of generated data, functions of a number.
        support: (low, high), the finite interval outside of which both densities are 0, or as good as.

    Returns:
        A float, at most 0, in nats.

    Raises:
        ValueError: if a density is negative, not finite, or does not integrate to 1 over the support; or if an
            answer of the discriminator is no probability.

    Examples:
        >>> round(objective(lambda x: 0.5, lambda x: 1.0, lambda x: 2 * x, (0, 1)), 3)  # it guesses: -log 4
        -1.386
    """
    check_density(p, support, "p")
    check_density(q, support, "q")
    check_function(discriminator, "discriminator")
    answers = np.array([float(discriminator(x)) for x in np.linspace(*support, 1001)])
    if not ((answers >= 0) & (answers <= 1)).all():
        raise ValueError(f"discriminator must answer with probabilities in [0, 1]; got {answers.min()} to {answers.max()}")

    def at(x):
        answer = np.clip(discriminator(x), 2**-53, 1 - 2**-53)
        return p(x) * np.log(answer) + q(x) * np.log1p(-answer)

    return integral(at, support)


def jensen_shannon(p: Callable[[float], float], q: Callable[[float], float], support: Sequence[float]) -> float:
    """Integrate the Jensen-Shannon divergence of two densities (Lin 1991).

    Args:
        p, q: functions of a number.
        support: (low, high), the finite interval outside of which both are 0, or as good as.

    Returns:
        A float from 0, for equal densities, to log 2, for densities that never overlap; in nats.

    Raises:
        ValueError: if a density is negative, not finite, or does not integrate to 1 over the support.

    Examples:
        >>> round(jensen_shannon(lambda x: 1.0, lambda x: 2 * x, (0, 1)), 3)
        0.054
    """
    check_density(p, support, "p")
    check_density(q, support, "q")

    def distance(x):
        middle = (p(x) + q(x)) / 2
        return (rel_entr(p(x), middle) + rel_entr(q(x), middle)) / 2

    return float(np.clip(integral(distance, support), 0, np.log(2)))


def integral(function: Callable[[float], float], support: Sequence[float]) -> float:
    """Integrate a function of a number over an interval, with 40 pieces to begin with, so that no peak is missed."""
    breaks = np.linspace(*support, 41)[1:-1]
    return quad(function, *support, points=breaks, limit=400, epsabs=1e-9)[0]


def check_function(function: Callable, name: str) -> None:
    """Raise a ValueError unless it can be called."""
    if not callable(function):
        raise ValueError(f"{name} must be a function; got {type(function).__name__}")


def check_density(density: Callable[[float], float], support: Sequence[float], name: str, tolerance: float = 1e-3) -> None:
    """Raise a ValueError unless it is a density on `support`: not negative, finite, and 1 in all, give or take `tolerance`."""
    check_function(density, name)
    low, high = check_array(support, "support", (2,))
    if not low < high:
        raise ValueError(f"support must be (low, high), two finite numbers in rising order; got {support!r}")
    values = np.array([density(x) for x in np.linspace(low, high, 1001)], "float64")
    if values.ndim != 1:
        raise ValueError(f"{name} must answer one number with one number; got the shape {values.shape[1:]}")
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite; between {low} and {high} it holds NaN or infinity")
    if values.min() < 0:
        raise ValueError(f"{name} must not be negative; its least value between {low} and {high} is {values.min():.3g}")
    mass = integral(density, support)
    if abs(mass - 1) > tolerance:
        raise ValueError(
            f"{name} must integrate to 1; from {low} to {high} it gives {mass:.3f}: widen the support, or divide by that"
        )


# ---- Learning to play, step by step -----------------------------------------------------------


def bilinear(x: float, y: float) -> tuple[float, float]:
    """Return the gradient of the game x * y: by x, and by y."""
    return y, x


def simultaneous(x, y, rate, gradient):
    """Move both players, each against where the other was."""
    by_x, by_y = gradient(x, y)
    return x - rate * by_x, y + rate * by_y


def alternating(x, y, rate, gradient):
    """Move the minimiser; then the maximiser, who sees that move."""
    x = x - rate * gradient(x, y)[0]
    return x, y + rate * gradient(x, y)[1]


def extragradient(x, y, rate, gradient):
    """Look one simultaneous step ahead, and move by the gradient that is found there (Korpelevich 1976)."""
    by_x, by_y = gradient(*simultaneous(x, y, rate, gradient))
    return x - rate * by_x, y + rate * by_y


RULES = {rule.__name__: rule for rule in (simultaneous, alternating, extragradient)}


def descent_ascent(
    rule: str,
    start: ArrayLike,
    rate: float,
    steps: int,
    gradient: Callable[[float, float], tuple[float, float]] = bilinear,
) -> np.ndarray:
    """Let a minimiser, x, and a maximiser, y, follow their gradients in one game.

    Args:
        rule: "simultaneous", "alternating" or "extragradient".
        start: (x, y), two numbers.
        rate: the learning rate of both, above 0.
        steps: how many, at least 1.
        gradient: a function of x and y, the derivatives of what x minimises and y maximises; by default of x * y.

    Returns:
        float (steps + 1, 2), where the players stand; the start is the first.

    Raises:
        ValueError: if the players run away to where float64 ends.

    Examples:
        >>> descent_ascent("simultaneous", (1, 0), rate=0.1, steps=2).round(3).tolist()
        [[1.0, 0.0], [1.0, 0.1], [0.99, 0.2]]
    """
    check_choice(rule, "rule", RULES)
    start = check_array(start, "start", (2,))
    check_number(rate, "rate", above=0)
    check_count(steps, "steps")
    check_function(gradient, "gradient")
    places = [tuple(map(float, start))]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            places.append(RULES[rule](*places[-1], rate, gradient))
    places = np.array(places)
    if not np.isfinite(places).all():
        raise ValueError(f"the players run away beyond all numbers; take a smaller rate than {rate} or fewer steps than {steps}")
    return places
