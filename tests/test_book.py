"""What must hold for every page, as stored and as built."""

import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import address  # noqa: E402
import notebooks  # noqa: E402

NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
HTML = ROOT / "_build" / "html" / "book"
PAGES = sorted(HTML.rglob("*.html"))
REFERENCE = sorted(HTML.glob("api/*.html"))

for_each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
for_each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: name_of(page))


def name_of(page):
    """Return the name of a built page as the contents have it, such as "book/api/plots"."""
    return page.relative_to(HTML.parent).with_suffix("").as_posix()


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def check_run_once_from_top_to_bottom(notebook):
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


@pytest.mark.parametrize("count", [1, 3, 40, None], ids=["out of order", "skipped", "run again", "never run"])
def test_a_stale_execution_count_is_found(count):
    """nbval does not compare them, so this is the only check that sees a cell which ran after it was needed."""
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    check_run_once_from_top_to_bottom(notebook)
    code_cells(notebook)[1].execution_count = count
    with pytest.raises(AssertionError):
        check_run_once_from_top_to_bottom(notebook)


@for_each_notebook
class TestNotebooks:
    def test_stored_as_run_once_from_top_to_bottom(self, path):
        check_run_once_from_top_to_bottom(nbformat.read(path, as_version=4))

    def test_no_error_and_nothing_on_stderr(self, path):
        for cell in code_cells(nbformat.read(path, as_version=4)):
            for output in cell.outputs:
                assert output.output_type != "error" and output.get("name") != "stderr", cell.source

    def test_pictures_have_an_alt_text(self, path):
        for cell in code_cells(nbformat.read(path, as_version=4)):
            if any("image/png" in output.get("data", {}) for output in cell.outputs):
                assert cell.metadata["mystnb"]["image"]["alt"], cell.source

    def test_widgets_carry_their_state(self, path):
        notebook = nbformat.read(path, as_version=4)
        view = "application/vnd.jupyter.widget-view+json"
        outputs = [output for cell in code_cells(notebook) for output in cell.outputs if view in output.get("data", {})]
        state = notebook.metadata.get("widgets", {}).get(notebooks.STATE, {}).get("state", {})
        for output in outputs:
            assert output.data[view]["model_id"] in state

    def test_stored_normalised(self, path):
        assert path.read_text() == notebooks.normalised(nbformat.read(path, as_version=4))

    def test_cells_are_short(self, path):
        for cell in code_cells(nbformat.read(path, as_version=4)):
            assert len(cell.source.splitlines()) <= 25, f"into gan_lib with it: {cell.source}"

    def test_only_what_cannot_repeat_is_excused(self, path):
        for cell in code_cells(nbformat.read(path, as_version=4)):
            if "nbval-ignore-output" in cell.metadata.get("tags", []):
                trains = ".fit(" in cell.source or "train_behind(" in cell.source
                # What follows from a training differs from machine to machine; what is said of it is asserted.
                assert trains or "assert " in cell.source or "TensorFlow" in cell.source, cell.source

    def test_it_stands_in_the_contents(self, path):
        assert f"file: book/{path.stem}\n" in (ROOT / "_toc.yml").read_text()


