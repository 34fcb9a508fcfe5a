"""Data that comes batch by batch is looked at before a step learns from it, whatever brings it."""

from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from gan_lib import ConditionalGAN
from gan_lib._batches import untuned


class Sequence(keras.utils.PyDataset):
    """Batches of four, as `item` makes them."""

    def __init__(self, images, item):
        super().__init__()
        self.images, self.item = images, item

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return self.item(self.images[4 * index : 4 * index + 4])


def as_dataset(images, item):
    return tf.data.Dataset.from_tensor_slices(images).batch(4).map(item)


def as_generator(images, item):
    return (item(images[4 * i : 4 * i + 4]) for i in range(2))


KINDS = {"dataset": as_dataset, "generator": as_generator, "sequence": Sequence}
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def small_gan(small_gan):
    """Without compiling a step, which takes longer than the few steps here."""
    return partial(small_gan, run_eagerly=True)


def state_of(gan):
    return [ops.convert_to_numpy(variable) for variable in gan.state]


@every_kind
@pytest.mark.parametrize("packed", [False, True])
def test_every_kind_of_data_set_trains_as_the_array_does(small_gan, images, kind, packed):
    images, gan, other = images[:8], small_gan(), small_gan()
    gan.fit(KINDS[kind](images, lambda batch: (batch,) if packed else batch), shuffle=False, steps_per_epoch=2, verbose=0)
    other.fit(images, batch_size=4, shuffle=False, verbose=0)
    for one, two in zip(state_of(gan), state_of(other)):
        np.testing.assert_allclose(one, two, atol=1e-6)


def test_one_batch(small_gan, images):
    gan, other = small_gan(), small_gan()
    d_loss = gan.train_on_batch(images, return_dict=True)["d_loss"]
    assert d_loss == pytest.approx(other.fit(images, batch_size=11, verbose=0).history["d_loss"][0], rel=1e-5)
    with pytest.raises(ValueError, match="x must lie in"):
        gan.train_on_batch(images * 255)
    with pytest.raises(ValueError, match="y is not used"):
        gan.train_on_batch(images, np.zeros(11))


@every_kind
@pytest.mark.parametrize(
    ("item", "message"),
    [
        (lambda batch: batch * 127.5 + 127.5, r"x must lie in \[-1, 1\]; it runs from .*Divide pixels by 127.5 and subtract 1"),
        (lambda batch: batch * np.float32("nan"), "x must be finite"),
        (lambda batch: tf.cast(batch, "uint8") if tf.is_tensor(batch) else batch.astype("uint8"), "x must be floats"),
        (lambda batch: batch[:, :2], r"x must have the shape \(n, 4, 4, 1\)"),
        (lambda batch: (batch, batch[:, 0, 0, 0]), "the data set gives tuples; map it to its images"),
    ],
    ids=["0 to 255", "NaN", "uint8", "another size", "labels"],
)
def test_what_is_wrong_is_told_and_nothing_is_learned(small_gan, images, kind, item, message):
    gan = small_gan()
    before = state_of(gan)
    with pytest.raises(ValueError, match=message):
        gan.fit(KINDS[kind](images[:8], item), steps_per_epoch=2, verbose=0)
    assert all(np.array_equal(one, two) for one, two in zip(before, state_of(gan)))


def test_a_later_batch_is_looked_at(small_gan, images):
    spoiled = np.concatenate([images[:8], images[:3] * 255])
    with pytest.raises(ValueError, match=r"x must lie in \[-1, 1\]"):
        small_gan().fit(as_dataset(spoiled, lambda batch: batch), verbose=0)


def test_sizes_that_are_not_known_beforehand(small_gan, images):
    unknown = as_dataset(
        images[:8], lambda batch: tf.ensure_shape(tf.numpy_function(lambda b: b, [batch], tf.float32), [None] * 4)
    )
    small_gan().fit(unknown, verbose=0)
    with pytest.raises(ValueError, match="x must lie in"):
        small_gan().fit(unknown.map(lambda batch: batch * 255), verbose=0)


def test_a_tensor_is_an_array(small_gan, images):
    small_gan().fit(tf.constant(images), batch_size=4, verbose=0)
    with pytest.raises(ValueError, match="x must be floats"):
        small_gan().fit(tf.cast(images, "uint8"), verbose=0)


@every_kind
def test_pairs(kind, images):
    def build():
        keras.utils.set_random_seed(0)
        generator = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Conv2D(1, 3, padding="same", activation="tanh")])
        discriminator = keras.Sequential(
            [keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")]
        )
        gan = ConditionalGAN(generator, discriminator, seed=0)
        gan.compile(run_eagerly=True)
        return gan

    images, gan, other = images[:8], build(), build()
    gan.fit(KINDS[kind](images, lambda batch: (batch, batch)), steps_per_epoch=2, shuffle=False, verbose=0)
    other.fit(images, images, batch_size=4, shuffle=False, verbose=0)
    for one, two in zip(state_of(gan), state_of(other)):
        np.testing.assert_allclose(one, two, atol=1e-6)
    with pytest.raises(ValueError, match=r"y must lie in \[-1, 1\]"):
        gan.fit(KINDS[kind](images, lambda batch: (batch, batch * 255)), steps_per_epoch=2, verbose=0)
    with pytest.raises(ValueError, match="the data set must give pairs"):
        gan.fit(KINDS[kind](images, lambda batch: batch), steps_per_epoch=2, verbose=0)


@pytest.mark.parametrize("shuffle", [True, False])
def test_the_data_set_without_autotuner_gives_what_keras_gives(small_gan, images, shuffle, monkeypatch):
    def trained():
        keras.utils.set_random_seed(0)
        gan = small_gan()
        gan.fit(images, batch_size=5, epochs=2, shuffle=shuffle, verbose=0)
        return gan.get_weights()

    ours = trained()
    assert untuned(images, None, 5, shuffle).options().autotune.enabled is False
    monkeypatch.setattr("gan_lib.gan.untuned", lambda *args, **kwargs: None)  # as with a Keras that has another way
    assert all(np.array_equal(a, b) for a, b in zip(ours, trained(), strict=True))
