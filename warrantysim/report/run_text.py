"""A stored run in words: what it came to, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from warrantysim.locale.wording import Lang, listed, named, say
from warrantysim.report import figures


def outcome_text(kind: str, currency: str, record: Mapping[str, Any], lang: Lang = "en") -> str:
    """What a run came to, in a few words: each rule's cost, the saving of a decision, whether it was reproduced."""
    if kind == "simulate" and "years" in record:
        rules = ((named("tried", row["policy"], lang), figures.whole(row["mean"])) for row in record["years"])
        return say("bind.and", lang).join(f"{rule} {currency} {cost}" for rule, cost in rules)
    if kind == "decide":
        return say("runs.saves", lang, saving=f"{currency} {figures.whole(record['saving']['mean'])}")
    if kind == "reproduce":
        return say("runs.it_is_same" if record["same"] else "runs.it_differs", lang, id=str(record["run"])[:8])
    return ""


def facts_text(manifest: Mapping[str, Any], lang: Lang = "en") -> dict[str, str]:
    """What a run rests on, by what each fact is called; what is empty is left out.

    ``manifest``: of a stored run.
    """
    m = manifest
    stated: dict[str, Any] = {
        "id": m["id"],
        "label": m["label"],
        "kind": named("kind", m["kind"], lang),
        "scenario": f"{m['scenario']['name']} {m['scenario']['digest'][:12]}",
        "policies": listed((named("tried", name, lang) for name in m["policies"]), lang),
        "seed": m["seed"],
        "replications": len(m["replications"]) or "",
        "failures": m["failures"] or "",
        "changes": say("bind.and", lang).join(m["changes"]),
        "part_of": m["part_of"] or "",
        "model": m["model"],
        "made": f"{figures.minute(m['made'])} UTC ({m['seconds']:.1f} s)",
        "who": m["who"],
        "results": m["results"][:12],
    }
    return {named("fact", key, lang): str(value) for key, value in stated.items() if value != ""}
