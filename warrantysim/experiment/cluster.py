"""Work spread over machines by a Dask scheduler, through the executor its client is (PEP 3148).

A worker that is killed costs nothing but time: the scheduler has its replications done by the others.
"""

from __future__ import annotations

import re
from concurrent.futures import Executor

from warrantysim.schema.errors import BadInput

SETTING = "WARRANTYSIM_CLUSTER"
"""Names the scheduler in the environment, where none is stated."""
WAIT = 10.0
"""A scheduler has so long to answer, and to have a worker [s]."""


def cluster(address: str) -> Executor:
    """The executor of the scheduler at an address, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    BadInput
        If what it takes is not installed, nobody answers there, or the scheduler has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise BadInput("a cluster takes further packages: pip install 'warrantysim[cluster]'") from None
    if not re.fullmatch(r"([a-z]+://)?[^:/ ]+:\d{1,5}", address):
        raise BadInput(
            "expected the address of a scheduler, such as tcp://10.0.0.5:8786, got {address!r}", address=address
        )
    try:
        client = Client(address, timeout=WAIT, set_as_default=False)
    except (OSError, ValueError):
        raise BadInput("{address}: no Dask scheduler answers there", address=address) from None
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except TimeoutError:
        client.close()
        raise BadInput("{address}: the scheduler has no workers", address=address) from None
    executor: Executor = client.get_executor(pure=False)
    return executor
