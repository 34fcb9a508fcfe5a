"""Weights of networks: in files of the package's own, and of networks that others have trained."""

import json

from gan_lib._files import load_arrays, save_arrays
from gan_lib._keras import tf

REMEDY = "install gan_lib again"


def save_weights(network, made, path):
    """Write a network's weights, and a dict of how it was made, to a `.npz` file, whole or not at all."""
    arrays = {f"weights/{i:03}": array for i, array in enumerate(network.get_weights())}
    save_arrays(path, {"about": json.dumps({"made": made})} | arrays)


def load_weights(network, path):
    """Give a network the weights of a file, and return it, frozen.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if the file is damaged or holds the weights of another network; the network is then as it was.
    """
    stored = load_arrays(path, REMEDY, ["about"])
    set_weights(network, [stored[name] for name in sorted(stored) if name != "about"], path, REMEDY)
    network.trainable = False
    return network


def set_weights(network, weights, name, remedy):
    """Give a network weights if they are all its own, where Keras would set those before the first that does not fit.

    Args:
        network: a Keras model.
        weights: a list of arrays, in the order of `get_weights`.
        name: what the weights are called in a message.
        remedy: what to do if they do not fit.

    Raises:
        ValueError: if they are those of another network; the network is then as it was.
    """
    if [array.shape for array in weights] != [tuple(variable.shape) for variable in network.weights]:
        raise ValueError(f"{name} does not hold the weights of the network {network.name!r}: their shapes differ; {remedy}")
    with tf.init_scope():  # in a step that is being traced, they would be set when the graph runs, if ever, and not now
        network.set_weights(weights)


def how_made(path):
    """Return the dict of how the network of a file was made.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if the file is damaged.
    """
    return json.loads(str(load_arrays(path, REMEDY, ["about"])["about"]))["made"]


def pretrained(build, name, instead, **options):
    """Build a network of `keras.applications`.

    Args:
        build: its function, such as `keras.applications.VGG19`.
        name: what to call the network if it cannot be had.
        instead: what to do then, other than to connect to the internet.
        **options: for `build`.

    Raises:
        OSError: if its weights are neither in Keras's cache nor can be downloaded.
    """
    try:
        with tf.init_scope():  # as in load_weights
            return build(**options)
    except Exception as error:  # Keras raises what its download raises
        raise OSError(f"the weights of {name} cannot be downloaded ({error}); connect to the internet, or {instead}") from error
