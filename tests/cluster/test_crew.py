"""Nodes that get ready, alike and otherwise: played, without a process."""

from __future__ import annotations

import os

import pytest

from harness.cluster.crew import Crew
from harness.cluster.messages import Doing, Failed, Gone, How, Prepare, Prepared
from harness.nouns import InfrastructureError

ASKED = Prepare((), How("forkserver", 0, 60, 7), "2", "", os.getcwd(), (), {})
SAME = {"": {"tensorflow": "2.21.0", "python": "3.11.7"}}
OTHER = {"": {"tensorflow": "2.20.0", "python": "3.11.7"}}


class PlayedLink:
    def __init__(self, name, cores=4):
        self.name, self.cores = name, cores
        self.sent, self.dropped = [], False

    def send(self, message):
        self.sent.append(message)

    def drop(self):
        self.dropped = True


class PlayedCluster:
    """Says what it was told to, one thing at a time; more nodes join with `links`."""

    def __init__(self, **says):
        self.links = {name: PlayedLink(name) for name in says}
        self.says = [(name, message) for name, message in says.items() if message is not None]
        self._seen = set()
        self.closed = False

    def joined(self):
        new = [each for name, each in self.links.items() if name not in self._seen]
        self._seen |= set(self.links)
        return new

    def heard(self, seconds):
        if not self.says:
            return []
        name, message = self.says.pop(0)
        return [(self.links[name], message)]

    def close(self, seconds):
        self.closed = True


def gathered(cluster, expected=None):
    said, crew = [], Crew(cluster, ASKED, expected)
    prepared = crew.gather(said.append)
    return crew, prepared, said


def test_each_is_asked_to_get_ready_and_all_that_are_alike_work():
    cluster = PlayedCluster(one=Prepared(2, SAME, {}), two=Prepared(4, SAME, {}))
    crew, prepared, said = gathered(cluster)

    assert {"one": 2, "two": 4} == {name: each.workers for name, each in crew.ready.items()}
    assert SAME == prepared.versions
    assert ["2 nodes: one, two", "one: ready, 2 at once", "two: ready, 4 at once"] == said
    assert [4, 4] == [each.sent[0].cores for each in cluster.links.values()]


def test_one_that_is_otherwise_than_most_is_left_out_and_why_is_told():
    cluster = PlayedCluster(odd=Prepared(1, OTHER, {}), one=Prepared(1, SAME, {}), two=Prepared(1, SAME, {}))
    crew, _, said = gathered(cluster)

    assert ["one", "two"] == list(crew.ready)
    assert "odd is left out: it has tensorflow 2.20.0 instead of 2.21.0" == said[-1]
    assert [True, False, False] == [each.dropped for each in cluster.links.values()]


def test_what_the_driver_has_is_what_all_must_have():
    with pytest.raises(InfrastructureError) as error:
        gathered(PlayedCluster(one=Prepared(1, {"": {"python": "3.11.7"}}, {})), SAME)

    expected = "no node can be used: one is left out: it has tensorflow missing instead of 2.21.0"
    assert expected == str(error.value)


def test_a_row_that_one_node_alone_cannot_make_leaves_it_out():
    rows = {"a": {"tensorflow": "2.5.0"}, "b": {"tensorflow": "2.6.0"}}
    poor = Prepared(1, {"a": rows["a"]}, {"b": "b needs Python 3.9, which is not on this machine"})
    _, _, said = gathered(PlayedCluster(one=Prepared(1, rows, {}), poor=poor))

    why = "b needs Python 3.9, which is not on this machine"
    assert f"poor is left out: it has no environment of b ({why})" == said[-1]


def test_a_row_that_no_node_can_make_leaves_none_out():
    poor = Prepared(1, {"a": {"tensorflow": "2.5.0"}}, {"b": "b cannot be made"})
    crew, prepared, _ = gathered(PlayedCluster(one=poor, two=poor))

    assert ["one", "two"] == list(crew.ready)
    assert {"b": "b cannot be made"} == prepared.broken


def test_nodes_that_fail_before_they_are_ready_do_not_hold_up_the_others():
    crew, _, said = gathered(PlayedCluster(one=Gone("it died"), two=Failed("no disk"), three=Prepared(1, SAME, {})))

    assert ["three"] == list(crew.ready)
    assert ["one is left out: it died", "two is left out: no disk"] == said[-2:]


@pytest.mark.parametrize(
    ("says", "why"), [({}, "there is none"), ({"one": Gone("it died")}, "one is left out: it died")]
)
def test_without_a_node_there_is_no_crew(says, why):
    with pytest.raises(InfrastructureError, match=f"^no node can be used: {why}$"):
        gathered(PlayedCluster(**says))


def test_a_node_that_joins_later_works_as_well_if_it_is_alike(monkeypatch):
    monkeypatch.setattr("harness.cluster.crew.JOIN", -1.0)
    cluster = PlayedCluster(one=Prepared(1, SAME, {}))
    crew, _, _ = gathered(cluster)
    cluster.links.update(late=PlayedLink("late"), odd=PlayedLink("odd"))
    cluster.says = [("late", Prepared(3, SAME, {})), ("odd", Prepared(1, OTHER, {}))]

    assert not crew.hoping
    assert [("late", Prepared(3, SAME, {}))] == crew.heard(0)
    assert crew.hoping, "the other is still getting ready"
    ((name, gone),) = crew.heard(0)
    assert ("odd", "it has tensorflow 2.20.0 instead of 2.21.0") == (name, gone.why)
    assert ["one", "late"] == list(crew.ready)


def test_what_a_node_says_after_it_was_left_out_is_not_heard():
    cluster = PlayedCluster(one=Prepared(1, SAME, {}), two=Prepared(1, SAME, {}))
    crew, _, _ = gathered(cluster)
    cluster.says = [("one", Failed("no disk")), ("one", Doing(("train a",))), ("two", Doing(("train b",)))]

    assert [("one", Gone("no disk"))] == crew.heard(0)
    assert [] == crew.heard(0)
    assert [("two", Doing(("train b",)))] == crew.heard(0)
