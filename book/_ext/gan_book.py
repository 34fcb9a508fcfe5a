"""What the book's pages need beyond Jupyter Book: widgets that live, pictures without JavaScript, one address."""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PLACEHOLDER = "https://github.com/OWNER/"


def setup(app):
    app.connect("config-inited", offer_colab, priority=900)
    app.connect("html-page-context", mend_scripts, priority=900)
    app.add_post_transform(PictureWithoutScripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def offer_colab(app, config):
    """Build the Colab and repository buttons once the repository has an address, and not before."""
    options = config.html_theme_options
    if not options["repository_url"].startswith(PLACEHOLDER):
        options["use_repository_button"] = True
        options.setdefault("launch_buttons", {})["colab_url"] = "https://colab.research.google.com"


def mend_scripts(app, pagename, templatename, context, doctree):
    # Font Awesome would replace the <i> inside ipywidgets' Play buttons by an <svg>, and the widget, which
    # looks for its <i>, would break with every link that comes after it. Nested, the <i> stays.
    app.add_js_file(None, body="window.FontAwesomeConfig = {autoReplaceSvg: 'nest'};", priority=1)
    # sphinx-thebe adds its constants twice, and the browser refuses to declare them again.
    once = {(script.filename or None, script.attributes.get("body")): script for script in context["script_files"]}
    context["script_files"][:] = once.values()


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
