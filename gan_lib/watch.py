"""Watching over a training: stop it where it diverges, and tell where the discriminator has long won or given up."""

import keras
import numpy as np
from keras import ops

LONG = 200  # steps
WON = 0.98  # right about at least this share of both kinds; in the recorded runs that went well it is below 0.9
GIVEN_UP = 0.1  # right about at most this share of one kind


class Watch(keras.callbacks.Callback):
    """Stop a training whose losses are no longer finite, and put the players back to the end of the epoch before.

    `gan_lib.players.Players.fit` always has one. In the log it also tells of a discriminator that has been right about nearly
    all images for 200 steps or more, or that has called nearly all of one kind the other: a generator learns little from either.

    Raises:
        FloatingPointError: when a loss or a weight is NaN or infinite; the message names the step and what to try.
    """

    def on_train_begin(self, logs=None):
        self.said, self.stretch, self.message = None, 0, None
        self.good = self.state()
        if not_finite(self.good):
            raise FloatingPointError(f"{not_finite(self.good)} holds NaN or infinity before the first step; build the players anew")

    def on_epoch_begin(self, epoch, logs=None):
        self.tell()
        self.epoch, self.step = epoch, 0

    def on_train_batch_end(self, batch, logs=None):
        self.step = batch + 1
        for name, mean in logs.items():
            if not np.isfinite(float(mean)):  # the mean since the epoch began; the first value that is not finite spoils it
                self.stop(f"{name} is {float(mean)}")

    def on_epoch_end(self, epoch, logs=None):
        state = self.state()
        if not_finite(state):  # the last step can spoil the weights, and its loss does not know yet
            self.stop(f"{not_finite(state)} holds NaN or infinity")
        self.good = state
        self.judge(logs)

    def on_train_end(self, logs=None):
        self.tell()

    def state(self):
        return [(variable, ops.convert_to_numpy(variable)) for variable in self.model.state]

    def stop(self, what):
        for variable, value in self.good:
            variable.assign(value)
        raise FloatingPointError(
            f"{what} at step {self.step} of epoch {self.epoch + 1}: the training has diverged. Both players are again as they were "
            f"{f'after epoch {self.epoch}' if self.epoch else 'at the start'}. Try a lower learning rate, such as 0.0001, or "
            "clipnorm=1.0 in both optimizers"
        )

    def judge(self, logs):
        """Note, once in a stretch of epochs, that the discriminator teaches nothing."""
        said = verdict(logs)
        longer = said == self.said
        before = self.stretch if longer else 0
        self.said, self.stretch = said, before + self.step
        if said and before < LONG <= self.stretch:
            happened, remedy = said
            self.message = f"For {self.stretch:,} steps the discriminator has {happened}: the generator learns little from it. {remedy}"

    def tell(self):
        """Print what was noted, between the lines of two epochs."""
        if self.message and self.params["verbose"]:
            print(self.message, flush=True)
        self.message = None


def not_finite(state):
    """Return the name of the first variable whose value is not finite, or None."""
    return next((variable.path for variable, value in state if not np.isfinite(value).all()), None)


def verdict(logs):
    """Say what is wrong with a discriminator, by the means of an epoch: (what it has done, what to try), or None."""
    real, fake = logs.get("d_accuracy_real"), logs.get("d_accuracy_fake")
    if real is None or fake is None:
        return None
    if min(real, fake) >= WON:
        return "been right about nearly every image", "Try a lower learning rate for it, or label_smoothing=0.1."
    slow = "See whether its weights move; try a higher learning rate for it."
    if fake <= GIVEN_UP:
        return "called nearly every generated image real", slow
    if real <= GIVEN_UP:
        return "called nearly every real image generated", slow
    return None
