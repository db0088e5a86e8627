"""The loads of one cell: what a fresh process is told, what it has shown, and what is loaded after it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Mapping, Sequence

from harness.causes import explain
from harness.causes.mends import mends
from harness.driver.settings import Place
from harness.driver.steps import Judged, Next, promised
from harness.environment import Environment, profile_of
from harness.formats import find_format
from harness.messages import Job, Look, Outcome, Reload, Reloaded, Returned, Saved, Saving, Target
from harness.nouns import (
    ASPECTS,
    CODE,
    COMPILE,
    EVALUATION,
    OPTIMIZER,
    PREDICTIONS,
    REBUILD,
    RELOAD,
    RESAVE,
    RESUME,
    SERVED,
    WARNINGS,
    Case,
    HarnessError,
)
from harness.observation import Clue, Observation
from harness.record.about import About
from harness.record.arrays_and_json import SUFFIXES
from harness.record.observations import read_observation
from harness.record.record import Record, read_record
from harness.verdict import Difference, Finding, Kept, Lost, Mend, Mended, Unseen, Verdict
from harness.verdicts.first_to_differ import where_it_begins
from harness.verdicts.judge import OF_ANOTHER_PLACE, besides, beyond, briefly, judge, tolerances
from harness.words import gist, told

#: How often a model is loaded: from what was saved after training, and from what was saved after that load. A third
#: generation would tell nothing new: it is as the second if that is as the first; and if not, the loss is told already.
LOADS = 2
#: Bytes of an artifact from which on what was loaded is saved again in its own format alone. The other format may take
#: many times as long: legacy Keras reads a .keras archive from its beginning whenever it steps back in it.
TOO_LARGE_TO_CROSS = 256 << 20
#: Thrown away with a run: what was seen after reloads, and records of what was saved again.
OBSERVED, RESAVED = ".observed", ".resaved"

#: What nobody asks of a model that was loaded with compile=False.
OF_COMPILED_MODELS = frozenset({COMPILE, OPTIMIZER, EVALUATION, RESUME})


def crossing(case: Case, environment: Environment) -> str:
    """The other format in which what was loaded is saved as well; "" where none has this loader and what it needs."""
    other = find_format(case.format).resaved_as
    here = other and case.loader in find_format(other).keeps and not environment.unmet(find_format(other).needs)
    return other if here else ""


def size_of(record: Path) -> int:
    """Bytes of a record's artifact; 0 of what is no record."""
    try:
        return read_record(record).size
    except HarnessError:
        return 0


@dataclass(eq=False)
class Trip:
    """The loads of one cell, of which one verdict comes: of what training saved, and of what was saved again.

    Attributes:
        verdict: What is known so far.
        record: Of what training saved.
        resave: Whether what was loaded is saved again.
        compiled: Whether load_model compiles.
        alternatives: Format -> the record that the same training has saved in it.
        clues: What the model had that is known to get lost.
        mends: Whether what is known against the cause of a loss is tried.
        waiting: Loads that have not ended.
        beyond: What further generations lost that the first had not.
    """

    verdict: Verdict
    record: Path
    resave: bool
    compiled: bool = True
    alternatives: Mapping[str, Path] = field(default_factory=dict)
    clues: tuple[Clue, ...] = ()
    mends: bool = False
    waiting: int = 1
    beyond: list[Difference] = field(default_factory=list)

    def __post_init__(self) -> None:
        wanted = promised(self.verdict.case) - (frozenset() if self.compiled else OF_COMPILED_MODELS)
        self.verdict = replace(self.verdict, promised=wanted)

    def stopped(self, failure: str, log: Path) -> Next:
        """The first load came to nothing."""
        stopped = replace(self.verdict, stage=RELOAD, failure=failure, log=str(log), size=size_of(self.record))
        return self._reached(stopped)

    def took(self, again: Reloaded) -> None:
        """A further load has taken its time, which is that of the stage `resave`."""
        seconds = self.verdict.seconds
        so_far = seconds.get(RESAVE, 0.0) + again.load + again.observe
        self.verdict = replace(self.verdict, seconds={**seconds, RESAVE: so_far})

    def loads_end(self, further: Sequence[Loading]) -> Next:
        """One load has ended; others may follow from it, and with the last of them the verdict is reached."""
        self.waiting += len(further) - 1
        if self.waiting:
            return Next(tuple(further))
        findings = {**self.verdict.findings, RESAVE: self._resaved()}
        in_order = [aspect for aspect in dict.fromkeys((*ASPECTS, *findings)) if aspect in findings]
        return self._reached(replace(self.verdict, findings={each: findings[each] for each in in_order}))

    def mend_ended(self, mended: Mended) -> Next:
        """What came of a mend; with the last of them the verdict is reached."""
        self.verdict = replace(self.verdict, mended=(*self.verdict.mended, mended))
        self.waiting -= 1
        return Next() if self.waiting else Next(verdicts=(self.verdict,))

    def _reached(self, verdict: Verdict) -> Next:
        """The verdict, with its causes; what is known against these is tried first."""
        self.verdict = replace(verdict, causes=explain(verdict, self.clues))
        tried = mends(self.verdict, self.clues) if self.mends else ()
        self.waiting = len(tried)
        tasks = tuple(Mending.of(self, each) for each in tried)
        return Next(tasks) if tasks else Next(verdicts=(self.verdict,))

    def _resaved(self) -> Finding:
        if self.verdict.case.loader in SERVED:
            return Unseen("a serving load gives no model to save")
        if not self.resave:
            return Unseen("nothing was saved again")
        found = sorted(self.beyond, key=lambda difference: difference.generation)
        return Lost(tuple(found)) if found else Kept()


