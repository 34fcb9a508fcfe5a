"""Every public function, given what it cannot take, says so: a ValueError of its own that names the argument and the remedy."""

import ast
import inspect
import json
import pkgutil
import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from tensorflow.data import Dataset

import gan_lib
from gan_lib import GAN, ConditionalGAN, Described, Recording, SampleRecorder, build_classifier, load_fashion_mnist, to_pixels
from gan_lib.applications import stackgan
from gan_lib.applications.captions import Meaning, meanings
from gan_lib.runs import Settings
from gan_lib.studies import games
from gan_lib.studies.dirac import DiracGAN
from gan_lib.studies.faults import Setup
from gan_lib.studies.fields import load_fields
from gan_lib.studies.gallery import Exhibit
from gan_lib.studies.losses import Budget, Run
from gan_lib.studies.probes import Measured
from gan_lib.studies.signs import QUANTITIES

PACKAGE = Path(gan_lib.__file__).parent
IMAGES, LABELS = (array[:12] for array in load_fashion_mnist("test"))
PIXELS = to_pixels(IMAGES)
SMALL = IMAGES[:, ::4, ::4]
POINTS = np.random.default_rng(0).normal(size=(12, 2)).astype("float32")
ROWS = np.random.default_rng(0).normal(size=(12, 3))
SHARES = np.full((12, 4), 0.25)
MEANINGS = meanings(IMAGES, LABELS)
NORMAL = np.random.default_rng(0)

# What each kind of argument may not be, and a part of what is said. Where many functions call one check, a value or two show that
# they do. All that the check refuses is given to one function, ALL_BAD_..., or in tests/test_checks.py.
BAD_COUNTS, BAD_NATURALS, BAD_SEEDS = [(0, "integer")], [(-1, "integer")], [(-1, "integer")]
BAD_NUMBERS = [(np.nan, "number")]
BAD_ARRAYS, BAD_CHOICES, BAD_DICTS = [("text", "must")], [("other", "must be")], [({}, "empty")]
BAD_RECORDINGS = [("dcgan", "Recording.load")]
BAD_IMAGES, BAD_PIXELS = [(IMAGES * 127.5 + 127.5, "127.5")], [(IMAGES[..., 0], "gan_lib.data.to_pixels")]
BAD_ROWS, BAD_POINTS = [(ROWS * np.inf, "finite")], [(ROWS, "shape")]
BAD_LABELS = [(LABELS + 10, "from 0 to 9")]
OF_ANOTHER_SIZE = [(np.zeros((2, 32, 32, 1), "float32"), "shape")]
ALL_BAD_IMAGES = [
    *BAD_IMAGES, *BAD_ARRAYS, (IMAGES[..., 0], "shape"), (IMAGES[:0], "empty|shape"), (IMAGES * np.nan, "finite"),
    (PIXELS[..., None], "gan_lib.data.scale"),
]  # fmt: skip
ALL_BAD_PIXELS = [
    *BAD_PIXELS, *BAD_ARRAYS, (PIXELS[..., None], "shape"), (PIXELS[:0], "empty|shape"), (PIXELS.astype(int) + 1000, "255"),
]  # fmt: skip
ALL_BAD_ROWS = [
    *BAD_ROWS, *BAD_ARRAYS, (ROWS[:, :, None], "shape"), (ROWS[:0], "at least"), (ROWS[:, :0], "shape"),
    (ROWS * 1e200, "overflow"), (ROWS * 1j, "real numbers"),
]  # fmt: skip
ALL_BAD_POINTS = [*BAD_POINTS, *BAD_ARRAYS, (POINTS[:0], "empty|shape"), (POINTS * np.nan, "finite")]
ALL_BAD_LABELS = [
    *BAD_LABELS, *BAD_ARRAYS, (LABELS[:5], "shape|pairs"), (LABELS.astype(float), "integers"),
    (LABELS.astype(int) - 10, "from 0 to 9"),
]  # fmt: skip
BAD_SHAPES = [((30, 28, 1), "multiple of 4"), ((28, 28, 2), "channels must be 1"), (28, "height, width")]
BAD_ANSWERS = [(0.5, "array of floats"), (np.full((3, 1), 2.0), "sigmoid")]
ALL_BAD_ANSWERS = [
    *BAD_ANSWERS, (np.ones((3, 1), int), "floats"), (np.zeros((0, 1)), "array of floats"),
    (np.full((3, 1), np.nan), "finite"),
]  # fmt: skip


def network(*shape_in, out):
    return keras.Sequential([keras.Input(shape_in), layers.Flatten(), layers.Dense(int(np.prod(out))), layers.Reshape(out)])


def judge(*shape):
    return keras.Sequential(
        [keras.Input(shape), layers.Conv2D(2, 3, name="conv"), layers.Flatten(), layers.Dense(1, activation="sigmoid")]
    )


def given(*arguments, **options):
    return arguments, options


GENERATOR, DISCRIMINATOR = network(3, out=(28, 28, 1)), judge(28, 28, 1)
OF_POINTS = network(2, out=(1,))
TRANSLATOR = network(28, 28, 1, out=(28, 28, 1))
PLAYERS = [
    (given(None, DISCRIMINATOR), "generator must be a Keras model"),
    (given(GENERATOR, "judge"), "discriminator must be a Keras model"),
    (given(GENERATOR, network(28, 28, 1, out=(10,))), "discriminator must answer with one probability"),
]


def compiled(gan, **options):
    gan.compile(**options)
    return gan


OF_LOGITS, FROZEN = network(28, 28, 1, out=(1,)), judge(28, 28, 1)
FROZEN.trainable = False
UNCOMPILED, COMPILED = GAN(GENERATOR, DISCRIMINATOR), compiled(GAN(GENERATOR, DISCRIMINATOR, seed=0))
MEASURING = compiled(GAN(GENERATOR, DISCRIMINATOR), generator_optimizer=Measured(keras.optimizers.SGD(0.1)))
CONDITIONAL, STAGE = compiled(ConditionalGAN(TRANSLATOR, DISCRIMINATOR)), stackgan.build()


def recording(**changes):
    """A recording of three moments of twelve images."""
    both = ("d_loss", "g_loss")
    run = Recording(
        frames=np.stack([PIXELS] * 3), steps=np.arange(3), epochs=np.array([0.0, 0.5, 1.0]), latents=np.zeros((12, 3), "float32"),
        history={name: np.ones(1) for name in both}, first_epoch={name: np.ones(2) for name in both},
        weights=[], made={"network": "dcgan"},
        measured={name: np.ones(3) for name in ("is", "fid", "kid", "precision", "recall", "l1", "modes", "near")},
        conditions={"given": PIXELS, "wanted": PIXELS},
    )  # fmt: skip
    return replace(run, **changes)


RUN, UNMEASURED = recording(), recording(measured={})
DESCRIBED = Described(ROWS, SHARES)
RUN_OF_STUDY = Run("hinge", 5e-4, 0)
ANSWERED = recording(
    conditions={}, history={name: np.ones(1) for name in ("d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake")}
)
EXHIBITS = {"few_images": Exhibit(RUN, RUN, "cause", "cure", ("few_images", "healthy"))}
GAME = games.TicTacToe()
DIRAC = DiracGAN(gan_lib.Wasserstein())
FIELD = {"hinge": load_fields()["hinge"]}
SOLUTION = games.solve_matrix_game([[1.0, 0.0], [0.0, 1.0]])
PATHS = {"alternating": np.zeros((4, 2))}


def uniform(x):
    return np.ones_like(x)


def each(bad, call, name=None):
    """A case for each bad value: `call` gives the arguments, and the message names `name`."""
    return [(call(value), f"(?s){name or ''}.*({said})") for value, said in bad]