class TestAddress:
    @for_each_notebook
    def test_set_up_cells_and_badges_agree_with_the_configuration(self, path):
        url = address.address(ROOT)
        notebook = nbformat.read(path, as_version=4)
        set_up = next(cell for cell in notebook.cells if "pip install" in cell.source)
        assert address.IN_SET_UP.findall(set_up.source) == [url]
        badges = [cell.source for cell in notebook.cells if "colab-badge" in cell.source]
        assert badges == ([] if url == address.PLACEHOLDER else [address.badge(url, path.name)])

    @pytest.fixture
    def copy(self, tmp_path):
        shutil.copy(ROOT / "_config.yml", tmp_path)
        (tmp_path / "book").mkdir()
        for path in NOTEBOOKS:
            shutil.copy(path, tmp_path / "book")
        address.set_address(tmp_path, address.PLACEHOLDER)
        return tmp_path

    def texts(self, copy):
        return [path.read_text() for path in sorted(copy.rglob("*.*"))]

    def test_there_and_back(self, copy):
        before = self.texts(copy)
        address.set_address(copy, "https://github.com/some-one/a.book")
        after = self.texts(copy)
        assert yaml.safe_load((copy / "_config.yml").read_text())["repository"]["url"] == "https://github.com/some-one/a.book"
        badge = "https://colab.research.google.com/github/some-one/a.book/blob/main/book/"
        assert all(badge in text and "git+https://github.com/some-one/a.book" in text for text in after[1:])
        address.set_address(copy, "https://github.com/some-one/a.book")
        assert self.texts(copy) == after
        address.set_address(copy, address.PLACEHOLDER)
        assert self.texts(copy) == before

    def test_the_badge_is_for_the_notebook_alone(self, copy):
        address.set_address(copy, "https://github.com/some-one/a.book")
        for path in (copy / "book").glob("*.ipynb"):
            (cell,) = (cell for cell in nbformat.read(path, as_version=4).cells if "colab-badge" in cell.source)
            assert "remove-cell" in cell.metadata.tags, "its picture would come from a foreign host"

    def test_the_same_address_again_writes_nothing(self, copy):
        before = [path.stat().st_mtime_ns for path in sorted(copy.rglob("*.*"))]
        address.set_address(copy, address.PLACEHOLDER)
        assert [path.stat().st_mtime_ns for path in sorted(copy.rglob("*.*"))] == before

    @pytest.mark.parametrize(
        "url", ["", "https://github.com/a/b.git", "github.com/a/b", "https://example.org/a/b", "https://github.com/a"]
    )
    def test_bad_addresses_change_nothing(self, copy, url):
        before = self.texts(copy)
        with pytest.raises(ValueError, match="URL must look like"):
            address.set_address(copy, url)
        assert self.texts(copy) == before


class Images(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.found.append(dict(attributes))


def test_normalising_forgets_the_random_names_of_widgets():
    def notebook(first, second):
        state = {first: {"state": {"layout": f"IPY_MODEL_{second}"}}, second: {"state": {}}}
        metadata = {"widgets": {notebooks.STATE: {"state": state}}}
        return nbformat.v4.new_notebook(metadata=metadata)

    one, two = ("f" * 32, "0a" * 16), ("1" * 32, "2b" * 16)
    assert notebooks.normalised(notebook(*one)) == notebooks.normalised(notebook(*two))
    assert "f" * 32 not in notebooks.normalised(notebook(*one))


def test_every_page_of_the_contents_is_built():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text())
    chapters = [chapter for part in contents["parts"] for chapter in part["chapters"]]
    sections = [section for chapter in chapters for section in chapter.get("sections", [])]
    names = [contents["root"], *(entry["file"] for entry in chapters + sections)]
    assert sorted(name_of(page) for page in PAGES) == sorted(names)


@for_each_page
class TestPages:
    def test_images_have_an_alt_text(self, page):
        for image in Images(page.read_text()).found:
            alt = image.get("alt") or ""
            assert len(alt) >= 10 and not re.search(r"\.(png|svg)$", alt), image

    def test_buttons_for_colab_only_once_there_is_an_address(self, page):
        has_button = "colab.research.google.com" in page.read_text()
        is_notebook = (ROOT / f"{name_of(page)}.ipynb").exists()
        assert has_button == (is_notebook and address.address(ROOT) != address.PLACEHOLDER)

    def test_no_formula_is_left_to_a_script(self, page):
        text = page.read_text()
        assert text.count("katex-mathml") == len(re.findall(r'class="math ', text)), "KaTeX could not typeset one"
        assert ("katex.min.css" in text) == ("katex-mathml" in text)


def test_every_term_of_the_glossary_has_its_page_and_its_korean():
    page = (HTML / "glossary.html").read_text()
    entries = re.findall(r'<dt id="term-[^"]*">(.*?)<.*?<dd>(.*?)</dd>', page, flags=re.DOTALL)
    assert len(entries) > 60
    for term, definition in entries:
        points_on = "See <a" in definition
        assert points_on or ("Taught in <a" in definition and re.search("In Korean: [가-힣]", definition)), term
