"""Asking for a comparison: one what-if in a line, several cases, or two stored runs beside each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from warrantysim.analysis.cases import Case
from warrantysim.analysis.stress import STRESSES, scenario_with, stressed
from warrantysim.analysis.what_if import SUBJECTS, WorldChange, WrongChange, changed_scenario, narrowing_names
from warrantysim.files.loading import load_policy
from warrantysim.locale.wording import listed, named, titled
from warrantysim.report.doers import partner_titles
from warrantysim.schema.diff import diff
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store import approvals
from warrantysim.store.stored_run import StoredRun
from warrantysim.ui import reading
from warrantysim.ui.compared import RUN, Compared, comparison, pair_key, policies
from warrantysim.ui.components import worlds
from warrantysim.ui.components.address import turn_to
from warrantysim.ui.components.bounded import any_day, number
from warrantysim.ui.components.differences import refused
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.run_names import label_text, scenario_titles
from warrantysim.ui.components.running import submit
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import may_edit, scenarios_folder, when, workspace

SIGNS = {"times": "*=", "plus": "+=", "set": "="}
"""How a lever can be turned, and how ``--set`` writes it."""
SHOWN = {"times": "×", "plus": "+", "set": "="}
FIGURE = "figure"
"""In place of a subject: any figure, by stress, uncertain input or path."""
PARTNERS = ("partner", "fees")
"""Subjects that need somebody named."""
OWN = ""
"""In place of a rule: the baseline's own."""
YEARS = 12
"""Years simulated where nobody says otherwise: on shared luck few will do."""
MOST_YEARS = 500
ROOM = 560
"""Width of the form for several cases [pixels]."""
MOST_CHANGES = 40
"""Changes told with a run."""


def ask_what_if(one: Compared | None) -> None:
    """What changes, by how much, where, from when to when, in words; or any figure. Against the baseline on screen."""
    st.markdown(f"**{t('what_if.title')}**")
    base = one.base if one is not None else Case.of(worlds.scenario_by_ref(worlds.BASE))
    what = st.columns([2.2, 1.3, 2.1, 2.0, 2.1, 2.1], vertical_alignment="bottom")
    subject = what[0].selectbox(
        t("what_if.subject"), [*SUBJECTS, FIGURE], key="compare_subject",
        format_func=lambda name: t(f"what_if.subject_{name}"),
    )  # fmt: skip
    made = _figure(base, what) if subject == FIGURE else _in_words(base, subject, what)
    beneath = st.container()
    rules, force = known_rules(), approvals.in_force(workspace())
    usual = f"version:{force.id}" if force is not None else OWN
    under, n_years, react, go = st.columns([3.2, 1, 3.2, 1.2], vertical_alignment="bottom")
    options = [OWN, *rules]
    rule = under.selectbox(
        t("what_if.kept_rule"), options, options.index(usual) if usual in options else 0, key="compare_what_if_rule",
        format_func=lambda key: _rule_title(key, usual, rules), help=t("what_if.kept_rule_help"),
    )  # fmt: skip
    n = number(t("what_if.years"), 2, MOST_YEARS, YEARS, place=n_years, key="compare_what_if_years")
    also = react.checkbox(t("what_if.react"), True, key="compare_what_if_react", help=t("what_if.react_help"))
    pressed = go.button(t("what_if.run"), type="primary", disabled=not may_edit() or made is None or n is None,
                        key="compare_what_if", width="stretch")  # fmt: skip
    name = escaped(one.title(base.name) if one else base.name)
    st.caption(t("what_if.against", base=name))
    if pressed and may_edit() and made is not None and n is not None:
        chosen = rules.get(rule)
        held = base if chosen is None else Case(f"{base.name}, {chosen.name}", base.scenario, chosen.policy())
        _ask(lambda: [held, made(held)], int(n), react=bool(also), beneath=beneath)


def _rule_title(key: str, in_force: str, rules: Mapping[str, RuleOffered]) -> str:
    """A rule in the list; the one in force is said to be."""
    title = rules[key].title[:80] if key in rules else t("what_if.own_rule")
    return t("what_if.in_force", rule=title) if key == in_force and key != OWN else title


