"""What to measure next is said so that a seller can do it, for every input that is stated as uncertain."""

from __future__ import annotations

import pandas as pd

from warrantysim.report.measuring import KINDS, measure_text
from warrantysim.schema.root import Scenario
from warrantysim.studies import study_of
from warrantysim.studies.study import Stored


def test_it_says_what_to_count_where_and_what_it_is_worth() -> None:
    told = measure_text("markets.US.customer.label_unused_share", 4300.4, "USD")
    assert told == (
        "Count how many return labels are never used in US: issued labels against the carrier's scans. "
        "Worth USD 4,300 a year."
    )
    assert measure_text("sku_markets[BUD-ANC,*].life_eta_days", 100, "USD").startswith(
        "Import orders and claims of BUD-ANC by month"
    )
    assert "4,300" in measure_text("markets.US.customer.label_unused_share", 4300.4, "USD", "zh")


def test_every_uncertain_input_of_the_reference_seller_has_words_of_its_own(base: Scenario) -> None:
    for row in base.assumptions:
        for lang in ("en", "zh"):
            told = measure_text(row.path, 1, "USD", lang)
            assert "{" not in told
    own = [row.path for row in base.assumptions if not measure_text(row.path, 1, "USD").startswith("Measure ")]
    assert len(own) > 0.9 * len(base.assumptions)
    assert len({kind for _, kind in KINDS}) == len(KINDS)


def test_sensitivity_names_what_is_worth_most_first_and_what_is_worth_nothing_not_at_all() -> None:
    paths = ["markets.US.customer.label_unused_share", "triage.guide.effectiveness", "births.promotion_share"]
    frame = pd.DataFrame({"input": paths, "value": [9e3, 5e3, 1.0], "noise": 0.0, "net": [9e3, 5e3, 0.1]})
    stored = Stored({"information": frame}, {"currency": "USD"})
    first, second = study_of("sensitivity").to_measure(stored, "en")
    assert "labels are never used in US" in first
    assert "guide" in second
    assert study_of("sensitivity").to_measure(Stored({}, {"currency": "USD"}), "en") == []
