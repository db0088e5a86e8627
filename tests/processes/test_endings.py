"""Whoever is ended, at whatever moment: no process stays, no temporary folder, and logs are bounded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from places import ROOT, TESTS
from test_agent import GENEROUS, Office, alive, gone

from harness.messages import Died, Progress, Returned
from harness.processes.fleet import AgentHandle, Setup
from harness.processes.job_log import BEGINNING, END, MOST, shorten

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's own means are those of Linux")

#: A module that hangs while it is imported, in C code that keeps the interpreter's lock.
HANGS = """
import ctypes, os, sys
open({path!r}, "w").write(str(os.getpid()))
ctypes.PyDLL(None).sleep(600)
"""


@pytest.fixture(autouse=True)
def jobs_are_found(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))


def written(path):
    """What comes to stand in a file."""
    end = time.monotonic() + GENEROUS
    while not (path.exists() and path.read_text()) and time.monotonic() < end:
        time.sleep(0.02)
    return path.read_text()


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder that all temporary files of this test go to."""
    folder = tmp_path / "t"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def driver(tmp_path, temporary):
    """Start a driver with an agent; returns it, and the words that it says when it is there."""

    def start(code, **setup):
        script = f"""
            import sys, time
            from pathlib import Path
            from harness.messages import Job, Progress
            from harness.processes.fleet import AgentHandle, Setup
            agent = AgentHandle("agent", Setup(log=Path({str(tmp_path / "agent.log")!r}), **{setup!r}))
            print(agent.pid, flush=True)
        """
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script) + textwrap.dedent(code) + f"\ntime.sleep({GENEROUS})"],
            stdout=subprocess.PIPE,
            cwd=tmp_path,  # where the log of a job goes
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(ROOT)])},
            text=True,
        )
        started.append(process)
        return process, int(process.stdout.readline())

    started = []
    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def hangs(tmp_path):
    """How an agent is prepared that imports a module which hangs; and where that writes the number of its process."""
    path = tmp_path / "server"
    (tmp_path / "hanging_module.py").write_text(HANGS.format(path=str(path)))
    return {"preload": ("hanging_module",), "path": (str(tmp_path),)}, path


@linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_import_that_hangs_ends_with_the_driver(driver, hangs, temporary, number):
    setup, server = hangs
    process, agent = driver("", **setup)
    pids = [agent, int(written(server))]

    process.send_signal(number)
    process.communicate()
    assert all(map(gone, pids))
    assert [] == os.listdir(temporary)


@linux
def test_an_import_that_hangs_while_a_job_waits_for_it_ends_with_the_driver(driver, hangs, temporary):
    setup, server = hangs
    job = """
        import tempfile
        folder = Path(tempfile.gettempdir(), "of-the-driver-1")
        agent.submit(Job("misbehaving:returns", {}, 60, Path("job.log").absolute()), print)
        agent.inherit([folder])
        folder.mkdir()
        print("submitted", flush=True)
    """
    process, agent = driver(job, **setup)
    pids = [agent, int(written(server))]

    assert "submitted\n" == process.stdout.readline()
    time.sleep(0.5)  # the agent waits for its fork server
    process.kill()
    process.communicate()
    assert all(map(gone, pids))
    assert [] == os.listdir(temporary)


@linux
def test_an_import_that_hangs_ends_with_the_agent(tmp_path, hangs, temporary):
    setup, path = hangs
    agent = AgentHandle("agent", Setup(log=tmp_path / "agent.log", **setup))
    server = int(written(path))
    assert alive(server)

    os.kill(agent.pid, signal.SIGKILL)
    assert gone(server)
    agent.close()
    assert [] == os.listdir(temporary)


@linux
def test_an_import_that_hangs_has_a_limit_and_is_named(tmp_path, hangs, temporary):
    setup, path = hangs
    office = Office(tmp_path, "forkserver", **setup, warm_up=2)
    job = office.submit("returns")
    server = int(written(path))

    assert "the fork server has not imported hanging_module in 2 s" in office.hear(Died, job).message
    assert gone(server)
    office.agent.close()
    assert [] == os.listdir(temporary)


@linux
@pytest.mark.parametrize("fresh", ["forkserver", "subprocess"])
def test_what_holds_the_interpreter_in_c_ends_with_the_agent_long_before_its_limit(tmp_path, fresh):
    office = Office(tmp_path, fresh)
    pid = office.hear(Progress, office.submit("tells_its_pid_and_hangs_in_c", seconds=10 * GENEROUS)).value
    os.kill(office.agent.pid, signal.SIGKILL)

    assert gone(pid)
    office.agent.close()


@linux
def test_the_end_of_the_fork_server_is_told_and_leaves_nothing(tmp_path, temporary):
    (tmp_path / "tells.py").write_text(f"import os\nopen({str(tmp_path / 'server')!r}, 'w').write(str(os.getpid()))")
    office = Office(tmp_path, "forkserver", preload=("tells",), path=(str(tmp_path),))
    job = office.submit("tells_its_pid")
    pid = office.hear(Progress, job).value
    os.kill(int(written(tmp_path / "server")), signal.SIGKILL)

    assert "the fork server was ended, and nobody knows what became of its jobs" in office.hear(Died, job).message
    assert gone(pid)
    office.agent.close()
    assert [] == os.listdir(temporary)


