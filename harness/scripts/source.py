"""Where a script has a model from: the module of its author, which it imports, or definitions that it carries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

from harness.modules import place, uses
from harness.nouns import HarnessError


@dataclass(frozen=True)
class Source:
    """What a script begins with.

    Attributes:
        code: Python that binds the functions: imports, or definitions.
        objects: An expression for the model's own classes and functions by name, as load_model takes them.
        functions: Which functions of a subject it binds; build and data are among them.
        module: The name of the author's module; "" of definitions.
        folder: Where it is imported from, as a literal.
        library: Whether it needs the library, whose classes load_model takes beside the model's own.
    """

    code: str
    objects: str = "globals()"
    functions: frozenset[str] = frozenset({"build", "data"})
    module: str = ""
    folder: str = ""
    library: bool = False


def source_of(path: Path, functions: Sequence[str]) -> Source:
    """A module of somebody's own, by its import.

    Args:
        path: Its file.
        functions: What it has of what a subject can have.

    Raises:
        HarnessError: Its name cannot stand behind `import`.
    """
    name, folder = place(path.resolve())
    if not all(map(str.isidentifier, name.split("."))):
        raise HarnessError(
            f"{path}: expected a file that `import` finds, of letters, digits and underscores; rename it"
        )
    there = json.dumps(str(folder))
    lines = [
        f"sys.path.insert(0, {there})",
        f"import {name}",
        f"from {name} import {', '.join(sorted({'build', 'data', *functions}))}",
    ]
    objects = "custom_objects()" if "custom_objects" in functions else f"vars({name})"
    library = uses(path.resolve(), "transformers")
    return Source("\n".join(lines), objects, frozenset(functions), name, there, library)
