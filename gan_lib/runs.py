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
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gan_lib._checks import check_choice, check_count, check_counts, check_label_smoothing, check_number, check_seed
from gan_lib._files import atomic_write, save_json
from gan_lib.applications import APPLICATIONS, application
from gan_lib.data import load_fashion_mnist, to_pixels
from gan_lib.plots import image_grid
from gan_lib.plots.applications import plot_answers, plot_words
from gan_lib.recordings import Recording

if TYPE_CHECKING:
    import keras
    from matplotlib.figure import Figure
    from PIL import Image

    from gan_lib.callbacks import SampleRecorder
    from gan_lib.gan import Players

SHAPES = ("ring", "moons")  # models on points in the plane
MODELS = ("dcgan", "mlp", "crossed", *SHAPES, *APPLICATIONS)
CHECKPOINTS = "checkpoints"  # the folder of a run where they are
SIDE = 600  # pixels that a picture of samples has at least, in width and height

# By the name of a generator, which Keras stores: the application whose conditions it takes.
APPLICATION_OF = {"unet": "pix2pix", "srresnet": "srgan", "stage_1": "stackgan", "stage_2": "stackgan"}


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
        of_images = self.model in ("dcgan", "mlp", "crossed")
        self.refuse("average", "label_smoothing", "rate", "discriminator_rate", "recipe", unless=of_images)
        self.refuse("average", "label_smoothing", unless=self.recipe == "steps")
        self.refuse("variant", "start", unless=self.model in APPLICATIONS)
        self.refuse("full", unless=self.model not in SHAPES)

    def refuse(self, *names, unless):
        """Raise a ValueError if one of the named options is set where it does nothing."""
        for name in names:
            if not unless and getattr(self, name) != getattr(Settings, name):
                where = f"recipe {self.recipe}" if self.recipe != "steps" and name != "recipe" else f"model {self.model}"
                raise ValueError(f"{name} does not go with {where}; leave it out")

    def arguments(self) -> list[str]:
        """Return the options of the command line that stand for these settings."""
        shown = ["--model", self.model, "--epochs", str(self.epochs), "--batch-size", str(self.batch_size)]
        shown += ["--full"] * self.full + ["--seed", str(self.seed)]
        for name in ("variant", "start", "recipe", "average", "label_smoothing", "rate", "discriminator_rate"):
            value = getattr(self, name)
            if value != getattr(Settings, name):
                shown += [f"--{name.replace('_', '-')}", Path(value).name if name == "start" else str(value)]
        return shown


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
    if verbose:
        steps = -(-len(data[-1]) // settings.batch_size)
        of_what = f"{len(data[-1]):,} images, {steps:,} steps of {settings.batch_size} an epoch"
        print(f"{settings.variant or settings.model}: {settings.epochs} epochs of {of_what}", flush=True)
        callbacks.append(ProgressBar())
    if checkpoints:
        callbacks.append(Resume(checkpoints))
    gan.fit(*data, batch_size=settings.batch_size, epochs=settings.epochs, callbacks=callbacks, verbose=verbose)
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

    from gan_lib.networks import NETWORKS
    from gan_lib.studies.recipes import RECIPES

    check_choice(settings.recipe, "recipe", RECIPES)
    images, _ = load_fashion_mnist("train", full=settings.full)
    keras.utils.set_random_seed(settings.seed)
    build_generator, build_discriminator = NETWORKS[settings.model]
    gan = RECIPES[settings.recipe](build_generator(), build_discriminator(), seed=settings.seed)
    average = {"use_ema": True, "ema_momentum": settings.average} if settings.average else {}
    smoothing = {"label_smoothing": settings.label_smoothing} if settings.label_smoothing else {}
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(settings.rate, beta_1=0.5, **average),
        discriminator_optimizer=keras.optimizers.Adam(settings.discriminator_rate or settings.rate, beta_1=0.5),
        **smoothing,
    )
    return (images,), gan, None


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
        train(settings, on_epoch_end=partial(save_run, folder), checkpoints=folder / CHECKPOINTS)
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


