"""Which loads of a record may run that this run did not make: by default none that imports or calls what it names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Iterable, Sequence

from harness.entry.recipes import recipe_of
from harness.formats import FORMATS, PACKAGED, Format, find_format
from harness.inspection.danger import KINDS
from harness.nouns import CODE, REBUILD, Case, HarnessError, Recipe
from harness.record.record import Record

#: The loaders that run code of the model's own.
_RUN_CODE = (CODE, REBUILD)


@dataclass(frozen=True)
class Trust:
    """How far a record is trusted that somebody else may have written.

    Attributes:
        subject: A module of the user's own, whose code is run in place of what the record names; None for none.
        record: Whether what the record names is imported and called, and its artifact loaded uninspected.
        allow: Kinds of danger that do not stop a load (`harness.inspection.danger.KINDS`).
        key: The public key of whom it must be signed by; None where a signature is not asked for.
    """

    subject: Path | None = None
    record: bool = False
    allow: frozenset[str] = frozenset()
    key: Path | None = None


@dataclass(frozen=True)
class Loads:
    """What is loaded of a record.

    Attributes:
        cases: A cell for each loader.
        left_out: A sentence on what is not, and why; "" where all is.
    """

    cases: tuple[Case, ...]
    left_out: str = ""


def loads(record: Record, loaders: Sequence[str], trust: Trust) -> Loads:
    """Decide how a record may be loaded.

    Args:
        record: It.
        loaders: () for all that its format makes sense with.
        trust: How far it is trusted.

    Raises:
        HarnessError: Its format is unknown or does not go with a loader, or nothing that was asked for may run.
    """
    about = record.about
    possible = tuple(_format(record, trust).keeps)
    for loader in loaders:
        if loader not in possible:
            raise HarnessError(f"{record.path}: {about.format} is loaded by {', '.join(possible)}; not by {loader}")
    recipe = _recipe(record, trust)
    wanted = tuple(loaders) or possible
    refused = () if recipe else tuple(each for each in wanted if each in _RUN_CODE)
    if refused and (loaders or refused == wanted):
        raise HarnessError(f"{record.path}: {_because(refused, about.recipe)}")
    cases = tuple(Case(recipe or about.recipe, about.format, loader) for loader in wanted if loader not in refused)
    return Loads(cases, f"left out: {_because(refused, about.recipe)}" if refused else "")


def _format(record: Record, trust: Trust) -> Format:
    """Its format; one that is defined elsewhere is imported only of a record that is trusted.

    One that runs what it reads is read only where that is allowed, too, whatever an inspection finds.
    """
    name = record.about.format
    if name in FORMATS or name == PACKAGED:
        found = find_format(name)
        if found.danger and not trust.record and found.danger not in trust.allow:
            raise HarnessError(
                f"{record.path}: {name} {KINDS[found.danger]}, and this run did not write it; give --allow "
                f"{found.danger} to read it in a process with limits, or --trust"
            )
        return found
    known = f"{record.path}: there is no format {name!r}; expected one of {', '.join(FORMATS)}, {PACKAGED}"
    if not trust.record:
        raise HarnessError(known + (", or --trust to import it" if ":" in name else ""))
    try:
        return find_format(name)
    except (ImportError, AttributeError, KeyError, ValueError) as error:
        raise HarnessError(f"{known} ({type(error).__name__}: {error})") from None


def _recipe(record: Record, trust: Trust) -> Recipe | None:
    """Where the model's own code is: what the user names, else what the record names, if it is trusted."""
    if trust.subject is not None:
        return replace(recipe_of(trust.subject)[0], id=record.about.recipe.id)
    return record.about.recipe if trust.record else None


def _because(refused: Sequence[str], recipe: Recipe) -> str:
    return (
        f"{' and '.join(refused)} would run {recipe.subject!r}, which the record names and this run did not make; "
        "give --subject my_module.py to run your own code, or --trust to run that"
    )


def check_kinds(names: Iterable[str]) -> frozenset[str]:
    """Kinds of danger by name.

    Raises:
        HarnessError: There is no such kind.
    """
    found = frozenset(names)
    for name in sorted(found - set(KINDS)):
        raise HarnessError(f"there is no kind of danger {name!r}; expected one of {', '.join(KINDS)}")
    return found
