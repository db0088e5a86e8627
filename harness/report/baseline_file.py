"""The file of a baseline: TOML, a section for each model and a line for each loss.

    ["my_model.py"]
    savedmodel.bare.optimizer = "load_model of a SavedModel does not bring the optimizer's state back"
    traceless.bare.reload = { because = "Pool is not registered", when = "tensorflow>=2.16", says = "Unknown layer" }

An update changes the lines that must change, and no other. It goes by lines: Python reads TOML and does not write it,
and a library that does would come to everybody who installs the harness.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Mapping, Sequence, Tuple

from packaging.requirements import InvalidRequirement, Requirement

from harness.environment import Environment
from harness.formats import FORMATS, PACKAGED, find_format
from harness.nouns import ASPECTS, LOADERS, PROBE, RELOAD, SAVE, HarnessError, InfrastructureError
from harness.report.baseline import Baseline, Entry

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ABOUT = (*ASPECTS, PROBE, SAVE, RELOAD)
_FIELDS = ("because", "when", "says")
_HEAD = """\
# What models are known to lose when they are saved and loaded again: python -m harness check MODEL --baseline FILE
# fails on whatever is other than this, lost or kept.
"""

#: (format, loader, about)
Key = Tuple[str, str, str]


def read_baseline(path: Path, model: str, environment: Environment) -> Baseline:
    """What a file says of a model; nothing, where there is no such file.

    Raises:
        HarnessError: It is no baseline, or names a way or an aspect that there is not.
    """
    entries = [entry for name, entry in _entries(path, _text(path)) if name == model]
    return Baseline(path, tuple(entries), environment)


def update_baseline(path: Path, model: str, changes: Mapping[Key, Sequence[Entry]]) -> None:
    """Change the lines of some keys, and leave all others, comments among them, as they are.

    Raises:
        HarnessError: What is to change does not stand on a line of its own.
        InfrastructureError: It cannot be written.
    """
    if not changes:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path.parent):  # workers of pytest-xdist check several models at once
            text = edited(_text(path), model, changes, path)
            beside = path.with_name(f".{path.name}.new")
            beside.write_text(text, encoding="utf-8")
            os.replace(beside, path)
    except OSError as error:
        raise InfrastructureError(f"{path}: the baseline cannot be written ({error.strerror})") from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def edited(text: str, model: str, changes: Mapping[Key, Sequence[Entry]], path: Path) -> str:
    """The text of a baseline with other entries of some keys.

    Raises:
        HarnessError: What is to change does not stand on a line of its own.
    """
    lines = (text or _HEAD).splitlines()
    there = {entry.key: entry for name, entry in _entries(path, text) if name == model}
    for key in sorted(changes):
        entries = changes[key]
        if key in there and not there[key].line:
            raise HarnessError(
                f"{path}: {'.'.join(key)} of {model} stands on no line of its own; write FORMAT.LOADER.ASPECT = ..., "
                "or change it by hand"
            )
        at = _line_of(lines, model, key)
        if at is not None:
            lines[at : at + 1] = [_line(key, entries)] if entries else []
        elif entries:
            _insert(lines, model, key, _line(key, entries))
    _drop_empty(lines, model)
    return "\n".join(lines) + "\n"


def _insert(lines: list[str], model: str, key: Key, line: str) -> None:
    """Put an entry where the order has it, and its section, if there is none."""
    sections = [(number, name) for number, name in _headers(lines)]
    if model not in [name for _, name in sections]:
        after = [number for number, name in sections if name > model]
        at = _above_comments(lines, after[0]) if after else len(lines)
        head = [] if not at or not lines[at - 1].strip() else [""]
        lines[at:at] = [*head, f"[{_quoted(model)}]", *([""] if after else [])]
        sections = list(_headers(lines))
    last = next(number for number, name in sections if name == model)
    for number, name, other in _places(lines):
        if name == model:
            if other > key:
                lines.insert(_above_comments(lines, number), line)
                return
            last = number
    lines.insert(last + 1, line)


def _above_comments(lines: Sequence[str], number: int) -> int:
    """Where the comments begin that stand directly above a line."""
    while number and lines[number - 1].startswith("#"):
        number -= 1
    return number


def _drop_empty(lines: list[str], model: str) -> None:
    """Take away a section without anything in it."""
    for number, name in _headers(lines):
        if name == model:
            rest = list(lines[number + 1 :])
            inside = [each for each in rest[: next(iter(n for n, _ in _headers(rest)), len(rest))] if each.strip()]
            if not inside:
                del lines[number]
                while number < len(lines) and not lines[number].strip():
                    del lines[number]
            return


def _line_of(lines: Sequence[str], model: str, key: Key) -> int | None:
    return next((number for number, name, other in _places(lines) if (name, other) == (model, key)), None)


def _headers(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(index, model) of the lines that begin a section."""
    for number, line in enumerate(lines):
        if line.lstrip().startswith("["):
            try:
                (name,) = tomllib.loads(line)
            except ValueError:
                continue
            yield number, name


