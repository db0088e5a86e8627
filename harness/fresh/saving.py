"""Save a live model as a record: after training, and again after a load."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from harness.formats import PACKAGED, Format, find_format
from harness.fresh.aspects import tokenizer as tokenizers
from harness.fresh.subject import Subject
from harness.messages import NotSaved, Saved, Target
from harness.nouns import InfrastructureError
from harness.observation import Observation
from harness.record.about import About
from harness.record.batches import Inputs
from harness.record.record import Draft, Reference
from harness.words import told


class NotSuited(Exception):
    """A format is not for a model of this kind: nothing is lost by that."""


def format_of(name: str, subject: Subject | None) -> Format:
    """A format by its name; "own" is the subject's own save and load."""
    if name != PACKAGED:
        return find_format(name)
    assert subject is not None
    assert subject.save is not None
    assert subject.load is not None
    save, load = subject.save, subject.load
    return replace(
        find_format(PACKAGED),
        artifact=subject.filename,
        save=lambda model, path: save(model, str(path)),
        load=lambda path, custom_objects: load(str(path)),
    )


@dataclass
class Saves:
    """What becomes of one model in several formats: drafts, until it is known what they are judged by.

    Attributes:
        drafts: By the format's name, as it was asked for.
        refused: Likewise, why it was not saved.
        seconds: Likewise.
        folder: Where drafts are, on the disk of what they become; None for beside that.
        unsuited: What a format raises that is not for a model of this kind.
    """

    folder: Path | None = None
    unsuited: tuple[type[Exception], ...] = (NotSuited,)
    drafts: dict[str, Draft] = field(default_factory=dict)
    refused: dict[str, NotSaved] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def save(self, model: Any, format: Format, target: Target, about: About, tokenizer: Any = None) -> None:
        """Save in one format. One that refuses the model is a verdict, and the next format is still tried.

        Args:
            model: A live model.
            format: What the target names; the record says what that calls itself.
            target: The name that was asked for, and the folder that the record becomes.
            about: What the record says of the model.
            tokenizer: What is packaged beside it, if anything.

        Raises:
            InfrastructureError: The disk is full, or the folder cannot be written.
        """
        started = time.monotonic()
        try:
            self.drafts[target.format] = self._draft(model, format, target.record, about.of(format), tokenizer)
        except InfrastructureError:
            raise
        except Exception as error:
            traceback.print_exc()
            suits = not isinstance(error, self.unsuited)
            failure = str(error) if isinstance(error, NotSuited) else told(error)
            self.refused[target.format] = NotSaved(target.format, failure, time.monotonic() - started, suits)
        self.seconds[target.format] = time.monotonic() - started

    def finish(self, inputs: Inputs, reference: Observation) -> tuple[Saved | NotSaved, ...]:
        """Make records of the drafts; what they are judged by is written once, and is in each of them."""
        if not self.drafts:
            return tuple(self.refused.values())
        parent = self.folder or next(iter(self.drafts.values())).path.parent
        with Reference.written(parent, inputs, reference) as written:
            saved = {name: Saved(name, each.finish(written), self.seconds[name]) for name, each in self.drafts.items()}
        return tuple(self.refused.get(name) or saved[name] for name in self.seconds)

    def discard(self) -> None:
        """Leave nothing behind of what is not finished."""
        for draft in self.drafts.values():
            draft.discard()

    def _draft(self, model: Any, format: Format, path: Path, about: About, tokenizer: Any) -> Draft:
        if not format.suits(model):
            raise NotSuited(f"{format.name} is not for a model of this kind ({type(model).__name__})")
        draft = Draft(path, about, self.folder)
        package = None if tokenizer is None else partial(tokenizers.save, tokenizer)
        draft.write(lambda artifact: format.save(model, artifact), package)
        return draft
