"""Real processes that crash, hang and vanish; none of them imports TensorFlow."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from places import ROOT, TESTS

from harness.messages import Cancelled, Crashed, Died, Ended, Job, Progress, Raised, Returned, Started
from harness.nouns import HarnessError, InfrastructureError, SubjectError
from harness.processes.agent import Running
from harness.processes.fleet import AgentHandle, Setup
from harness.processes.outcome import died, raised
from harness.wire import Lines

GENEROUS = 30


class Office:
    """An agent, and what the children of its jobs say."""

    def __init__(self, tmp_path, fresh, **how):
        self.said = {}
        self.folder, self.fresh = tmp_path, fresh
        setup = Setup(log=tmp_path / "agent.log", fresh=fresh, **how)
        self.agent = AgentHandle("agent", setup)

    def submit(self, name, seconds=GENEROUS, memory=None):
        job = Job(f"misbehaving:{name}", {"name": name}, seconds, self.folder / f"{name}.log", memory)
        said = queue.Queue()
        number = self.agent.submit(job, said.put)
        self.said[number] = said
        return number

    def hear(self, kind, number):
        """The next thing of this kind that a job's child says."""
        while True:
            said = self.said[number].get(timeout=GENEROUS)
            if isinstance(said, kind):
                return said

    def outcome(self, name, **limits):
        return self.hear(Ended, self.submit(name, **limits)).outcome


@pytest.fixture(scope="module", autouse=True)
def jobs_are_found():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(TESTS))
        yield


@pytest.fixture(params=["forkserver", "subprocess"], scope="module")
def office(request, tmp_path_factory):
    """One agent for all the tests that leave it alive."""
    office = Office(tmp_path_factory.mktemp(request.param), request.param)
    yield office
    office.agent.close()


@pytest.fixture(params=["forkserver", "subprocess"])
def doomed(request, tmp_path):
    """An agent that the test ends."""
    office = Office(tmp_path, request.param)
    yield office
    office.agent.close()


def alive(pid):
    """Whether a process runs; one that is dead and not yet reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pid):
    end = time.monotonic() + GENEROUS
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pid)


def test_a_child_collects_garbage_though_its_server_does_not(office):
    assert Returned(True) == office.outcome("collects_garbage")


def test_an_agent_needs_nothing_but_the_standard_library():
    script = """
import sys
before = set(sys.modules)
import harness.processes.agent, harness.processes.child
heads = {name.partition(".")[0] for name in sys.modules if name not in before}
print(heads - sys.stdlib_module_names - {"harness", "__mp_main__"})
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "set()\n" == done.stdout


def test_a_value_comes_back(office):
    assert Returned({"name": "returns"}) == office.outcome("returns")


def test_an_exception_keeps_its_whole_message(office):
    outcome = office.outcome("raises")

    assert "ValueError: two\nlines" == str(outcome)
    assert "in raises" in outcome.traceback


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ("raises_what_cannot_be_pickled", "Unpicklable: kept"),
        ("returns_what_is_no_json", "TypeError: Object of type set is not JSON serializable"),
        ("segfaults", "crashed: SIGSEGV"),
        ("kills_itself", "crashed: SIGKILL"),
        ("exits_without_a_word", "exited 0 without a result: os._exit() was called, or C code exited"),
        ("exits_with_a_code", "exited 3 without a result: sys.exit() was called"),
        ("exits_with_words", "exited 1 without a result: the corpus is gone"),
        ("exits_plainly", "exited 0 without a result: sys.exit() was called"),
        ("writes_into_the_pipe", "ValueError: the process wrote what is no message to the pipe that it answers by"),
        ("dies_of_a_nameless_signal", "crashed: signal 40"),
    ],
)
def test_every_way_to_end_is_told_apart(office, job, words):
    assert words == str(office.outcome(job))


@pytest.mark.parametrize("job", ["hangs", "hangs_in_c"])
def test_a_hang_is_ended_at_its_time_limit(office, job):
    assert "timed out after 1 s" == str(office.outcome(job, seconds=1))


