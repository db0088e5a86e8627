"""The nouns of the harness: plain, frozen data that every process can read.

Nothing here, nor in anything imported here, imports TensorFlow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping

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

ASPECTS: Mapping[str, str] = {
    WEIGHTS: "names, order, shapes, dtypes and bits of all variables",
    CONFIG: "get_config, deep",
    CLASS: "the model's class, and which of its methods are overridden",
    NAMES: "layers, inputs and outputs, and the structure of the outputs",
    PRECISION: "the dtype policy of every layer, and the state of loss scaling",
    TRAINABLE: "flags of layers and variables, counts, and that what is frozen stays so in a training step",
    COMPILE: "loss, loss weights, metrics and the other arguments of compile()",
    OPTIMIZER: "its config, iterations, slots, and the learning rate now",
    LOSSES: "what regularizers and add_loss add",
    PREDICTIONS: "predict() on several batches",
    SIGNATURE: "dtypes and axes of inputs and outputs; calls with another length, with padding, with int32 and int64",
    TOKENIZER: "token ids by the slow and the fast tokenizer or by keras-hub's, and predictions from text",
    EVALUATION: "evaluate(), by metric",
    RESUME: "training on: losses, learning rates, and the weights afterwards",
    RESAVE: "saving what was loaded, and loading that, twice; and in another format",
    WARNINGS: "what the loader logged and nobody has classified yet",
}

#: What a subject looks at by itself; an aspect only of the subjects that do.
PROBE = "probe"

#: Before the reason of an aspect that should have been seen: the model, or the harness, raised what nobody expected.
RAISED = "raised "

#: Among the names: those of the outputs, in order.
OUTPUTS = "outputs"

# Loaders: what the fresh process has when it reads the artifact.
BARE = "bare"
LIBRARY = "library"
CODE = "code"
REBUILD = "rebuild"
SERVING = "serving"
TFSM = "tfsm"

LOADERS: Mapping[str, str] = {
    BARE: "TensorFlow and the path, nothing else",
    LIBRARY: "also transformers, its classes passed as custom_objects; with Keras 3, keras-hub",
    CODE: "also the model's own code, its objects passed as custom_objects",
    REBUILD: "the function that builds the model, then its weights are restored",
    SERVING: "tf.saved_model.load and the signature serving_default",
    TFSM: "keras.layers.TFSMLayer around what export wrote",
}

#: What gives a function and its variables, and no Keras model.
SERVED = (SERVING, TFSM)

#: loader -> PEP 508 requirements on the environment, besides those of a format. No tf-keras, up to 2.21, has TFSMLayer.
LOADER_NEEDS: Mapping[str, tuple[str, ...]] = {TFSM: ("keras>=3",)}

# Stages: where a round trip can stop.
TRAIN = "train"
SAVE = "save"
RELOAD = "reload"

STAGES = (TRAIN, SAVE, RELOAD)


class HarnessError(Exception):
    """What was given cannot be used; the message says what was expected."""


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


@dataclass(frozen=True)
class Observation:
    """Named facts of a live model, taken by the same function before saving and after loading.

    Attributes:
        facts: aspect -> name -> a numpy array or a JSON value, in the model's order.
        unobservable: aspect -> why this model cannot show it.
    """

    facts: Mapping[str, Mapping[str, Any]]
    unobservable: Mapping[str, str] = field(default_factory=dict)

    def __or__(self, other: Observation) -> Observation:
        """What was seen here, and later."""
        return Observation({**self.facts, **other.facts}, {**self.unobservable, **other.unobservable})

    def only(self, aspects: Iterable[str]) -> Observation:
        """What was seen of some aspects."""
        wanted = set(aspects)
        return Observation(
            {aspect: names for aspect, names in self.facts.items() if aspect in wanted},
            {aspect: why for aspect, why in self.unobservable.items() if aspect in wanted},
        )


@dataclass(frozen=True)
class Difference:
    """One fact that changed.

    Attributes:
        aspect: One of `ASPECTS`.
        name: The fact, for example a weight's name or a path into the config; "" for the aspect as a whole.
        problem: What it is, what it should be, how far off, and what was allowed.
    """

    aspect: str
    name: str
    problem: str

    def __str__(self) -> str:
        return f"{self.aspect}[{self.name!r}]: {self.problem}" if self.name else f"{self.aspect}: {self.problem}"


@dataclass(frozen=True)
class Verdict:
    """All that one round trip showed.

    Attributes:
        case: The cell that was judged.
        stage: Where it stopped: one of `STAGES`, or "" when it came through.
        failure: Why it stopped there: the exception as "Type: message", or
            how the process ended, for example "crashed: SIGSEGV".
        differences: Every fact that changed, cause before effect.
        unobservable: aspect -> why it could not be compared.
        versions: package -> version, in the process that reloaded.
        seconds: stage -> wall time.
        probed: Whether the subject's own probe was compared.
        size: Bytes of the artifact.
        log: Path of the child's log, for a failure that says too little.
    """

    case: Case
    stage: str = ""
    failure: str = ""
    differences: tuple[Difference, ...] = ()
    unobservable: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    probed: bool = False
    size: int = 0
    log: str = ""

    def about(self, aspect: str) -> tuple[Difference, ...]:
        """The differences of one aspect."""
        return tuple(each for each in self.differences if each.aspect == aspect)
