"""Three applications of GANs, each after its paper and at the size of Fashion-MNIST: StackGAN, Pix2Pix, SRGAN.

Each module has the same functions: `pairs` makes what to train on, `build` the two players, compiled, `followed` the conditions
whose images a recording shows, `options` what its generator is built with, and `scores` measures a generator on held-out images.
"""

from importlib import import_module
from types import ModuleType

APPLICATIONS = ("stackgan", "pix2pix", "srgan")


def application(name: str) -> ModuleType:
    """Import the module of an application, by its name in `APPLICATIONS`.

    Raises:
        ValueError: for another name.
    """
    from gan_lib._checks import check_choice  # here, so that the command line reads `APPLICATIONS` without NumPy

    check_choice(name, "model", APPLICATIONS)
    return import_module(f"gan_lib.applications.{name}")
