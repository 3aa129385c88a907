"""What a killed process leaves is swept, what is damaged hides itself alone, and an old or closed workspace opens."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest

from tests.experiment.tiny import plain
from tests.store.small import RESHIP, asked, long_run, simulated
from tests.store.test_jobs import jobs_request, process_of, until, work
from warrantysim.cli import main
from warrantysim.cli.exits import OK, USAGE
from warrantysim.experiment.simulate import simulate
from warrantysim.store import approvals, atomic, database, pins, runs, scenarios, uploads, versions
from warrantysim.store.audit import audit_log
from warrantysim.store.jobs import Jobs, NoSuchJob
from warrantysim.store.processes import MARK, Process
from warrantysim.store.replications import FinishedReplications, growing
from warrantysim.store.saving import save
from warrantysim.store.workspace import NotWritable, Workspace

SAMPLE = Path(__file__).with_name("data") / "layout-1.tar.xz"
"""A workspace as version 0.1 of the layout left it: a run, its job, a policy in force, a what-if, an upload, a view."""
RUN = "4dedc71e24cedc96"


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    return Workspace.at(tmp_path / "workspace")


def old(folder: Path) -> Path:
    """The sample, unpacked."""
    with tarfile.open(SAMPLE) as packed:
        packed.extractall(folder, filter="data")
    return folder / "layout-1"


def gone() -> Process:
    """A process that was there and is no more."""
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    process = Process.of(child.pid)
    child.wait()
    return process


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def full(home: Workspace) -> dict[str, object]:
    """One of everything kept, and what leads to it."""
    inputs = asked(2)
    save(home, inputs, simulated(inputs))
    job = Jobs(home, 1).submit(inputs, who="Lin")
    draft = approvals.draft(home, RESHIP, who="Lin")
    what_if = scenarios.keep_scenario(home, "shared", plain(), who="Lin")
    upload = uploads.keep_upload(home, "rates", {"rates.csv": b"a\n"}, who="Lin")
    pins.pin(home, ["shared@1"], "Lin")

    return {
        "run": inputs.id,
        "job": job.id,
        "draft": draft.id,
        "what_if": what_if.ref,
        "upload": upload.ref,
    }


def readable(home: Workspace, kept: dict[str, object]) -> None:
    """All of it can be read."""
    assert [run.id for run in runs.list_runs(home)] == [kept["run"]]
    assert len(runs.find_run(home, str(kept["run"])).frame("years"))
    assert Jobs(home).get(str(kept["job"])).state == "finished"
    assert Jobs(home).poll(str(kept["job"])).state == "finished"
    assert [version.id for version in approvals.policy_versions(home)] == [kept["draft"]]
    assert scenarios.kept_scenario(home, "shared").name == plain().name
    assert uploads.upload(home, "rates").path("rates.csv").read_bytes() == b"a\n"
    assert pins.pinned(home) == ("shared@1",)

    assert audit_log(home)


# What killed processes leave.


def test_what_a_killed_writer_left_goes_at_once_and_what_a_living_one_writes_stays(home: Workspace) -> None:
    left, here = home.scratch / f"run~{atomic._tag(gone())}~0", atomic._own(home.scratch, "run")
    elsewhere, old_one = home.scratch / "run~00000000.00000000.1.00000000~0", home.scratch / "run-before"
    for folder in (left, here, elsewhere, old_one):
        folder.mkdir()
        (folder / "half").write_text("x")
    os.utime(old_one, (0, 0))
    Workspace.at(home.folder)
    assert names(home.scratch) == sorted([here.name, elsewhere.name])


def test_job_folders_and_replications_nobody_asked_for_are_swept_and_others_stay(home: Workspace) -> None:
    jobs = Jobs(home, 1)
    waiting = jobs_request(jobs, asked(5))
    list(zip(range(2), growing(asked(5), FinishedReplications(home, asked(5).id)), strict=False))
    list(zip(range(1), growing(asked(6), FinishedReplications(home, asked(6).id)), strict=False))
    confirmed = FinishedReplications(home, "confirmed", asked(5).id)
    (home.parts / asked(5).id / "confirmed").mkdir()
    (home.jobs / "never-entered").mkdir()
    Workspace.at(home.folder)
    assert names(home.jobs) == [waiting.id]
    assert names(home.parts) == [asked(5).id]
    assert confirmed.folder.exists()
    assert len(FinishedReplications(home, asked(5).id)) == 2


def test_replications_of_a_run_that_is_stored_are_swept(home: Workspace) -> None:
    jobs = Jobs(home, 1)
    job = work(jobs, jobs_request(jobs, asked(2)))
    (home.parts / str(job.result)).mkdir()
    Workspace.at(home.folder)
    assert names(home.parts) == []


def test_a_job_is_entered_whole_or_not_at_all(home: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("killed here")

    monkeypatch.setattr("warrantysim.store.jobs.enter", broken)
    with pytest.raises(OSError, match="killed here"):
        Jobs(home, 1).submit(asked(2))
    assert Jobs(home, 1).listed() == []
    Workspace.at(home.folder)
    assert names(home.jobs) == []


def children(pid: int) -> list[Process]:
    """Processes a process has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] not in "ZX":
            found.append(Process.of(int(path.parent.name)))
    return found


linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks the system's table of processes")


@linux
def test_a_process_that_shares_work_ends_soon_after_whoever_started_it() -> None:
    code = "import sys, time; from warrantysim.experiment.workers import die_with; "
    code += "die_with(int(sys.argv[1])); time.sleep(600)"
    start = f"import subprocess, sys, os; subprocess.Popen([sys.executable, '-c', {code!r}, str(os.getpid())]).wait()"
    parent = subprocess.Popen([sys.executable, "-c", start])
    until(lambda: bool(children(parent.pid)))
    (child,) = children(parent.pid)
    parent.kill()
    parent.wait()
    until(lambda: not child.runs())


@linux
def test_a_process_that_shares_work_stays_while_whoever_started_it_does() -> None:
    code = f"import time; from warrantysim.experiment.workers import die_with; die_with({os.getpid()}); time.sleep(1.5)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@linux
def test_what_a_killed_worker_started_is_ended_with_it(home: Workspace) -> None:
    jobs = Jobs(home, 1)
    job = jobs_request(jobs, asked(2))
    sleeper = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).wait()"
    worker = subprocess.Popen([sys.executable, "-c", sleeper], start_new_session=True, env=os.environ | {MARK: job.id})
    until(lambda: bool(children(worker.pid)))
    (child,) = children(worker.pid)
    with home.writing() as db:
        db.execute("UPDATE jobs SET state = 'running', started = 'x', process = ?", (str(Process.of(worker.pid)),))
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert child.runs()
    jobs.tend()
    assert jobs.get(job.id).state == "lost"
    until(lambda: not child.runs())


@linux
def test_nobody_else_is_ended_though_a_number_is_used_again(home: Workspace) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        there = Process.of(other.pid)
        Process(there.place, there.boot, there.pid, "0").end_group()
        Process("elsewhere", there.boot, there.pid, "0").end_group()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


@linux
@pytest.mark.slow
def test_a_killed_worker_with_a_pool_leaves_nobody(home: Workspace) -> None:
    jobs = Jobs(home, 1)
    job = jobs.submit(long_run(200), processes=3)
    until(lambda: jobs.get(job.id).progress.done >= 2)
    worker = process_of(jobs, job)
    pool = children(worker.pid)
    assert len(pool) >= 3
    os.kill(worker.pid, signal.SIGKILL)
    until(lambda: not worker.runs())
    Jobs(Workspace.at(home.folder), 1).tend()
    until(lambda: not any(process.runs() for process in pool))
    assert names(home.scratch) == []


# What is damaged.


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


OTHER = (
    "INSERT INTO jobs (id, run_id, kind, state, label, who, submitted) VALUES ('other', 'r', '', 'lost', '', '', '')"
)
DAMAGE: dict[str, Callable[[Workspace], None]] = {
    "a manifest that is no JSON": lambda h: _write(h.runs / asked(2).id / "manifest.json", "{"),
    "a manifest that says nothing": lambda h: _write(h.runs / asked(2).id / "manifest.json", "[]"),
    "a manifest that is a folder": lambda h: (h.runs / "x" / "manifest.json").mkdir(parents=True),
    "a run that is a file": lambda h: _write(h.runs / "y", "x"),
    "a version that is no JSON": lambda h: _write(h.versions / "scenario" / "shared" / "2" / "version.json", "{"),
    "a version without its file": lambda h: (h.versions / "scenario" / "shared" / "2" / "version.json").unlink(),
    "a version of another form": lambda h: _write(h.versions / "upload" / "rates" / "2" / "version.json", '{"a": 1}'),
    "a version with text for a number": lambda h: _bent(h.versions / "upload" / "rates" / "2" / "version.json"),
    "a list of pins cut off": lambda h: _write(h.versions / "pins" / "pinned" / "2" / "pinned.json", "["),
    "a job with damaged progress": lambda h: _set(h, "UPDATE jobs SET partial = '[' WHERE id = 'other'"),
    "a job in no state": lambda h: _set(h, "UPDATE jobs SET state = 'x' WHERE id = 'other'"),
    "a job of no process": lambda h: _set(
        h, "UPDATE jobs SET state = 'running', process = 'x', started = 'x' WHERE id = 'other'"
    ),
    "a job without a process": lambda h: _set(h, "UPDATE jobs SET state = 'running', started = 'x' WHERE id = 'other'"),
    "a view that is no JSON": lambda h: _set(h, "INSERT INTO views VALUES ('v', 'runs', '', '', '{')"),
    "a policy that is no JSON": lambda h: _set(
        h, "INSERT INTO policy_versions (line, number, digest, policy) VALUES ('policy', 9, '', '{')"
    ),
    "a line of the log that is no JSON": lambda h: _set(
        h, "INSERT INTO audit (at, who, what, subject, details) VALUES ('', '', 'x', '', '{')"
    ),
}