def _places(lines: Sequence[str]) -> Iterator[tuple[int, str, Key]]:
    """(index, model, key) of the lines that are an entry as a whole."""
    headers = dict(_headers(lines))
    model = ""
    for number, line in enumerate(lines):
        model = headers.get(number, model)
        if number in headers or "=" not in line:
            continue
        try:
            ((format, loaders),) = tomllib.loads(line).items()
            ((loader, abouts),) = loaders.items()
            ((about, _),) = abouts.items()
        except (ValueError, AttributeError):
            continue
        yield number, model, (format, loader, about)


def _line(key: Key, entries: Sequence[Entry]) -> str:
    values = ", ".join(_value(each) for each in entries)
    return f"{'.'.join(map(_quoted_if_needed, key))} = " + (values if len(entries) == 1 else f"[{values}]")


def _value(entry: Entry) -> str:
    when = _quoted(entry.when[0]) if len(entry.when) == 1 else f"[{', '.join(map(_quoted, entry.when))}]"
    held = [("because", _quoted(entry.because)), ("when", when), ("says", _quoted(entry.says))]
    given = [f"{name} = {value}" for name, value in held if name == "because" or getattr(entry, name)]
    return _quoted(entry.because) if len(given) == 1 else f"{{ {', '.join(given)} }}"


def _quoted_if_needed(word: str) -> str:
    return word if _BARE_KEY.fullmatch(word) else _quoted(word)


def _quoted(text: str) -> str:
    # A string of JSON is one of TOML, but for the one control character that JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise HarnessError(f"{path}: the baseline cannot be read ({getattr(error, 'strerror', '') or error})") from None


def _entries(path: Path, text: str) -> Iterator[tuple[str, Entry]]:
    """(model, entry) of all that a file has."""
    try:
        tree = tomllib.loads(text)
    except ValueError as error:
        raise HarnessError(f"{path}: expected TOML; {error}") from None
    at = {(model, key): number + 1 for number, model, key in _places(text.splitlines())}
    for model, formats in tree.items():
        for format, loaders in _table(path, model, formats):
            for loader, abouts in _table(path, f"{model}: {format}", loaders):
                for about, value in _table(path, f"{model}: {format}.{loader}", abouts):
                    key = (format, loader, about)
                    line = at.get((model, key), 0)
                    place = f"{path}, line {line}" if line else f"{path}, {model}"
                    _check_names(place, *key)
                    for each in value if isinstance(value, list) else [value]:
                        yield model, _entry(place, key, each, line)


def _table(path: Path, where: str, value: Any) -> Any:
    if not isinstance(value, dict):
        raise HarnessError(f'{path}: {where}: expected ["MODEL"] and below it lines FORMAT.LOADER.ASPECT = "why"')
    return value.items()


def _check_names(place: str, format: str, loader: str, about: str) -> None:
    if format not in FORMATS and format != PACKAGED and ":" not in format:
        raise HarnessError(f"{place}: there is no format {format!r}; expected one of {', '.join((*FORMATS, PACKAGED))}")
    if loader not in LOADERS:
        raise HarnessError(f"{place}: there is no loader {loader!r}; expected one of {', '.join(LOADERS)}")
    if ":" not in format and loader not in find_format(format).keeps:
        raise HarnessError(f"{place}: {format} is loaded by {', '.join(find_format(format).keeps)}; not by {loader}")
    if about not in _ABOUT:
        raise HarnessError(f"{place}: there is no aspect or stage {about!r}; expected one of {', '.join(_ABOUT)}")


def _entry(place: str, key: Key, value: Any, line: int) -> Entry:
    said = {"because": value} if isinstance(value, str) else value
    if not isinstance(said, dict) or not isinstance(said.get("because"), str) or set(said) - set(_FIELDS):
        raise HarnessError(
            f'{place}: expected "why", or {{ because = "why", when = "tensorflow>=2.16", says = "words of the loss" }}'
        )
    when = said.get("when", ())
    needs = (when,) if isinstance(when, str) else tuple(when)
    for need in needs:
        try:
            Requirement(need)
        except (InvalidRequirement, TypeError):
            raise HarnessError(
                f"{place}: when: expected a requirement such as tensorflow>=2.16. Received: {need!r}"
            ) from None
    return Entry(*key, said["because"], needs, str(said.get("says", "")), line)
