"""The recipe of what somebody hands over: a file, which is read and not imported, or functions, by reference."""

from __future__ import annotations

import ast
import functools
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Iterable, Iterator, Mapping

from harness.driver.training import OF_AN_ARTIFACT
from harness.modules import importable, place
from harness.nouns import HarnessError, Recipe
from harness.words import identifier

#: What a user's own functions can be, by the names that check() has for them.
ROLES = ("build", "data", "train", "save", "load", "probe", "probes", "custom_objects", "tokenizer", "texts")

#: Where a fresh process finds what makes a subject of functions.
_OF_FUNCTIONS = "harness.fresh.subject:of_functions"

_TOP_LEVEL = "expected a function at the top level of a module, or functools.partial of one with JSON values"

#: Named in a module, they may define what nobody can read off its text.
_MAKE_NAMES = frozenset({"globals", "vars", "locals", "exec", "setattr", "__getattr__", "__dict__"})

#: What is in them may not be run.
_CONDITIONAL = frozenset({"If", "Try", "TryStar", "For", "While", "Match"})


def recipe_of_functions(roles: Mapping[str, Any], arguments: Mapping[str, Any]) -> Recipe:
    """The recipe of functions by role; a fresh process finds each by its reference.

    Args:
        roles: Functions by the names in `ROLES`.
        arguments: What build() is called with: JSON values by name.

    Raises:
        HarnessError: There is no such role, or something cannot reach a fresh process.
    """
    build = functools.partial(roles["build"], **arguments) if arguments else roles["build"]
    references = {role: reference_to(role, function) for role, function in {**roles, "build": build}.items()}
    return Recipe(_id(references["build"]), _OF_FUNCTIONS, references)


def reference_to(role: str, function: Any) -> str | dict[str, Any]:
    """Where a fresh process finds a function: "path/to/module.py:name", or "package.module:name".

    By the file, wherever that alone says what the module is called; by the name, where the name says it.
    Of a functools.partial it is {"function": a reference, "values": [...], "keywords": {...}}.

    Raises:
        HarnessError: There is no such role, or it is not at the top level of a module that has a file.
    """
    if role not in ROLES:
        raise HarnessError(f"check() has no argument {role!r}; expected some of {', '.join(ROLES)}")
    found = _found(function) if callable(function) else None
    if found is not None:
        module, name = found
        return f"{_module_reference(module)}:{name}"
    if isinstance(function, functools.partial):
        values = {"values": list(function.args), "keywords": dict(function.keywords)}
        for place, value in (*enumerate(function.args), *function.keywords.items()):
            _require_json(role, place, value)
        return {"function": reference_to(role, function.func), **values}
    raise HarnessError(f"{role} cannot reach a fresh process: {_TOP_LEVEL}. Received: {_what(function)}")


def recipe_of_artifact(path: Path, data: Path | None) -> Recipe:
    """The recipe of a file or a folder that a Keras model was saved to.

    Args:
        path: It.
        data: An .npz file of inputs; None for inputs that are made up.
    """
    arguments = {"path": str(path.resolve()), "data": "" if data is None else str(data.resolve())}
    return Recipe(identifier([path.name.partition(".")[0].replace("-", "_")]), OF_AN_ARTIFACT, arguments)


def model_name(recipe: Recipe, folder: Path) -> str:
    """Which model this is, told apart from all others of one's own: "my_model.py", "team.models:make(3, name='d')".

    Files are named from a folder. Of the functions those are named that are not in the module of build().
    """
    if recipe.subject == OF_AN_ARTIFACT:
        return Path(os.path.relpath(recipe.arguments["path"], folder)).as_posix()
    if recipe.subject != _OF_FUNCTIONS:
        return _from(folder, recipe.subject)
    build = _told("build", recipe.arguments["build"], folder)
    home = build.partition("(")[0].partition(":")[0]
    others = {role: _told(role, each, folder) for role, each in recipe.arguments.items() if role != "build"}
    return ", ".join([build, *(f"{role}={told}" for role, told in sorted(others.items()) if told != home)])


def _told(role: str, reference: str | Mapping[str, Any], folder: Path) -> str:
    """A reference, without the name where that is the role's."""
    if isinstance(reference, str):
        module, _, name = reference.rpartition(":")
        return _from(folder, module) if name == role else f"{_from(folder, module)}:{name}"
    values = [*map(repr, reference["values"]), *(f"{name}={value!r}" for name, value in reference["keywords"].items())]
    return f"{_told(role, reference['function'], folder)}({', '.join(values)})"


def _from(folder: Path, module: str) -> str:
    return Path(os.path.relpath(module, folder)).as_posix() if module.endswith(".py") else module


def files_of(functions: Iterable[Any]) -> list[Path]:
    """The files that functions are from, by a functools.partial or not."""
    found: dict[Path, None] = {}
    for function in functions:
        while isinstance(function, functools.partial):
            function = function.func
        module = _found(function)
        if module is not None:
            found[Path(str(module[0].__file__))] = None
    return list(found)


def _found(function: Any) -> tuple[ModuleType, str] | None:
    """The module with a file, and the name, by which a function can be reached from the top level."""
    own = sys.modules.get(getattr(function, "__module__", None) or "")
    name = getattr(function, "__qualname__", "")
    if own is not None and _has_file(own):
        try:
            if name and functools.reduce(getattr, name.split("."), own) is function:
                return own, name
        except AttributeError:
            pass
    # A closure, a partial, an instance that can be called: by whatever name a module has for it.
    for module in filter(None, [own, *list(sys.modules.values())]):
        if isinstance(module, ModuleType) and _has_file(module):
            for name, value in list(vars(module).items()):
                if value is function:
                    return module, name
    return None


