"""Make gan_lib/assets/classifier.npz from all training images, about a quarter of an hour on two cores; or judge.npz, with --judge.

Run once for each, kept to show where the files come from.
"""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy
import tensorflow

from gan_lib.classifier import JUDGE, WEIGHTS, train_classifier
from gan_lib.weights import save_weights

judge = sys.argv[1:] == ["--judge"]
SEED, EPOCHS, PATH = (1, 5, JUDGE) if judge else (0, 10, WEIGHTS)

began = time.monotonic()
classifier, accuracy = train_classifier(seed=SEED, epochs=EPOCHS)
made = {
    "command": "python tools/train_classifier.py" + " --judge" * judge,
    "seed": SEED,
    "epochs": EPOCHS,
    "images": 60_000,
    "test_accuracy": round(accuracy, 4),
    "versions": {module.__name__: module.__version__ for module in (tensorflow, keras, numpy)},
    "minutes": round((time.monotonic() - began) / 60, 1),
}
save_weights(classifier, made, PATH)
print(made)
