"""Write docs/own-models.md, from the repository's root: what `check` says of the models in docs/models/."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Sequence

from harness.environment import Environment

MODELS = ("lstm_masking", "cnn_batchnorm", "custom_train_step", "multi_input", "text_lookup")
FOLDER = Path("docs", "models")

HEAD = """\
# Five models that are not XLM-RoBERTa

Written by `python -m dev.own_models`; each model is a file in `docs/models/`. {versions}.
"kept" counts the aspects that came back as they were before saving; what was lost is named below each table; "no save"
and "no reload" say where the round trip stopped.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m dev.own_models", description=__doc__, epilog="example: python -m dev.own_models"
    )
    parser.parse_args(arguments)
    versions = ", ".join(f"{name} {version}" for name, version in Environment().deciding.items())
    parts = [HEAD.format(versions=versions)]
    for name in MODELS:
        command = ["-m", "harness", "check", str(FOLDER / f"{name}.py"), "--require", "weights,predictions,optimizer"]
        result = subprocess.run([sys.executable, *command], capture_output=True, text=True)
        parts.append(f"## {name}\n\n```\n$ python {' '.join(command)}\n{result.stdout}{result.stderr}```\n")
        print(name, result.returncode, flush=True)
    Path("docs", "own-models.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
