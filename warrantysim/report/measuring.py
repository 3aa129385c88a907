"""What to measure next, in words a seller can act on: what to count, where, and what knowing it is worth a year."""

from __future__ import annotations

import re

from warrantysim.locale.wording import Lang, say
from warrantysim.packs import rows
from warrantysim.report import figures
from warrantysim.report.doers import NOBODY, Titles, doer
from warrantysim.report.lever_text import lever_words

KINDS = tuple((row["path"].replace("<place>", r"(?P<place>[^.\[\]]+)"), row["kind"]) for row in rows("measuring"))
"""Paths by the kind of input they name; the first that fits is meant."""


def measure_text(path: str, worth: float, currency: str, lang: Lang = "en", partners: Titles = NOBODY) -> str:
    """What to measure to know an input, where, and what that is worth a year.

    Parameters
    ----------
    path : the input, as a lever's name.
    worth : the value of knowing it [currency a year].
    partners : what they are called.
    """
    facts = {"worth": figures.whole(worth), "currency": currency}
    for pattern, kind in KINDS:
        if (found := re.match(pattern, path)) is not None:
            place = (found.groupdict().get("place") or "").removesuffix(",*")
            called = doer(place, partners, lang) if place in partners else place
            return say(f"measuring.{kind}", lang, place=called, **facts)
    return say("measuring.other", lang, place=lever_words(path, lang, partners), **facts)
