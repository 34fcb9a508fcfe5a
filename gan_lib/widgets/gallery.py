"""Step through the gallery of failures: each fault beside its cure and a healthy run."""

from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np
from PIL import Image

from gan_lib._checks import check_count, check_mapping
from gan_lib.plots.faults import plot_exhibit_curves
from gan_lib.plots.images import image_grid
from gan_lib.recordings import Recording
from gan_lib.studies.gallery import Exhibit
from gan_lib.studies.rules import ADVICE, HEALTHY
from gan_lib.widgets.stepper import FIGURE, data_url, figure_picture, stack_stepper, twice

COLUMNS = 4  # moments that are shown of each run
WIDE = 8  # white pixels between two of them
PIXELS = "; image-rendering: pixelated"
PANEL = """\
<div style="flex: 1 1 100%; min-width: 0; max-width: 660px; line-height: 1.3">
<div>{title}</div>
<img src="{picture}" alt="{alt}" width="660" style="width: 100%; height: auto; display: block{pixels}">
</div>"""


def gallery_stepper(gallery: Mapping[str, Exhibit], interval: int = 2_500) -> widgets.Widget:
    """Step through faults: samples of a broken run and of its cure at four moments, losses, D's answers, distances.

    Args:
        gallery: dict by fault of `gan_lib.studies.gallery.Exhibit`, as `load_gallery` returns it, with "healthy" among them.
        interval: milliseconds from one fault to the next while it plays.

    Returns:
        A widget, as from `gan_lib.widgets.epoch_stepper`.

    Raises:
        ValueError: if `gallery` is no such dict.
    """
    check_mapping(gallery, "gallery")
    for fault, exhibit in gallery.items():
        if not isinstance(exhibit, Exhibit):
            raise ValueError(f"gallery[{fault!r}] must be an Exhibit, as load_gallery returns it; got {type(exhibit).__name__}")
    if HEALTHY not in gallery or len(gallery) < 2:
        raise ValueError(f"gallery must hold {HEALTHY!r} and a fault at least; got {', '.join(gallery)}")
    check_count(interval, "interval")
    healthy = gallery[HEALTHY].broken
    faults = [fault for fault in gallery if fault != HEALTHY]
    moments = [fault_moment(fault, gallery[fault], healthy) for fault in faults]
    labels = [f"{number} of {len(faults)}" for number in range(1, len(faults) + 1)]
    summary = f"Stepper: {len(faults)} faults, each beside its cure and a healthy run"
    return stack_stepper(moments, labels, "Fault", interval, twice(Image.fromarray(strip(gallery[faults[0]].broken))), summary)


def fault_moment(fault: str, exhibit: Exhibit, healthy: Recording) -> str:
    """Return the HTML of one fault: cause and cure, the samples of its two runs, the curves, and what the doctor says."""
    panels = []
    for name, run, what in (("broken", exhibit.broken, exhibit.cause), ("cured", exhibit.cured, exhibit.cure)):
        steps = ", ".join(f"{step:,}" for step in run.steps[shown_moments(run)])
        picture = data_url(Image.fromarray(strip(run)), quality=80)
        alt = f"{title_of(fault)}, {name}: 16 samples each after {steps} training steps"
        title = f"<b>{title_of(fault)}</b>: {what}" if name == "broken" else f"Cured: {what}"
        panels.append(PANEL.format(title=f"{title} · after {steps} steps", picture=picture, alt=alt, pixels=PIXELS))
    curves = data_url(figure_picture(plot_exhibit_curves(exhibit, healthy), 96), lossless=True)
    of_curves = f"{title_of(fault)}: losses and D's accuracies of the broken run, and FD beside the cured and a healthy run"
    panels.append(PANEL.format(title="The broken run, and FD of three", picture=curves, alt=of_curves, pixels=""))
    said = [title_of(answer) if answer in ADVICE else answer.replace("_", " ") for answer in exhibit.said]
    caption = f"The doctor says: {said[0]}; of the cured run: {said[1]}"
    return FIGURE.format(inside="\n".join(panels), caption=caption, align="")


def title_of(fault):
    title = ADVICE[fault].title.partition(":")[0]
    return title[0].upper() + title[1:]


def shown_moments(run):
    """Return the indices of the moments that are shown: the last, and others at even distances before it."""
    return np.linspace(1, len(run.steps) - 1, COLUMNS).round().astype(int)


def strip(run):
    """Return the samples of some moments of a run side by side, uint8 (height, width)."""
    grids = [image_grid(run.frames[i]) for i in shown_moments(run)]
    return image_grid(np.stack(grids), columns=COLUMNS, gap=WIDE)
