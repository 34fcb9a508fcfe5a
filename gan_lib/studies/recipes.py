"""The recipe of older Keras tutorials, kept to be measured: a discriminator frozen inside a combined model."""

from functools import partial

import numpy as np

from gan_lib._checks import check_choice
from gan_lib._keras import keras
from gan_lib._optimizers import BothRates, optimizer_from
from gan_lib.gan import GAN, check_answers


class ClassicRecipe(GAN):
    """Train with `train_on_batch` and a combined model whose discriminator is frozen, as older tutorials do.

    It is called as `GAN` is, and on Keras 3 none of its variants does what it is meant to:

    - "once", as the tutorials have it: frozen before the first batch. Keras 3 reads `trainable` when a training
      function is first traced, so the discriminator never learns, and one warning is all that tells.
    - "switched": frozen for the generator's turn and unfrozen for its own. It learns; but a frozen
      BatchNormalization runs on its moving statistics, and the generator plays against another function than
      the one that is trained.
    - "never": not frozen, so that the generator's turn also teaches the discriminator to call generated
      images real.

    The chapter "Training with frozen weights" shows all three, and two ways to mend the recipe.

    Args:
        generator, discriminator, seed: as for `GAN`.
        freeze: "once", "switched" or "never".

    Raises:
        ValueError: for any other `freeze`, or players that do not fit.
    """

    def __init__(self, generator: keras.Model, discriminator: keras.Model, freeze: str = "once", seed: int | None = None):
        check_choice(freeze, "freeze", ("once", "switched", "never"))
        super().__init__(generator, discriminator, seed=seed)
        self.freeze = freeze

    def compile(
        self,
        generator_optimizer: keras.optimizers.Optimizer | str | dict | None = None,
        discriminator_optimizer: keras.optimizers.Optimizer | str | dict | None = None,
    ) -> None:
        """Compile the discriminator, then the combined model; by default with Adam, as `GAN.compile`."""
        check_answers(self.discriminator)
        self.generator_optimizer = optimizer_from(generator_optimizer, "generator_optimizer")
        self.discriminator_optimizer = optimizer_from(discriminator_optimizer, "discriminator_optimizer")
        self.discriminator.compile(self.discriminator_optimizer, loss="binary_crossentropy", metrics=["accuracy"])
        self.discriminator.trainable = self.freeze == "never"
        latents = keras.Input((self.latent_dim,))
        self.combined = keras.Model(latents, self.discriminator(self.generator(latents)))
        self.combined.compile(self.generator_optimizer, loss="binary_crossentropy")
        keras.Model.compile(self, optimizer=None)
        self.optimizer = BothRates(self.generator_optimizer, self.discriminator_optimizer)

    def make_train_function(self, force: bool = False) -> None:
        # Keras would compile the step; this one is plain Python that calls what is compiled.
        self.train_function = lambda batches: self.train_step(next(batches))

    def train_step(self, real_images):
        n = len(real_images)
        valid, fake = np.ones((n, 1)), np.zeros((n, 1))
        latents = np.array(self.latents(n))
        generated = self.generator.predict(latents, verbose=0)

        if self.freeze == "switched":
            self.discriminator.trainable = True
        train = partial(of_this_batch, self.discriminator)
        d_loss_real, accuracy_real = train(np.array(real_images), valid)
        d_loss_fake, accuracy_fake = train(generated, fake)

        if self.freeze == "switched":
            self.discriminator.trainable = False
        g_loss = of_this_batch(self.combined, latents, valid)

        values = {
            "d_loss": (d_loss_real + d_loss_fake) / 2,
            "g_loss": g_loss,
            "d_accuracy_real": accuracy_real,
            "d_accuracy_fake": accuracy_fake,
        }
        return self.report(values)


def of_this_batch(model: keras.Model, x: np.ndarray, y: np.ndarray) -> list[float]:
    """Train on a batch and return what Keras says of it alone: before 3.15, Keras 3 says the mean of all since the last reset."""
    model.reset_metrics()
    return model.train_on_batch(x, y)


RECIPES = {
    "steps": GAN,
    "frozen-once": partial(ClassicRecipe, freeze="once"),
    "switched": partial(ClassicRecipe, freeze="switched"),
    "unfrozen": partial(ClassicRecipe, freeze="never"),
}
