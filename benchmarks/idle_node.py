"""The program of a node that does nothing: every cell has a verdict at once. What is left is what placing costs."""

from __future__ import annotations

import os

from harness.cluster.messages import KINDS, Carry, Prepare, Prepared, Reached
from harness.environment import Environment
from harness.report.verdict_json import to_json
from harness.verdict import Kept, Verdict
from harness.wire import Lines, encode

#: Of a verdict, about as many bytes as a real one has.
_FINDINGS = {f"aspect {number}": Kept() for number in range(16)}


def main() -> None:
    unread = Lines(KINDS)
    while data := os.read(0, 1 << 16):
        for message in unread.feed(data):
            if isinstance(message, Prepare):
                _say(Prepared(message.how.workers, {"": dict(Environment().versions)}, {}))
            elif isinstance(message, Carry):
                for case in message.cases:
                    _say(Reached(to_json(Verdict(case, findings=_FINDINGS, seconds={"train": 1.0, "save": 1.0})), ""))


def _say(message: object) -> None:
    data = encode(message)
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    main()
