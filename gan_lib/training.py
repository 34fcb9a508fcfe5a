"""Training two players in turn: one discriminator step, then one generator step."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from gan_lib.arrays import under
from gan_lib.averaging import averaged
from gan_lib.checks import check_count, check_takes
from gan_lib.data import check_images
from gan_lib.losses import discriminator_loss
from gan_lib.players import Players, check_players, without_moving_statistics


class GAN(Players):
    """A generator and a discriminator that are trained against each other (Goodfellow et al. 2014).

    Each step moves one player. The other keeps its trainable weights because they are left out of the
    gradient, not because a layer is frozen: a frozen BatchNormalization would run on its moving statistics,
    and the generator would then play against a function that nobody trains. So both players always run on
    the statistics of the batch. The moving statistics of the player that stands still are put back
    after the step: a step leaves every weight of the other player as it was.

    Args:
        generator: (batch, latent_dim) -> images.
        discriminator: images -> (batch, 1), the probability that each is real.
        seed: an integer that makes the latent vectors of the steps repeat; with
            `keras.utils.set_random_seed` before the networks are built, a whole run repeats bit for bit on
            one machine (on a GPU, after `tf.config.experimental.enable_op_determinism()`).

    Raises:
        ValueError: if the discriminator does not accept what the generator makes.
    """

    def __init__(self, generator, discriminator, seed=None, **kwargs):
        check_players(generator, discriminator)
        if generator.output_shape[1:] != discriminator.input_shape[1:]:
            raise ValueError(
                f"generator makes images of shape {generator.output_shape[1:]}, but discriminator takes "
                f"{discriminator.input_shape[1:]}; build the two for the same shape"
            )
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
        fake_images = without_moving_statistics(self.generator, latents)
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
            on_fake = without_moving_statistics(self.discriminator, images)
            loss = self.generator_loss(on_fake)
        weights = self.generator.trainable_variables
        gradients = tape.gradient(loss, weights)
        self.generator_optimizer.apply(gradients, weights)
        return {"g_loss": loss}

    def fit(self, x, **kwargs):
        """Train on images alone.

        Args:
            x: an array, float (n, height, width, 1) in [-1, 1], or a data set that gives batches of such
                images; of a data set the shapes alone are checked. For players on points, points: float (n, d).
            **kwargs: as in `keras.Model.fit`, such as `batch_size` and `epochs`; no labels, no validation.

        Returns:
            A `keras.callbacks.History` of d_loss, g_loss, d_accuracy_real and d_accuracy_fake.
        """
        for name in ("y", "validation_data", "validation_split"):
            if kwargs.get(name) is not None:
                raise ValueError(f"{name} is not used: a GAN is trained on images alone; leave it out")
        if isinstance(x, np.ndarray):
            self.check(x)
        elif isinstance(x, (str, list, tuple, dict)) or not (hasattr(x, "__iter__") or hasattr(x, "__getitem__")):
            raise ValueError(f"x must be an array of images, or a data set of batches of images; got a {type(x).__name__}")
        return super().fit(x, **kwargs)

    def check(self, x):
        expected = self.discriminator.input_shape[1:]
        if x.shape[1:] != expected:
            raise ValueError(f"x must have the shape (n, *{expected}), which the discriminator takes; got {x.shape}")
        if len(expected) == 3:
            check_images(x, name="x")
        elif not np.isfinite(x).all():
            raise ValueError("x must be finite; it holds NaN or infinity")

    def train_step(self, real_images):
        if isinstance(real_images, tuple):
            raise ValueError("the data set gives tuples; map it to its images, as in data.map(lambda x, y: x)")
        check_takes(self.discriminator, "the discriminator", real_images, "a batch")
        return self.report(self.discriminator_step(real_images) | self.generator_step(ops.shape(real_images)[0]))

    def call(self, latents, training=False):
        """Answer for generated images: latent vectors (batch, latent_dim) to probabilities (batch, 1)."""
        return self.discriminator(self.generator(latents, training=training), training=training)

    def latents(self, n, seed=None):
        """Draw latent vectors, standard normal (n, latent_dim): the next ones, or those of a seed."""
        return keras.random.normal((n, self.latent_dim), seed=self.random if seed is None else seed)

    def sample(self, n, seed=0):
        """Generate images with the generator as it is now, on its moving statistics.

        Args:
            n: how many.
            seed: which latent vectors; the same seed gives the same ones.

        Returns:
            numpy float32 (n, height, width, channels) in [-1, 1].
        """
        check_count(n, "n")
        check_count(seed, "seed", least=0)
        return self.generator.predict(self.latents(n, seed), batch_size=100, verbose=0)


class SampleRecorder(keras.callbacks.Callback):
    """Keep what the same latent vectors become while a GAN trains, and the losses on the way.

    Samples are taken before the first step, after some steps, and after every epoch; where the generator's
    optimizer keeps moving averages of the weights, from the average, see `gan_lib.averaging`.
    `gan_lib.recordings.Recording.of` makes a recording of them.

    Args:
        n: how many latent vectors to follow.
        seed: which ones; the same seed gives the same latent vectors.
        steps: numbers of steps after which to take samples. The default is dense at the start, where most
            happens.
        measure: a function that gets the GAN at every moment, as it is, and returns a dict of numbers or arrays, which
            are kept.
        conditions: for a `gan_lib.conditional.ConditionalGAN`, the conditions to follow instead of latent vectors; `n`
            is not used.

    Attributes:
        frames: list of float32 arrays (n, height, width, 1) in [-1, 1], one a moment.
        steps_taken: list of ints, the training steps that came before each frame.
        epochs: list of floats, the same in epochs.
        measured: dict of lists, what `measure` returned at each moment.
        history: dict of lists, the means over each epoch of what `GAN` reports.
        first_epoch: dict of lists, the same for every step of the first epoch.
    """

    def __init__(self, n=64, seed=0, steps=(10, 25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1200, 1600), measure=None, conditions=None):
        super().__init__()
        check_count(n, "n")
        check_count(seed, "seed", least=0)
        if not (measure is None or callable(measure)):
            raise ValueError(f"measure must be a function of the GAN; got {type(measure).__name__}")
        self.conditions = conditions
        self.n, self.seed, self.moments, self.measure = n, seed, frozenset(steps), measure
        self.step, self.epoch = 0, 0
        self.frames, self.steps_taken, self.epochs = [], [], []
        self.measured, self.history, self.first_epoch = {}, {}, {}

    def on_train_begin(self, logs=None):
        if self.params["steps"] is None or self.model.steps_per_execution != 1:
            raise ValueError(
                "SampleRecorder counts steps: give fit a data set of known length, and leave steps_per_execution at 1"
            )
        if not self.frames:
            self.keep(epochs=0.0)

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        if self.epoch == 0:
            for name, mean in logs.items():
                # Keras reports the mean since the epoch began; what this step added to it is its own value.
                values = self.first_epoch.setdefault(name, [])
                values.append(float(mean) * self.step - sum(values))
        if self.step in self.moments and batch + 1 < self.params["steps"]:
            self.keep(self.epoch + (batch + 1) / self.params["steps"])

    def on_epoch_end(self, epoch, logs=None):
        self.epoch += 1
        for name, mean in logs.items():
            self.history.setdefault(name, []).append(float(mean))
        self.keep(float(self.epoch))

    def get_state(self):
        """Return what has been kept so far, as arrays, for `gan_lib.resume.Resume` to store."""
        state = {"step": self.step, "epoch": self.epoch, "frames": self.frames, "steps_taken": self.steps_taken, "epochs": self.epochs}
        for part in ("measured", "history", "first_epoch"):
            state |= {f"{part}/{name}": values for name, values in getattr(self, part).items()}
        return {name: np.array(values) for name, values in state.items()}

    def set_state(self, state):
        """Take up again what `get_state` returned."""
        self.step, self.epoch, self.frames = int(state["step"]), int(state["epoch"]), list(state["frames"])
        self.steps_taken, self.epochs = state["steps_taken"].tolist(), state["epochs"].tolist()
        for part in ("measured", "history", "first_epoch"):
            kept = under(part, state)
            setattr(self, part, {name: list(values) if part == "measured" else values.tolist() for name, values in kept.items()})

    def keep(self, epochs):
        self.steps_taken.append(self.step)
        self.epochs.append(epochs)
        with averaged(self.model):
            self.frames.append(self.model.sample(self.n if self.conditions is None else self.conditions, seed=self.seed))
        for name, value in (self.measure(self.model) if self.measure else {}).items():
            self.measured.setdefault(name, []).append(value)
