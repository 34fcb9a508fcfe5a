"""One training on several devices, or on several machines, by `tf.distribute`.

Each replica, a copy of the players on its device, takes its part of every batch; the gradients are summed, so that all copies
stay the same. A step then moves the players as a step of the whole batch on one device does, to rounding. Batch normalization
alone differs: each replica has the statistics of its own part, unless they are synchronized.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable

from gan_lib._checks import check_count
from gan_lib._keras import keras, tf


def strategy_for(devices: str | int = "all") -> tf.distribute.Strategy:
    """Return the strategy under whose `scope()` the players are built and compiled.

    Where the environment variable TF_CONFIG lists several machines, it is that of all of them, see
    `tf.distribute.MultiWorkerMirroredStrategy`, and each machine runs the same program.

    Args:
        devices: "all", or how many; GPUs where there are any, and otherwise the logical devices of the CPU.

    Returns:
        A `tf.distribute.Strategy`; for one device, the default one, which changes nothing.

    Raises:
        ValueError: if there are not so many devices, or TF_CONFIG cannot be read.
    """
    if devices != "all":
        check_count(devices, "devices")
    if workers() > 1:
        return tf.distribute.MultiWorkerMirroredStrategy()
    there = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    wanted = len(there) if devices == "all" else devices
    if wanted > len(there):
        raise ValueError(
            f"devices must be at most {len(there)}, as many as TensorFlow finds here ({', '.join(each.name for each in there)}); "
            f"got {devices}"
        )
    if wanted == 1:
        return tf.distribute.get_strategy()
    return tf.distribute.MirroredStrategy([each.name for each in there[:wanted]], across_cpus(there))


def across_cpus(there):
    """Return how gradients are summed between the devices of a CPU, where TensorFlow's default is for GPUs; None for GPUs."""
    return tf.distribute.ReductionToOneDevice() if there[0].device_type == "CPU" else None


def workers() -> int:
    """Return how many machines train together, as TF_CONFIG lists them; 1 without it.

    Raises:
        ValueError: if TF_CONFIG is no such list.
    """
    try:
        config = json.loads(os.environ.get("TF_CONFIG") or "{}")
        cluster = config.get("cluster", {})
        return sum(len(cluster.get(kind, [])) for kind in ("chief", "worker")) or 1
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(
            'TF_CONFIG must be JSON such as {"cluster": {"worker": ["10.0.0.1:12345", "10.0.0.2:12345"]}, '
            f'"task": {{"type": "worker", "index": 0}}}} ({error})'
        ) from error


def writes_files() -> bool:
    """Say whether this is the machine that writes what a run leaves behind: the first one."""
    task = json.loads(os.environ.get("TF_CONFIG") or "{}").get("task", {}) if workers() > 1 else {}
    return task.get("type", "chief") == "chief" or (task.get("index") == 0 and not has_chief())


def has_chief():
    return "chief" in json.loads(os.environ["TF_CONFIG"])["cluster"]


def synchronize(network: keras.Model) -> keras.Model:
    """Let the batch normalizations of a network take the statistics of the whole batch, over all replicas, and return it.

    That costs a message between the devices for each of them, forwards and backwards.
    """
    for layer in network._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.synchronized = True
    return network


def drawn_on_each_replica(draw: Callable, n: int) -> tf.Tensor:
    """Return `draw(n)`, n values in a row; on several replicas, each one's own n of what is drawn for all of them."""
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    if replicas == 1 or tf.distribute.in_cross_replica_context():
        return draw(n)
    first = n * tf.distribute.get_replica_context().replica_id_in_sync_group
    return draw(replicas * n)[first : first + n]
