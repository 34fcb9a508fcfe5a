"""ipywidgets that readers press, with a kernel and in a page without one."""

from gan_lib.widgets.runs import comparison_stepper, epoch_stepper

__all__ = ["comparison_stepper", "epoch_stepper"]
