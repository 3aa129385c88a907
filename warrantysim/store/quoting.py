"""The study ``quotes``: which repair contracts to sign, with all that purchasing negotiates with.

Of the simulated years behind the bills only the tables made from them are stored: a year is a pure function of the
rules, the seed and its number, and can be had again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from warrantysim.analysis.quote_findings import QuoteFindings, findings
from warrantysim.analysis.quote_offers import study_quotes
from warrantysim.store.kinds import Doing, Kind
from warrantysim.store.study import Study

if TYPE_CHECKING:
    import pandas as pd


def _run(study: Study, doing: Doing) -> QuoteFindings:
    options = study.options
    found = study_quotes(
        study.cases[0].whole,
        options.get("quotes"),
        replications=options.get("replications"),
        within=options.get("within"),
        seed=study.seed,
        jobs=doing.processes,
        progress=doing.progress,
        cancel=doing.cancel,
    )
    whole = findings(found, jobs=doing.processes, progress=doing.progress, cancel=doing.cancel)
    return replace(whole, years={})


def _frames(study: Study, found: QuoteFindings) -> Mapping[str, pd.DataFrame]:
    from warrantysim.report.quotes_files import quotes_frames

    return quotes_frames(found)


def _record(study: Study, found: QuoteFindings) -> Mapping[str, Any]:
    from warrantysim.report.quotes_files import quotes_record

    return quotes_record(found, ())


QUOTES = Kind(_run, _frames, _record, knows=frozenset({"quotes", "replications", "within"}), cases=(1, 1))
"""`analysis.quotes.study_quotes` with its `findings`. Options: ``quotes``, ids of those chosen among; ``replications``
[count, >= 2]; ``within``, difference not worth knowing about [reporting currency a year]. Can be stopped and kept."""
