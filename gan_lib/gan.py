"""Two players in turn: one discriminator step, then one generator step."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from gan_lib._batches import Inspected, untuned
from gan_lib._checks import check_array, check_count, check_images, check_seed, check_shape
from gan_lib._folding import folding
from gan_lib._keras import keras, ops, tf
from gan_lib._optimizers import BothRates, optimizer_pair, share_of_loss
from gan_lib.callbacks import Watch, check_callbacks
from gan_lib.devices import drawn_on_each_replica
from gan_lib.losses import Loss, loss_from
from gan_lib.networks import answers_probabilities
from gan_lib.penalties import Penalty, penalties_from
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

    objective, penalties, augment, discriminator_steps = None, (), None, 1

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
        loss: str | Loss = "non_saturating",
        label_smoothing: float = 0.0,
        penalty: str | Penalty | Sequence | None = None,
        augment: Callable | None = None,
        discriminator_steps: int = 1,
        **kwargs,
    ) -> None:
        """Choose an optimizer for each player, and what each minimises.

        Args:
            generator_optimizer, discriminator_optimizer: Keras optimizers, their names such as "adam", or their configurations;
                by default Adam with the learning rate 0.0002 and beta_1 = 0.5 of Radford et al. (2016).
            loss: "non_saturating", "minimax", "least_squares", "hinge", "wasserstein", "relativistic", or an object such as
                `gan_lib.Hinge()` or a `gan_lib.Loss` of your own. The first two, by name, are for a discriminator that answers
                with probabilities, the others for one that answers with scores.
            label_smoothing: in [0, 1), by how much D's target for real images falls short of 1; for the first two.
            penalty: on the slopes of a discriminator that answers with scores: "r1", "r2", "gradient_penalty", an object such as
                `gan_lib.R1(0.1)`, or a list of them.
            augment: what is done to all images, real and generated, before the discriminator sees them, such as
                `gan_lib.DiffAugment()`; it must be differentiable.
            discriminator_steps: steps of D for each step of G, each on images of its own: `fit` on an array takes as many times
                `batch_size` images at once; a data set must give batches that are so much larger.
            **kwargs: as in `keras.Model.compile`, such as `jit_compile`; no metrics.

        Raises:
            ValueError: for an unknown loss or penalty, one that does not go with what the discriminator answers or with its batch
                normalization, a label_smoothing outside [0, 1), one optimizer for both players, or a player frozen beforehand.
        """
        if "optimizer" in kwargs:
            raise ValueError("optimizer is not used: give generator_optimizer and discriminator_optimizer")
        for name in ("metrics", "weighted_metrics", "loss_weights"):
            if kwargs.get(name) is not None:
                raise ValueError(f"{name} is not used: what the steps report is fixed. SampleRecorder(measure=...) measures more")
        objective, penalties = loss_from(loss, label_smoothing), penalties_from(penalty)
        check_count(discriminator_steps, "discriminator_steps")
        if augment is not None and (isinstance(augment, type) or not callable(augment)):
            raise ValueError(f"augment must be a function of images, such as gan_lib.DiffAugment(); got {augment!r:.200}")
        for name in ("generator", "discriminator"):
            if not getattr(self, name).trainable_variables:
                raise ValueError(f"{name} has nothing to train: set {name}.trainable = True. GAN needs no freezing")
        if penalties:
            check_slopes(self.discriminator, objective)
        check_answers(self.discriminator, objective.needs)
        optimizers = optimizer_pair(generator_optimizer, discriminator_optimizer, self._flatten_layers())
        super().compile(optimizer=None, **kwargs)
        self.objective, self.penalties, self.augment = objective, penalties, augment
        self.discriminator_steps = discriminator_steps
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
        if is_array(y if x is None else keras.tree.flatten(x)[0]) and self.discriminator_steps > 1:
            kwargs["batch_size"] = (kwargs.get("batch_size") or 32) * self.discriminator_steps
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
        if inspected is None and is_array(keras.tree.flatten(arguments["x"])[0]):
            arguments = without_autotuner(**arguments)
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

    def judge(self, inputs):
        """Return D's answers, in training, for what it takes: images, or (conditions, images)."""
        *conditions, images = inputs if isinstance(inputs, (list, tuple)) else [inputs]
        if self.augment:
            images = self.augment(images, seed=self.random)
        answers = self.discriminator([*conditions, images] if conditions else images, training=True)
        return ops.cast(answers, "float32") if self.objective.needs == "scores" else answers

    def judge_both(self, real, fake):
        """Return D's answers for the turn of G, in which D keeps its statistics: None for what is real if no loss asks."""
        if self.objective.pairs and real is None:
            raise ValueError(f"real_images are missing: with {type(self.objective).__name__}, the generator compares with them")
        on_real = call_keeping_statistics(self.discriminator, real, self.judge) if self.objective.pairs else None
        return on_real, call_keeping_statistics(self.discriminator, fake, self.judge)

    def penalty(self, score, real_images, fake_images):
        """Return what D pays for its slopes, a scalar; `score` is `judge` as a function of images alone."""
        real_images, fake_images = (ops.cast(images, "float32") for images in (real_images, fake_images))
        return sum(each(score, real_images, fake_images, self.random) for each in self.penalties)

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
        means = self.means.update(values)
        if isinstance(tf.distribute.get_strategy(), tf.distribute.MultiWorkerMirroredStrategy):
            return {name: ops.reshape(mean, (1,)) for name, mean in means.items()}  # Keras takes the mean of each over an axis
        return means

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
            on_real = self.judge(real_images)
            on_fake = self.judge(fake_images)
            loss = self.objective.discriminator(on_real, on_fake)
            loss += self.penalty(self.judge, real_images, fake_images)
            share = share_of_loss(loss, self.discriminator_optimizer)
        weights = self.discriminator.trainable_variables
        gradients = tape.gradient(share, weights)
        self.discriminator_optimizer.apply(gradients, weights)
        right_on_real, right_on_fake = self.objective.right(on_real, on_fake)
        return {
            "d_loss": loss,
            "d_accuracy_real": ops.mean(right_on_real),
            "d_accuracy_fake": ops.mean(right_on_fake),
        }

    def generator_step(self, batch_size, real_images=None):
        """Move the generator once, towards being taken for real.

        Args:
            batch_size: how many images to generate.
            real_images: as many, for a loss that compares with them.

        Returns:
            dict of one scalar: g_loss.
        """
        latents = self.latents(batch_size)
        with tf.GradientTape() as tape:
            images = self.generator(latents, training=True)
            on_real, on_fake = self.judge_both(real_images, images)
            loss = self.objective.generator(on_real, on_fake)
            share = share_of_loss(loss, self.generator_optimizer)
        weights = self.generator.trainable_variables
        gradients = tape.gradient(share, weights)
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
            for images in divided(real_images, self.discriminator_steps):
                values = self.discriminator_step(images)
            values |= self.generator_step(ops.shape(images)[0], images)
        return self.report(values)

    def call(self, latents, training: bool = False):
        """Answer for generated images: latent vectors (batch, latent_dim) to probabilities (batch, 1)."""
        return self.discriminator(self.generator(latents, training=training), training=training)

    def latents(self, n: int, seed: int | None = None) -> tf.Tensor:
        """Draw latent vectors, standard normal (n, latent_dim): the next ones, or those of a seed."""
        if seed is not None:
            return keras.random.normal((n, self.latent_dim), seed=seed)
        return drawn_on_each_replica(lambda count: keras.random.normal((count, self.latent_dim), seed=self.random), n)

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


