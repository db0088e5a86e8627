"""Put a model of one's own, and one's own packaging code, under the harness."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Mapping, Sequence

from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.driver.settings import Place, Settings
from harness.entry.asked import LIMITS, OUTPUT, WANTED, Limits, Output, Wanted
from harness.entry.recipes import files_of, model_name, recipe_of_functions
from harness.entry.strangers import limits_of
from harness.environment import FULL, Environment
from harness.formats import PACKAGED, USUAL, find_format
from harness.messages import Raised, Returned
from harness.modules import uses
from harness.nouns import LIBRARY, LOADERS, Case, HarnessError, InfrastructureError, Reached, Recipe
from harness.processes.capacity import capacity
from harness.processes.fleet import FRESH_PROCESS, Fleet, new_hash_seed
from harness.record.signatures import sign
from harness.report.baseline_file import read_baseline, update_baseline
from harness.report.checked import REQUIRED, Checked
from harness.report.header import Header
from harness.report.progress import progress_on
from harness.report.result import Result, name_of
from harness.report.results_file import ResultsFile
from harness.report.run_folder import begin
from harness.suite.expectations import LOADING, SKIPPED, Outcome, unmet
from harness.verdict import Verdict

# Named by a string: what happens in a fresh process is imported there alone.
_PACKAGES = "harness.fresh.subject:packages"


def check(
    *,
    build: Callable[[], Any],
    data: Callable[[], tuple[Any, ...]],
    formats: Sequence[str] | str = (),
    loaders: Sequence[str] | str = (),
    require: Sequence[str] | str = REQUIRED,
    require_ways: str = "",
    arguments: Mapping[str, Any] | None = None,
    keras: str = "",
    seconds: float = LIMITS.seconds,
    workers: int | None = LIMITS.workers,
    logs: str | Path = "",
    hash_seed: int = LIMITS.hash_seed,
    mends: bool = LIMITS.mends,
    results: str | Path = "",
    records: str | Path = "",
    baseline: str | Path = "",
    update_baseline: bool = False,
    fleet: Fleet | None = None,
    **functions: Callable[..., Any],
) -> Checked:
    """Train a model, save it, reload it in fresh processes, and say what came back.

    A function is one at the top level of a module, or a functools.partial of one with JSON values.

    Args:
        build: Returns a compiled Keras model.
        data: Returns (x, y) or (x, y, sample_weight): numpy arrays, tensors, lists, or tuples or dicts of them; or a
            finite tf.data.Dataset of such batches.
        formats: Names of formats; () for all that can be, or for your own `save` and `load` if they are given.
        loaders: What the fresh process has; () for all that make sense.
        require: The aspects that must be kept.
        require_ways: "all": every way that is tried must keep them; "any": one is enough. A way is a format and a
            loader. "" for all, where formats, loaders or `save` and `load` are given, and for any where nothing is,
            and everything is tried.
        arguments: What build is called with: JSON values by name, so that one function makes several models.
        keras: "2" for legacy Keras, which is the default, "3" for Keras 3.
        seconds: Time limit of each process that trains or loads.
        workers: Fresh processes at once; None for as many as cores and memory have room for.
        logs: A folder for their logs; "" for one of this run's own, `.harness/latest/logs`.
        hash_seed: PYTHONHASHSEED of what trains, to repeat a run; what loads has the next. 0 for another one each time.
        mends: Whether what is known against the cause of a loss is tried, each in one more process.
        results: A file for the verdicts, a line of JSON each; "" for none.
        records: A folder to keep the records in, which `python -m harness verify` reads; "" to keep none.
        baseline: The file of what this model is known to lose. What is other than it says makes the result false,
            whatever is required; "" for none.
        update_baseline: Whether that file is made to say what was found, in as few lines as can be.
        fleet: Agents to use, and with them the Keras; without one, some are started, which takes seconds.
        functions: Optionally `train(model, x, y)`, `save(model, path)` and `load(path)`,
            `probe(model, x, y)`, `probes()`, `custom_objects()`, `tokenizer()`, `texts()`.

    Returns:
        True in a condition if the ways keep all that is required, all of them or any; as a string, a report.

    Raises:
        HarnessError: Something that was given cannot be used: it does not reach a fresh process, cannot be imported
            there, or build() or data() raises. The message has the file and the line.
        InfrastructureError: The environment cannot run models, or a file cannot be written.
    """
    if FRESH_PROCESS in os.environ:
        raise Reached("check() was called in a fresh process, in more than the reading of a module")
    recipe = recipe_of_functions({"build": build, "data": data, **functions}, arguments or {})
    tried = _names_in(formats) or ((PACKAGED,) if "save" in functions else ())
    wanted = Wanted(tried, _names_in(loaders), _names_in(require), require_ways)
    environment = _environment(keras, fleet)
    if fleet is None:
        environment = prepared(environment, files_of([build, data, *functions.values()]), wanted)
    limits = Limits(seconds, workers, Path(logs) if logs else None, hash_seed, mends)
    results_file, folder, known = (Path(each) if each else None for each in (results, records, baseline))
    output = Output(results_file, folder, baseline=known, update=update_baseline)
    return run_check(recipe, wanted, environment, limits, fleet, output)


def _environment(keras: str, fleet: Fleet | None) -> Environment:
    if keras not in ("", "2", "3"):
        raise HarnessError(f'keras: expected "2" for legacy Keras or "3" for Keras 3. Received: {keras!r}')
    if fleet is None:
        return Environment(keras=keras or "2")
    if keras and keras != fleet.environment.keras:
        raise HarnessError(f"keras={keras!r}: these processes have Keras {fleet.environment.keras} (--roundtrip-keras)")
    return fleet.environment


def prepared(environment: Environment, files: Iterable[Path], wanted: Wanted = WANTED) -> Environment:
    """The environment with the library imported ahead, if these files use it, or a loader that has it is wanted."""
    library = "keras_hub" if environment.keras == "3" else "transformers"
    needed = LIBRARY in wanted.loaders or any(uses(each, library) for each in files)
    return environment if needed else environment.without_library()


def _names_in(given: Sequence[str] | str) -> tuple[str, ...]:
    """One name, or several."""
    return (given,) if isinstance(given, str) else tuple(given)


def run_check(
    recipe: Recipe,
    wanted: Wanted,
    environment: Environment,
    limits: Limits = LIMITS,
    fleet: Fleet | None = None,
    output: Output = OUTPUT,
    *,
    lines: bool = False,
) -> Checked:
    """The same for a recipe; `lines` tells how far it is where standard error is no terminal, too."""
    limits.check()
    output.check()
    wanted.check()
    environment.check()
    cases, left_out = _ways(recipe, wanted, environment)
    hash_seed = fleet.hash_seed if fleet else limits.hash_seed or new_hash_seed()
    model = model_name(recipe, fleet.folder if fleet else Path.cwd())
    header = Header.of_a_run(environment, [name_of(each.id, model) for each in cases], hash_seed)
    baseline = None if output.baseline is None else read_baseline(output.baseline, model, environment)
    with nullcontext() if output.results is None else ResultsFile.new(output.results, header) as results:
        with logs_in(limits.logs) as logs:
            settings = _settings(limits, logs, hash_seed, output)
            with Run([RoundTrip(tuple(cases), mends=limits.mends)], environment, settings, fleet) as run:
                progress = progress_on(sys.stderr, lines=lines)
                verdicts = [progress.verdict(run, case) for case in cases]
                progress.clear()
        for each in verdicts:
            if each.refused:
                raise HarnessError(each.failure)
        if output.sign is not None:
            for record in dict.fromkeys(each.record for each in verdicts if each.record):
                sign(Path(record), output.sign)
        suited = tuple(each for each in verdicts if each.suits)
        if not suited:
            raise HarnessError(verdicts[0].failure)
        if wanted.formats:
            left_out += tuple(dict.fromkeys(each.failure for each in verdicts if not each.suits))
        checked = Checked(
            suited,
            wanted.required,
            wanted.require_ways,
            tuple(f"Not tried: {each}." for each in left_out),
            hash_seed,
            model,
            baseline,
        )
        if output.update and output.baseline is not None and baseline is not None:
            update_baseline(output.baseline, model, checked.changes)
            checked = replace(checked, baseline=read_baseline(output.baseline, model, environment))
        if results is not None:
            for result in (*checked.results, *(_unsuited(each, model) for each in verdicts if not each.suits)):
                results.append(result)
    return checked


def _unsuited(verdict: Verdict, model: str) -> Result:
    return Result(verdict, {LOADING: Outcome(SKIPPED, verdict.failure)}, model)


def _ways(recipe: Recipe, wanted: Wanted, environment: Environment) -> tuple[list[Case], tuple[str, ...]]:
    """The ways that can be tried here; and of those that were asked for by name, why the others cannot.

    Raises:
        HarnessError: There is none.
    """
    asked = [
        Case(recipe, format, loader)
        for format in wanted.formats or USUAL
        for loader in find_format(format).keeps
        if loader in (wanted.loaders or _sensible(environment))
    ]
    why = {case: unmet(case, environment) for case in asked}
    cases = [case for case in asked if not why[case]]
    named = [why[case] for case in asked if why[case] and (wanted.formats or case.loader in wanted.loaders)]
    left_out = tuple(dict.fromkeys(named))
    if not cases:
        raise HarnessError("; ".join(left_out) or "no format that was asked for goes with a loader that was asked for")
    return cases, left_out if wanted.formats else ()


def has_packaging_code(recipe: Recipe, environment: Environment, limits: Limits = LIMITS) -> bool:
    """Whether a module has save() and load(), as a fresh process finds that imports it.

    Raises:
        HarnessError: It cannot be imported, or lacks a function that it must have.
        InfrastructureError: The environment cannot run models, or the process ended otherwise.
    """
    limits.check()
    environment.check()
    with logs_in(limits.logs) as logs:
        place = Place(_settings(limits, logs, new_hash_seed()), Path(), environment)
        fleet = Fleet(environment, logs)
        try:
            outcome = fleet.agent(FULL).run(place.job(_PACKAGES, recipe, f"{recipe.id}-functions", with_code=True))
        finally:
            fleet.close()
    if isinstance(outcome, Returned):
        return bool(outcome.value)
    if isinstance(outcome, Raised) and outcome.ours == "refusal":
        raise HarnessError(outcome.message)
    raise InfrastructureError(f"{recipe.subject}: cannot be read: {outcome}")


def _settings(limits: Limits, logs: Path, hash_seed: int, output: Output = OUTPUT) -> Settings:
    workers = limits.workers or capacity()
    memory, file_size = (None, None) if limits.stranger is None else limits_of(limits.stranger)
    return Settings(
        logs,
        output.records,
        workers=workers,
        seconds=limits.seconds,
        hash_seed=hash_seed,
        memory=memory,
        file_size=file_size,
        orphans=(output.records,) if output.passing and output.records is not None else (),
    )


@contextmanager
def logs_in(folder: Path | None) -> Iterator[Path]:
    """A folder for logs, which git does not see, since it stands in the user's project; None for one of this run's own.

    Raises:
        InfrastructureError: It cannot be made.
    """
    if folder is None:
        with begin() as run:
            yield run.logs
        return
    try:
        if not folder.exists():
            folder.mkdir(parents=True)
            (folder / ".gitignore").write_text("*\n")
    except OSError as error:
        raise InfrastructureError(f"{folder}: logs cannot be written there ({error.strerror})") from None
    yield folder


def _sensible(environment: Environment) -> list[str]:
    """All loaders; that with the library imported only where it is, since without it would be `bare`."""
    library = "keras-hub" if environment.keras == "3" else "transformers"
    imported = library in environment.versions and environment.library != "keras"
    return [loader for loader in LOADERS if loader != LIBRARY or imported]
