"""The memo says what the decision found, reconciles, needs nothing from elsewhere, and nothing in it can be run."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tests.decision.test_decide import decided, seller
from tests.worlds import policy_of
from warrantysim.analysis.tornado import Tornado
from warrantysim.experiment.levers import Lever
from warrantysim.experiment.result import Result
from warrantysim.experiment.simulate import simulate
from warrantysim.experiment.uncertain import UncertainInput
from warrantysim.files.loading import load_scenario
from warrantysim.locale.wording import LANGUAGES, Lang
from warrantysim.present.blocks import Column, Points, Sentence, TableOf
from warrantysim.present.html import Article, drawing, html_page
from warrantysim.report import figures
from warrantysim.report.policy_change import SERVED, MeasureLine, policy_change
from warrantysim.schema.markets import Title
from warrantysim.studies import study_of
from warrantysim.studies.decide import memo as memo_module
from warrantysim.studies.decide.memo import (
    Memo,
    MemoText,
    Provenance,
    Signature,
    decision_memo,
)
from warrantysim.studies.decide.words import widest
from warrantysim.studies.study import Stored

VOID = frozenset({"meta", "br", "hr", "wbr"})
"""Elements without an end."""
SWITCH = pd.DataFrame([(1.4, 1.3, float("inf"), "now", "new")], columns=["at", "low", "high", "below", "above"])
SCAN = pd.DataFrame([(0.0, "now")], columns=["position", "best"])
LOOKED_AT = {"lever": "freight", "low": 0.0, "high": 2.0, "stated": 1.0, "confidence": 0.95, "evaluations": 9}
BREAK_EVEN = Stored({"switches": SWITCH, "scan": SCAN}, LOOKED_AT)
HOSTILE = (
    '=HYPERLINK("http://x.example")',
    "<script>alert(1)</script>",
    '"><img src=http://x.example onerror=alert(1)>',
    "**x** :red[x] ![](http://x.example)",
    "&lt;script&gt;",
    "１２３gnp.exe",
    "x" * 10_000,
)


class Page(HTMLParser):
    """A memo read as a browser reads it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"{tag} ends at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.texts)


@cache
def result() -> Result:
    decision, _ = decided()
    return simulate(seller(), [decision.now, decision.policy], replications=decision.replications, seed=decision.seed)


@cache
def memo() -> Memo:
    return Memo(policy_change(result()), decided()[0], Provenance("a" * 16, "b" * 16, "0.1.0+12345678", intact=True))


@cache
def page(*langs: Lang) -> str:
    return decision_memo(memo(), langs or ("en",))


