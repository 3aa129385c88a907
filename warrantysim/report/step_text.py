"""Steps of a bridge in words: a category of the ledger, or the sections and tables that were changed together."""

from __future__ import annotations

from warrantysim.locale.wording import Lang, known, named, say

OTHER = "other"
"""What a bridge calls the smallest groups together."""


def step_text(name: str, contents: tuple[str, ...], lang: Lang = "en") -> str:
    """A step of a bridge; ``contents`` as `Bridge.contents` holds them."""
    if contents == (name,) and known(f"category.{name}") and not known(f"driver.{name}"):
        return named("category", name, lang)
    parts = say("driver.and", lang).join(named("driver", part, lang) for part in contents)
    return say("driver.other", lang, parts=parts) if name == OTHER else parts
