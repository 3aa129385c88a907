"""What may be said of a difference, in words and sizes: the same on every surface and in every study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from warrantysim.locale.wording import Lang, named, say
from warrantysim.report import figures


def verdict(row: Mapping[str, Any], lang: Lang) -> str:
    """What may be said of a row's difference; with the replications it would take where that is not much."""
    if row["verdict"] == "no detectable difference":
        return say("verdict.needed", lang, n=figures.count(row["needed"]))
    return named("verdict", row["verdict"], lang)


def sizes(row: Mapping[str, Any]) -> dict[str, str]:
    """``price``, ``low`` and ``high`` of a difference: its size where it is lower, else as it is."""
    turned = row["verdict"] == "lower"
    low, high = (-row["high"], -row["low"]) if turned else (row["low"], row["high"])
    price = -row["difference"] if turned else row["difference"]
    return {"price": figures.whole(price), "low": figures.whole(low), "high": figures.whole(high)}


def capital(text: str) -> str:
    """A text at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def saved(row: Mapping[str, Any]) -> tuple[float, float, float]:
    """What the row's change saves with its interval: as recommended, or else what it would save by the optimum."""
    mean, low, high = (
        ("saving", "saving_low", "saving_high") if row["taken"] else ("free_saving", "free_low", "free_high")
    )
    return float(row[mean]), float(row[low]), float(row[high])
