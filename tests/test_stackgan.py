import keras
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from gan_lib import generate, load_fashion_mnist
from gan_lib.applications import stackgan
from gan_lib.applications.captions import UNSEEN, Meaning, captions, meanings
from gan_lib.applications.text_encoder import encode


@pytest.fixture(scope="module")
def photographs():
    images, labels = load_fashion_mnist("test")
    return images[:150], labels[:150]


class TestAugmentation:
    @pytest.mark.parametrize(("mean", "variance"), [(0.0, 1.0), (1.5, 0.3), (-0.4, 2.0)])
    def test_the_divergence_is_what_integration_gives(self, mean, variance):
        p = norm(mean, variance**0.5)
        expected, _ = quad(lambda x: p.pdf(x) * (p.logpdf(x) - norm.logpdf(x)), -20, 20)
        found = stackgan.kl_from_standard_normal(np.array([[mean] * 3]), np.log([[variance] * 3]))
        assert float(found[0]) == pytest.approx(3 * expected, abs=1e-4)

    def test_it_draws_around_what_the_caption_says(self):
        layer = stackgan.Augmentation(2)
        layer.build((None, 3))
        kernel = np.zeros((3, 4), "float32")
        kernel[0, 0], kernel[1, 2] = 5.0, np.log(0.25)  # the first coordinate's mean, and its log-variance
        layer.normal.set_weights([kernel, np.zeros(4)])
        drawn = np.array(layer(np.tile([[1.0, 1.0, 0.0]], (4_000, 1)).astype("float32")))
        assert np.allclose(drawn.mean(axis=0), [5, 0], atol=0.1) and np.allclose(drawn.std(axis=0), [0.5, 1], atol=0.1)
        (loss,) = layer.losses
        assert float(loss) == pytest.approx(layer.kl_weight * (0.25 + 25 - 1 - np.log(0.25)) / 2 / 2, rel=1e-4)


class TestAtThePapersSize:
    @pytest.fixture(scope="class")
    def stages(self):
        stage_1 = stackgan.build_stage_1(text=1024, condition=128, noise=100, filters=1024, start=4, doublings=4, channels=3)
        return stage_1, stackgan.build_stage_2(stage_1, condition=128, filters=128, residual_blocks=4, doublings=4, halvings=2)

    def test_from_1024_numbers_to_64_and_256_pixels(self, stages):
        assert [stage.input_shape for stage in stages] == [(None, 1024)] * 2
        assert [stage.output_shape for stage in stages] == [(None, 64, 64, 3), (None, 256, 256, 3)]

    def test_stage_2_works_at_16_pixels_in_four_residual_blocks(self, stages):
        blocks = [layer for layer in stages[1].layers if layer.name.endswith("_sum")]
        assert [layer.output.shape for layer in blocks] == [(None, 16, 16, 512)] * 4

    def test_the_discriminators_join_the_caption_at_4_pixels(self):
        for size, halvings in ((64, 4), (256, 6)):
            network = stackgan.build_discriminator(size, text=1024, compressed=128, filters=64, halvings=halvings, channels=3)
            assert network.get_layer("join").input.shape == (None, 4, 4, 64 * 2 ** (halvings - 1) + 128)

    def test_only_the_papers_discriminators_normalize_their_batches(self):
        norms = {
            flag: [layer.name for layer in stackgan.build_discriminator(14, batch_norm=flag).layers if "norm" in layer.name]
            for flag in (False, True)
        }
        assert norms == {False: [], True: ["down_2_norm", "join_norm"]}


