"""Games on points: what is recorded of D's slope, and how it is drawn and stepped through."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers

from gan_lib import GAN
from gan_lib.plots import fields as plots
from gan_lib.studies import fields
from gan_lib.studies.fields import PLAYED, build_game, load_fields, places_on_map, record_field, save_fields, slopes
from gan_lib.widgets.fields import field_stepper


@pytest.fixture(scope="module")
def played():
    return load_fields()


def linear(*weights):
    network = keras.Sequential([keras.Input((2,)), layers.Dense(1, use_bias=False)])
    network.set_weights([np.array(weights, "float32").reshape(2, 1)])
    return network


def test_the_slope_of_a_linear_discriminator_is_its_weights_everywhere():
    assert np.allclose(slopes(linear(3, -4), places_on_map(3)), [3, -4])


def test_places_go_row_by_row_from_below():
    places = places_on_map(3)
    assert places.tolist()[:4] == [[-1.5, -1.5], [0, -1.5], [1.5, -1.5], [-1.5, 0]] and len(places) == 9


@pytest.mark.parametrize("name", PLAYED)
def test_each_game_has_its_loss_and_its_penalties(name):
    gan = build_game(name)
    spectral = [isinstance(layer, layers.SpectralNormalization) for layer in gan.discriminator.layers]
    assert gan.objective is PLAYED[name][0] and gan.penalties == PLAYED[name][1]
    assert any(spectral) == (name == "hinge_spectral")


def test_a_recording_is_repeated_by_its_seed():
    one, two, other = (record_field("relativistic_r1_r2", seed, steps=3) for seed in (0, 0, 1))
    assert one.steps.tolist() == [0, 3] and one.frames.shape == (2, 300, 2)
    assert one.measured["slopes"].shape == (2, fields.SIZE**2, 2)
    assert np.array_equal(one.measured["slopes"], two.measured["slopes"])
    assert not np.array_equal(one.measured["slopes"], other.measured["slopes"])


def test_the_bundled_game_is_what_the_code_plays(played, monkeypatch):
    fit = GAN.fit
    monkeypatch.setattr(GAN, "fit", lambda gan, points, **options: fit(gan, points, **options, steps_per_epoch=50))
    again, bundled = record_field("non_saturating_r1"), played["non_saturating_r1"]
    assert again.steps.tolist() == bundled.steps[:2].tolist() == [0, 50]
    # The slope jumps at the kinks of D's layers, and rounding moves these: a few places may differ.
    for one, other in ((again.frames[1], bundled.frames[1]), (again.measured["slopes"][1], bundled.measured["slopes"][1])):
        differences = np.abs(one.astype("float64") - other.astype("float64"))
        assert np.quantile(differences, 0.9) < 0.03 * np.abs(other).mean()


def test_what_is_saved_is_loaded(played, tmp_path):
    save_fields(tmp_path / "fields.npz", played)
    again = load_fields(tmp_path / "fields.npz")
    assert list(again) == list(PLAYED)
    for name, run in played.items():
        assert np.array_equal(run.frames, again[name].frames) and run.measured.keys() == again[name].measured.keys()


def test_three_trainings_of_each_game_are_recorded(played):
    for run in played.values():
        for value in ("on_fake", "modes"):
            assert run.measured[f"{value}_by_seed"].shape == (len(run.steps), 3)
            assert np.allclose(run.measured[f"{value}_by_seed"][:, 0], run.measured[value])


class TestPlots:
    def test_arrows_point_the_way_the_score_rises(self):
        figure = plots.plot_field(np.tile([0.0, 2.0], (49, 1)))
        arrows = next(each for each in figure.axes[0].collections if type(each).__name__ == "Quiver")
        assert np.allclose(arrows.U, 0) and np.allclose(arrows.V, 1), "equally long, whatever the slope"

    def test_shades_tell_steep_from_flat(self):
        flat, steep = (plots.plot_field(np.tile([0.0, length], (49, 1))).axes[0].collections[0] for length in (0.05, 50))
        assert flat.to_rgba(0.05) != steep.to_rgba(50)

    def test_slopes_of_no_square_map(self):
        with pytest.raises(ValueError, match="slopes must be those of a square map, such as 31"):
            plots.plot_field(np.ones((50, 2)))

    def test_each_game_has_a_panel_and_a_line(self, played):
        some = {name: played[name] for name in ("hinge", "hinge_spectral")}
        titles = [axes.get_title() for axes in plots.plot_fields(some, columns=2).axes]
        assert titles[:2] == ["hinge", "hinge_spectral"]
        lines = plots.plot_slopes(some).axes[0].lines
        assert [list(line.get_ydata()) for line in lines] == [list(run.measured["on_fake"]) for run in some.values()]


class TestStepper:
    def test_every_moment_shows_each_game_with_its_slope(self, played):
        some = {"free": played["wasserstein"], "held": played["wasserstein_gp"]}
        moments = field_stepper(some).children[1].children
        assert len(moments) == len(some["free"].steps)
        for name, run in some.items():
            assert f"{name}: real and generated points on D's slope, after 4,000 training steps" in moments[-1].value
            assert f"mean slope {run.measured['on_fake'][-1]:.2g} · {run.measured['modes'][-1]} of 8 modes" in moments[-1].value

    def test_games_with_other_moments_are_refused(self, played):
        run = played["hinge"]
        with pytest.raises(ValueError, match=r"recordings\['b'\] has other moments than the first"):
            field_stepper({"a": run, "b": replace(run, steps=run.steps + 1)})
