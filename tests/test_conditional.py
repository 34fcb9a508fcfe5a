import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from gan_lib.applications.pix2pix import DropoutNoise
from gan_lib.callbacks import SampleRecorder
from gan_lib.conditional import ConditionalGAN, generate, seeded


def mean_absolute_error(real, made):
    return ops.mean(ops.abs(real - made))


@pytest.fixture
def pairs():
    """Eleven pairs, a full batch of 8 and a partial one: the images are the conditions upside down, give or take nothing."""
    conditions = np.random.default_rng(0).uniform(-1, 1, (11, 4, 4, 1)).astype("float32")
    return conditions, conditions[:, ::-1].copy()


@pytest.fixture
def small():
    """Return a function that builds two networks of a few weights with all that makes such games hard: BatchNorm and dropout."""

    def build(sees_the_condition=True, seed=0, **options):
        keras.utils.set_random_seed(seed)
        condition, image = keras.Input((4, 4, 1)), keras.Input((4, 4, 1))
        x = layers.BatchNormalization(momentum=0.8)(layers.Dense(32)(layers.Flatten()(condition)))
        x = DropoutNoise(0.5)(layers.Activation("relu")(x))
        x = layers.Reshape((4, 4, 1))(layers.Dense(16, activation="tanh")(x))
        generator = keras.Model(condition, x)
        y = layers.Concatenate()([condition, image]) if sees_the_condition else image
        y = layers.LeakyReLU(negative_slope=0.2)(layers.BatchNormalization(momentum=0.8)(layers.Conv2D(4, 3, strides=2)(y)))
        y = layers.Dense(1, activation="sigmoid")(y)  # one answer for each patch
        gan = ConditionalGAN(generator, keras.Model([condition, image] if sees_the_condition else image, y), seed=seed)
        gan.compile(**options)
        return gan

    return build


def numbers(network):
    return [weight.numpy() for weight in network.weights]


def changed(before, after):
    return [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]


@pytest.mark.parametrize("sees_the_condition", [True, False])
@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
def test_each_step_moves_one_player_only(small, pairs, compiled, sees_the_condition):
    gan = small(sees_the_condition, content=mean_absolute_error)
    for player, other in (("discriminator", "generator"), ("generator", "discriminator")):
        step = getattr(gan, f"{player}_step")
        step = tf.function(step, reduce_retracing=True) if compiled else step
        for rows in (slice(0, 8), slice(8, 11), slice(0, 8)):
            mover, stander = getattr(gan, player), getattr(gan, other)
            before, other_before = numbers(mover), numbers(stander)
            step(*(tf.constant(part[rows]) for part in pairs))
            for weight, moved in zip(mover.weights, changed(before, numbers(mover))):
                assert moved or weight.name == "bias", f"{weight.path} of the {player} stood still in its own step"
            assert not any(changed(other_before, numbers(stander))), f"the {player} step moved the other player"


@pytest.mark.parametrize("sees_the_condition", [True, False])
def test_the_discriminator_sees_the_condition_that_belongs_to_the_image(small, pairs, sees_the_condition):
    gan, seen = small(sees_the_condition), []
    inputs = gan.discriminator_inputs
    gan.discriminator_inputs = lambda conditions, images: seen.append((conditions, images)) or inputs(conditions, images)
    gan.discriminator_step(*pairs)
    (with_real, real), (with_fake, fake) = seen
    assert np.array_equal(with_real, pairs[0]) and np.array_equal(real, pairs[1])
    assert np.array_equal(with_fake, pairs[0]) and not np.array_equal(fake, pairs[1])
    assert (inputs(*pairs) is pairs[1]) != sees_the_condition


