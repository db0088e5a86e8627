"""The suite's pytest plugin: cells as tests, options to choose them, known failures, results.

A suite switches it on in its top-level conftest.py: `pytest_plugins = ["harness.entry.suite_plugin"]`. Never imports
TensorFlow: models live in the processes that agents start.
"""

from __future__ import annotations

import shlex
import sys
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Dict, List, NoReturn, Set, Tuple

import pytest

from harness.driver.steps import promised
from harness.entry import options
from harness.entry.cell_reports import ECHO, is_echo, is_of_a_cell, properties, seconds_of
from harness.entry.fixture_results import begin, join, part_of
from harness.entry.options import (
    INFRASTRUCTURE,
    OPTIONS,
    USAGE,
    check_options,
    results_path,
    settings,
    suite_of,
    where,
)
from harness.entry.places import folder_of, is_made, tell_a_worker
from harness.entry.runs import Runs
from harness.entry.xdist import (
    check_distribution,
    exit_code,
    hands_out,
    scheduler,
    stop_the_run,
    worker_of,
    workers_beside,
)
from harness.environment import Environment
from harness.nouns import ASPECTS, Case, HarnessError, InfrastructureError
from harness.processes.capacity import share
from harness.report.colours import Paint
from harness.report.header import Header
from harness.report.progress import Progress
from harness.report.result import Result
from harness.report.results import Results
from harness.report.results_file import ResultsFile
from harness.report.run_folder import RESULTS
from harness.report.summary import summary
from harness.suite.expectations import FAILED, KNOWN, SKIPPED, Expectations, Outcome, unmet
from harness.suite.shards import Shard
from harness.suite.suite import Selection, Suite
from harness.verdict import Verdict

_SUITE = pytest.StashKey[Suite]()
_ENVIRONMENT = pytest.StashKey[Environment]()
#: By matrix: how many cells need other versions than are here, and what the first of them needs.
_ELSEWHERE = pytest.StashKey[Dict[str, Tuple[int, str]]]()
#: By matrix: the cells that are run; and those of all shards together.
_CELLS = pytest.StashKey[Dict[str, List[Case]]]()
_ALL_SHARDS = pytest.StashKey[List[Case]]()
#: Ids of cells, and of recipes, whose time was told.
_TIMED = pytest.StashKey[Set[str]]()
#: What the results of all workers of pytest-xdist come to.
_WHOLE = pytest.StashKey[ResultsFile]()
#: With which exit code a worker has ended the run.
_STOPPED = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("round trips")
    for name, how in OPTIONS.items():
        group.addoption(name, **how)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse an option that cannot be used, in one sentence and before anything is collected."""
    config.addinivalue_line("markers", "matrix(name): the cells of this test, whatever --matrix says")
    config.addinivalue_line("markers", "aspect(name): what this test is about: it has the cells that promise it")
    option = config.option
    try:
        check_options(option)
        check_distribution(config)
        if hands_out(config) and option.results != str(RESULTS):
            config.stash[_WHOLE] = begin(Path(option.results))
        config.stash[_ENVIRONMENT] = options.environment(option)
        option.roundtrip_keras = config.stash[_ENVIRONMENT].keras  # for the fixture roundtrip, too
        if option.only or option.checkpoint or option.suite or option.matrix != OPTIONS["--matrix"]["default"]:
            suite = config.stash[_SUITE] = suite_of(option, config.rootpath)
            suite.to_run(option.matrix, Selection(suite.selection(option.only), checkpoint=option.checkpoint))
    except HarnessError as error:
        _exit(error, USAGE, config)
    except InfrastructureError as error:
        _exit(error, INFRASTRUCTURE, config)


@dataclass(frozen=True)
class Cell:
    """One cell, as its tests see it."""

    verdict: Verdict
    expectations: Expectations

    def loads(self) -> None:
        """Fail unless the cell trained, saved and reloaded, as expected of it."""
        __tracebackhide__ = True
        _report(self.expectations.loading(self.verdict))

    def survives(self) -> None:
        """Fail unless it loads and keeps all that its format promises, as expected of the cell."""
        __tracebackhide__ = True
        loading = self.expectations.loading(self.verdict)
        outcomes = [loading, *(self.expectations.keeping(self.verdict, aspect) for aspect in ASPECTS)]
        for kind in (FAILED, KNOWN):
            found = [each.why for each in outcomes if each.kind == kind]
            if found:
                _report(Outcome(kind, "\n".join(dict.fromkeys(found))))

    def keeps(self, aspect: str) -> None:
        """Fail unless the aspect survived, as expected of the cell."""
        __tracebackhide__ = True
        _report(self.expectations.keeping(self.verdict, aspect))


def _report(outcome: Outcome) -> None:
    __tracebackhide__ = True
    if outcome.kind == SKIPPED:
        pytest.skip(outcome.why)
    if outcome.kind == KNOWN:
        pytest.xfail(outcome.why)
    if outcome.kind == FAILED:
        pytest.fail(outcome.why, pytrace=False)


@dataclass
class _Session:
    """What the cells of one pytest run share.

    Attributes:
        runs: The work on them.
        results: The file that they come to.
        expectations: What is expected of them.
        progress: Told to whoever waits.
        reached: What came of those that were asked for, in order.
    """

    runs: Runs
    results: ResultsFile
    expectations: Expectations
    progress: Progress
    reached: Dict[Case, Result] = field(default_factory=dict)


_SESSION = pytest.StashKey[_Session]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test for each cell; one about an aspect, for each cell whose format promises it through its loader."""
    if "cell" not in metafunc.fixturenames:
        return
    matrix = metafunc.definition.get_closest_marker("matrix")
    cases = _cells(metafunc.config, matrix.args[0] if matrix else metafunc.config.option.matrix)
    aspect = metafunc.definition.get_closest_marker("aspect")
    if aspect:
        cases = [case for case in cases if aspect.args[0] in promised(case)]
    metafunc.parametrize("cell", cases, ids=str, indirect=True, scope="session")


