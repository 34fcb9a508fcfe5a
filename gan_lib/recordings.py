"""What a training run leaves behind, in one file: frames, history, weights, and how it was made."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gan_lib._checks import check_choice, check_mapping
from gan_lib._files import ASSETS, load_arrays, save_arrays
from gan_lib.data import to_pixels

if TYPE_CHECKING:
    import keras

FORMAT = 2  # 1 had no conditions

# What builds the generator of a recorded run, by the network that its `made` names; found when it is asked for.
BUILDERS = {
    "dcgan": "gan_lib.networks.build_generator",
    "mlp": "gan_lib.networks.build_mlp_generator",
    "crossed": "gan_lib.networks.build_generator",
    "points": "gan_lib.networks.build_point_generator",
    "classes": "gan_lib.classes.build_class_generator",
    "stackgan": "gan_lib.applications.stackgan.build_generator",
    "pix2pix": "gan_lib.applications.pix2pix.build_generator",
    "srgan": "gan_lib.applications.srgan.build_generator",
}


@dataclass
class Recording:
    """A recorded training run.

    Attributes:
        frames: uint8 (T, n, height, width) in [0, 255], what `latents` became at each of T moments; in colour with another axis
            of 3; in a run on points, float32 (T, n, 2).
        steps: int64 (T,), the training steps before each moment; the first is 0.
        epochs: float64 (T,), the same in epochs.
        latents: float32 (n, latent_dim), the latent vectors that were followed; (0, 0) for a conditional GAN.
        history: dict of float64 (E,): d_loss, g_loss, d_accuracy_real, d_accuracy_fake, means per epoch.
        first_epoch: the same for each step of the first epoch.
        weights: list of arrays, the generator's weights at the end, as `get_weights` orders them; empty in a
            recording that was made to compare runs, and so left them out.
        made: dict of how it was made: network, command, seed, versions, minutes, machine.
        measured: dict of arrays (T, ...), what else was measured at each moment, such as "fid".
        conditions: dict of arrays (n, ...), for a conditional GAN: "given", the conditions that were followed, as uint8 images or
            as captions, and "wanted", the real images, uint8 (n, height, width), that they were made from.
    """

    frames: np.ndarray
    steps: np.ndarray
    epochs: np.ndarray
    latents: np.ndarray
    history: dict
    first_epoch: dict
    weights: list
    made: dict
    measured: dict = field(default_factory=dict)
    conditions: dict = field(default_factory=dict)

    @classmethod
    def of(cls, recorder: keras.callbacks.Callback, made: dict, conditions: dict | None = None) -> Recording:
        """Make a recording of what a `SampleRecorder` has kept and of its GAN's generator, the average if there is one."""
        from gan_lib.averaging import averaged  # here, so that looking at a recording needs no TensorFlow

        if not getattr(recorder, "frames", None):
            raise ValueError("recorder has kept nothing: give a SampleRecorder to fit, as in callbacks=[recorder]")
        gan = recorder.model
        with averaged(gan) as generator:
            weights = generator.get_weights()
        return cls(
            frames=np.stack([to_pixels(frame) if frame.ndim == 4 else frame for frame in recorder.frames]),
            steps=np.array(recorder.steps_taken),
            epochs=np.array(recorder.epochs),
            latents=np.zeros((0, 0), "float32") if conditions else np.array(gan.latents(recorder.n, seed=recorder.seed)),
            history={name: np.array(values) for name, values in recorder.history.items()},
            first_epoch={name: np.array(values) for name, values in recorder.first_epoch.items()},
            weights=weights,
            made=made,
            measured={name: np.array(values) for name, values in recorder.measured.items()},
            conditions=conditions or {},
        )

    @classmethod
    def load(cls, name: str | os.PathLike) -> Recording:
        """Read a recording.

        Args:
            name: a recording that comes with the package, such as "dcgan", or the path of a `.npz` file.

        Raises:
            FileNotFoundError: if there is none of that name; the message lists those there are.
            ValueError: if the file is damaged, is no recording, or is of a newer format.
        """
        if not isinstance(name, (str, os.PathLike)):
            raise ValueError(f"name must be that of a recording, or the path of a .npz file; got {name!r}")
        path, remedy = Path(name), "record it again"
        if path.suffix != ".npz":
            path, remedy = ASSETS / "recordings" / f"{name}.npz", "install gan_lib again"
        if not path.exists():
            bundled = sorted(p.stem for p in (ASSETS / "recordings").glob("[!.]*.npz"))
            raise FileNotFoundError(f"no recording {str(name)!r}; there are {bundled}, or give the path of a .npz file")
        stored = load_arrays(path, remedy)
        try:
            about = json.loads(str(stored.pop("about")))
            if about["format"] <= FORMAT:
                recording = cls(**grouped(stored), made=about["made"])
                recording.check_moments()
                return recording
        except Exception as error:  # anything can be missing, or be something else
            raise ValueError(f"{path} is damaged or is no recording ({error!r}); {remedy}") from error
        raise ValueError(f"{path} has format {about['format']}, not {FORMAT}; update gan_lib to read it")

    def save(self, path: str | os.PathLike) -> None:
        """Write the recording to `path`, a `.npz` file, whole or not at all.

        Raises:
            ValueError: if `path` does not end in `.npz`, or the recording holds what cannot be stored.
        """
        arrays = {name: getattr(self, name) for name in ("frames", "steps", "epochs", "latents")}
        arrays |= {f"history/{name}": values for name, values in self.history.items()}
        arrays |= {f"first_epoch/{name}": values.astype("float32") for name, values in self.first_epoch.items()}
        arrays |= {f"weights/{i:03}": array for i, array in enumerate(self.weights)}
        arrays |= {
            f"{part}/{name}": values for part in ("measured", "conditions") for name, values in getattr(self, part).items()
        }
        save_arrays(path, {"about": json.dumps({"format": FORMAT, "made": self.made})} | arrays)

    def check_moments(self) -> None:
        """Raise a ValueError if there is not one of each for every moment."""
        moments = {name: len(getattr(self, name)) for name in ("frames", "steps", "epochs")}
        moments |= {name: len(values) for name, values in self.measured.items()}
        if len(set(moments.values())) > 1 or not len(self.frames):
            raise ValueError(f"not one of each for every moment: {moments}")

    def at_moments(self, name: str) -> np.ndarray:
        """Return the mean of a reported value since the moment before: float64 (T,), NaN at the first moment.

        Args:
            name: d_loss, g_loss, d_accuracy_real or d_accuracy_fake.
        """
        check_choice(name, "name", self.history)
        values = np.full(len(self.steps), np.nan)
        first = len(self.first_epoch[name])
        for i in range(1, len(self.steps)):
            if self.steps[i] <= first:
                values[i] = np.mean(self.first_epoch[name][self.steps[i - 1] : self.steps[i]])
            else:
                values[i] = self.history[name][int(np.ceil(self.epochs[i])) - 1]
        return values

    def generator(self) -> keras.Model:
        """Build the generator as it was at the end of the run: latent vectors or conditions -> images in [-1, 1].

        Raises:
            ValueError: if the recording has no weights, or those of another network.
        """
        if not self.weights:
            command = self.made.get("command", "python -m gan_lib record").replace(" --without-weights", "")
            raise ValueError(f"this recording has no weights; make it again with: {command}")
        from gan_lib._weights import set_weights  # here, so that looking at a recording needs no TensorFlow

        name = self.made.get("network")
        check_choice(name, "the recording's network", BUILDERS)
        module, _, build = BUILDERS[name].rpartition(".")
        options = self.made["options"] if "options" in self.made else {"latent_dim": self.latents.shape[1]}
        generator = getattr(import_module(module), build)(**options)
        set_weights(generator, self.weights, "the recording", "record it again")
        return generator


def check_recording(recording, name="recording", measured=(), remedy="record it with --scores"):
    """Raise a ValueError unless it is a `Recording` in which the values `measured` were measured."""
    if not isinstance(recording, Recording):
        raise ValueError(f"{name} must be a Recording, such as Recording.load('dcgan'); got {type(recording).__name__}")
    missing = [value for value in measured if value not in recording.measured]
    if missing:
        raise ValueError(f"{name} has no {', '.join(missing)}; {remedy}")


def check_recordings(recordings, measured=(), remedy="record it with --scores", most=None):
    """Raise a ValueError unless it is a dict of such recordings, at least one and at `most` so many."""
    check_mapping(recordings, "recordings", most)
    for name, run in recordings.items():
        check_recording(run, f"recordings[{name!r}]", measured, remedy)


def grouped(stored):
    """Turn the arrays of a file, some named "part/name", into the arguments of `Recording`."""
    arguments = {"history": {}, "first_epoch": {}, "weights": {}, "measured": {}, "conditions": {}}
    for key in sorted(stored):
        part, slash, name = key.partition("/")
        if slash:
            arguments[part][name] = stored[key]
        else:
            arguments[key] = stored[key]
    arguments["weights"] = list(arguments["weights"].values())
    return arguments
