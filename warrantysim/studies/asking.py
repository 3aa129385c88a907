"""Studies as functions of Python: ``sweep(scenario, lever="warranty")``, with the arguments the options are called by.

What comes back is what is stored of the study: its tables and facts, and the answer made of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from warrantysim.analysis.cases import Case, comparable_cases
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Block
from warrantysim.schema.errors import BadInput
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.studies import STUDIES, study_of
from warrantysim.studies.study import AnyStudy, Stored, Work

ALIKE = {
    "seed": "Seed of every draw; the scenario's where not given.",
    "jobs": "Processes that share the work; results do not depend on it [count].",
    "executor": "An executor of PEP 3148 in their place, such as that of a Dask client.",
    "progress": "Told (stage, steps done, steps planned).",
    "cancel": "Asked between steps; return True to stop.",
}
"""Arguments every study has, and what they mean."""


@dataclass(frozen=True)
class Answer:
    """What a study found."""

    study: AnyStudy = field(repr=False)
    """The study."""
    stored: Stored = field(repr=False)
    """Its tables and facts."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Tables by name, as in the files of ``--out``."""
        return self.stored.tables

    @property
    def facts(self) -> Mapping[str, Any]:
        """Single figures and texts, as ``--json`` prints them."""
        return self.stored.facts

    def blocks(self, lang: Lang = "en") -> list[Block]:
        """The answer: sentences, tables and charts."""
        return self.study.answer(self.stored, lang)

    def text(self, lang: Lang = "en", width: int = 110) -> str:
        """The answer as the command line prints it."""
        from warrantysim.present.terminal import terminal_text

        return terminal_text(self.blocks(lang), width, lang)

    def __str__(self) -> str:
        return self.text()


@cache
def function_of(name: str) -> Callable[..., Answer]:
    """The function of a study.

    Raises
    ------
    KeyError
        If there is no such study.
    """
    one = study_of(name)

    def ask(
        *cases: Scenario | Case | Policy,
        seed: int | None = None,
        jobs: int = 1,
        executor: Executor | None = None,
        progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
        cancel: Callable[[], bool] = lambda: False,
        **options: Any,
    ) -> Answer:
        about, stated = cases_of(one, cases), one.options(options)
        keyed = about[0].scenario.plan.seed if seed is None else seed
        work = Work(keyed, jobs if executor is None else executor, progress, cancel)
        with work.watched():
            found = one.run(about, stated, work)
        return Answer(one, one.stored(found, about, stated, keyed))

    ask.__name__ = ask.__qualname__ = name
    ask.__doc__ = _told(one)
    ask.__signature__ = _signature(one, inspect.signature(ask))  # type: ignore[attr-defined]
    return ask


def cases_of(one: AnyStudy, stated: tuple[Scenario | Case | Policy, ...]) -> tuple[Case, ...]:
    """What a study is about: scenarios each under its own rule, or rules in the scenario that is stated first.

    Raises
    ------
    BadInput
        For too few or too many, a policy without a scenario, or cases that do not go together.
    """
    least, most = one.cases
    n = len(stated)
    if n < least:
        raise BadInput("{study}: expected at least {least} cases, got {n}", study=one.name, least=least, n=n)
    if most is not None and n > most:
        raise BadInput("{study}: expected at most {most} cases, got {n}", study=one.name, most=most, n=n)
    first = stated[0]
    if isinstance(first, Policy):
        raise BadInput("{study}: expected a scenario first, got policy {name!r}", study=one.name, name=first.name)
    scenario = first.scenario if isinstance(first, Case) else first
    rules = any(isinstance(each, Policy) for each in stated)

    def case(each: Scenario | Case | Policy) -> Case:
        if isinstance(each, Case):
            return each
        if isinstance(each, Policy):
            return Case(each.name, scenario, each)
        return Case(each.policy.name if rules else each.name, each, each.policy)

    return comparable_cases([case(each) for each in stated])


def _signature(one: AnyStudy, whole: inspect.Signature) -> inspect.Signature:
    """Cases, then the options by name, then what every study takes."""
    cases, *alike = [p for p in whole.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
    options = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if info.is_required() else info.default,
            annotation=info.annotation,
        )
        for name, info in one.Options.model_fields.items()
    ]
    return whole.replace(parameters=[cases, *options, *alike])


def _told(one: AnyStudy) -> str:
    """What it answers, what it is about, and what each argument means."""
    does = STUDIES[one.name]
    about = f"{type(one).__doc__} Cases: a scenario under its own rule, a `Case`, or a policy in the first scenario."
    meanings = {name: " ".join((info.description or "").split()) for name, info in one.Options.model_fields.items()}
    lines = [f"{name}\n    {means}" for name, means in {"*cases": about, **meanings, **ALIKE}.items()]
    return f"{does[:1].upper()}{does[1:]}.\n\nParameters\n----------\n" + "\n".join(lines)
