"""Training a generator that answers a condition: a class, a drawing, a small image, a sentence."""

from collections.abc import Callable
from contextlib import contextmanager
from functools import partial

import numpy as np

from gan_lib._checks import check_accepts, check_array, check_images, check_number, check_seed, check_shape
from gan_lib._folding import folding
from gan_lib._keras import keras, ops, tf
from gan_lib._optimizers import share_of_loss
from gan_lib.classes import classes_of
from gan_lib.gan import (
    REPORTED,
    Data,
    Means,
    Players,
    call_keeping_statistics,
    check_players,
    check_same_images,
    divided,
    predicted,
)


class ConditionalGAN(Players):
    """A generator of images that fit a condition, and a discriminator that judges them (Mirza and Osindero 2014).

    As in `gan_lib.GAN`, each step moves one player and leaves every weight of the other as it was.

    Args:
        generator: conditions -> images; what it draws at random, such as dropout, it draws itself.
        discriminator: [conditions, images] -> probabilities, (batch, 1) or one for each patch (batch, h, w, 1); or
            images -> probabilities, for one that does not see the condition.
        seed: an integer that makes what the steps draw repeat.

    Raises:
        ValueError: if the two do not fit.
    """

    def __init__(self, generator: keras.Model, discriminator: keras.Model, seed: int | None = None, **kwargs):
        check_players(generator, discriminator)
        *condition, image = discriminator.inputs
        check_same_images(generator, image.shape)
        if condition and condition[0].shape[1:] != generator.input_shape[1:]:
            raise ValueError(
                f"generator takes conditions of shape {generator.input_shape[1:]}, but discriminator {condition[0].shape[1:]}; "
                "build the two for the same conditions"
            )
        super().__init__(generator, discriminator, seed=seed, **kwargs)

    def compile(
        self,
        content: Callable | None = None,
        content_weight: float = 1.0,
        adversarial_weight: float = 1.0,
        **kwargs,
    ) -> None:
        """Choose what the generator minimises: the sum of an adversarial loss and of what the images should look like.

        Args:
            content: a function (real images, generated images) -> scalar, such as `mean_absolute_error`, or None.
            content_weight, adversarial_weight: the factors of the two. With an adversarial weight of 0 the discriminator is left
                alone, and the generator trained as any network is.
            **kwargs: as for `GAN.compile`.

        Raises:
            ValueError: if a weight is negative or nothing is left to minimise.
        """
        check_number(content_weight, "content_weight", 0)
        check_number(adversarial_weight, "adversarial_weight", 0)
        if not adversarial_weight and not (content and content_weight):
            raise ValueError("adversarial_weight is 0 and there is no content: the generator has nothing to minimise")
        super().compile(**kwargs)
        self.content, self.content_weight, self.adversarial_weight = content, content_weight, adversarial_weight
        self.means = Means([*REPORTED] * bool(adversarial_weight) + ["content"] * (content is not None))

    def discriminator_step(self, conditions, real_images):
        """Move the discriminator once, towards telling real images from those that the generator makes of the same conditions.

        Args:
            conditions: what the generator takes, (batch, ...).
            real_images: float (batch, height, width, channels) in [-1, 1], one for each condition.

        Returns:
            dict of scalars: d_loss, and d_accuracy_real and d_accuracy_fake, the shares judged rightly.
        """
        fake_images = call_keeping_statistics(self.generator, conditions)
        with tf.GradientTape() as tape:
            on_real = self.judge_with(conditions, real_images)
            on_fake = self.judge_with(conditions, fake_images)
            loss = self.objective.discriminator(on_real, on_fake)
            loss += self.penalty(partial(self.judge_with, conditions), real_images, fake_images)
            share = share_of_loss(loss, self.discriminator_optimizer)
        return self.move_discriminator(tape, loss, share, on_real, fake=on_fake)

    def move_discriminator(self, tape, loss, share, on_real, **on_others):
        """Move the discriminator down its loss, and report the loss and the shares judged rightly of each kind."""
        weights = self.discriminator.trainable_variables
        self.discriminator_optimizer.apply(tape.gradient(share, weights), weights)
        right = {kind: self.objective.right(on_real, answers) for kind, answers in on_others.items()}
        accuracies = {f"d_accuracy_{kind}": ops.mean(on_kind) for kind, (_, on_kind) in right.items()}
        return {"d_loss": loss, "d_accuracy_real": ops.mean(right["fake"][0])} | accuracies

    def generator_step(self, conditions, real_images):
        """Move the generator once, towards being taken for real, and towards the real images.

        Args:
            conditions, real_images: as for `discriminator_step`.

        Returns:
            dict of scalars: g_loss and content, without their weights, as far as they are in use.
        """
        values = {}
        with tf.GradientTape() as tape:
            images = self.generator(conditions, training=True)
            loss = ops.sum(self.generator.losses)  # what layers add, such as a KL divergence
            if self.adversarial_weight:
                pairs = [self.discriminator_inputs(conditions, each) for each in (real_images, images)]
                values["g_loss"] = self.objective.generator(*self.judge_both(*pairs))
                loss += self.adversarial_weight * values["g_loss"]
            if self.content:
                values["content"] = self.content(real_images, images)
                loss += self.content_weight * values["content"]
            share = share_of_loss(loss, self.generator_optimizer)
        weights = self.generator.trainable_variables
        self.generator_optimizer.apply(tape.gradient(share, weights), weights)
        return values

    def judge_with(self, conditions, images):
        """Return D's answers for images with their conditions, in training."""
        return self.judge(self.discriminator_inputs(conditions, images))

    def discriminator_inputs(self, conditions, images):
        """Return what the discriminator takes."""
        if len(self.discriminator.inputs) == 1:
            return images
        return [ops.convert_to_tensor(conditions), ops.convert_to_tensor(images)]  # Keras takes no mixture with arrays

    def fit(self, x: Data, y: Data = None, **kwargs) -> keras.callbacks.History:
        """Train on pairs.

        Args:
            x: an array of conditions, float (n, ...); or a `tf.data.Dataset`, a `keras.utils.PyDataset` or a Python generator
                that gives batches (conditions, images).
            y: an array of real images, float (n, height, width, channels) in [-1, 1], one for each condition; None where x
                gives both.
            **kwargs: as in `keras.Model.fit`, such as `batch_size` and `epochs`; no validation.

        Returns:
            A `keras.callbacks.History` of what the steps report.

        Raises:
            ValueError: if the arrays are no pairs or do not fit the players.
        """
        return super().fit(x, y, **kwargs)

    def check(self, x, y):
        if y is None:
            raise ValueError("y is missing: give the real images, one for each condition")
        check_accepts(self.generator, "the generator", x, "x")
        check_classes(self.generator, x, "x")
        check_shape(y, self.generator.output_shape, "y", "the discriminator")
        if len(x) != len(y):
            raise ValueError(f"x and y must be pairs, as many of one as of the other; got {len(x)} and {len(y)}")
        check_array(x, "x", None)
        check_images(y, "y", np.shape(y))

    def check_batch(self, batch):
        if not isinstance(batch, (tuple, list)) or len(batch) != 2:
            raise ValueError("the data set must give pairs (conditions, images)")
        self.check(*batch)

    def train_step(self, data):
        values, parts = {}, [divided(part, self.discriminator_steps) for part in keras.tree.flatten(data)]
        with folding(self.generator):
            for part in zip(*parts):
                conditions, real_images = keras.tree.pack_sequence_as(data, part)
                if self.adversarial_weight:
                    values |= self.discriminator_step(conditions, real_images)
            values |= self.generator_step(conditions, real_images)
        return self.report(values)

    def call(self, conditions, training: bool = False):
        """Answer for generated images: conditions to probabilities."""
        return self.discriminator(
            self.discriminator_inputs(conditions, self.generator(conditions, training=training)), training=training
        )

    def sample(self, conditions: np.ndarray, seed: int = 0) -> np.ndarray:
        """Generate an image for each condition, with the generator as it is now, on its moving statistics.

        Args:
            conditions: what the generator takes, (n, ...).
            seed: what it draws at random; the same seed and conditions give the same images.

        Returns:
            numpy float32 (n, height, width, channels) in [-1, 1].
        """
        return generate(self.generator, conditions, seed)


