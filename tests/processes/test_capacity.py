"""How many workers there is room for, on machines that are made of files."""

from __future__ import annotations

import pytest

from harness.processes import capacity as module
from harness.processes.capacity import capacity, share

GIB = 2**30


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Makes one of cores, and of files by their path; returns how many workers it has room for."""

    def made(cores=8, **files):
        monkeypatch.setattr(module, "_usable_cores", lambda: cores)
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return capacity(tmp_path)

    return made


def memory(gib):
    return {"proc/meminfo": f"MemTotal:  99999999 kB\nMemAvailable:   {int(gib * 2**20)} kB\n"}


def test_this_machine_has_room_for_one_at_least():
    assert 1 <= capacity()


def test_where_nothing_is_told_cores_decide(machine):
    assert 8 == machine(8)


@pytest.mark.parametrize(("cores", "gib", "workers"), [(8, 64, 8), (8, 7, 3), (2, 64, 2), (8, 1, 1)])
def test_the_scarcer_of_cores_and_memory_decides(machine, cores, gib, workers):
    assert workers == machine(cores, **memory(gib))


@pytest.mark.parametrize(
    ("limit", "workers"), [("max 100000", 8), ("400000 100000", 4), ("150000 100000", 1), ("50000 100000", 1), ("", 8)]
)
def test_a_group_leaves_so_much_of_the_cores(machine, limit, workers):
    assert workers == machine(**{"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": limit})


def test_a_group_above_limits_as_well_and_none_beside(machine):
    files = {"proc/self/cgroup": "0::/a/b", "sys/fs/cgroup/a/b/cpu.max": "600000 100000"}

    assert 6 == machine(**files)
    assert 6 == machine(**{"sys/fs/cgroup/c/cpu.max": "100000 100000"})
    assert 3 == machine(**{"sys/fs/cgroup/a/cpu.max": "300000 100000"})


def test_a_group_leaves_so_much_memory(machine):
    files = {"proc/self/cgroup": "0::/", **memory(64), "sys/fs/cgroup/memory.current": str(2 * GIB)}

    assert 8 == machine(**files, **{"sys/fs/cgroup/memory.max": "max"})
    assert 3 == machine(**{"sys/fs/cgroup/memory.max": str(9 * GIB)})


def test_groups_of_the_first_version_do_likewise(machine):
    files = {"proc/self/cgroup": "4:memory:/job\n1:cpu,cpuacct:/job\n0::/"}

    assert 8 == machine(**files, **{"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1"})
    assert 5 == machine(
        **{"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "500000", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000"}
    )
    assert 2 == machine(
        **{
            "sys/fs/cgroup/memory/job/memory.limit_in_bytes": str(6 * GIB),
            "sys/fs/cgroup/memory/job/memory.usage_in_bytes": str(2 * GIB),
        }
    )


def test_programs_side_by_side_divide_what_there_is():
    assert [8, 4, 2, 1, 1] == [share(8, programs) for programs in (1, 2, 3, 8, 20)]
