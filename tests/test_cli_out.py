"""What ``--out`` writes appears together or not at all, and what was there before stays."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pandas as pd
import pytest

from warrantysim.cli.console import Console
from warrantysim.cli.exits import USAGE, Stop
from warrantysim.cli.inputs import ready, write
from warrantysim.store import atomic

FRAMES = {"a": pd.DataFrame({"x": [1]}), "b": pd.DataFrame({"x": [2]})}


def console() -> Console:
    """One that nobody reads."""
    return Console(io.StringIO(), io.StringIO())


def full_after(monkeypatch: pytest.MonkeyPatch, name: str, calls: int) -> None:
    """A disk that is full from the n-th call of a function on."""
    real, seen = getattr(os, name), [0]

    def full(*args: object, **more: object) -> object:
        seen[0] += 1
        if seen[0] > calls:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **more)

    monkeypatch.setattr(os, name, full)


def test_all_files_of_a_set_are_there_and_nothing_else(tmp_path: Path) -> None:
    ready(tmp_path / "out", console())
    write(tmp_path / "out", console(), FRAMES, {"seed": 7}, {"t.txt": "x"}, {"c.bin": b"\0"})
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [".written.json", "a.csv", "a.parquet", "b.csv", "b.parquet", "c.bin", "run.json", "t.txt"]


def test_work_that_is_stopped_leaves_no_empty_folder(tmp_path: Path) -> None:
    ready(tmp_path / "new" / "out", console())
    assert not list(tmp_path.iterdir())
    (tmp_path / "mine").mkdir()
    ready(tmp_path / "mine", console())
    assert (tmp_path / "mine").is_dir()


def test_a_file_somebody_changed_keeps_its_name_and_the_new_one_is_written_beside_it(tmp_path: Path) -> None:
    def written(texts: dict[str, str]) -> dict[str, str]:
        write(tmp_path, console(), {}, texts=texts)
        return {path.name: path.read_text() for path in tmp_path.iterdir() if not path.name.startswith(".")}

    assert written({"w.docx": "one", "m.md": "one"}) == {"w.docx": "one", "m.md": "one"}
    assert written({"w.docx": "two"}) == {"w.docx": "two", "m.md": "one"}
    (tmp_path / "w.docx").write_text("a lawyer's")
    assert written({"w.docx": "three", "m.md": "two"}) == {"w.docx": "a lawyer's", "w.new.docx": "three", "m.md": "two"}
    assert written({"w.docx": "four"})["w.new.docx"] == "four"
    (tmp_path / "w.new.docx").write_text("a lawyer's, too")
    assert written({"w.docx": "five"})["w.new-2.docx"] == "five"
    assert written({"w.docx": "a lawyer's"})["w.docx"] == "a lawyer's"


def test_a_document_of_unknown_origin_is_kept_and_a_table_written_anew(tmp_path: Path) -> None:
    for name in ("w.docx", "t.csv"):
        (tmp_path / name).write_text("somebody's")
    (tmp_path / ".written.json").write_text("{damaged")
    write(tmp_path, console(), {}, texts={"w.docx": "ours", "t.csv": "ours"})
    assert (tmp_path / "w.docx").read_text() == "somebody's"
    assert [(tmp_path / name).read_text() for name in ("w.new.docx", "t.csv")] == ["ours", "ours"]


@pytest.mark.parametrize(("call", "calls"), [("fsync", 0), ("fsync", 3), ("rename", 0), ("rename", 3), ("rename", 7)])
def test_a_full_disk_leaves_what_was_there_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, calls: int
) -> None:
    folder = tmp_path / "out"
    write(folder, console(), {"a": FRAMES["a"]}, {"seed": 1})
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with monkeypatch.context() as patched:
        if call == "rename":
            # Pathlib's rename of this set alone: the second of each pair puts a file in its place.
            real, seen = Path.rename, [0]

            def rename(path: Path, target: Path) -> Path:
                seen[0] += 1
                if seen[0] == calls + 1:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return real(path, target)

            patched.setattr(Path, "rename", rename)
        else:
            full_after(patched, call, calls)
        with pytest.raises(Stop) as caught:
            write(folder, console(), FRAMES, {"seed": 2})
    assert caught.value.code == USAGE
    assert "No space left" in str(caught.value)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_disk_full_while_pictures_are_drawn_leaves_no_table_either(tmp_path: Path) -> None:
    def full(_: object) -> dict[str, object]:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(Stop):
        write(tmp_path / "out", console(), FRAMES, pictures=full)  # type: ignore[arg-type]
    assert list((tmp_path / "out").iterdir()) == []


def test_what_a_killed_command_left_aside_is_swept_by_the_next(tmp_path: Path) -> None:
    gone = tmp_path / f"{atomic.SET_ASIDE}~{atomic._tag(atomic.Process.here()).rpartition('.')[0]}.0~0"
    gone.mkdir()
    (gone / "a.csv").write_text("half")
    own = atomic._own(tmp_path, atomic.SET_ASIDE)
    own.mkdir()
    ready(tmp_path, console())
    assert list(tmp_path.iterdir()) == [own]


def test_a_folder_called_like_a_file_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "b.csv").mkdir()
    (tmp_path / "b.csv" / "mine.txt").write_text("mine", "utf-8")
    (tmp_path / "a.csv").write_text("before", "utf-8")
    with pytest.raises(Stop, match=r"b\.csv is a folder there"):
        write(tmp_path, console(), FRAMES)
    assert (tmp_path / "b.csv" / "mine.txt").read_text("utf-8") == "mine"
    assert (tmp_path / "a.csv").read_text("utf-8") == "before"


def test_a_folder_in_the_place_of_the_note_is_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "run.json").mkdir()
    with pytest.raises(Stop) as caught:
        ready(tmp_path, console())
    assert caught.value.code == USAGE
    assert "run.json" in str(caught.value)
