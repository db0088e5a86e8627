"""A way as two modules: complete, and with nothing in them that only an explanation has."""

from __future__ import annotations

import pytest

from harness.formats import FORMATS
from harness.scripts.package import LOAD, SAVE, packaging
from harness.scripts.source import source_of


@pytest.fixture
def source(tmp_path):
    (tmp_path / "my_model.py").write_text("")
    return source_of(tmp_path / "my_model.py", ("build", "data", "train"))


@pytest.mark.parametrize("keras", ["2", "3"])
@pytest.mark.parametrize("name", FORMATS)
def test_every_way_is_two_modules(name, keras, source):
    format = FORMATS[name]
    for loader, line in format.load_lines.items():
        found = packaging(format.save_line, line, loader, source, "kept: weights", keras)

        for file, text in found.items():
            compile(text, file, "exec")
            assert "harness" not in text
        assert [SAVE, LOAD] == list(found)
        assert "vars(library)" not in found[LOAD].replace("library = vars", "")
        result = {"serving": "predict", "tfsm": "layer"}.get(loader, "model")
        assert f"\n    return {result}\n" in found[LOAD]


def test_what_the_module_has_trains_it(source, tmp_path):
    saves = packaging("save()", "load()", "code", source, "", "2")[SAVE]

    assert "from my_model import build, data, train\n" in saves
    assert "    train(model, x, y, *([] if weights is None else [weights]))\n" in saves
    assert f'sys.path.insert(0, "{tmp_path}")' in saves
