"""One optimizer for each player: what Keras takes for one, and what callbacks of Keras see in the place of one."""

from gan_lib._keras import keras, ops, tf


def optimizer_from(given, name):
    """Return an optimizer, given by itself, its name or its configuration; by default that of Radford et al. (2016).

    Raises:
        ValueError: if Keras knows no such optimizer.
    """
    if given is None:
        return keras.optimizers.Adam(2e-4, beta_1=0.5)
    if hasattr(given, "build") and hasattr(given, "apply") and not isinstance(given, type):
        return given
    try:
        return keras.optimizers.get(given)
    except Exception as error:  # Keras has several for what is none
        raise ValueError(
            f'{name} must be a Keras optimizer, such as keras.optimizers.Adam(2e-4), its name, such as "adam", or its '
            f"configuration; got {given!r:.200}"
        ) from error


def optimizer_pair(for_generator, for_discriminator, layers=()):
    """Return the optimizers of both players, two objects; where a layer computes in float16, with loss scaling, as Keras does.

    Raises:
        ValueError: if one is none, or both are the same object.
    """
    if for_generator is not None and for_generator is for_discriminator and not isinstance(for_generator, (str, dict, type)):
        raise ValueError("generator_optimizer and discriminator_optimizer must be two objects: each keeps a state")
    pair = optimizer_from(for_generator, "generator_optimizer"), optimizer_from(for_discriminator, "discriminator_optimizer")
    scaled = keras.optimizers.LossScaleOptimizer
    if any(getattr(layer, "compute_dtype", None) == "float16" for layer in layers):
        return tuple(each if isinstance(each, scaled) else scaled(each) for each in pair)
    return pair


def share_of_loss(loss, optimizer):
    """Return what to differentiate of a loss, a float32 scalar.

    On several replicas, whose gradients are summed, that is each one's share. An optimizer that scales the loss, so that small
    gradients can be told from 0 in float16, divides the gradients by the same number.
    """
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    share = ops.cast(loss, "float32")
    share = share / replicas if replicas > 1 else share
    return optimizer.scale_loss(share) if hasattr(optimizer, "scale_loss") else share


class BothRates:
    """The learning rates of two optimizers as one, for callbacks of Keras that read and set `model.optimizer.learning_rate`.

    Its learning rate is the generator's. Setting it sets the generator's, and the discriminator's in the same proportion.
    """

    built = True  # because both optimizers are

    def __init__(self, generator_optimizer, discriminator_optimizer):
        self.optimizer_of_generator, self.optimizer_of_discriminator = generator_optimizer, discriminator_optimizer
        self.ratio = 1.0

    def __getattr__(self, name):
        if name.startswith("__") or name in ("optimizer_of_generator", "optimizer_of_discriminator"):
            raise AttributeError(name)
        raise AttributeError(
            f"gan.optimizer has no {name}: it is the learning rates of both players in one. Use gan.generator_optimizer and "
            "gan.discriminator_optimizer"
        )

    @property
    def learning_rate(self):
        return rate_of(self.optimizer_of_generator)

    @learning_rate.setter
    def learning_rate(self, value):
        value, rates = float(value), (self.learning_rate, rate_of(self.optimizer_of_discriminator))
        if rates[0]:  # where the generator stands still, the proportion is the last one
            self.ratio = rates[1] / rates[0]
        optimizers = (self.optimizer_of_generator, self.optimizer_of_discriminator)
        for new in (
            rates,
            (value, self.ratio * value),
        ):  # first what is, so that a rate that cannot be set leaves the other alone
            for optimizer, rate in zip(optimizers, new):
                optimizer.learning_rate = rate


def rate_of(optimizer):
    return float(ops.convert_to_numpy(optimizer.learning_rate))
