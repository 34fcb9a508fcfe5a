"""Make gan_lib/assets/fashion_mnist_*.npz from the full data set, and print their checksums.

The first 10,000 training and 2,000 test images; run once, kept to show where the files come from.
"""

import hashlib

import numpy as np

from gan_lib.data import ASSETS, read_full
from gan_lib.files import written_whole

for split, n in (("train", 10_000), ("test", 2_000)):
    images, labels = (array[:n] for array in read_full(split))
    name = f"fashion_mnist_{split}.npz"
    with written_whole(ASSETS / name) as path:
        np.savez_compressed(path, images=images, labels=labels)
    print(name, hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest())
