"""Files are read as data: a recording, weights or a model that carries code is refused, and its code does not run.

The code of each is first run on purpose, to see that it is live: otherwise nothing would be tested here.
"""

import ast
import json
import sys
import zipfile
from importlib import import_module
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from gan_lib import Recording, build_classifier
from gan_lib.__main__ import main
from gan_lib._weights import how_made, load_weights

ROOT = Path(__file__).parents[1]


@pytest.fixture
def sprung(tmp_path):
    """Return the path of the file that a trap makes."""
    return tmp_path / "sprung"


def caught(sprung):
    """Say whether the trap was live, and set it again."""
    was_live = sprung.exists()
    sprung.unlink(missing_ok=True)
    return was_live


class Trap:
    """Makes a file as soon as it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.fixture(params=["about", "frames", "weights/000", "measured/fid"])
def pickled(request, tmp_path, sprung):
    """A recording one of whose arrays is a pickle with a trap; it also does for a file of weights."""
    about = np.array(json.dumps({"format": 1, "made": {"network": "dcgan"}}))
    arrays = {"about": about, "frames": np.zeros((1, 1, 2, 2), "uint8"), "steps": np.zeros(1), "epochs": np.zeros(1),
              "latents": np.zeros((1, 2)), "weights/000": np.zeros(1), "measured/fid": np.zeros(1)}  # fmt: skip
    path = tmp_path / "run.npz"
    np.savez(path, **(arrays | {request.param: np.array([Trap(sprung)], dtype=object)}))
    with np.load(path, allow_pickle=True) as stored:
        dict(stored)
    assert caught(sprung)
    return path


def assert_refused(command, path, said, sprung, capsys):
    """Give a file to a command: it must end with an error, the trap unsprung and nothing written beside the file."""
    with pytest.raises(SystemExit) as ended:
        main([command, str(path)])
    assert ended.value.code == 1 and said in capsys.readouterr().err
    assert not sprung.exists() and not Path("samples.png").exists()


class TestPickles:
    @pytest.mark.parametrize("read", [Recording.load, how_made, lambda path: load_weights(build_classifier(), path)])
    def test_no_reader_opens_one(self, pickled, sprung, read):
        with pytest.raises(ValueError, match="run.npz is damaged"):
            read(pickled)
        assert not sprung.exists()

    @pytest.mark.parametrize("command", ["sample", "evaluate"])
    def test_no_command_opens_one(self, pickled, sprung, command, tmp_path, capsys, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert_refused(command, pickled, "run.npz is damaged", sprung, capsys)


def with_a_lambda(path, sprung):
    """Save a generator with a Lambda layer, whose Python code Keras stores; return what runs it."""
    trap = eval(f"lambda x: (open({str(sprung)!r}, 'w').close(), x)[1]")  # the path must be in the code itself
    network = keras.Sequential(
        [keras.Input((4,)), layers.Lambda(trap, output_shape=(4,)), layers.Dense(4), layers.Reshape((2, 2, 1))]
    )
    network.save(path)
    return lambda: keras.saving.load_model(path, compile=False, safe_mode=False)(np.zeros((1, 4), "float32"))


def with_a_foreign_class(path, sprung):
    """Save a generator whose configuration names a class of a module that makes a file when imported; return what does that."""
    network = keras.Sequential([keras.Input((4,)), layers.Dense(4), layers.Reshape((2, 2, 1))])
    network.save(path)
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    config = json.loads(members["config.json"])
    layer = next(layer for layer in config["config"]["layers"] if layer["class_name"] == "Dense")
    layer |= {"module": "module_of_a_stranger", "class_name": "Layer", "registered_name": "Layer"}
    with zipfile.ZipFile(path, "w") as file:
        for name, content in (members | {"config.json": json.dumps(config).encode()}).items():
            file.writestr(name, content)
    code = f"from pathlib import Path\nfrom keras.layers import Dense as Layer\nPath({str(sprung)!r}).touch()\n"
    (path.parent / "module_of_a_stranger.py").write_text(code)
    return lambda: import_module("module_of_a_stranger")  # as releases of Keras did that are older than this one


class TestModels:
    @pytest.fixture(params=[with_a_lambda, with_a_foreign_class])
    def model(self, request, tmp_path, sprung, monkeypatch):
        monkeypatch.syspath_prepend(tmp_path)
        path = tmp_path / "generator.keras"
        spring = request.param(path, sprung)
        caught(sprung)  # what saving it has sprung
        spring()
        assert caught(sprung)
        sys.modules.pop("module_of_a_stranger", None)
        return path

    @pytest.mark.parametrize("command", ["sample", "evaluate"])
    def test_no_command_runs_its_code(self, model, sprung, command, tmp_path, capsys, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert_refused(command, model, "generator.keras cannot be read as a Keras model", sprung, capsys)


@pytest.mark.parametrize(
    "path", sorted(path for folder in ("gan_lib", "tools", "bench") for path in (ROOT / folder).rglob("*.py")), ids=str
)
def test_no_source_opens_the_door(path):
    loaders = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            assert not loaders & {name.partition(".")[0] for name in names}
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            options = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            assert options.get("allow_pickle", "False") == "False" and options.get("safe_mode", "True") == "True"
            assert called not in ("eval", "exec", "enable_unsafe_deserialization")
            assert called != "load_model" or options["safe_mode"] == "True"
            assert ast.unparse(node.func) != "np.load" or options["allow_pickle"] == "False"
