"""Run notebooks in place, and store them so that a second run changes nothing that can repeat.

Widget models get running numbers for names instead of random ones; times, the kernel's version and TensorFlow's
start-up log are left out. A notebook that raises stays as it was.
"""

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from gan_lib._files import atomic_write

START_UP_LOG = re.compile(r"WARNING: All log messages before absl|[IWE]\d{4} \d{2}:\d{2}:\d{2}|\s*$")
STATE = "application/vnd.jupyter.widget-state+json"


def run(path):
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata.pop("widgets", None)  # those of the last run
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=900, coalesce_streams=True, resources=where)
    client.execute()
    if path.read_text(encoding="utf-8") != text:
        sys.exit(f"{path} was edited while it ran; what you wrote is kept, run it again")
    with atomic_write(path) as temporary:
        temporary.write_text(normalised(notebook), encoding="utf-8")


def normalised(notebook):
    """Return the text of an executed notebook without what differs from run to run."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not is_start_up_log(output)]
    notebook.metadata.language_info = {"name": "python"}
    models = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    names = {name: f"{number:032x}" for number, name in enumerate(models)}  # in the order of their making
    text = re.sub("[0-9a-f]{32}", lambda match: names.get(match[0], match[0]), nbformat.writes(notebook))
    return nbformat.writes(nbformat.reads(text, as_version=4)) + "\n"  # again, which sorts by the new names


def is_start_up_log(output):
    """Say whether an output is what TensorFlow's C++ side writes while it starts, of no use to a reader."""
    lines = output.get("text", "").splitlines()
    return output.get("name") == "stderr" and all(START_UP_LOG.match(line) for line in lines)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(f"running {argument}", flush=True)
        run(Path(argument))
