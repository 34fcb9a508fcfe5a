"""The doctor: what it looks at, what it says of runs whose fault is known, and what it does with runs that it cannot judge."""

import json
from dataclasses import replace

import numpy as np
import pytest

from gan_lib import Recording, build_mlp_generator, diagnose, load_fashion_mnist, runs, to_pixels
from gan_lib.__main__ import main
from gan_lib._files import save_arrays, save_json
from gan_lib.studies.doctor import CAUTION, LEAST, judge
from gan_lib.studies.doctor_fit import confusion, fit_limits
from gan_lib.studies.observed import Observed, observe
from gan_lib.studies.rules import (
    ADVICE,
    DIVERGED,
    HEALTHY,
    RULES,
    UNKNOWN,
    kinds_of_runs,
    stored,
    stored_limits,
    stored_rates,
)
from gan_lib.studies.signs import QUANTITIES, quantities

PHOTOGRAPHS = to_pixels(load_fashion_mnist("test")[0][:64])


def recording(**changes):
    """A run of 300 steps in which nothing is wrong: its samples are photographs, and D guesses."""
    random, steps = np.random.default_rng(0), np.array([0, 100, 200, 240, 300])
    every_step = {name: 0.6 + random.normal(0, 0.02, 300) for name in ("d_accuracy_real", "d_accuracy_fake")}
    every_step |= {"d_loss": np.full(300, 0.6), "g_loss": np.full(300, 1.0)}
    run = Recording(
        frames=np.stack([to_pixels(load_fashion_mnist("test")[0][64 * i : 64 * i + 64]) for i in range(1, 6)]),
        steps=steps, epochs=steps / 300, latents=np.zeros((64, 32), "float32"),
        history={name: np.array([values.mean()]) for name, values in every_step.items()}, first_epoch=every_step,
        weights=[], made={"network": "small"},
        measured={"fid": np.array([9.0, 5, 4, 3, 2]), "recall": np.full(5, 0.3), "memory": np.zeros(5)},
    )  # fmt: skip
    return replace(run, **changes)


def seen(run=None, **changes):
    return quantities(observe(run or recording(**changes)))


