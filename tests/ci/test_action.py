"""action.yml and the recipes of docs/ci.md, run in a clean folder with the variables and files that CI systems have."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from github import Job
from places import ROOT

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())

PAGE = (ROOT / "docs" / "ci.md").read_text()

#: `python`, as the steps call it: pip is written down, a check reads its results off the text of the model, and the
#: rest is the real harness.
PYTHON = """\
#!{python}
import os, sys
sys.path[:0] = [{root!r}, {tests!r}]
arguments = sys.argv[3:]
if sys.argv[1:3] == ["-m", "pip"]:
    open({said!r}, "a").write(repr(arguments) + "\\n")
    sys.exit(0)
if arguments[0] == "check":
    from pathlib import Path
    from harness.verdict import Difference
    from results_of import result_of, written
    model = arguments[-1] if "--" in arguments else arguments[1]
    open({said!r}, "a").write(repr(arguments) + "\\n")
    if not Path(model).exists():
        sys.exit(2)
    lost = Path(model).read_text().split("loses ")[1:]
    differences = [Difference("optimizer", each.strip(), "missing after reload") for each in lost]
    written(Path(arguments[arguments.index("--results") + 1]), result_of("m", "own", "code", *differences, model=model))
    print("::error::of a model")
    print("lost: </details> ```", lost, "x" * 100000)
    sys.exit(1 if "fails" in Path(model).read_text() else 0)
