"""Where a command carries out its cells, by --on."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from kills import cells
from nodes import LocalCluster
from places import PYTHONPATH

from harness.cluster.messages import Pinned
from harness.entry import machines
from harness.entry.command_line import main
from harness.environments.table import Row
from harness.nouns import HarnessError


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("", None),
        ("ray", ""),
        ("ray:10.0.0.1:6379", "10.0.0.1:6379"),
        ("ray:ray://head:10001", "ray://head:10001"),
        ("ray://head:10001", "ray://head:10001"),
    ],
)
def test_the_address_is_what_stands_behind_ray(given, address):
    assert address == machines.address(SimpleNamespace(on=given))


@pytest.mark.parametrize("given", ["slurm", "slurm:head", "10.0.0.1:6379"])
def test_what_is_no_cluster_is_one_sentence(given):
    with pytest.raises(HarnessError) as error:
        machines.address(SimpleNamespace(on=given))

    assert f"--on {given}: expected ray, or ray:ADDRESS, such as ray:10.0.0.1:6379" == str(error.value)


def test_a_row_goes_with_the_text_of_its_requirement_file(tmp_path):
    row = Row("mine", "3.11", "2", ("tensorflow==2.15.1",), table=tmp_path / "environments.toml")
    assert Pinned(row, "") == machines._pinned(row)
    row.requirements.parent.mkdir()
    row.requirements.write_text("tensorflow==2.15.1\n")

    assert Pinned(row, "tensorflow==2.15.1\n") == machines._pinned(row)


@pytest.fixture
def nodes(monkeypatch, tmp_path):
    """The command `run --on ray` over two nodes of this machine."""
    started = []

    def cluster(address, workers):
        started.append((address, workers, LocalCluster(2)))
        return started[-1][2]

    monkeypatch.setattr(machines, "RayCluster", cluster)
    monkeypatch.chdir(tmp_path)
    return started


def test_run_on_nodes_writes_results_as_on_one_machine(nodes, monkeypatch, capsys):
    monkeypatch.setattr(machines, "environment", lambda options: cells.HERE)
    command = ["run", "--suite=kills.cells:SUITE", "--on=ray:head:1", "--workers=1", "one-*", "two-*"]
    assert 0 == main(command)
    out, error = capsys.readouterr()

    assert [f"[{number}/6] ok" for number in range(1, 7)] == [line[:8] for line in out.splitlines()[:6]]
    assert "6 cells as expected, 0 not; results: .harness/results.jsonl" in out
    assert error.startswith("2 nodes: node-1, node-2\n")
    ((address, workers, cluster),) = nodes
    assert ("head:1", 1) == (address, workers)
    assert [False, False] == [link.process._process.poll() is None for link in cluster.links], "they have ended"


TABLE = '[old]\npython = "3.11"\nkeras = "2"\npackages = ["tensorflow==2.15.0"]\n'


def test_cross_on_nodes_is_as_on_one_machine(nodes, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("harness.entry.commands.cross.environment_of", lambda row, folder: cells.HERE)
    monkeypatch.setenv("PYTHONPATH", PYTHONPATH)
    (tmp_path / "environments.toml").write_text(TABLE + TABLE.replace("old", "new"))
    command = [
        "cross",
        "--from=old,new",
        "--to=new",
        "--suite=kills.cells:SUITE",
        "--workers=1",
        "--matrix=default",
        "one-*",
        "two-*",
    ]
    found = {}
    for name, where in (("here", []), ("there", ["--on=ray"])):
        assert 0 == main([*command, "--json", f"{name}.json", *where])
        found[name] = json.loads((tmp_path / f"{name}.json").read_text())
        for each in found[name]["loads"]:
            each["seconds"] = dict.fromkeys(each["seconds"])
    error = capsys.readouterr().err

    assert found["here"] == found["there"]
    assert 2 * 2 * 6 == len(found["there"]["loads"]), "from two rows, with and without compile()"
    assert "node-1: old -> new: 6 of 6 loaded" in error or "node-2: old -> new: 6 of 6 loaded" in error


def test_a_selection_of_nothing_is_told_before_a_cluster_is_asked(nodes, monkeypatch, capsys):
    monkeypatch.setattr(machines, "environment", lambda options: cells.HERE)

    assert 2 == main(["run", "--suite=kills.cells:SUITE", "--on=ray", "no_such_cell"])
    assert "no cell is selected" in capsys.readouterr().err
    assert [] == nodes