def _bent(path: Path) -> None:
    told = json.loads(path.read_text("utf-8"))
    _write(path, json.dumps({**told, "number": "two", "name": 7}))


def _set(home: Workspace, statement: str) -> None:
    with home.writing() as db:
        db.execute(statement)


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_hides_itself_alone(home: Workspace, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    kept = full(home)
    inputs = asked(3, seed=11)
    sound = save(home, inputs, simulate(inputs.scenario, inputs.policies, replications=3, seed=11))
    scenarios.keep_scenario(home, "shared", RENAMED)
    uploads.keep_upload(home, "rates", {"rates.csv": b"b\n"})
    pins.pin(home, ["other@1"])
    _set(
        home,
        OTHER,
    )
    DAMAGE[damage](home)
    again = Workspace.at(home.folder)
    assert sound.id in {run.id for run in runs.list_runs(again)}
    assert Jobs(again, 1).poll(str(kept["job"])).state == "finished"
    assert str(kept["job"]) in {job.id for job in Jobs(again, 1).listed()}
    assert kept["draft"] in {version.id for version in approvals.policy_versions(again)}
    assert kept["what_if"] in {version.ref for version in scenarios.kept_scenarios(again)}
    assert kept["upload"] in {version.ref for version in uploads.uploads(again)}
    assert pins.pinned(again)

    assert len(audit_log(again)) > 3

    # What comes next takes its own place, and the list is told.
    scenarios.keep_scenario(again, "shared", plain().replace(name="third"))
    uploads.keep_upload(again, "rates", {"rates.csv": b"c\n"})
    assert uploads.upload(again, "rates").path("rates.csv").read_bytes() == b"c\n"
    assert main(["runs", "list", "--workspace", str(home.folder)]) == OK
    told = capsys.readouterr()
    assert sound.id[:8] in told.out
    if damage.startswith("a version"):
        assert "kept version is damaged" in told.err
        assert versions.damaged_versions(again, "scenario") + versions.damaged_versions(again, "upload")


RENAMED = plain().replace(experience=plain().experience.replace(grace_days=3.0))


def test_a_damaged_row_says_so_when_it_is_asked_for(home: Workspace) -> None:
    job = jobs_request(Jobs(home, 1), asked(2))
    _set(home, "UPDATE jobs SET state = 'lost', partial = '['")
    with pytest.raises(NoSuchJob, match="not as it was entered"):
        Jobs(home, 1).get(job.id)


# Workspaces of before, and such as cannot be written.


def test_a_workspace_of_an_older_layout_opens_with_all_it_holds(tmp_path: Path) -> None:
    folder = old(tmp_path)
    with sqlite3.connect(folder / "warrantysim.db") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
    home = Workspace.at(folder)
    (run,) = runs.list_runs(home)
    assert (run.id, run.label, run.damage()) == (RUN, "small", ())
    assert len(run.frame("years"))
    assert run.record
    (job,) = Jobs(home).listed()
    assert (job.state, job.result, job.who) == ("finished", RUN, "Lin")
    (version,) = approvals.policy_versions(home)
    assert [step.step for step in version.steps] == ["draft", "approved", "effective"]
    assert approvals.in_force(home) == version
    assert [each.ref for each in scenarios.kept_scenarios(home)] == ["shared@1"]
    assert uploads.upload(home, "rates").path("rates.csv").read_bytes() == b"a,b\n1,2\n"

    assert len(audit_log(home)) == 8
    with home.reading() as db:
        assert database.layout_of(db) == database.LAYOUT == 3
        assert db.execute("SELECT name FROM sqlite_master WHERE name = 'audit_by_subject'").fetchone()
    assert main(["runs", "list", "--workspace", str(folder), "--quiet"]) == OK


def test_a_migration_that_is_cut_off_leaves_the_layout_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = old(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(database, "MIGRATIONS", (*database.MIGRATIONS[:1], "CREATE TABLE half (x); SELECT no_such()"))
        with pytest.raises(OSError, match="no_such"):
            Workspace.at(folder)
    with sqlite3.connect(folder / "warrantysim.db") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)
    assert [run.id for run in runs.list_runs(Workspace.at(folder))] == [RUN]


LOOK = """
import os, sys
from pathlib import Path
from tests.store.test_leftovers import readable, full
from warrantysim.store.workspace import Workspace
from warrantysim.cli import main
import json
home = Workspace.at(sys.argv[1])
assert home.closed == "disk", home
readable(home, json.loads(sys.argv[2]))
sys.exit(main(["runs", "list", "--workspace", sys.argv[1], "--quiet"]))
"""


def no_writing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes nothing below a folder, for whoever asks."""
    real = Path.mkdir

    def mkdir(path: Path, *given: object, **more: object) -> None:
        if path.is_relative_to(folder) and not path.exists():
            raise OSError(30, "Read-only file system", str(path))
        real(path, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "mkdir", mkdir)


def test_a_workspace_that_cannot_be_written_can_be_read(
    home: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = full(home)
    before = sorted(str(path) for path in home.folder.rglob("*"))
    no_writing(home.folder, monkeypatch)
    closed = Workspace.at(home.folder)
    assert closed.closed == "disk"
    readable(closed, kept)
    with pytest.raises(NotWritable, match="only be read"):
        uploads.keep_upload(closed, "rates", {"rates.csv": b"z\n"})
    assert main(["runs", "list", "--workspace", str(home.folder)]) == OK
    assert main(["runs", "rm", str(kept["run"]), "--workspace", str(home.folder)]) == USAGE
    assert "only be read" in capsys.readouterr().err
    assert main(["app", "--demo", "--workspace", str(home.folder)]) == USAGE
    assert "only be read" in capsys.readouterr().err
    after = sorted(str(path) for path in home.folder.rglob("*"))
    assert [path for path in after if path not in before and not path.endswith(("-wal", "-shm"))] == []


AS_ANYBODY = [] if os.name == "nt" or os.getuid() else ["setpriv", "--bounding-set=-dac_override"]
"""What takes root's right to write everywhere."""


@pytest.mark.skipif(os.name == "nt" or bool(AS_ANYBODY and not which("setpriv")), reason="nothing is closed to root")
def test_somebody_without_the_right_to_write_reads_a_workspace(home: Workspace) -> None:
    kept = full(home)
    for folder, *_ in os.walk(home.folder):
        Path(folder).chmod(0o555)
    command = [*AS_ANYBODY, sys.executable, "-c", LOOK, str(home.folder), json.dumps(kept)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == OK, done.stderr


def test_an_old_workspace_that_cannot_be_written_is_read_from_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = old(tmp_path)
    before = (folder / "warrantysim.db").read_bytes()
    no_writing(folder, monkeypatch)
    home = Workspace.at(folder)
    assert [run.id for run in runs.list_runs(home)] == [RUN]
    assert len(audit_log(home)) == 8
    assert (folder / "warrantysim.db").read_bytes() == before


def test_nobody_starts_work_in_a_workspace_that_cannot_be_written(
    home: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs_request(Jobs(home, 1), asked(2))
    _set(home, "UPDATE jobs SET state = 'queued'")
    no_writing(home.folder, monkeypatch)
    monkeypatch.setattr("warrantysim.store.jobs.detached", lambda *_: pytest.fail("started"))
    Jobs(Workspace.at(home.folder), 1).tend()
    with pytest.raises(NotWritable):
        Jobs(Workspace.at(home.folder), 1).submit(asked(4))


def test_a_process_that_shares_the_work_leaves_ctrl_c_to_the_one_that_started_it() -> None:
    code = "import sys; from warrantysim.experiment.workers import die_with; die_with(int(sys.argv[1])); "
    code += "print('ready', flush=True); sys.stdin.readline(); print('still here')"
    command = [sys.executable, "-c", code, str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        worker.send_signal(signal.SIGINT)
        assert worker.communicate("\n")[0] == "still here\n"
