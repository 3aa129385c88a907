"""Broken files as people hand them in: ``warrantysim validate`` ends with code 3 and says what to mend, and where."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.files import test_bad_input, test_bad_input_base
from tests.whole_seller import write_whole_seller
from warrantysim.cli import exits, main

SCENARIOS = Path(__file__).parents[2] / "scenarios"
Break = Callable[[Path], object]
CASES: dict[str, tuple[Break, str]] = {}


def base(law: str, old: str, new: str, told: str) -> None:
    """The base file with one piece of text replaced."""

    def broken(folder: Path) -> None:
        text = (folder / "base.yaml").read_text("utf-8")
        assert old in text, f"{old!r} is not in the base file: the case would test nothing"
        (folder / "base.yaml").write_text(text.replace(old, new, 1), "utf-8")

    CASES[law] = broken, told


def table(law: str, name: str, change: Callable[[bytes], bytes], told: str) -> None:
    """A table with other bytes."""

    def broken(folder: Path) -> None:
        path = folder / "tables" / f"{name}.csv"
        content = path.read_bytes()
        assert change(content) != content
        path.write_bytes(change(content))

    CASES[law] = broken, told


def swap(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(old, new)


def claims(rows: str) -> Break:
    """A claims table beside the sales."""

    def broken(folder: Path) -> None:
        base_file = folder / "base.yaml"
        text = base_file.read_text("utf-8")
        named = text.replace("  skus: tables", "  claims_table: tables/claims.csv\n  skus: tables", 1)
        base_file.write_text(named, "utf-8")
        (folder / "tables" / "claims.csv").write_text("claim,opened_day,sku,market,value\n" + rows, "utf-8")

    return broken


def other_file(folder: Path, make: Callable[[Path], object]) -> None:
    """Something else in place of the table of exchange rates."""
    path = folder / "tables" / "fx.csv"
    path.unlink()
    make(path)


DAY = "expected a date such as 2027-03-01, got "
base(
    "a year long past",
    "first_day: 2027-01-01",
    "first_day: 0001-01-01",
    "base.yaml:13: horizon.first_day: expected a day",
)
base(
    "a year beyond time",
    "first_day: 2027-01-01",
    "first_day: 9999-12-31",
    "expected a day from 2000-01-01 to 2099-12-31",
)
base(
    "a day in words",
    "first_day: 2027-01-01",
    "first_day: tomorrow",
    f"base.yaml:13: horizon.first_day: {DAY}'tomorrow'",
)
base("a day without dashes", "first_day: 2027-01-01", "first_day: 20270101", f"horizon.first_day: {DAY}20270101")
base(
    "a run-in of ages",
    "run_in_days: 150",
    "run_in_days: 1000000000000",
    "expected a number of at most 3650, got 1000000000000",
)
base(
    "a seed too long",
    "seed: 20270101",
    "seed: 4294967296",
    "base.yaml:465: plan.seed: expected a number of at most 4294967295",
)
base("a seed below nothing", "seed: 20270101", "seed: -1", "plan.seed: expected a number of at least 0, got -1")
base("a seed with a fraction", "seed: 20270101", "seed: 1.5", "plan.seed: expected a whole number, got 1.5")
base(
    "a single replication",
    "replications: 20",
    "replications: 1",
    "plan.replications: expected a number of at least 2, got 1",
)
base("a level in per cent", "confidence: 0.95", "confidence: 95", "plan.confidence: expected a number below 1, got 95")
base(
    "tax in per cent",
    "tax_share: 0.07",
    "tax_share: 7%",
    "markets.US.tax_share: expected a number, got '7%'; write 0.07 for a share",
)
base(
    "a cost below nothing",
    "contact_cost: 1.20 USD",
    "contact_cost: -1.20 USD",
    "triage.contact_cost: expected an amount of at least 0",
)
base(
    "the currency first",
    "contact_cost: 1.20 USD",
    "contact_cost: USD 1.20",
    "expected an amount with its currency, such as '58 USD'",
)
base("a currency by its sign", "contact_cost: 1.20 USD", "contact_cost: $1.20", "such as '58 USD', got '$1.20'")
base(
    "a time before it began",
    "uniform: {low: 32, high: 50}",
    "uniform: {low: -32, high: 50}",
    "sea.out_days: expected values of at least 0, got -32",
)
base(
    "a range turned round",
    "uniform: {low: 32, high: 50}",
    "uniform: {low: 52, high: 50}",
    "expected low <= high, got 52 and 50",
)
base(
    "a time in seconds",
    "lognormal: {median: 0.8, sigma: 0.4}",
    "lognormal: {median: 69120, sigma: 0.4}",
    "stock_rules.pick_days: expected days, 3,650 at most",
)
base(
    "handling stated twice",
    "flatfix-us: {outbound: label}",
    "flatfix-us: {outbound: label, handling_days: 2}",
    "unknown key 'handling_days'; expected one of outbound",
)
base(
    "an hour that is none",
    "end_hour: 17",
    "end_hour: 25",
    "calendars.us_workdays.end_hour: expected a number of at most 24, got 25",
)
base(
    "a city for a time zone",
    "America/New_York\n",
    "New York\n",
    "unknown time zone 'New York'; did you mean 'America/New_York'?",
)
base("a tier of unknown kind", "kind: all_units", "kind: allunits", "got 'allunits'; did you mean 'all_units'?")
base("a section misspelt", "\nrails:", "\nrail:", "unknown key 'rail'; did you mean 'rails'?")
base("a form of the future", "schema_version: 1", "schema_version: 7", "base.yaml:7: schema_version: expected 1, got 7")
base("a form not stated", "schema_version: 1\n", "", "schema_version: missing; expected Version of the form")
base(
    "a file that extends itself", "schema_version: 1", "extends: base.yaml", "circular extends: base.yaml -> base.yaml"
)
base(
    "a key stated twice",
    "reporting_currency: USD",
    "reporting_currency: USD\nreporting_currency: EUR",
    "base.yaml:270: reporting_currency: duplicate key",
)
base(
    "a command in a tag", "why: A", "why: !!python/object/apply:os.system [exit] # A", "base.yaml:10: tags are not read"
)
base(
    "a tab",
    "  days: 365",
    "\tdays: 365",
    "base.yaml:14: not valid YAML: found character that cannot start any token; indent with spaces",
)
base(
    "a policy that is not there",
    "policies/today.yaml",
    "policies/todya.yaml",
    "policies/todya.yaml: no such file; did you mean 'policies/today.yaml'?",
)
base(
    "a table that is not there",
    "tables/fx.csv",
    "tables/fxx.csv",
    "tables/fxx.csv: no such file; did you mean 'tables/fx.csv'?",
)
base(
    "a table misspelt",
    "  fx: tables/fx.csv",
    "  fxs: tables/fx.csv",
    "base.yaml:27: tables.fxs: unknown table 'fxs'; did you mean 'fx'?",
)
base("a table not named", "  fx: tables/fx.csv\n", "", "tables.fx: missing; name its file, such as tables/fx.csv")
table(
    "bytes of no encoding",
    "skus",
    lambda t: t + b"\x81\xff",
    "tables/skus.csv:14: the text is in no encoding that is read; save it as UTF-8",
)
table(
    "a column more",
    "fx",
    lambda t: t.replace(b",mark\n", b",mark,note\n").replace(b",A\n", b",A,x\n"),
    "tables/fx.csv row 1: unknown column 'note'",
)
table(
    "a column less",
    "fx",
    lambda t: b"\n".join(line.partition(b",")[2] for line in t.splitlines()),
    "row 1: missing column 'currency' (Currency [ISO code])",
)
table(
    "a quote left open",
    "fx",
    lambda t: t + b'"CAD,0.7,,x,A\n',
    "tables/fx.csv:6: not valid CSV: unexpected end of data",
)
table(
    "a comma outside quotes",
    "fx",
    swap(b",,assumed,A", b",,assumed, by us,A"),
    "row 2: expected 5 cells as in the header, got 6; put text with commas",
)
table(
    "a row twice",
    "fx",
    lambda t: t + b"EUR,1.2,,x,A\n",
    "tables/fx.csv row 6: duplicate key EUR; first stated in tables/fx.csv row 2",
)
table("nothing", "fx", lambda t: t[:0], "tables/fx.csv: the file is empty")
table(
    "a header alone",
    "fx",
    lambda t: t.splitlines()[0],
    "markets.DE.currency: unknown currency 'EUR'; expected one of USD",
)
table("a flood", "fx", lambda t: t + b"#" * 70_000_000, "tables/fx.csv: the file has 66.8 MiB, at most 64 MiB are read")
table(
    "not a number",
    "fx",
    swap(b"1.16", b"NaN"),
    "tables/fx.csv row 2, column usd_per_unit: expected a finite number, got 'NaN'",
)
table("infinity", "fx", swap(b"1.16", b"-inf"), "column usd_per_unit: expected a finite number, got '-inf'")
table(
    "a decimal comma",
    "fx",
    swap(b"1.16", b'"1,16"'),
    "column usd_per_unit: a comma in '1,16'; write '1.16' with a decimal point",
)
table(
    "a day of another country",
    "windows",
    swap(b"2024-03-25", b"25.03.2024"),
    f"tables/windows.csv row 6, column from: {DAY}'25.03.2024'",
)
table("a day as a nought", "windows", swap(b"2024-03-25", b"0"), f"tables/windows.csv row 6, column from: {DAY}'0'")
table(
    "a day as a spreadsheet counts",
    "windows",
    swap(b"2024-03-25", b"45376"),
    f"tables/windows.csv row 6, column from: {DAY}'45376'",
)
table(
    "a weight with its unit",
    "skus",
    swap(b",0.16,", b",160 g,"),
    "column weight_kg: expected a number, got '160 g'; write 0.16 in kg",
)
table(
    "yes in German",
    "skus",
    swap(b"false,false,0", b"nein,false,0"),
    "tables/skus.csv row 2, column hygiene_no_pool: expected true or false, got 'nein'",
)
table(
    "freight from five kilos on",
    "freight_breaks",
    swap(b"US-CN-air,0,", b"US-CN-air,5,"),
    "tables/freight_lanes.csv row 2: expected a freight break from 0",
)
table(
    "a thirteenth month",
    "season",
    swap(b",12,", b",13,"),
    "tables/season.csv row 13, column month: expected a number of at most 12, got 13",
)
table(
    "a zone without prices",
    "label_rates",
    swap(b"USPS-GA,5", b"USPS-GA,6"),
    "markets.US.parcel.zone: unknown zone of rate card USPS-GA '5'",
)
table(
    "a warranty for ever",
    "sku_markets",
    swap(b",USD,540,", b",USD,7000,"),
    "column warranty_days: expected at most 6,850 days, or the calendar",
)
table(
    "a law that allows nothing",
    "legal_floors",
    swap(b"0,36500,,refund|reship|repair_local|return_china", b"0,36500,,nothing"),
    "row 2, column allowed: unknown disposition 'nothing'",
)
CASES["a picture"] = (
    lambda f: (f / "base.yaml").write_bytes(b"\x89PNG\0\1"),
    "base.yaml: the file is binary (it holds NUL bytes)",
)
CASES["a folder"] = (
    lambda f: ((f / "base.yaml").unlink(), (f / "base.yaml").mkdir()),
    "base.yaml: expected a file, got a folder",
)
CASES["links in a circle"] = (
    lambda f: other_file(f, lambda path: path.symlink_to("fx.csv")),
    "tables/fx.csv: cannot be read: its links point to each other",
)
CASES["a pipe that never ends"] = lambda f: other_file(f, os.mkfifo), "tables/fx.csv: expected a regular file"
CASES["claims of another year"] = (
    claims("1,1000,CHG-65,US,30\n2,-151,CHG-65,US,30\n"),
    "tables/claims.csv row 2, column opened_day: expected a day from -150 to 484 (run-in to run-out), got 1000",
)
CASES["a claim on an unknown product"] = (
    claims("1,3,CHG-66,US,30\n"),
    "row 2, column sku: unknown SKU 'CHG-66'; did you mean 'CHG-65'?",
)
PLACE = re.compile(r"\.(yaml|csv)(:\d+)?( row \d+)?(, column \w+)?: |: no such file")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reference seller in files of his own, to break, as the working directory."""
    write_whole_seller(tmp_path / "s")
    monkeypatch.chdir(tmp_path / "s")
    return tmp_path / "s"


