"""Generators as files that other programs read."""

import importlib.util

import numpy as np
import pytest

from gan_lib import build_class_generator, build_generator
from gan_lib.__main__ import main
from gan_lib.applications import srgan, stackgan
from gan_lib.exports import FORMS, export


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    build_generator(8, (16, 16, 1)).save(folder / "generator.keras")
    return folder


@pytest.mark.parametrize("form", FORMS)
def test_each_form_answers_as_keras_does(saved, tmp_path, form, capsys):
    path = tmp_path / f"made{FORMS[form].ending}"
    main(["export", str(saved), "--format", form, "--output", str(path)])
    assert path.exists() and [each.name for each in tmp_path.iterdir()] == [path.name], "nothing else is left"
    said = capsys.readouterr().out.splitlines()[-1]
    assert f"the generator is in {path}; its images differ" in said and float(said.split()[-3]) < 1e-4


def test_a_class_on_request_takes_its_latent_vectors_from_outside(tmp_path):
    build_class_generator(3, 5, (16, 16, 3)).save(tmp_path / "generator.keras")
    assert export(tmp_path, tmp_path / "made.onnx", "onnx") < 1e-4
    assert export(tmp_path, tmp_path / "made.tflite", "litert") < 1e-4
    import onnxruntime

    names = [each.name for each in onnxruntime.InferenceSession(tmp_path / "made.onnx").get_inputs()]
    assert names == ["label", "latent"]


def test_an_application(tmp_path):
    srgan.build_generator(blocks=1, filters=4).save(tmp_path / "generator.keras")
    assert export(tmp_path, tmp_path / "made.keras", "keras") == 0.0


def test_a_file_that_answers_otherwise_is_told(saved, tmp_path, monkeypatch):
    wrong = FORMS["keras"]._replace(answers=lambda path, inputs: np.zeros((16, 16, 16, 1)))
    monkeypatch.setitem(FORMS, "keras", wrong)
    assert export(saved, tmp_path / "made.keras") > 1e-3


class TestBadInput:
    @pytest.mark.parametrize(
        "name, form, message",
        [
            ("made.onnx", "keras", "must end in .keras"),
            ("made.zip", "saved_model", "must be a folder, without an ending"),
            ("made", "onnx", "must end in .onnx"),
            ("made", "png", 'form must be "keras", "saved_model", "onnx" or "litert"'),
        ],
    )
    def test_paths_and_forms(self, saved, tmp_path, name, form, message):
        with pytest.raises(ValueError, match=message):
            export(saved, tmp_path / name, form)

    def test_nothing_is_overwritten(self, saved, tmp_path):
        (tmp_path / "made.keras").write_text("mine")
        with pytest.raises(ValueError, match="exists already"):
            export(saved, tmp_path / "made.keras")
        assert (tmp_path / "made.keras").read_text() == "mine"

    def test_a_package_that_is_missing(self, saved, tmp_path, monkeypatch, capsys):
        find = importlib.util.find_spec
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "tf2onnx" else find(name))
        with pytest.raises(SystemExit):
            main(["export", str(saved), "--format", "onnx", "--output", str(tmp_path / "made.onnx")])
        assert "onnx needs the package tf2onnx: python -m pip install tf2onnx" in capsys.readouterr().err
        assert not list(tmp_path.iterdir())

    def test_a_network_that_draws_itself(self, tmp_path):
        stackgan.build_generator(1).save(tmp_path / "generator.keras")
        with pytest.raises(ValueError, match="draws at random itself"):
            export(tmp_path, tmp_path / "made.keras", "keras")
