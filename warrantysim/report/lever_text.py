"""What is turned, in words: paths are English words already, in Chinese the fields have names."""

from __future__ import annotations

import re

from warrantysim.report.field_names import full_name
from warrantysim.report.wording import Lang, named, say

_HOW = re.compile(r"^(?P<path>.*) \((?P<how>\w+)\)$")


def lever_text(name: str, lang: Lang = "en") -> str:
    """A lever by its name, ``freight_breaks[*,*].rate (factor)``: how it is turned is said in both languages."""
    match = _HOW.match(name)
    path, how = (match["path"], match["how"]) if match else (name, "")
    words = path if lang == "en" else full_name(path, lang)
    return say("how.turned", lang, what=words, how=named("how", how, lang)) if how else words
