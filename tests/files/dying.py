"""A reader of workbooks that misbehaves as its content says; started in place of the real one."""

from __future__ import annotations

import marshal
import os
import resource
import sys
import time

from warrantysim.files.workbooks import limit


def serve() -> None:
    """Die, sleep, or tell the limits."""
    content, _, _ = marshal.loads(sys.stdin.buffer.read())
    if content == b"abort":
        os.abort()
    if content == b"sleep":
        time.sleep(60)
    limit()
    sys.stdout.buffer.write(marshal.dumps((True, ([], resource.getrlimit(resource.RLIMIT_AS)))))
