"""Training, recording and drawing with the applications, from the command line and without it."""

import json

import keras
import numpy as np
import pytest
from PIL import Image

from gan_lib import Recording, generate, load_fashion_mnist, runs, to_pixels
from gan_lib.__main__ import main
from gan_lib.applications import APPLICATIONS, application
from gan_lib.plots import image_grid
from gan_lib.runs import Settings, train

pytestmark = pytest.mark.usefixtures("eagerly")
small = pytest.mark.usefixtures("small_applications")


@pytest.fixture(autouse=True)
def few_images(monkeypatch):
    images, labels = load_fashion_mnist("test")
    asked = []
    monkeypatch.setattr(
        "gan_lib.runs.load_fashion_mnist", lambda split, full=False: asked.append((split, full)) or (images[:70], labels[:70])
    )
    return asked


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*") if path.parent.name != "checkpoints")


@small
@pytest.mark.parametrize("model", APPLICATIONS)
def test_train_leaves_every_stage_and_sample_draws_from_it(tmp_path, model, few_images, capsys):
    main(["train", "--model", model, "--epochs", "1", "--batch-size", "35", "--output", str(tmp_path / "run")])
    stages = application(model).SEQUENCE
    assert files(tmp_path / "run") == sorted(
        f"{stage}/{name}"
        for stage in stages
        for name in ("generator.keras", "discriminator.keras", "history.json", "samples.png", "samples/epoch-001.png")
    )
    assert ("train", False) in few_images
    history = json.loads((tmp_path / "run" / stages[-1] / "history.json").read_text())
    assert {"d_loss", "g_loss"} <= set(history)
    caption = ["--caption", "a dark coat"] if model == "stackgan" else []
    main(["sample", str(tmp_path / "run" / stages[-1]), "--n", "3", *caption, "--output", str(tmp_path / "grid.png")])
    assert min(Image.open(tmp_path / "grid.png").size) >= (600 if caption else 64), "too small to be seen"

    with pytest.raises(SystemExit):
        main(["evaluate", str(tmp_path / "run" / stages[-1])])
    assert "answers conditions" in capsys.readouterr().err
    wrong = [] if caption else ["--caption", "a dark coat"]
    with pytest.raises(SystemExit):
        main(["sample", str(tmp_path / "run" / stages[-1]), *wrong, "--output", str(tmp_path / "other.png")])
    assert "--caption is" in capsys.readouterr().err and not (tmp_path / "other.png").exists()


@small
def test_an_interrupted_training_of_two_stages_is_carried_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("gan_lib.saved.picture", lambda pixels, shown: Image.fromarray(image_grid(pixels)))  # no figure
    command = ["train", "--model", "srgan", "--epochs", "2", "--batch-size", "35", "--resume", "--output"]
    main([*command, str(tmp_path / "whole")])

    save_run = runs.save_run

    def interrupted(folder, gan, recorder, shown):
        save_run(folder, gan, recorder, shown)
        if folder.name == "srgan" and recorder.epoch == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr("gan_lib.runs.save_run", interrupted)
        main([*command, str(tmp_path / "parts")])
    with pytest.raises(SystemExit):
        main([*command[:4], "3", *command[5:], str(tmp_path / "parts")])
    assert "--epochs must be 2 to carry on" in capsys.readouterr().err
    main([*command, str(tmp_path / "parts")])
    for path in files(tmp_path / "whole"):
        one, two = (tmp_path / name / path for name in ("whole", "parts"))
        if path.endswith(".keras"):  # a zip file, which tells the time
            one, two = (b"".join(w.tobytes() for w in keras.saving.load_model(file).get_weights()) for file in (one, two))
            assert one == two, path
        else:
            assert one.read_bytes() == two.read_bytes(), path


