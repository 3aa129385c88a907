"""*Quotes*: which repair quotes to sign, how sure that is, and what to negotiate with; a further quote, and what would
flip the choice.

The page chooses what is on screen, a study or a scenario nobody studied yet, and shows its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from warrantysim.analysis.quote_offers import materiality, quote_ids
from warrantysim.files.quote_writing import quote_csv
from warrantysim.present.terminal import flat
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store import approvals
from warrantysim.store.models import validated_model
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.store.versions import NoSuchVersion
from warrantysim.studies.quotes import STUDY, called
from warrantysim.studies.quotes.answer import Answer
from warrantysim.studies.study import Stored
from warrantysim.ui import quote_adding, quote_flips, reading
from warrantysim.ui.components import worlds
from warrantysim.ui.components.address import copy_link, from_address, pick, turn_to
from warrantysim.ui.components.answer import offer_workbook, show_stored, show_tables
from warrantysim.ui.components.differences import refused
from warrantysim.ui.components.held import held
from warrantysim.ui.components.keeping import asked_day, keep_button, named_and_why, tell_kept
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.running import show_job, submit
from warrantysim.ui.language import lang, t
from warrantysim.ui.pages import go
from warrantysim.ui.session import jobs, may_edit, person, when, who, workspace

KIND = STUDY.name
OF, JOB = "quotes_of", "quotes_job"
"""What the address calls what is on screen, and the session the job it asked for last."""
VIEWS = ("sets", "units", "bills", "deal", "terms", "choose", "flips", "add")
"""Parts of the page, the last three its own; before anything was studied only the terms and the last one."""
FEWEST, MOST = 2, 500
"""Years a study may simulate [count]."""
LONGEST = 80
"""Longest name in a list [characters]."""


@dataclass(frozen=True)
class QuotesShown:
    """What is on the page."""

    key: str
    """Id of the study's run, or reference of the scenario."""
    scenario: Scenario
    """The scenario with every quote on its table."""
    run: StoredRun | None
    """The study's run; None where the quotes were not studied."""
    quotes: tuple[str, ...]
    """The quotes, those of the study where there is one."""
    stored: Stored
    """What was found, else what can be said of their terms."""

    @property
    def parent(self) -> str:
        """The scenario it rests on, as versions made from it say; empty where that is not kept."""
        if self.run is None:
            return self.key
        digest = self.run.manifest["scenario"]["digest"]
        kept = next((one.ref for one in worlds.known_scenarios() if one.version and one.version.digest == digest), "")
        base = worlds.shipped_world(worlds.BASE) is not None and worlds.digest_of(worlds.BASE) == digest
        return kept or (worlds.BASE if base else "")

    @property
    def names(self) -> dict[str, str]:
        """What each partner is called, by id; with its id where two are called alike."""
        titles = {q: title[lang()] for q, title in called(self.scenario, self.scenario.partner_ids)["quotes"].items()}
        alike = list(titles.values())
        return {q: name if alike.count(name) == 1 else f"{name} ({q})" for q, name in titles.items()}

    def joined(self, quotes: Sequence[str]) -> str:
        """Several quotes by their names."""
        return " + ".join(self.names[q] for q in quotes) or t("flips.none")


def show() -> None:
    """Draw the page."""
    st.title(t("quotes.title"))
    labels = shown_choices()
    _running(labels)
    if not labels:
        st.write(t("quotes.empty"))
        return
    one = _read(_choose(labels))
    if one is None:
        return
    if one.run is None:
        _not_studied(one)
    more = {"add": (t("quotes.part_add"), lambda _: _add(one))}
    if one.run is not None:
        own = {"choose": _sign, "flips": _flips}
        more = {k: (t(f"quotes.part_{k}"), lambda _, draw=draw: draw(one)) for k, draw in own.items()} | more
    if not one.quotes:
        _add(one)
        return
    show_stored(KIND, one.stored, "quotes", one.key, None, more)
    _take_away(one)
    if one.run is not None:
        with st.expander(t("quotes.again")):
            _ask(one)


