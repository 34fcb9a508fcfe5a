"""Carrying on a training that was killed, so that in the end nobody can tell."""

import io
import json
import math
import os
import re
import shutil
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from gan_lib.arrays import under
from gan_lib.files import save_json

FORMAT = 1


class Resume(keras.callbacks.Callback):
    """Keep a checkpoint of a training after each epoch, and begin where the last one ends.

    Whenever the process is killed, the same call of `fit` with the same folder carries on. The finished run has the weights, the
    history and the samples of one that was never interrupted, bit for bit on one machine: the checkpoint holds both players,
    both optimizers, the random state and what the callbacks have kept that have `get_state` and `set_state`, such as
    `gan_lib.training.SampleRecorder`; and the order of the data is drawn anew for each epoch from the seed of the run and the
    number of the epoch. That order is not the one of a `fit` without `Resume`.

    The checkpoints are TensorFlow's (`tf.train.CheckpointManager`): the last two are kept, and one that was not written to the
    end does not count.

    Args:
        folder: where the checkpoints go; it is made where it is missing. A folder is for one run.

    Raises:
        ValueError: by `fit`, if the folder holds another run, or the data is no array.
        OSError: by `fit`, if the folder cannot be written to, at the start or later; the last good checkpoint stays.
    """

    def __init__(self, folder):
        super().__init__()
        if not isinstance(folder, (str, os.PathLike)) or "\0" in str(folder):
            raise ValueError(f"folder must be a path; got {folder!r}")
        self.folder = Path(folder)
        self.epochs_done, self.history, self.keepers = 0, {}, []

    def begin(self, gan, x, y=None, callbacks=(), batch_size=None, shuffle=True, **kwargs):
        """Bring back what the folder holds. `gan_lib.players.Players.fit` calls this.

        Returns:
            dict of the arguments with which `keras.Model.fit` carries on.
        """
        batch_size = 32 if batch_size is None else batch_size
        arrays = keras.tree.flatten(x if y is None else (x, y))
        check(gan, arrays, kwargs)
        self.epochs_done, self.history, self.keepers = 0, {}, [c for c in callbacks if hasattr(c, "get_state")]
        seed = self.open(run_of(gan, arrays, batch_size, shuffle), first_seed(gan))
        self.checkpoint = tf.train.Checkpoint(variables=[v.value for v in gan.state], progress=Progress(self))
        self.manager = tf.train.CheckpointManager(self.checkpoint, self.folder, max_to_keep=2)
        self.restore()
        return kwargs | {
            "x": batches(x, y, batch_size, seed if shuffle else None, first_epoch=self.epochs_done),
            "steps_per_epoch": math.ceil(len(arrays[0]) / batch_size),
            "initial_epoch": self.epochs_done,
            "shuffle": False,  # because the batches come in their order
            "callbacks": [*callbacks, self],  # after those whose state it keeps
        }

    def open(self, run, seed):
        """Make the folder one of this run, or raise if it is another's. Return the seed of the order of the data."""
        about = self.folder / "run.json"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
            for remains in [*self.folder.glob("*_temp"), *self.folder.glob(f".*{about.name}")]:  # of a write that was killed
                shutil.rmtree(remains) if remains.is_dir() else remains.unlink()
            if not about.exists():
                if tf.train.latest_checkpoint(self.folder):
                    raise ValueError(f"{self.folder} holds checkpoints of something else; name another folder")
                save_json(about, {"format": FORMAT, "seed": seed, "run": run})
        except OSError as error:
            raise OSError(f"no checkpoint can be written to {self.folder} ({error}); name a folder that can be written to") from error
        try:
            stored = json.loads(about.read_text())
            before, seed, newer = stored["run"], stored["seed"], stored["format"] > FORMAT
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{about} is damaged ({error!r}); remove {self.folder} to begin anew") from error
        if newer:
            raise ValueError(f"{about} has format {stored['format']}, not {FORMAT}; update gan_lib to carry this run on")
        differing = sorted(name for name in before.keys() | run if before.get(name) != run.get(name))
        if differing:
            told = "; ".join(f"{name} was {shown(before.get(name))} and is {shown(run.get(name))}" for name in differing)
            raise ValueError(f"{self.folder} holds another run: {told}. Fit as before to carry it on, or name another folder")
        return seed

    def restore(self):
        """Take up the newest checkpoint that can be read."""
        wrong = []
        for path in reversed(self.manager.checkpoints):
            try:
                self.checkpoint.restore(path).assert_consumed()
                return
            except Exception as error:  # a file can be broken in many ways, and TensorFlow has an error for each
                wrong.append(f"{path}: {first_line(error)}")
        if wrong:
            raise ValueError(f"no checkpoint can be read ({'; '.join(wrong)}); remove {self.folder} to begin anew")

    def on_train_begin(self, logs=None):
        # Keras hands this out as the result of `fit`; it goes on where it was.
        self.model.history.history = {name: list(values) for name, values in self.history.items()}

    def on_epoch_end(self, epoch, logs=None):
        for name, value in logs.items():
            self.history.setdefault(name, []).append(float(value))
        self.epochs_done = epoch + 1
        try:
            self.manager.save(checkpoint_number=self.epochs_done)
        except (tf.errors.OpError, OSError) as error:
            raise OSError(
                f"the checkpoint of epoch {self.epochs_done} could not be written to {self.folder} ({first_line(error)}). Make room "
                f"and start again: the run carries on after epoch {epoch}"
            ) from error

    def on_train_end(self, logs=None):
        self.model.history.epoch = list(range(self.epochs_done))


