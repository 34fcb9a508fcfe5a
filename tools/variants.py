"""Train the DCGAN in several ways, measure each, and write the table of the chapter "Evaluating GANs".

Each row is 4 epochs of the 10,000 bundled images from the same weights; its distances are those of 3 sets of 5,000
samples to the same 10,000 images. Half an hour on two idle CPU cores. Rows that are in the file already are kept: delete
the file to start anew.
"""

import json
import os
import platform
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow is imported, or it is not heard

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

from gan_lib.averaging import averaged, standing_statistics  # noqa: E402
from gan_lib.data import load_fashion_mnist  # noqa: E402
from gan_lib.evaluation import VARIANTS, describe, real_images  # noqa: E402
from gan_lib.files import written_whole  # noqa: E402
from gan_lib.metrics import fid  # noqa: E402
from gan_lib.networks import build_discriminator, build_generator  # noqa: E402
from gan_lib.training import GAN  # noqa: E402

SEED, EPOCHS, SAMPLES, SETS = 0, 4, 5_000, 3
USUAL = {"batch_size": 32, "label_smoothing": 0.0, "discriminator_rate": 2e-4}
RUNS = {
    "as in the notes": {},
    "batch of 128": {"batch_size": 128},
    "label smoothing 0.1": {"label_smoothing": 0.1},
    "D twice as fast": {"discriminator_rate": 4e-4},
}


def train(batch_size, label_smoothing, discriminator_rate):
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
    real = real_images("classifier").features
    return [fid(real, describe(gan.sample(SAMPLES, seed)).features) for seed in range(1, SETS + 1)]


def main():
    table = json.loads(VARIANTS.read_text()) if VARIANTS.exists() else {"rows": {}}
    table["made"] = {
        "command": "python tools/variants.py",
        "seed": SEED,
        "epochs": EPOCHS,
        "images": 10_000,
        "samples": SAMPLES,
        "versions": {"python": platform.python_version(), "tensorflow": tf.__version__, "keras": keras.__version__},
        "machine": f"{os.cpu_count()} CPU cores",
    }
    for name, changed in RUNS.items():
        if name in table["rows"]:
            continue
        began, settings = time.monotonic(), USUAL | changed
        gan = train(**settings)
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
        with written_whole(VARIANTS) as temporary:
            temporary.write_text(json.dumps(table, indent=1) + "\n")
        print(name, table["rows"][name], flush=True)


if __name__ == "__main__":
    main()
