"""Write docs/own-models.md, from the repository's root: what `check` says of the models in docs/models/."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

from harness.environment import Environment

FOLDER = Path("docs", "models")
PAGE = Path("docs", "own-models.md")
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
        epilog="examples:\n  python -m dev.own_models --python-keras-3 .tox/tf221-keras3/bin/python\n"
        "  python -m dev.own_models gan autoencoder",
    )
    parser.add_argument(
        "--python-keras-3",
        default=sys.executable,
        metavar="PYTHON",
        help="an interpreter that has Keras 3 and keras-hub (default: this one)",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="models to record again (default: all)")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - {model.name for model in MODELS}
    if unknown:
        parser.error(f"there is no model {', '.join(sorted(unknown))}; expected some of {', '.join(_names())}")
    Environment().check()
    sections = _recorded()
    for model in MODELS:
        if model.name in (options.names or _names()):
            sections[model.name] = _record(model, sys.executable if model.keras == "2" else options.python_keras_3)
    parts = [HEAD.format(count=len(MODELS)), *(sections[name] for name in _names() if name in sections)]
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def _names() -> list[str]:
    return [model.name for model in MODELS]


def _recorded() -> dict[str, str]:
    """Model -> what the page says of it."""
    said = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    sections = re.split(r"^(?=## )", said, flags=re.MULTILINE)[1:]
    return {each.split(maxsplit=2)[1]: each.rstrip("\n") + "\n" for each in sections}


def _record(model: Model, python: str) -> str:
    command = ["-m", "harness", "check", str(FOLDER / f"{model.name}.py"), "--require", model.required]
    command += ["--keras", model.keras] if model.keras != "2" else []
    # To stderr goes how far it is, and what was given wrongly: then nothing else is said.
    result = subprocess.run([python, *command], capture_output=True, text=True)
    print(model.name, result.returncode, flush=True)
    return f"## {model.name}\n\n```\n$ python {' '.join(command)}\n{result.stdout or result.stderr}```\n"


if __name__ == "__main__":
    main()
