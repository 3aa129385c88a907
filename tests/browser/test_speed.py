"""How long a visitor waits on the demo workspace, from the press of the mouse to the finished page: told, unjudged."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.serving import ROOT, Server, Visit, visit
from warrantysim.store.jobs import Jobs
from warrantysim.store.workspace import Workspace
from warrantysim.ui.demo import ask_for_demo
from warrantysim.ui.pages import PAGES

pytestmark = pytest.mark.browser

CLICKS = {
    "thresholds": (("thresholds_view", 1), ("thresholds_view", 0), ("thresholds_part", 1), ("thresholds_part", 2)),
    "quotes": (("quotes_part", 1), ("quotes_part", 6), ("quotes_part", 0)),
    "compare": (("compare_part", 1), ("compare_part", 3), ("compare_part", 0)),
    "inputs": (("inputs_part", 1), ("inputs_part", 2), ("inputs_part", 0)),
    "scenarios": (("scenarios_part", 1), ("scenarios_part", 2), ("scenarios_part", 0)),
    "runs": (("runs_view", 1), ("runs_view", 3), ("runs_view", 0)),
}
"""Segments to press on each page: key and place."""
ROUNDS = 3
"""The first round warms, the others count."""
WATCH = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    window.begun = 0; window.ended = 0; window.ran = false;
    document.addEventListener('pointerdown', () => {
        window.begun = performance.now(); window.ended = 0; window.ran = false;
    }, true);
    new MutationObserver(() => {
        if (app.dataset.testScriptState === 'running') window.ran = true;
        else if (window.begun && window.ran && !window.ended) window.ended = performance.now();
    }).observe(app, {attributes: true});
}"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with the reference seller's demo, as ``make app`` serves it."""
    space = Workspace.at(tmp_path_factory.mktemp("demo") / "workspace")
    jobs = Jobs(space)
    for job in ask_for_demo(jobs, ROOT / "scenarios", who="demo"):
        ended = jobs.wait(job.id, 1800)
        assert ended.state == "finished", jobs.log(job.id)
    here = Server(space.folder, ROOT / "scenarios").start()
    yield here
    here.kill()


def seconds(here: Visit, press: Callable[[], None]) -> float:
    """From the press to the finished page [s]; 0 where the page did not run."""
    press()
    here.page.wait_for_timeout(1500)
    here.settle()
    return float(here.page.evaluate("window.ended && (window.ended - window.begun) / 1000"))


def told(times: list[float]) -> str:
    """Median and greatest."""
    return f"median {statistics.median(times):.2f} s, greatest {max(times):.2f} s of {len(times)}"


def test_the_first_page_is_drawn_and_clicks_are_answered(
    browser: Browser, demo: Server, measured: Callable[[str], None], tmp_path: Path
) -> None:
    with visit(browser, demo, "en", "speed-warming") as here:
        here.open("home")
    firsts = []
    for _ in range(ROUNDS):
        with visit(browser, demo, "en", "speed-first") as here:
            here.page.goto(demo.address("home", "en"))
            here.page.wait_for_selector("h1")
            here.page.wait_for_selector("[data-testid=stVegaLiteChart] [role=graphics-document]")
            here.settle()
            firsts.append(float(here.page.evaluate("performance.now()")) / 1000)
    measured(f"first page from an empty tab, drawn whole: {told(firsts)}")
    with visit(browser, demo, "en", "speed-clicks") as here:
        here.open("home")
        here.page.evaluate(WATCH)
        ways = []
        for turn in range(ROUNDS):
            for name in [name for pages in PAGES.values() for name in pages]:
                link = here.page.locator(f"[data-testid=stSidebar] a[href*='/{'' if name == 'home' else name}?']").first
                took = seconds(here, link.click)
                if turn and took:
                    ways.append(took)
        measured(f"from page to page: {told(ways)}")
        for name, clicks in CLICKS.items():
            here.open(name)
            here.page.evaluate(WATCH)
            times = []
            for turn in range(ROUNDS):
                for key, place in clicks:
                    took = seconds(here, here.at(key).locator("button").nth(place).click)
                    if turn and took:
                        times.append(took)
            assert times
            measured(f"a click on {name}: {told(times)}")
