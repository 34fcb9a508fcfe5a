"""The pages where scripts are off: a still picture in each widget's place, formulas as they look elsewhere, light colours."""

import headless
import pytest

for_each_page = pytest.mark.parametrize("path", headless.pages())
# Of each view of a widget: whether a picture stands right before it, in a <noscript>.
PICTURES = """() => [...document.querySelectorAll("script[type='application/vnd.jupyter.widget-view+json']")].map((view) => {
  const before = view.previousElementSibling;
  return before?.tagName === "NOSCRIPT" && before.querySelector("img")?.getBoundingClientRect().width > 100;
})"""
TALL = "(formulas) => formulas.map((formula) => formula.querySelector('.katex-html').getBoundingClientRect().height)"


@for_each_page
def test_pictures_and_formulas_are_there(visit, path):
    page, wrong = visit(path, java_script_enabled=False)
    assert all(page.evaluate(PICTURES)), "a widget has no picture"
    folded = "details:not([open]) .math, .toggle-hidden .math"
    assert all(height > 5 for height in page.locator(f".math:not({folded})").evaluate_all(TALL))
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert wrong == []
