"""What a recipe's processor time goes into: trained once, saved in four formats, each loaded, looked at, saved again.

All in one warm process, under cProfile, which makes Python seem slower than it is: read shares, not seconds.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
import time
from pathlib import Path
from typing import Mapping, Sequence

from benchmarks import cells
from benchmarks.place import where
from dev import markers
from harness.messages import Reload, Target, TrainAndSave
from harness.nouns import HarnessError

#: What is told, and the function whose time it is, with all that it calls: none of them calls another one.
TRAINING: Mapping[str, tuple[str, str]] = {
    "fit()": ("fresh/subject.py", "fit"),
    "observe": ("fresh/train.py", "reference_of"),
    "save": ("fresh/saving.py", "save"),
    "train on": ("fresh/aspects/resume.py", "train_on"),
    "write the records": ("fresh/saving.py", "finish"),
}
RELOADING: Mapping[str, tuple[str, str]] = {
    "load": ("fresh/loaders.py", "load"),
    "observe": ("fresh/reload.py", "_observe"),
    "save again": ("fresh/reload.py", "_save_again"),
    "train on": ("fresh/aspects/resume.py", "train_on"),
    "write what was seen": ("record/observations.py", "write_observation"),
}
#: What TensorFlow does in all of these, by the function's name, in whatever module it has it.
TRACING = "trace_function"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.profile",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python -m benchmarks.profile\n  python -m benchmarks.profile --page docs/performance.md",
    )
    parser.add_argument("--page", type=Path, metavar="FILE", help="put the table between its markers <!-- profile -->")
    options = parser.parse_args(arguments)
    try:
        if options.page:
            markers.check_place(options.page, "profile")
        text = table()
        print(text)
        if options.page:
            markers.put(options.page, "profile", text)
    except HarnessError as error:
        parser.exit(2, f"{error}\n")


def table() -> str:
    """Seconds and shares, as Markdown."""
    from harness.fresh.reload import reload
    from harness.fresh.train_and_save import train_and_save

    recipe = cells.RECIPES[0]
    cells.predicted(*cells.trained(cells.subject_of(cells.CELLS[0])))  # warm: imported, and converted for graphs
    lines = ["| | seconds | share |", "| --- | --- | --- |"]
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        (folder / "drafts").mkdir()
        training = cProfile.Profile(time.process_time)
        training.runcall(train_and_save, TrainAndSave(recipe, cells.FORMATS, folder, 1, folder / "drafts"), _nobody)
        lines += _of("trained, saved in four formats", training, TRAINING)
        loading = cProfile.Profile(time.process_time)
        for case in cells.CELLS[: len(cells.FORMATS)]:
            again = (Target(case.format, folder / "again" / case.format),)
            record = folder / recipe.id / case.format
            job = Reload(record, case.loader, folder / f"seen-{case.format}", 2, recipe, save_again=again)
            loading.runcall(reload, job, _nobody)
        lines += _of("loaded, of each of them", loading, RELOADING)
    return "\n".join([*lines, "", f"`{recipe.id}`, {where()}."])


def _nobody(progress: object) -> None:
    """Whom progress is told."""


def _of(name: str, profile: cProfile.Profile, stages: Mapping[str, tuple[str, str]]) -> list[str]:
    stats = pstats.Stats(profile)
    whole = stats.total_tt  # type: ignore[attr-defined]
    taken = {
        (file, function): cumulative
        for (file, _, function), (_, _, _, cumulative, _) in stats.stats.items()  # type: ignore[attr-defined]
    }
    seconds = {
        stage: sum(each for (file, named), each in taken.items() if named == function and file.endswith(place))
        for stage, (place, function) in stages.items()
    }
    missing = [stage for stage, each in seconds.items() if not each]
    if missing:
        raise HarnessError(f"benchmarks.profile: nothing is called that is {', '.join(missing)}; has it been renamed?")
    seconds["the rest"] = whole - sum(seconds.values())
    traced = max((each for (_, function), each in taken.items() if function == TRACING), default=0.0)
    return [
        f"| **{name}** | {whole:.1f} | |",
        *(f"| {stage} | {each:.1f} | {each / whole:.0%} |" for stage, each in seconds.items()),
        f"| in all of these, tracing graphs | {traced:.1f} | {traced / whole:.0%} |",
    ]


if __name__ == "__main__":
    main()
