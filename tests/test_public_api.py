"""What `import warrantysim` offers."""

from __future__ import annotations

import ast
import inspect
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

import warrantysim
from tests.analysis.seller import AT_Q, CHINA, seller
from tests.fitting import drawn_books
from warrantysim.schema.errors import BadInput
from warrantysim.schema.root import Scenario
from warrantysim.studies import STUDIES, study_of
from warrantysim.studies.asking import Answer, function_of
from warrantysim.studies.study import WrongOption

FEE = "partners.P.desks.main.repaired.flat"
STATED = {
    "lever": FEE,
    "low": 5.0,
    "high": 60.0,
    "at": (10.0, 40.0),
    "x": f"{FEE}:10:40",
    "y": "sales[*,*,*].units_per_month (factor):0.5:1",
    "steps": 2,
    "within": 500.0,
    "grains": ((),),
    "tolerance": 5.0,
}
"""Options stated of every study that has them, so that it is quick."""


def tiny(fee: float = 20.0) -> Scenario:
    """Sixty days of the small seller, who is unsure of a fee."""
    unsure = [{"path": FEE, "unit": "USD per unit", "low": 10.0, "high": 40.0, "reason": "not signed"}]
    brief = {"days": 60, "run_in_days": 0, "run_out_days": 0}
    quick = {"training_replications": 2, "selection_replications": 2, "bands": 4, "neighbours": 0, "iterations": 1}
    return seller(p_fee=fee, assumptions=unsure, horizon=brief, decision=quick)


def is_written(module: str) -> bool:
    """Whether a module of the package exists, without loading it."""
    parent = module.rpartition(".")[0]
    return find_spec(parent) is not None and find_spec(module) is not None


def test_public_names_each_have_a_home_or_are_studies() -> None:
    homes = {*warrantysim._HOMES, "__version__"}
    assert warrantysim.__all__ == [*sorted(homes), *(name for name in STUDIES if name not in homes)]


@pytest.mark.parametrize("name", warrantysim.__all__)
def test_every_public_name_is_found_where_it_is_said_to_live(name: str) -> None:
    home = warrantysim._HOMES.get(name)
    if home is not None and not is_written(home):
        pytest.skip(f"{home} is not written yet")
    assert getattr(warrantysim, name) is getattr(warrantysim, name)
    assert name in dir(warrantysim)


def test_type_checkers_see_each_public_name_in_the_home_it_is_loaded_from() -> None:
    tree = ast.parse(Path(warrantysim.__file__).read_text("utf-8"))
    typed = {
        alias.name: node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == warrantysim._HOMES


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'simulte'"):
        warrantysim.simulte  # noqa: B018


def test_the_installed_version_is_the_one_results_are_stamped_with() -> None:
    assert version("warrantysim") == warrantysim.__version__


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_is_a_function_whose_arguments_are_its_options(name: str, tmp_path: Path) -> None:
    one, ask = study_of(name), function_of(name)
    options = one.Options.model_fields
    stated = {key: value for key, value in {"replications": 2, **STATED}.items() if key in options}
    if name == "simplify":
        stated["steps"] = (5.0,)
    world, least = tiny(), one.cases[0]
    cases = [world, tiny(30.0).replace(name="dearer")] if one.scenarios else [world, AT_Q, CHINA][:least]
    if "books" in options:
        cases = [drawn_books.seller(50)]
        stated["books"] = drawn_books.written(drawn_books.drawn(cases[0]), tmp_path)
    told: list[str] = []
    found = ask(*cases[:least], seed=7, progress=lambda stage, done, total: told.append(stage), **stated)
    assert isinstance(found, Answer)
    assert found.tables
    assert found.facts["seed"] == 7
    assert told
    for lang in ("en", "zh"):
        assert found.text(lang)
    assert ask.__name__ == name
    parameters = inspect.signature(ask).parameters
    assert list(options) == list(parameters)[1 : 1 + len(options)]
    assert all(" ".join(info.description.split()) in (ask.__doc__ or "") for info in options.values())


def test_a_study_is_refused_what_its_command_is_refused() -> None:
    with pytest.raises(WrongOption, match="lever: missing; expected warranty, guide"):
        warrantysim.sweep(tiny())
    with pytest.raises(WrongOption, match=r"facto: no such option.*factor"):
        warrantysim.sweep(tiny(), lever="warranty", facto=True)
    with pytest.raises(BadInput, match="breakeven: expected at least 2 cases, got 1"):
        warrantysim.breakeven(tiny(), lever=FEE, low=5, high=60)
    with pytest.raises(BadInput, match="expected a scenario first"):
        warrantysim.breakeven(AT_Q, CHINA, lever=FEE, low=5, high=60)
