"""``warrantysim app``: serve the pages to a browser on this machine, the demo seller's results ready if asked for."""

from __future__ import annotations

import argparse
import math
import os
import signal
import subprocess
import sys
import webbrowser
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

from warrantysim.cli.console import Console
from warrantysim.cli.exits import OK, USAGE, Stop
from warrantysim.packs import APP, SCENARIOS

PORT = 8501
"""Where browsers find the app unless another port is asked for."""
HERE = "127.0.0.1"
"""This machine only; a proxy in front of it serves others."""


def add_app(commands: Any, command: Any) -> None:
    """Its arguments."""
    it = command(commands, "app", "the app: thresholds, quotes, what-ifs and approvals in a browser on this machine")
    it.add_argument(
        "--workspace",
        type=Path,
        metavar="DIR",
        help="where results are kept; $WARRANTYSIM_WORKSPACE or .warrantysim by default",
    )
    it.add_argument(
        "--demo", action="store_true", help="first fill the workspace with the reference seller's results, if need be"
    )
    it.add_argument("--port", type=int, default=PORT, metavar="N", help="port (default %(default)s)")
    it.add_argument("--browser", action="store_true", help="open a browser")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Serve until stopped; the workspace is filled beside it where asked for."""
    if find_spec("streamlit") is None:
        raise Stop(USAGE, console.say("app.no_streamlit"))
    from warrantysim.cli.runs import open_workspace, told_apart

    home = open_workspace(arguments, console)
    address = f"http://{HERE}:{arguments.port}/?lang={console.lang}"
    console.tell("app.serving", address=address, folder=home.folder)
    if arguments.browser:
        webbrowser.open(address)

    def fill() -> None:
        with told_apart(console):
            Thread(target=with_demo(home, console), daemon=True).start()

    setting = {"WARRANTYSIM_WORKSPACE": str(home.folder)}
    return serve_app(command_of(arguments.port), setting, fill if arguments.demo else None)


def with_demo(home: Any, console: Console) -> Callable[[], None]:
    """Put the demo's results there; what does not ship is made while pages tell how far it is. Returns what is left to
    do then."""
    from warrantysim.store.audit import account
    from warrantysim.store.jobs import Jobs
    from warrantysim.ui.demo import ask_for_counts, ask_for_demo

    jobs = Jobs(home)
    asked = [job for job in ask_for_demo(jobs, SCENARIOS, who=account()) if job.active]
    if asked:
        console.tell("app.filling", n=len(asked))

    def count() -> None:  # Read by two pages; nobody need wait for them.
        for job in jobs.listed(active=True):
            jobs.wait(job.id, math.inf, 1.0)
        ask_for_counts(jobs, who=account())

    return count


def command_of(port: int) -> list[str]:
    """What serves the app; address and silence are said again lest somebody's own settings differ."""
    settings = {
        "server.port": str(port),
        "server.address": HERE,
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
    }
    stated = [f"--{name}={value}" for name, value in settings.items()]
    return [sys.executable, "-m", "warrantysim.ui", "run", str(APP), *stated]


def serve_app(command: list[str], setting: dict[str, str], meanwhile: Callable[[], None] | None = None) -> int:
    """Serve until Ctrl-C or the system's request to end, which is how a server is stopped and no failure.

    ``meanwhile`` is done while it starts.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = subprocess.Popen(command, env=os.environ | setting, cwd=APP.parent)
    try:
        if meanwhile is not None:
            meanwhile()
        return OK if server.wait() == 0 else USAGE
    except KeyboardInterrupt:
        return OK
    finally:  # Whatever ends this ends the server, which would keep the port.
        server.terminate()
        server.wait()
