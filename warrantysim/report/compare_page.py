"""What reports of analysis have in common: texts by key, tables by names of columns, where figures come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from warrantysim.locale.wording import Lang, say
from warrantysim.report.tables import Column, heading, table, wrapped
from warrantysim.schema.root import Scenario


@dataclass(frozen=True)
class Page:
    """A report in one language at one width, its texts under one prefix."""

    prefix: str
    """First part of the keys of its texts [text]."""
    lang: Lang
    """Language."""
    width: int
    """Width [columns of text]."""

    def say(self, key: str, **facts: Any) -> str:
        """A text of this report."""
        return say(f"{self.prefix}.{key}", self.lang, **facts)

    def lines(self, key: str, **facts: Any) -> list[str]:
        """A text of this report, broken to the width."""
        return wrapped(self.say(key, **facts), self.width)

    def table(self, columns: str, rows: Sequence[Sequence[str]], left: int = 1, total: bool = False) -> str:
        """A table whose first ``left`` columns are text; ``:n`` says when a column is given up, ``.n`` below
        which width it is not broken. Empty without rows."""
        if not rows:
            return ""
        cols = []
        for i, stated in enumerate(columns.split()):
            name, _, give_up = stated.partition(":")
            name, _, least = name.partition(".")
            text = i < left or name == "verdict"
            heads = say(f"acol.{name}", self.lang)
            align: Literal["left", "right"] = "left" if text else "right"
            cols.append(
                Column(heads, align, wraps=text, least=int(least or (16 if text else 8)), give_up=int(give_up or 0))
            )
        return table(cols, rows, self.width, total)

    def section(self, title: str, body: str) -> list[str]:
        """A heading and what stands under it; nothing where there is nothing."""
        return [heading(title), body] if body else []

    def provenance(self, world: Scenario, seed: int) -> str:
        """Version, scenario and seed."""
        from warrantysim.schema.digest import digest
        from warrantysim.version import __version__

        facts = {"version": __version__, "name": world.name, "digest": digest(world)[:12]}
        return say("provenance", self.lang, **facts, seed=seed)
