import gzip
import hashlib

import numpy as np
import pytest

from gan_lib import data
from gan_lib.data import CLASS_NAMES, load_fashion_mnist, scale, to_pixels


@pytest.mark.parametrize("split, n", [("train", 10_000), ("test", 2_000)])
def test_bundled_images(split, n):
    images, labels = load_fashion_mnist(split)
    assert images.shape == (n, 28, 28, 1) and images.dtype == np.float32
    assert images.min() == -1 and images.max() == 1
    assert labels.shape == (n,) and labels.dtype == np.uint8
    assert set(labels) == set(range(len(CLASS_NAMES)))


def test_every_pixel_value_survives_the_scaling():
    pixels = np.arange(256, dtype="uint8").reshape(1, 16, 16)
    images = scale(pixels)
    assert images.shape == (1, 16, 16, 1) and images.dtype == np.float32
    assert images.min() == -1 and images.max() == 1
    assert np.array_equal(to_pixels(images), pixels)


def test_unknown_split():
    with pytest.raises(ValueError, match="split.*valid"):
        load_fashion_mnist("valid")


def test_altered_bundle_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "ASSETS", tmp_path)
    np.savez(tmp_path / "fashion_mnist_test.npz", images=np.zeros((2, 28, 28), "uint8"), labels=np.zeros(2, "uint8"))
    with pytest.raises(ValueError, match="fashion_mnist_test.npz.*install gan_lib again"):
        load_fashion_mnist("test")


def test_truncated_bundle_is_told(tmp_path, monkeypatch):
    whole = (data.ASSETS / "fashion_mnist_test.npz").read_bytes()
    monkeypatch.setattr(data, "ASSETS", tmp_path)
    (tmp_path / "fashion_mnist_test.npz").write_bytes(whole[:100_000])
    with pytest.raises(ValueError, match="fashion_mnist_test.npz.*install gan_lib again"):
        load_fashion_mnist("test")


class TestFull:
    """The search for the full data set, played with files of three images."""

    images = b"I" * 16 + bytes(range(256)) * 9 + b"\7" * 48  # 16 bytes of header, then 3 images
    labels = b"L" * 8 + bytes([3, 1, 2])

    @pytest.fixture(autouse=True)
    def no_real_files(self, tmp_path, monkeypatch):
        self.cache = tmp_path / "keras" / "datasets" / "fashion-mnist"
        self.system = tmp_path / "system"
        monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
        monkeypatch.setattr(data, "SYSTEM_FOLDER", self.system)
        for name, content in (("train-images-idx3-ubyte", self.images), ("train-labels-idx1-ubyte", self.labels)):
            monkeypatch.setitem(data.SHA256, name, hashlib.sha256(content).hexdigest())
        self.downloads = 0

        def load_data():
            self.downloads += 1
            if self.downloads > 1:
                raise OSError("no network")
            self.put(self.cache)

        monkeypatch.setattr("keras.datasets.fashion_mnist.load_data", load_data)

    def put(self, folder, images=None, level=9):
        folder.mkdir(parents=True)
        (folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(images or self.images, level))
        (folder / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(self.labels, level))

    def test_however_it_was_compressed(self):
        self.put(self.system, level=1)
        images, labels = load_fashion_mnist("train", full=True)
        assert images.shape == (3, 28, 28, 1) and list(labels) == [3, 1, 2]
        assert np.array_equal(to_pixels(images).ravel()[:256], np.arange(256))
        assert self.downloads == 0

    def test_the_cache_comes_first(self):
        self.put(self.cache)
        self.put(self.system, images=b"other")
        assert load_fashion_mnist("train", full=True)[0].shape == (3, 28, 28, 1)

    def test_downloaded_when_nowhere(self):
        assert load_fashion_mnist("train", full=True)[0].shape == (3, 28, 28, 1)
        assert self.downloads == 1

    def test_no_network(self):
        self.downloads = 1
        with pytest.raises(FileNotFoundError, match="apt-get install dataset-fashion-mnist.*bundled"):
            load_fashion_mnist("train", full=True)

    def test_a_cache_that_cannot_be_written(self, monkeypatch):
        monkeypatch.setattr("keras.datasets.fashion_mnist.load_data", lambda: None)  # Keras falls back to another folder
        with pytest.raises(FileNotFoundError, match="make that folder writable"):
            load_fashion_mnist("train", full=True)

    def test_an_altered_file_names_itself(self):
        self.put(self.cache, images=self.images[:-1] + b"\0")
        with pytest.raises(ValueError, match="train-images-idx3-ubyte.gz.*SHA-256.*delete it"):
            load_fashion_mnist("train", full=True)

    def test_a_truncated_file_names_itself(self):
        self.put(self.system)
        path = self.system / "train-images-idx3-ubyte.gz"
        path.write_bytes(path.read_bytes()[:-20])
        with pytest.raises(ValueError, match="train-images-idx3-ubyte.gz.*truncated.*reinstall"):
            load_fashion_mnist("train", full=True)


def test_colour_keeps_its_channels():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 8, 6, 3)).astype("uint8")
    images = scale(pixels)
    assert images.shape == (5, 8, 6, 3) and images.dtype == "float32"
    assert np.array_equal(to_pixels(images), pixels)
