"""Files open safely in a spreadsheet, whatever was typed into the scenario, and keep their values for programs."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd

from warrantysim.report.export import as_json, row_records, write_csv, write_frames, write_json


def test_csv_opens_in_a_chinese_spreadsheet_and_runs_nothing(tmp_path: Path) -> None:
    frame = pd.DataFrame({"产品": ["=1+1", "扫地机器人"], "=cost": [-1.5, 2.0]})
    write_csv(frame, tmp_path / "x.csv")
    content = (tmp_path / "x.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").split("\n") == [
        '"产品","\'=cost"',
        '"\'=1+1","-1.5"',
        '"扫地机器人","2.0"',
        "",
    ]
    assert frame.iloc[0, 0] == "=1+1"  # The frame itself is not touched.


def test_texts_inside_categories_and_mixed_columns_are_defused_too(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": pd.Categorical(["=1", "b"]), "b": pd.Series([1, "@x"], dtype=object)})
    write_csv(frame, tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text("utf-8-sig").split("\n")[1:3] == ['"\'=1","1"', '"b","\'@x"']


def test_parquet_keeps_every_value_as_it_is(tmp_path: Path) -> None:
    frame = pd.DataFrame({"sku": ["=1+1", "维修"], "cost": [0.1 + 0.2, math.nan]})
    files = write_frames({"costs": frame}, tmp_path / "new" / "folder")
    assert [file.name for file in files] == ["costs.csv", "costs.parquet"]
    pd.testing.assert_frame_equal(pd.read_parquet(files[1]), frame)


def test_json_has_no_number_that_is_none(tmp_path: Path) -> None:
    value = {
        "a": math.nan,
        "b": [np.float64(1.5), np.int64(2), math.inf],
        "c": dt.date(2027, 2, 6),
        "d": np.bool_(True),
    }
    assert json.loads(as_json(value)) == {"a": None, "b": [1.5, 2, None], "c": "2027-02-06", "d": True}
    file = write_json({"产品": pd.NaT}, tmp_path / "x.json")
    assert file.read_text("utf-8") == '{\n  "产品": null\n}\n'


def test_rows_of_a_frame_become_plain_values() -> None:
    frame = pd.DataFrame({"sku": ["A"], "claims": [3], "cost": [math.nan]})
    assert row_records(frame) == [{"sku": "A", "claims": 3, "cost": None}]
