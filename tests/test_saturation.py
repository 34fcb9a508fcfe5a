import keras
import numpy as np
import pytest
import tensorflow as tf

from gan_lib.studies.probes import Measured, train_behind


def test_the_length_is_that_of_the_gradient_and_the_step_is_the_optimizers():
    weights = [tf.Variable([1.0, 2.0]), tf.Variable([[3.0]])]
    optimizer = Measured(keras.optimizers.SGD(0.1))
    optimizer.build(weights)
    optimizer.apply([tf.constant([2.0, 3.0]), tf.constant([[6.0]])], weights)
    assert float(optimizer.length) == pytest.approx(7.0)
    assert weights[0].numpy() == pytest.approx([0.8, 1.7]) and weights[1].numpy() == pytest.approx(2.4)


def trained(small_gan, images, loss, head_start, steps=3):
    gan = small_gan(loss, generator_optimizer=Measured(keras.optimizers.SGD(0.01)))
    before = [w.numpy() for w in gan.generator.trainable_weights]
    lengths = train_behind(gan, images, head_start=head_start, steps=steps, batch_size=8)
    moved = [not np.array_equal(a, b) for a, b in zip(before, gan.generator.trainable_weights)]
    return lengths, any(moved), int(gan.discriminator_optimizer.iterations)


def test_each_player_takes_its_steps(small_gan, images):
    lengths, moved, steps_of_d = trained(small_gan, images, "minimax", head_start=2)
    assert lengths.shape == (3,) and (lengths > 0).all() and moved and steps_of_d == 5


def test_in_the_head_start_the_generator_stands_still(small_gan, images):
    lengths, moved, steps_of_d = trained(small_gan, images, "minimax", head_start=4, steps=0)
    assert len(lengths) == 0 and not moved and steps_of_d == 4


def test_behind_a_discriminator_that_is_ahead_the_minimax_gradient_is_the_shorter(small_gan, images):
    first = {}
    for loss in ("minimax", "non_saturating"):
        sgd, adam = Measured(keras.optimizers.SGD(0.01)), keras.optimizers.Adam(0.01)
        gan = small_gan(loss, generator_optimizer=sgd, discriminator_optimizer=adam)
        first[loss] = train_behind(gan, images, head_start=100, steps=1, batch_size=8)[0]
    assert first["minimax"] < 0.5 * first["non_saturating"]


def test_an_optimizer_that_measures_nothing_is_refused(small_gan, images):
    with pytest.raises(ValueError, match="generator_optimizer=Measured"):
        train_behind(small_gan(), images, head_start=1, steps=1)


def test_images_are_checked(small_gan, images):
    gan = small_gan(generator_optimizer=Measured(keras.optimizers.SGD(0.01)))
    with pytest.raises(ValueError, match="images"):
        train_behind(gan, images * 255, head_start=1, steps=1)
