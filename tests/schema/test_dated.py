"""A dated value holds from its day on, and survives being sent and written down."""

from __future__ import annotations

import datetime as dt
import json
import pickle
from typing import Annotated, Any

import numpy as np
import pytest
from pydantic import Field, ValidationError

from warrantysim.schema.amounts import Amount
from warrantysim.schema.dated import Dated
from warrantysim.schema.root import Scenario

CHANGES = [{"from": "2027-01-01", "value": "5 USD"}, {"from": "2027-06-01", "value": "6.5 USD"}]
Bounded = Dated[Annotated[float, Field(ge=0, le=1)]]
VALUES: tuple[tuple[type[Dated[Any]], Any], ...] = (
    (Dated[Amount], "58 USD"),
    (Dated[Amount], CHANGES),
    (Dated[float], 0.25),
    (Bounded, [{"from": "2027-03-01", "value": 0.4}, {"from": "2027-04-01", "value": 1.0}]),
)


def test_the_last_step_that_has_begun_holds() -> None:
    price = Dated[Amount].model_validate(CHANGES)
    assert price.on(dt.date(2027, 5, 31)) == Amount(5, "USD")
    assert price.on(dt.date(2027, 6, 1)) == Amount(6.5, "USD")
    with pytest.raises(ValueError, match="no value is stated before 2027-01-01, asked for 2026-12-31"):
        price.on(dt.date(2026, 12, 31))


def test_a_column_of_days_reads_as_each_day_alone() -> None:
    share = Dated[float].model_validate([{"from": "2027-01-01", "value": 0.1}, {"from": "2027-01-03", "value": 0.2}])
    days = np.arange(dt.date(2027, 1, 1).toordinal(), dt.date(2027, 1, 6).toordinal())
    assert share.at(days).tolist() == [share.on(dt.date.fromordinal(day)) for day in days.tolist()]
    with pytest.raises(ValueError, match="no value is stated before 2027-01-01"):
        share.at(days - 1)


@pytest.mark.parametrize("steps", [[], CHANGES[::-1], [CHANGES[0], CHANGES[0]]])
def test_steps_that_do_not_rise_are_refused(steps: list[dict[str, str]]) -> None:
    with pytest.raises(ValidationError, match=r"expected (steps with rising 'from' dates|at least one step)"):
        Dated[Amount].model_validate(steps)


@pytest.mark.parametrize(("kind", "stated"), VALUES)
def test_a_dated_value_alone_survives_a_journey(kind: type[Dated[Any]], stated: Any) -> None:
    value = kind.model_validate(stated)
    assert pickle.loads(pickle.dumps(value)) == value
    assert pickle.loads(pickle.dumps(value.steps[0])) == value.steps[0]


def test_after_the_journey_its_bounds_still_hold() -> None:
    arrived = pickle.loads(pickle.dumps(Bounded.model_validate(0.5)))
    assert arrived.replace(steps=({"value": 1.0},)).on(dt.date(2027, 1, 1)) == 1.0
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        arrived.replace(steps=({"value": 1.5},))


@pytest.mark.parametrize(("kind", "stated"), VALUES)
@pytest.mark.parametrize("by_alias", [True, False])
@pytest.mark.parametrize("exclude_defaults", [True, False])
def test_what_is_written_as_json_reads_as_the_same_value(
    kind: type[Dated[Any]], stated: Any, by_alias: bool, exclude_defaults: bool
) -> None:
    value = kind.model_validate(stated)
    written = value.model_dump(mode="json", by_alias=by_alias, exclude_defaults=exclude_defaults)
    assert kind.model_validate(json.loads(json.dumps(written))) == value
    assert json.loads(value.model_dump_json()) == written


def test_a_first_step_from_the_beginning_keeps_its_date_beside_later_ones() -> None:
    value = Dated[float].model_validate([{"value": 0.1}, {"from": "2027-01-01", "value": 0.2}])
    written = value.model_dump(mode="json", exclude_defaults=True)
    assert written == [{"from": "0001-01-01", "value": 0.1}, {"from": "2027-01-01", "value": 0.2}]


def test_a_quote_survives_a_journey_and_being_written_down(base: Scenario) -> None:
    for quote in base.partners.values():
        assert pickle.loads(pickle.dumps(quote)) == quote
        assert type(quote).model_validate_json(quote.model_dump_json(by_alias=True)) == quote


def test_the_whole_scenario_written_as_json_reads_as_the_same_scenario(base: Scenario) -> None:
    written = base.model_dump_json(by_alias=True)
    assert Scenario.model_validate_json(written) == base
