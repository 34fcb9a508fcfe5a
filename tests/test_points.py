import base64
import io
import re

import keras
import numpy as np
import pytest
from matplotlib.colors import to_hex
from on_widgets import ipywidgets_8
from PIL import Image

from gan_lib import Recording, build_point_discriminator, build_point_generator
from gan_lib.__main__ import main
from gan_lib.data import ASSETS
from gan_lib.networks import NETWORKS
from gan_lib.plots.images import COLOURS
from gan_lib.plots.points import plot_arrows, plot_clouds, plot_coverage, plot_latent_map, plot_plane, plot_points
from gan_lib.studies.points import build_point_gan, heat_map, record_points
from gan_lib.studies.shapes import LIMIT, MODES, SPREAD, modes_covered, nearest_mode, sample_points
from gan_lib.widgets.runs import epoch_stepper, run_moment

SHAPES = ("ring", "moons")
for_each_shape = pytest.mark.parametrize("shape", SHAPES)


@pytest.fixture(scope="module")
def recordings():
    return {shape: Recording.load(shape) for shape in SHAPES}


class TestSamplePoints:
    @for_each_shape
    def test_what_comes(self, shape):
        points = sample_points(shape, 20_000, seed=0)
        assert points.shape == (20_000, 2) and points.dtype == np.float32
        assert np.abs(points).max() < LIMIT
        near = nearest_mode(points, shape)
        shares = np.bincount(near[near >= 0]) / len(points)
        assert len(shares) == len(MODES[shape]) and shares == pytest.approx(1 / len(shares), rel=0.06)

    def test_around_a_mode_of_the_ring_they_are_normal(self):
        points = sample_points("ring", 40_000, seed=0)
        upper = points[np.linalg.norm(points - [0, 1], axis=1) < 5 * SPREAD]
        assert upper.mean(axis=0) == pytest.approx([0, 1], abs=0.005)
        assert np.cov(upper.T) == pytest.approx(SPREAD**2 * np.eye(2), abs=2e-4)
        assert np.mean(nearest_mode(points, "ring") >= 0) == pytest.approx(1 - np.exp(-4.5), abs=0.003)

    def test_the_seed_repeats_them(self):
        one, two, other = (sample_points("moons", 9, seed) for seed in (1, 1, 2))
        assert np.array_equal(one, two) and not np.array_equal(one, other)

    def test_bad_input(self):
        with pytest.raises(ValueError, match='shape must be "ring" or "moons"; got \'square\''):
            sample_points("square", 5, seed=0)
        for n in (0, -1, 2.5, True):
            with pytest.raises(ValueError, match="n must be an integer of at least 1"):
                sample_points("ring", n, seed=0)


class TestModes:
    def test_nearest(self):
        points = [[1, 0], [1, 2.9 * SPREAD], [1, 3.1 * SPREAD], [0, 0], [0, 1], [-1, 0]]
        assert list(nearest_mode(points, "ring")) == [0, 0, -1, -1, 2, 4]

    def test_a_moon_is_near_all_along(self):
        for index, line in enumerate(MODES["moons"]):
            assert np.all(nearest_mode(line, "moons") == index)
            assert np.all(nearest_mode(line + 0.01, "moons") == index)

    def test_other_centres(self):
        assert list(nearest_mode([[5, 5], [0, 0.2]], [[0, 0], [5, 5]], spread=0.1)) == [1, 0]

    def test_covered(self):
        centres = np.concatenate(MODES["ring"])
        points = np.concatenate([np.repeat(centres[:3], 30, axis=0), centres[3:4], np.zeros((9, 2))])
        assert modes_covered(points, "ring") == 3  # the fourth has 1 point of 100
        assert modes_covered(points, "ring", share=0.01) == 4
        assert modes_covered(points, "ring", share=0) == 4  # a mode without any point is never covered
        assert modes_covered(points, "ring", share=0.5) == 0
        assert modes_covered(np.zeros((9, 2)), "ring") == 0
        assert modes_covered(sample_points("ring", 1000, seed=0), "ring") == 8

    def test_bad_input(self):
        for points in (np.zeros((3, 3)), np.zeros(2), np.zeros((0, 2))):
            with pytest.raises(ValueError, match=r"points must have the shape \(n, 2\)"):
                nearest_mode(points, "ring")
        with pytest.raises(ValueError, match='modes must be "ring" or "moons"'):
            nearest_mode(np.zeros((3, 2)), "square")
        with pytest.raises(ValueError, match="modes must"):
            nearest_mode(np.zeros((3, 2)), np.zeros((3, 3)))


