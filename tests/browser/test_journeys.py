"""The journeys of a finance desk, done in a real browser as a person does them, in both languages.

Those that need no results come first: another process makes them meanwhile.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.serving import A_RUN, Server, Told, Visit, smaller_seller, visit
from warrantysim.store import approvals, audit, scenarios
from warrantysim.store.jobs import Jobs
from warrantysim.store.workspace import Workspace
from warrantysim.ui.quotes import VIEWS

pytestmark = pytest.mark.browser
STUDIED = "answer_quotes_xlsx"
"""What hands out the workbook of a study of quotes, once there is one."""
LANGS = pytest.mark.parametrize("lang", ["en", "zh"])


def store(server: Server) -> Workspace:
    """The workspace behind a server."""
    return Workspace.at(server.workspace)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server of its own to be killed, with an empty workspace."""
    here = Server(tmp_path / "workspace", smaller_seller(tmp_path / "scenarios")).start()
    yield here
    here.kill()


@LANGS
def test_cancel_and_resume_a_run_across_a_killed_server(
    browser: Browser, own_server: Server, lang: str, told: Told
) -> None:
    jobs = Jobs(store(own_server))

    def active() -> str:
        return next(job.id for job in jobs.listed(active=True))

    with visit(browser, own_server, lang, "journey-killed") as here:
        here.open("scenarios", scenarios_ref="freight-up-40")
        here.press("scenarios_decide")
        here.wait_for("[data-testid=stProgress]")
        here.shot("running")
        id = active()
        own_server.kill()
        assert jobs.poll(id).active
        own_server.start()
        here.complaints.clear()
        here.open("runs", runs_view="jobs")
        here.complaints.clear()
        here.wait_for(f".st-key-runs_{id}_cancel")
        here.shot("found-again")
        here.press(f"runs_{id}_cancel")
        jobs.wait(id)
        here.open("runs", runs_view="jobs", runs_job=id)
        here.shot("cancelled")
        assert jobs.get(id).state == "cancelled"
        here.press(f"runs_{id}_resume")
        resumed = jobs.listed()[0]
        with here.waiting():
            assert jobs.wait(resumed.id, 900).state == "finished"
        here.open("home")
        here.shot("decided")
        assert here.page.locator("[data-testid=stMetric]").count() >= 4
        told(here, "stop a run and go on")
    assert "job: cancel" in [entry.what for entry in audit.audit_log(store(own_server))]


def test_two_visitors_and_a_command_work_in_one_workspace_and_lose_nothing(
    browser: Browser, own_server: Server
) -> None:
    import subprocess
    import sys

    base = own_server.scenarios / "base.yaml"
    with visit(browser, own_server, "en", "two-first") as one, visit(browser, own_server, "zh", "two-second") as two:
        one.open("scenarios", scenarios_ref="freight-up-40")
        two.open("scenarios", scenarios_ref="nff-up-10")
        command = [sys.executable, "-m", "warrantysim", "runs", "start", str(base), "--replications", "3", "--quiet"]
        third = subprocess.Popen([*command, "--workspace", str(own_server.workspace)], stdout=subprocess.DEVNULL)
        press(one, "scenarios_simulate")
        press(two, "scenarios_simulate")
        jobs = Jobs(store(own_server))
        one.until(lambda: len(jobs.listed()) == 3)
        assert third.wait(600) == 0
    ended = [jobs.wait(job.id, 900) for job in jobs.listed()]
    assert [job.state for job in ended] == ["finished"] * 3
    assert len({job.result for job in ended}) == 3


def press(here: Visit, key: str) -> None:
    """Press without waiting for the answer: somebody else is pressing, too."""
    here.at(key).locator("button").first.click()


@LANGS
def test_set_thresholds_and_export(browser: Browser, server: Server, lang: str, told: Told) -> None:
    with visit(browser, server, lang, "journey-thresholds") as here:
        here.open("thresholds")
        here.shot("decision")
        here.turn("thresholds_part", 1)
        here.press("thresholds_hand_add")
        assert here.page.locator("[class*=st-key-thresholds_hand_from_]").count() >= 2
        here.shot("by-hand-estimated")
        here.turn("thresholds_part", 2)
        rules = here.take("thresholds_file_agents")
        lines = list(csv.DictReader(io.StringIO(rules.decode("utf-8-sig"))))
        assert {"market", "sku", "age_from_days", "price_from", "action", "partner"} <= set(lines[0])
        assert len(lines) > 20
        told(here, "set thresholds and export")
        here.fill("thresholds_why", f"month-end {lang}")
        here.page.locator("[data-testid=stFormSubmitButton] button").last.click()
        here.settle()
        here.shot("drafted")
        drafts = approvals.policy_versions(store(server))
        assert f"month-end {lang}" in {draft.steps[0].note for draft in drafts}


