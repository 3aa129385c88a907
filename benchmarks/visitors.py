"""A server that lives long: visitors come and go, every page is asked for: ``python -m benchmarks.visitors``.

Visitors speak what a browser speaks to the app (its web socket), so that none is needed. Told are pages that broke and
the memory of the server, after each round of visitors: what grows with every one of them would be held for ever.
``--minutes 10`` lets as many visitors as are there at a time stay that long, each in one session, a page every few
seconds, and tells memory each minute.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from warrantysim.store.workspace import Workspace
from warrantysim.ui.pages import PAGES

VISITORS, AT_ONCE, EACH = 15, 5, 10
"""Visitors, how many are there at a time, and pages each of them opens [count]."""
READS = 4.0
"""Time a visitor who stays reads a page [s]."""
WARM = 3
"""Minutes after which every page was seen by everybody: what is held for good is held by then [minutes]."""
GROWS = 0.05
"""Share by which memory may lie above that at the end: it is flat [fraction]."""
PATIENCE = 120.0
"""Longest a page may take [s]."""
LANGS = ("zh", "en")
MIB = 2**20


def served(workspace: Path, port: int) -> subprocess.Popen[bytes]:
    """The app of a workspace, once it answers."""
    command = [sys.executable, "-m", "warrantysim", "app", "--workspace", str(workspace), "--port", str(port)]
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd=Path.cwd()
    )
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                return server
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the app did not answer within a minute")


def visited(port: int, pages: Iterable[str], lang: str, took: list[float]) -> list[str]:
    """One visitor: pages opened one after the other in one session. What was wrong, a line each.

    ``took``: told how long each page took [s].
    """
    wrong: list[str] = []
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream", max_size=None, open_timeout=PATIENCE) as line:
        for name in pages:
            asked, began = BackMsg(), time.monotonic()
            asked.rerun_script.query_string = f"lang={lang}"
            asked.rerun_script.page_name = "" if name == "home" else name
            line.send(asked.SerializeToString())
            drawn = 0
            while True:
                told = ForwardMsg.FromString(line.recv(timeout=PATIENCE, decode=False))
                kind = told.WhichOneof("type")
                element = told.delta.new_element if kind == "delta" else None
                drawn += element is not None
                if kind == "page_not_found":
                    wrong.append(f"{name}: no such page")
                if element is not None and element.WhichOneof("type") == "exception":
                    wrong.append(f"{name}: {element.exception.message[:200]}")
                if element is not None and element.alert.format == Alert.ERROR:
                    wrong.append(f"{name}: {element.alert.body[:200]}")
                if kind == "script_finished":
                    break
            took.append(time.monotonic() - began)
            if drawn < 5:
                wrong.append(f"{name}: only {drawn} elements")
    return wrong


def until(end: float, pages: list[str]) -> Iterator[str]:
    """Pages over and over, each read for a while, until a moment of the steady clock."""
    for name in cycle(pages):
        if time.monotonic() > end:
            return
        yield name
        time.sleep(READS)


def come_and_go(port: int, group: int, names: list[str], took: list[float]) -> list[str]:
    """Visitors in rounds; what was wrong."""
    wrong: list[str] = []
    for first in range(0, VISITORS, AT_ONCE):
        plans = [
            (list(islice(cycle(names), v % len(names), v % len(names) + EACH)), v)
            for v in range(first, first + AT_ONCE)
        ]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for told in pool.map(lambda plan: visited(port, plan[0], LANGS[plan[1] % 2], took), plans):
                wrong += told
        time.sleep(2)
        seen = (first + AT_ONCE) * EACH
        print(f"{first + AT_ONCE} visitors, {seen} pages: {memory(group):.0f} MiB", flush=True)
    return wrong


def stay(port: int, group: int, names: list[str], took: list[float], minutes: int) -> list[str]:
    """`AT_ONCE` visitors for that long; what was wrong, growing memory with it."""
    begun = time.monotonic()
    held = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        there = [
            pool.submit(visited, port, until(begun + 60 * minutes, names[v:] + names[:v]), LANGS[v % 2], took)
            for v in range(AT_ONCE)
        ]
        for minute in range(1, minutes + 1):
            time.sleep(max(0.0, begun + 60 * minute - time.monotonic()))
            held[minute] = memory(group)
            print(f"minute {minute}: {len(took)} pages, {held[minute]:.0f} MiB", flush=True)
        wrong = [line for one in there for line in one.result()]
    if held[minutes] > (1 + GROWS) * held.get(WARM, math.inf):
        wrong.append(f"memory grows: {held[WARM]:.0f} MiB after {WARM} minutes, {held[minutes]:.0f} at the end")
    return wrong


def memory(group: int) -> float:
    """What the processes of a group hold in memory [MiB]."""
    pages = 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if int((path / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                pages += int((path / "statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


def main() -> int:
    """Serve, visit, tell; 1 where a page broke."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.visitors", description=__doc__)
    parser.add_argument("--workspace", type=Path, help="a filled workspace; a small one is filled where none is named")
    parser.add_argument("--minutes", type=int, default=0, help="stay that long; come and go where not given")
    options = parser.parse_args()
    names = [name for pages in PAGES.values() for name in pages]
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        space = options.workspace or Path(folder) / "workspace"
        if options.workspace is None:
            import_module("tests.ui.opening").fill(space)
        Workspace.at(space)
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        server = served(space, port)
        took: list[float] = []
        try:
            print(f"start: {memory(server.pid):.0f} MiB", flush=True)
            if options.minutes:
                wrong = stay(port, server.pid, names, took, options.minutes)
            else:
                wrong = come_and_go(port, server.pid, names, took)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    ordered = sorted(took)
    print(f"a page took {ordered[len(ordered) // 2]:.2f} s (median), {ordered[int(0.99 * len(ordered))]:.2f} s (99 %)")
    print(f"{len(wrong)} pages with a problem", *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
