"""An exception in one line, and other words."""

import re
from textwrap import indent

import numpy as np
import pytest

from harness.words import a_kind, gist, identifier

# Messages as Keras, TensorFlow and transformers say them.
IN_USER_CODE = """ValueError: in user code:

    File "/a/b.py", line 1, in f  *
        g(x)

    ValueError: Shapes (2, 3) and (2, 4) are incompatible
"""
KEY_IN_USER_CODE = """KeyError: in user code:

    File "/a/training.py", line 1398, in train_function  *
        return step_function(self, iterator)
    File "/a/mine.py", line 30, in train_step
        raise KeyError("no such key")

    KeyError: 'no such key'

"""


def in_user_code(said):
    """As AutoGraph says it."""
    lines = f'File "/a/mine.py", line 12, in call  *\n    return tf.matmul(x, y)\n\n{said}\n'
    return "in user code:\n\n" + indent(lines, "    ", lambda line: True)


def of_layer(name, said):
    """As Keras 2 says it."""
    return (
        f"Exception encountered when calling layer '{name}' (type Bad).\n\n{said}\n\n"
        f"Call arguments received by layer '{name}' (type Bad):\n  • x=tf.Tensor(shape=(None, 3), dtype=float32)\n"
    )


IN_TWO_LAYERS = "ValueError: " + in_user_code(
    "ValueError: "
    + of_layer(
        "m",
        in_user_code(
            "ValueError: " + of_layer("bad_1", in_user_code("TypeError: Dimensions must be equal, but are 3 and 7"))
        ),
    )
)
KERNEL = "{{function_node __wrapped__MatMul_device_/job:localhost/device:CPU:0}} "
IN_A_LAYER = "InvalidArgumentError: " + of_layer("bad", f"{KERNEL}Matrix size-incompatible: [2,3] [Op:MatMul] name: ")
OF_KERAS_3 = """ValueError: Exception encountered when calling Bad.call().

\x1b[1mDimensions must be equal, but are 3 and 7\x1b[0m

Arguments received by Bad.call():
  • x=tf.Tensor(shape=(None, 3), dtype=float32)
"""
QUOTED = f"KeyError: {OF_KERAS_3[len('ValueError: ') :]!r}"
IN_A_GRAPH = """InvalidArgumentError: Graph execution error:

Detected at node sequential/embedding/embedding_lookup defined at (most recent call last):
  File "/a/mine.py", line 36, in <module>

  File "/a/embedding.py", line 273, in call

indices[0,0] = 9 is not in [0, 5)
\t [[{{node sequential/embedding/embedding_lookup}}]] [Op:__inference_train_function_720]
"""
OF_OLD_TENSORFLOW = """InvalidArgumentError: Graph execution error:

Detected at node 'a/b' defined at (most recent call last):
    File "/a/mine.py", line 36, in <module>
      model.fit(x)
Node: 'a/b'
2 root error(s) found.
  (0) INVALID_ARGUMENT:  indices[0,0] = 9 is not in [0, 5)
\t [[{{node a/b}}]]
"""
OBJECTS = """ValueError: A total of 1 objects could not be loaded. Example error message for object <Lazy name=lazy>:

Layer 'lazy' expected 4 variables, but received 3 variables during loading. Expected: ['w0', 'w1', 'w2', 'w3']

List of objects that could not be loaded:
[<Lazy name=lazy, built=True>]
"""
CONFIG = """TypeError: <class 'keras.src.models.sequential.Sequential'> could not be deserialized properly. Please.

config={'module': 'keras', 'class_name': 'Sequential'}.

Exception encountered: Could not locate class 'Mine'. Make sure it is decorated. Full object config: {'module': 1}
"""
NOT_IMPORTED = """RuntimeError: Failed to import a because of the following error (look up to see its traceback):
No module named 'keras.engine'"""
TWICE_NOT_IMPORTED = """RuntimeError: Failed to import b because of the following error (look up to see its traceback):
Failed to import a because of the following error (look up to see its traceback):
No module named 'keras.engine'"""


def savedmodel(got, *options):
    """What TensorFlow says of a call of a SavedModel."""
    expected = "".join(f"Option {number}:\n{option}\n\n" for number, option in enumerate(options, 1))
    return (
        "ValueError: Exception encountered when calling layer 'tf_bert_model_1' (type TFBertModel).\n\n"
        f"Could not find matching concrete function to call loaded from the SavedModel. Got:\n{got}\n\n"
        f" Expected these arguments to match one of the following {len(options)} option(s):\n\n{expected}"
        "Call arguments received by layer 'tf_bert_model_1' (type TFBertModel):\n  • token_type_ids=None\n"
    )