@dataclass(eq=False)
class Loading:
    """Loads a record: that of a cell, or one that such a job has saved.

    Attributes:
        trip: The cell's.
        case: How it is loaded: the cell's case, or that of another format.
        record: Where it is.
        load: 1 for what training has saved, one more for each generation.
        generation: What a further load is called: "load 2", "as whole_h5".
    """

    trip: Trip
    case: Case
    record: Path
    load: int = 1
    generation: str = ""

    @property
    def profile(self) -> str:
        return profile_of(self.case.loader)

    @property
    def name(self) -> str:
        return "-".join(filter(None, [self.trip.verdict.case.id, self.generation.replace(" ", "-")]))

    @property
    def doing(self) -> str:
        return f"load {self.name}"

    def job(self, place: Place) -> Job:
        request = self.request(place)
        return place.job(place.environment.reload, request, self.name, with_code=request.code is not None)

    def request(self, place: Place) -> Reload:
        """What the fresh process is told: of the case only where its loader has the model's own code."""
        return Reload(
            record=self.record.absolute(),  # the process works in another folder
            loader=self.case.loader,
            observation=self._observation(place).absolute(),
            seed=place.settings.seed + self.load,
            code=self.case.recipe if self.case.loader in (CODE, REBUILD) else None,
            look=Look.FULL if self.load == 1 else Look.BRIEF,
            compiled=self.trip.compiled,
            save_again=tuple(
                Target(format, place.aside.absolute() / RESAVED / self.name / format)
                for format in self.generations(place)
            ),
        )

    def generations(self, place: Place) -> dict[str, Loading]:
        """Format -> the load of what this one saves in it; the record's place is known when it is saved."""
        if not self.trip.resave or self.load == LOADS or self.case.loader in SERVED:
            return {}
        load = self.load + 1
        found = {self.case.format: replace(self, load=load, generation=f"load {load}")}
        other = crossing(self.case, place.environment)
        # What cannot hold the trained model cannot hold it any better after a load.
        is_small = size_of(self.record) < TOO_LARGE_TO_CROSS
        if self.load == 1 and other in self.trip.alternatives and is_small:
            # What is saved in another format has shown what it must when it is loaded.
            case = replace(self.case, format=other)
            control = Control(self.trip, case, self.trip.alternatives[other], LOADS, f"{other} of training")
            found[other] = Crossing(self.trip, case, self.record, LOADS, f"as {other}", control)
        return found

    def progressed(self, value: Saving) -> None:
        raise AssertionError("a reload reports nothing on the way")

    def ended(self, outcome: Outcome, place: Place) -> Next:
        if isinstance(outcome, Returned):
            self._reloaded: Reloaded = outcome.value
            if self.load > 1:
                self.trip.took(self._reloaded)
            return Next(judging=lambda: self.judge(place))
        if self.load == 1:
            return self.trip.stopped(str(outcome), place.log(self.name))
        return self._told([self._lost(f"saved, but did not reload: {' '.join(str(outcome).split())}")])

    def judge(self, place: Place) -> Judged:
        """Compare what was seen with the record's reference; reads files, changes nothing."""
        try:
            record = read_record(self.record)  # the job has checked its files; a load may have changed them since
            return self._judged(record, read_observation(self._observation(place)))
        except Exception as error:  # one unreadable reference costs its own cell, and no other
            return Judged(failure=f"cannot be judged: {told(error)}")

    def _judged(self, record: Record, seen: Observation) -> Judged:
        tolerance = self.tolerance(record.about)
        if self.load > 1:
            # It is held against what was seen before the first load: what is as it was then is no loss.
            before = briefly(read_record(self.trip.record).reference(), seen)
            return Judged(judge(self.case, before, seen, tolerance), record.size)
        reference = record.reference()
        findings = judge(self.case, reference, seen, tolerance)
        if all(isinstance(each, Unseen) for aspect, each in findings.items() if aspect != WARNINGS):
            return Judged(failure="cannot be judged: the reference shows no aspect that was seen after the load")
        first = where_it_begins(findings, reference, seen, tolerances(self.case, reference, tolerance)[PREDICTIONS])
        return Judged(findings, record.size, first=first, clues=record.about.clues)

    def tolerance(self, about: About) -> float:
        """The gap between floats that is allowed to what was saved elsewhere: 0 to what was saved as it was loaded."""
        saved, loaded = (about.versions, about.processor), (self._reloaded.versions, self._reloaded.processor)
        return 0.0 if saved == loaded else OF_ANOTHER_PLACE

    def judged(self, judged: Judged, place: Place) -> Next:
        return replace(self._follows(judged, place), leftovers=self._leftovers(place))

    def _follows(self, judged: Judged, place: Place) -> Next:
        if judged.failure and self.load == 1:
            return self.trip.stopped(judged.failure, place.log(self.name))
        if judged.failure:
            return self._told([self._lost(judged.failure)])
        verdict = self.trip.verdict
        if self.load == 1:
            self.trip.clues = self.trip.clues or judged.clues
            self.trip.verdict = replace(
                verdict,
                findings=judged.findings,
                first=judged.first,
                versions=self._reloaded.versions,
                size=judged.size,
                seconds={**verdict.seconds, RELOAD: self._reloaded.load, "observe": self._reloaded.observe},
            )
            return self.trip.loads_end(self._further(place))
        found = beyond(verdict.findings, judged.findings, promised(self.case), self.generation)
        return self._told(found, self._further(place))

    def _further(self, place: Place) -> list[Loading]:
        """Loads of what this one has saved; that it could not be saved is a difference."""
        further = []
        generations = self.generations(place)
        for save in self._reloaded.saved_again:
            loading = generations[save.format]
            if isinstance(save, Saved):
                further.append(replace(loading, record=save.record))
            else:
                self.trip.beyond.append(loading._lost(f"did not save: {gist(save.failure)}"))
        return further

    def _told(self, found: Sequence[Difference], further: Sequence[Loading] = ()) -> Next:
        """What a further load has lost besides counts, and it has ended."""
        self.trip.beyond += found
        return self.trip.loads_end(further)

    def _lost(self, problem: str) -> Difference:
        return Difference(RESAVE, "", problem, self.generation)

    def _observation(self, place: Place) -> Path:
        """Where the job writes what it sees."""
        return place.aside / OBSERVED / self.name

    def _leftovers(self, place: Place) -> tuple[Path, ...]:
        """What it has seen; and the record, if that was saved by another load and not by training."""
        seen = self._observation(place)
        files = tuple(seen.with_name(f"{seen.name}.{suffix}") for suffix in SUFFIXES)
        saved_again = self.load > 1 and place.aside.absolute() / RESAVED in self.record.parents
        return (*files, self.record) if saved_again else files


