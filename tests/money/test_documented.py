"""The document of the model speaks of everything the ledger can hold, and of nothing it cannot."""

from __future__ import annotations

import re
from pathlib import Path

from warrantysim.money.categories import Category, Kind, kind_of

MODEL = Path(__file__).resolve().parents[2] / "docs" / "model.md"
SECTION = re.search(r"^## 7\. Money\n(.*?)^## 8\.", MODEL.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def rows() -> dict[str, list[str]]:
    """Cells of the table rows of the section on money that name a category, by category."""
    assert SECTION is not None
    found: dict[str, list[str]] = {}
    for line in SECTION[1].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            for name in re.findall(r"`(\w+)`", cells[0]):
                found.setdefault(name, []).append(" ".join(cells[1:]))
    return found


def test_every_ledger_category_has_its_formula_in_the_document() -> None:
    assert set(rows()) == {category.name.lower() for category in Category}
    assert all(len(text) > 10 for texts in rows().values() for text in texts)


def test_credits_are_shown_with_their_sign() -> None:
    credits_of = ("paid_repair", "referral_return", "tier_rebate", "sla_credit", "supplier_recovery", "stock_in")
    for name in credits_of:
        assert any(text.startswith("- ") for text in rows()[name]), name


def test_expected_costs_stand_apart_from_cash() -> None:
    assert SECTION is not None
    apart = SECTION[1].split("### Patience")[1].split("### ")[0]
    named = {category.name.lower() for category in Category if f"| `{category.name.lower()}` |" in apart}
    assert named == {category.name.lower() for category in Category if kind_of(category) is Kind.EXPECTED}