@pytest.mark.parametrize("fresh", ["forkserver", "subprocess"])
def test_the_folders_of_a_driver_that_is_ended_go_with_it(driver, temporary, fresh):
    job = """
        import tempfile
        folder = Path(tempfile.gettempdir(), "of-the-driver-1")
        agent.inherit([folder])
        (folder / "record").mkdir(parents=True)
        job = Job("misbehaving:tells_its_pid", {}, 60, Path("job.log").absolute())
        agent.submit(job, lambda said: print(said.value, flush=True) if isinstance(said, Progress) else None)
    """
    process, agent = driver(job, fresh=fresh)
    pids = [agent, int(process.stdout.readline())]
    assert any(name.startswith("of-the-driver-") for name in os.listdir(temporary))

    process.kill()
    process.communicate()
    assert all(map(gone, pids))
    assert [] == os.listdir(temporary)


def test_an_agent_that_is_closed_removes_the_folders_that_end_with_it_and_leaves_those_of_others(tmp_path):
    office = Office(tmp_path, "forkserver")
    office.agent.inherit([tmp_path / "own"], lent=[tmp_path / "records"])
    for each in ("own", "records"):
        (tmp_path / each).mkdir()
    office.outcome("returns")
    office.agent.close()

    assert not (tmp_path / "own").exists()
    assert (tmp_path / "records").is_dir()


@pytest.mark.parametrize("fresh", ["forkserver", "subprocess"])
def test_an_agent_that_is_closed_leaves_no_temporary_file(tmp_path, temporary, fresh):
    office = Office(tmp_path, fresh)
    office.outcome("returns")
    office.submit("hangs")
    office.agent.close()

    assert [] == os.listdir(temporary)


@pytest.mark.parametrize("letters", [1, 40, 120])
def test_temporary_files_may_be_in_a_folder_with_a_long_path(tmp_path, monkeypatch, letters):
    folder = tmp_path / ("t" * letters)
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    office = Office(tmp_path, "forkserver")
    office.outcome("returns")
    office.agent.close()

    assert [] == os.listdir(folder)
    assert [] == [name for name in os.listdir("/tmp") if name.startswith(f"harness-{office.agent.pid}-")]


@linux
@pytest.mark.parametrize("fresh", ["forkserver", "subprocess"])
def test_what_a_job_has_left_in_a_session_of_its_own_ends_with_the_agent(tmp_path, fresh):
    office = Office(tmp_path, fresh)
    daemon = office.outcome("leaves_a_daemon").value
    assert alive(daemon)
    office.agent.close()

    assert gone(daemon)


def test_threads_forks_and_another_folder_are_nobody_s_but_the_job_s(tmp_path):
    office = Office(tmp_path, "forkserver")
    try:
        child = office.outcome("works_in_threads_and_forks").value
        assert gone(child)
        assert Returned({"name": "returns"}) == office.outcome("returns")
    finally:
        office.agent.close()


@pytest.mark.parametrize("fresh", ["forkserver", "subprocess"])
def test_a_log_of_100_mb_keeps_its_beginning_its_end_and_a_sentence(tmp_path, fresh):
    office = Office(tmp_path, fresh)
    try:
        assert "done" == office.outcome("floods_its_log").value
    finally:
        office.agent.close()
    log = (tmp_path / "floods_its_log.log").read_bytes()

    assert len(log) <= MOST
    assert log.startswith(b"the first line\n")
    assert log.endswith(b"the last line\n")
    assert 1 == log.count(b" bytes of output are left out here]\n")


def test_bytes_that_are_no_text_are_in_the_log_and_in_nobody_s_way(tmp_path):
    office = Office(tmp_path, "forkserver")
    try:
        assert "crashed: SIGSEGV" == str(office.outcome("writes_bytes"))
    finally:
        office.agent.close()

    assert bytes(range(256)) * 4 in (tmp_path / "writes_bytes.log").read_bytes()


def test_what_is_left_out_of_a_log_is_counted_over_all_times(tmp_path):
    log = tmp_path / "log"
    log.write_bytes(b"a" * BEGINNING + b"b" * 5 + b"c" * END)
    shorten(log, 2)
    first = log.read_bytes()
    with log.open("ab") as file:
        file.write(b"d" * END)
    shorten(log, 2)

    sentence = b"\n[harness: %d bytes of output are left out here]\n"
    assert b"a" * BEGINNING + sentence % 5 + b"c" * END == first
    assert b"a" * BEGINNING + sentence % (5 + END) + b"d" * END == log.read_bytes()


def test_a_log_that_is_short_or_not_there_stays_as_it_is(tmp_path):
    shorten(tmp_path / "none")
    (tmp_path / "log").write_text("short")
    shorten(tmp_path / "log")

    assert ["log"] == os.listdir(tmp_path)
    assert "short" == (tmp_path / "log").read_text()


def test_two_agents_at_once_leave_each_other_alone(tmp_path, temporary):
    one, other = (Office(tmp_path / name, "forkserver") for name in ("one", "other"))
    hanging = other.submit("tells_its_pid")
    pid = other.hear(Progress, hanging).value
    one.outcome("returns")
    one.agent.close()

    assert alive(pid)
    assert Returned({"name": "returns"}) == other.outcome("returns")
    other.agent.close()
    assert gone(pid)
