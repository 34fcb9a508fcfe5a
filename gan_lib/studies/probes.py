"""Looking into networks: what a discriminator answers to, and what a generator learns from it, now or while both train."""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gan_lib._checks import check_accepts, check_array, check_choice, check_count, check_counts, check_images, check_number
from gan_lib._keras import keras, ops, tf
from gan_lib.gan import GAN, call_keeping_statistics
from gan_lib.losses import GENERATOR_LOSSES, discriminator_loss

# ---- What a discriminator answers to -----------------------------------------------------------


def logits(discriminator: keras.Model, images: ArrayLike) -> tf.Tensor:
    """Give the discriminator's answers before the sigmoid, in inference mode.

    Computed as cross-entropy against 0 minus cross-entropy against 1, which is the logit; Keras finds it behind the
    sigmoid, so that it is exact where the probability rounds to 0 or 1.

    Args:
        discriminator: images -> (batch, 1), a probability out of a sigmoid.
        images: float (n, height, width, channels).

    Returns:
        A tensor, float32 (n,).
    """
    check_accepts(discriminator, "discriminator", images, "images")
    answers = discriminator(images, training=False)
    crossentropy = keras.losses.binary_crossentropy
    return crossentropy(ops.zeros_like(answers), answers) - crossentropy(ops.ones_like(answers), answers)


def check_floats(discriminator: keras.Model, images: ArrayLike, name: str) -> np.ndarray:
    """Return images as an array of floats, if the discriminator takes them."""
    check_accepts(discriminator, "discriminator", images, name)
    images = check_array(images, name, None)
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"{name} must be floats in [-1, 1]; got {images.dtype}. Pixels go through gan_lib.data.scale")
    return images


def saliency(discriminator: keras.Model, images: ArrayLike) -> np.ndarray:
    """Measure how strongly each pixel moves the discriminator's answer: |d logit / d pixel|, in inference mode.

    Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks" (2014).

    Args:
        discriminator: images -> (batch, 1), a probability out of a sigmoid.
        images: float (n, height, width, channels) in [-1, 1].

    Returns:
        numpy float32 (n, height, width), at least 0, logits for a unit of brightness; the largest over the channels.
    """
    images = tf.convert_to_tensor(check_floats(discriminator, images, "images"))
    with tf.GradientTape() as tape:
        tape.watch(images)
        total = ops.sum(logits(discriminator, images))
    return np.abs(tape.gradient(total, images)).max(axis=-1)


def occlusion(discriminator: keras.Model, images: ArrayLike, size: int = 6, step: int = 2, fill: float = -1.0) -> np.ndarray:
    """Measure how the discriminator's logit falls when a square of the image is covered, in inference mode.

    Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2014), section 4.2.

    Args:
        discriminator: images -> (batch, 1), a probability out of a sigmoid.
        images: float (n, height, width, channels) in [-1, 1].
        size: side of the square, in pixels.
        step: pixels from one square to the next.
        fill: what covers it; -1 is black.

    Returns:
        numpy float32 (n, height, width): for each pixel the mean fall of the logit over the squares on it.
        Positive where the image speaks for "real", negative where it speaks against it, 0 where no square lies.
    """
    images = check_floats(discriminator, images, "images")
    check_count(size, "size", most=min(images.shape[1:3]))
    check_count(step, "step")
    check_number(fill, "fill")
    n, height, width = images.shape[:3]
    falls, squares = np.zeros((n, height, width), "float32"), np.zeros((height, width), "float32")
    whole = np.array(logits(discriminator, images))
    for top in range(0, height - size + 1, step):
        for left in range(0, width - size + 1, step):
            square = np.s_[:, top : top + size, left : left + size]
            covered = np.array(images)
            covered[square] = fill
            fall = whole - np.array(logits(discriminator, covered))
            falls[square] += fall[:, np.newaxis, np.newaxis]
            squares[square[1:]] += 1
    return falls / np.maximum(squares, 1)


