"""Make gan_lib/assets/text_encoder.npz from all training images but those whose words StackGAN is not to see together.

Takes some minutes on two cores. Run once, kept to show where the file comes from.
"""

import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy
import tensorflow

from gan_lib.applications.captions import meanings, seen_together
from gan_lib.applications.text_encoder import WEIGHTS, train_text_encoder
from gan_lib.data import load_fashion_mnist
from gan_lib.weights import save_weights

SEED, STEPS = 0, 1_500

began = time.monotonic()
images, labels = load_fashion_mnist("train", full=True)
kept = seen_together(meanings(images, labels))
encoder, losses = train_text_encoder(images[kept], labels[kept], seed=SEED, steps=STEPS)
made = {
    "command": "python tools/train_text_encoder.py",
    "seed": SEED,
    "steps": STEPS,
    "images": len(kept),
    "loss": round(float(losses[-100:].mean()), 3),
    "versions": {module.__name__: module.__version__ for module in (tensorflow, keras, numpy)},
    "minutes": round((time.monotonic() - began) / 60, 1),
}
save_weights(encoder, made, WEIGHTS)
print(made)
