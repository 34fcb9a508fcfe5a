"""Every public function, given what it cannot take, says so: a ValueError of its own that names the argument and the remedy."""

import ast
import inspect
import pkgutil
import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import keras
import nbformat
import numpy as np
import pytest
from keras import layers

import gan_lib
from gan_lib import games
from gan_lib.applications import stackgan
from gan_lib.applications.captions import Meaning, meanings
from gan_lib.classifier import build_classifier
from gan_lib.conditional import ConditionalGAN
from gan_lib.data import load_fashion_mnist, to_pixels
from gan_lib.evaluation import Described
from gan_lib.recordings import Recording
from gan_lib.saturation import Measured
from gan_lib.training import GAN, SampleRecorder

PACKAGE = Path(gan_lib.__file__).parent
IMAGES, LABELS = (array[:12] for array in load_fashion_mnist("test"))
PIXELS = to_pixels(IMAGES)
SMALL = IMAGES[:, ::4, ::4]
POINTS = np.random.default_rng(0).normal(size=(12, 2)).astype("float32")
ROWS = np.random.default_rng(0).normal(size=(12, 3))
SHARES = np.full((12, 4), 0.25)
MEANINGS = meanings(IMAGES, LABELS)
NORMAL = np.random.default_rng(0)

# What each kind of argument may not be, and a part of what is said.
BAD_COUNTS = [(0, "integer"), (1.5, "integer"), (True, "integer"), ("3", "integer")]
BAD_SEEDS = [(-1, "integer"), (0.5, "integer"), ("lucky", "integer")]
BAD_NUMBERS = [(np.nan, "number"), (np.inf, "number"), ("1", "number"), (None, "number")]
BAD_ARRAYS = [("text", "must"), (None, "must"), ([[1.0], [1.0, 2.0]], "must")]
BAD_IMAGES = [
    (IMAGES[..., 0], "shape"), (IMAGES[0], "shape"), (IMAGES[:0], "empty|shape"), (IMAGES * np.nan, "finite"),
    (IMAGES * 127.5 + 127.5, "127.5"), (PIXELS[..., None], "gan_lib.data.scale"), *BAD_ARRAYS,
]  # fmt: skip
OF_ANOTHER_SIZE = [(IMAGES[:, ::4, ::4], "shape"), (np.zeros((2, 32, 32, 1), "float32"), "shape")]
BAD_PIXELS = [
    (PIXELS[..., None], "shape"), (PIXELS[0], "shape"), (PIXELS[:0], "empty|shape"), (IMAGES[..., 0], "gan_lib.data.to_pixels"),
    (PIXELS.astype(int) + 1000, "255"), *BAD_ARRAYS,
]  # fmt: skip
BAD_ROWS = [
    (ROWS[0], "shape"), (ROWS[:, :, None], "shape"), (ROWS[:0], "at least"), (ROWS[:, :0], "shape"), (ROWS * np.inf, "finite"),
    (ROWS * 1e200, "overflow"), (ROWS * 1j, "real numbers"), (ROWS.astype(object), "real numbers"), *BAD_ARRAYS,
]  # fmt: skip
BAD_POINTS = [(POINTS[0], "shape"), (ROWS, "shape"), (POINTS[:0], "empty|shape"), (POINTS * np.nan, "finite"), *BAD_ARRAYS]
BAD_LABELS = [
    (LABELS[:5], "shape|pairs"), (LABELS.astype(float), "integers"), (LABELS + 10, "from 0 to 9"), (LABELS.astype(int) - 10, "from 0 to 9"),
    ("text", "must"), (None, "must"),
]  # fmt: skip
BAD_ANSWERS = [(np.ones((3, 1), int), "floats"), (0.5, "array of floats"), (np.zeros((0, 1)), "array of floats"), ([0.5], "floats"),
               (np.full((3, 1), np.nan), "finite"), (np.full((3, 1), 2.0), "sigmoid")]  # fmt: skip
BAD_RECORDINGS = [("dcgan", "Recording.load"), (None, "Recording.load")]
BAD_CHOICES = [("other", "must be"), (None, "must be"), (["x"], "must be")]
BAD_DICTS = [({}, "empty"), ([], "dict"), (None, "dict")]


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


def compiled(**options):
    gan = GAN(GENERATOR, DISCRIMINATOR, seed=0)
    gan.compile(**options)
    return gan


def recording(**changes):
    """A recording of three moments of twelve images."""
    run = Recording(
        frames=np.stack([PIXELS] * 3), steps=np.array([0, 1, 2]), epochs=np.array([0.0, 0.5, 1.0]), latents=np.zeros((12, 3), "float32"),
        history={name: np.ones(1) for name in ("d_loss", "g_loss")}, first_epoch={name: np.ones(2) for name in ("d_loss", "g_loss")},
        weights=[], made={"network": "dcgan"},
        measured={name: np.ones(3) for name in ("is", "fid", "kid", "precision", "recall", "l1", "modes", "near")},
        conditions={"given": PIXELS, "wanted": PIXELS},
    )  # fmt: skip
    return replace(run, **changes)


