"""Quotes written as rows read back as they are, and the template names every term of the schema."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from warrantysim.files.loading import load_scenario
from warrantysim.files.quote_files import quotes_in
from warrantysim.files.quote_writing import quote_csv, template_csv, template_terms
from warrantysim.schema.contracts import Partner
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.root import Scenario

BASE = Path(__file__).resolve().parents[2] / "scenarios" / "base.yaml"


@pytest.fixture(scope="module")
def base() -> Scenario:
    """The reference seller."""
    return load_scenario(BASE)


def test_every_shipped_quote_reads_back_as_it_was_written(base: Scenario) -> None:
    text = quote_csv(base.partners)
    assert quotes_in(text.encode("utf-8-sig"), "all.csv") == dict(base.partners)


@pytest.mark.parametrize("title", ["=1+1", "@x", "-x", "it's", "+ y", "12", "true", "[a]"])
def test_a_name_that_looks_like_something_else_stays_a_name_and_never_a_formula(base: Scenario, title: str) -> None:
    quote = base.partners["flatfix-us"]
    named = quote.replace(title={"en": title, "zh": title})
    text = quote_csv({"q": named})
    assert quotes_in(text.encode(), "q.csv")["q"].title.en == title
    assert not [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_the_template_names_every_field_of_a_quote_with_its_unit_and_meaning() -> None:
    rows = list(csv.DictReader(io.StringIO(template_csv())))
    assert {row["term"] for row in rows} == {term for term, _ in template_terms()}
    fields = {name for name, field in Partner.model_fields.items() if name != "desks"}
    assert fields <= {row["term"].partition(".")[0] for row in rows if not row["desk"]}
    assert all(row["meaning"] for row in rows if row["term"].startswith("sla."))
    musts = {row["term"] for row in rows if row["required"]}
    assert {"currency", "yield_share", "bench.technicians"} <= musts
    assert not {term for term in musts if term.startswith(("tiers.", "retainer.", "sla."))}


def test_a_template_filled_in_is_a_quote(base: Scenario) -> None:
    stated = {(r["desk"], r["term"]): r["value"] for r in csv.DictReader(io.StringIO(quote_csv(_only(base))))}
    rows = list(csv.reader(io.StringIO(template_csv("quickfix", "DE"))))
    filled = [[*r[:3], stated.pop((r[1], r[2]), ""), *r[4:]] for r in rows[1:]]
    more = [["quickfix", desk, term, value, "", "", "", "", ""] for (desk, term), value in stated.items()]
    text = io.StringIO()
    csv.writer(text).writerows([rows[0], *filled, *more])
    assert quotes_in(text.getvalue().encode(), "t.csv")["quickfix"] == base.partners["tierwerk-de"]


def _only(base: Scenario) -> dict[str, Partner]:
    return {"quickfix": base.partners["tierwerk-de"]}


@pytest.mark.parametrize(
    ("content", "name", "text"),
    [
        (b"", "q.csv", "the file is empty"),
        (b"quote,desk,term,value\n", "q.xlsx", "expected a file that ends in"),
        (b"quote,desk,term\nx,,home,US\n", "q.csv", "value missing"),
        ("quote,desk,term,value\n报价,,home,US\n".encode("gb18030"), "q.csv", "row 2, column quote"),
        (b"\x00\x01", "q.csv", "binary"),
        (template_csv().encode(), "q.csv", "quotes"),
    ],
)
def test_a_file_that_is_no_quote_is_refused_with_the_reason(content: bytes, name: str, text: str) -> None:
    with pytest.raises(ScenarioError, match=text):
        quotes_in(content, name)
