"""Every view of every page in a real browser, in both languages: drawn whole, for everybody, asking nobody outside.

A view is opened once in each language, in a window of its own, and held against one law after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.measuring import loose_tables, measured
from tests.browser.serving import TALL, WIDE, Server, Visit, visit
from tests.browser.tour import NAMES, VIEWS, View
from warrantysim.ui.frame import NEEDED

pytestmark = pytest.mark.browser

SERIOUS = {"serious", "critical"}
ALL = {"resultTypes": ["violations"]}
COLOURS = ("color-contrast", "link-in-text-block")
"""Rules that another ground can break."""
REACHED = 12
"""Elements the keyboard must reach at least: the links to all pages, and something on the page itself."""
WINDOWS: dict[str, tuple[Any, int, int]] = {"en": ("light", 1280, 720), "zh": ("dark", 390, 844)}
"""A desk's and a telephone's window, with the ground, by language."""
OPENED = [(view, lang) for view in [*((name, "", {}) for name in NAMES), *VIEWS] for lang in WINDOWS]
FOLDED = "[data-testid=stExpander] details:not([open]) summary"
"""What unfolds when it is pressed, and stays so."""
DIALOGS = "[data-testid=stPopover] button, [data-testid=stPopoverButton]"
"""What opens a dialog when it is pressed."""
DIALOG = "[data-testid=stPopoverBody]"


def called(opened: tuple[View, str]) -> str:
    """Page, view, language."""
    (name, view, _), lang = opened
    return "-".join(filter(None, (name, view, lang)))


@pytest.fixture(scope="module", params=OPENED, ids=called)
def opened(request: pytest.FixtureRequest, browser: Browser, lived_in: Server) -> Iterator[Visit]:
    """Somebody who has opened a view; at the end everything must have been sound."""
    (name, view, stated), lang = request.param
    mode, wide, tall = WINDOWS[lang]
    with visit(browser, lived_in, lang, "-".join(filter(None, ("page", name, view))), color_scheme=mode) as here:
        here.page.set_viewport_size({"width": wide, "height": tall})
        here.open(name, **stated)
        assert all(f"{key}={value}" in here.page.url for key, value in stated.items())
        yield here


def findings(page: Page, context: str | None = None, *rules: str) -> list[str]:
    """Serious findings of the accessibility rules, all or some, on the whole page or a part of it, and where."""
    found = Axe().run(page, context, ALL | ({"runOnly": list(rules)} if rules else {})).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}; " + "; ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in found
        if one["impact"] in SERIOUS
    ]


def test_nothing_is_cut_or_leaves_its_place_in_a_desks_or_a_telephones_window(opened: Visit) -> None:
    wide, tall = WINDOWS[opened.lang][1:]
    opened.whole(wide, tall)
    assert not [*measured(opened.page, wide), *loose_tables(opened), *findings(opened.page)]


def test_a_page_can_be_walked_through_by_keyboard(opened: Visit) -> None:
    opened.page.set_viewport_size({"width": WIDE, "height": TALL})
    reached = set()
    for _ in range(40):
        opened.page.keyboard.press("Tab")
        reached.add(opened.page.evaluate("document.activeElement?.outerHTML?.slice(0, 200) ?? ''"))
    assert len(reached) >= REACHED


@pytest.mark.parametrize("turned", [False, True], ids=["as-it-opens", "other-ground"])
def test_a_view_and_all_that_it_unfolds_reads_well_to_everybody(opened: Visit, turned: bool) -> None:
    mode = WINDOWS[opened.lang][0]
    rules = COLOURS if turned else ()
    if turned:
        opened.turn_to({"light": "dark", "dark": "light"}[mode])
    else:
        opened.shot(mode)
    for _ in range(opened.page.locator(FOLDED).count()):
        opened.page.locator(FOLDED).first.click()
        opened.settle()
    opened.whole()
    said = {"the view": findings(opened.page, None, *rules)}
    for button in opened.page.locator(DIALOGS).all():
        if button.is_enabled():
            # A hint of what the mouse rests on, or of what had the focus before, may lie over the button.
            opened.page.mouse.move(0, 0)
            opened.page.evaluate("document.activeElement?.blur()")
            button.click()
            opened.page.locator(DIALOG).wait_for()
            opened.settle()
            said[button.inner_text()] = findings(opened.page, DIALOG, *rules)
            opened.page.keyboard.press("Escape")
            opened.page.locator(DIALOG).wait_for(state="detached")
    assert not {name: each for name, each in said.items() if each}


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
