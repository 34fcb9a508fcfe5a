"""Make what is in gan_lib/assets; --help lists the kinds.

Each is made in place of what is there, whole or not at all. Kept to show where the files come from, and run again only when
what they are made of changes: on two CPU cores the recordings take nine hours, variants and
comparisons some hours each, the rest one.
"""

import argparse
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from functools import partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow is imported, or it is not heard

import numpy as np

from gan_lib._files import ASSETS, atomic_write, save_arrays, save_json
from gan_lib.data import load_fashion_mnist, read_full, to_pixels
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


TWEMOJI = "emoji-datasource-twitter@16.0.0"
PEOPLE = {"person": "faces", "person-fantasy": "fantasy", "person-gesture": "gestures", "person-role": "roles"}


def people(options):
    """Bundle the people among the Twemoji pictures, 64 x 64 pixels each, from the npm package that distributes them."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", TWEMOJI], cwd=folder, check=True, capture_output=True)
        (package,) = Path(folder).glob("*.tgz")
        with tarfile.open(package) as files:
            about = json.load(files.extractfile("package/emoji.json"))
            chosen = sorted(
                (PEOPLE[each["subcategory"]], version["image"])
                for each in about
                if each["subcategory"] in PEOPLE
                for version in (each, *each.get("skin_variations", {}).values())
                if version["has_img_twitter"]
            )
            with atomic_write(ASSETS / "people.zip") as temporary, zipfile.ZipFile(temporary, "w") as bundle:
                for kind, name in chosen:
                    entry = zipfile.ZipInfo(f"{kind}/{name}")  # of 1980, so that the same pictures make the same file
                    bundle.writestr(entry, files.extractfile(f"package/img/twitter/64/{name}").read())
    print(f"{len(chosen)} pictures of people are in people.zip")


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


SAMPLES = 5_000
SEEDS = (0, 1, 2)
USUAL = {"epochs": 4, "batch_size": 32, "rate": 2e-4, "batch_norm": True}  # the rate of both players
VARIANTS = {
    "as in the notes": {},
    "both rates 5e-4": {"rate": 5e-4},
    "both rates 1e-3": {"rate": 1e-3},
    "batch of 128, 8e-4": {"batch_size": 128, "rate": 8e-4},
    "one epoch": {"epochs": 1},
    "one epoch, 8e-4": {"epochs": 1, "rate": 8e-4},
    "one epoch, D without norm": {"epochs": 1, "batch_norm": False},
}


def variants(options):
    """Train the DCGAN in several ways and measure each, for the chapter "Evaluating GANs"; some hours.

    Each training is on the 10,000 bundled images, and is measured on 5,000 samples against the same 10,000 images. What is in the
    file already is kept: delete the file to start anew.
    """
    from gan_lib.evaluation import SEVERAL_SEEDS

    rows = {name: USUAL | changed for name, changed in VARIANTS.items()}
    fill(SEVERAL_SEEDS["variants"], rows, lambda name, seed: measured_variant(**rows[name], seed=seed), options)


def measured_variant(epochs, batch_size, rate, batch_norm, seed):
    """Train, and return the distance of the last weights, and of averages with and without a ramp."""
    from gan_lib import GAN, RampedAdam, averaged, build_discriminator, build_generator, standing_statistics
    from gan_lib._keras import keras
    from gan_lib.evaluation import describe, describe_photographs
    from gan_lib.metrics import fid

    def distance():
        return round(fid(describe_photographs("classifier").features, describe(gan.sample(SAMPLES, seed=1)).features), 3)

    keras.utils.set_random_seed(seed)
    gan = GAN(build_generator(), build_discriminator(batch_norm=batch_norm), seed=seed)
    fixed = FixedAverage(0.999)
    gan.compile(
        generator_optimizer=RampedAdam(rate, beta_1=0.5, ema_momentum=0.999),
        discriminator_optimizer=keras.optimizers.Adam(rate, beta_1=0.5),
    )
    gan.fit(load_fashion_mnist("train")[0], batch_size=batch_size, epochs=epochs, verbose=0, callbacks=[fixed])
    found = {"last weights": distance()}
    with averaged(gan):
        found["ramped average"] = distance()
    standing_statistics(gan.generator, gan.latents(500, seed=0))
    found["standing statistics"] = distance()
    for weight, average in zip(gan.generator.trainable_variables, fixed.averages):
        weight.assign(average)
    standing_statistics(gan.generator, gan.latents(500, seed=0))
    return {"fid": found | {"average": distance()}, "steps": int(gan.generator_optimizer.iterations)}


def FixedAverage(momentum):
    """Return a callback that keeps the average of the generator's weights from its first step on."""
    from gan_lib._keras import keras

    class Average(keras.callbacks.Callback):
        averages = None

        def on_train_batch_end(self, batch, logs=None):
            now = [weight.numpy() for weight in self.model.generator.trainable_variables]
            old = self.averages or now
            self.averages = [momentum * a + (1 - momentum) * b for a, b in zip(old, now)]

    return Average()


