"""A Chromium, and an app with the results of a smaller reference seller."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.serving import FLAGS, Server, Told, smaller_seller, told_journey
from tests.browser.tour import live_in, studies
from warrantysim.store.jobs import Jobs
from warrantysim.store.workspace import Workspace
from warrantysim.ui.demo import ask_for_counts, ask_for_demo


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine: the app was not driven in a browser")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=found, args=list(FLAGS))


@pytest.fixture
def told() -> Told:
    """Counts a journey at its answer."""
    return told_journey


@pytest.fixture(scope="session")
def seller(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scenario files of the smaller seller."""
    return smaller_seller(tmp_path_factory.mktemp("seller") / "scenarios")


@pytest.fixture(scope="session")
def workspaces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where workspaces are made: a new folder, or the one ``$WARRANTYSIM_KEPT`` names, whose runs need no rerun and
    which several processes of tests share."""
    kept = os.environ.get("WARRANTYSIM_KEPT")
    return Path(kept) if kept else tmp_path_factory.mktemp("workspaces")


@pytest.fixture(scope="session")
def results(browser: Browser, workspaces: Path, seller: Path) -> Path:
    """A workspace with the demo's studies of the smaller seller, finished; not made where there is no browser.

    Nobody works in it: each server has a copy.
    """
    with (workspaces / "results.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return filled(workspaces / "results", seller).folder


def copied(results: Path, folder: Path) -> Path:
    """A workspace of one's own with those results."""
    if not folder.exists():
        shutil.copytree(results, folder)
    return folder


@pytest.fixture(scope="session")
def server(results: Path, workspaces: Path, seller: Path) -> Iterator[Server]:
    """The app of such a workspace."""
    here = Server(copied(results, workspaces / "journeys"), seller).start()
    yield here
    here.kill()


@pytest.fixture(scope="session")
def lived_in(results: Path, workspaces: Path, seller: Path) -> Iterator[Server]:
    """The app of a workspace somebody has worked in for a while, so that every view has something to show."""
    folder = copied(results, workspaces / "lived-in")
    live_in(Workspace.at(folder), studies(seller))
    here = Server(folder, seller).start()
    yield here
    here.kill()


def filled(folder: Path, scenarios: Path) -> Workspace:
    """A workspace as ``warrantysim app --demo`` fills one, all of it finished."""
    space = Workspace.at(folder)
    jobs = Jobs(space)
    for ask in (lambda: ask_for_demo(jobs, scenarios, who="demo"), lambda: ask_for_counts(jobs, who="demo")):
        asked = ask()
        # What ships leaves its confirmation to be made behind it; years are counted of that.
        for job in {job.id: job for job in [*asked, *jobs.listed(active=True)]}.values():
            ended = jobs.wait(job.id, 1800)
            assert ended.state == "finished", jobs.log(job.id)
    return space
