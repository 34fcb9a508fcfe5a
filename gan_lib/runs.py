"""A whole run: train, measure, save, load. The command line has no more to say than which.

TensorFlow is loaded by what needs it, so that a mistake in the options is told at once.
"""

from __future__ import annotations

import json
import os
import platform
import shlex
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gan_lib._checks import check_choice, check_count, check_counts, check_label_smoothing, check_number, check_seed
from gan_lib._files import CHECKPOINTS, HISTORY, SETTINGS, atomic_write, save_json
from gan_lib.applications import APPLICATIONS, application
from gan_lib.data import CLASS_NAMES, load_fashion_mnist
from gan_lib.folders import class_folders, find_images, fits_memory, image_shape, load_images, stream_images
from gan_lib.recordings import Recording
from gan_lib.saved import save_picture

if TYPE_CHECKING:
    import keras

    from gan_lib.callbacks import SampleRecorder
    from gan_lib.gan import Players

SHAPES = ("ring", "moons")  # models on points in the plane
MODELS = ("dcgan", "mlp", "crossed", *SHAPES, *APPLICATIONS)
SIZE = 64  # of one's own images, where no other is asked for
IMAGE_SHAPE = (28, 28, 1)  # of Fashion-MNIST
PER_CLASS = 8  # images of each class that a run follows

# The names of gan_lib.losses and gan_lib.penalties, which load TensorFlow.
LOSSES = ("non_saturating", "minimax", "least_squares", "hinge", "wasserstein", "relativistic")
PENALTIES = ("r1", "r2", "gradient_penalty")


