"""A seller's own claims can be played again in place of drawn ones."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from tests.files.importers.test_claims_log import log
from tests.files.importers.written import file_of
from warrantysim.cli import main
from warrantysim.files.importers.canonical import tidy
from warrantysim.files.importers.replay import TABLE, WHAT_IF, replay
from warrantysim.files.loading import load_scenario
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.root import Scenario

COLUMNS = "claim,opened,delivered,sku,market,channel,price,symptom,finding"


def test_the_claims_of_the_last_year_make_a_what_if_that_is_read(
    base: Scenario, scenarios: Path, tmp_path: Path
) -> None:
    found = log(
        base,
        "R-1,2026-11-02,2026-06-01,CAM-2CH,DE,AFN,149.99,dead,",
        "R-2,2026-10-02,,VAC-L10,US,FBM,329,,no_fault",
        "R-3,2025-01-01,2024-06-01,CAM-2CH,DE,FBA,149.99,dead,",
        "R-4,2026-10-03,,CAM-2CH,FR,FBA,149.99,dead,",
        "R-5,2026-10-03,,CAM-2CH,DE,FBA,,dead,",
        columns=COLUMNS,
    )
    made = replay(found.rows["claims"], base, os.path.relpath(scenarios / "base.yaml", tmp_path))
    assert made.rows == 2
    assert {str(reason): n for reason, n in made.left_out.items()} == {
        "opened before the last 365 days of the log": 1,
        "a product or market your scenario does not have": 1,
        "no price": 1,
    }
    (tmp_path / TABLE).write_text(made.table, "utf-8")
    (tmp_path / WHAT_IF).write_text(made.what_if, "utf-8")
    played = load_scenario(tmp_path / WHAT_IF)
    assert played.claims_table_mode == "instead"
    rows = {(row.sku, row.market, row.channel, row.value, row.symptom) for row in played.claims_table}
    assert rows == {("CAM-2CH", "DE", "FBA", 149.99, "dead"), ("VAC-L10", "US", "FBM", 329.0, None)}
    ages = sorted(row.age(played.horizon.first_day) or 0 for row in played.claims_table)
    assert ages == [0, 154]
    assert {str(row.opened.date()) for row in played.claims_table if row.opened} == {"2027-10-02", "2027-11-02"}


def test_books_without_a_claim_that_can_be_played_are_refused(base: Scenario) -> None:
    with pytest.raises(ScenarioError, match="no claim of the books can be played"):
        replay(tidy("claims", pd.DataFrame()), base, "base.yaml")


def test_the_command_writes_the_what_if_beside_the_scenario(
    base: Scenario, scenarios: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extends = os.path.relpath(scenarios / "base.yaml", tmp_path)
    seller = tmp_path / "mine.yaml"
    seller.write_text(f"extends: {extends}\nname: mine\ntitle: {{en: m, zh: m}}\nwhy: w\n", "utf-8")
    claims = tmp_path / "log.csv"
    claims.write_bytes(
        file_of([{"claim": "1", "opened": "2026-05-01", "sku": "CAM-2CH", "market": "DE", "price": "99"}])
    )
    assert main(["import", str(seller), str(claims), "--replay"]) == 0
    assert "1 claim of the books is played" in capsys.readouterr().err
    assert [row.value for row in load_scenario(tmp_path / WHAT_IF).claims_table] == [99.0]
