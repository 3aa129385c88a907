"""*Scenarios*: the tree of what-ifs with only their differences, a new one in a form made from the schema, tables
edited in place; each kept as a version that is never changed, run, compared, pinned, and handed out as YAML."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from warrantysim.report.input_frames import moment
from warrantysim.store.pins import pinned
from warrantysim.ui import scenarios_edit, scenarios_new, scenarios_one
from warrantysim.ui.components import worlds
from warrantysim.ui.components.address import copy_link, pick
from warrantysim.ui.components.differences import single_line, worded
from warrantysim.ui.components.worlds import KnownScenario
from warrantysim.ui.language import t
from warrantysim.ui.session import workspace

BRANCH = "└ "
"""Stands before a what-if, once more indented for each it was made from."""
LINES = 3
"""Differences told in a row of the tree before the rest is a number."""


def show_tree(listed: list[KnownScenario]) -> str:
    """Draw the tree; the reference of the scenario chosen in it."""
    ordered = with_depth(listed)
    frame = tree_frame(ordered, pinned(workspace()))
    st.dataframe(
        frame,
        hide_index=True,
        key="scenarios_tree",
        alt=t("scenarios.tree_alt", n=len(frame)),
        column_config={
            "tree": st.column_config.TextColumn(t("scenarios.what_if"), width="medium"),
            "title": st.column_config.TextColumn(t("scenarios.called"), width="medium"),
            "states": st.column_config.TextColumn(t("scenarios.states"), width="large"),
            "why": st.column_config.TextColumn(t("scenarios.why"), width="large"),
            "state": t("scenarios.state"),
            "runs": st.column_config.NumberColumn(t("scenarios.runs"), width="small"),
            "pinned": st.column_config.CheckboxColumn(t("scenarios.pinned"), width="small"),
            "who": t("scenarios.who"),
            "at": t("scenarios.at"),
        },
        column_order=("tree", "title", "states", "state", "runs", "pinned", "who", "at", "why"),
    )
    names = {one.ref: f"{one.title} ({one.ref})" if one.shipped else one.ref for one, _ in ordered}
    return pick(st.selectbox, t("scenarios.choose"), list(names), "scenarios_ref", format_func=names.__getitem__)


def with_depth(listed: list[KnownScenario]) -> list[tuple[KnownScenario, int]]:
    """Every scenario below what it was made from, with its depth. One whose parent is gone stands on top."""
    refs = {one.ref for one in listed}
    children: dict[str, list[KnownScenario]] = {}
    for one in listed:
        parent = one.parent if one.parent in refs and one.parent != one.ref else ""
        children.setdefault(parent, []).append(one)
    out: list[tuple[KnownScenario, int]] = []
    seen: set[str] = set()

    def down(parent: str, depth: int) -> None:
        for one in children.get(parent, []):
            if one.ref not in seen:
                seen.add(one.ref)
                out.append((one, depth))
                down(one.ref, depth + 1)

    down("", 0)
    return out + [(one, 0) for one in listed if one.ref not in seen]


def tree_frame(ordered: list[tuple[KnownScenario, int]], pins: tuple[str, ...]) -> pd.DataFrame:
    """A row a scenario."""
    rows = []
    rested = worlds.usage()
    for one, depth in ordered:
        used = len(worlds.runs_using(one.ref, rested))
        states = [single_line(worded(line)) for line in one.stated[:LINES]]
        if len(one.stated) > LINES:
            states.append(t("differences.more", n=len(one.stated) - LINES))
        rows.append(
            {
                "tree": f"{'   ' * max(0, depth - 1)}{BRANCH if depth else ''}{single_line(one.ref)}",
                "title": single_line(one.title),
                "states": "; ".join(states) or told_otherwise(one),
                "why": single_line(one.why, 300),
                "state": state(one, used),
                "runs": used,
                "pinned": one.ref in pins,
                "who": "" if one.version is None else one.version.who,
                "at": "" if one.version is None else moment(one.version.at),
            }
        )
    return pd.DataFrame(rows)


def told_otherwise(one: KnownScenario) -> str:
    """What to say of a scenario that states no single values: the base, edited or uploaded tables."""
    if one.version is None:
        return t("scenarios.everything") if not one.parent else ""
    upload = str(one.version.details.get("upload", ""))
    return t("scenarios.uploaded", upload=upload) if upload else t("scenarios.rows_changed")


def state(one: KnownScenario, used: int) -> str:
    """Shipped, kept, or kept and run: in any case it is never changed."""
    if one.shipped:
        return t("scenarios.shipped")
    return t("scenarios.was_run") if used else t("scenarios.kept")


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
            ref = show_tree(listed)
            scenarios_one.show(ref)
        case "new":
            scenarios_new.show(listed)
        case _:
            scenarios_edit.show(listed)
    copy_link("scenarios_link")
