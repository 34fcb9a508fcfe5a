"""Captions for photographs of garments, made by rules from what can be measured.

A caption names the garment (the label), its shade and its texture, in one of several words and orders:

- shade: "dark" if the mean brightness of the garment is below 0.5 (of 0 to 1), "light" if it is above 0.7;
- texture: "plain" if the mean of |Laplacian| inside the garment is below 0.12, "patterned" if it is above 0.25.

Between the limits there is no word, and now and then a caption leaves one out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from gan_lib._checks import check_choice, check_count, check_images, check_labels, check_number, check_seed
from gan_lib.data import CLASS_NAMES

GARMENTS = (
    ("t-shirt", "tee", "top"),
    ("trousers", "pants"),
    ("pullover", "sweater"),
    ("dress", "gown"),
    ("coat", "jacket"),
    ("sandal", "slipper"),
    ("shirt", "blouse"),
    ("sneaker", "trainer"),
    ("bag", "handbag"),
    ("boot", "ankle boot"),
)
SHADES = {"dark": ("dark", "deep", "black"), "light": ("light", "pale", "white")}
TEXTURES = {"plain": ("plain", "smooth"), "patterned": ("patterned", "printed")}
FORMS = ("{a} {both} {garment}", "{garment}, {both}", "this is {a} {both} {garment}", "{a} {garment} that looks {and_both}")
LENGTH = 8  # words in the longest caption

WORDS = tuple(
    sorted(
        {word for words in (*GARMENTS, *SHADES.values(), *TEXTURES.values()) for name in words for word in name.split()}
        | {"a", "an", "some", "and", "this", "is", "that", "looks"}
    )
)


@dataclass(frozen=True)
class Meaning:
    """What a caption says, or what can be said of an image.

    Attributes:
        garment: index into `gan_lib.data.CLASS_NAMES`.
        shade: "dark", "light", or "" for neither.
        texture: "plain", "patterned", or "" for neither.

    Raises:
        ValueError: for another garment, shade or texture.
    """

    garment: int
    shade: str = ""
    texture: str = ""

    def __post_init__(self):
        check_count(self.garment, "garment", least=0, most=len(CLASS_NAMES) - 1)
        check_choice(self.shade, "shade", ("", *SHADES))
        check_choice(self.texture, "texture", ("", *TEXTURES))

    def fits(self, image: "Meaning") -> bool:
        """Say whether a caption with this meaning is right about an image with another.

        Examples:
            >>> Meaning(8, "dark").fits(Meaning(8, "dark", "plain"))
            True
            >>> Meaning(8, "dark", "plain").fits(Meaning(8, "dark"))
            False
        """
        return self.garment == image.garment and self.shade in ("", image.shade) and self.texture in ("", image.texture)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.shade, self.texture, CLASS_NAMES[self.garment])))


# Words that no training sees together, to find out whether a model can put them together.
UNSEEN = (Meaning(4, "dark"), Meaning(5, "light"), Meaning(8, "dark"))


def seen_together(of_images: Sequence[Meaning], unseen: Sequence[Meaning] = UNSEEN) -> np.ndarray:
    """Return the indices of the images that none of the `unseen` meanings is right about: int64 (k,)."""
    check_meanings(of_images, "of_images")
    check_meanings(unseen, "unseen")
    return np.array([i for i, image in enumerate(of_images) if not any(meaning.fits(image) for meaning in unseen)], "int64")


def check_meanings(values: Sequence[Meaning], name: str, n: int | None = None) -> None:
    """Raise a ValueError unless they are all a `Meaning`, and `n` of them."""
    if not isinstance(values, (list, tuple)) or not all(isinstance(value, Meaning) for value in values):
        raise ValueError(f"{name} must be a list of Meaning, such as meanings(images, labels) gives")
    if n is not None and len(values) != n:
        raise ValueError(f"{name} must hold a Meaning for each of {n}; got {len(values)}")


def brightness(images: np.ndarray) -> np.ndarray:
    """Measure the mean brightness of the garments, over the pixels above 0.1 (of 0 to 1).

    Args:
        images: float (n, height, width, 1) in [-1, 1].

    Returns:
        float64 (n,) in [0, 1]; 0 where no pixel is that bright.

    Examples:
        >>> brightness(np.full((1, 28, 28, 1), 0.5))
        array([0.75])
    """
    grey, garment = grey_and_garment(images)
    return np.sum(grey * garment, axis=(1, 2)) / np.maximum(garment.sum(axis=(1, 2)), 1)


def roughness(images: np.ndarray) -> np.ndarray:
    """Measure the mean of |Laplacian| inside the garments, two pixels from their outlines.

    Args:
        images: as for `brightness`.

    Returns:
        float64 (n,), at least 0; 0 where there is no inside.
    """
    grey, garment = grey_and_garment(images)
    inside = ndimage.binary_erosion(garment, np.ones((1, 3, 3)), iterations=2)
    change = np.abs([ndimage.laplace(image) for image in grey])
    return np.sum(change * inside, axis=(1, 2)) / np.maximum(inside.sum(axis=(1, 2)), 1)


def grey_and_garment(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the brightness of each pixel, float64 (n, height, width) in [0, 1], and whether it belongs to the garment."""
    grey = (check_images(images)[..., 0].astype("float64") + 1) / 2
    return grey, grey > 0.1