def shown_choices() -> dict[str, str]:
    """What can be shown, by key, with its label: studies, the latest first, then scenarios nobody studied."""
    studies = reading.finished_runs(KIND)
    out = {run.id: f"{run.label[:LONGEST]} · {when(run.made)} · {run.id[:6]}" for run in studies}
    studied = {str(run.manifest["scenario"]["digest"]) for run in studies}
    for one in worlds.known_scenarios():
        if one.version is None or one.version.digest not in studied:
            out[one.ref] = t("quotes.of_scenario", title=one.title[:LONGEST], ref=one.ref)
    return out


def _choose(labels: dict[str, str]) -> str:
    """Which study or scenario is on screen; also one that is under way or that the address asks for."""
    wished = from_address(OF)
    if wished is not None and wished not in labels:
        job = jobs().attach(wished)
        if job is not None and job.result in labels and job.result is not None:
            st.session_state[OF] = job.result
        else:
            labels[wished] = f"{(job.label if job is not None else wished)[:60]} · {wished[:6]}"
    left, right = st.columns([8, 1.4], vertical_alignment="bottom")
    with left:
        key = pick(st.selectbox, t("quotes.of"), list(labels), OF, told=True, format_func=labels.__getitem__)
    with right:
        copy_link("quotes_link")
    return key


def _read(key: str) -> QuotesShown | None:
    """What a key stands for; while it is under way, or where it cannot be shown, why not."""
    try:
        run = next((one for one in reading.finished_runs(KIND) if one.id == key), None)
        if run is not None:
            stored: Stored = reading.found_in_run(run)
            return QuotesShown(key, reading.scenario_behind(run), run, tuple(stored.tables["values"]["quote"]), stored)
        if worlds.find_scenario(key) is None:
            raise LookupError(f"no study and no scenario {key!r}")
        scenario = worlds.scenario_by_ref(key)
        quotes = quote_ids(scenario)
        terms = held(("terms", worlds.digest_of(key), *quotes), lambda: STUDY.stated(scenario, quotes))
        return QuotesShown(key, scenario, None, quotes, terms)
    except Damaged as error:
        st.warning(t("piece.damaged", message=escaped(str(error)[:300])))
    except ScenarioError as error:
        st.warning(t("quotes.unreadable", message=refused(error)))
    except (LookupError, NoSuchVersion):
        job = jobs().attach(key)
        if job is None:
            st.warning(t("quotes.gone", id=escaped(key[:40])))
        else:
            show_job(job.id, f"quotes_wished_{job.id}")
    return None


def _running(labels: dict[str, str]) -> None:
    """Studies under way, and the last one this session asked for if it did not end well."""
    wished = from_address(OF)
    active = [job for job in jobs().listed(active=True) if job.kind == KIND]
    for job in active:
        if job.run_id != wished:
            show_job(job.id, f"quotes_live_{job.id}")
    mine = st.session_state.get(JOB)
    if mine and mine not in {job.id for job in active}:
        job = jobs().get(mine)
        if job.result in labels:
            st.session_state.pop(JOB)
        elif not job.active and wished not in (job.id, job.run_id):
            show_job(job.id, JOB)


def _not_studied(one: QuotesShown) -> None:
    """What a study says, and the form that asks for one."""
    if not one.quotes:
        st.info(t("quotes.no_quotes"))
        return
    st.markdown(f"**{t('quotes.not_studied', n=len(one.quotes))}** {t('quotes.will_say')}")
    _ask(one)


