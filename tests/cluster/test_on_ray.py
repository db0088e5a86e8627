"""Over Ray: played, where each actor is an object of this process with a real node below it; and a real cluster."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from pathlib import Path
from types import SimpleNamespace

import pytest
from kills import cells as played
from places import PYTHONPATH, ROOT

from harness.cluster import on_ray
from harness.cluster.crew import Crew
from harness.cluster.messages import Gone, How, Prepare
from harness.cluster.on_ray import RayCluster
from harness.cluster.placement import Placement
from harness.nouns import CODE, Case, HarnessError, InfrastructureError, Recipe

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None,
    reason="Ray is not installed; install it with: pip install 'roundtrip-harness[ray]'",
)


class RayError(Exception):
    pass


class RayActorError(RayError):
    pass


class Method:
    def __init__(self, actor, name):
        self._actor, self._name = actor, name

    def remote(self, *arguments):
        return self._actor.call(self._name, arguments)


class Actor:
    """What `remote` makes of a class: calls are carried out in threads, and fail when it was killed."""

    def __init__(self, made, options):
        self._made, self.options, self.dead = made, options, threading.Event()
        self._pool = ThreadPoolExecutor(options["max_concurrency"])

    def __getattr__(self, name):
        return Method(self, name)

    def call(self, name, arguments):
        found: Future = Future()

        def work():
            with contextlib.suppress(Exception):  # the answer of a dead actor
                found.set_result(getattr(self._made, name)(*arguments))

        if self.dead.is_set():
            found.set_exception(RayActorError("The actor is dead.\nat length"))
        else:
            self._pool.submit(work)
            threading.Thread(target=self._fail_when_dead, args=(found,), daemon=True).start()
        return found

    def _fail_when_dead(self, found):
        while not found.done():
            if self.dead.wait(0.05):
                with contextlib.suppress(Exception):
                    found.set_exception(RayActorError("The actor is dead.\nat length"))

    def die(self):
        """With the process that it has started, as Ray's workers do."""
        self.dead.set()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._made._node.pid, signal.SIGKILL)
        self._pool.shutdown(wait=False)


class PlayedRay:
    """The few calls of Ray's that are used."""

    exceptions = SimpleNamespace(RayError=RayError, RayActorError=RayActorError)
    util = SimpleNamespace(
        scheduling_strategies=SimpleNamespace(NodeAffinitySchedulingStrategy=lambda node, soft: (node, soft))
    )

    def __init__(self, **cores):
        self.cores, self.actors, self.is_shut_down = cores, [], False

    def nodes(self):
        def node(name, cores, alive=True):
            address = {"NodeManagerAddress": name, "NodeManagerPort": 1}
            return {"NodeID": name, "Alive": alive, "Resources": {"CPU": cores}, **address}

        return [*(node(name, cores) for name, cores in self.cores.items()), node("dead", 8.0, alive=False)]

    def remote(self, kind):
        def options(**given):
            def remote(*arguments):
                self.actors.append(Actor(kind(*arguments), given))
                return self.actors[-1]

            return SimpleNamespace(remote=remote)

        return SimpleNamespace(options=options)

    def wait(self, references, num_returns, timeout):
        end = time.monotonic() + timeout
        while sum(each.done() for each in references) < num_returns and time.monotonic() < end:
            wait_for(references, 0.02)
        done = [each for each in references if each.done()]
        return done, [each for each in references if each not in done]

    def get(self, reference):
        return reference.result()

    def kill(self, actor):
        actor.die()

    def shutdown(self):
        self.is_shut_down = True


@pytest.fixture
def ray(monkeypatch):
    monkeypatch.setattr(on_ray, "HEAR", 0.3)
    monkeypatch.setattr(on_ray, "NODE", "kills.placed")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), PYTHONPATH]))
    monkeypatch.setenv("OMP_NUM_THREADS", "48")
    found = PlayedRay(one=4.0, two=4.0, head=0.0)
    monkeypatch.setattr(on_ray, "_connected", lambda address: found)
    yield found
    for each in found.actors:
        each.die()


