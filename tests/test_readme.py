"""The README's program and commands, as they stand there, on few images; `make offline` runs them on all."""

import json
import re
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_lib import describe, load_fashion_mnist
from gan_lib.__main__ import main

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import readme  # noqa: E402

TEXT = readme.README.read_text(encoding="utf-8")

pytestmark = pytest.mark.usefixtures("eagerly", "small_applications")


@pytest.fixture(autouse=True)
def few_images(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pictures").mkdir()
    for i in range(12):
        Image.new("RGB", (40, 32), (20 * i, 128, 255 - 20 * i)).save(tmp_path / "pictures" / f"{i}.png")
    images, labels = load_fashion_mnist("test")
    few, real = (images[:64], labels[:64]), describe(images[:200])
    for module in ("gan_lib.data", "gan_lib.runs"):
        monkeypatch.setattr(f"{module}.load_fashion_mnist", lambda split, full=False: few)
    monkeypatch.setattr("gan_lib.evaluation.describe_photographs", lambda features: real)
    evaluate = sys.modules["gan_lib.evaluation"].evaluate
    fewer = lambda draw, n, resamples, *more, **options: evaluate(draw, min(n, 150), resamples, *more, **options)  # noqa: E731
    monkeypatch.setattr("gan_lib.evaluation.evaluate", fewer)


def test_twenty_lines(tmp_path, capsys):
    program = readme.example(TEXT)
    assert len([line for line in program.splitlines() if line.strip()]) <= 20
    exec(compile(program, "README.md", "exec"), {})
    assert min(Image.open(tmp_path / "samples.png").size) >= 600
    assert "FD" in capsys.readouterr().out and (tmp_path / "generator.keras").exists()


def test_the_commands(tmp_path, capsys):
    commands = readme.commands(TEXT)
    assert commands[0].startswith("python -m gan_lib train ")
    for command in commands:
        main(shlex.split(command)[3:])
    pictures = sorted(path for path in tmp_path.rglob("*.png") if path.parent.name != "pictures")
    assert all(min(Image.open(path).size) >= 300 for path in pictures) and len(pictures) > 5
    first = re.search(r"--output (\S+)", commands[0])[1]
    (epochs,) = {len(values) for values in json.loads((tmp_path / first / "history.json").read_text()).values()}
    assert epochs == max(int(n) for n in re.findall(rf"--epochs (\d+) .*--output {first} --resume", "\n".join(commands)))
    assert np.array(Image.open(tmp_path / first / "samples.png")).std() > 0