@pytest.mark.parametrize(("broken", "told"), CASES.values(), ids=CASES)
def test_a_broken_file_ends_with_code_3_and_a_line_that_names_place_and_remedy(
    folder: Path, capsys: pytest.CaptureFixture[str], broken: Break, told: str
) -> None:
    broken(folder)
    assert main(["validate", "base.yaml"]) == exits.BAD_INPUT
    said = capsys.readouterr()
    assert said.out == ""
    *lines, count = said.err.splitlines()
    assert told in said.err
    assert "Traceback" not in said.err
    assert all(PLACE.search(line) or line.startswith("and ") for line in lines), said.err
    assert re.fullmatch(r"\d+ problems? found", count)


def test_files_from_other_systems_are_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    skus, base_file = folder / "tables" / "skus.csv", folder / "base.yaml"
    skus.write_bytes(skus.read_text("utf-8").encode("gb18030"))
    base_file.write_bytes(b"\xef\xbb\xbf" + base_file.read_bytes().replace(b"\n", b"\r\n"))
    assert main(["validate", "base.yaml"]) == exits.OK
    assert "tables/skus.csv" in capsys.readouterr().out


def test_at_least_sixty_distinct_inputs_are_tried_on_the_command_line_and_as_many_in_the_reader() -> None:
    told = [message for _, message in CASES.values()]
    assert len(CASES) >= 60
    assert len(set(told)) == len(told)
    reader = (test_bad_input.YAML, test_bad_input.TABLES, test_bad_input.WHAT_IFS)
    shipped = (test_bad_input_base.SETS, test_bad_input_base.CONSEQUENCES, test_bad_input_base.WHAT_IFS)
    assert sum(map(len, (*reader, *shipped))) >= 150