def _cells(config: pytest.Config, matrix: str) -> list[Case]:
    """The cells of a matrix that the options select, and that can be here."""
    cells = config.stash.setdefault(_CELLS, {})
    if matrix not in cells:
        try:
            if _SUITE not in config.stash:
                config.stash[_SUITE] = suite_of(config.option, config.rootpath)
        except HarnessError as error:
            _exit(error, USAGE, config)
        suite = config.stash[_SUITE]
        option, environment = config.option, config.stash[_ENVIRONMENT]
        selection = Selection(suite.selection(option.only), checkpoint=option.checkpoint, keras=environment.keras)
        cases = suite.to_run(matrix, selection)
        needs = {case: unmet(case, environment) for case in cases}
        elsewhere = [reason for reason in needs.values() if reason]
        if elsewhere:
            config.stash.setdefault(_ELSEWHERE, {})[matrix] = (len(elsewhere), elsewhere[0])
        here = [case for case in cases if not needs[case]]
        config.stash.setdefault(_ALL_SHARDS, []).extend(here)
        cells[matrix] = Shard.read(option.shard).of(here, suite.costs.of)
    return cells[matrix]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what pytest makes of a test without a cell: a skip of nothing."""
    empty = [item for item in items if "cell" in getattr(item, "fixturenames", ()) and not _is_cell(item)]
    if empty:
        items[:] = [item for item in items if item not in empty]
        config.hook.pytest_deselected(items=empty)


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say what was left out; a cell that cannot be here is no test."""
    return [
        f"round trips: {count} cells ({matrix}) are not for this environment, for example: {reason}"
        for matrix, (count, reason) in config.stash.get(_ELSEWHERE, {}).items()
    ]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to work on the selected cells, ahead of their tests."""
    cases = dict.fromkeys(item.callspec.params["cell"] for item in session.items if _is_cell(item))  # type: ignore[attr-defined]
    config, option = session.config, session.config.option
    if not cases or option.collectonly:
        return
    environment, worker = config.stash[_ENVIRONMENT], worker_of(config)
    every = [case.id for case in config.stash[_ALL_SHARDS]]
    try:
        environment.check()
        folder = folder_of(config)
        path = results_path(option, folder)
        header = Header.of_a_run(
            environment, map(str, cases), option.hash_seed, option.row, option.matrix, option.shard, every
        )
        results = ResultsFile.new(part_of(path, worker) if worker else path, header)
        config.add_cleanup(results.close)
        if path == folder.results and not worker:
            folder.leaves_results()
        how = settings(option, folder)
    except HarnessError as error:
        _exit(error, USAGE, config)
    except InfrastructureError as error:
        _exit(error, INFRASTRUCTURE, config)
    suite = config.stash[_SUITE]
    how = replace(how, workers=share(how.workers, workers_beside(config)))
    try:
        runs = Runs(list(cases), suite.records(list(cases)), environment, how, worker)
    except InfrastructureError as error:
        _exit(error, INFRASTRUCTURE, config)
    config.add_cleanup(runs.close)
    expectations = Expectations(suite.known_failures, environment, strict=not option.checkpoint)
    config.stash[_SESSION] = _Session(runs, results, expectations, _progress(config))


def _progress(config: pytest.Config) -> Progress:
    """Tells how far it is in place of letters; where those stand, nothing."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    capture = config.pluginmanager.get_plugin("capturemanager")

    def write(text: str) -> None:
        if reporter is None or not _tells_progress(config):
            return
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            # A line begins anew: pytest has written the name of a file.
            sys.stdout.write(text if reporter.isatty else "\n" + text.strip("\n"))
            sys.stdout.flush()

    return Progress(write, bool(reporter and reporter.isatty))


