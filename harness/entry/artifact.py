"""Put a file that somebody has, and no code, under the harness: which ways carry the model that is in it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from harness.entry.asked import Limits, Output, Wanted
from harness.entry.check import run_check
from harness.entry.recipes import recipe_of_artifact
from harness.entry.strangers import looked_into, stopping
from harness.entry.trust import check_kinds
from harness.environment import Environment
from harness.inspection.danger import Danger, Found
from harness.nouns import CODE, LIBRARY, LOADERS, REBUILD, HarnessError
from harness.processes.confinement import lacking
from harness.record.files import regular_files
from harness.report.checked import ALL, ANY, Checked

#: What its loaders may have: there is no code of the model's own.
_LOADERS = tuple(each for each in LOADERS if each not in (CODE, REBUILD))
#: What holds a whole model, by what an inspection calls it.
_WHOLE = frozenset({"zip", "HDF5", "SavedModel"})


@dataclass(frozen=True)
class Artifact:
    """A file or a folder that a Keras model was saved to, by whomever.

    Attributes:
        path: It.
        data: An .npz file of inputs; None for inputs that are made up.
        allow: Kinds of danger that do not stop a load.
    """

    path: Path
    data: Path | None = None
    allow: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ArtifactChecked:
    """What became of it.

    Attributes:
        checked: What the ways kept; None where nothing was loaded.
        dangers: What stopped that.
        notes: What this system could not limit, a sentence each.
    """

    checked: Checked | None = None
    dangers: tuple[Danger, ...] = ()
    notes: tuple[str, ...] = ()


def check_artifact(
    artifact: Artifact, wanted: Wanted, environment: Environment, limits: Limits, output: Output
) -> ArtifactChecked:
    """Inspect it; load it in a process with limits, and save, reload and compare what was loaded.

    Raises:
        HarnessError: It is not there, holds no model, cannot be looked into, or no inputs can be made for it.
        InfrastructureError: The environment cannot run models.
    """
    check_kinds(artifact.allow)
    chosen = _chosen(wanted)
    for each in filter(None, (artifact.path, artifact.data)):
        if not each.exists():
            raise HarnessError(f"{each}: expected an artifact or a file of inputs; there is none")
    found = looked_into(artifact.path, "")
    _require_a_model(artifact.path, found)
    dangers = stopping(found, artifact.allow)
    if dangers:
        return ArtifactChecked(dangers=dangers)
    given = replace(environment, library="" if LIBRARY in wanted.loaders else "keras")
    recipe = recipe_of_artifact(artifact.path, artifact.data)
    size = sum(each.stat().st_size for each in _files(artifact.path))
    checked = run_check(recipe, chosen, given, replace(limits, stranger=size), output=output, lines=True)
    notes = tuple(f"not limited: this system cannot keep a process from the {each}" for each in lacking())
    return ArtifactChecked(checked, notes=notes)


def _chosen(wanted: Wanted) -> Wanted:
    """What is tried: by default every loader that needs no code of the model's own, of which one must do."""
    for loader in wanted.loaders:
        if loader not in _LOADERS:
            raise HarnessError(f"--loader {loader}: a file has no code; expected some of {', '.join(_LOADERS)}")
    loaders = wanted.loaders or tuple(each for each in _LOADERS if each != LIBRARY)
    return replace(wanted, loaders=loaders, ways=wanted.ways or (ALL if wanted.formats or wanted.loaders else ANY))


def _require_a_model(path: Path, found: Found) -> None:
    """Raise HarnessError for what is no whole model, by its content; or is not called as its loader wants it."""
    tops = {path.name} if path.is_file() else {f"{path.name}/{each.name}" for each in path.iterdir()}
    kinds = [each.kind for each in found.containers if each.where in tops]
    if path.is_file() and "zip" in kinds and path.suffix != ".keras":
        raise HarnessError(f"{path}: a zip archive, which load_model takes for a model by the suffix .keras alone")
    if not _WHOLE & set(kinds) or (path.is_dir() and "SavedModel" not in kinds):
        instead = f"it is {', '.join(dict.fromkeys(kinds))}" if kinds else "nothing in it is one"
        raise HarnessError(f"{path}: expected a .keras archive, an HDF5 file or the folder of a SavedModel; {instead}")


def _files(path: Path) -> list[Path]:
    return list(regular_files(path)) if path.is_dir() else [path]
