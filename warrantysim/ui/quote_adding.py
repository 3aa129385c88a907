"""A further quote: by file, or typed into a form of the schema's terms, each with its unit, range and meaning.

What is typed becomes the rows of a quote file, so that it is read, and refused, by the same rules. What is kept is a
version of the scenario, with who and why.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import streamlit as st

from warrantysim.analysis.quote_offers import quote_ids
from warrantysim.files.quote_files import COLUMNS, quotes_in, with_quotes
from warrantysim.files.quote_writing import template_csv
from warrantysim.files.usual_terms import DESK, UNKNOWN, usual_terms
from warrantysim.locale.wording import listed, titled
from warrantysim.report.field_names import full_name, meaning_in, unit_name
from warrantysim.report.verdicts import capital
from warrantysim.schema.contracts import OUTCOMES, Partner
from warrantysim.schema.desk_terms import LEVELS
from warrantysim.schema.errors import Problem, ScenarioError
from warrantysim.schema.plain_text import delimited
from warrantysim.schema.reference import FieldRow, describe
from warrantysim.schema.references import currencies_with_rates
from warrantysim.schema.root import Scenario
from warrantysim.store.uploads import keep_upload
from warrantysim.store.versions import checked_name
from warrantysim.ui.components.address import pick
from warrantysim.ui.components.bounded import any_day
from warrantysim.ui.components.differences import show_problems
from warrantysim.ui.components.keeping import keep_button, named_and_why
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import may_edit, who, workspace

SECTIONS = {
    "who": ("home", "skus", "categories", "skill", "valid_from", "valid_to", "source"),
    "prices": (
        "repaired.flat", *(f"repaired.by_level.{level}" for level in LEVELS), "receiving", "no_fault", "beyond_repair",
        "disposal", "excluded", "storage.free_days", "storage.per_day",
    ),
    "parts": ("parts.mode", "parts.cap_share", "parts.markup_share", "parts.handling", "parts.mean"),
    "fixed": (
        "onboarding", "onboarded", "minimum_per_month", "retainer.per_month", "retainer.included_units",
        "retainer.extra_unit", "retainer.technician_per_month", "retainer.technician_units", "retainer_scope",
    ),
    "tiers": (
        "tiers.kind", "tiers.basis", "counts",
        *(f"tiers.steps.{k}.{part}" for k in range(3) for part in ("from_units", "discount")),
    ),
    "service": (
        "bench.technicians", "bench.units_per_day", "bench.hours_per_month", "bench.standard_minutes",
        "bench.triage_minutes", "bench.handling_days", "bench.calendar", "bench.ramp", "bench.waiting_places",
        "bench.overflow", "sla.days", "sla.day_kind", "sla.share", "sla.units_per_day", "sla.credit_share",
        "sla.credit_per_unit", "sla.credited",
    ),
    "quality": ("yield_share", "bounce_share", "bounce_days", "repair_warranty.days", "repair_warranty.covers"),
    "contract": ("term_months", "notice_days", "payment_days", "retainer_in_advance"),
}  # fmt: skip
"""Terms of a contract in the order in which quotes are written, by what they are about."""
OPENED = ("who", "prices", "parts")
"""Sections that are open at first."""
MUST = ("home", "parts.mode")
"""Terms without which there is no quote; a repair price or a retainer is the other."""
TO_SAY = ("yield_share", "bench.technicians", "bench.units_per_day", "bench.handling_days", "bench.calendar")
"""Terms a file must state, if only as unknown."""
_NOT_ID = re.compile(r"[^A-Za-z0-9_-]+")
MOST_PRODUCTS = 60
"""Products the form asks a price of; a file states any number [count]."""
LARGEST = 2
"""Largest file taken [MB]."""
WAYS = ("file", "form")


@dataclass(frozen=True)
class Adding:
    """Where a quote is added."""

    scenario: Scenario
    """The scenario it comes into."""
    parent: str
    """What versions made from it say they rest on."""
    line: str
    """What its file is kept as."""
    terms: Callable[[Scenario, Sequence[str]], None]
    """Shows the terms of quotes of a scenario."""
    done: Callable[[str], None]
    """Told the version once it is kept."""


def show(one: Adding) -> None:
    """Draw the part."""
    st.write(t("offer.add_why"))
    way = pick(
        st.segmented_control, t("offer.add_way"), WAYS, "quotes_way", format_func=lambda name: t(f"offer.add_{name}")
    )
    if way == "form":
        content = filled_in(one.scenario)
        if content is not None:
            st.session_state["quotes_typed"] = content
        typed = st.session_state.get("quotes_typed")
        if typed is not None:
            _brought(one, typed.encode(), "form.csv", by_form=True)
        return
    st.download_button(
        t("offer.template"), lambda: template_csv("my-quote", one.scenario.market_ids[0]).encode("utf-8-sig"),
        file_name="warrantysim_quote_template.csv", mime="text/csv", key="quotes_template", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip
    st.caption(t("offer.template_note"))
    file = st.file_uploader(
        t("offer.upload"), ["csv", "yaml", "yml"], key="quotes_upload", max_upload_size=LARGEST,
        disabled=not may_edit(),
    )  # fmt: skip
    if file is not None:
        _brought(one, file.getvalue(), PurePosixPath(file.name.replace("\\", "/")).name[-80:] or "quote.csv")


def _brought(one: Adding, content: bytes, name: str, *, by_form: bool = False) -> None:
    """What was brought: its problems, all at once, or its terms beside a button that keeps it."""
    try:
        quotes = quotes_in(content, name)
        changed = with_quotes(one.scenario, quotes, name)
    except ScenarioError as error:
        show_problems([_of_form(p) for p in error.problems] if by_form else error.problems, {}, "quotes_problems")
        return
    titles = [titled(quote.title, id, lang()) for id, quote in quotes.items()]
    st.success(t("offer.read", n=len(quotes), names=escaped(listed(titles, lang()))[:400]))
    if replaced := sorted(set(quotes) & set(one.scenario.partners)):
        st.warning(t("offer.replaces", names=escaped(listed(replaced, lang()))))
    one.terms(changed, list(quotes))
    asked = named_and_why("quotes_add", f"with-{next(iter(quotes)).lower()}"[:60], "", "")
    upload = (
        ""
        if by_form or not st.session_state.get("quotes_add_keep")
        else _kept_file(one.line, {name: content}, asked[2])
    )
    kept = keep_button("quotes_add", changed, one.parent, asked, (), upload)
    if kept is not None:
        st.session_state.pop("quotes_typed", None)
        one.done(kept.ref)


def _of_form(problem: Problem) -> Problem:
    """A problem of the form: by its term, since nobody sees rows there."""
    where = full_name(problem.path, lang()) if problem.path else problem.where
    return Problem(problem.path, problem.message, where, problem.rule)


def _kept_file(line: str, files: Mapping[str, bytes], why: str) -> str:
    """The file as it came, kept as a version of an upload; under a plain name where its own is none."""
    plainly: dict[str, bytes] = {}
    for name, content in files.items():
        try:
            plainly[checked_name(name)] = content
        except ValueError:
            plainly[f"{line}{PurePosixPath(name).suffix}"] = content
    return keep_upload(workspace(), line, plainly, note=why, who=who()).ref


def offer_fields() -> dict[str, FieldRow]:
    """Every term of the schema by its name below the partner or the desk."""
    return {row.path.removeprefix(DESK): row for row in describe(Partner)}


def _field_of(term: str) -> FieldRow:
    """The schema's word on a term, one of many places such as a tier or a level included."""
    general = re.sub(r"\.steps\.\d+", ".steps[]", re.sub(r"^(repaired\.by_\w+)\..*", r"\1", term))
    return offer_fields()[general]


