"""``warrantysim new``: the reference seller's files in a folder of one's own, to be edited."""

from __future__ import annotations

import argparse
import shutil

from warrantysim.cli.console import Console
from warrantysim.cli.exits import OK, USAGE, Stop
from warrantysim.packs import REFERENCE, SCENARIOS


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Copy them; a folder that holds something is left as it is."""
    folder = arguments.folder
    try:
        if folder.exists() and any(folder.iterdir()):
            raise Stop(USAGE, console.say("new.not_empty", folder=folder))
        shutil.copytree(SCENARIOS, folder, copy_function=shutil.copyfile, dirs_exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Stop(USAGE, console.say("message.cannot_write", folder=folder, reason=reason)) from None
    console.tell("new.made", folder=folder, file=folder / REFERENCE.name)
    return OK
