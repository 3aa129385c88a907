"""Every broken input is refused in words: the place, what was expected, what was found, the fix. Never a traceback."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.schema.toy import BASE, SALES, SKUS, WHAT_IF, load_toy, write
from warrantysim.schema.errors import ScenarioError


def refusal(folder: Path, monkeypatch: pytest.MonkeyPatch, *sets: str, file: str = "base.yaml") -> str:
    """What loading a file of the folder says, with paths as seen from the folder."""
    monkeypatch.chdir(folder)
    with pytest.raises(ScenarioError) as caught:
        load_toy(Path(file), *sets)
    assert caught.value.problems
    return str(caught.value)


def base(old: str, new: str) -> str:
    assert old in BASE, f"{old!r} is not in the toy's base file: the case would test nothing"
    return BASE.replace(old, new, 1)


def skus(old: str, new: str) -> str:
    assert old in SKUS
    return SKUS.replace(old, new, 1)


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
)

YAML = {
    "an unknown key names the nearest one": (
        base("cost_per_unit: 1.5", "cost_per_unt: 1.5"),
        "base.yaml:13: lanes.US-air: unknown key 'cost_per_unt'; did you mean 'cost_per_unit'?",
    ),
    "a missing key says what it is": (
        base("cost_per_unit: 1.5", "cost_per_unt: 1.5"),
        "base.yaml:10: lanes.US-air.cost_per_unit: missing; expected Handling [amount, > 0]",
    ),
    "an unknown section names the nearest one": (
        BASE + "polcy: []\n",
        "base.yaml:26: unknown key 'polcy'; did you mean 'policy'?",
    ),
    "a negative number": (
        base("cost_per_unit: 1.5", "cost_per_unit: -3"),
        "base.yaml:13: lanes.US-air.cost_per_unit: expected a number above 0, got -3",
    ),
    "a share above one": (
        base("exam_share: 0.03", "exam_share: 3"),
        "base.yaml:14: lanes.US-air.exam_share: expected a number of at most 1, got 3",
    ),
    "a share in per cent": (
        base("exam_share: 0.03", "exam_share: 3%"),
        "base.yaml:14: lanes.US-air.exam_share: expected a number, got '3%'; write 0.03 for a share",
    ),
    "a number with its unit": (
        base("cost_per_unit: 1.5", "cost_per_unit: 1.5 kg"),
        "lanes.US-air.cost_per_unit: expected a number, got '1.5 kg'; write the figure alone, in the unit",
    ),
    "a decimal comma": (
        base("cost_per_unit: 1.5", "cost_per_unit: 1,5"),
        "expected a number, got '1,5'; a comma in '1,5'; write '1.5' with a decimal point",
    ),
    "not a number": (
        base("cost_per_unit: 1.5", "cost_per_unit: .nan"),
        "base.yaml:13: lanes.US-air.cost_per_unit: expected a finite number, got nan",
    ),
    "infinity": (
        base("cost_per_unit: 1.5", "cost_per_unit: .inf"),
        "base.yaml:13: lanes.US-air.cost_per_unit: expected a finite number, got inf",
    ),
    "a word for a number": (
        base("cost_per_unit: 1.5", "cost_per_unit: cheap"),
        "base.yaml:13: lanes.US-air.cost_per_unit: expected a number, got 'cheap'",
    ),
    "nothing for a number": (
        base("cost_per_unit: 1.5", "cost_per_unit:"),
        "base.yaml:13: lanes.US-air.cost_per_unit: expected a number, got nothing",
    ),
    "a fraction of a day": (
        base("days: 365", "days: 365.5"),
        "base.yaml:8: horizon.days: expected a whole number, got 365.5",
    ),
    "an amount without its currency": (
        base("rate: 58 USD", "rate: 58"),
        "base.yaml:11: lanes.US-air.rate: expected an amount with its currency, such as '58 USD', got 58",
    ),
    "an amount in a currency that is no code": (
        base("rate: 58 USD", "rate: 58 dollars"),
        "base.yaml:11: lanes.US-air.rate: expected an amount with its currency, such as '58 USD', got '58 dollars'",
    ),
    "dated steps out of order": (
        base("2027-06-01", "2026-06-01"),
        "base.yaml:16: lanes.US-sea.rate: expected steps with rising 'from' dates",
    ),
    "an impossible date": (
        base("2027-06-01", "2027-06-31"),
        "base.yaml:18: lanes.US-sea.rate[2027-06-31].from: expected a date such as 2027-03-01, got '2027-06-31'",
    ),
    "a distribution of unknown kind": (
        base("lognormal: {median", "lognorm: {median"),
        "base.yaml:12: lanes.US-air.transit_days: expected one of constant, uniform, exponential",
    ),
    "a distribution with a parameter missing": (
        base("sigma: 0.3", "sd: 0.3"),
        "base.yaml:12: lanes.US-air.transit_days: lognormal needs median, sigma; missing sigma",
    ),
    "a distribution with an impossible parameter": (
        base("sigma: 0.3", "sigma: -0.3"),
        "base.yaml:12: lanes.US-air.transit_days: expected sigma above 0",
    ),
    "a mapping for a number": (
        base("cost_per_unit: 1.5", "cost_per_unit: {a: 1}"),
        "base.yaml:13: lanes.US-air.cost_per_unit: expected a number, got a mapping",
    ),
    "a number for a section": (
        base("horizon: {days: 365}", "horizon: 365"),
        "base.yaml:8: horizon: expected a mapping of keys, got 365",
    ),
    "a list for a mapping": (
        base("coupon: {US: 5}", "coupon: [5]"),
        "base.yaml:25: coupon: expected a mapping of keys, got a list of 1",
    ),
    "a mapping for a list": (
        BASE[: BASE.index("policy:")] + "policy: {from: 0, do: refund}\n",
        "base.yaml:22: policy: expected a list, got a mapping",
    ),
    "a duplicate key": (
        BASE + "name: again\n",
        "base.yaml:26: name: duplicate key, first stated in line 2",
    ),
    "a duplicate key deep down": (
        base("cost_per_unit: 1.5", "cost_per_unit: 1.5\n    cost_per_unit: 2"),
        "base.yaml:14: lanes.US-air.cost_per_unit: duplicate key, first stated in line 13",
    ),
    "an object tag": (
        base("why: the", "why: !!python/object/apply:os.getcwd [] # the"),
        "base.yaml:4: tags are not read, got !!python/object/apply:os.getcwd; write the plain value",
    ),
    "a tag of one's own": (base("why: the", "why: !secret the"), "base.yaml:4: tags are not read, got !secret"),
    "a bomb of aliases": (BOMB, "base.yaml:5: aliases repeat more than 20,000 values; write the values out"),
    "an alias inside its own anchor": (
        BASE + "x: &x [*x]\n",
        "base.yaml:26: the alias *x has no anchor before it, or stands inside its own anchor",
    ),
    "a merge key": (BASE + "<<: {a: 1}\n", "base.yaml:26: merge keys (<<) are not read; use extends"),
    "nesting without end": (BASE + "x: " + "[" * 50_000, "base.yaml:26: nested deeper than 40 levels"),
    "too many values": (
        BASE + "x: [" + "1," * 210_000 + "]",
        "base.yaml:26: more than 200,000 values; large data belongs in a table",
    ),
    "a list in place of the file's mapping": ("- 1\n- 2\n", "base.yaml:1: expected a mapping of keys (name: value)"),
    "a word in place of the file's mapping": ("hello\n", "base.yaml:1: expected a mapping of keys (name: value)"),
    "an unclosed bracket": (BASE + "x: [1, 2", "not valid YAML: did not find expected ',' or ']'"),
    "a tab for indentation": (
        BASE + "x:\n\ty: 1\n",
        "base.yaml:27: not valid YAML: found character that cannot start any token; indent with spaces, not tabs",
    ),
    "a key that is a mapping": (BASE + "{a: 1}: 2\n", "base.yaml:26: expected text as a key, got a mapping or list"),
    "a second document": (BASE + "---\nname: b\n", "base.yaml:26: a second document begins here (---); expected one"),
    "control characters": (BASE + "x: \x07\n", "base.yaml: not valid YAML: control characters are not allowed"),
    "an empty file": ("", "base.yaml: the file is empty"),
    "a file of comments": ("# later\n", "base.yaml:1: expected a mapping of keys (name: value)"),
    "an unknown table": (
        base("  sales: tables", "  sale: tables"),
        "base.yaml:7: tables.sale: unknown table 'sale'; did you mean 'sales'?",
    ),
    "a required table that is not named": (
        base("  sales: tables/sales.csv\n", ""),
        "base.yaml:5: tables.sales: missing; name its file, such as tables/sales.csv",
    ),
    "a table file that is not there": (
        base("tables/sales.csv", "tables/sale.csv"),
        "tables/sale.csv: no such file; did you mean 'tables/sales.csv'?",
    ),
    "a table file elsewhere on the machine": (
        base("tables/sales.csv", "/etc/sales.csv"),
        "base.yaml:7: tables.sales: expected a path relative to base.yaml, with '/', got '/etc/sales.csv'",
    ),
    "a table file above the scenario's folder": (
        base("tables/sales.csv", "../../sales.csv"),
        "base.yaml:7: tables.sales: expected a file below the folder of base.yaml, got '../../sales.csv'",
    ),
    "a table file of another kind": (
        base("tables/sales.csv", "tables/sales.ods"),
        "base.yaml:7: tables.sales: expected a file ending in .csv or .xlsx, got 'tables/sales.ods'",
    ),
    "tables that are no mapping": (
        BASE.replace("tables:\n  skus: tables/skus.csv\n  sales: tables/sales.csv\n", "tables: skus.csv\n"),
        "base.yaml:5: tables: expected a mapping table: file",
    ),
    "changes in a file that extends nothing": (
        BASE + "set: {horizon.days: 3}\n",
        "base.yaml:26: only a what-if states 'set'; did you forget 'extends: base.yaml'?",
    ),
}

TABLES: dict[str, tuple[dict[str, str | bytes], str]] = {
    "an unknown column names the nearest one": (
        {"skus": skus("weight_kg", "weigth_kg")},
        "tables/skus.csv row 1: unknown column 'weigth_kg'; did you mean 'weight_kg'?",
    ),
    "a missing column says what it is": (
        {"skus": skus("weight_kg", "weigth_kg")},
        "tables/skus.csv row 1: missing column 'weight_kg' (Packed weight [kg, > 0])",
    ),
    "a column stated twice": (
        {"skus": skus("name", "currency")},
        "tables/skus.csv row 1: column 'currency' is stated twice",
    ),
    "a column without a name": ({"skus": skus("name", "")}, "tables/skus.csv row 1: column 2 has no name"),
    "a table without a header": (
        {"sales": "CHG-65,US,4200,,S1\n"},
        "tables/sales.csv row 1: missing column 'units_per_month' (Units sold [units a month, >= 0])",
    ),
    "a negative number": (
        {"skus": skus("9.5", "-3")},
        "tables/skus.csv row 3, column weight_kg: expected a number above 0, got -3",
    ),
    "a word for a number": (
        {"skus": skus("9.5", "heavy")},
        "tables/skus.csv row 3, column weight_kg: expected a number, got 'heavy'",
    ),
    "a number with its unit": (
        {"skus": skus("9.5", "9.5 kg")},
        "tables/skus.csv row 3, column weight_kg: expected a number, got '9.5 kg'; write 9.5 in kg",
    ),
    "not a number": (
        {"skus": skus("9.5", "NaN")},
        "tables/skus.csv row 3, column weight_kg: expected a finite number, got 'NaN'",
    ),
    "infinity": (
        {"skus": skus("9.5", "inf")},
        "tables/skus.csv row 3, column weight_kg: expected a finite number, got 'inf'",
    ),
    "an overflow": (
        {"skus": skus("9.5", "1e999")},
        "tables/skus.csv row 3, column weight_kg: expected a finite number, got '1e999'",
    ),
    "full-width digits": (
        {"skus": skus("9.5", "９.５")},
        "tables/skus.csv row 3, column weight_kg: full-width characters in '９.５'; write '9.5'",
    ),
    "a thousands separator": (
        {"sales": SALES.replace("4200", '"4,200"')},
        "tables/sales.csv row 2, column units_per_month: '4,200' may mean 4200 or 4.2; write '4200' or '4.2'",
    ),
    "a decimal comma in an amount": (
        {"skus": skus("29.99 USD", '"29,99 USD"')},
        "tables/skus.csv row 2, column price: expected an amount with its currency, "
        "such as '58 USD', got '29,99 USD'; write '29.99 USD'",
    ),
    "an amount without its currency": (
        {"skus": skus("29.99 USD", "29.99")},
        "tables/skus.csv row 2, column price: expected an amount with its currency, such as '58 USD', got '29.99'",
    ),
    "a currency that is no code": (
        {"skus": skus(",USD,", ",usd,")},
        "tables/skus.csv row 2, column currency: expected an ISO currency code such as USD, got 'usd'",
    ),
    "a mark that is none": (
        {"skus": skus("S1,S", "S1,X")},
        "tables/skus.csv row 2, column mark: expected one of S, D, A, M, got 'X'",
    ),
    "a broken distribution": (
        {"skus": skus("eta=900", "eta=")},
        "tables/skus.csv row 2, column life_days: ",
    ),
    "an empty cell that has no default": (
        {"skus": skus("9.5", "")},
        "tables/skus.csv row 3, column weight_kg: missing; expected Packed weight [kg, > 0]",
    ),
    "an impossible date": (
        {"sales": SALES.replace("2027-06-01", "2027-02-30")},
        "tables/sales.csv row 4, column from: expected a date such as 2027-03-01, got '2027-02-30'",
    ),
    "a date with slashes": (
        {"sales": SALES.replace("2027-06-01", "6/1/2027")},
        "tables/sales.csv row 4, column from: expected a date such as 2027-03-01, got '6/1/2027'",
    ),
    "a row too short": (
        {"sales": SALES + "CHG-65,JP\n"},
        "tables/sales.csv row 6: expected 5 cells as in the header, got 2",
    ),
    "a row too long": (
        {"sales": SALES + "CHG-65,JP,1,,S1,more\n"},
        "tables/sales.csv row 6: expected 5 cells as in the header, got 6; put text with commas in double quotes",
    ),
    "a duplicate key": (
        {"sales": SALES + "CHG-65,US,7,,\n"},
        "tables/sales.csv row 6: duplicate key CHG-65,US; first stated in tables/sales.csv row 2",
    ),
    "a duplicate key on one date": (
        {"sales": SALES + "CHG-65,DE,7,2027-06-01,\n"},
        "tables/sales.csv row 6: duplicate key CHG-65,DE,2027-06-01; first stated in tables/sales.csv row 4",
    ),
    "a name another table does not know": (
        {"sales": SALES + "VAC,US,7,,\n"},
        "tables/sales.csv row 6, column sku: unknown sku 'VAC'",
    ),
    "the same for a row among dated ones": (
        {"sales": SALES + "VAC,US,7,2027-06-01,\nVAC,US,7,,\n"},
        "tables/sales.csv row 7, column sku: unknown sku 'VAC'",
    ),
    "an open quote": (
        {"sales": SALES + '"CHG-65,JP,1,,\n'},
        "tables/sales.csv:6: not valid CSV: unexpected end of data",
    ),
    "an empty table": ({"sales": ""}, "tables/sales.csv: the file is empty"),
    "a binary file": ({"sales": b"\x89PNG\0\0"}, "tables/sales.csv: the file is binary (it holds NUL bytes)"),
    "no known encoding": (
        {"sales": SALES.encode() + b"\x81\xff"},
        "tables/sales.csv:6: the text is in no encoding that is read; save it as UTF-8",
    ),
    "a broken byte after a byte order mark": (
        {"sales": b"\xef\xbb\xbf" + SALES.encode() + b"\xe9\xe9"},
        "tables/sales.csv:6: the text is not UTF-8, which its first bytes announce; save it as UTF-8",
    ),
}

WHAT_IFS = {
    "a path that names nothing": (
        WHAT_IF.replace("US-air.rate", "US-ari.rate"),
        "what_if.yaml:6: lanes.US-ari.rate: matches nothing; did you mean 'lanes.US-air.rate'?",
    ),
    "a value out of bounds": (
        WHAT_IF + "  lanes.US-sea.exam_share: 3\n",
        "what_if.yaml:7: lanes.US-sea.exam_share: expected a number of at most 1, got 3",
    ),
    "a cell out of bounds": (
        WHAT_IF + "  sales[CHG-65,US].units_per_month: -3\n",
        "what_if.yaml:7: sales[CHG-65,US].units_per_month: expected a number of at least 0, got -3",
    ),
    "a factor that is no number": (
        WHAT_IF.replace("1.4", "lots"),
        "what_if.yaml:6: lanes.US-air.rate: expected a number to multiply by, got 'lots'",
    ),
    "a value changed twice": (
        WHAT_IF + "  lanes.*.rate: 3 USD\n",
        "what_if.yaml:7: lanes.US-air.rate: changed twice, first by lanes.US-air.rate (what_if.yaml:6)",
    ),
    "a key of its own": (
        WHAT_IF + "horizon: {days: 3}\n",
        "what_if.yaml:7: unknown key 'horizon'; expected one of extends, schema_version, name",
    ),
    "no reason": (WHAT_IF.replace("why:", "# why:"), "what_if.yaml: why: missing; a what-if states its why"),
    "a row to drop that is not there": (
        WHAT_IF + "rows: {sales: {drop: ['CHG-65,UK']}}\n",
        "what_if.yaml:7: sales[CHG-65,UK]: matches nothing; did you mean 'sales[CHG-65,US]'?",
    ),
    "a row to add that is there": (
        WHAT_IF + "rows: {sales: {add: [{sku: CHG-65, market: US, units_per_month: 3}]}}\n",
        "what_if.yaml:7: sales[CHG-65,US]: duplicate key CHG-65,US; first stated in tables/sales.csv row 2",
    ),
    "a bad cell of an added row": (
        WHAT_IF + "rows:\n  sales:\n    add:\n      - {sku: CHG-65, market: UK, units_per_month: x}\n",
        "what_if.yaml:10: sales[CHG-65,UK].units_per_month: expected a number, got 'x'",
    ),
    "an added row that nothing knows": (
        WHAT_IF + "rows:\n  sales:\n    add:\n      - {sku: VAC, market: UK, units_per_month: 1}\n",
        "what_if.yaml:10: sales[VAC,UK].sku: unknown sku 'VAC'",
    ),
    "a dropped row that others need": (
        WHAT_IF + "rows: {skus: {drop: [VAC-L10]}}\n",
        "tables/sales.csv row 5, column sku: unknown sku 'VAC-L10'",
    ),
    "rows of no table": (
        WHAT_IF + "rows: {sale: {drop: [a]}}\n",
        "what_if.yaml:7: rows.sale: unknown table; did you mean 'sales'?",
    ),
    "rows that are neither added nor dropped": (
        WHAT_IF + "rows: {sales: {remove: [a]}}\n",
        "what_if.yaml:7: rows.sales: expected add: [rows] and drop: [keys], got remove",
    ),
    "a set that is no mapping": (
        WHAT_IF[: WHAT_IF.index("set:")] + "set: [a]\n",
        "what_if.yaml:5: set: expected a mapping",
    ),
    "itself extended": (
        WHAT_IF.replace("base.yaml", "what_if.yaml"),
        "what_if.yaml:1: extends: circular extends: what_if.yaml -> what_if.yaml",
    ),
    "a base that is not there": (
        WHAT_IF.replace("base.yaml", "bas.yaml"),
        "what_if.yaml:1: extends: bas.yaml: no such file; did you mean 'base.yaml'?",
    ),
    "a base that is no YAML file": (
        WHAT_IF.replace("base.yaml", "../../etc/passwd"),
        "what_if.yaml:1: extends: expected a file ending in .yaml or .yml, got '../../etc/passwd'",
    ),
    "a base by its place on the machine": (
        WHAT_IF.replace("base.yaml", "/base.yaml"),
        "what_if.yaml:1: extends: expected a path relative to what_if.yaml, with '/', got '/base.yaml'",
    ),
    "nothing extended": (
        WHAT_IF.replace("base.yaml", ""),
        "what_if.yaml:1: extends: expected a file name, got None",
    ),
}


@pytest.mark.parametrize(("text", "line"), YAML.values(), ids=YAML)
def test_a_broken_scenario_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: str) -> None:
    write(tmp_path, base=text)
    assert line in refusal(tmp_path, monkeypatch)


@pytest.mark.parametrize(("files", "line"), TABLES.values(), ids=TABLES)
def test_a_broken_table_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str | bytes], line: str
) -> None:
    write(tmp_path, **files)
    assert line in refusal(tmp_path, monkeypatch)


@pytest.mark.parametrize(("text", "line"), WHAT_IFS.values(), ids=WHAT_IFS)
def test_a_broken_what_if_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: str) -> None:
    write(tmp_path, what_if=text)
    assert line in refusal(tmp_path, monkeypatch, file="what_if.yaml")


def test_a_folder_a_missing_file_and_a_huge_file_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(9 * 1024 * 1024)
    assert refusal(tmp_path, monkeypatch, file="tables") == "tables: expected a file, got a folder"
    assert refusal(tmp_path, monkeypatch, file="bse.yaml") == "bse.yaml: no such file; did you mean 'base.yaml'?"
    assert refusal(tmp_path, monkeypatch, file="huge.yaml") == "huge.yaml: the file has 9.0 MiB, at most 8 MiB are read"


def test_a_circle_of_files_is_refused_with_its_chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, base="extends: what_if.yaml\n")
    said = refusal(tmp_path, monkeypatch, file="what_if.yaml")
    assert said == "base.yaml:1: extends: circular extends: what_if.yaml -> base.yaml -> what_if.yaml"


def test_a_chain_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(12):
        (tmp_path / f"{i}.yaml").write_text(f"extends: {i + 1}.yaml\n", encoding="utf-8")
    assert "more than 8 files extend each other" in refusal(tmp_path, monkeypatch, file="0.yaml")


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path,
        base=base("days: 365", "days: -1"),
        skus=skus("9.5", "x"),
        sales=SALES.replace("4200", "-1") + "a,b\n",
    )
    assert len(refusal(tmp_path, monkeypatch).splitlines()) == 4


def test_a_bad_column_of_a_long_table_is_told_twenty_times_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, skus=SKUS + "".join(f"S{i},,-1,3 USD,USD,,,\n" for i in range(332)))
    said = refusal(tmp_path, monkeypatch).splitlines()
    assert len(said) == 21
    assert said[-1] == "and 312 more like the last"


def test_a_missing_column_is_told_once_not_once_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, skus="sku,price\nA,3 USD\nB,3 USD\n", sales="sku,market,units_per_month\n")
    assert refusal(tmp_path, monkeypatch).splitlines() == [
        "tables/skus.csv row 1: missing column 'weight_kg' (Packed weight [kg, > 0])"
    ]


def _part(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)


def _not_a_workbook(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 nothing else")


def _another_archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        _part(archive, "hello.txt", b"hello")


def _empty_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        _part(archive, "xl/workbook.xml", b"<x/>")


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        _part(archive, "xl/workbook.xml", b"<x/>")
        with archive.open(zipfile.ZipInfo("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as part:
            part.write(b"")
    # A directory that owns up to its size: the stated size alone must be enough to refuse it.
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 3_000_000_000)
    path.write_bytes(bytes(content))


def _lying_bomb(path: Path) -> None:
    """The directory states 10 bytes; the part holds 50 MB."""
    with zipfile.ZipFile(path, "w") as archive:
        _part(archive, "xl/workbook.xml", b"<x/>")
        _part(archive, "xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        entry = content.rindex(mark)
        content[entry + offset : entry + offset + 4] = struct.pack("<I", 10)
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (_not_a_workbook, "not an .xlsx workbook, or damaged"),
        (_another_archive, "not an .xlsx workbook; save it as .xlsx or .csv"),
        (_empty_workbook, "the workbook cannot be read"),
        (_bomb, "the workbook unpacks to 2,861 MiB, at most 256 are read"),
        (_lying_bomb, "damaged; save it again"),
    ],
)
def test_a_broken_workbook_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], line: str
) -> None:
    write(tmp_path, base=base("tables/sales.csv", "tables/sales.xlsx"))
    make(tmp_path / "tables" / "sales.xlsx")
    said = refusal(tmp_path, monkeypatch)
    assert said.startswith("tables/sales.xlsx")
    assert line in said


def test_a_sheet_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import xlsxwriter

    write(tmp_path, base=base("tables/sales.csv", "'tables/book.xlsx#Sale'"))
    with xlsxwriter.Workbook(tmp_path / "tables" / "book.xlsx") as book:
        book.add_worksheet("Sales")
    assert refusal(tmp_path, monkeypatch) == "tables/book.xlsx: no sheet 'Sale'; did you mean 'Sales'?"
