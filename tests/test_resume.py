"""Runs that are killed and carried on, each in a process of its own, end as one that was never interrupted."""

import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import time
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops
from small import build_small_gan

import gan_lib.resume
from gan_lib import Resume, SampleRecorder, averaged

EPOCHS = 12
processes = multiprocessing.get_context("forkserver")  # starts TensorFlow's import once, and each run from there
processes.set_forkserver_preload(["tensorflow", "keras"])


def train(folder, end=None, seed=0, images=None, epochs=EPOCHS, batch_size=4, **options):
    """Train with `Resume`; return the GAN, its recorder and the history, or write all of it to the file `end`."""
    images = np.random.default_rng(0).uniform(-1, 1, (11, 4, 4, 1)).astype("float32") if images is None else images
    gan = build_small_gan(seed=seed, **options)
    recorder = SampleRecorder(n=4, steps=(1, 4, 7), measure=lambda gan: {"first": float(gan.generator.weights[0][0, 0])})
    # Resume comes first in the list, and is called last all the same.
    history = gan.fit(images, batch_size=batch_size, epochs=epochs, callbacks=[Resume(folder), recorder], verbose=0)
    if end:
        np.savez(end, **all_of(gan, recorder, history))
    return gan, recorder, history


# For tests of what lies in the folder: compiling a step takes longer than their few steps.
train_here = partial(train, run_eagerly=True)


def all_of(gan, recorder, history):
    """Return all that a run has made, as arrays."""
    made = {f"state {i}": ops.convert_to_numpy(variable) for i, variable in enumerate(gan.state)}
    made |= {f"history {name}": np.array(values) for name, values in history.history.items()}
    made |= {f"recorder {name}": values for name, values in recorder.get_state().items()}
    return made | {"epochs": np.array(history.epoch), "samples": gan.sample(5)}


def assert_same(one, other):
    assert one.keys() == other.keys() and len(one) > 30
    for name in one:
        assert one[name].dtype == other[name].dtype and np.array_equal(one[name], other[name]), name


def at_checkpoint(number, change):
    """Call `change` before the checkpoint of an epoch is written."""
    save = gan_lib.resume.save_arrays

    def changed(path, *arguments, **options):
        if path.name == f"epoch-{number:06}.npz":
            change()
        return save(path, *arguments, **options)

    gan_lib.resume.save_arrays = changed