def test_the_generator_minimises_the_weighted_sum(small, pairs, monkeypatch):
    gan = small(content=mean_absolute_error, content_weight=7.0, adversarial_weight=0.5)
    minimised = []
    gradient = tf.GradientTape.gradient
    monkeypatch.setattr(
        tf.GradientTape, "gradient", lambda tape, loss, weights: minimised.append(float(loss)) or gradient(tape, loss, weights)
    )
    values = gan.generator_step(*pairs)
    assert minimised[0] == pytest.approx(7.0 * float(values["content"]) + 0.5 * float(values["g_loss"]), rel=1e-5)


def test_losses_that_layers_add_count(pairs):
    class Costly(layers.Layer):
        def call(self, x):
            self.add_loss(ops.mean(ops.square(x)))
            return x

    condition, image = keras.Input((4, 4, 1)), keras.Input((4, 4, 1))
    generator = keras.Model(condition, Costly()(layers.Dense(1, name="scale", use_bias=False)(condition)))
    gan = ConditionalGAN(generator, keras.Model([condition, image], layers.Dense(1, activation="sigmoid")(image)))
    gan.compile(
        content=lambda real, made: 0.0 * ops.mean(made), adversarial_weight=0.0, generator_optimizer=keras.optimizers.SGD(0.1)
    )
    before = abs(float(generator.get_layer("scale").kernel[0, 0]))
    gan.generator_step(*pairs)
    assert abs(float(generator.get_layer("scale").kernel[0, 0])) < before


def test_without_an_adversary_the_discriminator_stands_still(small, pairs):
    gan = small(content=mean_absolute_error, adversarial_weight=0.0)
    before = numbers(gan.discriminator)
    history = gan.fit(*pairs, batch_size=8, epochs=2, verbose=0).history
    assert set(history) == {"content"}
    assert not any(changed(before, numbers(gan.discriminator)))


def test_it_learns(small, pairs):
    rate = keras.optimizers.Adam(1e-2)
    gan = small(content=mean_absolute_error, content_weight=10.0, generator_optimizer=rate)
    history = gan.fit(*pairs, batch_size=8, epochs=40, verbose=0).history
    assert set(history) == {"d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake", "content"}
    assert history["content"][-1] < 0.8 * history["content"][0]


def test_a_seed_repeats_a_run_bit_for_bit(small, pairs):
    runs = []
    for seed in (1, 1, 2):
        gan = small(seed=seed)
        gan.fit(*pairs, batch_size=8, epochs=2, verbose=0)
        runs.append(np.concatenate([weight.ravel() for weight in numbers(gan.generator)]))
    assert np.array_equal(runs[0], runs[1]) and not np.array_equal(runs[0], runs[2])


