"""``warrantysim new``: a folder to begin from: a seller's own workbook, or a copy of the reference seller's files."""

from __future__ import annotations

import argparse
import datetime as dt
import shutil

from warrantysim.cli.console import Console
from warrantysim.cli.exits import BAD_INPUT, OK, USAGE, Stop
from warrantysim.packs import REFERENCE, SCENARIOS


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Make it; a folder that holds something is left as it is."""
    folder = arguments.folder
    try:
        if folder.exists() and any(folder.iterdir()):
            raise Stop(USAGE, console.say("new.not_empty", folder=folder))
        if arguments.markets:
            return _own(arguments, console)
        shutil.copytree(SCENARIOS, folder, copy_function=shutil.copyfile, dirs_exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Stop(USAGE, console.say("message.cannot_write", folder=folder, reason=reason)) from None
    console.tell("new.made", folder=folder, file=folder / REFERENCE.name)
    return OK


def _own(arguments: argparse.Namespace, console: Console) -> int:
    from warrantysim.schema.errors import ScenarioError
    from warrantysim.store.seller_folder import make_seller

    first = arguments.first or _next_month(dt.date.today())
    try:
        made = make_seller(arguments.folder, arguments.markets, first, arguments.lang)
    except ScenarioError as error:
        raise Stop(BAD_INPUT, error) from None
    console.tell("new.own", book=made.workbook, file=made.scenario)
    return OK


def _next_month(today: dt.date) -> dt.date:
    return dt.date(today.year + today.month // 12, today.month % 12 + 1, 1)
