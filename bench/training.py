"""Race four trainings of the same networks on the same images: speed and peak memory.

`gan.fit`, the loop of the classic Keras recipe, a plain Keras model with both steps, and PyTorch, if it is installed. Speed is
taken in rounds that go through all of them, so that whatever else the machine does falls on all; memory is taken in a fresh
process for each. The clock stops when a training returns.
"""

import argparse
import importlib.util
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # read when TensorFlow is imported

import keras
import numpy as np
import tensorflow as tf

from gan_lib import GAN, build_discriminator, build_generator, load_fashion_mnist
from gan_lib._files import atomic_write

BATCH_SIZES = (32, 128)
WARM_UP_BATCHES = 2  # the first traces the functions, the second runs what was traced


class Fit:
    """The training of this package: `gan.fit`, which runs both steps as one TensorFlow function."""

    def __init__(self, batch_size):
        keras.utils.set_random_seed(0)
        self.batch_size = batch_size
        self.gan = GAN(build_generator(), build_discriminator(), seed=0)
        self.gan.compile()

    def warm_up(self, images):
        before = weights_of(self.gan)
        self.train(images)
        assert kernels_of(self.gan) <= changed(self.gan, before), "gan.fit left a player untrained"

    def train(self, images):
        self.gan.fit(images, batch_size=self.batch_size, verbose=0)


class ClassicLoop:
    """The classic recipe: four calls of Keras a batch, and a switch that freezes the discriminator.

    Keras 3 reads `trainable` when a training function is first traced. The recipe sets it once, to False,
    before any training, and its discriminator then never learns; so here it is set before each turn.
    `gan_lib.studies.recipes` trains the same way, but what it does to report to `fit` would fall into the time that is taken.
    """

    def __init__(self, batch_size):
        keras.utils.set_random_seed(0)
        self.batch_size = batch_size
        self.generator, self.discriminator = build_generator(), build_discriminator()
        self.discriminator.compile(keras.optimizers.Adam(2e-4, beta_1=0.5), loss="binary_crossentropy", metrics=["accuracy"])
        latents = keras.Input(self.generator.input_shape[1:])
        self.combined = keras.Model(latents, self.discriminator(self.generator(latents)))
        self.combined.compile(keras.optimizers.Adam(2e-4, beta_1=0.5), loss="binary_crossentropy")
        self.ones, self.zeros = np.ones((batch_size, 1)), np.zeros((batch_size, 1))

    def warm_up(self, images):
        """Train, and assert after each call that it moved the player it should and not the other.

        Without this the benchmark could time a loop in which nobody learns: Keras raises no error there.
        """
        for real in self.batches(images):
            before = weights_of(self.combined)
            for player in self.step(real):
                moved = changed(self.combined, before)
                before = weights_of(self.combined)
                assert kernels_of(player) <= moved, f"a call left the {player.name} untrained"
                assert moved <= weights_of(player).keys(), f"not only the {player.name} moved"

    def train(self, images):
        for real in self.batches(images):
            for _ in self.step(real):
                pass

    def batches(self, images):
        for _ in range(len(images) // self.batch_size):
            yield images[np.random.randint(0, len(images), self.batch_size)]

    def step(self, real):
        """Train on one batch; yield, after each call that trains, the player that it is meant to move."""
        latents = np.random.normal(size=(self.batch_size, self.generator.input_shape[-1]))
        fake = self.generator.predict(latents, verbose=0)
        self.discriminator.trainable = True
        self.discriminator.train_on_batch(real, self.ones)
        yield self.discriminator
        self.discriminator.train_on_batch(fake, self.zeros)
        yield self.discriminator
        self.discriminator.trainable = False
        self.combined.train_on_batch(latents, self.ones)
        yield self.generator


class PlainKeras:
    """Both steps in the `train_step` of a Keras model, as a reader would write them without this package."""

    def __init__(self, batch_size):
        keras.utils.set_random_seed(0)
        self.batch_size, self.model = batch_size, TwoSteps(build_generator(), build_discriminator())
        self.model.compile()

    def warm_up(self, images):
        before = weights_of(self.model)
        self.train(images)
        assert kernels_of(self.model) <= changed(self.model, before), "a player was left untrained"

    def train(self, images):
        self.model.fit(images, batch_size=self.batch_size, verbose=0)


class TwoSteps(keras.Model):
    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.for_g, self.for_d = (keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2))
        self.d_loss, self.g_loss = keras.metrics.Mean("d_loss"), keras.metrics.Mean("g_loss")
        self.entropy, self.built = keras.losses.BinaryCrossentropy(), True

    def train_step(self, real):
        n = keras.ops.shape(real)[0]
        ones, zeros = keras.ops.ones((n, 1)), keras.ops.zeros((n, 1))
        fake = self.generator(keras.random.normal((n, 100)), training=True)
        with tf.GradientTape() as tape:
            on_real, on_fake = (self.discriminator(each, training=True) for each in (real, fake))
            d_loss = (self.entropy(ones, on_real) + self.entropy(zeros, on_fake)) / 2
        self.for_d.apply(tape.gradient(d_loss, self.discriminator.trainable_weights), self.discriminator.trainable_weights)
        with tf.GradientTape() as tape:
            fake = self.generator(keras.random.normal((n, 100)), training=True)
            g_loss = self.entropy(ones, self.discriminator(fake, training=True))
        self.for_g.apply(tape.gradient(g_loss, self.generator.trainable_weights), self.generator.trainable_weights)
        self.d_loss.update_state(d_loss)
        self.g_loss.update_state(g_loss)
        return {"d_loss": self.d_loss.result(), "g_loss": self.g_loss.result()}


