"""``python -m pytest_mlops_ws`` is ``mlops-ws``."""

from __future__ import annotations

import sys

from pytest_mlops_ws.cli import main

if __name__ == "__main__":
    sys.exit(main())
