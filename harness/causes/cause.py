"""What a cause is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Iterator

from harness.nouns import RELOAD
from harness.observation import Clue
from harness.verdict import FirstToDiffer, Verdict


def never(clue: Clue, verdict: Verdict) -> bool:
    return False


def nothing(verdict: Verdict) -> Iterator[Clue]:
    return iter(())


@dataclass(frozen=True)
class Cause:
    """A reason that is known, and what to write instead.

    Attributes:
        id: What a clue calls it.
        says: What happened, in one sentence; {where} and the facts of a clue are filled in.
        instead: What to write, likewise.
        link: An upstream issue, or a section of docs/findings.md; "" for what is documented behaviour.
        explains: Whether what a clue says of the live model is why a verdict lost what it lost.
        recognise: Clues that a verdict gives by itself.
        supersedes: Ids of causes that are not told beside it, since it says more of the same.
    """

    id: str
    says: str
    instead: str
    link: str = ""
    explains: Callable[[Clue, Verdict], bool] = never
    recognise: Callable[[Verdict], Iterator[Clue]] = nothing
    supersedes: frozenset[str] = frozenset()

    def fits(self, clue: Clue) -> bool:
        """Whether a clue has the facts that the words need: a record may be of another harness, or damaged."""
        return set(re.findall(r"\{(\w+)\}", self.says + self.instead)) <= {"where", *clue.facts}

    def words(self, clue: Clue) -> str:
        return self.says.format(where=clue.where, **clue.facts)

    def remedy(self, clue: Clue) -> str:
        return self.instead.format(where=clue.where, **clue.facts)


def said(stage: str, words: str, id: str, where: str = "") -> Callable[[Verdict], Iterator[Clue]]:
    """Recognise a stage that stopped with words, a regular expression, and where in the model that is about."""

    def recognise(verdict: Verdict) -> Iterator[Clue]:
        if verdict.stage == stage and re.search(words, verdict.failure):
            yield Clue(id, where)

    return recognise


def mentions(verdict: Verdict, word: str) -> bool:
    """Whether a word stands in what a verdict complains of."""
    told = verdict.failure if verdict.stage else " ".join(each.problem for each in verdict.differences)
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", told) is not None


def did_not_load(verdict: Verdict) -> bool:
    return verdict.stage == RELOAD


def path_of(clue: Clue) -> str:
    """The layer that a clue is about, by its path; "" for none."""
    found = re.fullmatch(r"layer '(.*)'", clue.where)
    return found.group(1) if found else ""


def begins_at(first: FirstToDiffer, clue: Clue) -> bool:
    """Whether a clue is about the first layer that answers otherwise."""
    return first.layer == path_of(clue)


def begins_there(clue: Clue, verdict: Verdict) -> bool:
    """Whether the layer that a clue is about is the first that answers otherwise; True where no first one is known."""
    return verdict.first is None or begins_at(verdict.first, clue)
