"""A saving in its four parts, as every renderer shows it: what each part is called, its amount and interval."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from warrantysim.locale.wording import Lang, named, say
from warrantysim.money.categories import PARTS
from warrantysim.report import figures

if TYPE_CHECKING:
    from warrantysim.experiment.intervals import Difference


class PartRow(NamedTuple):
    """One part of a saving."""

    title: str
    """What it is called."""
    saving: str
    """Amount with its sign [reporting currency]."""
    interval: str
    """Its interval; empty where there is none."""


def of_whole(parts: Mapping[str, Difference], lang: Lang) -> list[PartRow]:
    """The parts of a whole saving; nothing for one stored without."""
    found = [(name, parts[name].interval) for name in PARTS if name in parts]
    return [_row(name, float(one.mean), float(one.low), float(one.high), lang) for name, one in found]


def of_cell(row: Mapping[str, Any], lang: Lang) -> list[PartRow]:
    """The parts of a row of a decision table; nothing for one stored without."""
    if math.isnan(row.get(f"part_{PARTS[0]}", math.nan)):
        return []
    return [_row(n, row[f"part_{n}"], row[f"part_{n}_low"], row[f"part_{n}_high"], lang) for n in PARTS]


def sentence(rows: Sequence[PartRow], lang: Lang) -> str:
    """All parts in a sentence."""
    told = [say("parts.each", lang, part=one.title, saving=one.saving, interval=one.interval) for one in rows]
    return say("parts.sentence", lang, parts=say("bind.and", lang).join(told))


def _row(name: str, mean: float, low: float, high: float, lang: Lang) -> PartRow:
    interval = "" if math.isnan(low) else figures.interval(low, high)
    return PartRow(named("part", name, lang), figures.signed(mean), interval)
