"""A network's weights and how they came about, in one `.npz` file; what comes with the package is stored so."""

import json

import numpy as np
import tensorflow as tf

from gan_lib.files import written_whole


def save_weights(network, made, path):
    """Write a network's weights, and a dict of how it was made, whole or not at all."""
    arrays = {f"weights/{i:03}": array for i, array in enumerate(network.get_weights())}
    with written_whole(path) as temporary:
        np.savez_compressed(temporary, about=np.array(json.dumps({"made": made})), **arrays)


def load_weights(network, path):
    """Give a network the weights of a file, and return it, frozen.

    Raises:
        ValueError: if the file is damaged or holds the weights of another network.
    """
    try:
        # In a step that is being traced, the weights would be set when the graph runs, if ever, and not now.
        with np.load(path, allow_pickle=False) as stored, tf.init_scope():
            network.set_weights([stored[name] for name in sorted(stored) if name != "about"])
    except Exception as error:  # a file can be broken in many ways, and NumPy has an error for each
        raise ValueError(f"{path} cannot be read ({error}); install gan_lib again") from error
    network.trainable = False
    return network


def how_made(path):
    """Return the dict of how the network of a file was made."""
    with np.load(path, allow_pickle=False) as stored:
        return json.loads(str(stored["about"]))["made"]
