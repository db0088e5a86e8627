"""How a fresh process finds the functions of a subject in a file."""

from __future__ import annotations

import sys

import pytest

from harness.fresh.subject import of_functions, packages, resolve
from harness.nouns import HarnessError, Recipe, SubjectError


@pytest.fixture
def package(tmp_path, monkeypatch):
    """src/team with two modules, of which one imports the other; nothing of it is on the path."""
    folder = tmp_path / "src" / "team"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "layers.py").write_text("class Scale: ...\n")
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.mark.parametrize("line", ["from .layers import Scale", "from team.layers import Scale"])
def test_a_module_of_a_package_is_loaded_as_the_package_knows_it(package, line):
    (package / "model.py").write_text(f"{line}\ndef build(): return Scale()\ndef data(): ...\n")
    references = {role: f"{package / 'model.py'}:{role}" for role in ("build", "data")}
    found = of_functions(**references)

    # Once, and by the name that a file of Keras writes down.
    assert "team.layers" == type(found.build()).__module__
    assert "team.model" == found.build.__module__
    assert not {"layers", "model"} & set(sys.modules)
    assert found.build.__wrapped__ is resolve(str(package / "model.py"), {}).build.__wrapped__


def test_what_a_module_calls_finished_is_its_own(package):
    (package / "model.py").write_text("def build(): ...\ndef data(): ...\nfinished = True\n")

    assert not resolve(str(package / "model.py"), {}).finished


def test_a_module_of_no_package_is_loaded_by_its_own_name(package):
    (package / "__init__.py").unlink()
    (package / "model.py").write_text("from layers import Scale\ndef build(): return Scale()\ndef data(): ...\n")

    assert "layers" == type(resolve(str(package / "model.py"), {}).build()).__module__


def test_a_module_of_a_namespace_package_is_known_by_the_folder_that_it_is_imported_from(package):
    (package / "__init__.py").unlink()
    (package / "model.py").write_text("from .layers import Scale\ndef build(): return Scale()\ndef data(): ...\n")
    sys.path.insert(0, str(package.parent))

    assert "team.layers" == type(resolve(str(package / "model.py"), {}).build()).__module__
    assert "team.layers" == type(of_functions(build="team.model:build", data="team.model:data").build()).__module__


def write(folder, text):
    """mine.py, outside of any package."""
    path = folder.parent / "mine.py"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import os\nimport nothing_of_the_kind\n", "line 2: ModuleNotFoundError: No module named 'nothing_of_the_k"),
        ("\n\ndef build(:\n", "line 3: SyntaxError: invalid syntax"),
        ("import os\nos.sep / 2\n", "line 2: TypeError: unsupported operand type(s) for /: 'str' and 'int'"),
        ("import sys\nsys.exit('no data')\n", "line 2: SystemExit: no data"),
        ("import json\n\njson.loads('{')\n", "line 3: JSONDecodeError: Expecting property name enclosed in double quo"),
        (
            "# In[1]:\nget_ipython().run_line_magic('matplotlib', 'inline')\n",
            "line 2: NameError: name 'get_ipython' is not defined: a line of a notebook; take it out",
        ),
    ],
)
def test_a_module_that_cannot_be_imported_is_told_by_the_line_of_ones_own_code(package, text, message):
    with pytest.raises(HarnessError) as error:
        resolve(write(package, text), {})
    assert str(error.value).startswith(f"mine.py, {message}")
    assert "mine" not in sys.modules


def test_the_line_is_that_of_the_module_that_raises_and_not_of_the_one_that_imports_it(package):
    (package.parent / "its_layers.py").write_text("\n\nraise ValueError('no such layer')\n")

    with pytest.raises(HarnessError, match=r"^its_layers\.py, line 3: ValueError: no such layer$"):
        resolve(write(package, "import its_layers\n"), {})


def test_what_build_and_data_raise_is_what_was_given_wrongly_and_what_training_raises_is_not(package):
    path = write(
        package,
        "def inner():\n    raise KeyError('units')\n\n"
        "def build():\n    inner()\n\ndata = train = save = load = inner\n",
    )
    subject = resolve(path, {})

    with pytest.raises(HarnessError, match=r"^build\(\) raised, mine\.py, line 2: KeyError: 'units'$"):
        subject.build()
    with pytest.raises(HarnessError, match=r"^data\(\) raised, mine\.py, line 2: KeyError: 'units'$"):
        subject.data()
    for function in (subject.train, subject.save, subject.load):
        with pytest.raises(SubjectError, match=r"^mine\.py, line 2: KeyError: 'units'$"):
            function()


