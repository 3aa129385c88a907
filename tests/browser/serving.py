"""A running app in a process of its own, as ``warrantysim app`` serves it, and visitors with a real Chromium."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "artefacts" / "browser"
"""Where screenshots are kept."""
PATIENCE = 60_000
"""Time a page may take before a test gives up [ms]."""
A_RUN = 900_000
"""Time a study may take [ms]."""
HEARD = 250
"""Time the server is given to begin with an answer [ms]."""
FEWER_SALES = 0.15
"""Share of the reference seller's sales that the seller of these tests has, so that a decision takes seconds."""
QUICK = {"training_replications: 6": 2, "selection_replications: 3": 2, "confirm_replications: 12": 3}
"""Replications of the reference seller's decision, and how many do here."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Chromium stays quiet: it asks nobody for anything."""


def smaller_seller(folder: Path) -> Path:
    """The shipped scenario files with a seller who sells less and decides on fewer years."""
    shutil.copytree(ROOT / "scenarios", folder)
    sales = folder / "tables" / "sales.csv"
    with sales.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with sales.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            row | {"units_per_month": round(float(row["units_per_month"]) * FEWER_SALES, 1)} for row in rows
        )
    text = (folder / "base.yaml").read_text("utf-8")
    for stated, fewer in QUICK.items():
        assert stated in text
        text = text.replace(stated, f"{stated.partition(':')[0]}: {fewer}")
    (folder / "base.yaml").write_text(text, "utf-8")
    return folder


@dataclass
class Server:
    """The app of one workspace; started, killed and started again at the same address."""

    workspace: Path
    scenarios: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> Server:
        """Serve, and wait until somebody answers."""
        self.port = self.port or free_port()
        # A process group of its own: killing it ends the server and leaves the jobs, which have theirs, at work.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "warrantysim", "app", "--workspace", str(self.workspace), "--port", str(self.port)],
            env=os.environ | {"WARRANTYSIM_SCENARIOS": str(self.scenarios)},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_stcore/health", timeout=1) as answer:
                    if answer.status == 200:
                        return self
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the app did not answer within 30 s")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def address(self, page: str, lang: str, **query: str) -> str:
        """Address of a page; the first page is at the root."""
        stated = "".join(f"&{key}={value}" for key, value in query.items())
        return f"http://127.0.0.1:{self.port}/{'' if page == 'home' else page}?lang={lang}{stated}"


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return int(it.getsockname()[1])


@dataclass
class Visit:
    """One visitor: a tab, and what went wrong in it."""

    server: Server
    page: Page
    lang: str
    story: str
    """What the screenshots are called."""
    outside: list[str] = field(default_factory=list)
    """Requests to anywhere but the server."""
    complaints: list[str] = field(default_factory=list)
    """Errors of the browser's console."""
    shots: int = 0

    def open(self, page: str, **query: str) -> None:
        """Open a page and wait until it is drawn."""
        self.page.goto(self.server.address(page, self.lang, **query))
        self.page.wait_for_selector("h1", timeout=PATIENCE)
        self.settle()

    def settle(self) -> None:
        """Wait until the script has run and nothing on screen is stale."""
        # The server has to hear of a click before it can be seen to answer.
        self.page.wait_for_timeout(HEARD)
        self.page.wait_for_function(SETTLED, timeout=PATIENCE)

    def at(self, key: str) -> Locator:
        """The element with a key."""
        return self.page.locator(f".st-key-{key}").first

    def press(self, key: str) -> None:
        """Press a button."""
        self.at(key).locator("button").first.click()
        self.settle()

    def fill(self, key: str, text: str) -> None:
        """Type into a field and leave it."""
        field = self.at(key).locator("input, textarea").first
        field.fill(text)
        field.press("Tab")
        self.settle()

    def choose(self, key: str, text: str) -> None:
        """Choose an option of a list by a part of what it is called."""
        field = self.at(key).locator("input").first
        field.click()
        field.fill(text)
        self.page.get_by_role("option").filter(has_text=text).first.click()
        self.settle()

    def turn(self, key: str, place: int) -> None:
        """Choose a segment of a row of them by its place."""
        self.at(key).locator("button").nth(place).click()
        self.settle()

    def take(self, key: str) -> bytes:
        """Download what a button hands out."""
        with self.page.expect_download() as waiting:
            self.at(key).locator("button").first.click()
        return Path(waiting.value.path()).read_bytes()

    def wait_for(self, selector: str, patience: float = PATIENCE) -> Locator:
        """Wait for something to appear; ``patience``: [ms]."""
        self.page.wait_for_selector(selector, timeout=patience)
        self.settle()
        return self.page.locator(selector).first

    def words(self) -> str:
        """Everything that can be read on the page."""
        return str(self.page.locator("[data-testid=stMain]").inner_text())

    def shot(self, name: str) -> Path:
        """Keep a picture of the whole page."""
        self.shots += 1
        tall = int(self.page.evaluate("document.querySelector('[data-testid=stMain]')?.scrollHeight ?? 1000"))
        self.page.set_viewport_size({"width": WIDE, "height": min(max(TALL, tall + 40), 8000)})
        # Charts draw themselves anew after the size changed.
        self.page.wait_for_timeout(700)
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        path = ARTEFACTS / f"{self.story}-{self.shots:02d}-{name}-{self.lang}.png"
        self.page.screenshot(path=str(path))
        self.page.set_viewport_size({"width": WIDE, "height": TALL})
        return path

    def sound(self) -> None:
        """Nothing broke, and nobody outside was asked for anything."""
        assert not self.page.locator("[data-testid=stException]").count()
        assert not self.outside, self.outside
        assert not self.complaints, self.complaints


WIDE, TALL = 1440, 1000
"""Size of a visitor's window [pixels]."""
SETTLED = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    return app && app.dataset.testScriptState === 'notRunning' && !document.querySelector('[data-stale=true]');
}"""


@contextmanager
def visit(browser: Browser, server: Server, lang: str, story: str, **more: Any) -> Iterator[Visit]:
    """A visitor with a fresh browser profile; at the end everything must have been sound."""
    context = browser.new_context(
        viewport={"width": WIDE, "height": TALL},
        locale="zh-CN" if lang == "zh" else "en-US",
        accept_downloads=True,
        **more,
    )
    context.set_default_timeout(PATIENCE)
    here = Visit(server, context.new_page(), lang, story)

    def asked(request: Request) -> None:
        local = request.url.startswith((f"http://127.0.0.1:{server.port}", "data:", "blob:"))
        if not local:
            here.outside.append(request.url)

    def told(message: ConsoleMessage) -> None:
        # Opened at a page of its own the front end first looks for its server beneath that page, then at the root.
        looking = "/_stcore/" in str(message.location.get("url", ""))
        if message.type == "error" and not looking:
            here.complaints.append(f"{message.text} {message.location.get('url', '')}")

    here.page.on("request", asked)
    here.page.on("console", told)
    try:
        yield here
        here.sound()
    finally:
        context.close()