BUNDLED = {"batch_size": 32}
COMPARISONS = {
    "ring": [{"model": "ring", "batch_size": 256, "epochs": 30}],
    "pix2pix": [BUNDLED | {"model": "pix2pix", "variant": "pix2pix", "epochs": 1}],
    "pix2pix l1": [BUNDLED | {"model": "pix2pix", "variant": "l1", "epochs": 1}],
    "pix2pix gan": [BUNDLED | {"model": "pix2pix", "variant": "gan", "epochs": 1}],
    "pix2pix no-skips": [BUNDLED | {"model": "pix2pix", "variant": "no-skips", "epochs": 1}],
    "recipe steps": [BUNDLED | {"epochs": 1}],
    "recipe switched": [BUNDLED | {"epochs": 1, "recipe": "switched"}],
    "recipe frozen-once": [BUNDLED | {"epochs": 1, "recipe": "frozen-once"}],
    "recipe unfrozen": [BUNDLED | {"epochs": 1, "recipe": "unfrozen"}],
    "mlp": [BUNDLED | {"epochs": 1, "model": "mlp"}],
    "mlp, 5e-4": [BUNDLED | {"epochs": 1, "model": "mlp", "rate": 5e-4}],
    "crossed": [BUNDLED | {"epochs": 1, "model": "crossed"}],
    "crossed, 5e-4": [BUNDLED | {"epochs": 1, "model": "crossed", "rate": 5e-4}],
    "dcgan, 5e-4": [BUNDLED | {"epochs": 1, "rate": 5e-4}],
    "stackgan two stages": [
        BUNDLED | {"model": "stackgan", "variant": "stage-1", "epochs": 3},
        BUNDLED | {"model": "stackgan", "variant": "stage-2", "epochs": 2},
    ],
    "stackgan one stage": [BUNDLED | {"model": "stackgan", "variant": "one-stage", "epochs": 5}],
    "stackgan one stage, 2 epochs": [BUNDLED | {"model": "stackgan", "variant": "one-stage", "epochs": 2}],
    "srgan": [BUNDLED | {"model": "srgan", "variant": "srgan", "epochs": 1, "start": "srgan-mse"}],
    "srgan perceptual": [BUNDLED | {"model": "srgan", "variant": "perceptual", "epochs": 1, "start": "srgan-mse"}],
}


def comparisons(options):
    """Train what the chapters compare with three seeds each, and measure it; some hours.

    Applications are measured on the 2,000 bundled test photographs, other models on 5,000 samples against the 10,000 bundled
    images. What is in the file already is kept: delete the file to start anew.
    """
    from gan_lib.evaluation import SEVERAL_SEEDS

    fill(SEVERAL_SEEDS["comparisons"], COMPARISONS, measured_row, options)


def measured_row(name, seed):
    """Train one stage after the other, and return what the last one reaches."""
    from gan_lib.runs import SHAPES, Settings, measure_scores, train

    generator = None
    for stage in COMPARISONS[name]:
        settings = Settings(**stage, seed=seed)
        if settings.model in SHAPES:
            return measured_points(settings)
        gan, _ = train(settings, start=generator, verbose=0)
        generator = gan.generator
    found = measure_scores(settings, everything=False)(gan)
    if settings.model == "srgan":
        found |= judged_differently(generator)
    return {name: round(float(value), 4) for name, value in found.items()}


