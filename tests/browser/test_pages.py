"""Every page in a real browser, in both languages: drawn without a fault, for everybody, asking nobody outside."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.measuring import loose_tables, measured
from tests.browser.serving import HEIGHT, Server, visit
from tests.browser.tour import NAMES, VIEWS, View
from warrantysim.ui.frame import NEEDED

pytestmark = pytest.mark.browser

SERIOUS = {"serious", "critical"}
LANGS = pytest.mark.parametrize("lang", ["en", "zh"])
REACHED = 12
"""Elements the keyboard must reach at least: the links to all pages, and something on the page itself."""


WINDOWS = [("en", "light", 1280, 720), ("zh", "dark", 390, 844)]
"""A desk's and a telephone's window, with language and ground."""
OPENED = '[data-testid="stPopover"] button, [data-testid="stPopoverButton"], [data-testid=stExpander] summary'
"""What unfolds when it is pressed."""


def findings(page: Any) -> list[str]:
    """Serious findings of the accessibility rules, with the elements they are about."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}; " + "; ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in found
        if one["impact"] in SERIOUS
    ]


@LANGS
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_drawn_whole_and_reads_well_to_everybody(
    browser: Browser, lived_in: Server, name: str, lang: str
) -> None:
    with visit(browser, lived_in, lang, f"page-{name}") as here:
        here.open(name)
        here.shot("light")
        assert not findings(here.page)


@LANGS
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view[0]}-{view[1]}")
def test_a_view_of_a_page_is_drawn_whole_and_reads_well_to_everybody(
    browser: Browser, lived_in: Server, view: View, lang: str
) -> None:
    name, called, stated = view
    with visit(browser, lived_in, lang, f"page-{name}-{called}") as here:
        here.open(name, **stated)
        here.shot("light")
        assert all(f"{key}={value}" in here.page.url for key, value in stated.items())
        assert not findings(here.page)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_reads_well_on_dark_ground(browser: Browser, lived_in: Server, name: str) -> None:
    with visit(browser, lived_in, "en", f"page-{name}-dark", color_scheme="dark") as here:
        here.open(name)
        here.shot("dark")
        assert not findings(here.page)


@pytest.mark.parametrize(("lang", "mode", "wide", "tall"), WINDOWS)
def test_nothing_is_cut_or_leaves_its_place_on_any_view_of_any_page_in_any_window(
    browser: Browser, lived_in: Server, lang: str, mode: Any, wide: int, tall: int
) -> None:
    said: dict[str, list[Any]] = {}
    for name, called, stated in [*((name, "", {}) for name in NAMES), *VIEWS]:
        with visit(browser, lived_in, lang, f"fits-{name}-{called}", color_scheme=mode) as here:
            here.page.set_viewport_size({"width": wide, "height": tall})
            here.open(name, **stated)
            for _ in range(2):  # What comes into view is drawn then, and may be higher.
                here.still()
                whole = int(here.page.evaluate(HEIGHT))
                here.page.set_viewport_size({"width": wide, "height": min(max(tall, whole + 20), 7000)})
            here.still()
            faults = [*measured(here.page, wide), *loose_tables(here), *findings(here.page)]
            if faults:
                said[f"{name} {called}"] = faults
    assert not said


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_unfolds_reads_well_to_everybody(browser: Browser, lived_in: Server, name: str, mode: Any) -> None:
    with visit(browser, lived_in, "en", f"page-{name}-unfolded", color_scheme=mode) as here:
        here.open(name)
        for k in range(here.page.locator(OPENED).count()):
            button = here.page.locator(OPENED).nth(k)
            if not button.is_enabled():
                continue
            button.click()
            here.settle()
            assert not findings(here.page), button.inner_text()
            if here.page.locator("[data-testid=stPopoverBody]").count():
                here.page.keyboard.press("Escape")
        here.shot("unfolded")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_can_be_walked_through_by_keyboard(browser: Browser, lived_in: Server, name: str) -> None:
    with visit(browser, lived_in, "en", f"page-{name}-keys") as here:
        here.open(name)
        reached = set()
        for _ in range(40):
            here.page.keyboard.press("Tab")
            reached.add(here.page.evaluate("document.activeElement?.outerHTML?.slice(0, 200) ?? ''"))
        assert len(reached) >= REACHED


def test_a_link_is_read_in_the_language_it_was_sent_in(browser: Browser, lived_in: Server) -> None:
    with visit(browser, lived_in, "en", "page-language") as here:
        here.page.goto(lived_in.address("home", "zh"))
        here.page.wait_for_selector("h1")
        here.settle()
        assert "保修规则" in here.words()
        here.page.get_by_text("English", exact=True).click()
        here.page.wait_for_url("**lang=en**")
        here.settle()
        assert "warranty rules" in here.words()


def test_what_draws_charts_is_fetched_while_a_page_without_any_is_read(browser: Browser, lived_in: Server) -> None:
    with visit(browser, lived_in, "en", "page-fetching") as here:
        here.open("home")
        for part in NEEDED:
            got = f"() => performance.getEntriesByType('resource').some(one => one.name.includes('/js/{part}.'))"
            here.page.wait_for_function(got)
        assert not here.page.locator("[data-testid=stVegaLiteChart]").count()
