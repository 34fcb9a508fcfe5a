"""Make what is in gan_lib/assets: python tools/assets.py images | classifier | judge | text-encoder | variants | recordings

Each is made in place of what is there, whole or not at all. Kept to show where the files come from, and run again only when
what they are made of changes: all but the recordings take an hour on two CPU cores, the recordings nine.
"""

import argparse
import hashlib
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow is imported, or it is not heard

from gan_lib._files import save_arrays, save_json
from gan_lib.data import ASSETS, load_fashion_mnist, read_full
from gan_lib.recordings import Recording

RECORDINGS = ASSETS / "recordings"
SEED = 0


def images(options):
    """Bundle the first 10,000 training and 2,000 test images of the full data set, and print their checksums."""
    for split, n in (("train", 10_000), ("test", 2_000)):
        pixels, labels = (array[:n] for array in read_full(split))
        path = ASSETS / f"fashion_mnist_{split}.npz"
        save_arrays(path, {"images": pixels, "labels": labels})
        print(path.name, hashlib.sha256(pixels.tobytes() + labels.tobytes()).hexdigest())


def classifier(options):
    """Train the classifier on all 60,000 training images; a quarter of an hour."""
    from gan_lib.classifier import WEIGHTS

    leave_classifier(options, WEIGHTS, seed=SEED, epochs=10)


def judge(options):
    """Train the same network with other random numbers, for a second opinion; a quarter of an hour."""
    from gan_lib.classifier import JUDGE

    leave_classifier(options, JUDGE, seed=1, epochs=5)


def leave_classifier(options, path, **settings):
    from gan_lib._weights import save_weights
    from gan_lib.classifier import train_classifier

    network, accuracy = train_classifier(**settings)
    save_weights(network, made(options, **settings, images=60_000, test_accuracy=round(accuracy, 4)), path)


def text_encoder(options):
    """Train the text encoder on all training images but those whose words StackGAN is not to see together; some minutes."""
    from gan_lib._weights import save_weights
    from gan_lib.applications.captions import meanings, seen_together
    from gan_lib.applications.text_encoder import WEIGHTS, train_text_encoder

    settings = {"seed": SEED, "steps": 1_500}
    photographs, labels = load_fashion_mnist("train", full=True)
    kept = seen_together(meanings(photographs, labels))
    network, losses = train_text_encoder(photographs[kept], labels[kept], **settings)
    about = made(options, **settings, images=len(kept), loss=round(float(losses[-100:].mean()), 3))
    save_weights(network, about, WEIGHTS)


EPOCHS, SAMPLES, SETS = 4, 5_000, 3
USUAL = {"batch_size": 32, "label_smoothing": 0.0, "discriminator_rate": 2e-4}
VARIANTS = {
    "as in the notes": {},
    "batch of 128": {"batch_size": 128},
    "label smoothing 0.1": {"label_smoothing": 0.1},
    "D twice as fast": {"discriminator_rate": 4e-4},
}


def variants(options):
    """Train the DCGAN in several ways and measure each, for the chapter "Evaluating GANs"; half an hour.

    Each row is 4 epochs of the 10,000 bundled images from the same weights; its distances are those of 3 sets of 5,000
    samples to the same 10,000 images. Rows that are in the file already are kept: delete the file to start anew.
    """
    from gan_lib.averaging import averaged, standing_statistics
    from gan_lib.evaluation import VARIANTS as PATH

    table = json.loads(PATH.read_text()) if PATH.exists() else {"rows": {}}
    for name, changed in VARIANTS.items():
        if name in table["rows"]:
            continue
        began, settings = time.monotonic(), USUAL | changed
        gan = train_dcgan(**settings)
        minutes = round((time.monotonic() - began) / 60, 1)
        last = distances(gan)
        with averaged(gan):
            average = distances(gan)
        standing_statistics(gan.generator, gan.latents(500, seed=0))  # last, because it changes the generator
        table["rows"][name] = {
            **settings,
            "steps": int(gan.generator_optimizer.iterations),
            "minutes": minutes,
            "fid": {"last weights": last, "standing statistics": distances(gan), "average": average},
        }
        table["made"] = made(options, seed=SEED, epochs=EPOCHS, images=10_000, samples=SAMPLES)
        save_json(PATH, table)
        print(name, table["rows"][name], flush=True)