def _has_file(module: ModuleType) -> bool:
    return str(getattr(module, "__file__", None) or "").endswith(".py")


def _module_reference(module: ModuleType) -> str:
    path = Path(str(module.__file__)).resolve()
    spec = getattr(module, "__spec__", None)  # `python -m package.module` calls it __main__, and its spec does not
    name = spec.name if spec is not None else module.__name__
    return name if name != place(path)[0] and importable(name, path) else str(path)


def _what(function: Any) -> str:
    """What was given in place of a top-level function, and what to do about it."""
    name = getattr(function, "__qualname__", "")
    if name.endswith("<lambda>"):
        return f"{name}, a lambda: write it as def at the top level"
    if "<locals>" in name:
        return f"{name}, a function inside a function: move it to the top level, and hand over what it needs by partial"
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    if module is not None and module.__name__ == "__main__" and not _has_file(module):
        return f"{name}, which a notebook or a prompt has: write it to a file, and import it from there"
    if getattr(function, "__self__", None) is not None and not isinstance(function.__self__, ModuleType):
        return f"{name}, a method: write a function at the top level that calls it"
    return name or repr(function)


def _require_json(role: str, place: object, value: Any) -> None:
    try:
        same = bool(json.loads(json.dumps(value)) == value)
    except (TypeError, ValueError):
        same = False
    if not same:
        raise HarnessError(
            f"{role}: the argument {place!r} cannot reach a fresh process: expected a JSON value (a number, text, "
            f"True, False, None, or a list or a dict of these). Received: {type(value).__name__}"
        )


def _id(build: str | Mapping[str, Any]) -> str:
    """A name for logs and records: the module's; the function's, if it has one of its own; and its arguments."""
    if isinstance(build, str):
        module, _, name = build.rpartition(":")
        stem = Path(module).stem if module.endswith(".py") else module.rpartition(".")[2]
        return identifier([stem.replace("-", "_"), *([] if name == "build" else [name])])
    return identifier(
        [_id(build["function"]), *build["values"], *(x for each in build["keywords"].items() for x in each)]
    )


def recipe_of(path: Path) -> tuple[Recipe, bool | None]:
    """The recipe of a module, and whether it has packaging code of its own. Reads the file, and does not import it.

    Returns:
        For the packaging code, None where only a process that imports the module can tell.

    Raises:
        HarnessError: There is no such file, it is no Python, or it lacks a function that it must have.
    """
    if path.suffix == ".ipynb":
        raise HarnessError(f"{path}: expected a Python file; make one of the notebook: jupyter nbconvert --to script")
    tree = _parsed(path)
    names = set(_names(tree))
    recipe = Recipe(path.stem.replace("-", "_"), str(path.resolve()))
    if _is_in_doubt(tree):
        return recipe, None
    missing = {"build", "data"} - names
    if missing:
        raise HarnessError(f"{path}: expected functions build() and data(); missing: {', '.join(sorted(missing))}")
    if len({"save", "load"} & names) == 1:
        raise HarnessError(f"{path}: expected save() and load() together, or neither; one is missing")
    return recipe, "save" in names


def functions_of(path: Path) -> tuple[str, ...]:
    """What a module has of what a subject can have, as far as its text says, and FILENAME.

    Raises:
        HarnessError: There is no such file, or it is no Python.
    """
    names = set(_names(_parsed(path)))
    return tuple(each for each in (*ROLES, "FILENAME") if each in names)


def _parsed(path: Path) -> ast.Module:
    try:
        text = path.read_bytes()
        return ast.parse(text)
    except OSError as error:
        raise HarnessError(f"{path}: expected a Python file ({error.strerror})") from None
    except SyntaxError as error:
        lines = text.decode("utf-8", "replace").splitlines()
        line = lines[error.lineno - 1].strip() if error.lineno and error.lineno <= len(lines) else ""
        said = f"{path}: expected Python; line {error.lineno}: {error.msg}"
        notebooks = f': "{line}" is a command of a notebook; take it out' if line[:1] in ("%", "!") else ""
        raise HarnessError(said + notebooks) from None
    except ValueError as error:
        raise HarnessError(f"{path}: expected Python; {error}") from None


def _names(tree: ast.AST) -> Iterator[str]:
    """What a module binds at its top level, wherever: under if, try, with, for and match, in a pattern, by a walrus."""
    for node in _top_level(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif type(node).__name__ in ("MatchAs", "MatchStar", "MatchMapping"):  # Python 3.10 has them
            yield getattr(node, "name", None) or getattr(node, "rest", None) or ""


def _top_level(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are run when a module is imported, and run in its own scope."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield from _top_level(child)


def _is_in_doubt(tree: ast.Module) -> bool:
    """Whether only Python can tell what a module comes to have."""
    conditional = [each for each in tree.body if type(each).__name__ in _CONDITIONAL]
    return any(map(_hides_names, ast.walk(tree))) or bool(
        {"save", "load"} & {name for each in conditional for name in _names(each)}
    )


def _hides_names(node: ast.AST) -> bool:
    """Whether something may bind names that do not stand there, or unbind one."""
    if isinstance(node, ast.ImportFrom):
        return node.names[0].name == "*"
    if isinstance(node, ast.Name):
        return isinstance(node.ctx, ast.Del) or node.id in _MAKE_NAMES
    named = getattr(node, "attr", "") if isinstance(node, ast.Attribute) else getattr(node, "name", "")
    return isinstance(node, ast.Global) or named in _MAKE_NAMES
