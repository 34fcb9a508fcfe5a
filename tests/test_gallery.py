"""The gallery of failures: its file, and its stepper."""

import numpy as np
import pytest
from on_widgets import ipywidgets_8

from gan_lib import load_fashion_mnist, to_pixels
from gan_lib.recordings import Recording
from gan_lib.studies.gallery import GALLERY, SHOWN, Exhibit, load_gallery, save_gallery
from gan_lib.studies.rules import ADVICE, HEALTHY, kinds_of_runs
from gan_lib.widgets.gallery import fault_moment, gallery_stepper, shown_moments


def run(seed):
    random, steps = np.random.default_rng(seed), np.array([0, 10, 20, 40, 80, 160])
    names = ("d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake")
    values = {name: random.uniform(0, 1, 160).astype("float32") for name in names}
    return Recording(
        frames=np.stack([to_pixels(load_fashion_mnist("test")[0][:20])] * 6),
        steps=steps, epochs=steps / 160, latents=np.zeros((20, 3), "float32"),
        history={name: each[-1:] for name, each in values.items()}, first_epoch=values,
        weights=[], made={"seed": seed}, measured={"fid": random.uniform(5, 50, 6).astype("float32")},
    )  # fmt: skip


EXHIBITS = {
    HEALTHY: Exhibit(run(0), run(1), "nothing", "none", (HEALTHY, HEALTHY)),
    "few_images": Exhibit(run(2), run(3), "there are 16 photographs", "DiffAugment", ("few_images", HEALTHY)),
}


def test_what_was_saved_is_loaded(tmp_path):
    save_gallery(tmp_path / "gallery.npz", EXHIBITS)
    loaded = load_gallery(tmp_path / "gallery.npz")
    assert list(loaded) == list(EXHIBITS) and loaded["few_images"].said == ("few_images", HEALTHY)
    for fault, exhibit in EXHIBITS.items():
        for one, two in ((exhibit.broken, loaded[fault].broken), (exhibit.cured, loaded[fault].cured)):
            assert np.array_equal(two.frames, one.frames[:, :SHOWN]) and two.made == one.made
            assert np.array_equal(two.measured["fid"], one.measured["fid"])
            assert np.array_equal(two.at_moments("g_loss"), one.at_moments("g_loss"), equal_nan=True)


def test_another_file_is_told(tmp_path):
    with pytest.raises(ValueError, match="about is missing"):
        np.savez(tmp_path / "other.npz", frames=np.zeros(3))
        load_gallery(tmp_path / "other.npz")
    with pytest.raises(ValueError, match="is no gallery"):
        np.savez(tmp_path / "other.npz", about="{}")
        load_gallery(tmp_path / "other.npz")


@ipywidgets_8
def test_the_stepper_shows_each_fault_beside_its_cure():
    controls, view = gallery_stepper(EXHIBITS).children
    assert [label for label, _ in controls.children[1].options] == ["1 of 1"]
    html = view.children[0].value
    assert html.count("<img") == 3 and "<b>Too few images</b>: there are 16 photographs" in html
    assert "Cured: DiffAugment" in html and "of the cured run: healthy" in html and "broken: 16 samples each" in html


def test_shown_moments_end_with_the_last():
    assert shown_moments(run(0)).tolist() == [1, 2, 4, 5]


class TestBundled:
    @pytest.fixture(scope="class")
    def gallery(self):
        return load_gallery()

    def test_there_is_one_of_each_fault(self, gallery):
        assert sorted(gallery) == sorted(kinds_of_runs()) and set(gallery) - {HEALTHY} <= set(ADVICE)
        assert GALLERY.stat().st_size < 4_000_000

    def test_each_cure_helps(self, gallery):
        for fault, exhibit in gallery.items():
            broken, cured = (np.asarray(each.measured["fid"])[-1] for each in (exhibit.broken, exhibit.cured))
            assert fault in (HEALTHY, "checkerboard", "few_images") or cured < 0.9 * broken, (fault, broken, cured)

    def test_each_fits_into_a_page(self, gallery):
        for fault in ("few_images", "total_collapse"):
            assert len(fault_moment(fault, gallery[fault], gallery[HEALTHY].broken)) < 120_000


def test_an_exhibit_of_something_else_is_told():
    with pytest.raises(ValueError, match=r"gallery\['few_images'\] must be an Exhibit"):
        gallery_stepper(EXHIBITS | {"few_images": run(0)})