def measured_points(settings):
    """Return when points first covered all modes, and what they cover at the end."""
    from gan_lib.studies.points import MODES, record_points

    recording = record_points(settings.model, settings.epochs, settings.seed, settings.batch_size)
    modes, near = recording.measured["modes"], recording.measured["near"]
    covered = recording.steps[modes == len(MODES[settings.model])]
    return {"first_step": int(covered[0]) if len(covered) else -1, "modes": int(modes[-1]), "near": round(float(near[-1]), 3)}


def judged_differently(generator):
    """Score an SRGAN by judges other than the classifier whose features it was trained on."""
    from gan_lib import features_and_probabilities, fid, generate
    from gan_lib.applications import srgan
    from gan_lib.applications.scoring import detail_distance

    images, _ = load_fashion_mnist("test")
    made = generate(generator, srgan.to_small(images))
    real, answers = (features_and_probabilities(each, judge=True)[0] for each in (images, made))
    return {"judge_fid": fid(real, answers), "details": detail_distance(images, made)}


BAG = 8  # the label of the class of which a row has few photographs
CLASSES = {
    "projection": {"by": "projection", "bags": None},
    "concatenation": {"by": "concatenation", "bags": None},
    "D is not told": {"by": None, "bags": None},
    "50 bags": {"by": "projection", "bags": 50},
}


def classes(options):
    """Train generators of a class on request in several ways and measure each; an hour and a half on one core.

    Each training is on the 10,000 bundled images, 2 epochs at batch size 16 and a rate of 5e-4, and is measured on 5,000 samples.
    """
    from gan_lib.evaluation import SEVERAL_SEEDS

    fill(SEVERAL_SEEDS["classes"], CLASSES, lambda name, seed: measured_classes(**CLASSES[name], seed=seed), options)


def measured_classes(by, bags, seed):
    """Train; return the share of images taken for the class asked for and the distance to photographs, in all and by class."""
    from gan_lib import ConditionalGAN, build_class_discriminator, build_class_generator, build_discriminator
    from gan_lib._keras import keras
    from gan_lib.data import CLASS_NAMES
    from gan_lib.evaluation import describe, describe_photographs
    from gan_lib.metrics import fid

    images, labels = load_fashion_mnist("train")
    kept = np.sort(np.concatenate([np.flatnonzero(labels != BAG), np.flatnonzero(labels == BAG)[:bags]]))
    keras.utils.set_random_seed(seed)
    judge = build_class_discriminator(by=by) if by else build_discriminator(batch_norm=False)
    gan = ConditionalGAN(build_class_generator(), judge, seed=seed)
    gan.compile()
    gan.optimizer.learning_rate = 5e-4
    gan.fit(labels[kept].astype("int32"), images[kept], batch_size=16, epochs=2, verbose=0)

    asked = np.arange(SAMPLES, dtype="int32") % 10
    real, made_images = describe_photographs("classifier"), describe(gan.sample(asked, seed=1))
    seen = made_images.probabilities.argmax(axis=1)
    by_class = {
        name: (np.mean(seen[asked == k] == k), fid(real.features[labels == k], made_images.features[asked == k]))
        for k, name in enumerate(CLASS_NAMES)
    }
    return {
        "fid": round(fid(real.features, made_images.features), 3),
        "as_asked": round(float(np.mean(seen == asked)), 4),
        "asked": {name: round(float(share), 3) for name, (share, _) in by_class.items()},
        "class_fid": {name: round(distance, 2) for name, (_, distance) in by_class.items()},
    }


STAGES, STEPS = 6, 300  # how often a training is measured, after so many steps
SETS = {f"{n}{', augmented' * augment}": {"n": n, "augment": augment} for n in (100, 450, 900) for augment in (False, True)}


def sets(options):
    """Train on sets of pictures of several sizes, with and without augmentation; two hours and a half on one core."""
    from gan_lib.evaluation import SEVERAL_SEEDS

    fill(SEVERAL_SEEDS["sets"], SETS, lambda name, seed: measured_set(**SETS[name], seed=seed), options)


