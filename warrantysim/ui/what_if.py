"""Asking for a comparison: one what-if in a line, several cases, or two stored runs beside each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from warrantysim.analysis.cases import Case
from warrantysim.analysis.stress import STRESSES, scenario_with, stressed
from warrantysim.files.loading import load_policy
from warrantysim.locale.wording import titled
from warrantysim.schema.diff import diff
from warrantysim.schema.errors import ScenarioError, error_text
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store import approvals
from warrantysim.store.stored_run import StoredRun
from warrantysim.ui import reading
from warrantysim.ui.compared import RUN, Compared, comparison, pair_key, policies
from warrantysim.ui.components import worlds
from warrantysim.ui.components.address import turn_to
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.running import submit
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import may_edit, scenarios_folder, when, workspace

SIGNS = {"times": "*=", "plus": "+=", "set": "="}
"""How a lever can be turned, and how ``--set`` writes it."""
SHOWN = {"times": "×", "plus": "+", "set": "="}
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
    """A lever, a value, and the answer on this page. Against the baseline on screen, else the shipped one."""
    st.markdown(f"**{t('what_if.title')}**")
    base = one.base if one is not None else Case.of(worlds.scenario_by_ref(worlds.BASE))
    levers = [*STRESSES, *(row.path for row in base.scenario.assumptions)]
    units = {row.path: row.unit for row in base.scenario.assumptions}
    wide, how_to, number, years, go = st.columns([5, 2, 2, 1.5, 2], vertical_alignment="bottom")
    lever = wide.selectbox(
        t("what_if.lever"),
        levers,
        key="compare_lever",
        format_func=lambda name: _lever(name, units),
        accept_new_options=True,
        help=t("what_if.lever_help"),
    )
    preset = lever in STRESSES
    how, value = "times", 1.1
    if not preset:
        how = how_to.selectbox(
            t("what_if.how"), list(SIGNS), key="compare_how", format_func=lambda h: t(f"what_if.how_{h}")
        )
        value = number.number_input(t("what_if.value"), value=value, key="compare_value", format="%g", step=0.05)
    n = years.number_input(t("what_if.years"), 2, MOST_YEARS, YEARS, key="compare_what_if_years")
    pressed = go.button(t("what_if.run"), type="primary", disabled=not may_edit() or not lever, key="compare_what_if")
    name = escaped(one.title(base.name) if one else base.name)
    rules = known_rules()
    under, said = st.columns([5, 7.5], vertical_alignment="bottom")
    rule = under.selectbox(
        t("what_if.kept_rule"), [OWN, *rules], key="compare_what_if_rule", help=t("what_if.kept_rule_help"),
        format_func=lambda key: rules[key].title[:80] if key in rules else t("what_if.own_rule"),
    )  # fmt: skip
    said.caption(t("what_if.against", base=name))
    if pressed and may_edit():
        stated = str(lever), str(how), float(value or 0.0)
        _ask(lambda: _what_if(base, rules.get(rule), *stated), int(n))


def _lever(name: str, units: Mapping[str, str]) -> str:
    """A lever in the list."""
    if name in STRESSES:
        return titled(STRESSES[name], name, lang())
    return f"{name} [{units[name]}]" if units.get(name) else name


def _what_if(base: Case, rule: RuleOffered | None, lever: str, how: str, value: float) -> list[Case]:
    """The baseline, under another rule where one is stated, and the same with one thing changed.

    Raises
    ------
    ScenarioError
        If the path names nothing, or the value may not be.
    """
    if rule is not None:
        base = Case(f"{base.name}, {rule.name}", base.scenario, rule.policy())
    if lever in STRESSES:
        return [base, Case(lever, stressed(lever, base.whole), base.policy)]
    text = lever.strip()[:500]
    scenario = scenario_with(base.whole, [f"{text}{SIGNS[how]}{value!r}"])
    return [base, Case(f"{text} {SHOWN[how]} {value:g}", scenario, base.policy)]


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
        n = st.number_input(
            t("what_if.years"), 2, MOST_YEARS, YEARS, key="compare_new_years", help=t("what_if.years_help")
        )
        pressed = st.form_submit_button(t("what_if.run"), type="primary", disabled=not may_edit())
    if not pressed or not may_edit():
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
        title = t("what_if.recommended", name=run.label or run.name, made=when(run.made)[:10], id=run.id[:6])
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
    sides = {
        f"{one.id}:{place}": f"{name} · {one.label or one.name} · {one.id[:6]}"[:100]
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


def _ask(cases: Callable[[], list[Case]], years: int) -> None:
    """Ask for a comparison, and have the page show it; what cannot be asked is said where it was asked."""
    try:
        made = cases()
        study = comparison(made, years)
    except (ScenarioError, ValueError, LookupError) as error:
        st.error(escaped("\n".join(error_text(error, lang()).splitlines()[:5])[:600]))
        return
    changes = [f"{case.name}: {change}" for case in made[1:] for change in diff(made[0].whole, case.whole)]
    job = submit(study, ", ".join(case.name for case in made)[:200], changes[:MOST_CHANGES])
    turn_to(RUN, job.result or job.run_id)
