"""What studies found, on the page: the answer in a sentence, the chart, the table."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.analysis.sensitivity_study import SensitivityStudy, Together
from warrantysim.analysis.tornado import Tornado
from warrantysim.locale.wording import say
from warrantysim.report import figures
from warrantysim.report.charts.pareto import pareto_chart
from warrantysim.report.charts.tornado import tornado_chart
from warrantysim.report.field_names import full_name, unit_name
from warrantysim.report.rows import rows_of
from warrantysim.store.stored_run import StoredRun
from warrantysim.ui import reading
from warrantysim.ui.compare_parts import money, signed
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.exports import exported_picture, offer_csv
from warrantysim.ui.pieces.pictures import held_picture, plain
from warrantysim.ui.session import look

WIDE = 100_000
"""Width at which no sentence is broken into lines [columns of text]."""


def _file(run: StoredRun) -> str:
    return f"warrantysim_{run.kind}_{run.id}"


def _currency(run: StoredRun) -> str:
    return str(run.manifest["currency"])


def _table(frame: pd.DataFrame, config: dict[str, Any], alt: str, file: str, key: str) -> None:
    """A table of the configured columns, and all of it as CSV."""
    st.dataframe(frame[list(config)], hide_index=True, column_config=config, alt=alt)
    offer_csv(frame, file, key)


def show_tornado(run: StoredRun) -> None:
    """How far each input moves the difference; how stable the answer is; what to measure first."""
    found = reading.found(run)
    tornado: Tornado = found.tornado if isinstance(found, SensitivityStudy) else found
    now, new = (plain(str(name)) for name in run.manifest["cases"])
    whole, flips = (
        tornado.interval,
        [plain(i.name) for i, yes in zip(tornado.inputs, tornado.flips, strict=True) if yes],
    )
    ends = {"low": figures.whole(float(whole.low)), "high": figures.whole(float(whole.high))}
    mean = figures.signed(float(whole.mean))
    st.markdown(t("compare.tornado_stated", now=now, new=new, currency=_currency(run), mean=mean, **ends))
    few = t("compare.and").join(flips[:5])
    st.markdown(t("compare.tornado_flips", n=len(flips), names=few) if flips else t("compare.tornado_holds"))
    picture = held_picture((run.id, "tornado"), look(), lambda: tornado_chart(tornado, _currency(run), look=look()))
    exported_picture(picture, _file(run), "compare_tornado_chart")
    column = st.column_config
    frame = tornado.table()
    frame["words"] = [full_name(str(path), lang()) for path in frame["input"]]
    frame["unit"] = [unit_name(str(unit), lang()) for unit in frame["unit"]]
    config = {
        "words": column.TextColumn(t("compare.col_input"), width="large"),
        "unit": column.TextColumn(t("compare.col_unit"), width="small"),
        "low": column.NumberColumn(t("compare.col_at_low"), format="%g"),
        "high": column.NumberColumn(t("compare.col_at_high"), format="%g"),
        "at_low": signed(t("compare.col_diff_low")),
        "at_high": signed(t("compare.col_diff_high")),
        "swing": money(t("compare.col_swing")),
        "flips": column.CheckboxColumn(t("compare.col_flips")),
        "reason": column.TextColumn(t("compare.col_reason"), width="large"),
        "input": column.TextColumn(t("compare.col_path"), width="large"),
    }
    _table(frame, config, t("compare.tornado_alt"), f"{_file(run)}_tornado", "compare_tornado_csv")
    if isinstance(found, SensitivityStudy) and found.together is not None:
        _together(run, found.together)
    elif isinstance(found, SensitivityStudy):
        st.caption(t("compare.no_draws"))


def _together(run: StoredRun, found: Together) -> None:
    """All inputs drawn together."""
    st.subheader(t("compare.stability"))
    currency, information = _currency(run), found.information
    row = rows_of(found.whole.table())[0]
    facts = {"share": figures.share(row["stability"], 0), "regret": figures.whole(row["regret"]), "currency": currency}
    name = plain(str(row["recommended"]))
    st.markdown(say("sensitivity.stable", lang(), name=name, draws=information.draws, **facts))
    worth = rows_of(information.table())
    first = information.first_to_measure
    if first is None:
        st.markdown(say("sensitivity.measure_none", lang()))
    else:
        values = {"value": figures.whole(worth[0]["net"]), "perfect": figures.whole(information.perfect)}
        st.markdown(
            say("sensitivity.measure", lang(), name=plain(full_name(first, lang())), currency=currency, **values)
        )
        picture = pareto_chart(
            [full_name(str(r["input"]), lang()) for r in worth], [float(r["net"]) for r in worth], currency,
            title=t("compare.measure_title"), look=look(),
        )  # fmt: skip
        exported_picture(picture, f"{_file(run)}_information", "compare_information_chart")
    column = st.column_config
    frame = information.table()
    frame.insert(0, "words", [full_name(str(path), lang()) for path in frame["input"]])
    config = {
        "words": column.TextColumn(t("compare.col_input"), width="large"),
        "net": money(t("compare.col_worth", currency=currency)),
        "noise": money(t("compare.col_noise"), help=t("compare.col_noise_help")),
        "share": column.NumberColumn(t("compare.col_of_all"), format="percent"),
    }
    file, alt = f"{_file(run)}_information", t("compare.measure_title")
    _table(frame, config, alt, file, "compare_information_csv")
    st.markdown(f"**{t('compare.by_cell')}**")
    config = {
        "cell": column.TextColumn(t("compare.col_cell")),
        "recommended": column.TextColumn(t("compare.col_best")),
        "stability": column.NumberColumn(t("compare.col_stability"), format="percent"),
        "runner_up": column.TextColumn(t("compare.col_runner_up")),
        "regret": money(t("compare.col_regret", currency=currency)),
    }
    _table(found.by_cell.table(), config, t("compare.by_cell"), f"{_file(run)}_stability", "compare_stability_csv")
