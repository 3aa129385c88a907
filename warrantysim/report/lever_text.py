"""What is turned, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from warrantysim.locale.wording import Lang, known, named, say
from warrantysim.report.doers import NOBODY, Titles, partner_titles
from warrantysim.report.field_names import full_name, unit_name
from warrantysim.schema.fields import unit_at
from warrantysim.schema.paths import at, match, table_fields, tree_of

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario

_HOW = re.compile(r"^(?P<path>.*) \((?:addend in the )?(?P<how>\w+)\)$")


def lever_words(name: str, lang: Lang = "en", partners: Titles = NOBODY) -> str:
    """A lever by its name, ``freight_breaks[*,*].rate (factor)``, as readers call it who know no paths: ``freight
    breaks › rate (factor)``; ``partners``: what they are called."""
    told = _HOW.match(name)
    words = full_name(told["path"] if told else name, lang, partners)
    return say("how.turned", lang, what=words, how=named("how", told["how"], lang)) if told else words


def lever_with_unit(scenario: Scenario, name: str, lang: Lang = "en") -> str:
    """The same with the unit of its positions in brackets, where they are the figure itself: a factor has none."""
    words = lever_words(name, lang, partner_titles(scenario))
    if _HOW.match(name):
        return words
    tree = tree_of(scenario)
    path = match(tree, name, table_fields(type(scenario)))[0]
    unit = unit_name(unit_at(type(scenario), path), lang)
    stated = at(tree, path)
    if isinstance(stated, str):
        # An amount names its currency, and so does every position of it.
        unit = unit.replace(unit_name("amount", lang), stated.rsplit(" ", 1)[-1])
    return f"{words} [{unit}]" if unit else words


OTHER = "other"
"""What a bridge calls the smallest groups together."""


def step_text(name: str, contents: tuple[str, ...], lang: Lang = "en") -> str:
    """A step of a bridge; ``contents`` as `Bridge.contents` holds them."""
    if contents == (name,) and known(f"category.{name}") and not known(f"driver.{name}"):
        return named("category", name, lang)
    parts = say("driver.and", lang).join(named("driver", part, lang) for part in contents)
    return say("driver.other", lang, parts=parts) if name == OTHER else parts
