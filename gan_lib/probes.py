"""Looking into trained networks: what a discriminator answers to, and what a generator would learn from it."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from keras.losses import binary_crossentropy

from gan_lib.checks import check_array, check_choice, check_count, check_number, check_takes
from gan_lib.losses import GENERATOR_LOSSES, discriminator_loss
from gan_lib.players import without_moving_statistics


def logits(discriminator, images):
    """Give the discriminator's answers before the sigmoid, in inference mode.

    Computed as cross-entropy against 0 minus cross-entropy against 1, which is the logit; Keras finds it behind the
    sigmoid, so that it is exact where the probability rounds to 0 or 1.

    Args:
        discriminator: images -> (batch, 1), a probability out of a sigmoid.
        images: float (n, height, width, channels).

    Returns:
        A tensor, float32 (n,).

    Raises:
        ValueError: if the discriminator does not take such images.
    """
    check_takes(discriminator, "discriminator", images, "images")
    answers = discriminator(images, training=False)
    ones, zeros = ops.ones_like(answers), ops.zeros_like(answers)
    return binary_crossentropy(zeros, answers) - binary_crossentropy(ones, answers)


def check_input(discriminator, images, name):
    """Return images as an array of floats, if the discriminator takes them."""
    check_takes(discriminator, "discriminator", images, name)
    images = check_array(images, name, None)
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"{name} must be floats in [-1, 1]; got {images.dtype}. Pixels go through gan_lib.data.scale")
    return images


def saliency(discriminator, images):
    """Measure how strongly each pixel moves the discriminator's answer: |d logit / d pixel|, in inference mode.

    Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks" (2014).

    Args:
        discriminator: images -> (batch, 1), a probability out of a sigmoid.
        images: float (n, height, width, channels) in [-1, 1].

    Returns:
        numpy float32 (n, height, width), at least 0, logits for a unit of brightness; the largest over the channels.

    Raises:
        ValueError: if the discriminator does not take such images.
    """
    images = tf.convert_to_tensor(check_input(discriminator, images, "images"))
    with tf.GradientTape() as tape:
        tape.watch(images)
        total = ops.sum(logits(discriminator, images))
    return np.abs(tape.gradient(total, images)).max(axis=-1)


def occlusion(discriminator, images, size=6, step=2, fill=-1.0):
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

    Raises:
        ValueError: if the discriminator does not take such images, or no square fits into them.
    """
    images = check_input(discriminator, images, "images")
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


def seen_by(network, layer, row, column):
    """Find the pixels that one place of a layer depends on, its receptive field, with a gradient.

    Args:
        network: a `keras.Sequential` on images.
        layer: the name of one of its layers with feature maps.
        row, column: the place on those maps.

    Returns:
        numpy bool (height, width), True where a pixel changes any map at that place.

    Raises:
        ValueError: if there is no such layer, or no such place on its maps.
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


def in_batches(discriminator, images, batch_size=32):
    """Ask the discriminator as it is asked while it trains: on the statistics of the batch, with dropout.

    Its moving statistics stay as they were.

    Args:
        discriminator: images -> (batch, 1).
        images: float (n, height, width, channels); each `batch_size` of them, in order, are one batch.
        batch_size: images in a batch; a last, smaller batch is asked like the others.

    Returns:
        numpy float32 (n,), the answers.

    Raises:
        ValueError: if the discriminator does not take such images, or `batch_size` is no positive integer.
    """
    images = check_input(discriminator, images, "images")
    check_count(batch_size, "batch_size")
    starts = range(0, len(images), batch_size)
    answers = [without_moving_statistics(discriminator, images[i : i + batch_size]) for i in starts]
    return np.concatenate(answers)[:, 0]


def generator_gradients(discriminator, fake_images):
    """Measure what reaches a generator: the length of d loss / d image, for each loss that it could have.

    As in a generator step, the images are one batch of their own, on whose statistics the discriminator runs.

    Args:
        discriminator: images -> (batch, 1), a probability out of a sigmoid.
        fake_images: float (n, height, width, channels), one batch.

    Returns:
        dict of floats, the mean length over the images, for each name of `gan_lib.losses.GENERATOR_LOSSES`; the
        loss is summed over the batch, so that the batch size does not matter.

    Raises:
        ValueError: if the discriminator does not take such images.
    """
    images = tf.convert_to_tensor(check_input(discriminator, fake_images, "fake_images"))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(images)
        answers = without_moving_statistics(discriminator, images)
        losses = {name: len(images) * loss(answers) for name, loss in GENERATOR_LOSSES.items()}
    gradients = {name: np.reshape(tape.gradient(loss, images), (len(images), -1)) for name, loss in losses.items()}
    return {name: float(np.linalg.norm(gradient, axis=1).mean()) for name, gradient in gradients.items()}


def train_alone(discriminator, real_images, fake_images, steps, mixed=False, batch_size=32, at=(), measure=None, seed=0):
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

    Raises:
        ValueError: if the discriminator does not take such images, or a number is no such integer.
    """
    real_images = check_input(discriminator, real_images, "real_images")
    fake_images = check_input(discriminator, fake_images, "fake_images")
    for name, value, least in (("steps", steps, 0), ("batch_size", batch_size, 1), ("seed", seed, 0)):
        check_count(value, name, least)
    if at and not callable(measure):
        raise ValueError(f"measure must be a function of the discriminator, to be called at the steps {at}; got {measure!r}")
    optimizer = keras.optimizers.Adam(2e-4, beta_1=0.5)
    optimizer.build(discriminator.trainable_variables)

    @tf.function
    def train(real, fake):
        with tf.GradientTape() as tape:
            if mixed:
                answers = discriminator(ops.concatenate([real, fake]), training=True)
                on_real, on_fake = answers[:batch_size], answers[batch_size:]
            else:
                on_real, on_fake = discriminator(real, training=True), discriminator(fake, training=True)
            loss = discriminator_loss(on_real, on_fake)
        weights = discriminator.trainable_variables
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss, (ops.mean(on_real > 0.5) + ops.mean(on_fake <= 0.5)) / 2

    random = np.random.default_rng(seed)
    history, measured = np.zeros((2, steps)), []
    for step in range(steps + 1):
        if step in at:
            measured.append(measure(discriminator))
        if step < steps:
            drawn = [images[random.integers(len(images), size=batch_size)] for images in (real_images, fake_images)]
            history[:, step] = train(*drawn)
    return dict(zip(("loss", "accuracy"), history)), measured
