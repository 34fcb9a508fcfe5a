"""A page as its reader meets it: what stands on the main path, what is folded, and where a term is linked first."""

import json
import re
from pathlib import Path

BOOK = Path(__file__).parents[1] / "book"
FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
ASIDE = re.compile(r"(Going deeper|Exercises|Further reading)")  # headings of what is not on the main path
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
        return bool(re.search(r"!\[|\{image\}|\{figure\}", source))
    return any(form in output.get("data", {}) for output in cell["outputs"] for form in PICTURES)


def glossary_terms():
    """Return the terms of the glossary, but those that only point to another."""
    text = (BOOK / "glossary.md").read_text(encoding="utf-8")
    return re.findall(r"(?m)^(\S.*)\n  (?!See \{term\})", text[text.index(":::{glossary}") :])


def terms_before_their_link(path):
    """Return the terms of the glossary that a page uses in its prose before it links them."""
    prose = "\n\n".join(re.sub(r"(?m)^#{1,4} .*$", "", source) for _, kind, source, _ in cells_of(path) if kind == "markdown")
    prose = re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$]*\$|`[^`{}\n]*`(?<!\{term\}`)", " ", plain_links(prose), flags=re.DOTALL)
    found = []
    for term in glossary_terms():
        link = re.search(rf"\x01{re.escape(term)}\x02", prose)
        used = re.search(rf"(?<![\w\x01-]){re.escape(term)}s?(?![\w-])", without_links(prose), re.IGNORECASE)
        if used and (link is None or used.start() < link.start()):
            found.append(term)
    return found


def plain_links(prose):
    """Write {term}`shown <term>` and {term}`term` as the term between two marks, and leave other roles out."""
    prose = re.sub(r"\{term\}`(?:[^`<]*<([^`>]*)>|([^`<]*))`", lambda m: f"\x01{m[1] or m[2]}\x02", prose)
    return re.sub(r"\{[a-z:]+\}`[^`]*`|\{\.\w+\}", " ", prose)


def without_links(prose):
    """Blank what stands between the marks, in place."""
    return re.sub(r"\x01[^\x02]*\x02", lambda m: " " * len(m[0]), prose)
