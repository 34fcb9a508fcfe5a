"""python -m gan_lib train | sample | evaluate | record"""

import argparse
import json
import os
import platform
import shlex
import sys
import time
from functools import partial
from pathlib import Path

from gan_lib.applications import APPLICATIONS
from gan_lib.files import save_json, written_whole

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow is imported, or it is not heard


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m gan_lib", description="Train a GAN on Fashion-MNIST and draw from it.")
    commands = parser.add_subparsers(dest="command", required=True)

    training = argparse.ArgumentParser(add_help=False)
    training.add_argument("--epochs", type=positive, default=5, help="passes over the images (default: 5)")
    training.add_argument("--batch-size", type=positive, default=128, help="images in a step (default: 128)")
    training.add_argument("--full", action="store_true", help="all 60,000 images instead of the 10,000 bundled ones")
    training.add_argument("--seed", type=natural, default=0, help="the same seed repeats a run on one machine (default: 0)")
    training.add_argument("--average", type=share, default=USUAL["average"], metavar="MOMENTUM", help=(
        "leave the moving average of the generator's weights instead of the last ones; 0.999 remembers about 1,000 steps"
    ))
    training.add_argument("--label-smoothing", type=share, default=USUAL["label_smoothing"], metavar="SHARE", help=(
        "by how much the discriminator's target for real images falls short of 1, such as 0.1 (default: 0)"
    ))
    training.add_argument("--discriminator-rate", type=positive_number, default=USUAL["discriminator_rate"], metavar="RATE", help=(
        "the discriminator's learning rate (default: 0.0002, as the generator's)"
    ))

    command = commands.add_parser("train", parents=[training], help="train, and leave samples, history and weights")
    command.add_argument("--model", choices=("dcgan", "mlp", *APPLICATIONS), default="dcgan", help=(
        "which two networks (default: dcgan), or an application; one of several stages trains them one after the other, each "
        "for --epochs"
    ))
    command.add_argument("--resume", action="store_true", help=(
        "carry on what is in the folder, if there is something: the same command again, and the run ends as if it had never stopped"
    ))
    command.add_argument("--output", type=Path, required=True, help="a folder for what the run leaves, checkpoints included")
    command.set_defaults(run=train)

    command = commands.add_parser("record", parents=[training], help="train, and leave a recording for the stepper")
    command.add_argument("--model", choices=("dcgan", "mlp", "crossed", "ring", "moons", *APPLICATIONS), default="dcgan", help=(
        "which two networks (default: dcgan); crossed: the DCGAN's generator and the MLP's discriminator; ring and moons: "
        "those on points in the plane, on real points of that shape; or an application"
    ))
    command.add_argument("--variant", help="of an application: a stage, or what it is compared with (default: the last stage)")
    command.add_argument("--start", help="for an application: a recording whose generator to begin with, as the second stages do")
    command.add_argument("--recipe", choices=("steps", "frozen-once", "switched", "unfrozen"), default=USUAL["recipe"], help=(
        "how to train: the steps of GAN (default), or as older tutorials do, with a combined model in which the "
        "discriminator is frozen once, switched on and off, or not frozen; see gan_lib.recipes"
    ))
    command.add_argument("--fid", action="store_true", help=(
        "also measure, at every moment, the distance of 5,000 samples to the bundled images; some ten seconds a moment"
    ))
    command.add_argument("--scores", action="store_true", help=(
        "also measure, at every moment, all scores of gan_lib.evaluation on 5,000 samples; half a minute a moment. For an "
        "application: its own scores on the bundled test images"
    ))
    weights = command.add_mutually_exclusive_group()
    weights.add_argument("--without-weights", action="store_true", help="leave the generator's weights out: a small file")
    weights.add_argument("--half-weights", action="store_true", help="round the generator's weights to 16 bits: half the file")
    command.add_argument("--output", type=Path, required=True, help="the .npz file to write; rewritten after every epoch")
    command.set_defaults(run=record)

    command = commands.add_parser("sample", help="draw a grid of samples as a PNG picture")
    command.add_argument("weights", help="a generator's .keras file, the folder of a run, or a recording")
    command.add_argument("--n", type=positive, default=64, help="how many samples (default: 64)")
    command.add_argument("--seed", type=natural, default=0, help="which latent vectors (default: 0)")
    command.add_argument("--caption", help='for StackGAN: what to draw, such as "a dark coat"')
    command.add_argument("--output", type=Path, default=Path("samples.png"), help="the picture (default: samples.png)")
    command.set_defaults(run=sample)

    command = commands.add_parser("evaluate", help="print the scores of a generator: IS, FID, KID, precision, recall")
    command.add_argument("weights", nargs="+", help="a generator's .keras file, the folder of a run, or a recording; or several")
    command.add_argument("--n", type=positive, default=5_000, help="samples in a set; compare at the same n only (default: 5000)")
    command.add_argument("--resamples", type=positive, default=5, help="how many sets, for the spread (default: 5)")
    command.add_argument("--features", choices=("classifier", "inception"), default="classifier", help=(
        "in whose features: the classifier of the package (default), or Inception-v3, downloaded once"
    ))
    command.set_defaults(run=evaluate)

    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, OSError, FloatingPointError) as error:
        parser.exit(1, f"{parser.prog} {options.command}: {error}\n")


