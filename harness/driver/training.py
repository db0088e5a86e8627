"""Training one recipe, and saving it in the formats of its cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Mapping, Sequence

from harness.causes import explain
from harness.driver.loading import Loading, Trip
from harness.driver.plans import RoundTrip, Save
from harness.driver.settings import Place
from harness.driver.steps import Judged, Next, Task, promised
from harness.environment import TRAINING
from harness.messages import Job, NotSaved, Outcome, Raised, Returned, Saved, Saving, TrainAndSave, Trained
from harness.nouns import SAVE, TRAIN, Case, Recipe
from harness.verdict import Verdict

#: The subject of a model that is there as a file alone: nothing of the user's belongs to it.
OF_AN_ARTIFACT = "harness.fresh.artifact:subject"


@dataclass(eq=False)
class Training:
    """Trains a recipe and saves it in formats, all in one process; when that dies, the rest gets another one.

    Attributes:
        recipe: What is trained.
        cells: format -> the cells that need it.
        plan: Whether what is saved is loaded, and saved again.
        others: Formats in which no cell wants it, and what is loaded will be saved: what these lose of a trained model
            is held against what they lose of one that was loaded.
        attempt: How many processes there have been.
        saving: The format that is being written right now.
    """

    recipe: Recipe
    cells: Mapping[str, Sequence[Case]]
    plan: Save | RoundTrip
    others: Sequence[str] = ()
    attempt: int = 1
    saving: str = ""

    profile = TRAINING

    @property
    def name(self) -> str:
        return self.recipe.id if self.attempt == 1 else f"{self.recipe.id}-attempt-{self.attempt}"

    @property
    def doing(self) -> str:
        return f"train {self.name}"

    def job(self, place: Place) -> Job:
        formats = (*self.cells, *self.others)
        request = TrainAndSave(self.recipe, formats, place.records, place.settings.seed, place.aside)
        with_code = self.recipe.subject != OF_AN_ARTIFACT
        return place.job(place.environment.train_and_save, request, self.name, with_code)

    def progressed(self, value: Saving) -> None:
        self.saving = value.format

    def ended(self, outcome: Outcome, place: Place) -> Next:
        if isinstance(outcome, Returned):
            return self._saved(outcome.value, place)
        # Without a format under way it was training that failed, and it would fail again.
        stage, lost = (SAVE, {self.saving}) if self.saving else (TRAIN, set(self.cells))
        stopped = [
            Verdict(
                case,
                stage=stage,
                failure=str(outcome),
                refused=stage == TRAIN and isinstance(outcome, Raised) and outcome.ours == "refusal",
                promised=promised(case),
                versions=place.environment.deciding,
                log=str(place.log(self.name)),
            )
            for format in self.cells
            if format in lost
            for case in self.cells[format]
        ]
        rest = {format: cases for format, cases in self.cells.items() if format not in lost}
        others = [format for format in self.others if format not in lost]
        again = (Training(self.recipe, rest, self.plan, others, self.attempt + 1),) if rest else ()
        return Next(again, tuple(stopped))

    def judged(self, judged: Judged, place: Place) -> Next:
        raise AssertionError("training is not judged")

    def _saved(self, trained: Trained, place: Place) -> Next:
        tasks: list[Task] = []
        verdicts: list[Verdict] = []
        alternatives = {save.format: save.record for save in trained.saves if isinstance(save, Saved)}
        for save in trained.saves:
            for case in self.cells.get(save.format, ()):
                verdict = Verdict(
                    case,
                    promised=promised(case),
                    versions=place.environment.deciding,
                    seconds={TRAIN: trained.seconds, SAVE: save.seconds},
                )
                if isinstance(save, NotSaved):
                    log = str(place.log(self.name))
                    verdict = replace(verdict, stage=SAVE, failure=save.failure, suits=save.suits, log=log)
                    verdicts.append(replace(verdict, causes=explain(verdict, trained.clues)))
                elif isinstance(self.plan, Save):
                    verdicts.append(replace(verdict, record=place.record(save.record)))
                else:
                    verdict = replace(verdict, record=place.record(save.record))
                    trip = Trip(
                        verdict,
                        save.record,
                        self.plan.resave,
                        alternatives=alternatives,
                        clues=trained.clues,
                        mends=self.plan.mends,
                    )
                    tasks.append(Loading(trip, case, save.record))
        return Next(tuple(tasks), tuple(verdicts))
