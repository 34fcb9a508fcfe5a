"""Run the commands under the README's "Train something", in a temporary folder, one after the other.

Usage: python tools/readme.py [EPOCHS], to train for as many epochs instead of those that stand there.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def commands(text, epochs=None):
    """Return the commands of the section, without their comments."""
    block = re.search(r"## Train something\n+```\n(.*?)```", text, re.DOTALL)[1]
    lines = [line.partition("#")[0].strip() for line in block.splitlines()]
    return [re.sub(r"--epochs \d+", f"--epochs {epochs}", line) if epochs else line for line in lines]


def main(arguments):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # so that `python` is this one
    with tempfile.TemporaryDirectory() as folder:
        for command in commands(README.read_text(encoding="utf-8"), *arguments):
            print(command, flush=True)
            subprocess.run(shlex.split(command), cwd=folder, env=os.environ | {"PATH": path}, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
