"""The diagrams: drawn by book/figures/draw.py, legible on their ground, and true to the networks that they show."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from docutils import nodes
from docutils.utils import new_document
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from gan_lib import build_discriminator, build_generator
from gan_lib.plots.images import COLOURS

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "book" / "figures"), str(ROOT / "book" / "_ext")]
import draw as diagrams  # noqa: E402
import gan_book  # noqa: E402

ACTORS = ("real", "generator", "discriminator", "latent")
for_each_diagram = pytest.mark.parametrize("name", diagrams.DIAGRAMS)
for_each_theme = pytest.mark.parametrize("suffix", diagrams.THEMES, ids=["light", "dark"])


def elements(svg, *tags):
    """Return the elements with these tags, in the order in which they are painted."""
    found = ((element.tag.rpartition("}")[2], element) for element in ElementTree.fromstring(svg).iter())
    return [(tag, element) for tag, element in found if tag in tags]


def words(name):
    return ["".join(element.itertext()) for _, element in elements(diagrams.draw(name, ""), "text")]


def luminance(colour):
    channels = [value / 255 for value in bytes.fromhex(colour[1:])]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def number(element, name):
    return float(element.get(name, 0))


def covers(tag, shape, x, y):
    if tag == "circle":
        return (x - number(shape, "cx")) ** 2 + (y - number(shape, "cy")) ** 2 <= number(shape, "r") ** 2
    left, top = number(shape, "x"), number(shape, "y")
    return left <= x <= left + number(shape, "width") and top <= y <= top + number(shape, "height")


def extent(text):
    """Return where a text begins and ends in DejaVu Sans, the widest of the letters that a reader may get."""
    if "monospace" in text.get("font-family", ""):
        face = FontProperties(family="DejaVu Sans Mono", weight="bold")
    else:
        face = FontProperties(family="DejaVu Sans", weight="bold" if float(text.get("font-weight", 600)) >= 600 else "normal")
    words = "".join(text.itertext())
    width = TextPath((0, 0), words, size=float(text.get("font-size", 18)), prop=face).get_extents().x1
    left = number(text, "x") - {"start": 0, "end": width}.get(text.get("text-anchor"), width / 2)
    return left, left + width


def grounds(svg, page):
    """Yield each text with the colour of what was painted last under its beginning, middle or end."""
    painted = []
    for tag, element in elements(svg, "rect", "circle", "text"):
        if tag != "text":
            painted += [(tag, element)] if element.get("fill") != "none" else []
            continue
        inwards = {"start": 4, "end": -4}.get(element.get("text-anchor"), 0)
        x, y = number(element, "x") + inwards, number(element, "y") - 6
        yield element, next((shape.get("fill") for tag, shape in reversed(painted) if covers(tag, shape, x, y)), page)


@for_each_diagram
@for_each_theme
class TestFiles:
    def test_stored_is_what_the_program_draws(self, name, suffix):
        stored = diagrams.FIGURES / f"{name}{suffix}.svg"
        assert stored.read_text(encoding="utf-8") == diagrams.draw(name, suffix), "run python book/figures/draw.py"

    def test_says_what_it_shows(self, name, suffix):
        root = ElementTree.fromstring(diagrams.draw(name, suffix))
        title, description = root[0], root[1]
        assert root.get("role") == "img"
        assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
        assert len(title.text) > 10 and description.text == diagrams.ALT[name] and description.text.endswith(".")

    def test_needs_no_other_file(self, name, suffix):
        svg = diagrams.draw(name, suffix).replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"href|https?:|@import|url\((?!#)", svg)
        assert not elements(svg, "image", "script", "style", "foreignObject")

    def test_words_stand_out_from_their_ground(self, name, suffix):
        theme = diagrams.THEMES[suffix]
        for element, ground in grounds(diagrams.draw(name, suffix), theme["page"]):
            colour = element.get("fill")
            assert contrast(colour, ground) >= 4.5, f"{''.join(element.itertext())}: {colour} on {ground}"

    def test_type_is_readable_on_a_phone(self, name, suffix):
        svg = diagrams.draw(name, suffix)
        width = number(ElementTree.fromstring(svg), "width")
        sizes = [float(size) for size in re.findall(r'font-size="(.*?)"', svg)]
        assert width <= 760 and min(sizes) * 350 / width >= 11

    def test_words_stay_inside_their_box(self, name, suffix):
        boxes = []
        for tag, element in elements(diagrams.draw(name, suffix), "rect", "text"):
            if tag == "rect":
                boxes += [element] if number(element, "height") >= 30 else []  # the others are cells and bars
                continue
            left, right = extent(element)
            y = number(element, "y") - 6
            around = [box for box in boxes if covers("rect", box, number(element, "x"), y)]
            box = min(around, key=lambda box: number(box, "width"), default=None)
            start, end = (0, diagrams.WIDTH) if box is None else (number(box, "x"), number(box, "x") + number(box, "width"))
            assert start + 5 <= left and right <= end - 5, "".join(element.itertext())


class TestColours:
    def test_those_of_the_figures_and_of_the_pages(self):
        style = (ROOT / "book" / "_static" / "book.css").read_text()
        for actor in ACTORS:
            assert re.findall(rf"--gan-{actor}: (#\w+);", style) == [theme[actor] for theme in diagrams.THEMES.values()]
            assert diagrams.LIGHT[actor] == COLOURS[actor]

    def test_light_drawings_bring_their_paper_and_dark_ones_none(self):
        for name in diagrams.DIAGRAMS:
            for suffix, has_paper in (("", True), ("-dark", False)):
                _, first = elements(diagrams.draw(name, suffix), "rect")[0]
                assert (number(first, "width") == diagrams.WIDTH) == has_paper


@pytest.mark.parametrize("build", [build_generator, build_discriminator], ids=lambda build: build.__name__)
def test_shapes_are_those_of_the_network(build):
    network = build()
    layers = [network.input_shape[1:], *(layer.output.shape[1:] for layer in network.layers)]
    texts = " ".join(words(network.name))
    shapes = [tuple(map(int, shape.split(" × "))) for shape in re.findall(r"\d+ × \d+ × \d+", texts)]
    in_order = iter(layers)
    assert shapes and all(shape in in_order for shape in shapes)
    vectors = [shape[0] for shape in layers if len(shape) == 1]
    assert all(f"{length:,}" in words(network.name) for length in vectors)


class TestDarkPages:
    def images(self, tmp_path, *uris):
        document = new_document("page.md")
        document.settings.env = SimpleNamespace(docname="page", doc2path=lambda name: str(tmp_path / f"{name}.md"))
        document += nodes.paragraph("", "", *(nodes.image(uri=uri, alt="a drawing") for uri in uris))
        gan_book.DrawingsForDarkPages(document).apply()
        return [(image["uri"], image["classes"], image["alt"]) for image in document.findall(nodes.image)]

    def test_a_drawing_gets_its_dark_twin(self, tmp_path):
        (tmp_path / "figures").mkdir()
        (tmp_path / "figures" / "gan-dark.svg").touch()
        light, dark = self.images(tmp_path, "figures/gan.svg")
        assert light == ("figures/gan.svg", ["only-light"], "a drawing")
        assert dark == ("figures/gan-dark.svg", ["only-dark"], "a drawing")

    @pytest.mark.parametrize("uri", ["figures/cover.svg", "https://example.org/a.svg", f"data:image/png,{5000 * 'A'}", ""])
    def test_other_pictures_stay_alone(self, tmp_path, uri):
        assert self.images(tmp_path, uri) == [(uri, [], "a drawing")]
