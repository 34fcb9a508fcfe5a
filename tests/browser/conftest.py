import functools
import os
from pathlib import Path

import headless
import pytest


def pytest_collection_modifyitems(items):
    """Skip browser tests where they cannot run; on CI let them fail there."""
    reason = headless.lacking()
    if reason and not os.environ.get("CI"):
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def address():
    with headless.served() as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    with headless.launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def windows(browser, address):
    """Return a function that gives the window with scripts, or the one without."""
    return functools.cache(lambda scripts: headless.Window(browser, address, java_script_enabled=scripts))


@pytest.fixture
def visit(windows):
    """Return a function that opens a page of the book and gives (page, what went wrong so far)."""
    visited = set()

    def visit(path, java_script_enabled=True, **options):
        window = windows(java_script_enabled)
        visited.add(window)
        return window.visit(path, **options)

    yield visit
    for window in visited:
        window.leave()