@dataclass(frozen=True)
class Settings:
    """What decides a run: on one machine, the same settings give the same run.

    Attributes:
        model: one of `MODELS`: "dcgan", "mlp" or "crossed" for images, "ring" or "moons" for points, or an application.
        variant: of an application, one of its `VARIANTS`; the last of its `SEQUENCE` by default.
        epochs, batch_size: as for `keras.Model.fit`.
        seed: an integer of at least 0.
        full: all 60,000 training images, or the 10,000 that come with the package.
        start: of an application, the recording whose generator to begin with, or None.
        average: in [0, 1), the momentum of the moving average of the generator's weights; 0 for none.
        label_smoothing: as for `gan_lib.GAN.compile`.
        rate: the learning rate of both players' Adam, whose beta_1 is 0.5.
        discriminator_rate: that of the discriminator, where it is another.
        recipe: one of `gan_lib.studies.recipes.RECIPES`.
        images: for "dcgan", a folder of images to train on, see `gan_lib.load_images`; or None for Fashion-MNIST.
        size: the side to which they are brought, a multiple of 4 from 16 to 128; 64 by default.
        grey: whether they become grey.
        labels: for "dcgan", how the discriminator of a class on request learns the class, "projection" or "concatenation", see
            `gan_lib.build_class_discriminator`; None for a generator that is told no class.
        loss: one of `LOSSES`, see `gan_lib.losses`; all but the first two are of scores.
        penalty: names of `PENALTIES`, each alone or with its strength, such as ("r1", "r2=0.5").
        spectral_norm: whether the discriminator is spectrally normalized, and not normalized by batches.
        without_batch_norm: whether the discriminator is not normalized by batches; with a penalty, or with labels, it never is.
        augment: whether images are changed by `gan_lib.DiffAugment` before the discriminator sees them.
        discriminator_steps: steps of the discriminator for each of the generator.
        devices: "all" or how many to train on, see `gan_lib.devices`.

    Raises:
        ValueError: for a value that is none of these, or an option that does not go with the model.
    """

    model: str = "dcgan"
    variant: str | None = None
    epochs: int = 5
    batch_size: int = 32
    seed: int = 0
    full: bool = False
    start: str | None = None
    average: float = 0.0
    label_smoothing: float = 0.0
    rate: float = 2e-4
    discriminator_rate: float | None = None
    recipe: str = "steps"
    images: str | None = None
    size: int | None = None
    grey: bool = False
    labels: str | None = None
    loss: str = "non_saturating"
    penalty: tuple[str, ...] = ()
    spectral_norm: bool = False
    without_batch_norm: bool = False
    augment: bool = False
    discriminator_steps: int = 1
    devices: str | int = 1

    def __post_init__(self):
        check_choice(self.model, "model", MODELS)
        check_counts(epochs=self.epochs, batch_size=self.batch_size)
        check_seed(self.seed)
        check_number(self.average, "average", 0)
        check_number(self.rate, "rate", above=0, most=1e300)
        if self.discriminator_rate is not None:
            check_number(self.discriminator_rate, "discriminator_rate", above=0, most=1e300)
        check_label_smoothing(self.label_smoothing)
        if self.average >= 1:
            raise ValueError(f"average must be less than 1, such as 0.999; got {self.average}")
        if self.labels is not None:
            check_choice(self.labels, "labels", ("projection", "concatenation"))
        check_choice(self.loss, "loss", LOSSES)
        for each in self.penalty:
            penalty_and_strength(each)
        check_count(self.discriminator_steps, "discriminator_steps")
        if self.devices != "all":
            check_count(self.devices, "devices")
        if self.size is not None:
            check_count(self.size, "size")
        if self.recipe != "steps":
            self.refuse(f"recipe {self.recipe}", "average", "label_smoothing", *GAME, "images", "labels", "devices")
        if self.model not in ("dcgan", "mlp", "crossed"):
            rates = ("average", "label_smoothing", "rate", "discriminator_rate")
            self.refuse(f"model {self.model}", *rates, "recipe", *GAME, "devices")
        if self.model != "dcgan":
            self.refuse(f"model {self.model}", "images", "labels", "spectral_norm", "without_batch_norm")
        if self.model not in APPLICATIONS:
            self.refuse(f"model {self.model}", "variant", "start")
        if self.model in SHAPES:
            self.refuse(f"model {self.model}", "full")
        if self.of_scores:
            self.refuse(f"loss {self.loss}" if self.loss not in LOSSES[:2] else "a penalty", "label_smoothing")
        if self.labels:
            self.refuse("labels, with which the discriminator has none", "without_batch_norm")
        if self.images:
            self.refuse("images of your own", "full")
        else:
            self.refuse("Fashion-MNIST, but with images of your own", "size", "grey")

    @property
    def of_scores(self) -> bool:
        """Whether the discriminator answers with scores."""
        return self.loss not in LOSSES[:2] or bool(self.penalty)

    def refuse(self, where, *names):
        """Raise a ValueError if one of the named options is set, which does nothing there."""
        for name in names:
            if getattr(self, name) != getattr(Settings, name):
                raise ValueError(f"{name} does not go with {where}; leave it out")

    def arguments(self) -> list[str]:
        """Return the options of the command line that stand for these settings."""
        shown = ["--model", self.model, "--epochs", str(self.epochs), "--batch-size", str(self.batch_size)]
        shown += ["--full"] * self.full + ["--seed", str(self.seed)]
        for name in ("variant", "start", "recipe", "average", "label_smoothing", "rate", "discriminator_rate", *ADDED):
            value, option = getattr(self, name), f"--{name.replace('_', '-')}"
            if value == getattr(Settings, name):
                continue
            if isinstance(value, tuple):
                shown += [part for each in value for part in (option, each)]
            else:
                shown += [option] if value is True else [option, Path(value).name if name == "start" else str(value)]
        return shown


GAME = ("loss", "penalty", "spectral_norm", "without_batch_norm", "augment", "discriminator_steps")
ADDED = ("images", "size", "grey", "labels", *GAME, "devices")


def penalty_and_strength(text):
    """Return the name and the strength, or None, of a penalty such as "r1" or "r1=0.5"."""
    name, _, strength = text.partition("=")
    check_choice(name, "penalty", PENALTIES)
    try:
        value = float(strength) if strength else None
    except ValueError:
        value = strength
    if strength:
        check_number(value, f"the strength of penalty {name}", above=0)
    return name, value


