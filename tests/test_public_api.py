"""What `import warrantysim` offers."""

from __future__ import annotations

import ast
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

import warrantysim


def is_written(module: str) -> bool:
    """Whether a module of the package exists, without loading it."""
    parent = module.rpartition(".")[0]
    return find_spec(parent) is not None and find_spec(module) is not None


def test_public_names_are_sorted_and_each_has_a_home() -> None:
    assert warrantysim.__all__ == sorted({*warrantysim._HOMES, "__version__"})


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
