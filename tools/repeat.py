"""Do the same thing twice, and say whether the same comes out: the pages, built, and the notebooks, executed.

Everything happens in temporary copies; the working tree is left as it is. nbval compares what cells print with what is
stored; this compares the pictures and the state of the widgets too, which nbval does not look at.
"""

import argparse
import base64
import io
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
import notebooks
import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
SOURCES = ("_config.yml", "_toc.yml", "book")
VIEW = "application/vnd.jupyter.widget-view+json"
MODEL = re.compile("IPY_MODEL_([0-9a-f]{32})")


def pages():
    """Build the book in two folders, and list the files that are not the same bytes in both."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        return differing_files(build(Path(first)), build(Path(second)))


def build(folder):
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    (folder / "_build").mkdir()
    (folder / "_build" / "npm").symlink_to(ROOT / "_build" / "npm")
    subprocess.run([Path(sys.executable).with_name("jupyter-book"), "build", ".", "--all", "--quiet"], cwd=folder, check=True)
    return folder / "_build" / "html"


def differing_files(first, second):
    a, b = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (first, second)
    )
    return [str(name) for name in sorted(a.keys() | b.keys()) if a.get(name) != b.get(name)]


def executed_twice(path):
    """Execute a notebook twice, in a kernel of its own each time, and list what differs."""
    twice = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(shutil.copy(path, folder))
            notebooks.run(copy)
            twice.append(nbformat.read(copy, as_version=4))
    return differing_outputs(*twice)


def differing_outputs(first, second):
    """List the differences of two runs of one notebook, cell by cell, without those that nbval-ignore-output excuses."""
    found = []
    for a, b in zip(first.cells, second.cells):
        if a.cell_type == "code" and "nbval-ignore-output" not in a.metadata.get("tags", []):
            if a.outputs != b.outputs:
                found.append(f"{a.source.splitlines()[-1]!r}: {difference(a.outputs, b.outputs)}")
            elif widgets(first, a) != widgets(second, b):
                found.append(f"{a.source.splitlines()[-1]!r}: the state of its widgets")
    return found


def difference(first, second):
    if len(first) != len(second):
        return f"{len(first)} outputs, then {len(second)}"
    for a, b in zip(first, second):
        pictures = [output.get("data", {}).get("image/png") for output in (a, b)]
        if a != b and all(pictures):
            return apart(*(np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))), int) for picture in pictures))
    return "what it prints or shows"


def apart(first, second):
    if first.shape != second.shape:
        return f"a picture of the shape {first.shape}, then {second.shape}"
    share, largest = np.any(first != second, axis=-1).mean(), np.abs(first - second).max()
    return f"a picture, in {share:.1%} of its pixels, by at most {largest} of 255"


def widgets(notebook, cell):
    """Return the state of the widgets that a cell shows, and of all that they are made of."""
    state = notebook.metadata.get("widgets", {}).get(notebooks.STATE, {}).get("state", {})
    names, shown = {output["data"][VIEW]["model_id"] for output in cell.outputs if VIEW in output.get("data", {})}, {}
    while names:
        name = names.pop()
        shown[name] = state.get(name)
        names |= set(MODEL.findall(str(shown[name]))) - set(shown)
    return shown


def said(name, differences):
    print(f"{name}: {'not ' if differences else ''}the same twice", *differences, sep="\n  ", flush=True)
    return not differences


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", action="store_true", help="build the book twice")
    parser.add_argument("notebooks", nargs="*", type=Path, help="notebooks to execute twice")
    options = parser.parse_args(arguments)
    repeats = [said("pages", pages())] if options.pages else []
    with ProcessPoolExecutor(2) as two_at_once:
        repeats += [said(*result) for result in zip(options.notebooks, two_at_once.map(executed_twice, options.notebooks))]
    return 0 if all(repeats) else 1


if __name__ == "__main__":
    sys.exit(main())
