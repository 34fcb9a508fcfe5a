"""The study of losses: one training, the order of all of them, what is kept in a folder, and the tables."""

import json
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from gan_lib import __main__, build_generator, describe, load_fashion_mnist
from gan_lib.plots.losses import plot_progress, plot_standings
from gan_lib.studies import losses, losses_sweep
from gan_lib.studies.losses import GAMES, KINDS, SCORES, Budget, Run, build, has_collapsed, in_order, play
from gan_lib.studies.losses_sweep import RATES, SEARCH_RATE, STRENGTHS, next_run, read_outcomes, sweep
from gan_lib.studies.losses_table import distances_by_rate, standings, table

TINY = Budget(images=16, batch_size=8, width=2, moments=2, samples=130)
RUN = Run("hinge", 1e-3, 0)
SMALL_STUDY = Path(__file__).with_name("losses-small.json")  # written by tools/assets.py


@pytest.fixture(scope="module")
def photographs():
    return load_fashion_mnist("test")[0][:200]


@pytest.fixture(scope="module")
def real(photographs):
    return describe(photographs)


def outcome_of(run, budget=TINY, fd=(3.0, 2.0), seconds=(10.0, 20.0), diverged=False, collapsed=False):
    """An outcome as `play` returns it, with these distances; those of averages are lower by 1."""
    curves = {kind: {score: list(fd) for score in SCORES} for kind in KINDS}
    curves["averaged"]["fd"] = [value - 1 for value in fd]
    history = {name: [0.5] * len(fd) for name in losses.REPORTED}
    end = {"diverged": diverged, "collapsed": collapsed}
    images = [8, 16][: len(fd)]
    return (
        {"settings": asdict(run) | asdict(budget), "images": images, "seconds": list(seconds), "history": history} | curves | end
    )


class TestGames:
    def test_the_command_line_knows_them(self):
        assert tuple(GAMES) == __main__.GAMES

    @pytest.mark.parametrize("name", GAMES)
    def test_one_pair_of_networks_and_what_each_game_asks_for(self, name):
        game = GAMES[name]
        gan = build(Run(name, 1e-3, 0, 0.1 if game.penalties else None), width=2)
        kinds = [type(layer).__name__ for layer in gan.discriminator.layers]
        assert gan.objective is game.loss and [type(each) for each in gan.penalties] == list(game.penalties)
        assert kinds.count("BatchNormalization") == 3 * (game.normalization == "batch")
        assert kinds.count("SpectralNormalization") == 5 * (game.normalization == "spectral")
        assert gan.generator.count_params() == build_generator(width=4).count_params()
        for optimizer in (gan.generator_optimizer, gan.discriminator_optimizer):
            assert (float(optimizer.learning_rate), optimizer.beta_1) == (pytest.approx(1e-3), 0.5)
        assert all(0.1 in vars(penalty).values() for penalty in gan.penalties)  # gamma or weight

    def test_a_run_has_a_name_of_its_own(self):
        assert Run("hinge", 2e-4, 3).name == "hinge-0.0002-3"
        assert Run("relativistic_r1_r2", 1e-3, 0, 10).name == "relativistic_r1_r2-10-0.001-0"


def test_every_photograph_is_shown_once_before_any_comes_again():
    order = in_order(10, 25, seed=1)
    assert sorted(order[:10]) == sorted(order[10:20]) == list(range(10)) and len(order) == 25
    assert list(order) == list(in_order(10, 25, seed=1)) != list(in_order(10, 25, seed=2))