def test_the_line_in_a_graph_is_that_of_the_original_code(package):
    text = (
        'def build():\n    raise ValueError(\'in user code:\\n\\n    File "/a/layers.py", line 7, in call  *\\n'
        '        x\\n    File "/a/site-packages/keras/b.py", line 9, in c\\n        y\\n\\n    ValueError: no\')\n'
        "def data(): ...\n"
    )

    with pytest.raises(HarnessError, match=r"^build\(\) raised, layers\.py, line 7: ValueError: no$"):
        resolve(write(package, text), {}).build()


CALLS_CHECK = """
from harness import check

def build(): return 1
def data(): ...

try:
    assert check(build=build, data=data)
except Exception:
    raise
def later(): ...
"""


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.setenv("ROUNDTRIP_FRESH_PROCESS", "1")


def test_a_module_that_calls_check_is_read_up_to_there(package, fresh):
    path = write(package, CALLS_CHECK)

    assert 1 == resolve(path, {}).build()
    assert 1 == of_functions(build=f"{path}:build", data=f"{path}:data").build()
    message = r"^mine \(read up to line 8, which calls check\(\): .*\) has no function 'later'$"
    with pytest.raises(HarnessError, match=message):
        of_functions(build=f"{path}:build", data=f"{path}:later")


def test_a_module_of_a_package_that_calls_check_is_read_up_to_there(package, fresh):
    (package / "model.py").write_text(CALLS_CHECK)

    assert 1 == resolve(str(package / "model.py"), {}).build()
    assert "build" in vars(sys.modules["team"].model)


def test_what_is_missing_below_the_call_of_check_is_told_with_its_line(package, fresh):
    path = write(package, CALLS_CHECK.replace("def data(): ...", "data = None"))

    with pytest.raises(HarnessError, match=r"mine\.py \(read up to line 8, which calls check\(\): .* missing: data$"):
        resolve(path, {})


def test_partials_are_put_together_again(package):
    path = write(package, "def build(*values, **keywords): return values, keywords\ndef data(): ...\n")
    inner = {"function": f"{path}:build", "values": [1], "keywords": {"a": 1, "b": 1}}
    outer = {"function": inner, "values": [2], "keywords": {"b": 2}}

    assert ((1, 2), {"a": 1, "b": 2}) == of_functions(build=outer, data=f"{path}:data").build()


def test_a_static_method_and_an_instance_are_found_by_their_names(package):
    path = write(
        package,
        "class Model:\n    @staticmethod\n    def build(): return 1\n"
        "    def __call__(self): return 2\ndata = Model()\n",
    )
    found = of_functions(build=f"{path}:Model.build", data=f"{path}:data")

    assert (1, 2) == (found.build(), found.data())


def test_what_the_loader_is_given_is_ones_own_wherever_it_is_defined(package):
    (package.parent / "its_layers.py").write_text("class Shift: ...\n")
    (package / "model.py").write_text(
        "from numpy import ndarray\nfrom json import JSONDecoder\nfrom its_layers import Shift\n"
        "from .layers import Scale\nclass Own: ...\nNUMBER = 1\ndef helper(): ...\n"
        "def build(): ...\ndef data(): ...\n"
    )
    sys.path.insert(0, str(package.parent))
    own = {"Shift", "Scale", "Own", "helper"}

    assert own == set(resolve(str(package / "model.py"), {}).custom_objects())
    functions = {role: f"{package / 'model.py'}:{role}" for role in ("build", "data")}
    assert own == set(of_functions(**functions).custom_objects())


@pytest.mark.parametrize(
    ("layers", "given", "is_used"),
    [
        ("class Scale: ...", "build", False),
        ("def scale():\n    import unheard_of\n", "build", True),
        ("class Scale: ...", "partial(build, 1)", False),
        ("def scale():\n    import unheard_of\n", "partial(build, 1)", True),
    ],
)
def test_a_library_is_used_where_any_of_ones_own_code_imports_it_even_later(package, layers, given, is_used):
    (package / "layers.py").write_text(layers)
    (package / "made.py").write_text("from . import layers\ndef build(units=0): ...\ndef data(): ...\n")
    (package / "model.py").write_text(
        f"from functools import partial\nfrom .made import build, data\nbuild = {given}\n"
    )

    assert is_used == resolve(str(package / "model.py"), {}).uses("unheard_of")
    assert resolve(str(package / "model.py"), {}).uses("pytest")  # which this process has imported


def test_packaging_code_is_asked_for(package):
    text = "def build(): ...\ndef data(): ...\n"

    assert not packages(Recipe("mine", write(package, text)))
    (package.parent / "more.py").write_text("def save(model, path): ...\ndef load(path): ...\n")
    (package.parent / "other.py").write_text(text + "from more import *\n")
    assert packages(Recipe("other", str(package.parent / "other.py")))