@pytest.mark.usefixtures("eagerly")
class TestStages:
    def test_sizes(self):
        stage_1 = stackgan.build("stage-1")
        stage_2 = stackgan.build("stage-2", start=stage_1.generator)
        vectors = encode(["a dark coat", "boot"])
        assert stage_1.sample(vectors).shape == (2, 14, 14, 1) and stage_2.sample(vectors).shape == (2, 28, 28, 1)

    def test_how_the_discriminator_is_built_and_how_fast_it_learns(self):
        for flag in (False, True):
            stage = stackgan.build("stage-1", batch_norm=flag)
            assert any("norm" in layer.name for layer in stage.discriminator.layers) == flag
            ratio = stage.discriminator_optimizer.learning_rate / stage.generator_optimizer.learning_rate
            assert float(ratio) == pytest.approx(4)

    def test_stage_2_leaves_stage_1_as_it_is(self, photographs):
        stage_1 = stackgan.build("stage-1").generator
        stage_2 = stackgan.build("stage-2", start=stage_1)
        before = stage_1.get_weights()
        stage_2.fit(*stackgan.pairs(*photographs, "stage-2"), batch_size=50, epochs=1, verbose=0)
        assert all(np.array_equal(a, b) for a, b in zip(before, stage_1.get_weights()))

    @pytest.mark.parametrize("variant", stackgan.VARIANTS)
    def test_a_stage_trains_and_is_scored(self, photographs, variant):
        start = stackgan.build_stage_1() if variant == "stage-2" else None
        stage = stackgan.build(variant, start)
        history = stage.fit(*stackgan.pairs(*photographs, variant), batch_size=50, epochs=2, verbose=0).history
        assert set(history) == {"d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake", "d_accuracy_wrong", "kl"}
        generator = stackgan.build_generator(**stackgan.options(variant))
        generator.set_weights(stage.generator.get_weights())
        scores = stackgan.scores(generator, *photographs, variant)
        assert set(scores) == {"garment", "shade", "texture", "fid"} and scores["fid"] > 0 and 0 <= scores["garment"] <= 1

    def test_the_discriminator_learns_to_tell_wrong_captions(self):
        """Real images of two kinds, each kind with its own caption: only the caption tells right from wrong."""
        stage = stackgan.build("stage-1")
        vectors = encode(["a dark boot", "some light trousers"])
        kinds = np.arange(64) % 2
        images = np.where(kinds == 0, -0.5, 0.5).reshape(-1, 1, 1, 1) * np.ones((1, 14, 14, 1), "float32")
        for _ in range(40):
            report = stage.discriminator_step((vectors[kinds], vectors[1 - kinds]), images.astype("float32"))
        assert float(report["d_accuracy_wrong"]) > 0.9 and float(report["d_accuracy_real"]) > 0.9

    def test_each_step_moves_one_player_only(self, photographs):
        stage = stackgan.build("stage-1")
        (right, wrong), images = stackgan.pairs(*photographs, "stage-1")
        for step, other in ((stage.discriminator_step, stage.generator), (stage.generator_step, stage.discriminator)):
            mover = stage.discriminator if other is stage.generator else stage.generator
            before, other_before = mover.get_weights(), other.get_weights()
            step((right[:20], wrong[:20]), images[:20])
            assert all(np.array_equal(a, b) for a, b in zip(other_before, other.get_weights()))
            assert not all(np.array_equal(a, b) for a, b in zip(before, mover.get_weights()))

    def test_a_seed_draws_the_same(self):
        generator = stackgan.build("stage-1").generator
        vectors = encode(["a dark coat"] * 3)
        one, two, other = (generate(generator, vectors, seed) for seed in (1, 1, 2))
        assert np.array_equal(one, two) and not np.allclose(one, other) and not np.allclose(one[0], one[1])

    def test_saved_and_loaded(self, tmp_path):
        stage_2 = stackgan.build_generator(2)
        stage_2.save(tmp_path / "g.keras")
        loaded = keras.saving.load_model(tmp_path / "g.keras", compile=False, safe_mode=True)
        vectors = encode(["a dark coat"] * 2)
        assert np.allclose(generate(loaded, vectors, 1), generate(stage_2, vectors, 1), atol=1e-5)


def test_pairs_leave_out_what_is_not_to_be_seen(photographs):
    (right, wrong), images = stackgan.pairs(*photographs, "stage-1")
    (all_right, _), everything = stackgan.pairs(*photographs, "stage-2", unseen=())
    assert len(right) == len(wrong) == len(images) < len(all_right) == len(everything) == 150
    assert images.shape[1:] == (14, 14, 1) and everything.shape[1:] == (28, 28, 1)
    assert not np.allclose(right, wrong) and len(UNSEEN) == 3


class TestObedience:
    def test_photographs_follow_their_own_captions(self, photographs):
        images, labels = photographs
        shares = stackgan.obedience(images, captions(meanings(images, labels))[1])
        assert shares["garment"] > 0.88 and shares["shade"] == shares["texture"] == 1

    def test_others_do_not(self, photographs):
        images, labels = photographs
        shares = stackgan.obedience(images[::-1], captions(meanings(images, labels))[1])
        assert shares["garment"] < 0.3 and shares["shade"] < 0.6

    def test_words_that_nobody_said(self, photographs):
        shares = stackgan.obedience(photographs[0][:2], [Meaning(0), Meaning(1)])
        assert np.isnan(shares["shade"]) and np.isnan(shares["texture"])


class TestBadInput:
    def test_a_stage_2_without_a_stage_1(self):
        with pytest.raises(ValueError, match="start must be the generator of Stage I"):
            stackgan.build("stage-2")

    def test_another_variant(self):
        with pytest.raises(ValueError, match='variant must be "stage-1", "stage-2" or "one-stage"'):
            stackgan.build("stage-3")

    def test_captions_that_are_no_partners(self, photographs):
        (right, wrong), images = stackgan.pairs(*photographs, "stage-1")
        for x in ((right[:-1], wrong), (right, wrong[:-1]), (right[:, :5], wrong)):
            with pytest.raises(ValueError, match="must be pairs|must have the shape"):
                stackgan.build("stage-1").fit(x, images, verbose=0)
