"""A class on request: labels as the condition."""

import keras
import numpy as np
import pytest

from gan_lib import ConditionalGAN, build_class_discriminator, build_class_generator, generate
from gan_lib.classes import classes_of, with_latents

SHAPE = (16, 16, 1)


def players(**options):
    return build_class_generator(3, 5, SHAPE, embedding=4), build_class_discriminator(3, SHAPE, **options)


def pairs(n=12):
    random = np.random.default_rng(0)
    return np.arange(n, dtype="int32") % 3, random.uniform(-1, 1, (n, *SHAPE)).astype("float32")


@pytest.mark.parametrize("by", ["projection", "concatenation"])
class TestDiscriminator:
    def test_the_answer_depends_on_image_and_class(self, by):
        discriminator = build_class_discriminator(3, SHAPE, by=by)
        labels, images = pairs(6)
        answers = discriminator.predict([labels, images], verbose=0)
        others = discriminator.predict([(labels + 1) % 3, images], verbose=0)
        assert answers.shape == (6, 1) and ((answers > 0) & (answers < 1)).all()
        assert np.abs(answers - others).min() > 1e-7 and len(np.unique(answers)) == 6
        assert classes_of(discriminator) == 3

    def test_scores_are_the_logits_of_the_probabilities(self, by):
        one, two = (build_class_discriminator(3, SHAPE, by=by, scores=scores) for scores in (True, False))
        two.set_weights(one.get_weights())
        scores, probabilities = (network.predict(list(pairs(6)), verbose=0) for network in (one, two))
        assert np.abs(1 / (1 + np.exp(-scores)) - probabilities).max() < 1e-5


def test_projection_adds_the_product_with_the_vector_of_the_class():
    discriminator = build_class_discriminator(3, SHAPE, scores=True)
    labels, images = pairs(6)
    parts = keras.Model(discriminator.inputs, [discriminator.get_layer(name).output for name in ("flatten", "looks_real")])
    features, unconditional = parts.predict([labels, images], verbose=0)
    vectors = discriminator.get_layer("class_vector").get_weights()[0][labels]
    wanted = unconditional[:, 0] + (features * vectors).sum(axis=1)
    assert discriminator.predict([labels, images], verbose=0)[:, 0] == pytest.approx(wanted, abs=1e-5)


@pytest.mark.usefixtures("eagerly")
class TestTraining:
    @pytest.mark.parametrize(
        "options, game",
        [
            ({}, {}),
            ({"by": "concatenation"}, {}),
            ({"scores": True, "spectral_norm": True}, {"loss": "hinge"}),
            ({"scores": True}, {"loss": "relativistic", "penalty": ["r1", "r2"], "discriminator_steps": 2}),
        ],
    )
    def test_each_game_moves_one_player_a_step(self, options, game):
        gan = ConditionalGAN(*players(**options), seed=0)
        gan.compile(**game)
        labels, images = pairs()
        weights = [[np.array(w) for w in network.weights] for network in (gan.generator, gan.discriminator)]
        gan.discriminator_step(labels, images)
        assert all(np.array_equal(a, b) for a, b in zip(weights[0], gan.generator.get_weights()))
        between = gan.discriminator.get_weights()
        gan.generator_step(labels, images)
        assert all(np.array_equal(a, b) for a, b in zip(between, gan.discriminator.get_weights()))
        history = gan.fit(labels, images, batch_size=4, verbose=0).history
        assert np.isfinite(list(history.values())).all()

    def test_labels_decide_and_the_seed_repeats(self):
        gan = ConditionalGAN(*players(), seed=0)
        labels = np.array([0, 1, 2, 0])
        one, two, other = gan.sample(labels, seed=1), gan.sample(labels, seed=1), gan.sample((labels + 1) % 3, seed=1)
        assert one.shape == (4, *SHAPE) and np.array_equal(one, two) and np.abs(one - other).max() > 1e-3
        assert np.abs(one[0] - one[3]).max() > 1e-3, "one class, two latent vectors"

    @pytest.mark.parametrize("labels", [[0, 3], [-1, 0], [0.0, 1.0]])
    def test_labels_of_no_class(self, labels):
        gan = ConditionalGAN(*players(), seed=0)
        gan.compile()
        for use in (lambda: generate(gan.generator, np.array(labels)), lambda: gan.fit(np.array(labels), pairs(2)[1], verbose=0)):
            with pytest.raises(ValueError, match="must be labels, integers from 0 to 2; got"):
                use()


def test_the_same_generator_with_latent_vectors_from_outside():
    generator, _ = players()
    labels, latents = pairs(6)[0], np.random.default_rng(0).standard_normal((6, 5)).astype("float32")
    outside = with_latents(generator)
    images = outside.predict([labels, latents], verbose=0)
    assert images.shape == (6, *SHAPE) and outside.count_params() == generator.count_params()
    inner = keras.Model(generator.get_layer("with_noise").output, generator.output)
    vectors = generator.get_layer("class_vector").get_weights()[0][labels]
    assert np.abs(inner.predict(np.concatenate([vectors, latents], axis=1), verbose=0) - images).max() < 1e-6


class TestBadInput:
    @pytest.mark.parametrize(
        "build, message",
        [
            (lambda: build_class_generator(1), "classes must be an integer of at least 2"),
            (lambda: build_class_generator(image_shape=(30, 30, 1)), "image_shape's height must be a multiple of 4"),
            (lambda: build_class_generator(embedding=0), "embedding must be"),
            (lambda: build_class_discriminator(by="sum"), 'by must be "projection" or "concatenation"'),
            (lambda: with_latents(keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])), "one of build_class_generator"),
        ],
    )
    def test_arguments(self, build, message):
        with pytest.raises(ValueError, match=message):
            build()
