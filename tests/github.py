"""GitHub as a composite action sees it: its `run:` steps as bash, with the files and variables that they get."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")


@dataclass
class Job:
    """One use of the action.

    Attributes:
        workspace: The checkout; steps run there.
        files: A folder for GITHUB_OUTPUT and GITHUB_STEP_SUMMARY of each step.
        path: PATH of the steps.
        event: "pull_request" or "push".
    """

    workspace: Path
    files: Path
    path: str
    event: str = "pull_request"
    summary: str = ""
    log: str = ""
    outputs: dict = field(default_factory=dict)
    code: int = 0

    def run(self, action, **inputs):
        """Run the steps of a parsed action.yml until one fails; returns the job."""
        given = {name: str(each.get("default", "")) for name, each in action["inputs"].items()}
        given.update({name.replace("_", "-"): value for name, value in inputs.items()})
        context = {f"inputs.{name}": value for name, value in given.items()}
        context["github.action_path"] = str(Path(__file__).parent.parent)
        for number, step in enumerate(action["runs"]["steps"]):
            if "run" in step and not self.code and self._wanted(step.get("if", "")):
                self._step(number, step, context)
        return self

    def _wanted(self, condition):
        return {
            "": True,
            "github.event_name == 'pull_request'": self.event == "pull_request",
            "github.event_name != 'pull_request'": self.event != "pull_request",
        }[condition]

    def _step(self, number, step, context):
        self.files.mkdir(parents=True, exist_ok=True)
        script, output, summary = (self.files / f"{number}.{kind}" for kind in ("sh", "output", "summary"))
        script.write_text(step["run"])
        for empty in (output, summary):
            empty.write_text("")
        env = {"PATH": self.path, "HOME": os.environ.get("HOME", "/"), "CI": "true", "GITHUB_ACTIONS": "true"}
        env.update(GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(summary), GITHUB_WORKSPACE=str(self.workspace))
        env.update({name: self._evaluated(text, context) for name, text in step.get("env", {}).items()})
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        done = subprocess.run(command, cwd=self.workspace, env=env, text=True, capture_output=True)
        self.log += done.stdout + done.stderr
        self.summary += summary.read_text()
        for line in output.read_text().splitlines():
            name, _, value = line.partition("=")
            self.outputs[f"{step['id']}.{name}"] = context[f"steps.{step['id']}.outputs.{name}"] = value
        self.code = done.returncode

    def _evaluated(self, text, context):
        return _EXPRESSION.sub(lambda found: context[found.group(1)], str(text))
