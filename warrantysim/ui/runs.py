"""*Runs & audit*: what was run and is running, what each figure rests on down to one claim, and who changed what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.experiment.result import Result
from warrantysim.locale.wording import named, titled
from warrantysim.promise.evidence import Evidence, evidence_files, first_rows
from warrantysim.promise.terms import StatementSubject, seller_reads
from warrantysim.promise.texts import BUYER_LANGUAGES
from warrantysim.promise.times import stated_times
from warrantysim.report import figures
from warrantysim.report.claim_story import story_table, story_total
from warrantysim.report.doers import partner_titles
from warrantysim.report.rule_text import testers
from warrantysim.schema.dispositions import BY_PARTNER, TEST_AND_SWAP
from warrantysim.schema.root import Scenario
from warrantysim.store.audit import audit_log
from warrantysim.store.audit_trail import NotTheSame, Retraced, retraced, stored_claims
from warrantysim.store.inputs import KIND
from warrantysim.store.job import BACKGROUND, Job
from warrantysim.store.runs import damaged
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.studies.promise import possible_forms
from warrantysim.studies.study import Say, names_of
from warrantysim.ui import reading
from warrantysim.ui.components.address import copy_link, from_address, pick, pick_many, search_text
from warrantysim.ui.components.decision import offer_demo
from warrantysim.ui.components.exports import offer_csv
from warrantysim.ui.components.pictures import escaped, show_list, show_table
from warrantysim.ui.components.run_names import LONGEST, label_text, option, scenario_titles
from warrantysim.ui.components.running import show_job
from warrantysim.ui.components.trouble import permitted
from warrantysim.ui.language import lang, t, under_titles
from warrantysim.ui.pages import go
from warrantysim.ui.runs_one import show_finished
from warrantysim.ui.session import jobs, may_edit, when, who, workspace

Called = Mapping[str, Callable[[str], str]]
"""What the words of columns are called."""
MOST = 300
"""Claims that are listed, the dearest."""
NAMED = ("disposition", "closure")
"""Columns whose words have terms."""
SHOWN = (
    "root",
    "sku",
    "market",
    "worth",
    "cost",
    "days",
    "disposition",
    "partner",
    "closure",
    "channel",
    "cash",
    "expected",
)
"""Columns of the list, in order: what a narrow window shows first."""


def show_claim() -> None:
    """Draw it."""
    simulations = {run.id: run for run in reading.finished_runs(KIND) if run.manifest["replications"]}
    if not simulations:
        st.info(t("runs.no_simulation"))
        return
    titles = scenario_titles()
    id = pick(
        st.selectbox, t("runs.simulation"), list(simulations), "runs_simulation", told=True,
        format_func=lambda id: option(simulations[id], titles),
    )  # fmt: skip
    run = simulations[id]
    try:
        _year(run)
    except Damaged as error:
        st.warning(escaped(str(error))[:300])


def _year(run: StoredRun) -> None:
    """One simulated year under one rule."""
    result = reading.found_in_run(run)
    left, right = st.columns(2)
    with left:
        policy = pick(
            st.selectbox, t("runs.policy"), result.names, "runs_policy",
            format_func=lambda name: _rule(result, name),
        )  # fmt: skip
    with right:
        years = [str(replication) for replication in result.complete]
        if not years:
            st.info(t("runs.claims_none"))
            return
        year = int(pick(st.selectbox, t("runs.replication"), years, "runs_replication"))
    every = _claims(str(run.folder), run.results, year, result.place(policy), run)
    scenario = reading.scenario_behind(run)
    every = as_done(every, testers(scenario))
    called = _called(scenario)
    claims = _filtered(every, called)
    currency = run.manifest["currency"]
    if claims.empty:
        st.info(t("runs.claims_none"))
        return
    shown = claims.head(MOST)
    facts = {"n": len(claims), "total": figures.whole(float(claims["cost"].sum())), "shown": len(shown)}
    st.write(t("runs.claims_said", currency=currency, **facts))
    monies = {market: scenario.markets[market].currency for market in shown["market"].unique()}
    root = _chosen(shown, every, called, currency, monies)
    _story(run, year, result.place(policy), root, float(every.loc[every["root"] == root, "cost"].iloc[0]))


def _rule(result: Result, name: str) -> str:
    """What a rule of a simulation is called."""
    return titled(result.policies[result.place(name)].title, name, lang())[:80]


@st.cache_data(max_entries=8, show_spinner=False)
def _claims(folder: str, results: str, year: int, policy: int, _run: StoredRun) -> pd.DataFrame:
    return stored_claims(_run, year, policy)


def as_done(claims: pd.DataFrame, only_test: Collection[str]) -> pd.DataFrame:
    """Claims with what was done: a desk that only tests repairs nothing."""
    tested = (claims["disposition"] == BY_PARTNER) & claims["partner"].isin(only_test)
    return claims.assign(disposition=claims["disposition"].mask(tested, TEST_AND_SWAP))


def _filtered(claims: pd.DataFrame, called: Called) -> pd.DataFrame:
    """Claims that are like what was asked for."""
    for place, (column, key) in zip(
        st.columns(3), {"sku": "skus", "market": "markets", "disposition": "dispositions"}.items(), strict=True
    ):
        with place:
            known = sorted(claims[column].unique())
            wanted = pick_many(
                t(f"runs.{key}"), known, f"runs_{key}", placeholder=t("runs.any"),
                format_func=lambda word, column=column: called[column](word)[:60],
            )  # fmt: skip
        if wanted:
            claims = claims[claims[column].isin(wanted)]
    return claims


def _called(scenario: Scenario) -> Called:
    """What the words of a column are called."""
    page = Say("runs", lang(), {**names_of(scenario), "partners": partner_titles(scenario)})
    terms = {name: partial(named, name, lang=lang()) for name in NAMED}
    return {
        "sku": page.product,
        "market": page.market,
        "partner": page.doer,
        **terms,
    }


def _chosen(shown: pd.DataFrame, every: pd.DataFrame, called: Called, currency: str, monies: Mapping[str, str]) -> int:
    """The claim to tell of: the row selected, else the one the address asks for, else the dearest."""
    st.caption(t("runs.claims_choose"))
    table = shown.rename(columns={"value": "worth"})[list(SHOWN)]
    # What is due is so in the market's own currency.
    due = zip(table["market"], table["worth"], strict=True)
    table["worth"] = [f"{monies[market]} {figures.cents(amount)}" for market, amount in due]
    for column, terms in called.items():
        table[column] = [terms(word) for word in table[column]]
    event: Any = show_table(
        table,
        alt=t("runs.claims_alt"),
        height=37 + 35 * min(len(table), 8),
        key="runs_claims",
        on_select="rerun",
        selection_mode="single-row",
        column_config=_columns(table.columns, currency, ("cash", "expected", "cost")),
    )
    rows = [int(row) for row in event.selection.rows if int(row) < len(shown)]
    picked = str(shown["root"].iloc[rows[0]]) if rows else ""
    if picked and st.session_state.get("runs_claim_row") != picked:
        st.session_state["runs_claim_next"] = picked
    st.session_state["runs_claim_row"] = picked
    known = {str(claim.root): claim for claim in shown.itertuples()}
    wished = from_address("runs_claim") or ""
    if wished not in known:
        known |= {str(claim.root): claim for claim in every[every["root"].astype(str) == wished].itertuples()}

    def told(root: str) -> str:
        claim: Any = known[root]
        facts = {"sku": called["sku"](claim.sku)[:40], "market": called["market"](claim.market)}
        facts["cost"] = figures.cents(claim.cost)
        return t("runs.claim_option", root=root, currency=currency, **facts)

    return int(pick(st.selectbox, t("runs.claim"), list(known), "runs_claim", told=True, format_func=told))


def _story(run: StoredRun, year: int, policy: int, root: int, total: float) -> None:
    """Every stamp and every line of one claim, and the two sums."""
    st.subheader(t("runs.story", root=root))
    try:
        with st.spinner(t("runs.story_wait")):
            story = _retraced(str(workspace().folder), run.id, year, policy, run)
            lines = story.story(root)
    except NotTheSame as error:
        st.warning(t("runs.not_the_same", why=escaped(str(error))[:300]))
        return
    currency, told = run.manifest["currency"], story_total(lines)
    booked = [line for line in lines if line.category is not None]
    text = t(
        "runs.story_sum",
        stamps=len(lines) - len(booked),
        lines=len(booked),
        currency=currency,
        sum=figures.cents(told),
        total=figures.cents(total),
    )
    if figures.cents(told) == figures.cents(total):
        st.success(text + t("runs.story_same"), icon=":material/check_circle:")
    else:
        st.error(text + t("runs.story_apart"))
    table = story_table(lines, reading.scenario_behind(run), lang()).rename(columns={"kind": "sort"})
    show_table(
        table,
        alt=t("runs.story_alt", root=root),
        height="content",
        placeholder=" ",
        column_config=_columns(table.columns, currency, ("reporting", "so_far")),
    )
    offer_csv(table, f"claim_{root}_{run.id}_{year}", "runs_story_csv")
    _evidence(reading.scenario_behind(run), story, root)


def _evidence(scenario: Scenario, story: Retraced, root: int) -> None:
    """What a dispute asks for, as files, made when they are asked for."""
    r = story.run.records
    market = scenario.market_ids[int(r.claims.market[first_rows(r, [root])[0]])]
    it = StatementSubject(scenario, market, scenario.sku_ids, (), stated_times(scenario, market))
    langs = dict.fromkeys(one for one in (*it.regime.languages, seller_reads()) if one in BUYER_LANGUAGES)
    each = [Evidence(it, story.run, story.ledger, root, one) for one in langs]
    name = f"evidence-{root}.zip"
    st.download_button(
        t("runs.evidence"), lambda: evidence_files(each, possible_forms())[name], file_name=name, on_click="ignore",
        key="runs_evidence", type="tertiary", icon=":material/folder_zip:", help=t("runs.evidence_help"),
    )  # fmt: skip


@st.cache_resource(max_entries=4, show_spinner=False)
def _retraced(folder: str, id: str, year: int, policy: int, _run: StoredRun) -> Retraced:
    return retraced(_run, year, policy)


def _columns(names: Any, currency: str, money: tuple[str, ...]) -> dict[str, Any]:
    """What columns are called and how their figures are written."""
    formats = {**dict.fromkeys(money, f"{currency} %,.2f"), "amount": "%,.2f"}
    formats |= {"days": "%.1f", "day": "%.1f", "root": "%d", "claim": "%d"}
    return {
        name: st.column_config.NumberColumn(t(f"runs.column.{name}", currency=currency), format=formats[name])
        if name in formats
        else st.column_config.TextColumn(t(f"runs.column.{name}"), alignment="right")
        if name == "worth"
        else t(f"runs.column.{name}", currency=currency)
        for name in names
    }


MOST_JOBS = 300
"""Ended jobs in the table, the latest."""


def show_jobs() -> None:
    """Draw them."""
    st.subheader(t("runs.at_work"))
    active = sorted(jobs().listed(active=True), key=lambda job: (job.state == "queued", job.turn, job.submitted))
    if not active:
        st.caption(t("runs.at_work_none"))
    queued = [job.id for job in active if job.state == "queued"]
    for job in active:
        with st.container(border=True):
            st.markdown(f"**{escaped(label_text(job.label))}**")
            place = "" if job.id not in queued else t("runs.place", place=queued.index(job.id) + 1)
            behind = t("runs.background") if job.turn >= BACKGROUND else ""
            st.caption(f"{_asked_by(job)} {place} {behind}")
            if job.id in queued[1:] or (place and behind):
                st.button(
                    t("runs.first"), key=f"runs_{job.id}_first", icon=":material/arrow_upward:",
                    disabled=not may_edit(), on_click=_first, args=(job.id,),
                )  # fmt: skip
            show_job(job.id, f"runs_{job.id}")
            _log(job)
    st.subheader(t("runs.ended"))
    ended = jobs().listed(active=False)[:MOST_JOBS]
    if not ended:
        st.caption(t("runs.ended_none"))
        return
    show_list(_jobs_table(ended), t("runs.ended_alt"))
    by_id, titles = {job.id: job for job in ended}, scenario_titles()
    id = pick(
        st.selectbox, t("runs.job"), list(by_id), "runs_job", told=True,
        format_func=lambda id: _option(by_id[id], titles),
    )  # fmt: skip
    job = by_id[id]
    st.caption(_asked_by(job))
    if job.state not in {"finished", "kept"}:
        show_job(job.id, f"runs_{job.id}")
    if job.result:
        go("runs", t("runs.open_result"), runs_view="finished", runs_run=job.result)
    _log(job)


def _first(id: str) -> None:
    permitted(lambda: jobs().first(id, who()))


def _asked_by(job: Job) -> str:
    return escaped(
        t(
            "runs.asked_by",
            kind=named("kind", job.kind, lang()),
            who=job.who[:LONGEST] or t("runs.nobody"),
            at=when(job.submitted),
        )
    )


def _option(job: Job, titles: Mapping[str, str]) -> str:
    return t(
        "runs.job_option",
        label=label_text(job.label, titles=titles),
        state=named("state", job.state, lang()),
        at=when(job.submitted),
        id=job.id[:8],
    )


def _jobs_table(ended: list[Job]) -> pd.DataFrame:
    titles = scenario_titles()
    rows = [
        {
            "label": label_text(job.label, titles=titles),
            "kind": named("kind", job.kind, lang()),
            "state": named("state", job.state, lang()),
            "message": job.message[:300],
            "who": job.who[:LONGEST],
            "submitted": when(job.submitted),
            "ended": when(job.ended),
        }
        for job in ended
    ]
    return under_titles(rows, lambda name: t(f"runs.column.{name}"))


def _log(job: Job) -> None:
    with st.expander(t("runs.log"), key=f"runs_log_{job.id}", on_change="rerun") as opened:
        if opened.open:
            st.code(jobs().log(job.id)[-20_000:] or t("runs.log_none"), language=None, wrap_lines=True)


MOST_ENTRIES = 5000
"""Entries looked at, the latest."""


def show_audit() -> None:
    """Draw it."""
    st.caption(t("runs.audit_how"))
    entries = audit_log(workspace(), most=MOST_ENTRIES)
    left, middle, right = st.columns(3)
    with left:
        whos = pick_many(t("runs.audit_whos"), sorted({e.who for e in entries}), "runs_whos", placeholder=t("runs.any"))
    with middle:
        whats = pick_many(
            t("runs.audit_whats"),
            sorted({e.what for e in entries}),
            "runs_whats",
            placeholder=t("runs.any"),
            format_func=lambda what: named("did", what, lang()),
        )
    with right:
        wanted = search_text(t("runs.audit_search"), "runs_audit")
    rows = [
        {
            "number": e.number,
            "at": when(e.at),
            "who": e.who,
            "what": named("did", e.what, lang()),
            "subject": e.subject,
            "details": "; ".join(f"{key}: {value}" for key, value in e.details.items() if value),
        }
        for e in entries
        if (not whos or e.who in whos) and (not whats or e.what in whats)
    ]
    found = [row for row in rows if wanted in " ".join(map(str, row.values())).casefold()]
    st.caption(t("runs.audit_said", n=len(found), of=len(entries)))
    if not found:
        st.info(t("runs.audit_none"))
        return
    frame = under_titles(found, lambda name: t(f"runs.column.{name}"))
    show_list(frame, t("runs.audit_alt"), 14)
    offer_csv(frame, "audit", "runs_audit_csv")


VIEWS = {"finished": show_finished, "jobs": show_jobs, "claim": show_claim, "audit": show_audit}
"""What can be looked at."""


def show() -> None:
    """Draw the page."""
    st.title(t("runs.title"))
    jobs().tend()
    active, finished = jobs().listed(active=True), reading.finished_runs()
    broken = damaged(workspace(), thorough=False)
    if not (active or finished or broken or jobs().listed()):
        st.write(t("runs.empty"))
        offer_demo("runs")
        return
    st.write(t("runs.standing", n=len(finished), active=len(active), broken=len(broken)))
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        view = pick(
            st.segmented_control, t("runs.view"), list(VIEWS), "runs_view",
            format_func=lambda one: t(f"runs.view.{one}"),
        )  # fmt: skip
    with right:
        copy_link("runs_link")
    VIEWS[view]()
