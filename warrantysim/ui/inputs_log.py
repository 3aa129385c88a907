"""Who brought and changed what: versions a scenario was made from, uploads, and the log of what people did."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.report import figures
from warrantysim.report.input_frames import moment
from warrantysim.store.audit import audit_log
from warrantysim.store.scenarios import lineage
from warrantysim.store.uploads import uploads
from warrantysim.store.versions import NoSuchVersion
from warrantysim.ui.inputs_rest import Rest
from warrantysim.ui.language import t
from warrantysim.ui.session import workspace

ABOUT = {"scenario kept": "inputs.did_scenario", "upload kept": "inputs.did_upload", "pins kept": "inputs.did_pins"}
"""What of the audit log belongs to data, and the text of each."""


def show(rest: Rest) -> None:
    """Draw the part."""
    st.subheader(t("inputs.made_from"))
    line = _line(rest.ref)
    if line.empty:
        st.info(t("inputs.only_file", since=rest.since))
    else:
        st.dataframe(line, hide_index=True, key="inputs_line", alt=t("inputs.made_from"), column_config=_labels())
    st.subheader(t("inputs.files_kept"))
    kept = uploads(workspace())
    if kept:
        rows = [
            {
                "version": one.ref,
                "at": moment(one.at),
                "who": one.who,
                "files": ", ".join(f"{name} ({figures.count(size)} B)" for name, (size, _) in one.files.items()),
                "why": one.note,
            }
            for one in kept
        ]
        st.dataframe(rows, hide_index=True, key="inputs_uploads", alt=t("inputs.files_kept"), column_config=_labels())
    else:
        st.info(t("inputs.no_uploads"))
    st.subheader(t("inputs.log_of"))
    entries = [
        {"at": moment(e.at), "who": e.who, "what": t(ABOUT[e.what]), "version": e.subject,
         "why": str(e.details.get("note", ""))}
        for e in audit_log(workspace())
        if e.what in ABOUT
    ]  # fmt: skip
    if entries:
        st.dataframe(entries, hide_index=True, key="inputs_log", alt=t("inputs.log_of"), column_config=_labels())
    else:
        st.info(t("inputs.no_log"))


def _line(ref: str) -> pd.DataFrame:
    if "@" not in ref:
        return pd.DataFrame()
    try:
        line, origin = lineage(workspace(), ref)
    except NoSuchVersion:
        return pd.DataFrame()
    return pd.DataFrame(
        [
            {
                "version": v.ref,
                "parent": str(v.details.get("parent", "")) or origin,
                "at": moment(v.at),
                "who": v.who,
                "upload": str(v.details.get("upload", "")),
                "why": v.note,
            }
            for v in line
        ]
    )


def _labels() -> dict[str, Any]:
    return {
        "version": t("inputs.version"),
        "parent": t("inputs.parent"),
        "at": t("inputs.at"),
        "who": t("inputs.who"),
        "what": t("inputs.what"),
        "upload": t("inputs.upload_of"),
        "files": st.column_config.TextColumn(t("inputs.files"), width="medium"),
        "why": st.column_config.TextColumn(t("inputs.why"), width="large"),
    }
