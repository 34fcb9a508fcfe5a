"""Make the strips of the applications: what the generator is given, an arrow, and what it answers.

`python book/figures/answers.py` writes answers-pix2pix.webp, answers-srgan.webp and answers-stackgan.webp into book/_static.
They show the recorded runs, on test images and captions that no training has seen.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from gan_lib import Recording
from gan_lib.applications import stackgan

FOLDER = Path(__file__).parents[1] / "_static"
SIDE, ARROW, GAP = 112, 36, 24  # pixels: a garment, the arrow behind it, the space behind a pair; shown at half of that
GREY = (128, 128, 128, 255)
SHOWN = {"pix2pix": (0, 2, 6), "srgan": (0, 7, 12)}
ASKED = (("dark", "pullover"), ("light", "dress"), ("patterned", "shirt"), ("light", "bag"))


def enlarged(pixels):
    """Return an image, uint8 (height, width), as a Pillow picture of SIDE pixels, its own pixels as squares."""
    return Image.fromarray(np.asarray(pixels, "uint8")).resize((SIDE, SIDE), Image.Resampling.NEAREST)


def pairs_strip(given, answers):
    """Return the strip of conditions and answers, an arrow between the two."""
    wide = 2 * SIDE + ARROW + GAP
    strip = Image.new("RGBA", (wide * len(given) - GAP, SIDE))
    draw = ImageDraw.Draw(strip)
    for i, (condition, answer) in enumerate(zip(given, answers)):
        x, y = i * wide, SIDE // 2
        strip.paste(enlarged(condition), (x, 0))
        strip.paste(enlarged(answer), (x + SIDE + ARROW, 0))
        start, end = x + SIDE + 6, x + SIDE + ARROW - 6
        draw.line((start, y, end - 4, y), GREY, 4)
        draw.polygon([(end, y), (end - 10, y - 8), (end - 10, y + 8)], GREY)
    return strip


def row(images):
    """Return the strip of images alone."""
    strip = Image.new("RGBA", ((SIDE + GAP) * len(images) - GAP, SIDE))
    for i, image in enumerate(images):
        strip.paste(enlarged(image), (i * (SIDE + GAP), 0))
    return strip


def strips():
    """Return the three strips by name."""
    made = {}
    for name, shown in SHOWN.items():
        recording = Recording.load(name)
        given, answers = recording.conditions["given"], recording.frames[-1]
        made[name] = pairs_strip([given[i] for i in shown], [answers[i] for i in shown])
    answers = Recording.load("stackgan").frames[-1].reshape(len(stackgan.ADJECTIVES), len(stackgan.NOUNS), 28, 28)
    made["stackgan"] = row([answers[stackgan.ADJECTIVES.index(how), stackgan.NOUNS.index(what)] for how, what in ASKED])
    return made


def write():
    for name, strip in strips().items():
        strip.save(FOLDER / f"answers-{name}.webp", lossless=True)


if __name__ == "__main__":
    write()
