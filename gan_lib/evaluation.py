"""All scores of a set of images at once: Inception Score, FID, KID, precision and recall.

Scores in one network's features compare with nothing but scores in the same features, and only at the same numbers of
images. Those of `gan_lib.classifier`, the default, say nothing about those of papers, which use Inception-v3.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from gan_lib._checks import check_choice, check_count, check_images, check_mapping
from gan_lib._files import ASSETS
from gan_lib._keras import full_precision, keras
from gan_lib._weights import pretrained
from gan_lib.classifier import features_and_probabilities
from gan_lib.data import load_fashion_mnist
from gan_lib.metrics import fid, inception_score, kernel_inception_distance, precision_recall

# What was trained with several seeds, written by tools/assets.py: variants of the DCGAN, and what the chapters compare.
SEVERAL_SEEDS = {name: ASSETS / f"{name}.json" for name in ("variants", "comparisons", "classes", "sets")}

# Whether more of it is better, in the order of tables.
HIGHER_IS_BETTER = {"is": True, "fid": False, "kid": False, "precision": True, "recall": True}


@dataclass
class Described:
    """What a network says of n images: features float32 (n, d), and class probabilities float32 (n, classes)."""

    features: np.ndarray
    probabilities: np.ndarray

    def __len__(self):
        return len(self.features)

    def __getitem__(self, rows):
        return Described(self.features[rows], self.probabilities[rows])


def describe(images: np.ndarray, features: str = "classifier") -> Described:
    """Describe images by the features and answers of a network.

    Args:
        images: float (n, 28, 28, 1) in [-1, 1]; for "inception" of any size, in grey or in colour.
        features: "classifier" for `gan_lib.classifier`; "inception" for Keras's Inception-v3, whose weights (92 MB)
            are downloaded at the first use. These are other weights than those behind published scores.

    Returns:
        A `Described`: d = 128 features and 10 classes, or 2,048 and 1,000.

    Raises:
        ValueError: for images of another shape, type or range, or other `features`.
        OSError: if Inception's weights are neither in Keras's cache nor can be downloaded.
    """
    if features == "classifier":
        return Described(*features_and_probabilities(images))
    check_choice(features, "features", ("classifier", "inception"))
    images = check_images(images, colour=True)
    return Described(*inception_network(images.shape[-1]).predict(images, batch_size=50, verbose=0))


@cache
@full_precision()
def inception_network(channels=1, weights="imagenet"):
    """Build Inception-v3 for images (n, height, width, channels) in [-1, 1], its answers being features and probabilities."""
    instead = 'leave features="inception" out to use the classifier that comes with gan_lib'
    network = pretrained(keras.applications.InceptionV3, "Inception-v3", instead, weights=weights)
    images = keras.Input((None, None, channels))
    # As the paper of FID does: its network takes 299 x 299 pixels in three colours. Grey is the same in all three.
    enlarged = keras.layers.Resizing(299, 299, interpolation="bilinear")(images)
    coloured = enlarged if channels == 3 else keras.layers.Concatenate()([enlarged] * 3)
    inner = keras.Model(network.inputs, [network.get_layer("avg_pool").output, network.outputs[0]])
    return keras.Model(images, inner(coloured))


@cache
def describe_photographs(features: str) -> Described:
    """Describe the 10,000 bundled training images, by which all scores of the book are measured; once for each `features`."""
    return describe(load_fashion_mnist("train")[0], features)


def scores(real: Described, fake: Described) -> dict[str, float]:
    """Compute all scores of one set of images.

    Args:
        real, fake: `Described` by the same network. Precision and recall are measured on equal numbers, the first of each.

    Returns:
        dict of floats: "is", "fid", "kid", "precision", "recall".

    Raises:
        ValueError: if one of them is not `Described`, or they are not by the same network.
    """
    for name, described in (("real", real), ("fake", fake)):
        if not isinstance(described, Described):
            raise ValueError(f"{name} must be Described: give what describe(images) returns; got {type(described).__name__}")
    n = min(len(real), len(fake))
    precision, recall = precision_recall(real.features[:n], fake.features[:n])
    return {
        "is": inception_score(fake.probabilities, splits=1)[0],
        "fid": fid(real.features, fake.features),
        "kid": kernel_inception_distance(real.features, fake.features)[0],
        "precision": precision,
        "recall": recall,
    }


def evaluate(
    draw: Callable, n: int = 5_000, resamples: int = 5, real: Described | None = None, features: str = "classifier"
) -> dict[str, np.ndarray]:
    """Score several sets of images from one source.

    Args:
        draw: a function (n, seed) -> images, float (n, 28, 28, 1) in [-1, 1]; another seed gives another set. Such as
            `gan.sample`.
        n: images in a set; scores compare at the same n only.
        resamples: how many sets, drawn with the seeds 1, 2, ...
        real: the `Described` real images; the 10,000 bundled training images by default.
        features: as for `describe`.

    Returns:
        dict by score of float (resamples,), see `scores`; their mean is the estimate, their standard deviation its spread.

    Raises:
        ValueError: if `n` or `resamples` is not a positive integer, `draw` is no such function, or the images do not fit.
    """
    check_count(n, "n", least=4)
    check_count(resamples, "resamples")
    if not callable(draw) or isinstance(draw, keras.Model):
        raise ValueError(f"draw must be a function (n, seed) -> images, such as gan.sample; got {type(draw).__name__}")
    real = describe_photographs(features) if real is None else real
    runs = [scores(real, describe(draw(n, seed), features)) for seed in range(1, resamples + 1)]
    return {name: np.array([run[name] for run in runs]) for name in HIGHER_IS_BETTER}


def over_seeds(table: str) -> dict[str, dict[str, np.ndarray]]:
    """Return what trainings with several seeds have reached, as they were recorded.

    Args:
        table: "variants" for the settings of the DCGAN in the chapter on evaluation, "classes" and "sets" for the chapters on a
            class on request and on images of your own, "comparisons" for what other chapters compare.

    Returns:
        dict by row, such as "pix2pix l1", of dict by score, of float64 (seeds,).

    Raises:
        ValueError: for another table.

    Examples:
        >>> over_seeds("comparisons")["pix2pix l1"]["fid"].shape
        (3,)
    """
    check_choice(table, "table", SEVERAL_SEEDS)
    rows = json.loads(SEVERAL_SEEDS[table].read_text(encoding="utf-8"))["rows"]
    flat = {name: [flattened(seed) for seed in row["seeds"].values()] for name, row in rows.items()}
    return {name: {score: np.array([seed[score] for seed in seeds]) for score in seeds[0]} for name, seeds in flat.items()}


def with_spread(values: np.ndarray, digits: int = 2) -> str:
    """Write the mean of several trainings' scores with their standard deviation.

    Args:
        values: float (n,), of at least 2 trainings.
        digits: after the point.

    Raises:
        ValueError: for fewer than 2 values.

    Examples:
        >>> with_spread([1.0, 2.0, 3.0])
        '2.00 ± 1.00'
    """
    values = np.asarray(values, "float64")
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f"values must be the scores of at least 2 trainings; got the shape {values.shape}")
    check_count(digits, "digits", least=0)
    return f"{values.mean():.{digits}f} ± {values.std(ddof=1):.{digits}f}"


def flattened(scores):
    """Return scores with those that stand under another, such as "fid" of the last weights, beside the rest."""
    nested = {f"{name}, {of}": value for name, group in scores.items() if isinstance(group, dict) for of, value in group.items()}
    return {name: value for name, value in scores.items() if not isinstance(value, dict)} | nested


def table(rows: dict) -> str:
    """Lay scores out as text, mean ± standard deviation over the resamples.

    Args:
        rows: dict by name of what `evaluate` returns.

    Returns:
        A string of one line for the names of the scores and one for each row. FD and KD are the Fréchet and the kernel distance,
        KD in thousandths; papers call them FID and KID in Inception's features.

    Raises:
        ValueError: if there is no row, or one has not all scores.
    """
    check_mapping(rows, "rows")
    for name, row in rows.items():
        if not isinstance(row, dict) or set(HIGHER_IS_BETTER) - set(row):
            raise ValueError(f"rows[{name!r}] must hold {', '.join(HIGHER_IS_BETTER)}; give what evaluate returns")
    width = max(map(len, rows))
    columns = {  # heading, digits, unit, width
        "is": ("IS ↑", 2, 1, 13),
        "fid": ("FD ↓", 2, 1, 13),
        "kid": ("1000 KD ↓", 1, 1000, 13),
        "precision": ("precision ↑", 2, 1, 12),
        "recall": ("recall ↑", 2, 1, 12),
    }
    lines = [" " * width + "".join(f"{heading:>{wide}}" for heading, _, _, wide in columns.values())]
    for name, row in rows.items():
        cells = (
            f"{f'{np.mean(row[score]) * unit:.{digits}f} ± {np.std(row[score]) * unit:.{digits}f}':>{wide}}"
            for score, (_, digits, unit, wide) in columns.items()
        )
        lines.append(f"{name:{width}}" + "".join(cells))
    return "\n".join(lines)
