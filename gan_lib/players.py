"""What every adversarial training has: two players, an optimizer and a loss for each, and what is reported of them."""

import keras
import tensorflow as tf

from gan_lib.checks import check_count
from gan_lib.losses import GENERATOR_LOSSES, check_label_smoothing
from gan_lib.resume import Resume
from gan_lib.watch import Watch

REPORTED = ("d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake")


class Players(keras.Model):
    """A generator and a discriminator; `gan_lib.training.GAN` and `gan_lib.conditional.ConditionalGAN` say how they play.

    Args:
        generator, discriminator: two Keras models.
        seed: an integer that makes what the steps draw repeat.
    """

    def __init__(self, generator, discriminator, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.generator = generator
        self.discriminator = discriminator
        self.built = True  # because both players are; Keras saves the weights of a built model only
        self.random = keras.random.SeedGenerator(seed)
        self.trackers = [keras.metrics.Mean(name) for name in REPORTED]

    def compile(
        self, generator_optimizer=None, discriminator_optimizer=None, loss="non_saturating", label_smoothing=0.0, **kwargs
    ):
        """Choose an optimizer for each player and the generator's loss.

        Args:
            generator_optimizer, discriminator_optimizer: two Keras optimizers; by default Adam with the
                learning rate 0.0002 and beta_1 = 0.5 of Radford et al. (2016).
            loss: "non_saturating" or "minimax", see `gan_lib.losses`.
            label_smoothing: in [0, 1), by how much D's target for real images falls short of 1.
            **kwargs: as in `keras.Model.compile`, such as `jit_compile`.

        Raises:
            ValueError: for an unknown loss, a label_smoothing outside [0, 1), one optimizer for both players, or a
                player frozen beforehand.
        """
        if "optimizer" in kwargs:
            raise ValueError("optimizer is not used: give generator_optimizer and discriminator_optimizer")
        if loss not in GENERATOR_LOSSES:
            raise ValueError(f"loss must be one of {sorted(GENERATOR_LOSSES)}; got {loss!r}")
        check_label_smoothing(label_smoothing)
        if generator_optimizer is not None and generator_optimizer is discriminator_optimizer:
            raise ValueError("generator_optimizer and discriminator_optimizer must be two objects: each keeps a state")
        for name in ("generator", "discriminator"):
            if not getattr(self, name).trainable_variables:
                raise ValueError(f"{name} has nothing to train: set {name}.trainable = True. GAN needs no freezing")
        super().compile(**kwargs)
        self.generator_loss = GENERATOR_LOSSES[loss]
        self.label_smoothing = label_smoothing
        self.generator_optimizer = generator_optimizer or keras.optimizers.Adam(2e-4, beta_1=0.5)
        self.discriminator_optimizer = discriminator_optimizer or keras.optimizers.Adam(2e-4, beta_1=0.5)
        self.generator_optimizer.build(self.generator.trainable_variables)
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)

    def fit(self, x, y=None, callbacks=None, **kwargs):
        """Train as `keras.Model.fit` does, watched by `gan_lib.watch.Watch`, and carried on by a `gan_lib.resume.Resume`."""
        for name in ("batch_size", "epochs"):
            if kwargs.get(name) is not None:
                check_count(kwargs[name], name)
        callbacks = [Watch(), *keras.tree.flatten(callbacks or [])]
        arguments = {"x": x, "y": y, "callbacks": callbacks, **kwargs}
        for resume in callbacks:
            if isinstance(resume, Resume):
                arguments["callbacks"] = [callback for callback in callbacks if callback is not resume]
                arguments = resume.begin(self, **arguments)
        return super().fit(**arguments)

    @property
    def state(self):
        """All that a training changes: the variables of both players and optimizers, and the state of what is drawn at random."""
        return [*self.variables, *self.generator_optimizer.variables, *self.discriminator_optimizer.variables]

    def report(self, values):
        """Take up what a step reports, dict of scalars, and return the means since the epoch began."""
        for tracker in self.trackers:
            tracker.update_state(values[tracker.name])
        return {tracker.name: tracker.result() for tracker in self.trackers}


def check_players(generator, discriminator):
    """Raise a ValueError unless both are Keras models, and the second answers with a probability."""
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        if not isinstance(network, keras.Model):
            raise ValueError(f"{name} must be a Keras model; got {type(network).__name__}")
    if discriminator.output_shape[-1] != 1:
        raise ValueError(f"discriminator must answer with one probability, (batch, 1); it answers {discriminator.output_shape}")


def without_moving_statistics(network, inputs):
    """Call `network` on batch statistics, and leave its moving statistics as they were."""
    statistics = network.non_trainable_weights
    before = [tf.identity(s) for s in statistics]
    outputs = network(inputs, training=True)
    for statistic, value in zip(statistics, before):
        statistic.assign(value)
    return outputs
