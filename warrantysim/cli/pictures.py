"""Charts of a command, written beside its tables as SVG and PNG."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from warrantysim.cli.console import Console
from warrantysim.cli.exits import USAGE, Stop

if TYPE_CHECKING:
    from warrantysim.report.charts.theme import Look, Picture


def draw(folder: Path | None, console: Console, pictures: Callable[[Look], Mapping[str, Picture]]) -> None:
    """Write pictures in the console's language where a folder was asked for.

    Raises
    ------
    Stop
        With `USAGE` if they cannot be written.
    """
    if folder is None:
        return
    from warrantysim.report.charts.export import write_pictures
    from warrantysim.report.charts.theme import Look

    try:
        files = write_pictures(pictures(Look(lang=console.lang)), folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Stop(USAGE, console.say("message.cannot_write", folder=folder, reason=reason)) from None
    if files:
        console.tell("message.written", n=len(files), folder=folder)
