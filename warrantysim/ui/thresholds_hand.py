"""Rules set by hand: zones of the open cell to change; the whole priced at once by estimate, simulated on request."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import streamlit as st

from warrantysim.decision.cells import CellKey, CellZone, tests_only, zones_for
from warrantysim.decision.manual_policy import (
    GREATEST,
    MOST_ZONES,
    Wrong,
    by_refund,
    possible_actions,
    set_by_hand,
    steps,
    to_steps,
    wrongs,
)
from warrantysim.decision.manual_price import SimulatedCost, estimate, moved, simulate_manual
from warrantysim.locale.wording import named, period
from warrantysim.report import figures
from warrantysim.report.doers import Titles, doer
from warrantysim.report.rule_text import act_text
from warrantysim.schema.dispositions import TEST_AND_SWAP
from warrantysim.schema.policy import Policy
from warrantysim.store.deciding import by_hand_inputs
from warrantysim.store.stored_run import Damaged
from warrantysim.studies.decide.cells import Row, by_hand_frame, key_of
from warrantysim.studies.decide.words import WHOLE_YEAR
from warrantysim.ui import reading
from warrantysim.ui.components.address import pick
from warrantysim.ui.components.decision import card
from warrantysim.ui.components.pictures import escaped, show_table
from warrantysim.ui.components.running import show_job, submit
from warrantysim.ui.components.set_by_hand import Chosen, chosen, set_cells
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import jobs, may_edit
from warrantysim.ui.thresholds_shown import NEW, NOW, DecisionShown

KEY = "thresholds_hand"
STEPS = ("0", "1", "2", "5", "10", "20", "50")
"""Steps cut-points can be rounded to [reporting currency]; 0 leaves them."""
EDITED = "thresholds_edited"
"""Counts changes of the number of zones, so that their fields are made anew."""


def show_hand(shown: DecisionShown, row: Row) -> None:
    """Draw it."""
    cell, by_hand = key_of(row, shown.scenario), chosen(KEY, shown.run.id, shown.cells)
    st.subheader(t("thresholds.hand"))
    st.caption(t("thresholds.hand_how"))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _zones(shown, row, cell, by_hand)
    with right:
        _whole(shown, by_hand)
    bad = [one for one in by_hand if wrongs(shown.model, shown.known(one), by_hand[one])]
    for one in bad:
        if one != cell:
            st.error(t("thresholds.wrong_elsewhere", cell=escaped(" ".join(map(str, one))[:160])))
    if not bad:
        policy = by_hand_policy(shown)
        _estimated(shown, policy)
        _simulated(shown, policy)


def by_hand_policy(shown: DecisionShown) -> Policy:
    """The recommended rule with what was set by hand that can be followed, at the chosen steps."""
    by_hand = chosen(KEY, shown.run.id, shown.cells)
    sound = {c: zones for c, zones in by_hand.items() if not wrongs(shown.model, shown.known(c), zones)}
    policy = set_by_hand(shown.decision.policy, shown.model, sound)
    return to_steps(policy, shown.model, step())


def step() -> float:
    """The chosen step [reporting currency]."""
    for said in (st.session_state.get("thresholds_step"), st.query_params.get("thresholds_step")):
        if said in STEPS:
            return float(said)
    return 0.0


def set_anything(shown: DecisionShown) -> bool:
    """Whether anything was set by hand."""
    return bool(chosen(KEY, shown.run.id, shown.cells)) or step() > 0


def _zones(shown: DecisionShown, row: Row, cell: CellKey, by_hand: Chosen) -> None:
    """Fields of the zones of the open cell."""
    st.markdown(f"#### {escaped(shown.words.name(row)[:160])}")
    known = shown.known(cell)
    zones: tuple[CellZone, ...] = by_hand.get(cell) or by_refund(
        shown.model, known, row["zones"], zones_for(shown.decision.optimum, shown.model, known)
    )
    options, partners = possible_actions(shown.model, known), shown.told.words.partners
    options += [(zone.do, zone.partner) for zone in zones if (zone.do, zone.partner) not in options]
    labels = {
        (do, who): act_text(TEST_AND_SWAP if tests_only(shown.model, do, who) else do, who, partners, lang())[:120]
        for do, who in options
    }
    number = f"{shown.cells.index(cell)}_{st.session_state.get(EDITED, 0)}"
    for k, zone in enumerate(zones):
        begin, do, away = st.columns([2, 4, 1], vertical_alignment="bottom")
        names = [f"{KEY}_{part}_{number}_{k}" for part in ("from", "do", "away")]
        changed = partial(_changed, shown, cell, len(zones), number)
        begin.number_input(
            t("thresholds.from", n=k + 1, currency=row["currency"]),
            value=round(min(max(zone.start, 0.0), GREATEST), 2),
            step=1.0,
            format="%.2f",
            key=names[0],
            on_change=changed,
            disabled=k == 0,
        )
        do.selectbox(
            t("thresholds.do", n=k + 1), options, index=options.index((zone.do, zone.partner)), key=names[1],
            format_func=labels.__getitem__, on_change=changed,
        )  # fmt: skip
        away.button(
            ":material/delete:", key=names[2], help=t("thresholds.drop", n=k + 1), disabled=len(zones) == 1,
            on_click=_dropped, args=(shown, cell, zones, k),
        )  # fmt: skip
    for wrong in wrongs(shown.model, known, zones):
        st.error(wrong_text(wrong, partners))
    add, back, _ = st.columns([2, 3, 2])
    add.button(
        t("thresholds.add"), icon=":material/add:", disabled=len(zones) >= MOST_ZONES, key=f"{KEY}_add",
        on_click=_added, args=(shown, cell, zones, options),
    )  # fmt: skip
    back.button(
        t("thresholds.as_recommended"), icon=":material/undo:", disabled=cell not in by_hand, key=f"{KEY}_back",
        on_click=_put, args=(shown, cell, ()),
    )  # fmt: skip


def wrong_text(wrong: Wrong, partners: Titles) -> str:
    """What is wrong with a zone, in words."""
    who = {name: doer(wrong.facts[name], partners, lang()) for name in ("partner", "other") if name in wrong.facts}
    facts = {name: escaped(text)[:200] for name, text in {**wrong.facts, **who}.items()}
    if "disposition" in wrong.facts:
        facts["disposition"] = escaped(named("disposition", wrong.facts["disposition"], lang()))[:200]
    return t(f"thresholds.wrong.{wrong.kind}", zone=wrong.zone, **facts)


def _changed(shown: DecisionShown, cell: CellKey, count: int, number: str) -> None:
    """A field was changed: the zones are as the fields say."""
    state = st.session_state
    zones = [
        CellZone(float(state[f"{KEY}_from_{number}_{k}"] or 0.0), *state[f"{KEY}_do_{number}_{k}"])
        for k in range(count)
    ]
    set_cells(KEY, shown.run.id, {**chosen(KEY, shown.run.id, shown.cells), cell: zones})


def _added(shown: DecisionShown, cell: CellKey, zones: Sequence[CellZone], options: Sequence[tuple[str, str]]) -> None:
    """One zone more behind the last: at half as much again, doing the next thing there is."""
    last = zones[-1]
    place = options.index((last.do, last.partner)) if (last.do, last.partner) in options else -1
    other = options[(place + 1) % len(options)]
    _put(shown, cell, [*zones, CellZone(round(last.start * 1.5 + 10.0, 0), *other)])


def _dropped(shown: DecisionShown, cell: CellKey, zones: Sequence[CellZone], k: int) -> None:
    left = [zone for i, zone in enumerate(zones) if i != k]
    _put(shown, cell, [CellZone(0.0, left[0].do, left[0].partner), *left[1:]])


def _put(shown: DecisionShown, cell: CellKey, zones: Sequence[CellZone]) -> None:
    """Set a cell's zones, or forget them where there are none, and make the fields anew."""
    others = {c: z for c, z in chosen(KEY, shown.run.id, shown.cells).items() if c != cell}
    set_cells(KEY, shown.run.id, {**others, cell: zones} if zones else others)
    st.session_state[EDITED] = st.session_state.get(EDITED, 0) + 1


