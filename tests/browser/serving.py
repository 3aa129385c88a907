"""A running app in a process of its own, as ``warrantysim app`` serves it, and visitors with a real Chromium."""

from __future__ import annotations

import csv
import json
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.ipc
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from warrantysim.ui.session import COOKIE

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "artefacts" / "browser"
"""Where screenshots are kept."""
PATIENCE = 60_000
"""Time a page may take before a test gives up [ms]."""
WIDE, TALL = 1440, 1000
"""Size of a visitor's window [pixels]."""
A_RUN = 900_000
"""Time a study may take [ms]."""
NOTICED = 1.0
"""From so long on somebody notices that he waits [s]."""
COUNT = """addEventListener('pointerdown', () => {
    sessionStorage.setItem('clicks', Number(sessionStorage.getItem('clicks') ?? 0) + 1);
}, true)"""
"""Counts presses of the mouse, over pages of a tab."""
IDLE = 0.1
"""Processor time a second that a server at rest stays below [s]."""
FEWER_SALES = 0.15
"""Share of the reference seller's sales that the seller of these tests has, so that a decision takes seconds."""
QUICK = """decision: {training_replications: 2, selection_replications: 2, judging_replications: 2,
  confirm_replications: 3}
plan: {replications: 4}"""
"""Replications that do here, in place of those of the packs."""
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
    assert "\ndecision:" not in text
    assert "\nplan:" not in text
    (folder / "base.yaml").write_text(f"{text}\n{QUICK}\n", "utf-8")
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

    def rest(self) -> None:
        """Wait until it has nothing left to do, such as what it reads ahead after the first visit."""
        before = self.worked()
        for _ in range(120):
            time.sleep(1)
            now = self.worked()
            if not now - before > IDLE:
                return
            before = now

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def worked(self) -> float:
        """Processor time it has used so far [s]; NaN where the system does not tell."""
        assert self.process is not None
        used = 0
        try:
            for stat in Path("/proc").glob("[0-9]*/stat"):
                with suppress(FileNotFoundError, ProcessLookupError):
                    # After the name, which is in brackets: state, parent, process group; processor times from the 12th.
                    told = stat.read_text().rpartition(")")[2].split()
                    if int(told[2]) == self.process.pid:
                        used += int(told[11]) + int(told[12])
            return used / os.sysconf("SC_CLK_TCK") if used else math.nan
        except OSError:
            return math.nan

    def address(self, page: str, lang: str, **query: str) -> str:
        """Address of a page; the first page is at the root."""
        stated = "".join(f"&{key}={value}" for key, value in query.items())
        return f"http://127.0.0.1:{self.port}/{'' if page == 'home' else page}?lang={lang}{stated}"


Told = Callable[["Visit", str], None]
"""Told that a journey is at its answer, and what it is called."""
MOST_CLICKS = 6
"""Presses to the answer of a journey [count]."""
JOURNEYS = ARTEFACTS / "journeys.txt"
"""The table of journeys, a row each time one is at its answer."""
ROW = "{:<34} {:<3} {:>7} {:>6} {:>6} {:>13} {:>7}\n"
HEAD = ROW.format("journey", "", "clicks", "typed", "waits", "longest [s]", "errors")


def told_journey(here: Visit, name: str) -> None:
    """Add a journey to the table. Presses to its answer are few, and what nobody expected is no error."""
    longest = f"{max(here.waits, default=0.0):.1f}"
    row = ROW.format(name, here.lang, here.clicks, here.typed, len(here.waits), longest, len(here.errors))
    JOURNEYS.parent.mkdir(parents=True, exist_ok=True)
    with JOURNEYS.open("a", encoding="utf-8") as table:
        table.write(row if table.tell() else HEAD + row)
    assert here.clicks <= MOST_CLICKS, row


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return int(it.getsockname()[1])


