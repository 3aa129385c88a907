"""A run is named by all its results depend on, and by nothing else."""

from __future__ import annotations

import json

import pytest

from tests.experiment.tiny import plain, roomy
from tests.store.small import RESHIP, asked
from warrantysim.analysis.cases import Case
from warrantysim.store.inputs import Inputs, asked_from
from warrantysim.store.study import AskedQuestion
from warrantysim.version import MODEL


def test_what_is_not_in_the_results_is_not_in_the_id() -> None:
    relabelled = plain().replace(name="other", why="another reason")
    assert Inputs.of(relabelled, plain().policy).id == Inputs.of(plain()).id


@pytest.mark.parametrize(
    "other",
    [
        Inputs.of(roomy(61), replications=3, seed=7),
        asked(4),
        asked(seed=8),
        asked(policies=(RESHIP,)),
        Inputs.of(plain(), replications=3, seed=7, target=10.0),
        Inputs.of(plain(), replications=3, seed=7, first=1),
        Inputs.of(plain(), plain().policy.replace(name="renamed"), replications=3, seed=7),
        Inputs(plain(), (plain().policy,), asked().plan, 7, version="another model"),
    ],
    ids=["scenario", "replications", "seed", "policies", "target", "first", "policy name", "model"],
)
def test_whatever_the_results_depend_on_is_in_the_id(other: Inputs) -> None:
    assert other.id != asked().id


def test_inputs_come_back_from_their_plain_form() -> None:
    inputs = asked(policies=(RESHIP,))
    back = asked_from(json.loads(json.dumps(inputs.tree())))
    assert isinstance(back, Inputs)
    assert back == inputs
    assert back.id == inputs.id


def test_a_study_comes_back_from_its_plain_form_with_shared_worlds_shared() -> None:
    study = AskedQuestion.of("compare", [Case.of(plain()), Case.of(plain(), RESHIP)], replications=2)
    back = asked_from(json.loads(json.dumps(study.tree())))
    assert isinstance(back, AskedQuestion)
    assert back.id == study.id
    assert back.cases[0].scenario is back.cases[1].scenario


def test_a_study_is_named_by_its_options_and_cases() -> None:
    cases = [Case.of(plain()), Case.of(plain(), RESHIP)]
    ids = {
        AskedQuestion.of("compare", cases).id,
        AskedQuestion.of("compare", cases, replications=2).id,
        AskedQuestion.of("compare", cases[::-1]).id,
        AskedQuestion.of("select", cases, within=5).id,
        AskedQuestion.of("compare", cases, seed=8).id,
    }
    assert len(ids) == 5


@pytest.mark.parametrize(
    ("kind", "cases", "options", "says"),
    [
        ("guess", 2, {}, "no kind of study 'guess'; expected one of .*compare"),
        ("select", 2, {}, "missing options: within"),
        ("compare", 2, {"replicatons": 3}, "unknown options: replicatons"),
        ("compare", 1, {}, "expected 2 or more cases, got 1"),
        ("decide", 2, {}, "expected 1 cases, got 2"),
        ("compare", 2, {"target": float("nan")}, "plain numbers, texts and lists"),
    ],
)
def test_a_study_that_cannot_be_done_is_refused_when_it_is_asked_for(
    kind: str, cases: int, options: dict[str, float], says: str
) -> None:
    chosen = [Case.of(plain()), Case.of(plain(), RESHIP)][:cases]
    with pytest.raises(ValueError, match=says):
        AskedQuestion.of(kind, chosen, **options)


def test_a_run_is_named_by_the_model_s_number_and_by_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Inputs.of(plain()), AskedQuestion.of("decide", plain())
    assert {asked.version for asked in before} == {str(MODEL)}
    monkeypatch.setattr("warrantysim.store.study.MODEL", MODEL + 1)
    other = AskedQuestion.of("decide", plain())
    assert other.id != before[1].id
    assert other.id == before[1].today().id