def _tells_progress(config: pytest.Config) -> bool:
    """Whether cells have progress instead of letters: not with -q or -v, nor where pytest-xdist has other workers."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter is not None and config.option.verbose == 0 and not hands_out(config) and not worker_of(config)


@pytest.fixture(scope="session")
def environment(request: pytest.FixtureRequest) -> Environment:
    """Where models are trained and reloaded, by the options."""
    return request.config.stash[_ENVIRONMENT]


@pytest.fixture(scope="session")
def cell(request: pytest.FixtureRequest) -> Cell:
    """The verdict of one cell; its round trip has been worked on since collection."""
    case: Case = request.param
    config = request.config
    shared = config.stash[_SESSION]
    try:
        verdict = shared.progress.verdict(shared.runs.of(case), case)
        if case not in shared.reached:
            shared.reached[case] = Result(verdict, shared.expectations.outcomes(verdict))
            shared.results.append(shared.reached[case])
    except InfrastructureError as error:
        _exit(error, INFRASTRUCTURE, config)
    finally:
        shared.progress.clear()
    return Cell(verdict, shared.expectations)


@pytest.fixture
def aspect(request: pytest.FixtureRequest) -> str:
    """The aspect that a test is about, by its mark."""
    marker = request.node.get_closest_marker("aspect")
    assert marker is not None, "expected @pytest.mark.aspect(NAME)"
    return str(marker.args[0])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """Tell of a cell what it is and how long it took, and end each failure with the command that reproduces just it."""
    result = _result(item)
    if result and call.when == "setup":
        marker = item.get_closest_marker("aspect")
        item.user_properties += properties(result, marker.args[0] if marker else "")
    outcome = yield
    report = outcome.get_result()
    if result and call.when == "setup":
        timed = item.config.stash.setdefault(_TIMED, set())
        if result.verdict.case.id not in timed:  # not how long somebody waited, but how long it took
            report.duration = seconds_of(result.verdict, result.verdict.case.recipe.id not in timed)
            timed |= {result.verdict.case.id, result.verdict.case.recipe.id}
    if report.failed and _is_cell(item) and hasattr(report.longrepr, "addsection"):
        report.longrepr.addsection("reproduce", _command(item))
    reporter = item.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and report.failed and _is_cell(item) and _tells_progress(item.config):
        reason = str(getattr(getattr(report.longrepr, "reprcrash", None), "message", "")).partition("\n")[0]
        reporter.write_line(f"FAILED {item.nodeid} - {reason}")


def _result(item: pytest.Item) -> Result | None:
    """What came of the cell of a test, if it is there."""
    shared = item.config.stash.get(_SESSION, None)
    return shared.reached.get(item.callspec.params["cell"]) if shared and _is_cell(item) else None  # type: ignore[attr-defined]


@pytest.hookimpl(hookwrapper=True)
def pytest_report_teststatus(report: Any, config: pytest.Config):  # type: ignore[no-untyped-def]
    """No letter for a cell that has progress instead, and a line if it fails; none for an echo, counted apart."""
    outcome = yield
    if is_of_a_cell(report):
        category, _, word = outcome.get_result()
        if is_echo(report):
            outcome.force_result((ECHO, "", (ECHO.upper(), {"yellow": True})))
        elif _tells_progress(config):
            outcome.force_result((category, "", word))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Make one file of what the workers of pytest-xdist have left; they have ended."""
    config = session.config
    if hands_out(config):
        session.exitstatus = config.stash.get(_STOPPED, session.exitstatus)
        try:
            if is_made(config) and _WHOLE not in config.stash:  # a worker has run cells
                folder = folder_of(config)
                config.stash[_WHOLE] = ResultsFile(folder.results)
                folder.leaves_results()
            if _WHOLE in config.stash:
                join(config.stash[_WHOLE])
        except HarnessError as error:
            _exit(error, USAGE, config)
        except InfrastructureError as error:
            _exit(error, INFRASTRUCTURE, config)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what came of all cells."""
    results = _results(config)
    if not results or config.option.verbose < 0:
        return
    terminalreporter.section("round trips")
    for line in summary(results, Paint(terminalreporter.hasmarkup)):
        terminalreporter.line(line)
    terminalreporter.line("")
    terminalreporter.line(where(config.option, folder_of(config)))


def _results(config: pytest.Config) -> list[Result]:
    if not hands_out(config):
        shared = config.stash.get(_SESSION, None)
        return list(shared.reached.values()) if shared else []
    path = results_path(config.option, folder_of(config)) if is_made(config) else None
    return list(Results(path).read().results) if path and path.exists() else []


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """A worker of pytest-xdist begins."""
    tell_a_worker(node)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """A worker of pytest-xdist has ended; the run may have to end as well."""
    if exit_code(node):
        node.config.stash[_STOPPED] = exit_code(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A recipe's tests go to one worker of pytest-xdist."""
    return scheduler(config, log)


def pytest_report_header(config: pytest.Config) -> str:
    versions = config.stash[_ENVIRONMENT].deciding
    return "round trips: " + ", ".join(f"{package} {version}" for package, version in versions.items())


def _command(item: pytest.Item) -> str:
    option = item.config.option
    words = ["pytest", shlex.quote(item.nodeid)]
    for name, how in OPTIONS.items():
        value = getattr(option, name.strip("-").replace("-", "_"))
        if value != how["default"] and name not in ("--only", "--results", "--shard"):
            words.append(f"{name}={shlex.quote(str(value))}")
    return " ".join(words)


def _is_cell(item: pytest.Item) -> bool:
    # Of no cells at all pytest makes one test, which it skips, of something else.
    return isinstance(getattr(getattr(item, "callspec", None), "params", {}).get("cell"), Case)


def _exit(error: Exception, code: int, config: pytest.Config) -> NoReturn:
    if worker_of(config):
        stop_the_run(config, str(error), code)
        code = INFRASTRUCTURE  # pytest-xdist takes any 2 for Ctrl-C
    pytest.exit(str(error), returncode=code)
