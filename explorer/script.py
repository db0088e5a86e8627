"""A failure as a stand-alone script, which needs TensorFlow alone and shows what is lost.

It looks at a model by code of its own: what the harness sees and the script does not may be the harness's own fault.
"""

from __future__ import annotations

import textwrap
from string import Template
from typing import Mapping

from explorer.models import Model
from explorer.source import source
from harness.formats import find_format
from harness.nouns import (
    COMPILE,
    CONFIG,
    EVALUATION,
    LOSSES,
    NAMES,
    OPTIMIZER,
    PRECISION,
    PREDICTIONS,
    RESUME,
    SERVING,
    SIGNATURE,
    TRAINABLE,
    WARNINGS,
    WEIGHTS,
)

#: Aspect -> the body of look(model), of a Keras model.
_LOOKS: Mapping[str, str] = {
    WEIGHTS: """
        order = [each.name for each in model.weights]
        return {'order': order, **{each.name: total(each) for each in model.weights}}
    """,
    CONFIG: """
        return model.get_config()
    """,
    NAMES: """
        layers = [each.name for each in model.layers]
        return {'layers': layers, 'inputs': model.input_names, 'outputs': model.output_names}
    """,
    PRECISION: """
        scale = getattr(model.optimizer, 'loss_scale', None)
        policies = {each.name: each._dtype_policy.name for each in model._flatten_layers()}
        return {'optimizer': type(model.optimizer).__name__, 'loss scale': scale and float(scale), **policies}
    """,
    TRAINABLE: """
        flags = {each.name: each.trainable for each in model._flatten_layers()}
        return {**flags, 'trainable weights': [each.name for each in model.trainable_weights]}
    """,
    COMPILE: """
        model.evaluate(x, y, ${weights}verbose=0)  # only then are there metrics
        return {**model._get_compile_args(), 'metrics': [each.get_config() for each in model.metrics]}
    """,
    OPTIMIZER: """
        optimizer = getattr(model.optimizer, 'inner_optimizer', model.optimizer)
        # A checkpoint's slots are restored when they are made.
        getattr(optimizer, 'build', getattr(optimizer, '_create_all_weights', None))(model.trainable_variables)
        variables = optimizer.variables() if callable(optimizer.variables) else optimizer.variables
        facts = {'class': type(model.optimizer).__name__, 'config': optimizer.get_config()}
        prefix = facts['config']['name'] + '/'
        return {**facts, **{each.name.replace(prefix, ''): total(each) for each in variables}}
    """,
    LOSSES: """
        model(x)
        return {number: total(each) for number, each in enumerate(model.losses)}
    """,
    PREDICTIONS: """
        outputs = tf.nest.flatten(model.predict(x, verbose=0))
        return {number: total(each) for number, each in enumerate(outputs)}
    """,
    SIGNATURE: """
        return {each.name: [each.dtype.name, each.shape.as_list()] for each in model.inputs + model.outputs}
    """,
    EVALUATION: """
        return model.evaluate(x, y, ${weights}verbose=0, return_dict=True)
    """,
    RESUME: """
        keras.utils.set_random_seed(7)
        history = model.fit(x, y, ${weights}epochs=1, batch_size=4, shuffle=False, verbose=0).history
        return {**history, **{each.name: total(each) for each in model.weights}}
    """,
}
_LOADS = """
    return {}  # nothing to look at: it is how it loads that matters
"""

#: The same of a Keras model before it is saved, and of what tf.saved_model.load returns.
_SERVED: Mapping[str, str] = {
    WEIGHTS: """
        return {each.name: total(each) for each in getattr(model, 'weights', None) or model.variables}
    """,
    PREDICTIONS: """
        return {number: each for number, each in enumerate(sorted(map(total, answers(model, x))))}
    """,
    SIGNATURE: """
        ids = all(each.dtype.kind == 'i' for each in tf.nest.flatten(x))
        facts = {}
        for dtype in ('int32', 'int64') if ids else ('float32',):
            try:
                facts[dtype] = len(answers(model, tf.nest.map_structure(lambda each: each.astype(dtype), x)))
            except Exception as error:
                facts[dtype] = type(error).__name__
        return facts
    """,
}
_ANSWERS = """\
def answers(model, x):
    if isinstance(model, keras.Model):
        return tf.nest.flatten(model.predict(x, verbose=0))
    serve = model.signatures['serving_default']
    names = sorted(serve.structured_input_signature[1])
    named = x if isinstance(x, dict) else dict(zip(names, x if isinstance(x, list) else [x]))
    return list(serve(**{name: tf.constant(value) for name, value in named.items()}).values())


"""

#: What follows the differences, and is the end.
_END = "sys.exit(bool(differ))"
_END_OF_WARNINGS = "print(fresh.stderr)\nsys.exit('WARNING' in fresh.stderr)"

_SCRIPT = Template('''\
"""$title"""

import json
import os
import subprocess
import sys
import tempfile

os.environ.setdefault('TF_USE_LEGACY_KERAS', '1')
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
os.environ.setdefault('CUDA_VISIBLE_DEVICES', '-1')

$source

def total(value):
    return f'{float(tf.reduce_sum(tf.cast(value, "float64"))):.6g}'


${answers}def look(model):
$look


def flat(value, path=''):
    if hasattr(value, 'get_config'):
        value = {type(value).__name__: value.get_config()}
    if isinstance(value, (list, tuple)):
        value = dict(enumerate(value))
    if isinstance(value, float):
        value = f'{value:.6g}'
    if not isinstance(value, dict):
        return {path: getattr(value, '__name__', None) or str(value)}
    return {name: leaf for key, each in value.items() for name, leaf in flat(each, f'{path}/{key}').items()}


$unpack = data()
if len(sys.argv) > 1:  # the fresh process, in the folder with the artifact
$load
    print(json.dumps(flat(look(model))))
    sys.exit()
model = build()
model.fit(x, y, ${weights}epochs=2, batch_size=4, shuffle=False, verbose=0)
os.chdir(tempfile.mkdtemp())
$save
was = flat(look(model))
fresh = subprocess.run([sys.executable, __file__, 'fresh'], capture_output=True, text=True)
if fresh.returncode:
    sys.exit(fresh.stderr)
now = json.loads(fresh.stdout.splitlines()[-1])
differ = [name for name in {**was, **now} if was.get(name) != now.get(name)]
for name in differ:
    print(f'{name}: it was {was.get(name)}, and is {now.get(name)}')
$end
''')


def script(model: Model, cell: tuple[str, str], about: str, title: str) -> str:
    """The script of a failure; it ends with an error code when it shows one.

    Args:
        model: What was drawn.
        cell: Format and loader.
        about: An aspect, or the stage at which it stops.
        title: Its docstring, one line.
    """
    format, loader = find_format(cell[0]), cell[1]
    weights = "sample_weight=weights, " if model.weighted else ""
    look = Template((_SERVED if loader == SERVING else _LOOKS).get(about, _LOADS)).substitute(weights=weights)
    return _SCRIPT.substitute(
        title=title.replace("\\", "/").replace('"', "'"),
        source=source(model),
        answers=_ANSWERS if loader == SERVING else "",
        look=_indented(look),
        unpack="x, y, weights" if model.weighted else "x, y",
        weights=weights,
        load=_indented(format.load_lines[loader].replace("; ", "\n")),
        save=format.save_line,
        end=_END_OF_WARNINGS if about == WARNINGS else _END,
    )


def _indented(lines: str) -> str:
    return textwrap.indent(textwrap.dedent(lines).strip(), "    ")
