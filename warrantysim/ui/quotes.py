"""*Quotes*: which repair quotes to sign, how sure that is, and what to negotiate with; a further quote, and what would
flip the choice.

The page chooses what is on screen, a study or a scenario nobody studied yet, and shows its answer.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from warrantysim.analysis.cases import Case
from warrantysim.analysis.quote_levers import QuoteLever, levers_of, rivals
from warrantysim.analysis.quote_offers import materiality, quote_ids
from warrantysim.files.quote_writing import quote_csv
from warrantysim.locale.wording import LANGUAGES, joined, listed
from warrantysim.present.terminal import flat
from warrantysim.report.doers import partner_titles
from warrantysim.report.field_names import full_name, unit_name
from warrantysim.report.figures import position
from warrantysim.schema.digest import digest
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store import approvals
from warrantysim.store.inputs import validated_model
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.store.versions import NoSuchVersion
from warrantysim.studies import TURNING, study_of
from warrantysim.studies.quotes import STUDY
from warrantysim.studies.quotes.answer import Answer
from warrantysim.studies.study import AnyStudy, Stored
from warrantysim.ui import quote_adding, reading
from warrantysim.ui.components import bounded, run_names, worlds
from warrantysim.ui.components.address import copy_link, from_address, pick, turn_to
from warrantysim.ui.components.answer import offer_workbook, show_answer, show_stored, show_tables
from warrantysim.ui.components.differences import refused
from warrantysim.ui.components.held import held
from warrantysim.ui.components.keeping import asked_day, keep_button, named_and_why, tell_kept
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.running import show_job, submit
from warrantysim.ui.language import lang, t
from warrantysim.ui.pages import go
from warrantysim.ui.session import jobs, may_edit, person, when, who, workspace

YEARS = 6
"""Years a position is simulated where nobody says otherwise: on shared luck few will do."""
STEPS = (3, 5, 7, 9)
NONE = "none"
"""What the case is called that signs no quote."""


@dataclass(frozen=True)
class Quoted:
    """Quotes of a scenario, what they are called, and what is asked about them."""

    scenario: Scenario
    """The scenario with every quote on its table."""
    names: Mapping[str, str]
    """What each is called, by id."""
    cases: Sequence[Case]
    """Rules that compete."""
    levers: Mapping[str, QuoteLever]
    """Figures that can be turned, by key."""

    def signed(self, case: str) -> str:
        """Rules by what they sign."""
        name = case.rstrip("'")
        signs = " + ".join(self.names[quote] for quote in name.split(" + ") if quote in self.names) or t("flips.none")
        return signs if name == case else t("flips.other_rules", signs=signs, number=len(case) - len(name) + 1)

    def called(self, key: str, unit: bool = False) -> str:
        """A lever for people; ``unit``: with that of its positions where they are the figure itself."""
        kind, _, of = key.partition(":")
        if kind == "fx":
            name = t("flips.lever_fx", currency=of)
        elif kind in ("price", "yield"):
            name = t(f"flips.lever_{kind}", quote=self.names[of])
        elif key in ("volume", "nff", "freight"):
            name = t(f"flips.lever_{key}")
        else:
            _, quote, rest = key.split(".", 2)
            name = f"{self.names.get(quote, quote)} › {full_name(rest, lang())}"
        lever = self.levers[key]
        return f"{name} [{unit_name(lever.unit, lang())}]" if unit and lever.unit and lever.lever.how == "set" else name


def show_flips(scenario: Scenario, quotes: Sequence[str], names: Mapping[str, str], rules: Sequence[Policy]) -> None:
    """Draw the part. ``rules``: those that compete while a figure moves."""
    one = Quoted(
        scenario, names, rivals(scenario, quotes, rules), {lever.key: lever for lever in levers_of(scenario, quotes)}
    )
    st.write(t("flips.flips_why"))
    if len(one.cases) < 2:
        st.info(t("flips.no_rivals"))
        return
    st.caption(t("flips.rivals", names=listed((escaped(one.signed(case.name)) for case in one.cases), lang())))
    for kind in TURNING:
        st.subheader(t(f"flips.{kind}"))
        _ask_along(one, study_of(kind))
        _stored(one, kind)


def _ask_along(one: Quoted, study: AnyStudy) -> None:
    """The figures a study turns, the ends of each, and a button that asks for it."""
    sides = ("lever",) if study.turns == 1 else ("x", "y")
    keys: list[str] = []
    for column, side in zip(st.columns(len(sides)), sides, strict=True):
        others = sorted((key for key in one.levers if key not in keys), key=lambda key: bool(keys) and key != "nff")
        with column:
            keys.append(pick(st.selectbox, t(f"flips.{side}"), others, f"quotes_{side}", format_func=one.called))
    stepped, of, name = "steps" in study.Options.model_fields, "_".join(keys), f"quotes_{study.name}"
    with st.form(f"{name}_{of}", border=False):
        cells = st.columns(2 * len(keys) + stepped + 1, vertical_alignment="bottom")
        ends = [
            _ends(one.levers[key], cells[2 * k :], side, of)
            for k, (key, side) in enumerate(zip(keys, sides, strict=True))
        ]
        more: dict[str, int] = {}
        if stepped:
            more["steps"] = int(cells[-2].selectbox(t("flips.steps"), STEPS, index=1, key=f"{name}_steps"))
            st.caption(t("flips.map_cost", n=more["steps"] ** len(keys)))
        years = bounded.number(t("flips.flip_years"), 2, 200, YEARS, place=cells[-1], key=f"{name}_years")
        pressed = st.form_submit_button(t(f"flips.ask_{study.name}"), type="primary", disabled=not may_edit())
    for lever in (one.levers[key] for key in keys):
        stated = position(lever.lever.stated(one.scenario))
        st.caption(
            escaped(f"{t('flips.range_unit', unit=unit_name(lever.unit, lang()), stated=stated)} {lever.source}")
        )
    if pressed and may_edit() and years is not None and all(_upright(*each) for each in ends):
        levers = [one.levers[key].lever for key in keys]
        axes = [{"path": it.path, "how": it.how, "low": a, "high": b} for it, (a, b) in zip(levers, ends, strict=True)]
        asked = AskedQuestion.of(study.name, one.cases, **study.along(*axes), **more, replications=int(years))
        label = " x ".join(f"{key} {a:g}-{b:g}" for key, (a, b) in zip(keys, ends, strict=True))
        job = submit(asked, f"{one.scenario.name}: {label}")
        turn_to(name, job.result or job.run_id)


def _ends(lever: QuoteLever, columns: Sequence[Any], side: str, key: str) -> tuple[float, float]:
    """Least and greatest position, the sensible ones where nobody says otherwise."""
    low, high = (
        column.number_input(t(f"flips.{side}_{end}"), value=float(value), format="%g", key=f"quotes_{side}_{end}_{key}")
        for column, end, value in zip(columns, ("low", "high"), (lever.low, lever.high), strict=False)
    )
    return float(low), float(high)


def _upright(low: float, high: float) -> bool:
    if not low < high:
        st.warning(t("flips.low_high"))
    return low < high


def _stored(one: Quoted, kind: str) -> None:
    """Studies of a kind on this scenario's quotes: those under way, then the one that was chosen."""
    key = f"quotes_{kind}"
    mine = digest(one.scenario)
    active = [job for job in jobs().listed(active=True) if job.kind == kind]
    for job in active:
        show_job(job.id, f"quotes_flip_{job.id}")
    stored = {
        run.id: f"{run_names.label_text(run.label)} · {when(run.made)} · {run.id[:6]}"
        for run in reading.finished_runs(kind)
        if run.manifest["scenario"]["digest"] == mine and about_quotes(run.manifest["cases"], one.names)
    }
    wished = st.session_state.get(f"{key}_next") or st.query_params.get(key)
    asked_for = jobs().attach(wished) if wished and wished not in stored else None
    if asked_for is not None and not asked_for.active:
        show_job(asked_for.id, f"quotes_flip_{asked_for.id}")
    if not stored:
        if not active:
            st.caption(t("flips.none_yet"))
        return
    id = pick(st.selectbox, t(f"flips.choose_{kind}"), list(stored), key, told=True, format_func=stored.__getitem__)
    run = reading.stored(id)
    if run is None:
        return
    # Cases are called by the quotes they sign, levers by what the quotes call them.
    levers = {str(lever.lever): dict.fromkeys(LANGUAGES, one.called(k, unit=True)) for k, lever in one.levers.items()}
    cases = {name: dict.fromkeys(LANGUAGES, one.signed(name)) for name in run.manifest["cases"]}
    try:
        show_answer(run, {"case_titles": cases, "lever_titles": levers})
    except Damaged as error:
        st.warning(t("piece.damaged", message=escaped(str(error)[:300])))


