"""What a driver and a node say to one another comes as it went."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cluster.messages import (
    KINDS,
    Carry,
    Cross,
    Crossed,
    Doing,
    Failed,
    How,
    Pinned,
    Prepare,
    Prepared,
    Reached,
    Told,
)
from harness.environments.table import Row
from harness.nouns import CODE, Case, Recipe
from harness.report.verdict_json import from_json, to_json
from harness.verdict import Difference, Kept, Lost, Unseen, Verdict
from harness.wire import Lines, encode

CASE = Case(Recipe("a", "module:subject", {"number": 1, "list": [1.5, None]}, ("tensorflow>=2.5",)), "savedmodel", CODE)
ROW = Row("tf215", "3.11", "2", ("tensorflow==2.15.1",), also=("3.10",), table=Path("elsewhere", "environments.toml"))
HOW = How("forkserver", 2, 60.0, 7, "/records", True)
VERDICT = Verdict(
    CASE,
    findings={
        "weights": Kept(),
        "config": Lost((Difference("config", "x", "1, not 2"),)),
        "resume": Unseen("no"),
    },
    promised=frozenset({"weights"}),
    seconds={"train": 1.5},
)


@pytest.mark.parametrize(
    "message",
    [
        Prepare((Pinned(ROW, "numpy==1\n"),), HOW, "2", "", "/f", ("/p",), {"A": "1"}, 4),
        Carry((CASE,)),
        Cross("a and 1 more", (CASE,), ("tf215",), ("tf221", "tf210")),
        Prepared(2, {"": {"python": "3.11.7"}}, {"tf25": "no Python 3.9"}),
        Doing(("train a", "load b")),
        Reached(to_json(VERDICT), "a log\n\x85 of two lines"),
        Crossed("a", {"loads": []}),
        Told("tf215: 2 artifacts saved"),
        Failed("no disk"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_it_comes_as_it_went(message):
    line = encode(message)
    assert 1 == line.count(b"\n")
    half = len(line) // 2
    unread = Lines(KINDS)

    assert [] == unread.feed(line[:half])
    assert [message] == unread.feed(line[half:])


def test_a_verdict_comes_as_it_went_but_for_what_its_recipe_is():
    came = from_json(Lines(KINDS).feed(encode(Reached(to_json(VERDICT), "")))[0].verdict)

    assert VERDICT.findings == came.findings
    assert (VERDICT.promised, dict(VERDICT.seconds), CASE.id) == (came.promised, dict(came.seconds), came.case.id)


def test_what_processes_of_one_machine_say_is_no_message_of_a_node():
    with pytest.raises(KeyError):
        Lines(KINDS).feed(b'{"$kind": "Hello", "pid": 1}\n')
