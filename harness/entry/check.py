"""Put a model of one's own, and one's own packaging code, under the harness."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterator, Sequence

from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.driver.tasks import Settings
from harness.entry.advice import Way, ways
from harness.environment import Environment
from harness.formats import FORMATS, PACKAGED, find_format
from harness.nouns import (
    ASPECTS,
    LIBRARY,
    LOADERS,
    PREDICTIONS,
    PROBE,
    TRAIN,
    WEIGHTS,
    Case,
    HarnessError,
    Recipe,
    Verdict,
)
from harness.processes.fleet import Fleet
from harness.report.verdict_json import to_json
from harness.suite.expectations import unmet
from harness.verdicts.wording import few, reasons
from harness.words import gist

FEW = 2  # differences of an aspect that are shown; JSON has them all

#: What a round trip must keep, unless told otherwise.
REQUIRED = (WEIGHTS, PREDICTIONS)


@dataclass(frozen=True)
class Checked:
    """What became of a model, format by format and loader by loader.

    Attributes:
        verdicts: One for each format and loader that was tried.
        required: The aspects that must be kept.
    """

    verdicts: tuple[Verdict, ...]
    required: tuple[str, ...] = REQUIRED

    @property
    def ways(self) -> list[Way]:
        """The ways to save and load that kept everything required, best first."""
        return ways(self.verdicts, self.required)

    def __bool__(self) -> bool:
        return bool(self.ways)

    def __str__(self) -> str:
        if all(each.stage == TRAIN for each in self.verdicts):
            return f"It did not train: {gist(self.verdicts[0].failure)}"
        return "\n\n".join(filter(None, [self.looked_at(), self.table(), self.losses(), self.unseen(), self.advice()]))

    def looked_at(self) -> str:
        """The aspects of which each way has kept, lost or not shown every one."""
        every = dict.fromkeys(aspect for verdict in self.verdicts for aspect in verdict.findings)
        return f"{len(every)} aspects: {', '.join(every)}"

    def table(self) -> str:
        """One line for each format and loader: how many aspects were kept, and which were not."""
        lines = [["format", "loader", "kept", "lost", "not promised, and lost", "kB", "s"]]
        for verdict in self.verdicts:
            words = (
                ["-", f"everything: no {verdict.stage}", "-"]
                if verdict.stage
                else [
                    str(len(verdict.kept)),
                    ", ".join(verdict.broken) or "-",
                    ", ".join(each for each in verdict.lost if each not in verdict.promised) or "-",
                ]
            )
            seconds = sum(verdict.seconds.get(stage, 0.0) for stage in ("save", "reload"))
            size = f"{verdict.size / 1000:.0f}" if verdict.size else "-"
            lines.append([verdict.case.format, verdict.case.loader, *words, size, f"{seconds:.1f}"])
        widths = [max(map(len, column)) for column in zip(*lines)]
        return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)

    def losses(self) -> str:
        """What was lost, with names. Ways that lost the same in the same words are told together."""
        ways: dict[str, list[str]] = {}
        for verdict in self.verdicts:
            if verdict.stage or verdict.lost:
                ways.setdefault(_lost(verdict), []).append(_way(verdict))
        return "\n".join(f"{', '.join(names)}:\n  {lost}" for lost, names in ways.items())

    def unseen(self) -> str:
        """What could not be compared, and why."""
        loaded = [each for each in self.verdicts if not each.stage]
        ways: dict[str, list[str]] = {}
        for verdict in loaded:
            for reason, unseen in reasons(verdict).items():
                ways.setdefault(f"{', '.join(unseen)}: {reason}", []).append(_way(verdict))
        lines = [
            f"  {line}" + ("" if len(names) == len(loaded) else f" ({', '.join(names)})")
            for line, names in ways.items()
        ]
        return "\n".join(["Not compared:", *lines]) if lines else ""

    def advice(self) -> str:
        """What to do, drawn from this run."""
        wanted = ", ".join(self.required)
        if not self.ways:
            return f"Nothing that was tried keeps {wanted}."
        lines = [f"What keeps {wanted}, best first:"]
        for number, way in enumerate(self.ways, 1):
            rest = f"loses {', '.join(way.lost)}" if way.lost else "loses nothing that could be seen"
            lines.append(f"  {number}. {way.format}, {way.loader}: {rest}; {way.size / 1000:.0f} kB")
            lines += [f"       save:  {way.save}", f"       load:  {way.load}"]
        return "\n".join(lines)

    def json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "required": list(self.required),
            "results": [to_json(each) for each in self.verdicts],
            "ways": [way._asdict() for way in self.ways],
        }


def _way(verdict: Verdict) -> str:
    return f"{verdict.case.format} {verdict.case.loader}"


def _lost(verdict: Verdict) -> str:
    if verdict.stage:
        return gist(verdict.failure)
    return "\n  ".join(line for aspect in verdict.lost for line in few(aspect, verdict.about(aspect), FEW))


def check(
    *,
    build: Callable[[], Any],
    data: Callable[[], tuple[Any, ...]],
    formats: Sequence[str] = (),
    loaders: Sequence[str] = (),
    require: Sequence[str] = REQUIRED,
    keras: str = "2",
    fleet: Fleet | None = None,
    **functions: Callable[..., Any],
) -> Checked:
    """Train a model, save it, reload it in fresh processes, and say what came back.

    Args:
        build: Returns a compiled Keras model.
        data: Returns (x, y) or (x, y, sample_weight), numpy arrays or lists or dicts of them.
        formats: Names of formats; () for all that can be, or for your own `save` and `load` if they are given.
        loaders: What the fresh process has; () for all that make sense.
        require: The aspects that must be kept.
        keras: "2" for legacy Keras, "3" for Keras 3.
        fleet: Agents to use, and with them the Keras; without one, some are started, which takes seconds.
        functions: Optionally `train(model, x, y)`, `save(model, path)` and `load(path)`,
            `probe(model, x, y)`, `probes()`, `custom_objects()`, `tokenizer()`, `texts()`. All at the
            top level of a module.

    Raises:
        HarnessError: Something that was given cannot be used.
        InfrastructureError: The environment cannot run models.
    """
    roles = {"build": build, "data": data, **functions}
    references = {role: reference_to(role, function) for role, function in roles.items()}
    recipe = Recipe("model", "harness.fresh.subject:of_functions", references)
    tried = formats or ((PACKAGED,) if "save" in functions else ())
    return run_check(recipe, tried, loaders, require, Environment(keras=keras), fleet=fleet)


def reference_to(role: str, function: Any) -> str:
    """Where a fresh process finds a function: "path/to/module.py:name".

    Raises:
        HarnessError: It is not at the top level of a module that has a file.
    """
    module = sys.modules.get(getattr(function, "__module__", ""))
    name = getattr(function, "__qualname__", repr(function))
    if getattr(module, name, None) is not function or not getattr(module, "__file__", None):
        raise HarnessError(
            f"{role} cannot reach a fresh process: expected a function at the top level of a module. Received: {name}"
        )
    assert module is not None
    return f"{module.__file__}:{name}"


def recipe_of(path: Path) -> tuple[Recipe, bool]:
    """The recipe of a module, and whether it has packaging code of its own. Reads the file, and does not import it.

    Raises:
        HarnessError: There is no such file, it is no Python, or it lacks a function that it must have.
    """
    try:
        names = set(_names(ast.parse(path.read_text(encoding="utf-8"))))
    except OSError as error:
        raise HarnessError(f"{path}: expected a Python file ({error.strerror})") from None
    except SyntaxError as error:
        raise HarnessError(f"{path}: expected Python; line {error.lineno}: {error.msg}") from None
    missing = {"build", "data"} - names
    if missing and "*" not in names:
        raise HarnessError(f"{path}: expected functions build() and data(); missing: {', '.join(sorted(missing))}")
    if len({"save", "load"} & names) == 1:
        raise HarnessError(f"{path}: expected save() and load() together, or neither; one is missing")
    return Recipe(path.stem.replace("-", "_"), str(path.resolve())), "save" in names


def _names(module: ast.Module) -> Iterator[str]:
    """What a module defines or imports at its top level."""
    for statement in module.body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            yield statement.name
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in statement.names)
        elif isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))


def run_check(
    recipe: Recipe,
    formats: Sequence[str],
    loaders: Sequence[str],
    require: Sequence[str],
    environment: Environment,
    *,
    seconds: float = 300,
    fleet: Fleet | None = None,
) -> Checked:
    """The same for a recipe; () stands for every format and for every loader that makes sense here."""
    environment = fleet.environment if fleet else environment
    environment.check()
    _known("aspect", require, (*ASPECTS, PROBE))
    _known("format", formats, (*FORMATS, PACKAGED))
    _known("loader", loaders, LOADERS)
    cases = [
        Case(recipe, format, loader)
        for format in formats or FORMATS
        for loader in find_format(format).keeps
        if loader in (loaders or _sensible(environment))
    ]
    cases = [case for case in cases if not unmet(case, environment)]
    if not cases:
        raise HarnessError("no format that was asked for goes with a loader that was asked for")
    settings = Settings(Path(".harness", "logs"), seconds=seconds)
    with Run([RoundTrip(tuple(cases))], environment, settings, fleet) as run:
        verdicts = [run[case] for case in _with_progress(cases)]
    return Checked(tuple(each for each in verdicts if each.suits), tuple(require))


def _with_progress(cases: Sequence[Case]) -> Iterator[Case]:
    """Hand the cases on, and tell a person at a terminal how far it is."""
    watched = sys.stderr.isatty()
    for number, case in enumerate(cases, 1):
        if watched:
            print(f"\r[{number}/{len(cases)}] {case.id:<60}", end="", file=sys.stderr, flush=True)
        yield case
    if watched:
        print("\r" + " " * 80, end="\r", file=sys.stderr, flush=True)


def _sensible(environment: Environment) -> list[str]:
    library = "keras-hub" if environment.keras == "3" else "transformers"
    return [loader for loader in LOADERS if loader != LIBRARY or library in environment.versions]


def _known(kind: str, given: Sequence[str], expected: Any) -> None:
    for each in given:
        if each not in expected:
            raise HarnessError(f"there is no {kind} {each!r}; expected one of {', '.join(expected)}")