def test_the_log_of_a_hang_says_where(office):
    office.outcome("hangs", seconds=6)

    assert "in hangs" in (office.folder / "hangs.log").read_text()


def test_memory_that_runs_out_is_told(office):
    assert str(office.outcome("needs_too_much_memory", memory=1 << 32)).startswith("out of memory: MemoryError")


def test_memory_that_runs_out_to_the_last_byte_is_told(office):
    assert str(office.outcome("fills_memory_bit_by_bit", memory=1 << 29)).startswith("out of memory: MemoryError")


def test_an_exception_without_words_is_told_by_its_type(office):
    assert "Unspeakable" == office.outcome("raises_what_has_no_words").type


def test_output_goes_to_the_log_and_not_into_the_protocol(office):
    assert "said" == office.outcome("prints").value
    assert "noise on the descriptor\nnoise on the other\n" in (office.folder / "prints.log").read_text()


def test_what_a_job_printed_before_it_crashed_is_in_its_log(office, monkeypatch):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    unheard = Office(office.folder / "again", office.fresh)
    unheard.outcome("prints_and_segfaults")
    unheard.agent.close()

    assert "last words" in (unheard.folder / "prints_and_segfaults.log").read_text()


def test_a_job_may_have_children_of_its_own(office):
    assert Returned(0) == office.outcome("has_a_child_by_multiprocessing")


def test_a_message_that_never_ends_holds_up_nobody(office):
    stuck = office.submit("stops_within_a_message")

    assert isinstance(office.outcome("returns"), Returned)
    office.agent.cancel(stuck)
    assert Cancelled() == office.hear(Ended, stuck).outcome


def test_a_child_does_not_run_the_agent_again(office):
    assert "Forked" not in office.outcome("tells_what_its_main_has").value


def test_progress_comes_in_order_before_the_end(office):
    number = office.submit("tells_its_progress")

    assert [{"half": 1}, {"half": 2}] == [office.hear(Progress, number).value for _ in range(2)]
    assert Returned() == office.hear(Ended, number).outcome


def test_one_job_dies_and_the_next_does_not_notice(office):
    slow, crash, good = office.submit("hangs"), office.submit("segfaults"), office.submit("returns")

    assert Crashed("SIGSEGV") == office.hear(Ended, crash).outcome
    assert Returned({"name": "returns"}) == office.hear(Ended, good).outcome
    office.agent.cancel(slow)
    assert Cancelled() == office.hear(Ended, slow).outcome


def test_a_grandchild_dies_with_its_job(office):
    assert gone(office.outcome("leaves_a_grandchild").value)


def test_every_job_has_a_process_of_its_own(office):
    first = office.hear(Started, office.submit("returns")).pid

    assert first != office.hear(Started, office.submit("returns")).pid


def test_closing_leaves_no_process_behind(doomed):
    pid = doomed.hear(Progress, doomed.submit("tells_its_pid")).value
    doomed.agent.close()

    assert gone(pid)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_death_of_the_agent_leaves_no_process_behind(doomed, number):
    agent = doomed.agent.pid
    job = doomed.submit("tells_its_pid")
    pid = doomed.hear(Progress, job).value
    os.kill(agent, number)

    assert gone(pid)
    assert "the agent of" in doomed.hear(Died, job).message
    assert "the agent of" in doomed.hear(Died, doomed.submit("returns")).message


