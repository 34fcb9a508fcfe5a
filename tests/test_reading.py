"""What a reader meets on each page: how much there is to read, what is folded, what is seen first, which words are explained."""

import numpy as np
import pytest
from PIL import Image
from reading import BOOK, cells_of, code_lines, garments, is_folded, pictures_of, shows_a_picture, terms_before_their_link, words

from gan_lib import load_fashion_mnist, to_pixels
from gan_lib.plots import image_grid

CHAPTERS = sorted({*BOOK.glob("*.ipynb")} - {BOOK / "notes_checked.ipynb"})  # which is a table of what others say
PAGES = [*CHAPTERS, BOOK / "preface.md", BOOK / "applications.md"]
named = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@named
def test_the_main_path_is_one_sitting(page):
    assert sum(len(words(source)) for main, kind, source, _ in cells_of(page) if main and kind == "markdown") <= 2_000


@named
def test_code_in_sight_is_less_than_prose(page):
    shown = [(main, source) for main, kind, source, cell in cells_of(page) if kind == "code" and not is_folded(cell)]
    prose = [source for _, kind, source, _ in cells_of(page) if kind == "markdown"]
    assert sum(code_lines(source) for main, source in shown if main) <= 120
    assert sum(len(words(source)) for _, source in shown) < sum(len(words(source)) for source in prose)


@named
def test_a_picture_or_a_widget_comes_before_the_first_code_in_sight(page):
    for _, kind, source, cell in cells_of(page):
        if shows_a_picture(kind, source, cell):
            return
        assert kind == "markdown" or is_folded(cell), source
    pytest.fail("the page has no picture and no widget")


@named
def test_a_folded_cell_says_what_is_in_it(page):
    for _, kind, source, cell in cells_of(page):
        if kind == "code" and is_folded(cell):
            assert cell["metadata"]["mystnb"]["code_prompt_show"], source


@named
def test_a_garment_is_large_enough_to_be_looked_at(page):
    small = {cell["id"]: min(widths) for cell, picture in pictures_of(page) if (widths := garments(picture)) and min(widths) < 56}
    assert small == {}


@pytest.mark.parametrize("page", [*PAGES, BOOK / "notes_checked.ipynb"], ids=lambda page: page.stem)
def test_a_term_is_linked_or_explained_where_it_first_stands(page):
    assert terms_before_their_link(page) == []


def test_terms_are_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Generator\n\nThe {term}`generator` makes a mode.\n\n{term}`inference mode`, a **stride** of 2, a stride.\n"
    )
    assert terms_before_their_link(page) == ["mode"]
    page.write_text("A stride of 2, and then a {term}`stride`. [A batch](x.md), `batch`.\n\n| a batch | {term}`batch` |\n")
    assert terms_before_their_link(page) == ["stride"]


def test_what_is_aside_is_not_the_main_path(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One\n\ntwo words\n\n## Going deeper\n\n### Three\n\nfour\n\n## Five\n\nsix\n")
    counted = [len(words(source)) for main, _, source, _ in cells_of(page) if main]
    assert sum(counted) == 5


def test_garments_are_found():
    images = to_pixels(load_fashion_mnist("test")[0][:12])
    grid = np.pad(image_grid(images, columns=4), 10, constant_values=255).repeat(3, axis=0).repeat(3, axis=1)
    assert garments(Image.fromarray(grid)) == [84] * 12
    assert garments(Image.fromarray(grid.repeat(4, axis=0).repeat(4, axis=1))) == pytest.approx([644 * 28 / 138] * 12)
