"""The page of all damages and controls. In tests/, `python -m damages.table` writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable

from damages import CONTROLS, DAMAGES
from damages.damage import Damage
from harness.nouns import ASPECTS

PAGE = Path(__file__).parents[2] / "docs" / "damages.md"

_ORDER = list(ASPECTS)


def _vices(damages: Iterable[Damage]) -> int:
    return len({each.name for each in damages})


_TOP = f"""\
# What the harness can tell

A check that has never failed is not yet a check. `tests/damages/` has {_vices(DAMAGES)} formats with one vice each, and
`tests/test_damage.py` runs them in real processes: each must turn red exactly the aspects that are marked here, and no
other. {_vices(CONTROLS)} controls differ too, in what is no difference: nothing may turn red.

"on" is the small model, a module of `tests/toys/`; "needs" is the Keras that a damage can be done to, or shows so with:
by default all of them. `pytest tests/test_damage.py --row NAME` tries them in the environment of a row. Written by
`python -m damages.table` in `tests/`; a test compares.

## Damages

"""


def page() -> str:
    head = ["damage", "on", "needs", *ASPECTS]
    damages = [[each.what, each.toy, " ".join(each.needs), *_marks(each)] for each in sorted(DAMAGES, key=_place)]
    controls = [[each.what, each.toy, " ".join(each.needs)] for each in CONTROLS]
    return _TOP + _table([head, *damages]) + "\n## Controls\n\n" + _table([["control", "on", "needs"], *controls])


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
