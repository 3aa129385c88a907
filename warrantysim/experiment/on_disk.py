"""What was found of replications, put on disk for a while, where each process of this machine finds it.

A process keeps little of what it found: the births and years of a million claims take 200 MB a replication; and of a
scenario that a draw turned it keeps nothing, however few its claims. A decision asks about the same replications and
draws again and again, and any process may be given any of them. So that none is born, and no year begun, as often as
something is asked, they are on disk for as long as the decision takes.
"""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Generic, TypeVar
from zlib import crc32

from warrantysim.experiment.workers import Work
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

try:
    import fcntl
except ImportError:  # Windows: what a killed process leaves stays until somebody removes it.
    fcntl = None  # type: ignore[assignment]

T = TypeVar("T")
NAME = "warrantysim-decision-"
"""Begin of the names of folders."""
MARK = "kept by a running decision"
"""File in each of them that its process holds locked."""
ON_DISK = "/var/tmp"
"""Folder for what is large or lasts, never in memory (Filesystem Hierarchy Standard 3.0, 5.15)."""
CHECK = 4
"""Bytes in which each file begins with a checksum of the others."""
SPARED = 2_000_000_000
"""Room on the disk that is left to others [bytes]."""
_AT: ContextVar[tuple[Scenario, Path] | None] = ContextVar("at", default=None)


@contextmanager
def kept_on_disk() -> Iterator[Path | None]:
    """A folder for what is found, until the end, however that comes; None where none can be made."""
    with ExitStack() as end:
        place = None
        with suppress(OSError):
            among = scratch()
            _tidy(Path(among))
            folder = tempfile.TemporaryDirectory(dir=among, prefix=NAME, ignore_cleanup_errors=True)
            place = Path(end.enter_context(folder))
            _held(place, end)
        yield place


def scratch() -> str:
    """Where many bytes are put for a while: as the environment says, else on a disk where there is one, since the
    usual folder may lie in memory."""
    said = any(os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")) or tempfile.tempdir
    return ON_DISK if not said and os.access(ON_DISK, os.W_OK | os.X_OK) else tempfile.gettempdir()


def _held(place: Path, end: ExitStack) -> None:
    """Mark a folder as in use, until the end or that of this process."""
    begun = place / f"{MARK} soon"
    file = end.enter_context(begun.open("wb"))
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    begun.replace(place / MARK)  # Nobody finds it before it is locked.


def _tidy(among: Path) -> None:
    """Remove what processes have left that were killed: folders of our own with a mark that no process holds."""
    for left in among.glob(f"{NAME}*") if fcntl is not None else ():
        with suppress(OSError), (left / MARK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def kept_at(scenario: Scenario, place: Path | None) -> Iterator[None]:
    """Keep in a folder, meanwhile, what is found of a scenario, and find there what others found of it; nothing without
    a folder."""
    before = _AT.set(None if place is None else (scenario, place))
    try:
        if place is not None:
            with suppress(OSError):
                place.mkdir(exist_ok=True)
        yield
    finally:
        _AT.reset(before)


@dataclass(frozen=True)
class Placed(Generic[T]):
    """Work that finds in a folder what others found of the same scenario, and leaves there what it finds."""

    work: Work[T]
    place: Path

    @property
    def func(self) -> object:
        """What it does, whatever it is given besides."""
        return getattr(self.work, "func", self.work)

    def __call__(self, scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int) -> T:
        """Do it."""
        with kept_at(scenario, self.place):
            return self.work(scenario, policies, seed, replication)


def placed(work: Work[T], place: Path | None) -> Work[T]:
    """Work that keeps in a folder what it finds; the same work where there is none."""
    return work if place is None else Placed(work, place)


def place_of(scenario: Scenario) -> Path | None:
    """The folder for what is found of a scenario; None where it is not kept."""
    at = _AT.get()
    return at[1] if at is not None and at[0] is scenario else None


def taken(place: Path | None, *name: object) -> Any:
    """What was put there by that name; None where nothing is, or not what was put."""
    if place is None:
        return None
    try:
        content = memoryview((place / " ".join(map(str, name))).read_bytes())
    except OSError:
        return None
    # Our own bytes, if the disk has kept them: all else can be found again.
    whole = crc32(content[CHECK:]).to_bytes(CHECK) == content[:CHECK]
    return pickle.loads(content[CHECK:]) if whole else None


@dataclass
class _Checked:
    """A file that sums up what is written, of which no copy is made."""

    file: IO[bytes]
    sum: int = 0

    def write(self, part: bytes) -> int:
        self.sum = crc32(part, self.sum)
        return self.file.write(part)


def put(place: Path | None, what: object, *name: object) -> None:
    """Put it there by a name, in place of what was; where there is no room, nothing is put."""
    if place is None:
        return
    with suppress(OSError):
        if shutil.disk_usage(place).free < SPARED:
            return
        with tempfile.NamedTemporaryFile(dir=place, delete=False) as file:
            beside = Path(file.name)
        try:
            with beside.open("wb") as whole:
                whole.write(bytes(CHECK))
                content = _Checked(whole)
                pickle.dump(what, content, protocol=pickle.HIGHEST_PROTOCOL)
                whole.seek(0)
                whole.write(content.sum.to_bytes(CHECK))
            # Another process reads all of it or nothing.
            beside.replace(place / " ".join(map(str, name)))
        except OSError:
            beside.unlink()
            raise
