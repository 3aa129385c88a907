"""``python -m warrantysim``: the same as the console script ``warrantysim``."""

from __future__ import annotations

import sys

from warrantysim.cli import main

if __name__ == "__main__":
    sys.exit(main())