def receptive_field(network: keras.Model, layer: str, row: int, column: int) -> np.ndarray:
    """Find the pixels that one place of a layer depends on, its receptive field, with a gradient.

    Args:
        network: a `keras.Sequential` on images.
        layer: the name of one of its layers with feature maps.
        row, column: the place on those maps.

    Returns:
        numpy bool (height, width), True where a pixel changes any map at that place.
    """
    if not isinstance(network, keras.Model):
        raise ValueError(f"network must be a Keras model; got {type(network).__name__}")
    check_choice(layer, "layer", [each.name for each in network.layers if len(each.output.shape) == 4])
    height, width = network.get_layer(layer).output.shape[1:3]
    check_count(row, "row", least=0, most=height - 1)
    check_count(column, "column", least=0, most=width - 1)
    part = keras.Model(network.inputs[0], network.get_layer(layer).output)
    image = keras.random.normal((1, *network.input_shape[1:]), seed=0)
    with tf.GradientTape() as tape:
        tape.watch(image)
        place = ops.sum(part(image, training=False)[0, row, column])
    return np.any(np.array(tape.gradient(place, image))[0] != 0, axis=-1)


def in_batches(discriminator: keras.Model, images: ArrayLike, batch_size: int = 32) -> np.ndarray:
    """Ask the discriminator as it is asked while it trains: on the statistics of the batch, with dropout.

    Its moving statistics stay as they were.

    Args:
        discriminator: images -> (batch, 1).
        images: float (n, height, width, channels); each `batch_size` of them, in order, are one batch.
        batch_size: images in a batch; a last, smaller batch is asked like the others.

    Returns:
        numpy float32 (n,), the answers.
    """
    images = check_floats(discriminator, images, "images")
    check_count(batch_size, "batch_size")
    starts = range(0, len(images), batch_size)
    answers = [call_keeping_statistics(discriminator, images[i : i + batch_size]) for i in starts]
    return np.concatenate(answers)[:, 0]


# ---- What a generator learns from it -----------------------------------------------------------


def generator_gradients(discriminator: keras.Model, fake_images: ArrayLike) -> dict[str, float]:
    """Measure what reaches a generator: the length of d loss / d image, for each loss that it could have.

    As in a generator step, the images are one batch of their own, on whose statistics the discriminator runs.

    Args:
        discriminator: images -> (batch, 1), a probability out of a sigmoid.
        fake_images: float (n, height, width, channels), one batch.

    Returns:
        dict of floats, the mean length over the images, for each name of `gan_lib.losses.GENERATOR_LOSSES`; the
        loss is summed over the batch, so that the batch size does not matter.
    """
    images = tf.convert_to_tensor(check_floats(discriminator, fake_images, "fake_images"))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(images)
        answers = call_keeping_statistics(discriminator, images)
        losses = {name: len(images) * loss(answers) for name, loss in GENERATOR_LOSSES.items()}
    gradients = {name: np.reshape(tape.gradient(loss, images), (len(images), -1)) for name, loss in losses.items()}
    return {name: float(np.linalg.norm(gradient, axis=1).mean()) for name, gradient in gradients.items()}