class TestSample:
    def test_the_same_seed_draws_the_same(self, small, pairs):
        gan = small()
        assert np.array_equal(gan.sample(pairs[0], seed=3), gan.sample(pairs[0], seed=3))
        assert not np.allclose(gan.sample(pairs[0], seed=3), gan.sample(pairs[0], seed=4)), "dropout is all the noise there is"
        assert np.array_equal(gan.sample(pairs[0], seed=3), generate(gan.generator, pairs[0], seed=3))

    def test_a_network_of_two_inputs(self, pairs):
        """As the second stage of StackGAN, cut open: each input is held against its own shape."""
        images, words = keras.Input((4, 4, 1)), keras.Input((3,))
        both = keras.Model([images, words], layers.Concatenate()([layers.Flatten()(images), words]))
        assert generate(both, [pairs[0], np.ones((11, 3))]).shape == (11, 19)
        for bad, message in (
            (pairs[0], "conditions must be a list of 2 arrays, one for each input of generator"),
            ([pairs[0]], "conditions must be a list of 2 arrays"),
            ([pairs[0], np.ones((11, 2))], r"conditions\[1\] must have the shape \(n, 3\), which generator takes; got \(11, 2"),
            ([np.ones((11, 4, 4)), np.ones((11, 3))], r"conditions\[0\] must have the shape \(n, 4, 4, 1\)"),
            ([pairs[0], [[1, 2, 3], [1]]], r"conditions\[1\] must have the shape \(n, 3\)"),
        ):
            with pytest.raises(ValueError, match=message):
                generate(both, bad)

    def test_a_network_of_two_outputs(self, pairs):
        """As StackGAN, cut open: what each stage made."""
        images = keras.Input((4, 4, 1))
        both = keras.Model(images, [images, layers.Flatten()(images)])
        small, flat = generate(both, pairs[0])
        assert small.shape == (11, 4, 4, 1) and flat.shape == (11, 16) and small.dtype == flat.dtype == "float32"

    def test_sampling_on_the_way_changes_nothing(self, small, pairs):
        trained = []
        for record in (False, True):
            gan = small()
            recorder = SampleRecorder(conditions=pairs[0][:3], steps=(1,))
            gan.fit(*pairs, batch_size=8, epochs=2, verbose=0, callbacks=[recorder] * record)
            trained.append(gan.sample(pairs[0]))
        assert np.array_equal(*trained)
        assert np.shape(recorder.frames) == (4, 3, 4, 4, 1) and recorder.steps_taken == [0, 1, 2, 4]

    def test_an_error_puts_the_random_state_back(self, small):
        (dropout,) = [layer for layer in small().generator.layers if isinstance(layer, DropoutNoise)]
        before = ops.convert_to_numpy(dropout.seed_generator.state)
        with pytest.raises(KeyError), seeded(keras.Sequential([dropout]), seed=5):
            assert not np.array_equal(dropout.seed_generator.state, before)
            raise KeyError
        assert np.array_equal(dropout.seed_generator.state, before)


def test_saved_and_loaded(small, pairs, tmp_path):
    gan, other = small(seed=1), small(seed=2)
    gan.save_weights(tmp_path / "gan.weights.h5")
    other.load_weights(tmp_path / "gan.weights.h5")
    assert np.array_equal(other.sample(pairs[0]), gan.sample(pairs[0]))


class TestBadInput:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda x, y: (x[:10], y), "must be pairs.*got 10 and 11"),
            (lambda x, y: (x[:, :3], y), r"x must have the shape \(n, 4, 4, 1\), which the generator takes; got \(11, 3, 4, 1\)"),
            (lambda x, y: (x, y[:, :3]), r"y must have the shape \(n, 4, 4, 1\)"),
            (lambda x, y: (x, y * 255), r"y must lie in \[-1, 1\]"),
            (lambda x, y: (np.where(x > 0, np.nan, x), y), "x must be finite"),
            (lambda x, y: (x, np.where(y > 0, np.nan, y)), "y must be finite"),
            (lambda x, y: (x[..., 0], y), "x must have the shape"),
        ],
    )
    def test_data(self, small, pairs, change, message):
        with pytest.raises(ValueError, match=message):
            small().fit(*change(*pairs), verbose=0)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"adversarial_weight": -1.0}, "adversarial_weight must be a number of at least 0"),
            ({"content": mean_absolute_error, "content_weight": np.nan}, "content_weight must be a number"),
            ({"adversarial_weight": 0.0}, "nothing to minimise"),
            ({"loss": "other"}, "loss must be"),
        ],
    )
    def test_settings(self, small, options, message):
        with pytest.raises(ValueError, match=message):
            small(**options)

    def test_players_that_do_not_fit(self):
        condition, large = keras.Input((4, 4, 1)), keras.Input((8, 8, 1))
        generator = keras.Model(condition, layers.UpSampling2D(2)(condition))
        with pytest.raises(ValueError, match=r"makes images of shape \(8, 8, 1\), but discriminator takes \(4, 4, 1\)"):
            ConditionalGAN(generator, keras.Model(condition, layers.Dense(1)(condition)))
        with pytest.raises(ValueError, match=r"takes conditions of shape \(4, 4, 1\), but discriminator \(8, 8, 1\)"):
            ConditionalGAN(generator, keras.Model([large, large], layers.Dense(1)(layers.Concatenate()([large, large]))))