class TestQuantities:
    def test_of_photographs_are_those_of_photographs(self):
        found = seen()
        assert set(found) == set(QUANTITIES)
        for name in ("spread", "twins", "reach"):
            assert found[name] == pytest.approx(1, abs=0.15), name
        assert found["latent_length"] == 32 and found["pattern"] == pytest.approx(1, abs=0.3)
        assert found["right_on_fake"] == pytest.approx(0.6, abs=0.01)
        assert found["average_harm"] == 1 and found["memory"] == 0

    def test_the_least_loss_of_a_generator_is_that_of_images_which_d_calls_generated(self):
        found = seen()
        assert found["g_loss_over_least"] == pytest.approx(1.0 / (found["right_on_fake"] * np.log(2)))
        assert seen(Recording.load("dcgan-switched"))["g_loss_over_least"] < 1, "which one function cannot do"
        assert seen(Recording.load("dcgan"))["g_loss_over_least"] > 1

    def test_of_one_image_again_and_again(self):
        frames = np.repeat(recording().frames[:, :1], 64, axis=1)
        found = seen(frames=frames)
        assert found["spread"] == found["twins"] == found["dimension"] == 0

    def test_dimension_is_that_of_what_the_images_lie_on(self):
        random = np.random.default_rng(0)
        for directions in (1, 2, 5):
            places = random.uniform(0, 1, (64, directions))
            base = random.uniform(0, 255 / directions, (directions, 28 * 28))
            frames = np.stack([(places @ base).reshape(64, 28, 28).astype("uint8")] * 5)
            assert seen(frames=frames)["dimension"] == pytest.approx(directions, rel=0.35)

    def test_reach_is_the_part_of_the_photographs_range_that_samples_cover(self):
        frames = recording().frames
        assert seen(frames=128 + frames // 2)["reach"] == pytest.approx(0.5, abs=0.03)
        assert seen(frames=frames // 4)["reach"] == pytest.approx(0.25, abs=0.03)
        assert seen(frames=np.zeros_like(frames))["reach"] == 0

    @pytest.mark.parametrize("axis", [0, 1])
    def test_what_repeats_every_two_pixels_counts_and_longer_waves_do_not(self, axis):
        place, frames = np.indices((28, 28))[axis], np.minimum(recording().frames, 195)
        found = [seen(frames=frames + (place % period // (period // 2) * 60).astype("uint8")) for period in (2, 4)]
        assert found[0]["pattern"] > 5 * seen()["pattern"] and found[1]["pattern"] < 2 * seen()["pattern"]

    def test_change_is_that_since_a_moment_late_in_the_run(self):
        frames = recording().frames
        still = frames.copy()
        still[3] = still[4]
        assert seen(frames=still)["change"] == 0 and seen()["change"] == pytest.approx(1, abs=0.2)

    def test_the_last_third_counts(self):
        late = recording()
        late.first_epoch["d_accuracy_fake"][200:] = 0.9
        assert seen(late)["right_on_fake"] == pytest.approx(0.9)
        history = {name: np.r_[np.zeros(4), np.full(2, 0.8)] for name in late.history}
        assert seen(history=history)["right_on_real"] == pytest.approx(0.8), "of epochs, where there are several"

    def test_the_average_does_harm_if_the_last_weights_are_nearer(self):
        measured = recording().measured | {"fid_of_last": np.full(5, 1.0)}
        assert seen(measured=measured)["average_harm"] == 2

    def test_a_loss_of_another_kind_is_not_compared(self):
        made = {"command": "python -m gan_lib record --loss hinge"}
        assert np.isnan(seen(made=made)["g_loss"]) and not np.isnan(seen()["g_loss"])

    def test_colour_counts_as_grey(self):
        coloured = np.stack([recording().frames] * 3, axis=-1)
        run = recording(frames=coloured)
        found = quantities(observe(run, photographs=np.stack([PHOTOGRAPHS] * 3, axis=-1)))
        assert found["spread"] == pytest.approx(seen()["spread"])

    def test_samples_of_another_size_are_compared_with_photographs_that_are_given(self):
        small = recording(frames=recording().frames[:, :, ::2, ::2])
        assert np.isnan(seen(small)["spread"]) and not np.isnan(seen(small)["dimension"])
        assert quantities(observe(small, PHOTOGRAPHS[:, ::2, ::2]))["spread"] == pytest.approx(1, abs=0.15)

    def test_photographs_come_from_the_folder_of_the_run_or_another(self, tmp_path):
        from PIL import Image

        for i, photograph in enumerate(PHOTOGRAPHS[:40]):
            Image.fromarray(photograph).save(tmp_path / f"{i:02}.png")
        command = f"python -m gan_lib train --images '{tmp_path}' --size 28 --grey"
        assert seen(made={"command": command})["spread"] == pytest.approx(1, abs=0.2)
        assert np.isnan(seen(made={"command": "python -m gan_lib train --images nowhere"})["spread"])
        moved = recording(made={"command": "python -m gan_lib train --images nowhere"})
        assert quantities(observe(moved, tmp_path))["spread"] == pytest.approx(1, abs=0.2)


class TestAnswers:
    @pytest.mark.parametrize("name, verdict", [
        ("dcgan", HEALTHY), ("dcgan-averaged", HEALTHY), ("crossed-steps", HEALTHY),
        ("dcgan-frozen-once", "frozen_discriminator"), ("dcgan-switched", "batch_norm_trap"), ("mlp-steps", "partial_collapse"),
    ])  # fmt: skip
    def test_of_recordings_that_the_rules_were_not_made_with(self, name, verdict):
        assert diagnose(name).verdict == verdict

    @pytest.mark.parametrize("number", range(len(RULES)))
    def test_each_rule_can_be_the_first(self, number):
        rule, limits = RULES[number], stored_limits()
        sound = seen()
        for condition, limit in zip(rule.conditions, limits[number]):
            sound[condition.quantity] = limit + (0.01 if condition.side == "above" else -0.01)
        findings = [finding.fault for finding in judge(sound, limits).findings]
        assert rule.fault in findings
        before = [other.fault for other in RULES[:number]]
        assert all(fault in before or fault == rule.fault for fault in findings[: findings.index(rule.fault)])

    def test_each_has_evidence_a_page_and_what_to_try(self):
        found = diagnose("dcgan-frozen-once").findings[0]
        assert "D was right about 0% of the generated images" in found.evidence[0] and "below" in found.evidence[0]
        assert found.page == "when_it_goes_wrong#wrong-frozen" and "trainable" in found.remedy
        text = str(diagnose("dcgan-frozen-once"))
        assert text.startswith("1. A discriminator that does not learn\n   - D was right") and "   try: " in text

    def test_every_page_is_there(self):
        from reading import BOOK

        for advice in ADVICE.values():
            page, _, place = advice.page.partition("#")
            assert f"({place})=" in (BOOK / f"{page}.ipynb").read_text(), advice

    def test_nothing_wrong(self):
        said = diagnose(recording())
        assert said.verdict == HEALTHY and said.findings == () and "nothing wrong" in str(said)
        assert set(said.unjudged) == set(), "an average that there is not can do no harm"

    def test_what_is_not_recorded_is_not_judged_and_named(self):
        said = diagnose(recording(measured={}))
        assert said.verdict == HEALTHY and said.unjudged == {
            "few_images": ("memory",),
            "early_average": ("average_harm",),
        }
        assert "Not judged, because the run has no average_harm, memory: an average of" in str(said)
        known = diagnose(recording(measured={}, made={"command": "python -m gan_lib record"}))
        assert set(known.unjudged) == {"few_images"}, "there is no average"

    def test_long_latent_vectors_are_not_called_short(self):
        greys = np.random.default_rng(0).integers(0, 255, 64).astype("uint8")
        line = greys[None, :, None, None] * np.ones((5, 1, 28, 28), "uint8")
        few, many = (diagnose(recording(frames=line, latents=np.zeros((64, n), "float32"))) for n in (2, 100))
        named = [[finding.fault for finding in said.findings] for said in (few, many)]
        assert "small_latent_space" in named[0] and "small_latent_space" not in named[1]


class TestWhatCannotBeJudged:
    def test_a_short_run(self):
        run = recording(steps=np.array([0, 10, 20, 30, LEAST - 1]))
        said = diagnose(run)
        assert said.verdict == UNKNOWN and "299 steps, and it takes 300" in str(said)

    def test_samples_without_photographs(self):
        said = diagnose(recording(frames=recording().frames[:, :, ::2, ::2]))
        assert said.verdict == UNKNOWN and "no samples to put beside photographs" in str(said)

    def test_of_a_run_of_another_kind_it_says_that_it_is_one(self):
        assert CAUTION not in str(diagnose(recording())) and CAUTION in str(diagnose(recording(made={"network": "dcgan"})))

    @pytest.mark.parametrize("part", ["history", "first_epoch"])
    def test_a_loss_that_is_no_number(self, part):
        run = recording()
        getattr(run, part)["g_loss"][-1] = np.nan
        said = diagnose(run)
        assert said.verdict == DIVERGED and said.findings[0].evidence == ("g_loss is not a finite number",)

    def test_a_run_without_a_history(self):
        with pytest.raises(ValueError, match=r"run has no d_loss, g_loss, d_accuracy_real, d_accuracy_fake.*record it again"):
            diagnose(recording(history={}))

    @pytest.mark.parametrize(
        "name, kind", [("ring", "points in the plane"), ("pix2pix", "answers conditions"), ("classes", "answers")]
    )
    def test_a_run_of_another_model(self, name, kind):
        with pytest.raises(ValueError, match=kind):
            diagnose(name)


@pytest.fixture
def folder(tmp_path):
    """The folder of a run of the command line, made of a bundled recording."""
    tmp_path = tmp_path / "run"
    run = Recording.load("dcgan-frozen-once")
    save_json(tmp_path / "settings.json", {"command": "python -m gan_lib train --model dcgan", "classes": None})
    save_json(tmp_path / "history.json", {name: values.tolist() for name, values in run.history.items()})
    frames = (run.frames[..., None] / 127.5 - 1).astype("float32")
    kept = {"frames": frames, "steps_taken": run.steps, "epochs": run.epochs}
    kept |= {f"first_epoch/{name}": values for name, values in run.first_epoch.items()}
    checkpoint = {"epochs_done": 3} | {f"keeper 0/{name}": values for name, values in kept.items()}
    save_arrays(tmp_path / "checkpoints" / "epoch-000003.npz", checkpoint)
    return tmp_path


class TestFolders:
    def test_a_run_is_judged_as_its_recording(self, folder):
        one, two = seen(Recording.load("dcgan-frozen-once")), quantities(observe(folder))
        for name, value in two.items():
            assert np.isnan(value) or value == pytest.approx(one[name], rel=1e-3), name
        assert diagnose(folder).verdict == "frozen_discriminator"

    def test_the_length_of_latent_vectors_is_that_of_its_generator(self, folder):
        assert np.isnan(quantities(observe(folder))["latent_length"])
        few = dict.fromkeys(QUANTITIES, np.nan) | {"dimension": 2.0}
        assert judge(few, stored_limits()).unjudged["small_latent_space"] == ("latent_length",), "and then it is not judged"
        build_mlp_generator(latent_dim=7).save(folder / "generator.keras")
        assert quantities(observe(folder))["latent_length"] == 7
        (folder / "generator.keras").write_bytes(b"cut short")
        assert np.isnan(quantities(observe(folder))["latent_length"])

    def test_without_checkpoints_its_answers_are_left(self, folder):
        (folder / "checkpoints" / "epoch-000003.npz").unlink()
        said = diagnose(folder)
        assert said.verdict == "frozen_discriminator" and "total_collapse" in said.unjudged

    def test_of_two_checkpoints_the_newest_that_can_be_read(self, folder):
        (folder / "checkpoints" / "epoch-000004.npz").write_bytes(b"cut short")
        assert not np.isnan(quantities(observe(folder))["spread"])

    @pytest.mark.parametrize("name, text, message", [
        ("history.json", "{", "history.json is damaged"), ("history.json", "[1]", "history.json is damaged"),
        ("history.json", '{"d_loss": [1]}', "has no g_loss"), ("settings.json", "{}", "settings.json is damaged"),
    ])  # fmt: skip
    def test_a_damaged_one_is_told(self, folder, name, text, message):
        (folder / name).write_text(text)
        with pytest.raises(ValueError, match=message):
            diagnose(folder)

    def test_one_of_another_model_is_told(self, folder):
        save_json(folder / "settings.json", {"command": "python -m gan_lib train --labels", "classes": ["a", "b"]})
        with pytest.raises(ValueError, match="answers conditions"):
            diagnose(folder)
        (folder / "settings.json").unlink()
        with pytest.raises(ValueError, match="as a run of an application"):
            diagnose(folder)

    def test_one_too_high_is_told_with_where_there_is_one(self, folder):
        with pytest.raises(FileNotFoundError, match=rf"there is one in {folder}"):
            diagnose(folder.parent)


class TestCommandLine:
    def test_diagnose_prints_what_is_likely(self, folder, capsys):
        main(["diagnose", str(folder)])
        out = capsys.readouterr().out
        assert out.startswith(f"{folder}\n1. A discriminator that does not learn\n   - D was right about 0%")

    def test_what_it_cannot_judge_is_told_and_left_alone(self, folder, capsys):
        before = {path: path.read_bytes() for path in folder.rglob("*.*")} | {folder / "history.json": b"{"}
        (folder / "history.json").write_bytes(b"{")
        with pytest.raises(SystemExit):
            main(["diagnose", str(folder)])
        assert "history.json is damaged" in capsys.readouterr().err
        assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before

    def test_one_line_at_the_end_of_a_training(self, folder, tmp_path):
        line = runs.doctor_says_briefly(folder)
        assert line.startswith("The doctor suspects a discriminator that does not learn") and "\n" not in line
        assert f"python -m gan_lib diagnose {folder}" in line
        (folder / "settings.json").unlink()
        assert runs.doctor_says_briefly(folder).startswith("The doctor has not judged this run: ")


class TestMeasured:
    def test_the_stored_answers_are_what_the_rules_say(self):
        limits = stored_limits()
        for run in stored()["runs"]:
            if not run["diverged"]:
                assert judge(run["quantities"], limits).verdict == run["answer"]

    def test_unseen_runs_share_neither_seed_nor_strength_with_the_others(self):
        parts = {}
        for run in stored()["runs"]:
            parts.setdefault(run["part"], []).append(run)
        seeds = {part: {run["seed"] for run in each} for part, each in parts.items()}
        strengths = {part: {(run["fault"], str(run["strength"])) for run in each} for part, each in parts.items()}
        assert not seeds["made"] & seeds["unseen"] and not strengths["made"] & strengths["unseen"]
        assert {run["fault"] for run in parts["unseen"]} == {run["fault"] for run in parts["made"]} == set(kinds_of_runs())

    def test_confusion_counts_each_run_once(self):
        for part in ("made", "unseen"):
            kinds, counts = confusion(part)
            assert counts.sum() == sum(run["part"] == part for run in stored()["runs"])
            right = np.diag(counts[:, :-1])
            assert right.sum() > 0.75 * counts.sum(), "or the book's numbers are no longer true"

    def test_rates_are_columns_of_the_confusion(self):
        kinds, counts = confusion()
        for i, fault in enumerate(kinds):
            assert stored_rates()[fault] == (counts[i, i], counts[:, i].sum())


class TestFit:
    def test_limits_part_what_can_be_parted(self):
        random, kinds = np.random.default_rng(0), kinds_of_runs()
        rows, faults = [], []
        for kind in kinds:
            for _ in range(6):
                row = dict.fromkeys(QUANTITIES, np.nan) | {name: random.uniform(4, 6) for name in QUANTITIES}
                rule = next((rule for rule in RULES if rule.fault == kind), None)
                for condition in rule.conditions if rule else ():
                    row[condition.quantity] = random.uniform(8, 9) if condition.side == "above" else random.uniform(1, 2)
                rows.append(row), faults.append(kind)
        limits = fit_limits(rows, faults)
        assert [judge(row, limits).verdict for row in rows] == faults

    def test_it_needs_all_kinds(self):
        with pytest.raises(ValueError, match="faults must name each kind of run at least once"):
            fit_limits([seen()], [HEALTHY])
        with pytest.raises(ValueError, match="equally long"):
            fit_limits([seen()], [])


def test_an_observed_run_may_have_answers_alone():
    history = {name: np.full(3, 0.5) for name in ("d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake")}
    found = quantities(Observed(history))
    assert found["right_on_real"] == 0.5 and np.isnan(found["spread"])
    json.dumps(found)
