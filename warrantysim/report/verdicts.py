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