def arguments(*values, keywords="{}"):
    stars = "".join(f"    * {value}\n" for value in values)
    return f"  Positional arguments ({len(values)} total):\n{stars}  Keyword arguments: {keywords}"


def ids(*names, form="<tf.Tensor 'x:0' shape=(None, 6) dtype=int32>"):
    return "{" + ",\n ".join(f"'{name}': {form}" for name in names) + "}"


SPEC = "TensorSpec(shape=(None, None), dtype=tf.int32, name='x')"
GOT = arguments(ids("input_ids", "mask"), None, False)
THREE = ids("input_ids", "mask", "token_type_ids", form=SPEC)
EAGER = "<tf.Tensor: shape=(2, 5), dtype=float32, numpy=array([[1., 1.]], dtype=float32)>"
WHAT = "ValueError: Could not find matching concrete function to call: "


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        ("ValueError: no\nmore", "ValueError: no"),
        ("TypeError:\n\nmore", "TypeError"),
        ("", ""),
        ("crashed: SIGSEGV", "crashed: SIGSEGV"),
        ("mine.py, line 7: ValueError: no", "mine.py, line 7: ValueError: no"),
        (IN_USER_CODE, "ValueError: Shapes (2, 3) and (2, 4) are incompatible"),
        (KEY_IN_USER_CODE, "KeyError: 'no such key'"),
        (IN_TWO_LAYERS, "TypeError: Dimensions must be equal, but are 3 and 7"),
        (IN_A_LAYER, "InvalidArgumentError: Matrix size-incompatible: [2,3] (in 'bad' (type Bad))"),
        (OF_KERAS_3, "ValueError: Dimensions must be equal, but are 3 and 7 (in Bad.call())"),
        (QUOTED, "KeyError: Dimensions must be equal, but are 3 and 7 (in Bad.call())"),
        (IN_A_GRAPH, "InvalidArgumentError: indices[0,0] = 9 is not in [0, 5)"),
        (OF_OLD_TENSORFLOW, "InvalidArgumentError: indices[0,0] = 9 is not in [0, 5)"),
        (OBJECTS, f"ValueError: {OBJECTS.splitlines()[2]}"),
        (CONFIG, "TypeError: Could not locate class 'Mine'. Make sure it is decorated."),
        (NOT_IMPORTED, " ".join(NOT_IMPORTED.splitlines())),
        (TWICE_NOT_IMPORTED, " ".join(NOT_IMPORTED.splitlines())),
        (savedmodel(GOT, arguments(THREE, None, False)), f"{WHAT}input 'token_type_ids' is missing"),
        (
            savedmodel(GOT, arguments(THREE, None, True), arguments(ids("input_ids", form=SPEC), None, False)),
            f"{WHAT}input 'token_type_ids' is missing",
        ),
        (savedmodel(GOT, arguments(ids("input_ids", form=SPEC), None, True)), f"{WHAT}input 'mask' is not known"),
        (
            savedmodel(
                arguments(EAGER, None), arguments("TensorSpec(shape=(None, 2), dtype=tf.float32, name='x')", None)
            ),
            f"{WHAT}input float32 (2, 5), expected float32 (None, 2)",
        ),
        (
            savedmodel(arguments(EAGER), arguments("TensorSpec(shape=(None, 5), dtype=tf.int64, name='x')")),
            f"{WHAT}input float32 (2, 5), expected int64 (None, 5)",
        ),
        (savedmodel(arguments("None"), arguments(SPEC)), f"{WHAT}input None, expected int32 (None, None)"),
        (
            savedmodel(arguments(keywords=ids("a")), arguments(keywords=ids("a", "b", form=SPEC))),
            f"{WHAT}input 'b' is missing",
        ),
        (savedmodel(arguments(EAGER, 1), arguments(EAGER)), f"{WHAT}2 positional arguments, expected 1"),
        (savedmodel(arguments("True"), arguments("False")), f"{WHAT}none fits"),
    ],
)
def test_the_gist_of_a_failure_is_one_line(failure, line):
    assert line == gist(failure)


@pytest.mark.parametrize(
    ("words", "pattern"),
    [(["a", 3, 0.5], r"a_3_0_5"), (["a-b"], r"a_b_\w{8}"), (["x" * 70], r"x{60}_\w{8}"), ([[1, 2]], r"1_2_\w{8}")],
)
def test_words_become_one_and_what_is_changed_or_cut_has_a_digest(words, pattern):
    assert re.fullmatch(pattern, identifier(words))


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "None"), (iter([]), "a list_iterator"), (object(), "an object"), (np.ones(1), "a numpy array")],
)
def test_what_kind_of_thing_a_value_is(value, kind):
    assert kind == a_kind(value)
