"""What a reader's phone has to fetch."""

import sys
from pathlib import Path

import headless
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
import pages  # noqa: E402

LIMIT = 3_000_000


@pytest.mark.parametrize("path", headless.pages())
def test_no_page_is_over_3_mb_without_the_widgets_script(browser, address, path):
    """All that an opened page asks for counts as a host sends it that compresses text, the widgets' state included."""
    visit = pages.visit(browser, address, path)
    sizes = visit.without_widgets_script()
    sent = pages.total(sizes).sent
    heaviest = sorted(((size.sent, url) for url, size in sizes.items()), reverse=True)[:5]
    assert visit.html.sent < sent <= LIMIT, f"{sent} bytes, most of all {heaviest}"
    has_widgets = visit.state.stored > 0
    assert (len(sizes) < len(visit.sizes)) == has_widgets, "the script comes where there are widgets, and is left out of the sum"
