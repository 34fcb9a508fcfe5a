"""What the build makes of a formula."""

import sys
from pathlib import Path

import pytest
from docutils import nodes
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))
import formulas  # noqa: E402

KATEX = ROOT / formulas.KATEX


@pytest.fixture(autouse=True)
def katex():
    if not KATEX.exists():
        pytest.skip("KaTeX is missing: make book fetches it")


def test_a_formula_is_there_to_see_and_to_hear():
    (inline,) = formulas.typeset([("x^2", False)], KATEX)
    assert "<math " in inline["html"] and '<span class="katex-html" aria-hidden="true">' in inline["html"]
    assert "katex-display" not in inline["html"]


def test_each_formula_has_its_own_answer_in_their_order():
    answers = formulas.typeset([("a", False), (r"\begin{aligned} b &= 1 \\ c &= 2 \end{aligned}", True)], KATEX)
    assert "<mi>a</mi>" in answers[0]["html"]
    assert "<mi>b</mi>" in answers[1]["html"] and "katex-display" in answers[1]["html"]


@pytest.mark.parametrize("tex", [r"\frac{1", r"\nosuchcommand", "p = ½"])
def test_what_is_no_tex_is_told_and_the_others_are_typeset(tex):
    bad, good = formulas.typeset([(tex, False), ("x", False)], KATEX)
    assert "KaTeX parse error" in bad["error"] and "html" in good


def test_where_node_fails_its_words_are_shown(tmp_path):
    with pytest.raises(ExtensionError, match="Node could not typeset the formulas(.|\n)*Cannot find module"):
        formulas.typeset([("x", False)], tmp_path / "katex.js")


@pytest.mark.parametrize(("after", "kept"), [("'s loss", "'s"), (". Then", "."), ("’s, too", "’s,"), (" is", ""), ("th", "")])
def test_what_belongs_to_a_formula_stays_on_its_line(after, kept):
    paragraph = nodes.paragraph("", "", nodes.Text("See "), nodes.math("D", "D"), nodes.Text(after))
    formulas.keep_together(paragraph)
    assert paragraph.astext() == f"See D{after}"
    assert [node.astext() for node in paragraph.findall(nodes.inline)] == ([f"D{kept}"] if kept else [])


def test_a_long_formula_may_be_broken():
    paragraph = nodes.paragraph("", "", nodes.math("", "x = " + " + ".join("abcdefghij")), nodes.Text("."))
    formulas.keep_together(paragraph)
    assert not list(paragraph.findall(nodes.inline))
