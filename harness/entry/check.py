"""Put a model of one's own, and one's own packaging code, under the harness."""

from __future__ import annotations

import ast
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterator, Sequence

from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.entry.limits import check_seconds, check_workers
from harness.environment import Environment
from harness.formats import FORMATS, PACKAGED, find_format
from harness.nouns import (
    ASPECTS,
    LIBRARY,
    LOADERS,
    PROBE,
    Case,
    HarnessError,
    InfrastructureError,
    Recipe,
)
from harness.processes.fleet import FRESH_PROCESS, Fleet
from harness.report.checked import REQUIRED, Checked
from harness.suite.expectations import unmet

#: What a user's own functions can be, by the names that check() has for them.
ROLES = ("build", "data", "train", "save", "load", "probe", "probes", "custom_objects", "tokenizer", "texts")


@dataclass(frozen=True)
class Wanted:
    """What is tried, and what must be kept.

    Attributes:
        formats: Names of formats; () for all.
        loaders: What the fresh process has; () for all that make sense.
        required: The aspects that must be kept.
    """

    formats: tuple[str, ...] = ()
    loaders: tuple[str, ...] = ()
    required: tuple[str, ...] = REQUIRED

    def check(self) -> None:
        """Raise HarnessError, in one sentence, for a name that there is not."""
        _known("aspect", self.required, (*ASPECTS, PROBE))
        _known("format", self.formats, (*FORMATS, PACKAGED))
        _known("loader", self.loaders, LOADERS)


@dataclass(frozen=True)
class Limits:
    """How much is spent on it.

    Attributes:
        seconds: Time limit of each process that trains or loads.
        workers: Fresh processes at once.
        logs: Where their logs go.
    """

    seconds: float = 300.0
    workers: int = 2
    logs: Path = Path(".harness", "logs")

    def check(self) -> None:
        """Raise HarnessError, in one sentence, for a value that cannot be used."""
        check_seconds(self.seconds)
        check_workers(self.workers)


#: Unless told otherwise.
LIMITS = Limits()


def check(
    *,
    build: Callable[[], Any],
    data: Callable[[], tuple[Any, ...]],
    formats: Sequence[str] | str = (),
    loaders: Sequence[str] | str = (),
    require: Sequence[str] | str = REQUIRED,
    keras: str = "",
    seconds: float = LIMITS.seconds,
    workers: int = LIMITS.workers,
    logs: str | Path = LIMITS.logs,
    fleet: Fleet | None = None,
    **functions: Callable[..., Any],
) -> Checked:
    """Train a model, save it, reload it in fresh processes, and say what came back.

    Args:
        build: Returns a compiled Keras model.
        data: Returns (x, y) or (x, y, sample_weight): numpy arrays, tensors, lists, or tuples or dicts of them; or a
            finite tf.data.Dataset of such batches.
        formats: Names of formats; () for all that can be, or for your own `save` and `load` if they are given.
        loaders: What the fresh process has; () for all that make sense.
        require: The aspects that must be kept.
        keras: "2" for legacy Keras, which is the default, "3" for Keras 3.
        seconds: Time limit of each process that trains or loads.
        workers: Fresh processes at once.
        logs: A folder for their logs.
        fleet: Agents to use, and with them the Keras; without one, some are started, which takes seconds.
        functions: Optionally `train(model, x, y)`, `save(model, path)` and `load(path)`,
            `probe(model, x, y)`, `probes()`, `custom_objects()`, `tokenizer()`, `texts()`. All at the
            top level of a module.

    Returns:
        True in a condition if at least one of the ways that were tried keeps all that is required; as a string, a
        report.

    Raises:
        HarnessError: Something that was given cannot be used.
        InfrastructureError: The environment cannot run models.
    """
    if FRESH_PROCESS in os.environ:
        raise HarnessError(
            "check() was called while a fresh process imports the module that calls it, and would go on for ever; "
            'write it below: if __name__ == "__main__":'
        )
    roles = {"build": build, "data": data, **functions}
    references = {role: reference_to(role, function) for role, function in roles.items()}
    recipe = Recipe("model", "harness.fresh.subject:of_functions", references)
    tried = _names_in(formats) or ((PACKAGED,) if "save" in functions else ())
    wanted = Wanted(tried, _names_in(loaders), _names_in(require))
    return run_check(recipe, wanted, _environment(keras, fleet), Limits(seconds, workers, Path(logs)), fleet)


def _environment(keras: str, fleet: Fleet | None) -> Environment:
    if keras not in ("", "2", "3"):
        raise HarnessError(f'keras: expected "2" for legacy Keras or "3" for Keras 3. Received: {keras!r}')
    if fleet is None:
        return Environment(keras=keras or "2")
    if keras and keras != fleet.environment.keras:
        raise HarnessError(f"keras={keras!r}: these processes have Keras {fleet.environment.keras} (--roundtrip-keras)")
    return fleet.environment


def _names_in(given: Sequence[str] | str) -> tuple[str, ...]:
    """One name, or several."""
    return (given,) if isinstance(given, str) else tuple(given)


def reference_to(role: str, function: Any) -> str:
    """Where a fresh process finds a function: "path/to/module.py:name".

    Raises:
        HarnessError: There is no such role, or it is not at the top level of a module that has a file.
    """
    if role not in ROLES:
        raise HarnessError(f"check() has no argument {role!r}; expected some of {', '.join(ROLES)}")
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
    wanted: Wanted,
    environment: Environment,
    limits: Limits = LIMITS,
    fleet: Fleet | None = None,
) -> Checked:
    """The same for a recipe."""
    limits.check()
    environment.check()
    wanted.check()
    cases = [
        Case(recipe, format, loader)
        for format in wanted.formats or FORMATS
        for loader in find_format(format).keeps
        if loader in (wanted.loaders or _sensible(environment))
    ]
    cases = [case for case in cases if not unmet(case, environment)]
    if not cases:
        raise HarnessError("no format that was asked for goes with a loader that was asked for")
    _make_logs(limits.logs)
    settings = Settings(limits.logs, workers=limits.workers, seconds=limits.seconds)
    with Run([RoundTrip(tuple(cases))], environment, settings, fleet) as run:
        verdicts = [run[case] for case in _with_progress(cases)]
    suited = tuple(each for each in verdicts if each.suits)
    if not suited:
        raise HarnessError(verdicts[0].failure)
    return Checked(suited, wanted.required)


def _make_logs(folder: Path) -> None:
    """A folder that git does not see: it stands in the user's project."""
    try:
        if not folder.exists():
            folder.mkdir(parents=True)
            (folder / ".gitignore").write_text("*\n")
    except OSError as error:
        raise InfrastructureError(f"{folder}: logs cannot be written there ({error.strerror})") from None


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
