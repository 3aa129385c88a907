"""What cannot be done is told beside what it is about, in the reader's words and language, never by a path first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import warrantysim.ui
from tests.ui.opening import TIMEOUT, page, said_on
from warrantysim.schema.errors import BadInput, ScenarioError, wrong
from warrantysim.store.workspace import Workspace
from warrantysim.ui import session
from warrantysim.ui.components import differences
from warrantysim.ui.components.options_form import _numbers

OF_FORMS = {"ScenarioError", "ValueError", "BadInput", "LookupError", "WrongOption", "NotInOrder", "CANNOT_ASK"}
"""What a form raises for what somebody typed or chose."""


def _handlers() -> Iterator[tuple[Path, ast.ExceptHandler]]:
    for path in sorted(Path(warrantysim.ui.__path__[0]).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler) and node.type is not None and node.name:
                names = {one.id for one in ast.walk(node.type) if isinstance(one, ast.Name)}
                if names & OF_FORMS:
                    yield path, node


def _bare(handler: ast.ExceptHandler) -> bool:
    """Whether a handler tells the error as Python does."""
    for node in (one for statement in handler.body for one in ast.walk(statement)):
        told = node.args if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "str" else ()
        if isinstance(node, ast.FormattedValue):
            told = (node.value,)
        if any(isinstance(one, ast.Name) and one.id == handler.name for one in told):
            return True
    return False


def test_every_form_tells_what_is_wrong_by_one_function() -> None:
    found = list(_handlers())
    assert len(found) > 10
    assert not [f"{path.name}:{handler.lineno}" for path, handler in found if _bare(handler)]
    users = [path.name for path in Path(warrantysim.ui.__path__[0]).rglob("*.py") if "error_text" in path.read_text()]
    assert users == ["differences.py"]


@pytest.mark.parametrize(("lang", "first"), [("en", "0\u00a0% changes nothing"), ("zh", "0% 不改变任何内容")])
def test_what_is_wrong_comes_first_and_the_field_in_words(
    lang: str, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differences, "lang", lambda: lang)
    error = ScenarioError([wrong("markets.US.parcel.loss_share", "0 % changes nothing")])
    said = differences.refused(error).replace("\\", "")
    assert said.startswith(first)
    assert "markets.US" not in said


def _options() -> None:
    import streamlit as st

    from tests.ui.opening import shop
    from warrantysim.studies import study_of
    from warrantysim.ui.components.options_form import options_form

    form = options_form(study_of("sweep"), shop(), "form")
    if st.button("run") and form.fit():
        st.write("asked")


def test_figures_that_are_none_are_told_beside_their_option_and_nothing_is_asked() -> None:
    at = AppTest.from_function(_options, default_timeout=TIMEOUT)
    at.session_state["lang"] = "en"
    at.run()
    next(one for one in at.text_input if (one.key or "").startswith("form_at")).set_value("1 much").run()
    at.button[0].click().run()
    assert not at.exception
    assert ["expected figures apart by blanks" in str(one.value) for one in at.error] == [True]
    assert "asked" not in said_on(at)
    with pytest.raises(BadInput) as refused:
        _numbers("1 much")
    assert refused.value.text("zh").startswith("应为以空格分隔的数值")


def test_a_name_no_file_may_have_is_told_beside_the_name(filled: Path) -> None:
    at = page("thresholds", "zh", thresholds_part="files", who="Lin")
    next(one for one in at.text_input if (one.key or "").startswith("thresholds_name")).set_value("No Name/")
    next(one for one in at.button if one.label == "应用为情景规则" or "情景" in one.label).click().run()
    assert not at.exception
    (said,) = [str(one.value).replace("\\", "") for one in at.error]
    assert "No Name/" in said
    assert any("一" <= letter <= "鿿" for letter in said)


def test_where_people_sign_in_every_page_gives_a_workspace_that_keeps_proposer_and_approver_apart(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not session.workspace().apart
    monkeypatch.setattr(session, "roles", lambda: True)
    monkeypatch.setattr(session, "may_edit", lambda: True)
    assert session.workspace() == replace(Workspace.at(filled), apart=True)
