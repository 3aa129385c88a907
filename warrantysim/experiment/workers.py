"""Replications spread over processes; one process or many, the results are the same, in the same order.

One process is plain Python. More go through joblib: its own pool (loky), or a cluster by the name of a backend that is
registered with joblib, such as ``dask`` (with a `distributed.Client` at hand) or ``ray`` (after
``ray.util.joblib.register_ray()``).
"""

from __future__ import annotations

import hashlib
import os
import pickle
import signal
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any, TypeVar

from warrantysim.journeys.events import uncollected
from warrantysim.schema.errors import BadInput
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

T = TypeVar("T")
Work = Callable[[Scenario, Sequence[Policy], int, int], T]
"""A function of scenario, policies, seed and replication, defined at the top of a module."""

LOOK_EVERY = 0.5
"""A process that shares the work looks so often whether whoever started it is still there [s]."""
STREAMING = frozenset({"loky", "threading", "multiprocessing"})
"""Backends that hand over results one by one."""


@dataclass(frozen=True)
class Sent:
    """An object on the way to other processes, which open it once, however often it comes."""

    content: bytes
    key: str

    @staticmethod
    def of(whole: object) -> Sent:
        """Pack."""
        content = pickle.dumps(whole, protocol=pickle.HIGHEST_PROTOCOL)
        return Sent(content, hashlib.sha256(content).hexdigest())

    def opened(self, most: int) -> Any:
        """Unpack. What is compiled of an object is found by its identity, so a process keeps the objects it has made,
        the last ``most`` of their kind."""
        if self.key not in _OPENED:
            _OPENED[self.key] = pickle.loads(self.content)  # Our own bytes.
        found = _OPENED[self.key] = _OPENED.pop(self.key)  # The youngest comes last.
        alike = [key for key, one in _OPENED.items() if type(one) is type(found)]
        for key in alike[:-most]:
            del _OPENED[key]
        return found


_OPENED: dict[str, Any] = {}
SCENARIOS, LISTS = 2, 4
"""Most scenarios and lists of policies a process keeps open [count]."""


def results(
    work: Work[T],
    scenario: Scenario,
    policies: Sequence[Policy],
    seed: int,
    replications: Sequence[int],
    *,
    jobs: int = 1,
    backend: str | None = None,
) -> Iterator[T]:
    """Results of ``work``, one a replication, in their order, as they come.

    Parameters
    ----------
    jobs
        Processes; -1 for one a core [count].
    backend
        Name of a joblib backend; None for this process if ``jobs`` is 1, else joblib's own pool.

    Raises
    ------
    ValueError
        If ``jobs`` is 0, or joblib does not know the backend.
    """
    if jobs == 0:
        raise BadInput("expected at least one job, or -1 for one a core, got 0")
    if backend is None and (jobs == 1 or len(replications) == 1):
        return (_done(work, scenario, policies, seed, replication) for replication in replications)
    # A scenario comes again with other policies: what was compiled and born of it is still there.
    parcels = Sent.of(scenario), Sent.of(tuple(policies))
    return _spread(work, parcels, seed, replications, jobs, backend or "loky")


def followed(
    work: Work[T],
    scenario: Scenario,
    policies: Sequence[Policy],
    seed: int,
    replications: Sequence[int],
    *,
    jobs: int,
    backend: str | None,
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
    stream = results(work, scenario, policies, seed, replications, jobs=jobs, backend=backend)
    for done, result in enumerate(stream, 1):
        yield result
        if progress is not None:
            progress(done, len(replications))
        if cancel is not None and cancel():
            return


def _spread(
    work: Work[T], parcels: tuple[Sent, Sent], seed: int, replications: Sequence[int], jobs: int, backend: str
) -> Iterator[T]:
    from joblib import Parallel, delayed

    return_as = "generator" if backend in STREAMING else "list"
    here: dict[str, Any] = {}
    if backend == "loky":
        here = {"initializer": die_with, "initargs": (os.getpid(),)}
    pool = Parallel(n_jobs=jobs, backend=backend, return_as=return_as, pre_dispatch="2*n_jobs", batch_size=1, **here)
    with _deaf():
        found = pool(delayed(_task)(work, parcels, seed, replication) for replication in replications)
    try:
        for one in found:  # noqa: UP028 - else the pool is closed before the warning is silenced
            yield one
    finally:
        with warnings.catch_warnings():  # That what was under way is dropped is what was asked for.
            warnings.simplefilter("ignore", UserWarning)
            if return_as == "generator":
                found.close()


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


def _task(work: Work[T], parcels: tuple[Sent, Sent], seed: int, replication: int) -> T:
    scenario, policies = parcels[0].opened(SCENARIOS), parcels[1].opened(LISTS)
    return _done(work, scenario, policies, seed, replication)


def _done(work: Work[T], scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int) -> T:
    # Columns leave no cycles; to look for some among all that a scenario is made of takes a tenth of the time.
    with uncollected():
        return work(scenario, policies, seed, replication)
