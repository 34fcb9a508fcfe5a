import json
import re

import keras
import numpy as np
import pytest
from PIL import Image

from gan_lib import Recording, describe, runs
from gan_lib.__main__ import main

pytestmark = pytest.mark.usefixtures("eagerly")


@pytest.fixture(autouse=True)
def few_images(monkeypatch):
    images = np.random.default_rng(0).uniform(-1, 1, (12, 28, 28, 1)).astype("float32")
    asked = []
    monkeypatch.setattr(
        "gan_lib.runs.load_fashion_mnist", lambda split, full=False: asked.append((split, full)) or (images, None)
    )
    return asked


def test_train_leaves_samples_history_and_weights(tmp_path, few_images, capsys):
    main(["train", "--epochs", "2", "--batch-size", "8", "--output", str(tmp_path / "run")])
    assert few_images == [("train", False)]
    assert str(tmp_path / "run") in capsys.readouterr().out
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert {len(values) for values in history.values()} == {2} and "d_loss" in history
    assert sorted(path.name for path in (tmp_path / "run" / "samples").iterdir()) == ["epoch-001.png", "epoch-002.png"]

    # `sample` with the seed of the run draws what the run drew last, from the folder and from the file alike.
    for weights in (tmp_path / "run", tmp_path / "run" / "generator.keras"):
        (tmp_path / "grid.png").unlink(missing_ok=True)
        main(["sample", str(weights), "--output", str(tmp_path / "grid.png")])
        drawn, last = (np.array(Image.open(path)) for path in (tmp_path / "grid.png", tmp_path / "run/samples/epoch-002.png"))
        assert np.array_equal(drawn, last)

    (tmp_path / "broken.keras").write_bytes((tmp_path / "run" / "generator.keras").read_bytes()[:1000])
    for name, message in (("run/discriminator.keras", "give a generator"), ("broken.keras", "cannot be read")):
        with pytest.raises(SystemExit):
            main(["sample", str(tmp_path / name), "--output", str(tmp_path / "other.png")])
        assert name in (said := capsys.readouterr().err) and message in said
    assert not (tmp_path / "other.png").exists()


def test_an_interrupted_training_is_carried_on(tmp_path, monkeypatch, capsys):
    def command(epochs, *more, output="parts"):
        options = ["--model", "mlp", "--epochs", str(epochs), "--batch-size", "8", "--average", "0.9", *more]
        main(["train", *options, "--output", str(tmp_path / output)])

    command(3, output="whole")
    save_run = runs.save_run
    with monkeypatch.context() as patch:
        patch.setattr("gan_lib.runs.save_run", lambda *given, **more: save_run(*given, **more) or stop(given[-1]))
        with pytest.raises(SystemExit) as stopped:
            command(3)
    assert stopped.value.code == 130 and "--resume carries a training on" in capsys.readouterr().err
    (tmp_path / "parts" / "samples" / "epoch-002.png").unlink()  # as if killed a moment before
    with pytest.raises(SystemExit):
        command(3)
    assert "holds a run already; add --resume to carry it on" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command(3, "--resume", "--label-smoothing", "0.1")
    said = capsys.readouterr().err
    assert "holds another run" in said and re.search(r"\(label_smoothing=0(\.0)?, .* and is .*\(label_smoothing=0\.1, ", said), (
        said
    )
    command(3, "--resume")

    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for name in ("history.json", *(f"samples/epoch-00{epoch}.png" for epoch in (1, 2, 3))):
        assert (whole / name).read_bytes() == (parts / name).read_bytes(), name
    for name in ("generator.keras", "discriminator.keras"):
        one, two = (keras.saving.load_model(folder / name, compile=False).get_weights() for folder in (whole, parts))
        assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))

    command(4, "--resume")
    assert len(json.loads((parts / "history.json").read_text())["d_loss"]) == 4


def stop(recorder):
    if recorder.epoch == 2:
        raise KeyboardInterrupt


