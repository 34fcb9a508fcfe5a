"""What looks on while a GAN trains: samples are kept, and a training that diverges is stopped."""

import sys
from collections.abc import Callable, Sequence

import numpy as np
from tqdm import tqdm

from gan_lib._checks import check_count, check_seed
from gan_lib._files import arrays_of
from gan_lib._keras import keras, ops
from gan_lib.averaging import averaged

LONG = 200  # steps
WON = 0.98  # right about at least this share of both kinds; in the recorded runs that went well it is below 0.9
GIVEN_UP = 0.1  # right about at most this share of one kind

# Callbacks of Keras that would act on another model than a GAN, and what to use instead.
REFUSED = {
    "BackupAndRestore": "it does not keep what is drawn at random: use gan_lib.Resume(folder)",
    "OrbaxCheckpoint": "it does not keep what is drawn at random: use gan_lib.Resume(folder)",
    "SwapEMAWeights": "a GAN has two optimizers, and it swaps the weights of one: use gan_lib.averaged(gan)",
}


def check_callbacks(callbacks: Sequence) -> Sequence:
    """Return the callbacks, or raise a ValueError if one cannot do with a GAN what it is for."""
    for callback in callbacks:
        if not isinstance(callback, keras.callbacks.Callback):
            raise ValueError(f"callbacks must be Keras callbacks, in a list; got {type(callback).__name__}")
        for kind in type(callback).__mro__:
            if kind.__name__ in REFUSED:
                raise ValueError(f"callbacks has a {kind.__name__}, and {REFUSED[kind.__name__]}")
        if isinstance(callback, keras.callbacks.ModelCheckpoint) and not callback.save_weights_only:
            raise ValueError(
                "callbacks has a ModelCheckpoint of the whole model, and a GAN is not saved whole: set save_weights_only=True, "
                "or use gan_lib.Resume(folder)"
            )
    return callbacks


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

    def __init__(
        self,
        n: int = 64,
        seed: int = 0,
        steps: Sequence[int] = (10, 25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1200, 1600),
        measure: Callable | None = None,
        conditions: np.ndarray | None = None,
    ):
        super().__init__()
        check_count(n, "n")
        check_seed(seed)
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
            self.record(epochs=0.0)

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        if self.epoch == 0:
            for name, mean in logs.items():
                # Keras reports the mean since the epoch began; what this step added to it is its own value.
                values = self.first_epoch.setdefault(name, [])
                values.append(float(mean) * self.step - sum(values))
        if self.step in self.moments and batch + 1 < self.params["steps"]:
            self.record(self.epoch + (batch + 1) / self.params["steps"])

    def on_epoch_end(self, epoch, logs=None):
        self.epoch += 1
        for name, mean in logs.items():
            self.history.setdefault(name, []).append(float(mean))
        self.record(float(self.epoch))

    def get_state(self) -> dict[str, np.ndarray]:
        """Return what has been kept so far, as arrays, for `gan_lib.resume.Resume` to store."""
        state = {
            "step": self.step,
            "epoch": self.epoch,
            "frames": self.frames,
            "steps_taken": self.steps_taken,
            "epochs": self.epochs,
        }
        for part in ("measured", "history", "first_epoch"):
            state |= {f"{part}/{name}": values for name, values in getattr(self, part).items()}
        return {name: np.array(values) for name, values in state.items()}

    def set_state(self, state: dict[str, np.ndarray]) -> None:
        """Take up again what `get_state` returned."""
        self.step, self.epoch, self.frames = int(state["step"]), int(state["epoch"]), list(state["frames"])
        self.steps_taken, self.epochs = state["steps_taken"].tolist(), state["epochs"].tolist()
        for part in ("measured", "history", "first_epoch"):
            kept = arrays_of(part, state)
            setattr(self, part, {name: list(values) if part == "measured" else values.tolist() for name, values in kept.items()})

    def record(self, epochs):
        self.steps_taken.append(self.step)
        self.epochs.append(epochs)
        with averaged(self.model):
            self.frames.append(self.model.sample(self.n if self.conditions is None else self.conditions, seed=self.seed))
        for name, value in (self.measure(self.model) if self.measure else {}).items():
            self.measured.setdefault(name, []).append(value)


class Watch(keras.callbacks.Callback):
    """Stop a training whose losses are no longer finite, and put the players back to the end of the epoch before.

    `fit` of every GAN has one. In the log it also tells of a discriminator that has been right about nearly
    all images for 200 steps or more, or that has called nearly all of one kind the other: a generator learns little from either.

    Raises:
        FloatingPointError: when a loss or a weight is NaN or infinite; the message names the step and what to try.
    """

    good = ()  # the variables, each with its last good value

    def on_train_begin(self, logs=None):
        self.last_verdict, self.stretch, self.message = None, 0, None
        self.good = self.state()
        if not_finite(self.good):
            raise FloatingPointError(
                f"{not_finite(self.good)} holds NaN or infinity before the first step; build the players anew"
            )

    def on_epoch_begin(self, epoch, logs=None):
        self.print_message()
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
        self.note_verdict(logs)

    def on_train_end(self, logs=None):
        self.print_message()

    def state(self):
        return [(variable, ops.convert_to_numpy(variable)) for variable in self.model.state]

    def stop(self, what):
        self.put_back()
        raise FloatingPointError(
            f"{what} at step {self.step} of epoch {self.epoch + 1}: the training has diverged. Both players are again as they "
            f"were {f'after epoch {self.epoch}' if self.epoch else 'at the start'}. Try a lower learning rate, such as 0.0001, "
            "or clipnorm=1.0 in both optimizers"
        )

    def put_back(self):
        """Let both players be as they were at the end of the epoch before."""
        for variable, value in self.good:
            variable.assign(value)

    def note_verdict(self, logs):
        """Note, once in a stretch of epochs, that the discriminator teaches nothing."""
        found = verdict(logs)
        longer = found == self.last_verdict
        before = self.stretch if longer else 0
        self.last_verdict, self.stretch = found, before + self.step
        if found and before < LONG <= self.stretch:
            happened, remedy = found
            self.message = (
                f"For {self.stretch:,} steps the discriminator has {happened}: the generator learns little from it. {remedy}"
            )

    def print_message(self):
        """Print what was noted, between the lines of two epochs."""
        if self.message and self.params["verbose"]:
            print(self.message, flush=True)
        self.message = None


class ProgressBar(keras.callbacks.Callback):
    """Show a bar for each epoch, with the losses so far; where there is no terminal, a line every ten seconds."""

    def on_epoch_begin(self, epoch, logs=None):
        name, wait = f"epoch {epoch + 1} of {self.params['epochs']}", 0.5 if sys.stderr.isatty() else 10
        self.bar = tqdm(total=self.params["steps"], desc=name, unit="step", leave=False, mininterval=wait)

    def on_train_batch_end(self, batch, logs=None):
        self.bar.set_postfix({name: f"{float(logs[name]):.2f}" for name in ("d_loss", "g_loss") if name in logs}, refresh=False)
        self.bar.update()

    def on_epoch_end(self, epoch, logs=None):
        self.bar.close()


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
