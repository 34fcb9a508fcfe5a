"""What a run leaves behind, read again: networks to sample from, to score and to hand on; pictures."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gan_lib._checks import check_choice, check_count, check_seed
from gan_lib._files import SETTINGS, atomic_write
from gan_lib.applications import APPLICATIONS, application
from gan_lib.data import CLASS_NAMES, to_pixels
from gan_lib.folders import load_images
from gan_lib.plots import image_grid
from gan_lib.plots.applications import plot_answers, plot_words
from gan_lib.recordings import Recording

if TYPE_CHECKING:
    import keras
    from matplotlib.figure import Figure

SIDE = 600  # pixels that a picture of samples has at least, in width and height

CLASS_GENERATOR = "class_generator"  # the name of the generator of a class on request

# By the name of a generator, which Keras stores: the application whose conditions it takes.
APPLICATION_OF = {"unet": "pix2pix", "srresnet": "srgan", "stage_1": "stackgan", "stage_2": "stackgan"}


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
    of_latents = isinstance(generator.input_shape, tuple) and len(generator.input_shape) == 2
    if not of_latents and generator.name not in (*APPLICATION_OF, CLASS_GENERATOR):
        raise ValueError(f"{source} takes {generator.input_shape}, not latent vectors; give a generator")
    if len(generator.output_shape) != 4:
        raise ValueError(f"{source} makes {generator.output_shape}, not images")
    return generator


def sample(
    source: str | os.PathLike, n: int = 64, seed: int = 0, caption: str | None = None, label: str | None = None
) -> tuple[np.ndarray, dict | None]:
    """Generate images with a saved generator.

    Args:
        source: as for `load_network`.
        n: how many. Of Pix2Pix and SRGAN, answers to the first n test photographs; of a class on request, about as many, in a row
            for each class.
        seed: which latent vectors, or what else is drawn at random.
        caption: for StackGAN, what to draw.
        label: for a class on request, which: its name or its number; by default all of them.

    Returns:
        The images, float32 (n, height, width, channels) in [-1, 1], and what to show beside them, for `save_picture`.

    Raises:
        ValueError: if the source is no generator of images, or a caption or label is missing, unknown or not used.
    """
    check_count(n, "n")
    check_seed(seed)
    generator = load_generator(source)
    model = APPLICATION_OF.get(generator.name)
    if model == "stackgan" and not caption:
        raise ValueError('--caption is missing; say what to draw, such as --caption "a dark coat"')
    if model != "stackgan" and caption:
        raise ValueError(f"--caption is for StackGAN; {source} is none, leave it out")
    if generator.name != CLASS_GENERATOR and label is not None:
        raise ValueError(f"--label is for a run that was trained with --labels; {source} is none, leave it out")
    if model is None and generator.name != CLASS_GENERATOR:
        return from_latents(generator, n, seed), None

    from gan_lib.conditional import generate

    if generator.name == CLASS_GENERATOR:
        names = class_names(source, generator)
        if label is not None:
            return generate(generator, np.full(n, number_of(label, names), "int32"), seed), None
        labels = np.repeat(np.arange(len(names), dtype="int32"), max(1, round(n / len(names))))
        return generate(generator, labels, seed), {"given": labels, "classes": np.array(names)}
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


def class_names(source, generator):
    """Return the names of the classes of a saved generator: those of its run, those of Fashion-MNIST, or else numbers."""
    from gan_lib.classes import classes_of

    n, path = classes_of(generator), Path(source)
    stored = (path if path.is_dir() else path.parent) / SETTINGS
    if path.suffix != ".npz" and stored.is_file():
        try:
            names = json.loads(stored.read_text(encoding="utf-8"))["classes"]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{stored} is damaged ({error!r}); remove it to use numbers for names") from error
        if names and len(names) == n:
            return names
    return list(CLASS_NAMES) if generator.output_shape[1:] == (28, 28, 1) and n == 10 else [str(i) for i in range(n)]


def number_of(label, names):
    """Return the number of a class that is given by its number or by its name, in any case of letters."""
    wanted = str(label).casefold()
    found = [i for i, name in enumerate(names) if wanted in (name.casefold(), str(i))]
    if not found:
        raise ValueError(f"--label must be a number from 0 to {len(names) - 1} or one of {', '.join(names)}; got {label}")
    return found[0]


def animation(source: str | os.PathLike) -> list[np.ndarray]:
    """Return the pictures of a run, from its first moment to its last, all of one size.

    Args:
        source: the folder of a run, for its picture after each epoch; or a recording, for every moment it has.

    Returns:
        list of uint8 (height, width, 3).

    Raises:
        FileNotFoundError: if there are none.
        ValueError: for a recording of points in the plane.
    """
    if not isinstance(source, (str, os.PathLike)):
        raise ValueError(f"source must be a path, or the name of a recording; got {source!r:.200}")
    path = Path(source)
    if path.is_dir() or path.suffix == ".keras":
        folder = (path if path.is_dir() else path.parent) / "samples"
        files = sorted(folder.glob("epoch-*.png"))
        if not files:
            raise FileNotFoundError(f"no pictures in {folder}; name the folder of a run that 'python -m gan_lib train' has made")
        return [np.array(Image.open(file).convert("RGB")) for file in files]
    frames = Recording.load(source).frames
    if frames.ndim < 4:
        raise ValueError(f"{source} is of points in the plane; gan_lib.widgets.epoch_stepper shows it")
    return [np.array(enlarged(image_grid(frame)).convert("RGB")) for frame in frames]


def walk(
    source: str | os.PathLike, stops: int = 6, between: int = 12, seed: int = 0, label: str | None = None
) -> list[np.ndarray]:
    """Return pictures of a walk through latent space, on arcs from one latent vector to the next and back to the first.

    Args:
        source: as for `load_network`.
        stops: latent vectors.
        between: pictures from one to the next.
        seed: which latent vectors.
        label: for a class on request, which; by default the walk stops at each class in its turn.

    Returns:
        list of uint8 (height, width, 3), each of 16 images that walk at once.

    Raises:
        ValueError: if the source is no generator of latent vectors.
    """
    from gan_lib.gan import predicted
    from gan_lib.studies.latents import spherical

    check_count(stops, "stops", least=2)
    check_count(between, "between")
    check_seed(seed)
    generator = load_generator(source)
    if generator.name in APPLICATION_OF:
        raise ValueError(f"--walk goes through latent space, and {source} answers conditions")
    random, of_classes = np.random.default_rng(seed), generator.name == CLASS_GENERATOR
    if label is not None and not of_classes:
        raise ValueError(f"--label is for a run that was trained with --labels; {source} is none, leave it out")
    if of_classes:
        from gan_lib.classes import with_latents

        names, generator = class_names(source, generator), with_latents(generator)
        turns = [number_of(label, names)] * stops if label is not None else list(range(len(names)))
        stops = len(turns)
    latent_dim = generator.input_shape[-1][-1] if of_classes else generator.input_shape[-1]
    places = random.standard_normal((stops, 16, latent_dim)).astype("float32")
    frames = []
    for i in range(stops):
        arcs = [spherical(*ends, between + 1)[:-1] for ends in zip(places[i], places[(i + 1) % stops])]
        for latents in np.stack(arcs, axis=1).astype("float32"):
            inputs = [np.full(16, turns[i], "int32"), latents] if of_classes else latents
            frames.append(np.array(enlarged(image_grid(to_pixels(predicted(generator, inputs)))).convert("RGB")))
    return frames


def save_animation(path: str | os.PathLike, pictures: list[np.ndarray], milliseconds: int = 120) -> None:
    """Write pictures as an animated GIF that begins anew after its end.

    Args:
        path: it ends in `.gif`.
        pictures: uint8 (height, width, 3), all of one size.
        milliseconds: that each is shown.
    """
    if Path(path).suffix != ".gif":
        raise ValueError(f"path must end in .gif; got {str(path)!r}")
    check_count(milliseconds, "milliseconds")
    first, *others = [Image.fromarray(picture) for picture in pictures]
    with atomic_write(path) as temporary:
        first.save(temporary, save_all=True, append_images=others, duration=milliseconds, loop=0)


def evaluate_saved(
    sources: list, n: int = 5_000, resamples: int = 5, features: str = "classifier", images: str | os.PathLike | None = None
) -> dict:
    """Score saved generators one after the other, with a bar over all sets of samples.

    Args:
        sources: as for `load_network`.
        n, resamples, features: as for `gan_lib.evaluate`.
        images: the folder of images that the generators were trained on, if not on Fashion-MNIST; brought to the size of theirs.

    Returns:
        dict by source of what `gan_lib.evaluate` returns, for `gan_lib.table`.

    Raises:
        ValueError: if a source answers conditions, the classifier of garments is asked about other images, or the generators make
            images of several shapes.
    """
    from tqdm import tqdm

    from gan_lib.evaluation import describe, evaluate

    generators = {str(source): load_generator(source) for source in sources}  # all, before the first minutes are spent
    for name, generator in generators.items():
        if generator.name in APPLICATION_OF:
            raise ValueError(f"{name} answers conditions; its own scores are measured by 'record --scores'")
        shape = generator.output_shape[1:]
        if features == "classifier" and (images or shape != (28, 28, 1)):
            raise ValueError(
                f"the classifier knows garments of 28 x 28 grey pixels alone, not what {name} makes, images of {shape}: add "
                "--features inception --images FOLDER"
            )
        if shape != (28, 28, 1) and not images:
            raise ValueError(f"{name} makes images of {shape}: add --images FOLDER, with what it was trained on")
    shapes = {generator.output_shape[1:] for generator in generators.values()}
    if len(shapes) > 1:
        raise ValueError(
            f"the generators make images of several shapes, {' and '.join(map(str, shapes))}; score one after the other"
        )
    real, rows = None, {}
    if images:
        (height, width, channels), *_ = shapes
        real = describe(load_images(images, (height, width), channels)[0], features)
    with tqdm(total=len(generators) * resamples, unit="set", desc=f"sets of {n:,} samples", mininterval=0) as bar:
        for name, generator in generators.items():

            def draw(n, seed, generator=generator):
                if seed > 1:
                    bar.update()
                return drawn(generator, n, seed)

            rows[name] = evaluate(draw, n, resamples, real, features)
            bar.update()
    return rows


def drawn(generator, n, seed):
    """Return n images, of a class on request equally many of each."""
    if generator.name != CLASS_GENERATOR:
        return from_latents(generator, n, seed)
    from gan_lib.classes import classes_of
    from gan_lib.conditional import generate

    return generate(generator, np.arange(n, dtype="int32") % classes_of(generator), seed)


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
    if shown and "wanted" in shown:
        given = "sketch" if shown["given"].shape == shown["wanted"].shape else "small image"
        return plot_answers(shown["given"], pixels, shown["wanted"], names=(given, "generated", "photograph"))
    if shown and "classes" in shown:
        names, columns = shown["classes"], len(pixels) // len(shown["classes"])
        return plot_words(pixels, names, [""] * columns, size=0.8)
    if shown and len(pixels) == 40:
        from gan_lib.applications.stackgan import ADJECTIVES, NOUNS

        return plot_words(pixels, ADJECTIVES, NOUNS, size=0.8)
    return enlarged(image_grid(pixels))


def enlarged(pixels):
    """Return a grid as a Pillow image whose pixels are large enough to be seen."""
    grid = Image.fromarray(pixels)
    factor = -(-SIDE // min(grid.size))
    return grid.resize((factor * grid.width, factor * grid.height), Image.Resampling.NEAREST)
