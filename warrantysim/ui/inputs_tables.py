"""The tables of a scenario: all of them in a row each, one of them opened, each to be taken away as a file to edit."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from warrantysim.files.tables import columns
from warrantysim.locale.wording import with_aside, with_value
from warrantysim.report.field_names import field_name, meaning_in, unit_name
from warrantysim.report.input_files import tables_csv, tables_workbook
from warrantysim.report.input_frames import column_kind, table_frame
from warrantysim.schema.fields import words
from warrantysim.schema.root import Scenario
from warrantysim.ui.components.address import pick
from warrantysim.ui.components.pictures import show_table
from warrantysim.ui.inputs_rest import Rest, ask_search, marked, searched
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import when

UNITLESS = ("", "text", "id", "ids", "date", "path", "文本", "编号", "日期", "参数路径")
"""Units that say no more than the name of the column."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(rest: Rest) -> None:
    """Draw the part."""
    frame = rest.tables.drop(columns=["why"])
    show_table(
        frame,
        key="inputs_tables",
        alt=t("inputs.tables_alt", n=len(frame)),
        column_config={
            "table": t("inputs.table"),
            "called": t("inputs.called"),
            "about": st.column_config.TextColumn(t("inputs.about"), width=330),
            "rows": st.column_config.NumberColumn(t("inputs.rows"), width="small"),
            "marks": st.column_config.TextColumn(t("inputs.marks"), width="medium"),
            "changed": t("inputs.changed"),
            "who": t("inputs.who"),
            "version": t("inputs.version"),
        },
        column_order=[name for name in frame.columns if name != "called" or lang() != "en"],
    )
    _whole(rest)
    st.subheader(t("inputs.one_table"))
    names = table_names()
    table = pick(st.selectbox, t("inputs.table"), list(names), "inputs_table", format_func=names.__getitem__)
    _one(rest, table)


def table_names() -> dict[str, str]:
    """Every table by what it is called; in Chinese with its name in files."""
    return {
        table: table if lang() == "en" else with_aside(field_name(table, lang()), table, lang())
        for table in Scenario.TABLES
    }


def _one(rest: Rest, table: str) -> None:
    rows = table_frame(rest.scenario, table)
    text, marks = ask_search("inputs")
    found = searched(rows, text, marks)
    last = rest.touched.get(table)
    told = t("inputs.found", n=len(found), rows=len(rows))
    changed = (
        t("inputs.by", ref=last.ref, who=last.who, at=when(last.at)) if last else t("inputs.file_of", day=rest.since)
    )
    st.caption(f"{told} · {changed}")
    if found.empty:
        st.info(t("inputs.no_rows") if len(rows) else t("inputs.empty_table"))
    else:
        show_table(
            marked(found), key="inputs_rows", alt=t("inputs.rows_alt", table=table, n=len(found)),
            column_config=configured(table), placeholder="",
        )  # fmt: skip
    with st.expander(t("inputs.columns_of")):
        show_table(
            [_explained(table, name) for name in rows.columns], key="inputs_columns",
            alt=t("inputs.columns_of"),
            column_config={
                "column": t("inputs.column"), "called": t("inputs.called"), "unit": t("inputs.unit"),
                "range": t("inputs.range"), "doc": st.column_config.TextColumn(t("inputs.doc"), width="large"),
            },
        )  # fmt: skip
    with st.container(horizontal=True):
        offer(
            t("inputs.csv", table=table), partial(tables_csv, rest.scenario, table, lang()), f"{table}.csv", "text/csv"
        )
        offer(
            t("inputs.xlsx", table=table),
            partial(tables_workbook, rest.scenario, [table], lang()),
            f"{table}.xlsx",
            XLSX,
        )
        offer(
            t("inputs.blank", table=table), partial(tables_workbook, rest.scenario, [table], lang(), False),
            f"{table}-template.xlsx", XLSX,
        )  # fmt: skip


def _whole(rest: Rest) -> None:
    with st.container(horizontal=True):
        file = f"{rest.ref.replace('@', '-')}-{rest.digest[:8]}"
        every = list(Scenario.TABLES)
        offer(t("inputs.workbook"), partial(tables_workbook, rest.scenario, every, lang()), f"{file}.xlsx", XLSX)
        offer(
            t("inputs.blank_workbook"), partial(tables_workbook, rest.scenario, every, lang(), False),
            "warrantysim-template.xlsx", XLSX,
        )  # fmt: skip


def offer(label: str, data: Any, file: str, mime: str) -> None:
    """A button that makes a file when it is pressed."""
    st.download_button(
        label, data, file_name=file, mime=mime, key=f"inputs_{file}", on_click="ignore", icon=":material/download:"
    )


def configured(table: str) -> dict[str, Any]:
    """Columns under their names for people, with docstring, unit and range as help."""
    config: dict[str, Any] = {}
    model = Scenario.TABLES[table]
    for name in columns(model):
        said = _explained(table, name)
        help = f"{with_value(name, said['doc'], lang())} [{said['unit']}{', ' if said['range'] else ''}{said['range']}]"
        # Some names end in their unit.
        bare = said["called"].removesuffix(f" {said['unit']}").removesuffix(f"（{said['unit']}）")
        label = said["called"] if said["unit"] in UNITLESS or "|" in said["unit"] else f"{bare} [{said['unit']}]"
        if column_kind(model, name) == "number":
            config[name] = st.column_config.NumberColumn(label, help=help, format="%.10g")
        elif column_kind(model, name) == "truth":
            config[name] = st.column_config.CheckboxColumn(label, help=help)
        else:
            wide = name in ("source", "reason")
            config[name] = st.column_config.TextColumn(label, help=help, width="large" if wide else None)
    return config


def _explained(table: str, name: str) -> dict[str, str]:
    model = Scenario.TABLES[table]
    said = words(model.model_fields[columns(model)[name]].description)
    return {
        "column": name,
        "called": field_name(f"{table}.{name}", lang()),
        "unit": unit_name(said.unit, lang()),
        "range": said.range,
        "doc": meaning_in(said.doc, lang()),
    }
