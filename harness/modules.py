"""Python files as modules: what a file is called where it belongs to a package, and how a process finds it by name."""

from __future__ import annotations

import ast
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path


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
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):  # importing it will say so
        return False
    return any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))