def check_folder(folder, resume):
    """Raise a ValueError unless a run can begin in the folder, or be carried on there."""
    if folder.is_file():
        raise ValueError(f"--output {folder} is a file; name a folder")
    begun = [path for path in sorted(folder.rglob("*")) if path.name in ("history.json", "run.json")]
    if begun and not resume:
        raise ValueError(f"--output {folder} holds a run already; add --resume to carry it on, or name another folder")
    for path in begun:
        if path.name == "history.json" and not (path.parent / CHECKPOINTS / "run.json").exists():
            raise ValueError(
                f"--output {path.parent} holds a run without checkpoints, which cannot be carried on; name another folder"
            )


def epochs_done(folder):
    return len(next(iter(json.loads((folder / "history.json").read_text()).values())))


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
    save_json(folder / "history.json", recorder.history)
    with averaged(gan) as generator:
        save_network(folder / "generator.keras", generator)
    save_network(folder / "discriminator.keras", gan.discriminator)


def save_network(path, network):
    with atomic_write(path) as temporary:
        network.save(temporary)


def save_picture(path: str | os.PathLike, images: np.ndarray, shown: dict | None = None) -> None:
    """Write a PNG picture of generated images, of at least 600 x 600 pixels.

    Args:
        path: it ends in `.png`.
        images: float (n, height, width, 1) in [-1, 1].
        shown: what they were made from, as `followed` of an application returns it: "given" and "wanted" images stand on both
            sides of each, "given" captions beside the rows.
    """
    if Path(path).suffix != ".png":
        raise ValueError(f"path must end in .png; got {str(path)!r}")
    drawn = picture(to_pixels(images), shown)
    with atomic_write(path) as temporary:
        if hasattr(drawn, "savefig"):
            drawn.savefig(temporary, dpi=100)
        else:
            drawn.save(temporary)


