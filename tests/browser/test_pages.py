"""Every page in a real browser, in both languages: drawn without a fault, for everybody, asking nobody outside."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.serving import Server, visit
from warrantysim.ui.pages import PAGES

pytestmark = pytest.mark.browser

NAMES = [name for pages in PAGES.values() for name in pages]
SERIOUS = {"serious", "critical"}


def findings(page: Any) -> list[str]:
    """Serious findings of the accessibility rules, with the elements they are about."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}; " + "; ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in found
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_drawn_whole_and_reads_well_to_everybody(
    browser: Browser, server: Server, name: str, lang: str
) -> None:
    with visit(browser, server, lang, f"page-{name}") as here:
        here.open(name)
        here.shot("light")
        assert not findings(here.page)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_reads_well_on_dark_ground(browser: Browser, server: Server, name: str) -> None:
    with visit(browser, server, "en", f"page-{name}-dark", color_scheme="dark") as here:
        here.open(name)
        here.shot("dark")
        assert not findings(here.page)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_can_be_walked_through_by_keyboard(browser: Browser, server: Server, name: str) -> None:
    with visit(browser, server, "en", f"page-{name}-keys") as here:
        here.open(name)
        reached = set()
        for _ in range(40):
            here.page.keyboard.press("Tab")
            reached.add(here.page.evaluate("document.activeElement?.outerHTML?.slice(0, 200) ?? ''"))
        assert len(reached) >= 12


def test_a_link_is_read_in_the_language_it_was_sent_in(browser: Browser, server: Server) -> None:
    with visit(browser, server, "en", "page-language") as here:
        here.page.goto(server.address("home", "zh"))
        here.page.wait_for_selector("h1")
        here.settle()
        assert "保修规则" in here.words()
        here.page.get_by_text("English", exact=True).click()
        here.page.wait_for_url("**lang=en**")
        here.settle()
        assert "warranty rules" in here.words()
