"""An HDF5 file: configs among its attributes, values that lie in other files, sizes. h5py comes with TensorFlow."""

from __future__ import annotations

import math
from typing import Any, BinaryIO, Iterator

from harness.inspection.configs import dangers_of
from harness.inspection.danger import Container, Danger, Found, Unreadable
from harness.inspection.hidden_code import kind_of_code
from harness.inspection.sizes import MOST, is_bomb

_VERSIONS = {"keras_version": "keras"}


def inspect_hdf5(file: BinaryIO, where: str) -> Found:
    """Look into a file that is open for reading; no values are read.

    Raises:
        Unreadable: It is damaged.
    """
    try:
        import h5py
    except ImportError:
        why = "is HDF5, and there is no h5py to look into it; pip install 'roundtrip-harness[inspect]'"
        return Found((Container(where, "HDF5"),), unread=(f"{where}: {why}",))
    try:
        with h5py.File(file, "r") as opened:
            versions = dict(_versions(opened))
            return Found((Container(where, "HDF5", versions),), tuple(_walk(h5py, opened, where)))
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise Unreadable(f"is damaged HDF5 ({type(error).__name__}: {' '.join(str(error).split())})") from None


def _versions(opened: Any) -> Iterator[tuple[str, str]]:
    for attribute, package in _VERSIONS.items():
        for owner in (opened, opened.get("model_weights", {}) if "model_weights" in opened else None):
            if owner is not None and attribute in owner.attrs:
                yield package, _as_text(owner.attrs[attribute])


def _walk(h5py: Any, opened: Any, where: str) -> Iterator[Danger]:
    """Every group and dataset once, however they are linked."""
    waiting: list[Any] = [opened["/"]]
    seen = set()
    while waiting:
        each = waiting.pop()
        token = h5py.h5o.get_info(each.id).addr
        if token in seen:
            continue
        seen.add(token)
        yield from _of_attributes(each, f"{where}:{each.name}")
        if isinstance(each, h5py.Dataset):
            yield from _of_a_dataset(h5py, each, f"{where}:{each.name}")
        elif isinstance(each, h5py.Group):
            for name in each:
                link = each.get(name, getlink=True)
                if isinstance(link, h5py.ExternalLink):
                    yield Danger("external", f"{where}:{each.name}/{name}", f"a link to {link.filename!r}")
                elif not isinstance(link, h5py.SoftLink):
                    waiting.append(each[name])


def _of_attributes(each: Any, where: str) -> Iterator[Danger]:
    for name in each.attrs:
        kept = each.attrs.get_id(name)
        place = f"{where}@{name}"
        size = math.prod(kept.shape) * kept.dtype.itemsize
        if size > MOST:
            yield Danger("bomb", place, f"an attribute of {size} bytes")
            continue
        for value in _texts(each.attrs[name]):
            yield from dangers_of(value, place)


def _texts(value: Any) -> Iterator[str]:
    """The texts of an attribute, one or an array of them."""
    if isinstance(value, (str, bytes)):
        yield _as_text(value)
    elif getattr(value, "dtype", None) is not None and value.dtype.kind in "OSU":
        for each in value.reshape(-1).tolist():
            if isinstance(each, (str, bytes)):
                yield _as_text(each)


def _as_text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _of_a_dataset(h5py: Any, each: Any, where: str) -> Iterator[Danger]:
    for name, _, _ in each.external or ():
        yield Danger("external", where, f"values of {name!r}")
    if each.is_virtual:
        for source in each.virtual_sources():
            if source.file_name != ".":
                yield Danger("external", where, f"values of {source.file_name!r}")
    declared, actual = int(each.size or 0) * each.dtype.itemsize, each.id.get_storage_size()
    if is_bomb(declared, actual):
        yield Danger("bomb", where, f"{declared} bytes of {actual}")
    elif each.dtype.kind in "OS" and each.shape == () and not each.external:
        kind = kind_of_code(each[()]) if isinstance(each[()], bytes) else ""
        if kind:
            yield Danger(kind, where, "bytes that are Python code")
