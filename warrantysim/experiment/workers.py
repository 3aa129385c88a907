"""Work spread over processes or machines; whoever does it, the results are the same, in the same order.

One job is plain Python in this process. More are processes of this machine (loky, kept for the next question). Any
executor of PEP 3148 may take their place: a Dask cluster (see `cluster`), `mpi4py.futures`, threads.

A process that is lost, because it was killed or its machine went away, costs the work it was at: that is done again,
elsewhere. Since every draw is keyed by scenario, seed and replication, no digit depends on where it was done or how
often it was begun, nor on what a process happens to remember of work before.
"""

from __future__ import annotations

import atexit
import ctypes
import hashlib
import os
import pickle
import signal
import sys
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock, Thread, current_thread, main_thread
from typing import Any, TypeVar

import numpy as np

from warrantysim.experiment.pace import Cancelled
from warrantysim.journeys.events import uncollected
from warrantysim.schema.errors import BadInput
from warrantysim.schema.policy import Policy
from warrantysim.schema.recent import recent
from warrantysim.schema.root import Scenario
from warrantysim.version import MODEL

T = TypeVar("T")
Work = Callable[[Scenario, Sequence[Policy], int, int], T]
"""A function of scenario, policies, seed and replication, defined at the top of a module."""

ABOUT = f"model {MODEL} with NumPy {np.__version__}"
"""What digits depend on; others must have the same."""
LOOK_EVERY = 0.5
"""A process that shares the work looks so often whether whoever started it is still there [s]."""
ASK_EVERY = 0.1
"""Who waits for others asks so often whether to stop [s]."""
IDLE = 300.0
"""A process of this machine that has nothing to do stays so long [s]."""
AHEAD = 512
"""Replications an executor is given before the first of them is back: it may have hundreds of workers [count]."""
LOSSES = 3
"""Losses of processes in a row, with nothing finished between, after which it is given up [count]."""
MEBIBYTE = 1 << 20
HELD = {-1: 256 * MEBIBYTE, -2: 64 * MEBIBYTE, -3: 32 * MEBIBYTE}
"""What glibc's ``mallopt`` is told: how much free memory at the end of the heap is kept (``M_TRIM_THRESHOLD``), how
much is asked for in advance (``M_TOP_PAD``), and from which size on, at most, columns have mappings of their own
(``M_MMAP_THRESHOLD``) [bytes]."""


class WorkersLost(RuntimeError):
    """Processes that share the work end again and again before they have done anything."""


@dataclass(frozen=True)
class Watched:
    """Workers somebody looks after."""

    workers: int | Executor
    cancel: Callable[[], bool]
    """Return True to stop; what is asked of them then raises `Cancelled`, within `ASK_EVERY`."""
    told: Callable[[int, int], None] = lambda done, total: None
    """Told (replications done, replications asked for), before the first and after each."""


Workers = int | Executor | Watched
"""Processes that share the work, 1 for this one, -1 for one a core [count]; or an executor that does it."""


def here_alone(jobs: Workers) -> bool:
    """Whether this process does the work by itself."""
    return _apart(jobs)[0] == 1


def patient(jobs: Workers) -> Workers:
    """The same workers, waited for whoever wants to stop."""
    return replace(jobs, cancel=lambda: False) if isinstance(jobs, Watched) else jobs


def silent(jobs: Workers) -> Workers:
    """The same workers, of whom nothing is told: what they do is beside what is being done."""
    return replace(jobs, told=lambda done, total: None) if isinstance(jobs, Watched) else jobs


def _apart(jobs: Workers) -> tuple[int | Executor, Callable[[], bool] | None]:
    workers, cancel = (jobs.workers, jobs.cancel) if isinstance(jobs, Watched) else (jobs, None)
    if not isinstance(workers, int | Executor):
        raise BadInput("expected a number of processes or an executor of PEP 3148, got {workers!r}", workers=workers)
    return workers, cancel


