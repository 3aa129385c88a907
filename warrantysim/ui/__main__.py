"""Serves the app as ``streamlit run`` does, and beside it fetches what the first page is made of, while the browser is
on its way: ``python -m warrantysim.ui run app.py``."""

from __future__ import annotations

import logging
from importlib import import_module
from threading import Thread

from streamlit.web.cli import main

NEEDED = ("warrantysim.ui.frame", "warrantysim.ui.home", "streamlit.emojis", "pandas.io.parquet", "pyarrow.parquet")
"""What the first page imports, beside what these import; first what `app.py` imports: two threads that import one room
from two ends wait for each other, and Python hands one of them a module half made."""


def fetch() -> None:
    """Import it, and have what draws charts begin, which takes longer than all that it draws."""
    try:
        for name in NEEDED:
            import_module(name)
        import_module("warrantysim.report.charts.export").begin()
    except Exception:  # Whoever opens a page is told what is wrong.
        logging.getLogger(__name__).debug("not fetched", exc_info=True)


if __name__ == "__main__":
    Thread(target=fetch, name="fetch", daemon=True).start()
    main(prog_name="streamlit")
