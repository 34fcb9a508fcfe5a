"""python -m gan_lib train | diagnose | sample | evaluate | export | record | study: options and messages alone."""

import argparse
import os
from pathlib import Path

from gan_lib import what_is_missing
from gan_lib.applications import APPLICATIONS

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported; what matters, it raises

GAMES = (  # the names of gan_lib.studies.losses, which loads TensorFlow
    "non_saturating",
    "least_squares",
    "hinge",
    "wasserstein_gp",
    "hinge_spectral",
    "non_saturating_r1",
    "relativistic_r1_r2",
    "non_saturating_bare",
)
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
        training = "--resume carries a training on after its last whole epoch"
        study = "the same command again goes on after the last whole training"
        parser.exit(130, f"\n{parser.prog} {options.command}: stopped; {study if options.command == 'study' else training}\n")


def build_parser():
    parser = argparse.ArgumentParser(prog="python -m gan_lib", description="Train a GAN on images and draw from it.")
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
    text = "train on the PNG, JPEG and WebP files of a folder instead of on Fashion-MNIST; subfolders are classes"
    add("--images", metavar="FOLDER", help=text)
    add("--size", type=positive, help="to which side they are brought: a multiple of 4 from 16 to 128 (default: 64)")
    add("--grey", action="store_true", help="make them grey")
    text = "train a generator that is told which class to make, and how the discriminator learns the class (projection)"
    add("--labels", nargs="?", const="projection", choices=("projection", "concatenation"), help=text)
    losses = ("non_saturating", "minimax", "least_squares", "hinge", "wasserstein", "relativistic")
    add("--loss", choices=losses, default=losses[0], help="what the players minimise (default: non_saturating)")
    text = (
        "what the discriminator pays for steep slopes: r1, r2 or gradient_penalty, with a strength as in r1=0.5 if not the usual "
        "one; may be given twice"
    )
    add("--penalty", action="append", default=[], metavar="NAME", help=text)
    text = "normalize the discriminator spectrally, and not by batches"
    add("--spectral-norm", action="store_true", help=text)
    text = "do not normalize the discriminator by batches; a penalty implies it"
    add("--without-batch-norm", action="store_true", help=text)
    text = "change images at random before the discriminator sees them (DiffAugment), which small sets need"
    add("--augment", action="store_true", help=text)
    text = "steps of the discriminator for each of the generator (default: 1)"
    add("--discriminator-steps", type=positive, default=1, metavar="N", help=text)
    text = "train on so many GPUs, or on all; with TF_CONFIG, on those of several machines (default: 1)"
    add("--devices", type=all_or_positive, default=1, metavar="N|all", help=text)

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
    command.add_argument("--label", help="for a run with --labels: the class, by name or number (default: a row of each)")
    moving = command.add_mutually_exclusive_group()
    moving.add_argument("--gif", action="store_true", help="the whole run as an animation, from its first moment to its last")
    moving.add_argument("--walk", action="store_true", help="a walk through latent space as an animation")
    text = "the picture (default: samples.png), or with --gif and --walk the animation (samples.gif)"
    command.add_argument("--output", type=Path, help=text)
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
    text = "the folder of the images that it was trained on, if not on Fashion-MNIST; needs --features inception"
    command.add_argument("--images", metavar="FOLDER", help=text)
    command.set_defaults(run=evaluate)

    command = commands.add_parser("diagnose", help="say what is likely wrong with a run, with the evidence and what to try")
    command.add_argument("source", metavar="RUN", help="the folder of a run, or a recording")
    text = "the folder of the images that it was trained on, if that is not where it was"
    command.add_argument("--images", metavar="FOLDER", help=text)
    command.set_defaults(run=diagnose)

    command = commands.add_parser("export", help="write a generator in a form that other programs read, and compare the two")
    command.add_argument("weights", help=SOURCE)
    text = "Keras, a TensorFlow SavedModel, ONNX, or LiteRT (TensorFlow Lite) for one image at a time"
    command.add_argument("--format", choices=("keras", "saved_model", "onnx", "litert"), default="keras", help=text)
    text = "the file (default: generator with the ending of the form), or the folder of a SavedModel"
    command.add_argument("--output", type=Path, help=text)
    command.set_defaults(run=export)

    text = "train and measure all that a study compares, into a folder; the same command again goes on where it was stopped"
    command = commands.add_parser("study", help=text)
    command.add_argument("name", choices=("losses",), help="losses: eight games of one pair of networks, some three hours")
    text = "the folder, with one file for each training (default: that name)"
    command.add_argument("--output", type=Path, metavar="FOLDER", help=text)
    text = "only this game; may be given several times. Two processes with other games in one folder keep two cores busy"
    command.add_argument("--only", action="append", default=[], choices=GAMES, help=text)
    command.add_argument("--seeds", type=positive, default=5, help="trainings of each game at its rate (default: 5)")
    text = "how many each training shows to the discriminator, a multiple of --moments times --batch-size (default: 32000)"
    command.add_argument("--images", type=positive, default=32_000, help=text)
    command.add_argument("--batch-size", type=positive, default=32, help="images in a step (default: 32)")
    text = "maps of the discriminator's first layer; the generator's last ones are twice as many (default: 8)"
    command.add_argument("--width", type=positive, default=8, help=text)
    command.add_argument("--moments", type=positive, default=4, help="how often each training is measured (default: 4)")
    command.add_argument("--samples", type=positive, default=5_000, help="how many are measured (default: 5000)")
    command.set_defaults(run=study)
    return parser


