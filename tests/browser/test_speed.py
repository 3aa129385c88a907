"""How long a visitor waits on the demo workspace, from the press to the finished page: told, unjudged."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import filled
from tests.browser.serving import ROOT, Server, Visit, visit
from tests.browser.tour import NAMES, SEGMENTS, live_in

pytestmark = pytest.mark.browser

Act = Callable[[Visit, int], None]
"""Something a visitor does, the n-th time he does it."""
ROUNDS = 3
"""The first round warms, the others count."""
SLOW = 0.5
"""Longest a click should take that starts no run [s]."""
ANY_MOMENT = 3_000
"""Time within which something pressed must have asked for something [ms]."""
WATCH = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    window.begun = window.ended = 0;
    const begin = () => { window.begun = performance.now(); window.ended = 0; };
    for (const what of ['pointerdown', 'keydown']) document.addEventListener(what, begin, true);
    new MutationObserver(() => {
        if (app.dataset.testScriptState === 'notRunning') window.ended = performance.now();
    }).observe(app, {attributes: true});
}"""


@pytest.fixture(scope="module")
def demo(browser: Browser, workspaces: Path) -> Iterator[Server]:
    """The app with the reference seller's demo, as ``make app`` serves it, with rules proposed."""
    scenarios = ROOT / "scenarios"
    space = filled(workspaces / "demo", scenarios)
    live_in(space, [])
    here = Server(space.folder, scenarios).start()
    with visit(browser, here, "en", "speed-warming") as first:
        first.open("home")
    here.rest()
    yield here
    here.kill()


def turn(key: str, place: int) -> Act:
    """Turn to a segment, and every second time back to the first."""

    def act(here: Visit, n: int) -> None:
        here.at(key).locator("button").nth(place if n % 2 == 0 else 0).click()

    return act


def choose(key: str) -> Act:
    """Choose the second option of a list, and every second time the first one again."""

    def act(here: Visit, n: int) -> None:
        field = here.at(key).locator("input").first
        field.click()
        if field.get_attribute("aria-expanded") != "true":
            field.press("ArrowDown")  # The click went into closing another list.
        options = here.page.get_by_role("option")
        options.nth(1).wait_for()
        options.nth(1 - n % 2).click()

    return act


def add(key: str) -> Act:
    """Choose one of several, and every second time take it away."""

    def act(here: Visit, n: int) -> None:
        if n % 2 == 0:
            here.at(key).locator("input").first.click()
            here.page.get_by_role("option").first.click()
        else:
            here.at(key).locator("input").first.press("Backspace")

    return act


def type_in(key: str, text: str) -> Act:
    """Type a text, and every second time none."""

    def act(here: Visit, n: int) -> None:
        field = here.at(key).locator("input").first
        field.fill(text if n % 2 == 0 else "")
        field.press("Enter")

    return act


def row(key: str) -> Act:
    """Click on a row of a table, the first and the second in turn."""

    def act(here: Visit, n: int) -> None:
        here.at(key).locator(".dvn-scroller").first.click(position={"x": 14, "y": 60 + 64 * (n % 2)})

    return act


def other_language(here: Visit, n: int) -> None:
    """Switch the language, and back."""
    here.page.get_by_text("中文" if n % 2 == 0 else "English", exact=True).click()


MORE: dict[str, dict[str, Act]] = {
    "thresholds": {
        "filter by market": add("thresholds_markets"),
        "filter by text": type_in("thresholds_text", "US"),
        "open a SKU": choose("thresholds_cell"),
        "click a row": row("thresholds_table"),
        "picture": turn("thresholds_view", 1),
    },
    "quotes": {"another study": choose("quotes_of")},
    "compare": {
        "another alternative": choose("compare_case"),
    },
    "operations": {"market": choose("operations_market"), "rules": turn("operations_rules", 1)},
    "quality": {"rule": turn("quality_rule", 1), "market": choose("quality_market")},
    "approvals": {"another version": choose("approvals_version")},
    "inputs": {"another scenario": choose("inputs_scenario")},
}
"""What is done on each page besides turning to its parts and switching the language, by what it is called."""


