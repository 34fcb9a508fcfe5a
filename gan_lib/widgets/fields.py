"""Step through games on points, side by side: where the points are, and how steep the discriminator is."""

from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np
from matplotlib.colors import to_hex

from gan_lib._checks import check_count
from gan_lib.plots.fields import LEVELS, MEASURED, SHADES, STEEP, plot_field, plot_fields
from gan_lib.plots.points import real_points
from gan_lib.recordings import Recording, check_recordings
from gan_lib.studies.shapes import MODES
from gan_lib.widgets.runs import moment_name, recording_stepper
from gan_lib.widgets.stepper import FIGURE, data_url, figure_picture, titled

SIDE = 2.6  # inches of a plane
BOX = """\
<span style="display: inline-block; min-width: 2.2em; font-size: 0.8em; text-align: center; background: {shade}; \
color: {ink}">{limit}</span>"""


def field_stepper(recordings: Mapping[str, Recording], interval: int = 700) -> widgets.Widget:
    """Step through games on points, side by side.

    Args:
        recordings: dict by title of recordings as `gan_lib.studies.fields.record_field` returns them, with the same moments.
        interval: milliseconds from one moment to the next while it plays.

    Returns:
        A widget, as from `gan_lib.widgets.epoch_stepper`.

    Raises:
        ValueError: if a recording has no slopes, or they have other moments.
    """
    check_recordings(recordings, MEASURED, "record it with gan_lib.studies.fields.record_field", most=4)
    first = next(iter(recordings.values()))
    for name, run in recordings.items():
        if not np.array_equal(run.steps, first.steps):
            raise ValueError(f"recordings[{name!r}] has other moments than the first; record both with the same steps")
    check_count(interval, "interval")
    moments = [field_moment(recordings, i) for i in range(len(first.steps))]
    last = figure_picture(plot_fields(recordings, columns=len(recordings)), colours=64)
    return recording_stepper(moments, first, interval, last)


def field_moment(recordings: Mapping[str, Recording], i: int) -> str:
    """Return the HTML of one moment: for each game the plane with D's slope, its mean length, and the modes covered."""
    panels = []
    for name, run in recordings.items():
        figure = plot_field(run.measured["slopes"][i], real_points(run), run.frames[i], size=SIDE, bar=False)
        alt = f"{name}: real and generated points on D's slope, after {run.steps[i]:,} training steps"
        covered = f"{run.measured['modes'][i]} of {len(MODES[run.made['shape']])} modes"
        title = f"<b>{name}</b><br>mean slope {run.measured['on_fake'][i]:.2g} · {covered}"
        panels.append(titled("", title, data_url(figure_picture(figure, colours=48), lossless=True), alt, width=312))
    caption = f"{moment_name(next(iter(recordings.values())), i)} · the mean slope is that of D at the generated points"
    return FIGURE.format(inside="\n".join(panels), caption=f"{caption}<br>slope up to {scale_of_shades()}", align="")


def scale_of_shades() -> str:
    """Return the HTML of a box for each shade, with the length of a slope up to which it is used."""
    limits = [*LEVELS, np.inf]
    shades = [to_hex(STEEP(SHADES(limit * 0.99 if np.isfinite(limit) else 2 * LEVELS[-1]))) for limit in limits]
    inks = ["#000" if limit <= 10 else "#fff" for limit in limits]
    names = [f"{limit:g}" if np.isfinite(limit) else "more" for limit in limits]
    return "".join(BOX.format(shade=shade, ink=ink, limit=name) for shade, ink, name in zip(shades, inks, names))
