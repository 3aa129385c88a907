"""Who does it, as people read it: a partner by its title, a way and the factory by their terms, never by an id.

Ids are for files, links and options; whatever a person reads takes a name from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from warrantysim.locale.wording import LANGUAGES, Lang, named, say, text, titled, with_aside

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario

Titles = Mapping[str, Mapping[str, str]]
"""What partners are called, by id and language."""
NOBODY: Titles = {}
"""Of a scenario that is not at hand."""


def partner_titles(*scenarios: Scenario) -> dict[str, dict[str, str]]:
    """What scenarios call their partners, the first the one that counts; two of one title are told apart by their
    ids."""
    partners = {id: one for scenario in reversed(scenarios) for id, one in scenario.partners.items()}
    out: dict[str, dict[str, str]] = {id: {} for id in partners}
    for lang in LANGUAGES:
        titles = {id: titled(one.title, id, lang) for id, one in partners.items()}
        for id, title in titles.items():
            alone = list(titles.values()).count(title) == 1
            out[id][lang] = title if alone else with_aside(title, id, lang)
    return out


def doer(id: str, partners: Titles, lang: Lang = "en") -> str:
    """``FlatFix (Texas)``, ``by sea``, ``factory bench``; what is none of them as stated."""
    if id in partners:
        return partners[id].get(lang) or partners[id]["en"]
    return text(f"way.{id}", lang) or named("chart.bench", id, lang)


def contract_name(label: str, partners: Titles, lang: Lang = "en") -> str:
    """Whose bill it is, by its label in a decision: ``BenchLease (UK and US)``, with the desks (``benchlease-uk US``)
    where each has a contract of its own; a lane is as stated. Several stand in a row."""
    told = []
    for one in label.split(", "):
        id, _, desks = one.partition(" ")
        name = doer(id, partners, lang)
        told.append(with_aside(name, desks, lang) if desks and id in partners else name if not desks else one)
    return say("bind.and", lang).join(told)