CHECKPOINTS = "checkpoints"  # the folder of a run where they are


def train(options):
    folder = options.output
    if folder.is_file():
        raise ValueError(f"--output {folder} is a file; name a folder")
    begun = sorted(folder.rglob("history.json")) + sorted(folder.rglob(f"{CHECKPOINTS}/run.json"))
    if begun and not options.resume:
        raise ValueError(f"--output {folder} holds a run already; add --resume to carry it on, or name another folder")
    for path in begun:
        if path.name == "history.json" and not (path.parent / CHECKPOINTS / "run.json").exists():
            raise ValueError(f"--output {path.parent} holds a run without checkpoints, which cannot be carried on; name another folder")
    folder.mkdir(parents=True, exist_ok=True)  # before the training, so that nothing is lost if it fails
    if options.model in APPLICATIONS:
        train_application(options)
    else:
        fit(options, partial(leave, folder), checkpoints=folder / CHECKPOINTS)
    print(f"samples, history and weights are in {folder}")


def leave(folder, gan, recorder):
    """Write what a run has reached into a folder."""
    from gan_lib.averaging import averaged

    save_picture(folder / "samples" / f"epoch-{recorder.epoch:03}.png", recorder.frames[-1])
    save_json(folder / "history.json", recorder.history)
    with averaged(gan) as generator:
        save_network(folder / "generator.keras", generator)
    save_network(folder / "discriminator.keras", gan.discriminator)


def train_application(options):
    """Train all stages of an application, a folder for each."""
    from gan_lib.applications.runs import application, run

    refuse(options, GAN_OPTIONS)
    generator, stages = None, application(options.model).SEQUENCE
    for variant, after in zip(stages, [*stages[1:], None]):
        folder = options.output / variant
        if after and (options.output / after / CHECKPOINTS).exists():
            epochs = len(next(iter(json.loads((folder / "history.json").read_text()).values())))
            if epochs != options.epochs:
                raise ValueError(f"--epochs must be {epochs} to carry on {options.output}: {after} was built on {variant} after as many")
        print(variant, flush=True)
        gan, _ = run(
            options.model, variant, options.epochs, options.batch_size, options.seed, options.full, generator,
            leave=partial(leave, folder), checkpoints=folder / CHECKPOINTS,
        )  # fmt: skip
        generator = gan.generator


# Of the options that are not for every model, what they are if nobody sets them.
USUAL = {
    "average": 0.0, "label_smoothing": 0.0, "discriminator_rate": 2e-4, "recipe": "steps",
    "fid": False, "scores": False, "full": False, "without_weights": False, "half_weights": False,
}  # fmt: skip
GAN_OPTIONS = ("average", "label_smoothing", "discriminator_rate", "recipe", "fid")


def is_set(options, name):
    return getattr(options, name, USUAL[name]) != USUAL[name]


def refuse(options, names):
    """Raise a ValueError if one of the options that do not go with the model is set."""
    for name in names:
        if is_set(options, name):
            raise ValueError(f"--{name.replace('_', '-')} does not go with --model {options.model}; leave it out")


def record(options):
    from gan_lib.recordings import Recording

    if options.output.suffix != ".npz":
        raise ValueError(f"--output {options.output} must end in .npz")
    if options.recipe != "steps" and (options.average or options.label_smoothing):
        raise ValueError("--average and --label-smoothing go with --recipe steps alone")
    if options.output.exists():
        raise ValueError(f"--output {options.output} exists already; name another file, or remove that one")

    def keep(gan, recorder, more=None, conditions=None):
        # After k epochs the run is what "--epochs k" would have made, so a run cut short still tells the truth.
        made = how_made(options, epochs=recorder.epoch, minutes=(time.monotonic() - began) / 60) | (more or {})
        recording = Recording.of(recorder, made, conditions)
        if options.without_weights:
            recording.weights = []
        if options.half_weights:
            recording.weights = [array.astype("float16") for array in recording.weights]
        recording.save(options.output)

    options.output.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    if options.model in APPLICATIONS:
        record_application(options, keep)
    elif options.variant or options.start:
        raise ValueError(f"--variant and --start are for {', '.join(APPLICATIONS)}; leave them out with --model {options.model}")
    elif options.model in ("ring", "moons"):
        record_shape(options).save(options.output)
    else:
        fit(options, keep, recipe=options.recipe, measure=measures(options))
    print(f"the recording is in {options.output}")


