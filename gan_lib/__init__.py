"""Generative adversarial networks in Keras: the package that the GAN book imports.

The core stands in this folder, and all its names are handed on from here, such as `from gan_lib import GAN`:

- `gan`, `conditional`: the two players and their steps; `losses`, `penalties`: what each player minimises; `networks`,
  `classes`: the players; `augment`: what happens to images before the discriminator sees them;
- `data`, `folders`: images; `callbacks`, `resume`, `averaging`: what goes on beside the steps; `recordings`: what a run leaves
  behind;
- `metrics`, `classifier`, `evaluation`: how good the images are; `devices`: several of them;
  `runs`, `saved`, `exports`: a whole run from data to files, and what becomes of these.

`studies` holds what single chapters look into, among it the doctor, who says what is likely wrong with a run; `applications`
StackGAN, Pix2Pix and SRGAN; `plots` the figures; `widgets` what readers press. Files that begin with an underscore say what
arguments, files and weights must be.

An import goes down this list or stays inside its own folder: widgets, plots, studies and applications, core, underscored files.
Only `runs` and the command line, `python -m gan_lib`, import everything. Importing `gan_lib` alone loads no TensorFlow.
"""

import sys
from importlib import import_module

__version__ = "0.2.0"

# By module, what can be imported from `gan_lib` itself.
PUBLIC = {
    "data": ("CLASS_NAMES", "load_fashion_mnist", "scale", "to_pixels"),
    "devices": ("strategy_for", "synchronize"),
    "folders": ("class_folders", "load_images", "stream_images", "unpack_people"),
    "networks": (
        "IMAGE_SHAPE",
        "build_discriminator",
        "build_generator",
        "build_mlp_discriminator",
        "build_mlp_generator",
        "build_point_discriminator",
        "build_point_generator",
        "build_transposed_generator",
    ),
    "classes": ("build_class_discriminator", "build_class_generator"),
    "losses": (
        "Hinge",
        "LeastSquares",
        "Loss",
        "Minimax",
        "NonSaturating",
        "Relativistic",
        "Wasserstein",
        "discriminator_loss",
        "minimax",
        "non_saturating",
    ),
    "penalties": ("R1", "R2", "GradientPenalty", "Penalty"),
    "augment": ("DiffAugment",),
    "gan": ("GAN", "call_keeping_statistics"),
    "conditional": ("ConditionalGAN", "generate"),
    "callbacks": ("SampleRecorder", "Watch"),
    "resume": ("Resume",),
    "averaging": ("RampedAdam", "averaged", "standing_statistics"),
    "recordings": ("Recording",),
    "metrics": (
        "density_coverage",
        "fid",
        "frechet_distance",
        "inception_score",
        "kernel_inception_distance",
        "precision_recall",
    ),
    "classifier": (
        "build_classifier",
        "class_features",
        "class_probabilities",
        "features_and_probabilities",
        "how_classifier_was_made",
        "load_classifier",
    ),
    "evaluation": ("Described", "describe", "evaluate", "over_seeds", "scores", "table", "with_spread"),
    "saved": ("load_network",),
    "exports": ("export",),
    "studies.doctor": ("Diagnosis", "Finding", "diagnose"),
}
HOME = {name: module for module, names in PUBLIC.items() for name in names}
__all__ = ["__version__", *sorted(HOME)]


def __getattr__(
    name,
):  # asked for what is not here yet (PEP 562); nothing is kept, so that a module stays the one place of its names
    if name not in HOME:
        raise AttributeError(f"module 'gan_lib' has no attribute {name!r}; dir(gan_lib) lists what it has")
    try:
        return getattr(import_module(f"gan_lib.{HOME[name]}"), name)
    except ModuleNotFoundError as error:
        raise what_is_missing(error) from error


def __dir__():
    return __all__


def what_is_missing(error):
    """Return a ModuleNotFoundError that says what to do about another one."""
    return ModuleNotFoundError(
        f"gan_lib needs {error.name}, which this Python ({sys.executable}) does not have: use that of .venv, which "
        "'make book' sets up, or install the package and what it needs with 'python -m pip install .'",
        name=error.name,
    )