class Progress(tf.train.experimental.PythonState):
    """What a checkpoint holds besides TensorFlow's variables: epochs, history, and the state of other callbacks."""

    def __init__(self, resume):
        self.resume = resume

    def serialize(self):
        arrays = {"epochs_done": self.resume.epochs_done}
        arrays |= {f"history/{name}": values for name, values in self.resume.history.items()}
        for i, keeper in enumerate(self.resume.keepers):
            arrays |= {f"keeper {i}/{name}": values for name, values in keeper.get_state().items()}
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)
        return file.getvalue()

    def deserialize(self, stored):
        with np.load(io.BytesIO(stored), allow_pickle=False) as file:
            arrays = dict(file)
        self.resume.epochs_done = int(arrays["epochs_done"])
        self.resume.history = {name: values.tolist() for name, values in under("history", arrays).items()}
        for i, keeper in enumerate(self.resume.keepers):
            keeper.set_state(under(f"keeper {i}", arrays))


def batches(x, y, batch_size, seed, first_epoch):
    """Return an endless data set: one epoch's batches after the other, each epoch in an order of its own, or as given."""
    data = keras.tree.map_structure(tensor, x if y is None else (x, y))
    n = len(keras.tree.flatten(data)[0])

    def epoch(number):
        order = tf.range(n)
        if seed is not None:
            order = tf.random.experimental.stateless_shuffle(order, seed=tf.stack([tf.constant(seed, "int64"), number]))
        return tf.data.Dataset.from_tensor_slices(order).batch(batch_size)

    def of_indices(indices):
        return keras.tree.map_structure(lambda values: tf.gather(values, indices), data)

    return tf.data.Dataset.counter(first_epoch).flat_map(epoch).map(of_indices).prefetch(tf.data.AUTOTUNE)


def tensor(values):
    return tf.constant(values, keras.backend.floatx() if np.issubdtype(values.dtype, np.floating) else None)


def first_seed(gan):
    """Return the seed that the random state of a GAN began with, an int."""
    return int(keras.ops.convert_to_numpy(gan.random.state)[0])


def run_of(gan, arrays, batch_size, shuffle):
    """Return what must be the same for a run to be carried on, as values for JSON."""
    run = {
        "the shapes of the data": [list(array.shape) for array in arrays],
        "the shapes of the state": [list(v.shape) for v in gan.state],
        "batch_size": batch_size,
        "shuffle": bool(shuffle),
        "loss": gan.generator_loss.__name__,
        "label_smoothing": gan.label_smoothing,
    }
    for name in ("generator_optimizer", "discriminator_optimizer"):
        run |= {f"{name}.{key}": value for key, value in getattr(gan, name).get_config().items() if key != "name"}
    return json.loads(json.dumps(run, default=str))


def shown(value):
    return f"{value:g}" if isinstance(value, float) else value


def check(gan, arrays, arguments):
    for name in ("initial_epoch", "steps_per_epoch"):
        if arguments.get(name):
            raise ValueError(f"{name} is not used with Resume, which counts the epochs itself; leave it out")
    for array in arrays:
        if not isinstance(array, np.ndarray):
            raise ValueError(f"x must be an array with Resume, which brings back the order of the data; got a {type(array).__name__}")
    if not (gan.generator_optimizer.built and getattr(gan.discriminator_optimizer, "built", False)):
        raise ValueError(f"Resume carries on GAN and ConditionalGAN; {type(gan).__name__} builds its optimizers while it trains")


def first_line(error):
    """Return the first line of an error, without TensorFlow's names for its own parts."""
    return re.sub(r"\{\{.*?\}\} ?| ?\[Op:\w+\]", "", str(error)).strip().partition("\n")[0]
