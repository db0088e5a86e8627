"""Other people's models as a suite: each library's in the ways that people try first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Mapping

from dev.sweep import families as of_transformers
from dev.sweep import hub as of_hub
from dev.sweep.applications import APPLICATIONS
from harness.nouns import BARE, LIBRARY, REBUILD, SERVING, Case, Recipe
from harness.suite.suite import Selection, Suite

#: A format and a loader.
Way = tuple[str, str]


@dataclass(frozen=True)
class Model:
    """What is tried of a family.

    Attributes:
        name: What makes it, as the library calls that.
        recipe: What is built and trained.
        ways: In which it is saved and loaded.
    """

    name: str
    recipe: Recipe
    ways: tuple[Way, ...]

    @property
    def cells(self) -> Mapping[Way, Case]:
        """The cells in which it is tried, by way."""
        return {(format, loader): Case(self.recipe, format, loader) for format, loader in self.ways}


@dataclass(frozen=True)
class Sweep:
    """A library's families.

    Attributes:
        title: Whose they are.
        models: family -> what is tried of it.
        left_out: family -> why none is.
    """

    title: str
    models: Mapping[str, Model]
    left_out: Mapping[str, str]

    @property
    def families(self) -> tuple[str, ...]:
        """All, in order."""
        return tuple(sorted({**self.models, **self.left_out}))

    @property
    def ways(self) -> tuple[Way, ...]:
        """All in which any of its models is tried."""
        return tuple(dict.fromkeys(way for model in self.models.values() for way in model.ways))

    def cases(self, selection: Selection) -> Iterator[Case]:
        """The selected cells."""
        for family, model in self.models.items():
            if selection.wants({"family": family}):
                yield from model.cells.values()


def _transformers() -> Sweep:
    ways = (
        ("savedmodel", BARE),
        ("savedmodel", LIBRARY),
        ("dot_keras", LIBRARY),
        ("weights_h5", REBUILD),
        ("export", SERVING),
        ("hf_safetensors", LIBRARY),
    )
    needs = ("transformers", "keras<3")
    tried = {name: family.model for name, family in of_transformers.FAMILIES.items() if not family.left_out}
    models = {
        name: Model(model, _recipe("", name, "transformers_subjects", needs), ways) for name, model in tried.items()
    }
    left_out = {name: family.left_out for name, family in of_transformers.FAMILIES.items() if family.left_out}
    return Sweep("transformers", models, left_out)


def _hub() -> Sweep:
    ways = (
        ("dot_keras", BARE),
        ("dot_keras", LIBRARY),
        ("whole_h5", LIBRARY),
        ("weights_h5", REBUILD),
        ("export", SERVING),
    )
    needs = ("keras-hub", "keras>=3")
    models = {}
    for name, family in of_hub.FAMILIES.items():
        if not family.left_out:
            # A preset is what keras-hub's own models are saved as, and no model with a head of somebody else's.
            own = () if family.with_head else (("preset", LIBRARY),)
            models[name] = Model(family.name, _recipe("hub_", name, "hub_subjects", needs), (*ways, *own))
    left_out = {name: family.left_out for name, family in of_hub.FAMILIES.items() if family.left_out}
    return Sweep("keras-hub", models, left_out)


def _applications() -> Sweep:
    ways = (
        ("savedmodel", BARE),
        ("dot_keras", BARE),
        ("whole_h5", BARE),
        ("weights_h5", REBUILD),
        ("export", SERVING),
    )
    models = {
        name: Model(each.function, _recipe("applications_", name, "applications_subjects", each.needs), ways)
        for name, each in APPLICATIONS.items()
    }
    return Sweep("keras.applications", models, {})


def _recipe(prefix: str, family: str, module: str, needs: tuple[str, ...]) -> Recipe:
    id = prefix + family.replace("-", "_")
    return Recipe(id, f"dev.sweep.{module}:subject", {"family": family}, needs)


TRANSFORMERS, HUB, APPLICATIONS_OF_KERAS = _transformers(), _hub(), _applications()

#: By the name of the matrix.
SWEEPS: Mapping[str, Sweep] = {"families": TRANSFORMERS, "hub": HUB, "applications": APPLICATIONS_OF_KERAS}


def families(selection: Selection) -> Iterator[Case]:
    """Every family of TensorFlow models that transformers has, but for those with a reason."""
    return TRANSFORMERS.cases(selection)


def hub(selection: Selection) -> Iterator[Case]:
    """Every family of models that keras-hub has, but for those with a reason."""
    return HUB.cases(selection)


def applications(selection: Selection) -> Iterator[Case]:
    """Every module of keras.applications."""
    return APPLICATIONS_OF_KERAS.cases(selection)


def _unchanged() -> str:
    return "nothing to do"


SUITE = Suite(
    {"family": tuple(dict.fromkeys(family for sweep in SWEEPS.values() for family in sweep.families))},
    {"families": families, "hub": hub, "applications": applications},
    (),
    grow=_unchanged,
    renew=_unchanged,
)