def picture(pixels, shown) -> Figure | Image.Image:
    """Return the picture of uint8 images (n, height, width): a Pillow image, or a Figure where something stands beside them."""
    from PIL import Image

    if shown and "wanted" in shown:
        given = "sketch" if shown["given"].shape == shown["wanted"].shape else "small image"
        return plot_answers(shown["given"], pixels, shown["wanted"], names=(given, "generated", "photograph"))
    if shown and len(pixels) == 40:
        from gan_lib.applications.stackgan import ADJECTIVES, NOUNS

        return plot_words(pixels, ADJECTIVES, NOUNS, size=0.8)
    grid = Image.fromarray(image_grid(pixels))
    factor = -(-SIDE // min(grid.size))
    return grid.resize((factor * grid.width, factor * grid.height), Image.Resampling.NEAREST)


def measure_scores(settings: Settings, everything: bool = True, n: int = 5_000) -> Callable:
    """Return a function of the GAN that measures it, for `train`.

    Args:
        settings: what is trained. An application is measured by its own `scores` on the bundled test images.
        everything: all scores of `gan_lib.evaluation`, or "fid" alone; with an average also "fid_of_last", of the last weights.
        n: samples.
    """
    if settings.model in APPLICATIONS:
        module, held_out = application(settings.model), load_fashion_mnist("test")
        return lambda gan: module.scores(gan.generator, *held_out, settings.variant or module.SEQUENCE[-1])

    from gan_lib.averaging import averaged
    from gan_lib.evaluation import describe, describe_photographs, scores
    from gan_lib.metrics import fid

    real = describe_photographs("classifier")

    def measure(gan):
        with averaged(gan):
            fake = describe(gan.sample(n, seed=1))
        found = scores(real, fake) if everything else {"fid": fid(real.features, fake.features)}
        if settings.average:
            found["fid_of_last"] = fid(real.features, describe(gan.sample(n, seed=1)).features)
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

    more, conditions = {"images": 60_000 if settings.full else 10_000}, None
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


def load_network(source: str | os.PathLike, player: str = "generator") -> keras.Model:
    """Load a network that a run has left, of any model, with all layers of its own.

    Args:
        source: a `.keras` file, the folder of a run, or a recording: the name of a bundled one, or a `.npz` file.
        player: "generator" or "discriminator"; a recording has the generator alone.

    Raises:
        FileNotFoundError: if it is not there; of a folder that holds runs, the message names those.
        ValueError: if the file is no Keras model, or a recording has no weights.
    """
    from gan_lib._keras import keras

    check_choice(player, "player", ("generator", "discriminator"))
    if not isinstance(source, (str, os.PathLike)):
        raise ValueError(f"source must be a path, or the name of a recording; got {source!r:.200}")
    path = Path(source)
    if path.is_dir():
        path = network_in(path, player)
    if path.suffix != ".keras":
        if player != "generator":
            raise ValueError(f"player must be generator for a recording, which keeps no discriminator; got {player!r}")
        return Recording.load(source).generator()
    if not path.exists():
        raise FileNotFoundError(f"no file {path}; 'python -m gan_lib train' makes one")
    for name in APPLICATIONS:
        application(name)  # its module tells Keras about its layers
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras has many for a file that is not what it should be
        raise ValueError(f"{path} cannot be read as a Keras model ({str(error):.200})") from error


def network_in(folder, player):
    """Return the file of a player in the folder of a run, or raise an error that says where there are some."""
    path = folder / f"{player}.keras"
    if not path.exists():
        others = sorted(str(other.parent) for other in folder.rglob(path.name))
        where = f"; there is one in {' and in '.join(others)}" if others else "; 'python -m gan_lib train' makes one"
        raise FileNotFoundError(f"no {path.name} in {folder}{where}")
    return path


def load_generator(source: str | os.PathLike) -> keras.Model:
    """Load a generator of images, see `load_network`; raise a ValueError for a network that makes none."""
    generator = load_network(source)
    if (not isinstance(generator.input_shape, tuple) or len(generator.input_shape) != 2) and generator.name not in APPLICATION_OF:
        raise ValueError(f"{source} takes {generator.input_shape}, not latent vectors; give a generator")
    if len(generator.output_shape) != 4:
        raise ValueError(f"{source} makes {generator.output_shape}, not images")
    return generator


def sample(source: str | os.PathLike, n: int = 64, seed: int = 0, caption: str | None = None) -> tuple[np.ndarray, dict | None]:
    """Generate images with a saved generator.

    Args:
        source: as for `load_network`.
        n: how many. Of Pix2Pix and SRGAN, answers to the first n test photographs.
        seed: which latent vectors, or what else is drawn at random.
        caption: for StackGAN, what to draw.

    Returns:
        The images, float32 (n, height, width, 1) in [-1, 1], and what to show beside them, for `save_picture`.

    Raises:
        ValueError: if the source is no generator of images, or a caption is missing or not used.
    """
    check_count(n, "n")
    check_seed(seed)
    generator = load_generator(source)
    model = APPLICATION_OF.get(generator.name)
    if model == "stackgan" and not caption:
        raise ValueError('--caption is missing; say what to draw, such as --caption "a dark coat"')
    if model != "stackgan" and caption:
        raise ValueError(f"--caption is for StackGAN; {source} is none, leave it out")
    if model is None:
        return from_latents(generator, n, seed), None

    from gan_lib.conditional import generate

    if model == "stackgan":
        from gan_lib.applications.text_encoder import encode

        return generate(generator, np.repeat(encode(caption), n, axis=0), seed), None
    conditions, shown = application(model).followed(n)
    return generate(generator, conditions, seed), shown


def from_latents(generator, n, seed):
    """Return what a generator makes of n latent vectors."""
    from gan_lib._keras import keras
    from gan_lib.gan import predicted

    return predicted(generator, keras.random.normal((n, generator.input_shape[-1]), seed=seed))


def evaluate_saved(sources: list, n: int = 5_000, resamples: int = 5, features: str = "classifier") -> dict:
    """Score saved generators one after the other, with a bar over all sets of samples.

    Args:
        sources: as for `load_network`.
        n, resamples, features: as for `gan_lib.evaluate`.

    Returns:
        dict by source of what `gan_lib.evaluate` returns, for `gan_lib.table`.

    Raises:
        ValueError: if a source is no generator of images from latent vectors.
    """
    from tqdm import tqdm

    from gan_lib.evaluation import evaluate

    generators = {str(source): load_generator(source) for source in sources}  # all, before the first minutes are spent
    for name, generator in generators.items():
        if generator.name in APPLICATION_OF:
            raise ValueError(f"{name} answers conditions; its own scores are measured by 'record --scores'")
    rows = {}
    with tqdm(total=len(generators) * resamples, unit="set", desc=f"sets of {n:,} samples", mininterval=0) as bar:
        for name, generator in generators.items():

            def draw(n, seed, generator=generator):
                if seed > 1:
                    bar.update()
                return from_latents(generator, n, seed)

            rows[name] = evaluate(draw, n, resamples, features=features)
            bar.update()
    return rows
