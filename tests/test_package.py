"""How the package hangs together: what imports what, what it loads, what it says where something is missing, and its types."""

import ast
import os
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import gan_lib

ROOT = Path(__file__).parents[1]
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(path.read_text())
    for path in sorted((ROOT / "gan_lib").rglob("*.py"))
}

# Where a module stands: an import goes to a lower rank, or stays in its own folder.
RANKS = {
    "_": 0,
    "core": 1,
    "studies": 2,
    "applications": 2,
    "plots": 3,
    "widgets": 4,
    "saved": 5,
    "exports": 6,
    "runs": 7,
    "__main__": 8,
}


def folder(module):
    """Return the key of `RANKS` for a module."""
    part = module.split(".")[1]
    return part if part in RANKS else "_" if part.startswith("_") else "core"


def imported(module):
    """Return the modules of the package that one imports, also inside functions; not the package itself, which is for all."""
    names = set()
    for node in ast.walk(SOURCES[module]):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module} has a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    names = {f"gan_lib.{gan_lib.HOME[name[8:]]}" if name[8:] in gan_lib.HOME else name for name in names}
    return ({name if name in SOURCES else name.rpartition(".")[0] for name in names} & SOURCES.keys()) - {"gan_lib"}


class TestImports:
    @pytest.mark.parametrize("module", sorted(SOURCES.keys() - {"gan_lib"}))
    def test_each_goes_down_or_stays_in_its_folder(self, module):
        for other in imported(module):
            stays, goes_down = folder(other) == folder(module), RANKS[folder(other)] < RANKS[folder(module)]
            assert stays or goes_down, f"{module} imports {other}"

    def test_there_is_no_loop(self):
        order = [*TopologicalSorter({module: imported(module) for module in SOURCES}).static_order()]  # raises a CycleError
        assert len(order) == len(SOURCES) > 40

    # `observed` is of the doctor, who puts samples of a run beside the photographs that it was trained on.
    @pytest.mark.parametrize(
        "module", [name for name in SOURCES if re.match(r"gan_lib\.(gan|conditional|studies(?!\.observed))\b", name)]
    )
    def test_the_players_and_the_studies_know_no_data_set(self, module):
        assert "gan_lib.data" not in imported(module)


def python(code, **environment):
    """Run a program in a Python of its own, and return what it has printed."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | environment, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


LOADED = "import sys; print(*sorted({'keras', 'numpy', 'tensorflow'} & sys.modules.keys()))"
COMMAND = """
import runpy, sys
sys.argv = ["gan_lib", *{arguments}]
try:
    runpy.run_module("gan_lib", run_name="__main__", alter_sys=True)
except SystemExit as ended:
    print("ended with", ended.code)
"""
WITHOUT = """
import sys
class Without:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Without)
sys.stderr = sys.stdout
"""


class TestWhatIsLoaded:
    def test_by_the_package_alone(self):
        assert python(f"import gan_lib; dir(gan_lib); {LOADED}") == ""

    def test_by_what_needs_numpy_only(self):
        names = (
            "data",
            "recordings",
            "metrics",
            "plots",
            "plots.scores",
            "widgets",
            "studies.games",
            "studies.latents",
            "studies.shapes",
        )
        modules = ", ".join(f"gan_lib.{name}" for name in names)
        assert python(f"import {modules}; gan_lib.data.load_fashion_mnist('test'); {LOADED}") == "numpy"

    def test_by_the_help_of_the_command_line(self):
        said = python(COMMAND.format(arguments=["--help"]) + LOADED)
        assert said.startswith("usage: python -m gan_lib") and said.endswith("ended with 0")


class TestNames:
    @pytest.mark.parametrize("name", gan_lib.__all__)
    def test_each_can_be_imported(self, name):
        assert getattr(gan_lib, name) is not None and name in dir(gan_lib)

    def test_those_that_there_are_are_listed(self):
        assert dir(gan_lib) == sorted(gan_lib.__all__) and len(gan_lib.HOME) == sum(map(len, gan_lib.PUBLIC.values()))

    def test_others_are_told(self):
        with pytest.raises(AttributeError, match=r"module 'gan_lib' has no attribute 'WGAN'; dir\(gan_lib\) lists what it has"):
            gan_lib.WGAN  # noqa: B018

    def test_the_version_is_that_of_the_installed_package(self):
        settings = (ROOT / "pyproject.toml").read_text()
        assert 'dynamic = ["version"]' in settings and 'version = {attr = "gan_lib.__version__"}' in settings
        assert re.fullmatch(r"\d+\.\d+\.\d+", gan_lib.__version__)


class TestWhatIsMissing:
    def test_another_backend_of_keras_is_told_at_once(self):
        code = """