def about_quotes(cases: Iterable[str], quotes: Container[str]) -> bool:
    """Whether cases are named by the quotes they sign; those of other pages' studies are not."""
    signed = [name.rstrip("'") for name in cases]
    return all(name == NONE or all(quote in quotes for quote in name.split(" + ")) for name in signed)


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
        return {q: title[lang()] for q, title in partner_titles(self.scenario).items()}

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
    out = {run.id: f"{run_names.label_text(run.label, LONGEST)} · {when(run.made)} · {run.id[:6]}" for run in studies}
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
            labels[wished] = f"{run_names.label_text(job.label, 60) if job is not None else wished[:60]} · {wished[:6]}"
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
    st.markdown(joined((f"**{t('quotes.not_studied', n=len(one.quotes))}**", t("quotes.will_say")), lang()))
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
        years = bounded.number(
            t("quotes.years"), FEWEST, MOST, max(FEWEST, one.scenario.plan.replications), place=left,
            key="quotes_years", help=t("quotes.years_help"),
        )  # fmt: skip
        within = bounded.number(
            t("quotes.within", currency=currency), 1.0, 1e9, float(round(materiality(one.scenario))),
            place=right, step=100.0, format="%.0f", key="quotes_within", help=t("quotes.within_help"),
        )  # fmt: skip
        pressed = st.form_submit_button(t("quotes.run"), type="primary", disabled=not may_edit())
    if pressed and may_edit() and None not in (years, within):
        some = None if not chosen or len(chosen) == len(quotes) else list(chosen)
        study = AskedQuestion.of(KIND, one.scenario, quotes=some, replications=int(years), within=float(within))
        job = submit(study, f"{one.scenario.name}: {', '.join(some or ['quotes'])}")
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
    day, right = asked_day("quotes_choose")
    if not person():
        st.info(t("approvals.name_first"))
    elif (
        right and keep_button("quotes_choose", lambda: one.scenario.replace(policy=rule), one.parent, asked) is not None
    ):
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
    show_flips(one.scenario, one.quotes, one.names, rules)


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
