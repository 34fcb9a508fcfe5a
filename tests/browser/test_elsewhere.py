"""No page needs another host. The browser reaches none, and `visit` notes what is asked for; here is seen that they do."""

import headless
import pytest

WITH_ALL = "book/pix2pix.html"  # pictures, formulas, and a widget with Play
WAYS = {
    "fetch": "fetch(`${host}/data.json`).catch(() => 0)",
    "picture": "document.body.append(Object.assign(new Image(), {src: `${host}/a.png`}))",
    "script": "document.head.append(Object.assign(document.createElement('script'), {src: `${host}/a.js`}))",
    "style": "document.head.append(Object.assign(document.createElement('link'), {rel: 'stylesheet', href: `${host}/a.css`}))",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_request_to_a_foreign_host_is_seen(visit, way):
    page, wrong = visit("book/preface.html")
    assert wrong == []
    with page.expect_event("requestfailed"):
        page.evaluate(f"host => {{ {WAYS[way]}; }}", "https://example.org")
    assert any("the page asks for https://example.org/" in said for said in wrong)


def test_the_browser_itself_reaches_no_other_host(browser):
    page = browser.new_page()
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://localhost/")
    page.close()


def test_what_a_page_lacks_is_found(visit):
    page, _ = visit(WITH_ALL)
    assert headless.missing(page) == []
    page.evaluate("document.querySelector('.math').textContent = '\\\\(x^2\\\\)'")
    page.evaluate("document.querySelector('.widget-subarea > .jupyter-widgets').remove()")
    page.evaluate("document.querySelector('article').append(new Image())")
    assert len(page.evaluate(headless.MISSING)) == 3


def test_the_icons_stay_those_of_the_theme(visit):
    """The widgets bring an older font of icons, for everything that is called as theirs."""
    page, _ = visit(WITH_ALL)
    page.wait_for_function(headless.WIDGETS_SHOWN)
    icons = page.locator(":is(.fa, .fas)")
    assert icons.count() > 3
    fonts = {icon.evaluate("icon => getComputedStyle(icon, '::before').fontFamily") for icon in icons.all()}
    assert fonts == {'"Font Awesome 6 Free"'}