def record_application(options, keep):
    """Train one variant of an application, and call `keep(gan, recorder, ...)` after every epoch."""
    from gan_lib.applications.runs import application, run
    from gan_lib.recordings import Recording

    refuse(options, GAN_OPTIONS)
    module = application(options.model)
    options.variant = options.variant or module.SEQUENCE[-1]
    if options.variant not in module.VARIANTS:
        raise ValueError(f"--variant {options.variant} must be one of {', '.join(module.VARIANTS)}")
    start = Recording.load(options.start).generator() if options.start else None
    _, conditions = module.followed(variant=options.variant)
    more = {"variant": options.variant, "options": module.options(options.variant)}
    run(
        options.model, options.variant, options.epochs, options.batch_size, options.seed, options.full, start,
        measure=options.scores, leave=partial(keep, more=more, conditions=conditions),
    )


def record_shape(options):
    """Train on points in the plane and return the recording."""
    from gan_lib.points import record_points

    refuse(options, ("full", "scores", "without_weights", "half_weights", *GAN_OPTIONS))
    recording = record_points(options.model, options.epochs, options.seed, options.batch_size)
    made = how_made(options, options.epochs, recording.made["minutes"])
    del made["images"]
    recording.made = made | recording.made
    return recording


def measures(options, n=5_000):
    """Return what to measure at every moment of a run, as a function of the GAN, or None."""
    if not (options.fid or options.scores):
        return None
    from gan_lib.averaging import averaged
    from gan_lib.evaluation import describe, real_images, scores
    from gan_lib.metrics import fid

    real = real_images("classifier")

    def measure(gan):
        with averaged(gan):
            fake = describe(gan.sample(n, seed=1))
        found = scores(real, fake) if options.scores else {"fid": fid(real.features, fake.features)}
        if options.average:
            found["fid_of_last"] = fid(real.features, describe(gan.sample(n, seed=1)).features)
        return found

    return measure


def fit(options, leave, recipe="steps", measure=None, checkpoints=None):
    """Train as `options` say, and call `leave(gan, recorder)` after every epoch; carry on from the checkpoints of a folder."""
    import keras

    from gan_lib.data import load_fashion_mnist
    from gan_lib.networks import NETWORKS
    from gan_lib.recipes import RECIPES
    from gan_lib.resume import Resume
    from gan_lib.training import SampleRecorder

    images, _ = load_fashion_mnist("train", full=options.full)
    keras.utils.set_random_seed(options.seed)
    build_generator, build_discriminator = NETWORKS[options.model]
    gan = RECIPES[recipe](build_generator(), build_discriminator(), seed=options.seed)
    average = {"use_ema": True, "ema_momentum": options.average} if options.average else {}
    smoothing = {"label_smoothing": options.label_smoothing} if options.label_smoothing else {}
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5, **average),
        discriminator_optimizer=keras.optimizers.Adam(options.discriminator_rate, beta_1=0.5),
        **smoothing,
    )
    recorder = SampleRecorder(n=64, seed=options.seed, measure=measure)
    leaving = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: leave(gan, recorder))
    callbacks = [recorder, leaving] + ([Resume(checkpoints)] if checkpoints else [])
    bar = 1 if sys.stdout.isatty() else 2
    gan.fit(images, batch_size=options.batch_size, epochs=options.epochs, callbacks=callbacks, verbose=bar)


def how_made(options, epochs, minutes):
    import keras
    import numpy
    import tensorflow

    shown = ["record", "--model", options.model, "--epochs", str(epochs), "--batch-size", str(options.batch_size)]
    shown += ["--full"] * options.full + ["--seed", str(options.seed)]
    shown += ["--variant", options.variant] * bool(options.variant)
    shown += ["--start", Path(options.start).name] if options.start else []
    for name in ("recipe", "average", "label_smoothing", "discriminator_rate"):
        if is_set(options, name):
            shown += [f"--{name.replace('_', '-')}", str(getattr(options, name))]
    for name in ("fid", "scores", "without_weights", "half_weights"):
        shown += [f"--{name.replace('_', '-')}"] * getattr(options, name)
    shown += ["--output", options.output.name]
    devices = [device.device_type for device in tensorflow.config.list_physical_devices()]
    return {
        "network": options.model,
        "recipe": options.recipe,
        "command": shlex.join(["python", "-m", "gan_lib", *shown]),
        "seed": options.seed,
        "batch_size": options.batch_size,
        "images": 60_000 if options.full else 10_000,
        "versions": {
            "python": platform.python_version(),
            **{module.__name__: module.__version__ for module in (tensorflow, keras, numpy)},
        },
        "minutes": round(minutes, 1),
        "machine": f"{os.cpu_count()} CPU cores, {'GPU' if 'GPU' in devices else 'no GPU'}",
    }