class TestNetworks:
    def test_shapes(self):
        assert NETWORKS["points"] == (build_point_generator, build_point_discriminator)
        generator, discriminator = build_point_generator(3), build_point_discriminator()
        assert generator.count_params() == 4 * 128 + 129 * 128 + 129 * 2
        assert discriminator.count_params() == 3 * 128 + 129 * 128 + 129
        points = generator.predict(np.ones((5, 3), "float32"), verbose=0)
        answers = discriminator.predict(points, verbose=0)
        assert points.shape == (5, 2) and answers.shape == (5, 1) and np.all((answers > 0) & (answers < 1))

    @pytest.mark.parametrize("latent_dim", [0, 2.5, True])
    def test_bad_latent_dim(self, latent_dim):
        with pytest.raises(ValueError, match="latent_dim"):
            build_point_generator(latent_dim)

    def test_a_seed_makes_the_gan(self):
        one, two, other = (build_point_gan(seed).sample(5) for seed in (0, 0, 1))
        assert np.array_equal(one, two) and not np.array_equal(one, other)

    def test_rates(self):
        gan = build_point_gan(generator_rate=5e-3, discriminator_rate=2e-3)
        rates = [float(player.learning_rate) for player in (gan.generator_optimizer, gan.discriminator_optimizer)]
        assert rates == pytest.approx([5e-3, 2e-3])


def test_the_heat_map_lies_as_the_plane_does():
    """Each row is one height, the lowest first; each column one place from left to right."""
    discriminator = build_point_discriminator()
    heat = heat_map(discriminator, size=6)
    assert heat.shape == (6, 6) and heat.dtype == np.uint8
    right_below = np.array([[LIMIT * 5 / 6, -LIMIT / 2]], "float32")
    assert heat[1, 5] == np.round(255 * discriminator.predict(right_below, verbose=0)[0, 0])


class TestRecording:
    def test_a_short_run(self):
        recording = record_points("moons", epochs=2, seed=1, batch_size=100, n=1_500)
        assert list(recording.steps) == [0, 10, 15, 25, 30]
        assert recording.frames.shape == (5, 500, 2) and recording.frames.dtype == np.float32
        assert recording.measured["heat"].shape == (5, 40, 40) and recording.measured["heat"].dtype == np.uint8
        assert recording.measured["modes"].shape == recording.measured["near"].shape == (5,)
        again = record_points("moons", epochs=2, seed=1, batch_size=100, n=1_500)
        assert np.array_equal(again.frames, recording.frames)

    def test_unknown_shape(self):
        with pytest.raises(ValueError, match="shape must be"):
            record_points("square", epochs=1, seed=0)

    def test_from_the_command_line(self, tmp_path, monkeypatch, capsys):
        monkeypatch.setattr("gan_lib.studies.points.sample_points", lambda shape, n, seed: sample_points(shape, 600, seed))
        path = tmp_path / "run.npz"
        main(["record", "--model", "ring", "--epochs", "1", "--batch-size", "256", "--seed", "4", "--output", str(path)])
        made = Recording.load(path).made
        assert made["network"] == "points" and made["shape"] == "ring" and "images" not in made
        assert made["command"] == ("python -m gan_lib record --model ring --epochs 1 --batch-size 256 --seed 4 --output run.npz")
        assert {"versions", "minutes", "machine", "seed", "batch_size", "points"} <= set(made)
        with pytest.raises(SystemExit):
            main(["sample", str(path), "--output", str(tmp_path / "grid.png")])
        assert "(None, 2), not images" in capsys.readouterr().err

    @pytest.mark.parametrize("option", [["--full"], ["--fid"], ["--scores"], ["--without-weights"], ["--recipe", "unfrozen"]])
    def test_options_for_images_only(self, option, tmp_path, capsys):
        with pytest.raises(SystemExit):
            main(["record", "--model", "ring", *option, "--output", str(tmp_path / "run.npz")])
        said = capsys.readouterr().err
        assert re.search(rf"{option[0].rpartition('-')[2]}.* go with model ring; leave (it|them) out", said)
        assert list(tmp_path.iterdir()) == []

    def test_no_training_of_images_on_points(self, capsys):
        with pytest.raises(SystemExit):
            main(["train", "--model", "ring", "--output", "run"])
        assert "invalid choice: 'ring'" in capsys.readouterr().err


@for_each_shape
class TestWhatShips:
    """The recordings "ring" and "moons"."""

    def test_size_and_length(self, shape, recordings):
        recording = recordings[shape]
        assert (ASSETS / "recordings" / f"{shape}.npz").stat().st_size < 500_000
        assert 40 <= len(recording.steps) <= 60
        assert len(recording.history["d_loss"]) == recording.epochs[-1] == 30
        assert np.sum(recording.steps <= 1000) >= 20  # dense at the start
        assert {len(values) for values in recording.measured.values()} == {len(recording.steps)}

    def test_how_it_was_made(self, shape, recordings):
        made = recordings[shape].made
        assert made["command"].startswith(f"python -m gan_lib record --model {shape} --epochs 30 --batch-size 256 --seed 0")
        assert f"{shape}.npz" in made["command"] and {"versions", "minutes", "machine"} <= set(made)

    def test_its_weights_make_its_last_frame(self, shape, recordings):
        recording = recordings[shape]
        generator = recording.generator()
        points = generator.predict(recording.latents, verbose=0)
        assert np.allclose(points, recording.frames[-1], atol=1e-4)
        counted = generator.predict(np.array(keras.random.normal((2000, 2), seed=1)), verbose=0)
        assert modes_covered(counted, shape) == recording.measured["modes"][-1]
        assert np.mean(nearest_mode(counted, shape) >= 0) == pytest.approx(recording.measured["near"][-1], abs=0.002)

    def test_its_seed_makes_its_first_frame(self, shape, recordings):
        gan = build_point_gan(recordings[shape].made["seed"])
        assert np.allclose(gan.sample(500, seed=0), recordings[shape].frames[0], atol=1e-5)
        assert np.abs(heat_map(gan.discriminator).astype(int) - recordings[shape].measured["heat"][0]).max() <= 1

    def test_what_it_shows(self, shape, recordings):
        """It begins with few points near a mode and ends with all modes covered."""
        measured = recordings[shape].measured
        assert measured["modes"][-1] == len(MODES[shape]) and measured["near"][-1] > 0.9 > measured["near"][10]


