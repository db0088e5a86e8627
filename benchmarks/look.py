"""What it costs to note what every layer answers, at full size: a call and a training step, op by op, with and without.

Each is done by a process of its own, in turns. Run it alone on a machine.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Mapping, Sequence

from benchmarks import cells
from benchmarks.full_size import case_of
from benchmarks.measured import Cost, run
from benchmarks.place import where
from cases.checkpoint import SIZES
from dev import markers
from harness.nouns import HarnessError

WAYS = ("plain", "noted")
STAGES = ("train", "call", "step")
_COLUMNS = ("XLM-RoBERTa", "train, s", "call, s", "step, s", "memory, GB")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.look",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python -m benchmarks.look\n"
        "  python -m benchmarks.look --size large --repeat 1 --page docs/performance.md",
    )
    parser.add_argument("--size", choices=SIZES, default="base", help="of the published XLM-RoBERTas (default: base)")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="how often each is done (default: 3)")
    parser.add_argument("--page", type=Path, metavar="FILE", help="put the table between its markers <!-- look -->")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)  # what a process of its own is asked for
    options = parser.parse_args(arguments)
    if options.repeat < 1:
        parser.error(f"--repeat: expected 1 or more. Received: {options.repeat}")
    if options.way:
        print(json.dumps(stages(options.size, options.way == "noted")))
        return
    try:
        if options.page:
            markers.check_place(options.page, "look")
        text = table(options.size, measure(options.size, options.repeat))
        print(text)
        if options.page:
            markers.put(options.page, "look", text)
    except (HarnessError, RuntimeError) as error:
        parser.exit(2, f"{error}\n")


def stages(size: str, noted: bool) -> dict[str, float]:
    """Seconds of training, of a call, and of a training step, the last two op by op."""
    from harness.fresh import dialects
    from harness.fresh.calls import noting
    from harness.fresh.tensors import tensors

    subject = cells.subject_of(case_of(size, "weights_h5"))
    times = [time.monotonic()]
    model, x = cells.trained(subject)
    times.append(time.monotonic())

    def looking() -> Any:
        return noting(model) if noted else contextlib.nullcontext()

    with looking():
        model(tensors(x), training=False)
    times.append(time.monotonic())
    dialects.of_this_process().step_eagerly(model)
    with looking():
        model.fit(*subject.data(), batch_size=4, steps_per_epoch=1, verbose=0)
    times.append(time.monotonic())
    return {stage: end - begin for stage, begin, end in zip(STAGES, times, times[1:])}


def measure(size: str, repeat: int) -> dict[str, list[Cost]]:
    """Each as often, in turns."""
    costs: dict[str, list[Cost]] = {way: [] for way in WAYS}
    logs = Path(tempfile.mkdtemp(prefix="look-"))
    for number in range(1, repeat + 1):
        for way in WAYS:
            command = [sys.executable, "-m", "benchmarks.look", f"--size={size}", f"--way={way}"]
            costs[way].append(run(command, logs / f"{way}-{number}.log"))
            print(f"[{number}/{repeat}] {way}: {costs[way][-1].wall:.0f} s", file=sys.stderr, flush=True)
    return costs


def table(size: str, costs: Mapping[str, Sequence[Cost]]) -> str:
    """Medians, as Markdown, and where they were measured."""
    lines = [f"| {' | '.join(_COLUMNS)} |", "| --- " * len(_COLUMNS) + "|"]
    for way, of in costs.items():
        seconds = [json.loads(each.said) for each in of]
        each = " | ".join(f"{median(one[stage] for one in seconds):.1f}" for stage in STAGES)
        lines.append(f"| {size}, {way} | {each} | {median(one.anonymous for one in of) / 1e9:.2f} |")
    return "\n".join([*lines, "", f"Medians of {len(next(iter(costs.values())))}, {where()}."])


if __name__ == "__main__":
    main()