def test_a_diverging_training_is_told(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["train", "--model", "mlp", "--discriminator-rate", "1e38", "--batch-size", "2", "--output", str(tmp_path / "run")])
    assert stopped.value.code == 1 and "diverged" in (said := capsys.readouterr().err) and "at step" in said


def test_a_run_without_checkpoints_is_not_carried_on(tmp_path, capsys):
    (tmp_path / "history.json").write_text("old")
    with pytest.raises(SystemExit):
        main(["train", "--resume", "--output", str(tmp_path)])
    assert "without checkpoints" in capsys.readouterr().err and [path.name for path in tmp_path.iterdir()] == ["history.json"]


def test_full_takes_all_images(tmp_path, few_images):
    main(["train", "--model", "mlp", "--full", "--epochs", "1", "--output", str(tmp_path / "run")])
    assert few_images == [("train", True)]


def test_record_and_sample(tmp_path):
    path = tmp_path / "run.npz"
    main(["record", "--model", "mlp", "--epochs", "1", "--batch-size", "4", "--seed", "3", "--output", str(path)])
    recording = Recording.load(path)
    assert recording.made["command"].startswith("python -m gan_lib record --model mlp --epochs 1 --batch-size 4")
    assert "--seed 3" in recording.made["command"] and recording.made["versions"]["keras"]
    main(["sample", str(path), "--n", "4", "--output", str(tmp_path / "grid.png")])
    assert Image.open(tmp_path / "grid.png").size == (11 * 58, 11 * 58)


@pytest.fixture
def few_measured(monkeypatch):
    """Measure 150 samples by 200 real images, which is quick."""
    real = describe(np.random.default_rng(1).uniform(-1, 1, (200, 28, 28, 1)).astype("float32"))
    monkeypatch.setattr("gan_lib.evaluation.describe_photographs", lambda features: real)
    measure_scores = runs.measure_scores
    monkeypatch.setattr("gan_lib.runs.measure_scores", lambda settings, everything: measure_scores(settings, everything, n=150))


def test_record_another_recipe_with_distances_and_without_weights(tmp_path, few_measured):
    path = tmp_path / "run.npz"
    options = ["--recipe", "unfrozen", "--fid", "--without-weights"]
    main(["record", "--model", "mlp", "--epochs", "2", "--batch-size", "4", *options, "--output", str(path)])
    recording = Recording.load(path)
    assert recording.made["recipe"] == "unfrozen" and " ".join(options) in recording.made["command"]
    assert recording.measured["fid"].shape == recording.steps.shape == (3,)
    assert np.isfinite(recording.measured["fid"]).all() and recording.measured["fid"].min() > 0
    assert recording.weights == []


def test_record_the_average_with_all_scores(tmp_path, few_measured):
    path = tmp_path / "run.npz"
    options = ["--average", "0.5", "--label-smoothing", "0.1", "--discriminator-rate", "0.001", "--scores"]
    main(["record", "--epochs", "1", "--batch-size", "4", *options, "--output", str(path)])
    recording = Recording.load(path)
    assert " ".join(options) in recording.made["command"]
    assert set(recording.measured) == {"is", "fid", "kid", "precision", "recall", "fid_of_last"}
    assert {values.shape for values in recording.measured.values()} == {recording.steps.shape}
    averaged, last = recording.measured["fid"], recording.measured["fid_of_last"]
    assert averaged[0] == last[0] and averaged[-1] != last[-1]
    # The weights that are stored are those that were scored.
    samples = recording.generator().predict(recording.latents, verbose=0)
    # In other batches a sum rounds otherwise: by one grey value of 255, here and there.
    assert np.abs(np.round((samples[..., 0] + 1) * 127.5) - recording.frames[-1]).max() <= 1


