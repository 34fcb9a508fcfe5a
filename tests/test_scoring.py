import numpy as np
import pytest
from scipy import ndimage

from gan_lib import features_and_probabilities, load_fashion_mnist
from gan_lib.applications import scoring
from gan_lib.applications.scoring import detail_distance, paired_scores, sharpness


@pytest.fixture(scope="module")
def photographs():
    images, labels = load_fashion_mnist("test")
    return images[:200], labels[:200]


def scores_of(real, made, labels):
    return paired_scores(real, made.astype("float32"), labels)


def test_the_images_themselves(photographs):
    images, labels = photographs
    with np.errstate(divide="ignore"):
        scores = scores_of(images, images, labels)
    assert scores["l1"] == 0 and scores["psnr"] == np.inf and scores["ssim"] == pytest.approx(1) and scores["sharpness"] == 1
    assert scores["fid"] == pytest.approx(0, abs=1e-3) and scores["accuracy"] > 0.88


def test_a_shift_in_brightness_by_hand(photographs):
    images, labels = photographs
    darker = images * 0.8 - 0.2  # brightness, from 0 to 1, times 0.8
    grey = (images[..., 0].astype("float64") + 1) / 2
    scores = scores_of(images, darker, labels)
    assert scores["l1"] == pytest.approx(0.2 * grey.mean(), rel=1e-4)
    assert scores["psnr"] == pytest.approx(np.mean(-10 * np.log10(np.mean((0.2 * grey) ** 2, axis=(1, 2)))), rel=1e-4)
    assert scores["sharpness"] == pytest.approx(0.8, rel=1e-4)


def test_blur_takes_sharpness_and_likeness(photographs):
    images, labels = photographs
    blurred = (images + np.roll(images, 1, axis=2) + np.roll(images, 1, axis=1)) / 3
    scores = scores_of(images, blurred, labels)
    assert scores["sharpness"] < 0.9 and scores["ssim"] < 0.95 and scores["fid"] > 0.1


def test_another_order_keeps_the_set_and_loses_the_pairs(photographs):
    images, labels = photographs
    scores = scores_of(images, images[::-1], labels)
    assert scores["fid"] < 1e-3 and scores["sharpness"] == pytest.approx(1) and scores["accuracy"] < 0.3 and scores["ssim"] < 0.6


def test_real_images_are_described_once_and_changed_ones_anew(photographs, monkeypatch):
    images, labels = photographs[0].copy(), photographs[1]
    scoring.features_of_real.cache_clear()
    described = []

    def counted(images):
        described.append(images.copy())
        return features_and_probabilities(images)

    monkeypatch.setattr(scoring, "features_and_probabilities", counted)
    first = scores_of(images, images * 0.8, labels)
    scores_of(images, images * 0.9, labels)
    assert [each.max() for each in described] == pytest.approx([1, 0.8, 0.9])
    images *= 0.5
    scores = scores_of(images, photographs[0] * 0.8, labels)
    assert [each.max() for each in described[3:]] == pytest.approx([0.5, 0.8])
    assert scores["fid"] != pytest.approx(first["fid"])


def test_sharpness_of_a_ramp_by_hand():
    ramp = np.tile(np.linspace(-1, 1, 11), (11, 1)).reshape(1, 11, 11, 1)  # brightness rises by 0.1 a pixel
    assert sharpness(ramp) == pytest.approx(0.1 * (9 + 2 / 2) / 11)  # and at either border, which is repeated, by half of it


@pytest.mark.parametrize("bad", ["fewer", "labels", "range"])
def test_bad_input(photographs, bad):
    images, labels = photographs
    made = {"fewer": images[:-1], "labels": images, "range": images * 255}[bad]
    message = r"made must lie in \[-1, 1\]" if bad == "range" else "must be pairs"
    with pytest.raises(ValueError, match=message):
        paired_scores(images, made, labels[:-1] if bad == "labels" else labels)


def test_details_that_are_blurred_or_moved(photographs):
    images, _ = photographs
    assert detail_distance(images, images) == 0
    moved = np.roll(images, 1, axis=2)
    blurred = [np.stack([ndimage.gaussian_filter(image, (s, s, 0)) for image in images]) for s in (0.5, 1.0)]
    distances = [detail_distance(images, each) for each in (moved, *blurred)]
    assert distances == sorted(distances) and distances[-1] > 5 * distances[0], "it asks how much detail there is, not where"
