"""What differs, and what is wrong: differences as chips and as a table, problems of a file by kind and cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from warrantysim.files.tables import Table
from warrantysim.locale.wording import named
from warrantysim.report.doers import NOBODY, Titles, partner_titles
from warrantysim.report.field_names import full_name
from warrantysim.report.input_frames import change_text, changes_frame, problem_kind, problems_frame
from warrantysim.schema.diff import Change
from warrantysim.schema.errors import Problem, error_text
from warrantysim.schema.root import Scenario
from warrantysim.ui.components.pictures import escaped, show_table
from warrantysim.ui.language import lang, t

CHIPS = 8
"""Differences shown as chips before the table says the rest."""
CHIP = 120
"""Longest chip [characters]."""
MOST_TOLD, LONGEST = 5, 400
"""Reasons told at once [reasons], and how long each may be [characters]."""
PATH = re.compile(r"(\w[\w-]*(\[[^\]]*\])*\.?)+")
"""A path, at the beginning of a difference."""


def chips(texts: Sequence[str], n: int | None = None) -> None:
    """Short texts as chips, the first few, then how many more there are of ``n`` in all."""
    shown = [f":blue-badge[{escaped(single_line(text))}]" for text in texts[:CHIPS]]
    more = (len(texts) if n is None else n) - CHIPS
    if more > 0:
        shown.append(f":gray-badge[{t('differences.more', n=more)}]")
    if shown:
        st.markdown(" ".join(shown))


def single_line(text: str, most: int = CHIP) -> str:
    """A text on one line, cut in its middle where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most // 2]} … {line[-most // 2 :]}"


def worded(line: str, partners: Titles = NOBODY) -> str:
    """A difference with its field as people call it: ``freight breaks › rate × 1.4``."""
    path = PATH.match(line)
    if path is None:
        return line
    rest = line[path.end() :]
    return full_name(path[0], lang(), partners) + (rest.replace(": ", "：", 1) if lang() == "zh" else rest)


def show_changes(changes: Sequence[Change], key: str, scenario: Scenario, differ: int | None = None) -> None:
    """Differences of a scenario: how many, the first as chips, all as a table of old and new; ``differ``: how many
    there are, where only the first are given."""
    if not changes:
        st.info(t("differences.none"), icon=":material/equal:")
        return
    partners = partner_titles(scenario)
    chips([worded(change_text(change, lang()), partners) for change in changes[: CHIPS + 1]], differ or len(changes))
    show_table(
        changes_frame(changes, partners, lang()),
        key=key,
        alt=t("differences.alt", n=len(changes)),
        column_config={
            "called": st.column_config.TextColumn(t("differences.called"), width="medium"),
            "path": st.column_config.TextColumn(t("differences.path"), width="medium"),
            "old": t("differences.old"),
            "new": t("differences.new"),
            "unit": t("differences.unit"),
            "source": t("differences.source"),
        },
    )


def problem_told(problem: Problem) -> str:
    """What is wrong or odd, in the reader's words, and then where."""
    where = problem.where or (full_name(problem.path, lang()) if problem.path else "")
    return problem.message.text(lang()) + (f" ({where})" if where else "")


def refused(error: BaseException) -> str:
    """Why something cannot be done, safe in Markdown: in the reader's words and language, and then where."""
    problems: Sequence[Problem] = getattr(error, "problems", ())
    told = [problem_told(one) for one in problems[:MOST_TOLD]] or [error_text(error, lang())]
    return "\n\n".join(escaped(single_line(text, LONGEST)) for text in told)


def show_problems(problems: Sequence[Problem], tables: Mapping[str, Table], key: str) -> None:
    """What is wrong, by kind, each with its row, column and cell, and what was expected."""
    st.error(t("differences.wrong", n=len(problems)), icon=":material/error:")
    frame = problems_frame(problems, tables, lang())
    kinds = list(dict.fromkeys(problem_kind(problem) for problem in problems))
    for kind in kinds:
        part = frame[frame["kind"] == kind].drop(columns="kind")
        st.markdown(f"**{named('problem', kind, lang())}** ({len(part)})")
        empty = [name for name in ("row", "column", "cell") if not (part[name].notna() & (part[name] != "")).any()]
        show_table(
            part.drop(columns=empty),
            column_order=("message", "row", "column", "cell", "file"),
            key=f"{key}_{kind}",
            alt=f"{named('problem', kind, lang())}: {len(part)}",
            column_config={
                "file": st.column_config.TextColumn(t("differences.where"), width="medium"),
                "row": st.column_config.NumberColumn(t("differences.row"), width="small"),
                "column": t("differences.column"),
                "cell": st.column_config.TextColumn(t("differences.cell"), width="small"),
                "message": st.column_config.TextColumn(t("differences.message"), width="large"),
            },
        )