def _whole(shown: DecisionShown, by_hand: Chosen) -> None:
    """Everything that was set, and the step of all cut-points."""
    st.markdown(f"#### {t('thresholds.all_set')}")
    currency = shown.decision.currency
    labels = {one: f"{currency} {one}" for one in STEPS} | {STEPS[0]: t("thresholds.exact")}
    label = t("thresholds.step", currency=currency)
    pick(st.selectbox, label, STEPS, "thresholds_step", format_func=labels.__getitem__)
    if step():
        each = steps(shown.model, step())
        st.caption(t("thresholds.steps", steps=", ".join(f"{c} {figures.value(x)}" for c, x in each.items())))
    if not by_hand:
        st.caption(t("thresholds.none_set"))
        return
    column = st.column_config
    show_table(
        by_hand_frame(shown.rows, by_hand, shown.words),
        alt=t("thresholds.all_set"),
        column_config={
            "name": column.TextColumn(t("thresholds.col.name")),
            "recommended": column.TextColumn(t("thresholds.col.rule_new")),
            "by_hand": column.TextColumn(t("thresholds.col.by_hand")),
        },
    )
    st.button(
        t("thresholds.forget"), icon=":material/restart_alt:", key=f"{KEY}_forget", on_click=_forget, args=(shown,)
    )


def _forget(shown: DecisionShown) -> None:
    set_cells(KEY, shown.run.id, {})
    st.session_state[EDITED] = st.session_state.get(EDITED, 0) + 1


