"""A study's answer on a page: the blocks the terminal prints, with charts, and every table as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.present.blocks import (
    Block,
    Chart,
    Choice,
    Column,
    Figure,
    Figures,
    Part,
    Points,
    Sentence,
    TableOf,
)
from warrantysim.present.cells import cell, figure
from warrantysim.present.sheets import blocks_workbook
from warrantysim.report.figures import rounded
from warrantysim.report.rows import rows_of
from warrantysim.store.stored_run import StoredRun
from warrantysim.studies import study_of
from warrantysim.studies.study import AnyStudy, Stored
from warrantysim.ui.components.address import pick, whole_number
from warrantysim.ui.components.exports import exported_picture, offer_csv
from warrantysim.ui.components.held import held
from warrantysim.ui.components.pictures import escaped, held_picture, lone_width
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import look

FORMATS = {
    "whole": "%,.0f",
    "signed": "%+,.0f",
    "one": "%,.1f",
    "cents": "%,.2f",
    "fine": "%,.3f",
    "days": "%.1f",
    "number": "%g",
    "share": "%.0f %%",
    "tenth": "%.1f %%",
    "percent": "%.2f %%",
    "plus_minus": "± %,.0f",
}
"""How a page writes each kind of figure."""
SHARES = frozenset(("share", "tenth", "percent"))
"""Kinds a page is given in per cent, to be written with as many decimals as elsewhere."""
WHOLE = 20
"""Rows up to which a table is shown without a scroll bar, so that its sum is seen."""
FEW = 4
"""Choices of so many values lie open; of more they unfold."""
SHOWN: dict[str, Callable[[str], object]] = {
    "text": lambda text: st.markdown(escaped(text)),
    "basis": lambda text: st.caption(escaped(text)),
    "head": lambda text: st.subheader(escaped(text)),
    "legend": lambda text: st.caption(escaped(text)),
    "note": lambda text: st.caption(escaped(text)),
    "warn": lambda text: st.warning(escaped(text)),
}
"""Sentences a page shows; headline and provenance stand elsewhere on it."""


def _unsaid(text: str) -> None:
    """Said elsewhere on the page."""


@dataclass(frozen=True)
class _Shown:
    """One answer on a page."""

    study: AnyStudy
    stored: Stored
    page: str
    """First part of the names of widgets and choices in the address."""
    of: tuple[str, ...]
    """What the answer depends on besides workspace and language."""
    file: str
    """First part of names of files."""


def show_answer(run: StoredRun, facts: Mapping[str, Any] | None = None) -> None:
    """Everything a stored study answers; ``facts``: what this page calls cases and levers."""
    show_stored(run.kind, _stored(run), f"answer_{run.kind}", run.id, facts)
    offer_workbook(run, facts)


def offer_workbook(run: StoredRun, facts: Mapping[str, Any] | None = None) -> None:
    """A button that hands out a stored answer with all its tables as a workbook; ``facts``: as for `show_answer`."""
    stored, language = _stored(run), lang()

    def book() -> bytes:
        told = Stored(stored.tables, {**stored.facts, **(facts or {})})
        made = datetime.fromisoformat(run.made).replace(tzinfo=None)
        return blocks_workbook(study_of(run.kind).answer(told, language), language, made, run.id)

    st.download_button(
        t("piece.workbook"), book, file_name=f"warrantysim_{run.kind}_{run.id}.xlsx", on_click="ignore",
        key=f"answer_{run.kind}_xlsx", type="tertiary", icon=":material/table_view:",
    )  # fmt: skip


def show_tables(blocks: Sequence[Block], page: str, file: str) -> None:
    """Tables of blocks that are no stored answer; ``file``: first part of names of files."""
    for block in blocks:
        if isinstance(block, TableOf):
            _table(block, block.frame, f"{file}_{block.name}", f"{page}_{block.name}")


def _stored(run: StoredRun) -> Stored:
    """What a run found, read once."""
    found: Stored = held(("stored", run.id), lambda: run.stored)
    return found


def show_stored(
    kind: str,
    stored: Stored,
    page: str,
    id: str,
    facts: Mapping[str, Any] | None = None,
    more: Mapping[str, tuple[str, Callable[[Stored], None]]] | None = None,
    apart: str = "",
) -> None:
    """What a study answers: what may be chosen, the answer, and one of its parts.

    Parameters
    ----------
    page
        First part of the names of choices in the address.
    id
        Of the run, or of all that was found depends on.
    more
        Further parts that a page draws by itself, each with its title, by name; drawn of what was found.
    apart
        Of these, the one that has answers of its own: what is said above the others would be in its way.
    """
    study, told = study_of(kind), {**stored.facts, **(facts or {})}
    stored = Stored(stored.tables, told)
    choices = study.choices(stored, lang())
    chosen = _chosen([one for one in choices if not one.part], page)
    stored = Stored(stored.tables, {**told, **chosen})
    shown = _Shown(study, stored, page, (id, repr(facts), repr(chosen)), f"warrantysim_{kind}_{id}")
    blocks = held(("answer", *shown.of), lambda: study.answer(stored, lang()))
    parts = {block.name: block for block in blocks if isinstance(block, Part)}
    above = st.container()
    names = {
        **{name: part.title for name, part in parts.items()},
        **{k: title for k, (title, _) in (more or {}).items()},
    }
    view = pick(
        st.segmented_control, t("counted.part"), list(names), f"{page}_view", format_func=names.__getitem__
    ) if len(names) > 1 else next(iter(names), "")  # fmt: skip
    if not view or view != apart:
        with above:
            _blocks([block for block in blocks if not isinstance(block, Part)], shown)
    if not view:
        return
    if more and view in more:
        more[view][1](stored)
        return
    if own := _chosen([one for one in choices if one.part == view], page):
        chosen, stored = {**chosen, **own}, Stored(stored.tables, {**stored.facts, **own})
        shown = replace(shown, stored=stored, of=(*shown.of, repr(own)))
        anew = held(("answer", *shown.of), lambda: study.answer(stored, lang()))
        parts = {block.name: block for block in anew if isinstance(block, Part)}
    _blocks(held(("part", view, *shown.of), lambda: list(parts[view].blocks())), shown)


def _chosen(choices: Sequence[Choice], page: str) -> dict[str, str]:
    """What the reader chooses; the address keeps it."""
    if not choices:
        return {}
    found = {}
    for place, one in zip(st.columns(len(choices), vertical_alignment="bottom"), choices, strict=True):
        key = f"{page}_{one.name}"
        with place:
            if isinstance(one.values, range):
                found[one.name] = str(whole_number(one.title, one.values, int(one.first), key))
                continue
            names = dict(one.values)
            # The usual one first: it is what stands in no address.
            options = sorted(names, key=lambda value, usual=one.first: value != usual)  # type: ignore[misc]
            # A row of choices reads Markdown, a list shows what is there.
            few = len(names) <= FEW
            widget: Any = st.segmented_control if few else st.selectbox
            called = {value: escaped(name) if few else name for value, name in names.items()}
            found[one.name] = pick(widget, one.title, options, key, format_func=called.__getitem__)
    return found


def _blocks(blocks: Sequence[Block], shown: _Shown) -> None:
    drawn = Counter[str]()
    for block in blocks:
        name = getattr(block, "name", "")
        key = f"{shown.page}_{name}" + (f"_{drawn[name]}" if drawn[name] else "")
        drawn[name] += 1
        if isinstance(block, Sentence):
            SHOWN.get(block.role, _unsaid)(block.text)
        elif isinstance(block, Figures):
            _figures(block.figures)
        elif isinstance(block, Points):
            st.markdown(points(block))
        elif isinstance(block, Chart):
            picture = held_picture((*shown.of, block.name), look(), lambda block=block: block.draw(look()))  # type: ignore[misc]
            exported_picture(picture, f"{shown.file}_{block.name}", f"{key}_chart")
        elif isinstance(block, TableOf):
            whole = shown.stored.table(block.name)
            _table(block, block.frame if whole is None else whole, f"{shown.file}_{block.name}", key)


def _figures(figures: Sequence[Figure]) -> None:
    for column, one in zip(st.columns(len(figures)), figures, strict=True):
        where = escaped(one.where) or None
        column.metric(one.title, one.value, where, delta_color="off", delta_arrow="off", border=True, height="stretch")
        if one.beside:
            column.caption(escaped(one.beside))


def points(block: Points) -> str:
    """Markdown of sentences, a line each."""
    return "\n".join(f"{f'{k}.' if block.numbered else '-'} {escaped(text)}" for k, text in enumerate(block.texts, 1))


def as_shown(block: TableOf) -> pd.DataFrame:
    """A table as it is read: texts under titles."""
    texts = [[cell(row, column) for column in block.columns] for row in rows_of(block.frame)]
    return pd.DataFrame(texts, columns=[column.title for column in block.columns])


LATE = 2
"""Columns given up so early as this or earlier stand in the order stated: quantiles of one wait stay together."""


def _table(block: TableOf, whole: pd.DataFrame, file: str, key: str) -> None:
    """The columns for people; the file has all of them under their English keys."""
    shown: dict[str, list[Any]] = {}
    config: dict[str, Any] = {}
    # What matters first, as a narrow window shows no more; the first column stays when the others are moved.
    first, *others = block.columns
    for column in (first, *sorted(others, key=lambda column: min(column.give_up, LATE))):
        pinned = column is first
        if column.digits:
            shown[column.key] = [cell(row, column) for row in rows_of(block.frame)]
            config[column.key] = st.column_config.TextColumn(column.title, alignment="right", pinned=pinned)
            continue
        for name, title in _parts(column):
            said = column.kind == "text" or bool(column.then or (column.ends and not column.only_ends))
            if said or (column.kind == "signed" and _unsigned(block.frame[name])):
                shown[name] = [
                    cell(row, column) if said else figure(row[name], "signed") for row in rows_of(block.frame)
                ]
                width = lone_width(shown[name], title)
                align: Any = None if said else "right"
                config[name] = st.column_config.TextColumn(title, pinned=pinned, width=width, alignment=align)
            else:
                values = block.frame[name]
                shown[name] = (100.0 * values.astype(float) if column.kind in SHARES else values).to_list()
                if column.kind == "whole":
                    # The grid would write what rounds to 0 from below with a minus.
                    shown[name] = [0.0 if rounded(value) == 0 else value for value in values.astype(float)]
                config[name] = st.column_config.NumberColumn(
                    title, format=FORMATS[column.kind], pinned=pinned,
                    width=lone_width([figure(value, column.kind) for value in values], title),
                )  # fmt: skip
    for name in [name for name in shown if name != first.key and _empty(shown[name])]:
        del shown[name], config[name]
    st.markdown(f"**{escaped(block.title)}**")
    height: Any = "content" if len(block.frame) <= WHOLE else "auto"
    st.dataframe(
        pd.DataFrame(shown), hide_index=True, column_config=config, alt=block.title, key=key, placeholder="",
        height=height,
    )  # fmt: skip
    offer_csv(whole, file, f"{key}_csv")


def _unsigned(values: pd.Series) -> bool:
    """Whether a figure rounds to 0, which the grid would give a sign: ``+0`` or ``-0``."""
    return any(rounded(value) == 0 for value in values.astype(float))


def _empty(cells: Sequence[Any]) -> bool:
    """Whether a column says nothing in any row."""
    return all(value is None or value == "" or value != value for value in cells)


def _parts(column: Column) -> list[tuple[str, str]]:
    """Columns of figures of one column, with their titles: both ends where it is an interval alone."""
    if column.ends is None or not column.only_ends:
        return [(column.key, column.title)]
    return [(column.ends[0], t("piece.low")), (column.ends[1], t("piece.high"))]