def settings(options):
    """Return the `gan_lib.runs.Settings` that the options of a training say."""
    from gan_lib.runs import Settings

    given = {name: value for name, value in vars(options).items() if name in Settings.__dataclass_fields__}
    return Settings(**given | {"penalty": tuple(options.penalty)})


def train(options):
    from gan_lib.runs import doctor_says_briefly, train_and_save

    train_and_save(settings(options), options.output, options.resume)
    print(f"samples, history and weights are in {options.output}; the newest picture is samples.png")
    print(doctor_says_briefly(options.output))


def record(options):
    from gan_lib import runs

    runs.record(settings(options), options.output, options.scores, options.fid, options.weights)
    print(f"the recording is in {options.output}")


def diagnose(options):
    from gan_lib.runs import doctor_says

    print(doctor_says(options.source, options.images))


def sample(options):
    from gan_lib import saved

    moving = options.gif or options.walk
    path = options.output or Path("samples.gif" if moving else "samples.png")
    if path.suffix != (".gif" if moving else ".png"):
        raise ValueError(f"--output {path} must end in {'.gif' if moving else '.png'}")
    if options.gif:
        pictures = saved.animation(options.weights)
    elif options.walk:
        pictures = saved.walk(options.weights, seed=options.seed, label=options.label)
    else:
        images, shown = saved.sample(options.weights, options.n, options.seed, options.caption, options.label)
        saved.save_picture(path, images, shown)
        print(f"{len(images)} samples are in {path}")
        return
    saved.save_animation(path, pictures, 300 if options.gif else 80)
    print(f"an animation of {len(pictures)} pictures is in {path}")


def evaluate(options):
    from gan_lib.evaluation import table
    from gan_lib.saved import evaluate_saved

    print(table(evaluate_saved(options.weights, options.n, options.resamples, options.features, options.images)))
    features = "gan_lib.classifier" if options.features == "classifier" else "Inception-v3 (Keras)"
    real = f"the images of {options.images}" if options.images else "10,000 training images"
    print(f"Mean ± spread over {options.resamples} sets of {options.n:,} samples, against {real}, in the features of {features}.")


def export(options):
    from gan_lib.exports import FORMS
    from gan_lib.exports import export as write

    path = options.output or Path(f"generator{FORMS[options.format].ending}")
    difference = write(options.weights, path, options.format)
    print(f"the generator is in {path}; its images differ from those of Keras by at most {difference:.1g} of 2")


def study(options):
    # One core for a process: so the seconds of its games compare, and a second process can have the other core.
    for kind in ("INTRAOP", "INTEROP"):
        os.environ.setdefault(f"TF_NUM_{kind}_THREADS", "1")
    from gan_lib.runs import study_losses
    from gan_lib.studies.losses_table import standings, table

    names = ("images", "batch_size", "width", "moments", "samples")
    folder = options.output or Path(options.name)
    outcomes = study_losses(folder, options.only, options.seeds, **{name: getattr(options, name) for name in names})
    print(f"the outcomes of {len(outcomes)} trainings are in {folder}")
    for at in ("images", "seconds"):
        for kind, weights in (("last", "last weights"), ("averaged", "averaged weights")):
            print(f"\nat equal {at}, {weights}\n{table(standings(outcomes, at), kind)}")


def all_or_positive(text):
    return text if text == "all" else positive(text)


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