import sys
try:
    from gan_lib import GAN
except ImportError as error:
    print(error)
print("keras" in sys.modules)
from gan_lib import metrics
from gan_lib.studies import games
print(games.solve_matrix_game([[1, 0], [0, 1]]).value)
"""
        told, loaded, value = python(code, KERAS_BACKEND="jax").splitlines()
        assert 'Keras is set to "jax"' in told and "set KERAS_BACKEND=tensorflow" in told
        assert loaded == "False" and float(value) == pytest.approx(0.5)

    @pytest.mark.parametrize("missing", ["numpy", "keras"])
    def test_a_package_is_told_with_what_to_do(self, missing):
        said = python(
            WITHOUT.format(missing=missing) + "try:\n    from gan_lib import GAN\nexcept ImportError as error:\n    print(error)"
        )
        assert said.startswith(f"gan_lib needs {missing}, which this Python") and "python -m pip install ." in said

    @pytest.mark.parametrize("missing", ["numpy", "keras"])
    def test_and_so_on_the_command_line(self, missing):
        said = python(WITHOUT.format(missing=missing) + COMMAND.format(arguments=["sample", "x.keras"]))
        assert said.startswith(f"python -m gan_lib sample: gan_lib needs {missing}, which this Python")
        assert "'make book'" in said and said.endswith("ended with 1") and len(said.splitlines()) == 2


# Functions without annotations: those whose source a chapter prints, losses that take any tensor, and what Keras itself calls.
PLAIN = re.compile(
    r"(gan\.GAN|conditional\.ConditionalGAN|applications\.stackgan\.Stage)\.(discriminator|generator)_step"
    r"|studies\.games\.(minimax|simultaneous|alternating|extragradient)"
    r"|studies\.recipes\.ClassicRecipe\.train_step"
    r"|losses\.(discriminator_loss|non_saturating|minimax)|losses\.\w+\.(discriminator|generator|right)"
    r"|penalties\.\w+\.__call__|augment\.DiffAugment\.__call__"
    r"|.*\.(on_\w+|call|train_step|get_config|build|compute_output_shape|make_train_function)"
)


def public_functions(module):
    """Yield the name and the definition of each function and method of a module that readers are shown."""
    for node in SOURCES[module].body:
        for each in node.body if isinstance(node, ast.ClassDef) else [node]:
            if not isinstance(each, ast.FunctionDef) or (each.name.startswith("_") and each.name != "__init__"):
                continue
            if each.name in gan_lib.__all__ or each.name == "__init__" or "Args:" in (ast.get_docstring(each) or ""):
                owner = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
                yield f"{module}.{owner}{each.name}".removeprefix("gan_lib."), each


@pytest.mark.parametrize("module", [name for name in SOURCES if not re.search(r"\._", name)])
def test_public_functions_are_annotated(module):
    bare = {}
    for name, function in public_functions(module):
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        missing = [each.arg for each in arguments if not each.annotation and each.arg not in ("self", "cls")]
        missing += ["what it returns"] * (not function.returns and function.name != "__init__")
        if missing and not PLAIN.fullmatch(name):
            bare[name] = missing
    assert bare == {}