def sample(options):
    if options.output.suffix != ".png":
        raise ValueError(f"--output {options.output} must end in .png")
    generator = load_generator(options.weights)
    if generator.name in APPLICATION_OF:
        images = answers(generator, options)
    elif options.caption:
        raise ValueError(f"--caption is for StackGAN; {options.weights} is none, leave it out")
    else:
        images = draw(generator, options.n, options.seed)
    save_picture(options.output, images)
    print(f"{options.n} samples are in {options.output}")


# By the name of a generator, which Keras stores: whose conditions it takes.
APPLICATION_OF = {"unet": "pix2pix", "srresnet": "srgan", "stage_1": "stackgan", "stage_2": "stackgan"}


def answers(generator, options):
    """Return what a generator makes of a caption; or of test photographs, each between its condition and the photograph."""
    import numpy as np

    from gan_lib.applications.runs import application
    from gan_lib.applications.sizes import enlarge
    from gan_lib.applications.text_encoder import encode
    from gan_lib.conditional import generate
    from gan_lib.data import scale

    if APPLICATION_OF[generator.name] == "stackgan":
        if not options.caption:
            raise ValueError('--caption is missing; say what to draw, such as --caption "a dark coat"')
        return generate(generator, np.repeat(encode(options.caption), options.n, axis=0), options.seed)
    if options.caption:
        raise ValueError(f"--caption is for StackGAN; {options.weights} takes images, leave it out")
    conditions, shown = application(APPLICATION_OF[generator.name]).followed(options.n)
    given, wanted = scale(shown["given"]), scale(shown["wanted"])
    given = enlarge(given, wanted.shape[1] // given.shape[1], "nearest")
    return np.stack([given, generate(generator, conditions, options.seed), wanted], axis=1).reshape(-1, *wanted.shape[1:])


def evaluate(options):
    from gan_lib.evaluation import evaluate as evaluated
    from gan_lib.evaluation import table

    generators = {name: load_generator(name) for name in options.weights}  # all, before the first minutes are spent
    for name, generator in generators.items():
        if generator.name in APPLICATION_OF:
            raise ValueError(f"{name} answers conditions; its own scores are measured by 'record --scores'")
    rows = {
        name: evaluated(partial(draw, generator), options.n, options.resamples, features=options.features)
        for name, generator in generators.items()
    }
    print(table(rows))
    print(f"Mean ± spread over {options.resamples} sets of {options.n:,} samples, against 10,000 training images, in the features of "
          f"{'gan_lib.classifier' if options.features == 'classifier' else 'Inception-v3 (Keras)'}.")


def load_generator(name):
    """Load a generator of images from a .keras file, the folder of a run, or a recording."""
    import keras

    import gan_lib.applications.srgan  # for Keras to find their layers
    import gan_lib.applications.stackgan  # noqa: F401
    from gan_lib.recordings import Recording

    path = Path(name)
    path = path / "generator.keras" if path.is_dir() else path
    if path.suffix == ".keras":
        if not path.exists():
            raise FileNotFoundError(f"no file {path}; 'python -m gan_lib train' makes one")
        try:
            generator = keras.saving.load_model(path, compile=False, safe_mode=True)
        except Exception as error:  # Keras has many for a file that is not what it should be
            raise ValueError(f"{path} cannot be read as a Keras model ({str(error):.200})") from error
        if len(generator.input_shape) != 2 and generator.name not in APPLICATION_OF:
            raise ValueError(f"{path} takes {generator.input_shape}, not latent vectors; give a generator")
    else:
        generator = Recording.load(name).generator()
    if len(generator.output_shape) != 4:
        raise ValueError(f"{name} makes {generator.output_shape}, not images")
    return generator


def draw(generator, n, seed):
    import keras

    latents = keras.random.normal((n, generator.input_shape[-1]), seed=seed)
    return generator.predict(latents, batch_size=100, verbose=0)


def save_picture(path, images):
    from PIL import Image

    from gan_lib.data import to_pixels
    from gan_lib.plots import image_grid

    with written_whole(path) as temporary:
        Image.fromarray(image_grid(to_pixels(images))).save(temporary)


def save_network(path, network):
    with written_whole(path) as temporary:
        network.save(temporary)


def positive(text):
    return at_least(1, text)


def natural(text):
    return at_least(0, text)


def share(text):
    return between(0, 1, text)


def positive_number(text):
    return between(1e-12, float("inf"), text)


def between(least, limit, text):
    try:
        value = float(text)
    except ValueError:
        value = limit
    if not least <= value < limit:
        raise argparse.ArgumentTypeError(f"{text} must be a number of at least {least:g} and less than {limit:g}")
    return value


def at_least(least, text):
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text} must be a whole number of at least {least}")
    return int(text)


if __name__ == "__main__":
    main()