def train_alone(
    discriminator: keras.Model,
    real_images: ArrayLike,
    fake_images: ArrayLike,
    steps: int,
    mixed: bool = False,
    batch_size: int = 32,
    at: Collection[int] = (),
    measure: Callable[[keras.Model], Any] | None = None,
    seed: int = 0,
) -> tuple[dict[str, np.ndarray], list]:
    """Train a discriminator against an opponent that stands still, with the optimizer of `GAN`.

    Args:
        discriminator: images -> (batch, 1), a probability out of a sigmoid; it is trained in place.
        real_images, fake_images: float (n, height, width, channels); each step draws from both.
        steps: how many batches of each.
        mixed: False for two batches, as a GAN trains: one real, one generated. True for one batch of both, as a
            classifier is trained. The loss is the same; what batch normalization sees is not.
        batch_size: images of each kind in a step.
        at: numbers of steps after which `measure` is called; 0 is before the first.
        measure: a function of the discriminator.
        seed: which images are drawn.

    Returns:
        history: dict of float (steps,): loss, and accuracy, the share of the step's images judged rightly before the
            step learned from them.
        measured: list, what `measure` returned, in the order of the steps.
    """
    real_images = check_floats(discriminator, real_images, "real_images")
    fake_images = check_floats(discriminator, fake_images, "fake_images")
    check_counts(0, steps=steps, seed=seed)
    check_count(batch_size, "batch_size")
    if at and not callable(measure):
        raise ValueError(f"measure must be a function of the discriminator, to be called at the steps {at}; got {measure!r}")
    optimizer, weights = keras.optimizers.Adam(2e-4, beta_1=0.5), discriminator.trainable_variables
    optimizer.build(weights)

    @tf.function
    def train(real, fake):
        with tf.GradientTape() as tape:
            if mixed:
                answers = discriminator(ops.concatenate([real, fake]), training=True)
                on_real, on_fake = answers[:batch_size], answers[batch_size:]
            else:
                on_real, on_fake = discriminator(real, training=True), discriminator(fake, training=True)
            loss = discriminator_loss(on_real, on_fake)
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss, (ops.mean(on_real > 0.5) + ops.mean(on_fake <= 0.5)) / 2

    random = np.random.default_rng(seed)
    history, measured = np.zeros((2, steps)), []
    for step in range(steps + 1):
        if step in at:
            measured.append(measure(discriminator))
        if step < steps:
            history[:, step] = train(*(draw(images, batch_size, random) for images in (real_images, fake_images)))
    return dict(zip(("loss", "accuracy"), history)), measured


def draw(images: np.ndarray, n: int, random: np.random.Generator) -> np.ndarray:
    """Draw `n` images, each anew from all."""
    return images[random.integers(len(images), size=n)]


class Measured:
    """An optimizer that notes the length of the gradient that it applied last.

    Args:
        optimizer: a Keras optimizer, which does the work.

    Attributes:
        length: a scalar variable, the Euclidean length over all weights.
    """

    def __init__(self, optimizer: keras.optimizers.Optimizer):
        if not isinstance(optimizer, keras.optimizers.Optimizer):
            raise ValueError(f"optimizer must be a Keras optimizer, such as keras.optimizers.Adam(2e-4); got {optimizer!r:.200}")
        self.optimizer, self.length = optimizer, tf.Variable(0.0, trainable=False)

    def build(self, weights: list) -> None:
        """Prepare for weights of such shapes."""
        self.optimizer.build(weights)

    def apply(self, gradients: list, weights: list) -> None:
        """Note the length of the gradients, and move the weights by them."""
        self.length.assign(tf.linalg.global_norm(gradients))
        self.optimizer.apply(gradients, weights)


def train_behind(gan: GAN, images: ArrayLike, head_start: int, steps: int, batch_size: int = 32, seed: int = 0) -> np.ndarray:
    """Train the discriminator alone, then both players in turn, as `GAN` does.

    Args:
        gan: a compiled `gan_lib.GAN` whose generator has a `Measured` optimizer; it is trained in place.
        images: float (n, height, width, 1) in [-1, 1], from which each step draws.
        head_start: steps of the discriminator before the generator's first.
        steps: how many of both after that.
        batch_size: images in a step.
        seed: which images are drawn.

    Returns:
        float (steps,), the length of the generator's gradient in each of its steps.

    Raises:
        ValueError: if the generator's optimizer measures nothing.
    """
    if not isinstance(getattr(gan, "generator_optimizer", None), Measured):
        raise ValueError("gan needs an optimizer that measures: compile it with generator_optimizer=Measured(...)")
    images = check_images(images)
    check_accepts(gan.discriminator, "the discriminator", images, "images")
    check_counts(0, head_start=head_start, steps=steps, seed=seed)
    check_count(batch_size, "batch_size")
    random = np.random.default_rng(seed)
    discriminator_step, generator_step = tf.function(gan.discriminator_step), tf.function(gan.generator_step)
    lengths = []
    for step in range(head_start + steps):
        discriminator_step(draw(images, batch_size, random))
        if step >= head_start:
            generator_step(batch_size)
            lengths.append(float(gan.generator_optimizer.length))
    return np.array(lengths)
