import numpy as np
import pytest

from gan_lib import CLASS_NAMES, load_fashion_mnist
from gan_lib.applications.captions import (
    FORMS,
    GARMENTS,
    LENGTH,
    UNSEEN,
    WORDS,
    Meaning,
    brightness,
    caption,
    captions,
    meanings,
    roughness,
    seen_together,
    tokens,
    wrong_partners,
)  # fmt: skip


@pytest.fixture(scope="module")
def photographs():
    images, labels = load_fashion_mnist("test")
    return images[:500], labels[:500]


def square(value, texture=0.0):
    """An image of a square of even brightness, or with a chessboard of that strength on it."""
    image = np.zeros((28, 28))
    rows, columns = np.indices((16, 16))
    image[6:22, 6:22] = value + texture * (-1) ** (rows + columns)
    return (2 * image - 1).reshape(1, 28, 28, 1)


class TestMeasures:
    @pytest.mark.parametrize("value", [0.2, 0.55, 0.9])
    def test_brightness_is_that_of_the_garment_alone(self, value):
        assert brightness(square(value))[0] == pytest.approx(value)

    def test_roughness_by_hand(self):
        assert roughness(square(0.5))[0] == pytest.approx(0)
        assert roughness(square(0.5, 0.1))[0] == pytest.approx(8 * 0.1)  # four neighbours, each 0.2 away

    def test_images_without_a_garment(self):
        empty = np.full((2, 28, 28, 1), -1.0)
        assert np.array_equal(brightness(empty), [0, 0]) and np.array_equal(roughness(empty), [0, 0])

    def test_an_image_is_measured_alone(self, photographs):
        images, _ = photographs
        assert np.allclose(roughness(images[3:4]), roughness(images[:9])[3]) and np.allclose(
            brightness(images[3:4]), brightness(images[:9])[3]
        )

    def test_words_for_measures(self):
        images = np.concatenate([square(0.3), square(0.6), square(0.8), square(0.6, 0.1)])
        assert meanings(images, [0, 1, 2, 3]) == [
            Meaning(0, "dark", "plain"), Meaning(1, "", "plain"), Meaning(2, "light", "plain"), Meaning(3, "", "patterned"),
        ]  # fmt: skip

    def test_each_word_fits_many_photographs(self, photographs):
        found = meanings(*photographs)
        for word in ("dark", "light", "plain", "patterned", ""):
            assert sum(word in (meaning.shade, meaning.texture) for meaning in found) > 50, word


class TestCaptions:
    def test_they_name_what_they_mean(self, photographs):
        sentences, said = captions(meanings(*photographs))
        for sentence, meaning, of_image in zip(sentences, said, meanings(*photographs), strict=True):
            assert any(f" {word} " in f" {sentence.replace(',', '')} " for word in GARMENTS[meaning.garment]), sentence
            assert meaning.fits(of_image)
            assert ("dark" in sentence) <= (meaning.shade == "dark") and ("plain" in sentence) <= (meaning.texture == "plain")

    def test_there_are_several_phrasings(self):
        random = np.random.default_rng(0)
        found = {caption(Meaning(9, "dark", "plain"), random, leave_out=0)[0] for _ in range(300)}
        assert len(found) > 40 and {"ankle boot, dark plain", "a boot that looks plain and black"} <= found
        assert not any("a ankle" in sentence for sentence in found) and len(FORMS) == 4

    def test_now_and_then_a_word_is_left_out(self):
        random = np.random.default_rng(0)
        said = [caption(Meaning(9, "dark"), random)[1] for _ in range(500)]
        assert 0.7 < np.mean([meaning.shade == "dark" for meaning in said]) < 0.9

    def test_a_seed_repeats_them(self, photographs):
        assert (
            captions(meanings(*photographs), seed=1)
            == captions(meanings(*photographs), seed=1)
            != captions(meanings(*photographs), seed=2)
        )

    def test_a_meaning_in_words(self):
        assert str(Meaning(4, "dark", "plain")) == "dark plain Coat" and str(Meaning(0)) == CLASS_NAMES[0]


class TestPartners:
    def test_a_wrong_caption_is_wrong(self, photographs):
        _, said = captions(meanings(*photographs))
        of_images = meanings(*photographs)
        partners = wrong_partners(said, of_images)
        assert not any(said[j].fits(image) for j, image in zip(partners, of_images, strict=True))
        close = np.mean([said[j].garment == image.garment for j, image in zip(partners, of_images)])
        assert 0 < close < 0.1, "now and then only the shade or texture is wrong"

    def test_nothing_wrong_to_be_found(self):
        with pytest.raises(ValueError, match="too much alike"):
            wrong_partners([Meaning(3)] * 4, [Meaning(3)] * 4)


def test_what_is_never_seen_together(photographs):
    of_images = meanings(*photographs)
    kept = seen_together(of_images)
    left_out = [of_images[i] for i in set(range(len(of_images))) - set(kept)]
    assert len(left_out) > 5 and {(m.garment, m.shade) for m in left_out} == {(m.garment, m.shade) for m in UNSEEN}
    assert not {(m.garment, m.shade) for m in UNSEEN} & {(of_images[i].garment, of_images[i].shade) for i in kept}


class TestTokens:
    def test_every_caption_can_be_read(self, photographs):
        numbers = tokens(captions(meanings(*photographs))[0])
        assert numbers.shape == (500, LENGTH) and numbers.max() <= len(WORDS) and numbers[:, 0].min() >= 1

    def test_case_and_punctuation_make_no_difference(self):
        assert np.array_equal(tokens("A dark T-shirt!"), tokens(["a dark t-shirt"]))
        assert [WORDS[i - 1] for i in tokens("some pants")[0] if i] == ["some", "pants"]

    @pytest.mark.parametrize(
        ("sentence", "message"),
        [
            ("a purple coat", "not known: purple. Known are: a, an, and, ankle, bag"),
            ("", "must have 1 to 8 words; it has 0"),
            ("a " * 9, "it has 9"),
            ("사진", "not known: 사진"),
        ],
    )
    def test_bad_captions(self, sentence, message):
        with pytest.raises(ValueError, match=message):
            tokens(["a coat", sentence])