def on_desk(term: str) -> bool:
    """Whether a term belongs to the desk."""
    return _field_of(term).path.startswith(DESK)


def may_be_unknown(term: str) -> bool:
    """Whether a term left empty is read as usual for the market."""
    return (f"{DESK}{term}" if on_desk(term) else term) in usual_terms()


def filled_in(scenario: Scenario) -> str | None:
    """The form; rows of a quote file once it was sent, None before."""
    with st.form("quotes_form", border=True):
        left, middle, right, last = st.columns([2, 2, 1, 1.4])
        title = left.text_input(t("offer.form_title"), key="quotes_form_title", max_chars=80)
        id = middle.text_input(t("offer.form_id"), key="quotes_form_id", max_chars=40, help=t("offer.form_id_help"))
        codes = sorted(currencies_with_rates(scenario))
        currency = right.selectbox(
            t("offer.form_currency"), codes, codes.index("USD") if "USD" in codes else 0, key="quotes_form_currency"
        )
        serves = last.multiselect(
            t("offer.form_serves"), scenario.market_ids, key="quotes_form_serves", placeholder=t("offer.form_choose")
        )
        st.caption(t("offer.form_empty"))
        values: dict[str, Any] = {}
        for section, terms in SECTIONS.items():
            with st.expander(t(f"offer.form_{section}"), expanded=section in OPENED):
                columns = st.columns(4)
                for k, term in enumerate(terms):
                    with columns[k % 4]:
                        values[term] = _field(term, _field_of(term), scenario)
        with st.expander(t("offer.form_by_sku")):
            columns = st.columns(4)
            for k, sku in enumerate(scenario.sku_ids[:MOST_PRODUCTS]):
                term = f"repaired.by_sku.{sku}"
                with columns[k % 4]:
                    values[term] = _field(term, _field_of(term), scenario, sku)
        sent = st.form_submit_button(t("offer.form_check"), type="primary", disabled=not may_edit())
    if not sent or not may_edit():
        return None
    quote = _NOT_ID.sub("-", id or title).strip("-") or "quote"
    return quote_rows(quote, title, str(currency), serves, values)