def test_the_death_of_the_agent_ends_even_a_child_that_hangs_in_c(doomed):
    agent = doomed.agent.pid
    pid = doomed.hear(Progress, doomed.submit("tells_its_pid_and_hangs_in_c", seconds=1)).value
    os.kill(agent, signal.SIGKILL)

    assert gone(pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("fresh", ["forkserver", "subprocess"])
def test_the_death_of_the_driver_leaves_nothing_behind(tmp_path, fresh, number):
    (tmp_path / "temporary").mkdir()
    script = f"""
        import sys, time
        from pathlib import Path
        sys.path[:0] = [{str(TESTS)!r}, {str(Path(__file__).parent)!r}]
        from test_agent import Office, Progress
        office = Office(Path({str(tmp_path)!r}), {fresh!r})
        print(office.agent.pid, office.hear(Progress, office.submit("tells_its_pid")).value, flush=True)
        time.sleep({GENEROUS})
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(ROOT)])}
    environment["TMPDIR"] = str(tmp_path / "temporary")
    driver = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, env=environment, text=True
    )
    pids = [int(each) for each in driver.stdout.readline().split()]

    assert all(map(alive, pids))
    driver.send_signal(number)
    driver.communicate()
    assert all(map(gone, pids))
    assert [] == os.listdir(tmp_path / "temporary")


def test_what_was_preloaded_is_told(tmp_path):
    office = Office(tmp_path, "forkserver", preload=("fractions", "there_is_no_such_module"))
    try:
        assert ("fractions",) == office.hear(Started, office.submit("returns")).preloaded
    finally:
        office.agent.close()


def test_a_preload_that_raises_is_named(tmp_path):
    (tmp_path / "broken.py").write_text("raise TypeError('no descriptors')")
    office = Office(tmp_path, "forkserver", preload=("broken",), path=(str(tmp_path),))
    try:
        message = office.hear(Died, office.submit("returns")).message
    finally:
        office.agent.close()

    assert "the fork server ended while it imported broken: TypeError: no descriptors" in message
    assert "ended with code 1: the fork server" in message


def test_an_interpreter_that_is_none_is_one_sentence(tmp_path):
    setup = Setup(log=tmp_path / "agent.log", python="/no/such/python")

    with pytest.raises(InfrastructureError, match=r"/no/such/python: cannot be started \(No such file or directory\)"):
        AgentHandle("agent", setup)


@pytest.mark.parametrize(
    ("exitcode", "log", "oom_kills", "words"),
    [
        (-9, "", 0, "crashed: SIGKILL"),
        (-9, "", 1, "out of memory: the kernel killed the process"),
        (-6, "terminate called after throwing an instance of 'std::bad_alloc'", 0, "out of memory: std::bad_alloc"),
        (-6, "", 0, "crashed: SIGABRT"),
        (-11, "", 1, "crashed: SIGSEGV"),
    ],
)
def test_a_kill_for_memory_is_told_from_a_crash(exitcode, log, oom_kills, words):
    assert words == str(died(exitcode, log, oom_kills))


def test_tensorflow_says_that_memory_ran_out_in_its_own_way():
    class ResourceExhaustedError(Exception):
        pass

    assert "out of memory: ResourceExhaustedError: OOM" == str(raised(ResourceExhaustedError("OOM"), ""))


def test_an_exception_is_the_harness_s_own_by_its_class_and_not_by_its_name():
    namesake = type("InfrastructureError", (Exception,), {})

    assert "infrastructure" == raised(InfrastructureError("the disk is full"), "").ours
    assert "refusal" == raised(HarnessError("no such file"), "").ours
    assert "mine.py, line 7: no" == str(raised(SubjectError("mine.py, line 7: no"), ""))
    assert Raised("InfrastructureError", "mine", "") == raised(namesake("mine"), "")


class Gone:
    """A process that ends between two looks at it."""

    pid = 2**22 + 1  # above the largest that Linux gives

    def exitcode(self):
        return None


def test_a_child_that_ends_while_it_is_being_killed_does_not_take_the_agent_along():
    Running(0, None, Gone(), None, None, 0.0, 0, Lines()).kill()


def test_a_log_is_where_the_agent_was_started_wherever_the_driver_goes(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    agent = AgentHandle("agent", Setup(log=Path("agent.log"), fresh="subprocess"))
    monkeypatch.chdir(tmp_path / "elsewhere")
    agent.run(Job("misbehaving:returns", {}, GENEROUS, Path("logs", "job.log")))
    agent.close()

    assert (tmp_path / "logs" / "job.log").is_file()
    assert [] == os.listdir(tmp_path / "elsewhere")
