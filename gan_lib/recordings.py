"""What a training run leaves behind, in one file: frames, history, weights, and how it was made."""

import json
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import numpy as np

from gan_lib.applications import APPLICATIONS
from gan_lib.data import ASSETS, to_pixels
from gan_lib.files import written_whole

FORMAT = 2  # 1 had no conditions


@dataclass
class Recording:
    """A recorded training run.

    Attributes:
        frames: uint8 (T, n, height, width) in [0, 255], what `latents` became at each of T moments; in a run
            on points, float32 (T, n, 2).
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
    def of(cls, recorder, made, conditions=None):
        """Make a recording of what a `SampleRecorder` has kept and of its GAN's generator, the average if there is one."""
        from gan_lib.averaging import averaged  # here, so that looking at a recording needs no TensorFlow

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
    def load(cls, name):
        """Read a recording.

        Args:
            name: a recording that comes with the package, such as "dcgan", or the path of a `.npz` file.

        Raises:
            FileNotFoundError: if there is none of that name; the message lists those there are.
            ValueError: if the file is damaged, is no recording, or is of a newer format.
        """
        path = Path(name)
        if path.suffix != ".npz":
            path = ASSETS / "recordings" / f"{name}.npz"
        if not path.exists():
            bundled = sorted(p.stem for p in (ASSETS / "recordings").glob("[!.]*.npz"))
            raise FileNotFoundError(f"no recording {str(name)!r}; there are {bundled}, or give the path of a .npz file")
        try:
            with np.load(path, allow_pickle=False) as file:
                stored = dict(file)
            about = json.loads(str(stored.pop("about")))
            if about["format"] <= FORMAT:
                return cls(**grouped(stored), made=about["made"])
        except Exception as error:  # a file can be broken in many ways, and NumPy has an error for each
            raise ValueError(f"{path} is damaged or is no recording ({error!r}); record it again") from error
        raise ValueError(f"{path} has format {about['format']}, not {FORMAT}; update gan_lib to read it")

    def save(self, path):
        """Write the recording to `path`, a `.npz` file, whole or not at all."""
        arrays = {name: getattr(self, name) for name in ("frames", "steps", "epochs", "latents")}
        arrays |= {f"history/{name}": values for name, values in self.history.items()}
        arrays |= {f"first_epoch/{name}": values.astype("float32") for name, values in self.first_epoch.items()}
        arrays |= {f"weights/{i:03}": array for i, array in enumerate(self.weights)}
        arrays |= {f"{part}/{name}": values for part in ("measured", "conditions") for name, values in getattr(self, part).items()}
        about = json.dumps({"format": FORMAT, "made": self.made})
        with written_whole(path) as temporary:
            np.savez_compressed(temporary, about=np.array(about), **arrays)

    def at_moments(self, name):
        """Return the mean of a reported value since the moment before: float64 (T,), NaN at the first moment.

        Args:
            name: d_loss, g_loss, d_accuracy_real or d_accuracy_fake.
        """
        values = np.full(len(self.steps), np.nan)
        first = len(self.first_epoch[name])
        for i in range(1, len(self.steps)):
            if self.steps[i] <= first:
                values[i] = np.mean(self.first_epoch[name][self.steps[i - 1] : self.steps[i]])
            else:
                values[i] = self.history[name][int(np.ceil(self.epochs[i])) - 1]
        return values

    def generator(self):
        """Build the generator as it was at the end of the run: latent vectors or conditions -> images in [-1, 1].

        Raises:
            ValueError: if the recording has no weights.
        """
        if not self.weights:
            command = self.made.get("command", "python -m gan_lib record").replace(" --without-weights", "")
            raise ValueError(f"this recording has no weights; make it again with: {command}")
        from gan_lib.networks import NETWORKS  # here, so that looking at a recording needs no TensorFlow

        name = self.made["network"]
        if name in APPLICATIONS:
            generator = import_module(f"gan_lib.applications.{name}").build_generator(**self.made["options"])
        else:
            generator = NETWORKS[name][0](self.latents.shape[1])
        generator.set_weights(self.weights)
        return generator


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
