"""The memo as one HTML file, in one language or in both, one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from warrantysim.locale.wording import Lang, say, titled
from warrantysim.report.memo import grounds, parts
from warrantysim.report.memo.facts import Memo
from warrantysim.report.memo.ladder import ladder
from warrantysim.report.memo.markup import Markup, document, element, short
from warrantysim.report.memo.style import STYLE

CODES = {"zh": "zh-CN"}
"""What HTML calls a language, where it is not by its two letters."""


def decision_memo(memo: Memo, langs: Sequence[Lang] = ("en",)) -> str:
    """The memo as HTML.

    Raises
    ------
    ValueError
        If no language is asked for.
    """
    if not langs:
        raise ValueError("expected at least one language")
    title = f"{_title(memo, langs[0])} {memo.provenance.run_id[:12]}".strip()
    return document(title, CODES.get(langs[0], langs[0]), STYLE, [_article(memo, lang) for lang in langs])


def memo_name(memo: Memo, langs: Sequence[Lang]) -> str:
    """``memo_<scenario>_<run>_<languages>.html``, safe on every file system."""
    parts = ("memo", memo.change.scenario.name[:60], memo.provenance.run_id[:12], "-".join(langs))
    return "_".join(re.sub(r"[^\w-]+", "-", part) for part in parts if part) + ".html"


def _title(memo: Memo, lang: Lang) -> str:
    s = memo.change.scenario
    return say("memo.title", lang, title=short(titled(s.title, s.name, lang)))


def _article(memo: Memo, lang: Lang) -> Markup:
    return element(
        "article",
        element(
            "header",
            element("h1", _title(memo, lang)),
            element("span", say(f"memo.{memo.status.lower()}", lang), class_=f"status {memo.status}"),
            element("span", " " + say("memo.effective", lang, day=memo.effective_from), class_="soft")
            if memo.effective_from
            else None,
        ),
        parts.asked(memo, lang),
        parts.recommendation(memo, lang),
        ladder(memo, lang),
        parts.compared(memo, lang),
        parts.saved(memo, lang),
        parts.bridge(memo, lang),
        parts.cells(memo, lang),
        parts.mind(memo, lang),
        grounds.assumptions(memo, lang),
        grounds.law(memo, lang),
        grounds.confirmed(memo, lang),
        grounds.limits(lang),
        grounds.checked(memo, lang),
        grounds.signed(memo, lang),
        grounds.provenance(memo, lang),
        lang=CODES.get(lang, lang),
    )
