"""Where the built pages lead: inside the book to something that is there, outside to what stays where it is."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from pybtex.database import parse_file

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
PAGES = sorted([*HTML.glob("*.html"), *HTML.glob("book/**/*.html")])
REFERENCES = parse_file(str(ROOT / "book" / "references.bib")).entries

for_each_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
for_each_reference = pytest.mark.parametrize("key", REFERENCES)

DOI = r"10\.\d{4,9}/\S+"
# Archives, publishers and licences that promise to keep an address; and on GitHub what does not change with a branch.
STABLE = re.compile(
    rf"https://(doi\.org/{DOI}"
    r"|arxiv\.org/abs/\d{4}\.\d{4,5}"
    r"|(proceedings\.neurips\.cc/paper|proceedings\.mlr\.press|jmlr\.org/papers)/\S+"
    r"|(openreview\.net/forum\?id=|ojs\.aaai\.org/index\.php/AAAI/article/view/)\w+"
    r"|distill\.pub/\d{4}/[\w-]+/"
    r"|creativecommons\.org/licenses/[\w-]+/\d\.\d/"
    r"|(keras\.io|docs\.python\.org|numpy\.org/doc|www\.tensorflow\.org|ipywidgets\.readthedocs\.io|jupyterbook\.org)(/\S*)?"
    r"|github\.com/[\w-]+/[\w.-]+(/(issues|pull)/\d+|/blob/(v?\d+\.\d+\.\d+|[0-9a-f]{40})/\S+)?)"
)


class Page(HTMLParser):
    """The ids of a page, and its elements that point somewhere, as (tag, attributes, address)."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.pointers = [], []
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        addresses = [attributes[name] for name in ("href", "src", "data", "poster") if name in attributes]
        if attributes.get("http-equiv") == "Refresh":
            addresses.append(attributes["content"].partition("url=")[2])
        self.pointers += [(tag, attributes, address) for address in addresses]


@pytest.fixture(scope="module")
def pages():
    return {path.resolve(): Page(path) for path in PAGES}


def is_outside(address):
    return bool(urlsplit(address).scheme or urlsplit(address).netloc)


def test_the_pages_are_built():
    assert len(PAGES) > len(list((ROOT / "book").glob("*.ipynb")))


@for_each_page
class TestPages:
    def test_what_they_point_to_in_the_book_is_there(self, pages, path):
        for _, _, address in pages[path.resolve()].pointers:
            place = urlsplit(address)
            if not is_outside(address):
                target = (path.parent / unquote(place.path) if place.path else path).resolve()
                assert target.is_file() and target.is_relative_to(HTML.resolve()), address
                assert not place.fragment or unquote(place.fragment) in pages[target].ids, f"{address}: no such anchor"

    def test_each_id_stands_once(self, pages, path):
        counts = Counter(pages[path.resolve()].ids)
        assert [name for name, count in counts.items() if count > 1] == []

    def test_links_to_the_outside_are_stable(self, pages, path):
        own = yaml.safe_load((ROOT / "_config.yml").read_text())["repository"]["url"]
        colab = own.replace("https://github.com", "https://colab.research.google.com/github")
        for tag, _, address in pages[path.resolve()].pointers:
            if tag == "a" and is_outside(address) and not address.startswith((own, colab)):
                assert STABLE.fullmatch(address.partition("#")[0]), f"{address} may move: name a DOI, an archive or a tag"

    def test_no_file_comes_from_elsewhere(self, pages, path):
        files = [address for tag, _, address in pages[path.resolve()].pointers if tag != "a" and not address.startswith("data:")]
        assert files and not [address for address in files if is_outside(address)]


@for_each_reference
def test_references_have_a_doi_or_a_stable_address(key):
    fields = REFERENCES[key].fields
    # What stands in print only has no address of its own; its note then says where to read the same.
    dois = [fields[name] for name in ["doi"] if name in fields] + re.findall(r"doi:(\S+)", fields.get("note", ""))
    assert dois or "url" in fields, f"{key} has no doi and no url"
    assert all(re.fullmatch(DOI, doi) for doi in dois), f"{key}: a doi begins with 10., without an address before it"
    assert "url" not in fields or STABLE.fullmatch(fields["url"]), f"{key}: {fields['url']} may move"
