"""Doubling a map and convolving it, computed as one: the same layers, weights and answers, less than half the multiplications."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from gan_lib._keras import keras, ops

UNDER_WAY = Counter()  # by layer: how many blocks fold it now; replicas share the layers, and their blocks overlap


@contextmanager
def folding(network: keras.Model) -> Iterator[None]:
    """Compute each `UpSampling2D` and the `Conv2D` after it as one transposed convolution, for as long as the block runs.

    To double a map, each value four times, and then to convolve it with a kernel of 3 x 3, is one transposed convolution of
    stride 2. Its kernel of 4 x 4 is the other one convolved with a block of 2 x 2 ones. The answers differ by rounding alone.
    """
    pairs = foldable(network)
    layers = [layer for pair in pairs for layer in pair]
    for doubling, convolution in pairs:
        doubling.call = lambda maps: maps
        convolution.call = lambda maps, convolution=convolution: doubled_and_convolved(maps, convolution)
    UNDER_WAY.update(map(id, layers))
    try:
        yield
    finally:
        UNDER_WAY.subtract(map(id, layers))
        for layer in layers:
            if not UNDER_WAY[id(layer)]:
                del layer.call, UNDER_WAY[id(layer)]


def foldable(network: keras.Model) -> list[tuple]:
    """Return the pairs of an upsampling and the convolution that alone takes what it makes."""
    parts = list(network._flatten_layers())
    answers = {id(tensor) for part in parts if isinstance(part, keras.Model) for tensor in getattr(part, "outputs", None) or []}
    pairs = [(layer, after) for layer in parts if (after := folds_into(layer))]
    return [pair for pair in pairs if id(pair[0].output) not in answers]


def folds_into(layer):
    """Return the convolution that a layer can be folded into, or None."""
    if not isinstance(layer, keras.layers.UpSampling2D) or (layer.size, layer.interpolation) != ((2, 2), "nearest"):
        return None
    (after, *others) = {id(node.operation): node.operation for node in layer._outbound_nodes}.values() or [None]
    plain = type(after) is keras.layers.Conv2D and not others and after.data_format == "channels_last"
    if plain and (after.kernel_size, after.strides, after.dilation_rate) == ((3, 3), (1, 1), (1, 1)):
        return after if (after.padding, after.groups) == ("same", 1) else None
    return None


def doubled_and_convolved(maps, convolution):
    """Return what a convolution makes of maps of half the size, each value four times."""
    kernel = ops.flip(convolution.kernel, (0, 1))
    for axis in (0, 1):  # with a block of ones
        before, after = ([[0, 0]] * 4 for _ in range(2))
        before[axis], after[axis] = [1, 0], [0, 1]
        kernel = ops.pad(kernel, before) + ops.pad(kernel, after)
    answers = ops.conv_transpose(maps, ops.swapaxes(kernel, 2, 3), strides=2, padding="same")
    if convolution.use_bias:
        answers = answers + convolution.bias
    return answers if convolution.activation is None else convolution.activation(answers)
