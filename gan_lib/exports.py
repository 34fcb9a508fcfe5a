"""Generators as files that other programs read, each compared with Keras."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gan_lib._checks import check_choice
from gan_lib.saved import CLASS_GENERATOR, load_generator

COMPARED = 16  # inputs


def export(source: str | os.PathLike, path: str | os.PathLike, form: str = "keras") -> float:
    """Write a generator in a form that other programs read, and compare its answers with those of Keras.

    A generator of a class on request becomes one of [labels, latent vectors]. LiteRT takes one input at a time.

    Args:
        source: as for `gan_lib.load_network`.
        path: of the file, or for "saved_model" of the folder; it does not exist yet.
        form: "keras", "saved_model" (TensorFlow), "onnx" or "litert" (TensorFlow Lite).

    Returns:
        The largest difference of a pixel in [-1, 1], over 16 images.

    Raises:
        ValueError: if the path exists or has another ending, or the network draws at random itself, as StackGAN does.
        ImportError: if a package is missing that writes or reads this form; the message says which.
    """
    check_choice(form, "form", FORMS)
    path, wanted = Path(path), FORMS[form]
    if path.exists():
        raise ValueError(f"{path} exists already; name another, or remove it")
    if path.suffix != wanted.ending:
        raise ValueError(f"{path} must {f'end in {wanted.ending}' if wanted.ending else 'be a folder, without an ending'}")
    for package in wanted.packages:
        if importlib.util.find_spec(package) is None:
            name = package.replace("_", "-")
            raise ImportError(f"{form} needs the package {name}: python -m pip install {name}")
    generator = load_generator(source)
    if generator.name == CLASS_GENERATOR:
        from gan_lib.classes import with_latents

        generator = with_latents(generator)
    inputs = examples(generator)
    before = predicted(generator, inputs)
    if not np.array_equal(before, predicted(generator, inputs)):
        raise ValueError(f"{source} draws at random itself, which no other program would repeat; its .keras file is all there is")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        temporary = Path(folder) / path.name
        wanted.write(generator, temporary)
        difference = float(np.abs(wanted.answers(temporary, inputs) - before).max())
        temporary.replace(path)
    return difference


def examples(network):
    """Return inputs of a network to compare with: a list of arrays, random or, for labels, the first classes."""
    random = np.random.default_rng(0)
    return [
        np.arange(COMPARED, dtype="int32") % 2 if "int" in part.dtype
        else random.uniform(-1, 1, (COMPARED, *(size or 28 for size in part.shape[1:]))).astype("float32")
        for part in network.inputs
    ]  # fmt: skip


def predicted(network, inputs):
    return network.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)


def write_keras(network, path):
    network.save(path)


def answers_of_keras(path, inputs):
    import keras

    return predicted(keras.saving.load_model(path, compile=False, safe_mode=True), inputs)


def write_saved_model(network, path):
    network.export(path, format="tf_saved_model", verbose=False)


def answers_of_saved_model(path, inputs):
    import tensorflow as tf

    loaded = tf.saved_model.load(path)  # held, because its function needs its variables
    return np.array(loaded.serve(inputs if len(inputs) > 1 else inputs[0]))


def write_onnx(network, path):
    network.export(path, format="onnx", verbose=False)


def answers_of_onnx(path, inputs):
    import onnxruntime

    session = onnxruntime.InferenceSession(path)
    return session.run(None, dict(zip([each.name for each in session.get_inputs()], inputs)))[0]


def write_litert(network, path):
    import keras

    # With a free batch size LiteRT writes an operation that its own interpreter refuses.
    one = [keras.InputSpec(shape=(1, *(size or 28 for size in part.shape[1:])), dtype=part.dtype) for part in network.inputs]
    network.export(path, format="litert", verbose=False, input_signature=one if len(one) == 1 else [one])


def answers_of_litert(path, inputs):
    from ai_edge_litert.interpreter import Interpreter

    run = Interpreter(str(path)).get_signature_runner()
    names = sorted(run.get_input_details())
    answers = [run(**{name: part[i : i + 1] for name, part in zip(names, inputs)}) for i in range(COMPARED)]
    return np.concatenate([next(iter(answer.values())) for answer in answers])


class Form(NamedTuple):
    """How a generator is written in one form, and what the file answers: the `ending` of its name, and the packages it takes."""

    ending: str
    packages: tuple[str, ...]
    write: Callable
    answers: Callable


FORMS = {
    "keras": Form(".keras", (), write_keras, answers_of_keras),
    "saved_model": Form("", (), write_saved_model, answers_of_saved_model),
    "onnx": Form(".onnx", ("onnx", "tf2onnx", "onnxruntime"), write_onnx, answers_of_onnx),
    "litert": Form(".tflite", ("ai_edge_litert",), write_litert, answers_of_litert),
}
