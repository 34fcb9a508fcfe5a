"""Augmentation that a small set of images needs, done to real and generated images alike, inside the step."""

from collections.abc import Sequence

from gan_lib._keras import keras, ops
from gan_lib.devices import drawn_on_each_replica

POLICY = ("color", "translation", "cutout")


class DiffAugment:
    """Change images at random before the discriminator sees them, by functions that gradients pass through.

    The real and the generated ones alike, in the turns of both players: then the generator has no reason to make changed images.
    Zhao et al., "Differentiable Augmentation for Data-Efficient GAN Training" (2020), with the strengths of their paper.

    Args:
        policy: which changes, of "color" (brightness, saturation and contrast), "translation" (by up to an eighth of the side)
            and "cutout" (a square of half the side becomes mid-grey).

    Raises:
        ValueError: if `policy` is empty or names something else.

    Examples:
        >>> augment = DiffAugment(["translation"])
        >>> augment(ops.ones((2, 32, 32, 3)), seed=0).shape
        TensorShape([2, 32, 32, 3])
    """

    def __init__(self, policy: str | Sequence[str] = POLICY):
        policy = (policy,) if isinstance(policy, str) else tuple(policy)
        if not policy or set(policy) - set(POLICY):
            raise ValueError(f"policy must name one or more of {', '.join(POLICY)}; got {policy!r:.200}")
        self.policy = policy

    def __call__(self, images, seed):
        """Return changed images, float (batch, height, width, channels) in about [-1, 1]; `seed` as for `keras.random`."""
        for name, change in (("color", recoloured), ("translation", shifted), ("cutout", cut_out)):
            if name in self.policy:
                images = change(images, seed)
        return images


def recoloured(images, seed):
    """Shift the brightness by up to 0.5, scale the saturation by 0 to 2, and the contrast by 0.5 to 1.5."""
    brightness, saturation, contrast = (
        one_each(images, lambda n, limits=limits: keras.random.uniform((n, 1, 1, 1), *limits, images.dtype, seed=seed))
        for limits in ((-0.5, 0.5), (0, 2), (0.5, 1.5))
    )
    images = images + brightness
    grey = ops.mean(images, axis=3, keepdims=True)
    images = (images - grey) * saturation + grey
    mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    return (images - mean) * contrast + mean


def shifted(images, seed):
    """Move each image by up to an eighth of its sides; what comes in is mid-grey."""
    height, width = images.shape[1:3]
    down, right = (
        one_each(images, lambda n, most=side // 8: keras.random.randint((n,), -most, most + 1, seed=seed))
        for side in (height, width)
    )
    one, none = ops.ones_like(down), ops.zeros_like(down)
    rows = ops.stack([one, none, -right, none, one, -down, none, none], axis=1)
    moved = ops.image.affine_transform(images, ops.cast(rows, "float32"), interpolation="nearest", fill_mode="constant")
    return ops.cast(moved, images.dtype)


def cut_out(images, seed):
    """Make a square of half the side mid-grey, around any place of the image."""
    height, width = images.shape[1:3]
    inside = ops.ones((1, 1, 1), "bool")
    for axis, side in ((1, height), (2, width)):
        centre = one_each(images, lambda n, side=side: keras.random.randint((n, 1, 1), 0, side + 1, seed=seed))
        places = ops.reshape(ops.arange(side, dtype="int32"), (1, side, 1) if axis == 1 else (1, 1, side))
        inside = inside & (places >= centre - side // 4) & (places < centre + side // 4)
    return images * ops.cast(~inside, images.dtype)[..., None]


def one_each(images, draw):
    """Return `draw(n)` for as many images as there are, others on each replica."""
    return drawn_on_each_replica(draw, ops.shape(images)[0])
