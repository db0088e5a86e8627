"""Would anybody notice? Each decision on which the harness rests is reversed in a copy; the fast tests must turn red.

python -m dev.mutations
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

#: Tests that need no TensorFlow and take seconds.
TESTS = (
    *("tests/driver/test_tasks.py", "tests/driver/test_run.py", "tests/verdicts/test_judge.py"),
    *("tests/processes/test_package_folder.py", "tests/processes/test_surroundings.py"),
    "tests/upkeep/test_dev_figures.py",
    "tests/entry/test_pytest_plugin.py::test_a_failing_cell_has_its_reason_in_the_summary_and_the_command_that_reproduces_it",
)


@dataclass(frozen=True)
class Mutation:
    """One decision, reversed.

    Attributes:
        what: What goes wrong.
        file: Where, from the repository's root.
        before: The code that decides; it stands there once.
        after: What takes its place.
    """

    what: str
    file: str
    before: str
    after: str

    def apply(self, root: Path) -> None:
        """Change a copy of the repository.

        Raises:
            AssertionError: The code has changed: correct `before`.
        """
        path = root / self.file
        text = path.read_text(encoding="utf-8")
        assert text.count(self.before) == 1, f"{self.file}: expected once: {self.before}"
        path.write_text(text.replace(self.before, self.after), encoding="utf-8")


_LOADING = "harness/driver/loading.py"

MUTATIONS = (
    Mutation(
        "every loader has the model's code",
        _LOADING,
        "code=self.case.recipe if self.case.loader in (CODE, REBUILD) else None",
        "code=self.case.recipe",
    ),
    Mutation(
        "a reload is seeded like training", _LOADING, "seed=place.settings.seed + self.load", "seed=place.settings.seed"
    ),
    Mutation(
        "a bare process has what the driver has around it",
        "harness/driver/settings.py",
        "self.driver if with_code else alone()",
        "self.driver",
    ),
    Mutation(
        "training and loading share a hash seed",
        "harness/processes/fleet.py",
        "return self.hash_seed if profile == TRAINING else self.hash_seed + 1",
        "return self.hash_seed",
    ),
    Mutation("compile=False is ignored", _LOADING, "compiled=self.trip.compiled,", "compiled=True,"),
    Mutation("every look is brief", _LOADING, "look=Look.FULL if self.load == 1 else Look.BRIEF", "look=Look.BRIEF"),
    Mutation(
        "the tolerance of other versions holds within one",
        _LOADING,
        "return 0.0 if saved == loaded else OF_ANOTHER_PLACE",
        "return OF_ANOTHER_PLACE",
    ),
    Mutation("what a further generation loses is dropped", _LOADING, "self.trip.beyond += found", "pass"),
    Mutation(
        "a crossing is blamed for what its format loses of any model",
        _LOADING,
        "self._told(besides(self.suspected, judged.findings))",
        "self._told(self.suspected)",
    ),
    Mutation(
        "a crossing is never held against its format",
        _LOADING,
        "if not found or self.control is None:",
        "if True:",
    ),
    Mutation(
        "a failing cell does not say how to reproduce it",
        "harness/entry/suite_plugin.py",
        'report.longrepr.addsection("reproduce", _command(item))',
        "pass",
    ),
    Mutation("a row's figures are not written", "dev/figures.py", "figures.write(results.path.parent)", "pass"),
    Mutation(
        "another model's exception ends the run",
        "harness/driver/run.py",
        'outcome.ours == "infrastructure"',
        'outcome.type == "InfrastructureError"',
    ),
    Mutation(
        "a reload is judged though it was promised nothing",
        "harness/verdicts/judge.py",
        "if found and promised and not why.before:",
        "if found and not why.before:",
    ),
)


def noticed(mutation: Mutation, root: Path) -> str:
    """The first test that turns red in a copy with a mutation; "" for none."""
    mutation.apply(root)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=no", *TESTS]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise AssertionError(f"{mutation.what}: the tests did not run: {done.stdout[-500:]}{done.stderr[-500:]}")
    red = [line.partition(" - ")[0] for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return red[0].partition(" ")[2] if red else ""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.mutations",
        description="Reverse each decision of MUTATIONS in a copy of the repository; the fast tests must turn red. "
        "Exit code 1: one was not noticed.",
    )
    parser.parse_args()
    missed = 0
    for mutation in MUTATIONS:
        with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
            copy = Path(folder, "repository")
            shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".harness", ".tox", ".venv", "*.xz"))
            test = noticed(mutation, copy)
        print(f"{mutation.what}: {test or 'NOT NOTICED'}", flush=True)
        missed += not test
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
