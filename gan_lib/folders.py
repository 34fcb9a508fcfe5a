"""Images of one's own: from a folder of files to arrays, or to a data set, that the networks take."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from gan_lib._checks import check_choice, check_count, check_seed
from gan_lib._files import ASSETS

if TYPE_CHECKING:
    import tensorflow as tf

PEOPLE = ASSETS / "people.zip"
ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
WHITE = 255.0  # what shows through where an image is transparent


def load_images(
    folder: str | os.PathLike, size: int | Sequence[int] | None = None, channels: int = 3
) -> tuple[np.ndarray, np.ndarray | None]:
    """Read all PNG, JPEG and WebP files of a folder.

    Each image is turned as its camera held it (EXIF), laid on white where it is transparent, cut to the shape of the result
    around its middle, and resized. The filter is bicubic and widened where it shrinks, so that no pixel of the file is passed
    over, and nothing is rounded in between: Parmar et al., "On Aliased Resizing and Surprising Subtleties in GAN Evaluation"
    (2022), measured what other ways of resizing do to scores.

    Args:
        folder: files in it are images without labels. If it has subfolders instead, each is a class, in the order of their names,
            see `class_folders`.
        size: the side, or (height, width), in pixels; by default that of the files, if they all have one.
        channels: 3 for colour, 1 for grey.

    Returns:
        images: float32 (n, height, width, channels) in [-1, 1], in the order of the files' names.
        labels: int32 (n,), or None where there are no subfolders.

    Raises:
        ValueError: if there are fewer than two images, a file cannot be read, the files have several sizes and `size` is left
            out, or the images would take more than half of the memory; see `stream_images`.
    """
    paths, labels = find_images(folder)
    shape = image_shape(paths, size, channels)
    if not fits_memory(paths, shape):
        needed, there = (f"{size / 1e9:.1f} GB" for size in (bytes_of(paths, shape), memory()))
        raise ValueError(
            f"{len(paths):,} images of {shape} take {needed} of {there} of memory: choose a smaller size, or read them while "
            "training with gan_lib.stream_images"
        )
    images, wrong = np.empty((len(paths), *shape), "float32"), []
    for i, path in enumerate(paths):
        try:
            images[i] = read_image(path, shape)
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        more = f", and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise ValueError("; ".join(wrong[:3]) + more + ". Remove or replace what cannot be read")
    return images, labels


def stream_images(
    folder: str | os.PathLike,
    size: int | Sequence[int] | None = None,
    channels: int = 3,
    batch_size: int = 32,
    seed: int = 0,
    with_labels: bool = False,
) -> tf.data.Dataset:
    """Return a data set for `fit` that reads the files of a folder while it trains, for more images than fit the memory.

    Args:
        folder, size, channels: as for `load_images`, which the images are the same as.
        batch_size: images in a batch.
        seed: of their order, which is another in each epoch.
        with_labels: whether to give (labels, images), as `gan_lib.ConditionalGAN` takes them.

    Returns:
        A `tf.data.Dataset` of known length, of batches float32 (batch, height, width, channels) in [-1, 1].

    Raises:
        ValueError: as `load_images`, and if labels are asked for where there are no subfolders. A file that cannot be read is
            told when its turn comes.
    """
    import tensorflow as tf

    check_count(batch_size, "batch_size")
    check_seed(seed)
    check_choice(with_labels, "with_labels", (True, False))
    paths, labels = find_images(folder)
    shape = image_shape(paths, size, channels)
    if with_labels and labels is None:
        raise ValueError(f"with_labels needs a subfolder for each class, and {folder} has none")

    def read(path):
        image = tf.numpy_function(lambda name: read_image(Path(os.fsdecode(name)), shape), [path], tf.float32)
        return tf.ensure_shape(image, shape)

    names = tf.data.Dataset.from_tensor_slices([os.fspath(path) for path in paths])
    images = names.map(read, num_parallel_calls=tf.data.AUTOTUNE)
    if with_labels:
        images = tf.data.Dataset.zip((tf.data.Dataset.from_tensor_slices(labels), images))
    return images.shuffle(min(len(paths), 10_000), seed=seed).batch(batch_size).prefetch(tf.data.AUTOTUNE)


def class_folders(folder: str | os.PathLike) -> list[str]:
    """Return the names of the classes of a folder, those of its subfolders that hold images; label 0 is the first."""
    folder = existing(folder)
    return [part.name for part in visible(folder) if part.is_dir() and any(map(is_image, part.rglob("*")))]


def unpack_people(folder: str | os.PathLike | None = None) -> Path:
    """Unpack the pictures of people that come with the package into a folder, as an example of one of your own.

    997 pictures of people from Twemoji, PNG files of 64 x 64 pixels with a transparent background, in four subfolders: faces,
    fantasy, gestures and roles. Copyright Twitter, Inc. and other contributors, CC BY 4.0.

    Args:
        folder: it is made where it is missing; by default a new one for temporary files.

    Returns:
        The path of the folder.

    Raises:
        ValueError: if it is a file.
    """
    folder = Path(tempfile.mkdtemp(prefix="people-") if folder is None else folder)
    if folder.is_file():
        raise ValueError(f"folder {folder} is a file; name a folder")
    with zipfile.ZipFile(PEOPLE) as pictures:
        pictures.extractall(folder)
    return folder


def find_images(folder: str | os.PathLike) -> tuple[list[Path], np.ndarray | None]:
    """Return the files of a folder that `load_images` would read, and their labels.

    Args:
        folder: as for `load_images`.

    Returns:
        paths: of n files, by class and then by name.
        labels: int32 (n,), or None where there are no subfolders.

    Raises:
        ValueError: if the folder does not exist, holds images beside subfolders with images, or holds fewer than two.
    """
    folder = existing(folder)
    loose, classes = [path for path in visible(folder) if is_image(path)], class_folders(folder)
    if loose and classes:
        raise ValueError(
            f"folder {folder} holds images beside subfolders with images ({classes[0]}): move them into the subfolders, one for "
            "each class, or all into one folder"
        )
    groups = [sorted(path for path in (folder / name).rglob("*") if is_image(path)) for name in classes] or [loose]
    paths = [path for group in groups for path in group]
    if len(paths) < 2:
        found = f"one image, {paths[0].name}" if paths else f"no image ({', '.join(ENDINGS)})"
        raise ValueError(f"folder {folder} holds {found}: a GAN needs at least two, and hundreds to learn from")
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups]).astype("int32") if classes else None
    return paths, labels


def existing(folder):
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"folder {folder} {'is a file' if folder.exists() else 'does not exist'}; name a folder of images")
    return folder


def visible(folder):
    return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__")))


def is_image(path):
    return path.suffix.lower() in ENDINGS and path.is_file() and not any(part.startswith((".", "__")) for part in path.parts[-2:])


def image_shape(paths, size, channels):
    """Return (height, width, channels) of what is to be read."""
    check_choice(channels, "channels", (1, 3))
    if size is not None:
        sides = (size, size) if np.ndim(size) == 0 else tuple(size)
        if len(sides) != 2:
            raise ValueError(f"size must be a number of pixels, or (height, width); got {size!r}")
        for side in sides:
            check_count(side, "size")
        return (*map(int, sides), channels)
    sizes = {}
    for path in paths:
        image = opened(path)
        sizes.setdefault((image.height, image.width), path.name)
        if len(sizes) > 1:
            (one, first), (other, second) = sizes.items()
            raise ValueError(
                f"the images have several sizes, such as {first} {one} and {second} {other}: choose one, as in size=64"
            )
    return (*next(iter(sizes)), channels)


def fits_memory(paths, shape):
    """Say whether images take at most half of the memory."""
    return bytes_of(paths, shape) <= memory() / 2


def bytes_of(paths, shape):
    return 4 * len(paths) * int(np.prod(shape))


def memory():
    """Return the bytes of the machine's memory; where it does not tell, 8 GB."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 8_000_000_000


