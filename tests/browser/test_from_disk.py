"""The pages as a reader opens them who has no server: with a double click on a file."""

import headless
import pytest


@pytest.fixture(scope="module")
def window(browser):
    return headless.Window(browser, headless.HTML.as_uri())


@pytest.fixture
def open_file(window):
    """Return a function that opens a file of the book from the disk and gives (page, what went wrong so far)."""
    yield window.visit
    window.leave()


@pytest.mark.parametrize("path", headless.pages())
def test_a_page_is_whole(open_file, path):
    page, wrong = open_file(path)
    assert headless.missing(page) == []
    assert wrong == []


FOUND = "document.querySelectorAll('#search-results li').length"
EXCERPT = "[...document.querySelectorAll('#search-results .context')].map((each) => each.innerText).join('\\n')"


def test_the_search_finds_pages_and_says_what_is_missing(open_file):
    page, wrong = open_file("search.html?q=generator")
    page.wait_for_function(f"() => {FOUND} > 5")
    assert "without excerpts" in page.locator("main").inner_text()
    assert page.evaluate(EXCERPT) == ""
    assert wrong == []


def test_from_a_server_the_search_shows_excerpts_with_each_formula_once(visit):
    page, wrong = visit("search.html?q=vanishes")
    page.wait_for_function(f"() => {EXCERPT}.includes('log')")
    assert "without excerpts" not in page.locator("main").inner_text()
    assert "\\log" not in page.evaluate(EXCERPT), "the TeX stands in the MathML, for screen readers"
    assert wrong == []