@small
@pytest.mark.filterwarnings("ignore:.*covariance is singular")  # 70 images, to be quick
@pytest.mark.parametrize(("model", "variant"), [("pix2pix", "no-skips"), ("srgan", "mse"), ("stackgan", "stage-1")])
def test_record_keeps_conditions_scores_and_weights(tmp_path, model, variant):
    path = tmp_path / "run.npz"
    main([
        "record", "--model", model, "--variant", variant, "--epochs", "1", "--batch-size", "35", "--scores", "--output", str(path)
    ])  # fmt: skip
    recording, module = Recording.load(path), application(model)
    assert recording.made["variant"] == variant and f"--variant {variant}" in recording.made["command"]
    assert recording.frames.shape[:2] == (2, 16 if model != "stackgan" else len(module.MENU))
    assert {len(values) for values in recording.measured.values()} == {2} and np.isfinite(recording.measured["fid"]).all()
    conditions, shown = module.followed(variant=variant)
    assert np.array_equal(recording.conditions["given"], shown["given"])
    redrawn = to_pixels(generate(recording.generator(), conditions, seed=0)).astype(int)
    assert np.abs(redrawn - recording.frames[-1]).max() <= 2


@small
def test_a_second_stage_begins_with_the_first(tmp_path):
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"
    options = ["--model", "srgan", "--epochs", "1", "--batch-size", "35"]
    main(["record", *options, "--variant", "mse", "--output", str(first)])
    main(["record", *options, "--start", str(first), "--output", str(second)])
    one, two = Recording.load(first), Recording.load(second)
    assert two.made["variant"] == "srgan" and f"--start {first.name}" in two.made["command"]
    assert np.abs(two.frames[0].astype(int) - one.frames[-1]).max() <= 2


def test_half_weights_and_no_weights_make_smaller_files_of_the_same_run(tmp_path):
    options, kept = ["--model", "srgan", "--variant", "mse", "--epochs", "1", "--batch-size", "35"], {}
    for name in ("whole", "half", "without"):
        path = tmp_path / f"{name}.npz"
        main(["record", *options, *[f"--{name}-weights"] * (name != "whole"), "--output", str(path)])
        kept[name] = Recording.load(path), path.stat().st_size
        assert (f" --{name}-weights" in kept[name][0].made["command"]) == (name != "whole")
    (whole, size), (half, half_size), (without, least) = kept.values()
    assert least < half_size < 0.7 * size and without.weights == []
    bytes_of = sum(array.nbytes for array in whole.weights)
    assert half_size - least < 0.8 * (size - least) and size - least > 0.8 * bytes_of
    assert all(np.array_equal(a.astype("float16"), b) for a, b in zip(whole.weights, half.weights, strict=True))
    assert np.array_equal(whole.frames, half.frames) and np.array_equal(whole.frames, without.frames)
    conditions, _ = application("srgan").followed(variant="mse")
    redrawn = to_pixels(generate(half.generator(), conditions)).astype(int)
    assert np.abs(redrawn - half.frames[-1]).max() <= 2


@small
def test_a_seed_repeats_a_run(few_images):
    weights = [
        train(Settings("srgan", "mse", epochs=1, batch_size=35, seed=seed), verbose=0)[0].generator.get_weights()
        for seed in (1, 1, 2)
    ]
    same = [all(np.array_equal(a, b) for a, b in zip(weights[0], other)) for other in weights[1:]]
    assert same == [True, False]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "--model", "pix2pix", "--average", "0.9"], "average does not go with model pix2pix"),
        (["train", "--model", "srgan", "--discriminator-rate", "0.001"], "discriminator_rate does not go with model srgan"),
        (["record", "--model", "pix2pix", "--fid"], "fid does not go with model pix2pix"),
        (["record", "--model", "srgan", "--recipe", "switched"], "recipe does not go with model srgan"),
        (["record", "--model", "srgan", "--variant", "vgg"], 'variant must be "mse", "srgan" or "perceptual"; got'),
        (["record", "--model", "stackgan"], "start must be the generator of Stage I"),
        (["record", "--model", "dcgan", "--variant", "l1"], "variant does not go with model dcgan"),
        (["record", "--model", "ring", "--half-weights"], "weights do not go with model ring"),
        (["record", "--model", "srgan", "--half-weights", "--without-weights"], "not allowed with"),
        (["record", "--model", "srgan", "--start", "nothing"], "no recording 'nothing'"),
    ],
)
def test_bad_options(tmp_path, arguments, message, capsys):
    output = tmp_path / ("run" if arguments[0] == "train" else "run.npz")
    with pytest.raises(SystemExit):
        main([*arguments, "--output", str(output)])
    assert message in capsys.readouterr().err and not files(tmp_path)


def test_another_model():
    with pytest.raises(ValueError, match="model must be"):
        application("cyclegan")
