"""One verdict in full: first why, then what was lost, every difference of it."""

from __future__ import annotations

from harness.report.brief import because
from harness.report.details import unseen
from harness.verdict import Verdict
from harness.verdicts.wording import report


def explained(verdict: Verdict, command: str) -> str:
    """Lay a verdict out: what happened and where; the causes, or that none is known; each difference; what is unseen.

    Args:
        verdict: Any.
        command: What writes a script of it; "" where nothing does.
    """
    head = "\n".join(report(verdict).splitlines()[:2])
    if not verdict.stage and not verdict.lost:
        return "\n\n".join(filter(None, (head, unseen([verdict]))))
    why = because([verdict])
    if not verdict.causes:
        why = "no known cause" + (f"; {command} writes a script" if command else "")
        why += f"\n    {verdict.first}" if verdict.first else ""
    if verdict.stage:
        log = f"\n\nlog: {verdict.log}" if verdict.log else ""
        return f"{head}\n\n{why}\n\n{verdict.failure.strip()}{log}"
    lost = [str(each) for aspect in verdict.lost for each in verdict.about(aspect)]
    return "\n\n".join(filter(None, (head, why, "\n".join(lost), unseen([verdict]))))