class PyTorch:
    """The same networks and steps in PyTorch, in the layout in which its convolutions are quickest (channels last)."""

    def __init__(self, batch_size):
        import torch
        from torch import nn

        torch.manual_seed(0)
        self.torch, self.batch_size = torch, batch_size

        def grown(before, after):  # Keras's momentum of 0.8 is 0.2 here
            return [
                nn.Upsample(scale_factor=2),
                nn.Conv2d(before, after, 3, padding=1),
                nn.BatchNorm2d(after, momentum=0.2),
                nn.ReLU(),
            ]

        def shrunk(before, after, norm=True):
            normalized = [nn.BatchNorm2d(after, momentum=0.2)] if norm else []
            return [nn.Conv2d(before, after, 3, stride=2, padding=1), *normalized, nn.LeakyReLU(0.2), nn.Dropout(0.25)]

        project = [nn.Linear(100, 7 * 7 * 128), nn.ReLU(), nn.Unflatten(1, (128, 7, 7))]
        maps = [*grown(128, 128), *grown(128, 64), nn.Conv2d(64, 1, 3, padding=1), nn.Tanh()]
        first = [nn.Conv2d(1, 32, 3, stride=2, padding=1), nn.LeakyReLU(0.2), nn.Dropout(0.25), nn.Conv2d(32, 64, 3, 2, 1)]
        second = [nn.ZeroPad2d((0, 1, 0, 1)), nn.BatchNorm2d(64, momentum=0.2), nn.LeakyReLU(0.2), nn.Dropout(0.25)]
        last = [*shrunk(64, 128), *shrunk(128, 256), nn.Flatten(), nn.Linear(1024, 1)]
        layout = {"memory_format": torch.channels_last}
        self.generator = nn.Sequential(*project, *maps).to(**layout)
        self.discriminator = nn.Sequential(*first, *second, *last).to(**layout)
        players = (self.generator, self.discriminator)
        self.for_g, self.for_d = (torch.optim.Adam(player.parameters(), 2e-4, betas=(0.5, 0.999)) for player in players)
        self.entropy = nn.BCEWithLogitsLoss()
        counts = [sum(p.numel() for p in player.parameters()) for player in players]
        ours = [sum(int(np.prod(w.shape)) for w in build().trainable_weights) for build in (build_generator, build_discriminator)]
        assert counts == ours, f"other networks: {counts} and {ours} parameters"

    def warm_up(self, images):
        before = [p.detach().clone() for player in (self.generator, self.discriminator) for p in player.parameters()]
        self.train(images)
        after = [p for player in (self.generator, self.discriminator) for p in player.parameters()]
        assert sum(self.torch.equal(a, b) for a, b in zip(before, after)) < 4, "a player was left untrained"

    def train(self, images):
        torch = self.torch
        data = torch.from_numpy(np.moveaxis(images, 3, 1).copy()).to(memory_format=torch.channels_last)
        ones, zeros = torch.ones(self.batch_size, 1), torch.zeros(self.batch_size, 1)
        for rows in torch.randperm(len(data)).split(self.batch_size):
            with torch.no_grad():
                fake = self.generator(torch.randn(len(rows), 100))
            d_loss = (self.entropy(self.discriminator(data[rows]), ones) + self.entropy(self.discriminator(fake), zeros)) / 2
            self.move(self.for_d, d_loss)
            fake = self.generator(torch.randn(len(rows), 100))
            for weight in self.discriminator.parameters():
                weight.requires_grad_(False)
            self.move(self.for_g, self.entropy(self.discriminator(fake), ones))
            for weight in self.discriminator.parameters():
                weight.requires_grad_(True)

    def move(self, optimizer, loss):
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()


CONTENDERS = {"gan.fit": Fit, "classic loop": ClassicLoop, "plain Keras": PlainKeras}
if importlib.util.find_spec("torch"):
    CONTENDERS["PyTorch"] = PyTorch


