"""Two players in turn: one discriminator step, then one generator step."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from gan_lib._batches import Inspected
from gan_lib._checks import check_array, check_choice, check_count, check_images, check_label_smoothing, check_seed, check_shape
from gan_lib._folding import folding
from gan_lib._keras import keras, ops, tf
from gan_lib._optimizers import BothRates, optimizer_pair
from gan_lib.callbacks import Watch, check_callbacks
from gan_lib.losses import GENERATOR_LOSSES, discriminator_loss
from gan_lib.networks import answers_probabilities
from gan_lib.resume import Resume

Data = Any  # an array, a tf.data.Dataset, a keras.utils.PyDataset, a generator
REPORTED = ("d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake")
OF_SUPERVISED = ("validation_data", "validation_split", "class_weight", "sample_weight")  # what fit takes for other models


class Players(keras.Model):
    """A generator and a discriminator; `gan_lib.GAN` and `gan_lib.ConditionalGAN` say how they play.

    `optimizer` stands for both optimizers, for callbacks such as `keras.callbacks.LearningRateScheduler`: its learning rate is
    the generator's, and setting it sets the discriminator's in the same proportion.

    Args:
        generator, discriminator: two Keras models.
        seed: an integer that makes what the steps draw repeat.
    """

    def __init__(self, generator: keras.Model, discriminator: keras.Model, seed: int | None = None, **kwargs):
        super().__init__(**kwargs)
        self.generator = generator
        self.discriminator = discriminator
        self.built = True  # because both players are; Keras saves the weights of a built model only
        self.random = keras.random.SeedGenerator(seed)
        self.means = Means(REPORTED)

    def compile(
        self,
        generator_optimizer: keras.optimizers.Optimizer | str | dict | None = None,
        discriminator_optimizer: keras.optimizers.Optimizer | str | dict | None = None,
        loss: str = "non_saturating",
        label_smoothing: float = 0.0,
        **kwargs,
    ) -> None:
        """Choose an optimizer for each player and the generator's loss.

        Args:
            generator_optimizer, discriminator_optimizer: Keras optimizers, their names such as "adam", or their configurations;
                by default Adam with the learning rate 0.0002 and beta_1 = 0.5 of Radford et al. (2016).
            loss: "non_saturating" or "minimax", see `gan_lib.losses`.
            label_smoothing: in [0, 1), by how much D's target for real images falls short of 1.
            **kwargs: as in `keras.Model.compile`, such as `jit_compile`; no metrics.

        Raises:
            ValueError: for an unknown loss, a label_smoothing outside [0, 1), one optimizer for both players, a player frozen
                beforehand, or a discriminator whose answers are no probabilities.
        """
        if "optimizer" in kwargs:
            raise ValueError("optimizer is not used: give generator_optimizer and discriminator_optimizer")
        for name in ("metrics", "weighted_metrics", "loss_weights"):
            if kwargs.get(name) is not None:
                raise ValueError(f"{name} is not used: what the steps report is fixed. SampleRecorder(measure=...) measures more")
        check_choice(loss, "loss", GENERATOR_LOSSES)
        check_label_smoothing(label_smoothing)
        for name in ("generator", "discriminator"):
            if not getattr(self, name).trainable_variables:
                raise ValueError(f"{name} has nothing to train: set {name}.trainable = True. GAN needs no freezing")
        check_answers(self.discriminator)
        optimizers = optimizer_pair(generator_optimizer, discriminator_optimizer)
        super().compile(optimizer=None, **kwargs)
        self.generator_loss, self.label_smoothing = GENERATOR_LOSSES[loss], label_smoothing
        self.generator_optimizer, self.discriminator_optimizer = optimizers
        self.generator_optimizer.build(self.generator.trainable_variables)
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)
        self.optimizer = BothRates(*optimizers)
        self.configurations = [optimizer.get_config() if hasattr(optimizer, "get_config") else {} for optimizer in optimizers]

    def fit(self, x: Data, y: Data = None, callbacks: Sequence | None = None, **kwargs) -> keras.callbacks.History:
        """Train as `keras.Model.fit` does, watched by `gan_lib.Watch`, and carried on by a `gan_lib.Resume`."""
        if getattr(self, "generator_optimizer", None) is None:
            raise ValueError("this GAN has no optimizers yet: call gan.compile() before gan.fit()")
        for name in OF_SUPERVISED:
            if kwargs.get(name) is not None:
                raise ValueError(f"{name} is not used: a GAN has no right answers to be held against; leave it out")
        for name in ("batch_size", "epochs", "steps_per_epoch"):
            if kwargs.get(name) is not None:
                check_count(kwargs[name], name)
        watch = Watch()
        callbacks = [watch, *check_callbacks(keras.tree.flatten(callbacks or []))]
        if hasattr(x, "__next__") or isinstance(x, tf.data.Dataset):
            kwargs.setdefault("shuffle", False)  # they bring their order, and Keras would warn that it cannot change it
        x, y, inspected = self.inspect(x, y)
        arguments = {"x": x, "y": y, "callbacks": callbacks, **kwargs}
        for resume in callbacks:
            if isinstance(resume, Resume):
                arguments["callbacks"] = [callback for callback in callbacks if callback is not resume]
                arguments = resume.begin(self, **arguments)
        try:
            return super().fit(**arguments)
        except Exception:
            if inspected and inspected.error:
                watch.put_back()
                raise inspected.error from None
            raise

    def train_on_batch(self, x: Data, y: Data = None, **kwargs) -> list | dict:
        """Train on one batch as `keras.Model.train_on_batch` does."""
        x, y, _ = self.inspect(x, y)
        return super().train_on_batch(x, y, **kwargs)

    def inspect(self, x, y):
        """Return what to train on in place of x and y, and the `Inspected` data if it comes in batches."""
        if is_array(x) or is_array(y):
            x, y = keras.tree.map_structure(lambda part: np.asarray(part) if is_array(part) else part, (x, y))
            self.check(x, y)
            return x, y, None
        if y is not None:
            raise ValueError("x and y must both be arrays; a data set gives both in one: leave y out")
        if isinstance(x, (str, dict, list, tuple)) or not (hasattr(x, "__iter__") or hasattr(x, "__getitem__")):
            raise ValueError(f"x must be an array, or a data set that gives batches; got a {type(x).__name__}")
        inspected = Inspected(x, self.check_batch)
        return inspected.data, None, inspected

    @property
    def metrics(self) -> list:
        """The means of what the steps report, since the epoch began; Keras resets them."""
        return self.means.metrics

    @property
    def state(self) -> list:
        """All that a training changes: the variables of both players and optimizers, and the state of what is drawn at random."""
        return [*self.variables, *self.generator_optimizer.variables, *self.discriminator_optimizer.variables]

    def report(self, values: dict) -> dict:
        """Take up what a step reports, dict of scalars, and return the means since the epoch began."""
        return self.means.update(values)

    def save(self, *args, **kwargs):
        """Refuse to save the whole, and say what to save instead; before Keras opens the file."""
        self.get_config()

    def get_config(self):
        raise ValueError(
            "a GAN is not saved whole: save a network, as in gan.generator.save('generator.keras'), the weights of both players "
            "with gan.save_weights('gan.weights.h5'), or a training that goes on with callbacks=[Resume(folder)]"
        )


class Means:
    """The means of what the steps of a training report, by name, since the epoch began."""

    def __init__(self, names: Sequence[str]):
        self.metrics = [keras.metrics.Mean(name) for name in names]

    def update(self, values):
        for mean in self.metrics:
            mean.update_state(values[mean.name])
        return {mean.name: mean.result() for mean in self.metrics}


class GAN(Players):
    """A generator and a discriminator that are trained against each other (Goodfellow et al. 2014).

    Each step moves one player. The other keeps its trainable weights because they are left out of the gradient, not because a
    layer is frozen: a frozen BatchNormalization would run on its moving statistics, and the generator would then play against a
    function that nobody trains. So both players always run on the statistics of the batch. The moving statistics of the player
    that stands still are put back after the step: a step leaves every weight of the other player as it was.

    Args:
        generator: (batch, latent_dim) -> images.
        discriminator: images -> (batch, 1), the probability that each is real.
        seed: an integer that makes the latent vectors of the steps repeat; with `keras.utils.set_random_seed` before the networks
            are built, a whole run repeats bit for bit on one machine (on a GPU, after
            `tf.config.experimental.enable_op_determinism()`).

    Raises:
        ValueError: if the discriminator does not accept what the generator makes.

    Examples:
        >>> from gan_lib import GAN, build_mlp_discriminator, build_mlp_generator
        >>> gan = GAN(build_mlp_generator(), build_mlp_discriminator(), seed=0)
        >>> gan.sample(3).shape
        (3, 28, 28, 1)
    """

    def __init__(self, generator: keras.Model, discriminator: keras.Model, seed: int | None = None, **kwargs):
        check_players(generator, discriminator)
        check_same_images(generator, discriminator.input_shape)
        super().__init__(generator, discriminator, seed=seed, **kwargs)
        self.latent_dim = generator.input_shape[-1]

    def discriminator_step(self, real_images):
        """Move the discriminator once, towards telling real from generated.

        Args:
            real_images: float (batch, height, width, channels) in [-1, 1];
                as many are generated.

        Returns:
            dict of scalars: d_loss, and d_accuracy_real and d_accuracy_fake,
            the shares judged rightly.
        """
        latents = self.latents(ops.shape(real_images)[0])
        fake_images = call_keeping_statistics(self.generator, latents)
        with tf.GradientTape() as tape:
            on_real = self.discriminator(real_images, training=True)
            on_fake = self.discriminator(fake_images, training=True)
            loss = discriminator_loss(on_real, on_fake, self.label_smoothing)
        weights = self.discriminator.trainable_variables
        gradients = tape.gradient(loss, weights)
        self.discriminator_optimizer.apply(gradients, weights)
        return {
            "d_loss": loss,
            "d_accuracy_real": ops.mean(on_real > 0.5),
            "d_accuracy_fake": ops.mean(on_fake <= 0.5),
        }

    def generator_step(self, batch_size):
        """Move the generator once, towards being taken for real.

        Args:
            batch_size: how many images to generate.

        Returns:
            dict of one scalar: g_loss.
        """
        latents = self.latents(batch_size)
        with tf.GradientTape() as tape:
            images = self.generator(latents, training=True)
            on_fake = call_keeping_statistics(self.discriminator, images)
            loss = self.generator_loss(on_fake)
        weights = self.generator.trainable_variables
        gradients = tape.gradient(loss, weights)
        self.generator_optimizer.apply(gradients, weights)
        return {"g_loss": loss}

    def fit(self, x: Data, **kwargs) -> keras.callbacks.History:
        """Train on images alone.

        Args:
            x: an array, float (n, height, width, channels) in [-1, 1]; or a `tf.data.Dataset`, a `keras.utils.PyDataset` or a
                Python generator that gives batches of such images. For players on points, points: float (n, d).
            **kwargs: as in `keras.Model.fit`, such as `batch_size` and `epochs`; no labels, no validation.

        Returns:
            A `keras.callbacks.History` of d_loss, g_loss, d_accuracy_real and d_accuracy_fake.

        Raises:
            ValueError: if the images have another shape or range, or a callback would act on what is not there.
            FloatingPointError: when a loss is no longer finite, see `gan_lib.Watch`.
        """
        return super().fit(x, **kwargs)

    def check(self, x, y=None):
        if y is not None:
            raise ValueError("y is not used: a GAN is trained on images alone; leave it out")
        check_shape(x, self.discriminator.input_shape, "x", "the discriminator")
        if len(self.discriminator.input_shape) == 4:
            check_images(x, "x", x.shape)
        else:
            check_array(x, "x", x.shape)

    def check_batch(self, batch):
        if isinstance(batch, (tuple, list)):
            raise ValueError("the data set gives tuples; map it to its images, as in data.map(lambda x, y: x)")
        self.check(batch)

    def train_step(self, data):
        real_images, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        with folding(self.generator):
            values = self.discriminator_step(real_images) | self.generator_step(ops.shape(real_images)[0])
        return self.report(values)

    def call(self, latents, training: bool = False):
        """Answer for generated images: latent vectors (batch, latent_dim) to probabilities (batch, 1)."""
        return self.discriminator(self.generator(latents, training=training), training=training)

    def latents(self, n: int, seed: int | None = None) -> tf.Tensor:
        """Draw latent vectors, standard normal (n, latent_dim): the next ones, or those of a seed."""
        return keras.random.normal((n, self.latent_dim), seed=self.random if seed is None else seed)

    def sample(self, n: int, seed: int = 0) -> np.ndarray:
        """Generate images with the generator as it is now, on its moving statistics.

        Args:
            n: how many.
            seed: which latent vectors; the same seed gives the same ones.

        Returns:
            float32 (n, height, width, channels) in [-1, 1], under every policy of precision.
        """
        check_count(n, "n")
        check_seed(seed)
        return predicted(self.generator, self.latents(n, seed))


def check_players(generator, discriminator):
    """Raise a ValueError unless both are Keras models that know their shapes, and the second gives one answer."""
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        if not isinstance(network, keras.Model):
            raise ValueError(f"{name} must be a Keras model; got {type(network).__name__}")
        if not getattr(network, "inputs", None):
            raise ValueError(
                f"{name} must be a sequential or functional Keras model that knows its shapes: begin it with keras.Input(shape)"
            )
    if discriminator.output_shape[-1] != 1:
        raise ValueError(f"discriminator must answer with one probability, (batch, 1); it answers {discriminator.output_shape}")


def check_same_images(generator, shape):
    """Raise a ValueError unless the generator makes images of the shape that the discriminator takes."""
    if generator.output_shape[1:] != shape[1:]:
        raise ValueError(
            f"generator makes images of shape {generator.output_shape[1:]}, but discriminator takes {shape[1:]}; build the two "
            "for the same shape"
        )


def check_answers(discriminator):
    """Raise a ValueError if the answers are no probabilities."""
    if not answers_probabilities(discriminator):
        raise ValueError(
            f"discriminator must answer with probabilities, in [0, 1], and {discriminator.name!r} does not end in a sigmoid: "
            'give its last layer activation="sigmoid"'
        )


def is_array(values):
    """Say whether these are an array or a tensor, of any library that NumPy can read."""
    return hasattr(values, "__array__") and hasattr(values, "shape")


def predicted(network: keras.Model, inputs) -> np.ndarray:
    """Return what a network makes of inputs, float32, 100 at a time; of a network with several outputs, each of them."""
    with folding(network):
        answers = network.predict(inputs, batch_size=100, verbose=0)
    return keras.tree.map_structure(partial(np.asarray, dtype="float32"), answers)


def call_keeping_statistics(network: keras.Model, inputs: tf.Tensor) -> tf.Tensor:
    """Call `network` on batch statistics, and leave its moving statistics as they were."""
    statistics = network.non_trainable_weights
    before = [tf.identity(s) for s in statistics]
    outputs = network(inputs, training=True)
    for statistic, value in zip(statistics, before):
        statistic.assign(value)
    return outputs
