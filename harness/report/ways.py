"""What to do: the formats that kept what is asked for, simplest first, with the lines to paste."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Iterable, Iterator, NamedTuple, Sequence

from harness.formats import find_format
from harness.nouns import CODE, LOADERS, RESAVE, Case
from harness.verdict import Mend, Mended, Verdict

#: Simplest first: what the loading process needs.
_LOADERS = list(LOADERS)


class Way(NamedTuple):
    """One way to save and load that kept all that was asked for.

    `mend` is what is done besides, when it is loaded; "" for nothing.
    """

    format: str
    loader: str
    kept: tuple[str, ...]
    lost: tuple[str, ...]
    size: int
    seconds: float
    save: str
    load: str
    mend: str = ""


def keeps(verdict: Verdict, required: Sequence[str]) -> bool:
    """Whether a way came through, and all that is required with it."""
    return not verdict.stage and set(required) <= set(verdict.kept)


def ways(verdicts: Sequence[Verdict], required: Sequence[str]) -> list[Way]:
    """The ways that kept everything required, simplest first: by what the loading process needs.

    Of those that need the same, what needs no mend comes first, then what lost less, then what is smaller, then what
    is quicker. Of one format, a way that needs more is left out unless a simpler one lost what it keeps. That a simpler
    process could not look at something (a probe, which is the model's own code) is no loss of it.
    """
    found: list[Way] = []
    for way in sorted(_every(verdicts), key=_needs):
        same = [other for other in found if other.format == way.format and (way.mend or not other.mend)]
        simpler = [other for other in same if set(other.lost) <= set(way.lost)]
        if set(required) <= set(way.kept) and not simpler:
            found.append(way)
    return sorted(found, key=lambda way: (*_needs(way), len(way.lost), way.size, way.seconds))


def _needs(way: Way) -> tuple[int, bool]:
    """How much the loading process needs: what it has, and whether something is done besides."""
    return _LOADERS.index(way.loader), bool(way.mend)


def _every(verdicts: Sequence[Verdict]) -> Iterator[Way]:
    """All that loaded, as it was tried and as it was mended."""
    tried = {(each.case.format, each.case.loader) for each in verdicts}
    for verdict in verdicts:
        objects = _handed_over(verdict, verdicts)
        if not verdict.stage:
            yield _way(verdict, verdict.case.loader, verdict.kept, verdict.lost, Mend("", (), objects))
        for each in verdict.mended:
            # By name is how a process loads that has the code: where that was tried, it is the same way.
            if not each.failure and not (each.mend.objects and (verdict.case.format, CODE) in tried):
                mend = each.mend if each.mend.objects else replace(each.mend, objects=objects)
                yield _way(verdict, each.loader, each.kept, each.lost, mend)


def _handed_over(verdict: Verdict, verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """The objects that are enough for what the code's loader keeps; () where that was not tried."""
    if verdict.case.loader != CODE:
        return ()
    same = [each for other in verdicts if other.case.format == verdict.case.format for each in other.mended]
    # What was mended was not saved again.
    enough = [each for each in same if not each.failure and set(verdict.kept) - {RESAVE} <= set(each.kept)]
    return next((each.mend.objects for each in enough if each.mend.objects), ())


def _way(verdict: Verdict, loader: str, kept: tuple[str, ...], lost: tuple[str, ...], mend: Mend) -> Way:
    format = find_format(verdict.case.format)
    seconds = verdict.seconds.get("save", 0.0) + verdict.seconds.get("reload", 0.0)
    load = load_line(verdict.case, loader, mend)
    return Way(format.name, loader, kept, lost, verdict.size, seconds, format.save_line, load, mend.name)


def load_line(case: Case, loader: str, mend: Mend) -> str:
    """What a person writes to load, with the names that the model's own module has, where they can be told."""
    line = find_format(case.format).load_lines[loader]
    if mend.objects:
        names = [each.rpartition(":")[2] for each in mend.objects]
        handed = ", ".join(f'"{name}": {name}' for name in names)
        line = line.partition("  #")[0].replace("vars(my_model)", f"{{{handed}}}")
        line = f"{_imports(mend.objects)}; {line}"
    if not mend.compiled:
        line = f"{line.partition('  #')[0][:-1]}, compile=False)"
    if not mend.safe:
        line = f"{line.partition('  #')[0][:-1]}, safe_mode=False)"
    if mend.policy:
        line = f'tf.keras.mixed_precision.set_global_policy("{mend.policy}"); {line}'
    return _with_imports(line, case)


def _imports(objects: Sequence[str]) -> str:
    modules: dict[str, list[str]] = {}
    for each in objects:
        module, _, name = each.rpartition(":")
        modules.setdefault(module, []).append(name)
    return "; ".join(f"from {module} import {', '.join(names)}" for module, names in modules.items())


def mend_words(mend: Mend) -> str:
    """What is done, as it is typed."""
    if mend.policy:
        return f'set_global_policy("{mend.policy}") before loading'
    if not mend.compiled:
        return "compile=False"
    if not mend.objects:
        return "safe_mode=False"
    names = [each.rpartition(":")[2] for each in mend.objects]
    handed = f"custom_objects={{{', '.join(f'{chr(34)}{name}{chr(34)}: {name}' for name in names)}}}"
    return handed if mend.safe else f"{handed}, safe_mode=False"


def outcome(mended: Mended) -> str:
    """What came of a mend, in words."""
    if mended.failure:
        return "does not load"
    return f"loads, loses {', '.join(mended.lost)}" if mended.lost else "loads, keeps everything"


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
