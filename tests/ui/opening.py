"""A small seller's workspace with finished runs, and pages of the app opened in it without a browser."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from tests.experiment.tiny import FAULTS, SEED, sold
from tests.store.small import RESHIP, worked_here
from tests.worlds import partner, world
from warrantysim.analysis.cases import Case
from warrantysim.schema.root import Scenario
from warrantysim.store.inputs import Asked, Inputs
from warrantysim.store.jobs import Jobs
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace

TIMEOUT = 60
"""Seconds a page may take in a test: the first one imports everything."""


@cache
def shop(**changes: Any) -> Scenario:
    """Two products in two markets, a partner in each, the China bench; some hundred claims a year."""
    stated: dict[str, Any] = {
        "partners": {
            "P": partner(serves=("US", "DE"), technicians=40, bounce_share=0.3, bounce_days=60),
            "Q": partner(serves=("US",), technicians=40, desk={"repaired": {"flat": "24 USD"}}),
        },
        "sales": [*sold(40, "US", "DE"), *sold(15, "US", "DE", sku="B")],
        "terms_of": {"life_eta_days": 700.0},
        "china_bench": {"technicians": 40, "bounce_share": 0.2},
        "triage": {"nff_return_share": 0.3},
        "plan": {"seed": SEED, "replications": 4},
        "decision": {
            "materiality": "100 USD",
            "training_replications": 2,
            "selection_replications": 2,
            "confirm_replications": 4,
            "neighbours": 0,
        },
        "policy": [(0, "refund"), (40, "reship")],
    }
    return world(("A", "B"), ("US", "DE"), fault_shares=FAULTS, **(stated | changes))


def what_if(found: Scenario | None = None) -> Scenario:
    """The same seller with a dearer first partner."""
    found = found or shop()
    name = found.partner_ids[0]
    dearer = found.partners[name].model_dump(mode="python")
    dearer["desks"]["main"]["repaired"] = {"flat": "30 USD"}
    return found.replace(name="dearer", partners={**found.partners, name: dearer})


def asked(seller: Scenario | None = None) -> list[tuple[str, Asked]]:
    """What the small workspace holds, with labels."""
    one = seller or shop()
    return [
        ("shop", AskedQuestion.of("decide", one)),
        (
            "shop against dearer",
            AskedQuestion.of("compare", [Case.of(one, name="shop"), Case.of(what_if(one), name="dearer")]),
        ),
        ("two rules", Inputs.of(one, (one.policy, RESHIP), replications=3, seed=SEED)),
    ]


def fill(folder: Path, seller: Scenario | None = None) -> Workspace:
    """A workspace with all of it finished, of the shop unless of another seller."""
    space = Workspace.at(folder)
    jobs = Jobs(space, 2)
    with worked_here():
        for label, one in asked(seller):
            ended = jobs.submit(one, label=label, who="Lin")
            assert ended.state == "finished", jobs.log(ended.id)
    assert not list(folder.glob("*-wal"))
    return space


def _script(name: str) -> None:
    from importlib import import_module

    from warrantysim.ui.components.trouble import guarded_page

    guarded_page(import_module(f"warrantysim.ui.{name}").show)


def page(name: str, lang: str = "en", **state: Any) -> AppTest:
    """A page, drawn once; ``state``: what the session holds before."""
    at = AppTest.from_function(_script, args=(name,), default_timeout=TIMEOUT)
    for key, value in {"lang": lang, **state}.items():
        at.session_state[key] = value
    return at.run()


def words(at: AppTest) -> str:
    """Everything a reader sees as text, tables excepted, one piece a line."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "text", "info", "warning", "error", "success")
    said = [str(each.value) for kind in kinds for each in at.get(kind)]
    said += [f"{each.label} {each.value} {each.delta}" for each in at.metric]
    return "\n".join(said).replace("\u00a0", " ")


def said_on(at: AppTest) -> str:
    """What is said, marks of Markdown that are shown as they are left out."""
    return words(at).replace("\\", "")


def frames(at: AppTest) -> list[pd.DataFrame]:
    """The tables of a page."""
    return [each.value for each in at.dataframe]


def tables(at: AppTest) -> list[pd.DataFrame]:
    """The tables of a page under the headings that people read."""
    found = []
    for each in at.dataframe:
        stated = json.loads(each.proto.columns or "{}")
        called = {name: one["label"] for name, one in stated.items() if one.get("label")}
        found.append(each.value.rename(columns=called))
    return found


def sound(at: AppTest) -> None:
    """No page may break: neither by an exception nor by the sentence that is shown in its place."""
    assert not at.exception
    assert not [each.value for each in at.error], words(at)
