"""One half of a format at full size, as a script that somebody writes; prints the seconds of its stages as JSON.

python -m benchmarks.full_size_script save|load SIZE FORMAT FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks import cells
from benchmarks.full_size import case_of


def main(half: str, size: str, format: str, folder: Path) -> None:
    case = case_of(size, format)
    subject = cells.subject_of(case)
    times = [time.monotonic()]
    if half == "save":
        model, _ = cells.trained(subject)
        times.append(time.monotonic())
        cells.saved(model, case, folder)
        stages = ("train", "save")
    else:
        model = cells.loaded(case, subject, folder / cells.find_format(format).artifact)
        times.append(time.monotonic())
        cells.predicted(model, subject.data()[0])
        stages = ("load", "predict")
    times.append(time.monotonic())
    print(json.dumps({stage: end - begin for stage, begin, end in zip(stages, times, times[1:])}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
