"""What the book's pages need beyond Jupyter Book: living widgets, pictures for all readers, sound markup, less weight."""

import json
from pathlib import Path

from docutils import nodes
from PIL import Image
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.transforms.post_transforms.images import ImageConverter

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PLACEHOLDER = "https://github.com/OWNER/gan-book"


def setup(app):
    app.connect("config-inited", offer_colab, priority=900)
    app.connect("html-page-context", declare_once, priority=900)
    app.connect("html-page-context", name_for_screen_readers)
    app.connect("builder-inited", repair_widgets)
    app.add_transform(DrawingsForDarkPages)
    app.add_post_transform(PictureWithoutScripts)
    app.add_post_transform(EachIdOnce)
    app.add_post_transform(PicturesAsWebP)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def offer_colab(app, config):
    """Build the Colab and repository buttons once the repository has an address, and not before."""
    options = config.html_theme_options
    if options["repository_url"] != PLACEHOLDER:
        options["use_repository_button"] = True
        options.setdefault("launch_buttons", {})["colab_url"] = "https://colab.research.google.com"


def repair_widgets(app):
    app.add_js_file("widgets.js", priority=1)
    # The widgets' modules look for their fonts beside the page, unless require.js says that they live on the CDN.
    (dist,) = (url.rpartition("/")[0] for url in app.config.nb_ipywidgets_js if "html-manager" in url)
    names = {f"@jupyter-widgets/{module}": f"{dist}/{module}" for module in ("base", "controls", "html-manager")}
    names["@jupyter-widgets/html-manager/dist"] = dist
    app.add_js_file(None, body=f"window.require = {json.dumps({'paths': names})};", priority=1)


def declare_once(app, pagename, templatename, context, doctree):
    # sphinx-thebe adds its constants twice, and the browser refuses to declare them again.
    once = {(script.filename or None, script.attributes.get("body")): script for script in context["script_files"]}
    context["script_files"][:] = once.values()


def name_for_screen_readers(app, pagename, templatename, context, doctree):
    """Mend two labels that say less than what they label, or nothing that a browser knows."""
    if "body" in context:
        body = context["body"].replace('<summary aria-label="Toggle hidden content">', "<summary>")
        # docutils' role for an entry of a bibliography is deprecated, and no item of a list to a browser.
        context["body"] = body.replace('role="doc-biblioentry"', 'role="listitem"')


class DrawingsForDarkPages(SphinxTransform):
    """Put NAME-dark.svg beside every picture NAME.svg that has it; the theme shows one of the two."""

    default_priority = 500  # any: all transforms come before Sphinx collects the pictures

    def apply(self, **kwargs):
        folder = Path(self.env.doc2path(self.env.docname)).parent
        for picture in list(self.document.findall(nodes.image)):  # a list, because the loop adds to the tree
            stem, _, kind = picture["uri"].rpartition(".")
            dark = f"{stem}-dark.svg"
            if kind == "svg" and (folder / dark).is_file():
                other = picture.deepcopy()
                other["uri"] = dark
                picture["classes"].append("only-light")
                other["classes"].append("only-dark")
                place = picture.parent.index(picture)
                picture.parent.insert(place + 1, other)


class PictureWithoutScripts(SphinxPostTransform):
    """Put the picture that comes with a widget into a <noscript> before it."""

    formats = ("html",)
    default_priority = 1  # before MyST-NB drops every form of an output but the widget

    def run(self, **kwargs):
        for bundle in list(self.document.findall(nodes.container)):  # a list, because the loop adds to the tree
            forms = {child.get("mime_type"): child for child in bundle.children if isinstance(child, nodes.container)}
            if WIDGET_VIEW in forms and "image/png" in forms:
                pictures = [picture.deepcopy() for picture in forms["image/png"].findall(nodes.image)]
                place = bundle.parent.index(bundle)
                opened, closed = (nodes.raw("", tag, format="html") for tag in ("<noscript>", "</noscript>"))
                bundle.parent[place:place] = [opened, *pictures, closed]


class EachIdOnce(SphinxPostTransform):
    """Take away the ids that every exercise, solution and proof of a page would share; nothing points to them."""

    formats = ("html",)
    default_priority = 500  # any: Sphinx, which numbers sections by their ids, is done before the first post-transform
    shared = {"exercise-content", "solution-content", "proof-content", "proof"}

    def run(self, **kwargs):
        for node in self.document.findall(nodes.Element):
            if node.get("ids") and self.shared.issuperset(node["ids"]):
                node["ids"] = []


class PicturesAsWebP(ImageConverter):
    """Put pictures into the pages as lossless WebP, which takes half the bytes of Matplotlib's PNG."""

    def match(self, node):
        return self.app.builder.format == "html" and "image/png" in self.guess_mimetypes(node)

    def get_conversion_rule(self, node):
        return "image/png", "image/webp"

    def convert(self, _from, _to):
        with Image.open(_from) as picture:
            picture.save(_to, lossless=True, quality=50, method=4)  # quality is effort here: more gains nothing
        return Path(_to).stat().st_size < Path(_from).stat().st_size  # where it is not, the PNG stays