def quote_rows(quote: str, title: str, currency: str, serves: list[str], values: dict[str, Any]) -> str:
    """What was typed as a quote file; terms left empty are not in it."""
    desk = serves[0] if serves else "desk"
    out = [(quote, "", "title.en", _text(title)), (quote, "", "title.zh", _text(title)), (quote, "", "mark", "A")]
    out += [(quote, desk, "currency", currency), (quote, desk, "serves", f"[{', '.join(serves)}]")]
    for term, value in values.items():
        if value not in (None, "", [], ()):
            out.append((quote, desk if on_desk(term) else "", term, _written(term, value, currency)))
        elif term in TO_SAY and not (term == "bench.units_per_day" and values.get("bench.hours_per_month")):
            out.append((quote, desk if on_desk(term) else "", term, UNKNOWN[0]))
    return delimited([COLUMNS, *out])


def _written(term: str, value: Any, currency: str) -> str:
    kind = _field_of(term).type
    if "amount" in kind:
        return f"{value!r} {currency}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(_text(each) for each in value)}]"
    return value.isoformat() if isinstance(value, dt.date) else _text(value) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    """A text as YAML reads it back whatever it holds."""
    return "'" + " ".join(value.split()).replace("'", "''") + "'" if value else ""


def _field(term: str, row: FieldRow, scenario: Scenario, name: str = "") -> Any:
    """The widget of a term: what the schema says of it is its help, and what it is read as when empty stands in it."""
    # Other units stand in the name already.
    unit = unit_name(row.unit, lang()) if row.unit.startswith(("amount", "share")) else ""
    label = f"{name or capital(full_name(term, lang()))}{f' [{unit}]' if unit else ''}{' *' if term in MUST else ''}"
    key = f"quotes_form_{term}"
    about = f"[{row.unit}{', ' + row.range if row.range else ''}]" if row.unit else ""
    told = f"{meaning_in(row.doc, lang())}. {about}".strip()
    kind = row.type.removesuffix(" (may be absent)")
    empty = t("offer.unknown") if may_be_unknown(term) else t("offer.not_there") if term not in MUST else ""
    lists = {
        "skus": scenario.sku_ids,
        "categories": sorted({one.category for one in scenario.skus}),
        "counts": OUTCOMES,
    }
    if term in lists:
        return st.multiselect(
            label, lists[term], key=key, help=told, placeholder=t("offer.form_choose"),
            format_func=(lambda one: t(f"offer.choice_{one}")) if term == "counts" else str,
        )  # fmt: skip
    if term in ("bench.calendar", "bench.overflow"):
        known = sorted(scenario.calendars) if term == "bench.calendar" else list(quote_ids(scenario))
        return st.selectbox(label, known, None, key=key, help=told, placeholder=empty)
    if kind.startswith("one of "):
        return st.selectbox(
            label, kind.removeprefix("one of ").split("|"), None, key=key, help=told,
            placeholder=empty or t("offer.form_choose"), format_func=lambda choice: t(f"offer.choice_{choice}"),
        )  # fmt: skip
    if kind == "date":
        return any_day(label, None, key=key, help=told)
    if kind == "true or false":
        return st.checkbox(label, key=key, help=told)
    if kind == "text":
        return st.text_input(label, key=key, help=told, max_chars=200)
    if "whole number" in kind:
        return st.number_input(label, value=None, step=1, key=key, help=told, placeholder=empty)
    return st.number_input(label, value=None, key=key, help=told, format="%g", placeholder=empty)