@pytest.fixture(scope="module")
def stepper(recordings):
    return epoch_stepper(recordings["ring"])


class TestWidget:
    def test_a_moment(self, recordings):
        html = run_moment(recordings["ring"], 3)
        pictures = re.findall(r'<img src="data:image/webp;base64,([^"]+)" alt="([^"]+)"', html)
        assert [alt.split(",")[0] for _, alt in pictures] == ["real points", "generated points", "what D answers"]
        assert all("after 50 training steps" in alt for _, alt in pictures)
        assert f"{recordings['ring'].measured['modes'][3]} of 8 modes covered" in html and "step 50" in html
        for picture, _ in pictures:
            assert Image.open(io.BytesIO(base64.b64decode(picture))).size == (300, 300)

    @ipywidgets_8
    def test_all_moments_fit_into_a_page(self, stepper):
        _, view = stepper.children
        assert len(view.children) == 48 and sum(len(child.value) for child in view.children) < 1_000_000

    @ipywidgets_8
    def test_a_picture_for_those_who_see_no_widget(self, stepper):
        bundle = stepper._repr_mimebundle_()
        width, height = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))).size
        assert 2 < width / height < 3
        assert bundle["text/plain"] == "Stepper: 48 moments, from step 0 to step 6,000"


class TestPlots:
    def test_points_stand_in_the_colours_of_their_makers(self):
        real, generated = np.zeros((3, 2)), np.ones((4, 2))
        heat = np.full((5, 5), 128, "uint8")
        left, middle, right = plot_points(real, generated, heat).axes[:3]
        assert np.array_equal(left.collections[0].get_offsets(), real)
        assert to_hex(left.collections[0].get_facecolor()[0]) == COLOURS["real"]
        assert np.array_equal(middle.collections[0].get_offsets(), generated)
        assert to_hex(middle.collections[0].get_facecolor()[0]) == COLOURS["generator"]
        assert [len(each.get_offsets()) for each in right.collections[-2:]] == [3, 4]
        assert left.get_xlim() == right.get_ylim() == (-LIMIT, LIMIT)
        assert len(plot_points(real, generated).axes) == 2

    def test_the_map_lies_as_the_plane_does(self):
        """An answer of 1 on the right below must be painted there, and as "real"."""
        heat = np.zeros((40, 40), "uint8")
        heat[:20, 20:] = 255
        buffer = io.BytesIO()
        plot_plane({}, heat).savefig(buffer, format="png")
        picture = np.array(Image.open(buffer)).astype(int)
        height, width = picture.shape[:2]
        red, _, blue = picture[height * 3 // 4, width * 3 // 4, :3]  # rows count from the top
        assert blue > red
        red, _, blue = picture[height // 4, width // 4, :3]
        assert red > blue

    def test_clouds(self):
        axes = plot_clouds(np.zeros((3, 2)), [np.ones((2, 2))] * 3, ["a", "b", "c"], columns=2).axes
        assert [each.get_title() for each in axes] == ["a", "b", "c"]
        assert [len(cloud.get_offsets()) for cloud in axes[1].collections] == [3, 2]

    def test_arrows(self):
        points, directions = np.zeros((2, 2)), np.array([[0, 3.0], [0, 0]])
        figure = plot_arrows([(points, directions, np.zeros((5, 5), "uint8"))] * 2, ["one", "two"])
        assert [axes.get_title() for axes in figure.axes] == ["one", "two"]
        arrows = figure.axes[0].collections[-1]
        assert list(arrows.V) == [1, 0] and list(arrows.U) == [0, 0]

    def test_latent_map_pairs_the_colours(self):
        latents = np.array([[1, 0], [0, 1], [-1, -1], [2, 2]])
        near = np.array([True, True, True, False])
        left, right = plot_latent_map(latents, latents / 2, near).axes
        assert np.array_equal(left.collections[0].get_array(), right.collections[0].get_array())
        assert np.array_equal(right.collections[1].get_offsets(), [[1, 1]])

    def test_coverage(self, recordings):
        modes, near = plot_coverage(recordings["ring"], 8).axes
        assert np.array_equal(modes.lines[0].get_ydata(), recordings["ring"].measured["modes"])
        assert np.array_equal(near.lines[0].get_ydata(), recordings["ring"].measured["near"])