# By function: its bad arguments, and a part of what is said about them.
TABLE = {
    # ---- data
    "data.load_fashion_mnist": each(BAD_CHOICES, lambda bad: given(bad), "split"),
    "data.scale": each(ALL_BAD_PIXELS, lambda bad: given(bad), "pixels"),
    "data.to_pixels": each(ALL_BAD_IMAGES, lambda bad: given(bad), "images"),
    # ---- losses
    "losses.discriminator_loss": [
        *each(ALL_BAD_ANSWERS, lambda bad: given(bad, SHARES), "real_probability"),
        *each(BAD_ANSWERS, lambda bad: given(SHARES, bad), "fake_probability"),
        (given(SHARES, SHARES.astype("float32")), "real_probability and fake_probability must be of one type"),
        *[(given(SHARES, SHARES, label_smoothing=bad), r"label_smoothing must lie in \[0, 1\)") for bad in (-0.1, 1, np.nan)],
    ],
    "losses.non_saturating": each(BAD_ANSWERS, lambda bad: given(bad), "fake_probability"),
    "losses.minimax": each(BAD_ANSWERS, lambda bad: given(bad), "fake_probability"),
    # ---- networks
    **{
        f"networks.{name}": each(BAD_COUNTS, lambda bad: given(bad), "latent_dim")
        for name in ("build_mlp_generator", "build_point_generator")
    },
    "networks.build_generator": [
        *each(BAD_COUNTS, lambda bad: given(bad), "latent_dim"),
        *each(BAD_SHAPES, lambda bad: given(image_shape=bad), "image_shape"),
        *each(BAD_COUNTS, lambda bad: given(width=bad), "width"),
    ],
    "networks.shrinking_layers": each([("yes", "must be True or False")], lambda bad: given((28, 28, 1), bad), "batch_norm"),
    "networks.build_discriminator": [
        *each(BAD_SHAPES, lambda bad: given(bad), "image_shape"),
        *each([("yes", "must be True or False")], lambda bad: given(batch_norm=bad), "batch_norm"),
        *each([("yes", "must be True or False")], lambda bad: given(scores=bad), "scores"),
        *each([("yes", "must be True or False")], lambda bad: given(batch_norm=False, spectral_norm=bad), "spectral_norm"),
        (given(spectral_norm=True), "set batch_norm=False"),
        *each(BAD_COUNTS, lambda bad: given(width=bad), "width"),
    ],
    **{
        f"networks.build_{name}_discriminator": each([("yes", "must be True or False")], lambda bad: given(bad), "scores")
        for name in ("mlp", "point")
    },
    "classes.build_class_generator": [
        *each([(1, "at least 2")], lambda bad: given(bad), "classes"),
        *each(BAD_COUNTS, lambda bad: given(latent_dim=bad), "latent_dim"),
        *each(BAD_COUNTS, lambda bad: given(embedding=bad), "embedding"),
        *each(BAD_SHAPES, lambda bad: given(image_shape=bad), "image_shape"),
    ],
    "classes.build_class_discriminator": [
        *each([(1, "at least 2")], lambda bad: given(bad), "classes"),
        *each(BAD_SHAPES, lambda bad: given(image_shape=bad), "image_shape"),
        *each(BAD_CHOICES, lambda bad: given(by=bad), "by"),
    ],
    "classes.with_latents": [(given(GENERATOR), "generator must be one of build_class_generator")],
    "penalties.R1": each([(0, "above 0")], lambda bad: given(bad), "gamma"),
    "penalties.GradientPenalty": each([(-1, "above 0")], lambda bad: given(bad), "weight"),
    "losses.NonSaturating": [
        *each([(1, "lie in")], lambda bad: given(bad), "label_smoothing"),
        *each([("yes", "must be True or False")], lambda bad: given(from_logits=bad), "from_logits"),
    ],
    "augment.DiffAugment": each([((), "name one or more"), ("flip", "name one or more")], lambda bad: given(bad), "policy"),
    "devices.strategy_for": each([(0, "integer"), (99, "at most")], lambda bad: given(bad), "devices"),
    # ---- folders
    **{
        f"folders.{name}": [
            (given("nowhere"), "folder nowhere does not exist"),
            (given(__file__), "is a file; name a folder"),
            (given(PACKAGE / "assets"), "holds no image"),
        ]
        for name in ("find_images", "load_images", "stream_images")
    },
    "folders.class_folders": [(given("nowhere"), "folder nowhere does not exist")],
    "folders.unpack_people": [(given(__file__), "is a file; name a folder")],
    "networks.build_transposed_generator": [
        *each(BAD_COUNTS, lambda bad: given(bad), "latent_dim"),
        *each([(1, "at least 2")], lambda bad: given(kernel_size=bad), "kernel_size"),
    ],
    # ---- metrics
    "metrics.inception_score": [
        *each(ALL_BAD_ROWS, lambda bad: given(bad), "probabilities"),
        (given(SHARES * 2), "probabilities must be at least 0 and sum to 1.*softmax"),
        (given(SHARES, 13), "12 rows for 13 splits"),
        *each(BAD_COUNTS, lambda bad: given(SHARES, bad), "splits"),
    ],
    "metrics.frechet_distance": [
        *each(BAD_ARRAYS, lambda bad: given(bad, np.eye(2), [0, 0], np.eye(2)), "mean_a"),
        *each([(np.eye(3), "shape")], lambda bad: given([0, 0], np.eye(2), [0, 0], bad), "cov_b"),
        (given([0, 0], np.eye(2), [0], np.eye(1)), "mean_a and mean_b must be equally long"),
        (given([0, 0], -np.eye(2), [0, 0], np.eye(2)), "cov_a has the negative eigenvalue"),
    ],
    **{
        f"metrics.{name}": [
            *each(BAD_ROWS, lambda bad: given(bad, ROWS), "real_features"),
            *each(BAD_ROWS, lambda bad: given(ROWS, bad), "fake_features"),
            (given(ROWS, ROWS[:, :2]), "same number of columns"),
            *extra,
        ]
        for name, extra in {
            "fid": [],
            "kernel_inception_distance": [
                *each([(1, "at least 2")], lambda bad: given(ROWS, ROWS, subset_size=bad), "subset_size"),
                *each(BAD_COUNTS, lambda bad: given(ROWS, ROWS, subsets=bad), "subsets"),
                *each(BAD_SEEDS, lambda bad: given(ROWS, ROWS, seed=bad), "seed"),
            ],
            "precision_recall": [
                *each(BAD_COUNTS, lambda bad: given(ROWS, ROWS, k=bad), "k "),
                (given(ROWS, ROWS, k=12), "more than k = 12 rows"),
            ],
            "density_coverage": [
                *each(BAD_COUNTS, lambda bad: given(ROWS, ROWS, k=bad), "k "),
                (given(ROWS, ROWS, k=12), "more than k = 12 rows"),
            ],
        }.items()
    },
    # ---- classifier
    "classifier.train_classifier": [
        *each(BAD_SEEDS, lambda bad: given(seed=bad), "seed"),
        *each(BAD_COUNTS, lambda bad: given(epochs=bad), "epochs"),
        *each(BAD_COUNTS, lambda bad: given(batch_size=bad), "batch_size"),
    ],
    **{
        f"classifier.{name}": each(OF_ANOTHER_SIZE, lambda bad: given(bad), "images")
        for name in ("features_and_probabilities", "class_features", "class_probabilities")
    },
    # ---- evaluation
    "evaluation.describe": [
        *each([*BAD_IMAGES, *OF_ANOTHER_SIZE], lambda bad: given(bad), "images"),
        *each(BAD_IMAGES, lambda bad: given(bad, "inception"), "images"),
        *each(BAD_CHOICES, lambda bad: given(IMAGES, bad), "features"),
    ],
    "evaluation.scores": [
        (given(ROWS, DESCRIBED), "real must be Described"),
        (given(DESCRIBED, ROWS), "fake must be Described"),
        (given(DESCRIBED, Described(ROWS[:, :2], SHARES)), "same number of columns"),
    ],
    "evaluation.evaluate": [
        (given(IMAGES), r"draw must be a function.*gan\.sample"),
        (given(GENERATOR), r"draw must be a function.*gan\.sample"),
        (given(lambda n, seed: IMAGES[:n] * 255, 8, real=DESCRIBED), r"images must lie in \[-1, 1\]"),
        *each([(3, "at least 4")], lambda bad: given(len, n=bad), "n "),
        *each(BAD_COUNTS, lambda bad: given(len, resamples=bad), "resamples"),
        (given(lambda n, seed: IMAGES[:n], 8, real=DESCRIBED, features="vgg"), "features must be"),
    ],
    "evaluation.over_seeds": each(BAD_CHOICES, lambda bad: given(bad), "table"),
    "evaluation.with_spread": [
        *each([([1.0], "at least 2"), ([], "at least 2"), ([[1.0, 2.0]], "at least 2")], lambda bad: given(bad), "values"),
        *each([(-1, "at least 0")], lambda bad: given([1.0, 2.0], bad), "digits"),
    ],
    "evaluation.table": [
        *each(BAD_DICTS, lambda bad: given(bad), "rows"),
        (given({"dcgan": {"fid": 1.0}}), r"rows\['dcgan'\] must hold is, fid"),
    ],
    # ---- the doctor and its runs
    **{
        f"studies.{name}": [
            (given(3.5), "run must be a Recording"),
            (given("ring"), "points in the plane"),
            (given("stackgan"), "answers conditions"),
            (
                given(recording(history={}, conditions={})),
                "run has no d_loss, g_loss, d_accuracy_real, d_accuracy_fake: .*record it again",
            ),
            (given(ANSWERED, PIXELS[:, :9]), "photographs must have the shape of the samples"),
            *each(BAD_PIXELS, lambda bad: given(ANSWERED, bad), "photographs"),
            (given(ANSWERED, "nowhere"), "folder nowhere does not exist"),
        ]
        for name in ("observed.observe", "doctor.diagnose")
    },
    "studies.signs.quantities": [(given("dcgan"), "observed must be Observed: give what observe")],
    "studies.doctor.judge": [
        (given({"spread": 1.0}, []), "values must hold all of gan_lib.studies.signs.QUANTITIES; .* missing"),
        (given(dict.fromkeys(QUANTITIES, 0.5), [[1.0]]), "limits must hold a list for each of the .* rules"),
    ],
    "studies.doctor_fit.fit_limits": [
        (given([], []), "rows and faults must be equally long, and not empty"),
        (given([{}], ["healthy"]), "faults must name each kind of run at least once"),
    ],
    "studies.doctor_fit.confusion": each(BAD_CHOICES, lambda bad: given(bad), "part"),
    "runs.doctor_says": [(given("ring"), "points in the plane"), (given(ANSWERED), "source must be a path")],
    "studies.faults.build_small_generator": [
        *each(BAD_COUNTS, lambda bad: given(bad), "latent_dim"),
        *each(BAD_CHOICES, lambda bad: given(last=bad), "last"),
        *each([(1, "at least 2")], lambda bad: given(transposed=bad), "transposed"),
        *each(BAD_COUNTS, lambda bad: given(units=bad), "units"),
    ],
    "studies.faults.build_small_discriminator": [
        *each([(1.5, "number")], lambda bad: given(momentum=bad), "momentum"),
        *each([(1.5, "number")], lambda bad: given(dropout=bad), "dropout"),
    ],
    "studies.faults.setup_of": [
        *each(BAD_CHOICES, lambda bad: given(bad, 1), "fault"),
        *each([(17, "must be 16")], lambda bad: given("few_images", bad), "strength"),
    ],
    "studies.faults.train": [
        (given("few_images", IMAGES, IMAGES, DESCRIBED), "setup must be a Setup, such as setup_of"),
        *each(BAD_IMAGES, lambda bad: given(Setup(), bad, IMAGES, DESCRIBED), "images"),
        *each(BAD_IMAGES, lambda bad: given(Setup(), IMAGES, bad, DESCRIBED), "held_out"),
        (given(Setup(), IMAGES, IMAGES, SHARES), "real must be Described"),
        *each(BAD_SEEDS, lambda bad: given(Setup(), IMAGES, IMAGES, DESCRIBED, bad), "seed"),
        *each([(1, "at least 6")], lambda bad: given(Setup(), IMAGES, IMAGES, DESCRIBED, steps=bad), "steps"),
    ],
    "studies.gallery.save_gallery": [
        *each(BAD_DICTS, lambda bad: given("gallery.npz", bad), "exhibits"),
        (given("gallery.npz", {"few_images": RUN}), "must be an Exhibit"),
        (given("gallery.txt", EXHIBITS), "path must end in .npz"),
    ],
    "studies.gallery.load_gallery": [
        (given(PACKAGE / "assets" / "judge.npz"), "is no gallery .*name one that save_gallery has written")
    ],
    "widgets.gallery.gallery_stepper": [
        *each(BAD_DICTS, lambda bad: given(bad), "gallery"),
        (given({"few_images": RUN}), "must be an Exhibit, as load_gallery returns it"),
        (given(EXHIBITS), "gallery must hold 'healthy' and a fault at least"),
        *each(BAD_COUNTS, lambda bad: given(EXHIBITS | {"healthy": EXHIBITS["few_images"]}, bad), "interval"),
    ],
    # ---- recordings
    "recordings.Recording.of": [
        (given(SampleRecorder(), {}), "recorder has kept nothing"),
        (given(None, {}), "recorder has kept nothing"),
    ],
    "recordings.Recording.load": [(given(None), "name must be"), (given(3), "name must be")],
    "recordings.Recording.save": [
        (given(RUN, "run.txt"), "path must end in .npz"),
        (given(replace(RUN, measured={"x": np.array([{}], object)}), "run.npz"), "measured/x holds Python objects"),
    ],
    "recordings.Recording.at_moments": each(BAD_CHOICES, lambda bad: given(RUN, bad), "name"),
    "recordings.Recording.generator": [
        (given(RUN), "no weights; make it again"),
        (
            given(replace(RUN, weights=[np.zeros(3)])),
            "recording does not hold the weights of the network 'generator'.*record it again",
        ),
        (given(replace(RUN, weights=[np.zeros(3)], made={"network": "os"})), 'network must be "dcgan"'),
    ],
    # ---- averaging
    "averaging.averaged": [
        (given(UNCOMPILED), "gan must be a compiled GAN"),
        *each(BAD_COUNTS, lambda bad: given(COMPILED, n=bad), "n "),
        *each(BAD_SEEDS, lambda bad: given(COMPILED, seed=bad), "seed"),
    ],
    "averaging.RampedAdam": each([(0, "above 0"), ("a", "number")], lambda bad: given(ramp=bad), "ramp"),
    "averaging.standing_statistics": [
        (given(None, ROWS), "network must be a Keras model"),
        (given(GENERATOR, ROWS), "has no BatchNormalization"),
        (given(build_classifier(), ROWS), r"inputs must have the shape \(n, 28, 28, 1\)"),
    ],
    # ---- plots: images, runs, points, probes, scores
    "plots.images.image_grid": [
        *each(BAD_PIXELS, lambda bad: given(bad), "images"),
        *each(BAD_COUNTS, lambda bad: given(PIXELS, bad), "columns"),
        *each(BAD_NATURALS, lambda bad: given(PIXELS, gap=bad), "gap"),
    ],
    "plots.images.plot_images": [
        *each(BAD_PIXELS, lambda bad: given(bad), "images"),
        (given(PIXELS, ["one"]), "titles must be a list of 12"),
        *each(BAD_COUNTS, lambda bad: given(PIXELS, columns=bad), "columns"),
        *each(BAD_CHOICES, lambda bad: given(PIXELS, actor=bad), "actor"),
    ],
    "plots.images.plot_pixels": each([(PIXELS, "shape"), (ROWS * np.nan, "finite")], lambda bad: given(bad), "image"),
    "plots.images.plot_samples": [
        *each([(PIXELS, "shape"), (IMAGES, "to_pixels")], lambda bad: given(bad, ["a"]), "frames"),
        (given(RUN.frames, ["one"]), "titles must be a list of 3"),
        *each(BAD_COUNTS, lambda bad: given(RUN.frames, list("abc"), bad), "columns"),
    ],
    "plots.runs.plot_losses": [
        *each(BAD_RECORDINGS, lambda bad: given(bad), "recording"),
        *each([(3, "from -3 to 2"), (0.5, "integer")], lambda bad: given(RUN, bad), "at"),
    ],
    "plots.runs.plot_moment": [
        *each(BAD_RECORDINGS, lambda bad: given(bad, 0), "recording"),
        *each([(7, "must be")], lambda bad: given(RUN, bad), "step"),
    ],
    "plots.runs.plot_distances": [
        *each(BAD_DICTS, lambda bad: given(bad), "recordings"),
        *each(BAD_RECORDINGS, lambda bad: given({"a": bad}), r"recordings\['a'\]"),
        (given({"a": UNMEASURED}), r"recordings\['a'\] has no fid; record it with --fid"),
        (given(dict.fromkeys("abcde", RUN)), "recordings must hold at most 4"),
        (given({"a": RUN}, 3), "at must be an integer"),
    ],
    "plots.runs.plot_runs": [
        *each(BAD_DICTS, lambda bad: given(bad, {"x": len}), "recordings"),
        *each(BAD_DICTS, lambda bad: given({"a": RUN}, bad), "panels"),
        (given(dict.fromkeys("abcde", RUN), {"x": len}), "recordings must hold at most 4"),
    ],
    "plots.points.plot_points": [
        *each(BAD_POINTS, lambda bad: given(bad, POINTS), "real"),
        *each(BAD_POINTS, lambda bad: given(POINTS, bad), "generated"),
        (given(POINTS, POINTS, PIXELS), "heat must have the shape"),
        (given(POINTS, POINTS, titles=["one"]), "titles must be a list of 3"),
    ],
    "plots.points.plot_plane": [
        (given(None), "points.*dict"),
        *each(BAD_POINTS, lambda bad: given({"real": bad}), "real"),
        (given({"critic": POINTS}), 'actor must be "real"'),
        *each(BAD_NUMBERS, lambda bad: given({"real": POINTS}, size=bad), "size"),
    ],
    "plots.points.plot_clouds": [
        *each(BAD_POINTS, lambda bad: given(bad, [POINTS], ["a"]), "real"),
        *each(BAD_POINTS, lambda bad: given(POINTS, [bad], ["a"]), "frames"),
        (given(POINTS, [], []), "number of frames"),
        (given(POINTS, [POINTS], []), "titles must be a list of 1"),
    ],
    "plots.points.plot_arrows": [
        (given([], []), "moments is empty"),
        (given([(POINTS, POINTS, PIXELS[0])], []), "titles must be a list of 1"),
        *each(BAD_POINTS, lambda bad: given([(bad, POINTS, PIXELS[0])], ["a"]), "points"),
        *each(BAD_POINTS, lambda bad: given([(POINTS, bad, PIXELS[0])], ["a"]), "directions"),
    ],
    "plots.points.plot_latent_map": [
        *each(BAD_POINTS, lambda bad: given(bad, POINTS, POINTS[:, 0] > 0), "latents"),
        *each([(POINTS[:3], "shape")], lambda bad: given(POINTS, bad, POINTS[:, 0] > 0), "points"),
        *each([([True], "shape")], lambda bad: given(POINTS, POINTS, bad), "near"),
    ],
    "plots.points.plot_coverage": [
        *each(BAD_RECORDINGS, lambda bad: given(bad, 8), "recording"),
        (given(UNMEASURED, 8), "recording has no modes, near"),
        *each(BAD_COUNTS, lambda bad: given(RUN, bad), "modes"),
    ],
    "plots.probes.plot_race": [
        *each(BAD_DICTS, lambda bad: given(bad, {"a": {"minimax": SHARES}}, range(4)), "accuracy"),
        *each(BAD_DICTS, lambda bad: given({"a": SHARES}, bad, range(4)), "gradients"),
        (
            given({"a": SHARES}, {"a": {"minimax": SHARES}}, range(3)),
            r"gradients\['a'\]\['minimax'\] must have the shape \(runs, 3\)",
        ),
        (given({"a": SHARES}, {"b": {"minimax": SHARES}}, range(4)), r"gradients\['a'\] is empty"),
    ],
    "plots.probes.plot_company": [
        *each(BAD_DICTS, lambda bad: given(range(4), bad), "answers"),
        (given(range(4), {"d": (SHARES[0], SHARES[0, :3])}), r"answers\['d'\] must be a list of 4"),
        *each(BAD_ARRAYS, lambda bad: given(bad, {"d": (SHARES[0],) * 2}), "photographs"),
    ],
    "plots.probes.plot_judgement": [
        *each(BAD_DICTS, lambda bad: given(bad, [1], {"x": [1]}), "history"),
        (given({"accuracy": np.ones(5)}, [1], {"x": [1]}), "history.*at least 25"),
        (given({"accuracy": np.ones(30)}, [1, 2], {"x": [1]}), "moments and x must be equally long"),
    ],
    "plots.images.plot_maps": [
        *each(BAD_DICTS, lambda bad: given(bad), "rows"),
        *each([(IMAGES, "shape")], lambda bad: given({"a": bad}), r"rows\['a'\]"),
        *each(BAD_NUMBERS, lambda bad: given({"a": PIXELS}, bad), "size"),
    ],
    "plots.scores.plot_scores": [
        *each(BAD_RECORDINGS, lambda bad: given(bad), "recording"),
        (given(UNMEASURED), "recording has no is, fid.*--scores"),
        (given(RUN, 7), "at must be an integer"),
    ],
    "plots.scores.plot_damage": [
        *each(BAD_DICTS, lambda bad: given(bad, {}), "rows"),
        (given({"blur": ([0, 1], {"fid": [1, 2]})}, {}, ["fid"]), r"titles has none for rows\['blur'\]"),
        (given({"blur": ([0, 1], {"fid": [1]})}, {"blur": "x"}, ["fid"]), r"rows\['blur'\]\['fid'\] must have the shape \(2,\)"),
        (given({"blur": ([0, 1], {"fid": [1, 2]})}, {"blur": "x"}, ["psnr"]), 'scores must be "is"'),
    ],
    "plots.scores.plot_side_by_side": [
        *each(BAD_DICTS, lambda bad: given(bad), "rows"),
        (given({"a": {"fid": 1.0}}), r"rows\['a'\] must hold real numbers"),
        (given({"a": {"fid": 1.0}}, ["psnr"]), "scores must be"),
    ],
    "plots.scores.plot_sample_sizes": [
        *each([([0, 1], "at least 1")], lambda bad: given(bad, {"a": np.ones((2, 3))}), "sizes"),
        *each(BAD_DICTS, lambda bad: given([1, 2], bad), "distances"),
        (given([1, 2], {"a": np.ones((3, 3))}), r"distances\['a'\] must have the shape \(2, resamples\)"),
    ],
    "plots.scores.plot_reach": [
        *each(BAD_POINTS, lambda bad: given(bad, POINTS), "real"),
        *each(BAD_POINTS, lambda bad: given(POINTS, bad), "fake"),
        *each(BAD_COUNTS, lambda bad: given(POINTS, POINTS, bad), "k "),
        (given(POINTS, POINTS, 12), "real must.*hold at least 13"),
    ],
    "plots.faults.plot_exhibit": [
        (given(RUN), "exhibit must be an Exhibit, such as load_gallery"),
        (given(replace(EXHIBITS["few_images"], cured=UNMEASURED)), "exhibit.cured has no fid"),
        *each(BAD_COUNTS, lambda bad: given(EXHIBITS["few_images"], bad), "columns"),
    ],
    "plots.faults.plot_exhibit_curves": [
        (given(RUN, RUN), "exhibit must be an Exhibit"),
        *each(BAD_RECORDINGS, lambda bad: given(EXHIBITS["few_images"], bad), "healthy"),
        (given(EXHIBITS["few_images"], UNMEASURED), "healthy has no fid"),
    ],
    "plots.faults.plot_confusion": [
        *each(BAD_ARRAYS, lambda bad: given(bad, ["a"], ["a"]), "counts"),
        (given([[1, 2]], ["a", "b"], ["a", "b"]), "rows"),
        (given([[1, 2]], ["a"], ["a"]), "columns"),
    ],
    # ---- widgets
    "widgets.runs.epoch_stepper": [
        *each(BAD_RECORDINGS, lambda bad: given(bad), "recording"),
        *each(BAD_CHOICES, lambda bad: given(RUN, curves=bad), "curves"),
        (given(UNMEASURED, curves="scores"), "recording has no is, fid.*--scores"),
        *each(BAD_COUNTS, lambda bad: given(RUN, bad), "interval"),
    ],
    "widgets.runs.comparison_stepper": [
        *each(BAD_DICTS, lambda bad: given(bad), "recordings"),
        *each(BAD_RECORDINGS, lambda bad: given({"a": bad}), r"recordings\['a'\]"),
        (given(dict.fromkeys("abcde", RUN)), "recordings must hold at most 4"),
        (given({"a": UNMEASURED}), "has no fid"),
        *each(BAD_COUNTS, lambda bad: given({"a": RUN}, bad), "n "),
        *each(BAD_COUNTS, lambda bad: given({"a": RUN}, interval=bad), "interval"),
    ],
    "widgets.stepper.stack_stepper": [
        (given([], [], "Step", 100, None, ""), "number of moments"),
        (given(["<p>"], [], "Step", 100, None, ""), "labels must be a list of 1"),
        (given(["<p>"], ["1"], "Step", 0, None, ""), "interval must be an integer"),
    ],
    # ---- games
    "studies.games.TicTacToe.maximises": [(given(GAME, "X"), "board must be")],
    "studies.games.TicTacToe.moves": [(given(GAME, None), "board must be a string of nine")],
    "studies.games.TicTacToe.score": [(given(GAME, "xo......."), "board must be a string of nine")],
    "studies.games.TicTacToe.play": [
        (given(GAME, "X........", 0), "move must be an empty square"),
        (given(GAME, "X", 0), "board must be a string of nine"),
    ],
    "studies.games.TicTacToe.position": [
        (given(GAME, "XX......."), "text must have as many X as O"),
        (given(GAME, None), "text must hold nine squares"),
    ],
    "studies.games.minimax": [(given(GAME, "XO"), "board must be a string of nine")],
    "studies.games.alpha_beta": [(given(GAME, "XO"), "board must be a string of nine")],
    "studies.games.solve_matrix_game": each(BAD_ROWS, lambda bad: given(bad), "payoffs"),
    "studies.games.optimal_discriminator": [
        (given(0.5, uniform), "p must be a function"),
        (given(uniform, 0.5), "q must be a function"),
    ],
    "studies.games.objective": [
        (given(0.5, uniform, uniform, (0, 1)), "discriminator must be a function"),
        (given(uniform, 1.0, uniform, (0, 1)), "p must be a function"),
        (given(uniform, uniform, lambda x: 2.0, (0, 1)), "q must integrate to 1"),
        (given(lambda x: 2.0, uniform, uniform, (0, 1)), "discriminator must answer with probabilities"),
        *[(given(uniform, uniform, uniform, bad), "support must") for bad in ((0, 1, 2), (1, 0), (0, np.inf))],
    ],
    "studies.games.jensen_shannon": [
        (given(None, uniform, (0, 1)), "p must be a function"),
        (given(uniform, lambda x: [x, x], (0, 1)), "q must answer one number with one number"),
        (given(uniform, uniform, (1, 0)), "support must"),
    ],
    "studies.games.descent_ascent": [
        *each(BAD_CHOICES, lambda bad: given(bad, (1, 1), 0.1, 3), "rule"),
        *each(
            [((1, 2, 3), "shape"), ((1, np.nan), "finite")],
            lambda bad: given("alternating", bad, 0.1, 3),
            "start",
        ),
        *each([(0, "above 0")], lambda bad: given("alternating", (1, 1), bad, 3), "rate"),
        *each(BAD_COUNTS, lambda bad: given("alternating", (1, 1), 0.1, bad), "steps"),
        (given("alternating", (1, 1), 0.1, 3, None), "gradient must be a function"),
        (given("simultaneous", (1, 1), 1e9, 100), "run away.*smaller rate"),
    ],
    # ---- games: plots, widgets
    "plots.games.game_tree": [(given(GAME, "XO"), "board must be a string of nine")],
    "plots.games.plot_game_tree": [
        (given("X" * 5), "board must be a string of nine"),
        (given("." * 9), "at most three empty squares"),
    ],
    "plots.games.plot_mixtures": [
        *each([(np.eye(3), "shape")], lambda bad: given(bad, SOLUTION, "ab", "ab"), "payoffs"),
        (given(np.eye(2), 0.5, ["a", "b"], ["a", "b"]), "solution must be what gan_lib.studies.games.solve_matrix_game"),
        (given(np.eye(2), SOLUTION, ["a"], ["a", "b"]), "rows must be a list of 2"),
        (given(np.eye(2), SOLUTION, ["a", "b"], ["a"]), "columns must be a list of 2"),
    ],
    "plots.games.plot_witness": [
        (given(*np.ones((5, 3)), [True]), "must be equally long"),
        (given(*np.ones((4, 3)), [np.nan] * 3, [True] * 3), "trained must be finite"),
    ],
    "plots.games.plot_two_losses": each([(ROWS, "shape")], lambda bad: given(bad), "logits"),
    "plots.games.plot_lengths": [
        *each(BAD_DICTS, lambda bad: given(bad), "runs"),
        *each([(ROWS, "shape")], lambda bad: given({"a": bad}), r"runs\['a'\]"),
    ],
    "plots.games.plot_dynamics": [
        *each(BAD_DICTS, lambda bad: given(bad), "paths"),
        *each(BAD_POINTS, lambda bad: given({"a": bad}), r"paths\['a'\]"),
        (given(PATHS, equilibrium=(0, 0, 0)), "equilibrium must have the shape"),
        *each([(0, "above 0")], lambda bad: given(PATHS, limit=bad), "limit"),
        (given(PATHS, -1), "upto must be an integer"),
    ],
    "widgets.games.search_stepper": [
        (given("X" * 5), "board must be"),
        (given("." * 9), "at most three empty squares"),
        (given("X.XOOXXO.", 0), "interval"),
    ],
    "widgets.games.dynamics_stepper": [
        *each(BAD_DICTS, lambda bad: given(bad), "paths"),
        (given({"a": POINTS, "b": POINTS[:3]}), "all equally long"),
        *each(BAD_COUNTS, lambda bad: given(PATHS, bad), "every"),
        *each(BAD_POINTS, lambda bad: given({"a": bad}), r"paths\['a'\]"),
    ],
    # ---- latents
    **{
        f"studies.latents.{name}": [
            *each([(ROWS, "shape")], lambda bad: given(bad, [1.0, 2], 3), "a "),
            (given([1.0, 2], [1.0, 2, 3], 3), "a and b must be equally long"),
            *each([(1, "at least 2")], lambda bad: given([1.0, 2], [2.0, 1], bad), "n "),
        ]
        for name in ("linear", "spherical")
    },
    "studies.latents.plane": [
        (given([0, 0], [1, 0], [1, 0, 0], [0]), "origin and across and down must be equally long"),
        *each([(ROWS, "shape"), (1.0, "shape")], lambda bad: given([0, 0], [1, 0], [0, 1], bad), "places"),
    ],
    "studies.latents.directions": [
        (given(None, 2), "generator must begin with a dense layer"),
        (given(judge(8, 8, 1), 2), "generator must begin with a dense layer"),
        *each([(4, "from 1 to 3")], lambda bad: given(GENERATOR, bad), "k "),
    ],
    "studies.latents.nearest": [
        *each(
            [(ROWS[:0], "empty"), (ROWS[0], "have the same shape")],
            lambda bad: given(bad, ROWS),
            "images",
        ),
        *each([(ROWS[:0], "empty"), (ROWS[:, :2], "same shape")], lambda bad: given(ROWS, bad), "candidates"),
        *each(BAD_COUNTS, lambda bad: given(ROWS, ROWS, bad), "block"),
    ],
    # ---- applications
    "applications.captions.Meaning": [
        *each([(10, "from 0 to 9"), ("bag", "integer")], lambda bad: given(bad), "garment"),
        *each(BAD_CHOICES, lambda bad: given(0, bad), "shade"),
        *each(BAD_CHOICES, lambda bad: given(0, "", bad), "texture"),
    ],
    "applications.captions.brightness": each(BAD_IMAGES, lambda bad: given(bad), "images"),
    "applications.captions.roughness": each(BAD_IMAGES, lambda bad: given(bad), "images"),
    "applications.captions.meanings": [
        *each(BAD_IMAGES, lambda bad: given(bad, LABELS), "images"),
        *each(ALL_BAD_LABELS, lambda bad: given(IMAGES, bad), "labels"),
    ],
    "applications.captions.caption": [
        (given("a bag", NORMAL), "meaning must be"),
        (given(MEANINGS[0], 0), "random must be a generator"),
        *each([(2, "at most 1")], lambda bad: given(MEANINGS[0], NORMAL, bad), "leave_out"),
    ],
    "applications.captions.captions": [
        (given(IMAGES), "of_images must be a list of Meaning"),
        *each(BAD_SEEDS, lambda bad: given(MEANINGS, bad), "seed"),
        *each(BAD_NUMBERS, lambda bad: given(MEANINGS, 0, bad), "leave_out"),
    ],
    "applications.captions.seen_together": [
        (given(["a bag"]), "of_images must be"),
        (given(MEANINGS, ["bag"]), "unseen must be"),
    ],
    "applications.captions.wrong_partners": [
        (given(["a bag"], MEANINGS), "said must be"),
        (given(MEANINGS, MEANINGS[:3]), "of_images must hold a Meaning for each of 12"),
        (given(MEANINGS[:1], MEANINGS[:1]), "captions are too much alike"),
        *each(BAD_SEEDS, lambda bad: given(MEANINGS, MEANINGS, bad), "seed"),
    ],
    "applications.captions.tokens": [(given(bad), "sentences must be") for bad in ([], [3])]
    + [(given("a purple bag"), "not known: purple"), (given("the " * 9), "known|1 to 8 words"), (given(""), "1 to 8 words")],
    "applications.text_encoder.encode": [(given(bad), "sentences must be") for bad in ([],)],
    "applications.text_encoder.describe_images": each([*BAD_IMAGES, *OF_ANOTHER_SIZE], lambda bad: given(bad), "images"),
    "applications.text_encoder.train_text_encoder": [
        *each(BAD_SEEDS, lambda bad: given(IMAGES, LABELS, seed=bad), "seed"),
        *each(BAD_COUNTS, lambda bad: given(IMAGES, LABELS, steps=bad), "steps"),
        *each([(13, "from 1 to 12")], lambda bad: given(IMAGES, LABELS, batch_size=bad), "batch_size"),
        *each(BAD_LABELS, lambda bad: given(IMAGES, bad, steps=1, batch_size=4), "labels"),
        *each(BAD_IMAGES, lambda bad: given(bad, LABELS, steps=1, batch_size=4), "images"),
    ],
    "applications.sizes.shrink": [
        *each(BAD_IMAGES, lambda bad: given(bad, 2), "images"),
        *each(BAD_COUNTS, lambda bad: given(IMAGES, bad), "scale"),
        (given(IMAGES, 3), "multiples of scale = 3"),
    ],
    "applications.sizes.enlarge": [
        *each(BAD_IMAGES, lambda bad: given(bad, 2), "images"),
        *each(BAD_COUNTS, lambda bad: given(IMAGES, bad), "scale"),
        *each(BAD_CHOICES, lambda bad: given(IMAGES, 2, bad), "interpolation"),
    ],
    "applications.scoring.sharpness": each(BAD_IMAGES, lambda bad: given(bad), "images"),
    "applications.scoring.detail_distance": [
        *each(BAD_IMAGES, lambda bad: given(bad, IMAGES), "real"),
        *each(BAD_IMAGES, lambda bad: given(IMAGES, bad), "made"),
        *each(BAD_COUNTS, lambda bad: given(IMAGES, IMAGES, bad), "side"),
        *each(BAD_COUNTS, lambda bad: given(IMAGES, IMAGES, places=bad), "places"),
        *each(BAD_COUNTS, lambda bad: given(IMAGES, IMAGES, directions=bad), "directions"),
        (given(IMAGES, IMAGES, 29), "side must be"),
        (given(IMAGES, IMAGES[:5]), "same shape"),
        (given(IMAGES * 0, IMAGES), "real must have details"),
    ],
    "applications.scoring.paired_scores": [
        *each(BAD_IMAGES, lambda bad: given(bad, IMAGES, LABELS), "real"),
        *each(BAD_IMAGES, lambda bad: given(IMAGES, bad, LABELS), "made"),
        *each(BAD_LABELS, lambda bad: given(IMAGES, IMAGES, bad), "labels"),
        (given(IMAGES, IMAGES[:5], LABELS), "must be pairs"),
        (given(IMAGES * 0, IMAGES, LABELS), "real must have edges"),
    ],
    "applications.pix2pix.draw_edges": [
        *each(BAD_IMAGES, lambda bad: given(bad), "images"),
        *each([(-1, "at least 0")], lambda bad: given(IMAGES, bad), "sigma"),
    ],
    "applications.pix2pix.build_generator": [
        *each(
            [((28, 28), "height, width"), ((0, 28, 1), "integer"), ((None, None, 1), "integer")],
            lambda bad: given(bad),
            "shape",
        ),
        *each([((), "maps"), ((64, 0), "integer")], lambda bad: given(filters=bad), "filters"),
    ],
    "applications.pix2pix.build_discriminator": [
        (given(28), "shape must be"),
        *each(BAD_COUNTS, lambda bad: given(filters=bad), "filters"),
        *each(BAD_NATURALS, lambda bad: given(strides=bad), "strides"),
    ],
    "applications.pix2pix.receptive_field": [(given(None), "network must be a Keras model")],
    **{
        f"applications.{name}.build": [
            *each(BAD_CHOICES, lambda bad: given(bad), "variant"),
            *each(BAD_SEEDS, lambda bad: given(seed=bad), "seed"),
            (given(name, GENERATOR), "start does not hold the weights of the network"),
        ]
        for name in ("pix2pix", "srgan")
    },
    "applications.stackgan.build": [
        *each(BAD_CHOICES, lambda bad: given(bad), "variant"),
        *each(BAD_SEEDS, lambda bad: given(seed=bad), "seed"),
        (given("stage-2"), "start must be the generator of Stage I"),
        (given("stage-2", "stackgan"), "start must be the generator of Stage I"),
    ],
    **{
        f"applications.{name}.options": each(BAD_CHOICES, lambda bad: given(bad), "variant")
        for name in ("pix2pix", "srgan", "stackgan")
    },
    **{
        f"applications.{name}.followed": each([(5_000, "from 1 to")], lambda bad: given(bad), "n ")
        for name in ("pix2pix", "srgan", "stackgan")
    },
    "applications.pix2pix.pairs": each(BAD_IMAGES, lambda bad: given(bad), "images"),
    "applications.srgan.pairs": each(BAD_IMAGES, lambda bad: given(bad), "images"),
    "applications.stackgan.pairs": [
        *each(BAD_IMAGES, lambda bad: given(bad, LABELS), "images"),
        *each(BAD_LABELS, lambda bad: given(IMAGES, bad), "labels"),
        *each(BAD_CHOICES, lambda bad: given(IMAGES, LABELS, bad), "variant"),
        (given(IMAGES, LABELS, unseen=tuple(map(Meaning, range(10)))), "images are all of kinds that are left out"),
    ],
    "applications.srgan.build_generator": [
        *each([(28, "height, width"), ((7, 7, None), "integer")], lambda bad: given(bad), "shape"),
        *each(BAD_COUNTS, lambda bad: given(blocks=bad), "blocks"),
        *each(BAD_COUNTS, lambda bad: given(filters=bad), "filters"),
    ],
    "applications.srgan.build_discriminator": [
        (given((28, 28)), "shape must be"),
        *each(BAD_COUNTS, lambda bad: given(filters=bad), "filters"),
        *each(BAD_COUNTS, lambda bad: given(units=bad), "units"),
    ],
    "applications.srgan.perceptual_loss": [
        *each(OF_ANOTHER_SIZE, lambda bad: given(bad, IMAGES), "real_images"),
        *each(OF_ANOTHER_SIZE, lambda bad: given(IMAGES, bad), "images"),
    ],
    "applications.stackgan.Augmentation": [
        *each(BAD_COUNTS, lambda bad: given(bad), "units"),
        *each([(-1, "at least 0")], lambda bad: given(4, bad), "kl_weight"),
    ],
    "applications.stackgan.WithNoise": each(BAD_COUNTS, lambda bad: given(bad), "units"),
    "applications.stackgan.build_generator": each([(3, "from 1 to 2")], lambda bad: given(bad), "stage"),
    "applications.stackgan.build_stage_1": [
        (given(**{name: 0}), f"{name} must be an integer")
        for name in ("text", "condition", "noise", "filters", "start", "channels")
    ]
    + [(given(doublings=-1), "doublings must be an integer")],
    "applications.stackgan.build_stage_2": [
        (given(None), "stage_1 must be the generator of Stage I"),
        *[(given(GENERATOR, **{name: 0}), f"{name} must be an integer") for name in ("condition", "filters")],
        *[
            (given(GENERATOR, **{name: -1}), f"{name} must be an integer")
            for name in ("residual_blocks", "doublings", "halvings")
        ],
    ],
    "applications.stackgan.build_discriminator": [
        (given(**{"size": 14} | {name: 0}), f"{name} must be an integer")
        for name in ("size", "text", "compressed", "filters", "channels")
    ]
    + [(given(14, halvings=-1), "halvings must be an integer")],
    "applications.stackgan.full_size": [
        *each(BAD_IMAGES, lambda bad: given(bad), "images"),
        (given(SMALL), "images must have 14 or 28 pixels"),
    ],
    "applications.stackgan.seen_in": each([*BAD_IMAGES, *OF_ANOTHER_SIZE], lambda bad: given(bad), "images"),
    "applications.stackgan.obedience": [
        *each(BAD_IMAGES, lambda bad: given(bad, MEANINGS), "images"),
        (given(IMAGES, MEANINGS[:3]), "said must hold a Meaning for each of 12"),
        (given(IMAGES, ["a bag"] * 12), "said must be a list of Meaning"),
    ],
    "plots.applications.plot_table": [
        *each(BAD_DICTS, lambda bad: given(bad), "rows"),
        *each(BAD_PIXELS, lambda bad: given({"a": bad}), r"rows\['a'\]"),
        *each(BAD_COUNTS, lambda bad: given({"a": PIXELS}, bad), "columns"),
        (given({"a": PIXELS}, actors={"a": "critic"}), "actors must be"),
        *each(BAD_NUMBERS, lambda bad: given({"a": PIXELS}, size=bad), "size"),
    ],
    "plots.applications.plot_answers": [
        *each(BAD_PIXELS, lambda bad: given(bad, PIXELS, PIXELS), "given"),
        *each(BAD_PIXELS, lambda bad: given(PIXELS, bad, PIXELS), "made"),
        (given(PIXELS, PIXELS, PIXELS[:, :4]), "wanted must have the shape"),
        (given(PIXELS, PIXELS, PIXELS, ["condition"]), "names must be a list of 3"),
        *each(BAD_COUNTS, lambda bad: given(PIXELS, PIXELS, PIXELS, columns=bad), "columns"),
        *each([(0.5, "at least 0.64")], lambda bad: given(PIXELS, PIXELS, PIXELS, size=bad), "size"),
    ],
    "plots.applications.plot_words": [
        *each(BAD_PIXELS, lambda bad: given(bad, ["a"] * 3, ["b"] * 4), "frames"),
        (given(PIXELS, ["a"], ["b"]), r"frames must have the shape \(1, height, width\)"),
        *each(BAD_NUMBERS, lambda bad: given(PIXELS, ["a"] * 3, ["b"] * 4, bad), "size"),
    ],
    "plots.applications.plot_measured": [
        *each(BAD_DICTS, lambda bad: given(bad, ["l1"]), "recordings"),
        (given({"a": UNMEASURED}, ["l1"]), r"recordings\['a'\] has no l1"),
        (given({"a": RUN}, []), "names is empty"),
        (given({"a": RUN}, ["near"]), "names must be"),
        (given({"a": RUN}, ["l1"], 3), "at must be an integer"),
    ],
    "widgets.applications.application_stepper": [
        *each(BAD_RECORDINGS, lambda bad: given(bad, ["l1"]), "recording"),
        (given(UNMEASURED, ["l1"]), "recording has no l1"),
        (given(RUN, ["near"]), "names must be"),
        (given(recording(conditions={}), ["l1"]), "no conditions"),
        (given(RUN, ["l1"], words=["a"]), "words must be a list of 2"),
        *each(BAD_COUNTS, lambda bad: given(RUN, ["l1"], interval=bad), "interval"),
    ],
    "widgets.applications.before_after": [
        *each(BAD_PIXELS, lambda bad: given(bad, PIXELS, "a", "b"), "before"),
        *each(BAD_PIXELS, lambda bad: given(PIXELS, bad, "a", "b"), "after"),
        (given(PIXELS, PIXELS[:3], "a", "b"), "must have one shape"),
        *each(BAD_COUNTS, lambda bad: given(PIXELS, PIXELS, "a", "b", bad), "width"),
    ],
    "widgets.applications.caption_menu": [
        *[(given(len, bad), "sentences must have at least one caption") for bad in ([], "a bag")],
        *each(BAD_COUNTS, lambda bad: given(len, ["a bag"], bad), "n "),
        (given(IMAGES, ["a bag"]), "draw must be a function"),
        (given(lambda caption, n, seed: IMAGES[:n] * 255, ["a bag"]), r"images must lie in \[-1, 1\]"),
    ],
    # ---- checkerboard
    "studies.checkerboard.neighbour_correlation": [
        *each([(IMAGES[..., 0], "shape")], lambda bad: given(bad), "images"),
        (given(IMAGES * 0), "all of one grey"),
        (given(IMAGES[:, :1]), "at least 2 x 2"),
    ],
    **{
        f"studies.checkerboard.{name}": [
            *each([(IMAGES[..., 0], "shape")], lambda bad: given(bad), "images"),
            *each(BAD_COUNTS, lambda bad: given(IMAGES, bad), "period"),
            *each(BAD_NATURALS, lambda bad: given(IMAGES, 2, bad), "margin"),
            (given(IMAGES, 2, 14), "no tile"),
        ]
        for name in ("phase_means", "checkerboard")
    },
    # ---- points
    "studies.shapes.sample_points": [
        *each(BAD_CHOICES, lambda bad: given(bad, 3, 0), "shape"),
        *each(BAD_COUNTS, lambda bad: given("ring", bad, 0), "n "),
        *each(BAD_SEEDS, lambda bad: given("ring", 3, bad), "seed"),
    ],
    "studies.shapes.nearest_mode": [
        *each(ALL_BAD_POINTS, lambda bad: given(bad, "ring"), "points"),
        *each([*BAD_POINTS, ("square", "must be")], lambda bad: given(POINTS, bad), "modes"),
        *each([(0, "above 0")], lambda bad: given(POINTS, "ring", bad), "spread"),
    ],
    "studies.shapes.modes_covered": [
        *each(BAD_POINTS, lambda bad: given(bad, "ring"), "points"),
        *each([(2, "at most 1")], lambda bad: given(POINTS, "ring", bad), "share"),
    ],
    "studies.points.heat_map": [
        (given(None), "discriminator must be a Keras model"),
        (given(DISCRIMINATOR), "points must have the shape"),
        *each(BAD_COUNTS, lambda bad: given(OF_POINTS, bad), "size"),
    ],
    "studies.points.build_point_gan": [
        *each(BAD_SEEDS, lambda bad: given(bad), "seed"),
        *each([(0, "above 0")], lambda bad: given(0, bad), "generator_rate"),
        *each([(0, "above 0")], lambda bad: given(0, 1e-3, bad), "discriminator_rate"),
    ],
    "studies.points.record_points": [
        *each(BAD_CHOICES, lambda bad: given(bad, 1, 0), "shape"),
        *each(BAD_COUNTS, lambda bad: given("ring", bad, 0), "epochs"),
        *each(BAD_SEEDS, lambda bad: given("ring", 1, bad), "seed"),
        *each(BAD_COUNTS, lambda bad: given("ring", 1, 0, bad), "batch_size"),
        *each(BAD_COUNTS, lambda bad: given("ring", 1, 0, 8, bad), "n "),
    ],
    # ---- probes
    "studies.probes.logits": [
        (given(None, IMAGES), "discriminator must be a Keras model"),
        *each(OF_ANOTHER_SIZE, lambda bad: given(DISCRIMINATOR, bad), "images"),
    ],
    **{
        f"studies.probes.{name}": each(
            [(PIXELS[..., None], "gan_lib.data.scale"), *OF_ANOTHER_SIZE],
            lambda bad, more=more: given(DISCRIMINATOR, bad, *more),
            argument,
        )
        + [(given(None, IMAGES, *more), "discriminator must be a Keras model")]
        + extra
        for name, argument, more, extra in (
            ("saliency", "images", (), []),
            (
                "occlusion",
                "images",
                (),
                [
                    *each([(29, "from 1 to 28")], lambda bad: given(DISCRIMINATOR, IMAGES, bad), "size"),
                    *each(BAD_COUNTS, lambda bad: given(DISCRIMINATOR, IMAGES, 6, bad), "step"),
                    *each(BAD_NUMBERS, lambda bad: given(DISCRIMINATOR, IMAGES, 6, 2, bad), "fill"),
                ],
            ),
            ("in_batches", "images", (), each(BAD_COUNTS, lambda bad: given(DISCRIMINATOR, IMAGES, bad), "batch_size")),
            ("generator_gradients", "fake_images", (), []),
            (
                "train_alone",
                "real_images",
                (IMAGES, 1),
                [
                    *each(
                        [(IMAGES[:0], "empty"), *OF_ANOTHER_SIZE], lambda bad: given(DISCRIMINATOR, IMAGES, bad, 1), "fake_images"
                    ),
                    *each(BAD_NATURALS, lambda bad: given(DISCRIMINATOR, IMAGES, IMAGES, bad), "steps"),
                    *each(BAD_COUNTS, lambda bad: given(DISCRIMINATOR, IMAGES, IMAGES, 1, batch_size=bad), "batch_size"),
                    *each(BAD_SEEDS, lambda bad: given(DISCRIMINATOR, IMAGES, IMAGES, 1, seed=bad), "seed"),
                    (given(DISCRIMINATOR, IMAGES, IMAGES, 1, at=[0]), "measure must be a function"),
                ],
            ),
        )
    },  # fmt: skip
    "studies.probes.receptive_field": [
        (given(None, "conv", 0, 0), "network must be a Keras model"),
        *each(BAD_CHOICES, lambda bad: given(DISCRIMINATOR, bad, 0, 0), "layer"),
        *each([(26, "from 0 to 25")], lambda bad: given(DISCRIMINATOR, "conv", bad, 0), "row"),
        *each([(26, "from 0 to 25")], lambda bad: given(DISCRIMINATOR, "conv", 0, bad), "column"),
    ],
    # ---- widgets: explorer, quiz
    "widgets.explorer.latent_explorer": [
        *each([(ROWS, "shape")], lambda bad: given(GENERATOR, bad, np.eye(3)), "origin"),
        *each(
            [(np.eye(4), "shape"), (np.eye(3)[:1], "at least 2")],
            lambda bad: given(GENERATOR, np.zeros(3), bad),
            "directions",
        ),
        *each([(ROWS, "shape")], lambda bad: given(GENERATOR, np.zeros(3), np.eye(3), bad), "places"),
        (given(GENERATOR, np.zeros(4), np.eye(4)), "origin must have the shape"),
        (given(None, np.zeros(3), np.eye(3)), "generator must be a Keras model"),
    ],
    "widgets.quiz.real_or_fake": [
        *each(BAD_IMAGES, lambda bad: given(bad, IMAGES, 4), "real"),
        *each(BAD_IMAGES, lambda bad: given(IMAGES, bad, 4), "fake"),
        *each([(1, "at least 2")], lambda bad: given(IMAGES, IMAGES, bad), "n "),
        *each(BAD_SEEDS, lambda bad: given(IMAGES, IMAGES, 4, bad), "seed"),
        (given(IMAGES, IMAGES, 13), "at least n = 13 images"),
        (given(IMAGES, SMALL, 4), "of one size"),
    ],
    "widgets.quiz.score_interval": [
        *each([(4, "from 0 to 3")], lambda bad: given(bad, 3), "right"),
        *each(BAD_COUNTS, lambda bad: given(0, bad), "answered"),
        *each([(95, "0.95")], lambda bad: given(1, 3, bad), "confidence"),
    ],
    # ---- recipes, and the gradients of a training
    "studies.recipes.ClassicRecipe": [
        *each(BAD_CHOICES, lambda bad: given(GENERATOR, DISCRIMINATOR, bad), "freeze"),
        (given(GENERATOR, judge(8, 8, 1)), "generator makes images of shape"),
    ],
    "studies.probes.Measured": [
        (given(None), "optimizer must be a Keras optimizer"),
        (given("adam"), "optimizer must be a Keras optimizer"),
    ],
    "studies.probes.train_behind": [
        (given(None, IMAGES, 1, 1), "gan needs an optimizer that measures"),
        (given(COMPILED, IMAGES, 1, 1), "gan needs an optimizer that measures"),
        *each([*BAD_IMAGES, *OF_ANOTHER_SIZE], lambda bad: given(MEASURING, bad, 1, 1), "images"),
        *each(BAD_NATURALS, lambda bad: given(MEASURING, IMAGES, bad, 1), "head_start"),
        *each(BAD_NATURALS, lambda bad: given(MEASURING, IMAGES, 1, bad), "steps"),
        *each(BAD_COUNTS, lambda bad: given(MEASURING, IMAGES, 1, 1, bad), "batch_size"),
        *each(BAD_SEEDS, lambda bad: given(MEASURING, IMAGES, 1, 1, seed=bad), "seed"),
    ],
    # ---- the study of losses
    "studies.losses.Budget": [
        *[
            case
            for name in ("images", "batch_size", "width", "moments", "samples")
            for case in each(BAD_COUNTS, lambda bad, name=name: given(**{name: bad}), name)
        ],
        (given(images=32_001), r"images must be a multiple of moments \* batch_size = 128.*got 32001"),
    ],
    "studies.losses.Run": [
        *each(BAD_CHOICES, lambda bad: given(bad, 1e-3, 0), "game"),
        *each([*BAD_NUMBERS, (0, "above 0")], lambda bad: given("hinge", bad, 0), "rate"),
        *each(BAD_SEEDS, lambda bad: given("hinge", 1e-3, bad), "seed"),
        (given("hinge", 1e-3, 0, 0.1), "strength is for a game with penalties, and hinge has none; leave it out"),
        *each([(None, "number"), (0, "above 0")], lambda bad: given("wasserstein_gp", 1e-3, 0, bad), "strength"),
    ],
    "studies.losses.build": each(BAD_COUNTS, lambda bad: given(RUN_OF_STUDY, bad), "width"),
    "studies.losses.play": [
        *each([*BAD_IMAGES, *OF_ANOTHER_SIZE], lambda bad: given(RUN_OF_STUDY, Budget(), bad, DESCRIBED), "images"),
        (given(RUN_OF_STUDY, Budget(), IMAGES, IMAGES), "real must be Described"),
    ],
    "studies.losses_sweep.sweep": [
        (given(__file__, Budget(), IMAGES, DESCRIBED), "test_bad_input.py is a file; name a folder"),
        *each(BAD_CHOICES, lambda bad: given("study", Budget(), IMAGES, DESCRIBED, [bad]), "games"),
        *each(BAD_COUNTS, lambda bad: given("study", Budget(), IMAGES, DESCRIBED, seeds=bad), "seeds"),
    ],
    "studies.losses_sweep.next_run": [
        *each(BAD_CHOICES, lambda bad: given(bad, {}), "game"),
        *each(BAD_COUNTS, lambda bad: given("hinge", {}, bad), "seeds"),
    ],
    "studies.losses_table.standings": [
        *each(BAD_DICTS, lambda bad: given(bad), "outcomes"),
        *each(BAD_CHOICES, lambda bad: given({"hinge": {}}, bad), "at"),
        (given({"a": {"settings": {"game": "hinge"}}}), "outcomes must hold the training hinge-0.0002-0; run the study until"),
    ],
    "studies.losses_table.distances_by_rate": each(BAD_DICTS, lambda bad: given(bad), "outcomes"),
    "studies.losses_table.table": [
        *each(BAD_DICTS, lambda bad: given(bad), "rows"),
        *each(BAD_CHOICES, lambda bad: given({"hinge": None}, bad), "kind"),
    ],
    "studies.fields.places_on_map": each([(1, "at least 2")], lambda bad: given(bad), "size"),
    "studies.fields.slopes": [(given(OF_LOGITS, POINTS), "discriminator takes")],
    "studies.fields.build_game": [
        *each(BAD_CHOICES, lambda bad: given(bad), "name"),
        *each(BAD_SEEDS, lambda bad: given("hinge", bad), "seed"),
    ],
    "studies.fields.record_field": each(BAD_COUNTS, lambda bad: given("hinge", steps=bad), "steps"),
    "studies.fields.record_fields": each(BAD_COUNTS, lambda bad: given("hinge", bad), "seeds"),
    "studies.fields.load_fields": [(given(PACKAGE / "assets" / "judge.npz"), "judge.npz is damaged|has no")],
    "studies.fields.save_fields": each(BAD_DICTS, lambda bad: given("fields.npz", bad), "recordings"),
    "studies.dirac.DiracGAN": [
        (given("hinge"), "loss must be a gan_lib.losses.Loss of scores"),
        (given(gan_lib.NonSaturating()), "loss must be a gan_lib.losses.Loss of scores"),
    ],
    "studies.dirac.DiracGAN.play": [
        *each([(POINTS, "shape")], lambda bad: given(DIRAC, bad), "start"),
        *each([*BAD_NUMBERS, (0, "above 0")], lambda bad: given(DIRAC, rate=bad), "rate"),
        *each(BAD_COUNTS, lambda bad: given(DIRAC, steps=bad), "steps"),
    ],
    "plots.fields.plot_field": [
        (given(ROWS), "slopes must have the shape"),
        (given(POINTS), "slopes must be those of a square map"),
        (given(np.ones((4, 2)), ROWS), "real must have the shape"),
    ],
    "plots.fields.plot_fields": each(BAD_DICTS, lambda bad: given(bad), "recordings"),
    "plots.fields.plot_slopes": each(BAD_DICTS, lambda bad: given(bad), "recordings"),
    "plots.points.real_points": each(BAD_RECORDINGS, lambda bad: given(bad), "recording"),
    "plots.losses.plot_terms": [
        *each(BAD_DICTS, lambda bad: given(bad), "losses"),
        (given({"other": gan_lib.Relativistic()}), r"losses\['other'\] must be a loss of single scores"),
    ],
    "plots.losses.plot_standings": each(BAD_DICTS, lambda bad: given(bad), "rows"),
    "plots.losses.plot_progress": each(BAD_DICTS, lambda bad: given(bad), "outcomes"),
    "widgets.fields.field_stepper": [
        *each(BAD_DICTS, lambda bad: given(bad), "recordings"),
        (given({"ring": Recording.load("ring")}), r"recordings\['ring'\] has no slopes"),
        *each(BAD_COUNTS, lambda bad: given(FIELD, bad), "interval"),
    ],
    "runs.study_losses": [(given("study", images=100), "images must be a multiple of moments")],
    # ---- gan, callbacks, networks, conditional, resume
    "gan.GAN": [
        (given(GENERATOR, judge(8, 8, 1)), r"generator makes images of shape \(28, 28, 1\), but discriminator takes \(8, 8, 1\)"),
        *PLAYERS,
    ],
    "gan.Players.compile": [
        (given(UNCOMPILED, loss="other"), 'loss must be "non_saturating"'),
        (given(UNCOMPILED, label_smoothing=1), "label_smoothing must lie in"),
        (given(UNCOMPILED, optimizer="adam"), "optimizer is not used"),
        (given(UNCOMPILED, metrics=["accuracy"]), "metrics is not used"),
        (given(UNCOMPILED, generator_optimizer="adamant"), "generator_optimizer must be a Keras optimizer"),
        (given(UNCOMPILED, discriminator_optimizer=3), "discriminator_optimizer must be a Keras optimizer"),
        (given(UNCOMPILED, *[keras.optimizers.SGD(0.1)] * 2), "must be two objects"),
        (given(GAN(GENERATOR, OF_LOGITS)), "discriminator must answer with probabilities.*sigmoid"),
        (given(GAN(GENERATOR, FROZEN)), "discriminator has nothing to train"),
    ],
    "gan.GAN.fit": [
        *each([*BAD_IMAGES, *OF_ANOTHER_SIZE, (IMAGES * np.nan, "finite")], lambda bad: given(COMPILED, bad), "x "),
        (given(COMPILED, Dataset.from_tensors((IMAGES, LABELS))), "gives tuples"),
        (given(COMPILED, Dataset.from_tensors(SMALL)), "x must have the shape"),
        (given(COMPILED, [IMAGES]), "x must be an array, or a data set"),
        *[
            (given(COMPILED, IMAGES, **{name: 0}), f"{name} must be an integer")
            for name in ("batch_size", "epochs", "steps_per_epoch")
        ],
        (given(COMPILED, IMAGES, y=LABELS), "y is not used"),
        (given(COMPILED, IMAGES, validation_data=IMAGES), "validation_data is not used"),
        (given(COMPILED, IMAGES, callbacks=[3]), "callbacks must be Keras callbacks"),
        (given(UNCOMPILED, IMAGES), "no optimizers yet: call gan.compile"),
    ],
    "gan.GAN.train_on_batch": [
        *each([*BAD_IMAGES, *OF_ANOTHER_SIZE], lambda bad: given(COMPILED, bad), "x "),
        (given(COMPILED, IMAGES, LABELS), "y is not used"),
    ],
    "gan.GAN.sample": [
        *each(BAD_COUNTS, lambda bad: given(COMPILED, bad), "n "),
        *each(BAD_SEEDS, lambda bad: given(COMPILED, 4, bad), "seed"),
    ],
    "callbacks.SampleRecorder": [
        *each(BAD_COUNTS, lambda bad: given(bad), "n "),
        *each(BAD_SEEDS, lambda bad: given(4, bad), "seed"),
        (given(measure=3), "measure must be a function"),
    ],
    "callbacks.check_callbacks": [
        (given([3]), "callbacks must be Keras callbacks, in a list; got int"),
        (given([keras.callbacks.BackupAndRestore("kept")]), "has a BackupAndRestore.*use gan_lib.Resume"),
        (given([keras.callbacks.SwapEMAWeights()]), "has a SwapEMAWeights.*use gan_lib.averaged"),
        (given([keras.callbacks.ModelCheckpoint("gan.keras")]), "has a ModelCheckpoint.*save_weights_only=True"),
    ],
    "conditional.ConditionalGAN": [
        (given(TRANSLATOR, judge(8, 8, 1)), "generator makes images of shape"),
        PLAYERS[0],
    ],
    **{
        name: [
            *each(OF_ANOTHER_SIZE, lambda bad, owner=owner: given(owner, bad), "conditions"),
            *each(BAD_SEEDS, lambda bad, owner=owner: given(owner, IMAGES, bad), "seed"),
        ]
        for name, owner in (("conditional.ConditionalGAN.sample", CONDITIONAL), ("conditional.generate", TRANSLATOR))
    },
    "conditional.ConditionalGAN.compile": [
        (given(CONDITIONAL, content_weight=-1), "content_weight must be"),
        (given(CONDITIONAL, adversarial_weight=-1), "adversarial_weight must be"),
        (given(CONDITIONAL, adversarial_weight=0), "nothing to minimise"),
    ],
    "conditional.ConditionalGAN.fit": [
        *each([(IMAGES[..., 0], "shape"), (IMAGES * np.nan, "finite")], lambda bad: given(CONDITIONAL, bad, IMAGES), "x "),
        *each([*BAD_IMAGES, *OF_ANOTHER_SIZE], lambda bad: given(CONDITIONAL, IMAGES, bad), "y "),
        (given(CONDITIONAL, IMAGES), "y is missing"),
        (given(CONDITIONAL, IMAGES, IMAGES[:5]), "must be pairs"),
        (given(CONDITIONAL, Dataset.from_tensors(IMAGES)), "must give pairs"),
    ],
    "resume.Resume": each([(None, "path"), ("a\0b", "path")], lambda bad: given(bad), "folder"),
    # ---- whole runs
    "applications.stackgan.Stage.fit": [
        (given(STAGE, IMAGES, IMAGES), r"x must be \(right captions, wrong captions\)"),
        (given(STAGE, (ROWS, ROWS), IMAGES), r"x must have the shape \(n, 64\)"),
    ],
    "applications.application": each(BAD_CHOICES, lambda bad: given(bad), "model"),
    "runs.Settings": [
        *each(BAD_CHOICES, lambda bad: given(bad), "model"),
        *each(BAD_COUNTS, lambda bad: given(epochs=bad), "epochs"),
        *each(BAD_COUNTS, lambda bad: given(batch_size=bad), "batch_size"),
        *each(BAD_SEEDS, lambda bad: given(seed=bad), "seed"),
        *each([(1, "less than 1")], lambda bad: given(average=bad), "average"),
        *each([(0, "above 0")], lambda bad: given(discriminator_rate=bad), "discriminator_rate"),
        *each([(1, "lie in")], lambda bad: given(label_smoothing=bad), "label_smoothing"),
        *[
            (given(model, **{name: value}), f"{name} does not go with model {model}")
            for model, name, value in (
                ("ring", "full", True),
                ("ring", "recipe", "unfrozen"),
                ("srgan", "average", 0.9),
                ("srgan", "label_smoothing", 0.1),
                ("moons", "discriminator_rate", 1.0),
                ("dcgan", "variant", "srgan"),
                ("mlp", "start", "dcgan"),
            )
        ],
        *[
            (given(recipe="switched", **{name: 0.5}), f"{name} does not go with recipe switched")
            for name in ("average", "label_smoothing")
        ],
    ],
    "runs.train": [
        (given(Settings("ring")), "settings are for points.*record_points"),
        (given(Settings("srgan", variant="other"), verbose=0), "variant must be"),
        (given(Settings(recipe="other"), verbose=0), "recipe must be"),
    ],
    "runs.train_and_save": [(given(Settings(), __file__), "test_bad_input.py is a file; name a folder")],
    "saved.save_picture": each(BAD_IMAGES, lambda bad: given("samples.png", bad), "images"),
    "runs.record": [
        (given(Settings(), "run.txt"), "run.txt must end in .npz"),
        *each(BAD_CHOICES, lambda bad: given(Settings(), "run.npz", weights=bad), "weights"),
        (given(Settings("ring"), "run.npz", scores=True), "scores.* go with model ring"),
        (given(Settings("srgan"), "run.npz", fid=True), "fid does not go with model srgan"),
    ],
    "saved.load_network": [
        *each(BAD_CHOICES, lambda bad: given("dcgan", bad), "player"),
        (given("dcgan", "discriminator"), "player must be generator for a recording"),
        (given("mlp-steps"), "recording has no weights"),
    ],
    "saved.load_generator": [(given("ring"), "ring makes .*, not images")],
    "saved.sample": [
        *each(BAD_COUNTS, lambda bad: given("dcgan", bad), "n "),
        *each(BAD_SEEDS, lambda bad: given("dcgan", seed=bad), "seed"),
        (given("dcgan", caption="a bag"), "caption is for StackGAN; dcgan is none"),
        (given("stackgan"), "caption is missing"),
        (given("stackgan", caption="a purple bag"), "not known: purple"),
        (given("ring"), "not images"),
        (given("dcgan", label="3"), "label is for a run that was trained with --labels"),
    ],
    "saved.animation": [(given("ring"), "ring is of points in the plane"), (given(3.5), "source must be a path")],
    "saved.walk": [
        *each([(1, "at least 2")], lambda bad: given("dcgan", bad), "stops"),
        *each(BAD_COUNTS, lambda bad: given("dcgan", between=bad), "between"),
        *each(BAD_SEEDS, lambda bad: given("dcgan", seed=bad), "seed"),
        (given("srgan"), "srgan answers conditions"),
        (given("dcgan", label="3"), "label is for a run that was trained with --labels"),
    ],
    "saved.save_animation": [
        (given("walk.png", [PIXELS[0]]), "path must end in .gif"),
        *each(BAD_COUNTS, lambda bad: given("walk.gif", [PIXELS[0]], bad), "milliseconds"),
    ],
    "exports.export": [
        *each(BAD_CHOICES, lambda bad: given("dcgan", "x.keras", bad), "form"),
        (given("dcgan", "x.zip"), "x.zip must end in .keras"),
        (given("ring", "x.keras"), "not images"),
    ],
    "saved.evaluate_saved": [
        (given(["srgan"]), "srgan answers conditions"),
        *each([(3, "integer")], lambda bad: given(["dcgan"], n=bad), "n "),
        *each(BAD_COUNTS, lambda bad: given(["dcgan"], resamples=bad), "resamples"),
        *each(BAD_CHOICES, lambda bad: given(["dcgan"], features=bad), "features"),
        (given(["dcgan"], images="pictures"), "the classifier knows garments of 28 x 28 grey pixels alone"),
    ],
}

