"""The command that writes the scripts of a verdict."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from packaging.version import Version

from harness.nouns import RESAVE, TOKENIZER, TRAIN
from harness.verdict import Verdict


def shown_by_a_script(verdict: Verdict) -> tuple[str, ...]:
    """What a script can show of a verdict, what is promised first: the stage that stopped, or the aspects lost."""
    if verdict.stage:
        return () if verdict.stage == TRAIN else (verdict.stage,)
    return tuple(each for each in (*verdict.broken, *verdict.lost) if each not in (RESAVE, TOKENIZER))


def script_command(verdict: Verdict) -> str:
    """`python -m harness repro`, as it is typed here, of a file of one's own; "" where no script can be written."""
    case = verdict.case
    path = Path(case.recipe.subject)
    if path.suffix != ".py" or not path.stem.isidentifier() or not shown_by_a_script(verdict):
        return ""
    module = shlex.quote(Path(os.path.relpath(case.recipe.subject)).as_posix())
    return f"python -m harness repro {module} --format {case.format} --loader {case.loader}{of_keras(verdict)}"


def of_keras(verdict: Verdict) -> str:
    """The option that says with which Keras a verdict was reached; "" for what a command takes anyway."""
    return " --keras 3" if Version(verdict.versions.get("keras", "2")).major >= 3 else ""
