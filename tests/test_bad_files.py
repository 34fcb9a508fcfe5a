"""Truncated and altered files: told, with a remedy, and never read as other numbers; and no file is left half-written."""

import json

import numpy as np
import pytest

from gan_lib import Recording, build_classifier, data, recordings
from gan_lib._files import load_arrays, save_arrays
from gan_lib._weights import how_made, load_weights, save_weights, set_weights
from gan_lib.applications.text_encoder import build_text_encoder
from gan_lib.data import ASSETS
from gan_lib.recordings import FORMAT
from gan_lib.studies.fields import load_fields
from gan_lib.studies.gallery import load_gallery
from gan_lib.studies.losses_table import recorded_samples

ASSET_FILES = sorted(path.relative_to(ASSETS) for path in ASSETS.rglob("*.npz"))
READERS = {"fields": load_fields, "gallery": load_gallery, "losses": recorded_samples}
NETWORKS = {"classifier": build_classifier, "judge": build_classifier, "text_encoder": build_text_encoder}


def contents(path, name):
    """Read an asset through its own door, and return what is in it."""
    if name.stem in READERS:
        return READERS[name.stem](path)
    if name.parts[0] == "recordings":
        run = Recording.load(name.stem)
        return [run.frames, run.steps, run.epochs, run.latents, *run.weights, *run.measured.values(), *run.history.values()]
    if name.stem in NETWORKS:
        assert isinstance(how_made(path), dict)
        return load_weights(NETWORKS[name.stem](), path).get_weights()
    return list(data.read_bundled(name.stem.removeprefix("fashion_mnist_")))


@pytest.mark.parametrize("name", ASSET_FILES, ids=str)
def test_no_asset_is_read_if_it_is_truncated_or_altered(name, tmp_path, monkeypatch):
    whole = (ASSETS / name).read_bytes()
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    for module in (data, recordings):
        monkeypatch.setattr(module, "ASSETS", tmp_path)

    def altered(place):
        return whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]

    middles = [int(len(whole) * part) for part in (0.1, 0.5, 0.9)]  # inside an array, where every byte counts
    for content in (b"", whole[:100], whole[: len(whole) // 2], whole[:-1], *map(altered, middles)):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=f"{name.name}.*install gan_lib again"):
            contents(path, name)
    path.unlink()
    with pytest.raises(FileNotFoundError, match=f"{name.stem}.*there are|install gan_lib again"):
        contents(path, name)


def test_a_header_that_hides_numbers_is_told(tmp_path):
    """NumPy alone would read the one row that an altered header speaks of, and not get as far as the checksum."""
    path = tmp_path / "run.npz"
    np.savez(path, frames=np.zeros((3, 9999), "uint8"))
    path.write_bytes(path.read_bytes().replace(b"(3, 9999)", b"(1, 9999)"))
    assert np.load(path)["frames"].shape == (1, 9999)
    with pytest.raises(ValueError, match="run.npz is damaged .frames.npy is altered.; record it again"):
        load_arrays(path, "record it again")


def test_no_altered_byte_makes_other_numbers(tmp_path):
    arrays = {
        "about": np.array("made"),
        "frames": np.arange(30, dtype="uint8").reshape(3, 10),
        "weights/000": np.linspace(0, 1, 9),
    }
    path = tmp_path / "run.npz"
    np.savez(path, **arrays)
    whole, refused = path.read_bytes(), 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << place % 8)]) + whole[place + 1 :])
        try:
            read = load_arrays(path, "record it again")
        except ValueError as error:
            assert "run.npz is damaged" in str(error) and "record it again" in str(error)
            refused += 1
        else:  # a date in the archive, say
            assert list(read) == list(arrays) and all(np.array_equal(read[name], arrays[name]) for name in arrays)
    assert refused > len(whole) / 2


class TestRecordings:
    def stored(self, path, format=FORMAT, **changes):
        arrays = {
            "frames": np.zeros((2, 1, 4, 4), "uint8"),
            "steps": np.arange(2),
            "epochs": np.arange(2.0),
            "latents": np.zeros((1, 2)),
        }
        save_arrays(path, {"about": json.dumps({"format": format, "made": {"network": "dcgan"}})} | arrays | changes)
        return path

    def test_this_one_is_read(self, tmp_path):
        assert len(Recording.load(self.stored(tmp_path / "run.npz")).frames) == 2

    @pytest.mark.parametrize(
        "changes", [{"steps": np.arange(3)}, {"measured/fid": np.ones(1)}, {"frames": np.zeros(())}, {"format": "2"}]
    )
    def test_what_does_not_belong_together_is_told(self, tmp_path, changes):
        with pytest.raises(ValueError, match="run.npz is damaged or is no recording.*record it again"):
            Recording.load(self.stored(tmp_path / "run.npz", **changes))

    def test_a_newer_format_is_told_whatever_else_it_holds(self, tmp_path):
        path = self.stored(tmp_path / "run.npz", format=FORMAT + 1, strange=np.zeros(3))
        with pytest.raises(ValueError, match=f"format {FORMAT + 1}, not {FORMAT}; update gan_lib"):
            Recording.load(path)


class TestWeights:
    def test_those_of_another_network_leave_a_network_as_it_was(self, tmp_path):
        classifier, encoder = build_classifier(), build_text_encoder()
        before = classifier.get_weights()
        save_weights(encoder, {}, tmp_path / "w.npz")
        with pytest.raises(
            ValueError, match="w.npz does not hold the weights of the network 'classifier'.*install gan_lib again"
        ):
            load_weights(classifier, tmp_path / "w.npz")
        assert all(map(np.array_equal, before, classifier.get_weights())) and classifier.trainable

    def test_those_that_are_too_few_name_the_remedy(self):
        with pytest.raises(ValueError, match="start does not hold the weights of the network 'classifier'.*; train it again"):
            set_weights(build_classifier(), [np.zeros(3)], "start", "train it again")

    def test_another_ending_is_not_written(self, tmp_path):
        with pytest.raises(ValueError, match="path must end in .npz"):
            save_weights(build_classifier(), {}, tmp_path / "w.txt")
        assert not list(tmp_path.iterdir())


class TestWriting:
    def test_a_failure_leaves_the_file_that_was_there(self, tmp_path, monkeypatch):
        path = tmp_path / "run.npz"
        save_arrays(path, {"a": np.zeros(3)})
        before = path.read_bytes()

        def half(file, **arrays):
            file.write_bytes(b"half")
            raise OSError("no space left on device")

        monkeypatch.setattr(np, "savez_compressed", half)
        with pytest.raises(OSError, match="no space left"):
            save_arrays(path, {"a": np.ones(3)})
        assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]

    @pytest.mark.parametrize(("name", "array"), [("run.txt", np.zeros(3)), ("run.npz", np.array([None]))])
    def test_what_cannot_be_read_again_is_not_written(self, tmp_path, name, array):
        with pytest.raises(ValueError, match="path must end in .npz|a holds Python objects"):
            save_arrays(tmp_path / name, {"a": array})
        assert not list(tmp_path.iterdir())