@LANGS
def test_choose_between_quotes(browser: Browser, server: Server, lang: str, told: Told) -> None:
    with visit(browser, server, lang, "journey-quotes") as here:
        here.open("quotes")
        here.shot("to-study")
        # The second language finds the study the first one asked for, at once.
        if not here.at(STUDIED).count():
            here.fill("quotes_years", "3")
            here.page.locator("[data-testid=stFormSubmitButton] button").first.click()
        here.wait_for(f".st-key-{STUDIED}", A_RUN)
        here.shot("ranked")
        told(here, "choose between quotes")
        here.turn("quotes_view", VIEWS.index("choose"))
        here.fill("quotes_choose_name", f"signed-{lang}")
        here.fill("quotes_choose_why", "cheapest with its guarantee")
        here.press("quotes_choose_keep")
        assert [v.ref for v in scenarios.kept_scenarios(store(server), f"signed-{lang}")] == [f"signed-{lang}@1"]
        for place, name in enumerate(VIEWS):
            here.turn("quotes_view", place)
            here.shot(name)


@LANGS
def test_what_if_freight_rises_and_share_the_link(browser: Browser, server: Server, lang: str, told: Told) -> None:
    with visit(browser, server, lang, "journey-what-if") as here:
        here.open("compare")
        here.shot("stored")
        here.fill("compare_what_if_years", "4")
        here.page.locator(".st-key-compare_what_if_react label").first.click()  # Deciding anew takes a minute.
        here.press("compare_what_if")
        jobs = Jobs(store(server))
        with here.waiting():
            assert jobs.wait(jobs.listed()[0].id).state == "finished"
        here.wait_for(".st-key-compare_view")  # The page turns from how far it is to what was found by itself.
        here.shot("answered")
        told(here, "what if freight rises")
        address, said = here.page.url, here.words()
        assert "compare_run=" in address
    with visit(browser, server, lang, "journey-what-if-colleague") as there:
        there.page.goto(address)
        there.page.wait_for_selector("h1")
        there.settle()
        there.shot("by-link")
        assert there.words() == said


@LANGS
def test_bring_in_the_month_and_run_again(
    browser: Browser, server: Server, lang: str, tmp_path: Path, told: Told
) -> None:
    sales = (server.scenarios / "tables" / "sales.csv").read_text("utf-8").splitlines(keepends=True)
    first = sales[1].split(",")
    first[3] = str(round(float(first[3]) * (1.5 if lang == "en" else 1.7)))
    file = tmp_path / "sales.csv"
    with visit(browser, server, lang, "journey-month-end") as here:
        here.open("inputs", inputs_part="bring")
        file.write_text("".join([sales[0], sales[1].replace(",", ";", 2), *sales[2:]]), "utf-8")
        here.typed += 1
        here.at("inputs_files").locator("input[type=file]").set_input_files(file)
        here.wait_for("[data-testid=stAlert]")
        assert not here.at("inputs_new_keep").count()
        here.shot("refused")
        here.at("inputs_files").locator("button[aria-label^=Remove]").click()
        here.page.wait_for_selector("[data-testid=stFileChip]", state="detached")
        here.settle()
        # From another folder: a browser does not report the same path chosen twice.
        file = tmp_path / "again" / "sales.csv"
        file.parent.mkdir()
        file.write_text("".join([sales[0], ",".join(first), *sales[2:]]), "utf-8")
        here.typed += 1
        here.at("inputs_files").locator("input[type=file]").set_input_files(file)
        here.wait_for(".st-key-inputs_new_keep")
        here.shot("old-and-new")
        here.fill("inputs_new_name", f"month-{lang}")
        here.fill("inputs_new_why", "sales of the month")
        here.press("inputs_new_keep")
        assert scenarios.kept_scenarios(store(server), f"month-{lang}")[0].note == "sales of the month"
        here.fill("inputs_month_years", "3")
        here.press("inputs_month_run")
        here.wait_for("[data-testid=stMain] a[href*=compare_run]", A_RUN)
        here.page.locator("[data-testid=stMain] a[href*=compare_run]").first.click()
        here.page.wait_for_url("**/compare?**")
        here.settle()
        here.shot("month-over-month")
        assert f"month-{lang}" in here.words()
        told(here, "bring in the month, one bad file")