def _ask(one: QuotesShown) -> None:
    """The form that asks for a study."""
    quotes, currency = quote_ids(one.scenario), one.scenario.reporting_currency
    with st.form("quotes_ask", border=False):
        chosen = st.multiselect(
            t("quotes.which"), quotes, list(quotes), key="quotes_which", format_func=one.names.__getitem__,
            placeholder=t("quotes.all"), help=t("quotes.which_help"),
        )  # fmt: skip
        left, right = st.columns(2)
        years = left.number_input(
            t("quotes.years"), FEWEST, MOST, max(FEWEST, one.scenario.plan.replications), key="quotes_years",
            help=t("quotes.years_help"),
        )  # fmt: skip
        within = right.number_input(
            t("quotes.within", currency=currency), 1.0, 1e9, float(round(materiality(one.scenario))), step=100.0,
            format="%.0f", key="quotes_within", help=t("quotes.within_help"),
        )  # fmt: skip
        pressed = st.form_submit_button(t("quotes.run"), type="primary", disabled=not may_edit())
    if pressed and may_edit():
        some = None if not chosen or len(chosen) == len(quotes) else list(chosen)
        study = AskedQuestion.of(KIND, one.scenario, quotes=some, replications=int(years), within=float(within))
        job = submit(study, t("quotes.label", scenario=one.scenario.name, n=len(some or quotes)))
        st.session_state[JOB] = job.id
        turn_to(OF, job.result or job.run_id)


def _sign(one: QuotesShown) -> None:
    """The chosen rules become a scenario version of their own, and a draft for approval."""
    rules = [rule for rule in one.stored.facts["rules"] if rule["offered"]]
    if not rules:
        st.info(t("quotes.older"))
        return
    st.write(t("quotes.choose_why"))
    best = one.stored.tables["selection"]["name"].iloc[0]
    offers = {rule["name"]: rule for rule in sorted(rules, key=lambda rule: rule["name"] != best)}
    signs = {name: one.joined(rule["signs"]) for name, rule in offers.items()}
    chosen = st.selectbox(t("quotes.choose_which"), list(offers), key="quotes_chosen", format_func=signs.__getitem__)
    signed = offers[chosen]["signs"]
    for said in Answer.of(one.stored, lang()).left_open(" + ".join(signed)):
        st.warning(escaped(said))
    name = "-".join(["sign", *signed]) if signed else "sign-none"
    asked = named_and_why("quotes_choose", name[:60], "", "")
    policy = validated_model(Policy, offers[chosen]["policy"])
    rule = policy.replace(name=asked[0] or name[:60], title=None, why=asked[2])
    day = asked_day("quotes_choose")
    if not person():
        st.info(t("approvals.name_first"))
    elif keep_button("quotes_choose", lambda: one.scenario.replace(policy=rule), one.parent, asked) is not None:
        approvals.draft(workspace(), rule, run_id=one.key, note=asked[2], who=who(), from_day=day)
    if (ref := tell_kept("quotes_choose")) is not None:
        st.caption(t("quotes.drafted"))
        go("approvals", t("quotes.to_approvals"))
        go("scenarios", t("quotes.to_scenarios", ref=escaped(ref)))


def _flips(one: QuotesShown) -> None:
    rules = [validated_model(Policy, rule["policy"]) for rule in one.stored.facts["rules"]]
    if not rules:
        st.info(t("quotes.older"))
        return
    quote_flips.show(one.scenario, one.quotes, one.names, rules)


def _add(one: QuotesShown) -> None:
    def terms(changed: Scenario, quotes: Sequence[str]) -> None:
        blocks = list(flat(STUDY.answer(STUDY.stated(changed, quotes), lang())))
        show_tables(blocks, "quotes_read", f"warrantysim_{KIND}_{one.key}")

    def kept(ref: str) -> None:
        st.session_state["quotes_view_next"] = "sets"
        turn_to(OF, ref)

    quote_adding.show(quote_adding.Adding(one.scenario, one.parent, KIND, terms, kept))


def _take_away(one: QuotesShown) -> None:
    """The answer as a workbook, the quotes as a file that reads back."""
    left, right, _ = st.columns([1, 1, 1])
    with left:
        if one.run is not None:
            offer_workbook(one.run)
    with right:
        chosen = {q: one.scenario.partners[q] for q in one.quotes}
        st.download_button(
            t("quotes.as_file"), lambda: quote_csv(chosen).encode("utf-8-sig"), mime="text/csv",
            file_name=f"warrantysim_quotes_{one.key.replace('@', '-')}.csv", key="quotes_as_file", on_click="ignore",
            type="tertiary", icon=":material/download:", help=t("quotes.as_file_help"),
        )  # fmt: skip
