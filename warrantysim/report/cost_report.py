"""What a scenario changes of its base, for people."""

from __future__ import annotations

from collections.abc import Sequence

from warrantysim.locale.wording import Lang, say
from warrantysim.report.tables import wrapped

MOST_CHANGES = 8
"""Changes of a what-if that are printed before 'and N more'."""


def changed(changes: Sequence[str], lang: Lang, width: int) -> list[str]:
    """What the scenario changes of its base; nothing where it is the base."""
    if not changes:
        return []
    lines = [say("cost.changes", lang)]
    for change in changes[:MOST_CHANGES]:
        first, *rest = wrapped(change, width - 4)
        lines += [f"  - {first}", *(f"    {line}" for line in rest)]
    if len(changes) > MOST_CHANGES:
        lines.append(f"  - {say('cost.more_changes', lang, n=len(changes) - MOST_CHANGES)}")
    return [*lines, ""]
