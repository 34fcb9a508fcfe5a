"""The command line on a folder of images of one's own: trained, by class, drawn from, moving, scored, carried on."""

import json

import numpy as np
import pytest
from PIL import Image

from gan_lib import Recording, load_network, penalties, runs, saved
from gan_lib.__main__ import main
from gan_lib.losses import LOSSES
from gan_lib.runs import Settings

pytestmark = pytest.mark.usefixtures("eagerly")


@pytest.fixture
def folder(tmp_path):
    random = np.random.default_rng(0)
    for name, colour in (("blue", (20, 40, 220)), ("red", (220, 40, 20))):
        (tmp_path / "images" / name).mkdir(parents=True)
        for i in range(6):
            pixels = np.full((24, 20, 3), 255, "uint8")
            top, left = random.integers(2, 10, 2)
            pixels[top : top + 8, left : left + 8] = colour
            Image.fromarray(pixels).save(tmp_path / "images" / name / f"{i}.png")
    return tmp_path / "images"


def train(folder, run, *more):
    main(["train", "--images", str(folder), "--size", "16", "--batch-size", "6", *more, "--output", str(run)])


def said(capsys, arguments):
    with pytest.raises(SystemExit):
        main(arguments)
    return capsys.readouterr().err


def test_a_folder_becomes_a_run_in_colour(folder, tmp_path, capsys):
    run = tmp_path / "run"
    train(folder, run, "--epochs", "2", "--augment", "--loss", "hinge", "--penalty", "r1=0.5", "--discriminator-steps", "2")
    assert load_network(run).output_shape == (None, 16, 16, 3)
    assert "12 images, 1 steps of 12 an epoch" in capsys.readouterr().out
    main(["sample", str(run), "--n", "9", "--output", str(tmp_path / "grid.png")])
    picture = np.array(Image.open(tmp_path / "grid.png"))
    assert picture.shape[2] == 3 and min(picture.shape[:2]) >= 600 and np.ptp(picture, axis=2).max() > 0
    main(["sample", str(run), "--gif", "--output", str(tmp_path / "run.gif")])
    assert Image.open(tmp_path / "run.gif").n_frames == 2
    main(["sample", str(run), "--walk", "--output", str(tmp_path / "walk.gif")])
    assert Image.open(tmp_path / "walk.gif").n_frames > 30
    main(["train", "--images", str(folder), "--size", "16", "--batch-size", "6", "--epochs", "3", "--augment", "--loss", "hinge",
          "--penalty", "r1=0.5", "--discriminator-steps", "2", "--resume", "--output", str(run)])  # fmt: skip
    assert len(json.loads((run / "history.json").read_text())["d_loss"]) == 3
    assert "holds another run" in said(
        capsys, ["train", "--images", str(folder), "--size", "16", "--batch-size", "6", "--resume", "--output", str(run)]
    )


def test_a_class_on_request(folder, tmp_path, capsys):
    run = tmp_path / "run"
    train(folder, run, "--labels", "--epochs", "1", "--grey")
    assert json.loads((run / "settings.json").read_text())["classes"] == ["blue", "red"]
    images, shown = saved.sample(run, n=10)
    assert images.shape == (10, 16, 16, 1) and shown["given"].tolist() == [0] * 5 + [1] * 5
    for label in ("Red", "1"):
        images, shown = saved.sample(run, n=3, label=label)
        assert images.shape == (3, 16, 16, 1) and shown is None
    main(["sample", str(run), "--output", str(tmp_path / "grid.png")])
    main(["sample", str(run), "--walk", "--label", "red", "--output", str(tmp_path / "walk.gif")])
    assert "--label must be a number from 0 to 1 or one of blue, red; got green" in said(
        capsys, ["sample", str(run), "--label", "green"]
    )
    assert "the classifier knows garments" in said(capsys, ["evaluate", str(run)])


def test_a_recording_in_colour_and_by_class(folder, tmp_path):
    options = ["--images", str(folder), "--size", "16", "--epochs", "1", "--batch-size", "6"]
    main(["record", *options, "--output", str(tmp_path / "plain.npz")])
    main(["record", *options, "--labels", "--output", str(tmp_path / "classes.npz")])
    plain, classes = (Recording.load(tmp_path / f"{name}.npz") for name in ("plain", "classes"))
    assert plain.frames.shape == (2, 64, 16, 16, 3) and plain.generator().output_shape == (None, 16, 16, 3)
    assert classes.frames.shape == (2, 16, 16, 16, 3) and classes.conditions["given"].tolist() == [0] * 8 + [1] * 8
    assert classes.conditions["classes"].tolist() == ["blue", "red"] and "--labels projection" in classes.made["command"]
    assert np.array_equal(classes.generator().get_weights()[0], classes.weights[0])
    assert [picture.shape[2] for picture in saved.animation(tmp_path / "plain.npz")] == [3, 3]