RUN, UNMEASURED = recording(), recording(measured={})
DESCRIBED = Described(ROWS, SHARES)
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
    "data.scale": each(BAD_PIXELS, lambda bad: given(bad), "pixels"),
    "data.to_pixels": each(BAD_IMAGES, lambda bad: given(bad), "images"),
    "data.check_images": each(BAD_IMAGES, lambda bad: given(bad, name="photographs"), "photographs"),
    "data.check_pixels": each(BAD_PIXELS, lambda bad: given(bad, name="grey"), "grey"),
    "data.check_labels": each(BAD_LABELS, lambda bad: given(bad, 12), "labels"),
    # ---- losses
    "losses.discriminator_loss": [
        *each(BAD_ANSWERS, lambda bad: given(bad, SHARES), "real_probability"),
        *each(BAD_ANSWERS, lambda bad: given(SHARES, bad), "fake_probability"),
        (given(SHARES, SHARES.astype("float32")), "real_probability and fake_probability must be of one type"),
        *[(given(SHARES, SHARES, label_smoothing=bad), r"label_smoothing must lie in \[0, 1\)") for bad in (-0.1, 1, 10, np.nan)],
    ],
    "losses.non_saturating": each(BAD_ANSWERS, lambda bad: given(bad), "fake_probability"),
    "losses.minimax": each(BAD_ANSWERS, lambda bad: given(bad), "fake_probability"),
    # ---- networks
    **{
        f"networks.{name}": each(BAD_COUNTS, lambda bad: given(bad), "latent_dim")
        for name in ("build_generator", "build_mlp_generator", "build_point_generator")
    },
    "networks.build_transposed_generator": [
        *each(BAD_COUNTS, lambda bad: given(bad), "latent_dim"),
        *each([*BAD_COUNTS, (1, "at least 2")], lambda bad: given(kernel_size=bad), "kernel_size"),
    ],
    # ---- metrics
    "metrics.inception_score": [
        *each(BAD_ROWS, lambda bad: given(bad), "probabilities"),
        (given(SHARES * 2), "probabilities must be at least 0 and sum to 1.*softmax"),
        (given(SHARES, 13), "12 rows for 13 splits"),
        *each(BAD_COUNTS, lambda bad: given(SHARES, bad), "splits"),
    ],
    "metrics.frechet_distance": [
        *each(BAD_ARRAYS, lambda bad: given(bad, np.eye(2), [0, 0], np.eye(2)), "mean_a"),
        *each([*BAD_ARRAYS, (np.eye(3), "shape")], lambda bad: given([0, 0], np.eye(2), [0, 0], bad), "cov_b"),
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
                *each([*BAD_COUNTS, (1, "at least 2")], lambda bad: given(ROWS, ROWS, subset_size=bad), "subset_size"),
                *each(BAD_COUNTS, lambda bad: given(ROWS, ROWS, subsets=bad), "subsets"),
                *each(BAD_SEEDS, lambda bad: given(ROWS, ROWS, seed=bad), "seed"),
            ],
            "precision_recall": [
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
        f"classifier.{name}": each([*BAD_IMAGES, *OF_ANOTHER_SIZE], lambda bad: given(bad), "images")
        for name in ("describe", "class_features", "class_probabilities")
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
        *each([*BAD_COUNTS, (3, "at least 4")], lambda bad: given(len, n=bad), "n "),
        *each(BAD_COUNTS, lambda bad: given(len, resamples=bad), "resamples"),
        (given(lambda n, seed: IMAGES[:n], 8, real=DESCRIBED, features="vgg"), "features must be"),
    ],
    "evaluation.table": [
        *each(BAD_DICTS, lambda bad: given(bad), "rows"),
        (given({"dcgan": {"fid": 1.0}}), r"rows\['dcgan'\] must hold is, fid"),
    ],
    # ---- recordings, weights, arrays
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
    "weights.save_weights": [(given(GENERATOR, {}, "w.txt"), "path must end in .npz")],
    "weights.set_weights": [(given(GENERATOR, [np.zeros(3)], "w.npz", "train it again"), "w.npz does not hold.*train it again")],
    "arrays.save_arrays": [
        (given("run.txt", {}), "path must end in .npz"),
        (given("run.npz", {"x": np.array([None])}), "x holds Python objects"),
    ],
    # ---- averaging
    "averaging.averaged": [
        (given(GENERATOR), "gan must be a compiled GAN"),
        (given(GAN(GENERATOR, DISCRIMINATOR)), "gan must be a compiled GAN"),
        *each(BAD_COUNTS, lambda bad: given(compiled(), n=bad), "n "),
        *each(BAD_SEEDS, lambda bad: given(compiled(), seed=bad), "seed"),
    ],
    "averaging.standing_statistics": [
        (given(None, ROWS), "network must be a Keras model"),
        (given(GENERATOR, ROWS), "has no BatchNormalization"),
        (given(build_classifier(), ROWS), r"inputs must have the shape \(n, 28, 28, 1\)"),
    ],
    # ---- plots
    "plots.image_grid": [
        *each(BAD_PIXELS, lambda bad: given(bad), "images"),
        *each(BAD_COUNTS, lambda bad: given(PIXELS, bad), "columns"),
        *each([(-1, "integer"), (0.5, "integer")], lambda bad: given(PIXELS, gap=bad), "gap"),
    ],
    "plots.plot_images": [
        *each(BAD_PIXELS, lambda bad: given(bad), "images"),
        (given(PIXELS, ["one"]), "titles must be a list of 12"),
        *each(BAD_COUNTS, lambda bad: given(PIXELS, columns=bad), "columns"),
        *each(BAD_CHOICES, lambda bad: given(PIXELS, actor=bad), "actor"),
    ],
    "plots.plot_pixels": each([(PIXELS, "shape"), (ROWS * np.nan, "finite"), *BAD_ARRAYS], lambda bad: given(bad), "image"),
    "plots.plot_samples": [
        *each([(PIXELS, "shape"), (IMAGES, "to_pixels"), *BAD_ARRAYS], lambda bad: given(bad, ["a"]), "frames"),
        (given(RUN.frames, ["one"]), "titles must be a list of 3"),
        *each(BAD_COUNTS, lambda bad: given(RUN.frames, list("abc"), bad), "columns"),
    ],
    "plots.plot_losses": [
        *each(BAD_RECORDINGS, lambda bad: given(bad), "recording"),
        *each([(3, "from -3 to 2"), (0.5, "integer")], lambda bad: given(RUN, bad), "at"),
    ],
    "plots.plot_distances": [
        *each(BAD_DICTS, lambda bad: given(bad), "recordings"),
        *each(BAD_RECORDINGS, lambda bad: given({"a": bad}), r"recordings\['a'\]"),
        (given({"a": UNMEASURED}), r"recordings\['a'\] has no fid; record it with --fid"),
        (given(dict.fromkeys("abcde", RUN)), "recordings must hold at most 4"),
        (given({"a": RUN}, 3), "at must be an integer"),
    ],
    "plots.plot_runs": [
        *each(BAD_DICTS, lambda bad: given(bad, {"x": len}), "recordings"),
        *each(BAD_DICTS, lambda bad: given({"a": RUN}, bad), "panels"),
        (given(dict.fromkeys("abcde", RUN), {"x": len}), "recordings must hold at most 4"),
    ],
    "plots.plot_points": [
        *each(BAD_POINTS, lambda bad: given(bad, POINTS), "real"),
        *each(BAD_POINTS, lambda bad: given(POINTS, bad), "generated"),
        (given(POINTS, POINTS, PIXELS), "heat must have the shape"),
        (given(POINTS, POINTS, titles=["one"]), "titles must be a list of 3"),
    ],
    "plots.plot_plane": [
        *each(BAD_DICTS[1:], lambda bad: given(bad), "points"),
        *each(BAD_POINTS, lambda bad: given({"real": bad}), "real"),
        (given({"critic": POINTS}), 'actor must be "real"'),
        *each(BAD_NUMBERS, lambda bad: given({"real": POINTS}, size=bad), "size"),
    ],
    "plots.plot_clouds": [
        *each(BAD_POINTS, lambda bad: given(bad, [POINTS], ["a"]), "real"),
        *each(BAD_POINTS, lambda bad: given(POINTS, [bad], ["a"]), "frames"),
        (given(POINTS, [], []), "number of frames"),
        (given(POINTS, [POINTS], []), "titles must be a list of 1"),
    ],
    "plots.plot_arrows": [
        (given([], []), "moments is empty"),
        (given([(POINTS, POINTS, PIXELS[0])], []), "titles must be a list of 1"),
        *each(BAD_POINTS, lambda bad: given([(bad, POINTS, PIXELS[0])], ["a"]), "points"),
        *each(BAD_POINTS, lambda bad: given([(POINTS, bad, PIXELS[0])], ["a"]), "directions"),
    ],
    "plots.plot_latent_map": [
        *each(BAD_POINTS, lambda bad: given(bad, POINTS, POINTS[:, 0] > 0), "latents"),
        *each([*BAD_POINTS, (POINTS[:3], "shape")], lambda bad: given(POINTS, bad, POINTS[:, 0] > 0), "points"),
        *each([*BAD_ARRAYS, ([True], "shape")], lambda bad: given(POINTS, POINTS, bad), "near"),
    ],
    "plots.plot_coverage": [
        *each(BAD_RECORDINGS, lambda bad: given(bad, 8), "recording"),
        (given(UNMEASURED, 8), "recording has no modes, near"),
        *each(BAD_COUNTS, lambda bad: given(RUN, bad), "modes"),
    ],
    "plots.plot_race": [
        *each(BAD_DICTS, lambda bad: given(bad, {"a": {"minimax": SHARES}}, range(4)), "accuracy"),
        *each(BAD_DICTS, lambda bad: given({"a": SHARES}, bad, range(4)), "gradients"),
        (
            given({"a": SHARES}, {"a": {"minimax": SHARES}}, range(3)),
            r"gradients\['a'\]\['minimax'\] must have the shape \(runs, 3\)",
        ),
        (given({"a": SHARES}, {"b": {"minimax": SHARES}}, range(4)), r"gradients\['a'\] is empty"),
    ],
    "plots.plot_company": [
        *each(BAD_DICTS, lambda bad: given(range(4), bad), "answers"),
        (given(range(4), {"d": (SHARES[0], SHARES[0, :3])}), r"answers\['d'\] must be a list of 4"),
        *each(BAD_ARRAYS, lambda bad: given(bad, {"d": (SHARES[0],) * 2}), "photographs"),
    ],
    "plots.plot_judgement": [
        *each(BAD_DICTS, lambda bad: given(bad, [1], {"x": [1]}), "history"),
        (given({"accuracy": np.ones(5)}, [1], {"x": [1]}), "history.*at least 25"),
        (given({"accuracy": np.ones(30)}, [1, 2], {"x": [1]}), "moments and x must be equally long"),
    ],
    "plots.plot_maps": [
        *each(BAD_DICTS, lambda bad: given(bad), "rows"),
        *each([(PIXELS[0], "shape"), (IMAGES, "shape"), *BAD_ARRAYS], lambda bad: given({"a": bad}), r"rows\['a'\]"),
        *each(BAD_NUMBERS, lambda bad: given({"a": PIXELS}, bad), "size"),
    ],
    # ---- score_plots
    "score_plots.plot_scores": [
        *each(BAD_RECORDINGS, lambda bad: given(bad), "recording"),
        (given(UNMEASURED), "recording has no is, fid.*--scores"),
        (given(RUN, 7), "at must be an integer"),
    ],
    "score_plots.plot_damage": [
        *each(BAD_DICTS, lambda bad: given(bad, {}), "rows"),
        (given({"blur": ([0, 1], {"fid": [1, 2]})}, {}, ["fid"]), r"titles has none for rows\['blur'\]"),
        (given({"blur": ([0, 1], {"fid": [1]})}, {"blur": "x"}, ["fid"]), r"rows\['blur'\]\['fid'\] must have the shape \(2,\)"),
        (given({"blur": ([0, 1], {"fid": [1, 2]})}, {"blur": "x"}, ["psnr"]), 'scores must be "is"'),
    ],
    "score_plots.plot_side_by_side": [
        *each(BAD_DICTS, lambda bad: given(bad), "rows"),
        (given({"a": {"fid": 1.0}}), r"rows\['a'\] must hold real numbers"),
        (given({"a": {"fid": 1.0}}, ["psnr"]), "scores must be"),
    ],
    "score_plots.plot_sample_sizes": [
        *each([([0, 1], "at least 1"), *BAD_ARRAYS], lambda bad: given(bad, {"a": np.ones((2, 3))}), "sizes"),
        *each(BAD_DICTS, lambda bad: given([1, 2], bad), "distances"),
        (given([1, 2], {"a": np.ones((3, 3))}), r"distances\['a'\] must have the shape \(2, resamples\)"),
    ],
    "score_plots.plot_reach": [
        *each(BAD_POINTS, lambda bad: given(bad, POINTS), "real"),
        *each(BAD_POINTS, lambda bad: given(POINTS, bad), "fake"),
        *each(BAD_COUNTS, lambda bad: given(POINTS, POINTS, bad), "k "),
        (given(POINTS, POINTS, 12), "real must.*hold at least 13"),
    ],
    # ---- widgets
    "widgets.epoch_stepper": [
        *each(BAD_RECORDINGS, lambda bad: given(bad), "recording"),
        *each(BAD_CHOICES, lambda bad: given(RUN, curves=bad), "curves"),
        (given(UNMEASURED, curves="scores"), "recording has no is, fid.*--scores"),
        *each(BAD_COUNTS, lambda bad: given(RUN, bad), "interval"),
    ],
    "widgets.comparison_stepper": [
        *each(BAD_DICTS, lambda bad: given(bad), "recordings"),
        *each(BAD_RECORDINGS, lambda bad: given({"a": bad}), r"recordings\['a'\]"),
        (given(dict.fromkeys("abcde", RUN)), "recordings must hold at most 4"),
        (given({"a": UNMEASURED}), "has no fid"),
        *each(BAD_COUNTS, lambda bad: given({"a": RUN}, bad), "n "),
        *each(BAD_COUNTS, lambda bad: given({"a": RUN}, interval=bad), "interval"),
    ],
    "widgets.stack_stepper": [
        (given([], [], "Step", 100, None, ""), "number of moments"),
        (given(["<p>"], [], "Step", 100, None, ""), "labels must be a list of 1"),
        (given(["<p>"], ["1"], "Step", 0, None, ""), "interval must be an integer"),
    ],
    # ---- games
    "games.TicTacToe.maximises": [(given(games.TicTacToe(), "X"), "board must be")],
    "games.TicTacToe.moves": [
        (given(games.TicTacToe(), bad), "board must be a string of nine") for bad in ("", "XO. X.O .XO", 9, None)
    ],
    "games.TicTacToe.score": [(given(games.TicTacToe(), bad), "board must be a string of nine") for bad in ("", "xo.......", 9)],
    "games.TicTacToe.play": [
        (given(games.TicTacToe(), "X........", 0), "move must be an empty square"),
        (given(games.TicTacToe(), "X", 0), "board must be a string of nine"),
    ],
    "games.TicTacToe.position": [
        (given(games.TicTacToe(), "XX......."), "text must have as many X as O"),
        (given(games.TicTacToe(), None), "text must hold nine squares"),
    ],
    "games.minimax": [(given(games.TicTacToe(), bad), "board must be a string of nine") for bad in ("XO", "XO. X.O .XO", None)],
    "games.alpha_beta": [
        (given(games.TicTacToe(), bad), "board must be a string of nine") for bad in ("XO", "XO. X.O .XO", None)
    ],
    "games.solve_matrix_game": each(BAD_ROWS, lambda bad: given(bad), "payoffs"),
    "games.optimal_discriminator": [(given(0.5, uniform), "p must be a function"), (given(uniform, 0.5), "q must be a function")],
    "games.objective": [
        (given(0.5, uniform, uniform, (0, 1)), "discriminator must be a function"),
        (given(uniform, 1.0, uniform, (0, 1)), "p must be a function"),
        (given(uniform, uniform, lambda x: 2.0, (0, 1)), "q must integrate to 1"),
        (given(lambda x: 2.0, uniform, uniform, (0, 1)), "discriminator must answer with probabilities"),
        *[(given(uniform, uniform, uniform, bad), "support must") for bad in (1, (0, 1, 2), (1, 0), (0, np.inf), "ab")],
    ],
    "games.jensen_shannon": [
        (given(None, uniform, (0, 1)), "p must be a function"),
        (given(uniform, lambda x: [x, x], (0, 1)), "q must answer one number with one number"),
        *[(given(uniform, uniform, bad), "support must") for bad in (1, (0, 1, 2), (1, 0), (0, np.nan))],
    ],
    "games.descent_ascent": [
        *each(BAD_CHOICES, lambda bad: given(bad, (1, 1), 0.1, 3), "rule"),
        *each(
            [(1, "shape"), ((1, 2, 3), "shape"), ((1, np.nan), "finite"), ("ab", "must")],
            lambda bad: given("alternating", bad, 0.1, 3),
            "start",
        ),
        *each([*BAD_NUMBERS, (0, "above 0")], lambda bad: given("alternating", (1, 1), bad, 3), "rate"),
        *each(BAD_COUNTS, lambda bad: given("alternating", (1, 1), 0.1, bad), "steps"),
        (given("alternating", (1, 1), 0.1, 3, None), "gradient must be a function"),
        (given("simultaneous", (1, 1), 1e9, 100), "run away.*smaller rate"),
    ],
    # ---- game_plots, game_widgets
    "game_plots.game_tree": [(given(games.TicTacToe(), "XO"), "board must be a string of nine")],
    "game_plots.plot_game_tree": [
        (given("X" * 5), "board must be a string of nine"),
        (given("." * 9), "at most three empty squares"),
    ],
    "game_plots.plot_mixtures": [
        *each([(np.eye(3), "shape"), *BAD_ARRAYS], lambda bad: given(bad, SOLUTION, "ab", "ab"), "payoffs"),
        (given(np.eye(2), 0.5, ["a", "b"], ["a", "b"]), "solution must be what gan_lib.games.solve_matrix_game"),
        (given(np.eye(2), SOLUTION, ["a"], ["a", "b"]), "rows must be a list of 2"),
        (given(np.eye(2), SOLUTION, ["a", "b"], ["a"]), "columns must be a list of 2"),
    ],
    "game_plots.plot_witness": [
        (given(*np.ones((5, 3)), [True]), "must be equally long"),
        (given(*np.ones((4, 3)), [np.nan] * 3, [True] * 3), "trained must be finite"),
    ],
    "game_plots.plot_two_losses": each([(ROWS, "shape"), ([], "empty"), *BAD_ARRAYS], lambda bad: given(bad), "logits"),
    "game_plots.plot_lengths": [
        *each(BAD_DICTS, lambda bad: given(bad), "runs"),
        *each([(ROWS, "shape"), ([], "empty"), *BAD_ARRAYS], lambda bad: given({"a": bad}), r"runs\['a'\]"),
    ],
    "game_plots.plot_dynamics": [
        *each(BAD_DICTS, lambda bad: given(bad), "paths"),
        *each(BAD_POINTS, lambda bad: given({"a": bad}), r"paths\['a'\]"),
        (given(PATHS, equilibrium=(0, 0, 0)), "equilibrium must have the shape"),
        *each([*BAD_NUMBERS, (0, "above 0")], lambda bad: given(PATHS, limit=bad), "limit"),
        (given(PATHS, -1), "upto must be an integer"),
    ],
    "game_widgets.search_stepper": [
        (given("X" * 5), "board must be"),
        (given("." * 9), "at most three empty squares"),
        (given("X.XOOXXO.", 0), "interval"),
    ],
    "game_widgets.dynamics_stepper": [
        *each(BAD_DICTS, lambda bad: given(bad), "paths"),
        (given({"a": POINTS, "b": POINTS[:3]}), "all equally long"),
        *each(BAD_COUNTS, lambda bad: given(PATHS, bad), "every"),
        *each(BAD_POINTS, lambda bad: given({"a": bad}), r"paths\['a'\]"),
    ],
    # ---- latents
    **{
        f"latents.{name}": [
            *each(
                [(ROWS, "shape"), ([], "empty"), ([np.nan, 1], "finite"), *BAD_ARRAYS], lambda bad: given(bad, [1.0, 2], 3), "a "
            ),
            (given([1.0, 2], [1.0, 2, 3], 3), "a and b must be equally long"),
            *each([*BAD_COUNTS, (1, "at least 2")], lambda bad: given([1.0, 2], [2.0, 1], bad), "n "),
        ]
        for name in ("linear", "spherical")
    },
    "latents.plane": [
        (given([0, 0], [1, 0], [1, 0, 0], [0]), "origin and across and down must be equally long"),
        *each([(ROWS, "shape"), (1.0, "shape"), *BAD_ARRAYS], lambda bad: given([0, 0], [1, 0], [0, 1], bad), "places"),
    ],
    "latents.directions": [
        (given(None, 2), "generator must begin with a dense layer"),
        (given(judge(8, 8, 1), 2), "generator must begin with a dense layer"),
        *each([*BAD_COUNTS, (4, "from 1 to 3")], lambda bad: given(GENERATOR, bad), "k "),
    ],
    "latents.nearest": [
        *each(
            [(ROWS[:0], "empty"), (ROWS * np.nan, "finite"), (ROWS[0], "have the same shape"), *BAD_ARRAYS],
            lambda bad: given(bad, ROWS),
            "images",
        ),
        *each([(ROWS[:0], "empty"), (ROWS[:, :2], "same shape"), *BAD_ARRAYS], lambda bad: given(ROWS, bad), "candidates"),
        *each(BAD_COUNTS, lambda bad: given(ROWS, ROWS, bad), "block"),
    ],
    # ---- applications
    "applications.captions.Meaning": [
        *each([(10, "from 0 to 9"), (-1, "integer"), ("bag", "integer")], lambda bad: given(bad), "garment"),
        *each(BAD_CHOICES, lambda bad: given(0, bad), "shade"),
        *each(BAD_CHOICES, lambda bad: given(0, "", bad), "texture"),
    ],
    "applications.captions.brightness": each(BAD_IMAGES, lambda bad: given(bad), "images"),
    "applications.captions.roughness": each(BAD_IMAGES, lambda bad: given(bad), "images"),
    "applications.captions.meanings": [
        *each(BAD_IMAGES, lambda bad: given(bad, LABELS), "images"),
        *each(BAD_LABELS, lambda bad: given(IMAGES, bad), "labels"),
    ],
    "applications.captions.caption": [
        (given("a bag", NORMAL), "meaning must be"),
        (given(MEANINGS[0], 0), "random must be a generator"),
        *each([*BAD_NUMBERS, (2, "at most 1")], lambda bad: given(MEANINGS[0], NORMAL, bad), "leave_out"),
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
    "applications.captions.tokens": [(given(bad), "sentences must be") for bad in (None, 3, [], [3], {"a": 1})]
    + [(given("a purple bag"), "not known: purple"), (given("the " * 9), "known|1 to 8 words"), (given(""), "1 to 8 words")],
    "applications.text_encoder.encode": [(given(bad), "sentences must be") for bad in (None, [], [3])],
    "applications.text_encoder.look": each([*BAD_IMAGES, *OF_ANOTHER_SIZE], lambda bad: given(bad), "images"),
    "applications.text_encoder.train_text_encoder": [
        *each(BAD_SEEDS, lambda bad: given(IMAGES, LABELS, seed=bad), "seed"),
        *each(BAD_COUNTS, lambda bad: given(IMAGES, LABELS, steps=bad), "steps"),
        *each([*BAD_COUNTS, (13, "from 1 to 12")], lambda bad: given(IMAGES, LABELS, batch_size=bad), "batch_size"),
        *each(BAD_LABELS, lambda bad: given(IMAGES, bad, steps=1, batch_size=4), "labels"),
        *each(BAD_IMAGES[:2], lambda bad: given(bad, LABELS, steps=1, batch_size=4), "images"),
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
    "applications.scoring.paired_scores": [
        *each(BAD_IMAGES, lambda bad: given(bad, IMAGES, LABELS), "real"),
        *each(BAD_IMAGES, lambda bad: given(IMAGES, bad, LABELS), "made"),
        *each(BAD_LABELS, lambda bad: given(IMAGES, IMAGES, bad), "labels"),
        (given(IMAGES, IMAGES[:5], LABELS), "must be pairs"),
        (given(IMAGES * 0, IMAGES, LABELS), "real must have edges"),
    ],
    "applications.pix2pix.draw_edges": [
        *each(BAD_IMAGES, lambda bad: given(bad), "images"),
        *each([*BAD_NUMBERS, (-1, "at least 0")], lambda bad: given(IMAGES, bad), "sigma"),
    ],
    "applications.pix2pix.build_generator": [
        *each(
            [(28, "height, width"), ((28, 28), "height, width"), ((0, 28, 1), "integer"), ((None, None, 1), "integer")],
            lambda bad: given(bad),
            "shape",
        ),
        *each([((), "maps"), (64, "maps"), ((64, 0), "integer")], lambda bad: given(filters=bad), "filters"),
    ],
    "applications.pix2pix.build_discriminator": [
        (given(28), "shape must be"),
        *each(BAD_COUNTS, lambda bad: given(filters=bad), "filters"),
        *each([(-1, "integer"), (0.5, "integer")], lambda bad: given(strides=bad), "strides"),
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
        (given("stage-2", judge(28, 28, 1)), "start must be the generator of Stage I"),
        (given("stage-2", "stackgan"), "start must be the generator of Stage I"),
    ],
    **{
        f"applications.{name}.options": each(BAD_CHOICES, lambda bad: given(bad), "variant")
        for name in ("pix2pix", "srgan", "stackgan")
    },
    **{
        f"applications.{name}.followed": each([*BAD_COUNTS, (5_000, "from 1 to")], lambda bad: given(bad), "n ")
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
        *each([(28, "height, width"), ((7, 7, None), "integer"), ((0, 7, 1), "integer")], lambda bad: given(bad), "shape"),
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
        *each([*BAD_NUMBERS, (-1, "at least 0")], lambda bad: given(4, bad), "kl_weight"),
    ],
    "applications.stackgan.WithNoise": each(BAD_COUNTS, lambda bad: given(bad), "units"),
    "applications.stackgan.build_generator": each([*BAD_COUNTS, (3, "from 1 to 2")], lambda bad: given(bad), "stage"),
    "applications.stackgan.build_stage_1": [
        case
        for name in ("text", "condition", "noise", "filters", "start", "channels")
        for case in each(BAD_COUNTS, lambda bad, name=name: given(**{name: bad}), name)
    ]
    + [(given(doublings=-1), "doublings must be an integer")],
    "applications.stackgan.build_stage_2": [
        (given(None), "stage_1 must be the generator of Stage I"),
        (given(DISCRIMINATOR), "stage_1 must be the generator of Stage I"),
        *[
            case
            for name in ("condition", "filters")
            for case in each(BAD_COUNTS, lambda bad, name=name: given(GENERATOR, **{name: bad}), name)
        ],
        *[
            (given(GENERATOR, **{name: -1}), f"{name} must be an integer")
            for name in ("residual_blocks", "doublings", "halvings")
        ],
    ],
    "applications.stackgan.build_discriminator": [
        case
        for name in ("size", "text", "compressed", "filters", "channels")
        for case in each(BAD_COUNTS, lambda bad, name=name: given(**({"size": 14} | {name: bad})), name)
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
    "applications.plots.plot_table": [
        *each(BAD_DICTS, lambda bad: given(bad), "rows"),
        *each(BAD_PIXELS, lambda bad: given({"a": bad}), r"rows\['a'\]"),
        *each(BAD_COUNTS, lambda bad: given({"a": PIXELS}, bad), "columns"),
        (given({"a": PIXELS}, actors={"a": "critic"}), "actors must be"),
        *each(BAD_NUMBERS, lambda bad: given({"a": PIXELS}, size=bad), "size"),
    ],
    "applications.plots.plot_words": [
        *each(BAD_PIXELS, lambda bad: given(bad, ["a"] * 3, ["b"] * 4), "frames"),
        (given(PIXELS, ["a"], ["b"]), r"frames must have the shape \(1, height, width\)"),
        *each(BAD_NUMBERS, lambda bad: given(PIXELS, ["a"] * 3, ["b"] * 4, bad), "size"),
    ],
    "applications.plots.plot_measured": [
        *each(BAD_DICTS, lambda bad: given(bad, ["l1"]), "recordings"),
        (given({"a": UNMEASURED}, ["l1"]), r"recordings\['a'\] has no l1"),
        (given({"a": RUN}, []), "names is empty"),
        (given({"a": RUN}, ["near"]), "names must be"),
        (given({"a": RUN}, ["l1"], 3), "at must be an integer"),
    ],
    "applications.widgets.application_stepper": [
        *each(BAD_RECORDINGS, lambda bad: given(bad, ["l1"]), "recording"),
        (given(UNMEASURED, ["l1"]), "recording has no l1"),
        (given(RUN, ["near"]), "names must be"),
        (given(recording(conditions={}), ["l1"]), "no conditions"),
        (given(RUN, ["l1"], words=["a"]), "words must be a list of 2"),
        *each(BAD_COUNTS, lambda bad: given(RUN, ["l1"], interval=bad), "interval"),
    ],
    "applications.widgets.before_after": [
        *each(BAD_PIXELS, lambda bad: given(bad, PIXELS, "a", "b"), "before"),
        *each(BAD_PIXELS, lambda bad: given(PIXELS, bad, "a", "b"), "after"),
        (given(PIXELS, PIXELS[:3], "a", "b"), "must have one shape"),
        *each(BAD_COUNTS, lambda bad: given(PIXELS, PIXELS, "a", "b", bad), "width"),
    ],
    "applications.widgets.caption_menu": [
        *[(given(len, bad), "sentences must have at least one caption") for bad in ([], None, "a bag")],
        *each(BAD_COUNTS, lambda bad: given(len, ["a bag"], bad), "n "),
        (given(IMAGES, ["a bag"]), "draw must be a function"),
        (given(lambda caption, n, seed: IMAGES[:n] * 255, ["a bag"]), r"images must lie in \[-1, 1\]"),
    ],
    # ---- checkerboard
    "checkerboard.neighbour_correlation": [
        *each([*BAD_IMAGES[:4], *BAD_ARRAYS], lambda bad: given(bad), "images"),
        (given(IMAGES * 0), "all of one grey"),
        (given(IMAGES[:, :1]), "at least 2 x 2"),
    ],
    **{
        f"checkerboard.{name}": [
            *each([*BAD_IMAGES[:4], *BAD_ARRAYS], lambda bad: given(bad), "images"),
            *each(BAD_COUNTS, lambda bad: given(IMAGES, bad), "period"),
            *each([(-1, "integer"), (0.5, "integer")], lambda bad: given(IMAGES, 2, bad), "margin"),
            (given(IMAGES, 2, 14), "no tile"),
        ]
        for name in ("phase_means", "checkerboard")
    },
    # ---- points
    "points.sample_points": [
        *each(BAD_CHOICES, lambda bad: given(bad, 3, 0), "shape"),
        *each(BAD_COUNTS, lambda bad: given("ring", bad, 0), "n "),
        *each(BAD_SEEDS, lambda bad: given("ring", 3, bad), "seed"),
    ],
    "points.nearest_mode": [
        *each(BAD_POINTS, lambda bad: given(bad, "ring"), "points"),
        *each([*BAD_POINTS, ("square", "must be")], lambda bad: given(POINTS, bad), "modes"),
        *each([*BAD_NUMBERS, (0, "above 0")], lambda bad: given(POINTS, "ring", bad), "spread"),
    ],
    "points.modes_covered": [
        *each(BAD_POINTS, lambda bad: given(bad, "ring"), "points"),
        *each([*BAD_NUMBERS, (2, "at most 1")], lambda bad: given(POINTS, "ring", bad), "share"),
    ],
    "points.heat_map": [
        (given(None), "discriminator must be a Keras model"),
        (given(DISCRIMINATOR), "points must have the shape"),
        *each(BAD_COUNTS, lambda bad: given(OF_POINTS, bad), "size"),
    ],
    "points.build_point_gan": [
        *each(BAD_SEEDS, lambda bad: given(bad), "seed"),
        *each([*BAD_NUMBERS, (0, "above 0")], lambda bad: given(0, bad), "generator_rate"),
        *each([*BAD_NUMBERS, (0, "above 0")], lambda bad: given(0, 1e-3, bad), "discriminator_rate"),
    ],
    "points.record_points": [
        *each(BAD_CHOICES, lambda bad: given(bad, 1, 0), "shape"),
        *each(BAD_COUNTS, lambda bad: given("ring", bad, 0), "epochs"),
        *each(BAD_SEEDS, lambda bad: given("ring", 1, bad), "seed"),
        *each(BAD_COUNTS, lambda bad: given("ring", 1, 0, bad), "batch_size"),
        *each(BAD_COUNTS, lambda bad: given("ring", 1, 0, 8, bad), "n "),
    ],
    # ---- probes
    "probes.logits": [
        (given(None, IMAGES), "discriminator must be a Keras model"),
        *each([*BAD_IMAGES[:2], *OF_ANOTHER_SIZE], lambda bad: given(DISCRIMINATOR, bad), "images"),
    ],
    **{
        f"probes.{name}": each(
            [(None, "shape"), *BAD_IMAGES[:4], BAD_IMAGES[5], *OF_ANOTHER_SIZE],
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
                    *each([*BAD_COUNTS, (29, "from 1 to 28")], lambda bad: given(DISCRIMINATOR, IMAGES, bad), "size"),
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
                    *each(BAD_COUNTS[1:], lambda bad: given(DISCRIMINATOR, IMAGES, IMAGES, bad), "steps"),
                    *each(BAD_COUNTS, lambda bad: given(DISCRIMINATOR, IMAGES, IMAGES, 1, batch_size=bad), "batch_size"),
                    *each(BAD_SEEDS, lambda bad: given(DISCRIMINATOR, IMAGES, IMAGES, 1, seed=bad), "seed"),
                    (given(DISCRIMINATOR, IMAGES, IMAGES, 1, at=[0]), "measure must be a function"),
                ],
            ),
        )
    },  # fmt: skip
    "probes.seen_by": [
        (given(None, "conv", 0, 0), "network must be a Keras model"),
        *each(BAD_CHOICES, lambda bad: given(DISCRIMINATOR, bad, 0, 0), "layer"),
        *each([(26, "from 0 to 25"), (-1, "integer"), (0.5, "integer")], lambda bad: given(DISCRIMINATOR, "conv", bad, 0), "row"),
        *each(
            [(26, "from 0 to 25"), (-1, "integer"), (0.5, "integer")], lambda bad: given(DISCRIMINATOR, "conv", 0, bad), "column"
        ),
    ],
    # ---- explorer, quiz
    "explorer.latent_explorer": [
        *each([(ROWS, "shape"), ([], "empty"), *BAD_ARRAYS], lambda bad: given(GENERATOR, bad, np.eye(3)), "origin"),
        *each(
            [(np.eye(4), "shape"), (np.eye(3)[:1], "at least 2"), *BAD_ARRAYS],
            lambda bad: given(GENERATOR, np.zeros(3), bad),
            "directions",
        ),
        *each([(ROWS, "shape"), ([], "empty"), *BAD_ARRAYS], lambda bad: given(GENERATOR, np.zeros(3), np.eye(3), bad), "places"),
        (given(GENERATOR, np.zeros(4), np.eye(4)), "origin must have the shape"),
        (given(None, np.zeros(3), np.eye(3)), "generator must be a Keras model"),
    ],
    "quiz.real_or_fake": [
        *each(BAD_IMAGES, lambda bad: given(bad, IMAGES, 4), "real"),
        *each(BAD_IMAGES, lambda bad: given(IMAGES, bad, 4), "fake"),
        *each([*BAD_COUNTS, (1, "at least 2")], lambda bad: given(IMAGES, IMAGES, bad), "n "),
        *each(BAD_SEEDS, lambda bad: given(IMAGES, IMAGES, 4, bad), "seed"),
        (given(IMAGES, IMAGES, 13), "at least n = 13 images"),
        (given(IMAGES, SMALL, 4), "of one size"),
    ],
    "quiz.score_interval": [
        *each([(-1, "integer"), (4, "from 0 to 3"), (1.5, "integer")], lambda bad: given(bad, 3), "right"),
        *each(BAD_COUNTS, lambda bad: given(0, bad), "answered"),
        *each([*BAD_NUMBERS, (95, "0.95"), (1.0, "0.95")], lambda bad: given(1, 3, bad), "confidence"),
    ],
    # ---- recipes, saturation
    "recipes.ClassicRecipe": [
        *each(BAD_CHOICES, lambda bad: given(GENERATOR, DISCRIMINATOR, bad), "freeze"),
        (given(GENERATOR, judge(8, 8, 1)), "generator makes images of shape"),
    ],
    "saturation.Measured": [
        (given(None), "optimizer must be a Keras optimizer"),
        (given("adam"), "optimizer must be a Keras optimizer"),
    ],
    "saturation.train_behind": [
        (given(None, IMAGES, 1, 1), "gan needs an optimizer that measures"),
        (given(compiled(), IMAGES, 1, 1), "gan needs an optimizer that measures"),
        *[
            case
            for measured in [compiled(generator_optimizer=Measured(keras.optimizers.SGD(0.1)))]
            for case in [
                *each([*BAD_IMAGES, *OF_ANOTHER_SIZE], lambda bad: given(measured, bad, 1, 1), "images"),
                *each([(-1, "integer"), (0.5, "integer")], lambda bad: given(measured, IMAGES, bad, 1), "head_start"),
                *each(BAD_COUNTS[1:], lambda bad: given(measured, IMAGES, 1, bad), "steps"),
                *each(BAD_COUNTS, lambda bad: given(measured, IMAGES, 1, 1, bad), "batch_size"),
                *each(BAD_SEEDS, lambda bad: given(measured, IMAGES, 1, 1, seed=bad), "seed"),
            ]
        ],
    ],
    # ---- training, players, conditional
    "training.GAN": [
        (given(GENERATOR, judge(8, 8, 1)), r"generator makes images of shape \(28, 28, 1\), but discriminator takes \(8, 8, 1\)"),
        *PLAYERS,
    ],
    "training.GAN.fit": [
        *each([*BAD_IMAGES, *OF_ANOTHER_SIZE], lambda bad: given(compiled(), bad), "x "),
        *each(BAD_COUNTS, lambda bad: given(compiled(), IMAGES, epochs=bad), "epochs"),
        *each(BAD_COUNTS, lambda bad: given(compiled(), IMAGES, batch_size=bad), "batch_size"),
        (given(compiled(), IMAGES, y=LABELS), "y is not used"),
    ],
    "players.Players.compile": [
        (given(GAN(GENERATOR, DISCRIMINATOR), loss="hinge"), "loss must be one of"),
        *[
            (given(GAN(GENERATOR, DISCRIMINATOR), label_smoothing=bad), "label_smoothing must lie in")
            for bad in (1, *[value for value, _ in BAD_NUMBERS])
        ],
        (given(GAN(GENERATOR, DISCRIMINATOR), optimizer="adam"), "optimizer is not used"),
    ],
    "training.GAN.sample": [
        *each(BAD_COUNTS, lambda bad: given(compiled(), bad), "n "),
        *each(BAD_SEEDS, lambda bad: given(compiled(), 4, bad), "seed"),
    ],
    "training.SampleRecorder": [
        *each(BAD_COUNTS, lambda bad: given(bad), "n "),
        *each(BAD_SEEDS, lambda bad: given(4, bad), "seed"),
        (given(measure=3), "measure must be a function"),
    ],
    "conditional.ConditionalGAN": [
        (given(TRANSLATOR, judge(8, 8, 1)), "generator makes images of shape"),
        *PLAYERS,
    ],
    **{
        name: [
            *each([*OF_ANOTHER_SIZE, (IMAGES[..., 0], "shape")], lambda bad: given(owner, bad), "conditions"),
            *each(BAD_SEEDS, lambda bad: given(owner, IMAGES, bad), "seed"),
        ]
        for name, owner in (
            ("conditional.ConditionalGAN.sample", ConditionalGAN(TRANSLATOR, DISCRIMINATOR)),
            ("conditional.generate", TRANSLATOR),
        )
    },
    "conditional.ConditionalGAN.compile": [
        (given(ConditionalGAN(TRANSLATOR, DISCRIMINATOR), content_weight=-1), "content_weight must be"),
        (given(ConditionalGAN(TRANSLATOR, DISCRIMINATOR), adversarial_weight=0), "nothing to minimise"),
    ],
    "conditional.ConditionalGAN.fit": [
        *each(
            [*BAD_IMAGES[:2], BAD_IMAGES[3]],
            lambda bad: given(ConditionalGAN(TRANSLATOR, DISCRIMINATOR), bad, IMAGES),
            "x ",
        ),
        *each(
            [*BAD_IMAGES[:2], *BAD_IMAGES[3:6]],
            lambda bad: given(ConditionalGAN(TRANSLATOR, DISCRIMINATOR), IMAGES, bad),
            "y ",
        ),
    ],
    "applications.stackgan.Stage.fit": [
        (given(stackgan.build(), IMAGES, IMAGES), r"x must be \(right captions, wrong captions\)"),
        (given(stackgan.build(), (ROWS, ROWS), IMAGES), r"x must have the shape \(n, 64\)"),
    ],
    "applications.runs.application": each(BAD_CHOICES, lambda bad: given(bad), "model"),
    "applications.runs.run": [
        *each(BAD_CHOICES, lambda bad: given(bad, "srgan", 1), "model"),
        *each(BAD_CHOICES, lambda bad: given("srgan", bad, 1), "variant"),
        *each(BAD_COUNTS, lambda bad: given("srgan", "srgan", bad), "epochs"),
        *each(BAD_COUNTS, lambda bad: given("srgan", "srgan", 1, bad), "batch_size"),
        *each(BAD_SEEDS, lambda bad: given("srgan", "srgan", 1, seed=bad), "seed"),
    ],
    "resume.Resume": each([(None, "path"), (3, "path"), ("a\0b", "path")], lambda bad: given(bad), "folder"),
}

