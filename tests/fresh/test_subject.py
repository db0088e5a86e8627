"""How a fresh process finds the functions of a subject in a file."""

from __future__ import annotations

import sys

import pytest

from harness.fresh.subject import of_functions, resolve


@pytest.fixture
def package(tmp_path, monkeypatch):
    """src/team with two modules, of which one imports the other; nothing of it is on the path."""
    folder = tmp_path / "src" / "team"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "layers.py").write_text("class Scale: ...\n")
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield folder
    for name in ("team", "team.layers", "team.model", "layers", "model"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("line", ["from .layers import Scale", "from team.layers import Scale"])
def test_a_module_of_a_package_is_loaded_as_the_package_knows_it(package, line):
    (package / "model.py").write_text(f"{line}\ndef build(): return Scale()\ndef data(): ...\n")
    references = {role: f"{package / 'model.py'}:{role}" for role in ("build", "data")}
    found = of_functions(**references)

    # Once, and by the name that a file of Keras writes down.
    assert "team.layers" == type(found.build()).__module__
    assert "team.model" == found.build.__module__
    assert not {"layers", "model"} & set(sys.modules)
    assert found.build is resolve(str(package / "model.py"), {}).build


def test_a_module_of_no_package_is_loaded_by_its_own_name(package):
    (package / "__init__.py").unlink()
    (package / "model.py").write_text("from layers import Scale\ndef build(): return Scale()\ndef data(): ...\n")

    assert "layers" == type(resolve(str(package / "model.py"), {}).build()).__module__
