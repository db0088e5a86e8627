"""A process with limits writes in its folders alone, reaches nobody, and writes no large file; one without does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from places import ROOT, TESTS

from harness.messages import Confinement, Job, Surroundings
from harness.processes.confinement import confine, lacking
from harness.processes.fleet import AgentHandle, Setup

ATTEMPT = """
import socket, sys
from pathlib import Path
from harness.messages import Confinement
from harness.processes.confinement import confine

own, other, port, limited = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "limited"
if limited:
    print(*confine(Confinement(1000), [own]))
def attempt(what, function):
    try:
        function()
        print(what)
    except OSError:
        pass
attempt("own", lambda: (own / "file").write_text("x"))
attempt("other", lambda: (other / "file").write_text("x"))
attempt("moved", lambda: (own / "file").rename(other / "moved"))
attempt("truncated", lambda: open(other / "there", "r+").truncate(0))
attempt("large", lambda: (own / "large").write_bytes(bytes(2000)))
attempt("network", lambda: socket.create_connection(("127.0.0.1", port), 5))
"""


@pytest.fixture
def attempt(tmp_path):
    import socket

    for name in ("own", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "other" / "there").write_text("x")

    def run(how):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = str(server.getsockname()[1])
            arguments = [str(tmp_path / "own"), str(tmp_path / "other"), port, how]
            command = [sys.executable, "-c", ATTEMPT, *arguments]
            variables = {**os.environ, "PYTHONPATH": str(ROOT)}
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=variables)
        return done.stdout.split()

    return run


@pytest.mark.skipif(bool(lacking()), reason=f"this system cannot keep a process from: {', '.join(lacking())}")
def test_a_process_with_limits_does_only_what_it_must(attempt):
    assert ["own"] == attempt("limited")


def test_a_process_without_them_does_it_all(attempt):
    assert ["own", "other", "moved", "truncated", "large", "network"] == attempt("free")


def test_what_a_system_cannot_limit_is_said(monkeypatch):
    monkeypatch.setattr("harness.processes.confinement.sys.executable", "/bin/false")

    assert ["anything (its process failed)"] == lacking()


def test_a_kernel_that_refuses_is_told(monkeypatch):
    def refuse(*values):
        raise OSError(1, "Operation not permitted")

    limits: list[int] = []
    monkeypatch.setattr("harness.processes.confinement._leave_the_network", refuse)
    monkeypatch.setattr("harness.processes.confinement._write_only_in", refuse)
    monkeypatch.setattr("harness.processes.confinement.limit", lambda kind, size: limits.append(size))

    assert ["network (Operation not permitted)", "files elsewhere (Operation not permitted)"] == confine(
        Confinement(9), []
    )
    assert [9] == limits


def test_a_limit_that_is_lower_already_stays():
    code = (
        "import resource; from harness.processes.confinement import limit; kind = resource.RLIMIT_FSIZE\n"
        "resource.setrlimit(kind, (100, 200)); limit(kind, 300); print(resource.getrlimit(kind))\n"
        "limit(kind, 50); print(resource.getrlimit(kind))"
    )
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=variables)

    assert ["(200, 200)", "(50, 50)"] == done.stdout.splitlines()


@pytest.mark.skipif(bool(lacking()), reason=f"this system cannot keep a process from: {', '.join(lacking())}")
@pytest.mark.parametrize("fresh", ["forkserver", "subprocess"])
def test_what_a_process_with_limits_has_tried_is_told(tmp_path, monkeypatch, fresh):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    other = tmp_path / "other"
    other.mkdir()
    (other / "there").write_text("x")
    (other / "gone").write_text("x")
    agent = AgentHandle("agent", Setup(tmp_path / "agent.log", fresh=fresh))
    around = Surroundings((str(TESTS),), None, dict(os.environ))
    jobs = [
        Job(
            *("misbehaving:tries_to_write_elsewhere", {"folder": str(other), "raises": raises}, 60),
            log=tmp_path / "job.log",
            around=around,
            confinement=limits,
        )
        for raises, limits in ((False, Confinement(1 << 20)), (True, Confinement(1 << 20)), (False, None))
    ]
    told, raised, free = [agent.run(job) for job in jobs]
    agent.close()

    names = ("new", "there", "made", "gone", "arrived")
    words = [*(f"tried to write {other / name}, where it may not" for name in names), "tried to reach 127.0.0.1"]
    assert words == told.value
    assert f"ValueError: no ({'; '.join(words)})" == str(raised)
    assert [] == free.value  # nobody looks at a process without limits


def test_nothing_is_noted_of_a_process_that_does_only_what_it_may(tmp_path):
    script = """
import sys
from pathlib import Path
from harness.processes import attempts
attempts.watch([Path(sys.argv[1])])
import decimal, http.client  # no bytecode is written
Path(sys.argv[1], "file").write_text("x")
open("/dev/null", "w").close()
open(1, "w", closefd=False)
print(attempts.seen())
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert "()\n" == done.stdout
