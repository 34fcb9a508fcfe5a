"""What tests of widgets share: ipywidgets 7, on Colab, keeps its widgets elsewhere, without Stack and pictures beside them."""

import ipywidgets
import pytest

try:
    from ipywidgets.widgets.widget import _instances as all_widgets
except ImportError:
    all_widgets = ipywidgets.Widget.widgets

ipywidgets_8 = pytest.mark.skipif(not hasattr(ipywidgets, "Stack"), reason="is about what ipywidgets 7 does in another way")
