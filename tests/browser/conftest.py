"""A Chromium, and an app with the results of a smaller reference seller."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.serving import FLAGS, Server, smaller_seller
from warrantysim.store.jobs import Jobs
from warrantysim.store.workspace import Workspace
from warrantysim.ui.demo import ask_for_demo


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        # Where tests decide what lands, a missing browser must not look like a pass.
        assert not os.environ.get("CI"), "continuous integration needs Chromium"
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=found, args=list(FLAGS))


@pytest.fixture(scope="session")
def seller(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scenario files of the smaller seller."""
    return smaller_seller(tmp_path_factory.mktemp("seller") / "scenarios")


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory, seller: Path) -> Path:
    """A workspace with the demo's studies of the smaller seller, finished."""
    space = Workspace.at(tmp_path_factory.mktemp("results") / "workspace")
    jobs = Jobs(space)
    for job in ask_for_demo(jobs, seller, who="demo"):
        ended = jobs.wait(job.id, 900)
        assert ended.state == "finished", jobs.log(job.id)
    return space.folder


@pytest.fixture(scope="session")
def server(results: Path, seller: Path) -> Iterator[Server]:
    """The app of that workspace."""
    here = Server(results, seller).start()
    yield here
    here.kill()
