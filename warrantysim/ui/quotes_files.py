"""Files of a study that take a moment to make: made when they are asked for."""

from __future__ import annotations

from datetime import datetime

from warrantysim.analysis.quote_findings import QuoteFindings
from warrantysim.locale.wording import Lang
from warrantysim.report.quotes_book import quotes_workbook
from warrantysim.store.stored_run import StoredRun


def workbook_bytes(found: QuoteFindings, run: StoredRun, language: Lang) -> bytes:
    """The comparison as an xlsx file, dated as the run it rests on."""
    made = datetime.fromisoformat(run.made).replace(tzinfo=None)
    return quotes_workbook(found, lang=language, run_id=run.id, made=made)