# Public functions that are not in the table, and why.
IN_STEPS = "called in compiled steps, with tensors of what fit has checked"
AFTER_A_RUN = "takes what a run hands out: tests/test_runs.py"
ELSEWHERE = {
    "applications.stackgan.Stage.discriminator_step": IN_STEPS,
    "classifier.how_classifier_was_made": "takes yes or no",
    "classifier.load_classifier": "takes yes or no",
    "gan.call_keeping_statistics": IN_STEPS,
    "gan.Players": "is what GAN and ConditionalGAN are made of",
    **{
        f"{player}.{move}": IN_STEPS
        for player in ("gan.GAN", "conditional.ConditionalGAN")
        for move in ("discriminator_step", "generator_step")
    },
    "studies.faults.Setup.gan": "is the class that a setup names",
    "plots.panels.legend_above": "hands its arguments on to matplotlib",
    "plots.panels.open_panels": "hands its arguments on to matplotlib",
    "networks.answers_probabilities": "takes a network that compile has looked at",
    "augment.one_each": IN_STEPS,
    "devices.drawn_on_each_replica": IN_STEPS,
    "devices.synchronize": "takes a network that is being built",
    "penalties.R2": "is R1 elsewhere",
    "runs.how_made": "takes whatever is to be stored as JSON",
    "runs.measure_scores": AFTER_A_RUN,
    "runs.save_run": AFTER_A_RUN,
}


