"""The recipe of a file, which is not imported, and of functions, which a fresh process must find again."""

from __future__ import annotations

import functools
import sys
import textwrap
import types

import pytest
from places import TOYS

from harness.entry.recipes import model_name, recipe_of, recipe_of_functions, reference_to
from harness.nouns import HarnessError, Recipe


@pytest.fixture
def mine(tmp_path):
    def write(text):
        (tmp_path / "mine.py").write_text(textwrap.dedent(text))
        return tmp_path / "mine.py"

    return write


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def build(): ...", "expected functions build() and data(); missing: data"),
        ("x = 1", "expected functions build() and data(); missing: build, data"),
        ("class Model:\n    def build(self): ...\n    data = 1", "missing: build, data"),
        ("def make():\n    build = data = 1\n", "missing: build, data"),
        ("def build(): ...\ndef data(): ...\ndef save(m, p): ...", "expected save() and load() together, or neither"),
        ("def build(:", "expected Python; line 1: "),
        ("x = '\0'", "expected Python; "),
        (
            "import os\n%matplotlib inline\n",
            'line 2: invalid syntax: "%matplotlib inline" is a command of a notebook; tak',
        ),
        ("import os\n!pip install keras\n", '"!pip install keras" is a command of a notebook; take it out'),
    ],
)
def test_a_module_that_lacks_something_is_one_sentence(mine, text, message):
    with pytest.raises(HarnessError) as error:
        recipe_of(mine(text))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.py", r"none\.py: expected a Python file \(No such file or directory\)"),
        ("mine.ipynb", r"mine\.ipynb: expected a Python file; make one of the notebook: jupyter nbconvert --to script"),
    ],
)
def test_a_file_that_is_none_is_one_sentence(tmp_path, name, message):
    with pytest.raises(HarnessError, match=message):
        recipe_of(tmp_path / name)


@pytest.mark.parametrize(
    "text",
    [
        "build, data = make()",
        "(build, *_), [data] = make()",
        "build: object = make()\ndata: object = make()",
        "build = data = make",
        "async def build(): ...\nclass data: ...",
        "from a import build, x as data",
        "import build\nimport a as data",
        "if x:\n    def build(): ...\nelse:\n    build = None\ndata = x",
        "try:\n    from a import build\nexcept ImportError:\n    def build(): ...\nfinally:\n    data = x",
        "with x as build, y as (data, _):\n    pass",
        "with x:\n    def build(): ...\n    def data(): ...",
        "for build, data in x:\n    break",
        "while x:\n    build = data = x",
        "print(build := x, [data := y for y in x])",
        "# In[1]:\nget_ipython().run_line_magic('matplotlib', 'inline')\nbuild = data = 1",
        "# -*- coding: latin-1 -*-\nbuild = data = 1",
    ],
)
def test_names_are_seen_however_they_are_bound(mine, text):
    assert recipe_of(mine(text))[1] is False


@pytest.mark.skipif(sys.version_info < (3, 10), reason="there is no match before Python 3.10")
def test_names_are_seen_in_patterns(mine):
    for text in (
        "match x:\n    case {'a': build, **data}:\n        ...",
        "match x:\n    case [build, *data]:\n        ...",
    ):
        assert recipe_of(mine(text))[1] is False


@pytest.mark.parametrize(
    "text",
    [
        "from a import *",
        "globals()['build'] = globals()['data'] = 1",
        "def make():\n    global build, data\n    build = data = 1\nmake()",
        "exec(text)",
        "setattr(sys.modules[__name__], 'build', 1)",
        "def __getattr__(name): ...",
        "import sys\nsys.modules[__name__].__dict__.update(x)",
        "def build(): ...\ndef data(): ...\ndef save(m, p): ...\ndef load(p): ...\ndel save, load",
        "def build(): ...\ndef data(): ...\nif x:\n    def save(m, p): ...\n    def load(p): ...",
        "build = data = 1\ntry:\n    from a import save, load\nexcept ImportError:\n    pass",
    ],
)
def test_what_only_python_can_tell_is_left_to_the_process_that_imports_it(mine, text):
    assert recipe_of(mine(text))[1] is None


def test_packaging_code_is_seen_without_importing_the_module():
    assert recipe_of(TOYS / "toy_packaged.py")[1]
    assert recipe_of(TOYS / "toy.py")[1] is False


def outer():
    def inner():
        return 1

    return inner


class Model:
    @staticmethod
    def static():
        return 1

    def method(self):
        return 1

    def __call__(self):
        return 1


def build(units=1, name=""):
    return units, name