@pytest.mark.usefixtures("eagerly")
class TestOneTraining:
    def test_what_it_leaves(self, photographs, real, monkeypatch):
        shown, fit = [], losses.GAN.fit
        monkeypatch.setattr(losses.GAN, "fit", lambda gan, x, **options: shown.append((x, options)) or fit(gan, x, **options))
        outcome, samples = play(RUN, TINY, photographs, real)
        assert np.array_equal(np.concatenate([x for x, _ in shown]), photographs[in_order(200, 16, seed=0)])
        assert all(options["batch_size"] == 8 and options["shuffle"] is False for _, options in shown)
        assert outcome["settings"] == asdict(RUN) | asdict(TINY) and outcome["images"] == [8, 16]
        assert 0 == outcome["seconds"][0] < outcome["seconds"][1]  # the first step is not counted
        assert outcome["diverged"] is False and outcome["collapsed"] is True  # after two steps, all samples are alike
        for kind in KINDS:
            assert list(outcome[kind]) == list(SCORES) and {len(curve) for curve in outcome[kind].values()} == {2}
        assert outcome["last"]["fd"] != outcome["averaged"]["fd"]
        assert {len(curve) for curve in outcome["history"].values()} == {2} and "d_loss" in outcome["history"]
        assert json.loads(json.dumps(outcome, allow_nan=False)) == outcome
        assert samples.shape == (20, 28, 28, 1) and np.abs(samples).max() <= 1

        half, _ = play(RUN, replace(TINY, images=8, moments=1), photographs, real)
        for part in ("history", *KINDS):
            assert half[part] == {name: curve[:1] for name, curve in outcome[part].items()}

    @pytest.mark.parametrize(("limit", "rate"), [(np.inf, 1e15), (0.01, 1e-3)])
    def test_one_that_diverges_ends_there(self, limit, rate, photographs, real, monkeypatch):
        monkeypatch.setattr(losses, "LIMIT", limit)
        outcome, samples = play(replace(RUN, rate=rate), TINY, photographs, real)
        assert (outcome["diverged"], outcome["collapsed"]) == (True, False)
        assert outcome["images"] == outcome["seconds"] == outcome["last"]["fd"] == outcome["averaged"]["recall"] == []
        assert np.isfinite(samples).all()

    @pytest.mark.parametrize(
        ("classes", "recall", "collapsed"),
        [([2, 10], [0.0, 0.3], False), ([10, 7], [0.3, 0.3], True), ([10, 10], [0.3, 0.0], True)],
    )
    def test_when_it_has_collapsed(self, classes, recall, collapsed):
        assert has_collapsed({"classes": classes, "recall": recall}) == collapsed


def test_the_clock_counts_steps_alone_and_not_the_first(monkeypatch):
    now = 0.0
    monkeypatch.setattr("gan_lib.studies.losses.time.process_time", lambda: now)
    clock = losses.Clock()
    for step, seconds in enumerate((60.0, 2.0, 0.5)):
        now += 10.0  # between two steps
        clock.on_train_batch_begin(step)
        now += seconds
        clock.on_train_batch_end(step)
    assert clock.seconds == 2.5


class TestOrder:
    def planned(self, game, distance, seeds=5):
        """Return the trainings of a game in their order, if `distance` says of each how well it ends."""
        outcomes = {}
        while (run := next_run(game, outcomes, seeds)) is not None:
            outcomes[run.name] = outcome_of(run, fd=(9.0, distance(run)), diverged=distance(run) == np.inf)
        return [tuple(asdict(outcome["settings"] and run_in(outcome)).values()) for outcome in outcomes.values()]

    def test_a_game_without_penalties(self):
        runs = self.planned("hinge", lambda run: {2e-4: 3.0, 5e-4: 2.0, 1e-3: 1.5 + 2 * run.seed}[run.rate])
        sweep_of_rates = [("hinge", rate, seed, None) for rate in RATES for seed in (0, 1)]
        assert runs == [*sweep_of_rates, *(("hinge", 5e-4, seed, None) for seed in (2, 3, 4))]

    def test_a_game_with_penalties(self):
        name = "wasserstein_gp"
        runs = self.planned(name, lambda run: abs(np.log10(run.strength)) + run.rate)
        assert runs[:3] == [(name, SEARCH_RATE, 0, strength) for strength in STRENGTHS]
        assert {strength for *_, strength in runs[3:]} == {1.0} and len(runs) == 3 + 5 + 3
        assert {rate for _, rate, *_ in runs[-3:]} == {2e-4}

    def test_a_rate_at_which_one_diverges_is_not_chosen(self):
        runs = self.planned("hinge", lambda run: np.inf if (run.rate, run.seed) == (1e-3, 1) else 2.0 - run.rate)
        assert {rate for _, rate, *_ in runs[-3:]} == {5e-4}

    def test_one_seed_will_do(self):
        assert len(self.planned("hinge", lambda run: 1.0, seeds=1)) == len(RATES)