from harness.entry.command_line import main
sys.exit(main(arguments))
"""


@pytest.fixture
def path(tmp_path):
    """PATH with that Python, and a pip that does nothing."""
    binaries = tmp_path / "bin"
    binaries.mkdir()
    paths = {"root": str(ROOT), "tests": str(ROOT / "tests"), "said": str(tmp_path / "said")}
    for name, text in (("python", PYTHON.format(python=sys.executable, **paths)), ("pip", "#!/bin/sh\n")):
        (binaries / name).write_text(text)
        (binaries / name).chmod(0o755)
    return f"{binaries}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture
def job(tmp_path, path):
    """A job in an empty checkout, where a model can be written."""
    workspace = tmp_path / "checkout"
    workspace.mkdir()

    def job(event="pull_request", **inputs):
        made = Job(workspace, tmp_path / "files", path, event)
        return made.run(ACTION, **{"modules": "m.py", **inputs})

    job.workspace, job.said = workspace, tmp_path / "said"
    return job


def model(job, text="", name="m.py"):
    (job.workspace / name).write_text(f"def build(): ...\n\ndef save(model, path):  # {text}\n    ...\n")


def test_no_input_is_written_into_a_script():
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert "run" not in step or step["shell"] == "bash"


def test_every_input_and_output_that_steps_name_is_there():
    text = (ROOT / "action.yml").read_text()

    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    ids = {step.get("id") for step in ACTION["runs"]["steps"]}
    assert set(re.findall(r"steps\.(\w+)\.", text)) <= ids


def test_a_run_on_the_base_branch_leaves_results_with_which_a_pull_request_is_compared(job):
    model(job, "loses a")
    base = job("push")
    assert (0, "false") == (base.code, base.outputs["verdict.failed"])
    assert "There are no results of the base to compare with" in base.summary

    same = job()
    assert (0, "false") == (same.code, same.outputs["verdict.failed"])
    assert "## Round trips: passed: nothing is other; 1 cells against .harness/ci/base/1.jsonl" in same.summary
    assert (job.workspace / ".harness" / "ci" / "badge.json").is_file()

    model(job, "loses a loses b")
    worse = job()
    assert (1, "true", "1") == (worse.code, worse.outputs["verdict.failed"], worse.outputs["gate.code"])
    assert "| changed | m-own-code of m.py | optimizer | " in worse.summary
    assert "::error file=m.py,line=3,title=changed%3A m-own-code of m.py optimizer::" in worse.log
    assert 0 == job(fail_on="lost").code


def test_a_page_is_among_what_is_uploaded(job):
    pytest.importorskip("jinja2", reason="pages are written by jinja2, which roundtrip-harness[report] brings")
    model(job)
    job("push")
    assert not (job.workspace / ".harness" / "ci" / "page" / "changes.html").exists()
    model(job, "loses a")
    job()

    assert "m-own-code of m.py" in (job.workspace / ".harness" / "ci" / "page" / "changes.html").read_text()


def test_a_loss_and_a_mended_one(job):
    model(job)
    job("push")
    model(job, "loses a")
    worse = job()
    assert (1, True) == (worse.code, "| newly lost | " in worse.summary)

    job("push")
    model(job)
    mended = job()
    assert (0, True) == (mended.code, "| newly kept | " in mended.summary)


def test_a_check_that_fails_fails_the_job_though_nothing_is_worse(job):
    model(job, "fails")
    job("push")
    failed = job()

    assert (1, "1", "0") == (failed.code, failed.outputs["check.code"], failed.outputs["gate.code"])
    assert "check ended with 1, gate with 0; the summary says why" in failed.log


def test_options_reach_the_check_as_they_are_and_nothing_in_them_is_run(job):
    model(job)
    model(job, name="-n.py")
    evil = "$(touch evil);`touch evil` * 'x'"
    job(modules="m.py -n.py", require=evil, format="dot_keras", loader="bare", keras="3", baseline="b c.toml")
    installed, first, second = job.said.read_text().splitlines()

    options = ["--keras", "3", "--require", evil, "--format", "dot_keras", "--loader", "bare", "--baseline", "b c.toml"]
    for number, (said, name) in enumerate(((first, "m.py"), (second, "-n.py")), 1):
        assert repr(["check", *options, "--results", f".harness/ci/now/{number}.jsonl", "--", name]) == said
    assert repr(["install", "--quiet", f"{ROOT}[report]"]) == installed
    assert not (job.workspace / "evil").exists()


def test_what_is_installed_can_be_said(job):
    model(job)
    job(install="roundtrip-harness==0.1.0 tf-keras")

    assert repr(["install", "--quiet", "roundtrip-harness==0.1.0", "tf-keras"]) == job.said.read_text().splitlines()[0]


@pytest.mark.parametrize("modules", ["", "m.py gone.py"])
def test_what_cannot_be_checked_ends_the_job_at_once(job, modules):
    model(job)
    ended = job(modules=modules)

    assert 2 == ended.code
    assert "check.code" not in ended.outputs


def test_the_summary_of_a_check_is_cut_and_its_text_is_no_markdown(job):
    model(job, "loses a")
    summary = job().summary

    assert 60000 < len(summary) < 70000
    assert "\n    lost: </details> ```" in summary


def test_what_a_model_says_is_no_command_of_the_workflow(job):
    model(job)
    log = job().log

    (token,) = re.findall(r"^::stop-commands::(.*)$", log, re.MULTILINE)
    assert log.index("::stop-commands::") < log.index("::error::of a model") < log.index(f"\n::{token}::\n")


def block(heading, language):
    """The first piece of code below a heading of docs/ci.md."""
    return re.search(rf"\n## {heading}\n.*?```{language}\n(.*?)```", PAGE, re.DOTALL).group(1)


def test_the_recipe_for_github_gives_inputs_that_the_action_has():
    (job,) = yaml.safe_load(block("GitHub", "yaml"))["jobs"].values()
    (given,) = (step["with"] for step in job["steps"] if "roundtrip-harness@" in step.get("uses", ""))

    assert set(given) <= set(ACTION["inputs"])
    assert {name for name, each in ACTION["inputs"].items() if each.get("required")} <= set(given)


def test_the_recipe_for_gitlab_compares_a_branch_with_the_default_branch(tmp_path, path):
    script = "\n".join(yaml.safe_load(block("GitLab", "yaml"))["round-trips"]["script"])
    churn = tmp_path / "models" / "churn.py"
    churn.parent.mkdir()

    def run(branch, text):
        churn.write_text(text)
        env = {"PATH": path, "CI_COMMIT_BRANCH": branch, "CI_DEFAULT_BRANCH": "main"}
        return subprocess.run(["sh", "-ec", script], cwd=tmp_path, env=env, capture_output=True, text=True)

    assert 0 == run("topic", "").returncode  # nothing to compare with
    assert 0 == run("main", "").returncode
    assert 0 == run("topic", "").returncode
    worse = run("topic", "loses a")
    assert (1, True) == (worse.returncode, "failed: 1 newly lost" in worse.stdout)
    assert "newly lost" in (tmp_path / "gate.md").read_text()
    assert 1 == run("topic", "fails").returncode


def test_the_recipe_for_a_shell_compares_with_main(tmp_path, path):
    remote, mine = tmp_path / "remote", tmp_path / "mine"
    remote.mkdir()

    def git(folder, *arguments):
        named = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")
        subprocess.run(("git", *named, *arguments), cwd=folder, check=True, capture_output=True)

    git(remote, "init")
    (remote / "my_model.py").write_text("")
    git(remote, "add", ".")
    git(remote, "commit", "-m", "main")
    git(tmp_path, "clone", str(remote), str(mine))
    (mine / "my_model.py").write_text("loses a")
    script = block("Anywhere else", "sh")
    done = subprocess.run(["sh", "-ec", script], cwd=mine, env={"PATH": path}, capture_output=True, text=True)

    assert (1, True) == (done.returncode, "failed: 1 newly lost" in done.stdout)