made, other = outer(), outer()
instance, small = Model(), functools.partial(build, units=object())


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (build, "build"),
        (made, "made"),
        (other, "other"),
        (instance, "instance"),
        (small, "small"),
        (Model, "Model"),
        (Model.static, "Model.static"),
    ],
)
def test_whatever_stands_at_the_top_level_reaches_a_fresh_process(function, name):
    assert f"{__file__}:{name}" == reference_to("build", function)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda: None, "Received: <lambda>, a lambda: write it as def at the top level"),
        (
            outer(),
            "Received: outer.<locals>.inner, a function inside a function: move it to the top level, and hand over ",
        ),
        (Model().method, "Received: Model.method, a method: write a function at the top level that calls it"),
        (3, "Received: 3"),
    ],
)
def test_what_a_fresh_process_cannot_find_is_refused_and_what_to_do_is_said(function, message):
    with pytest.raises(HarnessError) as error:
        reference_to("build", function)
    assert str(error.value).startswith(
        "build cannot reach a fresh process: expected a function at the top level of a module, or functools.partial of "
        f"one with JSON values. {message}"
    )


def test_what_a_notebook_has_is_to_be_written_to_a_file(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
    exec("def build(): ...", sys.modules["__main__"].__dict__)

    with pytest.raises(HarnessError, match=r"Received: build, which a notebook or a prompt has: write it to a file, "):
        reference_to("build", sys.modules["__main__"].build)


def test_a_partial_is_its_function_and_values():
    given = functools.partial(build, [1, {"a": None}], name="b")
    expected = {"function": f"{__file__}:build", "values": [[1, {"a": None}]], "keywords": {"name": "b"}}

    assert expected == reference_to("build", given)
    with pytest.raises(HarnessError, match=r"Received: .*a lambda"):
        reference_to("build", functools.partial(lambda: 1, 2))


@pytest.mark.parametrize("value", [object(), {1: 2}, (1, 2), {1}, float("nan"), b"x", build])
def test_a_value_that_is_no_json_is_refused(value):
    for given in (functools.partial(build, value), functools.partial(build, units=value)):
        with pytest.raises(HarnessError) as error:
            reference_to("data", given)
        assert "cannot reach a fresh process: expected a JSON value (" in str(error.value)
        assert str(error.value).endswith(f"Received: {type(value).__name__}")


def id_of(function=build, **arguments):
    return recipe_of_functions({"build": function, "data": build}, arguments).id


def test_models_are_told_apart_by_their_ids(monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy

    assert ("toy", "test_recipes_made") == (id_of(toy.build), id_of(made))
    assert ("test_recipes_units_3", "test_recipes_units_3_name_a") == (id_of(units=3), id_of(units=3, name="a"))
    ids = [id_of(units=value) for value in (3, -3, 0.5, "a-b", "a b", [1, 2], [12], {"a": 1}, "x" * 200, "x" * 201)]
    assert len(ids) == len(set(ids))
    assert all(id.replace("_", "").isalnum() and len(id) < 80 for id in ids)


NAMESPACE = {
    "lib/team/deep/layers.py": "class Scale: ...\n",
    "lib/team/deep/model.py": "from .layers import Scale\ndef build(): return Scale()\n",
}


def test_a_module_is_named_where_its_file_alone_does_not_say_what_it_is_called(tmp_path, monkeypatch):
    for name, text in NAMESPACE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text.replace("from .layers import Scale", "from team.deep.layers import Scale"))
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    before = set(sys.modules)
    from team.deep.model import build

    try:
        assert "team.deep.model:build" == reference_to("build", build)
        # Where nobody can import it by that name, as with pytest's importlib mode, it is the file's.
        monkeypatch.setattr(sys, "path", [each for each in sys.path if each != str(tmp_path / "lib")])
        assert f"{tmp_path}/lib/team/deep/model.py:build" == reference_to("build", build)
    finally:
        for name in set(sys.modules) - before:
            del sys.modules[name]


def test_a_model_is_named_by_what_tells_it_apart(mine, tmp_path):
    of_functions = "harness.fresh.subject:of_functions"
    own = {"build": "team.model:build", "data": "team.model:data", "save": "team.model:save"}
    partial = {"function": "team.model:make", "values": [3], "keywords": {"name": "d"}}

    def name(**references):
        return model_name(Recipe("model", of_functions, {**own, **references}), tmp_path)

    assert "mine.py" == model_name(recipe_of(mine("def build(): ...\ndef data(): ..."))[0], tmp_path)
    assert "models/a.py" == model_name(Recipe("a", str(tmp_path / "models" / "a.py")), tmp_path)
    assert "team.model" == name()
    assert "team.model:other" == name(build="team.model:other")
    assert "team.model:make(3, name='d')" == name(build=partial)
    assert "team.model, load=team.packing" == name(load="team.packing:load")
    assert "team.model, load=team.model:load_wrongly" == name(load="team.model:load_wrongly")
    assert "../b.py, data=team.model, save=team.model" == name(build=f"{tmp_path.parent / 'b.py'}:build")
