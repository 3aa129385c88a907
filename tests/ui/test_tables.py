"""Tables on pages: nothing has no sign, shares are written as in sentences, and no line begins with a closing mark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.opening import TIMEOUT, page
from warrantysim.locale.wording import LANGUAGES
from warrantysim.ui.components.pictures import in_lines, lines_of

LONG = "USB-C数据线两条装，美国，订单签收满 365 天起，订单价 USD 45 起"


def _differences() -> None:
    import pandas as pd

    from warrantysim.present.blocks import Column, TableOf
    from warrantysim.ui.components.answer import show_tables

    frame = pd.DataFrame({"what": ["a", "b", "c"], "nothing": [0.2, -0.3, 4.0], "some": [1.0, -2.0, 3.0]})
    columns = [Column("what", "what"), Column("nothing", "nothing", "signed"), Column("some", "some", "signed")]
    show_tables([TableOf("t", "t", frame, columns)], "t", "t")


def test_a_difference_that_rounds_to_nothing_has_no_sign() -> None:
    at = AppTest.from_function(_differences, default_timeout=TIMEOUT).run()
    assert not at.exception
    (shown,) = (each.value for each in at.dataframe)
    assert list(shown["nothing"]) == ["0", "0", "+4"]
    assert list(shown["some"]) == [1.0, -2.0, 3.0]


def test_no_line_of_a_first_column_begins_with_a_closing_mark() -> None:
    lines = in_lines(LONG).split("\n")
    assert len(lines) == lines_of([LONG, "short"]) > 1
    assert not [line for line in lines if line[0] in "，。；：）、"]
    assert in_lines("short") == "short"
    whole = "扫地机器人（含基站），美国"
    assert in_lines(whole) == whole, "an end of a line is shown as a blank"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shares_of_draws_are_written_as_sentences_write_them(lang: str, filled: Path) -> None:
    columns = [json.loads(each.proto.columns or "{}") for each in page("thresholds", lang).dataframe]
    (robust,) = (one["robust"]["type_config"]["format"] for one in columns if "robust" in one)
    assert robust == "%.0f %%"
