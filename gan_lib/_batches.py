"""Data that comes batch by batch: it is looked at before a step learns from it."""

import numpy as np

from gan_lib._keras import keras, tf


class Inspected:
    """Data for `fit` that a function looks at, which raises a ValueError on what is wrong.

    Every batch of a `tf.data.Dataset` and of a generator is looked at, and the first one of what can be read more than once.

    Args:
        data: a `tf.data.Dataset`, a `keras.utils.PyDataset`, a Python generator, or anything else that Keras iterates over.
        check: a function of a batch, NumPy arrays in the structure that the data has.

    Attributes:
        data: what to give to `fit` in place of the data.
        error: the first ValueError of `check`, or None; Keras wraps it into an error of its own.
    """

    def __init__(self, data, check):
        self.check, self.error, self.data = check, None, data
        if isinstance(data, tf.data.Dataset):
            shapes = [leaf.shape for leaf in tf.nest.flatten(data.element_spec)]
            if all(shape.rank and None not in tuple(shape)[1:] for shape in shapes):
                self.look(tf.nest.map_structure(example, data.element_spec))  # before the pipeline starts
            self.data = data.map(self.look_in_graph).prefetch(tf.data.AUTOTUNE)
        elif hasattr(data, "__next__"):
            self.data = (batch if isinstance(batch, tuple) else (batch,) for batch in map(self.look, data))  # as Keras wants it
        elif hasattr(data, "__getitem__"):
            self.look(data[0])
        elif not isinstance(data, tf.distribute.DistributedDataset):
            self.look(next(iter(data)))

    def look(self, batch):
        """Check a batch and return it."""
        arrays = keras.tree.map_structure(np.asarray, batch)
        try:
            self.check(arrays[0] if isinstance(arrays, (tuple, list)) and len(arrays) == 1 else arrays)
        except ValueError as error:
            self.error = self.error or error
            raise
        return batch

    def look_in_graph(self, *batch):
        batch = batch if len(batch) > 1 else batch[0]

        def look(*arrays):
            self.look(tf.nest.pack_sequence_as(batch, arrays))
            return np.int32(0)

        with tf.control_dependencies([tf.numpy_function(look, tf.nest.flatten(batch), tf.int32)]):
            return tf.nest.map_structure(tf.identity, batch)


def example(spec):
    """Return zeros of the shape and type of a `tf.TensorSpec`, one in a batch."""
    return np.zeros((1, *spec.shape[1:]), spec.dtype.as_numpy_dtype)


def untuned(x, y, batch_size, shuffle):
    """Return the data set that Keras makes of arrays, without tf.data's autotuner; or None where this Keras has another way.

    The batches are the same, in the same order. Taking a pipeline down waits until its autotuner wakes up, which it does more
    and more rarely, and `fit` would return seconds after its last step.
    """
    try:
        from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

        arrays = ArrayDataAdapter(x, y, batch_size=batch_size, shuffle=shuffle)
        options = tf.data.Options()
        options.autotune.enabled = False
        data = arrays.get_tf_dataset().with_options(options)
        return data.apply(tf.data.experimental.assert_cardinality(arrays.num_batches))
    except (ImportError, AttributeError, TypeError):  # it is private to Keras
        return None
