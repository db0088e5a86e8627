"""One verdict in full: first why, then all that was lost."""

from __future__ import annotations

from dataclasses import replace

from verdict_of import verdict_of

from harness.nouns import Case, Recipe
from harness.observation import Clue
from harness.report.explained import explained
from harness.verdict import Difference, FirstToDiffer, Unseen

CASE = Case(Recipe("model", "m"), "dot_keras", "code")
POOL = Clue("forgotten_argument", "layer 'pool'", {"class": "Pool", "argument": "t", "value": "0.25", "default": "1.0"})
FIRST = FirstToDiffer("pool", "Pool", 1, True, "off by 2.6e-04", 3)
LOST = verdict_of(
    CASE,
    *(Difference("predictions", f"probe {number}", "off") for number in range(30)),
    unseen={"tokenizer": Unseen("it has none")},
)


def test_the_cause_comes_first_and_then_every_difference():
    assert [
        "model-dot_keras-code: predictions changed after the round trip (30 differences)",
        "  versions unknown",
        "",
        "(1) because Pool.get_config lacks the constructor argument 't' (0.25 in layer 'pool'; by default 1.0)",
        f"    {FIRST}",
        '    write: in Pool.get_config: add "t": self.t',
        "",
        *(f"predictions['probe {number}']: off" for number in range(30)),
        "",
        "Not compared:",
        "  tokenizer: it has none",
    ] == explained(replace(LOST, causes=(POOL,), first=FIRST), "python repro").splitlines()


def test_what_has_no_known_cause_says_so_with_the_command():
    lines = explained(replace(LOST, first=FIRST), "python -m harness repro x.py").splitlines()

    assert ["no known cause; python -m harness repro x.py writes a script", f"    {FIRST}"] == lines[3:5]
    assert "no known cause" == explained(LOST, "").splitlines()[3]


def test_what_stopped_is_told_with_all_that_it_said():
    stopped = verdict_of(CASE, stage="reload", failure="ValueError: no\nand more\n", log="a.log")

    assert (
        "model-dot_keras-code: saved, but did not reload: ValueError: no\n  versions unknown\n\nno known cause\n\n"
        "ValueError: no\nand more\n\nlog: a.log"
    ) == explained(stopped, "")


def test_what_was_kept_has_no_cause():
    assert "no known cause" not in explained(verdict_of(CASE), "x")
