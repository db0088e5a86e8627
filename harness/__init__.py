"""Will the process that loads a Keras model tomorrow get the model that was saved today?

from harness import check

print(check(build=build, data=data))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.entry.check import check
    from harness.report.checked import Checked

__all__ = ["Checked", "check"]


def __getattr__(name: str) -> Any:
    # Late: agents and fresh processes import this package too, and need nothing of it.
    if name in __all__:
        from harness.entry import check as checking

        return getattr(checking, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
