"""A further quote: by file or by form, read by the same rules; kept as a version of the scenario, with who and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import streamlit as st

from warrantysim.analysis.quote_terms import quote_sheet
from warrantysim.files.quote_files import quotes_in, with_quotes
from warrantysim.files.quote_writing import template_csv
from warrantysim.locale.wording import titled
from warrantysim.report.quotes_sheet import read_sheet
from warrantysim.schema.contracts import Partner
from warrantysim.schema.errors import Problem, ScenarioError
from warrantysim.schema.root import Scenario
from warrantysim.store.uploads import keep_upload
from warrantysim.store.versions import checked_name
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.address import pick, turn_to
from warrantysim.ui.pieces.differences import show_problems
from warrantysim.ui.pieces.keeping import keep_button, named_and_why
from warrantysim.ui.pieces.pictures import plain
from warrantysim.ui.quotes_form import filled
from warrantysim.ui.quotes_reading import OF, Shown
from warrantysim.ui.session import may_edit, who, workspace

LARGEST = 2
"""Largest file taken [MB]."""
WAYS = ("file", "form")


def show(one: Shown) -> None:
    """Draw the part."""
    st.write(t("quotes.add_why"))
    way = pick(
        st.segmented_control, t("quotes.add_way"), WAYS, "quotes_way", format_func=lambda name: t(f"quotes.add_{name}")
    )
    if way == "form":
        content = filled(one.world)
        if content is not None:
            st.session_state["quotes_typed"] = content
        typed = st.session_state.get("quotes_typed")
        if typed is not None:
            _brought(one, typed.encode(), "form.csv", by_form=True)
        return
    st.download_button(
        t("quotes.template"), lambda: template_csv("my-quote", one.world.market_ids[0]).encode("utf-8-sig"),
        file_name="warrantysim_quote_template.csv", mime="text/csv", key="quotes_template", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip
    st.caption(t("quotes.template_note"))
    file = st.file_uploader(
        t("quotes.upload"), ["csv", "yaml", "yml"], key="quotes_upload", max_upload_size=LARGEST,
        disabled=not may_edit(),
    )  # fmt: skip
    if file is not None:
        _brought(one, file.getvalue(), PurePosixPath(file.name.replace("\\", "/")).name[-80:] or "quote.csv")


def _brought(one: Shown, content: bytes, name: str, *, by_form: bool = False) -> None:
    """What was brought: its problems, all at once, or its terms beside a button that keeps it."""
    try:
        quotes = quotes_in(content, name)
        changed = with_quotes(one.world, quotes, name)
    except ScenarioError as error:
        show_problems([_of_form(p) for p in error.problems] if by_form else error.problems, {}, "quotes_problems")
        return
    st.success(t("quotes.read", n=len(quotes), names=plain(", ".join(_title(q, p) for q, p in quotes.items()))[:400]))
    if replaced := sorted(set(quotes) & set(one.world.partners)):
        st.warning(t("quotes.replaces", names=plain(", ".join(replaced))))
    told = read_sheet(changed, list(quotes), lang(), quote_sheet(changed, list(quotes)))
    st.dataframe(told, hide_index=True, alt=t("quotes.terms_alt", n=len(told)), height=300)
    asked = named_and_why("quotes_add", f"with-{next(iter(quotes)).lower()}"[:60], "", "")
    _keep(one, changed, asked, {} if by_form else {name: content})


def _title(id: str, quote: Partner) -> str:
    return titled(quote.title, id, lang())


def _of_form(problem: Problem) -> Problem:
    """A problem of the form: by its term, since nobody sees rows there."""
    return Problem(problem.path, problem.message, problem.path or problem.where, problem.rule)


def _keep(one: Shown, changed: Scenario, asked: tuple[str, str, str], files: Mapping[str, bytes]) -> None:
    """The button that keeps the scenario with the quote on its table, and the file it came in."""
    upload = ""
    if files and st.session_state.get("quotes_add_keep"):
        upload = _kept_file(files, asked[2])
    kept = keep_button("quotes_add", changed, one.parent, asked, (), upload)
    if kept is not None:
        st.session_state.pop("quotes_typed", None)
        st.session_state["quotes_part_next"] = "answer"
        turn_to(OF, kept.ref)


def _kept_file(files: Mapping[str, bytes], why: str) -> str:
    """The file as it came, kept as a version of the upload ``quotes``; under a plain name where its own is none."""
    plainly: dict[str, bytes] = {}
    for name, content in files.items():
        try:
            plainly[checked_name(name)] = content
        except ValueError:
            plainly[f"quotes{PurePosixPath(name).suffix}"] = content
    return keep_upload(workspace(), "quotes", plainly, note=why, who=who()).ref
