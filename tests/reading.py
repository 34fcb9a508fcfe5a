"""A page as its reader meets it: what stands on the main path, what is folded, and where a term is linked first."""

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

BOOK = Path(__file__).parents[1] / "book"
FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
ASIDE = re.compile(r"(Going deeper|Exercises|Further reading)")  # headings of what is not on the main path
EVERYDAY = {"moment", "sample"}  # also words of every day
COLUMN = 644  # the width of a page's text in pixels, in a window 1280 wide; a wider picture is shrunk to it
PICTURES = ("image/png", "application/vnd.jupyter.widget-view+json")


def cells_of(path):
    """Yield (on the main path, kind, source, the cell itself or {}) for each cell, markdown cut at its headings."""
    if path.suffix == ".md":
        cells = [{"cell_type": "markdown", "source": path.read_text(encoding="utf-8").splitlines(keepends=True)}]
    else:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    aside = None  # the level of the heading under which all is aside
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] != "markdown":
            yield aside is None, "code", source, cell
            continue
        for part in re.split(r"(?m)^(?=#{1,4} )", source):
            if heading := re.match(r"(#{1,4}) (.*)", part):
                level = len(heading[1])
                aside = None if aside and level <= aside else aside
                if aside is None and ASIDE.match(heading[2]):
                    aside = level
            yield aside is None, "markdown", part, {}


def words(text):
    """Return the words of prose, without formulas, citations and options of directives."""
    text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", " ", text, flags=re.DOTALL)
    text = re.sub(r"\{cite:[pt]\}`[^`]*`", " ", text)
    text = re.sub(r"(?m)^:.*$|^\([\w-]+\)=$", " ", text)
    return re.findall(r"[A-Za-z][A-Za-z'’-]*", text)


def is_folded(cell):
    return bool(FOLDED & {*cell["metadata"].get("tags", [])})


def code_lines(source):
    return sum(bool(line.strip()) for line in source.splitlines())


def shows_a_picture(kind, source, cell):
    if kind == "markdown":
        return bool(re.search(r"!\[|\{image\}|\{figure\}|<img ", source))
    return any(form in output.get("data", {}) for output in cell["outputs"] for form in PICTURES)


def glossary_terms():
    """Return the terms of the glossary, but those that only point to another."""
    text = (BOOK / "glossary.md").read_text(encoding="utf-8")
    return re.findall(r"(?m)^(\S.*)\n  (?!See \{term\})", text[text.index(":::{glossary}") :])


def terms_before_their_link(path):
    """Return the terms of the glossary that a page uses in its prose before it links them, or explains them in bold."""
    prose = prose_of(path)
    # A longer term first: "inference mode" is no use of "mode".
    found, free = [], without_links(prose)
    for term in sorted(glossary_terms(), key=len, reverse=True):
        link = re.search(rf"\x01{re.escape(term)}\x02|\*\*{re.escape(term)}s?[ *]", prose)
        word = re.compile(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", re.IGNORECASE)
        used = word.search(free)
        if used and term not in EVERYDAY and (link is None or used.start() < link.start()):
            found.append(term)
        free = word.sub(lambda m: " " * len(m[0]), free)
    return found


def prose_of(path):
    """Return the running text of a page, without headings, tables, code, formulas and pictures; terms stand between marks."""
    text = "\n\n".join(source for _, kind, source, _ in cells_of(path) if kind == "markdown")
    text = re.sub(r"(?m)^#{1,4} .*$|^\([\w-]+\)=$", "", text)
    text = plain_links(re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$]*\$", " ", text, flags=re.DOTALL))
    text = re.sub(r"(?m)^\|.*$", lambda row: " ".join(re.findall(r"\x01[^\x02]*\x02", row[0])), text)
    text = re.sub(r"`[^`\n]*`", " ", text)
    return re.sub(r"!?\[[^\]]*\]\([^)]*\)", " ", text)


def plain_links(prose):
    """Write {term}`shown <term>` and {term}`term` as the term between two marks, and leave other roles out."""
    prose = re.sub(r"\{term\}`(?:[^`<]*<([^`>]*)>|([^`<]*))`", lambda m: f"\x01{m[1] or m[2]}\x02", prose)
    return re.sub(r"\{[a-z:]+\}`[^`]*`|\{\.\w+\}", " ", prose)


def without_links(prose):
    """Blank what stands between the marks, in place."""
    return re.sub(r"\x01[^\x02]*\x02", lambda m: " " * len(m[0]), prose)


def pictures_of(path):
    """Yield (the cell, the picture) for each picture of a page that no widget replaces."""
    for _, kind, _, cell in cells_of(path):
        for output in cell["outputs"] if kind == "code" else ():
            data = output.get("data", {})
            if "image/png" in data and PICTURES[1] not in data:
                yield cell, Image.open(io.BytesIO(base64.b64decode(data["image/png"])))


def garments(picture):
    """Return the widths on the screen of the garments in a picture: whole, nearly square parts in grey on the white ground."""
    colours = np.asarray(picture.convert("RGB")).astype(int)
    parts, _ = ndimage.label(colours.min(axis=2) < 250)
    shrunk, found = min(1, COLUMN / picture.width), []
    for number, (rows, columns) in enumerate(ndimage.find_objects(parts), 1):
        own, part = parts[rows, columns] == number, colours[rows, columns]
        height, width = own.shape
        border = np.concatenate([own[0], own[-1], own[:, 0], own[:, -1]])
        grey = np.ptp(part[own], axis=1).max() <= 12 and part[own].std() >= 8
        if min(own.shape) >= 16 and 0.9 < width / height < 1.1 and border.mean() > 0.9 and grey:
            found.append(shrunk * width)
    return found
