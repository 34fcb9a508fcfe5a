"""Run the tests and every notebook in an environment that is not the book's own: Colab's, or the oldest one that is claimed.

    python tools/environment.py colab --python python3.12
    python tools/environment.py oldest --python python3.10

The environment gets the versions first, then gan_lib, freely, as a reader would install it. If that moves a version that was
there, the run stops. Then what the tests need is installed beside it, and the unit tests and the notebooks run on the installed
package, in a copy of the tree that lacks gan_lib. Tests of the pages need what builds them, and stay at home.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys

try:
    import tomllib
except ImportError:  # before Python 3.11; pytest brings it
    import tomli as tomllib

from trees import ROOT, copy_tree

COLAB = ROOT / "tests" / "colab.txt"
OF_PAGES = [f"--ignore=tests/{name}" for name in ("browser", "test_book.py", "test_diagrams.py", "test_links.py")]
TOOLS = (
    *("pytest", "pytest-timeout", "pytest-xdist", "pytest-randomly", "hypothesis"),
    *("nbval", "nbclient", "nbformat", "ipykernel", "pyyaml"),
)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("name", choices=("colab", "oldest"))
    parser.add_argument(
        "--python", default=sys.executable, help="the interpreter: Colab has 3.12, and 3.10 is the oldest claimed"
    )
    parser.add_argument("--only", choices=("install", "unit", "notebooks"), help="only this part")
    options = parser.parse_args(arguments)
    folder = ROOT / "_build" / "environments" / options.name
    pins = COLAB if options.name == "colab" else oldest(folder)
    python, tree = folder / "venv" / "bin" / "python", folder / "tree"
    if options.only in (None, "install"):
        set_up(options.python, pins, folder, python)
    if options.only in (None, "unit"):
        run(python, "-m", "pytest", "-n", "2", "--dist", "loadfile", *OF_PAGES, "tests", cwd=tree)
    if options.only in (None, "notebooks"):
        notebooks = sorted(str(path.relative_to(tree)) for path in (tree / "book").glob("*.ipynb"))
        run(
            python,
            "-m",
            "pytest",
            "-n",
            "2",
            "--dist",
            "loadfile",
            "--nbval",
            "-p",
            "no:randomly",
            "--timeout",
            "1200",
            *notebooks,
            cwd=tree,
        )


def oldest(folder):
    """Write the lower bounds of pyproject.toml as versions, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    pins = folder / "oldest.txt"
    bounds = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    pins.write_text("".join(f"{bound.replace('>=', '==')}\n" for bound in bounds))
    return pins


def set_up(interpreter, pins, folder, python):
    """Make the environment and the tree in which the tests run."""
    shutil.rmtree(folder / "venv", ignore_errors=True)
    run(interpreter, "-m", "venv", folder / "venv")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--requirement", pins)
    preinstalled = versions(python)
    tree = copy_tree(folder / "tree")
    run(*pip, tree)
    stay(preinstalled, versions(python), "gan_lib")
    shutil.rmtree(tree / "gan_lib")
    run(*pip, "--constraint", pins, *TOOLS)
    stay(preinstalled, versions(python), "what the tests need")


def versions(python):
    listed = subprocess.run([python, "-m", "pip", "list", "--format", "json"], check=True, capture_output=True, text=True).stdout
    return {re.sub(r"[-_.]+", "-", package["name"]).lower(): package["version"] for package in json.loads(listed)}


def stay(before, after, cause):
    """Stop unless every version that was there is still there."""
    moved = [f"{name} {version} -> {after.get(name)}" for name, version in before.items() if after.get(name) != version]
    if moved:
        sys.exit(f"installing {cause} moved what was there: {', '.join(moved)}")
    added = sorted(after.keys() - before.keys())
    print(f"{cause}: none of {len(before)} versions moved; new: {', '.join(added)}", flush=True)


def run(*command, cwd=None):
    subprocess.run(command, cwd=cwd, check=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
