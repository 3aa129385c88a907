"""What people who join find: workflows, templates and hooks that name what is there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from warrantysim.version import __version__

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
YAML_FILES = sorted([*(ROOT / ".github").rglob("*.yml"), ROOT / ".pre-commit-config.yaml", ROOT / "CITATION.cff"])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def read(path: Path) -> Any:
    """A YAML file, with `on` as a word and versions as text."""
    return yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """Steps of every job of a workflow."""
    for job in read(path)["jobs"].values():
        yield from job["steps"]


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.name)
def test_it_is_yaml_and_says_something(path: Path) -> None:
    assert isinstance(read(path), dict)
    assert read(path)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_little_ends_and_names_what_is_there(path: Path) -> None:
    stated = read(path)
    assert stated["permissions"] == {"contents": "read"}
    assert {"name", "on", "jobs"} <= set(stated)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for job in stated["jobs"].values():
        assert "timeout-minutes" in job
        assert job["steps"][0]["uses"].startswith("actions/checkout@")
        needed = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
        assert set(needed) <= set(stated["jobs"])
        matrix = job.get("strategy", {}).get("matrix", {})
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step)
            said = step.get("run", "").replace("${{ matrix.target }}", " ".join(matrix.get("target", [])))
            for made in re.findall(r"\bmake ([a-z -]+)", said):
                assert set(made.split()) <= targets
            for name in re.findall(r"(?:^|\s)((?:requirements|\.ci/)[\w./-]+)", said):
                assert (ROOT / name).is_file()
            if "matrix." in str(step) + str(job.get("runs-on")):
                assert matrix


def test_each_python_and_system_that_is_supported_is_tested() -> None:
    jobs = read(ROOT / ".github" / "workflows" / "test.yml")["jobs"]
    prefix = "Programming Language :: Python :: "
    supported = [c.removeprefix(prefix) for c in PROJECT["project"]["classifiers"] if c.startswith(f"{prefix}3.")]
    assert all(job["strategy"]["matrix"]["python"] == supported for job in jobs.values())
    assert jobs["elsewhere"]["strategy"]["matrix"]["system"] == ["macos-latest", "windows-latest"]
    assert any(step.get("run") == ".ci/run" for step in jobs["linux"]["steps"])
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_hooks_run_the_tools_of_the_lock_files() -> None:
    tools = {re.split(r"[<>=]", name)[0] for name in PROJECT["dependency-groups"]["dev"]} | {"python"}
    for repository in read(ROOT / ".pre-commit-config.yaml")["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            program = hook["entry"].split()[0]
            assert program.removeprefix(".venv/bin/") in tools
            for name in re.findall(r"tests/\S+", hook["entry"]):
                assert (ROOT / name).is_file()


def test_forms_ask_for_what_can_be_seen_again() -> None:
    for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"):
        form = read(path)
        assert {"name", "description", "body"} <= set(form)
        assert [field["id"] for field in form["body"] if field.get("validations", {}).get("required") == "true"]


def test_the_citation_is_of_this_version() -> None:
    cited = read(ROOT / "CITATION.cff")
    assert cited["version"] == __version__
    assert cited["license"] == PROJECT["project"]["license"]
    assert cited["cff-version"] == "1.2.0"
