"""The nouns of the harness: plain, frozen data that every process can read.

Nothing here, nor in anything imported here, imports TensorFlow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

# Aspects: the kinds of facts that a round trip can lose, cause before effect.
WEIGHTS = "weights"
CONFIG = "config"
CLASS = "class"
NAMES = "names"
PRECISION = "precision"
TRAINABLE = "trainable"
COMPILE = "compile"
OPTIMIZER = "optimizer"
LOSSES = "losses"
PREDICTIONS = "predictions"
SIGNATURE = "signature"
TOKENIZER = "tokenizer"
EVALUATION = "evaluation"
RESUME = "resume"
RESAVE = "resave"
WARNINGS = "warnings"


@dataclass(frozen=True)
class Aspect:
    """One kind of fact, and what is no difference in it.

    Attributes:
        meaning: What is looked at.
        computed: Its floats are computed, so that a format may state a tolerance.
        ordered: The order of its names is a fact: `get_weights` and `set_weights` go by it.
        settings: Its JSON floats are settings. Keras keeps some in float32 variables: 1e-5 comes back as
            9.999999747378752e-06, and is the same setting.
        named_elsewhere: Its facts are called "kind/NAME" by the names of weights or layers. That a name has changed
            is reported once, of `names`, and not again here.
    """

    meaning: str
    computed: bool = False
    ordered: bool = False
    settings: bool = False
    named_elsewhere: bool = False


ASPECTS: Mapping[str, Aspect] = {
    WEIGHTS: Aspect("shapes, dtypes and bits of all variables, by position", ordered=True),
    CONFIG: Aspect("get_config, deep", settings=True),
    CLASS: Aspect("the model's class, and which of its methods are overridden"),
    NAMES: Aspect("layers, inputs, outputs and variables, and the structure of the outputs"),
    PRECISION: Aspect("the dtype policy of every layer, and the state of loss scaling", named_elsewhere=True),
    TRAINABLE: Aspect(
        "flags of layers and variables, counts, and that what is frozen stays so in a training step",
        named_elsewhere=True,
    ),
    COMPILE: Aspect("loss, loss weights, metrics and the other arguments of compile()", settings=True),
    OPTIMIZER: Aspect("its config, iterations, slots, and the learning rate now", settings=True, named_elsewhere=True),
    LOSSES: Aspect("what regularizers and add_loss add", computed=True),
    PREDICTIONS: Aspect("predict() on several batches", computed=True),
    SIGNATURE: Aspect(
        "dtypes and axes of inputs and outputs; calls with another length, with padding, with int32 and int64",
        computed=True,
    ),
    TOKENIZER: Aspect(
        "token ids by the slow and the fast tokenizer or by keras-hub's, and predictions from text", computed=True
    ),
    EVALUATION: Aspect("evaluate(), by metric", computed=True),
    RESUME: Aspect(
        "training on: losses, learning rates, and the weights afterwards", computed=True, named_elsewhere=True
    ),
    RESAVE: Aspect(
        "what is lost besides when the loaded model is saved and loaded again, up to 256 MB also in another format"
    ),
    WARNINGS: Aspect("what the loader logged and is not known to be harmless"),
}

#: What a subject looks at by itself; an aspect only of the subjects that do.
PROBE = "probe"
#: Among the names: those of the outputs, in order.
OUTPUTS = "outputs"

#: Before the name of a variable, among what is trainable: its flag.
WEIGHT = "weight/"
#: Likewise: whether it stayed still when training went on.
STEP = "step/"

#: Before the name of a prediction or an evaluation: what the trained model said by the graphs that training had left,
#: where it is something else than what it said when they were traced anew.
LIVE = "live/"

# Loaders: what the fresh process has when it reads the artifact.
BARE = "bare"
LIBRARY = "library"
CODE = "code"
REBUILD = "rebuild"
SERVING = "serving"
TFSM = "tfsm"
RUNTIME = "runtime"

LOADERS: Mapping[str, str] = {
    BARE: "TensorFlow and the path, nothing else",
    LIBRARY: "also transformers, the classes of the model's family passed as custom_objects; with Keras 3, keras-hub",
    CODE: "also the model's own code, its objects passed as custom_objects",
    REBUILD: "the function that builds the model, then its weights are restored",
    SERVING: "tf.saved_model.load and the signature serving_default",
    TFSM: "keras.layers.TFSMLayer around what export wrote",
    RUNTIME: "the runtime that the format is for, and no TensorFlow",
}

#: What gives a function, and perhaps its variables, and no Keras model.
SERVED = (SERVING, TFSM, RUNTIME)

#: loader -> PEP 508 requirements on the environment, besides those of a format. No tf-keras, up to 2.21, has TFSMLayer.
LOADER_NEEDS: Mapping[str, tuple[str, ...]] = {TFSM: ("keras>=3",)}

# Stages: where a round trip can stop.
TRAIN = "train"
SAVE = "save"
RELOAD = "reload"

STAGES = (TRAIN, SAVE, RELOAD)


class HarnessError(Exception):
    """What was given cannot be used; the message says what was expected."""


class SubjectError(Exception):
    """The subject's own code raised; the message says in which file and line, and what."""


class Reached(BaseException):
    """A fresh process has read a module up to where that calls check(): it goes on with what is defined so far.

    No Exception, so that no `except Exception` around the call takes it for its own.
    """


class InfrastructureError(Exception):
    """The run itself cannot go on: an environment, a process or a disk failed."""


@dataclass(frozen=True)
class Recipe:
    """What is built and trained.

    Attributes:
        id: Public name; a dash between parts, underscores inside a part.
        subject: Where a fresh process finds the functions that build and train
            it (see `harness.fresh.subject.resolve`).
        arguments: What those functions are called with: JSON values by name.
        needs: PEP 508 requirements on the environment, besides those of a format.
    """

    id: str
    subject: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.id)


@dataclass(frozen=True)
class Case:
    """One cell of the matrix: a recipe, a format, and what the loader knows."""

    recipe: Recipe
    format: str
    loader: str

    @property
    def id(self) -> str:
        return f"{self.recipe.id}-{self.format}-{self.loader}"

    def __str__(self) -> str:
        return self.id
