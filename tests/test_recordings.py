import json
import sys
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

import keras
import numpy as np
import pytest

from gan_lib import (
    GAN,
    Recording,
    SampleRecorder,
    build_discriminator,
    build_generator,
    build_transposed_generator,
    describe,
    fid,
    generate,
    load_fashion_mnist,
    to_pixels,
)
from gan_lib.applications import application, srgan, stackgan
from gan_lib.data import ASSETS
from gan_lib.evaluation import describe_photographs
from gan_lib.recordings import BUILDERS, FORMAT

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import assets  # noqa: E402


@pytest.fixture(scope="module")
def recording():
    """A real run of two epochs of two steps."""
    gan = GAN(build_generator(latent_dim=5), build_discriminator(), seed=0)
    gan.compile()
    recorder = SampleRecorder(n=3, steps=(1,), measure=lambda gan: {"heat": np.full((2, 2), gan.sample(1).mean())})
    images = np.random.default_rng(0).uniform(-1, 1, (6, 28, 28, 1)).astype("float32")
    gan.fit(images, batch_size=4, epochs=2, callbacks=[recorder], verbose=0)
    return Recording.of(recorder, made={"network": "dcgan"})


def test_what_is_kept(recording):
    assert recording.frames.shape == (4, 3, 28, 28) and recording.frames.dtype == np.uint8
    assert list(recording.steps) == [0, 1, 2, 4] and list(recording.epochs) == [0, 0.5, 1, 2]
    assert recording.latents.shape == (3, 5)
    assert {len(values) for values in recording.history.values()} == {2}
    assert recording.measured["heat"].shape == (4, 2, 2)


def test_saved_and_loaded(recording, tmp_path):
    recording.save(tmp_path / "run.npz")
    loaded = Recording.load(tmp_path / "run.npz")
    for name in ("frames", "steps", "epochs", "latents"):
        assert np.array_equal(getattr(loaded, name), getattr(recording, name))
    assert loaded.made == recording.made
    assert set(loaded.history) == set(recording.history) == {"d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake"}
    for name, values in recording.history.items():
        assert np.array_equal(loaded.history[name], values)
        assert np.allclose(loaded.first_epoch[name], recording.first_epoch[name], rtol=1e-6)
    assert all(np.array_equal(a, b) for a, b in zip(loaded.weights, recording.weights, strict=True))
    assert np.array_equal(loaded.measured["heat"], recording.measured["heat"])


def test_the_generator_draws_the_last_frame(recording):
    assert np.array_equal(to_pixels(recording.generator().predict(recording.latents, verbose=0)), recording.frames[-1])


@pytest.mark.parametrize("name", BUILDERS)
def test_each_network_has_a_function_that_builds_it(name):
    module, _, build = BUILDERS[name].rpartition(".")
    assert callable(getattr(import_module(module), build, None))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": np.arange(3)}, "'steps': 3"),
        ({"measured": {"fid": np.ones(5)}}, "'fid': 5"),
        ({"frames": np.zeros((0, 1)), "steps": [], "epochs": [], "measured": {}}, "'frames': 0"),
    ],
)
def test_one_of_each_for_every_moment(recording, changes, message):
    recording.check_moments()
    with pytest.raises(ValueError, match=f"not one of each for every moment.*{message}"):
        replace(recording, **changes).check_moments()


def test_without_weights_there_is_no_generator(recording, tmp_path):
    replace(recording, weights=[], made={"command": "python -m gan_lib record --without-weights"}).save(tmp_path / "run.npz")
    with pytest.raises(ValueError, match="no weights; make it again with: python -m gan_lib record(?!.*--without-weights)"):
        Recording.load(tmp_path / "run.npz").generator()


def test_at_moments(recording):
    values = recording.at_moments("g_loss")
    first_epoch, history = recording.first_epoch["g_loss"], recording.history["g_loss"]
    assert np.isnan(values[0])
    assert values[1:] == pytest.approx([first_epoch[0], first_epoch[1], history[1]])