@dataclass(frozen=True)
class Sent:
    """An object on the way to other processes, which open it once, however often it comes."""

    content: bytes
    key: str

    @staticmethod
    def of(whole: object) -> Sent:
        """Pack."""
        content = pickle.dumps(whole, protocol=pickle.HIGHEST_PROTOCOL)
        return Sent(zlib.compress(content, 1), hashlib.sha256(content).hexdigest())

    def opened(self, most: int) -> Any:
        """Unpack. What is compiled of an object is found by its identity, so a process keeps the objects it has made,
        the last ``most`` of their kind."""
        with _OPENING:
            if self.key not in _OPENED:
                _OPENED[self.key] = pickle.loads(zlib.decompress(self.content))  # Our own bytes.
            found = _OPENED[self.key] = _OPENED.pop(self.key)  # The youngest comes last.
            alike = [key for key, one in _OPENED.items() if type(one) is type(found)]
            for key in alike[:-most]:
                del _OPENED[key]
            return found


_OPENED: dict[str, Any] = {}
_OPENING = Lock()
SCENARIOS, LISTS = 2, 4
"""Most scenarios and lists of policies a process keeps open [count]."""


@recent(SCENARIOS)
def _packed(scenario: Scenario) -> Sent:
    return Sent.of(scenario)


def results(
    work: Work[T],
    scenario: Scenario,
    policies: Sequence[Policy],
    seed: int,
    replications: Sequence[int],
    *,
    jobs: Workers = 1,
) -> Iterator[T]:
    """Results of ``work``, one a replication, in their order, as they come.

    Raises
    ------
    ValueError
        If ``jobs`` is 0.
    Cancelled
        If the workers are to be stopped; this process by itself is only in the midst of a step.
    WorkersLost
        If processes end again and again.
    """
    stream = _results(work, scenario, policies, seed, replications, jobs)
    return _telling(stream, len(replications), jobs.told) if isinstance(jobs, Watched) else stream


def _telling(stream: Iterator[T], total: int, told: Callable[[int, int], None]) -> Iterator[T]:
    told(0, total)
    for done, result in enumerate(stream, 1):
        told(done, total)
        yield result


def _results(
    work: Work[T], scenario: Scenario, policies: Sequence[Policy], seed: int, replications: Sequence[int], jobs: Workers
) -> Iterator[T]:
    workers, cancel = _apart(jobs)
    if workers == 0:
        raise BadInput("expected at least one job, or -1 for one a core, got 0")
    if workers == 1 or (len(replications) == 1 and isinstance(workers, int)):
        return (_step(cancel, work, scenario, policies, seed, replication) for replication in replications)
    # A scenario comes again with other policies: what was compiled and born of it is still there.
    parcels = _packed(scenario), Sent.of(tuple(policies))
    tasks = ((work, parcels, seed, replication, ABOUT) for replication in replications)
    return _spread(_task, tasks, workers, cancel)


def followed(
    work: Work[T],
    scenario: Scenario,
    policies: Sequence[Policy],
    seed: int,
    replications: Sequence[int],
    *,
    jobs: Workers,
    progress: Callable[[int, int], None] | None,
    cancel: Callable[[], bool] | None,
) -> Iterator[T]:
    """`results`, with each told to ``progress`` as (done, in all) once it is taken; asked to stop, it ends early.

    Raises
    ------
    ValueError
        For no policy or no replication.
    """
    if not policies or not len(replications):
        raise BadInput("expected at least one rule and one replication")
    stream = results(work, scenario, policies, seed, replications, jobs=jobs)
    for done, result in enumerate(until_cancelled(stream, cancel), 1):
        yield result
        if progress is not None:
            progress(done, len(replications))
        if cancel is not None and cancel():
            return


