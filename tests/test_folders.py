"""Images of one's own, from a folder of files."""

import numpy as np
import pytest
from PIL import Image

from gan_lib import class_folders, load_images, stream_images, to_pixels, unpack_people


def picture(path, colour=(200, 30, 90), size=(40, 30), **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path, **options)
    return path


@pytest.fixture
def folder(tmp_path):
    for i, ending in enumerate(("png", "JPG", "jpeg", "webp")):
        picture(tmp_path / f"{i}.{ending}", (60 * i, 128, 255 - 60 * i))
    (tmp_path / "notes.txt").write_text("not an image")
    picture(tmp_path / ".hidden.png")
    return tmp_path


def test_files_of_every_kind_in_the_order_of_their_names(folder):
    images, labels = load_images(folder, size=16)
    assert images.shape == (4, 16, 16, 3) and images.dtype == np.float32 and labels is None
    middle = to_pixels(images)[:, 8, 8].astype(int)
    assert np.abs(middle - [[60 * i, 128, 255 - 60 * i] for i in range(4)]).max() <= 6  # JPEG is not exact


def test_grey_is_the_luminance(folder):
    images, _ = load_images(folder, size=(16, 20), channels=1)
    assert images.shape == (4, 16, 20, 1)
    assert to_pixels(images)[0, 8, 8] == pytest.approx(0.587 * 128 + 0.114 * 255, abs=1)


def test_subfolders_are_classes(tmp_path):
    for name, n in (("cats", 2), ("dogs", 3), ("dogs/puppies", 1)):
        for i in range(n):
            picture(tmp_path / name / f"{i}.png")
    (tmp_path / "empty").mkdir()
    (tmp_path / "__MACOSX").mkdir()
    _, labels = load_images(tmp_path, size=16)
    assert labels.tolist() == [0, 0, 1, 1, 1, 1] and class_folders(tmp_path) == ["cats", "dogs"]


def test_an_image_is_cut_around_its_middle_and_not_stretched(tmp_path):
    pixels = np.zeros((20, 60, 3), "uint8")
    pixels[:, 20:40] = 255
    for name in "ab":
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    images, _ = load_images(tmp_path, size=20)
    assert to_pixels(images).min() == 255


def test_shrinking_passes_no_pixel_over(tmp_path):
    pixels = np.zeros((256, 256), "uint8")
    pixels[::2, ::2] = 255  # every fourth pixel; taking every eighth would find all of them, or none
    for name in "ab":
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    images, _ = load_images(tmp_path, size=32, channels=1)
    assert np.abs((images[:, 4:-4, 4:-4] + 1) / 2 - 0.25).max() < 0.02


def test_transparent_pixels_are_white(tmp_path):
    pixels = np.zeros((16, 16, 4), "uint8")
    pixels[:, :8] = 200, 0, 0, 255
    pixels[:, 8:12] = 0, 0, 0, 128
    Image.fromarray(pixels).save(tmp_path / "a.png")
    palette = Image.new("P", (16, 16), 1)
    palette.putpalette([10, 20, 30, 40, 50, 60])
    palette.save(tmp_path / "b.png", transparency=1)
    images = to_pixels(load_images(tmp_path)[0])
    assert images[0, 8, [4, 10, 14]].tolist() == [[200, 0, 0], [127, 127, 127], [255, 255, 255]]
    assert (images[1] == 255).all(), "the one colour of the palette is transparent"


def test_16_bits_of_grey(tmp_path):
    Image.fromarray(np.full((16, 16), 25_700, "uint16")).save(tmp_path / "a.png")
    Image.fromarray(np.full((16, 16), 65_535, "uint16")).save(tmp_path / "b.png")
    assert [
        to_pixels(load_images(tmp_path, channels=c)[0])[:, 0, 0].max(axis=-1).tolist()
        if c == 3
        else to_pixels(load_images(tmp_path, channels=c)[0])[:, 0, 0].tolist()
        for c in (1, 3)
    ] == [[100, 255]] * 2


def test_an_image_is_turned_as_its_camera_held_it(tmp_path):
    pixels = np.zeros((16, 16, 3), "uint8")
    pixels[:8] = 255
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif)
    Image.fromarray(pixels).save(tmp_path / "b.png")
    turned, plain = load_images(tmp_path)[0]
    assert turned[0].max() == -1 and plain[0].min() == 1


