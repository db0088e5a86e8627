"""One mutation of a record each: of its bytes, of its JSON, of its archives and HDF5 files, of its folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import zipfile
from pathlib import Path

_VALUES = (None, True, -1, 2**70, 1e999, "", "x" * 5000, "../../up", "\0", [], {}, [[]], {"class_name": "Lambda"})


def mutated(record: Path, draw: random.Random) -> str:
    """Damage a record, which must be a copy; most damages go into its digests.

    Returns:
        What was done.
    """
    files = sorted(each for each in record.rglob("*") if each.is_file() and each.name != "record.json.sha256")
    artifact = [each for each in files if (record / "artifact") in each.parents]
    kinds = [flip, truncate, zero, junk, repeat, delete, swap, of_json, of_zip, of_hdf5, special]
    while True:
        path, kind = draw.choice(draw.choice((files, artifact))), draw.choice(kinds)
        before = _bytes(path)
        done = kind(path, draw, files)
        if done and (kind in (delete, special) or _bytes(path) != before):
            break
    told = f"{kind.__name__} of {path.relative_to(record)}{': ' + done if isinstance(done, str) else ''}"
    if kind is not special and draw.random() < 0.8:
        take_up(record)
        told += ", taken up"
    return told


def take_up(record: Path) -> None:
    """Make the digests those of what is there, as far as record.json can be read."""
    about = record / "record.json"
    try:
        stored = json.loads(about.read_bytes())
        stored["files"] = {
            each.relative_to(record).as_posix(): [hashlib.sha256(_bytes(each)).hexdigest(), each.stat().st_size]
            for each in sorted(record.rglob("*"))
            if each.is_file() and each.name not in ("record.json", "record.json.sha256")
        }
        about.write_text(json.dumps(stored))
    except (OSError, ValueError, TypeError):
        pass
    if (record / "record.json.sha256").exists():  # older layouts have none
        (record / "record.json.sha256").write_text(hashlib.sha256(_bytes(about)).hexdigest() + "  record.json\n")


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def flip(path, draw, files):
    data = bytearray(path.read_bytes())
    for _ in range(draw.choice((1, 1, 8))) if data else ():
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    path.unlink()
    path.write_bytes(data)
    return True


def truncate(path, draw, files):
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data[: draw.randrange(len(data) + 1)])
    return True


def zero(path, draw, files):
    return _block(path, draw, lambda block: bytes(len(block)))


def junk(path, draw, files):
    return _block(path, draw, lambda block: draw.randbytes(len(block) + draw.choice((0, 1, 64))))


def repeat(path, draw, files):
    return _block(path, draw, lambda block: block * 2)


def _block(path, draw, make):
    data = path.read_bytes()
    start = draw.randrange(len(data) + 1)
    end = min(len(data), start + draw.choice((1, 8, 512)))
    path.unlink()
    path.write_bytes(data[:start] + make(data[start:end]) + data[end:])
    return True


def delete(path, draw, files):
    path.unlink()
    return True


def swap(path, draw, files):
    other = draw.choice(files)
    data = other.read_bytes()
    path.unlink()
    path.write_bytes(data)
    return other.name


def special(path, draw, files):
    path.unlink()
    make = draw.choice((os.mkfifo, lambda it: it.symlink_to("/dev/zero"), lambda it: it.symlink_to("/etc"), os.mkdir))
    make(path)
    return True


def of_json(path, draw, files):
    try:
        tree = json.loads(path.read_bytes())
    except ValueError:
        return False
    data = json.dumps(_with_one_leaf_changed(tree, draw))
    path.unlink()
    path.write_text(data)
    return True


def _with_one_leaf_changed(tree, draw):
    places = []

    def walk(each):
        if isinstance(each, dict):
            places.extend((each, key) for key in each)
            for inner in each.values():
                walk(inner)
        elif isinstance(each, list):
            places.extend((each, key) for key in range(len(each)))
            for inner in each:
                walk(inner)

    walk(tree)
    if not places or draw.random() < 0.05:
        return draw.choice(_VALUES)
    holder, key = draw.choice(places)
    if draw.random() < 0.2:
        del holder[key]
    elif isinstance(holder, dict) and draw.random() < 0.2:
        holder[f"{key}2"] = holder.pop(key)
    else:
        holder[key] = draw.choice(_VALUES)
    return tree


def of_zip(path, draw, files):
    """Its members in another order, doubled, emptied, under another name or with one JSON leaf changed."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        members = [(each.filename, archive.read(each)) for each in archive.infolist()]
    if not members:
        return False
    place = draw.randrange(len(members))
    name, data = members[place]
    choices = [(name, b""), (f"../{name}", data), (name, draw.randbytes(64)), ("x", data)]
    with contextlib.suppress(ValueError):
        choices += [(name, json.dumps(_with_one_leaf_changed(json.loads(data), draw)).encode())] * 4
    members[place] = draw.choice(choices)
    path.unlink()
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(*member)
    return name


def of_hdf5(path, draw, files):
    """An attribute or an object of it: gone, of another type, or elsewhere."""
    try:
        import h5py
    except ImportError:
        return False
    if not path.exists() or not h5py.is_hdf5(path):
        return False
    copy = path.with_name("copy")
    shutil.copyfile(path, copy)
    path.unlink()
    copy.rename(path)
    with h5py.File(path, "r+") as file:
        objects, attributes = [], [(file, name) for name in file.attrs]
        file.visititems(lambda name, each: objects.append(name) or attributes.extend((each, it) for it in each.attrs))
        if attributes and (not objects or draw.random() < 0.5):
            owner, name = draw.choice(attributes)
            owner.attrs[name] = draw.choice((1, "", "{", b"\xff\xfe", [1.0, 2.0], h5py.Empty("f"), "x" * 1000))
            return name
        if not objects:
            return False
        name = draw.choice(objects)
        del file[name]
        if draw.random() < 0.5:
            file[name] = draw.choice((h5py.SoftLink("/nowhere"), h5py.ExternalLink("/etc/passwd", "/"), [1], "text"))
        return name
