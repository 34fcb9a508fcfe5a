"""Every page under axe-core: nothing that it calls serious or critical, wide or narrow, light or dark."""

import headless
import pytest

for_each_page = pytest.mark.parametrize("path", headless.pages())

# A narrow page hides its sidebars; as dark ones they are looked at alone, for axe takes seconds for a whole page.
LOOKS = [("light", 1280, "html"), ("dark", 390, "html"), ("dark", 1280, ".bd-sidebar")]
# What is folded away, axe does not see: code, hints, solutions.
UNFOLD = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  for (const fold of document.querySelectorAll(".toggle-hidden")) fold.classList.remove("toggle-hidden");
}"""
SEVERE = """async part => (await axe.run(part, {resultTypes: ["violations"]})).violations
  .filter(({impact}) => ["serious", "critical"].includes(impact))
  .flatMap(({id, impact, nodes}) => nodes.map(({target, html, failureSummary}) =>
    `${impact}, ${id}: ${target.join(" in ")}\\n  ${html.slice(0, 200)}\\n  ${failureSummary.replaceAll("\\n", " ")}`))"""


@for_each_page
def test_no_serious_violation(visit, path):
    page, wrong = visit(path)
    page.wait_for_function(headless.WIDGETS_SHOWN)
    page.evaluate(UNFOLD)
    page.evaluate(headless.AXE.read_text())
    for scheme, width, part in LOOKS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
        page.wait_for_timeout(400)  # the theme counts what scrolls 300 ms after the last change
        found = page.evaluate(SEVERE, part)
        assert not found, f"{path}, {scheme}, {width} pixels wide:\n" + "\n".join(found)
    assert wrong == []


def test_the_check_finds_what_is_wrong(visit):
    page, _ = visit(headless.pages()[0])
    page.evaluate(headless.AXE.read_text())
    page.evaluate("document.querySelector('article').innerHTML += '<button></button><p style=\"color: #999\">Pale.</p>'")
    found = "\n".join(page.evaluate(SEVERE, "html"))
    assert "critical, button-name" in found and "serious, color-contrast" in found
