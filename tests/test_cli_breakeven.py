"""Break-even and sensitivity answer first in both languages, refuse a wrong usage, and stop with what a code says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.seller import AT_P, AT_Q, SEED, seller
from warrantysim.analysis.cases import Cancelled, Case
from warrantysim.cli import breakeven as command
from warrantysim.cli import main, sensitivity

BASE = Path(__file__).parents[1] / "scenarios" / "base.yaml"
HOME = BASE.parent / "policies" / "all-home.yaml"
FEE = "partners.P.desks.main.repaired.flat"
TURN = ["--input", FEE, "--low", "5", "--high", "60", "--replications", "2", "--seed", str(SEED), "--jobs", "1"]


@pytest.fixture
def two_partners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two partners that cost the same at a fee of 20."""
    world = seller()
    for module in (command, sensitivity):
        monkeypatch.setattr(module, "against", lambda _: [Case("P", world, AT_P), Case("Q", world, AT_Q)])


@pytest.mark.usefixtures("two_partners")
@pytest.mark.parametrize(
    ("lang", "told"), [("en", "P is best below 20, Q above it"), ("zh", "低于 20 时 P 最优")], ids=["en", "zh"]
)
def test_partners_that_charge_the_same_break_even_at_that_fee(
    capsys: pytest.CaptureFixture[str], lang: str, told: str
) -> None:
    assert main(["breakeven", str(BASE), "--policy", str(HOME), *TURN, "--lang", lang, "--quiet"]) == 0
    assert told in capsys.readouterr().out


@pytest.mark.usefixtures("two_partners")
def test_the_map_names_the_cheaper_partner_in_every_place(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    axes = [f"{FEE}:10:30", "partners.Q.desks.main.repaired.flat:12:28"]
    luck = ["--steps", "2", "--replications", "2", "--jobs", "1", "--json", "--out", str(tmp_path), "--quiet"]
    assert main(["breakeven", str(BASE), "--policy", str(HOME), "--map", *axes, *luck]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["map"]
    assert {(r["x"], r["y"]): r["winner"] for r in found} == {
        (10.0, 12.0): "P", (30.0, 12.0): "Q", (10.0, 28.0): "P", (30.0, 28.0): "Q",
    }  # fmt: skip
    assert (tmp_path / "map.csv").exists()


@pytest.mark.usefixtures("two_partners")
@pytest.mark.parametrize(
    ("extra", "code"),
    [([], 2), (["--map", "a:1", "b:1:2"], 2), (["--map", "a:3:1", "b:1:2"], 2), ([*TURN, "--input", "no.where"], 3),
     ([*TURN, "--low", "90"], 3)],
    ids=["no input", "no range", "low above high", "no such path", "low above high in the search"],
)  # fmt: skip
def test_what_cannot_be_turned_is_refused(capsys: pytest.CaptureFixture[str], extra: list[str], code: int) -> None:
    assert main(["breakeven", str(BASE), "--policy", str(HOME), *extra]) == code
    assert capsys.readouterr().err


@pytest.mark.usefixtures("two_partners")
def test_a_cancelled_search_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **__: Any) -> Any:
        raise Cancelled("stopped")

    monkeypatch.setattr("warrantysim.analysis.breakeven.break_even_of", stopped)
    assert main(["breakeven", str(BASE), "--policy", str(HOME), *TURN]) == 130


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "Which is cheaper changes with: "), ("zh", "以下输入会改变")], ids=["en", "zh"]
)
def test_an_input_that_flips_the_choice_is_named_first_and_is_worth_measuring(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lang: str, told: str
) -> None:
    row = {"path": FEE, "unit": "USD", "low": 10.0, "high": 40.0, "reason": "a guess", "source": "us", "mark": "A"}
    world = seller(p_fee=15.0, assumptions=[row])
    monkeypatch.setattr(sensitivity, "against", lambda _: [Case("P", world, AT_P), Case("Q", world, AT_Q)])
    luck = ["--draws", "16", "--replications", "2", "--jobs", "1", "--quiet", "--lang", lang]
    assert main(["sensitivity", str(BASE), "--policy", str(HOME), *luck]) == 0
    text = capsys.readouterr().out
    assert told + (FEE if lang == "en" else "") in text
    assert text.count(FEE) >= 3
    assert text.index(told) < text.index("10 .. 40")


@pytest.mark.usefixtures("two_partners")
@pytest.mark.parametrize("extra", [["--draws", "3"], ["--like", "nothing*"]], ids=["few draws", "no such input"])
def test_too_few_draws_and_no_inputs_are_refused(extra: list[str]) -> None:
    assert main(["sensitivity", str(BASE), "--policy", str(HOME), *extra]) in {2, 3}
