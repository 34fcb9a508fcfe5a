"""What the applications share: how players are built for a seed, and conditions that are made of photographs."""

from collections.abc import Callable, Iterable

import numpy as np

from gan_lib._checks import check_choice, check_count, check_seed
from gan_lib._keras import keras
from gan_lib._weights import set_weights
from gan_lib.applications.scoring import paired_scores
from gan_lib.conditional import ConditionalGAN, generate
from gan_lib.data import load_fashion_mnist, to_pixels


def check_build(variant: str, variants: Iterable[str], seed: int) -> None:
    """Raise a ValueError unless `variant` is one of an application's variants and `seed` is an integer of at least 0."""
    check_choice(variant, "variant", variants)
    check_seed(seed)


def build_players(
    build_generator: Callable[[], keras.Model],
    build_discriminator: Callable[[], keras.Model],
    seed: int,
    start: keras.Model | None = None,
    kind: type[ConditionalGAN] = ConditionalGAN,
) -> ConditionalGAN:
    """Build two players of a `kind`, whose weights the seed decides, not compiled yet.

    The generator is built first, and then takes over the weights of `start`, another generator, if there is one.

    Raises:
        ValueError: if `start` is another network than the generator.
    """
    keras.utils.set_random_seed(seed)
    players = kind(build_generator(), build_discriminator(), seed=seed)
    if start is not None:
        weights = start.get_weights() if isinstance(start, keras.Model) else []
        set_weights(players.generator, weights, "start", "give the generator of a run of this application and variant")
    return players


class FromPhotographs:
    """Conditions that are made of the photographs themselves, such as drawings, so that each has a right answer.

    `to_conditions` makes conditions of images, float (n, 28, 28, 1) in [-1, 1]. The variants of an application do not differ in
    what its methods return.
    """

    def __init__(self, to_conditions: Callable[[np.ndarray], np.ndarray]) -> None:
        self.to_conditions = to_conditions

    def pairs(
        self, images: np.ndarray, labels: np.ndarray | None = None, variant: str | None = None, seed: int = 0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what to train on: the conditions, and the images."""
        return self.to_conditions(images), images

    def scores(
        self, generator: keras.Model, images: np.ndarray, labels: np.ndarray, variant: str | None = None
    ) -> dict[str, float]:
        """Score a generator on held-out images, see `gan_lib.applications.scoring.paired_scores`."""
        return paired_scores(images, generate(generator, self.to_conditions(images)), labels)

    def followed(self, n: int = 16, variant: str | None = None) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return the conditions that a recording follows, those of the first n test images, and what to show beside them.

        Shown are, as uint8 (n, height, width), the conditions, "given", and the photographs, "wanted".
        """
        check_count(n, "n", most=2_000)
        images = load_fashion_mnist("test")[0][:n]
        conditions = self.to_conditions(images)
        return conditions, {"given": to_pixels(conditions), "wanted": to_pixels(images)}