def _in_words(base: Case, subject: str, places: Sequence[DeltaGenerator]) -> Callable[[Case], Case]:
    """A change in business words; makes the case."""
    about, scenario = SUBJECTS[subject], base.scenario
    amount = 0.0
    if about.way != "out":
        amount = places[1].number_input(
            t(f"what_if.amount_{about.way}"), value=float(about.usual), step=5.0 if about.way == "percent" else 1.0,
            key=f"compare_amount_{subject}", format="%g",
        )  # fmt: skip
    titles = {id: title[lang()] for id, title in partner_titles(scenario).items()}
    titles |= {id: titled(one.title, id, lang()) for id, one in scenario.markets.items()}
    of, markets = list(narrowing_names(subject, scenario)), list(scenario.market_ids) if about.markets else []
    chosen: dict[str, tuple[str, ...]] = {}
    narrowed = [(key, names) for key, names in (("of", of), ("in", markets)) if names]
    empty = t("what_if.placeholder") if subject in PARTNERS else t("what_if.all")
    for place, (key, names) in zip(places[2:4], narrowed, strict=False):
        label = t(f"what_if.{about.of}") if key == "of" else t("what_if.where")
        chosen[key] = tuple(place.multiselect(
            label, names, key=f"compare_{key}_{subject}", placeholder=empty,
            format_func=lambda name: titles.get(name, name),
        ))  # fmt: skip
    begins = any_day(t("what_if.from"), None, place=places[4], key="compare_from")
    ends = None
    if about.way != "out":
        ends = any_day(t("what_if.until"), None, place=places[5], key="compare_until")
    stated = WorldChange(subject, float(amount), chosen.get("of", ()), chosen.get("in", ()), begins, ends)

    def made(held: Case) -> Case:
        changed = changed_scenario(held.scenario, [stated])
        return Case(changed.name, changed, held.policy)

    return made


def _figure(base: Case, places: Sequence[DeltaGenerator]) -> Callable[[Case], Case] | None:
    """Any figure: a stress, an uncertain input, or a path typed."""
    levers = [*STRESSES, *(row.path for row in base.scenario.assumptions)]
    units = {row.path: row.unit for row in base.scenario.assumptions}
    lever = places[2].selectbox(
        t("what_if.lever"), levers, key="compare_lever", format_func=lambda name: _lever(name, units),
        accept_new_options=True, help=t("what_if.lever_help"),
    )  # fmt: skip
    if not lever:
        return None
    if lever in STRESSES:
        return lambda held: Case(lever, stressed(lever, held.whole), held.policy)
    how = places[3].selectbox(
        t("what_if.how"), list(SIGNS), key="compare_how", format_func=lambda h: t(f"what_if.how_{h}")
    )
    value = float(places[1].number_input(t("what_if.value"), value=1.1, key="compare_value", format="%g", step=0.05))
    text = lever.strip()[:500]
    return lambda held: Case(
        f"{text} {SHOWN[how]} {value:g}", scenario_with(held.whole, [f"{text}{SIGNS[how]}{value!r}"]), held.policy
    )


def _lever(name: str, units: Mapping[str, str]) -> str:
    """A lever in the list."""
    if name in STRESSES:
        return titled(STRESSES[name], name, lang())
    return f"{name} [{units[name]}]" if units.get(name) else name


def ask_for_more() -> None:
    """Several cases, or two stored runs, behind a button."""
    place = st.popover(t("what_if.more"), icon=":material/add:", width="stretch", key="compare_more")
    with place, st.container(width=ROOM):
        several, two = st.tabs([t("what_if.several"), t("what_if.two_runs")])
        with several:
            _ask_for_cases()
        with two:
            _ask_for_pair()


def _ask_for_cases() -> None:
    """Tick what is to be compared."""
    found = {one.ref: f"{one.title[:80]} · {one.ref}" for one in worlds.known_scenarios()}
    rules, refs = known_rules(), list(found)
    with st.form("compare_cases", border=False):
        base = st.selectbox(t("what_if.baseline"), refs, key="compare_new_base", format_func=found.__getitem__)
        others = st.multiselect(
            t("what_if.what_ifs"), refs, key="compare_new_refs", format_func=found.__getitem__,
            placeholder=t("what_if.placeholder"),
        )  # fmt: skip
        ticked = st.multiselect(
            t("what_if.rules"), list(rules), key="compare_new_rules", format_func=lambda key: rules[key].title[:80],
            placeholder=t("what_if.placeholder"), help=t("what_if.rules_help"),
        )  # fmt: skip
        n = number(t("what_if.years"), 2, MOST_YEARS, YEARS, key="compare_new_years", help=t("what_if.years_help"))
        pressed = st.form_submit_button(t("what_if.run"), type="primary", disabled=not may_edit())
    if not pressed or not may_edit() or n is None:
        return
    if not [ref for ref in others if ref != base] and not ticked:
        st.warning(t("what_if.nothing_ticked"))
        return
    _ask(lambda: cases_chosen(base, [ref for ref in others if ref != base], [rules[key] for key in ticked]), int(n))


@dataclass(frozen=True)
class RuleOffered:
    """A rule one can tick."""

    name: str
    """What its case is called."""
    title: str
    """What people read."""
    policy: Callable[[], Policy]
    """The rule, read when it is needed."""


def _recommended(run: StoredRun) -> Policy:
    policy: Policy = reading.found_in_run(run).policy
    return policy


