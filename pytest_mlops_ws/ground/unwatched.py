"""What this package does on its own account, which nobody who watches tests need look at."""

from __future__ import annotations

import threading


class Unwatched(threading.local):
    """While entered, this thread's doing is ours and no test's. May be nested."""

    depth = 0

    def __enter__(self) -> None:
        self.depth += 1

    def __exit__(self, *_: object) -> None:
        self.depth -= 1


unwatched = Unwatched()
