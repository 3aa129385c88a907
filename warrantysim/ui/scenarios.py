"""*Scenarios*: the tree of what-ifs with only their differences, a new one in a form made from the schema, tables
edited in place; each kept as a version that is never changed, run, compared, pinned, and handed out as YAML."""

from __future__ import annotations

import streamlit as st

from warrantysim.ui import scenarios_edit, scenarios_new, scenarios_one, scenarios_tree
from warrantysim.ui.components import worlds
from warrantysim.ui.components.address import copy_link, pick
from warrantysim.ui.language import t

PARTS = ("tree", "new", "edit")
"""What the page shows, one at a time."""


def show() -> None:
    """Draw the page."""
    st.title(t("scenarios.title"))
    listed = worlds.known_scenarios()
    if not listed:
        st.warning(t("scenarios.no_files"))
        return
    kept = [one for one in listed if not one.shipped]
    st.write(t("scenarios.sentence", shipped=len(listed) - len(kept), kept=len({one.name for one in kept}),
               versions=len(kept)))  # fmt: skip
    part = pick(
        st.segmented_control, t("scenarios.part"), PARTS, "scenarios_part",
        format_func=lambda one: t(f"scenarios.{one}"), label_visibility="collapsed",
    )  # fmt: skip
    match part:
        case "tree":
            ref = scenarios_tree.show(listed)
            scenarios_one.show(ref)
        case "new":
            scenarios_new.show(listed)
        case _:
            scenarios_edit.show(listed)
    copy_link("scenarios_link")
