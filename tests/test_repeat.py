"""What `make repeat` would say of two runs that are not the same; it does the runs themselves."""

import base64
import copy
import io
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import notebooks  # noqa: E402
import repeat  # noqa: E402


def picture(value):
    file = io.BytesIO()
    Image.fromarray(np.full((4, 5, 3), value, "uint8")).save(file, "png")
    return base64.b64encode(file.getvalue()).decode()


def cell(source, tags=(), **data):
    output = new_output("display_data", data)
    return new_code_cell(source, outputs=[output], metadata={"tags": list(tags)})


VIEW, BOX, SLIDER = repeat.VIEW, "0" * 31 + "1", "0" * 31 + "2"


@pytest.fixture
def notebook():
    cells = [
        cell("print(1)", **{"text/plain": "1"}),
        cell("plot()", **{"image/png": picture(100)}),
        cell("stepper()", **{VIEW: {"model_id": BOX}}),
        cell("gan.fit()", tags=["nbval-ignore-output"], **{"text/plain": "5 s"}),
    ]
    state = {BOX: {"state": {"children": [f"IPY_MODEL_{SLIDER}"]}}, SLIDER: {"state": {"value": 3}}}
    return new_notebook(cells=cells, metadata={"widgets": {notebooks.STATE: {"state": state}}})


def test_equal_runs_have_no_differences(notebook):
    assert repeat.differing_outputs(notebook, copy.deepcopy(notebook)) == []


def test_what_cannot_repeat_is_excused(notebook):
    other = copy.deepcopy(notebook)
    other.cells[3].outputs[0].data["text/plain"] = "6 s"
    assert repeat.differing_outputs(notebook, other) == []


@pytest.mark.parametrize(
    "alter, said",
    [
        (lambda n: n.cells[0].outputs[0].data.update({"text/plain": "2"}), "'print(1)': what it prints or shows"),
        (lambda n: n.cells[0].outputs.clear(), "'print(1)': 1 outputs, then 0"),
        (
            lambda n: n.cells[1].outputs[0].data.update({"image/png": picture(103)}),
            "'plot()': a picture, in 100.0% of its pixels, by at most 3 of 255",
        ),
        (
            lambda n: n.metadata["widgets"][notebooks.STATE]["state"][SLIDER]["state"].update(value=4),
            "'stepper()': the state of its widgets",
        ),
    ],
    ids=["a number", "an output lost", "a picture", "a slider inside a box"],
)
def test_what_differs_is_said(notebook, alter, said):
    other = copy.deepcopy(notebook)
    alter(other)
    assert repeat.differing_outputs(notebook, other) == [said]


def test_files_that_differ_and_files_that_one_lacks_are_named(tmp_path):
    for folder, contents in (("one", {"a.html": "1", "b/c.html": "2"}), ("two", {"a.html": "1", "b/c.html": "3", "d.js": "4"})):
        for name, text in contents.items():
            (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / name).write_text(text)
    assert repeat.differing_files(tmp_path / "one", tmp_path / "two") == ["b/c.html", "d.js"]
    assert repeat.differing_files(tmp_path / "one", tmp_path / "one") == []


def test_a_notebook_that_draws_at_random_does_not_repeat(tmp_path):
    sources = ["import random", "print(random.random() * 0)", "print(random.random())"]
    path = tmp_path / "random.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in sources]), path)
    before = path.read_bytes()
    assert repeat.executed_twice(path) == ["'print(random.random())': what it prints or shows"]
    assert path.read_bytes() == before
