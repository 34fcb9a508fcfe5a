"""Measure `gan.fit` beside the loop of the classic Keras recipe: speed and peak memory.

The two train the same networks on the same images. Speed is taken in rounds that alternate between them, so
that whatever else the machine does falls on both; memory is taken in a fresh process for each.
"""

import argparse
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
        """Train, and return when the last batch was done.

        `fit` itself may return much later: with TensorFlow 2.21, taking down the pipeline that feeds an array
        waits until tf.data's autotuner wakes up, which it does ever more rarely (after 1.3, 2.6, 5.1, ... s).
        """
        done = []
        when_done = keras.callbacks.LambdaCallback(on_train_end=lambda logs: done.append(time.perf_counter()))
        self.gan.fit(images, batch_size=self.batch_size, callbacks=[when_done], verbose=0)
        return done[0]


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
        return time.perf_counter()

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


CONTENDERS = {"fit": Fit, "loop": ClassicLoop}


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
    """Train once; return the seconds to the last batch, those of all processors together, and the rest."""
    clock, processors = time.perf_counter(), time.process_time()
    done = contender.train(images)
    return done - clock, time.process_time() - processors, time.perf_counter() - done


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
    """Return the Markdown: a table with a row for each batch size, and how it was made."""
    rows, rests = [], []
    for batch_size in BATCH_SIZES:
        (fit, fit_cpu, rest), (loop, loop_cpu, _) = (zip(*times[batch_size][name]) for name in CONTENDERS)
        rests.append(f"{spread(rest, '.1f')} s at batch size {batch_size}")
        cells = [spread([batches * batch_size / clock for clock in clocks], ".0f") for clocks in (fit, loop)]
        cells.append(spread([of_loop / of_fit for of_fit, of_loop in zip(fit, loop)], ".2f"))
        cells += [f"{sum(loop) / sum(fit):.2f}", f"{sum(loop_cpu) / sum(fit_cpu):.2f}"]
        cells += [f"{peaks[name, batch_size]:.0f}" for name in CONTENDERS]
        rows.append(f"| {batch_size} | {' | '.join(cells)} |\n")
    return (
        "| batch size | `gan.fit`, images/s | classic loop, images/s | how many times as fast, by round | all rounds "
        "| by CPU time | `gan.fit`, peak MiB | classic loop, peak MiB |\n"
        "|---:|---:|---:|---:|---:|---:|---:|---:|\n" + "".join(rows) + "\n"
        f"Median (smallest–largest) of {rounds} rounds, in each of which both train {batches} batches, one "
        "after the other in the same process, after a warm-up. The ratios say how many times as fast `gan.fit` is: "
        "within each round, by the clock of all rounds together, and by the seconds that all processors worked, "
        "which depends least on what else the machine does. The clock stops at the last batch; `gan.fit` "
        f"returned later, by {' and '.join(rests)}, while TensorFlow took down its input pipeline. Peak memory is "
        f"the largest resident set of one process that trains only one of them for {batches} batches, with Python "
        "and TensorFlow themselves.\n\n"
        f"Python {platform.python_version()}, Keras {keras.__version__}, TensorFlow {tf.__version__}, "
        f"NumPy {np.__version__}; {os.cpu_count()} CPUs. "
        f"Made by `python bench/training.py --rounds {rounds} --batches {batches}`.\n"
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
        metavar=("{fit,loop}", "BATCH_SIZE"),
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
