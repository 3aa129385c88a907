"""The browser fetches what draws charts and tables while the first page is read: the next page has it at once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import streamlit as st

NEEDED = ("ArrowVegaLiteChart", "embed", "DataFrame")
"""Parts of Streamlit's front end that pages load when they first show a chart or a table."""
FETCH = """<script>
(() => {
    const fetch = () => NAMES.forEach(name => import(new URL('static/js/' + name, document.baseURI)).catch(() => {}));
    (window.requestIdleCallback ?? setTimeout)(fetch);
})();
</script>"""


def fetch_ahead() -> None:
    """Once in a session, when the first page stands. Where a part goes by another name, the next page loads it."""
    if not st.session_state.get("fetched"):
        st.session_state["fetched"] = True
        st.html(FETCH.replace("NAMES", json.dumps(_names())), unsafe_allow_javascript=True)


@cache
def _names() -> list[str]:
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    return [file.name for part in NEEDED for file in sorted(folder.glob(f"{part}.*.js"))]
