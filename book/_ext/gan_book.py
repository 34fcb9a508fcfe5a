"""What the book's pages need beyond Jupyter Book: living widgets, pictures for all readers, sound markup, less weight.

And for the API reference: the options of the command line, and links from code that is named in prose to what is said of it.
"""

import os
import re
from pathlib import Path

from docutils import nodes
from numpy.typing import ArrayLike
from PIL import Image
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.transforms.post_transforms.images import ImageConverter
from sphinx.util import inspect
from sphinx.util.docutils import SphinxDirective
from sphinx.util.inspect import stringify_signature
from sphinx.util.nodes import make_refnode
from sphinx.util.rst import escape
from sphinx.util.typing import stringify_annotation

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before autodoc imports TensorFlow, or it is not heard

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PLACEHOLDER = "https://github.com/OWNER/gan-book"

SIGNATURE = re.compile(r'<dt class="sig .*?</dt>', re.DOTALL)
CODE = re.compile(r"(?P<name>[A-Za-z_][\w.]*)(\(.*\))?")  # a name, or a call of it
FOLDERS = ("studies", "applications", "plots", "widgets")
# Functions that are called like much else, so that the name alone says too little.
COMMON = {"minimax", "options", "record", "run", "sample", "scale", "scores", "table", "train"}


def setup(app):
    app.connect("config-inited", ask_for_packages)
    app.connect("config-inited", offer_colab, priority=900)
    app.connect("config-inited", leave_out_thebe, priority=900)  # once all extensions are there
    app.connect("html-page-context", mend_search)
    app.connect("html-page-context", name_for_screen_readers, priority=900)
    app.connect("builder-inited", repair_widgets)
    app.connect("env-get-updated", number_exercises_within_pages, priority=900)  # after Sphinx has numbered them all
    app.connect("missing-reference", find_by_short_name)
    for change in (list_what_is_returned, escape_plain_text):
        app.connect("autodoc-process-docstring", change, priority=400)  # before Napoleon writes its own markup
    app.connect("autodoc-process-signature", mend_signature)
    app.add_directive("command", Command)
    app.add_transform(DrawingsForDarkPages)
    app.add_post_transform(PictureWithoutScripts)
    app.add_post_transform(EachIdOnce)
    app.add_post_transform(PicturesAsWebP)
    app.add_post_transform(FirstNamesLeadToReference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def offer_colab(app, config):
    """Build the Colab and repository buttons once the repository has an address, and not before."""
    options = config.html_theme_options
    if options["repository_url"] != PLACEHOLDER:
        options["use_repository_button"] = True
        options.setdefault("launch_buttons", {})["colab_url"] = "https://colab.research.google.com"


def number_exercises_within_pages(app, env):
    """Let the exercises of each page begin at 1, in the text and in all references."""
    for numbers in env.toc_fignumbers.values():
        ordered = sorted(numbers.get("exercise", {}).items(), key=lambda pair: pair[1])
        numbers["exercise"] = {name: (k,) for k, (name, _) in enumerate(ordered, 1)}
    return []


class AuthorAndYear(BaseLabelStyle):
    """Label the entries of the bibliography as the text cites them, such as "Goodfellow et al. 2014"."""

    def format_labels(self, sorted_entries):
        labels = [self.label(entry) for entry in sorted_entries]
        seen = {}
        for label in labels:
            seen[label] = seen.get(label, -1) + 1
            yield label if labels.count(label) == 1 else f"{label}{'abcdefgh'[seen[label]]}"

    def label(self, entry):
        names = [" ".join([*person.prelast_names, *person.last_names]) for person in entry.persons.get("author", [])]
        who = names[0] if len(names) == 1 else " and ".join(names) if len(names) == 2 else f"{names[0]} et al."
        return f"{re.sub('[{}]', '', who)} {entry.fields['year']}"


class ByAuthorAndYear(PlainStyle):
    default_label_style = AuthorAndYear
    default_sorting_style = "author_year_title"


register_plugin("pybtex.style.formatting", "author_and_year", ByAuthorAndYear)


def ask_for_packages(app, config):
    """Tell a reader who builds the book without make what is missing."""
    packages = Path(app.confdir) / "_build" / "npm" / "pages"
    if not packages.is_dir():
        raise ExtensionError(f"{packages} is missing: run `python tools/packages.py` first, or `make book`, which does so")


def leave_out_thebe(app, config):
    """Take back what sphinx-thebe has added: Jupyter Book always loads it, and this book runs no code on foreign hosts."""
    for listeners in app.events.listeners.values():
        for listener in [each for each in listeners if each.handler.__module__ == "sphinx_thebe"]:
            app.disconnect(listener.id)
    app.registry.css_files[:] = [file for file in app.registry.css_files if file[0] != "sphinx-thebe.css"]


def repair_widgets(app):
    app.add_js_file("widgets.js", priority=1)  # before html-manager, which it repairs


def mend_search(app, pagename, templatename, context, doctree):
    if pagename == "search":
        app.builder.add_js_file("search_page.js", defer="defer")  # once searchtools.js is there, and before it begins


def name_for_screen_readers(app, pagename, templatename, context, doctree):
    """Mend labels that say less than what they label, and lists that a browser does not know as such."""
    if "generate_toctree_html" in context:
        contents = context["generate_toctree_html"]
        named = '<summary aria-label="Show or hide the pages below">'
        context["generate_toctree_html"] = lambda *args, **kwargs: str(contents(*args, **kwargs)).replace("<summary>", named)
    if "body" in context:
        body = context["body"].replace('<summary aria-label="Toggle hidden content">', "<summary>")
        # docutils' role for an entry of a bibliography is deprecated, and no item of a list to a browser.
        body = body.replace('role="doc-biblioentry"', 'role="listitem"')
        # Sphinx makes the parameters of a long signature a list of definitions without terms.
        context["body"] = SIGNATURE.sub(lambda match: re.sub(r"<(/?)d[dl]>", r"<\1div>", match[0]), body)


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


def documented(env, code, page=""):
    """Return the full name in the API reference of what a piece of code names, or None where that is not sure.

    Args:
        env: Sphinx's environment.
        code: such as `GAN`, `gan_lib.fid`, `gan.fit(images)`. A name by itself must be that of a function or class; a method or
            module needs what it belongs to.
        page: where it stands, without folders. Of several that have the name, a module that is called like the page comes
            first, then the core, then each of `FOLDERS`.
    """
    match = CODE.fullmatch(code)
    objects = env.domains["py"].objects
    if not match or match["name"] in objects:
        return match and match["name"]
    if match["name"] in COMMON:
        return None
    name = re.sub(r"^gan\.", "GAN.", match["name"].removeprefix("gan_lib."))
    folder, _, handed_on = name.partition(".")  # such as `plots.COLOURS`, which is documented in `plots.images`

    def rank(full):
        module = full.removesuffix(f".{name}").split(".")[1:]
        return -1 if module[-1:] == [page] else 1 + FOLDERS.index(module[0]) if module and module[0] in FOLDERS else 0

    def fits(full):
        if folder in FOLDERS and full.startswith(f"gan_lib.{folder}.") and full.endswith(f".{handed_on}"):
            return True
        return full.endswith(f".{name}") and ("." in name or objects[full].objtype in ("function", "class", "data"))

    found = sorted((rank(full), full) for full in filter(fits, objects))
    sure = found and (len(found) == 1 or found[0][0] < found[1][0])
    return found[0][1] if sure else None


def link_to(app, page, full, shown):
    """Return a link from a page to what the API reference says of a full name."""
    entry = app.env.domains["py"].objects[full]
    return make_refnode(app.builder, page, entry.docname, entry.node_id, [shown], full)


def find_by_short_name(app, env, node, shown):
    """Find what docstrings call by a shorter name than that of its module, such as `GAN.fit` or `gan_lib.GAN`."""
    full = documented(env, node["reftarget"]) if node.get("refdomain") == "py" else None
    return full and link_to(app, node["refdoc"], full, shown)


def list_what_is_returned(app, what, name, obj, options, lines):
    """Make a list of the values under "Returns:", where there are several and each line says the name of one first."""
    if "Returns:" not in lines:
        return
    first = lines.index("Returns:") + 1
    last = next((i for i in range(first, len(lines)) if not lines[i].strip()), len(lines))
    named = [bool(re.match(r"    [a-z_]+: ", line)) for line in lines[first:last]]
    if sum(named) > 1 and named[0]:
        listed = [f"    {'- ' if begins else '  '}{line.strip()}" for begins, line in zip(named, lines[first:last])]
        lines[first:last] = ["    A tuple of", "", *listed]


def escape_plain_text(app, what, name, obj, options, lines):
    """Keep |x| and a * b of docstrings as they are: they are plain text, with code in backquotes and no other markup.

    Code that is no name, such as `.npz`, is put into two backquotes, so that it is never taken for a reference.
    """
    for i, line in enumerate(lines):
        parts = line.split("`")
        if len(parts) % 2 and not line.lstrip().startswith((">>>", "...")):
            plain = [re.sub(r"([|*])", r"\\\1", part) for part in parts[::2]]
            code = [f"`{part}`" if CODE.fullmatch(part) else f"``{part}``" for part in parts[1::2]]
            lines[i] = "".join(part for pair in zip(plain, [*code, ""]) for part in pair)


def mend_signature(app, what, name, obj, options, signature, returned):
    """Say what a class takes where Keras hides it, and `ArrayLike` instead of the dozen types that it stands for."""
    if what == "class" and signature == "(*args, **kwargs)":
        signature = stringify_signature(
            inspect.signature(obj.__init__, bound_method=True), show_return_annotation=False, unqualified_typehints=True
        )
    spelled_out = stringify_annotation(ArrayLike, "smart")
    return tuple(part and part.replace(spelled_out, "ArrayLike") for part in (signature, returned))


class FirstNamesLeadToReference(SphinxPostTransform):
    """Link a function's or class's name to the API reference, where the prose of a page first has it; it stays code."""

    formats = ("html",)
    default_priority = 20  # once Sphinx has resolved the references that the text itself makes
    elsewhere = (nodes.title, nodes.term, nodes.reference)

    def run(self, **kwargs):
        page = self.env.docname
        if page.startswith("book/api"):
            return
        linked = set()
        for literal in list(self.document.findall(nodes.literal)):  # a list, because the loop changes the tree
            above = literal.parent
            while above and not isinstance(above, self.elsewhere):
                above = above.parent
            full = None if above else documented(self.env, literal.astext(), page.rpartition("/")[2])
            if full and full not in linked:
                linked.add(full)
                literal.replace_self(link_to(self.app, page, full, literal.deepcopy()))


class Command(SphinxDirective):
    """The options of one command of `python -m gan_lib`, from the parser itself."""

    required_arguments = 1

    def run(self):
        from gan_lib.__main__ import build_parser

        parser = build_parser()
        (commands,) = (action for action in parser._actions if action.dest == "command")
        chosen = commands.choices[self.arguments[0]]
        (about,) = (action.help for action in commands._choices_actions if action.dest == self.arguments[0])
        lines = [f".. program:: {chosen.prog}", "", f"{escape(about[0].upper() + about[1:])}.", ""]
        for action in chosen._actions:
            value = "{" + ",".join(action.choices) + "}" if action.choices else action.metavar or action.dest.upper()
            name = action.option_strings[-1] if action.option_strings else action.dest
            shown = name if action.nargs == 0 or not action.option_strings else f"{name} {value}"
            more = " ..." if action.nargs == "+" else ""
            if action.dest != "help":
                lines += [f".. option:: {shown}{more}", "", f"   {escape(action.help)}", ""]
        return self.parse_text_to_nodes("\n".join(lines))