class TestBadFiles:
    def test_no_such_recording(self):
        with pytest.raises(FileNotFoundError, match="'nothing'; there are.*dcgan"):
            Recording.load("nothing")

    def test_truncated(self, recording, tmp_path):
        path = tmp_path / "run.npz"
        recording.save(path)
        path.write_bytes(path.read_bytes()[:5000])
        with pytest.raises(ValueError, match="run.npz is damaged.*record it again"):
            Recording.load(path)

    def test_not_a_recording(self, tmp_path):
        np.savez(tmp_path / "run.npz", frames=np.zeros(3))
        with pytest.raises(ValueError, match="run.npz is damaged or is no recording"):
            Recording.load(tmp_path / "run.npz")

    def test_another_format(self, tmp_path):
        about = json.dumps({"format": FORMAT + 1, "made": {}})
        np.savez(tmp_path / "run.npz", about=np.array(about))
        with pytest.raises(ValueError, match=f"format {FORMAT + 1}, not {FORMAT}; update gan_lib"):
            Recording.load(tmp_path / "run.npz")

    @pytest.mark.parametrize(
        "about, arrays",
        [
            ({"format": FORMAT, "made": {}}, {"frames": np.zeros(3)}),
            ({"made": {}}, {}),
            ([], {}),
            ({"format": FORMAT, "made": {}}, {"other/part": np.zeros(3)}),
        ],
    )
    def test_something_is_missing_or_strange(self, tmp_path, about, arrays):
        np.savez(tmp_path / "run.npz", about=np.array(json.dumps(about)), **arrays)
        with pytest.raises(ValueError, match="run.npz is damaged or is no recording"):
            Recording.load(tmp_path / "run.npz")

    def test_pickles_stay_shut(self, tmp_path):
        class Trap:
            def __reduce__(self):
                return (open, (str(tmp_path / "sprung"), "w"))

        np.savez(tmp_path / "run.npz", about=np.array(Trap(), dtype=object))
        with pytest.raises(ValueError, match="run.npz"):
            Recording.load(tmp_path / "run.npz")
        assert not (tmp_path / "sprung").exists()


@pytest.fixture(scope="module", params=["dcgan", "dcgan-averaged"])
def dcgan(request):
    return Recording.load(request.param)


class TestTheReferenceRun:
    """What ships as "dcgan", and the same run seen through the average of its weights."""

    @pytest.mark.parametrize("name", ["dcgan", "dcgan-averaged"])
    def test_size(self, name):
        assert (ASSETS / "recordings" / f"{name}.npz").stat().st_size < 6_000_000

    def test_length(self, dcgan):
        assert dcgan.made["images"] == 60_000
        assert dcgan.frames.shape[1:] == (64, 28, 28) and len(dcgan.frames) >= 30
        assert len(dcgan.history["d_loss"]) == dcgan.epochs[-1] >= 25
        assert len(dcgan.first_epoch["d_loss"]) == 60_000 / dcgan.made["batch_size"]
        assert dcgan.steps[-1] == dcgan.epochs[-1] * len(dcgan.first_epoch["d_loss"])

    def test_how_it_was_made(self, dcgan):
        assert f"--epochs {dcgan.epochs[-1]:.0f} " in dcgan.made["command"] and "--full" in dcgan.made["command"]
        assert {"seed", "versions", "minutes", "machine"} <= set(dcgan.made)

    def test_its_weights_draw_its_last_frame(self, dcgan):
        redrawn = to_pixels(dcgan.generator().predict(dcgan.latents, verbose=0)).astype(int)
        assert np.abs(redrawn - dcgan.frames[-1]).max() <= 1  # one grey level: processors round differently

    def test_its_seed_makes_its_first_frame(self, dcgan):
        """The run's own start: the same seed builds the same networks and the same latent vectors."""
        keras.utils.set_random_seed(dcgan.made["seed"])
        gan = GAN(build_generator(), build_discriminator())
        assert np.allclose(gan.latents(64, seed=dcgan.made["seed"]), dcgan.latents, atol=1e-5)
        first = to_pixels(gan.sample(64, seed=dcgan.made["seed"])).astype(int)
        assert np.abs(first - dcgan.frames[0]).max() <= 1

    def test_no_collapse(self, dcgan):
        """64 samples are as far from each other as 64 photographs are, give or take a fifth."""

        def spread(images):
            return images.std(axis=0).mean()

        photographs = to_pixels(load_fashion_mnist("test")[0][:64])
        assert spread(dcgan.frames[-1]) == pytest.approx(spread(photographs), rel=0.2)


class TestTheAveragedRuns:
    """What ships as "dcgan-averaged" and "mlp-averaged"."""

    def test_the_average_is_that_of_the_reference_run(self):
        plain, averaged = Recording.load("dcgan"), Recording.load("dcgan-averaged")
        assert np.array_equal(plain.steps, averaged.steps)
        for name, values in plain.history.items():
            assert np.array_equal(values, averaged.history[name])
        assert not np.array_equal(plain.frames[-1], averaged.frames[-1])

    def test_every_score_at_every_moment(self):
        for name in ("dcgan-averaged", "mlp-averaged"):
            run = Recording.load(name)
            assert set(run.measured) == {"is", "fid", "fid_of_last", "kid", "precision", "recall"}
            assert all(np.isfinite(values).all() and values.shape == run.steps.shape for values in run.measured.values())
            assert run.measured["fid"][-1] < run.measured["fid_of_last"][-1] < run.measured["fid"][0]

    def test_both_were_trained_and_measured_in_the_same_way(self):
        dcgan, mlp = (Recording.load(name) for name in ("dcgan-averaged", "mlp-averaged"))
        assert np.array_equal(dcgan.steps, mlp.steps)
        assert all(dcgan.made[key] == mlp.made[key] for key in ("seed", "batch_size", "images", "versions"))
        for option in ("--average 0.999", "--scores", "--full"):
            assert option in dcgan.made["command"] and option in mlp.made["command"]

    def test_the_scores_are_those_of_the_weights(self):
        run = Recording.load("dcgan-averaged")
        drawn = run.generator().predict(np.random.default_rng(0).normal(size=(1_000, 100)).astype("float32"), verbose=0)
        assert fid(describe_photographs("classifier").features, describe(drawn).features) == pytest.approx(
            run.measured["fid"][-1], abs=0.3
        )


