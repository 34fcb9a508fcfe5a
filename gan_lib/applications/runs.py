"""A training of one of the applications, from photographs to what a recording keeps."""

from importlib import import_module

import keras

from gan_lib.applications import APPLICATIONS
from gan_lib.checks import check_choice, check_count
from gan_lib.data import load_fashion_mnist
from gan_lib.resume import Resume
from gan_lib.training import SampleRecorder


def application(model):
    """Return the module of an application, by its name in `gan_lib.applications.APPLICATIONS`."""
    if model not in APPLICATIONS:
        raise ValueError(f"model must be one of {list(APPLICATIONS)}; got {model!r}")
    return import_module(f"gan_lib.applications.{model}")


def run(model, variant, epochs, batch_size=32, seed=0, full=False, start=None, measure=False, leave=None, verbose=2, checkpoints=None):
    """Train one variant of an application.

    Args:
        model: "stackgan", "pix2pix" or "srgan".
        variant: one of the module's `VARIANTS`.
        epochs, batch_size: as for `keras.Model.fit`.
        seed: an integer that makes a run repeat on one machine.
        full: all 60,000 training images, or the 10,000 that come with the package.
        start: the generator to begin with, see the module's `build`.
        measure: whether to take the module's `scores` on the bundled test images at every moment.
        leave: a function (gan, recorder) that is called after every epoch, or None.
        verbose: as for `keras.Model.fit`.
        checkpoints: a folder to keep checkpoints in and to carry on from, see `gan_lib.resume.Resume`, or None.

    Returns:
        The trained `gan_lib.conditional.ConditionalGAN`, and the `gan_lib.training.SampleRecorder`.
    """
    module = application(model)
    check_choice(variant, "variant", module.VARIANTS)
    for name, value, least in (("epochs", epochs, 1), ("batch_size", batch_size, 1), ("seed", seed, 0)):
        check_count(value, name, least)
    x, y = module.pairs(*load_fashion_mnist("train", full=full), variant, seed)
    gan = module.build(variant, start, seed)
    conditions, _ = module.followed(variant=variant)
    held_out = load_fashion_mnist("test")
    recorder = SampleRecorder(
        conditions=conditions,
        seed=seed,
        measure=(lambda gan: module.scores(gan.generator, *held_out, variant)) if measure else None,
    )
    leaving = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: leave and leave(gan, recorder))
    callbacks = [recorder, leaving] + ([Resume(checkpoints)] if checkpoints else [])
    gan.fit(x, y, batch_size=batch_size, epochs=epochs, callbacks=callbacks, verbose=verbose)
    return gan, recorder
