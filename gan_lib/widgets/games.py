"""ipywidgets on top of the theory: step through a search, and through the moves of two learning players."""

from collections.abc import Mapping, Sequence

import ipywidgets as widgets
import numpy as np

from gan_lib._checks import check_array, check_count, check_mapping
from gan_lib.plots.games import distances, known_value, plot_dynamics, plot_game_tree
from gan_lib.studies.games import Seen, TicTacToe, alpha_beta, check_board
from gan_lib.widgets.stepper import data_url, figure_picture, stack_stepper

STATE = """\
<figure class="gan-game" style="margin: 0">
<img src="{picture}" alt="{alt}" width="560" style="width: 100%; max-width: 560px; height: auto">
<figcaption style="font-variant-numeric: tabular-nums">{caption}</figcaption>
</figure>"""


def search_stepper(board: str, interval: int = 900) -> widgets.Widget:
    """Step through an alpha-beta search of tic-tac-toe from a late position.

    With ipywidgets 8 every moment is in the browser, as in `gan_lib.widgets.epoch_stepper`.

    Args:
        board: a board of `gan_lib.studies.games.TicTacToe` with at most three empty squares.
        interval: milliseconds from one moment to the next while it plays.

    Returns:
        A widget, which with ipywidgets 8 also has a picture of the finished search.

    Raises:
        ValueError: if more than three squares are empty.
    """
    check_board(board)
    if board.count(".") > 3:  # before the search, which can be long
        raise ValueError(f"board must have at most three empty squares, or the tree does not fit; got {board!r}")
    events, moments, known = [], [], {}
    alpha_beta(TicTacToe(), board, events.append)
    for number, event in enumerate(events, start=1):
        known[event.path] = event
        caption = f"<b>step {number} of {len(events)}</b> · {event_sentence(board, event)}"
        picture = figure_picture(plot_game_tree(board, known, now=event.path), colours=64)
        alt = f"Game tree with {len(known)} boards seen. {event_sentence(board, event)}"
        moments.append(STATE.format(picture=data_url(picture, lossless=True), alt=alt, caption=caption))
    labels = [str(number) for number in range(1, len(events) + 1)]
    summary = f"Stepper: a search in {len(events)} steps that looks at {len(known)} boards"
    return stack_stepper(moments, labels, "Step", interval, picture, summary)


def event_sentence(board: str, event: Seen) -> str:
    """Say in a sentence what a search has just found out."""
    game = TicTacToe()
    for move in event.path:
        board = game.play(board, move)
    maximises = game.maximises(board)
    player, value = "X" if maximises else "O", known_value(event, maximises)
    if game.score(board) is not None:
        return f"the game is over, and worth {value}"
    if event.value is None:
        return f"{player} is to move: its first move comes next"
    if event.cut:
        other = "X" if player == "O" else "O"
        return f"this is worth {value} to {player}, and {other} already has a better place to go: the rest is cut off"
    if event.complete:
        return f"{player} has looked at every move: this board is worth {value}"
    return f"so far this board is worth {value}; {player} looks at the next move"


def dynamics_stepper(
    paths: Mapping[str, np.ndarray],
    every: int = 1,
    interval: int = 150,
    equilibrium: Sequence[float] = (0.0, 0.0),
    limit: float = 3.0,
) -> widgets.Widget:
    """Step through the ways of two learning players, several rules at once.

    With ipywidgets 8 every moment is in the browser, as in `gan_lib.widgets.epoch_stepper`.

    Args:
        paths: dict by rule of float (steps + 1, 2), all equally long, from `gan_lib.studies.games.descent_ascent`.
        every: how many steps lie between two moments.
        interval: milliseconds from one moment to the next while it plays.
        equilibrium, limit: as for `gan_lib.plots.games.plot_dynamics`.

    Returns:
        A widget, which with ipywidgets 8 also has a picture of the whole ways.

    Raises:
        ValueError: if the paths are not equally long.
    """
    check_mapping(paths, "paths")
    check_count(every, "every")
    paths = {rule: check_array(path, f"paths[{rule!r}]", ("steps + 1", 2)) for rule, path in paths.items()}
    lengths = {len(path) for path in paths.values()}
    if len(lengths) != 1:
        raise ValueError(f"paths must hold one path at least, all equally long; got the lengths {sorted(lengths)}")
    steps, moments = range(0, lengths.pop(), every), []
    away = distances(paths, equilibrium)
    for step in steps:
        picture = figure_picture(plot_dynamics(paths, step, equilibrium, limit), colours=64)
        places = " · ".join(f"{rule} {each[step]:.2f}" for rule, each in away.items())
        alt = f"The ways of {', '.join(paths)} through the plane, up to step {step}"
        caption = f"<b>step {step}</b> · distance: {places}"
        moments.append(STATE.format(picture=data_url(picture, lossless=True), alt=alt, caption=caption))
    summary = f"Stepper: {len(paths)} ways to the equilibrium, {len(moments)} moments"
    return stack_stepper(moments, [str(step) for step in steps], "Step", interval, picture, summary)
