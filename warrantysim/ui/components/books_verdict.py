"""Whether the model matches an own seller's books: beside every decision of his, so that none hides it."""

from __future__ import annotations

import streamlit as st

from warrantysim.files.seller_rows import is_own
from warrantysim.schema.root import Scenario
from warrantysim.store.stored_run import Damaged
from warrantysim.studies import STUDIES, study_of
from warrantysim.ui import reading
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.language import lang, t

STUDY = "books"
"""The study that holds the model against the books."""


def books_verdict(scenario: Scenario) -> None:
    """Say it; nothing for a scenario that is no own seller's."""
    if not is_own(scenario):
        return
    headline = _headline(scenario.name) if STUDY in STUDIES else ""
    if headline:
        st.info(escaped(headline), icon=":material/menu_book:")
    else:
        st.warning(t("seller.not_held"), icon=":material/menu_book:")


def _headline(name: str) -> str:
    """The first sentence of the latest answer of the study about a scenario of the name; empty where there is none."""
    from warrantysim.present.blocks import Sentence

    for run in reading.finished_runs(STUDY):
        if run.manifest["scenario"]["name"] != name:
            continue
        try:
            blocks = study_of(STUDY).answer(run.stored, lang())
        except Damaged:
            continue
        told = [block.text for block in blocks if isinstance(block, Sentence)]
        roles = [block.text for block in blocks if isinstance(block, Sentence) and block.role == "answer"]
        return next(iter(roles or told), "")
    return ""
