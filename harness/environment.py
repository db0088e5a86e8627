"""An environment: one Python with its packages, the Keras it is to use, and how its fresh processes are prepared."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import sys
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import ClassVar, Mapping

from packaging.requirements import Requirement
from packaging.version import Version

from harness.nouns import BARE, RUNTIME, SERVED, InfrastructureError

#: What decides an outcome.
PACKAGES = (
    "tensorflow",
    "tf-keras",
    "keras",
    "keras-hub",
    "transformers",
    "numpy",
    "h5py",
    "cloudpickle",
    "joblib",
    "tf2onnx",
    "onnxruntime",
    "ai-edge-litert",
    "mlflow",
)
#: Distributions that install the package tensorflow.
TENSORFLOWS = ("tensorflow", "tensorflow-cpu", "tensorflow-cpu-aws", "tensorflow-intel", "tensorflow-macos")

#: From this version on `tf.keras` is Keras 3, unless tf-keras is asked for.
KERAS_3_SINCE = Version("2.16")
#: From this version on `tf.keras` can be tf-keras. transformers 4.41 and later ask for it wherever it is installed, by
#: setting TF_USE_LEGACY_KERAS in the middle of a process; so every process does, those without transformers too.
TF_KERAS_SINCE = Version("2.15")

# Profiles: what a fresh process has already imported. Loaders that must not know transformers get one without; and
# nothing is loaded by a process that shares an interpreter's state with what trained. What has a runtime of its own is
# read by a process in which TensorFlow was never imported.
PLAIN = "plain"
FULL = "full"
TRAINING = "training"
BLANK = "blank"
#: In the order in which they are needed.
PROFILES = (TRAINING, PLAIN, FULL, BLANK)

# What processes of the other profiles than PLAIN find imported as well, by the package that has the backbone.
_PRELOAD = {
    "transformers": (
        "transformers.optimization_tf",
        "transformers.models.xlm_roberta.modeling_tf_xlm_roberta",
        "transformers.models.xlm_roberta.tokenization_xlm_roberta",
        "harness.fresh.autograph_ahead",
    ),
    "keras-hub": ("keras_hub",),
    "keras": (),
}

#: Variables of every fresh process, where the user has not set them.
_VARIABLES = {
    # One thread for each process: the models are tiny, and several processes run at once.
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    # The same computation twice gives the same bits.
    "TF_DETERMINISTIC_OPS": "1",
    # Round trips are judged on the CPU, where several processes can share the device.
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}


#: What a variable of the user's decides, as far as the harness knows.
DECISIVE = frozenset(_VARIABLES)


def profile_of(loader: str) -> str:
    """The profile of a reload; training and saving use `TRAINING`."""
    if loader == RUNTIME:
        return BLANK
    return PLAIN if loader in (BARE, *SERVED) else FULL


@cache
def processor() -> str:
    """The processor that computes here, as far as the system tells: another one may round otherwise."""
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return platform.processor()
    wanted = ("vendor_id", "cpu family", "model", "model name", "flags", "Features", "CPU part")
    told = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    digest = hashlib.sha1(repr([told.get(name) for name in wanted]).encode(), usedforsecurity=False).hexdigest()
    return f"{platform.machine()} {told.get('model name', '')} {digest[:8]}"


@cache
def versions() -> Mapping[str, str]:
    """Package -> version of what is installed here, read from metadata; imports none of it."""
    installed = {"python": platform.python_version()}
    for distribution in dict.fromkeys((*PACKAGES, *TENSORFLOWS)):
        with contextlib.suppress(metadata.PackageNotFoundError):
            installed[distribution] = metadata.version(distribution)
    return by_package(installed)


def by_package(installed: Mapping[str, str]) -> Mapping[str, str]:
    """Package -> version, in the order of PACKAGES, from distribution -> version; Python comes last."""
    tensorflow = next((installed[each] for each in TENSORFLOWS if each in installed), None)
    found = {**installed, **({"tensorflow": tensorflow} if tensorflow else {})}
    return {package: found[package] for package in (*PACKAGES, "python") if package in found}


@dataclass(frozen=True)
class Environment:
    """Where fresh processes run.

    Attributes:
        versions: package -> version of what is installed there.
        keras: "2" for legacy Keras (tf-keras from TensorFlow 2.16 on), "3" for Keras 3.
        python: The interpreter.
        library: The package whose backbones fresh processes find imported: transformers, keras-hub or keras;
            "" for the first of these that is installed for this Keras.
        train_and_save: What a fresh process does to train, as "module:function": it is imported there alone.
        reload: What one does to load a record.
    """

    train_and_save: ClassVar[str] = "harness.fresh.train_and_save:train_and_save"
    reload: ClassVar[str] = "harness.fresh.reload:reload"

    versions: Mapping[str, str] = field(default_factory=versions)
    keras: str = "2"
    python: str = sys.executable
    library: str = ""

    def check(self) -> None:
        """Raise InfrastructureError, in one sentence, when no model can be built here."""
        if "tensorflow" not in self.versions:
            raise InfrastructureError(
                f"{self.python} has no TensorFlow; install the default row's with: "
                "pip install 'roundtrip-harness[default]'"
            )
        tensorflow = Version(self.versions["tensorflow"])
        if self.keras == "2" and tensorflow >= KERAS_3_SINCE and "tf-keras" not in self.versions:
            raise InfrastructureError(
                f"TensorFlow {tensorflow} has legacy Keras only with tf-keras, which {self.python} lacks; "
                f"install it with: pip install tf-keras=={tensorflow.major}.{tensorflow.minor}.*"
            )
        if self.keras == "3" and tensorflow < KERAS_3_SINCE:
            raise InfrastructureError(f"Keras 3 needs TensorFlow {KERAS_3_SINCE} or later; this is {tensorflow}")

    @property
    def legacy(self) -> bool:
        """Whether legacy Keras comes as tf-keras, and must be asked for."""
        tensorflow = Version(self.versions.get("tensorflow", "0"))
        return self.keras == "2" and tensorflow >= (TF_KERAS_SINCE if "tf-keras" in self.versions else KERAS_3_SINCE)

    @property
    def deciding(self) -> Mapping[str, str]:
        """The versions that decide an outcome, without the Keras that is installed but not used."""
        unused = "keras" if self.legacy else "tf-keras"
        return {package: version for package, version in self.versions.items() if package != unused}

    @classmethod
    def of_this_process(cls) -> Environment:
        """The environment as this process, started for it, uses it."""
        return cls(keras="3" if os.environ.get("TF_USE_LEGACY_KERAS") == "0" else "2")

    def unmet(self, needs: tuple[str, ...]) -> str:
        """The first requirement that does not hold here, as "export needs ..." continues; "" when all hold."""
        installed = dict(self.deciding)
        # Keras was a part of TensorFlow until 2.5.
        installed.setdefault("keras", installed.get("tf-keras") or installed.get("tensorflow", ""))
        for need in map(Requirement, needs):
            version = installed.get(need.name, "")
            if not version:
                return f"{need}, which is not installed"
            if not need.specifier.contains(version, prereleases=True):
                return f"{need}; this is {version}"
        return ""

    def without_library(self) -> Environment:
        """The same for models that use no library: nothing but Keras is imported ahead, which takes half the time."""
        return replace(self, library="keras")

    def preload(self, profile: str) -> tuple[str, ...]:
        """Modules that the fresh processes of a profile find imported."""
        if profile == BLANK:
            return ()
        keras = "tf_keras" if self.legacy else "keras" if "keras" in self.versions else "tensorflow.keras"
        known = {"2": "transformers", "3": "keras-hub"}[self.keras]
        library = self.library or (known if known in self.versions else "keras")
        return ("tensorflow", keras, *(() if profile == PLAIN else _PRELOAD[library]))

    def variables(self) -> Mapping[str, str]:
        """Environment variables of every fresh process. What the user has set stands, where it can."""
        chosen = {name: os.environ.get(name, value) for name, value in _VARIABLES.items()}
        if self.legacy or Version(self.versions["tensorflow"]) >= KERAS_3_SINCE:
            chosen["TF_USE_LEGACY_KERAS"] = "1" if self.legacy else "0"
        return chosen
