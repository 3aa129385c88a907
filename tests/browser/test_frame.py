"""What the frame around the pages promises whoever works in a browser: a way back, links, a name that is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Response

from tests.browser.serving import Server, visit

pytestmark = pytest.mark.browser


@pytest.fixture
def new_server(tmp_path: Path) -> Iterator[Server]:
    """A server of an empty workspace."""
    here = Server(tmp_path / "workspace", Path(__file__).resolve().parents[2] / "scenarios").start()
    yield here
    here.kill()


def test_one_press_goes_one_page_back_and_a_link_opens_the_same_view(browser: Browser, new_server: Server) -> None:
    with visit(browser, new_server, "en", "back") as here:
        here.open("home")
        for name in ("inputs", "runs"):
            here.page.locator(f"[data-testid=stSidebar] a[href*={name}]").first.click()
            here.page.wait_for_url(f"**/{name}?**")
            here.settle()
            if name == "inputs":
                here.turn("inputs_part", 1)
                here.turn("inputs_part", 2)
        here.page.go_back()
        here.page.wait_for_url("**/inputs?**")
        here.settle()
        address, said = here.page.url, here.words()
        assert "inputs_part=" in address
        here.page.go_back()
        here.page.wait_for_url("**/?lang=en")
        here.settle()
        assert "What your warranty rules should be" in here.words()
    with visit(browser, new_server, "en", "link") as there:
        there.page.goto(address)
        there.page.wait_for_selector("h1")
        there.settle()
        there.until(lambda: there.words() == said)


def test_a_page_misses_nothing_but_where_its_server_is_looked_for_first(browser: Browser, new_server: Server) -> None:
    missed: list[str] = []

    def answered(response: Response) -> None:
        if response.status >= 400:
            missed.append(urlsplit(response.url).path)

    with visit(browser, new_server, "en", "missed") as here:
        here.page.on("response", answered)
        here.open("home")
        assert not missed
        here.open("inputs")  # Streamlit's front end takes a page's address for one its server may lie beneath.
        assert sorted(missed) == ["/inputs/_stcore/health", "/inputs/_stcore/host-config"]
        here.page.locator("[data-testid=stSidebar] a[href*=runs]").first.click()
        here.page.wait_for_url("**/runs?**")
        here.settle()
        assert len(missed) == 2


def test_a_name_is_remembered_over_reloads_and_links_and_never_sent_with_one(
    browser: Browser, new_server: Server
) -> None:
    with visit(browser, new_server, "zh", "name", who="") as here:
        here.open("home")
        here.fill("who", "张敏 <script>")
        assert "%E5%BC%A0" not in here.page.url
        here.page.reload()
        here.page.wait_for_selector("h1")
        here.settle()
        assert here.at("who").locator("input").input_value() == "张敏 <script>"
        here.open("inputs")
        assert here.at("who").locator("input").input_value() == "张敏 <script>"
        here.fill("who", "")
        here.open("home")
        assert here.at("who").locator("input").input_value() == ""
    with visit(browser, new_server, "zh", "name-of-another", who="") as there:
        there.open("home")
        assert there.at("who").locator("input").input_value() == ""
