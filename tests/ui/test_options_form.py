"""Options of studies are the same everywhere, and told in every language."""

from __future__ import annotations

import argparse
import inspect
from typing import get_args, get_origin

import pytest

from tests.texts import texts
from warrantysim.cli.parser import parser
from warrantysim.cli.studies import _flag
from warrantysim.locale.wording import text
from warrantysim.studies import STUDIES, study_of
from warrantysim.studies.asking import function_of


def flags(*words: str, name: str) -> set[str]:
    """Names under which a command takes what is said."""
    it: argparse.ArgumentParser = parser(name, name)
    for word in words:
        it = next(action for action in it._actions if isinstance(action, argparse._SubParsersAction)).choices[word]
    return {action.dest for action in it._actions}


@pytest.mark.parametrize("name", STUDIES)
def test_command_started_run_and_function_of_a_study_take_the_same_options(name: str) -> None:
    one = study_of(name)
    said = set(one.Options.model_fields) - one.unsaid
    assert said <= flags(name.replace("_", "-"), name=name)
    assert name == "simulate" or said <= flags("runs", "start", name=name)
    assert said <= set(inspect.signature(function_of(name)).parameters)


@pytest.mark.parametrize("name", STUDIES)
def test_every_option_that_lists_takes_commas_and_repeats_alike(name: str) -> None:
    one = study_of(name)
    for option, info in one.Options.model_fields.items():
        kind = next((k for k in (info.annotation, *get_args(info.annotation)) if get_origin(k) is tuple), None)
        if option in one.unsaid or kind is None:
            continue
        groups = get_origin(get_args(kind)[0]) is tuple
        a, b = ("sku", "market") if groups else ("a", "b") if get_args(kind)[0] is str else ("3", "5")
        flag = f"--{option.replace('_', '-')}"
        told = []
        for words in ([flag, f"{a},{b}"], [flag, a, flag, b]):
            it: argparse.ArgumentParser = argparse.ArgumentParser()
            _flag(it, option, info)
            told.append(list(getattr(it.parse_args(words), option)))
        if groups:
            assert told == [[(a, b)], [(a,), (b,)]], option
        else:
            assert told[0] == told[1], option
            assert len(told[0]) == 2, option


@pytest.mark.parametrize("name", STUDIES)
def test_every_option_of_every_study_has_words_and_is_told_in_chinese(name: str) -> None:
    one = study_of(name)
    assert text(STUDIES[name], "zh", "study")
    for option, info in one.Options.model_fields.items():
        if option not in one.unsaid:
            for lang in ("en", "zh"):
                assert text(f"{name}.{option}", lang, "option") or text(option, lang, "option"), option
            assert text(" ".join((info.description or "").split()), "zh", "option"), info.description


def test_no_translation_is_of_an_option_that_is_gone() -> None:
    known = {f"{name}.{option}" for name in STUDIES for option in study_of(name).Options.model_fields}
    said = {key.partition(".")[2] for key in known} | known
    for name in STUDIES:
        said |= {" ".join((info.description or "").split()) for info in study_of(name).Options.model_fields.values()}
    assert not set(texts("zh", "option")) - said
    assert not set(texts("en", "option")) - said
    assert not set(texts("zh", "study")) - set(STUDIES.values())