def test_images_that_do_not_fit_the_memory_are_read_while_training(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("gan_lib.folders.memory", lambda: 1_000)
    run = tmp_path / "run"
    train(folder, run, "--labels", "--epochs", "1")
    assert load_network(run).output_shape == (None, 16, 16, 3) and not (run / "checkpoints").exists()
    options = ["train", "--images", str(folder), "--size", "16", "--resume", "--output", str(tmp_path / "other")]
    assert "--resume needs images that fit the memory" in said(capsys, options)


def test_the_names_that_need_no_tensorflow_are_those_of_the_modules():
    assert tuple(LOSSES) == runs.LOSSES and tuple(penalties.PENALTIES) == runs.PENALTIES


def test_settings_come_back_from_their_own_command(tmp_path, monkeypatch):
    settings = Settings(images="pictures", size=32, loss="relativistic", penalty=("r1=0.1", "r2"), augment=True, devices="all")
    found = []
    monkeypatch.setattr("gan_lib.runs.train_and_save", lambda given, *more: found.append(given))
    main(["train", *settings.arguments(), "--output", str(tmp_path)])
    assert found == [settings]


class TestBadInput:
    @pytest.mark.parametrize(
        "options, message",
        [
            ({"size": 32}, "size does not go with Fashion-MNIST"),
            ({"grey": True}, "grey does not go with Fashion-MNIST"),
            ({"images": "x", "full": True}, "full does not go with images of your own"),
            ({"images": "x", "model": "mlp"}, "images does not go with model mlp"),
            ({"labels": "projection", "model": "srgan"}, "labels does not go with model srgan"),
            ({"loss": "hinge", "model": "pix2pix"}, "loss does not go with model pix2pix"),
            ({"loss": "hinge", "recipe": "switched"}, "loss does not go with recipe switched"),
            ({"loss": "hinge", "label_smoothing": 0.1}, "label_smoothing does not go with loss hinge"),
            ({"penalty": ("r1",), "label_smoothing": 0.1}, "label_smoothing does not go with a penalty"),
            ({"spectral_norm": True, "model": "mlp"}, "spectral_norm does not go with model mlp"),
            ({"without_batch_norm": True, "model": "mlp"}, "without_batch_norm does not go with model mlp"),
            ({"without_batch_norm": True, "labels": "projection"}, "without_batch_norm does not go with labels"),
            ({"labels": "other"}, "labels must be"),
            ({"loss": "other"}, "loss must be"),
            ({"penalty": ("r3",)}, 'penalty must be "r1"'),
            ({"penalty": ("r1=x",)}, "the strength of penalty r1 must be a number"),
            ({"penalty": ("r1=-1",)}, "the strength of penalty r1 must be a number above 0"),
            ({"devices": 0}, "devices must be an integer"),
            ({"discriminator_steps": 0}, "discriminator_steps must be"),
        ],
    )
    def test_settings(self, options, message):
        with pytest.raises(ValueError, match=message):
            Settings(**options)

    def test_told_before_training_with_nothing_half_written(self, folder, tmp_path, capsys):
        run = tmp_path / "run"
        for more, message in (
            (["--images", str(tmp_path / "nowhere")], "does not exist"),
            (["--images", str(folder), "--size", "30"], "image_shape's height must be a multiple of 4"),
            (["--images", str(folder / "red"), "--size", "16", "--labels"], "labels needs a subfolder for each of two classes"),
            (["--images", str(folder), "--size", "16", "--devices", "7"], "devices must be at most 1"),
        ):
            assert message in said(capsys, ["train", *more, "--output", str(run)])
            assert not (run / "history.json").exists() and not (run / "checkpoints").exists()
        (folder / "red" / "text.png").write_text("hello")
        assert "text.png cannot be read" in said(capsys, ["train", "--images", str(folder), "--output", str(run)])

    def test_a_label_and_a_walk_where_there_are_none(self, capsys, tmp_path):
        assert "--label is for a run that was trained with --labels" in said(capsys, ["sample", "dcgan", "--label", "1"])
        assert "answers conditions" in said(capsys, ["sample", "srgan", "--walk"])
        assert "must end in .gif" in said(capsys, ["sample", "dcgan", "--gif", "--output", str(tmp_path / "x.png")])
        assert "no pictures in" in said(capsys, ["sample", str(tmp_path), "--gif"])
