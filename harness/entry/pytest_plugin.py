"""What pytest gets wherever the harness is installed: the fixture `roundtrip`, and its options.

Every run of pytest in that environment imports this module, so it imports nothing heavy, and where the fixture is not
used nothing of it is seen.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator

import pytest

from harness.entry import limits
from harness.entry.places import folder_of, tell_a_worker
from harness.nouns import HarnessError, InfrastructureError

if TYPE_CHECKING:
    from harness.report.checked import Checked


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("roundtrip", "models that are saved and loaded again, by the fixture roundtrip")
    group.addoption(
        "--roundtrip-keras",
        choices=("2", "3"),
        default="2",
        help="the Keras that TensorFlow is to use; 2 is legacy Keras (default)",
    )
    group.addoption(
        "--roundtrip-seconds",
        type=limits.seconds,
        default=300.0,
        metavar="S",
        help="time limit of each process that trains or loads (default: 300)",
    )
    group.addoption(
        "--roundtrip-workers",
        type=limits.workers,
        default=None,
        metavar="N",
        help="fresh processes at once (default: as many as cores and memory have room for)",
    )
    group.addoption(
        "--roundtrip-fresh",
        choices=("forkserver", "subprocess"),
        default="forkserver",
        help="how a fresh process is made; subprocess starts a true new interpreter for each (slow)",
    )
    group.addoption(
        "--roundtrip-hash-seed",
        type=limits.hash_seed,
        default=0,
        metavar="N",
        help="PYTHONHASHSEED of what trains; what loads has the next (default: another one in every run)",
    )
    group.addoption(
        "--roundtrip-logs",
        default="",
        metavar="DIR",
        help="where the logs of fresh processes go (default: .harness/latest/logs, in a folder of this run's own)",
    )
    group.addoption(
        "--roundtrip-results",
        default="",
        metavar="FILE",
        help="write the verdicts of all tests there, a line of JSON each (default: nowhere)",
    )
    group.addoption(
        "--roundtrip-records",
        default="",
        metavar="DIR",
        help="keep the records in this folder, in one of its own for each model (default: keep none)",
    )
    group.addoption(
        "--roundtrip-update-baseline",
        action="store_true",
        help="make the baselines that tests name say what is found",
    )


#: The file that the results of all tests come to, a ResultsFile.
_RESULTS = pytest.StashKey[Any]()


def pytest_configure(config: pytest.Config) -> None:
    """Take away the results of an earlier run."""
    if _leaves_results(config):
        from harness.entry.fixture_results import begin

        with _refusing():
            config.stash[_RESULTS] = begin(_path(config, config.option.roundtrip_results))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """A worker of pytest-xdist begins."""
    tell_a_worker(node)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Make one file of the results of all tests; the workers of pytest-xdist have ended."""
    if _RESULTS in session.config.stash:
        from harness.entry.fixture_results import join

        with _refusing():
            join(session.config.stash[_RESULTS])


def _leaves_results(config: pytest.Config) -> bool:
    # A worker of pytest-xdist leaves a part, of which the controller makes a file.
    return bool(config.option.roundtrip_results) and not hasattr(config, "workerinput")


def _path(config: pytest.Config, given: str) -> Path:
    # A test may have gone to another folder.
    return Path(config.invocation_params.dir, given)


@contextmanager
def _refusing() -> Iterator[None]:
    """End the run in one sentence where results cannot be written, or read again."""
    try:
        yield
    except HarnessError as error:
        pytest.exit(str(error), returncode=2)
    except InfrastructureError as error:
        pytest.exit(str(error), returncode=3)


@pytest.fixture(scope="session")
def roundtrip(request: pytest.FixtureRequest) -> Iterator[Callable[..., Checked]]:
    """`harness.check`, with processes that stay warm from test to test.

    def test_my_packaging(roundtrip):
        verdict = roundtrip(build=build, data=data, save=save, load=load)
        assert verdict, verdict
    """
    from harness.entry.check import check, prepared
    from harness.entry.xdist import worker_of, workers_beside
    from harness.environment import Environment
    from harness.processes.capacity import capacity, share
    from harness.processes.fleet import Fleet

    option = request.config.option
    # The test modules have been imported: what they use is known.
    environment = prepared(Environment(keras=option.roundtrip_keras), [])
    try:
        environment.check()
    except InfrastructureError as error:  # a gate that cannot be passed is not passed by skipping it
        pytest.fail(f"the fixture roundtrip: {error}", pytrace=False)
    # Workers of pytest-xdist write logs and records of the same names, and share the machine.
    worker = worker_of(request.config)
    try:
        logs = Path(option.roundtrip_logs or folder_of(request.config).logs, worker)
    except InfrastructureError as error:
        pytest.fail(f"the fixture roundtrip: {error}", pytrace=False)
    workers = share(option.roundtrip_workers or capacity(), workers_beside(request.config))
    fleet = Fleet(environment, logs, option.roundtrip_fresh, hash_seed=option.roundtrip_hash_seed or None)
    ready = partial(check, seconds=option.roundtrip_seconds, workers=workers, logs=logs, fleet=fleet)
    if option.roundtrip_update_baseline:
        ready = partial(_updating, ready)
    yield _leaving(ready, request.config, fleet.folder, worker)
    fleet.close()


def _updating(check: Callable[..., Checked], **given: Any) -> Checked:
    """The same check; the baseline, where one is given, is made to say what is found."""
    return check(**{**given, "update_baseline": bool(given.get("baseline"))})


def _leaving(check: Callable[..., Checked], config: pytest.Config, folder: Path, worker: str) -> Callable[..., Checked]:
    """The same check, which leaves what the options ask for."""
    given = config.option.roundtrip_results, config.option.roundtrip_records
    if not any(given):
        return check
    from harness.entry.fixture_results import leaving

    results, records = (_path(config, each) if each else None for each in given)
    return leaving(check, results, records, folder, worker)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """Show the reports below the failure of a test: of `assert verdict` pytest itself shows one line."""
    outcome = yield
    if call.excinfo is None or "roundtrip" not in getattr(item, "fixturenames", ()):
        return
    longrepr = outcome.get_result().longrepr
    if hasattr(longrepr, "addsection"):
        for each in _verdicts(call.excinfo):
            longrepr.addsection("round trip", str(each))


def _verdicts(excinfo: pytest.ExceptionInfo[BaseException]) -> list[Any]:
    """The verdicts that a failing test had before it: those that are false, or else the last."""
    from harness.report.checked import Checked

    # Among the variables are those that pytest puts the parts of an assertion in.
    seen = [each for entry in excinfo.traceback for each in entry.frame.f_locals.values() if isinstance(each, Checked)]
    different = list({id(each): each for each in seen}.values())
    return [each for each in different if not each] or different[-1:]
