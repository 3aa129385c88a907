"""What to measure next, in words a seller can act on: what to count, where, and what knowing it is worth a year."""

from __future__ import annotations

import re
from collections.abc import Sequence

from warrantysim.locale.wording import Lang, say
from warrantysim.report import figures
from warrantysim.report.lever_text import lever_words

PLACE = r"(?P<place>[^.\[\]]+)"
KINDS: Sequence[tuple[str, str]] = (
    (rf"markets\.{PLACE}\.customer\.label_unused_share", "label_unused"),
    (rf"markets\.{PLACE}\.customer\.ship_lag_days\b", "ship_lag"),
    (rf"markets\.{PLACE}\.customer\.reopen_share", "reopen"),
    (rf"markets\.{PLACE}\.customer\.wrong_box_share", "wrong_box"),
    (rf"markets\.{PLACE}\.customer\.insist_money", "insist"),
    (rf"markets\.{PLACE}\.customer\.(consent|chooses|refurbished)", "consent"),
    (rf"markets\.{PLACE}\.parcel\.transit_days\b", "transit"),
    (rf"markets\.{PLACE}\.parcel\.(loss|damage)_share", "lost"),
    (rf"markets\.{PLACE}\.parcel\.(fulfilment|kit)\b", "parcel_price"),
    (rf"markets\.{PLACE}\.hub\.(nff|excluded)_sensitivity", "hub_test"),
    (rf"markets\.{PLACE}\.hub\.", "hub_price"),
    (rf"markets\.{PLACE}\.china\.", "china_way"),
    (rf"rails\.{PLACE}\.", "rail"),
    (rf"births\.propensity\.{PLACE}\.", "propensity"),
    (rf"births\.opportunistic\.{PLACE}\b", "opportunistic"),
    (r"births\.report_lag_days\b", "report_lag"),
    (rf"births\.(visibility|delivery_days)\.{PLACE}", "channel"),
    (rf"sku_markets\[{PLACE}\]\.life_", "life"),
    (rf"sku_markets\[{PLACE}\]\.landed_cost", "landed"),
    (rf"faults\[{PLACE}\]", "faults"),
    (rf"triage\.evidence\.{PLACE}\.", "evidence"),
    (r"triage\.guide\.", "guide"),
    (r"triage\.denial\.", "denial"),
    (r"triage\.", "desk"),
    (rf"partners\.{PLACE}\.(yield|bounce)_share", "partner_yield"),
    (rf"partners\.{PLACE}\.desks\b", "partner_days"),
    (r"recovery\.", "recovery"),
    (r"china_bench\.", "china_bench"),
    (r"china_customs\.", "china_customs"),
    (r"experience\.", "experience"),
)
"""Paths by the kind of input they name; the first that fits is meant."""


def measure_text(path: str, worth: float, currency: str, lang: Lang = "en") -> str:
    """What to measure to know an input, where, and what that is worth a year.

    Parameters
    ----------
    path : the input, as a lever's name.
    worth : the value of knowing it [currency a year].
    """
    facts = {"worth": figures.whole(worth), "currency": currency}
    for pattern, kind in KINDS:
        if (found := re.match(pattern, path)) is not None:
            place = found.groupdict().get("place") or ""
            return say(f"measuring.{kind}", lang, place=place.removesuffix(",*"), **facts)
    return say("measuring.other", lang, place=lever_words(path, lang), **facts)
