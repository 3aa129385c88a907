"""Operations and quality in words: pictures that say what they show, headers in both languages, faults in sentences."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pandas as pd
import pytest

from tests.texts import pairs
from tests.worlds import world
from warrantysim.analysis.cases import Case
from warrantysim.experiment.quality import CLOSURES
from warrantysim.experiment.stages import STAGES
from warrantysim.files.loading import load_scenario
from warrantysim.locale.wording import LANGUAGES, Lang, say
from warrantysim.present.blocks import Block, Figures, Sentence, TableOf
from warrantysim.present.terminal import flat
from warrantysim.report.charts.benches import bench_grid
from warrantysim.report.charts.ends import ends_chart
from warrantysim.report.charts.export import svg
from warrantysim.report.charts.freight import freight_chart
from warrantysim.report.charts.kept import kept_chart
from warrantysim.report.charts.open_claims import STAGE_COLOURS, open_chart
from warrantysim.report.charts.pareto import pareto_chart
from warrantysim.report.charts.pool import pool_chart
from warrantysim.report.charts.replay import MOST_MARKS, replay_chart, with_all
from warrantysim.report.charts.theme import Look, Picture
from warrantysim.report.charts.trend import age_chart, cohort_chart, trend_chart
from warrantysim.report.charts.waiting import waiting_chart
from warrantysim.report.closed_days import NEW_YEARS, closed_months, long_closures
from warrantysim.schema.products import FAULT_KINDS
from warrantysim.schema.root import Scenario
from warrantysim.studies.counted import KINDS, fault_name
from warrantysim.studies.operations import STUDY as OPERATIONS
from warrantysim.studies.quality import STUDY as QUALITY
from warrantysim.studies.quality import _Answer as Faults
from warrantysim.studies.study import Stored

TITLES = {"now": "Today's rule", "new": "Recommended rule"}
CASES = list(TITLES)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LOOKS = [Look(lang, mode) for lang in LANGUAGES for mode in ("light", "dark")]
DRAWN = LOOKS[:: len(LOOKS) - 1]
"""Looks in which pictures are drawn, not only stated: each language and each mode once."""


def waiting() -> pd.DataFrame:
    rows = [(c, b, d, w) for c, w in (("now", 2.0), ("new", 9.0)) for b in ("P", "china") for d in DAYS]
    return pd.DataFrame(rows, columns=["case", "bench", "day", "waiting"])


DAYS = ("2027-01-01", "2027-01-08", "2027-02-12")
SHUT = pd.DataFrame(
    [("china", "2027-01-27", "2027-02-15", 19, "New Year")], columns=["bench", "begin", "end", "days", "name"]
)
PROMISES = pd.DataFrame(
    [
        (case, market, promise, days, 100, kept, kept - 0.01, kept + 0.01)
        for case, kept in (("now", 0.9), ("new", 0.8))
        for market in ("", "US", "DE")
        for promise, days in (("reply", 1), ("resolved", 14))
    ],
    columns=["case", "market", "promise", "days", "claims", "kept", "low", "high"],
)
APART = pd.DataFrame([("new", 14, -0.1, -0.11, -0.09)], columns=["case", "days", "apart", "low", "high"])
FREIGHT = pd.DataFrame(
    [("new", "US", "sea", False, "2027-01", 2.0, 40.0, 100.0, 1.0, 200.0, 5.0, 10.0, 40.0)],
    columns=["case", "market", "way", "back", "month", "dispatches", "units", "kg", "cbm", "cost", "cost_a_unit",
        "waited_days", "days"],
)  # fmt: skip
POOL = pd.DataFrame(
    [(c, "A", "US", m, 5.0, 3.0, 2.0, 80.0) for c in CASES for m in ("2027-01", "2027-02")],
    columns=["case", "sku", "market", "month", "came_in", "went_out", "level", "value"],
)
OPEN = pd.DataFrame(
    [(c, d, "US", s, 3.0) for c in CASES for d in DAYS for s in STAGES],
    columns=["case", "day", "market", "stage", "claims"],
)
BENCHES = pd.DataFrame(
    [
        (c, b, m, 10.0, 0.4 if m == "2027-02" else 0.2, 1.0, 4.0)
        for c in CASES
        for b in ("P", "china")
        for m in ("2027-01", "2027-02")
    ],
    columns=["case", "bench", "month", "visits", "utilisation", "wait_days", "wait_p90"],
)
JOURNEYS = pd.DataFrame(
    [(k, "A", s, 10.0 + i, 11.0 + i) for k in range(400) for i, s in enumerate(STAGES)],
    columns=["claim", "sku", "stage", "begin", "end"],
)
COUNTS = pd.DataFrame({"stage": list(STAGES), "claims": [5, *[0] * (len(STAGES) - 1)]})
MONTHS = pd.DataFrame({"month": [f"2027-{m:02d}" for m in range(1, 13)], "mean": 10.0, "low": 9.0, "high": 11.0})
AGES = pd.DataFrame(
    {"sold_month": MONTHS["month"], "sold": 1000, "claims": 5.0, "per_thousand": 5.0, "low": 4.5, "high": 5.5}
)
FIELDS = pd.DataFrame({"sold_month": ["2026-01", "2026-02"], "age": [3, 4], "claims": 1.0, "per_thousand": [0.5, 2.0]})
ENDS = pd.DataFrame({"market": "US", "end": list(CLOSURES), "claims": 10.0, "share": 1 / len(CLOSURES)})


def pictures(look: Look) -> list[Picture]:
    window = (0.0, 40.0)
    return [
        waiting_chart(waiting(), SHUT, TITLES, look=look),
        kept_chart(PROMISES, TITLES, "everywhere", look=look),
        freight_chart(FREIGHT, TITLES, "USD", look=look),
        pool_chart(POOL, TITLES, "USD", look=look),
        open_chart(OPEN, TITLES, look=look),
        bench_grid(BENCHES, "utilisation", TITLES, ["2027-02"], look=look),
        bench_grid(BENCHES, "wait_p90", TITLES, look=look),
        bench_grid(BENCHES, "wait_days", TITLES, look=look),
        replay_chart(JOURNEYS, 10.5, with_all(COUNTS, 400), dt.date(2027, 1, 1), window, look=look),
        trend_chart(MONTHS, "cost", "USD", look=look),
        age_chart(AGES, 3, look=look),
        cohort_chart(FIELDS, look=look),
        ends_chart(ENDS, "market", look=look),
    ]


def nothings(look: Look) -> list[Picture]:
    return [
        waiting_chart(waiting().assign(waiting=0.0), SHUT, TITLES, look=look),
        kept_chart(PROMISES.assign(kept=float("nan")), TITLES, "everywhere", look=look),
        freight_chart(FREIGHT.head(0), TITLES, "USD", look=look),
        pool_chart(POOL.head(0), TITLES, "USD", look=look),
        bench_grid(BENCHES.assign(visits=0.0), "utilisation", TITLES, look=look),
        replay_chart(JOURNEYS.head(0), 1.0, with_all(COUNTS, 0), dt.date(2027, 1, 1), (0.0, 31.0), look=look),
        trend_chart(MONTHS.assign(mean=0.0), "cost", look=look),
        age_chart(AGES.head(0), 3, look=look),
        cohort_chart(FIELDS.head(0), look=look),
        ends_chart(ENDS.assign(claims=0.0), "market", look=look),
    ]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.lang}-{look.mode}")
def test_every_picture_is_valid_and_its_takeaway_is_its_text_alternative(look: Look) -> None:
    for picture in pictures(look):
        spec = picture.spec()
        assert spec["description"] == picture.takeaway
        assert picture.title
        if look in DRAWN:
            assert svg(picture).startswith("<svg"), "Vega-Lite compiles and draws it"
        assert picture.takeaway
        if look.lang == "zh":
            assert CHINESE.search(picture.title)
            assert CHINESE.search(picture.takeaway)


@pytest.mark.parametrize("look", LOOKS[::2], ids=lambda look: look.lang)
def test_where_there_is_nothing_to_draw_the_picture_says_so(look: Look) -> None:
    for picture in nothings(look):
        assert picture.spec()["description"] == picture.takeaway
        assert picture.takeaway


def test_takeaways_name_the_greatest_and_the_least() -> None:
    assert "factory bench" in waiting_chart(waiting().query("bench == 'china'"), SHUT, TITLES).takeaway
    assert "Recommended rule" in waiting_chart(waiting(), SHUT, TITLES).takeaway
    assert "2027-02, 40 % of its time" in bench_grid(BENCHES, "utilisation", TITLES).takeaway
    assert "5 units at USD" not in freight_chart(FREIGHT, TITLES, "USD").takeaway
    assert "2 dispatches carry 40 units at USD 5.00 a unit" in freight_chart(FREIGHT, TITLES, "USD").takeaway
    assert "10 units come in, 6 go out; 2 are left at the end, worth USD 80" in pool_chart(POOL, TITLES, "USD").takeaway
    worst = cohort_chart(FIELDS).takeaway
    assert "2026-02" in worst
    assert "an age of 4" in worst


def test_a_bench_whose_short_queue_is_not_drawn_is_named() -> None:
    quiet, never = (
        waiting()[lambda f: f["bench"] == "P"].assign(bench=b, waiting=w) for b, w in (("Q", 0.4), ("R", 0.0))
    )
    told = waiting_chart(pd.concat([waiting(), quiet, never]), SHUT, TITLES).takeaway
    assert told.endswith("Not drawn, as fewer units than 1 ever wait: Q.")


def test_names_along_an_axis_take_two_lines_in_a_narrow_window_only_where_rows_are_as_high() -> None:
    long = "robot vacuum with dock, battery safety (swollen cell)"
    assert '"robot vacuum with dock,", "battery safety (swollen cell)"' in lines_of(pareto_chart([long], [1.0], "USD"))
    claims = JOURNEYS.assign(sku="robot vacuum with dock of the year")
    assert not lines_of(replay_chart(claims, 10.5, with_all(COUNTS, 400), dt.date(2027, 1, 1), (0.0, 40.0)))


def lines_of(picture: Picture) -> str:
    """How names along its upright axis are written."""
    layers = picture.fitted.get("layer", [picture.fitted])
    return next(
        str(one["encoding"]["y"]["axis"].get("labelExpr", "")) for one in layers if "y" in one.get("encoding", {})
    )


def test_promises_of_one_market_are_told_alone() -> None:
    one = kept_chart(PROMISES[PROMISES["market"] == "DE"], TITLES, "everywhere")
    assert "80.0 % of claims resolved within 14 days" in one.takeaway


def test_a_trend_is_only_told_where_luck_does_not_explain_it() -> None:
    assert "no trend" in trend_chart(MONTHS, "cost").takeaway
    risen = MONTHS.assign(mean=[10.0] * 9 + [20.0] * 3, low=[9.0] * 9 + [19.0] * 3, high=[11.0] * 9 + [21.0] * 3)
    assert trend_chart(risen, "cost").takeaway.startswith("Cost rises: 20 a month")
    fallen = risen.assign(**{name: risen[name].to_numpy()[::-1] for name in ("mean", "low", "high")})
    assert trend_chart(fallen, "cost").takeaway.startswith("Cost falls: 10 a month")


def test_a_month_of_sale_stands_out_only_beyond_luck() -> None:
    assert "no month of sale stands out" in age_chart(AGES, 3).takeaway
    bad = AGES.assign(per_thousand=[5.0] * 11 + [9.0], low=[4.5] * 11 + [8.5], high=[5.5] * 11 + [9.5])
    assert "units sold in 2027-12 fail most: 9.00" in age_chart(bad, 3).takeaway


def test_a_replay_never_draws_more_than_a_reader_of_screens_can_read() -> None:
    assert len(JOURNEYS) > MOST_MARKS
    chart = replay_chart(JOURNEYS, 10.5, with_all(COUNTS, 400), dt.date(2027, 1, 1), (0.0, 40.0))
    drawn = max(len(rows) for rows in chart.spec()["datasets"].values())
    assert drawn <= MOST_MARKS
    assert "On 2027-01-11 5 of the 400 claims chosen are open" in chart.takeaway


def test_a_pareto_may_leave_the_small_ones_out_and_still_tells_them() -> None:
    names, amounts = [f"n{k}" for k in range(30)], [1.0] * 30
    whole, few = (pareto_chart(names, amounts, "USD", rest=rest) for rest in (True, False))
    assert whole.takeaway == few.takeaway
    assert [max(len(rows) for rows in each.spec()["datasets"].values()) for each in (whole, few)] == [16, 15]


def test_every_stage_has_a_colour_and_a_name_and_so_has_every_end() -> None:
    assert tuple(STAGE_COLOURS) == STAGES
    assert not [s for s in STAGES if f"claim_stage.{s}" not in pairs()]
    assert not [e for e in (*CLOSURES, "disputed", "dispute_lost") if f"end.{e}" not in pairs()]
    assert not [k for k in FAULT_KINDS if f"fault_kind.{k}" not in pairs()]


def operated(**tables: pd.DataFrame) -> Stored:
    """What was counted of two rules."""
    in_all = OPEN.groupby(["case", "day"])["claims"].sum().reset_index().assign(low=0.0, high=0.0)
    usual = {
        "promises": PROMISES,
        "open_in_all": in_all,
        "resolved_apart": APART,
        "dispatches": FREIGHT,
        "benches": BENCHES,
        "open_claims": OPEN,
    }
    titles = {case: dict.fromkeys(LANGUAGES, title) for case, title in TITLES.items()}
    return Stored({**usual, "open_claims": OPEN, **tables}, {**FACTS, "cases": CASES, "case_titles": titles})


FACTS = {
    "version": "1", "scenario": "toy", "digest": "d", "policy": "now", "seed": 1, "confidence": 0.95, "currency": "USD",
    "days": 365, "replications": 2, "cancelled": False,
}  # fmt: skip


def answered(stored: Stored, lang: Lang = "en") -> list[Block]:
    """Everything that is answered, parts opened."""
    return list(flat(OPERATIONS.answer(stored, lang)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_have_headers_and_words_in_the_language(lang: Lang) -> None:
    assert not [c for c in KINDS if f"floor_column.{c}" not in pairs()]
    tables = {block.name: block for block in answered(operated(), lang) if isinstance(block, TableOf)}
    row = tables["promises"].frame.iloc[0]
    assert row["rule"] == "Today's rule"
    assert row["market"] == say("counted.everywhere", lang)
    lanes = tables["dispatches"]
    assert "US" in lanes.frame["lane"].iloc[0]
    assert "USD" in next(column.title for column in lanes.columns if column.key == "cost")


def resolved(stored: Stored) -> str:
    """The sentence of what is resolved in time."""
    return next(block.text for block in answered(stored) if isinstance(block, Sentence) and "resolved" in block.text)


def test_the_answer_says_who_waits_longer_and_whether_luck_explains_it() -> None:
    text = resolved(operated())
    assert "Today's rule: 90.0 % of claims are resolved within 14 days (89.0 % to 91.0 %)." in text
    assert text.endswith("Recommended rule resolves 10.0 percentage points fewer of them in that time (9.0 to 11.0).")
    alike = operated(resolved_apart=APART.assign(low=-0.21, high=0.01))
    assert resolved(alike).endswith("The difference, -10.0 percentage points (-21.0 to 1.0), is within luck.")
    better = operated(resolved_apart=APART.assign(apart=0.1, low=0.05, high=0.15))
    assert resolved(better).endswith("resolves 10.0 percentage points more of them in that time (5.0 to 15.0).")
    alone = operated()
    assert "in that time" not in resolved(Stored(alone.tables, {**alone.facts, "rules": "now"}))


def test_rows_stand_by_title_then_month_whatever_their_order_was() -> None:
    tables = {one.name: one for one in answered(operated(benches=BENCHES[::-1])) if isinstance(one, TableOf)}
    frame = tables["waits"].frame
    assert frame[["rule", "bench", "month"]].to_numpy().tolist() == [
        [rule, bench, month]
        for rule in TITLES.values()
        for bench in sorted({*frame["bench"]})
        for month in ("2027-01", "2027-02")
    ]


def test_headlines_stand_beside_those_of_todays_rule() -> None:
    figures = next(block for block in answered(operated()) if isinstance(block, Figures)).figures
    kept, claims, busy, freight = figures
    assert (kept.value, kept.beside) == ("80.0 %", "Today's rule: 90.0 %")
    assert claims.value == "33"
    assert (busy.value, busy.where) == ("40 %", "P, 2027-02")
    assert (freight.value, freight.beside) == ("USD 5.00", "Today's rule: none")


def test_what_a_simulation_keeps_of_benches_is_shown_before_anything_is_counted() -> None:
    stored = operated()
    few = Stored({"benches": BENCHES}, stored.facts)
    names = {getattr(block, "name", "") for block in answered(few)} - {""}
    assert names == {"utilisation", "wait_days", "waits"}


def test_waits_are_listed_bench_by_bench_as_the_year_is_and_month_by_month() -> None:
    came = BENCHES.drop(columns="utilisation").sort_values(["month", "bench"], ascending=[False, True])
    tables = {block.name: block for block in answered(operated(waits=came)) if isinstance(block, TableOf)}
    shown = tables["waits"].frame
    assert list(shown["bench"]) == ["P", "P", "factory bench", "factory bench"] * len(CASES)
    assert list(shown["month"]) == ["2027-01", "2027-02"] * 2 * len(CASES)


def faults(base: Scenario) -> Faults:
    """Texts about the faults of a scenario."""
    about = QUALITY.about([Case.of(base)], Stored({}, {}))
    return Faults.of("quality", Stored({}, {**FACTS, **about}), "en")


def fault_row(**changes: object) -> pd.DataFrame:
    stated = {
        "sku": "A", "fault": "wheel_motor", "kind": "repairable", "share": 0.18, "cost": 98_000.0, "low": 95_000.0,
        "high": 101_000.0, "claims": 420.0, "cost_a_claim": 233.3, "inspected": 100.0, "nff_share": 0.12,
        "recovery": 900.0, "worth": 1_200.0,
    }  # fmt: skip
    return pd.DataFrame([stated | changes])


def test_a_fault_is_told_in_a_sentence_with_all_that_stands_behind_it() -> None:
    [row] = fault_row().to_dict("records")
    text = faults(world()).sentence(row)
    assert text == (
        "A, repairable (wheel motor): 18.0 % of cost, USD 98,000 a year (95,000 to 101,000); 420 claims at USD 233 "
        "each; no fault is found in 12 % of units inspected; the supplier pays back USD 900; one point less of this "
        "product's failures is worth USD 1,200 a year."
    )
    [row] = fault_row(inspected=0.0, recovery=0.0, worth=float("nan")).to_dict("records")
    short = replace(faults(world()), lang="zh").sentence(row)
    assert short.endswith("每单 USD 233。")


def test_a_fault_called_like_its_kind_is_named_once() -> None:
    assert fault_name("beyond_repair", "unrepairable", "en") == "beyond repair"
    assert fault_name("unrepairable", "unrepairable", "en") == "beyond repair"
    assert fault_name("hinge", "repairable", "zh") == "可维修（hinge）"


def test_products_are_called_by_name_and_by_code_where_names_are_shared() -> None:
    base = load_scenario("scenarios/base.yaml")
    rows = pd.DataFrame({"sku": ["VAC-L10"], "fault": ["no_fault"], "market": ["DE"]})
    assert faults(base).groups(rows, ["sku", "fault", "market"]) == ["robot vacuum with dock, no fault found, Germany"]
    alike = base.replace(skus=[row.replace(name_en="same") for row in base.skus])
    assert faults(alike).groups(rows, ["sku"]) == ["same (VAC-L10)"]


def test_the_factorys_new_year_is_found_and_called_by_its_name() -> None:
    base = load_scenario("scenarios/base.yaml")
    shut = long_closures(base)
    factory = shut[shut["bench"] == "china"]
    assert factory["new_year"].tolist() == [True, False]
    assert factory["begin"].iloc[0] == "2027-01-27"
    assert closed_months(base) == ["2027-02", "2027-10"]
    assert dt.date(2027, 2, 6) in NEW_YEARS


def test_closures_end_with_the_horizon_and_short_ones_are_left_out() -> None:
    base = load_scenario("scenarios/base.yaml", set=["horizon.days=35"])
    shut = long_closures(base)
    assert shut[shut["bench"] == "china"]["end"].tolist() == ["2027-02-05"]
    assert (shut["days"] >= 3).all()
