import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from gan_lib import classifier, generate
from gan_lib.applications import srgan
from gan_lib.applications.sizes import enlarge, shrink


class TestAtThePapersSize:
    def test_the_generator_has_16_blocks_and_1_5_million_parameters(self):
        generator = srgan.build_generator((None, None, 3), blocks=16, filters=64)
        assert len([layer for layer in generator.layers if layer.name.endswith("conv_2")]) == 16
        assert sum(int(np.prod(weight.shape)) for weight in generator.trainable_weights) == 1_550_659
        assert generator(np.zeros((1, 6, 5, 3))).shape == (1, 24, 20, 3)

    def test_the_discriminator_has_eight_convolutions(self):
        discriminator = srgan.build_discriminator((96, 96, 3), filters=64, units=1024)
        convolutions = [layer for layer in discriminator.layers if isinstance(layer, keras.layers.Conv2D)]
        assert [layer.filters for layer in convolutions] == [64, 64, 128, 128, 256, 256, 512, 512]
        assert discriminator.get_layer("flatten").output.shape == (None, 6 * 6 * 512)


def test_the_shuffle_lays_four_channels_into_a_square():
    maps = np.random.default_rng(0).normal(size=(2, 3, 4, 8)).astype("float32")
    shuffled = srgan.PixelShuffle()(maps)
    assert shuffled.shape == (2, 6, 8, 2) and np.array_equal(shuffled, tf.nn.depth_to_space(maps, 2))


class TestPerceptualLoss:
    def test_it_is_0_for_the_images_themselves(self, photographs):
        assert float(srgan.perceptual_loss(photographs[0][:4], photographs[0][:4])) == 0

    def test_it_sees_another_garment_more_than_a_shift_of_brightness(self, photographs):
        images = photographs[0][:20]
        darker = np.clip(images - 0.1, -1, 1)
        assert srgan.perceptual_loss(images, images[::-1]) > 5 * srgan.perceptual_loss(images, darker)

    def test_it_has_a_gradient_and_nothing_to_train(self, photographs):
        images = tf.constant(enlarge(shrink(photographs[0][:4], 4), 4))
        with tf.GradientTape() as tape:
            tape.watch(images)
            loss = srgan.perceptual_loss(photographs[0][:4], images)
        assert np.abs(tape.gradient(loss, images)).max() > 0 and not srgan.feature_maps().trainable_weights

    def test_its_network_is_the_trained_one_also_when_a_step_is_the_first_to_ask(self, photographs, monkeypatch):
        images = photographs[0][:4]
        expected = float(srgan.perceptual_loss(images, images[::-1]))
        monkeypatch.setattr(srgan, "feature_maps", functools.cache(srgan.feature_maps.__wrapped__))
        monkeypatch.setattr(classifier, "loaded", functools.cache(classifier.loaded.__wrapped__))
        assert float(tf.function(srgan.perceptual_loss)(images, images[::-1])) == pytest.approx(expected, rel=1e-4)

    def test_vgg_takes_grey_images(self, photographs, monkeypatch):
        network = srgan.vgg_maps(weights=None)
        assert not network.trainable_weights and network(photographs[0][:1]).shape == (1, 7, 7, 512)
        monkeypatch.setattr(srgan, "vgg_maps", lambda: network)
        assert float(srgan.vgg_loss(photographs[0][:1], photographs[0][:1])) == 0

    def test_vgg_without_the_internet(self, monkeypatch):
        def refuse(**options):
            raise OSError("no network")

        monkeypatch.setattr(keras.applications, "VGG19", refuse)
        with pytest.raises(OSError, match="VGG19 cannot be downloaded .no network.*use perceptual_loss"):
            srgan.vgg_maps.__wrapped__()


@pytest.mark.parametrize("variant", srgan.VARIANTS)
def test_a_variant_trains_and_is_scored(photographs, variant, eagerly):
    images, labels = photographs
    gan = srgan.build(variant)
    history = gan.fit(*srgan.pairs(images, labels, variant), batch_size=20, epochs=3, verbose=0).history
    assert history["content"][-1] < history["content"][0] and ("d_loss" in history) == (variant == "srgan")
    with pytest.warns(UserWarning, match="40 rows for 128 features"):
        scores = srgan.scores(gan.generator, images, labels, variant)
    assert set(scores) == {"l1", "psnr", "ssim", "sharpness", "fid", "accuracy"} and np.isfinite(list(scores.values())).all()


def test_it_begins_where_it_is_told(photographs):
    small = shrink(photographs[0], 4)
    first = srgan.build("mse", seed=1)
    second = srgan.build("srgan", start=first.generator, seed=2)
    assert np.array_equal(generate(second.generator, small), generate(first.generator, small))
    assert first.generator.weights[0] is not second.generator.weights[0]


def test_saved_and_loaded(tmp_path):
    generator = srgan.build_generator()
    generator.save(tmp_path / "g.keras")
    loaded = keras.saving.load_model(tmp_path / "g.keras", compile=False, safe_mode=True)
    small = np.zeros((1, 7, 7, 1), "float32")
    assert np.allclose(loaded(small), generator(small), atol=1e-6)


def test_another_variant():
    with pytest.raises(ValueError, match='variant must be "mse", "srgan" or "perceptual"'):
        srgan.build("vgg")


def test_what_a_recording_follows():
    conditions, shown = srgan.followed(3)
    assert conditions.shape == (3, 7, 7, 1) and shown["given"].shape == (3, 7, 7) and shown["wanted"].shape == (3, 28, 28)
