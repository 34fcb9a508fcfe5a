"""Measure what training on two machines costs: two processes on 127.0.0.1 with a processor each, beside one with one.

A step on n machines takes the time that one needs for its part of the batch, and the time to sum the gradients between them. Both
are measured by themselves; their sum is held against measured steps on two. Two processes on one computer share its memory, which
may slow both; so the part is also measured with another process beside it that trains for itself. What is found goes to
gan_lib/assets/devices.json.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

BATCH_SIZES = (8, 16, 32, 64, 128)
SIZES = (1_000, 100_000, 1_000_000, 5_000_000, 20_000_000)  # bytes
# Under a strategy, glibc hands the memory of large buffers back after each use and fetches it anew, which takes up to as long as
# the convolutions themselves. So it keeps what it has, in all processes alike.
KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": "1000000000", "MALLOC_MMAP_THRESHOLD_": "1000000000", "MALLOC_TOP_PAD_": "268435456"}


def part(task):
    """Do a part of the measurement in this process, and print what was found as JSON."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[task["processor"]]})
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    from gan_lib.devices import strategy_for

    strategy = strategy_for()
    measure = {"steps": measured_steps, "sums": measured_sums}[task["of"]]
    print(json.dumps(measure(strategy, task)))


def measured_steps(strategy, task):
    """Return the median seconds of a step of the DCGAN at each batch size."""
    import time

    import keras
    import numpy as np

    from gan_lib import GAN, build_discriminator, build_generator, load_fashion_mnist

    class Clock(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.times = [time.perf_counter()]

        def on_train_batch_end(self, batch, logs=None):
            self.times.append(time.perf_counter())

    images, found = load_fashion_mnist("train")[0], {}
    with strategy.scope():
        keras.utils.set_random_seed(0)
        gan = GAN(build_generator(), build_discriminator(batch_norm=False), seed=0)
        gan.compile()
    for batch_size in task["batch_sizes"]:
        clock = Clock()
        gan.fit(images[: batch_size * task["steps"]], batch_size=batch_size, callbacks=[clock], verbose=0)
        found[batch_size] = float(np.median(np.diff(clock.times)[3:]))  # the first steps compile
    return found


def measured_sums(strategy, task):
    """Return the median seconds of summing so many bytes of floats between the machines."""
    import time

    import numpy as np
    import tensorflow as tf

    found = {}
    for size in SIZES:
        values = tf.ones((size // 4,))

        def add(values=values):
            return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, [values])

        @tf.function
        def summed(add=add):
            return strategy.experimental_local_results(strategy.run(add))

        times = []
        for _ in range(task["steps"]):
            began = time.perf_counter()
            np.array(summed()[0])
            times.append(time.perf_counter() - began)
        found[size] = float(np.median(times[2:]))
    return found


def run(task, machines, together=True):
    """Run a part on so many machines at once, together or each for itself, and return what the first of them found."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(machines)]
    addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    processes = []
    for index in range(machines):
        cluster = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
        config = {"TF_CONFIG": json.dumps(cluster)} if machines > 1 and together else {}
        command = [sys.executable, __file__, "--part", json.dumps(task | {"processor": index})]
        processes.append(subprocess.Popen(command, env=os.environ | KEEP_MEMORY | config, stdout=subprocess.PIPE, text=True))
    answers = [process.communicate()[0] for process in processes]
    if any(process.returncode for process in processes):
        sys.exit("a machine has failed; what it wrote stands above")
    return {int(key): value for key, value in json.loads(answers[0].splitlines()[-1]).items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=25, help="steps of each kind (default %(default)s)")
    parser.add_argument("--part", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        part(options.part)
        return
    from gan_lib._files import save_json
    from gan_lib.data import ASSETS
    from gan_lib.runs import how_made

    steps = {"of": "steps", "steps": options.steps}
    sums = run({"of": "sums", "steps": options.steps}, machines=2)
    parts = sorted({*BATCH_SIZES, *(size // 2 for size in BATCH_SIZES)})
    alone = run(steps | {"batch_sizes": parts}, machines=1)
    beside = run(steps | {"batch_sizes": parts}, machines=2, together=False)  # they share the memory, and nothing else
    together = run(steps | {"batch_sizes": BATCH_SIZES}, machines=2)
    made = how_made(f"python bench/devices.py --steps {options.steps}", 0.0)
    found = {"alone": alone, "beside": beside, "together": together, "sums": sums, "made": made}
    save_json(Path(ASSETS) / "devices.json", found)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
