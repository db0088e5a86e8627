"""The nouns of the harness: plain, frozen data that every process can read.

Nothing here, nor in anything imported here, imports TensorFlow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Union

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
    RESAVE: Aspect("what is lost besides when the loaded model is saved and loaded again, also in another format"),
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


@dataclass(frozen=True)
class Hidden:
    """Why one side does not show an aspect.

    Attributes:
        why: In one line.
        raised: Whether looking raised what nobody expected: the model's fault, or the harness's. Otherwise this
            model has nothing of the kind to show.
    """

    why: str
    raised: bool = False


@dataclass(frozen=True)
class Answer:
    """One array that a layer answered.

    Attributes:
        shape: Its axes.
        dtype: Its dtype's name.
        digest: Of dtype, shape and bytes.
        sample: A few of its values, evenly spaced; all of a small one.
    """

    shape: tuple[int, ...]
    dtype: str
    digest: str
    sample: tuple[float, ...] = ()


@dataclass(frozen=True)
class Call:
    """What a layer answered when it was called once.

    Attributes:
        layer: Its path from the model: "encoder/dense".
        kind: Its class.
        number: 1 for its first call.
        given: Digests of the arrays that it was called with.
        answers: What it answered.
    """

    layer: str
    kind: str
    number: int
    given: tuple[str, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Clue:
    """What a live model has that is known to get lost, found before it was saved.

    Attributes:
        cause: Id of the cause that it points to, in `harness.causes`.
        where: The part of the model: "layer 'pool'", "the loss", "the model".
        facts: What the cause's words are filled with, by name: the class, the argument, its value.
    """

    cause: str
    where: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.cause, self.where, *sorted(self.facts.items())))


@dataclass(frozen=True)
class Observation:
    """Named facts of a live model, taken by the same function before saving and after loading.

    Attributes:
        facts: aspect -> name -> a numpy array or a JSON value, in the model's order.
        hidden: aspect -> why this model does not show it.
        said: What was logged as a warning while the model was built or loaded.
        calls: What its layers answered, in order: of PREDICTIONS when it was called once, of RESUME in the first
            training step.
    """

    facts: Mapping[str, Mapping[str, Any]]
    hidden: Mapping[str, Hidden] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    calls: Mapping[str, tuple[Call, ...]] = field(default_factory=dict)

    def __or__(self, other: Observation) -> Observation:
        """What was seen here, and later."""
        return Observation(
            {**self.facts, **other.facts},
            {**self.hidden, **other.hidden},
            (*self.said, *other.said),
            {**self.calls, **other.calls},
        )

    def only(self, aspects: Iterable[str]) -> Observation:
        """What was seen of some aspects."""
        wanted = set(aspects)
        return Observation(
            {aspect: names for aspect, names in self.facts.items() if aspect in wanted},
            {aspect: why for aspect, why in self.hidden.items() if aspect in wanted},
            self.said,
            {aspect: calls for aspect, calls in self.calls.items() if aspect in wanted},
        )


@dataclass(frozen=True)
class Difference:
    """One fact that changed.

    Attributes:
        aspect: One of `ASPECTS`.
        name: The fact, for example a weight's name or a path into the config; "" for the aspect as a whole.
        problem: What it is, what it should be, how far off, and what was allowed.
        generation: "load 2" or "as FORMAT", where a model that had been loaded was saved and loaded
            again; "" for the first load.
    """

    aspect: str
    name: str
    problem: str
    generation: str = ""

    def __str__(self) -> str:
        if not self.generation:
            return f"{self.aspect}[{self.name!r}]: {self.problem}" if self.name else f"{self.aspect}: {self.problem}"
        what = "" if self.aspect == RESAVE else f": {self.aspect} {self.name}".rstrip()
        return f"{RESAVE}[{self.generation + what!r}]: {self.problem}"


@dataclass(frozen=True)
class Kept:
    """The aspect came back as it was."""


@dataclass(frozen=True)
class Lost:
    """The aspect came back otherwise."""

    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Unseen:
    """The aspect could not be compared.

    Attributes:
        why: In one line.
        before: Whether it was before saving that it could not be seen; otherwise it was seen then, and is out of
            sight after the reload.
        raised: Whether looking raised what nobody expected.
    """

    why: str
    before: bool = True
    raised: bool = False

    def __str__(self) -> str:
        if not self.before:
            return f"{'raises after the reload' if self.raised else 'could not be observed after reload'}: {self.why}"
        return f"{'could not be observed before saving' if self.raised else 'not compared'}: {self.why}"


@dataclass(frozen=True)
class FirstToDiffer:
    """The first layer that answers otherwise after the reload.

    Attributes:
        layer: Its path from the model.
        kind: Its class.
        number: Which of its calls, from 1.
        same_input: Whether it was given the same, to the bit.
        how: How its answer differs: "off by 1.2e-04".
        agreed: How many calls before it agree to the bit, or within what is allowed.
    """

    layer: str
    kind: str
    number: int
    same_input: bool
    how: str
    agreed: int

    def __str__(self) -> str:
        given = "given the same input" if self.same_input else "given another input"
        before = "; everything before it agrees" if self.agreed else ""
        return f"first to differ: layer {self.layer!r} ({self.kind}), call {self.number}, {given}: {self.how}{before}"


#: What became of one aspect in a round trip.
Finding = Union[Kept, Lost, Unseen]


@dataclass(frozen=True)
class Verdict:
    """All that one round trip showed.

    Attributes:
        case: The cell that was judged.
        stage: Where it stopped: one of `STAGES`, or "" when it came through.
        failure: Why it stopped there: the exception as "Type: message", or
            how the process ended, for example "crashed: SIGSEGV".
        findings: aspect -> what became of it, cause before effect; {} when it stopped.
        promised: The aspects that the format's documentation promises to keep through this loader.
        suits: Whether the format is for a model of this kind at all.
        refused: Whether what was given cannot be trained; `failure` is a sentence that says what was expected.
        versions: package -> version, in the process that reloaded.
        seconds: stage -> wall time.
        size: Bytes of the artifact.
        record: Path of the record, where it stays.
        first: The first layer that answers otherwise, where what is computed is not as it was.
        causes: The clues that say why.
        log: Path of the child's log, for a failure that says too little.
    """

    case: Case
    stage: str = ""
    failure: str = ""
    findings: Mapping[str, Finding] = field(default_factory=dict)
    promised: frozenset[str] = frozenset()
    suits: bool = True
    refused: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    size: int = 0
    record: str = ""
    first: FirstToDiffer | None = None
    causes: tuple[Clue, ...] = ()
    log: str = ""

    @property
    def kept(self) -> tuple[str, ...]:
        """The aspects that came back as they were, promised or not."""
        return tuple(aspect for aspect, finding in self.findings.items() if isinstance(finding, Kept))

    @property
    def lost(self) -> tuple[str, ...]:
        """The aspects that did not, promised or not; one that is promised and out of sight after the reload is lost."""
        return tuple(
            aspect
            for aspect, finding in self.findings.items()
            if isinstance(finding, Lost)
            or (isinstance(finding, Unseen) and not finding.before and aspect in self.promised)
        )

    @property
    def broken(self) -> tuple[str, ...]:
        """The promised aspects that were lost."""
        return tuple(aspect for aspect in self.lost if aspect in self.promised)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Every fact that changed, cause before effect."""
        return tuple(difference for aspect in self.findings for difference in self.about(aspect))

    def about(self, aspect: str) -> tuple[Difference, ...]:
        """The differences of one aspect; that it is lost from sight is one."""
        finding = self.findings.get(aspect)
        if isinstance(finding, Lost):
            return finding.differences
        if isinstance(finding, Unseen) and aspect in self.lost:
            return (Difference(aspect, "", str(finding)),)
        return ()

    def complaints(self, aspect: str) -> tuple[str, ...]:
        """What speaks against a promised aspect, a line each: its differences, or that looking raised before saving.

        The latter is no loss, but would hide whatever happens to the aspect.
        """
        finding = self.findings.get(aspect)
        if isinstance(finding, Unseen) and finding.before and finding.raised and aspect in self.promised:
            return (f"{aspect}: {finding}",)
        return tuple(map(str, self.about(aspect)))

    def unseen(self) -> dict[str, Unseen]:
        """The aspects that could not be compared, and are not lost by that."""
        return {
            aspect: finding
            for aspect, finding in self.findings.items()
            if isinstance(finding, Unseen) and aspect not in self.lost
        }