class Talk:
    """What a tab asks the server for and has not been answered yet, read from what they send each other.

    A page that asks for itself every few seconds, as those with a progress bar do, does not count as asking.
    """

    def __init__(self, page: Page) -> None:
        self.whole = self.part = False
        """Whether a run of the page, or of a part of it, was asked for and has not ended."""
        self.asked = 0
        """How often something was asked for."""
        self.tables: list[tuple[list[str], bool]] = []
        """Columns of each table that was shown, and whether one of them stays."""
        self.lately: deque[str] = deque(maxlen=40)
        """What was said last, for whoever waits in vain."""
        page.on("websocket", self._listen)

    @property
    def answered(self) -> bool:
        """Whether nothing is left to be answered."""
        return not (self.whole or self.part)

    def _listen(self, line: WebSocket) -> None:
        self.whole = self.part = False
        self.lately.append("a new line")
        line.on("framesent", self._asked)
        line.on("framereceived", self._told)

    def _asked(self, frame: bytes | str) -> None:
        if isinstance(frame, str):
            return
        said = BackMsg.FromString(frame)
        self.lately.append(f"asked: {said.WhichOneof('type')} {said.rerun_script.fragment_id}".rstrip())
        if said.WhichOneof("type") == "rerun_script" and not said.rerun_script.is_auto_rerun:
            self.asked += 1
            if said.rerun_script.fragment_id:
                self.part = True
            else:
                self.whole = True

    def _told(self, frame: bytes | str) -> None:
        if isinstance(frame, str):
            return
        said = ForwardMsg.FromString(frame)
        if said.delta.new_element.WhichOneof("type") == "dataframe":
            self._shown(said.delta.new_element.dataframe)
        if said.WhichOneof("type") != "script_finished":
            return
        self.lately.append(f"told: {ForwardMsg.ScriptFinishedStatus.Name(said.script_finished)}")
        if said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self.whole = self.part = False
        elif said.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
            self.part = False

    def _shown(self, table: Any) -> None:
        with pyarrow.ipc.open_stream(table.arrow_data.data) as held:
            keys = [name for name in held.schema.names if not name.startswith("__index")]
        stated = json.loads(table.columns or "{}")
        self.tables.append((keys, any(one.get("pinned") for one in stated.values())))


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
    typed: int = 0
    """Fields typed into and files chosen [count]."""
    waits: list[float] = field(default_factory=list)
    """Times a person had to wait, `NOTICED` and longer [s]."""
    errors: list[str] = field(default_factory=list)
    """What the app called an error, each once."""

    def __post_init__(self) -> None:
        self.talk = Talk(self.page)
        self.page.add_init_script(COUNT)

    @property
    def clicks(self) -> int:
        """Presses of the mouse so far, in whatever pages of this tab [count]."""
        return int(self.page.evaluate("Number(sessionStorage.getItem('clicks') ?? 0)"))

    def open(self, page: str, **query: str) -> None:
        """Open a page and wait until it is drawn."""
        self.page.goto(self.server.address(page, self.lang, **query))
        self.page.wait_for_selector("h1", timeout=PATIENCE)
        self.settle()

    def settle(self) -> None:
        """Wait until what was asked is answered and nothing on screen is stale."""
        with self.waiting():
            self._settle()
        for alert in self.page.locator("[data-testid=stAlertContentError]").all_inner_texts():
            if alert not in self.errors:
                self.errors.append(alert)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """What a person waits for meanwhile."""
        begun = time.monotonic()
        yield
        if (took := time.monotonic() - begun) >= NOTICED:
            self.waits.append(took)

    def _settle(self) -> None:
        self.page.evaluate(ACTED)
        self.until(lambda: self.talk.answered or self._quiet())
        self.page.wait_for_function(SETTLED, timeout=PATIENCE)

    def _quiet(self) -> bool:
        """Whether the tab itself has said for seconds that nothing runs: an answer that was not overheard."""
        return bool(self.page.evaluate(QUIET))

    def until(self, holds: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Wait until something holds; ``patience``: [ms]."""
        end = time.monotonic() + patience / 1000
        while not holds():
            if time.monotonic() > end:
                state = self.page.evaluate("document.querySelector('[data-testid=stApp]')?.dataset.testScriptState")
                said = "\n".join(self.talk.lately)
                raise TimeoutError(f"not so within {patience / 1000:g} s; the tab is {state}; said last:\n{said}")
            self.page.wait_for_timeout(20)  # Also takes in what the browser tells meanwhile.

    def still(self) -> None:
        """Wait until nothing on screen moves: charts draw themselves, and again after the size changed."""
        self.page.evaluate("window.drawnBefore = null")
        self.page.wait_for_function(STILL, polling=STILL_FOR, timeout=PATIENCE)

    def at(self, key: str) -> Locator:
        """The element with a key."""
        return self.page.locator(f".st-key-{key}").first

    def press(self, key: str) -> None:
        """Press a button."""
        self.at(key).locator("button").first.click()
        self.settle()

    def fill(self, key: str, text: str) -> None:
        """Type into a field and leave it."""
        self.typed += 1
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
        with self.waiting():
            self.page.wait_for_selector(selector, timeout=patience)
        self.settle()
        return self.page.locator(selector).first

    def words(self) -> str:
        """Everything that can be read on the page."""
        return str(self.page.locator("[data-testid=stMain]").inner_text())

    def turn_to(self, mode: Any) -> None:
        """Have another ground, as a machine has at sunset, and wait until the page is drawn on it."""
        self.page.emulate_media(color_scheme=mode)
        self.page.wait_for_function(ON_ONE_GROUND, arg=mode, timeout=PATIENCE)
        self.settle()

    def whole(self, wide: int = WIDE, tall: int = TALL) -> None:
        """Have a window so high that it shows the whole page, and all of it drawn [pixels]."""
        shown = tall
        self.page.set_viewport_size({"width": wide, "height": shown})
        self.still()
        for _ in range(2):  # What comes into view is drawn then, and may be higher.
            needed = min(max(tall, int(self.page.evaluate(HEIGHT)) + 40), 8000)
            if needed == shown:
                break
            shown = needed
            self.page.set_viewport_size({"width": wide, "height": shown})
            self.still()

    def shot(self, name: str) -> Path:
        """Keep a picture of the whole page."""
        self.shots += 1
        self.whole()
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


ACTED = """() => new Promise(done => {
    window.restsSince = null;
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)));
})"""
"""The tab has drawn what was pressed and told the server of it."""
SETTLED = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    return app && app.dataset.testScriptState === 'notRunning' && !document.querySelector('[data-stale=true]');
}"""
QUIET = f"""() => {{
    const rests = ({SETTLED})();
    const now = performance.now();
    window.restsSince = rests ? window.restsSince ?? now : null;
    return rests && now - window.restsSince > 5000;
}}"""
"""The tab has rested for seconds."""
HEIGHT = "document.querySelector('[data-testid=stMain]')?.scrollHeight ?? 1000"
"""How high the page is, also what does not fit into the window [pixels]."""
ON_ONE_GROUND = """mode => {
    const [app, header] = ['[data-testid=stApp]', '.st-key-frame_header'].map(one => document.querySelector(one));
    if (!app || !header) return false;
    const [ground, above] = [app, header].map(one => getComputedStyle(one).backgroundColor);
    return ground === above && (ground === 'rgb(255, 255, 255)') === (mode === 'light');
}"""
"""The page and its header are drawn on the ground of a mode."""
STILL_FOR = 100
"""Time within which nothing may have moved [ms]."""
STILL = """() => {
    const drawn = [...document.querySelectorAll('[data-testid=stMain] :is(h1, p, svg, canvas, table, button)')];
    const now = JSON.stringify(drawn.map(one => {
        const {x, y, width, height} = one.getBoundingClientRect();
        return [x, y, width, height, one.childElementCount];
    }));
    const blank = one => {  // A table's ground is drawn before its words.
        const {data} = one.getContext('2d').getImageData(0, 0, Math.max(1, one.width), Math.max(1, one.height >> 2));
        return data.every((value, i) => value === data[i % 4]);
    };
    const waiting = document.querySelector('[data-testid=stSkeleton]')
        || [...document.querySelectorAll('canvas[data-testid=data-grid-canvas]')].some(blank);
    const before = window.drawnBefore;
    window.drawnBefore = now;
    return !waiting && now === before;
}"""


@contextmanager
def visit(browser: Browser, server: Server, lang: str, story: str, who: str = "Li Wei", **more: Any) -> Iterator[Visit]:
    """A visitor with a fresh browser profile that knows a name; at the end everything must have been sound."""
    context = browser.new_context(
        viewport={"width": WIDE, "height": TALL},
        locale="zh-CN" if lang == "zh" else "en-US",
        accept_downloads=True,
        **more,
    )
    context.set_default_timeout(PATIENCE)
    if who:
        context.add_cookies([{"name": COOKIE, "value": quote(who), "url": f"http://127.0.0.1:{server.port}"}])
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