def _estimated(shown: DecisionShown, policy: Policy) -> None:
    """What it would cost by the program, against the recommendation and against today."""
    st.markdown(f"#### {t('thresholds.estimate')}")
    taught, both = shown.taught, shown.estimates()
    if taught is None or both is None:
        st.info(t("thresholds.no_estimate"))
        return
    now, new = both
    found = estimate(shown.model, taught, policy)
    when = period(shown.scenario.horizon.days, lang())
    first, second, third, fourth = st.columns(4)
    _amount(shown, first, t("thresholds.to_recommended", period=when), new.cost - found.cost, t("thresholds.estimated"))
    _amount(shown, second, t("thresholds.to_now", period=when), now.cost - found.cost, t("thresholds.estimated"))
    card(
        third, t("thresholds.moved"), figures.whole(moved(taught, new, found)), t("thresholds.moved_how"),
    )  # fmt: skip
    card(
        fourth, t("thresholds.mean_days"), t("thresholds.days_of", days=figures.days(found.days)),
        t("thresholds.mean_days_new", days=figures.days(new.days)),
    )  # fmt: skip
    for bench, months in found.full.items():
        name = doer(bench, shown.told.words.partners, lang())
        st.warning(
            t(
                "thresholds.full",
                bench=escaped(name),
                months=escaped(shown.told.words.months(months, lang())),
                n=len(months),
            )
        )
    for broken in found.broken:
        st.warning(t(f"thresholds.broken.{WHOLE_YEAR[broken]}"))
    st.caption(
        t(
            "thresholds.estimate_how",
            recommended=figures.whole(now.cost - new.cost),
            period=when,
            currency=shown.decision.currency,
            simulated=figures.whole(float(shown.decision.saving.interval.mean)),
        )
    )


def _amount(shown: DecisionShown, place: st.delta_generator.DeltaGenerator, label: str, saved: float, how: str) -> None:
    """A difference as money: what is saved, or what more it costs."""
    key = "thresholds.same" if round(saved) == 0 else "thresholds.less" if saved > 0 else "thresholds.more"
    text = t(key, currency=shown.decision.currency, amount=figures.whole(abs(saved)))
    card(place, label, text, how)


def _simulated(shown: DecisionShown, policy: Policy) -> None:
    """The same simulated, on the luck of the confirmation, once somebody asks for it."""
    st.markdown(f"#### {t('thresholds.simulation')}")
    confirmed, result = shown.confirmed, shown.confirmed_result()
    if confirmed is None or result is None:
        st.info(t("thresholds.no_confirmation"))
        return
    inputs = by_hand_inputs(confirmed, policy)
    run = None
    try:
        run = reading.stored(inputs.id)
    except Damaged as error:
        st.warning(t("thresholds.damaged", why=escaped(str(error))[:300]))
    job = jobs().attach(inputs.id)
    if run is None and job is not None and job.state != "finished":
        show_job(job.id, f"{KEY}_{job.id}")
        return
    if run is None:
        st.caption(t("thresholds.simulate_why", n=len(result.complete)))
        if st.button(t("thresholds.simulate"), type="primary", disabled=not may_edit(), key=f"{KEY}_simulate"):
            submit(inputs, f"{shown.run.label[:60]}: by-hand")
            st.rerun()
        return
    priced = reading.found_in_run(run)
    if not priced.complete or priced.complete != result.complete:
        st.warning(t("thresholds.not_paired"))
        return
    sides = [[s.year for s in found] for found in (result.of(NOW), result.of(NEW), priced.of(0))]
    _priced(shown, simulate_manual(sides[0], sides[1], sides[2], shown.decision.confidence), run.id)


def _priced(shown: DecisionShown, found: SimulatedCost, run_id: str) -> None:
    d, when = shown.decision, period(shown.scenario.horizon.days, lang())
    first, second, third, fourth = st.columns(4)
    for place, label, apart in (
        (first, "thresholds.to_recommended", found.to_recommended),
        (second, "thresholds.to_now", found.to_now),
    ):
        # A figure told as a loss has the ends of its interval told as losses.
        sign = -1.0 if round(float(apart.interval.mean)) < 0 else 1.0
        ends = sorted(sign * float(x) for x in (apart.interval.low, apart.interval.high))
        low, high = (figures.whole(end) for end in ends)
        how = t("thresholds.interval", low=low, high=high, level=figures.level(d.confidence))
        _amount(shown, place, t(label, period=when), float(apart.interval.mean), how)
    card(
        third, t("thresholds.cost"), f"{d.currency} {figures.whole(found.cost)}",
        t("thresholds.cost_new", cost=figures.whole(d.cost)),
    )  # fmt: skip
    card(
        fourth, t("thresholds.days"),
        t("thresholds.days_of", days="" if math.isnan(found.days_p90) else figures.days(found.days_p90)),
        t("thresholds.days_all"),
    )  # fmt: skip
    key = "thresholds.differs" if bool(found.to_recommended.detectable) else "thresholds.alike"
    st.caption(t(key, n=found.to_now.interval.replications, id=run_id))
