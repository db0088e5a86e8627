"""What a file is called as a module, and whether that name finds it."""

from __future__ import annotations

import importlib
import sys
import types

import pytest

from harness.modules import importable, place, uses


@pytest.fixture
def src(tmp_path, monkeypatch):
    """src/team/deep/model.py, in folders without __init__.py; src is where this process imports from."""
    folder = tmp_path / "src" / "team" / "deep"
    folder.mkdir(parents=True)
    (folder / "model.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path / "src"))
    yield tmp_path / "src"
    for name in ("team", "team.deep", "team.deep.model"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("packages", "text", "name", "root"),
    [
        ((), "x = 1", "model", "team/deep"),
        (("team/deep",), "x = 1", "deep.model", "team"),
        (("team", "team/deep"), "from .. import y", "team.deep.model", "."),
        ((), "from .layers import y", "team.deep.model", "."),
        ((), "from (", "model", "team/deep"),
    ],
)
def test_a_file_is_called_as_its_package_knows_it(src, packages, text, name, root):
    for package in packages:
        (src / package / "__init__.py").write_text("")
    path = src / "team" / "deep" / "model.py"
    path.write_text(text)

    assert (name, (src / root).resolve()) == place(path)


def test_a_name_finds_a_file_if_importing_it_would(src, monkeypatch):
    path = src / "team" / "deep" / "model.py"
    importlib.import_module("team.deep.model")

    assert importable("team.deep.model", path)
    assert not importable("model", path)
    assert not importable("team.deep.model", src / "other.py")
    assert not importable("team.deep.nothing", path)
    assert not importable("nothing.model", path)
    # pytest's importlib mode: imported by a name that nobody else can import it by.
    monkeypatch.setitem(sys.modules, "deep.model", types.ModuleType("deep.model"))
    assert not importable("deep.model", path)


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"model.py": "import numpy"}, False),
        ({"model.py": "def build():\n    from a_library import Model"}, True),
        # By what it imports from beside it, however deep; not by what else lies there.
        ({"model.py": "import parts", "parts.py": "from heads import deep", "heads/deep.py": "import a_library"}, True),
        ({"model.py": "import numpy", "other.py": "import a_library"}, False),
        ({"model.py": "from . import parts", "__init__.py": "", "parts.py": "import a_library"}, True),
        ({"model.py": "no Python ("}, False),
    ],
)
def test_a_file_uses_a_package_that_it_or_what_it_imports_names(tmp_path, files, found):
    folder = tmp_path / "team"
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    assert found is uses(folder / "model.py", "a_library")


def test_what_has_been_imported_is_used(tmp_path, monkeypatch):
    (tmp_path / "model.py").write_text("")
    monkeypatch.setitem(sys.modules, "a_library", types.ModuleType("a_library"))

    assert uses(tmp_path / "model.py", "a_library")