def harmless(html: str) -> None:
    """Well formed, without anything that runs or is fetched."""
    found = Page(html)
    assert not found.wrong
    assert not found.open
    assert not {"script", "link", "img", "iframe", "object", "a", "form", "base", "image", "use"} & {
        tag for tag, _ in found.tags
    }
    for _, attributes in found.tags:
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in {"href", "src", "xlink:href", "style", "srcdoc", "action"}
            assert not name.startswith("xmlns") or value == "http://www.w3.org/2000/svg"
            assert "url(" not in (value or "") or re.fullmatch(r"url\(#[\w-]+\)", value or "")
    style = re.search(r"<style>(.*?)</style>", html, re.S)
    assert style is not None
    assert not re.search(r"@import|url\(", style[1])
    seal = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode("ascii")
    policies = [a["content"] for tag, a in found.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [f"default-src 'none'; style-src 'sha256-{seal}'; base-uri 'none'; form-action 'none'"]


@pytest.mark.parametrize("langs", [("en",), ("zh",), ("en", "zh")])
def test_a_memo_is_one_sound_page_that_needs_nothing_else(langs: Sequence[Lang]) -> None:
    html = page(*langs)
    harmless(html)
    found = Page(html)
    codes = {"en": "en", "zh": "zh-CN"}
    assert [a["lang"] for tag, a in found.tags if tag == "article"] == [codes[lang] for lang in langs]
    assert next(a for tag, a in found.tags if tag == "html")["lang"] == codes[langs[0]]
    assert [tag for tag, _ in found.tags if tag in {"h1", "h2"}].count("h1") == len(langs)


def test_a_memo_recommends_what_was_decided_with_its_interval() -> None:
    decision, _ = decided()
    text, found = Page(page()).text, decision.saving.interval
    assert memo().change.kind == "saves"
    assert f"it saves {decision.currency} {figures.whole(float(found.mean))} a year" in text
    assert f"interval {figures.whole(float(found.low))} to {figures.whole(float(found.high))}" in text
    assert "DRAFT, not approved" in text


def test_rows_of_a_change_are_those_of_the_decision() -> None:
    decision, change = decided()[0], memo().change
    assert change.table["saving"].tolist() == pytest.approx(decision.table["saving"].tolist())
    assert change.table["verdict"].tolist() == decision.table["verdict"].tolist()
    assert change.shared == pytest.approx(decision.shared, abs=1e-6)
    assert [row["sku"] for row in change.rows]


def test_the_verdict_on_a_change_is_the_decisions() -> None:
    decision = decided()[0]
    told = dataclasses.replace(decision, table=decision.table.assign(verdict="HOLD"))
    assert set(policy_change(result(), decision=told).table["verdict"]) == {"HOLD"}
    other = dataclasses.replace(told, now=decision.policy)
    assert policy_change(result(), decision=other).decided is None


def test_lines_of_a_change_hold_both_sides_and_their_paired_difference() -> None:
    change, totals = memo().change, result().totals
    names = result().names
    for measure in ("total", "cash", "expected"):
        now, new = (totals[totals["policy"] == name][measure].to_numpy() for name in names)
        line = change.line(measure)
        assert (line.now, line.new) == (pytest.approx(now.mean()), pytest.approx(new.mean()))
        assert float(line.change.mean) == pytest.approx((new - now).mean())
        assert float(line.change.low) < (new - now).mean() < float(line.change.high)
    counts = result().claims(("disposition",))
    for done in ("refund", "reship", "repair_local", "return_china"):
        told = counts[(counts["policy"] == names[1]) & (counts["disposition"] == done)]["mean"].sum()
        assert change.line(done).new == pytest.approx(told)
    years = [np.quantile(s.year.days, 0.9) for s in result().of(0)]
    assert change.line("days").now == pytest.approx(np.mean(years))


def test_every_check_holds_two_sums_against_each_other_and_passes() -> None:
    found = {check.key: check for check in memo().checks}
    assert set(found) == {"ledger_now", "ledger_new", "cells", "parts", "four_parts", "decision", "complete", "stored"}
    assert all(check.passed for check in found.values())
    assert found["ledger_now"].one == pytest.approx(decided()[0].cost_now)
    assert "8 of 8 checks passed" in Page(page()).text


def test_a_sum_that_does_not_add_up_is_told() -> None:
    first = result().summaries[0]
    wrong = dataclasses.replace(first, costs=dataclasses.replace(first.costs, amount=first.costs.amount * 1.5))
    bent = dataclasses.replace(result(), summaries=(wrong, *result().summaries[1:]))
    broken = dataclasses.replace(memo(), change=policy_change(bent), provenance=Provenance(intact=False))
    failed = {check.key for check in broken.checks if not check.passed}
    assert failed == {"ledger_now", "stored"}
    assert "6 of 8 checks passed" in Page(decision_memo(broken)).text


def test_another_decision_than_the_simulated_one_is_told() -> None:
    other = dataclasses.replace(memo(), decision=dataclasses.replace(decided()[0], saving=memo().change.saving_cash))
    assert [check.key for check in other.checks if not check.passed] == ["decision"]


def test_the_waterfall_says_in_words_what_it_shows() -> None:
    found = Page(page())
    labels = [a["aria-label"] for tag, a in found.tags if tag == "svg"]
    assert len(labels) == 1
    assert labels[0]
    assert labels[0] in found.text
    assert all(a.get("role") == "img" for tag, a in found.tags if tag == "svg")


def test_drawings_of_two_languages_share_no_name() -> None:
    ids = [a["id"] for _, a in Page(page("en", "zh")).tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_what_would_change_our_mind_is_what_stored_studies_found() -> None:
    assert "No stored study says so yet" in Page(page()).text
    inputs = tuple(UncertainInput(Lever(path), 0.1, 0.9, "share", "why") for path in ("a.b", "c.d"))
    ends = np.array([[-50.0, -60.0], [-90.0, -95.0]]), np.array([[10.0, 20.0], [-99.0, -97.0]])
    tornado = Tornado(inputs, np.array([-70.0, -72.0]), *ends, 0.95).table()
    studies = (study_of("breakeven"), BREAK_EVEN), (study_of("sensitivity"), Stored({"tornado": tornado}, {}))
    text = Page(decision_memo(dataclasses.replace(memo(), studies=studies))).text
    assert "freight: at 1.4 (1.3 to beyond the range looked at) new becomes the best in place of now" in text
    assert "would turn the saving into a loss: a › b." in text
    assert "Widest effect on the saving first" in text
    assert "-15 .. 55" in text


@pytest.mark.parametrize("most", [0, 8])
def test_rules_and_what_belongs_to_none_add_up_to_the_whole(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo_module, "MOST_CELLS", most)
    table, _ = MemoText(memo(), "en").cells()
    assert isinstance(table, TableOf)
    told = [float(x.replace(",", "")) for x in table.frame["5"]]
    *rows, whole = told
    assert len(rows) == 2
    assert sum(rows) == whole
    assert whole == round(float(memo().change.saving.interval.mean))


@pytest.mark.parametrize("cents", [0.0, 0.26, 0.49, 0.51, 0.74])
def test_rows_of_a_memo_add_up_as_they_are_printed(cents: float, monkeypatch: pytest.MonkeyPatch) -> None:
    real = memo().change

    def moved(found: MeasureLine) -> MeasureLine:
        up = {"total": cents, "expected": cents}.get(found.measure, 0.0)
        return dataclasses.replace(found, new=found.new + up)

    change = dataclasses.replace(real)
    change.__dict__["lines"] = tuple(map(moved, real.lines))
    change.__dict__["saving"] = SimpleNamespace(
        interval=dataclasses.replace(real.saving.interval, mean=real.saving.interval.mean - cents)
    )
    printed = change.as_printed()
    for side in (0, 1):
        assert printed["cash"][side] + printed["expected"][side] == printed["total"][side]
        assert sum(printed[name][side] for name in (*SERVED, "elsewhere")) == printed["claims"][side]
    assert printed["total"][0] - printed["total"][1] == figures.rounded(float(change.saving.interval.mean))
    table, _ = MemoText(dataclasses.replace(memo(), change=change), "en").compared()
    assert isinstance(table, TableOf)
    for row in table.frame.to_dict("records")[:3]:
        now, new, less = (float(row[key].replace(",", "")) for key in "123")
        assert new - now == less


def test_parts_of_a_saving_add_up_as_they_are_printed() -> None:
    table, _ = MemoText(memo(), "en").saved()
    assert isinstance(table, TableOf)
    *parts, whole = (float(text.replace(",", "")) for text in table.frame["1"])
    assert sum(parts) == whole


def test_rows_of_claims_add_up_to_all_claims() -> None:
    change = memo().change
    for side in ("now", "new"):
        each = [getattr(change.line(name), side) for name in (*SERVED, "elsewhere")]
        assert sum(each) == pytest.approx(getattr(change.line("claims"), side))
    base = load_scenario("scenarios/base.yaml")
    month = base.replace(horizon=base.horizon.replace(days=31))
    denied = policy_change(simulate(month, [month.policy, policy_of("refund")], replications=2))
    each = [denied.line(name).now for name in (*SERVED, "elsewhere")]
    assert sum(each) == pytest.approx(denied.line("claims").now)
    assert each[-1] > 0
    fall, total = MemoText(Memo(denied), "en").fall(), denied.line("total")
    assert (fall.start, fall.end) == (pytest.approx(total.now), pytest.approx(total.new)), "a month as all of the memo"
    assert fall.start + fall.steps["adds"].sum() == pytest.approx(fall.end)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_assumptions_are_told_by_their_labels(lang: Lang) -> None:
    scenario = load_scenario("scenarios/base.yaml")
    here = MemoText(Memo(SimpleNamespace(scenario=scenario)), lang)  # type: ignore[arg-type]
    told = [here._assumed(row, row.path)[0] for row in widest(scenario)]
    assert len(told) > 10
    assert not [text for text in told if re.search(r"\w\.\w+_|\w\[|_days|_share", text.partition("\n")[0])]


def test_who_signed_is_shown_and_who_signed_alone_is_told() -> None:
    signed = (Signature("proposed", "Li", "2027-01-04"), Signature("approved", "li ", "2027-01-05", "go"))
    approved = dataclasses.replace(memo(), status="APPROVED", signatures=signed, effective_from="2027-02-01")
    text = Page(decision_memo(approved)).text
    assert "APPROVED" in text
    assert "DRAFT" not in text
    assert "in force from 2027-02-01" in text
    proposed = dataclasses.replace(approved, proposed=True)
    assert "proposed to be in force from 2027-02-01" in Page(decision_memo(proposed)).text
    assert "提议自 2027-02-01 起生效" in Page(decision_memo(proposed, ["zh"])).text
    assert "no second pair of eyes" in text
    second = dataclasses.replace(approved, signatures=(signed[0], Signature("approved", "Wang", "2027-01-05")))
    assert "no second pair of eyes" not in Page(decision_memo(second)).text


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text_whatever_they_say(name: str) -> None:
    world = result().scenario
    skus = tuple(sku.replace(name_en=name, name_zh=name) for sku in world.skus)
    new = result().policies[1].replace(title=Title(en=name, zh=name))
    bent = dataclasses.replace(
        result(),
        scenario=world.replace(skus=skus, title=Title(en=name, zh=name)),
        policies=(result().policies[0], new),
    )
    found = Memo(
        policy_change(bent),
        provenance=Provenance(name),
        signatures=(Signature("proposed", name, "2027-01-04", name),),
        changes=(name,),
        studies=((study_of("breakeven"), Stored(BREAK_EVEN.tables, {**LOOKED_AT, "lever": name})),),
    )
    html = decision_memo(found, ("zh",))
    harmless(html)
    text = Page(html).text
    assert name[:100] in text


def test_blocks_are_escaped_wherever_they_stand() -> None:
    attack = "a < b & <script>１２\u202e３\x00\x1b"
    frame = pd.DataFrame({"a": [f"{attack}\n{attack}"], "b": [attack]})
    table = TableOf("t", attack, frame, [Column("a", attack), Column("b", "b", "whole")])
    facts = TableOf("f", "", frame, [Column("a", ""), Column("b", "")])
    said = [Sentence(attack, role) for role in ("head", "text", "answer", "note", "warn")]  # type: ignore[arg-type]
    blocks = [*said, table, Sentence(attack, "legend"), Points([attack]), facts]
    html = html_page("</title><script>", [Article("en", attack, blocks, [(attack, "soft")])])
    harmless(html)
    assert Page(html).text.count("a < b & <script>１２３") == 16


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<a href="http://x.example"><path d=""/></a>',
        '<image href="x.png"/>',
        '<path d="" onclick="alert(1)"/>',
        '<path d="" style="fill:url(http://x.example)"/>',
        '<path d="" fill="url(http://x.example)"/>',
    ],
)
def test_a_drawing_that_could_run_or_fetch_is_refused(inside: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="1" viewBox="0 0 1 1">{inside}</svg>'
    with pytest.raises(ValueError, match="a drawing may"):
        drawing(svg, "x", "p-")


def test_no_language_is_no_memo() -> None:
    with pytest.raises(ValueError, match="at least one language"):
        decision_memo(memo(), ())


def test_a_policy_without_a_difference_is_kept() -> None:
    same = policy_change(result(), 0, 0)
    assert (same.kind, same.rows) == ("keep", [])
    assert "Keep the rules as they are" in Page(decision_memo(Memo(same))).text
    with pytest.raises(ValueError, match="expected a policy"):
        policy_change(result(), 0, 5)