def until_cancelled(stream: Iterator[T], cancel: Callable[[], bool] | None) -> Iterator[T]:
    """A stream that ends where its workers are stopped, for a reader who asks ``cancel`` himself and has something."""
    begun = False
    try:
        for found in stream:
            yield found
            begun = True
    except Cancelled:
        if cancel is None or not begun:
            raise


def together(function: Callable[..., T], tasks: Sequence[tuple[Any, ...]], jobs: Workers) -> list[T]:
    """A function of several tasks that leaves Python alone while it works, such as a solver, in their order: threads
    do on this machine; an executor is given them like any other work."""
    workers, cancel = _apart(jobs)
    told = jobs.told if isinstance(jobs, Watched) and len(tasks) > 1 else lambda done, total: None
    if not isinstance(workers, int):
        return list(_telling(_spread(function, iter(tasks), workers, cancel), len(tasks), told))
    if workers == 1 or len(tasks) == 1:
        return list(_telling((function(*task) for task in tasks), len(tasks), told))
    pool = ThreadPoolExecutor(workers if workers > 0 else os.cpu_count())
    try:
        return list(_telling(_spread(function, iter(tasks), pool, cancel), len(tasks), told))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _spread(
    function: Callable[..., T],
    tasks: Iterator[tuple[Any, ...]],
    workers: int | Executor,
    cancel: Callable[[], bool] | None,
) -> Iterator[T]:
    """Results of a function of each of the tasks, in their order, by workers other than this process."""
    executor = workers if isinstance(workers, Executor) else own_processes(workers)
    most = AHEAD if isinstance(workers, Executor) else 2 * process_count(workers)
    under_way: deque[tuple[tuple[Any, ...], Future[T] | None]] = deque()
    losses = 0
    try:
        while True:
            try:
                while len(under_way) < most and (task := next(tasks, None)) is not None:
                    under_way.append((task, None))
                for k, (task, future) in enumerate(under_way):
                    if future is None:
                        under_way[k] = task, executor.submit(function, *task)
                if not under_way:
                    return
                result = _awaited(under_way[0][1], cancel)
            except _signs_of_loss() as lost:
                losses += 1
                if losses > LOSSES or isinstance(workers, Executor):
                    raise WorkersLost(str(lost) or type(lost).__name__) from lost
                _end(workers, executor)
                executor = own_processes(workers)
                # What has come back of the others stays; the rest is begun again.
                under_way = deque((task, future if _good(future) else None) for task, future in under_way)
            else:
                losses = 0
                under_way.popleft()
                yield result
    finally:
        left = [future for _, future in under_way if future is not None and not future.cancel() and not future.done()]
        if left and isinstance(workers, int):
            _end(workers, executor)


def _good(future: Future[Any] | None) -> bool:
    return future is not None and future.done() and not future.cancelled() and future.exception() is None


def _awaited(future: Future[T] | None, cancel: Callable[[], bool] | None) -> T:
    assert future is not None
    while not wait([future], None if cancel is None else ASK_EVERY).done:
        if cancel is not None and cancel():
            raise Cancelled("stopped while others were at work")
    return future.result()


_OWN: dict[int, Executor] = {}
_OWNING = Lock()


def process_count(jobs: int) -> int:
    """Processes of this machine that are meant by ``jobs``; -1 is one a core."""
    import loky

    return jobs if jobs > 0 else int(loky.cpu_count())


def own_processes(jobs: int) -> Executor:
    """So many processes of this machine, -1 for one a core [count]; they stay for the next that asks."""
    from loky.process_executor import ProcessPoolExecutor

    with _OWNING:
        if jobs not in _OWN:
            atexit.unregister(_end_all)
            atexit.register(_end_all)
            # What a process remembers is bounded by our own limits; to loky it would look like a leak.
            setting = {"LOKY_MAX_MEMORY_LEAK_SIZE": "1e15"}
            began_by = (os.getpid(),)
            pool = ProcessPoolExecutor(
                process_count(jobs), timeout=IDLE, initializer=_begin, initargs=began_by, env=setting
            )
            with _deaf():
                pool.submit(int)
            _OWN[jobs] = pool
        return _OWN[jobs]


