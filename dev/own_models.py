"""Write docs/own-models.md, from the repository's root: what `check` says of the models in docs/models/."""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

from harness.environment import Environment

FOLDER = Path("docs", "models")
REQUIRED = "weights,predictions,optimizer"


@dataclass(frozen=True)
class Model:
    """A file in docs/models/.

    Attributes:
        name: Of the file, and of its section.
        required: What must be kept.
        keras: The Keras that it is for.
    """

    name: str
    required: str = REQUIRED
    keras: str = "2"


MODELS = (
    *map(Model, ("lstm_masking", "cnn_batchnorm", "custom_train_step", "multi_input", "text_lookup")),
    *map(Model, ("text_attention", "autoencoder", "gan", "nested_inputs")),
    Model("frozen_base", "weights,predictions"),
    Model("strategy"),
    Model("recurrent_keras_3", keras="3"),
    Model("quantized_keras_hub", "weights,predictions", keras="3"),
)

HEAD = """\
# Models that are not XLM-RoBERTa

What `check` says of {count} models; each is a file in `docs/models/`. Written by `python -m dev.own_models`.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m dev.own_models",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="example:\n  python -m dev.own_models --python-keras-3 .tox/tf221-keras3/bin/python",
    )
    parser.add_argument(
        "--python-keras-3",
        default=sys.executable,
        metavar="PYTHON",
        help="an interpreter that has Keras 3 and keras-hub (default: this one)",
    )
    pythons = {"2": sys.executable, "3": parser.parse_args(arguments).python_keras_3}
    Environment().check()
    parts = [HEAD.format(count=len(MODELS))]
    for model in MODELS:
        command = ["-m", "harness", "check", str(FOLDER / f"{model.name}.py"), "--require", model.required]
        command += ["--keras", model.keras] if model.keras != "2" else []
        result = subprocess.run([pythons[model.keras], *command], capture_output=True, text=True)
        said = result.stdout + result.stderr
        parts.append(f"## {model.name}\n\n```\n$ python {' '.join(command)}\n{said}```\n")
        print(model.name, result.returncode, flush=True)
    Path("docs", "own-models.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
