import numpy as np
import pytest

from harness.words import a_kind, gist

IN_USER_CODE = """ValueError: in user code:

    File "/a/b.py", line 1, in f  *
        g(x)

    ValueError: Shapes (2, 3) and (2, 4) are incompatible
"""
NOT_IMPORTED = """RuntimeError: Failed to import a because of the following error (look up to see its traceback):
No module named 'keras.engine'"""


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        ("ValueError: no\nmore", "ValueError: no"),
        ("TypeError:\n\nmore", "TypeError"),
        ("", ""),
        (IN_USER_CODE, "ValueError: Shapes (2, 3) and (2, 4) are incompatible"),
        (NOT_IMPORTED, " ".join(NOT_IMPORTED.splitlines())),
    ],
)
def test_the_gist_of_a_failure_is_one_line(failure, line):
    assert line == gist(failure)


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "None"), (iter([]), "a list_iterator"), (object(), "an object"), (np.ones(1), "a numpy array")],
)
def test_what_kind_of_thing_a_value_is(value, kind):
    assert kind == a_kind(value)