def _end(jobs: int, pool: Executor, wait: bool = False) -> None:
    """End processes of this machine, whatever they are at; the next that asks gets new ones."""
    with _OWNING:
        if _OWN.get(jobs) is pool:
            del _OWN[jobs]
            pool.shutdown(wait=wait, kill_workers=True)  # type: ignore[call-arg]


def _end_all() -> None:
    for jobs, pool in list(_OWN.items()):
        _end(jobs, pool, wait=True)


def _signs_of_loss() -> tuple[type[Exception], ...]:
    """Errors that say a process is gone, not that the work is wrong."""
    from loky.process_executor import ShutdownExecutorError

    dask = sys.modules.get("distributed.scheduler")
    return (BrokenExecutor, CancelledError, ShutdownExecutorError, *([dask.KilledWorker] if dask else []))


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes started within do not hear Ctrl-C, which a terminal sends to all: who started them ends them."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # Not in the main thread: nobody presses Ctrl-C there.
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin(parent: int) -> None:
    """What a process of this machine does first. ``parent``: number of the one that started it."""
    hold_memory()
    die_with(parent)


def hold_memory() -> bool:
    """Let this process keep the memory of columns it is done with for those that come next. Else the C library gives
    it back and asks for it anew, page by page: some 5,500 page faults a replication of the reference seller.

    Returns whether it does: the C library is glibc, and nobody has set ``MALLOC_`` variables of his own.
    """
    adjust = None if any(name.startswith("MALLOC_") for name in os.environ) else _of_c("mallopt")
    return adjust is not None and all(adjust(which, size) == 1 for which, size in HELD.items())


def give_back() -> None:
    """Give the system back what memory this process is done with: what it does next is of another kind."""
    if (trim := _of_c("malloc_trim")) is not None:
        trim(0)


def _of_c(name: str) -> Any:
    """A function of the C library; None where it is another one, as on Windows."""
    try:
        return getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return None


def die_with(parent: int) -> None:
    """End this process soon after the one that started it is gone, however that ended: nobody else would. Ctrl-C, which
    a terminal sends to both, is left to that one.

    ``parent``: its number; on systems that give a child whose parent is gone no other one, this does nothing.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_EVERY)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=watch, name="die with parent", daemon=True).start()


class Interrupted(BaseException):
    """A step of this process was broken off; whoever makes rows of errors must not take it for one."""


_STEPPING = False


def interrupt() -> None:
    """For a handler of signals: break off the step this process is at by itself, where it may be stopped."""
    if _STEPPING:
        raise Interrupted


def _step(cancel: Callable[[], bool] | None, *task: Any) -> Any:
    """One replication, by this process."""
    global _STEPPING
    _STEPPING = cancel is not None and current_thread() is main_thread()
    try:
        return _done(*task)
    except Interrupted:
        raise Cancelled("stopped in the midst of a step") from None
    finally:
        _STEPPING = False


_WORKED: Any = None  # What this process was last asked to do.


def _task(work: Work[T], parcels: tuple[Sent, Sent], seed: int, replication: int, about: str) -> T:
    """One replication, by another process."""
    if about != ABOUT:
        raise BadInput("a worker has {theirs}, who asks it has {ours}: install the same", theirs=ABOUT, ours=about)
    scenario, policies = parcels[0].opened(SCENARIOS), parcels[1].opened(LISTS)
    global _WORKED
    if _WORKED is not (kind := getattr(work, "func", work)):
        _WORKED = kind
        give_back()
    return _done(work, scenario, policies, seed, replication)


def _done(work: Work[T], scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int) -> T:
    # Columns leave no cycles; to look for some among all that a scenario is made of takes a tenth of the time.
    with uncollected():
        return work(scenario, policies, seed, replication)