@dataclass(eq=False)
class Crossing(Loading):
    """Loads what a load has saved in another format than its own.

    Attributes:
        control: The load of what training itself has saved in that format.
    """

    control: Control | None = None

    def _told(self, found: Sequence[Difference], further: Sequence[Loading] = ()) -> Next:
        """What it has lost counts when training's own record in that format has not lost it as well."""
        if not found or self.control is None:
            return super()._told(found, further)
        return self.trip.loads_end([replace(self.control, suspected=tuple(found))])


@dataclass(eq=False)
class Control(Loading):
    """Loads what training itself has saved in another format: what is lost there as well is no loss of a crossing.

    Attributes:
        suspected: What the crossing has shown.
    """

    suspected: tuple[Difference, ...] = ()

    def ended(self, outcome: Outcome, place: Place) -> Next:
        if isinstance(outcome, Returned):
            return super().ended(outcome, place)
        return self.trip.loads_end([])  # that format does not bring back what was trained, from wherever it is saved

    def _follows(self, judged: Judged, place: Place) -> Next:
        """The crossing's differences count, but for those that are here too."""
        return self._told(besides(self.suspected, judged.findings))


@dataclass(eq=False)
class Mending(Loading):
    """Loads a cell's record once more, and does what is known against the cause of its loss.

    Attributes:
        mend: What is done.
    """

    mend: Mend = field(default_factory=lambda: Mend("", ()))

    @classmethod
    def of(cls, trip: Trip, mend: Mend) -> Mending:
        """With the model's code where its objects are handed over."""
        case = replace(trip.verdict.case, loader=CODE) if mend.objects else trip.verdict.case
        return cls(trip, case, trip.record, generation=f"mend {mend.name}", mend=mend)

    @property
    def name(self) -> str:
        return f"{self.trip.verdict.case.id}-mend-{self.mend.name}"

    def request(self, place: Place) -> Reload:
        return replace(super().request(place), compiled=self.trip.compiled and self.mend.compiled, mend=self.mend)

    def generations(self, place: Place) -> dict[str, Loading]:
        """None: it is this load that matters."""
        return {}

    def ended(self, outcome: Outcome, place: Place) -> Next:
        if isinstance(outcome, Returned):
            return super().ended(outcome, place)
        return self.trip.mend_ended(Mended(self.mend, self.case.loader, str(outcome)))

    def _follows(self, judged: Judged, place: Place) -> Next:
        seen = Verdict(self.case, findings=judged.findings, promised=promised(self.case))
        return self.trip.mend_ended(Mended(self.mend, self.case.loader, judged.failure, seen.kept, seen.lost))
