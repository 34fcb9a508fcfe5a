"""That nbval bites: whatever a stored cell has wrong fails, under the flags that `make test` runs the notebooks with."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).parents[1]


def cell(source, *outputs, tags=()):
    return new_code_cell(source, outputs=list(outputs), execution_count=1, metadata={"tags": list(tags)})


def printed(text):
    return new_output("stream", name="stdout", text=text)


def shown(**data):
    return new_output("execute_result", {kind.replace("_", "/"): value for kind, value in data.items()}, execution_count=1)


EXCUSED = ["nbval-ignore-output"]
CELLS = {
    "as printed": cell("print(0.25)", printed("0.25\n")),
    "as shown": cell("1 / 4", shown(text_plain="0.25")),
    "a printed number altered": cell("print(0.25)", printed("0.26\n")),
    "a shown number altered": cell("1 / 4", shown(text_plain="0.26")),
    "a number in a table altered": cell(
        "class Table:\n    _repr_html_ = lambda self: '<td>0.25</td>'\n    __repr__ = lambda self: 'Table()'\nTable()",
        shown(text_plain="Table()", text_html="<td>0.26</td>"),
    ),
    "an output lost": cell("print(0.25)"),
    "an output too many": cell("quarter = 0.25", printed("0.25\n")),
    "a raised error": cell("1 / 0"),
    "a failed claim": cell("assert 1 / 4 == 0.26"),
    "an altered number, excused": cell("print(0.25)", printed("0.26\n"), tags=EXCUSED),
    "a raised error, excused for its output": cell("print(0.25)\n1 / 0", printed("0.25\n"), tags=EXCUSED),
    "as printed, after all that": cell("print(1 / 2)", printed("0.5\n")),
}
PASS = {"as printed", "as shown", "an altered number, excused", "as printed, after all that"}


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """The names of the cells that fail; one notebook, because starting a kernel takes seconds."""
    folder = tmp_path_factory.mktemp("nbval")
    notebook = folder / "teeth.ipynb"
    nbformat.write(new_notebook(cells=list(CELLS.values())), notebook)
    flags = re.search(r"-m pytest (.*--nbval.*)\$\(NOTEBOOKS\)", (ROOT / "Makefile").read_text())[1]
    flags = flags.replace("--numprocesses 2 --dist loadfile", "").split()
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), *flags, "-p", "no:cacheprovider"]
    report = folder / "report.xml"
    run = subprocess.run([*command, f"--junitxml={report}", str(notebook)], cwd=folder, capture_output=True, text=True)
    assert run.returncode in (0, 1), run.stdout + run.stderr  # 1: some failed; any other: they did not run
    outcomes = ElementTree.parse(report).findall(".//testcase")
    assert len(outcomes) == len(CELLS)
    return {name for name, outcome in zip(CELLS, outcomes) if len(outcome)}


@pytest.mark.parametrize("name", CELLS)
def test_only_what_is_wrong_fails(failed, name):
    assert (name in failed) == (name not in PASS)
