"""Make the moving picture of the preface: sixteen samples of the recorded run, from its first step to its last.

`python book/figures/motion.py` writes book/_static/motion.webp, and motion-still.webp for readers who prefer no motion.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from gan_lib import Recording
from gan_lib.plots import image_grid

FOLDER = Path(__file__).parents[1] / "_static"
SAMPLES, COLUMNS = 16, 8
EACH, LAST = 350, 3000  # milliseconds that a moment is shown, and the last one


def moments():
    """Return the pictures, one for each moment of the recording, as Pillow images."""
    frames = Recording.load("dcgan").frames[:, :SAMPLES]
    return [Image.fromarray(255 - np.asarray(image_grid(255 - frame, columns=COLUMNS, gap=4))) for frame in frames]


def write():
    pictures = moments()
    times = [EACH] * (len(pictures) - 1) + [LAST]
    first, *others = pictures
    options = {"quality": 70, "method": 6}
    first.save(FOLDER / "motion.webp", save_all=True, append_images=others, duration=times, loop=0, **options)
    pictures[-1].save(FOLDER / "motion-still.webp", **options)


if __name__ == "__main__":
    write()