def test_a_data_set_gives_the_same_images_in_another_order(folder):
    images, _ = load_images(folder, size=16)
    data = stream_images(folder, size=16, batch_size=3, seed=1)
    assert len(data) == 2
    epochs = [np.concatenate([np.array(batch) for batch in data]) for _ in range(6)]
    for epoch in epochs:
        assert np.array_equal(np.sort(epoch, axis=0), np.sort(images, axis=0))
    assert any(not np.array_equal(epoch, epochs[0]) for epoch in epochs), "each epoch has an order of its own"


def test_a_data_set_of_pairs(tmp_path):
    for name, colour in (("dark", (0, 0, 0)), ("light", (255, 255, 255))):
        for i in range(3):
            picture(tmp_path / name / f"{i}.png", colour)
    for labels, images in stream_images(tmp_path, size=16, with_labels=True):
        assert np.array_equal(np.array(images)[:, 0, 0, 0] > 0, np.array(labels) == 1)


class TestBadInput:
    @pytest.mark.parametrize(
        "names, message",
        [
            ([], "holds no image \\(.png, .jpg"),
            (["a.txt"], "holds no image"),
            (["a.png"], "holds one image, a.png: a GAN needs at least two"),
            (["a.png", "b/c.png", "b/d.png"], "images beside subfolders with images \\(b\\): move them"),
        ],
    )
    def test_folders(self, tmp_path, names, message):
        for name in names:
            if name.endswith("png"):
                picture(tmp_path / name)
            else:
                (tmp_path / name).write_text("x")
        for read in (load_images, stream_images):
            with pytest.raises(ValueError, match=message):
                read(tmp_path, size=16)

    def test_no_folder(self, tmp_path):
        with pytest.raises(ValueError, match="folder .*nowhere does not exist; name a folder"):
            load_images(tmp_path / "nowhere")
        with pytest.raises(ValueError, match="folder .*a.png is a file"):
            load_images(picture(tmp_path / "a.png"))

    def test_files_that_are_no_images(self, folder):
        (folder / "text.png").write_text("hello")
        (folder / "cut.jpg").write_bytes((folder / "1.JPG").read_bytes()[:300])
        with pytest.raises(ValueError, match=r"cut.jpg cannot be read as an image .*; .*text.png cannot be read .*Remove or"):
            load_images(folder, size=16)

    def test_several_sizes(self, tmp_path):
        picture(tmp_path / "a.png")
        picture(tmp_path / "b.png", size=(41, 30))
        with pytest.raises(ValueError, match=r"a.png \(30, 40\) and b.png \(30, 41\): choose one, as in size=64"):
            load_images(tmp_path)

    def test_more_than_the_memory(self, folder, monkeypatch):
        monkeypatch.setattr("gan_lib.folders.memory", lambda: 20_000)
        with pytest.raises(ValueError, match="choose a smaller size, or read them while training with gan_lib.stream_images"):
            load_images(folder, size=32)
        assert load_images(folder, size=8)[0].shape == (4, 8, 8, 3)

    @pytest.mark.parametrize(
        "options, message",
        [
            ({"size": 0}, "size must be an integer of at least 1"),
            ({"size": (1, 2, 3)}, "size must be a number of pixels, or"),
            ({"channels": 4}, "channels must be 1 or 3"),
        ],
    )
    def test_options(self, folder, options, message):
        with pytest.raises(ValueError, match=message):
            load_images(folder, **options)

    def test_labels_that_are_not_there(self, folder):
        with pytest.raises(ValueError, match="with_labels needs a subfolder for each class"):
            stream_images(folder, size=16, with_labels=True)


def test_the_pictures_that_come_with_the_package(tmp_path):
    folder = unpack_people(tmp_path / "people")
    images, labels = load_images(folder, size=32)
    assert images.shape == (997, 32, 32, 3) and class_folders(folder) == ["faces", "fantasy", "gestures", "roles"]
    assert np.bincount(labels).tolist() == [168, 157, 180, 492]
    corners = to_pixels(images)[:, 0, 0]
    assert (corners == 255).mean() > 0.8, "the background is transparent, and so white"
