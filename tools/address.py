"""Set where the book lives: in _config.yml, in the notebooks' set-up cells, and in their Colab badges.

Usage: python tools/address.py https://github.com/NAME/REPOSITORY
While the address is the placeholder, the notebooks carry no badge.
"""

import re
import sys
from pathlib import Path

import nbformat

from gan_lib._files import atomic_write

PLACEHOLDER = "https://github.com/OWNER/gan-book"
IN_CONFIG = re.compile(r"(?<=^  url: )\S+$", re.MULTILINE)
NOT_IN_PAGES = {"tags": ["remove-cell"]}  # which have a button; the badge's picture would come from a foreign host
IN_SET_UP = re.compile(r"(?<=git\+)https://\S+")


def address(root):
    """Return the repository's address as _config.yml has it."""
    return IN_CONFIG.search((root / "_config.yml").read_text(encoding="utf-8")).group()


def badge(url, notebook):
    """Return the Markdown of a Colab badge for a notebook of the book."""
    place = url.removeprefix("https://")
    colab = f"https://colab.research.google.com/{place.replace('github.com', 'github', 1)}/blob/main/book/{notebook}"
    return f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab})"


def set_address(root, url):
    if not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+(?<!\.git)", url):
        raise ValueError(f"URL must look like https://github.com/NAME/REPOSITORY, for Colab's sake; got {url!r}")
    config = root / "_config.yml"
    write(config, IN_CONFIG.sub(url, config.read_text(encoding="utf-8")))
    for path in sorted((root / "book").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if cell.id != "colab-badge"]
        if url != PLACEHOLDER:
            notebook.cells.insert(
                1, nbformat.v4.new_markdown_cell(badge(url, path.name), id="colab-badge", metadata=NOT_IN_PAGES)
            )
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.source = IN_SET_UP.sub(url, cell.source)
        write(path, nbformat.writes(notebook) + "\n")


def write(path, text):
    """Write a file that has changed, and leave one that has not: make would take it for new."""
    if path.read_text(encoding="utf-8") == text:
        return
    with atomic_write(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    try:
        set_address(Path(__file__).parents[1], sys.argv[1].rstrip("/"))
    except ValueError as error:
        sys.exit(str(error))