def allow(size):
    """Let no file grow beyond `size` bytes."""
    for stream in (1, 2):  # which may go to a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def killed_while_writing(folder, end, number, size):
    """Train until a checkpoint has `size` bytes: then the kernel kills the process in the middle of the write."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    at_checkpoint(number, lambda: allow(size))
    train(folder, end)


def killed_before_it_counts(folder, end):
    """Train until a checkpoint is written, but does not bear its name yet."""
    replace = Path.replace

    def killed(path, target):
        if target.suffix == ".npz":
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(path, target)

    Path.replace = killed
    train(folder, end)


def on_a_full_disk(folder, said):
    """Train until there is no room for the third checkpoint, and write what is said of it to the file `said`."""
    at_checkpoint(3, lambda: allow(500))
    try:
        train(folder)
    except OSError as error:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        said.write_text(str(error))


def start(target, *arguments):
    process = processes.Process(target=target, args=arguments)
    process.start()
    return process


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("uninterrupted")
    process = start(train, folder / "run", folder / "end.npz")
    process.join()
    assert process.exitcode == 0
    return dict(np.load(folder / "end.npz"))


def test_killed_at_random_moments(tmp_path, uninterrupted):
    moments = random.Random(0)
    folder, end, kills = tmp_path / "run", tmp_path / "end.npz", 0
    reached = []
    while not end.exists():
        process = start(train, folder, end)
        before = newest(folder)
        if kills < 5:
            # Until something is to be lost, and then a moment more: in a step, between two, or in a write.
            while process.is_alive() and newest(folder) == before:
                time.sleep(0.001)
            time.sleep(moments.uniform(0, 0.05))
            process.kill()
        process.join()
        kills += process.exitcode == -signal.SIGKILL
        reached.append(newest(folder))
        assert process.exitcode in (0, -signal.SIGKILL)
    assert kills >= 2, f"{reached}: the run was over before it could be killed"
    assert_same(dict(np.load(end)), uninterrupted)


def newest(folder):
    """Return the number of the newest checkpoint, or 0."""
    return max((int(path.stem.partition("-")[2]) for path in checkpoints(folder)), default=0)


def checkpoints(folder):
    """Return the paths of the checkpoints; `Path.glob` would take a folder such as "run [1]" for a pattern."""
    return [path for path in folder.iterdir() if path.name.startswith("epoch-")] if folder.exists() else []


def remains(folder):
    """Return what a write that was killed has left."""
    return [path for path in folder.iterdir() if path.name.startswith(".")]


def test_killed_while_writing(tmp_path, uninterrupted):
    folder, end = tmp_path / "run", tmp_path / "end.npz"
    for number, size in ((1, 5_000), (3, 0), (3, 9_000)):
        process = start(killed_while_writing, folder, end, number, size)
        process.join()
        assert process.exitcode == -signal.SIGXFSZ and newest(folder) == number - 1
        assert len(remains(folder)) == 1, "it was killed before it wrote anything"
    whole = (folder / "epoch-000002.npz").read_bytes()
    process = start(killed_before_it_counts, folder, end)
    process.join()
    assert process.exitcode == -signal.SIGKILL and newest(folder) == 2 and len(remains(folder)) == 1
    assert (folder / "epoch-000002.npz").read_bytes() == whole
    (folder / ".abcrun.json").write_text("{")  # as if killed at its very start
    start(train, folder, end).join()
    assert_same(dict(np.load(end)), uninterrupted)
    assert not remains(folder), "what the killed runs left half-written is still there"
    assert len(checkpoints(folder)) == 2


def test_a_full_disk_is_told_and_costs_nothing(tmp_path, uninterrupted):
    folder, said, end = tmp_path / "run", tmp_path / "said.txt", tmp_path / "end.npz"
    start(on_a_full_disk, folder, said).join()
    assert "checkpoint of epoch 3 could not be written" in said.read_text()
    assert "File too large). Make room and start again: the run carries on after epoch 2" in said.read_text()
    assert newest(folder) == 2
    start(train, folder, end).join()
    assert_same(dict(np.load(end)), uninterrupted)


@pytest.fixture(scope="module")
def three_epochs(tmp_path_factory):
    return all_of(*train_here(tmp_path_factory.mktemp("three") / "run", epochs=3))


def test_a_finished_run_is_handed_out_again_and_goes_on_if_asked(tmp_path, three_epochs):
    """Whatever a new process has built, what counts is in the folder: here the seed differs."""
    train_here(tmp_path, epochs=2)
    for epochs, seed in ((3, 1), (3, 0), (1, 0)):  # the second and the third time nothing is left to be trained
        assert_same(all_of(*train_here(tmp_path, epochs=epochs, seed=seed)), three_epochs)


def test_each_epoch_has_its_own_order_and_every_image_once(tmp_path, monkeypatch):
    seen = []
    gan = build_small_gan(run_eagerly=True)
    step = gan.train_step
    gan.train_step = lambda batch: seen.append(batch.numpy()[:, 0, 0, 0]) or step(batch)
    images = np.zeros((11, 4, 4, 1), "float32") + np.linspace(-1, 1, 11, dtype="float32").reshape(-1, 1, 1, 1)
    gan.fit(images, batch_size=4, epochs=2, callbacks=[Resume(tmp_path / "run")], verbose=0)
    assert [len(batch) for batch in seen] == [4, 4, 3] * 2
    first, second = np.concatenate(seen[:3]), np.concatenate(seen[3:])
    assert sorted(first) == sorted(second) == pytest.approx(images[:, 0, 0, 0])
    assert not np.array_equal(first, second) and not np.array_equal(first, images[:, 0, 0, 0])

    seen.clear()
    gan.fit(images, batch_size=4, epochs=1, shuffle=False, callbacks=[Resume(tmp_path / "in order")], verbose=0)
    assert np.array_equal(np.concatenate(seen), images[:, 0, 0, 0])


def test_moving_averages_come_back(tmp_path):
    def optimizer():
        return keras.optimizers.Adam(use_ema=True, ema_momentum=0.9)

    runs = []
    for epochs in ((4,), (2, 4)):
        for until in epochs:
            gan, _, _ = train(tmp_path / str(len(epochs)), epochs=until, generator_optimizer=optimizer())
        with averaged(gan) as generator:
            runs.append(generator.get_weights())
    assert all(np.array_equal(one, other) for one, other in zip(*runs))


def test_a_damaged_checkpoint_is_passed_over(tmp_path, three_epochs):
    train_here(tmp_path / "run", epochs=2)
    for damage in (lambda data: data[: len(data) // 2], lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:]):
        path = tmp_path / "run" / f"epoch-{newest(tmp_path / 'run'):06}.npz"
        path.write_bytes(damage(path.read_bytes()))
        assert_same(all_of(*train_here(tmp_path / "run", epochs=3)), three_epochs)
    for path in checkpoints(tmp_path / "run"):
        path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"no checkpoint can be read .*; remove .*run to begin anew"):
        train_here(tmp_path / "run", epochs=3)


@pytest.mark.parametrize("name", ["run [lr=1e-4]", "a*b?c{1,2}", " ünï/çødé\n~%d "])
def test_any_folder_resumes(tmp_path, three_epochs, name):
    train_here(tmp_path / name, epochs=1)
    assert_same(all_of(*train_here(tmp_path / name, epochs=3)), three_epochs)
    assert len(checkpoints(tmp_path / name)) == 2, "old checkpoints stay"


def test_loss_scaling_carries_on_in_the_same_process(tmp_path):
    """Keras counts up the names of inner optimizers, and a second one in a process has another."""
    for epochs in (1, 2):
        scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(2e-4))
        _, _, history = train(tmp_path, epochs=epochs, generator_optimizer=scaled)
    assert history.epoch == [0, 1]


def test_a_schedule_of_rates_carries_on(tmp_path):
    """What a callback has made of a learning rate is no setting of the run."""
    ends = []
    for until in ((3,), (2, 3)):
        for epochs in until:
            gan = build_small_gan()
            halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 2e-4 / 2**epoch)
            images = np.random.default_rng(0).uniform(-1, 1, (11, 4, 4, 1)).astype("float32")
            for _ in range(2):  # the second time nothing is left to be trained
                gan.fit(images, batch_size=4, epochs=epochs, callbacks=[Resume(tmp_path / str(until)), halve], verbose=0)
        ends.append([ops.convert_to_numpy(variable) for variable in gan.state])
    assert all(np.array_equal(one, other) for one, other in zip(*ends))


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    folder = tmp_path_factory.mktemp("begun") / "run"
    train_here(folder, epochs=1)
    return folder


class TestBadInput:
    @pytest.mark.parametrize(
        "changes, message",
        [
            ({"batch_size": 5}, "batch_size was 4 and is 5"),
            (
                {"images": np.zeros((12, 4, 4, 1), "float32")},
                r"the shapes of the data was \[\[11, 4, 4, 1\]\] and is \[\[12, 4, 4, 1\]\]",
            ),
            ({"loss": "minimax"}, r"loss was NonSaturating\(.*\) and is Minimax\(.*\)"),
            ({"label_smoothing": 0.1}, r"loss was NonSaturating\(label_smoothing=0.0.*label_smoothing=0.1.*\)"),
        ],
    )
    def test_another_run(self, begun, changes, message):
        before = {path: path.read_bytes() for path in begun.iterdir()}
        with pytest.raises(ValueError, match=f"holds another run: {message}. Fit as before"):
            train_here(begun, epochs=2, **changes)
        assert {path: path.read_bytes() for path in begun.iterdir()} == before

    def test_another_optimizer(self, begun):
        with pytest.raises(ValueError, match="discriminator_optimizer.learning_rate was 0.0002 and is 0.01"):
            train_here(begun, discriminator_optimizer=keras.optimizers.Adam(0.01, beta_1=0.5))

    @pytest.mark.parametrize(
        "text, message", [("{", "run.json is damaged"), ("[]", "damaged"), (None, "format 9, not 3; update gan_lib")]
    )
    def test_a_file_that_is_damaged_or_newer(self, begun, tmp_path, text, message):
        about = shutil.copytree(begun, tmp_path / "run") / "run.json"
        about.write_text(text or json.dumps(json.loads(about.read_text()) | {"format": 9}))
        with pytest.raises(ValueError, match=message):
            train_here(tmp_path / "run", epochs=2)

    def test_a_run_of_an_older_package(self, begun, tmp_path):
        about = shutil.copytree(begun, tmp_path / "run") / "run.json"
        about.write_text(json.dumps(json.loads(about.read_text()) | {"format": 1}))
        with pytest.raises(
            ValueError, match="format 1, not 3; carry it on with the version of gan_lib that began it, or name another folder"
        ):
            train_here(tmp_path / "run", epochs=2)

    def test_checkpoints_of_something_else(self, tmp_path):
        tf.train.CheckpointManager(tf.train.Checkpoint(one=tf.Variable(1.0)), tmp_path, 1).save()
        with pytest.raises(ValueError, match="holds checkpoints of something else; name another folder"):
            train_here(tmp_path)

    def test_a_folder_that_cannot_be_made(self):
        with pytest.raises(OSError, match=r"no checkpoint can be written to /dev/null/run .*name a folder"):
            train_here("/dev/null/run")

    def test_a_folder_that_cannot_be_written_to(self, tmp_path, monkeypatch):
        def refuse(dir):
            raise OSError(30, "Read-only file system", str(dir))

        monkeypatch.setattr("gan_lib.resume.tempfile.TemporaryFile", refuse)
        with pytest.raises(OSError, match="no checkpoint can be written to .*Read-only file system.*name a folder"):
            train_here(tmp_path)
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("name", ["initial_epoch", "steps_per_epoch"])
    def test_epochs_counted_twice(self, images, tmp_path, name):
        with pytest.raises(ValueError, match=f"{name} is not used with Resume"):
            build_small_gan().fit(images, callbacks=[Resume(tmp_path)], **{name: 1})

    def test_a_data_set(self, images, tmp_path):
        with pytest.raises(ValueError, match="x must be an array with Resume.*got a .*Dataset"):
            build_small_gan().fit(tf.data.Dataset.from_tensor_slices(images).batch(4), callbacks=[Resume(tmp_path)])
