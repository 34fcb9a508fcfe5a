"""Run what the README promises a reader, in a temporary folder: its "Twenty lines", then the commands under "Train something".

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


def block(text, heading, language=""):
    """Return the first code block of a language under a heading.

    Raises:
        ValueError: if the README has none.
    """
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    found = section and re.search(rf"^```{language}\n(.*?)^```$", section[1], re.DOTALL | re.MULTILINE)
    if not found:
        raise ValueError(f'the README has no code block "```{language}" under "## {heading}"')
    return found[1]


def example(text, epochs=None):
    """Return the Python program under "Twenty lines"."""
    program = block(text, "Twenty lines", "python")
    return re.sub(r"\bepochs=\d+", f"epochs={epochs}", program) if epochs else program


def commands(text, epochs=None):
    """Return the commands under "Train something", without their comments."""
    lines = [line.partition("#")[0].strip() for line in block(text, "Train something").splitlines()]
    return [re.sub(r"--epochs \d+", f"--epochs {epochs}", line) if epochs else line for line in lines if line]


def main(arguments):
    text, path = README.read_text(encoding="utf-8"), f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "twenty_lines.py").write_text(example(text, *arguments), encoding="utf-8")
        for command in ["python twenty_lines.py", *commands(text, *arguments)]:
            print(command, flush=True)
            # With that path, `python` is this one.
            subprocess.run(shlex.split(command), cwd=folder, env=os.environ | {"PATH": path}, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
