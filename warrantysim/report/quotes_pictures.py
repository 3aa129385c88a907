"""Charts of the quotes study: ranking, winning prices, the landed cost of a good unit, bills, the price by volume."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.locale.wording import say, titled
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    from warrantysim.analysis.quote_findings import QuoteFindings
    from warrantysim.report.charts.theme import Look, Picture

FAR = 300.0
"""Volume up to which the price of a repaired unit is drawn [units a month]."""
POINTS = 60
"""Volumes at which it is worked out [count]."""


def quotes_pictures(found: QuoteFindings, look: Look) -> dict[str, Picture]:
    """Every chart there is something to draw for, by file name."""
    world, currency = found.study.world, found.study.world.reporting_currency
    names = {q: titled(world.partners[q].title, q, look.lang) for q in found.study.quotes}
    out = {"ranking": _ranking(found, names, look)}
    known = [price for price in found.prices if price.factor == price.factor]
    if known:
        from warrantysim.report.charts.quotes import price_chart

        marks = [(p.factor, p.low, p.high) for p in known]
        out["winning_prices"] = price_chart(marks, [names[p.quote] for p in known], look=look)
    if len(found.good_units):
        from warrantysim.report.charts.quotes import landed_chart

        for reading, rows in found.good_units.groupby("reading", sort=False):
            out[f"good_units_{reading}"] = landed_chart(rows, names, currency, look=look)
    out |= dict(_bills(found, names, look))
    return out | dict(_by_volume(found, names, look))


def _ranking(found: QuoteFindings, names: dict[str, str], look: Look) -> Picture:
    """Sets of quotes, cheapest first; sets that lead to the same rules are one mark."""
    from warrantysim.report.charts.quotes import ranking_chart

    study = found.study
    case = {" + ".join(offer.quotes): offer.case for offer in study.offers}
    firsts: dict[int, dict[str, object]] = {}
    for row in rows_of(study.ranking()):
        firsts.setdefault(case[str(row["quotes"])], row)
    rows = list(firsts.values())
    signed = [str(row["signs"]) for row in rows]
    nothing = say("quotes.no_quote", look.lang)
    told = [" + ".join(names[q] for q in text.split(" + ")) if text else nothing for text in signed]
    told = [text if told.count(text) == 1 else f"{text} ({k})" for k, text in enumerate(told, start=1)]
    return ranking_chart(rows, told, study.world.reporting_currency, look=look)


def _bills(found: QuoteFindings, names: dict[str, str], look: Look) -> Iterator[tuple[str, Picture]]:
    """What each desk would have billed, month by month."""
    from warrantysim.report.charts.quotes import statement_chart
    from warrantysim.report.quotes_bills import bills

    frame = bills(found.months, found.study.world.horizon)
    for quote, desk in dict.fromkeys(zip(frame["quote"], frame["desk"], strict=True)):
        rows = frame[(frame["quote"] == quote) & (frame["desk"] == desk)]
        yield f"bill_{quote}_{desk}", statement_chart(rows, f"{names[quote]} · {desk}", look=look)


def _by_volume(found: QuoteFindings, names: dict[str, str], look: Look) -> Iterator[tuple[str, Picture]]:
    """The price of one repaired unit over its volume, of every product that two of the quotes take or more."""
    from warrantysim.analysis.quote_volumes import unit_prices
    from warrantysim.report.charts.quotes import volume_chart

    world = found.study.world
    for sku in world.skus:
        takers = [q for q in found.study.quotes if world.partners[q].takes(sku.sku, sku.category)]
        if len(takers) > 1:
            frame = unit_prices(world, takers, sku.sku, np.linspace(1.0, FAR, POINTS).tolist())
            if len(frame):
                yield f"by_volume_{sku.sku}", volume_chart(frame, names, sku.sku, world.reporting_currency, look=look)