def cells(count):
    return [Case(Recipe(f"recipe_{number}", "of no model"), "savedmodel", CODE) for number in range(count)]


def crew_of(cluster):
    how = How("forkserver", 1, 60, 7)
    crew = Crew(cluster, Prepare((), how, "2", "", os.getcwd(), (), {}), {"": played.HERE.versions})
    crew.gather(lambda line: None)
    return crew


def test_each_node_with_a_processor_has_an_actor_that_stays_there(ray):
    cluster = RayCluster("", workers=2)
    links = cluster.joined()

    assert [("one:1", 2), ("two:1", 2)] == [(each.name, each.cores) for each in links]
    assert [(2, ("one", False)), (2, ("two", False))] == [
        (each.options["num_cpus"], each.options["scheduling_strategy"]) for each in ray.actors
    ]
    assert [] == cluster.joined(), "they are known"
    ray.cores["three"] = 1.0
    assert ["three:1"] == [each.name for each in cluster.joined()]
    cluster.close(20)
    assert ray.is_shut_down


def variables_of(pid, seconds=15):
    """The variables of a process that has just begun: for a moment it has none."""
    end = time.monotonic() + seconds
    while not (told := Path(f"/proc/{pid}/environ").read_text()) and time.monotonic() < end:
        time.sleep(0.01)
    return told


def test_what_ray_sets_for_its_workers_does_not_reach_a_node(ray):
    RayCluster("").joined()
    for actor in ray.actors:
        variables = variables_of(actor._made._node.pid)
        assert "OMP_NUM_THREADS=" not in variables
        assert "PYTHONPATH=" in variables


def test_an_actor_that_dies_costs_what_it_had(ray, tmp_path):
    wanted = cells(5)
    crew = crew_of(RayCluster(""))
    with Placement(wanted, crew, tmp_path) as run:
        run[wanted[0]]
        ray.actors[0].die()
        verdicts = list(run)
    crew.close()

    assert [("", ())] * 5 == [(each.stage, each.lost) for each in verdicts]
    (line,) = run.notices
    assert line.startswith("one:1 is left out: it has died, or is out of reach (RayActorError); what it had not ")


def test_a_node_whose_process_ends_is_gone_and_says_why(ray):
    cluster = RayCluster("")
    cluster.joined()
    os.kill(ray.actors[0]._made._node.pid, signal.SIGTERM)
    said = []
    while not said:
        said = cluster.heard(1)

    assert ("one:1", Gone("its process ended with code -15: it said nothing")) == (said[0][0].name, said[0][1])
    cluster.close(20)


def test_another_ctrl_c_while_nodes_end_ends_them_at_once(ray, monkeypatch):
    cluster = RayCluster("")
    cluster.joined()

    def interrupted(references, num_returns, timeout):
        raise KeyboardInterrupt

    monkeypatch.setattr(ray, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cluster.close(20)
    assert [True, True] == [each.dead.is_set() for each in ray.actors]
    assert ray.is_shut_down


@pytest.mark.parametrize("address", ["head", "head:", ":6379", "head:port", "ray://head"])
def test_what_is_no_address_is_one_sentence(address):
    with pytest.raises(HarnessError, match=f"^--on ray:{address}: expected ray:HOST:PORT, the address of a head, or r"):
        RayCluster(address)


def test_an_address_that_nobody_answers_is_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(InfrastructureError, match=rf"^--on ray:{address}: nobody answers there \(Connection refu"):
            RayCluster(address)


def test_without_ray_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InfrastructureError) as error:
        RayCluster("")

    expected = "--on ray needs Ray, which is not here; install it with: pip install 'roundtrip-harness[ray]'"
    assert expected == str(error.value)