def generate(generator: keras.Model, conditions: np.ndarray, seed: int = 0) -> np.ndarray:
    """Generate an image for each condition, as `ConditionalGAN.sample` does.

    Raises:
        ValueError: if the generator does not take the conditions, or the seed is no integer of at least 0.
    """
    check_accepts(generator, "generator", conditions, "conditions")
    check_classes(generator, conditions, "conditions")
    check_seed(seed)
    with seeded(generator, seed):
        return predicted(generator, conditions)


def check_classes(generator, labels, name):
    """Raise a ValueError if a generator takes labels and these name classes that it does not know."""
    classes = classes_of(generator) if getattr(generator, "inputs", None) else None
    if classes is None:
        return
    labels = check_array(labels, name, ("n",))
    if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0 or labels.max() >= classes:
        found = f"{labels.dtype} from {labels.min():g} to {labels.max():g}"
        raise ValueError(f"{name} must be labels, integers from 0 to {classes - 1}; got {found}")


@contextmanager
def seeded(network, seed):
    """Let the layers of a network that draw at random, such as dropout, begin at `seed` for as long as the block runs."""
    generators = [g for layer in network._flatten_layers() if (g := getattr(layer, "seed_generator", None)) is not None]
    before = [ops.convert_to_numpy(g.state) for g in generators]
    try:
        for i, g in enumerate(generators):
            g.state.assign([seed, i])
        yield
    finally:
        for g, state in zip(generators, before):
            g.state.assign(state)