def found(name):
    """Return what a dotted name below gan_lib stands for."""
    module, parts = import_module("gan_lib"), name.split(".")
    while parts and not hasattr(module, parts[0]) or inspect.ismodule(getattr(module, parts[0], None)):
        module = import_module(f"{module.__name__}.{parts.pop(0)}")
    for part in parts:
        module = getattr(module, part)
    return module


CASES = [
    pytest.param(name, *arguments, message, id=f"{name}-{number}")
    for name, cases in TABLE.items()
    for number, (arguments, message) in enumerate(cases)
]


@pytest.mark.parametrize(("name", "arguments", "options", "message"), CASES)
def test_it_is_told_what_is_wrong(name, arguments, options, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=message) as told, np.errstate(all="ignore"):
        with_effect = found(name)(*arguments, **options)
        with_effect.__enter__()  # of a context manager, which does nothing before
    assert Path(told.traceback[-1].path).is_relative_to(PACKAGE), f"raised deep inside {told.traceback[-1].path}"
    assert len(str(told.value)) < 700 and not list(tmp_path.iterdir())


def documented():
    """Yield the names of all functions, classes and methods of the public modules that say what their arguments are."""
    for info in pkgutil.walk_packages([str(PACKAGE)], "gan_lib."):
        if any(part.startswith("_") for part in info.name.split(".")):  # private, or the command line: see tests/test_cli.py
            continue
        module = import_module(info.name)
        for name, thing in vars(module).items():
            if getattr(thing, "__module__", None) == info.name and (inspect.isroutine(thing) or inspect.isclass(thing)):
                members = vars(thing).items() if inspect.isclass(thing) else ()
                methods = {f"{name}.{key}": getattr(value, "__func__", value) for key, value in members}
                for path, each_thing in ({name: thing} | methods).items():
                    if "Args:" in (getattr(each_thing, "__doc__", None) or ""):
                        yield f"{info.name}.{path}".removeprefix("gan_lib.")


def shown():
    """Yield the names of all functions that a chapter imports from the package."""
    for path in sorted((Path(__file__).parents[1] / "book").glob("*.ipynb")):
        for cell in json.loads(path.read_text())["cells"]:
            code = re.sub(r"^(\s*)[%!].*", r"\1pass", "".join(cell["source"]), flags=re.MULTILINE)
            for node in ast.walk(ast.parse(code)) if cell["cell_type"] == "code" else ():
                if isinstance(node, ast.ImportFrom) and node.module.partition(".")[0] == "gan_lib":
                    for alias in node.names:
                        thing = getattr(import_module(node.module), alias.name, None)
                        if inspect.isfunction(thing) and inspect.signature(thing).parameters:
                            yield f"{thing.__module__}.{thing.__name__}".removeprefix("gan_lib.")


def test_every_public_function_is_in_the_table():
    public = {*documented(), *shown()}
    assert len(public) > 150 and "data.load_fashion_mnist" in {*shown()}
    assert sorted(public - TABLE.keys() - ELSEWHERE.keys()) == []
    assert not ELSEWHERE.keys() & TABLE.keys() and all(map(found, ELSEWHERE))