def test_evaluate(tmp_path, few_measured, capsys):
    folder, path = tmp_path / "run", tmp_path / "run.npz"
    main(["train", "--model", "mlp", "--epochs", "1", "--output", str(folder)])
    main(["record", "--model", "mlp", "--epochs", "1", "--output", str(path)])
    capsys.readouterr()
    main(["evaluate", str(folder), str(path), str(folder / "generator.keras"), "--n", "150", "--resamples", "2"])
    heading, first, second, third, about = capsys.readouterr().out.splitlines()
    assert heading.split()[0] == "IS" and "2 sets of 150 samples" in about
    assert [line.split()[0] for line in (first, second, third)] == [str(folder), str(path), str(folder / "generator.keras")]
    assert first.split()[1:] == third.split()[1:] != second.split()[1:], "the generator of the folder, named in two ways"


def test_record_twice_gives_the_same(tmp_path):
    for name in ("one.npz", "two.npz"):
        main(["record", "--model", "mlp", "--epochs", "1", "--batch-size", "4", "--output", str(tmp_path / name)])
    one, two = (Recording.load(tmp_path / name) for name in ("one.npz", "two.npz"))
    assert all(np.array_equal(a, b) for a, b in zip(one.weights, two.weights))
    assert np.array_equal(one.frames, two.frames)


def test_a_run_is_not_overwritten(tmp_path, capsys):
    (tmp_path / "history.json").write_text("old")
    (tmp_path / "run.npz").write_text("old")
    for arguments in (["train", "--output", str(tmp_path)], ["record", "--output", str(tmp_path / "run.npz")]):
        with pytest.raises(SystemExit):
            main(arguments)
        assert "already; " in capsys.readouterr().err
    assert {path.read_text() for path in tmp_path.iterdir()} == {"old"}


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["sample", "nowhere.keras"], "no file nowhere.keras; 'python -m gan_lib train' makes one"),
        (["sample", "nowhere"], "no recording 'nowhere'; there are"),
        (["record", "--output", "run.txt"], "must end in .npz"),
        (["train", "--epochs", "0", "--output", "run"], "--epochs: 0 must be a whole number of at least 1"),
        (["train", "--seed", "-1", "--output", "run"], "--seed"),
        (["sample", "dcgan", "--output", "grid.txt"], "--output grid.txt must end in .png"),
        (["train", "--output", "/dev/null/run"], "/dev/null"),
        (["train"], "--output"),
        (["train", "--average", "1", "--output", "run"], "--average: 1 must be a number of at least 0 and less than 1"),
        (["train", "--label-smoothing", "much", "--output", "run"], "--label-smoothing: much must be a number"),
        (["train", "--discriminator-rate", "0", "--output", "run"], "--discriminator-rate: 0 must be a number"),
        (
            ["record", "--recipe", "switched", "--average", "0.9", "--output", "run.npz"],
            "average does not go with recipe switched",
        ),
        (["evaluate", "dcgan", "nowhere.keras"], "no file nowhere.keras"),
        (["evaluate", "ring"], "not images"),
    ],
)
def test_bad_input_is_told(arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code != 0
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_it_says_beforehand_how_long_it_is_and_shows_a_bar(tmp_path, capsys):
    main(["train", "--model", "mlp", "--epochs", "2", "--batch-size", "5", "--output", str(tmp_path / "run")])
    out, err = capsys.readouterr()
    assert out.startswith("mlp: 2 epochs of 12 images, 3 steps of 5 an epoch\n")
    assert "epoch 1 of 2" in err and "epoch 2 of 2" in err and "/3" in err
    picture = np.array(Image.open(tmp_path / "run" / "samples.png"))
    assert min(picture.shape) >= 600, "too small to be seen"


def test_rates_of_both_players(tmp_path):
    settings = runs.Settings("mlp", rate=1e-3, discriminator_rate=5e-4)
    _, gan, _ = runs.prepare(settings)
    assert float(gan.generator_optimizer.learning_rate) == pytest.approx(1e-3)
    assert float(gan.discriminator_optimizer.learning_rate) == pytest.approx(5e-4)
    assert "--rate 0.001 --discriminator-rate 0.0005" in " ".join(settings.arguments())
