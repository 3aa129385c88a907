"""``python -m docs._site.pictures WORKSPACE``: take the pictures of the app anew, from a workspace that holds the demo.

It needs the system's Chromium, and a workspace that `warrantysim app --demo --workspace WORKSPACE` has filled.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from docs._site.code import ROOT
from tests.browser.serving import FLAGS, PATIENCE, Server
from warrantysim.packs import SCENARIOS

PICTURES = {"en": "app.png", "zh": "app-zh.png"}
"""Languages, and the picture of the first page in each."""
SIZE = {"width": 1360, "height": 760}
DRAWN = 8_000
"""Time until all of a page is drawn [ms]."""


def take(workspace: Path) -> None:
    """Serve the workspace, look at its first page in each language, and stop."""
    server = Server(workspace, SCENARIOS).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
            for lang, name in PICTURES.items():
                page = browser.new_page(viewport=SIZE, color_scheme="light")
                page.goto(f"http://127.0.0.1:{server.port}/?lang={lang}", timeout=PATIENCE)
                page.wait_for_selector("[data-testid=stMetric]", timeout=PATIENCE)
                page.wait_for_timeout(DRAWN)
                page.screenshot(path=ROOT / "docs" / "pictures" / name)
                page.close()
            browser.close()
    finally:
        server.kill()


if __name__ == "__main__":
    take(Path(sys.argv[1]).resolve())
