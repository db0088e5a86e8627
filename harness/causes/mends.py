"""What the harness can do itself against a cause, when it loads: it is tried, and the verdict says what came of it."""

from __future__ import annotations

from typing import Iterable

from harness.formats import find_format
from harness.nouns import BARE, CODE, LIBRARY, RELOAD
from harness.observation import Clue
from harness.verdict import Mend, Verdict

#: Of what a process does not find.
_NOT_FOUND = ("unregistered", "registered")
_POLICY = ("global_policy",)
_LAMBDA = ("lambda_layer",)
#: What of the author's compile() takes, by where clues say that it is.
_COMPILED = ("the loss", "metric ", "the optimizer", "the learning rate schedule")


def mends(verdict: Verdict, clues: Iterable[Clue]) -> tuple[Mend, ...]:
    """What may be tried against the causes of a verdict, by load_model: another format, or another loader, is a way.

    Args:
        verdict: With its causes.
        clues: All that was found on the live model.
    """
    format, loader = find_format(verdict.case.format), verdict.case.loader
    if format.load is None or loader not in (BARE, LIBRARY, CODE):
        return ()
    found, clues = [], tuple(clues)
    causes = tuple(dict.fromkeys(each.cause for each in verdict.causes))
    if verdict.stage == RELOAD:
        missing = [each for each in clues if each.cause in _NOT_FOUND]
        # A .keras file is refused for one or the other, whichever comes first; its code is the author's, or allowed.
        unsafe = format.name == "dot_keras" and any(each.cause in _LAMBDA for each in clues)
        stopped = set(_NOT_FOUND) | (set(_LAMBDA) if unsafe else set())
        if loader != CODE and missing and stopped & set(causes):
            objects = (f"{each.facts['module']}:{each.facts['name']}" for each in missing)
            cures = (*_NOT_FOUND, *_LAMBDA) if unsafe else _NOT_FOUND
            found.append(Mend("by_name", cures, tuple(dict.fromkeys(objects)), safe=not unsafe))
        elif unsafe and set(_LAMBDA) & set(causes):
            found.append(Mend("unsafe", _LAMBDA, safe=False))
        compiles = format.load_uncompiled is not None
        if compiles and causes and all(each.where.startswith(_COMPILED) for each in verdict.causes):
            found.append(Mend("uncompiled", causes, compiled=False))
    policies = [each.facts["policy"] for each in verdict.causes if each.cause in _POLICY]
    return (*found, *(Mend("policy", _POLICY, policy=each) for each in policies[:1]))