def train_dcgan(batch_size, label_smoothing, discriminator_rate):
    from gan_lib import GAN, build_discriminator, build_generator
    from gan_lib._keras import keras

    keras.utils.set_random_seed(SEED)
    gan = GAN(build_generator(), build_discriminator(), seed=SEED)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5, use_ema=True, ema_momentum=0.999),
        discriminator_optimizer=keras.optimizers.Adam(discriminator_rate, beta_1=0.5),
        label_smoothing=label_smoothing,
    )
    gan.fit(load_fashion_mnist("train")[0], batch_size=batch_size, epochs=EPOCHS, verbose=2)
    return gan


def distances(gan):
    """Return the Fréchet distances of several sets of samples to the bundled training images."""
    from gan_lib.evaluation import describe, describe_photographs
    from gan_lib.metrics import fid

    real = describe_photographs("classifier").features
    return [fid(real, describe(gan.sample(SAMPLES, seed)).features) for seed in range(1, SETS + 1)]


def recordings(options):
    """Print the commands that recorded the bundled runs, or run them with --run and bundle what they leave; nine hours."""
    commands = {path.stem: Recording.load(path).made["command"] for path in sorted(RECORDINGS.glob("[!.]*.npz"))}
    unknown = [name for name in options.names if name not in commands]
    if unknown:
        sys.exit(f"no recording {', '.join(unknown)}; there are {', '.join(commands)}")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.names or commands:
            if options.run:
                record(name, commands, Path(folder))
                bundle(Path(folder) / f"{name}.npz", commands[name])
            else:
                print(commands[name])


def record(name, commands, folder):
    """Make a recording in a folder, with its weights; the one it starts from comes first. One that is there stays."""
    if (folder / f"{name}.npz").exists():
        return
    arguments = [argument for argument in shlex.split(commands[name]) if argument != "--without-weights"]
    if "--start" in arguments:
        record(Path(arguments[arguments.index("--start") + 1]).stem, commands, folder)
    print(shlex.join(arguments), flush=True)
    subprocess.run([sys.executable, *arguments[1:]], cwd=folder, check=True)


def bundle(path, command):
    """Copy a recording into the assets; without its weights, if its own command leaves them out."""
    recording = Recording.load(path)
    if "--without-weights" in shlex.split(command):
        recording.weights = []
        recording.made["command"] = command
    recording.save(RECORDINGS / path.name)


def made(options, **more):
    """Return, and print, how an asset was made, since the program began."""
    from gan_lib.runs import how_made

    minutes = (time.monotonic() - options.began) / 60
    about = how_made(f"python tools/assets.py {options.asset}", minutes, **more)
    print(about, flush=True)
    return about


MAKERS = {
    "images": images,
    "classifier": classifier,
    "judge": judge,
    "text-encoder": text_encoder,
    "variants": variants,
    "recordings": recordings,
}


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Make what is in gan_lib/assets.")
    assets = parser.add_subparsers(dest="asset", required=True)
    for name, make in MAKERS.items():
        summary = make.__doc__.partition("\n")[0]
        command = assets.add_parser(name, help=summary, description=summary)
        command.set_defaults(make=make)
    command.add_argument("names", nargs="*", metavar="NAME", help="only these, such as dcgan (default: all)")
    command.add_argument("--run", action="store_true", help="run the commands, instead of printing them")
    options = parser.parse_args(arguments)
    options.began = time.monotonic()
    options.make(options)


if __name__ == "__main__":
    main()