def meanings(images: np.ndarray, labels: np.ndarray) -> list[Meaning]:
    """Say what can be said of photographs: a list of `Meaning`.

    Args:
        images: float (n, 28, 28, 1) in [-1, 1].
        labels: int (n,), indices into `gan_lib.data.CLASS_NAMES`.
    """
    labels = check_labels(labels, len(check_images(images)))
    shades = [word_outside(value, 0.5, 0.7, "dark", "light") for value in brightness(images)]
    textures = [word_outside(value, 0.12, 0.25, "plain", "patterned") for value in roughness(images)]
    return [Meaning(int(label), shade, texture) for label, shade, texture in zip(labels, shades, textures)]


def word_outside(value: float, low: float, high: float, below: str, above: str) -> str:
    """Return the word for a value below `low` or above `high`, and "" between the two."""
    return below if value < low else above if value > high else ""


def caption(meaning: Meaning, random: np.random.Generator, leave_out: float = 0.2) -> tuple[str, Meaning]:
    """Put a meaning into words.

    Args:
        meaning: a `Meaning`.
        random: a NumPy random generator, which chooses words and order.
        leave_out: how often a word for shade or texture is left out.

    Returns:
        The caption, and the `Meaning` that is left in it.
    """
    check_meanings([meaning], "meaning")
    check_number(leave_out, "leave_out", 0, 1)
    if not isinstance(random, np.random.Generator):
        raise ValueError(f"random must be a generator, such as numpy.random.default_rng(0); got {type(random).__name__}")
    shade, texture = (word if word and random.random() >= leave_out else "" for word in (meaning.shade, meaning.texture))
    said = Meaning(meaning.garment, shade, texture)
    adjectives = [random.choice(words[word]) for words, word in ((SHADES, shade), (TEXTURES, texture)) if word]
    random.shuffle(adjectives)
    garment = random.choice(GARMENTS[meaning.garment])
    form = random.choice(FORMS if adjectives else FORMS[:1])
    sentence = form.format(
        a="some" if meaning.garment == 1 else "a", garment=garment, both=" ".join(adjectives), and_both=" and ".join(adjectives)
    )
    return " ".join(sentence.split()).replace("a ankle", "an ankle"), said


def captions(of_images: Sequence[Meaning], seed: int = 0, leave_out: float = 0.2) -> tuple[list[str], list[Meaning]]:
    """Write a caption for each photograph.

    Args:
        of_images: list of n `Meaning`, what can be said of the photographs, as from `meanings`.
        seed: which words and orders.
        leave_out: as for `caption`.

    Returns:
        A list of n strings, and a list of n `Meaning`, what each caption says.
    """
    check_meanings(of_images, "of_images")
    check_seed(seed)
    random = np.random.default_rng(seed)
    pairs = [caption(meaning, random, leave_out) for meaning in of_images]
    return [sentence for sentence, _ in pairs], [said for _, said in pairs]


def wrong_partners(said: Sequence[Meaning], of_images: Sequence[Meaning], seed: int = 0) -> np.ndarray:
    """Find for each image a caption that is wrong about it, for the matching-aware discriminator.

    Args:
        said: list of n `Meaning`, what the captions say.
        of_images: list of n `Meaning`, what can be said of the images.
        seed: which of the wrong captions are taken.

    Returns:
        int64 (n,): the index of a caption for each image.

    Raises:
        ValueError: if all captions are right about some image, or there is not a caption for each.

    Examples:
        >>> wrong_partners([Meaning(8), Meaning(5)], [Meaning(8), Meaning(5)])
        array([1, 0])
    """
    check_meanings(said, "said")
    check_meanings(of_images, "of_images", n=len(said))
    check_seed(seed)
    random = np.random.default_rng(seed)
    partners = random.permutation(len(said))
    for _ in range(100):
        right = [i for i, j in enumerate(partners) if said[j].fits(of_images[i])]
        if not right:
            return partners
        partners[right] = random.integers(len(said), size=len(right))
    raise ValueError("captions are too much alike: some image has none that is wrong about it; give more garments")


def tokens(sentences: str | Sequence[str]) -> np.ndarray:
    """Turn captions into numbers of words.

    Args:
        sentences: a caption or a list of n captions; upper case and punctuation make no difference.

    Returns:
        int32 (n, 8): 1 + the index into `WORDS` for each word, and 0 after the last.

    Raises:
        ValueError: if a caption has no word, more than 8, or one that is not in `WORDS`.

    Examples:
        >>> tokens("A dark bag!")
        array([[ 1, 10,  5,  0,  0,  0,  0,  0]], dtype=int32)
    """
    sentences = [sentences] if isinstance(sentences, str) else sentences
    some = isinstance(sentences, (list, tuple, np.ndarray)) and len(sentences) > 0
    if not some or not all(isinstance(sentence, str) for sentence in sentences):
        raise ValueError(f"sentences must be a caption, or a list of at least one caption; got {sentences!r:.200}")
    numbers = np.zeros((len(sentences), LENGTH), "int32")
    for row, sentence in zip(numbers, sentences):
        words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", sentence.lower())
        unknown = [word for word in words if word not in WORDS]
        if unknown:
            raise ValueError(
                f"caption {sentence!r} has words that are not known: {', '.join(unknown)}. Known are: {', '.join(WORDS)}"
            )
        if not 1 <= len(words) <= LENGTH:
            raise ValueError(f"caption {sentence!r} must have 1 to {LENGTH} words; it has {len(words)}")
        row[: len(words)] = [WORDS.index(word) + 1 for word in words]
    return numbers
