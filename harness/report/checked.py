"""What putting a model under the harness came to, and how it is told: the answer first, then each way, then advice."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any, Sequence

from harness.causes import CAUSES
from harness.nouns import PREDICTIONS, TRAIN, WEIGHTS, Clue, Kept, Unseen, Verdict
from harness.report.verdict_json import to_json
from harness.report.ways import Way, keeps, ways
from harness.verdicts.wording import few, named, reasons
from harness.words import gist

WIDTH = 200  # of a line that stands for all; pytest cuts what is longer than 240 characters in the middle
FEW = 2  # differences of an aspect that are shown; JSON has them all

#: What a round trip must keep, unless told otherwise.
REQUIRED = (WEIGHTS, PREDICTIONS)

#: How many of the ways that were tried must keep what is required.
ALL, ANY = "all", "any"


@dataclass(frozen=True, repr=False)
class Checked:
    """What became of a model, format by format and loader by loader.

    True if every way that was tried keeps all that is required; where any of them is enough, if one does.

    Attributes:
        verdicts: One for each format and loader that was tried.
        required: The aspects that must be kept.
        require_ways: Whether "all" of the ways must keep them, or "any" is enough.
        left_out: What was asked for by name and could not be tried here, a sentence each.
        hash_seed: PYTHONHASHSEED of what trained, by which the run can be repeated; None where that is not known.
    """

    verdicts: tuple[Verdict, ...]
    required: tuple[str, ...] = REQUIRED
    require_ways: str = ANY
    left_out: tuple[str, ...] = ()
    hash_seed: int | None = None

    @property
    def ways(self) -> list[Way]:
        """The ways to save and load that kept everything required, simplest first."""
        return ways(self.verdicts, self.required)

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The ways that did not keep everything required."""
        return tuple(each for each in self.verdicts if not keeps(each, self.required))

    def __bool__(self) -> bool:
        return not self.failed if self.require_ways == ALL else len(self.failed) < len(self.verdicts)

    def __repr__(self) -> str:
        # What pytest shows of `assert verdict`: one line, cut where it is long. The fixture's plugin shows the rest.
        return textwrap.shorten(self.headline(), WIDTH, placeholder="...")

    def __str__(self) -> str:
        versions = ", ".join(f"{package} {version}" for package, version in self.verdicts[0].versions.items())
        seed = "" if self.hash_seed is None else f"; hash seed {self.hash_seed}"
        head = f"{self.headline()}\n  {versions or 'versions unknown'}{seed}"
        if all(each.stage == TRAIN for each in self.verdicts):
            return head
        return "\n\n".join(
            filter(
                None,
                [
                    *(head, self.why(), self.looked_at(), self.table(), self.losses(), self.unseen(), *self.left_out),
                    self.advice(),
                ],
            )
        )

    def headline(self) -> str:
        """The verdict in one line, which stands alone in a log."""
        if all(each.stage == TRAIN for each in self.verdicts):
            return f"did not train: {gist(self.verdicts[0].failure)}"
        wanted = ", ".join(self.required) or "nothing in particular"
        return f"kept: {wanted} {self._who_kept()}" if self else self._who_failed(wanted)

    def _who_kept(self) -> str:
        count, others = len(self.verdicts), len(self.verdicts) - len(self.failed) - 1
        first = f"{self.ways[0].format} {self.ways[0].loader}"
        if count == 1:
            return f"by {first}"
        more = f" and {others} more" if others else ""
        return f"by all {count} ways" if self.require_ways == ALL else f"(any of {count} ways: {first}{more})"

    def _who_failed(self, wanted: str) -> str:
        first, count = self.failed[0], len(self.verdicts)
        why = f"{_way(first)}: {_missed(first, self.required)}"
        if count == 1:
            return why
        if len(self.failed) == count:
            return f"none of {count} ways keeps {wanted}; {why}"
        verb = "does" if len(self.failed) == 1 else "do"
        return f"{len(self.failed)} of {count} ways {verb} not keep {wanted}; {why}"

    def why(self) -> str:
        """Each cause once, with the ways that lost something by it, and what to write instead."""
        ways: dict[Clue, list[Verdict]] = {}
        for verdict in self.verdicts:
            for clue in verdict.causes:
                ways.setdefault(clue, []).append(verdict)
        lines = []
        for clue, verdicts in ways.items():
            cause = CAUSES[clue.cause]
            lines += [f"because {cause.words(clue)}", f"  write:   {cause.remedy(clue)}"]
            lines += [f"  see:     {cause.link}"] if cause.link else []
            lines += [f"  lost by: {', '.join(map(_way, verdicts))}"]
            lines += [f"  {line}" for line in dict.fromkeys(str(each.first) for each in verdicts if each.first)]
        return "\n".join(lines)

    def looked_at(self) -> str:
        """The aspects of which each way has kept, lost or not shown every one."""
        every = dict.fromkeys(aspect for verdict in self.verdicts for aspect in verdict.findings)
        return f"{len(every)} aspects: {', '.join(every)}"

    def table(self) -> str:
        """One line for each format and loader: how many aspects were kept, and which were not."""
        lines = [["format", "loader", "kept", "lost", "not promised, and lost", "kB", "s"]]
        for verdict in self.verdicts:
            words = (
                ["-", f"everything: no {verdict.stage}", "-"]
                if verdict.stage
                else [
                    str(len(verdict.kept)),
                    named(verdict, verdict.broken),
                    named(verdict, [each for each in verdict.lost if each not in verdict.promised]),
                ]
            )
            seconds = sum(verdict.seconds.get(stage, 0.0) for stage in ("save", "reload"))
            size = f"{verdict.size / 1000:.0f}" if verdict.size else "-"
            lines.append([verdict.case.format, verdict.case.loader, *words, size, f"{seconds:.1f}"])
        widths = [max(map(len, column)) for column in zip(*lines)]
        return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)

    def losses(self) -> str:
        """What was lost, with names. Ways that lost the same in the same words are told together."""
        ways: dict[str, list[str]] = {}
        for verdict in self.verdicts:
            if verdict.stage or verdict.lost:
                ways.setdefault(_lost(verdict), []).append(_way(verdict))
        return "\n".join(f"{', '.join(names)}:\n  {lost}" for lost, names in ways.items())

    def unseen(self) -> str:
        """What could not be compared, and why."""
        loaded = [each for each in self.verdicts if not each.stage]
        ways: dict[str, list[str]] = {}
        for verdict in loaded:
            for reason, unseen in reasons(verdict).items():
                ways.setdefault(f"{', '.join(unseen)}: {reason}", []).append(_way(verdict))
        lines = [
            f"  {line}" + ("" if len(names) == len(loaded) else f" ({', '.join(names)})")
            for line, names in ways.items()
        ]
        return "\n".join(["Not compared:", *lines]) if lines else ""

    def advice(self) -> str:
        """What to do, drawn from this run."""
        wanted = ", ".join(self.required)
        if not self.ways:
            return f"Nothing that was tried keeps {wanted}."
        lines = [f"What keeps {wanted}, simplest first:"]
        for number, way in enumerate(self.ways, 1):
            rest = f"loses {', '.join(way.lost)}" if way.lost else "loses nothing that could be seen"
            lines.append(f"  {number}. {way.format}, {way.loader}: {rest}; {way.size / 1000:.0f} kB")
            lines += [f"       save:  {way.save}", f"       load:  {way.load}"]
        return "\n".join(lines)

    def json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "required": list(self.required),
            "hash_seed": self.hash_seed,
            "require_ways": self.require_ways,
            "left_out": list(self.left_out),
            "results": [to_json(each) for each in self.verdicts],
            "ways": [way._asdict() for way in self.ways],
        }


def _way(verdict: Verdict) -> str:
    return f"{verdict.case.format} {verdict.case.loader}"


def _missed(verdict: Verdict, required: Sequence[str]) -> str:
    """The first reason why a way does not keep what is required."""
    if verdict.stage:
        return f"does not {verdict.stage}: {gist(verdict.failure)}"
    for aspect in required:
        finding = verdict.findings.get(aspect, Kept())
        if verdict.about(aspect):
            return str(verdict.about(aspect)[0])
        if isinstance(finding, Unseen):
            return f"{aspect} {finding}"
    return f"{', '.join(required)}: nobody looked"


def _lost(verdict: Verdict) -> str:
    if verdict.stage:
        return gist(verdict.failure)
    return "\n  ".join(line for aspect in verdict.lost for line in few(aspect, verdict.about(aspect), FEW))