def measured_set(n, augment, seed):
    """Train on n of the pictures of people, 24 x 24 pixels, and return what is measured after each 300 steps, lists by name.

    - "distance": between 900 generated images and all pictures, in features that know no kind of picture: their 8 x 8 thumbnails;
    - "on_seen", "on_new": the mean score that D gives to pictures of the training, and to pictures of persons that it never saw;
    - "nearest": the median distance of a generated image to the nearest picture of the training, over that of a new picture.
    """
    from gan_lib import GAN, DiffAugment, build_discriminator, build_generator, fid, load_images, unpack_people
    from gan_lib._keras import keras
    from gan_lib.folders import find_images

    folder = unpack_people()
    pictures, _ = load_images(folder, size=24)
    persons = np.array([re.sub("-1f3f[b-f]", "", path.name) for path in find_images(folder)[0]])  # whatever the tone of the skin
    held_out = np.isin(persons, np.random.default_rng(0).permutation(np.unique(persons))[::12])
    new, seen = pictures[held_out], np.random.default_rng(0).permutation(pictures[~held_out])[:n]
    keras.utils.set_random_seed(seed)
    shape = pictures.shape[1:]
    gan = GAN(build_generator(image_shape=shape), build_discriminator(shape, batch_norm=False), seed=seed)
    gan.compile(augment=DiffAugment() if augment else None)
    gan.optimizer.learning_rate = 5e-4
    found = {name: [] for name in ("distance", "on_seen", "on_new", "nearest")}
    for _ in range(STAGES):
        rows = np.concatenate([np.random.default_rng(k).permutation(n) for k in range(-(-STEPS * 16 // n))])[: STEPS * 16]
        gan.fit(seen[rows], batch_size=16, verbose=0)
        generated = gan.sample(900, seed=1)
        found["distance"].append(fid(thumbnails(pictures), thumbnails(generated)))
        for name, images in (("on_seen", seen), ("on_new", new)):
            found[name].append(logits(gan.discriminator, images).mean())
        found["nearest"].append(np.median(to_nearest(generated[:300], seen)) / np.median(to_nearest(new, seen)))
    return {name: [round(float(value), 3) for value in values] for name, values in found.items()}


def thumbnails(images):
    """Return 8 x 8 means of images, as rows."""
    part = images.shape[1] // 8
    return images.reshape(len(images), 8, part, 8, part, 3).mean(axis=(2, 4)).reshape(len(images), -1)


def to_nearest(images, others):
    """Return the root of the mean squared difference of each image to the nearest of the others."""
    return np.array([np.sqrt(((others - image) ** 2).mean(axis=(1, 2, 3)).min()) for image in images])


def logits(discriminator, images):
    probabilities = np.clip(discriminator.predict(images, verbose=0), 1e-7, 1 - 1e-7)
    return np.log(probabilities / (1 - probabilities))


FAULT_SEEDS = {"made": (0, 1, 2), "unseen": (100, 101, 102)}  # of the runs that the doctor is made with, and of others


def faults(options):
    """Train the gallery's small GAN several hundred times, sound and broken, and measure the doctor; about an hour on one core.

    Each run becomes a recording in the folder that --folder names. What is there already stays, so that it can be stopped and
    begun again. At the end the limits of the doctor's rules are chosen by the runs that are there for that, and all runs are put
    into the assets, with what the doctor says of them.
    """
    from gan_lib.studies.faults import setup_of, train

    one_thread()
    todo = [] if options.pack else [run for run in fault_runs() if not options.names or run[1] in options.names]
    data = fault_data() if todo else ()
    for name, fault, part, strength, seed in todo:
        if (options.folder / name).exists():  # asked each time: several of these may run side by side
            continue
        began, clock = time.monotonic(), time.process_time()
        recording = train(setup_of(fault, strength), *data, seed)
        recording.made |= {"fault": fault, "part": part, "strength": strength}
        recording.save(options.folder / name)
        print(name, f"{time.process_time() - clock:.1f} s of {time.monotonic() - began:.1f}", flush=True)
    if not options.names:
        pack_faults(options)


def fault_data():
    """Return what `gan_lib.studies.faults.train` needs: photographs, others, and what the classifier says of the former."""
    from gan_lib.evaluation import describe

    photographs, held_out = load_fashion_mnist("train")[0], load_fashion_mnist("test")[0][:500]
    return photographs, held_out, describe(photographs[:2_000])


def one_thread():
    """Let TensorFlow keep to one core, before it does anything."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def fault_runs():
    """Yield each run, so that a part of them has something of all: its file, fault, part, strength, seed."""
    from gan_lib.studies.faults import FAULTS

    for seeds in zip(*FAULT_SEEDS.values()):
        for fault, each in FAULTS.items():
            for part, seed in zip(FAULT_SEEDS, seeds):
                for i, strength in enumerate(getattr(each, part)):
                    yield f"{fault}-{part}-{i}-{seed}.npz", fault, part, strength, seed


def pack_faults(options):
    """Choose the doctor's limits, let it judge all runs, and write both down."""
    from gan_lib.studies.doctor import judge
    from gan_lib.studies.doctor_fit import fit_limits
    from gan_lib.studies.observed import observe
    from gan_lib.studies.rules import HEALTHY, MEASURED
    from gan_lib.studies.signs import quantities

    runs, rows, kinds = [], [], []
    for name, fault, part, strength, seed in fault_runs():
        if (options.folder / name).exists():
            recording = Recording.load(options.folder / name)
            values, diverged = quantities(observe(recording)), "diverged" in recording.made
            runs.append({"fault": fault, "part": part, "strength": strength, "seed": seed, "diverged": diverged})
            runs[-1]["quantities"] = values
            if part == "made" and not diverged:
                rows.append(values), kinds.append(fault)
            if part == "made" and fault == HEALTHY:  # and nothing is wrong with samples that are photographs
                rows.append(values | quantities_of_photographs(seed)), kinds.append(fault)
    rows += [quantities(observe(Recording.load(name))) for name in SOUND]
    limits = fit_limits(rows, kinds + [HEALTHY] * len(SOUND), {HEALTHY: HEALTHY_COUNTS})
    for run in runs:
        run["answer"] = "diverged" if run["diverged"] else judge(run["quantities"], limits).verdict
        run["quantities"] = {
            name: None if np.isnan(value) else float(f"{value:.4g}") for name, value in run["quantities"].items()
        }
    save_json(MEASURED, {"limits": limits, "made": made(options, runs=len(runs)), "runs": runs})


def quantities_of_photographs(seed):
    """Return what the doctor reads from samples that are photographs, as many as a run has samples."""
    from gan_lib.studies.observed import PHOTOGRAPHS, Observed
    from gan_lib.studies.signs import of_samples

    photographs = to_pixels(load_fashion_mnist("test")[0])
    chosen = np.random.default_rng(seed).choice(np.arange(PHOTOGRAPHS, len(photographs)), PHOTOGRAPHS, replace=False)
    found = of_samples(Observed({}, steps=np.array([1]), frames=[photographs[chosen]], photographs=photographs[:PHOTOGRAPHS]))
    return {name: value for name, value in found.items() if name != "change"}


SOUND = ("dcgan", "dcgan-steps", "dcgan-averaged", "crossed-steps")  # recordings of larger networks in which nothing is wrong
HEALTHY_COUNTS = 3  # times as much as one fault, when the doctor's limits are chosen: a false alarm costs the reader more


GALLERY_STEPS = 1_000


def gallery(options):
    """Record of each fault a broken run and a cured one, for the gallery; a quarter of an hour on one core.

    Each run becomes a recording in the folder that --folder names, and what is there stays. At the end all go into one file, with
    what the doctor says of them, who must have been measured before.
    """
    from gan_lib.studies.doctor import diagnose
    from gan_lib.studies.faults import FAULTS, setup_of, train
    from gan_lib.studies.gallery import GALLERY, Exhibit, save_gallery

    one_thread()
    pairs = {name: [options.folder / f"gallery-{name}-{part}.npz" for part in ("broken", "cured")] for name in FAULTS}
    data = fault_data() if any(not path.exists() for pair in pairs.values() for path in pair) else ()
    for name, pair in pairs.items():
        for path, cured in zip(pair, (False, True)):
            if not path.exists():
                fault = FAULTS[name]
                setup = setup_of(name, fault.made[fault.shown], cured)
                train(setup, *data, SEED, GALLERY_STEPS, every_moment=True).save(path)
                print(path.name, flush=True)
    exhibits = {}
    for name, pair in pairs.items():
        runs, fault = [Recording.load(path) for path in pair], FAULTS[name]
        said = tuple(diagnose(run).verdict for run in runs)
        exhibits[name] = Exhibit(*runs, fault.cause.format(fault.made[fault.shown]), fault.cure, said)
        print(name, said, flush=True)
    save_gallery(GALLERY, exhibits)


def fill(path, rows, measure, options):
    """Fill a table of rows and seeds, one training after the other; it is written anew after each."""
    table = json.loads(path.read_text()) if path.exists() else {"rows": {}}
    for name, seed in ((name, str(seed)) for name in rows for seed in SEEDS):
        if options.names and name not in options.names:
            continue
        row = table["rows"].setdefault(name, {"settings": rows[name], "seeds": {}})
        if seed in row["seeds"]:
            continue
        began = time.monotonic()
        row["seeds"][seed] = measure(name, int(seed)) | {"minutes": round((time.monotonic() - began) / 60, 1)}
        table["made"] = made(options, images=10_000, samples=SAMPLES)
        save_json(path, table)
        print(name, seed, row["seeds"][seed], flush=True)


TRANSPOSED = {"images": 6_400, "batch_size": 32, "seed": SEED}


def transposed(options):
    """Record 200 steps of two generators with transposed convolutions, for the chapter "DCGAN"; some minutes."""
    from gan_lib import build_transposed_generator, class_features, fid

    photographs, _ = load_fashion_mnist("train")
    reference = class_features(photographs[:5000])
    for window in (3, 4):
        gan, recorder = train_transposed(photographs, partial(build_transposed_generator, kernel_size=window))
        distance = round(fid(reference, class_features(gan.sample(1000))), 1)
        recording = Recording.of(recorder, made=made(options, **TRANSPOSED, window=window, distance=distance))
        recording.weights = []
        recording.save(RECORDINGS / f"transposed-{window}.npz")


def train_transposed(photographs, build, steps=None):
    """Train the DCGAN with another generator; return it, and the recorder of 36 samples every 25 steps."""
    from gan_lib import GAN, SampleRecorder, build_discriminator
    from gan_lib._keras import keras

    keras.utils.set_random_seed(TRANSPOSED["seed"])
    gan = GAN(build(), build_discriminator(), seed=TRANSPOSED["seed"])
    gan.compile()
    recorder = SampleRecorder(n=36, steps=range(25, 200, 25))
    options = {"batch_size": TRANSPOSED["batch_size"], "steps_per_epoch": steps, "verbose": 0}
    gan.fit(photographs[: TRANSPOSED["images"]], callbacks=[recorder], **options)
    return gan, recorder


def losses(options):
    """Bundle what `python -m gan_lib study losses` has left in a folder, which takes it nearly three hours of one core."""
    from gan_lib.data import to_pixels
    from gan_lib.studies.losses import GAMES
    from gan_lib.studies.losses_sweep import next_run, read_outcomes
    from gan_lib.studies.losses_table import RECORDED, SAMPLES, best_run

    outcomes = read_outcomes(options.folder)
    missing = [run.name for game in GAMES if (run := next_run(game, outcomes))]
    if missing:
        sys.exit(f"{options.folder} lacks {', '.join(missing)}; run: python -m gan_lib study losses --output {options.folder}")
    about = [outcome.pop("made") for outcome in outcomes.values()]
    minutes = round(sum(each["minutes"] for each in about), 1)
    paces = pace(outcomes)
    for outcome in outcomes.values():  # other work may have run beside some of the trainings
        per_image = paces[outcome["settings"]["game"]] / outcome["settings"]["batch_size"]
        outcome["seconds"] = [round(images * per_image, 2) for images in outcome["images"]]
    samples = {}
    for game in GAMES:
        with np.load(Path(options.folder) / f"{best_run(game, outcomes).name}.npz", allow_pickle=False) as stored:
            samples[game] = to_pixels(stored["samples"][:SHOWN].astype("float32"))
    save_arrays(SAMPLES, samples)
    save_json(RECORDED, {"made": about[0] | {"minutes": minutes, "seconds a step": paces}, "outcomes": outcomes})
    print(f"{len(outcomes)} trainings of {minutes:.0f} minutes are in {RECORDED.name}, {RECORDED.stat().st_size / 1000:.0f} kB")


SHOWN = 10  # generated images of each game
ROUNDS, STEPS_A_ROUND = 5, 40


def pace(outcomes):
    """Return what a step of each game of a study takes on one core, in seconds of the processor: medians of rounds in turns."""
    from gan_lib.studies.losses import GAMES, Clock, build
    from gan_lib.studies.losses_table import best_run

    width, batch = (next(iter(outcomes.values()))["settings"][name] for name in ("width", "batch_size"))
    one_thread()
    photographs = load_fashion_mnist("train")[0][: STEPS_A_ROUND * batch]
    players = {game: (build(best_run(game, outcomes), width), Clock()) for game in GAMES}
    seconds = {game: [] for game in GAMES}
    for _ in range(ROUNDS + 1):
        for game, (gan, clock) in players.items():
            before = clock.seconds
            gan.fit(photographs, batch_size=batch, callbacks=[clock], verbose=0)
            seconds[game].append((clock.seconds - before) / STEPS_A_ROUND)
    return {game: float(np.median(each[1:])) for game, each in seconds.items()}  # the first compiles


def fields(options):
    """Let GANs on points play games with and without penalties, three seeds each, and record D's slope; ten minutes."""
    from gan_lib.studies.fields import FIELDS, PLAYED, record_fields, save_fields

    runs = {}
    for name in PLAYED:
        runs[name] = record_fields(name)
        print(name, runs[name].measured["modes_by_seed"][-1], flush=True)
    save_fields(FIELDS, runs)


SMALL = {"images": 640, "batch_size": 16, "width": 4, "moments": 2, "samples": 500}
SMALL_SET = 1_000  # photographs of the small study
SMALL_STUDY = Path(__file__).parents[1] / "tests" / "losses-small.json"


def losses_small(options):
    """Make the small study of one game of which tests/test_losses_study.py repeats a training; two minutes."""
    from gan_lib.evaluation import describe
    from gan_lib.studies.losses import Budget
    from gan_lib.studies.losses_sweep import read_outcomes, sweep

    photographs = load_fashion_mnist("train")[0][:SMALL_SET]
    with tempfile.TemporaryDirectory() as folder:
        sweep(folder, Budget(**SMALL), photographs, describe(photographs), ["non_saturating"])
        outcomes = read_outcomes(folder)
    save_json(SMALL_STUDY, {"made": made(options, photographs=SMALL_SET), "outcomes": outcomes})


def recordings(options):
    """Print the commands that recorded the bundled runs, or run them with --run and bundle what they leave; nine hours."""
    commands = {path.stem: Recording.load(path).made["command"] for path in sorted(RECORDINGS.glob("[!.]*.npz"))}
    commands = {name: command for name, command in commands.items() if " gan_lib record " in command}
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


MOMENTS = 30  # of a bundled recording, at most


def bundle(path, command):
    """Copy a recording into the assets; without its weights, if its own command leaves them out, and not more than 30 moments."""
    recording = Recording.load(path)
    if len(recording.steps) > MOMENTS:
        kept = np.linspace(0, len(recording.steps) - 1, MOMENTS).round().astype(int)
        recording.frames, recording.steps, recording.epochs = (
            each[kept] for each in (recording.frames, recording.steps, recording.epochs)
        )
        recording.measured = {name: values[kept] for name, values in recording.measured.items()}
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
    "people": people,
    "classifier": classifier,
    "judge": judge,
    "text-encoder": text_encoder,
    "variants": variants,
    "comparisons": comparisons,
    "classes": classes,
    "sets": sets,
    "transposed": transposed,
    "losses": losses,
    "losses-small": losses_small,
    "fields": fields,
    "faults": faults,
    "gallery": gallery,
    "recordings": recordings,
}


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Make what is in gan_lib/assets.")
    assets = parser.add_subparsers(dest="asset", required=True)
    for name, make in MAKERS.items():
        summary = make.__doc__.partition("\n")[0]
        command = assets.add_parser(name, help=summary, description=summary)
        command.set_defaults(make=make, names=[])
        if name == "losses":
            command.add_argument("folder", nargs="?", default="losses", help="where the study is (default: losses)")
        if name in ("variants", "comparisons", "classes", "sets", "faults", "recordings"):
            command.add_argument("names", nargs="*", metavar="NAME", help="only these (default: all)")
        if name in ("faults", "gallery"):
            command.add_argument("--folder", type=Path, required=True, help="where the recordings of the runs are kept")
        if name == "faults":
            command.add_argument("--pack", action="store_true", help="train nothing more, and pack what is there")
    command.add_argument("--run", action="store_true", help="run the commands, instead of printing them")
    options = parser.parse_args(arguments)
    options.began = time.monotonic()
    options.make(options)


if __name__ == "__main__":
    main()
