"""Networks that others have trained, of `keras.applications`, downloaded at their first use."""

import tensorflow as tf


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
        with tf.init_scope():  # as in gan_lib.weights.load_weights
            return build(**options)
    except Exception as error:  # Keras raises what its download raises
        raise OSError(f"the weights of {name} cannot be downloaded ({error}); connect to the internet, or {instead}") from error
