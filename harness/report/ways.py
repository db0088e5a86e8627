"""What to do: the formats that kept what is asked for, simplest first, with the lines to paste."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable, NamedTuple, Sequence

from harness.formats import find_format
from harness.nouns import LOADERS, Case, Verdict

#: Simplest first: what the loading process needs.
_LOADERS = list(LOADERS)


class Way(NamedTuple):
    """One way to save and load that kept all that was asked for."""

    format: str
    loader: str
    kept: tuple[str, ...]
    lost: tuple[str, ...]
    size: int
    seconds: float
    save: str
    load: str


def keeps(verdict: Verdict, required: Sequence[str]) -> bool:
    """Whether a way came through, and all that is required with it."""
    return not verdict.stage and set(required) <= set(verdict.kept)


def ways(verdicts: Iterable[Verdict], required: Sequence[str]) -> list[Way]:
    """The ways that kept everything required, simplest first: by what the loading process needs.

    Of those that need the same, what lost less comes first, then what is smaller, then what is quicker.
    Of one format, a way that needs more is left out unless a simpler one lost what it keeps. That a simpler process
    could not look at something (a probe, which is the model's own code) is no loss of it.
    """
    found: list[Way] = []
    for verdict in sorted(verdicts, key=lambda each: _LOADERS.index(each.case.loader)):
        format, loader = verdict.case.format, verdict.case.loader
        simpler = [way for way in found if way.format == format and set(way.lost) <= set(verdict.lost)]
        if keeps(verdict, required) and not simpler:
            seconds = verdict.seconds.get("save", 0.0) + verdict.seconds.get("reload", 0.0)
            lines = find_format(format).save_line, _with_imports(find_format(format).load_lines[loader], verdict.case)
            found.append(Way(format, loader, verdict.kept, verdict.lost, verdict.size, seconds, *lines))
    return sorted(found, key=lambda way: (_LOADERS.index(way.loader), len(way.lost), way.size, way.seconds))


def _with_imports(line: str, case: Case) -> str:
    """A load line with the names that the model's own module has, where they can be told; else as the format has it."""
    reference = case.recipe.arguments.get("build", f"{case.recipe.subject}:build")
    module, _, build = reference.rpartition(":") if isinstance(reference, str) else ("", "", "")
    module = Path(module).stem if module.endswith(".py") else module
    if not all(map(str.isidentifier, (*module.split("."), build))):
        return line
    if "build()" in line:
        return f"from {module} import {build}; {line.replace('build()', f'{build}()')}"
    if "vars(my_model)" in line:
        return f"import {module}; {line.replace('vars(my_model)', f'vars({module})').partition('  #')[0]}"
    return line
