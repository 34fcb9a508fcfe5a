"""With the network cut off, what is installed works; where the full data set is missing, it says what to do."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import offline  # noqa: E402
import readme  # noqa: E402

cut_off = pytest.mark.skipif(
    not os.environ.get("CI") and not offline.way_in(), reason="this kernel lets nobody but root open a network namespace"
)


def python(*arguments, **environment):
    """Run Python without a network."""
    command = [sys.executable, ROOT / "tools" / "offline.py", sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, cwd=ROOT)


@cut_off
def test_only_the_machine_itself_is_in_reach():
    interfaces = python("-c", "import socket; print([name for _, name in socket.if_nameindex()])")
    assert interfaces.stdout.strip() == "['lo']", interfaces.stderr


@cut_off
def test_samples_are_drawn_from_a_recording(tmp_path):
    run = python("-m", "gan_lib", "sample", "dcgan", "--n", "4", "--output", tmp_path / "grid.png")
    assert run.returncode == 0, run.stderr
    side = 2 * 28 + 2  # four samples and what is between them, enlarged
    width, height = Image.open(tmp_path / "grid.png").size
    assert width == height >= 600 and width % side == 0


@cut_off
def test_the_full_data_set_says_what_to_do(tmp_path):
    code = f"""
from pathlib import Path
from gan_lib import data
data.SYSTEM_FOLDER = Path({str(tmp_path / "system")!r})
data.load_fashion_mnist("train", full=True)
"""
    run = python("-c", code, KERAS_HOME=str(tmp_path))
    error = run.stderr.splitlines()[-1]
    assert error.startswith("FileNotFoundError: the full Fashion-MNIST is neither in")
    for remedy in ("Connect to the internet", "apt-get install dataset-fashion-mnist", "leave full=True out"):
        assert remedy in error


@cut_off
def test_a_notebook_gives_the_same_outputs():
    """All cells of one, but for the two that compute for a minute."""
    notebook = "book/notes_checked.ipynb"
    without = [f"--deselect={notebook}::Cell {number}" for number in (3, 7)]
    run = python("-m", "pytest", "--nbval", "-p", "no:randomly", "-p", "no:cacheprovider", *without, notebook)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "6 passed, 2 deselected" in run.stdout


TEXT = """
## Twenty lines

Some words.

```python
gan.fit(images, epochs=3)  # "## no heading"
```

## Train something

```
python -m gan_lib train --epochs 20 --output first    # a comment

python -m gan_lib sample first
```
"""


class TestReadme:
    def test_the_program_is_the_python_block_of_its_section(self):
        assert readme.example(TEXT) == 'gan.fit(images, epochs=3)  # "## no heading"\n'
        assert readme.example(TEXT, epochs="1") == 'gan.fit(images, epochs=1)  # "## no heading"\n'

    def test_the_commands_are_those_of_their_section(self):
        commands = ["python -m gan_lib train --epochs 20 --output first", "python -m gan_lib sample first"]
        assert readme.commands(TEXT) == commands
        assert readme.commands(TEXT, epochs="1") == [commands[0].replace("20", "1"), commands[1]]

    @pytest.mark.parametrize("section", [readme.example, readme.commands])
    def test_what_is_missing_is_told(self, section):
        with pytest.raises(ValueError, match="the README has no code block"):
            section("# The GAN Book\n")

    def test_make_offline_finds_the_program_of_the_readme(self):
        program = readme.example(readme.README.read_text(), epochs=1)
        compile(program, "README.md", "exec")
        assert re.search("from gan_lib import ", program)
        assert set(re.findall(r"epochs=(\d+)", program)) == {"1"}

    def test_make_offline_finds_the_commands_of_the_readme(self):
        commands = readme.commands(readme.README.read_text(), epochs=1)
        assert {command.split()[:4][-1] for command in commands} == {
            "train",
            "sample",
            "evaluate",
            "record",
            "export",
            "diagnose",
        }
        assert all(command.startswith("python -m gan_lib ") and "#" not in command for command in commands)
        assert {epochs for command in commands for epochs in re.findall(r"--epochs (\d+)", command)} == {"1"}
