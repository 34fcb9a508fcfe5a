"""Matplotlib figures of the theory: a game tree, mixed strategies, the optimal discriminator, learning dynamics."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from gan_lib._checks import check_array, check_count, check_mapping, check_names, check_number, check_vectors
from gan_lib.plots.images import COLOURS, LINES
from gan_lib.plots.panels import draw_lines, legend_above, open_panel, open_panels
from gan_lib.studies.games import Seen, Solution, TicTacToe, check_board, minimax

PLAYERS = {"X": COLOURS["discriminator"], "O": COLOURS["generator"]}  # the maximiser and the minimiser
PALE = "#cbd2dc"


# ---- A game tree -------------------------------------------------------------------------------


def game_tree(game: Any, state: Any) -> dict[tuple, Any]:
    """List all nodes of a small game tree.

    Args:
        game, state: as for `gan_lib.studies.games.minimax`.

    Returns:
        dict by path, a tuple of moves, of the state there; each node stands before what follows it.
    """
    nodes, paths = {(): state}, [()]
    for path in paths:  # it grows while it is read
        if game.score(nodes[path]) is None:
            for move in game.moves(nodes[path]):
                nodes[(*path, move)] = game.play(nodes[path], move)
                paths.append((*path, move))
    return nodes


def plot_game_tree(board: str, seen: Mapping[tuple, Seen] | None = None, now: tuple | None = None) -> Figure:
    """Draw the tree of tic-tac-toe from a late position, each board with what it is worth.

    Args:
        board: a board of `gan_lib.studies.games.TicTacToe` with at most three empty squares.
        seen: dict by path of `gan_lib.studies.games.Seen`, what a search knows so far; None for all values, as `minimax`
            gives them. What a search has not seen is drawn pale, what it has cut off is crossed out.
        now: the path of the node to mark, or None.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if more than three squares are empty: the tree would not fit.
    """
    game = TicTacToe()
    check_board(board)
    if board.count(".") > 3:
        raise ValueError(f"board must have at most three empty squares, or the tree does not fit; got {board!r}")
    nodes = game_tree(game, board)
    if seen is None:
        seen = {path: Seen(path, minimax(game, each), complete=True, cut=False) for path, each in nodes.items()}
    places = node_places(nodes)
    depth = max(map(len, nodes))
    width = max(x for x, _ in places.values()) + 1
    figure = Figure(figsize=(5.2, 1.25 * (depth + 1)), layout="constrained")
    axes = figure.add_subplot()
    cut = {path for path in nodes if path not in seen and path[:-1] in seen and seen[path[:-1]].cut}
    for path in nodes:
        if path:
            draw_edge(axes, places[path[:-1]], places[path], known=path in seen, cut=path in cut)
    for path, each in nodes.items():
        draw_board(axes, places[path], each, seen.get(path), game, marked=path == now)
    for level in range(depth):
        player = "X" if game.maximises(next(each for path, each in nodes.items() if len(path) == level)) else "O"
        rule = "max" if player == "X" else "min"
        axes.text(-0.62, -1.6 * level, f"{player}: {rule}", color=PLAYERS[player], ha="center", va="center", rotation=90)
    axes.set(xlim=(-0.75, width - 0.5), ylim=(-1.6 * depth - 0.8, 0.45), aspect="equal")
    axes.set_axis_off()
    return figure


def node_places(nodes: Mapping[tuple, Any]) -> dict[tuple, tuple[float, float]]:
    """Give each node its place: leaves side by side, and each other node above the middle of what follows it."""
    following = {path: [other for other in nodes if other[:-1] == path and other] for path in nodes}
    across, free = {}, 0
    for path in sorted(nodes):  # in the order of a search
        if not following[path]:
            across[path], free = free, free + 1
    for path in sorted(nodes, key=len, reverse=True):
        if following[path]:
            across[path] = np.mean([across[other] for other in following[path]])
    return {path: (across[path], -1.6 * len(path)) for path in nodes}


def draw_edge(axes: Axes, start: tuple[float, float], end: tuple[float, float], known: bool, cut: bool) -> None:
    """Draw the move from one place to another, and scissors on it where it was cut off."""
    (x, y), (to_x, to_y) = start, end
    axes.plot([x, to_x], [y - 0.72, to_y + 0.36], color="#1f2937" if known else PALE, linewidth=1, zorder=0)
    if cut:
        middle = (x + to_x) / 2, (y - 0.72 + to_y + 0.36) / 2
        axes.text(*middle, "✂", ha="center", va="center", fontsize=11, color="#b3266b", family="DejaVu Sans")


def draw_board(axes: Axes, place: tuple[float, float], board: str, seen: Seen | None, game: TicTacToe, marked: bool) -> None:
    """Draw one board around its place, in the colour of the player whose turn it is, and its value below."""
    x, y = place
    over = game.score(board) is not None
    player = "X" if game.maximises(board) else "O"
    frame = PALE if seen is None else "#1f2937" if over else PLAYERS[player]
    width = 3.5 if marked else 1.5
    axes.add_patch(Rectangle((x - 0.36, y - 0.36), 0.72, 0.72, facecolor="white", edgecolor=frame, linewidth=width))
    for part in (-0.12, 0.12):
        axes.plot([x + part] * 2, [y - 0.33, y + 0.33], color=PALE, linewidth=0.7)
        axes.plot([x - 0.33, x + 0.33], [y + part] * 2, color=PALE, linewidth=0.7)
    for square, stone in enumerate(board):
        if stone != ".":
            row, column = divmod(square, 3)
            look = {"color": PALE if seen is None else PLAYERS[stone], "fontsize": 9, "fontweight": "bold"}
            axes.text(x + 0.24 * (column - 1), y - 0.24 * (row - 1), stone, ha="center", va="center_baseline", **look)
    if seen is not None:
        known = known_value(seen, game.maximises(board))
        axes.text(x, y - 0.54, known, ha="center", va="center", fontsize=10, fontweight="bold")


def known_value(seen: Seen, maximises: bool) -> str:
    """Write what a search knows of a node: a value, a bound while it has not seen every move, or a question mark."""
    if seen.value is None:
        return "?"
    sign = "" if seen.complete else "≥ " if maximises else "≤ "
    return sign + f"{seen.value:+d}".replace("-", "−").replace("+0", "0")


# ---- Mixed strategies --------------------------------------------------------------------------


def plot_mixtures(payoffs: ArrayLike, solution: Solution, rows: Sequence[str], columns: Sequence[str]) -> Figure:
    """Draw what each player of a game of two moves against two is sure of, for every way to mix them.

    Args:
        payoffs: float (2, 2), what the column player pays to the row player.
        solution: a `gan_lib.studies.games.Solution`.
        rows, columns: two names each, of the moves.

    Returns:
        A matplotlib Figure: the row player on the left, who makes the lower edge high, and the column player on the
        right, who makes the upper edge low.
    """
    payoffs = check_array(payoffs, "payoffs", (2, 2))
    if not isinstance(solution, Solution):
        raise ValueError("solution must be what gan_lib.studies.games.solve_matrix_game(payoffs) returns")
    check_names(rows, "rows", 2)
    check_names(columns, "columns", 2)
    part = np.linspace(0, 1, 101)
    mix = np.stack([part, 1 - part])
    figure, (sides,) = open_panels((5.2, 3.2), columns=2, sharey=True)
    for axes, lines, edge, actor, best, names, other in (
        (sides[0], payoffs.T @ mix, np.min, "discriminator", solution.row[0], rows, columns),
        (sides[1], payoffs @ mix, np.max, "generator", solution.column[0], columns, rows),
    ):
        for line, name, stroke in zip(lines, other, ("--", ":")):
            axes.plot(part, line, stroke, color="#1f2937", linewidth=1.3, label=f"against {name}")
        axes.plot(part, edge(lines, axis=0), color=COLOURS[actor], linewidth=3)
        axes.plot(best, solution.value, "o", color=COLOURS[actor], markersize=8)
        axes.axhline(solution.value, color=COLOURS["latent"], linewidth=1)
        axes.set(xlim=(0, 1), xticks=[0, 0.5, 1], xticklabels=["0", "½", "1"])
        axes.set_xlabel(f"probability of {names[0]}")
        legend_above(axes)
    sides[0].set_ylabel("mean pay-off to the row player")
    return figure


# ---- The optimal discriminator -----------------------------------------------------------------


def plot_witness(x: ArrayLike, p: ArrayLike, q: ArrayLike, closed: ArrayLike, trained: ArrayLike, region: ArrayLike) -> Figure:
    """Draw two densities, and below them the closed form of the best discriminator with a trained one on top.

    Args:
        x: float (n,), places.
        p, q: float (n,), the densities of real and of generated data there.
        closed, trained: float (n,), what the two discriminators answer there.
        region: bool (n,), where the two are compared; the rest is shaded.

    Returns:
        A matplotlib Figure.
    """
    x, p, q, closed, trained, region = check_vectors(x=x, p=p, q=q, closed=closed, trained=trained, region=region)
    figure, ((above,), (below,)) = open_panels((5.2, 4.2), rows=2, sharex=True, height_ratios=(2, 3))
    for density, actor, name in ((p, "real", "real, $p$"), (q, "generator", "generated, $q$")):
        above.fill_between(x, density, color=COLOURS[actor], alpha=0.3, linewidth=0)
        above.plot(x, density, color=COLOURS[actor], linewidth=2, label=name)
    below.plot(x, trained, color=COLOURS["discriminator"], linewidth=4, alpha=0.5, label="trained")
    below.plot(x, closed, "--", color="#1f2937", linewidth=1.3, label="$p/(p+q)$")
    below.axhline(0.5, color=COLOURS["latent"], linewidth=1, linestyle=":")
    for axes in (above, below):
        look = {"color": PALE, "alpha": 0.5, "linewidth": 0, "transform": axes.get_xaxis_transform()}
        axes.fill_between(x, 0, 1, where=~region.astype(bool), **look)
        axes.legend(loc="upper right", frameon=False, fontsize=9)
    above.set(ylabel="density", ylim=(0, None))
    below.set(xlabel="$x$", ylabel="$D(x)$", ylim=(-0.02, 1.02), xlim=(x[0], x[-1]))
    return figure


# ---- Two losses for a generator ----------------------------------------------------------------


def plot_two_losses(logits: ArrayLike) -> Figure:
    """Draw both losses of the generator and their gradients over D's logit, with the logits of one generator's samples.

    Args:
        logits: float (n,), D's answers to the samples, before the sigmoid.

    Returns:
        A matplotlib Figure.
    """
    logits = check_array(logits, "logits", ("n",))
    x = np.linspace(-10, 5, 301)
    probability = 1 / (1 + np.exp(-x))
    curves = {
        "loss": {"log(1 − D)": -np.logaddexp(0, x), "−log D": np.logaddexp(0, -x)},
        "length of the gradient": {"log(1 − D)": probability, "−log D": 1 - probability},
    }
    figure, ((above,), (below,)) = open_panels((5.2, 4.2), rows=2, sharex=True)
    for axes, (title, lines) in zip((above, below), curves.items()):
        draw_lines(axes, {name: (x, values) for name, values in lines.items()})
        met = axes.twinx()
        met.hist(np.clip(logits, x[0], x[-1]), bins=np.linspace(-10, 5, 31), color=COLOURS["generator"], alpha=0.3)
        met.set(yticks=[], ylim=(0, 2 * len(logits) / 3))
        met.spines[["top", "right"]].set_visible(False)
        if axes is above:
            right = np.clip(np.quantile(logits, 0.99), x[0], x[-1]) + 0.3
            met.annotate(f"{len(logits)} images", (right, len(logits) / 15), color=COLOURS["generator"])
        axes.set_ylabel(title)
    legend_above(above, columns=2)
    below.set(xlabel="D's logit for a sample: sure of “generated” … sure of “real”", ylim=(0, 1.05))
    return figure


def plot_lengths(runs: dict[str, ArrayLike]) -> Figure:
    """Draw the length of the generator's gradient in every step of several runs.

    Args:
        runs: dict by name of float (steps,).

    Returns:
        A matplotlib Figure.
    """
    check_mapping(runs, "runs", most=len(LINES))
    for name, lengths in runs.items():
        check_array(lengths, f"runs[{name!r}]", ("steps",))
    figure, axes = open_panel()
    draw_lines(axes, {name: (np.arange(1, len(lengths) + 1), lengths) for name, lengths in runs.items()}, linewidth=1.5)
    axes.set(xlabel="steps of the generator", ylabel="length of its gradient", yscale="log")
    legend_above(axes, columns=2)
    return figure


# ---- Dynamics ----------------------------------------------------------------------------------


def plot_dynamics(
    paths: dict[str, np.ndarray], upto: int | None = None, equilibrium: ArrayLike = (0.0, 0.0), limit: float = 3.0
) -> Figure:
    """Draw the ways of two players through the plane, and how far they are from the equilibrium at each step.

    Args:
        paths: dict by rule of float (steps + 1, 2), from `gan_lib.studies.games.descent_ascent`.
        upto: the last step to draw; None for all.
        equilibrium: (x, y), where neither player would move.
        limit: the plane is shown from -limit to limit.

    Returns:
        A matplotlib Figure.
    """
    check_mapping(paths, "paths", most=len(LINES))
    paths = {rule: check_array(path, f"paths[{rule!r}]", ("steps + 1", 2)) for rule, path in paths.items()}
    equilibrium = check_array(equilibrium, "equilibrium", (2,))
    check_number(limit, "limit", above=0)
    last = max(map(len, paths.values())) - 1
    upto = last if upto is None else upto
    check_count(upto, "upto", least=0)
    away = distances(paths, equilibrium)
    figure, ((plane,), (below,)) = open_panels((5.2, 5.8), rows=2, height_ratios=(5, 2))
    for (rule, path), style in zip(paths.items(), LINES):
        plane.plot(*path[: upto + 1].T, linewidth=1.3, label=rule, **style)
        plane.plot(*path[min(upto, len(path) - 1)], "o", color=style["color"], clip_on=True)
        below.plot(away[rule][: upto + 1], linewidth=2, **style)
    plane.plot(*equilibrium, "+", color="black", markersize=12, markeredgewidth=2)
    plane.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    plane.set_xlabel("$x$, the minimiser", color=COLOURS["generator"])
    plane.set_ylabel("$y$, the maximiser", color=COLOURS["discriminator"])
    plane.legend(loc="lower center", bbox_to_anchor=(0.5, 1), borderpad=0, frameon=False, ncols=3, fontsize=9)
    highest, lowest = (f([f(each) for each in away.values()]) for f in (np.max, np.min))
    below.set(xlabel="steps", ylabel="distance", xlim=(0, last))
    below.set_yscale("log", base=2)
    below.set_ylim(max(lowest, 1e-6) / 1.5, 1.5 * highest)
    below.yaxis.set_major_formatter("{x:.3g}")
    return figure


def distances(paths: Mapping[str, np.ndarray], equilibrium: ArrayLike) -> dict[str, np.ndarray]:
    """Measure how far each path, (steps + 1, 2), is from the equilibrium: dict by rule of float (steps + 1,)."""
    return {rule: np.linalg.norm(path - np.asarray(equilibrium), axis=1) for rule, path in paths.items()}
