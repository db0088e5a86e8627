"""What a live model has that is known to get lost: one look a family, each before the model is saved.

Looks read attributes, and call get_config: they change nothing.
"""

from __future__ import annotations

import traceback
from typing import Any, Callable, Iterable

from harness.fresh.clues import files, forgotten, frozen, policies, quantized, states, steps, unfindable, untracked
from harness.observation import Clue

_LOOKS: tuple[Callable[[Any], Iterable[Clue]], ...] = (
    forgotten.forgotten,
    unfindable.unfindable,
    untracked.untracked,
    files.files,
    steps.steps,
    policies.policies,
    frozen.frozen,
    states.states,
    quantized.quantized,
)

__all__ = ["clues_of"]


def clues_of(model: Any) -> tuple[Clue, ...]:
    """All clues that a trained model has. A look that raises finds nothing, and says why in the log."""
    found: list[Clue] = []
    for look in _LOOKS:
        try:
            found += look(model)
        except Exception:  # code of the user's is asked, such as get_config: whatever it raises costs this look alone
            traceback.print_exc()
    return tuple(dict.fromkeys(found))
