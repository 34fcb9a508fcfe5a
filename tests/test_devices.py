"""Several devices and several machines, in processes of their own: TensorFlow chooses its devices once."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gan_lib.devices import strategy_for, workers, writes_files

TRAINING = """
import sys, json, os
import keras, numpy as np, tensorflow as tf
from keras import layers
if {logical}:
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * {logical})
from gan_lib import GAN, DiffAugment, Resume, SampleRecorder
from gan_lib.devices import strategy_for, synchronize

images = np.random.default_rng(0).uniform(-1, 1, (16, 8, 8, 1)).astype("float32")

def trained(strategy, batch_norm=False, epochs=2, callbacks=(), **game):
    keras.utils.set_random_seed(0)
    norm = [layers.BatchNormalization(momentum=0.8)] if batch_norm else []
    with strategy.scope():
        doubled = [layers.Reshape((4, 4, 4)), layers.UpSampling2D(), layers.Conv2D(1, 3, padding="same")]
        generator = keras.Sequential([keras.Input((3,)), layers.Dense(64, activation="tanh"), *norm, *doubled])
        hidden = [layers.Flatten(), layers.Dense(8), layers.LeakyReLU()]
        gan = GAN(generator, keras.Sequential([keras.Input((8, 8, 1)), *hidden, layers.Dense(1)]), seed=0)
        gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1), loss="hinge", **game)
    if batch_norm == "synchronized":
        synchronize(generator)
    fitted = gan.fit(images, batch_size=8, epochs=epochs, shuffle=False, verbose=0, callbacks=list(callbacks))
    return gan, fitted.history
"""


def run(code, logical=0, **environment):
    """Start Python with code after `TRAINING`; return the process."""
    return subprocess.Popen(
        [sys.executable, "-c", TRAINING.format(logical=logical) + code],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )


def printed(process):
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err[-3000:]
    return json.loads(out.splitlines()[-1])


def test_two_replicas_move_both_players_as_one_device_does():
    code = """
games = {
    "plain": {}, "penalty": {"penalty": ["r1", "gradient_penalty"]}, "augment": {"augment": DiffAugment()},
    "own statistics": {"batch_norm": True}, "synchronized": {"batch_norm": "synchronized"},
}
found = {}
for name, game in games.items():
    (one, first), (two, second) = (trained(strategy_for(n), **game) for n in (1, 2))
    found[name] = [
        max(float(np.abs(a - b).max()) for a, b in zip(one.get_weights(), two.get_weights())),
        max(float(np.abs(np.subtract(first[key], second[key])).max()) for key in first),
    ]
latents = two.distribute_strategy.run(lambda: two.latents(4))
latents = [np.array(part).tolist() for part in two.distribute_strategy.experimental_local_results(latents)]
print(json.dumps({"found": found, "replicas": two.distribute_strategy.num_replicas_in_sync, "latents": latents}))
"""
    result = printed(run(code, logical=2))
    found = result["found"]
    one, other = np.array(result["latents"])
    assert result["replicas"] == 2 and one.shape == (4, 3) and np.abs(one - other).min() > 1e-4
    for name in ("plain", "penalty", "augment", "synchronized"):
        assert max(found[name]) < 1e-5, (name, found[name])
    assert found["own statistics"][0] > 1e-3, "this is what batch normalization changes where it is not synchronized"


def ports(n):
    sockets = [socket.socket() for _ in range(n)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    found = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return found


def machines(code):
    """Start the code as two machines on 127.0.0.1; return the processes."""
    addresses = [f"127.0.0.1:{port}" for port in ports(2)]
    return [
        run(code, TF_CONFIG=json.dumps({"cluster": {"worker": addresses}, "task": {"type": "worker", "index": i}}))
        for i in range(2)
    ]


MACHINE = """
class Dies(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if %(dies)s and epoch == 1:
            os._exit(9)

recorder = SampleRecorder(n=4, steps=())
gan, history = trained(strategy_for(), epochs=3, callbacks=[recorder, Resume("%(folder)s"), Dies()])
total = sum(float(w.sum()) for w in gan.get_weights())
print(json.dumps({"history": history, "frame": recorder.frames[-1].tolist(), "sum": total}))
"""
IS_SECOND = "json.loads(os.environ['TF_CONFIG'])['task']['index']"


def test_two_machines_give_what_one_gives_also_after_one_is_killed(tmp_path):
    one = printed(run(MACHINE % {"dies": False, "folder": tmp_path / "one"}))
    first, second = machines(MACHINE % {"dies": IS_SECOND, "folder": tmp_path / "two"})
    assert second.wait(timeout=240) == 9, "the second machine dies after its second epoch"
    first.kill()  # it would wait for half a minute, and then say that the other has crashed
    first.communicate()
    assert sorted(path.name for path in (tmp_path / "two").glob("*.npz"))[-1] in ("epoch-000001.npz", "epoch-000002.npz")
    for process in machines(MACHINE % {"dies": False, "folder": tmp_path / "two"}):
        two = printed(process)
        for name, values in one["history"].items():
            assert two["history"][name] == pytest.approx(values, abs=1e-5)
        assert np.abs(np.subtract(one["frame"], two["frame"])).max() < 1e-5 and two["sum"] == pytest.approx(one["sum"], abs=1e-4)


class TestBadInput:
    def test_more_devices_than_there_are(self):
        with pytest.raises(ValueError, match="devices must be at most 1, as many as TensorFlow finds here .*; got 5"):
            strategy_for(5)

    @pytest.mark.parametrize("devices", [0, "two", 1.5])
    def test_no_number_of_devices(self, devices):
        with pytest.raises(ValueError, match="devices must be an integer of at least 1"):
            strategy_for(devices)

    @pytest.mark.parametrize("text", ["{", "[]", '{"cluster": 3}', '{"cluster": {"worker": 1}}'])
    def test_a_list_of_machines_that_is_none(self, monkeypatch, text):
        monkeypatch.setenv("TF_CONFIG", text)
        with pytest.raises(ValueError, match="TF_CONFIG must be JSON such as"):
            strategy_for()


@pytest.mark.parametrize(
    "cluster, task, writes",
    [
        ({"worker": ["a:1", "b:1"]}, {"type": "worker", "index": 0}, True),
        ({"worker": ["a:1", "b:1"]}, {"type": "worker", "index": 1}, False),
        ({"chief": ["a:1"], "worker": ["b:1"]}, {"type": "chief", "index": 0}, True),
        ({"chief": ["a:1"], "worker": ["b:1"]}, {"type": "worker", "index": 0}, False),
        ({"worker": ["a:1"]}, {"type": "worker", "index": 0}, True),
    ],
)
def test_the_first_machine_writes(monkeypatch, cluster, task, writes):
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": task}))
    assert writes_files() == writes and workers() == sum(map(len, cluster.values()))
