"""Fashion-MNIST: from files to arrays that the networks take.

Xiao, Rasul and Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
Algorithms" (2017). MIT licence, Copyright 2017 Zalando SE.
"""

import gzip
import hashlib
import os
import zlib
from pathlib import Path

import numpy as np

from gan_lib._checks import check_choice, check_images, check_pixels
from gan_lib._files import ASSETS, load_arrays

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

SYSTEM_FOLDER = Path("/usr/share/datasets/fashion-mnist")  # where Debian's dataset-fashion-mnist puts it

# SHA-256 of the decompressed bytes: the same files are in circulation compressed in several ways.
SHA256 = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    "fashion_mnist_train.npz": "b134f74849da1a1bcd32ee8c73b764a5657b0f25350e9ed3b4a4e8cb8505b14b",
    "fashion_mnist_test.npz": "5e916b2e91811fe46845f5b34d536fd2cb7788e5c5bc5531b5e3b9ee89e9bad9",
}


def load_fashion_mnist(split: str, full: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Load photographs of garments, scaled to what a tanh generator makes.

    Args:
        split: "train" or "test".
        full: False for the images that come with the package (10,000 and 2,000, the first of each file);
            True for all of them (60,000 and 10,000), from the Keras cache, the folder of Debian's package
            dataset-fashion-mnist, or else downloaded through Keras.

    Returns:
        images: float32 (n, 28, 28, 1) in [-1, 1], -1 for the background.
        labels: uint8 (n,), indices into `CLASS_NAMES`.

    Examples:
        >>> images, labels = load_fashion_mnist("test")
        >>> images.shape, CLASS_NAMES[labels[0]]
        ((2000, 28, 28, 1), 'Ankle boot')

    Raises:
        ValueError: if `split` is neither, or a file's bytes are not the published ones.
        FileNotFoundError: if `full=True` and the files are neither here nor can be downloaded.
    """
    check_choice(split, "split", ("train", "test"))
    images, labels = read_full(split) if full else read_bundled(split)
    return scale(images), labels


def scale(pixels: np.ndarray) -> np.ndarray:
    """Turn pixels, uint8 (n, height, width) in [0, 255], into float32 (n, height, width, 1) in [-1, 1].

    Of coloured ones, (n, height, width, 3), the shape stays.

    Examples:
        >>> scale([[[0, 255]]]).ravel().tolist()
        [-1.0, 1.0]
    """
    images = check_pixels(pixels, colour=True).astype("float32") / 127.5 - 1
    return images if images.ndim == 4 else images[..., np.newaxis]


def to_pixels(images: np.ndarray) -> np.ndarray:
    """Undo `scale`: float (n, height, width, 1) in [-1, 1] into uint8 (n, height, width), rounded to the nearest.

    Of coloured ones, (n, height, width, 3), the shape stays.

    Examples:
        >>> to_pixels([[[[-1.0], [0.0], [1.0]]]]).tolist()
        [[[0, 128, 255]]]
    """
    pixels = np.round((check_images(images, colour=True) + 1) * 127.5).astype("uint8")
    return pixels if pixels.shape[-1] == 3 else pixels[..., 0]


def read_bundled(split):
    path = ASSETS / f"fashion_mnist_{split}.npz"
    stored = load_arrays(path, "install gan_lib again", ("images", "labels"))
    check_bytes(path, stored["images"].tobytes() + stored["labels"].tobytes(), "install gan_lib again")
    return stored["images"], stored["labels"]


def read_full(split):
    prefix = {"train": "train", "test": "t10k"}[split]
    names = [f"{prefix}-images-idx3-ubyte", f"{prefix}-labels-idx1-ubyte"]
    cache = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "datasets" / "fashion-mnist"
    folders = [f for f in (cache, SYSTEM_FOLDER) if all((f / f"{name}.gz").exists() for name in names)]
    if not folders:
        download(cache)
        folders = [cache]
        if not (cache / f"{names[0]}.gz").exists():
            raise FileNotFoundError(f"Keras has not put the data set into {cache}; make that folder writable")
    images, labels = (read_gzip(folders[0] / f"{name}.gz") for name in names)
    # The idx format: 16 bytes of header before the images, 8 before the labels.
    return (
        np.frombuffer(images, "uint8", offset=16).reshape(-1, 28, 28),
        np.frombuffer(labels, "uint8", offset=8),
    )


def read_gzip(path):
    remedy = (
        "delete it, and it is fetched anew"
        if SYSTEM_FOLDER not in path.parents
        else ("reinstall the package dataset-fashion-mnist")
    )
    try:
        with gzip.open(path) as file:
            content = file.read()
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path} is truncated or damaged ({error}); {remedy}") from error
    check_bytes(path, content, remedy)
    return content


def check_bytes(path, content, remedy):
    if hashlib.sha256(content).hexdigest() != SHA256[path.name.removesuffix(".gz")]:
        raise ValueError(f"{path} does not hold the published Fashion-MNIST (its SHA-256 differs); {remedy}")


def download(cache):
    from keras.datasets import fashion_mnist  # here, so that reading the bundled images needs NumPy alone

    try:
        fashion_mnist.load_data()
    except Exception as error:
        raise FileNotFoundError(
            f"the full Fashion-MNIST is neither in {cache} nor in {SYSTEM_FOLDER} and cannot be downloaded "
            f"({error}). Connect to the internet, or run 'apt-get install dataset-fashion-mnist', or leave "
            "full=True out to use the bundled images"
        ) from error