def acts(name: str) -> dict[str, Act]:
    """Everything done on a page: its parts, what is special to it, the language."""
    parts: dict[str, Act] = {}
    if name in SEGMENTS:
        key, options = SEGMENTS[name]
        parts = {option: turn(key, place) for place, option in enumerate(options) if place}
    return {**MORE.get(name, {}), **parts, "language": other_language}


def seconds(here: Visit, press: Callable[[], None]) -> tuple[float, float]:
    """From the press to the finished page, and the server's processor time meanwhile [s]; nothing where it did not
    run."""
    before, asked = here.server.worked(), here.talk.asked
    press()
    try:
        # A table waits a moment for a second click before it asks.
        here.until(lambda: here.talk.asked > asked, ANY_MOMENT)
    except TimeoutError:
        return 0.0, 0.0
    here.settle()
    took = float(here.page.evaluate("window.ended && (window.ended - window.begun) / 1000"))
    return took, here.server.worked() - before


def told(times: list[float]) -> str:
    """Median and greatest."""
    return f"median {statistics.median(times):.2f} s, greatest {max(times):.2f} s of {len(times)}"


def test_the_first_page_is_drawn(browser: Browser, demo: Server, measured: Callable[[str], None]) -> None:
    firsts = []
    for _ in range(ROUNDS):
        with visit(browser, demo, "en", "speed-first") as here:
            here.page.goto(demo.address("home", "en"))
            here.page.wait_for_selector("h1")
            here.page.wait_for_function("document.querySelector('[data-testid=stImage] img')?.complete")
            here.settle()
            firsts.append(float(here.page.evaluate("performance.now()")) / 1000)
    measured(f"first page from an empty tab, drawn whole: {told(firsts)}")
    assert len(firsts) == ROUNDS


def test_one_goes_from_page_to_page(browser: Browser, demo: Server, measured: Callable[[str], None]) -> None:
    with visit(browser, demo, "en", "speed-ways") as here:
        here.open("home")
        here.page.evaluate(WATCH)
        for name, times in ways(here).items():
            assert times
            measured(f"to {name}: {told([took for took, _ in times])}{busy(times)}")


def ways(here: Visit) -> dict[str, list[tuple[float, float]]]:
    """Times to each page from the one before it."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in NAMES}
    for n in range(ROUNDS):
        for name in [*NAMES[1:], NAMES[0]]:
            link = here.page.locator(f"[data-testid=stSidebar] a[href^='{'' if name == 'home' else name}?']").first
            one = seconds(here, link.click)
            if n and one[0]:
                found[name].append(one)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_clicks_are_answered(browser: Browser, demo: Server, name: str, measured: Callable[[str], None]) -> None:
    with visit(browser, demo, "en", f"speed-{name}") as here:
        here.open(name)
        here.page.evaluate(WATCH)
        found: dict[str, list[tuple[float, float]]] = {}
        for called, act in acts(name).items():
            # Each is done and undone, once to warm.
            for n in range(2 * ROUNDS):
                one = seconds(here, lambda act=act, n=n: act(here, n))  # type: ignore[misc]
                if n > 1 and one[0]:
                    found.setdefault(called, []).append(one)
        times = [one for each in found.values() for one in each]
        assert times
        measured(f"a click on {name}: {told([took for took, _ in times])}{busy(times)}")
        for called, each in found.items():
            slow = " (slow)" if statistics.median(took for took, _ in each) > SLOW else ""
            measured(f"    {called}: {told([took for took, _ in each])}{busy(each)}{slow}")
        assert set(found) == set(acts(name)), "something did not answer at all"


def busy(times: list[tuple[float, float]]) -> str:
    """The server's processor time, less noisy than the clock, where this system tells."""
    worked = statistics.median(work for _, work in times)
    return f"; server's processor {worked:.2f} s" if worked == worked else ""
