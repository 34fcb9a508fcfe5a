"""What the book's pages need beyond Jupyter Book: living widgets, pictures without JavaScript, drawings for the dark."""

import json
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PLACEHOLDER = "https://github.com/OWNER/gan-book"


def setup(app):
    app.connect("config-inited", offer_colab, priority=900)
    app.connect("html-page-context", declare_once, priority=900)
    app.connect("builder-inited", repair_widgets)
    app.add_transform(DrawingsForDarkPages)
    app.add_post_transform(PictureWithoutScripts)
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
