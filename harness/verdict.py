"""What a round trip showed: what became of each aspect, and what was tried against a loss."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Union

from harness.nouns import RESAVE, Case
from harness.observation import Clue


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
class Mend:
    """What is done when an artifact is loaded, against a loss whose cause is known: it is tried, and told of.

    Attributes:
        name: "by_name", "unsafe", "uncompiled" or "policy".
        cures: Ids of the causes that it is tried against.
        objects: The model's own classes and functions that load_model is handed, each as "module:Name".
        policy: The dtype policy that is set before loading; "" for none.
        compiled: Whether load_model compiles; without, compile=False.
        safe: Whether Keras refuses code that the artifact brings; without, safe_mode=False.
    """

    name: str
    cures: tuple[str, ...]
    objects: tuple[str, ...] = ()
    policy: str = ""
    compiled: bool = True
    safe: bool = True


@dataclass(frozen=True)
class Mended:
    """What came of a mend, in a fresh process of its own.

    Attributes:
        mend: It.
        loader: What that process had.
        failure: Why it did not load, or could not be judged; "" where it did.
        kept: The aspects that came back as they were.
        lost: The aspects that did not.
    """

    mend: Mend
    loader: str
    failure: str = ""
    kept: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


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
        mended: What was tried against these, and what came of it.
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
    mended: tuple[Mended, ...] = ()
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
