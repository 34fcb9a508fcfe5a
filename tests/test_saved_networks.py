"""Every network that a run saves comes back in another process, where nothing of its making is left."""

import json
import subprocess
import sys

import keras
import numpy as np
import pytest

from gan_lib import load_network
from gan_lib.applications import APPLICATIONS, application
from gan_lib.networks import NETWORKS, build_transposed_generator

LOAD = """
import json, sys
from pathlib import Path
import numpy as np
from gan_lib import load_network
for path in sorted(Path(sys.argv[1]).iterdir()):
    network = load_network(path)
    print(json.dumps([path.name, float(sum(np.abs(array).sum(dtype="float64") for array in network.get_weights()))]))
"""


def total(network):
    return float(sum(np.abs(array).sum(dtype="float64") for array in network.get_weights()))


def networks():
    """Yield the names and networks of every model and variant."""
    for name, pair in NETWORKS.items():
        for player, build in zip(("generator", "discriminator"), pair):
            yield f"{name} {player}", build()
    yield "transposed", build_transposed_generator()
    for model in APPLICATIONS:
        start = None
        for variant in application(model).VARIANTS:
            gan = application(model).build(variant, start)
            start = gan.generator if model == "stackgan" else None
            yield f"{model} {variant} generator", gan.generator
            yield f"{model} {variant} discriminator", gan.discriminator


def test_all_come_back(tmp_path):
    saved = {}
    for name, network in networks():
        network.save(tmp_path / f"{name}.keras")
        saved[f"{name}.keras"] = total(network)
    assert len(saved) > 20
    run = subprocess.run([sys.executable, "-c", LOAD, tmp_path], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert dict(json.loads(line) for line in run.stdout.splitlines()) == pytest.approx(saved)


def test_the_command_line_answers_in_silence(tmp_path):
    """An application's generator, sampled in a process of its own, and none of TensorFlow's start-up log."""
    application("pix2pix").build("l1").generator.save(tmp_path / "generator.keras")
    command = [sys.executable, "-m", "gan_lib", "sample", tmp_path, "--n", "2", "--output", tmp_path / "grid.png"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert (tmp_path / "grid.png").exists()


class TestWhereItIs:
    @pytest.fixture
    def run(self, tmp_path):
        (tmp_path / "drawings" / "pix2pix").mkdir(parents=True)
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save(tmp_path / "drawings" / "pix2pix" / "generator.keras")
        return tmp_path / "drawings"

    def test_a_folder_too_high_names_the_one_that_has_it(self, run):
        with pytest.raises(FileNotFoundError, match=r"no generator.keras in .*drawings; there is one in .*drawings/pix2pix"):
            load_network(run)

    def test_what_was_not_saved(self, run):
        with pytest.raises(FileNotFoundError, match=r"no discriminator.keras in .*pix2pix; 'python -m gan_lib train' makes one"):
            load_network(run / "pix2pix", "discriminator")
        with pytest.raises(ValueError, match='player must be "generator" or "discriminator"'):
            load_network(run, "both")
        with pytest.raises(ValueError, match="player must be generator for a recording"):
            load_network("dcgan", "discriminator")