def known_rules() -> dict[str, RuleOffered]:
    """Rules by key: shipped files, recommendations of stored decisions, versions put forward for approval."""
    found = {
        f"file:{path.stem}": RuleOffered(path.stem, path.stem, lambda path=path: load_policy(path))  # type: ignore[misc]
        for path in sorted((scenarios_folder() / "policies").glob("*.yaml"))
    }
    for run in reading.finished_runs("decide"):
        title = t(
            "what_if.recommended", name=label_text(run.label or run.name), made=when(run.made)[:10], id=run.id[:6]
        )
        read = partial(_recommended, run)
        found[f"decision:{run.id}"] = RuleOffered("recommended", title, read)
    for version in approvals.policy_versions(workspace()):
        name = f"{version.line}@{version.number}"
        found[f"version:{version.id}"] = RuleOffered(name, name, lambda version=version: version.policy)  # type: ignore[misc]
    return found


def cases_chosen(base: str, refs: Sequence[str], rules: Sequence[RuleOffered]) -> list[Case]:
    """The baseline first; what-ifs under their own rules; rules in the baseline's world. Names are unique.

    Raises
    ------
    ScenarioError, NoSuchVersion
        If one cannot be read.
    """
    scenario = worlds.scenario_by_ref(base)
    found = [_named(base, scenario)]
    found += [_named(ref, worlds.scenario_by_ref(ref)) for ref in refs]
    found += [Case(rule.name, scenario, rule.policy()) for rule in rules]
    names: list[str] = []
    for case in found:
        again = sum(name.split(" #")[0] == case.name for name in names)
        names.append(f"{case.name} #{again + 1}" if again else case.name)
    return [Case(name, case.scenario, case.policy) for name, case in zip(names, found, strict=True)]


def _named(ref: str, scenario: Scenario) -> Case:
    """A case called by its reference: versions of one scenario share a name."""
    return Case(ref if "@" in ref else scenario.name, scenario, scenario.policy)


def _ask_for_pair() -> None:
    """Two stored simulations, at once."""
    titles = scenario_titles()
    sides = {
        f"{one.id}:{place}": " · ".join(
            (named("tried", name, lang()), label_text(one.label or one.name, titles=titles), one.id[:6])
        )[:100]
        for one in reading.finished_runs("simulate")
        for place, name in enumerate(policies(one))
    }
    if len(sides) < 2:
        st.write(t("what_if.too_few_runs"))
        return
    with st.form("compare_pair", border=False):
        first = st.selectbox(t("what_if.baseline"), list(sides), key="compare_pair_base", format_func=sides.__getitem__)
        other = st.selectbox(
            t("what_if.other"), list(sides), index=1, key="compare_pair_other", format_func=sides.__getitem__
        )
        pressed = st.form_submit_button(t("what_if.beside"), type="primary", key="compare_pair_show")
    if pressed and first == other:
        st.warning(t("what_if.same_run"))
    elif pressed:
        (a, i), (b, j) = (side.split(":") for side in (first, other))
        turn_to(RUN, pair_key((a, int(i)), (b, int(j))))


def _of_field(error: BaseException) -> str:
    """What is wrong with a what-if, after the name of the field it is wrong in."""
    field = error.field if isinstance(error, WrongChange) else ""
    if not isinstance(error, WrongChange) or not field:
        return refused(error)
    about = SUBJECTS[error.change.subject]
    labels = {"amount": f"amount_{about.way}", "of": about.of, "markets": "where", "begins": "from", "ends": "until"}
    return f"**{t(f'what_if.{labels[field]}')}**: {escaped(error.why.text(lang()))}"


def _ask(
    cases: Callable[[], list[Case]], years: int, *, react: bool = False, beneath: DeltaGenerator | None = None
) -> None:
    """Ask for a comparison, split by changed input where inputs differ, and have the page show it; what cannot be asked
    is said ``beneath`` the fields it was asked in. ``react``: also, behind it, with the rules decided anew."""
    try:
        made = cases()
        split = {"drivers": True} if any(differ_widely(made[0], case) for case in made[1:]) else {}
        study = comparison(made, years, **split)
    except (ScenarioError, ValueError, LookupError) as error:
        (beneath or st).error(_of_field(error))
        return
    changes = [f"{case.name}: {change}" for case in made[1:] for change in diff(made[0].whole, case.whole)]
    label = listed(map(_called, made), lang())[:200]
    job = submit(study, label, changes[:MOST_CHANGES])
    if react:
        submit(comparison(made, years, **split, react=True), label, changes[:MOST_CHANGES])
    turn_to(RUN, job.result or job.run_id)


def _called(case: Case) -> str:
    """What a case is called: as pages know it, else by the title of its scenario where nothing else sets it apart."""
    apart = case.name != case.scenario.name or worlds.find_scenario(case.name) is not None
    return case.name if apart else titled(case.scenario.title, case.name, lang())


def differ_widely(base: Case, other: Case) -> bool:
    """Whether inputs differ in several sections besides the rules, so that it can be told which of them matter."""
    paths = {re.split(r"[.\[]", change.path)[0] for change in diff(base.whole, other.whole)}
    return len(paths - {"policy"}) > 1
