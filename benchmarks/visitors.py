"""A server that lives long: visitors come and go, every page is asked for: ``python -m benchmarks.visitors``.

Visitors speak what a browser speaks to the app (its web socket), so that none is needed. Told are pages that broke and
the memory of the server, after each round of visitors: what grows with every one of them would be held for ever.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from warrantysim.store.workspace import Workspace
from warrantysim.ui.pages import PAGES

VISITORS, AT_ONCE, EACH = 15, 5, 10
"""Visitors, how many are there at a time, and pages each of them opens [count]."""
PATIENCE = 120.0
"""Longest a page may take [s]."""
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


def visited(port: int, pages: list[str], lang: str) -> list[str]:
    """One visitor: pages opened one after the other in one session. What was wrong, a line each."""
    wrong: list[str] = []
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream", max_size=None, open_timeout=PATIENCE) as line:
        for name in pages:
            asked = BackMsg()
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
            if drawn < 5:
                wrong.append(f"{name}: only {drawn} elements")
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
        try:
            wrong: list[str] = []
            print(f"start: {memory(server.pid):.0f} MiB", flush=True)
            for first in range(0, VISITORS, AT_ONCE):
                plans = [
                    ([names[(v + k) % len(names)] for k in range(EACH)], "en" if v % 2 else "zh")
                    for v in range(first, first + AT_ONCE)
                ]
                with ThreadPoolExecutor(AT_ONCE) as pool:
                    for told in pool.map(lambda plan: visited(port, *plan), plans):
                        wrong += told
                time.sleep(2)
                print(
                    f"{first + AT_ONCE} visitors, {(first + AT_ONCE) * EACH} pages: {memory(server.pid):.0f} MiB",
                    flush=True,
                )
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    print(f"{len(wrong)} pages with a problem", *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
