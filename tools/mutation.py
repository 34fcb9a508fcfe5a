"""Alter the core of gan_lib, one expression at a time, and see which of the alterations its tests do not notice.

mutmut does that, on a copy of the tree and in an environment of its own, both in _build/mutation. The result goes into
bench/mutation.md, where every alteration that survives is judged by hand; a judgement stays for as long as the line does.

Usage: python tools/mutation.py [PATTERN …], for the mutants of those names only: "*[05]" is one in five of each module
"""

import configparser
import os
import platform
import re
import subprocess
import sys
import sysconfig
import venv
from collections import Counter

from trees import ROOT, copy_tree

FOLDER = ROOT / "_build" / "mutation"
PYTHON = FOLDER / "venv" / "bin" / "python"
REPORT = ROOT / "bench" / "mutation.md"
MUTMUT = "mutmut==3.8.1"

# By what they load: conftest.py starts TensorFlow for each test, which these do without.
RUNS = {"numpy": ("studies.games", "metrics", "_checks"), "tensorflow": ("losses", "data", "gan", "callbacks")}
# What takes its place there: one failing example is enough, and need not be made small.
CONFTEST = """
from hypothesis import Phase, settings

settings.register_profile("one is enough", phases=(Phase.explicit, Phase.generate))
settings.load_profile("one is enough")
"""
# The tests of a module, where they are not those that have its name.
TESTS = {"gan": ["training"], "callbacks": ["training", "watch"]}


def set_up():
    """Make the environment: that of the book, and mutmut on top of it."""
    if not PYTHON.exists():
        venv.create(PYTHON.parents[1], with_pip=True)
        (packages,) = PYTHON.parents[1].glob("lib/*/site-packages")
        (packages / "book.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", MUTMUT], check=True)


def copy_with_settings(folder, modules):
    """Copy what is needed, with mutmut's settings beside it."""
    copy_tree(folder, "gan_lib", "tests", "pyproject.toml")
    if folder.name == "numpy":
        (folder / "tests" / "conftest.py").write_text(CONFTEST)
    settings = configparser.ConfigParser()
    settings["mutmut"] = {
        "source_paths": "gan_lib",
        "only_mutate": lines(f"gan_lib/{module.replace('.', '/')}.py" for module in modules),
        "pytest_add_cli_args_test_selection": lines(f"tests/test_{name}.py" for name in tests_of(modules)),
        "pytest_add_cli_args": lines(["-p", "no:randomly"]),  # or a second run would not give the same
        # What a message says is for readers; that there is one, and which argument it names, is tested.
        "do_not_mutate_patterns": lines([r"raise \w+", r"warnings\.warn"]),
        # TensorFlow does not survive a fork once it has computed: each mutant is forked from a process that has only imported.
        # So no file whose import computes can be among the tests, such as test_bad_input.py: the training would hang.
        "process_isolation": "forkserver",
        "track_dependencies": "false",
        "use_git_change_detection": "false",
    }
    with open(folder / "setup.cfg", "w") as file:
        settings.write(file)


def tests_of(modules):
    """Return what the files of tests of some modules are named after, once each."""
    return list(dict.fromkeys(name for m in modules for name in TESTS.get(m, [m.rpartition(".")[2].strip("_")])))


def lines(values):
    return "".join(f"\n{value}" for value in values)


def mutmut(folder, *arguments, **options):
    command = [PYTHON.with_name("mutmut"), *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}, text=True, check=True, **options)


def outcomes(folder):
    """Return what became of each mutant, by its name: such as "killed", "survived", "no tests" or "not checked"."""
    listed = mutmut(folder, "results", "--all", "true", stdout=subprocess.PIPE).stdout
    return dict(re.findall(r"^ +(\S+): (.+)$", listed, re.MULTILINE))


def alteration(folder, mutant):
    """Return a line that says what a mutant alters, such as "`metrics.fid`: `a + b` becomes `a - b`"."""
    diff = mutmut(folder, "show", mutant, stdout=subprocess.PIPE).stdout
    old, new = (" ".join(re.findall(rf"^[{sign}](?![{sign}]{{2}} )\s*(.*)$", diff, re.MULTILINE)) for sign in "-+")
    name = re.sub(r"(?:x_|xǁ)(\w+?)(?:ǁ(\w+))?__mutmut_\d+$", lambda match: ".".join(filter(None, match.groups())), mutant)
    return f"`{name.removeprefix('gan_lib.')}`: `{old}` becomes `{new}`"


def report(found, survivors, patterns):
    judgements = dict(re.findall(r"^- (`.*`): (?!`)(.*)$", REPORT.read_text() if REPORT.exists() else "", re.MULTILINE))
    command, rows = " ".join(["python tools/mutation.py", *map(repr, patterns)]), []
    for module, counts in found.items():
        tried = counts.total() - counts["not checked"]
        caught = counts["killed"] + counts["timeout"]
        score = f"{caught / tried:.0%}" if tried else "–"
        rows.append(f"| {module} | {counts.total()} | {tried} | {caught} | {tried - caught} | {score} |\n")
    REPORT.write_text(
        "| module | mutants | tried | killed | survived | score |\n|---|---:|---:|---:|---:|---:|\n"
        + "".join(rows)
        + "\nA mutant is the module with one expression altered; it is killed when a test of the module fails, or runs many "
        + "times as long. Error messages and docstrings are not altered.\n\n## Survivors\n\n"
        + "\n".join(f"- {survivor}: {judgements.get(survivor, 'not judged yet')}" for survivor in survivors)
        + f"\n\nPython {platform.python_version()}, {MUTMUT}. Made by `{command}`.\n"
    )


def main(patterns):
    set_up()
    found, survivors = {}, []
    for name, modules in RUNS.items():
        folder = FOLDER / name
        wanted = [pattern for pattern in patterns if pattern.startswith(("*", *(f"gan_lib.{module}." for module in modules)))]
        if patterns and not wanted:
            continue
        copy_with_settings(folder, modules)
        mutmut(folder, "run", *wanted)
        became = outcomes(folder)
        for module in modules:
            found[module] = Counter(outcome for mutant, outcome in became.items() if mutant.startswith(f"gan_lib.{module}."))
        survivors += sorted(
            alteration(folder, mutant) for mutant, outcome in became.items() if outcome in ("survived", "no tests")
        )
    report(found, survivors, patterns)
    print(REPORT.read_text().partition("\n\n")[0])


if __name__ == "__main__":
    main(sys.argv[1:])
