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


@pytest.fixture
def visit(browser, address):
    """Return a function that opens a page of the book and gives (page, what went wrong so far)."""
    contexts = []

    def visit(path, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        wrong = []
        headless.keep_inside(context, address, wrong)
        return headless.opened(context, f"{address}/{path}", wrong), wrong

    yield visit
    for context in contexts:
        context.close()
