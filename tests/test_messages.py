"""What crosses a border arrives as it was, and what is no message is an exception."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.messages import (
    Cancel,
    Cancelled,
    Crashed,
    Ended,
    Event,
    Exited,
    Hello,
    Job,
    Look,
    NotSaved,
    OutOfMemory,
    Progress,
    Raised,
    Reload,
    Reloaded,
    Returned,
    Saved,
    Saving,
    Started,
    Submit,
    Target,
    Task,
    TimedOut,
    TrainAndSave,
    Trained,
)
from harness.nouns import Recipe
from harness.wire import Lines, encode, from_json

RECIPE = Recipe("toy", "toys:subject", {"sizes": [1, 2], "deep": {"a": None}}, ("keras<3",))
RELOAD = Reload(
    Path("record"), "code", Path("seen"), 21, RECIPE, Look.BRIEF, False, (Target("dot_keras", Path("again")),)
)
JOB = Job("module:function", RELOAD, 1.5, Path("log"), 1 << 30)

MESSAGES = [
    TrainAndSave(RECIPE, ("savedmodel", "whole_h5"), Path("records"), 20, Path("drafts")),
    RELOAD,
    Reload(Path("record"), "bare", Path("seen"), 21),
    Saving("savedmodel"),
    Trained(2.0, (Saved("a", Path("record"), 1.0), NotSaved("b", "ValueError: no", 0.5, suits=False))),
    Reloaded(1.0, 2.0, {"tensorflow": "2.21.0"}, (Saved("a", Path("again"), 1.0),)),
    Submit(7, JOB),
    Cancel(7),
    Task(JOB, Path("scratch")),
    Hello(4711),
    Event(7, Started(4711, ("tensorflow",))),
    Event(7, Progress({"half": [1, 2]})),
    Event(7, Ended(Returned({"list": [1], "none": None}), 0.1)),
    Event(7, Ended(Raised("ValueError", "two\nlines", "Traceback", "refusal"), 0.1)),
    *(Ended(outcome, 1.0) for outcome in (Crashed("SIGSEGV"), TimedOut(5), Exited(3), OutOfMemory("x"), Cancelled())),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda each: type(each).__name__)
def test_a_message_arrives_as_it_was(message):
    assert [message] == Lines().feed(encode(message))


def test_a_list_in_plain_json_stays_a_list():
    (arrived,) = Lines().feed(encode(Returned([1, [2]])))

    assert [1, [2]] == arrived.value


def test_a_message_in_pieces_is_one_message():
    lines = Lines()
    data = encode(MESSAGES[0])

    assert [] == [each for byte in data[:-1] for each in lines.feed(bytes([byte]))]
    assert [MESSAGES[0], Saving("")] == lines.feed(data[-1:] + encode(Saving("")))


@pytest.mark.parametrize(
    ("tree", "error"),
    [
        ({"$kind": "Saving", "formt": "savedmodel"}, TypeError),
        ({"$kind": "Saving"}, TypeError),
        ({"$kind": "Sawing", "format": "savedmodel"}, KeyError),
    ],
    ids=["misspelt field", "missing field", "unknown kind"],
)
def test_what_is_no_message_is_never_guessed(tree, error):
    with pytest.raises(error):
        from_json(tree)


def test_what_json_cannot_hold_is_refused_before_it_is_sent():
    with pytest.raises(TypeError, match="Object of type set is not JSON serializable"):
        encode(Returned({1, 2}))


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Raised("ValueError", "no"), "ValueError: no"),
        (Raised("HarnessError", "build() returned int; expected a Keras model", ours="refusal"), None),
        (Crashed("SIGSEGV"), "crashed: SIGSEGV"),
        (TimedOut(5), "timed out after 5 s"),
        (Exited(0), "exited 0 without a result: os._exit() was called, or C code exited"),
        (Exited(1, "no corpus"), "exited 1 without a result: no corpus"),
        (OutOfMemory("std::bad_alloc"), "out of memory: std::bad_alloc"),
        (Cancelled(), "cancelled"),
    ],
    ids=str,
)
def test_an_outcome_is_said_in_a_phrase(outcome, words):
    assert (words or outcome.message) == str(outcome)
