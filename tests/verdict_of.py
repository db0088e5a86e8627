"""Verdicts for tests: everything was kept, but for what is given."""

from __future__ import annotations

from harness.formats import FORMATS
from harness.nouns import ASPECTS
from harness.verdict import Kept, Lost, Verdict


def verdict_of(case, *differences, unseen=None, promised=None, **facts):
    """A verdict with a finding for every aspect; what stopped has none."""
    aspects = dict.fromkeys((*ASPECTS, *(each.aspect for each in differences)))
    found = {aspect: tuple(each for each in differences if each.aspect == aspect) for aspect in aspects}
    findings = {aspect: Lost(each) if each else Kept() for aspect, each in found.items()}
    if promised is None:
        format = FORMATS.get(case.format)
        promised = format.keeps[case.loader] if format else frozenset(ASPECTS)
    reached = {} if facts.get("stage") else {**findings, **(unseen or {})}
    return Verdict(case, findings=reached, promised=frozenset(promised), **facts)