def train(
    settings: Settings,
    start: keras.Model | None = None,
    measure: Callable | None = None,
    on_epoch_end: Callable | None = None,
    checkpoints: str | os.PathLike | None = None,
    verbose: int = 2,
) -> tuple[Players, SampleRecorder]:
    """Train two players as the settings say.

    Args:
        settings: which, how long, on what.
        start: of an application, the generator to begin with; by default that of `settings.start`.
        measure: a function of the GAN that is called at every moment, see `gan_lib.SampleRecorder`.
        on_epoch_end: a function (gan, recorder) that is called after every epoch.
        checkpoints: a folder to keep checkpoints in and to carry on from, see `gan_lib.Resume`.
        verbose: 0 for silence; otherwise it says how many steps it will be, and shows a bar and a line for every epoch.

    Returns:
        The trained `gan_lib.GAN` or `gan_lib.ConditionalGAN`, and the `gan_lib.SampleRecorder`.

    Raises:
        ValueError: if the settings are for points, see `gan_lib.studies.points.record_points`, or a variant is none.
        FloatingPointError: if the training diverges.
    """
    import keras

    from gan_lib.callbacks import ProgressBar, SampleRecorder
    from gan_lib.resume import Resume

    if settings.model in SHAPES:
        raise ValueError("settings are for points in the plane; use gan_lib.studies.points.record_points")
    data, gan, conditions = prepare(settings, start)
    recorder = SampleRecorder(n=64, conditions=conditions, seed=settings.seed, measure=measure)
    callbacks = [recorder]
    if on_epoch_end:
        callbacks.append(keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: on_epoch_end(gan, recorder)))
    options, streamed = {"epochs": settings.epochs, "verbose": verbose}, not isinstance(data[-1], np.ndarray)
    if not streamed:  # a data set has its batches
        options["batch_size"] = settings.batch_size
    if verbose:
        each = settings.batch_size * settings.discriminator_steps
        steps = len(data[0]) if streamed else -(-len(data[-1]) // each)
        images = f"about {steps * each:,}" if streamed else f"{len(data[-1]):,}"
        name = settings.variant or settings.model
        print(f"{name}: {settings.epochs} epochs of {images} images, {steps:,} steps of {each} an epoch", flush=True)
        callbacks.append(ProgressBar())
    if checkpoints and not streamed:
        callbacks.append(Resume(checkpoints))
    gan.fit(*data, callbacks=callbacks, **options)
    return gan, recorder


def prepare(settings, start=None):
    """Return what `train` needs: the data, a tuple for `fit`; the compiled players; and the conditions to follow, or None."""
    if settings.model in APPLICATIONS:
        module = application(settings.model)
        variant = settings.variant or module.SEQUENCE[-1]
        check_choice(variant, "variant", module.VARIANTS)
        if start is None and settings.start:
            start = Recording.load(settings.start).generator()
        data = module.pairs(*load_fashion_mnist("train", full=settings.full), variant, settings.seed)
        return data, module.build(variant, start, settings.seed), module.followed(variant=variant)[0]

    import keras

    from gan_lib.conditional import ConditionalGAN
    from gan_lib.devices import strategy_for, synchronize
    from gan_lib.studies.recipes import RECIPES

    check_choice(settings.recipe, "recipe", RECIPES)
    data, shape, classes = load_data(settings)
    keras.utils.set_random_seed(settings.seed)
    strategy = strategy_for(settings.devices)
    with strategy.scope():
        players = build_players(settings, shape, classes)
        if strategy.num_replicas_in_sync > 1:
            players = map(synchronize, players)
        gan = (ConditionalGAN if classes else RECIPES[settings.recipe])(*players, seed=settings.seed)
        gan.compile(**game(settings))
    return data, gan, labels_shown(settings)["given"] if classes else None


def load_data(settings):
    """Return the data, a tuple for `fit`; the shape of an image; and how many classes there are if labels are conditions."""
    if not settings.images:
        images, labels = load_fashion_mnist("train", full=settings.full)
        if not settings.labels:
            return (images,), images.shape[1:], None
        return (labels.astype("int32"), images), images.shape[1:], 10
    from gan_lib.networks import check_sides

    paths, shape, names = own_images(settings)
    check_sides(shape)  # before the images are read
    reading, classes = {"size": shape[:2], "channels": shape[2]}, len(names) if settings.labels else None
    if not fits_memory(paths, shape):
        batch = settings.batch_size * settings.discriminator_steps
        data = stream_images(settings.images, **reading, batch_size=batch, seed=settings.seed, with_labels=bool(settings.labels))
        return (data,), shape, classes
    images, labels = load_images(settings.images, **reading)
    return ((labels, images) if settings.labels else (images,)), shape, classes


def own_images(settings):
    """Return the paths of the images of the settings' folder, the shape they are brought to, and the names of their classes."""
    paths, labels = find_images(settings.images)
    shape, names = image_shape(paths, settings.size or SIZE, 1 if settings.grey else 3), class_folders(settings.images)
    if settings.labels and len(names) < 2:
        raise ValueError(f"labels needs a subfolder for each of two classes or more; {settings.images} has {len(names)}")
    return paths, shape, names


def labels_shown(settings):
    """Return what stands beside the samples of a class on request, or None: "given", the labels, and "classes", the names."""
    if not settings.labels:
        return None
    names = own_images(settings)[2] if settings.images else list(CLASS_NAMES)
    return {"given": np.repeat(np.arange(len(names), dtype="int32"), PER_CLASS), "classes": np.array(names)}


def build_players(settings, shape, classes):
    """Return the two networks of a run that is none of an application."""
    from gan_lib.classes import build_class_discriminator, build_class_generator
    from gan_lib.networks import NETWORKS

    build_generator, build_discriminator = NETWORKS[settings.model]
    options = {"scores": settings.of_scores}
    if classes:
        options |= {"by": settings.labels, "spectral_norm": settings.spectral_norm}
        return build_class_generator(classes, image_shape=shape), build_class_discriminator(classes, shape, **options)
    if settings.model != "dcgan":
        return build_generator(), build_discriminator(**options)
    batch_norm = not (settings.penalty or settings.spectral_norm or settings.without_batch_norm)
    options |= {"batch_norm": batch_norm, "spectral_norm": settings.spectral_norm}
    return build_generator(image_shape=shape), build_discriminator(shape, **options)


def game(settings):
    """Return the arguments of `compile`, as far as they are not the usual ones, which is all that a classic recipe takes."""
    import keras

    from gan_lib.augment import DiffAugment
    from gan_lib.losses import Minimax, NonSaturating
    from gan_lib.penalties import PENALTIES as KINDS

    average = {"use_ema": True, "ema_momentum": settings.average} if settings.average else {}
    arguments = {
        "generator_optimizer": keras.optimizers.Adam(settings.rate, beta_1=0.5, **average),
        "discriminator_optimizer": keras.optimizers.Adam(settings.discriminator_rate or settings.rate, beta_1=0.5),
    }
    given = [penalty_and_strength(each) for each in settings.penalty]
    loss = settings.loss
    if settings.of_scores and loss in LOSSES[:2]:
        loss = {"non_saturating": NonSaturating, "minimax": Minimax}[loss](from_logits=True)
    unusual = {
        "loss": loss,
        "label_smoothing": settings.label_smoothing,
        "penalty": [KINDS[name]() if strength is None else KINDS[name](strength) for name, strength in given],
        "augment": DiffAugment() if settings.augment else None,
        "discriminator_steps": settings.discriminator_steps,
    }
    usual = {"loss": "non_saturating", "label_smoothing": 0.0, "penalty": [], "augment": None, "discriminator_steps": 1}
    return arguments | {name: value for name, value in unusual.items() if value != usual[name]}


def train_and_save(settings: Settings, folder: str | os.PathLike, resume: bool = False) -> None:
    """Train, and leave in a folder what a run leaves: samples, history, both networks, checkpoints.

    An application of several stages trains them one after the other, each in a folder of its own.

    Args:
        settings: for each stage; without a variant.
        folder: it is made where it is missing.
        resume: whether to carry on what the folder holds.

    Raises:
        ValueError: if the folder holds a run and `resume` is not set, or a run that cannot be carried on.
    """
    folder = Path(folder)
    check_folder(folder, resume)
    folder.mkdir(parents=True, exist_ok=True)  # before the training, so that nothing is lost if it fails
    if settings.model not in APPLICATIONS:
        if resume and settings.images and not fits_memory(*own_images(settings)[:2]):
            raise ValueError("--resume needs images that fit the memory; choose a smaller --size")
        shown = labels_shown(settings)
        command = shlex.join(["python", "-m", "gan_lib", "train", *settings.arguments(), "--output", folder.name])
        save_json(folder / SETTINGS, {"command": command, "classes": shown["classes"].tolist() if shown else None})
        keep = partial(save_run, folder, shown=shown)
        train(settings, on_epoch_end=keep, checkpoints=folder / CHECKPOINTS)
        return
    module, generator = application(settings.model), None
    for variant, after in zip(module.SEQUENCE, [*module.SEQUENCE[1:], None]):
        begun = after and (folder / after / CHECKPOINTS).exists()
        if begun and (done := epochs_done(folder / variant)) != settings.epochs:
            raise ValueError(f"--epochs must be {done} to carry on {folder}: {after} was built on {variant} after as many")
        shown = module.followed(variant=variant)[1]
        stage = replace(settings, variant=variant)
        keep = partial(save_run, folder / variant, shown=shown)
        gan, _ = train(stage, start=generator, on_epoch_end=keep, checkpoints=folder / variant / CHECKPOINTS)
        generator = gan.generator


def doctor_says(source: str | os.PathLike, photographs: str | os.PathLike | None = None) -> str:
    """Return what the doctor says about a run, as text.

    Args:
        source: the folder of a run, or a recording: the name of a bundled one, or a `.npz` file.
        photographs: the folder of the images that it was trained on, if that has moved; brought to the size of the samples.

    Raises:
        FileNotFoundError: if there is no such run, or it has no history.
        ValueError: if it is damaged, or of a model that the doctor does not know.
    """
    if not isinstance(source, (str, os.PathLike)):
        raise ValueError(f"source must be a path, or the name of a recording; got {source!r:.200}")
    from gan_lib.studies.doctor import diagnose

    return f"{source}\n{diagnose(source, photographs)}"


def doctor_says_briefly(folder: str | os.PathLike) -> str:
    """Return one line of what the doctor says about a run that has just ended; also where it can say nothing."""
    from gan_lib.studies.doctor import diagnose

    try:
        diagnosis = diagnose(folder)
    except (ValueError, OSError) as error:
        return f"The doctor has not judged this run: {error}"
    return diagnosis.summary + (f" More: python -m gan_lib diagnose {shlex.quote(str(folder))}" if diagnosis.findings else "")


def check_folder(folder, resume):
    """Raise a ValueError unless a run can begin in the folder, or be carried on there."""
    if folder.is_file():
        raise ValueError(f"--output {folder} is a file; name a folder")
    begun = [path for path in sorted(folder.rglob("*")) if path.name in (HISTORY, "run.json")]
    if begun and not resume:
        raise ValueError(f"--output {folder} holds a run already; add --resume to carry it on, or name another folder")
    for path in begun:
        if path.name == HISTORY and not (path.parent / CHECKPOINTS / "run.json").exists():
            raise ValueError(
                f"--output {path.parent} holds a run without checkpoints, which cannot be carried on; name another folder"
            )


def epochs_done(folder):
    return len(next(iter(json.loads((folder / HISTORY).read_text()).values())))


def save_run(folder: Path, gan: Players, recorder: SampleRecorder, shown: dict | None = None) -> None:
    """Write what a run has reached into a folder: pictures of samples, history, and both networks.

    Args:
        folder: where.
        gan, recorder: as `train` hands them out.
        shown: what stands beside the samples of an application, as its `followed` returns it.
    """
    from gan_lib.averaging import averaged

    newest = folder / "samples" / f"epoch-{recorder.epoch:03}.png"
    save_picture(newest, recorder.frames[-1], shown)
    with atomic_write(folder / "samples.png") as temporary:
        shutil.copyfile(newest, temporary)
    save_json(folder / HISTORY, recorder.history)
    with averaged(gan) as generator:
        save_network(folder / "generator.keras", generator)
    save_network(folder / "discriminator.keras", gan.discriminator)


def save_network(path, network):
    with atomic_write(path) as temporary:
        network.save(temporary)


def measure_scores(settings: Settings, everything: bool = True, n: int = 5_000) -> Callable:
    """Return a function of the GAN that measures it, for `train`.

    Args:
        settings: what is trained. An application is measured by its own `scores` on the bundled test images; images of your own
            in the features of Inception-v3, because the classifier of the package knows garments alone.
        everything: all scores of `gan_lib.evaluation`, or "fid" alone; with an average also "fid_of_last", of the last weights;
            of a class on request also "as_asked", the share of images that the classifier takes for the class asked for.
        n: samples.

    Raises:
        OSError: if Inception's weights are neither in Keras's cache nor can be downloaded.
    """
    if settings.model in APPLICATIONS:
        module, held_out = application(settings.model), load_fashion_mnist("test")
        return lambda gan: module.scores(gan.generator, *held_out, settings.variant or module.SEQUENCE[-1])

    from gan_lib.averaging import averaged
    from gan_lib.evaluation import describe, describe_photographs, scores
    from gan_lib.metrics import fid

    features = "inception" if settings.images else "classifier"
    if settings.images:
        paths, shape, names = own_images(settings)
        real = describe(load_images(settings.images, shape[:2], shape[2])[0], features)
    else:
        names, real = CLASS_NAMES, describe_photographs(features)
    asked = np.arange(n, dtype="int32") % len(names) if settings.labels else None

    def described(gan):
        return describe(gan.sample(n, seed=1) if asked is None else gan.sample(asked, seed=1), features)

    def measure(gan):
        with averaged(gan):
            fake = described(gan)
        found = scores(real, fake) if everything else {"fid": fid(real.features, fake.features)}
        if settings.average:
            found["fid_of_last"] = fid(real.features, described(gan).features)
        if settings.labels and not settings.images:
            found["as_asked"] = float(np.mean(fake.probabilities.argmax(axis=1) == asked))
        return found

    return measure


def record(
    settings: Settings, path: str | os.PathLike, scores: bool = False, fid: bool = False, weights: str = "all", verbose: int = 2
) -> None:
    """Train, and leave a recording for the stepper; it is written anew after every epoch.

    Args:
        settings: what to train.
        path: a `.npz` file that does not exist yet.
        scores, fid: what to measure at every moment, see `measure_scores`.
        weights: of the generator: "all", "half" for 16 bits each, or "none".
        verbose: as for `train`.

    Raises:
        ValueError: if the file exists or has another ending, or an option does not go with the model.
    """
    path = Path(path)
    check_choice(weights, "weights", ("all", "half", "none"))
    if path.suffix != ".npz":
        raise ValueError(f"--output {path} must end in .npz")
    if path.exists():
        raise ValueError(f"--output {path} exists already; name another file, or remove that one")
    if settings.model in SHAPES and (scores or weights != "all"):
        raise ValueError(f"scores and weights do not go with model {settings.model}; leave them out")
    if fid and settings.model not in ("dcgan", "mlp", "crossed"):
        raise ValueError(f"fid does not go with model {settings.model}; leave it out")
    path.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    options = ["--fid"] * fid + ["--scores"] * scores
    options += {"all": [], "half": ["--half-weights"], "none": ["--without-weights"]}[weights]
    about = {"network": settings.model, "recipe": settings.recipe, "seed": settings.seed, "batch_size": settings.batch_size}

    def made(epochs, **more):
        # After k epochs the run is what "--epochs k" would have made, so a run cut short still tells the truth.
        arguments = replace(settings, epochs=epochs).arguments()
        command = shlex.join(["python", "-m", "gan_lib", "record", *arguments, *options, "--output", path.name])
        return how_made(command, (time.monotonic() - began) / 60, **about, **more)

    if settings.model in SHAPES:
        from gan_lib.studies.points import record_points

        recording = record_points(settings.model, settings.epochs, settings.seed, settings.batch_size)
        recording.made = made(settings.epochs) | recording.made
        recording.save(path)
        return

    more, conditions = {"images": 60_000 if settings.full else 10_000}, labels_shown(settings)
    if settings.images or settings.labels:
        paths, shape, names = own_images(settings) if settings.images else (range(more["images"]), IMAGE_SHAPE, CLASS_NAMES)
        more = {"images": len(paths), "options": {"latent_dim": 100, "image_shape": list(shape)}}
        if settings.labels:
            more["options"]["classes"], about["network"] = len(names), "classes"
    if settings.model in APPLICATIONS:
        module = application(settings.model)
        settings = replace(settings, variant=settings.variant or module.SEQUENCE[-1])
        check_choice(settings.variant, "variant", module.VARIANTS)
        more |= {"variant": settings.variant, "options": module.options(settings.variant)}
        conditions = module.followed(variant=settings.variant)[1]

    def save(gan, recorder):
        recording = Recording.of(recorder, made(recorder.epoch, **more), conditions)
        if weights == "none":
            recording.weights = []
        if weights == "half":
            recording.weights = [array.astype("float16") for array in recording.weights]
        recording.save(path)

    measure = measure_scores(settings, everything=scores) if scores or fid else None
    train(settings, measure=measure, on_epoch_end=save, verbose=verbose)


def study_losses(
    folder: str | os.PathLike, games: Sequence[str] = (), seeds: int = 5, verbose: int = 1, **budget: int
) -> dict[str, dict]:
    """Make what is missing in a folder of the study "Are GANs created equal?", see `gan_lib.studies.losses_sweep`.

    Args:
        folder: for one file a training.
        games: which of `gan_lib.studies.losses.GAMES`; all by default.
        seeds: how many trainings each game has at its rate.
        verbose: 0 for silence; otherwise each training is told in a line.
        **budget: what is other than in `gan_lib.studies.losses.Budget`.

    Returns:
        The outcomes of all trainings in the folder, see `gan_lib.studies.losses_sweep.read_outcomes`.

    Raises:
        ValueError: if an argument is none of these, or the folder holds a study with another budget, or a damaged file.
    """
    from gan_lib.evaluation import describe_photographs
    from gan_lib.studies.losses import GAMES, Budget
    from gan_lib.studies.losses_sweep import read_outcomes, sweep

    options = [part for name, value in budget.items() for part in (f"--{name.replace('_', '-')}", str(value))]
    command = shlex.join(["python", "-m", "gan_lib", "study", "losses", *options, "--output", Path(folder).name])
    began = time.monotonic()

    def on_run(run, outcome):
        nonlocal began
        minutes, began = (time.monotonic() - began) / 60, time.monotonic()
        if verbose:
            end = ", ".join(f"{kind} FD {outcome[kind]['fd'][-1]:.2f}" for kind in ("last", "averaged") if outcome[kind]["fd"])
            print(f"{run.name}: {'diverged' if outcome['diverged'] else end}, {minutes:.1f} minutes", flush=True)
        return {"made": how_made(command, minutes)}

    images, _ = load_fashion_mnist("train")
    sweep(folder, Budget(**budget), images, describe_photographs("classifier"), games or tuple(GAMES), seeds, on_run)
    return read_outcomes(folder)


def how_made(command: str, minutes: float, **more) -> dict:
    """Return what is stored beside whatever was trained: the command, the versions, the minutes, the machine, and more.

    Args:
        command: the one that makes it again.
        minutes: how long it took.
        **more: what else decides it, such as a seed.
    """
    import keras
    import tensorflow

    devices = [device.device_type for device in tensorflow.config.list_physical_devices()]
    versions = {module.__name__: module.__version__ for module in (tensorflow, keras, np)}
    return {
        **more,
        "command": command,
        "versions": {"python": platform.python_version(), **versions},
        "minutes": round(minutes, 1),
        "machine": f"{os.cpu_count()} CPU cores, {'GPU' if 'GPU' in devices else 'no GPU'}",
    }
