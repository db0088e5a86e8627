"""The page of all damages and controls. `python tests/damage_table.py` writes it."""

from __future__ import annotations

from pathlib import Path

from damage import Damage
from damages import CONTROLS, DAMAGES

from harness.case import ASPECTS

PAGE = Path(__file__).parent.parent / "docs" / "damages.md"

_ORDER = list(ASPECTS)
_TOP = f"""\
# What the harness can tell

A check that has never failed is not yet a check. `tests/damages/` has {len(DAMAGES)} formats with one vice each, and
`tests/test_damage.py` runs them in real processes: each must turn red exactly the aspects that are marked here, and no
other. {len(CONTROLS)} controls differ too, in what is no difference: nothing may turn red.

"on" is the small model, a module of `tests/`. Written by `python tests/damage_table.py`; a test compares.

## Damages

"""


def page() -> str:
    head = ["damage", "on", *ASPECTS]
    damages = [[each.what, each.toy, *_marks(each)] for each in sorted(DAMAGES, key=_place)]
    controls = [[each.what, each.toy] for each in CONTROLS]
    return _TOP + _table([head, *damages]) + "\n## Controls\n\n" + _table([["control", "on"], *controls])


def _place(damage: Damage) -> list[int]:
    """By the first aspect that is lit; what lights it alone comes first."""
    return sorted(map(_ORDER.index, damage.lights))


def _marks(damage: Damage) -> list[str]:
    return ["●" if aspect in damage.lights else "" for aspect in ASPECTS]


def _table(lines: list[list[str]]) -> str:
    head, *rest = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([head, "|" + " --- |" * len(lines[0]), *rest, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
