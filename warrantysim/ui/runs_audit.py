"""Who changed what, when: the audit log, filtered, to take away."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from warrantysim.locale.wording import named
from warrantysim.report import figures
from warrantysim.store.audit import audit_log
from warrantysim.ui.components.address import pick_many, put
from warrantysim.ui.components.exports import offer_csv
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import workspace

MOST = 5000
"""Entries looked at, the latest."""


def show_audit() -> None:
    """Draw it."""
    st.caption(t("runs.audit_how"))
    entries = audit_log(workspace(), most=MOST)
    left, middle, right = st.columns(3)
    with left:
        whos = pick_many(t("runs.audit_whos"), sorted({e.who for e in entries}), "runs_whos", placeholder=t("runs.any"))
    with middle:
        whats = pick_many(
            t("runs.audit_whats"),
            sorted({e.what for e in entries}),
            "runs_whats",
            placeholder=t("runs.any"),
            format_func=lambda what: named("did", what, lang()),
        )
    with right:
        st.session_state.setdefault("runs_audit", st.query_params.get("runs_audit", ""))
        text = str(st.text_input(t("runs.audit_search"), key="runs_audit", max_chars=80) or "")
        put("runs_audit", text)
    rows = [
        {
            "number": e.number,
            "at": figures.minute(e.at),
            "who": e.who,
            "what": named("did", e.what, lang()),
            "subject": e.subject,
            "details": "; ".join(f"{key}: {value}" for key, value in e.details.items() if value),
        }
        for e in entries
        if (not whos or e.who in whos) and (not whats or e.what in whats)
    ]
    wanted = text.strip().casefold()
    found = [row for row in rows if wanted in " ".join(map(str, row.values())).casefold()]
    st.caption(t("runs.audit_said", n=len(found), of=len(entries)))
    if not found:
        st.info(t("runs.audit_none"))
        return
    frame = pd.DataFrame(found)
    frame = frame.rename(columns={name: t(f"runs.column.{name}") for name in frame.columns})
    st.dataframe(frame, hide_index=True, alt=t("runs.audit_alt"), height=37 + 35 * min(len(found), 14))
    offer_csv(frame, "audit", "runs_audit_csv")