def run_in(outcome):
    return Run(**{name: outcome["settings"][name] for name in ("game", "rate", "seed", "strength")})


class TestFolder:
    @pytest.fixture
    def played(self, monkeypatch):
        """Train nothing; return the list of the names of what would have been trained."""
        names = []

        def play(run, budget, images, real):
            names.append(run.name)
            return outcome_of(run, budget, fd=(9.0, run.rate)), np.zeros((20, 28, 28, 1), "float32")

        monkeypatch.setattr(losses_sweep, "play", play)
        return names

    def sweep(self, folder, budget=TINY, games=("hinge", "non_saturating_r1"), **options):
        sweep(folder, budget, None, None, games, **options)

    def test_one_file_for_each_training_in_turns(self, tmp_path, played):
        self.sweep(tmp_path / "new", on_run=lambda run, outcome: {"made": run.name})
        outcomes = read_outcomes(tmp_path / "new")
        assert len(played) == len(set(played)) == 9 + 11 and sorted(outcomes) == sorted(played)
        assert [name.partition("-")[0] for name in played[:4]] == ["hinge", "non_saturating_r1"] * 2
        assert all(outcome["made"] == name for name, outcome in outcomes.items())
        with np.load(tmp_path / "new" / f"{played[0]}.npz") as stored:
            assert stored["samples"].shape == (20, 28, 28, 1)

    def test_what_is_there_is_not_trained_again(self, tmp_path, played):
        def stop(run, outcome):
            if len(played) == 7:
                raise KeyboardInterrupt
            return {}

        with pytest.raises(KeyboardInterrupt):
            self.sweep(tmp_path, on_run=stop)
        assert len(read_outcomes(tmp_path)) == 6
        self.sweep(tmp_path, games=["hinge"])
        self.sweep(tmp_path)
        assert len(played) == 20 + 1 and len(set(played)) == 20
        self.sweep(tmp_path)
        assert len(played) == 21
        self.sweep(tmp_path, seeds=6)
        assert len(played) == 23

    @pytest.mark.parametrize("other", [{"samples": 140}, {"images": 32}, {"width": 3}])
    def test_another_budget_is_refused(self, other, tmp_path, played):
        self.sweep(tmp_path, games=["hinge"], seeds=1)
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        ((name, value),) = other.items()
        with pytest.raises(
            ValueError, match=f"holds the training hinge.* with {name}=.*, and this study has {name}={value}; give"
        ):
            self.sweep(tmp_path, replace(TINY, **other))
        assert len(played) == 3 and {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before

    @pytest.mark.parametrize("written", ["", "{", "[]", '{"settings": {"game": "hinge"}}', '{"settings": 3}'])
    def test_a_damaged_file_is_told(self, written, tmp_path, played):
        (tmp_path / "hinge-0.0002-0.json").write_text(written)
        with pytest.raises(ValueError, match=r"hinge-0.0002-0.json is damaged.*; move it elsewhere, and run the study again"):
            self.sweep(tmp_path)
        assert not played and (tmp_path / "hinge-0.0002-0.json").read_text() == written

    def test_a_file_under_another_name_is_told(self, tmp_path, played):
        self.sweep(tmp_path, games=["hinge"], seeds=1)
        (tmp_path / "hinge-0.0002-0.json").rename(tmp_path / "hinge-0.0002-1.json")
        with pytest.raises(ValueError, match=r"hinge-0.0002-1.json holds the training hinge-0.0002-0; move it elsewhere"):
            self.sweep(tmp_path)


class TestTables:
    @pytest.fixture
    def outcomes(self):
        """Two games at their best rate 0.001: hinge takes 20 s, least squares 40, and one of its trainings diverges."""
        found = {}
        for game, seconds in (("hinge", (10.0, 20.0)), ("least_squares", (20.0, 40.0))):
            for rate in RATES:
                for seed in range(5 if rate == 1e-3 else 2):
                    run, last = Run(game, rate, seed), 1.0 + seed % 3 if rate == 1e-3 else 9.0
                    broken = (game, rate, seed) == ("least_squares", 1e-3, 4)
                    lengths = {"fd": (11.0,), "seconds": seconds[:1]} if broken else {"fd": (11.0, last), "seconds": seconds}
                    found[run.name] = outcome_of(run, diverged=broken, collapsed=seed == 3, **lengths)
        return found

    def test_at_equal_images(self, outcomes):
        rows = standings(outcomes)
        assert list(rows) == ["least_squares", "hinge"]  # in the order of GAMES
        assert rows["hinge"].rate == 1e-3 and rows["hinge"].strength is None
        assert list(rows["hinge"].last["fd"]) == [1, 2, 3, 1, 2] and list(rows["hinge"].averaged["fd"]) == [0, 1, 2, 0, 1]
        assert list(rows["least_squares"].last["fd"]) == [1, 2, 3, 1]
        assert [(row.seeds, row.seconds, row.diverged, row.collapsed) for row in rows.values()] == [
            (5, 40.0, 0.2, 0.2),
            (5, 20.0, 0.0, 0.2),
        ]

    def test_at_equal_seconds(self, outcomes):
        rows = standings(outcomes, at="seconds")
        assert list(rows["hinge"].last["fd"]) == [1, 2, 3, 1, 2]
        assert list(rows["least_squares"].last["fd"]) == [11] * 4  # after 20 s, the first of two moments
        for outcome in outcomes.values():
            if outcome["settings"]["game"] == "hinge":
                outcome["seconds"] = [15.0, 30.0]
        assert list(standings(outcomes, at="seconds")["least_squares"].last["fd"]) == [6.0, 6.5, 7.0, 6.0]  # halfway
        assert list(standings(outcomes)["least_squares"].last["fd"]) == [1, 2, 3, 1]

    def test_the_strength_that_was_chosen_is_told_and_others_do_not_count(self):
        found = {}
        while (run := next_run("wasserstein_gp", found)) is not None:
            found[run.name] = outcome_of(run, fd=(9.0, 1.0 + run.rate + (run.strength != 10) + run.seed))
        (row,) = standings(found).values()
        assert (row.strength, row.rate, row.seeds) == (10.0, 2e-4, 5) and np.allclose(row.last["fd"], 1.0002 + np.arange(5))

    def test_the_sweep_of_rates(self, outcomes):
        outcomes["hinge-0.0005-1"]["diverged"] = True
        by_rate = distances_by_rate(outcomes)["hinge"]
        assert list(by_rate) == list(RATES) and list(by_rate[2e-4]) == [9, 9] and list(by_rate[1e-3]) == [1, 2]
        assert by_rate[5e-4][0] == 9 and np.isnan(by_rate[5e-4][1])

    def test_as_text(self, outcomes):
        heading, squares, hinge = table(standings(outcomes), "averaged").splitlines()
        assert heading.split()[:3] == ["rate", "FD", "↓"] and heading.split()[-3:] == ["diverged", "collapsed", "s"]
        assert hinge.split()[:5] == ["hinge", "0.001", "0.80", "±", "0.84"]
        assert hinge.endswith("0 of 5    1 of 5        20") and "1 of 5    1 of 5        40" in squares

    def test_as_text_with_too_few_for_a_spread(self, outcomes):
        one = {name: outcome for name, outcome in outcomes.items() if outcome["settings"]["seed"] == 0}
        assert table(standings(one)).splitlines()[1].split()[2] == "1.00"
        for outcome in one.values():
            outcome["diverged"] = True
        line = table(standings(one)).splitlines()[1]
        assert line.split()[2:6] == ["-"] * 4 and line.split()[-1] == "inf"

    def test_as_a_figure_the_best_on_top_and_a_dot_for_each_training(self, outcomes):
        (axes,) = plot_standings(standings(outcomes)).axes
        assert [label.get_text() for label in axes.get_yticklabels()] == ["least squares", "hinge"]  # 0.75 before 0.8
        assert [len(line.get_xdata()) for line in axes.lines] == [4, 4, 5, 5]
        assert list(axes.lines[3].get_xdata()) == [0, 1, 2, 0, 1] and set(axes.lines[3].get_ydata()) == {0.84}

    def test_progress_has_a_panel_for_each_game_and_a_line_for_each_training(self, outcomes):
        panels = plot_progress(outcomes, "last").axes
        assert [axes.get_title() for axes in panels] == ["least squares", "hinge"]
        drawn = [line for line in panels[1].lines if line.get_color() == panels[1].lines[-1].get_color()]
        assert len(drawn) == 5 and list(drawn[0].get_ydata()) == [11, 1]


@pytest.fixture
def command(monkeypatch):
    """Return a function of photographs that lets the command line train on them and measure by them."""

    def prepare(photographs):
        real = describe(photographs)
        monkeypatch.setattr("gan_lib.runs.load_fashion_mnist", lambda split: (photographs, None))
        monkeypatch.setattr("gan_lib.evaluation.describe_photographs", lambda features: real)
        for kind in ("INTRAOP", "INTEROP"):
            monkeypatch.setenv(f"TF_NUM_{kind}_THREADS", "1")
        return lambda *options: __main__.main(["study", "losses", *map(str, options)])

    return prepare


def test_the_command_repeats_a_training_of_a_recorded_study_within_its_spread(tmp_path, command):
    recorded = json.loads(SMALL_STUDY.read_text(encoding="utf-8"))["outcomes"]
    (row,) = standings(recorded).values()
    repeated = Run("non_saturating", row.rate, 4).name
    for name, outcome in recorded.items():
        if name != repeated:
            (tmp_path / f"{name}.json").write_text(json.dumps(outcome))
    settings = recorded[repeated]["settings"]
    options = [part for name in asdict(TINY) for part in (f"--{name.replace('_', '-')}", settings[name])]
    command(load_fashion_mnist("train")[0][:1000])("--only", "non_saturating", *options, "--output", tmp_path)

    found = read_outcomes(tmp_path)[repeated]
    assert found["settings"] == settings and found["images"] == recorded[repeated]["images"]
    for kind in KINDS:
        distances = getattr(row, kind)["fd"]
        assert len(distances) == 5 and 0 < distances.std(ddof=1) < distances.mean() / 5
        assert abs(found[kind]["fd"][-1] - distances.mean()) < 3 * distances.std(ddof=1)


@pytest.mark.usefixtures("eagerly")
def test_the_command_trains_what_is_missing_and_prints_the_tables(tmp_path, command, photographs, monkeypatch, capsys):
    monkeypatch.setattr(losses_sweep, "RATES", (5e-4,))
    monkeypatch.setattr(losses_sweep, "STRENGTHS", (0.1, 1.0))
    options = ["--images", "4", "--batch-size", "4", "--width", "2", "--moments", "1", "--samples", "130", "--seeds", "1"]
    study = partial(command(photographs), "--only", "hinge_spectral", "--only", "relativistic_r1_r2", *options)

    study("--output", tmp_path / "study")
    said = capsys.readouterr().out
    names = {"hinge_spectral-0.0005-0", "relativistic_r1_r2-0.1-0.0005-0", "relativistic_r1_r2-1-0.0005-0"}
    outcomes = read_outcomes(tmp_path / "study")
    assert set(outcomes) == names and all(f"{name}: last FD " in said for name in names)
    assert "at equal images, last weights" in said and "at equal seconds, averaged weights" in said
    made = outcomes["hinge_spectral-0.0005-0"]["made"]
    assert made["command"].startswith("python -m gan_lib study losses --images 4") and "keras" in made["versions"]

    study("--output", tmp_path / "study")
    again = capsys.readouterr().out
    assert "minutes" not in again and again == said[said.index("the outcomes of 3") :]

    with pytest.raises(SystemExit) as ended:
        study("--output", tmp_path / "study", "--samples", 140)
    assert ended.value.code == 1 and "and this study has samples=140; give the same options" in capsys.readouterr().err
    with monkeypatch.context() as patch:
        patch.setattr(losses_sweep, "play", stop)
        with pytest.raises(SystemExit) as ended:
            study("--output", tmp_path / "other")
    assert ended.value.code == 130 and "the same command again goes on" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        __main__.main(["study", "losses", "--only", "minimax"])
    assert ended.value.code == 2 and not (tmp_path / "losses").exists()


def stop(*given):
    raise KeyboardInterrupt
