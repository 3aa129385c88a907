"""The ladder in the memo: the first answer, in as few lines as a desk can keep in mind."""

from __future__ import annotations

from warrantysim.locale.wording import Lang, say
from warrantysim.report.ladder_text import ladder_lines, ladder_sentences
from warrantysim.report.memo.facts import Memo
from warrantysim.report.memo.markup import Markup, element


def ladder(memo: Memo, lang: Lang) -> Markup | None:
    """What the ladder saves, against what, and its lines; nothing where the decision has none."""
    if memo.decision is None or not (said := list(ladder_sentences(memo.decision, memo.change.scenario, lang))):
        return None
    lines = ladder_lines(memo.decision, memo.change.scenario, lang)
    return element(
        "section",
        element("h2", say("ladder.title", lang)),
        *(element("p", text) for text in said),
        element("ul", [element("li", line) for line in lines]),
    )