class TestTheTransposedRuns:
    """What ships as "transposed-3" and "transposed-4"."""

    @pytest.mark.parametrize("window", [3, 4])
    def test_what_is_kept(self, window):
        run = Recording.load(f"transposed-{window}")
        assert list(run.steps) == list(range(0, 201, 25)) and run.frames.shape[1:] == (36, 28, 28)
        assert run.made.items() >= {"window": window, **assets.TRANSPOSED}.items() and run.weights == []
        assert 10 < run.made["distance"] < 40

    def test_trained_anew_one_begins_the_same(self):
        run, photographs = Recording.load("transposed-4"), load_fashion_mnist("train")[0]
        build = partial(build_transposed_generator, kernel_size=4)
        _, again = assets.train_transposed(photographs, build, steps=2)
        assert np.abs(to_pixels(again.frames[0]).astype(int) - run.frames[0]).max() <= 1
        for name in ("d_loss", "g_loss"):
            assert again.first_epoch[name] == pytest.approx(run.first_epoch[name][:2], rel=1e-3)


class TestTheRunsOfTheApplications:
    """What ships of Pix2Pix, SRGAN and StackGAN, and of what each is compared with."""

    NAMES = ("pix2pix", "pix2pix-l1", "pix2pix-no-skips", "srgan-mse", "srgan", "stackgan-stage-1", "stackgan")
    WITHOUT_WEIGHTS = ("pix2pix-no-skips", "stackgan-stage-1")

    def test_size(self):
        assert sum((ASSETS / "recordings" / f"{name}.npz").stat().st_size for name in self.NAMES) < 10_000_000

    @pytest.mark.parametrize("name", NAMES)
    def test_its_weights_draw_its_last_frame_of_unseen_images(self, name):
        run = Recording.load(name)
        conditions, shown = application(run.made["network"]).followed(variant=run.made["variant"])
        assert all(np.array_equal(run.conditions[key], shown[key]) for key in shown)
        assert (run.weights == []) == ("--without-weights" in run.made["command"]) == (name in self.WITHOUT_WEIGHTS)
        if run.weights:
            redrawn = to_pixels(generate(run.generator(), conditions)).astype(int)
            assert np.abs(redrawn - run.frames[-1]).max() <= 1

    def test_stage_1_is_inside_stage_2(self):
        stage_1 = Recording.load("stackgan").generator().get_layer("stage_1")
        redrawn = to_pixels(generate(stage_1, stackgan.followed()[0])).astype(int)
        assert np.abs(redrawn - Recording.load("stackgan-stage-1").frames[-1]).max() <= 1

    @pytest.mark.parametrize("name", NAMES)
    def test_how_it_was_made(self, name):
        run = Recording.load(name)
        assert run.made["images"] == 60_000 and "--full" in run.made["command"] and "--scores" in run.made["command"]
        assert run.made["network"] in name and f"--epochs {run.epochs[-1]:.0f} " in run.made["command"]
        assert all(np.isfinite(values).all() and values.shape == run.steps.shape for values in run.measured.values())

    def test_the_scores_are_those_of_the_weights(self):
        run = Recording.load("srgan")
        scores = srgan.scores(run.generator(), *load_fashion_mnist("test"))
        assert scores == pytest.approx({name: values[-1] for name, values in run.measured.items()}, rel=0.01)

    def test_what_is_compared_was_trained_alike(self):
        whole, *others = (Recording.load(name) for name in self.NAMES[:3])
        for other in others:
            assert np.array_equal(whole.steps, other.steps) and whole.made["batch_size"] == other.made["batch_size"]

    def test_srgan_began_where_the_squared_error_ended(self):
        start, run = Recording.load("srgan-mse"), Recording.load("srgan")
        assert np.abs(run.frames[0].astype(int) - start.frames[-1]).max() <= 1 and "--start srgan-mse.npz" in run.made["command"]