def check_answers(discriminator, needs="probabilities"):
    """Raise a ValueError unless the answers are what a loss needs, "probabilities" or "scores"."""
    probabilities = answers_probabilities(discriminator)
    if needs == "probabilities" and not probabilities:
        raise ValueError(
            f"discriminator must answer with probabilities, in [0, 1], and {discriminator.name!r} does not end in a sigmoid: "
            'give its last layer activation="sigmoid", or choose a loss of scores, such as '
            'loss=gan_lib.NonSaturating(from_logits=True) or loss="hinge"'
        )
    if needs == "scores" and probabilities:
        raise ValueError(
            f"discriminator must answer with scores, any numbers, for this loss, and {discriminator.name!r} answers with "
            "probabilities: leave the sigmoid out of its last layer, as build_discriminator(scores=True) does"
        )


def check_slopes(discriminator, objective):
    """Raise a ValueError if a penalty cannot look at the slopes of scores: there are none, or one depends on the other images."""
    if objective.needs == "probabilities":
        raise ValueError(
            "penalty looks at the slopes of scores, and this loss takes probabilities: choose a loss of scores, such as "
            "loss=gan_lib.NonSaturating(from_logits=True), and build_discriminator(scores=True, batch_norm=False)"
        )
    norms = [layer.name for layer in discriminator._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]
    if norms:
        raise ValueError(
            "penalty looks at each image's slope, and with batch normalization a score depends on the whole batch: take "
            f"{', '.join(norms)} out of the discriminator, as build_discriminator(batch_norm=False) does"
        )


def is_array(values):
    """Say whether these are an array or a tensor, of any library that NumPy can read."""
    return hasattr(values, "__array__") and hasattr(values, "shape")


def predicted(network: keras.Model, inputs) -> np.ndarray:
    """Return what a network makes of inputs, float32, 100 at a time; of a network with several outputs, each of them."""
    with folding(network):
        answers = network.predict(inputs, batch_size=100, verbose=0)
    return keras.tree.map_structure(partial(np.asarray, dtype="float32"), answers)


def without_autotuner(x, y=None, batch_size=None, shuffle=True, **others):
    """Return the arguments of `fit` with a data set in the place of arrays, at whose end nobody waits."""
    arrays = {"x": x, "y": y, "batch_size": batch_size, "shuffle": shuffle}
    if others.get("steps_per_epoch"):  # which would make Keras repeat a data set, and not arrays
        return arrays | others
    data = untuned(**arrays | {"batch_size": batch_size or 32})
    return (arrays if data is None else {"x": data, "shuffle": False}) | others


def divided(images, parts):
    """Divide a batch into so many of equal size; where it does not come out even, some images are in two of them."""
    if parts == 1:
        return [images]
    n = ops.shape(images)[0]
    size = (n + parts - 1) // parts
    rows = ops.arange(parts * size) % n
    return [ops.take(images, rows[i * size : (i + 1) * size], axis=0) for i in range(parts)]


def call_keeping_statistics(network: keras.Model, inputs: tf.Tensor, call: Callable | None = None) -> tf.Tensor:
    """Call `network`, or a function that calls it, on batch statistics, and leave its moving statistics as they were.

    So are the vectors that spectral normalization keeps, and the weights that it divides while it is called.
    """
    weights = network.weights if spectrally_normalized(network) else network.non_trainable_weights
    before = [tf.identity(weight) for weight in weights]
    outputs = (call or partial(network, training=True))(inputs)
    for weight, value in zip(weights, before):
        weight.assign(value)
    return outputs


def spectrally_normalized(network):
    return any(isinstance(layer, keras.layers.SpectralNormalization) for layer in network._flatten_layers())
