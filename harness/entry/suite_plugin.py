"""The suite's pytest plugin: cells as tests, options to choose them, known failures, results.

A suite switches it on in its top-level conftest.py: `pytest_plugins = ["harness.entry.suite_plugin"]`. Never imports
TensorFlow: models live in the processes that agents start.
"""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, NoReturn, Tuple

import pytest

from harness.driver.plans import Load, Plan, RoundTrip
from harness.driver.run import Run
from harness.entry import options
from harness.entry.options import INFRASTRUCTURE, OPTIONS, USAGE, check_options, settings, suite_of
from harness.environment import Environment
from harness.nouns import ASPECTS, Case, HarnessError, InfrastructureError, Verdict
from harness.report.header import Header
from harness.report.result import Result
from harness.report.results import Results
from harness.suite.expectations import FAILED, KNOWN, SKIPPED, Expectations, Outcome, unmet
from harness.suite.suite import Selection, Suite

_SUITE = pytest.StashKey[Suite]()
_ENVIRONMENT = pytest.StashKey[Environment]()
#: By matrix: how many cells need other versions than are here, and what the first of them needs.
_ELSEWHERE = pytest.StashKey[Dict[str, Tuple[int, str]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("round trips")
    for name, how in OPTIONS.items():
        group.addoption(name, **how)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse an option that cannot be used, in one sentence and before anything is collected."""
    config.addinivalue_line("markers", "matrix(name): the cells of this test, whatever --matrix says")
    option = config.option
    try:
        check_options(option)
        config.stash[_ENVIRONMENT] = options.environment(option)
        option.roundtrip_keras = config.stash[_ENVIRONMENT].keras  # for the fixture roundtrip, too
        if option.only or option.checkpoint or option.suite or option.matrix != OPTIONS["--matrix"]["default"]:
            suite = config.stash[_SUITE] = suite_of(option, config.rootpath)
            suite.to_run(option.matrix, Selection(suite.selection(option.only), checkpoint=option.checkpoint))
    except HarnessError as error:
        _exit(error, USAGE)
    except InfrastructureError as error:
        _exit(error, INFRASTRUCTURE)


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
    """What the cells of one pytest run share."""

    verdicts: Run
    results: Results
    expectations: Expectations


_SESSION = pytest.StashKey[_Session]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cell" not in metafunc.fixturenames:
        return
    config = metafunc.config
    if _SUITE not in config.stash:
        try:
            config.stash[_SUITE] = suite_of(config.option, config.rootpath)
        except HarnessError as error:
            _exit(error, USAGE)
    suite = config.stash[_SUITE]
    marker = metafunc.definition.get_closest_marker("matrix")
    matrix = marker.args[0] if marker else config.option.matrix
    only, keras = suite.selection(config.option.only), config.stash[_ENVIRONMENT].keras
    cases = suite.to_run(matrix, Selection(only, checkpoint=config.option.checkpoint, keras=keras))
    needs = {case: unmet(case, config.stash[_ENVIRONMENT]) for case in cases}
    elsewhere = [reason for reason in needs.values() if reason]
    if elsewhere:
        config.stash.setdefault(_ELSEWHERE, {})[matrix] = (len(elsewhere), elsewhere[0])
    here = [case for case in cases if not needs[case]]
    metafunc.parametrize("cell", here, ids=str, indirect=True, scope="session")


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say what was left out; a cell that cannot be here is no test."""
    return [
        f"round trips: {count} cells ({matrix}) are not for this environment, for example: {reason}"
        for matrix, (count, reason) in config.stash.get(_ELSEWHERE, {}).items()
    ]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to work on the selected cells, ahead of their tests."""
    cases = dict.fromkeys(item.callspec.params["cell"] for item in session.items if _is_cell(item))  # type: ignore[attr-defined]
    option = session.config.option
    if not cases or option.collectonly:
        return
    environment = session.config.stash[_ENVIRONMENT]
    try:
        environment.check()
        header = Header.of_a_run(environment, map(str, cases), option.hash_seed, option.row, option.matrix)
        results = Results.new(Path(option.results), header)
        how = settings(option)
    except HarnessError as error:
        _exit(error, USAGE)
    except InfrastructureError as error:
        _exit(error, INFRASTRUCTURE)
    suite = session.config.stash[_SUITE]
    records = suite.records(list(cases))
    given = {case: records[case.id] for case in cases if case.id in records}
    plans: list[Plan] = [Load(given), RoundTrip(tuple(case for case in cases if case not in given))]
    open_until_the_end = ExitStack()
    session.config.add_cleanup(open_until_the_end.close)
    verdicts = open_until_the_end.enter_context(Run(plans, environment, how))
    expectations = Expectations(suite.known_failures, environment, strict=not option.checkpoint)
    session.config.stash[_SESSION] = _Session(verdicts, results, expectations)


@pytest.fixture(scope="session")
def environment(request: pytest.FixtureRequest) -> Environment:
    """Where models are trained and reloaded, by the options."""
    return request.config.stash[_ENVIRONMENT]


@pytest.fixture(scope="session")
def cell(request: pytest.FixtureRequest) -> Cell:
    """The verdict of one cell; its round trip has been worked on since collection."""
    case: Case = request.param
    shared = request.config.stash[_SESSION]
    try:
        verdict = shared.verdicts[case]
    except InfrastructureError as error:
        _exit(error, INFRASTRUCTURE)
    shared.results.append(Result(verdict, shared.expectations.outcomes(verdict)))
    return Cell(verdict, shared.expectations)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """End each failure of a cell with the command that reproduces just this one."""
    outcome = yield
    report = outcome.get_result()
    if report.failed and _is_cell(item) and hasattr(report.longrepr, "addsection"):
        report.longrepr.addsection("reproduce", _command(item))


def pytest_report_header(config: pytest.Config) -> str:
    versions = config.stash[_ENVIRONMENT].deciding
    return "round trips: " + ", ".join(f"{package} {version}" for package, version in versions.items())


def _command(item: pytest.Item) -> str:
    option = item.config.option
    words = ["pytest", shlex.quote(item.nodeid)]
    for name, how in OPTIONS.items():
        value = getattr(option, name.strip("-").replace("-", "_"))
        if value != how["default"] and name not in ("--only", "--results"):
            words.append(f"{name}={shlex.quote(str(value))}")
    return " ".join(words)


def _is_cell(item: pytest.Item) -> bool:
    # Of no cells at all pytest makes one test, which it skips, of something else.
    return isinstance(getattr(getattr(item, "callspec", None), "params", {}).get("cell"), Case)


def _exit(error: Exception, code: int) -> NoReturn:
    pytest.exit(str(error), returncode=code)
