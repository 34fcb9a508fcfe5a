"""Carrying on a training that was killed, so that in the end nobody can tell."""

import json
import math
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gan_lib._files import arrays_of, load_arrays, save_arrays, save_json
from gan_lib._keras import keras, tf
from gan_lib.devices import writes_files

FORMAT = 3  # 2 knew two losses by name; 1 was checkpoints of TensorFlow, which a folder such as "run [1]" hides


class Resume(keras.callbacks.Callback):
    """Keep a checkpoint of a training after each epoch, and begin where the last one ends.

    Whenever the process is killed, the same call of `fit` with the same folder carries on. The finished run has the weights, the
    history and the samples of one that was never interrupted, bit for bit on one machine: the checkpoint holds both players,
    both optimizers, the random state and what the callbacks have kept that have `get_state` and `set_state`, such as
    `gan_lib.SampleRecorder`; and the order of the data is drawn anew for each epoch from the seed of the run and the
    number of the epoch. That order is not the one of a `fit` without `Resume`.

    The last two checkpoints are kept, and one that was not written to the end does not count.

    Args:
        folder: where the checkpoints go; it is made where it is missing. A folder is for one run.

    Raises:
        ValueError: by `fit`, if the folder holds another run, or the data is no array.
        OSError: by `fit`, if the folder cannot be written to, at the start or later; the last good checkpoint stays.
    """

    def __init__(self, folder: str | os.PathLike):
        super().__init__()
        if not isinstance(folder, (str, os.PathLike)) or "\0" in str(folder):
            raise ValueError(f"folder must be a path; got {folder!r}")
        self.folder = Path(folder)
        self.gan, self.epochs_done, self.history, self.keepers = None, 0, {}, []

    def begin(
        self, gan: keras.Model, x, y=None, callbacks: Sequence = (), batch_size: int | None = None, shuffle: bool = True, **kwargs
    ) -> dict:
        """Bring back what the folder holds. `fit` of a GAN calls this.

        Returns:
            dict of the arguments with which `keras.Model.fit` carries on.
        """
        batch_size = 32 if batch_size is None else batch_size
        arrays = keras.tree.flatten(x if y is None else (x, y))
        check(gan, arrays, kwargs)
        self.gan, self.epochs_done, self.history = gan, 0, {}
        self.keepers = [callback for callback in callbacks if hasattr(callback, "get_state")]
        seed = self.open(run_of(gan, arrays, batch_size, shuffle), first_seed(gan))
        self.restore()
        self.check_workers()
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
        if not writes_files() and not about.exists():  # the first machine is about to write it
            return seed
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
            for path in self.folder.iterdir() if writes_files() else ():  # what a write that was killed has left
                if path.name.startswith(".") and path.name.endswith((about.name, ".npz")):
                    path.unlink()
            if not about.exists():
                if self.checkpoints() or (self.folder / "checkpoint").exists():
                    raise ValueError(f"{self.folder} holds checkpoints of something else; name another folder")
                save_json(about, {"format": FORMAT, "seed": seed, "run": run})
        except OSError as error:
            raise OSError(
                f"no checkpoint can be written to {self.folder} ({error}); name a folder that can be written to"
            ) from error
        try:
            stored = json.loads(about.read_text())
            before, seed, version = stored["run"], stored["seed"], int(stored["format"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{about} is damaged ({error!r}); remove {self.folder} to begin anew") from error
        if version != FORMAT:
            remedy = (
                "update gan_lib to carry this run on"
                if version > FORMAT
                else "carry it on with the version of gan_lib that began it, or name another folder"
            )
            raise ValueError(f"{about} has format {version}, not {FORMAT}; {remedy}")
        differing = sorted(name for name in before.keys() | run if before.get(name) != run.get(name))
        if differing:
            changes = "; ".join(f"{name} was {text(before.get(name))} and is {text(run.get(name))}" for name in differing)
            raise ValueError(f"{self.folder} holds another run: {changes}. Fit as before to carry it on, or name another folder")
        return seed

    def checkpoints(self):
        """Return the paths of the checkpoints, the newest last."""
        return sorted(path for path in self.folder.glob("*") if re.fullmatch(r"epoch-\d{6}\.npz", path.name))

    def restore(self):
        """Take up the newest checkpoint that can be read."""
        wrong = []
        for path in reversed(self.checkpoints()):
            try:
                self.set_state(load_arrays(path, f"remove {self.folder} to begin anew"))
                return
            except (ValueError, KeyError) as error:
                wrong.append(str(error))
        if wrong:
            raise ValueError(f"no checkpoint can be read ({'; '.join(wrong)}); remove {self.folder} to begin anew")

    def check_workers(self):
        """Raise an OSError unless all machines of the training have found the same checkpoint."""
        strategy = self.gan.distribute_strategy
        if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
            return
        local = strategy.experimental_distribute_values_from_function(lambda context: tf.constant([self.epochs_done]))
        found = np.unique(strategy.gather(local, axis=0))
        if len(found) > 1:
            raise OSError(
                f"the machines found checkpoints of different epochs ({', '.join(map(str, found))}) in {self.folder}: it must be "
                "one folder that all of them see"
            )

    def state(self):
        """Return all that a checkpoint holds, a dict of arrays."""
        arrays = {"epochs_done": self.epochs_done}
        arrays |= {f"history/{name}": values for name, values in self.history.items()}
        for i, keeper in enumerate(self.keepers):
            arrays |= {f"keeper {i}/{name}": values for name, values in keeper.get_state().items()}
        for i, variable in enumerate(self.gan.state):
            value = keras.ops.convert_to_numpy(variable)
            arrays[f"state/{i:05}"] = (
                value.astype("float32") if value.dtype.kind == "V" else value
            )  # bfloat16, which NumPy cannot store
        return arrays

    def set_state(self, arrays):
        """Take up what a checkpoint holds, if it holds all."""
        values = arrays_of("state", arrays)
        pairs = [(variable, values[f"{i:05}"]) for i, variable in enumerate(self.gan.state)]
        self.epochs_done = int(arrays["epochs_done"])
        self.history = {name: values.tolist() for name, values in arrays_of("history", arrays).items()}
        for i, keeper in enumerate(self.keepers):
            keeper.set_state(arrays_of(f"keeper {i}", arrays))
        for variable, value in pairs:
            variable.assign(value)

    def on_train_begin(self, logs=None):
        # Keras hands this out as the result of `fit`; it goes on where it was.
        self.model.history.history = {name: list(values) for name, values in self.history.items()}

    def on_epoch_end(self, epoch, logs=None):
        for name, value in logs.items():
            self.history.setdefault(name, []).append(float(value))
        self.epochs_done = epoch + 1
        if not writes_files():
            return
        try:
            save_arrays(self.folder / f"epoch-{self.epochs_done:06}.npz", self.state(), compressed=False)
        except OSError as error:
            raise OSError(
                f"the checkpoint of epoch {self.epochs_done} could not be written to {self.folder} ({error}). Make room and "
                f"start again: the run carries on after epoch {epoch}"
            ) from error
        for path in self.checkpoints()[:-2]:
            path.unlink(missing_ok=True)

    def on_train_end(self, logs=None):
        self.model.history.epoch = list(range(self.epochs_done))


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
        "loss": settings_of(gan.objective),
        "penalty": [settings_of(each) for each in gan.penalties],
        "augment": settings_of(gan.augment),
        "discriminator_steps": gan.discriminator_steps,
    }
    for name, configuration in zip(("generator_optimizer", "discriminator_optimizer"), gan.configurations):
        run |= {f"{name}.{key}": value for key, value in without_names(configuration).items()}
    return json.loads(json.dumps(run, default=str))


def settings_of(part):
    """Return what tells a loss, a penalty or the like from another of its kind: its name, and the settings it was made with."""
    if part is None or not hasattr(part, "__dict__"):
        return None
    settings = ", ".join(f"{name}={value}" for name, value in vars(part).items() if isinstance(value, (int, float, str, tuple)))
    return f"{getattr(part, '__name__', type(part).__name__)}({settings})"


def without_names(configuration):
    """Return a configuration without the names that Keras counts up in each process."""
    if isinstance(configuration, dict):
        return {key: without_names(value) for key, value in configuration.items() if key not in ("name", "shared_object_id")}
    return configuration


def text(value):
    return f"{value:g}" if isinstance(value, float) else value


def check(gan, arrays, arguments):
    for name in ("initial_epoch", "steps_per_epoch"):
        if arguments.get(name):
            raise ValueError(f"{name} is not used with Resume, which counts the epochs itself; leave it out")
    for array in arrays:
        if not isinstance(array, np.ndarray):
            raise ValueError(
                f"x must be an array with Resume, which brings back the order of the data; got a {type(array).__name__}"
            )
    if not (gan.generator_optimizer.built and getattr(gan.discriminator_optimizer, "built", False)):
        raise ValueError(f"Resume carries on GAN and ConditionalGAN; {type(gan).__name__} builds its optimizers while it trains")
