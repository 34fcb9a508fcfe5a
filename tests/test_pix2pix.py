import keras
import numpy as np
import pytest

from gan_lib import generate, load_fashion_mnist
from gan_lib.applications import pix2pix


class TestDrawings:
    def test_a_square_has_four_sides(self):
        image = np.full((1, 28, 28, 1), -1.0)
        image[0, 8:20, 6:22] = 0.5
        drawing = pix2pix.draw_edges(image)[0, ..., 0]
        assert set(np.unique(drawing)) == {-1.0, 1.0} and drawing.dtype == np.float32
        rows, columns = np.nonzero(drawing == 1)
        inside = (rows > 9) & (rows < 18) & (columns > 7) & (columns < 20)
        assert len(rows) >= 40 and not inside.any(), "an even surface has no edges"
        assert 7 <= rows.min() <= 8 and 19 <= rows.max() <= 20 and 5 <= columns.min() <= 6 and 21 <= columns.max() <= 22

    def test_no_shade_is_left(self):
        """Dark and light garments of one outline give one drawing: what shade there was has to be invented."""
        rows, columns = np.indices((28, 28))
        oval = ((rows - 14) / 9.3) ** 2 + ((columns - 13.7) / 6.2) ** 2 < 1
        dark, light = (np.where(oval, shade, -1.0).reshape(1, 28, 28, 1) for shade in (-0.4, 0.8))
        assert np.array_equal(pix2pix.draw_edges(dark), pix2pix.draw_edges(light))

    @pytest.mark.parametrize("bad", [np.zeros((28, 28)), np.full((1, 28, 28, 1), 255.0), np.full((1, 28, 28, 1), np.nan)])
    def test_bad_images(self, bad):
        with pytest.raises(ValueError, match="images must"):
            pix2pix.draw_edges(bad)


class TestAtThePapersSize:
    def test_the_generator_has_54_million_parameters(self):
        generator = pix2pix.build_generator((256, 256, 3), pix2pix.PAPER)
        trainable = sum(int(np.prod(weight.shape)) for weight in generator.trainable_weights)
        assert trainable == 54_415_043 and generator.output_shape == (None, 256, 256, 3)
        halvings = [generator.get_layer(f"down_{i}").output.shape[1] for i in range(1, 9)]
        assert halvings == [128, 64, 32, 16, 8, 4, 2, 1], "eight steps down to a single place"
        assert [layer.name for layer in generator.layers if isinstance(layer, keras.layers.Dropout)] == [
            "up_7_drop",
            "up_6_drop",
            "up_5_drop",
        ]

    def test_the_discriminator_judges_patches_of_70_pixels(self):
        discriminator = pix2pix.build_discriminator((256, 256, 3), filters=64, strides=3)
        assert sum(int(np.prod(weight.shape)) for weight in discriminator.trainable_weights) == 2_768_705
        assert discriminator.output_shape == (None, 30, 30, 1) and pix2pix.receptive_field(discriminator) == 70

    def test_the_field_is_what_an_answer_depends_on(self):
        """One answer in the middle changes with 16 x 16 pixels and with no other."""
        discriminator = pix2pix.build_discriminator()
        assert pix2pix.receptive_field(discriminator) == 16
        image = np.zeros((1, 28, 28, 1), "float32")
        middle = lambda x: float(discriminator([image, x], training=False)[0, 6, 6, 0])  # noqa: E731
        changes = np.zeros((28, 28), bool)
        for row, column in np.ndindex(28, 28):
            touched = image.copy()
            touched[0, row, column] = 100.0
            changes[row, column] = middle(touched) != middle(image) if row in (4, 5, 6, 13, 20, 21, 22) or column == 13 else False
        column = np.nonzero(changes[:, 13])[0]
        assert column.max() - column.min() == 15


class TestGenerator:
    def test_it_keeps_the_size(self):
        generator = pix2pix.build_generator()
        assert generator.input_shape == generator.output_shape == (None, 28, 28, 1)
        images = generate(generator, np.full((2, 28, 28, 1), -1.0, "float32"))
        assert images.shape == (2, 28, 28, 1) and np.abs(images).max() <= 1

    def test_without_skips_nothing_is_handed_across(self):
        layers = {skips: [layer.name for layer in pix2pix.build_generator(skips=skips).layers] for skips in (True, False)}
        assert sum("skip" in name for name in layers[True]) == 4 and not any("skip" in name for name in layers[False])

    def test_dropout_is_at_work_when_it_is_used(self):
        """And keras.layers.Dropout with training=True is not, on Keras 3."""
        x = keras.Input((50,))
        for layer, works in ((pix2pix.DropoutNoise(0.5), True), (keras.layers.Dropout(0.5), False)):
            dropped = keras.Model(x, layer(x, training=True)).predict(np.ones((2, 50)), verbose=0)
            assert (0 in dropped) == works

    def test_saved_and_loaded(self, tmp_path):
        generator = pix2pix.build_generator()
        generator.save(tmp_path / "g.keras")
        loaded = keras.saving.load_model(tmp_path / "g.keras", compile=False, safe_mode=True)
        drawing = pix2pix.draw_edges(load_fashion_mnist("test")[0][:2])
        assert np.allclose(generate(loaded, drawing, seed=1), generate(generator, drawing, seed=1), atol=1e-6)


@pytest.mark.parametrize("variant", pix2pix.VARIANTS)
def test_a_variant_trains_and_is_scored(photographs, variant, eagerly):
    images, labels = photographs
    gan = pix2pix.build(variant)
    history = gan.fit(*pix2pix.pairs(images, labels, variant), batch_size=20, epochs=3, verbose=0).history
    assert ("content" in history) == (variant != "gan") and ("d_loss" in history) == (variant != "l1")
    assert variant == "gan" or history["content"][-1] < history["content"][0]
    generator = pix2pix.build_generator(**pix2pix.options(variant))
    generator.set_weights(gan.generator.get_weights())
    with pytest.warns(UserWarning, match="40 rows for 128 features"):
        scores = pix2pix.scores(generator, images, labels, variant)
    assert set(scores) == {"l1", "psnr", "ssim", "sharpness", "fid", "accuracy"} and np.isfinite(list(scores.values())).all()


def test_another_variant():
    with pytest.raises(ValueError, match='variant must be "pix2pix", "l1", "gan" or "no-skips"'):
        pix2pix.build("l2")


def test_what_a_recording_follows():
    conditions, shown = pix2pix.followed(3)
    assert conditions.shape == (3, 28, 28, 1) and shown["given"].shape == shown["wanted"].shape == (3, 28, 28)
