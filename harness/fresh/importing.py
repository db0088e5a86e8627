"""The user's modules, imported in a fresh process; and where in them an exception came from."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import sysconfig
import traceback
from functools import reduce
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Iterator

from harness.modules import place
from harness.nouns import HarnessError, Reached
from harness.words import gist, told

#: Module -> the line up to which it was read, of those that call check() themselves.
_read_until: dict[str, int] = {}


def load_module(name: str) -> ModuleType:
    """Import a module, once.

    Args:
        name: "package.module", or "path/to/module.py", which is imported as its package knows it and, without a
            package, as if it had been run: what lies beside it can be imported.

    Raises:
        HarnessError: There is none, or it cannot be imported; the message has the file and the line that raises.
    """
    if not name.endswith(".py"):
        return _imported(name)
    path = Path(name).resolve()
    if not path.is_file():
        raise HarnessError(f"{name}: expected a Python file; there is none")
    name, root = place(path)
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return _imported(name, path)


def attribute_of(module: ModuleType, name: str) -> Any:
    """What a module has by a name, "build" or "Model.build".

    Raises:
        HarnessError: It has nothing of that name.
    """
    try:
        return reduce(getattr, name.split("."), module)
    except AttributeError:
        raise HarnessError(f"{module.__name__}{read_up_to(module)} has no function {name!r}") from None


def read_up_to(module: ModuleType) -> str:
    """What to add to the name of a module of which only the beginning was read; "" for others."""
    line = _read_until.get(module.__name__)
    if line is None:
        return ""
    return (
        f" (read up to line {line}, which calls check(): what a fresh process needs stands above it, "
        'or the call below `if __name__ == "__main__":`)'
    )


def _imported(name: str, path: Path | None = None) -> ModuleType:
    loaded = sys.modules.get(name)
    if loaded is not None and (path is None or getattr(loaded, "__file__", "") == str(path)):
        return loaded
    try:
        return _executed(name, path)
    except HarnessError:
        raise
    except (Exception, SystemExit) as error:
        at = where(error) or name
        hint = ": a line of a notebook; take it out" if "'get_ipython' is not defined" in str(error) else ""
        raise HarnessError(f"{at}: {gist(told(error))}{hint}") from error


def _executed(name: str, path: Path | None) -> ModuleType:
    """Import a module, up to where it calls check() if it does."""
    parent, _, own = name.rpartition(".")
    if parent:
        importlib.import_module(parent)
    spec = _spec(name, path)
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Keras and pickle find a class again through sys.modules.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Reached as reached:
        lines = [frame.lineno for frame in traceback.extract_tb(reached.__traceback__) if frame.filename == spec.origin]
        _read_until[name] = lines[-1] or 0 if lines else 0
    except BaseException:
        del sys.modules[name]
        raise
    if parent:
        setattr(sys.modules[parent], own, module)
    return module


def _spec(name: str, path: Path | None) -> ModuleSpec:
    """By its name where it has a package; one file alone by its path, whatever else has that name."""
    alone = path is not None and "." not in name
    spec = importlib.util.spec_from_file_location(name, path) if alone else importlib.util.find_spec(name)
    if spec is None:
        raise HarnessError(f"{name}: there is no such module; sys.path has {', '.join(sys.path)}")
    return spec


def where(error: BaseException) -> str:
    """The last line of the user's own code that an exception came through, "my_model.py, line 7"; "" for none."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return _place(error.filename, error.lineno)
    # In a graph, AutoGraph's copy of the code raises; its message has the lines of the original.
    told_lines = re.findall(r'File "([^"]+)", line (\d+), in (?!<module>)', str(error)) if _is_wrapped(error) else []
    theirs = [_place(name, int(line)) for name, line in told_lines if is_theirs(name)]
    theirs = theirs or [_place(name, line) for name, line in _frames(error) if is_theirs(name)]
    return theirs[-1] if theirs else ""


def _is_wrapped(error: BaseException) -> bool:
    return "in user code:" in str(error) or "Graph execution error:" in str(error)


def _frames(error: BaseException) -> Iterator[tuple[str, int]]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield frame.filename, frame.lineno or 0


def _place(filename: str, line: int) -> str:
    return f"{Path(filename).name}, line {line}"


def is_theirs(filename: str) -> bool:
    """Whether a file is the user's own: not Python's, not installed, not the harness's, not made up."""
    path = Path(filename)
    ours = Path(__file__).resolve().parents[1]
    if filename.startswith("<") or path.name.startswith("__autograph_generated_file"):
        return False
    if {"site-packages", "dist-packages"} & set(path.parts):
        return False
    library = [Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")]
    return not {ours, *library} & set(path.resolve().parents)
