"""Python files as modules: what a file is called where it belongs to a package, and how a process finds it by name."""

from __future__ import annotations

import ast
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Iterator


def place(path: Path) -> tuple[str, Path]:
    """The name of the module in a file, as its package knows it, and the folder that it is imported from.

    Its package is told by the `__init__.py` of its folders. Without one, a file that imports relatively is of a
    namespace package: its name is by the nearest folder above its own that this process imports from.
    """
    parts, folder = [path.stem], path.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    if len(parts) == 1 and _imports_relatively(path):
        roots = [root for root in {Path(each).resolve() for each in sys.path if each} if root in path.parent.parents]
        if roots:
            root = max(roots, key=lambda each: len(each.parts))
            return ".".join((*path.parent.relative_to(root).parts, path.stem)), root
    return ".".join(parts), folder


def uses(path: Path, package: str) -> bool:
    """Whether a Python file names a package, or this process has imported it.

    What the file imports from beside it is read as well, and all of a package that it belongs to.
    """
    return package in sys.modules or any(package in file.read_text(errors="replace") for file in _read_with(path))


def _read_with(path: Path) -> Iterator[Path]:
    name, folder = place(path)
    package = folder / name.partition(".")[0]
    waiting, seen = [*(package.rglob("*.py") if package.is_dir() else [path])], set[Path]()
    while waiting:
        file = waiting.pop()
        if file in seen or not file.is_file():
            continue
        seen.add(file)
        yield file
        for top in {each.partition(".")[0] for each in _imported(file)}:
            waiting += [folder / f"{top}.py", *(folder / top).rglob("*.py")] if top else []


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


def importable(name: str, path: Path) -> bool:
    """Whether importing a name again would find a file, in a process that has this one's sys.path.

    That a module of that name has been imported proves nothing: pytest gives test modules names that nobody can import.
    """
    spec = _spec(name)
    return spec is not None and spec.origin is not None and Path(spec.origin).resolve() == path.resolve()


def _spec(name: str) -> ModuleSpec | None:
    parent = name.rpartition(".")[0]
    folders = None
    if parent:
        package = _spec(parent) if parent in sys.modules else None
        if package is None or package.submodule_search_locations is None:
            return None
        folders = list(package.submodule_search_locations)
    for finder in sys.meta_path:
        spec = finder.find_spec(name, folders) if hasattr(finder, "find_spec") else None
        if spec is not None:
            return spec
    return None


def _imports_relatively(path: Path) -> bool:
    return any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(_tree(path)))


def _tree(path: Path) -> ast.AST:
    """The syntax of a file; of one that cannot be read nothing: importing it will say so."""
    try:
        return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])