def opened(path):
    """Return the image of a file, turned as its camera held it."""
    try:
        with Image.open(path) as file:
            return ImageOps.exif_transpose(file)
    except Exception as error:  # Pillow has several for a file that is none
        raise ValueError(f"{path} cannot be read as an image ({error})") from error


def read_image(path, shape):
    """Read an image as float32 of a shape (height, width, channels), in [-1, 1]."""
    values = in_channels(opened(path), shape[2], path)
    height, width = fitting(values.shape[:2], shape[:2])
    top, left = (values.shape[0] - height) // 2, (values.shape[1] - width) // 2
    values = values[top : top + height, left : left + width]
    resized = [
        Image.fromarray(np.ascontiguousarray(part)).resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
        for part in np.moveaxis(values, 2, 0)
    ]
    return np.clip(np.stack(resized, axis=2) / 127.5 - 1, -1, 1).astype("float32")  # bicubic can overshoot


def in_channels(image, channels, path):
    """Return the values of an image in [0, 255], float32 (height, width, channels), on white where it is transparent."""
    mode = "L" if channels == 1 else "RGB"
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits of grey, which Pillow would cut off at 255
        values = np.array(image, "float32")
        if not np.isfinite(values).all() or values.min() < 0 or values.max() > 65535:
            raise ValueError(f"{path} has values outside 0 to 65535; convert it to 8 or 16 bits")
        return np.repeat(values[..., None] / 257, channels, axis=2)
    if image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info:
        *values, opacity = np.moveaxis(np.array(image.convert("RGBA"), "float32"), 2, 0)
        values = np.stack([opacity / 255 * part + (1 - opacity / 255) * WHITE for part in values], axis=2)
        return values if channels == 3 else (values @ np.array([0.299, 0.587, 0.114], "float32"))[..., None]
    return np.array(image.convert(mode), "float32").reshape(image.height, image.width, channels)


def fitting(sides, wanted):
    """Return the largest (height, width) within `sides` that has the proportions of `wanted`."""
    factor = min(have / want for have, want in zip(sides, wanted))
    return tuple(max(1, round(factor * want)) for want in wanted)