def test_nothing_imports_ray_unasked():
    script = "import sys, harness.entry.command_line; print('ray' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "False\n" == done.stdout


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A head and two more nodes on this machine, whose temporary files are in a folder of their own."""
    temporary = tmp_path_factory.mktemp("nodes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", PYTHONPATH)  # what the workers of these nodes have
        patch.setenv("RAY_TMPDIR", tempfile.gettempdir())  # its own, whose paths must be short
        patch.setenv("TMPDIR", str(temporary))
        patch.setenv("RAY_raylet_start_wait_time_s", "120")
        from ray.cluster_utils import Cluster

        memory = {"num_cpus": 2, "object_store_memory": 100 * 2**20}
        started = Cluster(initialize_head=True, head_node_args={**memory, "include_dashboard": False})
        try:
            nodes = [started.add_node(**memory) for _ in range(2)]
            yield SimpleNamespace(cluster=started, address=started.address, nodes=nodes, temporary=temporary)
        finally:
            started.shutdown()


def started(folder, *arguments):
    """The command `run` over the played suite, as a program."""
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), PYTHONPATH]), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "kills.driver", "--hash-seed=7", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=folder, env=variables, start_new_session=True, **pipes)


def lines(path):
    """Of a file of results: the header and the cells, without times, in the order of their names."""
    header, *rest = map(json.loads, path.read_text().splitlines())
    del header["run"]["started"]
    for each in rest:
        each["seconds"] = dict.fromkeys(each["seconds"])
    return header, sorted(rest, key=lambda each: each["case"])


def left(cluster):
    """Processes and folders of nodes that are still there, once they had time to end."""
    end = time.monotonic() + 20
    while True:
        folders = [each.name for each in cluster.temporary.iterdir()]
        processes = list(processes_with(f"TMPDIR={cluster.temporary}".encode()))
        if not (folders or processes) or time.monotonic() > end:
            return folders, processes
        time.sleep(0.2)


def processes_with(variable):
    """Those of nodes, and below them, by a variable that they have."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            ours = "kills.placed" in command or "harness.processes" in command
            if ours and variable in (folder / "environ").read_bytes().split(b"\0"):
                yield command


@needs_ray
def test_results_over_a_cluster_are_those_of_one_machine(cluster, tmp_path):
    for name, where in (("here", []), ("there", [f"--on=ray:{cluster.address}"])):
        done = started(tmp_path, f"--results={name}.jsonl", *where)
        out, error = done.communicate()
        assert 0 == done.returncode, error
    assert "3 nodes: " in error
    assert "9 cells as expected, 0 not" in out
    assert lines(tmp_path / "here.jsonl") == lines(tmp_path / "there.jsonl")
    assert ([], []) == left(cluster)


@needs_ray
@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_leaves_nothing_on_the_nodes(cluster, tmp_path, times):
    run = started(tmp_path, f"--on=ray:{cluster.address}")
    assert run.stdout.readline().startswith("[1/9] ok")
    for _ in range(times):
        run.send_signal(signal.SIGINT)
        time.sleep(0.3)

    assert run.communicate(timeout=100)[1].endswith("harness: stopped\n")
    assert 3 == run.returncode
    assert ([], []) == left(cluster)


@needs_ray
def test_a_node_that_is_killed_on_the_way_costs_its_recipes_alone(cluster, tmp_path):
    """The last one: the node does not come back."""
    run = started(tmp_path, "--results=there.jsonl", f"--on=ray:{cluster.address}", "--workers=1")
    while "ready" not in run.stderr.readline():
        pass
    time.sleep(1)
    cluster.cluster.remove_node(cluster.nodes.pop(), allow_graceful=False)
    out, error = run.communicate()
    assert 0 == run.returncode, error
    assert "9 cells as expected, 0 not" in out
    assert " is left out: it has died, or is out of reach (" in error
    done = started(tmp_path, "--results=here.jsonl")
    done.communicate()
    assert lines(tmp_path / "here.jsonl") == lines(tmp_path / "there.jsonl")
    assert ([], []) == left(cluster)
