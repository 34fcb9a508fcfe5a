"""python -m gan_lib train | sample | evaluate | record: options and messages; what they do is in `gan_lib.runs`."""

import argparse
import os
from pathlib import Path

from gan_lib import what_is_missing
from gan_lib.applications import APPLICATIONS

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported; what matters, it raises

SOURCE = "a generator's .keras file, the folder of a run, or a recording"


def main(arguments=None):
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except ModuleNotFoundError as error:
        parser.exit(1, f"{parser.prog} {options.command}: {what_is_missing(error)}\n")
    except (ValueError, OSError, FloatingPointError, ImportError) as error:
        parser.exit(1, f"{parser.prog} {options.command}: {error}\n")
    except KeyboardInterrupt:
        parser.exit(
            130, f"\n{parser.prog} {options.command}: stopped; --resume carries a training on after its last whole epoch\n"
        )


def build_parser():
    parser = argparse.ArgumentParser(prog="python -m gan_lib", description="Train a GAN on Fashion-MNIST and draw from it.")
    commands = parser.add_subparsers(dest="command", required=True)

    training = argparse.ArgumentParser(add_help=False)
    add = training.add_argument
    add("--epochs", type=positive, default=5, help="passes over the images (default: 5)")
    add("--batch-size", type=positive, default=32, help="images in a step (default: 32)")
    add("--full", action="store_true", help="all 60,000 images instead of the 10,000 bundled ones")
    add("--seed", type=natural, default=0, help="the same seed repeats a run on one machine (default: 0)")
    text = "leave the moving average of the generator's weights instead of the last ones; 0.999 remembers about 1,000 steps"
    add("--average", type=share, default=0.0, metavar="MOMENTUM", help=text)
    text = "by how much the discriminator's target for real images falls short of 1, such as 0.1 (default: 0)"
    add("--label-smoothing", type=share, default=0.0, metavar="SHARE", help=text)
    add("--rate", type=positive_number, default=2e-4, help="the learning rate of both players (default: 0.0002)")
    text = "the discriminator's learning rate, where it is another"
    add("--discriminator-rate", type=positive_number, metavar="RATE", help=text)

    command = commands.add_parser("train", parents=[training], help="train, and leave samples, history and weights")
    text = "which two networks (default: dcgan), or an application; of several stages, each is trained for --epochs"
    command.add_argument("--model", choices=("dcgan", "mlp", *APPLICATIONS), default="dcgan", help=text)
    text = "carry on what is in the folder: the same command again, and the run ends as if it had never stopped"
    command.add_argument("--resume", action="store_true", help=text)
    text = "a folder for what the run leaves, checkpoints included"
    command.add_argument("--output", type=Path, required=True, help=text)
    command.set_defaults(run=train)

    command = commands.add_parser("record", parents=[training], help="train, and leave a recording for the stepper")
    models = ("dcgan", "mlp", "crossed", "ring", "moons", *APPLICATIONS)
    text = (
        "which two networks (default: dcgan); crossed: the DCGAN's generator and the MLP's discriminator; ring and moons: those "
        "on points in the plane, on real points of that shape; or an application"
    )
    command.add_argument("--model", choices=models, default="dcgan", help=text)
    text = "of an application: a stage, or what it is compared with (default: the last stage)"
    command.add_argument("--variant", help=text)
    text = "for an application: a recording whose generator to begin with, as the second stages do"
    command.add_argument("--start", help=text)
    text = (
        "how to train: the steps of GAN (default), or as older tutorials do, with a combined model in which the discriminator is "
        "frozen once, switched on and off, or not frozen; see gan_lib.studies.recipes"
    )
    recipes = ("steps", "frozen-once", "switched", "unfrozen")
    command.add_argument("--recipe", choices=recipes, default="steps", help=text)
    text = "also measure, at every moment, the distance of 5,000 samples to the bundled images; some ten seconds a moment"
    command.add_argument("--fid", action="store_true", help=text)
    text = (
        "also measure, at every moment, all scores of gan_lib.evaluation on 5,000 samples; half a minute a moment. For an "
        "application: its own scores on the bundled test images"
    )
    command.add_argument("--scores", action="store_true", help=text)
    weights = command.add_mutually_exclusive_group()
    text = "leave the generator's weights out: a small file"
    weights.add_argument("--without-weights", dest="weights", action="store_const", const="none", default="all", help=text)
    text = "round the generator's weights to 16 bits: half the file"
    weights.add_argument("--half-weights", dest="weights", action="store_const", const="half", help=text)
    text = "the .npz file to write; rewritten after every epoch"
    command.add_argument("--output", type=Path, required=True, help=text)
    command.set_defaults(run=record)

    command = commands.add_parser("sample", help="draw a grid of samples as a PNG picture")
    command.add_argument("weights", help=SOURCE)
    command.add_argument("--n", type=positive, default=64, help="how many samples (default: 64)")
    command.add_argument("--seed", type=natural, default=0, help="which latent vectors (default: 0)")
    command.add_argument("--caption", help='for StackGAN: what to draw, such as "a dark coat"')
    command.add_argument("--output", type=Path, default=Path("samples.png"), help="the picture (default: samples.png)")
    command.set_defaults(run=sample)

    command = commands.add_parser(
        "evaluate", help="print the scores of a generator: Inception Score, Fréchet and kernel distance, precision, recall"
    )
    command.add_argument("weights", nargs="+", help=f"{SOURCE}; or several")
    text = "samples in a set; compare at the same n only (default: 5000)"
    command.add_argument("--n", type=positive, default=5_000, help=text)
    command.add_argument("--resamples", type=positive, default=5, help="how many sets, for the spread (default: 5)")
    text = "in whose features: the classifier of the package (default), or Inception-v3, downloaded once"
    command.add_argument("--features", choices=("classifier", "inception"), default="classifier", help=text)
    command.set_defaults(run=evaluate)
    return parser


def settings(options):
    """Return the `gan_lib.runs.Settings` that the options of a training say."""
    from gan_lib.runs import Settings

    return Settings(**{name: value for name, value in vars(options).items() if name in Settings.__dataclass_fields__})


def train(options):
    from gan_lib.runs import train_and_save

    train_and_save(settings(options), options.output, options.resume)
    print(f"samples, history and weights are in {options.output}; the newest picture is samples.png")


def record(options):
    from gan_lib import runs

    runs.record(settings(options), options.output, options.scores, options.fid, options.weights)
    print(f"the recording is in {options.output}")


def sample(options):
    from gan_lib import runs

    if options.output.suffix != ".png":
        raise ValueError(f"--output {options.output} must end in .png")
    images, shown = runs.sample(options.weights, options.n, options.seed, options.caption)
    runs.save_picture(options.output, images, shown)
    print(f"{options.n} samples are in {options.output}")


def evaluate(options):
    from gan_lib.evaluation import table
    from gan_lib.runs import evaluate_saved

    print(table(evaluate_saved(options.weights, options.n, options.resamples, options.features)))
    features = "gan_lib.classifier" if options.features == "classifier" else "Inception-v3 (Keras)"
    print(
        f"Mean ± spread over {options.resamples} sets of {options.n:,} samples, against 10,000 training images, in the features "
        f"of {features}."
    )


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
