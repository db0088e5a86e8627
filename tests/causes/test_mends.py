"""What is tried against a cause, and what is not."""

from __future__ import annotations

import pytest
from test_causes import KNOWN, POLICY, POOL, UNKNOWN

from harness.causes.mends import mends
from harness.formats import FORMATS
from harness.nouns import Case, Recipe
from harness.observation import Clue
from harness.verdict import Mend, Verdict

LOSS = Clue("unregistered", "the loss", {"name": "pull", "module": "mine", "kind": "function"})
BY_NAME = Mend("by_name", ("unregistered", "registered"), ("mine:Pool",))
UNCOMPILED = Mend("uncompiled", ("unregistered",), compiled=False)
COMPILES_NEITHER = Mend("uncompiled", ("unregistered", "forgotten_required"), compiled=False)
LAMBDA = Clue("lambda_layer", "layer 'twice'")
UNSAFE = Mend("unsafe", ("lambda_layer",), safe=False)
FORGOTTEN = Clue("forgotten_required", "metric 'close'", {"class": "Close", "argument": "within", "value": "0.2"})
OF_TRANSFORMERS = Clue("loss_of_transformers", "the loss")
SHORT = Clue("h5_of_a_short_name", "the loss")
SET = Mend("policy", ("global_policy",), policy="mixed_bfloat16")


def stopped(*causes, stage="reload", format="dot_keras", loader="bare"):
    return Verdict(Case(Recipe("model", "m"), format, loader), stage, "ValueError: Pool", causes=causes)


@pytest.mark.parametrize(
    ("verdict", "clues", "tried"),
    [
        (stopped(UNKNOWN), (UNKNOWN,), (BY_NAME,)),
        (stopped(KNOWN), (KNOWN,), (BY_NAME,)),
        (
            stopped(LOSS),
            (UNKNOWN, LOSS),
            (Mend("by_name", BY_NAME.cures, ("mine:Pool", "mine:pull")), UNCOMPILED),
        ),
        (stopped(LOSS, UNKNOWN), (UNKNOWN,), (BY_NAME,)),  # without compile() there would be no Pool either
        (stopped(LOSS, FORGOTTEN), (LOSS,), (Mend("by_name", BY_NAME.cures, ("mine:pull",)), COMPILES_NEITHER)),
        # Its author's code is at hand, and does not help; without compile() it is not asked for.
        (stopped(FORGOTTEN, loader="code"), (), (Mend("uncompiled", ("forgotten_required",), compiled=False),)),
        (stopped(SHORT, format="whole_h5"), (), (Mend("uncompiled", ("h5_of_a_short_name",), compiled=False),)),
        (
            stopped(OF_TRANSFORMERS, loader="library"),
            (),
            (Mend("uncompiled", ("loss_of_transformers",), compiled=False),),
        ),
        (stopped(FORGOTTEN, stage=""), (), ()),
        (stopped(LAMBDA), (LAMBDA,), (UNSAFE,)),
        (stopped(LAMBDA, loader="code"), (LAMBDA, UNKNOWN), (UNSAFE,)),
        (
            stopped(UNKNOWN),  # it is named first
            (UNKNOWN, LAMBDA),
            (Mend("by_name", (*BY_NAME.cures, "lambda_layer"), ("mine:Pool",), safe=False),),
        ),
        (
            stopped(LAMBDA),  # likewise
            (UNKNOWN, LAMBDA),
            (Mend("by_name", (*BY_NAME.cures, "lambda_layer"), ("mine:Pool",), safe=False),),
        ),
        (stopped(LAMBDA, format="whole_h5"), (LAMBDA,), ()),
        (stopped(UNKNOWN, loader="code"), (LAMBDA,), ()),
        (stopped(POLICY, stage=""), (UNKNOWN, POLICY), (SET,)),
        (stopped(POLICY, POLICY, stage="", loader="code"), (POLICY,), (SET,)),
        (stopped(POOL, stage=""), (POOL, UNKNOWN, POLICY), ()),  # only its author can mend it
        (stopped(UNKNOWN, stage="save"), (UNKNOWN,), ()),
        (stopped(UNKNOWN, loader="code"), (UNKNOWN,), ()),
        (stopped(POLICY, stage="", loader="rebuild"), (POLICY,), ()),
        (stopped(UNKNOWN, format="weights_h5", loader="rebuild"), (UNKNOWN,), ()),
        (stopped(), (UNKNOWN, POLICY), ()),
    ],
)
def test_what_the_harness_can_do_against_a_cause_is_tried(verdict, clues, tried):
    assert tried == mends(verdict, clues)


def test_nothing_is_tried_of_what_is_served():
    for format in FORMATS.values():
        for loader in {"serving", "tfsm", "rebuild"} & set(format.keeps):
            assert () == mends(stopped(UNKNOWN, POLICY, format=format.name, loader=loader), (UNKNOWN,))