def weights_of(model):
    return {weight.path: weight.numpy() for weight in model.weights}


def changed(model, before):
    """Return the paths of the weights of `model` that differ from `before`."""
    return {path for path, value in weights_of(model).items() if not np.array_equal(value, before[path])}


def kernels_of(model):
    """Return the paths of the weights that any training moves: a bias before a normalization may stay."""
    return {weight.path for weight in model.weights if weight.name == "kernel"}


def real_images(n):
    """Return the first `n` images, and where there are fewer, the same ones again."""
    images, _ = load_fashion_mnist("train")
    return images[np.arange(n) % len(images)]


def seconds(contender, images):
    """Train once; return the seconds until it returns, and those of all processors together."""
    clock, processors = time.perf_counter(), time.process_time()
    contender.train(images)
    return time.perf_counter() - clock, time.process_time() - processors


def race(batch_size, rounds, batches):
    """Return {name: `seconds` of each round}; who goes first changes from round to round."""
    images = real_images(batches * batch_size)
    contenders = {name: make(batch_size) for name, make in CONTENDERS.items()}
    for contender in contenders.values():
        contender.warm_up(images[: WARM_UP_BATCHES * batch_size])
    times = {name: [] for name in contenders}
    for number in range(rounds):
        for name in list(contenders)[:: 1 if number % 2 == 0 else -1]:
            times[name].append(seconds(contenders[name], images))
            speed = len(images) / times[name][-1][0]
            progress(f"batch {batch_size}, round {number + 1} of {rounds}, {name}: {speed:.0f} images/s")
    return times


def own_peak_memory(name, batch_size, batches):
    """Train one contender in this process and return the largest resident set so far, in MiB."""
    CONTENDERS[name](batch_size).train(real_images(batches * batch_size))
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kibibytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def peak_memory(name, batch_size, batches):
    """Return `own_peak_memory` of a fresh process."""
    command = [sys.executable, __file__, "--memory", name, str(batch_size), "--batches", str(batches)]
    peak = float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    progress(f"batch {batch_size}, {name}: peak memory {peak:.0f} MiB")
    return peak


def report(times, peaks, rounds, batches):
    """Return the Markdown: a table with a row for each batch size and contender, and how it was made."""
    rows = []
    for batch_size in BATCH_SIZES:
        ours, ours_cpu = zip(*times[batch_size]["gan.fit"])
        for name in CONTENDERS:
            clocks, processors = zip(*times[batch_size][name])
            cells = [
                spread([1000 * clock / batches for clock in clocks], ".0f"),
                spread([theirs / own for own, theirs in zip(ours, clocks)], ".2f"),
                f"{sum(processors) / sum(ours_cpu):.2f}",
                f"{peaks[name, batch_size]:.0f}",
            ]
            rows.append(f"| {batch_size} | {name} | {' | '.join(cells)} |\n")
    versions = {"Python": platform.python_version(), "Keras": keras.__version__, "TensorFlow": tf.__version__}
    if "PyTorch" in CONTENDERS:
        import torch

        versions["PyTorch"] = torch.__version__
    return (
        "| batch size | | a step, ms | times that of `gan.fit`, by round | by CPU time | peak, MiB |\n"
        "|---:|---|---:|---:|---:|---:|\n" + "".join(rows) + "\n"
        f"Median (smallest–largest) of {rounds} rounds, in each of which all train {batches} batches, one after the other in the "
        "same process, after a warm-up. The clock stops when a training returns. The third column says how many times as long as "
        "`gan.fit` in the same round, the fourth the same by the seconds that all processors worked, which depends least on what "
        "else the machine does. Peak memory is the largest resident set of one process that trains only one of them.\n\n"
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + f"; {os.cpu_count()} CPUs. Made by `python bench/training.py --rounds {rounds} --batches {batches}`.\n"
    )


def spread(values, form):
    return f"{median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def progress(line):
    print(line, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="rounds for each batch size (default %(default)s)")
    parser.add_argument("--batches", type=int, default=10, help="batches in a round (default %(default)s)")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".md"), help="the file to write")
    parser.add_argument(
        "--memory",
        nargs=2,
        metavar=("NAME", "BATCH_SIZE"),
        help="only train one contender, and print the peak memory of this process in MiB",
    )
    options = parser.parse_args()
    if options.memory:
        name, batch_size = options.memory
        print(own_peak_memory(name, int(batch_size), options.batches))
        return
    # Memory comes first: Linux hands the peak of a process on to its children, and this one is still small.
    peaks = {(name, size): peak_memory(name, size, options.batches) for size in BATCH_SIZES for name in CONTENDERS}
    times = {size: race(size, options.rounds, options.batches) for size in BATCH_SIZES}
    text = report(times, peaks, options.rounds, options.batches)
    with atomic_write(options.output) as path:
        path.write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