# Public functions that are not in the table, and why.
IN_STEPS = "called in compiled steps, with tensors of what fit has checked"
ELSEWHERE = {
    "arrays.load_arrays": "takes files: tests/test_bad_files.py",
    "checks.check_array": "is what the others call",
    "classifier.how_classifier_was_made": "takes yes or no",
    "classifier.load_classifier": "takes yes or no",
    "files.written_whole": "takes a path: tests/test_files.py",
    "pretrained.pretrained": "takes a function of Keras: tests/test_srgan.py",
    "players.without_moving_statistics": IN_STEPS,
    **{
        f"{player}.{move}": IN_STEPS
        for player in ("training.GAN", "conditional.ConditionalGAN")
        for move in ("discriminator_step", "generator_step")
    },
    "applications.stackgan.Stage.discriminator_step": IN_STEPS,
    "players.Players": "is what GAN and ConditionalGAN are made of",
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
    """Yield the names of all functions, classes and methods of the package that say what their arguments are."""
    for info in pkgutil.walk_packages([str(PACKAGE)], "gan_lib."):
        if info.name == "gan_lib.__main__":  # the command line: see tests/test_cli.py
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
        for cell in nbformat.read(path, as_version=4).cells:
            code = re.sub(r"^(\s*)[%!].*", r"\1pass", cell.source, flags=re.MULTILINE)
            for node in ast.walk(ast.parse(code)) if cell.cell_type == "code" else ():
                if isinstance(node, ast.ImportFrom) and node.module.startswith("gan_lib."):
                    for alias in node.names:
                        thing = getattr(import_module(node.module), alias.name, None)
                        if inspect.isfunction(thing) and inspect.signature(thing).parameters:
                            yield f"{thing.__module__}.{thing.__name__}".removeprefix("gan_lib.")


def test_every_public_function_is_in_the_table():
    public = {*documented(), *shown()}
    assert len(public) > 100
    assert sorted(public - TABLE.keys() - ELSEWHERE.keys()) == []
    assert not ELSEWHERE.keys() & TABLE.keys() and ELSEWHERE.keys() <= public
